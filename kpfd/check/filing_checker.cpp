#include "kpfd/check/filing_checker.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "kpfd/grammar/markers.hpp"
#include "kpfd/grammar/separators.hpp"

namespace kpfd::check {

namespace {

using grammar::Line;
using grammar::LineEnd;
using grammar::Marker;
using text::Foreign;

constexpr std::size_t survey_read_size = 256U << 10;
constexpr std::uint32_t look_ahead_read_size = 16U << 10;

/// How often the caller hears of progress, in bytes.
constexpr std::uint64_t progress_step = 1U << 20;

/// The check that names a file which is no filing.
Check check_of(Foreign foreign) {
  switch (foreign) {
    case Foreign::utf16:
      return Check::file_utf16;
    case Foreign::utf32:
      return Check::file_utf32;
    case Foreign::zip:
      return Check::file_zip;
    case Foreign::ole:
      return Check::file_ole;
    case Foreign::pdf:
      return Check::file_pdf;
    case Foreign::gzip:
      return Check::file_gzip;
    case Foreign::png:
      return Check::file_png;
    case Foreign::jpeg:
      return Check::file_jpeg;
    case Foreign::openpgp:
      return Check::file_openpgp;
    case Foreign::nul:
      return Check::file_nul;
    case Foreign::iso2022jp:
      return Check::file_iso2022jp;
    case Foreign::eucjp:
      return Check::file_eucjp;
    case Foreign::utf8_damaged:
      return Check::file_utf8_damaged;
    case Foreign::utf8_bom_invalid:
      return Check::file_bom_invalid;
    case Foreign::empty:
    case Foreign::none:
      break;
  }
  return Check::file_empty;
}

/// The last part of a path, whatever system wrote it.
std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool same_without_case(std::string_view a, std::string_view b) {
  const auto upper = [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return upper(x) == upper(y); });
}

/// The bytes of neighbouring cells, with the separators between them.
std::string_view text_of(const Cells& cells, const ColumnRun& run) {
  const std::uint32_t begin = cells.begin_of(run.first);
  return {cells.buffer + begin, cells.ends[run.last] - begin};
}

/// Thrown where the caller cancels; the check is then as good as not done.
class Cancelled final : public SourceError {
 public:
  Cancelled() : SourceError("cancelled") {}
};

}  // namespace

FilingChecker::FilingChecker(const Schemas& schemas, Source& source, const CheckOptions& options,
                             FindingSink& sink)
    : schemas_(schemas),
      source_(source),
      options_(options),
      findings_(schemas.checks(), sink),
      content_(&source) {}

Summary FilingChecker::run() {
  return finish([this] {
    survey();
    check_surveyed();
  });
}

Summary FilingChecker::run_as(const text::Survey& survey) {
  return finish([this, &survey] {
    survey_ = survey;
    summary_.bytes = survey_.bytes;
    seen_ = SeenFilings(survey_.bytes);
    check_surveyed();
  });
}

Summary FilingChecker::finish(const std::function<void()>& check) {
  const std::vector<std::string>& editions = schemas_.editions();
  const bool forced = !options_.edition.empty();
  summary_.edition =
      forced ? std::string(options_.edition) : schemas_.edition_on(options_.check_date);
  if (forced && std::find(editions.begin(), editions.end(), options_.edition) == editions.end()) {
    summary_.reason = "no form has an edition `" + summary_.edition + "`";
    return std::move(summary_);
  }
  try {
    check();
    summary_.verdict = findings_.errors() == 0 ? Verdict::accept : Verdict::reject;
  } catch (const SourceError& error) {
    cancelled_ = dynamic_cast<const Cancelled*>(&error) != nullptr;
    findings_.flush();
    summary_.verdict = Verdict::unchecked;
    summary_.reason = error.what();
  }
  if (const ProfileChecks* const profile = schemas_.profile()) {
    summary_.profile = profile->use(profile_ != nullptr, findings_.profile_counts());
  }
  summary_.errors = findings_.errors();
  summary_.warnings = findings_.warnings();
  return std::move(summary_);
}

void FilingChecker::check_surveyed() {
  if (!refuse_foreign() && find_receiver()) {
    meet_profile();
    check_file_facts();
    check_lines();
  }
  findings_.flush();
}

