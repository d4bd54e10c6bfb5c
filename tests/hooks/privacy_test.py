#!/usr/bin/env python3
"""What is in a filing is nowhere but where it belongs: searched for in all that each command leaves behind.

Usage: privacy_test.py KPFD WORK [PART...] [--seed S]

Filings with names, numbers, addresses and My Numbers that stand nowhere else go through check, precheck, convert,
repair, the inbox and the service: good ones, damaged ones, ones that end the process in the middle. Then every answer,
log, notice, receipt, temporary file, page of a database, dump and the memory of the processes is searched for them, in
Shift_JIS, UTF-8 and UTF-16, in half and full width. Each search is tried on something that has the values first.
"""

import argparse
import glob
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve"))
sys.dont_write_bytecode = True
from service import TOKEN, Failed, Service, request, require  # noqa: E402: in the folder below

AS_OF = "2026-07-31"
KANA = [chr(code) for code in range(0xFF71, 0xFF9D)]
KANJI = "亜唖阿哀愛挨逢葵茜穐悪握渥旭葦芦鯵梓圧斡扱宛姐虻飴絢綾鮎或粟袷安庵按暗案闇鞍杏"
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def with_check_digit(eleven):
    rest = sum(int(digit) * (place + 1 if place <= 6 else place - 5) for place, digit in zip(range(11, 0, -1), eleven)) % 11
    return eleven + str(0 if rest <= 1 else 11 - rest)


