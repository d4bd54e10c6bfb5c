// A store that comes back: a connection that broke does not do so by itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "converters/store/store.hpp"

namespace kpfd::hooks {

/// Opens the store anew for the next filing after one that it failed on. What was under way then
/// fails as before: whoever gave it does so again.
class LastingStore final : public converters::IngestStore {
 public:
  using Open = std::function<std::unique_ptr<converters::IngestStore>()>;

  /// Opens it. Throws StoreError where it is away from the beginning, as its name may be wrong.
  explicit LastingStore(Open open) : open_(std::move(open)), store_(open_()), key_(store_->key()) {}

  const std::string& key() const override { return key_; }
  std::vector<converters::Delivered> load_all(
      const std::vector<converters::Delivery>& deliveries) override {
    return asked([&](converters::IngestStore& store) { return store.load_all(deliveries); });
  }
  std::optional<converters::Filing> find(const std::string& receipt) override {
    return asked([&](converters::IngestStore& store) { return store.find(receipt); });
  }

 private:
  /// Asks the store that is open, or opens it first.
  template <typename Ask>
  std::invoke_result_t<Ask, converters::IngestStore&> asked(const Ask& ask) {
    if (!store_) {
      store_ = open_();
      // Another store would have given other receipts.
      if (store_->key() != key_) {
        store_.reset();
        throw converters::StoreError(converters::StoreFault::damaged, "", "another key");
      }
    }
    try {
      return ask(*store_);
    } catch (const converters::StoreError&) {
      store_.reset();
      throw;
    }
  }

  Open open_;
  std::unique_ptr<converters::IngestStore> store_;
  std::string key_;
};

}  // namespace kpfd::hooks
