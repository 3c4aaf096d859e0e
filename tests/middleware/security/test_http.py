"""Tests of ``security/http``."""

from __future__ import annotations

import re
import sys
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IRouterMiddleware
from krakendtw.middleware.security.http import configure
from krakendtw.testing import (
    MemoryRouter,
    WireAnswer,
    gateway_request,
    render,
    service_scope,
)

WHERE = ConfigPath() / "extra_config" / "security/http"
PLAIN = {"Content-Type": ["text/html"]}


class GuardTestCase(SynchronousTestCase):
    """Asks a leaf behind the guard."""

    def setUp(self) -> None:
        self.router = MemoryRouter()

    def ask(
        self,
        raw: Any,
        method: str = "GET",
        uri: str = "/a",
        *,
        is_tls: bool = False,
        **headers: Any,
    ) -> WireAnswer:
        """One request; underscores in names stand for dashes."""
        settings = configure(raw, WHERE)
        verifyObject(IRouterMiddleware, settings)
        leaf = settings.wrap_leaf(service_scope(), self.router)
        fields = {name.replace("_", "-"): headers[name] for name in headers}
        request = gateway_request(method, uri, headers=fields)
        request.channel.secure = is_tls  # type: ignore[misc]
        return render(leaf, request)


class HostTests(GuardTestCase):
    """Which hosts are served."""

    def assert_bad(self, answer: WireAnswer) -> None:
        """The host was refused."""
        self.assertEqual((answer.status, answer.body), (500, b"Bad Host\n"))
        self.assertEqual(
            answer.headers,
            {
                "Content-Type": ["text/plain; charset=utf-8"],
                "X-Content-Type-Options": ["nosniff"],
            },
        )

    def test_all(self) -> None:
        """Without a list, or an empty one, all are."""
        for raw in ({}, {"allowed_hosts": []}, {"allowed_hosts": [5]}):
            self.assertEqual(self.ask(raw, Host="evil").body, b"routed")

    def test_listed(self) -> None:
        """Those in the list are, in any case and with their port."""
        raw = {"allowed_hosts": ["A.example", "b:8080"]}
        self.assertEqual(self.ask(raw, Host="a.EXAMPLE").body, b"routed")
        self.assertEqual(self.ask(raw, Host="b:8080").body, b"routed")
        self.assert_bad(self.ask(raw, Host="a.example:80"))
        self.assert_bad(self.ask(raw, Host="b"))

    def test_refused_gets_no_fields(self) -> None:
        """The refusal holds none of the other fields, and the leaf sees nothing."""
        raw = {"allowed_hosts": ["a"], "frame_deny": True}
        self.assert_bad(self.ask(raw, Host="b"))
        self.assertEqual(self.router.requests, [])

    def test_expressions(self) -> None:
        """Expressions match from the start to the end, and case counts."""
        raw = {"allowed_hosts": ["[a-z]+\\.x", "y"], "allowed_hosts_are_regex": True}
        self.assertEqual(self.ask(raw, Host="a.x").body, b"routed")
        self.assertEqual(self.ask(raw, Host="y").body, b"routed")
        self.assert_bad(self.ask(raw, Host="A.x"))
        self.assert_bad(self.ask(raw, Host="my"))

    def test_alternatives(self) -> None:
        """The anchors bind closer than the alternatives do, as in KrakenD."""
        raw = {"allowed_hosts": ["a|b"], "allowed_hosts_are_regex": True}
        self.assertEqual(self.ask(raw, Host="ax").body, b"routed")
        self.assertEqual(self.ask(raw, Host="xb").body, b"routed")
        self.assert_bad(self.ask(raw, Host="xa"))

    def test_proxy_fields(self) -> None:
        """The first field that holds a host stands for it; Host is no such field."""
        raw = {
            "allowed_hosts": ["a"],
            "host_proxy_headers": ["Host", "X-One", "X-Two"],
        }
        self.assertEqual(self.ask(raw, Host="b", X_Two="a").body, b"routed")
        self.assertEqual(self.ask(raw, X_One="a", X_Two="b").body, b"routed")
        self.assert_bad(self.ask(raw, Host="a", X_One="b"))

    def test_development(self) -> None:
        """``is_development`` serves all hosts, without redirect and STS."""
        raw = {
            "is_development": True,
            "allowed_hosts": ["a"],
            "ssl_redirect": True,
            "sts_seconds": 5,
            "force_sts_header": True,
            "frame_deny": True,
        }
        answer = self.ask(raw, Host="b")
        self.assertEqual(answer.headers, {"X-Frame-Options": ["DENY"], **PLAIN})


