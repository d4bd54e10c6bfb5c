#include "converters/store/store.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "converters/ingest/identity.hpp"
#include "kpfd/system/random.hpp"

namespace kpfd::converters {

namespace {

struct FaultWords {
  std::string_view ja;
  std::string_view en;
};

FaultWords words_of(StoreFault fault) {
  switch (fault) {
    case StoreFault::no_library:
      return {"データベースのライブラリがありません。パッケージを入れてください",
              "the library of the database is missing: install its package"};
    case StoreFault::unreachable:
      return {"データベースを開けません。場所と権限を確かめてください",
              "the database cannot be opened: check its place and its permissions"};
    case StoreFault::no_store:
      return {"届出の保管庫ではないデータベースです。別の場所を指定してください",
              "a database of something else, no store of filings: name another place"};
    case StoreFault::newer:
      return {"新しい版の kpfd が作った保管庫です。kpfd を新しくしてください",
              "a store that a newer kpfd has made: update kpfd"};
    case StoreFault::damaged:
      return {"保管庫が壊れています。控えから戻してください",
              "the store is damaged: restore it from a backup"};
    case StoreFault::busy:
      return {"ほかの処理が保管庫を使っています。あとでもう一度実行してください",
              "somebody else holds the store: try again later"};
    case StoreFault::full:
      return {"ディスクがいっぱいです。空きを作って、もう一度実行してください",
              "no room on the disk: make room and try again"};
    case StoreFault::failed:
      break;
  }
  return {"保管庫に書けませんでした。もう一度実行してください",
          "the store could not be written: try again"};
}

}  // namespace

StoreError::StoreError(StoreFault fault, std::string store, std::string detail)
    : std::runtime_error(store + ": " + std::string(words_of(fault).en) + " (" + detail + ")"),
      fault_(fault),
      store_(std::move(store)),
      detail_(std::move(detail)) {}

std::string StoreError::text(std::string_view language) const {
  const FaultWords words = words_of(fault_);
  return store_ + ": " + std::string(language == "en" ? words.en : words.ja) +
         (language == "en" ? " (" : "（") + detail_ + (language == "en" ? ")" : "）");
}

Stored IngestStore::load(const Filing& filing, const Fill& fill) {
  const Delivered delivered = load_all({{filing, fill, {}}}).front();
  if (delivered.error) {
    std::rethrow_exception(delivered.error);
  }
  return delivered.stored;
}

std::string new_key() {
  std::string key(shortest_key, '\0');
  if (!system::fill_with_random(key.data(), key.size())) {
    throw StoreError(StoreFault::failed, "key", "the system gives no random bytes");
  }
  return key;
}

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

bool is_unique(const Table& table, const Column& column) {
  const bool filings = table.primary_key == "id";
  return filings && (column.name == "receipt" || column.name == "fingerprint");
}

std::vector<Table> tables_of(const IngestModel& model) {
  const Table::Item filing = {"filing", true, true};
  const Table::Item number = {"number", true, true};
  const Table::Item line = {"line", true, true};
  std::vector<Table> tables;
  const auto add = [&](const RecordType& type, std::vector<Table::Item> fixed,
                       std::string primary_key) {
    tables.push_back({type.key, &type, std::move(fixed), columns_of(type), std::move(primary_key)});
  };
  add(model.filing(), {{"id", true, true}}, "id");
  add(model.finding(), {filing, number}, "filing, number");
  add(model.media(), {filing}, "filing");
  add(model.count(), {filing}, "filing");
  add(model.office(), {filing, number, line}, "filing, number");
  for (const RecordType* const type : model.records()) {
    add(*type, {filing, number, line, {"edition", false, true}}, "filing, number");
  }
  return tables;
}

const Table& table_of(const std::vector<Table>& tables, const RecordType& type) {
  return *std::find_if(tables.begin(), tables.end(),
                       [&](const Table& table) { return table.type == &type; });
}

}  // namespace kpfd::converters
