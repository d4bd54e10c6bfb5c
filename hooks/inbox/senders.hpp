// Which offices a sender may file for.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kpfd::hooks {

/// A table of senders: an attorney files for its clients.
class Senders {
 public:
  /// Reads lines of `certificate,office[,office…]`; blank lines, and those that begin with `#`, are
  /// skipped, and so is a first line whose second column has no digit. Several lines may speak of
  /// one certificate. Throws std::runtime_error with the line, never with what stands there.
  void read(std::string_view csv);

  /// The offices that the table names for a certificate.
  const std::set<std::string, std::less<>>& offices_of(const std::string& certificate) const;

 private:
  std::map<std::string, std::set<std::string, std::less<>>> offices_;
};

}  // namespace kpfd::hooks
