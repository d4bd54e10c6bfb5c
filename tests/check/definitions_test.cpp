// The compiled form of the schemas says what the XML says, in every member; bytes that are none are
// refused.
#include "kpfd/check/definitions.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <boost/pfr/core.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/builtin.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/layout/compiled.hpp"
#include "kpfd/schemas.hpp"
#include "own_schemas.hpp"
#include "tests/support/exact.hpp"
#include "tests/support/random.hpp"

namespace {

using kpfd::check::Definitions;
using kpfd::check::read_compiled;
using kpfd::layout::CompiledReader;
using kpfd::layout::CompiledWriter;
using kpfd::layout::SchemaError;
using kpfd::layout::Table;
using kpfd_test::Exact;
using kpfd_test::own_files;

const Definitions& from_xml() {
  static const Definitions read = kpfd::check::read_definitions(own_files());
  return read;
}

/// Compares two values of any type that the definitions have, member by member, and counts what it
/// compares; `where` is the way to a difference.
class Comparison {
 public:
  template <typename T>
  void compare(const T& a, const T& b, const std::string& where) {
    namespace form = kpfd::layout::compiled;
    if constexpr (std::is_same_v<T, const Table*>) {
      ++compared;
      BOOST_TEST((a == nullptr) == (b == nullptr), where);
      if (a != nullptr && b != nullptr) {
        BOOST_TEST(a->key == b->key, where);
        BOOST_TEST(a != b, where << ": a table of the other definitions");
      }
    } else if constexpr (form::is_vector<T> || form::is_array<T>) {
      BOOST_TEST_REQUIRE(a.size() == b.size(), where);
      for (std::size_t i = 0; i < a.size(); ++i) {
        compare(a[i], b[i], where + '[' + std::to_string(i) + ']');
      }
    } else if constexpr (form::is_struct<T> && !std::is_same_v<T, std::string>) {
      compare_members(a, b, where, std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
    } else {
      ++compared;
      BOOST_TEST((a == b), where);
    }
  }

  std::size_t compared = 0;

 private:
  template <typename T, std::size_t... index>
  void compare_members(const T& a, const T& b, const std::string& where,
                       std::index_sequence<index...>) {
    (compare(boost::pfr::get<index>(a), boost::pfr::get<index>(b),
             where + '.' + std::to_string(index)),
     ...);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(definitions)

BOOST_AUTO_TEST_CASE(faults_of_the_list_of_checks_are_refused_with_their_places) {
  const std::string good(kpfd::embedded_schema("checks.xml"));
  const auto refused = [&good](const std::string& from, const std::string& to,
                               const std::string& reason) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    std::vector<kpfd::layout::SchemaFile> files = own_files();
    for (kpfd::layout::SchemaFile& file : files) {
      if (file.name == "checks.xml") {
        file.content = changed;
      }
    }
    try {
      kpfd::check::read_definitions(files);
      BOOST_ERROR("is taken: " << to);
    } catch (const SchemaError& error) {
      BOOST_TEST(error.place().file == "checks.xml");
      BOOST_TEST((error.reason().find(reason) != std::string::npos), error.what());
    }
  };
  const std::string first = R"(<check id="FILE-EMPTY" severity="error")";
  refused(first, R"(<check id="FILE-EMPTY" severity="bad")", "severity: `bad` is none of: error");
  refused(first, R"(<check id="FILE-EMPTIED" severity="error")", "check `FILE-EMPTY` is missing");
  refused(first, R"(<check id="FILE-UTF16" severity="error")", "`FILE-UTF16` is said twice");
  refused(first, R"(<check id="MORE" severity="error" source="x" scope="file"/>)" + first,
          "no check is called `MORE`");
  refused(first, R"(<check id="FILE-EMPTY" sevrity="error")", "unknown attribute `sevrity`");
  refused(R"(scope="file")", R"(scope="folder")", "scope: `folder` is none of: file");
  refused("</checks>", "", "no XML");
  std::vector<kpfd::layout::SchemaFile> without = own_files();
  without.erase(std::remove_if(without.begin(), without.end(),
                               [](const auto& file) { return file.name == "checks.xml"; }),
                without.end());
  BOOST_CHECK_THROW(kpfd::check::read_definitions(without), SchemaError);
}

BOOST_AUTO_TEST_CASE(each_record_of_the_schemas_has_its_code_or_none) {
  const std::string text = kpfd::check::source_of_codes(from_xml());
  const std::size_t records = kpfd::check::records_of(from_xml().layouts).size();
  std::size_t listed = 0;
  for (std::size_t at = text.find("constexpr QuickCode codes[] = {"); at != std::string::npos;
       at = text.find("    ", at + 1)) {
    listed += text.compare(at, 9, "    &look") == 0 || text.compare(at, 11, "    nullptr") == 0;
  }
  BOOST_TEST(listed == records);
  BOOST_TEST(text.find("codes, " + std::to_string(records) + "};") != std::string::npos);
  // A header line without rules has none.
  BOOST_TEST(text.find("    nullptr,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_build_compiles_the_schemas_that_it_embeds) {
  BOOST_TEST((kpfd::embedded_compiled_schemas().bytes == kpfd::check::compile(from_xml())));
}

BOOST_AUTO_TEST_CASE(the_compiled_form_is_the_xml_in_every_member) {
  const Definitions compiled = read_compiled(kpfd::embedded_compiled_schemas().bytes);
  Comparison comparison;
  comparison.compare(from_xml().layouts, compiled.layouts, "layouts");
  comparison.compare(from_xml().checks, compiled.checks, "checks");
  comparison.compare(from_xml().rules_hash, compiled.rules_hash, "rules_hash");
  BOOST_TEST(comparison.compared > 20'000U);

  // What the comparison goes over would be easy to miss were it empty.
  BOOST_TEST(compiled.checks.size() == kpfd::check::builtin_checks);
  BOOST_TEST(!compiled.layouts.records.empty());
  std::size_t among = 0;
  for (const auto& record : compiled.layouts.records) {
    for (const auto& item : record.items) {
      if (item.among != nullptr) {
        ++among;
        BOOST_TEST((item.among >= compiled.layouts.tables.data() &&
                    item.among < compiled.layouts.tables.data() + compiled.layouts.tables.size()));
      }
    }
  }
  BOOST_TEST(among > 0U);
}

BOOST_AUTO_TEST_CASE(compiled_programs_are_those_of_the_texts) {
  const Definitions compiled = read_compiled(kpfd::embedded_compiled_schemas().bytes);
  const auto records = kpfd::check::records_of(from_xml().layouts);
  BOOST_TEST_REQUIRE(compiled.compiled_rules.size() == records.size());
  std::size_t rules = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto expected = kpfd::rules::compile(*records[i], from_xml().layouts);
    const auto read = kpfd::check::read_compiled_rules(compiled.compiled_rules[i].bytes);
    rules += expected.rules.size();
    Comparison comparison;
    comparison.compare(expected, read, records[i]->form + '.' + records[i]->receiver);
  }
  BOOST_TEST(rules > 0U);
}

BOOST_AUTO_TEST_CASE(programs_that_are_cut_off_are_refused) {
  const Definitions compiled = read_compiled(kpfd::embedded_compiled_schemas().bytes);
  std::size_t longest = 0;
  for (const auto& [rules, code] : compiled.compiled_rules) {
    longest = std::max(longest, rules.size());
    for (std::size_t size = 0; size < rules.size(); size += size < 100 ? 1U : 89U) {
      const Exact cut(rules.substr(0, size));
      BOOST_CHECK_THROW(kpfd::check::read_compiled_rules(cut.view()), SchemaError);
    }
    BOOST_CHECK_THROW(kpfd::check::read_compiled_rules(std::string(rules) + '\0'), SchemaError);
  }
  BOOST_TEST(longest > 100U);
}

BOOST_AUTO_TEST_CASE(schemas_made_of_either_have_the_same_rules_and_hash) {
  const kpfd::check::Schemas xml(own_files());
  const kpfd::check::Schemas compiled(read_compiled(kpfd::embedded_compiled_schemas().bytes));
  compiled.compile_all();
  BOOST_TEST(xml.rules_hash() == compiled.rules_hash());
  BOOST_TEST_REQUIRE(xml.rules().size() == compiled.rules().size());
  for (std::size_t i = 0; i < xml.rules().size(); ++i) {
    BOOST_TEST(xml.rules()[i]->id == compiled.rules()[i]->id);
    BOOST_TEST((xml.rules()[i]->severity == compiled.rules()[i]->severity));
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_cut_off_or_go_on_are_refused) {
  const std::string_view all = kpfd::embedded_compiled_schemas().bytes;
  // Each end near both ends, and some of those between.
  for (std::size_t size = 0; size < all.size();
       size += size < 300 || size + 300 > all.size() ? 1U : 997U) {
    const Exact cut(all.substr(0, size));
    BOOST_CHECK_THROW(read_compiled(cut.view()), SchemaError);
  }
  const std::string longer = std::string(all) + '\0';
  BOOST_CHECK_THROW(read_compiled(longer), SchemaError);
}

BOOST_AUTO_TEST_CASE(bytes_of_another_version_are_refused) {
  std::string other(kpfd::embedded_compiled_schemas().bytes);
  other[0] = static_cast<char>(other[0] ^ 1);
  BOOST_CHECK_EXCEPTION(read_compiled(other), SchemaError, [](const SchemaError& error) {
    return std::string_view(error.what()).find("build the program again") != std::string_view::npos;
  });
}

BOOST_AUTO_TEST_CASE(damaged_bytes_are_read_without_harm) {
  kpfd_test::Random random(20260731);
  const std::string_view all = kpfd::embedded_compiled_schemas().bytes;
  std::size_t refused = 0;
  for (int round = 0; round < 300; ++round) {
    Exact damaged(all);
    const std::uint32_t changes = 1 + random.below(3);
    for (std::uint32_t i = 0; i < changes; ++i) {
      damaged.data()[random.below(random.one_in(2) ? 2000 : all.size())] = random.byte();
    }
    try {
      for (const auto& [rules, code] : read_compiled(damaged.view()).compiled_rules) {
        static_cast<void>(kpfd::check::read_compiled_rules(rules));
      }
    } catch (const SchemaError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compiled_form)

namespace {

enum class Colour : std::uint8_t { red, green };

struct Inner {
  std::int16_t number = 0;
  std::vector<std::string> texts;
};

struct Outer {
  bool flag = false;
  Colour colour = Colour::red;
  std::uint32_t number = 0;
  Inner inner;
  std::array<std::int8_t, 2> two{};
  std::bitset<70> bits;
};

/// The same with one member more, and with a member of another width.
struct Longer {
  std::int16_t number = 0;
  std::vector<std::string> texts;
  bool more = false;
};
struct Wider {
  std::int32_t number = 0;
  std::vector<std::string> texts;
};

template <typename Number>
void comes_back(Number number) {
  CompiledWriter writer;
  writer.write(number);
  const std::string bytes = writer.take();
  const Exact exact(bytes);
  CompiledReader reader(exact.view());
  Number again{};
  reader.read(again);
  BOOST_TEST(again == number);
  BOOST_TEST(reader.at_end());
}

template <typename Number>
void limits_come_back() {
  comes_back<Number>(0);
  comes_back<Number>(1);
  comes_back<Number>(static_cast<Number>(-1));
  comes_back<Number>(static_cast<Number>(127));
  comes_back<Number>(static_cast<Number>(128));
  comes_back<Number>(std::numeric_limits<Number>::min());
  comes_back<Number>(std::numeric_limits<Number>::max());
}

}  // namespace

BOOST_AUTO_TEST_CASE(its_bytes_are_those_of_every_machine) {
  Outer outer{true, Colour::green, 300, {-2, {"ab", ""}}, {-1, 1}, {}};
  outer.bits.set(0).set(9).set(69);
  CompiledWriter writer;
  writer.write(outer);
  const std::string bytes = writer.take();
  const char expected[] =
      "\x01"
      "\x01"
      "\xAC\x02"
      "\x03"
      "\x02\x02"
      "ab\x00"
      "\x01\x02"
      "\x20\x81\x04";
  BOOST_TEST((bytes == std::string_view(expected, sizeof(expected) - 1)));

  CompiledReader reader(bytes);
  Outer again;
  again.bits.set(5);
  again.inner.texts = {"x", "y", "z"};
  reader.read(again);
  BOOST_TEST(reader.at_end());
  BOOST_TEST(again.flag);
  BOOST_TEST((again.colour == Colour::green));
  BOOST_TEST(again.number == 300U);
  BOOST_TEST(again.inner.number == -2);
  BOOST_TEST((again.inner.texts == std::vector<std::string>{"ab", ""}));
  BOOST_TEST((again.two == std::array<std::int8_t, 2>{-1, 1}));
  BOOST_TEST((again.bits == outer.bits));
}

BOOST_AUTO_TEST_CASE(numbers_of_every_width_come_back) {
  limits_come_back<char>();
  limits_come_back<std::int8_t>();
  limits_come_back<std::uint8_t>();
  limits_come_back<std::int16_t>();
  limits_come_back<std::uint16_t>();
  limits_come_back<std::int32_t>();
  limits_come_back<std::uint32_t>();
  limits_come_back<std::int64_t>();
  limits_come_back<std::uint64_t>();
}

BOOST_AUTO_TEST_CASE(another_member_is_another_shape) {
  namespace form = kpfd::layout::compiled;
  BOOST_TEST(form::shape_of<Inner>() != form::shape_of<Longer>());
  BOOST_TEST(form::shape_of<Inner>() != form::shape_of<Wider>());
  BOOST_TEST(form::shape_of<Outer>() != form::shape_of<Inner>());
}

BOOST_AUTO_TEST_CASE(a_number_without_end_is_refused) {
  const Exact endless(std::string(20, '\xFF'));
  CompiledReader reader(endless.view());
  std::uint64_t number = 0;
  BOOST_CHECK_THROW(reader.read(number), SchemaError);
}

BOOST_AUTO_TEST_CASE(a_vector_that_cannot_be_there_asks_for_no_memory) {
  CompiledWriter writer;
  writer.write(std::numeric_limits<std::uint64_t>::max());
  const std::string bytes = writer.take();
  CompiledReader reader(bytes);
  std::vector<std::string> texts;
  BOOST_CHECK_THROW(reader.read(texts), SchemaError);
}

BOOST_AUTO_TEST_CASE(a_table_that_is_not_there_is_refused) {
  const std::vector<Table> tables(2);
  CompiledWriter writer;
  writer.write(tables);
  writer.write(std::uint64_t{3});
  const std::string bytes = writer.take();
  CompiledReader reader(bytes);
  std::vector<Table> again;
  reader.read(again);
  const Table* table = nullptr;
  BOOST_CHECK_THROW(reader.read(table), SchemaError);
}

BOOST_AUTO_TEST_SUITE_END()
