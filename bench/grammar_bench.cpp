// Bytes => cells: the separator index beside a splitter written in Spirit X3, and the survey.

#include <benchmark/benchmark.h>

#include <boost/spirit/home/x3.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "filings.hpp"
#include "kpfd/grammar/lines.hpp"
#include "kpfd/grammar/separators.hpp"
#include "kpfd/text/repertoire.hpp"
#include "kpfd/text/survey.hpp"
#include "kpfd/text/utf8.hpp"

namespace {

namespace x3 = boost::spirit::x3;

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(bytes));
}

void index_with(benchmark::State& state, kpfd::grammar::IndexSeparators index) {
  std::string text = kpfd_bench::filing("mix");
  const auto size = static_cast<std::uint32_t>(text.size());
  text.append(kpfd::grammar::index_padding, '\0');
  std::vector<std::uint32_t> separators(text.size() + kpfd::grammar::index_slack);
  std::vector<std::uint32_t> line_ends(text.size() + kpfd::grammar::index_slack);
  for (auto _ : state) {
    benchmark::DoNotOptimize(index(text.data(), 0, size, separators.data(), line_ends.data()));
    benchmark::ClobberMemory();
  }
  count_bytes(state, size);
}

void separators_best(benchmark::State& state) {
  index_with(state, kpfd::grammar::best_index_separators());
}
BENCHMARK(separators_best);

void separators_portable(benchmark::State& state) {
  index_with(state, kpfd::grammar::best_index_separators(kpfd::grammar::VectorUnits::none));
}
BENCHMARK(separators_portable);

// The grammar that one would write first: cells are views of the input, lines are counted.
void separators_spirit(benchmark::State& state) {
  const std::string& text = kpfd_bench::filing("mix");
  std::vector<std::string_view> cells;
  std::size_t lines = 0;
  const auto add_cell = [&cells](auto& context) {
    const auto& range = x3::_attr(context);
    cells.emplace_back(range.begin(), static_cast<std::size_t>(range.end() - range.begin()));
  };
  const auto add_line = [&lines](auto& /*context*/) { ++lines; };
  const auto cell = x3::raw[*(x3::standard::char_ - x3::lit(',') - x3::eol)][add_cell];
  const auto line = cell % ',';
  const auto filing = *(line >> x3::eol[add_line]);
  for (auto _ : state) {
    cells.clear();
    lines = 0;
    const char* first = text.data();
    benchmark::DoNotOptimize(x3::parse(first, text.data() + text.size(), filing));
    benchmark::DoNotOptimize(cells.data());
  }
  if (lines != kpfd_bench::records + 5) {
    state.SkipWithError("the grammar has not read every line");
  }
  count_bytes(state, text.size());
}
BENCHMARK(separators_spirit);

void line_reader(benchmark::State& state) {
  const std::string& text = kpfd_bench::filing("mix");
  for (auto _ : state) {
    kpfd::MemorySource source(text);
    kpfd::grammar::LineReader reader(source, 0, text.size());
    kpfd::grammar::Line line;
    std::uint64_t cells = 0;
    while (reader.next(line)) {
      cells += line.cells.count;
    }
    benchmark::DoNotOptimize(cells);
  }
  count_bytes(state, text.size());
}
BENCHMARK(line_reader);

void survey(benchmark::State& state) {
  const std::string& text = kpfd_bench::filing("mix");
  const auto path = static_cast<kpfd::text::SurveyPath>(state.range(0));
  for (auto _ : state) {
    kpfd::text::Surveyor surveyor(path);
    surveyor.feed(text);
    benchmark::DoNotOptimize(surveyor.finish());
  }
  count_bytes(state, text.size());
}
BENCHMARK(survey)->ArgName("path")->DenseRange(0, 3);

void survey_of_utf8(benchmark::State& state) {
  std::string text;
  kpfd::text::append_utf8(text, kpfd_bench::filing("mix"));
  for (auto _ : state) {
    kpfd::text::Surveyor surveyor;
    surveyor.feed(text);
    benchmark::DoNotOptimize(surveyor.finish());
  }
  count_bytes(state, text.size());
}
BENCHMARK(survey_of_utf8);

void into_utf8(benchmark::State& state) {
  const std::string& text = kpfd_bench::filing("mix");
  std::string utf8;
  for (auto _ : state) {
    utf8.clear();
    kpfd::text::append_utf8(utf8, text);
    benchmark::DoNotOptimize(utf8.data());
  }
  count_bytes(state, text.size());
}
BENCHMARK(into_utf8);

void into_shift_jis(benchmark::State& state) {
  std::string utf8;
  kpfd::text::append_utf8(utf8, kpfd_bench::filing("mix"));
  kpfd::text::ShiftJisLine line;
  for (auto _ : state) {
    kpfd::text::to_shift_jis(utf8, line);
    benchmark::DoNotOptimize(line.bytes.data());
  }
  count_bytes(state, utf8.size());
}
BENCHMARK(into_shift_jis);

}  // namespace
