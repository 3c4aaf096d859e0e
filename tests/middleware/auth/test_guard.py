"""Tests of the handler that examines tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth import _guard
from krakendtw.middleware.auth._access import compile_roles, compile_scopes
from krakendtw.middleware.auth._claims import Expectations
from krakendtw.middleware.auth._guard import Guard, Rules
from krakendtw.middleware.auth._jws import compile_verify
from krakendtw.middleware.auth._key_id import key_id_of, token_key_id_of
from krakendtw.middleware.auth._keys import (
    CachedKeys,
    FileKeys,
    KeySource,
    KeyStore,
    Misses,
    NoKey,
    UncachedKeys,
)
from krakendtw.middleware.auth._origin import compile_finder
from krakendtw.middleware.auth._propagate import (
    compile_clear,
    compile_fields,
    compile_params,
)
from krakendtw.router.answer import Answer
from krakendtw.testing import MemoryLog, gateway_request
from krakendtw.transport.deadline import TimerWheel
from tests.middleware.auth.tokens import HEADER, NOW, key, token

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

TUPLES = [["sub", "X-User"]]


class GuardTestCase(SynchronousTestCase):
    """A guard, the requests that get through, and how often it verified."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.now = NOW
        self.log = MemoryLog()
        self.requests: list[GatewayRequest] = []
        self.verified = 0
        self.rejecters: list[Any] = []

    def build(self, keys: KeySource | None = None, **changes: Any) -> Guard:
        """A guard for HMAC tokens."""
        check = compile_verify("HS256")

        def verify(token: Any, key: Any) -> bool:
            self.verified += 1
            return check(token, key)

        def handler(request: GatewayRequest) -> Answer:
            self.requests.append(request)
            return Answer(200)

        wheel = TimerWheel(self.clock)
        rules: dict[str, Any] = {
            "find": compile_finder("", ""),
            "alg": "HS256",
            "key_id_of": token_key_id_of("kid"),
            "verify": verify,
            "expectations": Expectations("", (), 1.0),
            "rejecters": tuple(self.rejecters),
            "roles": compile_roles((), "roles", is_nested=False),
            "scopes": compile_scopes((), "", need_all=False),
            "fields": None,
            "clear": compile_clear([]),
            "params": None,
            "arm": lambda request: wheel.arm(5, request),
            "cache_size": 100,
            "is_chatty": True,
            **changes,
        }
        if keys is None:
            keys = FileKeys((key("HS256", "h"),), key_id_of("kid"))
        return Guard(handler, keys, Rules(**rules), self.log, lambda: self.now)

    def ask(self, guard: Guard, raw: bytes | None, **headers: str) -> Any:
        """What the guard says to a token."""
        if raw is not None:
            headers["Authorization"] = f"Bearer {raw.decode()}"
        return guard(gateway_request(headers=headers))

    def status(self, guard: Guard, raw: bytes | None) -> int:
        """The status of an answer that comes at once."""
        answer = self.ask(guard, raw)
        self.assertEqual((answer.head, answer.body), (b"", b""))
        found: int = answer.status
        return found


