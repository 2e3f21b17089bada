"""What the public edition promises: excerpts, and no private name in any byte of its file, index, exports or pages."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import main
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.export import ExportRequest, export
from monitor.export.formats import KINDS
from monitor.match import fingerprint
from monitor.model import Article, Attribution, Fetch, Link, Outcome, ParsedArticle, Place, Reason, Source, Verdict
from monitor.snapshot import snapshot
from monitor.snapshot.private_names import WITHHELD, withholder
from monitor.snapshot.redaction import EXCERPT, _in_list
from monitor.text import fold
from monitor.text.endings import CASE_ENDINGS, surname_stem
from monitor.vault import Store
from monitor.vault.connection import as_json
from monitor.vault.views import VIEWS

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
NAMES = ("Захар Небывалов", "Крапивин-Тестов", "Maud Quillfeather")
# Each in a spelling of its own; what is left when the name is gone must not be found in any of them.
CANARIES = (
    "Захару Небывалову", "ЗАХАРОМ НЕБЫВАЛОВЫМ", "Заха\u0301ра Небы\u00advalова".replace("val", "вал"), "Zakhar Nebyvalov",
    "Zahara-Nebyvalova", "Крапивиным-Тестовым", "Krapivina-Testova", "Krapivin Testov", "Maud Quillfeather's",
    "MAUD QUILLFEATHER",
)  # fmt: skip
# The last two as the ids of sources have them.
TRACES = ("небывалов", "nebyvalov", "крапивин", "krapivin", "quillfeather", "nebivalv", "quilfeatgr")


def trace(data: bytes | str) -> list[str]:
    """The names that can be found in some bytes, also through percent-encoding and JSON's escapes."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return [name for name in TRACES for seen in (text, unquote(text), unescaped) if name in fold(seen).text]


@dataclass(frozen=True)
class Editions:
    internal: Path
    public: Path


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Editions:
    """Both snapshots of a vault with a name in every place where the web can put one."""
    folder = tmp_path_factory.mktemp("canaries")
    vault, data = folder / "monitor.db", folder / "data"
    fill(vault)
    data.mkdir()
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics"):
        (data / name).symlink_to(checkout / "data" / name)
    (data / "private.txt").write_text("# asked by the desk\n" + "\n".join(f"{name}  # note" for name in NAMES), encoding="utf-8")
    command = ["--data", str(data), "--db", str(vault), "publish"]
    for arguments in ([str(folder / "internal")], [str(folder / "public"), "--profile", "public"]):
        result = CliRunner().invoke(main, [*command, *arguments])
        assert result.exit_code == 0, result.output
    return Editions(folder / "internal", folder / "public")


def fill(vault: Path) -> None:
    with Store.open(vault) as store:
        run = store.begin_run("feeds", NOW)
        store.sync_sources(
            [Source("bereg", "Берег", "https://bereg.example/", "ru", "RU", "independent", "https://bereg.example/feed", "listed",
                    f"knows {CANARIES[0]}")],
            (),
        )  # fmt: skip
        for number, canary in enumerate(CANARIES):
            for relevant in (True, False):
                store.save_article(run, *page(number, canary, relevant=relevant))
            url = f"https://bereg.example/gone/{quote(canary)}"
            store.save_fetch(
                run,
                replace(fetch(url), outcome=Outcome.NOT_FOUND, detail=f"no page of {canary}", location=url, referrer=url),
            )
        update_stories(store, NOW)
        update_statements(store)


def fetch(url: str) -> Fetch:
    return Fetch(url, "bereg", "article", Outcome.ARTICLE, "", NOW, NOW, referrer=url)


