// `kpfd serve` from its options to its end.
#pragma once

#include <cstdint>
#include <string>

#include "hooks/serve/front.hpp"
#include "hooks/serve/service.hpp"
#include "hooks/worker/pool.hpp"

namespace kpfd::hooks {

struct ServeOptions {
  /// An address of this machine, `unix:` and a path, or `systemd`: the socket that it hands over.
  std::string listen = "127.0.0.1:8080";
  std::string token_file;
  bool no_token = false;  ///< on a Unix socket alone
  /// The field in which a front says whose certificate it was; on a Unix socket alone. "": none
  std::string sender_header;
  std::string store;     ///< a file of SQLite; "": none
  std::string database;  ///< a connection to PostgreSQL; "": none
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