/// The first pass: what all bytes together say. A file that fits in one piece is kept, so that what
/// is checked is what was surveyed.
void FilingChecker::survey() {
  text::Surveyor surveyor;
  // Not cleared: for a small file that would be most of the work.
  const auto piece = std::make_unique_for_overwrite<char[]>(survey_read_size);
  std::uint64_t at = 0;
  while (true) {
    const std::size_t wanted = options_.read_size > 0
                                   ? std::min<std::size_t>(options_.read_size, survey_read_size)
                                   : survey_read_size;
    const std::size_t count = source_.read(at, piece.get(), wanted);
    if (count == 0) {
      break;
    }
    surveyor.feed({piece.get(), count});
    if (at == 0 && count < wanted) {
      small_file_.assign(piece.get(), count);
      memory_ = MemorySource(small_file_);
      content_ = &memory_;
      break;
    }
    at += count;
    if (options_.progress && !options_.progress(0, at)) {
      throw Cancelled();
    }
  }
  survey_ = surveyor.finish();
  summary_.bytes = survey_.bytes;
  seen_ = SeenFilings(survey_.bytes);
}

bool FilingChecker::refuse_foreign() {
  // A file of nothing but end marks has bytes: its lines are what is missing.
  const bool foreign =
      survey_.bytes == 0 || (survey_.foreign != Foreign::none && survey_.foreign != Foreign::empty);
  if (foreign) {
    findings_.add_plain(check_of(survey_.foreign), 0);
    return true;
  }
  switch (survey_.encoding) {
    case text::Encoding::shift_jis:
      summary_.encoding = "Shift_JIS";
      break;
    case text::Encoding::utf8:
      summary_.encoding = "UTF-8";
      break;
    case text::Encoding::utf8_bom:
      summary_.encoding = "UTF-8-BOM";
      break;
  }
  return false;
}

/// Line 1 tells for whom the file is; payroll programs rename files. Only where it does not, the
/// name is asked, then the first data record.
bool FilingChecker::find_receiver() {
  const std::string_view name = last_part(options_.file_name);
  const ReceiverChecks* by_name = nullptr;
  for (const ReceiverChecks& checks : schemas_.receivers()) {
    if (same_without_case(name, checks.receiver->file)) {
      by_name = &checks;
    }
  }
  const layout::RefusedKind* refused = nullptr;
  for (const layout::RefusedKind& kind : schemas_.layouts().refused) {
    if (same_without_case(name, kind.file)) {
      refused = &kind;
    }
  }
  grammar::LineReader reader(*content_, survey_.content_begin, survey_.content_end,
                             look_ahead_read_size);
  Line line;
  bool has_line = reader.next(line);
  while (has_line && line.size == 0) {
    has_line = reader.next(line);
  }
  if (has_line && !line.too_long) {
    for (const ReceiverChecks& checks : schemas_.receivers()) {
      if (line.cells.count == checks.media_columns()) {
        receiver_ = &checks;
      }
    }
  }
  if (receiver_ == nullptr && refused != nullptr) {
    summary_.kind = refused->key;
    findings_.add_plain(Check::file_refused_kind, 0)
        .parts.add(Part::name, refused->name, refused->name_en);
    return false;
  }
  if (receiver_ != nullptr) {
    const std::string_view named = by_name != nullptr   ? std::string_view(by_name->receiver->key)
                                   : refused != nullptr ? std::string_view(refused->key)
                                                        : std::string_view{};
    if (!named.empty() && named != receiver_->receiver->key) {
      findings_.add_plain(Check::file_name, 0)
          .parts.add(Part::name, receiver_->receiver->key)
          .add(Part::name2, named);
    }
  } else {
    receiver_ = by_name != nullptr ? by_name : receiver_by_first_record();
  }
  if (receiver_ != nullptr) {
    summary_.kind = receiver_->receiver->key;
    records_.assign(receiver_->forms.size(), 0);
  }
  return true;
}

/// The first line behind [data], or the first one that begins with a form code, has the number of
/// items of one receiver.
const ReceiverChecks* FilingChecker::receiver_by_first_record() {
  grammar::LineReader reader(*content_, survey_.content_begin, survey_.content_end,
                             look_ahead_read_size);
  Line line;
  bool behind_marker = false;
  while (reader.next(line)) {
    if (line.size == 0) {
      continue;
    }
    if (line.too_long) {
      if (behind_marker) {
        return nullptr;
      }
      continue;
    }
    const Shape shape = shape_of(line);
    if (shape.data_marker && !behind_marker) {
      behind_marker = true;
      continue;
    }
    if (!behind_marker && !shape.form) {
      continue;
    }
    for (const ReceiverChecks& checks : schemas_.receivers()) {
      const FormChecks* const form = checks.form(line.cells[0]);
      if (form != nullptr && form->with_columns(line.cells.count) != nullptr) {
        return &checks;
      }
    }
    return nullptr;
  }
  return nullptr;
}

