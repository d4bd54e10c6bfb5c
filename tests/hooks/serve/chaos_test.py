#!/usr/bin/env python3
"""kpfd serve behind a network that delays, slices, cuts, resets and doubles: each filing is stored once, with its own receipt.

Usage: chaos_test.py KPFD WORK [--filings N] [--clients N] [--kills N] [--seed S]

Clients do what docs/serve.md asks of them: a key for each delivery, and the same request again until there is an
answer. With --kills the service is killed with SIGKILL meanwhile, too. In ctest 48 filings and 2 kills; for a proof
`--filings 2000 --kills 40`, with other seeds. Synthetic filings only.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

from chaos import KINDS, Chaos
from service import Connection, Failed, Service, request, require, together


class Proof:
    def __init__(self, arguments):
        self.arguments = arguments
        self.work = os.path.abspath(arguments.work)
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.store = os.path.join(self.work, "store.db")
        # Each has another number of records, as far as that goes: a receipt of another filing shows.
        self.filings = [self.filing(seed, 5 + seed % 40) for seed in range(arguments.filings)]
        self.service = self.start()
        self.chaos = Chaos(self.service.address, arguments.seed)
        self.receipts = {}
        self.tries = 0
        self.kills = 0
        self.lock = threading.Lock()
        self.over = threading.Event()

    def filing(self, seed, records):
        done = subprocess.run([self.arguments.kpfd, "sample", "--form", "mix", "--records", str(records), "--seed", str(1000 + seed),
                               "--output", "-"], stdout=subprocess.PIPE, check=True)
        return done.stdout

    def start(self):
        return Service(self.arguments.kpfd, os.path.join(self.work, "service"), store=self.store)

    def client(self, number):
        chance = random.Random(self.arguments.seed * 1000 + number)
        # Neighbours send the same filings under the same keys at the same time.
        mine = [turn for turn in range(len(self.filings)) if turn % (self.arguments.clients // 2) == number // 2]
        chance.shuffle(mine)
        connection = None
        for turn in mine:
            data = request("POST", "/v1/filings", self.filings[turn], {"Idempotency-Key": "delivery %d" % turn})
            until = time.monotonic() + 60
            while True:
                require(time.monotonic() < until, "filing %d does not come through" % turn)
                self.tries += 1
                try:
                    connection = connection or Connection(self.chaos.address, 10)
                    connection.send(data)
                    answer = connection.answer()
                except OSError:
                    answer = None
                if answer is None or answer.status in (408, 429, 503):
                    if connection:
                        connection.close()
                    connection = None
                    time.sleep(0.01)
                    continue
                require(answer.status in (200, 201), "filing %d: a status %d: %s" % (turn, answer.status, answer.body[:200]))
                value = answer.json()
                require(value["summary"]["records"] and sum(value["summary"]["records"].values()) == 5 + turn % 40,
                        "filing %d has the answer of another one" % turn)
                with self.lock:
                    require(self.receipts.setdefault(turn, value["receipt"]) == value["receipt"], "filing %d: two receipts" % turn)
                if chance.random() < 0.5 or answer.headers.get("connection") == "close":
                    connection.close()
                    connection = None
                break
        if connection:
            connection.close()

    def kill(self):
        chance = random.Random(self.arguments.seed)
        for _ in range(self.arguments.kills):
            if self.over.wait(chance.uniform(0.2, 0.8)):
                return
            require(self.service.stop(signal.SIGKILL) != 0, "it was killed")
            self.kills += 1
            self.service = self.start()
            self.chaos.target = self.service.address

    def run(self):
        killer = threading.Thread(target=self.kill)
        killer.start()
        try:
            together(self.arguments.clients, self.client)
        finally:
            self.over.set()
            killer.join()
        self.chaos.close()
        require(len(self.receipts) == len(set(self.receipts.values())) == len(self.filings), "each filing has a receipt of its own")
        # Asked directly: the key still means this filing, the receipt its facts.
        for turn, receipt in self.receipts.items():
            answer = self.service.ask("POST", "/v1/filings", self.filings[turn], {"Idempotency-Key": "delivery %d" % turn})
            require(answer.status == 200 and answer.json()["receipt"] == receipt, "filing %d, sent again" % turn)
            facts = self.service.ask("GET", "/v1/filings/" + receipt).json()
            require(facts["record_count"] == 5 + turn % 40, "the facts of filing %d" % turn)
        require(self.service.stop() == 0, "the end")
        database = sqlite3.connect(self.store)
        stored = [row[0] for row in database.execute("SELECT receipt FROM filing")]
        database.close()
        require(sorted(stored) == sorted(self.receipts.values()), "%d stored for %d filings" % (len(stored), len(self.filings)))
        missing = [kind for kind in KINDS if self.chaos.counts[kind] == 0]
        require(not missing, "never done: %s" % missing)
        print("%d filings, each stored once; %d tries over %d connections (%s), %d kills, seed %d" % (
            len(stored), self.tries, sum(self.chaos.counts.values()),
            ", ".join("%s %d" % item for item in self.chaos.counts.items()), self.kills, self.arguments.seed))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--filings", type=int, default=48)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.kpfd = os.path.abspath(arguments.kpfd)
    try:
        Proof(arguments).run()
    except Failed as failure:
        print("seed %d: %s" % (arguments.seed, failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
