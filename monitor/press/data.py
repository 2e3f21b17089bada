"""A data folder that points at the press: its outlets as sources, the project's regions and topics. Writes that folder alone."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from monitor.errors import MonitorError
from monitor.newsroom.shipped import SHIPPED
from monitor.press.pages import View
from monitor.press.world import MOMENTS, World, load

_SHARED = ("regions.csv", "towns.csv", "topics")
"""What the press judges by is what the newsroom judges by."""


def write_data(folder: Path, port: int, *, world: World | None = None, project: Path = SHIPPED) -> None:
    """Writes sources.csv and families.csv of the press on that port, and copies the project's _SHARED over what is there.

    Raises MonitorError where one of _SHARED is not at `project`, and where `folder` lists outlets that are not a press's.
    """
    for name in _SHARED:
        if not (project / name).exists():
            raise MonitorError(f"{project / name} is missing: the press's data folder takes it from there")
    world = world or load()
    view = View(world, MOMENTS[1], port)
    sources = folder / "sources.csv"
    if not _is_of_a_press(sources):
        raise MonitorError(f"{sources}: lists outlets of a newsroom; name a folder of its own for the press")
    folder.mkdir(parents=True, exist_ok=True)
    outlets = world.outlets.values()
    columns = ("id", "outlet", "home", "language", "country", "kind", "feed", "status", "doubt", "sitemap", "aliases")
    rows = [
        (
            outlet.id,
            outlet.name,
            view.url(outlet),
            outlet.language,
            outlet.country,
            outlet.kind,
            view.url(outlet, feed.path),
            "listed",
            "",
            view.url(outlet, "/sitemap.xml"),
            ";".join(outlet.aliases),
        )
        for outlet in outlets
        for feed in outlet.feeds
    ]
    _write(sources, columns, rows)
    wires = [(outlet.id, "wire", outlet.name) for outlet in outlets if outlet.kind == "wire"]
    _write(folder / "families.csv", ("id", "kind", "outlets"), wires)
    for name in _SHARED:
        if (project / name).is_dir():
            shutil.copytree(project / name, folder / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(project / name, folder / name)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _is_of_a_press(sources: Path) -> bool:
    """Whether all outlets of such a file live on this machine; also where there is none."""
    if not sources.exists():
        return True
    with sources.open(encoding="utf-8", errors="replace", newline="") as file:
        return all((row.get("home") or "").startswith("http://127.") for row in csv.DictReader(file))
