// A store that is broken off and taken up again.
//
//   input ::= begin *step
//   begin ::= byte, whether a store is there already, and whether it keeps My Numbers
//   step  ::= what, two bytes that say which filings, or where the trouble comes
//
// SQLite writes to a disk in memory (power_cut.hpp) whose calls fail, once or for good, or whose
// power is cut; the steps load filings, alone and together, under names and without, and open the
// store again. Oracles, of the disk as another reader finds it each time that the store was left:
//   - what had its answer is there, with the same receipt, whatever happened since;
//   - a filing is there once, with all of its records, findings and My Numbers, or nothing of it
//   is;
//   - what was never given to the store is not there;
//   - each answer has its line among the deliveries, and exactly one of a filing says that it is
//     new;
//   - another body under the same name is refused;
//   - without trouble nothing throws, and after it an opened store takes everything again;
//   - the key never changes.

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "converters/ingest/admission.hpp"
#include "converters/ingest/identity.hpp"
#include "converters/store/sqlite_store.hpp"
#include "kpfd/schemas.hpp"
#include "power_cut.hpp"
#include "samples/maker/maker.hpp"
#include "support.hpp"

namespace {

using namespace kpfd::converters;
using kpfd_fuzz::Disk;
using kpfd_fuzz::engine;
using kpfd_fuzz::require;
using kpfd_fuzz::Trouble;

constexpr std::size_t filing_count = 6;
constexpr std::size_t most_steps = 20;

const IngestModel& model() {
  static const IngestModel made(kpfd::embedded_schemas(), engine().layouts());
  return made;
}

/// Counts what a filing brings to a store.
class Counter final : public IngestWriter {
 public:
  void begin(const Filing&) override {}
  void finding(const FindingFacts&) override { ++findings; }
  void row(const Row& row, std::uint64_t) override {
    const Binding& binding = model().binding_of(*row.record);
    records += binding.type->form.empty() ? 0U : 1U;
    for (std::size_t i = 0; i < binding.fields.size(); ++i) {
      const bool secret = binding.type->fields[i].secret && binding.fields[i].given();
      numbers += secret && !row[binding.fields[i].at[0]].empty() ? 1U : 0U;
    }
  }
  void end() override {}
  void finish() override {}

  std::uint64_t findings = 0;
  std::uint64_t records = 0;
  std::uint64_t numbers = 0;
};

/// An accepted filing, and what a store has of it when it has it.
struct Sample {
  std::string bytes;
  AdmissionOptions options;
  Admission admission;
  Counter whole;
};

void hand_all(const Sample& sample, IngestWriter& writer) {
  static const kpfd::report::Catalogue catalogue =
      kpfd::report::Catalogue::load(kpfd::embedded_schema("messages/en.xml"), "messages/en.xml");
  kpfd::MemorySource source(sample.bytes);
  tell_findings(engine(), model(), catalogue, source, sample.options, sample.admission, writer);
  hand_over(engine().layouts(), sample.admission.summary, source, writer);
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> made = [] {
    const kpfd::samples::Kitchen kitchen(engine().layouts(), kpfd::embedded_schemas());
    const kpfd::report::Catalogue catalogue =
        kpfd::report::Catalogue::load(kpfd::embedded_schema("messages/en.xml"), "messages/en.xml");
    std::vector<Sample> all(filing_count);
    for (std::size_t i = 0; i < all.size(); ++i) {
      kpfd::samples::SampleOptions how;
      how.seed = i;
      how.records = 1 + 2 * i;  // of the last one more than a page of the database
      how.receiver = i % 3 == 2 ? "SHFD" : "KPFD";
      how.as_of = kpfd::make_date(2026, 7, 31);
      all[i].bytes = kpfd::samples::Filing(kitchen, how).text();
      all[i].options.check.check_date = how.as_of;
      kpfd::MemorySource source(all[i].bytes);
      all[i].admission = admit(engine(), model(), catalogue, source, all[i].options);
      require(all[i].admission.accepted, "a made-up filing is not accepted");
      hand_all(all[i], all[i].whole);
    }
    return all;
  }();
  return made;
}

/// A folder with the files that the program itself makes; what is in them is on the disk in memory.
const std::string& path() {
  static const std::string made = [] {
    std::string folder = "/tmp/kpfd-fuzz-store-XXXXXX";
    require(::mkdtemp(folder.data()) != nullptr, "no folder");
    return folder + "/store.db";
  }();
  static const struct Remover {
    ~Remover() {
      ::unlink(made.c_str());
      ::unlink((made + ".my-numbers").c_str());
      ::rmdir(made.substr(0, made.rfind('/')).c_str());
    }
  } remover;
  return made;
}

SqliteOptions options(bool with_my_number) {
  SqliteOptions options;
  options.with_my_number = with_my_number;
  options.patience = 0;
  return options;
}

// ---- another reader ----

class Reader {
 public:
  explicit Reader(const std::string& name) {
    require(sqlite3_open_v2(name.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK,
            "the store cannot be opened");
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { sqlite3_close(database_); }

  std::vector<std::vector<std::string>> rows(const std::string& sql) const {
    std::vector<std::vector<std::string>> found;
    sqlite3_stmt* statement = nullptr;
    require(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK,
            "the store cannot be read", sqlite3_errmsg(database_));
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      std::vector<std::string>& row = found.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const unsigned char* const text = sqlite3_column_text(statement, i);
        row.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
      }
    }
    require(code == SQLITE_DONE, "the store cannot be read", sqlite3_errmsg(database_));
    sqlite3_finalize(statement);
    return found;
  }

