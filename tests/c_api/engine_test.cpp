// Engines: what they are made from, and what is refused.
#include <array>
#include <cstring>

#include "tests/c_api/support.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace kpfd_test;

/// The status of opening an engine that must not open. The pointer is null afterwards.
kpfd_status refused(const kpfd_engine_options& options) {
  auto* engine = reinterpret_cast<kpfd_engine*>(std::uintptr_t{1});
  const kpfd_status status = kpfd_engine_open(&options, &engine);
  BOOST_TEST((engine == nullptr));
  BOOST_TEST(!last_error().empty());
  return status;
}

std::string schema(const std::string& name) {
  return read_file(std::string(KPFD_SOURCE_DIR) + "/schemas/" + name);
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  BOOST_TEST_REQUIRE((at != std::string::npos));
  return text.replace(at, what.size(), with);
}

kpfd_file file_of(const char* name, std::string_view bytes) {
  return {name, bytes.data(), bytes.size()};
}

BOOST_AUTO_TEST_SUITE(engines)

BOOST_AUTO_TEST_CASE(the_library_tells_its_versions) {
  BOOST_TEST(kpfd_version() == std::string("0.1.0"));
  BOOST_TEST(kpfd_abi_version() == static_cast<std::uint32_t>(KPFD_ABI_VERSION));
}

BOOST_AUTO_TEST_CASE(an_engine_names_its_rules) {
  const EngineHandle engine = open_engine();
  BOOST_TEST(kpfd_engine_edition(engine.get()) == kpfd_test::engine().schemas_edition());
  BOOST_TEST(kpfd_engine_rules_hash(engine.get()) == kpfd_test::engine().rules_hash());
}

BOOST_AUTO_TEST_CASE(null_is_no_engine) {
  kpfd_engine* engine = nullptr;
  const kpfd_engine_options options = engine_options();
  BOOST_TEST(kpfd_engine_open(nullptr, &engine) == KPFD_E_ARGUMENT);
  BOOST_TEST(contains(last_error(), "options is a null pointer"));
  BOOST_TEST(kpfd_engine_open(&options, nullptr) == KPFD_E_ARGUMENT);
  BOOST_TEST(contains(last_error(), "engine is a null pointer"));
  BOOST_TEST(kpfd_engine_edition(nullptr) == std::string());
  BOOST_TEST(kpfd_engine_rules_hash(nullptr) == std::string());
  kpfd_engine_free(nullptr);
}

BOOST_AUTO_TEST_CASE(a_struct_of_another_size_or_version_is_refused) {
  for (const std::uint32_t size :
       {0U, 8U, static_cast<std::uint32_t>(sizeof(kpfd_engine_options)) - 1, 4097U, ~0U}) {
    kpfd_engine_options options = engine_options();
    options.struct_size = size;
    BOOST_TEST(refused(options) == KPFD_E_ARGUMENT);
    BOOST_TEST(contains(last_error(), "struct_size is " + std::to_string(size)));
  }
  for (const std::uint32_t version : {0U, static_cast<std::uint32_t>(KPFD_ABI_VERSION) + 1}) {
    kpfd_engine_options options = engine_options();
    options.abi_version = version;
    BOOST_TEST(refused(options) == KPFD_E_ARGUMENT);
    BOOST_TEST(contains(last_error(), "abi_version is " + std::to_string(version)));
  }
}

// A program compiled with the header of a later version: it may have what this library does not.
BOOST_AUTO_TEST_CASE(a_newer_struct_serves_while_it_asks_for_nothing_new) {
  struct {
    kpfd_engine_options known = engine_options();
    const char* later = nullptr;
  } options;
  options.known.struct_size = sizeof options;
  kpfd_engine* engine = nullptr;
  BOOST_TEST_REQUIRE(kpfd_engine_open(&options.known, &engine) == KPFD_OK);
  kpfd_engine_free(engine);
  options.later = "something";
  BOOST_TEST(refused(options.known) == KPFD_E_ARGUMENT);
  BOOST_TEST(contains(last_error(), "does not have"));
}

