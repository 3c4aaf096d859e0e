"""An API gateway on Twisted that is a drop-in for KrakenD Community Edition."""

from krakendtw.compiled import choose

__version__ = "0.1.0"

choose()
