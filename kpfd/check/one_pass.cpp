#include "kpfd/check/one_pass.hpp"

#include <memory>

#include "kpfd/check/filing_checker.hpp"
#include "kpfd/check/held_findings.hpp"
#include "kpfd/text/survey.hpp"

namespace kpfd::check {

namespace {

/// What the guess is made from; smaller files are read once anyhow.
constexpr std::size_t first_piece_size = 256U << 10;

/// Findings that are kept back. A file with more of them takes longer anyhow.
constexpr std::size_t most_findings = 512;

/// The file has turned out to be another one than it was taken for.
class WrongGuess final : public std::exception {};

/// Surveys bytes as they are read for the first time, from the beginning on.
class SurveyedSource final : public Source {
 public:
  explicit SurveyedSource(Source& source) : source_(source) {}

  std::size_t read(std::uint64_t offset, char* to, std::size_t size) override {
    const std::size_t count = source_.read(offset, to, size);
    if (offset > surveyed_) {
      throw WrongGuess();
    }
    if (offset + count > surveyed_) {
      const auto known = static_cast<std::size_t>(surveyed_ - offset);
      surveyor_.feed({to + known, count - known});
      surveyed_ += count - known;
    }
    return count;
  }

  text::Survey finish() { return surveyor_.finish(); }

 private:
  Source& source_;
  text::Surveyor surveyor_;
  std::uint64_t surveyed_ = 0;
};

/// Keeps findings back until the guess has proved right.
class FindingsOfGuess final : public FindingSink {
 public:
  void finding(const Finding& finding) override {
    if (held_.size() == most_findings) {
      throw WrongGuess();
    }
    held_.finding(finding);
  }

  void release(FindingSink& sink) { held_.tell_rest(held_.begin(), sink); }

 private:
  HeldFindings held_;
};

bool is_same(const text::Survey& a, const text::Survey& b) {
  return a.bytes == b.bytes && a.content_begin == b.content_begin &&
         a.content_end == b.content_end && a.encoding == b.encoding && a.foreign == b.foreign;
}

/// What the survey of all bytes should say; nothing if the beginning says otherwise already.
std::optional<text::Survey> guess(Source& source) {
  const std::uint64_t size = source.size_hint();
  if (size == Source::unknown_size || size <= first_piece_size) {
    return std::nullopt;
  }
  const auto piece = std::make_unique_for_overwrite<char[]>(first_piece_size);
  if (source.read(0, piece.get(), first_piece_size) < first_piece_size) {
    return std::nullopt;
  }
  text::Surveyor surveyor;
  surveyor.feed({piece.get(), first_piece_size});
  text::Survey survey = surveyor.finish();
  if (survey.encoding != text::Encoding::shift_jis || survey.foreign != text::Foreign::none) {
    return std::nullopt;
  }
  survey.bytes = size;
  survey.content_end = size;
  return survey;
}

}  // namespace

std::optional<Summary> check_in_one_pass(const Schemas& schemas, Source& source,
                                         const CheckOptions& options, FindingSink& sink) {
  try {
    const std::optional<text::Survey> guessed = guess(source);
    if (!guessed) {
      return std::nullopt;
    }
    SurveyedSource surveyed(source);
    FindingsOfGuess held;
    FilingChecker checker(schemas, surveyed, options, held);
    Summary summary = checker.run_as(*guessed);
    const bool cancelled = checker.cancelled();
    char behind = 0;
    const bool is_right = summary.verdict != Verdict::unchecked &&
                          is_same(surveyed.finish(), *guessed) &&
                          source.read(guessed->bytes, &behind, 1) == 0;
    if (!is_right && !cancelled) {
      return std::nullopt;
    }
    held.release(sink);
    return summary;
  } catch (const WrongGuess&) {
    return std::nullopt;
  } catch (const SourceError&) {
    return std::nullopt;  // the check in two passes tells it
  }
}

}  // namespace kpfd::check
