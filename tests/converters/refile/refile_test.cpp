// Filings that become filings: encodings there and back, receivers there and back, editions, split
// and merge, on filings that are made up.
#include "converters/refile/refile.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "converters/refile/gate.hpp"
#include "converters/refile/recode.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"
#include "samples/maker/maker.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd;
using namespace kpfd::converters;
using kpfd_test::check_date;
using kpfd_test::engine;
using kpfd_test::sjis;
using kpfd_test::split;
using text::Encoding;

const samples::Kitchen& kitchen() {
  static const samples::Kitchen made(engine().layouts(), embedded_schemas());
  return made;
}

std::string sample(const std::string& receiver, std::uint64_t seed, std::uint32_t offices = 1,
                   std::vector<std::string> forms = {}) {
  samples::SampleOptions options;
  options.receiver = receiver;
  options.records = 60;
  options.offices = offices;
  options.seed = seed;
  options.as_of = check_date;
  if (!forms.empty()) {
    options.forms = std::move(forms);
  }
  samples::Filing filing(kitchen(), options);
  std::string bytes;
  filing.append_head(bytes);
  filing.append_records(0, filing.records(), bytes);
  return bytes;
}

class Nothing final : public FindingSink {
  void finding(const Finding&) override {}
};

/// A filing in memory, checked.
struct Kept {
  explicit Kept(std::string text) : bytes(std::move(text)), source(bytes) {
    CheckOptions options;
    options.check_date = check_date;
    Nothing nothing;
    filing.name = "filing";
    filing.source = &source;
    filing.summary = engine().check(source, options, nothing);
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  std::string bytes;
  MemorySource source;
  AcceptedFiling filing;
};

std::string recoded(const std::string& bytes, Encoding from, Encoding to) {
  MemorySource source(bytes);
  StringSink out;
  recode(source, from, to, out);
  return out.text;
}

std::vector<std::string> lines_of(const std::string& bytes) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find("\r\n", at);
    lines.push_back(bytes.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

/// Keys in the order of the layout => `key,key` and a line of values: a table.
std::unique_ptr<SupplyTable> table(const std::string& text) {
  return std::make_unique<SupplyTable>("table", sjis(text));
}

BOOST_AUTO_TEST_SUITE(refiling)

BOOST_AUTO_TEST_CASE(utf8_and_back_is_the_same_file) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const std::string bytes = sample(receiver, seed, 3) + (seed % 2 == 0 ? "\x1A" : "");
      for (const Encoding encoding : {Encoding::utf8, Encoding::utf8_bom}) {
        const std::string there = recoded(bytes, Encoding::shift_jis, encoding);
        const std::size_t mark = encoding == Encoding::utf8_bom ? 3 : 0;
        BOOST_TEST(there.substr(mark) == kpfd_test::utf8(bytes));
        BOOST_TEST(recoded(there, encoding, Encoding::shift_jis) == bytes);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(each_character_goes_there_and_back) {
  for (unsigned code = 1; code < 0x10000; ++code) {
    const auto lead = static_cast<char>(code >> 8);
    std::string character;
    if (code > 0xFF) {
      character += lead;
    }
    character += static_cast<char>(code & 0xFF);
    std::string fast;
    append_utf8_fast(fast, character);
    std::string slow;
    text::append_utf8(slow, character);
    if (fast != slow) {
      BOOST_TEST(fast == slow, code);
    }
    const auto* const begin = reinterpret_cast<const unsigned char*>(character.data());
    const text::Character known = text::next_character(begin, begin + character.size());
    if (known.cls == text::CharClass::permitted && known.bytes == character.size()) {
      std::string back;
      const bool whole = append_shift_jis(back, fast);
      if (!whole || back != character) {
        BOOST_TEST(back == character, code);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(utf8_is_read_as_the_check_reads_it) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
  const std::vector<std::string> pieces = {"a",       ",",        "健",   "か\u3099", "ﾊﾟ",
                                           "𠮷",      "\u212B",   "〜",   "～",       "é",
                                           "e\u0301", "\xE3\x81", "\xFF", "髙",       "－"};
  for (int i = 0; i < 5000; ++i) {
    std::string line;
    for (auto n = static_cast<std::uint32_t>(random() % 12); n > 0; --n) {
      line += pieces[random() % pieces.size()];
    }
    text::ShiftJisLine slow;
    text::to_shift_jis(line, slow);
    std::string fast;
    append_shift_jis(fast, line);
    BOOST_TEST(fast == slow.bytes);
  }
}

BOOST_AUTO_TEST_CASE(a_filing_of_the_pension_office_goes_to_the_union_and_back) {
  int identical = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    // Forms without items for the pension office alone, where they are left empty.
    const Kept start(sample("KPFD", seed, 1 + static_cast<std::uint32_t>(seed % 3)));
    std::string offices = "union_office_number,prefecture_code,district_code,office_symbol\n";
    std::string persons =
        "prefecture_code,district_code,office_symbol,insured_number,name_kana,"
        "birth_ymd,union_certificate_number,union_item\n";
    for (const std::string& line : lines_of(start.bytes)) {
      const std::vector<std::string> cells = split(line);
      for (const layout::Record& record : engine().layouts().records) {
        if (record.receiver != "KPFD" || record.form != cells[0] ||
            record.items.size() != cells.size()) {
          continue;
        }
        const auto cell = [&](std::string_view key) {
          return cells[static_cast<std::size_t>(record.column_of(key))];
        };
        offices += kpfd_test::utf8(cell("union_office_number") + "," + cell("prefecture_code") +
                                   "," + cell("district_code") + "," + cell("office_symbol")) +
                   "\n";
        persons += kpfd_test::utf8(cell("prefecture_code") + "," + cell("district_code") + "," +
                                   cell("office_symbol") + "," + cell("insured_number") + "," +
                                   cell("name_kana") + "," + cell("birth_ymd") + "," +
                                   cell("union_certificate_number") + "," + cell("union_item")) +
                   "\n";
      }
    }
    Supplies supplies;
    supplies.tables.push_back(table(offices));
    // Of offices with a record that says it, it is known already.
    supplies.settings["office_number"] = "99";
    supplies.check_keys(engine().layouts());
    RefileOptions to_pension;
    to_pension.receiver = engine().layouts().receiver("SHFD");
    StringSink there;
    const ChangeReport first = refile(engine(), start.filing, to_pension, supplies, there);
    BOOST_TEST(first.missing.empty());
    for (const ItemCount& lost : first.lost) {
      BOOST_TEST((lost.item->scope == layout::Scope::union_only ||
                  lost.item->key == "union_office_number" ||
                  lost.item->key.rfind("union_media_item", 0) == 0),
                 lost.item->key);
    }
    const Kept pension(there.text);
    BOOST_TEST(pension.filing.summary.kind == "SHFD");
    BOOST_TEST(pension.filing.summary.data_records == start.filing.summary.data_records);
    supplies.tables.push_back(table(persons));
    RefileOptions to_union;
    to_union.receiver = engine().layouts().receiver("KPFD");
    StringSink back;
    refile(engine(), pension.filing, to_union, supplies, back);
    BOOST_TEST(back.text == start.bytes);
    identical += back.text == start.bytes ? 1 : 0;
  }
  BOOST_TEST(identical == 20);
}

BOOST_AUTO_TEST_CASE(what_is_lost_and_what_is_missing_is_said) {
  kpfd_test::Filing filing = kpfd_test::filing_for("SHFD", "2201700");
  const Kept start(filing.text());
  BOOST_REQUIRE((start.filing.summary.verdict == Verdict::accept));
  Supplies supplies;
  RefileOptions options;
  options.receiver = engine().layouts().receiver("KPFD");
  StringSink nowhere;
  const ChangeReport report = refile(engine(), start.filing, options, supplies, nowhere);
  BOOST_REQUIRE(!report.missing.empty());
  for (const ItemCount& missing : report.missing) {
    BOOST_TEST(missing.item->key == "union_office_number");
  }
  supplies.settings["union_office_number"] = "1001";
  StringSink out;
  const ChangeReport done = refile(engine(), start.filing, options, supplies, out);
  BOOST_TEST(done.missing.empty());
  const Kept result(out.text);
  BOOST_TEST((result.filing.summary.verdict == Verdict::accept));
  BOOST_TEST(result.filing.summary.kind == "KPFD");
  bool pension_lost = false;
  for (const ItemCount& lost : done.lost) {
    pension_lost = pension_lost || lost.item->scope == layout::Scope::pension;
    BOOST_TEST(lost.item->key != "identifier");  // it says nothing
  }
  const bool has_pension_items = !filing.cell(5, 11).empty() || !filing.cell(5, 12).empty();
  BOOST_TEST(pension_lost == has_pension_items);
}

BOOST_AUTO_TEST_CASE(records_for_the_pension_office_alone_are_left_out) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Kept start(sample("SHFD", seed));
    Supplies supplies;
    supplies.settings["union_office_number"] = "1001";
    RefileOptions options;
    options.receiver = engine().layouts().receiver("KPFD");
    StringSink out;
    const ChangeReport report = refile(engine(), start.filing, options, supplies, out);
    const Kept result(out.text);
    BOOST_TEST(result.filing.summary.data_records + report.left_out ==
               start.filing.summary.data_records);
    BOOST_TEST((result.filing.summary.verdict == Verdict::accept));
  }
}

BOOST_AUTO_TEST_CASE(an_old_edition_becomes_the_new_one) {
  const std::vector<std::string>& editions = engine().editions();
  BOOST_REQUIRE(editions.size() >= 2U);
  for (const layout::Record& record : engine().layouts().records) {
    kpfd_test::Filing filing = kpfd_test::filing_of(record);
    if (!record.valid_to.known()) {
      continue;
    }
    const Kept start(filing.text());
    BOOST_TEST(start.filing.summary.errors == 0U);
    Supplies supplies;
    RefileOptions options;
    options.edition = editions.back();
    StringSink out;
    refile(engine(), start.filing, options, supplies, out);
    const std::vector<std::string> cells = split(lines_of(out.text)[5]);
    BOOST_TEST(cells.size() > record.items.size());
    const layout::Record& newer =
        kpfd_test::record_of(record.form, record.receiver, editions.back());
    for (const layout::Item& item : record.items) {
      BOOST_TEST(cells[static_cast<std::size_t>(newer.column_of(item.key))] ==
                 filing.cell(5, item.column));
    }
    // Back again is refused, and the same again changes nothing.
    const Kept result(out.text);
    StringSink same;
    refile(engine(), result.filing, options, supplies, same);
    BOOST_TEST(same.text == out.text);
    options.edition = editions.front();
    StringSink nowhere;
    BOOST_CHECK_THROW(refile(engine(), result.filing, options, supplies, nowhere), SupplyError);
  }
}

BOOST_AUTO_TEST_CASE(split_and_merge_is_the_same_filing) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const Kept start(sample(receiver, seed, 4));
      std::map<std::uint32_t, StringSink> sinks;
      const SplitResult result =
          split(engine(), start.filing, {},
                [&](const SplitPart& part) -> ByteSink& { return sinks[part.media_number]; });
      BOOST_TEST(sinks.size() == result.parts.size());
      BOOST_TEST(result.parts.size() + result.without_records == 4U);
      std::vector<std::unique_ptr<Kept>> parts;
      std::vector<AcceptedFiling> filings;
      std::uint32_t number = 1;
      std::uint64_t records = 0;
      for (auto& [media_number, sink] : sinks) {
        BOOST_TEST(media_number == number++);
        parts.push_back(std::make_unique<Kept>(sink.text));
        const Summary& summary = parts.back()->filing.summary;
        BOOST_TEST((summary.verdict == Verdict::accept));
        BOOST_TEST(summary.warnings <= start.filing.summary.warnings);
        BOOST_TEST(summary.offices == 1U);
        records += summary.data_records;
        filings.push_back(parts.back()->filing);
      }
      BOOST_TEST(records == start.filing.summary.data_records);
      StringSink merged;
      merge(engine(), filings, {}, merged);
      if (result.without_records == 0) {
        BOOST_TEST(merged.text == start.bytes);
      }
      StringSink renumbered;
      RefileOptions options;
      options.media_number = 42;
      merge(engine(), filings, options, renumbered);
      BOOST_TEST(renumbered.text.substr(0, 40).find(",042,") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_later_first_lines_say_is_lost_and_told) {
  kpfd_test::Filing filing = kpfd_test::filing_for("KPFD");
  const Kept one(filing.text());
  const auto lost_by = [&one](const kpfd_test::Filing& other) {
    const Kept two(other.text());
    StringSink merged;
    const ChangeReport report = merge(engine(), {one.filing, two.filing}, {}, merged);
    std::string lost;
    for (const ItemCount& entry : report.lost) {
      BOOST_TEST(entry.lines == 1U);
      BOOST_TEST(entry.first_line == 1U);
      lost += entry.item->key + ' ';
    }
    return lost;
  };
  BOOST_TEST(lost_by(filing) == "");
  filing.lines[0] = "1001,002,20260711,,X1,,,";
  BOOST_TEST(lost_by(filing) == "creation_date union_media_item_2 ");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_one_are_refused) {
  const Kept union_file(sample("KPFD", 1));
  const Kept pension_file(sample("SHFD", 1));
  StringSink nowhere;
  BOOST_CHECK_THROW(merge(engine(), {union_file.filing, pension_file.filing}, {}, nowhere),
                    SupplyError);
  kpfd_test::Filing filing = kpfd_test::filing_for("KPFD");
  const Kept one(filing.text());
  filing.lines[3].back() = filing.lines[3].back() == '1' ? '2' : '1';  // another telephone
  const Kept other(filing.text());
  BOOST_CHECK_THROW(merge(engine(), {one.filing, other.filing}, {}, nowhere), SupplyError);
}

BOOST_AUTO_TEST_CASE(tables_say_what_is_wrong_with_them) {
  const auto refused = [](const std::string& text) {
    try {
      SupplyTable("t.csv", text);
    } catch (const SupplyError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  BOOST_TEST(refused("a,b\n") != "");
  BOOST_TEST(refused("a,b\n1\n").find("line 2") != std::string::npos);
  BOOST_TEST(refused("a,b\n\"1\",2\n").find("quotation") != std::string::npos);
  BOOST_TEST(refused("PK\x03\x04") != "");
  BOOST_TEST(refused("a,b\n1,2\n") == "");
  SupplyTable twice("t.csv", "a,b,c\n1,2,3\n1,2,4\n");
  BOOST_TEST(twice.find({0}, {"1"}, 1) == "2");
  BOOST_TEST(twice.find({0}, {"9"}, 1) == "");
  BOOST_CHECK_THROW(twice.find({0}, {"1"}, 2), SupplyError);
  Supplies supplies;
  supplies.settings["no_such_item"] = "1";
  BOOST_CHECK_THROW(supplies.check_keys(engine().layouts()), SupplyError);
}

BOOST_AUTO_TEST_CASE(the_gate_is_shut_for_errors_alone) {
  const RepairBook book = RepairBook::load(embedded_schemas());
  const auto open = [&book](const std::string& bytes) {
    MemorySource source(bytes);
    CheckOptions options;
    options.check_date = check_date;
    Gate gate(engine(), book);
    engine().check(source, options, gate);
    return gate.is_open();
  };
  kpfd_test::Filing filing = kpfd_test::filing_for("KPFD");
  BOOST_TEST(open(filing.text()));
  BOOST_TEST(open(kpfd_test::utf8(filing.text())));
  filing.set("prefecture_code", "99");  // a warning
  BOOST_TEST(open(filing.text()));
  filing.set("cash", "x");
  BOOST_TEST(!open(filing.text()));
  BOOST_TEST(!open("PK\x03\x04"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
