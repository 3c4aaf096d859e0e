"""The merge of two answers: lura's default combiner."""

from __future__ import annotations

from krakendtw.proxy.message import Response


def combine(first: Response, second: Response) -> Response:
    """``second`` laid over ``first``, top-level keys only.

    The result is complete if both are and both have data; status, header fields
    and undecoded bodies are left behind.  Its data is that of ``first``, changed
    in place: whoever holds ``first`` sees the merged keys, as in lura, where the
    later steps of a sequence read them.
    """
    if first.raw is not None and second.raw is not None:
        return _combine_raw(first, second)
    data, more = first.data, second.data
    if data is None:
        return Response({} if more is None else more)
    if more is None:
        return Response(data)
    data.update(more)
    return Response(data, first.is_complete and second.is_complete)


def _combine_raw(first: Response, second: Response) -> Response:
    """The same where nobody has looked into either."""
    assert first.raw is not None and second.raw is not None
    first.raw.update(second.raw)
    merged = Response(None, first.is_complete and second.is_complete)
    merged.raw = first.raw
    return merged
