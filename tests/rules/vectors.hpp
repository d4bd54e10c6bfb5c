// Records whose findings were worked out by hand from the specification: tests/rules/vectors.txt;
// and those of the samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd_test {

/// A finding as it is expected: `error MONTH-SUM@sum_1`.
using Expected = std::multiset<std::string>;

/// One record within a whole filing.
struct Vector {
  const kpfd::layout::Record* record = nullptr;
  std::string title;  ///< where it comes from, for messages
  std::string bytes;  ///< the whole file
  std::string file_name;
  std::uint64_t line = 0;  ///< of the record, from 1
  kpfd::CivilDate check_date;
  Expected expected;  ///< all findings of the record
};

/// The records of vectors.txt: each in a filing that has nothing else wrong with it.
const std::vector<Vector>& written_vectors();

/// The records of samples/valid and samples/invalid that the rules get to see.
std::vector<Vector> sample_vectors();

/// What the check of the whole file says.
struct Verdicts {
  Expected of_record;                  ///< in the record's line
  Expected of_rules;                   ///< of these, those that a layout's rule has made
  Expected elsewhere;                  ///< in other lines, `4 error NEED@...`
  std::set<std::string> own_errors;    ///< keys of items with an error of their own checks
  std::vector<std::string> misplaced;  ///< findings about an item whose bytes are not the item's
};
Verdicts verdicts_of(const Vector& vector);

/// Of the findings of a record, those that a rule of its layout makes.
Expected of_rules(const kpfd::layout::Record& record, const Expected& findings);

/// The cells of the record's line, in Shift_JIS.
std::vector<std::string> cells_of(const Vector& vector);

}  // namespace kpfd_test
