#!/usr/bin/env python3
"""kpfd serve on a PostgreSQL server that goes away: nothing acknowledged is lost, nothing is stored twice.

Usage: postgresql_test.py KPFD WORK [--stops N] [--away SECONDS]

The server is stopped hard while eight senders load, is away for a while, and comes back; in ctest once for 1 second,
for a proof `--stops 10 --away 60`. Synthetic filings only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "converters"))
sys.dont_write_bytecode = True
import postgresql  # noqa: E402: in the folder above
from service import Failed, Service, request, require  # noqa: E402


def filings_of(kpfd, work, count):
    found = []
    for seed in range(count):
        path = os.path.join(work, "%d.CSV" % seed)
        subprocess.run([kpfd, "sample", "--form", "mix", "--records", "10", "--seed", str(seed), "--output", path], check=True)
        with open(path, "rb") as file:
            found.append(file.read())
    return found


def proof(arguments):
    work = os.path.abspath(arguments.work)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    filings = filings_of(arguments.kpfd, work, 60)
    # Its socket's path must be short, and its owner must come to it.
    server = postgresql.Server("/tmp/kpfd-serve-postgresql-%d" % os.getpid())
    acknowledged = {}
    away = []
    try:
        server.start()
        service = Service(arguments.kpfd, os.path.join(work, "service"), "--database", server.connection())
        ending = threading.Event()

        def client(number):
            turn = number
            connection = service.connect(120)
            while not ending.is_set():
                turn = (turn + 7) % len(filings)
                connection.send(request("POST", "/v1/filings", filings[turn], {"Idempotency-Key": "key %d" % turn}))
                answer = connection.answer()
                if answer is None or answer.status not in (200, 201, 503):
                    away.append("no good answer: %s" % (answer and answer.status))
                    return
                if answer.status == 503:
                    away.append(503)
                    time.sleep(0.02)
                    continue
                receipt = answer.json()["receipt"]
                if acknowledged.setdefault(turn, receipt) != receipt:
                    away.append("another receipt")
                    return
        threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        longest = 0
        for _ in range(arguments.stops):
            time.sleep(0.5)
            server.stop("immediate")
            time.sleep(arguments.away)
            require(service.ask("GET", "/healthz/ready").status == 503, "ready without a store")
            require(service.ask("GET", "/healthz").status == 200, "it lives")
            require(service.ask("POST", "/v1/check", filings[0]).status == 200, "checks go on")
            server.start()
            begin = time.monotonic()
            service.wait_ready(20)
            longest = max(longest, time.monotonic() - begin)
        require(longest < 5, "ready again after %.1f s only" % longest)
        time.sleep(0.3)
        ending.set()
        for thread in threads:
            thread.join()
        require(set(away) == {503}, "while it was away: %s" % set(away))
        other = service.ask("POST", "/v1/filings", filings[1], {"Idempotency-Key": "key 0"})
        require(0 in acknowledged or other.status == 201, "the first key")
        require(0 not in acknowledged or other.status == 409, "another body: %d" % other.status)
        for turn, receipt in acknowledged.items():
            answer = service.ask("GET", "/v1/filings/" + receipt)
            require(answer.status == 200 and answer.json()["record_count"] == 10, "filing %d" % turn)
        require(service.stop() == 0, "the end")
        there = [row[0] for row in server.psql("SELECT receipt FROM kpfd.filing")]
        require(len(there) == len(set(there)), "twice")
        require(set(acknowledged.values()) <= set(there), "an acknowledged filing is lost")
        print("%d filings acknowledged over %d stops, none lost or doubled; ready again after %.1f s at most" % (
            len(acknowledged), arguments.stops, longest))
    finally:
        try:
            server.stop()
        except SystemExit:
            pass  # it was not running
        shutil.rmtree(server.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--stops", type=int, default=1)
    parser.add_argument("--away", type=float, default=1)
    try:
        proof(parser.parse_args())
    except Failed as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
