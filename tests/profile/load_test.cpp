// What a profile cannot say, with the place at which it is told. The faults that the reference page
// shows are tried there.

#include "kpfd/layout/load.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/filings.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::SchemaError;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// `profile.xml:2:2: reason`, or "taken".
std::string refusal_of_text(std::string_view text) {
  try {
    engine_with(load_profile(text));
  } catch (const SchemaError& error) {
    return error.what();
  }
  return "taken";
}

std::string refusal(std::string_view elements) {
  try {
    engine_with(elements);
  } catch (const SchemaError& error) {
    return error.what();
  }
  return "taken";
}

struct Fault {
  const char* elements;
  const char* place;
  const char* reason;
};

void expect_refused(const Fault& fault) {
  const std::string said = refusal(fault.elements);
  BOOST_TEST_CONTEXT(fault.elements << "\n  said: " << said) {
    BOOST_TEST(said.rfind("profile.xml:" + std::string(fault.place) + ": ", 0) == 0);
    BOOST_TEST(contains(said, fault.reason));
  }
}

BOOST_AUTO_TEST_SUITE(profile_load)

BOOST_AUTO_TEST_CASE(the_example_is_a_profile) {
  auto profile = load_profile(kpfd::embedded_schema("profiles/kasumino.xml"));
  std::ifstream file(std::string(KPFD_SOURCE_DIR) + "/schemas/profiles/" + profile.roster->file,
                     std::ios::binary);
  const std::string roster{std::istreambuf_iterator<char>(file), {}};
  kpfd::profile::read_roster(roster, profile.roster->file, profile);
  BOOST_TEST(profile.key == "kasumino");
  BOOST_TEST(profile.roster->numbers.size() == 3U);
  BOOST_TEST(profile.senders->file == "kasumino-senders.csv");
  BOOST_TEST(profile.takes("2265700"));
  BOOST_TEST(!profile.takes("9990700"));
  BOOST_CHECK_NO_THROW(engine_with(profile));
}

