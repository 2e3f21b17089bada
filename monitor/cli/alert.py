"""`monitor alert`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from monitor.cli.options import NEEDS_A_PERSON, Folder, example, folder
from monitor.errors import UsageError
from monitor.text.terminal import printable_lines


@click.command("alert", epilog=example("monitor alert --dry-run"))
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and to whom; send nothing.")
@folder
def command(here: Folder, dry_run: bool) -> None:
    """Send alerts about what is new, as data/alerts.toml says: to chats, mailboxes and Atom feeds, each once.

    Run it after each crawl. Exits 3 when something could not be delivered: it waits, and is tried again by the next call.
    """
    from monitor.alerts.alerts import preview, send_alerts

    alerts, now = here.catalogue().alerts, datetime.now(UTC)
    if not alerts:
        raise UsageError(f"{here.data / 'alerts.toml'}: there is no alert; docs/alerts.md shows how to write one")
    if dry_run:
        click.echo(printable_lines(preview(here.db, alerts, now=now)))
        return
    report = send_alerts(here.db, alerts, now=now)
    click.echo("\n".join(report.lines) or "Nothing new to send.")
    sys.exit(NEEDS_A_PERSON if report.failed else 0)
