"""The package as others have it: installed from its wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.once import made_once


@pytest.fixture(scope="session")
def installed(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed, away from the checkout: for PYTHONPATH."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]

    def install(folder: Path) -> None:
        subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, checkout], check=True)
        (wheel,) = folder.glob("povestka-*.whl")
        subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)

    return made_once(tmp_path_factory, "installed", install) / "site"
