#!/usr/bin/env python3
"""What real readers make of the reports: each is a whole document of its kind, says the same verdict, holds no value
unasked, and does not grow with the findings.

Usage: reports_test.py KPFD WORK [TOOLS]

TOOLS is a folder with node_modules/vnu-jar and node_modules/@microsoft/sarif-multitool-linux (scripts/setup says how to
get them); without it their part is left out, and said so.
"""

import csv
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

FORMATS = ["html", "sarif", "junit", "csv"]
HOSTILE = "<script>]]>&=1+1\x1b[2J"
failures = []


def expect(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what)


def run(kpfd, *arguments, **more):
    return subprocess.run([kpfd, *arguments], capture_output=True, check=False, timeout=60, **more)


def check(kpfd, form, *arguments):
    return run(kpfd, "check", "--as-of", "2026-07-31", "--lang", "ja", "--format", form, *arguments)


def read_html(text):
    root = xml.fromstring(text)
    space = "{http://www.w3.org/1999/xhtml}"
    words = [p.text for p in root.iter(space + "p") if p.get("class") == "word"]
    names = {"送信できます": "accept", "送信できません": "reject", "確認できませんでした": "unchecked"}
    expect(not list(root.iter(space + "script")), "a script in HTML")
    return [names[word] for word in words]


def read_sarif(text):
    log = json.loads(text)
    (run_of_log,) = log["runs"]
    rules = run_of_log["tool"]["driver"]["rules"]
    for result in run_of_log["results"]:
        expect(rules[result["ruleIndex"]]["id"] == result["ruleId"], "SARIF: a rule's index")
    verdicts = [artifact["properties"]["verdict"] for artifact in run_of_log["artifacts"]]
    (invocation,) = run_of_log["invocations"]
    expect(invocation["executionSuccessful"] == ("unchecked" not in verdicts), "SARIF: successful")
    expect(
        invocation["exitCode"] == max(["accept", "reject", "unchecked"].index(v) for v in verdicts),
        "SARIF: exit code",
    )
    return verdicts


def read_junit(text):
    verdicts = []
    for suite in xml.fromstring(text):
        cases = suite.findall("testcase")
        failed = [case for case in cases if case.find("failure") is not None]
        errors = [case for case in cases if case.find("error") is not None]
        expect(int(suite.get("tests")) == len(cases), "JUnit: tests")
        expect(int(suite.get("failures")) == len(failed), "JUnit: failures")
        expect(int(suite.get("errors")) == len(errors), "JUnit: errors")
        expect(len({case.get("name") for case in cases}) == len(cases), "JUnit: a test twice")
        # What the common schema of Ant asks for, and in its order.
        order = [child.tag for child in suite]
        expect(order[0] == "properties" and order[-2:] == ["system-out", "system-err"], "JUnit: order")
        for name in ("package", "id", "name", "timestamp", "hostname", "time"):
            expect(suite.get(name), "JUnit: " + name)
        expect(errors or len(cases) > 100, "JUnit: rules that have passed")
        verdicts.append("unchecked" if errors else "reject" if failed else "accept")
    return verdicts


def read_csv(text):
    expect(text.startswith(b"\xef\xbb\xbf"), "CSV: byte order mark")
    rows = list(csv.reader(io.StringIO(text[3:].decode(), newline=""), strict=True))
    expect(all(len(row) == len(rows[0]) for row in rows), "CSV: columns")
    for row in rows[1:]:
        for cell in row:
            expect(not cell or cell[0] not in "=+-@＝＋－＠", "CSV: a formula")
    verdict = rows[0].index("verdict")
    return [row[verdict] for row in rows if row[0] == "summary"]


READERS = {"html": read_html, "sarif": read_sarif, "junit": read_junit, "csv": read_csv}


def verdicts_agree(kpfd, work, files):
    texts = {}
    for form in FORMATS:
        result = check(kpfd, form, *files)
        expect(result.returncode == 2, form + ": status")
        expect(READERS[form](result.stdout) == ["accept", "reject", "unchecked"], form + ": verdicts")
        target = os.path.join(work, "report." + form)
        again = check(kpfd, form, "-o", target, *files)
        expect(again.returncode == 2 and not again.stdout, form + ": into a file")
        with open(target, "rb") as file:
            texts[form] = file.read()
        expect(texts[form] == result.stdout, form + ": the file is what is written without one")
        refused = check(kpfd, form, "-o", target, *files)
        expect(refused.returncode == 2 and refused.stderr, form + ": an existing file is kept")
        expect(check(kpfd, form, "--replace", "-o", files[0], *files).returncode == 2, form + ": an input")
        alone = check(kpfd, form, files[2])
        expect(READERS[form](alone.stdout) == ["unchecked"], form + ": unchecked alone")
    return texts


def hostile(kpfd, work, lines):
    """Markup, control characters and formulas in values and in the name of the file."""
    cells = lines[5].split(b",")
    cells[6] = HOSTILE.encode()
    cells[7] = b"=HYPERLINK(1)"
    bad = list(lines)
    bad[5] = b",".join(cells)
    name = os.path.join(work, "=<script>&\"'\x1b[2J.csv")
    with open(name, "wb") as file:
        file.write(b"\r\n".join(bad))
    for form in FORMATS:
        result = check(kpfd, form, "--show-values", name)
        expect(READERS[form](result.stdout) == ["reject"], form + ": hostile contents")
        expect(b"\x1b" not in result.stdout, form + ": an escape sequence")
        expect(b"HYPERLINK" in result.stdout, form + ": the value is shown")
        expect(b"HYPERLINK" not in check(kpfd, form, name).stdout, form + ": the value is not shown")
    expect(b"<script" not in check(kpfd, "html", "--show-values", name).stdout, "html: markup")


