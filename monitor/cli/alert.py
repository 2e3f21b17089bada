"""`monitor alert`."""

from __future__ import annotations

import sys
import tomllib

import click

from monitor import settings
from monitor.cli.options import NEEDS_A_PERSON, Paths, example, pass_paths
from monitor.errors import UsageError
from monitor.text.terminal import printable_lines


@click.command("alert", epilog=example("monitor alert --dry-run"))
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and to whom; send nothing.")
@pass_paths
def command(paths: Paths, dry_run: bool) -> None:
    """Send each alert in data/alerts.toml about what is new, once, to its chats, mailboxes and Atom feeds.

    Run it after each crawl. Exits 3 when something could not be delivered; the next call tries it again.
    """
    from monitor.alerts.alerts import preview, send_alerts
    from monitor.crawl import clock
    from monitor.newsroom.alerts import read_alerts
    from monitor.newsroom.shipped import ALERTS_EXAMPLE, SHIPPED

    clock.set_clock(settings.MONITOR_CLOCK)
    catalogue, now = paths.catalogue(), clock.now()
    alerts = catalogue.alerts
    if not alerts and not dry_run:
        raise UsageError(
            f"{paths.data / 'alerts.toml'}: there is no alert; {ALERTS_EXAMPLE} is one to start from, docs/alerts.md explains it"
        )
    if not alerts:
        example_file = SHIPPED / ALERTS_EXAMPLE
        alerts, _ = read_alerts(tomllib.loads(example_file.read_text("utf-8")))
        click.echo(f"{paths.data / 'alerts.toml'}: there is none. By {example_file}, to be copied there:\n")
    if dry_run:
        click.echo(printable_lines(preview(paths.db, alerts, now=now)))
        return
    paths.migrate("alert")
    report = send_alerts(paths.db, alerts, now=now, regions={one.iso: one.en for one in catalogue.regions})
    click.echo("\n".join(report.lines) or "Nothing new to send.")
    sys.exit(NEEDS_A_PERSON if report.failed else 0)
