// What the text formats have in common: documents, facts, and a plan for each layout.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/ingest/text_formats.hpp"

namespace kpfd::converters {

inline bool is_number(Kind kind) { return kind == Kind::yen || kind == Kind::integer; }

/// The step of a field with its value's columns, but without any text of a format.
Step step_of(const Binding& binding, std::size_t at);

/// A format says what its documents begin with, and how a record of each layout is written.
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
      if (step.op == Step::Op::text && !row[step.columns[0]].empty()) {
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

}  // namespace kpfd::converters
