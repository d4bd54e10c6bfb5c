// Synthetic filings: good ones.

#include "samples/maker/maker.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>

#include "findings.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd_test.hpp"

namespace kpfd::samples_test {

namespace {

using samples::Encoding;
using samples::Filing;
using samples::Kitchen;
using samples::SampleError;
using samples::SampleOptions;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t seeds = 10;
#else
constexpr std::uint64_t seeds = 200;
#endif

const Kitchen& kitchen() {
  static const Kitchen made(engine().layouts(), embedded_schemas());
  return made;
}

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(const std::string& bytes) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

/// Nothing is found but that UTF-8 is not what the receiver takes.
void check_good(const SampleOptions& options) {
  Filing filing(kitchen(), options);
  const std::string text = filing.text();
  const std::string expected =
      options.encoding == Encoding::shift_jis ? "" : "0 0 error FILE-UTF8\n";
  const Checked checked = check(text, filing.file_name(), filing.as_of());
  BOOST_TEST(listing(checked.findings) == expected,
             "seed " << options.seed << ": " << listing(checked.findings));
  BOOST_TEST(checked.summary.data_records == options.records);
}

/// Every seed in every encoding, of one form for one receiver.
void check_layout(const layout::Record& record) {
  SampleOptions options;
  options.forms = {record.form};
  options.receiver = record.receiver;
  options.edition = record.edition;
  options.records = 8;
  for (options.seed = 1; options.seed <= seeds; ++options.seed) {
    for (const Encoding encoding : {Encoding::shift_jis, Encoding::utf8, Encoding::utf8_bom}) {
      options.encoding = encoding;
      check_good(options);
    }
  }
}

const bool registered = kpfd_test::at_start([] {
  using namespace boost::unit_test;
  auto* const suite = BOOST_TEST_SUITE("good");
  for (const layout::Record& record : engine().layouts().records) {
    suite->add(make_test_case([&record] { check_layout(record); },
                              record.key + " " + record.edition + " " + record.receiver, __FILE__,
                              __LINE__));
  }
  framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_CASE(mixed_filings_are_good) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    SampleOptions options;
    options.receiver = receiver;
    options.records = 60;
    for (options.seed = 1; options.seed <= seeds; ++options.seed) {
      options.order = options.seed % 2 == 0 ? samples::Order::drawn : samples::Order::in_turn;
      check_good(options);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_records_are_good) {
  SampleOptions options;
  options.records = 50'000;
  check_good(options);
}

BOOST_AUTO_TEST_CASE(any_day_makes_good_filings) {
  SampleOptions options;
  options.records = 20;
  for (const char* day : {"2020-01-06", "2020-02-29", "2023-12-31", "2024-02-29", "2024-12-01",
                          "2024-12-02", "2025-05-31", "2026-06-01", "2028-02-29", "2079-12-31"}) {
    options.as_of = parse_iso_date(day);
    for (const char* receiver : {"KPFD", "SHFD"}) {
      options.receiver = receiver;
      for (options.seed = 1; options.seed <= 20; ++options.seed) {
        check_good(options);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(several_offices_give_their_warning_only) {
  for (const char* receiver : {"KPFD", "SHFD"}) {
    SampleOptions options;
    options.receiver = receiver;
    options.records = 3000;
    for (const std::uint32_t offices : {2U, 20U, 999U}) {
      options.offices = offices;
      Filing filing(kitchen(), options);
      const Checked checked = check(filing.text(), filing.file_name(), filing.as_of());
      BOOST_TEST(listing(checked.findings) == "3 2 warning OFFICE-COUNT-MANY\n");
      BOOST_TEST(checked.summary.offices == offices);
    }
  }
}

BOOST_AUTO_TEST_CASE(forms_take_turns) {
  SampleOptions options;
  options.order = samples::Order::in_turn;
  options.records = 10;
  Filing filing(kitchen(), options);
  const Checked checked = check(filing.text(), "", filing.as_of());
  BOOST_TEST(checked.summary.records.size() == filing.layouts().size());
  for (const auto& [form, count] : checked.summary.records) {
    BOOST_TEST(count == 2U);
  }
}

// The same bytes on every machine. A change of the recipes changes them: then write the new ones
// here.
BOOST_AUTO_TEST_CASE(a_seed_decides_every_byte) {
  const auto made = [](const char* receiver, std::uint64_t seed, Encoding encoding) {
    SampleOptions options;
    options.receiver = receiver;
    options.seed = seed;
    options.encoding = encoding;
    options.records = 500;
    options.offices = 3;
    return fingerprint(Filing(kitchen(), options).text());
  };
  BOOST_TEST(made("KPFD", 1, Encoding::shift_jis) == made("KPFD", 1, Encoding::shift_jis));
  BOOST_TEST(made("KPFD", 1, Encoding::shift_jis) == 0x5C96A1CEF5B6D25FU);
  BOOST_TEST(made("KPFD", 2, Encoding::shift_jis) == 0x4C55B3693F084E53U);
  BOOST_TEST(made("SHFD", 1, Encoding::shift_jis) == 0x1435EF9DBD17DAA3U);
  BOOST_TEST(made("SHFD", 1, Encoding::utf8) == 0x11AB9C7FABFDE608U);
}

BOOST_AUTO_TEST_CASE(a_record_does_not_depend_on_those_before_it) {
  SampleOptions options;
  options.records = 40;
  Filing filing(kitchen(), options);
  std::string all;
  filing.append_records(0, 40, all);
  std::string pieces;
  Filing other(kitchen(), options);
  for (std::uint64_t first = 20; first < 40; first += 4) {
    other.append_records(first, 4, pieces);
  }
  BOOST_TEST(all.size() > pieces.size());
  BOOST_TEST(all.substr(all.size() - pieces.size()) == pieces);
}

BOOST_AUTO_TEST_CASE(what_there_is_not_is_refused) {
  const auto refused = [](const std::function<void(SampleOptions&)>& change) {
    SampleOptions options;
    change(options);
    BOOST_CHECK_THROW(Filing(kitchen(), options), SampleError);
  };
  refused([](SampleOptions& options) { options.forms = {"pension"}; });
  refused([](SampleOptions& options) { options.receiver = "KNFD"; });
  refused([](SampleOptions& options) { options.edition = "1999-01"; });
  refused([](SampleOptions& options) { options.as_of = make_date(1970, 1, 1); });
  refused([](SampleOptions& options) { options.as_of = make_date(2100, 1, 1); });
}

// A form that is added by its XML alone.
BOOST_AUTO_TEST_CASE(a_form_without_recipe_is_filled_from_its_layout) {
  const std::string layout = R"(<?xml version="1.0" encoding="UTF-8"?>
<layout form="2299700" key="visit" name="試験届" name-en="Visit" edition="2030-01">
  <item key="form_code" name="様式コード" type="N" length="7" need="required" values="2299700"/>
  <use block="office-symbol"/>
  <use block="person"/>
  <item key="visit_era" name="元号" type="N" length="1" need="required" values="7|9"/>
  <item key="visit_ymd" name="年月日" type="N" length="6" need="required"/>
  <date key="visit" era="visit_era" ymd="visit_ymd"/>
  <item key="visit_code" name="区分" type="AN" length="2" need="required" values="AA|AB"/>
  <item key="visit_number" name="番号" type="N" length="3" need="required" zeros="refused"/>
  <item key="visit_fee" name="額" type="N" length="1..7" need="required" unit="yen" least="500"/>
  <item key="visit_place" name="場所" type="J" length="0..20" need="optional"/>
  <item key="visit_kana" name="カナ" type="K" length="2" need="required"/>
  <use block="union"/>
</layout>)";
  std::vector<Engine::SchemaFile> files = embedded_schemas();
  files.push_back({"layouts/2299700-2030-01.xml", layout});
  const Engine with_form(files);
  const Kitchen other(with_form.layouts(), files);
  for (const char* receiver : {"KPFD", "SHFD"}) {
    SampleOptions options;
    options.forms = {"visit"};
    options.receiver = receiver;
    options.records = 50;
    Filing filing(other, options);
    class Count final : public FindingSink {
     public:
      void finding(const Finding& finding) override { BOOST_TEST(finding.rule->id == ""); }
    } sink;
    const std::string text = filing.text();
    MemorySource source(text);
    CheckOptions check_options;
    check_options.check_date = filing.as_of();
    const Summary summary = with_form.check(source, check_options, sink);
    BOOST_TEST(summary.records.at("2299700") == 50U);
  }
}

}  // namespace

}  // namespace kpfd::samples_test
