#include "samples/maker/maker.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <set>

#include "kpfd/text/utf8.hpp"
#include "samples/maker/fallback.hpp"
#include "samples/maker/formula.hpp"

namespace kpfd::samples {

namespace {

/// Values that every formula may use, in the first slots.
constexpr std::array<std::string_view, 8> builtin_names = {
    "serial", "records", "office", "offices", "created", "today", "seed", "for_union"};
struct Builtin {
  enum Slot : std::uint32_t { serial, records, office, offices, created, today, seed, for_union };
};

/// What each office is; the header line of the same key repeats it.
constexpr std::string_view office_section = "office";

/// The stream of an office's numbers; those of the records are their serial numbers.
constexpr std::uint64_t office_stream = std::uint64_t{1} << 63;

/// Most digits that a number piece writes.
constexpr std::size_t widest_number = 20;

std::string encoded(const std::string& utf8, Encoding encoding, const layout::Place& place) {
  if (encoding != Encoding::shift_jis) {
    return utf8;
  }
  text::ShiftJisLine line;
  text::to_shift_jis(utf8, line);
  if (line.bytes.find(text::missing_character) != std::string::npos) {
    throw layout::SchemaError(place, "`" + utf8 + "` has a character that Shift_JIS lacks");
  }
  return line.bytes;
}

/// A column of a pool, or a single text, as it is written: in one piece of memory.
struct Texts {
  std::string bytes;
  std::vector<std::uint32_t> ends;
  std::size_t longest = 0;

  void add(std::string_view text) {
    bytes += text;
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    longest = std::max(longest, text.size());
  }

  std::string_view operator[](std::int64_t row) const {
    const std::size_t i = static_cast<std::uint32_t>(row) % static_cast<std::uint32_t>(ends.size());
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return {bytes.data() + begin, ends[i] - begin};
  }
};

/// Every text of a filing, in its encoding. Their places in memory stay.
struct TextStore {
  std::map<const Pool::Column*, Texts> columns;
  std::map<std::string, Texts, std::less<>> literals;

  const Texts& literal(std::string_view bytes) {
    const auto found = literals.find(bytes);
    if (found != literals.end()) {
      return found->second;
    }
    Texts& texts = literals[std::string(bytes)];
    texts.add(bytes);
    return texts;
  }
};

/// A piece of a line.
struct Piece {
  enum class Kind : std::uint8_t {
    literal,      ///< bytes
    number,       ///< slot, with zeros in front up to `width`; nothing where it is nothing
    wide_number,  ///< slot, in full-width digits
    pool,         ///< row `slot` of `texts`
    guard,        ///< skips `width` pieces where slot is nothing
    office,       ///< cell number `slot` of the record's office
  };
  Kind kind = Kind::literal;
  std::uint32_t slot = 0;
  std::uint32_t width = 0;
  const Texts* texts = nullptr;  ///< of a literal: its only row
};

Piece literal_piece(const Texts& texts) { return {Piece::Kind::literal, 0, 0, &texts}; }

/// Formulas and texts of one line, in the order in which they need each other.
class Scope {
 public:
  using Sections = std::vector<const Definitions*>;

  /// `sections`: what is said first goes first.
  Scope(const Recipes& recipes, Sections sections, Encoding encoding, TextStore& texts)
      : recipes_(recipes), sections_(std::move(sections)), encoding_(encoding), texts_(texts) {
    for (const std::string_view name : builtin_names) {
      slots_.emplace(name, program_.slots++);
    }
  }

  const Definition* find(std::string_view name) const {
    for (const Definitions* section : sections_) {
      const auto found = section->find(name);
      if (found != section->end()) {
        return &found->second;
      }
    }
    return nullptr;
  }

  /// Leaves an item empty, whatever the recipes say.
  void leave_empty(const std::string& name) {
    const std::uint32_t slot = new_slot(name);
    program_.code.push_back({Op::store, Operand::literal, slot, nothing});
  }

