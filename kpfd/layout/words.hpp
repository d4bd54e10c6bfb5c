// The words of items that layouts and profiles share: lengths and values.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/model.hpp"

namespace kpfd::layout {

/// A word that is none; what() says why, for people. Who reads the file adds the place.
class WordError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `1..7`, `0|4`, `0|2|4`, `6` => the lengths allowed. Throws WordError.
Lengths parse_lengths(std::string text);

/// `17..31`, `1|3|5`, `04` => the values meant; "" => none. Throws WordError.
Values parse_values(std::string text);

/// `AKS` => the type. Throws WordError.
Type parse_type(const std::string& code);

/// `a|b` => its parts, empty ones too.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace kpfd::layout
