#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/reporting.hpp"
#include "converters/output/output_file.hpp"
#include "converters/refile/gate.hpp"
#include "converters/summary/cover_sheet.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::cli {

namespace {

using converters::CoverSheet;
using converters::OutputError;
using converters::OutputFile;
using converters::OutputOptions;

struct SummaryArguments {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string output = "-";
  std::string as_of;
  std::string profile;
  bool replace = false;
};

int run_summary(const SummaryArguments& arguments, const Common& common) {
  const std::vector<std::string> paths = expand_paths(arguments.paths);
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine =
      make_engine(schemas, load_profile(arguments.profile, common.language), common.language);
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  CheckOptions check;
  check.check_date = check_date_of(arguments.as_of, common.language);
  DescriptorOutput faults(STDERR_FILENO);
  int status = Exit::good;
  try {
    const converters::RepairBook book = converters::RepairBook::load(schemas.files());
    OutputOptions options;
    options.replace = arguments.replace;
    options.inputs = converters::identities_of(paths);
    OutputFile output(arguments.output, options);
    const layout::Receiver* headed = nullptr;
    for (const std::string& path : paths) {
      const hooks::OpenedSource opened = hooks::open_source(path, common.language);
      check.file_name = path == "-" ? std::string_view{} : std::string_view(path);
      converters::Gate gate(*engine, book);
      const Summary summary = engine->check(*opened.source, check, gate);
      if (summary.verdict == Verdict::unchecked) {
        throw SourceError(path + ": " + summary.reason);
      }
      if (!gate.is_open() || engine->layouts().receiver(summary.kind) == nullptr) {
        status = Exit::bad;
        const auto report = make_report("text", faults, catalogue, report_options_of(*engine));
        report->begin_file(path, opened.size);
        report->end_file(engine->check(*opened.source, check, *report));
        report->finish();
        continue;
      }
      const CoverSheet sheet = converters::make_cover_sheet(*engine, summary, *opened.source);
      if (arguments.format == "json") {
        output.write(converters::as_json(sheet, path));
      } else if (arguments.format == "csv") {
        if (headed != nullptr && headed != sheet.receiver) {
          throw CommandError(path + ": " +
                             std::string(common.words(
                                 "提出先の違うファイルは一つの CSV にできません",
                                 "files for different destinations do not fit into one CSV")));
        }
        if (headed == nullptr) {
          output.write(converters::csv_heading(*sheet.receiver, common.language));
        }
        headed = sheet.receiver;
        output.write(converters::as_csv(sheet, path, common.language));
      } else {
        output.write(converters::as_text(sheet, path, common.language));
      }
    }
    output.publish();
  } catch (const OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const SourceError& error) {
    throw CommandError(error.what());
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
  return status;
}

}  // namespace

void add_summary_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<SummaryArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "summary", words("届出ファイルの総括票（事業所、届書ごとの件数と合計）を作ります。",
                       "Makes the cover sheet of a filing: offices, counts and totals per form."));
  command
      ->add_option("FILE", arguments->paths,
                   words("届出ファイル、フォルダ、または標準入力（-）",
                         "filings, folders, or - for standard input"))
      ->required();
  command
      ->add_option("--format", arguments->format,
                   words("出力の形式（text / json / csv）", "form of the sheet: text, json, csv"))
      ->check(CLI::IsMember({"text", "json", "csv"}));
  command->add_option(
      "--output,-o", arguments->output,
      words("書き出すファイル（- は標準出力）", "file to write, - for standard output"));
  command->add_flag("--replace,--force", arguments->replace,
                    words("既にあるファイルを置き換えます", "an existing file may be replaced"));
  command->add_option("--as-of", arguments->as_of,
                      words("点検日 YYYY-MM-DD（指定がなければ日本の今日）",
                            "check date YYYY-MM-DD (default: today in Japan)"));
  add_profile_option(*command, arguments->profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_summary(*arguments, common); });
}

}  // namespace kpfd::cli
