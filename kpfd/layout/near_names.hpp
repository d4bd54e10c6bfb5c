// A name that is none => the known ones that may have been meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kpfd::layout {

/// Gathers the known names that are nearest to a misspelt one.
class NearNames {
 public:
  explicit NearNames(std::string_view name);

  void consider(std::string_view known);

  /// `; did you mean `base_days`?`, with three names at most; "" where none is near. The names
  /// considered must still live.
  std::string suggestion() const;

 private:
  std::string_view name_;
  std::size_t least_;
  std::vector<std::string_view> near_;
};

}  // namespace kpfd::layout
