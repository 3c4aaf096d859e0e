"""gin's look-up of a path regardless of case, for its fixed-path redirect.

Letters outside ASCII may be cut in two by the radix tree.  gin then chooses the
next node by single bytes of the letter in lower and in upper case, and compares
what is no UTF-8 as if it were all the same; so does this.
"""

from __future__ import annotations

from krakendtw.router.radix import SLASH, Kind, R, RadixNode

_NO_RUNE = bytes(4)


def find_folded(root: RadixNode[R], path: bytes) -> bytes | None:
    """The path of a route that differs from ``path`` in case or by a last slash.

    Values of parameters keep their case.
    """
    return _find(root, path, b"", _NO_RUNE)


def _find(node: RadixNode[R], path: bytes, fixed: bytes, rune: bytes) -> bytes | None:
    """Go on from ``node``.

    :param fixed: the path as found so far.
    :param rune: what is still to come of a letter that nodes share.
    """
    while True:
        text = node.text
        size = len(text)
        if len(path) < size or not equal_fold(path[1:size], text[1:]):
            return _without_match(node, path, fixed)
        before, path = path, path[size:]
        fixed += text
        if not path:
            if node.route is not None:
                return fixed
            return fixed + b"/" if _ends_with_slash(node.children.get(SLASH)) else None
        wild = node.wild
        if wild is None or node.children:
            rune, starts = _next_bytes(before, size, rune)
            for start, left, is_last in starts:
                child = node.children.get(start)
                if child is None:
                    continue
                found = _find(child, path, fixed, left)
                if found is not None or (is_last and wild is None):
                    return found
        if wild is None:
            return fixed if path == b"/" and node.route is not None else None
        if wild.kind is Kind.CATCH_ALL:
            return fixed + path
        value, slash, path = path.partition(b"/")
        fixed += value
        below = wild.children.get(SLASH)
        if not slash:
            if wild.route is not None:
                return fixed
            bare = below is not None and below.text == b"/" and below.route is not None
            return fixed + b"/" if bare else None
        if below is None:
            return None if path else fixed
        node, path = below, slash + path


def _without_match(node: RadixNode[R], path: bytes, fixed: bytes) -> bytes | None:
    """The text of ``node`` is not what comes next, but for a slash perhaps."""
    if path == b"/":
        return fixed
    text = node.text
    if (
        text == text[: len(path)] + b"/"
        and len(text) == len(path) + 1
        and node.route is not None
        and equal_fold(path[1:], text[1 : len(path)])
    ):
        return fixed + text
    return None


def _ends_with_slash(child: RadixNode[R] | None) -> bool:
    if child is None:
        return False
    if child.kind is Kind.CATCH_ALL:
        return True
    return len(child.text) == 1 and child.route is not None


def _next_bytes(
    before: bytes, size: int, rune: bytes
) -> tuple[bytes, list[tuple[int, bytes, bool]]]:
    """The bytes by which the next node is chosen.

    :param before: the path from the present node on, whose text has ``size`` bytes.
    :returns: the rest of the letter, and the bytes to try, each with the rest of
        its letter and whether gin looks no further.
    """
    rune = rune[size:].ljust(4, b"\0")
    if rune[0]:
        return rune, [(rune[0], rune, True)]
    for back in range(min(size, 3)):
        if before[size - back] & 0xC0 != 0x80:
            letter = _decode(before[size - back : size - back + 4])
            break
    else:
        back, letter = min(size, 3), "\0"
    lower = _simple(letter.lower(), letter)
    rune = _overlay(rune, lower)[back:].ljust(4, b"\0")
    tries = [(rune[0], rune, False)]
    upper = _simple(letter.upper(), letter)
    if upper != lower:
        rune = _overlay(rune, upper)[back:].ljust(4, b"\0")
        tries.append((rune[0], rune, True))
    return rune, tries


def _overlay(rune: bytes, letter: str) -> bytes:
    """The letter's bytes over those of an earlier one, whose end may remain."""
    encoded = letter.encode()
    return encoded + rune[len(encoded) :]


def _decode(raw: bytes) -> str:
    """The first letter of ``raw``; the replacement character if it is no UTF-8."""
    for size in range(1, len(raw) + 1):
        try:
            return raw[:size].decode()
        except UnicodeDecodeError:
            continue
    return "\ufffd"


def equal_fold(left: bytes, right: bytes) -> bool:
    """Whether two texts are equal but for case, as Go's ``strings.EqualFold``."""
    if left == right:
        return True
    if left.isascii() and right.isascii():
        return left.lower() == right.lower()
    return _folded(left) == _folded(right)


def _folded(raw: bytes) -> list[str]:
    letters = []
    at = 0
    while at < len(raw):
        letter = _decode(raw[at : at + 4])
        invalid = letter == "\ufffd" and raw[at : at + 3] != b"\xef\xbf\xbd"
        at += 1 if invalid else len(letter.encode())
        letters.append(_simple(letter.casefold(), _simple(letter.lower(), letter)))
    return letters


def _simple(changed: str, letter: str) -> str:
    """``changed`` where it is one letter for one, which is all that Go knows."""
    return changed if len(changed) == 1 else letter
