#!/usr/bin/env python3
"""Receipts of `kpfd precheck` and notices of `kpfd inbox`, as the W3C's checker of HTML reads them.

    pages_test.py KPFD SOURCES WORK [TOOLS]

TOOLS is a folder with node_modules/vnu-jar (scripts/report-tools). Without it the pages are only read as XML.
"""
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree

AS_OF = "2026-07-31"


def require(condition, what):
    if not condition:
        sys.exit("FAILED: " + what)


def filing(kpfd, *more):
    return subprocess.run([kpfd, "sample", "--as-of", AS_OF, "--seed", "1", *more], stdout=subprocess.PIPE, check=True).stdout


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def receipts(kpfd, sources, work, language):
    """A receipt of each verdict, of each menu, with a profile and what it asks for."""
    profile = os.path.join(sources, "schemas/profiles/kasumino.xml")
    good = put(os.path.join(work, "files", "KPFD0006.CSV"), filing(kpfd))
    bad = put(os.path.join(work, "bad", "KPFD0006.CSV"), filing(kpfd, "--break", "MONTH-SUM"))
    odd = put(os.path.join(work, "files", 'a<b>&"c\' 届.pdf'), b"%PDF-1.4\n")
    gone = os.path.join(work, "files", "gone.csv")
    sends = {"accept": ("application", [good]), "reject": ("application", [bad, good]), "unchecked": ("application", [gone]),
             "documents": ("other", [odd, good]), "profile": ("application", [good, "--profile", profile])}
    for name, (menu, arguments) in sends.items():
        page = os.path.join(work, "receipt-%s-%s.html" % (name, language))
        done = subprocess.run([kpfd, "precheck", "--menu", menu, "--as-of", AS_OF, "--lang", language, "--receipt", page, *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        require(done.returncode in (0, 1, 2) and os.path.exists(page), "receipt %s: %s" % (name, done.stderr.decode()))
        require(not done.stderr, "receipt %s: %s" % (name, done.stderr.decode()))
        yield page


def notices(kpfd, work, language):
    """What goes back to the office: of a filing with errors, of one that is taken, and of what is no filing."""
    folder = os.path.join(work, "inbox-" + language)
    files = {"good.csv": filing(kpfd), "bad.csv": filing(kpfd, "--break", "MONTH-SUM"), "paper.csv": b"%PDF-1.4\n", "utf8.csv": "[kanri]\r\n届".encode()}
    for name, data in files.items():
        sidecar = {"certificate": "JC-1111100-11111-00-000-1234-000", "office": "1001", "received_at": AS_OF + "T18:00:00+09:00",
                   "encrypted_name": "A_JC-1111100-2026073118000001.pgp", "size": len(data)}
        put(os.path.join(folder, name), data)
        put(os.path.join(folder, name + ".json"), json.dumps(sidecar).encode())
    done = subprocess.run([kpfd, "inbox", folder, "--store", os.path.join(work, "filings-%s.db" % language), "--once", "--as-of", AS_OF, "--lang",
                           language], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    found = []
    for place in ("accepted", "rejected"):
        for name in os.listdir(os.path.join(folder, place)) if os.path.isdir(os.path.join(folder, place)) else []:
            inside = os.path.join(folder, place, name)
            found += [os.path.join(inside, page) for page in os.listdir(inside) if page.endswith(".html")]
    require(len(found) == len(files), "%d pages of %d files: %s" % (len(found), len(files), done.stdout.decode()))
    return found


def main():
    kpfd, sources, work = (os.path.abspath(argument) for argument in sys.argv[1:4])
    vnu = os.path.join(sys.argv[4] if len(sys.argv) > 4 else "", "node_modules/vnu-jar/build/dist/vnu.jar")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    pages = []
    for language in ("ja", "en"):
        pages += receipts(kpfd, sources, work, language)
        pages += notices(kpfd, work, language)
    for page in pages:
        with open(page, encoding="utf-8") as file:
            xml.etree.ElementTree.fromstring(file.read().replace("<!DOCTYPE html>", ""))
    if not os.path.exists(vnu) or not shutil.which("java"):
        print("left out: vnu-jar is not installed")
        return
    told = subprocess.run(["java", "-jar", vnu, "--errors-only", *pages], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    require(told.returncode == 0 and not told.stdout, told.stdout.decode())
    print("vnu has read %d pages" % len(pages))


if __name__ == "__main__":
    main()
