"""Parsing in a worker process: reads, judges, traces and fingerprints the bytes of one response. Pure.

`init_worker` must have run in the process. What does the work is imported where it is called: the process of a crawl names
these functions, and never loads what they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from monitor.match.urls import address_key, url_identity
from monitor.model import (
    FROM_FEED,
    NOT_EXTRACTED,
    Article,
    Channel,
    Feed,
    FeedEntry,
    Outcome,
    OutsideCapture,
    ParsedArticle,
    ParsedChannel,
    Region,
    Rejection,
    Town,
    Version,
)
from monitor.text import forms
from monitor.trace.outlets import Outlets

if TYPE_CHECKING:
    from monitor.judge.gate import Gate
    from monitor.judge.places import Gazetteer
    from monitor.judge.topics import Topic
    from monitor.read.discover import Announced


CapturedPage = tuple[bytes, str, str, int]
"""The body of an answer without its content codings, its address, Content-Type and status."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What parsing needs from the newsroom's folder: sent to the worker processes as they start."""

    topics: Sequence[Topic]
    regions: Sequence[Region]
    towns: Sequence[Town]
    outlets: Outlets
    parser: str = ""
    """Of `monitor.program.parser_version`."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Of `monitor.newsroom.compiled.kept_forms`: else each process looks them up, for 2 s."""


# Titles and texts with an attribution, a denial, a place and the topic's words, so that every rule is compiled.
_WARM_UP_PAGES = {
    "ru": (
        "Военкомат Волгограда сообщил о повестках",
        "В военкомате Волгограда сообщили, что повестки получили сорок человек. Губернатор опроверг, что их получили сорок"
        " человек: «Мобилизации нет», – заявил он изданию «Рупор». По словам юриста Ивана Петрова, призыв идёт по закону.",
    ),
    "uk": (
        "У Волгограді розповіли про повістки",
        "У військкоматі Волгограда повідомили, що повістки отримали сорок людей. Міністерство спростувало, що їх отримали сорок"
        " людей: «Мобілізації немає», – заявив речник виданню «Рупор». За словами юриста Івана Петренка, це законно.",
    ),
    "en": (
        "Forty summonses in Volgograd",
        "The enlistment office in Volgograd said that forty people had received summonses. The governor denied that forty people"
        " had received them: “There is no mobilization,” he told Rupor. According to lawyer Ivan Petrov, the draft is lawful.",
    ),
}
_WARM_UP_TIME = datetime(2026, 1, 3, tzinfo=UTC)
_PAGE = """<html lang="{language}"><head><title>{title}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-01-02T10:00:00+03:00"></head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""

# What is imported below, where it is called.
_LOADED = (
    "monitor.judge.gate", "monitor.judge.places", "monitor.judge.verdict", "monitor.match.copies", "monitor.read.article",
    "monitor.read.discover", "monitor.read.feed", "monitor.read.home", "monitor.read.pages", "monitor.read.sitemap",
    "monitor.read.wayback", "monitor.text.language", "monitor.trace.attributions", "monitor.trace.denials",
    "monitor.trace.edits",
)  # fmt: skip

_context: list[WorkerContext] = []
_gate: list[Gate] = []
_gazetteer: list[Gazetteer] = []


def load() -> None:
    """Import all that parsing needs: 1 s of CPU, spent once by the process that workers are forked from."""
    for module in _LOADED:
        import_module(module)


def init_worker(context: WorkerContext) -> None:
    """Set the context of this worker process. Called once, as it starts."""
    from monitor.judge.gate import Gate
    from monitor.judge.places import compile_places

    forms.keep(lambda: context.forms)
    _context[:] = [context]
    _gate[:] = [Gate(context.topics)]
    _gazetteer[:] = [compile_places(context.regions, context.towns)]


def warm_up() -> list[ParsedArticle | Rejection]:
    """Parse one page in each language and return the results, so that everything compiled on first use is ready: 3 s of CPU."""
    pages = [_PAGE.format(language=code, title=title, text=text).encode() for code, (title, text) in _WARM_UP_PAGES.items()]
    return [read_article(page, "https://outlet.example/1", "text/html", 200, _WARM_UP_TIME) for page in pages]


def read_article(
    body: bytes, url: str, content_type: str, status: int, now: datetime, outlet: str = "", *, gated: bool = False
) -> ParsedArticle | Rejection:
    """The article of `outlet` with its verdicts, places, fingerprint and attributions; a Rejection where the page is no article.

    With `gated`, a page without any topic's words keeps its title and date, and its text is not extracted.
    """
    from monitor.match.copies import fingerprint
    from monitor.read.article import read_page

    (gate,) = _gate
    article = read_page(body, url, content_type, status=status, now=now, gate=gate.opens if gated else None)
    if isinstance(article, Article) and NOT_EXTRACTED in article.flags:
        return ParsedArticle(
            article, outlet, (), (), (), (), fingerprint(article.title, ""), _substance(article), gate=gate.version,
            parser=_context[0].parser,
        )  # fmt: skip
    return article if isinstance(article, Rejection) else _parsed(article, outlet)


def read_gated(
    body: bytes, url: str, content_type: str, status: int, now: datetime, outlet: str = ""
) -> ParsedArticle | Rejection:
    """`read_article`, gated."""
    return read_article(body, url, content_type, status, now, outlet, gated=True)


def read_further(
    pages: Sequence[Article], body: bytes, url: str, content_type: str, status: int, now: datetime
) -> Article | Rejection:
    """The article's next page, where `pages` are those before it; a Rejection where it does not continue them."""
    from monitor.read.article import read_page
    from monitor.read.pages import continues

    page = read_page(body, url, content_type, status=status, now=now, first=pages[0].url)
    if isinstance(page, Rejection) or continues(pages, page):
        return page
    return Rejection(Outcome.NOT_AN_ARTICLE, "does not go on with the article whose next page it should be")


