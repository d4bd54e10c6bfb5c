// schemas/file-types.xml => kinds of documents, and a document's bytes => its kind.
//
// Nothing here believes a name: what a file is, its bytes say.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/engine.hpp"
#include "kpfd/finding.hpp"

namespace kpfd::hooks {

/// How a file is read to see what it is and whether it is whole.
enum class Shape : std::uint8_t { none, zip, ole, pdf, jpeg, tiff, xml, text };

/// A kind of documents.
struct FileType {
  std::string key;
  Shape shape = Shape::none;
  std::vector<std::string> members;     ///< one of them is in the container; none: anything
  std::vector<std::string> signatures;  ///< bytes at `at`, of a type without shape
  std::uint32_t at = 0;
  std::vector<std::string> endings;  ///< of names it is taken under; none: it is not taken
  std::string name;
  std::string name_en;

  bool taken() const { return !endings.empty(); }
  bool has_ending(std::string_view ending) const;
};

/// What a document's bytes say of it.
struct Recognised {
  const FileType* type = nullptr;  ///< nullptr: no kind that is known
  bool whole = true;
  bool macros = false;
  bool encrypted = false;
  bool text = false;  ///< readable text, XML too
  std::string title;  ///< in UTF-8, where one could be read
};

/// The kinds that are known. Immutable once made.
class FileTypes {
 public:
  static constexpr std::string_view file = "file-types.xml";

  /// Reads `file-types.xml` among the files. Throws layout::SchemaError.
  explicit FileTypes(const std::vector<Engine::SchemaFile>& files);
  FileTypes(const FileTypes&) = delete;
  FileTypes& operator=(const FileTypes&) = delete;

  /// The whole bytes of a document => what it is. Takes any bytes.
  Recognised recognise(std::string_view bytes) const;

  const std::vector<FileType>& types() const { return types_; }
  /// The endings of names that documents are taken under, each once, `|` between them.
  const std::string& endings() const { return endings_; }
  bool takes_ending(std::string_view ending) const;

  /// A check of documents or sends by its id; it must be one of theirs.
  const RuleInfo& check(std::string_view id) const;
  /// All of them, in the order of their ids.
  std::vector<const RuleInfo*> checks() const;

  /// Words that let a document look like a filing.
  const std::vector<std::string>& filing_words() const { return filing_words_; }

  /// `sha256:` and 64 digits over the file: where it is the same, so are the verdicts.
  const std::string& hash() const { return hash_; }

 private:
  struct ShapeMark {
    Shape shape = Shape::none;
    std::vector<std::string> begins;
    std::uint32_t within = 0;
  };
  struct Mark {
    bool macros = false;  ///< else: encrypted
    Shape shape = Shape::none;
    std::string member;
  };

  Shape shape_of(std::string_view bytes) const;
  void look_inside(Shape shape, std::string_view bytes, std::vector<std::string_view>& members,
                   std::vector<std::string>& kept, Recognised& found) const;
  const FileType* type_of(Shape shape, const std::vector<std::string_view>& members) const;

  std::vector<ShapeMark> shapes_;
  std::vector<FileType> types_;
  std::vector<Mark> marks_;
  std::vector<std::string> filing_words_;
  std::map<std::string, RuleInfo, std::less<>> checks_;
  std::string endings_;
  std::string hash_;
};

/// Readable text: no NUL and no control characters but those that texts have. UTF-16 with its mark
/// is text, too.
bool is_text(std::string_view bytes);

}  // namespace kpfd::hooks
