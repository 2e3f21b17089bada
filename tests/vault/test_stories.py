"""When stories are told anew: where what they follow from has changed, and not after every crawl."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.stories import update_stories
from monitor.match import article_id, url_identity
from monitor.model import Outcome
from monitor.vault import Store, open_reader

URL, OTHER = "http://bereg.test/a", "http://rupor.test/b"


def stories(vault: Path) -> dict[str, str]:
    with open_reader(vault) as reader:
        return {row["url"]: row["story"] for row in reader.query("SELECT url, story FROM coverage")}


@pytest.fixture
def forgotten(store: Store, run: int, make: Any, text_of: Callable[..., str]) -> None:
    """An article whose story was told and is no longer there, so that a telling can be seen."""
    store.save_article(run, make.fetch(URL), make.parsed(URL, text_of(1)))
    update_stories(store, make.at(60))
    store.save_stories({}, {}, told=store.told())


@pytest.mark.usefixtures("forgotten")
def test_what_follows_from_the_same_is_not_told_again_unless_asked_for(store: Store, vault: Path, make: Any) -> None:
    update_stories(store, make.at(60))
    assert stories(vault) == {URL: ""}
    update_stories(store, make.at(60), always=True)
    assert stories(vault) == {URL: article_id(url_identity(URL))}


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("what", ["article", "title", "published", "relevance", "sighting", "copy"])
def test_whatever_stories_follow_from_has_them_told_anew(
    what: str, store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    if what == "sighting":  # a feed lists it that had been read without it
        feed = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=-9)
        store.save_feed(run, feed, make.feed(), [])
        store.save_feed(
            run, make.fetch("http://bereg.test/feed", kind="feed", at=9), make.feed(make.entry(URL)), [make.entry(URL)]
        )
    elif what in {"article", "copy"}:
        store.save_article(run, make.fetch(OTHER, at=9), make.parsed(OTHER, text_of(1 if what == "copy" else 2)))
    else:
        changed = {"title": {"title": "Иной"}, "published": {"published": -90}, "relevance": {"relevant": False}}[what]
        store.save_article(run, make.fetch(URL, at=9), make.parsed(URL, text_of(1), **changed))
    before = store.told()
    update_stories(store, make.at(60))
    assert store.told() != before
    assert all(stories(vault).values())
