#include "hooks/serve/serve.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/profile.hpp"

namespace kpfd::cli {

namespace {

struct ServeArguments {
  hooks::ServeOptions options;
  std::uint64_t most_megabytes = 20;
  std::uint64_t worker_memory = 1024;
  std::uint32_t job_seconds = 30;
  std::uint32_t head_seconds = 10;
  std::uint32_t body_seconds = 60;
  std::uint32_t idle_seconds = 60;
};

int run_serve(ServeArguments& arguments, const Common& common) {
  hooks::ServeOptions& options = arguments.options;
  hooks::WorkerSetup& setup = options.pool.setup;
  setup.intake.language = common.language;
  setup.intake.schemas = common.schemas;
  setup.confinement.memory = arguments.worker_memory << 20U;
  setup.processor_seconds = arguments.job_seconds;
  options.pool.longest_job = std::chrono::seconds(arguments.job_seconds);
  options.most_body = arguments.most_megabytes << 20U;
  options.front.head_time = std::chrono::seconds(arguments.head_seconds);
  options.front.body_time = std::chrono::seconds(arguments.body_seconds);
  options.front.idle_time = std::chrono::seconds(arguments.idle_seconds);
  hooks::serve(options);
  return Exit::good;
}

}  // namespace

void add_serve_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<ServeArguments>();
  hooks::ServeOptions& options = arguments->options;
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "serve", words("届出の点検と受付を HTTP で行います（このコンピューターの中だけ）。",
                     "Checks and takes in filings over HTTP (on this machine alone)."));
  command
      ->add_option("--listen", options.listen,
                   words("待ち受ける場所（127.0.0.1:8080、[::1]:8080、unix:/path、systemd）",
                         "where to listen: 127.0.0.1:8080, [::1]:8080, unix:/path, systemd"))
      ->option_text("ADDRESS");
  command
      ->add_option("--token-file", options.token_file,
                   words("トークンのファイル（一行に「名前 トークン [最終日]」）",
                         "file of tokens, a line each: NAME TOKEN [LAST-DAY]"))
      ->option_text("FILE");
  command->add_flag("--no-token", options.no_token,
                    words("トークンを求めません（Unix ソケットだけ）",
                          "asks for no token (on a Unix socket alone)"));
  command
      ->add_option(
          "--sender-header", options.sender_header,
          words("前段のサーバーが送信者を書くヘッダー（Unix ソケットだけ）。ログに残します",
                "header in which a front names the sender (on a Unix socket alone), for "
                "the log"))
      ->transform(CLI::detail::to_lower)
      ->option_text("NAME");
  command
      ->add_option("--store", options.store,
                   words("届出を保管する SQLite のファイル", "file of SQLite that filings go to"))
      ->option_text("FILE");
  command
      ->add_option("--database", options.database,
                   words("届出を保管する PostgreSQL の接続先（host=… dbname=…）",
                         "PostgreSQL that filings go to: host=... dbname=..."))
      ->option_text("CONNECTION");
  command->add_flag("--with-my-number", options.with_my_number,
                    words("個人番号も、別の場所に保管します",
                          "My Numbers are kept, too, in a place of their own"));
  command
      ->add_option(
          "--workers", options.pool.workers,
          words("点検プロセスの数（0 は CPU の数）", "checking processes (0: one a processor)"))
      ->check(CLI::Range(0, 256))
      ->option_text("N");
  command
      ->add_option("--worker-user", options.user,
                   words("root で始めたとき、点検プロセスの利用者（指定がなければ nobody）",
                         "who the checking processes become where root starts the service "
                         "(default: nobody)"))
      ->option_text("NAME");
  command
      ->add_option("--worker-memory", arguments->worker_memory,
                   words("点検プロセスのメモリの上限（MiB、1024）",
                         "most memory of a checking process (MiB, 1024)"))
      ->check(CLI::Range(64, 65'536))
      ->option_text("N");
  command
      ->add_option("--max-body", arguments->most_megabytes,
                   words("ファイルの上限（MiB、20）", "largest file (MiB, 20)"))
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
  command
      ->add_option("--max-connections", options.front.most_connections,
                   words("接続の上限（12000）", "most connections (12000)"))
      ->check(CLI::Range(1, 1'000'000))
      ->option_text("N");
  command
      ->add_option(
          "--max-waiting", options.pool.most_waiting,
          words("点検を待つ要求の上限（256）", "most requests that wait for a check (256)"))
      ->check(CLI::Range(0, 100'000))
      ->option_text("N");
  command
      ->add_option("--threads", options.front.threads,
                   words("要求を処理するスレッドの数（64）", "threads that answer (64)"))
      ->check(CLI::Range(1, 4096))
      ->option_text("N");
  const auto seconds = [&](const char* name, std::uint32_t& value, std::string text) {
    command->add_option(name, value, std::move(text))
        ->check(CLI::Range(1, 3600))
        ->option_text("SECONDS");
  };
  seconds("--job-time", arguments->job_seconds,
          words("一つの点検の時間の上限（30）", "longest check (30)"));
  seconds("--head-time", arguments->head_seconds,
          words("要求の見出しを待つ時間（10）", "longest wait for the head of a request (10)"));
  seconds("--body-time", arguments->body_seconds,
          words("ファイルを待つ時間（60）", "longest wait for a file (60)"));
  seconds("--idle-time", arguments->idle_seconds,
          words("何も送らない接続を保つ時間（60）",
                "how long a connection without a request is held (60)"));
  command
      ->add_option(
          "--as-of", options.pool.setup.intake.as_of,
          words("点検日（指定がなければ日本の今日）", "check date (default: today in Japan)"))
      ->option_text("YYYY-MM-DD");
  add_profile_option(*command, options.pool.setup.intake.profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_serve(*arguments, common); });
}

}  // namespace kpfd::cli
