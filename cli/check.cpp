#include "cli/check.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/progress.hpp"
#include "cli/reporting.hpp"
#include "converters/output/output_file.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::cli {

namespace {

struct CheckArguments {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string as_of;
  std::optional<std::string> edition;
  std::string colour = "auto";
  std::string profile;
  std::optional<std::uint64_t> max_findings;
  unsigned jobs = 1;
  bool show_values = false;
  std::string output = "-";
  bool replace = false;
};

std::string unknown_edition(const std::string& edition, const std::vector<std::string>& known,
                            const Common& common) {
  std::string list;
  for (const std::string& id : known) {
    list += (list.empty() ? "" : ", ") + id;
  }
  return common.language == "en" ? "there is no edition `" + edition + "`; there are " + list
                                 : "版「" + edition + "」はありません。ある版: " + list;
}

int run_check(const CheckArguments& arguments, const Common& common) try {
  CheckOptions options;
  options.check_date = check_date_of(arguments.as_of, common.language);
  options.threads = arguments.jobs;
  const std::vector<std::string> files = expand_paths(arguments.paths);
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine =
      make_engine(schemas, load_profile(arguments.profile, common.language), common.language);
  const std::vector<std::string>& editions = engine->editions();
  if (arguments.edition) {
    if (std::find(editions.begin(), editions.end(), *arguments.edition) == editions.end()) {
      throw CommandError("--edition: " + unknown_edition(*arguments.edition, editions, common));
    }
    options.edition = *arguments.edition;
  }
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);

  report::ReportOptions report_options = report_options_of(*engine);
  report_options.show_values = arguments.show_values;
  report_options.check_date = options.check_date;
  report_options.colour =
      arguments.colour == "always" ||
      (arguments.colour == "auto" && arguments.output == "-" && is_terminal(STDOUT_FILENO));
  report_options.max_findings = arguments.max_findings;
  const std::unique_ptr<ReportTarget> output =
      open_report(arguments.output, arguments.replace, files);
  const std::unique_ptr<report::Report> report =
      make_report(arguments.format, *output, catalogue, std::move(report_options));

  int status = Exit::good;
  Progress progress;
  for (const std::string& path : files) {
    const Summary summary = check_file(*engine, path, options, common.language, progress, *report);
    if (summary.verdict == Verdict::unchecked) {
      status = Exit::unchecked;
    } else if (summary.verdict == Verdict::reject && status == Exit::good) {
      status = Exit::bad;
    }
  }
  report->finish();
  output->publish();
  return status;
} catch (const converters::OutputError& error) {
  throw CommandError(error.text(common.language));
}

}  // namespace

Summary check_file(const Engine& engine, const std::string& path, CheckOptions options,
                   std::string_view language, Progress& progress, report::Report& report) {
  Summary summary;
  try {
    hooks::OpenedSource opened = hooks::open_source(path, language);
    report.begin_file(path, opened.size);
    progress.begin_file(path);
    if (path != "-") {
      options.file_name = path;
    }
    options.progress = [&](std::uint64_t done, std::uint64_t) {
      progress.show(done, opened.size);
      return true;
    };
    summary = engine.check(*opened.source, options, report);
    progress.clear();
    report.end_file(summary);
    return summary;
  } catch (const SourceError& error) {
    summary.reason = error.what();
  }
  report.begin_file(path, 0);
  report.end_file(summary);
  return summary;
}

void add_check_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* const command = app.add_subcommand(
      "check", std::string(common.words("届出ファイルを点検し、送信できるかどうかを示します。",
                                        "Checks filings and says whether they can be sent.")));
  command
      ->add_option("FILE", arguments->paths,
                   std::string(common.words("届出ファイル、フォルダ、または標準入力（-）",
                                            "filings, folders, or - for standard input")))
      ->required()
      ->option_text("...");
  command
      ->add_option(
          "--format", arguments->format,
          std::string(common.words("出力の形式（text / jsonl / json / html / sarif / junit / csv）",
                                   "form of the report: text, jsonl, json, html, sarif, "
                                   "junit, csv")))
      ->check(CLI::IsMember(report_formats()));
  add_report_options(*command, arguments->output, arguments->replace, common);
  command
      ->add_option("--as-of", arguments->as_of,
                   std::string(common.words("点検日（指定がなければ日本の今日）",
                                            "check date (default: today in Japan)")))
      ->option_text("YYYY-MM-DD");
  command
      ->add_option(
          "--edition", arguments->edition,
          std::string(common.words(
              "様式の版（例 2018-03）。どの様式も、その版の時点で最新だった版だけで点検します。"
              "指定がなければ項目の数から版を判断します",
              "edition of the forms, such as 2018-03: each form is taken only in what was its "
              "newest edition then (default: the number of items tells the edition)")))
      ->option_text("YYYY-MM");
  command
      ->add_option(
          "--max-findings", arguments->max_findings,
          std::string(common.words("表示する指摘の最大件数（指定がなければすべて。text だけは ",
                                   "show at most so many findings (default: all; in text ")) +
              std::to_string(report::text_findings) + std::string(common.words(" 件）", ")")))
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  command->add_flag("--show-values", arguments->show_values,
                    std::string(common.words("項目の値も表示します（個人番号は表示しません）",
                                             "show the values of items, too (never a My Number)")));
  command
      ->add_option("--colour,--color", arguments->colour,
                   std::string(common.words("色をつける（auto / always / never）",
                                            "colours: auto, always, never")))
      ->check(CLI::IsMember({"auto", "always", "never"}));
  add_jobs_option(*command, arguments->jobs, common);
  add_profile_option(*command, arguments->profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_check(*arguments, common); });
}

}  // namespace kpfd::cli
