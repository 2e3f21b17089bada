"""Whatever outlets write into titles, names, texts and addresses stays text: on pages, in exports, feeds, messages and lines."""

import asyncio
import csv
import html
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from playwright.sync_api import Route, sync_playwright
from pyarrow import parquet

from monitor.alerts.alerts import find_new, message
from monitor.cli import main
from monitor.crawl.parsing import WorkerContext, init_worker, read_article
from monitor.derive.stories import update_stories
from monitor.export import ExportRequest, export
from monitor.export.atom import Entry, atom
from monitor.export.formats import KINDS
from monitor.match import url_identity
from monitor.model import Alert, Feed, Fetch, Outcome, ParsedArticle
from monitor.newsroom.catalogue import Catalogue, load
from monitor.newsroom.shipped import SHIPPED
from monitor.read.feed import read_feed
from monitor.site import publish
from monitor.site.application import site
from monitor.site.metadata import read_metadata
from monitor.vault import FeedItem, Store, open_reader
from monitor.vault.outbox import Notification
from tests.site.payloads import PAYLOADS

# Test folders are no packages: what is beside this file is loaded by its path.

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
OUTLETS = 10
# Of an address only what everybody reads alike: no mention, no tag, no turned writing, no name before the host.
ADDRESS = re.compile(
    r"https?://[\w.-]+(?::\d+)?/[A-Za-z0-9%/?#&=:;,.!$'()*+~_-]*|\(an address of \d+ characters\)|\(no http\(s\) address\)"
)
ATOM = "{http://www.w3.org/2005/Atom}"
SUMMONS = (
    "The clerk of the enlistment office in Volgograd said that a military summons had been handed to a man on Monday, and that "
    "he had ten days to answer it. His neighbours remember the morning well, since the bus did not come."
)
OTHER = {
    1: SUMMONS.replace("a military summons", "an umbrella").replace("enlistment", "lost property"),
    2: SUMMONS.replace("Volgograd", "Kyiv"),
}


def payload(number: int) -> str:
    return PAYLOADS[number % len(PAYLOADS)]


def shown(number: int) -> str:
    """A payload as a page has to write it to show it."""
    return html.escape(payload(number))


def address(number: int) -> str:
    """One with a payload in it, percent-encoded or as it stands."""
    said = payload(number + 9)[:200]
    path = quote(said, safe="") if number % 2 else "".join(said.split())
    return f"https://outlet{number % OUTLETS}.example/{number}/{path}"


def page(number: int) -> bytes:
    """An article with a payload in each place where a page can put one; so the pages together have all of them in each."""
    # Words of its own, else all were copies of one text.
    story = f"{OTHER.get(number % 15, SUMMONS)} " + " ".join(f"word{number}x{n}" for n in range(200))
    unescaped = payload(number + 5) if number % 2 else ""
    dated = shown(number + 4) if number % 7 == 0 else (NOW - timedelta(hours=number)).isoformat()
    return (
        f"<!doctype html><html lang=en><head><title>{shown(number)}</title><meta property='og:type' content='article'>"
        f'<meta name="author" content="{shown(number + 1)}"><meta property="og:description" content="{shown(number + 2)}">'
        f'<meta property="article:section" content="{shown(number + 3)}">'
        f'<meta property="article:published_time" content="{dated}">'
        f"</head><body><article><h1>{shown(number)}</h1><p>{story}</p><p>{shown(number + 5)}</p>"
        f'<p>It was <a href="{shown(number + 6)}">{shown(number + 7)}</a>, said Petr {shown(number + 8)}, as the neighbours '
        f"tell it, on a morning without a bus.</p><p>{unescaped}</p></article></body></html>"
    ).encode("utf-8", "replace")


