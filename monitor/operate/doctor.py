"""`monitor doctor`: checks the usual causes of trouble, each with what to do. Reads the newsroom's folder, the vault and the
disk; sends no request.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import DataError, MonitorError, StoreError
from monitor.model import Outcome, Run
from monitor.newsroom.catalogue import load
from monitor.operate.evidence import archive_of
from monitor.vault import Reader, health, is_written, open_reader
from monitor.vault.health import SourceHealth

LEAST_FREE = 2 * 1024**3
"""Bytes: a month of 100 outlets is some gigabytes of archive, and a vault is copied before its tables change."""
LONG_SILENT = timedelta(days=14)
"""A source on a list of news that could not be read for so long: its line is to be looked at."""
IDLE = timedelta(days=1)
NAMED = 8
"""Sources or hosts that a line names; it counts the others."""


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check: `state` is ok, problem or not checked."""

    name: str
    state: str
    found: str
    todo: str = ""


def examine(data: Path, database: Path, contact: str, now: datetime) -> list[Check]:
    """All checks, in order."""
    checks = [_contact(contact), _newsroom(data), _writable(database), _disk(database)]
    try:
        with open_reader(database) as reader:
            runs = reader.runs()
            checks += [
                _clock(runs, now),
                *_last_run(runs, database, now),
                _names(reader, runs),
                _robots(reader),
                *_sources(reader, now),
            ]
    except StoreError as error:
        todo = "run `monitor crawl`" if not database.exists() else "see docs/trouble.md"
        checks += [_clock([], now), Check("vault", "problem", str(error), todo)]
    checks.append(
        Check(
            "network",
            "not checked",
            "this command asks nobody outside",
            "`monitor crawl --source ID` shows whether one outlet answers",
        )
    )
    return checks


def _contact(contact: str) -> Check:
    if contact:
        return Check("contact", "ok", f"every request names {contact}")
    return Check(
        "contact", "problem", "MONITOR_CONTACT is not set", "set it to an address or a page: outlets block who cannot be asked"
    )


def _newsroom(data: Path) -> Check:
    try:
        found = load(data)
    except DataError as error:
        return Check("newsroom", "problem", f"{len(error.faults)} faults in {data}", "`monitor check` names each")
    except MonitorError as error:
        return Check("newsroom", "problem", str(error), "`monitor init` writes a folder to start from")
    return Check("newsroom", "ok", f"{len(found.sources)} sources and {len(found.topics)} topics in {data}")


def _writable(database: Path) -> Check:
    """Of the vault and the archive: the newsroom's folder is only read, and may be closed to whoever crawls."""
    folders = [folder for folder in (database.absolute().parent, archive_of(database).absolute()) if folder.exists()]
    if not folders:
        found = f"{database.absolute().parent} is not there"
        return Check("folder", "problem", found, "make it, or name the vault's place by --db or MONITOR_DB")
    for folder in folders:
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
                pass
        except OSError as error:
            return Check("folder", "problem", f"{folder} cannot be written: {error.strerror}", "let the user who crawls own it")
    return Check("folder", "ok", f"{' and '.join(map(str, folders))} can be written")


def _disk(database: Path) -> Check:
    place = next(folder for folder in (archive_of(database), *database.absolute().parents) if folder.is_dir())
    usage = shutil.disk_usage(place)
    found = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.0f} GB where the archive lies"
    if usage.free < LEAST_FREE:
        return Check("disk", "problem", found, "make room, or move the archive: docs/deploy.md")
    return Check("disk", "ok", found)


def _clock(runs: Sequence[Run], now: datetime) -> Check:
    """Against what lies here: a time that was stored, or a file that was written, later than "now" tells of a clock set back."""
    live = [run for run in runs if not run.clock]
    times = [run.finished or run.started for run in live[:1]]
    program = datetime.fromtimestamp(Path(__file__).stat().st_mtime, tz=now.tzinfo)
    later = [time for time in (*times, program) if time > now + timedelta(minutes=1)]
    summary = f"{now:%Y-%m-%d %H:%M} UTC"
    if later:
        return Check(
            "clock", "problem", f"{summary}, and {max(later):%Y-%m-%d %H:%M} UTC was written here before", "set it; turn on NTP"
        )
    return Check("clock", "ok", f"{summary}, after the last run and the program's files; not held against any clock outside")


