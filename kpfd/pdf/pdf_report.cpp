#include "kpfd/pdf/pdf_report.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "kpfd/date.hpp"
#include "kpfd/pdf/pango_library.hpp"
#include "kpfd/report/escape.hpp"
#include "kpfd/report/phrases.hpp"

namespace kpfd::report {

namespace {

// Points of 1/72 inch.
constexpr double page_width = 595.276;
constexpr double page_height = 841.89;
constexpr double margin = 48;
constexpr double top = 60;
constexpr double bottom = 58;
constexpr double text_width = page_width - 2 * margin;

/// Names of free and of common fonts that have Japanese; the first that is there is taken.
constexpr const char* fonts =
    "Noto Sans CJK JP,Noto Sans JP,IPAexGothic,IPAGothic,TakaoGothic,VL Gothic,BIZ UDPGothic,"
    "sans-serif";

/// A paragraph never fills a page: what is longer is cut with a mark.
constexpr int most_lines = 12;

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};

constexpr Colour of(std::uint32_t rgb) {
  return {((rgb >> 16) & 0xFF) / 255.0, ((rgb >> 8) & 0xFF) / 255.0, (rgb & 0xFF) / 255.0};
}

constexpr Colour ink = of(0x1C2733);
constexpr Colour quiet = of(0x47525E);
constexpr Colour line = of(0xD5DCE3);
constexpr Colour white = of(0xFFFFFF);

struct Tone {
  Colour text;
  Colour bar;
  Colour back;
};
constexpr Tone good = {of(0x14532D), of(0x2E7D4F), of(0xEDF7F0)};
constexpr Tone bad = {of(0x7A1616), of(0xB3382F), of(0xFDF1EF)};
constexpr Tone unknown = {of(0x573A00), of(0xB07D1A), of(0xFFF8E8)};

const Tone& tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return good;
    case Verdict::reject:
      return bad;
    case Verdict::unchecked:
      break;
  }
  return unknown;
}

std::string_view mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accept:
      return "\xE2\x97\x8B";
    case Verdict::reject:
      return "\xC3\x97";
    case Verdict::unchecked:
      break;
  }
  return "?";
}

/// A text at a place in its block.
struct Piece {
  std::string text{};
  double x = 0;
  double width = text_width;
  double size = 9.5;
  bool bold = false;
  bool right = false;
  bool beside = false;  ///< beginning at the same height as the piece before
  Colour colour = ink;
  double y = 0;  ///< told by measuring
};

/// What is not broken over two pages.
struct Block {
  std::vector<Piece> pieces{};
  double before = 0;   ///< room above it, but at the top of a page
  double padding = 0;  ///< inside, above and below
  bool boxed = false;  ///< with a background and a bar at its left
  bool ruled = false;  ///< with a line below it
  bool keep = false;   ///< on one page with the next one
  bool new_page = false;
  Colour back = white;
  Colour bar = white;
  double height = 0;  ///< told by measuring
};

/// Bytes of the document on their way to the output. What the output throws waits until cairo has
/// returned: nothing may pass through C.
struct Stream {
  Output& output;
  std::exception_ptr failure{};
  bool refused = false;  ///< there will be no document: cairo is not to write one when it ends
};

