// Files, standard input and pipes as sources.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "hooks/intake/words.hpp"
#include "kpfd/sources/open.hpp"

namespace kpfd::hooks {

using sources::OpenedSource;

/// A file beyond this is not read: it would take hours. A file with holes can be of any size and
/// lie on no disk at all.
inline constexpr std::uint64_t most_source_bytes = std::uint64_t{64} << 30;

/// For a caller that reads no more than a part.
inline constexpr std::uint64_t any_size = std::numeric_limits<std::uint64_t>::max();

/// Opens a path, or standard input for `-`; see kpfd/sources/open.hpp. Throws SourceError, also for
/// what is larger than `most` bytes.
inline OpenedSource open_source(const std::string& path, std::string_view language,
                                std::uint64_t most = most_source_bytes) {
  OpenedSource opened =
      path == "-" ? sources::open_standard_input(language) : sources::open_file(path, language);
  if (opened.size > most) {
    throw SourceError(
        std::string(Words{"ファイルが大きすぎます（64 GiB まで）。届出ファイルは 20 MB までです",
                          "the file is too large (64 GiB at most); a filing has up to 20 MB"}
                        .in(language)));
  }
  return opened;
}

}  // namespace kpfd::hooks
