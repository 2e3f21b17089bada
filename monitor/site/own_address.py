"""The site's own address, for what leads here from elsewhere: citations, permanent addresses. Reads the operator's setting."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from monitor import settings


def own_address(datasette: Any, request: Any, path: str) -> str:
    """The whole address of a path: below MONITOR_SITE or, where that is not set, by the host that the visitor asked."""
    base = settings.MONITOR_SITE.rstrip("/")
    return f"{base}{path}" if base else str(datasette.absolute_url(request, path))


def is_for_all(address: str) -> bool:
    """Whether an address leads to the same place from every machine: that of a site on one's own does not."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))
