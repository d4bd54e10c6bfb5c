// The library for JavaScript: functions in C that work on one desk, which has an engine, the words
// of a language and the files of the moment. What they have to say goes over host.hpp; none throws.
#include <exception>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "converters/refile/gate.hpp"
#include "converters/repair/change_lines.hpp"
#include "converters/summary/cover_sheet.hpp"
#include "desk/bridge/details.hpp"
#include "desk/bridge/host.hpp"
#include "desk/bridge/profile_schema.hpp"
#include "hooks/page/json_object.hpp"
#include "hooks/precheck/precheck.hpp"
#include "hooks/precheck/receipt.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/profile/load.hpp"
#include "kpfd/profile/roster.hpp"
#include "kpfd/report/csv_report.hpp"
#include "kpfd/report/html_report.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/text_report.hpp"
#include "kpfd/schemas.hpp"
#include "kpfd/version.hpp"

namespace kpfd::desk {

namespace {

using report::Catalogue;

/// Bytes that JavaScript has laid down, and their length.
struct Bytes {
  const char* data;
  int size;
  std::string_view view() const { return {data, static_cast<std::size_t>(size)}; }
};

Catalogue load_catalogue(std::string_view language) {
  const std::string name = language == "en" ? "messages/en.xml" : "messages/ja.xml";
  return Catalogue::load_known(embedded_schema(name), name);
}

/// Where nothing else can be said.
template <typename Work>
int guarded(Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    hand_over(Channel::failure, error.what());
  }
  return -1;
}

/// What a call asks of a check.
struct Wish {
  int file;
  double size;
  std::string_view name;
  std::string_view date;
  std::string_view edition;
};

/// Files that are sent together.
class Send {
 public:
  Send(const Engine& engine, hooks::Precheck::Options options)
      : types(embedded_schemas()), precheck(engine, types, std::move(options)) {}

  hooks::FileTypes types;
  hooks::Precheck precheck;
};

}  // namespace

class Desk {
 public:
  explicit Desk(std::string_view language)
      : language_(language == "en" ? "en" : "ja"),
        catalogue_(load_catalogue(language_)),
        book_(converters::RepairBook::load(embedded_schemas())) {
    engine_ = std::make_unique<Engine>(embedded_compiled_schemas());
  }

  void take_profile(const std::string& name, std::string_view xml, std::string_view roster) {
    check_profile({name, xml}, {"profile.xsd", embedded_schema("profile.xsd")});
    profile::Profile profile = profile::load_profile({name, xml});
    if (profile.roster) {
      if (roster.empty()) {
        throw std::runtime_error(
            std::string(catalogue_.chosen(
                "プロファイルが指す事業所一覧のファイルも、いっしょに選んでください：",
                "choose the list of offices that the profile names, too: ")) +
            profile.roster->file);
      }
      profile::read_roster(roster, profile.roster->file, profile);
    }
    auto engine = std::make_unique<Engine>(embedded_compiled_schemas(), &profile);
    engine->compile_rules();
    engine_ = std::move(engine);
    send_.reset();
  }

  /// What everything is done with: versions, hashes, names of forms.
  void tell_facts() const {
    std::string out;
    hooks::JsonWriter facts(out);
    facts.text("type", "facts")
        .text("version", version())
        .text("schemas", engine_->schemas_edition())
        .text("rules", engine_->rules_hash());
    std::string list = "[";
    for (const std::string& edition : engine_->editions()) {
      list += list.size() > 1 ? ",\"" : "\"";
      report::append_json(list, edition);
      list += '"';
    }
    facts.raw("editions", list + "]");
    std::string forms;
    hooks::JsonWriter names(forms);
    std::string last;
    for (const layout::Record& record : engine_->layouts().records) {
      if (record.form != last) {
        names.text(record.form, catalogue_.chosen(record.name, record.name_en));
        last = record.form;
      }
    }
    names.end();
    facts.raw("forms", forms);
    std::string receivers;
    hooks::JsonWriter kinds(receivers);
    for (const layout::Receiver& receiver : engine_->layouts().receivers) {
      kinds.text(receiver.key, catalogue_.chosen(receiver.name, receiver.name_en));
    }
    kinds.end();
    facts.raw("receivers", receivers);
    std::string unions = "[";
    for (const layout::Receiver& receiver : engine_->layouts().receivers) {
      if (receiver.is_union) {
        unions += unions.size() > 1 ? ",\"" : "\"";
        report::append_json(unions, receiver.key);
        unions += '"';
      }
    }
    facts.raw("unions", unions + "]");
    if (const profile::Profile* const profile = engine_->profile()) {
      std::string used;
      hooks::JsonWriter(used)
          .text("key", profile->key)
          .text("edition", profile->edition)
          .text("name", catalogue_.chosen(profile->name, profile->name_en))
          .text("sha256", profile->sha256)
          .end();
      facts.raw("profile", used);
    }
    facts.end();
    hand_over(Channel::lines, out + "\n");
  }

