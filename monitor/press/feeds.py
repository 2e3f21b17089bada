"""Renders the outlets' feeds, sitemaps and robots.txt. Reads its templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from monitor.press.pages import View, calendar_heading, section_name, summary
from monitor.press.world import MOMENTS, FeedSpec, Outlet, Piece

LIMIT = 500
"""Entries of a feed at most. The written outlets stay far below it: what they list is all in their feeds."""
_NEWS_SITEMAP = 1000
"""URLs of a news sitemap at most: what the protocol allows."""
_SITEMAP = 50_000
"""URLs of a sitemap at most: what the protocol allows (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class _FeedItem:
    """An entry as every format needs it."""

    guid: str
    url: str
    title: str
    summary: str
    html: str
    section: str
    authors: tuple[str, ...]
    published: datetime
    updated: datetime


def feed(view: View, outlet: Outlet, spec: FeedSpec, poll: int) -> tuple[str, datetime]:
    """The feed's text and when it last changed. `poll` numbers the polls, for outlets whose guids change with each."""
    pieces = view.world.newest(outlet.id, view.now, LIMIT)
    items = [_item(view, piece, poll) for piece in pieces]
    changed = max((piece.changed for piece in pieces), default=MOMENTS[1]).astimezone(UTC)
    if outlet.calendar:
        items.append(_calendar(view, outlet))
    if spec.format == "json":
        return _json(view, outlet, spec, items), changed
    template = {"rss2.0": "_rss2", "rss2.0-full": "_rss2", "rss0.91": "_rss091", "rdf": "_rdf", "atom": "_atom"}[spec.format]
    document = _document(view, outlet, items, url=view.url(outlet, spec.path), changed=changed, full=spec.format == "rss2.0-full")
    return _render(template, document), changed


def sitemap(view: View, outlet: Outlet, *, news: bool) -> str:
    """Every article that the outlet lists, or the newest in a news sitemap."""
    pieces = view.world.newest(outlet.id, view.now, _NEWS_SITEMAP if news else _SITEMAP)
    return _render("_sitemap", _document(view, outlet, [_item(view, piece, 0, tags=False) for piece in pieces], news=news))


def sitemap_index(view: View, outlet: Outlet) -> str:
    """The sitemap that names the others."""
    maps = [view.url(outlet, path) for path in ("/sitemap-articles.xml", "/sitemap-news.xml")]
    return _render("_sitemaps", _document(view, outlet, [], maps=maps))


def robots(view: View, outlet: Outlet) -> str:
    """robots.txt: what the outlet closes, and where its sitemap is (RFC 9309)."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/search/", "/print/", *outlet.closed))
    return f"# {outlet.name}: a fictional outlet\nUser-agent: *\n{closed}\nSitemap: {view.url(outlet, '/sitemap.xml')}\n"


def _rfc822(time: datetime) -> str:
    return format_datetime(time)


_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined)
_templates.filters["rfc822"] = _rfc822


def _render(template: str, document: SimpleNamespace) -> str:
    return _templates.get_template(f"{template}.xml").render(feed=document)


def _document(view: View, outlet: Outlet, items: list[_FeedItem], **more: Any) -> SimpleNamespace:
    home = view.url(outlet)
    description = f"{outlet.name}: a fictional outlet"
    return SimpleNamespace(outlet=outlet, home=home, description=description, entries=items, **more)


def _item(view: View, piece: Piece, poll: int, *, tags: bool = True) -> _FeedItem:
    url = view.url(piece.outlet, piece.path)
    guid = f"{piece.id}-{poll}" if piece.outlet.guids == "changing" else url
    if tags and piece.outlet.tagged:
        url += ("&" if "?" in url else "?") + "utm_source=rss&utm_medium=feed"
    # Who keeps a page behind a challenge does not give its text away in a feed.
    shown = () if piece.challenge else piece.paragraphs
    return _FeedItem(
        guid=guid,
        url=url,
        title=piece.title,
        summary=summary(piece),
        html=str(Markup("\n").join(Markup("<p>{}</p>").format("".join(run.text for run in p)) for p in shown)),
        section=section_name(piece.outlet, piece.section),
        authors=piece.authors,
        published=piece.published,
        updated=piece.modified or piece.published,
    )


def _calendar(view: View, outlet: Outlet) -> _FeedItem:
    """The entry that links to the endless calendar (a crawler trap)."""
    url, day = view.url(outlet, f"/calendar/{MOMENTS[1]:%Y-%m-%d}"), MOMENTS[1].replace(hour=0)
    return _FeedItem(url, url, calendar_heading(day.date()), "", "", "", (), day, day)


def _json(view: View, outlet: Outlet, spec: FeedSpec, items: list[_FeedItem]) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": f"{outlet.name}: a fictional outlet",
        "home_page_url": view.url(outlet),
        "feed_url": view.url(outlet, spec.path),
        "language": outlet.language,
        "items": [
            {
                "id": item.guid,
                "url": item.url,
                "title": item.title,
                "summary": item.summary,
                **({"content_html": item.html} if item.html else {}),
                "date_published": item.published.isoformat(),
                "date_modified": item.updated.isoformat(),
                "authors": [{"name": name} for name in item.authors],
                "tags": [item.section],
            }
            for item in items
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
