#!/usr/bin/env python3
"""What a second worker brings: the cost of a request and how evenly work is shared.

    workers.py [--gateway .venv/bin/krakendtw] [--seconds 4] [--workers 1,2]

On a machine where origin and load take part of the cores, throughput says little.
What workers can bring is told by the kernel's account: the CPU time for one request,
summed over all processes, must not grow with their number, each must have its share,
and the supervisor none.  ``gain`` is how many times one worker's work N cores of their
own would do: the cost with one by the cost of the busiest of N.  Needs wrk and nginx
(Debian's packages).  Loopback only; ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")

NGINX = """worker_processes 1; daemon off; error_log stderr crit; pid %(dir)s/pid;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000; default_type application/json;
 client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path
 %(dir)s/f; uwsgi_temp_path %(dir)s/w; scgi_temp_path %(dir)s/s;
 server { listen 127.0.0.1:%(port)d; location / { return 200 '{"id":1}'; } } }
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(each) for each in file.read().split()]


def load(port: int, seconds: int) -> int:
    command = ["wrk", "-t1", "-c64", f"-d{seconds}s", f"http://127.0.0.1:{port}/u"]
    out = subprocess.run(command, capture_output=True, check=True).stdout
    found = re.search(rb"(\d+) requests in", out)
    return int(found[1]) if found else 0


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the gateway does not listen")


def measure(gateway: str, config: str, port: int, workers: int, seconds: int) -> float:
    """The busiest process's CPU microseconds by all requests."""
    command = [*shlex.split(gateway), "run", "-c", config, "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        load(port, 1)
        family = children(process.pid) if workers > 1 else [process.pid]
        before = [ticks(each) for each in family]
        above = ticks(process.pid)
        count = load(port, seconds)
        spent = [ticks(each) - old for each, old in zip(family, before, strict=True)]
        above = ticks(process.pid) - above if workers > 1 else 0
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    total = sum(spent)
    shares = " ".join(f"{part / total:.2f}" for part in spent)
    print(
        f"{workers} workers: {total * TICK_US / count:.1f} us a request, "
        f"shares {shares}, supervisor {above * TICK_US / count:.2f} us, "
        f"{count / seconds:.0f} requests/s"
    )
    return max(spent) * TICK_US / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default=".venv/bin/krakendtw")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--workers", default="1,2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        origin, port = free_port(), free_port()
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(NGINX % {"dir": folder, "port": origin})
        document = {
            "version": 3,
            "port": port,
            "host": [f"http://127.0.0.1:{origin}"],
            "extra_config": {
                "telemetry/logging": {"level": "CRITICAL", "stdout": True},
                "router": {"disable_access_log": True},
            },
            "endpoints": [{"endpoint": "/u", "backend": [{"url_pattern": "/u"}]}],
        }
        with open(f"{folder}/krakend.json", "w") as file:
            json.dump(document, file)
        nginx = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf"])
        try:
            one = 0.0
            for workers in map(int, options.workers.split(",")):
                config = f"{folder}/krakend.json"
                busiest = measure(
                    options.gateway, config, port, workers, options.seconds
                )
                one = one or busiest
                print(f"  gain {one / busiest:.2f}")
        finally:
            nginx.terminate()
            nginx.wait(5)


if __name__ == "__main__":
    main()
