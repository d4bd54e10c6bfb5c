#include "support.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kpfd/grammar/separators.hpp"
#include "kpfd/schemas.hpp"

namespace kpfd_fuzz {

void fail(const char* what, std::string_view detail) {
  std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

std::string_view Input::line() {
  const std::size_t end = bytes_.find('\n');
  const std::string_view line = bytes_.substr(0, end);
  bytes_.remove_prefix(end == std::string_view::npos ? bytes_.size() : end + 1);
  return line;
}

namespace {

struct Verdicts {
  ~Verdicts() {
    if (runs > 0) {
      std::fprintf(stderr, "stat::accepted_filings:         %llu of %llu\n", accepted, runs);
    }
  }
  unsigned long long accepted = 0;
  unsigned long long runs = 0;
};

}  // namespace

void count_verdict(bool accepted) {
  static Verdicts verdicts;
  ++verdicts.runs;
  verdicts.accepted += accepted ? 1U : 0U;
}

const std::vector<kpfd::layout::SchemaFile>& schema_files() {
  static const std::vector<kpfd::layout::SchemaFile> files = [] {
    std::vector<kpfd::layout::SchemaFile> views;
    for (const kpfd::Engine::SchemaFile& file : kpfd::embedded_schemas()) {
      views.push_back({file.name, file.content});
    }
    return views;
  }();
  return files;
}

const kpfd::Engine& engine() {
  static const kpfd::Engine engine = [] {
    kpfd::Engine made(kpfd::embedded_schemas());
    made.compile_rules();
    return made;
  }();
  return engine;
}

const std::vector<const kpfd::layout::Record*>& all_records() {
  static const std::vector<const kpfd::layout::Record*> records = [] {
    const kpfd::layout::Layouts& layouts = engine().layouts();
    std::vector<const kpfd::layout::Record*> all;
    for (const kpfd::layout::Record& record : layouts.records) {
      all.push_back(&record);
    }
    for (const kpfd::layout::Receiver& receiver : layouts.receivers) {
      for (const kpfd::layout::Record& record : receiver.media) {
        all.push_back(&record);
      }
      all.push_back(&receiver.office);
    }
    all.push_back(&layouts.count);
    return all;
  }();
  return records;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t k) -> unsigned {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U;
    };
    const unsigned lead = at(0);
    std::size_t length = 0;
    unsigned least = 0x80;
    unsigned most = 0xBF;
    if (lead < 0x80) {
      length = 1;
    } else if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      least = lead == 0xE0 ? 0xA0 : 0x80;
      most = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      least = lead == 0xF0 ? 0x90 : 0x80;
      most = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      if (at(k) < least || at(k) > most) {
        return false;
      }
      least = 0x80;
      most = 0xBF;
    }
    i += length;
  }
  return true;
}

namespace {

/// RFC 8259, one function a rule. Depth is bounded: our objects have two levels.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  bool object_alone() { return object(0) && at_ == text_.size(); }

 private:
  static constexpr int deepest = 8;

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) {
      return false;
    }
    ++at_;
    return true;
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) {
      return false;
    }
    at_ += expected.size();
    return true;
  }

  bool object(int depth) {
    if (depth > deepest || !take('{')) {
      return false;
    }
    if (take('}')) {
      return true;
    }
    do {
      if (!string() || !take(':') || !value(depth + 1)) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  bool array(int depth) {
    if (depth > deepest || !take('[')) {
      return false;
    }
    if (take(']')) {
      return true;
    }
    do {
      if (!value(depth + 1)) {
        return false;
      }
    } while (take(','));
    return take(']');
  }

  bool value(int depth) {
    switch (at_ < text_.size() ? text_[at_] : '\0') {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool number() {
    static_cast<void>(take('-'));
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      ++at_;
    }
    const std::size_t digits = at_ - begin;
    return digits == 1 || (digits > 1 && text_[begin] != '0');
  }

  bool string() {
    if (!take('"')) {
      return false;
    }
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
        return false;
      }
      if (c == '\\' && !escape()) {
        return false;
      }
    }
    return false;
  }

  bool escape() {
    if (at_ >= text_.size()) {
      return false;
    }
    const char c = text_[at_++];
    if (c != 'u') {
      return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    }
    for (int i = 0; i < 4; ++i) {
      if (at_ >= text_.size() ||
          std::string_view("0123456789abcdefABCDEF").find(text_[at_]) == std::string_view::npos) {
        return false;
      }
      ++at_;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_json_object(std::string_view text) {
  return is_utf8(text) && JsonReader(text).object_alone();
}

bool has_digits(std::string_view text, std::size_t count) {
  std::size_t run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    if (run == count) {
      return true;
    }
  }
  return false;
}

CellLine::CellLine(std::string_view line)
    : buffer_(line.size() + kpfd::grammar::index_padding, '9'),
      ends_(1 + line.size() + kpfd::grammar::index_slack + kpfd::cells_padding),
      line_ends_(line.size() + kpfd::grammar::index_slack) {
  if (!line.empty()) {
    std::memcpy(buffer_.data(), line.data(), line.size());
  }
  const auto size = static_cast<std::uint32_t>(line.size());
  const auto counts = kpfd::grammar::best_index_separators()(buffer_.data(), 0, size,
                                                             ends_.data() + 1, line_ends_.data());
  require(counts.line_ends == 0, "a line has no line end in it");
  // The entry before the first cell's end is its begin - 1.
  ends_[0] = ~std::uint32_t{0};
  ends_[counts.separators + 1] = size;
  ends_.resize(counts.separators + 2 + kpfd::cells_padding);
  ends_.shrink_to_fit();
  cells_.buffer = buffer_.data();
  cells_.begin = 0;
  cells_.ends = ends_.data() + 1;
  cells_.count = static_cast<std::uint32_t>(counts.separators + 1);
}

}  // namespace kpfd_fuzz
