// The words of programs that take files in, for people, in both languages.
#pragma once

#include <stdexcept>
#include <string_view>

namespace kpfd::hooks {

/// The same in Japanese and in English.
struct Words {
  std::string_view ja;
  std::string_view en;
  /// `ja` or `en`.
  std::string_view in(std::string_view language) const { return language == "en" ? en : ja; }
};

/// What a run was given (schemas, profile, key, day) cannot be used; what() is for people.
class SetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace kpfd::hooks
