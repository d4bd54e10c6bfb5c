#include "kpfd/report/catalogue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <pugixml.hpp>
#include <utility>

#include "kpfd/check/builtin.hpp"
#include "kpfd/date.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::report {
namespace {

// ---- the names in the catalogue's files -------------------------------------------------------

constexpr std::array<std::string_view, slot_kinds> slot_names = {
    "found",  "expected", "expected_text", "other",     "position", "character", "substitute",
    "count",  "era",      "year",          "name",      "name2",    "limit",     "difference",
    "item",   "number",   "form",          "form_code", "id",       "file",      "line",
    "errors", "warnings", "text",          "condition", "hash"};
static_assert(static_cast<std::size_t>(Slot::limit) + 1 == part_kinds);
static_assert(static_cast<std::size_t>(Slot::hash) + 1 == slot_kinds);

constexpr std::array<std::pair<std::string_view, Format>, 6> format_names = {{
    {"code", Format::code},
    {"amount", Format::amount},
    {"date", Format::date},
    {"lengths", Format::lengths},
    {"values", Format::values},
    {"choice", Format::choice},
}};

constexpr Slot slot_of(Part part) { return static_cast<Slot>(part); }

/// True for what the machine itself checks, whatever a catalogue says of it.
bool is_builtin(std::string_view id) {
  return std::find(check::check_ids.begin(), check::check_ids.end(), id) != check::check_ids.end();
}

/// Slots that only the report's own phrases fill.
constexpr bool is_of_phrases(Slot slot) { return slot >= Slot::file; }

// ---- loading ------------------------------------------------------------------------------------

layout::Place place_at(std::string_view file_name, std::string_view xml, std::ptrdiff_t offset) {
  layout::Place place{std::string(file_name), 1, 1};
  const std::size_t end = std::min(offset < 0 ? 0 : static_cast<std::size_t>(offset), xml.size());
  for (const char c : xml.substr(0, end)) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;
}

constexpr bool is_xml_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Runs of white space => one space, none at the ends; a line break between two characters beyond
/// ASCII vanishes, as Japanese sentences run on without a space.
std::string without_layout(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_xml_space(text[at])) {
      result += text[at++];
      continue;
    }
    bool line_break = false;
    for (; at < text.size() && is_xml_space(text[at]); ++at) {
      line_break = line_break || text[at] == '\n';
    }
    const bool at_end = result.empty() || at == text.size();
    if (!at_end && !(line_break && !is_ascii(result.back()) && !is_ascii(text[at]))) {
      result += ' ';
    }
  }
  return result;
}

/// The text of one element => its pieces.
class TemplateReader {
 public:
  explicit TemplateReader(std::string_view text) : rest_(text) {}