def page(number: int, canary: str, *, relevant: bool) -> tuple[Fetch, ParsedArticle]:
    slug = canary.lower().replace(" ", "-")
    url = f"https://bereg.example/{number}/{'' if relevant else 'no-'}{slug}.html"
    filler = " ".join(f"слово{number}x{n}{relevant}" for n in range(60))
    # At the beginning, across the end of the excerpt, and far behind it.
    text = f"Повестку получил {canary}. " + filler[: EXCERPT - len(canary) - 30] + f" {canary} {filler}. Это сказал {canary}."
    title = f"{canary} получил повестку"
    at = text.index(canary)
    article = Article(
        url, url, title, f"Подзаголовок: {canary}", (canary,), NOW, f"{canary}, вчера", None, "", "ru", f"Раздел {canary}", text,
        (Link(url, "related", canary), Link(f"https://polyus.example/?q={quote(canary)}", "citation", canary, at, at + 5)),
    )  # fmt: skip
    reason = "" if relevant else "mentioned in passing"
    verdict = Verdict("summons", relevant, 1.0, (), (Reason("text", at, at + len(canary), "name"),), reason)
    place = Place("RU-VGG", canary, "event", "text", at, at + 5)
    attribution = Attribution("other", canary, "", at, at + len(canary), url)
    outlet = "Берег" if number else f"Берег {canary}"
    return fetch(url), ParsedArticle(article, outlet, (verdict,), (place,), (attribution,), (), fingerprint(title, text))


TWINS = ("Канал Захара Небывалова", "Канал Крапивина-Тестова", "Канал [name withheld]")
"""Outlets that are called the same without what is withheld; the last of them says so itself."""


def test_outlets_whose_names_are_one_once_they_are_withheld_stay_apart(tmp_path: Path) -> None:
    vault = tmp_path / "monitor.db"
    with Store.open(vault) as store:
        run = store.begin_run("feeds", NOW)
        lines = [
            Source(f"s{n}", name, f"https://{n}.example/", "ru", "RU", "regional", f"https://{n}.example/feed", "listed", "")
            for n, name in enumerate(TWINS)
        ]
        store.sync_sources(lines, ())
        for n, name in enumerate(TWINS):  # in one hour, so that their rows of the ledger would be one
            polled = replace(fetch(f"https://{n}.example/feed"), source=f"s{n}", kind="feed", outcome=Outcome.TIMEOUT)
            store.save_fetch(run, polled)
            answer, parsed = page(n + 1, "никто", relevant=True)
            store.save_article(run, replace(answer, source=f"s{n}"), replace(parsed, outlet=name))
    for _ in range(2):
        snapshot(vault, tmp_path / "public.db", withhold=withholder(NAMES))
        with closing(sqlite3.connect(tmp_path / "public.db")) as db:
            for table in ("outlets", "coverage", "ledger", "gaps", "sources"):
                shown = [name for (name,) in db.execute(f"SELECT outlet FROM {table} ORDER BY outlet")]
                assert shown == [f"Канал {WITHHELD}", f"Канал {WITHHELD} (2)", f"Канал {WITHHELD} (3)"], table
            named = db.execute("SELECT c.outlet FROM coverage c JOIN sources s ON s.id = c.source WHERE c.outlet = s.outlet")
            assert len(named.fetchall()) == len(TWINS)
        assert trace((tmp_path / "public.db").read_bytes()) == []


def test_the_canaries_are_found_where_they_were_planted(editions: Editions) -> None:
    assert set(trace((editions.internal / "public.db").read_bytes())) == set(TRACES)


