#include "kpfd/layout/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace kpfd::layout {

namespace {

/// Edits that turn one name into the other: insertions, deletions, changes, swaps of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest_name = 64;
  if (name.size() > longest_name) {
    return {};
  }
  // Only the nearest names: the farther ones are noise.
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(3, name.size() / 3));
  std::vector<std::string_view> near;
  for (const std::string_view candidate : known) {
    if (candidate.size() > longest_name) {
      continue;
    }
    const std::size_t edits = distance(name, candidate);
    if (edits > least || std::find(near.begin(), near.end(), candidate) != near.end()) {
      continue;
    }
    if (edits < least) {
      near.clear();
    }
    least = edits;
    near.push_back(candidate);
  }
  std::string text;
  for (std::size_t i = 0; i < near.size() && i < 3; ++i) {
    text.append(i == 0 ? "; did you mean `" : " or `").append(near[i]).append("`");
  }
  return text.empty() ? text : text + "?";
}

}  // namespace kpfd::layout
