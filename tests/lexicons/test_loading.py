"""The lexicons' files are checked with the newsroom's: each fault with its line."""

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.errors import Fault
from monitor.lexicons import loading

WHOLE = '[ru.say]\n"сказал" = "Он сказал это."\n\n[uk.say]\n"сказав" = "Він сказав це."\n\n[en.say]\n"said" = "He said so."\n'


@pytest.mark.parametrize(
    ("change", "line", "field"),
    [
        (lambda text: text, 0, ""),
        (lambda text: text.replace('"Він сказав це."', '""'), 5, "uk.say.сказав"),
        (lambda text: text.replace("[uk.say]", "[xx.say]"), 4, "xx"),
        (lambda text: text.replace('"said" = "He said so."', '"said" = 3'), 8, "en.say.said"),
        (lambda text: text.replace('[en.say]\n"said" = "He said so."', '[en]\nsay = "He said so."'), 8, "en.say"),
        (lambda text: text + '"said" = "again"\n', 9, "TOML"),
        (lambda text: text.replace('"сказал" =', '"сказал"'), 2, "TOML"),
    ],
)
def test_each_fault_has_its_line(change, line, field):
    faults = loading.lexicon_faults("words", change(WHOLE))
    named = [(fault.file, fault.line, fault.field) for fault in faults if "has no table" not in fault.what]
    assert named == ([("lexicons/words.toml", line, field)] if line else [])


def test_check_tells_a_fault_of_a_lexicon(monkeypatch, checkout):
    fault = Fault("lexicons/saying.toml", 7, "ru.say.сказал", "has no example")
    monkeypatch.setattr("monitor.lexicons.all_faults", lambda: [fault])
    done = CliRunner().invoke(main, ["--data", str(checkout / "data"), "check"])
    assert (done.exit_code, done.output) == (1, f"{fault}\n")


def test_the_shipped_lexicons_have_none():
    assert loading.all_faults() == []
