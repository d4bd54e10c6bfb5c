#include "kpfd/engine.hpp"

#include <utility>

#include "kpfd/check/definitions.hpp"
#include "kpfd/check/filing_checker.hpp"
#include "kpfd/check/one_pass.hpp"
#include "kpfd/check/schemas.hpp"

namespace kpfd {

namespace {

std::vector<layout::SchemaFile> views_of(const std::vector<Engine::SchemaFile>& files) {
  std::vector<layout::SchemaFile> views;
  views.reserve(files.size());
  for (const Engine::SchemaFile& file : files) {
    views.push_back({file.name, file.content});
  }
  return views;
}

}  // namespace

struct Engine::Impl {
  Impl(check::Definitions definitions, const profile::Profile* profile)
      : schemas(std::move(definitions), profile) {}
  check::Schemas schemas;
};

Engine::Engine(const std::vector<SchemaFile>& files, const profile::Profile* profile)
    : impl_(std::make_unique<Impl>(check::read_definitions(views_of(files)), profile)) {}
Engine::Engine(CompiledSchemas schemas, const profile::Profile* profile)
    : impl_(std::make_unique<Impl>(check::read_compiled(schemas.bytes, schemas.codes), profile)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::compile_rules() const { impl_->schemas.compile_all(); }

Summary Engine::check(Source& source, const CheckOptions& options, FindingSink& sink) const {
  if (std::optional<Summary> summary =
          check::check_in_one_pass(impl_->schemas, source, options, sink)) {
    return *std::move(summary);
  }
  return check::FilingChecker(impl_->schemas, source, options, sink).run();
}

const std::vector<const RuleInfo*>& Engine::rules() const { return impl_->schemas.rules(); }
const layout::Layouts& Engine::layouts() const { return impl_->schemas.layouts(); }
const profile::Profile* Engine::profile() const {
  const check::ProfileChecks* const checks = impl_->schemas.profile();
  return checks == nullptr ? nullptr : &checks->profile();
}
const std::vector<std::string>& Engine::editions() const { return impl_->schemas.editions(); }
const std::string& Engine::schemas_edition() const { return editions().back(); }
const std::string& Engine::rules_hash() const { return impl_->schemas.rules_hash(); }

}  // namespace kpfd
