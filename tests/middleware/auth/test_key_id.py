"""Tests of how tokens and keys find each other."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._jwk import parse_key
from krakendtw.middleware.auth._key_id import STRATEGIES, key_id_of, token_key_id_of
from tests.middleware.auth.tokens import OCT, text64

X5T, X5T_S256 = text64(bytes(range(20))), text64(bytes(range(32)))
KEY = parse_key({**OCT, "kid": "k", "x5t": X5T, "x5t#S256": X5T_S256})
HEADER = {"kid": "k", "x5t": X5T, "x5t#S256": X5T_S256}


class StrategyTests(SynchronousTestCase):
    """Tests of :func:`key_id_of` and :func:`token_key_id_of`."""

    def test_key_and_token_agree(self) -> None:
        """With every strategy a key and its token have the same id."""
        for strategy in (*STRATEGIES, "", "jku"):
            self.assertEqual(
                key_id_of(strategy)(KEY), token_key_id_of(strategy)(HEADER)
            )

    def test_ids(self) -> None:
        """Each strategy has its own idea of an id; an unknown one means ``kid``."""
        found = [key_id_of(strategy)(KEY) for strategy in (*STRATEGIES, "jku")]
        self.assertEqual(found, ["k", X5T, X5T_S256, f"k{X5T}", "k"])

    def test_thumbprint_falls_back_to_kid(self) -> None:
        """A token without a thumbprint is looked up by its ``kid``."""
        for strategy in ("x5t", "x5t#S256"):
            self.assertEqual(token_key_id_of(strategy)({"kid": "a"}), "a")
            self.assertEqual(token_key_id_of(strategy)({"kid": "a", strategy: 5}), "a")
        self.assertEqual(token_key_id_of("kid_x5t")({"kid": "a"}), "aa")

    def test_nothing_at_all(self) -> None:
        """A token that says nothing has the empty id, as has such a key."""
        bare = parse_key({"kty": "oct", "k": "AAAA"})
        for strategy in STRATEGIES:
            self.assertEqual(token_key_id_of(strategy)({"kid": None}), "")
            self.assertEqual(key_id_of(strategy)(bare), "")
