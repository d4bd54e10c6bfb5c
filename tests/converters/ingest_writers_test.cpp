// Whatever the cells hold, what the writers write is well formed; nothing is allocated for a
// record; My Numbers stand nowhere but in their own document.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "converters/ingest/text_formats.hpp"
#include "converters/ingest/values.hpp"
#include "kpfd/schemas.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/filings.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace kpfd_test;
using namespace kpfd::converters;
using kpfd::MemorySource;
using kpfd::SourceError;
using kpfd::Summary;

constexpr const char* forms[] = {"2225700", "2221700", "2265700", "2200700", "2201700"};

const IngestModel& model() {
  static const IngestModel made(kpfd::embedded_schemas(), engine().layouts());
  return made;
}

kpfd_test::Filing all_forms(const char* receiver, std::size_t times = 1) {
  kpfd_test::Filing filing = filing_for(receiver);
  filing.lines.pop_back();
  for (const char* form : forms) {
    filing.lines.insert(filing.lines.end(), times, filing_for(receiver, form).lines[5]);
  }
  return filing;
}

/// What a filing becomes, by document.
using Written = std::map<std::string, StringSink>;

using Make = std::unique_ptr<IngestWriter> (*)(const IngestModel&, Documents, const TextOptions&);

Written convert(const std::string& text, const Summary& summary, Make make, bool secrets = false,
                unsigned threads = 1) {
  Written written;
  const auto writer =
      make(model(),
           [&written](std::string_view name) -> ByteSink& { return written[std::string(name)]; },
           {secrets});
  kpfd::converters::Filing filing;
  filing.receipt = "00000-11111-22222-33333";
  filing.set(model(), "receipt", filing.receipt);
  filing.set(model(), "kind", summary.kind);
  writer->begin(filing);
  writer->finding({"warning", "RULE", "1", "2", "key", "\"<&>\\ \x01 \xFF"});
  MemorySource source(text);
  hand_over(engine().layouts(), summary, source, *writer, threads);
  writer->end();
  writer->finish();
  return written;
}

/// A strict reader of JSON that keeps nothing.
class JsonCheck {
 public:
  explicit JsonCheck(std::string_view text) : text_(text) {}
  bool object_only() { return peek() == '{' && value() && at_ == text_.size(); }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) {
      return false;
    }
    ++at_;
    return true;
  }
  bool value() {
    if (peek() == '{') {
      ++at_;
      if (take('}')) {
        return true;
      }
      do {
        if (!string() || !take(':') || !value()) {
          return false;
        }
      } while (take(','));
      return take('}');
    }
    if (peek() == '"') {
      return string();
    }
    if (text_.substr(at_, 4) == "true") {
      at_ += 4;
      return true;
    }
    take('-');
    const std::size_t begin = at_;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
      ++at_;
    }
    return at_ > begin && (text_[begin] != '0' || at_ == begin + 1);
  }
  bool string() {
    if (!take('"')) {
      return false;
    }
    while (at_ < text_.size() && peek() != '"') {
      const auto c = static_cast<unsigned char>(peek());
      if (c < 0x20) {
        return false;
      }
      if (c == '\\') {
        ++at_;
        if (peek() == 'u') {
          at_ += 4;
        } else if (peek() != '"' && peek() != '\\') {
          return false;
        }
      }
      ++at_;
    }
    return take('"');
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = kpfd::text::next_utf8(text, at);
    if (next.value == kpfd::text::broken_utf8) {
      return false;
    }
    at += next.bytes;
  }
  return true;
}

/// RFC 4180: quotes in pairs, and no bare quote.
bool is_csv(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"') {
      continue;
    }
    if (!quoted) {
      if (i > 0 && text[i - 1] != ',' && text[i - 1] != '\n') {
        return false;
      }
      quoted = true;
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      ++i;
    } else {
      quoted = false;
      if (i + 1 < text.size() && text[i + 1] != ',' && text[i + 1] != '\r') {
        return false;
      }
    }
  }
  return !quoted;
}

