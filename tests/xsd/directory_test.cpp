// A folder of schemas from outside.

#include "kpfd/xsd/directory.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/xsd/document.hpp"
#include "kpfd/xsd/fault.hpp"
#include "tests/xsd/support.hpp"

namespace {

namespace fs = std::filesystem;
using kpfd::layout::SchemaFile;
using kpfd::xsd::load_schema_directory;
using kpfd::xsd::SchemaDirectory;
using kpfd::xsd::XmlError;
using test_xsd::contains;

constexpr std::string_view good_table =
    "<table key=\"t\" compare=\"text\">\n<row code=\"01\"/>\n</table>\n";

/// A folder of its own for each test, and the XSDs of the project.
struct Folder {
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
    for (const auto& entry : fs::directory_iterator(test_xsd::schemas())) {
      if (entry.path().extension() == ".xsd") {
        texts.emplace_back(entry.path().filename().string(), test_xsd::read(entry.path()));
      }
    }
    for (const auto& [name, text] : texts) {
      xsds.push_back({name, text});
    }
  }

  SchemaDirectory load() const { return load_schema_directory(path, xsds); }

  /// What load() says, with the folder's name taken away.
  std::string refusal() const {
    try {
      load();
    } catch (const XmlError& error) {
      return error.what();
    }
    return "accepted";
  }

