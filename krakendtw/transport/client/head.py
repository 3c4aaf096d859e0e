"""The header fields of a backend's answer, read when somebody asks.

Most routes want one thing of them, whether a field is there at all, and that
one search through the head's bytes tells.
"""

from __future__ import annotations

import re

_BLOCK_END = re.compile(rb"\r?\n\r?\n")


class RawHead:
    """A head as it came, which llhttp has found well-formed.

    :param data: the bytes that hold it; a body may follow.
    :param interim: how many interim answers (1xx) stand before it.
    """

    __slots__ = ("_block", "_data", "_interim")

    def __init__(self, data: bytes, interim: int = 0) -> None:
        self._data = data
        self._interim = interim
        self._block: bytes | None = None

    @property
    def block(self) -> bytes:
        """The head alone, without its last line break."""
        block = self._block
        if block is None:
            data, start = self._data, 0
            for _ in range(self._interim):
                found = _BLOCK_END.search(data, start)
                start = found.end() if found else start
            end = data.find(b"\r\n\r\n", start)
            if end < 0:
                found = _BLOCK_END.search(data, start)
                end = found.start() if found else len(data)
            block = self._block = data[start:end]
            self._data = b""
        return block

    def mentions(self, name: bytes) -> bool:
        """Whether a lower-case name stands anywhere; if so, look closer."""
        return name in self.block.lower()

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The fields, names in their own case."""
        pairs = []
        for line in self.block.split(b"\n")[1:]:
            name, _, value = line.partition(b":")
            pairs.append((name, value.strip(b" \t\r")))
        return pairs
