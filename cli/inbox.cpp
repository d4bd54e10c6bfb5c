#include "hooks/inbox/inbox.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/stopping.hpp"
#include "converters/output/output_error.hpp"
#include "converters/store/postgresql_store.hpp"
#include "converters/store/sqlite_store.hpp"
#include "hooks/inbox/lasting_store.hpp"
#include "hooks/page/json_object.hpp"
#include "kpfd/layout/load.hpp"
#include "kpfd/xsd/files.hpp"

namespace kpfd::cli {

namespace {

/// A union has some thousand offices, an attorney some hundred clients.
constexpr std::size_t most_sender_bytes = std::size_t{4} << 20;

constexpr std::size_t most_passphrase_bytes = 4096;

struct InboxArguments {
  hooks::Intake::Options intake;
  std::string folder;
  std::string store;
  std::string database;
  std::string senders;
  std::string pgp_key;
  std::string pgp_passphrase;
  double settle = 2;
  double poll = 5;
  double stale = 3600;
  bool once = false;
  bool with_my_number = false;
};

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(seconds));
}

/// Reads a table into the senders; `what` says which one it is.
void add_senders(hooks::Senders& senders, const std::string& what, std::string_view table) {
  try {
    senders.read(table);
  } catch (const std::runtime_error& error) {
    throw CommandError(what + ": " + error.what());
  }
}

/// The tables of the command line and of the profile: both count.
hooks::Senders read_senders(const std::string& path, const hooks::Intake& intake,
                            const Common& common) {
  hooks::Senders senders;
  if (!path.empty()) {
    std::string bytes;
    const std::string reason = xsd::read_regular_file(path, most_sender_bytes, bytes);
    if (!reason.empty()) {
      throw CommandError("--senders " + path + ": " + reason);
    }
    add_senders(senders, "--senders " + path, bytes);
  }
  if (const std::optional<profile::Profile>& profile = intake.profile(); profile) {
    if (const auto table = hooks::read_senders(*profile, most_sender_bytes, common.language)) {
      add_senders(senders, "--profile " + profile->file + ", " + table->name, table->bytes);
    }
  }
  return senders;
}

std::unique_ptr<converters::IngestStore> open_store(const InboxArguments& arguments,
                                                    const hooks::Intake& intake) {
  if (!arguments.store.empty()) {
    converters::SqliteOptions options;
    options.with_my_number = arguments.with_my_number;
    return converters::open_sqlite_store(arguments.store, intake.model(), options);
  }
  converters::PostgresqlOptions options;
  options.with_my_number = arguments.with_my_number;
  return converters::open_postgresql_store(arguments.database, intake.model(), options);
}

std::unique_ptr<hooks::Decryptor> make_decryptor(const InboxArguments& arguments,
                                                 const Common& common) {
  if (arguments.pgp_key.empty()) {
    return nullptr;
  }
  std::string passphrase;
  if (!arguments.pgp_passphrase.empty()) {
    const std::string reason =
        xsd::read_regular_file(arguments.pgp_passphrase, most_passphrase_bytes, passphrase);
    if (!reason.empty()) {
      throw CommandError("--pgp-passphrase " + arguments.pgp_passphrase + ": " + reason);
    }
    passphrase.erase(passphrase.find_last_not_of("\r\n") + 1);
  }
  return std::make_unique<hooks::Decryptor>(arguments.pgp_key, std::move(passphrase),
                                            common.language);
}

void tell(const hooks::Done& done) {
  std::string line;
  hooks::JsonWriter object(line);
  object.text("type", "done")
      .text("file", done.name)
      .text("place", hooks::name_of(done.place))
      .text("folder", std::string(hooks::name_of(done.place)) + "/" + done.as)
      .text("receipt", done.receipt)
      .flag("duplicate", done.duplicate)
      .number("errors", done.errors)
      .number("warnings", done.warnings);
  if (done.place == hooks::Place::parked) {
    object.text("reason", done.reason);
  }
  object.end();
  DescriptorOutput(STDOUT_FILENO).write(line + '\n');
}

