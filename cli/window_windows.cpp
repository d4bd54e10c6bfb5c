#include "cli/window_windows.hpp"

#include "kpfd/system/windows.hpp"
// After it: they need the types.
#include <commctrl.h>
#include <objbase.h>
#include <shellapi.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "cli/check.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/reporting.hpp"
#include "cli/system.hpp"
#include "converters/output/output_file.hpp"

namespace kpfd::cli {

namespace {

using report::Slot;

constexpr const char* no_window = "--no-window";

/// What the window says.
struct Message {
  std::string heading;
  std::string text;
  std::string report;  ///< path; "": there is none
  Verdict verdict = Verdict::unchecked;
};

/// Whether nobody else writes to the console: it was opened for this program, and closes with it.
bool owns_console() {
  std::array<DWORD, 2> processes{};
  return ::GetConsoleProcessList(processes.data(), processes.size()) == 1;
}

/// As the Explorer hands files over: whole paths.
bool is_path_of_file(const std::string& argument) {
  const std::wstring name = system::file_name(argument);
  const bool whole = name.size() > 2 && (name[1] == L':' || name.rfind(LR"(\\)", 0) == 0);
  return whole && ::GetFileAttributesW(name.c_str()) != INVALID_FILE_ATTRIBUTES;
}

/// Bytes of the report into its file.
class FileOutput final : public report::Output {
 public:
  explicit FileOutput(converters::OutputFile& file) : file_(file) {}
  void write(std::string_view bytes) override { file_.write(bytes); }

 private:
  converters::OutputFile& file_;
};

/// A name that is not taken, in the user's own folder for temporary files: nobody else looks there.
std::string report_path() {
  std::array<wchar_t, MAX_PATH + 1> folder{};
  const DWORD size = ::GetTempPathW(folder.size(), folder.data());
  std::string time;
  for (const char c : hooks::now_in_japan().substr(0, 19)) {
    if (c != ':') {
      time += c == 'T' ? '-' : c;
    }
  }
  const std::string stem = system::narrow({folder.data(), size}) + "kpfd-" + time;
  std::string path = stem + ".html";
  for (int i = 2; ::GetFileAttributesW(system::file_name(path).c_str()) != INVALID_FILE_ATTRIBUTES;
       ++i) {
    path = stem + '-' + std::to_string(i) + ".html";
  }
  return path;
}

/// The verdicts of a run, counted.
struct Counts {
  std::uint64_t files = 0;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;