def feed(at: int) -> bytes:
    entries = "".join(
        f"<item><title>{shown(number)}</title><link>{html.escape(address(number))}</link>"
        f"<author>{shown(number + 1)[:500]}</author>"
        f"<description>{shown(number + 2)}</description><guid>{shown(number + 8)} {number}</guid></item>"
        for number in range(at, len(PAYLOADS), OUTLETS)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{shown(at)}</title>{entries}</channel></rss>".encode()


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A newsroom's folder with hostile names of outlets, as far as its own check lets them in; the vault is not made yet."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    folder.mkdir()
    for name in ("regions.csv", "towns.csv", "topics"):
        (folder / name).symlink_to(checkout / "data" / name)
    (folder / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    rows = io.StringIO()
    table = csv.writer(rows)
    table.writerow(["id", "outlet", "home", "language", "country", "kind", "feed", "status", "doubt", "sitemap", "aliases"])
    for at in range(OUTLETS):
        # The check refuses a formula and control characters.
        name = "Outlet " + re.sub("[\x00-\x20\x7f-\x9f]+", " ", payload(at * 54))
        home = f"https://outlet{at}.example/"
        table.writerow([f"o{at}", name, home, "en", "RU", "independent", f"{home}feed", "listed", "", "", ""])
    (folder / "sources.csv").write_text(rows.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def vault(newsroom: Path) -> Path:
    """All payloads through reading, judging, matching and tracing into the store, as a crawl takes them."""
    catalogue, path = load(newsroom), newsroom / "monitor.db"
    init_worker(WorkerContext(catalogue.topics, catalogue.regions, catalogue.towns, catalogue.outlets))
    with Store.open(path) as store, store.db.transaction():
        store.sync_sources(catalogue.sources, ())
        run = store.begin_run("feeds", NOW)
        for at, source in enumerate(catalogue.sources):
            found = read_feed(feed(at), source.feed, now=NOW)
            assert isinstance(found, Feed)
            entries = [FeedItem(entry, url_identity(entry.url) if entry.url else "", None) for entry in found.entries]
            store.save_feed(run, fetch(source.feed, "feed", Outcome.FEED, source.id), found, entries)
        for number in range(len(PAYLOADS)):
            save(store, catalogue, run, number)
        for at, source in enumerate(catalogue.sources):
            gone = f"https://x.example/{at}/"
            store.save_fetch(run, fetch(gone, "article", Outcome.NOT_FOUND, detail=payload(at * 20)))
            store.save_fetch(run, fetch(source.feed, "feed", Outcome.TIMEOUT, source.id, payload(at * 20 + 1)))
        update_stories(store, NOW)
        store.finish_run(run, "gaps", NOW)
    return path


def fetch(url: str, kind: str, outcome: Outcome, source: str = "", detail: str = "") -> Fetch:
    return Fetch(url, source, kind, outcome, detail, NOW, NOW + timedelta(seconds=1))


def save(store: Store, catalogue: Catalogue, run: int, number: int) -> None:
    url = address(number)
    parsed = read_article(page(number), url, "text/html; charset=utf-8", 200, NOW, catalogue.outlet_of(url))
    assert isinstance(parsed, ParsedArticle), (number, parsed)
    for copied in (url, f"https://outlet{(number + 1) % OUTLETS}.example/copy/{number}")[: 2 if number % 20 == 3 else 1]:
        article = replace(parsed.article, url=copied, canonical=copied)
        stored = replace(parsed, article=article, outlet=catalogue.outlet_of(copied))
        store.save_article(run, fetch(copied, "article", Outcome.ARTICLE, f"o{number % OUTLETS}"), stored)


def bare(text: str) -> str:
    """Without what a page may leave out of a text, or put into it: spaces and what is not seen."""
    return "".join(c for c in text if c.isprintable() and c not in " \ufffd")


def test_the_payloads_have_come_through(vault: Path) -> None:
    with open_reader(vault) as reader:
        rows = [tuple(row) for table in ("articles", "links") for row in reader.query(f"SELECT * FROM {table}")]
        totals = reader.totals()
    stored = bare("\n".join(str(value) for row in rows for value in row))
    # Outlets escape twice by mistake, so that a text that reads as markup written down may come as that markup.
    readings = ((bare(said), bare(html.unescape(said)), bare(html.unescape(html.unescape(said)))) for said in PAYLOADS)
    assert [said[0] for said in readings if not any(one in stored for one in said)] == []
    assert len(PAYLOADS) >= 500
    assert totals.relevant > 450
    assert totals.copied >= 40


@pytest.fixture(scope="module")
def folder(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    publish(vault, folder)
    return folder


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Callable[[str], httpx.Response]]:
    place = SHIPPED / "site"
    metadata, settings = read_metadata(place / "metadata.yaml", {}), json.loads((place / "settings.json").read_text("utf-8"))
    app = site(folder / "public.db", place, metadata, settings)
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr("datasette.handle_exception.rich", None)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example", follow_redirects=True)
        yield lambda path: runner.run(client.get(path))
        runner.run(client.aclose())


# What a page may consist of, and where it may lead: whatever else stood in it came from a payload.
FORBIDDEN = r"""() => [...document.querySelectorAll("*")].filter(e =>
    /^(script|style|iframe|object|embed|base|frame|video|audio|template|marquee|source|set|animate|foreignObject)$/.test(e.localName)
    || e.namespaceURI.endsWith("MathML")
    || e.localName === "meta" && e.httpEquiv || e.localName === "link" && !["stylesheet", "alternate"].includes(e.rel)
    || [...e.attributes].some(a => /^on|^style$|^srcdoc$|^autofocus$/.test(a.name)
        || /^(href|src|action|formaction|xlink:href|data)$/.test(a.name) && !/^(https?:\/\/|\/|#|\?|$)/.test(a.value)))
    .map(e => e.outerHTML.slice(0, 300))"""
LISTS = (
    "/", "/public", "/public/coverage", "/public/coverage?_q=summons", "/public/skipped", "/public/near_misses", "/public/gaps",
    "/public/most_copied", "/public/links", "/public/attributions", "/public/fetches", "/public/sources", "/public/reasons",
    "/public/coverage?_facet=section", "/public/skipped_by_outcome", "/public/by_outlet", "/public/delay_behind_the_first_copy",
)  # fmt: skip


@pytest.mark.system
@pytest.mark.fault(36, 37, 38)
def test_no_page_runs_loads_or_contains_anything_of_theirs(folder: Path, get: Callable[[str], httpx.Response]) -> None:
    articles = [row["article"] for row in get("/public/coverage.json?_shape=array&_size=max").json()]
    assert len(articles) > 450
    # As somebody would attack a search, too: each payload in the address of a page.
    asked = [f"/public/coverage?_q={quote(said[:500])}" for said in PAYLOADS[::40]]
    asked += [f"/public/who_carried?copy_group={quote(said[:500])}" for said in PAYLOADS[1::60]]
    asked += [f"/{quote(said[:500], safe='')}" for said in PAYLOADS[2::60]]
    paths = [*LISTS, *asked, *(f"/public/coverage/{article}" for article in articles[::12])]
    faults: list[str] = []
    home = get("/").text + get("/public/by_outlet").text + get("/public/most_copied").text
    kinds = re.findall(r'href="(/public/(?:outlet|region|topic|who_carried)\?[^"]+)"', home)
    paths += [html.unescape(path) for path in dict.fromkeys(kinds)][:40]
    paths += [f"{path}{'&' if '?' in path else '?'}_lang=ru" for path in paths[:12]]
    answers = {path: get(path) for path in paths}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        tab = browser.new_page()

        def serve(route: Route) -> None:
            """The site's answers, its headers with them, without a socket; whatever else is asked for is a fault."""
            path = route.request.url.removeprefix("http://site.example")
            if path == route.request.url:
                faults.append(f"request: {route.request.url}")
                route.abort()
                return
            answer = answers.get(path)
            if answer is None:
                file = SHIPPED / "site" / path.lstrip("/").split("?")[0]
                route.fulfill(path=file) if file.is_file() else route.fulfill(status=404)
                return
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

        tab.route("**/*", serve)
        tab.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        tab.on("pageerror", lambda error: faults.append(f"error: {error}"))
        tab.on(
            "console", lambda message: faults.append(f"console: {message.text}") if "status of 4" not in message.text else None
        )
        for path in paths:
            tab.goto(f"http://site.example{path}")
            assert tab.title().endswith("Povestka"), path
            assert tab.evaluate("window.ran") is None, path
            assert tab.evaluate(FORBIDDEN) == [], path
            assert faults == [], path
            assert answers[path].status_code < 500, path
            assert answers[path].url.host == "site.example", "no redirect leads away"
        browser.close()
    assert sum(answers[path].status_code == 200 for path in paths) > 60


VIEWS_WITH_THEM = ("coverage", "skipped", "near_misses", "gaps")


@pytest.fixture(scope="module")
def exported(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every view in every format, and for each Excel."""
    folder = tmp_path_factory.mktemp("exports")
    for view in VIEWS_WITH_THEM:
        for kind in KINDS:
            export(vault, ExportRequest(view, kind), folder / f"{view}.{kind}")
    for locale in ("en", "ru"):
        export(vault, ExportRequest("coverage", profile="excel", locale=locale), folder / f"excel-{locale}.csv")
    return folder


@pytest.fixture
def long_cells() -> Iterator[None]:
    """CSV cells as long as a text: the limit of Python's reader holds for the whole process."""
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("long_cells")
def test_every_format_has_the_same_rows(exported: Path) -> None:
    for view in VIEWS_WITH_THEM:
        lines = [json.loads(line) for line in (exported / f"{view}.jsonl").read_text("utf-8").split("\n")[:-1]]
        with (exported / f"{view}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (table,) = parquet.read_table(exported / f"{view}.parquet").to_batches() or [None]
        assert len(rows) == len(lines) == (table.num_rows if table else 0) > 5
        for name in {"title", "url", "outlet", "detail"} & lines[0].keys():
            assert [row[name] or None for row in rows] == [line[name] for line in lines] == table.column(name).to_pylist()


@pytest.mark.system
@pytest.mark.fault(39)
def test_a_spreadsheet_computes_nothing(exported: Path) -> None:
    """LibreOffice opens each file as its user would: separator and language given, formulas evaluated."""
    computed: dict[str, list[str]] = {}
    for names, read_as in (
        (["excel-en.csv"], "Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,-1,true"),
        (["excel-ru.csv"], "Text - txt - csv (StarCalc):59,34,76,1,,1049,false,true,false,false,false,-1,true"),
        ([f"{view}.xlsx" for view in VIEWS_WITH_THEM], ""),
    ):
        profile, out = (exported / "profile").as_uri(), exported / "opened"
        command = [
            "/usr/bin/soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
        ]
        command += [f"--infilter={read_as}"] if read_as else []
        subprocess.run([*command, *(str(exported / name) for name in names)], check=True, capture_output=True, timeout=240)
        for name in names:
            sheets = load_workbook(out / f"{name.split('.')[0]}.xlsx").worksheets
            sheet = sheets[0]
            computed[name] = [
                cell.coordinate for one in sheets for row in one.iter_rows() for cell in row if cell.data_type in "fe"
            ]
            with (exported / f"{'coverage' if 'excel' in name else name.split('.')[0]}.jsonl").open(encoding="utf-8") as lines:
                assert sheet.max_row == sum(1 for _ in lines) + 1, name
    assert not any(computed.values()), computed


@pytest.mark.fault(36, 37)
def test_alerts_say_lines_that_no_chat_reads_as_anything_else(vault: Path) -> None:
    waiting = said(vault, "article")
    assert len(waiting) > 450
    for thing in waiting:
        _, text = message(Alert("news", "article", ("$DESK",)), [thing])
        title, when, url = text.split("\n")
        assert text.replace("\n", "").replace("\u200b", "").isprintable(), "\u200b is ours: it parts what would be read together"
        assert not re.search(r"@\w|[<>]|\]\(", title + when), title
        assert ADDRESS.fullmatch(url), url
        assert len(text) < 1_500, "services take messages of 2,000 characters and more"


@pytest.mark.fault(36, 37)
def test_an_atom_feed_of_them_is_well_formed_and_holds_text_and_web_links_alone(
    vault: Path, get: Callable[[str], httpx.Response]
) -> None:
    entries = [
        Entry(f"tag:x,2026:{n}", one.content["title"], NOW, one.content["when"], one.content["url"], one.content["outlet"])
        for n, one in enumerate(said(vault, "article"))
    ]
    entries += [Entry(f"tag:x,2026:p{n}", text, NOW, text, text, text) for n, text in enumerate(PAYLOADS)]
    root = ET.fromstring(atom("tag:x,2026:all", PAYLOADS[0], entries, updated=NOW))
    assert len(root.findall(f"{ATOM}entry")) == len(entries)
    site = get("/public/coverage.atom?_size=max")
    assert site.headers["content-type"] == "application/atom+xml; charset=utf-8"
    of_site = ET.fromstring(site.content)
    assert len(of_site.findall(f"{ATOM}entry")) > 450
    root.extend(of_site)
    names = ("id", "title", "updated", "author", "name", "link", "category", "summary", "content", "published", "entry")
    known = {f"{ATOM}{name}" for name in names}
    assert {element.tag for element in root.iter()} - {f"{ATOM}feed"} <= known
    for category in root.iter(f"{ATOM}category"):
        assert re.fullmatch("tag:povestka,2026:(topic|region|language)", category.get("scheme", ""))
        assert re.fullmatch(r"[\w-]+", category.get("term", ""))
    for link in root.iter(f"{ATOM}link"):
        assert re.match(r"https?://[\w.-]+(:\d+)?(/|$)", link.get("href", "")), link.get("href")
    assert {element.get("type") for name in ("summary", "content") for element in root.iter(f"{ATOM}{name}")} == {"text"}


def said(vault: Path, about: str) -> list[Notification]:
    """What an alert finds in the whole vault."""
    with open_reader(vault) as reader:
        return list(find_new(reader, Alert("news", about, ("$DESK",)), 0, NOW))


@pytest.mark.fault(37)
@pytest.mark.parametrize("command", [
    ["status"], ["status", "--json"], ["alert", "--dry-run"], ["rejudge"], ["rejudge", "--json"], ["check"],
    ["check", "--json"], ["publish", "{}/out"],
    ["publish", "{}/edition", "--profile", "public"], ["crawl", "--dry-run", "--all"],
])  # fmt: skip
def test_nothing_that_a_command_prints_moves_a_cursor_or_turns_writing(command: list[str], newsroom: Path, vault: Path) -> None:
    (newsroom / "alerts.toml").write_text(
        '[[alert]]\nid = "news"\nabout = "article"\nto = ["$X"]\n[[alert]]\nid = "blind"\nabout = "gap"\nto = ["$X"]\n', "utf-8"
    )
    arguments = [argument.format(newsroom) for argument in command]
    result = CliRunner().invoke(main, ["--data", str(newsroom), "--db", str(vault), *arguments])
    assert result.exit_code in (0, 3), result.output
    if command[0] != "check":
        assert result.output
    told = result.output
    if "--json" in command:
        json.loads(told)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\u061c]", told)
