#include "kpfd/grammar/separators.hpp"

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random.hpp"

namespace {

using kpfd::grammar::best_index_separators;
using kpfd::grammar::index_padding;
using kpfd::grammar::index_slack;
using kpfd::grammar::IndexSeparators;
using kpfd::grammar::SeparatorCounts;
using kpfd::grammar::VectorUnits;
using kpfd_test::Random;
using namespace std::string_literals;

struct Index {
  std::vector<std::uint32_t> separators;
  std::vector<std::uint32_t> line_ends;

  bool operator==(const Index& other) const {
    return separators == other.separators && line_ends == other.line_ends;
  }
};

std::ostream& operator<<(std::ostream& out, const Index& index) {
  out << "separators";
  for (const std::uint32_t at : index.separators) {
    out << ' ' << at;
  }
  out << ", line ends";
  for (const std::uint32_t at : index.line_ends) {
    out << ' ' << at;
  }
  return out;
}

/// What the comment of index_separators() says, byte by byte.
Index naive_index(std::string_view text, std::uint32_t first_position) {
  Index index;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool lf_of_a_pair = c == '\n' && i > 0 && text[i - 1] == '\r';
    const bool line_end = (c == '\r' || c == '\n') && !lf_of_a_pair;
    if (line_end) {
      index.line_ends.push_back(static_cast<std::uint32_t>(index.separators.size()));
    }
    if (line_end || c == ',') {
      index.separators.push_back(first_position + static_cast<std::uint32_t>(i));
    }
  }
  return index;
}

/// A text that stands in a buffer with `before` bytes in front of it and filler behind it.
class Placed {
 public:
  Placed(std::string_view text, std::size_t before, char filler)
      : from_(static_cast<std::uint32_t>(before)),
        to_(static_cast<std::uint32_t>(before + text.size())),
        bytes_(new char[to_ + index_padding]) {
    std::memset(bytes_.get(), filler, to_ + index_padding);
    if (!text.empty()) {
      std::memcpy(bytes_.get() + before, text.data(), text.size());
    }
  }

  Index index(IndexSeparators run) const {
    const std::size_t size = to_ - from_;
    const std::unique_ptr<std::uint32_t[]> separators(new std::uint32_t[size + index_slack]);
    const std::unique_ptr<std::uint32_t[]> line_ends(new std::uint32_t[size + index_slack]);
    const SeparatorCounts counts = run(bytes_.get(), from_, to_, separators.get(), line_ends.get());
    Index index;
    index.separators.assign(separators.get(), separators.get() + counts.separators);
    index.line_ends.assign(line_ends.get(), line_ends.get() + counts.line_ends);
    return index;
  }

 private:
  std::uint32_t from_;
  std::uint32_t to_;
  std::unique_ptr<char[]> bytes_;
};

/// Compares every way that this processor has with the naive one; the message is made only where
/// they differ.
void check_index(std::string_view text, std::size_t before = 0, char filler = '\0') {
  const Index expected = naive_index(text, static_cast<std::uint32_t>(before));
  const Placed placed(text, before, filler);
  for (const VectorUnits most : {VectorUnits::none, VectorUnits::avx2, VectorUnits::avx512}) {
    const Index index = placed.index(best_index_separators(most));
    if (!(index == expected)) {
      BOOST_ERROR("with units " << static_cast<int>(most) << ": " << index << "\nexpected: "
                                << expected << "\nlength " << text.size() << ", behind " << before);
    }
  }
}

constexpr std::string_view special = ",\r\n";

BOOST_AUTO_TEST_SUITE(separators)

BOOST_AUTO_TEST_CASE(an_empty_range_has_none) { check_index(""); }

BOOST_AUTO_TEST_CASE(all_strings_of_comma_cr_lf_digit_and_letter_up_to_six_bytes) {
  const std::string_view alphabet = ",\r\n7A";
  std::size_t checked = 0;
  for (std::size_t size = 0; size <= 6; ++size) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < size; ++i) {
      count *= alphabet.size();
    }
    for (std::size_t number = 0; number < count; ++number) {
      std::string text;
      for (std::size_t rest = number, i = 0; i < size; ++i, rest /= alphabet.size()) {
        text += alphabet[rest % alphabet.size()];
      }
      check_index(text);
      ++checked;
    }
  }
  BOOST_TEST(checked == 19531U);
}

