"""Computes estimates when the snapshot is built: the recall of each way of discovery, and the weekly trend. Writes their
tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from monitor.expect import estimate_recall, trend
from monitor.text import iso_week
from monitor.vault.connection import Connection, moment

_TABLES = """
CREATE TABLE recall (
    outlet TEXT, way TEXT, found INTEGER, others INTEGER, both INTEGER, share REAL, low REAL, high REAL, total INTEGER,
    missed INTEGER, PRIMARY KEY (outlet, way)
);
CREATE TABLE trend (week TEXT PRIMARY KEY, articles INTEGER, panel INTEGER, chain INTEGER, "index" REAL)
"""

_FOUND = """
SELECT outlet, ways, count(*) AS articles
FROM (SELECT min(outlet) AS outlet, group_concat(way) AS ways FROM (SELECT * FROM ways ORDER BY article, way) GROUP BY article)
GROUP BY outlet, ways ORDER BY outlet, ways"""

# Feeds keep what came in a day: so long an outlet counts as seen after it was asked, and a day of a week may be missing.
_HOLDS = timedelta(hours=25)
_OBSERVED = 6 * 24
_SEEN = ("polled", "unchanged", "window overflow")


def store(db: Connection) -> None:
    """Make the tables `estimate_recall` (outlet '' is all of them) and `trend`, from `ways`, `coverage` and `ledger`."""
    for statement in _TABLES.split(";\n"):
        db.change(statement)
    # Of a million articles most were found by the same few ways: those are counted, and no list of articles is held.
    by_outlet: defaultdict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    for row in db.iterate(_FOUND):
        ways = frozenset(row["ways"].split(","))
        by_outlet[row["outlet"]][ways] += row["articles"]
        by_outlet[""][ways] += row["articles"]
    db.change_many(
        "INSERT INTO recall VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (outlet, r.way, r.found, r.others, r.both, r.share, r.low, r.high, r.total, r.missed)
            for outlet, found in sorted(by_outlet.items())
            for r in estimate_recall(found.elements(), sorted(set().union(*found)))
        ),
    )
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in db.rows("SELECT week, outlet, count(*) AS articles FROM coverage WHERE week <> '' GROUP BY week, outlet"):
        counts[row["week"]][row["outlet"]] = row["articles"]
    observed = _observed(db)
    weeks = list(_weeks(min(observed), max(observed))) if observed else []
    db.change_many(
        "INSERT INTO trend VALUES (?, ?, ?, ?, ?)",
        ((p.week, p.articles, p.panel, p.chain, p.index) for p in trend(counts, observed, weeks)),
    )


def _observed(db: Connection) -> dict[str, set[str]]:
    """The outlets that were seen through each week. What an outlet's hour shows holds until it is asked again, for a day."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    now = [(moment(row["finished"]), "") for row in db.rows("SELECT finished FROM fetches ORDER BY id DESC LIMIT 1")]
    rows = db.iterate(
        "SELECT outlet, hour, state FROM ledger WHERE state NOT IN ('not polled', 'not running') ORDER BY outlet, hour"
    )
    for outlet, hours in groupby(rows, key=lambda row: str(row["outlet"])):
        seen: defaultdict[str, float] = defaultdict(float)
        polls = [(moment(row["hour"]), row["state"]) for row in hours]
        for (hour, state), (following, _) in pairwise([*polls, *now]):
            if state in _SEEN:
                _add(seen, hour, min(following, hour + _HOLDS))
        for week, many in seen.items():
            if many >= _OBSERVED:
                found[week].add(outlet)
    return dict(found)


def _add(seen: defaultdict[str, float], begin: datetime, end: datetime) -> None:
    """The hours from `begin` to `end`, each to its week."""
    while begin < end:
        midnight = begin.replace(hour=0) + timedelta(days=1)
        part = min(end, midnight)
        seen[iso_week(begin)] += (part - begin).total_seconds() / 3600
        begin = part


def _weeks(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(f"{first}-1")
    while (week := iso_week(day)) <= last:
        yield week
        day += timedelta(weeks=1)
