#include "hooks/page/page.hpp"

#include <algorithm>
#include <utility>

#include "kpfd/report/escape.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::string_view style = R"(
:root { color: #1a1a1a; background: #ffffff; }
body { font-family: "Noto Sans JP", "Yu Gothic", "Meiryo", "Hiragino Sans", sans-serif; font-size: 1rem; line-height: 1.7;
  max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; border-bottom: 3px solid #1a1a1a; padding-bottom: .3rem; }
h2 { font-size: 1.2rem; margin-top: 2rem; border-left: .4rem solid #3a5a8c; padding-left: .6rem; }
h3 { font-size: 1.05rem; margin-top: 1.4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #eef2f7; font-weight: 600; }
table.facts th { width: 30%; }
td.short { white-space: nowrap; }
p.verdict { font-size: 1.25rem; font-weight: 700; border: 3px solid; padding: .6rem 1rem; }
p.good { color: #0b5a2a; } p.bad { color: #8f1414; } p.unknown { color: #6a4a00; }
@media print {
  @page { size: A4; margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; }
  tr, p { break-inside: avoid; }
  thead { display: table-header-group; }
}
)";

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::unknown:
      break;
  }
  return "unknown";
}

void append_element(std::string& out, std::string_view name, std::string_view text,
                    std::string_view attributes = {}) {
  out += '<';
  out += name;
  out += attributes;
  out += '>';
  report::append_html(out, text);
  out += "</";
  out += name;
  out += '>';
}

/// A word or a number, which is not broken: five full-width characters at most.
bool is_short(std::string_view cell) { return cell.size() <= 15; }

void append_line(std::string& out, std::string_view text) {
  report::append_plain(out, text);
  out += '\n';
}

}  // namespace

Page::Page(std::string language, std::string title)
    : language_(std::move(language)), title_(std::move(title)) {}

void Page::verdict(Tone tone, std::string text) {
  blocks_.push_back({Kind::verdict, tone, std::move(text), {}, {}});
}

void Page::heading(std::string text) {
  blocks_.push_back({Kind::heading, Tone::good, std::move(text), {}, {}});
}

void Page::smaller_heading(std::string text) {
  blocks_.push_back({Kind::smaller_heading, Tone::good, std::move(text), {}, {}});
}

void Page::paragraph(std::string text) {
  blocks_.push_back({Kind::paragraph, Tone::good, std::move(text), {}, {}});
}

void Page::facts(std::vector<std::vector<std::string>> rows) {
  blocks_.push_back({Kind::facts, Tone::good, {}, {}, std::move(rows)});
}

void Page::table(std::vector<std::string> columns, std::vector<std::vector<std::string>> rows) {
  blocks_.push_back({Kind::table, Tone::good, {}, std::move(columns), std::move(rows)});
}

std::string Page::as_html() const {
  std::string out = "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"";
  out += language_ == "en" ? "en" : "ja";
  out +=
      "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
  append_element(out, "title", title_);
  out += "\n<style>";
  out += style;
  out += "</style>\n</head>\n<body>\n";
  append_element(out, "h1", title_);
  out += '\n';
  for (const Block& block : blocks_) {
    switch (block.kind) {
      case Kind::verdict:
        append_element(out, "p", block.text,
                       " class=\"verdict " + std::string(class_of(block.tone)) + "\"");
        break;
      case Kind::heading:
        append_element(out, "h2", block.text);
        break;
      case Kind::smaller_heading:
        append_element(out, "h3", block.text);
        break;
      case Kind::paragraph:
        append_element(out, "p", block.text);
        break;
      case Kind::facts:
        out += "<table class=\"facts\">\n<tbody>\n";
        for (const std::vector<std::string>& row : block.rows) {
          out += "<tr>";
          append_element(out, "th", row.front(), " scope=\"row\"");
          append_element(out, "td", row.back());
          out += "</tr>\n";
        }
        out += "</tbody>\n</table>";
        break;
      case Kind::table:
        out += "<table>\n<thead>\n<tr>";
        for (const std::string& column : block.columns) {
          append_element(out, "th", column, " scope=\"col\"");
        }
        out += "</tr>\n</thead>\n<tbody>\n";
        for (const std::vector<std::string>& row : block.rows) {
          out += "<tr>";
          for (const std::string& cell : row) {
            append_element(out, "td", cell, is_short(cell) ? " class=\"short\"" : "");
          }
          out += "</tr>\n";
        }
        out += "</tbody>\n</table>";
        break;
    }
    out += '\n';
  }
  return out + "</body>\n</html>\n";
}

std::string Page::as_text() const {
  std::string out;
  append_line(out, title_);
  out += "========================================\n";
  const std::string_view colon = language_ == "en" ? ": " : "：";
  for (const Block& block : blocks_) {
    switch (block.kind) {
      case Kind::verdict:
        out += '\n';
        append_line(out, "*** " + block.text);
        out += '\n';
        break;
      case Kind::heading:
        out += '\n';
        append_line(out, block.text);
        out += "----------------------------------------\n";
        break;
      case Kind::smaller_heading:
        out += '\n';
        append_line(out, "[" + block.text + "]");
        break;
      case Kind::paragraph:
        append_line(out, block.text);
        break;
      case Kind::facts:
        for (const std::vector<std::string>& row : block.rows) {
          append_line(out, row.front() + std::string(colon) + row.back());
        }
        break;
      case Kind::table:
        for (const std::vector<std::string>& row : block.rows) {
          const std::size_t cells = std::min(row.size(), block.columns.size());
          for (std::size_t i = 0; i < cells; ++i) {
            if (!row[i].empty()) {
              append_line(out,
                          (i == 0 ? "- " : "  ") + block.columns[i] + std::string(colon) + row[i]);
            }
          }
        }
        break;
    }
  }
  return out;
}

}  // namespace kpfd::hooks
