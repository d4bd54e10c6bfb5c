#include "kpfd/rules/parser.hpp"

#include <algorithm>
#include <array>
#include <boost/spirit/home/x3.hpp>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "kpfd/layout/suggestion.hpp"

namespace kpfd::rules {
namespace {

namespace x3 = boost::spirit::x3;

using Iterator = const char*;
using NodeId = std::uint32_t;

// Only these are reserved. `sum`, `count`, `min`, `max`, `month`, `grade`, `some`, `code`, `amount`
// and the units are words of the language only where the next word says so: items may be called
// `sum`.
constexpr std::array<std::string_view, 20> reserved_words = {
    "all", "and", "any",     "check_date", "chosen", "else", "empty", "error", "given", "has",
    "if",  "iff", "implies", "in",         "mod",    "no",   "not",   "or",    "then",  "where"};

// What the language calls a word: the names of items are made of these bytes.
constexpr bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool continues_name(char c) { return begins_name(c) || is_digit(c); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

Iterator end_of_name(Iterator first, Iterator last) {
  return std::find_if_not(first, last, continues_name);
}

// ---- the tree under construction ----

class Builder {
 public:
  explicit Builder(Iterator begin) : begin_(begin), mark_(begin) {}

  // Where the token that matched last begins: a node made now points there.
  void mark(Iterator token) { mark_ = token; }

  NodeId add(Form form) {
    Expression node;
    node.form = form;
    node.offset = offset_of(mark_);
    syntax_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(syntax_.nodes.size() - 1);
  }

  Expression& operator[](NodeId node) { return syntax_.nodes[node]; }

  // A child is appended when it is complete, so that its depth is known.
  void append(NodeId parent, NodeId child) {
    Expression& node = syntax_.nodes[parent];
    node.depth = std::max(node.depth, syntax_[child].depth + 1);
    if (node.depth > deepest_nesting) {
      too_deep(node.offset);
    }
    node.children.push_back(child);
  }

  void enter(Iterator where) {
    if (++nesting_ > deepest_nesting) {
      too_deep(offset_of(where));
    }
  }
  void leave() { --nesting_; }

  std::uint32_t offset_of(Iterator where) const {
    return static_cast<std::uint32_t>(where - begin_);
  }

  Syntax take(NodeId root) {
    syntax_.root = root;
    return std::move(syntax_);
  }

 private:
  [[noreturn]] static void too_deep(std::uint32_t offset) {
    throw ParseError(offset, "nested deeper than " + std::to_string(deepest_nesting) +
                                 " levels: give a part of it a name with <let>");
  }

  Iterator begin_;
  Iterator mark_;
  Syntax syntax_;
  std::size_t nesting_ = 0;
};

struct builder_tag;

template <typename Context>
Builder& builder(const Context& context) {
  return x3::get<builder_tag>(context).get();
}

// ---- parsers of our own: cheap to compile, and their names are fit for messages ----

template <typename Derived>
struct Plain : x3::parser<Derived> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
};

// A word of the language: `then`, but not the beginning of `then_pay`. Or two, as `sum of`.
struct Word : Plain<Word> {
  explicit constexpr Word(std::string_view word, std::string_view second_word = {})
      : text(word), second(second_word) {}
  std::string_view text;
  std::string_view second;

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& /*unused*/,
             Attribute& /*unused*/) const {
    const Iterator begin = std::find_if_not(first, last, is_space);
    Iterator end = match(begin, last, text);
    if (end != nullptr && !second.empty()) {
      end = match(std::find_if_not(end, last, is_space), last, second);
    }
    if (end == nullptr) {
      return false;
    }
    builder(context).mark(begin);
    first = end;
    return true;
  }

 private:
  static Iterator match(Iterator first, Iterator last, std::string_view word) {
    const Iterator end = end_of_name(first, last);
    return std::string_view(first, static_cast<std::size_t>(end - first)) == word ? end : nullptr;
  }
};

// A sign. `<` is not the beginning of `<=`.
struct Sign : Plain<Sign> {
  explicit constexpr Sign(std::string_view sign) : text(sign) {}
  std::string_view text;

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& /*unused*/,
             Attribute& /*unused*/) const {
    const Iterator begin = std::find_if_not(first, last, is_space);
    if (static_cast<std::size_t>(last - begin) < text.size() ||
        std::string_view(begin, text.size()) != text) {
      return false;
    }
    const Iterator end = begin + text.size();
    if ((text == "<" || text == ">") && end != last && *end == '=') {
      return false;
    }
    builder(context).mark(begin);
    first = end;
    return true;
  }
};

