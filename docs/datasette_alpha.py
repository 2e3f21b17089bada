"""Runs the site's tests with the Datasette of this Python; writes what fails into docs/datasette-alpha.md. Always ends well."""

import re
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "datasette-alpha.md"
HEAD = """# The site on the next Datasette

`make test-datasette-alpha` runs the tests of the site with the newest pre-release of Datasette 1.0, in a Python environment of
its own, and writes this page. It is informative: the site is served by Datasette 0.65. Our own pages (home, tables with facets,
exports, feeds, refusals) use public hooks alone; what is left is what Datasette itself answers: other tables, rows and queries.

With Datasette {version}, {failed} of {all} tests fail.

| test | how often |
|---|---|
"""


def main() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rfE", "-n", "2", "--dist", "loadfile", "tests/site"]
    said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own words
    failed: defaultdict[str, int] = defaultdict(int)
    for name in re.findall(r"^(?:FAILED|ERROR) tests/site/(\S+?)(?:\[| - |$)", said, re.MULTILINE):
        failed[name] += 1
    count = sum(map(int, re.findall(r"(\d+) (?:passed|failed|error)", said.splitlines()[-1])))
    rows = "".join(f"| `{name}` | {times} |\n" for name, times in sorted(failed.items()))
    head = HEAD.format(version=version("datasette"), failed=sum(failed.values()), all=count)
    PAGE.write_text(head + rows, encoding="utf-8")
    print(said.splitlines()[-1], PAGE.relative_to(PROJECT), sep="\n")


if __name__ == "__main__":
    main()
