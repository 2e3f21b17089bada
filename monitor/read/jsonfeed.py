"""JSON Feed 1.0 and 1.1 to entries, for feedparser does not read it. Pure. https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from monitor.model import Feed, FeedEntry, Outcome, Rejection
from monitor.read.address import site, web_address
from monitor.read.characters import illegible, legible
from monitor.read.dates import instant
from monitor.read.decode import Decoded
from monitor.read.names import names
from monitor.read.plain import plain
from monitor.text.language import code

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_COMMA = re.compile(r"[\s,]*")


class _Legible:
    """Makes the strings of each object legible, and counts what was wrong with them."""

    count = 0

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        for name, value in item.items():
            if isinstance(value, str):
                item[name], count = legible(value)
                self.count += count
        return item


def _load(text: str, hook: _Legible) -> tuple[dict[str, Any] | None, bool]:
    """The feed's object, and whether it had been cut: then with the items that are whole."""
    decoder = json.JSONDecoder(strict=False, object_hook=hook)
    try:
        value = decoder.decode(text.strip().removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        pass
    else:
        return (value, False) if isinstance(value, dict) else (None, False)
    start = _ITEMS.search(text)
    if not start:
        return None, False
    items, position = [], start.end()
    try:
        while True:
            gap = _COMMA.match(text, position)
            item, position = decoder.raw_decode(text, gap.end() if gap else position)
            items.append(item)
    except (ValueError, RecursionError):
        # Here the whole items end.
        pass
    try:
        head = decoder.decode(text[: start.start()].rstrip().rstrip(",") + "}")
    except (ValueError, RecursionError):
        return None, False
    return ({**head, "items": items}, True) if isinstance(head, dict) else (None, False)


def _string(value: Any) -> str:
    # Ids are often numbers, against the specification, which says to read them as strings.
    return (
        value if isinstance(value, str) else str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    )


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    said = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return names(_string(a.get("name")) for a in said or () if isinstance(a, dict))


def _address(item: dict[str, Any], base: str, of_site: str) -> str:
    """Its own address: of its page, or its id where that is one of the outlet's own; else what it only points to."""
    own = web_address("", _string(item.get("id")))
    ids = [own] if own and site(own) == of_site else []
    written = [_string(item.get("url")), *ids, _string(item.get("external_url"))]
    return next(filter(None, (web_address(base, link) for link in written if link)), "")


def _entry(item: dict[str, Any], base: str, of_site: str, now: datetime) -> FeedEntry:
    raw, link = _string(item.get("date_published")), _address(item, base, of_site)
    text = _string(item.get("content_text"))
    return FeedEntry(
        guid=_string(item.get("id")) or link,
        url=link,
        title=" ".join(_string(item.get("title")).split()),
        summary=" ".join(_string(item.get("summary")).split()),
        published=instant(raw, now),
        published_raw=raw,
        updated=instant(_string(item.get("date_modified")), now),
        authors=_authors(item),
        text="\n".join(line.strip() for line in text.splitlines() if line.strip()) or plain(_string(item.get("content_html"))),
    )


def read(decoded: Decoded, url: str, now: datetime) -> Feed | Rejection:
    """Reads a JSON Feed. What is JSON and no feed is Rejection; of a cut feed the whole items are given."""
    hook = _Legible()
    feed, partial = _load(decoded.text, hook)
    if feed is None or not isinstance(items := feed.get("items"), list) or "jsonfeed.org" not in _string(feed.get("version")):
        return Rejection(Outcome.NOT_A_FEED, "the body is JSON, not a JSON Feed")
    home = _string(feed.get("home_page_url"))
    own = (web_address(url, home) if home else "") or url
    base = url if site(own) == site(url) else own
    return Feed(
        url=url,
        format="json",
        title=" ".join(_string(feed.get("title")).split()),
        language=code(_string(feed.get("language"))),
        entries=tuple(_entry(item, base, site(base), now) for item in items if isinstance(item, dict)),
        partial=partial,
        flags=(*decoded.flags, *illegible(hook.count)),
    )
