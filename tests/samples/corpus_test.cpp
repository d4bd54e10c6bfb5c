// samples/valid and samples/invalid: a test case a folder.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "findings.hpp"
#include "kpfd/check/builtin.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/utf8.hpp"
#include "kpfd_test.hpp"

namespace kpfd::samples_test {

namespace {

namespace fs = std::filesystem;

constexpr CivilDate usual_check_date = make_date(2026, 7, 31);

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// One folder below samples/valid or samples/invalid.
struct Sample {
  std::string file_name;
  std::string bytes;
  std::multiset<std::string> expected;
  CivilDate check_date = usual_check_date;
};

Sample load(const fs::path& folder) {
  Sample sample;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "input")) {
    BOOST_REQUIRE(sample.file_name.empty());
    sample.file_name = entry.path().filename().string();
    sample.bytes = content_of(entry.path());
  }
  BOOST_REQUIRE(!sample.file_name.empty());
  std::string line;
  for (const char c : content_of(folder / "expected.txt")) {
    if (c != '\n') {
      line += c;
      continue;
    }
    sample.expected.insert(line);
    line.clear();
  }
  BOOST_REQUIRE(line.empty());
  if (fs::exists(folder / "as-of")) {
    sample.check_date = parse_iso_date(content_of(folder / "as-of").substr(0, 10));
    BOOST_REQUIRE(sample.check_date.known());
  }
  return sample;
}

/// The same text in UTF-8, or nothing where UTF-8 cannot say the same: broken bytes, codes without
/// a character, codes whose character has another one, too. A file of ASCII alone is its own twin.
std::string twin_of(const Sample& sample, const Checked& checked) {
  if (checked.summary.encoding != "Shift_JIS") {
    return {};
  }
  if (checked.findings.count("0 0 error FILE-REFUSED-KIND") > 0) {
    return {};  // says nothing else
  }
  std::string utf8;
  text::append_utf8(utf8, sample.bytes);
  text::ShiftJisLine back;
  text::to_shift_jis(utf8, back);
  if (back.bytes != sample.bytes || utf8 == sample.bytes) {
    return {};
  }
  return utf8;
}

/// The UTF-8 twin of a filing has the same findings, and that it is UTF-8.
void check_twin(const Sample& sample, const std::string& utf8) {
  const Checked twin = check(utf8, sample.file_name, sample.check_date);
  std::multiset<std::string> expected = sample.expected;
  expected.insert("0 0 error FILE-UTF8");
  BOOST_TEST(listing(twin.findings) == listing(expected));
}

void check_folder(const fs::path& folder, Verdict verdict) {
  const Sample sample = load(folder);
  const Checked checked = check(sample.bytes, sample.file_name, sample.check_date);
  BOOST_TEST(listing(checked.findings) == listing(sample.expected));
  BOOST_TEST(name_of(checked.summary.verdict) == name_of(verdict));
  BOOST_TEST(checked.summary.bytes == sample.bytes.size());
  const std::string twin = twin_of(sample, checked);
  if (!twin.empty()) {
    check_twin(sample, twin);
  }
}

void add_cases(const std::string& top, Verdict verdict) {
  using namespace boost::unit_test;
  std::set<fs::path> folders;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(KPFD_SOURCE_DIR) / "samples" / top)) {
    folders.insert(entry.path());
  }
  if (folders.empty()) {
    throw std::runtime_error("no folder in samples/" + top);
  }
  auto* const suite = BOOST_TEST_SUITE(top);
  for (const fs::path& folder : folders) {
    suite->add(make_test_case([folder, verdict] { check_folder(folder, verdict); },
                              folder.filename().string(), __FILE__, __LINE__));
  }
  framework::master_test_suite().add(suite);
}

/// `severity rule` of every finding that some sample expects.
std::set<std::string> expected_somewhere() {
  std::set<std::string> all;
  for (const char* top : {"valid", "invalid"}) {
    for (const fs::directory_entry& folder :
         fs::directory_iterator(fs::path(KPFD_SOURCE_DIR) / "samples" / top)) {
      for (const std::string& finding : load(folder.path()).expected) {
        all.insert(finding.substr(finding.find(' ', finding.find(' ') + 1) + 1));
      }
    }
  }
  return all;
}

// Each with the severity that checks.xml gives it. What can do without a sample is too large for
// one, or comes only with a profile.
BOOST_AUTO_TEST_CASE(every_check_of_the_machine_is_expected_in_some_sample) {
  const std::set<std::string> elsewhere = {"LINE-LONG",
                                           "SIZE-KX",
                                           "SIZE-PENSION",  // tests/check/structure_test.cpp
                                           "PROFILE-OTHER-RECEIVER",
                                           "PROFILE-OFFICE-FORMAT",
                                           "PROFILE-OFFICE-ROSTER",
                                           "PROFILE-FORM",
                                           "PROFILE-ATTACHMENT"};  // tests/check/profile_test.cpp
  const std::set<std::string> expected = expected_somewhere();
  for (const std::string_view id : check::check_ids) {
    const auto& rules = engine().rules();
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const RuleInfo* info) { return info->id == id; });
    BOOST_TEST_REQUIRE((rule != rules.end()), id);
    const std::string finding = std::string(name_of((*rule)->severity)) + " " + (*rule)->id;
    BOOST_TEST((expected.count(finding) == 1U) != (elsewhere.count((*rule)->id) == 1U), finding);
  }
}

const bool registered = kpfd_test::at_start([] {
  add_cases("valid", Verdict::accept);
  add_cases("invalid", Verdict::reject);
});

}  // namespace

}  // namespace kpfd::samples_test
