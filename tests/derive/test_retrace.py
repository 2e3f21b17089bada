"""What `monitor retrace` promises: the present rules over all that is stored, all of it or nothing, as an event of its own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.model import Attribution, Denial
from monitor.newsroom.catalogue import load
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.vault import Store, open_reader
from monitor.vault.as_of import vault_as_of
from monitor.vault.connection import moment
from tests.records import Maker

TEXT = "Военком Иван Петров сообщил, что повестки получили 300 человек. Мэрия опровергла это."
URL = "http://bereg.test/1"


@pytest.fixture
def traced(vault: Path, make: Maker) -> Path:
    """Two articles whose attributions are those of other rules than the present ones; of one, of the present ones too."""
    with Store.open(vault) as store:
        run = store.begin_run("feeds", make.at())
        store.save_article(run, make.fetch(URL), make.parsed(URL, TEXT))
        store.save_article(run, make.fetch(f"{URL}2"), make.parsed(f"{URL}2", "Ничего."))
    return vault


def retrace(vault: Path, *options: str) -> str:
    result = CliRunner().invoke(main, ["--db", str(vault), "retrace", *options])
    assert result.exit_code == 0, result.output
    return result.output


def rows(vault: Path, view: str) -> list[tuple[object, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.view(view)]


def test_what_is_stored_is_then_what_the_present_rules_find(traced: Path) -> None:
    with open_reader(traced) as reader:
        before, time = rows(traced, "attributions"), moment(str(reader.state()["as_of"]))
    said = json.loads(retrace(traced, "--json"))
    assert (said["articles"], {one["url"] for one in said["changed"]}) == (2, {URL, f"{URL}2"})
    with open_reader(traced) as reader:
        (row,) = reader.query("SELECT id FROM articles WHERE url = ?", (URL,))
        stored = [
            Attribution(*row)
            for row in reader.query(
                'SELECT kind, speaker, outlet, start, "end", url, rule, resolved FROM attributions'
                " WHERE article = ? ORDER BY start",
                (row["id"],),
            )
        ]
        denied = [
            Denial(*row)
            for row in reader.query(
                "SELECT claim_start, claim_end, denial_start, denial_end, speaker, claimed_by, kind, rule FROM denials"
                " WHERE article = ? ORDER BY denial_start",
                (row["id"],),
            )
        ]
        by = {row["by"] for row in reader.query("SELECT by FROM moments")}
        speakers = {row["name"] for row in reader.view("speakers")}
    found = find_attributions(text=TEXT, language="ru", links=(), outlets=load(Path("data")).outlets)
    assert [(a.kind, a.speaker, a.start, a.end, a.rule) for a in stored] == [
        (a.kind, a.speaker, a.start, a.end, a.rule) for a in found
    ]
    assert denied == [*find_denials(text=TEXT, language="ru", attributions=found)]
    assert "retrace" in by
    assert any("Петров" in name for name in speakers)
    with vault_as_of(traced, time) as former:
        assert rows(former.path, "attributions") == before


def test_a_name_that_former_rules_made_is_made_by_the_present_ones(traced: Path) -> None:
    retrace(traced)
    named = rows(traced, "speakers")
    with Store.open(traced) as store:
        store.db.change("UPDATE speaker_names SET name = 'Former'")
    assert rows(traced, "speakers") != named
    retrace(traced)
    assert rows(traced, "speakers") == named


def test_done_again_it_changes_nothing(traced: Path) -> None:
    retrace(traced)
    assert "of which 0 changed.\nAttributions: 0 came, 0 went. Denials: 0 came, 0 went." in retrace(traced)
