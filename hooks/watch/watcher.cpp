#include "hooks/watch/watcher.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "converters/output/output_file.hpp"
#include "hooks/intake/clock.hpp"
#include "hooks/intake/schema_set.hpp"
#include "hooks/intake/sources.hpp"
#include "kpfd/digest/hmac.hpp"
#include "kpfd/report/html_report.hpp"

namespace kpfd::hooks {

namespace {

/// Behind the name of the file that a report is about.
constexpr std::string_view report_ending = ".kpfd.html";

/// Room for the ending in the name of a file.
constexpr std::size_t longest_name = 200;

/// More is not read to see what a file is that is no filing.
constexpr std::uint64_t largest_document = std::uint64_t{32} << 20;

/// Digits of a reference.
constexpr std::size_t reference_digits = 32;

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

class NoFindings final : public FindingSink {
 public:
  void finding(const Finding& /*finding*/) override {}
};

/// A report's way into a file.
class FileOutput final : public report::Output {
 public:
  explicit FileOutput(converters::OutputFile& file) : file_(file) {}
  void write(std::string_view bytes) override { file_.write(bytes); }

 private:
  converters::OutputFile& file_;
};

}  // namespace

bool is_saved_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.rfind("~$", 0) == 0 || name == "Thumbs.db" ||
      name == "desktop.ini") {
    return false;
  }
  std::string small(name);
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::array<std::string_view, 7> endings = {
      ".tmp", ".part", "~", ".partial", ".crdownload", report_ending, ".swp"};
  return std::none_of(endings.begin(), endings.end(),
                      [&](std::string_view ending) { return ends_with(small, ending); });
}

Watcher::Watcher(Options options, const Engine& engine, const FileTypes& types,
                 const report::Catalogue& catalogue)
    : options_(std::move(options)),
      engine_(engine),
      types_(types),
      catalogue_(catalogue),
      folder_(options_.folder) {
  check_date_of(options_.as_of, options_.language);
  if (!options_.reports.empty()) {
    converters::make_folder(options_.reports);
  }
}

std::string Watcher::reference_of(const std::string& name, CivilDate date) const {
  digest::HmacSha256 made(options_.key);
  // What decides a verdict: the name and the day, too.
  made.feed(name).feed({"\0", 1}).feed(std::to_string(date.days)).feed({"\0", 1});
  const OpenedSource opened = sources::open_regular_file(folder_.path_of(name), options_.language);
  std::string piece(std::size_t{256} << 10, '\0');
  std::uint64_t at = 0;
  while (const std::size_t size = opened.source->read(at, piece.data(), piece.size())) {
    made.feed(std::string_view(piece).substr(0, size));
    at += size;
  }
  return digest::hexadecimal(made.finish()).substr(0, reference_digits);
}

Summary Watcher::check_file(const std::string& name, CivilDate date, report::Report* report,
                            Watched& watched) const {
  CheckOptions how;
  how.file_name = name;
  how.check_date = date;
  how.progress = [this](std::uint64_t, std::uint64_t) { return !options_.stop(); };
  const OpenedSource opened = sources::open_regular_file(folder_.path_of(name), options_.language);
  watched.bytes = opened.size;
  NoFindings nothing;
  if (report == nullptr) {
    return engine_.check(*opened.source, how, nothing);
  }
  report->begin_file(name, opened.size);
  Summary summary = engine_.check(*opened.source, how, *report);
  report->end_file(summary);
  return summary;
}

Summary Watcher::check_with_report(const std::string& name, CivilDate date,
                                   Watched& watched) const {
  converters::OutputOptions output;
  output.replace = true;
  const std::string path = options_.reports + "/" + name + std::string(report_ending);
  converters::OutputFile file(path, output);
  FileOutput to(file);
  report::ReportOptions words = report_options_of(engine_);
  words.check_date = date;
  words.show_values = options_.show_values;
  report::HtmlReport report(to, catalogue_, std::move(words));
  Summary summary = check_file(name, date, &report, watched);
  report.finish();
  if (!options_.stop()) {
    file.publish();
    watched.report = path;
  }
  return summary;
}

