#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/progress.hpp"
#include "cli/reporting.hpp"
#include "converters/output/output_file.hpp"
#include "converters/repair/change_lines.hpp"
#include "converters/repair/repairer.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/report/buffer.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::cli {

namespace {

using converters::Change;
using converters::ChangeSink;
using converters::OfferCounter;
using converters::OutputError;
using converters::OutputFile;
using converters::OutputOptions;
using converters::Repair;
using converters::RepairBook;
using converters::RepairOptions;
using converters::RepairResult;

/// Changes that the text report lists.
constexpr std::uint64_t most_changes_shown = 200;

struct RepairArguments {
  std::string path;
  std::string output;
  std::string format = "text";
  std::string as_of;
  std::string profile;
  std::vector<std::string> accepted;
  bool replace = false;
  bool dry_run = false;
};

/// Says what was changed: line, item, kind of change, kinds of characters before and after; never
/// what stood there.
class ChangeReport final : public ChangeSink {
 public:
  ChangeReport(report::Output& output, const RepairBook& book, const RepairArguments& arguments,
               const Common& common)
      : out_(output),
        book_(book),
        common_(common),
        json_(arguments.format == "jsonl"),
        english_(common.language == "en") {
    report::append_json(file_, arguments.path);
    if (!json_) {
      report::append_plain(out_.text, arguments.path);
      out_.text += '\n';
    }
  }

  void change(const Change& change) override {
    ++count_;
    if (json_) {
      converters::append_change(out_.text, file_, change, book_, common_.language);
    } else if (count_ <= most_changes_shown) {
      as_text(change);
    }
    ++by_method_[change.method];
    out_.flush_when_full();
  }

  /// The end of the list: how many changes of which kind.
  void finish() {
    if (!json_) {
      if (count_ > most_changes_shown) {
        line("  " + words("ほか ", "and ") + std::to_string(count_ - most_changes_shown) +
             words(" 件", " more"));
      }
      line(count_ == 0 ? words("修復した箇所はありません。", "Nothing was repaired.")
                       : words("修復した箇所: ", "Repaired: ") + std::to_string(count_));
      for (const auto& [method, count] : by_method_) {
        line("  " + book_.name(method).in(common_.language) + ": " + std::to_string(count));
      }
    }
    out_.flush();
  }

  /// Findings that could be repaired if their rules were accepted.
  void offer(const OfferCounter::Offers& offers) {
    if (json_) {
      converters::append_offers(out_.text, file_, offers, book_, common_.language);
      out_.flush();
      return;
    }
    for (const auto& [rule, offer] : offers) {
      std::string text(words("確認のうえ修復できます: ", "Can be repaired if you agree: "));
      text.append("--accept ").append(rule).append(" (");
      text.append(std::to_string(offer.second)).append(") ");
      text.append(book_.name(offer.first->method).in(common_.language));
      line(text);
    }
    out_.text += '\n';
    out_.flush();
  }

 private:
  std::string words(std::string_view ja, std::string_view en) const {
    return std::string(common_.words(ja, en));
  }

  void line(const std::string& text) { out_.text.append(text).append("\n"); }

  void as_text(const Change& change) {
    std::string& text = out_.text;
    text += "  ";
    if (change.line == 0) {
      text += words("ファイル全体", "whole file");
    } else {
      text += words("", "line ") + std::to_string(change.line) + words("行目", "");
    }
    // A header line has no name of its own.
    if (change.record != nullptr && !change.record->name.empty()) {
      text += "  " + (english_ ? change.record->name_en : change.record->name);
    }
    if (change.item != nullptr) {
      text += words("  項番", "  item ") + std::to_string(change.item->number) + ' ' +
              (english_ ? change.item->name_en : change.item->name);
    }
    text += ": " + book_.name(change.method).in(common_.language);
    if (change.columns_before != change.columns_after) {
      text += words("（", " (") + std::to_string(change.columns_before) + " → " +
              std::to_string(change.columns_after) + words(" 項目）", " items)");
    } else if (change.item != nullptr) {
      text += words("（", " (") + quoted(change.before) + " → " + quoted(change.after) +
              words("）", ")");
    }
    text += "  [";
    text.append(change.rule).append("]\n");
  }

  std::string quoted(const std::string& shape) const {
    return shape.empty() ? words("空", "empty") : shape;
  }

