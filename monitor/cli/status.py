"""`monitor status`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.text.terminal import counted, json_line, printable
from monitor.vault import feeds

if TYPE_CHECKING:
    from monitor.model import Run
    from monitor.vault import PausedHost, ScheduledPoll
    from monitor.vault.records import Totals


# Of hours that could not be seen: what an export's manifest counts, by the same view.
_DAYS = 7


@click.command("status", epilog=example("monitor status --json"))
@click.option(
    "--metrics", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.prom",
    help="Write this file too, for Prometheus: node_exporter's textfile collector reads it.",
)  # fmt: skip
@as_json
@pass_paths
def command(paths: Paths, metrics: Path | None, as_json: bool) -> None:
    """Show the last run, what is stored, the gaps (sources that failed, were silent or not seen whole), and what is overdue.

    Exits 3 when there is a gap other than that no feed was ever polled, when a source has been due for a day without a
    poll, and when the last run was killed or incomplete.
    """
    from monitor.archive import inventory
    from monitor.operate.evidence import archive_of
    from monitor.vault import is_written

    with paths.reader() as reader:
        archive = list(inventory.changes(archive_of(paths.db), reader.newest_captures()))
        runs, totals, gaps = reader.runs(), reader.totals(), reader.gaps()
        # The times of a press, whose days pass faster than ours, are not to be held against our clock.
        now = (runs[0].finished or runs[0].started) if runs and runs[0].clock else datetime.now(UTC)
        gaps += reader.idle(now)
        unseen = reader.unseen(now.date() - timedelta(days=_DAYS), now.date())
        schedule, paused = feeds.schedule(reader.db, now), reader.paused_hosts(now)
    if runs and runs[0].outcome == "running" and not is_written(paths.db):
        runs[0] = replace(runs[0], outcome="killed")
    is_idle = any(due.state == "overdue" and due.at and now - due.at > timedelta(days=1) for due in schedule)
    # That nobody polls is no fault of a vault of single addresses or archives; it is told, as any gap.
    failed = any(gap["gap"] != "not watched" for gap in gaps)
    needs_a_person = bool(failed or archive) or is_idle or any(run.outcome in {"gaps", "killed"} for run in runs[:1])
    if metrics:
        from monitor.operate.metrics import write_metrics

        with paths.reader() as reader:
            write_metrics(metrics, reader, paths.db, runs[0] if runs else None, now)
    if as_json:
        last = asdict(runs[0]) if runs else None
        sources = [asdict(due) for due in schedule]
        found = {"run": last, "totals": asdict(totals), "gaps": gaps, "sources": sources, "archive": archive, "unseen": unseen}
        found["paused"] = [asdict(host) for host in paused]
        click.echo(json_line(found, default=datetime.isoformat))
    else:
        for line in lines_of_status(
            runs[:1], totals, gaps, schedule, paused, archive, unseen, now, needs_a_person=needs_a_person
        ):
            click.echo(line)
    sys.exit(NEEDS_A_PERSON if needs_a_person else 0)


def lines_of_status(
    runs: Iterable[Run],
    totals: Totals,
    gaps: Sequence[dict[str, Any]],
    schedule: Sequence[ScheduledPoll],
    paused: Sequence[PausedHost],
    archive: Sequence[str],
    unseen: Sequence[dict[str, Any]],
    now: datetime,
    *,
    needs_a_person: bool,
) -> Iterator[str]:
    """What `monitor status` says, for people."""
    for run in runs:
        said = "killed; the next crawl goes on from there" if run.outcome == "killed" else run.outcome
        asked = counted(run.fetches, "capture" if run.is_of_captures else "request") + " so far" * (run.outcome == "running")
        yield f"Run {run.id}: {said}, {run.started:%Y-%m-%d %H:%M} UTC, {asked}.{printable(missing_summary(run))}"
    # That no edit was found says nothing where no article was looked at again.
    edited = (
        f"of {totals.rechecked} checked again {totals.edited} were edited, {totals.silent} of them silently,"
        f" and {totals.removed} not found"
        if totals.rechecked
        else "not checked again"
    )
    yield (
        f"Stored: {counted(totals.articles, 'article')}, {totals.relevant} of them relevant in {totals.stories} stories; "
        f"{counted(totals.copied, 'article')} share {counted(totals.texts, 'text')}; {edited}."
    )
    yield f"Skipped: {', '.join(f'{count} {outcome}' for outcome, count in totals.skipped) or 'nothing'}."
    yield f"Gaps: {len(gaps)}:" if gaps else "Gaps: none in the sources." if needs_a_person else "Gaps: none."
    for gap in gaps:
        what = gap["outcome"] if gap["gap"] == "failed" else gap["gap"]
        whose = f"{gap['source']} ({printable(gap['outlet'])}): " if gap["source"] else ""
        detail = f": {printable(gap['detail'])}" if gap["detail"] else ""
        yield f"  {whose}{what}{detail}"
    if unseen:
        hours, outlets = Counter[str](), {row["outlet"] for row in unseen}
        for row in unseen:
            hours[row["state"]] += row["hours"]
        said = ", ".join(f"{count} {state}" for state, count in hours.most_common())
        yield f"Hours not seen, last {_DAYS} days: {hours.total()} of {counted(len(outlets), 'outlet')} ({said})."
    states = Counter(due.state for due in schedule)
    following = next((f"; next poll in {span(due.at - now)}" for due in schedule if due.state == "later" and due.at), "")
    shown = ", ".join(f"{count} {'scheduled' if state == 'later' else state}" for state, count in states.items())
    yield f"Sources: {shown or 'none'}{following}."
    for due in schedule:
        if due.state == "overdue" and due.at:
            since = f"{span(now - due.at)}, {due.at:%Y-%m-%d %H:%M} UTC"
            yield f"  {due.source} ({printable(due.outlet)}): overdue for {since}{f'; {due.why}' * bool(due.why)}"
    for host in paused:
        at = f" at {printable(host.url)}" if host.url else ""
        yield f"Paused: {printable(host.host)} asked for time until {host.until:%Y-%m-%d %H:%M} UTC{at}."
    for fault in archive:
        yield f"Archive: {printable(fault)}; `monitor verify` tells what is whole."


def span(length: timedelta) -> str:
    """How long, as roughly as people say it."""
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def missing_summary(run: Run) -> str:
    """What a run with gaps did not give, as a sentence to stand behind what it did; empty for another run."""
    if run.outcome != "gaps":
        return ""
    if run.silent:
        return f" Silent: {', '.join(run.silent)}."
    return " Not all of it was seen." if run.articles else " It collected nothing."
