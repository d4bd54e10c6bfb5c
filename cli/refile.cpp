#include "cli/refile.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/reporting.hpp"
#include "cli/system.hpp"
#include "converters/output/output_file.hpp"
#include "converters/refile/gate.hpp"
#include "converters/refile/recode.hpp"
#include "converters/refile/refile.hpp"
#include "converters/repair/book.hpp"
#include "converters/source/filing_reader.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::cli {

namespace {

using converters::AcceptedFiling;
using converters::Gate;
using converters::OutputError;
using converters::OutputFile;
using converters::OutputOptions;
using converters::RefileOptions;
using converters::SupplyError;

/// A file of a split keeps little in memory, as there may be hundreds.
constexpr std::size_t part_buffer = 16U << 10;

text::Encoding encoding_named(const std::string& name) {
  if (name == "utf-8") {
    return text::Encoding::utf8;
  }
  return name == "utf-8-bom" ? text::Encoding::utf8_bom : text::Encoding::shift_jis;
}

/// One run of the command.
class Refiling {
 public:
  Refiling(const RefileArguments& arguments, const ConversionFiles& files, const Common& common)
      : arguments_(arguments),
        files_(files),
        common_(common),
        schemas_(common.schemas),
        profile_(load_profile(files.profile, common.language)),
        engine_(make_engine(schemas_, profile_, common.language)),
        catalogue_(schemas_.load_catalogue(common.language)),
        book_(converters::RepairBook::load(schemas_.files())),
        to_standard_output_(files.output == "-") {
    check_.check_date = check_date_of(files.as_of, common.language);
    check_.threads = files.threads;
    options_.encoding = encoding_named(arguments.encoding);
    options_.edition = arguments.edition;
    options_.media_number = arguments.media_number;
    find_receiver();
    check_edition();
    output_options_.replace = files.replace;
    output_options_.hold_back = true;
    output_options_.inputs = converters::identities_of(files.paths);
    load_supplies();
  }

  int run() {
    if (!take_inputs()) {
      return status_;
    }
    if (arguments_.split) {
      return split();
    }
    // What is only written in another encoding has been checked already: it need not be read back.
    output_options_.hold_back = arguments_.merge || !is_only_encoding();
    OutputFile output(files_.output, output_options_);
    if (arguments_.merge) {
      tell(converters::merge(*engine_, filings_, options_, output));
    } else if (is_only_encoding()) {
      const AcceptedFiling& filing = filings_.front();
      converters::recode(*filing.source, converters::encoding_of(filing.summary), options_.encoding,
                         output);
      // The same characters need no second check.
      output.publish();
      say_done(files_.output, output.size());
      return status_;
    } else {
      const converters::ChangeReport report =
          converters::refile(*engine_, filings_.front(), options_, supplies_, output);
      tell(report);
      if (!report.missing.empty()) {
        return Exit::unchecked;
      }
    }
    if (!is_good(output)) {
      return status_;
    }
    output.publish();
    say_done(files_.output, output.size());
    return status_;
  }

 private:
  std::string words(std::string_view ja, std::string_view en) const {
    return std::string(common_.words(ja, en));
  }

  void find_receiver() {
    if (arguments_.destination.empty()) {
      return;
    }
    options_.receiver = engine_->layouts().receiver(arguments_.destination);
    if (options_.receiver == nullptr) {
      std::string known;
      for (const layout::Receiver& receiver : engine_->layouts().receivers) {
        known += (known.empty() ? "" : ", ") + receiver.key;
      }
      throw CommandError(
          "--destination: " + words("提出先は次のどれかです: ", "the destinations are ") + known);
    }
  }

  void check_edition() const {
    const std::vector<std::string>& editions = engine_->editions();
    if (!arguments_.edition.empty() &&
        std::find(editions.begin(), editions.end(), arguments_.edition) == editions.end()) {
      std::string known;
      for (const std::string& edition : editions) {
        known += (known.empty() ? "" : ", ") + edition;
      }
      throw CommandError("--edition: " + words("版は次のどれかです: ", "the editions are ") +
                         known);
    }
  }

