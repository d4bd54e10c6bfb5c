// The name of a filing: the same for the same content, whatever the file is called and however its
// characters are written; and nothing that anybody without the key can try guesses against.
#pragma once

#include <string>
#include <string_view>

#include "converters/source/filing_reader.hpp"
#include "kpfd/digest/hmac.hpp"

namespace kpfd::converters {

/// Shortest key, in bytes.
inline constexpr std::size_t shortest_key = 32;

struct Identity {
  std::string fingerprint;  ///< HMAC-SHA-256 in 64 hexadecimal digits
  std::string receipt;      ///< `7K2QD-9XW4F-0B8RN-H5TCV`
};

/// Makes the identity of an accepted filing from its lines. What counts is its canonical content:
/// the receiver's key, then each line in Shift_JIS with CR LF behind it, from the media record to
/// the last data record. A byte order mark, end marks and blank lines do not belong to it; media
/// number and creation date do.
class Identifier {
 public:
  Identifier(std::string_view key, std::string_view receiver);
  /// The next line, in Shift_JIS, without its end.
  void line(std::string_view text);
  Identity finish();

 private:
  std::string key_;
  digest::HmacSha256 content_;
};

/// The identity of a filing that is read to its end for it.
Identity identify(FilingReader& reader, std::string_view key);

/// Bytes that nobody can guess => a receipt id in the same form: for a filing that is named without
/// a key. `bytes` has 16 of them or more.
std::string receipt_of(std::string_view bytes);

}  // namespace kpfd::converters
