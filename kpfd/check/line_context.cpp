#include "kpfd/check/line_context.hpp"

#include "kpfd/grammar/markers.hpp"
#include "kpfd/grammar/separators.hpp"

namespace kpfd::check {

using grammar::Marker;

void LineContexts::transcode(const grammar::Line& line, LineContext& context) {
  text::to_shift_jis(line.text(), transcoded_);
  context.cells = grammar::cells_of(transcoded_.bytes, transcoded_ends_);
  context.transcoded = &transcoded_;
}

LineShape shape_of(const grammar::Line& line, const Schemas& schemas, text::Encoding encoding) {
  LineShape shape;
  const std::string_view space =
      encoding == text::Encoding::shift_jis ? grammar::shift_jis_space : grammar::utf8_space;
  const layout::Layouts& layouts = schemas.layouts();
  const Marker offices = grammar::match_marker(line.text(), layouts.offices_marker, space);
  const Marker data = grammar::match_marker(line.text(), layouts.data_marker, space);
  shape.offices_marker = offices != Marker::none;
  shape.data_marker = data != Marker::none;
  shape.exact = offices == Marker::exact || data == Marker::exact;
  shape.form = schemas.is_form_code(line.cells[0]);
  return shape;
}

}  // namespace kpfd::check
