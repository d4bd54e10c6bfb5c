#include "kpfd/sources/spool.hpp"

#include "kpfd/sources/words.hpp"

namespace kpfd::sources {

void Spool::append(std::string_view bytes) {
  if (bytes.size() > limits_.in_all - size_) {
    throw SourceError(std::string(
        Words{"入力が終わりません（8 GiBを超えました）", "the input does not end: over 8 GiB"}.in(
            language_)));
  }
  if (!file_ && bytes.size() > limits_.in_memory - kept_.size()) {
    file_ = make_temporary_file(language_);
    file_->append(kept_);
    kept_ = std::string();
  }
  if (file_) {
    file_->append(bytes);
  } else {
    kept_ += bytes;
  }
  size_ += bytes.size();
}

std::size_t Spool::read(std::uint64_t offset, char* to, std::size_t size) {
  return file_ ? file_->read(offset, to, size) : MemorySource(kept_).read(offset, to, size);
}

}  // namespace kpfd::sources
