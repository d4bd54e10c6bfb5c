#include "cli/manuals.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/context.hpp"
#include "kpfd/version.hpp"

namespace kpfd::cli {

namespace {

using CLI::App;
using CLI::Option;

/// The words of a page that are no part of the command line.
struct Headings {
  std::string_view name;
  std::string_view synopsis;
  std::string_view options_word;
  std::string_view command_word;
  std::string_view description;
  std::string_view commands;
  std::string_view arguments;
  std::string_view options;
  std::string_view status;
  std::string_view see_also;
  std::string_view manual;
};

constexpr Headings english = {"NAME",        "SYNOPSIS", "OPTION",     "COMMAND",
                              "DESCRIPTION", "COMMANDS", "ARGUMENTS",  "OPTIONS",
                              "EXIT STATUS", "SEE ALSO", "kpfd manual"};
constexpr Headings japanese = {"名前",           "書式",     "オプション",     "コマンド",
                               "説明",           "コマンド", "引数",           "オプション",
                               "終了ステータス", "関連項目", "kpfd マニュアル"};

std::vector<const App*> commands_of(const App& app) {
  return app.get_subcommands([](const App* command) { return !command->get_group().empty(); });
}

std::vector<const Option*> options_of(const App& app) {
  return app.get_options(
      [](const Option* option) { return option->nonpositional() && !option->get_group().empty(); });
}

std::vector<const Option*> positionals_of(const App& app) {
  return app.get_options([](const Option* option) { return option->get_positional(); });
}

/// `-o`, `--output`: every name of an option.
std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) {
    names.push_back('-' + name);
  }
  for (const std::string& name : option.get_lnames()) {
    names.push_back("--" + name);
  }
  return names;
}

bool takes_value(const Option& option) { return option.get_items_expected_max() != 0; }

bool takes_many(const Option& option) {
  return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
}

/// `TEXT:{ja,en}` => ja, en; nothing where any value may stand.
std::vector<std::string> choices_of(const Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}');
  std::vector<std::string> choices;
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return choices;
  }
  std::size_t at = begin + 1;
  while (at <= end) {
    const std::size_t next = std::min(type.find(',', at), end);
    choices.push_back(type.substr(at, next - at));
    at = next + 1;
  }
  return choices;
}

/// What stands for the value in a page: `DIR`, `ja|en`, `TEXT`.
std::string value_of(const Option& option) {
  const std::vector<std::string> choices = choices_of(option);
  if (!choices.empty()) {
    return CLI::detail::join(choices, "|");
  }
  const std::string& text = option.get_option_text();
  const std::string type = option.get_type_name();
  return text.empty() ? type.substr(0, type.find(':')) : text;
}

/// Whether the value may be the name of a file or folder. A number, a day or an edition is none.
bool may_be_file(const Option& option) {
  const std::string value = value_of(option);
  return value == "TEXT" || value == "FILE" || value == "DIR";
}

// ---- pages ------------------------------------------------------------------------------------

