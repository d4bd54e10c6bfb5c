#include "hooks/inbox/job.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "converters/output/output_file.hpp"

namespace kpfd::hooks {

namespace {

/// Begins with a dot, as no file that is claimed does.
const std::string tries_name = ".tries";

}  // namespace

std::optional<Job> Job::claim(const Folder& folder, const Folder& work, const std::string& name,
                              bool complete) {
  Folder own = work.make(name);
  if (!own.is_open() || !own.lock() || !work.is(name, own)) {
    return std::nullopt;
  }
  Job job(name, std::move(own));
  bool moved = false;
  // The sidecar goes first: where it is here already, the file was complete when it went.
  complete = complete || job.has_sidecar();
  for (const std::string& part : {job.sidecar_name(), name}) {
    if (complete && !job.own_.file(part) && folder.file(part)) {
      moved = folder.move(part, job.own_, part) || moved;
    }
  }
  if (!job.has_file() && !job.has_sidecar()) {
    // Another instance has taken it to its last place meanwhile.
    if (job.own_.names().empty()) {
      work.remove_folder(name);
    }
    return std::nullopt;
  }
  if (moved) {
    job.own_.sync();
    folder.sync();
    work.sync();
  }
  return job;
}

Job::Tries Job::tries() const {
  const std::string text = own_.read(tries_name, 4096).value_or("");
  const auto count = [&text](char what) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), what));
  };
  return {count('b'), count('e'), count('d')};
}

void Job::note(char what) {
  const Descriptor file(::openat(own_.get(), tries_name.c_str(),
                                 O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open() || ::write(file.get(), &what, 1) != 1 || ::fsync(file.get()) != 0) {
    throw FolderError(own_.path() + "/" + tries_name + ": " + std::strerror(errno));
  }
  own_.sync();
}

void Job::excuse() {
  // However often it is excused, the file stays small.
  const std::uint64_t deaths = tries().deaths;
  ::unlinkat(own_.get(), tries_name.c_str(), 0);
  for (std::uint64_t i = 0; i < deaths; ++i) {
    note('d');
  }
  note('b');
  note('e');
}

void Job::put(const std::string& ending, std::string_view content) const {
  converters::OutputOptions options;
  options.replace = true;
  converters::OutputFile file(own_.path() + "/" + name_ + ending, options);
  file.write(content);
  file.publish();
}

std::string Job::finish(const Folder& work, const Folder& place) {
  std::string target = name_;
  for (std::uint64_t copy = 2; !work.move(name_, place, target); ++copy) {
    if (!work.is(name_, own_)) {
      throw FolderError(own_.path() + ": it is gone");
    }
    target = name_ + "~" + std::to_string(copy);
  }
  // Not before: until then it tells that an earlier try may have loaded the filing.
  ::unlinkat(own_.get(), tries_name.c_str(), 0);
  place.sync();
  work.sync();
  return target;
}

}  // namespace kpfd::hooks
