// The repair.
//
//   input ::= accepted name filing
//
// `accepted` and `name` are one byte each: whether the rules that ask are accepted, and what the
// file is called. Oracles:
//   - a filing that the check accepts is accepted when it is mended, too;
//   - a filing without a finding stays byte by byte as it was;
//   - mended once more it does not change;
//   - changes are told in the order of the lines, and there are none where the bytes are the same;
//     what they tell of an item holds nothing of it;
//   - what is no filing is left alone.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "converters/repair/repairer.hpp"
#include "kpfd/schemas.hpp"
#include "support.hpp"

namespace {

using namespace kpfd::converters;
using kpfd_fuzz::engine;
using kpfd_fuzz::Input;
using kpfd_fuzz::require;

constexpr std::string_view file_names[] = {"", "KPFD0006.CSV", "SHFD0006.CSV", "KNFD0006.CSV"};

const RepairBook& book() {
  static const RepairBook loaded = RepairBook::load(kpfd::embedded_schemas());
  return loaded;
}

class Counter final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding&) override { ++count; }
  std::uint64_t count = 0;
};

class Changes final : public ChangeSink {
 public:
  void change(const Change& change) override {
    require(change.line >= line_, "changes out of order");
    require(!book().of(change.rule).empty(), "a change for a rule without repair");
    for (const std::string& shape : {change.before, change.after}) {
      require(kpfd_fuzz::is_utf8(shape), "what an item was is no UTF-8");
      require(shape.find_first_of("012345678BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
                  std::string::npos,
              "a value of an item is shown");
    }
    line_ = change.line;
    ++count;
  }
  std::uint64_t count = 0;

 private:
  std::uint64_t line_ = 0;
};

struct Mended {
  RepairResult result;
  std::string bytes;
  std::uint64_t changes = 0;
};

Mended mend(std::string_view bytes, const RepairOptions& options) {
  kpfd::MemorySource source(bytes);
  StringSink output;
  Changes changes;
  Mended mended;
  mended.result = repair(engine(), book(), source, options, output, changes);
  mended.bytes = output.text;
  mended.changes = changes.count;
  require(mended.result.changes == changes.count, "changes miscounted");
  return mended;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  RepairOptions options;
  options.check.check_date = kpfd::make_date(2026, 7, 31);
  if (input.below(2) == 1) {
    for (const auto& [rule, repairs] : book().all()) {
      options.accepted.insert(rule);
    }
  }
  options.check.file_name = file_names[input.below(std::size(file_names))];
  const std::string_view bytes = input.rest();
  const Mended mended = mend(bytes, options);
  if (!mended.result.is_filing) {
    require(mended.bytes.empty() && mended.changes == 0, "what is no filing was written");
    return 0;
  }
  require(mended.changes > 0 || mended.bytes == bytes, "a change that was not told");
  Counter findings;
  kpfd::MemorySource source(mended.bytes);
  const kpfd::Summary after = engine().check(source, options.check, findings);
  kpfd_fuzz::count_verdict(mended.result.before.verdict == kpfd::Verdict::accept);
  if (mended.result.before.verdict == kpfd::Verdict::accept) {
    require(after.verdict == kpfd::Verdict::accept, "a good filing became a bad one");
  }
  if (mended.result.before.errors + mended.result.before.warnings == 0) {
    require(mended.bytes == bytes, "a filing without a finding was changed");
  }
  // Behind a mark or a blank line that is gone may stand what another kind of file begins with.
  const Mended again = mend(mended.bytes, options);
  if (again.result.is_filing) {
    require(again.bytes == mended.bytes, "once was not enough");
  }
  return 0;
}
