"""Every failure has its outcome; what may pass is tried again later, what is settled is not."""

from dataclasses import replace
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

from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchLog, FetchResult, result_of_error, result_of_status
from monitor.model import Access, Outcome
from monitor.vault import FrontierEntry, LeasedEntry

REQUEST = Request("http://outlet.example/story")


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (FetchAborted(Outcome.ROBOTS), Outcome.ROBOTS),
        (DownloadTimeoutError(), Outcome.TIMEOUT),
        (DownloadCancelledError(), Outcome.TOO_LARGE),
        (NotSupported("ftp"), Outcome.REFUSED),
        (ValueError("invalid hostname"), Outcome.BAD_URL),
        (DownloadConnectionRefusedError("refused"), Outcome.CONNECTION),
        (caused(DownloadFailedError(), ResponseFailed([Failure(ConnectionResetError("reset"))])), Outcome.CONNECTION),
        (caused(DownloadFailedError(), ResponseFailed([Failure(SSL.Error([("ssl", "", "unable to verify")]))])), Outcome.TLS),
        (KeyError("a fault of ours"), Outcome.PARSER_ERROR),
    ],
)
def test_every_error_has_an_outcome(error, outcome):
    assert result_of_error(error, REQUEST).outcome is outcome


def test_a_certificate_that_was_refused_says_why():
    error = caused(
        DownloadFailedError(), ResponseFailed([Failure(SSL.Error([("SSL routines", "", "certificate verify failed")]))])
    )
    assert result_of_error(error, REQUEST).detail == "certificate verify failed"


def test_every_status_but_success_has_an_outcome():
    assert [status for status in range(100, 600) if result_of_status(status) is None] == [*range(200, 300)]


@pytest.mark.parametrize(
    ("status", "outcome", "detail"),
    [
        (304, Outcome.UNCHANGED, ""),
        (401, Outcome.BLOCKED, ""),
        (403, Outcome.BLOCKED, ""),
        (404, Outcome.NOT_FOUND, ""),
        (410, Outcome.GONE, ""),
        (429, Outcome.TOO_MANY, ""),
        (451, Outcome.LEGAL, ""),
        (300, Outcome.HTTP_ERROR, "HTTP status 300"),
        (503, Outcome.HTTP_ERROR, "HTTP status 503"),
    ],
)
def test_a_status_that_says_why_needs_no_detail(status, outcome, detail):
    assert result_of_status(status) == FetchResult(outcome, detail)


def attempt(kind="article", attempts=1, **more):
    now = datetime(2026, 5, 12, tzinfo=UTC)
    return FetchAttempt("http://outlet.example/story", kind, "", "", 0, "key", attempts, now, **more)


def waits(result, **more):
    again = attempt(**more).retry_at(result)
    return again and again - datetime.now(UTC)


MINUTES, DAYS = [1 / 6, 1, 6, 24, None], [24, 72, 168, None]
BACK_OFF = {
    Outcome.TIMEOUT: MINUTES,
    Outcome.DNS: MINUTES,
    Outcome.CONNECTION: MINUTES,
    Outcome.HTTP_ERROR: MINUTES,
    Outcome.INCOMPLETE: MINUTES,
    Outcome.BLOCKED: DAYS,
    Outcome.CHALLENGE: DAYS,
    Outcome.TLS: DAYS,
    Outcome.PARSER_LIMIT: DAYS,
    Outcome.PARSER_ERROR: DAYS,
    Outcome.TOO_MANY: [0, 1, 6, 24, None],
}
"""After how many hours an address is asked again, by how often it was asked."""


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.INTERRUPTED, Outcome.UNANSWERED}))
def test_what_may_pass_is_asked_again_ever_later_and_not_for_ever_and_what_is_settled_never(outcome):
    for number, hours in enumerate(BACK_OFF.get(outcome, [None]), 1):
        delay = waits(FetchResult(outcome), attempts=number)
        assert (None if delay is None else delay / timedelta(hours=1)) == (
            None if hours is None else pytest.approx(hours, abs=0.01)
        )
    named = datetime.now(UTC) + timedelta(hours=99)
    assert attempt(attempts=0).retry_at(FetchResult(outcome, "", named)) == named, "a time that is named holds"
    first = BACK_OFF.get(outcome, [None])[0]
    assert (waits(FetchResult(outcome), attempts=0) is None) is (first is None), (
        "what was never leased is asked for the first time"
    )


