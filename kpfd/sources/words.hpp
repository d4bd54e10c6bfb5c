// Words that are needed where no catalogue is at hand.
#pragma once

#include <string_view>

namespace kpfd {

/// A text in both languages.
struct Words {
  std::string_view ja;
  std::string_view en;
  std::string_view in(std::string_view language) const { return language == "en" ? en : ja; }
};

}  // namespace kpfd
