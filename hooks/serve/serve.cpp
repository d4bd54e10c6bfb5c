#include "hooks/serve/serve.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "converters/store/postgresql_store.hpp"
#include "converters/store/sqlite_store.hpp"
#include "hooks/intake/words.hpp"
#include "hooks/serve/log.hpp"
#include "kpfd/version.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::string_view unix_prefix = "unix:";
/// The socket that systemd has opened and hands over.
constexpr std::string_view systemd_socket = "systemd";
constexpr int first_from_systemd = 3;
constexpr int backlog = 4096;
/// How long to wait for another process that writes into the store, in milliseconds.
constexpr int store_patience = 5'000;

bool is_unix(const std::string& listen) { return listen.rfind(unix_prefix, 0) == 0; }

SetupError cannot_listen(const std::string& listen, const char* reason) {
  return SetupError("--listen " + listen + ": " + reason);
}

/// A socket that a service which has died left behind is taken away; one that somebody serves is
/// not.
void clear_path(const std::string& listen, const sockaddr_un& address) {
  struct stat facts {};
  if (::lstat(address.sun_path, &facts) != 0) {
    return;
  }
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!S_ISSOCK(facts.st_mode) ||
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno != ECONNREFUSED) {
    throw cannot_listen(listen, std::strerror(EADDRINUSE));
  }
  ::unlink(address.sun_path);
}

Descriptor listen_on_path(const std::string& listen) {
  const std::string path = listen.substr(unix_prefix.size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    throw cannot_listen(listen, std::strerror(ENAMETOOLONG));
  }
  path.copy(address.sun_path, path.size());
  clear_path(listen, address);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Owner and group may ask; the folder says who else comes near.
  const mode_t before = ::umask(S_IXUSR | S_IXGRP | S_IRWXO);
  const bool bound = socket.open() && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address),
                                             sizeof address) == 0;
  const int reason = errno;
  ::umask(before);
  if (!bound || ::listen(socket.get(), backlog) != 0) {
    throw cannot_listen(listen, std::strerror(bound ? errno : reason));
  }
  return socket;
}

/// The service speaks plainly: it listens on this machine alone.
Descriptor listen_on_loopback(const std::string& listen, std::string& bound_to) {
  const std::size_t colon = listen.rfind(':');
  const std::string host = listen.substr(0, colon);
  const std::string digits = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const bool number =
      !digits.empty() && digits.size() <= 5 &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number || std::stoi(digits) > 65'535) {
    throw cannot_listen(listen, "ADDRESS:PORT, [::1]:PORT, unix:PATH, systemd");
  }
  const auto port = static_cast<std::uint16_t>(std::stoi(digits));
  sockaddr_storage address{};
  socklen_t size = 0;
  auto* const four = reinterpret_cast<sockaddr_in*>(&address);
  auto* const six = reinterpret_cast<sockaddr_in6*>(&address);
  if (host == "[::1]") {
    six->sin6_family = AF_INET6;
    six->sin6_addr = in6addr_loopback;
    six->sin6_port = htons(port);
    size = sizeof *six;
  } else if (::inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1 &&
             (ntohl(four->sin_addr.s_addr) >> 24U) == 127) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    size = sizeof *four;
  } else {
    throw cannot_listen(listen,
                        "only this machine itself (127.0.0.1, [::1]) or unix:PATH; for others put "
                        "a front with TLS before it, see docs/serve.md");
  }
  Descriptor socket(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  if (!socket.open() ||
      ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(socket.get(), backlog) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw cannot_listen(listen, std::strerror(errno));
  }
  bound_to = host + ':' + std::to_string(ntohs(host == "[::1]" ? six->sin6_port : four->sin_port));
  return socket;
}

