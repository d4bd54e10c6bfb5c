// A file appears whole under its name or not at all: on full disks, in forbidden places, without a
// reader, and when the process is killed.
#include "converters/output/output_file.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace {

using namespace kpfd::converters;
using kpfd_test::fresh_folder;
using kpfd_test::read_file;
using kpfd_test::write_file;

const std::string text = "21,01,ｹｲﾄ,001,20260731,22223\r\n";

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The fault of what is done; unwritable's next where there is none.
std::string fault_of_doing(const std::function<void()>& action) {
  try {
    action();
  } catch (const OutputError& error) {
    BOOST_TEST(!error.text("ja").empty());
    BOOST_TEST(error.text("en") == error.what());
    switch (error.fault()) {
      case OutputFault::exists:
        return "exists";
      case OutputFault::is_input:
        return "is_input";
      case OutputFault::is_folder:
        return "is_folder";
      case OutputFault::no_folder:
        return "no_folder";
      case OutputFault::not_allowed:
        return "not_allowed";
      case OutputFault::in_use:
        return "in_use";
      case OutputFault::full:
        return "full";
      case OutputFault::nobody_reads:
        return "nobody_reads";
      case OutputFault::unwritable:
        return "unwritable";
      case OutputFault::not_durable:
        return "not_durable";
    }
  }
  return "none";
}

OutputOptions with(bool nameless, bool replace = false) {
  OutputOptions options;
  options.nameless = nameless;
  options.replace = replace;
  return options;
}

void write_whole(const std::string& path, const OutputOptions& options, std::string_view bytes) {
  OutputFile file(path, options);
  file.write(bytes);
  file.publish();
}

/// No file may grow beyond so many bytes, as if the disk were full.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

/// Runs a piece of the test as a user without rights, where the test is run by one with all.
class WithoutRights {
 public:
  WithoutRights() : was_root_(::geteuid() == 0) {
    if (was_root_) {
      BOOST_REQUIRE(::seteuid(65534) == 0);
    }
  }
  ~WithoutRights() {
    if (was_root_ && ::seteuid(0) != 0) {
      std::abort();
    }
  }
  WithoutRights(const WithoutRights&) = delete;
  WithoutRights& operator=(const WithoutRights&) = delete;

 private:
  bool was_root_;
};

/// Standard output is another file for a while.
class StandardOutput {
 public:
  explicit StandardOutput(int descriptor) : kept_(::dup(STDOUT_FILENO)) {
    ::fflush(stdout);
    ::dup2(descriptor, STDOUT_FILENO);
  }
  ~StandardOutput() {
    ::dup2(kept_, STDOUT_FILENO);
    ::close(kept_);
  }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

 private:
  int kept_;
};

