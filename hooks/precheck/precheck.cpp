#include "hooks/precheck/precheck.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "converters/ingest/identity.hpp"
#include "kpfd/digest/hmac.hpp"
#include "kpfd/grammar/markers.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/profile/model.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/source.hpp"
#include "kpfd/text/utf8.hpp"

namespace kpfd::hooks {

namespace {

/// The first lines of a filing are a handful, whatever happened to them.
constexpr std::size_t first_lines = 16;
constexpr std::size_t first_bytes = 64U << 10;

/// What is hashed begins with what it is, so that no other use of the key gives the same bytes.
constexpr std::string_view file_label = "kpfd sent file 1\n";
constexpr std::string_view send_label = "kpfd send 1\n";

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string in_small(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), small);
  return result;
}

/// Names that Windows keeps for devices, whatever ending they have.
bool is_device_name(std::string_view name) {
  const std::string stem = in_small(name.substr(0, name.find('.')));
  constexpr std::array<std::string_view, 4> devices = {"con", "prn", "aux", "nul"};
  if (std::find(devices.begin(), devices.end(), stem) != devices.end()) {
    return true;
  }
  const std::string_view port = std::string_view(stem).substr(0, 3);
  return stem.size() == 4 && (port == "com" || port == "lpt") && stem[3] >= '0' && stem[3] <= '9';
}

std::uint64_t limit_of(const layout::Layouts& layouts) {
  std::uint64_t limit = Source::unknown_size;
  for (const layout::SizeLimit& size : layouts.sizes) {
    if (size.severity == Severity::error && size.from > 0) {
      limit = std::min(limit, size.from - 1);
    }
  }
  return limit;
}

bool is_name_of_filing(const layout::Layouts& layouts, std::string_view name) {
  const std::string asked = in_small(name);
  const auto same = [&asked](const auto& known) { return in_small(known.file) == asked; };
  return std::any_of(layouts.receivers.begin(), layouts.receivers.end(), same) ||
         std::any_of(layouts.refused.begin(), layouts.refused.end(), same);
}

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string ending_of(std::string_view name) {
  const std::size_t dot = name.find_last_of('.');
  return dot == std::string_view::npos ? std::string() : in_small(name.substr(dot + 1));
}

bool is_safe_name(std::string_view name) {
  constexpr std::string_view refused = "<>:\"/\\|?*";
  constexpr std::size_t longest = 255;
  return !name.empty() && name.size() <= longest && report::is_plain(name) &&
         name.find_first_of(refused) == std::string_view::npos && name.back() != '.' &&
         name.back() != ' ' && !is_device_name(name);
}

bool begins_as_filing(const Engine& engine, std::string_view bytes) {
  const layout::Layouts& layouts = engine.layouts();
  std::string text(bytes.substr(0, first_bytes));
  // UTF-16 has the bytes of its ASCII with NULs between them: enough to see what was meant.
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  std::string_view rest = text;
  for (const std::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
    if (rest.substr(0, mark.size()) == mark) {
      rest.remove_prefix(mark.size());
      break;
    }
  }
  for (std::size_t count = 0; count < first_lines && !rest.empty(); ++count) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    for (const std::string* const marker : {&layouts.offices_marker, &layouts.data_marker}) {
      if (grammar::match_marker(line, *marker) != grammar::Marker::none ||
          grammar::match_marker(line, *marker, grammar::utf8_space) != grammar::Marker::none) {
        return true;
      }
    }
    const std::string_view first = line.substr(0, line.find(','));
    if (first.size() < line.size() &&
        std::any_of(layouts.records.begin(), layouts.records.end(),
                    [&](const layout::Record& record) { return record.form == first; })) {
      return true;
    }
    rest.remove_prefix(end);
    // CR LF is one end; a blank line counts as one.
    rest.remove_prefix(rest.substr(0, 2) == "\r\n" ? 2 : std::min<std::size_t>(1, rest.size()));
  }
  return false;
}

