"""All of sprig's functions by name, as its generic map has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from krakendtw.template.sprig import (
    dates,
    decimals,
    defaults,
    dicts,
    documents,
    encoding,
    environment,
    keys,
    links,
    lists,
    numbers,
    passwords,
    paths,
    randoms,
    reflection,
    regexps,
    semver,
    strings,
)

if TYPE_CHECKING:
    from krakendtw.template.signature import Function

FUNCTIONS: Final[dict[str, Function]] = {
    **dates.FUNCTIONS,
    **decimals.FUNCTIONS,
    **defaults.FUNCTIONS,
    **dicts.FUNCTIONS,
    **documents.FUNCTIONS,
    **encoding.FUNCTIONS,
    **environment.FUNCTIONS,
    **keys.FUNCTIONS,
    **links.FUNCTIONS,
    **lists.FUNCTIONS,
    **numbers.FUNCTIONS,
    **passwords.FUNCTIONS,
    **paths.FUNCTIONS,
    **randoms.FUNCTIONS,
    **reflection.FUNCTIONS,
    **regexps.FUNCTIONS,
    **semver.FUNCTIONS,
    **strings.FUNCTIONS,
}
"""The functions of sprig 3.2.3."""
