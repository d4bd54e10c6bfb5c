#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/manuals.hpp"
#include "cli/output.hpp"
#include "cli/private_memory.hpp"
#include "cli/sample.hpp"
#include "cli/system.hpp"
#include "kpfd/version.hpp"

namespace kpfd::cli {

namespace {

/// The language has to be known before the options are described.
std::string language_of(const std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument.rfind("--lang=", 0) == 0) {
      return std::string(argument.substr(7));
    }
    if (argument == "--lang" && i + 1 < arguments.size()) {
      return arguments[i + 1];
    }
  }
  return language_of_system();
}

/// What is wrong with the arguments, in Japanese; the library's own words are English.
std::string japanese_fault(const CLI::App* app, const CLI::Error& error) {
  constexpr std::string_view missing = " is required";
  const std::string what = error.what();
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  std::string text;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    text = "知らない引数があります：";
    for (const std::string& argument : app->remaining(true)) {
      text += ' ' + argument;
    }
  } else if (required && app->get_subcommands().empty()) {
    text = "コマンドを指定してください：";
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; })) {
      text += ' ' + command->get_name();
    }
  } else if (required && what.find(missing) != std::string::npos) {
    text = what.substr(0, what.find(missing)) + "を指定してください。";
  } else {
    text = "引数の値を使えません： " + what;
  }
  return text + "\n使い方は --help で表示します。\n";
}

constexpr const char* options_in_japanese = "オプション";

/// The frame of the help in Japanese. Commands that are added later take it over, but for the place
/// of their own `--help`.
void speak_japanese(CLI::App& app) {
  app.option_defaults()->group(options_in_japanese);
  app.group("コマンド");
  app.set_help_flag("-h,--help", "この説明を表示します");
  app.failure_message(japanese_fault);
  const auto formatter = app.get_formatter();
  formatter->label("Usage", "使い方");
  formatter->label("OPTIONS", options_in_japanese);
  formatter->label("SUBCOMMAND", "コマンド");
  formatter->label("Positionals", "引数");
  formatter->label("Needs", "要");
  formatter->label("Excludes", "併用不可");
}

/// Adds all commands and options, in the language of `common`, which outlives the app.
void describe(CLI::App& app, Common& common) {
  app.name("kpfd");
  // `/tmp/x` is a file everywhere.
  app.allow_windows_style_options(false);
  app.description(std::string(common.words(
      "健康保険組合・年金事務所あての届出ファイル（KPFD0006.CSV / SHFD0006.CSV）を点検します。",
      "Checks filings (KPFD0006.CSV / SHFD0006.CSV) for health insurance unions and pension "
      "offices.")));
  if (common.language != "en") {
    speak_japanese(app);
  }
  app.footer(std::string(common.words(
      "終了コード： 0 エラーなし（警告はあるかもしれません）、1 エラーあり、2 点検できませんでした",
      "Exit status: 0 no error (warnings may stand), 1 at least one error, 2 the check could not "
      "be "
      "done")));
  app.set_version_flag("--version", std::string(version()),
                       std::string(common.words("版を表示します", "show the version")));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  add_check_command(app, common);
  add_convert_command(app, common);
  add_explain_command(app, common);
  add_inbox_command(app, common);
  add_precheck_command(app, common);
  add_repair_command(app, common);
  add_sample_command(app, common);
  add_schemas_command(app, common);
  add_serve_command(app, common);
  add_summary_command(app, common);
  add_watch_command(app, common);
  if (common.language != "en") {
    for (CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; })) {
      command->get_help_ptr()->group(options_in_japanese);
    }
  }
}

/// For the build alone, which makes the manual pages with it; so no help speaks of it.
constexpr std::string_view manuals_option = "--write-manuals";

void write_both_manuals(const std::string& folder) {
  Common japanese;
  Common english;
  english.language = "en";
  CLI::App ja;
  CLI::App en;
  describe(ja, japanese);
  describe(en, english);
  write_manuals(folder, {ja, en});
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 3 && arguments[1] == manuals_option) {
    write_both_manuals(arguments[2]);
    return Exit::good;
  }
  Common common;
  common.language = language_of(arguments);
  CLI::App app;
  describe(app, common);
  try {
    // In reverse, as the library takes them, without the program's name.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    if (!reversed.empty()) {
      reversed.pop_back();
    }
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    std::ostringstream answer;
    std::ostringstream faults;
    const bool asked = app.exit(error, answer, faults) == 0;
    if (!answer.str().empty()) {
      DescriptorOutput(STDOUT_FILENO).write(answer.str());
    }
    if (!faults.str().empty()) {
      say(faults.str());
    }
    return asked ? Exit::good : Exit::unchecked;
  }
  return common.status;
}

}  // namespace

int status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return Exit::good;
    case Verdict::reject:
      return Exit::bad;
    case Verdict::unchecked:
      break;
  }
  return Exit::unchecked;
}

void add_common_options(CLI::App& command, Common& common) {
  command
      .add_option(
          "--lang", common.language,
          std::string(common.words("表示の言語（ja / en）", "language of the report: ja or en")))
      ->check(CLI::IsMember({"ja", "en"}));
  command
      .add_option(
          "--schemas", common.schemas,
          std::string(common.words("組み込みの様式定義と置き換える定義のフォルダ",
                                   "folder of schemas that take the place of the built-in ones")))
      ->option_text("DIR");
}

void add_jobs_option(CLI::App& command, unsigned& jobs, const Common& common) {
  constexpr unsigned most_jobs = 64;
  command
      .add_option(
          "--jobs", jobs,
          std::string(common.words("大きなファイルを処理するスレッドの数（指定がなければ 1）",
                                   "threads that work on a large file (default: 1)")))
      ->check(CLI::Range(1U, most_jobs))
      ->option_text("N");
}

}  // namespace kpfd::cli

namespace {

/// Says it without asking for memory.
void say_out_of_memory() noexcept {
  constexpr std::string_view text =
      "kpfd: メモリが足りません。ほかのプログラムを終えて、もう一度実行してください (out of "
      "memory)\n";
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

/// Where even the exception has no room, or nothing can catch it yet.
[[noreturn]] void end_without_memory() {
  try {
    if (std::current_exception()) {
      throw;
    }
  } catch (const std::bad_alloc&) {
    say_out_of_memory();
    std::_Exit(kpfd::cli::Exit::unchecked);
  } catch (...) {
    std::abort();
  }
  // No exception: there was no room for one, unless something else is wrong. The runtime's reserve
  // is one of the last objects that are made.
  void* volatile room = std::malloc(1024);
  if (room == nullptr) {
    say_out_of_memory();
    std::_Exit(kpfd::cli::Exit::unchecked);
  }
  std::free(room);
  std::abort();
}

/// Before the objects of this program are made: they ask for memory, too.
[[gnu::constructor(101)]] void watch_memory() { std::set_terminate(end_without_memory); }

}  // namespace

int main(int count, char** given) {
  kpfd::cli::forbid_dumps();
  try {
    kpfd::cli::prepare_process();
    const std::vector<std::string> arguments = kpfd::cli::arguments_of(count, given);
    if (const std::optional<int> status = kpfd::cli::run_as_no_command(arguments)) {
      return *status;
    }
    return kpfd::cli::run(arguments);
  } catch (const std::bad_alloc&) {
    say_out_of_memory();
    return kpfd::cli::Exit::unchecked;
  } catch (const std::exception& error) {
    kpfd::cli::say(std::string("kpfd: ") + error.what());
    return kpfd::cli::Exit::unchecked;
  }
}
