#include "converters/ingest/rendering.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"
#include "kpfd/text/widths.hpp"

namespace kpfd::converters {

namespace {

constexpr std::size_t buffer_size = 256U << 10;

/// A byte of a record becomes at most so many: an escape, twice where its original stands beside
/// it.
constexpr std::size_t growth = 16;

/// Room for a number, a date, a guard.
constexpr std::size_t value_room = 48;

constexpr std::size_t longest_number = 18;

constexpr unsigned first_trail = 0x40;
constexpr unsigned trails = 0x100 - first_trail;

bool is_lead(unsigned byte) {
  return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

/// Short texts, most of which fit in one copy: reads and writes up to copy_padding bytes more.
[[gnu::always_inline]] inline char* put(char* to, std::string_view text) {
  const char* from = text.data();
  std::size_t left = text.size();
  std::memcpy(to, from, 32);
  if (left > 32) {
    std::memcpy(to + 32, from + 32, 32);
    if (left > 64) {
      std::memcpy(to + 64, from + 64, left - 64);
    }
  }
  return to + left;
}

/// Texts that are nearly always shorter than a word: what stands behind a value.
[[gnu::always_inline]] inline char* put_short(char* to, std::string_view text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), sizeof word);
  std::memcpy(to, &word, sizeof word);
  return text.size() <= sizeof word ? to + text.size() : put(to, text);
}

/// Whether the first `count` bytes of a word, eight at most, are digits.
[[gnu::always_inline]] inline bool are_digits(std::uint64_t word, std::size_t count) {
  // A digit is 0x30-0x39: its high half is 3, and adding 6 to the low half does not reach 0x40.
  constexpr std::uint64_t every = 0x0101010101010101;
  const std::uint64_t bad = ((word & (0xF0 * every)) ^ (0x30 * every)) |
                            (((word & (0x0F * every)) + 0x06 * every) & (0xF0 * every));
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t mask =
      count == sizeof word ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
  return (bad & mask) == 0;
}

/// A cell of digits alone, sixteen at most, as it stands; false, and nothing that counts is
/// written, for any other. The bytes behind a cell can be read, and there is room behind `to`.
[[gnu::always_inline]] inline bool copy_digits(char* to, std::string_view cell) {
  std::array<std::uint64_t, 2> words{};
  if (cell.size() > sizeof words) {
    return false;
  }
  std::memcpy(words.data(), cell.data(), sizeof words);
  std::memcpy(to, words.data(), sizeof words);
  constexpr std::size_t word_size = sizeof words[0];
  return cell.size() <= word_size
             ? are_digits(words[0], cell.size())
             : are_digits(words[0], word_size) && are_digits(words[1], cell.size() - word_size);
}

/// Digits without their leading zeros; nullptr for what is none. Most amounts have eight at most.
char* put_digits(char* to, std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') {
    digits.remove_prefix(1);
  }
  if (copy_digits(to, digits)) {
    return to + digits.size();
  }
  if (digits.size() > longest_number) {
    return nullptr;
  }
  bool all = true;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    all &= static_cast<unsigned char>(digits[i] - '0') < 10;
    to[i] = digits[i];
  }
  return all ? to + digits.size() : nullptr;
}

/// Codes are short, and a call of memcmp is longer than they are.
[[gnu::always_inline]] inline bool is_code(std::string_view code, std::string_view cell) {
  if (code.size() != cell.size()) {
    return false;
  }
  std::size_t i = 0;
  while (i < code.size() && code[i] == cell[i]) {
    ++i;
  }
  return i == code.size();
}

const std::string_view* find_code(CodeTexts& codes, std::string_view cell) {
  const auto& texts = codes.texts;
  if (codes.last < texts.size() && is_code(texts[codes.last].first, cell)) {
    return &texts[codes.last].second;
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (is_code(texts[i].first, cell)) {
      codes.last = i;
      return &texts[i].second;
    }
  }
  return nullptr;
}

/// The bytes and the size of a character as it is written.
template <typename Glyph>
char* put_glyph(char* to, const Glyph& glyph) {
  std::memcpy(to, &glyph, sizeof glyph);
  return to + glyph.size;
}

}  // namespace