  std::uint64_t number(const std::string& sql) const {
    return std::strtoull(rows(sql).at(0).at(0).c_str(), nullptr, 10);
  }

 private:
  sqlite3* database_ = nullptr;
};

std::string told(const std::string& text) { return "'" + text + "'"; }

// ---- what must be there ----

struct Known {
  std::string receipt;        ///< "": it never had an answer
  std::uint64_t answers = 0;  ///< that were given
  std::uint64_t tries = 0;    ///< loads that were begun
  std::uint64_t told_new = 0;
};

class Run {
 public:
  explicit Run(kpfd_fuzz::Input& input) : input_(input), chance_(input.byte() + 1U) {
    const std::uint8_t begin = input.byte();
    with_my_number_ = begin % 2 == 1;
    Disk::only().restore(begin % 8 < 2 ? Disk::Files() : made_before());
  }

  void go() {
    for (std::size_t i = 0; i < most_steps && !input_.rest().empty(); ++i) {
      const std::uint8_t what = input_.byte();
      const std::uint8_t first = input_.byte();
      const std::uint8_t second = input_.byte();
      switch (what % 8) {
        case 0:
          load({first}, what);
          break;
        case 1:
          load({first, second}, what);
          break;
        case 2:
          load({first, second, static_cast<std::uint8_t>(first + second)}, what);
          break;
        case 3:
          leave();
          break;
        case 4:
          plan(Trouble::fails_once, first, second);
          break;
        case 5:
          plan(Trouble::full, first, second);
          break;
        case 6:
          plan(Trouble::killed, first, second);
          break;
        default:
          plan(Trouble::cut, first, second);
          break;
      }
    }
    leave();
    // Everything once more, in peace: it is all there, once.
    for (std::uint8_t i = 0; i < filing_count; ++i) {
      load({i}, 0);
    }
    leave();
  }

 private:
  static const Disk::Files& made_before() {
    static const Disk::Files files = [] {
      Disk::only().restore({});
      open_sqlite_store(path(), model(), options(true)).reset();
      return Disk::only().snapshot();
    }();
    return files;
  }

  void plan(Trouble trouble, std::uint8_t first, std::uint8_t second) {
    if (!Disk::only().troubled()) {
      Disk::only().plan(trouble, 1U + first + (second % 4) * 256U);
    }
  }

  /// False: it cannot be opened, for which there must be a reason.
  bool open() {
    try {
      store_ = open_sqlite_store(path(), model(), options(with_my_number_));
    } catch (const StoreError& error) {
      require(Disk::only().troubled(), "a store does not open without trouble", error.what());
      return false;
    }
    require(key_.empty() || key_ == store_->key(), "the key has changed");
    key_ = store_->key();
    return true;
  }

  Delivery delivery(std::size_t index, std::uint8_t what) const {
    const Sample& sample = samples()[index];
    kpfd::MemorySource source(sample.bytes);
    FilingReader reader(engine().layouts(), sample.admission.summary, source);
    const Identity identity = identify(reader, store_->key());
    Delivery made;
    made.filing = facts_of(engine(), model(), sample.options, sample.admission);
    made.filing.receipt = identity.receipt;
    made.filing.set(model(), "receipt", identity.receipt);
    made.filing.set(model(), "fingerprint", identity.fingerprint);
    made.fill = [&sample](IngestWriter& writer) { hand_all(sample, writer); };
    if (what >= 128) {
      made.request = {"name " + std::to_string(what % 4), "body " + std::to_string(index)};
    }
    return made;
  }

  void load(const std::vector<std::uint8_t>& which, std::uint8_t what) {
    if (!store_ && !open()) {
      leave();
      return;
    }
    std::vector<Delivery> deliveries;
    std::vector<std::size_t> indexes;
    for (const std::uint8_t byte : which) {
      indexes.push_back(byte % filing_count);
      deliveries.push_back(delivery(indexes.back(), what));
      ++known_[indexes.back()].tries;
    }
    std::vector<Delivered> answers;
    try {
      answers = store_->load_all(deliveries);
    } catch (const StoreError& error) {
      require(Disk::only().troubled(), "a load fails without trouble", error.what());
      ++failures_;
      // As the service does: a store that failed is opened anew.
      leave();
      return;
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
      note(indexes[i], deliveries[i].request, answers[i]);
    }
  }

