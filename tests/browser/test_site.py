"""What a reporter does in the morning, in a real browser, by keyboard alone: no foreign request, no dialog, no error."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.system

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


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
    "/public/story?story=2719e81e3c97bfb6", "/public/story?story=0a0459f44e407b12", "/public/speakers",
    "/public/source?speaker=olg-dubv",
    "/public/story?story=721ddd1a24790d74", "/public/speakers?_lang=ru", "/public/source?speaker=olg-dubv&_lang=ru",
    "/public/who_denies", "/public/compare?a=81045ebf2ccf65a1&b=c05e993061f6d52b",
    "/public/story?story=2719e81e3c97bfb6&_lang=ru",
)  # fmt: skip
NAMELESS = """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
    .filter(e => !(e.textContent.trim() || e.labels?.length || e.getAttribute("aria-label"))).map(e => e.outerHTML)"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def test_each_kind_of_page_is_quiet_fits_its_screen_and_names_all_that_it_offers(watched: Watched) -> None:
    for path in KINDS:
        watched.open(path)
        assert watched.page.locator("h1").count() == 1, path
        assert not watched.page.evaluate(TOO_WIDE), path
        assert watched.page.evaluate(NAMELESS) == [], path
        assert watched.faults == [], path


def test_hostile_titles_are_text(watched: Watched) -> None:
    page = watched.page
    watched.open("/public/coverage")
    page.locator(".articles a", has_text="onerror").click()
    expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script, main img, main svg, main iframe").count() == 0
    for link in page.locator("main a").all():
        assert re.match(r"(https?://|/)", link.get_attribute("href") or "")


def test_axe_finds_nothing_that_keeps_anybody_out(watched: Watched) -> None:
    for path in KINDS:
        watched.open(path)
        found = Axe().run(watched.page).response["violations"]
        assert [(rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]] == [], path