@pytest.mark.fault(76)
def test_no_name_is_in_any_byte_of_the_public_folder(editions: Editions) -> None:
    files = [path for path in editions.public.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        data = path.read_bytes()
        for encoding in ("utf-8", "utf-16-le"):
            for name in TRACES:
                assert name.encode(encoding) not in data.lower(), path.name
                assert name.capitalize().encode(encoding) not in data, path.name
        assert trace(data) == [], path.name


def test_no_name_is_in_the_search_index(editions: Editions) -> None:
    with closing(sqlite3.connect(editions.public / "public.db")) as db:
        db.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, coverage_fts, row)")
        terms = " ".join(row[0] for row in db.execute("SELECT term FROM temp.vocabulary"))
    assert "повестку" in terms
    assert trace(terms) == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_name_is_in_an_export(view: str, editions: Editions, tmp_path: Path) -> None:
    for kind in KINDS:
        out = tmp_path / f"x.{kind}"
        export(editions.public / "public.db", ExportRequest(view, kind), out)
        for file in (out, tmp_path / f"x.{kind}.manifest.json"):
            assert trace(file.read_bytes()) == []
    # Parquet and workbooks are packed: their rows are those of the CSV, which is not.
    rows = (tmp_path / "x.csv").read_text("utf-8").count("\n")
    assert rows > (len(CANARIES) if view in ("coverage", "near_misses", "skipped") else 0)


@pytest.fixture(scope="module")
def pages(editions: Editions) -> dict[str, str]:
    """Every page that the public site links to, beginning from its home."""
    from monitor.newsroom.shipped import SHIPPED
    from monitor.site.application import site
    from monitor.site.metadata import read_metadata

    place = SHIPPED / "site"
    metadata = read_metadata(place / "metadata.yaml", {})
    app = site(editions.public / "public.db", place, metadata, {})  # before the patch: Datasette loads its plugins by it
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr("datasette.handle_exception.rich", None)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example")
        found: dict[str, str] = {}
        waiting = [
            "/",
            "/public",
            "/public/coverage.json?_shape=array",
            "/public/texts",
            "/public/near_misses",
            "/public/skipped",
        ]
        while waiting and len(found) < 150:
            path = waiting.pop(0)
            if path in found:
                continue
            answer = runner.run(client.get(path))
            found[path] = answer.text
            links = re.findall(r'href="(/[^"#]*)"', answer.text) if "html" in answer.headers["content-type"] else []
            waiting += [
                link.replace("&amp;", "&") for link in links if not link.startswith(("/-/export", "/static", "/-/static"))
            ]
        runner.run(client.aclose())
    return found


def test_no_name_is_on_a_page(pages: dict[str, str]) -> None:
    assert len(pages) > 50
    assert any(WITHHELD in page for page in pages.values())
    for path, page in pages.items():
        assert trace(page) == [], path


def test_texts_are_excerpts_and_what_quotes_them_is_not_there(editions: Editions) -> None:
    with closing(sqlite3.connect(editions.public / "public.db")) as db:
        texts = [row[0] for row in db.execute("SELECT text FROM texts")]
        assert len(texts) == len(CANARIES)
        assert all(len(text) <= EXCERPT + 1 and text.endswith("…") for text in texts)
        for table in ("reasons", "denials"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        assert db.execute("SELECT DISTINCT passage FROM near_misses").fetchall() == [("",)]
        assert db.execute("SELECT value FROM meta WHERE key = 'profile'").fetchone() == ("public",)


def test_facts_and_counts_are_those_of_the_internal_edition(editions: Editions) -> None:
    sql = "SELECT article, published, regions, topics, digest, copy_group, first FROM coverage ORDER BY rowid"
    counts = "SELECT outlet <> '', articles FROM weeks_outlets ORDER BY week, articles"
    with (
        closing(sqlite3.connect(editions.internal / "public.db")) as a,
        closing(sqlite3.connect(editions.public / "public.db")) as b,
    ):
        for query in (sql, counts):
            assert a.execute(query).fetchall() == b.execute(query).fetchall()


@pytest.mark.parametrize("verb", [("publish",), ("watch",), ("watch", "--publish", "data")])
def test_the_public_edition_needs_a_folder_of_its_own(editions: Editions, checkout: Path, verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*verb, "--profile", "public"])
    assert result.exit_code == 2
    assert "needs a DIR of its own" in result.output


