"""Who denies what in the press's articles: tracing finds what is there, and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.errors import DataError
from monitor.newsroom.catalogue import load as load_catalogue
from monitor.press import Denied, load_denied, load_sources, write_data
from monitor.press.world import FOLDER, WrittenWorld
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials


@pytest.fixture(scope="module")
def found(world: WrittenWorld, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Denied]]:
    """What tracing finds denied in the relevant articles, their copies aside."""
    folder = tmp_path_factory.mktemp("press")
    write_data(folder, 8765)
    outlets = load_catalogue(folder).outlets
    found = {}
    for article in load_sources(world):
        piece = world.entries[article].first
        text, language = piece.text, piece.outlet.language
        said = find_attributions(text=text, language=language, links=(), outlets=outlets)
        denials = find_denials(text=text, language=language, attributions=said)
        found[article] = [
            Denied(article, text[d.claim_start : d.claim_end], text[d.denial_start : d.denial_end], d.speaker) for d in denials
        ]
    return found


def test_what_the_press_denies_is_found_and_nothing_else(world: WrittenWorld, found: Mapping[str, list[Denied]]) -> None:
    assert {row for rows in found.values() for row in rows} == set(load_denied(world)[0])


def test_what_only_the_sense_tells_is_not_found(world: WrittenWorld, found: Mapping[str, list[Denied]]) -> None:
    """Who mends one of these says so in the truth."""
    for row in load_denied(world)[1]:
        assert all(row.claim not in one.claim and one.claim not in row.claim for one in found[row.article])


def test_a_denial_that_its_article_does_not_have_is_told(world: WrittenWorld, tmp_path: Path) -> None:
    sound = (FOLDER / "truth" / "statements.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "statements.toml"
    wrong.write_text(sound.replace('claim = "coercion"', 'claim = "compulsion"'), encoding="utf-8")
    with pytest.raises(DataError, match="ledger-004 does not say 'compulsion'"):
        load_denied(world, wrong)
