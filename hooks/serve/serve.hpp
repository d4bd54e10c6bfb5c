// `kpfd serve` from its options to its end.
#pragma once

#include <cstdint>
#include <string>

#include "hooks/serve/front.hpp"
#include "hooks/serve/service.hpp"
#include "hooks/worker/pool.hpp"

namespace kpfd::hooks {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";  ///< an address of this machine, or `unix:` and a path
  std::string token_file;
  bool no_token = false;  ///< on a Unix socket alone
  std::string store;      ///< a file of SQLite; "": none
  std::string database;   ///< a connection to PostgreSQL; "": none
  bool with_my_number = false;
  std::string user;  ///< name of who the workers become, where root starts the service; "": nobody
  std::uint64_t most_body = std::uint64_t{20} << 20;
  FrontLimits front;
  PoolOptions pool;
};

/// Serves until SIGTERM or SIGINT and until all that was taken is answered. Throws SetupError, and
/// std::system_error where the system lacks what it takes.
void serve(ServeOptions options);

}  // namespace kpfd::hooks
