#include "converters/ingest/identity.hpp"

#include <cstdint>

namespace kpfd::converters {

namespace {

/// What is hashed begins with what it is, so that no other use of the key gives the same bytes.
constexpr std::string_view content_label = "kpfd filing 1\n";
constexpr std::string_view receipt_label = "kpfd receipt 1\n";

constexpr std::size_t receipt_groups = 4;
constexpr std::size_t group_size = 5;

}  // namespace

std::string receipt_of(std::string_view bytes) {
  // Crockford's alphabet: no letter that is taken for a digit.
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string receipt;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (std::size_t i = 0; i < receipt_groups * group_size; ++i) {
    if (count < 5) {
      bits = bits << 8U | static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      count += 8;
    }
    count -= 5;
    receipt += i > 0 && i % group_size == 0 ? "-" : "";
    receipt += alphabet[bits >> count & 31U];
  }
  return receipt;
}

Identifier::Identifier(std::string_view key, std::string_view receiver) : key_(key), content_(key) {
  content_.feed(content_label).feed(receiver).feed("\n");
}

void Identifier::line(std::string_view text) { content_.feed(text).feed("\r\n"); }

Identity Identifier::finish() {
  Identity identity;
  identity.fingerprint = digest::hexadecimal(content_.finish());
  const digest::Digest receipt =
      digest::HmacSha256(key_).feed(receipt_label).feed(identity.fingerprint).finish();
  identity.receipt = receipt_of({reinterpret_cast<const char*>(receipt.data()), receipt.size()});
  return identity;
}

Identity identify(FilingReader& reader, std::string_view key) {
  Identifier identifier(key, reader.receiver().key);
  Row row;
  while (reader.next(row)) {
    identifier.line(row.text);
  }
  return identifier.finish();
}

}  // namespace kpfd::converters