def many(kpfd, work, lines):
    """A million findings: bounded memory, time and size."""
    name = os.path.join(work, "filing-of-many.csv")
    cells = lines[5].split(b",")
    cells[6:12] = [b"\xfb\xfc"] * 6
    bad = b",".join(cells) + b"\r\n"
    records = 100000
    with open(name, "wb") as file:
        file.write(b"\r\n".join(lines[:5]) + b"\r\n" + bad * records)
    for form in FORMATS:
        target = os.path.join(work, "many." + form)
        begin = time.monotonic()
        pid = os.spawnv(
            os.P_NOWAIT,
            kpfd,
            # A table of all of them is what is asked for, so that of some is taken.
            [kpfd, "check", "--as-of", "2026-07-31", "--format", form, "-o", target, name]
            + (["--max-findings", "20000"] if form == "csv" else []),
        )
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - begin
        size = os.path.getsize(target)
        print(f"{form}: {seconds:.1f} s, {usage.ru_maxrss // 1024} MB, report of {size // 1024} KB")
        expect(os.waitstatus_to_exitcode(status) == 1, form + ": status of many")
        expect(usage.ru_maxrss < 128 << 10, form + ": memory of many")
        expect(size < 16 << 20, form + ": size of many")
        os.remove(target)
    summary = json.loads(check(kpfd, "jsonl", "--max-findings", "0", name).stdout.splitlines()[-1])
    total = summary["errors"] + summary["warnings"]
    expect(total >= 1000000, f"only {total} findings")
    page = check(kpfd, "html", name).stdout.decode()
    expect(f"{total:,}件のうち" in page, "html: the true total")
    (artifact,) = json.loads(check(kpfd, "sarif", name).stdout)["runs"][0]["artifacts"]
    expect(artifact["properties"]["findings"] == total, "sarif: the true total")
    expect(sum(rule["findings"] for rule in artifact["properties"]["rules"]) == total, "sarif: by rule")
    os.remove(name)


def bad_places(kpfd, work, files):
    for form in FORMATS:
        with open("/dev/full", "wb") as full:
            result = subprocess.run([kpfd, "check", "--format", form, files[0]], stdout=full, stderr=subprocess.PIPE, check=False)
        expect(result.returncode == 2 and result.stderr, form + ": a full disk")
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run([kpfd, "check", "--format", form, files[0]], stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        expect(result.returncode == 2 and result.stderr, form + ": nobody reads")
        target = os.path.join(work, "limited." + form)
        result = run(
            kpfd, "check", "--format", form, "-o", target, files[1],
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        )
        expect(result.returncode == 2, form + ": no room")
        expect(not os.path.exists(target), form + ": a part of a report")


def judged(tools, work, texts):
    vnu = os.path.join(tools, "node_modules/vnu-jar/build/dist/vnu.jar")
    sarif = os.path.join(tools, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
    if os.path.exists(vnu) and shutil.which("java"):
        page = os.path.join(work, "report.html")
        result = subprocess.run(["java", "-jar", vnu, "--errors-only", page], capture_output=True, check=False)
        expect(result.returncode == 0, "vnu: " + result.stderr.decode())
        print("vnu has read the page")
    else:
        print("left out: vnu-jar is not installed")
    if os.path.exists(sarif):
        os.chmod(sarif, 0o755)
        judgement = os.path.join(work, "judgement.sarif")
        environment = dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")
        subprocess.run(
            [sarif, "validate", os.path.join(work, "report.sarif"), "--output", judgement, "--log", "ForceOverwrite"],
            capture_output=True, check=True, env=environment,
        )
        with open(judgement, encoding="utf-8-sig") as file:
            results = json.load(file)["runs"][0].get("results", [])
        # It asks for an address of the tool in the network, which there is not.
        wrong = [r for r in results if r.get("level") != "note" and r["ruleId"] != "SARIF2005"]
        expect(not wrong, "sarif-multitool: " + json.dumps(wrong)[:1000])
        print("sarif-multitool has read the log")
    else:
        print("left out: sarif-multitool is not installed")


def main():
    kpfd, work = sys.argv[1:3]
    tools = sys.argv[3] if len(sys.argv) > 3 else ""
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    good = os.path.join(work, "good.csv")
    made = run(kpfd, "sample", "--form", "2265700", "--records", "5", "--as-of", "2026-07-01", "-o", good)
    expect(made.returncode == 0, "a sample: " + made.stderr.decode())
    with open(good, "rb") as file:
        lines = file.read().split(b"\r\n")
    bad = os.path.join(work, "bad.csv")
    cells = lines[5].split(b",")
    cells[9] = b""
    with open(bad, "wb") as file:
        file.write(b"\r\n".join(lines[:5] + [b",".join(cells), lines[6] + b",,"] + lines[7:]))
    files = [good, bad, os.path.join(work, "missing.csv")]
    texts = verdicts_agree(kpfd, work, files)
    judged(tools, work, texts)
    hostile(kpfd, work, lines)
    bad_places(kpfd, work, files)
    many(kpfd, work, lines)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
