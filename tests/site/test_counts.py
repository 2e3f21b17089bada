"""A number with a link beside it is the number of rows behind that link."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

Get = Callable[..., httpx.Response]

_LABELLED = re.compile(r'<dt>[^<]*</dt><dd><a href="(/[^"]+)">(\d+)[^<]*</a></dd>')
_LISTED = re.compile(r'<li><a href="(/[^"]+)">(?:(?!</li>).)*?<span class="number">(\d+)</span></li>')
_BARS = re.compile(
    r'<th scope="row"><a href="(/[^"]+)"><bdi>[^<]*</bdi></a></th><td aria-hidden(?:(?!</tr>).)*?<td class="number">(\d+)</td>'
)
_NARROWED = re.compile(r'<a href="(/public/coverage\?[^"]*)">list with filters</a>')
_ABOUT = re.compile(r"<dt>Relevant articles</dt><dd>(\d+)</dd>")


def counted(page: str) -> list[tuple[str, int]]:
    """The links of a page that have a number, each with it, without those of pictures, whose captions say what they count."""
    without_pictures = re.sub(r"(?s)<figure.*?</figure>", "", page)
    found = [pair for pattern in (_LABELLED, _LISTED, _BARS) for pair in pattern.findall(without_pictures)]
    return [(unescape(href), int(number)) for href, number in found]


def behind(get: Get, href: str) -> int:
    """How many rows a link leads to."""
    path, query = urlsplit(href).path, urlsplit(href).query
    if path in {"/public/topic", "/public/region", "/public/outlet"}:
        page = get(href).text
        (said,) = map(int, _ABOUT.findall(page))
        (narrowed,) = set(map(unescape, _NARROWED.findall(page)))
        assert behind(get, narrowed) == said, href
        return said
    answer: Any = get(f"{path}.json?{query}{'&' if query else ''}_size=max").json()
    count = answer.get("filtered_table_rows_count")
    return len(answer["rows"]) if count is None else int(count)


@pytest.mark.parametrize("zone", ["utc", "msk", "kyiv"])
def test_what_the_home_page_counts_is_what_its_links_lead_to(get: Get, zone: str) -> None:
    found = counted(get(f"/?_tz={zone}").text)
    assert {urlsplit(href).path.rpartition("/")[2] for href, _ in found} >= {
        "coverage", "by_outlet", "gaps", "topic", "region", "outlet", "skipped",
    }  # fmt: skip
    assert [dict(parse_qsl(urlsplit(href).query))["_tz"] for href, _ in found if "_from=" in href] == [zone, zone]
    assert {href: behind(get, href) for href, _ in found} == dict(found)


@pytest.mark.parametrize("kind", ["topic", "region", "outlet"])
def test_what_a_page_counts_of_another_kind_is_of_both(get: Get, kind: str) -> None:
    rows = get(f"/public/by_{kind}.json?_shape=array").json()
    for row in rows[:3]:
        found = counted(get(f"/public/{kind}?{kind}={row['value']}").text)
        assert found
        assert {href: behind(get, href) for href, _ in found} == dict(found)
        assert behind(get, f"/public/{kind}?{kind}={row['value']}") == row["articles"]


def test_what_is_counted_of_a_story_and_a_source_is_what_is_there(get: Get) -> None:
    for story in get("/public/stories.json?_shape=array").json():
        assert behind(get, f"/public/coverage?story={story['story']}") == story["articles"]
        rows = get(f"/public/coverage.json?_shape=array&story={story['story']}").json()
        assert len({row["outlet"] for row in rows}) == story["outlets"]
    sources = get("/public/speakers.json?_shape=array").json()
    for source in sources:
        cited = get(f"/public/source.json?_shape=array&speaker={source['speaker_id']}").json()
        assert len(cited) == source["quotes"]
        page = get(f"/public/source?speaker={source['speaker_id']}").text
        pairs = get(f"/public/source_denials.json?_shape=array&speaker={source['speaker_id']}").json()
        assert page.partition('id="denials"')[2].partition("</table>")[0].count("<tr><td") == len(pairs), source["name"]
        for label, column in (("Denies something", "speaker_id"), ("Its claims denied", "claimed_by_id")):
            number = sum(pair[column] == source["speaker_id"] for pair in pairs)
            assert re.findall(rf'<dt>{label}</dt><dd><a href="#denials">(\d+)', page) == [str(number)] * bool(number), source
    assert sources


def test_hours_not_seen_are_those_of_the_table_behind_them(get: Get) -> None:
    ((href, number),) = re.findall(r'<a href="([^"]+)">Hours not seen, last 7 days</a>: (\d+) hour', get("/").text)
    rows = get(href.replace("?", ".json?_shape=array&")).json()
    assert sum(row[state] or 0 for row in rows for state in ("overflowed", "unseen", "not_polled", "not_running")) == int(number)