/// Text => the same in roff: no character of it is an instruction.
std::string roff(std::string_view text) {
  std::string out;
  bool at_line_begin = true;
  for (const char c : text) {
    if (at_line_begin && (c == '.' || c == '\'')) {
      out += "\\&";
    }
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_begin = c == '\n';
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string heading(std::string_view text) { return ".SH " + std::string(text) + '\n'; }

std::string entry(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + '\n' + roff(text) + '\n';
}

std::string tag_of(const Option& option) {
  std::string tag;
  for (const std::string& name : names_of(option)) {
    tag += (tag.empty() ? "" : ", ") + bold(name);
  }
  if (takes_value(option)) {
    tag += ' ' + italic(value_of(option)) + (takes_many(option) ? " ..." : "");
  }
  return tag;
}

std::string tag_of_positional(const Option& option) {
  return italic(option.get_name(true)) + (takes_many(option) ? "..." : "");
}

/// The footer without its title, which is the heading of a page.
std::string status_of(const App& app) {
  const std::string footer = app.get_footer();
  const std::size_t digit = footer.find('0');
  return digit == std::string::npos ? footer : footer.substr(digit);
}

std::string page_name(const App& app, const App* command) {
  return app.get_name() + (command == nullptr ? "" : '-' + command->get_name());
}

/// The page of a command, or of all of them where it is nullptr.
std::string page_of(const App& app, const App* command, const Headings& headings) {
  const App& described = command == nullptr ? app : *command;
  const std::string name = page_name(app, command);
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });

  std::string page = ".\\\" Made by the build from the description of the command line.\n";
  page += ".TH " + roff(upper) + " 1 \"\" \"kpfd " + std::string(version()) + "\" \"" +
          std::string(headings.manual) + "\"\n";
  // Words that are not parted by spaces cannot be spread over a line.
  page += ".ad l\n";
  page += heading(headings.name) + roff(name) + " \\- " + roff(described.get_description()) + '\n';

  page += heading(headings.synopsis) + bold(app.get_name());
  page +=
      command == nullptr ? ' ' + italic(headings.command_word) : ' ' + bold(command->get_name());
  page += " [" + italic(headings.options_word) + "]...";
  for (const Option* const option : positionals_of(described)) {
    const std::string tag = tag_of_positional(*option);
    page += option->get_required() ? ' ' + tag : " [" + tag + ']';
  }
  page += '\n' + heading(headings.description) + roff(described.get_description()) + '\n';

  if (command == nullptr) {
    page += heading(headings.commands);
    for (const App* const each : commands_of(app)) {
      page += entry(bold(each->get_name()), each->get_description());
    }
  }
  if (const auto positionals = positionals_of(described); !positionals.empty()) {
    page += heading(headings.arguments);
    for (const Option* const option : positionals) {
      page += entry(tag_of_positional(*option), option->get_description());
    }
  }
  page += heading(headings.options);
  for (const Option* const option : options_of(described)) {
    page += entry(tag_of(*option), option->get_description());
  }
  page += heading(headings.status) + roff(status_of(app)) + '\n';

  page += heading(headings.see_also);
  std::string separator;
  const auto refer = [&](const App* other) {
    if (other != command) {
      page += separator + ".BR " + roff(page_name(app, other)) + " (1)";
      separator = " ,\n";
    }
  };
  refer(nullptr);
  for (const App* const other : commands_of(app)) {
    refer(other);
  }
  return page + '\n';
}

// ---- completion -------------------------------------------------------------------------------

/// Text => a word of a shell, in single quotes.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + '\'';
}

template <typename Visit>
void each_command(const App& app, Visit visit) {
  visit(app);
  for (const App* const command : commands_of(app)) {
    visit(*command);
  }
}

/// The key of a command in the scripts: "" is the program without one.
std::string key_of(const App& app, const App& command) {
  return &command == &app ? std::string() : command.get_name();
}

std::string bash_completion(const App& app) {
  std::string names;
  for (const App* const command : commands_of(app)) {
    names += (names.empty() ? "" : " ") + command->get_name();
  }
  std::string options;
  std::string values;
  each_command(app, [&](const App& command) {
    const std::string key = key_of(app, command);
    std::string all;
    for (const Option* const option : options_of(command)) {
      for (const std::string& name : names_of(*option)) {
        all.append(all.empty() ? "" : " ").append(name);
        if (takes_value(*option)) {
          const std::vector<std::string> choices = choices_of(*option);
          std::string place = key;
          place.append(" ").append(name);
          values.append("    ").append(shell_word(place)).append(") ");
          if (!choices.empty()) {
            values.append("words=").append(shell_word(CLI::detail::join(choices, " ")));
          } else if (may_be_file(*option)) {
            values += "files=yes";
          }
          values += " ;;\n";
        }
      }
    }
    options += "    " + shell_word(key) + ") words=" + shell_word(all) + " ;;\n";
  });
  return R"(# bash completion for kpfd. Made by the build from the description of the command line.
_kpfd() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
  local commands=)" +
         shell_word(names) + R"( command='' words='' files='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ " $commands " == *" ${COMP_WORDS[i]} "* ]]; then
      command="${COMP_WORDS[i]}"
      break
    fi
  done
  # `--name=value` comes as three words.
  if [[ "$word" == '=' ]]; then
    word=''
  elif [[ "$before" == '=' ]] && ((COMP_CWORD > 1)); then
    before="${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$command $before" in
)" + values +
         R"(    *)
      if [[ "$word" == -* ]]; then
        case "$command" in
)" + options +
         R"(        esac
      elif [[ -z "$command" ]]; then
        words="$commands"
      else
        files=yes
      fi
      ;;
  esac
  if [[ -n "$words" ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  elif [[ -n "$files" ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  fi
}
complete -F _kpfd kpfd
)";
}

/// A description inside of a specification of `_arguments`: brackets and colons are its own.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out += '\\';
    }
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string zsh_action(const Option& option) {
  const std::vector<std::string> choices = choices_of(option);
  if (!choices.empty()) {
    return '(' + CLI::detail::join(choices, " ") + ')';
  }
  return may_be_file(option) ? "_files" : " ";
}