void append_escaped(std::string& out, std::string_view utf8, const Escapes& escapes) {
  for (std::size_t at = 0; at < utf8.size();) {
    const text::Utf8Character next = text::next_utf8(utf8, at);
    const bool guarded = at == 0 && escapes.guarded.find(next.value) != std::u32string::npos;
    if (guarded) {
      out += escapes.guard;
    }
    if (next.value < 0x80) {
      const std::string& escape = escapes.ascii[next.value];
      if (escape.empty()) {
        out += static_cast<char>(next.value);
      } else {
        out += escape;
      }
    } else {
      text::append_code_point(out, next.value);
    }
    at += next.bytes;
  }
}

// ---- plans ----

std::string_view Plan::keep(std::string_view text) {
  auto bytes = std::make_unique<char[]>(text.size() + copy_padding);
  std::memcpy(bytes.get(), text.data(), text.size());
  const std::string_view kept(bytes.get(), text.size());
  kept_.push_back(std::move(bytes));
  return kept;
}

void Plan::literal(std::string_view text) {
  if (!steps.empty() && steps.back().op == Step::Op::literal) {
    const std::string both = std::string(steps.back().before) + std::string(text);
    steps.back().before = keep(both);
    return;
  }
  Step step;
  step.before = keep(text);
  steps.push_back(step);
}

void Plan::add(Step::Op op, std::string_view before, std::string_view after) {
  Step step;
  step.op = op;
  step.before = keep(before);
  step.after = keep(after);
  steps.push_back(step);
}

void Plan::finish() {
  fixed_size_ = copy_padding;
  const std::string_view none = keep("");
  for (Step& step : steps) {
    for (std::string_view* const text :
         {&step.before, &step.between, &step.between2, &step.after, &step.empty}) {
      if (text->empty()) {
        *text = none;
      }
    }
    std::size_t longest = 0;
    if (step.op == Step::Op::code) {
      for (const auto& entry : codes[step.codes].texts) {
        longest = std::max(longest, entry.second.size());
      }
    }
    fixed_size_ += step.before.size() + step.between.size() + step.between2.size() +
                   step.after.size() + step.empty.size() + longest + value_room;
  }
}

// ---- the buffer ----

RecordBuffer::RecordBuffer(ByteSink& sink) : sink_(&sink) { reserve(buffer_size); }

void RecordBuffer::reserve(std::size_t bytes) {
  auto larger = std::make_unique_for_overwrite<char[]>(bytes + copy_padding);
  if (size_ > 0) {
    std::memcpy(larger.get(), bytes_.get(), size_);
  }
  bytes_ = std::move(larger);
  capacity_ = bytes;
}

char* RecordBuffer::room(std::size_t bytes) {
  if (capacity_ - size_ < bytes) {
    if (sink_ != nullptr) {
      flush();
    }
    if (capacity_ - size_ < bytes) {
      reserve(std::max({size_ + bytes, 2 * capacity_, buffer_size}));
    }
  }
  return bytes_.get() + size_;
}

void RecordBuffer::append(std::string_view text) {
  if (sink_ != nullptr && text.size() >= capacity_) {
    flush();
    sink_->write(text);
    return;
  }
  char* const to = room(text.size());
  std::memcpy(to, text.data(), text.size());
  advance(to + text.size());
}

void RecordBuffer::flush() {
  sink_->write(text());
  size_ = 0;
}

// ---- records ----

/// What each two-byte code is in UTF-8; 0xFFFD for what is no character.
const Renderer::Glyph* Renderer::pairs() {
  static const std::vector<Glyph> table = [] {
    std::vector<Glyph> glyphs(std::size_t{0x80} * trails);
    for (unsigned lead = 0x80; lead < 0x100; ++lead) {
      for (unsigned trail = first_trail; trail < 0x100; ++trail) {
        std::string bytes;
        const char32_t character =
            is_lead(lead) ? text::to_unicode(static_cast<std::uint16_t>(lead << 8U | trail)) : 0;
        text::append_code_point(bytes, character == 0 ? 0xFFFD : character);
        Glyph& glyph = glyphs[(lead - 0x80) * trails + trail - first_trail];
        std::copy(bytes.begin(), bytes.end(), glyph.bytes.begin());
        glyph.size = static_cast<std::uint8_t>(bytes.size());
      }
    }
    return glyphs;
  }();
  return table.data();
}

const Renderer::Glyph& Renderer::glyph_of(unsigned lead, unsigned trail) const {
  return glyphs_[(lead - 0x80) * trails + trail - first_trail];
}