class VerdictTests(GuardTestCase):
    """Who gets through."""

    def test_good(self) -> None:
        """A good token gets through."""
        self.assertEqual(self.status(self.build(), token({"sub": "u"})), 200)
        self.assertEqual(len(self.requests), 1)

    def test_refused(self) -> None:
        """Everything else is a bare 401."""
        guard = self.build(expectations=Expectations("me", (), 1.0))
        for raw in (
            None,
            b"x",
            token({"iss": "me"}, {"alg": "none", "kid": "h"}),
            token({"iss": "me"}, {"alg": "HS256", "kid": "other"}),
            token({"iss": "me"}, secret=b"other"),
            token({"iss": "you"}),
            token(b"[]"),
        ):
            self.assertEqual(self.status(guard, raw), 401)
        self.assertEqual(self.requests, [])

    def test_reasons_are_logged(self) -> None:
        """With ``operation_debug`` each refusal has its line, without it none."""
        self.status(self.build(), None)
        self.status(self.build(is_chatty=False), None)
        self.assertEqual(
            self.log.lines, ["ERROR Unable to validate the token: Token not found"]
        )

    def test_roles_and_scopes(self) -> None:
        """Roles or scopes that do not suffice are a 403."""
        roles = compile_roles(("a",), "roles", is_nested=False)
        scopes = compile_scopes(("b",), "scope", need_all=False)
        guard = self.build(roles=roles, scopes=scopes)
        for claims, wanted in (
            ({"roles": ["a"], "scope": "b"}, 200),
            ({"roles": ["a"]}, 403),
            ({"scope": "b"}, 403),
            ({"roles": [5]}, 500),
        ):
            self.assertEqual(self.status(guard, token(claims)), wanted)
        self.assertIn("sufficient roles", self.log.lines[-2])

    def test_rejecters_come_first(self) -> None:
        """A rejected token is a 401, whatever its roles."""
        self.rejecters = [lambda claims: False, lambda claims: claims["sub"] == "u"]
        guard = self.build(roles=compile_roles(("a",), "roles", is_nested=False))
        self.assertEqual(self.status(guard, token({"sub": "u"})), 401)
        self.assertEqual(self.status(guard, token({"sub": "v"})), 403)
        self.assertIn("ERROR Token sent by client rejected", self.log.lines)

    def test_claims_go_on(self) -> None:
        """Claims are header fields and parameters of the request."""
        guard = self.build(
            fields=compile_fields(TUPLES, keep_lists=False),
            clear=compile_clear(TUPLES),
            params=compile_params(["/{{.JWT.sub}}"]),
        )
        for _ in range(2):  # the second one out of the cache
            self.ask(guard, token({"sub": "u"}), **{"X-User": "root"})
            request = self.requests.pop()
            self.assertEqual(request.fields(b"x-user"), [b"u"])
            self.assertEqual(request.route_params, {"JWT.sub": "u"})

    def test_parameters_are_added(self) -> None:
        """The route's own parameters stay."""
        guard = self.build(params=compile_params(["/{{.JWT.sub}}"]))
        request = gateway_request(
            headers={"Authorization": token({"sub": "u"}).decode()}
        )
        request.route_params = own = {"Id": "5"}
        guard(request)
        self.assertEqual(request.route_params, {"Id": "5", "JWT.sub": "u"})
        self.assertEqual(own, {"Id": "5"})

    def test_unsendable_claim(self) -> None:
        """A claim that would break out of its header field is a 500."""
        guard = self.build(fields=compile_fields(TUPLES, keep_lists=False))
        self.assertEqual(self.status(guard, token({"sub": "a\r\nX-Admin: 1"})), 500)
        self.assertEqual(self.requests, [])


class KeptTokenTests(GuardTestCase):
    """The cache of verified tokens."""

    def test_verified_once(self) -> None:
        """The same token again costs no second look at its signature."""
        guard = self.build()
        for _ in range(5):
            self.assertEqual(self.status(guard, token({"sub": "u"})), 200)
        self.assertEqual(self.verified, 1)

    def test_whole_token(self) -> None:
        """A token that differs anywhere is another token."""
        guard = self.build()
        good = token({"sub": "u"})
        self.status(guard, good)
        head, payload, signature = good.split(b".")
        for raw in (
            b".".join((head, payload, signature[:-2] + b"AA")),
            b".".join((head, payload, b"")),
            b".".join((head, token({"sub": "v"}).split(b".")[1], signature)),
        ):
            self.assertEqual(self.status(guard, raw), 401)

    def test_switched_off(self) -> None:
        """With a size of 0 each token is verified each time."""
        guard = self.build(cache_size=0)
        for _ in range(3):
            self.status(guard, token({}))
        self.assertEqual(self.verified, 3)

    def test_expiry(self) -> None:
        """A kept token ends when it ends."""
        guard = self.build()
        raw = token({"exp": NOW + 10})
        self.now = NOW + 11
        self.assertEqual(self.status(guard, raw), 200)
        self.now = NOW + 11.1
        self.assertEqual(self.status(guard, raw), 401)

    def test_clock_that_goes_back(self) -> None:
        """A kept token is not good before its time either."""
        guard = self.build()
        raw = token({"nbf": NOW})
        self.assertEqual(self.status(guard, raw), 200)
        self.now = NOW - 2
        self.assertEqual(self.status(guard, raw), 401)

    def test_revocation_is_asked_every_time(self) -> None:
        """A token that is revoked later is refused, kept or not."""
        revoked: set[str] = set()
        self.rejecters = [lambda claims: claims["jti"] in revoked]
        guard = self.build()
        self.assertEqual(self.status(guard, token({"jti": "1"})), 200)
        revoked.add("1")
        self.assertEqual(self.status(guard, token({"jti": "1"})), 401)
        revoked.clear()
        self.assertEqual(self.status(guard, token({"jti": "1"})), 200)
        self.assertEqual(self.verified, 1)

    def test_bad_tokens_are_not_kept(self) -> None:
        """What is not verified takes no place."""
        guard = self.build()
        for secret in (b"a", b"b"):
            self.status(guard, token({}, secret=secret))
        self.assertEqual((guard._young, guard._old), ({}, {}))

    def test_bounded(self) -> None:
        """However many tokens come, the cache keeps to its size."""
        guard = self.build(cache_size=10)
        for number in range(100):
            self.status(guard, token({"n": number}))
            self.assertLessEqual(len(guard._young) + len(guard._old), 10)
        self.status(guard, token({"n": 99}))
        self.status(guard, token({"n": 93}))  # of the older generation
        self.assertEqual(self.verified, 100)

    def test_long_tokens_are_not_kept(self) -> None:
        """Long tokens do not fill the memory."""
        self.patch(_guard, "MAX_KEPT_BYTES", 10)
        guard = self.build()
        self.status(guard, token({}))
        self.assertEqual(guard._young, {})

    def test_changed_key(self) -> None:
        """When a key is replaced, what it verified has to be verified again."""
        store = KeyStore(1000.0, key_id_of("kid"), self.clock)
        keys = CachedKeys(Deferred, key_id_of("kid"), Misses(0.0, self.clock), store)
        guard = self.build(keys)
        store.add((key("HS256", "h"),))
        self.assertEqual(self.status(guard, token({})), 200)
        store.add((key("RS256", "h"),))
        self.assertEqual(self.status(guard, token({})), 401)
        store.add((key("HS256", "h"),))
        self.assertEqual(self.status(guard, token({})), 200)

    def test_expired_key(self) -> None:
        """When the key's time is over the set is downloaded, token kept or not."""
        store = KeyStore(10.0, key_id_of("kid"), self.clock)
        keys = CachedKeys(Deferred, key_id_of("kid"), Misses(0.0, self.clock), store)
        guard = self.build(keys)
        store.add((key("HS256", "h"),))
        self.assertEqual(self.status(guard, token({})), 200)
        self.clock.advance(11)
        self.assertNoResult(self.ask(guard, token({})))


