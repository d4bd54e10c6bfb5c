#!/usr/bin/env python3
"""Every writer against an independent reading of the same filings, value by value, and against its schema.

Usage: ingest_test.py KPFD SAMPLES SCHEMAS WORK

SAMPLES is the folder of good filings, SCHEMAS that of records.xsd and records.schema.json. Filings of all forms, both
receivers, both encodings and several seeds are made beside them. A PostgreSQL server is started for the time of the test.
"""

import csv
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import jsonschema

import independent_reading
import postgresql

AS_OF = "2026-07-31"
NAMESPACE = "{urn:kpfd:ingest:1.0}"
TABLES = {"Media": "media", "Count": "count", "Office": "office", "StandardRemuneration": "standard_remuneration",
          "MonthlyChange": "monthly_change", "Bonus": "bonus", "Acquisition": "acquisition", "Loss": "loss"}

failures = []


def check(name, wanted, found):
    if wanted == found:
        return
    for one, two in zip(wanted, found):
        if one != two:
            # Synthetic people only: values may be shown.
            failures.append("%s:\n  wanted %r\n  found  %r" % (name, one, two))
            return
    failures.append("%s: %d records wanted, %d found" % (name, len(wanted), len(found)))


def run(*arguments, status=0):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != status:
        raise SystemExit("%s: status %d\n%s" % (" ".join(arguments), done.returncode, done.stderr.decode()))
    return done.stdout


def number(text):
    return int(text) if text not in (None, "") else None


def from_ndjson(path, validator):
    records = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            validator.validate(record)
            record.pop("receipt")
            records.append(record)
    return records


def lines_only(records):
    return [record for record in records if record["type"] not in ("Filing", "Finding", "End")]


def xml_value(element, key):
    text = element.text or ""
    if "original" in element.attrib:
        return {"text": text, "original": element.attrib["original"]}
    if "ymd" in element.attrib:
        return {"date": text, "era": element.attrib["era"], "ymd": element.attrib["ymd"]}
    if "ym" in element.attrib:
        return {"month": text, "era": element.attrib["era"], "ym": element.attrib["ym"]}
    if "meaning" in element.attrib:
        return {"code": text, "meaning": element.attrib["meaning"]}
    return typed(key, text)


def typed(key, text):
    """A text without anything beside it => its type in NDJSON."""
    if key == "prefecture_code" or key in independent_reading.MEANINGS:
        return {"code": text}
    if text == "true":
        return True
    base = key.rstrip("0123456789").rstrip("_") if key[-1:].isdigit() else key
    numbers = (independent_reading.YEN | independent_reading.INTEGERS |
               {"base_days", "pay_month", "previous_health_standard", "previous_pension_standard"})
    return int(text) if base in numbers else text


def from_xml(path):
    records = []
    for filing in ElementTree.parse(path).getroot():
        for element in filing.iter():
            name = element.tag.replace(NAMESPACE, "")
            if name not in TABLES:
                continue
            record = {"type": name}
            for key in ("number", "line"):
                if key in element.attrib:
                    record[key] = int(element.attrib[key])
            if "edition" in element.attrib:
                record["edition"] = element.attrib["edition"]
            for child in element:
                key = child.tag.replace(NAMESPACE, "")
                if key == "computed":
                    record[key] = {one.tag.replace(NAMESPACE, ""): one.text if "month" in one.tag else int(one.text)
                                   for one in child}
                else:
                    record[key] = xml_value(child, key)
            records.append(record)
    return records


def from_columns(name, row, guarded):
    """A row of a table => a record. `guarded`: a formula has a mark before it."""
    def plain(value):
        return value[1:] if guarded and value[:1] == "'" else value
    record = {"type": name}
    columns = dict(row)
    columns.pop("receipt", None)
    columns.pop("filing", None)
    out = {}
    for key, value in columns.items():
        if value in (None, ""):
            continue
        if key in ("number", "line"):
            record[key] = int(value)
        elif key == "edition":
            record[key] = value
        elif key.startswith("computed_"):
            out[key[len("computed_"):]] = value if key.endswith("_month") else int(value)
        elif key + "_original" in columns:
            record[key] = {"text": plain(value), "original": plain(columns[key + "_original"])}
        elif key + "_ymd" in columns:
            record[key] = {"date": value, "era": columns[key + "_era"], "ymd": columns[key + "_ymd"]}
        elif key + "_ym" in columns:
            record[key] = {"month": value, "era": columns[key + "_era"], "ym": columns[key + "_ym"]}
        elif key + "_meaning" in columns:
            meaning = columns[key + "_meaning"]
            record[key] = {"code": value, "meaning": meaning} if meaning else {"code": value}
        elif key in independent_reading.FLAGS:
            record[key] = int(value) == 1
        elif key.rpartition("_")[2] in ("original", "era", "ymd", "ym", "meaning") and \
                key.rpartition("_")[0] in columns:
            continue
        else:
            record[key] = typed(key, plain(value)) if isinstance(value, str) else value
    if name not in ("Media", "Count", "Office"):
        record["computed"] = out
    return record


