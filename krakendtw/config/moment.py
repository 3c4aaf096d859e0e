"""Dates of a document: text to components, but no text to the document's own keys."""

from __future__ import annotations


class Moment(str):
    """A date or time, printed by RFC 3339, as JSON has it.

    :ivar go_type: what it is to KrakenD's parser, which makes no text of it.
    """

    __slots__ = ("go_type",)

    go_type: str

    @classmethod
    def of(cls, text: str, go_type: str = "time.Time") -> Moment:
        """A moment that prints as ``text``."""
        moment = cls(text)
        moment.go_type = go_type
        return moment
