"""Attacks on ``auth/validator``: all of them are refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt import get_algorithm_by_name
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import ConfigError
from krakendtw.middleware.auth import _endpoint_keys
from krakendtw.middleware.auth._jws import KINDS
from krakendtw.middleware.auth._strict import encode64
from krakendtw.middleware.auth.validator import configure
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    extra_config,
    gateway_request,
    handler_scope,
    service_scope,
)
from tests.middleware.auth.agents import MemoryAgent, json_response
from tests.middleware.auth.tokens import (
    HEADER,
    OCT,
    PLACE,
    SECRET,
    endpoint_config,
    jwk,
    private_key,
    raw_json,
    signed_by,
    text64,
    token,
)

if TYPE_CHECKING:
    from krakendtw.transport.server.request import GatewayRequest

KEYS = {
    "keys": [
        OCT,
        *(jwk(name, name) for name in KINDS if not name.startswith("HS")),
    ]
}


class AttackTestCase(SynchronousTestCase):
    """Endpoints with a validator, and what got through."""

    def setUp(self) -> None:
        self.requests: list[GatewayRequest] = []
        self.file = Path(self.mktemp())
        self.file.write_text(json.dumps(KEYS))
        self.clock = Clock()

    def handler(self, request: GatewayRequest) -> Answer:
        """What the attacker wants to reach."""
        self.requests.append(request)
        return Answer(200)

    def guard(self, **raw: Any) -> Any:
        """A guarded endpoint."""
        raw = {
            "alg": "HS256",
            "jwk_local_path": str(self.file),
            "disable_jwk_security": True,
            **raw,
        }
        validator: Any = configure(raw, PLACE)
        config = endpoint_config(extra=extra_config({"auth/validator": validator}))
        scope = handler_scope(config, service_scope(clock=self.clock))
        return validator.wrap_handler(scope, self.handler)

    def ask(self, guard: Any, raw: bytes, **headers: str) -> Any:
        """The answer to a request with a token."""
        request = gateway_request(headers=headers)
        request.headers.append((b"Authorization", b"Bearer " + raw))
        return guard(request)

    def refused(self, guard: Any, *raws: bytes) -> None:
        """None of the tokens gets through; twice, for the cache's sake."""
        for raw in raws * 2:
            answer = self.ask(guard, raw)
            self.assertEqual((answer.status, answer.head, answer.body), (401, b"", b""))
        self.assertEqual(self.requests, [])


class SettingTests(AttackTestCase):
    """The setting of all the attacks."""

    def test_good_tokens(self) -> None:
        """Good tokens do get through: the attacks fail for their own reasons."""
        self.assertEqual(self.ask(self.guard(), token({})).status, 200)
        for name in KINDS:
            kid = "h" if name.startswith("HS") else name
            raw = signed_by(name, {}, kid)
            self.assertEqual(self.ask(self.guard(alg=name), raw).status, 200, name)


class AlgorithmTests(AttackTestCase):
    """The token chooses its algorithm."""

    def test_none(self) -> None:
        """``none`` in any spelling, with or without a signature."""
        raws = []
        for name in ("none", "None", "NONE", "nOnE", "", None):
            unsigned = token({}, {**HEADER, "alg": name})
            raws += [unsigned, unsigned.rpartition(b".")[0] + b"."]
        self.refused(self.guard(), *raws)

    def test_none_cannot_be_configured(self) -> None:
        """The configuration cannot ask for ``none`` either."""
        for name in ("none", "None", "HS256 ", "HS1"):
            raw = {"alg": name, "jwk_url": "https://a"}
            self.assertRaises(ConfigError, configure, raw, PLACE)

    def test_public_key_as_secret(self) -> None:
        """A public RSA key, in any form, is no secret for HMAC."""
        public = private_key("RS256").public_key()
        forms = [
            public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
            for encoding in (Encoding.PEM, Encoding.DER)
        ]
        forms += [raw_json(jwk("RS256", "RS256")), base64.b64decode(jwk("RS256")["e"])]
        for alg in ("HS256", "RS256"):
            header = {"alg": "HS256", "kid": "RS256"}
            self.refused(
                self.guard(alg=alg), *(token({}, header, form) for form in forms)
            )

    def test_every_other_algorithm(self) -> None:
        """A token of any other algorithm, correctly signed, is refused."""
        for alg in KINDS:
            guard = self.guard(alg=alg)
            for other in KINDS:
                kid = "h" if other.startswith("HS") else other
                if other != alg:
                    self.refused(guard, signed_by(other, {}, kid))

    def test_header_says_one_thing_and_signs_another(self) -> None:
        """The right name over a signature of another algorithm."""
        head = encode64(raw_json({"alg": "RS256", "kid": "RS256"}))
        signed = head + b"." + encode64(b"{}")
        for digest in (
            hmac.new(SECRET, signed, hashlib.sha256).digest(),
            bytes(256),
            b"",
        ):
            self.refused(self.guard(alg="RS256"), signed + b"." + encode64(digest))


