#include "samples/maker/fallback.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace kpfd::samples {

namespace {

/// Optional items are given in one record of so many thousand.
constexpr int given_in_thousand = 150;

/// Longest text, in bytes, where a shorter one is allowed.
constexpr std::size_t usual_text = 6;

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 15 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `pick(3, 4, 5)` of the ranges' ends.
std::string pick_of(const layout::Values& values) {
  std::string numbers;
  for (const layout::ValueRange& range : values.ranges) {
    for (const std::string* end : {&range.low, &range.high}) {
      if (!is_number(*end)) {
        continue;
      }
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(std::stoll(*end));
    }
  }
  return numbers.empty() ? std::string() : "pick(" + numbers + ")";
}

/// Digits of an allowed length, the first one not 0.
std::string digits_of(const layout::Item& item) {
  const std::size_t length = std::min<std::size_t>(item.lengths.most, 12);
  std::int64_t bound = 1;
  for (std::size_t i = 0; i < length; ++i) {
    bound *= 10;
  }
  const std::int64_t least =
      std::max<std::int64_t>(item.least, item.lengths.fixed() ? bound / 10 : 1);
  return "random(" + std::to_string(least) + ", " + std::to_string(std::max(bound - 1, least)) +
         ")";
}

/// A character that the type takes, and its bytes in Shift_JIS.
std::pair<std::string_view, std::size_t> character_of(layout::Type type) {
  switch (type) {
    case layout::Type::full_width:
      return {"見", 2};
    case layout::Type::kana:
      return {"ﾐ", 1};
    case layout::Type::digits:
    case layout::Type::alphanumeric:
    case layout::Type::alnum_or_kana:
    case layout::Type::half_width:
    case layout::Type::any:
      break;
  }
  return {"A", 1};
}

/// A name where one is wanted, else some characters: as many as are allowed, but not many.
std::string text_of(const layout::Item& item) {
  if (item.separator == layout::Separator::half) {
    return "ﾐﾎﾝ ﾀﾛｳ";
  }
  if (item.separator == layout::Separator::full) {
    return "見本　太郎";
  }
  const auto [character, bytes] = character_of(item.type);
  std::string text(character);
  std::string longest = text;
  for (std::size_t size = bytes; size <= layout::longest_item; size += bytes) {
    const bool first = !item.lengths.holds(longest.size() / character.size() * bytes);
    if (item.lengths.holds(size) && (first || size <= usual_text)) {
      longest = text;
    }
    text += character;
  }
  return longest;
}

Definition definition_of(const layout::Item& item, const layout::Place& place) {
  Definition definition;
  definition.name = item.key;
  definition.place = place;
  if (item.optional()) {
    definition.when = "chance(" + std::to_string(given_in_thousand) + ")";
  }
  const std::string pick = pick_of(item.values);
  if (item.lengths.most == 0) {
    definition.value = "nothing";
  } else if (item.gregorian) {
    definition.value = "gregorian(created)";
  } else if (item.my_number) {
    definition.value = "my_number(random(10000000000, 99999999999))";
  } else if (!pick.empty()) {
    definition.value = pick;
  } else if (!item.values.empty()) {
    definition.text = item.values.ranges.front().low;
  } else if (item.among != nullptr) {
    definition.text = "{" + item.among->key + ".code[hash(serial)]}";
  } else if (item.type == layout::Type::digits) {
    definition.value = digits_of(item);
  } else {
    definition.text = text_of(item);
  }
  return definition;
}

/// The items of a date tell the same day.
void tie(const layout::DateItems& date, const layout::Record& record, Definitions& definitions) {
  const std::string day = "day_of_" + date.key;
  definitions[day] = {day, "today - random(0, 300)", {}, {}, record.place};
  const auto set = [&](std::uint16_t column, const std::string& value) {
    if (column == layout::DateItems::none) {
      return;
    }
    Definition& definition = definitions[record.items[column].key];
    definition.value = value + "(" + day + ")";
    definition.text.clear();
    definition.when.clear();
  };
  set(date.era, "era");
  set(date.year, "era_year");
  set(date.month, "month");
  set(date.ymd, "era_ymd");
}

}  // namespace

Definitions fallback_definitions(const layout::Record& record) {
  Definitions definitions;
  for (const layout::Item& item : record.items) {
    definitions[item.key] = definition_of(item, record.place);
  }
  for (const layout::DateItems& date : record.dates) {
    tie(date, record, definitions);
  }
  return definitions;
}

}  // namespace kpfd::samples
