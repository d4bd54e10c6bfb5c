#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/refile.hpp"
#include "cli/stores.hpp"
#include "converters/ingest/schema_texts.hpp"
#include "converters/ingest/text_formats.hpp"
#include "converters/ingest/values.hpp"
#include "converters/mapped/mapped_writer.hpp"
#include "converters/mapped/mapping.hpp"
#include "converters/output/output_file.hpp"
#include "hooks/intake/clock.hpp"
#include "hooks/intake/intake.hpp"
#include "hooks/intake/keys.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/report/text_report.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/xsd/files.hpp"
#include "kpfd/xsd/validator.hpp"

namespace kpfd::cli {

namespace {

using converters::Filing;
using converters::IngestWriter;
using converters::OutputError;
using converters::OutputFile;
using converters::OutputOptions;
using hooks::Candidate;
using hooks::Intake;

struct ConvertArguments {
  std::vector<std::string> paths;
  std::string to;
  std::string output;
  std::string my_number_output;
  std::string key;
  std::string mapping;
  std::string database;
  Intake::Options intake;
  RefileArguments refile;
  bool with_my_number = false;
  bool replace = false;
  bool validate = false;
};

/// `out.xml` => `out.my-numbers.xml`.
std::string beside(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  const bool has_extension =
      dot != std::string::npos && dot > 0 && (slash == std::string::npos || dot > slash + 1);
  const std::size_t at = has_extension ? dot : path.size();
  return path.substr(0, at) + ".my-numbers" + path.substr(at);
}

/// The documents of a text format as files that appear together.
class DocumentFiles {
 public:
  DocumentFiles(const ConvertArguments& arguments, const Common& common) : arguments_(arguments) {
    options_.replace = arguments.replace;
    // What is no file gets nothing either before it is known that all can be written.
    options_.hold_back = arguments.validate || arguments.to == "mapped";
    options_.buffer = 4096;  // the writers gather more by themselves
    options_.inputs = converters::identities_of(arguments.paths);
    if (arguments.to == "csv") {
      make_folder(common);
    }
    if (arguments.with_my_number && arguments.output == "-" && arguments.my_number_output.empty()) {
      throw CommandError(std::string(common.words(
          "個人番号は別の文書に書きます。--my-number-output で書き出すファイルを指定してください",
          "My Numbers go to a document of their own: name it with --my-number-output")));
    }
  }

  /// Where nothing was published, the folder is as it was.
  ~DocumentFiles() {
    files_.clear();
    if (made_folder_) {
      converters::remove_folder(arguments_.output);
    }
  }
  DocumentFiles(const DocumentFiles&) = delete;
  DocumentFiles& operator=(const DocumentFiles&) = delete;

  converters::ByteSink& document(std::string_view name) {
    files_.push_back(std::make_unique<OutputFile>(path_of(name), options_));
    return *files_.back();
  }

  /// Holds XML against its schema before anybody sees it.
  void validate(const Intake& intake) const {
    const xsd::Validator validator(converters::records_xsd(intake.model()), "records.xsd");
    for (const auto& file : files_) {
      const std::unique_ptr<Source> written = file->written();
      validator.validate_own(*written, file->path());
    }
  }

  void publish() {
    std::vector<OutputFile*> files;
    files.reserve(files_.size());
    for (const auto& file : files_) {
      files.push_back(file.get());
    }
    OutputFile::publish_all(files);
    made_folder_ = false;
  }

 private:
  void make_folder(const Common& common) {
    if (arguments_.output == "-") {
      throw CommandError("--output: " +
                         std::string(common.words("CSV は書き出すフォルダを指定してください",
                                                  "CSV goes to a folder: name one")));
    }
    made_folder_ = converters::make_folder(arguments_.output);
  }

  std::string path_of(std::string_view name) const {
    if (name == converters::my_numbers_document && !arguments_.my_number_output.empty()) {
      return arguments_.my_number_output;
    }
    if (arguments_.to == "csv") {
      return arguments_.output + '/' + std::string(name) + ".csv";
    }
    return name.empty() ? arguments_.output : beside(arguments_.output);
  }

