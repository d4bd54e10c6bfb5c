#include "kpfd/xsd/libxml.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace kpfd::xsd {

namespace {

[[noreturn]] void fail(const char* file_name) {
  const char* const reason = ::dlerror();
  throw std::runtime_error("libxml2, which checks XML from outside, cannot be loaded (" +
                           one_line(reason == nullptr ? file_name : reason) +
                           "): install it (the package libxml2)");
}

}  // namespace

LibXml load_libxml(const char* file_name) {
  void* const library = ::dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    fail(file_name);
  }
  LibXml functions;
  const auto find = [&]<typename Function>(const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function == nullptr) {
      fail(file_name);
    }
  };
#define KPFD_LIBXML_FIND(function) find(#function, functions.function);
  KPFD_LIBXML_FUNCTIONS(KPFD_LIBXML_FIND)
#undef KPFD_LIBXML_FIND
  return functions;
}

const LibXml& libxml() {
  static const LibXml loaded = load_libxml(KPFD_LIBXML_SONAME);
  return loaded;
}

}  // namespace kpfd::xsd
