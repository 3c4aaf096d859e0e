"""Tests of :mod:`krakendtw.transport.client.proxies`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.client.proxies import Proxies, Proxy

PLAIN = "http://p.test:3128"


class VariableTests(SynchronousTestCase):
    """What the variables may hold."""

    def found(self, **environ: str) -> Proxy | None:
        """The proxy for plain HTTP."""
        return Proxies.of_environment(environ).of("http", "back.test", 80)

    def test_none(self) -> None:
        """Without variables, and with empty ones, hosts are called themselves."""
        for environ in ({}, {"HTTP_PROXY": ""}, {"HTTPS_PROXY": PLAIN}):
            self.assertIsNone(self.found(**environ))

    def test_urls(self) -> None:
        """A URL or ``host:port``; the port may be the scheme's."""
        for text, scheme, host, port in (
            ("http://p.test:3128", "http", "p.test", 3128),
            ("p.test:3128", "http", "p.test", 3128),
            ("p.test", "http", "p.test", 80),
            ("https://p.test", "https", "p.test", 443),
            ("http://[::1]:81/path", "http", "::1", 81),
        ):
            found = self.found(HTTP_PROXY=text)
            assert found is not None
            self.assertEqual(
                (scheme, host, port), (found.scheme, found.host, found.port)
            )
        for text in ("://", "/"):
            self.assertIsNone(self.found(HTTP_PROXY=text), text)

    def test_address(self) -> None:
        """Messages name host and port."""
        self.assertEqual("p:1", Proxy("http", "p", 1).address)
        self.assertEqual("[::1]:1", Proxy("http", "::1", 1).address)

    def test_capitals(self) -> None:
        """Capitals count first, unless they are empty."""
        found = self.found(HTTP_PROXY="big", http_proxy="small")
        self.assertEqual("big", found and found.host)
        found = self.found(HTTP_PROXY="", http_proxy="small")
        self.assertEqual("small", found and found.host)

    def test_schemes(self) -> None:
        """Each scheme has its own."""
        proxies = Proxies.of_environment({"HTTP_PROXY": "a", "HTTPS_PROXY": "b"})
        for scheme, host in (("http", "a"), ("https", "b")):
            found = proxies.of(scheme, "back.test", 1)
            self.assertEqual(host, found and found.host)

    def test_cgi(self) -> None:
        """In a CGI program anybody could have set ``HTTP_PROXY``."""
        environ = {"HTTP_PROXY": "a", "HTTPS_PROXY": "b", "REQUEST_METHOD": "GET"}
        proxies = Proxies.of_environment(environ)
        self.assertIsNone(proxies.of("http", "back.test", 80))
        self.assertIsNotNone(proxies.of("https", "back.test", 443))

    def test_user(self) -> None:
        """Name and password become a header line."""
        for text, line in (
            ("http://u%40x:p@h", b"Basic dUB4OnA="),
            ("http://u@h", b"Basic dTo="),
        ):
            found = self.found(HTTP_PROXY=text)
            wanted = b"Proxy-Authorization: %b\r\n" % line
            self.assertEqual(wanted, found and found.authorization)


class ExemptTests(SynchronousTestCase):
    """Who is called without a proxy."""

    def is_proxied(self, rules: str, host: str, port: int = 80) -> bool:
        """Whether a host is asked through the proxy."""
        environ = {"HTTP_PROXY": PLAIN, "NO_PROXY": rules}
        return Proxies.of_environment(environ).of("http", host, port) is not None

    def test_this_machine(self) -> None:
        """The machine itself never needs one."""
        for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
            self.assertFalse(self.is_proxied("", host), host)
        for host in ("localhost.test", "LOCALHOST", "128.0.0.1"):
            self.assertTrue(self.is_proxied("", host), host)

    def test_rules(self) -> None:
        """Domains, addresses, networks, and all; with a port or for any."""
        for rules, host, port, is_proxied in (
            ("*", "a.test", 80, False),
            (" , b.test , *", "a.test", 80, False),
            ("a.test", "a.test", 80, False),
            ("A.TEST", "a.Test", 80, False),
            ("a.test", "b.a.test", 80, False),
            ("a.test", "ba.test", 80, True),
            (".a.test", "b.a.test", 80, False),
            (".a.test", "a.test", 80, True),
            ("*.a.test", "b.a.test", 80, False),
            ("*.a.test", "a.test", 80, True),
            ("a.test:80", "b.a.test", 80, False),
            ("a.test:80", "a.test", 81, True),
            ("10.1.0.0/16", "10.1.2.3", 80, False),
            ("10.1.2.3/16", "10.1.9.9", 80, False),
            ("10.1.0.0/16", "10.2.2.3", 80, True),
            ("10.1.0.0/16", "a.test", 80, True),
            ("10.1.2.3", "10.1.2.3", 80, False),
            ("10.1.2.3:80", "10.1.2.3", 80, False),
            ("10.1.2.3:81", "10.1.2.3", 80, True),
            ("fd00::1", "fd00::1", 80, False),
            ("[fd00::1]:81", "fd00::1", 80, True),
            ("[fd00::1]:80", "fd00::1", 80, False),
            ("fd00::/8", "fd12::1", 80, False),
            (":80", "a.test", 80, True),
            ("a.test/x", "a.test", 80, True),
            ("bücher.test", "xn--bcher-kva.test", 80, False),
            ("bücher.test", "bücher.test", 80, False),
            ("x" * 70 + ".test", "a.test", 80, True),
        ):
            self.assertEqual(
                is_proxied, self.is_proxied(rules, host, port), (rules, host, port)
            )
