#include "converters/store/sqlite_store.hpp"

#include <chrono>
#include <cstring>
#include <map>
#include <thread>
#include <utility>

#include "converters/ingest/cell_values.hpp"
#include "converters/store/sqlite_library.hpp"
#include "converters/store/store_file.hpp"

namespace kpfd::converters {

namespace {

/// `kpfd` in ASCII: tells our files from other databases.
constexpr std::int64_t application_id = 0x6B706664;

StoreFault fault_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return StoreFault::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreFault::busy;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return StoreFault::unreachable;
    case SQLITE_NOTADB:
      return StoreFault::no_store;
    case SQLITE_CORRUPT:
      return StoreFault::damaged;
    default:
      return StoreFault::failed;
  }
}

/// A connection.
class Database {
 public:
  Database(std::string path, int patience) : path_(std::move(path)), patience_(patience) {
    make_store_file(path_);
    // A store is not for two threads at a time: nothing has to be locked for each value.
    if (api_.sqlite3_open_v2(path_.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                             nullptr) != SQLITE_OK) {
      const StoreFault fault = fault_of(api_.sqlite3_extended_errcode(handle_));
      const std::string reason = api_.sqlite3_errmsg(handle_);
      api_.sqlite3_close(handle_);
      throw StoreError(fault, path_, reason);
    }
    api_.sqlite3_busy_timeout(handle_, patience);
  }
  ~Database() { api_.sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const SqliteLibrary& api() const { return api_; }
  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }
  int patience() const { return patience_; }

  StoreError error_now() const {
    return {fault_of(api_.sqlite3_extended_errcode(handle_)), path_, api_.sqlite3_errmsg(handle_)};
  }
  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
      throw error_now();
    }
  }
  void run(const std::string& sql) const {
    check(api_.sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
  }

 private:
  const SqliteLibrary& api_ = sqlite_library();
  std::string path_;
  int patience_;
  sqlite3* handle_ = nullptr;
};

/// A prepared statement.
class Statement {
 public:
  Statement(const Database& database, const std::string& sql) : database_(&database) {
    database.check(database.api().sqlite3_prepare_v2(
        database.handle(), sql.c_str(), static_cast<int>(sql.size()), &handle_, nullptr));
  }
  Statement(Statement&& other) noexcept
      : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    if (handle_ != nullptr) {
      api().sqlite3_finalize(handle_);
    }
  }

  void bind(int at, std::int64_t number) {
    database_->check(api().sqlite3_bind_int64(handle_, at, number));
  }
  /// The text lives until the statement has run.
  void bind(int at, std::string_view text) {
    database_->check(api().sqlite3_bind_text(handle_, at, text.data(),
                                             static_cast<int>(text.size()), SQLITE_STATIC));
  }
  void bind_blob(int at, std::string_view bytes) {
    database_->check(api().sqlite3_bind_blob(handle_, at, bytes.data(),
                                             static_cast<int>(bytes.size()), SQLITE_STATIC));
  }

  /// True for a row.
  bool step() {
    const int code = api().sqlite3_step(handle_);
    database_->check(code);
    return code == SQLITE_ROW;
  }
  /// For a statement without rows: runs it and forgets what was bound.
  void run() {
    const int code = api().sqlite3_step(handle_);
    if (code == SQLITE_DONE || code == SQLITE_ROW) {
      reset();
      return;
    }
    const std::string reason = api().sqlite3_errmsg(database_->handle());
    reset();
    throw StoreError(fault_of(code), database_->path(), reason);
  }
  void reset() {
    api().sqlite3_reset(handle_);
    api().sqlite3_clear_bindings(handle_);
  }
  std::int64_t number(int column) const { return api().sqlite3_column_int64(handle_, column); }
  std::string text(int column) const {
    const unsigned char* const bytes = api().sqlite3_column_text(handle_, column);
    return bytes == nullptr
               ? std::string()
               : std::string(reinterpret_cast<const char*>(bytes),
                             static_cast<std::size_t>(api().sqlite3_column_bytes(handle_, column)));
  }
  std::string blob(int column) const {
    const void* const bytes = api().sqlite3_column_blob(handle_, column);
    return bytes == nullptr
               ? std::string()
               : std::string(static_cast<const char*>(bytes),
                             static_cast<std::size_t>(api().sqlite3_column_bytes(handle_, column)));
  }

 private:
  const SqliteLibrary& api() const { return database_->api(); }

  const Database* database_;
  sqlite3_stmt* handle_ = nullptr;
};

