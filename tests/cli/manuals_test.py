"""Each command has its page in both languages with all of its options, no page has a fault, and shells complete them.

    manuals_test.py KPFD FOLDER_OF_MANUALS

What is not installed (man, mandoc, bash, zsh) is said and passed over.
"""

import os
import re
import shutil
import subprocess
import sys

faults = []


def run(arguments, given=b""):
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="100")
    done = subprocess.run(
        arguments, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, check=False
    )
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def expect(holds, what):
    if not holds:
        faults.append(what)


def names_in(help_text):
    """Long options of a help text: they stand at the beginnings of lines."""
    heads = re.findall(r"^  (-\S+)", help_text, flags=re.M)
    return sorted({name for head in heads for name in head.split(",") if name.startswith("--")})


def read(path):
    if not os.path.exists(path):
        faults.append(path + " is missing")
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_page(path, names):
    page = read(path)
    plain = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
    for name in names:
        expect(re.search(r"(^|[ ,])%s($|[ ,])" % re.escape(name), plain, flags=re.M), "%s does not tell %s" % (path, name))
    if not page:
        return
    if shutil.which("man"):
        _, warnings, status = run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path])
        expect(status == 0 and warnings == "", "%s: %s" % (path, warnings))
    if shutil.which("mandoc"):
        said, _, _ = run(["mandoc", "-Tlint", "-W", "warning", path])
        # A page that the same sources always make alike has no date.
        lines = [line for line in said.splitlines() if "missing date" not in line]
        expect(not lines, "\n".join(lines))


def bash_words(script, words):
    """What bash would offer for the last of the words."""
    text = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kpfd; printf "%s\\n" "${COMPREPLY[@]}"'
    said, errors, _ = run(["bash", "-c", text, "bash", script] + words)
    expect(errors == "", "bash: " + errors)
    return said.split()


def zsh_words(script, command):
    """What zsh would offer behind the command: the specifications that `_arguments` gets."""
    text = """
      _arguments() {
        if [[ "$*" == *'->command'* ]]; then state=arguments line=("$command"); else print -rl -- "$@"; fi
      }
      command="$2"
      source "$1"
    """
    said, errors, _ = run(["zsh", "-f", "-c", text, "zsh", script, command])
    expect(errors == "", "zsh: " + errors)
    return said


def main():
    kpfd, folder = sys.argv[1:]
    help_text, _, _ = run([kpfd, "--lang", "en", "--help"])
    commands = re.findall(r"^  ([a-z]+) ", help_text.split("Subcommands:")[1], flags=re.M)
    expect(len(commands) >= 7, "the help names too few commands: %r" % commands)
    pages = sorted(os.listdir(os.path.join(folder, "man", "man1")))
    expect(pages == sorted(["kpfd.1"] + ["kpfd-%s.1" % command for command in commands]), "other pages: %r" % pages)
    expect(pages == sorted(os.listdir(os.path.join(folder, "man", "ja", "man1"))), "Japanese has other pages")

    bash, zsh = os.path.join(folder, "bash", "kpfd"), os.path.join(folder, "zsh", "_kpfd")
    for command in [""] + commands:
        names = names_in(run([kpfd] + ([command] if command else []) + ["--lang", "en", "--help"])[0])
        expect("--help" in names, "no option is found in the help of %s" % command)
        page = "kpfd-%s.1" % command if command else "kpfd.1"
        check_page(os.path.join(folder, "man", "man1", page), names)
        check_page(os.path.join(folder, "man", "ja", "man1", page), names)
        given = ["kpfd"] + ([command] if command else [])
        if shutil.which("bash"):
            offered = bash_words(bash, given + ["--"])
            expect(sorted(offered) == names, "bash offers %r behind %r" % (offered, given))
        if shutil.which("zsh") and command:
            offered = zsh_words(zsh, command)
            for name in names:
                expect(re.search(r"(^|\*)%s(=|\[)" % re.escape(name), offered, flags=re.M), "zsh lacks %s %s" % (command, name))

    if shutil.which("bash"):
        expect(sorted(bash_words(bash, ["kpfd", ""])) == sorted(commands), "bash does not offer the commands")
        formats = ["text", "jsonl", "json", "html", "pdf", "sarif", "junit", "csv"]
        expect(bash_words(bash, ["kpfd", "check", "--format", "js"]) == ["jsonl", "json"], "bash: --format js")
        expect(bash_words(bash, ["kpfd", "check", "--format", "=", "t"]) == ["text"], "bash: --format=t")
        expect(bash_words(bash, ["kpfd", "check", "--format", "="]) == formats, "bash: --format=")
        expect(bash_words(bash, ["kpfd", "check", "--as-of", ""]) == [], "bash: --as-of")
        with open("KPFD0006.CSV", "wb"):
            pass
        expect(bash_words(bash, ["kpfd", "check", "KPFD"]) == ["KPFD0006.CSV"], "bash: files")
    for tool in ("man", "mandoc", "bash", "zsh"):
        if not shutil.which(tool):
            print("not installed, and not asked: " + tool)
    if faults:
        sys.exit("\n".join(faults))
    print("%d commands" % len(commands))


if __name__ == "__main__":
    main()