BOOST_AUTO_TEST_CASE(a_profile_that_says_nothing_changes_nothing) {
  const kpfd::Engine with = engine_with("");
  for (const kpfd::layout::Record& record : engine().layouts().records) {
    BOOST_TEST_CONTEXT(title_of(record)) {
      const Filing filing = filing_of(record);
      const Checked checked = check_text(filing.text(), {filing.name()}, with);
      BOOST_TEST(checked.findings.size() == (record.for_union ? 0U : 1U));
      BOOST_TEST(checked.summary.profile->applied == record.for_union);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_profile_is_refused) {
  BOOST_TEST(contains(refusal_of_text(""), "no XML"));
  BOOST_TEST(contains(refusal_of_text("<profile"), "profile.xml:1:"));
  BOOST_TEST(contains(refusal_of_text("<layout/>"), "a profile begins with <profile>"));
  BOOST_TEST(contains(refusal_of_text("<profile/>"), "attribute `key` is missing"));
  BOOST_TEST(contains(refusal_of_text(R"(<profile key="a" edition="2026-04" name="n"/>)"),
                      "attribute `number` is missing"));
  BOOST_TEST(contains(refusal_of_text(R"(<profile kye="a"/>)"), "unknown attribute `kye`"));
}

BOOST_AUTO_TEST_CASE(every_element_knows_its_attributes) {
  const Fault faults[] = {
      {"<roaster/>", "2:2", "<roaster>: not known here"},
      {"<roster/>", "2:2", "attribute `file` is missing"},
      {"<roster file='a' flie='b'/>", "2:2", "unknown attribute `flie`"},
      {"<table/>", "2:2", "attribute `file` is missing"},
      {"<table file='a' severity='info'/>", "2:2", "unknown attribute `severity`"},
      {"<senders/>", "2:2", "attribute `file` is missing"},
      {"<senders file='a'/><senders file='b'/>", "2:21", "said twice"},
      {"<senders file='../a'/>", "2:2", "a table of senders elsewhere is not opened"},
      {"\n  <forms/>", "3:4", "attribute `taken` is missing"},
      {"<forms taken='2265700 2265700'/>", "2:2", "each once"},
      {"<forms taken='2265700  2221700'/>", "2:2", "one space"},
      {"<forms taken='2265700' others='off'/>", "2:2", "others: `off` is none of: error"},
      {"<office-number length='4'/>", "2:2", "attribute `type` is missing"},
      {"<office-number type='K' length='4'/>", "2:2", "of type N or AN"},
      {"<office-number type='X' length='4'/>", "2:2", "type: `X` is no type"},
      {"<office-number type='N' length='4-5'/>", "2:2", "length: `4-5` is no length"},
      {"<office-number type='N' length='0|4'/>", "2:2", "never empty"},
      {"<office-number type='N' length='4' begins='1|'/>", "2:2", "begins: ``"},
      {"<office-number type='N' length='2' begins='100'/>", "2:2", "longer than the number"},
      {"<office-number type='N' length='4' begins='a'/>", "2:2", "begins: `a` is not of type N"},
      {"<office-number type='AN' length='4' begins='/'/>", "2:2", "begins: `/` is not of type AN"},
      {"<office-number type='AN' length='4' begins='[]'/>", "2:2", "begins: `[]` is not of type"},
      {"<office-number type='AN' length='4' begins='`'/>", "2:2", "is not of type AN"},
      {"<office-number type='AN' length='4' begins='{'/>", "2:2", "is not of type AN"},
      {"<office-number type='N' length='4' begins='100|101|102|103|104|105|106|107|108|109|110|111|"
       "112|113|114|115|116|117|118|119|120|121|122|123|124|125|126|127|128|129|130|131|132'/>",
       "2:2", "begins: at most 32 beginnings"},
      {"<office-number type='N' length='4' media-record='never'/>", "2:2",
       "media-record: `never` is none of: asked, left-out"},
      {"<item name='n'/>", "2:2", "attribute `key` is missing"},
      {"<item key='union_item' name-en='n'/>", "2:2", "an English name alone"},
      {"<item key='union_item' need='conditional'/>", "2:2",
       "need: `conditional` is none of: required, optional"},
      {"<item key='union_item' values='9..1'/>", "2:2", "values: `9..1`"},
      {"<let>1 == 1</let>", "2:2", "attribute `name` is missing"},
      {"<attachment key='a'>1 == 1</attachment>", "2:2", "attribute `name` is missing"},
      {"<attachment key='A' name='n'>1 == 1</attachment>", "2:2", "small letters"},
      {"<attachment key='a' name='n' severity='error'>1 == 1</attachment>", "2:2",
       "severity: `error` is none of: warning, info"},
      {"<attachment key='a' name='n'/>", "2:2", "its content is one text"},
      {"<attachment key='a' name='n'>1 <!-- c --> == 1</attachment>", "2:2", "one text"},
      {"<severity rule='TABLE' to='off'/>", "2:2", "attribute `reason` is missing"},
      {"<severity rule='TABLE' to='fatal' reason='r'/>", "2:2", "to: `fatal` is none of: error"},
  };
  for (const Fault& fault : faults) {
    expect_refused(fault);
  }
}

BOOST_AUTO_TEST_CASE(what_is_said_twice_is_refused) {
  const Fault faults[] = {
      {"<roster file='a'/>\n<roster file='b'/>", "3:2", "<roster>: said twice"},
      {"<forms taken='2265700'/>\n<forms taken='2221700'/>", "3:2", "<forms>: said twice"},
      {"<office-number type='N' length='4'/><office-number type='N' length='4'/>", "2:38",
       "said twice"},
      {"<item key='union_item' length='0..5'/>\n<item key='union_item' length='0'/>", "3:2",
       "said twice for a form (line 2)"},
      {"<item key='union_item' length='0..5'/>\n<item key='union_item' forms='2265700' "
       "length='0'/>",
       "3:2", "said twice for a form (line 2)"},
      {"<severity rule='TABLE' to='off' reason='r'/>\n<severity rule='TABLE' to='info' "
       "reason='r'/>",
       "3:2", "two severities for one place (line 2)"},
      {"<severity rule='TABLE' item='prefecture_code' to='off' reason='r'/>\n"
       "<severity rule='TABLE' forms='2265700' to='info' reason='r'/>",
       "3:2", "two severities"},
      {"<attachment key='a' name='n'>cash given</attachment>\n"
       "<attachment key='a' name='n'>cash given</attachment>",
       "3:2", "key `a` is said twice for a form (line 2)"},
      {"<attachment key='a' name='n' forms='2265700'>cash given</attachment>\n"
       "<attachment key='a' name='m' forms='2200700'>cash given</attachment>",
       "3:2", "another name or severity elsewhere"},
      {"<let name='cash' forms='2265700'>1 == 1</let>", "2:2", "already is the name of something"},
      {"<let name='x' forms='2265700'>1 == 1</let>\n<let name='x' forms='2265700'>1 == 1</let>",
       "3:2", "already is the name of something"},
  };
  for (const Fault& fault : faults) {
    expect_refused(fault);
  }
  for (const Fault& fault : {
           Fault{"<item key='union_item' forms='2265700' length='0..5'/>\n"
                 "<item key='union_item' length='0'/>",
                 "3:2", "said twice for a form (line 2)"},
           Fault{"<item key='union_item' forms='2265700 2221700' length='0..5'/>\n"
                 "<item key='union_item' forms='2200700 2221700' length='0'/>",
                 "3:2", "said twice for a form (line 2)"},
           Fault{"<severity rule='MONTH-SUM' item='sum_1' to='off' reason='r'/>\n"
                 "<severity rule='MONTH-SUM' item='sum_1' to='info' reason='r'/>",
                 "3:2", "two severities for one place (line 2)"},
           Fault{"<attachment key='a' name='n' severity='warning' forms='2265700'>cash given"
                 "</attachment>\n"
                 "<attachment key='a' name='n' forms='2200700'>cash given</attachment>",
                 "3:2", "another name or severity elsewhere"},
       }) {
    expect_refused(fault);
  }
  for (const char* const good :
       {"<severity rule='MONTH-SUM' item='sum_1' to='off' reason='r'/>"
        "<severity rule='MONTH-SUM' item='sum_2' to='info' reason='r'/>",
        "<severity rule='TABLE' forms='2265700' to='off' reason='r'/>"
        "<severity rule='TABLE' forms='2221700' to='info' reason='r'/>",
        "<attachment key='a' name='n' forms='2265700'>cash given</attachment>"
        "<let name='a_sum' forms='2265700'>cash + 1</let>"
        "<attachment key='b' name='n' forms='2265700'>a_sum > 2</attachment>",
        "<office-number type='AN' length='4' begins='a|Z|9' media-record='left-out'/>"}) {
    BOOST_TEST(refusal(good) == "taken", good);
  }
  // For other places.
  BOOST_TEST(refusal("<item key='union_item' forms='2221700' length='0..5'/>"
                     "<item key='union_item' forms='2265700' length='0'/>"
                     "<severity rule='TABLE' to='off' reason='r'/>"
                     "<severity rule='TABLE' item='prefecture_code' to='info' reason='r'/>"
                     "<severity rule='TABLE' item='prefecture_code' forms='2265700' to='error' "
                     "reason='r'/>"
                     "<attachment key='a' name='n' forms='2265700'>cash given</attachment>"
                     "<attachment key='a' name='n' forms='2200700'>cash given</attachment>") ==
             "taken");
}

BOOST_AUTO_TEST_CASE(paths_that_lead_out_of_the_folder_are_refused) {
  for (const char* path : {"/etc/passwd", "../a", "a/../../b", "..", ".", "./a", "a//b", "a/",
                           "C:\\a", "C:a", "a\\b", "..\\a"}) {
    for (const std::string element : {"roster", "table"}) {
      std::string elements = "<" + element + " file='" + std::string(path) + "'/>";
      std::string reason = "profile.xml:2:2: <" + element + ">: file: a path below";
      BOOST_TEST(contains(refusal(elements), reason), path);
    }
  }
  for (const char* path : {"a", "a.csv", "a/b.csv", "...", "名簿.csv", "a..b"}) {
    BOOST_TEST(refusal("<roster file='" + std::string(path) + "'/>") == "taken", path);
  }
}

BOOST_AUTO_TEST_CASE(forms_that_are_not_taken_are_not_spoken_of) {
  const std::string taken = "<forms taken='2265700'/>\n";
  for (const char* element :
       {"<item key='union_item' forms='2221700' length='0'/>",
        "<severity rule='TABLE' forms='2221700' to='off' reason='r'/>",
        "<attachment key='a' name='n' forms='2221700'>cash_1 given</attachment>",
        "<let name='a' forms='2221700'>cash_1 given</let>"}) {
    const std::string said = refusal(taken + element);
    BOOST_TEST(contains(said, "profile.xml:3:2: <"), said);
    BOOST_TEST(contains(said, "form `2221700` is none that <forms> takes"), said);
  }
  // An attachment without `forms` is for the forms taken: this one has no such item elsewhere.
  BOOST_TEST(refusal(taken + "<attachment key='a' name='n'>bonus_total given</attachment>") ==
             "taken");
}

BOOST_AUTO_TEST_CASE(expressions_are_refused_at_their_character) {
  const Fault faults[] = {
      {"<attachment key='a' name='n' forms='2265700'>\n  cash &lt; and\n</attachment>", "3:13",
       "expected"},
      {"<attachment key='a' name='n' forms='2265700'>cash >= csah</attachment>", "2:54",
       "did you mean `cash`"},
      {"<attachment key='a' name='n' forms='2265700'>cash</attachment>", "2:46",
       "attachment a: a rule needs a condition"},
      {"<attachment key='a' name='n' forms='2265700' at='cahs'>cash given</attachment>", "2:2",
       "at: form 2265700 has no item `cahs`; did you mean `cash`?"},
      {"<attachment key='a' name='n' forms='2221700' at='cash'>average given</attachment>", "2:2",
       "at: form 2221700 has no item `cash`"},
      {"<attachment key='a' name='n' forms='2265700' at='over_70_only'>cash given</attachment>",
       "2:2", "is for the pension office"},
      {"<attachment key='a' name='n' forms='2265700 2221700'>bonus_total given</attachment>",
       "2:54", "(in form 2221700, edition 2018-03)"},
      {"<let name='a'>bonus_total</let>", "2:15", "nothing is called `bonus_total`"},
      {"<attachment key='a' name='n'>over_70_only given</attachment>", "2:2",
       "it can never be needed"},
  };
  for (const Fault& fault : faults) {
    expect_refused(fault);
  }
}

BOOST_AUTO_TEST_CASE(severities_that_could_never_act_are_refused) {
  const Fault faults[] = {
      {"<severity rule='TABEL' to='off' reason='r'/>", "2:2", "did you mean `TABLE`?"},
      {"<severity rule='PROFILE-FORM' to='off' reason='r'/>", "2:2", "cannot be changed"},
      {"<severity rule='PROFILE-ATTACHMENT' to='off' reason='r'/>", "2:2", "cannot be changed"},
      {"<severity rule='FILE-EMPTY' to='warning' reason='r'/>", "2:2", "cannot be changed"},
      {"<severity rule='TABLE' item='prefecture' to='off' reason='r'/>", "2:2",
       "no item is called `prefecture`"},
      {"<severity rule='TABLE' item='bonus_total' forms='2221700' to='off' reason='r'/>", "2:2",
       "no item is called `bonus_total` in these forms"},
      {"<severity rule='LINE-END' item='cash' to='off' reason='r'/>", "2:2", "stands at no item"},
      {"<severity rule='OFFICE-COUNT' forms='2265700' to='warning' reason='r'/>", "2:2",
       "belongs to no form"},
      {"<severity rule='MONTH-SUM' item='total' to='off' reason='r'/>", "2:2", "never stands at"},
      {"<severity rule='BONUS-TOTAL' forms='2265700 2221700' to='off' reason='r'/>", "2:2",
       "form `2221700` has no rule `BONUS-TOTAL`"},
      {"<severity rule='ADDRESS-EMPTY' to='off' reason='r'/>", "2:2", "never stands"},
  };
  for (const Fault& fault : faults) {
    expect_refused(fault);
  }
  for (const char* good : {"<severity rule='MONTH-SUM' item='sum_2' to='off' reason='r'/>",
                           "<severity rule='OFFICE-COUNT' to='warning' reason='r'/>",
                           "<severity rule='SEPARATOR-MISSING' item='employer_name' to='error' "
                           "reason='r'/>",
                           "<severity rule='FILE-UTF8' to='warning' reason='r'/>"}) {
    BOOST_TEST(refusal(good) == "taken", good);
  }
}

BOOST_AUTO_TEST_CASE(a_type_that_the_layouts_own_rules_cannot_use_is_refused) {
  // Nothing counts with the union's items today: any type goes.
  for (const char* type : {"N", "AN", "AK", "K", "AKS", "J", "JM"}) {
    BOOST_TEST(refusal("<item key='union_item' type='" + std::string(type) + "'/>") == "taken");
  }
  expect_refused({"<item key='union_item' type='J' values='1'/>", "2:2", "is not of type J"});
  expect_refused({"<item key='union_item' type='K' values='1'/>", "2:2", "is not of type K"});
  expect_refused({"<item key='union_item' type='N' values='A'/>", "2:2", "is not of type N"});
  expect_refused({"<item key='union_item' type='N' values='1..A'/>", "2:2", "is not of type N"});
  BOOST_TEST(refusal("<item key='union_item' values='1..3' not='11..33'/>") == "taken");
  expect_refused({"<item key='union_item' values='1|2' not='1..2'/>", "2:2", "takes away all"});
  BOOST_TEST(refusal("<item key='union_item' values='1..3' not='1|3'/>") == "taken");
  expect_refused({"<item key='union_item' need='required' length='0|2'/>", "2:2", "may be empty"});
  expect_refused({"<item key='union_item' length='2'/>", "2:2", "does not say 0"});
  expect_refused({"<item key='union_item_2' length='0'/>", "2:2", "no item of the union's own"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