def test_whole_texts_never_take_the_place_of_the_public_edition(editions: Editions) -> None:
    file = editions.public / "public.db"
    before = file.read_bytes()
    result = CliRunner().invoke(main, ["--db", str(editions.public.parent / "monitor.db"), "publish", str(editions.public)])
    assert (result.exit_code, file.read_bytes() == before) == (1, True)
    assert "is the public edition, for everybody: give --profile public" in result.output


def test_a_column_that_nobody_has_judged_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path / "monitor.db"):
        pass
    monkeypatch.setattr("monitor.snapshot.redaction.CRAWLED", frozenset({"outlet"}))
    with pytest.raises(KeyError, match="say in monitor/snapshot/redaction"):
        snapshot(tmp_path / "monitor.db", tmp_path / "public.db", withhold=withholder(NAMES))
    assert not (tmp_path / "public.db").exists()


@cache
def of_names() -> Callable[[str], str]:
    """Made by who runs these tests: all processes collect them, and the names' dictionaries take 3 s."""
    return withholder(NAMES)


def withhold(text: str) -> str:
    return of_names()(text)


@pytest.mark.parametrize("canary", CANARIES)
def test_a_name_is_withheld_in_every_form_and_spelling(canary: str) -> None:
    assert withhold(f"Вчера {canary}, и другие") == f"Вчера {WITHHELD}, и другие"
    assert withhold(f"https://bereg.example/2026/{quote(canary)}/x") == "https://bereg.example/"


@pytest.mark.parametrize("said", [
    "Небывалову Захару", "Небывалов, Захар", "Захар Петрович Небывалов", "Небывалова Захара Петровича", "З. Небывалов",
    "З.П. Небываловым", "Небывалов З. П.", "Z. Nebyvalov", "ЗахарНебывалов", "Quillfeather, Maud", "M. Quillfeather",
    "Захар\u200b Небывалов",
])  # fmt: skip
def test_a_name_is_withheld_in_either_order_with_a_patronymic_and_with_initials(said: str) -> None:
    assert withhold(f"Вчера {said}, и другие") == f"Вчера {WITHHELD}, и другие"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Захар Небывалов", "Zakhar Nebywalow"),
        ("Захар Небывалов", "Захар Нэбывалов"),
        ("Захар Небывалов", "Захар_Небывалов"),
        ("Захар Небывалов", "Захар – Небывалов"),
        ("Захар Небывалов", "Захар з Анною Небываловы"),
        ("Лев Небывалов", "Льва Небывалова"),
        ("Тарас Борщов", "Taras Borscov"),
        ("Никита Иволгин", "Никuта Иволгuн"),
        ("Maud Quillfeather", "Maud (34 years old) Quillfeather"),
    ],
)
def test_a_name_is_withheld_in_rarer_spellings_and_with_what_may_stand_between(name: str, said: str) -> None:
    assert withholder([name])(f"Вчера {said}, и другие") == f"Вчера {WITHHELD}, и другие"


@pytest.mark.parametrize(("name", "stem"), [("Небывалов", "небывалов"), ("Тестенко", "тестенк"), ("Приморский", "приморск")])
def test_every_form_by_which_a_speaker_is_known_is_withheld(name: str, stem: str) -> None:
    assert surname_stem(name) == stem
    withhold = withholder([name])
    assert [ending for ending in CASE_ENDINGS if WITHHELD not in withhold(f"{stem}{ending}")] == []


def test_without_private_names_and_within_longer_words_nothing_is_withheld() -> None:
    assert withholder([])("Захар Небывалов") == "Захар Небывалов"
    assert withholder(["Ада Лов"])("Лада Лов пришла") == "Лада Лов пришла"


@pytest.mark.fault(76)
def test_an_address_hides_no_name_in_another_encoding_or_in_two() -> None:
    old = (quote("Небывалов-Захар", encoding=encoding) for encoding in ("cp1251", "koi8-r", "koi8-u"))
    for hidden in (*old, quote(quote("Захар Небывалов")), "%u041d%u0435бывалов%20%u0417ахар", "zaharnebyvalov"):
        assert withhold(f"https://bereg.example/{hidden}") == "https://bereg.example/"