/// A union's profile is for files to a union.
void FilingChecker::meet_profile() {
  const ProfileChecks* const profile = schemas_.profile();
  if (profile == nullptr || receiver_ == nullptr) {
    return;
  }
  if (!receiver_->receiver->is_union) {
    findings_.add_plain(Check::profile_receiver, 0)
        .parts.add(Part::name, profile->profile().name)
        .add(Part::name2, profile->profile().name_en);
    return;
  }
  profile_ = profile;
  findings_.obey(*profile);
}

void FilingChecker::check_file_facts() {
  if (survey_.encoding != text::Encoding::shift_jis) {
    findings_.add_plain(Check::file_utf8, 0);
  }
  const auto check_size = [this](const layout::SizeLimit& limit) {
    if (survey_.bytes < limit.from) {
      return;
    }
    Finding& finding = findings_.add_plain(schemas_.check_named(limit.check), 0);
    finding.severity = limit.severity;
    finding.parts.add(Part::limit, static_cast<std::int64_t>(limit.from))
        .add(Part::found, static_cast<std::int64_t>(survey_.bytes));
  };
  for (const layout::SizeLimit& limit : schemas_.layouts().sizes) {
    check_size(limit);
  }
  if (receiver_ != nullptr) {
    for (const layout::SizeLimit& limit : receiver_->receiver->sizes) {
      check_size(limit);
    }
  }
  findings_.flush();
}

void FilingChecker::check_lines() {
  grammar::LineReader reader(
      *content_, survey_.content_begin, survey_.content_end,
      options_.read_size > 0 ? options_.read_size : grammar::usual_read_size);
  Line line;
  std::uint64_t told = 0;
  while (reader.next(line)) {
    check_line_end(line);
    if (line.size == 0) {
      add_line(Check::line_blank, line);
    } else {
      failed_here_ = false;
      read_line(line);
    }
    findings_.flush();
    if (options_.progress && reader.position() - told >= progress_step) {
      told = reader.position();
      if (!options_.progress(line.offset, survey_.bytes)) {
        throw Cancelled();
      }
    }
  }
  check_end();
}

void FilingChecker::check_line_end(const Line& line) {
  last_line_ = line.number;
  last_line_ended_ = line.end != LineEnd::none;
  if (line.end == LineEnd::cr_lf) {
    return;
  }
  const bool last = line.end == LineEnd::none;
  if (!last && line_end_named_) {
    return;
  }
  if (!last) {
    line_end_named_ = true;
  }
  Finding& finding =
      findings_.add_plain(last ? Check::line_end_last : Check::line_end, line.number);
  finding.offset = line.offset + line.size;
  if (!last) {
    finding.length = 1;
    finding.parts.add(Part::found, line.end == LineEnd::lf ? 1 : 2);
  }
}

void FilingChecker::check_end() {
  summary_.lines = last_line_;
  if (survey_.content_end < survey_.bytes) {
    Finding& finding =
        findings_.add_plain(Check::line_end_mark, last_line_ended_ ? last_line_ + 1 : last_line_);
    finding.offset = survey_.content_end;
    finding.length = survey_.bytes - survey_.content_end;
  }
  if (expected_ == Expected::anything) {
    return;
  }
  if (receiver_ != nullptr) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i] > 0) {
        summary_.records[receiver_->forms[i].form] = records_[i];
      }
    }
  }
  if (expected_ != Expected::record) {
    finish_offices();
    findings_.add_plain(Check::section_missing, 0);
  } else if (summary_.data_records == 0) {
    findings_.add_plain(Check::no_records, 0);
  }
}

FilingChecker::Shape FilingChecker::shape_of(const Line& line) const {
  Shape shape;
  const std::string_view space = survey_.encoding == text::Encoding::shift_jis
                                     ? grammar::shift_jis_space
                                     : grammar::utf8_space;
  const layout::Layouts& layouts = schemas_.layouts();
  const Marker offices = grammar::match_marker(line.text(), layouts.offices_marker, space);
  const Marker data = grammar::match_marker(line.text(), layouts.data_marker, space);
  shape.offices_marker = offices != Marker::none;
  shape.data_marker = data != Marker::none;
  shape.exact = offices == Marker::exact || data == Marker::exact;
  shape.form = schemas_.is_form_code(line.cells[0]);
  return shape;
}

