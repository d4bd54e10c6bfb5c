#!/usr/bin/env python3
"""Exactly once: the store of SQLite under kills, cut power, neighbours and full disks.

Usage: store_proof.py KPFD WORK [--kills N] [--cuts N] [--seed S]

kills    The command is killed with SIGKILL at random moments while it takes filings in, again and again with
         overlapping filings. Whatever had its answer is there with that receipt, whatever is there is whole, and in the
         end everything is there once.
cuts     What the command writes is recorded (strace). The power is cut behind any of these steps: what was synchronised
         is on the disk, of the rest a random part, in the order of the writes or not, whole or torn. The store that is
         left is opened by another SQLite and then by the command.
together Several commands take the same filings into one new store at the same time.
full     The file may not grow beyond a limit.
old      A store of an older version is brought up to date.

Synthetic filings only. Prints the numbers, and each failure with its seed; status 1 if there is one.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

AS_OF = "2026-07-31"
TABLES = ["standard_remuneration", "monthly_change", "bonus", "acquisition", "loss"]
SECTOR = 512


class Failed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failed(text)


class Proof:
    def __init__(self, arguments):
        self.kpfd = os.path.abspath(arguments.kpfd)
        self.work = os.path.abspath(arguments.work)
        self.random = random.Random(arguments.seed)
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)

    def filings(self, count, records):
        """`count` filings as pairs: Shift_JIS, and a twin in UTF-8 by another name."""
        found = []
        for seed in range(count):
            pair = []
            for encoding in ("shift_jis", "utf-8"):
                path = os.path.join(self.work, "%s-%d.CSV" % (encoding, seed))
                subprocess.run([self.kpfd, "sample", "--form", "mix", "--records", str(records + seed), "--seed",
                                str(seed), "--encoding", encoding, "--output", path], check=True)
                pair.append(path)
            found.append(pair)
        return found

    def command(self, store, files):
        return [self.kpfd, "convert", "--to", "sqlite", "--as-of", AS_OF, "--output", store] + files

    def look(self, store, answers, records):
        """Answers given are kept, and what is there is whole. Returns the receipts."""
        database = sqlite3.connect(store)
        try:
            require(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "integrity")
            if database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filing'").fetchone()[0] == 0:
                require(not answers, "an answered filing is gone with the whole store")
                return set()
            rows = database.execute("SELECT id, receipt, record_count FROM filing").fetchall()
            receipts = {row[1] for row in rows}
            require(len(receipts) == len(rows), "a receipt twice")
            require(answers <= receipts, "an answered filing is gone: %s" % (answers - receipts))
            require(len(rows) <= records, "more filings than there are")
            for number, receipt, count in rows:
                found = sum(database.execute('SELECT count(*) FROM "%s" WHERE filing = ?' % table,
                                             (number,)).fetchone()[0] for table in TABLES)
                require(found == count, "%s has %d of %d records" % (receipt, found, count))
                for table in ("media", "office"):
                    require(database.execute('SELECT count(*) FROM "%s" WHERE filing = ?' % table,
                                             (number,)).fetchone()[0] >= 1, receipt + ": no " + table)
            require(database.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign keys")
            return receipts
        finally:
            database.close()

    def finish(self, store, files, known=None):
        """Takes all in; every filing has one receipt in both encodings, and the receipts known before."""
        done = subprocess.run(self.command(store, [path for pair in files for path in pair]), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        require(done.returncode == 0, "status %d: %s" % (done.returncode, done.stderr.decode()[-500:]))
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        receipts = [answer["receipt"] for answer in answers]
        require(receipts[0::2] == receipts[1::2], "two receipts for a filing in two encodings")
        require(len(set(receipts)) == len(files), "a receipt for two filings")
        require(known is None or known <= set(receipts), "a receipt has changed")
        require(self.look(store, set(receipts), len(files)) == set(receipts), "not what was answered")

    def kills(self, count):
        files = self.filings(12, 400)
        store = os.path.join(self.work, "kills.db")
        paths = [path for pair in files for path in pair]
        answers = set()
        killed = 0
        started = time.time()
        stores = 0
        while killed < count:
            chosen = self.random.sample(paths, 4)
            process = subprocess.Popen(self.command(store, chosen), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(self.random.uniform(0, 0.12))
            process.send_signal(signal.SIGKILL)
            out = process.stdout.read().decode()
            process.wait()
            if process.returncode == -signal.SIGKILL:
                killed += 1
            for line in out.splitlines(keepends=True):
                if line.endswith("\n"):
                    answers.add(json.loads(line)["receipt"])
            if os.path.exists(store) and os.path.getsize(store) + (
                    os.path.getsize(store + "-wal") if os.path.exists(store + "-wal") else 0) > 0:
                receipts = self.look(store, answers, len(files))
            else:
                require(not answers, "an answered filing is gone with its file")
                receipts = set()
            # A store that has everything has nothing left to lose: begin another one.
            if len(receipts) == len(files):
                self.finish(store, files, answers)
                for ending in ("", "-wal", "-shm", "-journal"):
                    if os.path.exists(store + ending):
                        os.remove(store + ending)
                answers = set()
                stores += 1
        self.finish(store, files, answers)
        print("kills: %d with SIGKILL over %d stores, %.1f s: nothing lost, doubled or half there" %
              (killed, stores + 1, time.time() - started))

    # ---- the power ----

    def record(self, files):
        """Runs the command under strace: steps on the files of the store, and answers."""
        store = os.path.join(self.work, "power.db")
        if os.path.exists(store):
            os.remove(store)
        steps = []
        for group in files:
            log = os.path.join(self.work, "trace")
            # A process that is traced cannot be searched for leaks.
            quiet = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
            done = subprocess.run(["strace", "-f", "-xx", "-s", "1000000", "-e", "trace=openat,pwrite64,fdatasync,fsync,"
                                   "ftruncate,close,unlink,write", "-o", log] + self.command(store, group),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=quiet)
            require(done.returncode == 0, "under strace: " + done.stderr.decode()[-300:])
            steps += self.parse(log, store)
        return steps

    @staticmethod
    def parse(log, store):
        text = lambda raw: bytes.fromhex(raw.replace("\\x", ""))
        opened = {}
        steps = []
        with open(log, encoding="ascii", errors="replace") as file:
            for line in file:
                match = re.match(r"\d+\s+(\w+)\((.*)\)\s+=\s+(-?\d+)", line)
                if not match or match.group(3).startswith("-"):
                    continue
                call, rest, result = match.groups()
                if call == "openat":
                    name = text(re.search(r'"((?:\\x..)*)"', rest).group(1)).decode()
                    if name.startswith(store):
                        opened[int(result)] = name[len(store):]
                    elif name.rstrip("/") == os.path.dirname(store):
                        opened[int(result)] = "/"
                    else:
                        opened.pop(int(result), None)
                    continue
                if call == "unlink":
                    name = text(re.search(r'"((?:\\x..)*)"', rest).group(1)).decode()
                    if name.startswith(store):
                        steps.append(("unlink", name[len(store):]))
                    continue
                descriptor = int(rest.split(",")[0])
                if call == "write" and descriptor == 1:
                    data = text(re.search(r'"((?:\\x..)*)"', rest).group(1)).decode()
                    steps += [("answer", json.loads(one)["receipt"]) for one in data.splitlines()]
                if descriptor not in opened or opened[descriptor] == "-shm":
                    continue
                name = opened[descriptor]
                if call == "pwrite64":
                    data = text(re.search(r'"((?:\\x..)*)"', rest).group(1))
                    steps.append(("write", name, int(rest.rsplit(",", 1)[1]), data))
                elif call == "ftruncate":
                    steps.append(("truncate", name, int(rest.split(",")[1])))
                elif call in ("fdatasync", "fsync"):
                    steps.append(("sync", name))
        return steps

    def after_cut(self, steps, at):
        """Files and answers after the power was cut behind step `at`."""
        durable = {}
        waiting = {}
        answers = set()
        for step in steps[:at]:
            kind = step[0]
            if kind == "answer":
                answers.add(step[1])
            elif step == ("sync", "/"):
                # The folder: what was removed stays removed, though not what else waits.
                for name in waiting:
                    removed = [number for number, one in enumerate(waiting[name]) if one[0] == "unlink"]
                    if removed:
                        durable.pop(name, None)
                        waiting[name] = waiting[name][removed[-1] + 1:]
            elif kind == "sync":
                for one in waiting.pop(step[1], []):
                    self.apply(durable, one)
            else:
                waiting.setdefault(step[1], []).append(step)
        for name in list(waiting):
            pending = waiting[name]
            # A name leads to the old file or to the new one, never to a mixture.
            removed = [number for number, one in enumerate(pending) if one[0] == "unlink"]
            if removed and self.random.random() < 0.5:
                durable.pop(name, None)
                pending = pending[removed[-1] + 1:]
            elif removed:
                pending = pending[:removed[0]]
            # Either a beginning of them, as a journaling file system has it, or any of them.
            keep = self.random.random()
            ordered = self.random.random() < 0.5
            cut = self.random.randrange(len(pending) + 1)
            for number, one in enumerate(pending):
                if number >= cut if ordered else self.random.random() > keep:
                    continue
                if one[0] == "write" and self.random.random() < 0.1:
                    size = self.random.randrange(0, len(one[3]) + 1) // SECTOR * SECTOR
                    one = ("write", one[1], one[2], one[3][:size])
                self.apply(durable, one)
        return durable, answers

    @staticmethod
    def apply(durable, step):
        if step[0] == "unlink":
            durable.pop(step[1], None)
            return
        content = durable.setdefault(step[1], bytearray())
        if step[0] == "truncate":
            del content[step[2]:]
            content.extend(bytes(step[2] - len(content)))
            return
        offset, data = step[2], step[3]
        if len(content) < offset + len(data):
            content.extend(bytes(offset + len(data) - len(content)))
        content[offset:offset + len(data)] = data

    @staticmethod
    def put_back(store, durable):
        """Makes the files of a store what a cut has left of them."""
        for ending in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(store + ending):
                os.remove(store + ending)
        for ending, content in durable.items():
            with open(store + ending, "wb") as file:
                file.write(content)

    @staticmethod
    def can_trace():
        """Whether this machine lets a process be traced; some forbid it to everybody."""
        return subprocess.run(["strace", "-o", os.devnull, "true"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def cuts(self, count):
        files = self.filings(6, 40)
        groups = [files[0] + files[1][:1], files[2][:1], files[1] + files[3][:1] + files[4][:1], files[5]]
        steps = self.record(groups)
        syncs = sum(step[0] == "sync" for step in steps)
        require(syncs >= 12 and sum(step[0] == "answer" for step in steps) == sum(map(len, groups)), "a thin record")
        started = time.time()
        store = os.path.join(self.work, "cut.db")
        for number in range(count):
            at = self.random.randrange(1, len(steps) + 1)
            durable, answers = self.after_cut(steps, at)
            self.put_back(store, durable)
            try:
                if durable.get(""):
                    self.look(store, answers, len(files))
                elif durable.get("-wal") is None or not answers:
                    require(not answers, "an answered filing is gone with its file")
                if number % 25 == 0:
                    self.finish(store, files, answers)
            except (Failed, sqlite3.DatabaseError) as error:
                raise Failed("cut %d behind step %d of %d: %s" % (number, at, len(steps), error))
        print("cuts: %d points of %d steps with %d synchronisations, %.1f s: nothing lost, doubled or half there" %
              (count, len(steps), syncs, time.time() - started))

    def teeth(self):
        """The method finds a store that answers before it synchronises."""
        files = self.filings(3, 40)
        steps = [step for step in self.record([files[0], files[1], files[2]]) if step[0] != "sync"]
        lost = 0
        for _ in range(40):
            durable, answers = self.after_cut(steps, len(steps))
            store = os.path.join(self.work, "teeth.db")
            self.put_back(store, durable)
            try:
                self.look(store, answers, 3) if os.path.exists(store) else require(not answers, "gone")
            except (Failed, sqlite3.DatabaseError):
                lost += 1
        require(lost > 10, "a store that never synchronises passes")
        print("teeth: without synchronisation %d of 40 cuts lose something" % lost)

    # ---- neighbours, full disks, old versions ----

    def together(self):
        files = self.filings(4, 300)
        store = os.path.join(self.work, "together.db")
        paths = [path for pair in files for path in pair]
        orders = [self.random.sample(paths, len(paths)) for _ in range(6)]
        processes = [subprocess.Popen(self.command(store, order), stdout=subprocess.PIPE) for order in orders]
        new = []
        receipts = {}
        for process in processes:
            out = process.communicate()[0].decode()
            require(process.returncode == 0, "together: status %d" % process.returncode)
            for line in out.splitlines():
                answer = json.loads(line)
                number = re.search(r"-(\d+)\.CSV", answer["file"]).group(1)
                receipts.setdefault(number, set()).add(answer["receipt"])
                new += [number] if answer["new"] else []
        require(sorted(new) == sorted(receipts), "a filing is new twice, or never")
        require(all(len(one) == 1 for one in receipts.values()), "a filing has two receipts")
        self.finish(store, files)
        print("together: 6 commands, %d filings in both encodings: each new once, one receipt each" % len(files))

    def full(self):
        files = self.filings(3, 2000)
        store = os.path.join(self.work, "full.db")
        first = subprocess.run(self.command(store, files[0][:1]), stdout=subprocess.PIPE, check=True)
        answers = {json.loads(first.stdout)["receipt"]}
        limit = 200000  # less than the log of one filing

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        done = subprocess.run(self.command(store, files[1][:1]), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=no_room)
        require(done.returncode == 2 and not done.stdout, "full: status %d" % done.returncode)
        require(done.stderr.decode().strip(), "full: no word")
        require(self.look(store, answers, 3) == answers, "something of the refused filing is there")
        self.finish(store, files, answers)
        print("full: refused with status 2, nothing of it there; taken in when there is room")

    def old(self):
        files = self.filings(2, 20)
        store = os.path.join(self.work, "old.db")
        first = subprocess.run(self.command(store, files[0][:1]), stdout=subprocess.PIPE, check=True)
        answers = {json.loads(first.stdout)["receipt"]}
        database = sqlite3.connect(store)
        # Version 1 had no table of deliveries, version 2 none of what senders call them; and no form had this column before
        # its edition came.
        database.execute("DROP TABLE delivery")
        database.execute("DROP TABLE request")
        database.execute("ALTER TABLE acquisition DROP COLUMN confirmation_card")
        database.execute("PRAGMA user_version = 1")
        database.commit()
        database.close()
        self.finish(store, files, answers)
        database = sqlite3.connect(store)
        require(database.execute("PRAGMA user_version").fetchone()[0] == 3, "the version")
        require(database.execute("SELECT count(*) FROM delivery WHERE is_new").fetchone()[0] == 2, "the deliveries")
        database.execute("SELECT confirmation_card FROM acquisition")
        database.execute("PRAGMA user_version = 99")
        database.commit()
        database.close()
        done = subprocess.run(self.command(store, files[0][:1]), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        require(done.returncode == 2 and b"99" in done.stderr, "a newer store is touched")
        other = os.path.join(self.work, "other.db")
        database = sqlite3.connect(other)
        database.execute("CREATE TABLE mine (a)")
        database.commit()
        database.close()
        done = subprocess.run(self.command(other, files[0][:1]), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        require(done.returncode == 2, "a database of something else is touched")
        print("old: version 1 is brought up to date with its filings; newer and foreign ones are refused")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    proof = Proof(arguments)
    try:
        proof.old()
        proof.full()
        proof.together()
        if proof.can_trace():
            proof.teeth()
            proof.cuts(arguments.cuts)
        else:
            print("cuts: NOT DONE: this machine lets nobody trace a process")
        proof.kills(arguments.kills)
    except Failed as error:
        print("FAILED with --seed %d: %s" % (arguments.seed, error))
        sys.exit(1)


main()
