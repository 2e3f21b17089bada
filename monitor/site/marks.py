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
from monitor.site.parameters import DATABASE
from monitor.vault.marks import LONGEST, Mark, marks_of, tags


async def notes_of(datasette: Any, actor: Any) -> Path | None:
    """The file of marks, for a visitor who may see them; None where none are offered: in the public edition, to who is not logged
    in, and where no password closes the site, so that nobody could say whose they are, or keep strangers from them."""
    path = (datasette.plugin_config("povestka") or {}).get("notes")
    if not (path and actor and actor.get("id")) or DATABASE not in datasette.databases:
        return None
    found = await datasette.get_database(DATABASE).execute("SELECT value FROM meta WHERE key = 'profile'")
    is_public = [row["value"] for row in found.rows] != ["internal"]
    return None if is_public or not await is_closed(datasette) else Path(path)


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