  int check(const Wish& wish, bool details, bool show_values, double most) const {
    HostSource source = source_of(wish.file, wish.size);
    report::ReportOptions options = report_options(show_values);
    if (most >= 0) {
      options.max_findings = static_cast<std::uint64_t>(most);
    }
    HostOutput output(Channel::lines);
    report::JsonLinesReport lines(output, catalogue_, options);
    if (!details) {
      return static_cast<int>(run(wish, source, lines).verdict);
    }
    DetailedReport detailed(
        lines, output, catalogue_, book_, show_values,
        options.max_findings.value_or(std::numeric_limits<std::uint64_t>::max()));
    const Summary summary = run(wish, source, detailed);
    if (summary.verdict != Verdict::unchecked) {
      tell_rows(*engine_, catalogue_, summary, source, detailed.lines(), show_values, output);
    }
    return static_cast<int>(summary.verdict);
  }

  /// A report for people: `html`, `csv` with all findings, `text` with all findings.
  int report(const Wish& wish, std::string_view format, bool show_values) const {
    HostSource source = source_of(wish.file, wish.size);
    report::ReportOptions options = report_options(show_values);
    options.check_date = parse_iso_date(wish.date);
    options.all_rules = engine_->rules();
    for (const layout::Record& record : engine_->layouts().records) {
      options.forms.push_back({record.form, record.name, record.name_en});
    }
    HostOutput output(Channel::text);
    if (format == "html") {
      report::HtmlReport report(output, catalogue_, std::move(options));
      return static_cast<int>(run(wish, source, report).verdict);
    }
    options.max_findings = std::numeric_limits<std::uint64_t>::max();
    if (format == "csv") {
      report::CsvReport report(output, catalogue_, std::move(options));
      return static_cast<int>(run(wish, source, report).verdict);
    }
    report::TextReport report(output, catalogue_, std::move(options));
    return static_cast<int>(run(wish, source, report).verdict);
  }

  /// The cover sheet, where the file is right enough to be added up.
  int add_up(const Wish& wish) const {
    HostSource source = source_of(wish.file, wish.size);
    converters::Gate gate(*engine_, book_);
    const Summary summary = engine_->check(source, options_of(wish), gate);
    if (summary.verdict == Verdict::unchecked || !gate.is_open() || summary.kind.empty()) {
      return 0;
    }
    const converters::CoverSheet sheet = converters::make_cover_sheet(*engine_, summary, source);
    std::string name;
    report::append_json(name, wish.name);
    std::string out = R"({"type":"totals","file":")" + name + R"(","forms":)";
    append_forms(out, sheet.forms);
    out += R"(,"offices":[)";
    bool first = true;
    for (const converters::SheetOffice& office : sheet.offices) {
      out += first ? "" : ",";
      first = false;
      append_forms(out, office.forms);
    }
    out += "]}\n";
    hand_over(Channel::lines, out);
    return 1;
  }

