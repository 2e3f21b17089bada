"""A Telegram channel's previews: many posts of one fetch, and what can be said of the numbers between them."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Channel, Feed, FeedEntry, MessageNumber, Outcome, ParsedChannel
from monitor.vault import open_reader
from tests.records import witnessed

HOST = "http://zarya.test"


@pytest.fixture
def poll(store, run, make, text_of):
    """Stores a page of a channel that shows these numbers; `texts` are what posts say beside their number."""
    times = count()

    def poll(*numbers, has_older=True, before=None, source="zarya", texts=None, kinds=None, older=None):
        texts, kinds = texts or {}, kinds or {}
        url = f"http://{source}.test/s/{source}"
        fetch = make.fetch(url, Outcome.FEED, kind="older" if before else "feed", at=next(times), digest=f"sha256:{numbers}")
        posts = [number for number in numbers if kinds.get(number, "text") == "text"]
        entries = tuple(
            FeedEntry(f"{source}/{number}", f"https://t.me/{source}/{number}", "", "", make.at(number - 100), "", None)
            for number in posts
        )
        parsed = tuple(make.parsed(f"https://t.me/{source}/{number}", texts.get(number) or text_of(number)) for number in posts)
        channel = Channel(
            Feed(url, "telegram", "Заря", "", entries),
            tuple(post.article for post in parsed),
            tuple(MessageNumber(number, kinds.get(number, "text"), number) for number in numbers),
            f"{url}?before={numbers[0]}" if has_older and numbers else "",
            before,
        )
        asked = make.pending(f"{url}?before={numbers[0] if numbers else 0}", kind="older") if older else None
        store.save_channel(run, fetch, ParsedChannel(channel, parsed), older=asked)

    return poll


@pytest.fixture
def gaps(vault):
    def gaps(source="zarya"):
        with open_reader(vault) as reader:
            rows = reader.query("SELECT state, lowest, highest FROM telegram_gaps WHERE source = ?", (source,))
            return [tuple(row) for row in rows]

    return gaps


@pytest.fixture
def query(vault):
    def query(sql):
        with open_reader(vault) as reader:
            return [tuple(row) for row in reader.query(sql)]

    return query


def test_all_posts_of_a_page_are_articles_of_its_one_fetch(store, run, poll, query, make):
    poll(1, 2, 3, kinds={2: "service"})
    assert query("SELECT url, fetch, first_seen = last_fetched FROM articles ORDER BY url") == [
        ("https://t.me/zarya/1", 1, 1),
        ("https://t.me/zarya/3", 1, 1),
    ]
    assert query("SELECT url FROM article_urls ORDER BY url") == [("https://t.me/zarya/1",), ("https://t.me/zarya/3",)]
    assert query("SELECT number, kind, article IS NOT NULL FROM posts") == [(1, "text", 1), (2, "service", 0), (3, "text", 1)]
    finished = store.finish_run(run, "done", make.at(1))
    assert (finished.fetches, finished.articles, finished.relevant) == (1, 2, 2)


def test_the_same_text_is_no_revision_and_another_is(poll, query):
    poll(1, 2)
    poll(1, 2)
    poll(1, 2, texts={2: "Совсем другой текст, в котором ничего из прежнего не осталось."})
    assert query("SELECT a.url, r.number, r.fetch FROM revisions r JOIN articles a ON a.id = r.article ORDER BY 1, 2") == [
        ("https://t.me/zarya/1", 1, 1),
        ("https://t.me/zarya/2", 1, 1),
        ("https://t.me/zarya/2", 2, 3),
    ]


def test_a_number_between_others_that_is_shown_no_more_is_suspected_until_it_is_back(poll, gaps, query):
    poll(1, 2, 3, 4)
    poll(2, 4, 5)
    assert gaps() == [("suspected", 3, 3)]
    assert query("SELECT url, relevant, seen_fetch, fetch, last_seen < noticed FROM telegram_gaps") == [
        ("https://t.me/zarya/3", 1, 1, 2, 1)
    ]
    poll(4, 5, 6)
    assert gaps() == [("suspected", 3, 3)]
    poll(3, 4, 5, 6)
    assert gaps() == [("returned", 3, 3)]
    poll(2, 4, 5, 6)
    assert gaps() == [("suspected", 3, 3)]


def test_what_lies_beyond_a_page_is_not_missed_by_it(poll, gaps):
    poll(1, 2, 3, 4)
    poll(2, 3)
    poll(4, 5)
    assert gaps() == []


def test_numbers_that_were_never_seen_are_said_to_be_no_more_than_that(poll, gaps):
    poll(1, 2, 5, 6)
    assert gaps() == [("not seen", 3, 4)]
    poll(2, 4, 5)
    assert gaps() == [("not seen", 3, 3)]


def test_what_no_page_was_read_of_is_asked_for_and_shrinks_with_every_page(poll, gaps, store, make):
    poll(1, 2)
    poll(21, 22, older=True)
    assert gaps() == [("not read", 3, 20)]
    (asked,) = store.frontier.lease(1, 9, now=make.at(60), room=lambda host, depth: 9)
    assert (asked.pending.kind, asked.pending.url) == ("older", f"{HOST}/s/zarya?before=21")
    poll(11, 12, 20, before=21)
    assert gaps() == [("not read", 3, 10), ("not seen", 13, 19)]
    poll(2, 4, before=11)
    assert gaps() == [("not seen", 3, 3), ("not seen", 5, 10), ("not seen", 13, 19)]


def test_where_the_channel_begins_nothing_is_left_to_read(poll, gaps, query):
    poll(1, 2)
    poll(21, 22, older=True)
    poll(5, 6, before=21, has_older=False)
    assert gaps() == [("not seen", 3, 4), ("not seen", 7, 20)]
    assert query("SELECT count(*) FROM unread") == [(0,)]


def test_a_first_look_has_no_gap_below_it(poll, gaps, query):
    poll(21, 22, older=True)
    assert gaps() == []
    assert query("SELECT count(*) FROM frontier") == [(0,)]


def test_an_empty_preview_misses_nothing(poll, gaps):
    poll(1, 2)
    poll(has_older=False)
    assert gaps() == []


def test_the_ledger_says_that_the_window_ran_over_only_where_no_older_page_is_to_be_read(poll, query):
    poll(1, 2)
    poll(21, 22, older=True)
    poll(11, 12, before=21, older=True)
    assert query("SELECT lost, new FROM polls ORDER BY fetch") == [(0, 2), (0, 2), (0, 2)]
    poll(5, 6, before=11)
    assert query("SELECT lost, new FROM polls ORDER BY fetch DESC LIMIT 1") == [(1, 2)]
    assert query("SELECT sum(new), sum(overflows), sum(lost) FROM hours") == [(6, 1, 1)]


def test_of_an_older_post_nobody_says_that_the_newest_page_was_read_without_it(poll, store, run, make):
    poll(1, 2)
    poll(21, 22, older=True)
    poll(11, 12, before=21)
    seen = {sighting.seen: sighting.absent for sighting in witnessed(store).values()}
    assert seen == {make.at(0): None, make.at(1): make.at(0), make.at(2): None}


sources = count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sets(st.integers(0, 40), max_size=4), st.integers(1, 8), st.integers(0, 3)),
        min_size=1,
        max_size=6,
    )
)
def test_every_number_is_shown_missed_not_seen_or_not_read_and_no_standing_post_is_missed(poll, gaps, polls):
    """Each step: how many messages come, which go, how many a page shows, how many older pages are read."""
    source = f"s{next(sources)}"
    here: list[int] = []
    newest, shown, floor = 0, set(), None
    for come, gone, size, pages in polls:
        here = [*(n for n in here if n not in gone), *range(newest + 1, newest + 1 + come)]
        newest += come
        before = None
        for _ in range(pages + 1):
            page = [n for n in here if before is None or n < before][-size:]
            if not page:
                break
            poll(*page, has_older=page[0] != here[0], before=before, source=source, kinds=dict.fromkeys(page, "media"))
            shown |= set(page)
            if floor is not None and page[0] <= floor:
                break
            before = page[0]
        floor = max(shown, default=None)
    if not shown:
        return
    said = {n: state for state, first, last in gaps(source) for n in range(first, last + 1)}
    for number in range(min(shown), max(shown) + 1):
        state = said.get(number, "shown")
        assert (state in {"shown", "suspected", "returned"}) == (number in shown)
        assert not (state == "suspected" and number in here)
