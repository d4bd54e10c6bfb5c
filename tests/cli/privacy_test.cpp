// Values of a filing do not leave it: not in messages, not in errors, not through the name of a
// file.
#include <filesystem>

#include "kpfd/layout/model.hpp"
#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using kpfd::layout::Item;
using kpfd::layout::Record;
using namespace std::string_literals;

/// Every way of reporting.
std::vector<std::vector<std::string>> all_reports() {
  std::vector<std::vector<std::string>> all;
  for (const char* format : {"text", "json", "jsonl", "html", "sarif", "junit", "csv"}) {
    for (const char* language : {"ja", "en"}) {
      all.push_back({"check", "--as-of", "2026-07-31", "--format", format, "--lang", language});
    }
  }
  return all;
}

/// A text that is found nowhere else, wrong in nearly every item.
std::string canary(std::size_t number) { return "Zq" + std::to_string(7000 + number) + "w"; }

/// Each item of every line holds a canary of its own.
std::string filing_of_canaries(const Record& record) {
  Filing filing = filing_of(record);
  std::size_t number = 0;
  for (const std::size_t line : {std::size_t{0}, std::size_t{2}, std::size_t{3}, std::size_t{5}}) {
    std::vector<std::string> cells = split(filing.lines[line]);
    for (std::size_t i = line == 5 ? 1 : 0; i < cells.size(); ++i) {
      cells[i] = canary(number++);
    }
    filing.lines[line] = join(cells);
  }
  // A second record whose values are right, and which rules compare.
  filing.lines.push_back("2265700," + canary(number++));
  filing.lines.push_back(canary(number++) + ",x");
  return filing.text();
}

void expect_no_canary(const std::string& text, const std::string& what) {
  for (const char* part : {"Zq7", "zq7", "w,Zq"}) {
    BOOST_TEST(!contains(text, part), what << " shows " << part);
  }
}

BOOST_AUTO_TEST_SUITE(privacy)

