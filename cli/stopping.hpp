// How a command that runs until it is told to stop hears of it.
#pragma once

namespace kpfd::cli {

/// From now on SIGTERM and SIGINT ask the command to stop: what is in hand is finished first.
/// Waiting ends at once.
void listen_to_stop_signals();

/// Whether one of them came.
bool asked_to_stop();

}  // namespace kpfd::cli
