"""What serving promises: a word for what is missing or taken, addresses that answer, the same site under `datasette serve`."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from monitor.errors import MonitorError
from monitor.newsroom.shipped import SHIPPED
from monitor.site import publish, serve
from monitor.site.application import Site, site
from monitor.site.metadata import read_metadata
from monitor.site.serve import ReloadingApp


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=120)
        assert process.stdout
        process.stdout.close()


def answer(url: str) -> tuple[int, str, str]:
    parts = urlsplit(url)
    with urllib.request.urlopen(
        f"http://{parts.netloc}{parts.path}{'?' + quote(parts.query, safe='=&') if parts.query else ''}"
    ) as got:
        return got.status, got.headers["content-security-policy"], got.read().decode()


def test_a_port_in_use_gets_a_clear_word_and_the_next_one_and_three_addresses_that_answer(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    code = "import sys, pathlib; from monitor.site import serve; serve(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]))"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(sys.executable, "-c", code, str(tmp_path), str(port)) as process:
            assert process.stdout
            first, *addresses = (process.stdout.readline().strip() for _ in range(4))
            assert re.fullmatch(rf"Port {port} is in use: serving on \d+ instead\.", first)
            assert len(set(addresses)) == 3
            for address in addresses:
                status, policy, page = answer(address)
                assert (status, policy[:18]) == (200, "default-src 'none'")
                assert "<h1>" in page


def test_plain_datasette_serves_the_published_folder_as_the_same_site(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running(sys.executable, "-m", "datasette", "serve", str(tmp_path), "--port", str(port)) as process:
        assert process.stdout
        for line in process.stdout:
            if "running on" in line:
                break
        status, policy, page = answer(f"http://127.0.0.1:{port}/public/coverage?_q=повестками")
    assert status == 200
    assert policy.startswith("default-src 'none'")
    assert page.count('class="when"') == 6
    assert "/static/site.css" in page


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # how a site ends a thread of Datasette's
def test_a_newer_snapshot_is_served_from_the_next_request_on(vault: Path, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    publish(vault, tmp_path)
    made: list[int] = []

    def make() -> Site:
        made.append(target.stat().st_ino)
        return site(target, SHIPPED / "site", read_metadata(SHIPPED / "site" / "metadata.yaml", {}), {})

    async def ask() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=ReloadingApp(target, make)), base_url="http://site.test"
        ) as client:
            codes = [(await client.get("/public/gaps")).status_code for _ in range(2)]
            assert len(made) == 1
            os.utime(vault)
            publish(vault, tmp_path)
            return [*codes, (await client.get("/public/gaps")).status_code]

    assert asyncio.run(ask()) == [200, 200, 200]
    assert made == [made[0], target.stat().st_ino]


MADE_AT = "/public/meta.json?_shape=array&key=made_at"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # how a site ends a thread of Datasette's
def test_a_site_answers_from_the_file_that_it_opened_whatever_is_swapped_in(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    app = site(tmp_path / "public.db", tmp_path, json.loads((tmp_path / "metadata.json").read_text("utf-8")), {})

    async def ask() -> set[str]:
        await app.open()
        os.utime(vault)  # else it is known to be the same
        assert publish(vault, tmp_path)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.test") as client:
            answers = await asyncio.gather(*(client.get(MADE_AT) for _ in range(12)))
        await app.close()
        return {answer.text for answer in answers}

    (made_at,) = asyncio.run(ask())
    (now,) = rows(tmp_path / "public.db", "SELECT value FROM meta WHERE key = 'made_at'")
    assert json.loads(made_at)[0]["value"] != now


def test_a_swap_under_load_fails_no_request_and_keeps_no_old_file(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    code = "import sys, pathlib; from monitor.site import serve; serve(pathlib.Path(sys.argv[1]), port=18101)"
    swapped = threading.Event()
    answers: list[tuple[int, str]] = []

    def load(site: str) -> None:
        with httpx.Client(base_url=site, timeout=60) as client:
            while not swapped.is_set():
                for path in ("/", "/public/coverage?_q=повестками", "/-/export/coverage.csv", MADE_AT):
                    got = client.get(path)
                    answers.append((got.status_code, got.text if path == MADE_AT else ""))

    with running(sys.executable, "-c", code, str(tmp_path)) as process:
        assert process.stdout
        site = next(found[1] for line in process.stdout if (found := re.match(r"(http://[\d.]+:\d+)/$", line)))
        threads = [threading.Thread(target=load, args=(site,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            seen = len(answers)
            while len(answers) < seen + 40 and any(thread.is_alive() for thread in threads):
                time.sleep(0.05)
            os.utime(vault)  # else it is known to be the same
            assert publish(vault, tmp_path)
        swapped.set()
        for thread in threads:
            thread.join()
        assert answer(f"{site}/public/gaps")[0] == 200
        fds = [str(fd.readlink()) for fd in Path(f"/proc/{process.pid}/fd").iterdir() if fd.is_symlink()]
    assert len(answers) >= 160
    assert {status for status, _ in answers} == {200}
    assert len({text for _, text in answers if text}) > 2, "newer ones were served"
    assert not [fd for fd in fds if fd.endswith("(deleted)") and "public.db" in fd]


def test_publishing_again_leaves_the_files_that_a_running_site_reads_as_they_were(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    before = {file: file.stat().st_ino for file in tmp_path.rglob("*") if file.is_file() and file.name != "inspect-data.json"}
    publish(vault, tmp_path)
    assert {file: file.stat().st_ino for file in before} == before
    assert not list(tmp_path.rglob("*.part"))


def section(checkout: Path) -> str:
    """What docs/deploy.md tells to write into access.yaml."""
    return (checkout / "docs" / "deploy.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]


CLOSED = (
    "/", "/public", "/public/coverage", "/public/coverage.json", "/public/coverage.csv", "/public/coverage.csv?_stream=on",
    "/public/coverage.atom", "/public/texts.json?_shape=array", "/public/most_copied", "/public/who_carried.json?copy_group=x",
    "/public.json?sql=select+text+from+texts", "/public/near_misses", "/public/skipped", "/-/export/coverage.csv",
    "/-/export/coverage.xlsx", "/-/export/coverage.csv.manifest.json", "/public.db",
)  # fmt: skip


def test_behind_a_password_there_is_nothing_without_it_and_everything_with_it(
    vault: Path, tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "access.yaml").write_text(section(checkout), encoding="utf-8")
    publish(vault, tmp_path)
    monkeypatch.setenv("POVESTKA_PASSWORD_HASH", hash_password("vermilion otter"))
    metadata = json.loads((tmp_path / "metadata.json").read_text("utf-8"))
    app = site(tmp_path / "public.db", tmp_path, metadata, {}, secret="for this test")

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://site.example") as client:
            titles = [title for (title,) in rows(tmp_path / "public.db", "SELECT title FROM coverage WHERE length(title) > 9")]
            for path in CLOSED:
                answer = await client.get(path)
                assert answer.status_code == 403, path
                assert not [title for title in titles if title in answer.text], path
            form = (await client.get("/-/login")).text
            assert "<script" not in form.lower()
            token = re.search(r'name="csrftoken" value="([^"]+)"', form)
            assert token
            said = {"username": "desk", "csrftoken": token[1]}
            wrong = await client.post("/-/login", data=said | {"password": "vermilion"})
            assert (await client.get("/public/coverage")).status_code == 403
            assert "Invalid" in wrong.text
            right = await client.post("/-/login", data=said | {"password": "vermilion otter"})
            assert right.status_code == 302
            for path in ("/", "/public/coverage.json", "/public/coverage.atom", "/-/export/coverage.csv"):
                assert (await client.get(path)).status_code == 200, path
            assert "title" in (await client.get("/-/export/coverage.csv")).text

    asyncio.run(ask())


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize("said", ["allow: [", "databases: {}", "just words", "\xff"])
def test_an_access_file_that_cannot_be_read_lets_nobody_in(vault: Path, tmp_path: Path, said: str) -> None:
    publish(vault, tmp_path)
    (tmp_path / "access.yaml").write_bytes(said.encode("latin-1"))
    for command in (lambda: publish(vault, tmp_path), lambda: serve(tmp_path)):
        with pytest.raises(MonitorError, match=r"access\.yaml"):
            command()


def test_a_folder_without_a_snapshot_is_told_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="monitor publish"):
        serve(tmp_path)


def test_an_address_that_is_not_this_machines_is_told_in_one_line(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    with pytest.raises(MonitorError, match="--host") as caught:
        serve(tmp_path, host="203.0.113.1")
    assert "\n" not in str(caught.value)
