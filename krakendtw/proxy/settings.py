"""``proxy``: the namespace's settings, for endpoints and backends alike.

What has the wrong type is ignored, as lura does, but for what lura panics on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.config.duration import parse_duration
from krakendtw.errors import ConfigError
from krakendtw.proxy.flatmap import compile_flatmap
from krakendtw.proxy.static import Static, compile_static

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.formatter import Formatter

SEQUENTIAL = "sequential"
PARALLEL = "parallel"


@frozen
class ProxySettings:
    """One ``proxy`` object.

    :ivar merger: how several backends are called, :data:`PARALLEL` or
        :data:`SEQUENTIAL`.
    :ivar sequential_propagated_params: entries as written; see :meth:`check_merge`.
    :ivar static: the endpoint's fixed data.
    :ivar combiner: as written; there is one combiner, whatever the name.
    :ivar flatmap: the compiled operations of ``flatmap_filter``.
    :ivar is_sandboxed: whether each backend gets a deep clone of the request, as
        with methods other than GET and HEAD: ``force_sandboxed_request``.
    :ivar is_shadow: whether the backend's answer is of no interest.
    :ivar goes_on: whether a sequence goes on behind a backend that failed; said by
        whoever holds the endpoint, not by a configuration.
    :ivar shadow_timeout: seconds for a shadow; ``None`` for the backend's own.
    """

    merger: str = PARALLEL
    sequential_propagated_params: tuple[Any, ...] = ()
    static: Static | None = None
    combiner: Any = "default"
    flatmap: Formatter | None = field(default=None, eq=False)
    is_sandboxed: bool = False
    is_shadow: bool = False
    shadow_timeout: float | None = None
    goes_on: bool = False

    @property
    def is_sequential(self) -> bool:
        """Whether backends are called one after the other."""
        return self.merger == SEQUENTIAL

    def check_merge(self, where: ConfigPath | None) -> None:
        """What lura checks once an endpoint has two or more regular backends.

        :param where: the place of the endpoint's ``proxy`` object.
        :raises ConfigError: where lura panics.
        """
        if not isinstance(self.combiner, str):
            raise _not_text(where, "combiner", self.combiner)
        if self.is_sequential:
            for entry in self.sequential_propagated_params:
                if not isinstance(entry, str):
                    raise _not_text(where, "sequential_propagated_params", entry)


def configure(raw: Any, where: ConfigPath) -> ProxySettings:
    """The settings of one ``proxy`` object; the defaults for anything else."""
    if not isinstance(raw, dict):
        return ProxySettings()
    propagated = raw.get("sequential_propagated_params")
    return ProxySettings(
        merger=_merger(raw),
        sequential_propagated_params=(
            tuple(propagated) if isinstance(propagated, list) else ()
        ),
        static=compile_static(raw.get("static")),
        combiner=raw.get("combiner", "default"),
        flatmap=compile_flatmap(raw.get("flatmap_filter")),
        is_sandboxed=raw.get("force_sandboxed_request") is True,
        is_shadow=raw.get("shadow") is True,
        shadow_timeout=_timeout(raw.get("shadow_timeout")),
    )


def _merger(raw: dict[str, Any]) -> str:
    """``strategy`` decides if it is there at all; else ``sequential``."""
    if "strategy" in raw:
        return SEQUENTIAL if raw["strategy"] == SEQUENTIAL else PARALLEL
    return SEQUENTIAL if raw.get("sequential") is True else PARALLEL


def _timeout(raw: Any) -> float | None:
    if not isinstance(raw, str):
        return None
    try:
        return parse_duration(raw)
    except ValueError:
        return None


def _not_text(where: ConfigPath | None, key: str, value: Any) -> ConfigError:
    return ConfigError(
        None if where is None else where / key, f"must hold text, not {value!r}"
    )
