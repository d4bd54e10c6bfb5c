#!/usr/bin/env python3
"""kpfd serve behind nginx with hooks/nginx/kpfd.conf as it stands, but for its paths and its port.

Usage: nginx_test.py KPFD CONF WORK. Ends with 77 where nginx or openssl is not installed.

A CA of our own signs senders. Without a certificate, with one of another CA, one that has ended, or one that was taken
back nobody comes in; who comes in has the name of the certificate, whatever it writes into its headers. Limits and
times are those of the file. nginx runs without privileges.
"""

import grp
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

from service import TOKEN, Answer, Connection, Failed, Service, request, require

FORGED = "JC-9999999-99999-00-000-9999-999"
SENDER = "JC-1111100-11111-00-000-1234-000"


class Authority:
    """Keys and certificates, by the openssl command alone."""

    def __init__(self, folder, name):
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder)
        for file, text in (("index.txt", ""), ("serial", "1000\n"), ("crlnumber", "01\n"), ("ca.cnf", (
                "[ca]\ndefault_ca=a\n[a]\ndir=%s\ndatabase=$dir/index.txt\nserial=$dir/serial\ncrlnumber=$dir/crlnumber\n"
                "new_certs_dir=$dir\ncertificate=$dir/ca.pem\nprivate_key=$dir/ca.key\ndefault_md=sha256\npolicy=p\n"
                "unique_subject=no\nemail_in_dn=no\ncopy_extensions=copy\n"
                "[p]\ncommonName=optional\norganizationName=optional\n[req]\ndistinguished_name=d\n[d]\n") % self.folder)):
            with open(os.path.join(self.folder, file), "w", encoding="utf-8") as out:
                out.write(text)
        self.openssl("req", "-x509", *self.new_key("ca"), "-days", "30", "-subj", "/CN=" + name, "-out", self.path("ca.pem"),
                     "-addext", "basicConstraints=critical,CA:TRUE")
        self.take_back(None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *arguments):
        done = subprocess.run(["openssl"] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, OPENSSL_CONF=self.path("ca.cnf")))
        require(done.returncode == 0, "openssl %s: %s" % (arguments[0], done.stdout.decode()))

    def new_key(self, name):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.path(name + ".key")

    def sign(self, name, subject, *more, extension=None):
        self.openssl("req", *self.new_key(name), "-utf8", "-subj", subject, "-out", self.path(name + ".csr"),
                     *(["-addext", extension] if extension else []))
        period = more or ("-days", "10")
        self.openssl("ca", "-batch", "-config", self.path("ca.cnf"), "-in", self.path(name + ".csr"), "-out", self.path(name + ".pem"),
                     "-notext", *period)
        return self.path(name + ".pem"), self.path(name + ".key")

    def take_back(self, name):
        if name:
            self.openssl("ca", "-config", self.path("ca.cnf"), "-revoke", self.path(name + ".pem"))
        self.openssl("ca", "-config", self.path("ca.cnf"), "-gencrl", "-crldays", "10", "-out", self.path("crl.pem"))


class TlsConnection(Connection):
    def __init__(self, port, authority, certificate, version=None):
        context = ssl.create_default_context(cafile=authority)
        if version:
            warnings.simplefilter("ignore", DeprecationWarning)
            context.maximum_version = context.minimum_version = version
            context.set_ciphers("ALL:@SECLEVEL=0")
        if certificate:
            context.load_cert_chain(*certificate)
        plain = socket.create_connection(("127.0.0.1", port), timeout=30)
        super().__init__(None)
        self.socket = context.wrap_socket(plain, server_hostname="filings.example.jp")


