#include "kpfd/xsd/directory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <system_error>
#include <utility>

#include "kpfd/system/paths.hpp"
#include "kpfd/xsd/files.hpp"
#include "kpfd/xsd/libxml.hpp"
#include "kpfd/xsd/validator.hpp"

namespace kpfd::xsd {

namespace {

namespace fs = std::filesystem;

struct Room {
  std::string_view place;  ///< a folder with '/', or a file
  std::string_view xsd;
};

constexpr std::array rooms = {
    Room{"checks.xml", "checks.xsd"}, Room{"file-types.xml", "file-types.xsd"},
    Room{"ingest/", "ingest.xsd"},    Room{"layouts/", "layout.xsd"},
    Room{"mappings/", "mapping.xsd"}, Room{"messages/", "messages.xsd"},
    Room{"profiles/", "profile.xsd"}, Room{"repairs.xml", "repairs.xsd"},
    Room{"samples/", "samples.xsd"},  Room{"tables/", "table.xsd"},
};

constexpr std::size_t most_entries = 10'000;
constexpr std::size_t most_files = 1'000;
constexpr std::size_t most_bytes = std::size_t{32} << 20;
constexpr std::size_t most_faults = 20;
constexpr int most_folders_deep = 8;

bool has_xml_extension(const fs::path& path) {
  const std::string extension = system::name_of(path.extension());
  return extension.size() == 4 && extension[0] == '.' && (extension[1] | 0x20) == 'x' &&
         (extension[2] | 0x20) == 'm' && (extension[3] | 0x20) == 'l';
}

bool is_hidden(const fs::path& path) {
  const std::string name = system::name_of(path.filename());
  return !name.empty() && name[0] == '.';
}

constexpr const char* no_place =
    "no place for a file of schemas: it is layouts/, tables/, messages/, profiles/, samples/, "
    "ingest/, mappings/, checks.xml, repairs.xml or file-types.xml";

/// Gathers faults.
class Faults {
 public:
  void add(const std::string& file, std::uint32_t line, std::string reason) {
    if (faults_.size() < most_faults) {
      faults_.push_back({one_line(file), line, std::move(reason)});
    }
  }
  bool empty() const { return faults_.empty(); }
  void raise() {
    if (!faults_.empty()) {
      throw XmlError(std::move(faults_));
    }
  }

 private:
  std::vector<Fault> faults_;
};

/// Compares files with their XSDs, each of which is made ready once.
class Checker {
 public:
  explicit Checker(const std::vector<layout::SchemaFile>& xsds) : xsds_(xsds) {}

  /// `name` is the place below the folder, `shown` what the file is called in faults.
  void check(std::string_view name, std::string_view content, const std::string& shown,
             Faults& faults) {
    const std::string_view xsd = xsd_of(name);
    auto validator = validators_.find(xsd);
    if (validator == validators_.end()) {
      const auto source =
          std::find_if(xsds_.begin(), xsds_.end(), [&](const auto& x) { return x.name == xsd; });
      if (source == xsds_.end()) {
        faults.add(shown, 0, "its schema " + std::string(xsd) + " is missing");
        return;
      }
      validator = validators_.emplace(xsd, Validator(source->content, source->name)).first;
    }
    try {
      validator->second.validate(content, shown);
    } catch (const XmlError& error) {
      for (const Fault& fault : error.faults()) {
        faults.add(fault.file, fault.line, fault.reason);
      }
    }
  }

 private:
  const std::vector<layout::SchemaFile>& xsds_;
  std::map<std::string_view, Validator> validators_;
};

/// Walks a folder, gathers files and faults.
class Reader {
 public:
  explicit Reader(const fs::path& folder) : folder_(folder) {}

  void walk() {
    std::error_code error;
    root_ = fs::canonical(folder_, error);
    if (!error && !fs::is_directory(root_, error)) {
      error = error ? error : std::make_error_code(std::errc::not_a_directory);
    }
    if (error) {
      add_fault(folder_, error.message());
      return;
    }
    fs::recursive_directory_iterator at(root_, error);
    std::size_t entries = 0;
    while (!error && at != fs::recursive_directory_iterator()) {
      if (++entries > most_entries) {
        add_fault(folder_, "more than " + std::to_string(most_entries) + " files and folders");
        return;
      }
      if (!visit(at)) {
        return;
      }
      at.increment(error);
    }
    if (error) {
      add_fault(folder_, error.message());
    } else if (files_.empty() && faults_.empty()) {
      add_fault(folder_,
                "no file of schemas here: .xml below layouts/, tables/, messages/, profiles/, "
                "samples/ or ingest/, or checks.xml, repairs.xml or file-types.xml");
    }
    const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
    std::sort(files_.begin(), files_.end(), by_name);
  }

