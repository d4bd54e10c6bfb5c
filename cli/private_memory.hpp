// Keeps what was read of filings where it belongs: in this process, and no longer than it is
// needed.
#pragma once

namespace kpfd::cli {

/// From now on this process leaves no dump when it crashes, whatever the system is set to, and
/// nobody but root may look into it. What it starts anew decides for itself.
void forbid_dumps();

}  // namespace kpfd::cli
