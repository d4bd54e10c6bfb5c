#include "kpfd/check/filing_checker.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "kpfd/grammar/batches.hpp"
#include "kpfd/threads/in_order.hpp"

namespace kpfd::check {

namespace {

using grammar::Line;
using grammar::LineEnd;
using text::Foreign;

constexpr std::size_t survey_read_size = 256U << 10;
constexpr std::uint32_t look_ahead_read_size = 16U << 10;

/// How often the caller hears of progress, in bytes.
constexpr std::uint64_t progress_step = 1U << 20;

/// A smaller file is checked before the threads have begun.
constexpr std::uint64_t worth_threads = 1U << 20;

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
      sink_(sink),
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
    meet_survey();
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
    summary_.verdict = findings_.tally().errors == 0 ? Verdict::accept : Verdict::reject;
  } catch (const SourceError& error) {
    cancelled_ = dynamic_cast<const Cancelled*>(&error) != nullptr;
    findings_.flush();
    summary_.verdict = Verdict::unchecked;
    summary_.reason = error.what();
  }
  if (const ProfileChecks* const profile = schemas_.profile()) {
    summary_.profile = profile->use(head_.profile != nullptr, findings_.tally().profile);
  }
  if (records_ != nullptr) {
    summary_.data_records = records_->counts().lines;
  }
  summary_.errors = findings_.tally().errors;
  summary_.warnings = findings_.tally().warnings;
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
  meet_survey();
}

void FilingChecker::meet_survey() {
  summary_.bytes = survey_.bytes;
  seen_ = SeenFilings(survey_.bytes);
  head_.encoding = survey_.encoding;
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
        head_.receiver = &checks;
      }
    }
  }
  if (head_.receiver == nullptr && refused != nullptr) {
    summary_.kind = refused->key;
    findings_.add_plain(Check::file_refused_kind, 0)
        .parts.add(Part::name, refused->name, refused->name_en);
    return false;
  }
  if (head_.receiver != nullptr) {
    const std::string_view named = by_name != nullptr   ? std::string_view(by_name->receiver->key)
                                   : refused != nullptr ? std::string_view(refused->key)
                                                        : std::string_view{};
    if (!named.empty() && named != head_.receiver->receiver->key) {
      findings_.add_plain(Check::file_name, 0)
          .parts.add(Part::name, head_.receiver->receiver->key)
          .add(Part::name2, named);
    }
  } else {
    head_.receiver = by_name != nullptr ? by_name : receiver_by_first_record();
  }
  if (head_.receiver != nullptr) {
    summary_.kind = head_.receiver->receiver->key;
    records_ = std::make_unique<DataChecker>(schemas_, options_, head_, findings_, seen_);
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
    const LineShape shape = shape_of(line, schemas_, survey_.encoding);
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
  if (profile == nullptr || head_.receiver == nullptr) {
    return;
  }
  if (!head_.receiver->receiver->is_union) {
    findings_.add_plain(Check::profile_receiver, 0)
        .parts.add(Part::name, profile->profile().name)
        .add(Part::name2, profile->profile().name_en);
    return;
  }
  head_.profile = profile;
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
  if (head_.receiver != nullptr) {
    for (const layout::SizeLimit& limit : head_.receiver->receiver->sizes) {
      check_size(limit);
    }
  }
  findings_.flush();
}

void FilingChecker::check_lines() {
  std::uint64_t begin = survey_.content_begin;
  if (options_.threads > 1 && survey_.content_end - begin >= worth_threads) {
    grammar::LineReader reader(*content_, begin, survey_.content_end, look_ahead_read_size);
    begin = read_lines(reader, [this] { return expected_ == Expected::record; });
    begin = check_batches(begin);
  }
  grammar::LineReader reader(*content_, begin, survey_.content_end,
                             options_.read_size > 0 ? options_.read_size : grammar::usual_read_size,
                             last_line_ + 1);
  read_lines(reader, [] { return false; });
  check_end();
}

template <typename Until>
std::uint64_t FilingChecker::read_lines(grammar::LineReader& reader, Until until) {
  Line line;
  std::uint64_t told = reader.position();
  while (reader.next(line)) {
    check_line_end(line);
    if (line.size == 0) {
      findings_.add_line(Check::line_blank, line);
    } else {
      failed_here_ = false;
      read_line(line);
    }
    findings_.flush();
    if (options_.progress && reader.position() - told >= progress_step) {
      told = reader.position();
      tell_progress(line.offset);
    }
    if (until()) {
      break;
    }
  }
  return reader.next_offset();
}

void FilingChecker::tell_progress(std::uint64_t done) {
  if (options_.progress && !options_.progress(done, survey_.bytes)) {
    throw Cancelled();
  }
}

