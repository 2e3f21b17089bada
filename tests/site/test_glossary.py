"""The site explains its words, in both languages, and its pages lead there."""

import html
import re
import tomllib
from pathlib import Path

import pytest

from docs.phrases import VALUES
from monitor.site.glossary import CONTEXT, prose
from monitor.site.language import catalogue
from tests.published import Get


@pytest.fixture(scope="module")
def terms(checkout: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((checkout / "data" / "site" / "glossary.toml").read_text("utf-8"))["term"]
    return found


def test_each_word_that_readers_meet_is_explained_in_both_languages(get: Get, terms: list[dict[str, str]]) -> None:
    english, russian = (get("/-/glossary", accept_language=one).text for one in ("en", "ru"))
    for term in terms:
        assert (f'<dt id="{term["id"]}">' in english) == ("part" in term), term["id"]
    pairs = [re.findall(r"<dt id=.*?>(?:<a[^>]*>)(.*?)</a></dt><dd>(.*?)</dd>", page) for page in (english, russian)]
    assert len(pairs[0]) == len(pairs[1]) == sum("part" in term for term in terms)
    for (word, means), (word_ru, means_ru) in zip(*pairs, strict=True):
        assert word_ru != word or word == "WARC"
        assert re.search("[а-яё]{4}", means_ru), word
        assert not re.search(r"[`*\[]", means + means_ru), word


def test_the_pages_lead_to_it_and_no_link_leads_nowhere(get: Get) -> None:
    there = set(re.findall('<dt id="([^"]+)"', get("/-/glossary").text))
    story = get("/public/stories.json?_shape=array").json()[0]["story"]
    paths = ("/", "/public/coverage", "/public/stories", "/public/edits", "/public/absences", f"/public/story?story={story}")
    for path in paths:
        page = get(path).text
        assert 'href="/-/glossary">What the words mean</a>' in page
        led = set(re.findall(r'href="/-/glossary#([^"]+)"', page))
        assert led, path
        assert led <= there, path
    assert get("/-/glossary?_foo=1").status_code == 400


def test_a_meaning_is_inert() -> None:
    assert prose("a `b` *c* <script> ([outcomes.md](outcomes.md)).") == "a <code>b</code> <em>c</em> &lt;script&gt;."
    assert html.unescape(prose("“x” & y")) == "“x” & y"


def test_a_word_is_called_as_it_stands_on_the_pages(terms: list[dict[str, str]]) -> None:
    words = catalogue("ru")
    told = {part: words.pgettext(CONTEXT, term["word"]) for term in terms if "part" in term for part in term["word"].split(", ")}
    kinds = ("gap", "state of an hour", "first report", "state of a number", "kind of an absence")
    shared = [word for word in told if word in {value for kind in kinds for value in VALUES[kind]}]
    assert len(shared) > 10
    assert [word for word in shared if words.gettext(word) not in told[word]] == []
