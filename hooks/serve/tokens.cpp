#include "hooks/serve/tokens.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "converters/store/store.hpp"
#include "hooks/intake/words.hpp"
#include "kpfd/digest/hmac.hpp"
#include "kpfd/xsd/files.hpp"

namespace kpfd::hooks {

namespace {

constexpr std::size_t largest_file = 1U << 20;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
      return words;
    }
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace

Tokens::Tokens() : key_(converters::new_key()) {}

digest::Digest Tokens::digest_of(std::string_view token) const {
  return digest::HmacSha256(key_).feed(token).finish();
}

Tokens Tokens::read(const std::string& path, std::string_view language) {
  const auto fail = [&](Words words) -> SetupError {
    return SetupError("--token-file " + path + ": " + std::string(words.in(language)));
  };
  std::string content;
  const std::string reason = xsd::read_regular_file(path, largest_file, content);
  if (!reason.empty()) {
    throw fail({reason, reason});
  }
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw fail({"他人が読めるトークンは使いません（chmod 600）",
                "others can read it; tokens are for their owner (chmod 600)"});
  }
  Tokens tokens;
  std::string_view rest = content;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::vector<std::string_view> words = words_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (words.empty() || words[0].front() == '#') {
      continue;
    }
    Entry entry;
    if (words.size() == 3) {
      entry.last_day = parse_iso_date(words[2]);
    }
    if (words.size() < 2 || words.size() > 3 || words[1].size() < shortest_token ||
        (words.size() == 3 && !entry.last_day.known())) {
      throw fail(
          {"一行は「名前 トークン」または「名前 トークン 最終日（YYYY-MM-DD）」です。"
           "トークンは 32 文字以上です（例: openssl rand -hex 32）",
           "a line is `NAME TOKEN` or `NAME TOKEN YYYY-MM-DD`, and a token has 32 characters "
           "or more (openssl rand -hex 32)"});
    }
    entry.name = words[0];
    entry.digest = tokens.digest_of(words[1]);
    tokens.entries_.push_back(std::move(entry));
  }
  if (tokens.entries_.empty()) {
    throw fail({"トークンがありません", "there is no token in it"});
  }
  return tokens;
}

std::string_view Tokens::name_of(std::string_view token, CivilDate today) const {
  const digest::Digest digest = digest_of(token);
  std::string_view name;
  for (const Entry& entry : entries_) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < digest.size(); ++i) {
      difference |= static_cast<unsigned>(digest[i] ^ entry.digest[i]);
    }
    const bool in_time = !entry.last_day.known() || today.days <= entry.last_day.days;
    if (difference == 0 && in_time) {
      name = entry.name;
    }
  }
  return name;
}

}  // namespace kpfd::hooks
