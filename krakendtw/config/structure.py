"""Plain data to the document's types, by mapstructure's weak decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.config.document import ServiceDocument
from krakendtw.config.fields import object_of
from krakendtw.errors import ConfigErrors

if TYPE_CHECKING:
    from krakendtw.config.weak import Errors
    from krakendtw.config.where import ConfigPath

_decode = object_of(ServiceDocument)


class DecodingErrors(ConfigErrors):
    """Every value of a document that cannot be brought to its field's type."""


def structure(data: dict[str, Any], where: ConfigPath) -> ServiceDocument:
    """The typed document.

    :param data: the root's plain data.
    :param where: the root.
    :raises DecodingErrors: all that is wrong with the document's types.
    """
    errors: Errors = []
    document: ServiceDocument = _decode(data, where, errors)
    if errors:
        raise DecodingErrors(errors)
    return document
