// The worker of the services as a program of its own: a fuzzer's own executable is none.

#include <string_view>

#include "hooks/worker/worker.hpp"

int main(int argc, char** argv) {
  if (argc != 2 || argv[1] != kpfd::hooks::worker_command) {
    return 2;
  }
  return kpfd::hooks::run_worker();
}
