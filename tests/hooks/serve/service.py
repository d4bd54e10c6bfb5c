"""A service under test: started, asked over raw sockets or as its description says, stopped. Standard library only."""

import atexit
import json
import os
import re
import resource
import secrets
import signal
import socket
import subprocess
import threading
import time

TOKEN = secrets.token_hex(32)
OLD_TOKEN = secrets.token_hex(32)
AS_OF = "2026-07-31"


class Failed(Exception):
    pass


def require(condition, text):
    if not condition:
        raise Failed(text)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Connection:
    """One connection, byte by byte."""

    def __init__(self, address, timeout=20):
        if address is None:
            pass  # whoever derives from it brings a socket
        elif isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(address, timeout=timeout)
        self.rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The next answer; None where the connection ends without one."""
        try:
            while b"\r\n\r\n" not in self.rest:
                if not self.more():
                    return None
            head, self.rest = self.rest.split(b"\r\n\r\n", 1)
            lines = head.decode("ascii").split("\r\n")
            status = int(lines[0].split(" ")[1])
            headers = {}
            for line in lines[1:]:
                name, value = line.split(": ", 1)
                require(name.lower() not in headers, "a header twice: " + name)
                headers[name.lower()] = value
            if status == 100:
                return Answer(status, headers, b"")
            size = int(headers["content-length"])
            while len(self.rest) < size:
                if not self.more():
                    return None
            body, self.rest = self.rest[:size], self.rest[size:]
            return Answer(status, headers, body)
        except (ConnectionResetError, BrokenPipeError):
            return None

    def more(self):
        data = self.socket.recv(65536)
        self.rest += data
        return bool(data)

    def ended(self):
        """Whether the other side closes, and says no more."""
        try:
            return not self.rest and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


def request(method, path, body=b"", headers=None, token=TOKEN, length=True):
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: kpfd"]
    if token:
        lines.append("Authorization: Bearer " + token)
    if length and (body or method == "POST"):
        lines.append("Content-Length: %d" % len(body))
    for name, value in (headers or {}).items():
        lines.append("%s: %s" % (name, value))
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Service:
    def __init__(self, kpfd, work, *options, store=None, token=True, listen="127.0.0.1:0", file_limit=None):
        os.makedirs(work, exist_ok=True)
        self.log_path = os.path.join(work, "log")
        tokens = os.path.join(work, "tokens")
        with open(os.open(tokens, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write("# who may ask\noffice %s\nformer %s 2020-01-01\n" % (TOKEN, OLD_TOKEN))
        command = [kpfd, "serve", "--lang", "en", "--listen", listen, "--as-of", AS_OF]
        command += ["--token-file", tokens] if token else ["--no-token"]
        command += ["--store", store] if store else []
        self.log = open(self.log_path, "ab")
        begin = self.log.tell()

        def limit():
            if file_limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        self.process = subprocess.Popen(command + list(options), stderr=self.log, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, preexec_fn=limit)
        # A test that fails leaves nothing behind.
        atexit.register(self.process.kill)
        until = time.monotonic() + 60
        while True:
            with open(self.log_path, "rb") as file:
                file.seek(begin)
                lines = [json.loads(line) for line in file.read().splitlines() if line.endswith(b"}")]
            found = [line for line in lines if line["event"] == "listening"]
            if found:
                break
            require(self.process.poll() is None, "the service does not start: see " + self.log_path)
            require(time.monotonic() < until, "the service does not come up")
            time.sleep(0.02)
        address = found[0]["address"]
        if address.startswith("unix:"):
            self.address = address[5:]
        else:
            host, port = address.rsplit(":", 1)
            self.address = (host, int(port))
        if store or "--database" in options:
            self.wait_ready()

    def wait_ready(self, seconds=30):
        until = time.monotonic() + seconds
        while self.ask("GET", "/healthz/ready").status != 200:
            require(time.monotonic() < until, "the service is not ready")
            time.sleep(0.02)

    def connect(self, timeout=20):
        return Connection(self.address, timeout)

    def ask(self, method, path, body=b"", headers=None, token=TOKEN):
        connection = self.connect()
        try:
            connection.send(request(method, path, body, headers, token))
            answer = connection.answer()
        finally:
            connection.close()
        require(answer is not None, "no answer to %s %s" % (method, path))
        return answer

    def raw(self, data):
        """What comes back for these bytes: the statuses, and whether the connection is closed then."""
        connection = self.connect()
        try:
            connection.send(data)
        except (ConnectionResetError, BrokenPipeError):
            pass
        statuses = []
        try:
            while True:
                answer = connection.answer()
                if answer is None:
                    return statuses, True
                statuses.append(answer.status)
                if answer.headers.get("connection") == "close":
                    return statuses, connection.ended()
        except TimeoutError:
            return statuses, False
        finally:
            connection.close()

    def workers(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid), encoding="ascii") as file:
            here = file.read().split()
        for task in os.listdir("/proc/%d/task" % self.process.pid):
            with open("/proc/%d/task/%s/children" % (self.process.pid, task), encoding="ascii") as file:
                here += file.read().split()
        return sorted({int(process) for process in here})

    def metric(self, name):
        text = self.ask("GET", "/metrics").body.decode("ascii")
        found = re.search("^" + re.escape(name) + " ([0-9]+)$", text, re.MULTILINE)
        require(found, "no metric " + name)
        return int(found.group(1))

    def resident(self, process=None):
        with open("/proc/%d/statm" % (process or self.process.pid), encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def stop(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        status = self.process.wait(60)
        self.log.close()
        return status

    def text(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def lines(self):
        with open(self.log_path, "rb") as file:
            return [json.loads(line) for line in file.read().splitlines()]


def together(count, work):
    """Runs work(i) in `count` threads; what one throws is thrown here."""
    errors = []

    def run(i):
        try:
            work(i)
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)
    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
