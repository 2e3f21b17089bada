"""Looking at articles again: what is due, what a look leaves behind, and what it means."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.absences import update_absences
from monitor.derive.stories import update_stories
from monitor.expect.absences import AbsenceSign
from monitor.match import article_id, url_identity
from monitor.model import NOINDEX, Outcome
from monitor.vault import PollHints, Store, open_reader, rechecks
from monitor.vault.rechecks import absence_sign

A, B = "http://bereg.test/a", "http://bereg.test/b"
HOUR = 60.0


def id_of(url: str) -> str:
    return article_id(url_identity(url))


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def due(store: Store, at: Any, **options: Any) -> list[str]:
    return [look.url for look in rechecks.due(store.db, at, **{"per_host": 99} | options)]


def test_relevant_articles_are_due_soon_after_they_were_read_and_others_never(
    store: Store, run: int, make: Any, text_of: Any
) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    store.save_article(run, make.fetch(B), make.parsed(B, text_of(2), relevant=False))
    assert due(store, make.at(5)) == []
    assert due(store, make.at(30)) == [A]
    assert due(store, make.at(5), everything=True) == [A]


def test_a_channels_posts_are_not_looked_at_one_by_one(store: Store, run: int, make: Any, text_of: Any) -> None:
    post = "https://t.me/bereg/7"
    store.save_article(run, make.fetch(post), make.parsed(post, text_of(1)))
    assert due(store, make.at(30), everything=True) == []


def test_hosts_come_in_turn_and_each_gives_so_many_the_most_overdue_first(
    store: Store, run: int, make: Any, text_of: Any
) -> None:
    for number in range(5):
        url = f"http://bereg.test/{number}"
        store.save_article(run, make.fetch(url, at=number), make.parsed(url, text_of(number)))
    other = "http://polden.test/x"
    store.save_article(run, make.fetch(other, at=9), make.parsed(other, text_of(9)))
    asked = due(store, make.at(99), per_host=3)
    assert sorted(asked[:2]) == ["http://bereg.test/0", other]
    assert asked[2:] == ["http://bereg.test/1", "http://bereg.test/2"]


def test_a_host_that_asked_for_time_is_left_alone(store: Store, run: int, make: Any, text_of: Any) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    store.frontier.pause_host("bereg.test", make.at(50))
    assert due(store, make.at(40)) == []
    assert due(store, make.at(51)) == [A]


def test_a_clock_that_was_set_back_keeps_nothing_from_being_due(store: Store, run: int, make: Any, text_of: Any) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    assert due(store, make.at() - timedelta(days=4000)) == [A]


def test_each_look_moves_the_next_one_and_what_was_stopped_stays_due(store: Store, run: int, make: Any, text_of: Any) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    store.save_fetch(run, make.fetch(A, Outcome.INTERRUPTED, kind="recheck", at=30))
    assert due(store, make.at(31)) == [A]
    store.save_fetch(run, make.fetch(A, Outcome.UNCHANGED, kind="recheck", at=4 * HOUR))
    assert due(store, make.at(4.5 * HOUR)) == []
    assert due(store, make.at(7 * HOUR)) == [A]


def test_what_the_next_conditional_request_names_is_of_the_newest_answer(store: Store, run: int, make: Any, text_of: Any) -> None:
    fetch = make.fetch(A, digest="sha256:1")
    store.save_article(run, fetch, make.parsed(A, text_of(1)), hints=PollHints(etag='"1"', last_modified="Monday"))
    state = store.recheck_state(id_of(A))
    assert (state.etag, state.last_modified, state.digest, state.looks, state.absent) == ('"1"', "Monday", "sha256:1", 0, 0)
    store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=HOUR))
    assert (store.recheck_state(id_of(A)).looks, store.recheck_state(id_of(A)).absent) == (1, 1)
    assert store.recheck_state("nobody").etag == ""


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_what_archives_captured_leaves_the_same_look_in_whichever_order_it_is_stored(
    store: Store, run: int, make: Any, text_of: Any, vault: Path, order: tuple[int, ...]
) -> None:
    """Workers answer in no order. The capture of the newest time holds, and of one time the one of the greater digest."""
    for number in order:
        fetch = make.fetch(A, at=999, digest=f"sha256:{number}")
        parsed = make.parsed(A, text_of(1))
        store.save_article(
            run, replace(fetch, captured=make.at((0, 60, 60)[number])), parsed, hints=PollHints(etag=f'"{number}"')
        )
    newest = "2026-05-18T13:00:00"
    seen = rows(vault, "SELECT substr(looked, 1, 19), substr(there, 1, 19), etag, digest, looks FROM looks")
    assert seen == [(newest, newest, '"2"', "sha256:2", 0)]


@pytest.mark.parametrize("looked_again", [False, True])
def test_what_an_archive_captured_later_is_no_look_of_ours(
    store: Store, run: int, make: Any, text_of: Any, vault: Path, looked_again: bool
) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    if looked_again:
        store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=30))
    before = rows(vault, "SELECT * FROM looks")
    store.save_article(run, replace(make.fetch(A, at=999), captured=make.at(90)), make.parsed(A, text_of(1)))
    assert rows(vault, "SELECT * FROM looks") == before


def test_a_new_report_of_its_story_brings_the_next_look_forward(store: Store, run: int, make: Any, text_of: Any) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    store.save_fetch(run, make.fetch(A, Outcome.UNCHANGED, kind="recheck", at=100 * HOUR))
    copy = make.parsed(B, text_of(1), published=100 * HOUR)
    store.save_article(run, make.fetch(B, at=101 * HOUR), copy)
    update_stories(store, make.at(101 * HOUR))
    with store.db.transaction():
        store.db.change("UPDATE articles SET story = 's'")
    assert due(store, make.at(115 * HOUR)) == [B]
    rechecks.plan_stories(store.db, make.at(101 * HOUR), most=9)
    assert sorted(due(store, make.at(115 * HOUR))) == [A, B]


@pytest.mark.parametrize(
    ("outcome", "status", "asked", "led", "way"),
    [
        (Outcome.NOT_FOUND, 404, "", A, AbsenceSign.NOT_FOUND),
        (Outcome.NOT_FOUND, 200, "", A, AbsenceSign.SOFT_404),
        (Outcome.GONE, 410, "", A, AbsenceSign.GONE),
        (Outcome.LEGAL, 451, "", A, AbsenceSign.LEGAL),
        (Outcome.NOT_AN_ARTICLE, 200, "", A, AbsenceSign.NO_ARTICLE),
        (Outcome.NOT_AN_ARTICLE, 200, A, "http://bereg.test/", AbsenceSign.HOME),
        (Outcome.NOT_AN_ARTICLE, 200, A, "http://bereg.test/news", AbsenceSign.SECTION),
        (Outcome.NOT_AN_ARTICLE, 200, A, "https://bereg.test/a/", AbsenceSign.NO_ARTICLE),
        (Outcome.CHALLENGE, 403, "", A, AbsenceSign.CHALLENGE),
        (Outcome.PAYWALL, 200, "", A, AbsenceSign.PAYWALL),
        (Outcome.BLOCKED, 403, "", A, AbsenceSign.BLOCKED),
        (Outcome.ROBOTS, None, "", A, AbsenceSign.ROBOTS),
        (Outcome.ROBOTS_UNREACHABLE, None, "", A, AbsenceSign.UNREACHABLE),
        (Outcome.DNS, None, "", A, AbsenceSign.DNS),
        (Outcome.TIMEOUT, None, "", A, AbsenceSign.UNREACHABLE),
        (Outcome.HTTP_ERROR, 503, "", A, AbsenceSign.UNREACHABLE),
        (Outcome.PARSER_ERROR, 200, "", A, None),
        (Outcome.TOO_MANY, 429, "", A, None),
        (Outcome.OVER_BUDGET, None, "", A, None),
    ],
)
def test_an_outcome_says_in_what_way_an_article_is_not_there_or_nothing(make, outcome, status, asked, led, way) -> None:
    fetch = replace(make.fetch(led, outcome, kind="recheck"), status=status, redirected_from=(asked,) if asked else ())
    assert absence_sign(fetch) is way


def test_a_look_that_leads_to_the_same_text_elsewhere_found_the_article(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    led = replace(make.fetch(B, kind="recheck", at=HOUR), redirected_from=(A,))
    store.save_article(run, led, make.parsed(B, text_of(1)))
    update_absences(store)
    assert rows(vault, "SELECT * FROM absences") == []
    other = replace(make.fetch(B, kind="recheck", at=2 * HOUR), redirected_from=(A,))
    store.save_article(run, other, make.parsed(B, text_of(2), title="Другое"))
    update_absences(store)
    assert rows(vault, "SELECT article, way, state FROM absences") == [(id_of(A), "led to another article", "suspected")]


def test_what_was_looked_at_is_held_against_absences_once(store: Store, run: int, make: Any, text_of: Any, vault: Path) -> None:
    for url, seed in ((A, 1), (B, 2)):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(seed)))
    store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=HOUR))
    update_absences(store)
    update_absences(store)
    assert rows(vault, "SELECT looks, state FROM absences") == [(1, "suspected")]
    assert rows(vault, "SELECT count(*) FROM new_looks") == [(0,)]


def test_a_list_that_still_names_the_article_keeps_its_removal_from_being_confirmed(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    store.sync_sources([make.source("bereg")], [])
    feed, entries = "http://bereg.test/feed", [make.entry(A), make.entry(B)]

    def poll(at: float, listed: list[Any]) -> None:
        store.save_feed(run, make.fetch(feed, Outcome.FEED, kind="feed", at=at), make.feed(*listed), listed)

    poll(0, entries)
    for url, seed in ((A, 1), (B, 2)):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(seed)))
    for at, listed in ((1, entries), (9, entries), (18, [entries[1]])):
        poll(at * HOUR + 1, listed)
        store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=at * HOUR))
        store.save_fetch(run, make.fetch(B, Outcome.UNCHANGED, kind="recheck", at=at * HOUR + 2))
        update_absences(store)
    assert rows(vault, "SELECT state FROM absences") == [("suspected",)]


OTHER = "http://bereg.test/amp/a"


def test_what_is_suspected_to_be_removed_is_asked_at_its_other_addresses_and_found_there(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    parsed = make.parsed(A, text_of(1))
    amp = replace(parsed, article=replace(parsed.article, url=OTHER, canonical=A))
    store.save_article(run, make.fetch(OTHER, at=1), amp)
    store.save_article(run, make.fetch(A, at=2), make.parsed(A, text_of(1)))
    (look,) = rechecks.due(store.db, make.at(HOUR), per_host=9)
    assert (look.url, look.is_suspected, look.others) == (A, False, ())
    store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=HOUR))
    update_absences(store)
    (look,) = rechecks.due(store.db, make.at(3 * HOUR), per_host=9)
    assert (look.url, look.is_suspected, look.others) == (A, True, (OTHER,))
    at_noon = store.begin_run("recheck", make.at(3 * HOUR))
    store.save_article(at_noon, make.fetch(OTHER, kind="recheck", at=3 * HOUR), amp)
    store.save_fetch(at_noon, make.fetch(A, Outcome.GONE, kind="recheck", at=3 * HOUR + 1))
    update_absences(store)
    assert rows(vault, "SELECT state FROM absences") == [("returned",)]


def test_a_removal_is_confirmed_by_a_second_way_of_looking_and_says_which(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    for url, seed in ((A, 1), (B, 2)):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(seed)))
    for hour, keys in ((1, ()), (8, ()), (16, {url_identity(A)}), (32, {url_identity(B)})):
        store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=hour * HOUR))
        store.save_fetch(run, make.fetch(B, Outcome.UNCHANGED, kind="recheck", at=hour * HOUR + 1))
        if keys:
            store.save_home(run, make.fetch("http://bereg.test/", Outcome.HOME_READ, kind="discovery", at=hour * HOUR + 2), keys)
        update_absences(store)
        assert rows(vault, "SELECT state FROM absences") == [("suspected",)]
    store.db.change("DELETE FROM second_looks WHERE found = 1")
    store.save_fetch(run, make.fetch(A, Outcome.GONE, kind="recheck", at=33 * HOUR))
    update_absences(store)
    assert rows(vault, "SELECT state, confirmed_by FROM absences") == [
        (
            "confirmed",
            "not there at 5 looks in 32 hours; other articles of its host are; the home page does not link to it",
        )
    ]


def test_an_article_that_its_feed_dropped_is_suspected_at_the_poll_looked_at_next_and_listed_again(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    store.sync_sources([make.source("bereg")], [])
    urls = [f"http://bereg.test/{n}" for n in range(9)]

    def poll(at: float, numbers: str) -> None:
        listed = [make.entry(urls[int(n)], published=-int(n) - 60) for n in numbers]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=at)
        store.save_feed(run, fetch, make.feed(*listed), listed)
        update_absences(store)

    poll(0, "12345678")
    store.save_article(run, make.fetch(urls[3]), make.parsed(urls[3], text_of(1)))
    store.save_fetch(run, make.fetch(urls[3], Outcome.UNCHANGED, kind="recheck", at=10 * HOUR))
    assert due(store, make.at(11 * HOUR)) == []
    poll(11 * HOUR, "01245678")
    assert rows(vault, "SELECT kind, way, state, last_seen, noticed FROM absences") == [
        ("delisted", "dropped from feed", "suspected", "2026-05-18T12:00:00.000000Z", "2026-05-18T23:00:00.000000Z")
    ]
    assert due(store, make.at(11 * HOUR)) == [urls[3]]
    store.save_fetch(run, make.fetch(urls[3], Outcome.UNCHANGED, kind="recheck", at=12 * HOUR))
    poll(36 * HOUR, "0124567")
    assert rows(vault, "SELECT state, looks FROM absences") == [("confirmed", 2)]
    poll(37 * HOUR, "01234567")
    assert rows(vault, "SELECT state FROM absences") == [("returned",)]


def test_a_page_that_asks_search_engines_to_leave_it_out_and_did_not_before_is_suspected(
    store: Store, run: int, make: Any, text_of: Any, vault: Path
) -> None:
    def look(url: str, seed: int, at: float, *flags: str) -> None:
        parsed = make.parsed(url, text_of(seed))
        parsed = replace(parsed, article=replace(parsed.article, flags=flags))
        store.save_article(run, make.fetch(url, kind="recheck" if at else "article", at=at), parsed)
        update_absences(store)

    look(B, 2, 0, NOINDEX)
    look(B, 2, HOUR, NOINDEX)  # as ever
    assert rows(vault, "SELECT * FROM absences") == []
    look(A, 1, 0)
    look(A, 1, HOUR, NOINDEX)
    assert rows(vault, "SELECT way, state FROM absences") == [("noindex", "suspected")]
    store.save_fetch(run, make.fetch(A, Outcome.UNCHANGED, kind="recheck", at=30 * HOUR))
    update_absences(store)
    assert rows(vault, "SELECT way, state, looks FROM absences") == [("noindex", "confirmed", 2)]
    assert rows(vault, f"SELECT state FROM rechecks WHERE article = '{id_of(A)}'") == [("noindex",)]
    look(A, 1, 40 * HOUR)
    assert rows(vault, "SELECT way, state FROM absences") == [("noindex", "returned")]