BOOST_AUTO_TEST_CASE(no_value_of_any_item_is_shown_unasked) {
  const std::string folder = fresh_folder("canaries");
  std::size_t number = 0;
  for (const Record& record : engine().layouts().records) {
    const std::string file = folder + "/" + record.receiver + "0006.CSV";
    for (const bool utf : {false, true}) {
      const std::string text = filing_of_canaries(record);
      write_file(file, utf ? utf8(text) : text);
      for (std::vector<std::string> arguments : all_reports()) {
        if (++number % one_in != 0) {
          continue;
        }
        arguments.push_back(file);
        const Result result = kpfd_run(arguments);
        BOOST_TEST(result.status == 1);
        expect_no_canary(result.out + result.err, title_of(record));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(values_are_shown_where_asked_for) {
  const std::string file = fresh_folder("shown") + "/KPFD0006.CSV";
  Filing filing = filing_for("KPFD");
  filing.set("cash", canary(1)).set("name_kana", canary(2));
  write_file(file, filing.text());
  for (std::vector<std::string> arguments : all_reports()) {
    arguments.insert(arguments.end(), {"--show-values", file});
    const Result result = kpfd_run(arguments);
    BOOST_TEST(contains(result.out, canary(1)));
    BOOST_TEST(contains(result.out, canary(2)));
  }
}

BOOST_AUTO_TEST_CASE(amounts_and_dates_that_rules_compare_are_not_shown_unasked) {
  const std::string file = fresh_folder("compared") + "/KPFD0006.CSV";
  Filing filing = filing_for("KPFD", "2221700");
  filing.set("cash_1", "417323").set("sum_1", "517323").set("total", "7173230");
  filing.set("average", "5171232").set("birth_ymd", "640108").set("corrected_average", "");
  Filing loss = filing_for("KPFD", "2201700");
  loss.set("lost_ymd", "080417").set("left_ymd", "080313");
  filing.lines.push_back(loss.lines[5]);
  write_file(file, filing.text());
  for (std::vector<std::string> arguments : all_reports()) {
    arguments.push_back(file);
    const Result result = kpfd_run(arguments);
    BOOST_TEST(result.status == 1);
    for (const char* value : {"417323", "517323", "417,323", "517,323", "7173230", "7,173,230",
                              "5171232", "5,171,232", "640108", "080417", "080313", "4月17日",
                              "2026-04-17", "3月14日", "2026-03-14", "1989-01-08", "1月8日"}) {
      BOOST_TEST(!contains(result.out, value), value << " is shown");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_my_number_is_never_shown) {
  const std::string folder = fresh_folder("my-number");
  for (const char* receiver : {"KPFD", "SHFD"}) {
    for (const char* form : {"2225700", "2221700", "2265700", "2200700", "2201700"}) {
      // A wrong check digit, wrong lengths, wrong characters: with each a finding stands at the
      // item.
      for (const char* number :
           {"987654321098", "98765432109", "9876543210987", "98765432109A", "9876-5432-1098",
            "9.87654E+11", "\"987654321098\"", "９８７６５４３２１０９８", "987654321098\x01",
            "98765432109\x80"}) {
        Filing filing = filing_for(receiver, form);
        filing.set("my_number", contains(number, "９") ? sjis(number) : number);
        const std::string file = folder + "/" + filing.name();
        write_file(file, filing.text());
        for (std::vector<std::string> arguments : all_reports()) {
          arguments.insert(arguments.end(), {"--show-values", file});
          const Result result = kpfd_run(arguments);
          const std::string all = result.out + result.err;
          BOOST_TEST(contains(all, "************"), form << " " << number);
          for (const char* part : {"98765", "9876-", "9.876", "９８７"}) {
            BOOST_TEST(!contains(all, part), form << " shows " << number);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(control_characters_of_values_do_not_reach_a_terminal) {
  const std::string file = fresh_folder("control") + "/KPFD0006.CSV";
  Filing filing = filing_for("KPFD", "2225700");
  filing.set("remarks", "\x1b[31mRED\x07\x08").set("name_kana", "\x9b[2J\x1b]0;x\x07");
  filing.set("cash_1", "%n%s\x1b[A");
  for (const bool utf : {false, true}) {
    std::string text = filing.text();
    if (utf) {
      text = utf8(filing_for("KPFD", "2225700").set("remarks", "@@").text());
      text.replace(text.find("@@"), 2, "\u202Eabc\u0085\u009b31m\u2028\x1b[31m");
    }
    write_file(file, text);
    for (const char* format : {"text", "json", "jsonl", "html", "sarif", "junit", "csv"}) {
      const Result result = check({"--format", format, "--show-values", file});
      BOOST_TEST(result.status == 1);
      for (const char c : result.out + result.err) {
        const auto byte = static_cast<unsigned char>(c);
        BOOST_TEST_REQUIRE((byte >= 0x20 || byte == '\n' || (byte == '\r' && format == "csv"s)),
                           "byte " << int(byte) << " in " << format);
        BOOST_TEST_REQUIRE(byte != 0x7F);
      }
      for (const char* character : {"\u0085", "\u009b"}) {
        BOOST_TEST(!contains(result.out, character));
      }
      if (format == "text"s) {
        BOOST_TEST(!contains(result.out, "\u202E"));
        BOOST_TEST(!contains(result.out, "\u2028"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_cannot_forge_a_line_of_the_report) {
  // A line end in an item is a line end of the file, so only other separators could do it.
  const std::string file = fresh_folder("forged") + "/KPFD0006.CSV";
  std::string text = utf8(filing_for("KPFD", "2225700").set("remarks", "@@").text());
  text.replace(text.find("@@"), 2, "\u2028{\"type\":\"summary\",\"verdict\":\"accept\"}\x0B\x0C");
  write_file(file, text);
  const Result result = check({"--format", "jsonl", "--show-values", file});
  for (const JsonObject& object : objects_of(result.out)) {
    BOOST_TEST((object["type"] == "finding" || object["verdict"] == "reject"));
  }
}

BOOST_AUTO_TEST_CASE(names_of_files_are_made_harmless) {
  const std::string folder = fresh_folder("names");
  for (const std::string& name :
       {"a\x1b[31mred\x07.csv"s, "b\nThe file can be sent.csv"s,
        "c\r\n{\"verdict\":\"accept\"}.csv"s, "d\"quote\\.csv"s, "e\xFF\xFE\x80.csv"s,
        "f\u202Evsc.csv"s, "g$(touch pwned)`id`.csv"s, "h%n%s%p.csv"s, "i\u009b31m.csv"s}) {
    const std::string file = folder + "/" + name;
    write_file(file, bad_text());
    for (const char* format : {"text", "json", "jsonl", "html", "sarif", "junit", "csv"}) {
      const Result result = check({"--format", format, file});
      BOOST_TEST(result.status == 1);
      for (const char c : result.out + result.err) {
        const auto byte = static_cast<unsigned char>(c);
        BOOST_TEST_REQUIRE((byte >= 0x20 || byte == '\n' || (byte == '\r' && format == "csv"s)),
                           "byte " << int(byte) << " in " << format);
      }
      BOOST_TEST(!contains(result.out, "\u009b"));
      for (const std::string& line : lines_of(result.out)) {
        BOOST_TEST(line != "The file can be sent.csv");
      }
      if (format == "jsonl"s) {
        for (const JsonObject& object : objects_of(result.out)) {
          BOOST_TEST(object["type"] != "");
        }
      } else if (format == "text"s) {
        BOOST_TEST(!contains(result.out, "\u202E"));
      }
    }
    // One that is not there: the name stands in the error.
    const Result missing = check({file + ".missing"});
    BOOST_TEST(missing.status == 2);
    for (const char c : missing.out + missing.err) {
      const auto byte = static_cast<unsigned char>(c);
      BOOST_TEST_REQUIRE((byte >= 0x20 || byte == '\n'), "byte " << int(byte));
    }
  }
}

BOOST_AUTO_TEST_CASE(names_on_standard_error_are_made_harmless) {
  const std::string folder = fresh_folder("errors");
  const std::string name = folder + "/x\x1b[31m\x07y\nz";
  std::filesystem::create_directories(name);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"check", name},
                                             {"check", "--schemas", name + "/no", "x"},
                                             {"explain", "\x1b[31m\x07"},
                                             {"check", "--format", "\x1b[31m", "x"},
                                             {"check", "--\x1b[31m", "x"},
                                             {"\x1b[31m"}}) {
    const Result result = kpfd_run(arguments);
    BOOST_TEST(result.status == 2);
    for (const char c : result.out + result.err) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 && byte != '\n') {
        BOOST_ERROR("byte " << int(byte) << " on standard error of kpfd " << arguments[0] << " "
                            << (arguments.size() > 1 && arguments[1] != name ? arguments[1] : ""));
        break;
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
