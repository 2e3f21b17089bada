"""Feeds to entries: RSS 0.9 to 2.0, RDF and Atom by feedparser, which is imported here alone; JSON Feed by jsonfeed. Pure."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import feedparser

from monitor.model import Channel, Feed, FeedEntry, Outcome, Rejection
from monitor.read import jsonfeed, refuse, telegram
from monitor.read.address import web_address
from monitor.read.body import PARSER_ERRORS
from monitor.read.dates import instant
from monitor.read.decode import Decoded, decode, sniff
from monitor.read.names import names, tidy
from monitor.read.plain import plain
from monitor.text.language import code

_FORMATS = {
    "rss10": "rdf",
    "rss090": "rss0.9",
    "rss20": "rss2.0",
    "atom03": "atom",
    "atom10": "atom",
    "atom": "atom",
    "rss": "rss2.0",
}
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# Entities of a document type are how bombs are made, and no feed needs its own.
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(r"</\s*(?:\w+:)?(?:rss|rdf|feed|channel)\s*>\s*(?:<!--[^>]*-->\s*)*\Z", re.IGNORECASE)
_ENTRY_END = re.compile(r"</\s*(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<\s*(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?P<name>(?:\w+:)?(?:rss|rdf|feed))\b", re.IGNORECASE)
_LONGEST_GUID = 2_000
_NUMBER = re.compile(r"\s*(\d{1,7})")
# Minutes. https://web.resource.org/rss/1.0/modules/syndication/
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
# Where a document type may stand. One that is longer is left to libxml2 and feedparser, which expand no entity of it.
_HEAD = 1_000_000
_CHANNEL = re.compile(r"<(?:\w+:)?channel\b", re.IGNORECASE)


def _whole(text: str) -> tuple[str, bool]:
    """The document without its last, unfinished entry, closed; and whether it had been cut."""
    if _CLOSED.search(text[-2_000:]):
        return text, False
    ends = list(_ENTRY_END.finditer(text))
    root = _ROOT.search(text)
    if not root:
        return text, False
    begun = _ENTRY_START.search(text)
    # Without a whole entry, what stands before the first one: the channel's own fields.
    kept = text[: ends[-1].end()] if ends else text[: begun.start()] if begun else text[: text.rfind("<")]
    channel = _CHANNEL.search(kept)
    closing = "</channel>" if channel and "</channel>" not in kept else ""
    return f"{kept}{closing}</{root['name']}>", True


def _text(value: Any) -> str:
    """Plain text of one of feedparser's details: what says that it is plain text is not read as markup."""
    text = str(value.get("value") or "")
    return " ".join(text.split()) if value.get("type") == "text/plain" and "&" not in text else plain(text)


def _entry(entry: Any, base: str, now: datetime) -> FeedEntry:
    # Asked as a plain dict: feedparser's own `get` answers with `published` where there is no `updated`.
    updated = str(dict.get(entry, "updated") or "")
    raw = str(entry.get("published") or entry.get("created") or updated)
    link = str(entry.get("link") or "")
    contents = [_text(c) for c in entry.get("content") or ()]
    authors = [str(a.get("name") or "") for a in entry.get("authors") or ()]
    return FeedEntry(
        guid=str(entry.get("id") or link)[:_LONGEST_GUID],
        url=web_address(base, link) if link else "",
        title=" ".join(_text(entry.get("title_detail") or {}).split()),
        summary=_text(entry.get("summary_detail") or {}),
        published=instant(raw, now),
        published_raw=raw,
        updated=instant(updated, now),
        authors=names(authors),
        text=max(contents, key=len, default=""),
    )


def without_doctype(text: str) -> str:
    """An XML document without its document type, and so without the entities that are its own."""
    head = text[:_HEAD]
    return _DOCTYPE.sub("", head, count=1) + text[_HEAD:]


def not_a_feed(decoded: Decoded, kind: str) -> Rejection:
    """Why a document of this kind (as `sniff` names it) is no feed: what stands in its place."""
    text = decoded.text
    if kind == "empty":
        return Rejection(Outcome.NOT_A_FEED, "the body is empty")
    if kind in ("html", "text"):
        title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
        visible = plain(text[:100_000])
        refused = refuse.stand_in(tidy(title[1]) if title else "", visible, text[:100_000])
        if refused and refused.outcome is not Outcome.NOT_FOUND:
            return refused
        return Rejection(Outcome.NOT_A_FEED, f"{'a page' if kind == 'html' else 'plain text'} stands where a feed was")
    return Rejection(Outcome.NOT_A_FEED, f"the body is {kind}, not a feed")


def _ttl(channel: Any) -> int | None:
    """Minutes for which the document asks to be left alone: RSS 2.0's ttl, or the period of RSS 1.0's syndication module.

    "Hourly, once" is no wish of anybody's: WordPress says so of every site unless it is told otherwise.
    """
    ttl = _NUMBER.match(str(channel.get("ttl") or ""))
    if ttl:
        return int(ttl[1])
    often = _NUMBER.match(str(channel.get("sy_updatefrequency") or "1"))
    period = _PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower(), 0) // max(int(often[1]) if often else 1, 1)
    return None if period in {0, _PERIODS["hourly"]} else period


def read_feed(body: bytes, url: str, content_type: str = "", *, now: datetime) -> Feed | Channel | Rejection:
    """Reads the feed at `url`: RSS 0.9 to 2.0, RDF, Atom or JSON Feed; or the preview of a Telegram channel, known by its markup.
    `now` bounds what declared dates are plausible. Never raises: what is no feed is Rejection. Of a feed that was cut its whole
    entries are given, and `partial` is True.

    An entry whose link leads to no web address (javascript:, data:, file:) is kept with an empty `url`.
    """
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    if kind == "json":
        return jsonfeed.read(decoded, url, now)
    if kind == "html" and telegram.is_preview(decoded.text):
        return telegram.read(decoded, url, now)
    if kind != "feed":
        return not_a_feed(decoded, kind)
    text, partial = _whole(without_doctype(_DECLARATION.sub("", decoded.text.replace("\x00", ""))))
    # What is handed over declares itself rightly, so that nothing is left to guess; a stream, for feedparser opens strings.
    stream = io.BytesIO(f'<?xml version="1.0" encoding="utf-8"?>\n{text.lstrip()}'.encode("utf-8", "replace"))
    try:
        document = feedparser.parse(
            stream, response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url}
        )
    except PARSER_ERRORS as error:
        return Rejection(Outcome.PARSER_ERROR, f"feedparser: {type(error).__name__}: {error}"[:200])
    version = str(document.get("version") or "")
    channel = document.get("feed") or {}
    if not version and not document.entries:
        return Rejection(Outcome.NOT_A_FEED, "the body is XML without a feed's root")
    return Feed(
        url=url,
        format=_FORMATS.get(version)
        or (f"rss0.{version[4]}{version[5].strip('nu')}" if version.startswith("rss09") else "rss2.0"),
        title=" ".join(_text(channel.get("title_detail") or {}).split()),
        language=code(str(channel.get("language") or "")),
        entries=tuple(_entry(e, url, now) for e in document.entries),
        ttl=_ttl(channel),
        partial=partial,
        flags=decoded.flags,
    )