  /// The pieces, or a reason in `error`.
  Template read(std::string& error) {
    std::size_t option = none;
    bool in_second = false;
    while (error.empty() && !rest_.empty()) {
      if (take("[[")) {
        if (option != none) {
          error = "`[[` inside `[[`";
        }
        end_literal();
        option = result_.pieces.size();
        in_second = false;
        result_.pieces.push_back({Template::Piece::Kind::option, {}, {}, 0, 0, {}, {}});
      } else if (option != none && !in_second && take("||")) {
        end_literal();
        in_second = true;
        result_.pieces[option].second = static_cast<std::uint32_t>(result_.pieces.size());
      } else if (take("]]")) {
        end_literal();
        if (option == none) {
          error = "`]]` without `[[`";
        } else {
          const auto end = static_cast<std::uint32_t>(result_.pieces.size());
          if (!in_second) {
            result_.pieces[option].second = end;
          }
          result_.pieces[option].end = end;
          option = none;
        }
      } else if (take("{")) {
        end_literal();
        read_placeholder(error);
      } else if (rest_.front() == '}') {
        error = "`}` without `{`";
      } else {
        literal_ += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    if (error.empty() && option != none) {
      error = "`[[` without `]]`";
    }
    end_literal();
    return std::move(result_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  bool take(std::string_view token) {
    if (rest_.substr(0, token.size()) != token) {
      return false;
    }
    rest_.remove_prefix(token.size());
    return true;
  }

  void end_literal() {
    if (literal_.empty()) {
      return;
    }
    Template::Piece piece;
    append_json(piece.json, literal_);
    piece.text = std::move(literal_);
    literal_.clear();
    result_.pieces.push_back(std::move(piece));
  }

  void read_placeholder(std::string& error) {
    const std::size_t close = rest_.find('}');
    if (close == std::string_view::npos) {
      error = "`{` without `}`";
      return;
    }
    std::string_view inside = rest_.substr(0, close);
    rest_.remove_prefix(close + 1);

    std::string_view format;
    if (const std::size_t colon = inside.find(':'); colon != std::string_view::npos) {
      format = inside.substr(colon + 1);
      inside = inside.substr(0, colon);
      if (format.empty()) {
        error = "no format behind `:`";
      }
    }
    Template::Piece piece;
    piece.kind = Template::Piece::Kind::value;
    const auto slot = std::find(slot_names.begin(), slot_names.end(), inside);
    if (slot == slot_names.end()) {
      error = "unknown placeholder `{" + std::string(inside) + "}`";
      return;
    }
    piece.slot = static_cast<Slot>(slot - slot_names.begin());
    if (piece.slot == Slot::character) {
      piece.format = Format::code;
    }
    if (!format.empty() && format.back() == '-') {
      piece.format = Format::phrase;
      piece.text = format;
    } else if (!format.empty()) {
      const auto named =
          std::find_if(format_names.begin(), format_names.end(),
                       [format](const auto& entry) { return entry.first == format; });
      if (named == format_names.end()) {
        error = "unknown format `" + std::string(format) + "`";
        return;
      }
      piece.format = named->second;
    }
    result_.pieces.push_back(std::move(piece));
  }

  std::string_view rest_;
  std::string literal_;
  Template result_;
};

/// A file of messages while it is read.
class Source {
 public:
  Source(std::string_view xml, std::string_view file_name) : xml_(xml), file_name_(file_name) {}

  [[noreturn]] void fail(std::ptrdiff_t offset, const std::string& reason) const {
    throw layout::SchemaError(place_at(file_name_, xml_, offset), reason);
  }
  [[noreturn]] void fail(const pugi::xml_node& node, const std::string& reason) const {
    fail(node.offset_debug(), "<" + std::string(node.name()) + ">: " + reason);
  }

  /// Refuses other attributes: a misspelt one would be lost without a word.
  void allow(const pugi::xml_node& node, std::initializer_list<std::string_view> names) const {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (std::find(names.begin(), names.end(), attribute.name()) == names.end()) {
        fail(node, "unknown attribute `" + std::string(attribute.name()) + "`");
      }
    }
  }

  std::string id_of(const pugi::xml_node& node) const {
    allow(node, {"id"});
    std::string id = node.attribute("id").value();
    if (id.empty()) {
      fail(node, "attribute `id` is missing");
    }
    return id;
  }

  /// `as_it_stands`: for words that join others. Blanks at the ends are kept, and there may be
  /// none.
  std::string text_of(const pugi::xml_node& node, bool as_it_stands = false) const {
    std::string text;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) {
        fail(child, "only text may stand here");
      }
      text += child.value();
    }
    if (as_it_stands) {
      return checked(node, std::move(text));
    }
    text = without_layout(text);
    if (text.empty()) {
      fail(node, "there is no text");
    }
    return checked(node, std::move(text));
  }

  Template template_of(const pugi::xml_node& node, bool of_phrase) const {
    std::string error;
    Template result = TemplateReader(text_of(node, of_phrase)).read(error);
    if (!error.empty()) {
      fail(node, error);
    }
    for (const Template::Piece& piece : result.pieces) {
      if (piece.kind == Template::Piece::Kind::value && is_of_phrases(piece.slot) && !of_phrase) {
        fail(node, "`{" + std::string(slot_names[static_cast<std::size_t>(piece.slot)]) +
                       "}` has a value in phrases only");
      }
    }
    return result;
  }

  Message message_of(const pugi::xml_node& node) const {
    Message message;
    for (const pugi::xml_node& part : node.children()) {
      const std::string_view name = part.name();
      allow(part, {});
      if (name == "title") {
        set(part, message.title);
      } else if (name == "text") {
        set(part, message.text);
      } else if (name == "why") {
        set(part, message.why);
      } else if (name == "fix") {
        set(part, message.fix);
      } else if (name == "good") {
        message.good = text_of(part);
      } else if (name == "bad") {
        message.bad = text_of(part);
      } else {
        fail(part, "unknown element");
      }
    }
    if (message.title.empty() || message.text.empty()) {
      fail(node, "a message needs a title and a text");
    }
    return message;
  }

  Cause cause_of(const pugi::xml_node& node) const {
    Cause cause;
    for (const pugi::xml_node& part : node.children()) {
      const std::string_view name = part.name();
      allow(part, {});
      if (name == "why") {
        set(part, cause.why);
      } else if (name == "fix") {
        set(part, cause.fix);
      } else {
        fail(part, "unknown element");
      }
    }
    if (cause.why.empty()) {
      fail(node, "a cause needs a `why`");
    }
    return cause;
  }

 private:
  std::string checked(const pugi::xml_node& node, std::string text) const {
    if (!is_plain(text)) {
      fail(node, "broken UTF-8 or a control character in the text");
    }
    return text;
  }

  void set(const pugi::xml_node& node, Template& into) const {
    if (!into.empty()) {
      fail(node, "said twice");
    }
    into = template_of(node, false);
  }

  std::string_view xml_;
  std::string_view file_name_;
};

// ---- rendering ----------------------------------------------------------------------------------

struct Value {
  enum class Kind : std::uint8_t { none, number, utf8, shift_jis };
  Kind kind = Kind::none;
  std::int64_t number = 0;
  std::string_view text;

