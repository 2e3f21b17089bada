"""What an outlet answers to a request: from path and headers to status and body. No network, no clock: the view has the time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.press import feeds, pages
from monitor.press.pages import FEED_TYPES, View
from monitor.press.world import Outlet


@dataclass(frozen=True, slots=True)
class Answer:
    """A response without its transport."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(view: View, outlet: Outlet, target: str, headers: Mapping[str, str], poll: int = 0) -> Answer:
    """What `outlet` answers to a GET of `target` (path and query). `headers` have lower-case names; `poll` numbers the polls."""
    path = _identity(target)
    if path == "/robots.txt":
        return _text(200, feeds.robots(view, outlet), "text/plain; charset=utf-8")
    if path.startswith("/sitemap"):
        return _sitemap(view, outlet, path)
    for spec in outlet.feeds:
        if path == spec.path:
            text, changed = feeds.feed(view, outlet, spec, poll)
            charset = "utf-8" if spec.format == "json" else outlet.encoding
            return _conditional(
                text.encode(charset, "xmlcharrefreplace"), f"{FEED_TYPES[spec.format]}; charset={charset}", changed, headers
            )
    return _page(view, outlet, path)


def _identity(target: str) -> str:
    """The target without the parameters that only count visitors."""
    parts = urlsplit(target)
    query = [(key, value) for key, value in parse_qsl(parts.query) if not key.startswith("utm_")]
    return parts.path + (f"?{urlencode(query)}" if query else "")


def _page(view: View, outlet: Outlet, path: str) -> Answer:
    piece = view.world.at(outlet.id, path, view.now)
    if piece:
        if piece.challenge:
            return _html(outlet, piece.challenge, pages.challenge_page(view, outlet, path))
        return _html(outlet, 200, pages.article_page(view, piece))
    if view.world.at(outlet.id, f"{path}/", view.now):
        return Answer(301, (("Location", view.url(outlet, f"{path}/")),), b"")
    if path == "/":
        return _html(outlet, 200, pages.list_page(view, outlet))
    if outlet.calendar and (day := _calendar_day(path)):
        return _html(outlet, 200, pages.calendar_page(view, outlet, day))
    section = path.strip("/")
    if any(piece.section == section for piece in view.world.newest(outlet.id, view.now, 50)):
        return _html(outlet, 200, pages.list_page(view, outlet, section))
    return _html(outlet, 404, pages.missing_page(view, outlet))


def _calendar_day(path: str) -> date | None:
    if not path.startswith("/calendar/"):
        return None
    try:
        day = date.fromisoformat(path.removeprefix("/calendar/"))
    except ValueError:
        return None
    # The days beside the first and the last that Python can count have no page.
    return day if date.min < day < date.max else None


def _sitemap(view: View, outlet: Outlet, path: str) -> Answer:
    match path:
        case "/sitemap.xml":
            text = feeds.sitemap_index(view, outlet)
        case "/sitemap-articles.xml":
            text = feeds.sitemap(view, outlet, news=False)
        case "/sitemap-news.xml":
            text = feeds.sitemap(view, outlet, news=True)
        case _:
            return _html(outlet, 404, pages.missing_page(view, outlet))
    return _text(200, text, "application/xml; charset=utf-8")


def _text(status: int, text: str, content_type: str) -> Answer:
    return Answer(status, (("Content-Type", content_type),), text.encode())


def _html(outlet: Outlet, status: int, text: str) -> Answer:
    # A character that the outlet's encoding lacks is written as a reference, as its editors' software would.
    body = text.encode(outlet.encoding, "xmlcharrefreplace")
    return Answer(status, (("Content-Type", f"text/html; charset={outlet.encoding}"),), body)


def _conditional(body: bytes, content_type: str, changed: datetime, headers: Mapping[str, str]) -> Answer:
    """200 with validators, or 304 where the client's copy is current; If-None-Match goes first (RFC 9110, 13.2.2)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    validators = (("ETag", etag), ("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True)))
    if "if-none-match" in headers:
        current = etag in headers["if-none-match"]
    else:
        current = "if-modified-since" in headers and changed.replace(microsecond=0) <= _http_date(headers["if-modified-since"])
    if current:
        return Answer(304, validators, b"")
    return Answer(200, (*validators, ("Content-Type", content_type), ("Cache-Control", "max-age=600")), body)


def _http_date(raw: str) -> datetime:
    """An HTTP date; one that cannot be read is older than everything, so that the whole answer is sent."""
    try:
        time = parsedate_to_datetime(raw)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