// The end of the text.
struct End : Plain<End> {
  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& /*unused*/, RContext& /*unused*/,
             Attribute& /*unused*/) const {
    first = std::find_if_not(first, last, is_space);
    return first == last;
  }
};

// A number of at most 18 digits: any arithmetic step of two of them but a product fits 64 bits.
struct Number : x3::parser<Number> {
  using attribute_type = std::int64_t;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  template <typename Context, typename RContext>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& /*unused*/,
             std::int64_t& value) const {
    const Iterator begin = std::find_if_not(first, last, is_space);
    const Iterator end = std::find_if_not(begin, last, is_digit);
    if (begin == end || (end != last && begins_name(*end))) {
      return false;
    }
    if (end - begin > 18) {
      throw ParseError(builder(context).offset_of(begin), "a number has at most 18 digits");
    }
    value = 0;
    for (Iterator at = begin; at != end; ++at) {
      value = value * 10 + (*at - '0');
    }
    builder(context).mark(begin);
    first = end;
    return true;
  }
};

// A name that is no word of the language.
struct Name : x3::parser<Name> {
  using attribute_type = std::string;
  [[maybe_unused]] static constexpr bool has_attribute = true;

  template <typename Context, typename RContext>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& /*unused*/,
             std::string& value) const {
    const Iterator begin = std::find_if_not(first, last, is_space);
    if (begin == last || !begins_name(*begin)) {
      return false;
    }
    const Iterator end = end_of_name(begin, last);
    if (is_reserved({begin, static_cast<std::size_t>(end - begin)})) {
      return false;
    }
    value.assign(begin, end);
    builder(context).mark(begin);
    first = end;
    return true;
  }
};

// One level deeper while the subject is parsed: the stack cannot overflow.
template <typename Subject>
struct Nested : x3::unary_parser<Subject, Nested<Subject>> {
  using base_type = x3::unary_parser<Subject, Nested<Subject>>;
  [[maybe_unused]] static constexpr bool is_pass_through_unary = true;
  explicit constexpr Nested(const Subject& inner) : base_type(inner) {}

  template <typename Context, typename RContext, typename Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& rcontext,
             Attribute& attribute) const {
    builder(context).enter(std::find_if_not(first, last, is_space));
    const bool parsed = this->subject.parse(first, last, context, rcontext, attribute);
    builder(context).leave();
    return parsed;
  }
};

template <typename Subject>
constexpr Nested<Subject> nested(const Subject& inner) {
  return Nested<Subject>(inner);
}

}  // namespace
}  // namespace kpfd::rules

// What is named behind `expected`.
namespace boost::spirit::x3 {

template <>
struct get_info<kpfd::rules::Word> {
  using result_type = std::string;
  std::string operator()(const kpfd::rules::Word& word) const {
    std::string text = "`" + std::string(word.text);
    if (!word.second.empty()) {
      text.append(" ").append(word.second);
    }
    return text + "`";
  }
};

template <>
struct get_info<kpfd::rules::Sign> {
  using result_type = std::string;
  std::string operator()(const kpfd::rules::Sign& sign) const {
    return "`" + std::string(sign.text) + "`";
  }
};

template <>
struct get_info<kpfd::rules::End> {
  using result_type = std::string;
  std::string operator()(const kpfd::rules::End& /*unused*/) const {
    return "an operator or the end of the rule";
  }
};

template <>
struct get_info<kpfd::rules::Name> {
  using result_type = std::string;
  std::string operator()(const kpfd::rules::Name& /*unused*/) const {
    return "the name of a table";
  }
};

template <typename Subject>
struct get_info<kpfd::rules::Nested<Subject>> {
  using result_type = std::string;
  std::string operator()(const kpfd::rules::Nested<Subject>& nested) const {
    return what(nested.subject);
  }
};

template <typename Subject, typename Action>
struct get_info<action<Subject, Action>> {
  using result_type = std::string;
  std::string operator()(const action<Subject, Action>& parser) const {
    return what(parser.subject);
  }
};

}  // namespace boost::spirit::x3