def _last_run(runs: Sequence[Run], database: Path, now: datetime) -> Iterator[Check]:
    if not runs:
        yield Check("last run", "problem", "there was none", "run `monitor crawl`")
        return
    last = runs[0]
    summary = (
        f"run {last.id}, {last.started:%Y-%m-%d %H:%M} UTC: {last.outcome}, {last.fetches} requests, {last.articles} articles"
    )
    if last.outcome == "running" and not is_written(database):
        yield Check("last run", "problem", f"run {last.id} was killed", "run `monitor crawl`: it goes on from there")
    elif last.outcome == "failed":
        yield Check("last run", "problem", summary, "run `monitor crawl` and read what it says")
    elif not last.clock and now - (last.finished or now) > IDLE:
        yield Check("last run", "problem", f"{summary}; nothing since", "is the timer on? docs/deploy.md")
    else:
        yield Check("last run", "ok", summary)


def _names(reader: Reader, runs: Sequence[Run]) -> Check:
    """Whether names could be looked up, by the last run: no name is looked up for this."""
    outcomes = Counter(health.outcomes(reader.db, runs[0].id)) if runs else Counter[str]()
    total, failed = outcomes.total(), outcomes[Outcome.DNS]
    if not total:
        return Check("names", "not checked", "the last run asked nothing", "")
    summary = f"{failed} of {total} requests of the last run found no name; none is looked up now"
    if failed * 2 > total:
        return Check("names", "problem", summary, "this machine cannot look up names: check its network and /etc/resolv.conf")
    return Check("names", "ok", summary)


def _robots(reader: Reader) -> Check:
    hosts, asked = health.unreachable_robots(reader.db), health.asked_hosts(reader.db)
    if not asked:
        return Check("robots.txt", "not checked", "no host was asked yet")
    found = f"of {asked} hosts, by the last answer of each, {len(hosts)} could not be had"
    if not hosts:
        return Check("robots.txt", "ok", found)
    named = ", ".join(f"{host} ({outcome}, {at:%Y-%m-%d})" for host, outcome, at in hosts[:NAMED])
    return Check(
        "robots.txt",
        "problem",
        f"{found}: {named}{_more(len(hosts))}",
        "their pages are not fetched until it can be; look whether they are up",
    )


def _sources(reader: Reader, now: datetime) -> Iterator[Check]:
    every = health.sources(reader.db)
    asked = [source for source in every if source.polls]
    dead = [source for source in asked if source.given_up]
    # By the vault's own time: the days of a press pass faster than ours.
    newest = max((source.last_read for source in asked if source.last_read), default=now)
    silent = [
        source for source in asked
        if not source.given_up and newest - (source.last_read or source.failing_since or newest) > LONG_SILENT
    ]  # fmt: skip
    never = [source for source in asked if not source.last_read and source not in silent and not source.given_up]
    if not asked:
        yield Check("sources", "not checked", f"none of {len(every)} was asked yet")
        return
    for what, some, todo in (
        (
            "dead: failed for 30 days, not asked any more",
            dead,
            "change or take out its line in sources.csv; `monitor add` finds a new feed",
        ),
        (f"not read for {LONG_SILENT.days} days", silent, "open its address; change its line where it has moved"),
        ("asked and never read", never, "open its address; `monitor export gaps -o gaps.csv` says what came of it"),
    ):
        if some:
            yield Check("sources", "problem", f"{len(some)} {what}: {_named(some)}", todo)
    if not (dead or silent or never):
        yield Check(
            "sources", "ok", f"each of {len(asked)} that were asked was read within {LONG_SILENT.days} days of the newest"
        )
    if doubtful := [source for source in every if source.status == "doubtful" and not source.last_read]:
        yield Check(
            "sources",
            "not checked",
            f"{len(doubtful)} are marked doubtful, and never answered: {_named(doubtful)}",
            "the column doubt says why",
        )


def _named(sources: Sequence[SourceHealth]) -> str:
    named = (
        f"{source.source} ({source.outlet}{f', last read {source.last_read:%Y-%m-%d}' if source.last_read else ''})"
        for source in sources[:NAMED]
    )
    return ", ".join(named) + _more(len(sources))


def _more(count: int) -> str:
    return f" and {count - NAMED} more" if count > NAMED else ""
