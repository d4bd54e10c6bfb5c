// A profile and layouts => the layouts as the union has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kpfd/layout/load.hpp"
#include "kpfd/profile/model.hpp"

namespace kpfd::profile {

/// Changes the layouts of records for unions: items of the union's own get the meaning and the
/// checks that the profile gives them; named expressions and attachments stand behind the rules of
/// each form that they are for. Layouts for other receivers stay as they are. Returns the records
/// that it has changed, each once.
///
/// Throws layout::SchemaError with the place in the profile for forms and items that do not exist
/// (with the nearest known ones), forms that the profile does not take, items that are not the
/// union's own, lengths and values that cannot go together, and office numbers that the layouts
/// could never take. Expressions are understood when the rules are compiled.
std::vector<const layout::Record*> apply(const Profile& profile, layout::Layouts& layouts);

/// Throws SchemaError at the place if the codes name a form that no record for a union has, or one
/// that the profile does not take. `element` is the element's name, for the message.
void require_forms(const Profile& profile, const Forms& codes, const layout::Place& place,
                   std::string_view element, const layout::Layouts& layouts);

/// Whether a text, change or override with these codes is for a form; of no codes, for every form
/// that the profile takes.
bool is_for(const Profile& profile, const Forms& codes, std::string_view form);

}  // namespace kpfd::profile
