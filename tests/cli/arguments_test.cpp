// Exit statuses, options, language.
#include <filesystem>

#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(arguments)

BOOST_AUTO_TEST_CASE(exit_status_0_without_errors) {
  const std::string folder = fresh_folder("status0");
  write_file(folder + "/KPFD0006.CSV", good_text());
  const Result result = check({folder + "/KPFD0006.CSV"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(result.err == "");
}

BOOST_AUTO_TEST_CASE(exit_status_0_with_warnings_only) {
  const std::string folder = fresh_folder("status0w");
  write_file(folder + "/KPFD0006.CSV", filing_for("KPFD").set("prefecture_code", "99").text());
  const Result result = check({folder + "/KPFD0006.CSV"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "TABLE"));
}

BOOST_AUTO_TEST_CASE(exit_status_1_with_an_error) {
  const std::string folder = fresh_folder("status1");
  write_file(folder + "/KPFD0006.CSV", bad_text());
  for (const char* format : {"text", "json", "jsonl"}) {
    const Result result = check({"--format", format, folder + "/KPFD0006.CSV"});
    BOOST_TEST(result.status == 1);
    BOOST_TEST(contains(result.out, "SEPARATOR-MISSING"));
  }
}

BOOST_AUTO_TEST_CASE(exit_status_2_where_the_check_could_not_be_done) {
  const std::string folder = fresh_folder("status2");
  write_file(folder + "/KPFD0006.CSV", good_text());
  write_file(folder + "/empty/readme.txt", "x");
  const std::string good = folder + "/KPFD0006.CSV";
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {folder + "/missing.csv"},
           {good, folder + "/missing.csv"},
           {folder + "/missing.csv", good},
           {folder + "/empty"},
           {"/dev/zero"},
           {"/dev/full"},
           {folder + "/KPFD0006.CSV/below"},
           {""},
           {"--unknown-option", good},
           {"--format", "sql", good},
           {"--format", good},
           {"--lang", "fr", good},
           {"--as-of", "2026-02-30", good},
           {"--as-of", "31.7.2026", good},
           {"--as-of", "", good},
           {"--max-findings", "-1", good},
           {"--max-findings", "x", good},
           {"--colour", "blue", good},
           {"--schemas", folder + "/nowhere", good},
           {"--schemas", good, good},
       }) {
    const Result result = check(arguments);
    BOOST_TEST_CONTEXT(listed(arguments)) BOOST_TEST(result.status == 2);
  }
}

BOOST_AUTO_TEST_CASE(exit_status_2_without_a_command_or_a_file) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {}, {"check"}, {"chek"}, {"--format"}, {"check", "--help", "--unknown"}}) {
    const Result result = kpfd_run(arguments);
    if (!arguments.empty() && arguments.size() == 3) {
      continue;
    }
    BOOST_TEST_CONTEXT(listed(arguments)) BOOST_TEST(result.status == 2);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_named_like_a_file_that_holds_none_is_status_2) {
  const std::string folder = fresh_folder("KPFD0006.CSV.folder");
  BOOST_TEST(check({folder}).status == 2);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_read_is_status_2) {
  // A link that leads to itself can be read by nobody, not even by root.
  const std::string folder = fresh_folder("loop");
  std::filesystem::create_symlink("self", folder + "/self");
  BOOST_TEST(check({folder + "/self"}).status == 2);
}

BOOST_AUTO_TEST_CASE(a_report_that_cannot_be_written_is_status_2) {
  const std::string folder = fresh_folder("full");
  write_file(folder + "/KPFD0006.CSV", good_text());
  for (const char* format : {"text", "json", "jsonl"}) {
    Call call;
    call.arguments = {"check", "--format", format, folder + "/KPFD0006.CSV"};
    call.output_file = "/dev/full";
    BOOST_TEST(kpfd_with(call).status == 2);
    call.output_file = "";
    call.closed_output = true;
    BOOST_TEST(kpfd_with(call).status == 2);
  }
  Call call;
  call.arguments = {"explain"};
  call.output_file = "/dev/full";
  BOOST_TEST(kpfd_with(call).status == 2);
}

BOOST_AUTO_TEST_CASE(version_and_help_are_status_0) {
  Result result = kpfd_run({"--version"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "0."));
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"--help"}, {"check", "--help"}, {"explain", "--help"}}) {
    result = kpfd_run(arguments);
    BOOST_TEST(result.status == 0);
    BOOST_TEST(contains(result.out, "--help"));
  }
}

