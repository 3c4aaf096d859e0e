"""From a file to plain data: dicts by strings, lists, texts, numbers.

The steps are :func:`read_source`, which renders templates, :func:`parse_document`
and :func:`overlay_environment`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import field, frozen

from krakendtw.config.json_source import parse_json
from krakendtw.config.toml_source import parse_toml
from krakendtw.config.where import ConfigPath
from krakendtw.config.yaml_source import parse_yaml
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.folder import Folder

PlainData: TypeAlias = "dict[str, Any]"
"""The plain data of a document's root."""

TEMPLATE_SWITCH = "FC_ENABLE"
"""The environment variable that makes templates of files."""

OUT: Final = "FC_OUT"
"""The environment variable that names a file for what is rendered."""

ENVIRONMENT_PREFIX = "KRAKEND_"
"""What the names of environment variables over the document begin with."""

_PARSERS: Mapping[str, Callable[[bytes, ConfigPath], Any]] = {
    ".yml": parse_yaml,
    ".yaml": parse_yaml,
    ".toml": parse_toml,
}


@frozen
class Source:
    """The text of a document.

    :ivar content: the rendered template, or else the file.
    :ivar extension: what tells the document's language.
    :ivar is_rendered: whether there was a template, and it worked.
    :ivar kept: the file in which the rendered template is kept, if one is.
    :ivar failure: why the template did not; empty if none was to.
    :ivar missing: the files that the template includes, and that are not there.
    :ivar folder: the files that it was put together from, if it was.
    """

    content: bytes
    extension: str
    is_rendered: bool = False
    kept: str = ""
    failure: str = ""
    missing: tuple[str, ...] = ()
    folder: Folder | None = field(default=None, repr=False)

    def root(self, path: str) -> ConfigPath:
        """The root of the document.

        :param path: the file that was asked for.
        """
        return ConfigPath(file=path, document=self.folder)


def read_source(path: str, environ: Mapping[str, str]) -> Source:
    """The text of the document that a file is, or makes as a template.

    A folder's is that of its files together.

    :param environ: the environment; flexible configuration is on if it has
        ``FC_ENABLE``, whatever that is set to.
    :raises ConfigError: there is none.
    """
    if os.path.isdir(path):
        # Here, so that a plain file needs no folders.
        from krakendtw.config.folder import read_folder

        return read_folder(path, environ)
    if environ.get(TEMPLATE_SWITCH):
        # Here, so that a plain file needs no template language.
        from krakendtw.config.template import render_source

        return render_source(path, environ)
    return Source(read_file(path), os.path.splitext(path)[1])


def read_file(path: str) -> bytes:
    """The content of a file.

    :raises ConfigError: in Go's words: ``open x: no such file or directory``.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        message = complaint(os.path.normpath(path), error)
        raise ConfigError(ConfigPath(file=path), message) from error


def write_rendered(path: str, content: bytes) -> None:
    """Keep a rendered document, for its owner alone.

    :raises ConfigError: it cannot be written.
    """
    try:
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o600)
    except OSError as error:
        reason = complaint(path, error)
        raise ConfigError(None, f"'{path}': {reason}") from error


def complaint(path: str, error: OSError) -> str:
    """Why a file cannot be read, in Go's words."""
    step = "read" if isinstance(error, IsADirectoryError) else "open"
    return f"{step} {path}: {(error.strerror or str(error)).lower()}"


def parse_document(
    content: bytes, path: str, *, extension: str | None = None
) -> PlainData:
    """The plain data of a document; the file's extension says its language.

    YAML is ``.yml`` and ``.yaml``, TOML is ``.toml``, in small letters; all else
    is JSON.  The root must be an object, where an empty one may also be ``null``.

    :param extension: what counts in place of the file's own.
    :raises ConfigError: with the place of what cannot be read.
    """
    where = ConfigPath(file=path)
    own = os.path.splitext(path)[1]
    parse = _PARSERS.get(own if extension is None else extension, parse_json)
    data: PlainData | None = parse(content, where)
    return {} if data is None else data


def overlay_environment(document: PlainData, environ: Mapping[str, str]) -> PlainData:
    """The document with the ``KRAKEND_*`` variables put over it.

    The rest of the name in small letters is a key, dots reach deeper, and keys
    that the document lacks come into being: ``KRAKEND_EXTRA_CONFIG.ROUTER.X``.
    Values are texts, which :mod:`krakendtw.config.structure` converts.
    """
    overlay: PlainData = {}
    # Longer names first: of KRAKEND_A and KRAKEND_A.B the shorter one stays.
    for name in sorted(environ, reverse=True):
        key = name.removeprefix(ENVIRONMENT_PREFIX)
        if key and key != name:
            _put(overlay, key.lower().split("."), environ[name])
    return _merge(overlay, document)


def _put(target: PlainData, keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        target = target.setdefault(key, {})
    target[keys[-1]] = value


def _merge(over: PlainData, under: PlainData) -> PlainData:
    """``under`` with the keys of ``over``; neither is changed."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _merge(value, below)
        else:
            merged[key] = value
    return merged
