// Whether files may leave the office: the check of one send before it is sent.
//
//   SentFile --recognised by its bytes--> a filing: the engine's whole check
//                                     \-> a document: what it is, against its name and the menu
//
// Whatever is found is an ordinary finding, so every report can tell it. Nothing here opens a file
// or asks a clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/precheck/file_types.hpp"
#include "kpfd/date.hpp"
#include "kpfd/digest/sha256.hpp"
#include "kpfd/engine.hpp"
#include "kpfd/layout/model.hpp"

namespace kpfd::hooks {

/// The two menus of the sender.
enum class Menu : std::uint8_t {
  application,  ///< 電子申請: filings to a union and nothing else
  other         ///< 電子申請以外: other documents
};

/// `application`, `other`.
constexpr std::string_view name_of(Menu menu) {
  return menu == Menu::application ? "application" : "other";
}

/// A file that is to be sent.
struct SentFile {
  std::string_view name;   ///< its base name, not trusted
  std::string_view bytes;  ///< all of them, unless there are more than Precheck::limit()
  std::uint64_t size = 0;
};

/// A document that the union's profile asks for, and what the sender said of it.
struct AskedDocument {
  std::string key;
  std::string name;
  std::string name_en;
  std::uint64_t records = 0;  ///< that need it
  bool given = false;
};

/// What is said of one file of the send.
struct CheckedFile {
  std::string name;
  std::string attachment;  ///< key of the document that it is; "": a file of the send itself
  std::string type;        ///< key of the type of a document; "": a filing, or not recognised
  std::string type_name;
  std::string type_name_en;
  Summary summary;
};

/// One send.
struct Send {
  Menu menu = Menu::application;
  /// Whom filings are sent to; nullptr: documents, or no filing has told it.
  const layout::Receiver* receiver = nullptr;
  Verdict verdict = Verdict::unchecked;
  std::string reason;  ///< of `unchecked`
  std::uint64_t bytes = 0;
  std::uint64_t limit = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::vector<CheckedFile> files;
  std::vector<AskedDocument> asked;
};

/// Checks the files of one send, one after the other.
class Precheck {
 public:
  struct Options {
    Menu menu = Menu::application;
    /// Filings may be for any receiver, as long as it is the same: the first one tells. Otherwise
    /// they are for a union.
    bool any_receiver = false;
    CivilDate check_date;
    /// Secret bytes that references are made with.
    std::string key;
    /// Keys of the profile's attachments that go along, or another way.
    std::vector<std::string> attachments;
  };

  /// The engine and the types outlive it.
  Precheck(const Engine& engine, const FileTypes& types, Options options);

  /// Most bytes that a send may have.
  std::uint64_t limit() const { return send_.limit; }

  /// Checks a file of the send.
  Summary check(const SentFile& file, FindingSink& sink);

  /// Checks a document that goes along with the filings in a send of its own.
  Summary check_attachment(const std::string& key, const SentFile& file, FindingSink& sink);

  /// A file that could not be read: the send is unchecked.
  Summary unreadable(std::string_view name, std::string_view reason);

  /// The whole send; unchecked where there was no file.
  const Send& finish();

  /// The name of the send by the key, `7K2QD-9XW4F-0B8RN-H5TCV`: the same for the same files in the
  /// same order.
  std::string reference() const;

 private:
  class Listener;

  bool is_filing(std::string_view name, const Recognised& recognised, std::string_view bytes) const;
  void check_filing(const SentFile& file, const Recognised& recognised, Listener& listener,
                    CheckedFile& checked);
  void check_document(const SentFile& file, const Recognised& recognised, Listener& listener,
                      CheckedFile& checked);
  void check_kind(const SentFile& file, const Recognised& recognised, Listener& listener);
  void check_total(const SentFile& file, std::uint64_t& total, Listener& listener);
  void check_receiver(const Summary& summary, Listener& listener);
  void ask_attachments(const Summary& summary, Listener& listener);
  bool is_like_filing(std::string_view text) const;
  Summary add(CheckedFile checked);
  void remember(const SentFile& file, Listener& listener);

  const Engine& engine_;
  const FileTypes& types_;
  Options options_;
  Send send_;
  std::uint64_t attached_bytes_ = 0;
  std::vector<digest::Digest> digests_;
};

/// Whether text begins as a filing does: a section line, or a record of a known form, among its
/// first lines.
bool begins_as_filing(const Engine& engine, std::string_view bytes);

/// Whether a name can be carried to Windows and says what it seems to say.
bool is_safe_name(std::string_view name);

/// `報告.PDF` => `pdf`; "" without one.
std::string ending_of(std::string_view name);

/// What stands behind the last separator.
std::string_view base_name(std::string_view path);

}  // namespace kpfd::hooks
