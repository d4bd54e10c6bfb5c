// What the office keeps of a check before sending.
#pragma once

#include <string>

#include "hooks/precheck/precheck.hpp"
#include "kpfd/report/catalogue.hpp"

namespace kpfd::hooks {

/// All that a receipt says beside the send itself.
struct ReceiptFacts {
  std::string reference;
  bool keyed = false;      ///< the reference was made with a key of the office
  std::string made_at;     ///< `2026-07-31T18:00:00+09:00`
  std::string check_date;  ///< `2026-07-31`
  std::string version;
  std::string schemas;  ///< their edition
  std::string rules;    ///< hash over them
  std::string file_types;
};

/// The engine names forms; its profile is that of the check.
std::string receipt_as_html(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                            const report::Catalogue& catalogue);
std::string receipt_as_text(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                            const report::Catalogue& catalogue);

/// One JSON object:
///
///     {"type":"send","menu":…,"verdict":…,"reason":…,"files":…,"bytes":…,"limit":…,"errors":…,
///      "warnings":…,"reference":…,"keyed":…,"made_at":…,"check_date":…,"schemas":…,"rules":…,
///      "file_types":…,"version":…,"profile":{"key":…,"edition":…,"sha256":…},
///      "attachments":[{"key":…,"name":…,"records":…,"given":…}],
///      "contents":[{"file":…,"attachment":…,"document":…,"verdict":…,"kind":…,"bytes":…,
///                   "records":{form:count},"errors":…,"warnings":…}]}
///
/// "reason" is there for the verdict `unchecked` only, "profile" where there is one.
std::string send_as_json(const Send& send, const ReceiptFacts& facts, const Engine& engine,
                         const report::Catalogue& catalogue);

/// The sentence that says whether the files may be sent.
std::string verdict_text(const Send& send, const report::Catalogue& catalogue);

}  // namespace kpfd::hooks
