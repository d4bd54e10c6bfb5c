// A line as the checks want it: in Shift_JIS, and what it looks like from outside.
#pragma once

#include <cstdint>
#include <vector>

#include "kpfd/check/collector.hpp"
#include "kpfd/check/schemas.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::check {

/// Makes lines ready to be checked; a context lives until the next is asked for.
class LineContexts {
 public:
  /// The line's cells in Shift_JIS, whatever the file is written in.
  LineContext of(const grammar::Line& line, const layout::Record* record, text::Encoding encoding) {
    LineContext context;
    context.number = line.number;
    context.offset = line.offset;
    context.record = record;
    if (encoding == text::Encoding::shift_jis) {
      context.cells = line.cells;
    } else {
      transcode(line, context);
    }
    return context;
  }

 private:
  void transcode(const grammar::Line& line, LineContext& context);

  text::ShiftJisLine transcoded_;
  std::vector<std::uint32_t> transcoded_ends_;
};

/// What a line is, whatever is expected.
struct LineShape {
  bool offices_marker = false;
  bool data_marker = false;
  bool exact = false;
  bool form = false;  ///< begins with a form code
};

LineShape shape_of(const grammar::Line& line, const Schemas& schemas, text::Encoding encoding);

}  // namespace kpfd::check
