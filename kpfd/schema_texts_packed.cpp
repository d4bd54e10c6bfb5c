#include <mutex>
#include <string>
#include <vector>

#include "embedded_compiled.hpp"
#include "embedded_schemas.hpp"
#include "kpfd/schema_texts.hpp"
#include "packing.hpp"

namespace kpfd {

namespace {

/// Each is unpacked when it is asked for first.
class Unpacked {
 public:
  Unpacked(const embedded::PackedFile* files, std::size_t count)
      : files_(files), texts_(count), done_(count) {}

  std::string_view text(std::size_t number) {
    std::call_once(done_[number], [&] {
      texts_[number] = packing::unpack(files_[number].packed, files_[number].size);
    });
    return texts_[number];
  }

 private:
  const embedded::PackedFile* files_;
  std::vector<std::string> texts_;
  std::vector<std::once_flag> done_;
};

}  // namespace

std::size_t schema_count() { return embedded::schemas_count; }
std::string_view schema_name(std::size_t number) { return embedded::schemas[number].name; }

std::string_view schema_text(std::size_t number) {
  static Unpacked files(embedded::schemas, embedded::schemas_count);
  return files.text(number);
}

std::string_view compiled_schemas() {
  static Unpacked files(embedded::compiled, embedded::compiled_count);
  return files.text(0);
}

}  // namespace kpfd
