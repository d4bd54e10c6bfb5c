#!/usr/bin/env python3
"""The CSV documents as LibreOffice reads them: no value becomes a formula, and what is text stays text.

Usage: libreoffice_test.py KPFD WORK

Values that a spreadsheet likes to change are put into a filing: beginnings of formulas, half-width and full-width, digits
with leading zeros, twelve digits in a row, dates, exponents, control characters. Each document is imported twice: with
formulas evaluated, which is the most dangerous way, and with quoted fields as text, which is how it should be done. A
file without guards goes along, to show that the first way does make formulas. Status 77: there is no LibreOffice.
"""

import csv
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

KPFD, WORK = (os.path.abspath(one) for one in sys.argv[1:])
AS_OF = ["--as-of", "2026-07-31"]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

# Separator, quote, UTF-8, first line, columns, language, quoted fields are text, special numbers, three of the export,
# the sheet, formulas are evaluated: as LibreOffice's manual numbers the tokens of its CSV filter.
EVALUATED = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
AS_TEXT = "CSV:44,34,76,1,,0,true,false,false,false,false,0,true"

TEXTS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=A1", "-5", "＝１＋１", "＋１", "－１", "＠ＳＵＭ", "0012", "0123456789", "1E5",
         "2025/4/1", "'=1+1", "\"1\"", "TRUE", "\t=1+1", " =1+1"]

failures = []


def require(name, condition, more=""):
    if not condition:
        failures.append("%s %s" % (name, more))


def run(*arguments):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit("%s: status %d\n%s" % (" ".join(arguments), done.returncode, done.stderr.decode()))
    return done.stdout


def filing():
    """A filing of bonuses with one of the texts in each record's own item of the union."""
    path = os.path.join(WORK, "KPFD0006.CSV")
    run(KPFD, "sample", "--form", "2265700", "--records", str(len(TEXTS)), "--seed", "11", "--output", path)
    with open(path, "rb") as file:
        lines = file.read().split(b"\r\n")
    at = lines.index(b"[data]") + 1
    for number, text in enumerate(TEXTS):
        cells = lines[at + number].split(b",")
        cells[-1] = text.encode("cp932")
        lines[at + number] = b",".join(cells)
    with open(path, "wb") as file:
        file.write(b"\r\n".join(lines))
    profile = os.path.join(WORK, "profile.xml")
    with open(profile, "w", encoding="utf-8") as file:
        file.write('<profile key="loose" edition="2026-04" number="06999999" name="試験"><severity rule="CHAR-CONTROL" '
                   'to="warning" reason="試験"/></profile>')
    return path, profile


def documents_of(path, profile):
    """The documents of that filing and of one with My Numbers, by name."""
    others = os.path.join(WORK, "acquisitions.CSV")
    run(KPFD, "sample", "--form", "2200700", "--records", "20", "--seed", "12", "--output", others)
    folder = os.path.join(WORK, "csv")
    run(KPFD, "convert", "--to", "csv", *AS_OF, "--profile", profile, "--with-my-number", "--output", folder, path,
        others)
    return {name[:-len(".csv")]: os.path.join(folder, name) for name in sorted(os.listdir(folder))}


def text_of(paragraph):
    """The characters of a paragraph; several spaces in a row, and some at its ends, are elements."""
    text = paragraph.text or ""
    for part in paragraph:
        text += " " * int(part.get(TEXT + "c", "1")) if part.tag == TEXT + "s" else text_of(part)
        text += part.tail or ""
    return text


def imported(paths, how):
    """Each document's rows of cells, as (formula, type, text)."""
    folder = os.path.join(WORK, "imported-" + ("text" if how == AS_TEXT else "formulas"))
    run("soffice", "-env:UserInstallation=file://" + os.path.join(WORK, "office"), "--headless", "--convert-to", "fods",
        "--infilter=" + how, "--outdir", folder, *paths)
    tables = {}
    for path in paths:
        name = os.path.splitext(os.path.basename(path))[0]
        rows = []
        for row in ElementTree.parse(os.path.join(folder, name + ".fods")).iter(TABLE + "table-row"):
            cells = []
            for cell in row:
                text = "\n".join(text_of(line) for line in cell.iter(TEXT + "p"))
                cells += [(cell.get(TABLE + "formula"), cell.get(OFFICE + "value-type"), text)] * int(
                    cell.get(TABLE + "number-columns-repeated", "1"))
            rows += [cells] * min(int(row.get(TABLE + "number-rows-repeated", "1")), 100)
        tables[name] = rows
    return tables


def fields_of(path):
    """The fields of a document as they stand: (quoted, text)."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        content = file.read()
    for line in content.split("\r\n")[:-1]:
        row = []
        while True:
            if line.startswith('"'):
                end = 1
                while line[end:end + 1] != '"' or line[end:end + 2] == '""':
                    end += 2 if line[end:end + 2] == '""' else 1
                row.append((True, line[1:end].replace('""', '"')))
                line = line[end + 1:]
            else:
                bare, comma, line = line.partition(",")
                row.append((False, bare))
                line = comma + line
            if not line:
                break
            line = line[1:]
        yield row


def main():
    if shutil.which("soffice") is None:
        print("skipped: there is no LibreOffice (package libreoffice-calc-nogui) to read CSV with")
        raise SystemExit(77)
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    paths = documents_of(*filing())
    require("documents", {"bonus", "my_numbers", "office", "filing", "finding"} <= set(paths), sorted(paths))
    bare = os.path.join(WORK, "unguarded.csv")
    with open(bare, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["text"]] + [[text] for text in TEXTS])

    evaluated = imported([*paths.values(), bare], EVALUATED)
    require("without guards there are formulas", any(cell[0] for row in evaluated["unguarded"] for cell in row))
    as_text = imported(list(paths.values()), AS_TEXT)
    texts = 0
    for name, path in paths.items():
        for row in evaluated[name]:
            require(name + " has no formula", not any(cell[0] for cell in row), row)
        for number, row in enumerate(fields_of(path)):
            found = as_text[name][number]
            for column, (quoted, text) in enumerate(row):
                if quoted and text:
                    texts += 1
                    require("%s row %d column %d" % (name, number, column), found[column] == (None, "string", text),
                            (text, found[column]))
    require("there were texts", texts > 300, texts)
    with open(paths["bonus"], encoding="utf-8-sig", newline="") as file:
        items = [row["union_item"] for row in csv.DictReader(file)]
    guarded = ["'" + text if text[0] in "=+-@＝＋－＠'" else text.replace("\t", "\ufffd") for text in TEXTS]
    require("what stands in the CSV", items == guarded, items)
    with open(paths["my_numbers"], encoding="utf-8-sig", newline="") as file:
        numbers = [row["my_number"] for row in csv.DictReader(file)]
    found = [row[-1] for row in as_text["my_numbers"][1:len(numbers) + 1]]
    require("twelve digits stay", numbers and found == [(None, "string", number) for number in numbers], found)

    for failure in failures[:20]:
        print(failure)
    print("%d texts, %d failures" % (texts, len(failures)))
    raise SystemExit(1 if failures else 0)


main()
