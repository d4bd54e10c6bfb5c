#include "converters/ingest/text_formats.hpp"

#include <utility>

namespace kpfd::converters {

namespace {

using Op = Step::Op;
using namespace std::string_literals;

bool is_number(Kind kind) { return kind == Kind::yen || kind == Kind::integer; }

/// The step of a field with its value's columns, but without any text of a format.
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

/// What the text formats have in common.
class TextWriter : public IngestWriter {
 public:
  TextWriter(const IngestModel& model, Documents documents, const TextOptions& options,
             const Escapes& escapes)
      : model_(model),
        options_(options),
        escapes_(escapes),
        renderer_(model, escapes),
        documents_(std::move(documents)) {}

  void finish() override {
    for (auto& [name, buffer] : buffers_) {
      buffer->flush();
    }
  }

 protected:
  virtual Plan record_plan(const Binding& binding) = 0;
  virtual Plan secret_plan(const Binding& binding) = 0;
  /// What a new document begins with.
  virtual std::string prologue(std::string_view document) = 0;

  const IngestModel& model() const { return model_; }
  const Escapes& escapes() const { return escapes_; }
  const std::string& receipt() const { return receipt_; }
  bool has_document(std::string_view name) const { return buffers_.find(name) != buffers_.end(); }

  void set_receipt(const std::string& receipt) { receipt_ = receipt; }

  RecordBuffer& document(std::string_view name) {
    auto found = buffers_.find(name);
    if (found == buffers_.end()) {
      found = buffers_.emplace(name, std::make_unique<RecordBuffer>(documents_(name))).first;
      found->second->append(prologue(name));
    }
    return *found->second;
  }

  /// The record by its plan, which is made when it is needed first.
  void write_record(const Row& row, std::uint64_t ordinal, std::string_view name) {
    const std::size_t index = index_of(*row.record);
    if (!plans_[index]) {
      plans_[index] = std::make_unique<Plan>(record_plan(model_.bindings()[index]));
      plans_[index]->finish();
    }
    renderer_.write(*plans_[index], row, {receipt_, ordinal}, document(name));
    if (options_.with_my_number && plans_[index]->binding().type->has_secrets()) {
      write_secret(row, ordinal, index);
    }
  }

  /// Adds the texts of a code field to a plan.
  template <typename Written>
  void add_codes(Plan& plan, Step& step, const Field& field, const Written& written) const {
    step.codes = static_cast<std::uint32_t>(plan.codes.size());
    auto& texts = plan.codes.emplace_back().texts;
    for (const Code& code : field.codes) {
      std::string meaning;
      append_escaped(meaning, code.meaning, escapes_);
      texts.emplace_back(code.code, plan.keep(written(code.code, meaning)));
    }
  }

  std::string escaped(std::string_view utf8) const {
    std::string text;
    append_escaped(text, utf8, escapes_);
    return text;
  }

 private:
  std::size_t index_of(const layout::Record& record) {
    if (last_record_ != &record) {
      last_record_ = &record;
      last_index_ = model_.index_of(record);
      plans_.resize(model_.bindings().size());
      secret_plans_.resize(model_.bindings().size());
    }
    return last_index_;
  }

  void write_secret(const Row& row, std::uint64_t ordinal, std::size_t index) {
    std::unique_ptr<Plan>& plan = secret_plans_[index];
    if (!plan) {
      plan = std::make_unique<Plan>(secret_plan(model_.bindings()[index]));
      plan->finish();
    }
    for (const Step& step : plan->steps) {
      if (step.op == Op::text && !row[step.columns[0]].empty()) {
        renderer_.write(*plan, row, {receipt_, ordinal}, document(my_numbers_document));
        return;
      }
    }
  }

