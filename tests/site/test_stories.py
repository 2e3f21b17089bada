"""What the pages of stories promise: who was first, in time, on whose word, who denies it; in every form; addresses that stay."""

import csv
import io
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import feedparser
import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.site import language, publish
from monitor.site.comparing import compare
from monitor.site.templates import name_in_script
from monitor.site.timeline import WIDTH, citation_graph, timeline
from tests.published import unlabelled

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]


@pytest.fixture(scope="module")
def stories(get: Get) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get("/public/stories.json?_shape=array").json()
    return found


@pytest.fixture(scope="module")
def shared(stories: list[dict[str, Any]]) -> dict[str, Any]:
    """The story that several outlets tell."""
    return next(story for story in stories if story["outlets"] > 1)


@pytest.fixture(scope="module")
def denied(stories: list[dict[str, Any]]) -> dict[str, Any]:
    return next(story for story in stories if story["denials"])


@pytest.fixture(scope="module")
def against(get: Get) -> str:
    """The story one of whose articles denies what another says."""
    ((story, _),) = {(row["story"], row["article"]) for row in get("/public/denied_elsewhere.json?_shape=array").json()}
    return str(story)


def text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


def test_the_home_page_leads_with_stories_and_keeps_the_newest_articles_below(get: Get, stories: list[dict[str, Any]]) -> None:
    page = get("/").text
    places = [page.index(f"/public/story?story={story['story']}") for story in stories]
    assert places == sorted(places)
    assert max(places) < page.index('<h2 id="new">')


def test_a_story_says_who_was_first_and_on_what_that_rests(get: Get, shared: dict[str, Any]) -> None:
    page = text(get(f"/public/story?story={shared['story']}"))
    assert "First to report: Полюс, 2026-05-17 06:00 UTC (by the outlets&#39; own timestamps)" in page
    assert "The first report was there by 2026-05-18 12:00 UTC" in page
    for words in ("Originsnone known", "Distinct texts1", "Вечерний Приозёрск", "copy"):
        assert words in page


def test_its_timeline_has_a_lane_an_outlet_and_a_mark_an_article_and_a_table(get: Get, shared: dict[str, Any]) -> None:
    page = get(f"/public/story?story={shared['story']}").text
    drawn = page.split('class="story-timeline"')[1].split("</svg>")[0]
    assert drawn.count("<line") == shared["outlets"]
    assert drawn.count('class="copy"') == 2
    assert drawn.count('class="first"') == 1
    assert page.split('class="story-arcs"')[1].split("</svg>")[0].count('<path class="copy"') == 2
    assert page.split('id="articles"')[1].count("<tr>") == 1 + shared["articles"]


def test_a_claim_and_its_denial_stand_side_by_side_with_who_says_so(get: Get, denied: dict[str, Any]) -> None:
    words = "The Volgograd governor denied that his region was among them."
    for path in (f"/public/story?story={denied['story']}", "/public/who_denies"):
        row = unlabelled(get(path)).split('class="pairs"')[1].split("<tr>")[2]
        claim, denial, place = row.split("<td>")[1:]
        assert words in denial
        assert "<mark>" in denial, "in its sentence"
        assert words not in claim
        assert "the Volgograd governor" in denial
        assert "The Harbour Post" in place
        assert "no word of denial" not in denial


def test_who_denies_is_called_as_its_page_is_and_the_article_by_its_title(get: Get, against: str) -> None:
    names = {row["speaker_id"]: row["name"] for row in get("/public/speakers.json?_shape=array&_size=max").json()}
    rows = [row for row in get("/public/who_denies.json?_shape=array").json() if row["speaker_id"]]
    assert any(row["claimed_by"] != names.get(row["claimed_by_id"], row["claimed_by"]) for row in rows)
    source = f"/public/source?speaker={rows[0]['speaker_id']}"
    for path in ("/public/who_denies", source, f"/public/story?story={against}", f"/public/coverage/{rows[0]['article']}"):
        shown = re.findall(r'<b><a href="/public/source\?speaker=([^"]+)"><bdi>([^<]*)</bdi></a></b>:', get(path).text)
        assert shown, path
        assert all(unescape(name) == names[unquote(id_)] for id_, name in shown), path
    for path in ("/public/who_denies", source):
        assert all(row["title"] in unescape(get(path).text) for row in rows[:1])


