#include "converters/store/postgresql_store.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "converters/ingest/cell_values.hpp"
#include "converters/store/pq_library.hpp"
#include "kpfd/digest/sha256.hpp"

namespace kpfd::converters {

namespace {

/// Errors never name the connection: a password may stand in it.
constexpr const char* store_name = "PostgreSQL";

/// How much is gathered of a table before it goes to the server: while its lines are being copied,
/// and before they are, since only one table's lines can be at a time.
constexpr std::size_t part_size = 32U << 10;
constexpr std::size_t copy_size = 256U << 10;

/// Two commands do not make the tables at the same time.
constexpr std::string_view lock_tables = "SELECT pg_advisory_xact_lock(7237142861093)";

class Result {
 public:
  Result(const PqLibrary& api, PGresult* handle) : api_(&api), handle_(handle) {}
  Result(Result&& other) noexcept
      : api_(other.api_), handle_(std::exchange(other.handle_, nullptr)) {}
  Result& operator=(Result&&) = delete;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { api_->PQclear(handle_); }

  PGresult* get() const { return handle_; }
  ExecStatusType status() const { return api_->PQresultStatus(handle_); }
  int rows() const { return api_->PQntuples(handle_); }
  std::string text(int row, int column) const { return api_->PQgetvalue(handle_, row, column); }
  std::string sql_state() const {
    const char* const state = api_->PQresultErrorField(handle_, PG_DIAG_SQLSTATE);
    return state == nullptr ? std::string() : state;
  }
  /// Without the detail, in which PostgreSQL shows values of the row.
  std::string reason() const {
    const char* const text = api_->PQresultErrorField(handle_, PG_DIAG_MESSAGE_PRIMARY);
    return text == nullptr ? std::string() : text;
  }

 private:
  const PqLibrary* api_;
  PGresult* handle_;
};

class Connection {
 public:
  explicit Connection(const std::string& info) : handle_(api_.PQconnectdb(info.c_str())) {
    if (!is_alive()) {
      throw StoreError(StoreFault::unreachable, store_name, last_line());
    }
    run("SET client_min_messages = warning");
    run("SET client_encoding = 'UTF8'");
    run("SET synchronous_commit = on");
    run("SET DateStyle = 'ISO, YMD'");
  }

  bool is_alive() const { return api_.PQstatus(handle_.get()) == CONNECTION_OK; }

  Result run(const std::string& sql) const {
    return checked(Result(api_, api_.PQexec(handle_.get(), sql.c_str())));
  }

  /// With parameters; an empty optional is NULL.
  Result run(const std::string& sql, const std::vector<std::optional<std::string>>& values) const {
    std::vector<const char*> pointers;
    pointers.reserve(values.size());
    for (const auto& value : values) {
      pointers.push_back(value ? value->c_str() : nullptr);
    }
    return checked(Result(
        api_, api_.PQexecParams(handle_.get(), sql.c_str(), static_cast<int>(pointers.size()),
                                nullptr, pointers.data(), nullptr, nullptr, 0)));
  }

  void begin_copy(const std::string& sql) const {
    const Result begun(api_, api_.PQexec(handle_.get(), sql.c_str()));
    if (begun.status() != PGRES_COPY_IN) {
      fail(begun);
    }
  }

  /// Returns at once what the server has room for; it reads while the next rows are made.
  void put_copy(std::string_view rows) const {
    if (api_.PQputCopyData(handle_.get(), rows.data(), static_cast<int>(rows.size())) != 1) {
      end_copy();
      throw StoreError(StoreFault::unreachable, store_name, last_line());
    }
  }

  void end_copy() const {
    const bool put = api_.PQputCopyEnd(handle_.get(), nullptr) == 1;
    const std::optional<StoreError> error = results();
    if (error || !put) {
      throw error ? *error : StoreError(StoreFault::unreachable, store_name, last_line());
    }
  }

  /// Nothing of what was put is kept.
  void abandon_copy() const {
    if (api_.PQputCopyEnd(handle_.get(), "the filing was given up") == 1) {
      results();
    }
  }

 private:
  struct Finish {
    void operator()(PGconn* handle) const { pq_library().PQfinish(handle); }
  };

  Result checked(Result result) const {
    if (result.status() != PGRES_COMMAND_OK && result.status() != PGRES_TUPLES_OK) {
      fail(result);
    }
    return result;
  }
  [[noreturn]] void fail(const Result& result) const { throw error_of(result); }

