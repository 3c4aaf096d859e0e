"""Three gateways, one Redis, one limit; then Redis dies and comes back.

    python benchmarks/shared_limit.py [--seconds 20] [--gateways 3] [--rate 100]

Prints what all gateways together let through in a second, and how each of the two
values of ``on_failure_allow`` behaves while Redis is gone: the statuses, how long the
slowest answer took, and when the behaviour set in.  Needs ``redis-server``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

CAPACITY = 10
CONNECTIONS = 4
BODY = b'{"a":1}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (len(BODY), BODY)
)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def configuration(port: int, origin: int, redis: int, rate: int) -> dict[str, Any]:
    """A gateway with one limit that fails closed and one that fails open."""

    def endpoint(name: str, **keys: Any) -> dict[str, Any]:
        limit = {"connection_name": "r", "max_rate": rate, "capacity": CAPACITY, **keys}
        return {
            "endpoint": name,
            "extra_config": {"qos/ratelimit/router/redis": limit},
            "backend": [{"url_pattern": "/"}],
        }

    pool = {"name": "r", "address": f"127.0.0.1:{redis}"}
    return {
        "version": 3,
        "port": port,
        "host": [f"http://127.0.0.1:{origin}"],
        "extra_config": {
            "redis": {"connection_pools": [pool]},
            "router": {"disable_access_log": True},
            "telemetry/logging": {"level": "CRITICAL", "stdout": True},
        },
        "endpoints": [
            endpoint("/closed"),
            endpoint("/open", on_failure_allow=True),
        ],
    }


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The origin: the same answer to everything."""
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        writer.close()


class Load:
    """Requests without a pause over some connections, and what came of them.

    :ivar answers: when each was answered, its status, and the seconds it took.
    """

    def __init__(self, ports: list[int], path: str) -> None:
        self.answers: list[tuple[float, int, float]] = []
        self._request = b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode()
        self._tasks = [
            asyncio.create_task(self._run(port))
            for port in ports
            for _ in range(CONNECTIONS)
        ]

    async def _run(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            began = time.monotonic()
            writer.write(self._request)
            head = await reader.readuntil(b"\r\n\r\n")
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    await reader.readexactly(int(line.split(b":")[1]))
            now = time.monotonic()
            self.answers.append((now, int(head[9:12]), now - began))
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """No more requests."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def start_redis(port: int, folder: str) -> subprocess.Popen[bytes]:
    """A Redis that keeps nothing."""
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("redis-server is not installed (Debian: redis-server)")
    command = [program, "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL
    )
    wait_for(port)
    return process


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    sys.exit(f"nobody listens on {port}")


async def hold(ports: list[int], rate: int, seconds: float) -> None:
    """How exactly the limit is held, once the first tokens are gone."""
    load = Load(ports, "/closed")
    await asyncio.sleep(1)
    begin = time.monotonic()
    await asyncio.sleep(seconds)
    end = time.monotonic()
    await load.stop()
    statuses = Counter(s for at, s, _ in load.answers if begin <= at < end)
    held = statuses[200] / (end - begin)
    print(f"{len(ports)} gateways, {sum(statuses.values()) / seconds:.0f} requests/s")
    print(
        f"limit {rate}/s, held {held:.2f}/s ({held / rate - 1:+.2%})  {dict(statuses)}"
    )


async def outage(
    ports: list[int], path: str, redis: int, folder: str, server: Any
) -> Any:
    """What happens while Redis is gone for two seconds."""
    load = Load(ports, path)
    await asyncio.sleep(1)
    server.kill()
    server.wait()
    gone = time.monotonic()
    await asyncio.sleep(2)
    back = time.monotonic()
    server = start_redis(redis, folder)
    await asyncio.sleep(2)
    await load.stop()
    during = [each for each in load.answers if gone <= each[0] < back]
    wanted = 200 if path == "/open" else 503
    first = next((at - gone for at, status, _ in during if status == wanted), None)
    after = Counter(s for at, s, _ in load.answers if at >= back + 1)
    slowest = max(took for _, _, took in load.answers)
    print(
        f"{path}: while gone {dict(Counter(s for _, s, _ in during))}, first {wanted}"
        f" after {first or 0:.3f} s, slowest answer {slowest:.3f} s,"
        f" afterwards {dict(after)}"
    )
    return server


async def main(arguments: argparse.Namespace) -> None:
    """Start everything, measure, end everything."""
    folder = tempfile.mkdtemp(prefix="krakendtw-limit-")
    redis = free_port()
    server = start_redis(redis, folder)
    origin = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin_port = origin.sockets[0].getsockname()[1]
    gateways, ports = [], []
    for _ in range(arguments.gateways):
        port = free_port()
        path = Path(folder) / f"{port}.json"
        document = configuration(port, origin_port, redis, arguments.rate)
        path.write_text(json.dumps(document))
        gateways.append(
            subprocess.Popen([*arguments.gateway.split(), "run", "-c", str(path)])
        )
        ports.append(port)
    try:
        for port in ports:
            wait_for(port)
        await hold(ports, arguments.rate, arguments.seconds)
        for name in ("/closed", "/open"):
            server = await outage(ports, name, redis, folder, server)
    finally:
        for process in (*gateways, server):
            process.kill()
            process.wait()
        origin.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default=f"{Path(sys.executable).parent}/krakendtw")
    parser.add_argument("--gateways", type=int, default=3)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0)
    asyncio.run(main(parser.parse_args()))
