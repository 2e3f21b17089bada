"""A vault as it was at another time: a temporary copy in which every later change is undone. Writes only the copy.

A copy, and not views over former rows: every view, export and snapshot is made of it as of the vault itself, so that the same
rows come in the same order. It takes as much room as the vault while it is used.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.errors import StoreError, UsageError
from monitor.vault import history
from monitor.vault.connection import Connection, stamp
from monitor.vault.reader import open_reader

_CACHE_KIB = 64 * 1024


@dataclass(frozen=True, slots=True)
class FormerVault:
    """A copy of a vault, which is there as long as it is used."""

    path: Path
    first: str
    """The time of the first moment that the vault knows of, where the copy is of a time before it and empty; else empty."""


@contextmanager
def vault_as_of(vault: Path, at: datetime) -> Iterator[FormerVault]:
    """The vault as it stood once all was stored that was stored until then.

    Raises UsageError for a time that is still to come, or of which no history was kept; StoreError where the vault cannot be
    read, is a snapshot, or leaves no room for a copy.
    """
    number, first = _moment(vault, at)
    with _folder(vault) as folder:
        path = folder / vault.name
        db = Connection(path, writes=True, named=vault, lasting=False)
        try:
            with open_reader(vault) as reader, db.errors():
                reader.copy_into(db.raw)
            # The copy's first page says how it is written, as that of the vault does; nobody else sees it.
            for setting in ("journal_mode = DELETE", "journal_mode = OFF", f"cache_size = -{_CACHE_KIB}"):
                db.pragma(setting)
            with db.errors():
                history.restore(db.raw, number)
        finally:
            db.close()
        yield FormerVault(path, "" if number else first)


def _moment(vault: Path, at: datetime) -> tuple[int, str]:
    """The last moment until then, 0 where it is before the first of a vault that was made empty; and the time of the first."""
    with open_reader(vault) as reader:
        if not reader.is_vault:
            raise StoreError(f"{vault}: is a snapshot, which holds one state; name the vault, which `monitor crawl` makes")
        first, newest = (
            reader.query(f"SELECT * FROM moments ORDER BY number {order} LIMIT 1")[0]  # noqa: S608 - ours
            for order in ("ASC", "DESC")
        )
        found = reader.query("SELECT max(number) FROM moments WHERE at <= ?", (stamp(at),))[0][0]
    if stamp(at) > max(newest["at"], stamp(datetime.now(UTC))):
        raise UsageError("--as-of {at}: is still to come; name a time that has passed", at=stamp(at))
    if found is None and first["by"] != history.MADE:
        raise UsageError(
            "--as-of {at}: what was known then was not kept: {vault} has a history since {since}",
            at=stamp(at),
            vault=str(vault),
            since=first["at"],
        )
    return found or 0, first["at"]


@contextmanager
def _folder(vault: Path) -> Iterator[Path]:
    """A folder beside the vault, or where temporary files lie, that goes with what is in it; those that a kill left go too."""
    parent = vault.parent if os.access(vault.parent, os.W_OK) else Path(tempfile.gettempdir())
    prefix = f".{vault.name}.as-of."
    for left in parent.glob(f"{prefix}*"):
        _remove_left(left)
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{vault.name}.new.", dir=parent))
        folder = made.with_name(made.name.replace(".new.", ".as-of."))
        descriptor = os.open(made, os.O_RDONLY)
    except OSError as error:
        raise StoreError(f"{parent}: cannot be written: {error.strerror}; the vault is copied there") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # whoever finds it locked leaves it alone; the kernel drops that with the process
        made.rename(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _remove_left(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # its process has just removed it, or it is another user's
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return  # it is in use
    finally:
        os.close(descriptor)
