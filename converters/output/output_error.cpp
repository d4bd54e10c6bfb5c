#include "converters/output/output_error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace kpfd::converters {

namespace {

struct Sentence {
  std::string_view ja;
  std::string_view en;
};

/// By OutputFault.
constexpr std::array<Sentence, 10> sentences = {{
    {"同じ名前のファイルがすでにあります。別の名前を指定するか、上書きしてよい場合は --replace "
     "を付けてください",
     "there is a file of this name already; give another name, or --replace if it may be replaced"},
    {"入力ファイルには書き込みません。別の名前を指定してください",
     "this is the input, which is never written over; give another name"},
    {"これはフォルダです。ファイル名を指定してください",
     "this is a folder; give the name of a file"},
    {"フォルダがありません。先に作るか、別の場所を指定してください",
     "there is no such folder; make it first, or give another place"},
    {"ここには書き込めません。書き込める場所を指定してください",
     "this place may not be written to; give one that may"},
    {"ディスクに空きがありません（または上限に達しました）。空きを作るか、別の場所を指定して"
     "ください",
     "there is no room left on the disk (or a limit is reached); make room, or give another place"},
    {"ほかのプログラム（Excel など）がこのファイルを使っています。閉じてから、もう一度実行してくだ"
     "さい",
     "another program (such as Excel) holds this file; close it there and try again"},
    {"出力の読み手が終了したため、最後まで書き込めませんでした",
     "the reader of the output has gone before the end"},
    {"書き込めませんでした", "it could not be written"},
    {"ファイルは全部書かれましたが、ディスクへの保存を確認できませんでした。電源を切る前に"
     "確かめてください",
     "the file is there and whole, but the disk did not confirm it; look after it before the power "
     "goes"},
}};

std::string composed(OutputFault fault, const std::string& path, int system_error,
                     std::string_view language) {
  const Sentence& sentence = sentences.at(static_cast<std::size_t>(fault));
  const bool english = language == "en";
  std::string text;
  if (path == "-") {
    text = english ? "standard output" : "標準出力";
  } else {
    text = path;
  }
  text += ": ";
  text += english ? sentence.en : sentence.ja;
  if (system_error != 0) {
    text += english ? " (" : "（";
    text += std::strerror(system_error);
    text += english ? ")" : "）";
  }
  return text;
}

}  // namespace

OutputError::OutputError(OutputFault fault, std::string path, int system_error)
    : std::runtime_error(composed(fault, path, system_error, "en")),
      fault_(fault),
      path_(std::move(path)),
      system_error_(system_error) {}

std::string OutputError::text(std::string_view language) const {
  return composed(fault_, path_, system_error_, language);
}

OutputFault fault_of(int system_error) {
  switch (system_error) {
    case EEXIST:
      return OutputFault::exists;
    case EISDIR:
      return OutputFault::is_folder;
    case ENOENT:
    case ENOTDIR:
      return OutputFault::no_folder;
    case EACCES:
    case EPERM:
    case EROFS:
      return OutputFault::not_allowed;
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
    case EFBIG:
      return OutputFault::full;
    case EBUSY:
    case ETXTBSY:
      return OutputFault::in_use;
    case EPIPE:
      return OutputFault::nobody_reads;
    default:
      return OutputFault::unwritable;
  }
}

}  // namespace kpfd::converters
