"""The data that comes with the program: what a new newsroom's folder starts from, and the site's templates. Writes a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from monitor.errors import UsageError

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "data", _PACKAGE.parent / "data")
SHIPPED = next(folder for folder in _PLACES if (folder / "site" / "metadata.yaml").is_file())
"""Beside the package in a checkout, inside of it where the program was installed from a wheel."""

ALERTS_EXAMPLE = "alerts.example.toml"
_STARTS_WITH = (ALERTS_EXAMPLE, "sources.csv", "families.csv", "regions.csv", "towns.csv", "topics")


def start_newsroom(folder: Path) -> None:
    """Write a newsroom's folder to start from. Raises UsageError where there is something in it already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is there already; name a folder that is new or empty")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _STARTS_WITH:
        if (SHIPPED / name).is_dir():
            shutil.copytree(SHIPPED / name, folder / name)
        else:
            shutil.copyfile(SHIPPED / name, folder / name)