int run_inbox(const InboxArguments& arguments, const Common& common) {
  if (arguments.store.empty() == arguments.database.empty()) {
    throw CommandError(std::string(
        common.words("保管庫を --store（SQLite）か --database（PostgreSQL）で指定してください",
                     "name the store by --store (SQLite) or --database (PostgreSQL)")));
  }
  hooks::Intake::Options options = arguments.intake;
  options.schemas = common.schemas;
  options.language = common.language;
  int status = Exit::good;
  try {
    const hooks::Intake intake(options);
    const hooks::Senders senders = read_senders(arguments.senders, intake, common);
    const hooks::FileTypes types(intake.schema_files());
    // The process that files are read in begins before the store's key and lines are in memory.
    hooks::Examiner examiner(intake, types);
    const std::unique_ptr<hooks::Decryptor> decryptor = make_decryptor(arguments, common);
    listen_to_stop_signals();
    hooks::LastingStore store([&] { return open_store(arguments, intake); });
    hooks::Inbox::Options how;
    how.folder = arguments.folder;
    how.language = common.language;
    how.settle = milliseconds(arguments.settle);
    how.poll = milliseconds(arguments.poll);
    how.stale = std::chrono::duration_cast<std::chrono::seconds>(milliseconds(arguments.stale));
    how.say = [](const std::string& text) { say(text); };
    how.stop = asked_to_stop;
    how.done = [&status](const hooks::Done& done) {
      status = std::max<int>(status, done.place == hooks::Place::accepted   ? Exit::good
                                     : done.place == hooks::Place::rejected ? Exit::bad
                                                                            : Exit::unchecked);
      tell(done);
    };
    hooks::Inbox inbox(std::move(how), intake, examiner, decryptor.get(), store, senders);
    const bool all = inbox.run(arguments.once);
    if (!arguments.once) {
      return Exit::good;  // it was asked to stop, and has
    }
    return all ? status : static_cast<int>(Exit::unchecked);
  } catch (const converters::StoreError& error) {
    throw CommandError(error.text(common.language));
  } catch (const converters::OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
}

}  // namespace

void add_inbox_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<InboxArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "inbox", words("受信フォルダに置かれたファイルを点検し、受け付けるか返戻します。",
                     "Checks the files that are dropped into a folder, and takes them in or sends "
                     "them back."));
  command
      ->add_option("FOLDER", arguments->folder,
                   words("ファイルと説明ファイル（.json）が置かれるフォルダ",
                         "folder that files and their sidecars (.json) are dropped into"))
      ->required();
  command
      ->add_option("--store", arguments->store,
                   words("届出を入れるSQLiteの保管庫", "the SQLite store that filings go to"))
      ->option_text("FILE");
  command
      ->add_option("--database", arguments->database,
                   words("届出を入れるPostgreSQLの接続先（host=… dbname=…）",
                         "the PostgreSQL store: host=... dbname=... or postgresql://..."))
      ->option_text("CONNECTION");
  command
      ->add_option(
          "--senders", arguments->senders,
          words("証明書ごとの事業所の表（CSV: 証明書,事業所,…）。プロファイルの表に加わります",
                "which offices a certificate may file for: certificate,office,... a "
                "line; beside the table that the profile names"))
      ->option_text("FILE");
  command
      ->add_option("--pgp-key", arguments->pgp_key,
                   words("OpenPGPの秘密鍵のファイル。.pgp のファイルを復号して点検します",
                         "file with the secret key of OpenPGP: .pgp files are decrypted"))
      ->option_text("FILE");
  command
      ->add_option("--pgp-passphrase", arguments->pgp_passphrase,
                   words("秘密鍵のパスフレーズのファイル", "file with the passphrase of the key"))
      ->option_text("FILE");
  command->add_flag("--once", arguments->once,
                    words("いまあるものを処理して終わります", "handle what is there, then end"));
  const auto add_seconds = [&](const char* name, double& value, std::string text) {
    command->add_option(name, value, std::move(text))
        ->check(CLI::Range(0.0, 1e6))
        ->option_text("SECONDS");
  };
  add_seconds("--settle", arguments->settle,
              words("大きさの分からないファイルは、この秒数変わらなければそろったとみなします",
                    "a file of unknown size is complete when it has not changed for so long"));
  add_seconds("--poll", arguments->poll,
              words("この秒数ごとに、知らせがなくてもフォルダを見ます",
                    "look into the folder so often, whatever it tells"));
  add_seconds("--stale", arguments->stale,
              words("片方だけのファイルを、この秒数の後で知らせます",
                    "a file without its other half is told after so long"));
  command->add_flag(
      "--with-my-number", arguments->with_my_number,
      words("個人番号も、別の場所に入れます", "My Numbers go to a place of their own"));
  command->add_flag("--strict", arguments->intake.strict,
                    words("文字コードの誤りだけの届出も受け付けません",
                          "a filing is refused for its encoding alone, too"));
  command->add_option("--as-of", arguments->intake.as_of,
                      words("点検日 YYYY-MM-DD（指定がなければ日本の今日）",
                            "check date YYYY-MM-DD (default: today in Japan)"));
  add_profile_option(*command, arguments->intake.profile, common);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_inbox(*arguments, common); });
}

}  // namespace kpfd::cli
