#include "samples/maker/draft.hpp"

#include <algorithm>

#include "kpfd/grammar/lines.hpp"
#include "kpfd/text/repertoire.hpp"

namespace kpfd::samples {

namespace {

using check::Check;
using namespace std::string_view_literals;

std::string to_utf8(std::string_view shift_jis) {
  std::string utf8;
  text::append_utf8(utf8, shift_jis);
  return utf8;
}

/// Lines of a head: their places.
constexpr std::size_t media_line = 0;
constexpr std::size_t offices_marker_line = 1;
constexpr std::size_t count_line = 2;
constexpr std::size_t first_office_line = 3;

Edit erase_line(std::size_t place) {
  return [place](Draft& draft) {
    draft.head.erase(draft.head.begin() + static_cast<std::ptrdiff_t>(place));
  };
}

Edit erase_data_marker() {
  return [](Draft& draft) { draft.head.pop_back(); };
}

Edit widen_line(std::size_t place) {
  return [place](Draft& draft) { draft.head[place] += ','; };
}

Edit make_whole(std::function<std::string(const std::string&)> wrap) {
  return [wrap = std::move(wrap)](Draft& draft) { draft.wrap = wrap; };
}

/// A foreign file: its first bytes, then text that is none of its kind.
Edit begin_with(std::string_view signature) {
  return make_whole([signature](const std::string& text) { return std::string(signature) + text; });
}

/// Shift_JIS => EUC-JP, by rows and cells.
std::string to_euc_jp(const std::string& text) {
  std::string euc;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      euc += text[i];
    } else if (lead >= 0xA1 && lead <= 0xDF) {
      euc += '\x8E';
      euc += text[i];
    } else if (i + 1 < text.size()) {
      const auto trail = static_cast<unsigned char>(text[++i]);
      const unsigned pair = lead < 0xA0 ? lead - 0x81U : lead - 0xC1U;
      const unsigned place = trail - (trail > 0x7F ? 0x41U : 0x40U);
      euc += static_cast<char>(0xA1 + pair * 2 + place / 94);
      euc += static_cast<char>(0xA1 + place % 94);
    }
  }
  return euc;
}

/// Media record of a kind that has so many items that it is no other's.
constexpr std::size_t foreign_media_items = 53;

std::vector<Edit> foreign_file(Check check) {
  switch (check) {
    case Check::file_empty:
      return {make_whole([](const std::string&) { return std::string(); })};
    case Check::file_utf16:
      return {begin_with("\xFF\xFE"sv), begin_with("\xFE\xFF"sv)};
    case Check::file_utf32:
      return {begin_with("\xFF\xFE\0\0"sv)};
    case Check::file_zip:
      return {begin_with("PK\x03\x04"sv)};
    case Check::file_ole:
      return {begin_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv)};
    case Check::file_pdf:
      return {begin_with("%PDF-1.7\n"sv)};
    case Check::file_gzip:
      return {begin_with("\x1F\x8B\x08"sv)};
    case Check::file_png:
      return {begin_with("\x89PNG\r\n\x1A\n"sv)};
    case Check::file_jpeg:
      return {begin_with("\xFF\xD8\xFF\xE0"sv)};
    case Check::file_openpgp:
      return {begin_with("-----BEGIN PGP MESSAGE-----\r\n"sv)};
    case Check::file_nul:
      return {make_whole(
          [](const std::string& text) { return text + std::string(text.size() / 8, '\0'); })};
    case Check::file_iso2022jp:
      return {begin_with("\x1B$B8+K\\\x1B(B"sv)};
    case Check::file_eucjp:
      return {make_whole(to_euc_jp)};
    case Check::file_utf8:
      return {make_whole([](const std::string& text) { return to_utf8(text); })};
    case Check::file_utf8_damaged:
      return {make_whole([](const std::string& text) { return to_utf8(text) + '\xFF'; })};
    case Check::file_bom_invalid:
      return {begin_with("\xEF\xBB\xBF"sv)};
    default:
      return {};
  }
}

Edit rename_to(const std::string& name) {
  return [name](Draft& draft) { draft.file_name = name; };
}

