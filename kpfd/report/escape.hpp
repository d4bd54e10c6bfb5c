// Text from outside => text that is safe where it is shown. All take any bytes: what is no UTF-8
// becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace kpfd::report {

/// Appends UTF-8 as the inside of a JSON string. Control characters, those of U+0080-U+009F too,
/// are written as \u00XX, so that the line is safe in a terminal as well.
void append_json(std::string& out, std::string_view utf8);

/// Appends UTF-8 for a terminal: control characters, line and paragraph separators, marks that turn
/// the direction of the text and code points that are no characters become U+FFFD.
void append_plain(std::string& out, std::string_view utf8);

/// Appends UTF-8 as text of HTML or XML, between tags or inside an attribute's quotes; otherwise as
/// append_plain() does.
void append_html(std::string& out, std::string_view utf8);

/// Appends UTF-8 as the inside of a quoted cell of CSV; otherwise as append_plain() does. What
/// spreadsheets would take for a formula stands behind a quote: see csv_guarded.
void append_csv(std::string& out, std::string_view utf8);

/// A cell that begins with one of these gets `'` before it: spreadsheets would take it for a
/// formula. The quote, too: so it can be taken away again.
inline constexpr std::u32string_view csv_guarded = U"=+-@\uFF1D\uFF0B\uFF0D\uFF20'";

/// True if append_plain() would change nothing.
bool is_plain(std::string_view utf8);

}  // namespace kpfd::report
