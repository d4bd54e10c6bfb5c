// Who may ask: bearer tokens from a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/digest/sha256.hpp"

namespace kpfd::hooks {

/// Shortest token, in characters.
inline constexpr std::size_t shortest_token = 32;

class Tokens {
 public:
  /// Nobody has a token.
  Tokens();

  /// Reads a file that is its owner's alone. A line is `NAME TOKEN` or `NAME TOKEN YYYY-MM-DD`, the
  /// last day; empty lines and lines that begin with `#` say nothing. Throws SetupError, without
  /// any token in it.
  static Tokens read(const std::string& path, std::string_view language);

  /// The name of whose token it is; "": nobody's, or not any more. How long it takes does not
  /// depend on how much of a token is right.
  std::string_view name_of(std::string_view token, CivilDate today) const;

 private:
  struct Entry {
    std::string name;
    digest::Digest digest{};
    CivilDate last_day;
  };

  digest::Digest digest_of(std::string_view token) const;

  std::string key_;
  std::vector<Entry> entries_;
};

}  // namespace kpfd::hooks
