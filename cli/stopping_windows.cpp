// What stopping_posix.cpp does, for Windows.

#include <atomic>

#include "cli/stopping.hpp"
#include "kpfd/system/windows.hpp"

namespace kpfd::cli {

namespace {

std::atomic<bool> stop_was_asked{false};

/// The thread that works. Never closed: the one that asks may come at any time.
std::atomic<HANDLE> worker{nullptr};

void CALLBACK end_wait(ULONG_PTR /*nothing*/) {
  // That there is a call is what ends the wait.
}

/// In a thread that Windows starts for it.
BOOL WINAPI ask_to_stop(DWORD how) {
  stop_was_asked = true;
  ::QueueUserAPC(end_wait, worker, 0);
  if (how != CTRL_C_EVENT && how != CTRL_BREAK_EVENT) {
    // The console closes, and the process ends when this returns. Windows grants it some seconds to
    // end by itself.
    ::Sleep(INFINITE);
  }
  return TRUE;
}

}  // namespace

void listen_to_stop_signals() {
  HANDLE own = nullptr;
  if (::DuplicateHandle(::GetCurrentProcess(), ::GetCurrentThread(), ::GetCurrentProcess(), &own, 0,
                        FALSE, DUPLICATE_SAME_ACCESS) != FALSE) {
    worker = own;
  }
  ::SetConsoleCtrlHandler(ask_to_stop, TRUE);
}

bool asked_to_stop() { return stop_was_asked; }

}  // namespace kpfd::cli
