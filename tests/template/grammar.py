"""Templates that hypothesis makes up: most can be read, many fail."""

from __future__ import annotations

from hypothesis import strategies as st

from krakendtw.template.functions import BUILTINS
from krakendtw.template.sprig.table import FUNCTIONS

# What asks the world outside, takes long, or makes as much as it is told to.
_LEFT_OUT = {
    "bcrypt",
    "derivePassword",
    "env",
    "expandenv",
    "getHostByName",
    "htpasswd",
    "randBytes",
    "repeat",
    "until",
    "untilStep",
    "seq",
    *(name for name in FUNCTIONS if name.startswith(("gen", "rand", "indent"))),
}
_NAMES = sorted({*FUNCTIONS, *BUILTINS} - _LEFT_OUT)

_TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.sampled_from(
        (
            "2006-01-02T15:04:05Z07:00",
            "(a|b*)?",
            "%[2]*.3d %+v",
            "1.2.3-a+b",
            ">=1.2, <2 || ^3.x",
            "http://u:p@[::1]:80/a?b#c",
            '{"a":[1,{"b":null}]}',
            "YWJj",
            "1h30m",
            "$1${x}",
        )
    ),
).map(lambda text: f'"{text.encode("unicode_escape").decode()}"'.replace('""', '""'))
_NUMBERS = st.one_of(
    st.integers(-(1 << 64), 1 << 64).map(str),
    st.integers(-3, 40).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(("0x1p-2", "'a'", "1i", "2-3i", "1e400", "08", "0b1", "1_0")),
)
_PLACES = st.sampled_from(
    (".", "$", "$x", ".s", ".l", ".m", ".m.b.c", ".nope.x", ".nil", ".em", "$x.a")
)
_ATOMS = st.one_of(
    _PLACES, _PLACES, _TEXTS, _NUMBERS, st.sampled_from(("true", "nil", *_NAMES))
)


def _command(operand: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    call = st.tuples(st.sampled_from(_NAMES), st.lists(operand, max_size=3)).map(
        lambda parts: " ".join((parts[0], *parts[1]))
    )
    return st.one_of(call, call, operand)


def _operand(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    fields = st.sampled_from(("", "", ".a", ".Major", ".Year", ".String"))
    return st.tuples(inner, fields).map(lambda parts: f"({parts[0]}){parts[1]}")


PIPES = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        _operand(st.lists(_command(inner), min_size=1, max_size=3).map(" | ".join)),
        inner,
    ),
    max_leaves=6,
).flatmap(
    lambda text: _command(st.one_of(st.just(text), _ATOMS)).map(
        lambda command: f"{command} | {text}" if " " not in text else command
    )
)
"""What stands between the braces."""

# A loop must not go as often as any number says.
_WORDS = st.sampled_from(
    (
        "if",
        "if",
        "with",
        "with $e :=",
        "range list",
        "range $i, $e := list",
        "range .l |",
    )
)


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    branch = st.tuples(_WORDS, PIPES, inner, st.booleans(), inner).map(
        lambda parts: (
            f"{{{{ {parts[0]} {parts[1]} -}}}} {parts[2]}"
            + (f"{{{{ else }}}}{parts[4]}" if parts[3] else "")
            + "{{ end }}"
        )
    )
    called = st.tuples(st.sampled_from(("a", "b")), PIPES).map(
        lambda parts: f'{{{{ template "{parts[0]}" {parts[1]} }}}}'
    )
    return st.one_of(branch, branch, called, st.lists(inner, max_size=3).map("".join))


_ACTIONS = st.tuples(st.sampled_from(("", "", "$x := ", "$x = ")), PIPES).map(
    lambda parts: f"{{{{ {parts[0]}{parts[1]} }}}}"
)
_PLAIN = st.sampled_from((" text ", "\n", "{{ break }}", "{{ continue }}", "{{/**/}}"))

TEMPLATES = st.recursive(
    st.one_of(_ACTIONS, _ACTIONS, _PLAIN), _block, max_leaves=5
).map(
    lambda text: (
        '{{ $x := .m }}{{ define "a" }}[{{ . }}]{{ end }}{{ define "b" }}'
        f"{{{{ len . }}}}{{{{ end }}}}{text}"
    )
)
"""Whole templates."""

_SCRAPS = (
    *("{{", "}}", "{{-", "-}}", "{{/*", "*/}}", "(", ")", "|", ".", "$", "$x", ":="),
    *("=", ",", '"', "'", "`", "\\", "1", "0x", "1e", "-", "+", "nil", "true"),
    *("if", "else", "end", "range", "with", "define", "block", "template", "break"),
)

RUBBLE = st.lists(
    st.one_of(
        st.sampled_from(_SCRAPS),
        st.sampled_from((" ", "\n", "{{ ", " }}", '"a"', ".a", "len", "é", "\x00")),
        st.text(max_size=2),
    ),
    max_size=25,
).map("".join)
"""Pieces of templates in any order."""