/// How a child process ended.
int status_of_child(const std::function<void()>& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      action();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

BOOST_AUTO_TEST_SUITE(output_file)

BOOST_AUTO_TEST_CASE(nothing_has_the_name_before_all_is_there) {
  for (const bool nameless : {true, false}) {
    const std::string folder = fresh_folder("whole");
    const std::string path = folder + "/out.csv";
    {
      OutputFile file(path, with(nameless));
      const std::string big(3U << 20, 'a');
      file.write(text);
      file.write(big);
      BOOST_TEST(file.size() == text.size() + big.size());
      file.finish();
      BOOST_TEST(!std::filesystem::exists(path));
      BOOST_TEST(names_in(folder).size() == (nameless ? 0U : 1U));
      file.publish();
      BOOST_TEST(read_file(path) == text + big);
      file.publish();  // once more is nothing
    }
    BOOST_TEST(names_in(folder) == std::vector<std::string>{"out.csv"});
  }
}

BOOST_AUTO_TEST_CASE(without_publish_nothing_is_left) {
  for (const bool nameless : {true, false}) {
    const std::string folder = fresh_folder("dropped");
    { OutputFile(folder + "/out.csv", with(nameless)).write(text); }
    BOOST_TEST(names_in(folder).empty());
  }
}

BOOST_AUTO_TEST_CASE(bytes_can_be_read_again_before_they_have_a_name) {
  const std::string folder = fresh_folder("again");
  OutputFile file(folder + "/out.csv", {});
  file.write(text);
  const auto source = file.written();
  std::string back(text.size() + 10, '\0');
  BOOST_TEST(source->size_hint() == text.size());
  BOOST_TEST(source->read(0, back.data(), back.size()) == text.size());
  BOOST_TEST(back.substr(0, text.size()) == text);
  BOOST_TEST(source->read(text.size(), back.data(), 1) == 0U);
  file.write(text);
  file.publish();
  BOOST_TEST(read_file(folder + "/out.csv") == text + text);
}

BOOST_AUTO_TEST_CASE(an_existing_file_stays_unless_it_may_be_replaced) {
  for (const bool nameless : {true, false}) {
    const std::string folder = fresh_folder("existing");
    const std::string path = folder + "/out.csv";
    write_file(path, "before");
    BOOST_TEST(fault_of_doing([&] { OutputFile(path, with(nameless)); }) == "exists");
    BOOST_TEST(read_file(path) == "before");
    {
      OutputFile file(path, with(nameless, true));
      file.write(text);
      BOOST_TEST(read_file(path) == "before");
    }
    BOOST_TEST(read_file(path) == "before");
    write_whole(path, with(nameless, true), text);
    BOOST_TEST(read_file(path) == text);
    BOOST_TEST(names_in(folder).size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_comes_meanwhile_stays) {
  for (const bool nameless : {true, false}) {
    const std::string folder = fresh_folder("meanwhile");
    const std::string path = folder + "/out.csv";
    {
      OutputFile file(path, with(nameless));
      file.write(text);
      write_file(path, "somebody else's");
      BOOST_TEST(fault_of_doing([&] { file.publish(); }) == "exists");
      BOOST_TEST(fault_of_doing([&] { file.publish(); }) == "exists");
    }
    BOOST_TEST(read_file(path) == "somebody else's");
    BOOST_TEST(names_in(folder).size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(the_input_is_never_replaced_by_whatever_name) {
  const std::string folder = fresh_folder("input");
  const std::string input = folder + "/in.csv";
  write_file(input, "the filing");
  std::filesystem::create_hard_link(input, folder + "/hard.csv");
  std::filesystem::create_symlink("in.csv", folder + "/soft.csv");
  OutputOptions options = with(true, true);
  options.inputs = identities_of({input, folder + "/no such file"});
  BOOST_TEST(options.inputs.size() == 1U);
  for (const std::string& path :
       {input, folder + "/./in.csv", folder + "/hard.csv", folder + "/soft.csv"}) {
    BOOST_TEST(fault_of_doing([&] { OutputFile(path, options); }) == "is_input");
  }
  // Nor if it gets the name while the output is written.
  const std::string late = folder + "/late.csv";
  OutputFile file(late, options);
  file.write(text);
  std::filesystem::create_hard_link(input, late);
  BOOST_TEST(fault_of_doing([&] { file.publish(); }) == "is_input");
  BOOST_TEST(read_file(input) == "the filing");
  BOOST_TEST(read_file(late) == "the filing");

  const int descriptor = ::open(input.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  {
    const StandardOutput redirected(descriptor);
    BOOST_TEST(fault_of_doing([&] { OutputFile("-", options); }) == "is_input");
  }
  ::close(descriptor);
}

BOOST_AUTO_TEST_CASE(a_link_is_replaced_and_its_file_stays) {
  const std::string folder = fresh_folder("link");
  write_file(folder + "/other.csv", "other");
  std::filesystem::create_symlink("other.csv", folder + "/out.csv");
  std::filesystem::create_symlink("nowhere", folder + "/dangling.csv");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/dangling.csv", {}); }) == "exists");
  for (const char* name : {"/out.csv", "/dangling.csv"}) {
    write_whole(folder + name, with(true, true), text);
    BOOST_TEST(read_file(folder + name) == text);
    BOOST_TEST(!std::filesystem::is_symlink(folder + name));
  }
  BOOST_TEST(read_file(folder + "/other.csv") == "other");
}

BOOST_AUTO_TEST_CASE(places_that_cannot_be_are_told_at_once) {
  const std::string folder = fresh_folder("places");
  write_file(folder + "/file", "");
  BOOST_TEST(fault_of_doing([&] { OutputFile("", {}); }) == "no_folder");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder, {}); }) == "is_folder");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/new/", {}); }) == "is_folder");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/none/out.csv", {}); }) == "no_folder");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/file/out.csv", {}); }) == "no_folder");
  BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/" + std::string(300, 'a'), {}); }) ==
             "unwritable");
  std::filesystem::create_directory(folder + "/locked");
  std::filesystem::permissions(
      folder + "/locked", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const WithoutRights nobody;
  for (const bool nameless : {true, false}) {
    BOOST_TEST(fault_of_doing([&] { OutputFile(folder + "/locked/out.csv", with(nameless)); }) ==
               "not_allowed");
  }
}

