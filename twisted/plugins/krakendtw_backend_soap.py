"""``backend/soap``: a template writes the envelope for a SOAP service."""

from krakendtw.plugin import MiddlewareMaker

soap = MiddlewareMaker("backend/soap", module="krakendtw.middleware.backend.soap")
