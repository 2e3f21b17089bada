"""Sitemaps to entries: news sitemaps, plain ones, indexes, text, gzip (https://www.sitemaps.org/protocol.html). Pure.

A sitemap lists an archive, and a monitor wants what is new in it: what is older than was asked for is counted and left out here,
in the worker that reads it, and never becomes a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from monitor.compression import State, gunzip
from monitor.model import Channel, Feed, FeedEntry, Outcome, Rejection
from monitor.read.address import web_address
from monitor.read.characters import illegible, legible
from monitor.read.dates import EARLIEST, instant, plausible, read_date
from monitor.read.decode import decode, sniff
from monitor.read.feed import not_a_feed, read_feed
from monitor.read.loose_xml import Element, elements, local, unescape, without_doctype
from monitor.text.language import code

# sitemaps.org: 50,000 addresses and 50 MB unpacked.
_MOST_ADDRESSES = 50_000
_MOST_BYTES = 50 * 1024**2
# What a news sitemap may list, https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap. A sitemap with
# more than that in a few days, or with more addresses that have no date, does not tell new from old.
_MOST_NEW = 1_000
# Of an index's parts that neither a date nor their name tells old from new: the first and the last of each series that is
# called by articles ("posts-1.xml", "posts-2.xml" ...), and of all others.
_FIRST_AND_LAST = 5
# So few of them are asked for all: fewer requests than one feed takes in a day.
_FEW_PARTS = 20
# From so many times on, more than half of which are one minute, they are when the file was made, and nothing of the articles.
_TELLING = 10

_ROOT = re.compile(r"<(?:[\w-]+:)?(?P<name>urlset|sitemapindex)\b", re.IGNORECASE)
_CLOSED = re.compile(r"</\s*(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_ITEMS = frozenset({"url", "sitemap"})
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEAD = 65_536
# "2026-5.xml", "sitemap_2026_05.xml", "/2026/05/", "20260518": a part that is named by the month or the day that it covers.
_PERIOD = re.compile(r"(?<!\d)(20\d\d)(?:[-_/.]?(0[1-9]|1[0-2]|[1-9](?!\d))(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_ARTICLES = re.compile(r"news|latest|recent|today|posts?\b|article|stor(?:y|ies)|publication|material|novosti", re.IGNORECASE)
_NOT_ARTICLES = re.compile(r"tag|categor|author|user|image|video|taxonom", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class _Item:
    """A <url> or <sitemap> as it is written."""

    loc: str = ""
    lastmod: str = ""
    published: str = ""
    title: str = ""
    language: str = ""
    publication: str = ""


_FIELDS = {"lastmod": "lastmod", "publication_date": "published", "title": "title", "language": "language", "name": "publication"}
# What holds others of these, and what holds none: a picture's title is not its page's.
_AROUND = frozenset({"news", "publication"})


@dataclass(slots=True)
class _Sorted:
    """What of a sitemap is new, and what was left out of it, in words."""

    entries: list[FeedEntry] = field(default_factory=list)
    undated: int = 0
    left_out: int = 0
    said: list[str] = field(default_factory=list)

    def leave_out(self, count: int, what: str) -> None:
        """Counts entries that are not given, and says which they are; none where the count is 0."""
        if count:
            self.left_out += count
            self.said.append(f"left out {what}: {count}")


def read_sitemap(body: bytes, url: str, content_type: str = "", *, now: datetime, since: datetime) -> Feed | Rejection:
    """Reads the sitemap at `url`: what it lists as published or changed since `since`, at most 1,000 of it; what has no date is
    given where it is at most 1,000 too. Of an index, `parts` are the sitemaps that may list such. Feeds, which sitemaps may be,
    are read as feeds. `now` bounds what declared dates are plausible.

    Never raises: what is no sitemap is Rejection. Of one that was cut the whole entries are given, and `partial` is True.
    What was left out is counted in `left_out` and told in `flags`. An entry's `published` is a news sitemap's; its
    `updated` is `lastmod`.
    """
    is_cut, count = False, 0
    if body.startswith(b"\x1f\x8b"):
        unpacked = gunzip(body, _MOST_BYTES)
        if unpacked.state is State.TOO_LARGE:
            return Rejection(Outcome.TOO_LARGE, unpacked.detail)
        if unpacked.state is State.BROKEN:
            return Rejection(Outcome.BAD_ENCODING, f"gzip: {unpacked.detail}")
        body, is_cut = unpacked.data, unpacked.state is State.CUT
    decoded = decode(body, content_type)
    text = decoded.text
    root = _ROOT.search(text, 0, _HEAD)
    if root is None:
        kind = sniff(body, text)
        if kind == "feed":
            feed = read_feed(body, url, content_type, now=now)
            assert not isinstance(feed, Channel), "a channel's preview is a page"
            return feed
        lines = text.split() if kind == "text" else []
        if not lines or any(not line.startswith(("http://", "https://")) for line in lines):
            return not_a_feed(decoded, kind)
        items = [_Item(loc=line) for line in lines]
        is_index = False
    else:
        is_index = root["name"].lower() == "sitemapindex"
        text, count = legible(text)
        text = without_doctype(text)
        is_cut |= _CLOSED.search(text, max(text.rfind("<url>"), text.rfind("<sitemap>"), 0)) is None
        items = _items(text, is_cut=is_cut)
    flags = [*decoded.flags, *illegible(count)]
    if len(items) > _MOST_ADDRESSES:
        del items[_MOST_ADDRESSES:]
        flags.append(f"more than {_MOST_ADDRESSES} addresses, the rest is left out")
    parts: tuple[str, ...] = ()
    if is_index:
        parts, found = _parts(items, url, since)
    else:
        found = _new(items, url, now, since)
    return Feed(
        url=url,
        format="sitemap",
        title=next((i.publication for i in items if i.publication), ""),
        language=code(next((i.language for i in items if i.language), "")),
        entries=tuple(found.entries),
        partial=is_cut,
        flags=(*flags, *found.said),
        parts=parts,
        undated=found.undated,
        left_out=found.left_out,
    )


def _items(text: str, *, is_cut: bool) -> list[_Item]:
    """Every <url> and <sitemap> that has an address, up to one more than are read, whatever is wrong around them. Of a document
    that was cut the last one is none, unless it is whole."""
    items: list[_Item] = []
    for element in elements(text, _ITEMS):
        if element.whole or not is_cut:
            items += _read_item(element)
        if len(items) > _MOST_ADDRESSES:
            break
    return items


def _read_item(element: Element) -> Iterator[_Item]:
    """As many as it has addresses: one without <loc> may have its address as its own text, before its other elements."""
    item, addresses = _Item(), []
    fields = [*element.children()]
    while fields:
        child = fields.pop(0)
        match local(child.name):
            case "loc":
                addresses.append(child.address)
            case name if name in _AROUND:
                fields += child.children()
            case name if name in _FIELDS:
                setattr(item, _FIELDS[name], child.words)
    for address in addresses or [unescape(element.inside.partition("<")[0]).strip() or element.address]:
        if address:
            yield replace(item, loc=address)


def _parts(items: Sequence[_Item], url: str, since: datetime) -> tuple[tuple[str, ...], _Sorted]:
    """The sitemaps of an index that may list something newer than `since`, each once."""
    found = _Sorted()
    recent: list[str] = []
    series: dict[str, list[str]] = {}
    older = 0
    is_one_clock = _is_one_clock(items)
    for item in items:
        address = web_address(url, item.loc)
        last = read_date(item.lastmod).day if item.lastmod and not is_one_clock else _last_day(address)
        path = urlsplit(address).path
        if not address or (last and last < since.date()):
            older += 1
        elif last:
            recent.append(address)
        else:
            is_of_articles = _ARTICLES.search(path) and not _NOT_ARTICLES.search(path)
            series.setdefault(_DIGITS.sub("", address) if is_of_articles else "", []).append(address)
    found.leave_out(older, "older sitemaps")
    others = series.pop("", [])
    unknown = [*series.values(), others]
    known = sum(map(len, unknown))
    ends = [[*some[:_FIRST_AND_LAST], *some[_FIRST_AND_LAST:][-_FIRST_AND_LAST:]] for some in unknown]
    if known <= _FEW_PARTS:
        ends = unknown
    found.leave_out(known - sum(map(len, ends)), "sitemaps of unknown age between the first and the last")
    parts = dict.fromkeys([*recent, *(address for some in ends for address in some)])
    parts.pop(url, None)
    return tuple(parts), found


def _last_day(address: str) -> date | None:
    """The last day that a sitemap covers, by its name; None where its name does not say."""
    named = list(_PERIOD.finditer(urlsplit(address).path + "?" + urlsplit(address).query))
    if not named:
        return None
    year, month, day = (int(part) if part else 0 for part in named[-1].groups())
    if not month:
        return date(year, 12, 31)
    if not day:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _new(items: Sequence[_Item], url: str, now: datetime, since: datetime) -> _Sorted:
    """The entries that are new, the newest first, and then those without a date."""
    found = _Sorted()
    if _is_one_clock(items):
        found.said.append("most changes are dated to one minute, when the file was made: not believed")
        for item in items:
            item.lastmod = ""
    floor = (since - timedelta(days=1)).date().isoformat()  # a day elsewhere on Earth may be the day before it here
    earliest = EARLIEST.isoformat()
    dated: list[tuple[datetime, _Item]] = []
    undated: list[_Item] = []
    older = 0
    for item in items:
        said = [raw for raw in (item.published, item.lastmod) if raw]
        # As text: of a hundred thousand dates in an archive hardly one needs to be read.
        if said and all(_ISO_DAY.match(raw) and earliest <= raw[:10] < floor for raw in said):
            older += 1
            continue
        latest = max((end for raw in said if (end := _latest(raw, now))), default=None)
        if latest is None:
            undated.append(item)
        elif latest < since:
            older += 1
        else:
            dated.append((latest, item))
    dated.sort(key=lambda pair: pair[0], reverse=True)
    found.leave_out(older, "older entries")
    found.leave_out(len(dated[_MOST_NEW:]), f"entries beyond the newest {_MOST_NEW}")
    if len(undated) > _MOST_NEW:
        found.leave_out(len(undated), "entries without a date, too many to tell new from old")
        undated = []
    found.undated = len(undated)
    found.entries = [_entry(item, url, now) for item in (*(item for _, item in dated[:_MOST_NEW]), *undated)]
    return found


def _is_one_clock(items: Sequence[_Item]) -> bool:
    minutes = Counter(item.lastmod[:16] for item in items if "T" in item.lastmod)
    return minutes.total() >= _TELLING and minutes.most_common(1)[0][1] > minutes.total() / 2


def _latest(raw: str, now: datetime) -> datetime | None:
    """The latest that a date can be: of a day without a time, its end. None where it is not plausible."""
    when = read_date(raw)
    if when.day is None or not plausible(when, now):
        return None
    return when.instant or datetime(when.day.year, when.day.month, when.day.day, tzinfo=UTC) + timedelta(days=1)


def _entry(item: _Item, base: str, now: datetime) -> FeedEntry:
    return FeedEntry(
        guid=item.loc[:2_000],
        url=web_address(base, item.loc),
        title=item.title,
        summary="",
        published=instant(item.published, now),
        published_raw=item.published,
        updated=instant(item.lastmod, now),
    )