/// Records from `begin` on, in several threads. What is found does not depend on it: a batch in
/// which something stands that has to do with the lines before it is read once more here.
std::uint64_t FilingChecker::check_batches(std::uint64_t begin) {
  grammar::BatchReader reader(*content_, begin, survey_.content_end, last_line_ + 1);
  RecordBatches batches(schemas_, options_, head_, line_end_named_);
  threads::InOrder<RecordBatch> team(
      options_.threads, [&](RecordBatch& batch, std::size_t) { batches.check(batch); });
  bool more = expected_ == Expected::record;
  std::uint64_t told = begin;
  while (true) {
    while (RecordBatch* const batch = more ? team.free() : nullptr) {
      more = reader.next(batch->lines);
      if (more) {
        team.give();
      }
    }
    RecordBatch* const batch = team.take();
    if (batch == nullptr) {
      return reader.position();
    }
    if (batch->alone) {
      last_line_ = batch->lines.first_line + batch->lines.lines - 1;
      last_line_ended_ = true;
      take_in(*batch);
    } else {
      grammar::BatchSource source(batch->lines);
      grammar::LineReader lines(source, batch->lines.offset, batch->lines.end(),
                                grammar::usual_read_size, batch->lines.first_line);
      read_lines(lines, [] { return false; });
    }
    if (batch->lines.end() - told >= progress_step) {
      told = batch->lines.end();
      tell_progress(told);
    }
    team.release();
  }
}

/// Findings and counts of a batch, and what its records have to do with those before it.
void FilingChecker::take_in(RecordBatch& batch) {
  // A key's place in memory is far away: asked for some records ahead.
  constexpr std::size_t ahead = 16;
  const std::vector<SeenLater>& later = batch.later;
  auto told = batch.findings.begin();
  for (std::size_t i = 0; i < later.size(); ++i) {
    if (i + ahead < later.size()) {
      seen_.expect(later[i + ahead].key);
    }
    const SeenLater& record = later[i];
    if (!seen_.seen(record.key)) {
      continue;
    }
    // In the order of the lines, and in a line behind what else is about the line as a whole.
    told = batch.findings.tell_until(told, record.line, sink_);
    Finding& finding = findings_.add_plain(Check::double_filing, record.line);
    finding.offset = record.offset;
    finding.length = record.size;
    finding.form = record.record->form;
    finding.form_name = record.record->name;
    finding.form_name_en = record.record->name_en;
    findings_.flush();
  }
  batch.findings.tell_rest(told, sink_);
  findings_.add(batch.tally);
  records_->add(batch.counts);
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
  if (head_.receiver != nullptr) {
    const std::vector<std::uint64_t>& records = records_->counts().records;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i] > 0) {
        summary_.records[head_.receiver->forms[i].form] = records[i];
      }
    }
  }
  if (expected_ != Expected::record) {
    finish_offices();
    findings_.add_plain(Check::section_missing, 0);
  } else if (records_ == nullptr || records_->counts().lines == 0) {
    findings_.add_plain(Check::no_records, 0);
  }
}

void FilingChecker::fail(Check check, const Line& line) {
  if (failed_here_) {
    return;
  }
  failed_here_ = true;
  Finding& finding = findings_.add_line(check, line);
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
    records_->check(line);
  } else {
    const LineShape shape = shape_of(line, schemas_, survey_.encoding);
    while (!step(line, shape)) {
    }
  }
}

void FilingChecker::use_up_long_line(const Line& line) {
  findings_.add_line(Check::line_long, line)
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
      head_.offices_known = false;
      break;
    case Expected::record:
      records_->count_line();
      break;
    case Expected::anything:
      break;
  }
}

bool FilingChecker::step(const Line& line, const LineShape& shape) {
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
        expected_ = head_.receiver == nullptr ? Expected::anything : Expected::offices_marker;
        return head_.receiver == nullptr;
      } else {
        fail(Check::media_columns, line);
      }
      // Without a receiver nothing more can be said of the structure.
      expected_ = head_.receiver == nullptr ? Expected::anything : Expected::offices_marker;
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
      if (shape.data_marker || shape.form ||
          columns == head_.receiver->office->record().items.size()) {
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
      records_->check(line);
      return true;
    case Expected::anything:
      break;
  }
  return true;
}

void FilingChecker::check_media(const Line& line) {
  LineContext context = contexts_.of(line, nullptr, survey_.encoding);
  for (const LazyChecker* media : head_.receiver->media) {
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
      head_.creation_date = parse_iso_date(iso);
    }
    return;
  }
}

void FilingChecker::check_count(const Line& line) {
  const LazyChecker& count = schemas_.count();
  const LineContext context = contexts_.of(line, &count.record(), survey_.encoding);
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
  const layout::Record& record = head_.receiver->office->record();
  if (line.cells.count != record.items.size()) {
    head_.offices_known = false;
    Finding& finding = findings_.add_line(Check::office_columns, line);
    finding.parts.add(Part::found, line.cells.count)
        .add(Part::expected, static_cast<std::int64_t>(record.items.size()));
    return;
  }
  const LineContext context = contexts_.of(line, &record, survey_.encoding);
  head_.receiver->office->get().check(context, options_.check_date, scratch_, findings_, result_);
  check_office_number(context, false);
  for (const std::uint16_t column : head_.receiver->office_key) {
    if (result_.errors[column]) {
      head_.offices_known = false;
    }
  }
  if (head_.offices.size() >= most_offices) {
    head_.offices_known = false;
  }
  if (head_.offices_known) {
    head_.offices.emplace(key_of(context.cells, head_.receiver->office_key, key_));
  }
}

void FilingChecker::check_office_number(const LineContext& context, bool in_media_record) {
  if (head_.profile == nullptr) {
    return;
  }
  const profile::Profile& profile = head_.profile->profile();
  const int column = context.record->column_of(head_.receiver->receiver->office_key.items.front());
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

}  // namespace kpfd::check
