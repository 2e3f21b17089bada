"""Every record that passes between packages. Frozen, made of tuples, all times aware and in UTC; no behaviour but construction.

Clocks are never mixed. What a page or feed *declares* (`published`, `modified`, a feed's `updated`) may be wrong, shifted
or forged; what we *witnessed* (`first_seen`, `fetched`) is ours. A field says in its name or its docstring which it is.
"""

from monitor.model.articles import Article, Copy, Link, Place, Reason, Sketch, Verdict
from monitor.model.feeds import Channel, Feed, FeedEntry, Numbered
from monitor.model.newsroom import Alert, Family, Region, Source, Town
from monitor.model.requests import POLLED, Access, Capture, Fetch, Outcome, Unread
from monitor.model.runs import Run
from monitor.model.tracing import Attribution, Denial, FirstReport, Sighting

__all__ = [
    "POLLED",
    "Access",
    "Alert",
    "Article",
    "Attribution",
    "Capture",
    "Channel",
    "Copy",
    "Denial",
    "Family",
    "Feed",
    "FeedEntry",
    "Fetch",
    "FirstReport",
    "Link",
    "Numbered",
    "Outcome",
    "Place",
    "Reason",
    "Region",
    "Run",
    "Sighting",
    "Sketch",
    "Source",
    "Town",
    "Unread",
    "Verdict",
]
