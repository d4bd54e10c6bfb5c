#include "hooks/serve/tokens.hpp"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "hooks/intake/words.hpp"

using kpfd::parse_iso_date;
using kpfd::hooks::SetupError;
using kpfd::hooks::Tokens;

namespace {

const std::string first(32, 'a');
const std::string second(40, 'b');

Tokens tokens_of(const std::string& content, mode_t mode = S_IRUSR | S_IWUSR) {
  const std::string path = "tokens";
  std::ofstream(path, std::ios::trunc) << content;
  ::chmod(path.c_str(), mode);
  return Tokens::read(path, "en");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tokens)

BOOST_AUTO_TEST_CASE(a_token_names_its_owner_until_its_last_day) {
  const Tokens tokens =
      tokens_of("# comment\n\noffice " + first + "\r\n  attorney\t" + second + " 2026-07-31");
  const kpfd::CivilDate last = parse_iso_date("2026-07-31");
  const kpfd::CivilDate next = parse_iso_date("2026-08-01");
  BOOST_TEST(tokens.name_of(first, next) == "office");
  BOOST_TEST(tokens.name_of(second, last) == "attorney");
  BOOST_TEST(tokens.name_of(second, next).empty());
  BOOST_TEST(tokens.name_of("", last).empty());
  BOOST_TEST(tokens.name_of(first + "a", last).empty());
  BOOST_TEST(tokens.name_of(first.substr(1), last).empty());
  BOOST_TEST(Tokens().name_of(first, last).empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_file_of_tokens_is_refused_without_a_word_of_them) {
  for (const std::string& content :
       {std::string(), std::string("# nothing\n"), std::string("office\n"),
        "office " + first.substr(1), first, "office " + first + " 2026-02-30",
        "office " + first + " 2026-01-01 more"}) {
    BOOST_CHECK_EXCEPTION(tokens_of(content), SetupError, [](const SetupError& error) {
      return std::string(error.what()).find("aaaa") == std::string::npos;
    });
  }
  BOOST_CHECK_THROW(tokens_of("office " + first, S_IRUSR | S_IRGRP), SetupError);
  BOOST_CHECK_THROW(Tokens::read("there-is-none", "en"), SetupError);
}

BOOST_AUTO_TEST_SUITE_END()
