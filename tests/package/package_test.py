"""Installs into a folder of its own, moves that folder, and builds programs with what is there.

    package_test.py CMAKE BUILD C_COMPILER CXX_COMPILER SOURCES WORK
"""

import os
import re
import shutil
import subprocess
import sys


def run(arguments, environment=None, wanted=0):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False)
    if done.returncode != wanted:
        sys.exit("%s\nends with %d:\n%s" % (" ".join(arguments), done.returncode, done.stdout.decode(errors="replace")))
    return done.stdout.decode()


def find(folder, name):
    for place, _, files in os.walk(folder):
        if name in files:
            return os.path.join(place, name)
    sys.exit("%s was not installed" % name)


def main():
    cmake, build, c_compiler, cxx_compiler, sources, work = sys.argv[1:]
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    prefix = os.path.join(work, "moved")
    run([cmake, "--install", build, "--prefix", os.path.join(work, "installed")])
    os.rename(os.path.join(work, "installed"), prefix)

    samples = [
        os.path.join(sources, "samples", "valid", "acquisition-2018-03-kpfd", "input", "KPFD0006.CSV"),
        os.path.join(sources, "samples", "invalid", "bytes-in-pension-item", "input", "KPFD0006.CSV"),
    ]
    call = ["2026-07-31"] + samples
    example = os.path.join(sources, "docs", "examples", "c")
    said = {}

    # find_package()
    consumer = os.path.join(work, "consumer")
    run([cmake, "-S", example, "-B", consumer, "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_C_COMPILER=" + c_compiler])
    run([cmake, "--build", consumer])
    for name in ("check", "check_static"):
        said[name] = run([os.path.join(consumer, name)] + call, wanted=1)

    # pkg-config
    library = os.path.dirname(find(prefix, "libkpfd.so"))
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.dirname(find(prefix, "kpfd.pc")))
    flags = run(["pkg-config", "--cflags", "--libs", "kpfd"], environment).split()
    program = os.path.join(work, "by_pkg_config")
    run([c_compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", os.path.join(example, "check.c"), "-o", program]
        + flags)
    said["pkg-config"] = run([program] + call, dict(os.environ, LD_LIBRARY_PATH=library), wanted=1)
    libraries = run(["pkg-config", "--static", "--libs", "kpfd"], environment)
    if "-lstdc++" not in libraries:
        sys.exit("pkg-config --static does not name the C++ runtime: " + libraries)

    # The program that the documentation begins with.
    with open(find(prefix, "c-api.md"), encoding="utf-8") as file:
        block = re.search(r"```c\n(.*?)```", file.read(), flags=re.S)[1]
    page = os.path.join(work, "page.c")
    with open(page, "w", encoding="utf-8") as file:
        file.write(block + "int main(int count, char **arguments) {\n"
                           "  return count == 3 && may_be_sent(arguments[2], arguments[1]) ? 0 : 1;\n}\n")
    run([c_compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", page, "-o", program] + flags)
    for sample, status in zip(samples, (0, 1)):
        run([program, call[0], sample], dict(os.environ, LD_LIBRARY_PATH=library), wanted=status)

    # The header as C++, and the command.
    header = find(prefix, "kpfd.h")
    run([cxx_compiler, "-std=c++98", "-fsyntax-only", "-x", "c++", "-Wall", "-Wextra", "-Werror", header])
    command = find(os.path.join(prefix, "bin"), "kpfd")
    version = run([command, "--version"]).strip()
    if run(["pkg-config", "--modversion", "kpfd"], environment).strip() != version:
        sys.exit("kpfd.pc is of another version than the command")
    verdicts = run([command, "check", "--as-of"] + call[:1] + ["--format", "jsonl"] + samples, wanted=1)

    if len(set(said.values())) != 1:
        sys.exit("the programs do not say the same: %r" % said)
    for word in ("accept", "reject"):
        if said["check"].count(": %s (" % word) != verdicts.count('"verdict":"%s"' % word):
            sys.exit("the programs and the command do not say the same:\n%s\n%s" % (said["check"], verdicts))
    print("installed, moved, and used by %d programs" % len(said))


if __name__ == "__main__":
    main()
