"""When stories are told anew: where what they follow from has changed, and not after every crawl."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.stories import rematch, update_stories
from monitor.match import article_id, url_identity
from monitor.model import Family, Outcome
from monitor.vault import Store, open_reader, stories

URL, OTHER = "http://bereg.test/a", "http://rupor.test/b"


def told(vault: Path) -> set[str]:
    """The addresses of the articles of stories of which it is known who was first."""
    with open_reader(vault) as reader:
        return {row["url"] for row in reader.query("SELECT a.url FROM stories s JOIN articles a USING (story)")}


@pytest.fixture
def forgotten(store: Store, run: int, make: Any, text_of: Callable[..., str]) -> None:
    """An article of whose story it is forgotten who was first, so that a telling can be seen."""
    store.save_article(run, make.fetch(URL), make.parsed(URL, text_of(1)))
    update_stories(store, make.at(60))
    stories.forget(store.db, [article_id(url_identity(URL))])


@pytest.mark.usefixtures("forgotten")
def test_what_follows_from_the_same_is_not_told_again_unless_asked_for(store: Store, vault: Path, make: Any) -> None:
    update_stories(store, make.at(60))
    assert told(vault) == set()
    rematch(store, make.at(60))
    assert told(vault) == {URL}


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("what", ["article", "title", "published", "relevance", "sighting", "copy", "publisher"])
def test_whatever_stories_follow_from_has_them_told_anew(
    what: str, store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    if what == "sighting":  # a feed lists it that had been read without it
        feed = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=-9)
        store.save_feed(run, feed, make.feed(), [])
        store.save_feed(
            run, make.fetch("http://bereg.test/feed", kind="feed", at=9), make.feed(make.entry(URL)), [make.entry(URL)]
        )
    elif what == "publisher":
        store.sync_sources([], [Family("house", "publisher", ("Bereg",))])
    elif what == "article":  # that tells something else
        other = "Банк снова поднял ставку по вкладам до 19 процентов, вкладчики довольны."
        store.save_article(run, make.fetch(OTHER, at=9), make.parsed(OTHER, other, title="Банк поднял ставку"))
    elif what == "copy":
        store.save_article(run, make.fetch(OTHER, at=9), make.parsed(OTHER, text_of(1)))
    else:
        changed = {"title": {"title": "Иной"}, "published": {"published": -90}, "relevance": {"relevant": False}}[what]
        store.save_article(run, make.fetch(URL, at=9), make.parsed(URL, text_of(1), **changed))
    update_stories(store, make.at(60))
    assert told(vault) == {"article": {OTHER}, "copy": {URL, OTHER}, "relevance": set()}.get(what, {URL})
