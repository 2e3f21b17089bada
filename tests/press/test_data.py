"""The data folder that points at the press."""

import csv
from pathlib import Path

import pytest

from monitor.errors import MonitorError
from monitor.newsroom.catalogue import load
from monitor.newsroom.shipped import SHIPPED as PROJECT
from monitor.press import write_data


@pytest.fixture
def newsroom(tmp_path: Path) -> Path:
    write_data(tmp_path / "new" / "data", 8765)
    return tmp_path / "new" / "data"


def test_it_is_a_newsrooms_folder_without_fault(newsroom: Path) -> None:
    catalogue = load(newsroom)
    assert len({source.outlet for source in catalogue.sources}) >= 12
    assert [family.kind for family in catalogue.families] == ["wire"]
    assert catalogue.families[0].outlets == ("Полдень",)
    assert catalogue.outlet_of("http://127.0.0.13:8765/news/x") == "Полдень"


def test_every_feed_and_sitemap_that_it_names_is_there(press, get, tmp_path: Path) -> None:
    write_data(tmp_path, press.port)
    with (tmp_path / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert get(row["home"]).status == get(row["feed"]).status == get(row["sitemap"]).status == 200


def test_regions_and_topics_are_the_projects(newsroom: Path) -> None:
    assert (newsroom / "regions.csv").read_bytes() == (PROJECT / "regions.csv").read_bytes()
    assert sorted(path.name for path in (newsroom / "topics").iterdir()) == sorted(p.name for p in (PROJECT / "topics").iterdir())


def test_it_can_be_written_again(newsroom: Path) -> None:
    write_data(newsroom, 9000)
    assert load(newsroom).sources[0].home == "http://127.0.0.11:9000/"


def test_a_newsrooms_own_list_is_never_written_over(newsroom: Path) -> None:
    mine = newsroom / "sources.csv"
    mine.write_bytes((PROJECT / "sources.csv").read_bytes())
    with pytest.raises(MonitorError, match=r"sources\.csv: lists outlets of a newsroom"):
        write_data(newsroom, 9000)
    assert mine.read_bytes() == (PROJECT / "sources.csv").read_bytes()


def test_a_project_without_regions_is_told(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match=r"regions\.csv is missing"):
        write_data(tmp_path / "data", 8765, project=tmp_path)
