"""Makes Scrapy's request for an entry of the frontier: no other module builds one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from monitor.vault import FrontierEntry


def request_of(
    entry: FrontierEntry, *, callback: Callable[..., Any] = NO_CALLBACK, errback: Callable[..., Any] | None = None, **meta: Any
) -> Request:
    """The request that asks for the entry's address; its `meta` holds `entry` and what is given beside it.

    Scrapy's filter of repeats does not see it: the frontier knows what was asked. Raises ValueError where Scrapy cannot ask for
    the address.
    """
    return Request(entry.url, callback, meta={"entry": entry, **meta}, errback=errback, dont_filter=True)
