#include "hooks/precheck/file_types.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <pugixml.hpp>
#include <utility>

#include "hooks/precheck/bytes.hpp"
#include "hooks/precheck/images.hpp"
#include "hooks/precheck/ole_directory.hpp"
#include "hooks/precheck/pdf_trailer.hpp"
#include "hooks/precheck/zip_directory.hpp"
#include "kpfd/digest/sha256.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::array<std::string_view, 8> shape_names = {"",     "zip",  "ole", "pdf",
                                                         "jpeg", "tiff", "xml", "text"};

/// A shorter signature may begin a text by chance.
constexpr std::size_t sure_signature = 4;

[[noreturn]] void fail(const std::string& reason) {
  throw layout::SchemaError(layout::Place{std::string(FileTypes::file), 0, 0}, reason);
}

Shape shape_named(std::string_view name) {
  const auto* const at = std::find(shape_names.begin(), shape_names.end(), name);
  if (at == shape_names.end()) {
    fail("no shape is called `" + std::string(name) + "`");
  }
  return static_cast<Shape>(at - shape_names.begin());
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::vector<std::string> signatures_of(std::string_view text) {
  std::vector<std::string> signatures;
  for (const std::string& digits : words_of(text)) {
    std::string bytes;
    for (std::size_t at = 0; at + 2 <= digits.size(); at += 2) {
      bytes += static_cast<char>(std::strtoul(digits.substr(at, 2).c_str(), nullptr, 16));
    }
    if (bytes.empty()) {
      fail("a signature without bytes");
    }
    signatures.push_back(std::move(bytes));
  }
  return signatures;
}

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Without case; `*` stands for any run of characters.
bool fits(std::string_view name, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t read = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (at < name.size()) {
    if (read < pattern.size() && pattern[read] == '*') {
      star = read++;
      retry = at;
    } else if (read < pattern.size() && small(name[at]) == small(pattern[read])) {
      ++at;
      ++read;
    } else if (star != std::string_view::npos) {
      read = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (read < pattern.size() && pattern[read] == '*') {
    ++read;
  }
  return read == pattern.size();
}

bool any_fits(const std::vector<std::string_view>& names, std::string_view pattern) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return fits(name, pattern); });
}

// ---- what the streams of old Office files say -------------------------------------------------

/// [MS-XLS]: the records at the beginning of the workbook tell a password and sheets of macros.
void read_workbook(std::string_view stream, Recognised& found) {
  constexpr std::uint64_t end_of_globals = 0x000A;
  constexpr std::uint64_t password = 0x002F;
  constexpr std::uint64_t sheet = 0x0085;
  constexpr std::uint64_t macro_sheet = 1;
  std::uint64_t at = 0;
  while (true) {
    const auto kind = little(stream, at, 2);
    const auto size = little(stream, at + 2, 2);
    if (!kind || !size || *kind == end_of_globals) {
      return;
    }
    if (*kind == password) {
      found.encrypted = true;
      return;
    }
    if (*kind == sheet && little(stream, at + 4 + 5, 1) == macro_sheet) {
      found.macros = true;
    }
    at += 4 + *size;
  }
}

/// [MS-PPT]: the document's list of facts names the macros that belong to it.
bool has_macros(std::string_view records, const std::array<std::uint64_t, 3>& way,
                std::size_t depth) {
  std::uint64_t at = 0;
  while (true) {
    const auto kind = little(records, at + 2, 2);
    const auto size = little(records, at + 4, 4);
    if (!kind || !size) {
      return false;
    }
    if (*kind == way[depth]) {
      return depth + 1 == way.size() || has_macros(piece(records, at + 8, *size), way, depth + 1);
    }
    at += 8 + *size;
  }
}

