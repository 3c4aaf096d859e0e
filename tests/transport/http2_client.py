"""A client of HTTP/2 in memory, on h2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    InformationalResponseReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.frame_buffer import FrameBuffer

from tests.transport.doubles import Wire

if TYPE_CHECKING:
    from h2.settings import SettingCodes
    from hyperframe.frame import Frame

Fields = list[tuple[bytes, bytes]]


@define
class Answer:
    """What came on one stream.

    :ivar status: 0 until a head came.
    :ivar interim: the statuses before it.
    :ivar reset: the code that broke it off.
    """

    status: int = 0
    fields: Fields = field(factory=list)
    body: bytes = b""
    interim: list[int] = field(factory=list)
    ended: bool = False
    reset: int | None = None
    pieces: list[int] = field(factory=list)

    def value(self, name: bytes) -> bytes | None:
        """The first value of a field."""
        return dict(reversed(self.fields)).get(name)


def frames(data: bytes) -> list[Frame]:
    """The frames in what a server wrote."""
    buffer = FrameBuffer()
    buffer.max_frame_size = 1 << 24
    buffer.add_data(data)
    return list(buffer)


class Client:
    """Speaks HTTP/2 with a channel.

    :param channel: the server's end.
    :param acknowledges: whether windows are opened again for what came.
    :ivar answers: by stream.
    :ivar goodbye: the code of the server's GOAWAY.
    :ivar order: the streams of the data frames that came.
    """

    def __init__(
        self, channel: Any, *, acknowledges: bool = True, greets: bool = True
    ) -> None:
        self.channel = channel
        self.acknowledges = acknowledges
        self.wire = Wire(channel)
        self.answers: dict[int, Answer] = {}
        self.goodbye: int | None = None
        self.order: list[int] = []
        self.h2 = H2Connection(
            H2Configuration(
                client_side=True,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        if greets:
            channel.makeConnection(self.wire)
            channel.greet()
            self.h2.initiate_connection()
            self.exchange()

    def request(
        self,
        path: bytes = b"/",
        method: bytes = b"GET",
        *,
        fields: Fields | None = None,
        body: bytes | None = None,
        end: bool = True,
        sends: bool = True,
    ) -> int:
        """Begin a request; the number of its stream.

        :param body: whole, or the first part unless ``end``.
        :param sends: whether to send at once.
        """
        head = [
            (b":method", method),
            (b":scheme", b"http"),
            (b":path", path),
            (b":authority", b"gw:8080"),
            *(fields or []),
        ]
        return self.raw(head, body=body, end=end, sends=sends)

    def raw(
        self,
        head: Fields,
        *,
        body: bytes | None = None,
        end: bool = True,
        sends: bool = True,
    ) -> int:
        """Begin a request with exactly these fields."""
        stream = self.h2.get_next_available_stream_id()
        self.answers[stream] = Answer()
        self.h2.send_headers(stream, head, end_stream=end and body is None)
        if body is not None:
            self.send(stream, body, end=end)
        if sends:
            self.exchange()
        return stream

    def send(self, stream: int, data: bytes, *, end: bool = False) -> None:
        """Put a part of a body into frames, as far as the windows are open."""
        size = self.h2.max_outbound_frame_size
        for start in range(0, len(data), size):
            self.h2.send_data(stream, data[start : start + size])
        if end:
            self.h2.end_stream(stream)

    def ask(self, *arguments: Any, **options: Any) -> Answer:
        """Send a whole request; its answer as far as it came."""
        return self.answers[self.request(*arguments, **options)]

    def believe(self, setting: SettingCodes, value: int) -> None:
        """Take the server to allow more than it says."""
        self.h2.remote_settings[setting] = value
        self.h2.remote_settings.acknowledge()

    def exchange(self) -> None:
        """Send what waits, both ways, until nobody has anything to say."""
        while True:
            out = self.h2.data_to_send()
            if out and self.wire.connected:
                self.channel.dataReceived(out)
            back = self.wire.take()
            if not back:
                if not out:
                    return
                continue
            for event in self.h2.receive_data(back):
                self._take(event)

    def _take(self, event: Any) -> None:
        if isinstance(event, ConnectionTerminated):
            self.goodbye = int(event.error_code)
            return
        answer = self.answers.get(getattr(event, "stream_id", 0))
        if answer is None:
            return
        if isinstance(event, ResponseReceived):
            fields = [(bytes(name), bytes(value)) for name, value in event.headers]
            answer.status = int(fields[0][1])
            answer.fields = fields[1:]
        elif isinstance(event, InformationalResponseReceived):
            answer.interim.append(int(event.headers[0][1]))
        elif isinstance(event, DataReceived):
            answer.body += event.data
            answer.pieces.append(len(event.data))
            self.order.append(event.stream_id)
            if self.acknowledges:
                self.h2.acknowledge_received_data(
                    event.flow_controlled_length, event.stream_id
                )
        elif isinstance(event, StreamEnded):
            answer.ended = True
        elif isinstance(event, StreamReset):
            answer.reset = int(event.error_code)
