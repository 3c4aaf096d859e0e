"""Tests of stored answers."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from krakendtw.middleware.qos._cache_entry import (
    FRESH,
    STALE,
    UNSUITED,
    Entry,
    note_dependencies,
)
from krakendtw.middleware.qos._cache_rules import parse_control

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NOW = 1767225600.0 + 30


def headers(**fields: Any) -> Headers:
    """Fields; underscores in names stand for dashes."""
    found = Headers()
    for name, values in fields.items():
        values = [values] if isinstance(values, str) else values
        found.setRawHeaders(name.replace("_", "-"), values)
    return found


def entry(body: bytes = b"body", varied: Any = None, **fields: Any) -> Entry:
    """An answer with the status 200."""
    return Entry(200, headers(**fields), body, varied or {})


class FreshnessTests(SynchronousTestCase):
    """Whether an answer may be served."""

    def judge(self, asked: bytes, **fields: Any) -> int:
        """What becomes of it half a minute after its date."""
        return entry(**fields).freshness(parse_control(asked), NOW)

    def test_fresh(self) -> None:
        """It is served while it is fresh, and asked for again then."""
        self.assertEqual(self.judge(b"", Date=DATE, Cache_Control="max-age=60"), FRESH)
        self.assertEqual(self.judge(b"", Date=DATE, Cache_Control="max-age=20"), STALE)
        self.assertEqual(self.judge(b"", Date=DATE), STALE)

    def test_no_date(self) -> None:
        """Without a date it is stale."""
        self.assertEqual(self.judge(b"", Cache_Control="max-age=60"), STALE)

    def test_first_field_counts(self) -> None:
        """Of two fields the first one counts."""
        found = self.judge(b"", Date=DATE, Cache_Control=["max-age=60", "no-cache"])
        self.assertEqual(found, FRESH)

    def test_no_cache(self) -> None:
        """The answer's own word makes it stale, the request's unsuited."""
        fields = {"Date": DATE, "Cache_Control": "no-cache, max-age=60"}
        self.assertEqual(self.judge(b"only-if-cached", **fields), STALE)
        self.assertEqual(self.judge(b"no-cache", **fields), UNSUITED)

    def test_only_if_cached(self) -> None:
        """Who wants nothing else gets what there is."""
        self.assertEqual(self.judge(b"only-if-cached"), FRESH)

    def test_errors(self) -> None:
        """It stands in for failures as long as it says."""
        stored = entry(Date=DATE, Cache_Control="stale-if-error=40")
        self.assertTrue(stored.outlasts_errors({}, NOW))
        self.assertFalse(stored.outlasts_errors({}, NOW + 20))
        self.assertFalse(entry().outlasts_errors({"stale-if-error": "9"}, NOW))


class ValidatorTests(SynchronousTestCase):
    """Asking again."""

    def test_none(self) -> None:
        """Without validators the request stays as it is."""
        asked = headers(Accept="a")
        self.assertIs(entry().conditional(asked), asked)

    def test_both(self) -> None:
        """Both are sent, in place of the client's own; its fields stay its own."""
        stored = entry(ETag='"v"', Last_Modified=DATE)
        asked = headers(Accept="a", If_None_Match='"client"')
        found = stored.conditional(asked)
        self.assertEqual(found.getRawHeaders("If-None-Match"), ['"v"'])
        self.assertEqual(found.getRawHeaders("If-Modified-Since"), [DATE])
        self.assertEqual(asked.getRawHeaders("If-None-Match"), ['"client"'])

    def test_strange_fields_in_the_request(self) -> None:
        """A request with such a field of its own is not made conditional."""
        stored = entry(ETag='"v"')
        asked = headers(ETag='"mine"')
        self.assertIs(stored.conditional(asked), asked)

    def test_refreshed(self) -> None:
        """The fields of a 304 replace the stored ones, but for those of its wire."""
        stored = entry(ETag='"v"', X_Old="o", X_Both=["1", "2"], Content_Length="4")
        fields = headers(
            X_Both="3",
            X_Hop="x",
            Connection="close, X-Hop",
            Content_Length="0",
            Transfer_Encoding="chunked",
        )
        response = stored.refreshed(fields)
        self.assertEqual(response.code, 200)
        self.assertEqual(
            dict(response.headers.getAllRawHeaders()),
            {
                b"ETag": [b'"v"'],
                b"X-Old": [b"o"],
                b"X-Both": [b"3"],
                b"Content-Length": [b"4"],
            },
        )
        self.assertEqual(stored.headers.getRawHeaders("X-Both"), ["1", "2"])

    def test_copies(self) -> None:
        """What is done to an answer's fields does not reach the stored ones."""
        stored = entry(X_A="1")
        stored.response().headers.setRawHeaders("X-A", ["2"])
        self.assertEqual(stored.headers.getRawHeaders("X-A"), ["1"])


