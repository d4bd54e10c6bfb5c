// libxml2 is loaded when it is needed first; that it is not there is said to people.
#include "kpfd/xsd/libxml.hpp"

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>

#include "kpfd_test.hpp"
#include "tests/xsd/support.hpp"

namespace {

using test_xsd::contains;

std::string refusal_of(const char* file_name) {
  try {
    kpfd::xsd::load_libxml(file_name);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(libxml)

BOOST_AUTO_TEST_CASE(it_is_the_library_that_its_header_belongs_to) {
  // This test is linked with libxml2: what is loaded is the same library, not a second one.
  const kpfd::xsd::LibXml& loaded = kpfd::xsd::libxml();
  BOOST_TEST((loaded.xmlCtxtReadMemory == &xmlCtxtReadMemory));
  BOOST_TEST((loaded.xmlSchemaValidateDoc == &xmlSchemaValidateDoc));
  BOOST_TEST((&kpfd::xsd::libxml() == &loaded));
}

BOOST_AUTO_TEST_CASE(a_library_that_is_not_there_is_named_with_what_to_do) {
  const std::string reason = refusal_of("libxml2-not-here.so.2");
  BOOST_TEST(contains(reason, "libxml2-not-here.so.2"));
  BOOST_TEST(contains(reason, "install"));
}

BOOST_AUTO_TEST_CASE(a_library_that_is_another_one_is_refused) {
  const std::string reason = refusal_of("libc.so.6");
  BOOST_TEST(contains(reason, "undefined symbol"));
  BOOST_TEST(contains(reason, "install"));
}

BOOST_AUTO_TEST_SUITE_END()
