"""A request modifier: gives every request an id and says when it came.

::

    "plugin/req-resp-modifier": {
        "name": ["request-stamp"],
        "request-stamp": {"header": "X-Request-Id"}
    }
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from zope.interface import implementer

from krakendtw.interfaces import IRequestModifierPlugin, RequestModifier

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request


@implementer(IRequestModifierPlugin)
class RequestStamp:
    """Adds two headers; an id that the client has sent stays."""

    name = "request-stamp"

    def request_modifier(self, config: Mapping[str, Any]) -> RequestModifier:
        """See :class:`~krakendtw.interfaces.IRequestModifierPlugin`."""
        header = config.get(self.name, {}).get("header", "X-Request-Id")

        def stamp(request: Request) -> None:
            headers = request.headers
            if header not in headers:
                headers[header] = [uuid4().hex]
            headers["X-Received-At"] = [datetime.now(UTC).isoformat()]

        return stamp


request_stamp = RequestStamp()
