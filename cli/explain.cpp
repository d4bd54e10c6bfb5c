#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "hooks/precheck/file_types.hpp"
#include "kpfd/check/builtin.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/rulebook/rulebook.hpp"
#include "kpfd/rules/compile.hpp"
#include "samples/maker/examples.hpp"

namespace kpfd::cli {

namespace {

using layout::Item;
using layout::Record;

/// What `kpfd explain` writes, in the language of the run.
class Explainer {
 public:
  Explainer(const Engine& engine, const report::Catalogue& catalogue, const SchemaSet& schemas,
            const Common& common)
      : engine_(engine),
        catalogue_(catalogue),
        kitchen_(engine.layouts(), schemas.files()),
        types_(schemas.files()),
        rules_(engine.rules()),
        common_(common) {
    const std::vector<const RuleInfo*> checks = types_.checks();
    rules_.insert(rules_.end(), checks.begin(), checks.end());
  }

  /// Explains a rule, a form or an item; false if there is nothing of that name.
  bool explain(const std::string& subject) {
    if (explain_rule(subject) || explain_attachment(subject)) {
      return true;
    }
    const std::size_t dot = subject.find('.');
    const std::string form = subject.substr(0, dot);
    bool found = false;
    std::string told;  // editions and receivers that say the same are said once
    for (const Record& record : engine_.layouts().records) {
      if (!is_called(record, form)) {
        continue;
      }
      if (dot == std::string::npos) {
        explain_form(record);
        found = true;
        continue;
      }
      const Item* const item = find_item(record, subject.substr(dot + 1));
      if (item == nullptr) {
        continue;
      }
      const std::string before = std::move(text_);
      text_.clear();
      explain_item(record, *item);
      if (told.find(text_) == std::string::npos) {
        told += text_;
      }
      text_ = before;
      found = true;
    }
    text_ += told;
    return found;
  }

  /// All that can be explained.
  void list() {
    heading(words("様式", "Forms"));
    std::string last;
    for (const Record& record : engine_.layouts().records) {
      if (record.form == last) {
        continue;
      }
      last = record.form;
      text_ += "  " + record.form + "  " + record.key + "  " + name_of(record) + '\n';
    }
    heading(words("点検の規則", "Checks and rules"));
    for (const RuleInfo* rule : rules_) {
      const auto explanation = catalogue_.explain(rule->id);
      text_ += "  " + rule->id + "  " + (explanation ? explanation->title : std::string()) + '\n';
    }
    if (engine_.profile() != nullptr) {
      list_profile(*engine_.profile());
    }
  }

  const std::string& text() const { return text_; }

 private:
  std::string words(std::string_view ja, std::string_view en) const {
    return std::string(common_.words(ja, en));
  }
  std::string name_of(const Record& record) const { return chosen(record.name, record.name_en); }
  std::string name_of(const Item& item) const { return chosen(item.name, item.name_en); }
  void heading(const std::string& line) { text_ += line + '\n'; }
  void labelled(const std::string& label, const std::string& value) {
    if (!value.empty()) {
      text_ += "  " + label + ": " + value + '\n';
    }
  }

  bool explain_rule(const std::string& id) {
    const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                   [&](const RuleInfo* known) { return known->id == id; });
    if (rule == rules_.end()) {
      return false;
    }
    text_ += id + "  [" + severity_of((*rule)->severity) + "]\n";
    if (const auto explanation = catalogue_.explain(id)) {
      text_ += explanation->title + "\n\n";
      labelled(words("内容", "what"), explanation->text);
      labelled(words("理由", "why"), explanation->why);
      labelled(words("対処", "what to do"), explanation->fix);
      labelled(words("よい例", "good"), explanation->good);
      labelled(words("悪い例", "bad"), explanation->bad);
    } else {
      const bool english = common_.language == "en" && !(*rule)->message_en.empty();
      labelled(words("内容", "what"), english ? (*rule)->message_en : (*rule)->message);
    }
    labelled(words("根拠", "source"), (*rule)->source);
    std::string stands;  // where the layouts say it
    for (const Record& record : engine_.layouts().records) {
      for (const layout::RuleText& text : record.rules) {
        if (text.let || text.id != id) {
          continue;
        }
        const std::string line =
            "    " + record.form + '.' + text.at + "  " + text.condition() + '\n';
        if (stands.find(line) == std::string::npos) {
          stands += line;
        }
      }
    }
    if (!stands.empty()) {
      text_ += "  " + words("規則", "rule") + ":\n" + stands;
    }
    if (engine_.profile() != nullptr) {
      explain_profile_of(*engine_.profile(), id);
    }
    return true;
  }

