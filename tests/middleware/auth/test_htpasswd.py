"""Tests of users and their hashes."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware.auth._htpasswd import (
    cost_of,
    is_bcrypt,
    read_htpasswd,
    read_users,
)

DIGEST = "$2y$05$" + "a" * 53


class DigestTests(SynchronousTestCase):
    """Hashes."""

    def test_bcrypt(self) -> None:
        """Three spellings of bcrypt, and nothing else."""
        for letter in "aby":
            self.assertTrue(is_bcrypt(DIGEST.replace("2y", f"2{letter}").encode()))
        for other in ("$apr1$x$y", "{SHA}abc", "plain", DIGEST + "a", DIGEST[:-1]):
            self.assertFalse(is_bcrypt(other.encode()))

    def test_cost(self) -> None:
        """The cost stands in the hash."""
        self.assertEqual(5, cost_of(DIGEST.encode()))


class FileTests(SynchronousTestCase):
    """The file."""

    def test_lines(self) -> None:
        """Users with bcrypt hashes can log in, others are named."""
        path = Path(self.mktemp())
        path.write_text(
            f"# us\n\nann:{DIGEST}\nbob:$apr1$x\n joe:{DIGEST}:more\nnobody\n"
        )
        users, unusable = read_htpasswd(str(path), ConfigPath())
        self.assertEqual({b"ann", b"joe"}, set(users))
        self.assertEqual(["bob", "nobody"], unusable)

    def test_missing(self) -> None:
        """A file that is not there is an error."""
        self.assertRaises(ConfigError, read_htpasswd, "/no/such/file", ConfigPath())


class DocumentTests(SynchronousTestCase):
    """Users in the document."""

    def test_users(self) -> None:
        """Each has a bcrypt hash."""
        users, errors = read_users({"ann": DIGEST}, ConfigPath())
        self.assertEqual(({b"ann": DIGEST.encode()}, []), (users, errors))

    def test_nonsense(self) -> None:
        """Other hashes, and names that no client could send, are errors."""
        raw = {"ann": "secret", "bob": 5, "a:b": DIGEST, "": DIGEST}
        users, errors = read_users(raw, ConfigPath())
        self.assertEqual(({}, 4), (users, len(errors)))
