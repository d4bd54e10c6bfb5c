#include <poll.h>

#include <utility>

#include "hooks/folder/folder.hpp"
#include "hooks/watch/desk_folder.hpp"

namespace kpfd::hooks {

struct DeskFolder::System {
  explicit System(const std::string& path)
      : folder(Folder::open(path)), watch(folder, std::chrono::milliseconds::max()) {}

  Folder folder;
  Watch watch;
};

DeskFolder::DeskFolder() = default;
DeskFolder::DeskFolder(const std::string& path)
    : path_(path), system_(std::make_unique<System>(path)) {}
DeskFolder::DeskFolder(DeskFolder&& other) noexcept = default;
DeskFolder& DeskFolder::operator=(DeskFolder&& other) noexcept = default;
DeskFolder::~DeskFolder() = default;

std::string DeskFolder::path_of(const std::string& name) const { return path_ + "/" + name; }

std::vector<std::string> DeskFolder::names() const { return system_->folder.names(); }

std::optional<DeskFile> DeskFolder::file(const std::string& name) const {
  const std::optional<FileState> state = system_->folder.file(name);
  if (!state) {
    return std::nullopt;
  }
  return DeskFile{state->size, state->number, state->written, state->changed};
}

bool DeskFolder::is_there() const { return system_ != nullptr && system_->folder.is_there(); }

bool DeskFolder::is_closed(const std::string& name) const {
  return system_->folder.is_closed(name);
}

bool DeskFolder::is_told() const { return system_ != nullptr && system_->watch.is_told(); }

void DeskFolder::wait(std::chrono::milliseconds most) {
  // A signal ends the wait.
  if (system_ != nullptr) {
    system_->watch.wait(most);
  } else {
    ::poll(nullptr, 0, static_cast<int>(most.count()));
  }
}

}  // namespace kpfd::hooks
