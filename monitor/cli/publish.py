"""`monitor publish`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.options import Folder, edition, example, folder, refuse_shared_folder


@click.command("publish", epilog=example("monitor publish"))
@click.argument("folder_", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@edition
@folder
def command(here: Folder, folder_: Path | None, profile: str) -> None:
    """Build the snapshot that the site serves, public.db, in DIR or in the newsroom's folder; it is swapped in whole.

    Where the vault has not changed since, the snapshot stays as it is; the public edition is made anew each time.
    """
    from monitor.operate.evidence import log_publication
    from monitor.site import SNAPSHOT
    from monitor.site import publish as build
    from monitor.snapshot.private_names import withholder

    refuse_shared_folder(here, folder_, profile)
    withhold = withholder(here.catalogue().private) if profile == "public" else None
    to = folder_ or here.data
    is_new = build(here.db, to, withhold=withhold, data=here.data)
    if is_new:
        log_publication(here.db, to / SNAPSHOT, profile)
    click.echo(f"{to / SNAPSHOT}{'' if is_new else ': as it was, the vault has not changed since'}")