namespace kpfd::rules {
namespace {

// ---- what the grammar does with its parts ----

// A node over nothing yet; its operands follow.
template <Form form>
constexpr auto make() {
  return [](auto& context) { x3::_val(context) = builder(context).add(form); };
}

// A node over the value read so far; a second operand may follow.
template <Form form>
constexpr auto over() {
  return [](auto& context) {
    const NodeId node = builder(context).add(form);
    builder(context).append(node, x3::_val(context));
    x3::_val(context) = node;
  };
}

const auto operand = [](auto& context) {
  builder(context).append(x3::_val(context), x3::_attr(context));
};

const auto pass_on = [](auto& context) { x3::_val(context) = x3::_attr(context); };

// A node that is a number or a name.
const auto literal = [](auto& context) {
  x3::_val(context) = builder(context).add(Form::number);
  builder(context)[x3::_val(context)].number = x3::_attr(context);
};
const auto key = [](auto& context) {
  x3::_val(context) = builder(context).add(Form::key);
  builder(context)[x3::_val(context)].name = x3::_attr(context);
};

// The name that belongs to the node: of a table.
const auto named = [](auto& context) {
  builder(context)[x3::_val(context)].name = x3::_attr(context);
};

// `+ 70 years`: a shift of the value read so far.
template <Form form, int sign>
constexpr auto shifted() {
  return [](auto& context) {
    const std::int64_t distance = x3::_attr(context);
    const NodeId node = builder(context).add(form);
    builder(context).append(node, x3::_val(context));
    builder(context)[node].number = sign * distance;
    x3::_val(context) = node;
  };
}

// ---- the grammar ----

const Number number{};
const Name name{};
const Sign open{"("};
const Sign close{")"};
const Sign comma{","};
const auto years = Word("years") | Word("year");
const auto days = Word("days") | Word("day");

const x3::rule<struct expression_id, NodeId> expression{"an expression"};
const x3::rule<struct implication_id, NodeId> implication{"a condition"};
const x3::rule<struct disjunction_id, NodeId> disjunction{"a condition"};
const x3::rule<struct conjunction_id, NodeId> conjunction{"a condition"};
const x3::rule<struct statement_id, NodeId> statement{"a condition"};
const x3::rule<struct comparison_id, NodeId> comparison{"a condition"};
const x3::rule<struct sum_id, NodeId> sum{"a number, a date or an item"};
const x3::rule<struct product_id, NodeId> product{"a number or an item"};
const x3::rule<struct value_id, NodeId> value{"a number or an item"};
const x3::rule<struct member_id, NodeId> member{"a number"};
const x3::rule<struct grade_id, NodeId> grade{"`code` or `amount`"};
const x3::rule<struct table_id, std::string> table{"numbers in parentheses or the name of a table"};

const auto expression_def =
    (Word("if")[make<Form::conditional>()] > nested(expression)[operand] > Word("then") >
     nested(expression)[operand] > Word("else") > nested(expression)[operand]) |
    (implication[pass_on] >> -(Word("iff")[over<Form::equivalence>()] > implication[operand]));

const auto implication_def = disjunction[pass_on] >> -(Word("implies")[over<Form::implication>()] >
                                                       nested(implication)[operand]);

const auto disjunction_def = conjunction[pass_on] >>
                             *(Word("or")[over<Form::disjunction>()] > conjunction[operand]);

const auto conjunction_def = statement[pass_on] >>
                             *(Word("and")[over<Form::conjunction>()] > statement[operand]);

const auto statement_def =
    (Word("not")[make<Form::negation>()] > nested(statement)[operand]) |
    (Word("any")[make<Form::any>()] > nested(statement)[operand]) |
    (Word("all")[make<Form::all>()] > nested(statement)[operand]) |
    (Word("some", "choice")[make<Form::some_choice>()] > Word("where") >
     nested(disjunction)[operand] > Word("satisfies") > nested(expression)[operand]) |
    comparison[pass_on];

const auto comparison_def = sum[pass_on] >>
                            -((Sign("==")[over<Form::equal>()] > sum[operand]) |
                              (Sign("!=")[over<Form::unequal>()] > sum[operand]) |
                              (Sign("<=")[over<Form::at_most>()] > sum[operand]) |
                              (Sign(">=")[over<Form::at_least>()] > sum[operand]) |
                              (Sign("<")[over<Form::less>()] > sum[operand]) |
                              (Sign(">")[over<Form::greater>()] > sum[operand]) |
                              ((Word("in") >> open)[over<Form::one_of>()] > member[operand] >
                               *(comma > member[operand]) > close) |
                              (Word("in")[over<Form::in_table>()] > table[named]) |
                              Word("given")[over<Form::given>()] |
                              Word("empty")[over<Form::empty>()] |
                              (Word("has")[over<Form::no_error>()] > Word("no") > Word("error")));

const auto member_def = number[literal];

const auto table_def = name;

const auto sum_def = product[pass_on] >>
                     *((Sign("+") >> number >> years)[shifted<Form::add_years, 1>()] |
                       (Sign("+") >> number >> days)[shifted<Form::add_days, 1>()] |
                       (Sign("-") >> number >> years)[shifted<Form::add_years, -1>()] |
                       (Sign("-") >> number >> days)[shifted<Form::add_days, -1>()] |
                       (Sign("+")[over<Form::add>()] > product[operand]) |
                       (Sign("-")[over<Form::subtract>()] > product[operand]));

const auto product_def = value[pass_on] >> *((Sign("*")[over<Form::multiply>()] > value[operand]) |
                                             (Sign("/")[over<Form::divide>()] > value[operand]) |
                                             (Word("mod")[over<Form::modulo>()] > value[operand]));

const auto value_def =
    number[literal] | (open > nested(expression)[pass_on] > close) |
    (Word("sum", "of")[make<Form::sum_of>()] > nested(product)[operand] >
     -(Word("where") > nested(disjunction)[operand])) |
    (Word("count", "where")[make<Form::count_where>()] > nested(disjunction)[operand]) |
    ((Word("min") >> open)[make<Form::minimum>()] > nested(expression)[operand] > comma >
     nested(expression)[operand] > *(comma > nested(expression)[operand]) > close) |
    ((Word("max") >> open)[make<Form::maximum>()] > nested(expression)[operand] > comma >
     nested(expression)[operand] > *(comma > nested(expression)[operand]) > close) |
    (Word("month", "after")[make<Form::month_after>()] > nested(value)[operand]) |
    (Word("grade", "of") > grade[pass_on]) |
    (Sign("-")[make<Form::negate>()] > nested(value)[operand]) |
    Word("check_date")[make<Form::check_date>()] | Word("chosen")[make<Form::chosen>()] | name[key];

const auto grade_def = ((Word("code")[make<Form::grade_of_code>()] > nested(value)[operand]) |
                        (Word("amount")[make<Form::grade_of_amount>()] > nested(value)[operand])) >
                       Word("in") > name[named];

BOOST_SPIRIT_DEFINE(expression, implication, disjunction, conjunction, statement, comparison,
                    member, table, sum, product, value, grade)

// Words that join or end expressions: what a word at such a place may have been meant for.
constexpr std::array<std::string_view, 21> joining_words = {
    "and", "or",    "implies", "iff",  "given",     "empty", "has",
    "no",  "error", "in",      "mod",  "where",     "then",  "else",
    "of",  "code",  "amount",  "days", "satisfies", "years", "choice"};

// What stands at a place where something else was expected.
std::string shown(std::string_view rest) {
  if (rest.empty()) {
    return "the end";
  }
  if (rest.front() == '=') {
    return "`=` (equality is written `==`)";
  }
  const Iterator last = rest.data() + rest.size();
  Iterator end = end_of_name(rest.data(), last);
  if (end == rest.data()) {
    ++end;
  }
  const auto length = static_cast<std::size_t>(end - rest.data());
  if (length == 1 && (rest.front() < ' ' || rest.front() > '~')) {
    return "a character that the language lacks";
  }
  const std::string_view word = rest.substr(0, std::min<std::size_t>(length, 40));
  std::string text = "`" + std::string(word) + "`";
  if (word.size() > 2 &&
      std::find(joining_words.begin(), joining_words.end(), word) == joining_words.end()) {
    text += layout::suggestion(word, {joining_words.begin(), joining_words.end()});
  }
  return text;
}

}  // namespace

bool is_reserved(std::string_view word) {
  return std::find(reserved_words.begin(), reserved_words.end(), word) != reserved_words.end();
}

Syntax parse(std::string_view text) {
  if (text.size() > longest_text) {
    throw ParseError(longest_text, "longer than " + std::to_string(longest_text) + " bytes");
  }
  Iterator first = text.data();
  const Iterator last = first + text.size();
  Builder tree(first);
  NodeId root = 0;
  try {
    const auto whole = x3::with<builder_tag>(std::ref(tree))[x3::eps > expression > End()];
    x3::parse(first, last, whole, root);
  } catch (const x3::expectation_failure<Iterator>& failure) {
    const Iterator where = std::find_if_not(failure.where(), last, is_space);
    throw ParseError(tree.offset_of(where),
                     "expected " + failure.which() + ", found " +
                         shown({where, static_cast<std::size_t>(last - where)}));
  }
  return tree.take(root);
}

}  // namespace kpfd::rules
