#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/lines_file.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/stopping.hpp"
#include "converters/output/output_error.hpp"
#include "hooks/intake/keys.hpp"
#include "hooks/page/json_object.hpp"
#include "hooks/watch/desktop.hpp"
#include "hooks/watch/watcher.hpp"
#include "kpfd/report/grouped_report.hpp"

namespace kpfd::cli {

namespace {

struct WatchArguments {
  std::string folder;
  std::string as_of;
  std::string profile;
  std::string reports;
  std::string log;
  std::string key;
  double settle = 1;
  double poll = 2;
  bool once = false;
  bool log_names = false;
  bool show_values = false;
  bool no_notices = false;
};

/// What has happened, a JSON object a line. Names of files may be names of persons: they are in it
/// only where somebody asked for them.
class WatchLog {
 public:
  WatchLog(const std::string& path, bool names)
      : file_(path.empty() ? nullptr : std::make_unique<LinesFile>("--log", path)), names_(names) {}

  bool event(std::string_view what) {
    std::string line;
    hooks::JsonWriter object(line);
    object.text("time", hooks::now_in_japan()).text("event", what).end();
    return write(std::move(line));
  }

  bool checked(const hooks::Watched& file, const Engine& engine) {
    std::string line;
    hooks::JsonWriter object(line);
    object.text("time", hooks::now_in_japan())
        .text("event", "checked")
        .text("reference", file.reference);
    if (names_) {
      object.text("file", file.name);
    }
    object.text("verdict", name_of(file.summary.verdict))
        .text("kind", file.summary.kind)
        .number("bytes", file.bytes)
        .number("errors", file.summary.errors)
        .number("warnings", file.summary.warnings)
        .text("rules", engine.rules_hash())
        .end();
    return write(std::move(line));
  }

 private:
  bool write(std::string line) const { return file_ == nullptr || file_->add(std::move(line)); }

  std::unique_ptr<LinesFile> file_;
  bool names_;
};

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(seconds));
}

/// `10:15:00 KPFD0006.CSV: 送信できません …`.
std::string told_line(const hooks::Watched& file, const report::VerdictWords& words,
                      const Common& common) {
  constexpr std::size_t time_at = 11;
  constexpr std::size_t time_digits = 8;
  std::string line;
  report::append_plain(line, hooks::now_in_japan().substr(time_at, time_digits) + " " + file.name +
                                 std::string(common.words("：", ": ")) + words.word +
                                 std::string(common.words("。", ". ")) + words.advice);
  if (!file.report.empty()) {
    line += ' ';
    report::append_plain(line, file.report);
  }
  return line + '\n';
}

/// The verdict in words. A document that lies beside the filings is not one of them: it is told by
/// which menu it goes.
report::VerdictWords words_of(const hooks::Watched& file, const report::Catalogue& catalogue) {
  report::VerdictWords words = report::verdict_words(catalogue, file.summary);
  if (file.document != nullptr) {
    words = {};
    catalogue.phrase("watch-document", {}, words.word);
    catalogue.phrase(
        "watch-document-advice",
        {{report::Slot::name, catalogue.chosen(file.document->name, file.document->name_en)}},
        words.advice);
  }
  return words;
}

