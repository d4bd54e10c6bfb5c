// The head of a request.
//
//   input ::= head
//
// Oracles:
//   - what is taken has one empty line, at its end, and each of its lines ends in CR LF;
//   - written out again from what was understood, it is understood in the same way;
//   - it has no coding, and its length is in the bytes at most once;
//   - whoever cuts a byte off, or adds one, has no head.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/serve/head.hpp"
#include "support.hpp"

using kpfd::hooks::Head;
using kpfd::hooks::HeadLimits;
using kpfd::hooks::read_head;
using kpfd_fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Head head;
  if (read_head(bytes, HeadLimits{}, head) != 0) {
    return 0;
  }
  require(bytes.find("\r\n\r\n") == bytes.size() - 4, "the empty line");
  for (std::size_t at = bytes.find('\n'); at != std::string::npos; at = bytes.find('\n', at + 1)) {
    require(at > 0 && bytes[at - 1] == '\r', "a bare line feed");
  }
  require(head.count("transfer-encoding") == 0, "a coding");
  require(head.count("content-length") == (head.has_length ? 1U : 0U), "the length");
  require(head.count("host") <= 1, "two hosts");
  std::string again = head.method + ' ' + head.target + " HTTP/1.1\r\n";
  if (head.count("host") == 0) {
    again += "host: x\r\n";
  }
  for (const auto& [name, value] : head.fields) {
    again.append(name).append(": ").append(value).append("\r\n");
  }
  again += "\r\n";
  Head second;
  if (again.size() <= HeadLimits{}.most_bytes && head.fields.size() < HeadLimits{}.most_fields) {
    require(read_head(again, HeadLimits{}, second) == 0, "written out again");
    require(second.length == head.length && second.has_length == head.has_length &&
                second.path == head.path && second.expects_consent == head.expects_consent,
            "understood in another way");
  }
  require(read_head(bytes.substr(0, bytes.size() - 1), HeadLimits{}, second) != 0, "cut");
  require(read_head(bytes + 'G', HeadLimits{}, second) != 0, "longer");
  return 0;
}