  /// Reads all that the server has to say, and returns the first error.
  std::optional<StoreError> results() const {
    std::optional<StoreError> error;
    while (PGresult* const handle = api_.PQgetResult(handle_.get())) {
      const Result result(api_, handle);
      if (result.status() != PGRES_COMMAND_OK && !error) {
        error = error_of(result);
      }
    }
    return error;
  }

  StoreError error_of(const Result& result) const {
    const std::string state = result.sql_state();
    const std::string reason = result.reason().empty() ? last_line() : result.reason();
    const bool gone = !is_alive() || state.rfind("08", 0) == 0 || state.rfind("57P", 0) == 0;
    const StoreFault fault = state == "53100"   ? StoreFault::full
                             : state == "55P03" ? StoreFault::busy
                             : gone             ? StoreFault::unreachable
                                                : StoreFault::failed;
    return {fault, store_name, reason};
  }

  std::string last_line() const {
    std::string text = api_.PQerrorMessage(handle_.get());
    while (!text.empty() && text.back() == '\n') {
      text.pop_back();
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }

  const PqLibrary& api_ = pq_library();
  std::unique_ptr<PGconn, Finish> handle_;
};

/// A transaction; without commit() nothing has happened.
class Transaction {
 public:
  explicit Transaction(const Connection& connection) : connection_(connection) {
    connection.run("BEGIN");
  }
  ~Transaction() {
    if (open_) {
      try {
        connection_.run("ROLLBACK");
      } catch (const StoreError&) {
        open_ = false;  // the server has forgotten it by itself
      }
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    open_ = false;
    connection_.run("COMMIT");
  }

 private:
  const Connection& connection_;
  bool open_ = true;
};

std::string type_of(const Table& table, const Column& column) {
  if (column.is_number) {
    return " bigint";
  }
  const Kind kind = table.type->fields[column.field].kind;
  const bool is_day = column.part == 0 && (kind == Kind::date || kind == Kind::day);
  return is_day ? " date" : kind == Kind::time ? " timestamptz" : " text";
}

std::string full_name(const Table& table) { return "kpfd." + quoted(table.name); }

std::string create_table(const Table& table) {
  std::string sql = "CREATE TABLE " + full_name(table) + " (";
  const bool filing = table.primary_key == "id";
  for (const Table::Item& item : table.fixed) {
    sql += quoted(item.name) + (item.is_number ? " bigint" : " text") +
           (filing ? " GENERATED ALWAYS AS IDENTITY" : " NOT NULL") + ", ";
  }
  for (const Column& column : table.columns) {
    sql += quoted(column.name) + type_of(table, column) +
           (is_unique(table, column) ? " NOT NULL UNIQUE" : "") + ", ";
  }
  return sql + "PRIMARY KEY (" + table.primary_key + "))";
}

constexpr Migration migrations[] = {
    {2,
     "CREATE TABLE kpfd.delivery (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, filing "
     "bigint NOT NULL REFERENCES kpfd.filing (id), received_at timestamptz, encoding text, is_new "
     "boolean NOT NULL);"
     "INSERT INTO kpfd.delivery (filing, received_at, encoding, is_new) SELECT id, received_at, "
     "encoding, true FROM kpfd.filing"},
    {3,
     "CREATE TABLE kpfd.request (name text PRIMARY KEY, body text NOT NULL, receipt text NOT NULL, "
     "received_at timestamptz)"},
    // A line's filing is made with it in one transaction; to ask for it once a line takes a third
    // of a load's time. What is left to guard against is that somebody deletes a filing and leaves
    // its lines.
    {4, R"(
DO $$
DECLARE
  line record;
BEGIN
  FOR line IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
      WHERE contype = 'f' AND confrelid = 'kpfd.filing'::regclass AND conrelid <> 'kpfd.delivery'::regclass LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', line.name, line.conname);
  END LOOP;
END $$;
CREATE FUNCTION kpfd.lines_have_filings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record;
  found boolean;
BEGIN
  FOR line IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'kpfd'::regnamespace AND c.relkind = 'r' AND a.attname = 'filing' LOOP
    IF TG_OP = 'TRUNCATE' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', line.name) INTO found;
    ELSE
      EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE filing = $1)', line.name) INTO found USING OLD.id;
    END IF;
    IF found THEN
      RAISE EXCEPTION 'table % has lines of the filing: delete those first', line.name
        USING ERRCODE = 'foreign_key_violation';
    END IF;
  END LOOP;
  RETURN OLD;
END $$;
CREATE TRIGGER delete_lines_first BEFORE DELETE ON kpfd.filing FOR EACH ROW
  EXECUTE FUNCTION kpfd.lines_have_filings();
CREATE TRIGGER truncate_lines_too AFTER TRUNCATE ON kpfd.filing FOR EACH STATEMENT
  EXECUTE FUNCTION kpfd.lines_have_filings())"},
};
/// The version of the structure that this program makes. Older ones are brought up to date when
/// they are opened.
constexpr int store_version = migrations[std::size(migrations) - 1].to;

std::string from_hexadecimal(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

bool has_table(const Connection& connection, const std::string& name) {
  return connection
             .run("SELECT 1 FROM pg_tables WHERE schemaname = 'kpfd' AND tablename = $1", {name})
             .rows() == 1;
}

void bring_up_to_date(const Connection& connection, const std::vector<Table>& tables) {
  Transaction transaction(connection);
  connection.run(std::string(lock_tables));
  connection.run("CREATE SCHEMA IF NOT EXISTS kpfd");
  int version = 1;
  if (has_table(connection, "store")) {
    version = std::stoi(connection.run("SELECT version FROM kpfd.store").text(0, 0));
  } else {
    connection.run(
        "CREATE TABLE kpfd.store (id int PRIMARY KEY CHECK (id = 1), version int NOT "
        "NULL, key bytea NOT NULL)");
    for (const Table& table : tables) {
      connection.run(create_table(table));
    }
    connection.run("INSERT INTO kpfd.store VALUES (1, 1, decode($1, 'hex'))",
                   {digest::hexadecimal(new_key())});
  }
  if (version > store_version) {
    throw StoreError(StoreFault::newer, store_name, "version " + std::to_string(version));
  }
  for (const Migration& migration : migrations) {
    if (version < migration.to) {
      connection.run(std::string(migration.sql));
      version = migration.to;
      connection.run("UPDATE kpfd.store SET version = " + std::to_string(version));
    }
  }
  // A newer edition of a form may have items that the store has no column for yet.
  for (const Table& table : tables) {
    if (!has_table(connection, table.name)) {
      connection.run(create_table(table));
    }
    for (const Column& column : table.columns) {
      connection.run("ALTER TABLE " + full_name(table) + " ADD COLUMN IF NOT EXISTS " +
                     quoted(column.name) + type_of(table, column));
    }
  }
  transaction.commit();
}

void make_private_table(const Connection& connection) {
  Transaction transaction(connection);
  connection.run(std::string(lock_tables));
  connection.run(
      "CREATE SCHEMA IF NOT EXISTS kpfd_private; "
      "REVOKE ALL ON SCHEMA kpfd_private FROM PUBLIC; "
      "CREATE TABLE IF NOT EXISTS kpfd_private.my_number (receipt text NOT NULL, record "
      "text NOT NULL, number bigint NOT NULL, key text NOT NULL, my_number text NOT "
      "NULL, PRIMARY KEY (receipt, record, number, key)); "
      "REVOKE ALL ON kpfd_private.my_number FROM PUBLIC");
  transaction.commit();
}

/// The columns of a table but `filing`.
std::string names_of(const Table& table) {
  std::string names;
  for (const Table::Item& item : table.fixed) {
    if (item.name != "filing" && item.name != "id") {
      names += (names.empty() ? "" : ", ") + quoted(item.name);
    }
  }
  for (const Column& column : table.columns) {
    names += (names.empty() ? "" : ", ") + quoted(column.name);
  }
  return names;
}

/// Copies a filing's lines into their tables.
class LinesWriter final : public IngestWriter {
 public:
  LinesWriter(const Connection& connection, const IngestModel& model,
              const std::vector<Table>& tables, bool with_my_number)
      : connection_(connection),
        model_(model),
        tables_(tables),
        values_(model),
        with_my_number_(with_my_number) {
    connection.run(
        "CREATE TEMP TABLE staging_my_number (record text, number bigint, key text, "
        "my_number text) ON COMMIT DELETE ROWS");
  }

  /// The filing that the lines belong to, by its id; "" for one whose lines are there already, so
  /// that only My Numbers are taken.
  void set_id(std::string id) { id_ = std::move(id); }

  /// Within a transaction: the numbers' table empties itself at its end, and here for its next
  /// filing.
  void begin(const Filing&) override {
    for (auto& [type, rows] : rows_) {
      rows.clear();
    }
    if (with_my_number_) {
      connection_.run("DELETE FROM pg_temp.staging_my_number");
    }
    secrets_.clear();
    findings_ = 0;
  }

  void finding(const FindingFacts& finding) override {
    if (id_.empty()) {
      return;
    }
    std::string& rows = rows_[&model_.finding()];
    rows += id_ + '\t' + std::to_string(++findings_);
    for (const std::string& fact : finding) {
      rows += '\t';
      add(rows, fact, !fact.empty());
    }
    end_row(model_.finding(), rows);
  }

  void row(const Row& row, std::uint64_t ordinal) override {
    const Binding& binding = model_.binding_of(*row.record);
    if (!id_.empty()) {
      add_line(binding, row, ordinal);
    }
    if (with_my_number_) {
      add_secrets(binding, row, ordinal);
    }
  }

  void end() override {
    // What is being copied comes first: its copy is open.
    if (copied_ != nullptr) {
      put(*copied_, rows_[copied_->type]);
    }
    for (const Table& table : tables_) {
      put(table, rows_[table.type]);
    }
    end_copy();
    flush_secrets();
  }
  void finish() override {}

  /// The connection takes commands again, with none of the lines.
  void abandon() {
    if (std::exchange(copied_, nullptr) != nullptr) {
      connection_.abandon_copy();
    }
  }

 private:
  void add_line(const Binding& binding, const Row& row, std::uint64_t ordinal) {
    const RecordType& type = *binding.type;
    std::string& rows = rows_[&type];
    rows += id_;
    if (!type.form.empty() || ordinal != 0) {
      rows += '\t';
      add(rows, ordinal);
      rows += '\t';
      add(rows, row.line);
    }
    if (!type.form.empty()) {
      rows += '\t';
      add(rows, row.record->edition, true);
    }
    values_.read(binding, row);
    for (const CellValues::Value& value : values_.values()) {
      rows += '\t';
      if (value.is_number) {
        add(rows, value.number);
      } else {
        add(rows, value.text, value.given);
      }
    }
    end_row(type, rows);
  }

  template <class Number>
  static void add(std::string& rows, Number number) {
    std::array<char, 24> digits;
    rows.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }

  static void add(std::string& rows, std::string_view text, bool given) {
    if (!given) {
      rows += "\\N";
      return;
    }
    for (const char c : text) {
      switch (c) {
        case '\\':
          rows += "\\\\";
          break;
        case '\t':
          rows += "\\t";
          break;
        case '\n':
          rows += "\\n";
          break;
        case '\r':
          rows += "\\r";
          break;
        case '\0':
          rows += "\xEF\xBF\xBD";  // PostgreSQL's texts have no such character
          break;
        default:
          rows += c;
      }
    }
  }

  void end_row(const RecordType& type, std::string& rows) {
    rows += '\n';
    if (rows.size() >= part_size) {
      const bool is_copied = copied_ != nullptr && copied_->type == &type;
      if (is_copied || copied_ == nullptr || rows.size() >= copy_size) {
        put(table_of(tables_, type), rows);
      }
    }
  }

  void put(const Table& table, std::string& rows) {
    if (rows.empty()) {
      return;
    }
    if (copied_ != &table) {
      end_copy();
      connection_.begin_copy("COPY " + full_name(table) + " (filing, " + names_of(table) +
                             ") FROM STDIN");
      copied_ = &table;
    }
    try {
      connection_.put_copy(rows);
    } catch (const StoreError&) {
      copied_ = nullptr;
      throw;
    }
    rows.clear();
  }

  void end_copy() {
    if (std::exchange(copied_, nullptr) != nullptr) {
      connection_.end_copy();
    }
  }

  void add_secrets(const Binding& binding, const Row& row, std::uint64_t ordinal) {
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const Field& field = binding.type->fields[i];
      if (!field.secret || !binding.fields[i].given() || row[binding.fields[i].at[0]].empty()) {
        continue;
      }
      secrets_ += binding.type->name + '\t' + std::to_string(ordinal) + '\t' + field.key + '\t';
      add(secrets_, row[binding.fields[i].at[0]], true);
      secrets_ += '\n';
      if (secrets_.size() >= copy_size) {
        flush_secrets();
      }
    }
  }

  void flush_secrets() {
    if (!secrets_.empty()) {
      end_copy();
      connection_.begin_copy("COPY pg_temp.staging_my_number FROM STDIN");
      connection_.put_copy(secrets_);
      connection_.end_copy();
      secrets_.clear();
    }
  }

  const Connection& connection_;
  const IngestModel& model_;
  const std::vector<Table>& tables_;
  CellValues values_;
  bool with_my_number_;
  std::string id_;
  std::map<const RecordType*, std::string> rows_;
  const Table* copied_ = nullptr;  // whose copy is open on the connection
  std::string secrets_;
  std::uint64_t findings_ = 0;
};

class PostgresqlStore final : public IngestStore {
 public:
  PostgresqlStore(std::string info, const IngestModel& model, const PostgresqlOptions& options)
      : info_(std::move(info)),
        model_(model),
        options_(options),
        tables_(tables_of(model)),
        connection_(std::make_unique<Connection>(info_)) {
    bring_up_to_date(*connection_, tables_);
    if (options.with_my_number) {
      make_private_table(*connection_);
    }
    key_ =
        from_hexadecimal(connection_->run("SELECT encode(key, 'hex') FROM kpfd.store").text(0, 0));
    if (key_.size() < 32) {
      throw StoreError(StoreFault::damaged, store_name, "the key is missing");
    }
    writer_ = std::make_unique<LinesWriter>(*connection_, model, tables_, options.with_my_number);
  }

