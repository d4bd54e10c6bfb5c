#include "converters/ingest/text_writer.hpp"

namespace kpfd::converters {

namespace {

using Op = Step::Op;

class XmlWriter final : public TextWriter {
 public:
  XmlWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, xml_escapes()) {
    open("");
  }

  void begin(const Filing& filing) override {
    set_receipt(filing.receipt);
    std::string text = "<filing>\n";
    add_facts(text, model().filing(), filing.facts);
    document("").append(text);
    state_ = State::head;
    if (has_document(my_numbers_document)) {
      document(my_numbers_document).append("<filing receipt=\"" + filing.receipt + "\">\n");
    }
  }

  void finding(const FindingFacts& finding) override {
    go_to(State::findings);
    std::string text = "<finding>";
    add_facts(text, model().finding(), finding);
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    document("").append(text + "</finding>\n");
  }

  void end() override {
    go_to(State::head);
    document("").append("</filing>\n");
    if (has_document(my_numbers_document)) {
      document(my_numbers_document).append("</filing>\n");
    }
  }

  void finish() override {
    document("").append("</ingest>\n");
    if (has_document(my_numbers_document)) {
      document(my_numbers_document).append("</my_numbers>\n");
    }
    TextWriter::finish();
  }

 private:
  enum class State : std::uint8_t { head, findings, offices, records };

  std::string_view document_of(const Row&) const override { return {}; }

  void enter(RowKind kind, std::uint64_t) override {
    go_to(kind == RowKind::office   ? State::offices
          : kind == RowKind::record ? State::records
                                    : State::head);
  }

  static std::string element_of(State state) {
    return state == State::findings ? "findings" : state == State::offices ? "offices" : "records";
  }

  void go_to(State next) {
    if (next == state_) {
      return;
    }
    if (state_ != State::head) {
      document("").append("</" + element_of(state_) + ">\n");
    }
    if (next != State::head) {
      document("").append("<" + element_of(next) + ">\n");
    }
    state_ = next;
  }

  std::string prologue(std::string_view document) override {
    const std::string root = document.empty() ? "ingest" : "my_numbers";
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root + " xmlns=\"" +
           xml_namespace(model()) + "\" version=\"" + model().version() + "\">\n";
  }

  void add_facts(std::string& text, const RecordType& type,
                 const std::vector<std::string>& facts) const {
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (!facts[i].empty()) {
        const std::string& key = type.fields[i].key;
        text.append("<").append(key).append(">").append(escaped(facts[i]));
        text.append("</").append(key).append(">\n");
      }
    }
  }

  Plan record_plan(const Binding& binding) const override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    plan.literal('<' + type.name);
    if (has_place(type)) {
      plan.add(Op::ordinal, " number=\"", "\"");
      plan.add(Op::line, " line=\"", "\"");
    }
    if (!type.form.empty()) {
      plan.literal(" edition=\"" + escaped(binding.record->edition) + '"');
    }
    plan.literal(">");
    const std::size_t computed = type.first_computed();
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      if (i == computed) {
        plan.literal("<computed>");
      }
      add_field(plan, binding, i);
    }
    plan.literal(computed < type.fields.size() ? "</computed>" : "");
    plan.literal("</" + type.name + ">\n");
    return plan;
  }

  Plan secret_plan(const Binding& binding) const override {
    Plan plan(binding);
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (!field.secret || !binding.fields[i].given()) {
        continue;
      }
      plan.literal("<my_number record=\"" + binding.type->name + "\" key=\"" + field.key + "\"");
      plan.add(Op::ordinal, " number=\"", "\">");
      Step step = step_of(binding, i);
      step.after = plan.keep("</my_number>\n");
      plan.steps.push_back(step);
    }
    return plan;
  }

  void add_field(Plan& plan, const Binding& binding, std::size_t at) const {
    const Field& field = binding.type->fields[at];
    if (field.secret || (!field.computed && !binding.fields[at].given())) {
      return;
    }
    Step step = step_of(binding, at);
    const std::string open = '<' + field.key;
    step.value_first = false;
    step.before = plan.keep(open + '>');
    step.after = plan.keep("</" + field.key + ">");
    switch (step.op) {
      case Op::wide:
        step.before = plan.keep(open + " original=\"");
        step.between = plan.keep("\">");
        break;
      case Op::flag:
        step.before = plan.keep(open + ">true</" + field.key + '>');
        break;
      case Op::date:
      case Op::month:
        step.before = plan.keep(open + " era=\"");
        step.between = plan.keep(step.op == Op::date ? "\" ymd=\"" : "\" ym=\"");
        step.between2 = plan.keep("\">");
        break;
      case Op::code:
        add_codes(plan, step, field, [&](const std::string& code, const std::string& meaning) {
          return open + " meaning=\"" + meaning + "\">" + code + "</" + field.key + '>';
        });
        break;
      default:
        break;
    }
    plan.steps.push_back(step);
  }

  State state_ = State::head;
};

}  // namespace

std::string xml_namespace(const IngestModel& model) { return "urn:kpfd:ingest:" + model.version(); }

Escapes xml_escapes() {
  Escapes escapes;
  // XML has no way to write control characters.
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes.ascii[byte] = "\xEF\xBF\xBD";
  }
  escapes.ascii['&'] = "&amp;";
  escapes.ascii['<'] = "&lt;";
  escapes.ascii['>'] = "&gt;";
  escapes.ascii['"'] = "&quot;";
  escapes.ascii['\t'] = "&#9;";
  escapes.ascii['\n'] = "&#10;";
  escapes.ascii['\r'] = "&#13;";
  return escapes;
}

std::unique_ptr<IngestWriter> make_xml_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options) {
  return std::make_unique<XmlWriter>(model, std::move(documents), options);
}

}  // namespace kpfd::converters
