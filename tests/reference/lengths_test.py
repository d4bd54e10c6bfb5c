#!/usr/bin/env python3
"""Every item of every form, edition and receiver at every length: 0 to its longest + 2, in bytes and in characters.

Usage: lengths_test.py KPFD WORK [--spec FOLDER]

What is expected comes out of the tables in FOLDER (tests/reference/spec) alone: whether an empty item is missing, whether a
length is one of its own, and whether its type takes the character that it is filled with: a digit, a half-width kana, or a
kanji, which has one character and two bytes. Each file has one record for each item, length and filling, made from a right
one; Shift_JIS and UTF-8 say the same. Status 1 and the first differences if the command says otherwise.
"""

import argparse
import csv
import json
import os
import subprocess
import sys

FILLINGS = {"digit": ("1", 1), "kana": ("ｱ", 1), "kanji": ("山", 2)}
RULES = ("NEED", "LENGTH", "TYPE")
# Which fillings a type takes without an error.
TAKES = {"N": {"digit"}, "AN": {"digit"}, "AK": {"digit", "kana"}, "K": {"kana"}, "AKS": {"digit", "kana"}, "J": set(FILLINGS), "JM": set(FILLINGS)}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def forms(spec):
    """(form, edition, check date, receiver, rows of the table): everything that a record may be."""
    editions = [row for row in rows_of(os.path.join(spec, "editions.csv")) if row["edition"] != "old"]
    for row in editions:
        table = rows_of(os.path.join(spec, row["form_code"] + ".csv"))
        pension = [item for item in table if item["scope"] != "union"]
        # What an older edition lacks has the highest numbers of the pension office's part.
        pension = pension[:int(row["pension_items"])]
        union = [item for item in table if item["scope"] == "union"]
        day = "2024-11-01" if row["valid_to"] else "2026-07-31"
        yield row["form_code"], row["edition"], day, "SHFD", pension
        yield row["form_code"], row["edition"], day, "KPFD", pension + union


def lengths_of(item):
    if "|" in item["min"]:
        return {int(part) for part in item["min"].split("|")} | {int(item["max"])}
    return set(range(int(item["min"]), int(item["max"]) + 1))


def expected(item, receiver, filling, count):
    """The rules of RULES that are broken, and those of them about which this table alone says nothing."""
    if receiver == "KPFD" and item["scope"] == "pension":
        return set(), set()  # one warning, and nothing else
    if count == 0:
        return ({"NEED"} if item["need"] == "R" else set()), ({"NEED"} if item["need"] == "C" else set())
    broken = set()
    if count * FILLINGS[filling][1] not in lengths_of(item):
        broken.add("LENGTH")
    if filling not in TAKES[item["type"]]:
        broken.add("TYPE")
    return broken, set()


def right_filing(kpfd, form, edition, day, receiver):
    several = form == "2200700"
    done = subprocess.run([kpfd, "sample", "--form", form, "--records", "1", "--seed", "5", "--destination", receiver, "--as-of", day] +
                          (["--edition", edition] if several else []), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode("cp932").split("\r\n")


def worlds(table):
    for column, item in enumerate(table):
        if column == 0:
            continue  # the form code decides what the record is
        yield column, item, "digit", 0
        for filling, (_, width) in FILLINGS.items():
            for count in range(1, int(item["max"]) + 3):
                if count * width <= 2 * (int(item["max"]) + 2):
                    yield column, item, filling, count


def compare(arguments, form, edition, day, receiver, table):
    lines = right_filing(arguments.kpfd, form, edition, day, receiver)
    cells = lines[5].split(",")
    if len(cells) != len(table):
        return 0, ["%s %s %s: %d columns in a record, %d in the tables" % (form, edition, receiver, len(cells), len(table))]
    made = list(worlds(table))
    records = []
    for column, _, filling, count in made:
        changed = list(cells)
        changed[column] = FILLINGS[filling][0] * count
        records.append(",".join(changed))
    text = "\r\n".join(lines[:5] + records) + "\r\n"
    wrong = []
    for encoding in ("cp932", "utf-8-sig"):
        path = os.path.join(arguments.work, receiver + "0006.CSV")
        with open(path, "wb") as file:
            file.write(text.encode(encoding))
        done = subprocess.run([arguments.kpfd, "check", "--as-of", day, "--format", "jsonl", "--max-findings", "100000000", path], stdout=subprocess.PIPE,
                              check=False)
        found = {}
        for line in done.stdout.splitlines():
            finding = json.loads(line)
            if finding["type"] == "finding" and finding["rule"] in RULES:
                found.setdefault((finding["line"], finding["item"]), set()).add(finding["rule"])
        for at, (_, item, filling, count) in enumerate(made):
            wanted, unknown = expected(item, receiver, filling, count)
            said = found.get((6 + at, int(item["no"])), set())
            if said - unknown != wanted - unknown:
                wrong.append("%s %s %s %s item %s (%s %s-%s %s): %d of %s: %s, not %s" % (
                    form, edition, receiver, encoding, item["no"], item["type"], item["min"], item["max"], item["need"], count, filling, sorted(said),
                    sorted(wanted)))
    return 2 * len(made), wrong


def main():
    parser = argparse.ArgumentParser(description="All lengths of all items.")
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("--spec", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "spec"))
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    count, wrong = 0, []
    for form, edition, day, receiver, table in forms(arguments.spec):
        compared, differences = compare(arguments, form, edition, day, receiver, table)
        count += compared
        wrong += differences
    for difference in wrong[:20]:
        print(difference)
    print("%d records compared, %d differences" % (count, len(wrong)))
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
