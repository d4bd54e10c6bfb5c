// Each way to mend a text: what it does, what it leaves alone.
#include "converters/repair/methods.hpp"

#include <boost/test/unit_test.hpp>

#include "converters/repair/book.hpp"
#include "kpfd/schemas.hpp"
#include "tests/support/filings.hpp"

namespace {

using namespace kpfd::converters;
using kpfd::layout::Item;
using kpfd::layout::Separator;
using kpfd_test::sjis;

/// The mended text in UTF-8; `-` where there is none.
std::string mend(Method method, std::string_view utf8, const Item& item = {},
                 const MethodInput& input = {}) {
  const std::optional<std::string> text = mended(method, sjis(utf8), item, input);
  return text ? kpfd_test::utf8(*text) : "-";
}

Item with(Separator separator) {
  Item item;
  item.separator = separator;
  return item;
}

BOOST_AUTO_TEST_SUITE(repair_methods)

BOOST_AUTO_TEST_CASE(widths) {
  BOOST_TEST(mend(Method::half_width, "１２３４") == "1234");
  BOOST_TEST(mend(Method::half_width, "ケンポ　ガッパ") == "ｹﾝﾎﾟ ｶﾞｯﾊﾟ");
  BOOST_TEST(mend(Method::half_width, "ｹﾝﾎﾟ　ハナコ") == "ｹﾝﾎﾟ ﾊﾅｺ");
  BOOST_TEST(mend(Method::half_width, "ＡＢｃ－ー") == "ABc-ｰ");
  BOOST_TEST(mend(Method::half_width, "1234") == "-");
  BOOST_TEST(mend(Method::half_width, "健保１") == "-");
  BOOST_TEST(mend(Method::half_width, "けんぽ") == "-");
  BOOST_TEST(mend(Method::half_width, "１，２") == "-");  // a comma would make two items of it
  BOOST_TEST(mend(Method::full_width, "1-2 ABC") == "１－２　ＡＢＣ");
  BOOST_TEST(mend(Method::full_width, "ｶﾞﾊﾟﾝ") == "ガパン");
  BOOST_TEST(mend(Method::full_width, "健保") == "-");
}

BOOST_AUTO_TEST_CASE(spaces) {
  BOOST_TEST(mend(Method::space_width, "健保 良一", with(Separator::full)) == "健保　良一");
  BOOST_TEST(mend(Method::space_width, "ｹﾝﾎﾟ　ﾊﾅｺ", with(Separator::half)) == "ｹﾝﾎﾟ ﾊﾅｺ");
  BOOST_TEST(mend(Method::single_space, "健保　 　良一", with(Separator::full)) == "健保　良一");
  BOOST_TEST(mend(Method::single_space, "a  b 　c") == "a b c");
  BOOST_TEST(mend(Method::trim_spaces, "　 健保　良一 　") == "健保　良一");
  BOOST_TEST(mend(Method::trim_spaces, " 　 ") == "-");
  BOOST_TEST(mend(Method::trim_spaces, "健保") == "-");
}

BOOST_AUTO_TEST_CASE(zeros_lead_where_the_length_is_fixed) {
  Item item;
  item.lengths.least = 4;
  item.lengths.most = 4;
  BOOST_TEST(mend(Method::zeros, "12", item) == "0012");
  BOOST_TEST(mend(Method::zeros, "1234", item) == "-");
  BOOST_TEST(mend(Method::zeros, "", item) == "-");
  item.lengths.most = 5;
  BOOST_TEST(mend(Method::zeros, "12", item) == "-");
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_leading_zeros) {
  MethodInput input;
  BOOST_TEST(mend(Method::expected, "1", {}, input) == "-");
  input.expected = 300000;
  BOOST_TEST(mend(Method::expected, "280000", {}, input) == "300000");
  BOOST_TEST(mend(Method::expected, "0280000", {}, input) == "0300000");
  BOOST_TEST(mend(Method::expected, "300000", {}, input) == "-");
  input.expected = -1;
  BOOST_TEST(mend(Method::expected, "1", {}, input) == "-");
}

BOOST_AUTO_TEST_CASE(characters) {
  MethodInput input;
  input.characters = kpfd::text::CharClass::ibm_extension;
  BOOST_TEST(mend(Method::substitute, "髙﨑　花子①", {}, input) == "高崎　花子①");
  input.characters = kpfd::text::CharClass::nec_row13;
  BOOST_TEST(mend(Method::substitute, "髙﨑①", {}, input) == "髙﨑１");
  BOOST_TEST(mend(Method::substitute, "髙﨑", {}, {}) == "-");
  BOOST_TEST(mend(Method::drop_controls, "a\tb") == "ab");
  BOOST_TEST(mend(Method::unquote, "\"健保\"") == "健保");
  BOOST_TEST(mend(Method::unquote, "\"") == "-");
  BOOST_TEST(mend(Method::unquote, "a\"b") == "-");
  BOOST_TEST(mend(Method::clear, "a") == "");
  BOOST_TEST(mend(Method::clear, "") == "-");
  std::string missing = sjis("健") + "\xFC\xFC" + sjis("保");
  BOOST_TEST(missing_characters(missing) == 1U);
  BOOST_TEST(put_geta(missing) == 1U);
  BOOST_TEST(kpfd_test::utf8(missing) == "健〓保");
  // A trail byte and a lead byte that together look like the mark of a missing character.
  BOOST_TEST(missing_characters("\x89\xFC\xFC\x40") == 0U);
}

BOOST_AUTO_TEST_CASE(the_schemas_name_rules_that_there_are) {
  const RepairBook book = RepairBook::load(kpfd::embedded_schemas());
  BOOST_TEST(book.all().size() > 30U);
  for (const auto& [rule, repairs] : book.all()) {
    const auto& known = kpfd_test::engine().rules();
    const bool found = std::any_of(known.begin(), known.end(),
                                   [&rule = rule](const auto* info) { return info->id == rule; });
    BOOST_TEST(found, rule);
  }
  for (std::size_t i = 0; i < method_keys.size(); ++i) {
    BOOST_TEST(!book.name(static_cast<Method>(i)).ja.empty(), method_keys.at(i));
    BOOST_TEST(!book.name(static_cast<Method>(i)).en.empty(), method_keys.at(i));
  }
}

BOOST_AUTO_TEST_CASE(a_shape_tells_kinds_of_characters_and_no_value) {
  BOOST_TEST(shape_of("") == "");
  BOOST_TEST(shape_of("07-Xy") == "99*AA");
  BOOST_TEST(shape_of(kpfd_test::sjis("ｹﾝﾎﾟ ﾀﾛｳ")) == "ｱｱｱｱ_ｱｱｱ");
  BOOST_TEST(shape_of(kpfd_test::sjis("健保　たろウ１Ｘ－ー")) == "漢漢＿ああア９Ａ＊＊");
  BOOST_TEST(shape_of("\x09\xFA\xB0\x81") == "^??");
  BOOST_TEST(shape_of(std::string(41, '1')) == std::string(40, '9') + "…");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