  static Value of(std::int64_t n) { return {Kind::number, n, {}}; }
  static Value of(std::string_view t) { return {t.empty() ? Kind::none : Kind::utf8, 0, t}; }
};

/// Where a template's values come from: a finding, or the arguments of a phrase.
struct Values {
  const Catalogue* catalogue = nullptr;
  const Finding* finding = nullptr;
  bool amounts = false;  ///< {found}, {expected} and {other} may be shown
  const Catalogue::Argument* arguments = nullptr;
  std::size_t argument_count = 0;

  const Parts::Entry* part(Slot slot) const {
    for (std::uint8_t i = 0; i < finding->parts.size; ++i) {
      if (slot_of(finding->parts.entries[i].part) == slot) {
        return &finding->parts.entries[i];
      }
    }
    return nullptr;
  }

  Value of_part(Slot slot) const {
    const Parts::Entry* entry = part(slot);
    if (entry == nullptr) {
      return {};
    }
    if (!entry->is_text) {
      return Value::of(entry->number);
    }
    const bool english = catalogue->language() != "ja" && !entry->text_en.empty();
    Value value = Value::of(english ? entry->text_en : entry->text);
    if (slot == Slot::substitute && value.kind != Value::Kind::none) {
      value.kind = Value::Kind::shift_jis;
    }
    return value;
  }

  Value difference() const {
    const Parts::Entry* found = part(Slot::found);
    const Parts::Entry* expected = part(Slot::expected);
    if (found == nullptr || expected == nullptr || found->is_text || expected->is_text) {
      return {};
    }
    // Amounts have a dozen digits at most; unsigned, because the difference of any two numbers
    // must be defined all the same.
    return Value::of(static_cast<std::int64_t>(static_cast<std::uint64_t>(found->number) -
                                               static_cast<std::uint64_t>(expected->number)));
  }

  Value of_finding(Slot slot) const {
    switch (slot) {
      case Slot::found:
      case Slot::expected:
      case Slot::other:
        return amounts ? of_part(slot) : Value{};
      // A character of a secret item, or what to write for it, is a piece of the secret.
      case Slot::character:
      case Slot::substitute:
        return finding->item_name.secret ? Value{} : of_part(slot);
      case Slot::difference:
        return difference();
      case Slot::item:
        return Value::of(catalogue->item_name(*finding));
      case Slot::number:
        return finding->item == 0 ? Value{} : Value::of(std::int64_t{finding->item});
      case Slot::form:
        return Value::of(catalogue->form_name(*finding));
      case Slot::form_code:
        return Value::of(finding->form);
      case Slot::text:
        return Value::of(catalogue->own_message(*finding));
      case Slot::condition:
        // Whoever said what is wrong in words has no need of the rule's.
        return finding->rule == nullptr || !catalogue->own_message(*finding).empty()
                   ? Value{}
                   : Value::of(finding->rule->condition);
      case Slot::id:
        return finding->rule == nullptr ? Value{} : Value::of(finding->rule->id);
      default:
        return is_of_phrases(slot) ? Value{} : of_part(slot);
    }
  }

