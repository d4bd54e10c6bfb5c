// What stands for pdf_report.cpp where pango is not there.
#include "kpfd/pdf/pdf_report.hpp"
#include "kpfd/report/phrases.hpp"

namespace kpfd::report {

std::unique_ptr<Report> make_pdf_report(Output& /*output*/, const Catalogue& catalogue,
                                        ReportOptions /*options*/, std::int64_t /*created*/) {
  std::string text;
  catalogue.phrase(phrase_id::no_pdf, {}, text);
  throw PdfError(text);
}

}  // namespace kpfd::report