std::int64_t pragma(const Database& database, const std::string& name) {
  Statement statement(database, "PRAGMA " + name);
  return statement.step() ? statement.number(0) : 0;
}

/// Writes only here; others wait.
class Transaction {
 public:
  explicit Transaction(const Database& database) : database_(database) {
    database.run("BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (open_) {
      database_.api().sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    database_.run("COMMIT");
    open_ = false;
  }

 private:
  const Database& database_;
  bool open_ = true;
};

/// Part of a transaction that can be taken back by itself.
class Part {
 public:
  explicit Part(const Database& database) : database_(database) { database.run("SAVEPOINT part"); }
  ~Part() {
    if (open_) {
      database_.api().sqlite3_exec(database_.handle(), "ROLLBACK TO part; RELEASE part", nullptr,
                                   nullptr, nullptr);
    }
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  void keep() {
    database_.run("RELEASE part");
    open_ = false;
  }

 private:
  const Database& database_;
  bool open_ = true;
};

/// Durable, and nothing readable left of what was deleted. The change to a write-ahead log may meet
/// another process that does the same, for which SQLite does not wait by itself.
void set_up(const Database& database) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(database.patience());
  while (true) {
    try {
      database.run("PRAGMA journal_mode=WAL");
      break;
    } catch (const StoreError& error) {
      if (error.fault() != StoreFault::busy || std::chrono::steady_clock::now() > until) {
        throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  database.run(
      "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; "
      "PRAGMA trusted_schema=OFF; PRAGMA cache_size=-8192; PRAGMA temp_store=FILE;");
}

std::string type_of(bool is_number) { return is_number ? " INTEGER" : " TEXT"; }

std::string create_table(const Table& table) {
  std::string sql = "CREATE TABLE " + quoted(table.name) + " (";
  const bool filing = table.primary_key == "id";
  for (const Table::Item& item : table.fixed) {
    sql += quoted(item.name) + type_of(item.is_number) +
           (filing          ? " PRIMARY KEY"
            : item.required ? " NOT NULL"
                            : "") +
           (item.name == "filing" ? " REFERENCES \"filing\"(\"id\")" : "") + ", ";
  }
  for (const Column& column : table.columns) {
    sql += quoted(column.name) + type_of(column.is_number) +
           (is_unique(table, column) ? " NOT NULL UNIQUE" : "") + ", ";
  }
  if (filing) {
    sql.resize(sql.size() - 2);
    return sql + ") STRICT;";
  }
  return sql + "PRIMARY KEY (" + table.primary_key + ")) STRICT, WITHOUT ROWID;";
}

constexpr Migration migrations[] = {
    // Every delivery of a filing, the first and those again.
    {2,
     "CREATE TABLE \"delivery\" (\"id\" INTEGER PRIMARY KEY, \"filing\" INTEGER NOT NULL "
     "REFERENCES \"filing\"(\"id\"), \"received_at\" TEXT, \"encoding\" TEXT, \"is_new\" INTEGER "
     "NOT NULL) STRICT;"
     "INSERT INTO \"delivery\" (\"filing\", \"received_at\", \"encoding\", \"is_new\") SELECT "
     "\"id\", \"received_at\", \"encoding\", 1 FROM \"filing\";"},
    // What senders call their deliveries.
    {3,
     "CREATE TABLE \"request\" (\"name\" TEXT PRIMARY KEY, \"body\" TEXT NOT NULL, \"receipt\" "
     "TEXT NOT NULL, \"received_at\" TEXT) STRICT, WITHOUT ROWID;"},
};
/// The version of the structure that this program makes. Older ones are brought up to date when
/// they are opened.
constexpr int store_version = migrations[std::size(migrations) - 1].to;

void make_first_version(const Database& database, const std::vector<Table>& tables) {
  database.run(
      "CREATE TABLE \"store\" (\"id\" INTEGER PRIMARY KEY CHECK (\"id\" = 1), \"key\" "
      "BLOB NOT NULL) STRICT;");
  for (const Table& table : tables) {
    database.run(create_table(table));
  }
  Statement insert(database, "INSERT INTO \"store\" VALUES (1, ?)");
  const std::string key = new_key();
  insert.bind_blob(1, key);
  insert.run();
  database.run("PRAGMA application_id=" + std::to_string(application_id));
}

/// A newer edition of a form may have items that the store has no column for yet.
void add_missing_columns(const Database& database, const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    std::vector<std::string> known;
    Statement info(database, "SELECT name FROM pragma_table_info(?)");
    info.bind(1, std::string_view(table.name));
    while (info.step()) {
      known.push_back(info.text(0));
    }
    if (known.empty()) {
      database.run(create_table(table));
      continue;
    }
    for (const Column& column : table.columns) {
      if (std::find(known.begin(), known.end(), column.name) == known.end()) {
        database.run("ALTER TABLE " + quoted(table.name) + " ADD COLUMN " + quoted(column.name) +
                     type_of(column.is_number));
      }
    }
  }
}

void bring_up_to_date(const Database& database, const std::vector<Table>& tables) {
  Transaction transaction(database);
  std::int64_t version = pragma(database, "user_version");
  const std::int64_t id = pragma(database, "application_id");
  Statement objects(database, "SELECT count(*) FROM sqlite_master");
  objects.step();
  const bool empty = objects.number(0) == 0;
  objects.reset();
  if (empty && version == 0 && id == 0) {
    make_first_version(database, tables);
    version = 1;
  } else if (id != application_id || version < 1) {
    throw StoreError(StoreFault::no_store, database.path(), "other tables");
  } else if (version > store_version) {
    throw StoreError(StoreFault::newer, database.path(), "version " + std::to_string(version));
  }
  for (const Migration& migration : migrations) {
    if (version < migration.to) {
      database.run(std::string(migration.sql));
      version = migration.to;
    }
  }
  add_missing_columns(database, tables);
  database.run("PRAGMA user_version=" + std::to_string(version));
  transaction.commit();
}

std::string insert_sql(const Table& table) {
  std::string names;
  std::string marks;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "" : ", ") + quoted(name);
    marks += marks.empty() ? "?" : ", ?";
  };
  for (const Table::Item& item : table.fixed) {
    add(item.name);
  }
  for (const Column& column : table.columns) {
    add(column.name);
  }
  return "INSERT INTO " + quoted(table.name) + " (" + names + ") VALUES (" + marks + ")";
}

/// The My Numbers, in a file of their own.
class MyNumberFile {
 public:
  MyNumberFile(const std::string& path, int patience) : database_(path, patience) {
    set_up(database_);
    Transaction transaction(database_);
    database_.run(
        "CREATE TABLE IF NOT EXISTS \"my_number\" (\"receipt\" TEXT NOT NULL, \"record\" TEXT NOT "
        "NULL, \"number\" INTEGER NOT NULL, \"key\" TEXT NOT NULL, \"my_number\" TEXT NOT NULL, "
        "PRIMARY KEY (\"receipt\", \"record\", \"number\", \"key\")) STRICT, WITHOUT ROWID;");
    transaction.commit();
    insert_ = std::make_unique<Statement>(
        database_, "INSERT OR IGNORE INTO \"my_number\" VALUES (?, ?, ?, ?, ?)");
  }

