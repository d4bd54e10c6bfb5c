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

/// True if append_plain() would change nothing.
bool is_plain(std::string_view utf8);

}  // namespace kpfd::report
