#!/usr/bin/env python3
"""Compare a kpfd binary with the reference checker.

Usage: compare.py --kpfd BINARY [--scope item|all] [--as-of YYYY-MM-DD]
                  [--ignore-rules A,B,C] DIRECTORY

Compares the verdict and the set of (line, item, severity) of every file below
DIRECTORY (damage.txt excepted).  With --scope item, name the binary's rules
across items with --ignore-rules.
"""

import argparse
import collections
import datetime
import json
import multiprocessing
import os
import subprocess
import sys

import kpfd_reference as reference

BATCH = 200
SHOWN = 20
VERDICTS = {"accept": "accept", "accepted": "accept", "ok": "accept", "pass": "accept",
            "reject": "reject", "rejected": "reject", "refuse": "reject", "refused": "reject", "fail": "reject"}


def files_below(directory):
    found = []
    for folder, _, names in os.walk(directory):
        found += [os.path.join(folder, name) for name in names if name != "damage.txt"]
    return sorted(found)


def ignored_rule(rule, ignored):
    """True for a rule that the comparison leaves out (exact, or a prefix with `*`)."""
    return any(rule == name or (name.endswith("*") and rule.startswith(name[:-1])) for name in ignored)


def run_binary(binary, as_of, files):
    """File -> (verdict, {(line, item, severity): {rules}}); a note where the output is unusable."""
    command = [binary, "check", "--format", "jsonl", "--as-of", as_of.isoformat()] + files
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    results = {path: [None, collections.defaultdict(set), ""] for path in files}
    if done.returncode < 0:
        for result in results.values():
            result[2] = "killed by signal %d" % -done.returncode
    for raw in done.stdout.decode("utf-8", "replace").split("\n"):
        if not raw.strip():
            continue
        try:
            entry = json.loads(raw)
        except ValueError:
            print("not JSON: %r" % raw[:200])
            continue
        result = results.get(entry.get("file"))
        if result is None:
            if entry.get("type") in ("finding", "summary") and "file" in entry:
                print("unknown file in the output: %r" % raw[:200])
            continue
        if entry.get("type") == "finding":
            key = (entry.get("line") or 0, entry.get("item") or 0, entry.get("severity"))
            result[1][key].add(entry.get("rule", "?"))
        elif entry.get("type") == "summary":
            result[0] = entry.get("verdict")
    if done.stderr:
        for result in results.values():
            if result[0] is None and not result[2]:
                result[2] = done.stderr.decode("utf-8", "replace")[:300]
    return results


def run_reference(task):
    path, as_of, scope = task
    with open(path, "rb") as stream:
        data = stream.read()
    findings = reference.in_scope(reference.check(data, path, as_of), scope)
    tags = collections.defaultdict(set)
    for f in findings:
        tags[(f.line, f.item, f.severity)].add(f.tag)
    return path, reference.verdict(findings), dict(tags)


def compare(path, ours, theirs, ignored):
    """List of (direction, name, key) disagreements of one file."""
    verdict, findings, note = ours
    expected_verdict, expected = theirs
    if verdict is None:
        return [("kpfd", "NO-SUMMARY " + note, None)]
    differences = []
    errors = any(key[2] == "error" for key in findings)
    said = VERDICTS.get(str(verdict).lower())
    if said is None:
        differences.append(("kpfd", "UNKNOWN-VERDICT %s" % verdict, None))
    elif said != ("reject" if errors else "accept"):
        differences.append(("kpfd", "VERDICT-AGAINST-ITS-FINDINGS", None))
    kept = {}
    for key, rules in findings.items():
        rules = {rule for rule in rules if not ignored_rule(rule, ignored)}
        if rules:
            kept[key] = rules
    if ignored:
        said = "reject" if any(key[2] == "error" for key in kept) else "accept"
    for key in sorted(set(kept) - set(expected)):
        differences.append(("only in kpfd", "+".join(sorted(kept[key])), key))
    for key in sorted(set(expected) - set(kept)):
        differences.append(("only in reference", "+".join(sorted(expected[key])), key))
    if said is not None and said != expected_verdict:
        differences.append(("verdict", "%s, reference %s" % (said, expected_verdict), None))
    return differences


def main():
    parser = argparse.ArgumentParser(description="Compare a kpfd binary with the reference.")
    parser.add_argument("--kpfd", required=True)
    parser.add_argument("--scope", choices=("item", "all"), default="all")
    parser.add_argument("--as-of", type=datetime.date.fromisoformat, default=datetime.date(2026, 7, 31))
    parser.add_argument("--ignore-rules", default="", help="rule ids of the binary, with commas; PREFIX* is allowed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("directory")
    options = parser.parse_args()
    ignored = [name for name in options.ignore_rules.split(",") if name]
    files = files_below(options.directory)
    passed = failed = 0
    histogram = collections.Counter()
    with multiprocessing.Pool(options.processes) as pool:
        for start in range(0, len(files), BATCH):
            batch = files[start:start + BATCH]
            pending = pool.map_async(run_reference, [(path, options.as_of, options.scope) for path in batch], chunksize=10)
            ours = run_binary(options.kpfd, options.as_of, batch)
            if any(result[0] is None for result in ours.values()):
                for path in batch:  # one file may have stopped the whole batch
                    if ours[path][0] is None:
                        ours.update(run_binary(options.kpfd, options.as_of, [path]))
            for path, verdict, tags in pending.get():
                differences = compare(path, ours[path], (verdict, tags), ignored)
                if not differences:
                    passed += 1
                    continue
                failed += 1
                for direction, name in {(d[0], d[1]) for d in differences}:
                    histogram[(name, direction)] += 1
                if failed <= SHOWN:
                    print(path)
                    for direction, name, key in differences:
                        place = "" if key is None else "line %d item %d %s: " % (key[0], key[1], key[2])
                        print("  %s: %s%s" % (direction, place, name))
    if histogram:
        print("\nfiles with a disagreement, by rule or tag:")
        for (name, direction), number in histogram.most_common():
            print("%6d  %-18s %s" % (number, direction, name))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