  const std::string& key() const override { return key_; }

  std::vector<Delivered> load_all(const std::vector<Delivery>& deliveries) override {
    // In one order, so that two who load the same filings do not wait for each other.
    std::vector<std::size_t> order(deliveries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
      return fingerprint_of(deliveries[left]) < fingerprint_of(deliveries[right]);
    });
    std::vector<Delivered> answers(deliveries.size());
    std::string last_new;
    Transaction transaction(*connection_);
    // Each statement by itself is a way to the server and back: two go together where they can.
    connection_->run("SAVEPOINT part");
    for (const std::size_t i : order) {
      try {
        answers[i] = load_one(deliveries[i]);
        connection_->run("RELEASE SAVEPOINT part; SAVEPOINT part");
      } catch (const StoreError&) {
        throw;
      } catch (...) {
        connection_->run("ROLLBACK TO SAVEPOINT part");
        answers[i].error = std::current_exception();
      }
      if (!answers[i].error && answers[i].stored.is_new) {
        last_new = fingerprint_of(deliveries[i]);
      }
    }
    commit(transaction, last_new);
    return answers;
  }

  std::optional<Filing> find(const std::string& receipt) override {
    const Table& table = tables_.front();
    const Result found = connection_->run(
        "SELECT " + names_of(table) + " FROM kpfd.filing WHERE receipt = $1", {receipt});
    if (found.rows() == 0) {
      return std::nullopt;
    }
    Filing filing;
    filing.receipt = receipt;
    filing.facts.resize(model_.filing().fields.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].part == 0) {
        filing.facts[table.columns[i].field] = found.text(0, static_cast<int>(i));
      }
    }
    return filing;
  }

