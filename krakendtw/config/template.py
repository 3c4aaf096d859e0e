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
from typing import Any, Final

from krakendtw.config.source import (
    OUT,
    Source,
    complaint,
    read_file,
    write_rendered,
)
from krakendtw.errors import ConfigError
from krakendtw.go_time import compile_layout
from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure, TemplateError
from krakendtw.template.json_text import read_json, write_json
from krakendtw.template.room import with_room
from krakendtw.template.signature import declare_all
from krakendtw.template.sprig.table import FUNCTIONS
from krakendtw.template.template import Templates
from krakendtw.template.values import NilMap, type_of

SETTINGS: Final = "FC_SETTINGS"
TEMPLATES: Final = "FC_TEMPLATES"
PARTIALS: Final = "FC_PARTIALS"

_KINDS: Final = {list: "array", str: "string", float: "number", bool: "bool"}

_stamp = compile_layout("2006/01/02 15:04:05")


class _Failed(Exception):
    """The template does not work."""


def render_source(path: str, environ: Mapping[str, str]) -> Source:
    """The document that a template makes, or the template where it fails.

    :param environ: the environment.
    :raises ConfigError: the file or the settings cannot be read, or what is
        rendered cannot be written.
    """
    settings, templates = _read_parts(
        environ.get(SETTINGS, ""), environ.get(TEMPLATES, "")
    )
    partials = Partials(environ.get(PARTIALS, ""))
    try:
        content = encode_raw(
            with_room(lambda: _render(path, templates, settings, partials))
        )
    except _Failed as failed:
        sys.stderr.write(f"{_stamp(time.time())} {failed}\n")
        own = os.path.splitext(path)[1]
        return Source(read_file(path), own, failure=str(failed))
    out = environ.get(OUT, "")
    extension = ".json"
    if out:
        write_rendered(out, content)
        extension = os.path.splitext(out)[1]
    missing = tuple(partials.missing)
    return Source(content, extension, is_rendered=True, kept=out, missing=missing)


def _read_parts(settings: str, templates: str) -> tuple[dict[str, Any], list[str]]:
    """What the settings hold, and the paths of the templates.

    :raises ConfigError: with all that cannot be read.
    """
    faults: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name in _list(settings, ".json", faults):
        try:
            found[name.removesuffix(".json")] = _read_settings(settings, name)
        except OSError as error:
            faults[name] = complaint(os.path.join(settings, name), error)
        except Failure as failure:
            faults[name] = str(failure)
    paths = [
        os.path.join(templates, name) for name in _list(templates, ".tmpl", faults)
    ]
    if faults:
        lines = "".join(f"\n\t- {name}: {fault}" for name, fault in faults.items())
        raise ConfigError(None, f"loading flexible-config settings:{lines}")
    return found, paths


def _list(folder: str, extension: str, faults: dict[str, str]) -> Iterator[str]:
    """The names of a folder's files with an extension, sorted."""
    if not folder:
        return
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        faults[folder] = complaint(folder, error)
    else:
        yield from (name for name in names if name.endswith(extension))


def _read_settings(folder: str, name: str) -> Any:
    """What a file of settings holds.

    :raises OSError: it cannot be read.
    :raises Failure: it holds no object.
    """
    with open(os.path.join(folder, name), "rb") as file:
        value = read_json(decode_raw(file.read()))
    if value is None:
        return NilMap()
    if not isinstance(value, dict):
        raise Failure(
            f"json: cannot unmarshal {_KINDS[type(value)]} into Go value of type "
            "map[string]interface {}"
        )
    return value


class Partials:
    """The files that templates include.

    :param folder: where they are.
    :ivar missing: those that were asked for and are not there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.missing: dict[str, None] = {}

    def include(self, name: Any) -> str:
        """What a file holds; nothing if it cannot be read.

        :raises Failure: the name is no text.
        """
        if not isinstance(name, str):
            found = "nil" if name is None else type_of(name).name
            raise Failure(
                f"interface conversion: interface {{}} is {found}, not string"
            )
        path = os.path.normpath(f"{self._folder}/{name}" if self._folder else name)
        try:
            with open(path, "rb") as file:
                return decode_raw(file.read())
        except (OSError, ValueError):
            if not os.path.isdir(path):
                self.missing[path] = None
            return ""


def marshal(value: Any) -> str:
    """A value as JSON; nothing if there is none for it."""
    try:
        return write_json(value)
    except Failure:
        return ""


def _render(
    path: str, paths: list[str], settings: dict[str, Any], partials: Partials
) -> str:
    """The template, rendered.

    :raises _Failed: in the words of KrakenD's log.
    """
    own = declare_all({"include": partials.include, "marshal": marshal})
    templates = Templates({**FUNCTIONS, **own})
    _add(templates, path, "Unable to parse configuration file")
    for each in paths:
        _add(templates, each, "Error parsing sub-templates")
    try:
        return templates.execute(os.path.basename(path), settings)
    except TemplateError as error:
        raise _Failed(f"Found error while executing template: {error}") from error


def _add(templates: Templates, path: str, what: str) -> None:
    """Read a template.

    :raises _Failed: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            templates.add(decode_raw(file.read()), os.path.basename(path))
    except OSError as error:
        raise _Failed(f"{what}: {complaint(path, error)}") from error
    except TemplateError as error:
        raise _Failed(f"{what}: {error}") from error
