"""Tests of hosts, paths and parameters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.uri import (
    backend_parameters,
    clean_host,
    clean_path,
    endpoint_parameters,
    is_filled_later,
    is_reserved,
    mark_parameters,
    router_path,
)


class HostTests(SynchronousTestCase):
    """The sanitizer."""

    def test_clean(self) -> None:
        """Scheme, name and port stay; a missing scheme is http, a slash goes."""
        for host, wanted in {
            "http://h:80": "http://h:80",
            "https://a.com/": "https://a.com",
            "h": "http://h",
            "h_1.x-y:8080/": "http://h_1.x-y:8080",
            "http://127.0.0.1:65535": "http://127.0.0.1:65535",
        }.items():
            self.assertEqual(wanted, clean_host(host))

    def test_refused(self) -> None:
        """Anything more, or nothing, is refused by name."""
        for host in (
            "",
            "http://h/path",
            "http://h:1",
            "ftp://h",
            "http://[::1]:8080",
            "http://u:p@h",
            "http://h x",
        ):
            error = self.assertRaises(ValueError, clean_host, host)
            self.assertEqual(f"host {host} not valid: invalid host", str(error))

    @given(st.from_regex(r"\A(https?://)?[a-z][a-z0-9.-]*(:[0-9]{2,5})?/?\Z"))
    def test_clean_stays_clean(self, host: str) -> None:
        """A cleaned host is clean."""
        cleaned = clean_host(host)
        self.assertEqual(cleaned, clean_host(cleaned))


class PathTests(SynchronousTestCase):
    """Endpoint paths."""

    def test_slash(self) -> None:
        """A path begins with a slash, and with two if it was written so."""
        self.assertEqual(
            ["/a", "/a", "/", "//a"], [clean_path(it) for it in ("a", "/a", "", "//a")]
        )

    def test_reserved(self) -> None:
        """The gateway's own segments, and stars before the end."""
        for path in ("/__debug/x", "/__health", "/x/__echo", "/x/__debug/", "/a*b"):
            self.assertTrue(is_reserved(path), path)
        for path in ("/__debugx", "/__stats", "/a/*", "/__catchall", "/x__health"):
            self.assertFalse(is_reserved(path), path)

    def test_strict_parameters(self) -> None:
        """A parameter begins a segment."""
        for path, wanted in {
            "/a/{x}/{y-z_1}": ["x", "y-z_1"],
            "/a-{x}": [],
            "/{x}.json": ["x"],
            "/{x.y}": [],
        }.items():
            self.assertEqual(wanted, endpoint_parameters(path, is_strict=True))

    def test_relaxed_parameters(self) -> None:
        """With ``disable_rest`` one may stand anywhere and have dots."""
        self.assertEqual(
            ["x", "a.b:c/d"],
            endpoint_parameters("/a-{x}/v{a.b:c/d}", is_strict=False),
        )

    def test_router_form(self) -> None:
        """Parameters get a colon, but for those in a query."""
        for path, names, wanted in (
            ("/a/{x}/{y}", ["x", "y"], "/a/:x/:y"),
            ("/{x}.json", ["x"], "/:x.json"),
            ("/{x}?q={x}", ["x"], "/:x?q={x}"),
            ("/a-{x}", [], "/a-{x}"),
        ):
            self.assertEqual(wanted, router_path(path, names))


class PatternTests(SynchronousTestCase):
    """Backends' url patterns."""

    def test_names(self) -> None:
        """Distinct and sorted, wherever they stand."""
        self.assertEqual(
            ["JWT.a.b", "resp0_x", "y"],
            backend_parameters("/{y}/{resp0_x}?a={y}&b={JWT.a.b}&c={ }"),
        )

    def test_filled_later(self) -> None:
        """Earlier answers and claims fill their own parameters."""
        for name in ("resp0_id", "resp12_a.b", "JWT.sub", "resp0_JWT.x"):
            self.assertTrue(is_filled_later(name), name)
        for name in ("resp_id", "respx_id", "jwt.sub", "JWT", "id"):
            self.assertFalse(is_filled_later(name), name)

    def test_markers(self) -> None:
        """A marker has a capital first letter and the rest untouched."""
        self.assertEqual(
            "/x/{{.Foo_bar}}?a={{.Id}}&b={{.JWT.sub}}&c={{.Id}}",
            mark_parameters(
                "/x/{foo_bar}?a={id}&b={JWT.sub}&c={id}", ["JWT.sub", "foo_bar", "id"]
            ),
        )