std::string zsh_arguments(const App& command) {
  std::string out;
  for (const Option* const option : options_of(command)) {
    for (const std::string& name : names_of(*option)) {
      std::string spec = takes_many(*option) ? "*" : "";
      spec += name;
      if (takes_value(*option)) {
        spec += name.rfind("--", 0) == 0 ? "=" : "+";
      }
      spec += '[' + zsh_text(option->get_description()) + ']';
      if (takes_value(*option)) {
        spec += ':' + zsh_text(value_of(*option)) + ':' + zsh_action(*option);
      }
      out += " \\\n          " + shell_word(spec);
    }
  }
  for (const Option* const option : positionals_of(command)) {
    out += " \\\n          " +
           shell_word((takes_many(*option) ? "*:" : ":") + zsh_text(option->get_name(true)) + ':' +
                      zsh_action(*option));
  }
  return out;
}

/// One function with the descriptions of one language.
std::string zsh_function(const App& app, const std::string& name) {
  std::string commands;
  std::string cases;
  for (const App* const command : commands_of(app)) {
    commands += "        " +
                shell_word(command->get_name() + ':' + zsh_text(command->get_description())) + '\n';
    cases += "      " + command->get_name() + ")\n        _arguments -s" + zsh_arguments(*command) +
             "\n        ;;\n";
  }
  return name + R"(() {
  local curcontext="$curcontext" state line
  _arguments -C)" +
         zsh_arguments(app) + R"( \
          '1: :->command' '*:: :->arguments'
  case "$state" in
    command)
      local -a commands=(
)" + commands +
         R"(      )
      _describe command commands
      ;;
    arguments)
      case "$line[1]" in
)" + cases +
         R"(      esac
      ;;
  esac
}
)";
}

std::string zsh_completion(const DescribedApps& apps) {
  return "#compdef kpfd\n"
         "# Made by the build from the description of the command line.\n" +
         zsh_function(apps.ja, "_kpfd_ja") + zsh_function(apps.en, "_kpfd_en") +
         R"(
# As the command chooses its language.
case "${LC_ALL:-${LC_MESSAGES:-$LANG}}" in
  '' | C | C.* | POSIX | ja*) _kpfd_ja "$@" ;;
  *) _kpfd_en "$@" ;;
esac
)";
}

// ---- files ------------------------------------------------------------------------------------

void write(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) {
    throw CommandError(path.string() + ": cannot be written");
  }
}

void write_pages(const std::filesystem::path& folder, const App& app, const Headings& headings) {
  const auto write_page = [&](const App* command) {
    write(folder / (page_name(app, command) + ".1"), page_of(app, command, headings));
  };
  write_page(nullptr);
  for (const App* const command : commands_of(app)) {
    write_page(command);
  }
}

}  // namespace

void write_manuals(const std::string& folder, const DescribedApps& apps) {
  const std::filesystem::path top(folder);
  write_pages(top / "man" / "man1", apps.en, english);
  write_pages(top / "man" / "ja" / "man1", apps.ja, japanese);
  write(top / "bash" / "kpfd", bash_completion(apps.en));
  write(top / "zsh" / "_kpfd", zsh_completion(apps));
}

}  // namespace kpfd::cli
