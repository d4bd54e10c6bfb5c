#include "kpfd/system/windows.hpp"
// After it: they need the types.
#include <aclapi.h>
#include <sddl.h>

#include <array>

#include "converters/ingest/identity.hpp"
#include "hooks/intake/keys.hpp"
#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t longest_key = 4096;

bool is_everybody(PSID sid) {
  constexpr std::array<WELL_KNOWN_SID_TYPE, 4> everybody = {
      WinWorldSid, WinAuthenticatedUserSid, WinBuiltinUsersSid, WinBuiltinGuestsSid};
  for (const WELL_KNOWN_SID_TYPE type : everybody) {
    if (::IsWellKnownSid(sid, type) != FALSE) {
      return true;
    }
  }
  return false;
}

/// Whether the file's list of rights lets everybody read it; a file without a list does.
bool others_can_read(HANDLE file) {
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (::GetSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, &list,
                        nullptr, &descriptor) != ERROR_SUCCESS) {
    return true;
  }
  bool can = list == nullptr;
  for (DWORD i = 0; !can && i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (::GetAce(list, i, &entry) == FALSE) {
      can = true;
      break;
    }
    auto* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    can = allowed->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
          (allowed->Mask & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL)) != 0 &&
          is_everybody(&allowed->SidStart);
  }
  ::LocalFree(descriptor);
  return can;
}

}  // namespace

std::string read_key(const std::string& path, std::string_view language) {
  const auto fail = [&path](const std::string& why) -> SetupError {
    return SetupError("--key " + path + ": " + why);
  };
  const system::Handle file = system::open_to_read(system::file_name(path));
  if (!file.is_open()) {
    throw fail(system::message_of(::GetLastError()));
  }
  std::string key(longest_key + 1, '\0');
  std::size_t size = 0;
  if (::GetFileType(file.get()) != FILE_TYPE_DISK ||
      !system::read_at(file.get(), 0, key.data(), key.size(), size)) {
    throw fail(system::message_of(::GetLastError()));
  }
  key.resize(size);
  if (key.size() < converters::shortest_key || key.size() > longest_key) {
    throw fail(
        std::string(Words{"鍵は 32〜4096 バイトです", "a key has 32 to 4096 bytes"}.in(language)));
  }
  if (others_can_read(file.get())) {
    throw fail(std::string(
        Words{"他人が読める鍵は使いません。ファイルのプロパティの［セキュリティ］で、Everyone と "
              "Users の権限を外してください",
              "others can read it; a key is for its owner: take the rights of Everyone and Users "
              "away from the file"}
            .in(language)));
  }
  return key;
}

}  // namespace kpfd::hooks
