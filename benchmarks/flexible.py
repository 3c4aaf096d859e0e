"""A flexible configuration of many endpoints: how long it takes until it is served.

``python benchmarks/flexible.py [--endpoints 1000] [--gateway PROGRAM]``

Writes templates, settings and partials, and measures for each of three runs: rendering
and checking (``check``), the same with everything it can tell (``check -d``), and
starting until the first answer (``run``).  Wall time counts for the user; the
processor's time beside it tells what a busy machine adds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

SETTINGS = {"host": "http://127.0.0.1:9000"}

ENDPOINT = """\
{"endpoint": "{{ .e.path }}", "method": "{{ .e.method }}",
"input_headers": ["Authorization", "X-{{ .e.method | lower | title }}"],
"extra_config": {
  "qos/ratelimit/router": {"max_rate": {{ .e.rate }}, "every": "1m"}
},
"backend": [
  {"url_pattern": "{{ .e.url }}", "host": [{{ .host | quote }}],
   "allow": ["id", "name"], "extra_config": {{ include "breaker.json" }}},
  {"url_pattern": "{{ .e.url }}/more", "host": [{{ .host | quote }}],
   "group": {{ printf "g%d" (len .e.path) | marshal }}}
]}"""

BREAKER = '{"qos/circuit-breaker": {"interval": 60, "timeout": 10, "max_errors": 3}}'

MAIN = """\
{"version": 3, "endpoints": [
{{- range $i, $e := .endpoints.list }}{{ if $i }},{{ end }}
{{ template "endpoint.tmpl" (dict "e" $e "host" $.service.host) }}
{{- end }}
]}"""


def write(folder: Path, endpoints: int) -> dict[str, str]:
    """The configuration, and the environment that turns it on."""
    methods = ("GET", "POST", "PUT", "DELETE")
    entries = [
        {
            "path": f"/service{index % 40}/resource{index}/{{id}}",
            "method": methods[index % 4],
            "url": f"/api/v1/{index}/{{id}}",
            "rate": 10 + index % 7,
        }
        for index in range(endpoints)
    ]
    files = {
        "settings/endpoints.json": json.dumps({"list": entries}),
        "settings/service.json": json.dumps(SETTINGS),
        "templates/endpoint.tmpl": ENDPOINT,
        "partials/breaker.json": BREAKER,
        "krakend.tmpl": MAIN,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return {
        **os.environ,
        "FC_ENABLE": "1",
        "FC_SETTINGS": str(folder / "settings"),
        "FC_TEMPLATES": str(folder / "templates"),
        "FC_PARTIALS": str(folder / "partials"),
    }


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and processor seconds of what ``work`` runs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    work()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent


def started(command: list[str], environ: dict[str, str], port: int) -> float:
    """Wall seconds until a gateway answers."""
    start = time.perf_counter()
    gateway = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - start < 60:
            try:
                url = f"http://127.0.0.1:{port}/__health"
                with urllib.request.urlopen(url, timeout=5):
                    return time.perf_counter() - start
            except OSError:
                time.sleep(0.01)
        raise SystemExit("the gateway does not answer")
    finally:
        gateway.terminate()
        gateway.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--gateway", default=f"{Path(sys.executable).parent}/krakendtw")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = write(folder, options.endpoints)
        file = str(folder / "krakend.tmpl")

        def check(*flags: str) -> None:
            command = [options.gateway, "check", *flags, "-c", file]
            subprocess.run(command, env=environ, check=True, capture_output=True)

        def run() -> None:
            port = free_port()
            command = [options.gateway, "run", "-c", file, "-p", str(port)]
            started(command, environ, port)

        print(f"{options.endpoints} endpoints    wall s   processor s")
        for title, work in (
            ("check", check),
            ("check -d", lambda: check("-d")),
            ("run, until it answers", run),
        ):
            for _ in range(3):
                wall, spent = timed(work)
                print(f"{title:22} {wall:8.2f} {spent:13.2f}")


if __name__ == "__main__":
    main()
