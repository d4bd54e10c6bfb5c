#!/usr/bin/env python3
"""Every call that can fail fails once, and once for good: a clear word each time, nothing half done, and a second try works.

Usage: faults_test.py KPFD SOURCES SHIM WORK [--every N] [--calls CALLS] [--compound] [NAME...]

Each command runs first without faults, and its calls are counted; then again and again, with the first, the second, … call
failing. --every N takes each Nth only (default: as many as stay within a few seconds); --calls takes one kind alone: "memory"
has twenty thousand calls in a command, "write sync rename", "open" and "unlink" have a hundred; --compound lets the try after
a fault fail, too, before one is left in peace. Synthetic filings only.
"""

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time

AS_OF = "2026-07-31"
CALLS = ("write sync rename", "open", "unlink", "memory")


class Failed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failed(text)


class Command:
    """A command line, what it writes, and how what it has written is told to be whole."""

    def __init__(self, name, arguments, output, statuses=(0,), stdout_is_result=False):
        self.name = name
        self.arguments = arguments
        self.output = output
        self.statuses = statuses
        self.stdout_is_result = stdout_is_result


class Tests:
    def __init__(self, arguments):
        self.kpfd, self.shim, self.work = (os.path.abspath(path) for path in (arguments.kpfd, arguments.shim, arguments.work))
        self.every = arguments.every
        self.compound = arguments.compound
        self.calls = [arguments.calls] if arguments.calls else CALLS
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.good = os.path.join(self.work, "KPFD0006.CSV")
        self.bad = os.path.join(self.work, "bad.csv")
        subprocess.run([self.kpfd, "sample", "--form", "mix", "--records", "12", "--seed", "4", "--as-of", AS_OF, "--output", self.good], check=True)
        with open(self.good, "rb") as file, open(self.bad, "wb") as copy:
            copy.write(file.read().replace(b"\r\n", b"\n"))
        self.key = os.path.join(self.work, "key")
        with open(self.key, "wb") as file:
            file.write(b"k" * 32)
        os.chmod(self.key, 0o600)
        out = os.path.join(self.work, "out")
        convert = ["convert", "--as-of", AS_OF, "--lang", "en", "--key", self.key, "--received-at", "2026-07-31T09:00:00+09:00"]
        self.commands = [
            Command("check", ["check", "--as-of", AS_OF, "--format", "jsonl", self.good], None, stdout_is_result=True),
            Command("check-bad", ["check", "--as-of", AS_OF, "--format", "jsonl", self.bad], None, (1,), True),
            Command("ndjson", [*convert, "--to", "ndjson", "--output", out + ".ndjson", self.good], out + ".ndjson"),
            Command("xml", [*convert, "--to", "xml", "--output", out + ".xml", self.good], out + ".xml"),
            Command("csv", [*convert, "--to", "csv", "--output", out, self.good], out),
            Command("sqlite", [*convert, "--to", "sqlite", "--output", out + ".db", self.good], out + ".db"),
            Command("refile", ["convert", "--as-of", AS_OF, "--encoding", "utf-8", "--output", out + ".csv", self.good], out + ".csv"),
            Command("repair", ["repair", "--as-of", AS_OF, "--output", out + ".csv", self.bad], out + ".csv", (0, 1)),
            Command("sample", ["sample", "--form", "mix", "--records", "3", "--seed", "1", "--as-of", AS_OF, "--output", out + ".csv"], out + ".csv"),
            Command("export", ["schemas", "--export", out, "layouts/structure.xml", "messages/en.xml"], out),
        ]
        self.count = 0

    def clean(self):
        for name in os.listdir(self.work):
            path = os.path.join(self.work, name)
            if path not in (self.good, self.bad, self.key):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def run(self, command, calls=None, at=0, forever=False, count=None):
        env = dict(os.environ)
        if calls:
            env.update(LD_PRELOAD=self.shim, KPFD_FAULT_CALL=calls, KPFD_FAULT_AT=str(at))
            if forever:
                env["KPFD_FAULT_FOREVER"] = "1"
            if count:
                env["KPFD_FAULT_COUNT"] = count
        self.count += 1
        done = subprocess.run([self.kpfd, *command.arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=env,
                              timeout=60)
        return done

    def state(self, command):
        """What a command has left: name => hash, of a store its filings."""
        found = {}
        if command.output is None:
            return found
        for at, _, files in os.walk(self.work):
            for name in files:
                path = os.path.join(at, name)
                if path in (self.good, self.bad, self.key):
                    continue
                if command.name == "sqlite":
                    if path == command.output:
                        found[name] = self.filings(path)
                    continue
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.work)] = hashlib.sha256(file.read()).hexdigest()
        return found

    @staticmethod
    def filings(path):
        database = sqlite3.connect(path)
        try:
            require(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the store is damaged")
            if not database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filing'").fetchone()[0]:
                return "empty"
            return str(database.execute("SELECT record_count, finding_count, bytes FROM filing").fetchall() or "empty")
        finally:
            database.close()

    def fault(self, command, calls, at, forever, whole):
        where = "%s: %s number %d%s" % (command.name, calls, at, " and all that follow" if forever else "")
        self.clean()
        done = self.run(command, calls, at, forever)
        if calls == "memory" and forever and done.returncode == -6 and b"libgcc_s" in done.stderr:
            # The runtime ends the program: glibc cannot load what unwinds a thread.
            left = self.state(command)
            require(all(whole[0].get(name) == value for name, value in left.items()), where + ": half of something is left")
            return
        require(done.returncode >= 0, "%s: ended by signal %d: %s" % (where, -done.returncode, done.stderr.decode(errors="replace")))
        state = self.state(command)
        told = done.stderr.decode(errors="replace")
        if done.returncode in command.statuses:
            # It did without the call, or tried again.
            require(state == whole[0], "%s: status %d, and the result is another: %s" % (where, done.returncode, sorted(state)))
            require(not command.stdout_is_result or done.stdout == whole[1], "%s: status %d, and another report" % (where, done.returncode))
        else:
            require(done.returncode == 2, "%s: status %d: %s" % (where, done.returncode, told))
            said = told.strip() or (command.stdout_is_result and b"unchecked" in done.stdout)
            # Where no output can be written, none can say so.
            require(said or (forever and "write" in calls), "%s: nothing is said" % where)
            if calls != "unlink" and not (forever and "unlink" in calls):
                left = {name: value for name, value in state.items() if value != "empty"}
                # What was put in place before the fault is whole.
                for name, value in left.items():
                    require(whole[0].get(name) == value, "%s: half of %s is left: %s" % (where, name, told))
        # In peace again: it works, over whatever was left.
        if self.compound:
            again = self.run(command, calls, max(1, at // 2))
            require(again.returncode >= 0, "%s: the second fault: signal %d" % (where, -again.returncode))
        again = self.run(command)
        taken = command.output is not None and again.returncode == 2 and self.state(command)
        if taken:  # it was there already, whole, and is not overwritten unasked
            self.clean()
            again = self.run(command)
        require(again.returncode in command.statuses, "%s: the second try: %d %s" % (where, again.returncode, again.stderr.decode()))
        require(self.state(command) == whole[0], "%s: the second try leaves another result" % where)

    def command(self, command):
        self.clean()
        done = self.run(command)
        require(done.returncode in command.statuses, "%s: %d %s" % (command.name, done.returncode, done.stderr.decode()))
        whole = (self.state(command), done.stdout)
        faults = []
        for calls in self.calls:
            self.clean()
            counter = self.work + ".count"
            done = self.run(command, calls, 0, count=counter)
            require(done.returncode in command.statuses and os.path.exists(counter), "%s: the shim does not work" % command.name)
            with open(counter, encoding="ascii") as file:
                number = int(file.read())
            if not number:
                continue
            for forever in (False, True):
                # Few of very many: the first, some everywhere, and one before main().
                step = self.every or max(1, number // 2)
                faults += [(calls, at, forever) for at in sorted(set(range(1, number + 1, step)) | {min(100, number), number})]
        failures = []
        for calls, at, forever in faults:
            try:
                self.fault(command, calls, at, forever, whole)
            except Failed as failure:
                failures.append(str(failure))
        require(not failures, "%d of %d faults:\n%s" % (len(failures), len(faults), "\n".join(failures[:12])))
        return len(faults)


def main():
    parser = argparse.ArgumentParser(description="Calls that fail.")
    for name in ("kpfd", "sources", "shim", "work"):
        parser.add_argument(name)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--every", type=int, default=0)
    parser.add_argument("--calls", choices=CALLS)
    parser.add_argument("--compound", action="store_true")
    arguments = parser.parse_intermixed_args()
    tests = Tests(arguments)
    names = arguments.names
    failed = 0
    for command in tests.commands:
        if names and command.name not in names:
            continue
        begun = time.monotonic()
        try:
            faults = tests.command(command)
            print("ok      %-12s %5d faults %6.1f s" % (command.name, faults, time.monotonic() - begun), flush=True)
        except Failed as failure:
            failed += 1
            print("FAILED  %s" % failure, flush=True)
    print("%d runs" % tests.count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