def from_csv(folder):
    records = []
    for name, table in TABLES.items():
        path = os.path.join(folder, table + ".csv")
        if not os.path.exists(path):
            continue
        with open(path, "rb") as file:
            data = file.read()
        assert data.startswith(b"\xEF\xBB\xBF"), path
        assert data.endswith(b"\r\n") and data.count(b"\n") == data.count(b"\r\n"), path
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines(), strict=True))
        records += [from_columns(name, row, True) for row in rows]
    return in_order(records)


def from_sqlite(path):
    database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    database.row_factory = sqlite3.Row
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    records = []
    for name, table in TABLES.items():
        records += [from_columns(name, row, False) for row in database.execute('SELECT * FROM "%s"' % table)]
    database.close()
    return in_order(records)


def from_postgresql(server):
    records = []
    for name, table in TABLES.items():
        columns = [row[0] for row in server.psql(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'kpfd' AND table_name = '%s' "
            "ORDER BY ordinal_position" % table)]
        for row in server.psql('SELECT * FROM kpfd."%s"' % table):
            records.append(from_columns(name, dict(zip(columns, row)), False))
    return in_order(records)


def mapped_line(record):
    """A line of the test's mapping, from an independent record."""
    def text(value, part):
        return value[part] if isinstance(value, dict) else "" if value is None else str(value)
    computed = record["computed"]
    fields = [(record["type"], 20, "<"), (str(record["number"]), 6, "0"),
              (text(record.get("union_certificate_number"), "") or "NONE", 7, ">"),
              (text(record.get("name_kana"), "original"), 30, "<"), (text(record.get("name_kana"), "text"), 60, "<"),
              (text(record.get("birth"), "date").replace("-", ""), 8, "<"),
              (computed.get("effective_month", "").replace("-", "/"), 7, "<")]
    line = b""
    for value, width, how in fields:
        data = value.encode("cp932")
        fill = width - len(data)
        line += (b"0" * fill if how == "0" else b" " * fill if how == ">" else b"") + data
        line += b" " * fill if how == "<" else b""
    return line + b"\r\n"


def mapping_text(types):
    fields = """<field of="record" width="20"/><field of="number" width="6"/>
      <field of="union_certificate_number" width="7" align="right" default="NONE"/>
      <field of="name_kana_original" width="30"/><field of="name_kana" width="60"/>
      <field of="birth" date="YYYYMMDD" width="8"/><field of="computed_effective_month" date="YYYY/MM" width="7"/>"""
    records = "".join('<record of="%s">%s</record>' % (name, fields) for name in types)
    return '<mapping name="t" format="fixed" encoding="Shift_JIS">%s</mapping>' % records


def in_order(records):
    heads = {"Media": 0, "Count": 1, "Office": 2}
    return sorted(records, key=lambda record: (heads.get(record["type"], 3), record.get("number", 0)))


def private(path):
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path


