// What the text formats have in common: documents, facts, and a plan for each layout.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/ingest/text_formats.hpp"

namespace kpfd::converters {

inline bool is_number(Kind kind) { return kind == Kind::yen || kind == Kind::integer; }

/// Whether a record has a number and a line of its own.
inline bool has_place(const RecordType& type) { return !type.form.empty() || type.key == "office"; }

/// The step of a field with its value's columns, but without any text of a format.
Step step_of(const Binding& binding, std::size_t at);

/// How a format writes records: a plan for each layout, made when it is needed first.
class RecordFormat {
 public:
  virtual ~RecordFormat() = default;
  virtual Plan record_plan(const Binding& binding) const = 0;
  virtual Plan secret_plan(const Binding& binding) const = 0;
  /// The document that a row goes to.
  virtual std::string_view document_of(const Row& row) const = 0;

 protected:
  RecordFormat() = default;
  RecordFormat(const RecordFormat&) = default;
  RecordFormat& operator=(const RecordFormat&) = default;
};

/// Writes records by the plans of a format. Not for two threads at a time; each has its own.
class RecordPen {
 public:
  RecordPen(const IngestModel& model, const Escapes& escapes, const RecordFormat& format,
            bool with_my_number)
      : model_(model),
        format_(format),
        with_my_number_(with_my_number),
        renderer_(model, escapes) {}

  /// `document(name)` gives a RecordBuffer.
  template <typename Document>
  void write(const Row& row, const RecordPlace& place, Document document) {
    const std::size_t index = index_of(*row.record);
    Plan& plan = made(plans_[index], [&](const Binding& of) { return format_.record_plan(of); });
    renderer_.write(plan, row, place, document(format_.document_of(row)));
    if (!with_my_number_ || !plan.binding().type->has_secrets()) {
      return;
    }
    Plan& secret =
        made(secret_plans_[index], [&](const Binding& of) { return format_.secret_plan(of); });
    const bool has_secret =
        std::any_of(secret.steps.begin(), secret.steps.end(), [&](const Step& step) {
          return step.op == Step::Op::text && !row[step.columns[0]].empty();
        });
    if (has_secret) {
      renderer_.write(secret, row, place, document(my_numbers_document));
    }
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

  template <typename Make>
  Plan& made(std::unique_ptr<Plan>& plan, Make make) {
    if (!plan) {
      plan = std::make_unique<Plan>(make(model_.bindings()[last_index_]));
      plan->finish();
    }
    return *plan;
  }

  const IngestModel& model_;
  const RecordFormat& format_;
  bool with_my_number_;
  Renderer renderer_;
  std::vector<std::unique_ptr<Plan>> plans_;
  std::vector<std::unique_ptr<Plan>> secret_plans_;
  const layout::Record* last_record_ = nullptr;
  std::size_t last_index_ = 0;
};

/// Records of a filing as text, in memory.
class TextPart final : public RecordPart {
 public:
  using Buffers = std::map<std::string, RecordBuffer, std::less<>>;

  TextPart(RecordPen pen, std::string receipt)
      : pen_(std::move(pen)), receipt_(std::move(receipt)) {}

  void row(const Row& row, std::uint64_t ordinal) override {
    last_ = ordinal;
    pen_.write(row, {receipt_, ordinal}, [this](std::string_view name) -> RecordBuffer& {
      const auto found = buffers_.find(name);
      return found != buffers_.end() ? found->second : buffers_[std::string(name)];
    });
  }
  void clear() override {
    for (auto& entry : buffers_) {
      entry.second.clear();
    }
  }

  const Buffers& buffers() const { return buffers_; }
  std::uint64_t last() const { return last_; }  ///< ordinal of the last record

 private:
  RecordPen pen_;
  std::string receipt_;
  Buffers buffers_;
  std::uint64_t last_ = 0;
};

/// A format says what its documents begin with, and how a record of each layout is written.
class TextWriter : public IngestWriter, protected RecordFormat {
 public:
  TextWriter(const IngestModel& model, Documents documents, const TextOptions& options,
             const Escapes& escapes)
      : model_(model),
        options_(options),
        escapes_(escapes),
        pen_(model, escapes, *this, options.with_my_number),
        documents_(std::move(documents)) {}

  void row(const Row& row, std::uint64_t ordinal) override {
    enter(row.kind, ordinal);
    pen_.write(row, {receipt_, ordinal},
               [this](std::string_view name) -> RecordBuffer& { return document(name); });
  }

  std::unique_ptr<RecordPart> make_part() const override {
    return std::make_unique<TextPart>(RecordPen(model_, escapes_, *this, options_.with_my_number),
                                      receipt_);
  }

  void records(const RecordPart& part) override {
    const auto& text = dynamic_cast<const TextPart&>(part);
    enter(RowKind::record, text.last());
    for (const auto& [name, buffer] : text.buffers()) {
      if (!buffer.text().empty()) {
        document(name).append(buffer.text());
      }
    }
  }

  void finish() override {
    for (auto& [name, buffer] : buffers_) {
      buffer->flush();
    }
  }

 protected:
  /// Before a row, or several rows of which the last one has this ordinal.
  virtual void enter(RowKind kind, std::uint64_t ordinal) = 0;
  /// What a new document begins with.
  virtual std::string prologue(std::string_view document) = 0;

  const IngestModel& model() const { return model_; }
  const Escapes& escapes() const { return escapes_; }
  const std::string& receipt() const { return receipt_; }
  bool has_document(std::string_view name) const { return buffers_.find(name) != buffers_.end(); }

  void set_receipt(const std::string& receipt) { receipt_ = receipt; }

  /// The documents that are there even without a filing. For the constructors of the formats: what
  /// a document begins with is not known before.
  void open(std::string_view first) {
    document(first);
    if (options_.with_my_number) {
      document(my_numbers_document);
    }
  }

  RecordBuffer& document(std::string_view name) {
    auto found = buffers_.find(name);
    if (found == buffers_.end()) {
      found = buffers_.emplace(name, std::make_unique<RecordBuffer>(documents_(name))).first;
      found->second->append(prologue(name));
    }
    return *found->second;
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
  const IngestModel& model_;
  TextOptions options_;
  Escapes escapes_;
  RecordPen pen_;
  Documents documents_;
  std::map<std::string, std::unique_ptr<RecordBuffer>, std::less<>> buffers_;
  std::string receipt_;
};

}  // namespace kpfd::converters
