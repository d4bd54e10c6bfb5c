// What the end of a PDF says.
#pragma once

#include <string>
#include <string_view>

namespace kpfd::hooks {

struct PdfTrailer {
  bool whole = false;      ///< the file has its end
  bool encrypted = false;  ///< readers ask for a password, or may not copy or print
  std::string title;       ///< of the document in UTF-8, where it can be read without unpacking
};

/// Reads the trailer that the end of the file leads to, in a table or in a stream of cross
/// references. Takes any bytes.
PdfTrailer read_pdf_trailer(std::string_view bytes);

}  // namespace kpfd::hooks
