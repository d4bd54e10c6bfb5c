// The checks that the machine itself makes, whatever the layouts say. Their severities and sources
// are data (schemas/checks.xml), their words too (schemas/messages/); only the ids stand here,
// once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kpfd::check {

// clang-format off
#define KPFD_BUILTIN_CHECKS(X)                        \
  /* the file as a whole: line 0 */                   \
  X(file_empty,            "FILE-EMPTY")              \
  X(file_utf16,            "FILE-UTF16")              \
  X(file_utf32,            "FILE-UTF32")              \
  X(file_zip,              "FILE-ZIP")                \
  X(file_ole,              "FILE-OLE")                \
  X(file_pdf,              "FILE-PDF")                \
  X(file_gzip,             "FILE-GZIP")               \
  X(file_png,              "FILE-PNG")                \
  X(file_jpeg,             "FILE-JPEG")               \
  X(file_openpgp,          "FILE-OPENPGP")            \
  X(file_nul,              "FILE-NUL")                \
  X(file_iso2022jp,        "FILE-ISO2022JP")          \
  X(file_eucjp,            "FILE-EUCJP")              \
  X(file_utf8_damaged,     "FILE-UTF8-DAMAGED")       \
  X(file_bom_invalid,      "FILE-BOM-INVALID")        \
  X(file_utf8,             "FILE-UTF8")               \
  X(file_name,             "FILE-NAME")               \
  X(file_refused_kind,     "FILE-REFUSED-KIND")       \
  /* lines */                                         \
  X(line_end,              "LINE-END")                \
  X(line_end_last,         "LINE-END-LAST")           \
  X(line_end_mark,         "LINE-END-MARK")           \
  X(line_blank,            "LINE-BLANK")              \
  X(line_long,             "LINE-LONG")               \
  /* the skeleton of the file */                      \
  X(media_missing,         "MEDIA-MISSING")           \
  X(media_columns,         "MEDIA-COLUMNS")           \
  X(kanri_missing,         "KANRI-MISSING")           \
  X(kanri_damaged,         "KANRI-DAMAGED")           \
  X(count_missing,         "COUNT-MISSING")           \
  X(count_columns,         "COUNT-COLUMNS")           \
  X(data_missing,          "DATA-MISSING")            \
  X(data_damaged,          "DATA-DAMAGED")            \
  X(section_missing,       "SECTION-MISSING")         \
  X(section_repeated,      "SECTION-REPEATED")        \
  X(no_records,            "NO-RECORDS")              \
  X(office_columns,        "OFFICE-COLUMNS")          \
  X(office_count,          "OFFICE-COUNT")            \
  X(office_count_zero,     "OFFICE-COUNT-ZERO")       \
  X(office_count_many,     "OFFICE-COUNT-MANY")       \
  X(office_unknown,        "OFFICE-UNKNOWN")          \
  /* data records */                                  \
  X(form_unknown,          "FORM-UNKNOWN")            \
  X(form_retired,          "FORM-RETIRED")            \
  X(columns,               "COLUMNS")                 \
  X(edition,               "EDITION")                 \
  X(double_filing,         "DOUBLE-FILING")           \
  /* items */                                         \
  X(need,                  "NEED")                    \
  X(char_nec_row13,        "CHAR-NEC-ROW13")          \
  X(char_nec_selected,     "CHAR-NEC-SELECTED")       \
  X(char_ibm,              "CHAR-IBM")                \
  X(char_user_defined,     "CHAR-USER-DEFINED")       \
  X(char_unassigned,       "CHAR-UNASSIGNED")         \
  X(char_control,          "CHAR-CONTROL")            \
  X(char_not_in_shift_jis, "CHAR-NOT-IN-SHIFT-JIS")   \
  X(byte_wrong_second,     "BYTE-WRONG-SECOND")       \
  X(byte_truncated,        "BYTE-TRUNCATED")          \
  X(byte_no_character,     "BYTE-NO-CHARACTER")       \
  X(char_composed,         "CHAR-COMPOSED")           \
  X(quote,                 "QUOTE")                   \
  X(length,                "LENGTH")                  \
  X(type,                  "TYPE")                    \
  X(type_half,             "TYPE-HALF-WIDTH")         \
  X(type_symbol,           "TYPE-KANA-SYMBOL")        \
  X(values,                "VALUES")                  \
  X(values_refused,        "VALUES-REFUSED")          \
  X(values_doubtful,       "VALUES-DOUBTFUL")         \
  X(zeros,                 "ZEROS")                   \
  X(least,                 "LEAST")                   \
  X(table,                 "TABLE")                   \
  X(separator_missing,     "SEPARATOR-MISSING")       \
  X(separator_width,       "SEPARATOR-WIDTH")         \
  X(spaces_double,         "SPACES-DOUBLE")           \
  X(spaces_end,            "SPACES-END")              \
  X(space_half,            "SPACE-HALF-WIDTH")        \
  X(lost_character,        "LOST-CHARACTER")          \
  X(my_number_digit,       "MY-NUMBER-DIGIT")         \
  X(date_exists,           "DATE-EXISTS")             \
  X(date_year_zero,        "DATE-YEAR-ZERO")          \
  X(date_era,              "DATE-ERA")                \
  X(date_pair,             "DATE-PAIR")               \
  X(pension_given,         "PENSION-GIVEN")           \
  X(pension_refused,       "PENSION-REFUSED")         \
  /* what a union's profile says */                   \
  X(profile_receiver,      "PROFILE-OTHER-RECEIVER")  \
  X(profile_office_format, "PROFILE-OFFICE-FORMAT")   \
  X(profile_office_roster, "PROFILE-OFFICE-ROSTER")   \
  X(profile_form,          "PROFILE-FORM")            \
  X(profile_attachment,    "PROFILE-ATTACHMENT")      \
  /* limits that the layouts declare */               \
  X(size_kx,               "SIZE-KX")                 \
  X(size_pension,          "SIZE-PENSION")
// clang-format on

enum class Check : std::uint16_t {
#define KPFD_CHECK_NAME(name, id) name,
  KPFD_BUILTIN_CHECKS(KPFD_CHECK_NAME)
#undef KPFD_CHECK_NAME
};

inline constexpr std::array check_ids = {
#define KPFD_CHECK_ID(name, id) std::string_view(id),
    KPFD_BUILTIN_CHECKS(KPFD_CHECK_ID)
#undef KPFD_CHECK_ID
};

inline constexpr std::size_t builtin_checks = check_ids.size();

}  // namespace kpfd::check
