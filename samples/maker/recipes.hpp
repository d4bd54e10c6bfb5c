// schemas/samples/recipes.xml => what the maker of synthetic filings knows about items.
//
// C++ knows no item: which value an item gets is a formula of the recipes, by the item's key. The
// reference of the formulas is samples/README.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::samples {

/// Pieces of names, places and companies: rows of texts, and numbers where every text of a column
/// is one.
struct Pool {
  struct Column {
    std::string key;
    std::vector<std::string> texts;     ///< UTF-8
    std::vector<std::int64_t> numbers;  ///< as long as `texts`, or empty
  };
  std::string key;
  std::vector<Column> columns;
  std::size_t rows = 0;
  /// Lowest amount of each row of a table with grades, ascending; else empty.
  std::vector<std::int64_t> from;

  const Column* column(std::string_view column_key) const;
};

/// How one item, or one named value that several items share, comes about.
struct Definition {
  std::string name;
  std::string value;  ///< a formula, or
  std::string text;   ///< a text with formulas in braces
  std::string when;   ///< a formula; where it gives 0 the item is left empty
  layout::Place place;
};

/// Definitions by name. What is said of a form goes before what is said of all.
using Definitions = std::map<std::string, Definition, std::less<>>;

struct Recipes {
  CivilDate as_of;     ///< 'today' where the caller names no day
  CivilDate earliest;  ///< first and last day that the recipes make sense for
  CivilDate latest;
  std::vector<Pool> pools;  ///< those of the recipes and the tables of the layouts
  /// By what they are for: `office`, `records` (all of them), a header's or a form's key.
  std::map<std::string, Definitions, std::less<>> sections;

  const Pool* pool(std::string_view key) const;
};

/// Where the recipes stand below schemas/.
inline constexpr std::string_view recipes_file = "samples/recipes.xml";

/// Reads the recipes among the files; the tables of the layouts become pools. Throws
/// layout::SchemaError.
Recipes load_recipes(const std::vector<Engine::SchemaFile>& files, const layout::Layouts& layouts);

}  // namespace kpfd::samples
