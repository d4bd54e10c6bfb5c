// What is packed comes back, and damaged bytes lead nowhere.
#include "packing.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using kpfd::packing::pack;
using kpfd::packing::unpack;

bool comes_back(const std::string& text) { return unpack(pack(text), text.size()) == text; }

std::vector<std::string> schemas() {
  std::vector<std::string> texts;
  const std::filesystem::path folder = std::filesystem::path(KPFD_SOURCE_DIR) / "schemas";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      std::ifstream in(entry.path(), std::ios::binary);
      texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  BOOST_REQUIRE(texts.size() > 20);
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(short_and_uniform_texts_come_back) {
  BOOST_TEST(comes_back(""));
  for (std::size_t size = 1; size < 600; size += size < 16 ? 1 : 7) {
    BOOST_TEST_REQUIRE(comes_back(std::string(size, '\0')));
    BOOST_TEST_REQUIRE(comes_back(std::string(size, '\xFF')));
    std::string counted;
    for (std::size_t i = 0; i < size; ++i) {
      counted += static_cast<char>(i);
    }
    BOOST_TEST_REQUIRE(comes_back(counted));
  }
}

BOOST_AUTO_TEST_CASE(chance_comes_back) {
  std::mt19937 random(7);
  for (int round = 0; round < 120; ++round) {
    // Few letters make many matches at all distances, many make none.
    const unsigned letters = 1U << (random() % 9);
    std::string text(random() % 20000, '\0');
    for (char& letter : text) {
      letter = static_cast<char>(random() % letters);
    }
    BOOST_TEST_REQUIRE(comes_back(text));
  }
}

BOOST_AUTO_TEST_CASE(schemas_come_back_small) {
  std::size_t before = 0;
  std::size_t after = 0;
  for (const std::string& text : schemas()) {
    const std::string packed = pack(text);
    BOOST_TEST_REQUIRE((unpack(packed, text.size()) == text));
    before += text.size();
    after += packed.size();
  }
  BOOST_TEST(after * 4 < before);
}

BOOST_AUTO_TEST_CASE(damaged_bytes_are_refused_or_give_as_many) {
  std::mt19937 random(9);
  const std::string text = schemas().front();
  const std::string packed = pack(text);
  int refused = 0;
  for (int round = 0; round < 100; ++round) {
    std::string damaged = packed.substr(0, random() % (packed.size() + 1));
    for (int i = 0; i < 3 && !damaged.empty(); ++i) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    try {
      BOOST_TEST_REQUIRE(unpack(damaged, text.size()).size() == text.size());
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 0);
}
