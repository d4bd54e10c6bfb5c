#!/usr/bin/env python3
"""What the tests reach of the sources: a table for each folder, held against what is demanded.

Usage: report.py hold EXPORT        the table; status 1 and the reasons if a figure is below its threshold, or the lines left
                                    are not those of left.csv
       report.py gaps EXPORT FILE   what is not reached of the sources whose paths begin with FILE, place by place
       report.py left EXPORT        the runs of lines that are not reached, as rows of left.csv
       report.py tables             no coverage: thresholds.csv and left.csv fit the sources

EXPORT is what `llvm-cov export -skip-functions` says. thresholds.csv has percentages for each folder and for all of them;
regions, branches and MC/DC are counted as llvm-cov does. left.csv has a row for each run of lines that nothing reaches: the line
before it, its first line, how many lines it has, and why it is left. A line is reached if one instantiation of it is; lines of
nothing but braces, directives and comments are not counted.
"""

import csv
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
THRESHOLDS = os.path.join(HERE, "thresholds.csv")
LEFT = os.path.join(HERE, "left.csv")
KINDS = ("regions", "lines", "branches", "mcdc")
ALL = "all"
# llvm-cov counts them where they stand between pieces of code; they do nothing.
NO_CODE = re.compile(r"[{}();,]*|#.*|//.*")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def source(name, cache={}):
    """The lines of a source, from 1."""
    if name not in cache:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            cache[name] = [""] + file.read().split("\n")
    return cache[name]


class File:
    """What llvm-cov says of one source."""

    def __init__(self, name, told):
        self.name = name
        self.told = told

    def line_counts(self):
        """{line: how often it ran}, of the lines that have code, as llvm-cov counts them."""
        segments = {}
        for line, _, count, has_count, is_entry, is_gap in self.told["segments"]:
            segments.setdefault(line, []).append((count, has_count, is_entry, is_gap))
        counts = {}
        wrapped = (0, False)
        for line in range(min(segments, default=1), max(segments, default=0) + 1):
            here = segments.get(line, [])
            starts = [count for count, has_count, is_entry, is_gap in here if has_count and is_entry and not is_gap]
            skipped = bool(here) and here[0][2] and not here[0][1]
            following = here[-1][:2] if here else wrapped
            if NO_CODE.fullmatch(source(self.name)[line].strip()):
                pass
            elif any(has_count and is_entry for _, has_count, is_entry, _ in here) or (wrapped[1] and not skipped):
                counts[line] = max([wrapped[0], *starts])
            wrapped = following
        return counts

    def branches(self):
        """{(line, column, end line, end column): [times taken, times not taken]}, over all instantiations."""
        found = {}
        for first, begin, last, end, taken, refused, *_ in self.told["branches"]:
            sums = found.setdefault((first, begin, last, end), [0, 0])
            sums[0] += taken
            sums[1] += refused
        return found

    def decisions(self):
        """{place of a decision: for each condition whether it was shown to decide alone}, over all instantiations."""
        found = {}
        for first, begin, last, end, *_, conditions in self.told.get("mcdc_records", []):
            shown = found.setdefault((first, begin, last, end), [False] * len(conditions))
            found[first, begin, last, end] = [a or b for a, b in zip(shown, conditions)]
        return found

    def figures(self):
        """{kind: (reached, all)}"""
        summary = self.told["summary"]
        lines = self.line_counts()
        result = {kind: (summary[kind]["covered"], summary[kind]["count"]) for kind in KINDS if kind != "lines"}
        result["lines"] = (sum(count > 0 for count in lines.values()), len(lines))
        return result

    def runs_left(self):
        """(first, last) of the lines that nothing reaches; lines without code do not end a run."""
        first = last = None
        for line, count in sorted(self.line_counts().items()):
            if count == 0:
                first, last = (line if first is None else first), line
            elif first is not None:
                yield first, last
                first = None
        if first is not None:
            yield first, last

    def entries_left(self):
        """Rows of left.csv without their reason, each with its first line."""
        lines = source(self.name)
        for first, last in self.runs_left():
            before = first - 1
            while before > 0 and not lines[before].strip():
                before -= 1
            yield (self.name, lines[before].strip(), lines[first].strip(), str(last - first + 1)), first


def files_of(export):
    """The sources of the project that llvm-cov speaks of, by name."""
    with open(export, encoding="utf-8") as file:
        told = json.load(file)["data"][0]["files"]
    found = {}
    for entry in told:
        match = re.search(r"(?:^|/)(kpfd/(?!.*build/).+)$", entry["filename"])
        if match and os.path.exists(os.path.join(ROOT, match.group(1))):
            if match.group(1) in found:
                sys.exit("%s has been compiled under two names: build the preset afresh" % match.group(1))
            found[match.group(1)] = File(match.group(1), entry)
    return found


