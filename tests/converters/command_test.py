#!/usr/bin/env python3
"""`kpfd convert --to …` as its users run it: what is refused, what stands where, what is said.

Usage: command_test.py KPFD SCHEMAS WORK
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

KPFD, SCHEMAS, WORK = (os.path.abspath(one) for one in sys.argv[1:])
AS_OF = ["--as-of", "2026-07-31"]
failures = []


def require(name, condition, more=""):
    if not condition:
        failures.append("%s %s" % (name, more))


def place(name):
    return os.path.join(WORK, name)


def run(*arguments, stdin=None, before=None):
    return subprocess.run([KPFD, "convert"] + AS_OF + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          input=stdin, preexec_fn=before)


def sample(name, *arguments):
    subprocess.run([KPFD, "sample", "--output", place(name)] + list(arguments), check=True)
    return place(name)


def records(out):
    return [json.loads(line) for line in out.decode().splitlines()]


shutil.rmtree(WORK, ignore_errors=True)
os.makedirs(WORK)
good = sample("good.CSV", "--form", "all", "--records", "10", "--offices", "2", "--seed", "3")
twin = sample("twin.txt", "--form", "all", "--records", "10", "--offices", "2", "--seed", "3", "--encoding", "utf-8-bom")
bad = sample("bad.CSV", "--break", "MONTH-SUM")
with open(place("key"), "wb") as file:
    file.write(os.urandom(32))
os.chmod(place("key"), 0o600)

# However many threads work, the records are the same.
large = sample("large.CSV", "--form", "all", "--records", "14000", "--seed", "5")
for form in ("ndjson", "xml"):
    arguments = ("--to", form, "--key", place("key"), "--received-at", "2026-07-31T18:00:00+09:00", good, large, twin)
    alone = run(*arguments)
    together = run("--jobs", "3", *arguments)
    require(form + " jobs", alone.returncode == together.returncode == 0 and alone.stdout == together.stdout,
            together.stderr[:200])
require("no jobs", run("--jobs", "0", "--to", "xml", good).returncode == 2)

# Only good filings, and nothing of any where one is bad.
for form in ("ndjson", "xml"):
    done = run("--to", form, good, bad)
    require(form + " bad", done.returncode == 1 and not done.stdout, done.stdout[:200])
    require(form + " bad is explained", "MONTH-SUM" in done.stderr.decode())
    done = run("--to", form, "--output", place("never"), good, bad)
    require(form + " bad file", done.returncode == 1 and not os.path.exists(place("never")))
done = run("--to", "csv", "--output", place("never"), bad)
require("csv bad", done.returncode == 1 and not os.path.exists(place("never")))
done = run("--to", "sqlite", "--output", place("never.db"), bad)
require("sqlite bad", done.returncode == 1 and not os.path.exists(place("never.db")))
done = run("--to", "sqlite", "--output", place("some.db"), bad, good)
require("sqlite takes the others", done.returncode == 1 and len(records(done.stdout)) == 1)
done = run("--to", "ndjson", place("nowhere.CSV"))
require("unreadable", done.returncode == 2 and not done.stdout)

# Warnings travel; a pipe is as good as a file; UTF-8 is tolerated unless --strict.
done = run("--to", "ndjson", good)
found = records(done.stdout)
require("warnings", any(one["type"] == "Finding" and one["severity"] == "warning" for one in found))
require("ends", found[-1] == {"type": "End", "receipt": found[0]["receipt"], "records": 10})
require("no fingerprint without a key", "fingerprint" not in found[0])
with open(good, "rb") as file:
    piped = run("--to", "ndjson", "-", stdin=file.read())
require("pipe", [one for one in records(piped.stdout) if one["type"] == "Loss"] != [])
require("strict", run("--to", "ndjson", "--strict", twin).returncode == 1)
done = run("--to", "ndjson", twin)
require("tolerated", done.returncode == 0 and
        any(one.get("rule") == "FILE-UTF8" and one["severity"] == "error" for one in records(done.stdout)))

# One filing, one identity: by another name, in another encoding; not with another key.
keyed = [records(run("--to", "ndjson", "--key", place("key"), path).stdout)[0] for path in (good, twin, good)]
require("same fingerprint", len({one["fingerprint"] for one in keyed}) == 1)
require("same receipt", len({one["receipt"] for one in keyed}) == 1)
with open(place("key2"), "wb") as file:
    file.write(os.urandom(32))
require("a key is for its owner", run("--to", "ndjson", "--key", place("key2"), good).returncode == 2)
os.chmod(place("key2"), 0o600)
other = records(run("--to", "ndjson", "--key", place("key2"), good).stdout)[0]
require("another key", other["fingerprint"] != keyed[0]["fingerprint"] and other["receipt"] != keyed[0]["receipt"])
with open(place("short"), "wb") as file:
    file.write(b"secret")
os.chmod(place("short"), 0o600)
require("a short key", run("--to", "ndjson", "--key", place("short"), good).returncode == 2)
one_digit = place("digit.CSV")
with open(good, "rb") as file:
    content = file.read()
with open(one_digit, "wb") as file:
    file.write(content.replace(b"1001,001,20260710", b"1001,002,20260710", 1))
require("another media number", records(run("--to", "ndjson", "--key", place("key"), one_digit).stdout)[0]["receipt"] !=
        keyed[0]["receipt"])

# Files are not overwritten unasked, and never the input.
run("--to", "xml", "--output", place("out.xml"), good)
with open(place("out.xml"), "rb") as file:
    before = file.read()
done = run("--to", "xml", "--output", place("out.xml"), good)
with open(place("out.xml"), "rb") as file:
    require("not overwritten", done.returncode == 2 and file.read() == before)
require("replaced", run("--to", "xml", "--replace", "--output", place("out.xml"), good).returncode == 0)
require("never the input", run("--to", "xml", "--replace", "--output", good, good).returncode == 2)
require("no folder", run("--to", "xml", "--output", place("no/out.xml"), good).returncode == 2)
require("csv needs a folder", run("--to", "csv", good).returncode == 2)

# XML is held against its XSD on request, on a pipe, too.
for output in ([], ["--output", place("valid.xml")]):
    done = run("--to", "xml", "--validate", *output, good, twin)
    require("validate", done.returncode == 0 and not done.stderr, done.stderr.decode())
require("validated", os.path.exists(place("valid.xml")))
require("validate is for xml", run("--to", "ndjson", "--validate", good).returncode == 2)

# Broken pipes and full disks.
big = sample("big.CSV", "--form", "mix", "--records", "5000", "--seed", "9")
reader, writer = os.pipe()
os.close(reader)
done = subprocess.run([KPFD, "convert", "--to", "ndjson"] + AS_OF + [big], stdout=writer, stderr=subprocess.PIPE)
os.close(writer)
require("broken pipe", done.returncode == 2 and done.stderr)
if os.path.exists("/dev/full"):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([KPFD, "convert", "--to", "xml"] + AS_OF + [big], stdout=full, stderr=subprocess.PIPE)
    require("full device", done.returncode == 2 and done.stderr)

# My Numbers.
require("my numbers need a place", run("--to", "ndjson", "--with-my-number", good).returncode == 2)
done = run("--to", "ndjson", "--with-my-number", "--my-number-output", place("numbers"), good)
with open(place("numbers"), "rb") as file:
    numbers = [one["my_number"] for one in records(file.read())]
require("my numbers", len(numbers) == 3 and not any(number.encode() in done.stdout + done.stderr for number in numbers))

# A value that no field can hold, let pass by a profile, stops the conversion without showing it.
with open(place("loose.xml"), "w", encoding="utf-8") as file:
    file.write('<profile key="loose" edition="2026-04" number="06999999" name="試験"><severity rule="TYPE" to="warning" '
               'reason="試験"/></profile>')
with open(place("letters.CSV"), "wb") as file:
    lines = content.split(b"\r\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"2265700"))
    cells = lines[at].split(b",")
    cells[11] = b"12X45"
    lines[at] = b",".join(cells)
    file.write(b"\r\n".join(lines))
done = run("--to", "ndjson", "--output", place("loose.out"), "--profile", place("loose.xml"), place("letters.CSV"))
require("no field holds it", done.returncode == 1 and not os.path.exists(place("loose.out")) and
        b"item cash" in done.stderr and b"12X45" not in done.stdout + done.stderr, done.stderr.decode())

# Mappings.
with open(os.path.join(SCHEMAS, "mappings", "core-example.xml"), encoding="utf-8") as file:
    example = file.read()
require("mapping missing", run("--to", "mapped", good).returncode == 2)
for name, old, new, word in (("column", 'of="paid"', 'of="payd"', "paid"), ("record", 'of="Bonus"', 'of="Bonsu"', "Bonus"),
                             ("secret", 'of="loss_cause" width="2"', 'of="my_number" width="12"', "My Number"),
                             ("width", 'of="paid" date="YYYYMMDD" width="8"', 'of="paid" date="YYYYMMDD"', "width"),
                             ("attribute", 'align="right"', 'algin="right"', "algin"),
                             ("own text too long", 'text="H" width="1"', 'text="HH" width="1"', "longer"),
                             ("own character", 'text="H" width="1"', 'text="é" width="2"', "Shift_JIS"),
                             ("line end in a text", 'text="H" width="1"', 'text="&#10;" width="1"', "text"),
                             ("count in a header", 'of="receipt" width="23"', 'of="written_count" width="23"', "written_count"),
                             ("day of a month", 'of="computed_effective_month" date="YYYYMM"',
                              'of="computed_effective_month" date="YYYYMMDD"', "month")):
    with open(place("mapping.xml"), "w", encoding="utf-8") as file:
        file.write(example.replace(old, new, 1))
    done = run("--lang", "en", "--to", "mapped", "--mapping", place("mapping.xml"), good)
    require("mapping " + name, done.returncode == 2 and not done.stdout and word in done.stderr.decode(),
            done.stderr.decode())
with open(place("mapping.xml"), "w", encoding="utf-8") as file:
    file.write(example.replace('of="name_kana_original" width="25"', 'of="name_kana_original" width="3"'))
done = run("--to", "mapped", "--mapping", place("mapping.xml"), "--output", place("mapped"), good)
require("a value too long", done.returncode == 1 and not os.path.exists(place("mapped")), done.stderr.decode())
with open(place("mapping.xml"), "w", encoding="utf-8") as file:
    file.write('<mapping name="c" format="csv" encoding="UTF-8-BOM" separator="tab" quote="always" line-end="lf">'
               '<record of="Bonus"><field of="number"/><field text="x&quot;y"/><field of="union_item" default="-"/>'
               '</record></mapping>')
done = run("--to", "mapped", "--mapping", place("mapping.xml"), good)
rows = done.stdout.decode("utf-8-sig").splitlines()
require("mapped csv", len(rows) == 2 and rows[0].startswith('"5"\t"x""y"\t'), rows)

with open(place("mapping.xml"), "w", encoding="utf-8") as file:
    file.write('<mapping name="c" format="csv" encoding="UTF-8"><header><field of="received_at" date="YYYY/MM/DD"/></header>'
               '<record of="Media"><field of="media_number"/></record><record of="Bonus"><field of="paid_era">'
               '<code from="9" to="R"/></field><field of="paid_ymd"/></record>'
               '<trailer><field of="written_count"/><field of="record_count"/></trailer></mapping>')
done = run("--to", "mapped", "--mapping", place("mapping.xml"), "--received-at", "2026-07-31T09:00:00+09:00", good)
rows = done.stdout.decode().splitlines()
require("header, media and trailer", rows[:2] == ["2026/07/31", "001"] and rows[-1] == "3,10" and
        rows[2].startswith("R,08"), rows)

# A value that stops the conversion late leaves nothing on a pipe either.
with open(place("mapping.xml"), "w", encoding="utf-8") as file:
    file.write('<mapping name="c" format="fixed" encoding="UTF-8"><record of="Bonus"><field of="name_kana_original" '
               'overflow="cut" width="400"/><field of="number" width="3"/></record></mapping>')
many = sample("many.CSV", "--form", "2265700", "--records", "1200", "--seed", "5")
done = run("--to", "mapped", "--mapping", place("mapping.xml"), many)
require("nothing on a pipe", done.returncode == 1 and done.stdout == b"", len(done.stdout))

# A damaged store is told as such.
with open(place("noise.db"), "wb") as file:
    file.write(b"no database at all, but long enough to be looked at" * 100)
done = run("--to", "sqlite", "--output", place("noise.db"), good)
require("no store", done.returncode == 2 and not done.stdout)
done = run("--to", "postgresql", "--database", "host=%s password=hunter2" % WORK, good)
require("no server", done.returncode == 2 and b"hunter2" not in done.stderr)

for failure in failures:
    print(failure)
print("%d failures" % len(failures))
sys.exit(1 if failures else 0)
