"""A request and its row of the frontier, each made of the other: all that a row says travels in the request's `meta`. Touches the
clock alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request, Spider

from monitor.crawl import clock
from monitor.match import url_identity
from monitor.model import POLLED
from monitor.vault import FrontierEntry, LeasedEntry


def pending(request: Request) -> FrontierEntry:
    """The frontier's row of a request; raises ValueError where its address is no http(s) address."""
    meta = request.meta
    return FrontierEntry(
        url=request.url,
        key=meta.get("key") or url_identity(request.url),
        kind=meta["kind"],
        source=meta.get("source", ""),
        host=urlsplit(request.url).hostname or "",
        priority=request.priority,
        depth=meta.get("depth", 0),
        referrer=meta.get("referrer", ""),
        due=clock.now(),
    )


def to_send(leased: LeasedEntry, spider: Spider) -> Request:
    """The request of a leased row; what comes of one of kind K goes to the spider's `parse_K`."""
    row = leased.pending
    meta = {
        "key": row.key, "kind": row.kind, "source": row.source, "referrer": row.referrer, "depth": row.depth,
        "attempts": leased.attempts, "part": row.url if row.kind in POLLED and row.depth else "",
    }  # fmt: skip
    return Request(row.url, callback=getattr(spider, f"parse_{row.kind}"), meta=meta, dont_filter=True)
