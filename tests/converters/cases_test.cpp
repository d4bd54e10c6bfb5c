// The commands that convert, a folder of cases/ a case:
//
//   command    the arguments, one a line; IN/ is the case's folder, OUT/ a folder to write to,
//              KEY/ a folder with a copy of the case's key that only its owner can read
//   status     the exit status
//   stdout     what it says, with the same IN/ and OUT/
//   expected/  what it writes, byte by byte, and nothing else
//   unread     names of files that it writes besides, whose bytes are not always the same: stores
//   consumers  commands of the shell, one a line, by which other programs read what was written:
//              $OUT, $SCHEMAS and $TESTS are folders. One whose program this machine lacks is
//              skipped with a word
//   consumed   what the consumers say
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "kpfd_test.hpp"
#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
namespace fs = std::filesystem;

const fs::path& cases_folder() {
  static const fs::path folder = fs::path(KPFD_SOURCE_DIR) / "tests/converters/cases";
  return folder;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

/// Files below a folder, by their names in it.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  if (fs::exists(folder)) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_directory()) {
        files[entry.path().lexically_relative(folder).string()] = read_file(entry.path().string());
      }
    }
  }
  return files;
}

/// The hash of the rules is that of the schemas, and changes with each of their words.
void hide_hash(std::string& text) {
  constexpr std::string_view mark = "sha256:";
  constexpr std::size_t digits = 64;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    text.replace(at, mark.size() + digits, "sha256:HASH");
  }
}

/// The key of a store is its own, and so are the receipts that come of it.
void hide_receipts(std::string& text) {
  constexpr std::string_view mark = "\"receipt\":\"";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    text.replace(begin, text.find('"', begin) - begin, "RECEIPT");
  }
}

Result shell(const std::string& command, const std::string& out) {
  Call call;
  call.arguments = {"-c", command};
  call.environment = {{"OUT", out},
                      {"SCHEMAS", std::string(KPFD_SOURCE_DIR) + "/schemas"},
                      {"TESTS", std::string(KPFD_SOURCE_DIR) + "/tests/converters"},
                      {"LC_ALL", "C.UTF-8"}};
  return run("/bin/sh", call);
}

/// What other programs say of the files that were written.
void check_consumers(const fs::path& folder, const std::string& out) {
  std::string consumed;
  bool all = true;
  for (const std::string& line : lines_of(read_file((folder / "consumers").string()))) {
    const std::string program = line.substr(0, line.find(' '));
    if (shell("command -v " + program, out).status != 0) {
      BOOST_TEST_MESSAGE("skipped: there is no " << program << " here");
      all = false;
      continue;
    }
    const Result result = shell(line, out);
    BOOST_TEST(result.status == 0, line << ": " << result.err);
    consumed += result.out;
  }
  if (all) {
    BOOST_TEST(consumed == read_file((folder / "consumed").string()));
  }
}

std::string names_in(const fs::path& file) {
  return fs::exists(file) ? read_file(file.string()) : std::string();
}

void check_case(const fs::path& folder) {
  const std::string out = fresh_folder("case-" + folder.filename().string());
  Call call;
  for (std::string& argument : lines_of(read_file((folder / "command").string()))) {
    if (argument.rfind("IN/", 0) == 0) {
      argument = (folder / argument.substr(3)).string();
    } else if (argument.rfind("OUT/", 0) == 0) {
      argument.replace(0, std::string_view("OUT").size(), out);
    } else if (argument.rfind("KEY/", 0) == 0) {
      const fs::path key = fs::path(fresh_folder("key")) / "key";
      write_file(key.string(), read_file((folder / argument.substr(4)).string()));
      fs::permissions(key, fs::perms::owner_read);
      argument = key.string();
    }
    call.arguments.push_back(argument);
  }
  Result result = kpfd_with(call);
  replace_all(result.out, folder.string() + '/', "IN/");
  replace_all(result.out, out + '/', "OUT/");
  hide_hash(result.out);
  if (fs::exists(folder / "unread")) {
    hide_receipts(result.out);
  }
  BOOST_TEST(std::to_string(result.status) + '\n' == read_file((folder / "status").string()));
  BOOST_TEST(result.out == read_file((folder / "stdout").string()));
  const std::map<std::string, std::string> expected = files_of(folder / "expected");
  std::map<std::string, std::string> made = files_of(out);
  for (const std::string& name : lines_of(names_in(folder / "unread"))) {
    BOOST_TEST(made.erase(name) == 1U, name);
  }
  for (auto& [name, bytes] : made) {
    hide_hash(bytes);
    replace_all(bytes, folder.string() + '/', "IN/");  // a sheet names its input
    const auto wanted = expected.find(name);
    BOOST_TEST_REQUIRE((wanted != expected.end()), name << " was not expected");
    BOOST_TEST(bytes == wanted->second, name);
  }
  BOOST_TEST(made.size() == expected.size());
  if (fs::exists(folder / "consumers")) {
    check_consumers(folder, out);
  }
}