BOOST_AUTO_TEST_CASE(every_length_to_200_at_every_alignment_of_a_block) {
  Random random(1);
  for (std::size_t size = 0; size <= 200; ++size) {
    for (std::size_t before = 0; before < 64; ++before) {
      check_index(random.text(size, ",\r\n012\xB1Z"), before);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_pairs_of_separators_across_the_borders_of_a_block) {
  for (const char first : special) {
    for (const char second : special) {
      for (std::size_t at = 60; at < 68; ++at) {
        for (std::size_t size = at + 2; size < at + 72; size += 3) {
          std::string text(size, '5');
          text[at] = first;
          text[at + 1] = second;
          check_index(text);
          std::string letters(size, 'x');
          letters[at] = first;
          letters[at + 1] = second;
          check_index(letters);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(all_triples_of_separators_across_the_borders_of_a_block) {
  for (std::size_t number = 0; number < 27; ++number) {
    for (const std::size_t at : {61U, 62U, 63U, 64U, 125U, 126U, 127U, 128U}) {
      std::string text(at + 80, 'a');
      text[at] = special[number % 3];
      text[at + 1] = special[number / 3 % 3];
      text[at + 2] = special[number / 9];
      check_index(text);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cr_at_the_end_of_the_range_is_a_line_end_by_itself) {
  for (std::size_t size = 1; size <= 200; ++size) {
    std::string text(size, '1');
    text.back() = '\r';
    check_index(text);
    check_index(text, size % 64);
  }
}

BOOST_AUTO_TEST_CASE(an_lf_at_the_beginning_is_a_line_end_whatever_stands_before_the_range) {
  for (std::size_t before = 1; before < 70; ++before) {
    check_index("\n1,2", before, '\r');
    check_index("\n", before, '\r');
  }
}

BOOST_AUTO_TEST_CASE(what_stands_behind_the_range_is_not_seen) {
  Random random(2);
  for (std::size_t size = 0; size <= 130; ++size) {
    for (const char filler : {',', '\r', '9', '\xFF'}) {
      std::string text = random.text(size, ",\r\n1a");
      check_index(text, size % 7, filler);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_byte_is_a_separator_a_digit_or_another) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all += static_cast<char>(c);
  }
  for (std::size_t before = 0; before < 64; ++before) {
    check_index(all, before);
  }
  // Each byte by itself at each place of a block: a carry from a neighbour would show.
  for (int c = 0; c < 256; ++c) {
    for (std::size_t at = 0; at < 64; ++at) {
      std::string among_high(64, '\xFF');
      among_high[at] = static_cast<char>(c);
      check_index(among_high);
      std::string among_nul(64, '\0');
      among_nul[at] = static_cast<char>(c);
      check_index(among_nul);
    }
  }
}

BOOST_AUTO_TEST_CASE(blocks_of_nothing_but_separators) {
  for (const char c : special) {
    for (const std::size_t size : {1U, 63U, 64U, 65U, 127U, 128U, 129U, 4096U}) {
      check_index(std::string(size, c));
    }
  }
  std::string pairs;
  for (int i = 0; i < 200; ++i) {
    pairs += "\r\n";
  }
  check_index(pairs);
  check_index("\n" + pairs);
  std::string swapped;
  for (int i = 0; i < 200; ++i) {
    swapped += "\n\r";
  }
  check_index(swapped);
}

BOOST_AUTO_TEST_CASE(random_bytes) {
  Random random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random.below(700), '\0');
    for (char& c : text) {
      c = random.byte();
    }
    check_index(text, random.below(130));
  }
}

BOOST_AUTO_TEST_CASE(random_mixtures_dense_and_sparse) {
  Random random(4);
  for (int round = 0; round < 3000; ++round) {
    std::string text = random.text(random.below(700), "0123456789abc\xB1\xDF\x8A");
    const std::size_t specials = text.empty() ? 0 : random.below(1 + text.size());
    for (std::size_t i = 0; i < specials; ++i) {
      text[random.below(text.size())] = special[random.below(special.size())];
    }
    check_index(text, random.below(130));
  }
}

BOOST_AUTO_TEST_CASE(the_naive_one_is_the_one_described) {
  const Index index = naive_index("1,A\r\n,\n\r"s, 10);
  BOOST_TEST(index.separators == (std::vector<std::uint32_t>{11, 13, 15, 16, 17}));
  BOOST_TEST(index.line_ends == (std::vector<std::uint32_t>{1, 3, 4}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
