#!/usr/bin/env python3
"""`kpfd watch` as it runs on a desk: files come, change, go; so does their folder.

Usage: watch_test.py KPFD WORK
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time

failures = []


def expect(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED:", what)


class Desk:
    """A folder, and a watch on it."""

    def __init__(self, kpfd, work, name, *options):
        self.kpfd = kpfd
        self.root = os.path.join(work, name)
        self.folder = os.path.join(self.root, "folder")
        self.log = os.path.join(self.root, "log.ndjson")
        self.reports = os.path.join(self.root, "reports")
        self.notices = os.path.join(self.root, "notices")
        os.makedirs(self.folder)
        tools = os.path.join(self.root, "bin")
        os.makedirs(tools)
        notifier = os.path.join(tools, "notify-send")
        with open(notifier, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nfor a in "$@"; do printf "%s\\n" "$a"; done >>"' + self.notices + '"\n')
        os.chmod(notifier, 0o755)
        self.environment = dict(os.environ, PATH=tools + ":" + os.environ["PATH"], LC_ALL="C.UTF-8")
        self.options = [
            "--log", self.log, "--reports", self.reports, "--as-of", "2026-07-31",
            "--settle", "0.3", "--poll", "0.3", *options,
        ]  # fmt: skip
        self.process = None

    def start(self):
        self.out = open(os.path.join(self.root, "out"), "ab")
        self.err = open(os.path.join(self.root, "err"), "ab")
        self.process = subprocess.Popen(
            [self.kpfd, "watch", self.folder, *self.options], stdout=self.out, stderr=self.err, env=self.environment
        )

    def once(self):
        return subprocess.run(
            [self.kpfd, "watch", self.folder, "--once", *self.options],
            capture_output=True, check=False, env=self.environment, timeout=30,
        )  # fmt: skip

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(timeout=10)
        self.out.close()
        self.err.close()
        return status

    def save(self, name, text):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(text)

    def events(self, what=None):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            events = [json.loads(line) for line in file]
        return [event for event in events if what is None or event["event"] == what]

    def said(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8") as file:
            return file.read()

    def wait(self, what, condition, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.05)
        expect(False, "waited in vain: " + what)


def samples(kpfd, work):
    path = os.path.join(work, "sample.csv")
    subprocess.run([kpfd, "sample", "--form", "2265700", "--as-of", "2026-07-01", "-o", path], check=True)
    with open(path, "rb") as file:
        good = file.read()
    lines = good.split(b"\r\n")
    cells = lines[5].split(b",")
    cells[6] = b"QZX7CANARY"
    cells[9] = b""
    return good, b"\r\n".join(lines[:5] + [b",".join(cells)] + lines[6:])


def lives_through_a_day(kpfd, work, good, bad):
    desk = Desk(kpfd, work, "day")
    desk.save("before.csv", good)
    desk.start()
    desk.wait("what was there", lambda: len(desk.events("checked")) == 1)
    desk.save("YAMADA-TARO.csv", bad)
    desk.wait("a bad file", lambda: len(desk.events("checked")) == 2)
    for name in ["~$book.xlsx", ".hidden.csv", "a.csv.tmp", "b.part", "c.crdownload", "d.csv~"]:
        desk.save(name, bad)
    desk.save("empty.csv", b"")
    desk.wait("an empty file", lambda: len(desk.events("checked")) == 3)
    # The same bytes again are no news; others are.
    desk.save("YAMADA-TARO.csv", bad)
    time.sleep(1.2)
    expect(len(desk.events("checked")) == 3, "the same content is checked twice")
    desk.save("YAMADA-TARO.csv", good)
    desk.wait("a corrected file", lambda: len(desk.events("checked")) == 4)
    # A file that is written slowly is checked when it is whole.
    with open(os.path.join(desk.folder, "slow.csv"), "wb") as file:
        for part in (good[:100], good[100:200], good[200:]):
            file.write(part)
            file.flush()
            time.sleep(0.6)
        expect(len(desk.events("checked")) == 4, "a file is checked while it is written")
    desk.wait("a slow file", lambda: len(desk.events("checked")) == 5)
    # As programs save: under another name first.
    desk.save("new.tmp", bad)
    os.rename(os.path.join(desk.folder, "new.tmp"), os.path.join(desk.folder, "new.csv"))
    desk.wait("a renamed file", lambda: len(desk.events("checked")) == 6)
    verdicts = [event["verdict"] for event in desk.events("checked")]
    expect(verdicts == ["accept", "reject", "reject", "accept", "accept", "reject"], f"verdicts: {verdicts}")

    # The folder goes, and comes back.
    os.rename(desk.folder, desk.folder + ".away")
    desk.wait("the folder has gone", lambda: desk.events("folder-gone"))
    os.makedirs(desk.folder)
    desk.wait("the folder is back", lambda: desk.events("folder-back"))
    desk.save("again.csv", bad)
    desk.wait("a file in the new folder", lambda: len(desk.events("checked")) == 7)
    expect(desk.stop() == 0, "stopped cleanly")
    expect(desk.events()[0]["event"] == "started" and desk.events()[-1]["event"] == "stopped", "the log's ends")

    with open(desk.log, encoding="utf-8") as file:
        log = file.read()
    for secret in ("YAMADA", "QZX7", "before.csv", "again", desk.folder):
        expect(secret not in log, "the log says " + secret)
    expect(stat.S_IMODE(os.stat(desk.log).st_mode) == 0o600, "the log is its owner's")
    notices = desk.said("notices")
    expect("YAMADA-TARO.csv" in notices and "送信できません" in notices, "a notice")
    expect("--urgency=critical" in notices and "--urgency=normal" in notices, "urgency")
    expect("before.csv" not in notices, "what was there is no news")
    out = desk.said("out")
    expect("YAMADA-TARO.csv：送信できません" in out and "YAMADA-TARO.csv：送信できます" in out, "the terminal")
    for text in (out, notices, desk.said("err")):
        expect("QZX7" not in text, "a value is told")
    with open(os.path.join(desk.reports, "again.csv.kpfd.html"), encoding="utf-8") as file:
        page = file.read()
    expect("送信できません" in page and "QZX7" not in page, "the report")


def once_has_a_status(kpfd, work, good, bad):
    desk = Desk(kpfd, work, "once", "--log-names", "--key", os.path.join(work, "key"))
    with open(os.path.join(work, "key"), "wb") as file:
        file.write(os.urandom(32))
    os.chmod(os.path.join(work, "key"), 0o600)
    expect(desk.once().returncode == 0, "an empty folder")
    desk.save("a.csv", good)
    expect(desk.once().returncode == 0, "a good file")
    desk.save("b.csv", bad)
    expect(desk.once().returncode == 1, "a bad file")
    expect(desk.once().returncode == 1, "the same again")
    checked = desk.events("checked")
    expect([event["file"] for event in checked] == ["a.csv", "a.csv", "b.csv", "a.csv", "b.csv"], "names are asked for")
    expect(checked[2]["reference"] == checked[4]["reference"], "a key keeps references")
    expect(checked[0]["reference"] != checked[2]["reference"], "a reference is a file's own")
    expect(not os.path.exists(desk.notices), "no notices with --once")
    # The log and the reports may lie in the folder itself.
    desk.log = os.path.join(desk.folder, "log.ndjson")
    desk.options[1] = desk.log
    desk.options[3] = desk.folder
    expect(desk.once().returncode == 1, "everything in one folder")
    expect(desk.once().returncode == 1, "everything in one folder, again")
    expect(sorted({event["file"] for event in desk.events("checked")}) == ["a.csv", "b.csv"], "its own files are left alone")
    # What cannot be done is said.
    desk.options[3] = "/proc/no/folder"
    expect(desk.once().returncode == 2, "no place for reports")
    desk.options[3] = desk.reports
    desk.options[1] = "/dev/full"
    result = desk.once()
    expect(result.returncode == 2 and result.stderr, "a full disk")
    shutil.rmtree(desk.folder)
    expect(desk.once().returncode == 2, "no folder")
    unreadable = Desk(kpfd, work, "unreadable")
    unreadable.save("a.csv", good)
    os.symlink("/etc/hostname", os.path.join(unreadable.folder, "link.csv"))
    os.mkfifo(os.path.join(unreadable.folder, "pipe.csv"))
    expect(unreadable.once().returncode == 0, "links and pipes are left alone")
    expect(len(unreadable.events("checked")) == 1, "links and pipes are left alone")


def documents_have_a_menu(kpfd, work, good):
    desk = Desk(kpfd, work, "documents", "--log-names")
    desk.save("a.csv", good)
    desk.save("b.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n")
    desk.save("c.csv", b"\xff\xd8\xff\xe0 a picture under another name")
    desk.save("d.zip", b"PK\x03\x04 of no kind that is taken")
    desk.save("e.csv", b"no filing at all\r\n")
    result = desk.once()
    expect(result.returncode == 1, "documents are no filings")
    lines = dict(line[9:].split("：", 1) for line in result.stdout.decode().splitlines())
    expect(sorted(lines) == ["a.csv", "b.pdf", "c.csv", "d.zip", "e.csv"], "each has its line: %s" % lines)
    for name, line in lines.items():
        is_document = name in ("b.pdf", "c.csv")
        expect(("電子申請以外" in line) == is_document, "the menu of %s: %s" % (name, line))
        expect(("送信できません" in line) == (name in ("d.zip", "e.csv")), "the verdict of %s: %s" % (name, line))
    expect("PDF" in lines["b.pdf"] and "JPEG" in lines["c.csv"], "what they are: %s" % lines)
    expect([event["verdict"] for event in desk.events("checked")] == ["accept"] + 4 * ["reject"], "the log")


def stops_at_once(kpfd, work, good):
    desk = Desk(kpfd, work, "stop")
    desk.start()
    desk.wait("the start", lambda: desk.events("started"))
    expect(desk.stop(signal.SIGINT) == 0, "stopped by Ctrl+C")


def main():
    kpfd, work = sys.argv[1:]
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    good, bad = samples(kpfd, work)
    lives_through_a_day(kpfd, work, good, bad)
    once_has_a_status(kpfd, work, good, bad)
    documents_have_a_menu(kpfd, work, good)
    stops_at_once(kpfd, work, good)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
