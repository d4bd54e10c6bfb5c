// The text of a rule => its syntax tree.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "kpfd/rules/ast.hpp"

namespace kpfd::rules {

/// A text that is no rule: where it stops being one, and why.
class ParseError : public std::runtime_error {
 public:
  ParseError(std::size_t offset, const std::string& reason)
      : std::runtime_error(reason), offset_(offset) {}

  std::size_t offset() const { return offset_; }  ///< bytes from the beginning of the text

 private:
  std::size_t offset_;
};

/// `total == min(cash + in_kind, 9999999)` => its tree. The grammar is in docs/rule-language.md.
/// Time and memory are linear in the text; nesting is bounded by `deepest_nesting`. Nothing of the
/// text is kept. Throws ParseError.
Syntax parse(std::string_view text);

/// Words that the language keeps for itself wherever they stand: no item that a rule names may be
/// called so.
bool is_reserved(std::string_view word);

}  // namespace kpfd::rules