  const Database& database() const { return database_; }
  void begin() { transaction_ = std::make_unique<Transaction>(database_); }
  void add(std::string_view receipt, const RecordType& type, std::uint64_t number,
           std::string_view key, std::string_view my_number) {
    insert_->bind(1, receipt);
    insert_->bind(2, std::string_view(type.name));
    insert_->bind(3, static_cast<std::int64_t>(number));
    insert_->bind(4, key);
    insert_->bind(5, my_number);
    insert_->run();
  }
  void commit() {
    transaction_->commit();
    transaction_.reset();
  }
  void give_up() { transaction_.reset(); }

 private:
  Database database_;
  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Transaction> transaction_;
};

/// Writes a filing's lines into the tables, within the caller's transaction.
class TableWriter final : public IngestWriter {
 public:
  TableWriter(const Database& database, const IngestModel& model, const std::vector<Table>& tables)
      : database_(database), values_(model), model_(model) {
    for (const Table& table : tables) {
      inserts_.emplace(table.type, Statement(database, insert_sql(table)));
    }
  }

  void begin(const Filing& filing) override {
    findings_ = 0;
    filing_ = 0;
    write_facts(model_.filing(), filing.facts);
    filing_ = database_.api().sqlite3_last_insert_rowid(database_.handle());
  }

  void finding(const FindingFacts& finding) override {
    ++findings_;
    write_facts(model_.finding(), finding);
  }