  /// The file with what can be repaired repaired: its bytes, what was changed, what else could be,
  /// and what the check says of it.
  int repair(const Wish& wish, std::string_view accepted) const {
    HostSource source = source_of(wish.file, wish.size);
    converters::RepairOptions options;
    options.check = options_of(wish);
    for (std::size_t begin = 0; begin < accepted.size();) {
      const std::size_t end = std::min(accepted.find(',', begin), accepted.size());
      options.accepted.emplace(accepted.substr(begin, end - begin));
      begin = end + 1;
    }
    std::string file;
    report::append_json(file, wish.name);
    converters::StringSink written;
    ChangeLines changes(book_, file, language_);
    const converters::RepairResult result =
        converters::repair(*engine_, book_, source, options, written, changes);
    changes.flush();
    if (!result.is_filing || result.before.verdict == Verdict::unchecked) {
      return 0;
    }
    MemorySource after(written.text);
    converters::OfferCounter offers(book_, options);
    CheckOptions again = options.check;
    const Summary summary = engine_->check(after, again, offers);
    if (summary.verdict == Verdict::unchecked || summary.encoding.empty() ||
        (result.before.verdict == Verdict::accept && summary.verdict != Verdict::accept)) {
      throw std::runtime_error(std::string(
          catalogue_.chosen("直したファイルのほうが悪くなるため、書き出しませんでした。",
                            "the repaired file is worse than the file: nothing was written")));
    }
    std::string lines;
    converters::append_offers(lines, file, offers.offers(), book_, language_);
    hand_over(Channel::lines, lines);
    HostOutput output(Channel::lines);
    report::JsonLinesReport report(output, catalogue_, report_options(false));
    report.begin_file(wish.name, written.text.size());
    report.end_file(engine_->check(after, again, report));
    report.finish();
    hand_over(Channel::bytes, written.text);
    return 1;
  }

  /// Begins a send: what the receipt is about.
  void begin_send(std::string_view date, std::string_view key) {
    hooks::Precheck::Options options;
    options.menu = hooks::Menu::application;
    options.any_receiver = true;
    options.check_date = parse_iso_date(date);
    options.key = std::string(key);
    date_ = std::string(date);
    send_ = std::make_unique<Send>(*engine_, std::move(options));
  }

