// An OpenPGP file => its content, in memory alone, by a confined process of its own.
//
// The secret key is in no process that looks at what was decrypted, and not in the one that owns
// the store: it is loaded, the process that waits for files is forked, and here it is wiped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hooks/inbox/confined.hpp"

namespace kpfd::hooks {

/// What came out.
struct Decryption {
  bool answered = false;  ///< false: the process has died over it, or was too slow
  std::string fault;      ///< why it cannot be decrypted; "": it was
  std::string name;       ///< that the sender's program gave the content; "": none
  Descriptor content;     ///< in memory
  std::uint64_t size = 0;
};

class Decryptor {
 public:
  /// `passphrase`: of the key; "": it has none. Throws SetupError, in this language, for a key
  /// that is missing, readable by others, or cannot be opened.
  Decryptor(const std::string& key_file, std::string passphrase, std::string_view language);
  ~Decryptor();
  Decryptor(const Decryptor&) = delete;
  Decryptor& operator=(const Decryptor&) = delete;

  /// Decrypts a file; `size` bytes of it. Throws WireError where the process that waits is gone.
  Decryption decrypt(int descriptor, std::uint64_t size);

 private:
  class Keys;
  void work(std::string_view body, Descriptor file, int socket) const;

  std::unique_ptr<Keys> keys_;
  std::unique_ptr<ConfinedWorkers> workers_;
};

}  // namespace kpfd::hooks