/// Hands findings on, counts them, and makes those of the send.
class Precheck::Listener final : public FindingSink {
 public:
  Listener(const FileTypes& types, FindingSink& sink, Summary& summary)
      : types_(types), sink_(sink), summary_(summary) {}

  void finding(const Finding& finding) override { sink_.finding(finding); }

  /// One of the send's own checks has found something.
  void say(std::string_view check, const Parts& parts = {}) {
    Finding finding;
    finding.rule = &types_.check(check);
    finding.severity = finding.rule->severity;
    finding.parts = parts;
    if (finding.severity == Severity::error) {
      ++summary_.errors;
      if (summary_.verdict == Verdict::accept) {
        summary_.verdict = Verdict::reject;
      }
    } else if (finding.severity == Severity::warning) {
      ++summary_.warnings;
    }
    sink_.finding(finding);
  }

 private:
  const FileTypes& types_;
  FindingSink& sink_;
  Summary& summary_;
};

Precheck::Precheck(const Engine& engine, const FileTypes& types, Options options)
    : engine_(engine), types_(types), options_(std::move(options)) {
  send_.menu = options_.menu;
  send_.verdict = Verdict::accept;
  send_.limit = limit_of(engine.layouts());
  if (options_.menu == Menu::application && !options_.any_receiver) {
    const std::vector<layout::Receiver>& receivers = engine.layouts().receivers;
    const auto found = std::find_if(receivers.begin(), receivers.end(),
                                    [](const layout::Receiver& one) { return one.is_union; });
    send_.receiver = found == receivers.end() ? nullptr : &*found;
  }
}

bool Precheck::is_filing(std::string_view name, const Recognised& recognised,
                         std::string_view bytes) const {
  return recognised.text &&
         (is_name_of_filing(engine_.layouts(), name) || begins_as_filing(engine_, bytes));
}

bool Precheck::is_like_filing(std::string_view text) const {
  const std::string shown = in_small(text);
  const auto has = [&shown](const std::string& word) {
    return !word.empty() && shown.find(in_small(word)) != std::string::npos;
  };
  const layout::Layouts& layouts = engine_.layouts();
  return std::any_of(types_.filing_words().begin(), types_.filing_words().end(), has) ||
         std::any_of(layouts.records.begin(), layouts.records.end(),
                     [&](const layout::Record& record) { return has(record.name); }) ||
         std::any_of(layouts.receivers.begin(), layouts.receivers.end(),
                     [&](const layout::Receiver& receiver) {
                       return has(receiver.file.substr(0, receiver.file.find('.')));
                     });
}

/// The bytes of the send so far; the file that goes beyond the limit has the finding.
void Precheck::check_total(const SentFile& file, std::uint64_t& total, Listener& listener) {
  const std::uint64_t before = total;
  total += file.size;
  if (total > send_.limit && before <= send_.limit) {
    listener.say("SEND-SIZE", Parts{}
                                  .add(Part::count, static_cast<std::int64_t>(total))
                                  .add(Part::limit, static_cast<std::int64_t>(send_.limit)));
  }
}

void Precheck::remember(const SentFile& file, Listener& listener) {
  const digest::Digest digest =
      digest::HmacSha256(options_.key).feed(file_label).feed(file.bytes).finish();
  if (std::find(digests_.begin(), digests_.end(), digest) != digests_.end()) {
    listener.say("SEND-TWICE");
  }
  digests_.push_back(digest);
}

void Precheck::check_receiver(const Summary& summary, Listener& listener) {
  const layout::Receiver* const receiver = engine_.layouts().receiver(summary.kind);
  if (receiver == nullptr) {
    return;
  }
  if (send_.receiver == nullptr) {
    send_.receiver = receiver;
  } else if (receiver != send_.receiver) {
    listener.say("MENU-OTHER-RECEIVER",
                 Parts{}
                     .add(Part::name, receiver->name, receiver->name_en)
                     .add(Part::name2, send_.receiver->name, send_.receiver->name_en));
  }
}