  /// Adds what a name needs, then itself.
  void require(const Definition& definition) {
    if (slots_.find(definition.name) != slots_.end()) {
      return;
    }
    if (!open_.insert(definition.name).second) {
      throw layout::SchemaError(definition.place, "`" + definition.name + "` needs itself");
    }
    for (const std::string& name : needs_of(definition)) {
      const Definition* const needed = find(name);
      if (needed != nullptr) {
        require(*needed);
      }
    }
    add(definition);
    open_.erase(definition.name);
  }

  /// The pieces of an item's cell.
  std::vector<Piece> cell(const layout::Item& item) const {
    const std::uint32_t slot = slots_.find(item.key)->second;
    const auto text = texts_of_.find(slot);
    if (text == texts_of_.end()) {
      Piece number{Piece::Kind::number, slot, 0, nullptr};
      if (item.lengths.least == item.lengths.most) {
        number.width = item.lengths.most;
      }
      return {number};
    }
    std::vector<Piece> pieces = {
        {Piece::Kind::guard, slot, static_cast<std::uint32_t>(text->second.size()), nullptr}};
    pieces.insert(pieces.end(), text->second.begin(), text->second.end());
    return pieces;
  }

  const Program& program() const { return program_; }

 private:
  std::uint32_t new_slot(const std::string& name) {
    slots_.emplace(name, program_.slots);
    return program_.slots++;
  }

  static std::vector<std::string> needs_of(const Definition& definition) {
    std::vector<std::string> names = names_in(definition.when);
    const auto add = [&names](const std::vector<std::string>& more) {
      names.insert(names.end(), more.begin(), more.end());
    };
    add(names_in(definition.value));
    std::size_t at = 0;
    while ((at = definition.text.find('{', at)) != std::string::npos) {
      const std::size_t end = std::min(definition.text.find('}', at), definition.text.size());
      add(names_in(std::string_view(definition.text).substr(at + 1, end - at - 1)));
      at = end;
    }
    return names;
  }

  void formula(std::string_view text, const layout::Place& place, std::uint32_t slot) {
    compile_formula(text, place, recipes_, slots_, slot, program_);
  }

  /// when ? value : nothing => the slot. A text's formulas are evaluated behind it.
  void add(const Definition& definition) {
    const bool is_text = definition.value.empty();
    const std::string value = is_text ? "1" : definition.value;
    std::string whole = value;
    if (!definition.when.empty()) {
      whole = "if " + definition.when + " then (" + value + ") else nothing";
    }
    const std::uint32_t slot = new_slot(definition.name);
    formula(whole, definition.place, slot);
    if (is_text) {
      texts_of_[slot] = pieces_of(definition);
    }
  }

  /// `{towns.kana[town]} {block}-{lot:2}` => pieces; `{block:wide}` in full-width digits, `{lot:2}`
  /// in at least two.
  std::vector<Piece> pieces_of(const Definition& definition) {
    std::vector<Piece> pieces;
    std::string_view rest = definition.text;
    while (!rest.empty()) {
      if (rest[0] != '{') {
        const std::size_t end = std::min(rest.find('{'), rest.size());
        pieces.push_back(literal_piece(texts_.literal(
            encoded(std::string(rest.substr(0, end)), encoding_, definition.place))));
        rest.remove_prefix(end);
        continue;
      }
      const std::size_t end = rest.find('}');
      if (end == std::string_view::npos) {
        throw layout::SchemaError(definition.place, "`}` is missing");
      }
      pieces.push_back(piece_of(rest.substr(1, end - 1), definition.place));
      rest.remove_prefix(end + 1);
    }
    return pieces;
  }

