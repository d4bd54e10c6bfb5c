#include "kpfd/pdf/pango_library.hpp"

#include <dlfcn.h>

namespace kpfd::report {

namespace {

PangoLibrary load() {
  PangoLibrary functions;
  void* const library = ::dlopen(KPFD_PANGO_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return functions;
  }
  functions.is_whole = true;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    functions.is_whole = functions.is_whole && function != nullptr;
  };
#define KPFD_PANGO_FIND(function) find(#function, functions.function);
  KPFD_PANGO_FUNCTIONS(KPFD_PANGO_FIND)
#undef KPFD_PANGO_FIND
  return functions;
}

}  // namespace

const PangoLibrary& pango_library() {
  static const PangoLibrary loaded = load();
  return loaded;
}

}  // namespace kpfd::report
