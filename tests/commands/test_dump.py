"""Tests of what ``krakendtw check -d`` prints."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._dump import Dump
from krakendtw.config.resolve import resolve
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath

DOCUMENT = {
    "version": 3,
    "name": "n",
    "host": ["h"],
    "endpoints": [
        {
            "endpoint": "/a/{id}",
            "timeout": "1500ms",
            "backend": [{"url_pattern": "/x/{id}", "mapping": {"a": "b"}}],
        }
    ],
}


def dump(data: dict[str, Any], level: int, **settings: Any) -> list[str]:
    """The lines for a document."""
    where = ConfigPath(file="k.json")
    document = structure(data, where)
    return list(Dump(level, **settings).lines(document, resolve(document, where)))


class DumpTests(SynchronousTestCase):
    """The lines at the three levels."""

    def test_methods(self) -> None:
        """Methods are shown as they are written, and inherited."""
        endpoint = {
            "endpoint": "/a",
            "method": "post",
            "backend": [{"url_pattern": "/x"}, {"url_pattern": "/y", "method": "gEt"}],
        }
        lines = dump({**DOCUMENT, "endpoints": [endpoint]}, 1)
        for line in ("\t- post /a", "\t\t[+] post /x", "\t\t[+] gEt /y"):
            self.assertIn(line, lines)

    def test_encodings(self) -> None:
        """A backend's encoding is shown as written, but no-op as it is forced."""
        endpoint = {"endpoint": "/a", "backend": [{"url_pattern": "/x"}]}
        for written, wanted in (({}, ""), ({"output_encoding": "no-op"}, "no-op")):
            lines = dump({**DOCUMENT, "endpoints": [{**endpoint, **written}]}, 2)
            self.assertIn(f"\t\tEncoding: {wanted}", lines)

    def test_outline(self) -> None:
        """Level 1 shows endpoints, backends, hosts and timeouts."""
        self.assertEqual(
            [
                "Global settings",
                "\tName: n",
                "\tVersion: 3",
                "\tAddress: ",
                "\tPort: 8080",
                "\tDefault backend hosts: [http://h]",
                "1 API endpoint(s):",
                "\t- GET /a/:id",
                "\tTimeout: 1.5s",
                "\tConnecting to 1 backend(s):",
                "\t\t[+] GET /x/{{.Id}}",
                "\t\tTimeout: 1.5s",
                "\t\tHosts: [http://h]",
                "",
                "0 async agent(s):",
            ],
            dump(DOCUMENT, 1),
        )

    def test_inherited(self) -> None:
        """Level 2 adds what is inherited, and what is not there."""
        lines = dump(DOCUMENT, 2, indent="~")
        for line in (
            "~Default cache TTL: 0s",
            "~No TLS section defined",
            "~No Plugin section defined",
            "0 global component configuration(s):",
            "~OutputEncoding: json",
            "~~Mapping: map[a:b]",
            "~~Encoding: ",
            "~~0 backend component configuration(s):",
        ):
            self.assertIn(line, lines)
        self.assertNotIn("~Read timeout: 0s", lines)

    def test_all(self) -> None:
        """Level 3 adds the root's further keys, and those of TLS."""
        tls = {"public_key": "a", "cipher_suites": [5]}
        plugin = {"folder": "f", "pattern": "p"}
        document = {**DOCUMENT, "tls": tls, "client_tls": {}, "plugin": plugin}
        lines = dump({**document, "dialer_timeout": "-1s"}, 3)
        for line in (
            "\tDialer timeout: -1s",
            "\tMax idle connections per host: 250",
            "\tTLS Public key: a",
            "\tTLS Cipher suites: [5]",
            "\tClient TLS Cipher suites: []",
            "\tFolder: f",
        ):
            self.assertIn(line, lines)

    def test_components(self) -> None:
        """Namespaces are sorted, and from level 2 on their values are shown."""
        raw = {"b": {"x": 1000000, "y": [True, None]}, "a": 2}
        document = {**DOCUMENT, "extra_config": raw}
        self.assertIn("- b", dump(document, 1))
        lines = dump(document, 2)
        start = lines.index("2 global component configuration(s):")
        self.assertEqual(
            ["- a", "\t: 2", "- b", "\tx: 1e+06", "\ty: [true <nil>]"],
            lines[start + 1 : start + 6],
        )

    def test_agent(self) -> None:
        """An agent shows its consumer, its connection and its backends."""
        agent = {
            "name": "ag",
            "consumer": {"topic": "t", "max_rate": 1.5},
            "backend": [{"url_pattern": "/z"}],
        }
        lines = dump({**DOCUMENT, "async_agent": [agent]}, 2)
        for line in (
            "\t- ag",
            "\tConsumer Topic: t",
            "\tConsumer Max Rate: 1.500000",
            "\tConnection Health Interval: 1s",
            "\t\t[+] GET /z",
        ):
            self.assertIn(line, lines)

    def test_colors(self) -> None:
        """Colours go around headings, routes and namespaces."""
        lines = dump(DOCUMENT, 1, is_colored=True)
        self.assertEqual("\033[32;1mGlobal settings\033[0m", lines[0])
        self.assertIn("\t- \033[34;1mGET\033[36;1m /a/:id\033[0m", lines)
