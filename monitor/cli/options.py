"""Options that several verbs share: the newsroom's folder, the vault, formats, times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.errors import DataError, Fault, UnknownIdError, UsageError

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue
    from monitor.vault import Reader

NEWSROOM = ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics")
"""What a newsroom's folder has to have."""
NEEDS_A_PERSON = 3
"""The exit code of a command that is done but needs a person: a source failed, or there is a gap."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of this call: the newsroom's folder (`--data`) and the vault (`--db`)."""

    data: Path
    db: Path

    def catalogue(self) -> Catalogue:
        """The newsroom's catalogue. Raises DataError where the folder has a fault."""
        from monitor.newsroom.catalogue import load

        if self.data.is_dir() and not any((self.data / name).exists() for name in NEWSROOM):
            fault = Fault(str(self.data), 1, "folder", f"has no newsroom; `monitor init` makes one ({', '.join(NEWSROOM)})")
            raise DataError((fault,))
        return load(self.data)

    def reader(self) -> Reader:
        """The vault, opened to read. Raises StoreError where it cannot be."""
        from monitor.vault import open_reader

        return open_reader(self.db)

    def migrate(self, command: str) -> bool:
        """Bring the vault to this version's tables, where an older one left it; return whether one did. What writes begins so."""
        from monitor.vault import migrate_vault

        return migrate_vault(self.db, command=command)


pass_paths = click.make_pass_decorator(Paths)
as_json = click.option("--json", "as_json", is_flag=True, help="For programs: one JSON value.")
edition = click.option(
    "--profile", type=click.Choice(["internal", "public"]), default="internal", show_default=True,
    help="internal: whole texts. public: facts, links and excerpts, without the names in private.txt; into a DIR of its own.",
)  # fmt: skip
items = click.argument("items", type=click.File("r", encoding="utf-8-sig"), default="-")
port = click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The next free one where this is in use."
)


class _Time(click.ParamType[datetime]):
    """An ISO 8601 time with a time zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            self.fail(f"{value!r} is no time with a zone, such as 2026-05-18T12:00:00Z", param, ctx)
        return time


class _Day(click.DateTime):
    """A day."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day; a day is written 2026-05-18", param, ctx)


day = _Day()
as_of = click.option("--as-of", type=_Time(), metavar="TIME", help="What was known then, as 2026-05-18T12:00:00Z.")


@contextmanager
def as_known_at(paths: Paths, as_of: datetime | None) -> Iterator[Paths]:
    """The paths, where a time is given with a temporary copy of the vault as it was then.

    Within, an UnknownIdError of what came later becomes a UsageError that says when.
    """
    if as_of is None:
        yield paths
        return
    from monitor.vault.as_of import vault_as_of
    from monitor.vault.connection import stamp

    with vault_as_of(paths.db, as_of) as former:
        if former.first:
            click.echo(f"Nothing was known then: {paths.db} begins at {former.first}", err=True)
        try:
            yield replace(paths, db=former.path)
        except UnknownIdError as error:
            with paths.reader() as reader:
                came = reader.came(error.kind, error.value) or reader.came("article", error.value)
            if not came or came <= stamp(as_of):
                raise
            then = stamp(as_of)
            raise UsageError("{id}: was not there as of {at}: it came at {came}", id=error.value, at=then, came=came) from error


def newsroom_digests(paths_then: Paths, as_of: datetime | None) -> dict[str, str]:
    """The digests of the newsroom's files: the present ones or, with `as_of`, those that the vault noted by then."""
    if as_of is None:
        from monitor.newsroom.digests import digests

        return digests(paths_then.data)
    with paths_then.reader() as reader:
        return reader.newsroom()


queue = click.option(
    "--redis", is_flag=False, flag_value="", metavar="[URL]",
    help="The Redis or Valkey between writer and workers; without an address, the one in MONITOR_REDIS.",
)  # fmt: skip


def queue_address(given: str | None) -> str:
    """The Redis address of `--redis`, else of MONITOR_REDIS. Raises UsageError where there is none, or the extra is missing."""
    from monitor.settings import MONITOR_REDIS

    if find_spec("redis") is None or find_spec("msgspec") is None:
        raise UsageError("--redis needs an extra: pip install 'povestka[redis]'")
    address = given or MONITOR_REDIS
    if not address:
        raise UsageError("name the server by --redis redis://host:6379/0, or in MONITOR_REDIS")
    return address


def example(text: str) -> str:
    """The example at the foot of a verb's help."""
    return f"\b\nExample:\n  {text}"


def refuse_shared_folder(paths: Paths, to: Path | None, profile: str) -> None:
    """Raises UsageError where the public edition would overwrite the internal one."""
    if profile == "public" and (to is None or to.resolve() == paths.data.resolve()):
        raise UsageError("--profile public needs a DIR of its own: the newsroom's folder has the internal edition")
