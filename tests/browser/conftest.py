"""A browser, and the site over the vault of the publishing tests, served by the command's own function."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from datasette_auth_passwords.utils import hash_password
from playwright.sync_api import Browser, sync_playwright

from monitor.site import publish
from tests.press_days import press_days
from tests.published import asking, vault

CHROMIUM = "/usr/bin/chromium"

__all__ = ["asking", "press_days", "vault"]


@pytest.fixture(scope="module")
def site(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, in a process of its own."""
    with _served(vault, tmp_path_factory.mktemp("site"), 18001) as address:
        yield address


@pytest.fixture(scope="module")
def closed_site(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same behind a password, as docs/deploy.md says: desk, vermilion otter."""
    folder = tmp_path_factory.mktemp("closed")
    access = {
        "allow": {"id": "*"},
        "plugins": {"datasette-auth-passwords": {"desk_password_hash": hash_password("vermilion otter")}},
    }
    (folder / "access.yaml").write_text(json.dumps(access), encoding="utf-8")
    with _served(vault, folder, 18031) as address:
        yield address


PLUGIN = """
from datasette import hookimpl

@hookimpl
def extra_js_urls():
    return ["/-/static-plugins/NAME/mark.js"]
"""
SCRIPT = """
fetch("/public/coverage.json?_size=1").then(answer => answer.json()).then(found =>
  document.documentElement.setAttribute("data-NAME", found.rows.length));
"""


@pytest.fixture(scope="module")
def extended_site(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with two plugins that have scripts, installed as pip installs them; datasette-named alone is named as trusted."""
    folder, packages = tmp_path_factory.mktemp("extended"), tmp_path_factory.mktemp("packages")
    for name in ("named", "unnamed"):
        module = f"datasette_{name}"
        (packages / module / "static").mkdir(parents=True)
        (packages / module / "__init__.py").write_text(PLUGIN.replace("NAME", f"datasette-{name}"))
        (packages / module / "static" / "mark.js").write_text(SCRIPT.replace("NAME", name))
        known = packages / f"{module}-1.dist-info"
        known.mkdir()
        (known / "METADATA").write_text(f"Metadata-Version: 2.1\nName: datasette-{name}\nVersion: 1\n")
        (known / "entry_points.txt").write_text(f"[datasette]\n{name} = {module}\n")
    access = {"plugins": {"povestka": {"scripts": ["datasette-named"]}}}
    (folder / "access.yaml").write_text(json.dumps(access), encoding="utf-8")
    with _served(vault, folder, 18061, {"PYTHONPATH": str(packages)}) as address:
        yield address


@contextmanager
def _served(vault: Path, folder: Path, port: int, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    publish(vault, folder)
    code = "import sys, pathlib; from monitor.site import serve; serve(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(folder), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **more})
    assert process.stdout
    try:
        for line in process.stdout:
            if found := re.match(r"(http://[\d.]+:\d+)/$", line):
                yield found[1]
                break
        else:
            pytest.fail("the site did not start")
    finally:
        process.terminate()
        process.wait(timeout=120)
        process.stdout.close()


@pytest.fixture(scope="module")
def browser(site: str, closed_site: str, extended_site: str) -> Iterator[Browser]:
    # Not for the session: while it lasts, Playwright's event loop is the thread's, and no other test could run one of its own.
    # After what publishes, for the same reason.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # As root there is no sandbox; and a browser that calls home would spoil what is tested.
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        yield browser
        browser.close()