class LeafTests(GuardTestCase):
    """What the guard says of the leaf behind it."""

    def test_as_the_leaf(self) -> None:
        """It streams bodies and answers later where the leaf does."""
        for flag in (True, False):
            self.router.streams_body = flag  # type: ignore[attr-defined]
            self.router.answers_later = flag  # type: ignore[attr-defined]
            leaf: Any = configure({}, WHERE).wrap_leaf(service_scope(), self.router)
            self.assertEqual((leaf.streams_body, leaf.answers_later), (flag, flag))


class RedirectTests(GuardTestCase):
    """The way to TLS."""

    def setUp(self) -> None:
        super().setUp()
        self.raw = {"ssl_redirect": True, "ssl_proxy_headers": {"X-Proto": "https"}}

    def location(self, raw: Any, uri: str = "/a", **headers: Any) -> str:
        """Where a request is sent."""
        answer = self.ask(raw, uri=uri, **headers)
        self.assertEqual(answer.status, 301)
        return answer.headers["Location"][0]

    def test_same_host(self) -> None:
        """It leads to the same host, path and query."""
        location = self.location(self.raw, "/a%2Fb?c=%20&d", Host="h:8080")
        self.assertEqual(location, "https://h:8080/a%2Fb?c=%20&d")
        self.assertEqual(self.location(self.raw, "/a?", Host="h"), "https://h/a?")

    def test_other_host(self) -> None:
        """Or to ``ssl_host``, escaped as a host is."""
        raw = {**self.raw, "ssl_host": "s:99/x"}
        self.assertEqual(self.location(raw), "https://s:99%2Fx/a")

    def test_odd_paths(self) -> None:
        """A path with letters that want escapes is escaped anew."""
        self.assertEqual(
            self.location(self.raw, '/a"b|%41', Host="h"), "https://h/a%22b%7CA"
        )

    def test_beyond_ascii(self) -> None:
        """What is beyond ASCII in a query is escaped in the field."""
        self.assertEqual(
            self.location(self.raw, "/a?\u00e9", Host="h"), "https://h/a?%c3%a9"
        )

    def test_body(self) -> None:
        """GET gets a link, HEAD its type, others neither."""
        answer = self.ask(self.raw, uri="/a?b='<\"&", Host="h")
        self.assertEqual(
            answer.body,
            b'<a href="https://h/a?b=&#39;&lt;&#34;&amp;">Moved Permanently</a>.\n\n',
        )
        kind = ["text/html; charset=utf-8"]
        self.assertEqual(answer.headers["Content-Type"], kind)
        answer = self.ask(self.raw, "HEAD")
        self.assertEqual((answer.headers["Content-Type"], answer.body), (kind, b""))
        answer = self.ask(self.raw, "POST")
        self.assertEqual(answer.status, 301)
        self.assertNotIn("Content-Type", answer.headers)

    def test_tls(self) -> None:
        """TLS with us, before us, or in the request's target is TLS."""
        self.assertEqual(self.ask(self.raw, is_tls=True).status, 200)
        self.assertEqual(self.ask(self.raw, X_Proto="https").status, 200)
        self.assertEqual(self.ask(self.raw, uri="HTTPS://h/a").status, 200)
        self.assertEqual(self.ask(self.raw, X_Proto="HTTPS").status, 301)

    def test_absent_field_as_tls(self) -> None:
        """An empty value stands for a field that is not there."""
        raw = {"ssl_redirect": True, "ssl_proxy_headers": {"X-Proto": ""}}
        self.assertEqual(self.ask(raw).status, 200)
        self.assertEqual(self.ask(raw, X_Proto="x").status, 301)