def test_what_copies_have_from_their_first_text_stands_once_and_what_one_adds_stands_too(
    folder: Path, shared: dict[str, Any], asking: Asking, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "public")
    with closing(sqlite3.connect(tmp_path / "public" / "public.db")) as db, db:
        texts = db.execute("SELECT article, copy_of FROM story_articles WHERE story = ?", (shared["story"],)).fetchall()
        copies = [article for article, copy_of in texts if copy_of]
        assert len(copies) == 2
        # The claim is the text's first ten characters, the denial its second ten; a copy has its third ten as well.
        said = [(article, 10) for article, _ in texts] + [(copies[0], 20)]
        db.executemany("INSERT INTO denials VALUES (?, 0, 10, ?2, ?2 + 10, '', '', 'denial', 'contrary', '', '')", said)
    with asking(tmp_path / "public") as get:
        for query, of_story in (("who_denies", ""), ("story_denials", f"&story={shared['story']}")):
            rows = get(f"/public/{query}.json?_shape=array{of_story}").json()
            (first,) = {copy_of for _, copy_of in texts} - {""}
            found = sorted(row["article"] for row in rows if row["article"] in dict(texts))
            assert found == sorted([first, copies[0]]), query
            assert {row["copies"] for row in rows if row["article"] == first} == {2}
        assert "2 copies" in text(get("/public/who_denies"))
        # That no word denies anything there is said wherever such a pair is shown.
        for path in ("who_denies", f"story?story={shared['story']}", f"coverage/{first}"):
            assert "no word of denial: we read it as contradicting the claim" in text(get(f"/public/{path}")), path


def test_a_source_is_counted_and_has_a_page_with_its_words(get: Get) -> None:
    page = text(get("/public/source?speaker=olg-dubv"))
    for words in ("Олег Дубов", "as texts write it: Дубов, Олег Дубов", "Times cited2", "Город на Лозе", "увезли 25 жильцов"):
        assert words in page
    rows = get("/public/speakers.json?_shape=array&name__contains=OFFIC").json()
    assert [(row["speaker_id"], row["kind"], row["named"], row["articles"]) for row in rows] == [
        ("some-ofical", "official", "no", 1)
    ]
    answer = get("/public/speakers.json?kind=official&named=yes&_shape=objects").json()
    assert [row["speaker_id"] for row in answer["rows"]] == ["an-lesn", "volgograd-governr"]
    assert answer["facet_results"].keys() == {"kind", "named", "outlet_names"}
    assert get("/public/source?speaker=nobody").status_code == 404
    assert get(f"/public/source?speaker={quote('Дубов')}").headers["location"] == "/public/source?speaker=olg-dubv"


def test_a_source_without_a_name_is_not_shown_as_one_person(get: Get) -> None:
    unnamed = {row["name"] for row in get("/public/speakers.json?_shape=array&named=no").json()}
    rows = [row for row in get("/public/speakers").text.split("<tr>") if "no name: may be others in each article" in row]
    assert len(rows) == len(unnamed) > 0
    assert all(any(name in row for name in unnamed) for row in rows)


