"""What `monitor rejudge` promises: the present topics over all that is stored, all of it or nothing, and nothing else changed."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.derive.rejudge import SHOWN, rejudge
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.errors import LockedError
from monitor.judge.places import find_places
from monitor.judge.verdict import judge
from monitor.match import article_id, fingerprint, url_identity
from monitor.model import Article, Fetch, Outcome, ParsedArticle
from monitor.newsroom import catalogue
from monitor.newsroom.digests import digests
from monitor.vault import Store, articles, lists, open_reader

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
TEXTS = {
    "summons": ("Повестки в Омске", "Военкомат Омска разослал повестки студентам. Призывник получил повестку в общежитии."),
    "offline": ("В Томске отключили интернет", "Жители Томска сутки сидели без связи. Отключение интернета объяснили ремонтом."),
    "again": ("Томск остался без интернета", "Роскомнадзор сообщил о блокировке. В Томске вновь отключили мобильный интернет."),
    "apples": ("Урожай яблок", "В саду под городом собрали пять тонн яблок."),
}
JUDGED_ANEW = {
    "looks": {"due", "why"},
    "articles": {"relevant", "story", "first", "first_basis"},
    "story_digest": None,
    "story_items": None,
    "story_pairs": None,
    "story_evidence": None,
    "story_moves": None,
    "verdicts": None,
    "reasons": None,
    "places": None,
    "story_facts": None,
    "story_steps": None,
    "sightings": None,
    "newsroom_digests": None,
    "attributions": None,
    "denials": None,
    "speaker_names": None,
    "speaker_name_counts": None,
}
"""What may change: columns of a table, or all of it."""


@pytest.fixture
def newsroom(checkout: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(checkout / "data", folder, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock", "site"))
    return folder


@pytest.fixture
def save(newsroom: Path) -> Callable[..., str]:
    """Stores an article as a crawl with the newsroom's present topics does; its id."""
    found = catalogue.load(newsroom)

    def one(name: str, title: str, text: str) -> str:
        url = f"https://bereg.example/{name}"
        article = Article(url, url, title, "", (), NOON, "", None, "", "ru", "news", text, ())
        places = find_places(found.gazetteer, title=title, text=text, language="ru")
        parsed = ParsedArticle(
            article=article,
            outlet="Берег",
            verdicts=judge(found.topics, title=title, text=text, language="ru", places=places),
            places=places,
            attributions=(),
            denials=(),
            fingerprint=fingerprint(title, text),
        )
        with Store.open(newsroom / "monitor.db") as store:
            run = store.begin_run("feeds", NOON)
            fetch = Fetch(url, "bereg", "article", Outcome.ARTICLE, "", NOON, NOON + timedelta(seconds=1), 200)
            return store.save_article(run, fetch, parsed).article

    return one


@pytest.fixture
def vault(newsroom: Path, save: Callable[..., str]) -> Path:
    for name, (title, text) in TEXTS.items():
        save(name, title, text)
    with Store.open(newsroom / "monitor.db") as store:
        update_stories(store, NOON, catalogue.load(newsroom).vocabulary)
        update_statements(store)
        lists.note_digests(store.db, digests(newsroom))
    return newsroom / "monitor.db"


@pytest.fixture
def new_topic(newsroom: Path, checkout: Path) -> Path:
    """The example of the documentation: its beat was not watched when the articles came."""
    return Path(shutil.copy(checkout / "docs" / "examples" / "internet-shutdowns.toml", newsroom / "topics"))


def monitor(newsroom: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(newsroom), *arguments])


def ids(*names: str) -> set[str]:
    return {article_id(url_identity(f"https://bereg.example/{name}")) for name in names}


def relevant(vault: Path) -> set[str]:
    with open_reader(vault) as reader:
        return {row["article"] for row in reader.query("SELECT article FROM coverage")}


def content(vault: Path, *, without: dict[str, set[str] | None]) -> dict[str, list[str]]:
    """All rows of all tables, but for what is named, and for what they were before."""
    with closing(sqlite3.connect(vault)) as db:
        db.row_factory = sqlite3.Row
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in (name for name in tables if name != "moments" and not name.startswith("was_")):
            left_out = without.get(table, set())
            if left_out is not None:
                rows = [dict(row) for row in db.execute(f"SELECT * FROM {table}")]
                found[table] = sorted(repr({name: row[name] for name in row if name not in left_out}) for row in rows)
        return found


