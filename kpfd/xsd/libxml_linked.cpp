// libxml2 where it is in the program itself: libxml.cpp is for systems that have it as a library.

#include "kpfd/xsd/libxml.hpp"

namespace kpfd::xsd {

const LibXml& libxml() {
  static const LibXml linked = [] {
    LibXml functions;
#define KPFD_LIBXML_TAKE(function) functions.function = &::function;
    KPFD_LIBXML_FUNCTIONS(KPFD_LIBXML_TAKE)
#undef KPFD_LIBXML_TAKE
    return functions;
  }();
  return linked;
}

}  // namespace kpfd::xsd