def one_filing(kpfd, name, path, schemas, validator, server, work):
    with open(path, "rb") as file:
        wanted, secrets = independent_reading.read(file.read())
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    place = lambda text: os.path.join(work, text)
    with open(place("key"), "wb") as file:
        file.write(bytes(range(32)))
    os.chmod(place("key"), 0o600)
    common = ["--as-of", AS_OF, "--with-my-number", path, "--output"]

    run(kpfd, "convert", "--to", "ndjson", "--key", place("key"), *common, place("out.ndjson"))
    records = from_ndjson(place("out.ndjson"), validator)
    check(name + " ndjson", wanted, lines_only(records))
    assert records[0]["type"] == "Filing" and records[-1]["type"] == "End", name
    check(name + " ndjson my numbers", secrets, from_ndjson(place("out.my-numbers.ndjson"), validator))
    with open(place("out.ndjson"), "rb") as file:
        text = file.read().decode()
    # Somebody may have written it into another item, too: that is this item's text.
    others = json.dumps(wanted, ensure_ascii=False)
    for secret in secrets:
        assert secret["my_number"] not in text or secret["my_number"] in others, name

    run(kpfd, "convert", "--to", "xml", "--key", place("key"), *common, place("out.xml"))
    run("xmllint", "--noout", "--schema", os.path.join(schemas, "records.xsd"), place("out.xml"),
        place("out.my-numbers.xml"))
    check(name + " xml", wanted, from_xml(place("out.xml")))
    numbers = [{"type": "MyNumber", "record": one.attrib["record"], "number": int(one.attrib["number"]),
                "my_number": one.text} for one in ElementTree.parse(place("out.my-numbers.xml")).iter()
               if one.tag.endswith("}my_number")]
    check(name + " xml my numbers", secrets, numbers)

    run(kpfd, "convert", "--to", "csv", *common, place("csv"))
    check(name + " csv", in_order(wanted), from_csv(place("csv")))

    run(kpfd, "convert", "--to", "sqlite", *common, place("store.db"))
    check(name + " sqlite", in_order(wanted), from_sqlite(place("store.db")))
    database = sqlite3.connect(place("store.db.my-numbers"))
    numbers = [{"type": "MyNumber", "record": record, "number": at, "my_number": told} for record, at, told in
               database.execute("SELECT record, number, my_number FROM my_number ORDER BY number")]
    database.close()
    check(name + " sqlite my numbers", secrets, numbers)

    server.psql("DROP SCHEMA IF EXISTS kpfd, kpfd_private CASCADE")
    run(kpfd, "convert", "--to", "postgresql", "--as-of", AS_OF, "--with-my-number", "--database",
        server.connection(), path)
    check(name + " postgresql", in_order(wanted), from_postgresql(server))
    numbers = [{"type": "MyNumber", "record": record, "number": int(at), "my_number": told} for record, at, told in
               server.psql("SELECT record, number, my_number FROM kpfd_private.my_number ORDER BY number")]
    check(name + " postgresql my numbers", secrets, numbers)

    with open(place("mapping.xml"), "w", encoding="utf-8") as file:
        file.write(mapping_text(independent_reading.NAMES.values()))
    mapped = run(kpfd, "convert", "--to", "mapped", "--mapping", place("mapping.xml"), "--as-of", AS_OF, path)
    lines = [mapped_line(record) for record in wanted if "computed" in record]
    check(name + " mapped", lines, mapped.splitlines(keepends=True))

    for file in ("out.ndjson", "out.my-numbers.ndjson", "out.my-numbers.xml", "csv/my_numbers.csv", "store.db",
                 "store.db.my-numbers"):
        private(place(file))


def check_documentation(schemas):
    """Each element, attribute and member says what it is."""
    schema = "{http://www.w3.org/2001/XMLSchema}"
    names = 0
    for node in ElementTree.parse(os.path.join(schemas, "records.xsd")).iter():
        if node.tag in (schema + "element", schema + "attribute"):
            names += 1
            if not node.findtext(schema + "annotation/" + schema + "documentation"):
                failures.append("records.xsd: %s has no documentation" % node.get("name"))

    def walk(path, node):
        nonlocal names
        for name, member in node.get("properties", {}).items():
            names += 1
            if not member.get("description"):
                failures.append("records.schema.json: %s/%s has no description" % (path, name))
            walk(path + "/" + name, member)

    with open(os.path.join(schemas, "records.schema.json"), encoding="utf-8") as file:
        for name, node in json.load(file)["$defs"].items():
            if not node.get("title"):
                failures.append("records.schema.json: %s has no title" % name)
            walk(name, node)
    if names < 500:
        failures.append("only %d names are documented" % names)


def main():
    kpfd, samples, schemas, work = sys.argv[1:]
    check_documentation(schemas)
    with open(os.path.join(schemas, "records.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    filings = []
    for case in sorted(os.listdir(samples)):
        folder = os.path.join(samples, case, "input")
        filings += [(case, os.path.join(folder, name)) for name in sorted(os.listdir(folder))
                    if not os.path.exists(os.path.join(samples, case, "as-of"))]
    made = os.path.join(work, "made")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(made)
    for receiver in ("KPFD", "SHFD"):
        for encoding in ("shift_jis", "utf-8", "utf-8-bom"):
            for seed in range(3):
                name = "%s-%s-%d" % (receiver, encoding, seed)
                path = os.path.join(made, name + ".CSV")
                run(kpfd, "sample", "--destination", receiver, "--encoding", encoding, "--form", "mix", "--records",
                    "60", "--offices", "3", "--seed", str(seed), "--output", path)
                filings.append((name, path))
    if len(filings) < 60:
        raise SystemExit("only %d filings found" % len(filings))
    server = postgresql.Server(os.path.join(tempfile.gettempdir(), "kpfd-ingest-%d" % os.getpid()),
                               durable=False)
    server.start()
    try:
        for name, path in filings:
            one_filing(kpfd, name, path, schemas, validator, server, os.path.join(work, "out"))
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
    for failure in failures[:10]:
        print(failure)
    print("%d filings, %d differences" % (len(filings), len(failures)))
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
