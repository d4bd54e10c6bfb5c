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
  X(run_empty,           "run-empty")
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