bool is_loopback(const sockaddr_storage& address) {
  const auto* const four = reinterpret_cast<const sockaddr_in*>(&address);
  const auto* const six = reinterpret_cast<const sockaddr_in6*>(&address);
  return (address.ss_family == AF_INET && (ntohl(four->sin_addr.s_addr) >> 24U) == 127) ||
         (address.ss_family == AF_INET6 &&
          std::memcmp(&six->sin6_addr, &in6addr_loopback, sizeof in6addr_loopback) == 0);
}

/// What a service is reached at.
struct Listener {
  Descriptor socket;
  std::string address;       ///< for the log
  bool is_unix = false;      ///< its file says who comes near
  std::string path_to_take;  ///< goes away with the service; "": nothing does
};

/// A socket that is there before the service is, and stays while it is started anew.
Listener take_from_systemd(const std::string& listen) {
  const auto number_of = [](const char* name) {
    const char* const text = std::getenv(name);
    return text == nullptr ? std::string() : std::string(text);
  };
  if (number_of("LISTEN_PID") != std::to_string(::getpid()) || number_of("LISTEN_FDS") != "1") {
    throw cannot_listen(listen, "systemd has handed over no socket, or more than one");
  }
  for (const char* const name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    ::unsetenv(name);
  }
  Listener listener;
  listener.socket = Descriptor(first_from_systemd);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  int listening = 0;
  socklen_t listening_size = sizeof listening;
  if (::getsockname(first_from_systemd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::getsockopt(first_from_systemd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &listening_size) !=
          0 ||
      listening == 0) {
    throw cannot_listen(listen, "what systemd has handed over is no listening socket");
  }
  listener.is_unix = address.ss_family == AF_UNIX;
  if (!listener.is_unix && !is_loopback(address)) {
    throw cannot_listen(listen,
                        "the socket is reached from other machines; put a front with TLS before "
                        "it, see docs/serve.md");
  }
  if (::fcntl(first_from_systemd, F_SETFD, FD_CLOEXEC) != 0 ||
      ::fcntl(first_from_systemd, F_SETFL, O_NONBLOCK) != 0) {
    throw cannot_listen(listen, std::strerror(errno));
  }
  listener.address = listen;
  return listener;
}

Listener open_listener(const std::string& listen) {
  Listener listener;
  listener.address = listen;
  if (listen == systemd_socket) {
    return take_from_systemd(listen);
  }
  listener.is_unix = is_unix(listen);
  if (listener.is_unix) {
    listener.socket = listen_on_path(listen);
    listener.path_to_take = listen.substr(unix_prefix.size());
  } else {
    listener.socket = listen_on_loopback(listen, listener.address);
  }
  return listener;
}

void find_user(const ServeOptions& options, ConfinementOptions& confinement) {
  if (::geteuid() != 0) {
    return;
  }
  const std::string name = options.user.empty() ? "nobody" : options.user;
  const passwd* const user = ::getpwnam(name.c_str());
  if (user == nullptr || user->pw_uid == 0) {
    throw SetupError("--worker-user " + name + ": " +
                     (user == nullptr ? "no such user" : "not root"));
  }
  confinement.user = user->pw_uid;
  confinement.group = user->pw_gid;
}

/// Enough descriptors for all connections, as far as the system gives them.
void ask_for_descriptors(FrontLimits& limits) {
  constexpr rlim_t others = 256;
  rlimit most{};
  ::getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = std::min<rlim_t>(most.rlim_max, limits.most_connections + others);
  ::setrlimit(RLIMIT_NOFILE, &most);
  ::getrlimit(RLIMIT_NOFILE, &most);
  const rlim_t room = most.rlim_cur > others ? most.rlim_cur - others : 1;
  if (room < limits.most_connections) {
    limits.most_connections = static_cast<std::uint32_t>(room);
    LogLine("warning", "few_descriptors").number("connections", room).write();
  }
}

Loader::Open opener_of(const ServeOptions& options, const converters::IngestModel& model) {
  if (!options.database.empty()) {
    return [&options, &model] {
      converters::PostgresqlOptions postgresql;
      postgresql.with_my_number = options.with_my_number;
      return converters::open_postgresql_store(options.database, model, postgresql);
    };
  }
  return [&options, &model] {
    converters::SqliteOptions sqlite;
    sqlite.with_my_number = options.with_my_number;
    sqlite.patience = store_patience;
    return converters::open_sqlite_store(options.store, model, sqlite);
  };
}

void log_event(std::string_view event, std::string_view detail) {
  const bool bad = event == "confinement_missing" || event == "worker_ended" ||
                   event == "worker_not_started" || event == "store_away";
  LogLine line(bad ? "warning" : "info", event);
  if (!detail.empty()) {
    line.text("detail", detail);
  }
  line.write();
}

/// The signals that end the service, taken by one thread in its own time.
class Ending {
 public:
  Ending() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGTERM);
    ::sigaddset(&signals_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  int wait() const {
    int signal = 0;
    while (::sigwait(&signals_, &signal) != 0) {
    }
    return signal;
  }

 private:
  sigset_t signals_{};
};

}  // namespace

