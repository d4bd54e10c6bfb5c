#include "kpfd/engine.hpp"

#include "kpfd/check/filing_checker.hpp"
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
  Impl(const std::vector<SchemaFile>& files, const profile::Profile* profile)
      : schemas(views_of(files), profile) {}
  check::Schemas schemas;
};

Engine::Engine(const std::vector<SchemaFile>& files, const profile::Profile* profile)
    : impl_(std::make_unique<Impl>(files, profile)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::compile_rules() const { impl_->schemas.compile_all(); }

Summary Engine::check(Source& source, const CheckOptions& options, FindingSink& sink) const {
  return check::FilingChecker(impl_->schemas, source, options, sink).run();
}

const std::vector<const RuleInfo*>& Engine::rules() const { return impl_->schemas.rules(); }
const layout::Layouts& Engine::layouts() const { return impl_->schemas.layouts(); }
const profile::Profile* Engine::profile() const {
  const check::ProfileChecks* const checks = impl_->schemas.profile();
  return checks == nullptr ? nullptr : &checks->profile();
}
const std::string& Engine::schemas_edition() const { return impl_->schemas.edition(); }

}  // namespace kpfd
