"""What alerts promise: each thing once, none lost, none in quiet hours, and nothing crawled that does anything in a message."""

import base64
import http.server
import json
import shutil
import sqlite3
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor import settings
from monitor.alerts.alerts import IN_FEED, LISTED, due_before, inert, preview, send_alerts
from monitor.cli import main
from monitor.crawl import clock
from monitor.derive.absences import update_absences
from monitor.derive.edits import update_edits
from monitor.derive.stories import update_stories
from monitor.match import fingerprint, url_identity
from monitor.model import Alert, Article, Feed, FeedEntry, Fetch, Outcome, ParsedArticle, Source, Verdict
from monitor.newsroom.alerts import ABOUT, read_alerts
from monitor.trace.outlets import Outlets
from monitor.vault import FeedItem, Store
from tests.records import empty_vault

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
WORDS = "Повестки вручают в вымышленном городе Полынь, сообщает несуществующая газета номер "
LONG = " ".join(f"слово{n}" for n in range(60))
ATOM = "{http://www.w3.org/2005/Atom}"


class Receiver(http.server.ThreadingHTTPServer):
    """A service that takes messages as JSON: Apprise's json:// is a real request to it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.is_broken = False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not outer.is_broken:
                    outer.messages.append(json.loads(body))
                self.send_response(500 if outer.is_broken else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("DESK", f"json://127.0.0.1:{server.server_address[1]}/")
        yield server
        server.shutdown()
        thread.join()


class Vault:
    """A vault in which articles appear."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        with Store.open(path) as store:
            self.run = store.begin_run("feeds", NOW)

    def article(
        self,
        outlet: str,
        *,
        title: str = "",
        text: str = "",
        relevant: bool = True,
        later: float = 0,
        captured: datetime | None = None,
        url: str = "",
    ) -> str:
        """A new article of an outlet, or an edited one; its address."""
        self.number += 1
        url = url or f"https://{outlet}.example/{self.number}"
        title = title or f"Заметка {self.number}"
        text = text or f"{WORDS}{self.number}. " + " ".join(f"слово{self.number}x{n}" for n in range(60))
        at = NOW + timedelta(hours=later)
        article = Article(url, url, title, "", (), at, "", None, "", "ru", "", text, ())
        verdicts = (Verdict("summons", relevant, 1.0, (), ()),)
        parsed = ParsedArticle(article, outlet, verdicts, (), (), (), fingerprint(title, text))
        with Store.open(self.path) as store:
            store.save_article(self.run, Fetch(url, "", "article", Outcome.ARTICLE, "", at, at, captured=captured), parsed)
            update_stories(store, at)
        return url

    def page(self, url: str, *, title: str, text: str, later: float) -> None:
        """What an article's page says later, compared with what it said."""
        at = NOW + timedelta(hours=later)
        article = Article(url, url, title, "", (), NOW, "", None, "", "ru", "", text, ())
        verdicts = (Verdict("summons", True, 1.0, (), ()),)
        parsed = ParsedArticle(article, "polyus", verdicts, (), (), (), fingerprint(title, text))
        with Store.open(self.path) as store:
            store.save_article(self.run, Fetch(url, "", "recheck", Outcome.ARTICLE, "", at, at), parsed)
            update_edits(store, Outlets())

    def gone(self, url: str, *, later: float) -> None:
        """A look at an article that finds it gone."""
        at = NOW + timedelta(hours=later)
        with Store.open(self.path) as store:
            store.save_fetch(self.run, Fetch(url, "", "recheck", Outcome.NOT_FOUND, "", at, at, status=200))
            update_absences(store)

    def poll(self, outcome: Outcome, *, later: float = 0) -> None:
        """What the one source answered."""
        home = "https://bereg.example/"
        source = Source("bereg", "Берег", home, "ru", "RU", "independent", f"{home}feed", "listed", "")
        at = NOW + timedelta(hours=later)
        with Store.open(self.path) as store:
            store.sync_sources([source], ())
            store.save_fetch(self.run, Fetch(source.feed, "bereg", "feed", outcome, "", at, at))

    def read(self, *, later: float) -> None:
        """The one source's feed is read, and has an entry."""
        at = NOW + timedelta(hours=later)
        entry = FeedEntry("1", "https://bereg.example/1", "Заметка", "", at, "", None)
        feed = Feed("https://bereg.example/feed", "rss2.0", "Берег", "ru", (entry,))
        with Store.open(self.path) as store:
            fetch = Fetch(feed.url, "bereg", "feed", Outcome.FEED, "", at, at)
            store.save_feed(self.run, fetch, feed, [FeedItem(entry, url_identity(entry.url), None)])