 private:
  const std::string& fingerprint_of(const Delivery& delivery) const {
    return delivery.filing.fact(model_, "fingerprint");
  }

  /// Within a transaction.
  Delivered load_one(const Delivery& delivery) {
    const Filing& filing = delivery.filing;
    const std::string& fingerprint = filing.fact(model_, "fingerprint");
    Delivered answer;
    Stored& stored = answer.stored;
    if (const std::string receipt = insert_request(delivery, answer); !receipt.empty()) {
      if (!answer.other_body) {
        stored.receipt = receipt;
        note_delivery(filing, fingerprint, false);
      }
      return answer;
    }
    // Another command that loads the same filing is waited for here, by the index.
    const std::string id = insert_filing(filing);
    stored.is_new = !id.empty();
    if (stored.is_new || options_.with_my_number) {
      read(delivery, id);
    }
    stored.receipt = stored.is_new ? filing.receipt : known_receipt(fingerprint);
    if (options_.with_my_number) {
      connection_->run(
          "INSERT INTO kpfd_private.my_number SELECT $1, record, number, key, "
          "my_number FROM pg_temp.staging_my_number ON CONFLICT DO NOTHING",
          {stored.receipt});
    }
    note_delivery(filing, fingerprint, stored.is_new);
    return answer;
  }

