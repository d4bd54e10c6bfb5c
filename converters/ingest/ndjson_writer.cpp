#include "converters/ingest/text_writer.hpp"

namespace kpfd::converters {

namespace {

using Op = Step::Op;

class NdjsonWriter final : public TextWriter {
 public:
  NdjsonWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, json_escapes()) {
    open("");
  }

  void begin(const Filing& filing) override {
    set_receipt(filing.receipt);
    records_ = 0;
    write_facts(model().filing(), filing.facts, "\"model\":\"" + model().version() + "\",");
  }

  void finding(const FindingFacts& finding) override {
    write_facts(model().finding(), finding, "\"receipt\":\"" + receipt() + "\",");
  }

  void end() override {
    document("").append("{\"type\":\"End\",\"receipt\":\"" + receipt() +
                        "\",\"records\":" + std::to_string(records_) + "}\n");
  }

 private:
  std::string prologue(std::string_view) override { return {}; }
  std::string_view document_of(const Row&) const override { return {}; }

  void enter(RowKind kind, std::uint64_t ordinal) override {
    if (kind == RowKind::record) {
      records_ = ordinal;
    }
  }

  void write_facts(const RecordType& type, const std::vector<std::string>& facts,
                   const std::string& first) {
    std::string text = "{\"type\":\"" + type.name + "\"," + first;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].empty()) {
        continue;
      }
      const Field& field = type.fields[i];
      text += '"' + field.key + "\":";
      text += is_number(field.kind) ? facts[i] : '"' + escaped(facts[i]) + '"';
      text += ',';
    }
    text.back() = '}';
    document("").append(text + '\n');
  }

  Plan record_plan(const Binding& binding) const override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    plan.literal("{\"type\":\"" + type.name + "\",");
    plan.add(Op::receipt, "\"receipt\":\"", "\",");
    if (has_place(type)) {
      plan.add(Op::ordinal, "\"number\":", ",");
      plan.add(Op::line, "\"line\":", ",");
    }
    if (!type.form.empty()) {
      plan.literal("\"edition\":\"" + escaped(binding.record->edition) + "\",");
    }
    const std::size_t computed = type.first_computed();
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      if (i == computed) {
        plan.literal("\"computed\":{");
      }
      add_field(plan, binding, i);
    }
    plan.add(Op::close, computed < type.fields.size() ? "}}\n" : "}\n", "");
    return plan;
  }

  Plan secret_plan(const Binding& binding) const override {
    Plan plan(binding);
    plan.literal("{\"type\":\"MyNumber\",");
    plan.add(Op::receipt, "\"receipt\":\"", "\",");
    plan.literal("\"record\":\"" + binding.type->name + "\",");
    plan.add(Op::ordinal, "\"number\":", ",");
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (field.secret && binding.fields[i].given()) {
        Step step = step_of(binding, i);
        step.before = plan.keep('"' + field.key + "\":\"");
        step.after = plan.keep("\",");
        plan.steps.push_back(step);
      }
    }
    plan.add(Op::close, "}\n", "");
    return plan;
  }

  void add_field(Plan& plan, const Binding& binding, std::size_t at) const {
    const Field& field = binding.type->fields[at];
    if (field.secret || (!field.computed && !binding.fields[at].given())) {
      return;
    }
    Step step = step_of(binding, at);
    const std::string name = '"' + field.key + "\":";
    const bool number = is_number(field.kind);
    step.before = plan.keep(name + (number ? "" : "\""));
    step.after = plan.keep(number ? "," : "\",");
    switch (step.op) {
      case Op::wide:
        step.before = plan.keep(name + "{\"text\":\"");
        step.between = plan.keep("\",\"original\":\"");
        step.after = plan.keep("\"},");
        break;
      case Op::flag:
        step.before = plan.keep(name + "true,");
        break;
      case Op::date:
        step.before = plan.keep(name + "{\"date\":\"");
        step.between = plan.keep("\",\"era\":\"");
        step.between2 = plan.keep("\",\"ymd\":\"");
        step.after = plan.keep("\"},");
        break;
      case Op::month:
        step.before = plan.keep(name + "{\"month\":\"");
        step.between = plan.keep("\",\"era\":\"");
        step.between2 = plan.keep("\",\"ym\":\"");
        step.after = plan.keep("\"},");
        break;
      case Op::code:
        add_codes(plan, step, field, [&](const std::string& code, const std::string& meaning) {
          return name + "{\"code\":\"" + code + "\",\"meaning\":\"" + meaning + "\"},";
        });
        step.before = plan.keep(name + "{\"code\":\"");
        step.after = plan.keep("\"},");
        break;
      default:
        break;
    }
    plan.steps.push_back(step);
  }

  std::uint64_t records_ = 0;
};

}  // namespace

Escapes json_escapes() {
  Escapes escapes;
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes.ascii[byte] = std::string("\\u00") + "01"[byte >> 4U] + "0123456789abcdef"[byte & 15U];
  }
  escapes.ascii['"'] = "\\\"";
  escapes.ascii['\\'] = "\\\\";
  return escapes;
}

std::unique_ptr<IngestWriter> make_ndjson_writer(const IngestModel& model, Documents documents,
                                                 const TextOptions& options) {
  return std::make_unique<NdjsonWriter>(model, std::move(documents), options);
}

}  // namespace kpfd::converters
