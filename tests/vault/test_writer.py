"""What the writer promises of what it stores: one identity one article, every text kept, copies verified, clocks not mixed."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.stories import update_stories
from monitor.errors import StoreError
from monitor.judge.query import compile_query
from monitor.match import article_id, url_identity
from monitor.model import Attribution, Family, FirstReport, Outcome
from monitor.vault import PollHints, Store, articles, open_reader, requests, stories
from tests.records import witnessed

A = "http://bereg.test/a"
B = "http://rupor.test/b"


def rows(vault: Path, sql: str, *values: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql, values)]


def coverage(vault: Path) -> list[dict[str, Any]]:
    with open_reader(vault) as reader:
        return [dict(row) for row in reader.view("coverage")]


def id_of(url: str) -> str:
    return article_id(url_identity(url))


def test_an_article_is_stored_with_all_that_was_found_in_it(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    store.sync_sources([make.source("bereg")], [])
    saved = store.save_article(run, make.fetch(A, digest="sha256:00"), make.parsed(A, text_of(1)), key=url_identity(A))
    assert (saved.article, saved.is_new, saved.is_edited, saved.relevant) == (id_of(A), True, False, True)
    (row,) = coverage(vault)
    assert row["outlet"] == "Bereg"
    assert row["published"] == "2026-05-18T11:00:00.000000Z"
    assert row["week"] == "2026-W21"
    assert row["warc_file"] == "one.warc.gz"
    assert (row["links"], row["revisions"], row["words"], row["copies"], row["copy_of"]) == (2, 1, 60, 0, "")
    lists = {name: json.loads(row[name]) for name in ("authors", "topics", "reasons", "regions", "attributed_to")}
    assert lists == {
        "authors": ["А. Автор"],
        "topics": ["summons"],
        "reasons": ["Заг"],
        "regions": ["RU-VGG"],
        "attributed_to": ["Polden"],
    }


def test_who_denies_an_article_is_not_on_whose_word_it_stands(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    bundle = make.parsed(A, text_of(1))  # its denial spans 4 to 6
    named = [("within", 4, 6), ("across", 3, 6), ("after", 6, 8)]
    told = tuple(Attribution("other", name, "", start, end) for name, start, end in named)
    store.save_article(run, make.fetch(A), replace(bundle, attributions=told), key=url_identity(A))
    assert json.loads(coverage(vault)[0]["attributed_to"]) == ["across", "after"]


def test_the_same_page_again_changes_only_when_it_was_last_fetched(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for at in (0, 10):
        saved = store.save_article(run, make.fetch(A, at=at), make.parsed(A, text_of(1)))
    assert (saved.is_new, saved.is_edited) == (False, False)
    assert rows(vault, "SELECT first_fetched, last_fetched FROM articles") == [
        ("2026-05-18T12:00:00.000000Z", "2026-05-18T12:10:00.000000Z")
    ]
    assert rows(vault, "SELECT count(*) FROM revisions") == [(1,)]
    assert rows(vault, "SELECT count(*) FROM links") == [(2,)]


def test_every_text_that_was_seen_is_kept_and_the_newest_is_shown(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for at, seed in (
        (0, 1),
        (20, 3),
        (10, 2),
        (30, 1),
    ):  # the third comes late, as from an archive; the fourth is the first again
        saved = store.save_article(run, make.fetch(A, at=at), make.parsed(A, text_of(seed)))
    assert saved.is_edited
    versions = rows(vault, "SELECT number, text FROM revisions ORDER BY number")
    assert versions == [(number, text_of(seed)) for number, seed in enumerate((1, 2, 3, 1), 1)]
    assert rows(vault, "SELECT text FROM articles") == [(text_of(1),)]


def test_an_edit_renews_verdict_places_and_copies(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    store.save_article(run, make.fetch(B), make.parsed(B, text_of(1)))
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    update_stories(store, make.at(1))
    assert [row["copies"] for row in coverage(vault)] == [1, 1]
    saved = store.save_article(run, make.fetch(A, at=1), make.parsed(A, text_of(2), relevant=False))
    assert (saved.is_edited, saved.relevant) == (True, False)
    update_stories(store, make.at(2))
    assert [(row["article"], row["copy_group"]) for row in coverage(vault)] == [(id_of(B), "")]


def test_what_sqlite_cannot_keep_is_replaced_and_spans_still_hold(store: Store, run: int, vault: Path, make: Any) -> None:
    bundle = make.parsed(A, "до\x00 \ud800после", title="По\x00вестка")
    store.save_article(run, make.fetch(A), bundle)
    (row,) = coverage(vault)
    assert row["title"] == "По\ufffdвестка"
    assert json.loads(row["reasons"]) == ["По\ufffd"]
    assert rows(vault, "SELECT text FROM articles") == [("до\ufffd \ufffdпосле",)]


def test_new_entries_of_a_feed_are_pushed_once_whatever_their_guids(store: Store, run: int, vault: Path, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])
    feed = "http://bereg.test/feed"
    for poll in range(3):
        entries = [make.entry(f"http://bereg.test/{n}", guid=f"{n}-{poll}") for n in range(4 + poll)]
        new = store.save_feed(run, make.fetch(feed, Outcome.FEED, kind="feed", at=poll), make.feed(*entries), entries)
        assert new == (4 if poll == 0 else 1)
    assert store.frontier.counts(make.at()).due == 6


def test_entries_that_share_a_guid_are_both_kept(store: Store, run: int, vault: Path, make: Any) -> None:
    entries = [make.entry("http://bereg.test/1", guid="same"), make.entry("http://bereg.test/2", guid="same")]
    store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed"), make.feed(*entries), entries)
    assert rows(vault, "SELECT url FROM feed_entries ORDER BY url") == [("http://bereg.test/1",), ("http://bereg.test/2",)]


def test_an_entry_is_fetched_again_only_when_its_declared_update_has_grown(store: Store, run: int, make: Any) -> None:
    url = "http://bereg.test/1"
    due = []
    for poll, updated in enumerate([None, None, 5, 5, 4, 6]):
        entries = [make.entry(url, updated=updated)]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=poll)
        store.save_feed(run, fetch, make.feed(*entries), entries)
        due.append(len(leased := store.frontier.lease(run, 9, now=make.at())))
        for one in leased:
            store.frontier.done(one.pending.key)
    assert due == [1, 0, 1, 0, 0, 1]


def test_a_feed_is_remembered_for_the_next_conditional_request(store: Store, run: int, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])
    feed = "http://bereg.test/feed"
    entries = [make.entry("http://bereg.test/1")]
    read = make.fetch(feed, Outcome.FEED, kind="feed", digest="sha256:01")
    store.save_feed(run, read, make.feed(*entries), entries, hints=PollHints(etag='"e"', last_modified="then"))
    store.save_fetch(run, make.fetch(feed, Outcome.TIMEOUT, kind="feed", at=5))
    store.save_fetch(run, make.fetch(feed, Outcome.UNCHANGED, kind="feed", at=9))
    state = store.feed_state("bereg")
    assert (state.etag, state.last_modified, state.digest, state.polls) == ('"e"', "then", "sha256:01", 3)
    assert store.feed_state("unknown").polls == 0


@pytest.mark.parametrize("feed_first", [True, False])
def test_first_seen_and_the_feeds_date_do_not_depend_on_what_came_first(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str], *, feed_first: bool
) -> None:
    entries = [make.entry(f"{A}?utm_source=rss", published=-90)]
    steps = [
        lambda: store.save_feed(
            run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=-5), make.feed(*entries), entries
        ),
        lambda: store.save_article(run, make.fetch(A, at=3), make.parsed(A, text_of(1))),
    ]
    for step in steps if feed_first else reversed(steps):
        step()
    assert rows(vault, "SELECT first_seen, first_fetched, feed_date FROM articles") == [
        ("2026-05-18T11:55:00.000000Z", "2026-05-18T12:03:00.000000Z", "2026-05-18T10:30:00.000000Z")
    ]


def test_an_entry_that_led_through_a_redirect_is_the_articles_own(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    short = "http://s.test/1"
    entries = [make.entry(short)]
    store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed"), make.feed(*entries), entries)
    store.save_article(run, replace(make.fetch(A, at=3), redirected_from=(short,)), make.parsed(A, text_of(1)))
    assert rows(vault, "SELECT first_seen FROM articles") == [("2026-05-18T12:00:00.000000Z",)]


def test_a_sighting_names_the_last_poll_that_did_not_list_the_article(
    store: Store, run: int, make: Any, text_of: Callable[..., str]
) -> None:
    feed = "http://bereg.test/feed"
    for at, listed in ((0, []), (5, []), (10, [make.entry(A)]), (15, [make.entry(A)])):
        outcome = Outcome.FEED if at != 5 else Outcome.UNCHANGED
        fetch = make.fetch(feed, outcome, kind="feed", at=at)
        if outcome is Outcome.FEED:
            store.save_feed(run, fetch, make.feed(*listed), listed)
        else:
            store.save_fetch(run, fetch)
    store.save_fetch(run, make.fetch(feed, Outcome.TIMEOUT, kind="feed", at=9))  # not read: no witness of absence
    store.save_article(run, make.fetch(A, at=11), make.parsed(A, text_of(1)))
    store.save_article(run, make.fetch(B, at=12), make.parsed(B, text_of(2)))
    sightings = witnessed(store)
    assert (sightings[id_of(A)].absent, sightings[id_of(A)].seen) == (make.at(5), make.at(10))
    assert (sightings[id_of(B)].absent, sightings[id_of(B)].seen) == (None, make.at(12))  # no feed ever listed it


@pytest.mark.parametrize(
    ("kind", "published", "absent"),
    [("sitemap", 5, 1), ("sitemap", -60 * 24 * 3, None), ("sitemap", None, None), ("home", None, None), ("telegram", None, 1)],
)
def test_what_lists_more_than_what_is_new_is_no_witness_of_absence(
    store: Store, run: int, make: Any, text_of: Callable[..., str], kind: str, published: float | None, absent: float | None
) -> None:
    listed = make.entry(A)
    listed = replace(listed, entry=replace(listed.entry, published=None if published is None else make.at(published)))
    for at, entries in ((1, []), (10, [listed])):
        store.save_feed(run, make.fetch("http://bereg.test/map", Outcome.FEED, kind=kind, at=at), make.feed(*entries), entries)
    # Another sitemap of the same source, read in between, never lists it.
    store.save_feed(run, make.fetch("http://bereg.test/pages", Outcome.FEED, kind=kind, at=9), make.feed(), [])
    store.save_article(run, make.fetch(A, at=11), make.parsed(A, text_of(1)))
    assert witnessed(store)[id_of(A)].absent == (None if absent is None else make.at(absent))


def test_of_a_feed_and_a_sitemap_in_one_run_the_feed_is_the_witness(
    store: Store, run: int, make: Any, text_of: Callable[..., str]
) -> None:
    for at, kind, listed in (
        (1, "feed", []),
        (2, "sitemap", []),
        (10, "sitemap", [make.entry(A)]),
        (11, "feed", [make.entry(A)]),
    ):
        fetch = replace(make.fetch(f"http://bereg.test/{kind}", Outcome.FEED, kind=kind, at=at), source=f"bereg-{kind}")
        store.save_feed(run, fetch, make.feed(*listed), listed)
    store.save_article(run, make.fetch(A, at=12), make.parsed(A, text_of(1)))
    sighting = witnessed(store)[id_of(A)]
    assert (sighting.absent, sighting.seen) == (make.at(1), make.at(10))


def test_each_sitemap_of_an_index_is_asked_for_again_and_has_a_state_of_its_own(store: Store, run: int, make: Any) -> None:
    part = make.pending("http://bereg.test/part", kind="sitemap", depth=1)
    index = make.fetch("http://bereg.test/map", Outcome.FEED, kind="sitemap", digest="sha256:1")
    store.save_feed(run, index, replace(make.feed(), parts=(part.url,)), [], parts=[part])
    assert store.feed_state("bereg").digest == ""  # the same index may have other parts
    read = replace(make.fetch(part.url, Outcome.FEED, kind="sitemap", digest="sha256:2"), part=part.url)
    for _ in range(2):
        assert [leased.pending for leased in store.frontier.lease(run, 5, now=make.at(1))] == [part]
        store.save_feed(run, read, make.feed(), [], hints=PollHints(etag="x"), key=part.key)
        store.save_feed(run, index, replace(make.feed(), parts=(part.url,)), [], parts=[part])
    assert store.feed_state("bereg", part.url).etag == "x"
    assert store.feed_state("bereg").etag == ""


def test_the_articles_of_a_story_say_who_was_first(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for number, url in enumerate((A, B)):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(number)))
    a, b = id_of(A), id_of(B)
    assert store.grouping.relevant() == sorted((a, b))
    stories.save(store.db, {a: a, b: a}, {a: FirstReport(b, "declared")})
    assert {row["article"]: (row["story"], row["first"], row["first_basis"]) for row in coverage(vault)} == {
        a: (a, "no", "declared"),
        b: (a, "yes", "declared"),
    }
    stories.save(store.db, {a: a}, {a: FirstReport("", "undetermined")})
    assert {row["article"]: row["first"] for row in coverage(vault)} == {a: "undetermined", b: "yes"}
    store.grouping.place({b: ""})
    assert {row["article"]: (row["story"], row["first"]) for row in coverage(vault)} == {a: (a, "undetermined"), b: ("", "")}


def test_a_run_counts_its_articles_and_names_the_outlets_that_gave_nothing(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    store.sync_sources([make.source(name) for name in ("bereg", "rupor", "krug", "polden", "asleep")], [])
    for url, seed in ((A, 1), (B, 1), ("http://bereg.test/c", 3)):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(seed), relevant=seed == 1))
    store.save_fetch(run, make.fetch("http://krug.test/feed", Outcome.TIMEOUT, kind="feed"))
    store.save_feed(run, make.fetch("http://polden.test/feed", Outcome.FEED, kind="feed"), make.feed(), [])
    update_stories(store, make.at(2))
    done = store.finish_run(run, "gaps", make.at(3))
    assert (done.fetches, done.articles, done.relevant, done.copies) == (5, 3, 2, 1)
    assert done.silent == ("Krug", "Polden")
    assert (done.started, done.finished, done.outcome) == (make.at(0), make.at(3), "gaps")
    with open_reader(vault) as reader:
        assert reader.runs() == [done]


@pytest.mark.parametrize(
    ("outcomes", "is_silent"),
    [
        ([Outcome.BLOCKED, Outcome.BLOCKED], True),
        ([Outcome.REDIRECTED, Outcome.NOT_FOUND], True),
        ([Outcome.BLOCKED, Outcome.UNCHANGED], False),
        ([Outcome.BLOCKED, Outcome.ARTICLE], False),
        ([Outcome.OVER_BUDGET], False),
        ([Outcome.UNANSWERED], False),
        ([], False),
    ],
)
def test_an_outlet_whose_feed_reads_and_whose_every_article_is_refused_is_silent(
    outcomes: list[Outcome], is_silent: bool, store: Store, run: int, make: Any, text_of: Callable[..., str]
) -> None:
    store.sync_sources([make.source("bereg")], [])
    entries = [make.entry("http://bereg.test/1")]
    store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed"), make.feed(*entries), entries)
    for number, outcome in enumerate(outcomes):
        fetch = make.fetch(f"http://bereg.test/{number}", outcome)
        if outcome is Outcome.ARTICLE:
            store.save_article(run, fetch, make.parsed(fetch.url, text_of(1)))
        else:
            store.save_fetch(run, fetch)
    assert store.finish_run(run, "done", make.at(3)).silent == (("Bereg",) if is_silent else ())


def test_a_run_that_never_ended_is_marked_when_the_next_begins(store: Store, run: int, vault: Path, make: Any) -> None:
    store.begin_run("again", make.at(1))
    assert rows(vault, "SELECT outcome FROM runs ORDER BY id") == [("stopped",), ("running",)]


def test_gaps_are_the_sources_whose_last_answer_failed_or_was_empty(store: Store, run: int, vault: Path, make: Any) -> None:
    store.sync_sources([make.source(name) for name in ("bereg", "rupor", "krug", "asleep")], [])
    entries = [make.entry("http://bereg.test/1")]

    def poll(name: str, outcome: Outcome, at: float, detail: str = "") -> None:
        fetch = make.fetch(f"http://{name}.test/feed", outcome, kind="feed", at=at, detail=detail)
        if outcome is Outcome.FEED:
            listed = entries if name != "krug" else []
            store.save_feed(run, fetch, make.feed(*listed), listed)
        else:
            store.save_fetch(run, fetch)

    poll("bereg", Outcome.TIMEOUT, 0)
    poll("bereg", Outcome.FEED, 1)
    poll("rupor", Outcome.FEED, 0)
    poll("rupor", Outcome.BLOCKED, 1, "403")
    poll("krug", Outcome.FEED, 0)
    with open_reader(vault) as reader:
        gaps = [(row["source"], row["gap"], row["outcome"], row["detail"], row["failures"]) for row in reader.view("gaps")]
    assert gaps == [("krug", "silent", "feed", "the feed has no entries", 0), ("rupor", "failed", "blocked", "403", 1)]


def test_skipped_tells_each_request_that_gave_no_relevant_article_and_why(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    store.sync_sources([make.source("bereg"), make.source("rupor")], [])
    store.save_article(run, make.fetch(A), make.parsed(A, text_of(1)))
    store.save_article(run, make.fetch(B), make.parsed(B, text_of(2), relevant=False))
    store.save_fetch(run, make.fetch("http://bereg.test/gone", Outcome.GONE, detail="410"))
    store.save_fetch(run, make.fetch("http://bereg.test/robots.txt", Outcome.NOT_FOUND, kind="robots"))
    store.save_fetch(run, make.fetch("http://bereg.test/old", Outcome.REDIRECTED))
    with open_reader(vault) as reader:
        skipped = [(row["outlet"], row["url"], row["outcome"], row["detail"]) for row in reader.view("skipped")]
    assert skipped == [
        ("Rupor", B, "not relevant", "summons: a context"),
        ("Bereg", "http://bereg.test/gone", "gone", "410"),
    ]


def test_a_source_that_left_the_list_is_marked_and_what_it_gave_stays(store: Store, vault: Path, make: Any) -> None:
    store.sync_sources([make.source("bereg"), make.source("rupor")], [Family("one", "wire", ("Bereg",))])
    store.sync_sources([make.source("bereg", "Берег")], [])
    assert rows(vault, "SELECT id, outlet, listed FROM sources ORDER BY id") == [("bereg", "Берег", 1), ("rupor", "Rupor", 0)]
    assert rows(vault, "SELECT * FROM families") == []


def test_an_answer_acknowledges_its_address_or_puts_it_back(store: Store, run: int, make: Any) -> None:
    first, second = (make.pending(f"http://bereg.test/{n}") for n in range(2))
    store.frontier.push([first, second])
    for one in store.frontier.lease(run, 9, now=make.at(), room=lambda *_: 9):
        again = make.at(30) if one.pending.key == second.key else None
        store.save_fetch(run, make.fetch(one.pending.url, Outcome.TOO_MANY), key=one.pending.key, retry_at=again)
    counts = store.frontier.counts(make.at())
    assert (counts.due, counts.later, counts.leased, counts.done) == (0, 1, 0, 1)


def test_a_reader_filters_by_days_of_one_clock_both_included_and_by_a_query(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    day = 24 * 60
    for number in range(4):
        url = f"http://bereg.test/{number}" if number else "http://rupor.test/0"
        published = None if number == 3 else number * day
        store.save_article(run, make.fetch(url, at=number * day), make.parsed(url, text_of(number), published=published))
    first = make.at().date()
    with open_reader(vault) as reader:
        count = lambda **given: len(list(reader.view("coverage", **given)))  # noqa: E731 - shorter than what it stands for
        assert count() == 4
        assert count(since=first, until=first) == 1
        assert count(since=first) == 3
        assert count(since=first, clock="first_seen") == 4
        assert count(query=compile_query("outlet:bereg")) == 3
        assert count(query=compile_query("outlet:bereg"), since=first, until=first) == 0
        with pytest.raises(StoreError, match="no clock 'text'"):
            count(clock="text")
        with pytest.raises(StoreError, match="no view 'articles'"):
            reader.view("articles")
        with pytest.raises(StoreError, match="gaps has no days"):
            reader.view("gaps", since=first)


def test_the_view_is_in_the_order_of_declared_dates_newest_first_and_unknown_last(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for number, published in enumerate((5, None, 50, 0)):
        url = f"http://bereg.test/{number}"
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(number), published=published))
    assert [row["url"][-1] for row in coverage(vault)] == ["2", "0", "3", "1"]


def test_a_reader_tells_what_waits_and_is_due(store: Store, run: int, vault: Path, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/now"), make.pending("http://a.test/later", due=10)])
    with open_reader(vault) as reader:
        assert [row.url for row in reader.due(make.at(5))] == ["http://a.test/now"]


def test_totals_count_relevant_articles_their_copies_stories_and_edits(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for at, (url, seed, relevant) in enumerate(
        ((A, 1, True), (B, 1, True), (A, 2, True), (B, 2, True), ("http://krug.test/c", 3, False))
    ):
        store.save_article(run, make.fetch(url, at=at), make.parsed(url, text_of(seed), relevant=relevant))
    update_stories(store, make.at(9))
    a, b = id_of(A), id_of(B)
    stories.save(store.db, {a: a, b: a}, {a: FirstReport(b, "declared")})
    with open_reader(vault) as reader:
        totals = reader.totals()
    assert (totals.articles, totals.relevant, totals.copied, totals.texts, totals.stories) == (3, 2, 2, 1, 1)
    assert (totals.rechecked, totals.edited, totals.silent, totals.removed) == (2, 0, 0, 0)
    assert totals.skipped == (("not relevant", 1),)


def test_who_was_asked_for_nothing_but_an_article_that_failed_before_is_not_silent(store: Store, run: int, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])
    address = make.pending("http://bereg.test/1")
    store.frontier.push([address])
    silent = []
    for at in (1, 2):
        store.frontier.lease(run, 1, now=make.at(at))
        store.save_fetch(run, make.fetch(address.url, Outcome.TIMEOUT, at=at), key=address.key, retry_at=make.at(at))
        silent.append(store.finish_run(run, "done", make.at(at)).silent)
        run = store.begin_run("feeds", make.at(at))
    assert silent == [("Bereg",), ()]


def test_a_capture_that_a_run_was_stopped_at_was_not_taken(store: Store, run: int, make: Any) -> None:
    url = "http://bereg.test/1"
    for outcome, is_taken in ((Outcome.INTERRUPTED, False), (Outcome.NOT_AN_ARTICLE, True)):
        store.save_fetch(run, replace(make.fetch(url, outcome), captured=make.at(-60)))
        assert requests.is_captured(store.db, url, make.at(-60)) is is_taken
    assert not requests.is_captured(store.db, url, make.at(-61))


def test_a_redirect_is_no_answer_of_a_poll_and_no_look(store: Store, run: int, vault: Path, make: Any) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, "Текст"))
    before = rows(vault, "SELECT * FROM looks")
    store.save_fetch(run, make.fetch("http://bereg.test/feed", Outcome.REDIRECTED, kind="feed", at=5))
    store.save_fetch(run, make.fetch(A, Outcome.REDIRECTED, kind="recheck", at=30))
    assert (store.feed_state("bereg").polled, rows(vault, "SELECT * FROM looks")) == (None, before)


@pytest.mark.parametrize(("status", "attempts"), [(429, 1), (None, 0)])
def test_an_address_that_was_not_sent_since_its_host_asked_for_time_is_not_counted_as_asked(
    store: Store, run: int, vault: Path, make: Any, status: int | None, attempts: int
) -> None:
    asked = make.pending(A)
    store.frontier.push([asked])
    store.frontier.lease(run, 1, now=make.at())
    answer = replace(make.fetch(A, Outcome.TOO_MANY), status=status)
    store.save_fetch(run, answer, key=asked.key, retry_at=make.at(30))
    assert rows(vault, "SELECT state, attempts FROM frontier") == [("waiting", attempts)]


def test_the_requests_of_an_article_come_before_its_own_and_each_names_it(store: Store, run: int, vault: Path, make: Any) -> None:
    pages = [make.fetch(f"{A}?page={number}", kind="page") for number in (2, 3)]
    parsed = replace(make.parsed(A, "Текст"), substance="of three pages")
    store.save_article(run, make.fetch(A), parsed, pages=pages)
    assert rows(vault, "SELECT url, article, coalesce(version, '') FROM fetches ORDER BY id") == [
        (f"{A}?page=2", id_of(A), ""),
        (f"{A}?page=3", id_of(A), ""),
        (A, id_of(A), "of three pages"),
    ]


def test_what_follows_from_an_article_is_found_again_where_a_feed_lists_it_for_the_first_time(
    store: Store, run: int, make: Any
) -> None:
    store.save_article(run, make.fetch(A), make.parsed(A, "Текст"))
    poll = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=5)
    for expected in [(id_of(A),), ()]:
        with store.db.transaction():
            articles.clear_changed(store.db, articles.changed_articles(store.db))
        store.save_feed(run, poll, make.feed(make.entry(A)), [make.entry(A)])
        assert articles.changed_articles(store.db) == expected


def test_an_address_that_is_done_with_is_not_asked_again_since_another_feed_lists_it(store: Store, run: int, make: Any) -> None:
    entry = make.entry(A, updated=0)
    store.frontier.push([entry.pending])
    store.frontier.done(entry.key)
    poll = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=5)
    assert store.save_feed(run, poll, make.feed(entry), [entry]) == 1
    assert store.frontier.counts(make.at(9)).done == 1


def test_copies_are_looked_for_where_an_article_shows_another_text_and_else_not(
    store: Store, run: int, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr("monitor.vault.copies.note", lambda _, article, fingerprint: looked.append(article))
    for minute, text in enumerate(["Текст", "Текст", "Другой текст", "Другой текст"]):
        store.save_article(run, make.fetch(A, at=minute), make.parsed(A, text))
    assert looked == [id_of(A)] * 2


@pytest.mark.parametrize(("listed", "shown"), [("As the feed has it", "As the feed has it"), ("", "As the page has it")])
def test_a_page_is_called_as_its_feed_calls_it_and_else_as_it_calls_itself(
    store: Store, run: int, vault: Path, make: Any, listed: str, shown: str
) -> None:
    """A sitemap and a channel list addresses without titles."""
    item = make.entry(A)
    item = replace(item, entry=replace(item.entry, title=listed))
    store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed"), make.feed(item), [item])
    store.save_fetch(run, replace(make.fetch(A, Outcome.NOT_AN_ARTICLE, at=5), title="As the page has it"), key=item.key)
    with open_reader(vault) as reader:
        assert [row["title"] for row in reader.view("skipped")] == [shown]