void read_ole_streams(const OleDirectory& directory, Recognised& found) {
  constexpr std::size_t beginning = std::size_t{1} << 20;
  constexpr std::size_t all = std::size_t{32} << 20;
  for (const char* const name : {"Workbook", "Book"}) {
    read_workbook(directory.read(name, beginning), found);
  }
  // [MS-DOC]: a flag of the head.
  const auto head = little(directory.read("WordDocument", 32), 0x0A, 2);
  found.encrypted = found.encrypted || (head && (*head & 0x0100U) != 0);
  // [MS-PPT]: the mark of the current user is another one where there is a password.
  found.encrypted =
      found.encrypted || little(directory.read("Current User", 32), 12, 4) == 0xF3D1C4DFU;
  found.macros = found.macros || has_macros(directory.read("PowerPoint Document", all),
                                            {0x03E8, 0x07D0, 0x03FF}, 0);
}

// ---- text ---------------------------------------------------------------------------------------

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

bool is_text_unit(std::uint64_t unit) {
  // Tab, line ends, form feed, DOS's end mark, and the escape of ISO-2022-JP.
  return unit >= 0x20 ? unit != 0x7F
                      : unit == '\t' || unit == '\n' || unit == '\r' || unit == '\f' ||
                            unit == 0x1A || unit == 0x1B;
}

/// XML from the first to the last bracket.
bool is_xml(std::string_view bytes, bool& whole) {
  if (bytes.substr(0, utf8_mark.size()) == utf8_mark) {
    bytes.remove_prefix(utf8_mark.size());
  }
  constexpr std::string_view blanks = " \t\r\n\x1A";
  const std::size_t first = bytes.find_first_not_of(blanks);
  if (first == std::string_view::npos || bytes[first] != '<') {
    return false;
  }
  whole = bytes[bytes.find_last_not_of(blanks)] == '>';
  return true;
}

}  // namespace

bool is_text(std::string_view bytes) {
  const std::string_view mark = bytes.substr(0, 2);
  if (mark == "\xFF\xFE" || mark == "\xFE\xFF") {
    for (std::uint64_t at = 2; at + 2 <= bytes.size(); at += 2) {
      const std::uint64_t unit =
          (mark[0] == '\xFF' ? little(bytes, at, 2) : big(bytes, at, 2)).value_or(0);
      if (!is_text_unit(unit)) {
        return false;
      }
    }
    return true;
  }
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return is_text_unit(static_cast<unsigned char>(c)); });
}

bool FileType::has_ending(std::string_view ending) const {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

FileTypes::FileTypes(const std::vector<Engine::SchemaFile>& files) {
  const auto source = std::find_if(files.begin(), files.end(),
                                   [](const auto& known) { return known.name == file; });
  if (source == files.end()) {
    fail("missing");
  }
  hash_ = "sha256:" + digest::sha256(source->content);
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_buffer(source->content.data(), source->content.size());
  if (!result) {
    fail(std::string("no XML: ") + result.description());
  }
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string_view element = node.name();
    const auto text = [&node](const char* name) { return node.attribute(name).value(); };
    if (element == "check") {
      const std::string_view severity = text("severity");
      RuleInfo info;
      info.id = text("id");
      info.severity = severity == "error"     ? Severity::error
                      : severity == "warning" ? Severity::warning
                                              : Severity::info;
      info.subject = Subject::file;
      checks_[info.id] = info;
    } else if (element == "shape") {
      shapes_.push_back({shape_named(text("key")), signatures_of(text("begins")),
                         node.attribute("within").as_uint()});
    } else if (element == "type") {
      FileType type;
      type.key = text("key");
      type.shape = shape_named(text("shape"));
      for (const pugi::xml_node& member : node.children("member")) {
        type.members.emplace_back(member.attribute("name").value());
      }
      type.signatures = signatures_of(text("begins"));
      type.at = node.attribute("at").as_uint();
      type.endings = words_of(text("endings"));
      type.name = text("name");
      type.name_en = text("name-en");
      if ((type.shape == Shape::none) == type.signatures.empty()) {
        fail("type `" + type.key + "`: it needs a shape or the bytes that it begins with");
      }
      types_.push_back(std::move(type));
    } else if (element == "mark") {
      marks_.push_back(
          {std::string_view(text("says")) == "macros", shape_named(text("shape")), text("member")});
    } else if (element == "filing") {
      filing_words_.emplace_back(text("word"));
    }
  }
  std::vector<std::string> endings;
  for (const FileType& type : types_) {
    for (const std::string& ending : type.endings) {
      if (std::find(endings.begin(), endings.end(), ending) == endings.end()) {
        endings.push_back(ending);
        endings_ += (endings_.empty() ? "" : "|") + ending;
      }
    }
  }
}