void FilingChecker::fail(Check check, const Line& line) {
  if (failed_here_) {
    return;
  }
  failed_here_ = true;
  Finding& finding = add_line(check, line);
  if (check == Check::media_columns) {
    finding.parts.add(Part::found, line.cells.count)
        .add(Part::expected_text, schemas_.media_columns());
  } else if (check == Check::count_columns) {
    finding.parts.add(Part::found, line.cells.count)
        .add(Part::expected, static_cast<std::int64_t>(schemas_.count().record().items.size()));
  }
}

void FilingChecker::read_line(const Line& line) {
  if (expected_ == Expected::anything) {
    return;
  }
  if (line.too_long) {
    use_up_long_line(line);
  } else if (expected_ == Expected::record) {
    check_record(line);
  } else {
    const Shape shape = shape_of(line);
    while (!step(line, shape)) {
    }
  }
}

void FilingChecker::use_up_long_line(const Line& line) {
  add_line(Check::line_long, line)
      .parts.add(Part::limit, grammar::longest_line)
      .add(Part::found, static_cast<std::int64_t>(line.size));
  switch (expected_) {
    case Expected::media:
      expected_ = Expected::offices_marker;
      break;
    case Expected::offices_marker:
      expected_ = Expected::count;
      break;
    case Expected::count:
      expected_ = Expected::office;
      break;
    case Expected::office:
      ++summary_.offices;
      offices_known_ = false;
      break;
    case Expected::record:
      ++summary_.data_records;
      break;
    case Expected::anything:
      break;
  }
}

bool FilingChecker::step(const Line& line, const Shape& shape) {
  const std::size_t columns = line.cells.count;
  switch (expected_) {
    case Expected::media: {
      bool is_media = false;
      for (const ReceiverChecks& checks : schemas_.receivers()) {
        is_media |= columns == checks.media_columns();
      }
      if (is_media) {
        check_media(line);
      } else if (shape.offices_marker || shape.data_marker || shape.form) {
        fail(Check::media_missing, line);
        expected_ = receiver_ == nullptr ? Expected::anything : Expected::offices_marker;
        return receiver_ == nullptr;
      } else {
        fail(Check::media_columns, line);
      }
      // Without a receiver nothing more can be said of the structure.
      expected_ = receiver_ == nullptr ? Expected::anything : Expected::offices_marker;
      return true;
    }
    case Expected::offices_marker:
      expected_ = Expected::count;
      if (shape.offices_marker) {
        if (!shape.exact) {
          fail(Check::kanri_damaged, line);
        }
        return true;
      }
      if (shape.data_marker || shape.form || columns != 1) {
        fail(Check::kanri_missing, line);
        return false;
      }
      fail(Check::kanri_damaged, line);
      return true;
    case Expected::count:
      expected_ = Expected::office;
      if (columns == schemas_.count().record().items.size()) {
        check_count(line);
        return true;
      }
      if (shape.data_marker || shape.form || columns == receiver_->office->record().items.size()) {
        fail(Check::count_missing, line);
        return false;
      }
      fail(Check::count_columns, line);
      return true;
    case Expected::office:
      if (shape.data_marker || shape.form) {
        if (!shape.data_marker) {
          fail(Check::data_missing, line);
        } else if (!shape.exact) {
          fail(Check::data_damaged, line);
        }
        finish_offices();
        expected_ = Expected::record;
        return shape.data_marker;
      }
      check_office(line);
      return true;
    case Expected::record:
      check_record(line);
      return true;
    case Expected::anything:
      break;
  }
  return true;
}

Finding& FilingChecker::add_line(Check check, const Line& line) {
  Finding& finding = findings_.add_plain(check, line.number);
  finding.offset = line.offset;
  finding.length = line.size;
  return finding;
}

/// The line's cells in Shift_JIS, whatever the file is written in.
LineContext FilingChecker::context_of(const Line& line, const layout::Record* record) {
  LineContext context;
  context.number = line.number;
  context.offset = line.offset;
  context.record = record;
  if (survey_.encoding == text::Encoding::shift_jis) {
    context.cells = line.cells;
    return context;
  }
  text::to_shift_jis(line.text(), transcoded_);
  context.cells = grammar::cells_of(transcoded_.bytes, transcoded_ends_);
  context.transcoded = &transcoded_;
  return context;
}

