// What the program in JavaScript does for the library: it has the bytes of files, takes texts and
// bytes away, and may stop what is under way. host.js has the other side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "converters/output/output_file.hpp"
#include "kpfd/report/report.hpp"
#include "kpfd/source.hpp"

namespace kpfd::desk {

/// Where what is handed over belongs.
enum class Channel : int {
  lines = 0,   ///< JSON, one object a line
  bytes = 1,   ///< of a filing that was written
  text = 2,    ///< a report, or a receipt
  failure = 3  ///< why it could not be done, for people
};

void hand_over(Channel channel, std::string_view bytes);

/// False: whoever waits does so no longer.
bool go_on(std::uint64_t done, std::uint64_t all);

/// Whether a whole text has the form of a pattern of XSD. JavaScript has regular expressions, and
/// the library need not bring its own.
bool fits(std::string_view pattern, std::string_view text);

/// A file that JavaScript has, by its number. It is read in pieces, so it need not fit into the
/// memory of the library.
class HostSource final : public Source {
 public:
  /// `unreadable`: what a SourceError says, in the language of the desk. It outlives the source.
  HostSource(int file, double size, std::string_view unreadable)
      : file_(file), size_(static_cast<std::uint64_t>(size)), unreadable_(unreadable) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override;
  std::uint64_t size_hint() const override { return size_; }

 private:
  int file_;
  std::uint64_t size_;
  std::string_view unreadable_;
};

/// A report on its way to a channel.
class HostOutput final : public report::Output {
 public:
  explicit HostOutput(Channel channel) : channel_(channel) {}
  void write(std::string_view bytes) override { hand_over(channel_, bytes); }

 private:
  Channel channel_;
};

}  // namespace kpfd::desk