const FileType* Watcher::document_of(const std::string& name) const {
  const OpenedSource opened = sources::open_regular_file(folder_.path_of(name), options_.language);
  if (opened.size > largest_document) {
    return nullptr;
  }
  std::string bytes(static_cast<std::size_t>(opened.size), '\0');
  bytes.resize(opened.source->read(0, bytes.data(), bytes.size()));
  const Recognised recognised = types_.recognise(bytes);
  const bool is_taken = recognised.type != nullptr && !recognised.text && recognised.type->taken();
  return is_taken ? recognised.type : nullptr;
}

/// False: it is to be looked at again.
bool Watcher::check(const std::string& name, Known& known) {
  Watched watched;
  watched.name = name;
  watched.was_there = known.was_there;
  const CivilDate date = check_date_of(options_.as_of, options_.language);
  try {
    watched.reference = reference_of(name, date);
    if (watched.reference == known.reference) {
      return true;
    }
    try {
      watched.summary = options_.reports.empty() ? check_file(name, date, nullptr, watched)
                                                 : check_with_report(name, date, watched);
    } catch (const converters::OutputError& error) {
      // The verdict is told all the same.
      options_.say(error.text(options_.language));
      failed_ = true;
      watched.summary = check_file(name, date, nullptr, watched);
    }
    if (watched.summary.verdict == Verdict::reject && watched.summary.encoding.empty()) {
      watched.document = document_of(name);
    }
  } catch (const SourceError& error) {
    watched.summary = {};
    watched.summary.reason = error.what();
  }
  if (options_.stop()) {
    return false;
  }
  const std::optional<DeskFile> now = folder_.file(name);
  if (!now) {
    return true;  // it has gone: there is nothing to say of it any more
  }
  if (!(*now == known.state)) {
    return false;  // it is being written to, and what was found may be true no more
  }
  known.reference = watched.reference;
  options_.told(watched);
  return true;
}

/// True: something is not whole yet.
bool Watcher::look(bool first) {
  const std::vector<std::string> names = folder_.names();
  std::erase_if(known_, [&names](const auto& known) {
    return !std::binary_search(names.begin(), names.end(), known.first);
  });
  const std::vector<converters::FileIdentity> skipped = converters::identities_of(options_.skipped);
  bool settling = false;
  for (const std::string& name : names) {
    if (options_.stop()) {
      break;
    }
    const std::optional<DeskFile> state = folder_.file(name);
    if (!state || !is_saved_name(name) || name.size() > longest_name ||
        std::any_of(skipped.begin(), skipped.end(), [&](const converters::FileIdentity& file) {
          return file.number == state->number;
        })) {
      continue;
    }
    const auto now = Clock::now();
    const auto [place, is_new] = known_.try_emplace(name, Known{*state, now, first});
    Known& known = place->second;
    if (!is_new && !(known.state == *state)) {
      known.state = *state;
      known.since = now;
      known.done = false;
      known.was_there = false;
    }
    if (known.done) {
      continue;
    }
    known.done =
        now - known.since >= options_.settle && folder_.is_closed(name) && check(name, known);
    settling = settling || !known.done;
  }
  return settling;
}

/// Until the folder is there again. What is in it then is looked at as if it had just been saved.
void Watcher::wait_for_folder() {
  options_.folder_moved(false);
  known_.clear();
  // Held any longer, it would stand in the way of whoever takes it away.
  folder_ = DeskFolder();
  while (!options_.stop()) {
    try {
      folder_ = DeskFolder(options_.folder);
      options_.folder_moved(true);
      return;
    } catch (const FolderError&) {
      folder_.wait(options_.poll);
    }
  }
}

bool Watcher::run(bool once) {
  bool first = true;
  while (!options_.stop()) {
    if (!folder_.is_told() && first) {
      options_.say(in({"このフォルダの変化はシステムから知らされません。一定の間隔で見ます",
                       "the system tells nothing of changes here: the folder is looked at now and "
                       "then"}));
    }
    while (!options_.stop() && folder_.is_there()) {
      bool settling = false;
      try {
        settling = look(first);
      } catch (const FolderError&) {
        if (folder_.is_there()) {
          throw;
        }
        break;
      }
      first = false;
      if (once && !settling) {
        return !failed_;
      }
      folder_.wait(settling ? std::min(options_.settle, options_.poll) : options_.poll);
    }
    if (!options_.stop()) {
      if (once) {
        throw FolderError(options_.folder + ": " +
                          in({"フォルダがなくなりました", "the folder has gone"}));
      }
      wait_for_folder();
    }
  }
  return !once && !failed_;
}

}  // namespace kpfd::hooks
