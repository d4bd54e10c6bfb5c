#include "hooks/precheck/precheck.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/reporting.hpp"
#include "cli/time_limit.hpp"
#include "converters/output/output_file.hpp"
#include "converters/store/store.hpp"
#include "hooks/intake/keys.hpp"
#include "hooks/intake/profile_file.hpp"
#include "hooks/intake/sources.hpp"
#include "hooks/precheck/receipt.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/profile/model.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/version.hpp"

namespace kpfd::cli {

namespace {

using Clock = std::chrono::steady_clock;
using converters::OutputError;
using converters::OutputFile;
using converters::OutputOptions;
using hooks::Menu;
using hooks::Precheck;
using hooks::ReceiptFacts;
using hooks::Send;
using report::Slot;

/// What a check that was cut off may still take to write its receipt.
constexpr std::chrono::seconds receipt_grace{2};

struct PrecheckArguments {
  std::vector<std::string> paths;
  std::string menu;
  std::vector<std::string> attachments;  ///< `KEY` or `KEY=FILE`
  std::string format = "text";
  std::string as_of;
  std::string profile;
  std::string key;
  std::string receipt;
  std::optional<double> time_limit;
  std::optional<std::uint64_t> max_findings;
  bool replace = false;
};

struct Attachment {
  std::string key;
  std::string path;  ///< "": it goes another way
};

Menu menu_of(const PrecheckArguments& arguments) {
  return arguments.menu == "application" ? Menu::application : Menu::other;
}

std::string iso_of(CivilDate date) {
  const YearMonthDay parts = parts_of(date);
  const auto padded = [](int number) {
    return (number < 10 ? "-0" : "-") + std::to_string(number);
  };
  return std::to_string(parts.year) + padded(parts.month) + padded(parts.day);
}

/// `--attachment KEY[=FILE]`: the keys are those of the profile.
std::vector<Attachment> attachments_of(const PrecheckArguments& arguments, const Engine& engine,
                                       const Common& common) {
  std::vector<Attachment> found;
  for (const std::string& text : arguments.attachments) {
    const std::size_t equals = text.find('=');
    Attachment attachment{text.substr(0, equals),
                          equals == std::string::npos ? "" : text.substr(equals + 1)};
    std::string known;
    bool is_known = false;
    if (engine.profile() != nullptr) {
      for (const profile::Text& one : engine.profile()->texts) {
        if (!one.attachment.key.empty()) {
          is_known = is_known || one.attachment.key == attachment.key;
          known += (known.empty() ? "" : ", ") + one.attachment.key;
        }
      }
    }
    if (!is_known) {
      throw CommandError("--attachment " + attachment.key + ": " +
                         std::string(common.words(
                             "プロファイル（--profile）にない添付書類です。あるもの: ",
                             "the profile (--profile) asks for no such document; it knows: ")) +
                         (known.empty() ? "-" : known));
    }
    found.push_back(std::move(attachment));
  }
  return found;
}

/// Reads a file up to the limit and one byte more.
hooks::SentFile read_file(const std::string& path, std::uint64_t limit, std::string& bytes,
                          const Common& common) {
  hooks::OpenedSource opened = hooks::open_source(path, common.language, hooks::any_size);
  constexpr std::size_t piece = std::size_t{1} << 20;
  bytes.clear();
  while (bytes.size() <= limit) {
    const std::size_t before = bytes.size();
    bytes.resize(before + piece);
    const std::size_t got = opened.source->read(before, bytes.data() + before, piece);
    bytes.resize(before + got);
    if (got < piece) {
      break;
    }
  }
  if (opened.has_changed()) {
    throw SourceError(std::string(common.words(
        "確認している間にファイルが書き換えられました。保存が終わってから、もう一度確認してくださ"
        "い",
        "somebody has written to the file while it was read: check again when it is complete")));
  }
  return {
      hooks::base_name(path), bytes,
      bytes.size() <= limit ? bytes.size() : std::max<std::uint64_t>(bytes.size(), opened.size)};
}

/// The report of a run, and the object or the lines about the whole send behind it.
class SendReport {
 public:
  SendReport(const PrecheckArguments& arguments, report::Output& output,
             const report::Catalogue& catalogue, report::ReportOptions options)
      : output_(output), catalogue_(catalogue) {
    options.max_findings = arguments.max_findings;
    report_ = make_report(arguments.format, output, catalogue, std::move(options));
  }