BOOST_AUTO_TEST_CASE(languages_and_dates_are_ones) {
  for (const char* language : {"", "de", "JA", "ja_JP"}) {
    kpfd_engine_options options = engine_options();
    options.language = language;
    BOOST_TEST(refused(options) == KPFD_E_ARGUMENT, language);
    BOOST_TEST(contains(last_error(), "language"));
  }
  for (const char* date : {"", "today", "2026-02-29", "2026-7-31", "2026-07-31 "}) {
    kpfd_engine_options options = engine_options();
    options.check_date = date;
    BOOST_TEST(refused(options) == KPFD_E_ARGUMENT, date);
    BOOST_TEST(contains(last_error(), "check_date"));
  }
}

BOOST_AUTO_TEST_CASE(unasked_messages_are_japanese) {
  kpfd_engine_options options = engine_options();
  options.language = nullptr;
  const EngineHandle engine = open_engine(options);
  Listener listener(engine.get());
  BOOST_TEST(listener.buffer("") == KPFD_REJECT);
  BOOST_TEST_REQUIRE(listener.findings.size() == 1U);
  BOOST_TEST(contains(listener.findings[0].message, "ファイル"));
}

BOOST_AUTO_TEST_CASE(schemas_take_the_places_of_built_in_ones) {
  const std::string name = "layouts/2265700-2018-03.xml";
  const std::string text = replaced(schema(name), "BONUS-TOTAL", "OUR-TOTAL");
  const std::array files = {file_of(name.c_str(), text)};
  kpfd_engine_options options = engine_options();
  options.schemas = files.data();
  options.schemas_count = files.size();
  const EngineHandle engine = open_engine(options);
  BOOST_TEST(kpfd_engine_rules_hash(engine.get()) != kpfd_test::engine().rules_hash());
  Filing filing = filing_for("KPFD");
  filing.set("bonus_total", "1000");
  Listener ours(engine.get());
  ours.buffer(filing.text());
  const EngineHandle built_in = open_engine();
  Listener theirs(built_in.get());
  theirs.buffer(filing.text());
  const auto has = [](const Listener& listener, const std::string& rule) {
    return std::any_of(listener.findings.begin(), listener.findings.end(),
                       [&](const Told& told) { return told.rule == rule; });
  };
  BOOST_TEST(has(ours, "OUR-TOTAL"));
  BOOST_TEST(!has(ours, "BONUS-TOTAL"));
  BOOST_TEST(has(theirs, "BONUS-TOTAL"));
}

BOOST_AUTO_TEST_CASE(schemas_with_faults_are_refused_with_their_places) {
  struct Case {
    const char* name;
    std::string text;
    const char* told;
  };
  const std::string form = schema("layouts/2265700-2018-03.xml");
  const Case cases[] = {
      {"layouts/a.xml", "", "layouts/a.xml"},
      {"layouts/a.xml", "<layout", "layouts/a.xml:1"},
      {"layouts/a.xml", "<!DOCTYPE layout><layout/>", "layouts/a.xml"},
      {"layouts/2265700-2018-03.xml", replaced(form, "bonus_total ==", "bonus_totl =="),
       "layouts/2265700-2018-03.xml:"},
      {"readme.xml", "<layout/>", "no place for a file of schemas"},
      {"layouts/a.txt", "<layout/>", "no place for a file of schemas"},
      {"messages/en.xml", replaced(schema("messages/en.xml"), "<phrase", "<phrse"),
       "messages/en.xml:"},
  };
  for (const Case& given : cases) {
    const Exact exact(given.text);
    const std::array files = {file_of(given.name, exact.view())};
    kpfd_engine_options options = engine_options();
    options.schemas = files.data();
    options.schemas_count = files.size();
    BOOST_TEST(refused(options) == KPFD_E_SCHEMAS, given.told);
    BOOST_TEST(contains(last_error(), given.told), last_error());
  }
}

BOOST_AUTO_TEST_CASE(an_error_that_is_too_long_is_cut_between_characters) {
  const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0xC0U; };
  std::size_t cut_in_japanese = 0;
  for (std::size_t padding = 0; padding < 6; ++padding) {
    std::string name(padding, 'x');
    for (int i = 0; i < 300; ++i) {
      name += "あ";
    }
    const std::vector<kpfd_file> files(20, file_of(name.c_str(), "<layout/>"));
    kpfd_engine_options options = engine_options();
    options.schemas = files.data();
    options.schemas_count = files.size();
    BOOST_TEST(refused(options) == KPFD_E_SCHEMAS);
    const std::string told = last_error();
    BOOST_TEST(told.size() > 4090U);
    BOOST_TEST(told.size() < 4096U);
    if (static_cast<unsigned char>(told.back()) >= 0x80) {
      ++cut_in_japanese;
      BOOST_TEST(is_lead(told[told.size() - 3]));
    }
  }
  BOOST_TEST(cut_in_japanese > 0U);
}

