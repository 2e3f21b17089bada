"""The site's own address, for what leads here from elsewhere: citations, permanent addresses. Reads the operator's setting."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from monitor import settings
from monitor.errors import UsageError


def set_address() -> str:
    """MONITOR_SITE without a slash at its end; empty where it is not set.

    Raises UsageError where it is not the address of a site: http or https, a host, perhaps a path, and nothing else.
    """
    value = settings.MONITOR_SITE.strip()
    try:
        parts = urlsplit(value)
        is_site = bool(parts.scheme in {"http", "https"} and parts.hostname) and not (
            parts.query or parts.fragment or "@" in parts.netloc
        )
    except ValueError:
        is_site = False
    if value and not is_site:
        raise UsageError(f"MONITOR_SITE: {value!r} is not the address of a site, such as https://povestka.example")
    return value.rstrip("/")


def own_address(datasette: Any, request: Any, path: str) -> str:
    """The whole address of a path: below MONITOR_SITE or, where that is not set, by the host that the visitor asked."""
    base = set_address()
    return f"{base}{path}" if base else str(datasette.absolute_url(request, path))


def is_for_all(address: str) -> bool:
    """Whether an address leads to the same place from every machine: that of a site on one's own does not."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))
