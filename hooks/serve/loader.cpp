#include "hooks/serve/loader.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "hooks/intake/words.hpp"
#include "kpfd/digest/hmac.hpp"

namespace kpfd::hooks {

namespace {

using converters::Delivered;
using converters::Delivery;
using converters::StoreError;

/// What is hashed begins with what it is, so that no other use of the key gives the same bytes.
constexpr std::string_view name_label = "kpfd request name 1\n";
constexpr std::string_view body_label = "kpfd request body 1\n";

/// A store that is away is looked for so often.
constexpr std::chrono::milliseconds pause{500};

std::string tag(std::string_view key, std::string_view label, std::string_view text) {
  return digest::hexadecimal(digest::HmacSha256(key).feed(label).feed(text).finish());
}

std::string reason_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& reason) {
    return reason.what();
  }
}

}  // namespace

Loader::Loader(Open open, const converters::IngestModel& model, Options options, Log log)
    : open_(std::move(open)), model_(model), options_(std::move(options)), log_(std::move(log)) {
  thread_ = std::thread([this] { work(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    to_do_.notify_all();
  }
  thread_.join();
}

LoaderCounters Loader::counters() const {
  const std::lock_guard lock(mutex_);
  LoaderCounters counters = counters_;
  counters.waiting = queue_.size();
  counters.open = !key_.empty() && reason_.empty();
  return counters;
}

std::string Loader::key() const {
  const std::lock_guard lock(mutex_);
  return key_;
}

/// False: too many wait.
bool Loader::wait_for(Task& task) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= options_.most_waiting) {
    return false;
  }
  queue_.push_back(&task);
  to_do_.notify_one();
  done_.wait(lock, [&] { return task.done; });
  return true;
}

LoadAnswer Loader::load(const FilingData& data, std::string_view name, std::string_view body) {
  Task task;
  task.key = key();
  if (task.key.empty()) {
    const std::lock_guard lock(mutex_);
    task.loaded.fault = LoadFault::away;
    task.loaded.reason = reason_;
    return task.loaded;
  }
  try {
    const converters::Identity identity = identify(data, model_, task.key);
    Delivery& delivery = task.delivery;
    delivery.filing = data.filing;
    delivery.filing.receipt = identity.receipt;
    delivery.filing.set(model_, "receipt", identity.receipt);
    delivery.filing.set(model_, "fingerprint", identity.fingerprint);
    delivery.fill = [&](converters::IngestWriter& writer) {
      for (const converters::FindingFacts& finding : data.findings) {
        writer.finding(finding);
      }
      replay(data, model_, writer);
    };
    if (!name.empty()) {
      delivery.request = {tag(task.key, name_label, name), tag(task.key, body_label, body)};
    }
  } catch (const WireError& error) {
    task.loaded.fault = LoadFault::unfit;
    task.loaded.reason = error.what();
    return task.loaded;
  }
  if (!wait_for(task)) {
    task.loaded.fault = LoadFault::busy;
  }
  return task.loaded;
}

FindAnswer Loader::find(const std::string& receipt) {
  Task task;
  task.receipt = &receipt;
  if (!wait_for(task)) {
    task.found.away = true;
  }
  return task.found;
}

void Loader::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!store_ && !open_store(lock) && !over_ && queue_.empty()) {
      to_do_.wait_for(lock, pause, [this] { return over_ || !queue_.empty(); });
    } else {
      to_do_.wait(lock, [this] { return over_ || !queue_.empty(); });
    }
    if (queue_.empty()) {
      if (over_) {
        return;
      }
      continue;
    }
    std::vector<Task*> tasks;
    while (!queue_.empty() && tasks.size() < options_.most_together) {
      tasks.push_back(queue_.front());
      queue_.pop_front();
    }
    lock.unlock();
    do_tasks(tasks);
    lock.lock();
    for (Task* const task : tasks) {
      task->done = true;
    }
    done_.notify_all();
  }
}

/// Opens the store; false where it is away.
bool Loader::open_store(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::string reason;
  std::string found_key;
  try {
    store_ = open_();
    found_key = store_->key();
  } catch (const StoreError& error) {
    reason = error.text(options_.language);
  }
  if (reason.empty()) {
    log_("store_open", "");
  }
  lock.lock();
  if (!reason.empty() && reason_ != reason) {
    log_("store_away", reason);
  }
  reason_ = reason;
  if (!found_key.empty()) {
    key_ = found_key;
  }
  return reason.empty();
}

void Loader::away(const std::vector<Task*>& tasks, const StoreError& error) {
  // It is opened anew: a connection that broke does not come back by itself.
  store_.reset();
  const std::string reason = error.text(options_.language);
  log_("store_away", reason);
  for (Task* const task : tasks) {
    task->loaded = {LoadFault::away, {}, reason};
    task->found = {true, reason, std::nullopt};
  }
  const std::lock_guard lock(mutex_);
  reason_ = reason;
  counters_.failed += tasks.size();
}

void Loader::do_tasks(const std::vector<Task*>& tasks) {
  if (!store_) {
    const std::lock_guard lock(mutex_);
    for (Task* const task : tasks) {
      task->loaded = {LoadFault::away, {}, reason_};
      task->found = {true, reason_, std::nullopt};
    }
    return;
  }
  std::vector<Task*> loads;
  for (Task* const task : tasks) {
    if (task->receipt == nullptr) {
      loads.push_back(task);
    }
  }
  try {
    for (Task* const task : tasks) {
      if (task->receipt != nullptr) {
        task->found.filing = store_->find(*task->receipt);
      }
    }
    if (!loads.empty()) {
      do_loads(loads);
    }
  } catch (const StoreError& error) {
    away(tasks, error);
  }
}

void Loader::do_loads(const std::vector<Task*>& tasks) {
  std::vector<Delivery> deliveries;
  std::vector<Task*> fit;
  for (Task* const task : tasks) {
    if (task->key != store_->key()) {
      // Another store has come in the place of the one that the identity was made for.
      task->loaded = {LoadFault::away, {}, "the store has changed"};
      continue;
    }
    deliveries.push_back(task->delivery);
    fit.push_back(task);
  }
  const std::vector<Delivered> answers = store_->load_all(deliveries);
  LoaderCounters more;
  for (std::size_t i = 0; i < fit.size(); ++i) {
    LoadAnswer& loaded = fit[i]->loaded;
    if (answers[i].error) {
      loaded = {LoadFault::unfit, {}, reason_of(answers[i].error)};
      ++more.failed;
    } else if (answers[i].other_body) {
      loaded = {LoadFault::other_body, {}, {}};
      ++more.conflicts;
    } else {
      loaded = {LoadFault::none, answers[i].stored, {}};
      ++(answers[i].stored.is_new ? more.loaded : more.known);
    }
  }
  const std::lock_guard lock(mutex_);
  counters_.loaded += more.loaded;
  counters_.known += more.known;
  counters_.conflicts += more.conflicts;
  counters_.failed += more.failed;
  ++counters_.commits;
}

}  // namespace kpfd::hooks
