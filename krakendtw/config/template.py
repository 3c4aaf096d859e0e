"""Flexible configuration: the file is a template for the document.

Environment variables turn it on and say where its parts are:

* ``FC_ENABLE``: on if it is set to anything, ``0`` included;
* ``FC_SETTINGS``: a folder of ``*.json``, each an object that the template finds
  under the file's name;
* ``FC_TEMPLATES``: a folder of ``*.tmpl`` that the template can call;
* ``FC_PARTIALS``: where ``include`` finds files, which are taken as they are;
* ``FC_OUT``: a file for the rendered document; its extension tells the language.

As in KrakenD a template that fails is no reason to stop: that is logged, and the
file is read as it stands.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from krakendtw.config.source import go_reason, read_file
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.go_time import compile_layout
from krakendtw.gojson.text import decode_raw, encode_raw

if TYPE_CHECKING:
    from krakendtw.template.template import Templates

ENABLE: Final = "FC_ENABLE"
SETTINGS: Final = "FC_SETTINGS"
TEMPLATES: Final = "FC_TEMPLATES"
PARTIALS: Final = "FC_PARTIALS"
OUT: Final = "FC_OUT"

_stamp = compile_layout("2006/01/02 15:04:05")


@frozen
class Source:
    """The text of a document.

    :ivar content: the rendered template, or else the file.
    :ivar path: whose extension says the document's language.
    :ivar is_rendered: whether it was a template that worked.
    :ivar failure: why a template did not; empty if none was to.
    :ivar missing: what the template includes, and is not there.
    """

    content: bytes
    path: str
    is_rendered: bool = False
    failure: str = ""
    missing: tuple[str, ...] = ()


def read_source(path: str, environ: Mapping[str, str]) -> Source:
    """The text of the document that a file is, or makes.

    :param environ: the environment.
    :raises ConfigError: the file or the settings cannot be read, or what is
        rendered cannot be written.
    """
    if not environ.get(ENABLE):
        return Source(read_file(path), path)
    settings = read_settings(environ.get(SETTINGS, ""))
    partials = _Partials(environ.get(PARTIALS, ""))
    templates = _list(environ.get(TEMPLATES, ""), ".tmpl", environ.get(SETTINGS, ""))
    try:
        text = _render(path, templates, settings, partials)
    except _Failed as failed:
        message = str(failed)
        sys.stderr.write(f"{_stamp(time.time())} {message}\n")
        return Source(read_file(path), path, failure=message)
    content = encode_raw(text)
    out = environ.get(OUT, "")
    if out:
        _write(out, content)
    missing = tuple(partials.missing)
    return Source(content, out or f"{path}.json", is_rendered=True, missing=missing)