class DependencyTests(SynchronousTestCase):
    """What an answer depends on."""

    def test_vary(self) -> None:
        """The request's first values count, and are shown in the answer."""
        answered = headers(Vary=["Accept, X-None", "Cookie"])
        asked = headers(Accept=["a", "b"], Cookie="c=1", Other="o")
        varied = note_dependencies(asked, answered)
        self.assertEqual(varied, {b"accept": b"a", b"x-none": b"", b"cookie": b"c=1"})
        self.assertEqual(answered.getRawHeaders("X-Varied-Accept"), ["a"])
        self.assertFalse(answered.hasHeader("X-Varied-X-None"))

    def test_suits(self) -> None:
        """A request suits if it has the same values, or lacks the same ones."""
        stored = entry(varied={b"accept": b"a", b"cookie": b""})
        self.assertTrue(stored.suits(headers(Accept="a")))
        self.assertFalse(stored.suits(headers(Accept="a", Cookie="c")))
        self.assertFalse(stored.suits(headers()))

    def test_odd_names(self) -> None:
        """The host is in the URL already, and what is no name depends on nothing."""
        answered = headers(Vary="Host, a b, , *")
        varied = note_dependencies(headers(Host="h"), answered)
        self.assertEqual(varied, {b"*": b""})
        self.assertEqual(list(answered.getAllRawHeaders())[1:], [])

    def test_encoding(self) -> None:
        """An encoded body is only for who has asked for that encoding."""
        answered = headers(Content_Encoding="gzip")
        varied = note_dependencies(headers(Accept_Encoding="gzip"), answered)
        self.assertEqual(varied, {b"accept-encoding": b"gzip"})
        self.assertFalse(answered.hasHeader("X-Varied-Accept-Encoding"))


class SizeTests(SynchronousTestCase):
    """The bytes by which caches are limited: the message as Go writes it."""

    def test_length(self) -> None:
        """With a length: status line, fields, length and body."""
        text = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 22\r\nContent-Length: 4\r\n\r\nbody"
        stored = entry(X_A=["1", "22"], Content_Length="4")
        self.assertEqual(stored.size, len(text))

    def test_chunks(self) -> None:
        """In chunks: one chunk, and the last one."""
        fields = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunked = {"Transfer_Encoding": "chunked"}
        self.assertEqual(entry(**chunked).size, len(fields + b"4\r\nbody\r\n0\r\n\r\n"))
        self.assertEqual(entry(b"", **chunked).size, len(fields + b"0\r\n\r\n"))

    def test_neither(self) -> None:
        """With neither, nothing stands for the end."""
        self.assertEqual(entry().size, len(b"HTTP/1.1 200 OK\r\n\r\nbody"))

    def test_head(self) -> None:
        """An answer to HEAD has a length and no body."""
        text = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4000\r\n\r\n"
        fields = headers(Content_Length="4000")
        stored = Entry(404, fields, b"", {}, is_bodiless=True)
        self.assertEqual(stored.size, len(text))
        stored = Entry(404, headers(), b"", {}, is_bodiless=True)
        self.assertEqual(stored.size, len(b"HTTP/1.1 404 Not Found\r\n\r\n"))
