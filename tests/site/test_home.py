"""The home page is made once for each snapshot, language and zone, and shows nobody what is another's."""

import asyncio
import json
import os
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from monitor.model import Source
from monitor.site import publish
from monitor.site.application import Site, site
from monitor.site.serve import ReloadingApp
from monitor.vault import Store
from tests.published import Asking


def made(folder: Path, secret: str = "for this test") -> Site:
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    return site(folder / "public.db", folder, metadata, {}, secret=secret)


SOURCE = Source("bereg", "Bereg", "https://bereg.example/", "ru", "RU", "regional", "https://bereg.example/feed", "listed", "")


def client(app: Site | ReloadingApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example")


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The template of each page that is made."""
    names: list[str] = []
    render = Datasette.render_template

    async def noted(self: Datasette, templates: str, *arguments: object, **more: object) -> str:
        names.append(templates)
        return str(await render(self, templates, *arguments, **more))

    monkeypatch.setattr(Datasette, "render_template", noted)
    return names


def test_it_is_made_once_a_language_and_zone_however_many_ask_at_once(folder: Path, renders: list[str]) -> None:
    asked = [
        {"accept-language": language, "cookie": cookie} for language in ("en", "ru") for cookie in ("", "_tz=msk", "_tz=kyiv")
    ]

    async def ask() -> list[list[str]]:
        async with client(made(folder)) as site:
            return [
                [answer.text for answer in await asyncio.gather(*(site.get("/", headers=headers) for headers in asked))]
                for _ in range(3)
            ]

    first, *others = asyncio.run(ask())
    assert len(set(first)) == 6
    assert all(pages == first for pages in others)
    assert renders == ["index.html"] * 6
    for headers, page in zip(asked, first, strict=True):
        assert f'<html lang="{headers["accept-language"]}">' in page
        zone = {"": "UTC", "_tz=msk": "Moscow", "_tz=kyiv": "Kyiv"}[headers["cookie"]]
        assert headers["accept-language"] == "ru" or f"<b>{zone}</b>" in page


def test_who_has_it_is_told_that_it_is_the_same(folder: Path) -> None:
    async def ask() -> None:
        async with client(made(folder)) as site:
            page = await site.get("/")
            again = await site.get("/", headers={"if-none-match": page.headers["etag"]})
            other = await site.get("/", headers={"if-none-match": page.headers["etag"], "accept-language": "ru"})
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
        assert "accept-language" in page.headers["vary"]
        assert (again.status_code, again.text, again.headers["etag"]) == (304, "", page.headers["etag"])
        assert other.status_code == 200
        assert other.headers["etag"] != page.headers["etag"]
        assert again.headers["content-security-policy"] == page.headers["content-security-policy"]

    asyncio.run(ask())


def test_what_an_address_adds_is_answered_and_not_kept(folder: Path) -> None:
    async def ask() -> None:
        app = made(folder)
        async with client(app) as site:
            odd = await site.get("/?_lang=ru")
        async with client(app) as site:
            page = await site.get("/")
        assert '<html lang="ru">' in odd.text
        assert "etag" not in odd.headers
        assert '<html lang="en">' in page.text

    asyncio.run(ask())


def test_who_is_logged_in_has_a_page_of_their_own(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    app = made(tmp_path)
    actor = {"cookie": f"ds_actor={app._datasette.sign({'a': {'id': 'desk'}}, 'actor')}"}

    async def ask() -> None:
        async with client(app) as site:
            before = await site.get("/")
            own = await site.get("/", headers=actor)
            after = await site.get("/")
        assert "/-/logout" in own.text
        assert "etag" not in own.headers
        assert "/-/logout" not in before.text
        assert after.text == before.text

    asyncio.run(ask())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # how a site ends a thread of Datasette's
def test_a_newer_snapshot_has_a_page_of_its_own(vault: Path, tmp_path: Path, renders: list[str]) -> None:
    publish(vault, tmp_path)

    async def ask() -> None:
        async with client(ReloadingApp(tmp_path / "public.db", lambda: made(tmp_path))) as site:
            for _ in range(2):
                assert (await site.get("/")).status_code == 200
            os.utime(vault)  # else it is known to be the same
            assert publish(vault, tmp_path)
            assert (await site.get("/")).status_code == 200

    asyncio.run(ask())
    assert renders == ["index.html"] * 2


def test_a_vault_that_polled_nobody_is_not_said_to_be_without_gaps(asking: Asking, tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.db") as store:
        store.sync_sources([SOURCE], [])
    (tmp_path / "public").mkdir()
    publish(tmp_path / "monitor.db", tmp_path / "public")
    with asking(tmp_path / "public") as get:
        for path in ("/", "/public/gaps", "/public/seen"):
            page = get(path).text
            assert "No feed was ever polled" in page, path
            assert "Every feed answered" not in page, path
        assert "It was never polled" in get("/public/outlet?outlet=Bereg").text
        (row,) = get("/public/hours_by_state.json?_shape=array").json()
        assert row == dict.fromkeys(row) | {"outlet": "Bereg"}, "no number where nobody asked"