  std::string severity_of(Severity severity) const {
    std::string text;
    catalogue_.phrase("severity-" + std::string(kpfd::name_of(severity)), {}, text);
    return text;
  }

  std::string chosen(const std::string& ja, const std::string& en) const {
    return std::string(catalogue_.chosen(ja, en));
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
      text += (text.empty() ? "" : " ") + word;
    }
    return text;
  }

  /// What a profile changes about a check, and what it asks for by it.
  void explain_profile_of(const profile::Profile& profile, const std::string& id) {
    for (const profile::Override& change : profile.overrides) {
      if (change.rule != id) {
        continue;
      }
      std::string where = joined(change.forms);
      where += (where.empty() || change.item.empty() ? "" : " ") + change.item;
      labelled(words("プロファイル", "profile") + ' ' + profile.key +
                   (where.empty() ? "" : " (" + where + ')'),
               (change.to ? severity_of(*change.to) : words("表示しない", "off")) +
                   words("。理由：", "; reason: ") + chosen(change.reason, change.reason_en));
    }
    const auto attachments = static_cast<std::size_t>(check::Check::profile_attachment);
    if (id == check::check_ids[attachments]) {
      for (const profile::Text& text : profile.texts) {
        if (!text.rule.let) {
          labelled(text.rule.id, chosen(text.attachment.name, text.attachment.name_en));
        }
      }
    }
  }

  /// `attendance_record`: a document that the profile asks for.
  bool explain_attachment(const std::string& key) {
    bool found = false;
    if (engine_.profile() == nullptr) {
      return found;
    }
    std::vector<const layout::RuleText*> names;  // what the expression may use
    for (const profile::Text& text : engine_.profile()->texts) {
      if (text.rule.let) {
        names.push_back(&text.rule);
      }
      if (text.rule.let || text.rule.id != key) {
        continue;
      }
      found = true;
      text_ += key + "  [" + severity_of(text.rule.severity) + "]\n";
      labelled(words("添付書類", "attachment"),
               chosen(text.attachment.name, text.attachment.name_en));
      labelled(words("様式", "forms"), joined(text.forms));
      labelled(words("項目", "item"), text.rule.at);
      labelled(words("必要な場合", "needed where"), layout::one_line(text.rule.text));
      for (const layout::RuleText* name : names) {
        if (text.rule.text.find(name->id) != std::string::npos) {
          labelled("  " + name->id, layout::one_line(name->text));
        }
      }
    }
    return found;
  }

  void list_profile(const profile::Profile& profile) {
    heading(words("プロファイル", "Profile"));
    text_ += "  " + profile.key + "  " + profile.edition + "  " +
             chosen(profile.name, profile.name_en) + '\n';
    for (const profile::Override& change : profile.overrides) {
      text_ += "  " + change.rule + "  " +
               (change.to ? severity_of(*change.to) : words("表示しない", "off")) + '\n';
    }
    for (const profile::Text& text : profile.texts) {
      if (!text.rule.let) {
        text_ += "  " + text.rule.id + "  " +
                 chosen(text.attachment.name, text.attachment.name_en) + '\n';
      }
    }
  }

  static bool is_called(const Record& record, const std::string& name) {
    return record.form == name || record.key == name || record.name == name;
  }

  static const Item* find_item(const Record& record, const std::string& name) {
    for (const Item& item : record.items) {
      if (item.key == name || std::to_string(item.number) == name) {
        return &item;
      }
    }
    return nullptr;
  }