  void add(Verdict verdict) {
    ++files;
    accepted += verdict == Verdict::accept ? 1U : 0U;
    rejected += verdict == Verdict::reject ? 1U : 0U;
  }
  Verdict verdict() const {
    if (accepted + rejected < files || files == 0) {
      return Verdict::unchecked;
    }
    return rejected > 0 ? Verdict::reject : Verdict::accept;
  }
};

std::string sentence_of(const Summary& summary, const report::Catalogue& catalogue) {
  std::string text;
  switch (summary.verdict) {
    case Verdict::accept:
      catalogue.phrase(summary.warnings > 0 ? "verdict-accept-warnings" : "verdict-accept",
                       {{Slot::warnings, summary.warnings}}, text);
      break;
    case Verdict::reject:
      catalogue.phrase("verdict-reject", {{Slot::errors, summary.errors}}, text);
      break;
    case Verdict::unchecked:
      catalogue.phrase("verdict-unchecked", {{Slot::text, summary.reason}}, text);
      break;
  }
  return text;
}

std::string heading_of(Verdict verdict, const report::Catalogue& catalogue) {
  std::string text;
  catalogue.phrase(verdict == Verdict::accept   ? "word-accept"
                   : verdict == Verdict::reject ? "word-reject"
                                                : "word-unchecked",
                   {}, text);
  return text;
}

/// Checks the files as `kpfd check --format html` does.
Message check_files(const std::vector<std::string>& paths, std::string_view language) {
  const Words report_words = {"くわしい結果は報告書にあります。", "The report has the details."};
  const SchemaSet schemas("");
  const std::unique_ptr<Engine> engine = schemas.make_engine();
  const report::Catalogue catalogue = schemas.load_catalogue(std::string(language));
  const std::vector<std::string> files = expand_paths(paths);
  CheckOptions options;
  options.check_date = today_in_japan();

  Message message;
  message.report = report_path();
  converters::OutputFile file(message.report, {});
  FileOutput output(file);
  report::ReportOptions report_options = report_options_of(*engine);
  report_options.check_date = options.check_date;
  const std::unique_ptr<report::Report> report =
      make_report("html", output, catalogue, std::move(report_options));
  Progress progress;
  Counts counts;
  for (const std::string& path : files) {
    const Summary summary = check_file(*engine, path, options, language, progress, *report);
    counts.add(summary.verdict);
    if (files.size() == 1) {
      message.text = path + "\n\n" + sentence_of(summary, catalogue);
    }
  }
  report->finish();
  file.publish();
  message.verdict = counts.verdict();
  message.heading = heading_of(message.verdict, catalogue);
  if (files.size() > 1) {
    catalogue.phrase("run-total",
                     {{Slot::count, counts.files},
                      {Slot::found, counts.accepted},
                      {Slot::errors, counts.rejected},
                      {Slot::other, counts.files - counts.accepted - counts.rejected}},
                     message.text);
  }
  message.text.append("\n").append(report_words.in(language));
  return message;
}

/// Whatever stands in the way of the check is told, too.
Message answer_to(const std::vector<std::string>& paths, std::string_view language) {
  Message message;
  message.heading = Words{"確認できませんでした", "Could not be checked"}.in(language);
  try {
    return check_files(paths, language);
  } catch (const converters::OutputError& error) {
    message.text = error.text(language);
  } catch (const std::exception& error) {
    message.text = error.what();
  }
  return message;
}

Message how_to(std::string_view language) {
  Message message;
  message.heading = Words{"届出ファイルを確認するには", "How to check a filing"}.in(language);
  message.text =
      Words{
          "届出ファイル（KPFD0006.CSV など）を、このプログラムのアイコンの上までドラッグして離して"
          "ください。送信できるかどうかを表示します。\n\n"
          "ファイルの中身は、このパソコンの外に出ません。",
          "Drag a filing (such as KPFD0006.CSV) onto the icon of this program and drop it there. A "
          "window says whether it can be sent.\n\n"
          "Nothing of the file leaves this computer."}
          .in(language);
  return message;
}

/// A window with the words in large letters, where Windows has it; true: the report is wanted.
bool show_large(const Message& message, const std::wstring& open, const std::wstring& close,
                PCWSTR icon, bool& shown) {
  shown = false;
  const HMODULE library = ::LoadLibraryW(L"comctl32.dll");
  if (library == nullptr) {
    return false;
  }
  const auto show = reinterpret_cast<decltype(&::TaskDialogIndirect)>(
      reinterpret_cast<void*>(::GetProcAddress(library, "TaskDialogIndirect")));
  if (show == nullptr) {
    return false;
  }
  const std::wstring heading = system::wide(message.heading);
  const std::wstring text = system::wide(message.text);
  const std::array<TASKDIALOG_BUTTON, 2> buttons = {
      {{IDOK, open.c_str()}, {IDCANCEL, close.c_str()}}};
  TASKDIALOGCONFIG config{};
  config.cbSize = sizeof(config);
  config.dwFlags = TDF_ALLOW_DIALOG_CANCELLATION | TDF_SIZE_TO_CONTENT;
  config.pszWindowTitle = L"kpfd";
  config.pszMainIcon = icon;
  config.pszMainInstruction = heading.c_str();
  config.pszContent = text.c_str();
  const bool has_report = !message.report.empty();
  config.cButtons = has_report ? 2 : 1;
  config.pButtons = has_report ? buttons.data() : buttons.data() + 1;
  int pressed = 0;
  shown = show(&config, &pressed, nullptr, nullptr) == S_OK;
  return shown && pressed == IDOK;
}

void show(const Message& message, std::string_view language) {
  const bool has_report = !message.report.empty();
  const bool good = message.verdict == Verdict::accept;
  const auto words = [language](std::string_view ja, std::string_view en) {
    return system::wide(Words{ja, en}.in(language));
  };
  bool shown = false;
  bool wanted =
      show_large(message, words("報告書を開く", "Open the report"), words("閉じる", "Close"),
                 good || message.text.empty() ? TD_INFORMATION_ICON : TD_WARNING_ICON, shown);
  if (!shown) {
    const std::wstring text = system::wide("【" + message.heading + "】\n\n" + message.text);
    const UINT icon = good ? MB_ICONINFORMATION : MB_ICONWARNING;
    wanted = ::MessageBoxW(nullptr, text.c_str(), L"kpfd",
                           MB_SETFOREGROUND | icon | (has_report ? MB_OKCANCEL : MB_OK)) == IDOK;
  }
  if (wanted && has_report) {
    // What opens documents may want it.
    const bool ready = SUCCEEDED(::CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED));
    ::ShellExecuteW(nullptr, L"open", system::file_name(message.report).c_str(), nullptr, nullptr,
                    SW_SHOWNORMAL);
    if (ready) {
      ::CoUninitialize();
    }
  }
}

int status_of_message(const Message& message) {
  return message.verdict == Verdict::accept   ? Exit::good
         : message.verdict == Verdict::reject ? Exit::bad
                                              : Exit::unchecked;
}

}  // namespace

std::optional<int> check_dropped_files(const std::vector<std::string>& arguments) {
  const std::string language = language_of_system();
  if (arguments.size() > 2 && arguments[1] == no_window) {
    const Message message = answer_to({arguments.begin() + 2, arguments.end()}, language);
    DescriptorOutput(STDOUT_FILENO)
        .write(message.heading + '\n' + message.text + '\n' + message.report + '\n');
    return status_of_message(message);
  }
  const bool only_files =
      !arguments.empty() && std::all_of(arguments.begin() + 1, arguments.end(), is_path_of_file);
  if (!only_files || !owns_console()) {
    return std::nullopt;
  }
  // The console that came with the program says nothing.
  ::FreeConsole();
  if (arguments.size() == 1) {
    show(how_to(language), language);
    return Exit::good;
  }
  const Message message = answer_to({arguments.begin() + 1, arguments.end()}, language);
  show(message, language);
  return status_of_message(message);
}

}  // namespace kpfd::cli
