"""Words of a language stand in the lexicons and not in the code, where a person who knows no Python could not correct them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import monitor

CODE = Path(monitor.__file__).parent
# What has words of its own: texts of the press, which are articles; what the program says in Russian; samples; searches.
OF_ITS_OWN = {
    "cli/export.py": "an example of a search",
    "crawl/parsing.py": "sample articles, which are read before the first one comes",
    "export/citation.py": "how a citation is written in Russian",
    "judge/syntax.py": "an example in an error",
    "site/language.py": "the name of a language",
    "site/serve.py": "searches that are made before the first visitor's",
}
WORD = re.compile("[а-яёіїєґ]{4,}", re.IGNORECASE)
# Letters in a row, and endings: grammar, and no word.
NO_WORD = re.compile(
    "(?:[аеёиіїоуыэюяйьъєґ]+|абвг.*|асеорх.*|оеаин.*|т[иь]с[яь]|ться|чься|ські|[сц]кий|иями|шв[иі]л[иі])", re.IGNORECASE
)


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that are no docstrings."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_no_word_in_cyrillic_letters_stands_in_the_code() -> None:
    found = []
    for file in sorted(CODE.rglob("*.py")):
        name = file.relative_to(CODE).as_posix()
        if name.startswith("press/") or name in OF_ITS_OWN:
            continue
        for node in strings(ast.parse(file.read_text("utf-8"))):
            words = [word for word in WORD.findall(node.value) if not NO_WORD.fullmatch(word)]
            if words:
                found.append(f"{name}:{node.lineno}: {' '.join(words)}")
    assert found == []


def test_the_exceptions_are_needed() -> None:
    assert [name for name in OF_ITS_OWN if not re.search("[а-яё]{4}", (CODE / name).read_text("utf-8"), re.IGNORECASE)] == []