class WaitingTests(GuardTestCase):
    """Requests that wait for a download."""

    def setUp(self) -> None:
        super().setUp()
        self.downloads: list[Deferred[Any]] = []
        keys = UncachedKeys(self.fetch, key_id_of("kid"), Misses(0.0, self.clock))
        self.guard = self.build(keys)

    def fetch(self) -> Deferred[Any]:
        """Start a download."""
        self.downloads.append(Deferred())
        return self.downloads[-1]

    def arrive(self, *keys: Any) -> None:
        """The set arrives."""
        self.downloads[-1].callback(keys)

    def test_two_downloads(self) -> None:
        """Without a cache a good token costs two downloads, as in KrakenD."""
        waiting = self.ask(self.guard, token({}))
        self.arrive(key("HS256", "h"))
        self.assertNoResult(waiting)
        self.arrive(key("HS256", "h"))
        self.assertEqual(self.successResultOf(waiting).status, 200)
        self.assertEqual((len(self.downloads), self.verified), (2, 1))

    def test_same_token_again(self) -> None:
        """With the same key the signature is not looked at again."""
        for _ in range(2):
            waiting = self.ask(self.guard, token({}))
            self.arrive(key("HS256", "h"))
            self.arrive(key("HS256", "h"))
            self.assertEqual(self.successResultOf(waiting).status, 200)
        self.assertEqual(self.verified, 1)

    def test_key_changes_in_between(self) -> None:
        """The second download counts as much as the first."""
        waiting = self.ask(self.guard, token({}))
        self.arrive(key("HS256", "h"))
        self.arrive(key("RS256", "h"))
        self.assertEqual(self.successResultOf(waiting).status, 401)

    def test_failures(self) -> None:
        """A failed download, the first or the second one, is a 401."""
        waiting = self.ask(self.guard, token({}))
        self.downloads[-1].errback(NoKey("down"))
        self.assertEqual(self.successResultOf(waiting).status, 401)
        waiting = self.ask(self.guard, token({}))
        self.arrive(key("HS256", "h"))
        self.downloads[-1].errback(NoKey("down"))
        self.assertEqual(self.successResultOf(waiting).status, 401)

    def test_wrong_algorithm_needs_no_keys(self) -> None:
        """A token that cannot be good causes no download."""
        self.ask(self.guard, token({}, {**HEADER, "alg": "RS256"}))
        self.assertEqual(self.downloads, [])

    def test_client_leaves(self) -> None:
        """Who leaves while waiting does not reach the backend."""
        waiting = self.ask(self.guard, token({}))
        waiting.cancel()
        self.failureResultOf(waiting, CancelledError)
        self.arrive(key("HS256", "h"))
        self.assertEqual(self.requests, [])

    def test_time_stands_still(self) -> None:
        """The endpoint's time begins when the key is here."""
        wheel = TimerWheel(self.clock)
        request = gateway_request(headers={"Authorization": token({}).decode()})
        request.slot = before = wheel.arm(5, request)
        self.guard(request)
        self.assertIsNone(request.slot)
        self.assertNotIn(request, before)
        self.arrive(key("HS256", "h"))
        self.arrive(key("HS256", "h"))
        self.assertIn(request, request.slot or ())