BOOST_AUTO_TEST_CASE(files_of_schemas_are_ones) {
  kpfd_engine_options options = engine_options();
  options.schemas_count = 1;
  BOOST_TEST(refused(options) == KPFD_E_ARGUMENT);
  const std::array nameless = {kpfd_file{nullptr, "x", 1}};
  options.schemas = nameless.data();
  BOOST_TEST(refused(options) == KPFD_E_ARGUMENT);
  const std::array byteless = {kpfd_file{"layouts/a.xml", nullptr, 1}};
  options.schemas = byteless.data();
  BOOST_TEST(refused(options) == KPFD_E_ARGUMENT);
  options.schemas_count = 0;
  BOOST_TEST((open_engine(options) != nullptr));
}

struct WithProfile {
  explicit WithProfile(std::string_view elements) : text(profile_text(elements)) {
    options.profile = &profile;
  }
  std::string text;
  std::string numbers = "1001\n";
  kpfd_file profile = file_of("union.xml", text);
  kpfd_file roster = file_of("offices.csv", numbers);
  kpfd_engine_options options = engine_options();
};

BOOST_AUTO_TEST_CASE(a_profile_changes_what_is_told) {
  const WithProfile with(
      "<severity rule='TABLE' to='error' reason='台帳' reason-en='our ledger'/>"
      "<attachment key='list' name='一覧' name-en='List' forms='2265700'>"
      "cash &gt;= 0</attachment>");
  const EngineHandle engine = open_engine(with.options);
  Listener listener(engine.get());
  BOOST_TEST(listener.buffer(filing_for("KPFD").set("prefecture_code", "99").text()) ==
             KPFD_REJECT);
  std::vector<std::string> told;
  for (const Told& finding : listener.findings) {
    told.push_back(finding.rule + '/' + finding.reason + '/' + finding.attachment);
  }
  BOOST_TEST(std::count(told.begin(), told.end(), "TABLE/our ledger/") == 1, listed(told));
  BOOST_TEST(std::count(told.begin(), told.end(), "PROFILE-ATTACHMENT//list") == 1, listed(told));
  BOOST_TEST(
      contains(kpfd_check_summary_json(listener.check.get()), R"("profile":{"key":"example")"));
}

BOOST_AUTO_TEST_CASE(a_profile_needs_the_roster_that_it_names) {
  WithProfile with("<roster file='offices.csv'/>");
  BOOST_TEST(refused(with.options) == KPFD_E_PROFILE);
  BOOST_TEST(contains(last_error(), "options->roster"));
  with.options.roster = &with.roster;
  const EngineHandle engine = open_engine(with.options);
  Listener listener(engine.get());
  BOOST_TEST(listener.buffer(good_text()) == KPFD_ACCEPT);
  with.numbers = "2002\n";
  with.roster = file_of("offices.csv", with.numbers);
  const EngineHandle other = open_engine(with.options);
  Listener stranger(other.get());
  stranger.buffer(good_text());
  BOOST_TEST_REQUIRE(!stranger.findings.empty());
  BOOST_TEST(stranger.findings[0].rule == "PROFILE-OFFICE-ROSTER");
  with.numbers = "no number\n";
  with.roster = file_of("offices.csv", with.numbers);
  BOOST_TEST(refused(with.options) == KPFD_E_PROFILE);
  BOOST_TEST(contains(last_error(), "offices.csv"));
}

BOOST_AUTO_TEST_CASE(profiles_with_faults_are_refused) {
  WithProfile without("");
  without.options.roster = &without.roster;
  BOOST_TEST(refused(without.options) == KPFD_E_PROFILE);  // it names none
  without.options.profile = nullptr;
  BOOST_TEST(refused(without.options) == KPFD_E_ARGUMENT);
  for (const char* elements : {"<severity rule='NO-SUCH' to='error' reason='x'/>", "<nonsense/>",
                               "<severity rule='TABLE' to='loud' reason='x'/>"}) {
    const WithProfile with(elements);
    BOOST_TEST(refused(with.options) == KPFD_E_PROFILE, elements);
    BOOST_TEST(contains(last_error(), "union.xml"), last_error());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
