#include "hooks/inbox/decryption.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "hooks/inbox/rnp_library.hpp"
#include "hooks/intake/words.hpp"
#include "hooks/precheck/precheck.hpp"
#include "hooks/worker/worker.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t most_key_bytes = std::size_t{1} << 20;

/// Of a file and of its content: more than any send has.
constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;

constexpr std::size_t longest_name = 255;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// A key file that is its owner's alone.
std::string read_key_file(const std::string& path, std::string_view language) {
  const auto fail = [&path](const std::string& why) -> SetupError {
    return SetupError("--pgp-key " + path + ": " + why);
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!file.open() || ::fstat(file.get(), &facts) != 0) {
    throw fail(std::strerror(errno));
  }
  if (!S_ISREG(facts.st_mode) || static_cast<std::uint64_t>(facts.st_size) > most_key_bytes) {
    throw fail(
        std::string(Words{"鍵のファイルではありません", "it is no file of a key"}.in(language)));
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw fail(std::string(Words{"他人が読める鍵は使いません（chmod 600）",
                                 "others can read it; a key is for its owner (chmod 600)"}
                               .in(language)));
  }
  std::string key(static_cast<std::size_t>(facts.st_size), '\0');
  const ssize_t size = ::read(file.get(), key.data(), key.size());
  key.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return key;
}

}  // namespace