Renderer::Renderer(const IngestModel& model, const Escapes& escapes)
    : computer_(model), glyphs_(pairs()), guard_(escapes.guard) {
  for (unsigned byte = 0; byte < 0x100; ++byte) {
    std::string bytes;
    if (byte < 0x80 && !escapes.ascii[byte].empty()) {
      bytes = escapes.ascii[byte];
    } else {
      const char32_t character = text::to_unicode(static_cast<std::uint16_t>(byte));
      text::append_code_point(bytes, character == 0 && byte != 0 ? 0xFFFD : character);
    }
    std::copy(bytes.begin(), bytes.end(), single_[byte].bytes.begin());
    single_[byte].size = static_cast<std::uint8_t>(bytes.size());
    plain_[byte] = byte < 0x80 && escapes.ascii[byte].empty();
    const auto alone = static_cast<unsigned char>(byte);
    const text::FullWidth wide = text::to_full_width(&alone, &alone + 1);
    wide_[byte] = single_[byte];
    if (wide.code != 0) {
      const Glyph& glyph = glyph_of(wide.code >> 8U, wide.code & 0xFFU);
      std::copy(glyph.bytes.begin(), glyph.bytes.end(), wide_[byte].bytes.begin());
      wide_[byte].size = glyph.size;
    }
  }
  for (const char32_t character : escapes.guarded) {
    const std::uint16_t code = text::from_unicode(character);
    if (code > 0xFF) {
      guarded_pairs_.push_back(code);
    } else {
      guarded_single_[code] = true;
    }
  }
  digits_stand_for_themselves_ = true;
  for (unsigned digit = '0'; digit <= '9'; ++digit) {
    digits_stand_for_themselves_ &= plain_[digit] && !guarded_single_[digit];
  }
  std::size_t most_fields = 0;
  for (const RecordType* const type : model.records()) {
    most_fields = std::max(most_fields, type->fields.size());
  }
  numbers_.resize(most_fields);
}

char* Renderer::put_guard(char* to, std::string_view cell) const {
  const auto first = static_cast<unsigned char>(cell[0]);
  bool guarded = guarded_single_[first];
  if (is_lead(first) && cell.size() > 1) {
    const auto code = static_cast<std::uint16_t>(first << 8U | static_cast<unsigned char>(cell[1]));
    guarded = std::find(guarded_pairs_.begin(), guarded_pairs_.end(), code) != guarded_pairs_.end();
  }
  if (guarded) {
    std::memcpy(to, guard_.data(), guard_.size());
    to += guard_.size();
  }
  return to;
}

char* Renderer::put_text(char* to, std::string_view cell) const {
  if (digits_stand_for_themselves_ && copy_digits(to, cell)) {
    return to + cell.size();
  }
  if (!guard_.empty() && !cell.empty()) {
    to = put_guard(to, cell);
  }
  const auto* p = reinterpret_cast<const unsigned char*>(cell.data());
  const auto* const end = p + cell.size();
  while (p != end) {
    const unsigned byte = *p;
    if (plain_[byte]) {
      *to++ = static_cast<char>(byte);
      ++p;
    } else if (is_lead(byte) && end - p > 1 && p[1] >= first_trail) {
      to = put_glyph(to, glyph_of(byte, p[1]));
      p += 2;
    } else {
      to = put_glyph(to, single_[byte]);
      ++p;
    }
  }
  return to;
}

char* Renderer::put_wide(char* to, std::string_view cell) const {
  if (!guard_.empty() && !cell.empty()) {
    to = put_guard(to, cell);
  }
  const auto* p = reinterpret_cast<const unsigned char*>(cell.data());
  const auto* const end = p + cell.size();
  while (p != end) {
    const unsigned byte = *p;
    const bool has_next = end - p > 1;
    if (is_lead(byte) && has_next && p[1] >= first_trail) {
      to = put_glyph(to, glyph_of(byte, p[1]));
      p += 2;
      continue;
    }
    if (has_next && (p[1] == text::voiced_mark || p[1] == text::semi_voiced_mark)) {
      const text::FullWidth wide = text::to_full_width(p, end);
      if (wide.code != 0) {
        to = put_glyph(to, glyph_of(wide.code >> 8U, wide.code & 0xFFU));
        p += wide.bytes;
        continue;
      }
    }
    to = put_glyph(to, wide_[byte]);
    ++p;
  }
  return to;
}

