// The ids of the report's own phrases. Their words are in schemas/messages/*.xml.
#pragma once

#include <array>
#include <string_view>

namespace kpfd::report {

// clang-format off
#define KPFD_REPORT_PHRASES(X)                             \
  /* inside the sentences of findings */                   \
  X(no_message,          "no-message")                     \
  X(no_message_title,    "no-message-title")               \
  X(subject,             "subject")                        \
  X(choice_or,           "choice-or")                      \
  X(list_comma,          "list-comma")                     \
  X(range,               "range")                          \
  X(length_unit,         "length-unit")                    \
  X(or_empty,            "or-empty")                       \
  X(only_empty,          "only-empty")                     \
  X(date,                "date")                           \
  /* the text report */                                    \
  X(severity_error,      "severity-error")                 \
  X(severity_warning,    "severity-warning")               \
  X(severity_info,       "severity-info")                  \
  X(file_heading,        "file-heading")                   \
  X(record_heading,      "record-heading")                 \
  X(line_heading,        "line-heading")                   \
  X(whole_file_heading,  "whole-file-heading")             \
  X(item_place,          "item-place")                     \
  X(label_why,           "label-why")                      \
  X(label_fix,           "label-fix")                      \
  X(label_value,         "label-value")                    \
  X(label_reason,        "label-reason")                   \
  X(not_shown,           "not-shown")                      \
  X(summary_kind,        "summary-kind")                   \
  X(summary_encoding,    "summary-encoding")               \
  X(summary_offices,     "summary-offices")                \
  X(summary_records,     "summary-records")                \
  X(summary_form,        "summary-form")                   \
  X(summary_rules,       "summary-rules")                  \
  X(summary_findings,    "summary-findings")               \
  X(summary_profile,     "summary-profile")                \
  X(summary_not_applied, "summary-profile-not-applied")    \
  X(summary_off,         "summary-off")                    \
  X(summary_attachments, "summary-attachments")            \
  X(summary_attachment,  "summary-attachment")             \
  X(verdict_accept,      "verdict-accept")                 \
  X(verdict_warnings,    "verdict-accept-warnings")        \
  X(verdict_reject,      "verdict-reject")                 \
  X(verdict_unchecked,   "verdict-unchecked")              \
  X(run_total,           "run-total")                      \
  X(run_empty,           "run-empty")                      \
  /* reports to keep */                                     \
  X(word_accept,         "word-accept")                    \
  X(word_reject,         "word-reject")                    \
  X(word_unchecked,      "word-unchecked")                 \
  X(advice_accept,       "advice-accept")                  \
  X(advice_warnings,     "advice-accept-warnings")         \
  X(advice_reject,       "advice-reject")                  \
  X(advice_unchecked,    "advice-unchecked")               \
  X(report_title,        "report-title")                   \
  X(report_dated,        "report-dated")                   \
  X(report_stdin,        "report-standard-input")          \
  X(report_files,        "report-files")                   \
  X(report_col_file,     "report-column-file")             \
  X(report_col_verdict,  "report-column-verdict")          \
  X(report_contents,     "report-contents")                \
  X(report_path,         "report-path")                    \
  X(report_receiver,     "report-receiver")                \
  X(report_receives,     "report-receiver-value")          \
  X(report_offices,      "report-offices")                 \
  X(report_records,      "report-records")                 \
  X(report_encoding,     "report-encoding")                \
  X(report_findings,     "report-findings")                \
  X(report_size,         "report-size")                    \
  X(report_bytes,        "report-bytes")                   \
  X(report_check_date,   "report-check-date")              \
  X(report_count,        "report-count")                   \
  X(report_profile,      "report-profile")                 \
  X(report_off,          "report-off")                     \
  X(report_attachment,   "report-attachment")              \
  X(report_by_rule,      "report-by-rule")                 \
  X(report_col_severity, "report-column-severity")         \
  X(report_col_rule,     "report-column-rule")             \
  X(report_col_count,    "report-column-count")            \
  X(report_details,      "report-details")                 \
  X(report_shown,        "report-shown")                   \
  X(not_shown_of_rule,   "not-shown-of-rule")              \
  X(report_rules,        "report-rules")                   \
  X(report_with_values,  "report-with-values")             \
  X(report_without_values,"report-without-values")
// clang-format on

namespace phrase_id {
#define KPFD_PHRASE_NAME(name, id) inline constexpr std::string_view name = id;
KPFD_REPORT_PHRASES(KPFD_PHRASE_NAME)
#undef KPFD_PHRASE_NAME
}  // namespace phrase_id

/// Every phrase that a catalogue must have.
inline constexpr std::array required_phrases = {
#define KPFD_PHRASE_ID(name, id) std::string_view(id),
    KPFD_REPORT_PHRASES(KPFD_PHRASE_ID)
#undef KPFD_PHRASE_ID
};

}  // namespace kpfd::report
