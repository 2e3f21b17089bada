"""Queries of `monitor doctor`: hosts by their newest robots.txt, sources by when they were last read. SQL only."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from monitor.model import Outcome
from monitor.vault.connection import Connection, moment, moment_or_none


class SourceHealth(NamedTuple):
    """A listed source, and when it last answered with something that could be read."""

    source: str
    outlet: str
    status: str
    doubt: str
    polls: int
    last_read: datetime | None
    failing_since: datetime | None
    given_up: datetime | None


def unreachable_robots(db: Connection) -> list[tuple[str, str, datetime]]:
    """Hosts whose newest robots.txt could not be had, with what came of it and when; hosts that were never asked are not here."""
    rows = db.rows(
        "SELECT url, outcome, finished FROM fetches WHERE id IN (SELECT max(id) FROM fetches WHERE kind = 'robots' GROUP BY url)"
        " AND outcome NOT IN (?, ?, ?, ?, ?) ORDER BY url",
        (Outcome.ROBOTS_READ, Outcome.NOT_FOUND, Outcome.GONE, Outcome.REDIRECTED, Outcome.INTERRUPTED),
    )
    return [(urlsplit(row["url"]).netloc, row["outcome"], moment(row["finished"])) for row in rows]


def asked_hosts(db: Connection) -> int:
    """Of how many hosts robots.txt was asked."""
    row = db.row("SELECT count(DISTINCT url) FROM fetches WHERE kind = 'robots'")
    return int(row[0]) if row else 0


def sources(db: Connection) -> list[SourceHealth]:
    """All listed sources, in order."""
    rows = db.rows(
        "SELECT s.id, s.outlet, s.status, s.doubt, coalesce(f.polls, 0) AS polls, f.polled, f.failing_since, f.given_up"
        " FROM sources s LEFT JOIN feeds f ON f.source = s.id WHERE s.listed = 1 ORDER BY s.outlet, s.id"
    )
    return [
        SourceHealth(
            row["id"], row["outlet"], row["status"], row["doubt"], row["polls"], moment_or_none(row["polled"]),
            moment_or_none(row["failing_since"]), moment_or_none(row["given_up"]),
        )
        for row in rows
    ]  # fmt: skip


def outcomes(db: Connection, run: int) -> dict[str, int]:
    """What became of the requests of a run, and of how many."""
    return {
        row["outcome"]: row["n"] for row in db.rows("SELECT outcome, count(*) AS n FROM fetches WHERE run = ? GROUP BY 1", (run,))
    }
