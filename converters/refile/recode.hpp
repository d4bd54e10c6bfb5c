// The characters of a filing in another encoding: whole files at a time, and fast.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "converters/output/output_file.hpp"
#include "kpfd/source.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::converters {

/// Appends Shift_JIS text as UTF-8. As text::append_utf8, of which it is the fast form: for text
/// that the check has accepted the way back gives the same bytes. A lead byte at the end of the
/// text stands for itself.
void append_utf8_fast(std::string& out, std::string_view shift_jis);

/// Appends a UTF-8 line as Shift_JIS, as text::to_shift_jis does. False where Shift_JIS lacks a
/// character; then what was appended has text::missing_character in its place.
bool append_shift_jis(std::string& out, std::string_view utf8_line);

/// Writes the bytes of an accepted filing in another encoding; all else stays, the end marks too.
/// `from` is what the check has found. Throws SourceError, OutputError.
void recode(Source& source, text::Encoding from, text::Encoding to, ByteSink& output);

}  // namespace kpfd::converters