def percent(reached, count):
    return 100.0 * reached / count if count else 100.0


def hold(export):
    files = files_of(export)
    faults = []
    total = {kind: (0, 0) for kind in KINDS}
    measured = []
    print("%-16s %s" % ("folder", "".join("%22s" % kind for kind in KINDS)))
    for demanded in rows(THRESHOLDS):
        folder = demanded["folder"]
        sums = {kind: (0, 0) for kind in KINDS}
        if folder == ALL:
            sums = total
        else:
            inside = [file for file in files.values() if file.name.startswith(folder + "/")]
            if not inside:
                faults.append("%s: nothing of it was measured" % folder)
            for file in inside:
                measured.append(file)
                for kind, (reached, count) in file.figures().items():
                    sums[kind] = (sums[kind][0] + reached, sums[kind][1] + count)
            total = {kind: (total[kind][0] + sums[kind][0], total[kind][1] + sums[kind][1]) for kind in KINDS}
        cells = ("%14s %7.2f" % ("%d/%d" % sums[kind], percent(*sums[kind])) for kind in KINDS)
        print("%-16s %s" % (folder, "".join(cells)))
        for kind in KINDS:
            if percent(*sums[kind]) < float(demanded[kind]):
                faults.append("%s: %s %.2f %%, and %s %% are demanded" % (folder, kind, percent(*sums[kind]), demanded[kind]))

    written = [(row["file"], row["after"], row["line"], row["lines"]) for row in rows(LEFT)]
    for file in measured:
        for entry, first in file.entries_left():
            if entry in written:
                written.remove(entry)
            else:
                faults.append("%s:%d: %s lines that nothing reaches, and no reason in left.csv: %s" % (file.name, first, entry[3], entry[2]))
    for name, after, line, count in written:
        faults.append("left.csv: %s: this is reached now, or reads otherwise: %s (%s lines behind `%s`)" % (name, line, count, after))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def cut(name, first, begin, last, end):
    lines = source(name)
    if first == last:
        return lines[first][begin - 1:end - 1]
    return lines[first][begin - 1:].strip() + " …"


def gaps(export, start):
    for name, file in sorted(files_of(export).items()):
        if not name.startswith(start):
            continue
        counts = file.line_counts()
        for first, last in file.runs_left():
            for line in range(first, last + 1):
                print("%s:%d: line      %s" % (name, line, source(name)[line]))
        for place, (taken, refused) in sorted(file.branches().items()):
            if counts.get(place[0], 1) == 0 or (taken and refused):
                continue
            way = "constant?" if not taken and not refused else "never true" if not taken else "never false"
            print("%s:%d: branch    %s: %s" % (name, place[0], way, cut(name, *place)))
        for place, shown in sorted(file.decisions().items()):
            if counts.get(place[0], 1) and not all(shown):
                missed = ", ".join(str(i + 1) for i, alone in enumerate(shown) if not alone)
                print("%s:%d: MC/DC     condition %s of %d: %s" % (name, place[0], missed, len(shown), cut(name, *place)))
    return 0


def left(export):
    reasons = {(row["file"], row["after"], row["line"], row["lines"]): row["reason"] for row in rows(LEFT)}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("file", "after", "line", "lines", "reason"))
    folders = tuple(row["folder"] + "/" for row in rows(THRESHOLDS))
    for name, file in sorted(files_of(export).items()):
        if name.startswith(folders):
            for entry, _ in file.entries_left():
                out.writerow((*entry, reasons.get(entry, "")))
    return 0


def tables():
    """The tables alone, so that a change of a source is noticed before the next measurement."""
    faults = []
    for row in rows(THRESHOLDS):
        if row["folder"] != ALL and not os.path.isdir(os.path.join(ROOT, row["folder"])):
            faults.append("thresholds.csv: there is no folder %s" % row["folder"])
        if any(not 0 <= float(row[kind]) <= 100 for kind in KINDS):
            faults.append("thresholds.csv: %s: no percentage" % row["folder"])
    for row in rows(LEFT):
        if not row["reason"]:
            faults.append("left.csv: %s: no reason: %s" % (row["file"], row["line"]))
        try:
            lines = [line.strip() for line in source(row["file"]) if line.strip()]
        except FileNotFoundError:
            faults.append("left.csv: there is no %s" % row["file"])
            continue
        if (row["after"], row["line"]) not in zip(lines, lines[1:]):
            faults.append("left.csv: %s: no line is this any more: %s (behind `%s`)" % (row["file"], row["line"], row["after"]))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def main(arguments):
    commands = {("hold", 1): hold, ("gaps", 2): gaps, ("left", 1): left, ("tables", 0): tables}
    command = commands.get((arguments[0] if arguments else "", len(arguments) - 1))
    if not command:
        sys.exit(__doc__)
    return command(*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
