#!/usr/bin/env python3
"""How the cost of a request grows: routes, connections, backends, bodies, headers.

    growth.py [--gateway .venv/bin/krakendtw] [--seconds 2] [--out docs/growth]
              [--curves routes,connections,backends,body,headers]

Each point is the gateway's CPU time for one request, in microseconds, taken from
the kernel's account of the process, beside nginx's ``proxy_pass`` on the same
origin.  Writes ``OUT.md`` and ``OUT.png``.  Needs wrk and nginx (Debian's
packages) and matplotlib.  Loopback only; ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")

CURVES: dict[str, tuple[int, ...]] = {
    "routes": (10, 100, 1000, 10_000),
    "connections": (64, 256, 1024, 4096, 8000),
    "backends": (1, 2, 5, 10, 20),
    "body": (1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    "headers": (1, 5, 10, 20, 50),
}

NOTES = {
    "connections": (
        "Taken with all connections open. Accepting a client costs some 0.1 ms, once. "
        "With thousands of them answered at once more backend connections are needed "
        "than are kept (`max_idle_connections_per_host`, 250): at 8000 about one "
        "request in seven dials anew, and the sockets no longer fit the caches."
    ),
    "backends": (
        "nginx's column is as many requests as there are backends, since it cannot "
        "merge. A merge costs by the backend; with 64 clients and 20 backends 1280 "
        "connections are in use."
    ),
    "body": (
        "JSON is held whole and worked through, where nginx passes bytes on. Between "
        "100 KB and 1 MB it outgrows the cache: from there on what is held, several "
        "times the body, is memory that the kernel has to clear for each request."
    ),
}
"""What is said below a table: why a curve bends."""

NGINX = """worker_processes 1; daemon off; error_log stderr crit;
pid %(dir)s/%(name)s.pid;
worker_rlimit_nofile 65536; events { worker_connections 32768; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600;
 client_header_buffer_size 64k; large_client_header_buffers 8 64k;
 client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path
 %(dir)s/f; uwsgi_temp_path %(dir)s/w; scgi_temp_path %(dir)s/s; %(body)s }
