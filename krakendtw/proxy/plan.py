"""What was really built: kept while building, for whoever wants to see it.

Nothing here is worked out from the configuration: the places that build the pipes
write down what they build, by reference, and ``check -d`` reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from krakendtw.config.model import BackendConfig, EndpointConfig
    from krakendtw.interfaces import Wrap
    from krakendtw.proxy.pipe import Hooks


@frozen
class Part:
    """Something that was built into the gateway, and its place.

    :ivar name: the namespace of the component, or the core's name.
    :ivar about: what it was built with: a component's settings, or values by name.
    """

    order: int
    name: str
    about: Any = field(default=None, repr=False)


@frozen
class Step:
    """One step of a pipe and its place.

    :ivar name: the namespace of the component, or the core's name.
    :ivar about: what it was built with, as in :class:`Part`.
    """

    order: int
    name: str
    part: Hooks | Wrap = field(repr=False)
    about: Any = field(default=None, repr=False)


@define
class BackendPlan:
    """One backend.

    :ivar steps: outermost first.
    :ivar clients: what stands around its client, outermost first.
    :ivar leaf: what ends the pipe: the exchange, or what replaces it.
    :ivar condition: what decides whether it is asked at all.
    """

    config: BackendConfig
    steps: list[Step] = field(factory=list)
    clients: list[Part] = field(factory=list)
    leaf: Part = Part(0, "")
    condition: Part | None = None

    @property
    def title(self) -> str:
        """Its method and path."""
        return f"{self.config.method} {self.config.url_pattern}"


@define
class InnerPlan:
    """What is built for one set of backends: the regular ones, or the shadows.

    :ivar steps: outermost first.
    :ivar merge: how the answers of several backends become one.
    """

    steps: list[Step] = field(factory=list)
    merge: Part | None = None
    backends: list[BackendPlan] = field(factory=list)


@define
class EndpointPlan:
    """One endpoint.

    :ivar handlers: what stands around its handler, outermost first.
    :ivar renderer: the name of its output encoding.
    :ivar steps: of its pipe, outermost first, until the backends part.
    :ivar shadow: the backends whose answers nobody waits for.
    :ivar shadow_timeout: how long these may take, in seconds.
    """

    config: EndpointConfig
    handlers: list[Part] = field(factory=list)
    renderer: str = ""
    steps: list[Step] = field(factory=list)
    inner: InnerPlan = field(factory=InnerPlan)
    shadow: InnerPlan | None = None
    shadow_timeout: float = 0.0

    def backends(self) -> list[BackendPlan]:
        """All its backends, the shadows last."""
        shadows = [] if self.shadow is None else self.shadow.backends
        return [*self.inner.backends, *shadows]
