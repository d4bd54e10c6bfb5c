#!/usr/bin/env python3
"""Hostile inputs: the table of them is complete, and the built command stands those that no other test has.

Usage: hostile_test.py KPFD SOURCES WORK [--shim LIBRARY] [--large] [NAME...]

table.txt names every input, what it must lead to and its cases. Here it is held against what is there, and the cases
`h:` run. --large also runs those that take minutes: a line of 2 GB, ten million records, a million findings. The shim
(tests/faults) gives other clocks. Synthetic filings only. Status 1 and the reasons if something does not hold.
"""

import argparse
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree

AS_OF = "2026-07-31"
MOST_MEMORY = 64 << 20


class Failed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failed(text)


class Tests:
    def __init__(self, arguments):
        self.kpfd = os.path.abspath(arguments.kpfd)
        self.sources = os.path.abspath(arguments.sources)
        self.work = os.path.abspath(arguments.work)
        self.shim = arguments.shim and os.path.abspath(arguments.shim)
        self.large = arguments.large
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.good = subprocess.run([self.kpfd, "sample", "--form", "mix", "--records", "20", "--seed", "5", "--as-of", AS_OF,
                                    "--output", "-"], stdout=subprocess.PIPE, check=True).stdout
        # A sanitizer's memory is not the program's.
        self.measurable = b"__asan_init" not in self.symbols()

    def symbols(self):
        with open(self.kpfd, "rb") as file:
            return file.read()

    def put(self, name, data):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def run(self, *arguments, stdin=b"", env=None, timeout=60):
        done = subprocess.run([self.kpfd, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              env=dict(os.environ, **(env or {})))
        require(done.returncode >= 0, "%s ends by signal %d" % (arguments, -done.returncode))
        return done

    def check(self, path, *more, **options):
        """Status and the objects of the JSON lines."""
        done = self.run("check", "--as-of", AS_OF, "--lang", "en", "--format", "jsonl", *more, path, **options)
        return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]

    def unchecked(self, path, word, **options):
        status, objects = self.check(path, **options)
        require(status == 2 and objects[-1]["verdict"] == "unchecked", "%r: %d %s" % (path, status, objects[-1:]))
        require(word in objects[-1]["reason"], "%r: the reason `%s`" % (path, objects[-1]["reason"]))

    # ---- the table ----

    def table(self):
        """Every line has a case that is there, and says what the sample's folder says; every sample has its name."""
        functions = {name for name in dir(self) if not name.startswith("_")}
        names = set()
        faults = []
        with open(os.path.join(self.sources, "tests/hostile/table.txt"), encoding="utf-8") as file:
            lines = [line.split() for line in file if line.strip() and line[0] not in "#["]
        require(len(lines) > 240, "only %d lines" % len(lines))
        texts = {}
        for name, expected, *cases in lines:
            if name in names:
                faults.append("%s stands there twice" % name)
            names.add(name)
            if not cases:
                faults.append("%s has no case" % name)
            if expected not in ("R", "r", "A", "A!", "L", "N"):
                faults.append("%s: nothing is expected by `%s`" % (name, expected))
            for case in cases:
                if case.startswith("h:"):
                    if case[2:] not in functions:
                        faults.append("%s: hostile_test.py has no %s" % (name, case[2:]))
                elif case.startswith("s:"):
                    faults += self.sample(name, expected, case[2:], len(cases))
                else:
                    path, _, word = case.partition("#")
                    if path not in texts:
                        full = os.path.join(self.sources, "tests", path)
                        texts[path] = open(full, encoding="utf-8").read() if os.path.exists(full) else ""
                    if not word or word not in texts[path]:
                        faults.append("%s: no `%s` in tests/%s" % (name, word, path))
        require(not faults, "\n".join(faults))
        print("table: %d hostile inputs, each with its case" % len(names))

    def sample(self, name, expected, sample, cases):
        tops = [top for top in ("valid", "invalid") if os.path.isdir(os.path.join(self.sources, "samples", top, sample))]
        if not tops:
            return ["%s: no sample %s" % (name, sample)]
        with open(os.path.join(self.sources, "samples", tops[0], sample, "expected.txt"), encoding="ascii") as file:
            findings = file.read().split("\n")[:-1]
        if expected == "R" and tops != ["invalid"] and cases == 1:
            return ["%s: the sample %s is accepted" % (name, sample)]
        if expected in ("A", "A!", "N") and tops != ["valid"]:
            return ["%s: the sample %s is rejected" % (name, sample)]
        if expected == "r" and not findings:
            return ["%s: the sample %s has no finding" % (name, sample)]
        return []

    # ---- texts ----

    def inert_texts(self):
        """Texts that would do something elsewhere stay texts in every format, byte for byte."""
        folder = os.path.join(self.sources, "samples/valid")
        texts = {}
        for name in sorted(os.listdir(folder)):
            if not name.startswith("inert-"):
                continue
            path = os.path.join(folder, name, "input", "KPFD0006.CSV")
            with open(path, "rb") as file:
                lines = file.read().split(b"\r\n")
            layout = os.path.join(self.sources, "tests/reference/spec/2221700.csv")
            with open(layout, encoding="utf-8", newline="") as file:
                place = next(int(row["no"]) for row in csv.DictReader(file) if row["key"] == "remarks")
            text = next(line for line in lines if line.startswith(b"2221700")).split(b",")[place - 1].decode("cp932")
            texts[name] = text
            out = os.path.join(self.work, name)
            os.makedirs(out)
            for form, target in (("ndjson", "a.ndjson"), ("xml", "a.xml"), ("csv", "tables"), ("sqlite", "a.db")):
                more = ["--validate"] if form == "xml" else []
                done = self.run("convert", "--as-of", AS_OF, "--lang", "en", "--to", form, *more, "--output", os.path.join(out, target), path)
                require(done.returncode == 0, "%s as %s: %s" % (name, form, done.stderr.decode()))
            with open(os.path.join(out, "a.ndjson"), encoding="utf-8") as file:
                found = [json.loads(line).get("remarks") for line in file]
            require(text in found, "%s in NDJSON: %s" % (name, found))
            root = xml.etree.ElementTree.parse(os.path.join(out, "a.xml")).getroot()
            require(text in [value for element in root.iter() for value in (element.text, *element.attrib.values())], name + " in XML")
            with open(os.path.join(out, "tables", "monthly_change.csv"), encoding="utf-8-sig", newline="") as file:
                found = [row["remarks"] for row in csv.DictReader(file)]
            guarded = "'" + text if text[0] in "=+-@＝＋－＠'" else text
            require(guarded in found, "%s in CSV: %s" % (name, found))
            database = sqlite3.connect(os.path.join(out, "a.db"))
            found = [row[0] for row in database.execute("SELECT remarks FROM monthly_change")]
            require(text in found and database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "%s in SQLite: %s" % (name, found))
            database.close()
            for report in ("text", "json", "jsonl"):
                done = self.run("check", "--as-of", AS_OF, "--show-values", "--format", report, path)
                require(done.returncode == 0, name)
                if report == "json":
                    json.loads(done.stdout)
        require(len(texts) > 12, "only %d texts" % len(texts))
        print("inert_texts: %d" % len(texts))

    def never_shown(self):
        """A My Number is not shown, wherever it was typed."""
        for sample in ("valid/n-mynumber-in-remarks", "valid/n-pension-and-mynumber-both", "invalid/n-mynumber-13-digits"):
            path = os.path.join(self.sources, "samples", sample, "input", "KPFD0006.CSV")
            for report in ("text", "json", "jsonl"):
                done = self.run("check", "--as-of", AS_OF, "--show-values", "--format", report, path)
                require(b"12345678901" not in re.sub(rb"sha256:[0-9a-f]+", b"", done.stdout + done.stderr), "%s in %s" % (sample, report))

    def names_in_profiles(self):
        """What a profile is called does not steer a report, and digits are ASCII digits."""
        filing = self.put("names/KPFD0006.CSV", self.good)
        for name in ("カ\u3099", "a\u202eb", "a\u200bb", "a\u2066b"):
            profile = self.put("names/a.xml", ('<profile key="a" edition="2026-04" number="06999999" name="%s"/>' % name).encode())
            done = self.run("check", "--as-of", AS_OF, "--profile", profile, filing)
            shown = done.stdout.decode()
            require(done.returncode == 0, "%r: %s" % (name, done.stderr.decode()))
            require("\u202e" not in shown and "\u2066" not in shown, "%r steers the report" % name)
        for digits in ("٠٦٩٩٩٩٩٩", "０６９９９９９９", "0699999९"):
            profile = self.put("names/a.xml", ('<profile key="a" edition="2026-04" number="%s" name="n"/>' % digits).encode())
            done = self.run("check", "--as-of", AS_OF, "--lang", "en", "--profile", profile, filing)
            require(done.returncode == 2 and b"a.xml:1" in done.stderr and not done.stdout, "%s: %s" % (digits, done.stderr.decode()))

    def no_patterns(self):
        """Nobody's patterns are run: what looks like one is no element of a profile, and no attribute."""
        filing = self.put("patterns/KPFD0006.CSV", self.good)
        for element in ('<office-number type="N" length="4" pattern="(a+)+$"/>', '<item key="union_item" pattern="(a+)+$"/>',
                        '<pattern>(a+)+$</pattern>'):
            profile = self.put("patterns/a.xml", ('<profile key="a" edition="2026-04" number="06999999" name="n">%s</profile>' % element).encode())
            done = self.run("check", "--lang", "en", "--profile", profile, filing)
            require(done.returncode == 2 and b"pattern" in done.stderr, done.stderr.decode())
        # The nearest that there is: a list of values and a range.
        values = "|".join("%03d" % number for number in range(200))
        profile = self.put("patterns/a.xml", ('<profile key="a" edition="2026-04" number="06999999" name="n"><item key="union_item" type="AN" '
                                              'length="0|3" values="%s"/></profile>' % values).encode())
        done = self.run("check", "--as-of", AS_OF, "--profile", profile, filing)
        require(done.returncode in (0, 1), "a long list of values: " + done.stderr.decode())

    def profiles_include_nothing(self):
        """A profile takes in no other one, so none can stand in a circle, and its files lie beside it."""
        filing = self.put("include/KPFD0006.CSV", self.good)
        self.put("outside.csv", b"1001\n")
        for element, word in (('<include file="a.xml"/>', b"include"), ('<profile key="b" edition="x" number="06999999" name="n"/>', b"profile"),
                              ('<roster file="../outside.csv"/>', b"roster"), ('<roster file="/etc/passwd"/>', b"roster"),
                              ('<roster file="..\\outside.csv"/>', b"roster"), ('<table file="../outside.csv"/>', b"table")):
            profile = self.put("include/a.xml", ('<profile key="a" edition="2026-04" number="06999999" name="n">%s</profile>' % element).encode())
            done = self.run("check", "--lang", "en", "--profile", profile, filing)
            require(done.returncode == 2 and word in done.stderr and b"root:" not in done.stderr, "%s: %s" % (element, done.stderr.decode()))
        profile = self.put("include/a.xml", b'<profile key="a" edition="2026-04" number="06999999" name="n"><roster file="r.csv"/></profile>')
        os.symlink("/etc/passwd", os.path.join(self.work, "include", "r.csv"))
        done = self.run("check", "--lang", "en", "--profile", profile, filing)
        require(done.returncode == 2 and b"root:" not in done.stderr + done.stdout, "a link to a file elsewhere")

    def sidecars(self):
        """What stands beside a file in an inbox is hostile, too: refused with its reason, and the file stays."""
        good = {"certificate": "JC-1111100-11111-00-000-1234-000", "office": "1001", "received_at": "2026-07-31T18:00:00+09:00",
                "encrypted_name": "A_JC-1111100-2026073118000001.pgp", "size": len(self.good)}
        text = json.dumps(good)[:-1]
        cases = {"twice": text + ',"office":"1002"}', "deep": text + ',"x":' + "[" * 100000 + "]" * 100000 + "}",
                 "deep-objects": text + ',"x":' + '{"a":' * 30000 + "1" + "}" * 30000 + "}", "nan": text + ',"x":NaN}',
                 "infinity": text + ',"x":-Infinity}', "large": text + ',"x":"' + "a" * 70000 + '"}', "cut": text, "nul": text + ',"x":"\0"}',
                 "exponent": text.replace('"size": %d' % len(self.good), '"size": 1e400') + "}", "array": "[" + text + "}]", "nothing": "",
                 "escape": text + ',"x":"\\ud800\\u0041\\uZZZZ"}', "name": text.replace("A_JC", "../../A_JC") + "}"}
        for name, sidecar in cases.items():
            folder = os.path.join(self.work, "sidecar-" + name)
            self.put("sidecar-%s/in/a.csv.json" % name, sidecar.encode())
            self.put("sidecar-%s/in/a.csv" % name, self.good)
            done = self.run("inbox", os.path.join(folder, "in"), "--store", os.path.join(folder, "store.db"), "--as-of", AS_OF, "--settle", "0.1",
                            "--lang", "en", "--once")
            lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
            require(not any(line.get("place") == "accepted" for line in lines), "%s: %s" % (name, lines))
            held = [os.path.join(at, file) for at, _, files in os.walk(folder) for file in files if file == "a.csv"]
            require(len(held) == 1, "%s: the file lies at %s" % (name, held))
        print("sidecars: %d" % len(cases))

    def clocks(self):
        """The clock of the machine may be years off: with the day given nothing changes, without it nothing breaks."""
        if not self.shim or not os.path.exists(self.shim):
            print("clocks: not done, there is no shim")
            return
        path = self.put("clocks/KPFD0006.CSV", self.good)
        wanted = self.check(path)
        for seconds in ("0", "2147483648", "4102444800", "-86400", "253402300799"):
            shifted = {"LD_PRELOAD": self.shim, "KPFD_FAULT_CLOCK": seconds}
            require(self.check(path, env=shifted) == wanted, "at %s s another result" % seconds)
            done = self.run("check", "--format", "jsonl", path, env=shifted)
            last = json.loads(done.stdout.decode().splitlines()[-1])
            require(last["type"] == "summary" and done.returncode in (0, 1, 2), "at %s s: %s" % (seconds, last))
            if seconds in ("0", "-86400"):
                require(last["verdict"] == "reject", "a filing of the future is accepted at %s s" % seconds)

    # ---- places ----

    def names_of_files(self):
        """Names are names: none is taken apart, and none leads elsewhere."""
        for name in ("..\\..\\KPFD0006.CSV", "C:\\KPFD0006.CSV", "\\\\server\\share\\KPFD0006.CSV", "\\\\?\\C:\\a.csv", b"\x83\x5c\x95\x5c.csv",
                     "a\nb.csv", "%2e%2e%2fKPFD0006.CSV"):
            name = name if isinstance(name, bytes) else name.encode()
            path = os.path.join(self.work.encode(), b"names of files", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(self.good)
            before = sorted(os.listdir(self.work))
            done = subprocess.run([self.kpfd.encode(), b"check", b"--as-of", AS_OF.encode(), b"--format", b"jsonl", path], stdout=subprocess.PIPE,
                                  check=False)
            require(done.returncode == 0 and len(done.stdout.splitlines()) == 1, "%r: %d" % (name, done.returncode))
            json.loads(done.stdout.decode())
            require(sorted(os.listdir(self.work)) == before, "%r made a file" % name)
        for name in ("../nowhere/KPFD0006.CSV", "/nowhere/KPFD0006.CSV", "", "x" * 5000):
            status, objects = self.check(name)
            require(status == 2 and all(one.get("verdict") == "unchecked" for one in objects), "%r: %d %s" % (name[:40], status, objects))
        # No name of a process can hold a NUL; the library's own callers can say what comes behind one.
        require(self.run("check", "--", "--help").returncode == 2, "an option behind two hyphens is a name")

    def devices(self):
        for path in ("/dev/zero", "/dev/null", "/dev/urandom"):
            self.unchecked(path, "not a file")
        self.unchecked("/proc/self/mem", "cannot be read")

    def sparse(self):
        path = os.path.join(self.work, "sparse.csv")
        for size in (1 << 40, (64 << 30) + 1):
            with open(path, "wb") as file:
                file.truncate(size)
            begun = time.monotonic()
            self.unchecked(path, "too large")
            for command in (["repair", "--dry-run"], ["convert", "--to", "ndjson"], ["summary"]):
                done = self.run(*command, path)
                require(done.returncode == 2 and done.stderr and not done.stdout, "%s of a file of %d bytes: %d" % (command, size, done.returncode))
            require(time.monotonic() - begun < 20, "a file of %d bytes is read" % size)
        os.unlink(path)

    def changing(self, change):
        """A file that changes all the while: each time a verdict or none, never a signal."""
        path = os.path.join(self.work, "changing.csv")
        lines = self.good.split(b"\r\n")
        data = b"\r\n".join(lines[:5] + lines[5:-1] * 3000 + [b""])
        verdicts = set()
        for _ in range(10):
            with open(path, "wb") as file:
                file.write(data)
            stopping = threading.Event()

            def busy():
                while not stopping.is_set():
                    change(path, data)
            thread = threading.Thread(target=busy)
            thread.start()
            try:
                status, objects = self.check(path, "--max-findings", "5", "--jobs", "2")
            finally:
                stopping.set()
                thread.join()
            require(objects and objects[-1]["type"] == "summary", "no summary")
            verdict = objects[-1]["verdict"]
            require({"accept": 0, "reject": 1, "unchecked": 2}[verdict] == status, "%s is %d" % (verdict, status))
            verdicts.add(verdict)
        return verdicts

    def grows_while_reading(self):
        def grow(path, _):
            with open(path, "ab") as file:
                file.write(b"x" * 4096)
        verdicts = self.changing(grow)
        print("grows_while_reading: %s" % sorted(verdicts))

    def shrinks_while_reading(self):
        def shrink(path, data):
            size = os.path.getsize(path)
            os.truncate(path, size * 2 // 3 if size > 10000 else len(data))
        verdicts = self.changing(shrink)
        require("accept" not in verdicts, "half a file is accepted")
        print("shrinks_while_reading: %s" % sorted(verdicts))

    def swapped_while_reading(self):
        """A link that points now here, now there: each answer is that of one of the files."""
        here = self.put("swap/here.csv", self.good)
        there = self.put("swap/there.csv", self.good.replace(b"[data]", b"[DATA]"))
        link = os.path.join(self.work, "swap", "link.csv")
        os.symlink(here, link)
        stopping = threading.Event()

        def swap():
            turn = 0
            while not stopping.is_set():
                turn += 1
                os.symlink(there if turn % 2 else here, link + ".new")
                os.rename(link + ".new", link)
        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for _ in range(60):
                status, objects = self.check(link)
                rules = [one["rule"] for one in objects if one["type"] == "finding" and one["severity"] == "error"]
                require((status, rules) in ((0, []), (1, ["DATA-DAMAGED"])), "%d %s" % (status, rules))
        finally:
            stopping.set()
            thread.join()

    def unreadable(self):
        if os.geteuid() == 0:
            print("unreadable: not done as root")
            return
        path = self.put("unreadable.csv", self.good)
        os.chmod(path, 0)
        self.unchecked(path, "Permission denied")

    def zip_bomb(self):
        """An archive is told by its first bytes; it is never unpacked."""
        bomb = b"PK\x03\x04" + b"\0" * 22 + b"\x1f\x8b\x08" + b"\0" * (8 << 20)
        status, objects = self.check(self.put("bomb.csv", bomb))
        require(status == 1 and [one["rule"] for one in objects[:-1]] == ["FILE-ZIP"], objects[:2])

    def locked(self):
        """A file that another program has locked is read where the system lets it be read."""
        import fcntl
        path = self.put("locked.csv", self.good)
        with open(path, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            require(self.check(path)[0] == 0, "a lock that is a word of honour")

    # ---- sizes ----

    def piped(self, pieces, *more):
        """Status, summary, rules, peak memory in bytes of a check of what is piped into it."""
        out = os.path.join(self.work, "piped.jsonl")
        with open(out, "wb") as file:
            child = subprocess.Popen([self.kpfd, "check", "--as-of", AS_OF, "--lang", "en", "--format", "jsonl", *more, "-"], stdin=subprocess.PIPE,
                                     stdout=file)
            # The system's own figure counts the process that it was forked from, too.
            peaks = [0]

            def watch():
                try:
                    while True:
                        with open("/proc/%d/status" % child.pid, encoding="ascii") as facts:
                            peaks.append(max([int(line.split()[1]) for line in facts if line.startswith("VmHWM:")], default=0))
                        time.sleep(0.003)
                except OSError:
                    pass
            watcher = threading.Thread(target=watch)
            watcher.start()
            for piece in pieces:
                child.stdin.write(piece)
            child.stdin.close()
            child.wait()
            watcher.join()
            peak = max(peaks) << 10
        lines = 0
        rules = {}
        with open(out, "rb") as file:
            for line in file:
                lines += 1
                last = json.loads(line)
                if last["type"] == "finding":
                    rules[last["rule"]] = rules.get(last["rule"], 0) + 1
        os.unlink(out)
        require(child.returncode in (0, 1), "status %d: %s" % (child.returncode, last))
        if self.measurable:
            require(0 < peak <= MOST_MEMORY, "%d MiB of memory" % (peak >> 20))
        print("    %s: %d bytes, %d lines told, peak %.1f MiB" % (sys._getframe(1).f_code.co_name, last["bytes"], lines, peak / (1 << 20)))
        return child.returncode, last, rules

    def lead_bytes(self):
        for byte in (b"\x83", b"\xfc", b"\x81"):
            status, summary, rules = self.piped([byte * (1 << 20)] * 16)
            require(status == 1 and summary["verdict"] == "reject" and summary["bytes"] == 16 << 20, summary)

    def line_of_2_gb(self):
        pieces = 2048 if self.large else 48
        status, summary, rules = self.piped([b"x" * (1 << 20)] * pieces)
        require(status == 1 and summary["verdict"] == "reject" and "LINE-LONG" in rules, rules)

    def records(self, count, damage):
        lines = self.good.split(b"\r\n")
        yield b"\r\n".join(lines[:5]) + b"\r\n"
        piece = b"".join(line + (b",x" if damage else b"") + b"\r\n" for line in lines[5:-1]) * 100
        for _ in range(count // 2000):
            yield piece

    def ten_million_records(self):
        count = 10_000_000 if self.large else 200_000
        status, summary, _ = self.piped(self.records(count, False), "--max-findings", "10")
        require(status == 1 and sum(summary["records"].values()) == count, summary)

    def a_million_findings(self):
        count = 1_000_000 if self.large else 100_000
        status, summary, rules = self.piped(self.records(count, True), "--max-findings", "1000")
        require(status == 1 and sum(rules.values()) == 1000, "findings told: %s" % rules)
        require(summary["errors"] + summary["warnings"] >= count, "the true totals: %s" % summary)


TESTS = [name for name in ("table inert_texts never_shown names_in_profiles no_patterns profiles_include_nothing sidecars clocks names_of_files devices "
                           "sparse grows_while_reading shrinks_while_reading swapped_while_reading unreadable zip_bomb locked lead_bytes "
                           "line_of_2_gb ten_million_records a_million_findings").split()]


def main():
    parser = argparse.ArgumentParser(description="Hostile inputs against the built command.")
    parser.add_argument("kpfd")
    parser.add_argument("sources")
    parser.add_argument("work")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--shim")
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_intermixed_args()
    tests = Tests(arguments)
    failed = 0
    for name in arguments.names or TESTS:
        begun = time.monotonic()
        try:
            getattr(tests, name)()
            print("ok      %-28s %6.1f s" % (name, time.monotonic() - begun), flush=True)
        except Failed as failure:
            failed += 1
            print("FAILED  %s: %s" % (name, failure), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