  bool is_only_encoding() const { return !changes_lines() && !arguments_.media_number; }

  /// Whether lines are made for another receiver or edition, and may want what they do not say.
  bool changes_lines() const {
    return !arguments_.destination.empty() || !arguments_.edition.empty();
  }

  void load_supplies() {
    for (const std::string& path : arguments_.tables) {
      const hooks::OpenedSource opened = hooks::open_source(path, common_.language);
      std::string bytes(converters::SupplyTable::most_bytes + 1, '\0');
      bytes.resize(opened.source->read(0, bytes.data(), bytes.size()));
      supplies_.tables.push_back(std::make_unique<converters::SupplyTable>(path, bytes));
    }
    // What the command line says comes first.
    if (profile_ && changes_lines()) {
      for (const NamedBytes& table :
           read_tables(*profile_, converters::SupplyTable::most_bytes, common_.language)) {
        supplies_.tables.push_back(
            std::make_unique<converters::SupplyTable>(table.name, table.bytes));
      }
    }
    for (const std::string& setting : arguments_.settings) {
      const std::size_t equal = setting.find('=');
      std::string value;
      if (equal == std::string::npos ||
          !converters::append_shift_jis(value, std::string_view(setting).substr(equal + 1)) ||
          value.find_first_of(",\r\n") != std::string::npos) {
        throw CommandError("--set: " + words("項目のキー=値 の形で指定してください",
                                             "give it as KEY=VALUE, with the key of an item"));
      }
      supplies_.settings[setting.substr(0, equal)] = value;
    }
    supplies_.check_keys(engine_->layouts());
  }

  /// Checks each file. False: one has errors, which have been reported, and nothing is written.
  bool take_inputs() {
    DescriptorOutput output(STDERR_FILENO);
    for (const std::string& path : files_.paths) {
      opened_.push_back(hooks::open_source(path, common_.language));
      AcceptedFiling filing;
      filing.name = path;
      filing.source = opened_.back().source.get();
      CheckOptions check = check_;
      check.file_name = path == "-" ? std::string_view{} : std::string_view(path);
      Gate gate(*engine_, book_);
      filing.summary = engine_->check(*filing.source, check, gate);
      const bool is_filing = engine_->layouts().receiver(filing.summary.kind) != nullptr;
      if (filing.summary.verdict == Verdict::unchecked) {
        throw CommandError(path + ": " + filing.summary.reason);
      }
      if (!gate.is_open() || !is_filing) {
        status_ = Exit::bad;
        const auto report = make_report("text", output, catalogue_, report_options_of(*engine_));
        report->begin_file(path, opened_.back().size);
        report->end_file(engine_->check(*filing.source, check, *report));
        report->finish();
      }
      filings_.push_back(std::move(filing));
      too_large_ = files_.paths.size() == 1 ? gate.too_large() : std::set<std::string>();
    }
    return status_ == Exit::good;
  }

  /// The result is checked before it gets its name. It may be too large only if the file was.
  bool is_good(OutputFile& output) {
    const std::unique_ptr<Source> written = output.written();
    Gate gate(*engine_, book_);
    const Summary summary = engine_->check(*written, check_, gate);
    if (summary.verdict == Verdict::unchecked) {
      throw CommandError(output.path() + ": " + summary.reason);
    }
    const std::set<std::string>& before = too_large_;
    const std::set<std::string>& after = gate.too_large();
    if (gate.is_open() && std::includes(before.begin(), before.end(), after.begin(), after.end())) {
      return true;
    }
    DescriptorOutput descriptor(STDERR_FILENO);
    say(words("変換した内容に誤りがあるため、何も書き出しませんでした。",
              "The converted filing has errors; nothing was written."));
    const auto report = make_report("text", descriptor, catalogue_, report_options_of(*engine_));
    report->begin_file(output.path(), output.size());
    report->end_file(engine_->check(*written, check_, *report));
    report->finish();
    status_ = Exit::bad;
    return false;
  }

