#!/usr/bin/env python3
"""Holds the program for Windows, under wine, against the one for Linux.

    windows_test.py SOURCES LINUX_KPFD DIST WORK

DIST is what scripts/windows makes, WORK a folder of the test's own. Wine gets a folder for its own files in it.
"""
import filecmp
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

SOURCES, KPFD, DIST, WORK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
AS_OF = "2026-07-31"
GCC = "x86_64-w64-mingw32-gcc-posix"

ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "LANG", "LC_MESSAGES")}
ENVIRONMENT.update(WINEPREFIX=str(WORK / "wine"), WINEDEBUG="-all", WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=", HOME=str(WORK / "home"), LC_ALL="C.UTF-8", TZ="UTC")

# What every Windows has; everything else is in the program.
SYSTEM_LIBRARIES = {"ADVAPI32.dll", "bcrypt.dll", "KERNEL32.dll", "msvcrt.dll", "ole32.dll", "SHELL32.dll", "USER32.dll"}
LARGEST = 4 << 20


def wine_program():
    for name in (shutil.which("wine64"), "/usr/lib/wine/wine64"):
        if name and os.path.exists(name):
            return name
    raise SystemExit("wine64 is missing: run scripts/setup")


WINE = wine_program()


def run(command, folder=WORK, **more):
    """Into files, as Wine's own services, which go on, would keep a pipe open."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as faults, tempfile.TemporaryFile() as given:
        given.write(more.pop("input", b""))
        given.seek(0)
        reader = more.pop("pipe", False)
        source = subprocess.Popen(["cat"], stdin=given, stdout=subprocess.PIPE) if reader else None
        result = subprocess.run([str(part) for part in command], cwd=folder, env=ENVIRONMENT, stdin=source.stdout if source else given, stdout=said,
                                stderr=faults, timeout=100, **more)
        if source:
            source.stdout.close()
            source.wait()
        said.seek(0)
        faults.seek(0)
        result.stdout, result.stderr = said.read(), faults.read()
    return result


def on_windows(*arguments, folder=WORK, program=None, **more):
    return run([WINE, program or DIST / "kpfd.exe", *arguments], folder, **more)


def on_linux(*arguments, folder=WORK, **more):
    return run([KPFD, *arguments], folder, **more)


def text_of(result):
    return (result.stdout + result.stderr).decode("utf-8")


def corpus():
    """Every filing of the samples and of the tests, by its name below the sources."""
    files = []
    for folder in ("samples/valid", "samples/invalid", "tests", "docs"):
        for path in (SOURCES / folder).rglob("*"):
            is_input = path.name == "input" or path.suffix.lower() == ".csv"
            if is_input and path.is_file():
                files.append(str(path.relative_to(SOURCES)))
            elif path.name == "input" and path.is_dir():
                files.extend(str(file.relative_to(SOURCES)) for file in path.rglob("*") if file.is_file())
    return sorted(set(files))


class Windows(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        # Wine's folders of a user lead to those of this one, so the home is the test's own, too.
        (WORK / "home").mkdir(parents=True, exist_ok=True)
        if not (WORK / "wine" / "system.reg").exists():
            run([WINE, "wineboot", "--init"])
        cls.files = WORK / "files"
        shutil.rmtree(cls.files, ignore_errors=True)
        cls.files.mkdir()
        cls.good = (SOURCES / "samples/valid/acquisition-2018-03-kpfd").rglob("*")
        cls.good = next(path for path in sorted(cls.good) if path.is_file() and "input" in str(path.relative_to(SOURCES)))
        run([GCC, "-O1", "-s", "-o", WORK / "hold.exe", SOURCES / "tests/windows/hold.c", "-lshell32"]).check_returncode()

    def same(self, *arguments, folder=WORK, **more):
        """Both programs say the same; returns what they say."""
        linux = on_linux(*arguments, folder=folder, **more)
        windows = on_windows(*arguments, folder=folder, **more)
        self.assertEqual(windows.stdout, linux.stdout, windows.stderr[-500:])
        self.assertEqual(windows.returncode, linux.returncode, windows.stderr[-500:])
        return linux

    def put(self, name, bytes_=None):
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.good.read_bytes() if bytes_ is None else bytes_)
        return path

    # ---- the same verdicts and findings

    def check_corpus(self, form):
        files = corpus()
        self.assertGreater(len(files), 350)
        said = ""
        for begin in range(0, len(files), 200):
            said += text_of(self.same("check", "--as-of", AS_OF, "--lang", "ja", "--format", form, *files[begin:begin + 200], folder=SOURCES))
        return said, len(files)

    def test_corpus_as_json_lines(self):
        said, files = self.check_corpus("jsonl")
        self.assertEqual(said.count('"type":"summary"'), files)
        for verdict in ("accept", "reject"):
            self.assertGreater(said.count(f'"verdict":"{verdict}"'), 50)

    def test_corpus_as_text(self):
        said, files = self.check_corpus("text")
        self.assertGreater(said.count("送信できません。"), 50)

    def test_each_exit_status(self):
        bad = sorted((SOURCES / "samples/invalid").iterdir())
        seen = set()
        for folder in [SOURCES / "samples/valid/acquisition-2018-03-kpfd"] + bad[:4]:
            name = next(str(file.relative_to(SOURCES)) for file in sorted((folder / "input").rglob("*")) if file.is_file()) \
                if (folder / "input").is_dir() else str((folder / "input").relative_to(SOURCES))
            seen.add(self.same("check", "--as-of", AS_OF, "--lang", "ja", name, folder=SOURCES).returncode)
        seen.add(self.same("check", "--as-of", AS_OF, "--lang", "ja", "no-such-file.csv").returncode)
        self.assertEqual(seen, {0, 1, 2})

    def test_other_reports_and_commands(self):
        name = str(self.good.relative_to(SOURCES))
        for arguments in (["check", "--format", "json", name], ["check", "--format", "html", name], ["check", "--format", "html", "--lang", "en", name],
                          ["check", "--show-values", name], ["check", "--jobs", "2", name], ["summary", name], ["schemas"],
                          ["explain", "2225700"], ["sample", "--form", "all", "--records", "300"]):
            self.same(*arguments, *([] if arguments[0] in ("schemas", "explain", "sample") else ["--as-of", AS_OF]),
                      *([] if "en" in arguments else ["--lang", "ja"]), folder=SOURCES)

    def test_schemas_are_the_same(self):
        folders = self.files / "schemas-linux", self.files / "schemas-windows"
        self.assertEqual(on_linux("schemas", "--export", folders[0].name, folder=self.files).returncode, 0)
        windows = on_windows("schemas", "--export", folders[1].name, folder=self.files)
        self.assertEqual(windows.returncode, 0, text_of(windows))
        names = [sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) for folder in folders]
        self.assertEqual(*names)
        self.assertGreater(len(names[0]), 20)
        for name in names[0]:
            self.assertEqual((folders[0] / name).read_bytes(), (folders[1] / name).read_bytes(), name)

    def test_profiles_are_held_against_their_schema(self):
        name = str(self.good.relative_to(SOURCES))
        profile = SOURCES / "schemas/profiles/kasumino.xml"
        self.same("check", "--as-of", AS_OF, "--lang", "ja", "--profile", profile.relative_to(SOURCES), name, folder=SOURCES)
        self.put("bad.xml", profile.read_bytes().replace(b"<profile ", b"<profile nonsense='1' ", 1))
        linux = on_linux("check", "--lang", "ja", "--profile", "bad.xml", self.good, folder=self.files)
        windows = on_windows("check", "--lang", "ja", "--profile", "bad.xml", self.good, folder=self.files)
        self.assertEqual((windows.returncode, windows.stdout, windows.stderr), (2, linux.stdout, linux.stderr))
        self.assertIn("nonsense", windows.stderr.decode())

    def test_standard_input(self):
        for arguments in (["check", "-"], ["check", "--format", "jsonl", "-"]):
            for pipe in (False, True):
                self.same(*arguments, "--lang", "ja", "--as-of", AS_OF, input=self.good.read_bytes(), pipe=pipe)

    # ---- names

    def test_names_of_files(self):
        for name in ("届出.csv", "表示ソ能十.csv", "髙﨑①.CSV", "𠮷野家.csv", "a b&c^d%PATH%.csv", "表/ソ/KPFD0006.CSV"):
            self.put(name)
            result = self.same("check", "--format", "jsonl", "--lang", "ja", "--as-of", AS_OF, name, folder=self.files)
            self.assertEqual(result.returncode, 0, name)

    def test_a_folder(self):
        self.put("フォルダ/い.csv")
        self.put("フォルダ/ろ/は.CSV")
        self.put("フォルダ/に.txt")
        linux = on_linux("check", "--lang", "ja", "--as-of", AS_OF, "フォルダ", folder=self.files)
        windows = on_windows("check", "--lang", "ja", "--as-of", AS_OF, "フォルダ", folder=self.files)
        self.assertEqual(windows.returncode, 0, text_of(windows))
        self.assertEqual(windows.stdout.decode().replace("\\", "/"), linux.stdout.decode())

    def test_a_long_path(self):
        deep = "/".join(["長い名前のフォルダ" * 4] * 7)  # below the limit of a name in bytes, beyond 260 characters in all
        path = self.put(deep[:0] + "/".join(part[:36] for part in deep.split("/")) + "/KPFD0006.CSV")
        self.assertGreater(len(str(path)), 270)
        windows = on_windows("check", "--format", "jsonl", "--as-of", AS_OF, "Z:" + str(path).replace("/", "\\"))
        self.assertEqual(windows.returncode, 0, text_of(windows))

    def test_a_share(self):
        path = self.put("share.csv")
        # Wine's name for the same file as a share would have it.
        windows = on_windows("check", "--as-of", AS_OF, "--lang", "ja", "\\\\?\\unix" + str(path).replace("/", "\\"))
        self.assertEqual(windows.returncode, 0, text_of(windows))

    def test_what_is_no_file(self):
        for name in ("CON", "NUL", "\\\\.\\PhysicalDrive0", "\\\\.\\C:"):
            windows = on_windows("check", "--lang", "ja", name)
            self.assertEqual(windows.returncode, 2, name)
            self.assertIn("ファイルではありません", text_of(windows), name)
        windows = on_windows("check", "--lang", "ja", "ない.csv")
        self.assertEqual(windows.returncode, 2)
        self.assertIn("その名前のファイルはありません", text_of(windows))

    # ---- files that others hold

    def held(self, mode, path):
        process = subprocess.Popen([WINE, str(WORK / "hold.exe"), mode, str(path)], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline().strip(), b"held")
        return process

    def let_go(self, process):
        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(60), 0)

    def test_a_file_that_excel_has_open_is_checked(self):
        path = self.put("open.csv")
        process = self.held("shared", path)
        try:
            windows = on_windows("check", "--lang", "ja", "--as-of", AS_OF, path)
        finally:
            self.let_go(process)
        self.assertEqual(windows.returncode, 0, text_of(windows))

    def test_a_file_that_nobody_may_open(self):
        path = self.put("held.csv")
        process = self.held("exclusive", path)
        try:
            windows = on_windows("check", "--lang", "ja", path)
        finally:
            self.let_go(process)
        self.assertEqual(windows.returncode, 2, text_of(windows))
        self.assertIn("ほかのプログラム（Excel など）が使っています", text_of(windows))

    def test_an_output_that_another_holds(self):
        path = self.put("out.csv", b"before")
        process = self.held("shared", path)
        try:
            windows = on_windows("sample", "--lang", "ja", "--records", "3", "--output", path)
        finally:
            self.let_go(process)
        self.assertEqual(windows.returncode, 2, text_of(windows))
        self.assertIn("閉じてから", text_of(windows))
        self.assertEqual(path.read_bytes(), b"before")
        self.assertEqual(list(self.files.glob(".kpfd-*")), [])

    # ---- outputs

    def test_an_output_appears_whole_under_its_name(self):
        first = self.files / "出力一.csv"
        second = self.files / "出力二.csv"
        on_linux("convert", "--encoding", "utf-8", "-o", first, self.good).check_returncode()
        windows = on_windows("convert", "--encoding", "utf-8", "-o", second.name, self.good, folder=self.files)
        self.assertEqual(windows.returncode, 0, text_of(windows))
        self.assertEqual(second.read_bytes(), first.read_bytes())
        again = on_windows("convert", "--lang", "ja", "--encoding", "utf-8", "-o", second.name, self.good, folder=self.files)
        self.assertEqual(again.returncode, 2)
        self.assertIn("同じ名前のファイルがすでにあります", text_of(again))
        replaced = on_windows("convert", "--replace", "--encoding", "shift_jis", "-o", second.name, self.good, folder=self.files)
        self.assertEqual(replaced.returncode, 0, text_of(replaced))
        self.assertNotEqual(second.read_bytes(), first.read_bytes())
        own = on_windows("convert", "--lang", "ja", "--replace", "--encoding", "utf-8", "-o", second.name, second.name, folder=self.files)
        self.assertEqual(own.returncode, 2)
        self.assertIn("入力ファイルには書き込みません", text_of(own))
        self.assertEqual(list(self.files.glob(".kpfd-*")), [])

    def test_a_store(self):
        path = self.files / "保管庫.sqlite"
        for new in ("true", "false"):
            windows = on_windows("convert", "--to", "sqlite", "-o", path.name, "--as-of", AS_OF, self.good, folder=self.files)
            self.assertEqual(windows.returncode, 0, text_of(windows))
            self.assertIn('"new":' + new, windows.stdout.decode())
        with sqlite3.connect(path) as store:
            self.assertEqual(store.execute("select count(*) from filing").fetchone(), (1,))
        store.close()

    def test_precheck_with_a_time_limit(self):
        for limit in ([], ["--time-limit", "60"]):
            windows = on_windows("precheck", "--menu", "application", *limit, "--lang", "ja", "--as-of", AS_OF, "--receipt", "控え.html", "--replace",
                                 self.put("KPFD0006.CSV").name, folder=self.files)
            self.assertEqual(windows.returncode, 0, text_of(windows))
            self.assertIn("送信できます", text_of(windows))
            self.assertIn("</html>", (self.files / "控え.html").read_text())
        big = self.files / "big.csv"
        on_linux("sample", "--records", "60000", "--output", big).check_returncode()
        late = on_windows("precheck", "--menu", "application", "--time-limit", "0.001", "--lang", "ja", big)
        self.assertEqual(late.returncode, 2, text_of(late))
        self.assertIn("秒以内に確認が終わりませんでした", text_of(late))

    # ---- a folder that is watched

    def desk(self, name):
        folder = self.files / name
        folder.mkdir()
        return folder

    def test_what_is_in_a_folder(self):
        folder = self.desk("届出")
        bad = self.good.read_bytes().replace(b"\r\n", b"\r\nQZX7,", 1)
        for name, content in (("表示ソ.csv", self.good.read_bytes()), ("𠮷田.csv", bad), ("~$表.xlsx", bad), ("空.csv", b"")):
            (folder / name).write_bytes(content)
        (folder / "中").mkdir()
        options = ("watch", folder, "--once", "--settle", "0.1", "--poll", "0.1", "--as-of", AS_OF, "--lang", "ja")
        linux = on_linux(*options)
        windows = on_windows(*options, "--log", folder / "記録.log", "--reports", folder)
        self.assertEqual(windows.returncode, linux.returncode, text_of(windows))
        self.assertEqual(linux.returncode, 1)
        # The time first, the place of the report last.
        told = [line[9:].split(" " + str(folder))[0] for line in windows.stdout.decode().splitlines()]
        self.assertEqual(told, [line[9:] for line in linux.stdout.decode().splitlines()])
        self.assertEqual([line.split("：")[0] for line in told], ["空.csv", "表示ソ.csv", "𠮷田.csv"])
        self.assertIn("</html>", (folder / "𠮷田.csv.kpfd.html").read_text())
        again = on_windows(*options, "--log", folder / "記録.log", "--reports", folder)
        self.assertEqual(again.stdout.decode().count("\n"), 3, text_of(again))
        missing = on_windows("watch", folder / "ない", "--once")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("ない", text_of(missing))

    def wait_for(self, what, condition):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def test_a_watch(self):
        folder = self.desk("見張り")
        log = self.files / "見張り.log"
        good = self.good.read_bytes()
        bad = good.replace(b"\r\n", b"\r\nQZX7,", 1)

        def events(what):
            lines = log.read_text().splitlines() if log.exists() else []
            return [event for event in map(json.loads, lines) if event["event"] == what]

        def checked(count):
            self.wait_for(f"{count} verdicts", lambda: len(events("checked")) >= count)
            return [event["verdict"] for event in events("checked")]

        (folder / "前.csv").write_bytes(good)
        # Only what the system tells wakes it in time: the next look of its own is in an hour.
        watch = subprocess.Popen([WINE, str(DIST / "kpfd.exe"), "watch", str(folder), "--log", str(log), "--settle", "0.3", "--poll", "3600", "--lang", "ja",
                                  "--as-of", AS_OF], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.assertEqual(checked(1), ["accept"])
            (folder / "山田太郎.csv").write_bytes(bad)
            self.assertEqual(checked(2), ["accept", "reject"])
            (folder / "~$山田太郎.xlsx").write_bytes(bad)
            (folder / "山田太郎.csv").write_bytes(bad)
            # A file that somebody else may still write to is not checked.
            holder = self.held("shared", self.put("開いた.csv"))
            (self.files / "開いた.csv").rename(folder / "開いた.csv")
            (folder / "隣.csv").write_bytes(good)
            self.assertEqual(checked(3), ["accept", "reject", "accept"])
            time.sleep(1)
            self.assertEqual(len(checked(3)), 3, "the same content, a temporary file or one that is held is checked")
            self.let_go(holder)
            self.assertEqual(checked(4), ["accept", "reject", "accept", "accept"])
            # Whoever takes the folder away is not kept from it, and the wait for it ends as any other.
            folder.rename(self.files / "よそ")
            (self.files / "よそ" / "前.csv").unlink()
            self.wait_for("the folder has gone", lambda: events("folder-gone"))
        finally:
            watch.send_signal(signal.SIGINT)
            output, faults = watch.communicate(timeout=60)
        self.assertEqual(watch.returncode, 0, faults)
        self.assertEqual(len(events("stopped")), 1)
        told = output.decode().splitlines()
        self.assertEqual([line[9:].split("：")[0] for line in told], ["前.csv", "山田太郎.csv", "隣.csv", "開いた.csv"])
        for secret in ("QZX7", "山田", "見張り", "前.csv"):
            self.assertNotIn(secret, log.read_text())
        self.assertNotIn("QZX7", output.decode() + faults.decode())

    # ---- the program

    def test_help_speaks_of_what_is_there(self):
        text = text_of(on_windows("--help", "--lang", "ja"))
        for command in ("check", "convert", "explain", "precheck", "repair", "sample", "schemas", "summary", "watch"):
            self.assertRegex(text, rf"(?m)^ +{command} ")
        for command in ("inbox", "serve", "worker"):
            self.assertNotIn(command, text)
            self.assertEqual(on_windows(command).returncode, 2)
        text = text_of(on_windows("convert", "--help", "--lang", "ja"))
        self.assertIn("sqlite", text)
        self.assertNotIn("postgresql", text)

    def test_the_file(self):
        program = DIST / "kpfd.exe"
        self.assertLess(program.stat().st_size, LARGEST)
        headers = run(["x86_64-w64-mingw32-objdump", "-p", program]).stdout.decode()
        for flag in ("DYNAMIC_BASE", "HIGH_ENTROPY_VA", "NX_COMPAT"):
            self.assertIn(flag, headers)
        imported = set(re.findall(r"DLL Name: (\S+)", headers))
        self.assertLessEqual({name.lower() for name in imported}, {name.lower() for name in SYSTEM_LIBRARIES})
        content = program.read_bytes()
        for folder in (str(SOURCES), os.path.expanduser("~")):
            self.assertNotIn(folder.encode() + b"/", content)
        for text in (b"asInvoker", b"longPathAware", b">UTF-8<"):
            self.assertIn(text, content)

    def test_the_table_of_unwinding_is_sorted(self):
        # Windows looks into it by halves. Entries of functions that are left out are zero, and stand first.
        content = (DIST / "kpfd.exe").read_bytes()
        header = struct.unpack_from("<I", content, 0x3C)[0]
        count, optional = struct.unpack_from("<H", content, header + 6)[0], struct.unpack_from("<H", content, header + 20)[0]
        sections = {}
        for i in range(count):
            at = header + 24 + optional + 40 * i
            sections[content[at:at + 8].rstrip(b"\0")] = struct.unpack_from("<IIII", content, at + 8)
        size, _, _, place = sections[b".pdata"]
        text_size, text_begin, _, _ = sections[b".text"]
        entries = [struct.unpack_from("<III", content, place + 12 * i) for i in range(size // 12)]
        self.assertEqual([entry[0] for entry in entries], sorted(entry[0] for entry in entries))
        live = [entry for entry in entries if entry[0] != 0]
        self.assertGreater(len(live), 4000)
        for (begin, end, unwinding), after in zip(live, live[1:] + [(text_begin + text_size, 0, 0)]):
            self.assertTrue(text_begin <= begin < end <= after[0] and unwinding, (begin, end, unwinding, after))
        self.assertEqual({entry[:2] for entry in entries if entry[0] == 0}, {(0, 0)})

    def test_files_without_a_command(self):
        path = self.put("落とした届出.csv")
        windows = on_windows("--no-window", path.name, folder=self.files)
        self.assertEqual(windows.returncode, 0, text_of(windows))
        lines = windows.stdout.decode().splitlines()
        self.assertIn(lines[0], ("送信できます", "It can be sent", "Ready to send"), lines)
        self.assertTrue(any("落とした届出.csv" in line for line in lines), lines)
        report = run([WINE, "winepath", "-u", lines[-1]]).stdout.decode().strip()
        self.assertIn("</html>", pathlib.Path(report).read_text())
        bad = self.put("bad.csv", b"no filing at all\r\n")
        windows = on_windows("--no-window", path.name, bad.name, "none.csv", folder=self.files)
        self.assertEqual(windows.returncode, 2, text_of(windows))
        windows = on_windows("--no-window", path.name, bad.name, folder=self.files)
        self.assertEqual(windows.returncode, 1, text_of(windows))

    # ---- what is shipped

    def test_the_zip(self):
        version = text_of(on_windows("--version")).strip()
        with zipfile.ZipFile(DIST / f"kpfd-{version}-windows.zip") as archive:
            self.assertEqual(sorted(archive.namelist()), [f"kpfd/{name}" for name in ("LICENSE.txt", "README.txt", "THIRD-PARTY.txt", "kpfd.exe")])
            unpacked = self.files / "unpacked"
            archive.extractall(unpacked)
        self.assertTrue(filecmp.cmp(unpacked / "kpfd/kpfd.exe", DIST / "kpfd.exe", shallow=False))

    def test_the_setup(self):
        version = text_of(on_windows("--version")).strip()
        user = next(path for path in (WORK / "wine/drive_c/users").iterdir() if (path / "AppData").exists())
        def everything():
            return {str(path) for place in (user, WORK / "home") for path in place.rglob("*")}

        before = everything()
        setup = on_windows("/S", program=DIST / f"kpfd-{version}-setup.exe")
        self.assertEqual(setup.returncode, 0, text_of(setup))
        place = user / "AppData/Local/Programs/kpfd"
        checked = on_windows("check", "--lang", "ja", "--as-of", AS_OF, self.good, program=place / "kpfd.exe")
        self.assertEqual(checked.returncode, 0, text_of(checked))
        links = [path for path in everything() - before if path.endswith(".lnk")]
        self.assertEqual(len(links), 3, links)
        on_windows("/S", program=place / "uninstall.exe")
        # It goes on in a copy of itself, which can take the first away.
        run([WINE + "server" if os.path.exists(WINE + "server") else "/usr/lib/wine/wineserver64", "--wait"])
        left = {path for path in everything() - before if "/Temp/" not in path and not path.endswith("/Programs")}
        self.assertEqual(left, set())
        registry = (WORK / "wine/user.reg").read_text(errors="replace")
        self.assertNotIn("Uninstall\\\\kpfd", registry)

    def test_the_library(self):
        version = text_of(on_windows("--version")).strip()
        kit = WORK / "kit"
        with zipfile.ZipFile(DIST / f"kpfd-{version}-windows-dev.zip") as archive:
            archive.extractall(kit)
        source = next((SOURCES / "docs/examples/c").glob("*.c"))
        run([GCC, "-Wall", "-Werror", "-I", kit / "include", "-o", kit / "bin/example.exe", source, "-L", kit / "lib", "-lkpfd"]).check_returncode()
        example = on_windows(AS_OF, str(self.good.relative_to(SOURCES)), program=kit / "bin/example.exe", folder=SOURCES)
        self.assertEqual(example.returncode, 0, text_of(example))


unittest.main(argv=sys.argv[:1] + sys.argv[5:], verbosity=2)