  fs::path path = fs::absolute("folder");
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<SchemaFile> xsds;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(directory, Folder)

BOOST_AUTO_TEST_CASE(our_own_schemas_load) {
  const SchemaDirectory all = load_schema_directory(test_xsd::schemas(), xsds);
  BOOST_TEST(all.files.size() >= 10U);
  BOOST_TEST(std::is_sorted(all.files.begin(), all.files.end(),
                            [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const SchemaDirectory::File& file : all.files) {
    BOOST_TEST(file.content == test_xsd::read(test_xsd::schemas() / file.name));
  }
}

BOOST_AUTO_TEST_CASE(files_are_sorted_and_others_left_alone) {
  test_xsd::write(path / "tables/b.xml", good_table);
  test_xsd::write(path / "tables/a.xml", good_table);
  test_xsd::write(path / "tables/deep/c.XML", good_table);
  test_xsd::write(path / "tables/.hidden.xml", "<");
  test_xsd::write(path / "tables/.git/x.xml", "<");
  test_xsd::write(path / "tables/a.xml~", "<");
  test_xsd::write(path / "README.md", "<");
  test_xsd::write(path / "table.xsd", "<");
  const SchemaDirectory found = load();
  BOOST_TEST_REQUIRE(found.files.size() == 3U);
  BOOST_TEST(found.files[0].name == "tables/a.xml");
  BOOST_TEST(found.files[1].name == "tables/b.xml");
  BOOST_TEST(found.files[2].name == "tables/deep/c.XML");
  BOOST_TEST(found.files[0].content == good_table);
}

BOOST_AUTO_TEST_CASE(faults_of_all_files_are_told) {
  test_xsd::write(path / "tables/a.xml", "<table key=\"t\" compare=\"text\">\n<row/>\n</table>");
  test_xsd::write(path / "tables/b.xml", "<!DOCTYPE table>\n<table/>");
  const std::string said = refusal();
  BOOST_TEST(contains(said, (path / "tables/a.xml").string() + ":2: "));
  BOOST_TEST(contains(said, (path / "tables/b.xml").string() + ":1: "));
}

BOOST_AUTO_TEST_CASE(each_file_has_its_own_schema) {
  test_xsd::write(path / "layouts/t.xml", good_table);
  BOOST_TEST(contains(refusal(), "layouts/t.xml:1: "));
}

BOOST_AUTO_TEST_CASE(a_file_without_schema_is_refused) {
  test_xsd::write(path / "tables/t.xml", good_table);
  xsds.clear();
  BOOST_TEST(contains(refusal(), "tables/t.xml: its schema table.xsd is missing"));
}

BOOST_AUTO_TEST_CASE(xml_in_a_wrong_place_is_refused) {
  test_xsd::write(path / "tables/a.xml", good_table);
  test_xsd::write(path / "table/a.xml", good_table);
  BOOST_TEST(contains(refusal(), "table/a.xml: no place"));
  fs::remove_all(path / "table");
  BOOST_TEST(refusal() == "accepted");
  test_xsd::write(path / "a.xml", good_table);
  BOOST_TEST(contains(refusal(), "a.xml: no place"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_none_is_refused) {
  BOOST_TEST(contains(refusal(), "no file of schemas here"));
  fs::remove_all(path);
  BOOST_TEST(contains(refusal(), path.string() + ": "));
  test_xsd::write(path, "x");
  BOOST_TEST(contains(refusal(), path.string() + ": "));
  fs::remove(path);
}

BOOST_AUTO_TEST_CASE(links_inside_are_followed) {
  test_xsd::write(path / "tables/a.xml", good_table);
  fs::create_symlink("a.xml", path / "tables/b.xml");
  BOOST_TEST(load().files.size() == 2U);
}

BOOST_AUTO_TEST_CASE(links_out_of_the_folder_are_refused) {
  test_xsd::write(path / "tables/a.xml", good_table);
  const fs::path secret = fs::absolute("secret.xml");
  test_xsd::write(secret, "<canary-9b2e/>");
  fs::create_symlink(secret, path / "tables/b.xml");
  const std::string said = refusal();
  BOOST_TEST(contains(said, "tables/b.xml: a link that leads out"));
  BOOST_TEST(!contains(said, "canary-9b2e"));
  // A folder beside it whose name only begins alike is outside too.
  fs::remove(path / "tables/b.xml");
  const fs::path beside = path.string() + "-2";
  test_xsd::write(beside / "x.xml", good_table);
  fs::create_symlink(beside / "x.xml", path / "tables/b.xml");
  BOOST_TEST(contains(refusal(), "leads out"));
}

BOOST_AUTO_TEST_CASE(links_to_folders_are_refused) {
  test_xsd::write(path / "tables/a.xml", good_table);
  fs::create_directory_symlink(path / "tables", path / "tables/again");
  BOOST_TEST(contains(refusal(), "a link to a folder"));
  fs::remove(path / "tables/again");
  fs::create_directory_symlink("/", path / "layouts");
  BOOST_TEST(contains(refusal(), "a link to a folder"));
}

BOOST_AUTO_TEST_CASE(dangling_and_circular_links_are_refused) {
  test_xsd::write(path / "tables/a.xml", good_table);
  fs::create_symlink("nowhere", path / "tables/b.xml");
  BOOST_TEST(contains(refusal(), "tables/b.xml: "));
  fs::remove(path / "tables/b.xml");
  fs::create_symlink("b.xml", path / "tables/b.xml");
  BOOST_TEST(contains(refusal(), "tables/b.xml: "));
}

BOOST_AUTO_TEST_CASE(pipes_and_devices_are_refused_without_waiting) {
  test_xsd::write(path / "tables/a.xml", good_table);
  BOOST_TEST_REQUIRE(::mkfifo((path / "tables/b.xml").c_str(), 0600) == 0);
  BOOST_TEST(contains(refusal(), "tables/b.xml: not a regular file"));
}

BOOST_AUTO_TEST_CASE(large_files_are_refused_unread) {
  test_xsd::write(path / "tables/a.xml", good_table);
  fs::resize_file(path / "tables/a.xml", std::uintmax_t{1} << 40);  // sparse
  BOOST_TEST(contains(refusal(), "tables/a.xml: larger than"));
}

BOOST_AUTO_TEST_CASE(too_many_files_are_refused) {
  for (int i = 0; i < 1001; ++i) {
    test_xsd::write(path / "tables" / (std::to_string(i) + ".xml"), good_table);
  }
  BOOST_TEST(contains(refusal(), "more than 1000 files"));
}

BOOST_AUTO_TEST_CASE(control_characters_in_names_are_not_printed) {
  test_xsd::write(path / "tables/a\x1B[2J\n.xml", "<");
  const std::string said = refusal();
  BOOST_TEST(!contains(said, "\x1B"));
  BOOST_TEST(said != "accepted");
}

BOOST_AUTO_TEST_CASE(overlay_replaces_adds_and_keeps) {
  const std::vector<SchemaFile> embedded = {
      {"tables/c.xml", "c"}, {"layouts/a.xml", "a"}, {"tables/b.xml", "b"}};
  const SchemaDirectory outside{{{"tables/b.xml", "B"}, {"tables/bb.xml", "BB"}}};
  const std::vector<SchemaFile> merged = kpfd::xsd::overlay(embedded, outside);
  std::string told;
  for (const SchemaFile& file : merged) {
    told += std::string(file.name) + "=" + std::string(file.content) + " ";
  }
  BOOST_TEST(told == "layouts/a.xml=a tables/b.xml=B tables/bb.xml=BB tables/c.xml=c ");
}

BOOST_AUTO_TEST_SUITE_END()
