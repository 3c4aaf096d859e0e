"""Tests of signatures: read, verified, made."""

from __future__ import annotations

import json
from typing import Any

from jwt import decode as pyjwt_decode
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._jws import (
    KINDS,
    MAX_TOKEN_BYTES,
    SigningError,
    Token,
    compile_sign,
    compile_verify,
    parse_token,
)
from krakendtw.middleware.auth._strict import Malformed, decode64, encode64
from tests.middleware.auth.tokens import (
    HEADER,
    OCT,
    SECRET,
    jwk,
    key,
    private_key,
    signed_by,
    text64,
    token,
)

VERIFY = compile_verify("HS256")


def flattened(**changes: Any) -> dict[str, Any]:
    """A token in flattened JSON serialisation."""
    head, payload, signature = token({"a": 1}).decode().split(".")
    found = {"payload": payload, "protected": head, "signature": signature, **changes}
    return {name: value for name, value in found.items() if value is not None}


def is_good(raw: bytes) -> bool:
    """Whether a token is read and verified with the common secret."""
    return VERIFY(parse_token(raw), key("HS256"))


class CompactTests(SynchronousTestCase):
    """Tokens in compact serialisation."""

    def test_parts(self) -> None:
        """A token has a header, what is signed, a payload and a signature."""
        raw = token({"a": 1})
        found = parse_token(raw)
        self.assertEqual(found.header, HEADER)
        self.assertEqual(found.payload, b'{"a": 1}')
        self.assertEqual(found.signed, raw.rpartition(b".")[0])
        self.assertEqual(len(found.signature), 32)

    def test_untidy(self) -> None:
        """Padding and white space are nothing."""
        head, payload, signature = token({"a": 1}).split(b".")
        for raw in (
            head + b"=." + payload + b"==." + signature + b"=",
            b" " + head + b" .\t" + payload + b"\n." + signature,
            head + "\u00a0.".encode() + payload + b"." + signature,
        ):
            self.assertTrue(is_good(raw))

    def test_other_numbers_of_parts(self) -> None:
        """Fewer or more than three parts are no token."""
        whole = token({})
        for raw in (b"", b"abc", whole.rpartition(b".")[0], whole + b".x"):
            self.assertRaises(Malformed, parse_token, raw)

    def test_header_that_is_none(self) -> None:
        """A header is a JSON object, without a member twice."""
        for header in (b"[]", b"x", b'{"kid":"h","kid":"h"}', b'{"alg":"HS256"} x'):
            self.assertRaises(Malformed, parse_token, token({}, header))

    def test_empty_header(self) -> None:
        """An empty or a null header says nothing."""
        for header in (b"", b"null", b"{}"):
            self.assertEqual(parse_token(token({}, header)).header, {})

    def test_too_long(self) -> None:
        """A token beyond the limit is not looked at."""
        raw = token({"a": "x" * MAX_TOKEN_BYTES})
        self.assertRaises(Malformed, parse_token, raw)

    def test_wrong_types(self) -> None:
        """Members of the header that are to be texts are."""
        for name in ("alg", "kid", "nonce"):
            self.assertRaises(Malformed, parse_token, token({}, {**HEADER, name: 5}))
            parse_token(token({}, {**HEADER, name: None}))

    def test_critical(self) -> None:
        """Extensions that must be understood, and are not, refuse the token."""
        for critical in (["exp"], ["b64", "x"], "b64", [5]):
            header = {**HEADER, "crit": critical}
            self.assertRaises(Malformed, parse_token, token({}, header))
        for critical in (None, [], ["b64"]):
            self.assertTrue(is_good(token({}, {**HEADER, "crit": critical})))

    def test_plain_payload(self) -> None:
        """With ``b64: false`` the payload itself is signed (RFC 7797)."""
        header = {**HEADER, "b64": False, "crit": ["b64"]}
        found = parse_token(token({"a": 1}, header))
        self.assertTrue(found.signed.endswith(b'.{"a": 1}'))

    def test_keys_that_come_along(self) -> None:
        """A key in the header is looked at, and must be public."""
        parse_token(token({}, {**HEADER, "jwk": jwk("RS256"), "x5c": None}))
        for bad in (OCT, jwk("RS256", private=True), {"kty": "X"}, "x"):
            self.assertRaises(Malformed, parse_token, token({}, {**HEADER, "jwk": bad}))
        for bad in ("x", ["!"], [5]):
            self.assertRaises(Malformed, parse_token, token({}, {**HEADER, "x5c": bad}))


