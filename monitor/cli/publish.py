"""`monitor publish`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor.cli.options import Paths, as_known_at, as_of, edition, example, newsroom_digests, pass_paths, refuse_shared_folder
from monitor.errors import UsageError


@click.command("publish", epilog=example("monitor publish"))
@click.argument("folder_", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@edition
@as_of
@pass_paths
def command(paths: Paths, folder_: Path | None, profile: str, as_of: datetime | None) -> None:
    """Build public.db, the snapshot that the site serves, in DIR or in the newsroom's folder.

    It replaces the former snapshot when it is complete. Where the vault has not changed since, the snapshot stays as it is; the
    public edition is always built anew. --as-of shows what was known at another time, in a DIR of its own.
    """
    from monitor.operate.evidence import log_publication
    from monitor.site import SNAPSHOT
    from monitor.site import publish as build
    from monitor.snapshot.private_names import withholder

    refuse_shared_folder(paths, folder_, profile)
    if as_of and (folder_ is None or folder_.resolve() == paths.data.resolve()):
        raise UsageError("--as-of needs a DIR of its own: the newsroom's folder shows what is known now")
    withhold = withholder(paths.catalogue().private) if profile == "public" else None
    to = folder_ or paths.data
    with as_known_at(paths, as_of) as paths_then:
        by = newsroom_digests(paths_then, as_of)
        is_new = build(paths_then.db, to, withhold=withhold, data=paths.data, named=paths.db, newsroom=by)
    if is_new:
        log_publication(paths.db, to / SNAPSHOT, profile)
    click.echo(f"{to / SNAPSHOT}{'' if is_new else ': as it was, the vault has not changed since'}")