  void read(const Delivery& delivery, const std::string& id) {
    writer_->set_id(id);
    try {
      writer_->begin(delivery.filing);
      delivery.fill(*writer_);
      writer_->end();
    } catch (...) {
      writer_->abandon();
      throw;
    }
  }

  /// Names the delivery, which waits for another one of the same name. Returns "" where the name is
  /// new or there is none; else the receipt that it stands for, and whether that is of another
  /// body.
  std::string insert_request(const Delivery& delivery, Delivered& answer) const {
    if (delivery.request.name.empty()) {
      return {};
    }
    const Result inserted = connection_->run(
        "INSERT INTO kpfd.request VALUES ($1, $2, $3, $4::timestamptz) ON CONFLICT (name) DO "
        "NOTHING RETURNING name",
        {delivery.request.name, delivery.request.body, delivery.filing.receipt,
         delivery.filing.fact(model_, "received_at")});
    if (inserted.rows() != 0) {
      return {};
    }
    const Result known = connection_->run("SELECT body, receipt FROM kpfd.request WHERE name = $1",
                                          {delivery.request.name});
    if (known.rows() == 0) {
      throw StoreError(StoreFault::busy, store_name, "a request has gone");
    }
    answer.other_body = known.text(0, 0) != delivery.request.body;
    return known.text(0, 1);
  }

