"""An article that the gate was closed to, whose page gives it another address than the one at which it was asked for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.match import url_identity
from monitor.model import NOT_EXTRACTED, ParsedArticle
from monitor.vault import Store, articles, open_reader, requests

ASKED, OWN, OTHER = "http://bereg.test/a?from=feed", "http://bereg.test/2026/a", "http://bereg.test/amp/a"
TEXT = "Пекарню на набережной открыли после ремонта, и хлеб в ней снова пекут ночью."


def seen_at(make: Any, url: str, *, gate: str = "") -> ParsedArticle:
    """The article as it was read at an address, with its own one as its canonical; closed where a gate is given."""
    parsed = make.parsed(url, "" if gate else TEXT, relevant=False)
    article = replace(parsed.article, canonical=OWN, flags=(NOT_EXTRACTED,) if gate else (), links=())
    findings: dict[str, Any] = {"verdicts": (), "places": (), "attributions": (), "denials": ()} if gate else {}
    return replace(parsed, article=article, substance="" if gate else "whole", gate=gate, **findings)


def shown(vault: Path) -> list[tuple[str, str, str, int]]:
    """Of each article: its key, its gate, its text, and how many versions it has."""
    with open_reader(vault) as reader:
        sql = "SELECT key, gate, text, (SELECT count(*) FROM revisions r WHERE r.article = a.id) AS versions FROM articles a"
        return [tuple(row) for row in reader.query(sql)]


def test_it_is_one_article_under_its_own_address_and_known_under_both(store: Store, run: int, make: Any, vault: Path) -> None:
    store.save_article(run, make.fetch(ASKED), seen_at(make, ASKED, gate="v1"))
    ((key, gate, text, _),) = shown(vault)
    assert (key, gate, text) == (url_identity(OWN), "v1", "")
    # The crawl asks this before it gates a page: neither address is gated again.
    assert articles.is_article(store.db, url_identity(ASKED))
    assert articles.is_article(store.db, url_identity(OWN))


def test_it_is_closed_for_another_gate_and_read_anew_from_where_it_was_fetched(store: Store, run: int, make: Any) -> None:
    store.save_article(run, make.fetch(ASKED, digest="sha1:A"), seen_at(make, ASKED, gate="v1"))
    assert requests.closed(store.db, "v1") == []
    assert [page.fetch.url for page in requests.closed(store.db, "v2")] == [ASKED]


def test_extracted_at_its_own_address_it_is_closed_no_more_and_has_one_version(
    store: Store, run: int, make: Any, vault: Path
) -> None:
    store.save_article(run, make.fetch(ASKED), seen_at(make, ASKED, gate="v1"))
    change = store.save_article(run, make.fetch(OWN, at=5), seen_at(make, OWN))
    assert shown(vault) == [(url_identity(OWN), "", TEXT, 1)]
    assert not change.is_new
    assert not change.is_edited


def test_extracted_before_it_keeps_its_text_when_the_gate_is_closed_at_another_address(
    store: Store, run: int, make: Any, vault: Path
) -> None:
    store.save_article(run, make.fetch(OWN), seen_at(make, OWN))
    change = store.save_article(run, make.fetch(OTHER, at=5), seen_at(make, OTHER, gate="v1"))
    assert shown(vault) == [(url_identity(OWN), "", TEXT, 1)]
    assert not change.is_edited
    assert articles.is_article(store.db, url_identity(OTHER))
