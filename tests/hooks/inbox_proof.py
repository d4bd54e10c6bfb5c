#!/usr/bin/env python3
"""`kpfd inbox` as the union's server meets it: every file comes to one place, and each good filing is stored once.

Usage: inbox_proof.py KPFD SOURCES WORK [--files N] [--kills N] [--seed S]

places    good and bad filings, other documents, foreign offices, duplicates, sidecars that cannot be used, links and pipes.
profile_senders  the table of senders that a profile names.
notices   are valid, have the true totals, and hold no value of a record; neither does what the command writes.
kills     Two instances work on one folder and are killed with SIGKILL at random moments, again and again.
poison    A file that kills the process which checks it is parked after three tries, and the next one is still served.
full      The store's disk is full: nothing is lost, and all goes on when there is room.
encrypted OpenPGP files are decrypted in memory; nothing of them is on the disk.
watching  Files are seen when they come; a signal ends the command and loses nothing.

Synthetic filings only. Prints the numbers and each failure; status 1 if there is one.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree

import documents

AS_OF = "2026-07-31"
failures = []
count = 0


def require(condition, text):
    global count
    count += 1
    if not condition:
        failures.append(text)


class Inbox:
    def __init__(self, arguments, name):
        self.kpfd = os.path.abspath(arguments.kpfd)
        self.root = os.path.join(os.path.abspath(arguments.work), name)
        self.folder = os.path.join(self.root, "in")
        self.store = os.path.join(self.root, "store.db")
        self.more = []
        os.makedirs(self.folder)

    def command(self, *more):
        return [self.kpfd, "inbox", self.folder, "--store", self.store, "--as-of", AS_OF, "--settle", "0.2"] + self.more + list(more)

    def run(self, *more, before=(), **options):
        done = subprocess.run(list(before) + self.command("--once", *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        return done.returncode, {line["file"]: line for line in lines}, done.stderr.decode()

    def drop(self, name, data, sidecar=True, **members):
        """As a server does it: the sidecar first, then the file by a rename."""
        if sidecar:
            facts = {"certificate": "JC-1111100-11111-00-000-1234-000", "office": "1001",
                     "received_at": "2026-07-31T18:00:00+09:00", "encrypted_name": "A_JC-1111100-2026073118000001.pgp",
                     "size": len(data)}
            facts.update(members)
            facts = {key: value for key, value in facts.items() if value is not None}
            with open(os.path.join(self.folder, name + ".json"), "w", encoding="utf-8") as file:
                json.dump(facts, file)
        with open(os.path.join(self.folder, name + ".part"), "wb") as file:
            file.write(data)
        os.rename(os.path.join(self.folder, name + ".part"), os.path.join(self.folder, name))

    def places(self):
        """Name => the folders that hold it."""
        found = {}
        for place in ("accepted", "rejected", "parked", "work"):
            path = os.path.join(self.folder, place)
            for job in os.listdir(path) if os.path.isdir(path) else []:
                try:
                    names = os.listdir(os.path.join(path, job))
                except FileNotFoundError:
                    continue  # it has gone to its last place meanwhile
                for name in names:
                    found.setdefault(name, []).append(place)
        for name in os.listdir(self.folder):
            if os.path.isfile(os.path.join(self.folder, name)):
                found.setdefault(name, []).append("")
        return found

    def receipts(self):
        database = sqlite3.connect(self.store)
        try:
            require(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "integrity of the store")
            return [row[0] for row in database.execute("SELECT receipt FROM filing")]
        finally:
            database.close()

    def read(self, place, name, ending):
        with open(os.path.join(self.folder, place, name, name + ending), encoding="utf-8") as file:
            return file.read()


def sample(arguments, seed, *more, records=4):
    done = subprocess.run([arguments.kpfd, "sample", "--form", "mix", "--records", str(records), "--seed", str(seed), "--output", "-",
                           "--as-of", AS_OF] + list(more), stdout=subprocess.PIPE, check=True)
    return done.stdout


def office_of(filing):
    return filing.split(b"\r\n")[3].split(b",")[0].decode()


def broken(filing):
    """A filing with an error in its first record."""
    lines = filing.split(b"\r\n")
    cells = lines[5].split(b",")
    cells[0] = b"9999999"
    lines[5] = b",".join(cells)
    return b"\r\n".join(lines)


def places(arguments):
    inbox = Inbox(arguments, "places")
    good = sample(arguments, 1)
    own = office_of(good)
    other = sample(arguments, 2)
    senders = os.path.join(inbox.root, "senders.csv")
    with open(senders, "w") as file:
        file.write("certificate,office\n# clients\nATTORNEY-1,77," + own + "\n")
    inbox.more = ["--senders", senders]
    inbox.drop("good.csv", good, office=own)
    inbox.drop("again.csv", good, office=own)
    inbox.drop("utf8.csv", good.decode("cp932").encode("utf-8"), office=own)
    inbox.drop("bad.csv", broken(good), office=own)
    inbox.drop("foreign.csv", other, office="9" + own)
    inbox.drop("client.csv", other, office=None, certificate="ATTORNEY-1")
    inbox.drop("unknown.csv", other, office=None, certificate="ATTORNEY-2")
    inbox.drop("pension.csv", sample(arguments, 3, "--destination", "SHFD"), office=own)
    inbox.drop("empty.csv", b"", office=own)
    inbox.drop("letter.pdf", documents.pdf(), encrypted_name="N_X-2026073118000001.pgp")
    inbox.drop("macro.xlsx", documents.xlsx("xl/vbaProject.bin"), encrypted_name="N_X-2026073118000002.pgp")
    inbox.drop("wrong menu.csv", good, encrypted_name="N_X-2026073118000003.pgp")
    inbox.drop("sheet.xlsx", documents.xlsx(), office=own)
    for name, members in {"class.csv": {"encrypted_name": "X_1.pgp"}, "nobody.csv": {"certificate": None}, "number.csv": {"office": 7},
                          "when.csv": {"received_at": "yesterday"}, "dots.csv": {"certificate": "../x"}}.items():
        inbox.drop(name, good, **members)
    for name, text in {"twice.csv": '{"certificate":"A","certificate":"B","encrypted_name":"A_1"}', "list.csv": "[]",
                       "deep.csv": '{"a":' * 1000, "rest.csv": "{} x", "nan.csv": '{"size":NaN}', "cut.csv": '{"certificate":"A'}.items():
        inbox.drop(name, good, sidecar=False)
        with open(os.path.join(inbox.folder, name + ".json"), "w") as file:
            file.write(text)
    # What is never touched.
    secret = os.path.join(inbox.root, "secret.csv")
    with open(secret, "wb") as file:
        file.write(sample(arguments, 9))
    os.symlink(secret, os.path.join(inbox.folder, "link.csv"))
    os.link(secret, os.path.join(inbox.folder, "hard.csv"))
    os.mkfifo(os.path.join(inbox.folder, "pipe.csv"))
    os.mkdir(os.path.join(inbox.folder, "folder.csv"))
    for name in ("link.csv", "hard.csv", "pipe.csv", "folder.csv", "alone.csv.x"):
        with open(os.path.join(inbox.folder, name + ".json"), "w") as file:
            json.dump({"certificate": "A", "office": own, "encrypted_name": "A_1.pgp"}, file)
    inbox.drop(".hidden.csv", good)
    inbox.drop("waits.csv", good, sidecar=False)
    inbox.drop("short.csv", good, size=len(good) + 1)

    status, done, err = inbox.run("--stale", "0", timeout=60)
    wanted = {"good.csv": "accepted", "again.csv": "accepted", "utf8.csv": "accepted", "bad.csv": "rejected", "foreign.csv": "rejected",
              "client.csv": "accepted", "unknown.csv": "rejected", "pension.csv": "rejected", "empty.csv": "rejected",
              "letter.pdf": "accepted", "macro.xlsx": "rejected", "wrong menu.csv": "rejected", "sheet.xlsx": "rejected"}
    wanted.update({name: "parked" for name in ("class.csv", "nobody.csv", "number.csv", "when.csv", "dots.csv", "twice.csv", "list.csv",
                                               "deep.csv", "rest.csv", "nan.csv", "cut.csv")})
    require(status == 2, "parked files make the status 2: %d %s" % (status, err[-300:]))
    require({name: line["place"] for name, line in done.items()} == wanted,
            "places: %s" % (set(wanted.items()) ^ {(name, line["place"]) for name, line in done.items()}))
    found = inbox.places()
    for name, place in wanted.items():
        require(found.get(name) == [place], "%s lies in %s" % (name, found.get(name)))
    for name in ("link.csv", "hard.csv", "pipe.csv", "folder.csv", ".hidden.csv", "waits.csv", "short.csv"):
        require(os.path.lexists(os.path.join(inbox.folder, name)) and name not in done, name + " is left alone")
    require("waits.csv" in err and "short.csv" in err and "alone.csv.x.json" in err, "what waits is told: " + err)
    receipts = {done[name]["receipt"] for name in ("good.csv", "again.csv", "utf8.csv")}
    require(len(receipts) == 1 and receipts <= set(inbox.receipts()), "one filing, one receipt: %s" % receipts)
    require(sorted(done[name]["duplicate"] for name in ("good.csv", "again.csv", "utf8.csv")) == [False, True, True], "duplicates are told")
    require(len(inbox.receipts()) == 2, "two filings are stored: %s" % inbox.receipts())
    rules = {name: {found["rule"] for found in json.loads(inbox.read("rejected", name, ".notice.json"))["findings"]}
             for name, place in wanted.items() if place == "rejected"}
    for name, rule in {"bad.csv": "FORM-UNKNOWN", "foreign.csv": "SENDER-FOREIGN-OFFICE", "unknown.csv": "SENDER-UNKNOWN",
                       "pension.csv": "MENU-OTHER-RECEIVER", "empty.csv": "FILE-EMPTY", "macro.xlsx": "DOCUMENT-MACROS",
                       "wrong menu.csv": "MENU-IS-FILING", "sheet.xlsx": "FILE-ZIP"}.items():
        require(rule in rules[name], "%s: %s" % (name, rules[name]))
    # The same name once more, later: nothing is replaced.
    inbox.drop("good.csv", other, office=office_of(other))
    status, done, err = inbox.run(timeout=60)
    require(done["good.csv"]["folder"] == "accepted/good.csv~2" and done["good.csv"]["duplicate"], "a second file of a name: %s" % done)
    require(not os.listdir(os.path.join(inbox.folder, "work")), "nothing is left in work")
    require(subprocess.run(inbox.command("--once", "--database", "x"), stderr=subprocess.DEVNULL).returncode == 2, "one store, not two")
    with open(senders, "a") as file:
        file.write("only-one\n")
    bad = subprocess.run(inbox.command("--once"), stderr=subprocess.PIPE)
    require(bad.returncode == 2 and b"line 4" in bad.stderr and b"only-one" not in bad.stderr, "a bad table of senders")


def profile_senders(arguments):
    """The table of senders that a profile names, alone and beside that of the command line."""
    inbox = Inbox(arguments, "profile senders")
    first, second, third = (sample(arguments, seed) for seed in (31, 32, 33))
    profile = os.path.join(inbox.root, "union.xml")
    with open(profile, "w") as file:
        file.write('<profile key="example" edition="2026-04" number="06999999" name="Example"><senders file="clients.csv"/></profile>')
    clients = os.path.join(inbox.root, "clients.csv")
    with open(clients, "w") as file:
        file.write("certificate,office\nATTORNEY-1,%s\n" % office_of(first))
    more = os.path.join(inbox.root, "more.csv")
    with open(more, "w") as file:
        file.write("ATTORNEY-2,%s\n" % office_of(second))
    inbox.more = ["--profile", profile, "--senders", more]
    inbox.drop("first.csv", first, office=None, certificate="ATTORNEY-1")
    inbox.drop("second.csv", second, office=None, certificate="ATTORNEY-2")
    inbox.drop("third.csv", third, office=None, certificate="ATTORNEY-3")
    status, done, err = inbox.run(timeout=60)
    places = {name: answer["place"] for name, answer in done.items()}
    require(status == 1 and places == {"first.csv": "accepted", "second.csv": "accepted", "third.csv": "rejected"}, "senders of both: %s %s" % (places, err))
    with open(clients, "w") as file:
        file.write("certificate,office\nonly-one\n")
    bad = subprocess.run(inbox.command("--once"), stderr=subprocess.PIPE)
    require(bad.returncode == 2 and b"line 2" in bad.stderr and b"clients.csv" in bad.stderr and b"only-one" not in bad.stderr, "a bad table of a profile: %s" % bad.stderr)
    os.remove(clients)
    gone = subprocess.run(inbox.command("--once"), stderr=subprocess.PIPE)
    require(gone.returncode == 2 and b"clients.csv" in gone.stderr, "a table of a profile that is not there: %s" % gone.stderr)


def notices(arguments):
    inbox = Inbox(arguments, "notices")
    filing = sample(arguments, 5, records=640)
    lines = filing.split(b"\r\n")
    persons = set()
    for at in range(5, len(lines) - 1):
        cells = lines[at].split(b",")
        for cell in cells[1:]:
            text = cell.decode("cp932")
            if len(cell) >= 7 and (not text.isascii() or text.isdigit()):
                persons.add(text)
        cells[0] = b"9999999" if at % 2 else cells[0]
        lines[at] = b",".join(cells)
    office = office_of(filing)
    names = {line.decode("cp932") for line in lines[3].split(b",")[4:7]}
    inbox.drop("many.csv", b"\r\n".join(lines), office=office)
    inbox.drop("few.csv", broken(filing), office=office)
    inbox.drop("good.csv", filing, office=office)
    for language in ("ja", "en"):
        if language == "en":
            for name in ("many.csv", "few.csv", "good.csv"):
                inbox.drop(name, b"\r\n".join(lines) if name == "many.csv" else broken(filing) if name == "few.csv" else filing,
                           office=office)
        status, done, err = inbox.run("--lang", language, timeout=60)
        require(status == 1 and len(done) == 3, "three notices: %d %s" % (status, err))
        everything = err + json.dumps(done, ensure_ascii=False)
        for name, kind in (("many.csv", "notice"), ("few.csv", "notice"), ("good.csv", "receipt")):
            folder = os.path.join(inbox.folder, done[name]["folder"])
            texts = {}
            for ending in ("html", "txt", "json"):
                with open(os.path.join(folder, "%s.%s.%s" % (name, kind, ending)), encoding="utf-8") as file:
                    texts[ending] = file.read()
                everything += texts[ending]
            xml.etree.ElementTree.fromstring(texts["html"].replace("<!DOCTYPE html>", ""))
            html = subprocess.run(["xmllint", "--html", "--noout", os.path.join(folder, "%s.%s.html" % (name, kind))], stderr=subprocess.PIPE)
            require(html.returncode == 0 and not html.stderr, "HTML of %s: %s" % (name, html.stderr.decode()[:300]))
            facts = json.loads(texts["json"])
            require(facts["findings_shown"] == len(facts["findings"]) <= 300, "no more than 300 findings")
            require(facts["findings_total"] == facts["errors"] + facts["warnings"] == sum(rule["count"] for rule in facts["by_rule"]),
                    "true totals of " + name)
            require(facts["errors"] == done[name]["errors"], "the same totals everywhere")
            if name == "many.csv":
                require(facts["errors"] >= 310 and "{:,}".format(facts["findings_total"]) in texts["html"], "many: %d" % facts["errors"])
            for found in facts["findings"]:
                require(found["record"] == (found["line"] - 5 if found["line"] > 5 else 0), "the place of a record: %s" % found)
                require(found["text"] and found["fix"], "what is wrong and what to do: %s" % found["rule"])
        leaked = [text for text in persons | names if text in everything]
        require(persons and not leaked, "%d values in a notice or a log" % len(leaked))


def kills(arguments):
    inbox = Inbox(arguments, "kills")
    chance = random.Random(arguments.seed)
    filings = {}
    for number in range(arguments.files):
        filing = sample(arguments, 1000 + number % (arguments.files * 2 // 3 + 1), records=3 + number % 40)
        filings["f%03d.csv" % number] = (filing, number % 5 == 0)
    for name, (filing, bad) in filings.items():
        inbox.drop(name, broken(filing) if bad else filing, office=office_of(filing))
    killed = 0
    answers = {}
    logs = [open(os.path.join(inbox.root, "out%d" % i), "ab") for i in range(2)]
    processes = [None, None]
    while killed < arguments.kills and len([n for n, p in inbox.places().items() if n in filings and p != ["accepted"] and p != ["rejected"]]):
        for i in range(2):
            if processes[i] is None or processes[i].poll() is not None:
                processes[i] = subprocess.Popen(inbox.command("--poll", "0.2"), stdout=logs[i], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.01, 0.12))
        victim = chance.randrange(2)
        processes[victim].send_signal(signal.SIGKILL)
        processes[victim].wait()
        killed += 1
    for process in processes:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
    # A file whose work was cut off ten times is parked, whoever was to blame: its people give it back.
    parked = os.path.join(inbox.folder, "parked")
    for name in os.listdir(parked) if os.path.isdir(parked) else []:
        for part in (name + ".json", name):
            os.rename(os.path.join(parked, name, part), os.path.join(inbox.folder, part))
        shutil.rmtree(os.path.join(parked, name))
    two = [subprocess.Popen(inbox.command("--once"), stdout=log, stderr=subprocess.PIPE) for log in logs]
    for process in two:
        process.wait(timeout=120)
        process.stderr.close()
    inbox.run(timeout=120)
    found = inbox.places()
    wrong = {name: found.get(name) for name, (_, bad) in filings.items() if found.get(name) != ["rejected" if bad else "accepted"]}
    require(not wrong, "after %d kills: %s" % (killed, wrong))
    require(not os.listdir(os.path.join(inbox.folder, "work")), "work is empty: %s" % os.listdir(os.path.join(inbox.folder, "work")))
    good = {filing for filing, bad in filings.values() if not bad}
    receipts = inbox.receipts()
    require(len(receipts) == len(set(receipts)) == len(good), "%d filings, %d stored" % (len(good), len(receipts)))
    by_content = {}
    for name, (filing, bad) in filings.items():
        if not bad:
            by_content.setdefault(filing, set()).add(json.loads(inbox.read("accepted", name, ".receipt.json"))["receipt"])
    once = [filing for filing, bad in filings.values() if not bad]
    again = [name for name, (filing, bad) in filings.items()
             if not bad and once.count(filing) == 1 and json.loads(inbox.read("accepted", name, ".receipt.json"))["duplicate"]]
    require(not again, "came once, and is called a duplicate: %s" % again)
    require(all(len(one) == 1 and one <= set(receipts) for one in by_content.values()), "each content has one receipt, which is stored")
    print("kills: %d files, %d kills, %d stored" % (len(filings), killed, len(receipts)))


def poison(arguments):
    strace = shutil.which("strace")
    if strace is None:
        print("poison: not done, there is no strace")
        return
    inbox = Inbox(arguments, "poison")
    filing = sample(arguments, 1)
    inbox.drop("poison.csv", filing, office=office_of(filing))
    # The search for leaks does not work in a process that is traced.
    quiet = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    # Only the process that checks asks for a timer.
    status, done, err = inbox.run(before=[strace, "-f", "-qq", "-o", os.path.join(inbox.root, "trace"), "-e", "trace=setitimer", "-e",
                                          "inject=setitimer:signal=KILL"], env=quiet, timeout=60)
    if status not in (0, 1, 2) or not done:
        print("poison: not done, this machine does not let processes be traced")
        return
    require(status == 2 and done.get("poison.csv", {}).get("place") == "parked", "parked: %s" % done)
    require(err.count("poison.csv") == 3, "three tries: " + err)
    require(json.loads(inbox.read("parked", "poison.csv", ".parked.json"))["reason"], "why")
    inbox.drop("next.csv", filing, office=office_of(filing))
    status, done, err = inbox.run(timeout=60)
    require(status == 0 and done["next.csv"]["place"] == "accepted", "the next one is served")


def full(arguments):
    inbox = Inbox(arguments, "full")
    filings = {"f%d.csv" % i: sample(arguments, 50 + i, records=300) for i in range(4)}
    status, _, _ = inbox.run(timeout=60)
    for name, filing in filings.items():
        inbox.drop(name, filing, office=office_of(filing))
    size = os.path.getsize(inbox.store) + 4096

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    status, done, err = inbox.run(preexec_fn=limit, timeout=60)
    require(status == 2 and len(done) < 4, "a full disk: %d %s" % (status, done))
    found = inbox.places()
    require(all(len(found.get(name, [])) == 1 for name in filings), "nothing is lost: %s" % found)
    status, done, err = inbox.run(timeout=60)
    found = inbox.places()
    require(status == 0 and all(found[name] == ["accepted"] for name in filings), "with room again: %d %s" % (status, found))
    require(len(set(inbox.receipts())) == 4, "all are stored once")


def encrypted(arguments):
    gpg = shutil.which("gpg")
    if gpg is None:
        print("encrypted: not done, there is no gpg")
        return
    inbox = Inbox(arguments, "encrypted")
    home = os.path.join("/tmp", "kpfd-gpg-%d" % os.getpid())  # sockets have short names only
    os.mkdir(home, 0o700)
    environment = dict(os.environ, GNUPGHOME=home)

    def call(*more, **options):
        return subprocess.run([gpg, "--batch", "--quiet", "--yes", "--trust-model", "always", "--pinentry-mode", "loopback"] + list(more),
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, **options).stdout

    try:
        keys = {}
        for name, passphrase, kind in (("plain", "", ["rsa2048", "encr"]), ("locked", "a passphrase", ["future-default", "default"])):
            call("--passphrase", passphrase, "--quick-gen-key", name + "@example.invalid", *kind, "never")
            keys[name] = os.path.join(inbox.root, name + ".key")
            with open(keys[name], "wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(call("--passphrase", passphrase, "--export-secret-keys", name + "@example.invalid"))
        filing = sample(arguments, 1)
        office = office_of(filing)
        source = os.path.join(inbox.root, "KPFD0006.CSV")

        def sealed(data, receiver="plain", name="KPFD0006.CSV"):
            path = os.path.join(inbox.root, name)
            with open(path, "wb") as file:
                file.write(data)
            out = call("-e", "-r", receiver + "@example.invalid", "-o", "-", path)
            os.unlink(path)
            return out

        message = sealed(filing)
        inbox.drop("A_good.pgp", message, office=office)
        inbox.drop("A_bad.pgp", sealed(broken(filing)), office=office)
        inbox.drop("A_cut.pgp", message[:len(message) // 2], office=office)
        inbox.drop("A_other.pgp", sealed(filing, "locked"), office=office)
        inbox.drop("A_noise.pgp", bytes(range(256)) * 9, office=office)
        inbox.drop("N_letter.pgp", sealed(documents.pdf(), name="letter.pdf"), encrypted_name="N_X-1.pgp")
        inbox.drop("N_macro.pgp", sealed(documents.xlsx("xl/vbaProject.bin"), name="a.xlsx"), encrypted_name="N_X-2.pgp")
        status, done, err = inbox.run("--pgp-key", keys["plain"], timeout=60)
        wanted = {"A_good.pgp": "accepted", "A_bad.pgp": "rejected", "A_cut.pgp": "parked", "A_other.pgp": "parked",
                  "A_noise.pgp": "parked", "N_letter.pgp": "accepted", "N_macro.pgp": "rejected"}
        found = {name: line["place"] for name, line in done.items()}
        require(found == wanted, "encrypted: %s %s" % (found, err))
        require(len(inbox.receipts()) == 1, "the filing is stored")
        notice = json.loads(inbox.read("rejected", "A_bad.pgp", ".notice.json"))
        require(notice["file"] == "KPFD0006.CSV", "the name of the content: " + notice["file"])
        name = filing.split(b"\r\n")[5].split(b",")[7]
        for folder, _, files in os.walk(inbox.folder):
            for one in files:
                with open(os.path.join(folder, one), "rb") as file:
                    text = file.read()
                require(name not in text and name.decode("cp932").encode() not in text, "plain text lies in " + one)
        inbox.drop("A_locked.pgp", sealed(filing, "locked"), office=office)
        passphrase = os.path.join(inbox.root, "passphrase")
        with open(passphrase, "w") as file:
            file.write("a passphrase\n")
        status, done, err = inbox.run("--pgp-key", keys["locked"], "--pgp-passphrase", passphrase, timeout=60)
        require(status == 0 and done["A_locked.pgp"]["duplicate"], "a key with a passphrase: %s %s" % (done, err))
        inbox.drop("A_nokey.pgp", message, office=office)
        status, done, err = inbox.run(timeout=60)
        require(done["A_nokey.pgp"]["place"] == "parked", "without a key it is parked")
        os.chmod(keys["plain"], 0o644)
        require(inbox.run("--pgp-key", keys["plain"], timeout=60)[0] == 2, "a key that others can read")
        require(inbox.run("--pgp-key", passphrase, timeout=60)[0] == 2, "a key that is none")
        require(source and not os.path.exists(source), "nothing decrypted is left")
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], stderr=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)


def watching(arguments):
    inbox = Inbox(arguments, "watching")
    filing = sample(arguments, 1)
    office = office_of(filing)
    process = subprocess.Popen(inbox.command("--poll", "30"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.5)
    begun = time.monotonic()
    inbox.drop("seen.csv", filing, office=office)
    line = json.loads(process.stdout.readline())
    require(line["file"] == "seen.csv" and line["place"] == "accepted" and time.monotonic() - begun < 5, "seen at once: %s" % line)
    # Written in place, slowly, without a size: not before it has come to rest.
    path = os.path.join(inbox.folder, "slow.csv")
    with open(path + ".json", "w") as file:
        json.dump({"certificate": "A", "office": office, "encrypted_name": "A_1.pgp"}, file)
    with open(path, "wb") as file:
        for at in range(0, len(filing), len(filing) // 4 + 1):
            file.write(filing[at:at + len(filing) // 4 + 1])
            file.flush()
            time.sleep(0.1)
    line = json.loads(process.stdout.readline())
    require(line["file"] == "slow.csv" and line["place"] == "accepted" and line["duplicate"], "complete before it is read: %s" % line)
    process.send_signal(signal.SIGTERM)
    require(process.wait(timeout=10) == 0, "a signal ends it well")
    process.stdout.close()
    process.stderr.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("sources")
    parser.add_argument("work")
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    os.makedirs(arguments.work)
    for part in (places, profile_senders, notices, kills, poison, full, encrypted, watching):
        begun = time.monotonic()
        part(arguments)
        print("%s: %.1f s" % (part.__name__, time.monotonic() - begun))
    for failure in failures:
        print("FAILED", failure)
    print("%d checks, %d failed, seed %d" % (count, len(failures), arguments.seed))
    if not failures:
        shutil.rmtree(arguments.work, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
