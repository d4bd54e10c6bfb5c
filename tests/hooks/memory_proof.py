#!/usr/bin/env python3
"""Memory of `kpfd serve` and `kpfd inbox` under load for a while: it does not grow.

Usage: memory_proof.py KPFD WORK [--minutes M]

Four clients check, load and load again; a folder gets files all the time. The resident memory of each process is
looked at every second; it may not be larger in the last quarter of the time than in the second. Synthetic filings only.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve"))
sys.dont_write_bytecode = True
from service import Failed, Service, request, require  # noqa: E402: in the folder below

MOST_GROWTH = 2 << 20  # pages that the system counts late, not memory that is lost


def sample(kpfd, seed, records=30):
    return subprocess.run([kpfd, "sample", "--form", "mix", "--records", str(records), "--seed", str(seed), "--output", "-"],
                          stdout=subprocess.PIPE, check=True).stdout


def resident(process):
    with open("/proc/%d/statm" % process, encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def renumbered(filing, number):
    """Another filing: its persons have other numbers."""
    lines = filing.split(b"\r\n")
    for at in range(5, len(lines) - 1):
        cells = lines[at].split(b",")
        cells[-2] = b"%07d" % ((number * 40 + at) % 9999999 + 1)
        lines[at] = b",".join(cells)
    return b"\r\n".join(lines)


def drop(folder, name, data):
    with open(os.path.join(folder, name + ".json"), "w", encoding="ascii") as file:
        json.dump({"certificate": "A-1", "office": data.split(b"\r\n")[3].split(b",")[0].decode(), "encrypted_name": "A_1.pgp",
                   "size": len(data)}, file)
    with open(os.path.join(folder, ".x"), "wb") as file:
        file.write(data)
    os.rename(os.path.join(folder, ".x"), os.path.join(folder, name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    kpfd, work = os.path.abspath(arguments.kpfd), os.path.abspath(arguments.work)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(os.path.join(work, "in"))
    filings = [sample(kpfd, seed) for seed in range(20)]
    bad = [filing[:-60] for filing in filings]
    service = Service(kpfd, os.path.join(work, "serve"), "--workers", "2", store=os.path.join(work, "serve.db"))
    with open(os.path.join(work, "inbox.out"), "wb") as out:
        inbox = subprocess.Popen([kpfd, "inbox", os.path.join(work, "in"), "--store", os.path.join(work, "inbox.db"), "--poll", "1"],
                                 stdout=out, stderr=out)
    end = time.monotonic() + arguments.minutes * 60
    counts = {"checked": 0, "loaded": 0, "dropped": 0}
    failures = []

    def client(number):
        try:
            connection = service.connect()
            turn = 0
            while time.monotonic() < end:
                turn += 1
                filing = filings[turn % len(filings)]
                connection.send(request("POST", "/v1/check", bad[turn % len(bad)] if turn % 3 == 0 else filing))
                require(connection.answer().status in (200, 406), "a check")
                counts["checked"] += 1
                if turn % 4 == 0:
                    connection.send(request("POST", "/v1/filings", renumbered(filing, turn * 4 + number)))
                    require(connection.answer().status in (200, 201), "a load")
                    counts["loaded"] += 1
                time.sleep(0.002)
        except (Failed, OSError, AttributeError) as failure:
            failures.append(repr(failure))

    def dropper():
        turn = 0
        while time.monotonic() < end:
            turn += 1
            drop(os.path.join(work, "in"), "f%06d.csv" % turn, renumbered((bad if turn % 5 == 0 else filings)[turn % 20], turn))
            counts["dropped"] += 1
            time.sleep(0.1)
    threads = [threading.Thread(target=client, args=(number,)) for number in range(4)] + [threading.Thread(target=dropper)]
    for thread in threads:
        thread.start()
    processes = {"serve": service.process.pid, "inbox": inbox.pid}
    processes.update(("worker %d" % number, worker) for number, worker in enumerate(service.workers(), 1))
    seen = {name: [] for name in processes}
    while time.monotonic() < end:
        for name, process in processes.items():
            seen[name].append(resident(process))
        time.sleep(1)
    for thread in threads:
        thread.join()
    stopped = service.stop()
    inbox.terminate()
    ended = inbox.wait(60)
    for name, values in seen.items():
        quarter = len(values) // 4
        early, late = max(values[quarter:2 * quarter]), max(values[3 * quarter:])
        print("%s: %.1f MiB in the second quarter, %.1f MiB in the last, %.1f MiB at most" % (
            name, early / 2**20, late / 2**20, max(values) / 2**20))
        if late > early + MOST_GROWTH:
            failures.append(name + " grows")
    print("%.1f minutes: %d checked, %d loaded, %d dropped" % (arguments.minutes, counts["checked"], counts["loaded"], counts["dropped"]))
    if stopped != 0 or ended != 0:
        failures.append("an end with %d and %d" % (stopped, ended))
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