  report::Buffer out_;
  const RepairBook& book_;
  const Common& common_;
  bool json_;
  bool english_;
  std::string file_;
  std::uint64_t count_ = 0;
  std::map<converters::Method, std::uint64_t> by_method_;
};

std::set<std::string, std::less<>> accepted_rules(const RepairArguments& arguments,
                                                  const RepairBook& book, const Common& common) {
  std::set<std::string, std::less<>> accepted;
  for (const std::string& rule : arguments.accepted) {
    if (book.of(rule).empty()) {
      std::string known;
      for (const auto& [id, repairs] : book.all()) {
        if (std::any_of(repairs.begin(), repairs.end(), [](const Repair& r) { return r.ask; })) {
          known += (known.empty() ? "" : ", ") + id;
        }
      }
      std::string reason = "--accept: " + rule + ": ";
      reason += common.words("この規則の修復はありません。指定できる規則: ",
                             "there is no repair for it; there are ");
      throw CommandError(reason.append(known));
    }
    accepted.insert(rule);
  }
  return accepted;
}

RepairBook load_book(const SchemaSet& schemas) {
  try {
    return RepairBook::load(schemas.files());
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
}

OutputOptions output_options(const RepairArguments& arguments) {
  OutputOptions options;
  options.replace = arguments.replace;
  options.hold_back = true;
  options.inputs = converters::identities_of({arguments.path});
  return options;
}

int run_repair(const RepairArguments& arguments, const Common& common) {
  if (arguments.output.empty() != arguments.dry_run) {
    throw CommandError(
        "--output: " +
        std::string(common.words(
            "書き出すファイルを指定してください（何も書かずに調べるだけなら --dry-run）",
            "name the file to write, or --dry-run to write none")));
  }
  const SchemaSet schemas(common.schemas);
  const RepairBook book = load_book(schemas);
  const std::unique_ptr<Engine> engine =
      make_engine(schemas, load_profile(arguments.profile, common.language), common.language);
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  Progress progress;
  RepairOptions options;
  options.accepted = accepted_rules(arguments, book, common);
  options.check.check_date = check_date_of(arguments.as_of, common.language);
  if (arguments.path != "-") {
    options.check.file_name = arguments.path;
  }
  // What goes to standard output must be the filing alone.
  DescriptorOutput report_output(arguments.output == "-" ? STDERR_FILENO : STDOUT_FILENO);
  const std::unique_ptr<report::Report> report =
      make_report(arguments.format, report_output, catalogue, report_options_of(*engine));

  hooks::OpenedSource opened;
  try {
    opened = hooks::open_source(arguments.path, common.language);
    progress.begin_file(arguments.path);
    options.check.progress = [&](std::uint64_t done, std::uint64_t) {
      progress.show(done, opened.size);
      return true;
    };
    // A dry run writes to nowhere, but what it would write is checked as well.
    OutputFile file(arguments.dry_run ? "/dev/null" : arguments.output, output_options(arguments));
    ChangeReport changes(report_output, book, arguments, common);
    const RepairResult result =
        converters::repair(*engine, book, *opened.source, options, file, changes);
    progress.clear();
    if (!result.is_filing || result.before.verdict == Verdict::unchecked) {
      // No lines to repair: what the check says of the file is all there is to say.
      report->begin_file(arguments.path, opened.size);
      const Summary summary = engine->check(*opened.source, options.check, *report);
      report->end_file(summary);
      report->finish();
      return status_of(summary.verdict);
    }
    changes.finish();

    // The result is read back from the disk and checked as any filing.
    const std::unique_ptr<Source> written = file.written();
    OfferCounter offers(book, options);
    const Summary after = engine->check(*written, options.check, offers);
    progress.clear();
    if (after.verdict == Verdict::unchecked) {
      throw SourceError(after.reason);
    }
    // Behind a mark or a blank line that is gone may stand what another kind of file begins with.
    if (after.encoding.empty() ||
        (result.before.verdict == Verdict::accept && after.verdict != Verdict::accept)) {
      throw CommandError("the repaired file is worse than the file: nothing was written");
    }
    changes.offer(offers.offers());
    file.publish();
    report->begin_file(arguments.dry_run ? arguments.path : arguments.output, file.size());
    report->end_file(engine->check(*written, options.check, *report));
    report->finish();
    return status_of(after.verdict);
  } catch (const OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const SourceError& error) {
    throw CommandError(arguments.path + ": " + error.what());
  }
}

}  // namespace

void add_repair_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<RepairArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "repair", words("点検の指摘のうち、直してよいものを直した新しいファイルを書きます。",
                      "Writes a new file in which the findings that can be repaired are."));
  command
      ->add_option("FILE", arguments->path,
                   words("届出ファイル、または標準入力（-）", "filing, or - for standard input"))
      ->required();
  command->add_option("--output,-o", arguments->output,
                      words("書き出すファイル（- は標準出力）。入力には書き込みません",
                            "file to write, - for standard output; never the input"));
  command->add_flag("--replace,--force", arguments->replace,
                    words("書き出すファイルがすでにあれば置き換えます",
                          "replace the file to write if it is there already"));
  command->add_flag("--dry-run", arguments->dry_run,
                    words("何も書かず、修復できる箇所だけを示します",
                          "write nothing, only say what would be repaired"));
  command
      ->add_option("--accept", arguments->accepted,
                   words("届出の内容が変わりうる修復も、この規則については行います",
                         "repair the findings of this rule, too, though that may change what is "
                         "filed"))
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--format", arguments->format,
                   words("出力の形式（text / jsonl）", "form of the report: text or jsonl"))
      ->check(CLI::IsMember({"text", "jsonl"}));
  command->add_option("--as-of", arguments->as_of,
                      words("点検日 YYYY-MM-DD（指定がなければ日本の今日）",
                            "check date YYYY-MM-DD (default: today in Japan)"));
  add_profile_option(*command, arguments->profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_repair(*arguments, common); });
}

}  // namespace kpfd::cli
