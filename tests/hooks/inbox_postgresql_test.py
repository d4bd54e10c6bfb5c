#!/usr/bin/env python3
"""kpfd inbox on a PostgreSQL server that is stopped hard while it loads: each filing is stored once, none is lost or blamed.

Usage: inbox_postgresql_test.py KPFD WORK [--files N] [--stops N] [--away SECONDS]

In ctest 40 files and 2 stops. Synthetic filings only.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "converters"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve"))
sys.dont_write_bytecode = True
import postgresql  # noqa: E402: in the folder beside
from service import Failed, require  # noqa: E402: in the folder below


def sample(kpfd, seed):
    return subprocess.run([kpfd, "sample", "--form", "mix", "--records", "10", "--seed", str(seed), "--output", "-"],
                          stdout=subprocess.PIPE, check=True).stdout


def drop(folder, name, data):
    office = data.split(b"\r\n")[3].split(b",")[0].decode("ascii")
    with open(os.path.join(folder, name + ".json"), "w", encoding="ascii") as file:
        json.dump({"certificate": "A-1", "office": office, "encrypted_name": "A_1.pgp", "size": len(data)}, file)
    with open(os.path.join(folder, ".x"), "wb") as file:
        file.write(data)
    os.rename(os.path.join(folder, ".x"), os.path.join(folder, name))


def proof(arguments):
    kpfd, work = os.path.abspath(arguments.kpfd), os.path.abspath(arguments.work)
    shutil.rmtree(work, ignore_errors=True)
    folder = os.path.join(work, "in")
    os.makedirs(folder)
    # Every fourth comes a second time under another name.
    filings = {"f%04d.csv" % number: sample(kpfd, number - number % 4 if number % 4 == 1 else number) for number in range(arguments.files)}
    server = postgresql.Server("/tmp/kpfd-inbox-postgresql-%d" % os.getpid())
    command = [kpfd, "inbox", folder, "--database", server.connection(), "--lang", "en"]
    process = None
    try:
        server.start()
        out = open(os.path.join(work, "out"), "wb")
        err = open(os.path.join(work, "err"), "wb")
        process = subprocess.Popen(command + ["--poll", "0.2"], stdout=out, stderr=err)
        names = list(filings)
        accepted = os.path.join(folder, "accepted")
        part = len(names) // (arguments.stops + 1) + 1
        for stop in range(arguments.stops + 1):
            for name in names[stop * part:(stop + 1) * part]:
                drop(folder, name, filings[name])
            if stop == arguments.stops:
                break
            # It is at work: something of this part is done, and not all.
            until = time.monotonic() + 30
            while not os.path.isdir(accepted) or len(os.listdir(accepted)) < stop * (part + 1) + 2:
                require(time.monotonic() < until and process.poll() is None, "it does not begin")
                time.sleep(0.01)
            server.stop("immediate")
            drop(folder, "late%d.csv" % stop, filings[names[0]])
            filings["late%d.csv" % stop] = filings[names[0]]
            time.sleep(arguments.away)
            require(process.poll() is None, "the inbox has ended while the store was away")
            server.start()
        until = time.monotonic() + 60
        while not os.path.isdir(accepted) or len(os.listdir(accepted)) < len(filings):
            require(time.monotonic() < until and process.poll() is None,
                    "not all come to their place: %s" % {place: os.listdir(os.path.join(folder, place)) for place in ("work", "rejected", "parked")})
            time.sleep(0.05)
        process.terminate()
        require(process.wait(30) == 0, "the end")
        require(not os.listdir(os.path.join(folder, "parked")) and not os.listdir(os.path.join(folder, "rejected")), "a file is blamed")
        receipts = {}
        for name, filing in filings.items():
            with open(os.path.join(accepted, name, name + ".receipt.json"), encoding="utf-8") as file:
                receipts.setdefault(filing, set()).add(json.load(file)["receipt"])
        require(all(len(one) == 1 for one in receipts.values()), "a filing with two receipts")
        stored = [row[0] for row in server.psql("SELECT receipt FROM kpfd.filing")]
        require(sorted(stored) == sorted(next(iter(one)) for one in receipts.values()), "%d stored, %d filings" % (len(stored), len(receipts)))
        lines = server.psql("SELECT (SELECT sum(record_count) FROM kpfd.filing), " + " + ".join(
            "(SELECT count(*) FROM kpfd.%s)" % table for table in ("standard_remuneration", "monthly_change", "bonus", "acquisition", "loss")))
        require(lines[0][0] == lines[0][1], "filings that are not whole: %s" % lines)
        # With --once a store that is away leaves the file in its place, and says so by the status.
        server.stop("immediate")
        drop(folder, "once.csv", filings[names[0]])
        away = subprocess.run(command + ["--once"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        require(away.returncode == 2 and b"once.csv" not in away.stdout, "away: %d %s" % (away.returncode, away.stderr[-300:]))
        require(server.connection().split()[0].encode() not in away.stderr, "the connection is told")
        server.start()
        back = subprocess.run(command + ["--once"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        line = json.loads(back.stdout.splitlines()[-1])
        require(back.returncode == 0 and line["place"] == "accepted" and line["receipt"] in stored, "back: %s %s" % (line, back.stderr[-300:]))
        print("%d files of %d filings over %d stops, each stored once" % (len(filings), len(stored), arguments.stops))
    finally:
        if process and process.poll() is None:
            process.kill()
        try:
            server.stop()
        except SystemExit:
            pass  # it was not running
        shutil.rmtree(server.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--stops", type=int, default=2)
    parser.add_argument("--away", type=float, default=0.5)
    try:
        proof(parser.parse_args())
    except Failed as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
