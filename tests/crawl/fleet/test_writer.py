"""What the writer makes of messages: stored once, however often they come and wherever it was killed; a bad one stops none."""

import asyncio
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from monitor.archive import WarcWriter, pack, records
from monitor.crawl.fetch_log import FetchAttempt, FetchLog, FetchResult
from monitor.crawl.fleet.messages import Message, body_of, encode, ended
from monitor.crawl.fleet.queue import QueuedMessage
from monitor.crawl.fleet.writer import WriterRun
from monitor.crawl.items import InvalidAddress, ParsedFeed, ParsedResponse, ProbeResult
from monitor.model import Capture, Channel, MessageNumber, Outcome, ParsedChannel
from tests.records import Maker

pytestmark = pytest.mark.system

MAKE = Maker()
PAGE = MAKE.pending("http://bereg.test/1")
BUDGETS = {"MONITOR_HOST_PAGES": 9, "MONITOR_DEPTH_PAGES": 9, "MONITOR_SOURCE_PAGES": 9, "MONITOR_RUN_MINUTES": 9}


class Run:
    """A writer's run, with a vault and an archive of its own."""

    def __init__(self, store, run, folder, queue):
        self.store, self.paused = store, []
        self.warc = WarcWriter(folder / "warc")
        session = SimpleNamespace(
            id=run, store=store, known=store, warc_writer=self.warc, fetch_log=FetchLog(store, run), workers=None, delays={},
            sources={}, defer_host=lambda attempt, until: self.paused.append((attempt.url, until)), give_up=print,
        )  # fmt: skip
        self.log = session.fetch_log
        self.writing = WriterRun(Settings(BUDGETS), SimpleNamespace(due=list), session, queue, asyncio.Event())

    def take(self, *messages):
        delivered = [QueuedMessage(f"{n}-0", encoded, settled) for n, (encoded, settled) in enumerate(messages, 1)]
        asyncio.run(self.writing._take(delivered))

    def rows(self, sql):
        return [tuple(row) for row in self.store.db.rows(sql)]


@pytest.fixture
def begun(store, run, tmp_path, queue):
    return Run(store, run, tmp_path, queue)


def attempt(entry=PAGE, record=None):
    made = FetchAttempt.of_entry(entry, 1)
    if record:
        made.status, made.capture = 200, Capture("", -1, record.id, record.digest)
    return made


def message(id_, body, *packed):
    made = Message(id_, body, packed)
    return encode(made), made.settled


def packed(url=PAGE.url):
    return pack(url, [], 200, "", [("Content-Type", "text/html")], b"<p>page</p>", MAKE.at())


def article(id_="one", record=None):
    found = ParsedResponse(attempt(record=record), MAKE.parsed(PAGE.url, "Текст статьи о повестках"))
    return message(id_, body_of(found), *([record] if record else []))


def test_a_message_that_comes_twice_is_stored_once_with_its_record(begun, store, run):
    store.frontier.push([PAGE])
    store.frontier.lease(run, 1, now=MAKE.at())
    record = packed()
    begun.take(article(record=record))
    begun.take(article(record=record))
    ((file, offset, id_),) = begun.rows("SELECT warc_file, warc_offset, warc_record FROM fetches")
    assert (id_, offset) == (record.id, 0)
    assert begun.rows("SELECT key FROM articles") == [(PAGE.key,)]
    assert store.frontier.counts(MAKE.at()).done == 1
    begun.warc.close()
    assert [one.url for one in records(begun.warc.log.path.parent / file)] == [PAGE.url]


@pytest.mark.fault(60)
def test_a_record_that_was_kept_before_a_kill_is_not_kept_again(store, run, tmp_path, queue):
    record = packed()
    before = Run(store, run, tmp_path, queue)
    capture = before.warc.append(record)  # and was killed before the vault had it
    after = Run(store, run, tmp_path, queue)
    after.take(article(record=record))
    assert after.rows("SELECT warc_file, warc_offset FROM fetches") == [(capture.file, capture.offset)]


def test_a_message_that_cannot_be_read_or_stored_stops_no_other(begun, store, run, caplog):
    bad, odd = (MAKE.pending(f"http://bereg.test/{name}") for name in ("bad", "odd"))
    store.frontier.push([PAGE, bad, odd])
    store.frontier.lease(run, 9, now=MAKE.at(), room=lambda host, depth: 9)
    # A post whose address has no number: a fault of ours, in the middle of what is stored.
    feed = MAKE.feed(MAKE.entry("http://bereg.test/2"))
    broken = ParsedChannel(Channel(feed, (), (MessageNumber(7, "text", 7),)), (MAKE.parsed("http://bereg.test/none", "Пост"),))
    begun.take(
        (b"no message", bad.key),
        message("broken", body_of(ParsedResponse(attempt(odd), broken))),
        message("good", ended(attempt(), FetchResult(Outcome.NOT_FOUND), goes_on=False)),
        message("none", body_of(InvalidAddress("mailto:desk@bereg.test"))),
    )
    assert begun.rows("SELECT url, outcome FROM fetches ORDER BY id") == [
        (odd.url, "parser failed"), (PAGE.url, "not found"), ("mailto:desk@bereg.test", "bad address"),
    ]  # fmt: skip
    assert begun.rows("SELECT count(*) FROM feed_entries") == [(0,)]
    counts = store.frontier.counts(MAKE.at())
    assert (counts.leased, counts.done) == (0, 1)
    assert "cannot be read" in caplog.text
    assert "a message could not be stored" in caplog.text


def test_addresses_are_due_by_the_writers_clock_and_a_host_that_asked_for_time_is_paused(begun, store):
    ahead = MAKE.entry("http://bereg.test/2")
    polled = MAKE.pending("http://bereg.test/feed", kind="feed")
    waits = attempt(polled)
    waits.retry_after = MAKE.at(5)
    begun.take(message("one", body_of(ParsedResponse(waits, ParsedFeed(MAKE.feed(ahead), (ahead,))))))
    assert begun.paused == [(polled.url, MAKE.at(5))]
    ((due,),) = begun.rows("SELECT due FROM frontier WHERE url = 'http://bereg.test/2'")
    assert due > "2026-11"  # and not of May, when the worker asked
    begun.take(message("two", body_of(ProbeResult(attempt(), FetchResult(Outcome.HOME_READ)))))
    assert begun.log.tally == {Outcome.FEED: 1, Outcome.HOME_READ: 1}
