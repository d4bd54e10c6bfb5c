#include "kpfd/check/data_checker.hpp"

#include <algorithm>

namespace kpfd::check {

namespace {

using grammar::Line;

/// The bytes of neighbouring cells, with the separators between them.
std::string_view text_of(const Cells& cells, const ColumnRun& run) {
  const std::uint32_t begin = cells.begin_of(run.first);
  return {cells.buffer + begin, cells.ends[run.last] - begin};
}

}  // namespace

std::string_view key_of(const Cells& cells, const std::vector<std::uint16_t>& columns,
                        std::string& key) {
  key.clear();
  for (const std::uint16_t column : columns) {
    key += cells[column];
    key += ',';
  }
  return key;
}

void DataCounts::add(const DataCounts& other) {
  lines += other.lines;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i] += other.records[i];
  }
}

DataChecker::DataChecker(const Schemas& schemas, const CheckOptions& options, const Head& head,
                         Collector& findings, SeenFilings* seen, std::vector<SeenLater>* later)
    : schemas_(schemas),
      options_(options),
      head_(head),
      findings_(findings),
      seen_(seen),
      later_(later) {
  counts_.records.assign(head.receiver->forms.size(), 0);
}

void DataChecker::check(const Line& line) {
  ++counts_.lines;
  // The records of a form stand together: most often it is that of the record before.
  const std::string_view code = line.cells[0];
  if (!last_code_.is(code)) {
    last_form_ = head_.receiver->form(code);
    last_edition_ = nullptr;
    if (last_form_ == nullptr) {
      last_code_.forget();
      refuse_record(line, code);
      return;
    }
    last_code_.remember(code);
    last_count_ =
        &counts_.records[static_cast<std::size_t>(last_form_ - head_.receiver->forms.data())];
  }
  const FormChecks& form = *last_form_;
  ++*last_count_;
  if (!form.taken && !take_form(line, form)) {
    return;
  }
  if (last_edition_ == nullptr || line.cells.count != last_columns_) {
    last_edition_ = edition_of(form, line.cells.count);
    if (last_edition_ == nullptr) {
      refuse_columns(line, form);
      return;
    }
    last_edition_holds_ = !options_.edition.empty() || holds(last_edition_->record());
    last_columns_ = line.cells.count;
    last_checker_ = &last_edition_->checker->get();
  }
  const EditionChecks& edition = *last_edition_;
  const LineContext context = contexts_.of(line, &edition.record(), head_.encoding);
  if (!last_edition_holds_) {
    report_edition(context, form);
  }
  const bool compared = !edition.record().same_filing.columns.empty();
  Fingerprint key(static_cast<std::uint64_t>(last_form_ - head_.receiver->forms.data()));
  if (compared) {
    for (const ColumnRun& run : edition.same_runs) {
      key.add(text_of(context.cells, run));
    }
    if (seen_ != nullptr) {
      seen_->expect(key);
    }
  }
  last_checker_->check(context, options_.check_date, scratch_, findings_, result_);
  check_office_known(context, edition);
  if (compared) {
    check_seen(context, edition, key);
  }
}

bool DataChecker::take_form(const Line& line, const FormChecks& form) {
  const layout::Record& record = form.editions.back().record();
  Finding& finding = findings_.add_line(Check::profile_form, line);
  finding.form = record.form;
  finding.form_name = record.name;
  finding.form_name_en = record.name_en;
  finding.parts.add(Part::name, head_.profile->profile().name)
      .add(Part::name2, head_.profile->profile().name_en);
  return finding.severity != Severity::error;
}

/// A line behind [data] that is no record of any form taken.
void DataChecker::refuse_record(const Line& line, std::string_view code) {
  const layout::RetiredForm* const retired = schemas_.retired(code);
  if (retired != nullptr) {
    Finding& finding = findings_.add_line(Check::form_retired, line);
    finding.form = retired->form;
    finding.form_name = retired->name;
    finding.form_name_en = retired->name_en;
    finding.parts.add(Part::name, retired->name, retired->name_en)
        .add(Part::name2, retired->successor);
    if (retired->successor.empty()) {
      finding.hint = "no-successor";
    }
    return;
  }
  const LineShape shape = shape_of(line, schemas_, head_.encoding);
  const bool marker = shape.offices_marker || shape.data_marker;
  if (marker) {
    findings_.add_line(Check::section_repeated, line);
    return;
  }
  findings_.add_line(Check::form_unknown, line)
      .parts.add(Part::expected_text, head_.receiver->form_names, head_.receiver->form_names_en);
}

