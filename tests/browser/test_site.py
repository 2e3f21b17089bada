"""What a reporter does in the morning, in a real browser, by keyboard alone: no foreign request, no dialog, no error."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from datasette.utils import tilde_encode
from playwright.sync_api import Browser, Error, Page, expect

pytestmark = pytest.mark.system

SIZES = {"desktop": (1280, 900), "phone": (320, 640)}


@dataclass
class Watched:
    """A page, and what it should not have done."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def tab_to(self, name: str | re.Pattern[str], *, within: str = "body") -> None:
        """Presses Tab until what is in focus, in that part of the page, has this name, as somebody without a mouse does."""
        matches = re.compile(name).search if isinstance(name, str) else name.search
        for _ in range(150):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(f"{within} :focus")
            if focused.count() and matches(focused.evaluate("e => e.labels?.[0]?.innerText || e.innerText || e.value || ''")):
                outline = focused.evaluate("e => getComputedStyle(e).outlineStyle")
                assert outline != "none", f"{name} does not show that it is in focus"
                return
        pytest.fail(f"Tab never reaches {name}")


@pytest.fixture(params=SIZES)
def watched(request: pytest.FixtureRequest, site: str, browser: Browser) -> Iterator[Watched]:
    yield from _watched(request, site, browser)


@pytest.fixture(params=SIZES)
def closed(request: pytest.FixtureRequest, closed_site: str, browser: Browser) -> Iterator[Watched]:
    """The site behind a password."""
    yield from _watched(request, closed_site, browser)