  void note(std::size_t index, const RequestTag& request, const Delivered& answer) {
    require(!answer.error, "a made-up filing cannot be stored");
    if (!request.name.empty()) {
      const auto [place, is_first] = bodies_.emplace(request.name, request.body);
      if (is_first && answer.other_body) {
        // A load that had no answer has left it.
        require(failures_ > 0, "another body under a name that is new");
        bodies_.erase(place);
        return;
      }
      require(answer.other_body == (place->second != request.body), "another body");
      if (answer.other_body) {
        return;
      }
    }
    Known& known = known_[index];
    require(known.receipt.empty() || known.receipt == answer.stored.receipt, "another receipt");
    known.receipt = answer.stored.receipt;
    ++known.answers;
    known.told_new += answer.stored.is_new ? 1U : 0U;
    require(known.told_new <= 1, "a filing is new twice");
    const std::optional<Filing> found = store_find(known.receipt);
    require(!found || found->fact(model(), "receipt") == known.receipt, "what is found");
  }

  /// nullopt: the disk is in trouble.
  std::optional<Filing> store_find(const std::string& receipt) {
    try {
      std::optional<Filing> found = store_->find(receipt);
      require(found.has_value(), "what was answered is not found");
      return found;
    } catch (const StoreError& error) {
      require(Disk::only().troubled(), "nothing can be found without trouble", error.what());
      return std::nullopt;
    }
  }

  void leave() {
    store_.reset();
    Disk::only().mend(chance_);
    if (!Disk::only().has(path().c_str())) {
      return;
    }
    const Reader reader(path());
    require(reader.rows("PRAGMA integrity_check") == std::vector<std::vector<std::string>>{{"ok"}},
            "the store is damaged");
    if (reader.number("SELECT count(*) FROM sqlite_master") == 0) {
      require(key_.empty(), "the store is empty again");
      return;
    }
    look(reader);
  }

  void look(const Reader& reader) const {
    std::string all_records;
    for (const RecordType* const type : model().records()) {
      all_records += (all_records.empty() ? "" : " + ") +
                     ("(SELECT count(*) FROM \"" + type->key + "\" WHERE filing = f.id)");
    }
    std::map<std::string, std::vector<std::string>> there;
    for (const auto& row :
         reader.rows("SELECT receipt, record_count, finding_count, " + all_records +
                     ", (SELECT count(*) FROM finding WHERE filing = f.id)"
                     ", (SELECT count(*) FROM delivery WHERE filing = f.id)"
                     ", (SELECT sum(is_new) FROM delivery WHERE filing = f.id)"
                     " FROM filing f")) {
      require(there.emplace(row[0], row).second, "a filing is there twice");
      require(row[1] == row[3], "a part of the records", row[1] + " " + row[3]);
      require(row[2] == row[4], "a part of the findings", row[2] + " " + row[4]);
      require(row[6] == "1", "not exactly one delivery is new", row[6]);
    }
    std::size_t may_be_there = 0;
    for (std::size_t i = 0; i < filing_count; ++i) {
      const Known& known = known_[i];
      may_be_there += known.tries > 0 ? 1U : 0U;
      if (known.receipt.empty()) {
        continue;
      }
      const auto found = there.find(known.receipt);
      require(found != there.end(), "what was answered is gone");
      require(found->second[1] == std::to_string(samples()[i].whole.records), "other records");
      require(found->second[2] == std::to_string(samples()[i].whole.findings), "other findings");
      const std::uint64_t deliveries = std::strtoull(found->second[5].c_str(), nullptr, 10);
      require(deliveries >= known.answers && deliveries <= known.tries, "other deliveries");
      if (with_my_number_) {
        const Reader numbers(path() + ".my-numbers");
        require(numbers.number("SELECT count(*) FROM my_number WHERE receipt = " +
                               told(known.receipt)) == samples()[i].whole.numbers,
                "a part of the My Numbers");
      }
    }
    require(there.size() <= may_be_there, "what was never given is there");
    for (const auto& [name, body] : bodies_) {
      const auto rows = reader.rows("SELECT body FROM request WHERE name = " + told(name));
      require(rows.size() == 1 && rows[0][0] == body, "a name is forgotten", name);
    }
  }

  kpfd_fuzz::Input& input_;
  std::minstd_rand chance_;
  bool with_my_number_ = false;
  std::unique_ptr<IngestStore> store_;
  std::string key_;
  std::array<Known, filing_count> known_;
  std::map<std::string, std::string> bodies_;  ///< by the name of a request that had its answer
  std::uint64_t failures_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Disk::only();  // before SQLite opens anything
  samples();
  kpfd_fuzz::Input input(data, size);
  Run(input).go();
  return 0;
}