  int add_to_send(int file, double size, std::string_view name) {
    HostSource source = source_of(file, size);
    const std::uint64_t most = send().precheck.limit() + 1;
    std::string bytes(
        static_cast<std::size_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(size), most)),
        '\0');
    bytes.resize(source.read(0, bytes.data(), bytes.size()));
    HostOutput output(Channel::lines);
    report::JsonLinesReport report(output, catalogue_, report_options(false));
    const std::string_view base = hooks::base_name(name);
    report.begin_file(base, bytes.size());
    const Summary summary =
        send().precheck.check({base, bytes, static_cast<std::uint64_t>(size)}, report);
    report.end_file(summary);
    report.finish();
    return static_cast<int>(summary.verdict);
  }

  /// The receipt as HTML, and the send as JSON.
  int finish_send(std::string_view made_at) {
    const hooks::Send& sent = send().precheck.finish();
    hooks::ReceiptFacts facts;
    facts.reference = send().precheck.reference();
    facts.made_at = std::string(made_at);
    facts.check_date = date_;
    facts.version = version();
    facts.schemas = engine_->schemas_edition();
    facts.rules = engine_->rules_hash();
    facts.file_types = send().types.hash();
    hand_over(Channel::lines, hooks::send_as_json(sent, facts, *engine_, catalogue_) + "\n");
    hand_over(Channel::text, hooks::receipt_as_html(sent, facts, *engine_, catalogue_));
    const int verdict = static_cast<int>(sent.verdict);
    send_.reset();
    return verdict;
  }

  /// What the catalogue says of a check or a rule.
  int explain(std::string_view id) const {
    for (const RuleInfo* const rule : engine_->rules()) {
      if (rule->id != id) {
        continue;
      }
      std::string out;
      hooks::JsonWriter object(out);
      object.text("type", "rule").text("id", id).text("severity", name_of(rule->severity));
      if (const auto words = catalogue_.explain(id)) {
        object.text("title", words->title)
            .text("what", words->text)
            .text("why", words->why)
            .text("fix", words->fix)
            .text("good", words->good)
            .text("bad", words->bad);
      } else {
        object.text("title", id)
            .text("what", catalogue_.chosen(rule->message, rule->message_en))
            .text("why", "")
            .text("fix", "")
            .text("good", "")
            .text("bad", "");
      }
      object.text("source", rule->source).end();
      hand_over(Channel::lines, out + "\n");
      return 1;
    }
    return 0;
  }

 private:
  /// Changes, handed over as they come.
  class ChangeLines final : public converters::ChangeSink {
   public:
    ChangeLines(const converters::RepairBook& book, const std::string& file,
                std::string_view language)
        : output_(Channel::lines), out_(output_), book_(book), file_(file), language_(language) {}
    void change(const converters::Change& change) override {
      converters::append_change(out_.text, file_, change, book_, language_);
      out_.flush_when_full();
    }
    void flush() { out_.flush(); }

   private:
    HostOutput output_;
    report::Buffer out_;
    const converters::RepairBook& book_;
    const std::string& file_;
    std::string_view language_;
  };

  HostSource source_of(int file, double size) const {
    return {file, size,
            catalogue_.chosen("ファイルを読めませんでした。", "the file could not be read")};
  }

  Send& send() const {
    if (send_ == nullptr) {
      throw std::logic_error("no send has begun");
    }
    return *send_;
  }

  report::ReportOptions report_options(bool show_values) const {
    report::ReportOptions options;
    options.show_values = show_values;
    options.schemas = engine_->schemas_edition();
    options.rules = engine_->rules_hash();
    return options;
  }

  static CheckOptions options_of(const Wish& wish) {
    CheckOptions options;
    options.file_name = wish.name;
    options.check_date = parse_iso_date(wish.date);
    options.edition = wish.edition;
    options.progress = go_on;
    return options;
  }

  Summary run(const Wish& wish, Source& source, report::Report& report) const {
    report.begin_file(wish.name, static_cast<std::uint64_t>(wish.size));
    Summary summary = engine_->check(source, options_of(wish), report);
    report.end_file(summary);
    report.finish();
    return summary;
  }

  void append_forms(std::string& out, const std::vector<converters::SheetForm>& forms) const {
    out += '[';
    bool first = true;
    for (const converters::SheetForm& form : forms) {
      out += first ? "" : ",";
      first = false;
      std::string totals = "[";
      for (const converters::SheetTotal& total : form.totals) {
        if (total.records > 0) {
          totals += totals.size() > 1 ? "," : "";
          hooks::JsonWriter(totals)
              .text("name", catalogue_.chosen(total.item->name, total.item->name_en))
              .raw("yen", std::to_string(total.yen))
              .number("records", total.records)
              .end();
        }
      }
      hooks::JsonWriter(out)
          .text("form", form.record->form)
          .text("name", catalogue_.chosen(form.record->name, form.record->name_en))
          .number("records", form.records)
          .raw("totals", totals + "]")
          .end();
    }
    out += ']';
  }

  std::string language_;
  Catalogue catalogue_;
  converters::RepairBook book_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Send> send_;  ///< nullptr: none has begun
  std::string date_;
};

}  // namespace kpfd::desk

using kpfd::desk::Desk;

