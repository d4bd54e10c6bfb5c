#!/usr/bin/env python3
"""Every writer in every place that cannot be written to: status 2, a word in either language, and nothing left.

Usage: bad_places_test.py KPFD MAPPING WORK

full       a disk without a free byte, one without room for another file, and one that fills in the middle
device     /dev/full, as a file and as standard output
read-only  a disk mounted for reading, and a folder of somebody else
limit      no file may grow beyond some bytes
pipe       a reader that has gone
killed     a full disk, and SIGKILL while the command cleans up; then there is room again

Disks are mounted in a mount namespace of the test. Where a machine does not let it, that part is left out with a word.
"""

import ctypes
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

KPFD, MAPPING, WORK = (os.path.abspath(one) for one in sys.argv[1:])
AS_OF = ["--as-of", "2026-07-31"]
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 1, 32, 4096, 16384, 1 << 18
NOBODY = 65534

failures = []
cases = 0


def require(name, condition, more=""):
    if not condition:
        failures.append("%s %s" % (name, more))


def place(*names):
    return os.path.join(WORK, *names)


def sample(name, *arguments):
    subprocess.run([KPFD, "sample", "--output", place(name), *arguments], check=True)
    return place(name)


class Command:
    """A command that writes: its arguments, what it is called, and whether it writes a folder or a store."""

    def __init__(self, name, arguments, target, only_file=False):
        self.name, self.arguments, self.target, self.only_file = name, arguments, target, only_file

    def run(self, folder, lang, output=None, **more):
        path = output or os.path.join(folder, self.target)
        return subprocess.run([KPFD, *self.arguments, *AS_OF, "--lang", lang, "--output", path], stdin=subprocess.DEVNULL,
                              stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **more)


def commands(union, pension, parts):
    convert = [["--to", "ndjson"], ["--to", "xml"], ["--to", "xml", "--validate"],
               ["--to", "mapped", "--mapping", MAPPING], ["--encoding", "utf-8"], ["--media-number", "7", "--edition", "2024-12"]]
    out = [Command(" ".join(one[:3]).replace(MAPPING, ""), ["convert", *one, union], "out") for one in convert]
    out.append(Command("destination", ["convert", "--destination", "KPFD", "--set", "union_office_number=1001", pension],
                       "out"))
    out.append(Command("merge", ["convert", "--merge", *parts], "out"))
    out.append(Command("repair", ["repair", union], "out"))
    out.append(Command("summary", ["summary", "--format", "csv", union], "out"))
    out.append(Command("csv", ["convert", "--to", "csv", union], "tables", only_file=True))
    out.append(Command("split", ["convert", "--split", union], "parts", only_file=True))
    out.append(Command("sqlite", ["convert", "--to", "sqlite", union], "store.db", only_file=True))
    return out


def files_below(folder):
    return sorted(os.path.join(root, name) for root, folders, names in os.walk(folder) for name in folders + names)


def remove_empty_store(name, path):
    """A store that could not be made is an empty one, which the next command makes; other commands may have it open."""
    if not os.path.exists(path):
        return
    try:
        database = sqlite3.connect("file:%s?mode=ro&immutable=1" % path, uri=True)
        require(name + ": an empty store", database.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(0,)])
        database.close()
    finally:
        os.remove(path)


def refused(what, command, folder, output=None, **more):
    """The command is refused in both languages, and the folder is as it was."""
    global cases
    before = files_below(folder) if folder else []
    words = []
    for lang in ("ja", "en"):
        done = command.run(folder, lang, output, **more)
        name = "%s: %s (%s)" % (what, command.name, lang)
        said = done.stderr.decode()
        require(name, done.returncode == 2, "status %d %s" % (done.returncode, said[-300:]))
        require(name + " says why", said.strip())
        if command.name == "sqlite":
            remove_empty_store(name, os.path.join(folder, command.target))
        require(name + " leaves nothing", folder is None or files_below(folder) == before, files_below(folder or "/nowhere"))
        words.append(said)
        cases += 1
    require("%s: %s has two languages" % (what, command.name), words[0] != words[1], words[0])
    require("%s: %s is Japanese" % (what, command.name), any(ord(c) > 0x3000 for c in words[0]), words[0])
    require("%s: %s is English" % (what, command.name), all(ord(c) < 0x3000 for c in words[1]), words[1])


# ---- disks ----

libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, kind, flags, options):
    return libc.mount(source.encode(), target.encode(), kind and kind.encode(), flags, options and options.encode()) == 0


def has_mounts():
    return libc.unshare(CLONE_NEWNS) == 0 and mount("none", "/", None, MS_REC | MS_PRIVATE, None)


class Disk:
    """A small disk of its own."""

    def __init__(self, name, options):
        self.folder = place(name)
        os.makedirs(self.folder)
        if not mount("none", self.folder, "tmpfs", 0, options):
            raise SystemExit("tmpfs cannot be mounted")

    def fill(self, leave=0):
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
            file.truncate(max(0, file.tell() - leave))

    def make_read_only(self):
        return libc.mount(b"none", self.folder.encode(), None, MS_REMOUNT | MS_RDONLY, None) == 0

    def remove(self):
        libc.umount2(self.folder.encode(), 2)
        os.rmdir(self.folder)