  Value operator[](Slot slot) const {
    if (finding != nullptr) {
      return of_finding(slot);
    }
    for (std::size_t i = 0; i < argument_count; ++i) {
      const Catalogue::Argument& argument = arguments[i];
      if (argument.slot == slot) {
        return argument.is_text ? Value::of(argument.text) : Value::of(argument.number);
      }
    }
    return {};
  }
};

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_amount(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const char* at = digits.data();
  if (number < 0) {
    out += *at++;
  }
  for (; at != end; ++at) {
    out += *at;
    if (end - at > 1 && (end - at - 1) % 3 == 0) {
      out += ',';
    }
  }
}

void append_code(std::string& out, std::int64_t code) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (int shift = code > 0xFF ? 12 : 4; shift >= 0; shift -= 4) {
    out += digits[static_cast<std::size_t>((code >> shift) & 0xF)];
  }
}

/// Writes templates into a text.
class Writer {
 public:
  Writer(const Catalogue& catalogue, Escape escape, std::string& out)
      : catalogue_(catalogue), escape_(escape), out_(out) {}

  void write(const Template& words, const Values& values) const {
    write(words, values, 0, words.pieces.size());
  }

  void phrase(std::string_view id, const Values& values) const {
    if (const Template* words = catalogue_.find_phrase(id)) {
      write(*words, values);
    }
  }

 private:
  using Piece = Template::Piece;

