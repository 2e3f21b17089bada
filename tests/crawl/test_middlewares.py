"""Bodies are unpacked whole or not at all; a server's wish for time is kept within bounds."""

import asyncio
import gzip
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.settings import Settings

from monitor.crawl.download.middlewares import ConditionalMiddleware, DecodeMiddleware, fresh_until, moved_to, retry_after
from monitor.crawl.fetch_log import FetchAborted
from monitor.model import Outcome
from monitor.vault import FeedState

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)


def unpacked(body, *codings):
    middleware = DecodeMiddleware(SimpleNamespace(settings=Settings({"DOWNLOAD_MAXSIZE": 10_000})))
    response = Response("http://a.example/", body=body, headers={"Content-Encoding": list(codings)})
    return asyncio.run(middleware.process_response(Request("http://a.example/"), response))


def test_a_packed_body_comes_unpacked_and_says_no_more_that_it_is_packed():
    response = unpacked(brotli.compress(gzip.compress(b"<p>")), "GZIP", "br")
    assert (response.body, response.headers.get("Content-Encoding")) == (b"<p>", None)
    assert unpacked(b"plain", "identity").body == b"plain"


@pytest.mark.parametrize(
    ("body", "coding", "outcome"),
    [
        (gzip.compress(b"cut")[:-1], "gzip", Outcome.INCOMPLETE),
        (gzip.compress(bytes(10_001)), "gzip", Outcome.TOO_LARGE),
        (gzip.compress(b"") * 20_000, "gzip", Outcome.TOO_LARGE),
        (b"not packed", "gzip", Outcome.BAD_ENCODING),
        (b"whatever", "snappy", Outcome.BAD_ENCODING),
        (b"whatever", ", ".join(["gzip"] * 50), Outcome.BAD_ENCODING),
    ],
    ids=["cut", "large", "members", "not packed", "no coding", "many codings"],
)
def test_a_body_that_cannot_be_unpacked_whole_has_an_outcome(body, coding, outcome):
    with pytest.raises(FetchAborted) as ended:
        unpacked(body, coding)
    assert ended.value.result.outcome is outcome
    assert ended.value.result.detail.startswith("Content-Encoding ")


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("", 15),
        ("120", 2),
        ("0", 1),
        ("999999999", 1440),
        ("Tue, 12 May 2026 12:30:00 GMT", 30),
        ("Tue, 12 May 2026 12:30:00", 30),
        ("Tue, 12 May 2026 12:30:00 -0000", 30),
        ("Tue, 12 May 2026 15:30:00 +0300", 30),
        ("yesterday", 15),
        ("-5", 15),
        ("9" * 4500, 1440),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 15),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_bounds(value, minutes, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Vladivostok")  # no date is of this machine's zone
    time.tzset()
    headers = Headers({"Retry-After": value}) if value else Headers()
    try:
        assert retry_after(headers, NOW) == NOW + timedelta(minutes=minutes)
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(alphabet=st.characters(codec="latin-1")))
def test_no_retry_after_is_out_of_bounds_or_raises(value):
    wait = retry_after(Headers({"Retry-After": value.encode("latin-1")}), NOW) - NOW
    assert timedelta(minutes=1) <= wait <= timedelta(hours=24)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, 0),
        ({"Cache-Control": "public, max-age=600"}, 10),
        ({"Cache-Control": "max-age=600", "Age": "540"}, 1),
        ({"Cache-Control": "max-age=600", "Age": "900"}, 0),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "max-age=31536000"}, 1440),
        ({"Cache-Control": "max-age=soon"}, 0),
        ({"Cache-Control": f"max-age={'9' * 4500}"}, 1440),
        ({"Expires": "Tue, 12 May 2026 12:30:00 GMT"}, 30),
        ({"Expires": "Tue, 12 May 2026 12:30:00 GMT", "Date": "Tue, 12 May 2026 12:10:00 GMT"}, 20),
        ({"Expires": "0"}, 0),
        ({"Expires": "Tue, 12 May 2026 12:30:00 GMT", "Cache-Control": "max-age=60"}, 1),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_its_server_says_and_a_day_at_most(headers, minutes):
    assert fresh_until(Headers(headers), NOW) == NOW + timedelta(minutes=minutes)


@given(st.text(alphabet=st.characters(codec="latin-1")), st.text(alphabet=st.characters(codec="latin-1")))
def test_no_cache_control_is_out_of_bounds_or_raises(value, age):
    headers = Headers(
        {"Cache-Control": value.encode("latin-1"), "Age": age.encode("latin-1"), "Expires": value.encode("latin-1")}
    )
    assert timedelta() <= fresh_until(headers, NOW) - NOW <= timedelta(hours=24)


@pytest.mark.fault(54)
@pytest.mark.parametrize(
    ("reasons", "led_to"),
    [([], ""), ([301], "/1"), ([308, 301], "/2"), ([302, 301], ""), ([301, 302], "/1"), (["meta refresh"], "")],
)
def test_permanent_redirects_lead_as_far_as_the_first_that_is_not(reasons, led_to):
    urls = [f"http://outlet.example/{n}" for n in range(len(reasons) + 1)]
    meta = {"redirect_urls": urls[:-1], "redirect_reasons": reasons} if reasons else {}
    assert moved_to(Request(urls[-1], meta=meta)) == (f"http://outlet.example{led_to}" if led_to else "")


@pytest.mark.fault(41)
def test_at_every_eighth_poll_a_feed_is_asked_without_condition():
    def asked(polls, kind="feed"):
        state = FeedState(etag='"e"', last_modified="then", polls=polls)
        session = SimpleNamespace(known=SimpleNamespace(feed_state=lambda source, part: state))
        middleware = ConditionalMiddleware(session)
        attempt = SimpleNamespace(kind=kind, source="outlet", part="")
        request = Request("http://outlet.example/feed", meta={"attempt": attempt})
        middleware.process_request(request)
        return {"If-None-Match", "If-Modified-Since"} <= {name.decode() for name in request.headers}

    assert [polls for polls in range(1, 17) if not asked(polls)] == [8, 16]
    assert not asked(1, kind="article")
