"""What travels through the proxy pipe: requests down, responses up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import define, field

from krakendtw.proxy.query import encode_query, parse_query

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.gojson.raw import RawObject
    from krakendtw.transport.stream import BodyStream

Headers: TypeAlias = dict[str, list[str]]
"""Header fields by canonical name (``X-Forwarded-For``)."""

Body: TypeAlias = "bytes | BodyStream | None"
"""A body: whole, still arriving, or none at all (which is not an empty one)."""

Data: TypeAlias = "dict[str, Any]"


class Request:
    """One request in the pipe; mutable, for modifiers to work on.

    What most routes never look at is made when first read: ``headers`` from
    the client's request by the endpoint's rules.  A shallow clone reads through
    to the request it was cloned from, so that siblings share one dictionary as
    in lura.

    :ivar method: the method in capitals.
    :ivar path: the path; from the request builder on, the backend's, with
        parameters put in and possibly with a query of its own.
    :ivar params: values of the path's parameters by capitalised name.
    :ivar url: the whole URL once a host is chosen, empty before.
    :ivar body: the body.
    :ivar deadline: when the time is over, in seconds of the reactor's clock.
    :ivar source: the client's request, or whatever stands for it.
    """

    __slots__ = (
        "_forward",
        "_headers",
        "_parent",
        "_plain_query",
        "_query",
        "body",
        "deadline",
        "method",
        "params",
        "path",
        "source",
        "url",
    )

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        params: dict[str, str] | None = None,
        query: dict[str, list[str]] | None = None,
        headers: Headers | None = None,
        body: Body = None,
        url: str = "",
        deadline: float = float("inf"),
        source: Any = None,
        forward: Callable[[Any], Headers] | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.params = {} if params is None else params
        self._query = query
        self._plain_query = ""
        self._headers = headers
        self._forward = forward
        self._parent: Request | None = None
        self.body = body
        self.url = url
        self.deadline = deadline
        self.source = source

    @property
    def query(self) -> dict[str, list[str]]:
        """Forwarded query strings, name to values; made when first read."""
        query = self._query
        if query is None:
            query = self._query = (
                parse_query(self._plain_query) if self._plain_query else {}
            )
        return query

    @query.setter
    def query(self, query: dict[str, list[str]]) -> None:
        self._query = query

    @property
    def encoded_query(self) -> str:
        """The query as it goes into a URL; empty for none."""
        if self._query is None:
            return self._plain_query
        return encode_query(self._query) if self._query else ""

    @property
    def headers(self) -> Headers:
        """Header fields by canonical name; made when first read."""
        headers = self._headers
        if headers is None:
            if self._parent is not None:
                headers = self._parent.headers
            elif self._forward is not None:
                headers = self._forward(self.source)
            else:
                headers = {}
            self._headers = headers
        return headers

    @headers.setter
    def headers(self, headers: Headers) -> None:
        self._headers = headers

    @property
    def untouched(self) -> bool:
        """Whether nobody has read ``headers`` yet, so that they are the client's."""
        return self._headers is None and (
            self._parent is None or self._parent.untouched
        )

    def clone(self) -> Request:
        """A shallow clone: headers, params and body are shared with this one."""
        twin = Request.__new__(Request)
        twin.method = self.method
        twin.path = self.path
        twin.params = self.params
        twin._query = self._query
        twin._plain_query = self._plain_query
        twin._headers = self._headers
        twin._forward = self._forward
        twin._parent = self if self._headers is None else None
        twin.body = self.body
        twin.url = self.url
        twin.deadline = self.deadline
        twin.source = self.source
        return twin

    def deep_clone(self) -> Request:
        """A clone with headers and params of its own.

        The body must be whole (see :meth:`read_body`): a stream has one reader.
        """
        twin = self.clone()
        twin._parent = None
        twin._headers = {name: list(values) for name, values in self.headers.items()}
        twin.params = dict(self.params)
        return twin

    def read_body(self) -> Body | Deferred[bytes]:
        """The whole body, kept in ``body``; a Deferred while it still arrives."""
        body = self.body
        if body is None or type(body) is bytes:
            return body
        return body.read_all().addCallback(self._keep_body)  # type: ignore[union-attr]

    def _keep_body(self, body: bytes) -> bytes:
        self.body = body
        return body


@define
class Metadata:
    """Status and header fields that came, or go, with a response."""

    status: int = 0
    headers: Headers = field(factory=dict)

    @property
    def is_given(self) -> bool:
        """Whether there are header fields."""
        return bool(self.headers)


class Response:
    """What a backend, or a merge of them, gave.

    :ivar raw: the object as text, as long as nobody has looked into it.
    :ivar is_complete: whether all parts are there.
    :ivar metadata: status and header fields.
    :ivar io: the undecoded body of a no-op backend.
    """

    __slots__ = ("_data", "_metadata", "io", "is_complete", "raw")

    def __init__(
        self,
        data: Data | None = None,
        is_complete: bool = False,
        metadata: Metadata | None = None,
        io: Body = None,
    ) -> None:
        self._data = data
        self.raw: RawObject | None = None
        self.is_complete = is_complete
        self._metadata = metadata
        self.io = io

    @property
    def data(self) -> Data | None:
        """The decoded object; ``None`` where the backend said ``null``."""
        raw = self.raw
        if raw is not None:
            self.raw = None
            self._data = raw.load()
        return self._data

    @data.setter
    def data(self, data: Data | None) -> None:
        self.raw = None
        self._data = data

    @property
    def metadata(self) -> Metadata:
        """Status and header fields; made when first asked for."""
        metadata = self._metadata
        if metadata is None:
            metadata = self._metadata = Metadata()
        return metadata

    @metadata.setter
    def metadata(self, metadata: Metadata) -> None:
        self._metadata = metadata

    @property
    def has_headers(self) -> bool:
        """Whether there may be header fields, without making any."""
        return self._metadata is not None and self._metadata.is_given
