"""The examples of docs/examples say of every sample what the command says.

    examples_test.py KPFD SAMPLES c PROGRAM [bounded]     bounded: with less memory than a file has bytes, too
    examples_test.py KPFD SAMPLES python PYTHON FOLDER LIBRARY
    examples_test.py KPFD SAMPLES node NODE FOLDER MODULE
"""

import glob
import json
import os
import resource
import subprocess
import sys
import tempfile

DATE = "2026-07-31"


def expected(kpfd, names):
    """What an example prints, made from the JSON lines of the command."""
    done = subprocess.run(
        [kpfd, "check", "--format", "jsonl", "--lang", "en", "--as-of", DATE] + names, stdout=subprocess.PIPE, check=False
    )
    text = ""
    for line in done.stdout.decode().splitlines():
        told = json.loads(line)
        if told["type"] == "finding":
            text += "  line %(line)d item %(item)d %(severity)s [%(rule)s] %(message)s\n" % told
        elif told["verdict"] == "unchecked":
            text += "%(file)s: unchecked (%(reason)s)\n" % told
        else:
            text += "%(file)s: %(verdict)s (errors %(errors)d, warnings %(warnings)d)\n" % told
    return text, done.returncode


def check_memory(kpfd, program):
    """A path and a stream larger than all memory that the program may have."""
    limit = 48 << 20

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    with tempfile.NamedTemporaryFile(dir=os.getcwd(), suffix=".CSV") as file:
        subprocess.run([kpfd, "sample", "--records", "360000"], stdout=file, check=True)
        if os.path.getsize(file.name) <= limit:
            sys.exit("the large file is too small")
        for name in (file.name, "-"):
            with open(file.name, "rb") as given:
                done = subprocess.run(
                    [program, DATE, name], stdin=given, stdout=subprocess.PIPE, preexec_fn=limited, check=False
                )
            # Larger than what may be sent, and otherwise good.
            if done.returncode != 1 or b"reject (errors 1, warnings 0)" not in done.stdout:
                sys.exit("%s: %d\n%s" % (name, done.returncode, done.stdout.decode()))


def main():
    kpfd, samples, language = sys.argv[1:4]
    names = sorted(glob.glob(os.path.join(glob.escape(samples), "*", "*", "input", "*")))
    if len(names) < 300:
        sys.exit("no samples in " + samples)
    environment = dict(os.environ)
    if language == "c":
        command = [sys.argv[4]]
    elif language == "python":
        command = [sys.argv[4], "-B", os.path.join(sys.argv[5], "check.py")]
        environment["KPFD_LIBRARY"] = sys.argv[6]
    else:
        command = [sys.argv[4], os.path.join(sys.argv[5], "check.js")]
        environment["KPFD_NODE"] = sys.argv[6]

    def ask(arguments, given=b""):
        done = subprocess.run(command + [DATE] + arguments, input=given, stdout=subprocess.PIPE, env=environment, check=False)
        return done.stdout.decode(), done.returncode

    # All samples and a file that is not there; then one through standard input.
    for asked in (names + ["/nowhere/KPFD0006.CSV"], names[:1]):
        if ask(asked) != expected(kpfd, asked):
            sys.exit("%s does not say of %d files what the command says" % (" ".join(command), len(asked)))
    with open(names[0], "rb") as file:
        content = file.read()
    text, status = ask(["-"], content)
    wanted, wanted_status = expected(kpfd, names[:1])
    if text != wanted.replace(names[0] + ":", "-:") or status != wanted_status:
        sys.exit("what comes through standard input is told as\n%sand not as\n%s" % (text, wanted))
    if ask(["-"], b"")[1] != 1:
        sys.exit("an empty file is taken")
    if sys.argv[5:] == ["bounded"]:
        check_memory(kpfd, sys.argv[4])
    print("%d files" % len(names))


if __name__ == "__main__":
    main()