  void write(const Template& words, const Values& values, std::size_t begin,
             std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i) {
      const Piece& piece = words.pieces[i];
      switch (piece.kind) {
        case Piece::Kind::literal:
          out_ += escape_ == Escape::json ? piece.json : piece.text;
          break;
        case Piece::Kind::value:
          write(piece, values[piece.slot]);
          break;
        case Piece::Kind::option:
          if (all_present(words, values, i + 1, piece.second)) {
            write(words, values, i + 1, piece.second);
          } else if (all_present(words, values, piece.second, piece.end)) {
            write(words, values, piece.second, piece.end);
          }
          i = piece.end - 1;
          break;
      }
    }
  }

  static bool all_present(const Template& words, const Values& values, std::size_t begin,
                          std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Piece& piece = words.pieces[i];
      if (piece.kind == Piece::Kind::value && values[piece.slot].kind == Value::Kind::none) {
        return false;
      }
    }
    return true;
  }

  void write(const Piece& piece, const Value& value) const {
    if (value.kind == Value::Kind::none) {
      return;
    }
    switch (piece.format) {
      case Format::phrase:
        if (phrase_of(piece.text, value)) {
          return;
        }
        break;
      case Format::lengths:
        if (value.kind == Value::Kind::utf8) {
          return write_lengths(value.text);
        }
        break;
      case Format::values:
        if (value.kind == Value::Kind::utf8) {
          return write_values(value.text);
        }
        break;
      case Format::choice:
        if (value.kind == Value::Kind::utf8) {
          return write_choice(value.text);
        }
        break;
      case Format::code:
        if (value.kind == Value::Kind::number) {
          return append_code(out_, value.number);
        }
        break;
      case Format::amount:
        if (value.kind == Value::Kind::number) {
          return append_amount(out_, value.number);
        }
        break;
      case Format::date:
        if (value.kind == Value::Kind::number) {
          return write_date(value.number);
        }
        break;
      case Format::plain:
        break;
    }
    write_plain(value);
  }

  void write_plain(const Value& value) const {
    switch (value.kind) {
      case Value::Kind::number:
        append_number(out_, value.number);
        break;
      case Value::Kind::utf8:
        write_text(value.text);
        break;
      case Value::Kind::shift_jis: {
        const std::size_t begin = out_.size();
        text::append_utf8(out_, value.text);
        // Substitutes are full-width characters, which no escaping changes.
        const bool is_clean = std::none_of(out_.begin() + static_cast<std::ptrdiff_t>(begin),
                                           out_.end(), [](char c) { return is_ascii(c); });
        if (!is_clean) {
          const std::string raw = out_.substr(begin);
          out_.resize(begin);
          write_text(raw);
        }
        break;
      }
      case Value::Kind::none:
        break;
    }
  }

  void write_text(std::string_view utf8) const {
    if (escape_ == Escape::json) {
      append_json(out_, utf8);
    } else {
      append_plain(out_, utf8);
    }
  }

  /// The phrase `<prefix><value>`, if there is one.
  bool phrase_of(std::string_view prefix, const Value& value) const {
    std::array<char, 64> id{};
    if (prefix.size() + 24 > id.size() || value.kind == Value::Kind::shift_jis) {
      return false;
    }
    char* end = std::copy(prefix.begin(), prefix.end(), id.data());
    if (value.kind == Value::Kind::number) {
      end = std::to_chars(end, id.data() + id.size(), value.number).ptr;
    } else {
      if (value.text.size() > static_cast<std::size_t>(id.data() + id.size() - end)) {
        return false;
      }
      end = std::copy(value.text.begin(), value.text.end(), end);
    }
    const Template* words =
        catalogue_.find_phrase({id.data(), static_cast<std::size_t>(end - id.data())});
    if (words == nullptr) {
      return false;
    }
    write(*words, Values{&catalogue_});
    return true;
  }

  void write_range(std::string_view alternative) const {
    const std::size_t dots = alternative.find("..");
    if (dots == std::string_view::npos) {
      return write_text(alternative);
    }
    write_text(alternative.substr(0, dots));
    phrase(phrase_id::range, Values{&catalogue_});
    write_text(alternative.substr(dots + 2));
  }

  /// `0|2|4` => 2または4バイト（または空）; `0..7` => 1～7バイト（または空）; `0`: an item to be
  /// left empty.
  void write_lengths(std::string_view lengths) const {
    const Values nothing{&catalogue_};
    if (lengths == "0") {
      return phrase(phrase_id::only_empty, nothing);
    }
    bool or_empty = false;
    bool first = true;
    while (!lengths.empty()) {
      const std::size_t bar = std::min(lengths.find('|'), lengths.size());
      const std::string_view alternative = lengths.substr(0, bar);
      lengths.remove_prefix(std::min(bar + 1, lengths.size()));
      const bool from_zero = alternative == "0" || alternative.substr(0, 3) == "0..";
      or_empty = or_empty || from_zero;
      if (alternative == "0") {
        continue;
      }
      if (!first) {
        phrase(phrase_id::choice_or, nothing);
      }
      first = false;
      if (from_zero && alternative != "0..1") {
        write_text("1");
        phrase(phrase_id::range, nothing);
        write_text(alternative.substr(3));
      } else if (from_zero) {
        write_text("1");
      } else {
        write_range(alternative);
      }
    }
    phrase(phrase_id::length_unit, nothing);
    if (or_empty) {
      phrase(phrase_id::or_empty, nothing);
    }
  }

  void write_values(std::string_view values) const {
    bool first = true;
    while (!values.empty()) {
      const std::size_t bar = std::min(values.find('|'), values.size());
      if (!first) {
        phrase(phrase_id::list_comma, Values{&catalogue_});
      }
      first = false;
      write_range(values.substr(0, bar));
      values.remove_prefix(std::min(bar + 1, values.size()));
    }
  }

  void write_choice(std::string_view alternatives) const {
    bool first = true;
    while (!alternatives.empty()) {
      const std::size_t comma = std::min(alternatives.find(", "), alternatives.size());
      if (!first) {
        phrase(phrase_id::choice_or, Values{&catalogue_});
      }
      first = false;
      write_text(alternatives.substr(0, comma));
      alternatives.remove_prefix(std::min(comma + 2, alternatives.size()));
    }
  }

  void write_date(std::int64_t days) const {
    constexpr std::int64_t first = make_date(1, 1, 1).days;
    constexpr std::int64_t last = make_date(9999, 12, 31).days;
    if (days < first || days > last) {
      return append_number(out_, days);
    }
    const YearMonthDay parts = parts_of(CivilDate{static_cast<std::int32_t>(days)});
    const std::array<Catalogue::Argument, 3> arguments = {
        Catalogue::Argument(Slot::year, static_cast<std::uint64_t>(parts.year)),
        Catalogue::Argument(Slot::number, static_cast<std::uint64_t>(parts.month)),
        Catalogue::Argument(Slot::count, static_cast<std::uint64_t>(parts.day))};
    phrase(phrase_id::date,
           Values{&catalogue_, nullptr, false, arguments.data(), arguments.size()});
  }

  const Catalogue& catalogue_;
  Escape escape_;
  std::string& out_;
};

