#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "converters/ingest/schema_texts.hpp"
#include "converters/output/output_file.hpp"
#include "kpfd/layout/load.hpp"

namespace kpfd::cli {

namespace {

namespace fs = std::filesystem;

struct SchemasArguments {
  std::string folder;  ///< of `--export`
  std::string ingest;  ///< of `--ingest`
  std::vector<std::string> files;
};

/// Nothing is overwritten: somebody's own rules may stand there.
void write_new_file(const fs::path& path, std::string_view content, const Common& common) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    throw CommandError(path.string() + ": " +
                       std::string(common.words("既にあります。上書きはしません",
                                                "is there already and is not overwritten")));
  }
  fs::create_directories(path.parent_path(), error);
  if (error) {
    throw CommandError(path.string() + ": " +
                       std::string(common.words("書き込めませんでした", "could not be written")));
  }
  try {
    converters::OutputOptions options;
    options.permissions = 0666;
    converters::OutputFile file(path.string(), std::move(options));
    file.write(content);
    file.publish();
  } catch (const converters::OutputError& fault) {
    throw CommandError(fault.text(common.language));
  }
}

/// Writes the files asked for, or all of them, and says which.
std::string export_files(const SchemaSet& schemas, const SchemasArguments& arguments,
                         const Common& common) {
  std::vector<Engine::SchemaFile> chosen;
  if (arguments.files.empty()) {
    chosen = schemas.files();
  }
  for (const std::string& name : arguments.files) {
    const auto file =
        std::find_if(schemas.files().begin(), schemas.files().end(),
                     [&](const Engine::SchemaFile& known) { return known.name == name; });
    if (file == schemas.files().end()) {
      throw CommandError(
          name + ": " +
          std::string(common.words(
              "そのような定義ファイルはありません。`kpfd schemas` で一覧を表示します。",
              "no such file of the schemas; `kpfd schemas` lists them")));
    }
    chosen.push_back(*file);
  }
  std::string text;
  for (const Engine::SchemaFile& file : chosen) {
    const fs::path path = fs::path(arguments.folder) / std::string(file.name);
    write_new_file(path, file.content, common);
    text += path.string() + '\n';
  }
  return text;
}

std::string list_files(const SchemaSet& schemas, const Engine& engine, const Common& common) {
  std::string text;
  const auto line = [&](std::string_view label, const std::string& value) {
    text += std::string(label) + ": " + value + '\n';
  };
  line(common.words("定義の版", "edition"), engine.schemas_edition());
  std::string editions;
  for (const std::string& id : engine.editions()) {
    editions += (editions.empty() ? "" : ", ") + id;
  }
  line(common.words("様式の版", "editions of the forms"), editions);
  line(common.words("規則のハッシュ", "rule set"), engine.rules_hash());
  for (const Engine::SchemaFile& file : schemas.files()) {
    text += "  " + std::string(file.name) + '\n';
  }
  return text;
}

/// The schema, or the page, of the ingest records.
std::string describe_ingest(const SchemaSet& schemas, const Engine& engine,
                            const std::string& form) {
  try {
    const converters::IngestModel model(schemas.files(), engine.layouts());
    return form == "xsd"           ? converters::records_xsd(model)
           : form == "json-schema" ? converters::records_json_schema(model)
                                   : converters::records_markdown(model);
  } catch (const layout::SchemaError& error) {
    throw CommandError(error.what());
  }
}

int run_schemas(const SchemasArguments& arguments, const Common& common) {
  const SchemaSet schemas(common.schemas);
  const std::unique_ptr<Engine> engine = schemas.make_engine();
  if (!arguments.ingest.empty()) {
    DescriptorOutput(STDOUT_FILENO).write(describe_ingest(schemas, *engine, arguments.ingest));
    return Exit::good;
  }
  const bool list = arguments.folder.empty();
  DescriptorOutput(STDOUT_FILENO)
      .write(list ? list_files(schemas, *engine, common)
                  : export_files(schemas, arguments, common));
  return Exit::good;
}

}  // namespace

void add_schemas_command(CLI::App& app, Common& common) {
  auto arguments = std::make_shared<SchemasArguments>();
  CLI::App* const command = app.add_subcommand(
      "schemas",
      std::string(common.words(
          "様式と規則の定義ファイルを確かめ、一覧を表示し、フォルダに書き出します。",
          "Checks the schemas of forms and rules, lists them, and writes them into a folder.")));
  CLI::Option* const folder = command->add_option(
      "--export", arguments->folder,
      std::string(common.words("定義ファイルを書き出すフォルダ（既にあるファイルは上書きしません）",
                               "folder to write the files into (none is overwritten)")));
  folder->option_text("DIR");
  command
      ->add_option("FILE", arguments->files,
                   std::string(common.words(
                       "書き出すファイル（layouts/2225700-2018-03.xml）。省略するとすべて",
                       "files to write (layouts/2225700-2018-03.xml); none: all of them")))
      ->needs(folder);
  command
      ->add_option("--ingest", arguments->ingest,
                   std::string(common.words(
                       "取込レコードの定義を表示します（xsd / json-schema / markdown）",
                       "shows what the ingest records are: xsd, json-schema, markdown")))
      ->check(CLI::IsMember({"xsd", "json-schema", "markdown"}))
      ->excludes(folder);
  add_common_options(*command, common);
  command->callback([arguments, &common] { common.status = run_schemas(*arguments, common); });
}

}  // namespace kpfd::cli
