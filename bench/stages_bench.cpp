// The check from memory, by form, and the reports.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <set>
#include <string>

#include "filings.hpp"
#include "kpfd/layout/model.hpp"
#include "kpfd/report/catalogue.hpp"
#include "kpfd/report/json_report.hpp"
#include "kpfd/report/text_report.hpp"
#include "kpfd/schemas.hpp"

namespace {

class Counted final : public kpfd::FindingSink {
 public:
  void finding(const kpfd::Finding& finding) override {
    benchmark::DoNotOptimize(finding.offset);
    ++count;
  }
  std::uint64_t count = 0;
};

class Nowhere final : public kpfd::report::Output {
 public:
  void write(std::string_view bytes) override {
    benchmark::DoNotOptimize(bytes.data());
    written += bytes.size();
  }
  std::uint64_t written = 0;
};

kpfd::Summary check(const std::string& text, kpfd::FindingSink& sink) {
  kpfd::MemorySource source(text);
  kpfd::CheckOptions options;
  options.check_date = kpfd_bench::check_date();
  return kpfd_bench::engine().check(source, options, sink);
}

void check_filing(benchmark::State& state, const std::string& text) {
  std::uint64_t records = 0;
  std::uint64_t findings = 0;
  for (auto _ : state) {
    Counted sink;
    records += check(text, sink).data_records;
    findings += sink.count;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.counters["findings"] =
      static_cast<double>(findings) / static_cast<double>(records > 0 ? records : 1);
}

void check_bad(benchmark::State& state) { check_filing(state, kpfd_bench::bad_filing()); }
BENCHMARK(check_bad);

void make_engine(benchmark::State& state) {
  const auto files = kpfd::embedded_schemas();
  for (auto _ : state) {
    const kpfd::Engine engine(files);
    benchmark::DoNotOptimize(&engine);
  }
}
BENCHMARK(make_engine);

void make_engine_compiled(benchmark::State& state) {
  for (auto _ : state) {
    const kpfd::Engine engine(kpfd::embedded_compiled_schemas());
    benchmark::DoNotOptimize(&engine);
  }
}
BENCHMARK(make_engine_compiled);

void load_catalogue(benchmark::State& state) {
  const std::string_view xml = kpfd::embedded_schema("messages/ja.xml");
  for (auto _ : state) {
    benchmark::DoNotOptimize(kpfd::report::Catalogue::load(xml, "messages/ja.xml"));
  }
}
BENCHMARK(load_catalogue);

template <typename Report>
void report_of_bad(benchmark::State& state) {
  const std::string& text = kpfd_bench::bad_filing();
  const auto catalogue =
      kpfd::report::Catalogue::load(kpfd::embedded_schema("messages/ja.xml"), "messages/ja.xml");
  Nowhere output;
  std::uint64_t findings = 0;
  for (auto _ : state) {
    kpfd::report::ReportOptions options;
    options.max_findings = ~std::uint64_t{0};
    Report report(output, catalogue, options);
    report.begin_file("KPFD0006.CSV", text.size());
    const kpfd::Summary summary = check(text, report);
    report.end_file(summary);
    report.finish();
    findings += summary.errors + summary.warnings;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(findings));
  state.SetBytesProcessed(static_cast<std::int64_t>(output.written));
}
BENCHMARK_TEMPLATE(report_of_bad, kpfd::report::JsonLinesReport)->Name("report_json_lines");
BENCHMARK_TEMPLATE(report_of_bad, kpfd::report::TextReport)->Name("report_text");

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  // One for each form that the schemas name.
  std::set<std::string> forms = {"mix"};
  for (const auto& record : kpfd_bench::engine().layouts().records) {
    forms.insert(record.key);
  }
  for (const std::string& form : forms) {
    benchmark::RegisterBenchmark(("check/" + form).c_str(), [form](benchmark::State& state) {
      check_filing(state, kpfd_bench::filing(form));
    });
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
