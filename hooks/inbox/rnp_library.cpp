#include "hooks/inbox/rnp_library.hpp"

#include <dlfcn.h>

#include <string>

#include "hooks/intake/words.hpp"

namespace kpfd::hooks {

namespace {

RnpLibrary load() {
  const auto fail = [] {
    const char* const reason = ::dlerror();
    throw SetupError(std::string("librnp: ") + (reason == nullptr ? KPFD_RNP_SONAME : reason));
  };
  void* const library = ::dlopen(KPFD_RNP_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    fail();
  }
  RnpLibrary functions;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) {
      fail();
    }
  };
#define KPFD_RNP_FIND(function) find(#function, functions.function);
  KPFD_RNP_FUNCTIONS(KPFD_RNP_FIND)
#undef KPFD_RNP_FIND
  return functions;
}

}  // namespace

const RnpLibrary& rnp_library() {
  static const RnpLibrary loaded = load();
  return loaded;
}

}  // namespace kpfd::hooks
