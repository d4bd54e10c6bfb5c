#!/usr/bin/env python3
"""What is installed of the services: the units name what there is, are closed as tightly as they say, and their socket works.

Usage: units_test.py KPFD CMAKE BUILD WORK. Ends with 77 where systemd is not installed.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "serve"))
sys.dont_write_bytecode = True
from service import TOKEN, Connection, request  # noqa: E402: in the folder below

UNITS = ["kpfd-inbox.service", "kpfd-serve.service", "kpfd-serve.socket"]
# As `systemd-analyze security` counts, from 0 (closed) to 10.
MOST_EXPOSED = 1.5
# As systemd does it: the socket is descriptor 3, and two variables tell.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=sys.argv[2])
os.execv(sys.argv[3], sys.argv[3:])
"""
failures = []


def require(condition, text):
    if not condition:
        failures.append(text)


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def units(kpfd, prefix):
    folder = os.path.join(prefix, "lib/systemd/system")
    require(sorted(os.listdir(folder)) == UNITS, "units: %s" % os.listdir(folder))
    os.makedirs(os.path.join(prefix, "bin"), exist_ok=True)
    shutil.copy(kpfd, os.path.join(prefix, "bin/kpfd"))
    for name in UNITS:
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for document in re.findall("^Documentation=file://(.*)$", text, re.MULTILINE):
            require(os.path.exists(document), "%s: there is no %s" % (name, document))
        done = run("systemd-analyze", "verify", *[os.path.join(folder, one) for one in UNITS])
        said = [line for line in done.stdout.decode().splitlines() if name in line]
        require(not said, "\n".join(said))
        if name.endswith(".socket"):
            continue
        # The command is there, and each option is one that it has.
        words = next(line for line in text.splitlines() if line.startswith("ExecStart="))[len("ExecStart="):].split()
        require(words[0] == os.path.join(prefix, "bin/kpfd"), "%s: another command: %s" % (name, words[0]))
        helped = run(words[0], words[1], "--help")
        require(helped.returncode == 0, "%s: %s" % (name, helped.stdout.decode()))
        for word in words[2:]:
            require(not word.startswith("--") or word.encode() in helped.stdout, "%s: no option %s" % (name, word))
        done = run("systemd-analyze", "security", "--no-pager", "--offline=true", path)
        found = re.search(r"Overall exposure level for %s: ([0-9.]+)" % re.escape(name), done.stdout.decode())
        require(found and float(found.group(1)) <= MOST_EXPOSED, "%s: %s" % (name, found and found.group(0) or done.stdout.decode()[-300:]))
        print(found and found.group(0))


def users_and_folders(prefix, work):
    """In a root of its own, by the programs of systemd."""
    if os.geteuid() != 0:
        print("users and folders: left out, only root can make them")
        return
    root = os.path.join(work, "root")
    for name in ("sysusers.d", "tmpfiles.d"):
        shutil.copytree(os.path.join(prefix, "lib", name), os.path.join(root, "usr/lib", name))
    os.makedirs(os.path.join(root, "etc"))
    done = run("systemd-sysusers", "--root=" + root)
    require(done.returncode == 0, "sysusers: " + done.stdout.decode())
    done = run("systemd-tmpfiles", "--create", "--root=" + root)
    require(done.returncode == 0, "tmpfiles: " + done.stdout.decode())
    with open(os.path.join(root, "etc/passwd"), encoding="ascii") as file:
        user = [line.split(":") for line in file.read().splitlines() if line.startswith("kpfd:")]
    with open(os.path.join(root, "etc/group"), encoding="ascii") as file:
        groups = {line.split(":")[0] for line in file.read().splitlines()}
    require(len(user) == 1 and user[0][5] == "/var/lib/kpfd" and "nologin" in user[0][6], "the user: %s" % user)
    require({"kpfd", "kpfd-front"} <= groups, "the groups: %s" % groups)
    for path, mode, owned in (("etc/kpfd", 0o700, True), ("var/spool/kpfd", 0o755, False), ("var/spool/kpfd/inbox", 0o2770, True)):
        facts = os.stat(os.path.join(root, path))
        require(facts.st_mode & 0o7777 == mode and (not owned or facts.st_uid == int(user[0][2])), "%s: %o" % (path, facts.st_mode))


def activation(kpfd, work):
    """The service takes the socket that systemd hands over, and leaves it there: who connects between two of them is served."""
    tokens = os.path.join(work, "tokens")
    with open(os.open(tokens, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write("office %s\n" % TOKEN)
    folder = "/tmp/kpfd-units-%d" % os.getpid()  # the path of a socket is short
    os.mkdir(folder)
    path = os.path.join(folder, "socket")
    serve = [kpfd, "serve", "--lang", "en", "--listen", "systemd", "--token-file", tokens]
    health = request("GET", "/healthz")

    def ask(connection):
        answer = connection.answer()
        connection.close()
        return answer and answer.status
    started = []
    try:
        with open(os.path.join(work, "log"), "wb") as log:
            if shutil.which("systemd-socket-activate"):
                started.append(subprocess.Popen(["systemd-socket-activate", "-l", path] + serve, stderr=log))
                until = time.monotonic() + 10
                while not os.path.exists(path) and time.monotonic() < until:
                    time.sleep(0.02)
                connection = Connection(path)
                connection.send(health)
                require(ask(connection) == 200, "by systemd-socket-activate")
                started[0].terminate()
                require(started[0].wait(20) == 0 and os.path.exists(path), "the socket stays")
                os.unlink(path)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen(16)

            def start(descriptor, count="1"):
                command = [sys.executable, "-c", HAND_OVER, str(descriptor), count] + serve
                started.append(subprocess.Popen(command, stderr=subprocess.PIPE, pass_fds=[descriptor]))
                return started[-1]
            for _ in range(3):
                connection = Connection(path)
                connection.send(health)
                process = start(listener.fileno())
                require(ask(connection) == 200, "who has connected before the service is there")
                process.terminate()
                require(process.wait(20) == 0 and os.path.exists(path), "it ends, and the socket stays")
            with open("/dev/null", "rb") as nothing, socket.create_server(("127.0.0.1", 0)) as inner, socket.create_server(("", 0)) as outer:
                for descriptor, count, good in ((nothing.fileno(), "1", False), (listener.fileno(), "2", False),
                                                (outer.fileno(), "1", False), (inner.fileno(), "1", True)):
                    process = start(descriptor, count)
                    if good:
                        connection = Connection(inner.getsockname())
                        connection.send(health)
                        require(ask(connection) == 200, "on an address of this machine")
                        process.terminate()
                    told = process.communicate(timeout=20)[1]
                    require(process.returncode == (0 if good else 2) and (good or b"--listen systemd" in told),
                            "a socket that it must not take: %d %s" % (process.returncode, told))
            done = run(*serve, timeout=20)
            require(done.returncode == 2 and b"systemd" in done.stdout, "without systemd: %s" % done.stdout.decode())
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
        shutil.rmtree(folder)


def main():
    kpfd, cmake, build, work = sys.argv[1:]
    if shutil.which("systemd-analyze") is None:
        return 77
    work = os.path.abspath(work)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    prefix = os.path.join(work, "installed")
    done = run(cmake, "--install", build, "--prefix", prefix, "--component", "service")
    require(done.returncode == 0, done.stdout.decode())
    require(os.path.exists(os.path.join(prefix, "share/kpfd/nginx/kpfd.conf")), "the front's file")
    units(os.path.abspath(kpfd), prefix)
    users_and_folders(prefix, work)
    activation(os.path.abspath(kpfd), work)
    for failure in failures:
        print("FAILED", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