def read_pages(pages: Sequence[Article], outlet: str, is_whole: bool) -> ParsedArticle:
    """One article of `outlet`, joined from its pages; `is_whole` is False where further pages are missing."""
    from monitor.read.pages import join_pages

    return _parsed(join_pages(pages, is_whole=is_whole), outlet)


def read_captured(
    pages: Sequence[CapturedPage], now: datetime, outlet: str, way: str, entry: FeedEntry
) -> ParsedArticle | Rejection:
    """The article of `outlet` read again from its captured pages; `way` is that of `monitor.vault.CapturedVersion`.

    A Rejection where there are no pages, or they are no article.
    """
    from monitor.read.article import read_page

    if not pages:
        return Rejection(Outcome.INCOMPLETE, "not to be had from the archive")
    if way == "post":
        return _read_post(pages[0], now, outlet, entry.url)
    if way == "feed text":
        return _read_text_of_feed(pages, now, outlet, entry)
    if way == "gated page":
        return read_gated(*pages[0], now, outlet)
    read: list[Article] = []
    for body, url, content_type, status in pages:
        page = read_further(read, body, url, content_type, status, now) if read else read_page(
            body, url, content_type, status=status, now=now
        )  # fmt: skip
        if isinstance(page, Rejection):
            return page
        read.append(page)
    return read_pages(read, outlet, not read[-1].next_page)


def _read_post(page: CapturedPage, now: datetime, outlet: str, address: str) -> ParsedArticle | Rejection:
    """The post at `address`, from a page of its channel's preview."""
    from monitor.read.feed import read_feed

    body, url, content_type, _ = page
    found = read_feed(body, url, content_type, now=now)
    posts = found.posts if isinstance(found, Channel) else ()
    for post in posts:
        if url_identity(post.url) == url_identity(address):
            return _parsed(post, outlet)
    return found if isinstance(found, Rejection) else Rejection(Outcome.NOT_AN_ARTICLE, "its channel's page has no such post")


def _read_text_of_feed(pages: Sequence[CapturedPage], now: datetime, outlet: str, known: FeedEntry) -> ParsedArticle | Rejection:
    """The article of a feed entry with the feed's full text, on top of the article's own page where that was captured too."""
    from monitor.read.feed import read_feed

    (body, url, content_type, _), *page = pages
    found = read_feed(body, url, content_type, now=now)
    entries = found.entries if isinstance(found, Feed) else ()
    texts = [entry.text for entry in entries if url_identity(entry.url) == url_identity(known.url)]
    text = max(texts, key=len, default="")
    if not text:
        return found if isinstance(found, Rejection) else Rejection(Outcome.NOT_AN_ARTICLE, "the feed has no text of it")
    if not page:
        return read_entry(replace(known, text=text), outlet)
    read = read_gated(*page[0], now, outlet)
    return read if isinstance(read, Rejection) else read_with_text(read.article, text, outlet)


def read_entry(entry: FeedEntry, outlet: str) -> ParsedArticle:
    """The article of a feed's entry, as its full text has it."""
    from monitor.text.language import language

    article = Article(
        url=entry.url, canonical=entry.url, title=entry.title, subtitle="", authors=entry.authors, published=entry.published,
        published_raw=entry.published_raw, modified=entry.updated, modified_raw="", language=language("", entry.text), section="",
        text=entry.text, links=(), flags=(FROM_FEED,),
    )  # fmt: skip
    return _parsed(article, outlet)


