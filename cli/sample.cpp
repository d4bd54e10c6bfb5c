#include "cli/sample.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "converters/output/output_file.hpp"
#include "samples/maker/breaks.hpp"
#include "samples/maker/maker.hpp"

namespace kpfd::cli {

namespace {

using converters::OutputFile;

/// Records made at a time.
constexpr std::uint64_t records_at_a_time = 4096;

struct SampleArguments {
  samples::SampleOptions options;
  std::vector<std::string> forms = {"mix"};
  std::string encoding = "shift_jis";
  std::string as_of;
  std::string rule;
  std::string output = "-";
};

converters::OutputOptions output_options() {
  converters::OutputOptions options;
  options.replace = true;
  options.permissions = 0666;  // a made filing is about nobody
  return options;
}

samples::Encoding encoding_named(const std::string& name) {
  if (name == "utf-8") {
    return samples::Encoding::utf8;
  }
  return name == "utf-8-bom" ? samples::Encoding::utf8_bom : samples::Encoding::shift_jis;
}

void write_filing(samples::Filing filing, const std::string& path) {
  OutputFile output(path, output_options());
  std::string piece;
  filing.append_head(piece);
  for (std::uint64_t made = 0; made < filing.records(); made += records_at_a_time) {
    filing.append_records(made, std::min(records_at_a_time, filing.records() - made), piece);
    output.write(piece);
    piece.clear();
  }
  output.publish();
}

int run_sample(const SampleArguments& arguments, const Common& common) {
  samples::SampleOptions options = arguments.options;
  options.encoding = encoding_named(arguments.encoding);
  if (arguments.forms == std::vector<std::string>{"all"}) {
    options.order = samples::Order::in_turn;
  } else if (arguments.forms != std::vector<std::string>{"mix"}) {
    options.forms = arguments.forms;
  }
  if (!arguments.as_of.empty()) {
    options.as_of = parse_iso_date(arguments.as_of);
    if (!options.as_of.known()) {
      throw CommandError("--as-of: " +
                         std::string(common.words("YYYY-MM-DD の日付を指定してください",
                                                  "give an existing date as YYYY-MM-DD")));
    }
  }
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine = schemas.make_engine();
  try {
    const samples::Kitchen kitchen(engine->layouts(), schemas.files());
    if (arguments.rule.empty()) {
      write_filing(samples::Filing(kitchen, options), arguments.output);
      return Exit::good;
    }
    const samples::BreakNotes notes = samples::load_break_notes(schemas.files());
    const samples::BrokenFiling broken = samples::Breaker(*engine, kitchen, notes)
                                             .make(options, samples::Fault::parse(arguments.rule));
    OutputFile output(arguments.output, output_options());
    output.write(broken.bytes);
    output.publish();
    if (broken.name_matters) {
      say(std::string(common.words("この指摘はファイル名が次のときに出ます: ",
                                   "the finding comes where the file is called ")) +
          broken.file_name);
    }
  } catch (const converters::OutputError& error) {
    throw CommandError(error.text(common.language));
  } catch (const samples::SampleError& error) {
    throw CommandError(error.what());
  }
  return Exit::good;
}

}  // namespace

void add_sample_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<SampleArguments>();
  const auto words = [&common](std::string_view ja, std::string_view en) {
    return std::string(common.words(ja, en));
  };
  CLI::App* const command = app.add_subcommand(
      "sample", words("架空の届出ファイルを作ります（同じ種なら同じ内容）。",
                      "Makes synthetic filings of invented people: the same for the same seed."));
  command
      ->add_option("--form", arguments->forms,
                   words("様式のキーまたはコード、all（順に）、mix（混在）",
                         "forms by key or code, all (in turn) or mix"))
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--destination", arguments->options.receiver,
                   words("提出先（指定がなければ KPFD）", "destination (default: KPFD)"))
      ->option_text("KPFD|SHFD");
  command
      ->add_option("--encoding", arguments->encoding,
                   words("文字コード（shift_jis / utf-8 / utf-8-bom）",
                         "encoding: shift_jis, utf-8, utf-8-bom"))
      ->check(CLI::IsMember({"shift_jis", "utf-8", "utf-8-bom"}))
      ->capture_default_str();
  command
      ->add_option("--records", arguments->options.records,
                   words("届出の件数", "number of data records"))
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  command
      ->add_option("--offices", arguments->options.offices,
                   words("事業所の数（1-999）", "number of offices, 1 to 999"))
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, words("乱数の種", "seed"))
      ->capture_default_str();
  command
      ->add_option("--edition", arguments->options.edition,
                   words("様式の版（例 2018-03。複数ある様式のみ）",
                         "edition of the forms that have several, such as 2018-03"))
      ->option_text("YYYY-MM");
  command->add_option("--as-of", arguments->as_of, words("作成日", "the day it is made on"))
      ->option_text("YYYY-MM-DD");
  command
      ->add_option("--break", arguments->rule,
                   words("この規則だけに反する届出を作ります（例 MONTH-SUM、MONTH-SUM@sum_2）",
                         "breaks this rule and no other, such as MONTH-SUM or MONTH-SUM@sum_2"))
      ->option_text("RULE[@ITEM]");
  command
      ->add_option(
          "--output,-o", arguments->output,
          words("書き出すファイル（- は標準出力）", "file to write, - for standard output"))
      ->capture_default_str();
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_sample(*arguments, common); });
}

}  // namespace kpfd::cli