void FilingChecker::check_media(const Line& line) {
  LineContext context = context_of(line, nullptr);
  for (const LazyChecker* media : receiver_->media) {
    context.record = &media->record();
    if (!media->record().variant.empty() && !media->get().holds(context)) {
      continue;
    }
    media->get().check(context, options_.check_date, scratch_, findings_, result_);
    check_office_number(context, true);
    for (const layout::Item& item : media->record().items) {
      if (item.role != "creation-date" || result_.errors[item.column]) {
        continue;
      }
      const std::string_view day = context.cells[item.column];
      if (day.size() != 8) {
        continue;
      }
      const std::string iso = std::string(day.substr(0, 4)) + '-' + std::string(day.substr(4, 2)) +
                              '-' + std::string(day.substr(6, 2));
      creation_date_ = parse_iso_date(iso);
    }
    return;
  }
}

void FilingChecker::check_count(const Line& line) {
  const LazyChecker& count = schemas_.count();
  const LineContext context = context_of(line, &count.record());
  count.get().check(context, options_.check_date, scratch_, findings_, result_);
  for (const layout::Item& item : count.record().items) {
    const std::string_view digits = context.cells[item.column];
    if (item.role != "office-count" || result_.errors[item.column] || digits.empty()) {
      continue;
    }
    has_count_ = true;
    office_count_ = 0;
    for (const char c : digits) {
      office_count_ = office_count_ * 10 + (c - '0');
    }
    if (office_count_ == 0) {
      findings_.add_item(Check::office_count_zero, context, item);
    }
    if (office_count_ > 1) {
      findings_.add_item(Check::office_count_many, context, item)
          .parts.add(Part::found, office_count_);
    }
    // Whether it is right is known when the last office has been read.
    count_place_ = findings_.make_item(Check::office_count, context, item);
    count_text_ = std::string(digits);
    count_place_.value = count_text_;
  }
}

void FilingChecker::check_office(const Line& line) {
  ++summary_.offices;
  const layout::Record& record = receiver_->office->record();
  if (line.cells.count != record.items.size()) {
    offices_known_ = false;
    Finding& finding = add_line(Check::office_columns, line);
    finding.parts.add(Part::found, line.cells.count)
        .add(Part::expected, static_cast<std::int64_t>(record.items.size()));
    return;
  }
  const LineContext context = context_of(line, &record);
  receiver_->office->get().check(context, options_.check_date, scratch_, findings_, result_);
  check_office_number(context, false);
  for (const std::uint16_t column : receiver_->office_key) {
    if (result_.errors[column]) {
      offices_known_ = false;
    }
  }
  if (offices_.size() >= most_offices) {
    offices_known_ = false;
  }
  if (offices_known_) {
    offices_.emplace(key_of(context.cells, receiver_->office_key));
  }
}

void FilingChecker::check_office_number(const LineContext& context, bool in_media_record) {
  if (profile_ == nullptr) {
    return;
  }
  const profile::Profile& profile = profile_->profile();
  const int column = context.record->column_of(receiver_->receiver->office_key.items.front());
  if (column < 0 || result_.errors[static_cast<std::size_t>(column)]) {
    return;
  }
  const layout::Item& item = context.record->items[static_cast<std::size_t>(column)];
  const std::string_view number = context.cells[item.column];
  const bool asks_form =
      profile.office_number && (!in_media_record || profile.office_number->in_media_record);
  const bool asks_roster = profile.roster && (!in_media_record || profile.roster->in_media_record);
  if (asks_form && !profile.office_number->holds(number)) {
    findings_.add_item(Check::profile_office_format, context, item)
        .parts.add(Part::name, layout::code_of(profile.office_number->type))
        .add(Part::expected_text, profile.office_number->lengths.text)
        .add(Part::name2, profile.office_number->begins_text);
  } else if (asks_roster && !profile.roster->has(number)) {
    findings_.add_item(Check::profile_office_roster, context, item)
        .parts.add(Part::name, profile.name)
        .add(Part::name2, profile.name_en);
  }
}

void FilingChecker::finish_offices() {
  if (!has_count_ || office_count_ == 0) {
    return;
  }
  const auto offices = static_cast<std::int64_t>(summary_.offices);
  if (office_count_ == offices) {
    return;
  }
  findings_.add(count_place_).parts.add(Part::found, office_count_).add(Part::expected, offices);
}

std::string_view FilingChecker::key_of(const Cells& cells,
                                       const std::vector<std::uint16_t>& columns) {
  key_.clear();
  for (const std::uint16_t column : columns) {
    key_ += cells[column];
    key_ += ',';
  }
  return key_;
}

