#include "converters/ingest/text_writer.hpp"
#include "kpfd/report/escape.hpp"

namespace kpfd::converters {

namespace {

using Op = Step::Op;

Escapes csv_escapes() {
  Escapes escapes;
  escapes.ascii['"'] = "\"\"";
  // No character that ends a line or hides text: what a record may not hold is not passed on.
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes.ascii[byte] = "\xEF\xBF\xBD";
  }
  escapes.ascii[0x7F] = "\xEF\xBF\xBD";
  escapes.guarded = report::csv_guarded;
  escapes.guard = "'";
  return escapes;
}

class CsvWriter final : public TextWriter {
 public:
  CsvWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, csv_escapes()) {
    open(model.filing().key);
  }

  void begin(const Filing& filing) override {
    set_receipt(filing.receipt);
    write_facts(model().filing(), filing.facts, "");
  }

  void finding(const FindingFacts& finding) override {
    write_facts(model().finding(), finding, '"' + receipt() + '"');
  }

  void end() override {}

 private:
  std::string_view document_of(const Row& row) const override {
    return model().binding_of(*row.record).type->key;
  }
  void enter(RowKind, std::uint64_t) override {}

  void write_facts(const RecordType& type, const std::vector<std::string>& facts,
                   const std::string& first) {
    std::string text = first;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      text += i == 0 && first.empty() ? "" : ",";
      if (!facts[i].empty()) {
        text += is_number(type.fields[i].kind) ? facts[i] : '"' + escaped(facts[i]) + '"';
      }
    }
    document(type.key).append(text + "\r\n");
  }

  std::string prologue(std::string_view document) override {
    std::string text = "\xEF\xBB\xBF";  // Excel takes a file without it for Shift_JIS
    if (document == my_numbers_document) {
      return text + "receipt,record,number,key,my_number\r\n";
    }
    const RecordType& type = type_of(document);
    std::string separator;
    if (&type != &model().filing()) {
      text += "receipt";
      separator = ",";
    }
    if (has_place(type)) {
      text += ",number,line";
    }
    if (!type.form.empty()) {
      text += ",edition";
    }
    for (const Column& column : columns_of(type)) {
      text += separator + column.name;
      separator = ",";
    }
    return text + "\r\n";
  }

  const RecordType& type_of(std::string_view key) const {
    for (const RecordType* const type : {&model().filing(), &model().finding(), &model().media(),
                                         &model().count(), &model().office()}) {
      if (type->key == key) {
        return *type;
      }
    }
    return **std::find_if(model().records().begin(), model().records().end(),
                          [&](const RecordType* type) { return type->key == key; });
  }

  Plan record_plan(const Binding& binding) const override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    plan.add(Op::receipt, "\"", "\"");
    if (has_place(type)) {
      plan.add(Op::ordinal, ",", "");
      plan.add(Op::line, ",", "");
    }
    if (!type.form.empty()) {
      plan.literal(",\"" + escaped(binding.record->edition) + '"');
    }
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      add_field(plan, binding, i);
    }
    plan.literal("\r\n");
    return plan;
  }

  Plan secret_plan(const Binding& binding) const override {
    Plan plan(binding);
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (!field.secret || !binding.fields[i].given()) {
        continue;
      }
      plan.add(Op::receipt, "\"", "\"");
      plan.literal(",\"" + binding.type->name + '"');
      plan.add(Op::ordinal, ",", "");
      plan.literal(",\"" + field.key + '"');
      Step step = step_of(binding, i);
      step.before = plan.keep(",\"");
      step.after = plan.keep("\"\r\n");
      plan.steps.push_back(step);
    }
    return plan;
  }

  void add_field(Plan& plan, const Binding& binding, std::size_t at) const {
    const Field& field = binding.type->fields[at];
    if (field.secret) {
      return;
    }
    const std::string commas(1 + field.texts_beside().size(), ',');
    if (!field.computed && !binding.fields[at].given()) {
      plan.literal(commas);
      return;
    }
    Step step = step_of(binding, at);
    step.empty = plan.keep(commas);
    const bool bare = is_number(field.kind) || field.kind == Kind::date ||
                      field.kind == Kind::month || field.kind == Kind::day;
    step.before = plan.keep(bare ? "," : ",\"");
    step.after = plan.keep(bare ? "" : "\"");
    switch (step.op) {
      case Op::wide:
        step.between = plan.keep("\",\"");
        break;
      case Op::flag:
        step.before = plan.keep(",1");
        break;
      case Op::date:
      case Op::month:
        step.between = plan.keep(",\"");
        step.between2 = plan.keep("\",\"");
        step.after = plan.keep("\"");
        break;
      case Op::code:
        add_codes(plan, step, field, [&](const std::string& code, const std::string& meaning) {
          return ",\"" + code + "\",\"" + meaning + '"';
        });
        step.after = plan.keep("\",");
        break;
      default:
        break;
    }
    plan.steps.push_back(step);
  }
};

}  // namespace

std::unique_ptr<IngestWriter> make_csv_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options) {
  return std::make_unique<CsvWriter>(model, std::move(documents), options);
}

}  // namespace kpfd::converters