void serve(ServeOptions options) {
  const Words both_stores = {"--store と --database は、どちらか一つです",
                             "--store or --database, not both"};
  const Words no_token = {"--no-token は Unix ソケット（--listen unix:…）だけです",
                          "--no-token is for a Unix socket (--listen unix:...)"};
  const Words no_sender = {"--sender-header は Unix ソケット（--listen unix:…）だけです",
                           "--sender-header is for a Unix socket (--listen unix:...)"};
  const Words which_token = {"--token-file でトークンのファイルを指定してください",
                             "name a file of tokens with --token-file"};
  const std::string& language = options.pool.setup.intake.language;
  if (!options.store.empty() && !options.database.empty()) {
    throw SetupError(std::string(both_stores.in(language)));
  }
  if (!options.no_token && options.token_file.empty()) {
    throw SetupError(std::string(which_token.in(language)));
  }
  const Tokens tokens = options.no_token ? Tokens() : Tokens::read(options.token_file, language);
  Listener listener = open_listener(options.listen);
  if (options.no_token && !listener.is_unix) {
    throw SetupError(std::string(no_token.in(language)));
  }
  if (!options.sender_header.empty() && !listener.is_unix) {
    throw SetupError(std::string(no_sender.in(language)));
  }
  // Before any thread: all of them inherit it, and only the one below looks at the signals.
  const Ending ending;
  options.pool.setup.intake.strict = true;
  find_user(options, options.pool.setup.confinement);
  options.pool.log = log_event;
  const Intake intake(options.pool.setup.intake);
  ask_for_descriptors(options.front);
  WorkerPool pool(options.pool, intake.model());
  std::unique_ptr<Loader> loader;
  if (!options.store.empty() || !options.database.empty()) {
    Loader::Options how;
    how.language = language;
    loader = std::make_unique<Loader>(opener_of(options, intake.model()), intake.model(), how,
                                      log_event);
  }
  ServiceOptions service_options;
  service_options.language = language;
  service_options.most_body = options.most_body;
  service_options.asks_for_token = !options.no_token;
  service_options.sender_header = options.sender_header;
  Service service(service_options, intake, tokens, pool, loader.get());
  options.front.listener_stays = options.listen == systemd_socket;
  Front front(std::move(listener.socket), options.front, service);
  service.attach(front);
  LogLine("info", "listening")
      .text("address", listener.address)
      .text("version", version())
      .text("rules", intake.engine().rules_hash())
      .number("workers", pool.size())
      .write();
  std::thread waiting([&] {
    const int signal = ending.wait();
    LogLine("info", "stopping").number("signal", static_cast<std::uint64_t>(signal)).write();
    front.stop();
  });
  front.run();
  waiting.join();
  if (!listener.path_to_take.empty()) {
    ::unlink(listener.path_to_take.c_str());
  }
  LogLine("info", "stopped").write();
}

}  // namespace kpfd::hooks