class Front:
    def __init__(self, conf, folder, service):
        self.folder = folder
        probe = socket.create_server(("127.0.0.1", 0))
        self.port = probe.getsockname()[1]
        probe.close()
        self.senders = Authority(folder, "senders")
        self.others = Authority(folder, "others")
        server = self.others.sign("server", "/CN=filings.example.jp", extension="subjectAltName=DNS:filings.example.jp")
        self.authority = self.others.path("ca.pem")
        with open(os.path.join(folder, "token.conf"), "w", encoding="ascii") as file:
            file.write('proxy_set_header Authorization "Bearer %s";\n' % TOKEN)
        self.sender = self.senders.sign("sender", "/O=Union/CN=" + SENDER)
        self.gone = self.senders.sign("gone", "/CN=GONE-1")
        self.ended = self.senders.sign("ended", "/CN=ENDED-1", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")
        self.nameless = self.senders.sign("nameless", "/O=Nobody, CN=" + FORGED)
        self.odd = self.senders.sign("odd", "/CN=x\" y")
        self.stranger = self.others.sign("stranger", "/CN=" + SENDER)
        self.senders.take_back("gone")
        with open(conf, encoding="utf-8") as file:
            text = file.read()
        for here, there in {"listen 443 ssl": "listen 127.0.0.1:%d ssl" % self.port, "/etc/nginx/tls/server.pem": server[0],
                            "/etc/nginx/tls/server.key": server[1], "/etc/nginx/tls/senders-ca.pem": self.senders.path("ca.pem"),
                            "/etc/nginx/tls/senders-crl.pem": self.senders.path("crl.pem"),
                            "/etc/nginx/tls/kpfd-token.conf": os.path.join(folder, "token.conf"),
                            "/run/kpfd/serve.sock": service.address,
                            "/var/log/nginx/kpfd.log": os.path.join(folder, "access.log")}.items():
            comments = sum(line.startswith("#") and here in line for line in text.splitlines())
            require(text.count(here) > comments, "not in the file: " + here)
            text = text.replace(here, there)
        temporary = "".join("%s_temp_path %s/%s.temp;\n" % (kind, folder, kind)
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("kpfd.conf", text)
        self.write("nginx.conf", "daemon off;\npid %s/pid;\nerror_log %s/error.log info;\nevents {}\nhttp {\n%sinclude %s/kpfd.conf;\n}\n" % (
            folder, folder, temporary, folder))
        command = ["nginx", "-c", os.path.join(folder, "nginx.conf"), "-e", os.path.join(folder, "error.log")]
        if os.geteuid() == 0:
            nobody, group = pwd.getpwnam("nobody"), grp.getgrnam("nogroup")
            for place, _, files in os.walk(folder):
                os.chown(place, nobody.pw_uid, group.gr_gid)
                for name in files:
                    os.chown(os.path.join(place, name), nobody.pw_uid, group.gr_gid)
            # As the group kpfd that nginx belongs to: see docs/operations.md.
            os.chown(service.address, 0, group.gr_gid)
            command = ["setpriv", "--reuid", str(nobody.pw_uid), "--regid", str(group.gr_gid), "--clear-groups"] + command
        with open(os.path.join(folder, "out"), "wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out)
        until = time.monotonic() + 20
        while True:
            require(self.process.poll() is None, "nginx does not start: " + self.read("out") + self.read("error.log"))
            require(time.monotonic() < until, "nginx does not come up")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                time.sleep(0.02)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    def connect(self, certificate, **more):
        return TlsConnection(self.port, self.authority, certificate, **more)

    def ask(self, certificate, method, path, body=b"", headers=None):
        connection = self.connect(certificate)
        try:
            try:
                connection.send(request(method, path, body, headers, token=None))
            except (ConnectionError, ssl.SSLError):
                pass
            answer = connection.answer()
        except ssl.SSLError:
            return Answer(0, {}, b"")
        finally:
            connection.close()
        require(answer is not None, "no answer to %s %s" % (method, path))
        return answer


def sample(kpfd):
    return subprocess.run([kpfd, "sample", "--form", "mix", "--records", "30", "--output", "-"], stdout=subprocess.PIPE, check=True).stdout


def proof(kpfd, conf, folder):
    good = sample(kpfd)
    service = Service(kpfd, os.path.join(folder, "service"), "--sender-header", "X-Kpfd-Sender", store=os.path.join(folder, "store.db"),
                      listen="unix:" + os.path.join(folder, "serve.sock"))
    front_folder = os.path.join(folder, "nginx")
    os.makedirs(front_folder)
    front = Front(conf, front_folder, service)
    try:
        for name, certificate, status in (("none", None, 400), ("of another CA", front.stranger, 400), ("taken back", front.gone, 400),
                                          ("over", front.ended, 400), ("without a name", front.nameless, 403),
                                          ("with an odd name", front.odd, 403)):
            answer = front.ask(certificate, "POST", "/v1/check", good, {"X-Kpfd-Sender": SENDER, "Authorization": "Bearer " + TOKEN})
            require(answer.status == status, "a certificate, %s: %d" % (name, answer.status))
        require(not [line for line in service.lines() if line.get("route") == "/v1/check"], "a stranger has come to the service")
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            try:
                front.connect(front.sender, version=version)
                raise Failed("TLS of another age")
            except (ssl.SSLError, ConnectionError):
                pass
        # In, with its own name and the front's token.
        answer = front.ask(front.sender, "POST", "/v1/check", good, {"X-Request-Id": "made-up"})
        require(answer.status == 200 and answer.json()["verdict"] == "accept", "a sender: %d %s" % (answer.status, answer.body[:300]))
        require(answer.headers["server"] == "nginx" and answer.headers["cache-control"] == "no-store" and
                answer.headers["x-content-type-options"] == "nosniff", "headers")
        lines = [line for line in service.lines() if line.get("route") == "/v1/check"]
        require(len(lines) == 1 and lines[0]["sender"] == SENDER and lines[0]["client"] == "office", "the log: %s" % lines)
        # nginx writes its line once the answer is out.
        until = time.monotonic() + 10
        while lines[0]["id"] not in front.read("access.log") and time.monotonic() < until:
            time.sleep(0.02)
        require(lines[0]["id"] == answer.headers["x-request-id"] != "made-up" and lines[0]["id"] in front.read("access.log"), "one id in both logs")
        forgeries = {"X-Kpfd-Sender": FORGED, "x-kpfd-sender": FORGED, "X_Kpfd_Sender": FORGED, "Authorization": "Bearer x"}
        answer = front.ask(front.sender, "POST", "/v1/filings", good, dict(forgeries, **{"Idempotency-Key": "1"}))
        require(answer.status == 201, "a filing: %d" % answer.status)
        receipt = answer.json()["receipt"]
        require(front.ask(front.sender, "POST", "/v1/filings", good, dict(forgeries, **{"Idempotency-Key": "1"})).json()["receipt"] == receipt, "again")
        other = front.ask(front.sender, "POST", "/v1/filings", good + b"x", {"Idempotency-Key": "1"})
        require(other.status == 406, "another body: %d" % other.status)
        require(front.ask(front.sender, "GET", answer.headers["location"]).json()["receipt"] == receipt, "the place that it names")
        require(front.ask(front.sender, "GET", "/openapi.json").status == 200, "the description")
        for path in ("/metrics", "/healthz", "/healthz/ready", "/", "/v2/", "/etc/passwd"):
            require(front.ask(front.sender, "GET", path).status == 404, "what is not for senders: " + path)
        senders = {line["sender"] for line in service.lines() if "sender" in line}
        require(senders == {SENDER}, "a name that was forged: %s" % senders)
        # Limits.
        most = 20 << 20
        require(front.ask(front.sender, "POST", "/v1/check", b"x" * most).status == 406, "a file of 20 MiB")
        before = len(service.lines())
        require(front.ask(front.sender, "POST", "/v1/check", b"x" * (most + 1)).status == 413, "a file of more")
        require(front.ask(front.sender, "GET", "/v1/" + "x" * 9000).status == 414, "a long target")
        require(front.ask(front.sender, "GET", "/v1/rules", headers={"X": "y" * 9000}).status == 400, "a long field")
        require(len(service.lines()) == before, "what is too much has come to the service")
        # Slow senders: one in mid-head, one in mid-body.
        data = request("POST", "/v1/check", good, token=None)
        took = {}

        def slow(name, part):
            connection = front.connect(front.sender)
            begin = time.monotonic()
            connection.send(part)
            answer = connection.answer()
            took[name] = (time.monotonic() - begin, answer and answer.status)
            connection.close()
        threads = [threading.Thread(target=slow, args=one) for one in (("head", data[:30]), ("body", data[:-10]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        require(all(8 < seconds < 14 and status in (None, 408) for seconds, status in took.values()), "slow senders: %s" % took)
        # The service is away: no sender takes that for a yes.
        require(service.stop() == 0, "the end")
        require(front.ask(front.sender, "POST", "/v1/filings", good).status == 502, "without the service")
    finally:
        front.process.terminate()
        front.process.wait(20)
    logs = front.read("access.log") + front.read("error.log") + front.read("out")
    require(TOKEN not in logs and FORGED not in front.read("access.log"), "a token, or a forged name, in a log")
    for line in good.split(b"\r\n")[5:-1]:
        for cell in line.split(b","):
            require(len(cell) < 8 or cell.decode("cp932") not in logs, "a value in a log")
    require("buffered to a temporary file" not in logs, "a filing went to the disk")
    require(all(not files for place, _, files in os.walk(front_folder) if place.endswith(".temp")), "a temporary file is left")
    require(len([json.loads(line) for line in service.text().splitlines() if '"request"' in line]) > 5, "the log")
    print("nginx: refused, let in, limited and timed as its file says")


def main():
    kpfd, conf, work = (os.path.abspath(path) for path in sys.argv[1:])
    os.environ["PATH"] += ":/usr/sbin"
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        print("nginx or openssl is not installed")
        return 77
    # A socket's path must be short, and nginx must come to it whoever it is.
    folder = "/tmp/kpfd-nginx-%d" % os.getpid()
    os.makedirs(folder)
    try:
        proof(kpfd, conf, folder)
    except Failed as failure:
        print(failure)
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(folder, work, ignore=lambda place, names: [name for name in names if name.endswith((".sock", ".key"))])
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