  void row(const Row& row, std::uint64_t ordinal) override {
    const Binding& binding = model_.binding_of(*row.record);
    const RecordType& type = *binding.type;
    Statement& insert = inserts_.at(&type);
    int at = 0;
    insert.bind(++at, filing_);
    if (!type.form.empty() || ordinal != 0) {
      insert.bind(++at, static_cast<std::int64_t>(ordinal));
      insert.bind(++at, static_cast<std::int64_t>(row.line));
    }
    if (!type.form.empty()) {
      insert.bind(++at, std::string_view(row.record->edition));
    }
    values_.read(binding, row);
    for (const CellValues::Value& value : values_.values()) {
      ++at;
      if (value.is_number) {
        insert.bind(at, value.number);
      } else if (value.given) {
        insert.bind(at, value.text);
      }
    }
    insert.run();
  }

  void end() override {}
  void finish() override {}

 private:
  void write_facts(const RecordType& type, const std::vector<std::string>& facts) {
    Statement& insert = inserts_.at(&type);
    int at = 0;
    if (filing_ != 0) {
      insert.bind(++at, filing_);
      insert.bind(++at, findings_);
    } else {
      ++at;  // SQLite counts the filings
    }
    for (std::size_t i = 0; i < facts.size(); ++i) {
      ++at;
      if (facts[i].empty()) {
        continue;
      }
      if (type.fields[i].kind == Kind::integer) {
        insert.bind(at, parse_digits(facts[i]).value);
      } else {
        insert.bind(at, std::string_view(facts[i]));
      }
    }
    insert.run();
  }

  const Database& database_;
  CellValues values_;
  const IngestModel& model_;
  std::map<const RecordType*, Statement> inserts_;
  std::int64_t filing_ = 0;
  std::int64_t findings_ = 0;
};

/// Takes only the My Numbers of a filing.
class MyNumberWriter final : public IngestWriter {
 public:
  MyNumberWriter(const IngestModel& model, MyNumberFile& file, std::string receipt)
      : model_(model), file_(file), receipt_(std::move(receipt)) {}
  void begin(const Filing&) override {}
  void finding(const FindingFacts&) override {}
  void row(const Row& row, std::uint64_t ordinal) override {
    const Binding& binding = model_.binding_of(*row.record);
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (field.secret && binding.fields[i].given() && !row[binding.fields[i].at[0]].empty()) {
        file_.add(receipt_, *binding.type, ordinal, field.key, row[binding.fields[i].at[0]]);
      }
    }
  }
  void end() override {}
  void finish() override {}

 private:
  const IngestModel& model_;
  MyNumberFile& file_;
  std::string receipt_;
};

class SqliteStore final : public IngestStore {
 public:
  SqliteStore(const std::string& path, const IngestModel& model, const SqliteOptions& options)
      : model_(model), tables_(tables_of(model)), database_(path, options.patience) {
    set_up(database_);
    bring_up_to_date(database_, tables_);
    Statement key(database_, "SELECT \"key\" FROM \"store\" WHERE \"id\" = 1");
    if (!key.step() || key.blob(0).size() < 32) {
      throw StoreError(StoreFault::damaged, path, "the key is missing");
    }
    key_ = key.blob(0);
    if (options.with_my_number) {
      my_numbers_ = std::make_unique<MyNumberFile>(path + ".my-numbers", options.patience);
    }
    writer_ = std::make_unique<TableWriter>(database_, model, tables_);
  }

  const std::string& key() const override { return key_; }