extern "C" {

Desk* kpfd_desk_new(const char* language, int language_size);
void kpfd_desk_free(Desk* desk);
int kpfd_desk_profile(Desk* desk, const char* name, int name_size, const char* xml, int xml_size,
                      const char* roster, int roster_size);
int kpfd_desk_facts(Desk* desk);
int kpfd_desk_check(Desk* desk, int file, double size, const char* name, int name_size,
                    const char* date, int date_size, const char* edition, int edition_size,
                    int details, int show_values, double most);
int kpfd_desk_report(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size,
                     const char* format, int format_size, int show_values);
int kpfd_desk_totals(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size);
int kpfd_desk_repair(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size,
                     const char* accepted, int accepted_size);
int kpfd_desk_send_begin(Desk* desk, const char* date, int date_size, const char* key,
                         int key_size);
int kpfd_desk_send_add(Desk* desk, int file, double size, const char* name, int name_size);
int kpfd_desk_send_end(Desk* desk, const char* made_at, int made_at_size);
int kpfd_desk_explain(Desk* desk, const char* rule, int rule_size);

Desk* kpfd_desk_new(const char* language, int language_size) {
  Desk* desk = nullptr;
  kpfd::desk::guarded([&] {
    desk = new Desk({language, static_cast<std::size_t>(language_size)});
    return 1;
  });
  return desk;
}

void kpfd_desk_free(Desk* desk) { delete desk; }

int kpfd_desk_profile(Desk* desk, const char* name, int name_size, const char* xml, int xml_size,
                      const char* roster, int roster_size) {
  return kpfd::desk::guarded([&] {
    desk->take_profile(std::string(kpfd::desk::Bytes{name, name_size}.view()),
                       kpfd::desk::Bytes{xml, xml_size}.view(),
                       kpfd::desk::Bytes{roster, roster_size}.view());
    return 1;
  });
}

int kpfd_desk_facts(Desk* desk) {
  return kpfd::desk::guarded([&] {
    desk->tell_facts();
    return 1;
  });
}

int kpfd_desk_check(Desk* desk, int file, double size, const char* name, int name_size,
                    const char* date, int date_size, const char* edition, int edition_size,
                    int details, int show_values, double most) {
  return kpfd::desk::guarded([&] {
    return desk->check({file, size, kpfd::desk::Bytes{name, name_size}.view(),
                        kpfd::desk::Bytes{date, date_size}.view(),
                        kpfd::desk::Bytes{edition, edition_size}.view()},
                       details != 0, show_values != 0, most);
  });
}

int kpfd_desk_report(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size,
                     const char* format, int format_size, int show_values) {
  return kpfd::desk::guarded([&] {
    return desk->report({file, size, kpfd::desk::Bytes{name, name_size}.view(),
                         kpfd::desk::Bytes{date, date_size}.view(),
                         kpfd::desk::Bytes{edition, edition_size}.view()},
                        kpfd::desk::Bytes{format, format_size}.view(), show_values != 0);
  });
}

int kpfd_desk_totals(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size) {
  return kpfd::desk::guarded([&] {
    return desk->add_up({file, size, kpfd::desk::Bytes{name, name_size}.view(),
                         kpfd::desk::Bytes{date, date_size}.view(),
                         kpfd::desk::Bytes{edition, edition_size}.view()});
  });
}

int kpfd_desk_repair(Desk* desk, int file, double size, const char* name, int name_size,
                     const char* date, int date_size, const char* edition, int edition_size,
                     const char* accepted, int accepted_size) {
  return kpfd::desk::guarded([&] {
    return desk->repair({file, size, kpfd::desk::Bytes{name, name_size}.view(),
                         kpfd::desk::Bytes{date, date_size}.view(),
                         kpfd::desk::Bytes{edition, edition_size}.view()},
                        kpfd::desk::Bytes{accepted, accepted_size}.view());
  });
}

int kpfd_desk_send_begin(Desk* desk, const char* date, int date_size, const char* key,
                         int key_size) {
  return kpfd::desk::guarded([&] {
    desk->begin_send(kpfd::desk::Bytes{date, date_size}.view(),
                     kpfd::desk::Bytes{key, key_size}.view());
    return 1;
  });
}

int kpfd_desk_send_add(Desk* desk, int file, double size, const char* name, int name_size) {
  return kpfd::desk::guarded([&] {
    return desk->add_to_send(file, size, kpfd::desk::Bytes{name, name_size}.view());
  });
}

int kpfd_desk_send_end(Desk* desk, const char* made_at, int made_at_size) {
  return kpfd::desk::guarded([&] {
    return desk->finish_send(kpfd::desk::Bytes{made_at, made_at_size}.view());
  });
}

int kpfd_desk_explain(Desk* desk, const char* rule, int rule_size) {
  return kpfd::desk::guarded([&] {
    return desk->explain(kpfd::desk::Bytes{rule, rule_size}.view());
  });
}

}  // extern "C"