  void explain_form(const Record& record) {
    text_ += record.form + "  " + name_of(record) + "  (" + record.key + ")\n";
    labelled(words("提出先", "receiver"), record.receiver);
    labelled(words("版", "edition"), record.edition);
    labelled(words("項目数", "items"), std::to_string(record.items.size()));
    for (const Item& item : record.items) {
      text_ += "  " + std::to_string(item.number) + "  " + item.key + "  " + name_of(item) + "  " +
               type_of(item) + ' ' + item.lengths.text + "  " + need_of(item) +
               (item.values.empty() ? "" : "  " + item.values.text) + '\n';
    }
    text_ += '\n';
  }

  static std::string type_of(const Item& item) { return std::string(layout::code_of(item.type)); }

  std::string type_words(const Item& item) const {
    std::string text = type_of(item) + ' ';
    catalogue_.phrase("type-" + type_of(item), {}, text);
    return text;
  }

  std::string need_of(const Item& item) const {
    switch (item.need) {
      case layout::Need::required:
        return words("必須", "required");
      case layout::Need::conditional:
        return words("条件による", "depends on other items");
      case layout::Need::optional:
        break;
    }
    return words("任意", "optional");
  }

  void explain_item(const Record& record, const Item& item) {
    text_ += record.form + '.' + item.key + "  " + words("項番", "item ") +
             std::to_string(item.number) + "  " + name_of(item) + '\n';
    labelled(words("様式", "form"), name_of(record));
    labelled(words("文字", "type"), type_words(item));
    labelled(words("長さ（バイト）", "length (bytes)"), item.lengths.text);
    labelled(words("記入", "need"), need_of(item));
    labelled(words("値", "values"), item.values.text);
    labelled(words("使えない値", "not"), item.refused.text);
    labelled(words("確認が必要な値", "doubtful"), item.doubtful.text);
    labelled(words("意味", "meaning"), item.meaning);
    if (item.unit != layout::Unit::none) {
      labelled(words("単位", "unit"),
               item.unit == layout::Unit::yen ? words("円", "yen") : words("千円", "thousand yen"));
    }
    if (item.least > 0) {
      labelled(words("最小", "at least"), std::to_string(item.least));
    }
    explain_conditions(record, item);
    if (item.scope == layout::Scope::pension) {
      labelled(words("対象", "scope"),
               words("年金事務所あてのみ（健康保険組合あてでは空欄にします）",
                     "for the pension office only (left empty in a filing for a union)"));
    }
    for (const layout::RuleText& rule : record.rules) {
      if (!rule.let && stands_at(rule, record, item)) {
        const std::string label =
            rule.reported_if_true ? words("添付書類", "attachment") : words("規則", "rule");
        labelled(label + ' ' + rule.id,
                 rule.reported_if_true ? layout::one_line(rule.text) : rule.condition());
      }
    }
    const samples::ItemExample& example = example_of(record, item);
    labelled(words("よい例", "good"), example.good);
    if (!example.bad.empty()) {
      labelled(words("悪い例", "bad"), example.bad + "  [" + example.bad_rule + ']');
    }
    labelled(words("根拠", "source"), item.source);
    text_ += '\n';
  }

  /// What the item's text must be like, beside its kind, length and values.
  void explain_conditions(const Record& record, const Item& item) {
    const std::string label = words("条件", "condition");
    if (item.zeros_refused) {
      labelled(label, words("0だけは不可", "not all zeros"));
    }
    if (item.among != nullptr) {
      std::string table;
      catalogue_.phrase("table-" + item.among->key, {}, table);
      labelled(words("一覧", "table"), table.empty() ? item.among->key : table);
    }
    if (item.separator == layout::Separator::half) {
      labelled(label, words("姓と名の間に半角の空白を1つ",
                            "one half-width space between family and given name"));
    } else if (item.separator == layout::Separator::full) {
      labelled(label, words("姓と名の間に全角の空白を1つ",
                            "one full-width space between family and given name"));
    }
    if (item.single_spaces) {
      labelled(label, words("空白を2つ続けない", "no two spaces in a row"));
    }
    if (item.half_space_refused) {
      labelled(label, words("半角の空白は不可", "no half-width space"));
    }
    if (item.my_number) {
      labelled(label, words("最後の1桁は検査用数字", "the last digit is the check digit"));
    }
    if (item.gregorian) {
      labelled(label, words("西暦の年月日 YYYYMMDD", "a Gregorian day, YYYYMMDD"));
    }
    for (const layout::DateItems& date : record.dates) {
      if (date.era == item.column) {
        labelled(label, words("元号の数字：", "the digit of an era: ") + eras());
      } else if (date.day_date() && date.ymd == item.column) {
        labelled(label, words("元号の年月日 YYMMDD（暦にある日）",
                              "YYMMDD in years of the era, a day that exists"));
      } else if (!date.day_date() && date.year == item.column) {
        labelled(label, words("元号の年", "the year of the era"));
      }
    }
  }

