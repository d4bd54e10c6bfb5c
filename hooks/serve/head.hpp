// The head of a request: bytes => where its body ends, or why it is none.
//
// Whoever reads the same bytes in another way must never find another request in them: what is not
// plainly one is refused, and the connection is closed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpfd::hooks {

struct HeadLimits {
  std::size_t most_bytes = 16U << 10;
  std::size_t most_fields = 64;
  std::size_t most_target = 1024;
};

/// A request without its body.
struct Head {
  std::string method;
  std::string target;
  std::string path;                                         ///< the target up to its query
  std::vector<std::pair<std::string, std::string>> fields;  ///< names in lower case
  std::uint64_t length = 0;                                 ///< of the body
  bool has_length = false;
  bool keep_alive = true;        ///< another request may follow
  bool expects_consent = false;  ///< `Expect: 100-continue`

  /// Whether another request may follow without a look at this one's body: it has none for sure.
  bool may_go_on() const { return keep_alive && length == 0 && (has_length || method == "GET"); }

  /// The value of a field that is there once; "": it is not, or more often.
  std::string_view field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

/// Reads a head that ends with an empty line. Returns 0, or the status of the refusal: 400 for what
/// is no request, 411 for a body without its length, 414, 417, 431, 501 for another coding, 505.
///
///     head   = method SP target SP "HTTP/1." ("0" / "1") CRLF *(name ":" value CRLF) CRLF
///     method = 1*16 A-Z;  target = "/" *(%x21-7E)
int read_head(std::string_view bytes, const HeadLimits& limits, Head& head);

}  // namespace kpfd::hooks
