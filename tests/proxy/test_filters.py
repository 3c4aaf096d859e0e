"""Tests of :mod:`krakendtw.proxy.filters`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.filters import header_filter, query_filter
from krakendtw.testing import request

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request


def filtered(step: Any, asked: Request) -> Request:
    """What goes on behind a filter."""
    assert step is not None
    found: Request = step.request(asked) or asked
    return found


class QueryFilterTests(SynchronousTestCase):
    """A backend's ``input_query_strings``."""

    def test_none(self) -> None:
        """Without names there is no filter."""
        self.assertIsNone(query_filter(()))

    def test_narrows(self) -> None:
        """Only the named ones go on; the request above keeps its own."""
        asked = request(query={"a": ["1", "2"], "b": ["3"], "c": ["4"]})
        below = filtered(query_filter(("c", "a", "x")), asked)
        self.assertEqual({"a": ["1", "2"], "c": ["4"]}, below.query)
        self.assertEqual(3, len(asked.query))

    def test_no_wildcard(self) -> None:
        """``*`` is a name like others."""
        below = filtered(query_filter(("*",)), request(query={"a": ["1"]}))
        self.assertEqual({}, below.query)
        self.assertEqual("", below.encoded_query)

    def test_untouched(self) -> None:
        """Where nothing is left out the request stays the same."""
        for query in ({}, {"a": ["1"]}):
            asked = request(query=query)
            self.assertIs(asked, filtered(query_filter(("a", "b")), asked))

    def test_case(self) -> None:
        """Names are matched by case."""
        below = filtered(query_filter(("A",)), request(query={"a": ["1"]}))
        self.assertEqual({}, below.query)


class HeaderFilterTests(SynchronousTestCase):
    """A backend's ``input_headers``."""

    def test_none(self) -> None:
        """Without names there is no filter."""
        self.assertIsNone(header_filter(()))

    def test_narrows(self) -> None:
        """Only the named ones go on, the gateway's own are no exception."""
        asked = request(
            headers={"X-A": ["1", "2"], "User-Agent": "u", "X-Forwarded-For": "p"}
        )
        below = filtered(header_filter(("X-A", "X-Forwarded-Host")), asked)
        self.assertEqual({"X-A": ["1", "2"]}, below.headers)
        self.assertEqual(3, len(asked.headers))

    def test_no_wildcard(self) -> None:
        """``*`` matches nothing, nor does an empty name."""
        for names in (("*",), ("",)):
            below = filtered(header_filter(names), request(headers={"X-A": "1"}))
            self.assertEqual({}, below.headers)

    def test_untouched(self) -> None:
        """Where nothing is left out the request stays the same."""
        asked = request(headers={"X-A": "1"})
        self.assertIs(asked, filtered(header_filter(("X-A", "X-B")), asked))