class Canaries:
    """Values that stand nowhere else, and where they are found."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.folder = folder
        self.persons = set()     # names and addresses
        self.offices = set()     # those of them that are an office's
        self.numbers = set()     # My Numbers

    def pick(self, letters, size):
        return "".join(self.random.choice(letters) for _ in range(size))

    def cell(self, cell):
        if re.fullmatch("[0-9]{12}", cell):
            number = with_check_digit(self.pick("123456789", 11))
            self.numbers.add(number)
            return number
        if " " in cell and re.search("[\uff66-\uff9f]", cell):
            text = self.pick(KANA, 7) + " " + self.pick(KANA, 6)
        elif "\u3000" in cell:
            text = self.pick(KANJI, 4) + "\u3000" + self.pick(KANJI, 4)
        elif re.fullmatch("[^\x00-\x7f\uff61-\uff9f]{5,}", cell):
            text = self.pick(KANJI, 9) + self.pick(KANJI, 3)
        else:
            return cell
        self.persons.update(re.split("[ \u3000]", text))
        return text

    def filing(self, sample):
        lines = sample.decode("cp932").split("\r\n")
        begin = lines.index("[data]") + 1
        before = set(self.persons)
        lines[3] = ",".join(self.cell(cell) for cell in lines[3].split(","))
        self.offices |= self.persons - before
        filled = [",".join(self.cell(cell) for cell in line.split(",")) if at >= begin else line for at, line in enumerate(lines)]
        return "\r\n".join(filled).encode("cp932")

    @staticmethod
    def forms(text):
        both = {text, unicodedata.normalize("NFKC", text), text.translate(FULL_WIDTH)}
        for one in both:
            yield json.dumps(one)[1:-1].encode("ascii")
            for encoding in ("cp932", "utf-8", "utf-16-le", "utf-16-be"):
                yield one.encode(encoding)

    def found_in(self, content, texts):
        """By grep, which looks for all forms at once."""
        forms = {form: text for text in texts for form in self.forms(text) if b"\n" not in form}
        path = os.path.join(self.folder, "forms")
        with open(path, "wb") as file:
            file.write(b"\n".join(forms))
        done = subprocess.run(["grep", "-a", "-o", "-F", "-f", path], input=content, stdout=subprocess.PIPE, env=dict(os.environ, LC_ALL="C"))
        require(done.returncode in (0, 1), "grep")
        return {forms[line] for line in done.stdout.split(b"\n") if line in forms}

    @property
    def all(self):
        return self.persons | self.numbers


class Tests:
    def __init__(self, arguments):
        self.kpfd = os.path.abspath(arguments.kpfd)
        self.work = os.path.abspath(arguments.work)
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(os.path.join(self.work, "tmp"))
        self.here = os.path.join(self.work, "here")  # where dumps would fall
        os.makedirs(self.here)
        os.environ["TMPDIR"] = os.path.join(self.work, "tmp")
        self.canaries = Canaries(arguments.seed, self.work)
        self.good = self.filing(1)
        require(len(self.canaries.numbers) > 3 and len(self.canaries.persons) > 30, "canaries")
        # The searches find what is there, however it is written.
        text = self.good.decode("cp932")
        for content in (self.good, text.encode("utf-8"), text.encode("utf-16"), unicodedata.normalize("NFKC", text).encode("utf-16-be"),
                        text.translate(FULL_WIDTH).encode("utf-8"), json.dumps(text).encode("ascii")):
            found = self.canaries.found_in(content, self.canaries.all)
            require(len(found) > 0.9 * len(self.canaries.all), "a search that does not find: %d" % len(found))

    def sample(self, seed, records=24):
        return subprocess.run([self.kpfd, "sample", "--form", "mix", "--records", str(records), "--seed", str(seed), "--as-of", AS_OF,
                               "--output", "-"], stdout=subprocess.PIPE, check=True).stdout

    def filing(self, seed):
        return self.canaries.filing(self.sample(seed))

    def damaged(self, filing):
        """Filings with every kind of damage at the values."""
        lines = filing.split(b"\r\n")
        begin = lines.index(b"[data]") + 1
        yield filing.decode("cp932").encode("utf-8")
        yield filing[:-40]
        yield filing.replace(b"\r\n", b"\n")
        yield b"\r\n".join(lines[:begin - 1] + lines[begin:])
        for change in (lambda cell: cell + b"\x87\x40", lambda cell: cell + b"\x81", lambda cell: b"\xed\x40" + cell, lambda cell: cell + b"?",
                       lambda cell: cell + cell + cell + cell, lambda cell: b" " + cell + b" ", lambda cell: cell.replace(b" ", b"").replace(b"\x81\x40", b""),
                       lambda cell: b'"' + cell + b'"', lambda cell: cell[:-1] + b"0" if cell.isdigit() else cell[:-1], lambda cell: cell + b"\x01",
                       lambda cell: cell + b","):
            yield b"\r\n".join(lines[:begin] + [b",".join(change(cell) if len(cell) >= 7 else cell for cell in line.split(b","))
                                                for line in lines[begin:-1]] + [b""])

    def clean(self, content, where, texts=None):
        found = self.canaries.found_in(content, self.canaries.all if texts is None else texts)
        require(not found, "%d values in %s" % (len(found), where))

    def clean_folder(self, folder, allowed=()):
        """All files below a folder, but those whose name ends as allowed."""
        count = 0
        for place, _, names in os.walk(folder):
            for name in names:
                if name.endswith(tuple(allowed)):
                    continue
                with open(os.path.join(place, name), "rb") as file:
                    self.clean(file.read(), os.path.join(place, name))
                count += 1
        return count

    def run(self, *arguments, **more):
        done = subprocess.run([self.kpfd] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.here, timeout=60, **more)
        require(done.returncode in (0, 1, 2), "%s: status %d" % (arguments[0], done.returncode))
        return done.stdout + done.stderr

    def put(self, name, content):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def commands(self):
        """check, precheck, repair and summary of good and damaged filings: each way to speak."""
        paths = [self.put("in/0/KPFD0006.CSV", self.good)]
        paths += [self.put("in/%d/KPFD0006.CSV" % number, filing) for number, filing in enumerate(self.damaged(self.good), 1)]
        errors = 0
        for path in paths:
            for language in ("ja", "en"):
                for form in ("text", "jsonl", "json", "html"):
                    out = self.run("check", "--as-of", AS_OF, "--lang", language, "--format", form, path)
                    self.clean(out, "check --format %s of %s" % (form, path))
                    errors += out.count(b'"error"')
            shown = self.run("check", "--as-of", AS_OF, "--show-values", path)
            self.clean(shown, "check --show-values of " + path, self.canaries.numbers)
            for menu in ("application", "other"):
                for ending in ("html", "txt", "json"):
                    receipt = os.path.join(self.work, "receipt." + ending)
                    out = self.run("precheck", "--menu", menu, "--as-of", AS_OF, "--receipt", receipt, "--replace", path)
                    self.clean(out, "precheck of " + path)
                    with open(receipt, "rb") as file:
                        self.clean(file.read(), "a receipt of " + path)
            out = self.run("repair", "--as-of", AS_OF, "--output", os.path.join(self.work, "repaired.csv"), "--replace", path)
            self.clean(out, "what repair says of " + path)
            # A cover sheet names the offices: that is what it is for.
            self.clean(self.run("summary", path), "summary of " + path, self.canaries.all - self.canaries.offices)
        require(errors > 300, "damage: %d errors" % errors)

    def convert(self):
        """Records have values, that is what they are for; but no My Number, and nothing is said."""
        path = self.put("in/0/KPFD0006.CSV", self.good)
        for target in ("ndjson", "xml", "csv", "sqlite"):
            output = os.path.join(self.work, "converted." + target)
            self.clean(self.run("convert", "--as-of", AS_OF, "--to", target, "--output", output, path), "what convert --to %s says" % target)
            files = glob.glob(output + "/*") if os.path.isdir(output) else [output]
            require(files, "nothing was converted to " + target)
            persons = set()
            for name in files:
                with open(name, "rb") as file:
                    content = file.read()
                self.clean(content, "convert --to " + target, self.canaries.numbers)
                persons |= set(self.canaries.found_in(content, self.canaries.persons))
            require(len(persons) > 20, "the search does not read " + target)
        self.my_numbers_alone()

    def my_numbers_alone(self):
        path = self.put("in/0/KPFD0006.CSV", self.good)
        store = os.path.join(self.work, "numbers.db")
        self.clean(self.run("convert", "--as-of", AS_OF, "--to", "sqlite", "--with-my-number", "--output", store, path), "what convert says")
        apart = store + ".my-numbers"
        for name in glob.glob(store + "*"):
            with open(name, "rb") as file:
                found = self.canaries.found_in(file.read(), self.canaries.numbers)
            require(bool(found) == name.startswith(apart), "My Numbers in %s: %d" % (name, len(found)))
            require(os.stat(name).st_mode & 0o77 == 0, name + " is open to others")
        # Deleted as docs/operations.md says.
        for name in (apart, store):
            database = sqlite3.connect(name)
            database.execute("PRAGMA secure_delete=ON")
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' "
                                                         "AND name <> 'store' ORDER BY name = 'filing'")]
            for table in tables:
                database.execute('DELETE FROM "%s"' % table)
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
        for name in glob.glob(store + "*"):
            with open(name, "rb") as file:
                self.clean(file.read(), name + " after a deletion")

    # ---- the inbox ----

    def drop(self, folder, name, data):
        office = self.good.split(b"\r\n")[3].split(b",")[0].decode("ascii")
        with open(os.path.join(folder, name + ".json"), "w", encoding="ascii") as file:
            json.dump({"certificate": "A-1", "office": office, "encrypted_name": "A_1.pgp", "size": len(data)}, file)
        with open(os.path.join(folder, ".x"), "wb") as file:
            file.write(data)
        os.rename(os.path.join(folder, ".x"), os.path.join(folder, name))

    def inbox(self):
        folder = os.path.join(self.work, "inbox")
        os.makedirs(folder)
        store = os.path.join(self.work, "inbox.db")
        self.drop(folder, "good.csv", self.good)
        for number, filing in enumerate(self.damaged(self.good)):
            self.drop(folder, "bad%d.csv" % number, filing)
        self.drop(folder, "none.csv", os.urandom(2000))
        out = b""
        command = ["inbox", folder, "--once", "--store", store, "--as-of", AS_OF]
        # Ended in the middle, with dumps allowed; then again.
        for seconds in (0.02, 0.06, 0.1, 0.15, 0.2, 0.25):
            process = subprocess.Popen([self.kpfd] + command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.here)
            time.sleep(seconds)
            process.send_signal(signal.SIGSEGV)
            out += process.communicate()[0]
        out += self.run(*command)
        self.clean(out, "what the inbox says")
        places = {place: len(os.listdir(os.path.join(folder, place))) for place in ("accepted", "rejected", "work")}
        require(places["accepted"] >= 1 and places["rejected"] >= 8 and not places["work"], "places: %s" % places)
        count = self.clean_folder(folder, allowed=(".csv",))
        require(count > 40, "notices: %d" % count)
        for name in glob.glob(store + "*"):
            with open(name, "rb") as file:
                self.clean(file.read(), name, self.canaries.numbers)

    # ---- the service ----

    def serve(self):
        os.chdir(self.here)
        store = os.path.join(self.work, "serve.db")
        service = Service(self.kpfd, os.path.join(self.work, "serve"), "--workers", "1", store=store)
        answers = b""
        bodies = [self.good] + list(self.damaged(self.good)) + [self.filing(2), self.filing(3)]
        connection = service.connect()
        for body in bodies:
            for path in ("/v1/check", "/v1/filings"):
                connection.send(request("POST", path, body, {"Idempotency-Key": "k%d" % bodies.index(body)}))
                answers += connection.answer().body
        require(service.ask("POST", "/v1/filings", self.filing(4), {"Idempotency-Key": "k0"}).status == 409, "a conflict")
        for _ in range(5):
            broken = service.connect()
            broken.send(request("POST", "/v1/check", self.good)[:2500])
            broken.reset()
        answers += service.ask("GET", "/metrics").body
        # What has been done with is not in the memory of anybody.
        sanitized = any("sanitizer" in line.get("detail", "") for line in service.lines())
        processes = {"the service": service.process.pid}
        processes.update(("worker %d" % worker, worker) for worker in service.workers())
        if sanitized:
            print("memory: left out, a sanitizer keeps what is freed")
        else:
            self.memory(processes)
        connection.close()
        # They end badly, while they work.
        large = self.sample(7, 20000)
        for _ in range(3):
            busy = service.connect()
            busy.send(request("POST", "/v1/check", large))
            time.sleep(0.01)
            for worker in service.workers():
                os.kill(worker, signal.SIGSEGV)
            busy.answer()
            busy.close()
            service.wait_ready()
        service.stop(signal.SIGSEGV)
        self.clean(answers, "an answer")
        self.clean_folder(os.path.join(self.work, "serve"))
        for name in glob.glob(store + "*"):
            with open(name, "rb") as file:
                self.clean(file.read(), name, self.canaries.numbers)

    def memory(self, processes):
        if shutil.which("gcore") is None or os.geteuid() != 0:
            print("memory: left out, it takes gcore and root")
            return
        time.sleep(0.3)
        for name, process in processes.items():
            path = os.path.join(self.work, "core")
            done = subprocess.run(["gcore", "-o", path, str(process)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            cores = glob.glob(path + ".*")
            if not cores:
                print("memory: left out, this machine does not let processes be looked at: " + done.stdout.decode()[-200:])
                return
            with open(cores[0], "rb") as file:
                content = self.memory_of(file.read())
            os.unlink(cores[0])
            all_found = self.canaries.found_in(content, self.canaries.all | {AS_OF})
            require(AS_OF in all_found, "no dump of " + name)
            found, persons = all_found & self.canaries.numbers, all_found & self.canaries.persons
            print("memory of %s: %d My Numbers, %d names and addresses of %d" % (name, len(found), len(persons), len(self.canaries.persons)))
            require(not found, "My Numbers in the memory of %s: %d" % (name, len(found)))
            # The store keeps pages of what it stores in the service's memory: that is what it is for.
            require(not persons or name == "the service", "names in the memory of %s: %d" % (name, len(persons)))

    @staticmethod
    def memory_of(dump):
        """The memory without the registers: what was copied last is in those of vectors until the next copy. Long runs of zeros
        are cut short, which would cost the search its time."""
        headers, = struct.unpack_from("<Q", dump, 32)
        size, count = struct.unpack_from("<HH", dump, 54)
        parts = []
        for number in range(count):
            kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", dump, headers + number * size)
            if kind == 1:  # PT_LOAD
                parts.append(dump[offset:offset + length])
        return re.sub(b"\0{64,}", bytes(64), b"".join(parts))

    def dumps(self):
        """Others leave dumps here; these do not."""
        with open("/proc/sys/kernel/core_pattern", encoding="ascii") as file:
            pattern = file.read().strip()
        other = subprocess.run([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"], cwd=self.here)
        left = glob.glob(os.path.join(self.here, "*"))
        if other.returncode != -signal.SIGSEGV or not left:
            print("dumps: this system leaves none here (%s)" % pattern)
            return
        for name in left:
            os.unlink(name)
        print("dumps: allowed here")

    def all(self, parts):
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        self.dumps()
        for part in parts:
            part = getattr(self, part)
            begin = time.monotonic()
            part()
            require(not os.listdir(self.here), "%s has left %s" % (part.__name__, os.listdir(self.here)))
            require(not os.listdir(os.environ["TMPDIR"]), "%s has left %s" % (part.__name__, os.listdir(os.environ["TMPDIR"])))
            print("%s: good, %.1f s" % (part.__name__, time.monotonic() - begin))
        require(TOKEN not in "".join(open(path, encoding="utf-8").read() for path in glob.glob(os.path.join(self.work, "serve", "log"))), "a token")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("parts", nargs="*", default=["commands", "convert", "inbox", "serve"])
    parser.add_argument("--seed", type=int, default=1)
    try:
        arguments = parser.parse_args()
        Tests(arguments).all(arguments.parts)
    except Failed as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
