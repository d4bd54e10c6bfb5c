// A report for paper and for the drawer: PDF, made with cairo and pango.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "kpfd/report/grouped_report.hpp"

namespace kpfd::report {

/// No PDF can be made here; what() is for people, in the language of the catalogue.
class PdfError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What HtmlReport says, on pages of A4 with numbers. The fonts are in it as far as they are
/// needed, and its text can be searched. `created` are the seconds since 1970 that the document
/// says it was made at: the same findings and seconds give the same bytes. It is written by
/// finish(). Throws PdfError where cairo, pango or a font cannot be had.
std::unique_ptr<Report> make_pdf_report(Output& output, const Catalogue& catalogue,
                                        ReportOptions options, std::int64_t created);

}  // namespace kpfd::report