  /// Checks the files; throws the faults of all.
  void check(const std::vector<layout::SchemaFile>& xsds) {
    Checker checker(xsds);
    for (const SchemaDirectory::File& file : files_) {
      checker.check(file.name, file.content, system::name_of(folder_ / system::path_of(file.name)),
                    faults_);
    }
    faults_.raise();
  }

  SchemaDirectory take() { return {std::move(files_)}; }

 private:
  void add_fault(const fs::path& path, std::string reason) {
    faults_.add(system::name_of(path), 0, std::move(reason));
  }

  /// Takes the entry if it is a file of schemas. False: enough, no further.
  bool visit(fs::recursive_directory_iterator& at) {
    const fs::path path = at->path();
    const std::string name = system::generic_name_of(path.lexically_relative(root_));
    std::error_code error;
    const bool is_link = at->is_symlink(error);
    const bool is_folder = !error && at->is_directory(error);
    if (is_hidden(path)) {
      if (is_folder && !is_link) {
        at.disable_recursion_pending();
      }
      return true;
    }
    if (is_folder) {
      if (is_link && !xsd_of(name + '/').empty()) {
        add_fault(folder_ / system::path_of(name), "a link to a folder is not followed");
      } else if (at.depth() >= most_folders_deep) {
        add_fault(folder_ / system::path_of(name), "folders stand too deep inside each other");
        at.disable_recursion_pending();
      }
      return true;
    }
    if (!has_xml_extension(path)) {
      return true;
    }
    if (xsd_of(name).empty()) {
      add_fault(folder_ / system::path_of(name), no_place);
      return true;
    }
    if (files_.size() == most_files) {
      add_fault(folder_, "more than " + std::to_string(most_files) + " files of schemas");
      return false;
    }
    const fs::path target = fs::canonical(path, error);
    if (error) {
      add_fault(folder_ / system::path_of(name), error.message());
      return true;
    }
    if (!is_below(target, root_)) {
      add_fault(folder_ / system::path_of(name),
                "a link that leads out of the folder is not followed");
      return true;
    }
    SchemaDirectory::File file{name, {}};
    const std::string reason = read_regular_file(target, Limits{}.bytes, file.content);
    if (!reason.empty()) {
      add_fault(folder_ / system::path_of(name), reason);
      return true;
    }
    bytes_ += file.content.size();
    if (bytes_ > most_bytes) {
      add_fault(folder_, "larger than " + std::to_string(most_bytes) + " bytes in all");
      return false;
    }
    files_.push_back(std::move(file));
    return true;
  }

  fs::path folder_;
  fs::path root_;
  std::vector<SchemaDirectory::File> files_;
  Faults faults_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::string_view xsd_of(std::string_view name) {
  for (const Room& room : rooms) {
    const bool is_folder = room.place.back() == '/';
    if (is_folder ? name.rfind(room.place, 0) == 0 : name == room.place) {
      return room.xsd;
    }
  }
  return {};
}

SchemaDirectory load_schema_directory(const std::filesystem::path& folder,
                                      const std::vector<layout::SchemaFile>& xsds) {
  Reader reader(folder);
  reader.walk();
  reader.check(xsds);
  return reader.take();
}

void check_schema_files(const std::vector<layout::SchemaFile>& files,
                        const std::vector<layout::SchemaFile>& xsds) {
  Faults faults;
  Checker checker(xsds);
  std::size_t bytes = 0;
  for (const layout::SchemaFile& file : files) {
    const std::string name(file.name);
    bytes += file.content.size();
    if (files.size() > most_files || bytes > most_bytes) {
      faults.add(name, 0,
                 "more than " + std::to_string(most_files) + " files of schemas, or more than " +
                     std::to_string(most_bytes) + " bytes in all");
      break;
    }
    if (xsd_of(name).empty() || !has_xml_extension(name)) {
      faults.add(name, 0, no_place);
    } else {
      checker.check(name, file.content, name, faults);
    }
  }
  faults.raise();
}

std::vector<layout::SchemaFile> overlay(const std::vector<layout::SchemaFile>& embedded,
                                        const SchemaDirectory& outside) {
  std::map<std::string_view, std::string_view> files;
  for (const layout::SchemaFile& file : embedded) {
    files[file.name] = file.content;
  }
  for (const SchemaDirectory::File& file : outside.files) {
    files[file.name] = file.content;
  }
  std::vector<layout::SchemaFile> merged;
  merged.reserve(files.size());
  for (const auto& [name, content] : files) {
    merged.push_back({name, content});
  }
  return merged;
}

}  // namespace kpfd::xsd
