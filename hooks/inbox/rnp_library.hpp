// librnp by the names of its functions. No header of another folder includes it.
#pragma once

#include <rnp/rnp.h>

namespace kpfd::hooks {

/// Every function of librnp that is called.
// clang-format off
#define KPFD_RNP_FUNCTIONS(X)       \
  X(rnp_buffer_destroy)             \
  X(rnp_ffi_create)                 \
  X(rnp_ffi_destroy)                \
  X(rnp_ffi_set_pass_provider)      \
  X(rnp_get_secret_key_count)       \
  X(rnp_input_destroy)              \
  X(rnp_input_from_memory)          \
  X(rnp_load_keys)                  \
  X(rnp_op_verify_create)           \
  X(rnp_op_verify_destroy)          \
  X(rnp_op_verify_execute)          \
  X(rnp_op_verify_get_file_info)    \
  X(rnp_op_verify_set_flags)        \
  X(rnp_output_destroy)             \
  X(rnp_output_memory_get_buf)      \
  X(rnp_output_to_memory)           \
  X(rnp_result_to_string)
// clang-format on

/// The program is not linked with it: most unions decrypt before.
struct RnpLibrary {
// The names are librnp's. NOLINTBEGIN(readability-identifier-naming,bugprone-*)
#define KPFD_RNP_MEMBER(function) decltype(&::function) function = nullptr;
  KPFD_RNP_FUNCTIONS(KPFD_RNP_MEMBER)
#undef KPFD_RNP_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-*)
};

/// Loaded by the first call. Throws SetupError. Thread-safe.
const RnpLibrary& rnp_library();

}  // namespace kpfd::hooks
