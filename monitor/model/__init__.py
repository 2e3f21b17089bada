"""Every record that passes between packages. Frozen, made of tuples, all times aware and in UTC; no behaviour but construction.

Clocks are never mixed. What a page or feed *declares* (`published`, `modified`, a feed's `updated`) may be wrong, shifted
or forged; what we *witnessed* (`first_seen`, `fetched`) is ours. A field says in its name or its docstring which it is.
"""

from monitor.model.articles import (
    FROM_FEED,
    JOINED,
    NOINDEX,
    NOT_EXTRACTED,
    PAGES_MISSING,
    SAYS_LESS,
    Article,
    Copy,
    Fingerprint,
    Link,
    Place,
    Reason,
    Verdict,
)
from monitor.model.feeds import Channel, Feed, FeedEntry, MessageNumber
from monitor.model.newsroom import Alert, Family, Region, SavedSearch, Source, Town
from monitor.model.parsed import ParsedArticle, ParsedChannel
from monitor.model.requests import POLLED, Access, Capture, Fetch, Original, Outcome, OutsideCapture, Rejection
from monitor.model.runs import Run
from monitor.model.tracing import (
    Attribution,
    CrossDenial,
    Denial,
    Edit,
    Figure,
    FirstReport,
    Mention,
    Reduction,
    Sighting,
    Speaker,
    Telling,
    Traced,
    Version,
)

__all__ = [
    "FROM_FEED",
    "JOINED",
    "NOINDEX",
    "NOT_EXTRACTED",
    "PAGES_MISSING",
    "POLLED",
    "SAYS_LESS",
    "Access",
    "Alert",
    "Article",
    "Attribution",
    "Capture",
    "Channel",
    "Copy",
    "CrossDenial",
    "Denial",
    "Edit",
    "Family",
    "Feed",
    "FeedEntry",
    "Fetch",
    "Figure",
    "Fingerprint",
    "FirstReport",
    "Link",
    "Mention",
    "MessageNumber",
    "Original",
    "Outcome",
    "OutsideCapture",
    "ParsedArticle",
    "ParsedChannel",
    "Place",
    "Reason",
    "Reduction",
    "Region",
    "Rejection",
    "Run",
    "SavedSearch",
    "Sighting",
    "Source",
    "Speaker",
    "Telling",
    "Town",
    "Traced",
    "Verdict",
    "Version",
]
