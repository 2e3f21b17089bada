"""What another archive answers: captures, none, and what is no answer."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Outcome, OutsideCapture, Rejection
from monitor.read.wayback import read_saved, read_search, save_url, search_url

ARCHIVE = "https://archive.test"
NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
HEAD = ["timestamp", "original", "statuscode", "digest"]
URL = "http://bereg.test/a?b=1&c=ж"


def answer(*rows: list[object]) -> bytes:
    return json.dumps([HEAD, *rows]).encode()


def test_captures_are_listed_the_earliest_first_with_their_addresses() -> None:
    rows = (["20260518110000", URL, "200", "ABC"], ["20260517080910", "https://bereg.test/a", "200", "DEF"])
    assert read_search(answer(*rows), ARCHIVE, NOW) == (
        OutsideCapture(
            datetime(2026, 5, 17, 8, 9, 10, tzinfo=UTC), f"{ARCHIVE}/web/20260517080910/https://bereg.test/a",
            "https://bereg.test/a", "DEF",
        ),
        OutsideCapture(datetime(2026, 5, 18, 11, tzinfo=UTC), f"{ARCHIVE}/web/20260518110000/{URL}", URL, "ABC"),
    )  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"\n", b"[]", answer()])
def test_none_is_an_answer(body: bytes) -> None:
    assert read_search(body, ARCHIVE, NOW) == ()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"<html>Too busy</html>", Outcome.WRONG_TYPE),
        (b'{"error": 1}', Outcome.WRONG_TYPE),
        (b"[[]]", Outcome.WRONG_TYPE),
        (b"[" * 100_000, Outcome.WRONG_TYPE),
        (answer(["20260518110000", URL, "200"]), Outcome.WRONG_TYPE),
        (answer(["yesterday", URL, "200", "A"]), Outcome.WRONG_TYPE),
        (answer(["20261318110000", URL, "200", "A"]), Outcome.WRONG_TYPE),
        (answer(["19700101000000", URL, "200", "A"]), Outcome.WRONG_TYPE),
        (answer(["20300101000000", URL, "200", "A"]), Outcome.WRONG_TYPE),
        (answer(["20260518110000", "bereg", "200", "A"]), Outcome.WRONG_TYPE),
        (answer(["20260518110000", "http://[", "200", "A"]), Outcome.WRONG_TYPE),
        (answer([1, 2, 3, 4]), Outcome.WRONG_TYPE),
        (b" " * (1 << 20) + b"[]", Outcome.TOO_LARGE),
    ],
)
def test_what_is_no_answer_is_told(body: bytes, outcome: Outcome) -> None:
    found = read_search(body, ARCHIVE, NOW)
    assert isinstance(found, Rejection)
    assert found.outcome is outcome


@given(
    st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_no_answer_raises(body: bytes) -> None:
    read_search(body, ARCHIVE, NOW)


def test_an_address_is_asked_for_as_it_is() -> None:
    said = parse_qs(urlsplit(search_url(ARCHIVE, URL)).query)
    assert said["url"] == [URL]
    assert said["fl"] == [",".join(HEAD)]
    assert save_url(ARCHIVE, URL) == f"{ARCHIVE}/save/{URL}"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/web/20260518110000/http://bereg.test/a", "http://bereg.test/a"),
        (f"{ARCHIVE}/web/20260518110000/https://bereg.test/a?b=1", "https://bereg.test/a?b=1"),
        ("/web/20260518110000id_/http://bereg.test/a", "http://bereg.test/a"),
        ("https://elsewhere.test/web/20260518110000/http://bereg.test/a", None),
        ("/web/2026/http://bereg.test/a", None),
        ("/login", None),
        ("http://[::1/web/20260518110000/http://bereg.test/a", None),
        ("/web/20260518110000/http://[bereg.test/a", None),
        ("", None),
    ],
)
def test_what_was_captured_is_told_by_where_the_archive_leads(location: str, url: str | None) -> None:
    found = read_saved(location, ARCHIVE, NOW)
    assert (found and found.url) == url
    assert found is None or found.captured == datetime(2026, 5, 18, 11, tzinfo=UTC)
