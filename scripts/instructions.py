#!/usr/bin/env python3
"""How many instructions `kpfd check` needs: counted by valgrind, not timed, so that a busy machine changes nothing.

  scripts/instructions.py PROGRAM FORM LIMIT    the instructions a record of a form, without errors; status 1 above the limit,
                                                77 where there is no valgrind

scripts/bench uses the same counts for its tables, and ctest runs this as a gate (tests/instructions/).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

AS_OF = "2026-07-31"
NO_VALGRIND = 77

# Start-up is the same for both and goes out of the difference.
FEW, MANY = 2000, 6000


def filing(program, folder, form, records, seed=1):
    """The path of a made-up filing without errors; made once."""
    folder = os.path.join(folder, "%s-%d" % (form, records))
    path = os.path.join(folder, "KPFD0006.CSV")
    if not os.path.exists(path):
        os.makedirs(folder)
        subprocess.run(
            [program, "sample", "--form", form, "--records", str(records)]
            + ["--seed", str(seed), "--as-of", AS_OF, "--output", path],
            check=True,
        )
    return path


def counted(program, path, options=()):
    """Instructions of a whole run of `kpfd check`."""
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        + [program, "check", "--as-of", AS_OF, *options, path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    found = re.search(rb"Collected : (\d+)", run.stderr)
    if not found or run.returncode not in (0, 1):
        sys.exit("valgrind has counted nothing:\n" + run.stderr.decode(errors="replace"))
    return int(found.group(1))


def a_record(program, few, many):
    """Instructions and bytes a record: the difference of two filings, FEW and MANY records long."""
    instructions = counted(program, many) - counted(program, few)
    size = os.path.getsize(many) - os.path.getsize(few)
    return instructions / (MANY - FEW), size / (MANY - FEW)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, form, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind to count instructions with")
        sys.exit(NO_VALGRIND)
    with tempfile.TemporaryDirectory(prefix="kpfd-instructions-") as folder:
        few, many = (filing(program, folder, form, records) for records in (FEW, MANY))
        clean = subprocess.run([program, "check", "--as-of", AS_OF, many], stdout=subprocess.DEVNULL, check=False)
        if clean.returncode != 0:
            sys.exit("the filing to count with is not clean")
        instructions, _ = a_record(program, few, many)
    print("%.0f instructions a record of form %s; the limit is %d" % (instructions, form, limit))
    sys.exit(1 if instructions > limit else 0)


if __name__ == "__main__":
    main()