"""
ORIGIN = """server { listen 127.0.0.1:%(origin)d backlog=16384;
 default_type application/json; root %(dir)s/www;
 location = /status { stub_status; }
 location /size/ { } location / { return 200 '{"id":1,"name":"a name"}'; } }"""
PROXY = """upstream o { server 127.0.0.1:%(origin)d; keepalive 512; }
server { listen 127.0.0.1:%(proxy)d backlog=16384; location / { proxy_pass http://o;
 proxy_http_version 1.1; proxy_set_header Connection ""; } }"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_ticks(pid: int) -> int:
    """The ticks of a process and its children."""
    pids = [pid]
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=False)
    pids += map(int, found.stdout.split())
    total = 0
    for each in pids:
        with open(f"/proc/{each}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def start_load(
    url: str, connections: int, seconds: int, headers: list[str]
) -> subprocess.Popen[bytes]:
    """Ask for that time, on another core."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}"]
    command += [f"-d{seconds}s", "--timeout", "20s"]
    for header in headers:
        command += ["-H", header]
    return subprocess.Popen([*command, url], stdout=subprocess.DEVNULL)


class Bench:
    """The servers of one run and what is asked of them."""

    def __init__(self, gateway: str, seconds: int, folder: str) -> None:
        self.gateway = shlex.split(gateway)
        self.gateway[0] = os.path.abspath(self.gateway[0])
        self.seconds = seconds
        self.folder = folder
        self.origin = free_port()
        self.proxy = free_port()

    @contextmanager
    def nginx(self) -> Iterator[None]:
        """The origin, and the proxy to compare with."""
        values = {"dir": self.folder, "origin": self.origin, "proxy": self.proxy}
        running = []
        for name, core, body in (("origin", 1, ORIGIN), ("proxy", 0, PROXY)):
            path = f"{self.folder}/{name}.conf"
            with open(path, "w") as file:
                file.write(NGINX % {**values, "name": name, "body": body % values})
            command = ["taskset", "-c", str(core), "nginx", "-c", path]
            running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        self.proxy_pid = running[1].pid
        time.sleep(0.5)
        try:
            yield
        finally:
            for process in running:
                process.terminate()
                process.wait(5)

    @contextmanager
    def running(self, endpoints: list[dict[str, object]]) -> Iterator[tuple[int, int]]:
        """The gateway with these endpoints: its port and pid."""
        port = free_port()
        config = {
            "version": 3,
            "port": port,
            "timeout": "20s",
            "host": [f"http://127.0.0.1:{self.origin}"],
            "extra_config": {
                "telemetry/logging": {"level": "CRITICAL", "stdout": True},
                "router": {"disable_access_log": True},
            },
            "endpoints": endpoints,
        }
        path = f"{self.folder}/krakend.json"
        with open(path, "w") as file:
            json.dump(config, file)
        process = subprocess.Popen(
            ["taskset", "-c", "0", *self.gateway, "run", "-c", path],
            stdout=subprocess.DEVNULL,
        )
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def cost(
        self,
        pid: int,
        url: str,
        *,
        connections: int = 64,
        headers: list[str] | None = None,
    ) -> float:
        """CPU microseconds of ``pid`` for one request to the origin.

        Taken when all connections are open, which takes long where there are many
        and says nothing of a request: the origin counts the requests meanwhile.
        """
        begin = 1 + connections // 1000
        wrk = start_load(url, connections, begin + self.seconds + 1, headers or [])
        time.sleep(begin)
        count, before = self.asked(), cpu_ticks(pid)
        time.sleep(self.seconds)
        count, spent = self.asked() - count, cpu_ticks(pid) - before
        wrk.wait()
        return spent * TICK_US / count if count > 1 else float("nan")

    def asked(self) -> int:
        """How many requests the origin has had."""
        url = f"http://127.0.0.1:{self.origin}/status"
        with urllib.request.urlopen(url) as answer:
            return int(answer.read().split(b"\n")[2].split()[2])

    def both(
        self,
        endpoint: dict[str, object],
        path: str,
        beside: str,
        *,
        connections: int = 64,
        headers: list[str] | None = None,
        more: list[dict[str, object]] | None = None,
    ) -> tuple[float, float]:
        """The gateway's cost and nginx's."""
        with self.running([*(more or []), endpoint]) as (port, pid):
            url = f"http://127.0.0.1:{port}{path}"
            ours = self.cost(pid, url, connections=connections, headers=headers)
        url = f"http://127.0.0.1:{self.proxy}{beside}"
        theirs = self.cost(
            self.proxy_pid, url, connections=connections, headers=headers
        )
        return ours, theirs


def simple(path: str, **more: object) -> dict[str, object]:
    return {"endpoint": path, "backend": [{"url_pattern": "/u"}], **more}


def routes(bench: Bench, size: int) -> tuple[float, float]:
    more = [simple(f"/svc{n}/users/{{id}}/op{n}") for n in range(size - 1)]
    return bench.both(simple("/last/{id}/x"), "/last/7/x", "/u", more=more)


def connections(bench: Bench, size: int) -> tuple[float, float]:
    return bench.both(simple("/c"), "/c", "/u", connections=size)


def backends(bench: Bench, size: int) -> tuple[float, float]:
    several = [{"url_pattern": f"/{n}", "group": f"g{n}"} for n in range(size)]
    ours, theirs = bench.both({"endpoint": "/m", "backend": several}, "/m", "/u")
    # nginx cannot merge: as many requests to it.
    return ours * size, theirs * size


def body(bench: Bench, size: int) -> tuple[float, float]:
    item = {"id": 1, "name": "Leanne Graham", "email": "sincere@april.biz"}
    count = max(1, size // len(json.dumps(item)))
    folder = f"{bench.folder}/www/size"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{size}", "w") as file:
        json.dump({"items": [item] * count}, file)
    endpoint = {"endpoint": "/b", "backend": [{"url_pattern": f"/size/{size}"}]}
    few = 16 if size < 1_000_000 else 2
    return bench.both(endpoint, "/b", f"/size/{size}", connections=few)


def headers(bench: Bench, size: int) -> tuple[float, float]:
    sent = [f"X-Header-{n}: value number {n}" for n in range(size)]
    endpoint = simple("/h", input_headers=["*"])
    return bench.both(endpoint, "/h", "/u", headers=sent)


RUN: dict[str, Callable[[Bench, int], tuple[float, float]]] = {
    "routes": routes,
    "connections": connections,
    "backends": backends,
    "body": body,
    "headers": headers,
}


def write(results: dict[str, list[tuple[int, float, float]]], out: str) -> None:
    """The table and the plots."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    lines = ["# Growth", ""]
    lines += ["CPU microseconds for one request, by `benchmarks/growth.py`. Both are"]
    lines += ["measured at the same time of day on a machine that has other work too:"]
    lines += ["the ratio says more than the figures.", ""]
    figure, axes = pyplot.subplots(1, len(results), figsize=(4 * len(results), 3.5))
    for axis, (name, points) in zip(
        axes if len(results) > 1 else [axes], results.items(), strict=True
    ):
        lines += [f"## {name}", "", "| n | krakendtw | nginx | ratio |"]
        lines += ["|---|---|---|---|"]
        for size, ours, theirs in points:
            ratio = ours / theirs if theirs else float("nan")
            lines.append(f"| {size} | {ours:.0f} | {theirs:.0f} | {ratio:.1f} |")
        lines += ["", NOTES.get(name, ""), ""] if name in NOTES else [""]
        sizes = [point[0] for point in points]
        axis.plot(sizes, [point[1] for point in points], "o-", label="krakendtw")
        axis.plot(sizes, [point[2] for point in points], "s--", label="nginx")
        axis.set(xscale="log", yscale="log", xlabel=name, ylabel="µs CPU a request")
        axis.legend()
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(f"{out}.png", dpi=80)
    lines.append(f"![The same as curves]({os.path.basename(out)}.png)")
    with open(f"{out}.md", "w") as file:
        file.write("\n".join(lines) + "\n")


def main() -> None:
    """Measure the curves, write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default=".venv/bin/krakendtw")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--out", default="docs/growth")
    parser.add_argument("--curves", default=",".join(CURVES))
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))
    results: dict[str, list[tuple[int, float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.makedirs(f"{folder}/www")
        bench = Bench(options.gateway, options.seconds, folder)
        with bench.nginx():
            for name in options.curves.split(","):
                for size in CURVES[name]:
                    ours, theirs = RUN[name](bench, size)
                    results.setdefault(name, []).append((size, ours, theirs))
                    print(f"{name} {size}: {ours:.0f} µs, nginx {theirs:.0f} µs")
    write(results, options.out)


if __name__ == "__main__":
    main()
