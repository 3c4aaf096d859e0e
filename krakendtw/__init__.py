"""An API gateway on Twisted that is a drop-in for KrakenD Community Edition."""

__version__ = "0.1.0"
