// The quick look as code: what the build makes of the rules that every program has with it.
//
//   QuickProgram --source_of--> the text of a C++ function, which the build compiles
//
// Steps are run one by one for rules from outside, which no compiler has seen. The rules that are
// built in need not pay for that: their steps are written out as statements, and all that a
// compiler knows of numbers and masks is put to use. Both do the same
// (tests/rules/quick_code_test.cpp).
#pragma once

#include <cstddef>
#include <string>

#include "kpfd/rules/quick.hpp"

namespace kpfd::rules {

/// look() for one program, which is given for its tables. `given` are the words of the items with
/// text that are not hidden; `numbers` is as in QuickScratch.
using QuickCode = RuleBits (*)(const QuickProgram& program, CivilDate check_date,
                               const std::uint64_t* given, const std::int64_t* numbers) noexcept;

/// The code for each record of a set of schemas, in the order of check::records_of(); nullptr for a
/// record without rules.
struct QuickCodes {
  const QuickCode* codes = nullptr;
  std::size_t count = 0;
};

/// The text of a QuickCode function of this name, in an unnamed namespace or not as the place wants
/// where it is put; it needs kpfd/rules/quick_steps.hpp.
std::string source_of(const QuickProgram& program, const std::string& name);

}  // namespace kpfd::rules
