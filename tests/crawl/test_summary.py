"""A summary says what was found, what was left out and why, and who was silent."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from monitor.crawl.summary import summarise, summarise_rechecks
from monitor.model import Outcome, Run
from monitor.vault.records import RecheckSummary

START = datetime(2026, 5, 12, tzinfo=UTC)


def run(**changes):
    fields = {
        "kind": "feeds",
        "clock": None,
        "outcome": "done",
        "fetches": 40,
        "articles": 20,
        "relevant": 7,
        "copies": 2,
        "silent": (),
    } | changes
    return Run(id=3, started=START, finished=START + timedelta(seconds=12.34), **fields)


def test_it_counts_what_was_asked_and_found():
    text = summarise(run(), 5, Counter(), 0)
    assert text == "Run 3, 12.3 s: 5 outlets and 40 requests gave 20 articles, of which 7 relevant, 2 of them copies of others."


def test_where_a_person_gave_the_addresses_no_outlet_is_counted():
    text = summarise(run(kind="related", fetches=2, articles=1, relevant=1, copies=0), 0, Counter(), 0)
    assert text == "Run 3, 12.3 s: 2 requests gave 1 article, of which 1 relevant, 0 of them copies of others."


@pytest.mark.parametrize("spider", ["backfill", "replay"])
def test_of_captures_it_says_so_for_nobody_was_asked(spider):
    text = summarise(run(kind=spider), 0, Counter(), 0)
    assert text.startswith("Run 3, 12.3 s: 40 captures gave 20 articles, ")


def test_it_names_every_reason_for_leaving_out_the_most_frequent_first_and_no_success():
    tally = Counter({Outcome.ARTICLE: 20, Outcome.REDIRECTED: 3, Outcome.NOT_FOUND: 1, Outcome.ROBOTS: 4})
    assert "Left out: 4 closed by robots.txt, 1 not found. `monitor export skipped -o skipped.csv` lists each." in summarise(
        run(), 5, tally, 0
    )


def test_it_names_who_was_silent():
    assert "Silent, gave nothing at all: Bridge, Lantern." in summarise(
        run(outcome="gaps", silent=("Bridge", "Lantern")), 5, Counter(), 0
    )


def test_it_says_that_nothing_was_collected():
    assert "Nothing was collected." in summarise(run(outcome="gaps"), 5, Counter(), 0)


def test_it_says_what_was_not_seen_whole():
    text = summarise(run(outcome="gaps"), 5, Counter(), 0, ["Bridge, window overflow, at least 3 entries came and went unseen"])
    assert "Not seen whole: Bridge, window overflow, at least 3 entries came and went unseen." in text
    assert "Nothing was collected." not in text


def test_it_says_that_a_run_was_stopped_and_that_nothing_is_lost():
    assert "the next run goes on from here" in summarise(run(outcome="stopped"), 5, Counter(), 0)


def test_looks_that_saw_nothing_are_told_apart_from_those_that_found_no_change():
    looked = RecheckSummary(looks=5, unchanged=2, edited=0, silent=0, suspected=1, confirmed=0, returned=0, hidden=0)
    text = summarise_rechecks(run(), looked, Counter(), Counter())
    assert "5 articles: 2 unchanged; 0 edited, 0 of them silently; 1 not there, which may be removed; 2 without an answer" in text
    down = summarise_rechecks(
        run(outcome="gaps"), RecheckSummary(2, 0, 0, 0, 0, 0, 0, 0), Counter({Outcome.DNS: 2}), Counter({Outcome.DNS: 1})
    )
    assert down.splitlines()[-1] == "All 3 requests: 2 name not found, 1 of robots.txt: name not found."


def test_it_counts_what_vanished():
    text = summarise(run(outcome="gaps"), 5, Counter(), 0, vanished=2)
    assert "no part of the crawl said what became of 2 requests" in text
    assert "Nothing was collected" not in text


def test_what_was_on_its_way_when_a_run_was_stopped_is_left_for_the_next_and_not_left_out():
    text = summarise(run(outcome="stopped"), 5, Counter({Outcome.INTERRUPTED: 2, Outcome.NOT_FOUND: 1}), 0)
    assert "Left out: 1 not found." in text
    assert "Stopped before its end, 2 requests on the way; the next run goes on from here." in text


def test_of_a_run_with_gaps_all_requests_are_told_and_add_up():
    tally = Counter({Outcome.NOT_FOUND: 149, Outcome.FEED: 3})
    text = summarise(run(outcome="gaps", fetches=500), 5, tally, 0, robots={Outcome.DNS: 348})
    assert "All 500 requests: 348 of robots.txt: name not found, 149 not found, 3 feed." in text


def test_where_no_name_could_be_looked_up_one_line_says_so_and_no_outlet_is_named():
    tally, robots = Counter({Outcome.DNS: 115, Outcome.INTERRUPTED: 2}), {Outcome.DNS: 345}
    silent = tuple(f"Outlet {number}" for number in range(115))
    text = summarise(run(outcome="gaps", fetches=462, articles=0, relevant=0, silent=silent), 115, tally, 0, robots=robots)
    assert [line.partition(":")[0] for line in text.splitlines()] == [
        "Run 3, 12.3 s", "All 462 requests", "No name of any host could be looked up",
    ]  # fmt: skip
    tally[Outcome.FEED] = 1
    assert "No name" not in summarise(run(outcome="gaps"), 115, tally, 0, robots=robots), (
        "one that answers shows that names are found"
    )
