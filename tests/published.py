"""A small vault of invented outlets, in three languages, with copies, an edit, a gap, and one outlet that attacks its readers."""

import asyncio
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.derive.absences import update_absences
from monitor.derive.edits import update_edits
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.match import article_id, fingerprint, url_identity
from monitor.model import (
    Article,
    Attribution,
    Capture,
    Channel,
    Denial,
    Feed,
    FeedEntry,
    Fetch,
    Link,
    MessageNumber,
    Outcome,
    ParsedArticle,
    ParsedChannel,
    Place,
    Reason,
    Source,
    Verdict,
)
from monitor.site import publish
from monitor.site.application import site
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets
from monitor.vault import CapturedReading, FeedItem, Store, readings

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "https://evil.example/<script>alert(1)</script>",
    "</textarea></style></title><script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egpj.exe",
)
"""Strings that do something somewhere when they are not inert."""
NO_CONTEXT = "no word of the topic's context near it"
OLDER, PARSER = "0.1.0+0123456789ab", "0.2.0+ba9876543210"
SILENT = "Тихий берег"
"""An outlet that does not answer."""


@pytest.fixture(scope="session")
def payloads() -> tuple[str, ...]:
    return PAYLOADS


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run over published.toml, through the store's own door."""
    path = tmp_path_factory.mktemp("vault") / "monitor.db"
    pages = tomllib.loads(Path(__file__).with_name("published.toml").read_text("utf-8"))["page"]
    texts = {page["slug"]: page["text"].strip() for page in pages if "text" in page}
    for page in pages:
        page["text"] = texts[page.get("copy_of", page["slug"])] + ("\n" + page["more"] if "more" in page else "")
        page["address"] = page.get("address") or f"https://{_source_id(page['outlet'])}.example/news/{page['slug']}"
        if page.get("hostile"):
            page["text"] += "\n" + "\n".join(PAYLOADS)
    with Store.open(path) as store:
        _fill(store, pages)
    return path