  report::Report& report() { return *report_; }

  void finish(const Send& send, const ReceiptFacts& facts, const Engine& engine) {
    if (auto* const json = dynamic_cast<report::JsonLinesReport*>(report_.get())) {
      json->add_object(hooks::send_as_json(send, facts, engine, catalogue_));
      report_->finish();
      return;
    }
    report_->finish();
    std::string text = "\n";
    const auto add = [&](std::string_view id,
                         std::initializer_list<report::Catalogue::Argument> values) {
      catalogue_.phrase(id, values, text);
      text += '\n';
    };
    add("send-menu", {{Slot::name, hooks::name_of(send.menu)}});
    add("send-total", {{Slot::count, static_cast<std::uint64_t>(send.files.size())},
                       {Slot::found, send.bytes},
                       {Slot::limit, send.limit}});
    add("send-reference", {{Slot::id, facts.reference}});
    text += hooks::verdict_text(send, catalogue_) + '\n';
    output_.write(text);
  }

 private:
  report::Output& output_;
  const report::Catalogue& catalogue_;
  std::unique_ptr<report::Report> report_;
};

/// The receipt in the form that its name asks for.
std::string receipt_text(const std::string& path, const Send& send, const ReceiptFacts& facts,
                         const Engine& engine, const report::Catalogue& catalogue) {
  const std::string ending = hooks::ending_of(hooks::base_name(path));
  if (ending == "html" || ending == "htm") {
    return hooks::receipt_as_html(send, facts, engine, catalogue);
  }
  if (ending == "json") {
    return hooks::send_as_json(send, facts, engine, catalogue) + '\n';
  }
  return hooks::receipt_as_text(send, facts, engine, catalogue);
}

ReceiptFacts facts_of(const Engine& engine, CivilDate check_date) {
  ReceiptFacts facts;
  facts.made_at = hooks::now_in_japan();
  facts.check_date = iso_of(check_date);
  facts.version = version();
  facts.schemas = engine.schemas_edition();
  facts.rules = engine.rules_hash();
  return facts;
}

/// The whole check. Report and receipt go where both processes can read them.
int check_send(const PrecheckArguments& arguments, const Common& common, report::Output& output,
               report::Output& receipt) {
  const CivilDate check_date = check_date_of(arguments.as_of, common.language);
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine = hooks::make_engine(
      schemas, hooks::load_profile(arguments.profile, common.language), common.language);
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  const hooks::FileTypes types(schemas.files());
  const std::vector<Attachment> attachments = attachments_of(arguments, *engine, common);

  Precheck::Options options;
  options.menu = menu_of(arguments);
  options.check_date = check_date;
  options.key = arguments.key.empty() ? converters::new_key()
                                      : hooks::read_key(arguments.key, common.language);
  for (const Attachment& attachment : attachments) {
    options.attachments.push_back(attachment.key);
  }
  Precheck precheck(*engine, types, std::move(options));

  SendReport report(arguments, output, catalogue, report_options_of(*engine));
  std::string bytes;
  const auto check_file = [&](const std::string& path, const std::string* attachment) {
    std::string name(hooks::base_name(path));
    try {
      const hooks::SentFile file = read_file(path, precheck.limit(), bytes, common);
      report.report().begin_file(name, file.size);
      report.report().end_file(attachment == nullptr
                                   ? precheck.check(file, report.report())
                                   : precheck.check_attachment(*attachment, file, report.report()));
    } catch (const SourceError& error) {
      report.report().begin_file(name, 0);
      report.report().end_file(precheck.unreadable(name, error.what()));
    }
  };
  for (const std::string& path : arguments.paths) {
    check_file(path, nullptr);
  }
  for (const Attachment& attachment : attachments) {
    if (!attachment.path.empty()) {
      check_file(attachment.path, &attachment.key);
    }
  }
  const Send& send = precheck.finish();
  ReceiptFacts facts = facts_of(*engine, check_date);
  facts.file_types = types.hash();
  facts.reference = precheck.reference();
  facts.keyed = !arguments.key.empty();
  report.finish(send, facts, *engine);
  if (!arguments.receipt.empty()) {
    receipt.write(receipt_text(arguments.receipt, send, facts, *engine, catalogue));
  }
  return status_of(send.verdict);
}

/// The answer where the check did not come to its end: nothing was checked, whatever was found.
void tell_unchecked(const PrecheckArguments& arguments, const Common& common,
                    const std::string& reason, report::Output& output, report::Output& receipt) {
  // What comes from outside may be what did not answer: the words are the built-in ones.
  const SchemaSet schemas("");
  const std::unique_ptr<Engine> engine = schemas.make_engine();
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  report::ReportOptions options;
  SendReport report(arguments, output, catalogue, std::move(options));
  const hooks::FileTypes types(schemas.files());
  Precheck::Options all;
  all.menu = menu_of(arguments);
  Precheck precheck(*engine, types, std::move(all));
  for (const std::string& path : arguments.paths) {
    const std::string name(hooks::base_name(path));
    report.report().begin_file(name, 0);
    report.report().end_file(precheck.unreadable(name, reason));
  }
  const Send& send = precheck.finish();
  ReceiptFacts facts;
  facts.made_at = hooks::now_in_japan();
  facts.version = version();
  facts.reference = hooks::random_receipt();
  report.finish(send, facts, *engine);
  if (!arguments.receipt.empty()) {
    receipt.write(receipt_text(arguments.receipt, send, facts, *engine, catalogue));
  }
}

class SinkOutput final : public converters::ByteSink {
 public:
  explicit SinkOutput(int descriptor) : output_(descriptor) {}
  void write(std::string_view bytes) override { output_.write(bytes); }