BOOST_AUTO_TEST_CASE(a_limit_on_the_way_leaves_nothing) {
  for (const bool nameless : {true, false}) {
    const std::string folder = fresh_folder("limit");
    const std::string path = folder + "/out.csv";
    write_file(folder + "/before.csv", "before");
    const FileLimit limit(100'000);
    for (const std::size_t size : {std::size_t{100'001}, std::size_t{5'000'000}}) {
      const std::string bytes(size, 'a');
      BOOST_TEST(fault_of_doing([&] { write_whole(path, with(nameless), bytes); }) == "full");
      BOOST_TEST(fault_of_doing([&] {
                   write_whole(folder + "/before.csv", with(nameless, true), bytes);
                 }) == "full");
    }
    BOOST_TEST(names_in(folder) == std::vector<std::string>{"before.csv"});
    BOOST_TEST(read_file(folder + "/before.csv") == "before");
    write_whole(path, with(nameless), std::string(100'000, 'a'));
    BOOST_TEST(std::filesystem::file_size(path) == 100'000U);
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_nothing) {
  const std::string folder = fresh_folder("disk");
  // A small disk of the test's own, gone with its process.
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", folder.c_str(), "tmpfs", 0, "size=400k") != 0) {
    const int why = errno;
    BOOST_TEST_MESSAGE("no rights to mount a small disk: only the limit of file sizes is tested");
    BOOST_TEST((why == EPERM || why == EACCES));
    return;
  }
  for (const bool nameless : {true, false}) {
    const std::string path = folder + "/out.csv";
    write_file(path, "before");
    BOOST_TEST(fault_of_doing([&] {
                 write_whole(path, with(nameless, true), std::string(3U << 20, 'a'));
               }) == "full");
    BOOST_TEST(read_file(path) == "before");
    BOOST_TEST(names_in(folder) == std::vector<std::string>{"out.csv"});
    // What was taken has been given back.
    write_whole(path, with(nameless, true), std::string(200U << 10, 'a'));
    BOOST_TEST(std::filesystem::file_size(path) == 200U << 10);
    std::filesystem::remove(path);
  }
  ::umount(folder.c_str());
}

BOOST_AUTO_TEST_CASE(a_device_is_written_to_and_not_replaced) {
  BOOST_TEST(fault_of_doing([] { write_whole("/dev/full", {}, text); }) == "full");
  BOOST_TEST(fault_of_doing([] { write_whole("/dev/null", with(true, true), text); }) == "none");
  struct stat facts {};
  BOOST_REQUIRE(::stat("/dev/null", &facts) == 0);
  BOOST_TEST(S_ISCHR(facts.st_mode));
}

BOOST_AUTO_TEST_CASE(standard_output_can_be_held_back) {
  for (const bool hold_back : {false, true}) {
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(::pipe(ends) == 0);
    {
      const StandardOutput redirected(ends[1]);
      ::close(ends[1]);
      OutputOptions options;
      options.hold_back = hold_back;
      OutputFile file("-", options);
      file.write(text);
      if (hold_back) {
        std::string back(100, '\0');
        BOOST_TEST(file.written()->read(0, back.data(), back.size()) == text.size());
        int waiting = -1;
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        waiting = static_cast<int>(::read(ends[0], back.data(), back.size()));
        BOOST_TEST(waiting == -1);
        ::fcntl(ends[0], F_SETFL, 0);
      }
      file.publish();
    }
    std::string got(100, '\0');
    got.resize(static_cast<std::size_t>(::read(ends[0], got.data(), got.size())));
    BOOST_TEST(got == text);
    ::close(ends[0]);
  }
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_is_an_error) {
  std::signal(SIGPIPE, SIG_IGN);
  for (const bool hold_back : {false, true}) {
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(::pipe(ends) == 0);
    ::close(ends[0]);
    const StandardOutput redirected(ends[1]);
    ::close(ends[1]);
    OutputOptions options;
    options.hold_back = hold_back;
    BOOST_TEST(fault_of_doing([&] { write_whole("-", options, text); }) == "nobody_reads");
  }
}

BOOST_AUTO_TEST_CASE(permissions_are_those_asked_for) {
  const std::string folder = fresh_folder("permissions");
  for (const bool nameless : {true, false}) {
    for (const mode_t permissions : {0600U, 0640U}) {
      OutputOptions options = with(nameless, true);
      options.permissions = permissions;
      write_whole(folder + "/out.csv", options, text);
      struct stat facts {};
      BOOST_REQUIRE(::stat((folder + "/out.csv").c_str(), &facts) == 0);
      const mode_t mask = ::umask(0);
      ::umask(mask);
      BOOST_TEST((facts.st_mode & 0777) == (permissions & ~mask));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_killed_process_leaves_the_old_file_or_the_new_one) {
  const std::string folder = fresh_folder("killed");
  const std::string path = folder + "/out.csv";
  write_file(path, "before");
  // Killed with all written and nothing named: no trace.
  const int status = status_of_child([&] {
    OutputFile file(path, with(true, true));
    file.write(std::string(3U << 20, 'a'));
    file.finish();
    ::raise(SIGKILL);
  });
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(names_in(folder) == std::vector<std::string>{"out.csv"});
  BOOST_TEST(read_file(path) == "before");
  // Killed at any time.
  const std::string after(300'000, 'b');
  int kept = 0;
  int replaced = 0;
  for (int i = 0; i < 100; ++i) {
    write_file(path, "before");
    const pid_t child = ::fork();
    if (child == 0) {
      write_whole(path, with(true, true), after);
      ::pause();
    }
    ::usleep(static_cast<useconds_t>(i * 20));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string there = read_file(path);
    kept += there == "before" ? 1 : 0;
    replaced += there == after ? 1 : 0;
  }
  BOOST_TEST(kept + replaced == 100);
}

BOOST_AUTO_TEST_CASE(several_files_appear_together_or_not) {
  const std::string folder = fresh_folder("several");
  {
    OutputFile first(folder + "/1.csv", {});
    OutputFile second(folder + "/2.csv", {});
    first.write("1");
    second.write("2");
    write_file(folder + "/2.csv", "somebody else's");
    BOOST_TEST(fault_of_doing([&] { OutputFile::publish_all({&first, &second}); }) == "exists");
  }
  BOOST_TEST(names_in(folder) == std::vector<std::string>{"2.csv"});
  BOOST_TEST(read_file(folder + "/2.csv") == "somebody else's");
  OutputFile first(folder + "/1.csv", {});
  OutputFile third(folder + "/3.csv", {});
  first.write("1");
  third.write("3");
  OutputFile::publish_all({&first, &third});
  BOOST_TEST(names_in(folder) == (std::vector<std::string>{"1.csv", "2.csv", "3.csv"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