class FullTests(SynchronousTestCase):
    """Tokens in JSON serialisation."""

    def test_flattened(self) -> None:
        """The flattened form is read; other members do not matter."""
        self.assertTrue(is_good(json.dumps(flattened(more=1)).encode()))

    def test_general(self) -> None:
        """The general form is read, with one signature."""
        flat = flattened()
        payload = flat.pop("payload")
        for count, wanted in ((1, True), (2, False)):
            raw = json.dumps({"payload": payload, "signatures": [flat] * count})
            if wanted:
                self.assertTrue(is_good(raw.encode()))
            else:
                self.assertRaises(Malformed, parse_token, raw.encode())

    def test_unprotected_header(self) -> None:
        """What is not protected is added to what is, and never replaces it."""
        raw = json.dumps(flattened(header={"kid": "other", "x": "y"})).encode()
        found = parse_token(raw)
        self.assertEqual((found.header["kid"], found.header["x"]), ("h", "y"))

    def test_malformed(self) -> None:
        """Missing or wrong members are no token."""
        for changes in (
            {"payload": None},
            {"payload": 5},
            {"signature": "!"},
            {"signatures": "x"},
            {"signatures": ["x"]},
            {"header": "x"},
            {"header": {"nonce": "x"}},
        ):
            raw = json.dumps(flattened(**changes)).encode()
            self.assertRaises(Malformed, parse_token, raw)

    def test_nothing_protected(self) -> None:
        """Without a protected header nothing stands before the dot."""
        raw = {"payload": text64(b"{}"), "header": dict(HEADER)}
        self.assertEqual(parse_token(json.dumps(raw).encode()).signed, b".e30")


class VerifyTests(SynchronousTestCase):
    """Tests of :func:`compile_verify`."""

    def test_every_algorithm(self) -> None:
        """Each algorithm takes a token of its own, and no other signature."""
        for name in KINDS:
            verify, own = compile_verify(name), key(name)
            good = parse_token(signed_by(name, {"a": 1}))
            self.assertTrue(verify(good, own), name)
            forged = Token(good.header, good.signed + b"x", b"", good.signature)
            self.assertFalse(verify(forged, own), name)
            short = Token(good.header, good.signed, b"", good.signature[:-1])
            self.assertFalse(verify(short, own), name)
            empty = Token(good.header, good.signed, b"", b"")
            self.assertFalse(verify(empty, own), name)

    def test_key_of_another_kind(self) -> None:
        """No algorithm takes a key of another kind."""
        for name in ("HS256", "RS256", "ES256", "EdDSA"):
            good = parse_token(signed_by(name, {}))
            for other in ("HS256", "RS256", "ES256", "EdDSA"):
                fits = compile_verify(name)(good, key(other))
                self.assertEqual(fits, name == other)

    def test_curve_of_another_algorithm(self) -> None:
        """An elliptic curve belongs to one algorithm."""
        good = parse_token(signed_by("ES256", {}))
        self.assertFalse(compile_verify("ES384")(good, key("ES256")))

    def test_private_key(self) -> None:
        """A private key verifies nothing, as in KrakenD."""
        good = parse_token(signed_by("RS256", {}))
        self.assertFalse(compile_verify("RS256")(good, key("RS256", private=True)))

    def test_no_none(self) -> None:
        """There is no algorithm ``none``."""
        self.assertNotIn("none", KINDS)


class SignTests(SynchronousTestCase):
    """Tests of :func:`compile_sign`."""

    def test_every_algorithm(self) -> None:
        """What is signed is what others verify."""
        for name in KINDS:
            sign = compile_sign(name, key(name, private=True), "JWT", full=False)
            made = sign({"a": 1})
            native = SECRET if name[:2] == "HS" else private_key(name).public_key()
            self.assertEqual(pyjwt_decode(made, native, algorithms=[name]), {"a": 1})

    def test_bytes(self) -> None:
        """Header and payload are Go's JSON: sorted, escaped, without spaces."""
        sign = compile_sign("HS256", key("HS256", "<k>"), "at+jwt", full=False)
        head, payload, _ = sign({"b": "<", "a": 1}).encode().split(b".")
        self.assertEqual(
            decode64(head), b'{"alg":"HS256","kid":"\\u003ck\\u003e","typ":"at+jwt"}'
        )
        self.assertEqual(decode64(payload), b'{"a":1,"b":"\\u003c"}')

    def test_full(self) -> None:
        """The JSON serialisation is the flattened one."""
        made = compile_sign("HS256", key("HS256"), "JWT", full=True)({"a": 1})
        self.assertEqual(list(json.loads(made)), ["payload", "protected", "signature"])
        self.assertTrue(is_good(made.encode()))

    def test_keys_that_sign_nothing(self) -> None:
        """Public keys, useless ones and those of another kind are refused."""
        for name, used in (
            ("RS256", key("RS256")),
            ("ES256", key("RS256", private=True)),
            ("HS256", key("RS256", private=True)),
            ("none", key("HS256")),
        ):
            self.assertRaises(SigningError, compile_sign, name, used, "JWT", full=False)

    def test_curve_of_another_algorithm(self) -> None:
        """A curve of another algorithm is found out when something is signed."""
        sign = compile_sign("ES512", key("ES256", private=True), "JWT", full=False)
        self.assertRaises(SigningError, sign, {})

    def test_signed_is_what_is_encoded(self) -> None:
        """The signature is over the very text that is sent."""
        made = compile_sign("HS256", key("HS256"), "JWT", full=False)({"ñ": "☕"})
        found = parse_token(made.encode())
        self.assertEqual(found.signed, made.encode().rpartition(b".")[0])
        self.assertEqual(encode64(found.signature), made.encode().rpartition(b".")[2])
