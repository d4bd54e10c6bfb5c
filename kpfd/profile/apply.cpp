#include "kpfd/profile/apply.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "kpfd/layout/suggestion.hpp"

namespace kpfd::profile {

namespace {

using layout::Item;
using layout::Place;
using layout::Receiver;
using layout::Record;
using layout::SchemaError;

std::string quoted(std::string_view word) { return "`" + std::string(word) + "`"; }

[[noreturn]] void fail(const Place& place, std::string_view element, const std::string& reason) {
  throw SchemaError(place, "<" + std::string(element) + ">: " + reason);
}

class Applier {
 public:
  Applier(const Profile& profile, layout::Layouts& layouts) : profile_(profile), layouts_(layouts) {
    for (Receiver& receiver : layouts_.receivers) {
      if (receiver.is_union) {
        unions_.push_back(&receiver);
      }
    }
    if (unions_.empty()) {
      fail(profile_.place, "profile", "the layouts know no receiver that is a union");
    }
  }

  std::vector<const Record*> apply() {
    if (profile_.taken) {
      require_forms(profile_, profile_.taken->codes, profile_.taken->place, "forms", layouts_);
    }
    if (profile_.office_number) {
      check_office_number(*profile_.office_number);
    }
    if (profile_.roster) {
      for (const Receiver* receiver : unions_) {
        require_one_office_item(*receiver, profile_.roster->place, "roster");
      }
    }
    for (const ItemChange& change : profile_.items) {
      change_item(change);
    }
    for (const Text& text : profile_.texts) {
      add_text(text);
    }
    return {changed_.begin(), changed_.end()};
  }

 private:
  // ---- offices ----

  static void require_one_office_item(const Receiver& receiver, const Place& place,
                                      std::string_view element) {
    if (receiver.office_key.items.size() != 1) {
      fail(place, element,
           "an office of receiver " + receiver.key + " is named by more than one item");
    }
  }

  /// The layouts' own checks stay: what they refuse, no profile can demand.
  void check_office_number(const OfficeNumber& number) const {
    for (const Receiver* receiver : unions_) {
      require_one_office_item(*receiver, number.place, "office-number");
      const std::string& key = receiver->office_key.items.front();
      const Item& item =
          receiver->office.items[static_cast<std::size_t>(receiver->office.column_of(key))];
      if (item.type == layout::Type::digits && number.type != layout::Type::digits) {
        fail(number.place, "office-number", "item " + quoted(key) + " takes only digits");
      }
      if ((number.lengths.allowed & ~item.lengths.allowed).any()) {
        fail(number.place, "office-number",
             "length " + quoted(number.lengths.text) + ": item " + quoted(key) + " has length " +
                 quoted(item.lengths.text));
      }
    }
  }

  // ---- items ----

  void change_item(const ItemChange& change) {
    require_forms(profile_, change.forms, change.place, "item", layouts_);
    std::vector<std::string_view> open;
    bool found = false;
    bool is_header = false;
    bool is_closed = false;
    std::vector<std::string> missing = change.forms;
    const auto look = [&](Record& record) {
      for (Item& item : record.items) {
        if (item.open_to_profile) {
          open.emplace_back(item.key);
        }
        if (item.key != change.key) {
          continue;
        }
        is_closed = is_closed || !item.open_to_profile;
        if (item.open_to_profile) {
          found = true;
          missing.erase(std::remove(missing.begin(), missing.end(), record.form), missing.end());
          change_to(change, record, item);
          changed_.insert(&record);
        }
      }
    };
    for (Record& record : layouts_.records) {
      const bool wanted =
          change.forms.empty() ||
          std::find(change.forms.begin(), change.forms.end(), record.form) != change.forms.end();
      if (record.for_union && wanted) {
        look(record);
      }
    }
    for (Receiver* receiver : unions_) {
      for (Record* record : headers_of(*receiver)) {
        if (change.forms.empty()) {
          look(*record);
        } else {
          is_header = is_header || record->column_of(change.key) >= 0;
        }
      }
    }
    if (found && missing.empty()) {
      return;
    }
    if (is_header && !found) {
      fail(change.place, "item",
           "item " + quoted(change.key) + " stands in no form's records: leave `forms` out");
    }
    if (is_closed && !found) {
      fail(change.place, "item",
           "item " + quoted(change.key) +
               " is not the union's own: a profile may change its name "
               "and checks only if the layouts say profile=\"open\"" +
               layout::suggestion(change.key, open));
    }
    fail(change.place, "item",
         "no item of the union's own is called " + quoted(change.key) +
             (found ? " in form " + missing.front() : std::string()) +
             (found ? std::string() : layout::suggestion(change.key, open)));
  }

  static std::vector<Record*> headers_of(Receiver& receiver) {
    std::vector<Record*> headers;
    headers.reserve(receiver.media.size() + 1);
    for (Record& media : receiver.media) {
      headers.push_back(&media);
    }
    headers.push_back(&receiver.office);
    return headers;
  }

