// The one thread that writes into the store. What has come together while the disk was busy goes
// into the next transaction together; each is answered when that is on the disk.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "converters/ingest/model.hpp"
#include "converters/store/store.hpp"
#include "hooks/worker/filing_data.hpp"

namespace kpfd::hooks {

/// What became of a load.
enum class LoadFault : std::uint8_t {
  none,
  other_body,  ///< something else came under this name before
  away,        ///< the store cannot be used at the moment; `reason` says why
  busy,        ///< too many wait for it
  unfit,       ///< the filing has a value that no record can hold, or the worker said nonsense
};

struct LoadAnswer {
  LoadFault fault = LoadFault::none;
  converters::Stored stored;
  std::string reason;
};

struct FindAnswer {
  bool away = false;
  std::string reason;
  std::optional<converters::Filing> filing;
};

struct LoaderCounters {
  std::uint64_t loaded = 0;
  std::uint64_t known = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t failed = 0;
  std::uint64_t commits = 0;
  std::uint64_t waiting = 0;
  bool open = false;
};

class Loader {
 public:
  using Open = std::function<std::unique_ptr<converters::IngestStore>()>;
  using Log = std::function<void(std::string_view event, std::string_view detail)>;

  struct Options {
    std::size_t most_waiting = 512;
    std::size_t most_together = 128;
    std::string language = "ja";
  };

  /// `open` opens the store, and throws StoreError. A store that is away is opened again and again
  /// until it is there.
  Loader(Open open, const converters::IngestModel& model, Options options, Log log);
  /// Finishes what was given to it.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Loads a filing, and waits until it is on the disk. `name` is what the sender calls the
  /// delivery, "": nothing; `body` its bytes.
  LoadAnswer load(const FilingData& data, std::string_view name, std::string_view body);
  FindAnswer find(const std::string& receipt);

  LoaderCounters counters() const;

 private:
  struct Task {
    converters::Delivery delivery;
    const std::string* receipt = nullptr;  ///< one that is looked for
    std::string key;                       ///< that the identity was made with
    LoadAnswer loaded;
    FindAnswer found;
    bool done = false;
  };

  bool wait_for(Task& task);
  std::string key() const;
  void work();
  bool open_store(std::unique_lock<std::mutex>& lock);
  void do_tasks(const std::vector<Task*>& tasks);
  void do_loads(const std::vector<Task*>& tasks);
  void away(const std::vector<Task*>& tasks, const converters::StoreError& error);

  Open open_;
  const converters::IngestModel& model_;
  Options options_;
  Log log_;
  std::unique_ptr<converters::IngestStore> store_;  ///< of the thread alone

  mutable std::mutex mutex_;
  std::condition_variable to_do_;
  std::condition_variable done_;
  std::deque<Task*> queue_;
  std::string key_;     ///< of the store; "": it was never there
  std::string reason_;  ///< why it is away; "": it is there
  LoaderCounters counters_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace kpfd::hooks
