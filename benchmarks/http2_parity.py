"""The same questions over HTTP/1.1, HTTP/2 and h2c, asked by curl.

Starts an origin and the gateway twice, once with TLS and once with
``use_h2c``, and compares what the four ways of asking get: status, header
fields and body.

    python benchmarks/http2_parity.py .venv/bin/krakendtw
"""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LARGE = 3_000_000
"""Bytes of the large bodies: more than any window."""

ROUTES: tuple[tuple[str, ...], ...] = (
    ("/json",),
    ("/echo/7?a=1&b=2",),
    ("/noop",),
    ("/noop", "-I"),
    ("/merge",),
    ("/large",),
    ("/post", "-X", "POST", "-d", "name=value"),
    ("/upload", "-X", "POST", "-H", "Expect:", "--data-binary", "@large"),
    ("/upload", "-X", "PUT"),
    ("/fails",),
    ("/nothing",),
    ("/JSON/?q=1",),
    ("/slow",),
    ("/cookies", "-H", "Cookie: a=1; b=2", "-H", "X-Twice: 1", "-H", "X-Twice: 2"),
    ("/__health",),
)
"""Paths, and what curl is told beside."""

CHANGING = re.compile(r'"now":"[^"]*"|^date: .*$', re.MULTILINE)


class Origin(BaseHTTPRequestHandler):
    """Answers what the routes need."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.headers.get("Transfer-Encoding"):
            body = self.chunks()
        status = 200
        if self.path.startswith("/large"):
            text = b"x" * LARGE
        elif self.path.startswith("/fails"):
            status, text = 503, b'{"error": "down"}'
        else:
            if self.path.startswith("/slow"):
                time.sleep(0.3)
            seen = dict(self.headers.items())
            seen.pop("Host")
            for name in ("X-Forwarded-Host", "Content-Length", "Transfer-Encoding"):
                seen.pop(name, None)
            text = json.dumps(
                {"path": self.path, "headers": seen, "size": len(body)}
            ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "session=1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def chunks(self) -> bytes:
        """A chunked body."""
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    """A certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def config(folder: Path, port: int, origin: int, more: dict[str, Any]) -> Path:
    """The gateway's configuration."""

    def endpoint(path: str, below: str, **fields: Any) -> dict[str, Any]:
        backend = {"url_pattern": below, "host": [f"http://127.0.0.1:{origin}"]}
        method = fields.get("method", "GET")
        backend["method"] = method
        if fields.get("output_encoding") == "no-op":
            backend["encoding"] = "no-op"
        return {"endpoint": path, "backend": [backend], **fields}

    merged = endpoint("/merge", "/one")
    merged["backend"] = [
        {**merged["backend"][0], "url_pattern": f"/{part}", "group": part}
        for part in ("one", "two", "three")
    ]
    raw = {"output_encoding": "no-op"}
    document = {
        "version": 3,
        "port": port,
        "timeout": "10s",
        "endpoints": [
            endpoint("/json", "/json"),
            endpoint("/echo/{id}", "/echo/{id}", input_query_strings=["a"]),
            endpoint("/noop", "/noop", **raw),
            merged,
            endpoint("/large", "/large", **raw),
            endpoint("/post", "/post", method="POST"),
            endpoint("/upload", "/upload", method="POST", **raw),
            endpoint("/upload", "/upload", method="PUT", **raw),
            endpoint("/fails", "/fails"),
            endpoint("/slow", "/slow"),
            endpoint("/cookies", "/cookies", input_headers=["Cookie", "X-Twice"]),
        ],
        **more,
    }
    path = folder / f"{port}.json"
    path.write_text(json.dumps(document))
    return path


def ask(folder: Path, port: int, route: tuple[str, ...], *way: str) -> tuple[str, ...]:
    """What curl gets: the version it spoke, the head, and the body."""
    path, *options = route
    scheme = "https" if "-k" in way else "http"
    body = folder / "body"
    body.unlink(missing_ok=True)
    command = ["curl", "-s", "--max-time", "20", "-D", "-", "-o", str(body), *way]
    url = f"{scheme}://localhost:{port}{path}"
    done = subprocess.run(
        [*command, *options, url], capture_output=True, cwd=folder, check=False
    )
    heads = done.stdout.decode().replace("\r\n", "\n").rstrip("\n").split("\n\n")
    lines = heads[-1].lower().split("\n")
    version, _, status = lines[0].partition(" ")
    fields = sorted(CHANGING.sub("", line) for line in lines[1:])
    left_out = ("connection:", "content-length:" if "__" in path else "connection:")
    dropped = [line for line in fields if line and not line.startswith(left_out)]
    is_head = "-I" in options
    text = body.read_bytes().decode() if body.exists() and not is_head else ""
    status = status.split(" ")[0]
    return version, "\n".join([status, *dropped]), CHANGING.sub("", text)


def main(program: str) -> int:
    """Compare all ways on all routes; 1 if any differs."""
    origin = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "large").write_bytes(b"y" * LARGE)
        certificate(folder)
        pair = {"public_key": "cert.pem", "private_key": "key.pem"}
        secure, clear = free_port(), free_port()
        files = [
            config(folder, secure, origin.server_port, {"tls": {"keys": [pair]}}),
            config(folder, clear, origin.server_port, {"use_h2c": True}),
        ]
        gateways = [
            subprocess.Popen(
                [program, "run", "-c", str(file)],
                cwd=folder,
                stdout=(folder / "log").open("ab"),
            )
            for file in files
        ]
        try:
            for port in (secure, clear):
                wait_for(port)
            return compare(folder, secure, clear)
        finally:
            for gateway in gateways:
                gateway.send_signal(signal.SIGTERM)
                gateway.wait(10)


def wait_for(port: int) -> None:
    """Until somebody listens."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the gateway does not listen")


def compare(folder: Path, secure: int, clear: int) -> int:
    """Ask and print; 1 if any answer differs."""
    ways = {
        "TLS, HTTP/2": (secure, "-k", "--http2"),
        "clear, HTTP/1.1": (clear, "--http1.1"),
        "clear, prior knowledge": (clear, "--http2-prior-knowledge"),
        "clear, upgrade": (clear, "--http2"),
    }
    differing = 0
    for route in ROUTES:
        version, head, body = ask(folder, secure, route, "-k", "--http1.1")
        print(f"{' '.join(route)[:50]:50} {version} {head.split(chr(10))[0]}", end="")
        for name, (port, *way) in ways.items():
            other = ask(folder, port, route, *way)
            same = other[1:] == (head, body)
            print(f"  {other[0]} {'same' if same else 'DIFFERS'}", end="")
            if not same:
                differing += 1
                print(f"\n--- {name}\n{head}\n{body[:300]}\n---")
                print(f"{other[1]}\n{other[2][:300]}\n---")
        print()
    print("all the same" if not differing else f"{differing} answers differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]).absolute())))
