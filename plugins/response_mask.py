"""A response modifier: hides fields from whoever reads the answer.

::

    "plugin/req-resp-modifier": {
        "name": ["response-mask"],
        "response-mask": {"fields": ["password", "card.number"], "mask": "***"}
    }
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zope.interface import implementer

from krakendtw.interfaces import IResponseModifierPlugin, ResponseModifier

if TYPE_CHECKING:
    from krakendtw.proxy.message import Request, Response


def mask_field(data: Any, path: Sequence[str], mask: str) -> None:
    """Put ``mask`` in the place that ``path`` leads to, in every item of lists."""
    if isinstance(data, list):
        for item in data:
            mask_field(item, path, mask)
    elif isinstance(data, dict) and path[0] in data:
        if len(path) == 1:
            data[path[0]] = mask
        else:
            mask_field(data[path[0]], path[1:], mask)


@implementer(IResponseModifierPlugin)
class ResponseMask:
    """Overwrites fields of the data, dots leading into objects."""

    name = "response-mask"

    def response_modifier(self, config: Mapping[str, Any]) -> ResponseModifier | None:
        """See :class:`~krakendtw.interfaces.IResponseModifierPlugin`."""
        own = config.get(self.name, {})
        paths = [field.split(".") for field in own.get("fields", [])]
        mask = own.get("mask", "***")
        if not paths:
            return None

        def hide(request: Request, response: Response) -> None:
            for path in paths:
                mask_field(response.data, path, mask)

        return hide


response_mask = ResponseMask()
