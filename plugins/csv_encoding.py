"""An encoding: CSV from backends (``encoding``), to clients (``output_encoding``)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from zope.interface import implementer

from krakendtw.errors import DecodeError
from krakendtw.interfaces import Decoder, IEncodingPlugin, Rendered, Renderer

if TYPE_CHECKING:
    from krakendtw.proxy.message import Response


def read_rows(body: bytes) -> list[dict[str, Any]]:
    """The rows of a table whose first line names the columns."""
    try:
        text = io.StringIO(body.decode())
        return list(csv.DictReader(text, restkey="rest", strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DecodeError(f"csv: {error}") from error


def write_rows(rows: list[dict[str, Any]]) -> bytes:
    """A table with the columns of all rows, in the order of their first use."""
    columns = dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writerows([{name: name for name in columns}, *rows])
    return text.getvalue().encode()


def render(response: Response | None, request: Any) -> Rendered:
    """The answer's data as a table."""
    data = response.data if response is not None else None
    rows = (data or {}).get("collection", [data] if data else [])
    return b"text/csv; charset=utf-8", write_rows(rows)


@implementer(IEncodingPlugin)
class CSVEncoding:
    """Tables with a heading line."""

    name = "csv"

    def decoder(self, is_collection: bool) -> Decoder:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        if is_collection:
            return lambda body: {"collection": read_rows(body)}
        return lambda body: next(iter(read_rows(body)), {})

    def renderer(self) -> Renderer:
        """See :class:`~krakendtw.interfaces.IEncodingPlugin`."""
        return render


csv_encoding = CSVEncoding()