def test_a_host_that_bears_a_name_is_withheld_with_its_address() -> None:
    assert withhold("https://zakhar-nebyvalov.example/about") == WITHHELD
    assert withhold(f"https://{'захар-небывалов'.encode('idna').decode()}.example/about") == WITHHELD
    assert withhold("https://zakhar-nebyvalov.example/zakhar-nebyvalov") == WITHHELD


def test_a_per_cent_sign_does_not_withhold_the_whole_text() -> None:
    assert withhold("Явка 50%, сказал Захар Небывалов вчера") == f"Явка 50%, сказал {WITHHELD} вчера"


@pytest.mark.parametrize(("said", "shown"), [
    (["\nЗахар Небывалов", "Берег"], [f"\n{WITHHELD}", "Берег"]),
    (["100 % Захар Небывалов"], [f"100 % {WITHHELD}"]),
    (["Захар", "Небывалов"], [WITHHELD]),
    (["Берег", 'a "b"'], ["Берег", 'a "b"']),
    ([quote("Захар Небывалов")], [WITHHELD]),
])  # fmt: skip
def test_a_list_stays_a_list_and_hides_no_name_in_its_quotes(said: list[str], shown: list[str]) -> None:
    assert json.loads(_in_list(withhold, as_json(said))) == shown


@pytest.mark.parametrize("field", ["authors", "links"])
def test_a_list_that_was_read_otherwise_hides_no_name_in_its_quotes(tmp_path: Path, field: str) -> None:
    vault, public = tmp_path / "monitor.db", tmp_path / "public.db"
    fill(vault)
    with closing(sqlite3.connect(vault)) as db, db:
        db.execute(
            "INSERT INTO changed_readings SELECT 1, a.id, a.fetch, ?, ?, '2', a.first_seen, a.first_seen, ?, '1', ''"
            " FROM articles a WHERE a.relevant = 1 LIMIT 1",
            (field, as_json(["Небывалов", "Захар"]), as_json(["Захар", "Небывалов"])),
        )
    snapshot(vault, public, withhold=withhold)
    with closing(sqlite3.connect(public)) as db:
        assert db.execute("SELECT before, after FROM rereadings").fetchall() == [(as_json([WITHHELD]),) * 2]


def test_while_it_is_made_no_whole_text_lies_in_the_public_folder(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "public").mkdir()
    vault, seen = tmp_path / "private" / "monitor.db", set()
    fill(vault)

    def watching(text: str) -> str:
        seen.update(file.name for file in (tmp_path / "public").iterdir())
        return withhold(text)

    snapshot(vault, tmp_path / "public" / "public.db", withhold=watching)
    assert seen
    assert not [name for name in seen if name.endswith(".base")]
    assert {file.name for file in tmp_path.rglob("*") if file.is_file() and "monitor.db" not in file.name} == {"public.db"}


@pytest.mark.parametrize("text", [
    "Захар пришёл один", "Небывалое дело", "Крапивин ушёл", "Mauds Quill", "https://bereg.example/nebo", "100% явка", "",
])  # fmt: skip
def test_what_is_no_private_name_stays_as_it_was(text: str) -> None:
    assert withhold(text) == text


@given(st.text(), st.sampled_from(CANARIES), st.text())
def test_whatever_stands_around_a_name_it_is_gone(before: str, canary: str, after: str) -> None:
    assert trace(withhold(f"{before} {canary} {after}")) == [] or trace(f"{before} {after}") != []


def test_a_line_that_would_be_found_everywhere_is_a_fault(tmp_path: Path, checkout: Path) -> None:
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics"):
        (tmp_path / name).symlink_to(checkout / "data" / name)
    (tmp_path / "private.txt").write_text("Захар Небывалов\nОн\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "check"])
    assert "private.txt:2: name: 'Он' has no word of three letters" in result.output
