#!/usr/bin/env python3
"""The shipped units under a systemd of their own: with all their walls they start, answer, take filings in, come back.

Usage: systemd_proof.py BUILD      as root; BUILD is the folder of a release build

A second systemd is process 1 of namespaces of its own, over a layer on this machine's files that is thrown away: users, folders
and units are made by what `cmake --install` puts there, as docs/operations.md says. It is not part of ctest: it wants root, an
overlay file system and the hierarchy of control groups. Synthetic filings only.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

TARGET = "kpfd-proof.target"
TOKEN = "0123456789abcdef" * 4
SOCKET = "/run/kpfd/serve.sock"
INBOX = "/var/spool/kpfd/inbox"

# As the process that becomes systemd: a root of its own, with what systemd finds in a container.
BOOT = r"""
set -e
root="$1"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
for folder in run tmp dev; do mount -t tmpfs tmpfs "$root/$folder"; done
for device in null zero full random urandom tty; do : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir -p "$root"/dev/{pts,shm,mqueue,hugepages} "$root/old"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
: >"$root/dev/ptmx"; mount --bind "$root/dev/pts/ptmx" "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
cd "$root"
pivot_root . old
umount -l /old
export container=other
exec /lib/systemd/systemd --system --unit=@TARGET@ --log-target=journal-or-kmsg --show-status=no
""".replace("@TARGET@", TARGET)

PROOF_TARGET = """[Unit]
Requires=systemd-journald.service systemd-sysusers.service systemd-tmpfiles-setup.service
After=systemd-journald.service systemd-sysusers.service systemd-tmpfiles-setup.service
"""


def require(condition, what):
    if not condition:
        raise SystemExit("FAILED " + what)


class Machine:
    def __init__(self, build, folder):
        self.folder = folder
        self.root = os.path.join(folder, "root")
        for name in ("upper", "work", "root"):
            os.makedirs(os.path.join(folder, name))
        layer = os.path.join(folder, "upper")
        # What the installation brings goes into the layer before anything runs.
        for component in ("command", "service"):
            subprocess.run(["cmake", "--install", build, "--prefix", "/usr", "--component", component],
                           env=dict(os.environ, DESTDIR=layer), check=True, stdout=subprocess.DEVNULL)
        os.makedirs(os.path.join(layer, "etc/systemd/system"))
        with open(os.path.join(layer, "etc/systemd/system", TARGET), "w") as file:
            file.write(PROOF_TARGET)
        self.process = subprocess.Popen(["unshare", "--pid", "--fork", "--mount", "--uts", "--ipc", "--kill-child",
                                         "bash", "-c", BOOT, "boot", self.root, folder], stderr=subprocess.PIPE)
        until = time.monotonic() + 30
        while not self.ready():
            require(time.monotonic() < until and self.process.poll() is None, "systemd does not start here")
            time.sleep(0.2)

    def first(self):
        children = "/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)
        with open(children) as file:
            return (file.read().split() or [""])[0]

    def ready(self):
        if not self.first():
            return False
        done = self.run("systemctl", "is-active", TARGET, check=False)
        return done.stdout.strip() == b"active"

    def run(self, *command, check=True, data=None):
        done = subprocess.run(["nsenter", "-t", self.first(), "-p", "-m", "-u", "-i"] + list(command), input=data,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        require(not check or done.returncode == 0, "%s: %s" % (" ".join(command), done.stderr.decode()))
        return done

    def state(self, unit):
        return self.run("systemctl", "is-active", unit, check=False).stdout.strip().decode()

    def main_process(self, unit):
        return int(self.run("systemctl", "show", "-p", "MainPID", "--value", unit).stdout)

    def journal(self, unit):
        return self.run("journalctl", "--no-pager", "-o", "cat", "-u", unit).stdout.decode()

    def ask(self, *arguments, data=None):
        done = self.run("curl", "-s", "-S", "--max-time", "20", "--retry", "5", "--retry-delay", "1", "-H", "Authorization: Bearer " + TOKEN,
                        "-w", "\n%{http_code}", "--unix-socket", SOCKET, *arguments, data=data)
        body, status = done.stdout.rsplit(b"\n", 1)
        return int(status), body

    def wait(self, what, holds, seconds=20):
        until = time.monotonic() + seconds
        while not holds():
            require(time.monotonic() < until, what)
            time.sleep(0.1)

    def end(self):
        self.process.kill()
        self.process.wait()


def proof(machine, kpfd):
    def filing(seed):
        return subprocess.run([kpfd, "sample", "--form", "mix", "--seed", str(seed)], stdout=subprocess.PIPE, check=True).stdout

    machine.run("sh", "-c", "umask 077; echo 'portal %s' >/etc/kpfd/tokens; chown kpfd: /etc/kpfd/tokens" % TOKEN)
    machine.run("systemctl", "start", "kpfd-serve.socket", "kpfd-serve", "kpfd-inbox")
    machine.wait("ready", lambda: machine.ask("http://localhost/healthz/ready")[0] == 200)
    log = machine.journal("kpfd-serve")
    require('"event":"confinement"' in log and "confinement_missing" not in log, "a wall is missing:\n" + log)
    owner = machine.run("ps", "-o", "user=", "-p", str(machine.main_process("kpfd-serve"))).stdout.strip()
    require(owner == b"kpfd", "it runs as %s" % owner)

    status, body = machine.ask("-X", "POST", "--data-binary", "@-", "http://localhost/v1/check", data=filing(1))
    require(status == 200, "a good filing: %d" % status)
    status, body = machine.ask("-X", "POST", "--data-binary", "@-", "http://localhost/v1/check", data=filing(1).replace(b"[data]", b"[date]"))
    require(status == 406, "a bad filing: %d" % status)
    status, body = machine.ask("-X", "POST", "-H", "Idempotency-Key: one", "--data-binary", "@-", "http://localhost/v1/filings", data=filing(2))
    require(status == 201, "a load: %d %s" % (status, body))
    receipt = json.loads(body)["receipt"]

    # Killed, it comes back by itself; whoever connects meanwhile waits at the socket.
    machine.run("kill", "-KILL", str(machine.main_process("kpfd-serve")))
    begin = time.monotonic()
    status, body = machine.ask("http://localhost/v1/filings/" + receipt)
    require(status == 200, "after a kill: %d" % status)
    print("answers %.1f s after SIGKILL" % (time.monotonic() - begin))
    before = machine.main_process("kpfd-serve")
    machine.run("systemctl", "restart", "kpfd-serve")
    require(machine.ask("http://localhost/v1/filings/" + receipt)[0] == 200 and machine.main_process("kpfd-serve") != before, "a restart")

    # The inbox: dropped by a member of its group, taken in, into the store of both.
    data = filing(3)
    office = data.split(b"\r\n")[3].split(b",")[0].decode()
    sidecar = json.dumps({"certificate": "A-1", "office": office, "encrypted_name": "A_1.pgp", "size": len(data)})
    machine.run("sh", "-c", "cd %s; printf '%%s' \"$1\" >f.csv.json; cat >.f; chgrp kpfd .f f.csv.json; chmod 660 .f f.csv.json; mv .f f.csv" % INBOX,
                "drop", sidecar, data=data)
    machine.wait("taken in: " + machine.journal("kpfd-inbox"),
                 lambda: machine.run("test", "-e", INBOX + "/accepted/f.csv/f.csv.receipt.json", check=False).returncode == 0)
    taken = json.loads(machine.run("cat", INBOX + "/accepted/f.csv/f.csv.receipt.json").stdout)["receipt"]
    require(machine.ask("http://localhost/v1/filings/" + taken)[0] == 200, "what the inbox stored, the service knows")
    machine.run("kill", "-KILL", str(machine.main_process("kpfd-inbox")))
    machine.wait("the inbox comes back", lambda: machine.state("kpfd-inbox") == "active" and machine.main_process("kpfd-inbox") != 0)

    # Nobody else may ask, or read the store.
    stranger = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    for command in (["curl", "-s", "--unix-socket", SOCKET, "http://localhost/healthz"], ["cat", "/var/lib/kpfd/filings.db"], ["cat", "/etc/kpfd/tokens"], ["ls", INBOX]):
        require(machine.run(*stranger, *command, check=False).returncode != 0, "a stranger may " + " ".join(command))
    machine.run("systemctl", "stop", "kpfd-serve.socket", "kpfd-serve", "kpfd-inbox")
    for unit in ("kpfd-serve", "kpfd-inbox"):
        require(machine.state(unit) == "inactive", unit + " has not ended well")


def main():
    build = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="kpfd-systemd-")
    machine = None
    try:
        machine = Machine(build, folder)
        proof(machine, os.path.join(build, "cli/kpfd"))
    finally:
        if machine is not None:
            machine.end()
        shutil.rmtree(folder, ignore_errors=True)
    print("the units hold")


if __name__ == "__main__":
    main()