  std::string eras() const {
    std::string text;
    for (const Era& era : engine_.layouts().eras) {
      text += (text.empty() ? "" : " ") + std::string(1, era.code) + ' ' +
              chosen(era.name, era.name_en);
    }
    return text;
  }

  /// A rule at a repeated item stands at each of its steps.
  static bool stands_at(const layout::RuleText& rule, const Record& record, const Item& item) {
    return rule.at == item.key ||
           std::any_of(record.groups.begin(), record.groups.end(), [&](const auto& group) {
             return group.key == rule.at && std::find(group.columns.begin(), group.columns.end(),
                                                      item.column) != group.columns.end();
           });
  }

  /// The same example wherever the form has the item: of a file in which it is looked at.
  const samples::ItemExample& example_of(const Record& record, const Item& item) {
    const std::string name = record.form + '.' + item.key;
    const auto known = examples_.find(name);
    if (known != examples_.end()) {
      return known->second;
    }
    const Record* best = &record;
    for (const Record& other : engine_.layouts().records) {
      if (other.form == record.form && find_item(other, item.key) != nullptr &&
          !(other.for_union && item.scope == layout::Scope::pension)) {
        best = &other;
      }
    }
    samples::ItemExample example;
    try {
      example = samples::example_of(engine_, kitchen_, *best, *find_item(*best, item.key));
    } catch (const samples::SampleError&) {
      // A form of schemas from outside for which no filing can be made has no examples.
    }
    return examples_.emplace(name, std::move(example)).first->second;
  }

  const Engine& engine_;
  const report::Catalogue& catalogue_;
  const samples::Kitchen kitchen_;
  const hooks::FileTypes types_;
  std::vector<const RuleInfo*> rules_;  ///< of filings, then those of documents and sends
  const Common& common_;
  std::map<std::string, samples::ItemExample> examples_;  ///< by form and item
  std::string text_;
};

/// The programs of rules, for people: what the compiler made of the text.
class ProgramLister {
 public:
  explicit ProgramLister(const layout::Layouts& layouts) : layouts_(layouts) {}

  /// The programs of a rule by its id, or of all rules of a form; "": all. False: there are none.
  bool list(const std::string& subject) {
    const std::size_t before = text_.size();
    std::vector<Listing> listings;
    for (const Record& record : layouts_.records) {
      const bool form = subject.empty() || subject == record.form || subject == record.key ||
                        subject == record.name;
      const rules::RuleSet set = rules::compile(record, layouts_);
      for (const rules::Rule& rule : set.rules) {
        if (form || rule.id == subject) {
          add(record, rule, listings);
        }
      }
    }
    for (const Listing& listing : listings) {
      text_ += listing.title + listing.receivers + listing.place + '\n' + listing.program + '\n';
    }
    return text_.size() > before;
  }

  const std::string& text() const { return text_; }

 private:
  struct Listing {
    std::string title;
    std::string receivers;
    std::string place;
    std::string program;
  };