void Renderer::write(Plan& plan, const Row& row, const RecordPlace& place, RecordBuffer& out) {
  const Binding& binding = plan.binding();
  computer_.compute(binding, row, numbers_.data());
  char* to = out.room(plan.fixed_size() + growth * row.text.size() + place.receipt.size());
  const char* const begin = to;
  const auto refuse = [&](const Step& step) {
    throw ValueError(row.line, binding.type->fields[step.field].key);
  };
  for (const Step& step : plan.steps) {
    std::string_view cell;
    if (step.columns[0] != Binding::none) {
      cell = row[step.columns[0]];
      if (cell.empty()) {
        to = put_short(to, step.empty);
        continue;
      }
    }
    switch (step.op) {
      case Step::Op::literal:
      case Step::Op::flag:
        to = put(to, step.before);
        continue;
      case Step::Op::text:
        to = put_text(put(to, step.before), cell);
        break;
      case Step::Op::wide:
        to = put(to, step.before);
        to = step.value_first ? put_wide(to, cell) : put_text(to, cell);
        to = put(to, step.between);
        to = step.value_first ? put_text(to, cell) : put_wide(to, cell);
        break;
      case Step::Op::number:
      case Step::Op::thousands: {
        char* const digits = put(to, step.before);
        to = put_digits(digits, cell);
        if (to == nullptr) {
          refuse(step);
        }
        if (step.op == Step::Op::thousands && *digits != '0') {
          to = std::fill_n(to, 3, '0');
        }
        break;
      }
      case Step::Op::code: {
        if (const std::string_view* const known = find_code(plan.codes[step.codes], cell)) {
          to = put(to, *known);
          continue;
        }
        to = put_text(put(to, step.before), cell);
        break;
      }
      case Step::Op::date: {
        const std::string_view ymd = row[step.columns[1]];
        const auto put_day = [&](char* day) {
          if (!computer_.dates().put_day(day, cell, ymd)) {
            refuse(step);
          }
          return day + iso_day_size;
        };
        to = put(to, step.before);
        if (step.value_first) {
          to = put(put_day(to), step.between);
        }
        *to++ = cell[0];
        to = put(to, step.value_first ? step.between2 : step.between);
        std::memcpy(to, ymd.data(), 6);
        to += 6;
        if (!step.value_first) {
          to = put_day(put(to, step.between2));
        }
        break;
      }
      case Step::Op::month: {
        const std::string_view year = row[step.columns[1]];
        const std::string_view month = row[step.columns[2]];
        const Number number = computer_.dates().month(cell, year, month);
        if (!number.known()) {
          refuse(step);
        }
        to = put(to, step.before);
        if (step.value_first) {
          to = put(put_iso_month(to, number.value), step.between);
        }
        *to++ = cell[0];
        to = put(to, step.value_first ? step.between2 : step.between);
        std::memcpy(to, year.data(), 2);
        std::memcpy(to + 2, month.data(), 2);
        to += 4;
        if (!step.value_first) {
          to = put_iso_month(put(to, step.between2), number.value);
        }
        break;
      }
      case Step::Op::day:
        to = put(to, step.before);
        if (!put_iso_day(to, cell)) {
          refuse(step);
        }
        to += iso_day_size;
        break;
      case Step::Op::computed:
      case Step::Op::computed_month: {
        const Number number = numbers_[step.field];
        if (!number.known()) {
          to = put_short(to, step.empty);
          continue;
        }
        to = put(to, step.before);
        to = step.op == Step::Op::computed ? put_number(to, number.value)
                                           : put_iso_month(to, number.value);
        break;
      }
      case Step::Op::receipt:
        to = put(to, step.before);
        std::memcpy(to, place.receipt.data(), place.receipt.size());
        to += place.receipt.size();
        break;
      case Step::Op::ordinal:
        to = put_number(put(to, step.before), static_cast<std::int64_t>(place.ordinal));
        break;
      case Step::Op::line:
        to = put_number(put(to, step.before), static_cast<std::int64_t>(row.line));
        break;
      case Step::Op::close:
        if (to != begin && to[-1] == ',') {
          --to;
        }
        to = put(to, step.before);
        continue;
    }
    to = put_short(to, step.after);
  }
  out.advance(to);
}

}  // namespace kpfd::converters
