"""What the pages of outlets, regions, topics and texts promise; how an article is cited; both languages of the site."""

import html
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.export.citation import citations
from monitor.newsroom.shipped import SHIPPED
from monitor.site import language, publish
from monitor.site.language import Names, negotiated
from monitor.site.own_address import is_for_all
from monitor.site.plugin import asgi_wrapper

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]
SITE = SHIPPED / "site"


@pytest.fixture(scope="module")
def rows(get: Get) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get("/public/coverage.json?_shape=array&_size=max").json()
    return found


def copied(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return max(rows, key=lambda row: int(row["copies"]))


def test_the_page_of_an_outlet_has_its_articles_and_what_goes_with_them(get: Get, rows: list[dict[str, Any]]) -> None:
    outlet = copied(rows)["outlet"]
    page = get(f"/public/outlet?outlet={quote(outlet)}").text
    own = [row for row in rows if row["outlet"] == outlet]
    assert all(f"/public/coverage/{row['article']}" in page for row in own)
    assert page.count('<div class="title">') == len(own)
    for path in ("coverage.atom?outlet=", "outlet_weeks.csv?outlet=", "ledger?outlet=", "/-/export/coverage.xlsx?outlet="):
        assert path in page


def test_the_page_of_an_outlet_that_could_not_be_read_says_so(get: Get) -> None:
    silent = get("/public/gaps.json?_shape=array").json()[0]["outlet"]
    assert "timeout" in get(f"/public/outlet?outlet={quote(silent)}").text


@pytest.mark.parametrize(("kind", "column"), [("region", "regions"), ("topic", "topics")])
def test_the_page_of_a_region_or_topic_has_its_articles(kind: str, column: str, get: Get, rows: list[dict[str, Any]]) -> None:
    value = next(value for row in rows for value in json.loads(row[column]))
    page = get(f"/public/{kind}?{kind}={value}").text
    wanted = {row["article"] for row in rows if value in json.loads(row[column])}
    assert set(re.findall(r'/public/coverage/([0-9a-f]{16})"', page)) >= wanted
    assert f"coverage.atom?{column}__arraycontains={value}" in page


@pytest.mark.parametrize(("language", "name"), [("en", "Summons and conscription"), ("ru", "Повестки и призыв")])
def test_a_topic_has_the_name_that_its_file_gives_it_wherever_it_is_shown(language: str, name: str, get: Get, rows: Any) -> None:
    article = rows[0]["article"]
    places = [
        "/",
        "/public/coverage",
        f"/public/coverage/{article}",
        "/public/by_topic",
        "/public/outlets_and_topics",
        "/public/topics",
    ]
    for path in [*places, "/public/topic?topic=summons", "/public/near_misses"]:
        page = get(path, accept_language=language).text
        assert name in page, path
        assert ">summons<" not in page, path
    for path in ("/public/coverage.csv", "/-/export/coverage.csv"):
        assert "summons" in get(path, accept_language=language).text
        assert name not in get(path, accept_language=language).text


def test_a_topic_without_a_file_is_shown_by_its_id() -> None:
    assert Names({"topics": {"summons": {"en": "Summons"}}}).topic("of-yore") == "of-yore"


def test_the_page_of_a_text_lists_who_carried_it_in_order_with_the_delay(get: Get, rows: list[dict[str, Any]]) -> None:
    group = copied(rows)["copy_group"]
    members = sorted(
        (row for row in rows if row["copy_group"] == group), key=lambda row: (row["published"] is None, row["published"])
    )
    page = get(f"/public/who_carried?copy_group={group}").text
    shown = re.findall(r'/public/coverage/([0-9a-f]{16})"', page)
    assert shown == [row["article"] for row in members]
    assert re.search(r"\+(\d+ d )?(\d+ h )?\d+ min|\+\d+ [dh]", page)


def test_the_home_page_says_what_is_new_and_where(get: Get, rows: list[dict[str, Any]]) -> None:
    page = get("/").text
    assert re.search(
        rf'New since yesterday</dt><dd><a href="/public/coverage\?_clock=first_seen&amp;[^"]*">{len(rows)}</a>', page
    )
    region = next(value for row in rows for value in json.loads(row["regions"]))
    assert re.search(rf'<a href="/public/region\?region={region}" aria-label="[^"]+: [1-9]', page)


def test_every_number_of_a_picture_is_one_step_away(get: Get) -> None:
    page = get("/").text
    for address in re.findall(r'<figcaption>.*?href="([^"]+)"', page):
        assert get(address.replace("&amp;", "&")).status_code == 200


FEEDS = (
    "/public/coverage.atom", "/public/coverage.atom?_q=повестками", '/public/coverage.atom?_q="вместе с полицией" OR повестка',
    "/public/coverage.atom?regions__arraycontains=RU-VGG", "/public/coverage.atom?topics__arraycontains=summons",
    "/public/coverage.atom?language=ru", "/public/coverage.atom?words__gt=1", "/public/newly_seen.atom",
)  # fmt: skip


@pytest.mark.parametrize("path", FEEDS)
def test_pages_of_articles_are_atom_feeds_that_a_reader_reads(path: str, get: Get) -> None:
    answer = get(path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) > 0
    assert all(entry.updated_parsed and entry.author for entry in feed.entries)
    assert all(entry.get("link") or entry.get("content") for entry in feed.entries), "RFC 4287, section 4.1.2"


DATED, SEEN = "2026-01-01T00:00:00.000000Z", "2026-05-25T00:00:00.000000Z"


@pytest.fixture(scope="module")
def late(vault: Path, asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """A site where the article with the earliest declared date was seen last, a week after all others."""
    folder = tmp_path_factory.mktemp("late")
    shutil.copy(vault, folder / "vault.db")
    with closing(sqlite3.connect(folder / "vault.db")) as db, db:
        db.execute("UPDATE articles SET published = ?, first_seen = ? WHERE outlet = ?", (DATED, SEEN, "Полюс"))
    publish(folder / "vault.db", folder / "public")
    with asking(folder / "public") as get:
        yield get


@pytest.mark.parametrize("path", [*FEEDS[:-1], "/public/coverage.atom?outlet=Полюс"])
def test_a_feed_misses_nothing_that_is_dated_back(path: str, late: Get) -> None:
    feed = feedparser.parse(late(f"{path}{'&' if '?' in path else '?'}_size=1").content)
    (entry,) = feed.entries
    assert entry.author == "Полюс"
    assert entry.published == "2026-01-01T00:00:00+00:00"
    assert entry.updated == feed.feed.updated == "2026-05-25T00:00:00+00:00"


@pytest.mark.parametrize("recent", [1, 2, 500])
def test_a_feed_of_a_search_is_the_same_however_the_index_is_asked(
    recent: int, late: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.snapshot.newest.RECENT", recent)
    found = feedparser.parse(late("/public/coverage.atom?_q=повестками").content).entries
    assert found[0].author == "Полюс"
    assert len(found) == 6
    for size in (1, 3):
        fewer = feedparser.parse(late(f"/public/coverage.atom?_q=повестками&_size={size}").content).entries
        assert [entry.id for entry in fewer] == [entry.id for entry in found[:size]]


def test_the_feed_of_the_newest_by_declared_date_is_that_of_what_we_saw_last(late: Get) -> None:
    answer = late("/public/newest.atom")
    assert (answer.status_code, answer.headers["location"]) == (302, "/public/newly_seen.atom")
    assert feedparser.parse(late("/public/newly_seen.atom").content).entries[0].author == "Полюс"


def test_an_article_that_was_edited_is_updated_in_its_feed(get: Get) -> None:
    entries = feedparser.parse(get("/public/coverage.atom").content).entries
    updated = {entry.author: entry.updated for entry in entries}
    assert updated["Сибирский вестник"] == "2026-05-19T12:00:01+00:00"
    assert updated["Полюс"] == "2026-05-18T12:00:01+00:00"


def test_rows_that_are_no_articles_are_no_feed(get: Get) -> None:
    assert get("/public/gaps.atom").status_code == 400


def test_an_articles_page_says_how_to_cite_it(get: Get, rows: list[dict[str, Any]]) -> None:
    row = rows[0]
    page = get(f"/public/coverage/{row['article']}").text
    for words in ("@online{povestka-" + row["article"], "article-newspaper", row["digest"]):
        assert words.replace('"', "&#34;") in page


def test_a_citation_of_an_edited_article_is_dated_by_the_capture_whose_digest_it_names(
    get: Get, rows: list[dict[str, Any]]
) -> None:
    row = next(row for row in rows if row["revisions"] > 1)
    (fetch,) = get(f"/public/fetches.json?_shape=array&id={row['fetch']}").json()
    assert fetch["digest"] == row["digest"]
    assert fetch["finished"][:10] > row["first_fetched"][:10]
    page = get(f"/public/coverage/{row['article']}").text
    assert f"received {fetch['finished'][:16].replace('T', ' ')} UTC. {row['digest']}. version " in page
    assert f"urldate = {{{fetch['finished'][:10]}}}" in page


@pytest.mark.parametrize(
    ("language", "names", "cited"),
    [
        ("ru", ["Пётр Иволгин", "Анна Ветрова"], ["Ветрова, Анна", "Иволгин, Пётр"]),
        ("ru", ["Сова Анна", "Антонов Роман", "Роман Жуков"], ["Антонов, Роман", "Жуков, Роман", "Сова, Анна"]),
        ("ru", ["Сидоров Иван Петрович", "Вера Павловна Лист"], ["Лист, Вера Павловна", "Сидоров, Иван Петрович"]),
        ("ru", ["П. Иволгин", "Ветрова А."], ["Ветрова, А.", "Иволгин, П."]),
        ("uk", ["Соломія Рудик", "Інна Мельник"], ["Мельник, Інна", "Рудик, Соломія"]),
        ("uk", ["Інна Якимчук", "Соломія Єрмак", "Рудик Інна"], ["Єрмак, Соломія", "Рудик, Інна", "Якимчук, Інна"]),
        ("ru", ["Анна Ёлкина", "Пётр Жуков", "Роман Яров"], ["Ёлкина, Анна", "Жуков, Пётр", "Яров, Роман"]),
        ("en", ["Mary Poole", "John Ash"], ["Ash, John", "Poole, Mary"]),
        ("ru", ["Отдел новостей", "Пётр Иволгин"], ["Иволгин, Пётр", "Отдел новостей"]),
        ("en", ["Harbour Post", "John Ash"], ["Ash, John", "Harbour Post"]),
    ],
)
def test_authors_stand_in_the_order_of_their_surnames(language: str, names: list[str], cited: list[str]) -> None:
    row = {
        "article": "0", "title": "", "outlet": "Harbour Post", "authors": json.dumps(names), "url": "", "published": None,
        "language": language, "digest": "",
    }  # fmt: skip
    said = citations(row, None)
    assert re.findall("^AU  - (.*)$", said["RIS"], re.MULTILINE) == cited
    people = json.loads(said["CSL-JSON"])[0]["author"]
    assert [one.get("literal") or f"{one['family']}, {one['given']}" for one in people] == cited


hostile = st.text(st.sampled_from("ab \\{}%#&_$~^\"'<>я\n\r\x00\u202e@"), max_size=20)


@given(hostile, hostile, st.lists(hostile, max_size=3))
def test_a_citation_is_well_formed_whatever_it_cites(title: str, outlet: str, authors: list[str]) -> None:
    row = {
        "article": "0" * 16, "title": title, "outlet": outlet, "authors": json.dumps(authors), "url": "https://a.example/x_1%20#",
        "published": "2026-05-18T12:00:00.000000Z", "language": "ru", "digest": "sha256:0", "text_digest": "ab" * 32,
        "permalink": "https://site.example/public/version?article=0&text=ab",
    }  # fmt: skip
    said = citations(row, "2026-05-20T23:00:00.000000Z")
    assert "\n" not in said["Text"]
    item = json.loads(said["CSL-JSON"])[0]
    assert item["issued"] == {"date-parts": [[2026, 5, 18]]}
    assert item["accessed"] == {"date-parts": [[2026, 5, 20]]}
    assert "  urldate = {2026-05-20}," in said["BibTeX"]
    assert "received 2026-05-20 23:00 UTC. sha256:0. version abababababababab. https" in said["Text"]
    for form in said.values():
        assert "https://site.example/public/version" in form
    assert said["RIS"].startswith("TY  - NEWS\n")
    assert said["RIS"].endswith("\nER  - ")
    assert all(line[2:6] == "  - " for line in said["RIS"].split("\n"))
    # Without what is escaped, braces stand in pairs, and nothing is left that TeX would run or take for a comment.
    bare = re.sub(r"\\text\w+\{\}|\\[{}%#&_$]", "", said["BibTeX"])
    assert "\\" not in bare
    assert not set("%#$~^&_") & set(bare)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0


# Both languages


def test_the_site_speaks_the_language_that_is_chosen_else_the_one_that_the_browser_asks_for(get: Get) -> None:
    assert '<html lang="en">' in get("/").text
    russian = get("/", accept_language="ru-RU,ru;q=0.9,en;q=0.8")
    assert '<html lang="ru">' in russian.text
    assert "Что публикуют о повестках" in russian.text
    assert "accept-language" in russian.headers["vary"]
    chosen = get("/?_lang=ru")
    assert '<html lang="ru">' in chosen.text
    assert chosen.headers["set-cookie"].startswith("_lang=ru;")
    assert '<html lang="ru">' in get("/public/coverage", cookie="_lang=ru", accept_language="en").text
    assert '<html lang="en">' in get("/?_lang=xx", cookie="_lang=<script>").text
    assert "set-cookie" not in get("/?_lang=xx").headers


def test_regions_and_numbers_are_written_as_the_language_does(get: Get, rows: list[dict[str, Any]]) -> None:
    region = next(value for row in rows for value in json.loads(row["regions"]))
    english, russian = (get(f"/public/region?region={region}", accept_language=language).text for language in ("en", "ru"))
    heading = re.compile(r"<h1>(.*?)</h1>")
    assert re.search(r"[A-Z]", heading.search(english)[1])
    assert re.search(r"[А-Я]", heading.search(russian)[1])


@pytest.mark.parametrize(("count", "words"), [
    (0, "0 статей"), (1, "1 статья"), (2, "2 статьи"), (5, "5 статей"), (11, "11 статей"), (12, "12 статей"), (21, "21 статья"),
    (104, "104 статьи"), (111, "111 статей"), (1_001, "1\u00a0001 статья"),
])  # fmt: skip
def test_russian_nouns_go_with_their_numbers(count: int, words: str) -> None:
    before = language.current.set("ru")
    assert language.counted(count, "{n} article", "{n} articles") == words
    language.current.reset(before)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_header_of_a_visitor_breaks_a_page(cookie: bytes, accepted: bytes) -> None:
    assert negotiated({b"cookie": cookie, b"accept-language": accepted}) in {"en", "ru"}


def test_weeks_that_nobody_watched_are_not_offered_for_comparison(
    get: Get, asking: Callable[[Path], AbstractContextManager[Get]], folder: Path, tmp_path: Path
) -> None:
    assert "We have watched since" in get("/").text
    older = tmp_path / "site"
    shutil.copytree(folder, older)
    with closing(sqlite3.connect(older / "public.db")) as db, db:
        db.execute("UPDATE runs SET started = '2026-04-01T00:00:00.000000Z' WHERE id = (SELECT min(id) FROM runs)")
    with asking(older) as later:
        assert "We have watched since" not in later("/").text


@pytest.mark.parametrize(
    "path", ["/", "/public/coverage?language=uk", "/public/skipped", f"/public/outlet?outlet={quote('Полюс')}"]
)
def test_csv_that_a_click_brings_is_safe_in_a_spreadsheet(path: str, get: Get) -> None:
    for spoken, options in (("en", ["for=excel"]), ("ru", ["for=excel", "locale=ru"])):
        links = re.findall(r'href="(/-/export/\w+\.csv[^"]*)"', get(path, accept_language=spoken).text)
        assert links
        for link in links:
            address = html.unescape(link)
            assert address.partition("?")[2].split("&")[-len(options) :] == options
            assert get(address).content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(("address", "is_known_to_all"), [
    ("https://povestka.example/x", True), ("http://127.0.0.1:8001/x", False), ("http://localhost:8001/x", False),
    ("http://[::1]/x", False), ("http://192.168.1.2/x", False), ("http://desk.local/x", False), ("http://9.9.9.9/x", True),
])  # fmt: skip
def test_an_address_of_ones_own_machine_is_no_address_for_all(address: str, is_known_to_all: bool) -> None:
    assert is_for_all(address) is is_known_to_all


@pytest.mark.parametrize(
    "value",
    ["povestka.example", "http://[::1", "https://povestka.example/?x=1", "https://a:b@povestka.example", "javascript:alert(1)"],
)
def test_what_is_no_address_of_a_site_is_refused_before_a_page_is_served(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.MONITOR_SITE", value)
    with pytest.raises(UsageError, match="MONITOR_SITE"):
        asgi_wrapper(None)


def test_citations_lead_to_the_address_that_readers_know(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    row = get("/public/coverage.json?_shape=array&_size=1").json()[0]
    path = f"/public/coverage/{row['article']}"
    assert '"archive_location": "http://site.example/public/version?' in html.unescape(get(path).text)
    assert "archive_location" not in get(path, host="127.0.0.1:8001").text
    assert 'rel="canonical"' not in get(path).text
    monkeypatch.setattr("monitor.settings.MONITOR_SITE", "https://povestka.example/")
    for host in ("site.example", "127.0.0.1:8001"):
        page = get(path, host=host).text
        assert f'<link rel="canonical" href="https://povestka.example{path}">' in page
        assert '"archive_location": "https://povestka.example/public/version?' in html.unescape(page)
    feed = get("/public/newly_seen.atom", host="127.0.0.1:8001").text
    assert "https://povestka.example/public/coverage/" in feed
    assert "127.0.0.1:8001" not in feed