/// The secret keys, as librnp holds them. It wipes them when they are given up.
class Decryptor::Keys {
 public:
  Keys(const std::string& path, std::string passphrase, std::string_view language)
      : rnp_(rnp_library()), passphrase_(std::move(passphrase)) {
    std::string key = read_key_file(path, language);
    rnp_input_t input = nullptr;
    std::size_t count = 0;
    const bool loaded =
        rnp_.rnp_ffi_create(&ffi_, "GPG", "GPG") == 0 &&
        rnp_.rnp_input_from_memory(&input, bytes_of(key), key.size(), false) == 0 &&
        rnp_.rnp_load_keys(ffi_, "GPG", input,
                           RNP_LOAD_SAVE_SECRET_KEYS | RNP_LOAD_SAVE_PUBLIC_KEYS) == 0 &&
        rnp_.rnp_get_secret_key_count(ffi_, &count) == 0 && count > 0;
    rnp_.rnp_input_destroy(input);
    ::explicit_bzero(key.data(), key.size());
    if (!loaded) {
      throw SetupError(
          "--pgp-key " + path + ": " +
          std::string(
              Words{"OpenPGPの秘密鍵として読めません", "no secret key of OpenPGP can be read"}.in(
                  language)));
    }
    rnp_.rnp_ffi_set_pass_provider(ffi_, &give_passphrase, this);
  }
  ~Keys() {
    ::explicit_bzero(passphrase_.data(), passphrase_.size());
    rnp_.rnp_ffi_destroy(ffi_);
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  rnp_ffi_t ffi() const { return ffi_; }

 private:
  static bool give_passphrase(rnp_ffi_t /*ffi*/, void* context, rnp_key_handle_t /*key*/,
                              const char* /*purpose*/, char* to, std::size_t room) {
    const Keys& keys = *static_cast<const Keys*>(context);
    if (keys.passphrase_.empty() || keys.passphrase_.size() >= room) {
      return false;
    }
    std::memcpy(to, keys.passphrase_.c_str(), keys.passphrase_.size() + 1);
    return true;
  }

  const RnpLibrary& rnp_;
  std::string passphrase_;
  rnp_ffi_t ffi_ = nullptr;
};

Decryptor::Decryptor(const std::string& key_file, std::string passphrase, std::string_view language)
    : keys_(std::make_unique<Keys>(key_file, std::move(passphrase), language)) {
  ConfinedLimits limits;
  limits.cryptography = true;
  // The library behind librnp would start a thread for each processor, with its memory.
  ::setenv("BOTAN_THREAD_POOL_SIZE", "1", 0);
  workers_ =
      std::make_unique<ConfinedWorkers>([this](std::string_view body, Descriptor file,
                                               int socket) { work(body, std::move(file), socket); },
                                        limits);
  keys_.reset();
}

Decryptor::~Decryptor() = default;

/// The confined process: name and fault in the report, the content in pieces.
void Decryptor::work(std::string_view body, Descriptor file, int socket) const {
  const RnpLibrary& rnp = rnp_library();
  const std::uint64_t size = ValueReader(body).number();
  std::string encrypted(static_cast<std::size_t>(size), '\0');
  const OpenedSource opened = source_of(std::move(file), size);
  encrypted.resize(opened.source->read(0, encrypted.data(), encrypted.size()));

  rnp_input_t input = nullptr;
  rnp_output_t output = nullptr;
  rnp_op_verify_t operation = nullptr;
  rnp_result_t result =
      rnp.rnp_input_from_memory(&input, bytes_of(encrypted), encrypted.size(), false);
  result = result != 0 ? result : rnp.rnp_output_to_memory(&output, most_bytes);
  result = result != 0 ? result : rnp.rnp_op_verify_create(&operation, keys_->ffi(), input, output);
  // Who has signed it the server has looked at; a signature of a key that is not here is no fault.
  result = result != 0 ? result
                       : rnp.rnp_op_verify_set_flags(operation, RNP_VERIFY_IGNORE_SIGS_ON_DECRYPT);
  result = result != 0 ? result : rnp.rnp_op_verify_execute(operation);
  std::uint8_t* content = nullptr;
  std::size_t length = 0;
  result = result != 0 ? result : rnp.rnp_output_memory_get_buf(output, &content, &length, false);
  char* name = nullptr;
  std::uint32_t time = 0;
  if (result == 0 && rnp.rnp_op_verify_get_file_info(operation, &name, &time) != 0) {
    name = nullptr;
  }
  std::string answer;
  ValueWriter values(answer);
  values.text(result == 0 ? "" : rnp.rnp_result_to_string(result));
  values.text(name == nullptr ? std::string_view{}
                              : std::string_view(name).substr(0, longest_name));
  send_frame(socket, FrameKind::report, answer, -1, nullptr);
  if (result == 0) {
    std::string_view rest(reinterpret_cast<const char*>(content), length);
    for (; !rest.empty(); rest.remove_prefix(std::min(rest.size(), most_in_frame))) {
      send_frame(socket, FrameKind::rows, rest.substr(0, most_in_frame), -1, nullptr);
    }
  }
  send_frame(socket, FrameKind::done, {}, -1, nullptr);
}

Decryption Decryptor::decrypt(int descriptor, std::uint64_t size) {
  Decryption found;
  if (size > most_bytes) {
    found.answered = true;
    found.fault = "too large";
    return found;
  }
  std::string body;
  ValueWriter(body).number(size);
  const Descriptor socket = workers_->ask(body, descriptor);
  const Deadline deadline = workers_->deadline();
  Descriptor memory(::memfd_create("kpfd", MFD_CLOEXEC));
  try {
    while (true) {
      const Frame frame = receive_frame(socket.get(), nullptr, &deadline);
      if (frame.kind == FrameKind::report) {
        ValueReader values(frame.body);
        found.fault = values.text();
        found.name = base_name(values.text());
      } else if (frame.kind == FrameKind::rows) {
        found.size += frame.body.size();
        if (found.size > most_bytes ||
            ::write(memory.get(), frame.body.data(), frame.body.size()) !=
                static_cast<ssize_t>(frame.body.size())) {
          return Decryption();
        }
      } else if (frame.kind == FrameKind::done) {
        break;
      } else {
        return Decryption();
      }
    }
  } catch (const WireError&) {
    return Decryption();
  }
  found.answered = true;
  found.content = std::move(memory);
  return found;
}

}  // namespace kpfd::hooks
