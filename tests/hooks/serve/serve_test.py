#!/usr/bin/env python3
"""kpfd serve: each status, hostile and slow senders, faults, and that no personal value leaves it.

Usage: serve_test.py KPFD WORK [--rounds N] [--seed S] [TEST...]

Without names all tests run; --rounds makes those longer that do one thing again and again (20 in ctest, 1000 for a
proof). Synthetic filings only. Status 1 and the reason if one fails.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import client_generator
from service import OLD_TOKEN, TOKEN, Connection, Failed, Service, request, require, together


class Tests:
    def __init__(self, arguments):
        self.kpfd = os.path.abspath(arguments.kpfd)
        self.work = os.path.abspath(arguments.work)
        self.rounds = arguments.rounds
        self.random = random.Random(arguments.seed)
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.good = self.filing(1)
        lines = self.good.split(b"\r\n")
        self.bad = b"\r\n".join(lines[:-2] + [lines[-2].rsplit(b",", 1)[0], b""])

    def filing(self, seed, records=30):
        path = os.path.join(self.work, "%d-%d.CSV" % (seed, records))
        subprocess.run([self.kpfd, "sample", "--form", "mix", "--records", str(records), "--seed", str(seed),
                        "--output", path], check=True)
        with open(path, "rb") as file:
            return file.read()

    def service(self, name, *options, **more):
        return Service(self.kpfd, os.path.join(self.work, name), *options, **more)

    def store(self, name):
        return os.path.join(self.work, name + ".db")

    @staticmethod
    def receipts(store):
        database = sqlite3.connect(store)
        try:
            require(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "integrity")
            found = [row[0] for row in database.execute("SELECT receipt FROM filing")]
            whole = database.execute(
                "SELECT count(*) FROM filing f WHERE record_count <> (SELECT count(*) FROM standard_remuneration WHERE "
                "filing = f.id) + (SELECT count(*) FROM monthly_change WHERE filing = f.id) + (SELECT count(*) FROM bonus "
                "WHERE filing = f.id) + (SELECT count(*) FROM acquisition WHERE filing = f.id) + (SELECT count(*) FROM "
                "loss WHERE filing = f.id)").fetchone()[0]
            require(whole == 0, "a filing that is not whole")
            require(len(found) == len(set(found)), "a receipt twice")
            return set(found)
        finally:
            database.close()

    # ---- statuses ----

    def client(self, service, send=None):
        """The client that is made of the description as the service gives it."""
        description = service.ask("GET", "/openapi.json").json()
        code = {}
        exec(compile(client_generator.generate(description), "made of /openapi.json", "exec"), code)  # pylint: disable=exec-used
        return code["Client"](send or sender(service)), client_generator.statuses_of(description)

    def statuses(self):
        """Each operation with each status that the description names, by the client that is made of it."""
        service = self.service("statuses", "--max-body", "1", "--head-time", "1", store=self.store("statuses"))
        client, described = self.client(service)
        seen = client.seen
        other = self.filing(2)

        def ask(status, operation, *arguments, **more):
            answer = getattr(client, operation)(*arguments, **more)
            require(answer.status == status, "%s: %d instead of %d: %s" % (operation, answer.status, status, str(answer.value)[:300]))
            return answer.value
        good = ask(200, "check", TOKEN, self.good)
        require(good["verdict"] == "accept" and good["summary"]["records"], "the summary")
        bad = ask(406, "check", TOKEN, self.bad)
        require(bad["findings"] and bad["summary"]["errors"] > 0, "the findings")
        for body in (b"", os.urandom(1000), b"x" * (1 << 20)):
            ask(406, "check", TOKEN, body)
        ask(406, "load", TOKEN, self.bad)
        for operation in ("check", "load"):
            ask(413, operation, TOKEN, b"x" * ((1 << 20) + 1))
            ask(415, operation, TOKEN, self.good, content_type="multipart/form-data; boundary=x")
        require(service.ask("POST", "/v1/check", self.good, {"Content-Encoding": "gzip"}).status == 415, "compressed")
        for token in (None, TOKEN[:-1], TOKEN + "0", OLD_TOKEN):
            ask(401, "check", token, self.good)
        first = ask(201, "load", TOKEN, self.good, idempotency_key="delivery 1")
        for key in ("delivery 1", None, "delivery 2"):
            again = ask(200, "load", TOKEN, self.good, idempotency_key=key)
            require(again["receipt"] == first["receipt"] and not again["new"], "the receipt")
        ask(409, "load", TOKEN, other, idempotency_key="delivery 1")
        ask(400, "load", TOKEN, other, idempotency_key="x" * 129)
        ask(201, "load", TOKEN, other)
        facts = ask(200, "filing", first["receipt"], TOKEN)
        require(facts["record_count"] == 30 and facts["receipt"] == first["receipt"], "the facts")
        ask(404, "filing", "00000-00000-00000-00000", TOKEN)
        ask(404, "filing", "x", TOKEN)
        ask(414, "filing", "x" * 2000, TOKEN)
        calls = {"check": (TOKEN, self.good), "load": (TOKEN, self.good), "filing": (first["receipt"], TOKEN), "rules": (TOKEN,),
                 "live": (), "ready": (), "metrics": (TOKEN,), "description": (TOKEN,)}
        for operation in ("rules", "live", "ready", "metrics", "description"):
            ask(200, operation, *calls[operation])
        for operation, status in described:
            if status == 401:
                ask(401, operation, *[None if one == TOKEN else one for one in calls[operation]])
        # Requests that are not what the description asks for: changed on their way.
        for status, change in {400: lambda data: data.replace(b"Host:", b"Bad Field: x\r\nHost:"),
                               408: lambda data: data[:20],
                               411: lambda data: re.sub(b"Content-Length: [0-9]+\r\n", b"", data),
                               417: lambda data: data.replace(b"Host:", b"Expect: a miracle\r\nHost:"),
                               431: lambda data: data.replace(b"Host:", b"X-Long: " + b"x" * 20000 + b"\r\nHost:")}.items():
            client.send = sender(service, change)
            asked = [operation for operation, described_status in described if described_status == status]
            together(len(asked), lambda i, status=status, asked=asked: ask(status, asked[i], *calls[asked[i]]))
        client.send = sender(service)
        require(service.ask("GET", "/v1/check").status == 405, "another method")
        require(service.ask("POST", "/v1/rules").status == 405, "another method")
        require(service.ask("GET", "/").status == 404, "another place")
        require(service.ask("GET", "/v1/filings/").status == 404, "no receipt")
        named = ask(200, "check", TOKEN, self.good, x_file_name="../../KPFD0006.CSV", x_request_id="a.b-1")
        require(named["summary"]["file"] == "KPFD0006.CSV" and named["request"] == "a.b-1", "names")
        for name in ("..", "a b", "x" * 200, ".hidden", "\xe3"):
            require(service.ask("POST", "/v1/check", self.good, {"X-File-Name": name}).status in (200, 400), "a name")
        forged = service.ask("GET", "/v1/rules", headers={"X-Request-Id": 'x","level":"error'})
        require(re.fullmatch("[0-9a-f]{32}", forged.headers["x-request-id"]), "an id that is no plain one")
        # It is being stopped while requests are on their way.
        halves = Halves(service, len(calls))
        client.send = halves.send
        operations = list(calls)
        stopping = threading.Thread(target=lambda: together(len(operations), lambda i: ask(503, operations[i], *calls[operations[i]])))
        stopping.start()
        halves.sent.wait(20)
        service.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + 10
        while '"stopping"' not in service.text():
            require(time.monotonic() < until, "it does not stop")
            time.sleep(0.01)
        time.sleep(0.2)
        halves.go.set()
        stopping.join()
        require(service.stop() == 0, "the end")
        require(self.receipts(self.store("statuses")) >= {first["receipt"]}, "the store")
        seen |= self.hindered(calls)
        no_store = self.service("no_store", token=False, listen="unix:" + os.path.join(self.work, "socket"))
        client, _ = self.client(no_store)
        require(client.load(None, self.good).status == 501, "without a store")
        require(client.check(None, self.good).status == 200, "on a Unix socket")
        require(no_store.stop() == 0, "the end")
        seen |= client.seen
        # The one that nobody can bring about from outside: a fault of the program itself.
        missing = {one for one in described if one[1] != 500} - seen
        require(not missing, "described, and never seen: %s" % sorted(missing))
        print("statuses: %d operations with %d statuses" % (len(calls), len(seen)))

    def hindered(self, calls):
        """What is answered while no check comes to its end."""
        service = self.service("hindered", "--threads", "1", "--job-time", "2", "--workers", "1", store=self.store("hindered"))
        client, _ = self.client(service)
        for operation in ("check", "load"):
            service.wait_ready()
            for worker in service.workers():
                os.kill(worker, signal.SIGSTOP)
            answer = getattr(client, operation)(*calls[operation])
            require(answer.status == 422 and answer.value["error"]["code"] == "late", "a check that takes too long: %s" % answer.value)
        service.wait_ready()
        for worker in service.workers():
            os.kill(worker, signal.SIGSTOP)
        # One is with the only thread, as many as may wait are behind it.
        waiting = [service.connect(60) for _ in range(1025)]
        waiting[0].send(request("POST", "/v1/check", self.good))
        time.sleep(0.3)
        for connection in waiting[1:]:
            connection.send(request("GET", "/healthz"))
        time.sleep(0.3)
        for operation, arguments in calls.items():
            answer = getattr(client, operation)(*arguments)
            require(answer.status == 429, "%s: %d instead of 429" % (operation, answer.status))
        for number, connection in enumerate(waiting):
            require(connection.answer().status == (200 if number else 422), "who has waited is answered")
            connection.close()
        require(service.stop() == 0, "the end")
        return client.seen

    def generator(self):
        """The generated client does refuse what is not described."""
        service = self.service("generator")
        plain = sender(service)

        def with_change(change):
            def send(*arguments):
                return change(*plain(*arguments))
            return self.client(service, send)[0]
        changes = {
            "another status": lambda status, headers, body: (299, headers, body),
            "a header that is missing": lambda status, headers, body: (
                status, {name: text for name, text in headers.items() if name != "x-request-id"}, body),
            "another type": lambda status, headers, body: (status, dict(headers, **{"content-type": "text/html"}), body),
            "an unknown member": lambda status, headers, body: (status, headers, body.replace(b'{"request"', b'{"more":1,"request"', 1)),
            "a member that is missing": lambda status, headers, body: (status, headers, body.replace(b'"verdict":"accept",', b"", 1)),
            "another value": lambda status, headers, body: (status, headers, body.replace(b'"verdict":"accept"', b'"verdict":"maybe"')),
            "another shape": lambda status, headers, body: (status, headers, body.replace(b'"findings":[]', b'"findings":{}')),
            "a deep one": lambda status, headers, body: (status, headers, re.sub(b'"sha256:[0-9a-f]', b'"sha256:X', body)),
        }
        require(with_change(lambda *answer: answer).check(TOKEN, self.good).status == 200, "unchanged")
        for name, change in changes.items():
            try:
                with_change(change).check(TOKEN, self.good)
            except Exception as fault:  # pylint: disable=broad-except
                require(type(fault).__name__ == "Undescribed", "%s: %r" % (name, fault))
                continue
            raise Failed("the client takes " + name)
        require(service.stop() == 0, "the end")

    def refusals(self):
        """Options that are not safe are no options."""
        for options in (["--no-token"], [], ["--listen", "0.0.0.0:0", "--no-token"], ["--listen", "192.0.2.1:0", "--no-token"],
                        ["--listen", "127.0.0.1:99999", "--no-token"], ["--token-file", "/there/is/none"],
                        ["--no-token", "--listen", "unix:" + "x" * 200]):
            done = subprocess.run([self.kpfd, "serve", "--lang", "en"] + options, stderr=subprocess.PIPE, timeout=20)
            require(done.returncode == 2 and b"--" in done.stderr, "%s: %s" % (options, done.stderr))
        open_file = os.path.join(self.work, "open")
        with open(open_file, "w", encoding="ascii") as file:
            file.write("office " + TOKEN)
        os.chmod(open_file, 0o644)
        done = subprocess.run([self.kpfd, "serve", "--token-file", open_file], stderr=subprocess.PIPE, timeout=20)
        require(done.returncode == 2 and TOKEN.encode() not in done.stderr, "tokens that others can read")

    # ---- hostile senders ----

    def hostile(self):
        service = self.service("hostile", "--head-time", "1", "--body-time", "1", "--idle-time", "2")
        post = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n"
        get = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        rules = b"GET /v1/rules HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n\r\n"
        size = b"Content-Length: %d\r\n" % len(self.good)
        chunked = b"Transfer-Encoding: chunked\r\n"
        # What is sent, the statuses that come, all of them followed by the end of the connection.
        cases = {
            "h-no-length": (post + b"\r\n" + self.good, [[411]]),
            "h-length-lies-short": (post + b"Content-Length: 100\r\n\r\n" + self.good, [[406, 400], [406, 431], [406, 408]]),
            "h-length-lies-long": (post + b"Content-Length: 5000000\r\n\r\n" + self.good, [[408]]),
            "h-length-huge": (post + b"Content-Length: 99999999999999999999\r\n\r\n", [[400]]),
            "h-length-over-limit": (post + b"Content-Length: 999999999999999\r\n\r\n", [[413]]),
            "h-length-negative": (post + b"Content-Length: -1\r\n\r\n", [[400]]),
            "h-length-plus": (post + b"Content-Length: +5\r\n\r\nhello", [[400]]),
            "h-length-hex": (post + b"Content-Length: 0x5\r\n\r\nhello", [[400]]),
            "h-length-list": (post + b"Content-Length: 5, 5\r\n\r\nhello", [[400]]),
            "h-length-twice": (post + size + b"Content-Length: 0\r\n\r\n" + get, [[400]]),
            "h-length-twice-same": (post + size + size + b"\r\n" + self.good, [[400]]),
            "h-cl-te-both": (post + size + chunked + b"\r\n0\r\n\r\n" + get, [[400]]),
            "h-te-chunked": (post + chunked + b"\r\n0\r\n\r\n" + get, [[411]]),
            "h-te-obfuscated-1": (post + b"Transfer-Encoding : chunked\r\n" + size + b"\r\n", [[400]]),
            "h-te-obfuscated-2": (post + b"Transfer-Encoding: xchunked\r\n\r\n", [[501]]),
            "h-te-obfuscated-3": (post + b"Transfer-Encoding:\x0bchunked\r\n\r\n", [[400]]),
            "h-te-obfuscated-4": (post + b"Transfer-Encoding: chunked\r\n" + chunked + b"\r\n", [[501]]),
            "h-te-obfuscated-5": (post + b"X: y\r\n Transfer-Encoding: chunked\r\n" + size + b"\r\n", [[400]]),
            "h-te-obfuscated-6": (post + b"X: y\nTransfer-Encoding: chunked\r\n" + size + b"\r\n", [[400]]),
            "h-te-obfuscated-7": (post + b"X: y\rTransfer-Encoding: chunked\r\n" + size + b"\r\n", [[400]]),
            "h-chunk-size-overflow": (post + chunked + b"\r\nfffffffffffffffff1\r\n", [[411]]),
            "h-chunk-ext-1MB": (post + chunked + b"\r\n5;" + b"x" * (1 << 20) + b"\r\nhello\r\n0\r\n\r\n", [[411]]),
            "h-header-9000-bytes": (post + b"X-Long: " + b"x" * 9000 + b"\r\n" + size + b"Connection: close\r\n\r\n" + self.good,
                                    [[200]]),
            "h-header-20000-bytes": (post + b"X-Long: " + b"x" * 20000 + b"\r\n\r\n", [[431]]),
            "h-header-endless": (post + b"X-Long: " + b"x" * 100000, [[431]]),
            "h-10^4-headers": (post + b"X: y\r\n" * 10000 + b"\r\n", [[431]]),
            "h-100-headers": (post + b"X: y\r\n" * 100 + b"\r\n", [[431]]),
            "h-slow-header": (post, [[408]]),
            "h-slow-body": (post + size + b"\r\n" + self.good[:-1], [[408]]),
            "h-method-junk": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [[400]]),
            "h-method-lower": (post.lower() + b"\r\n", [[400]]),
            "h-method-long": (b"A" * 100 + b" / HTTP/1.1\r\nHost: x\r\n\r\n", [[400]]),
            "h-no-method": (b" / HTTP/1.1\r\nHost: x\r\n\r\n", [[400]]),
            "h-path-%00": (get.replace(b"/healthz", b"/v1/filings/%00") + b"", [[401]]),
            "h-path-nul": (get.replace(b"/healthz", b"/\0"), [[400]]),
            "h-path-absolute": (get.replace(b"/healthz", b"http://x/healthz"), [[400]]),
            "h-path-spaces": (get.replace(b"/healthz", b"/a b"), [[400]]),
            "h-path-long": (get.replace(b"/healthz", b"/" + b"x" * 2000), [[414]]),
            "h-path-utf8": (get.replace(b"/healthz", b"/\xe3\x81\x82"), [[400]]),
            "h-version-0.9": (b"GET /healthz\r\n\r\n", [[400]]),
            "h-version-2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [[400]]),
            "h-version-9": (get.replace(b"1.1", b"9.9"), [[505]]),
            "h-no-host": (get.replace(b"Host: x\r\n", b""), [[400]]),
            "h-two-hosts": (get.replace(b"Host: x\r\n", b"Host: x\r\nHost: y\r\n"), [[400]]),
            "h-bare-lf": (get.replace(b"\r\n", b"\n"), [[408]]),
            "h-field-without-colon": (post + b"nonsense\r\n\r\n", [[400]]),
            "h-field-nul": (post + b"X: a\0b\r\n\r\n", [[400]]),
            "h-field-high": (post + b"X: \xff\r\n\r\n", [[400]]),
            "h-expect-100-never-sent": (post + size + b"Expect: 100-continue\r\n\r\n", [[100, 408]]),
            "h-expect-other": (post + size + b"Expect: miracle\r\n\r\n", [[417]]),
            "h-expect-over-limit": (post + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n", [[413]]),
            "h-multipart-no-boundary": (post + b"Content-Type: multipart/form-data\r\n" + size + b"\r\n" + self.good, [[415]]),
            "h-multipart-2-files": (post + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 68\r\n\r\n" +
                                    b"--x\r\nContent-Disposition: form-data; name=a; filename=../a\r\n\r\n--x--", [[415]]),
            "h-gzip-bomb": (post + b"Content-Encoding: gzip\r\n" + size + b"\r\n" + self.good, [[415]]),
            "h-auth-missing": (b"POST /v1/check HTTP/1.1\r\nHost: x\r\n" + size + b"\r\n" + self.good, [[401]]),
            "h-auth-twice": (post + b"Authorization: Bearer x\r\n" + size + b"\r\n" + self.good, [[401]]),
            "h-auth-basic": (b"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eDp5\r\n" + size + b"\r\n", [[401]]),
            "h-content-type-lies": (post + b"Content-Type: image/png\r\nConnection: close\r\n" + size + b"\r\n" + self.good, [[200]]),
            "h-smuggled-get": (post + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(get) + get, [[406]]),
            "h-get-with-body": (get[:-2] + b"Content-Length: 5\r\n\r\nhello", [[400]]),
            "h-pipelined-1000": (get * 999 + get[:-2] + b"Connection: close\r\n\r\n", [[200] * 1000]),
            # The answers are longer than what the system holds for a sender, so the requests behind wait for room.
            "h-pipelined-large": (rules * 7 + rules[:-2] + b"Connection: close\r\n\r\n", [[200] * 8]),
            "h-nothing": (b"", [[]]),
        }
        failures = []

        def run(name):
            data, expected = cases[name]
            begin = time.monotonic()
            statuses, closed = service.raw(data)
            took = time.monotonic() - begin
            if statuses not in expected or not closed or took > 8:
                failures.append("%s: %s instead of %s, %s after %.1f s" % (
                    name, statuses[:5], [e[:5] for e in expected], "closed" if closed else "left open", took))
        names = list(cases)
        together(len(names), lambda i: run(names[i]))
        require(not failures, "\n".join(failures))
        # In mid-body, again and again, and at any moment.
        for i in range(200):
            connection = service.connect()
            data = request("POST", "/v1/check", self.good)
            connection.send(data[:self.random.randrange(len(data) + 1)])
            connection.reset()
        # Random bytes, and good requests with bytes changed: an answer or an end, and the service lives.
        for i in range(100):
            data = bytearray(request("POST", "/v1/check", self.good[:300], {"Connection": "close"}))
            for _ in range(self.random.randrange(1, 5)):
                data[self.random.randrange(len(data))] = self.random.randrange(256)
            connection = service.connect()
            connection.send(bytes(data))
            connection.socket.shutdown(socket.SHUT_WR)
            answer = connection.answer()
            require(answer is None or answer.status in (200, 400, 401, 404, 405, 406, 408, 411, 413, 414, 415, 417, 501, 505),
                    "an answer to nonsense")
            connection.close()
        require(service.ask("POST", "/v1/check", self.good).status == 200, "a good one afterwards")
        require(service.metric("kpfd_worker_deaths_total") == 0, "a worker has died")
        require(service.stop() == 0, "the end")
        print("hostile: %d cases" % len(cases))

    def slow(self):
        """Hundreds of slow senders and readers cost the good ones nothing."""
        service = self.service("slow", "--head-time", "3", "--body-time", "3", "--idle-time", "3", "--max-connections", "700")
        held = [service.connect(60) for _ in range(600)]
        data = request("POST", "/v1/check", self.good)
        for i, connection in enumerate(held):
            connection.send(data[:[1, 100, len(data) - 1][i % 3]])
        begin = time.monotonic()
        longest = 0
        while time.monotonic() < begin + 2:
            one = time.monotonic()
            require(service.ask("POST", "/v1/check", self.good).status == 200, "a good sender")
            longest = max(longest, time.monotonic() - one)
        require(longest < 3, "a good sender waits %.1f s" % longest)
        require(service.metric("kpfd_connections") > 600, "they are held")
        for connection in held:
            require(connection.answer().status == 408, "a slow sender")
            connection.close()
        # Who never reads: the answers to many requests do not fit into the socket.
        reader = service.connect(60)
        reader.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.socket.settimeout(1)
        rules = request("GET", "/v1/rules")
        try:
            while True:
                reader.send(rules)
        except (TimeoutError, ConnectionError):
            pass
        require(service.ask("POST", "/v1/check", self.good).status == 200, "while somebody does not read")
        reader.close()
        # One more than there may be.
        held = [service.connect() for _ in range(700)]
        last = service.connect()
        require(last.answer().status == 503, "one too many")
        for connection in held + [last]:
            connection.close()
        time.sleep(0.3)
        require(service.ask("POST", "/v1/check", self.good).status == 200, "room again")
        require(service.stop() == 0, "the end")
        print("slow: 600 slow senders, the longest wait of a good one %.0f ms" % (longest * 1000))

    # ---- exactly once ----

    def once(self):
        """50 clients send the same filing at once, again and again."""
        store = self.store("once")
        service = self.service("once", store=store)
        receipts = []
        new = []
        gate = threading.Barrier(50)

        def client(_):
            connection = service.connect()
            for seed in range(max(1, self.rounds // 20)):
                filing = self.filings[seed]
                gate.wait()
                for _ in range(20 if self.rounds > 20 else self.rounds):
                    connection.send(request("POST", "/v1/filings", filing, {"Idempotency-Key": "seed %d" % seed}))
                    answer = connection.answer()
                    require(answer is not None and answer.status in (200, 201), "an answer")
                    receipts.append((seed, answer.json()["receipt"]))
                    new.append(answer.json()["new"])
            connection.close()
        self.filings = [self.filing(100 + seed) for seed in range(max(1, self.rounds // 20))]
        begin = time.monotonic()
        together(50, client)
        took = time.monotonic() - begin
        require(service.stop() == 0, "the end")
        require(len(set(receipts)) == len(self.filings), "a filing with two receipts")
        require(sum(new) == len(self.filings), "new more than once")
        require(len(self.receipts(store)) == len(self.filings), "stored more than once")
        print("once: %d deliveries of %d filings, %.0f a second" % (len(receipts), len(self.filings), len(receipts) / took))

    def worker_killed(self):
        service = self.service("worker_killed", "--workers", "2", store=self.store("worker_killed"))
        large = self.filing(7, 120000)
        require(len(large) < 20 << 20, "the large filing")
        recovery = []
        unchecked = 0
        for _ in range(5):
            connection = service.connect(60)
            connection.send(request("POST", "/v1/filings", large))
            time.sleep(self.random.uniform(0.02, 0.15))
            for worker in service.workers():
                os.kill(worker, signal.SIGKILL)
            begin = time.monotonic()
            answer = connection.answer()
            require(answer.status in (201, 200, 422), "a status %d" % answer.status)
            if answer.status == 422:
                unchecked += 1
                require(answer.json()["verdict"] == "unchecked", "the verdict")
            while service.ask("POST", "/v1/check", self.good).status != 200:
                require(time.monotonic() < begin + 5, "no recovery within 5 s")
                time.sleep(0.01)
            recovery.append(time.monotonic() - begin)
            connection.close()
        require(unchecked > 0, "no worker was killed in the middle of a job")
        require(service.stop() == 0, "the end")
        print("worker_killed: %d times in the middle of a job, service again after %.0f ms at most" % (
            unchecked, max(recovery) * 1000))

    def killed(self):
        """kill -9 of the service while it loads: what was acknowledged is there, nothing twice."""
        store = self.store("killed")
        filings = [self.filing(200 + seed, 10) for seed in range(40)]
        acknowledged = set()
        recovery = []
        for round_ in range(max(3, self.rounds // 10)):
            service = self.service("killed", store=store)
            stopping = threading.Event()

            def client(i):
                turn = random.Random(round_ * 100 + i)
                try:
                    connection = service.connect()
                    while not stopping.is_set():
                        index = turn.randrange(len(filings))
                        connection.send(request("POST", "/v1/filings", filings[index], {"Idempotency-Key": str(index)}))
                        answer = connection.answer()
                        if answer is None:
                            return
                        require(answer.status in (200, 201), "a status %d" % answer.status)
                        acknowledged.add((index, answer.json()["receipt"]))
                except OSError:
                    return
            threads = [threading.Thread(target=client, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            time.sleep(self.random.uniform(0.02, 0.2))
            require(service.stop(signal.SIGKILL) != 0, "it was killed")
            begin = time.monotonic()
            stopping.set()
            for thread in threads:
                thread.join()
            service = self.service("killed", store=store)
            recovery.append(time.monotonic() - begin)
            require(service.stop() == 0, "the end")
            there = self.receipts(store)
            require({receipt for _, receipt in acknowledged} <= there, "an acknowledged filing is lost")
            require(len({index for index, _ in acknowledged}) == len(acknowledged), "two receipts of a filing")
        service = self.service("killed", store=store)
        for index, filing in enumerate(filings):
            answer = service.ask("POST", "/v1/filings", filing, {"Idempotency-Key": str(index)})
            require(answer.status in (200, 201), "sent again")
            acknowledged.add((index, answer.json()["receipt"]))
        require(service.stop() == 0, "the end")
        require(len(acknowledged) == len(filings) == len(self.receipts(store)), "each once")
        print("killed: %d acknowledged, none lost or doubled; ready again after %.1f s at most" % (
            len(acknowledged), max(recovery)))

    def stopped(self):
        """SIGTERM under load: each request is answered or was never taken, and the service ends by itself."""
        for round_ in range(3):
            store = self.store("stopped-%d" % round_)
            service = self.service("stopped-%d" % round_, store=store)
            filings = [self.filing(300 + seed, 10) for seed in range(20)]
            acknowledged = set()
            refused = []

            def client(i):
                turn = random.Random(i)
                try:
                    connection = service.connect()
                    while True:
                        connection.send(request("POST", "/v1/filings", filings[turn.randrange(len(filings))]))
                        answer = connection.answer()
                        if answer is None:
                            return  # between two requests: nothing of this one was taken
                        if answer.status == 503:
                            refused.append(i)
                            return
                        require(answer.status in (200, 201), "a status %d" % answer.status)
                        acknowledged.add(answer.json()["receipt"])
                        if answer.headers.get("connection") == "close":
                            return
                except OSError:
                    return
            threads = [threading.Thread(target=client, args=(i,)) for i in range(16)]
            for thread in threads:
                thread.start()
            time.sleep(0.3)
            begin = time.monotonic()
            require(service.stop() == 0, "the end")
            require(time.monotonic() < begin + 10, "it does not end")
            for thread in threads:
                thread.join()
            require(acknowledged and acknowledged <= self.receipts(store), "an acknowledged filing is lost")
            require(not os.path.exists(store + "-wal") or os.path.getsize(store + "-wal") == 0, "the log is not written back")

        # Requests whose first bytes lie in the system while it is told to stop, on connections that it knows and on others.
        for round_ in range(10):
            service = self.service("unread-%d" % round_)
            data = request("POST", "/v1/check", self.good)
            known = [service.connect() for _ in range(8)]
            time.sleep(0.05)
            service.process.send_signal(signal.SIGSTOP)
            connections = known + [service.connect() for _ in range(8)]
            for connection in connections:
                connection.send(data[:20])
            service.process.send_signal(signal.SIGTERM)
            service.process.send_signal(signal.SIGCONT)
            until = time.monotonic() + 10
            while '"stopping"' not in service.text():
                require(time.monotonic() < until, "it does not stop")
                time.sleep(0.01)
            time.sleep(0.1)
            for connection in connections:
                try:
                    connection.send(data[20:])
                    answer = connection.answer()
                except OSError as error:
                    raise Failed("a request that had begun is reset: %s" % error) from error
                require(answer is not None and answer.status == 503, "a request that had begun: %s" % (answer and answer.status))
                connection.close()
            require(service.process.wait(20) == 0, "the end")
            service.log.close()

    def full(self):
        """No room for the store: nothing is taken, and nothing is lost; with room it goes on."""
        store = self.store("full")
        service = self.service("full", store=store, file_limit=400_000)
        acknowledged = set()
        seed = 400
        while True:
            answer = service.ask("POST", "/v1/filings", self.filing(seed, 60))
            if answer.status == 503:
                require(answer.json()["error"]["code"] == "store" and "retry-after" in answer.headers, "the fault")
                break
            require(answer.status == 201, "a status %d" % answer.status)
            acknowledged.add(answer.json()["receipt"])
            seed += 1
            require(seed < 500, "the limit is never met")
        require(service.ask("POST", "/v1/check", self.good).status == 200, "checks go on")
        service.stop()
        service = self.service("full", store=store)
        answer = service.ask("POST", "/v1/filings", self.filing(seed, 60))
        require(answer.status == 201, "with room again")
        require(service.stop() == 0, "the end")
        require(acknowledged <= self.receipts(store), "an acknowledged filing is lost")

    def private(self):
        """No value of a record in the log, in an answer or in a metric; nor anything that a sender made up."""
        service = self.service("private", store=self.store("private"))
        canaries = set()
        answers = b""
        for seed in range(20):
            filing = self.filing(500 + seed)
            for line in filing.split(b"\r\n"):
                cells = line.split(b",")
                if cells[0] in (b"2200700", b"2201700", b"2221700", b"2225700", b"2265700"):
                    for cell in cells:
                        text = cell.decode("cp932")
                        # Names and addresses: nothing else is long and no number.
                        if len(text) >= 3 and not re.fullmatch("[0-9A-Za-z-]*", text):
                            canaries.add(text)
            lines = filing.split(b"\r\n")
            # A damaged one: each record loses its last columns, gets a wrong character, or too many.
            bad = [line + [b"", b",\x81", b",x"][self.random.randrange(3)] if i > 6 else line for i, line in enumerate(lines)]
            for body in (filing, b"\r\n".join(bad), filing[:-300]):
                answers += service.ask("POST", "/v1/check", body).body
                answers += service.ask("POST", "/v1/filings", body, {"Idempotency-Key": "CANARY-key"}).body
        require(len(canaries) > 50, "no canaries")
        for path in ("/CANARY", "/v1/check?CANARY=1", "/v1/filings/CANARY-path"):
            answers += service.ask("GET", path).body
        answers += service.ask("POST", "/v1/check", self.good, {"X-Request-Id": "CANARY id", "User-Agent": "CANARY"}).body
        answers += service.raw(b"CANARY / HTTP/1.1\r\nCANARY\r\n\r\n")[0].__repr__().encode()
        answers += service.ask("GET", "/metrics").body
        require(service.stop() == 0, "the end")
        with open(service.log_path, "rb") as file:
            log = file.read()
        for place, content in (("an answer", answers), ("the log", log)):
            text = content.decode("utf-8")
            for canary in canaries:
                require(canary not in text, "a value of a record in " + place)
            require("CANARY" not in text and TOKEN not in text, "what a sender made up in " + place)
        require(len(service.lines()) > 100, "the log")

    def memory(self):
        """Memory does not grow with the number of requests."""
        service = self.service("memory", store=self.store("memory"))
        if any("sanitizer" in line.get("detail", "") for line in service.lines()):
            service.stop()
            print("memory: a sanitizer keeps what is freed")
            return
        self.load(service, 400)
        before = service.resident(), [service.resident(worker) for worker in service.workers()]
        self.load(service, 1200)
        after = service.resident(), [service.resident(worker) for worker in service.workers()]
        require(after[0] < before[0] + (8 << 20), "the service grows: %s, %s" % (before, after))
        require(max(after[1]) < max(before[1]) + (4 << 20), "a worker grows: %s, %s" % (before, after))
        # Connections that are held do not hold what they have sent.
        large = b"x" * (10 << 20)
        held = []
        for _ in range(20):
            held.append(service.connect())
            held[-1].send(request("POST", "/v1/check", large))
            require(held[-1].answer().status == 406, "a large one")
        grown = service.resident() - after[0]
        require(grown < 60 << 20, "20 connections hold %d MiB" % (grown >> 20))
        require(service.stop() == 0, "the end")

    def load(self, service, count):
        def client(i):
            connection = service.connect()
            for _ in range(count // 8):
                connection.send(request("POST", ["/v1/check", "/v1/filings"][i % 2], [self.good, self.bad][i % 3 == 0]))
                require(connection.answer().status in (200, 201, 406), "an answer")
            connection.close()
        together(8, client)


def sender(service, change=None):
    """Brings the requests of the generated client over a connection each; `change` changes their bytes on the way."""
    def send(method, target, headers, body):
        data = request(method, target, body or b"", dict(headers), token=None)
        connection = service.connect()
        try:
            try:
                connection.send(change(data) if change else data)
            except ConnectionError:
                pass  # refused before the end, and answered
            answer = connection.answer()
        finally:
            connection.close()
        require(answer is not None, "no answer to %s %s" % (method, target[:40]))
        return answer.status, answer.headers, answer.body
    return send


class Halves:
    """Requests that all stop in mid-head, until they are told to go on."""

    def __init__(self, service, count):
        self.service = service
        self.sent = threading.Barrier(count + 1)
        self.go = threading.Event()

    def send(self, method, target, headers, body):
        data = request(method, target, body or b"", dict(headers), token=None)
        connection = self.service.connect()
        connection.send(data[:20])
        self.sent.wait(20)
        self.go.wait(20)
        connection.send(data[20:])
        answer = connection.answer()
        connection.close()
        require(answer is not None, "no answer to %s %s" % (method, target[:40]))
        return answer.status, answer.headers, answer.body


NAMES = ["statuses", "generator", "refusals", "hostile", "slow", "once", "worker_killed", "killed", "stopped", "full", "private", "memory"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kpfd")
    parser.add_argument("work")
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tests = Tests(arguments)
    for name in arguments.tests or NAMES:
        begin = time.monotonic()
        try:
            getattr(tests, name)()
        except Failed as failure:
            print("%s (seed %d): %s" % (name, arguments.seed, failure))
            return 1
        print("%s: good, %.1f s" % (name, time.monotonic() - begin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
