"""A body's template: read and compiled at start, executed for each request."""

from __future__ import annotations

import binascii
import html
import os
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from krakendtw.errors import PipeError
from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.modifier._template_data import View, plain
from krakendtw.template.failure import Failure, TemplateError
from krakendtw.template.json_text import write_json
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.sprig import keys
from krakendtw.template.sprig.table import FUNCTIONS as SPRIG
from krakendtw.template.template import compile

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.template.template import Template

VARIABLES: Final = "variables"

_WAITING: Final = frozenset((*keys.FUNCTIONS, "getHostByName"))
"""Functions that would keep every request of the gateway waiting: for other hosts,
or for seconds of arithmetic."""

# A dot, or a dollar, that no name follows and that ends no value before it.
_bare = re.compile(r'(?<![\w)\]"`.$])(?:\.(?![\w.])|\$(?![\w.]))').search
_changing = re.compile(r"\b(?:set|unset|(?:mustM|m)erge(?:Overwrite)?)\b").search
_actions = re.compile(r"\{\{(.*?)\}\}", re.DOTALL).findall


def marshal(value: Any) -> str:
    """A value as JSON; nothing if there is none for it."""
    try:
        return write_json(value)
    except Failure:
        return ""


def escape_xml(text: str) -> str:
    """A text as content or attribute of XML."""
    return html.escape(text)


FUNCTIONS: Final[Mapping[str, Function]] = {
    **{name: call for name, call in SPRIG.items() if name not in _WAITING},
    **declare_all({"marshal": marshal, "xmlEscape": escape_xml}),
}
"""What templates can call beyond Go's own functions."""


@frozen
class BodyTemplate:
    """One template and what goes with it.

    :ivar content_type: of the text that it writes.
    :ivar is_debug: whether its data and its text are logged.
    :ivar variables: of the configuration.
    :ivar reads: whether it may use a name; for one that it may not, nothing has to
        be made.
    :ivar changes_values: whether it may change what it is given, as ``set`` does; then
        the variables are made anew for each request.
    """

    template: Template = field(repr=False, eq=False)
    content_type: str
    is_debug: bool
    variables: Mapping[str, Any]
    reads: Callable[[str], bool] = field(repr=False, eq=False)
    changes_values: bool = False

    def views(self, known: Mapping[str, View]) -> tuple[tuple[str, View], ...]:
        """Of what is known, what the template may use."""
        return tuple((name, view) for name, view in known.items() if self.reads(name))

    def render(self, data: dict[str, Any], log: Log) -> bytes:
        """What the template writes.

        :param data: becomes the template's, with the variables added.
        :raises PipeError: it fails; in Go's words.
        """
        variables = self.variables
        data[VARIABLES] = deepcopy(variables) if self.changes_values else variables
        if self.is_debug and log.debug_on:
            log.debug(f"input:\n{marshal(data)}")
        try:
            text = self.template.execute(data)
        except TemplateError as error:
            raise PipeError(str(error)) from None
        if self.is_debug and log.debug_on:
            log.debug(f"output:\n{text}")
        return encode_raw(text)


def collect(views: Iterable[tuple[str, View]], subject: Any) -> dict[str, Any]:
    """The values of one request or answer."""
    return {name: view(subject) for name, view in views}


def read_template(
    raw: Any,
    where: ConfigPath,
    name: str,
    *,
    content_type: str = "application/json",
) -> BodyTemplate:
    """The template of a namespace.

    :param name: what messages call one that stands in the document itself.
    :param content_type: where none is given.
    :raises ConfigError: there is none, it cannot be read, or a field is wrong.
    """
    fields = Fields(raw, where)
    text = _read_text(fields)
    kind = fields.text("content_type") or content_type
    if not all(32 <= ord(char) < 127 for char in kind):
        fields.refuse("content_type", "a Content-Type is wanted")
    is_debug = fields.flag("debug")
    variables = fields.any(VARIABLES)
    if not isinstance(variables, Mapping | None):
        fields.refuse(VARIABLES, "an object is wanted")
    path = fields.text("path")
    key = "path" if fields.has("path") else "template"
    template: Any = None
    if not fields.errors:
        try:
            template = compile(text, os.path.basename(path) or name, FUNCTIONS)
        except TemplateError as error:
            fields.refuse(key, str(error))
    fields.finish()
    return BodyTemplate(
        template,
        kind,
        is_debug,
        plain(dict(variables or {})),
        compile_reads(text),
        changes_values=_changing(text) is not None,
    )


def compile_reads(text: str) -> Callable[[str], bool]:
    """Whether a template may use a name: it stands in it, or all of the data does."""
    if any(_bare(action) for action in _actions(text)):
        return lambda name: True
    return text.__contains__


def _read_text(fields: Fields) -> str:
    """The template's text, from the document or from a file."""
    encoded, path = fields.text("template"), fields.text("path")
    if fields.has("template") == fields.has("path"):
        found = "both are there" if fields.has("path") else "neither is there"
        fields.refuse("template", f"{found}, one of template and path is wanted")
    elif fields.has("path"):
        try:
            with open(path, "rb") as file:
                return decode_raw(file.read())
        except OSError as error:
            fields.refuse("path", f"{path}: {error.strerror}")
    else:
        try:
            return decode_raw(b64decode(encoded, validate=True))
        except (binascii.Error, ValueError) as error:
            fields.refuse("template", f"is no base64: {error}")
    return ""
