#include <vector>

#include "kpfd/system/windows.hpp"
#include "kpfd/xsd/files.hpp"

namespace kpfd::xsd {

namespace {

system::Handle open(const std::filesystem::path& path, DWORD flags) {
  return system::Handle(::CreateFileW(
      path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      OPEN_EXISTING, flags | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
}

}  // namespace

std::string read_regular_file(const std::filesystem::path& path, std::size_t limit,
                              std::string& content) {
  // The path is canonical, so a link in its place has been put there just now.
  system::Handle file = open(path, FILE_FLAG_OPEN_REPARSE_POINT);
  if (!file.is_open()) {
    return system::message_of(::GetLastError());
  }
  FILE_ATTRIBUTE_TAG_INFO facts{};
  if (::GetFileType(file.get()) != FILE_TYPE_DISK ||
      ::GetFileInformationByHandleEx(file.get(), FileAttributeTagInfo, &facts, sizeof(facts)) ==
          FALSE ||
      (facts.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return "not a regular file";
  }
  if ((facts.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
    if (IsReparseTagNameSurrogate(facts.ReparseTag)) {
      return "not a regular file";
    }
    // A file that is kept elsewhere, as in a synchronised folder: its bytes come through the tag.
    file = open(path, 0);
    if (!file.is_open()) {
      return system::message_of(::GetLastError());
    }
  }
  content.clear();
  std::vector<char> buffer(65536);
  while (true) {
    std::size_t got = 0;
    if (!system::read_at(file.get(), content.size(), buffer.data(), buffer.size(), got)) {
      return system::message_of(::GetLastError());
    }
    if (got == 0) {
      return {};
    }
    content.append(buffer.data(), got);
    if (content.size() > limit) {
      return "larger than " + std::to_string(limit) + " bytes";
    }
  }
}

}  // namespace kpfd::xsd