 private:
  DescriptorOutput output_;
};

/// What the work leaves for its owner.
struct Shared {
  SharedBytes report;
  SharedBytes receipt;
  SharedBytes faults;
};

std::string text_of(const SharedBytes& shared) {
  converters::StringSink sink;
  shared.pour(sink);
  return sink.text;
}

/// The check, with what ends it told in shared memory.
int work(const PrecheckArguments& arguments, const Common& common, Shared& shared) {
  try {
    return check_send(arguments, common, shared.report, shared.receipt);
  } catch (const std::exception& error) {
    shared.faults.write(error.what());
  }
  return Exit::unchecked;
}

int publish_receipt(const PrecheckArguments& arguments, const Common& common, Shared& shared) {
  try {
    OutputOptions options;
    options.replace = arguments.replace;
    options.inputs = converters::identities_of(arguments.paths);
    OutputFile file(arguments.receipt, options);
    shared.receipt.pour(file);
    file.publish();
    return Exit::good;
  } catch (const OutputError& error) {
    shared.faults.write(error.text(common.language));
  } catch (const std::exception& error) {
    shared.faults.write(error.what());
  }
  return Exit::unchecked;
}

std::string too_late(const PrecheckArguments& arguments, const Common& common) {
  const report::Catalogue catalogue = SchemaSet("").load_catalogue(common.language);
  std::string text;
  catalogue.phrase("send-time-limit",
                   {{Slot::count, static_cast<std::uint64_t>(arguments.time_limit.value_or(0))}},
                   text);
  return text;
}

int run_precheck(const PrecheckArguments& arguments, const Common& common) {
  for (const std::string& path : arguments.paths) {
    if (path == "-" && menu_of(arguments) == Menu::other) {
      throw CommandError(std::string(
          common.words("電子申請以外では標準入力を使えません（ファイル名も確認します）",
                       "standard input cannot be taken with --menu other: names count, too")));
    }
  }
  const auto begun = Clock::now();
  // Work that is late may still write to what it was given.
  std::vector<std::unique_ptr<Shared>> given;
  given.push_back(std::make_unique<Shared>());
  Shared* shared = given.back().get();
  const bool is_limited = arguments.time_limit.has_value();
  const Clock::time_point limit =
      begun + std::chrono::duration_cast<Clock::duration>(
                  std::chrono::duration<double>(arguments.time_limit.value_or(0)));
  const auto limited = [is_limited](Clock::time_point end, const std::function<int()>& task) {
    return is_limited ? run_until(end, task) : LimitedEnd{true, task()};
  };
  const LimitedEnd end =
      limited(limit, [&, given_now = shared] { return work(arguments, common, *given_now); });
  int status = end.status.value_or(Exit::unchecked);
  if (!end.status) {
    given.push_back(std::make_unique<Shared>());
    shared = given.back().get();
    tell_unchecked(arguments, common,
                   end.in_time ? std::string(common.words("確認が途中で止まりました",
                                                          "the check has died half-way"))
                               : too_late(arguments, common),
                   shared->report, shared->receipt);
  } else if (const std::string fault = text_of(shared->faults); !fault.empty()) {
    throw CommandError(fault);
  }
  // A receipt that was asked for and is not there makes the whole a failure.
  if (!arguments.receipt.empty()) {
    const auto until = std::max(limit, Clock::now() + receipt_grace);
    const LimitedEnd written = limited(
        until, [&, given_now = shared] { return publish_receipt(arguments, common, *given_now); });
    if (written.status != std::optional<int>(Exit::good)) {
      const std::string fault = text_of(shared->faults);
      const std::string text = "--receipt " + arguments.receipt + ": " +
                               (fault.empty() ? too_late(arguments, common) : fault);
      leave_if_left_behind(Exit::unchecked, text);
      throw CommandError(text);
    }
  }
  SinkOutput output(STDOUT_FILENO);
  shared->report.pour(output);
  leave_if_left_behind(status);
  return status;
}

}  // namespace

void add_precheck_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<PrecheckArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "precheck", words("送信する前に、1回の送信のファイルをまとめて確認します。",
                        "Checks the files of one send before they are sent."));
  command->add_option("FILE", arguments->paths, words("1回に送るファイル", "the files of one send"))
      ->required()
      ->option_text("...");
  command
      ->add_option("--menu", arguments->menu,
                   words("送信メニュー（application 電子申請 / other 電子申請以外）",
                         "menu of the sender: application (filings) or other (documents)"))
      ->required()
      ->check(CLI::IsMember({"application", "other"}));
  command
      ->add_option("--attachment", arguments->attachments,
                   words("プロファイルの求める添付書類とそのファイル。ファイルがなければ別の方法で"
                         "出すことを表します",
                         "a document that the profile asks for, and its file; without a file: it "
                         "goes another way"))
      ->option_text("KEY[=FILE]");
  command
      ->add_option(
          "--format", arguments->format,
          words("出力の形式（text / jsonl / json）", "form of the report: text, jsonl, json"))
      ->check(CLI::IsMember({"text", "jsonl", "json"}));
  command
      ->add_option("--time-limit", arguments->time_limit,
                   words("この秒数で終わらなければ「確認できませんでした」とします",
                         "what is not done after so many seconds is `unchecked`"))
      ->check(CLI::Range(0.001, 1e6))
      ->option_text("SECONDS");
  command
      ->add_option("--receipt", arguments->receipt,
                   words("控えを書き出すファイル（.html / .txt / .json）",
                         "file for the receipt: .html, .txt or .json"))
      ->option_text("FILE");
  command->add_flag("--replace,--force", arguments->replace,
                    words("既にある控えを置き換えます", "an existing receipt may be replaced"));
  command
      ->add_option("--key", arguments->key,
                   words("確認番号を作る秘密の鍵のファイル（32 バイト以上）",
                         "file with the secret key that references are made with (32 bytes or "
                         "more)"))
      ->option_text("FILE");
  command
      ->add_option(
          "--as-of", arguments->as_of,
          words("点検日（指定がなければ日本の今日）", "check date (default: today in Japan)"))
      ->option_text("YYYY-MM-DD");
  command
      ->add_option("--max-findings", arguments->max_findings,
                   words("表示する指摘の最大件数", "show at most so many findings"))
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  add_profile_option(*command, arguments->profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_precheck(*arguments, common); });
}

}  // namespace kpfd::cli