class KeyTests(AttackTestCase):
    """The token chooses its key."""

    def test_kid_is_no_path_and_no_query(self) -> None:
        """Key ids that aim at files, databases and shells find nothing."""
        Path("empty").write_bytes(b"")
        raws = [
            token({}, {"alg": "HS256", "kid": kid}, secret)
            for kid in (
                "../../../../../../dev/null",
                "/dev/null",
                "empty",
                str(self.file),
                f"file://{self.file}",
                "http://evil.example/k",
                "h' OR '1'='1",
                "x' UNION SELECT 'AA'--",
                "|/bin/true",
                "h\x00",
                "H",
                "h ",
                "*",
                "__class__",
            )
            for secret in (b"", b"\n", SECRET)
        ]
        self.refused(self.guard(), *raws)

    def test_kid_of_another_type(self) -> None:
        """A key id is a text."""
        kids: list[Any] = [5, ["h"], {"h": "h"}, True]
        self.refused(
            self.guard(), *(token({}, {"alg": "HS256", "kid": kid}) for kid in kids)
        )

    def test_keys_that_the_token_brings(self) -> None:
        """``jku``, ``x5u``, ``jwk`` and ``x5c`` of an attacker are not used."""
        agent = MemoryAgent([json_response({"keys": [{**OCT, "k": "AAAA"}]})])
        self.patch(
            _endpoint_keys, "build_client", lambda url, tls, reactor: agent.client
        )
        evil = jwk("ES256", "evil")
        head = {"alg": "RS256", "kid": "evil"}
        for more in (
            {"jku": "http://evil.example/set"},
            {"x5u": "http://evil.example/cert"},
            {"jwk": jwk("RS256", "evil")},
            {"jwk": evil},
            {"x5c": []},
        ):
            signed = encode64(raw_json({**head, **more})) + b"." + encode64(b"{}")
            key = private_key("RS256")
            signature = get_algorithm_by_name("RS256").sign(signed, key)
            self.refused(self.guard(alg="RS256"), signed + b"." + encode64(signature))
        self.assertEqual(agent.asked, [])

    def test_symmetric_key_that_the_token_brings(self) -> None:
        """A secret in the token's own header is refused before it is looked at."""
        evil = {"kty": "oct", "kid": "evil", "k": text64(b"evil")}
        for kid in ("evil", "h"):
            header = {"alg": "HS256", "kid": kid, "jwk": evil}
            self.refused(self.guard(), token({}, header, b"evil"))

    def test_empty_secret(self) -> None:
        """An empty secret in the set verifies nothing."""
        self.file.write_text(json.dumps({"keys": [{**OCT, "k": ""}]}))
        self.refused(self.guard(), token({}, HEADER, b""))

    def test_mixed_and_malformed_sets(self) -> None:
        """Keys of all kinds in one set stay apart; one bad key spoils the set."""
        for name in ("RS256", "ES256", "EdDSA"):
            guard = self.guard(alg=name)
            for other in KINDS:
                raw = signed_by(name, {}, "h" if other.startswith("HS") else other)
                if KINDS[other] != KINDS[name]:
                    self.refused(guard, raw)
        self.file.write_text(json.dumps({"keys": [OCT, {"kty": "oct"}]}))
        self.assertRaises(ConfigError, self.guard)

    def test_malformed_set_from_a_url(self) -> None:
        """A set with one bad key lets nobody in, however good their key."""
        agent = MemoryAgent([json_response({"keys": [OCT, {"kty": "X"}]})])
        self.patch(
            _endpoint_keys, "build_client", lambda url, tls, reactor: agent.client
        )
        for cache in (False, True):
            guard = self.guard(
                jwk_local_path="", jwk_url="http://a.example", cache=cache
            )
            answer = self.successResultOf(self.ask(guard, token({})))
            self.assertEqual(answer.status, 401)


