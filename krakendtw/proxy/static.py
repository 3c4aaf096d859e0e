"""``proxy.static``: fixed data laid over what an endpoint answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen
from twisted.python.failure import Failure

from krakendtw.errors import PipeError
from krakendtw.gojson.number import Float, Number
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.pipe import Hooks


@frozen
class Static:
    """Data and when it counts.

    :ivar data: the top-level keys to lay over, numbers as
        :class:`~krakendtw.gojson.number.Float`.
    :ivar strategy: ``success``, ``errored``, ``complete``, ``incomplete``;
        anything else stands for ``always``.
    """

    data: Mapping[str, Any] = field(eq=False)
    strategy: str = "always"

    def hooks(self) -> Hooks:
        """The step of an endpoint's pipe.

        A failure goes on as one, but with a response to show: what it carried,
        if anything, and the data.  Completeness stays as it was.
        """
        overlay = _compile_overlay(self.data)
        if self.strategy == "success":
            return Hooks(response=_on_response(overlay), name="static")
        if self.strategy == "complete":
            return Hooks(response=_on_complete(overlay), name="static")
        if self.strategy == "errored":
            return Hooks(failure=_on_failure(overlay), name="static")
        if self.strategy == "incomplete":
            return Hooks(
                response=_on_incomplete(overlay),
                failure=_on_incomplete_failure(overlay),
                name="static",
            )
        return Hooks(
            response=_on_response(overlay),
            failure=_on_failure(overlay),
            name="static",
        )


_Overlay = Callable[[Response], None]
_OnResponse = Callable[[Request, Response], None]
_OnFailure = Callable[[Request, Failure], Failure]


def compile_static(raw: Any) -> Static | None:
    """The settings of ``proxy.static``; ``None`` unless its data is an object."""
    if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
        return None
    strategy = raw.get("strategy")
    data = {key: _from_config(value) for key, value in raw["data"].items()}
    return Static(data, strategy if isinstance(strategy, str) else "always")


def _from_config(value: Any) -> Any:
    """``value`` with its numbers as Go has them: all of them float64."""
    if isinstance(value, dict):
        return {key: _from_config(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_from_config(inner) for inner in value]
    if isinstance(value, int | float | Number) and not isinstance(value, bool):
        return Float(value)
    return value


def _compile_overlay(data: Mapping[str, Any]) -> _Overlay:
    """A function that writes ``data`` into a response."""
    if any(isinstance(value, dict | list) for value in data.values()):

        def make() -> dict[str, Any]:
            return {key: _copy(value) for key, value in data.items()}

    else:

        def make() -> dict[str, Any]:
            return dict(data)

    def overlay(response: Response) -> None:
        if response.data is None:
            response.data = make()
        else:
            response.data.update(make())

    return overlay


def _copy(value: Any) -> Any:
    """A copy of JSON data, for the steps outside may change what they get."""
    if type(value) is dict:
        return {key: _copy(inner) for key, inner in value.items()}
    if type(value) is list:
        return [_copy(inner) for inner in value]
    return value


def _on_response(overlay: _Overlay) -> _OnResponse:
    return lambda request, response: overlay(response)


def _on_complete(overlay: _Overlay) -> _OnResponse:
    def on_complete(request: Request, response: Response) -> None:
        if response.is_complete:
            overlay(response)

    return on_complete


def _on_incomplete(overlay: _Overlay) -> _OnResponse:
    def on_incomplete(request: Request, response: Response) -> None:
        if not response.is_complete:
            overlay(response)

    return on_incomplete


def _on_failure(overlay: _Overlay) -> _OnFailure:
    def on_failure(request: Request, failure: Failure) -> Failure:
        error = failure.value
        if isinstance(error, PipeError):
            if error.response is None:
                error.response = Response()
            overlay(error.response)
        return failure

    return on_failure


def _on_incomplete_failure(overlay: _Overlay) -> _OnFailure:
    lay_over = _on_failure(overlay)

    def on_failure(request: Request, failure: Failure) -> Failure:
        response = getattr(failure.value, "response", None)
        if response is None or not response.is_complete:
            lay_over(request, failure)
        return failure

    return on_failure
