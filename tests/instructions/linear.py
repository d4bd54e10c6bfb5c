#!/usr/bin/env python3
"""Time grows with the size of a file and no faster: twice as many bytes cost at most 2.2 times as many instructions.

Usage: linear.py KPFD [--bytes N] [--all] [SHAPE...]

Twenty-two shapes that were made to hurt; counted by valgrind, not timed. What N bytes cost goes out of the count of 2 N and of
3 N: the start of the program, and the choices that a check makes by the size of a small file. ctest takes some of them, --all
all. Status 1 if one grows faster, 77 where there is no valgrind.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))
import instructions  # noqa: E402

MOST = 2.2
USUAL = ("records", "one-person", "commas", "marks")


def filled(piece, size):
    return piece * (size // len(piece) + 1)


def shapes(good):
    """Name => a function that makes a file of about so many bytes."""
    lines = good.split(b"\r\n")
    head = b"\r\n".join(lines[:5]) + b"\r\n"
    records = lines[5:-1]
    one = records[0]
    items = one.count(b",") + 1

    def behind(piece):
        return lambda size: head + filled(piece, size)

    def numbered(size):
        made = [head]
        length = len(head)
        number = 0
        while length < size:
            number += 1
            cells = one.split(b",")
            cells[4] = b"%06d" % (number % 1000000)
            made.append(b",".join(cells) + b"\r\n")
            length += len(made[-1])
        return b"".join(made)

    def offices(size):
        office = lines[3].split(b",", 1)[1]
        made = [b"%04d," % (number % 10000) + office for number in range(size // (len(office) + 7))]
        return b"\r\n".join(lines[:2]) + b"\r\n,999\r\n" + b"\r\n".join(made) + b"\r\n[data]\r\n" + b"\r\n".join(records) + b"\r\n"

    return {
        "records": behind(b"\r\n".join(records) + b"\r\n"),
        "numbered": numbered,
        "one-person": behind(one + b"\r\n"),
        "offices": offices,
        # Beyond the longest line that is split: up to there memory is doubled now and then, and no two sizes are alike.
        "commas": lambda size: head + filled(b",", size * 5),
        "one-line": behind(b"x"),
        "blank-lines": behind(b"\r\n"),
        "lf-lines": behind(b"\n"),
        "cr": behind(b"\r"),
        "quotes": behind(b'"'),
        "lead-bytes": behind(b"\x83"),
        "kana": behind(b"\xb1"),
        "nul": behind(b"a" * 11 + b"\0"),
        "end-marks": behind(b"\x1a"),
        "markers": behind(b"[data]\r\n[kanri]\r\n"),
        "wrong-columns": behind(one + b",\r\n"),
        "errors": behind(b"2225700" + b",\x83" * (items - 1) + b"\r\n"),
        "unknown-forms": behind(b"9999999,1\r\n"),
        "utf8": lambda size: filled(good.decode("cp932").encode("utf-8"), size),
        "marks": lambda size: (head.decode("cp932") + "か" + "\u3099" * (size // 3)).encode("utf-8"),
        "damaged-utf8": behind("あ".encode() + b"\xe3\x81"),
        "iso2022jp": behind(b"\x1b$B$\"\x1b(B"),
    }


def main():
    parser = argparse.ArgumentParser(description="Instructions of n and 2n bytes.")
    parser.add_argument("kpfd")
    parser.add_argument("--bytes", type=int, default=300_000)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("shapes", nargs="*")
    arguments = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind to count instructions with")
        return instructions.NO_VALGRIND
    good = subprocess.run([arguments.kpfd, "sample", "--form", "mix", "--records", "20", "--seed", "5", "--as-of", instructions.AS_OF],
                          stdout=subprocess.PIPE, check=True).stdout
    known = shapes(good)
    status = 0
    with tempfile.TemporaryDirectory(prefix="kpfd-linear-") as folder:
        def count(name, data):
            path = os.path.join(folder, name + ".csv")
            with open(path, "wb") as file:
                file.write(data)
            return instructions.counted(arguments.kpfd, path, ["--max-findings", "10", "--format", "jsonl"])

        for name in arguments.shapes or (known if arguments.all else USUAL):
            small = count(name, known[name](arguments.bytes))
            n = count(name, known[name](arguments.bytes * 2))
            twice = count(name, known[name](arguments.bytes * 3))
            ratio = (twice - small) / max(1, n - small)
            good_enough = ratio <= MOST
            status |= not good_enough
            print("%-7s %-14s %12d %12d instructions, %.2f times as many" % ("ok" if good_enough else "FAILED", name, n - small, twice - small, ratio),
                  flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
