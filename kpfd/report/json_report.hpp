// Reports for programs: JSON lines, and the same objects in one JSON array.
#pragma once

#include "kpfd/report/buffer.hpp"
#include "kpfd/report/report.hpp"

namespace kpfd::report {

/// One object a line: findings as they come, then for each file its summary.
///
///     {"type":"finding","file":…,"line":…,"form":…,"item":…,"key":…,"rule":…,"severity":…,
///      "message":…,"offset":…,"length":…}                     and "value", where values are shown;
///                                                              "reason", where a profile changed
///                                                              the severity; "attachment", the key
///                                                              of what a profile asks for
///     {"type":"cut","file":…,"findings_not_shown":…}           only where max_findings cut some
///     off
///     {"type":"summary","file":…,"verdict":…,"reason":…,"kind":…,"encoding":…,"bytes":…,
///      "offices":…,"records":{form:count},"errors":…,"warnings":…,"schemas":…,
///      "edition":…,"rules":"sha256:…"}
///
/// "reason" is there for the verdict `unchecked` only. "schemas" is the newest edition of the
/// schemas, "edition" the one that the caller asked for or else the newest one that holds on the
/// check date (each record's own is told from its number of columns), "rules" the hash over all
/// that decides the verdict but a profile. Where a union's profile was given, the summary goes on:
///
///      "profile":{"key":…,"edition":…,"sha256":…,"number":…,"name":…,"applied":true|false},
///      "off":[{"rule":…,"forms":…,"key":…,"reason":…,"findings":…},…],
///      "attachments":[{"key":…,"name":…,"records":…},…]
class JsonLinesReport : public Report {
 public:
  JsonLinesReport(Output& output, const Catalogue& catalogue, ReportOptions options);

  void begin_file(std::string_view name, std::uint64_t size) override;
  void finding(const Finding& finding) override;
  void end_file(const Summary& summary) override;
  void finish() override;

  /// Another object behind those of the files: JSON of one line.
  void add_object(std::string_view object);

 protected:
  /// What stands before an object, behind it, and around all of them.
  struct Frame {
    std::string_view begin;
    std::string_view between;
    std::string_view end_of_object;
    std::string_view end;
  };
  JsonLinesReport(Output& output, const Catalogue& catalogue, ReportOptions options,
                  const Frame& frame);

 private:
  void begin_any_object();
  void begin_object(std::string_view type);
  void end_object();
  void append_profile(const ProfileUse& profile);

  Buffer out_;
  const Catalogue& catalogue_;
  ReportOptions options_;
  Frame frame_;
  std::uint64_t most_;
  std::uint64_t shown_ = 0;      ///< in the run
  std::uint64_t not_shown_ = 0;  ///< of the file
  bool first_ = true;            ///< no object was written yet
  std::string file_;             ///< the file's name as a JSON string, quotes included
};

/// The objects of JsonLinesReport as the elements of one array.
class JsonReport final : public JsonLinesReport {
 public:
  JsonReport(Output& output, const Catalogue& catalogue, ReportOptions options);
};

}  // namespace kpfd::report