const bool registered = kpfd_test::at_start([] {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(cases_folder())) {
    folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  auto* const suite = BOOST_TEST_SUITE("cases");
  for (const fs::path& folder : folders) {
    suite->add(boost::unit_test::make_test_case([folder] { check_case(folder); },
                                                folder.filename().string(), __FILE__, __LINE__));
  }
  boost::unit_test::framework::master_test_suite().add(suite);
});

BOOST_AUTO_TEST_SUITE(converters_at_the_command_line)

BOOST_AUTO_TEST_CASE(there_are_cases) {
  BOOST_TEST(registered);
  BOOST_TEST(std::distance(fs::directory_iterator(cases_folder()), fs::directory_iterator()) > 12);
}

BOOST_AUTO_TEST_CASE(the_input_and_existing_files_stay) {
  const std::string folder = fresh_folder("stay");
  const std::string in = folder + "/in.csv";
  write_file(in, good_text());
  write_file(folder + "/there.csv", "there");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"repair"}, {"convert", "--encoding", "utf-8"}, {"summary"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--as-of", "2026-07-31", in, "--output", in, "--replace"});
    BOOST_TEST(kpfd_run(arguments).status == 2);
    BOOST_TEST(read_file(in) == good_text());
    arguments = command;
    arguments.insert(arguments.end(),
                     {"--as-of", "2026-07-31", in, "--output", folder + "/there.csv"});
    BOOST_TEST(kpfd_run(arguments).status == 2);
    BOOST_TEST(read_file(folder + "/there.csv") == "there");
    arguments.emplace_back("--replace");
    BOOST_TEST(kpfd_run(arguments).status == 0);
    BOOST_TEST(read_file(folder + "/there.csv") != "there");
    write_file(folder + "/there.csv", "there");
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_told) {
  const std::string folder = fresh_folder("usage");
  write_file(folder + "/in.csv", good_text());
  const auto refused = [&folder](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "convert");
    arguments.insert(arguments.end(), {"--as-of", "2026-07-31", "--lang", "en", folder + "/in.csv",
                                       "--output", folder + "/out"});
    const Result result = kpfd_run(arguments);
    BOOST_TEST(result.status == 2);
    BOOST_TEST(!fs::exists(folder + "/out"));
    return result.err;
  };
  BOOST_TEST(contains(refused({"--destination", "KNFD"}), "SHFD, KPFD"));
  BOOST_TEST(contains(refused({"--edition", "2030-01"}), "2024-12"));
  BOOST_TEST(contains(refused({"--split", "--merge"}), "do not go together"));
  BOOST_TEST(contains(refused({"--split", "--edition", "2024-12"}), "one after the other"));
  BOOST_TEST(contains(refused({"--encoding", "utf-8", "--set", "cash=1"}), "--destination"));
  BOOST_TEST(contains(refused({"--destination", "SHFD", "--set", "nothing=1"}), "`nothing`"));
  BOOST_TEST(contains(refused({"--destination", "SHFD", "--table", folder + "/in.csv"}), "line"));
  BOOST_TEST(contains(refused({}), "--to"));
}

BOOST_AUTO_TEST_CASE(errors_are_not_converted) {
  const std::string folder = fresh_folder("errors");
  write_file(folder + "/bad.csv", bad_text());
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"convert", "--encoding", "utf-8"},
        {"convert", "--split"},
        {"convert", "--merge"},
        {"convert", "--destination", "SHFD"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--as-of", "2026-07-31", "--lang", "en", folder + "/bad.csv",
                                       "--output", folder + "/out"});
    const Result result = kpfd_run(arguments);
    BOOST_TEST(result.status == 1);
    BOOST_TEST(contains(result.err, "TYPE"));
    BOOST_TEST(!fs::exists(folder + "/out"));
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_with_nothing_written) {
  const std::string folder = fresh_folder("full");
  write_file(folder + "/in.csv", good_text());
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"repair"}, {"convert", "--encoding", "utf-8"}, {"summary"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--as-of", "2026-07-31", "--lang", "en", folder + "/in.csv",
                                       "--output", "/dev/full"});
    const Result result = kpfd_run(arguments);
    BOOST_TEST(result.status == 2);
    BOOST_TEST(contains(result.err, "no room left"));
  }
}

BOOST_AUTO_TEST_CASE(no_value_of_a_filing_is_shown) {
  const std::string folder = fresh_folder("privacy");
  Filing filing = filing_for("KPFD");
  filing.set("name_kanji", sjis("秘密 太郎")).set("my_number", "123456789018");
  filing.end = "\n";
  write_file(folder + "/in.csv", filing.text());
  for (const char* format : {"text", "jsonl"}) {
    const Result result =
        kpfd_run({"repair", "--as-of", "2026-07-31", "--format", format, "--accept",
                  "PENSION-GIVEN", folder + "/in.csv", "--output", folder + "/" + format});
    BOOST_TEST(result.status == 0);
    BOOST_TEST(!contains(result.out + result.err, "秘密"));
    BOOST_TEST(!contains(result.out + result.err, "1234567890"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
