"""Tests of :mod:`krakendtw.proxy.address`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import NoHosts, PipeError
from krakendtw.proxy.address import balancing_step, path_step
from krakendtw.proxy.http import Host
from krakendtw.proxy.url import compile_path
from krakendtw.testing import request


def hooked(step: Any, asked: Any) -> Any:
    """The request behind a step."""
    assert step.request(asked) is None
    return asked


class PathStepTests(SynchronousTestCase):
    """``path_step``: path and method."""

    def test_addresses(self) -> None:
        """Parameters go into the pattern, and the backend's method counts."""
        step = path_step(compile_path("/users/{{.Id}}"), "POST")
        asked = hooked(step, request(path="/u/7", params={"Id": "7"}))
        self.assertEqual(("POST", "/users/7"), (asked.method, asked.path))
        self.assertEqual("url", step.name)


class BalancingStepTests(SynchronousTestCase):
    """``balancing_step``: the whole URL."""

    def url(self, host: str, path: str, query: Any = None) -> str:
        """The URL that is fixed."""
        step = balancing_step(lambda: Host(host, None))
        self.assertEqual("balancing", step.name)
        found: str = hooked(step, request(path=path, query=query)).url
        return found

    def test_url(self) -> None:
        """Host, path and query are put together as Go prints them."""
        self.assertEqual("http://h:81/a", self.url("http://h:81", "/a"))
        self.assertEqual("http://h/base/a", self.url("http://h/base", "/a"))
        self.assertEqual(
            "http://h/a?x=1&b=2&b=3", self.url("http://h", "/a?x=1", {"b": ["2", "3"]})
        )
        self.assertEqual("http://h/%7B%7B.X%7D%7D", self.url("http://h", "/{{.X}}"))

    def test_no_url(self) -> None:
        """What is no URL fails the request."""
        self.assertRaises(PipeError, self.url, "http://h", "/%zz")

    def test_no_hosts(self) -> None:
        """So does a missing host."""

        def nobody() -> Host:
            raise NoHosts

        self.assertRaises(NoHosts, hooked, balancing_step(nobody), request())
