"""``twistd --reactor=krakendtw``: epoll, with less work for each event."""

from twisted.application.reactors import Reactor

krakendtw_reactor = Reactor(
    "krakendtw", "krakendtw.transport.reactor", "The gateway's epoll reactor."
)
