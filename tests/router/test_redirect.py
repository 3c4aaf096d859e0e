"""Tests of :mod:`krakendtw.router.redirect`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.radix import RadixNode, insert
from krakendtw.router.redirect import Redirect, Redirects, split_target
from tests.router.doubles import FakeRequest


def routes(*paths: bytes) -> RadixNode[bytes]:
    """The tree of some routes."""
    root: RadixNode[bytes] = RadixNode()
    for path in paths:
        insert(root, path, path)
    return root


def location(
    uri: bytes, path: bytes, prefix: bytes | None = None, *, slash: bool = True
) -> bytes | None:
    """Where a request that a slash would help, or another case, is sent."""
    headers = () if prefix is None else ((b"X-Forwarded-Prefix", prefix),)
    request = FakeRequest(uri, headers=headers)
    found = Redirects().find(request, routes(b"/plain", b"/caf\xc3\xa9"), path, slash)
    return None if found is None else found.location


class RedirectTests(SynchronousTestCase):
    """``Redirect``: Go's answer."""

    def test_get(self) -> None:
        """GET gets 301 and a link."""
        request = FakeRequest()
        body = Redirect(b"/a?b=1&c='\"<>").render(request)
        link = b'<a href="/a?b=1&amp;c=&#39;&#34;&lt;&gt;">Moved Permanently</a>.\n\n'
        self.assertEqual((301, link), (request.code, body))
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"text/html; charset=utf-8", kind)
        self.assertEqual(b"/a?b=1&c='\"<>", request.answer_header(b"location"))

    def test_others(self) -> None:
        """Other methods get 307 without a body; HEAD learns the type at least."""
        for method, kind in ((b"POST", None), (b"HEAD", b"text/html; charset=utf-8")):
            request = FakeRequest(method=method)
            self.assertEqual(b"", Redirect(b"/a").render(request))
            self.assertEqual(307, request.code)
            self.assertEqual(kind, request.answer_header(b"content-type"))

    def test_beyond_ascii(self) -> None:
        """The field is escaped where the text is not."""
        request = FakeRequest()
        body = Redirect(b"/a?\xc3\xa9").render(request)
        self.assertEqual(b"/a?%c3%a9", request.answer_header(b"location"))
        self.assertIn(b"/a?\xc3\xa9", body)

    def test_not_logged(self) -> None:
        """A redirect leaves no line in the access log."""
        request = FakeRequest()
        Redirect(b"/a").render(request)
        self.assertEqual(0.0, request.started)


class RedirectsTests(SynchronousTestCase):
    """``Redirects``: where to."""

    def test_slash(self) -> None:
        """A slash is taken away or added, and the query stays."""
        self.assertEqual(b"/x", location(b"/x/", b"/x/"))
        self.assertEqual(b"/x/?a=%20", location(b"/x?a=%20", b"/x"))
        self.assertEqual(b"/x?", location(b"/x/?", b"/x/"))

    def test_prefix(self) -> None:
        """``X-Forwarded-Prefix`` goes before, as it is allowed to."""
        for prefix, wanted in (
            (b"/api", b"/api/plain"),
            (b"//a//b", b"/a/b/plain"),
            (b"", b"/plain"),
            (
                b"https://evil.example/x_y",
                b"https/evilexample/xy/https/evilexample/xy/plain",
            ),
        ):
            self.assertEqual(wanted, location(b"/plain/", b"/plain/", prefix), prefix)

    def test_prefix_without_letters(self) -> None:
        """Two slashes begin a host to Go, so nothing is cleaned."""
        self.assertEqual(b"//plain", location(b"/plain/", b"/plain/", b"__"))

    def test_fixed_path(self) -> None:
        """Without that a route is looked for regardless of case."""
        self.assertEqual(b"/plain", location(b"//PLAIN", b"//PLAIN", slash=False))
        self.assertIsNone(location(b"/plan", b"/plan", slash=False))

    def test_fixed_path_ignores_prefix(self) -> None:
        """The prefix is for slashes only."""
        self.assertEqual(b"/plain", location(b"/Plain", b"/Plain", b"/a", slash=False))

    def test_escaping(self) -> None:
        """The new path is escaped anew."""
        self.assertEqual(
            b"/caf%C3%A9", location(b"/CAF%c3%a9", b"/CAF\xc3\xa9", slash=False)
        )
        self.assertEqual(b"/a%20b:%3F", location(b"/x", b"/a b:?/"))

    def test_same_path_keeps_its_escapes(self) -> None:
        """A path that is found to be what it was stays as it was written."""
        self.assertEqual(
            b"/caf%c3%a9", location(b"/caf%c3%a9", b"/caf\xc3\xa9", slash=False)
        )

    def test_absolute_form(self) -> None:
        """A target with a host keeps it."""
        uri = b"HTTP://User@Example.com/x/?q"
        self.assertEqual(b"http://User@Example.com/x?q", location(uri, b"/x/"))

    def test_switched_off(self) -> None:
        """Each kind can be switched off."""
        request = FakeRequest(b"/PLAIN/")
        root = routes(b"/plain")
        find = Redirects(adds_slashes=False, fixes_paths=False).find
        self.assertIsNone(find(request, root, b"/PLAIN/", True))
        find = Redirects(adds_slashes=False).find
        found = find(request, root, b"/plain/", True)
        self.assertEqual(b"/plain", found and found.location)


class SplitTargetTests(SynchronousTestCase):
    """``split_target``: the parts of a request target."""

    def test_origin_form(self) -> None:
        """Path and query, and nothing before them."""
        self.assertEqual((b"", b"/a://b", b"?c?d"), split_target(b"/a://b?c?d"))
        self.assertEqual((b"", b"//a", b""), split_target(b"//a"))

    def test_absolute_form(self) -> None:
        """Scheme and authority come first."""
        self.assertEqual((b"http://a:1", b"/b", b"?"), split_target(b"HTTP://a:1/b?"))
        self.assertEqual((b"http://a", b"", b""), split_target(b"http://a"))
