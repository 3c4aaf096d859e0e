#!/usr/bin/env python3
"""No-op routes under load of one big body each way, and of server-sent events.

    streaming.py [--gateway .venv/bin/krakendtw] [--gib 2]

Prints the growth of the gateway's memory in MiB during a download and an upload
of ``--gib`` GiB each, and the delay of events sent every 100 ms in ms.
Loopback only; ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

CHUNK = b"x" * 65536
EVENTS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def resident_mib(pid: int) -> float:
    with open(f"/proc/{pid}/status") as file:
        found = re.search(r"VmRSS:\s+(\d+)", file.read())
    assert found
    return int(found[1]) / 1024


class Origin(threading.Thread):
    """Answers /down with a big body, /up with the size it got, /events slowly."""

    def __init__(self, size: int) -> None:
        super().__init__(daemon=True)
        self.size = size
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        file = connection.makefile("rb")
        line = file.readline().split()
        headers = {}
        while (field := file.readline().strip()) != b"":
            name, _, value = field.partition(b":")
            headers[name.lower()] = value.strip()
        if line[1] == b"/down":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: %d\r\n\r\n"
            connection.sendall(head % self.size)
            for _ in range(self.size // len(CHUNK)):
                connection.sendall(CHUNK)
        elif line[1] == b"/up":
            got = 0
            while size := int(file.readline(), 16):
                got += len(file.read(size))
                file.readline()
            body = b"%d" % got
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b"
            connection.sendall(head % (len(body), body))
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n"
            )
            for _ in range(EVENTS):
                time.sleep(0.1)
                event = b"data: %.6f\n\n" % time.monotonic()
                connection.sendall(b"%x\r\n%b\r\n" % (len(event), event))
            connection.sendall(b"0\r\n\r\n")
        connection.close()


class Watch(threading.Thread):
    """Notes the most memory that a process has had."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0.0
        self.done = False

    def run(self) -> None:
        while not self.done:
            self.most = max(self.most, resident_mib(self.pid))
            time.sleep(0.02)


def ask(port: int, path: str, method: str = "GET") -> tuple[socket.socket, object]:
    connection = socket.create_connection(("127.0.0.1", port))
    length = f"Content-Length: {SIZE}\r\n" if method == "POST" else ""
    connection.sendall(
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n".encode()
    )
    return connection, connection.makefile("rb")


def down(port: int) -> int:
    connection, file = ask(port, "/down")
    while file.readline().strip():  # type: ignore[attr-defined]
        pass
    got = 0
    buffer = bytearray(1 << 20)
    while got < SIZE:
        size = file.readinto(buffer)  # type: ignore[attr-defined]
        if not size:
            break
        got += size
    connection.close()
    return got


def up(port: int) -> int:
    connection, file = ask(port, "/up", "POST")
    for _ in range(SIZE // len(CHUNK)):
        connection.sendall(CHUNK)
    while file.readline().strip():  # type: ignore[attr-defined]
        pass
    text = connection.recv(100) if not file.peek() else file.peek()  # type: ignore[attr-defined]
    connection.close()
    return int(re.sub(rb"[^0-9]", b"", text.split(b"\r\n")[-1] or text))


def events(port: int) -> list[float]:
    connection, file = ask(port, "/events")
    delays = []
    for line in file:  # type: ignore[attr-defined]
        if line.startswith(b"data: "):
            delays.append((time.monotonic() - float(line[6:])) * 1000)
        if len(delays) == EVENTS:
            break
    connection.close()
    return delays


def main() -> None:
    """Start everything, measure, stop everything."""
    global SIZE
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default=".venv/bin/krakendtw")
    parser.add_argument("--gib", type=float, default=2)
    options = parser.parse_args()
    SIZE = int(options.gib * (1 << 30)) // len(CHUNK) * len(CHUNK)
    origin = Origin(SIZE)
    origin.start()
    port = free_port()
    noop = {"output_encoding": "no-op", "timeout": "120s"}
    config = {
        "version": 3,
        "port": port,
        "host": [f"http://127.0.0.1:{origin.port}"],
        "endpoints": [
            {
                **noop,
                "endpoint": f"/{name}",
                "method": method,
                "backend": [{"url_pattern": f"/{name}"}],
            }
            for name, method in (("down", "GET"), ("up", "POST"), ("events", "GET"))
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "krakend.json")
        with open(path, "w") as file:
            json.dump(config, file)
        gateway = subprocess.Popen(
            [options.gateway, "run", "-c", path], stdout=subprocess.DEVNULL
        )
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            for name, run in (("download", down), ("upload", up)):
                before = resident_mib(gateway.pid)
                watch = Watch(gateway.pid)
                watch.start()
                began = time.monotonic()
                got = run(port)
                took = time.monotonic() - began
                watch.done = True
                print(
                    f"{name}: {got} bytes of {SIZE} in {took:.1f} s, "
                    f"memory grew by {watch.most - before:.1f} MiB"
                )
            delays = events(port)
            print(
                f"events: {len(delays)}, median delay "
                f"{statistics.median(delays):.2f} ms, most {max(delays):.2f} ms"
            )
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.wait(10)


SIZE = 0

if __name__ == "__main__":
    main()