const EditionChecks* DataChecker::edition_of(const FormChecks& form, std::size_t columns) const {
  if (options_.edition.empty()) {
    return form.with_columns(columns);
  }
  const EditionChecks& edition = form.as_of(options_.edition);
  return edition.record().items.size() == columns ? &edition : nullptr;
}

/// One error, and none about the items: in a shifted record they would all be wrong.
void DataChecker::refuse_columns(const Line& line, const FormChecks& form) {
  const bool forced = !options_.edition.empty();
  const EditionChecks& edition = forced ? form.as_of(options_.edition) : form.editions.back();
  const layout::Record& record = edition.record();
  Finding& finding = findings_.add_line(Check::columns, line);
  finding.form = record.form;
  finding.form_name = record.name;
  finding.form_name_en = record.name_en;
  finding.parts.add(Part::found, line.cells.count)
      .add(Part::expected_text, forced ? edition.columns : form.possible_columns);
  if (const EditionChecks* const other = form.with_columns(line.cells.count)) {
    finding.hint = "other-edition";
    finding.parts.add(Part::name, other->record().edition).add(Part::name2, record.edition);
    return;
  }
  for (const ReceiverChecks& other : schemas_.receivers()) {
    const FormChecks* const there = other.form(form.form);
    if (&other != head_.receiver && there != nullptr &&
        there->with_columns(line.cells.count) != nullptr) {
      finding.hint = "other-receiver";
      return;
    }
  }
  const bool last_given = line.cells.size_of(line.cells.count - 1) > 0;
  if (line.cells.count < record.items.size() && last_given) {
    finding.hint = "excel-trimmed";
  }
  if (line.cells.count > record.items.size() && !last_given) {
    finding.hint = "excel-commas";
  }
}

/// The number of columns picks the edition; whether it holds is another question.
bool DataChecker::holds(const layout::Record& record) const {
  const bool early = record.valid_from.known() && head_.creation_date < record.valid_from;
  const bool late = record.valid_to.known() && head_.creation_date > record.valid_to;
  return !head_.creation_date.known() || (!early && !late);
}

void DataChecker::report_edition(const LineContext& context, const FormChecks& form) {
  Finding& finding = findings_.add_line(Check::edition, context);
  finding.parts.add(Part::name, context.record->edition);
  for (const EditionChecks& edition : form.editions) {
    if (holds(edition.record())) {
      finding.parts.add(Part::expected_text, edition.record().edition);
    }
  }
}

void DataChecker::check_office_known(const LineContext& context, const EditionChecks& edition) {
  if (!head_.offices_known || head_.offices.empty()) {
    return;
  }
  if (!result_.clean && meet(result_.errors, edition.office_columns)) {
    return;
  }
  // The records of an office stand together: most often it is the one of the record before.
  const bool one_run = edition.office_runs.size() == 1;
  if (one_run && last_office_.is(text_of(context.cells, edition.office_runs[0]))) {
    return;
  }
  const std::string_view key = key_of(context.cells, edition.office_key, key_);
  if (head_.offices.find(key) != head_.offices.end()) {
    if (one_run) {
      last_office_.remember(text_of(context.cells, edition.office_runs[0]));
    }
    return;
  }
  findings_.add_item(Check::office_unknown, context, edition.record().items[edition.office_at]);
  result_.errors.set(edition.office_at);
  result_.clean = false;
}

/// The same person twice for the same form and date. A record with an error in one of the compared
/// items takes no part.
void DataChecker::check_seen(const LineContext& context, const EditionChecks& edition,
                             const Fingerprint& key) {
  if (!result_.clean && meet(result_.errors, edition.same_columns)) {
    return;
  }
  const int column = edition.record().same_filing.number;
  const std::string_view number =
      column >= 0 ? context.cells[static_cast<std::size_t>(column)] : std::string_view();
  const SeenKey seen_key(key, number);
  if (later_ != nullptr) {
    const std::uint32_t end = context.cells.ends[context.cells.count - 1];
    later_->push_back({seen_key, context.number, context.offset,
                       context.file_offset(end) - context.offset, context.record});
  } else if (seen_->seen(seen_key)) {
    findings_.add_line(Check::double_filing, context);
  }
}

}  // namespace kpfd::check
