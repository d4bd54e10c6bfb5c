// A store of filings: each is there whole and once, however often and under whatever name it comes.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/ingest/writer.hpp"

namespace kpfd::converters {

/// What stood in the way of a store.
enum class StoreFault : std::uint8_t {
  no_library,   ///< SQLite or libpq is not installed
  unreachable,  ///< cannot be opened, or the server does not answer
  no_store,     ///< a database of something else
  newer,        ///< made by a newer version of this program
  damaged,      ///< what is there contradicts itself
  busy,         ///< somebody else holds it for too long
  full,         ///< no room on the disk
  failed,       ///< anything else that the database says
};

/// The store could not be used; the filing in question is not in it. what() says all in English.
class StoreError : public std::runtime_error {
 public:
  StoreError(StoreFault fault, std::string store, std::string detail);

  StoreFault fault() const { return fault_; }

  /// What, where, why and what to do, in one line: `ja` or `en`.
  std::string text(std::string_view language) const;

 private:
  StoreFault fault_;
  std::string store_;
  std::string detail_;
};

/// The answer to a filing.
struct Stored {
  std::string receipt;
  bool is_new = false;  ///< false: it was there already
};

/// The name that a sender gives to a delivery, so that it may send it again and be sure that it is
/// taken once; as keyed hashes, which nobody without the key can try guesses against.
struct RequestTag {
  std::string name;  ///< of what the sender calls it; "": it has no name
  std::string body;  ///< of what it has sent under this name
};

/// Fills a writer with findings and lines of a filing, between its begin() and end().
using Fill = std::function<void(IngestWriter&)>;

/// A filing to be loaded together with others.
struct Delivery {
  Filing filing;
  Fill fill;
  RequestTag request;
};

/// What has become of it.
struct Delivered {
  Stored stored;
  /// Something else came under this name before; the filing is not loaded, and this is no receipt
  /// of it.
  bool other_body = false;
  std::exception_ptr error;  ///< what `fill` threw: nothing of this filing is in the store
};

/// Where filings are kept. Not for two threads at a time; several stores may share one database.
class IngestStore {
 public:
  virtual ~IngestStore() = default;

  /// The key that fingerprints and receipts are made with. It lives in the store and never changes.
  virtual const std::string& key() const = 0;

  /// Takes a filing in, unless one with the same fingerprint is there. When it returns, the filing
  /// is on the disk. Where anything throws, nothing of the filing is in the store.
  Stored load(const Filing& filing, const Fill& fill);

  /// The same for several, which may share one synchronisation with the disk: when it returns, all
  /// are on the disk but those with an error. Throws StoreError: then nothing is known of any, and
  /// they are to be loaded again, which gives those that are there already their receipts.
  virtual std::vector<Delivered> load_all(const std::vector<Delivery>& deliveries) = 0;

  /// The facts of a filing that is in the store. Throws StoreError.
  virtual std::optional<Filing> find(const std::string& receipt) = 0;

 protected:
  IngestStore() = default;
  IngestStore(const IngestStore&) = default;
  IngestStore& operator=(const IngestStore&) = default;
};

/// 32 bytes that nobody can guess.
std::string new_key();

// ---- tables ----

/// A table of every store, as SQL that SQLite and PostgreSQL share.
struct Table {
  struct Item {
    std::string name;
    bool is_number = false;
    bool required = false;
  };
  std::string name;
  const RecordType* type = nullptr;
  std::vector<Item> fixed;      ///< `filing`, `number`, `line`, `edition`
  std::vector<Column> columns;  ///< of the record type
  std::string primary_key;      ///< `filing, number`
};

/// Whether a column is to be there once: what an answer depends on, whatever happens.
bool is_unique(const Table& table, const Column& column);

/// One step of the way from an older structure of a store to the one of the version `to`. New ones
/// are added at the end, and old ones never change: there are stores of every version.
struct Migration {
  int to;
  std::string_view sql;
};

/// The tables of all records: of facts, header lines, offices and forms. That of filings is first.
std::vector<Table> tables_of(const IngestModel& model);

/// `"name"`: no name is taken for a word of SQL.
std::string quoted(std::string_view name);

/// The table of a record type.
const Table& table_of(const std::vector<Table>& tables, const RecordType& type);

}  // namespace kpfd::converters
