#include "cli/reporting.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/output.hpp"
#include "converters/output/output_file.hpp"
#include "kpfd/report/csv_report.hpp"
#include "kpfd/report/html_report.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/junit_report.hpp"
#include "kpfd/report/sarif_report.hpp"
#include "kpfd/report/text_report.hpp"

namespace kpfd::cli {

namespace {

class StandardOutput final : public ReportTarget {
 public:
  void write(std::string_view bytes) override { output_.write(bytes); }
  void publish() override {}

 private:
  DescriptorOutput output_{STDOUT_FILENO};
};

class ReportFile final : public ReportTarget {
 public:
  ReportFile(const std::string& path, converters::OutputOptions options)
      : file_(path, std::move(options)) {}
  void write(std::string_view bytes) override { file_.write(bytes); }
  void publish() override { file_.publish(); }

 private:
  converters::OutputFile file_;
};

}  // namespace

std::unique_ptr<ReportTarget> open_report(const std::string& path, bool replace,
                                          const std::vector<std::string>& inputs) {
  if (path == "-") {
    return std::make_unique<StandardOutput>();
  }
  converters::OutputOptions options;
  options.replace = replace;
  options.inputs = converters::identities_of(inputs);
  return std::make_unique<ReportFile>(path, std::move(options));
}

void add_report_options(CLI::App& command, std::string& output, bool& replace,
                        const Common& common) {
  command
      .add_option("-o,--output", output,
                  std::string(common.words("報告書を書き出すファイル（指定がなければ標準出力）",
                                           "file that the report goes to (default: standard "
                                           "output)")))
      ->option_text("FILE");
  command.add_flag("--replace,--force", replace,
                   std::string(common.words("同じ名前のファイルがあれば置き換えます",
                                            "replace a file of that name")));
}

const std::vector<std::string>& report_formats() {
  static const std::vector<std::string> formats = {"text",  "jsonl", "json", "html",
                                                   "sarif", "junit", "csv"};
  return formats;
}

std::unique_ptr<report::Report> make_report(const std::string& format, report::Output& output,
                                            const report::Catalogue& catalogue,
                                            report::ReportOptions options) {
  if (format == "jsonl") {
    return std::make_unique<report::JsonLinesReport>(output, catalogue, std::move(options));
  }
  if (format == "json") {
    return std::make_unique<report::JsonReport>(output, catalogue, std::move(options));
  }
  if (format == "html") {
    return std::make_unique<report::HtmlReport>(output, catalogue, std::move(options));
  }
  if (format == "sarif") {
    return std::make_unique<report::SarifReport>(output, catalogue, std::move(options));
  }
  if (format == "junit") {
    return std::make_unique<report::JunitReport>(output, catalogue, std::move(options));
  }
  if (format == "csv") {
    return std::make_unique<report::CsvReport>(output, catalogue, std::move(options));
  }
  return std::make_unique<report::TextReport>(output, catalogue, std::move(options));
}

}  // namespace kpfd::cli
