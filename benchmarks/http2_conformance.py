#!/usr/bin/env python3
"""Recorded answers of KrakenD, asked for over HTTP/2.

    http2_conformance.py [--gateway .venv/bin/krakendtw] [--tls] [AREA/CASE ...]

Plays conformance cases of the folder ``shared`` beside the checkout with curl as the
client: over clear text with prior knowledge, or over TLS with ALPN, and compares with
what was recorded over HTTP/1.1.  Without patterns ten cases are played.  Says so and
ends with 0 where there is no curl that speaks HTTP/2.  Loopback only; ends by itself.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from http2_parity import certificate

SHARED = Path(os.environ.get("SHARED", Path(__file__).parents[2] / "shared"))
CASES = (
    "router/basic",
    "router/params",
    "router/query",
    "router/methods",
    "proxy/headers-star",
    "proxy/methods-bodies",
    "proxy/backend-status",
    "merge/partial",
    "noop/answers",
    "noop/bodies",
    "encoding/negotiate",
    "manipulation/flatmap-move",
    "errors/details",
)


def has_client() -> bool:
    """Whether there is a curl that speaks HTTP/2."""
    if shutil.which("curl") is None:
        return False
    told = subprocess.run(["curl", "--version"], capture_output=True, check=False)
    return b"HTTP2" in told.stdout


def is_of_http1(step: dict[str, Any]) -> bool:
    """Whether a step is about what HTTP/2 has not: chunks, other targets than paths."""
    fields = step.get("headers", {})
    names = [pair[0] for pair in fields] if isinstance(fields, list) else list(fields)
    is_chunked = "transfer-encoding" in (name.lower() for name in names)
    return is_chunked or not step["path"].startswith("/")


def make_runner(conformance: Any, *, tls: bool) -> Any:
    """The conformance runner's start of a gateway, asked by curl."""

    class Http2Run(conformance.Run):  # type: ignore[misc]
        """One start of the gateway, which speaks HTTP/2."""

        def write_files(self) -> None:
            """Let the configuration allow it."""
            config = dict(self.case["config"])
            if tls:
                certificate(Path(self.dir))
                pair = {"public_key": "cert.pem", "private_key": "key.pem"}
                config["tls"] = {"keys": [pair]}
            else:
                config["use_h2c"] = True
            self.case = {**self.case, "config": config}
            super().write_files()

        def send(self, step: dict[str, Any]) -> tuple[dict[str, Any], float]:
            """Ask by curl."""
            port = self.ports[step.get("port", "PORT")]
            scheme = "https" if tls else "http"
            heads, content = (Path(self.dir, name) for name in ("heads", "content"))
            content.unlink(missing_ok=True)
            way = ["-k", "--http2"] if tls else ["--http2-prior-knowledge"]
            method = step.get("method", "GET")
            command = ["curl", "-sS", "-g", "--path-as-is", "--max-time", "15", *way]
            command += ["-D", str(heads), "-o", str(content)]
            command += ["-I"] if method == "HEAD" else ["-X", method]
            fields = step.get("headers", {})
            pairs = list(fields.items() if isinstance(fields, dict) else fields)
            names = {name.lower() for name, _ in pairs}
            for name in ("User-Agent", "Accept", "Content-Type"):
                if name.lower() not in names:
                    command += ["-H", f"{name}:"]
            for name, value in pairs:
                text = self.fill(value)
                command += ["-H", f"{name}: {text}" if text else f"{name};"]
            body = step.get("body")
            if body is not None:
                raw = (body if isinstance(body, str) else json.dumps(body)).encode()
            elif "body_b64" in step:
                raw = base64.b64decode(step["body_b64"])
            if body is not None or "body_b64" in step:
                Path(self.dir, "sent").write_bytes(raw)
                command += ["--data-binary", f"@{self.dir}/sent"]
            url = f"{scheme}://localhost:{port}{self.fill(step['path'])}"
            started = time.monotonic()
            # The runner's own client writes header fields in Latin-1.
            line = [text.encode("latin-1") for text in (*command, url)]
            done = subprocess.run(line, capture_output=True, check=False)
            took = (time.monotonic() - started) * 1000
            if done.returncode:
                return {"failed": done.stderr.decode()}, took
            return self.read(heads.read_text(), content, method), took

        def read(self, heads: str, content: Path, method: str) -> dict[str, Any]:
            """The answer in the runner's form."""
            blocks = heads.replace("\r\n", "\n").rstrip("\n").split("\n\n")
            first, *lines = blocks[-1].split("\n")
            assert first.startswith("HTTP/2 "), first
            fields: dict[str, list[str]] = {}
            for line in lines:
                name, _, value = line.partition(":")
                if name.lower() not in conformance.VOLATILE_HEADERS:
                    neutral = self.neutral(value.strip())
                    fields.setdefault(name.lower(), []).append(neutral)
            status = int(first.split(" ")[1])
            out: dict[str, Any] = {
                "status": status,
                "headers": dict(sorted(fields.items())),
            }
            is_there = content.exists() and method != "HEAD"
            body = content.read_bytes() if is_there else b""
            try:
                out["text"] = self.neutral(body.decode())
            except UnicodeDecodeError:
                out["b64"] = base64.b64encode(body).decode()
            return out

    return Http2Run


def main() -> int:
    """Play the cases; 1 if an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", default=".venv/bin/krakendtw")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("patterns", nargs="*")
    options = parser.parse_args()
    if not has_client():
        print("skipped: there is no curl that speaks HTTP/2")
        return 0
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(SHARED / "conformance"))
    import conformance

    runner = make_runner(conformance, tls=options.tls)
    passed = failed = played = 0
    for path in sorted((SHARED / "conformance" / "cases").glob("*/*.json")):
        name = f"{path.parent.name}/{path.stem}"
        patterns = options.patterns or CASES
        if not any(Path(name).match(pattern) for pattern in patterns):
            continue
        case = json.loads(path.read_text())
        case.pop("cli", None)
        if "steps" not in case or not isinstance(case.get("config"), dict):
            continue
        golden = SHARED / "conformance" / "golden" / path.parent.name / path.name
        want = json.loads(golden.read_text())
        have = runner(case, options.gateway).execute()
        played += 1
        apart = {step["name"] for step in case["steps"] if is_of_http1(step)}
        for step, problems in conformance.compare(case, want, have):
            if step in apart:
                continue
            passed, failed = passed + (not problems), failed + bool(problems)
            if problems:
                print(f"FAIL {name} :: {step}")
                for problem in problems:
                    print(f"    {problem[:600]}")
    print(f"{played} cases over HTTP/2: {passed} steps the same, {failed} not")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
