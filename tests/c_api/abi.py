"""What a program that was compiled with kpfd.h relies on, as a text: sizes and places of members, values, functions.

    abi.py [--update] --header kpfd.h --compiler cc --nm nm --library libkpfd.so [--archive libkpfd.a] --reference abi.txt

Without --update, the text is compared with the reference and the libraries with the text. With it, the reference is
written anew; if a line of it would change or go, that is only done where KPFD_ABI_VERSION has risen.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile

SKIPPED = 77


def plain(header):
    """The declarations of the header, without comments and directives, in one line each."""
    text = re.sub(r"/\*.*?\*/", " ", header, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", "", text, flags=re.M)
    text = text.replace('extern "C" {', "")
    return re.sub(r"\s+", " ", text)


def declarations(header):
    """structs: name => members as declared; enums: name => constants; functions and callbacks: as declared."""
    text = plain(header)
    structs = {
        match[2]: [member.strip() for member in match[1].split(";") if member.strip()]
        for match in re.finditer(r"typedef struct \w+ \{(.*?)\} (\w+);", text)
    }
    enums = {
        match[2]: [constant.split("=")[0].strip() for constant in match[1].split(",") if constant.strip()]
        for match in re.finditer(r"typedef enum \w+ \{(.*?)\} (\w+);", text)
    }
    functions = sorted(match[1] for match in re.finditer(r"KPFD_API ([^;{}]*\));", text))
    callbacks = sorted(match[1] for match in re.finditer(r"typedef (\w+ \(\*\w+\)\([^;]*\));", text))
    known = len(structs) + len(enums) + len(functions) + len(callbacks)
    handles = re.findall(r"typedef struct (\w+) \1;", text)
    if text.count(";") != known + len(handles) + sum(len(members) for members in structs.values()):
        sys.exit("the header has a declaration that this script cannot read")
    return structs, enums, functions, callbacks


def probe(structs, enums):
    """A C program that prints sizes, places and values."""
    lines = ["#include <stddef.h>", "#include <stdio.h>", "#include <kpfd/kpfd.h>", "int main(void) {"]
    if structs:
        lines.append("  if (sizeof(void *) != 8) return %d;" % SKIPPED)
    for name, members in structs.items():
        lines.append('  printf("struct %s: %%zu bytes\\n", sizeof(%s));' % (name, name))
        for member in members:
            key = re.search(r"(\w+)$", member)[1]
            lines.append('  printf("  %%3zu + %%zu  %s\\n", offsetof(%s, %s), sizeof(((%s *)0)->%s));'
                         % (member, name, key, name, key))
    for name, constants in enums.items():
        lines.append('  printf("enum %s: %%zu bytes\\n", sizeof(%s));' % (name, name))
        lines += ['  printf("  %s = %%d\\n", (int)%s);' % (constant, constant) for constant in constants]
    return "\n".join(lines + ["  return 0;", "}", ""])


def described(header_path, compiler):
    with open(header_path, encoding="utf-8") as file:
        header = file.read()
    structs, enums, functions, callbacks = declarations(header)
    include = os.path.dirname(os.path.dirname(os.path.abspath(header_path)))
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "probe.c")
        program = os.path.join(folder, "probe")
        with open(source, "w", encoding="utf-8") as file:
            file.write(probe(structs, enums))
        subprocess.run([compiler, "-std=c99", "-I" + include, source, "-o", program], check=True)
        ran = subprocess.run([program], stdout=subprocess.PIPE, check=False)
    if ran.returncode == SKIPPED:
        print("the reference is that of machines with pointers of 64 bits")
        sys.exit(SKIPPED)
    if ran.returncode != 0:
        sys.exit("the probe has failed")
    version = re.search(r"^#define KPFD_ABI_VERSION (\d+)$", header, flags=re.M)[1]
    lines = ["KPFD_ABI_VERSION %s" % version] + ran.stdout.decode().splitlines()
    return lines + ["callback %s" % callback for callback in callbacks] + functions


def names_of(functions):
    return sorted(re.search(r"(\w+)\(", function)[1] for function in functions)


def version_in(lines):
    return int(lines[0].split()[-1])


def growing(lines):
    """The heads of structs that may grow: they begin with their size."""
    return [head for head, first in zip(lines, lines[1:]) if head.startswith("struct ") and first.endswith(" struct_size")]


def check_library(nm, library, names, version):
    """The shared library has these functions, in the version of the interface, and nothing else."""
    output = subprocess.run([nm, "-D", "--defined-only", library], stdout=subprocess.PIPE, check=True).stdout.decode()
    found = sorted(line.split()[-1] for line in output.splitlines())
    wanted = sorted(["KPFD_%d" % version] + ["%s@@KPFD_%d" % (name, version) for name in names])
    return ["%s: %s" % (library, line) for line in difflib.unified_diff(wanted, found, "kpfd.h", "nm", lineterm="", n=0)]


def check_archive(nm, archive, names):
    output = subprocess.run([nm, "-g", "--defined-only", archive], stdout=subprocess.PIPE, check=True).stdout.decode()
    found = sorted(line.split()[-1] for line in output.splitlines() if len(line.split()) == 3)
    return ["%s: %s" % (archive, line) for line in difflib.unified_diff(names, found, "kpfd.h", "nm", lineterm="", n=0)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    for name in ("header", "compiler", "nm", "library", "reference"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--archive")
    arguments = parser.parse_args()

    lines = described(arguments.header, arguments.compiler)
    reference = []
    if os.path.exists(arguments.reference):
        with open(arguments.reference, encoding="utf-8") as file:
            reference = file.read().splitlines()
    if arguments.update:
        gone = [line for line in reference if line not in lines and line not in growing(reference)]
        if gone and version_in(lines) == version_in(reference):
            sys.exit("programs that exist would break: raise KPFD_ABI_VERSION, or leave\n" + "\n".join(gone))
        with open(arguments.reference, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return
    faults = list(difflib.unified_diff(reference, lines, "abi.txt", "kpfd.h", lineterm=""))
    with open(arguments.header, encoding="utf-8") as file:
        names = names_of(declarations(file.read())[2])
    faults += check_library(arguments.nm, arguments.library, names, version_in(lines))
    if arguments.archive:
        faults += check_archive(arguments.nm, arguments.archive, names)
    if faults:
        print("\n".join(faults))
        sys.exit("the interface is not what kpfd/c_api/abi.txt says; docs/c-api.md tells how it may change")
    print("%d functions, %d lines" % (len(names), len(lines)))


if __name__ == "__main__":
    main()
