#!/usr/bin/env python3
"""The systemd units name what there is: `systemd-analyze verify` has nothing to say of them.

Usage: units_test.py KPFD UNITS WORK. Ends with 77 where systemd is not installed.
"""

import os
import shutil
import subprocess
import sys


def main():
    kpfd, units, work = sys.argv[1:]
    if shutil.which("systemd-analyze") is None:
        return 77
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    names = sorted(name for name in os.listdir(units) if name.endswith(".service"))
    if not names:
        print("no unit found")
        return 1
    failed = False
    for name in names:
        with open(os.path.join(units, name), encoding="utf-8") as file:
            text = file.read()
        if "ExecStart=/usr/bin/kpfd " not in text:
            print(name + ": another command")
            failed = True
        path = os.path.join(work, name)
        with open(path, "w", encoding="utf-8") as file:
            # The command is where the build has put it, and not installed.
            file.write(text.replace("/usr/bin/kpfd", os.path.abspath(kpfd)))
        done = subprocess.run(["systemd-analyze", "verify", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = [line for line in done.stdout.decode().splitlines() if name in line]
        if said:
            print("\n".join(said))
            failed = True
        # Each option of the command line is one that the command has.
        line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
        words = line.split()
        helped = subprocess.run([kpfd, words[1], "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for word in words[2:]:
            known = ("kpfd " + words[1]).encode() in helped.stdout  # the command is in this build
            if known and word.startswith("--") and word.encode() not in helped.stdout:
                print("%s: no option %s" % (name, word))
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
