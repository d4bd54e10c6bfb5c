// What an engine of the C interface holds.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kpfd/date.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/kpfd.h"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/sources/words.hpp"

namespace kpfd::c_api {

/// Immutable once made.
struct EngineState {
  std::string language;
  CivilDate check_date;  ///< no_date: each check has its own
  Engine engine;
  report::Catalogue catalogue;

  std::string words(Words both) const { return std::string(both.in(language)); }
};

/// Throws Refusal, and what runs out of memory.
std::shared_ptr<const EngineState> make_engine_state(const kpfd_engine_options& options);

/// The day of `check_date`; no_date for null. Throws Refusal.
CivilDate read_check_date(const char* text, const char* name);

}  // namespace kpfd::c_api

/// The checks of an engine share its state, so that it may be freed before them.
struct kpfd_engine {
  std::shared_ptr<const kpfd::c_api::EngineState> state;
};