/// A template for `explain`: every option by its first text, every placeholder as ‹name›.
void append_shown(const Catalogue& catalogue, const Template& words, std::size_t begin,
                  std::size_t end, std::string& out) {
  for (std::size_t i = begin; i < end; ++i) {
    const Template::Piece& piece = words.pieces[i];
    switch (piece.kind) {
      case Template::Piece::Kind::literal:
        out += piece.text;
        break;
      case Template::Piece::Kind::value: {
        const std::string name(slot_names[static_cast<std::size_t>(piece.slot)]);
        const std::string id = "slot-" + name;
        out += "\u2039";
        if (catalogue.find_phrase(id) != nullptr) {
          catalogue.phrase(id, {}, out);
        } else {
          out += name;
        }
        out += "\u203A";
        break;
      }
      case Template::Piece::Kind::option:
        append_shown(catalogue, words, i + 1, piece.second, out);
        i = piece.end - 1;
        break;
    }
  }
}

std::string shown(const Catalogue& catalogue, const Template& words) {
  std::string result;
  append_shown(catalogue, words, 0, words.pieces.size(), result);
  return result;
}

Values values_of(const Catalogue& catalogue, const Finding& finding, const Message& message,
                 RenderOptions options) {
  return {&catalogue, &finding, options.show_values || message.counts_only, nullptr, 0};
}

}  // namespace

/// Immutable for those who ask: that a text is read once, when it is asked for first, does not
/// show.
struct Catalogue::Texts {
  template <typename Text>
  struct Entry {
    pugi::xml_node node;
    mutable std::once_flag read;
    mutable Text text;
  };
  template <typename Text>
  using Entries = ById<Entry<Text>>;

  Texts(std::string_view xml, std::string_view name) : file_name(name), source(xml, file_name) {}

  /// Adds the text of a node; `whole`: reads it at once.
  template <typename Text>
  void add(Entries<Text>& entries, const pugi::xml_node& node, bool whole) {
    const auto [entry, is_new] = entries.try_emplace(source.id_of(node));
    if (!is_new) {
      source.fail(node, "`" + entry->first + "` is said twice");
    }
    entry->second.node = node;
    if (whole) {
      get(entry->second);
    }
  }

  template <typename Text>
  const Text& get(const Entry<Text>& entry) const {
    std::call_once(entry.read, [&] { read(entry.node, entry.text); });
    return entry.text;
  }

  /// nullptr: there is none.
  template <typename Text>
  const Text* find(const Entries<Text>& entries, std::string_view id) const {
    const auto found = entries.find(id);
    return found == entries.end() ? nullptr : &get(found->second);
  }

  void read(const pugi::xml_node& node, Message& message) const {
    message = source.message_of(node);
    message.counts_only = is_builtin(node.attribute("id").value());
  }
  void read(const pugi::xml_node& node, Cause& cause) const { cause = source.cause_of(node); }
  void read(const pugi::xml_node& node, Template& phrase) const {
    phrase = source.template_of(node, true);
  }

  std::string file_name;
  Source source;
  pugi::xml_document document;
  Entries<Message> messages;
  Entries<Cause> causes;
  Entries<Template> phrases;
};

Catalogue Catalogue::load(std::string_view xml, std::string_view file_name) {
  return read(xml, file_name, true);
}

Catalogue Catalogue::load_known(std::string_view xml, std::string_view file_name) {
  return read(xml, file_name, false);
}

Catalogue Catalogue::read(std::string_view xml, std::string_view file_name, bool whole) {
  const auto texts = std::make_shared<Texts>(xml, file_name);
  const Source& source = texts->source;
  pugi::xml_document& document = texts->document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    source.fail(parsed.offset, parsed.description());
  }
  const pugi::xml_node root = document.document_element();
  if (std::string_view(root.name()) != "messages") {
    source.fail(root, "expected <messages>");
  }
  source.allow(root, {"lang", "gap"});

  Catalogue catalogue;
  catalogue.language_ = root.attribute("lang").value();
  catalogue.gap_ = root.attribute("gap").value();
  if (catalogue.language_.empty()) {
    source.fail(root, "attribute `lang` is missing");
  }
  if (catalogue.gap_.find_first_not_of(' ') != std::string::npos) {
    source.fail(root, "`gap` may hold spaces only");
  }

  for (const pugi::xml_node& node : root.children()) {
    const std::string_view name = node.name();
    if (name == "message") {
      texts->add(texts->messages, node, whole);
    } else if (name == "cause") {
      texts->add(texts->causes, node, whole);
    } else if (name == "phrase") {
      texts->add(texts->phrases, node, whole);
    } else {
      source.fail(node, "unknown element");
    }
  }
  for (const std::string_view id : required_phrases) {
    if (texts->phrases.count(id) == 0) {
      source.fail(root, "phrase `" + std::string(id) + "` is missing");
    }
  }
  catalogue.texts_ = texts;
  catalogue.unknown_.title = *catalogue.find_phrase(phrase_id::no_message_title);
  catalogue.unknown_.text = *catalogue.find_phrase(phrase_id::no_message);
  return catalogue;
}

