"""Tests of query strings as Go's ``url.Values``."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.query import MAX_PAIRS, encode_query, parse_query

# Any text that bytes can be read as.
texts = st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))
queries = st.dictionaries(texts, st.lists(texts, min_size=1))


class ParseQueryTests(SynchronousTestCase):
    """Raw queries to names and values."""

    def test_values_keep_their_order(self) -> None:
        """Values of one name are in the order of the query."""
        self.assertEqual(
            {"a": ["2", "1", ""], "b": ["x"]}, parse_query(b"a=2&b=x&a=1&a=")
        )

    def test_blanks_and_escapes(self) -> None:
        """A plus sign is a blank, and escapes are undone in names too."""
        self.assertEqual(
            {"x y": [" x+y z"], "ñ": ["=&"]},
            parse_query("x%20y=%20x%2By+z&ñ=%3D%26"),
        )

    def test_no_value(self) -> None:
        """A name alone has an empty value, empty pairs count for nothing."""
        self.assertEqual(
            {"a": [""], "b": ["c=d"], "": ["e"]}, parse_query("a&&b=c=d&=e&")
        )

    def test_broken_pairs(self) -> None:
        """Pairs with a semicolon or an invalid escape are left out."""
        self.assertEqual({"ok": ["1"]}, parse_query("ok=1&a=1;b=2&bad=%zz&%=1&tail=%4"))

    def test_nothing(self) -> None:
        """An empty query has no names."""
        self.assertEqual({}, parse_query(b""))

    def test_too_many(self) -> None:
        """Ten thousand pairs are read, with one more all are lost."""
        most = "&".join(["a=1"] * MAX_PAIRS)
        self.assertEqual(MAX_PAIRS, len(parse_query(most)["a"]))
        self.assertEqual({}, parse_query(most + "&"))

    def test_bytes_that_are_no_text(self) -> None:
        """Escaped and raw bytes that are no UTF-8 are kept."""
        query = parse_query(b"a=%ff\xfe")
        self.assertEqual("a=%FF%FE", encode_query(query))


class EncodeQueryTests(SynchronousTestCase):
    """Names and values to a query."""

    def test_sorted(self) -> None:
        """Names are sorted, values are not."""
        query = {"z": ["1"], "a": ["2", "1"], "M": [""]}
        self.assertEqual("M=&a=2&a=1&z=1", encode_query(query))

    def test_sorted_by_bytes(self) -> None:
        """Bytes that are no text are sorted as the bytes they are."""
        query = parse_query(b"%ff=1&%ee%80%80=2&%80=3&z=4")
        self.assertEqual("z=4&%80=3&%EE%80%80=2&%FF=1", encode_query(query))

    def test_escapes(self) -> None:
        """Everything but letters, digits and ``-._~`` is escaped."""
        query = {"k[]": ["a b+c/d*~-._ñ"]}
        self.assertEqual("k%5B%5D=a+b%2Bc%2Fd%2A~-._%C3%B1", encode_query(query))

    def test_nothing(self) -> None:
        """No names, or names without values, give an empty query."""
        self.assertEqual("", encode_query({}))
        self.assertEqual("", encode_query({"a": []}))

    @given(queries)
    def test_parse_undoes_encode(self, query: dict[str, list[str]]) -> None:
        """Whatever is encoded is read back the same."""
        self.assertEqual(query, parse_query(encode_query(query)))
