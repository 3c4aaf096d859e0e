"""What the gateway says it is: the KrakenD version that it stands in for."""

from __future__ import annotations

from typing import Final

KRAKEND_VERSION: Final = "2.13.8"
"""The KrakenD Community Edition whose behaviour is imitated."""

USER_AGENT: Final = f"KrakenD Version {KRAKEND_VERSION}"
"""What backends see as User-Agent unless the client's own is forwarded."""

VERSION_HEADER: Final = "X-Krakend"
"""The header field of answers with the version."""

COMPLETED_HEADER: Final = "X-Krakend-Completed"
"""The header field of answers that says whether all parts are there."""