def test_origins_that_quote_one_person_are_not_called_independent(vault: Path, asking: Asking, tmp_path: Path) -> None:
    publish(vault, tmp_path / "public")
    with closing(sqlite3.connect(tmp_path / "public" / "public.db")) as db, db:
        story, article, other = db.execute(
            "SELECT a.story, min(a.article), max(a.article) FROM story_articles a GROUP BY 1 HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        db.execute("DELETE FROM attributions WHERE article IN (?, ?)", (article, other))
        db.execute("DELETE FROM denials")
        db.execute("UPDATE origins SET is_origin = article IN (?, ?) WHERE story = ?", (article, other, story))
        db.execute("UPDATE stories SET origins = 2 WHERE story = ?", (story,))
        columns = '(article, kind, speaker, outlet, start, "end", speaker_id)'
        said = [(one, "official", "Дубов", "", 0, 5, "olg-dubv") for one in (article, other)]
        db.executemany(f"INSERT INTO attributions {columns} VALUES (?, ?, ?, ?, ?, ?, ?)", said)
    with asking(tmp_path / "public") as get:
        page = text(get(f"/public/story?story={story}"))
        assert re.search(r"2 origins, all on the word of \S+ \S+\.", page)
        assert "independent origin" not in page
    with closing(sqlite3.connect(tmp_path / "public" / "public.db")) as db, db:
        db.execute("UPDATE attributions SET speaker_id = 'an-lesn' WHERE article = ?", (other,))
    with asking(tmp_path / "public") as get:
        assert "2 independent origins" in text(get(f"/public/story?story={story}"))


def test_who_is_quoted_leads_from_a_story_and_an_article_to_its_page(get: Get, against: str) -> None:
    for path in (f"/public/story?story={against}", "/public/coverage/27d2892076fae149", "/public/who_denies"):
        assert 'href="/public/source?speaker=olg-dubv"' in get(path).text, path


def test_a_claim_is_shown_beside_its_denial_in_another_article_with_both_outlets(get: Get, against: str) -> None:
    for path in (f"/public/story?story={against}", "/public/who_denies"):
        rows = [row.split("<td>")[1:] for row in unlabelled(get(path)).split('class="pairs"')[1].split("<tr>")[2:]]
        (pair,) = [row for row in rows if "Вечерний Приозёрск" in row[0]]
        assert "Жильцов выгнали из комнат ночью" in pair[0]
        assert "an-lesn" in pair[0]
        assert "Директор лесного интерната Олег Дубов опроверг" in pair[1]
        assert "Город на Лозе" in pair[2]


def test_numbers_that_differ_stand_side_by_side(get: Get, against: str) -> None:
    page = unlabelled(get(f"/public/story?story={against}")).split('id="figures"')[1].split("</section>")[0]
    assert re.findall(r'class="number">(\d+)<', page) == ["40", "25"]
    for words in ("увезли 40 жильцов", "увезли 25 жильцов", "Вечерний Приозёрск", "Город на Лозе", "an-lesn", "olg-dubv"):
        assert words in page


def test_why_who_was_first_is_known_is_said_in_the_visitors_language(get: Get, shared: dict[str, Any]) -> None:
    assert "Why: by the outlets&#39; own timestamps: Полюс 2026-05-17 06:00 UTC, Город на Лозе" in text(
        get(f"/public/story?story={shared['story']}")
    )
    page = text(get(f"/public/story?story={shared['story']}&_lang=ru"))
    assert "по собственным отметкам изданий: «Полюс» — 2026-05-17 06:00 UTC, «Город на Лозе» — 2026-05-17 08:00 UTC" in page
    assert "перепечатывает текст издания «Полюс»" in page


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/public/story{}?story=%s", []),
        ("/public/who_denies{}", ["27d2892076fae149"] * 2),
        ("/public/source{}?speaker=some-ofical", []),
    ],
)
def test_each_is_a_page_json_csv_and_a_feed(path: str, others: list[str], get: Get, denied: dict[str, Any]) -> None:
    path, articles = path.replace("%s", denied["story"]), [denied["story"], *others]
    assert get(path.format("")).status_code == 200
    rows = get(path.format(".json") + ("&" if "?" in path else "?") + "_shape=array").json()
    assert [row["article"] for row in rows] == articles
    assert len(list(csv.reader(io.StringIO(get(path.format(".csv")).text)))) == 1 + len(articles)
    feed = feedparser.parse(get(path.format(".atom")).content)
    assert not feed.bozo
    assert len(feed.entries) == len({*articles})
    assert {entry.id for entry in feed.entries} == {f"tag:povestka,2026:article/{article}" for article in articles}


