#!/usr/bin/env python3
"""The service and the inbox while calls of the system and of memory fail: nothing that was answered is lost, and nothing is
taken twice or in part.

Usage: services_test.py KPFD SHIM WORK [--every N] [--calls CALLS] [NAME...]

serve  A service with a store gets filings while a call fails, once and for good; each is sent until it has its answer or the
       service is gone. What had its answer is in the store; a service in peace then takes all, once.
inbox  A folder of good and bad filings is handled while a call fails. No file is lost whatever happens; handled again in
       peace, each comes to its place and each good one into the store, once.

A program may end with status 2 and a word why; it never ends by a signal, and says nothing of what is in a filing. The calls
are counted first, in a run without faults; --every N takes each Nth (default: a few). Synthetic filings only.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from faults_test import AS_OF, CALLS, Failed, require  # noqa: E402: in this folder

GOOD = 3


class Tests:
    def __init__(self, arguments):
        self.kpfd, self.shim, self.work = (os.path.abspath(path) for path in (arguments.kpfd, arguments.shim, arguments.work))
        self.every = arguments.every
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.filings = [self.sample(seed) for seed in range(GOOD)]
        self.bad = self.filings[0].replace(b"\r\n", b"\n")
        self.store = os.path.join(self.work, "run", "store.db")
        self.folder = os.path.join(self.work, "run", "in")

    def sample(self, seed):
        return subprocess.run([self.kpfd, "sample", "--records", "4", "--seed", str(seed), "--as-of", AS_OF], stdout=subprocess.PIPE, check=True).stdout

    def clean(self):
        shutil.rmtree(os.path.join(self.work, "run"), ignore_errors=True)
        os.makedirs(self.folder)

    def environment(self, fault):
        if fault is None:
            return dict(os.environ)
        calls, at, forever, count = fault
        env = dict(os.environ, LD_PRELOAD=self.shim, KPFD_FAULT_CALL=calls, KPFD_FAULT_AT=str(at))
        if forever:
            env["KPFD_FAULT_FOREVER"] = "1"
        if count:
            env["KPFD_FAULT_COUNT"] = count
        return env

    def receipts(self):
        """The receipts in the store, each of a whole filing."""
        if not os.path.exists(self.store) or not os.path.getsize(self.store):
            return []
        database = sqlite3.connect(self.store)
        try:
            require(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the store is damaged")
            if not database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filing'").fetchone()[0]:
                return []
            parts = " + ".join("(SELECT count(*) FROM %s WHERE filing = f.id)" % table for table in
                               ("standard_remuneration", "monthly_change", "bonus", "acquisition", "loss"))
            rows = database.execute("SELECT receipt, record_count, %s FROM filing f" % parts).fetchall()
            require(all(told == there for _, told, there in rows), "a part of a filing")
            return [row[0] for row in rows]
        finally:
            database.close()

    # ---- the service ----

    def serve(self, fault):
        """Receipts that were answered; and how the service ended: its status and what it said."""
        path = os.path.join(self.work, "run", "socket")
        answered = set()
        with subprocess.Popen([self.kpfd, "serve", "--lang", "en", "--listen", "unix:" + path, "--no-token", "--as-of", AS_OF, "--store", self.store,
                               "--workers", "1", "--threads", "2"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              env=self.environment(fault)) as process:
            try:
                until = time.monotonic() + 20
                while not os.path.exists(path) and process.poll() is None and time.monotonic() < until:
                    time.sleep(0.005)
                for filing in self.filings:
                    for _ in range(4):
                        receipt = self.send(path, filing)
                        if receipt or process.poll() is not None:
                            break
                        time.sleep(0.02)
                    if receipt:
                        answered.add(receipt)
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                said = process.communicate(timeout=40)[1]
            finally:
                process.kill()
        return answered, process.returncode, said

    @staticmethod
    def send(path, filing):
        """The receipt; '': there is no answer, or another one."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(20)
                connection.connect(path)
                connection.sendall(b"POST /v1/filings HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(filing) + filing)
                answer = b""
                while True:
                    part = connection.recv(65536)
                    if not part:
                        break
                    answer += part
        except OSError:
            return ""
        if not answer.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 200 ")):
            return ""
        return answer.split(b"\r\nLocation: /v1/filings/", 1)[1].split(b"\r\n", 1)[0].decode()

    def serve_with(self, fault):
        self.clean()
        answered, status, said = self.serve(fault)
        self.judge(fault, status, said, (0,))
        there = self.receipts()
        require(answered <= set(there), "what was answered is gone")
        answered, status, said = self.serve(None)
        require(status == 0 and len(answered) == GOOD, "in peace: status %d, %d answers: %s" % (status, len(answered), said))
        require(set(there) <= answered and sorted(self.receipts()) == sorted(answered), "not each once")

    # ---- the inbox ----

    def inbox(self, fault):
        return subprocess.run([self.kpfd, "inbox", self.folder, "--once", "--lang", "en", "--as-of", AS_OF, "--store",
                               self.store], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.environment(fault),
                              timeout=60)

    def contents(self):
        found = {}
        for at, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(at, name), "rb") as file:
                    found.setdefault(hashlib.sha256(file.read()).hexdigest(), []).append(os.path.relpath(at, self.folder))
        return found

    def inbox_with(self, fault):
        self.clean()
        given = [*self.filings, self.bad]
        for number, filing in enumerate(given):
            path = os.path.join(self.folder, "%d.csv" % number)
            with open(path + ".json", "w", encoding="utf-8") as file:
                json.dump({"certificate": "JC-1", "office": "1001", "encrypted_name": "A_JC-1-%d.pgp" % number, "size": len(filing)}, file)
            with open(path, "wb") as file:
                file.write(filing)
        done = self.inbox(fault)
        self.judge(fault, done.returncode, done.stderr + done.stdout, (0, 1))
        names = [hashlib.sha256(filing).hexdigest() for filing in given]
        there = self.contents()
        require(all(name in there for name in names), "a file is gone")
        receipts = self.receipts()
        for _ in range(2):  # what an ended run has begun is ended first
            done = self.inbox(None)
            require(done.returncode in (0, 1), "in peace: status %d: %s" % (done.returncode, done.stderr))
        there = self.contents()
        for name in names:
            require(len(there.get(name, [])) == 1 and there[name][0] != ".", "in peace a file is at %s" % there.get(name))
        require(len(self.receipts()) == GOOD and set(receipts) <= set(self.receipts()), "in peace %d are in the store" % len(self.receipts()))

    # ---- both ----

    def judge(self, fault, status, said, good):
        told = said.decode(errors="replace")
        if fault and fault[0] == "memory" and fault[2] and status == -6 and "libgcc_s" in told:
            return  # the C runtime ends the program: glibc cannot load what unwinds a thread
        require(status in good or (fault and status == 2), "status %d: %s" % (status, told[-400:]))
        # Where no output can be written, none can say so.
        require(status != 2 or told.strip() or (fault and fault[2] and "write" in fault[0]), "nothing is said")
        for filing in self.filings:
            for cell in filing.split(b"\r\n")[5].split(b","):
                require(len(cell) < 8 or cell not in said, "a value is told")

    def test(self, name, all_calls):
        with_fault = {"serve": self.serve_with, "inbox": self.inbox_with}[name]
        number_of_faults = 0
        failures = []
        for calls in all_calls:
            counter = os.path.join(self.work, "count")
            if os.path.exists(counter):
                os.unlink(counter)
            with_fault((calls, 0, False, counter))
            with open(counter, encoding="ascii") as file:
                number = int(file.read())
            for forever in (False, True):
                step = self.every or max(1, number // 2)
                for at in sorted(set(range(1, number + 1, step)) | ({number} if number else set())):
                    number_of_faults += 1
                    try:
                        with_fault((calls, at, forever, None))
                    except (Failed, subprocess.TimeoutExpired) as failure:
                        failures.append("%s number %d of %d%s: %s" % (calls, at, number, " and all that follow" if forever else "", failure))
        require(not failures, "%s: %d of %d faults:\n%s" % (name, len(failures), number_of_faults, "\n".join(failures[:12])))
        return number_of_faults


def main():
    parser = argparse.ArgumentParser(description="Calls that fail under the services.")
    for name in ("kpfd", "shim", "work"):
        parser.add_argument(name)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--every", type=int, default=0)
    parser.add_argument("--calls", choices=CALLS)
    arguments = parser.parse_intermixed_args()
    tests = Tests(arguments)
    failed = 0
    for name in arguments.names or ("serve", "inbox"):
        begun = time.monotonic()
        try:
            print("ok      %-6s %5d faults %6.1f s" % (name, tests.test(name, [arguments.calls] if arguments.calls else CALLS), time.monotonic() - begun),
                  flush=True)
        except Failed as failure:
            failed += 1
            print("FAILED  %s" % failure, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
