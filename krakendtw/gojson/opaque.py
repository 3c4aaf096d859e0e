"""Values that travel in a response's data but cannot be worked on.

KrakenD's feed decoder puts Go structs among the maps and slices.  What works
on data (``allow``, ``mapping``, ``target``, flatmap, scripts) looks for maps
and slices only and so cannot look into them; only the renderers can.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen
class Opaque:
    """A Go value that is neither a map nor a list of ``interface{}``.

    :ivar value: what it holds, as plain data in the order in which it is
        written: the fields of a struct as they are declared, maps sorted; a
        text for a time; ``None`` for a nil pointer, slice or map.
    :ivar absent: what YAML shows in place of ``None``: a nil slice is an empty
        list there, though ``null`` in JSON.
    :ivar yaml: what YAML shows, where that is another shape altogether.
    :ivar xml: what XML shows, likewise.
    """

    value: Any
    absent: Any = None
    yaml: Any = None
    xml: Any = None