  void note_delivery(const Filing& filing, const std::string& fingerprint, bool is_new) const {
    connection_->run(
        "INSERT INTO kpfd.delivery (filing, received_at, encoding, is_new) SELECT id, "
        "$2::timestamptz, $3, $4::boolean FROM kpfd.filing WHERE fingerprint = $1",
        {fingerprint, filing.fact(model_, "received_at"), filing.fact(model_, "encoding"),
         is_new ? "true" : "false"});
  }

  std::string known_receipt(const std::string& fingerprint) const {
    const Result found =
        connection_->run("SELECT receipt FROM kpfd.filing WHERE fingerprint = $1", {fingerprint});
    return found.rows() == 0 ? std::string() : found.text(0, 0);
  }

  /// Its id; "" where the filing is there already.
  std::string insert_filing(const Filing& filing) const {
    const Table& table = tables_.front();
    std::string marks;
    std::vector<std::optional<std::string>> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      marks += (i == 0 ? "$" : ", $") + std::to_string(i + 1) +
               "::" + type_of(table, table.columns[i]).substr(1);
      const std::string& fact = filing.facts[table.columns[i].field];
      values.push_back(fact.empty() ? std::nullopt : std::optional(fact));
    }
    const Result inserted =
        connection_->run("INSERT INTO kpfd.filing (" + names_of(table) + ") VALUES (" + marks +
                             ") ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
                         values);
    return inserted.rows() == 0 ? std::string() : inserted.text(0, 0);
  }

  /// A server that goes away in the middle of a commit leaves open whether it has made it: it is
  /// asked again once it is back, for a filing that is new with this transaction ("": there is
  /// none, and nothing to ask for).
  void commit(Transaction& transaction, const std::string& fingerprint) const {
    try {
      transaction.commit();
    } catch (const StoreError&) {
      if (connection_->is_alive() || fingerprint.empty()) {
        throw;
      }
      const Connection again(info_);
      if (again.run("SELECT 1 FROM kpfd.filing WHERE fingerprint = $1", {fingerprint}).rows() ==
          0) {
        throw;
      }
    }
  }

  std::string info_;
  const IngestModel& model_;
  PostgresqlOptions options_;
  std::vector<Table> tables_;
  std::unique_ptr<Connection> connection_;
  std::string key_;
  std::unique_ptr<LinesWriter> writer_;
};

}  // namespace

std::unique_ptr<IngestStore> open_postgresql_store(const std::string& connection,
                                                   const IngestModel& model,
                                                   const PostgresqlOptions& options) {
  return std::make_unique<PostgresqlStore>(connection, model, options);
}

}  // namespace kpfd::converters