def test_stories_are_narrowed_by_facets_as_quickly_as_articles(get: Get, shared: dict[str, Any]) -> None:
    answer = get("/public/stories.json?size=3-5&_shape=objects").json()
    assert [row["story"] for row in answer["rows"]] == [shared["story"]]
    assert answer["facet_results"].keys() == {
        "first_basis", "week", "size", "denied", "regions", "topics", "outlet_names",
    }  # fmt: skip
    narrowed = get(f"/public/stories.json?outlet_names__arraycontains={quote('Полюс')}&_shape=array").json()
    assert [row["story"] for row in narrowed] == [shared["story"]]


def test_stories_are_narrowed_to_those_that_somebody_denies(get: Get, against: str) -> None:
    rows = get("/public/stories.json?denied=yes&_shape=array").json()
    assert [row["story"] for row in rows] == ["0a0459f44e407b12", against]


def test_a_list_of_stories_is_a_feed_of_stories_however_narrowed(get: Get, stories: list[dict[str, Any]]) -> None:
    feed = feedparser.parse(get("/public/stories.atom").content)
    assert not feed.bozo
    assert {entry.id for entry in feed.entries} == {f"tag:povestka,2026:story/{story['story']}" for story in stories}
    (entry, _) = feedparser.parse(get("/public/stories.atom?denied=yes").content).entries
    assert entry.link.endswith("/public/story?story=0a0459f44e407b12")
    assert "stories.atom" in get("/public/stories").text


def test_an_export_keeps_the_story_that_a_page_is_narrowed_to(get: Get, shared: dict[str, Any]) -> None:
    for path in (f"/public/coverage?story={shared['story']}", f"/public/story?story={shared['story']}"):
        (link,) = set(re.findall(r'href="(/-/export/coverage\.jsonl\?[^"]*)"', get(path).text))
        assert len(get(link.replace("&amp;", "&")).text.splitlines()) == shared["articles"]


def test_a_former_address_leads_to_the_present_one_and_none_is_not_found(
    get: Get, asking: Asking, folder: Path, shared: dict[str, Any], tmp_path: Path
) -> None:
    assert get("/public/story?story=nothing").status_code == 404
    later = tmp_path / "site"
    shutil.copytree(folder, later)
    with closing(sqlite3.connect(later / "public.db")) as db, db:
        db.execute("INSERT INTO former_ids VALUES ('story', 'former', ?, '')", (shared["story"],))
        db.execute("INSERT INTO former_ids VALUES ('copies', 'former', ?, '')", (shared["story"],))
    with asking(later) as moved:
        for form in ("", ".json"):
            answer = moved(f"/public/story{form}?story=former&_lang=ru")
            assert answer.status_code == 301
            assert answer.headers["location"] == f"/public/story{form}?story={shared['story']}&_lang=ru"
        assert moved("/public/who_carried?copy_group=former").headers["location"].endswith(shared["story"])


def test_two_articles_are_compared_word_by_word(get: Get, shared: dict[str, Any]) -> None:
    rows = get(f"/public/story.json?story={shared['story']}&_shape=array").json()
    a, b = rows[0]["article"], rows[-1]["article"]
    page = get(f"/public/compare?a={a}&b={b}").text
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", page) == ["Фото: архив редакции"]
    assert "Give the ids" in get("/public/compare").text