class SignatureTests(AttackTestCase):
    """The token is not what was signed."""

    def test_changed(self) -> None:
        """Another payload, header or signature under the rest of a good token."""
        good, other = (
            token({"sub": "u"}).split(b"."),
            token({"sub": "root"}).split(b"."),
        )
        wider = token({"sub": "u"}, {**HEADER, "x": 1}).split(b".")
        self.ask(self.guard(), b".".join(good))
        self.requests.clear()
        self.refused(
            self.guard(),
            b".".join((good[0], other[1], good[2])),
            b".".join((wider[0], good[1], good[2])),
            b".".join((good[0], good[1], other[2])),
            b".".join((good[0], good[1], good[2][:-4])),
            b".".join((good[0], good[1], b"")),
            b".".join((good[0], good[1])),
        )

    def test_cached_token_does_not_help(self) -> None:
        """A good token in the cache lets no neighbour in."""
        guard = self.guard()
        good = token({"sub": "u"})
        for _ in range(3):
            self.assertEqual(self.ask(guard, good).status, 200)
        self.requests.clear()
        self.refused(guard, good[:-1], good + b"A", b"x" + good, good[:-2] + b"AA")

    @given(st.binary(max_size=300))
    @settings(max_examples=200, deadline=None)
    def test_garbage(self, raw: bytes) -> None:
        """No bytes whatsoever get through or break anything."""
        self.setUp()
        guard = self.guard()
        raw = bytes(byte for byte in raw if byte not in b"\r\n\x00")
        self.assertEqual(self.ask(guard, raw).status, 401)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    @settings(max_examples=100, deadline=None)
    def test_odd_headers_and_payloads(self, value: Any) -> None:
        """Whatever stands in header and payload, the answer is one of three."""
        self.setUp()
        guard = self.guard(roles=["a"])
        for raw in (
            token(value),
            token({}, {**HEADER, "typ": value}),
            token({"roles": value}),
            token({"aud": value, "exp": value}),
        ):
            self.assertIn(self.ask(guard, raw).status, (401, 403, 500))

    def test_duplicate_members(self) -> None:
        """Members that stand twice, so that readers might disagree."""
        self.refused(
            self.guard(),
            token({}, b'{"alg":"HS256","kid":"h","alg":"none"}'),
            token({}, b'{"alg":"none","alg":"HS256","kid":"h"}'),
            token(b'{"sub":"u","sub":"root"}'),
            token(b'{"a":{"sub":"u","sub":"root"}}'),
        )

    def test_critical_extension(self) -> None:
        """What the token says must be understood is not passed over."""
        header = {**HEADER, "crit": ["exp"], "exp": 1}
        self.refused(self.guard(), token({}, header))

    def test_two_signatures(self) -> None:
        """A second signature does not cover for a bad first one."""
        good, bad = token({}).split(b"."), token({}, secret=b"x").split(b".")
        parts = [
            {"protected": each[0].decode(), "signature": each[2].decode()}
            for each in (bad, good)
        ]
        raw = json.dumps({"payload": good[1].decode(), "signatures": parts})
        self.refused(self.guard(), raw.encode())


class TimeTests(AttackTestCase):
    """The token is too old, or too young."""

    def test_time(self) -> None:
        """Expired, not valid yet, issued in the future, or no time at all."""
        now = time.time()
        self.refused(
            self.guard(),
            token({"exp": now - 5}),
            token({"exp": 0}),
            token({"exp": -1}),
            token({"nbf": now + 60}),
            token({"iat": now + 60}),
            token({"exp": "9999999999"}),
            token({"exp": [9999999999]}),
            token(b'{"exp":1e999}'),
            token(b'{"exp":NaN}'),
        )

    def test_expired_token_out_of_the_cache(self) -> None:
        """A token that was good does not outlive its end."""
        guard = self.guard()
        now = 1000.0
        guard._now = lambda: now
        raw = token({"exp": 1010})
        self.assertEqual(self.ask(guard, raw).status, 200)
        now = 1012.0
        self.assertEqual(self.ask(guard, raw).status, 401)


