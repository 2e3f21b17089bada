"""docs/faults.md is made from the tests that inject each fault of docs/faults.toml for real: which there are, and that they pass.

python docs/faults.py            runs them and, if all pass, writes docs/faults.md
python docs/faults.py --check    runs none; exits 1 where a fault has no test, or docs/faults.md names others than there are
"""

import io
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAULTS = ROOT / "docs" / "faults.toml"
TABLE = ROOT / "docs" / "faults.md"


class Injections:
    """A pytest plugin: the tests that carry a fault's number, by number, and whether all passed."""

    def __init__(self) -> None:
        self.tests: dict[int, list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for number in {number for mark in item.iter_markers("fault") for number in mark.args}:
                self.tests.setdefault(number, []).append(item.nodeid)


def injections(*arguments: str) -> dict[int, list[str]]:
    """Node ids of the tests of each fault, in order. Exits with pytest's code where one fails."""
    found = Injections()
    # Only those files: there are five times as many, which pytest would have to collect.
    files = [str(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if "mark.fault" in path.read_text("utf-8")]
    code = pytest.main(["-q", "-p", "no:randomly", "-m", "fault", "--rootdir", str(ROOT), *arguments, *files], plugins=[found])
    if code:
        sys.exit(code)
    return found.tests


def table(tests: dict[int, list[str]]) -> str:
    """docs/faults.md."""
    lines = [
        "# Faults\n",
        "Made by `python docs/faults.py`, which runs the tests that it names and writes only when all of them pass. Each test",
        "injects its fault for real, offline: a hostile web on this machine, a full disk, a killed process. `make check` fails",
        "where a fault has no test.\n",
        "| # | what goes wrong | what happens then | shown by |",
        "|---|---|---|---|",
    ]
    for fault in tomllib.loads(FAULTS.read_text("utf-8"))["fault"]:
        shown = "<br>".join(described(tests.get(fault["number"], [])))
        lines.append(f"| {fault['number']} | {fault['wrong']} | {fault['then']} | {shown} |")
    return "\n".join(lines) + "\n"


def described(ids: list[str]) -> Iterator[str]:
    """Tests as their names read, by file; of a test with many cases, those cases that are about the fault."""
    cases: dict[tuple[str, str], list[str]] = {}
    for node in ids:
        file, _, test = node.partition("::")
        name, _, case = test.removesuffix("]").partition("[")
        cases.setdefault((file, name), []).append(case)
    for (file, name), of in cases.items():
        said = "; ".join(re.sub(r"[|`\n]", " ", case) for case in of if case)
        yield f"[{Path(file).name}](../{file}): {name.removeprefix('test_').replace('_', ' ')}{f' ({said})' if said else ''}"


def faults(tests: dict[int, list[str]]) -> Iterator[str]:
    """What is wrong with faults, tests and table."""
    numbers = [fault["number"] for fault in tomllib.loads(FAULTS.read_text("utf-8"))["fault"]]
    yield from (
        f"docs/faults.toml: fault {number} has no test; mark one with @pytest.mark.fault({number})"
        for number in numbers
        if number not in tests
    )
    yield from (
        f"{tests[number][0]}: there is no fault {number} in docs/faults.toml" for number in tests if number not in numbers
    )
    if not TABLE.exists() or TABLE.read_text("utf-8") != table(tests):
        yield "docs/faults.md: is not what the tests make; run `python docs/faults.py`"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        said = io.StringIO()
        try:
            with redirect_stdout(said):  # pytest's list of all tests
                collected = injections("--collect-only")
        except SystemExit:
            print(said.getvalue(), file=sys.stderr)  # and why it cannot collect them
            raise
        found = list(faults(collected))
        print("\n".join(found) or "docs/faults.md: names every fault's tests")
        sys.exit(bool(found))
    TABLE.write_text(table(injections(*sys.argv[1:])), "utf-8")
