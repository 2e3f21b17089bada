"""Every failure has its outcome; what may pass is tried again later, what is settled is not."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
)
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from monitor.crawl.fetch_log import Ended, Ending, Ledger, Visit, ending_of_error, ending_of_status
from monitor.model import Outcome
from monitor.vault import Leased, Pending

REQUEST = Request("http://outlet.example/story")


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Ended(Outcome.ROBOTS), Outcome.ROBOTS),
        (DownloadTimeoutError(), Outcome.TIMEOUT),
        (DownloadCancelledError(), Outcome.TOO_LARGE),
        (NotSupported("ftp"), Outcome.REFUSED),
        (ValueError("invalid hostname"), Outcome.BAD_URL),
        (DownloadConnectionRefusedError("refused"), Outcome.CONNECTION),
        (caused(DownloadFailedError(), ResponseFailed([Failure(ConnectionResetError("reset"))])), Outcome.CONNECTION),
        (caused(DownloadFailedError(), ResponseFailed([Failure(SSL.Error([("ssl", "", "unable to verify")]))])), Outcome.TLS),
        (KeyError("a fault of ours"), Outcome.FAILED),
    ],
)
def test_every_error_has_an_outcome(error, outcome):
    assert ending_of_error(error, REQUEST).outcome is outcome


def test_a_certificate_that_was_refused_says_why():
    error = caused(
        DownloadFailedError(), ResponseFailed([Failure(SSL.Error([("SSL routines", "", "certificate verify failed")]))])
    )
    assert ending_of_error(error, REQUEST).detail == "certificate verify failed"


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_but_success_has_an_outcome(status):
    assert (ending_of_status(status) is None) == (200 <= status < 300)


def visit(kind="article", attempts=1, **more):
    now = datetime(2026, 5, 12, tzinfo=UTC)
    return Visit("http://outlet.example/story", kind, "", "", 0, "key", attempts, now, **more)


def waits(ending, **more):
    again = visit(**more).again(ending)
    return again and again - datetime.now(UTC)


def test_what_may_pass_is_tried_again_ever_later_and_not_for_ever():
    delays = [waits(Ending(Outcome.TIMEOUT), attempts=n) for n in range(1, 6)]
    assert delays[:-1] == sorted(delays[:-1])
    assert timedelta(minutes=9) < delays[0] <= timedelta(minutes=10)
    assert delays[-1] is None


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.GONE, Outcome.PAYWALL, Outcome.NOT_AN_ARTICLE, Outcome.ROBOTS])
def test_what_is_settled_is_not_tried_again(outcome):
    assert waits(Ending(outcome)) is None


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.CHALLENGE])
def test_who_closed_the_door_is_asked_again_after_days_and_not_for_ever(outcome):
    delays = [waits(Ending(outcome), attempts=n) for n in range(1, 5)]
    assert [delay and round(delay / timedelta(days=1)) for delay in delays] == [1, 3, 7, None]


def test_a_fault_of_the_server_may_pass_and_a_fault_of_the_request_does_not():
    assert waits(Ending(Outcome.HTTP_ERROR), status=500)
    assert waits(Ending(Outcome.HTTP_ERROR), status=400) is None


def test_what_the_end_of_a_run_cut_short_comes_back_with_the_next():
    cut = visit(attempts=9)
    assert cut.again(Ending(Outcome.INTERRUPTED, "the run ended first")) == cut.started
    assert cut.again(Ending(Outcome.UNANSWERED)) == cut.started


def test_a_feed_is_polled_again_in_any_case_but_not_before_its_server_allows():
    assert waits(Ending(Outcome.TIMEOUT), kind="feed") is None
    until = datetime(2026, 5, 12, 15, tzinfo=UTC)
    assert visit("feed", retry_after=until).again(Ending(Outcome.TOO_MANY)) == until


class Recorder:
    """A store that keeps what it is given; `left` is what its frontier says is still out on lease."""

    def __init__(self, *left):
        self.rows = []
        self.frontier = SimpleNamespace(leased=lambda run: [Leased(pending, 1) for pending in left])

    def save_fetch(self, run, fetch, *, key="", again=None, notice=None):
        self.rows.append((fetch.outcome, key, again))


def test_each_visit_is_written_once_and_only_the_last_acknowledges_its_address():
    store = Recorder()
    ledger = Ledger(store, 1)
    request = Request("http://outlet.example/story", meta={"kind": "article", "key": "k", "source": "outlet"})
    hop, last = ledger.begin(request), ledger.begin(request)
    ledger.end(hop, Ending(Outcome.REDIRECTED), goes_on=True)
    ledger.end(last, Ending(Outcome.NOT_FOUND))
    with pytest.raises(KeyError):
        ledger.end(last, Ending(Outcome.NOT_FOUND))
    assert store.rows == [(Outcome.REDIRECTED, "", None), (Outcome.NOT_FOUND, "k", None)]


def test_what_is_open_when_a_run_is_cut_short_is_interrupted_and_comes_back():
    store = Recorder()
    ledger = Ledger(store, 1)
    visit = ledger.begin(Request("http://outlet.example/", meta={"key": "k"}))
    ledger.end_all(cut_short=True)
    assert store.rows == [(Outcome.INTERRUPTED, "k", visit.started)]
    assert ledger.vanished == 0


def test_what_nobody_answered_for_when_a_run_went_to_its_end_has_vanished():
    leased = Pending("http://outlet.example/b", "b", "article", "", "outlet.example", 0, 0, "", datetime(2026, 5, 12, tzinfo=UTC))
    store = Recorder(leased)
    ledger = Ledger(store, 1)
    ledger.begin(Request("http://outlet.example/a", meta={"key": "a"}))
    ledger.end_all(cut_short=False)
    assert [(outcome, key) for outcome, key, again in store.rows if again] == [
        (Outcome.UNANSWERED, "a"),
        (Outcome.UNANSWERED, "b"),
    ]
    assert ledger.vanished == 2
