"""The package as others install it: what it needs is declared, what it ships is in the wheel, it works without the checkout."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest

from monitor import program
from tests.installed import installed

__all__ = ["installed"]

STANDARD = sys.stdlib_module_names


@pytest.fixture(scope="session")
def project(checkout: Path) -> dict[str, Any]:
    return tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_each_library_is_declared_with_its_least_and_its_below_next_version(project: dict[str, Any]) -> None:
    """The zones' data alone have no next version that could break anything: who is behind them has wrong times."""
    declared = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    unbounded = [one for one in declared if not re.match(r"[\w.-]+>=[\d.]+,<[\d.]+(;.*)?$", one)]
    assert unbounded == ["tzdata>=2025.1"]


def _libraries(path: Path) -> set[str]:
    """What a module imports that Python does not bring, by its first name."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return {module.split(".")[0] for module in modules} - STANDARD


def test_every_library_that_the_program_imports_is_declared(checkout: Path, project: dict[str, Any]) -> None:
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    declared = {_name(requirement) for requirement in [*project["dependencies"], *extras]}
    brought = {
        "twisted": "scrapy", "itemadapter": "scrapy", "w3lib": "scrapy", "parsel": "scrapy", "zope": "scrapy",
        "lxml": "trafilatura", "markupsafe": "datasette",
        "jinja2": "datasette", "httpx": "datasette", "starlette": "datasette", "yaml": "datasette", "cryptography": "scrapy",
        "openssl": "scrapy", "dask": "distributed", "service_identity": "scrapy",
        "bitcoin": "opentimestamps",
    }  # fmt: skip
    """Imports that a declared library brings, and which it is part of the interface of."""
    provided, missing = packages_distributions(), set()
    for path in [*(checkout / "monitor").rglob("*.py"), *(checkout / "spiders").rglob("*.py")]:
        for top in _libraries(path) - {"monitor", "spiders"}:
            distributions = {_name(d) for d in provided.get(top, [top])} | {brought.get(top.lower(), top)}
            if not distributions & declared:
                missing.add(f"{path.relative_to(checkout)}: {top}")
    assert missing == set()


def test_a_parser_has_another_name_by_another_version_of_any_library_that_it_reads_with(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, provided = program.parser_version.__wrapped__(), packages_distributions()
    packages = [checkout / "monitor" / name for name in ("read", "text", "trace/edits")]
    imports = {top for package in packages for path in package.rglob("*.py") for top in _libraries(path)} - {"monitor"}
    assert imports >= {"lxml", "trafilatura", "pymorphy3", "resiliparse"}
    for top in imports:
        of_it = {_name(distribution) for distribution in provided[top]}
        monkeypatch.setattr(program, "version", lambda name, of_it=of_it: "other" if _name(name) in of_it else version(name))
        assert program.parser_version.__wrapped__() != here, f"{top} is not in _READS_BY of monitor/program.py"


@pytest.mark.parametrize("changed", ["read/body.py", "text/language.py", "model/articles.py", "crawl/parsing.py"])
def test_a_parser_has_another_name_by_other_code(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here, path, read = program.parser_version.__wrapped__(), program.PACKAGE / changed, Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: read(self) + b"#" * (self == path))
    assert program.parser_version.__wrapped__() != here


def _monitor(installed: Path, elsewhere: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments], cwd=elsewhere, env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_what_is_installed_is_what_runs(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import monitor; print(monitor.__file__)"], cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(installed)


def test_a_newsroom_starts_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert _monitor(installed, tmp_path, "--data", "newsroom", "init").returncode == 0
    checked = _monitor(installed, tmp_path, "--data", "newsroom", "check")
    assert "no faults" in checked.stdout
    again = _monitor(installed, tmp_path, "--data", "newsroom", "init")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_the_version_is_one(installed: Path, tmp_path: Path, checkout: Path) -> None:
    version = _monitor(installed, tmp_path, "--version").stdout.split()[-1]
    assert f"\n## {version} (" in (checkout / "CHANGELOG.md").read_text("utf-8")
    agent = "from monitor.settings import user_agent; print(user_agent('desk@newsroom.example'))"
    assert (
        f"Povestka/{version} " in subprocess.run([sys.executable, "-c", agent], capture_output=True, text=True, check=True).stdout
    )