  Piece piece_of(std::string_view text, const layout::Place& place) {
    Piece piece{Piece::Kind::number, program_.slots++, 0, nullptr};
    std::string_view number = text;
    const std::size_t dot = text.find('.');
    const std::size_t bracket = text.find('[');
    if (dot != std::string_view::npos && bracket != std::string_view::npos && text.back() == ']') {
      const Pool* const pool = recipes_.pool(text.substr(0, dot));
      const Pool::Column* const column =
          pool == nullptr ? nullptr : pool->column(text.substr(dot + 1, bracket - dot - 1));
      if (column == nullptr) {
        throw layout::SchemaError(place, "`" + std::string(text) + "`: there is no such column");
      }
      piece.kind = Piece::Kind::pool;
      piece.texts = &texts_in(*column, place);
      number = text.substr(bracket + 1, text.size() - bracket - 2);
    } else if (text.size() > 5 && text.substr(text.size() - 5) == ":wide") {
      piece.kind = Piece::Kind::wide_number;
      number = text.substr(0, text.size() - 5);
    } else if (text.size() > 2 && text[text.size() - 2] == ':') {
      piece.width = static_cast<std::uint32_t>(text.back() - '0') % 10;
      number = text.substr(0, text.size() - 2);
    }
    formula(number, place, piece.slot);
    return piece;
  }

  const Texts& texts_in(const Pool::Column& column, const layout::Place& place) {
    const auto [entry, is_new] = texts_.columns.try_emplace(&column);
    Texts& texts = entry->second;
    if (!is_new) {
      return texts;
    }
    for (const std::string& text : column.texts) {
      texts.add(encoded(text, encoding_, place));
    }
    return texts;
  }

  const Recipes& recipes_;
  Sections sections_;
  Encoding encoding_;
  TextStore& texts_;
  Program program_;
  Slots slots_;
  std::map<std::uint32_t, std::vector<Piece>> texts_of_;
  std::set<std::string> open_;
};

char* write_number(char* to, std::int64_t value, std::uint32_t width) {
  char digits[widest_number];
  std::size_t count = 0;
  auto rest = static_cast<std::uint64_t>(value < 0 ? 0 : value);
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  while (count < width && count < widest_number) {
    digits[count++] = '0';
  }
  while (count > 0) {
    *to++ = digits[--count];
  }
  return to;
}

/// Full-width digits of either encoding: 0 is 0x824F, and U+FF10.
char* write_wide_number(char* to, std::int64_t value, Encoding encoding) {
  char digits[widest_number];
  const char* const end = write_number(digits, value, 0);
  for (const char* digit = digits; digit != end; ++digit) {
    const auto place = static_cast<unsigned char>(*digit - '0');
    if (encoding == Encoding::shift_jis) {
      *to++ = '\x82';
      *to++ = static_cast<char>(0x4F + place);
    } else {
      *to++ = '\xEF';
      *to++ = '\xBC';
      *to++ = static_cast<char>(0x90 + place);
    }
  }
  return to;
}

/// Most bytes that a piece writes, cells of offices aside.
std::size_t most_bytes(const Piece& piece) {
  switch (piece.kind) {
    case Piece::Kind::literal:
    case Piece::Kind::number:
      return widest_number;
    case Piece::Kind::wide_number:
      return widest_number * 3;
    case Piece::Kind::pool:
      return piece.texts->longest;
    case Piece::Kind::guard:
    case Piece::Kind::office:
      break;
  }
  return 0;
}

/// Writes pieces; `cells` are those of the office. `to` has room for most_bytes() of all of them.
char* write_pieces(char* to, const std::vector<Piece>& pieces, const Machine& machine,
                   const std::string* cells, Encoding encoding) {
  const auto copy = [&to](std::string_view bytes) {
    std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
  };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    switch (piece.kind) {
      case Piece::Kind::literal:
        copy(piece.texts->bytes);
        break;
      case Piece::Kind::number:
        if (machine[piece.slot] != nothing) {
          to = write_number(to, machine[piece.slot], piece.width);
        }
        break;
      case Piece::Kind::wide_number:
        to = write_wide_number(to, machine[piece.slot], encoding);
        break;
      case Piece::Kind::pool:
        copy((*piece.texts)[machine[piece.slot]]);
        break;
      case Piece::Kind::guard:
        if (machine[piece.slot] == nothing) {
          i += piece.width;
        }
        break;
      case Piece::Kind::office:
        copy(cells[piece.slot]);
        break;
    }
  }
  return to;
}

/// One line made ready.
struct LineMaker {
  const layout::Record* record = nullptr;
  std::vector<Piece> pieces;
  Program program;
  std::size_t office_cells = 0;
  std::vector<std::string> cells;  ///< by office, then by number of the cell
  std::size_t longest = 0;