  /// Receivers with the same program are one listing.
  static void add(const Record& record, const rules::Rule& rule, std::vector<Listing>& listings) {
    Listing listing;
    listing.title = rule.id + "  " + record.form + ' ' + record.edition + ' ';
    listing.receivers = ' ' + record.receiver;
    listing.place = "  0";
    if (rule.at_column >= 0) {
      const Item& item = record.items[static_cast<std::size_t>(rule.at_column)];
      listing.place = "  " + std::to_string(item.number) + ' ' + item.key;
    }
    listing.program = "  " + record.rules[rule.text].condition() + '\n';
    std::string line;
    for (const char c : rules::disassemble(rule.program, record)) {
      line += c;
      if (c == '\n') {
        listing.program += "    " + line;
        line.clear();
      }
    }
    for (Listing& known : listings) {
      if (known.title == listing.title && known.place == listing.place &&
          known.program == listing.program) {
        known.receivers += ',' + listing.receivers;
        return;
      }
    }
    listings.push_back(std::move(listing));
  }

  const layout::Layouts& layouts_;
  std::string text_;
};

struct ExplainArguments {
  std::vector<std::string> subjects;
  std::string catalogue;
  std::string profile;
  bool rule_program = false;
};

void refuse(const std::string& subject, const Common& common) {
  throw CommandError(
      subject + ": " +
      std::string(common.words(
          "そのような規則・様式・項目はありません。`kpfd explain` で一覧を表示します。",
          "no such rule, form or item; `kpfd explain` lists them")));
}

std::string catalogue_of(const std::string& form, const SchemaSet& schemas, const Engine& engine) {
  const rulebook::Rulebook book =
      rulebook::make_rulebook(engine, schemas.load_catalogue("ja"), schemas.load_catalogue("en"));
  return form == "json" ? rulebook::to_json(book) : rulebook::to_markdown(book);
}

std::string programs_of(const std::vector<std::string>& subjects, const Engine& engine,
                        const Common& common) {
  ProgramLister lister(engine.layouts());
  if (subjects.empty()) {
    lister.list("");
  }
  for (const std::string& subject : subjects) {
    if (subject.empty() || !lister.list(subject)) {
      throw CommandError(
          subject + ": " +
          std::string(common.words("その名前の項目間の規則も様式もありません。",
                                   "no rule across items and no form with rules is called so")));
    }
  }
  return lister.text();
}

int run_explain(const ExplainArguments& arguments, const Common& common) {
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine =
      make_engine(schemas, load_profile(arguments.profile, common.language), common.language);
  DescriptorOutput output(STDOUT_FILENO);
  if (!arguments.catalogue.empty()) {
    output.write(catalogue_of(arguments.catalogue, schemas, *engine));
    return Exit::good;
  }
  if (arguments.rule_program) {
    output.write(programs_of(arguments.subjects, *engine, common));
    return Exit::good;
  }
  const report::Catalogue catalogue = schemas.load_catalogue(common.language);
  Explainer explainer(*engine, catalogue, schemas, common);
  if (arguments.subjects.empty()) {
    explainer.list();
  }
  for (const std::string& subject : arguments.subjects) {
    if (!explainer.explain(subject)) {
      refuse(subject, common);
    }
  }
  output.write(explainer.text());
  return Exit::good;
}

}  // namespace

void add_explain_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App* const command = app.add_subcommand(
      "explain", std::string(common.words("規則・様式・項目の意味を説明します。",
                                          "Explains a rule, a form or an item.")));
  CLI::Option* const subjects = command->add_option(
      "SUBJECT", arguments->subjects,
      std::string(
          common.words("規則（LENGTH）、様式（2225700）、項目（2225700.total）。省略すると一覧",
                       "rule (LENGTH), form (2225700) or item (2225700.total); none: list them")));
  add_profile_option(*command, arguments->profile, common);
  CLI::Option* const catalogue =
      command
          ->add_option(
              "--catalogue", arguments->catalogue,
              std::string(common.words("すべての点検と規則の一覧を書き出します（json / markdown）",
                                       "write the list of all checks and rules: json, markdown")))
          ->check(CLI::IsMember({"json", "markdown"}));
  CLI::Option* const program = command->add_flag(
      "--rule-program", arguments->rule_program,
      std::string(common.words(
          "項目間の規則を、実行される命令の並びで表示します（SUBJECT は規則か様式）",
          "show rules across items as the instructions that run (SUBJECT: a rule or a form)")));
  catalogue->excludes(subjects);
  catalogue->excludes(program);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_explain(*arguments, common); });
}

}  // namespace kpfd::cli
