// A filing in parts that can be damaged one by one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/check/builtin.hpp"
#include "kpfd/layout/model.hpp"
#include "samples/maker/maker.hpp"

namespace kpfd::samples {

/// Lines are without their ends; everything is in Shift_JIS until it is rendered.
struct Draft {
  std::vector<std::string> head;  ///< media record, marker, count, offices, marker
  std::string bulk;               ///< records that stay as they are, with their line ends
  std::vector<std::string> tail;  ///< the last record, and what is put around it
  std::string line_end = "\r\n";  ///< of the first line
  std::string last_end = "\r\n";
  std::string file_name;
  bool decompose = false;  ///< in UTF-8: が as a character and its mark

  /// Makes the whole content, once everything else is in place; empty: the text of the parts.
  std::function<std::string(const std::string& text)> wrap;

  std::string render(Encoding encoding) const;
};

/// A damage of the file, of its lines or of its skeleton.
using Edit = std::function<void(Draft&)>;

/// What gives the finding of a check that is about no item; empty for the others. The first ones
/// are tried first.
std::vector<Edit> edits_for(check::Check check, const layout::Layouts& layouts,
                            const layout::Receiver& receiver);

}  // namespace kpfd::samples
