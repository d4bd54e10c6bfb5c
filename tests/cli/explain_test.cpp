// `kpfd explain` knows every rule, form and item.
#include "hooks/precheck/file_types.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"
#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Item;
using kpfd::layout::Record;

BOOST_AUTO_TEST_SUITE(explain)

BOOST_AUTO_TEST_CASE(every_rule_is_explained_in_both_languages) {
  for (const char* language : {"ja", "en"}) {
    std::vector<std::string> arguments = {"explain", "--lang", language};
    std::size_t number = 0;
    for (const kpfd::RuleInfo* rule : engine().rules()) {
      arguments.push_back(rule->id);
      if (++number % one_in != 0) {
        continue;
      }
      const Result result = kpfd_run({"explain", "--lang", language, rule->id});
      BOOST_TEST_CONTEXT(language << " " << rule->id) {
        BOOST_TEST(result.status == 0);
        BOOST_TEST(contains(result.out, rule->id));
        BOOST_TEST(lines_of(result.out).size() >= 4U);
        BOOST_TEST(!contains(result.out, "{"));
      }
    }
    // All at once.
    const Result all = kpfd_run(arguments);
    BOOST_TEST(all.status == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_said_of_documents_and_sends_is_explained_too) {
  const kpfd::hooks::FileTypes types(kpfd::embedded_schemas());
  BOOST_TEST_REQUIRE(types.checks().size() > 10U);
  for (const char* language : {"ja", "en"}) {
    const Result list = kpfd_run({"explain", "--lang", language});
    for (const kpfd::RuleInfo* check : types.checks()) {
      const Result result = kpfd_run({"explain", "--lang", language, check->id});
      BOOST_TEST_CONTEXT(language << " " << check->id) {
        BOOST_TEST(result.status == 0);
        BOOST_TEST(lines_of(result.out).size() >= 4U);
        BOOST_TEST(!contains(result.out, "{"));
        BOOST_TEST(contains(list.out, "  " + check->id + "  "));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_list_names_every_form_and_rule) {
  for (const char* language : {"ja", "en"}) {
    const Result result = kpfd_run({"explain", "--lang", language});
    BOOST_TEST(result.status == 0);
    for (const kpfd::RuleInfo* rule : engine().rules()) {
      BOOST_TEST(contains(result.out, "  " + rule->id + "  "), rule->id);
    }
    for (const Record& record : engine().layouts().records) {
      BOOST_TEST(contains(result.out, record.form));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_form_is_explained_by_code_and_by_key) {
  for (const Record& record : engine().layouts().records) {
    for (const std::string& name : {record.form, record.key}) {
      const Result result = kpfd_run({"explain", "--lang", "ja", name});
      BOOST_TEST(result.status == 0);
      BOOST_TEST(contains(result.out, record.name));
      for (const Item& item : record.items) {
        BOOST_TEST(contains(result.out, item.name), item.key);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_item_is_explained) {
  std::size_t number = 0;
  for (const Record& record : engine().layouts().records) {
    for (const Item& item : record.items) {
      if (++number % one_in != 0) {
        continue;
      }
      const Result result = kpfd_run({"explain", "--lang", "ja", record.form + "." + item.key});
      BOOST_TEST_CONTEXT(record.form << "." << item.key) {
        BOOST_TEST(result.status == 0);
        BOOST_TEST(contains(result.out, item.name));
        BOOST_TEST(contains(result.out, std::to_string(item.number)));
        BOOST_TEST(contains(result.out, "  よい例: "));
        BOOST_TEST(contains(result.out, "  悪い例: "));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_item_is_explained_in_english) {
  const Result result = kpfd_run({"explain", "--lang", "en", "2221700.sum_2"});
  BOOST_TEST(contains(result.out, "2221700.sum_2  item 35  sum (two months before)\n"));
  // A rule at the repeated item is one of each step, and what both receivers have is said once.
  BOOST_TEST(contains(result.out, "  rule MONTH-SUM: sum == min(cash + in_kind, 9999999)\n"));
  BOOST_TEST(contains(result.out, "  unit: yen\n"));
  BOOST_TEST(result.out.find("2221700.sum_2") == result.out.rfind("2221700.sum_2"));
  const Result symbol = kpfd_run({"explain", "--lang", "en", "2221700.prefecture_code"});
  BOOST_TEST(contains(symbol.out, "  table: the list of prefecture codes\n"));
}

BOOST_AUTO_TEST_CASE(what_there_is_not_is_status_2) {
  for (const char* subject : {"NOPE", "9999999", "2265700.nope", "2265700.", ".cash", "", "."}) {
    const Result result = kpfd_run({"explain", "--lang", "en", subject});
    BOOST_TEST_CONTEXT(subject) BOOST_TEST(result.status == 2);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
