// A document's bytes => what it is.
//
//   input ::= bytes
//
// Oracles: the same answer twice and from exactly as many bytes; a type that is taken has endings;
// what is told of a title is UTF-8; each reader of a shape by itself takes any bytes; the
// directories name nothing that is not in the file.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hooks/precheck/file_types.hpp"
#include "hooks/precheck/images.hpp"
#include "hooks/precheck/ole_directory.hpp"
#include "hooks/precheck/pdf_trailer.hpp"
#include "hooks/precheck/zip_directory.hpp"
#include "kpfd/schemas.hpp"
#include "support.hpp"

namespace {

using kpfd::hooks::FileTypes;
using kpfd::hooks::Recognised;
using kpfd_fuzz::require;

void read_each_shape(std::string_view bytes) {
  const kpfd::hooks::ZipDirectory zip = kpfd::hooks::read_zip_directory(bytes);
  for (const std::string_view name : zip.names) {
    require(name.empty() || (name.data() >= bytes.data() &&
                             name.data() + name.size() <= bytes.data() + bytes.size()),
            "a name of the archive stands in it");
  }
  const kpfd::hooks::OleDirectory ole(bytes);
  for (const kpfd::hooks::OleDirectory::Entry& entry : ole.entries()) {
    require(ole.read(entry.name, 512).size() <= 512, "no more of a stream than asked for");
  }
  require(kpfd_fuzz::is_utf8(kpfd::hooks::read_pdf_trailer(bytes).title) ||
              bytes.find("\xEF\xBB\xBF") != std::string_view::npos,
          "a title is UTF-8");
  static_cast<void>(kpfd::hooks::is_whole_jpeg(bytes));
  static_cast<void>(kpfd::hooks::is_whole_tiff(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const FileTypes types(kpfd::embedded_schemas());
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Recognised found = types.recognise(bytes);
  const std::string copy(bytes);
  const Recognised again = types.recognise(copy);
  require(found.type == again.type && found.whole == again.whole && found.macros == again.macros &&
              found.encrypted == again.encrypted && found.text == again.text &&
              found.title == again.title,
          "the same bytes are the same document");
  require(found.type != nullptr || !found.text, "text is a kind that is known");
  require(found.type == nullptr || !found.type->name.empty(), "a type has a name");
  read_each_shape(bytes);
  return 0;
}
