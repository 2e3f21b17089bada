"""The whole of it, as a newcomer runs it from the wheel: `monitor demo`, and its export held against the press's truth."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.archive import read_capture
from monitor.cli.demo import _MARK as MARK
from monitor.cli.demo import _emptied
from monitor.errors import MonitorError
from monitor.match import url_identity
from monitor.model import Capture
from monitor.newsroom.digests import digests
from monitor.press import MOMENTS, DeniedElsewhere, DisputedFigures, Passage, Truth, load_statements, load_truth
from monitor.press.pages import View
from monitor.press.world import load
from monitor.site import publish
from monitor.vault import open_reader
from tests.installed import installed
from tests.press_days import PressDays, press_days

__all__ = ["installed", "press_days"]

Row = dict[str, str]


@dataclass(frozen=True)
class Demo:
    """What a demo printed and left."""

    said: str
    folder: Path
    coverage: dict[str, Row]
    """By the press's article id."""
    truth: dict[str, Truth]

    @property
    def relevant(self) -> dict[str, Truth]:
        """What a crawl can find: relevant, and its address gave an article while it was there."""
        return {t.article: t for t in self.truth.values() if t.relevant and t.outcome in {"article", "removed"}}


def monitor(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What is installed, run in this folder, away from the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment | {"PYTHONPATH": str(installed)},
        timeout=540,
        check=False,
    )


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def demo(installed: Path, press_days: PressDays, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of the installed wheel, in a folder where one ran before: what that left is not in its way."""
    folder = tmp_path_factory.mktemp("newcomer")
    left = folder / "build" / "demo"
    shutil.copytree(press_days.rechecked, left)
    publish(left / "monitor.db", left)
    (left / MARK).touch()
    ended = monitor(installed, folder, "demo", "--no-serve")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    world = load()
    truth = {t.article: t for t in load_truth(world)}
    port = int(rows(left / "sources.csv")[0]["home"].rsplit(":", 1)[1].strip("/"))
    view = View(world, MOMENTS[2], port)
    articles = {url_identity(view.url(*world.place(article))): article for article in truth}
    coverage = {articles[url_identity(row["url"])]: row for row in rows(left / "coverage.csv")}
    return Demo(ended.stdout, left, coverage, truth)


def groups(articles: Iterable[str], group: Callable[[str], Hashable]) -> set[frozenset[str]]:
    """The groups of more than one, as sets of articles."""
    found = defaultdict(set)
    for article in articles:
        if group(article):
            found[group(article)].add(article)
    return {frozenset(members) for members in found.values() if len(members) > 1}


def test_it_tells_what_was_found_and_what_was_skipped_and_why(demo: Demo) -> None:
    for words in ("14 fictional outlets", "relevant", "copies of others", "2 challenge page", "2 closed by robots.txt"):
        assert words in demo.said


def test_the_coverage_is_what_is_relevant_no_more_and_no_less(demo: Demo) -> None:
    assert set(demo.coverage) == set(demo.relevant)


def test_each_article_has_its_topics(demo: Demo) -> None:
    said = {article: set(row["topics"].split("; ")) for article, row in demo.coverage.items()}
    assert said == {article: set(truth.topics) for article, truth in demo.relevant.items()}


def test_each_article_has_the_regions_where_it_happened(demo: Demo) -> None:
    said = {article: set(filter(None, row["regions"].split("; "))) for article, row in demo.coverage.items()}
    assert said == {article: set(truth.regions) for article, truth in demo.relevant.items()}


def test_copies_are_copies_of_what_they_copy(demo: Demo) -> None:
    said = groups(demo.coverage, lambda article: demo.coverage[article]["copy_group"])
    assert said == groups(demo.relevant, lambda article: demo.truth[article].copy_group)


def test_stories_are_told_apart_across_outlets_and_languages(demo: Demo) -> None:
    said = groups(demo.coverage, lambda article: demo.coverage[article]["story"])
    assert said == groups(demo.relevant, lambda article: demo.truth[article].story)


def test_who_was_first_is_who_was_first(demo: Demo) -> None:
    said = {article for article, row in demo.coverage.items() if row["first"] == "yes"}
    assert said == {article for article, truth in demo.relevant.items() if truth.first}


def test_what_articles_of_a_story_say_against_each_other_is_what_they_say(demo: Demo) -> None:
    article = {row["article"]: of_press for of_press, row in demo.coverage.items()}
    figures = defaultdict[tuple[str, int], set[Passage]](set)
    with open_reader(demo.folder / "monitor.db") as reader:
        denied = {
            (Passage(article[row["claim_article"]], row["claim"]), Passage(article[row["article"]], row["denial"]))
            for row in reader.query("SELECT * FROM denied_elsewhere")
        }
        for row in reader.query("SELECT * FROM disputed_figures"):
            figures[row["story"], row["number"]].add(Passage(article[row["article"]], row["figure_words"]))
    true_denied, true_figures = load_statements()
    assert {DeniedElsewhere(demo.truth[claim.article].story, claim, denial) for claim, denial in denied} == set(true_denied)
    assert {DisputedFigures(demo.truth[min(said).article].story, frozenset(said)) for said in figures.values()} == set(
        true_figures
    )


def test_every_row_leads_to_its_bytes(demo: Demo) -> None:
    with open_reader(demo.folder / "monitor.db") as reader:
        records = {row["id"]: row["warc_record"] for row in reader.query("SELECT id, warc_record FROM fetches")}
    for row in demo.coverage.values():
        capture = Capture(row["warc_file"], int(row["warc_offset"]), records[int(row["fetch"])], row["digest"])
        status, _, payload = read_capture(demo.folder / "warc", capture)
        assert status == 200
        assert f"sha256:{hashlib.sha256(payload).hexdigest()}" == row["digest"]


def test_only_relevant_articles_earned_their_links(demo: Demo) -> None:
    with open_reader(demo.folder / "monitor.db") as reader:
        led = reader.query(
            "SELECT DISTINCT f.depth, a.relevant FROM fetches f LEFT JOIN article_urls u ON u.url = f.referrer"
            " LEFT JOIN articles a ON a.id = u.article WHERE f.kind = 'article' AND f.depth > 0 ORDER BY 1"
        )
    assert [tuple(row) for row in led] == [(1, 1), (2, 1)]


def test_it_says_how_much_it_exported_and_what_it_leaves_is_checked_and_published(
    demo: Demo, installed: Path, tmp_path: Path
) -> None:
    assert "124 rows of coverage" in demo.said
    shutil.copytree(demo.folder, tmp_path / "demo")
    assert monitor(installed, tmp_path, "--data", "demo", "check").returncode == 0
    assert monitor(installed, tmp_path, "--data", "demo", "publish", "site").returncode == 0
    with open_reader(demo.folder / "public.db") as reader:
        assert json.loads(reader.description()["newsroom"]) == digests(demo.folder)


def test_it_begins_with_an_empty_folder_whether_a_demo_ran_there_before_or_not(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "demo"
    for _ in range(2):
        with _emptied(folder):
            assert [path.name for path in folder.iterdir()] == [MARK]
            (folder / "monitor.db").touch()
            (folder / "warc").mkdir()
            (folder / "warc" / "one.warc.gz").touch()


def test_a_folder_that_no_demo_made_is_left_alone_and_so_is_one_in_which_a_demo_runs(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(MonitorError, match="was not made by a demo"), _emptied(tmp_path):
        pass
    assert (tmp_path / "mine.txt").read_text() == "mine"
    with _emptied(tmp_path / "demo"):
        (tmp_path / "demo" / "monitor.db").touch()
        with pytest.raises(MonitorError, match="another demo is running there"), _emptied(tmp_path / "demo"):
            pass
        assert (tmp_path / "demo" / "monitor.db").exists()


def test_who_stops_the_demo_stops_the_verb_that_it_runs(tmp_path: Path) -> None:
    starts = "from monitor.cli.demo import _monitor; _monitor('press')"
    (tmp_path / "build" / "demo").mkdir(parents=True)
    demo = subprocess.Popen([sys.executable, "-c", starts], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        assert demo.stdout.readline()  # the press says where it is
        children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children")
        (verb,) = children.read_text().split()
        demo.terminate()
        assert demo.wait(timeout=300) == 128 + signal.SIGTERM
        assert not Path(f"/proc/{verb}").exists()
    finally:
        demo.kill()
        demo.wait()
