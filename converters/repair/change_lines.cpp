#include "converters/repair/change_lines.hpp"

#include "kpfd/report/escape.hpp"

namespace kpfd::converters {

namespace {

std::string_view key_of(Method method) { return method_keys.at(static_cast<std::size_t>(method)); }

/// `,"key":"text"`
void append_member(std::string& out, std::string_view key, std::string_view text) {
  out.append(",\"").append(key).append("\":\"");
  report::append_json(out, text);
  out += '"';
}

void append_member(std::string& out, std::string_view key, std::uint64_t number) {
  out.append(",\"").append(key).append("\":").append(std::to_string(number));
}

}  // namespace

void append_change(std::string& out, std::string_view file, const Change& change,
                   const RepairBook& book, std::string_view language) {
  out.append(R"({"type":"repair","file":")").append(file).append("\"");
  append_member(out, "line", change.line);
  append_member(out, "form", change.record == nullptr ? std::string_view{} : change.record->form);
  append_member(out, "item", std::uint64_t{change.item == nullptr ? 0U : change.item->number});
  append_member(out, "key", change.item == nullptr ? std::string_view{} : change.item->key);
  append_member(out, "rule", change.rule);
  append_member(out, "method", key_of(change.method));
  append_member(out, "message", book.name(change.method).in(language));
  if (change.item != nullptr) {
    append_member(out, "before", change.before);
    append_member(out, "after", change.after);
  }
  if (change.columns_before != change.columns_after) {
    append_member(out, "columns_before", std::uint64_t{change.columns_before});
    append_member(out, "columns_after", std::uint64_t{change.columns_after});
  }
  out += "}\n";
}

void OfferCounter::finding(const Finding& finding) {
  if (const Repair* const repair = offer_for(book_, finding, options_.accepted)) {
    auto& offer = offers_[finding.rule->id];
    offer.first = repair;
    ++offer.second;
  }
}

void append_offers(std::string& out, std::string_view file, const OfferCounter::Offers& offers,
                   const RepairBook& book, std::string_view language) {
  for (const auto& [rule, offer] : offers) {
    out.append(R"({"type":"offer","file":")").append(file).append("\"");
    append_member(out, "rule", rule);
    append_member(out, "method", key_of(offer.first->method));
    append_member(out, "findings", offer.second);
    append_member(out, "message", book.name(offer.first->method).in(language));
    out += "}\n";
  }
}

}  // namespace kpfd::converters
