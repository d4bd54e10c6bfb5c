// Synthetic filings: layouts and recipes => a filing of invented people, the same for the same seed
// on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kpfd/date.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"
#include "samples/maker/recipes.hpp"

namespace kpfd::samples {

enum class Encoding : std::uint8_t { shift_jis, utf8, utf8_bom };

/// How the forms of a filing follow each other.
enum class Order : std::uint8_t {
  drawn,    ///< each record's form is drawn
  in_turn,  ///< each form once, then again
};

/// What is asked for.
struct SampleOptions {
  std::vector<std::string> forms;  ///< keys or codes; empty: every form
  Order order = Order::drawn;
  std::string receiver;  ///< `KPFD`, `SHFD`; empty: the first one that the layouts name for a union
  std::string edition;   ///< of the forms that have it; empty: the one that holds on `as_of`
  Encoding encoding = Encoding::shift_jis;
  std::uint64_t records = 10;
  std::uint32_t offices = 1;
  std::uint64_t seed = 1;
  CivilDate as_of = no_date;  ///< 'today'; no_date: the recipes' day
};

/// Asked for what there is not: a form, an edition, a day. what() is for people, in English.
class SampleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What every filing needs: the layouts and the recipes.
class Kitchen {
 public:
  /// `layouts` must outlive the kitchen; the files are not needed afterwards. Throws
  /// layout::SchemaError.
  Kitchen(const layout::Layouts& layouts, const std::vector<Engine::SchemaFile>& files);

  const layout::Layouts& layouts() const { return layouts_; }
  const Recipes& recipes() const { return recipes_; }

 private:
  const layout::Layouts& layouts_;
  Recipes recipes_;
};

/// One filing, made in pieces: memory does not grow with the number of records.
///
/// It gives no error, and no warning but OFFICE-COUNT-MANY for several offices, where the check
/// date is not before `as_of()`. In UTF-8 it gives FILE-UTF8, which is an error by itself.
class Filing {
 public:
  /// `kitchen` must outlive the filing. Throws SampleError, and layout::SchemaError for a recipe
  /// that is none.
  Filing(const Kitchen& kitchen, const SampleOptions& options);
  ~Filing();
  Filing(Filing&&) noexcept;
  Filing& operator=(Filing&&) noexcept;
  Filing(const Filing&) = delete;
  Filing& operator=(const Filing&) = delete;

  /// The name that its receiver wants.
  const std::string& file_name() const;

  /// The check date to use with it.
  CivilDate as_of() const;

  std::uint64_t records() const;

  /// The layouts that its records are made of.
  const std::vector<const layout::Record*>& layouts() const;

  /// Appends what stands before the records: the byte order mark, header lines, offices, the [data]
  /// line.
  void append_head(std::string& out) const;

  /// Appends the records first, first + 1, ...; a record is the same whichever were made before it.
  void append_records(std::uint64_t first, std::uint64_t count, std::string& out);

  /// Appends record `serial` as it would be if it were of layouts()[layout].
  void append_record_of(std::size_t layout, std::uint64_t serial, std::string& out);

  /// All of it.
  std::string text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpfd::samples