def test_two_outlets_are_compared_on_a_story(get: Get, against: str, shared: dict[str, Any]) -> None:
    one, other = "Вечерний Приозёрск", "Город на Лозе"
    path = f"/public/compare_outlets?story={against}&a={quote(one)}&b={quote(other)}"
    page = get(path)
    parts = {
        name: text(httpx.Response(200, text=part))
        for name, part in re.findall(r'<h2 id="(\w+)">(.*?)</section>', page.text, re.DOTALL)
    }
    assert parts.keys() == {"first", "sources", "denials", "figures", "texts"}
    assert "earlier by 3 h" in parts["first"]
    assert "an-lesn" in page.text
    assert "only here" in parts["sources"]
    assert "Директор лесного интерната Олег Дубов опроверг" in parts["denials"]
    assert "увезли 40 жильцов" in parts["figures"]
    assert "Words that both have" in parts["texts"]
    rows = get(path.replace("outlets?", "outlets.json?") + "&_shape=array").json()
    assert [row["outlet"] for row in rows] == [one, other]
    assert f'name="story" value="{against}"' in get(f"/public/story?story={against}").text
    for wrong in (f"story={against}&a={quote(one)}&b={quote(one)}", f"story={against}", "story=nothing"):
        assert 'class="notice"' in get(f"/public/compare_outlets?{wrong}").text
    for empty in ("", "?story=&a=&b=", "?story=+"):  # nobody asked for a story yet
        form = get(f"/public/compare_outlets{empty}")
        assert form.status_code == 200
        assert 'name="story"' in form.text
        assert 'class="notice"' not in form.text


def test_a_facet_of_many_values_leads_to_the_rest_and_to_the_other_language(get: Get) -> None:
    page = get("/public/coverage?_facet_size=1").text
    assert "_facet_size=max" in page
    assert '/public/coverage?_facet_size=1&amp;_lang=ru"' in page


def test_the_public_edition_says_what_it_withholds(vault: Path, asking: Asking, tmp_path: Path, denied: dict[str, Any]) -> None:
    publish(vault, tmp_path / "public", withhold=lambda words: words)
    with asking(tmp_path / "public") as get:
        for path in (f"/public/story?story={denied['story']}", "/public/who_denies", "/public/source?speaker=some-ofical"):
            page = get(path)
            assert "withheld in this edition" in page.text, path
            assert "denied that his region" not in page.text, path
        # How many there are is told on every page that tells of them, and in the data; their words on none.
        for path in ("/public/stories", "/", f"/public/story?story={denied['story']}", f"/public/coverage/{denied['story']}"):
            assert "1 denial" in text(get(path)), path
        (row,) = get(f"/public/stories.json?story={denied['story']}&_shape=array").json()
        assert (row["denials"], row["denied"]) == (1, "yes")
        assert "denials are withheld" in get(f"/public/coverage/{denied['story']}").text
        assert "/public/stories?denied=yes" in get("/public/who_denies").text


rows_of = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 10_000)), min_size=1, max_size=60)


@given(rows_of)
def test_marks_stand_in_the_order_of_their_times_within_the_drawing(found: list[tuple[str, int]]) -> None:
    rows = [
        {"article": str(n), "outlet": outlet, "published": f"2026-05-18T{m // 600:02}:{m % 600 // 10:02}:00.000000Z"}
        for n, (outlet, m) in enumerate(found)
    ]
    drawn = timeline(rows)
    assert len(drawn.marks) + drawn.left_out == len(rows)
    assert [mark.x for mark in drawn.marks] == sorted(mark.x for mark in drawn.marks)
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= drawn.height for mark in drawn.marks)
    steps = [
        {"article": row["article"], "outlet": row["outlet"], "from_article": other["article"], "from_outlet": other["outlet"]}
        for row, other in zip(rows, reversed(rows), strict=True)
    ]
    nothing = {"article": "0", "outlet": rows[0]["outlet"], "from_article": "", "from_outlet": ""}
    run_in_thread = nothing | {"from_outlet": "elsewhere"}
    graph = citation_graph(rows, [run_in_thread, *steps, nothing])
    assert len(graph.arcs) + graph.left_out == len(rows) + 1
    assert "elsewhere" in dict(graph.lanes)
    for arc in graph.arcs:
        assert all(0 <= x <= WIDTH and 0 <= y <= graph.height for x, y in (arc.start, arc.bend, arc.end))