def test_a_fault_of_the_server_may_pass_and_a_fault_of_the_request_does_not():
    assert waits(FetchResult(Outcome.HTTP_ERROR), status=500)
    assert waits(FetchResult(Outcome.HTTP_ERROR), status=200)
    assert waits(FetchResult(Outcome.HTTP_ERROR), status=499) is None


def test_what_the_end_of_a_run_cut_short_comes_back_with_the_next():
    cut = attempt(attempts=9)
    assert cut.retry_at(FetchResult(Outcome.INTERRUPTED, "the run ended first")) == cut.started
    assert cut.retry_at(FetchResult(Outcome.UNANSWERED)) == cut.started


def test_a_feed_is_polled_again_in_any_case_but_not_before_its_server_allows():
    assert waits(FetchResult(Outcome.TIMEOUT), kind="feed") is None
    until = datetime(2026, 5, 12, 15, tzinfo=UTC)
    assert attempt("feed", retry_after=until).retry_at(FetchResult(Outcome.TOO_MANY)) == until
    later = until + timedelta(hours=1)
    assert attempt("feed", retry_after=until).retry_at(FetchResult(Outcome.ROBOTS_UNREACHABLE, "", later)) == later


def entry(key):
    url, now = f"http://outlet.example/{key}", datetime(2026, 5, 12, tzinfo=UTC)
    return FrontierEntry(url, key, "article", "outlet", "outlet.example", 0, 0, "", now)


def asked(key):
    return Request(entry(key).url, meta={"entry": entry(key)})


class Recorder:
    """A store that keeps what it is given; `left` is what its frontier says is still out on lease."""

    def __init__(self, *left):
        self.rows = []
        self.frontier = SimpleNamespace(leased=lambda run: [LeasedEntry(pending, 1) for pending in left])

    def save_fetch(self, run, fetch, *, key="", retry_at=None, hints=None):
        self.rows.append((fetch.outcome, key, retry_at))


def test_each_attempt_is_written_once_and_only_the_last_acknowledges_its_address():
    store = Recorder()
    log = FetchLog(store, 1)
    request = asked("k")
    hop, last = log.begin(request), log.begin(request)
    log.end(hop, FetchResult(Outcome.REDIRECTED), goes_on=True)
    log.end(last, FetchResult(Outcome.NOT_FOUND))
    with pytest.raises(KeyError):
        log.end(last, FetchResult(Outcome.NOT_FOUND))
    assert store.rows == [(Outcome.REDIRECTED, "", None), (Outcome.NOT_FOUND, "k", None)]


def test_what_is_open_when_a_run_is_cut_short_is_interrupted_and_comes_back():
    store = Recorder()
    log = FetchLog(store, 1)
    attempt = log.begin(asked("k"))
    log.end_all(cut_short=True)
    assert store.rows == [(Outcome.INTERRUPTED, "k", attempt.started)]
    assert log.vanished == 0


def test_what_nobody_answered_for_when_a_run_went_to_its_end_has_vanished():
    store = Recorder(entry("b"))
    log = FetchLog(store, 1)
    log.begin(asked("a"))
    log.end_all(cut_short=False)
    assert [(outcome, key) for outcome, key, again in store.rows if again] == [
        (Outcome.UNANSWERED, "a"),
        (Outcome.UNANSWERED, "b"),
    ]
    assert log.vanished == 2


def test_a_result_stands_on_its_attempt_once_and_what_fails_later_does_not_change_it():
    log = FetchLog(Recorder(), 1)
    request = asked("k")
    attempt = log.begin(request)
    assert attempt.result is None
    log.end(attempt, FetchResult(Outcome.NOT_FOUND))
    log.fail(request, KeyError("later"))
    assert attempt.result == FetchResult(Outcome.NOT_FOUND)


def test_what_a_worker_elsewhere_said_of_an_attempt_is_not_the_last_word():
    attempt = FetchLog(Recorder(), 1).begin(request := asked("k"))
    attempt.result = FetchResult(Outcome.ARTICLE)
    log = FetchLog(Recorder(), 1)
    log.open(attempt)
    assert attempt.result is None
    log.fail(request, KeyError("a fault"))
    assert attempt.result == FetchResult(Outcome.PARSER_ERROR, "KeyError: 'a fault'")