int run_watch(const WatchArguments& arguments, const Common& common) {
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine =
      make_engine(schemas, load_profile(arguments.profile, common.language), common.language);
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  WatchLog log(arguments.log, arguments.log_names);
  hooks::Desktop desktop;
  DescriptorOutput output(STDOUT_FILENO);
  int status = Exit::good;
  bool log_is_whole = true;
  const auto logged = [&](bool written) {
    if (!written && log_is_whole) {
      say("--log " + arguments.log + ": " +
          std::string(common.words("記録を書けません。空き容量を確かめてください",
                                   "the log cannot be written: look for room on the disk")));
    }
    log_is_whole = log_is_whole && written;
  };
  listen_to_stop_signals();

  hooks::Watcher::Options how;
  how.folder = arguments.folder;
  how.language = common.language;
  how.as_of = arguments.as_of;
  how.reports = arguments.reports;
  how.key = arguments.key.empty() ? hooks::random_receipt()
                                  : hooks::read_key(arguments.key, common.language);
  how.show_values = arguments.show_values;
  how.settle = milliseconds(arguments.settle);
  how.poll = milliseconds(arguments.poll);
  how.say = [](const std::string& text) { say(text); };
  how.stop = asked_to_stop;
  if (!arguments.log.empty()) {
    how.skipped.push_back(arguments.log);
  }
  how.told = [&](const hooks::Watched& file) {
    status = std::max(status, status_of(file.summary.verdict));
    const report::VerdictWords words = words_of(file, catalogue);
    logged(log.checked(file, *engine));
    // What was there before is nobody's news.
    if (!arguments.no_notices && !arguments.once && !file.was_there) {
      desktop.notify(words.word, file.name + "\n" + words.advice,
                     file.summary.verdict != Verdict::accept);
    }
    output.write(told_line(file, words, common));
  };
  how.folder_moved = [&](bool there) {
    logged(log.event(there ? "folder-back" : "folder-gone"));
    say(arguments.folder + ": " +
        std::string(there ? common.words("フォルダが戻りました。見張りを続けます",
                                         "the folder is back and watched again")
                          : common.words("フォルダが見つかりません。戻るまで待ちます",
                                         "the folder has gone; waiting until it is back")));
  };
  try {
    const hooks::FileTypes types(schemas.files());
    hooks::Watcher watcher(std::move(how), *engine, types, catalogue);
    logged(log.event("started"));
    if (!arguments.once) {
      say(arguments.folder + ": " +
          std::string(
              common.words("このフォルダに保存されたファイルを点検します（Ctrl+C で終わり）",
                           "what is saved here is checked (Ctrl+C ends it)")));
    }
    const bool all = watcher.run(arguments.once);
    logged(log.event("stopped"));
    if (!log_is_whole || (arguments.once && !all)) {
      return Exit::unchecked;
    }
    return arguments.once ? status : static_cast<int>(Exit::good);
  } catch (const hooks::FolderError& error) {
    throw CommandError(error.what());
  } catch (const converters::OutputError& error) {
    throw CommandError(error.text(common.language));
  }
}

}  // namespace

void add_watch_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<WatchArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "watch", words("フォルダに保存されたファイルを、そのつど点検して知らせます。",
                     "Checks whatever is saved in a folder, and tells the verdict."));
  command
      ->add_option("FOLDER", arguments->folder,
                   words("届出ファイルを保存するフォルダ", "folder that filings are saved in"))
      ->required();
  command
      ->add_option("--reports", arguments->reports,
                   words("報告書（HTML）を作るフォルダ", "folder for reports of HTML"))
      ->option_text("DIR");
  command
      ->add_option("--log", arguments->log,
                   words("記録のファイル（JSON、1行に1件）。氏名も番号もファイル名も入りません",
                         "log, a JSON object a line, without names, numbers or names of files"))
      ->option_text("FILE");
  command->add_flag("--log-names", arguments->log_names,
                    words("記録にファイル名も入れます", "names of files are in the log, too"));
  command
      ->add_option("--key", arguments->key,
                   words("記録の確認番号を作る鍵のファイル（指定がなければ毎回変わります）",
                         "file with the key for the log's references (default: a new one each "
                         "time)"))
      ->option_text("FILE");
  command->add_flag("--no-notices", arguments->no_notices,
                    words("デスクトップの通知を出しません", "no notices on the desktop"));
  command->add_flag("--once", arguments->once,
                    words("いまあるファイルを点検して終わります", "check what is there, then end"));
  const auto add_seconds = [&](const char* name, double& value, std::string text) {
    command->add_option(name, value, std::move(text))
        ->check(CLI::Range(0.0, 1e6))
        ->option_text("SECONDS");
  };
  add_seconds("--settle", arguments->settle,
              words("この秒数変わらなければ、保存し終わったとみなします",
                    "a file is whole when it has not changed for so long"));
  add_seconds("--poll", arguments->poll,
              words("この秒数ごとに、知らせがなくてもフォルダを見ます",
                    "look into the folder so often, whatever it tells"));
  command->add_flag("--show-values", arguments->show_values,
                    words("報告書に項目の値も載せます（個人番号は載せません）",
                          "values of items are in the reports, too (never a My Number)"));
  command->add_option("--as-of", arguments->as_of,
                      words("点検日 YYYY-MM-DD（指定がなければ日本の今日）",
                            "check date YYYY-MM-DD (default: today in Japan)"));
  add_profile_option(*command, arguments->profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_watch(*arguments, common); });
}

}  // namespace kpfd::cli