  const std::string* cells_of(std::uint64_t number) const {
    return cells.data() + number * office_cells;
  }
};

}  // namespace

Kitchen::Kitchen(const layout::Layouts& layouts, const std::vector<Engine::SchemaFile>& files)
    : layouts_(layouts), recipes_(load_recipes(files, layouts)) {}

struct Filing::Impl {
  Impl(const Kitchen& from, const SampleOptions& wanted)
      : kitchen(from), options(wanted), eras(from.layouts().eras) {
    choose_receiver();
    choose_layouts();
    choose_day();
    make_offices();
    make_head();
    for (const layout::Record* record : layouts) {
      lines.push_back(line_of(*record, {section(record->key), section("records")}));
      machines.emplace_back(eras, lines.back().program.slots);
      set_builtins(machines.back(), record->for_union);
    }
  }

  const Definitions* section(std::string_view name) const {
    static const Definitions none;
    const auto found = kitchen.recipes().sections.find(name);
    return found == kitchen.recipes().sections.end() ? &none : &found->second;
  }

  void choose_receiver() {
    for (const layout::Receiver& other : kitchen.layouts().receivers) {
      const bool fits = options.receiver.empty() ? other.is_union : other.key == options.receiver;
      if (fits && receiver == nullptr) {
        receiver = &other;
      }
    }
    if (receiver != nullptr) {
      return;
    }
    throw SampleError("there is no destination `" + options.receiver + "`");
  }

  /// The edition of a form that is asked for, or that holds.
  const layout::Record* edition_of(const std::string& form) const {
    const CivilDate day = options.as_of.known() ? options.as_of : kitchen.recipes().as_of;
    const layout::Record* holding = nullptr;
    const layout::Record* named = nullptr;
    for (const layout::Record& record : kitchen.layouts().records) {
      if (record.form != form || record.receiver != receiver->key) {
        continue;
      }
      if (record.edition == options.edition) {
        named = &record;
      }
      const bool begun = !record.valid_from.known() || record.valid_from <= day;
      const bool ended = record.valid_to.known() && record.valid_to < day;
      if (begun && !ended) {
        holding = &record;
      }
    }
    return named != nullptr ? named : holding;
  }

  void choose_layouts() {
    std::vector<std::string> wanted;
    for (const layout::Record& record : kitchen.layouts().records) {
      const auto is_it = [&record](const std::string& name) {
        return name == record.form || name == record.key;
      };
      const bool asked =
          options.forms.empty() || std::any_of(options.forms.begin(), options.forms.end(), is_it);
      const bool known = std::find(wanted.begin(), wanted.end(), record.form) != wanted.end();
      if (asked && !known) {
        wanted.push_back(record.form);
      }
    }
    for (const std::string& name : options.forms) {
      const auto fits = [&name](const layout::Record& record) {
        return name == record.form || name == record.key;
      };
      const std::vector<layout::Record>& all = kitchen.layouts().records;
      if (std::none_of(all.begin(), all.end(), fits)) {
        throw SampleError("there is no form `" + name + "`");
      }
    }
    bool edition_found = options.edition.empty();
    for (const std::string& form : wanted) {
      const layout::Record* const record = edition_of(form);
      if (record == nullptr) {
        throw SampleError("form " + form + " has no edition that holds on that day");
      }
      edition_found = edition_found || record->edition == options.edition;
      layouts.push_back(record);
    }
    if (!edition_found) {
      throw SampleError("there is no edition `" + options.edition + "` of it");
    }
    if (layouts.empty()) {
      throw SampleError("there is no form");
    }
  }