@pytest.fixture(scope="module")
def folder(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder."""
    folder = tmp_path_factory.mktemp("public")
    publish(vault, folder)
    return folder


def unlabelled(page: httpx.Response) -> str:
    """The page without the names of columns that its cells have for phones."""
    return re.sub(r' data-(?:rows|label="[^"]*")', "", page.text)


@pytest.fixture(scope="session")
def asking() -> Asking:
    return _asking


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Get]:
    with _asking(folder) as get:
        yield get


@contextmanager
def _asking(folder: Path) -> Iterator[Get]:
    """Asks the real Datasette over a published folder, without a socket; keywords are headers, as `accept_language`."""
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    app = site(folder / "public.db", folder, metadata, settings)
    with asyncio.Runner() as runner:

        def ask(path: str, **headers: str) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            # A client of its own each time: no visit remembers the cookie of another.
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example", headers=named)
            return runner.run(client.get(path))

        yield ask


def _fill(store: Store, pages: list[dict[str, Any]]) -> None:
    outlets = sorted({page["outlet"] for page in pages} | {SILENT})
    sources = [
        Source(
            _source_id(name), name, f"https://{i}.example/", "ru", "RU", "independent", f"https://{i}.example/feed", "listed", ""
        )
        for i, name in enumerate(outlets)
    ]
    store.sync_sources(sources, ())
    run = store.begin_run("feeds", NOW)
    for source in sources:
        if source.outlet == SILENT:
            store.save_fetch(run, _fetch(source.feed, "feed", Outcome.TIMEOUT, source.id, detail="no answer in 30 s"))
            continue
        entries = [_entry(page) for page in pages if page["outlet"] == source.outlet]
        feed = Feed(source.feed, "rss2.0", source.outlet, "ru", tuple(keyed.entry for keyed in entries))
        store.save_feed(run, _fetch(source.feed, "feed", Outcome.FEED, source.id), feed, entries)
    for page in pages:
        source = _source_id(page["outlet"])
        store.save_article(run, _fetch(page["address"], "article", Outcome.ARTICLE, source), _read(page, pages))
        if "edited" in page:
            later = page | {"text": page["text"].replace(*page["edited"])}
            fetch = _fetch(page["address"], "article", Outcome.ARTICLE, source, at=NOW + timedelta(days=1))
            store.save_article(run, fetch, _parsed(later, pages))
    store.save_fetch(run, _fetch("https://0.example/closed/1", "article", Outcome.ROBOTS, detail="Disallow: /closed/"))
    store.save_fetch(run, _fetch("https://0.example/gone", "article", Outcome.NOT_FOUND))
    store.save_fetch(run, _fetch(pages[0]["address"], "recheck", Outcome.NOT_FOUND, at=NOW + timedelta(days=1)))
    for minute, numbers in enumerate(
        ((1, 2, 3, 5), (1, 2, 5))
    ):  # a post of pictures that is shown no more, and one that never was
        fetch = _fetch("https://t.me/s/nowhere", "telegram", Outcome.FEED, "nowhere", at=NOW + timedelta(minutes=minute))
        empty = Feed(fetch.url, "telegram", "Nowhere", "", ())
        channel = Channel(empty, (), tuple(MessageNumber(n, "media", n) for n in numbers))
        store.save_channel(run, fetch, ParsedChannel(channel, ()))
    for page in pages:
        if "misread" in page:
            (article,) = readings.captured(store.db, [_id(page)])
            again = replace(_parsed(page, pages), parser=PARSER, substance="as it is")
            readings.save(store.db, CapturedReading(article.id, ((article.captures[0], again),)), NOW + timedelta(hours=2))
    update_stories(store, NOW)
    update_statements(store)
    update_edits(store, Outlets())
    update_absences(store)
    store.finish_run(run, "gaps", NOW + timedelta(minutes=2))


def _source_id(outlet: str) -> str:
    return outlet.lower().replace(" ", "-")


def _id(page: dict[str, Any]) -> str:
    return article_id(url_identity(page["address"]))


def _published(page: dict[str, Any]) -> datetime | None:
    return NOW - timedelta(hours=page["hours_ago"]) if "hours_ago" in page else None


def _fetch(url: str, kind: str, outcome: Outcome, source: str = "", detail: str = "", at: datetime = NOW) -> Fetch:
    capture = Capture("povestka-20260518.warc.gz", 1000, "<urn:uuid:1>", "sha256:" + "ab" * 32)
    return Fetch(url, source, kind, outcome, detail, at, at + timedelta(seconds=1), 200, 5000, capture=capture)


def _entry(page: dict[str, Any]) -> FeedItem:
    entry = FeedEntry(page["slug"], page["address"], page["title"], "", _published(page), "", None)
    return FeedItem(entry, url_identity(page["address"]), None)


def _denials(page: dict[str, Any]) -> tuple[Denial, ...]:
    if page.get("traced"):
        return find_denials(text=page["text"], language="ru", attributions=_said(page))
    if "denies" not in page:
        return ()
    at = page["text"].index(page["denial"])
    return (Denial(0, at - 1, at, at + len(page["denial"]), page["denies"]),)


def _said(page: dict[str, Any]) -> tuple[Attribution, ...]:
    return find_attributions(text=page["text"], language="ru", links=(), outlets=Outlets())


def _read(page: dict[str, Any], pages: list[dict[str, Any]]) -> ParsedArticle:
    """A page as it was first read."""
    if "misread" not in page:
        return _parsed(page, pages)
    more = " ".join(PAYLOADS) if page["misread"] == "payloads" else page["misread"]
    return replace(_parsed(page | {"text": f"{page['text']}\n{more}"}, pages), parser=OLDER, substance="as it was read first")


def _parsed(page: dict[str, Any], pages: list[dict[str, Any]]) -> ParsedArticle:
    text, folded, hostile = page["text"], page["text"].lower(), page.get("hostile", False)
    published = _published(page)
    links = [Link(payload, "related", payload) for payload in PAYLOADS] if hostile else []
    attributions = [Attribution("other", payload, "", 0, 8) for payload in PAYLOADS] if hostile else []
    if page.get("traced"):
        attributions += _said(page)
    if "cites" in page:
        at = text.index("первым")
        links.append(Link(next(p["address"] for p in pages if p["slug"] == page["cites"]), "citation", "первым", at, at + 6))
        links.append(Link("https://other.example/more", "related", "Ещё по теме"))
    if "source" in page:
        at = text.index(page["source"])
        attributions.append(Attribution("outlet", "", page["source"], at, at + len(page["source"])))
    if "speaker" in page:
        at = text.index(page["speaker"])
        attributions.append(Attribution("official", page["speaker"], "", at, at + len(page["speaker"])))
    if "denies" in page:
        at = text.index(page["denial"])
        attributions.append(Attribution("official", page["denies"], "", at, at + len(page["denial"])))
    words = page.get("words", [])
    return ParsedArticle(
        article=Article(
            url=page["address"],
            canonical=page["address"],
            title=page["title"] + (" " + " ".join(PAYLOADS) if hostile else ""),
            subtitle=page.get("subtitle", ""),
            authors=PAYLOADS if hostile else tuple(page.get("authors", ())),
            published=published,
            published_raw=published.isoformat() if published else "yesterday, about noon",
            modified=None,
            modified_raw="",
            language=page.get("language", "ru"),
            section="news",
            text=text,
            links=tuple(links),
        ),
        outlet=page["outlet"],
        verdicts=(
            Verdict(
                "summons",
                page.get("relevant", True),
                3.5,
                (),
                tuple(
                    Reason("text", folded.index(w), folded.index(w) + len(w), f"word: {w}", "draft.query.called.ru")
                    for w in words
                ),
                "" if page.get("relevant", True) else NO_CONTEXT,
                country_rule="beside: Россия",
            ),
        ),
        places=(Place(page["region"], page.get("town", ""), "event", "text", 0, 8),) if "region" in page else (),
        attributions=tuple(attributions),
        denials=_denials(page),
        fingerprint=fingerprint(page["title"], text),
    )
