#include "kpfd/grammar/lines.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random.hpp"
#include "tests/support/sources.hpp"

namespace {

using kpfd::grammar::Line;
using kpfd::grammar::LineEnd;
using kpfd::grammar::LineReader;
using kpfd::grammar::longest_line;
using kpfd_test::ExactSource;
using kpfd_test::Random;
using kpfd_test::RepeatingSource;
using kpfd_test::ShrinkingSource;
using namespace std::string_literals;

std::string_view name_of(LineEnd end) {
  switch (end) {
    case LineEnd::cr_lf:
      return "CR LF";
    case LineEnd::lf:
      return "LF";
    case LineEnd::cr:
      return "CR";
    case LineEnd::none:
      break;
  }
  return "none";
}

/// A line with everything that may be said of it.
struct Taken {
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  LineEnd end = LineEnd::none;
  bool too_long = false;
  std::vector<std::string> cells;

  bool operator==(const Taken& other) const {
    return number == other.number && offset == other.offset && size == other.size &&
           end == other.end && too_long == other.too_long && cells == other.cells;
  }
};

std::ostream& operator<<(std::ostream& out, const Taken& line) {
  out << "line " << line.number << " at " << line.offset << " of " << line.size << " bytes, "
      << name_of(line.end) << (line.too_long ? ", too long" : "") << ", " << line.cells.size()
      << " cells";
  if (line.size < 100) {
    for (const std::string& cell : line.cells) {
      out << " <" << cell << '>';
    }
  }
  return out;
}

using Lines = std::vector<Taken>;

/// The lines of [begin, end) of a text, byte by byte.
Lines naive_lines(const std::string& text, std::uint64_t begin, std::uint64_t end) {
  Lines lines;
  std::uint64_t at = begin;
  while (at < end) {
    Taken line;
    line.number = lines.size() + 1;
    line.offset = at;
    std::string cell;
    while (at < end && text[at] != '\r' && text[at] != '\n') {
      if (text[at] == ',') {
        line.cells.push_back(cell);
        cell.clear();
      } else {
        cell += text[at];
      }
      ++at;
    }
    line.cells.push_back(cell);
    line.size = at - line.offset;
    if (at < end) {
      const bool cr = text[at] == '\r';
      const bool pair = cr && at + 1 < end && text[at + 1] == '\n';
      line.end = pair ? LineEnd::cr_lf : cr ? LineEnd::cr : LineEnd::lf;
      at += pair ? 2 : 1;
    }
    line.too_long = line.size > longest_line;
    if (line.too_long) {
      line.cells.clear();
    }
    lines.push_back(line);
  }
  return lines;
}

/// Takes all lines; checks on the way what must hold of each.
Lines read_lines(kpfd::Source& source, std::uint64_t begin, std::uint64_t end,
                 std::uint32_t read_size) {
  Lines lines;
  LineReader reader(source, begin, end, read_size);
  Line line;
  while (reader.next(line)) {
    Taken taken{line.number, line.offset, line.size, line.end, line.too_long, {}};
    if (!line.too_long) {
      for (std::uint32_t i = 0; i < line.cells.count; ++i) {
        taken.cells.emplace_back(line.cells[i]);
      }
      std::string joined = taken.cells.empty() ? "" : taken.cells[0];
      for (std::size_t i = 1; i < taken.cells.size(); ++i) {
        joined += "," + taken.cells[i];
      }
      if (joined != line.text()) {
        BOOST_ERROR("text() is not the cells of " << taken);
      }
    }
    lines.push_back(taken);
  }
  BOOST_TEST(!reader.next(line), "there is a line behind the end");
  BOOST_TEST(reader.position() == end);
  return lines;
}

void check_same(const Lines& lines, const Lines& expected, std::uint32_t read_size) {
  if (lines == expected) {
    return;
  }
  for (std::size_t i = 0; i < std::max(lines.size(), expected.size()); ++i) {
    if (i < lines.size() && i < expected.size() && lines[i] == expected[i]) {
      continue;
    }
    if (i < lines.size()) {
      BOOST_TEST_MESSAGE("found    " << lines[i]);
    }
    if (i < expected.size()) {
      BOOST_TEST_MESSAGE("expected " << expected[i]);
    }
    break;
  }
  BOOST_ERROR(lines.size() << " lines instead of " << expected.size() << " or another line, read "
                           << read_size << " bytes at a time");
}

void check_lines(const std::string& text, std::uint32_t read_size, std::uint64_t begin = 0) {
  ExactSource source(text);
  check_same(read_lines(source, begin, text.size(), read_size),
             naive_lines(text, begin, text.size()), read_size);
}

std::string random_text(Random& random, std::size_t size) {
  static const std::string alphabet = ",,,\r\n0123456789ab\xB1\x88\xEA\x5C\x1A"s + '\0';
  std::string text(size, '\0');
  for (char& c : text) {
    c = alphabet[random.below(alphabet.size())];
  }
  return text;
}

/// A text with lines of all kinds, longer than 4096 bytes.
std::string mixed_text() {
  Random random(7);
  std::string text;
  const std::vector<std::string> ends = {"\r\n", "\n", "\r", "\r\n", "\r\r\n", "\n\r", "\n\n"};
  while (text.size() < 6000) {
    for (std::size_t i = random.below(60); i > 0; --i) {
      text += std::to_string(random.below(100000));
      text += random.below(4) == 0 ? "\x8C\x92\x95\xDB," : ",";
    }
    text += ends[random.below(ends.size())];
  }
  return text + "last,line";
}

BOOST_AUTO_TEST_SUITE(lines)

BOOST_AUTO_TEST_CASE(an_empty_text_has_no_line) {
  for (const std::uint32_t read_size : {1U, 64U, 4096U}) {
    check_lines("", read_size);
  }
}

BOOST_AUTO_TEST_CASE(cells_offsets_and_line_ends_of_a_small_text) {
  ExactSource source("ab,,c\r\n\n,\rx");
  const Lines expected = {{1, 0, 5, LineEnd::cr_lf, false, {"ab", "", "c"}},
                          {2, 7, 0, LineEnd::lf, false, {""}},
                          {3, 8, 1, LineEnd::cr, false, {"", ""}},
                          {4, 10, 1, LineEnd::none, false, {"x"}}};
  for (std::uint32_t read_size = 1; read_size < 20; ++read_size) {
    check_same(read_lines(source, 0, 11, read_size), expected, read_size);
  }
}

BOOST_AUTO_TEST_CASE(blank_lines_are_lines_of_one_empty_cell) {
  for (const std::string& text :
       {"\r\n"s, "\n"s, "\r"s, "\r\n\r\n"s, "\n\n\n"s, "\r\r\r"s, "\n\r"s, "\r\n\n"s, "\r\r\n"s,
        "a\r\n\r\nb"s, "a\n\nb\n"s, ","s, "a"s, "\r\na"s}) {
    for (std::uint32_t read_size = 1; read_size <= 8; ++read_size) {
      check_lines(text, read_size);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_read_size_gives_the_same_lines) {
  const std::string text = mixed_text();
  const Lines expected = naive_lines(text, 0, text.size());
  BOOST_TEST_REQUIRE(expected.size() > 20U);
  ExactSource source(text);
  for (std::uint32_t read_size = 1; read_size <= 4096; ++read_size) {
    check_same(read_lines(source, 0, text.size(), read_size), expected, read_size);
  }
}

BOOST_AUTO_TEST_CASE(random_texts_at_random_read_sizes) {
  Random random(8);
  for (int round = 0; round < 4000; ++round) {
    check_lines(random_text(random, random.below(600)), 1 + random.below(300));
  }
}

BOOST_AUTO_TEST_CASE(all_short_texts_at_small_read_sizes) {
  const std::string_view alphabet = ",\r\n1";
  for (std::size_t number = 0; number < 4096; ++number) {
    std::string text;
    for (std::size_t rest = number, i = 0; i < 6; ++i, rest /= 4) {
      text += alphabet[rest % 4];
    }
    for (std::uint32_t read_size = 1; read_size <= 7; ++read_size) {
      check_lines(text, read_size);
    }
  }
}

// Those of one and two bytes are files of their own, those of three bytes lines of large files: a
// sanitizer sees one in 37 of these.
BOOST_AUTO_TEST_CASE(all_strings_of_up_to_three_bytes) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  for (unsigned first = 0; first < 256; ++first) {
    check_lines(std::string(1, byte(first)), 1);
    for (unsigned second = 0; second < 256; ++second) {
      check_lines({byte(first), byte(second)}, 1 + second % 3);
    }
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr unsigned step = 37;
#else
  constexpr unsigned step = 1;
#endif
  for (unsigned first = 0; first < 256; first += step) {
    std::string text;
    for (unsigned both = 0; both < 65536; ++both) {
      text += {byte(first), byte(both >> 8U), byte(both & 0xFFU)};
      text += "\r\n";
    }
    check_lines(text, 65536);
  }
}

BOOST_AUTO_TEST_CASE(a_part_of_a_source_is_read_and_nothing_around_it) {
  const std::string text =
      "\xEF\xBB\xBF"
      "1,2\r\n3\r\n\x1A\x1A";
  for (std::uint32_t read_size = 1; read_size <= 20; ++read_size) {
    ExactSource source(text);
    const Lines expected = {{1, 3, 3, LineEnd::cr_lf, false, {"1", "2"}},
                            {2, 8, 1, LineEnd::cr_lf, false, {"3"}}};
    check_same(read_lines(source, 3, 11, read_size), expected, read_size);
  }
}

BOOST_AUTO_TEST_CASE(a_cr_at_the_end_of_the_part_is_alone_whatever_stands_behind_the_part) {
  ExactSource source("1\r\n2\r\n");
  const Lines expected = {{1, 0, 1, LineEnd::cr_lf, false, {"1"}},
                          {2, 3, 1, LineEnd::cr, false, {"2"}}};
  for (std::uint32_t read_size = 1; read_size <= 8; ++read_size) {
    check_same(read_lines(source, 0, 5, read_size), expected, read_size);
  }
}

BOOST_AUTO_TEST_CASE(a_line_up_to_the_limit_is_split_and_a_longer_one_is_not) {
  const std::vector<std::string> ends = {"\r\n", "\n", "\r", ""};
  for (const std::string& end : ends) {
    for (const int more : {-2, -1, 0, 1, 2, 3, 64}) {
      const std::string line(static_cast<std::size_t>(static_cast<int>(longest_line) + more), 'a');
      for (const std::uint32_t read_size :
           {4096U, 65536U, 196608U, 1048575U, 1048576U, 1048577U, 1048578U, 4194304U}) {
        BOOST_TEST_CONTEXT(more << " bytes beyond the limit, line end of " << end.size()) {
          check_lines(line + end, read_size);
          if (!end.empty()) {
            check_lines("1,2\r\n" + line + end + "3,4" + end + "5", read_size);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(limits_hold_for_lines_of_separators) {
  for (const int more : {-1, 0, 1, 2}) {
    const std::string line(static_cast<std::size_t>(static_cast<int>(longest_line) + more), ',');
    for (const std::uint32_t read_size : {4096U, 196608U, 4194304U}) {
      check_lines(line + "\r\n1\r\n", read_size);
      check_lines(line, read_size);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cr_across_reads_ends_a_long_line_once) {
  // The CR is the last byte of a read, and the LF the first one of the next.
  const std::uint32_t read_size = 65536;
  for (std::uint32_t size = 20 * read_size - 3; size <= 20 * read_size + 1; ++size) {
    for (const char* end : {"\r\n", "\r", "\n", "\r\r\n", ""}) {
      check_lines(std::string(size, 'a') + end + (*end != '\0' ? "1,2" : ""), read_size);
    }
  }
}

BOOST_AUTO_TEST_CASE(several_long_lines_follow_each_other) {
  const std::string line(longest_line + 10, '7');
  check_lines(line + "\r\n" + line + "\n" + line + "\r" + "1,2\r\n" + line, 196608);
  check_lines(line + "\r\n" + line + "\n" + line + "\r" + "1,2\r\n" + line, 1U << 22);
}

BOOST_AUTO_TEST_CASE(an_endless_line_is_one_line_that_is_too_long) {
  const std::uint64_t size = std::uint64_t{200} << 20;
  for (const std::string& body : {"a"s, ","s, "\x81\x40"s}) {
    RepeatingSource source("1,2\r\n", body, size);
    LineReader reader(source, 0, size);
    Line line;
    BOOST_TEST_REQUIRE(reader.next(line));
    BOOST_TEST(!line.too_long);
    BOOST_TEST_REQUIRE(reader.next(line));
    BOOST_TEST(line.too_long);
    BOOST_TEST(line.number == 2U);
    BOOST_TEST(line.offset == 5U);
    BOOST_TEST(line.size == size - 5);
    BOOST_TEST(name_of(line.end) == "none");
    BOOST_TEST(!reader.next(line));
  }
}

BOOST_AUTO_TEST_CASE(very_many_lines_are_counted) {
  const std::uint64_t size = std::uint64_t{30} << 20;
  RepeatingSource source("", "1,2\r\n", size);
  LineReader reader(source, 0, size);
  Line line;
  std::uint64_t count = 0;
  while (reader.next(line)) {
    ++count;
    if (line.number != count || line.offset != (count - 1) * 5) {
      BOOST_FAIL("line " << line.number << " at " << line.offset);
    }
  }
  BOOST_TEST(count == (size + 4) / 5);
}

BOOST_AUTO_TEST_CASE(a_source_that_became_shorter_is_an_error_of_reading) {
  const std::string text = mixed_text();
  for (const std::uint32_t read_size : {1U, 7U, 64U, 1000U, 100000U}) {
    for (const std::size_t left :
         {std::size_t{0}, std::size_t{1}, text.size() / 2, text.size() - 1}) {
      ShrinkingSource source(text, 0, left);
      LineReader reader(source, 0, text.size(), read_size);
      const auto read_all = [&] {
        Line line;
        while (reader.next(line)) {
        }
      };
      BOOST_TEST_CONTEXT(left << " bytes left, read " << read_size << " at a time")
      BOOST_CHECK_THROW(read_all(), kpfd::SourceError);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_source_that_shrinks_within_a_long_line_is_an_error_of_reading) {
  ShrinkingSource source(std::string(3 * longest_line, 'a'), 2 * longest_line, 2 * longest_line);
  LineReader reader(source, 0, 3 * longest_line, 65536);
  Line line;
  BOOST_CHECK_THROW(reader.next(line), kpfd::SourceError);
}

BOOST_AUTO_TEST_CASE(a_source_that_gives_fewer_bytes_than_asked_is_asked_again) {
  class Slow final : public kpfd::Source {
   public:
    explicit Slow(std::string bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
      return kpfd::MemorySource(bytes_).read(offset, to, std::min<std::size_t>(size, 3));
    }

   private:
    std::string bytes_;
  };
  const std::string text = mixed_text();
  Slow source(text);
  check_same(read_lines(source, 0, text.size(), 500), naive_lines(text, 0, text.size()), 500);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
