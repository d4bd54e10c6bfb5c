#include "kpfd/rulebook/rulebook.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "kpfd/check/places.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::rulebook {

namespace {

using check::Check;
using layout::Item;
using layout::Record;

/// `csv225 37 [A] [D]` => `csv225 37` and `AD`.
std::pair<std::string, std::string> take_marks_off(const std::string& source) {
  std::string clause;
  std::string marks;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '[' && i + 2 < source.size() && source[i + 2] == ']') {
      marks += source[i + 1];
      i += 2;
    } else if (source[i] != ' ' || (!clause.empty() && clause.back() != ' ')) {
      clause += source[i];
    }
  }
  while (!clause.empty() && clause.back() == ' ') {
    clause.pop_back();
  }
  return {clause, marks};
}

Meaning meaning_of(const RuleInfo& rule, const report::Catalogue& catalogue) {
  if (const auto words = catalogue.explain(rule.id)) {
    return {words->title, words->text, words->why, words->fix};
  }
  const bool english = catalogue.language() != "ja" && !rule.message_en.empty();
  const std::string& own = english ? rule.message_en : rule.message;
  return {rule.id, own.empty() ? rule.condition : own, {}, {}};
}

/// Adds what holds for one receiver and edition to the places known. Editions and receivers that
/// say the same are one place.
class Places {
 public:
  void add(const Record& record, Place place) {
    place.form = record.form;
    place.line = record.form.empty() ? record.key : "record";
    place.since = record.edition;
    for (Known& known : places_) {
      if (known.receiver == record.receiver && says_the_same(known.place, place)) {
        known.place.since = std::min(known.place.since, place.since);
        join(known.place.items, place.items);
        return;
      }
    }
    places_.push_back({record.receiver, std::move(place)});
  }

  std::vector<Place> take() {
    std::vector<Place> result;
    for (Known& known : places_) {
      std::sort(known.place.items.begin(), known.place.items.end(),
                [](const ItemPlace& a, const ItemPlace& b) { return a.number < b.number; });
      const auto same = std::find_if(result.begin(), result.end(), [&](const Place& other) {
        return says_the_same(other, known.place) && other.since == known.place.since &&
               std::equal(other.items.begin(), other.items.end(), known.place.items.begin(),
                          known.place.items.end(), [](const ItemPlace& a, const ItemPlace& b) {
                            return a.number == b.number && a.key == b.key;
                          });
      });
      if (same == result.end()) {
        result.push_back(std::move(known.place));
        result.back().receivers = {known.receiver};
      } else if (std::find(same->receivers.begin(), same->receivers.end(), known.receiver) ==
                 same->receivers.end()) {
        same->receivers.push_back(known.receiver);
      }
    }
    for (Place& place : result) {
      std::sort(place.receivers.begin(), place.receivers.end());
      if (place.receivers.front().empty()) {
        place.receivers.clear();  // a line that all receivers' files share
      }
    }
    std::stable_sort(result.begin(), result.end(), [](const Place& a, const Place& b) {
      return a.form.empty() == b.form.empty() ? a.form < b.form : a.form.empty();
    });
    return result;
  }

 private:
  struct Known {
    std::string receiver;
    Place place;
  };

  static bool says_the_same(const Place& a, const Place& b) {
    return a.form == b.form && a.line == b.line && a.severity == b.severity &&
           a.source == b.source && a.condition == b.condition && a.attachment == b.attachment &&
           a.items.empty() == b.items.empty();
  }

  static void join(std::vector<ItemPlace>& items, const std::vector<ItemPlace>& others) {
    for (const ItemPlace& other : others) {
      const auto same = std::find_if(items.begin(), items.end(), [&](const ItemPlace& item) {
        return item.number == other.number && item.key == other.key;
      });
      if (same == items.end()) {
        items.push_back(other);
      }
    }
  }

  std::vector<Known> places_;
};

class Maker {
 public:
  Maker(const Engine& engine, const report::Catalogue& ja, const report::Catalogue& en)
      : engine_(engine), ja_(ja), en_(en), layouts_(engine.layouts()), profile_(engine.profile()) {
    lines_.push_back(&layouts_.count);
    for (const layout::Receiver& receiver : layouts_.receivers) {
      for (const Record& media : receiver.media) {
        lines_.push_back(&media);
      }
      lines_.push_back(&receiver.office);
    }
    for (const Record& record : layouts_.records) {
      lines_.push_back(&record);
    }
  }