  int split() {
    raise_file_limit();  // each office's file stays open until all are whole
    struct Output {
      std::unique_ptr<OutputFile> file;
      std::uint64_t records;
    };
    if (to_standard_output_) {
      throw CommandError("--output: " + words("分割では書き出すフォルダを指定してください",
                                              "name a folder to split into"));
    }
    OutputOptions options = output_options_;
    options.buffer = part_buffer;
    std::vector<Output> outputs;
    std::vector<std::string> folders;
    const layout::Receiver& receiver = *engine_->layouts().receiver(filings_.front().summary.kind);
    int status = Exit::good;
    try {
      make_folder(files_.output, folders);
      const converters::SplitResult result = converters::split(
          *engine_, filings_.front(), options_,
          [&](const converters::SplitPart& part) -> converters::ByteSink& {
            std::string number = std::to_string(part.media_number);
            number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
            const std::string folder = files_.output + '/' + number;
            make_folder(folder, folders);
            outputs.push_back({std::make_unique<OutputFile>(folder + '/' + receiver.file, options),
                               part.records});
            return *outputs.back().file;
          });
      std::vector<OutputFile*> files;
      for (const Output& output : outputs) {
        if (!is_good(*output.file)) {
          status = status_;
          break;
        }
        files.push_back(output.file.get());
      }
      if (status == Exit::good) {
        OutputFile::publish_all(files);
        folders.clear();
        for (const Output& output : outputs) {
          say_done(output.file->path(), output.file->size());
        }
        if (result.without_records > 0) {
          tell_line(words("届書のない事業所（ファイルなし）: ",
                          "offices without a record, which get no file: ") +
                    std::to_string(result.without_records));
        }
      }
    } catch (...) {
      outputs.clear();
      remove_folders(folders);
      throw;
    }
    outputs.clear();
    remove_folders(folders);
    return status;
  }

  static void make_folder(const std::string& path, std::vector<std::string>& made) {
    if (converters::make_folder(path)) {
      made.push_back(path);
    }
  }

  static void remove_folders(const std::vector<std::string>& made) {
    for (auto folder = made.rbegin(); folder != made.rend(); ++folder) {
      converters::remove_folder(*folder);
    }
  }

  void tell(const converters::ChangeReport& report) {
    const bool english = common_.language == "en";
    const auto name_of = [english](const converters::ItemCount& entry) {
      const std::string& form = english ? entry.record->name_en : entry.record->name;
      const std::string& item = english ? entry.item->name_en : entry.item->name;
      return (form.empty() ? std::string() : form + ' ') + item;
    };
    const auto lines_of = [this](const converters::ItemCount& entry) {
      return std::to_string(entry.lines) + words("（最初は ", " (the first on line ") +
             std::to_string(entry.first_line) + words(" 行目）", ")");
    };
    for (const converters::ItemCount& entry : report.lost) {
      tell_line(words("変換先にない項目（値は失われます）: ",
                      "no place for the item, its values are lost: ") +
                name_of(entry) + ": " + lines_of(entry));
    }
    if (report.left_out > 0) {
      tell_line(words("変換先に出せない届書（除きました）: ",
                      "records that are not for this destination, left out: ") +
                std::to_string(report.left_out) + words("（最初は ", " (the first on line ") +
                std::to_string(report.first_left_out) + words(" 行目）", ")"));
    }
    for (const converters::ItemCount& entry : report.missing) {
      tell_line(words("必要な項目の値がわかりません: ", "required, but nothing is known of it: ") +
                name_of(entry) + " (" + entry.item->key + "): " + lines_of(entry));
    }
    if (!report.missing.empty()) {
      tell_line(words(
          "--table FILE、--set キー=値、またはプロファイルの <table> "
          "で指定してください。何も書き出していません。",
          "Say it with --table FILE, --set KEY=VALUE or a <table> of the profile. Nothing was "
          "written."));
    }
  }

  /// To people; standard output may be the filing itself.
  void tell_line(const std::string& line) const {
    if (to_standard_output_) {
      say(line);
      return;
    }
    DescriptorOutput output(STDOUT_FILENO);
    output.write(line + '\n');
  }

