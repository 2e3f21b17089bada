"""Bodies are unpacked whole or not at all; a server's wish for time is kept within bounds."""

import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers

from monitor.crawl.download.middlewares import ConditionalMiddleware, decompress, fresh_until, moved_to, retry_after
from monitor.crawl.fetch_log import FetchAborted
from monitor.model import Outcome
from monitor.vault import FeedState

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)


def bare_deflate(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}


@given(st.binary(min_size=1), st.sampled_from(sorted(PACKERS)))
def test_what_was_packed_comes_back(body, coding):
    assert decompress(PACKERS[coding](body), coding, 10_000) == body


@given(st.binary(min_size=1))
def test_deflate_without_its_header_comes_back(body):
    packed = bare_deflate(body)
    if packed[0] & 0x0F != 8 or int.from_bytes(packed[:2], "big") % 31:
        assert decompress(packed, "deflate", 10_000) == body


def test_a_gzip_of_several_members_and_its_padding_come_back_as_one():
    assert decompress(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8), "gzip", 100) == b"one two"


@given(st.binary(min_size=20, max_size=2000), st.data())
def test_a_cut_stream_is_never_taken_for_a_whole_one(body, data):
    packed = gzip.compress(body)
    cut = packed[: data.draw(st.integers(1, len(packed) - 1))]
    with pytest.raises(FetchAborted) as ended:
        decompress(cut, "gzip", 10_000)
    assert ended.value.result.outcome is Outcome.INCOMPLETE


def test_a_bomb_is_stopped_at_the_limit():
    with pytest.raises(FetchAborted) as ended:
        decompress(gzip.compress(bytes(10_000_000)), "gzip", 1000)
    assert ended.value.result.outcome is Outcome.TOO_LARGE


@given(st.binary(min_size=1))
def test_any_bytes_are_unpacked_or_have_an_outcome(body):
    for coding in ("gzip", "deflate", "br"):
        with suppress(FetchAborted):  # and nothing else is raised
            assert len(decompress(body, coding, 10_000)) <= 10_000


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("", 15),
        ("120", 2),
        ("0", 1),
        ("999999999", 1440),
        ("Tue, 12 May 2026 12:30:00 GMT", 30),
        ("yesterday", 15),
        ("-5", 15),
        ("9" * 4500, 1440),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 15),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_bounds(value, minutes):
    headers = Headers({"Retry-After": value}) if value else Headers()
    assert retry_after(headers, NOW) == NOW + timedelta(minutes=minutes)


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
        run = SimpleNamespace(store=SimpleNamespace(feed_state=lambda source, part: state))
        middleware = ConditionalMiddleware.__new__(ConditionalMiddleware)
        middleware._run = run
        request = Request("http://outlet.example/feed", meta={"kind": kind, "source": "outlet"})
        middleware.process_request(request)
        return {"If-None-Match", "If-Modified-Since"} <= {name.decode() for name in request.headers}

    assert [polls for polls in range(1, 17) if not asked(polls)] == [8, 16]
    assert not asked(1, kind="article")