  /// The day of creation: the check date, unless an edition holds at another time only.
  void choose_day() {
    const Recipes& recipes = kitchen.recipes();
    as_of = options.as_of.known() ? options.as_of : recipes.as_of;
    created = as_of;
    for (const layout::Record* record : layouts) {
      if (record->valid_to.known()) {
        created = std::min(created, record->valid_to);
      }
    }
    for (const layout::Record* record : layouts) {
      if (record->valid_from.known()) {
        created = std::max(created, record->valid_from);
      }
    }
    const CivilDate now = std::min(as_of, created);
    if (now < recipes.earliest || now > recipes.latest) {
      throw SampleError("the recipes hold for other days");
    }
  }

  void set_builtins(Machine& machine, bool is_union) const {
    machine[Builtin::records] = static_cast<std::int64_t>(options.records);
    machine[Builtin::offices] = options.offices;
    machine[Builtin::created] = created.days;
    machine[Builtin::today] = std::min(as_of, created).days;
    machine[Builtin::seed] = static_cast<std::int64_t>(mix(options.seed) >> 40);
    machine[Builtin::for_union] = is_union ? 1 : 0;
    machine[Builtin::serial] = 0;
    machine[Builtin::office] = 0;
  }

  /// Every value that an office has, once an office, so that each line says the same of it.
  void make_offices() {
    office_scope = std::make_unique<Scope>(
        kitchen.recipes(), Scope::Sections{section(office_section)}, options.encoding, texts);
    for (const auto& [name, definition] : *section(office_section)) {
      office_scope->require(definition);
    }
    Machine machine(eras, office_scope->program().slots);
    set_builtins(machine, receiver->is_union);
    for (std::uint32_t number = 0; number < options.offices; ++number) {
      machine[Builtin::office] = number;
      Random random(options.seed, office_stream + number);
      machine.run(office_scope->program(), random);
      office_machines.push_back(machine);
    }
  }

  /// What the recipes say of an item, else what the office says, else what the layout tells of it.
  LineMaker line_of(const layout::Record& record, Scope::Sections sections) {
    const Scope named(kitchen.recipes(), sections, options.encoding, texts);
    const Definitions fallbacks = fallback_definitions(record);
    sections.push_back(&fallbacks);
    Scope scope(kitchen.recipes(), sections, options.encoding, texts);
    LineMaker line;
    line.record = &record;
    for (const layout::Item& item : record.items) {
      if (record.for_union && item.scope == layout::Scope::pension) {
        scope.leave_empty(item.key);
      }
    }
    std::vector<std::vector<Piece>> office_cells;
    for (const layout::Item& item : record.items) {
      if (item.column > 0) {
        line.pieces.push_back(literal_piece(texts.literal(",")));
      }
      const bool of_office = (named.find(item.key) == nullptr || record.key == office_section) &&
                             office_scope->find(item.key) != nullptr;
      if (of_office) {
        line.pieces.push_back(
            {Piece::Kind::office, static_cast<std::uint32_t>(office_cells.size()), 0, nullptr});
        office_cells.push_back(office_scope->cell(item));
        continue;
      }
      scope.require(*scope.find(item.key));
      for (Piece& piece : scope.cell(item)) {
        line.pieces.push_back(std::move(piece));
      }
    }
    line.pieces.push_back(literal_piece(texts.literal("\r\n")));
    line.program = scope.program();
    fill_office_cells(office_cells, line);
    for (const Piece& piece : line.pieces) {
      line.longest += most_bytes(piece);
    }
    return line;
  }