std::vector<Edit> named_file(Check check, const layout::Layouts& layouts,
                             const layout::Receiver& receiver) {
  std::vector<Edit> edits;
  if (check == Check::file_name) {
    for (const layout::Receiver& other : layouts.receivers) {
      if (&other != &receiver && other.key != receiver.key) {
        edits.push_back(rename_to(other.file));
      }
    }
  } else if (check == Check::file_refused_kind) {
    for (const layout::RefusedKind& kind : layouts.refused) {
      edits.push_back([name = kind.file](Draft& draft) {
        draft.file_name = name;
        draft.head[media_line] = std::string(foreign_media_items - 1, ',');
      });
    }
  }
  return edits;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::vector<Edit> lines(Check check) {
  switch (check) {
    case Check::line_end:
      return {[](Draft& draft) { draft.line_end = "\n"; }};
    case Check::line_end_last:
      return {[](Draft& draft) { draft.last_end.clear(); }};
    case Check::line_end_mark:
      return {[](Draft& draft) { draft.last_end += '\x1A'; }};
    case Check::line_blank:
      return {[](Draft& draft) { draft.tail.insert(draft.tail.begin(), ""); }};
    case Check::line_long:
      return {[](Draft& draft) { draft.tail.back().assign(grammar::longest_line + 1, '1'); }};
    default:
      return {};
  }
}

std::vector<Edit> skeleton_and_records(Check check, const layout::Layouts& layouts) {
  const auto upper_line = [](std::size_t place) {
    return [place](Draft& draft) { draft.head[place] = upper(draft.head[place]); };
  };
  const auto say_count = [](const char* count) {
    return [count](Draft& draft) {
      std::string& line = draft.head[count_line];
      line = line.substr(0, line.rfind(',') + 1) + count;
    };
  };
  switch (check) {
    case Check::media_missing:
      return {erase_line(media_line)};
    case Check::media_columns:
      return {[](Draft& draft) { draft.head[media_line] += ",,,"; }};
    case Check::kanri_missing:
      return {erase_line(offices_marker_line)};
    case Check::kanri_damaged:
      return {upper_line(offices_marker_line)};
    case Check::count_missing:
      return {erase_line(count_line)};
    case Check::count_columns:
      return {widen_line(count_line)};
    case Check::data_missing:
      return {erase_data_marker()};
    case Check::data_damaged:
      return {[](Draft& draft) { draft.head.back() = upper(draft.head.back()); }};
    case Check::section_missing:
      return {[](Draft& draft) {
        draft.head.resize(offices_marker_line);
        draft.bulk.clear();
        draft.tail.clear();
      }};
    case Check::section_repeated:
      return {[marker = layouts.offices_marker](Draft& draft) {
        draft.tail.insert(draft.tail.begin(), marker);
      }};
    case Check::no_records:
      return {[](Draft& draft) {
        draft.bulk.clear();
        draft.tail.clear();
      }};
    case Check::office_columns:
      return {widen_line(first_office_line)};
    case Check::office_count:
      return {[](Draft& draft) {
                draft.head.insert(draft.head.begin() + first_office_line,
                                  draft.head[first_office_line]);
              },
              say_count("998")};
    case Check::office_count_zero:
      return {say_count("000")};
    case Check::form_retired: {
      std::vector<Edit> edits;
      for (const layout::RetiredForm& form : layouts.retired) {
        edits.push_back([code = form.form](Draft& draft) {
          std::string& line = draft.tail.back();
          line = code + line.substr(std::min(line.find(','), line.size()));
        });
      }
      return edits;
    }
    case Check::double_filing:
      return {[](Draft& draft) { draft.tail.push_back(draft.tail.back()); }};
    case Check::columns:
      return {[](Draft& draft) { draft.tail.back() += ','; }};
    default:
      return {};
  }
}

/// が => か and the mark that stands behind it.
void decompose_kana(std::string& utf8) {
  const std::string_view composed = "が";
  const std::size_t at = utf8.find(composed);
  if (at != std::string::npos) {
    utf8.replace(at, composed.size(), "か\xE3\x82\x99");
  }
}

}  // namespace

std::string Draft::render(Encoding encoding) const {
  std::string text;
  const auto add = [&text](const std::string& line, const std::string& end) {
    text += line;
    text += end;
  };
  for (std::size_t i = 0; i < head.size(); ++i) {
    add(head[i], i == 0 ? line_end : "\r\n");
  }
  text += bulk;
  for (std::size_t i = 0; i < tail.size(); ++i) {
    add(tail[i], i + 1 == tail.size() ? last_end : "\r\n");
  }
  if (encoding != Encoding::shift_jis) {
    text = to_utf8(text);
    if (decompose) {
      decompose_kana(text);
    }
    if (encoding == Encoding::utf8_bom) {
      text.insert(0, "\xEF\xBB\xBF");
    }
  }
  return wrap ? wrap(text) : text;
}

std::vector<Edit> edits_for(Check check, const layout::Layouts& layouts,
                            const layout::Receiver& receiver) {
  std::vector<Edit> edits = foreign_file(check);
  for (std::vector<Edit> more :
       {named_file(check, layouts, receiver), lines(check), skeleton_and_records(check, layouts)}) {
    edits.insert(edits.end(), more.begin(), more.end());
  }
  return edits;
}

}  // namespace kpfd::samples