  const IngestModel& model_;
  TextOptions options_;
  Escapes escapes_;
  Renderer renderer_;
  Documents documents_;
  std::map<std::string, std::unique_ptr<RecordBuffer>, std::less<>> buffers_;
  std::vector<std::unique_ptr<Plan>> plans_;
  std::vector<std::unique_ptr<Plan>> secret_plans_;
  const layout::Record* last_record_ = nullptr;
  std::size_t last_index_ = 0;
  std::string receipt_;
};

// ---- XML ----

class XmlWriter final : public TextWriter {
 public:
  XmlWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, xml_escapes()) {
    document("");
    if (options.with_my_number) {
      document(my_numbers_document);
    }
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

  void row(const Row& row, std::uint64_t ordinal) override {
    go_to(row.kind == RowKind::office   ? State::offices
          : row.kind == RowKind::record ? State::records
                                        : State::head);
    write_record(row, ordinal, "");
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

  Plan record_plan(const Binding& binding) override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    plan.literal('<' + type.name);
    if (!type.form.empty() || type.key == "office") {
      add(plan, Op::ordinal, " number=\"", "\"");
      add(plan, Op::line, " line=\"", "\"");
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

  Plan secret_plan(const Binding& binding) override {
    Plan plan(binding);
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (!field.secret || !binding.fields[i].given()) {
        continue;
      }
      plan.literal("<my_number record=\"" + binding.type->name + "\" key=\"" + field.key + "\"");
      add(plan, Op::ordinal, " number=\"", "\">");
      Step step = step_of(binding, i);
      step.after = plan.keep("</my_number>\n");
      plan.steps.push_back(step);
    }
    return plan;
  }

  static void add(Plan& plan, Op op, std::string_view before, std::string_view after) {
    Step step;
    step.op = op;
    step.before = plan.keep(before);
    step.after = plan.keep(after);
    plan.steps.push_back(step);
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

// ---- NDJSON ----

class NdjsonWriter final : public TextWriter {
 public:
  NdjsonWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, json_escapes()) {
    document("");
    if (options.with_my_number) {
      document(my_numbers_document);
    }
  }

  void begin(const Filing& filing) override {
    set_receipt(filing.receipt);
    records_ = 0;
    write_facts(model().filing(), filing.facts, "\"model\":\"" + model().version() + "\",");
  }

  void finding(const FindingFacts& finding) override {
    write_facts(model().finding(), finding, "\"receipt\":\"" + receipt() + "\",");
  }

  void row(const Row& row, std::uint64_t ordinal) override {
    if (row.kind == RowKind::record) {
      records_ = ordinal;
    }
    write_record(row, ordinal, "");
  }

  void end() override {
    document("").append("{\"type\":\"End\",\"receipt\":\"" + receipt() +
                        "\",\"records\":" + std::to_string(records_) + "}\n");
  }

 private:
  std::string prologue(std::string_view) override { return {}; }

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

  static void add(Plan& plan, Op op, std::string_view before, std::string_view after) {
    Step step;
    step.op = op;
    step.before = plan.keep(before);
    step.after = plan.keep(after);
    plan.steps.push_back(step);
  }

  Plan record_plan(const Binding& binding) override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    plan.literal("{\"type\":\"" + type.name + "\",");
    add(plan, Op::receipt, "\"receipt\":\"", "\",");
    if (!type.form.empty() || type.key == "office") {
      add(plan, Op::ordinal, "\"number\":", ",");
      add(plan, Op::line, "\"line\":", ",");
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
    add(plan, Op::close, computed < type.fields.size() ? "}}\n" : "}\n", "");
    return plan;
  }

  Plan secret_plan(const Binding& binding) override {
    Plan plan(binding);
    plan.literal("{\"type\":\"MyNumber\",");
    add(plan, Op::receipt, "\"receipt\":\"", "\",");
    plan.literal("\"record\":\"" + binding.type->name + "\",");
    add(plan, Op::ordinal, "\"number\":", ",");
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (field.secret && binding.fields[i].given()) {
        Step step = step_of(binding, i);
        step.before = plan.keep('"' + field.key + "\":\"");
        step.after = plan.keep("\",");
        plan.steps.push_back(step);
      }
    }
    add(plan, Op::close, "}\n", "");
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

// ---- CSV ----

Escapes csv_escapes() {
  Escapes escapes;
  escapes.ascii['"'] = "\"\"";
  // No character that ends a line or hides text: what a record may not hold is not passed on.
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes.ascii[byte] = "\xEF\xBF\xBD";
  }
  escapes.ascii[0x7F] = "\xEF\xBF\xBD";
  escapes.guarded = U"=+-@＝＋－＠";
  escapes.guard = "'";
  return escapes;
}

class CsvWriter final : public TextWriter {
 public:
  CsvWriter(const IngestModel& model, Documents documents, const TextOptions& options)
      : TextWriter(model, std::move(documents), options, csv_escapes()) {
    document(model.filing().key);
    if (options.with_my_number) {
      document(my_numbers_document);
    }
  }

  void begin(const Filing& filing) override {
    set_receipt(filing.receipt);
    write_facts(model().filing(), filing.facts, "");
  }

  void finding(const FindingFacts& finding) override {
    write_facts(model().finding(), finding, '"' + receipt() + '"');
  }

  void row(const Row& row, std::uint64_t ordinal) override {
    write_record(row, ordinal, model().binding_of(*row.record).type->key);
  }

  void end() override {}

 private:
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

  static bool has_place(const RecordType& type) {
    return !type.form.empty() || type.key == "office";
  }

  static void add(Plan& plan, Op op, std::string_view before, std::string_view after) {
    Step step;
    step.op = op;
    step.before = plan.keep(before);
    step.after = plan.keep(after);
    plan.steps.push_back(step);
  }

  Plan record_plan(const Binding& binding) override {
    const RecordType& type = *binding.type;
    Plan plan(binding);
    add(plan, Op::receipt, "\"", "\"");
    if (has_place(type)) {
      add(plan, Op::ordinal, ",", "");
      add(plan, Op::line, ",", "");
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

  Plan secret_plan(const Binding& binding) override {
    Plan plan(binding);
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (!field.secret || !binding.fields[i].given()) {
        continue;
      }
      add(plan, Op::receipt, "\"", "\"");
      plan.literal(",\"" + binding.type->name + '"');
      add(plan, Op::ordinal, ",", "");
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

Escapes json_escapes() {
  Escapes escapes;
  for (std::size_t byte = 0; byte < 0x20; ++byte) {
    escapes.ascii[byte] = "\\u00"s + "01"[byte >> 4U] + "0123456789abcdef"[byte & 15U];
  }
  escapes.ascii['"'] = "\\\"";
  escapes.ascii['\\'] = "\\\\";
  return escapes;
}

std::unique_ptr<IngestWriter> make_xml_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options) {
  return std::make_unique<XmlWriter>(model, std::move(documents), options);
}
std::unique_ptr<IngestWriter> make_ndjson_writer(const IngestModel& model, Documents documents,
                                                 const TextOptions& options) {
  return std::make_unique<NdjsonWriter>(model, std::move(documents), options);
}
std::unique_ptr<IngestWriter> make_csv_writer(const IngestModel& model, Documents documents,
                                              const TextOptions& options) {
  return std::make_unique<CsvWriter>(model, std::move(documents), options);
}

}  // namespace kpfd::converters
