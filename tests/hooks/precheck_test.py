#!/usr/bin/env python3
"""`kpfd precheck` as a sender calls it: documents of every kind, menus, sizes, time limits, receipts.

Usage: precheck_test.py KPFD SOURCES WORK
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

import documents

KPFD, SOURCES, WORK = [os.path.abspath(path) for path in sys.argv[1:4]]
LIMIT = 20971520
failures = []
count = 0


def require(condition, text):
    global count
    count += 1
    if not condition:
        failures.append(text)


def run(*arguments, **options):
    done = subprocess.run([KPFD, "precheck"] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def put(name, data, folder="files"):
    path = os.path.join(WORK, folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def check(menu, *paths, more=()):
    """Status, findings as {file: [rule]}, the object about the send."""
    status, out, err = run("--menu", menu, "--as-of", "2026-07-31", "--format", "jsonl", *paths, *more)
    objects = [json.loads(line) for line in out.splitlines()]
    rules = {}
    for found in objects:
        if found["type"] == "finding":
            rules.setdefault(found["file"], []).append(found["rule"])
    sends = [found for found in objects if found["type"] == "send"]
    require(len(sends) == 1 and objects[-1] is sends[0], "one object about the send, the last: %s %s" % (paths, err))
    return status, rules, sends[0] if sends else {}


def expect(name, data, rules, menu="other", verdict=None):
    status, found, send = check(menu, put(name, data))
    found = found.get(name, [])
    require(sorted(found) == sorted(rules), "%s by %s: %s, wanted %s" % (name, menu, found, rules))
    wanted = verdict or ("reject" if rules else "accept")
    require(send.get("verdict") == wanted and status == {"accept": 0, "reject": 1}[wanted],
            "%s by %s: status %d, %s" % (name, menu, status, send.get("verdict")))


def sample(name, *arguments):
    path = os.path.join(WORK, "filings", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run([KPFD, "sample", "--output", path] + list(arguments), check=True)
    with open(path, "rb") as file:
        return path, file.read()


def good_and_cut_documents():
    endings = set()
    for name, data in documents.whole().items():
        expect(name, data, [])
        endings.add(name.rsplit(".", 1)[1].lower())
        # Text has no end that could be missing; of the others some byte from the end on always is one.
        if name.lower().endswith((".txt", ".csv")):
            continue
        # The last sector of a compound file need not be filled.
        last = 4 if name.endswith(".xml") else 600 if name.endswith((".xls", ".doc", ".ppt")) else 60
        for cut in (len(data) // 3, len(data) * 2 // 3, len(data) - last):
            status, found, send = check("other", put("cut-" + name, data[:cut]))
            require(status == 1 and len(found.get("cut-" + name, [])) == 1, "%s cut at %d of %d: %s" % (name, cut, len(data), found))
    listed = set("xls xlsx doc docx ppt pptx pdf jpeg jpg tiff tif xml txt csv".split())
    require(endings == listed, "every ending of the list has a document: %s" % (endings ^ listed))


def lying_documents():
    expect("text.pdf", b"no pdf\r\n", ["DOCUMENT-LIES"])
    expect("picture.pdf", documents.jpeg(), ["DOCUMENT-LIES"])
    expect("sheet.docx", documents.xlsx(), ["DOCUMENT-LIES"])
    expect("sheet.doc", documents.xls(), ["DOCUMENT-LIES"])
    expect("sheet.csv", documents.xlsx(), ["DOCUMENT-LIES"])
    expect("noise.jpg", bytes(range(256)) * 4, ["DOCUMENT-LIES"])
    expect("noise.txt", b"a\0b\r\n", ["DOCUMENT-TEXT"])
    expect("escape.csv", b"a,\x08b\r\n", ["DOCUMENT-TEXT"])
    expect("noise.bin", bytes(range(256)) * 4, ["DOCUMENT-UNKNOWN"])
    expect("noise", bytes(range(256)) * 4, ["DOCUMENT-UNKNOWN"])
    expect("page.dat", documents.pdf(), ["DOCUMENT-EXTENSION"])
    expect("noending", documents.pdf(), ["DOCUMENT-EXTENSION"])
    expect("empty.pdf", b"", ["DOCUMENT-EMPTY"])
    expect("archive.zip", documents.zipped(["a.txt"]), ["DOCUMENT-TYPE"])
    expect("archive.xlsx", documents.zipped(["a.txt"]), ["DOCUMENT-TYPE"])
    expect("binary.xlsx", documents.zipped(["[Content_Types].xml", "xl/workbook.bin"]), ["DOCUMENT-TYPE"])
    expect("table.ods", documents.zipped(["mimetype", "META-INF/manifest.xml", "content.xml"]), ["DOCUMENT-TYPE"])
    expect("mail.doc", documents.ole([("__properties_version1.0", b"x")]), ["DOCUMENT-TYPE"])
    for name, data in {"a.png": b"\x89PNG\r\n\x1a\n....", "a.gif": b"GIF89a....", "a.exe": b"MZ\x90\0\3\0", "a.bmp": b"BM\1\2\0\0",
                       "a.heic": b"\0\0\0\x18ftypheic", "a.gz": b"\x1f\x8b\x08\0", "a.rtf": b"{\\rtf1 a}",
                       "a.txt": b"-----BEGIN PGP MESSAGE-----\n"}.items():
        expect("kind-" + name, data, ["DOCUMENT-TYPE"])


def macros_and_passwords():
    macro, locked = ["DOCUMENT-MACROS"], ["DOCUMENT-ENCRYPTED"]
    expect("m.xlsx", documents.xlsx("xl/vbaProject.bin"), macro)
    expect("m.docx", documents.docx("word/vbaProject.bin"), macro)
    expect("m.pptx", documents.pptx("ppt/VBAPROJECT.BIN"), macro)
    expect("m4.xlsx", documents.xlsx("xl/macrosheets/sheet1.xml"), macro)
    expect("m.xlsm", documents.xlsx("xl/vbaProject.bin"), macro + ["DOCUMENT-EXTENSION"])
    expect("m.xls", documents.xls(storages=["_VBA_PROJECT_CUR"]), macro)
    expect("m4.xls", documents.xls(documents.BOF, documents.MACRO_SHEET, documents.EOF_RECORD), macro)
    expect("m4small.xls", documents.xls(documents.BOF, documents.MACRO_SHEET, documents.EOF_RECORD, small=True), macro)
    expect("m.doc", documents.doc(storages=["Macros", "VBA"]), macro)
    vba = documents.record(0x03E8, documents.record(0x07D0, documents.record(0x03FF, bytes(12))))
    expect("m.ppt", documents.ppt(records=vba), macro)
    expect("p.xlsx", documents.ole([("EncryptedPackage", b"x"), ("EncryptionInfo", b"x")]), locked)
    expect("p2.xlsx", documents.zipped(["[Content_Types].xml", "xl/workbook.xml"], encrypted=True), locked)
    expect("p.xls", documents.xls(documents.BOF, (0x2F, bytes(6)), documents.EOF_RECORD), locked)
    expect("p.doc", documents.doc(flags=0x0100), locked)
    expect("p.ppt", documents.ppt(token=0xF3D1C4DF), locked)
    expect("p.pdf", documents.pdf("/Root 1 0 R/Encrypt 5 0 R"), locked)
    expect("ps.pdf", documents.pdf("/Root 1 0 R/Encrypt 5 0 R", stream=True), locked)
    expect("nested.pdf", documents.pdf("/Root 1 0 R/Info<</Encrypt 1>>/Note(/Encrypt 5 0 R)"), [])
    expect("lost.pdf", documents.pdf("/Root 1 0 R/Encrypt 5 0 R").replace(b"xref\n0 1", b"xxxx\n0 1", 1), locked)


def names():
    for name in ["a\u202efdp.pdf", "a\tb.pdf", "CON.pdf", "lpt1.pdf", 'a"b.pdf', "a:b.pdf", "a?.pdf", "a\\b.pdf", "a|.pdf"]:
        expect(name, documents.pdf(), ["DOCUMENT-FILE-NAME"])
    expect("x" * 251 + ".pdf", documents.pdf(), [])
    # The name is shown without what would steer a terminal.
    path = put("esc\x1b[31m\u202e.pdf", documents.pdf())
    for form in ("text", "json", "jsonl"):
        _, out, err = run("--menu", "other", "--format", form, path)
        require("\x1b" not in out + err and (form != "text" or "\u202e" not in out), "a name steers the terminal: " + form)
    expect("2026年 算定基礎届.pdf", documents.pdf(), ["DOCUMENT-LIKE-FILING"], verdict="accept")
    expect("kpfd0006.xlsx", documents.xlsx(), ["DOCUMENT-LIKE-FILING"], verdict="accept")
    expect("title.pdf", documents.pdf(title="被保険者賞与支払届"), ["DOCUMENT-LIKE-FILING"], verdict="accept")


def menus():
    path, filing = sample("KPFD0006.CSV", "--form", "mix", "--records", "3", "--seed", "7")
    expect("KPFD0006.CSV", filing, [], menu="application")
    for name in ("KPFD0006.CSV", "list.csv", "list.txt", "list.xml"):
        expect(name, filing, ["MENU-IS-FILING"])
        expect(name, filing.decode("cp932").encode("utf-8-sig"), ["MENU-IS-FILING"])
    expect("renamed.pdf", filing, ["MENU-IS-FILING"])
    expect("utf16.csv", filing.decode("cp932").encode("utf-16"), ["MENU-IS-FILING"])
    expect("KPFD0006.CSV", b"a,b\r\n", ["MENU-IS-FILING"])
    lines = filing.split(b"\r\n")
    expect("rows.csv", b"\r\n".join(lines[5:]), ["MENU-IS-FILING"])
    for name, data in documents.whole().items():
        rules = ["MENU-NO-FILING"] if name.endswith((".txt", ".csv")) else ["MENU-IS-DOCUMENT"]
        if name == "utf16.txt":
            rules = ["MENU-NO-FILING"]
        expect(name, data, rules, menu="application")
    expect("KPFD0006.CSV", documents.xlsx(), ["MENU-IS-DOCUMENT"], menu="application")
    expect("KPFD0006.CSV", b"", ["FILE-EMPTY"], menu="application")
    _, pension = sample("SHFD0006.CSV", "--form", "mix", "--records", "3", "--seed", "7", "--destination", "SHFD")
    expect("SHFD0006.CSV", pension, ["MENU-OTHER-RECEIVER"], menu="application")
    expect("SHFD0006.CSV", pension, ["MENU-IS-FILING"])
    bad = filing.replace(b"[data]", b"[DATA]")
    expect("KPFD0006.CSV", bad, ["DATA-DAMAGED"], menu="application")
    return path, filing


def sizes(path, filing):
    # Text that fills up to the limit, in one file and in several.
    for over in (-1, 0, 1):
        data = (b"x" * 98 + b"\r\n") * (LIMIT // 100 + 1)
        expect("full.txt", data[:LIMIT + over], ["SEND-SIZE"] if over > 0 else [])
    half = put("half.txt", b"x" * (LIMIT // 2))
    other = put("rest.txt", b"y" * (LIMIT // 2))
    status, found, send = check("other", half, other)
    require(status == 0 and send["bytes"] == LIMIT and send["files"] == 2, "two halves: %s" % found)
    one = put("one.txt", b"z")
    status, found, send = check("other", half, one, other)
    require(status == 1 and found == {"rest.txt": ["SEND-SIZE"]}, "two halves and a byte: %s" % found)
    # A file without end, in name only, is not read.
    sparse = put("sparse.txt", b"")
    os.truncate(sparse, 1 << 40)
    begun = time.monotonic()
    status, found, send = check("other", sparse)
    require(status == 1 and found["sparse.txt"] == ["SEND-SIZE"] and time.monotonic() - begun < 5, "a sparse file: %s" % found)
    copy = put("copy.csv", filing, "copies")
    status, found, send = check("application", path, copy)
    require(status == 0 and found["copy.csv"] == ["SEND-TWICE"], "the same twice: %s" % found)


def places(path):
    """Paths that are no files, and files that do not come."""
    link = os.path.join(WORK, "link.pdf")
    os.symlink(put("target.pdf", documents.pdf()), link)
    status, found, send = check("other", link)
    require(status == 0, "a link of the user's own is followed")
    for strange in ("/dev/zero", "/dev/null", WORK, os.path.join(WORK, "missing.pdf"), "/proc/self/mem"):
        status, found, send = check("other", strange)
        require(status == 2 and send["verdict"] == "unchecked" and send["reason"], "%s: %d %s" % (strange, status, send))
    status, out, _ = run("--menu", "application", "-", input=open(path, "rb").read())
    require(status == 0, "standard input")
    require(run("--menu", "other", "-", input=b"a")[0] == 2, "standard input has no name")
    require(run("--menu", "nothing", path)[0] == 2 and run(path)[0] == 2 and run("--menu", "other")[0] == 2, "usage")
    fifo = os.path.join(WORK, "fifo.csv")
    os.mkfifo(fifo)
    keeper = os.open(fifo, os.O_RDWR)  # somebody may write, and does not
    for form in ("text", "jsonl", "json"):
        receipt = os.path.join(WORK, "late-%s.json" % form)
        begun = time.monotonic()
        status, out, err = run("--menu", "application", "--time-limit", "0.5", "--format", form, "--lang", "en", "--receipt",
                               receipt, fifo, path)
        took = time.monotonic() - begun
        require(status == 2 and 0.4 < took < 5, "a pipe that says nothing: %d after %.1f s" % (status, took))
        if form == "text":
            require("Hold the files; do not send them" in out, "the sender must hold the files: " + out)
        else:
            objects = json.loads(out) if form == "json" else [json.loads(line) for line in out.splitlines()]
            require([found["verdict"] for found in objects] == ["unchecked"] * 3, "each file is unchecked: " + out)
        require(json.load(open(receipt))["verdict"] == "unchecked", "the receipt says so, too")
    os.close(keeper)
    status, _, send = check("application", path, more=["--time-limit", "60"])
    require(status == 0 and send["verdict"] == "accept", "within the time all is as always")
    # A caller that reads to the end is not held by what was left behind.
    child = subprocess.Popen([KPFD, "precheck", "--menu", "application", "--time-limit", "0.3", "-"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    begun = time.monotonic()
    out = child.stdout.read()
    require(time.monotonic() - begun < 5 and out, "the answer ends in time")
    child.stdin.close()
    child.stderr.close()
    require(child.wait() == 2, "the status of the answer")


def receipts(path):
    key = put("key", b"k" * 32)
    os.chmod(key, 0o600)
    references = []
    for ending in ("html", "txt", "json"):
        receipt = os.path.join(WORK, "receipt." + ending)
        status, out, err = run("--menu", "application", "--as-of", "2026-07-31", "--receipt", receipt, "--key", key, path)
        require(status == 0, "receipt: " + err)
        text = open(receipt, encoding="utf-8").read()
        references += re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", text)
        require("sha256:" in text and "20,971,520" in text or ending == "json", "rules and limit: " + ending)
        require(os.stat(receipt).st_mode & 0o077 == 0, "a receipt is for its owner")
        if ending == "html":
            xml.etree.ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))
            require("<script" not in text and "@media print" in text, "printable, without script")
            html = subprocess.run(["xmllint", "--html", "--noout", receipt], stderr=subprocess.PIPE)
            require(html.returncode == 0 and not html.stderr, "HTML: %s" % html.stderr.decode())
    require(len(set(references)) == 1 and len(references) == 3, "one key, one reference: %s" % references)
    others = {check("application", path)[2]["reference"] for _ in range(3)}
    require(len(others) == 3 and not others & set(references), "without a key the reference is random")
    status, out, err = run("--menu", "application", "--receipt", os.path.join(WORK, "receipt.html"), path)
    require(status == 2 and not out and "--receipt" in err, "a receipt is not replaced unasked: %s" % err)
    require(run("--menu", "application", "--receipt", os.path.join(WORK, "receipt.html"), "--replace", path)[0] == 0, "asked")
    status, out, err = run("--menu", "application", "--receipt", os.path.join(WORK, "no", "r.html"), "--time-limit", "20", path)
    require(status == 2 and not out and err, "no folder for the receipt")
    require(run("--menu", "application", "--receipt", path, "--replace", path)[0] == 2, "a file of the send is no receipt")
    # Nothing of a record stands in a receipt or a report.
    persons = set()
    for line in open(path, "rb").read().decode("cp932").split("\r\n")[5:]:
        persons |= {cell for cell in line.split(",") if len(cell) >= 5 and not cell.isascii()}
    text = open(os.path.join(WORK, "receipt.html"), encoding="utf-8").read() + run("--menu", "application", path)[1]
    require(persons and not [name for name in persons if name in text], "a person's name in a receipt")
    hostile = put("<script>alert(1)<!--.txt", b"a\r\n")
    run("--menu", "other", "--receipt", os.path.join(WORK, "hostile.html"), hostile)
    require("<script" not in open(os.path.join(WORK, "hostile.html"), encoding="utf-8").read(), "a name becomes a tag")


def attachments():
    profile = os.path.join(SOURCES, "schemas", "profiles", "kasumino.xml")
    _, filing = sample("for-union.csv", "--form", "2221700", "--records", "2", "--seed", "3")
    _, out, _ = run("--menu", "application", "--profile", profile, "--attachment", "nothing", put("f.csv", filing))
    require(not out, "an unknown attachment is a mistake of usage")
    status, out, err = run("--menu", "application", "--profile", profile, "--attachment", "nothing", put("f.csv", filing))
    keys = err.split(":")[-1].replace(" ", "").strip().split(",")
    require(status == 2 and "attendance_record" in keys, "the known ones are named: " + err)
    own = put("own.xml", b'<?xml version="1.0" encoding="UTF-8"?>\n<profile key="own" edition="2026-04" number="06999999" '
              b'name="x" name-en="Own">\n<attachment key="ledger" name="y" name-en="wage ledger" forms="2221700">'
              b'cash.1 &gt;= 0 or month.cash &gt;= 0</attachment></profile>\n'.replace(
                  b"cash.1 &gt;= 0 or month.cash &gt;= 0", b"average &gt;= 0"))
    path = put("KPFD0006.CSV", filing, "union")
    status, found, send = check("application", path, more=["--profile", own])
    require(status == 1 and "SEND-ATTACHMENT" in found.get("KPFD0006.CSV", []), "a missing enclosure: %s" % found)
    require(send.get("attachments") == [{"key": "ledger", "name": "y", "records": 2, "given": False}], "%s" % send)
    status, found, send = check("application", path, more=["--profile", own, "--attachment", "ledger"])
    require(status == 0 and send["attachments"][0]["given"], "it goes another way: %s" % found)
    ledger = put("ledger.pdf", documents.pdf())
    status, found, send = check("application", path, more=["--profile", own, "--attachment", "ledger=" + ledger])
    require(status == 0 and send["contents"][1]["attachment"] == "ledger", "it goes along: %s" % found)
    broken = put("ledger2.pdf", documents.pdf()[:40])
    status, found, send = check("application", path, more=["--profile", own, "--attachment", "ledger=" + broken])
    require(status == 1 and found["ledger2.pdf"] == ["DOCUMENT-DAMAGED"], "an enclosure is a document: %s" % found)


def outside_schemas():
    folder = os.path.join(WORK, "schemas")
    os.makedirs(folder)
    with open(os.path.join(SOURCES, "schemas", "file-types.xml"), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(folder, "file-types.xml"), "w", encoding="utf-8") as file:
        file.write(text.replace('key="png" begins', 'key="png" endings="png" begins'))
    picture = put("a.png", b"\x89PNG\r\n\x1a\n....")
    status, found, send = check("other", picture, more=["--schemas", folder])
    require(status == 0, "a type more, by data alone: %s" % found)
    with open(os.path.join(folder, "file-types.xml"), "w", encoding="utf-8") as file:
        file.write(text.replace('key="png"', 'key="PNG"'))
    require(run("--menu", "other", "--schemas", folder, picture)[0] == 2, "a bad table is refused")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    good_and_cut_documents()
    lying_documents()
    macros_and_passwords()
    names()
    path, filing = menus()
    sizes(path, filing)
    places(path)
    receipts(path)
    attachments()
    outside_schemas()
    for failure in failures:
        print("FAILED", failure)
    print("%d checks, %d failed" % (count, len(failures)))
    shutil.rmtree(WORK, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