/// XML has no way to write them, but line ends.
bool has_no_control_characters(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

void expect_well_formed(const std::string& text, const Summary& summary) {
  for (const auto& [name, sink] : convert(text, summary, make_ndjson_writer)) {
    BOOST_TEST(is_utf8(sink.text));
    std::string_view rest = sink.text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      BOOST_TEST_REQUIRE(end != std::string_view::npos);
      BOOST_TEST(JsonCheck(rest.substr(0, end)).object_only(), rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }
  for (const auto& [name, sink] : convert(text, summary, make_xml_writer)) {
    BOOST_TEST(is_utf8(sink.text));
    BOOST_TEST(has_no_control_characters(sink.text));
    pugi::xml_document document;
    BOOST_TEST(static_cast<bool>(document.load_buffer(sink.text.data(), sink.text.size(),
                                                      pugi::parse_full, pugi::encoding_utf8)));
  }
  for (const auto& [name, sink] : convert(text, summary, make_csv_writer)) {
    BOOST_TEST(is_utf8(sink.text));
    BOOST_TEST(is_csv(std::string_view(sink.text).substr(3)), sink.text);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_bytes_in_the_cells_give_well_formed_documents) {
  Random random(7);
  std::size_t converted = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 400; ++round) {
    const kpfd_test::Filing filing = all_forms(round % 2 == 0 ? "KPFD" : "SHFD");
    std::string text = filing.text();
    const Summary summary = check_text(text).summary;
    const std::size_t records = text.find("[data]") + 8;
    for (std::uint64_t i = 0, count = 1 + random.below(6); i < count; ++i) {
      const std::size_t at = records + random.below(text.size() - records);
      const auto byte = static_cast<char>(random.below(256));
      if (text[at] != ',' && text[at] != '\r' && text[at] != '\n' && byte != ',' && byte != '\r' &&
          byte != '\n') {
        text[at] = byte;
      }
    }
    try {
      expect_well_formed(text, summary);
      ++converted;
    } catch (const ValueError&) {
      ++refused;  // letters in an amount, a day that does not exist
    } catch (const SourceError&) {
      ++refused;  // another form
    }
  }
  BOOST_TEST(converted > 50U);
  BOOST_TEST(refused > 50U);
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_for_a_record) {
  for (const Make make : {make_ndjson_writer, make_xml_writer, make_csv_writer}) {
    std::size_t counts[2] = {0, 0};
    for (const std::size_t i : {0U, 1U}) {
      const std::string text = all_forms("KPFD", i == 0 ? 2 : 20).text();
      const Summary summary = check_text(text).summary;
      std::map<std::string, StringSink> written;
      const auto writer = make(
          model(),
          [&written](std::string_view name) -> ByteSink& { return written[std::string(name)]; },
          {});
      kpfd::converters::Filing filing;
      filing.set(model(), "kind", "KPFD");
      writer->begin(filing);
      MemorySource source(text);
      FilingReader reader(engine().layouts(), summary, source);
      Row row;
      const std::size_t before = allocations();
      while (reader.next(row)) {
        if (row.record != nullptr) {
          writer->row(row, row.line);
        }
      }
      counts[i] = allocations() - before;
    }
    // What is allocated is for the first record of each layout.
    BOOST_TEST(counts[0] == counts[1]);
  }
}

BOOST_AUTO_TEST_CASE(my_numbers_stand_in_their_own_document_alone) {
  kpfd_test::Filing filing = filing_for("KPFD", "2200700");
  filing.set("my_number", "123456789018").set("postal_parent", "").set("postal_child", "");
  filing.set("address_kana", "").set("address_kanji", "");
  const Summary summary = check_text(filing.text()).summary;
  for (const Make make : {make_ndjson_writer, make_xml_writer, make_csv_writer}) {
    for (const bool asked : {false, true}) {
      std::size_t found = 0;
      for (const auto& [name, sink] : convert(filing.text(), summary, make, asked)) {
        const bool there = sink.text.find("123456789018") != std::string::npos;
        BOOST_TEST(there == (asked && name == my_numbers_document));
        found += there ? 1 : 0;
      }
      BOOST_TEST(found == (asked ? 1U : 0U));
    }
  }
}

BOOST_AUTO_TEST_CASE(grades_change_at_their_bounds_and_nowhere_else) {
  const auto& rows = model().grades().rows;
  // 0 is no remuneration.
  std::vector<std::int64_t> amounts = {1, 999, 5'000'000, 9'999'999};
  for (const auto& row : rows) {
    for (const std::int64_t bound : {row.from, row.below}) {
      if (bound > 0) {
        amounts.insert(amounts.end(), {bound - 1, bound, bound + 1});
      }
    }
  }
  // The number that stands for a field's value in a record; "" where the field is not there.
  const auto number_in = [](const std::string& text, const std::string& key) {
    const std::size_t at = text.find('"' + key + "\":");
    if (at == std::string::npos) {
      return std::string();
    }
    const std::size_t from = at + key.size() + 3;
    return text.substr(from, text.find_first_of(",}", from) - from);
  };
  for (const std::int64_t amount : amounts) {
    kpfd_test::Filing filing = filing_for("KPFD", "2225700");
    filing.set("corrected_average", "").set("average", std::to_string(amount));
    const std::string text =
        convert(filing.text(), check_text(filing.text()).summary, make_ndjson_writer)[""].text;
    std::string health;
    std::string pension;
    for (const auto& row : rows) {
      const bool lowest = row.pension_grade == 1;
      if (amount >= row.from && (row.below == 0 || amount < row.below)) {
        health = std::to_string(row.grade);
      }
      if (row.pension_grade != 0 && (lowest || amount >= row.from)) {
        // The rows are in order: the last one that begins at or below the amount is its.
        pension = std::to_string(row.pension_grade);
      }
    }
    BOOST_TEST(number_in(text, "health_grade") == health, amount);
    BOOST_TEST(number_in(text, "pension_grade") == pension, amount);
  }
}

BOOST_AUTO_TEST_CASE(formulas_are_guarded_in_csv) {
  for (const char* formula :
       {"=1+1", "+1", "-1", "@SUM", "＝１", "＋１", "－１", "＠", "'=1", "'"}) {
    kpfd_test::Filing filing = filing_for("KPFD", "2225700");
    filing.set("remarks", sjis(formula));
    Written written = convert(filing.text(), check_text(filing.text()).summary, make_csv_writer);
    const std::string& text = written["standard_remuneration"].text;
    BOOST_TEST(text.find(",\"'" + std::string(formula) + '"') != std::string::npos, formula);
  }
}

namespace {

/// Several batches with every form.
kpfd_test::Filing large_filing() {
  kpfd_test::Filing filing = all_forms("KPFD", 900);
  for (std::size_t line = 5; line < filing.lines.size(); ++line) {
    if (line % 50 == 0) {
      // The forms take turns here and there.
      filing.lines[line] = filing.lines[filing.lines.size() - line];
    }
  }
  return filing;
}

void expect_same(const std::string& text, Make make) {
  const Summary summary = check_text(text).summary;
  const Written alone = convert(text, summary, make, true);
  for (const unsigned threads : {2U, 5U}) {
    const Written together = convert(text, summary, make, true, threads);
    BOOST_TEST_REQUIRE(together.size() == alone.size());
    for (const auto& [name, sink] : alone) {
      // Far too long to be shown.
      BOOST_TEST((together.at(name).text == sink.text), name);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(several_threads_write_what_one_writes) {
  kpfd_test::Filing filing = large_filing();
  BOOST_TEST_REQUIRE(filing.text().size() > (600U << 10));
  for (const Make make : {make_ndjson_writer, make_xml_writer, make_csv_writer}) {
    for (const char* end : {"\r\n", "\n", "\r"}) {
      filing.end = filing.last_end = end;
      expect_same(filing.text(), make);
    }
    filing.last_end = "";
    expect_same(filing.text(), make);
    expect_same(filing.text() + "\x1A", make);
    filing.end = "\r\n";
    expect_same(utf8(filing.text()), make);
    expect_same("\xEF\xBB\xBF" + utf8(filing.text()), make);
    kpfd_test::Filing with_blanks = filing;
    with_blanks.lines[2000] += "\r\n\r\n";
    with_blanks.lines[3000] += "\n\r";
    expect_same(with_blanks.text(), make);
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_no_record_holds_stops_several_threads_too) {
  kpfd_test::Filing filing = large_filing();
  const Summary summary = check_text(filing.text()).summary;
  std::string& line = filing.lines[4000];
  line = "2265700" + std::string(line.size() - 7, ',');
  for (const unsigned threads : {1U, 4U}) {
    BOOST_CHECK_THROW(convert(filing.text(), summary, make_ndjson_writer, false, threads),
                      SourceError);
  }
}