  void say_done(const std::string& path, std::uint64_t bytes) const {
    if (!to_standard_output_) {
      tell_line(path + ": " + std::to_string(bytes) + words(" バイト", " bytes"));
    }
  }

  const RefileArguments& arguments_;
  const ConversionFiles& files_;
  const Common& common_;
  SchemaSet schemas_;
  std::optional<profile::Profile> profile_;
  std::unique_ptr<Engine> engine_;
  report::Catalogue catalogue_;
  converters::RepairBook book_;
  bool to_standard_output_;
  CheckOptions check_;
  RefileOptions options_;
  OutputOptions output_options_;
  converters::Supplies supplies_;
  std::vector<hooks::OpenedSource> opened_;
  std::vector<AcceptedFiling> filings_;
  std::set<std::string> too_large_;  ///< what the check said of the last file's size
  int status_ = Exit::good;
};

/// What cannot go together.
void check_usage(const RefileArguments& arguments, const ConversionFiles& files,
                 const Common& common) {
  const auto fail = [&common](std::string_view ja, std::string_view en) {
    throw CommandError(std::string(common.words(ja, en)));
  };
  const bool changes = !arguments.destination.empty() || !arguments.edition.empty();
  if (arguments.split && arguments.merge) {
    fail("--split と --merge は一緒に指定できません", "--split and --merge do not go together");
  }
  if (changes && (arguments.split || arguments.merge)) {
    fail("--destination・--edition と --split・--merge は、一つずつ順に行ってください",
         "--destination or --edition, and --split or --merge: do one after the other");
  }
  if (!changes && (!arguments.tables.empty() || !arguments.settings.empty())) {
    fail("--table と --set は --destination または --edition と一緒に使います",
         "--table and --set are for --destination or --edition");
  }
  if (files.paths.size() > 1 && !arguments.merge) {
    fail("複数のファイルを指定できるのは --merge だけです", "several files are for --merge alone");
  }
}

}  // namespace

void add_refile_options(CLI::App& command, RefileArguments& arguments, const Common& common) {
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  command
      .add_option("--encoding", arguments.encoding,
                  words("届出ファイルの文字コード（shift_jis / utf-8 / utf-8-bom）",
                        "encoding of a filing: shift_jis, utf-8, utf-8-bom"))
      ->check(CLI::IsMember({"shift_jis", "utf-8", "utf-8-bom"}));
  command.add_option("--destination", arguments.destination,
                     words("届出ファイルの提出先を変えます（KPFD / SHFD）",
                           "another destination for a filing: KPFD, SHFD"));
  command.add_option("--edition", arguments.edition,
                     words("様式の版を新しくします（例 2024-12）",
                           "a newer edition of the forms, such as 2024-12"));
  command
      .add_option("--table", arguments.tables,
                  words("元のファイルにない項目の値の表（CSV、1行目は項目のキー）",
                        "values of items that the filing does not have: CSV, its first line has "
                        "the keys of items"))
      ->allow_extra_args(false);
  command
      .add_option("--set", arguments.settings,
                  words("元のファイルにない項目の値（キー=値）",
                        "KEY=VALUE for an item that it does not have"))
      ->allow_extra_args(false);
  command
      .add_option("--media-number", arguments.media_number,
                  words("（最初の）ファイルの媒体通番（1-999）",
                        "media number of the (first) file, "
                        "1 to 999"))
      ->check(CLI::Range(1, 999));
  command.add_flag("--split", arguments.split,
                   words("事業所ごとに一つのファイルに分けます（出力はフォルダ）",
                         "a file an office; the output is a folder"));
  command.add_flag("--merge", arguments.merge,
                   words("複数の届出ファイルを一つにします", "several filings become one"));
}

int run_refile(const RefileArguments& arguments, const ConversionFiles& files,
               const Common& common) {
  check_usage(arguments, files, common);
  try {
    return Refiling(arguments, files, common).run();
  } catch (const OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const SupplyError& error) {
    throw CommandError(error.text(common.language));
  } catch (const SourceError& error) {
    throw CommandError(error.what());
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
}

}  // namespace kpfd::cli