  void fill_office_cells(const std::vector<std::vector<Piece>>& cells, LineMaker& line) const {
    line.office_cells = cells.size();
    std::size_t longest = 0;
    std::string buffer;
    for (const Machine& machine : office_machines) {
      std::size_t all = 0;
      for (const std::vector<Piece>& pieces : cells) {
        std::size_t most = 0;
        for (const Piece& piece : pieces) {
          most += most_bytes(piece);
        }
        buffer.resize(most);
        const char* const end =
            write_pieces(buffer.data(), pieces, machine, nullptr, options.encoding);
        line.cells.emplace_back(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
        all += line.cells.back().size();
      }
      longest = std::max(longest, all);
    }
    line.longest += longest;
  }

  /// The lines before the records.
  void make_head() {
    if (options.encoding == Encoding::utf8_bom) {
      head = "\xEF\xBB\xBF";
    }
    append_header(receiver->media.back());
    head += kitchen.layouts().offices_marker + "\r\n";
    append_header(kitchen.layouts().count);
    append_header(receiver->office, options.offices);
    head += kitchen.layouts().data_marker + "\r\n";
  }

  void append_header(const layout::Record& record, std::uint32_t times = 1) {
    const LineMaker line = line_of(record, {section(record.key)});
    Machine machine(eras, line.program.slots);
    set_builtins(machine, receiver->is_union);
    for (std::uint32_t number = 0; number < times; ++number) {
      machine[Builtin::office] = number;
      Random random(options.seed, office_stream - 1);
      append_line(line, machine, number, random, head);
    }
  }

  void append_record(std::size_t form, std::uint64_t serial, Random& random, std::string& out) {
    const std::uint64_t number = serial < options.records
                                     ? serial * options.offices / options.records
                                     : options.offices - 1U;
    Machine& machine = machines[form];
    machine[Builtin::serial] = static_cast<std::int64_t>(serial);
    machine[Builtin::office] = static_cast<std::int64_t>(number);
    append_line(lines[form], machine, number, random, out);
  }

  void append_line(const LineMaker& line, Machine& machine, std::uint64_t number, Random& random,
                   std::string& out) const {
    machine.run(line.program, random);
    const std::size_t before = out.size();
    out.resize(before + line.longest);
    const char* const end = write_pieces(out.data() + before, line.pieces, machine,
                                         line.cells_of(number), options.encoding);
    out.resize(static_cast<std::size_t>(end - out.data()));
  }

  const Kitchen& kitchen;
  SampleOptions options;
  Eras eras;
  const layout::Receiver* receiver = nullptr;
  std::vector<const layout::Record*> layouts;
  CivilDate as_of;
  CivilDate created;
  TextStore texts;
  std::unique_ptr<Scope> office_scope;
  std::vector<Machine> office_machines;
  std::string head;
  std::vector<LineMaker> lines;
  std::vector<Machine> machines;
};

Filing::Filing(const Kitchen& kitchen, const SampleOptions& options)
    : impl_(std::make_unique<Impl>(kitchen, options)) {}
Filing::~Filing() = default;
Filing::Filing(Filing&&) noexcept = default;
Filing& Filing::operator=(Filing&&) noexcept = default;

const std::string& Filing::file_name() const { return impl_->receiver->file; }
CivilDate Filing::as_of() const { return impl_->as_of; }
std::uint64_t Filing::records() const { return impl_->options.records; }
const std::vector<const layout::Record*>& Filing::layouts() const { return impl_->layouts; }

void Filing::append_head(std::string& out) const { out += impl_->head; }

void Filing::append_records(std::uint64_t first, std::uint64_t count, std::string& out) {
  const auto forms = static_cast<std::uint32_t>(impl_->lines.size());
  for (std::uint64_t serial = first; serial < first + count; ++serial) {
    Random random(impl_->options.seed, serial);
    const std::size_t form =
        impl_->options.order == Order::in_turn ? serial % forms : random.below(forms);
    impl_->append_record(form, serial, random, out);
  }
}

void Filing::append_record_of(std::size_t layout, std::uint64_t serial, std::string& out) {
  Random random(impl_->options.seed, serial);
  impl_->append_record(layout, serial, random, out);
}

std::string Filing::text() {
  std::string out;
  append_head(out);
  append_records(0, records(), out);
  return out;
}

}  // namespace kpfd::samples
