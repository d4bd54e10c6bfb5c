// What the server says of a file that it drops: a small JSON object beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kpfd::hooks {

/// A sidecar is a handful of lines.
inline constexpr std::size_t most_sidecar_bytes = 64U << 10;

/// A sidecar that cannot be used; what() is for the people who run the server.
class SidecarError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Sidecar {
  std::string certificate;            ///< the sender's certificate id
  std::string office;                 ///< number of the sender's own office; "": it has none
  std::string received_at;            ///< `2026-07-31T18:00:00+09:00`; "": not known
  std::string encrypted_name;         ///< `A_…pgp` or `N_…pgp`
  std::optional<std::uint64_t> size;  ///< of the file, in bytes

  /// Whether it was sent as another document than a filing.
  bool is_document() const { return encrypted_name.substr(0, 1) == "N"; }
};

/// Reads a sidecar:
///
///     {"certificate":"JC-1111100-11111-00-000-1234-000","office":"1001",
///      "received_at":"2026-07-31T18:00:00+09:00",
///      "encrypted_name":"A_JC-1111100-11111-00-000-1234-000-2026073118000001.pgp","size":1234}
///
/// `certificate` and `encrypted_name` are required; members of other names are left alone if they
/// are texts, whole numbers, true, false or null. Throws SidecarError, in this language.
Sidecar read_sidecar(std::string_view json, std::string_view language);

}  // namespace kpfd::hooks