  std::vector<Delivered> load_all(const std::vector<Delivery>& deliveries) override {
    std::vector<Delivered> answers(deliveries.size());
    store_my_numbers(deliveries, answers);
    Transaction transaction(database_);
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      if (!answers[i].error) {
        try_one(database_, answers[i], [&] { load_one(deliveries[i], answers[i]); });
      }
    }
    transaction.commit();
    return answers;
  }

  std::optional<Filing> find(const std::string& receipt) override {
    const Table& table = tables_.front();
    std::string names;
    for (const Column& column : table.columns) {
      names += (names.empty() ? "" : ", ") + quoted(column.name);
    }
    Statement statement(database_, "SELECT " + names + " FROM \"filing\" WHERE \"receipt\" = ?");
    statement.bind(1, std::string_view(receipt));
    if (!statement.step()) {
      return std::nullopt;
    }
    Filing filing;
    filing.receipt = receipt;
    filing.facts.resize(model_.filing().fields.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].part == 0) {
        filing.facts[table.columns[i].field] = statement.text(static_cast<int>(i));
      }
    }
    return filing;
  }

 private:
  std::string known_receipt(const std::string& fingerprint) const {
    Statement find(database_, "SELECT \"receipt\" FROM \"filing\" WHERE \"fingerprint\" = ?");
    find.bind(1, std::string_view(fingerprint));
    return find.step() ? find.text(0) : std::string();
  }

  void note_delivery(const Filing& filing, const std::string& fingerprint, bool is_new) const {
    Statement insert(
        database_,
        "INSERT INTO \"delivery\" (\"filing\", \"received_at\", \"encoding\", "
        "\"is_new\") SELECT \"id\", ?, ?, ? FROM \"filing\" WHERE \"fingerprint\" = ?");
    insert.bind(1, std::string_view(filing.fact(model_, "received_at")));
    insert.bind(2, std::string_view(filing.fact(model_, "encoding")));
    insert.bind(3, std::int64_t{is_new ? 1 : 0});
    insert.bind(4, std::string_view(fingerprint));
    insert.run();
  }

  /// Loads one of several: what is wrong with it alone is its own error, and takes back only what
  /// was written of it. What is wrong with the store is everybody's.
  template <typename Load>
  static void try_one(const Database& database, Delivered& answer, const Load& load_it) {
    Part part(database);
    try {
      load_it();
      part.keep();
    } catch (const StoreError&) {
      throw;
    } catch (...) {
      answer.error = std::current_exception();
    }
  }

  void load_one(const Delivery& delivery, Delivered& answer) {
    const Filing& filing = delivery.filing;
    const std::string& fingerprint = filing.fact(model_, "fingerprint");
    Stored& stored = answer.stored;
    if (!delivery.request.name.empty()) {
      Statement find_it(database_,
                        "SELECT \"body\", \"receipt\" FROM \"request\" WHERE \"name\" = ?");
      find_it.bind(1, std::string_view(delivery.request.name));
      if (find_it.step()) {
        answer.other_body = find_it.text(0) != delivery.request.body;
        stored.receipt = answer.other_body ? std::string() : find_it.text(1);
        if (!answer.other_body) {
          note_delivery(filing, fingerprint, false);
        }
        return;
      }
    }
    stored.receipt = known_receipt(fingerprint);
    stored.is_new = stored.receipt.empty();
    if (stored.is_new) {
      stored.receipt = filing.receipt;
      writer_->begin(filing);
      delivery.fill(*writer_);
      writer_->end();
    }
    note_delivery(filing, fingerprint, stored.is_new);
    if (!delivery.request.name.empty()) {
      Statement insert(database_, "INSERT INTO \"request\" VALUES (?, ?, ?, ?)");
      insert.bind(1, std::string_view(delivery.request.name));
      insert.bind(2, std::string_view(delivery.request.body));
      insert.bind(3, std::string_view(stored.receipt));
      insert.bind(4, std::string_view(filing.fact(model_, "received_at")));
      insert.run();
    }
  }

  /// Two files are no one transaction. The My Numbers go first: if the power fails between the two,
  /// the filing has no answer yet, comes again, and finds them there.
  void store_my_numbers(const std::vector<Delivery>& deliveries, std::vector<Delivered>& answers) {
    if (!my_numbers_) {
      return;
    }
    my_numbers_->begin();
    try {
      for (std::size_t i = 0; i < deliveries.size(); ++i) {
        try_one(my_numbers_->database(), answers[i], [&] {
          MyNumberWriter writer(model_, *my_numbers_, deliveries[i].filing.receipt);
          deliveries[i].fill(writer);
        });
      }
      my_numbers_->commit();
    } catch (...) {
      my_numbers_->give_up();
      throw;
    }
  }

  const IngestModel& model_;
  std::vector<Table> tables_;
  Database database_;
  std::string key_;
  std::unique_ptr<MyNumberFile> my_numbers_;
  std::unique_ptr<TableWriter> writer_;
};

}  // namespace

std::unique_ptr<IngestStore> open_sqlite_store(const std::string& path, const IngestModel& model,
                                               const SqliteOptions& options) {
  return std::make_unique<SqliteStore>(path, model, options);
}

}  // namespace kpfd::converters
