"""A proxy before the service that does to each connection what networks do: at random, and the same for a seed."""

import random
import socket
import struct
import threading
import time

KINDS = ["whole", "delayed", "bytes", "request cut", "answer cut", "request reset", "answer reset", "twice"]


class Cut(Exception):
    """The connection ends here."""


def reset(connection):
    """Closes with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Chaos:
    """Listens at `address`; a connection gets one fate, which holds for all requests of it."""

    def __init__(self, target, seed):
        self.target = target  # (host, port); may be changed while it runs
        self.random = random.Random(seed)
        self.counts = dict.fromkeys(KINDS, 0)
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = self.listener.getsockname()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                kind = self.random.choice(KINDS)
                chance = random.Random(self.random.random())
                self.counts[kind] += 1
            threading.Thread(target=self.serve, args=(client, kind, chance), daemon=True).start()

    def serve(self, client, kind, chance):
        client.settimeout(20)
        servers = []
        try:
            for _ in range(2 if kind == "twice" else 1):
                servers.append(socket.create_connection(self.target, timeout=20))
                servers[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            backwards = threading.Thread(target=self.carry, args=(servers[0], [client], kind, chance, False), daemon=True)
            backwards.start()
            self.carry(client, servers, kind, chance, True)
            # The second copy's answer is nobody's; it is read, so that the request is done with.
            for server in servers[1:]:
                server.shutdown(socket.SHUT_WR)
                while server.recv(65536):
                    pass
            backwards.join(20)
        except OSError:
            pass
        finally:
            for connection in [client] + servers:
                connection.close()

    @staticmethod
    def carry(source, sinks, kind, chance, of_request):
        """Bytes of one direction, as the fate of the connection wants it."""
        hurt = kind.startswith("request" if of_request else "answer")
        left = chance.randrange(6000 if of_request else 900) if hurt else None
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if left is not None and len(data) > left:
                    data, over = data[:left], True
                else:
                    over = False
                size = max(1, {"bytes": 1, "delayed": len(data) // 4}.get(kind, len(data)))
                for at in range(0, len(data), size):
                    if kind == "delayed":
                        time.sleep(chance.uniform(0, 0.03))
                    for sink in sinks:
                        sink.sendall(data[at:at + size])
                if over:
                    raise Cut
                left = left - len(data) if left is not None else None
            for sink in sinks:
                sink.shutdown(socket.SHUT_WR)
        except (OSError, Cut):
            for connection in [source] + sinks:
                try:
                    if kind.endswith("reset"):
                        reset(connection)
                    # Others may still wait in a call on it: close() alone would not end that.
                    connection.shutdown(socket.SHUT_RDWR)
                    connection.close()
                except OSError:
                    pass

    def close(self):
        self.listener.close()
