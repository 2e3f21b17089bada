"""What reaches a terminal moves no cursor and turns no direction of writing: as text and as JSON."""

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.terminal import json_line, printable, printable_lines

HOSTILE = "\x1b[2J\x9b31m\u202egpj\u2066\u200b\u2028\ufeff\U000e0041\x7f\ud800"


@given(
    st.recursive(st.text() | st.just(HOSTILE), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9)
)
def test_json_is_one_printable_line_that_says_the_same(value: object) -> None:
    line = json_line(value)
    assert line.isprintable()
    assert json.loads(line) == value


@given(st.text())
def test_letters_stay_as_they_are(text: str) -> None:
    assert json_line(text).isascii() or any(not c.isascii() and c.isprintable() for c in text)
    assert json_line("Повістка їй — «ёж» 100 €") == '"Повістка їй — «ёж» 100 €"'
    assert all(line.isprintable() for line in printable_lines(text).split("\n"))


def test_text_shows_where_something_was() -> None:
    assert printable("a\u202eb") == "a\ufffdb"


def test_no_verb_writes_json_past_it(checkout: Path) -> None:
    """What is printed as JSON is written in one place; json.dumps is left to what goes into files."""
    printing = [*(checkout / "monitor" / "cli").glob("*.py"), *(checkout / "monitor" / "crawl").glob("*.py")]
    found = [path.name for path in printing if re.search(r"(?:echo|print)\(\s*json\.dumps", path.read_text("utf-8"))]
    assert found == []