void FilingChecker::check_record(const Line& line) {
  ++summary_.data_records;
  // The records of a form stand together: most often it is that of the record before.
  const std::string_view code = line.cells[0];
  if (!last_code_.is(code)) {
    last_form_ = receiver_->form(code);
    last_edition_ = nullptr;
    if (last_form_ == nullptr) {
      last_code_.forget();
      refuse_record(line, code);
      return;
    }
    last_code_.remember(code);
    last_count_ = &records_[static_cast<std::size_t>(last_form_ - receiver_->forms.data())];
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
  const LineContext context = context_of(line, &edition.record());
  if (!last_edition_holds_) {
    report_edition(context, form);
  }
  const bool compared = !edition.record().same_filing.columns.empty();
  Fingerprint key(static_cast<std::uint64_t>(last_form_ - receiver_->forms.data()));
  if (compared) {
    for (const ColumnRun& run : edition.same_runs) {
      key.add(text_of(context.cells, run));
    }
    seen_.expect(key);
  }
  last_checker_->check(context, options_.check_date, scratch_, findings_, result_);
  check_office_known(context, edition);
  if (compared) {
    check_seen(context, edition, key);
  }
}

bool FilingChecker::take_form(const Line& line, const FormChecks& form) {
  const layout::Record& record = form.editions.back().record();
  Finding& finding = add_line(Check::profile_form, line);
  finding.form = record.form;
  finding.form_name = record.name;
  finding.form_name_en = record.name_en;
  finding.parts.add(Part::name, profile_->profile().name)
      .add(Part::name2, profile_->profile().name_en);
  return finding.severity != Severity::error;
}

/// A line behind [data] that is no record of any form taken.
void FilingChecker::refuse_record(const Line& line, std::string_view code) {
  const layout::RetiredForm* const retired = schemas_.retired(code);
  if (retired != nullptr) {
    Finding& finding = add_line(Check::form_retired, line);
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
  const Shape shape = shape_of(line);
  const bool marker = shape.offices_marker || shape.data_marker;
  if (marker) {
    add_line(Check::section_repeated, line);
    return;
  }
  add_line(Check::form_unknown, line)
      .parts.add(Part::expected_text, receiver_->form_names, receiver_->form_names_en);
}

const EditionChecks* FilingChecker::edition_of(const FormChecks& form, std::size_t columns) const {
  if (options_.edition.empty()) {
    return form.with_columns(columns);
  }
  const EditionChecks& edition = form.as_of(options_.edition);
  return edition.record().items.size() == columns ? &edition : nullptr;
}

/// One error, and none about the items: in a shifted record they would all be wrong.
void FilingChecker::refuse_columns(const Line& line, const FormChecks& form) {
  const bool forced = !options_.edition.empty();
  const EditionChecks& edition = forced ? form.as_of(options_.edition) : form.editions.back();
  const layout::Record& record = edition.record();
  Finding& finding = add_line(Check::columns, line);
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
    if (&other != receiver_ && there != nullptr &&
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
bool FilingChecker::holds(const layout::Record& record) const {
  const bool early = record.valid_from.known() && creation_date_ < record.valid_from;
  const bool late = record.valid_to.known() && creation_date_ > record.valid_to;
  return !creation_date_.known() || (!early && !late);
}

void FilingChecker::report_edition(const LineContext& context, const FormChecks& form) {
  Finding& finding = findings_.add_line(Check::edition, context);
  finding.parts.add(Part::name, context.record->edition);
  for (const EditionChecks& edition : form.editions) {
    if (holds(edition.record())) {
      finding.parts.add(Part::expected_text, edition.record().edition);
    }
  }
}

void FilingChecker::check_office_known(const LineContext& context, const EditionChecks& edition) {
  if (!offices_known_ || offices_.empty()) {
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
  const std::string_view key = key_of(context.cells, edition.office_key);
  if (offices_.find(key) != offices_.end()) {
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
void FilingChecker::check_seen(const LineContext& context, const EditionChecks& edition,
                               const Fingerprint& key) {
  if (!result_.clean && meet(result_.errors, edition.same_columns)) {
    return;
  }
  const int column = edition.record().same_filing.number;
  const std::string_view number =
      column >= 0 ? context.cells[static_cast<std::size_t>(column)] : std::string_view();
  if (seen_.seen(key, number)) {
    findings_.add_line(Check::double_filing, context);
  }
}

}  // namespace kpfd::check
