#include "converters/ingest/text_writer.hpp"

namespace kpfd::converters {

using Op = Step::Op;

Step step_of(const Binding& binding, std::size_t at) {
  const Field& field = binding.type->fields[at];
  const Binding::Columns& columns = binding.fields[at];
  Step step;
  step.field = static_cast<std::uint16_t>(at);
  step.columns = columns.at;
  if (field.computed) {
    step.op = field.kind == Kind::month ? Op::computed_month : Op::computed;
    return step;
  }
  switch (field.kind) {
    case Kind::wide:
      step.op = Op::wide;
      break;
    case Kind::yen:
    case Kind::integer:
      step.op = columns.thousands ? Op::thousands : Op::number;
      break;
    case Kind::flag:
      step.op = Op::flag;
      break;
    case Kind::code:
      step.op = Op::code;
      break;
    case Kind::date:
      step.op = Op::date;
      break;
    case Kind::month:
      step.op = Op::month;
      break;
    case Kind::day:
      step.op = Op::day;
      break;
    case Kind::text:
    case Kind::time:
      step.op = Op::text;
      break;
  }
  return step;
}

}  // namespace kpfd::converters