cairo_status_t write_bytes(void* closure, const unsigned char* bytes, unsigned size) {
  Stream& stream = *static_cast<Stream*>(closure);
  if (stream.refused) {
    return CAIRO_STATUS_WRITE_ERROR;
  }
  try {
    stream.output.write({reinterpret_cast<const char*>(bytes), size});
    return CAIRO_STATUS_SUCCESS;
  } catch (...) {
    stream.failure = std::current_exception();
    return CAIRO_STATUS_WRITE_ERROR;
  }
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

/// `2026-07-31T00:00:00Z`
std::string time_text(std::int64_t seconds) {
  constexpr std::int64_t day = 86400;
  const std::int64_t days = (seconds - (seconds < 0 ? day - 1 : 0)) / day;
  const std::int64_t rest = seconds - days * day;
  const YearMonthDay date = parts_of(CivilDate{static_cast<std::int32_t>(days)});
  return std::to_string(date.year) + '-' + two_digits(date.month) + '-' + two_digits(date.day) +
         'T' + two_digits(rest / 3600) + ':' + two_digits(rest / 60 % 60) + ':' +
         two_digits(rest % 60) + 'Z';
}

/// A document as it is drawn.
class Drawing {
 public:
  Drawing(const PangoLibrary& library, Stream& stream)
      : c_(library),
        surface_(
            c_.cairo_pdf_surface_create_for_stream(write_bytes, &stream, page_width, page_height)),
        cairo_(c_.cairo_create(surface_)) {}
  ~Drawing() {
    c_.cairo_destroy(cairo_);
    c_.cairo_surface_destroy(surface_);
  }
  Drawing(const Drawing&) = delete;
  Drawing& operator=(const Drawing&) = delete;

  void metadata(cairo_pdf_metadata_t kind, const std::string& text) {
    c_.cairo_pdf_surface_set_metadata(surface_, kind, text.c_str());
  }

  /// The height of a piece; draws it, if `draw`, with its upper left corner at a place.
  double piece(const Piece& piece, bool draw, double x, double y) {
    PangoLayout* const layout = c_.pango_cairo_create_layout(cairo_);
    c_.pango_context_set_language(c_.pango_layout_get_context(layout),
                                  c_.pango_language_from_string("ja"));
    PangoFontDescription* const font = c_.pango_font_description_from_string(fonts);
    c_.pango_font_description_set_absolute_size(font, piece.size * PANGO_SCALE);
    c_.pango_font_description_set_weight(font,
                                         piece.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    c_.pango_layout_set_font_description(layout, font);
    c_.pango_font_description_free(font);
    c_.pango_layout_set_width(layout, static_cast<int>(piece.width * PANGO_SCALE));
    c_.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    c_.pango_layout_set_height(layout, -most_lines);
    c_.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    c_.pango_layout_set_line_spacing(layout, 1.08F);
    c_.pango_layout_set_alignment(layout, piece.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    c_.pango_layout_set_text(layout, piece.text.data(), static_cast<int>(piece.text.size()));
    int width = 0;
    int height = 0;
    c_.pango_layout_get_pixel_size(layout, &width, &height);
    if (draw) {
      colour(piece.colour);
      c_.cairo_move_to(cairo_, x, y);
      c_.pango_cairo_show_layout(cairo_, layout);
    }
    c_.g_object_unref(layout);
    return height;
  }

  /// Whether the fonts of this machine have Japanese.
  bool has_japanese() {
    PangoLayout* const layout = c_.pango_cairo_create_layout(cairo_);
    PangoFontDescription* const font = c_.pango_font_description_from_string(fonts);
    c_.pango_layout_set_font_description(layout, font);
    c_.pango_font_description_free(font);
    c_.pango_layout_set_text(layout, "\xE9\x80\x81\xE3\x81\x82", -1);
    const bool has = c_.pango_layout_get_unknown_glyphs_count(layout) == 0;
    c_.g_object_unref(layout);
    return has;
  }

  void box(double x, double y, double width, double height, Colour fill) {
    colour(fill);
    c_.cairo_rectangle(cairo_, x, y, width, height);
    c_.cairo_fill(cairo_);
  }

  void end_page() { c_.cairo_show_page(cairo_); }

  /// True: all bytes have been written.
  bool finish() {
    const bool drawn = c_.cairo_status(cairo_) == CAIRO_STATUS_SUCCESS;
    c_.cairo_surface_finish(surface_);
    return drawn && c_.cairo_surface_status(surface_) == CAIRO_STATUS_SUCCESS;
  }

 private:
  void colour(Colour colour) {
    c_.cairo_set_source_rgb(cairo_, colour.red, colour.green, colour.blue);
  }

  const PangoLibrary& c_;
  cairo_surface_t* surface_;
  cairo_t* cairo_;
};

class PdfReport final : public GroupedReport {
 public:
  PdfReport(Output& output, const Catalogue& catalogue, ReportOptions options, std::int64_t created)
      : GroupedReport(catalogue, std::move(options), {}), output_(output), created_(created) {
    if (!pango_library().is_whole) {
      throw PdfError(words(phrase_id::no_pdf));
    }
  }

  void finish() override {
    Stream stream{output_};
    {
      Drawing drawing(pango_library(), stream);
      if (!drawing.has_japanese()) {
        stream.refused = true;
        throw PdfError(words(phrase_id::no_pdf_font));
      }
      compose();
      draw(drawing);
      if (!drawing.finish() && stream.failure == nullptr) {
        throw PdfError(words(phrase_id::no_pdf));
      }
    }
    if (stream.failure != nullptr) {
      std::rethrow_exception(stream.failure);
    }
  }

 protected:
  void file(const FileFindings& file, const Summary& summary) override {
    const VerdictWords verdict = verdict_words(catalogue(), summary);
    const std::string shown = plain(file.name == "-" ? words(phrase_id::report_stdin) : file.name);
    Block row = table_row();
    row.pieces = {{.text = shown, .width = 250},
                  {.text = std::string(mark_of(summary.verdict)) + " " + verdict.word,
                   .x = 262,
                   .width = 140,
                   .bold = true,
                   .beside = true,
                   .colour = tone_of(summary.verdict).text},
                  {.text = words(phrase_id::summary_findings, {{Slot::errors, summary.errors},
                                                               {Slot::warnings, summary.warnings}}),
                   .x = 402,
                   .width = text_width - 402,
                   .size = 8.5,
                   .right = true,
                   .beside = true,
                   .colour = quiet}};
    if (summary.verdict == Verdict::unchecked) {
      row.pieces.back().text = "-";
    }
    rows_.push_back(std::move(row));
    head(plain(last_part(shown)), summary, verdict);
    facts(file, summary);
    if (!file.rules.empty()) {
      rules(file);
      findings(file);
    }
  }

 private:
  static std::string plain(std::string_view text) {
    std::string shown;
    append_plain(shown, text);
    return shown;
  }

  static Block table_row() { return {.padding = 3.5, .ruled = true}; }

  void heading(std::string text, double size = 12.5, double before = 20) {
    blocks_.push_back({.pieces = {{.text = std::move(text), .size = size, .bold = true}},
                       .before = before,
                       .padding = 2,
                       .keep = true});
  }

  void head(const std::string& name, const Summary& summary, const VerdictWords& verdict) {
    blocks_.push_back({.pieces = {{.text = name, .size = 15, .bold = true}},
                       .before = 8,
                       .padding = 4,
                       .keep = true,
                       .new_page = !blocks_.empty()});
    const Tone& tone = tone_of(summary.verdict);
    blocks_.push_back(
        {.pieces = {{.text = std::string(mark_of(summary.verdict)),
                     .x = 18,
                     .width = 40,
                     .size = 30,
                     .bold = true,
                     .colour = tone.text},
                    {.text = verdict.word,
                     .x = 66,
                     .width = text_width - 80,
                     .size = 20,
                     .bold = true,
                     .beside = true,
                     .colour = tone.text},
                    {.text = verdict.advice, .x = 66, .width = text_width - 80, .size = 10.5}},
         .before = 4,
         .padding = 12,
         .boxed = true,
         .keep = true,
         .back = tone.back,
         .bar = tone.bar});
  }

  void fact(std::string_view label, std::string text) {
    Block row = table_row();
    row.pieces = {{.text = words(label), .x = 4, .width = 84, .colour = quiet},
                  {.text = std::move(text), .x = 96, .width = text_width - 100, .beside = true}};
    blocks_.push_back(std::move(row));
  }

  void facts(const FileFindings& file, const Summary& summary) {
    heading(words(phrase_id::report_contents));
    if (last_part(file.name).size() != file.name.size()) {
      fact(phrase_id::report_path, plain(file.name));
    }
    const auto count = [this](std::uint64_t number) {
      return words(phrase_id::report_count, {{Slot::count, number}});
    };
    if (summary.verdict != Verdict::unchecked) {
      if (!summary.kind.empty()) {
        fact(phrase_id::report_receiver,
             words(phrase_id::report_receives, {{Slot::name, summary.kind}}));
      }
      if (!summary.encoding.empty()) {
        fact(phrase_id::report_offices, count(summary.offices));
        std::string records = count(summary.data_records);
        for (const auto& [form, number] : summary.records) {
          records += '\n' + words(phrase_id::summary_form, {{Slot::form, name_of_form(form)},
                                                            {Slot::form_code, form},
                                                            {Slot::count, number}});
        }
        fact(phrase_id::report_records, std::move(records));
        fact(phrase_id::report_encoding, summary.encoding);
      }
      fact(phrase_id::report_findings,
           words(phrase_id::summary_findings,
                 {{Slot::errors, summary.errors}, {Slot::warnings, summary.warnings}}));
    }
    fact(phrase_id::report_size, words(phrase_id::report_bytes, {{Slot::count, file.size}}));
    if (!check_date().empty()) {
      fact(phrase_id::report_check_date, check_date());
    }
    if (summary.profile) {
      fact(phrase_id::report_profile,
           plain(catalogue().chosen(summary.profile->name, summary.profile->name_en)) + "  " +
               plain(summary.profile->edition));
      for (const ProfileUse::Needed& needed : summary.profile->attachments) {
        fact(phrase_id::report_attachment,
             words(phrase_id::summary_attachment,
                   {{Slot::name, catalogue().chosen(needed.name, needed.name_en)},
                    {Slot::count, needed.count}}));
      }
    }
  }

  static const Tone& tone_of_severity(Severity severity) {
    static constexpr Tone info = {quiet, line, of(0xF5F7F9)};
    return severity == Severity::error ? bad : severity == Severity::warning ? unknown : info;
  }

  void rules(const FileFindings& file) {
    heading(words(phrase_id::report_by_rule));
    for (const RuleFindings& rule : file.rules) {
      Block row = table_row();
      row.pieces = {{.text = words(severity_phrase(rule.severity)),
                     .x = 4,
                     .width = 60,
                     .bold = true,
                     .colour = tone_of_severity(rule.severity).text},
                    {.text = rule.title == rule.id ? rule.id : rule.title + "  " + rule.id,
                     .x = 68,
                     .width = text_width - 150,
                     .beside = true},
                    {.text = words(phrase_id::report_count, {{Slot::count, rule.count}}),
                     .x = text_width - 80,
                     .width = 76,
                     .right = true,
                     .beside = true}};
      blocks_.push_back(std::move(row));
    }
  }

  void findings(const FileFindings& file) {
    heading(words(phrase_id::report_details));
    if (file.findings.size() < file.count) {
      blocks_.push_back(
          {.pieces = {{.text = words(phrase_id::report_shown,
                                     {{Slot::found, std::uint64_t{file.findings.size()}},
                                      {Slot::count, file.count}}),
                       .colour = quiet}},
           .padding = 2,
           .keep = true});
    }
    const KeptFinding* before = nullptr;
    for (const KeptFinding& finding : file.findings) {
      if (before == nullptr || before->line != finding.line) {
        heading(place_of(finding), 10, 12);
        blocks_.back().pieces.front().colour = quiet;
      }
      before = &finding;
      const RuleFindings& rule = file.rules[finding.rule];
      const Tone& tone = tone_of_severity(finding.severity);
      const double inside = text_width - 24;
      Block block{.before = 5, .padding = 6, .boxed = true, .back = of(0xFAFBFC), .bar = tone.bar};
      block.pieces = {
          {.text = words(severity_phrase(finding.severity)),
           .x = 12,
           .width = 50,
           .bold = true,
           .colour = tone.text},
          {.text = finding.item == 0
                       ? rule.title
                       : words(phrase_id::item_place, {{Slot::number, std::uint64_t{finding.item}},
                                                       {Slot::item, finding.item_name}}),
           .x = 62,
           .width = inside - 190,
           .size = 10,
           .bold = true,
           .beside = true},
          {.text = rule.id,
           .x = inside - 128,
           .width = 138,
           .size = 7.5,
           .right = true,
           .beside = true,
           .colour = quiet},
          {.text = finding.text, .x = 12, .width = inside}};
      const auto more = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) {
          block.pieces.push_back(
              {.text = words(label) + text, .x = 12, .width = inside, .size = 9, .colour = quiet});
        }
      };
      more(phrase_id::label_value, finding.value);
      more(phrase_id::label_why, finding.why);
      more(phrase_id::label_fix, finding.fix);
      if (!finding.reason.empty()) {
        block.pieces.push_back(
            {.text = words(phrase_id::label_reason, {{Slot::text, finding.reason}}),
             .x = 12,
             .width = inside,
             .size = 9,
             .colour = quiet});
      }
      blocks_.push_back(std::move(block));
    }
  }

  /// What stands before and behind the files.
  void compose() {
    if (rows_.empty()) {
      blocks_.push_back({.pieces = {{.text = words(phrase_id::run_empty)}}});
    } else if (rows_.size() > 1) {
      blocks_.front().new_page = true;
      Block title{.pieces = {{.text = words(phrase_id::report_files), .size = 15, .bold = true}},
                  .padding = 4,
                  .keep = true};
      rows_.insert(rows_.begin(), std::move(title));
      blocks_.insert(blocks_.begin(), rows_.begin(), rows_.end());
    }
    const auto small = [this](std::string text, double before) {
      blocks_.push_back({.pieces = {{.text = std::move(text), .size = 8, .colour = quiet}},
                         .before = before,
                         .padding = 1});
    };
    small(words(phrase_id::report_rules,
                {{Slot::name, options().schemas}, {Slot::id, options().rules}}),
          22);
    small(words(options().show_values ? phrase_id::report_with_values
                                      : phrase_id::report_without_values),
          0);
  }

  static void measure(Drawing& drawing, Block& block) {
    double y = block.padding;
    double row_begin = y;
    double row_end = y;
    for (Piece& piece : block.pieces) {
      if (!piece.beside) {
        y = row_end;
        row_begin = y;
      }
      piece.y = row_begin;
      row_end = std::max(row_end, row_begin + drawing.piece(piece, false, 0, 0) + 1.5);
    }
    block.height = row_end + block.padding;
  }

  void draw(Drawing& drawing) {
    // Each block's page and height on it.
    struct Place {
      std::size_t page = 0;
      double y = 0;
    };
    for (Block& block : blocks_) {
      measure(drawing, block);
    }
    constexpr double end = page_height - bottom;
    std::vector<Place> places(blocks_.size());
    std::size_t page = 0;
    double y = top;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      // As far as blocks want to stand together.
      double needed = 0;
      for (std::size_t j = i; j < blocks_.size(); ++j) {
        needed += (j == i ? 0 : blocks_[j].before) + blocks_[j].height;
        if (!blocks_[j].keep) {
          break;
        }
      }
      const double before = y > top ? blocks_[i].before : 0;
      if (y > top && (blocks_[i].new_page || y + before + needed > end)) {
        ++page;
        y = top;
      } else {
        y += before;
      }
      places[i] = {page, y};
      y += blocks_[i].height;
    }
    const std::string title = words(phrase_id::report_title);
    drawing.metadata(CAIRO_PDF_METADATA_TITLE, title);
    drawing.metadata(CAIRO_PDF_METADATA_CREATOR, "kpfd");
    drawing.metadata(CAIRO_PDF_METADATA_CREATE_DATE, time_text(created_));
    drawing.metadata(CAIRO_PDF_METADATA_MOD_DATE, time_text(created_));
    std::size_t next = 0;
    for (std::size_t number = 0; number <= page; ++number) {
      frame(drawing, title, number + 1, page + 1);
      for (; next < blocks_.size() && places[next].page == number; ++next) {
        draw_block(drawing, blocks_[next], places[next].y);
      }
      drawing.end_page();
    }
  }

  void frame(Drawing& drawing, const std::string& title, std::size_t number,
             std::size_t all) const {
    const std::string date = check_date();
    drawing.piece({.text = title, .size = 8.5, .colour = quiet}, true, margin, 30);
    if (!date.empty()) {
      drawing.piece({.text = words(phrase_id::report_dated, {{Slot::text, date}}),
                     .size = 8.5,
                     .right = true,
                     .colour = quiet},
                    true, margin, 30);
    }
    drawing.box(margin, 46, text_width, 0.6, line);
    drawing.piece({.text = std::to_string(number) + " / " + std::to_string(all),
                   .size = 8.5,
                   .right = true,
                   .colour = quiet},
                  true, margin, page_height - 40);
  }

  static void draw_block(Drawing& drawing, const Block& block, double y) {
    if (block.boxed) {
      constexpr double bar = 3.5;
      drawing.box(margin, y, text_width, block.height, block.back);
      drawing.box(margin, y, bar, block.height, block.bar);
    }
    for (const Piece& piece : block.pieces) {
      drawing.piece(piece, true, margin + piece.x, y + piece.y);
    }
    if (block.ruled) {
      drawing.box(margin, y + block.height - 0.5, text_width, 0.5, line);
    }
  }

  Output& output_;
  std::int64_t created_;
  std::vector<Block> rows_;
  std::vector<Block> blocks_;
};

}  // namespace

std::unique_ptr<Report> make_pdf_report(Output& output, const Catalogue& catalogue,
                                        ReportOptions options, std::int64_t created) {
  return std::make_unique<PdfReport>(output, catalogue, std::move(options), created);
}

}  // namespace kpfd::report