def full_disks(all_commands):
    for leave in (0, 64 << 10):
        disk = Disk("full", "size=2m")
        disk.fill(leave)
        for command in all_commands:
            if leave == 0 or command.name not in ("summary", "repair", "merge"):
                refused("full, %d bytes left" % leave, command, disk.folder)
        disk.remove()
    disk = Disk("no-inodes", "size=64m,nr_inodes=2")
    with open(os.path.join(disk.folder, "filler"), "wb"):
        pass
    for command in all_commands:
        refused("no room for a file", command, disk.folder)
    disk.remove()


def read_only(all_commands):
    disk = Disk("read-only", "size=2m")
    if disk.make_read_only():
        for command in all_commands:
            refused("read-only", command, disk.folder)
    disk.remove()


def somebody_elses(all_commands):
    folder = place("theirs")
    os.makedirs(folder, 0o755)
    more = {}
    if os.geteuid() == 0:
        def become_nobody():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        more["preexec_fn"] = become_nobody
    else:
        os.chmod(folder, 0o555)
    try:
        reachable = subprocess.run([KPFD, "check", *AS_OF, place("union.CSV")], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, **more).returncode < 2
    except (OSError, subprocess.SubprocessError):
        reachable = False
    if not reachable:
        print("left out: another user cannot run the program here")
        return
    for command in all_commands:
        refused("somebody else's folder", command, folder, **more)


def killed(union, seed):
    """A disk that fills, and a kill at some moment after that; with room again the same command does its work."""
    random.seed(seed)
    disk = Disk("killed", "size=8m")
    left_over = 0
    for name, arguments, target in (("csv", ["--to", "csv"], "tables"), ("sqlite", ["--to", "sqlite"], "store.db"),
                                    ("ndjson", ["--to", "ndjson", "--replace"], "out")):
        for _ in range(6):
            for entry in files_below(disk.folder):
                if os.path.isfile(entry):
                    os.remove(entry)
            shutil.rmtree(os.path.join(disk.folder, "tables"), ignore_errors=True)
            path = os.path.join(disk.folder, target)
            disk.fill(leave=200 << 10)
            command = [KPFD, "convert", *arguments, *AS_OF, "--output", path, union]
            start = time.monotonic()
            require("killed: " + name, subprocess.run(command, stdout=subprocess.DEVNULL,
                                                      stderr=subprocess.DEVNULL).returncode == 2)
            whole = time.monotonic() - start
            running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(whole * random.uniform(0.5, 1.0))
            running.send_signal(signal.SIGKILL)
            said, _ = running.communicate()
            require("killed: " + name + " took nothing", not said)
            if name == "ndjson":
                require("killed: nothing under the name", not os.path.exists(path))
            left_over += sum(entry.endswith(".part") for entry in files_below(disk.folder))
            os.remove(os.path.join(disk.folder, "filler"))
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            require("killed: " + name + " goes on when there is room", done.returncode == 0, done.stderr.decode())
            if name == "sqlite":
                database = sqlite3.connect(path)
                require("killed: the store is whole",
                        database.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
                require("killed: one filing", database.execute("SELECT count(*), sum(record_count) FROM filing").fetchall() ==
                        [(1, 3000)])
                database.close()
    disk.remove()
    print("killed: 18 times on a full disk, %d unfinished files left, all taken in afterwards" % left_over)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    os.chmod(WORK, 0o755)
    os.umask(0o022)
    union = sample("union.CSV", "--form", "all", "--records", "3000", "--offices", "3", "--seed", "5")
    pension = sample("pension.CSV", "--form", "all", "--records", "3000", "--destination", "SHFD", "--seed", "5")
    subprocess.run([KPFD, "convert", "--split", *AS_OF, "--output", place("split"), union], check=True,
                   stdout=subprocess.DEVNULL)
    parts = [place("split", number, "KPFD0006.CSV") for number in ("001", "002", "003")]
    all_commands = commands(union, pension, parts)

    # What is refused below is taken in a good place.
    for command in all_commands:
        good = place("good " + command.name)
        os.makedirs(good)
        done = command.run(good, "en")
        require("good: " + command.name, done.returncode == 0 and os.path.exists(os.path.join(good, command.target)),
                done.stderr.decode())

    for command in all_commands:
        if command.only_file:
            continue
        refused("device", command, None, output="/dev/full")
        with open("/dev/full", "wb") as full:
            refused("standard output", command, None, output="-", stdout=full)
        for lang in ("ja", "en"):
            reader, writer = os.pipe()
            os.close(reader)
            done = command.run(None, lang, output="-", stdout=writer)
            os.close(writer)
            require("pipe: " + command.name, done.returncode == 2 and done.stderr.strip(),
                    (done.returncode, done.stderr[-200:]))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

    os.makedirs(place("limit"))
    for command in all_commands:
        refused("limit", command, place("limit"), preexec_fn=limit)

    somebody_elses(all_commands)
    if has_mounts():
        full_disks(all_commands)
        read_only(all_commands)
        killed(union, 17)
    else:
        print("left out: this machine lets nobody mount a small disk")

    for failure in failures[:25]:
        print(failure)
    print("%d refusals, %d failures" % (cases, len(failures)))
    raise SystemExit(1 if failures else 0)


main()
