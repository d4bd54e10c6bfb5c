// How a command that runs until it is told to stop hears of it.
#pragma once

namespace kpfd::cli {

/// From now on the command can be asked to stop: by SIGTERM and SIGINT; on Windows by Ctrl+C,
/// Ctrl+Break, by closing its console or by the end of the session. What is in hand is finished
/// first. Waiting of the thread that calls this ends at once.
void listen_to_stop_signals();

/// Whether somebody asked.
bool asked_to_stop();

}  // namespace kpfd::cli