def _watched(request: pytest.FixtureRequest, site: str, browser: Browser) -> Iterator[Watched]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(10_000)
    watched = Watched(page, site)
    page.on("console", lambda message: watched.faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: watched.faults.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (watched.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: None if asked.url.startswith(site) else watched.faults.append(f"request: {asked.url}"))
    yield watched
    context.close()
    assert watched.faults == []


def test_from_the_home_page_by_keyboard_to_a_search_a_facet_and_an_article(watched: Watched) -> None:
    page = watched.page
    watched.open("/")
    expect(page.locator("h1")).to_contain_text("military summons")
    watched.tab_to("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    watched.open("/")
    watched.tab_to("Search the coverage")
    page.keyboard.type("повестками")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/public/coverage\?_q="))
    expect(page.locator(".articles > li")).to_have_count(6)

    watched.tab_to("^Сибирский вестник", within=".facets")
    page.keyboard.press("Enter")
    expect(page.locator(".articles > li")).to_have_count(1)
    assert "_q=" in page.url, "a facet narrows the search, and does not replace it"

    watched.tab_to("Полиция и военкомат")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Полиция и военкомат обошли общежития")
    expect(page.locator("mark", has_text="повестки").first).to_be_visible()
    expect(page.get_by_text("First seen by us")).to_be_visible()


def test_a_facet_can_be_taken_away_again(watched: Watched) -> None:
    watched.open("/public/coverage?_q=повестками")
    facets = watched.page.locator(".facets")
    facets.get_by_role("link", name="Северный луч").click()
    expect(watched.page.locator(".articles > li")).to_have_count(1)
    expect(watched.page.get_by_label("Search the coverage")).to_have_value("повестками")
    facets.get_by_role("link", name="Северный луч").click()
    expect(watched.page.locator(".articles > li")).to_have_count(6)


def test_of_two_plugins_with_scripts_the_named_one_runs_and_the_other_does_not(browser: Browser, extended_site: str) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{extended_site}/public/coverage")
    expect(page.locator("html")).to_have_attribute("data-named", "1")
    assert "datasette-unnamed" not in page.content()
    assert refused == []
    with pytest.raises(Error):
        page.add_script_tag(url="/-/static-plugins/datasette-unnamed/mark.js")
    assert page.locator("html").get_attribute("data-unnamed") is None
    assert "Content Security Policy" in refused[0]
    page.close()


REFUSED = re.compile("Failed to load resource: the server responded with a status of (400|403|404)")
"""What Chromium says of a page that is one, and has that status."""
WRONG = ("/nothing", "/public/outlet?outlet=Nobody", "/public/coverage?_sort=nothing", "/public/coverage?_sort=nothing&_lang=ru")


def test_a_page_that_says_what_is_wrong_is_a_page_like_any(watched: Watched) -> None:
    for path in WRONG:
        watched.open(path)
        expect(watched.page.locator("main [role=alert]")).to_be_visible()
        assert not watched.page.evaluate(TOO_WIDE), path
        assert Axe().run(watched.page).response["violations"] == [], path
    assert [fault for fault in watched.faults if not REFUSED.search(fault)] == []
    watched.faults.clear()


def test_who_is_not_logged_in_is_led_to_a_form_that_can_be_read_and_used_by_keyboard(closed: Watched) -> None:
    page = closed.page
    closed.open("/public/coverage")
    expect(page.locator("main [role=alert]")).to_contain_text("name and a password")
    closed.tab_to("^Log in$", within="main")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Log in")
    assert Axe().run(page).response["violations"] == []
    assert not page.evaluate(TOO_WIDE)
    assert page.locator("main input:visible").evaluate_all("all => all.every(e => e.offsetHeight >= 38 && e.labels.length)")
    for password, heading in (("vermilion", "Log in"), ("vermilion otter", "What is published")):
        closed.tab_to("^Name$", within="main")
        page.keyboard.type("desk")
        page.keyboard.press("Tab")
        page.keyboard.type(password)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text(heading)
        if heading == "Log in":
            expect(page.locator("main [role=alert]")).to_have_text("Invalid username or password")
            assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Log out").click()
    page.get_by_role("button", name="Log out").click()
    closed.open("/?_lang=ru")
    expect(page.locator("main [role=alert]")).to_contain_text("Войти")
    page.locator("main").get_by_role("link", name="Войти").click()
    expect(page.get_by_label("Пароль")).to_be_visible()
    assert [fault for fault in closed.faults if not REFUSED.search(fault)] == []
    closed.faults.clear()


KINDS = (
    "/", "/public", "/public/coverage", "/public/coverage?_q=повестка", "/public/coverage?_q=(", "/public/gaps",
    "/public/skipped", "/public/near_misses", "/public/most_copied", "/public/weeks_and_regions", "/public/reasons",
    "/public/runs/1", "/public?sql=select+1", "/public/outlet?outlet=Сибирский вестник", "/public/region?region=RU-NVS",
    "/public/topic?topic=summons", "/public/ledger", "/?_lang=ru", "/public/outlet?outlet=Полюс&_lang=ru", "/public/stories",
    "/public/story?story={carried}", "/public/story?story={denied}", "/public/speakers",
    "/public/source?speaker=olg-dubv",
    "/public/story?story={disputed}", "/public/speakers?_lang=ru", "/public/source?speaker=olg-dubv&_lang=ru",
    "/public/who_denies", "/public/compare?a=81045ebf2ccf65a1&b=c05e993061f6d52b",
    "/public/story?story={carried}&_lang=ru", "/public/seen", "/public/seen?days=31&_lang=ru",
    "/public/coverage?_as=table", "/public/delay_behind_the_first_copy",
    "/public/weeks_by?by=outlet", "/public/map", "/public/share?by=outlet&name=",
    "/public/compare_weeks?kind=query&a=повестка&b=lang:ru",
    "/public/compare_outlets?story={disputed}&a=Вечерний Приозёрск&b=Город на Лозе",
)  # fmt: skip


def kinds(site: str) -> Iterator[str]:
    """The addresses of KINDS, with the story that most outlets carry, one that somebody denies, and one of disputed figures."""

    def rows(table: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{site}/public/{table}.json?_shape=array") as answer:
            found: list[dict[str, Any]] = json.load(answer)
            return found

    stories = {
        "carried": max(rows("stories"), key=lambda story: story["outlets"])["story"],
        "denied": next(story["story"] for story in rows("stories") if story["denials"]),
        "disputed": rows("disputed_figures")[0]["story"],
    }
    return (path.format(**stories) for path in KINDS)


NAMELESS = """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
    .filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label"))).map(e => e.outerHTML)"""
SIDEWAYS = """[...document.querySelectorAll("main .scroll")].some(e => e.scrollWidth > e.clientWidth + 1)"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def test_each_kind_of_page_is_quiet_fits_its_screen_names_all_that_it_offers_and_keeps_nobody_out(watched: Watched) -> None:
    page = watched.page
    for path in kinds(watched.site):
        watched.open(path)
        assert page.locator("h1").count() == 1, path
        assert not page.evaluate(TOO_WIDE), path
        if page.viewport_size["width"] < 560:
            assert not page.evaluate(SIDEWAYS), path
        assert page.evaluate(NAMELESS) == [], path
        assert watched.faults == [], path
        found = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")
        found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
        page.emulate_media(color_scheme="light")
        assert [(rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]] == [], path


def test_tables_of_a_dozen_columns_fit_a_desktop_in_russian(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900}, locale="ru")
    for table in ("story_events", "ledger"):
        page.goto(f"{site}/public/{table}")
        box = page.locator("main .scroll")
        assert box.evaluate("e => e.scrollWidth - e.clientWidth") <= 1, table
    page.close()


def test_every_table_and_a_row_of_each_fits_a_phone_in_russian(browser: Browser, site: str) -> None:
    with urllib.request.urlopen(f"{site}/public.json") as answer:
        tables = {table["name"]: table["primary_keys"] for table in json.load(answer)["tables"] if not table["hidden"]}
    assert {"denied_elsewhere", "rereadings", "fetches", "coverage"} <= {*tables}
    page = browser.new_page(viewport={"width": 320, "height": 640}, locale="ru")
    for table, keys in tables.items():
        page.goto(f"{site}/public/{table}")
        assert not page.evaluate(TOO_WIDE), table
        assert not page.evaluate(SIDEWAYS), table
        with urllib.request.urlopen(f"{site}/public/{table}.json?_shape=array&_size=1") as answer:
            rows = json.load(answer)
        if rows and keys:
            page.goto(f"{site}/public/{table}/" + ",".join(tilde_encode(str(rows[0][key])) for key in keys))
            assert not page.evaluate(TOO_WIDE), table
    page.close()


def test_a_day_of_an_outlet_leads_to_its_hours(watched: Watched) -> None:
    watched.open("/public/gaps")
    watched.page.get_by_role("link", name="What was seen").click()
    expect(watched.page.locator("h1")).to_have_text("What was seen")
    row = watched.page.locator(".strips tbody tr", has_text="Полюс")
    told = row.locator("svg").get_attribute("aria-label") or ""
    day = row.locator("svg a", has=watched.page.locator("title", has_text="polled")).last
    watched.open(day.get_attribute("href") or "")
    hours = watched.page.locator("main tbody tr")
    assert hours.count() > 0
    assert all(state in told for state in hours.locator("td:nth-child(4)").all_inner_texts())


def test_hostile_titles_are_text(watched: Watched) -> None:
    page = watched.page
    watched.open("/public/coverage")
    page.locator(".articles a", has_text="onerror").click()
    expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script, main img, main svg, main iframe").count() == 0
    for link in page.locator("main a").all():
        assert re.match(r"(https?://|/)", link.get_attribute("href") or "")
