"""Configuration errors as KrakenD's commands print them, with their places."""

from __future__ import annotations

from krakendtw.config.structure import DecodingErrors
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors


def explain(path: str, error: ConfigError) -> str:
    """What is wrong with a file: ``'krakend.json': …``, a line for each error.

    An error of no file, such as of the settings of a template, has no name before.
    """
    if error.where is None and not isinstance(error, ConfigErrors):
        return error.message
    if error.where is not None:
        path = error.where.file or path  # of a folder's files it may be one
    errors = error.errors if isinstance(error, ConfigErrors) else (error,)
    if isinstance(error, DecodingErrors):
        head = "decoding failed due to the following error(s):\n\n"
        lines = [f"'{_key(each)}' {each.message}{_file(each)}" for each in errors]
    else:
        head = ""
        lines = [each.message + _place(each) for each in errors]
    return f"'{path}': {head}" + "\n".join(lines)


def _place(error: ConfigError) -> str:
    """The place in brackets; nothing for the document as a whole."""
    if error.where is None or not error.where.steps:
        return ""
    return _file(error) or f" (at {ConfigPath(error.where.steps)})"


def _file(error: ConfigError) -> str:
    """The place in brackets with its file, if there may be several."""
    if error.where is None or error.where.document is None:
        return ""
    return f" (at {error.where.written})"


def _key(error: ConfigError) -> str:
    """The place as mapstructure names it: ``endpoints[0].timeout``."""
    if error.where is None:
        return ""
    return str(ConfigPath(error.where.steps)).removeprefix("$").removeprefix(".")