def test_what_a_callback_or_a_pipeline_raises_ends_its_attempt():
    log = FetchLog(store := Recorder(), 1)
    log.fail(None, KeyError("from no request"))
    attempt = log.begin(request := asked("k"))
    log.fail(request, KeyError("a fault"))
    assert attempt.result == FetchResult(Outcome.PARSER_ERROR, "KeyError: 'a fault'")
    assert [row[0] for row in store.rows] == [Outcome.PARSER_ERROR]


def test_seconds_without_an_answer_are_summed_by_what_led_to_the_article():
    log = FetchLog(Recorder(), 1)
    ends = [
        ("many", "", 30, Outcome.TIMEOUT), ("many", "", 2, Outcome.DNS), ("many", "", 90, Outcome.ROBOTS_UNREACHABLE),
        ("many", "", 50, Outcome.ARTICLE), ("other", "", 9, Outcome.NOT_FOUND),
        ("", "http://linker.test/x", 8, Outcome.CONNECTION),
    ]  # fmt: skip
    for source, referrer, seconds, outcome in ends:
        attempt = FetchAttempt.of_entry(replace(entry("k"), source=source, referrer=referrer))
        attempt.finished = attempt.started + timedelta(seconds=seconds)
        log.note(attempt, FetchResult(outcome))
    assert log.waited == {"many": 122, "linker.test": 8}


def test_what_was_asked_is_counted_by_what_it_was():
    """robots.txt is no page that anyone misses; what failed before says nothing of what there is to collect now."""
    log = FetchLog(Recorder(), 1)
    for kind, attempts, source in (
        ("article", 1, "a"),
        ("article", 2, "b"),
        ("feed", 1, "a"),
        ("robots", 0, ""),
        ("discovery", 1, ""),
    ):
        one = attempt(kind, attempts)
        one.source = source
        log.open(one)
        log.end(one, FetchResult(Outcome.NOT_FOUND))
    assert (log.articles, log.sources) == (1, {"a", "b"})
    assert (log.tally[Outcome.NOT_FOUND], log.robots[Outcome.NOT_FOUND]) == (4, 1)


@pytest.mark.parametrize(("scheme", "detail"), [("https", "why; certificate not verified: expired"), ("http", "why")])
def test_a_row_says_that_a_certificate_was_not_verified_where_there_was_one(scheme, detail):
    one = attempt(access=Access(tls="expired"), finished=datetime(2026, 5, 13, tzinfo=UTC))
    one.url = f"{scheme}://outlet.example/story"
    row = one.fetch(FetchResult(Outcome.NOT_FOUND, "why"))
    assert (row.detail, row.finished) == (detail, datetime(2026, 5, 13, tzinfo=UTC))


@pytest.mark.fault(42)
@pytest.mark.parametrize("outcome", [Outcome.ROBOTS_UNREACHABLE, Outcome.DNS, Outcome.CONNECTION, Outcome.TLS])
def test_a_robots_txt_that_failed_settles_no_page_for_ever(outcome):
    again = datetime.now(UTC) + timedelta(hours=1)
    delays = [waits(FetchResult(outcome, "", again), attempts=n) for n in (1, 2, 3, 4, 5, 50)]
    assert [round(delay / timedelta(hours=1)) for delay in delays] == [1, 6, 24, 72, 168, 168]


@pytest.mark.fault(70)
def test_who_always_answers_too_many_requests_is_asked_ever_later_and_not_for_ever():
    until = datetime.now(UTC) + timedelta(minutes=15)
    delays = [waits(FetchResult(Outcome.TOO_MANY), attempts=n, status=429, retry_after=until) for n in range(1, 6)]
    assert [delay and round(delay / timedelta(minutes=1)) for delay in delays] == [15, 60, 360, 1440, None]


@pytest.mark.fault(70)
def test_what_was_not_sent_waits_as_long_as_its_host_asked_for_and_comes_before_the_page_that_was():
    until = datetime.now(UTC) + timedelta(minutes=15)
    unsent = attempt(attempts=9).retry_at(FetchResult(Outcome.TOO_MANY, "not sent", until))
    assert unsent == until < attempt(status=429, retry_after=until).retry_at(FetchResult(Outcome.TOO_MANY))
