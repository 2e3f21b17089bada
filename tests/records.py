"""Records to store: a fictional newsroom's, made from few words."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.match import fingerprint, url_identity
from monitor.model import (
    Article,
    Attribution,
    Capture,
    Denial,
    Feed,
    FeedEntry,
    Fetch,
    Link,
    Outcome,
    ParsedArticle,
    Place,
    Reason,
    Sighting,
    Source,
    Verdict,
)
from monitor.vault import FeedItem, FrontierEntry, Store, articles, stories
from tests.once import made_once

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


class Maker:
    """Makes records; `at` is in minutes after noon of 18 May 2026, UTC."""

    def at(self, minutes: float = 0) -> datetime:
        return NOON + timedelta(minutes=minutes)

    def source(self, name: str, outlet: str = "", *, feed: bool = True) -> Source:
        home = f"http://{name}.test"
        address = f"{home}/feed" if feed else ""
        return Source(name, outlet or name.title(), home, "ru", "RU", "independent", address, "listed" if feed else "none", "")

    def pending(self, url: str, *, kind: str = "article", depth: int = 0, priority: int = 0, due: float = 0) -> FrontierEntry:
        host = urlsplit(url).netloc
        return FrontierEntry(url, url_identity(url), kind, host.split(".")[0], host, priority, depth, "", self.at(due))

    def fetch(
        self,
        url: str,
        outcome: Outcome = Outcome.ARTICLE,
        *,
        kind: str = "article",
        at: float = 0,
        detail: str = "",
        digest: str = "",
    ) -> Fetch:
        capture = Capture("one.warc.gz", 7, "<urn:uuid:1>", digest) if digest else None
        source = urlsplit(url).netloc.split(".")[0]
        return Fetch(url, source, kind, outcome, detail, self.at(at), self.at(at), 200, 10, capture=capture)

    def entry(self, url: str, *, guid: str = "", updated: float | None = None, published: float | None = -60) -> FeedItem:
        updated_at, published_at = (None if minutes is None else self.at(minutes) for minutes in (updated, published))
        entry = FeedEntry(guid or url, url, "Title", "", published_at, "raw", updated_at)
        return FeedItem(entry, url_identity(url), self.pending(url))

    def feed(self, *entries: FeedItem) -> Feed:
        return Feed("http://bereg.test/feed", "rss2.0", "Bereg", "ru", tuple(keyed.entry for keyed in entries))

    def parsed(
        self, url: str, text: str, *, title: str = "Заголовок", relevant: bool = True, published: float | None = -60
    ) -> ParsedArticle:
        links = (Link("http://polden.test/source", "citation", "там", 0, 3), Link("javascript:alert(1)", "related", "x"))
        published_at = None if published is None else self.at(published)
        article = Article(url, url, title, "", ("А. Автор",), published_at, "raw", None, "", "ru", "news", text, links)
        reason = Reason("title", 0, 3, "word", "draft.query.called.ru")
        lacking = "" if relevant else "a context"
        verdict = Verdict("summons", relevant, 0.8, ("draft",), (reason,), lacking, country_rule="beside: Россия")
        return ParsedArticle(
            article=article,
            outlet=urlsplit(url).netloc.split(".")[0].title(),
            verdicts=(verdict,),
            places=(Place("RU-VGG", "", "event", "text", 0, 3), Place("RU-MOW", "", "speaker", "text", 4, 6)),
            attributions=(Attribution("outlet", "", "Polden", 0, 3), Attribution("official", "военком", "", 4, 6)),
            denials=(Denial(0, 3, 4, 6, "военком"),),
            fingerprint=fingerprint(title, text),
        )


def words_of(seed: int, count: int = 60) -> str:
    """A text of its own for each seed: long enough to be compared, sharing no three words in a row with another."""
    return " ".join(f"слово{seed}а{number}" for number in range(count))


def witnessed(store: Store) -> dict[str, Sighting]:
    """What was witnessed of all articles that have changed."""
    stories.save_sightings(store.db, articles.changed_articles(store.db))
    return stories.sightings(store.db, articles.changed_articles(store.db))


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()


@pytest.fixture(scope="session")
def text_of() -> object:
    return words_of


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


def empty_vault(factory: pytest.TempPathFactory, path: Path) -> Path:
    """A vault without a row at this path, copied: making one runs every migration, and takes nine times as long."""
    empty = made_once(factory, "empty-vault", lambda folder: Store.open(folder / "monitor.db").close())
    shutil.copy(empty / "monitor.db", path)
    return path


@pytest.fixture
def store(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if not vault.exists():
        empty_vault(tmp_path_factory, vault)
    with Store.open(vault, command="test") as opened:
        yield opened


@pytest.fixture
def run(store: Store, make: Maker) -> int:
    return store.begin_run("feeds", make.at())