@given(st.text("ab ,.\n"), st.text("ab ,.\n"))
def test_what_is_not_marked_is_the_same_in_both(one: str, other: str) -> None:
    compared = compare(one, other)
    left = []
    for side, spans in zip(compared.texts, compared.spans, strict=True):
        kept, at = "", 0
        for span in spans:
            kept, at = kept + side[at : int(span["start"])] + " ", int(span["end"])
        left.append(re.findall(r"\w+", kept + side[at:]))
    assert left[0] == left[1]


@pytest.mark.parametrize("path", ["/public/topic", "/public/region", "/public/outlet", "/public/story", "/public/source"])
def test_a_page_that_is_asked_for_nothing_names_a_feed_too(path: str, get: Get) -> None:
    assert re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="/public/', get(path).text)


@pytest.mark.parametrize(
    ("earliest", "newest", "unseen", "is_watched"),
    [
        ("2026-05-19T07:15:00.000000Z", "2026-05-19T09:40:00.000000Z", [("Bereg", "not running", 3)], True),
        ("2026-05-18T22:30:00.000000Z", "2026-05-19T12:10:00.000000Z", [("Bereg", "not running", 14)], True),
        ("2026-05-19T12:05:00.000000Z", "2026-05-19T12:10:00.000000Z", [], True),
        ("2026-05-04T05:00:00.000000Z", "2026-05-04T05:00:00.000000Z", [], False),
    ],
)
def test_a_story_names_the_hours_of_its_time_that_were_not_seen_and_whether_we_watched(
    checkout: Path, earliest: str, newest: str, unseen: list[tuple[str, str, int]], is_watched: bool
) -> None:
    """A row of the ledger stands for several hours, and may begin before the story."""
    queries = yaml.safe_load((checkout / "data/site/metadata.yaml").read_text("utf-8"))["databases"]["public"]["queries"]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE stories (story, earliest, newest, first_seen)")
        db.execute("INSERT INTO stories VALUES ('s', ?, ?, ?)", (earliest, newest, newest))
        db.execute("CREATE TABLE ledger (outlet, hour, hours, state)")
        rows = [("18T12", 1, "polled"), ("18T13", 11, "not running"), ("19T00", 12, "not running"), ("19T12", 1, "polled")]
        db.executemany(
            "INSERT INTO ledger VALUES ('Bereg', ?, ?, ?)", [(f"2026-05-{at}:00:00.000000Z", *row) for at, *row in rows]
        )
        assert db.execute(queries["story_unseen"]["sql"], {"story": "s"}).fetchall() == unseen
        assert (db.execute(queries["story_unwatched"]["sql"], {"story": "s"}).fetchall() == []) == is_watched


@pytest.mark.parametrize(
    ("page", "name", "forms", "shown"),
    [
        ("en", "Олег Ступин", ["Oleg Stupin", "Stupin", "Олега Ступина"], "Oleg Stupin"),
        ("ru", "Олег Ступин", ["Oleg Stupin", "Ступин", "Олега Ступина"], "Олег Ступин"),
        ("ru", "Lidia Astakhova", ["Lidia Astakhova", "Астахова", "Лидии Астаховой", "Лидия Астахова"], "Лидия Астахова"),
        ("en", "полиция", ["Police", "полиция", "полицией"], "Police"),
        ("en", "Рупор", ["Рупор", "Рупору"], "Рупор"),
        ("ru", "border guard", [], "border guard"),
    ],
)
def test_a_speaker_has_the_name_that_texts_in_the_pages_script_have(page, name, forms, shown):
    token = language.current.set(page)
    assert name_in_script(name, forms) == shown
    language.current.reset(token)


@pytest.mark.parametrize("other", ["Один. Два!", "", "«Три»"])
def test_texts_that_are_compared_are_shown_whole(other: str) -> None:
    found = compare("Один. Два.", other)
    assert (found.texts, found.is_partial) == (("Один. Два.", other), False)


def test_of_a_long_text_it_is_told_that_not_all_was_compared() -> None:
    long = "слово " * 3_001
    found = compare(long, "слово")
    assert (found.texts, found.is_partial) == ((long, "слово"), True)
