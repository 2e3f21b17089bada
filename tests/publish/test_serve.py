"""What serving promises: a word for what is missing or taken, addresses that answer, the same site under `datasette serve`."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from monitor.errors import MonitorError
from monitor.publish import publish, serve
from monitor.publish.serve import SHIPPED, App, Newest
from monitor.publish.site import read_metadata, site


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)
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
    code = "import sys, pathlib; from monitor.publish import serve; serve(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]))"
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


def test_a_newer_snapshot_is_served_from_the_next_request_on(vault: Path, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    publish(vault, tmp_path)
    made: list[int] = []

    def make() -> App:
        made.append(target.stat().st_ino)
        return site(target, SHIPPED / "site", read_metadata(SHIPPED / "site" / "metadata.yaml", {}), {})

    async def ask() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=Newest(target, make)), base_url="http://site.test"
        ) as client:
            codes = [(await client.get("/public/gaps")).status_code for _ in range(2)]
            assert len(made) == 1
            os.utime(vault)
            publish(vault, tmp_path)
            return [*codes, (await client.get("/public/gaps")).status_code]

    assert asyncio.run(ask()) == [200, 200, 200]
    assert made == [made[0], target.stat().st_ino]


def test_a_folder_without_a_snapshot_is_told_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="monitor publish"):
        serve(tmp_path)


def test_an_address_that_is_not_this_machines_is_told_in_one_line(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path)
    with pytest.raises(MonitorError, match="--host") as caught:
        serve(tmp_path, host="203.0.113.1")
    assert "\n" not in str(caught.value)