def test_a_new_topic_finds_what_was_stored_before_it_and_tells_its_stories(vault: Path, newsroom: Path, new_topic: Path) -> None:
    assert relevant(vault) == ids("summons")
    result = monitor(newsroom, "rejudge", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    assert said["articles"] == len(TEXTS)
    became = said["topics"]["internet-shutdowns"]["became"]
    assert became["count"] == 2
    assert {article["url"] for article in became["named"]} == {f"https://bereg.example/{name}" for name in ("offline", "again")}
    assert {article["title"] for article in became["named"]} == {TEXTS["offline"][0], TEXTS["again"][0]}
    assert said["topics"]["summons"] == {"became": {"count": 0, "named": []}, "ceased": {"count": 0, "named": []}}
    assert relevant(vault) == ids("summons", "offline", "again")
    with open_reader(vault) as reader:
        (said_so,) = reader.query("SELECT article, speaker FROM attributions")
        rows = reader.query("SELECT story, first, topics, reasons FROM coverage")
        assert reader.newsroom() == digests(newsroom), "by which the vault stands from now on"
    assert ({said_so["article"]}, said_so["speaker"]) == (ids("again"), "Роскомнадзор"), "of no topic before, and not traced"
    assert all(row["story"] and row["first"] for row in rows)
    assert all(json.loads(row["reasons"]) for row in rows)


def test_a_topic_that_is_gone_takes_its_articles_with_it(vault: Path, newsroom: Path, new_topic: Path) -> None:
    monitor(newsroom, "rejudge")
    new_topic.unlink()
    result = monitor(newsroom, "rejudge")
    assert result.exit_code == 0, result.output
    assert "internet-shutdowns: 0 became relevant, 2 ceased to be." in result.output
    assert f"- {TEXTS['offline'][0]}  https://bereg.example/offline" in result.output
    assert relevant(vault) == ids("summons")
    with open_reader(vault) as reader:
        assert reader.query("SELECT * FROM verdicts WHERE topic = 'internet-shutdowns'") == []
        assert reader.query("SELECT * FROM articles WHERE relevant = 0 AND story <> ''") == []


def test_nothing_changes_but_what_judging_says(vault: Path, newsroom: Path, new_topic: Path) -> None:
    assert content(vault, without={}).keys() >= JUDGED_ANEW.keys()
    before = content(vault, without=JUDGED_ANEW)
    assert {"revisions", "fetches", "frontier", "links", "wordings", "articles"} <= before.keys()
    assert monitor(newsroom, "rejudge").exit_code == 0
    assert content(vault, without=JUDGED_ANEW) == before


def test_with_unchanged_topics_it_stores_what_the_crawl_stored(vault: Path, newsroom: Path) -> None:
    before = content(vault, without={})
    result = monitor(newsroom, "rejudge")
    assert "summons: 0 became relevant, 0 ceased to be." in result.output
    assert content(vault, without={}) == before


def test_it_is_seen_whole_or_not_at_all(vault: Path, newsroom: Path, new_topic: Path) -> None:
    before = content(vault, without={})

    def fails(done: int, total: int) -> None:
        assert relevant(vault) == ids("summons"), "a reader saw a half of it"
        if done == total == len(TEXTS):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rejudge(vault, newsroom, progress=fails)
    assert content(vault, without={}) == before


def test_it_writes_only_where_nobody_else_does(vault: Path, newsroom: Path) -> None:
    with Store.open(vault), pytest.raises(LockedError):
        rejudge(vault, newsroom, progress=lambda done, total: None)


def test_without_a_vault_it_says_so_and_makes_none(newsroom: Path) -> None:
    result = monitor(newsroom, "rejudge")
    assert result.exit_code == 1
    assert "no database here" in result.output
    assert not (newsroom / "monitor.db").exists()


def test_the_first_are_named_and_the_others_counted(
    newsroom: Path, save: Callable[..., str], request: pytest.FixtureRequest
) -> None:
    title = "Без связи \x1b[2J\u202e"
    saved = sorted(save(f"offline-{n}", title, TEXTS["offline"][1]) for n in range(SHOWN + 3))
    request.getfixturevalue("new_topic")
    report = rejudge(newsroom / "monitor.db", newsroom, progress=lambda done, total: None)
    became = report.topics["internet-shutdowns"].became
    assert became.count == SHOWN + 3
    assert [article["article"] for article in became.named] == saved[:SHOWN]
    (newsroom / "topics" / "internet-shutdowns.toml").unlink()
    result = monitor(newsroom, "rejudge")
    assert "  - and 3 more" in result.output
    assert "Без связи" in result.output
    assert not {"\x1b", "\u202e"} & set(result.output)


def test_all_articles_are_gone_through_a_few_at_a_time_while_their_rows_change(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.vault.articles._STORED_AT_ONCE", 2)
    with Store.open(vault) as store:
        texts: list[Any] = []
        for text in articles.stored(store.db):
            articles.rejudge(store.db, text, (), ())
            texts.append(text)
    assert {text.id for text in texts} == ids(*TEXTS)
    assert {(text.title, text.text) for text in texts} == set(TEXTS.values())
    assert relevant(vault) == set()