def read_with_text(article: Article, text: str, outlet: str) -> ParsedArticle:
    """The article with the text that its feed gives in place of its own; its links stand nowhere in that."""
    links = tuple(replace(link, start=-1, end=-1) for link in article.links)
    flags = (*(flag for flag in article.flags if flag != NOT_EXTRACTED), FROM_FEED)
    return _parsed(replace(article, text=text, links=links, flags=flags), outlet)


def read_gated_with_text(article: Article, text: str, outlet: str) -> ParsedArticle | None:
    """`read_with_text` of a page that was not extracted; None where no rule of a topic can hold in the text either."""
    (gate,) = _gate
    return read_with_text(article, text, outlet) if gate.opens(f"{article.title}\n{text}") else None


def read_polled(body: bytes, url: str, content_type: str, now: datetime, *, outlet: str = "") -> Feed | ParsedChannel | Rejection:
    """A feed; or a page of that outlet's channel, whose posts are articles without a page of their own."""
    from monitor.read.feed import read_feed

    found = read_feed(body, url, content_type, now=now)
    if isinstance(found, Channel):
        return ParsedChannel(found, tuple(_parsed(post, outlet) for post in found.posts))
    return found


def linked(body: bytes, url: str, content_type: str) -> frozenset[str] | Rejection:
    """The identities of the addresses of its own site that a page links to."""
    from monitor.read import home

    found = home.linked(body, url, content_type)
    return found if isinstance(found, Rejection) else frozenset(map(url_identity, found))


def _parsed(article: Article, outlet: str) -> ParsedArticle:
    from monitor.judge.places import find_places
    from monitor.judge.verdict import judge
    from monitor.match.copies import fingerprint
    from monitor.trace.attributions import find_attributions
    from monitor.trace.denials import find_denials

    (context,) = _context
    title, text, language = article.title, article.text, article.language
    places = find_places(_gazetteer[0], title=title, text=text, language=language)
    verdicts = judge(context.topics, title=title, text=text, language=language, places=places)
    # Who says what, in an article that is not relevant, nobody is shown.
    is_traced = any(verdict.relevant for verdict in verdicts)
    traced = find_attributions(text=text, language=language, links=article.links, outlets=context.outlets) if is_traced else ()
    return ParsedArticle(
        article,
        outlet,
        verdicts,
        places,
        traced,
        find_denials(text=text, language=language, attributions=traced) if is_traced else (),
        fingerprint(title, text),
        _substance(article),
        parser=context.parser,
    )


def _substance(article: Article) -> str:
    from monitor.trace.edits import substance

    published = article.published.isoformat() if article.published else ""
    version = Version(article.title, article.text, None, article.links)
    return substance(version, authors=article.authors, published=published, language=article.language, url_key=address_key)


def read_home(body: bytes, url: str, content_type: str, now: datetime) -> Feed | Rejection:
    """What `monitor.read.home.read_home` returns."""
    from monitor.read import home

    return home.read_home(body, url, content_type, now=now)


def read_sitemap(body: bytes, url: str, content_type: str, now: datetime, *, since: datetime) -> Feed | Rejection:
    """What `monitor.read.sitemap.read_sitemap` returns."""
    from monitor.read import sitemap

    return sitemap.read_sitemap(body, url, content_type, now=now, since=since)


def announced(body: bytes, url: str, content_type: str) -> Announced | Rejection:
    """What `monitor.read.discover.announced` returns."""
    from monitor.read import discover

    return discover.announced(body, url, content_type)


def read_candidate(body: bytes, url: str, content_type: str, what: str, now: datetime) -> Announced | Feed | Rejection:
    """The feed or sitemap at an address, or what the page there announces; `what` is page, feed or sitemap, as it was
    requested.
    """
    from monitor.read.feed import read_feed

    if what == "sitemap":
        return read_sitemap(body, url, content_type, now, since=now - timedelta(days=2))
    feed = read_feed(body, url, content_type, now=now)
    if isinstance(feed, Channel):
        return feed.feed
    if what == "page" and isinstance(feed, Rejection) and feed.outcome is Outcome.NOT_A_FEED:
        return announced(body, url, content_type)
    return feed


def read_outside(answer: bytes | str, archive: str, url: str, now: datetime) -> tuple[OutsideCapture, ...] | Rejection:
    """The captures of `url` that another archive reports.

    `answer` is the body of its answer to a search (bytes), or the address of the capture that it made on request (text).
    """
    from monitor.read.wayback import read_saved, read_search

    found: tuple[OutsideCapture, ...] | Rejection
    if isinstance(answer, bytes):
        found = read_search(answer, archive, now)
    else:
        made = read_saved(answer, archive, now)
        found = (made,) if made else Rejection(Outcome.WRONG_TYPE, "the archive names no capture that it made")
    if isinstance(found, Rejection):
        return found
    return tuple(capture for capture in found if address_key(capture.url) == address_key(url))
