// The hash of the rules: the same for the same rules, whoever makes it and when.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "kpfd/schemas.hpp"
#include "tests/support/filings.hpp"

namespace {

using kpfd::Engine;
using Files = std::vector<Engine::SchemaFile>;

std::string hash_of(const Files& files) { return Engine(files).rules_hash(); }

BOOST_AUTO_TEST_SUITE(rules_hash)

BOOST_AUTO_TEST_CASE(the_hash_made_at_run_time_is_that_of_the_build) {
  const Files files = kpfd::embedded_schemas();
  const std::string built = Engine(kpfd::embedded_compiled_schemas()).rules_hash();
  BOOST_TEST(built.size() == 7U + 64U);
  BOOST_TEST(built.substr(0, 7) == "sha256:");
  BOOST_TEST(hash_of(files) == built);
  // Nor does the order of the files matter.
  const Files backwards(files.rbegin(), files.rend());
  BOOST_TEST(hash_of(backwards) == built);
}

BOOST_AUTO_TEST_CASE(every_file_that_decides_changes_the_hash_and_no_other_does) {
  const Files files = kpfd::embedded_schemas();
  const std::string built = hash_of(files);
  std::set<std::string> hashes = {built};
  for (std::size_t i = 0; i < files.size(); ++i) {
    Files changed = files;
    const std::string longer = std::string(files[i].content) + "<!-- -->\n";
    changed[i] = {files[i].name, longer};
    const std::string hash = hash_of(changed);
    const std::string name(files[i].name);
    const bool decides =
        name == "checks.xml" || name.rfind("layouts/", 0) == 0 || name.rfind("tables/", 0) == 0;
    BOOST_TEST((hash != built) == decides, name);
    BOOST_TEST(hashes.insert(hash).second == decides, name);
  }
  BOOST_TEST(hashes.size() > 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