void Precheck::ask_attachments(const Summary& summary, Listener& listener) {
  if (!summary.profile || !summary.profile->applied) {
    return;
  }
  for (const ProfileUse::Needed& needed : summary.profile->attachments) {
    const bool given = std::find(options_.attachments.begin(), options_.attachments.end(),
                                 needed.key) != options_.attachments.end();
    if (!given) {
      listener.say("SEND-ATTACHMENT",
                   Parts{}
                       .add(Part::name, needed.name, needed.name_en)
                       .add(Part::name2, needed.key)
                       .add(Part::count, static_cast<std::int64_t>(needed.count)));
    }
    const auto known =
        std::find_if(send_.asked.begin(), send_.asked.end(),
                     [&](const AskedDocument& document) { return document.key == needed.key; });
    if (known != send_.asked.end()) {
      known->records += needed.count;
    } else {
      send_.asked.push_back({needed.key, needed.name, needed.name_en, needed.count, given});
    }
  }
}

void Precheck::check_filing(const SentFile& file, const Recognised& recognised, Listener& listener,
                            CheckedFile& checked) {
  Summary& summary = checked.summary;
  const bool foreign = recognised.type != nullptr && recognised.type->shape != Shape::text;
  if (foreign) {
    // Whether it would be taken in the other menu: then that one is named.
    listener.say("MENU-IS-DOCUMENT",
                 Parts{}
                     .add(Part::name, recognised.type->name, recognised.type->name_en)
                     .add(Part::expected_text, recognised.type->taken() ? types_.endings() : ""));
    return;
  }
  if (recognised.text && !file.bytes.empty() && !is_filing(file.name, recognised, file.bytes)) {
    listener.say("MENU-NO-FILING");
    return;
  }
  MemorySource source(file.bytes);
  CheckOptions options;
  options.file_name = file.name;
  options.check_date = options_.check_date;
  const Summary before = summary;
  summary = engine_.check(source, options, listener);
  summary.errors += before.errors;
  summary.warnings += before.warnings;
  if (before.verdict == Verdict::reject && summary.verdict == Verdict::accept) {
    summary.verdict = Verdict::reject;
  }
  check_receiver(summary, listener);
  ask_attachments(summary, listener);
}

/// What a document is, against what its name says.
void Precheck::check_kind(const SentFile& file, const Recognised& recognised, Listener& listener) {
  const std::string ending = ending_of(file.name);
  const bool known_ending = types_.takes_ending(ending);
  const FileType* const type = recognised.type;
  const auto named = [&](std::string_view check) {
    Parts parts;
    if (type != nullptr) {
      parts.add(Part::name, type->name, type->name_en);
    }
    listener.say(check, parts);
  };
  // A container that is cut has lost the members that tell what it was: its name may be right.
  const bool may_be =
      type != nullptr && !recognised.whole &&
      std::any_of(types_.types().begin(), types_.types().end(), [&](const FileType& other) {
        return other.shape == type->shape && other.has_ending(ending);
      });
  if (may_be) {
    listener.say("DOCUMENT-DAMAGED");
    return;
  }
  if (type == nullptr) {
    // No kind that is known: under a text's name it is a text with other bytes in it.
    const bool as_text =
        std::any_of(types_.types().begin(), types_.types().end(), [&](const FileType& other) {
          return (other.shape == Shape::text || other.shape == Shape::xml) &&
                 other.has_ending(ending);
        });
    named(as_text ? "DOCUMENT-TEXT" : known_ending ? "DOCUMENT-LIES" : "DOCUMENT-UNKNOWN");
    return;
  }
  if (recognised.macros) {
    named("DOCUMENT-MACROS");
  }
  if (recognised.encrypted) {
    named("DOCUMENT-ENCRYPTED");
  }
  if (!type->taken()) {
    named("DOCUMENT-TYPE");
  } else if (!known_ending) {
    listener.say("DOCUMENT-EXTENSION", Parts{}.add(Part::expected_text, types_.endings()));
  } else if (!type->has_ending(ending)) {
    named("DOCUMENT-LIES");
  } else if (!recognised.whole) {
    listener.say("DOCUMENT-DAMAGED");
  }
}