const Message* Catalogue::find(std::string_view id) const {
  return texts_->find(texts_->messages, id);
}

const Cause* Catalogue::find_cause(std::string_view id) const {
  return texts_->find(texts_->causes, id);
}

const Template* Catalogue::find_phrase(std::string_view id) const {
  return texts_->find(texts_->phrases, id);
}

std::vector<std::string_view> Catalogue::ids() const {
  std::vector<std::string_view> result;
  result.reserve(texts_->messages.size());
  for (const auto& entry : texts_->messages) {
    result.push_back(entry.first);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::optional<Explanation> Catalogue::explain(std::string_view id) const {
  const Message* message = find(id);
  if (message == nullptr) {
    return std::nullopt;
  }
  return Explanation{shown(*this, message->title),
                     shown(*this, message->text),
                     shown(*this, message->why),
                     shown(*this, message->fix),
                     message->good,
                     message->bad};
}

Catalogue::Words Catalogue::words_of(const Finding& finding) const {
  const Message* message = finding.rule == nullptr ? nullptr : find(finding.rule->id);
  if (message == nullptr) {
    message = &unknown_;
  }
  Words words{message, &message->why, &message->fix};
  const Cause* cause = finding.hint.empty() ? nullptr : find_cause(finding.hint);
  if (cause != nullptr) {
    words.why = &cause->why;
    if (!cause->fix.empty()) {
      words.fix = &cause->fix;
    }
  }
  return words;
}

void Catalogue::render_title(const Finding& finding, RenderOptions options,
                             std::string& out) const {
  const Words words = words_of(finding);
  Writer(*this, options.escape, out)
      .write(words.message->title, values_of(*this, finding, *words.message, options));
}

void Catalogue::render_text(const Finding& finding, RenderOptions options, std::string& out) const {
  const Words words = words_of(finding);
  Writer(*this, options.escape, out)
      .write(words.message->text, values_of(*this, finding, *words.message, options));
}

void Catalogue::render_why(const Finding& finding, RenderOptions options, std::string& out) const {
  const Words words = words_of(finding);
  Writer(*this, options.escape, out)
      .write(*words.why, values_of(*this, finding, *words.message, options));
}

void Catalogue::render_fix(const Finding& finding, RenderOptions options, std::string& out) const {
  const Words words = words_of(finding);
  Writer(*this, options.escape, out)
      .write(*words.fix, values_of(*this, finding, *words.message, options));
}

void Catalogue::render(const Finding& finding, RenderOptions options, std::string& out) const {
  const Words words = words_of(finding);
  const Values values = values_of(*this, finding, *words.message, options);
  const Writer writer(*this, options.escape, out);
  if (finding.item != 0) {
    writer.phrase(phrase_id::subject, values);
  }
  writer.write(words.message->text, values);
  for (const Template* part : {words.why, words.fix}) {
    const std::size_t before = out.size();
    out += gap_;
    const std::size_t begin = out.size();
    writer.write(*part, values);
    if (out.size() == begin) {
      out.resize(before);
    }
  }
}

void Catalogue::phrase(std::string_view id, std::initializer_list<Argument> arguments,
                       std::string& out) const {
  Writer(*this, Escape::none, out)
      .phrase(id, Values{this, nullptr, false, arguments.begin(), arguments.size()});
}

std::string_view Catalogue::own_message(const Finding& finding) const {
  if (finding.rule == nullptr) {
    return {};
  }
  const RuleInfo& rule = *finding.rule;
  return language_ == "ja" || rule.message_en.empty() ? rule.message : rule.message_en;
}

std::string_view Catalogue::item_name(const Finding& finding) const {
  return chosen(finding.item_name.name, finding.item_name.name_en);
}

std::string_view Catalogue::form_name(const Finding& finding) const {
  return chosen(finding.form_name, finding.form_name_en);
}

}  // namespace kpfd::report
