"""Who may see reader's marks, and those of an article: in the internal edition behind a password, and nowhere else.

Reads `notes.db` through the vault.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from monitor.errors import StoreError
from monitor.site.access import is_closed
from monitor.site.language import _
from monitor.site.parameters import DATABASE
from monitor.vault.marks import LONGEST, Mark, marks_of, tags


async def notes_of(datasette: Any, actor: Any) -> Path | None:
    """The file of marks, for a visitor who may see them; None where none are offered, see `unavailable_reason`."""
    path = (datasette.plugin_config("povestka") or {}).get("notes")
    return Path(path) if path and DATABASE in datasette.databases and not await unavailable_reason(datasette, actor) else None


async def unavailable_reason(datasette: Any, actor: Any) -> str:
    """Why a visitor is offered no marks, for who looks for them; empty where they are offered."""
    found = await datasette.get_database(DATABASE).execute("SELECT value FROM meta WHERE key = 'profile'")
    if [row["value"] for row in found.rows] != ["internal"]:
        return _("The public edition has no readers' marks.")
    if not await is_closed(datasette):  # nobody could say whose they are, or keep strangers from them
        return _("Readers mark articles where a password closes the site: a mark says who made it.")
    if not (datasette.plugin_config("povestka") or {}).get("notes"):
        return _("Readers mark articles on a site that `monitor serve` serves, and that may write beside the vault.")
    return "" if actor and actor.get("id") else _("Readers mark articles when they are logged in.")


logger = logging.getLogger(__name__)


class Marking(NamedTuple):
    """What an article's page shows of marks."""

    marks: list[Mark]
    tags: list[tuple[str, int]]
    """The most used, and how many articles have each."""
    longest: Mapping[str, int]
    """Characters of a mark, by its kind."""


async def marking(datasette: Any, actor: Any, article: str) -> Marking | None:
    """The marks of an article; None where none are offered, or they cannot be read: no reason to show no article."""
    path = await notes_of(datasette, actor)
    if path is None:
        return None
    try:
        return Marking(await asyncio.to_thread(marks_of, path, article), await asyncio.to_thread(tags, path), LONGEST)
    except StoreError:
        logger.exception("the marks cannot be read")
        return None