  const ConvertArguments& arguments_;
  OutputOptions options_;
  std::vector<std::unique_ptr<OutputFile>> files_;
  bool made_folder_ = false;
};

/// A mapping is hostile input first: it is checked against its XSD before anything else looks at
/// it.
converters::Mapping read_mapping(const ConvertArguments& arguments, const Intake& intake,
                                 const Common& common) {
  const std::string& path = arguments.mapping;
  if (path.empty()) {
    throw CommandError(std::string(
        common.words("--mapping で対応表（XML）を指定してください。例は `kpfd schemas --export DIR "
                     "mappings/core-example.xml` で書き出せます",
                     "name a mapping (XML) with --mapping; `kpfd schemas --export DIR "
                     "mappings/core-example.xml` writes an example")));
  }
  constexpr std::string_view mapping_xsd = "mapping.xsd";
  std::string content;
  const std::string reason = xsd::read_regular_file(path, xsd::Limits{}.bytes, content);
  if (!reason.empty()) {
    throw CommandError("--mapping " + path + ": " + reason);
  }
  try {
    xsd::Validator(embedded_schema(mapping_xsd), mapping_xsd).validate(content, path);
    return converters::load_mapping({path, content}, intake.model());
  } catch (const std::runtime_error& error) {
    throw CommandError(
        std::string(common.words("対応表を使えません。\n", "the mapping cannot be used:\n")) +
        error.what());
  }
}

std::unique_ptr<IngestWriter> make_writer(const ConvertArguments& arguments, const Intake& intake,
                                          const converters::Mapping& mapping,
                                          DocumentFiles& files) {
  if (arguments.to == "mapped") {
    return converters::make_mapped_writer(intake.model(), mapping, files.document(""));
  }
  const converters::Documents documents = [&files](std::string_view name) -> converters::ByteSink& {
    return files.document(name);
  };
  converters::TextOptions options;
  options.with_my_number = arguments.with_my_number;
  if (arguments.to == "xml") {
    return converters::make_xml_writer(intake.model(), documents, options);
  }
  if (arguments.to == "csv") {
    return converters::make_csv_writer(intake.model(), documents, options);
  }
  return converters::make_ndjson_writer(intake.model(), documents, options);
}

/// A line for each filing: which receipt it has.
class Receipts {
 public:
  void add(const std::string& path, const std::string& receipt, bool is_new) {
    text_ += "{\"file\":\"";
    report::append_json(text_, path);
    text_ += "\",\"receipt\":\"" + receipt + "\",\"new\":" + (is_new ? "true" : "false") + "}\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A file of the command line. One that is not accepted is told on standard error as `kpfd check`
/// tells it, and raises the exit status.
Candidate examine(const std::string& path, const Intake& intake, const Common& common,
                  int& status) {
  Candidate candidate = intake.examine(path);
  if (candidate.accepted()) {
    return candidate;
  }
  if (!candidate.reason.empty()) {
    status = Exit::unchecked;
    say(path + ": " +
        std::string(common.words("点検できませんでした: ", "could not be checked: ")) +
        candidate.reason);
    return candidate;
  }
  status = std::max<int>(status, Exit::bad);
  DescriptorOutput output(STDERR_FILENO);
  report::TextReport report(output, intake.catalogue(), report_options_of(intake.engine()));
  intake.report(candidate, report);
  return candidate;
}

int convert_to_documents(const ConvertArguments& arguments, const Intake& intake,
                         const Common& common) {
  int status = Exit::good;
  std::vector<Candidate> candidates;
  for (const std::string& path : expand_paths(arguments.paths)) {
    candidates.push_back(examine(path, intake, common, status));
  }
  if (status != Exit::good) {
    return status;
  }
  const std::string key =
      arguments.key.empty() ? std::string() : hooks::read_key(arguments.key, common.language);
  const converters::Mapping mapping =
      arguments.to == "mapped" ? read_mapping(arguments, intake, common) : converters::Mapping{};
  DocumentFiles files(arguments, common);
  const std::unique_ptr<IngestWriter> writer = make_writer(arguments, intake, mapping, files);
  Receipts receipts;
  for (const Candidate& candidate : candidates) {
    const Filing filing =
        intake.facts(candidate, key.empty() ? converters::Identity{"", hooks::random_receipt()}
                                            : intake.identify(candidate, key));
    writer->begin(filing);
    intake.write(candidate, *writer);
    writer->end();
    receipts.add(candidate.path, filing.receipt, true);
  }
  writer->finish();
  if (arguments.validate) {
    files.validate(intake);
  }
  files.publish();
  if (arguments.output != "-") {
    DescriptorOutput(STDOUT_FILENO).write(receipts.text());
  }
  return Exit::good;
}

/// Each filing by itself: the others are taken in whatever is wrong with one.
int convert_to_store(const ConvertArguments& arguments, const Intake& intake,
                     const Common& common) {
  int status = Exit::good;
  std::unique_ptr<converters::IngestStore> store;
  DescriptorOutput output(STDOUT_FILENO);
  for (const std::string& path : expand_paths(arguments.paths)) {
    const Candidate candidate = examine(path, intake, common, status);
    if (!candidate.accepted()) {
      continue;
    }
    if (!store) {
      if (arguments.to != "postgresql" && arguments.output == "-") {
        throw CommandError("--output: " +
                           std::string(common.words("保管庫のファイルを指定してください",
                                                    "name the file of the store")));
      }
      store =
          open_store({arguments.to, arguments.output, arguments.database, arguments.with_my_number},
                     intake.model());
    }
    const converters::Stored stored = intake.load(candidate, *store);
    Receipts receipts;
    receipts.add(path, stored.receipt, stored.is_new);
    output.write(receipts.text());
  }
  return status;
}

int run_convert(const ConvertArguments& arguments, const Common& common) {
  if (arguments.refile.asked() != arguments.to.empty()) {
    throw CommandError(std::string(common.words(
        "取込レコードにする（--to）か、届出ファイルのまま変換する（--encoding、--destination、"
        "--edition、--split、--merge）か、どちらかを指定してください",
        "say either what records to write (--to), or what becomes of the filing (--encoding, "
        "--destination, --edition, --split, --merge)")));
  }
  if (arguments.refile.asked()) {
    return run_refile(arguments.refile,
                      {arguments.paths, arguments.output, arguments.intake.as_of,
                       arguments.intake.profile, arguments.replace, arguments.intake.threads},
                      common);
  }
  if (arguments.validate && arguments.to != "xml") {
    throw CommandError("--validate: " + std::string(common.words("xml だけにあります",
                                                                 "there is an XSD for xml alone")));
  }
  Intake::Options options = arguments.intake;
  options.schemas = common.schemas;
  options.language = common.language;
  if (options.received_at.empty()) {
    options.received_at = hooks::now_in_japan();  // the same for all files of a run
  }
  const Intake intake(options);
  try {
    const std::vector<std::string> stores = store_formats();
    const bool is_store = std::find(stores.begin(), stores.end(), arguments.to) != stores.end();
    return is_store ? convert_to_store(arguments, intake, common)
                    : convert_to_documents(arguments, intake, common);
  } catch (const converters::StoreError& error) {
    throw CommandError(error.text(common.language));
  } catch (const OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const converters::MappingError& error) {
    say(error.text(common.language));
    return Exit::bad;
  } catch (const converters::ValueError& error) {
    say(error.what());
    return Exit::bad;
  } catch (const xsd::XmlError& error) {
    throw CommandError(error.what());
  } catch (const SourceError& error) {
    throw CommandError(error.what());
  }
}

/// All that `--to` takes, in the order of the help.
std::vector<std::string> all_formats() {
  std::vector<std::string> formats = {"ndjson", "xml", "csv"};
  for (std::string& store : store_formats()) {
    formats.push_back(std::move(store));
  }
  formats.emplace_back("mapped");
  return formats;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    text.append(text.empty() ? "" : between).append(word);
  }
  return text;
}

}  // namespace

void add_convert_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<ConvertArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "convert",
      words("点検に通った届出を、健康保険組合の取込レコードや、別の形の届出ファイルにします。",
            "Turns filings that pass the check into the union's ingest records, or into "
            "filings of another form."));
  command
      ->add_option("FILE", arguments->paths,
                   words("届出ファイル、フォルダ、または標準入力（-）",
                         "filings, folders, or - for standard input"))
      ->required();
  const std::vector<std::string> formats = all_formats();
  command
      ->add_option("--to", arguments->to,
                   words("出力の形式（" + joined(formats, " / ") + "）",
                         "what to write: " + joined(formats, ", ")))
      ->check(CLI::IsMember(formats));
  arguments->output = "-";
  command->add_option("--output,-o", arguments->output,
                      words("書き出すファイル（- は標準出力）。csv ではフォルダ、sqlite では保管庫",
                            "file to write, - for standard output; a folder for csv, the store "
                            "for sqlite"));
  command->add_option("--mapping", arguments->mapping,
                      words("mapped の対応表（XML）", "the mapping (XML) of mapped"));
  if (std::find(formats.begin(), formats.end(), "postgresql") != formats.end()) {
    command->add_option(
        "--database", arguments->database,
        words("postgresql の接続先（host=… dbname=… または postgresql://…）。"
              "省略すると環境変数 PGHOST などに従います",
              "where postgresql is: host=... dbname=... or postgresql://...; without "
              "it the variables PGHOST and so on say"));
  }
  command->add_flag("--replace,--force", arguments->replace,
                    words("既にあるファイルを置き換えます", "an existing file may be replaced"));
  command->add_option("--key", arguments->key,
                      words("届出の識別値と受付番号を作る秘密の鍵のファイル（32 バイト以上）",
                            "file with the secret key that fingerprints and receipt ids are made "
                            "with (32 bytes or more)"));
  command->add_flag("--with-my-number", arguments->with_my_number,
                    words("個人番号も、別の文書に書きます",
                          "My Numbers are written, too, to a document of their own"));
  command->add_option("--my-number-output", arguments->my_number_output,
                      words("個人番号を書き出すファイル", "file for the My Numbers"));
  command->add_option(
      "--received-at", arguments->intake.received_at,
      words("受付日時（指定がなければ現在）", "when it was received (default: now)"));
  command->add_flag("--validate", arguments->validate,
                    words("xml を書き出す前に XSD で確かめます",
                          "xml is held against its XSD before it is published"));
  command->add_flag("--strict", arguments->intake.strict,
                    words("文字コードの誤りだけの届出も受け付けません",
                          "a filing is refused for its encoding alone, too"));
  command->add_option("--as-of", arguments->intake.as_of,
                      words("点検日 YYYY-MM-DD（指定がなければ日本の今日）",
                            "check date YYYY-MM-DD (default: today in Japan)"));
  add_jobs_option(*command, arguments->intake.threads, common);
  add_refile_options(*command, arguments->refile, common);
  add_profile_option(*command, arguments->intake.profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_convert(*arguments, common); });
}

}  // namespace kpfd::cli