BOOST_AUTO_TEST_CASE(help_and_faults_speak_the_language_of_the_run) {
  for (const char* command : {"check", "explain", "sample", "schemas"}) {
    const Result help = kpfd_run({command, "--help", "--lang", "ja"});
    BOOST_TEST_CONTEXT(command) {
      BOOST_TEST(contains(help.out, "使い方: kpfd "));
      BOOST_TEST(contains(help.out, "終了コード"));
      for (const char* english : {"Usage", "Options", "Print this", "Positionals", "REQUIRED"}) {
        BOOST_TEST(!contains(help.out, english), english);
      }
      BOOST_TEST(contains(kpfd_run({command, "--help", "--lang", "en"}).out, "Usage: kpfd "));
    }
  }
  const std::string nowhere = fresh_folder("nowhere") + "/KPFD0006.CSV";
  struct Vector {
    std::vector<std::string> arguments;
    const char* ja;
  };
  for (const Vector& vector : std::vector<Vector>{
           {{"check", "--formt", "x"}, "知らない引数があります： --formt"},
           {{}, "コマンドを指定してください： check"},
           {{"check"}, "FILEを指定してください"},
           {{"check", "--format", "xml", "x"}, "引数の値を使えません"},
       }) {
    const Result result = kpfd_run(vector.arguments);
    BOOST_TEST(result.status == 2);
    BOOST_TEST(contains(result.err, vector.ja), result.err);
  }
  BOOST_TEST(contains(kpfd_run({"check", nowhere}).out, "その名前のファイルはありません"));
  BOOST_TEST(contains(kpfd_run({"check", "--lang", "en", nowhere}).out, "No such file"));
}

BOOST_AUTO_TEST_CASE(help_names_every_option_of_the_contract) {
  const Result result = kpfd_run({"check", "--help"});
  for (const char* option :
       {"--as-of", "--lang", "--format", "--max-findings", "--schemas", "--show-values"}) {
    BOOST_TEST(contains(result.out, option), option);
  }
}

BOOST_AUTO_TEST_CASE(the_check_date_is_what_as_of_says) {
  const std::string folder = fresh_folder("asof");
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, good_text());  // paid on 2026-07-10
  BOOST_TEST(kpfd_run({"check", "--as-of", "2026-07-10", file}).status == 0);
  const Result result = kpfd_run({"check", "--as-of", "2026-07-09", file});
  BOOST_TEST(result.status == 1);
  BOOST_TEST(contains(result.out, "DATE-FUTURE"));
}

BOOST_AUTO_TEST_CASE(the_language_is_that_of_the_option_or_of_the_locale) {
  const std::string folder = fresh_folder("language");
  const std::string file = folder + "/KPFD0006.CSV";
  write_file(file, bad_text());
  using Environment = std::vector<std::pair<std::string, std::string>>;
  struct Vector {
    Environment environment;
    const char* option;
    bool japanese;
  };
  for (const Vector& vector :
       std::vector<Vector>{{{}, "", true},
                           {{{"LANG", ""}}, "", true},
                           {{{"LANG", "C"}}, "", true},
                           {{{"LANG", "C.UTF-8"}}, "", true},
                           {{{"LC_ALL", "POSIX"}}, "", true},
                           {{{"LANG", "ja_JP.UTF-8"}}, "", true},
                           {{{"LANG", "en_US.UTF-8"}}, "", false},
                           {{{"LANG", "ja_JP.UTF-8"}, {"LC_ALL", "en_GB.UTF-8"}}, "", false},
                           {{{"LANG", "en_US.UTF-8"}, {"LC_MESSAGES", "ja_JP.UTF-8"}}, "", true},
                           {{{"LANG", "ja_JP.UTF-8"}}, "en", false},
                           {{{"LANG", "en_US.UTF-8"}}, "ja", true}}) {
    Call call;
    call.arguments = {"check", file};
    call.environment = vector.environment;
    if (*vector.option != '\0') {
      call.arguments.insert(call.arguments.end(), {"--lang", vector.option});
    }
    const Result result = kpfd_with(call);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(contains(result.out, "エラー") == vector.japanese);
    BOOST_TEST(contains(result.out, "Error") != vector.japanese);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
