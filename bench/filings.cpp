#include "filings.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "kpfd/layout/model.hpp"
#include "kpfd/schemas.hpp"
#include "samples/maker/maker.hpp"

namespace kpfd_bench {

namespace {

constexpr std::size_t findings_a_record = 10;

std::string make(const std::string& form) {
  static const kpfd::samples::Kitchen kitchen(engine().layouts(), kpfd::embedded_schemas());
  kpfd::samples::SampleOptions options;
  if (form != "mix") {
    options.forms = {form};
  }
  options.records = records;
  options.as_of = check_date();
  return kpfd::samples::Filing(kitchen, options).text();
}

/// A record with `?` in its last items that have text.
void spoil(std::string& line) {
  std::size_t end = line.size();
  std::size_t spoilt = 0;
  while (spoilt < findings_a_record && end != 0 && end != std::string::npos) {
    const std::size_t comma = line.rfind(',', end - 1);
    if (comma == std::string::npos) {
      break;
    }
    if (comma + 1 < end) {
      std::fill(line.begin() + static_cast<std::ptrdiff_t>(comma) + 1,
                line.begin() + static_cast<std::ptrdiff_t>(end), '?');
      ++spoilt;
    }
    end = comma;
  }
}

}  // namespace

const kpfd::Engine& engine() {
  static const kpfd::Engine engine = [] {
    kpfd::Engine made(kpfd::embedded_schemas());
    made.compile_rules();
    return made;
  }();
  return engine;
}

const std::string& filing(const std::string& form) {
  static std::map<std::string, std::string> filings;
  const auto known = filings.find(form);
  return known != filings.end() ? known->second : filings.emplace(form, make(form)).first->second;
}

const std::string& bad_filing() {
  static const std::string bad = [] {
    std::string text;
    const std::string& good = filing("mix");
    bool data = false;
    for (std::size_t at = 0; at < good.size();) {
      const std::size_t end = good.find("\r\n", at);
      std::string line = good.substr(at, end - at);
      if (data) {
        spoil(line);
      }
      data = data || line == engine().layouts().data_marker;
      text += line + "\r\n";
      at = end + 2;
    }
    return text;
  }();
  return bad;
}

kpfd::CivilDate check_date() { return kpfd::make_date(2026, 7, 31); }

}  // namespace kpfd_bench