class SizeTests(AttackTestCase):
    """The token is too much."""

    def test_oversized(self) -> None:
        """A huge token is refused quickly, good signature or not."""
        raw = token({"a": "x" * 900_000})
        before = time.perf_counter()
        self.refused(self.guard(), raw, b"x" * 900_000, b"." * 900_000)
        self.assertLess(time.perf_counter() - before, 1.0)

    def test_deep(self) -> None:
        """Deep nesting in header or payload breaks nothing."""
        deep = b'{"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}"
        self.refused(self.guard(), token({}, deep), token(deep))

    def test_many_tokens(self) -> None:
        """Ten thousand different good tokens do not fill the memory."""
        guard = self.guard(token_cache_size=64)
        for number in range(10_000):
            self.ask(guard, token({"n": number}))
        self.assertLessEqual(len(guard._young) + len(guard._old), 64)


class HeaderTests(AttackTestCase):
    """The request around the token."""

    def test_duplicate_headers(self) -> None:
        """Of two Authorization fields the first one counts, good or bad."""
        good, bad = token({}), token({}, secret=b"x")
        for first, second, wanted in ((good, bad, 200), (bad, good, 401)):
            request = gateway_request()
            for raw in (first, second):
                request.headers.append((b"Authorization", b"Bearer " + raw))
            self.assertEqual(self.guard()(request).status, wanted)

    def test_good_cookie_beside_a_bad_header(self) -> None:
        """A good cookie does not rescue a bad header."""
        cookie = f"access_token={token({}).decode()}"
        answer = self.ask(self.guard(), b"bad", Cookie=cookie)
        self.assertEqual(answer.status, 401)

    def smuggled(
        self, claims: Any, *fields: tuple[str, str], **raw: Any
    ) -> list[bytes]:
        """What a request with fields of its own carries as X-User at the end."""
        guard = self.guard(propagate_claims=[["user", "X-User"]], **raw)
        request = gateway_request()
        request.headers += [(name.encode(), value.encode()) for name, value in fields]
        request.headers.append((b"Authorization", token(claims)))
        self.assertEqual(guard(request).status, 200)
        return [
            value
            for name, value in self.requests[-1].headers
            if name.lower() == b"x-user"
        ]

    def test_forged_claim_header(self) -> None:
        """A client's own X-User never goes on, however it is written."""
        forged = [
            ("X-User", "root"),
            ("x-user", "root"),
            ("X-USER", "root"),
            ("X-User", ""),
        ]
        for keep in (False, True):
            options = {"propagate_claims_preserve_array": keep}
            self.assertEqual(self.smuggled({"user": "u"}, *forged, **options), [b"u"])
            self.assertEqual(self.smuggled({}, *forged, **options), [b""])
        self.assertEqual(
            self.smuggled({"user": []}, *forged, propagate_claims_preserve_array=True),
            [],
        )

    def test_claim_header_is_not_dropped(self) -> None:
        """A client cannot have the claim dropped by naming it in Connection."""
        found = self.smuggled({"user": "u"}, ("Connection", "close, X-User"))
        self.assertEqual(found, [b"u"])
        self.assertEqual(self.requests[-1].fields(b"connection"), [])

    def test_header_injection_by_a_claim(self) -> None:
        """A claim with a line break does not reach the wire."""
        guard = self.guard(propagate_claims=[["sub", "X-User"]])
        for text in ("u\r\nX-Admin: 1", "u\nX-Admin: 1", "u\x00"):
            self.assertEqual(self.ask(guard, token({"sub": text})).status, 500)
        self.assertEqual(self.requests, [])


class ComparisonTests(AttackTestCase):
    """How long a look at a signature takes."""

    def test_constant_time(self) -> None:
        """HMAC signatures are compared by the library's constant-time function."""
        compared: list[tuple[bytes, bytes]] = []
        real = hmac.compare_digest

        def compare(one: bytes, other: bytes) -> bool:
            compared.append((one, other))
            return real(one, other)

        self.patch(hmac, "compare_digest", compare)
        self.ask(self.guard(), token({}, secret=b"x"))
        self.assertEqual(len(compared), 1)