void Precheck::check_document(const SentFile& file, const Recognised& recognised,
                              Listener& listener, CheckedFile& checked) {
  if (recognised.type != nullptr) {
    checked.type = recognised.type->key;
    checked.type_name = recognised.type->name;
    checked.type_name_en = recognised.type->name_en;
  }
  if (!is_safe_name(file.name)) {
    listener.say("DOCUMENT-FILE-NAME");
  }
  if (file.size == 0) {
    listener.say("DOCUMENT-EMPTY");
    return;
  }
  if (is_filing(file.name, recognised, file.bytes)) {
    listener.say("MENU-IS-FILING");
    return;
  }
  check_kind(file, recognised, listener);
  if (!recognised.text && (is_like_filing(file.name) || is_like_filing(recognised.title))) {
    listener.say("DOCUMENT-LIKE-FILING");
  }
}

Summary Precheck::add(CheckedFile checked) {
  Summary summary = checked.summary;
  send_.errors += summary.errors;
  send_.warnings += summary.warnings;
  if (summary.verdict == Verdict::unchecked) {
    send_.verdict = Verdict::unchecked;
    send_.reason = summary.reason;
  } else if (summary.verdict == Verdict::reject && send_.verdict == Verdict::accept) {
    send_.verdict = Verdict::reject;
  }
  send_.files.push_back(std::move(checked));
  return summary;
}

Summary Precheck::check(const SentFile& file, FindingSink& sink) {
  CheckedFile checked;
  checked.name = file.name;
  checked.summary.verdict = Verdict::accept;
  checked.summary.edition = engine_.schemas_edition();
  checked.summary.bytes = file.size;
  Listener listener(types_, sink, checked.summary);
  check_total(file, send_.bytes, listener);
  // Of a file that no send can carry nothing more is asked.
  if (file.size <= send_.limit) {
    remember(file, listener);
    const Recognised recognised = types_.recognise(file.bytes);
    if (send_.menu == Menu::application) {
      check_filing(file, recognised, listener, checked);
    } else {
      check_document(file, recognised, listener, checked);
    }
  }
  return add(std::move(checked));
}

Summary Precheck::check_attachment(const std::string& key, const SentFile& file,
                                   FindingSink& sink) {
  CheckedFile checked;
  checked.name = file.name;
  checked.attachment = key;
  checked.summary.verdict = Verdict::accept;
  checked.summary.edition = engine_.schemas_edition();
  checked.summary.bytes = file.size;
  Listener listener(types_, sink, checked.summary);
  check_total(file, attached_bytes_, listener);
  if (file.size <= send_.limit) {
    remember(file, listener);
    check_document(file, types_.recognise(file.bytes), listener, checked);
  }
  return add(std::move(checked));
}

Summary Precheck::unreadable(std::string_view name, std::string_view reason) {
  CheckedFile checked;
  checked.name = name;
  checked.summary.reason = reason;
  return add(std::move(checked));
}

const Send& Precheck::finish() {
  if (send_.files.empty()) {
    send_.verdict = Verdict::unchecked;
  }
  return send_;
}

std::string Precheck::reference() const {
  digest::HmacSha256 all(options_.key);
  all.feed(send_label).feed(name_of(send_.menu)).feed("\n");
  for (const digest::Digest& digest : digests_) {
    all.feed({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  const digest::Digest digest = all.finish();
  return converters::receipt_of({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace kpfd::hooks