bool FileTypes::takes_ending(std::string_view ending) const {
  return std::any_of(types_.begin(), types_.end(),
                     [&](const FileType& type) { return type.has_ending(ending); });
}

const RuleInfo& FileTypes::check(std::string_view id) const {
  const auto found = checks_.find(id);
  if (found == checks_.end()) {
    fail("check `" + std::string(id) + "` is missing");
  }
  return found->second;
}

std::vector<const RuleInfo*> FileTypes::checks() const {
  std::vector<const RuleInfo*> checks;
  checks.reserve(checks_.size());
  for (const auto& entry : checks_) {
    checks.push_back(&entry.second);
  }
  return checks;
}

Shape FileTypes::shape_of(std::string_view bytes) const {
  for (const ShapeMark& mark : shapes_) {
    for (const std::string& signature : mark.begins) {
      const std::string_view room = piece(bytes, 0, mark.within + signature.size());
      if (mark.within == 0 ? room == signature : room.find(signature) != std::string_view::npos) {
        return mark.shape;
      }
    }
  }
  return Shape::none;
}

void FileTypes::look_inside(Shape shape, std::string_view bytes,
                            std::vector<std::string_view>& members, std::vector<std::string>& kept,
                            Recognised& found) const {
  switch (shape) {
    case Shape::zip: {
      ZipDirectory directory = read_zip_directory(bytes);
      found.whole = directory.whole;
      found.encrypted = directory.encrypted;
      members = std::move(directory.names);
      break;
    }
    case Shape::ole: {
      const OleDirectory directory(bytes);
      found.whole = directory.whole();
      for (const OleDirectory::Entry& entry : directory.entries()) {
        kept.push_back(entry.name);
      }
      members.assign(kept.begin(), kept.end());
      read_ole_streams(directory, found);
      break;
    }
    case Shape::pdf: {
      PdfTrailer trailer = read_pdf_trailer(bytes);
      found.whole = trailer.whole;
      found.encrypted = trailer.encrypted;
      found.title = std::move(trailer.title);
      break;
    }
    case Shape::jpeg:
      found.whole = is_whole_jpeg(bytes);
      break;
    case Shape::tiff:
      found.whole = is_whole_tiff(bytes);
      break;
    case Shape::none:
    case Shape::xml:
    case Shape::text:
      break;
  }
}

const FileType* FileTypes::type_of(Shape shape,
                                   const std::vector<std::string_view>& members) const {
  for (const FileType& type : types_) {
    if (type.shape == shape &&
        (type.members.empty() ||
         std::any_of(type.members.begin(), type.members.end(),
                     [&](const std::string& member) { return any_fits(members, member); }))) {
      return &type;
    }
  }
  return nullptr;
}

Recognised FileTypes::recognise(std::string_view bytes) const {
  Recognised found;
  const Shape shape = shape_of(bytes);
  if (shape != Shape::none) {
    std::vector<std::string_view> members;
    std::vector<std::string> kept;
    look_inside(shape, bytes, members, kept, found);
    found.type = type_of(shape, members);
    for (const Mark& mark : marks_) {
      if (mark.shape == shape && any_fits(members, mark.member)) {
        (mark.macros ? found.macros : found.encrypted) = true;
      }
    }
    return found;
  }
  found.text = is_text(bytes);
  for (const FileType& type : types_) {
    for (const std::string& signature : type.signatures) {
      if (piece(bytes, type.at, signature.size()) == signature &&
          (signature.size() >= sure_signature || !found.text)) {
        found.type = &type;
        return found;
      }
    }
  }
  if (found.text) {
    found.type = type_of(is_xml(bytes, found.whole) ? Shape::xml : Shape::text, {});
  }
  return found;
}

}  // namespace kpfd::hooks
