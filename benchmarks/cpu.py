"""CPU time of one request: user and system time of the gateway over a bounded load.

Throughput on a busy machine says more about the neighbours than about the gateway;
the CPU time that its process has used moves much less.  It needs ``nginx`` as the
origin and ``wrk``::

    python benchmarks/cpu.py --gateway .venv/bin/krakendtw
    KRAKENDTW_PURE=1 python benchmarks/cpu.py --gateway .venv/bin/krakendtw
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

OBJECT = {
    "id": 1,
    "name": "Leanne Graham",
    "email": "sincere@april.biz",
    "address": {"street": "Kulas Light", "geo": {"lat": "-37.3159", "lng": "81.1496"}},
    "company": {"name": "Romaguera-Crona", "bs": "harness real-time e-markets"},
}
BIG = {"items": [{**OBJECT, "id": number} for number in range(250)]}

ORIGIN = """
worker_processes 1; daemon off; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder};
    location = /big {{ try_files /big.json =404; }}
    location / {{ return 200 '{text}'; }} }} }}
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def configuration(port: int, origin: int) -> dict[str, Any]:
    """One endpoint for each kind of route that is measured."""
    one = {"url_pattern": "/u"}
    raw = {"url_pattern": "/u", "encoding": "no-op"}
    return {
        "version": 3,
        "port": port,
        "host": [f"http://127.0.0.1:{origin}"],
        "extra_config": {
            "telemetry/logging": {"level": "CRITICAL", "stdout": True},
            "router": {"disable_access_log": True},
        },
        "endpoints": [
            {"endpoint": "/one", "backend": [one]},
            {"endpoint": "/noop", "output_encoding": "no-op", "backend": [raw]},
            {"endpoint": "/three", "backend": [{**one, "group": n} for n in "abc"]},
            {"endpoint": "/value/{id}", "backend": [{"url_pattern": "/u/{id}"}]},
            {"endpoint": "/big", "backend": [{"url_pattern": "/big"}]},
        ],
    }


def used_s(pid: int) -> float:
    """The CPU time that all threads of a process have used."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    nanoseconds = (int((task / "schedstat").read_text().split()[0]) for task in tasks)
    return sum(nanoseconds) / 1e9


def load(url: str, seconds: int) -> int:
    """How many requests were answered."""
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(out)
    found = re.search(r"(\d+) requests in", out)
    return int(found[1]) if found else 0


def wait_for(url: str) -> None:
    """Ask until there is an answer."""
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"no answer from {url}")


def main() -> None:
    """Measure each route and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", required=True, help="takes run -c FILE")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cpu-"))
    folder.chmod(0o755)
    origin, port = free_port(), free_port()
    (folder / "big.json").write_text(json.dumps(BIG))
    text = json.dumps(OBJECT, separators=(",", ":"))
    settings = ORIGIN.format(folder=folder, port=origin, text=text)
    (folder / "nginx.conf").write_text(settings)
    (folder / "gateway.json").write_text(json.dumps(configuration(port, origin)))
    words = shlex.split(given.gateway)
    words[0] = str(Path(words[0]).resolve()) if Path(words[0]).exists() else words[0]
    commands = (
        ["nginx", "-c", str(folder / "nginx.conf")],
        [*words, "run", "-c", str(folder / "gateway.json")],
    )
    started = [subprocess.Popen(command, cwd=folder) for command in commands]
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(started[1].pid, cores[:1])
    try:
        for path in ("/one", "/noop", "/three", "/value/7", "/big"):
            url = f"http://127.0.0.1:{port}{path}"
            wait_for(url)
            load(url, 1)
            found = []
            for _ in range(given.rounds):
                before = used_s(started[1].pid)
                count = load(url, given.seconds)
                found.append((used_s(started[1].pid) - before) / max(count, 1))
            print(f"{path:10} {min(found) * 1e6:7.1f} us a request", flush=True)
    finally:
        for process in started:
            process.terminate()
            process.wait()
        subprocess.run(["rm", "-rf", str(folder)], check=True)


if __name__ == "__main__":
    main()
