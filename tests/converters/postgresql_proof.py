#!/usr/bin/env python3
"""Exactly once on PostgreSQL: the server is stopped hard in the middle of loads, and commands load at the same time.

Usage: postgresql_proof.py KPFD [--stops N] [--seed S]

Synthetic filings only. Prints the numbers; status 1 where something is lost, doubled or half there.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import postgresql

TABLES = ["standard_remuneration", "monthly_change", "bonus", "acquisition", "loss"]


class Failed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failed(text)


def look(server, answers):
    rows = server.psql("SELECT id, receipt, record_count FROM kpfd.filing")
    receipts = [row[1] for row in rows]
    require(len(set(receipts)) == len(receipts), "a receipt twice")
    require(answers <= set(receipts), "an answered filing is gone")
    counts = {}
    for table in TABLES:
        for filing, count in server.psql("SELECT filing, count(*) FROM kpfd.%s GROUP BY filing" % table):
            counts[filing] = counts.get(filing, 0) + int(count)
    require(counts == {row[0]: int(row[2]) for row in rows}, "a filing is half there")
    return set(receipts)


def all_tables(server):
    rows = server.psql("SELECT tablename FROM pg_tables WHERE schemaname = 'kpfd' AND tablename <> 'store'")
    return ", ".join("kpfd." + row[0] for row in rows)


def is_refused(server, sql):
    try:
        server.psql(sql)
    except RuntimeError as error:
        return "delete those first" in str(error)
    return False


def grow_old(server):
    """The store as version 3 made it: each line asked for its filing."""
    server.psql("DROP FUNCTION kpfd.lines_have_filings CASCADE; UPDATE kpfd.store SET version = 3")
    for table in TABLES + ["finding"]:
        server.psql("ALTER TABLE kpfd.%s ADD FOREIGN KEY (filing) REFERENCES kpfd.filing (id)" % table)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    work = tempfile.mkdtemp(prefix="kpfd-pg-")
    os.chmod(work, 0o755)
    files = []
    for seed in range(8):
        for encoding in ("shift_jis", "utf-8"):
            path = os.path.join(work, "%s-%d.CSV" % (encoding, seed))
            subprocess.run([arguments.kpfd, "sample", "--form", "mix", "--records", str(1500 + seed), "--seed",
                            str(seed), "--encoding", encoding, "--output", path], check=True)
            files.append(path)
    server = postgresql.Server(os.path.join(work, "server"))
    server.start()

    def command(chosen):
        return [arguments.kpfd, "convert", "--to", "postgresql", "--as-of", "2026-07-31", "--database",
                server.connection()] + chosen

    def answers_of(out):
        return [json.loads(line) for line in out.decode().splitlines(keepends=True) if line.endswith("\n")]

    try:
        started = time.time()
        answers = set()
        stopped = 0
        refused = 0
        for _ in range(arguments.stops):
            loading = [subprocess.Popen(command(chance.sample(files, 5)), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE) for _ in range(2)]
            time.sleep(chance.uniform(0.02, 0.5))
            stopped += any(process.poll() is None for process in loading)
            server.stop("immediate")
            for process in loading:
                out, words = process.communicate()
                require(process.returncode in (0, 2), "status %d" % process.returncode)
                require(process.returncode == 0 or words, "no word about the server")
                refused += process.returncode == 2
                answers |= {answer["receipt"] for answer in answers_of(out)}
            server.start()
            if server.psql("SELECT 1 FROM pg_tables WHERE schemaname = 'kpfd' AND tablename = 'delivery'"):
                have = look(server, answers)
                if len(have) == len(files) // 2:
                    server.psql("TRUNCATE " + all_tables(server))
                    answers = set()
            else:
                require(not answers, "an answered filing is gone with its tables")
        processes = [subprocess.Popen(command(chance.sample(files, len(files))), stdout=subprocess.PIPE)
                     for _ in range(4)]
        receipts = {}
        for process in processes:
            out = process.communicate()[0]
            require(process.returncode == 0, "together: status %d" % process.returncode)
            for answer in answers_of(out):
                receipts.setdefault(re.search(r"-(\d+)\.CSV", answer["file"]).group(1), set()).add(answer["receipt"])
        require(all(len(one) == 1 for one in receipts.values()) and len(receipts) == len(files) // 2, "receipts")
        require(look(server, answers) == {one for some in receipts.values() for one in some}, "not what was answered")
        grow_old(server)
        subprocess.run(command(files[:1]), stdout=subprocess.DEVNULL, check=True)
        require(server.psql("SELECT version FROM kpfd.store") == [["4"]], "not brought up to date")
        keys = "SELECT relname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid WHERE contype = 'f' AND connamespace = 'kpfd'::regnamespace"
        require(server.psql(keys) == [["delivery"]], "keys are left")
        require(is_refused(server, "DELETE FROM kpfd.delivery; DELETE FROM kpfd.filing"), "lines without a filing")
        require(is_refused(server, "TRUNCATE kpfd.filing CASCADE"), "lines without filings")
        require(look(server, answers), "a refused deletion has deleted")
        server.psql("TRUNCATE " + all_tables(server))
        print("postgresql: %d stops, %d in the middle of loads, %d commands refused, %.1f s; then 4 commands at once: "
              "nothing lost, doubled or half there" % (arguments.stops, stopped, refused, time.time() - started))
        require(stopped >= arguments.stops // 3, "too few stops met a load")
    except Failed as error:
        print("FAILED with --seed %d: %s" % (arguments.seed, error))
        sys.exit(1)
    finally:
        try:
            server.stop()
        except SystemExit:
            pass
        shutil.rmtree(work, ignore_errors=True)


main()
