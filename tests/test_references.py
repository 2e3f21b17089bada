"""Files, modules and names that documents, docstrings and comments speak of are there: they move, and words about them stay."""

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
_DOCUMENTS = [*CHECKOUT.glob("docs/*.md"), CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md"]
_CODE = [path for folder in ("monitor", "spiders", "tests", "docs", "data") for path in (CHECKOUT / folder).rglob("*.py")]
_TABLES = [path for folder in ("monitor", "tests", "docs", "data") for path in (CHECKOUT / folder).rglob("*.toml")]
_FILE = re.compile(
    r"(?<![\w/.-])(?:monitor|spiders|tests|docs|data/site|data/topics)/[\w./-]+\.(?:py|toml|md|html|yaml|csv|jsonl|po)\b"
)
_MODULE = re.compile(r"`((?:monitor|spiders)(?:\.\w+)+)(?:\(\))?`")
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)?(?:#([^)\s]+))?\)")
_STAND_INS = re.compile(r"/(?:[\w-]*-)?[A-Z]+\.")
"""Names of no file, for any: `query-public-NAME.html`."""


def _found(pattern: re.Pattern[str], files: list[Path]) -> Iterator[tuple[str, str]]:
    """What a pattern finds, and where."""
    for path in files:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for match in pattern.finditer(line):
                yield match[match.lastindex or 0], f"{path.relative_to(CHECKOUT)}:{number}"


def test_every_file_that_is_named_is_there() -> None:
    named = [(name, at) for name, at in _found(_FILE, [*_DOCUMENTS, *_CODE, *_TABLES]) if not _STAND_INS.search(name)]
    assert len(named) > 100
    assert [f"{at}: {name}" for name, at in named if not (CHECKOUT / name).exists()] == []


def test_the_map_of_the_code_has_every_package_and_every_file_of_the_site() -> None:
    text = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`(?:[\w/]+/)?(\w+(?:\.py|/))`", text))
    files = {path.name for folder in ("monitor", "spiders", "docs") for path in (CHECKOUT / folder).rglob("*.py")}
    assert {name for name in named if name.endswith(".py")} - files == set()
    parts = {path.name for path in (CHECKOUT / "monitor").glob("*.py")} | {
        f"{path.parent.name}/" for path in (CHECKOUT / "monitor").glob("*/__init__.py")
    }
    of_site = {path.name for path in (CHECKOUT / "monitor/site").glob("*.py")}
    assert (parts | of_site) - named - {"__init__.py"} == set()


def test_every_module_that_is_named_has_what_is_said() -> None:
    named = [(name, at) for name, at in _found(_MODULE, [*_DOCUMENTS, *_CODE, *_TABLES]) if not name.startswith("monitor.db")]
    assert len(named) > 30
    assert [f"{at}: {name}" for name, at in named if not _is_there(name)] == []


def _is_there(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def _anchors(document: Path) -> set[str]:
    """Where links may lead within a document, as GitHub makes them of its headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    wrong = []
    for match in _LINK.finditer(document.read_text("utf-8")):
        target = document.parent / match[1] if match[1] else document
        if not target.exists() or (match[2] and target.suffix == ".md" and match[2] not in _anchors(target)):
            wrong.append(match[0])
    assert wrong == []


def test_what_is_not_there_is_found() -> None:
    assert not _is_there("monitor.read.no_such_module")
    assert not _is_there("monitor.trace.substance")
    assert _is_there("monitor.trace.edits.find.substance")
