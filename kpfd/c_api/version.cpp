#include "kpfd/version.hpp"

#include "kpfd/c_api/errors.hpp"
#include "kpfd/kpfd.h"

const char* kpfd_version(void) { return kpfd::version().data(); }

uint32_t kpfd_abi_version(void) { return KPFD_ABI_VERSION; }

const char* kpfd_last_error(void) { return kpfd::c_api::last_error(); }