class FieldTests(GuardTestCase):
    """What answers get."""

    def test_all(self) -> None:
        """Each option has its field."""
        raw = {
            "frame_deny": True,
            "content_type_nosniff": True,
            "browser_xss_filter": True,
            "content_security_policy": "default-src 'self'; img-src 100% %d",
            "referrer_policy": "no-referrer",
            "hpkp_public_key": "ignored",
        }
        self.assertEqual(
            self.ask(raw).headers,
            {
                "X-Frame-Options": ["DENY"],
                "X-Content-Type-Options": ["nosniff"],
                "X-XSS-Protection": ["1; mode=block"],
                "Content-Security-Policy": ["default-src 'self'; img-src 100% %d"],
                "Referrer-Policy": ["no-referrer"],
                **PLAIN,
            },
        )

    def test_custom_frame_option(self) -> None:
        """The custom value wins over DENY."""
        raw = {"frame_deny": True, "custom_frame_options_value": "SAMEORIGIN"}
        self.assertEqual(self.ask(raw).headers["X-Frame-Options"], ["SAMEORIGIN"])

    def test_breaks(self) -> None:
        """A line break in a value cannot begin a field of its own."""
        raw = {"referrer_policy": "a\r\nb: c "}
        self.assertEqual(self.ask(raw).headers["Referrer-Policy"], ["a  b: c"])

    def test_nonce(self) -> None:
        """Each answer has its own nonce, the same all over the policy."""
        raw = {"content_security_policy": "a $NONCE b $NONCE"}
        found = [self.ask(raw).headers["Content-Security-Policy"][0] for _ in "12"]
        self.assertNotEqual(*found)
        for policy in found:
            pattern = r"a '(nonce-[A-Za-z0-9+/]{22})' b '\1'"
            self.assertTrue(re.fullmatch(pattern, policy), policy)

    def test_wrong_types(self) -> None:
        """Values of another type count as absent, one by one."""
        raw = {
            "frame_deny": "true",
            "sts_seconds": "5",
            "force_sts_header": True,
            "content_type_nosniff": 1,
            "allowed_hosts": "x",
            "ssl_proxy_headers": [1],
            "referrer_policy": 5,
            "browser_xss_filter": True,
        }
        answer = self.ask(raw)
        self.assertEqual(
            answer.headers, {"X-XSS-Protection": ["1; mode=block"], **PLAIN}
        )


class TransportSecurityTests(GuardTestCase):
    """Strict-Transport-Security."""

    NAME = "Strict-Transport-Security"

    def test_on_tls_only(self) -> None:
        """It is there on TLS only."""
        raw = {"sts_seconds": 60}
        self.assertNotIn(self.NAME, self.ask(raw).headers)
        self.assertEqual(self.ask(raw, is_tls=True).headers[self.NAME], ["max-age=60"])

    def test_forced(self) -> None:
        """``force_sts_header`` adds it everywhere."""
        raw = {
            "sts_seconds": 60.9,
            "force_sts_header": True,
            "sts_include_subdomains": True,
        }
        wanted = ["max-age=60; includeSubDomains"]
        for is_tls in (False, True):
            answer = self.ask(raw, is_tls=is_tls)
            self.assertEqual(answer.headers[self.NAME], wanted)

    def test_odd_numbers(self) -> None:
        """A negative number is passed on, a huge one as Go reads it."""
        for seconds, age in ((-5, -5), (1e20, -(1 << 63))):
            raw = {"sts_seconds": seconds, "force_sts_header": True}
            self.assertEqual(self.ask(raw).headers[self.NAME], [f"max-age={age}"])

    def test_truth_is_no_number(self) -> None:
        """``true`` is not one second."""
        raw = {"sts_seconds": True, "force_sts_header": True}
        self.assertNotIn(self.NAME, self.ask(raw).headers)


class ConfigureTests(SynchronousTestCase):
    """What does not start, and what stays out."""

    def test_broken_expression(self) -> None:
        """A host that is no expression ends the start, in development too."""
        raw = {
            "allowed_hosts": ["(("],
            "allowed_hosts_are_regex": True,
            "is_development": True,
        }
        with self.assertRaises(ConfigError) as caught:
            configure(raw, WHERE)
        self.assertEqual(caught.exception.where, WHERE / "allowed_hosts")

    def test_library_is_missing(self) -> None:
        """Expressions without their library end the start and say what to install."""
        module = "krakendtw.regex"
        loaded = dict(sys.modules)
        self.addCleanup(sys.modules.update, loaded)
        sys.modules[module] = None  # type: ignore[assignment]
        raw = {"allowed_hosts": ["a"], "allowed_hosts_are_regex": True}
        error = self.assertRaises(ConfigError, configure, raw, WHERE)
        self.assertIn("pip install krakendtw[regex]", str(error))

    def test_no_object(self) -> None:
        """What is no object leaves it out."""
        for raw in (None, [1], "x"):
            self.assertRaises(NotConfigured, configure, raw, WHERE)

    def test_place(self) -> None:
        """It has no effect but in the service's part, whatever is wrong with it."""
        where = ConfigPath() / "endpoints" / 0 / "extra_config" / "security/http"
        raw = {"allowed_hosts": ["(("], "allowed_hosts_are_regex": True}
        self.assertRaises(NotConfigured, configure, raw, where)
