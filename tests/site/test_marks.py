"""What is promised of reader's marks on the site: for who is logged in to the internal edition, and for nobody else."""

import asyncio
import csv
import html
import io
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from monitor.newsroom.shipped import SHIPPED
from monitor.site import publish
from monitor.site.application import site
from monitor.site.metadata import metadata_of
from monitor.vault import Store
from monitor.vault.marks import all_marks
from tests.published import PAYLOADS

ACCESS = """allow:
  id: "*"
plugins:
  datasette-auth-passwords:
    desk_password_hash:
      $env: POVESTKA_PASSWORD_HASH
"""
Visit = Callable[[httpx.AsyncClient], Awaitable[None]]


@pytest.fixture(scope="module")
def password() -> str:
    return hash_password("vermilion otter")


@pytest.fixture
def visiting(vault: Path, tmp_path: Path, password: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Visits a site with or without a password, of an edition, in a browser that remembers its cookies."""

    def visiting(visit: Visit, *, closed: bool = True, profile: str = "internal") -> None:
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        if closed:
            (folder / "access.yaml").write_text(ACCESS, encoding="utf-8")
        publish(vault, folder, withhold=(lambda said: said) if profile == "public" else None)
        monkeypatch.setenv("POVESTKA_PASSWORD_HASH", password)
        metadata = metadata_of(SHIPPED / "site", SHIPPED, folder, notes=tmp_path / "notes.db")
        app = site(folder / "public.db", SHIPPED / "site", metadata, {}, secret="for this test")

        async def run() -> None:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="https://site.example", follow_redirects=True) as client:
                await visit(client)

        asyncio.run(run())

    return visiting


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def log_in(client: httpx.AsyncClient) -> None:
    said = {"username": "desk", "password": "vermilion otter", "csrftoken": token_of(await client.get("/-/login"))}
    assert (await client.post("/-/login", data=said)).status_code == 200


async def an_article(client: httpx.AsyncClient) -> str:
    rows = (await client.get("/public/coverage.json?_shape=array&_size=1")).json()
    return str(rows[0]["article"])


def text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


def test_who_is_logged_in_marks_an_article_and_takes_marks_back(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        page = await client.get(f"/public/coverage/{article}")
        for form in re.findall(r'<form class="marking".*?</form>', page.text, re.DOTALL):
            assert 'method="post"' in form
            assert 'name="csrftoken"' in form
            assert "<button" in form
        assert "<script" not in page.text
        said = {"csrftoken": token_of(page), "article": article}
        for mark in ({"kind": "checked"}, {"kind": "tag", "text": "на проверку"}, {"kind": "note", "text": "Позвонить\nв суд"}):
            page = await client.post("/-/mark", data=said | mark)
            assert page.status_code == 200
            assert str(page.url).endswith(f"/public/coverage/{article}#marks")
        assert re.search(r"Checked desk, 20\d\d-", text(page))
        assert "Позвонить\nв суд" in page.text
        russian = await client.get(f"/public/coverage/{article}", headers={"accept-language": "ru"})
        assert "Проверено desk" in text(russian)

        assert 'href="/-/marks"' in (await client.get("/")).text
        listed = await client.get("/-/marks?tag=на проверку")
        assert "на проверку" in text(listed)
        (title,) = (await client.get(f"/public/coverage.json?article={article}&_shape=array&_col=title")).json()
        assert f"– {title['title']}" in html.unescape(text(listed))
        assert f"/public/coverage/{article}#marks" in listed.text
        rows = list(csv.DictReader(io.StringIO((await client.get("/-/marks.csv")).text.removeprefix("\ufeff"))))
        assert [(row["kind"], row["marked_by"]) for row in rows] == [("checked", "desk"), ("tag", "desk"), ("note", "desk")]

        page = await client.post("/-/mark", data=said | {"remove": "1"})
        assert "Checked desk" not in text(page)
        assert [bool(mark.removed_by) for mark in all_marks(tmp_path / "notes.db")] == [True, False, False]

    visiting(visit)


def test_a_form_of_another_site_marks_nothing(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        for token in ({}, {"csrftoken": "guessed"}):
            refused = await client.post("/-/mark", data={"article": article, "kind": "checked"} | token)
            assert refused.status_code == 403
        assert (await client.get(f"/-/mark?article={article}&kind=checked")).status_code == 404

    visiting(visit)
    assert all_marks(tmp_path / "notes.db") == []


def test_a_form_of_another_site_marks_nothing_with_a_password_that_the_browser_sends(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        client.auth = httpx.BasicAuth("desk", "vermilion otter")
        article = await an_article(client)
        said = {"article": article, "kind": "checked"}
        for token in ({}, {"csrftoken": ""}, {"csrftoken": token_of(await client.get(f"/public/coverage/{article}"))}):
            client.cookies.clear()
            refused = await client.post("/-/mark", data=said | token)
            assert refused.status_code == 403
        assert all_marks(tmp_path / "notes.db") == []
        client.cookies.clear()
        said["csrftoken"] = token_of(await client.get(f"/public/coverage/{article}"))
        assert (await client.post("/-/mark", data=said)).status_code == 200

    visiting(visit)
    assert len(all_marks(tmp_path / "notes.db")) == 1


@pytest.mark.parametrize(("closed", "profile"), [(False, "internal"), (True, "public"), (False, "public")])
def test_no_marks_without_a_password_and_none_in_the_public_edition(
    visiting: Any, tmp_path: Path, closed: bool, profile: str
) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        if closed:
            await log_in(client)
        article = await an_article(client)
        page = await client.get(f"/public/coverage/{article}")
        assert page.status_code == 200
        assert "marking" not in page.text
        token = token_of(await client.get("/-/login"))
        why = "The public edition has no readers&#39; marks" if profile == "public" else "where a password closes the site"
        for path in ("/-/marks", "/-/marks.csv"):
            missing = await client.get(path)
            assert (missing.status_code, why in missing.text) == (404, True)
        assert why in (await client.get("/public")).text
        assert 'href="/-/marks"' not in (await client.get("/")).text
        sent = await client.post("/-/mark", data={"csrftoken": token, "article": article, "kind": "checked"})
        assert sent.status_code == 404

    visiting(visit, closed=closed, profile=profile)
    assert not (tmp_path / "notes.db").exists()


def test_who_is_not_logged_in_sees_no_mark_and_makes_none(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        token = token_of(await client.get("/-/login"))
        for path in ("/-/marks", "/-/marks.csv"):
            assert (await client.get(path)).status_code == 403
        assert (await client.post("/-/mark", data={"csrftoken": token, "article": "x", "kind": "checked"})).status_code == 403

    visiting(visit)
    assert not (tmp_path / "notes.db").exists()


def test_what_is_no_mark_is_refused_in_words(visiting: Any) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        said = {"csrftoken": token_of(await client.get(f"/public/coverage/{article}")), "article": article}
        empty = await client.post("/-/mark", data=said | {"kind": "note", "text": " "})
        assert (empty.status_code, "The mark was not made: there is nothing written in it" in text(empty)) == (400, True)
        assert (await client.post("/-/mark", data=said | {"article": "nowhere", "kind": "checked"})).status_code == 404
        huge = await client.post("/-/mark", data=said | {"kind": "note", "text": "x" * 100_000})
        assert huge.status_code == 413
        odd = await client.post("/-/mark", data=said | {"remove": "9" * 400, "kind": "checked"})
        assert odd.status_code == 200

    visiting(visit)


def test_hostile_marks_are_inert(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        said = {"csrftoken": token_of(await client.get(f"/public/coverage/{article}")), "article": article}
        for payload in PAYLOADS:
            for kind in ("note", "tag"):
                await client.post("/-/mark", data=said | {"kind": kind, "text": payload})
        page = await client.get(f"/public/coverage/{article}")
        listed = await client.get("/-/marks")
        for shown in (page.text, listed.text):
            assert "<script" not in shown
            assert "<img src=x" not in shown
            assert "<svg/onload" not in shown
            assert 'href="javascript:' not in shown
            assert "49" not in re.findall(r"<bdi>(\d+)", shown)
        assert "'=HYPERLINK" in (await client.get("/-/marks.csv")).text

    visiting(visit)


def test_no_export_of_the_site_and_no_snapshot_has_a_mark(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        said = {"csrftoken": token_of(await client.get(f"/public/coverage/{article}")), "article": article}
        await client.post("/-/mark", data=said | {"kind": "note", "text": "a word that stands nowhere else: zyzzyva"})

    visiting(visit)
    with closing(sqlite3.connect(tmp_path / "notes.db")) as db:
        assert db.execute("SELECT count(*) FROM marks").fetchone() == (1,)
    for file in (tmp_path / "site").rglob("*"):
        assert not file.is_file() or b"zyzzyva" not in file.read_bytes(), file


def test_a_mark_that_cannot_be_stored_is_told_without_a_word_of_this_machine(visiting: Any, tmp_path: Path) -> None:
    async def visit(client: httpx.AsyncClient) -> None:
        await log_in(client)
        article = await an_article(client)
        said = {"csrftoken": token_of(await client.get(f"/public/coverage/{article}")), "article": article, "kind": "checked"}
        Store.open(tmp_path / "notes.db").close()  # another program's file has taken its place
        refused = await client.post("/-/mark", data=said)
        assert refused.status_code == 503
        assert "could not be stored" in text(refused)
        assert str(tmp_path) not in refused.text
        page = await client.get(f"/public/coverage/{article}")
        assert (page.status_code, "marking" in page.text) == (200, False)
        for path in ("/-/marks", "/-/marks.csv"):
            listed = await client.get(path)
            assert (listed.status_code, str(tmp_path) in listed.text) == (503, False)

    visiting(visit)
    (tmp_path / "notes.db").unlink()
