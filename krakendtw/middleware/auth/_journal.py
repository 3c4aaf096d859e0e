"""What was revoked, in a file: it is revoked after a restart too.

A line for each change: seconds since the epoch and the element as a JSON text,
or ``=`` and an imported filter in base64.  With each turn of the filters a new
file is begun; the one before is kept beside it with the suffix ``.old``.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from attrs import frozen


@frozen
class Change:
    """A line of the journal.

    :ivar at: seconds since the epoch.
    :ivar element: what was revoked; empty for an import.
    :ivar imported: the filter that was imported.
    """

    at: float
    element: str = ""
    imported: bytes = b""

    def line(self) -> bytes:
        """The change as a line."""
        if self.imported:
            return b"%d =%b\n" % (self.at, base64.b64encode(self.imported))
        return f"{int(self.at)} {json.dumps(self.element)}\n".encode()


class Journal:
    """The file of one gateway.

    :param path: its name; the folder must be there.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._old = f"{path}.old"

    def load(self, since: float) -> list[Change]:
        """The changes not older than ``since``; begins a new file with them.

        Lines that cannot be read, such as one that a crash has cut, are lost.

        :raises OSError: a file cannot be read or written.
        """
        kept = [
            change
            for path in (self._old, self._path)
            for change in _read(path)
            if change.at >= since
        ]
        fresh = f"{self._path}.new"
        _write(fresh, kept, os.O_TRUNC)
        os.replace(fresh, self._path)
        with suppress(FileNotFoundError):  # there was no turn yet
            os.unlink(self._old)
        return kept

    def append(self, changes: Iterable[Change]) -> None:
        """Write changes down.

        :raises OSError: they cannot be written.
        """
        _write(self._path, changes, os.O_APPEND)

    def rotate(self) -> None:
        """Begin a new file.

        :raises OSError: that cannot be done.
        """
        with suppress(FileNotFoundError):  # there was no change yet
            os.replace(self._path, self._old)


def _read(path: str) -> Iterator[Change]:
    try:
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines[:-1]:
        when, _, what = line.partition(b" ")
        try:
            if what.startswith(b"="):
                imported = base64.b64decode(what[1:], validate=True)
                yield Change(float(when), imported=imported)
            else:
                yield Change(float(when), json.loads(what))
        except (ValueError, binascii.Error):
            continue


def _write(path: str, changes: Iterable[Change], mode: int) -> None:
    # Elements name people and sessions: nobody else has to read them.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
    with open(descriptor, "ab") as file:
        file.writelines(change.line() for change in changes)
