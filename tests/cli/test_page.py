"""`monitor page`: a page test's folder of a saved page, without the network, and of a page of the web, as politely as a crawl."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.cli.page import expected_of
from monitor.press import Press
from monitor.read.article import read_page
from monitor.vault import open_reader

PAGE = Path(__file__).resolve().parent.parent / "pages" / "java-date-ru" / "page.html"
URL = "https://dvina-portal.example/amp/2026/05/12/zayavki"


def test_a_saved_page_becomes_a_folder_whose_fields_are_what_is_read_of_it_on_any_later_day(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["page", str(PAGE), "--url", URL, "--into", str(tmp_path), "--name", "amp-page-ru"])
    assert ran.exit_code == 0, ran.output
    made = tmp_path / "amp-page-ru"
    assert (made / "page.html").read_bytes() == PAGE.read_bytes()
    source = json.loads((made / "source.json").read_text("utf-8"))
    assert (source["url"], source["status"]) == (URL, 200)
    expected = json.loads((made / "expected.json").read_text("utf-8"))
    seen = datetime.fromisoformat(source["seen"])
    assert expected_of(read_page(PAGE.read_bytes(), URL, source["content_type"], now=seen)) == expected
    assert expected["published"] == "2026-05-12T06:30:00+00:00"
    assert len(expected["text_has"]) == 4
    assert ran.output.startswith(f"{made}: Заявки на замену службы подали сорок человек\n")


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        ([str(PAGE)], f"{PAGE}: give --url, the address that the page was saved from", 2),
        ([str(PAGE), "--url", URL, "--name", "../up"], "up: --name is small Latin letters", 2),
        (["https://a.example/1", "--url", URL], "--url is for a FILE", 2),
        (["no-such-file.html", "--url", URL], "no-such-file.html: the captured page cannot be read", 1),
        ([str(PAGE), "--url", URL, "--name", "taken"], "taken: is there already; name another with --name", 1),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_made(
    tmp_path: Path, arguments: list[str], said: str, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").mkdir()
    ran = CliRunner().invoke(main, ["page", *arguments, "--into", str(tmp_path)])
    assert ran.exit_code == code
    assert said in ran.output + caplog.text
    assert [path.name for path in tmp_path.rglob("*")] == ["taken"]


def test_a_page_of_the_web_is_asked_for_as_by_a_crawl_and_not_where_robots_closes_it(tmp_path: Path, checkout: Path) -> None:
    newsroom = tmp_path / "data"
    newsroom.mkdir()
    for name in ("regions.csv", "towns.csv"):
        shutil.copyfile(checkout / "data" / name, newsroom / name)
    shutil.copytree(checkout / "data" / "topics", newsroom / "topics")
    (newsroom / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    (newsroom / "sources.csv").write_text(
        "outlet,id,home,language,country,kind,feed,status,doubt,sitemap,aliases\n", encoding="utf-8"
    )
    with Press() as press:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")} | {
            "MONITOR_ALLOW_ADDRESSES": "127.0.0.0/24",
            "MONITOR_DELAY": "0",
        }

        def page(url: str, name: str) -> subprocess.CompletedProcess[str]:
            command = [
                sys.executable,
                "-m",
                "monitor.cli",
                "--data",
                str(newsroom),
                "page",
                url,
                "--into",
                str(tmp_path),
                "--name",
                name,
            ]
            return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

        home, closed = press.url("bereg"), press.url("bereg", "/search/?q=1")
        open_, shut = page(home, "home-page"), page(closed, "closed-page")
    assert open_.returncode == 0, open_.stderr
    assert json.loads((tmp_path / "home-page" / "source.json").read_text("utf-8"))["url"] == home
    assert (tmp_path / "home-page" / "page.html").read_bytes()
    assert shut.returncode == 1
    assert f"{closed}: closed by robots.txt" in shut.stderr
    assert not (tmp_path / "closed-page").exists()
    with open_reader(newsroom / "monitor.db") as reader:
        kinds = dict(map(tuple, reader.query("SELECT url, outcome FROM fetches WHERE kind = 'discovery'")))
    assert kinds == {home: "home page read", closed: "closed by robots.txt"}