@pytest.fixture
def vault(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(empty_vault(tmp_path_factory, tmp_path / "monitor.db"))


@pytest.fixture
def told(vault: Vault, receiver: Receiver) -> Callable[..., list[str]]:
    """A round of alerts; titles of the messages that came of it."""

    def round_(*alerts: Alert, now: datetime = NOW) -> list[str]:
        receiver.messages.clear()
        send_alerts(vault.path, alerts, now=now)
        return [message["title"] for message in receiver.messages]

    return round_


NEW = Alert("news", "article", ("$DESK",))
SPREAD = Alert("copies", "spread", ("$DESK",), outlets=3)
GAP = Alert("blind", "gap", ("$DESK",))


def test_an_article_that_becomes_relevant_by_an_edit_is_told_like_any_other(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    was = vault.article("bereg", title="Была по теме")
    other = vault.article("bereg", title="Не по теме", relevant=False)
    assert told(NEW) == []
    vault.article("bereg", title="Стала по теме", url=other, later=1)
    vault.article("bereg", title="Была и осталась", url=was, later=1)
    assert told(NEW) == ["1 new article: news"]
    assert "bereg: Стала по теме" in receiver.messages[0]["message"]
    assert told(NEW) == []


def test_a_rehearsal_sees_what_a_killed_round_left_beside_the_outbox(vault: Vault, told: Callable[..., list[str]]) -> None:
    told(NEW)
    vault.article("bereg", title="Ещё не сказано", later=1)
    told(NEW)
    killed = vault.path.with_name("killed")
    killed.mkdir()
    with closing(sqlite3.connect(vault.path.with_name("alerts.db"))) as db:
        db.execute("UPDATE notifications SET delivered_at = NULL")
        db.commit()
        for file in vault.path.parent.glob("*.db*"):  # as a kill leaves them
            shutil.copy(file, killed)
    assert (killed / "alerts.db-wal").stat().st_size
    assert "Ещё не сказано" in preview(killed / vault.path.name, [NEW], now=NOW + timedelta(hours=2))


def test_an_outbox_of_version_0_1_is_taken_over(vault: Vault, told: Callable[..., list[str]]) -> None:
    told(NEW)
    with closing(sqlite3.connect(vault.path.with_name("alerts.db"))) as db:
        db.executescript("""
            DROP TABLE notifications;
            CREATE TABLE things (
                number INTEGER PRIMARY KEY, alert TEXT NOT NULL, thing TEXT NOT NULL, target TEXT NOT NULL, said TEXT NOT NULL,
                found TEXT NOT NULL, told TEXT, UNIQUE (alert, thing, target)
            ) STRICT;
            CREATE INDEX things_waiting ON things (alert, target) WHERE told IS NULL;
            INSERT INTO things VALUES
                (1, 'news', 'article:1', '$DESK', '{"outlet": "a", "title": "b", "when": "c", "url": "http://d/"}',
                 '2026-05-18T11:00:00.000000Z', NULL),
                (2, 'news', 'article:2', '$DESK', '{}', '2026-05-18T11:00:00.000000Z', '2026-05-18T11:30:00.000000Z');
        """)
    assert told(NEW) == ["1 new article: news"]
    assert told(NEW) == []


def test_a_new_relevant_article_is_told_once_and_what_was_there_before_is_not(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    vault.article("polyus")
    assert told(NEW) == []
    url = vault.article("bereg", title="Новая повестка")
    vault.article("bereg", relevant=False)
    assert told(NEW) == ["1 new article: news"]
    assert "bereg: Новая повестка" in receiver.messages[0]["message"]
    assert url in receiver.messages[0]["message"]
    assert told(NEW) == []


def test_what_an_archive_gave_is_no_news(vault: Vault, told: Callable[..., list[str]]) -> None:
    told(NEW)
    vault.article("polyus", captured=NOW - timedelta(days=400))
    assert told(NEW) == []


def test_a_query_chooses_and_knows_inflected_forms(vault: Vault, told: Callable[..., list[str]]) -> None:
    asked = replace(NEW, query="title:студент")
    told(asked)
    vault.article("polyus", title="О студентах")
    vault.article("polyus", title="О погоде")
    assert told(asked) == ["1 new article: news"]


def test_what_cannot_be_delivered_waits_and_comes_with_the_next_round(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    told(NEW)
    vault.article("polyus")
    receiver.is_broken = True
    report = send_alerts(vault.path, [NEW], now=NOW)
    assert report.failed
    assert report.lines == ("news to $DESK: 1 new article wait: the service did not take it; it is tried again next time",)
    receiver.is_broken = False
    vault.article("bereg")
    assert told(NEW) == ["2 new articles: news"]
    assert told(NEW) == []
    vault.article("lenivka")
    assert told(replace(NEW, title="Summons in the dormitories")) == ["1 new article: Summons in the dormitories"]


def test_one_target_that_fails_does_not_make_another_hear_twice(vault: Vault, told: Callable[..., list[str]]) -> None:
    two = replace(NEW, to=("$DESK", "$NOT_SET"))
    told(two)
    vault.article("polyus")
    assert told(two) == ["1 new article: news"]
    assert told(two) == []
    report = send_alerts(vault.path, [two], now=NOW)
    assert "NOT_SET is not set in the environment" in report.lines[0]


def test_a_text_is_told_when_enough_outlets_carry_it_and_not_again_when_more_do(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    told(SPREAD)
    for outlet, later in (("polyus", 5), ("bereg", 4)):
        vault.article(outlet, title="Одна весть", text=LONG, later=later)
    assert told(SPREAD) == []
    vault.article("luch", title="Одна весть", text=LONG, later=3)
    assert told(SPREAD) == ["1 text spreads: copies"]
    assert "3 outlets (bereg, luch, polyus): Одна весть" in receiver.messages[0]["message"]
    assert "luch, 2026-05-18 15:00 UTC" in receiver.messages[0]["message"]
    # Earlier by its own date: the group's first article, and maybe its name, is another one now.
    vault.article("step", title="Одна весть", text=LONG, later=1)
    assert told(SPREAD) == []


def test_copies_of_one_outlet_and_such_as_are_not_relevant_are_no_spreading(vault: Vault, told: Callable[..., list[str]]) -> None:
    told(SPREAD)
    for later in (1, 2, 3):
        vault.article("polyus", title="Одна весть", text=LONG, later=later)
    vault.article("bereg", title="Одна весть", text=LONG, later=4)
    vault.article("luch", title="Одна весть", text=LONG, relevant=False, later=5)
    assert told(SPREAD) == []
    vault.article("step", title="Одна весть", text=LONG, later=6)
    assert told(SPREAD) == ["1 text spreads: copies"]


def test_an_edit_is_told_with_its_class_and_whether_it_was_said_openly(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    edit = replace(NEW, id="edits", about="edit", query="")
    told(edit)
    url = vault.article("polyus", title="Весть", text=f"{LONG} Задержали двоих.")
    vault.page(url, title="Весть", text=f"{LONG} Задержали троих.", later=1)
    assert told(edit) == ["1 article edited: edits"]
    assert "silently: number; between 2026-05-18 12:00 UTC and 2026-05-18 13:00 UTC" in receiver.messages[0]["message"]
    assert told(edit) == []


def test_each_later_edit_of_an_article_is_told(vault: Vault, told: Callable[..., list[str]]) -> None:
    edit = replace(NEW, id="edits", about="edit", query="")
    told(edit)
    url = vault.article("polyus", title="Весть", text=f"{LONG} Задержали двоих.")
    for later, count in ((1, "троих"), (2, "четверых")):
        vault.page(url, title="Весть", text=f"{LONG} Задержали {count}.", later=later)
        assert told(edit) == ["1 article edited: edits"]
        assert told(edit) == []


def test_a_removal_is_told_when_it_is_suspected(vault: Vault, told: Callable[..., list[str]], receiver: Receiver) -> None:
    removal = replace(NEW, id="gone", about="removal", query="")
    told(removal)
    vault.gone(vault.article("polyus"), later=1)
    assert told(removal) == ["1 article gone: gone"]
    assert "suspected: page says not found; last found 2026-05-18 12:00 UTC" in receiver.messages[0]["message"]
    assert told(removal) == []


def test_a_removal_is_told_again_when_it_is_sure(vault: Vault, told: Callable[..., list[str]], receiver: Receiver) -> None:
    removal = replace(NEW, id="gone", about="removal", query="")
    told(removal)
    url = vault.article("polyus")
    vault.gone(url, later=1)
    assert told(removal) == ["1 article gone: gone"]
    at = NOW + timedelta(hours=8)
    with Store.open(vault.path) as store:
        home = "https://polyus.example/"
        store.save_home(vault.run, Fetch(home, "", "home", Outcome.HOME_READ, "", at, at), [])
    vault.gone(url, later=9)
    assert told(removal) == ["1 article gone: gone"]
    assert "confirmed: page says not found" in receiver.messages[0]["message"]
    assert told(removal) == []


def test_a_gap_is_told_once_while_it_lasts_and_again_when_it_comes_back(vault: Vault, told: Callable[..., list[str]]) -> None:
    vault.poll(Outcome.TIMEOUT)
    assert told(GAP) == ["1 gap: blind"], "what cannot be seen now is news also to a new alert"
    vault.poll(Outcome.DNS, later=1)
    assert told(GAP) == []
    vault.read(later=2)
    assert told(GAP) == []
    vault.poll(Outcome.TIMEOUT, later=3)
    assert told(GAP) == ["1 gap: blind"]


def test_a_brief_of_a_week_is_sent_as_a_file_once_that_week_is_over(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    week = Alert("week", "brief", ("$DESK", "atom:week.xml"), title="The week")
    monday = NOW - timedelta(days=NOW.weekday(), hours=NOW.hour, minutes=NOW.minute)
    vault.article("polyus", title="До начала")
    assert told(week) == [], "a new alert begins now"
    vault.article("polyus", title="Повестки & <слова>", later=1)
    assert told(week, now=monday + timedelta(days=6, hours=23)) == []
    over = monday + timedelta(days=7, minutes=1)
    assert told(week, now=over) == ["1 brief: The week"]
    (message,) = receiver.messages
    name = f"week-{monday:%G-W%V}.html"
    assert message["message"].splitlines() == [
        f"Povestka: what is new in {monday:%G-W%V}, {monday:%Y-%m-%d} to {monday + timedelta(days=6):%Y-%m-%d}",
        f"2 new articles; alerts/{name}",
    ]
    (attached,) = message["attachments"]
    page = (vault.path.parent / "alerts" / name).read_bytes()
    assert (attached["filename"], base64.b64decode(attached["base64"])) == (name, page)
    assert "Повестки &amp; &lt;слова&gt;" in page.decode()
    assert f"what is new in {monday:%G-W%V}" in (vault.path.parent / "alerts" / "week.xml").read_text("utf-8")
    assert told(week, now=over + timedelta(days=1)) == [], "once"
    vault.article("polyus", later=24 * 8)
    assert told(week, now=over + timedelta(days=7)) == ["1 brief: The week"]


def test_a_brief_that_cannot_be_written_waits_and_keeps_nothing_from_other_alerts(vault: Vault, receiver: Receiver) -> None:
    alerts = [Alert("week", "brief", ("$DESK",)), NEW]
    vault.article("polyus")
    send_alerts(vault.path, alerts, now=NOW)
    vault.article("polyus", later=1)
    (folder := vault.path.parent / "alerts").write_bytes(b"a file where the folder should be")
    report = send_alerts(vault.path, alerts, now=NOW + timedelta(days=7))
    assert report.failed
    assert f"{folder}/week-2026-W21.html: cannot be written" in report.lines[0]
    assert report.lines[1] == "news to $DESK: 1 new article sent"
    folder.unlink()
    report = send_alerts(vault.path, alerts, now=NOW + timedelta(days=7))
    assert report.lines == ("week to $DESK: 1 brief sent",)


def test_a_brief_of_a_region_or_topic_has_its_articles_alone_and_says_so(vault: Vault, told: Callable[..., list[str]]) -> None:
    alerts = [
        Alert("all", "brief", ("atom:all.xml",)),
        Alert("topic", "brief", ("atom:topic.xml",), topic="summons", scope="Summonses"),
        Alert("other", "brief", ("atom:other.xml",), topic="mobilization", scope="Drafts"),
        Alert("region", "brief", ("atom:region.xml",), region="RU-VGG", scope="Volgograd Oblast"),
    ]
    vault.article("polyus", title="До начала")
    assert told(*alerts) == []
    vault.article("polyus", title="Повестки розданы", later=1)
    send_alerts(vault.path, alerts, now=NOW + timedelta(days=7))
    folder = vault.path.parent / "alerts"
    pages = {alert.id: next(folder.glob(f"{alert.id}-*.html")).read_text("utf-8") for alert in alerts}
    assert [id_ for id_, page in pages.items() if "Повестки розданы" in page] == ["all", "topic"]
    assert [id_ for id_, page in pages.items() if "Volgograd Oblast" in page] == ["region"]
    assert [id_ for id_, page in pages.items() if "Drafts" in page] == ["other"]
    of_region = (folder / "region.xml").read_text("utf-8")
    assert "0 new articles" in of_region
    assert ", Volgograd Oblast" in of_region, "a week without news of a region is none without news"


@pytest.mark.parametrize(("fields", "said"), [
    ('about = "brief"\nregion = "Volgogrod"', [("alert[1].region", "there is no Volgogrod; there is RU-VGG")]),
    ('about = "brief"\nregion = "Volgograd Oblast"\ntopic = "summons"', []),
    ('about = "brief"\ntopic = "x"', [("alert[1].topic", "there is no x; there is summons")]),
    ('about = "brief"\ntopic = ["summons"]', [("alert[1].topic", "['summons'] is no text in quotes")]),
    ('about = "article"\nregion = "RU-VGG"', [("alert[1].region", 'is for about = "brief" alone; others have a query')]),
])  # fmt: skip
def test_a_brief_names_a_region_and_a_topic_that_there_are(fields: str, said: list[tuple[str, str]]) -> None:
    names = {"region": {"RU-VGG": ("Volgograd Oblast",), "RU-NVS": ("Novosibirsk Oblast",)}, "topic": {"summons": ("Summons",)}}
    spec = tomllib.loads(f'[[alert]]\nid = "a"\nto = ["$DESK"]\n{fields}')
    alerts, faults = read_alerts(spec, names=names)
    assert faults == said
    assert [(alert.region, alert.topic) for alert in alerts] == ([] if said else [("RU-VGG", "summons")])


def test_a_rehearsal_of_a_brief_writes_no_file(vault: Vault) -> None:
    vault.article("polyus")
    said = preview(vault.path, [Alert("week", "brief", ("$DESK",))], now=NOW + timedelta(days=7))
    assert "1 new article; alerts/week-" in said
    assert not (vault.path.parent / "alerts").exists()


def test_in_quiet_hours_it_waits(vault: Vault, told: Callable[..., list[str]]) -> None:
    quiet = replace(NEW, quiet=(time(22), time(7)), zone="Europe/Riga")
    told(quiet)
    vault.article("polyus")
    riga = NOW.replace(hour=0)  # three hours ahead of UTC
    assert told(quiet, now=riga) == []
    assert told(quiet, now=riga.replace(hour=3, minute=59)) == []
    assert told(quiet, now=riga.replace(hour=4)) == ["1 new article: news"]


@pytest.mark.parametrize(
    ("quiet", "clock", "waits"),
    [
        ((12, 14), time(11, 59), False),
        ((12, 14), time(12), True),
        ((12, 14), time(13, 59), True),
        ((12, 14), time(14), False),
        ((22, 7), time(21, 59), False),
        ((22, 7), time(22), True),
        ((22, 7), time(6, 59), True),
        ((22, 7), time(7), False),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_with_their_last(
    quiet: tuple[int, int], clock: time, waits: bool
) -> None:
    alert = Alert("a", "article", (), quiet=(time(quiet[0]), time(quiet[1])), zone="UTC")
    assert (due_before(alert, NOW.replace(hour=clock.hour, minute=clock.minute)) is None) == waits


def test_a_digest_comes_once_a_day_with_all_that_came_before_its_hour(vault: Vault, told: Callable[..., list[str]]) -> None:
    daily = replace(NEW, digest=time(8), zone="UTC")
    told(daily, now=NOW)
    vault.article("polyus")
    assert told(daily, now=NOW) == []
    vault.article("bereg")
    assert told(daily, now=NOW + timedelta(hours=1)) == []
    assert told(daily, now=NOW + timedelta(hours=20)) == ["2 new articles: news"]
    vault.article("luch")
    assert told(daily, now=NOW + timedelta(hours=20, minutes=15)) == []
    assert told(daily, now=NOW + timedelta(hours=46)) == ["1 new article: news"]


@given(st.integers(0, 400 * 24 * 60), st.times(), st.sampled_from(["UTC", "Europe/Riga", "Asia/Kamchatka", "America/New_York"]))
def test_a_digest_is_never_due_for_what_comes_later_and_waits_a_day_at_most(minutes: int, at: time, zone: str) -> None:
    now = NOW + timedelta(minutes=minutes)
    due = due_before(Alert("a", "article", (), digest=at.replace(second=0, microsecond=0), zone=zone), now)
    assert due is not None
    assert timedelta() <= now - due.astimezone(UTC) <= timedelta(hours=25)


def test_a_long_message_lists_some_and_counts_the_rest(vault: Vault, told: Callable[..., list[str]], receiver: Receiver) -> None:
    told(NEW)
    for _ in range(LISTED + 5):
        vault.article("polyus")
    assert told(NEW) == [f"{LISTED + 5} new articles: news"]
    assert receiver.messages[0]["message"].endswith("and 5 more")
    assert receiver.messages[0]["message"].count("https://") == LISTED


def test_what_is_longer_than_a_service_takes_comes_in_parts_and_no_title_fills_a_message(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.body_maxlen", 500)
    told(NEW)
    for _ in range(5):
        vault.article("polyus", title="Повестка " * 10_000)
    assert len(told(NEW)) > 2
    assert all(len(message["message"]) <= 500 for message in receiver.messages)
    assert sum(message["message"].count("https://polyus") for message in receiver.messages) == 5


def test_a_rehearsal_sends_and_notes_nothing_and_shows_a_new_alert_its_last_week(
    vault: Vault, told: Callable[..., list[str]], receiver: Receiver
) -> None:
    vault.article("polyus", title="Недавно")
    said = preview(vault.path, [NEW], now=NOW + timedelta(hours=1))
    assert said.startswith("To $DESK: 1 new article: news\npolyus: Недавно")
    assert receiver.messages == []
    assert not vault.path.with_name("alerts.db").exists()
    told(NEW)
    assert preview(vault.path, [NEW], now=NOW) == "To $DESK: news: nothing"


def test_a_feed_has_what_was_found_newest_first_and_what_is_hostile_is_text(vault: Vault) -> None:
    feed = replace(NEW, to=("atom:news.xml",))
    send_alerts(vault.path, [feed], now=NOW)
    for title in ("Первая", "<script>alert(1)</script>\x00 & «вторая»"):
        vault.article("polyus", title=title)
    send_alerts(vault.path, [feed], now=NOW)
    root = ET.parse(vault.path.parent / "alerts" / "news.xml").getroot()
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["<script>alert(1)</script>� & «вторая»", "Первая"]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    assert [link.get("href") for link in root.iter(f"{ATOM}link")] == ["https://polyus.example/2", "https://polyus.example/1"]
    before = (vault.path.parent / "alerts" / "news.xml").read_bytes()
    send_alerts(vault.path, [feed], now=NOW + timedelta(days=1))
    assert (vault.path.parent / "alerts" / "news.xml").read_bytes() == before, "nothing new, so nothing is written"


def test_a_feed_has_a_text_that_spreads_once_whatever_it_was_called(vault: Vault) -> None:
    feed = replace(SPREAD, to=("atom:copies.xml",))
    send_alerts(vault.path, [feed], now=NOW)
    for title, text in (("Одна весть", LONG), ("Другая весть", LONG.replace("слово", "знак"))):
        for later, outlet in enumerate(("polyus", "bereg", "luch"), 1):
            vault.article(outlet, title=title, text=text, later=later)
        send_alerts(vault.path, [feed], now=NOW)
    titles = ET.parse(vault.path.parent / "alerts" / "copies.xml").getroot().iterfind(f"{ATOM}entry/{ATOM}title")
    assert [title.text for title in titles] == ["Другая весть", "Одна весть"]


def test_a_feed_has_so_many_things_and_no_more(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert IN_FEED == 100, "as docs/alerts.md says"
    monkeypatch.setattr("monitor.alerts.alerts.IN_FEED", 2)
    feed = replace(NEW, to=("atom:news.xml",))
    send_alerts(vault.path, [feed], now=NOW)
    for title in ("Первая", "Вторая", "Третья"):
        vault.article("polyus", title=title)
    send_alerts(vault.path, [feed], now=NOW)
    titles = ET.parse(vault.path.parent / "alerts" / "news.xml").getroot().iterfind(f"{ATOM}entry/{ATOM}title")
    assert [title.text for title in titles] == ["Третья", "Вторая"]


@given(st.text())
def test_crawled_text_in_a_message_is_one_line_without_mentions_tags_or_hidden_links(text: str) -> None:
    shown = inert(text + "@everyone <!channel> <@1> [bank](https://evil.example)\r\n\u202eabc")
    assert len(shown.splitlines()) == 1
    assert not any(sign in shown for sign in ("@everyone", "<", ">", "](", "\u202e"))


WRONG = [
    ('[[alert]]\nid = "A B"\nabout = "article"\nto = ["$X"]', 2, "id", "lower-case"),
    ('[[alert]]\nid = "a"\nabout = "news"\nto = ["$X"]', 3, "about", "article, spread, gap"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["tgram://secret/1"]', 4, "to", "$NAME"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = []', 4, "to", "$NAME"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\nquery = "повестка AND ("', 5, "query", "character"),
    ('[[alert]]\nid = "a"\nabout = "gap"\nto = ["$X"]\nquery = "повестка"', 5, "query", "gap"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\noutlets = 3', 5, "outlets", "spread"),
    ('[[alert]]\nid = "a"\nabout = "spread"\nto = ["$X"]\noutlets = 1', 5, "outlets", "2"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\ndigest = "8"', 5, "digest", "08:00"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\nzone = "Mars/Base"', 5, "zone", "Europe/Riga"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\n[[alert]]\nid = "a"\nabout = "gap"\nto = ["$X"]', 6, "id", "own"),
    ('[[alert]]\nid = "a"\nabout = "article"', 1, "to", "missing"),
    ('[[alert]]\nid = "a"\nabout = "article"\nto = ["$X"]\nqeury = "x"', 5, "qeury", "query"),
    ('[[alert]]\nid = "a"\nabout = "brief"\nto = ["$X"]\nregion = "RU-ZZ"', 5, "region", "there is no RU-ZZ; there is "),
    ('[[alert]]\nid = "a"\nabout = "brief"\nto = ["$X"]\ntopic = "sumons"', 5, "topic", "there is summons"),
    ("alert = 3", 1, "alert", "[[alert]]"),
    ('[[alert]]\nid = "a', 2, "file", "TOML"),
]


@pytest.mark.parametrize(("text", "line", "field", "word"), WRONG)
def test_what_is_wrong_in_the_file_is_told_with_its_line_and_what_would_be_right(
    text: str, line: int, field: str, word: str, tmp_path: Path, checkout: Path
) -> None:
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics"):
        (tmp_path / name).symlink_to(checkout / "data" / name)
    (tmp_path / "alerts.toml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "check"])
    assert result.exit_code == 1
    assert f"alerts.toml:{line}: " in result.output
    assert field in result.output
    assert word in result.output


@pytest.mark.parametrize("to", ['["tgram://secret/1"]', '"tgram://secret/1"', '["$X", "tgram://secret/1"]', "{ x = 'secret' }"])
def test_an_address_that_stands_in_the_file_is_not_repeated(to: str) -> None:
    spec = tomllib.loads(f'[[alert]]\nid = "a"\nabout = "article"\nto = {to}')
    _, ((field, what),) = read_alerts(spec)
    assert (field, "stands in the environment" in what, "secret" in what) == ("alert[1].to", True, False)


def test_no_fault_of_an_alert_hides_another() -> None:
    wrong = """
        [[alert]]
        id = "a"
        about = "article"
        to = "nobody"
        query = "("
        outlets = 3

        [[alert]]
        id = "a"
        about = "gap"
        to = ["$DESK"]
        search = ["x"]
    """
    _, faults = read_alerts(tomllib.loads(wrong))
    fields = [f"alert[1].{field}" for field in ("to", "outlets", "query")] + [
        f"alert[2].{field}" for field in ("search", "id", "search")
    ]
    assert [field for field, _ in faults] == fields


def test_a_search_with_a_fault_is_there_for_the_alerts_that_name_it() -> None:
    spec = tomllib.loads('[[alert]]\nid = "a"\nabout = "article"\nto = ["$DESK"]\nsearch = "raids"')
    assert read_alerts(spec, {"raids": None}) == ((), [])
    assert read_alerts(spec, None) == ((), [])
    assert [field for field, _ in read_alerts(spec, {"more": "x"})[1]] == ["alert[1].search"]


def test_the_documented_example_is_right(checkout: Path) -> None:

    example = (checkout / "docs" / "alerts.md").read_text("utf-8").split("```toml\n")[1].split("```")[0]
    alerts, faults = read_alerts(tomllib.loads(example))
    assert (len(alerts), faults) == (3, [])


def test_the_example_file_has_one_alert_of_each_kind_and_no_fault(checkout: Path) -> None:
    alerts, faults = read_alerts(tomllib.loads((checkout / "data" / "alerts.example.toml").read_text("utf-8")))
    assert ({alert.about for alert in alerts}, faults) == (set(ABOUT), [])


def test_a_rehearsal_goes_by_the_clock_that_is_set(vault: Vault, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_ahead", [timedelta()])
    vault.article("polyus", title="Повестка")
    command = ["--data", str(checkout / "data"), "--db", str(vault.path), "alert", "--dry-run"]
    for hours, said in ((1, "1 new article: new-articles"), (24 * 8, "new-articles: nothing")):
        monkeypatch.setattr(settings, "MONITOR_CLOCK", (NOW + timedelta(hours=hours)).isoformat())
        lines = CliRunner().invoke(main, command).output.splitlines()
        assert [line for line in lines if line.startswith("To atom:new-articles.xml")] == [f"To atom:new-articles.xml: {said}"]


def test_the_command_says_what_it_sent_and_exits_3_when_something_waits(
    vault: Vault, receiver: Receiver, checkout: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics"):
        (data / name).symlink_to(checkout / "data" / name)
    command = ["--data", str(data), "--db", str(vault.path), "alert"]
    none = CliRunner().invoke(main, command)
    assert none.exit_code == 2
    assert "there is no alert" in none.output
    assert "alerts.example.toml is one to start from" in none.output
    tried = CliRunner().invoke(main, [*command, "--dry-run"])
    assert tried.exit_code == 0, "a rehearsal works before there is a file"
    assert "To atom:new-articles.xml: new-articles: nothing" in tried.output
    assert not (data / "alerts.toml").exists()
    (data / "alerts.toml").write_text('[[alert]]\nid = "news"\nabout = "article"\nto = ["$DESK"]\n', encoding="utf-8")
    assert CliRunner().invoke(main, command).output == "Nothing new to send.\n"
    vault.article("polyus", title="\x1b[2JСтёрто")
    rehearsed = CliRunner().invoke(main, [*command, "--dry-run"])
    assert "To $DESK: 1 new article: news" in rehearsed.output
    assert "\x1b" not in rehearsed.output
    receiver.is_broken = True
    assert CliRunner().invoke(main, command).exit_code == 3
    receiver.is_broken = False
    assert CliRunner().invoke(main, command).output == "news to $DESK: 1 new article sent\n"