  Rulebook make() {
    Rulebook book;
    book.schemas = engine_.schemas_edition();
    book.rules = engine_.rules_hash();
    if (profile_ != nullptr) {
      book.profile = {profile_->key, profile_->edition, profile_->sha256, profile_->name,
                      profile_->name_en.empty() ? profile_->name : profile_->name_en};
    }
    add_forms(book);
    const std::vector<const RuleInfo*>& rules = engine_.rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      book.entries.push_back(entry_of(*rules[i], i));
    }
    return book;
  }

 private:
  void add_forms(Rulebook& book) const {
    for (const Record& record : layouts_.records) {
      auto form = std::find_if(book.forms.begin(), book.forms.end(),
                               [&](const Form& known) { return known.code == record.form; });
      if (form == book.forms.end()) {
        form = book.forms.insert(
            book.forms.end(), {record.form, record.key, record.name, record.name_en, {}, {}, {}});
      }
      add_once(form->editions, record.edition);
      add_names(record, *form);
      for (const Item& item : record.items) {
        const auto known =
            std::find_if(form->items.begin(), form->items.end(), [&](const Form::Item& other) {
              return other.number == item.number && other.key == item.key;
            });
        if (known == form->items.end()) {
          form->items.push_back(
              {item.number, item.key, item.name, item.name_en, record.edition, {record.receiver}});
        } else {
          known->since = std::min(known->since, record.edition);
          add_once(known->receivers, record.receiver);
        }
      }
    }
    for (Form& form : book.forms) {
      std::sort(form.editions.begin(), form.editions.end());
      std::sort(form.items.begin(), form.items.end(),
                [](const Form::Item& a, const Form::Item& b) { return a.number < b.number; });
    }
    std::sort(book.forms.begin(), book.forms.end(),
              [](const Form& a, const Form& b) { return a.code < b.code; });
  }

  static void add_names(const Record& record, Form& form) {
    for (const layout::RuleText& text : record.rules) {
      const std::string expression = text.condition();
      const bool known =
          std::any_of(form.names.begin(), form.names.end(), [&](const Form::Name& other) {
            return other.name == text.id && other.expression == expression;
          });
      if (text.let && !known) {
        form.names.push_back({text.id, expression});
      }
    }
  }

  static void add_once(std::vector<std::string>& texts, const std::string& text) {
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(text);
    }
  }

  Entry entry_of(const RuleInfo& rule, std::size_t index) const {
    Entry entry;
    entry.id = rule.id;
    entry.builtin = index < check::builtin_checks;
    entry.scope = std::string(name_of(rule.subject));
    entry.severity = std::string(name_of(rule.severity));
    std::tie(entry.source, entry.confidence) = take_marks_off(rule.source);
    entry.ja = meaning_of(rule, ja_);
    entry.en = meaning_of(rule, en_);
    Places places;
    if (entry.builtin) {
      add_check(static_cast<Check>(index), rule, places);
    } else {
      add_rule(rule, places);
    }
    entry.places = places.take();
    add_changes(entry);
    entry.since = engine_.editions().front();
    std::string first;
    for (const Place& place : entry.places) {
      if (!place.since.empty() && (first.empty() || place.since < first)) {
        first = place.since;
      }
    }
    if (!first.empty()) {
      entry.since = first;
    }
    return entry;
  }

  void add_changes(Entry& entry) const {
    if (profile_ == nullptr) {
      return;
    }
    for (const profile::Override& change : profile_->overrides) {
      if (change.rule == entry.id) {
        entry.changes.push_back({change.to ? std::string(name_of(*change.to)) : "off", change.forms,
                                 change.item, change.reason,
                                 change.reason_en.empty() ? change.reason : change.reason_en});
      }
    }
  }

  /// A check of profiles stands where the profile asks for it; where there is none, where one
  /// could.
  void add_profile_check(Check check, const RuleInfo& rule, Places& places) const {
    for (const Record* line : lines_) {
      const layout::Receiver* const receiver = layouts_.receiver(line->receiver);
      if (receiver == nullptr || !receiver->is_union) {
        continue;
      }
      Place place;
      place.source = rule.source;
      place.severity = std::string(name_of(rule.severity));
      if (!line->form.empty()) {
        if (check == Check::profile_form && may_leave_out(line->form)) {
          places.add(*line, place);
        } else if (check == Check::profile_attachment) {
          add_attachments(*line, place, places);
        }
      } else if (asks_number(check, line == &receiver->office)) {
        for (const std::string& key : receiver->office_key.items) {
          if (const int column = line->column_of(key); column >= 0) {
            place.items.push_back({line->items[static_cast<std::size_t>(column)].number, key});
          }
        }
        if (!place.items.empty()) {
          places.add(*line, place);
        }
      }
    }
  }

  bool may_leave_out(const std::string& form) const {
    return profile_ == nullptr || !profile_->takes(form);
  }

  void add_attachments(const Record& line, const Place& like, Places& places) const {
    if (profile_ == nullptr) {
      places.add(line, like);
      return;
    }
    for (const layout::RuleText& text : line.rules) {
      if (!text.let && text.reported_if_true) {
        Place place = place_of(text, line);
        place.source = like.source;
        place.attachment = text.id;
        places.add(line, std::move(place));
      }
    }
  }

  /// Whether the office numbers of a header line are looked at.
  bool asks_number(Check check, bool office_record) const {
    const auto asks = [&](const auto& element) {
      return element && (office_record || element->in_media_record);
    };
    if (check == Check::profile_office_format) {
      return profile_ == nullptr || asks(profile_->office_number);
    }
    return check == Check::profile_office_roster && (profile_ == nullptr || asks(profile_->roster));
  }

  void add_check(Check check, const RuleInfo& rule, Places& places) const {
    add_profile_check(check, rule, places);
    for (const Record* line : lines_) {
      Place place;
      place.source = rule.source;
      place.severity = std::string(name_of(rule.severity));
      if (!line->form.empty() && check::may_stand_at_record(check, *line)) {
        places.add(*line, place);
        continue;
      }
      std::map<std::string, std::vector<ItemPlace>> by_severity;
      for (const Item& item : line->items) {
        const bool separator = check == Check::separator_missing || check == Check::separator_width;
        if (check::may_stand_at(check, item, *line) || names_office(check, item, *line)) {
          by_severity[separator ? std::string(name_of(item.separator_severity)) : place.severity]
              .push_back({item.number, item.key});
        }
      }
      for (auto& [severity, items] : by_severity) {
        place.severity = severity;
        place.items = std::move(items);
        places.add(*line, place);
      }
    }
  }

  /// The item at which a record that names no office is reported.
  bool names_office(Check check, const Item& item, const Record& line) const {
    const layout::Receiver* const receiver = layouts_.receiver(line.receiver);
    return check == Check::office_unknown && !line.form.empty() && receiver != nullptr &&
           receiver->office_key.at == item.key;
  }

  void add_rule(const RuleInfo& rule, Places& places) const {
    for (const Record* line : lines_) {
      for (const layout::RuleText& text : line->rules) {
        if (text.let || text.id != rule.id) {
          continue;
        }
        Place place = place_of(text, *line);
        if (text.at.empty() || !place.items.empty()) {
          places.add(*line, std::move(place));
        }
      }
    }
  }

  static Place place_of(const layout::RuleText& text, const Record& line) {
    Place place;
    place.source = text.source;
    place.severity = std::string(name_of(text.severity));
    place.condition = text.condition();
    for (const std::uint16_t column : columns_of(line, text.at)) {
      const Item& item = line.items[column];
      // Rules that stand at an item which the receiver ignores are not run.
      if (!line.for_union || item.scope != layout::Scope::pension) {
        place.items.push_back({item.number, item.key});
      }
    }
    return place;
  }

  static std::vector<std::uint16_t> columns_of(const Record& line, const std::string& at) {
    if (const int column = line.column_of(at); column >= 0) {
      return {static_cast<std::uint16_t>(column)};
    }
    for (const layout::Group& group : line.groups) {
      if (group.key == at) {
        return group.columns;
      }
    }
    return {};
  }

  const Engine& engine_;
  const report::Catalogue& ja_;
  const report::Catalogue& en_;
  const layout::Layouts& layouts_;
  const profile::Profile* profile_;
  std::vector<const Record*> lines_;
};

}  // namespace

Rulebook make_rulebook(const Engine& engine, const report::Catalogue& ja,
                       const report::Catalogue& en) {
  return Maker(engine, ja, en).make();
}

}  // namespace kpfd::rulebook
