"""A PostgreSQL server of our own for tests, in a folder of its own, reached by a socket alone."""

import glob
import os
import pwd
import shutil
import subprocess

OWNER = "postgres"


def binary(name):
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/" + name))
    if not found:
        raise SystemExit("PostgreSQL is not installed: run scripts/setup")
    return found[-1]


class Server:
    """PostgreSQL refuses to run as root: then its files and its processes are those of the user `postgres`. A server
    that is not `durable` is faster, and not for tests of what is kept."""

    def __init__(self, folder, durable=True):
        self.folder = os.path.abspath(folder)
        self.as_owner = []
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            self.as_owner = ["setpriv", "--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.data = os.path.join(self.folder, "data")
        self.run(binary("initdb"), "-D", self.data, "-U", "kpfd", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="ascii") as file:
            file.write("listen_addresses = ''\nunix_socket_directories = '%s'\nshared_buffers = 32MB\n"
                       "max_connections = 20\n%s" % (self.folder, "" if durable else "fsync = off\n"))

    def run(self, *command):
        done = subprocess.run(self.as_owner + list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, cwd=self.folder)
        if done.returncode != 0:
            raise SystemExit("%s: %s" % (command[0], done.stdout.decode()))

    def start(self):
        # The log goes to a file: pg_ctl's children would hold a pipe open.
        self.run(binary("pg_ctl"), "-D", self.data, "-l", os.path.join(self.folder, "log"), "-w", "start")

    def stop(self, mode="immediate"):
        self.run(binary("pg_ctl"), "-D", self.data, "-m", mode, "-w", "stop")

    def connection(self, database="postgres"):
        return "host=%s dbname=%s user=kpfd" % (self.folder, database)

    def psql(self, sql, database="postgres"):
        """Rows as lists of texts; NULL is None."""
        done = subprocess.run([binary("psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-R", "\x1e", "-P", "null=\x1d",
                               "-v", "ON_ERROR_STOP=1", "-d", self.connection(database), "-c", sql],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        text = done.stdout.decode()
        text = text[:-1] if text.endswith("\n") else text
        return [[None if cell == "\x1d" else cell for cell in row.split("\x1f")] for row in text.split("\x1e") if row]