  void change_to(const ItemChange& change, const Record& record, Item& item) const {
    if (!change.name.empty()) {
      item.name = change.name;
      item.name_en = change.name_en.empty() ? change.name : change.name_en;
    }
    if (!change.meaning.empty()) {
      item.meaning = change.meaning;
    }
    item.type = change.type.value_or(item.type);
    item.lengths = change.lengths.value_or(item.lengths);
    item.need = change.need.value_or(item.need);
    item.values = change.values.value_or(item.values);
    item.refused = change.refused.value_or(item.refused);
    item.zeros_refused = change.zeros_refused.value_or(item.zeros_refused);
    item.source = "profile " + profile_.key + ' ' + profile_.edition;
    refuse_contradictions(change, record, item);
  }

  /// An item that could never be filled rightly would be an error in every filing.
  static void refuse_contradictions(const ItemChange& change, const Record& record,
                                    const Item& item) {
    const auto refuse = [&](const std::string& reason) {
      std::string where = quoted(item.key);
      if (!record.form.empty()) {
        where.append(" of form ").append(record.form);
      }
      fail(change.place, "item", where.append(": ").append(reason));
    };
    const std::string length = "length " + quoted(item.lengths.text);
    if (item.need == layout::Need::required && item.lengths.most == 0) {
      refuse("required, and " + length + " takes nothing");
    }
    if (item.need == layout::Need::required && change.lengths && item.lengths.allowed[0]) {
      refuse("required, and " + length + " says that it may be empty");
    }
    if (item.need != layout::Need::required && change.lengths && !item.lengths.allowed[0]) {
      refuse("it may be empty, and " + length + " does not say 0");
    }
    const bool wants_digits = item.least > 0 || item.gregorian || item.my_number ||
                              (item.among != nullptr && item.among->numeric);
    if (wants_digits && item.type != layout::Type::digits) {
      refuse("the layouts count with it, so its type is N");
    }
    bool some = item.values.empty();
    for (const layout::ValueRange& range : item.values.ranges) {
      const std::string value = "value `" + range.low + '`';
      if (!item.lengths.holds(range.low.size())) {
        refuse(std::string(value).append(" is not as long as ").append(length).append(" demands"));
      }
      if (!takes_characters_of(item.type, range.low) ||
          !takes_characters_of(item.type, range.high)) {
        refuse(std::string(value).append(" is not of type ").append(layout::code_of(item.type)));
      }
      const auto takes_it_away = [&range](const layout::ValueRange& refused) {
        return refused.low.size() == range.low.size() && refused.low <= range.low &&
               refused.high >= range.high;
      };
      some = some ||
             std::none_of(item.refused.ranges.begin(), item.refused.ranges.end(), takes_it_away);
    }
    if (!some) {
      refuse("`not` takes away all that `values` allows");
    }
  }

  /// Of the digits and Latin letters that values are made of.
  static bool takes_characters_of(layout::Type type, std::string_view value) {
    if (type == layout::Type::kana || type == layout::Type::full_width) {
      return false;
    }
    return type != layout::Type::digits ||
           value.find_first_not_of("0123456789") == std::string_view::npos;
  }

  // ---- expressions ----

  void add_text(const Text& text) {
    const std::string_view element = text.rule.let ? "let" : "attachment";
    require_forms(profile_, text.forms, text.rule.at_spot(text.rule.element), element, layouts_);
    for (Record& record : layouts_.records) {
      if (!record.for_union || !is_for(profile_, text.forms, record.form)) {
        continue;
      }
      if (!text.rule.at.empty()) {
        check_place(text, record);
      }
      record.rules.push_back(text.rule);
      changed_.insert(&record);
    }
  }

  /// Where a finding about an attachment stands: at one item that a union's record has.
  static void check_place(const Text& text, const Record& record) {
    const int column = record.column_of(text.rule.at);
    if (column < 0) {
      std::vector<std::string_view> known;
      known.reserve(record.items.size());
      for (const Item& item : record.items) {
        known.emplace_back(item.key);
      }
      fail(text.rule.at_spot(text.rule.element), "attachment",
           "at: form " + record.form + " has no item " + quoted(text.rule.at) +
               layout::suggestion(text.rule.at, known));
    }
    if (record.items[static_cast<std::size_t>(column)].scope == layout::Scope::pension) {
      fail(
          text.rule.at_spot(text.rule.element), "attachment",
          "at: item " + quoted(text.rule.at) + " is for the pension office and ignored by a union");
    }
  }

  const Profile& profile_;
  layout::Layouts& layouts_;
  std::vector<Receiver*> unions_;
  std::set<const Record*> changed_;
};

}  // namespace

void require_forms(const Profile& profile, const Forms& codes, const Place& place,
                   std::string_view element, const layout::Layouts& layouts) {
  for (const std::string& code : codes) {
    std::vector<std::string_view> known;
    for (const Record& record : layouts.records) {
      if (record.for_union) {
        known.emplace_back(record.form);
      }
    }
    if (std::find(known.begin(), known.end(), code) == known.end()) {
      fail(place, element,
           "no form " + quoted(code) + " for a union" + layout::suggestion(code, known));
    }
    if (!profile.takes(code)) {
      fail(place, element, "form " + quoted(code) + " is none that <forms> takes");
    }
  }
}

bool is_for(const Profile& profile, const Forms& codes, std::string_view form) {
  return codes.empty() ? profile.takes(form)
                       : std::find(codes.begin(), codes.end(), form) != codes.end();
}

std::vector<const Record*> apply(const Profile& profile, layout::Layouts& layouts) {
  return Applier(profile, layouts).apply();
}

}  // namespace kpfd::profile
