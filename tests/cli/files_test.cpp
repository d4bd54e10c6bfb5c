// Files, folders, standard input, and memory.
#include <sys/stat.h>

#include <filesystem>

#include "tests/cli/command.hpp"

namespace {

using namespace kpfd_test;
using namespace std::string_literals;

std::vector<std::string> summarised_files(const Result& result) {
  std::vector<std::string> files;
  for (const JsonObject& object : objects_of(result.out)) {
    if (object["type"] == "summary") {
      files.push_back(object["file"]);
    }
  }
  return files;
}

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(standard_input_is_read_from_a_pipe_and_from_a_file) {
  const std::string folder = fresh_folder("stdin");
  for (const bool bad : {false, true}) {
    const std::string text = bad ? bad_text() : good_text();
    write_file(folder + "/in", text);
    Call call;
    call.arguments = {"check", "--as-of", "2026-07-31", "--format", "jsonl", "-"};
    call.piped = once(text);
    const Result piped = kpfd_with(call);
    call.piped = nullptr;
    call.input_file = folder + "/in";
    const Result redirected = kpfd_with(call);
    BOOST_TEST(piped.status == (bad ? 1 : 0));
    BOOST_TEST(redirected.status == piped.status);
    BOOST_TEST(redirected.out == piped.out);
    BOOST_TEST(objects_of(piped.out).back()["file"] == "-");
    BOOST_TEST(objects_of(piped.out).back()["bytes"] == std::to_string(text.size()));
  }
}

BOOST_AUTO_TEST_CASE(standard_input_in_small_pieces_is_the_same_file) {
  const std::string text = bad_text();
  Call call;
  call.arguments = {"check", "--as-of", "2026-07-31", "--format", "jsonl", "-"};
  call.piped = once(text);
  const Result whole = kpfd_with(call);
  call.piped = [&text, at = std::size_t{0}]() mutable {
    const std::string piece = text.substr(std::min(at, text.size()), 1);
    ++at;
    return piece;
  };
  const Result pieces = kpfd_with(call);
  BOOST_TEST(pieces.out == whole.out);
  BOOST_TEST(pieces.status == 1);
}

BOOST_AUTO_TEST_CASE(an_empty_or_closed_standard_input_is_never_good) {
  Call call;
  call.arguments = {"check", "--lang", "en", "-"};
  call.piped = once("");
  Result result = kpfd_with(call);
  BOOST_TEST(result.status == 1);
  BOOST_TEST(contains(result.out, "FILE-EMPTY"));
  call.piped = nullptr;  // /dev/null
  BOOST_TEST(kpfd_with(call).status == 1);
  call.closed_input = true;
  BOOST_TEST(kpfd_with(call).status != 0);
}

BOOST_AUTO_TEST_CASE(several_files_are_reported_in_their_order) {
  const std::string folder = fresh_folder("several");
  write_file(folder + "/b.csv", good_text());
  write_file(folder + "/a.csv", bad_text());
  const Result result =
      check({"--format", "jsonl", folder + "/b.csv", folder + "/a.csv", folder + "/b.csv"});
  BOOST_TEST(result.status == 1);
  const std::vector<std::string> expected = {folder + "/b.csv", folder + "/a.csv",
                                             folder + "/b.csv"};
  BOOST_TEST(summarised_files(result) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_does_not_hide_the_others) {
  const std::string folder = fresh_folder("hidden");
  write_file(folder + "/good.csv", good_text());
  write_file(folder + "/bad.csv", bad_text());
  const Result result = check(
      {"--format", "jsonl", folder + "/missing.csv", folder + "/bad.csv", folder + "/good.csv"});
  BOOST_TEST(result.status == 2);
  std::vector<std::string> verdicts;
  for (const JsonObject& object : objects_of(result.out)) {
    if (object["type"] == "summary") {
      verdicts.push_back(object["verdict"]);
    }
  }
  const std::vector<std::string> expected = {"unchecked", "reject", "accept"};
  BOOST_TEST(verdicts == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_folder_means_the_csv_files_below_it_in_order) {
  const std::string folder = fresh_folder("folder");
  for (const char* name : {"b.csv", "a.CSV", "sub/c.Csv", "sub/deep/d.csv"}) {
    write_file(folder + "/" + name, good_text());
  }
  for (const char* name : {"readme.txt", "csv", "x.csv.bak", "sub/y.xml"}) {
    write_file(folder + "/" + name, "no filing");
  }
  std::filesystem::create_directories(folder + "/folder.csv");
  const Result result = check({"--format", "jsonl", folder});
  BOOST_TEST(result.status == 0);
  const std::vector<std::string> expected = {folder + "/a.CSV", folder + "/b.csv",
                                             folder + "/sub/c.Csv", folder + "/sub/deep/d.csv"};
  BOOST_TEST(summarised_files(result) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_to_folders_are_not_followed) {
  const std::string folder = fresh_folder("links");
  write_file(folder + "/in/a.csv", good_text());
  write_file(folder + "/out/b.csv", bad_text());
  std::filesystem::create_directory_symlink(folder + "/out", folder + "/in/out");
  std::filesystem::create_directory_symlink(folder + "/in", folder + "/in/again");
  const Result result = check({"--format", "jsonl", folder + "/in"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(summarised_files(result).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_named_pipe_that_nobody_writes_to_does_not_hold_the_command) {
  const std::string folder = fresh_folder("fifo");
  const std::string pipe = folder + "/KPFD0006.CSV";
  BOOST_TEST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  BOOST_TEST(check({pipe}).status != 0);
}

BOOST_AUTO_TEST_CASE(a_name_of_255_bytes_is_a_name) {
  const std::string folder = fresh_folder("long");
  const std::string file = folder + "/" + std::string(251, 'n') + ".csv";
  write_file(file, good_text());
  BOOST_TEST(check({file}).status == 0);
}

BOOST_AUTO_TEST_CASE(the_name_of_a_file_is_compared_with_its_kind) {
  const std::string folder = fresh_folder("kinds");
  write_file(folder + "/shfd0006.csv", good_text());
  const Result result = check({"--format", "jsonl", folder + "/shfd0006.csv"});
  BOOST_TEST(result.status == 0);
  BOOST_TEST(contains(result.out, "FILE-NAME"));
}

BOOST_AUTO_TEST_CASE(a_name_that_looks_like_an_option_is_a_name_behind_two_hyphens) {
  const std::string folder = fresh_folder("hyphens");
  write_file(folder + "/x", "");
  write_file("--format.csv", good_text());
  BOOST_TEST(check({"--", "--format.csv"}).status == 0);
  std::filesystem::remove("--format.csv");
}

// --- memory -----------------------------------------------------------------------

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool measurable = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool measurable = false;
#else
constexpr bool measurable = true;
#endif
#else
constexpr bool measurable = true;
#endif

/// Head, and then records of ever another person, as many bytes as asked for.
class LargeFiling {
 public:
  explicit LargeFiling(std::size_t bytes) : left_(bytes) {}

  std::string operator()() {
    if (left_ == 0) {
      return {};
    }
    std::string piece;
    if (number_ == 0) {
      const Filing filing = filing_for("KPFD");
      for (std::size_t i = 0; i < 5; ++i) {
        piece += filing.lines[i] + "\r\n";
      }
      cells_ = split(filing.lines[5]);
    }
    while (piece.size() < 65536) {
      cells_[4] = std::to_string(number_++ % 999999 + 1);
      piece += join(cells_) + "\r\n";
    }
    left_ -= std::min(left_, piece.size());
    return piece;
  }

 private:
  std::size_t left_;
  std::size_t number_ = 0;
  std::vector<std::string> cells_;
};

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_a_pipe_of_64_mib) {
  Call call;
  call.arguments = {"check", "--as-of",        "2026-07-31", "--format",
                    "jsonl", "--max-findings", "10",         "-"};
  call.piped = LargeFiling(std::size_t{64} << 20);
  const Result result = kpfd_with(call);
  BOOST_TEST(result.status == 1);  // beyond what KX carries
  BOOST_TEST(contains(result.out, "SIZE-KX"));
  BOOST_TEST_MESSAGE("peak " << result.peak_kib << " KiB");
  if (measurable) {
    BOOST_TEST(result.peak_kib < 16 * 1024);
  }
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_a_line) {
  Call call;
  call.arguments = {"check", "--format", "jsonl", "-"};
  call.piped = [left = 64]() mutable {
    return left-- > 0 ? std::string(1U << 20, ',') : std::string();
  };
  const Result result = kpfd_with(call);
  BOOST_TEST(result.status == 1);
  if (measurable) {
    BOOST_TEST(result.peak_kib < 32 * 1024);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
