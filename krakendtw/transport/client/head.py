"""The header fields of a backend's answer, read when somebody asks."""

from __future__ import annotations

import re

_BLOCK_END = re.compile(rb"\r?\n\r?\n")


def read_fields(data: bytes, interim: int = 0) -> list[tuple[bytes, bytes]]:
    """The fields of a head as it came, which llhttp has found well-formed.

    :param data: the bytes that hold it; a body may follow.
    :param interim: how many interim answers (1xx) stand before it.
    :returns: names, in their own case, and values.
    """
    start = 0
    for _ in range(interim):
        found = _BLOCK_END.search(data, start)
        start = found.end() if found else start
    found = _BLOCK_END.search(data, start)
    block = data[start : found.start() if found else len(data)]
    pairs = []
    for line in block.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        pairs.append((name, value.strip(b" \t\r")))
    if b"ragma" in block:
        _imply_no_cache(pairs)
    return pairs


def _imply_no_cache(pairs: list[tuple[bytes, bytes]]) -> None:
    """Read ``Pragma: no-cache`` as the Cache-Control it stands for, as Go does.

    Where there is a Cache-Control, that is what counts (RFC 9111 §5.4).
    """
    values = {name.lower(): value for name, value in reversed(pairs)}
    if values.get(b"pragma") == b"no-cache" and b"cache-control" not in values:
        pairs.append((b"Cache-Control", b"no-cache"))
