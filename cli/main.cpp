#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/sample.hpp"
#include "kpfd/version.hpp"

namespace kpfd::cli {

namespace {

/// The language has to be known before the options are described.
std::string language_of(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument.rfind("--lang=", 0) == 0) {
      return std::string(argument.substr(7));
    }
    if (argument == "--lang" && i + 1 < count) {
      return arguments[i + 1];
    }
  }
  return language_of_environment();
}

int run(int count, char** arguments) {
  Common common;
  common.language = language_of(count, arguments);
  CLI::App app(
      std::string(common.words(
          "健康保険組合・年金事務所あての届出ファイル（KPFD0006.CSV / SHFD0006.CSV）を点検します。",
          "Checks filings (KPFD0006.CSV / SHFD0006.CSV) for health insurance unions and pension "
          "offices.")),
      "kpfd");
  app.set_version_flag("--version", std::string(version()));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  add_check_command(app, common);
  add_convert_command(app, common);
  add_explain_command(app, common);
  add_repair_command(app, common);
  add_sample_command(app, common);
  add_schemas_command(app, common);
  add_summary_command(app, common);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream faults;
    const bool asked = app.exit(error, std::cout, faults) == 0;
    if (!faults.str().empty()) {
      say(faults.str());
    }
    return asked ? Exit::good : Exit::unchecked;
  }
  return common.status;
}

}  // namespace

void add_common_options(CLI::App& command, Common& common) {
  command
      .add_option(
          "--lang", common.language,
          std::string(common.words("表示の言語（ja / en）", "language of the report: ja or en")))
      ->check(CLI::IsMember({"ja", "en"}));
  command.add_option(
      "--schemas", common.schemas,
      std::string(common.words("組み込みの様式定義と置き換える定義のフォルダ",
                               "folder of schemas that take the place of the built-in ones")));
}

}  // namespace kpfd::cli

int main(int count, char** arguments) {
  // A reader that goes away is an error of writing, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a limit on the size of files.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return kpfd::cli::run(count, arguments);
  } catch (const std::exception& error) {
    kpfd::cli::say(std::string("kpfd: ") + error.what());
    return kpfd::cli::Exit::unchecked;
  }
}
