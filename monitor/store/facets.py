"""Which rows of the snapshot have which value, as compressed bitmaps: facets and filters of a million rows in milliseconds.

A group-by over a million rows takes seconds, and there are too many combinations of facets to count them all beforehand; the
intersection of two bitmaps (https://roaringbitmap.org/) takes microseconds. SQL and the caller's connection, no more.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping

from pyroaring import BitMap

from monitor.store.connection import Connection

FACETS: Mapping[str, Mapping[str, str]] = {
    "coverage": {
        "outlet": "SELECT outlet, rowid FROM coverage",
        "language": "SELECT language, rowid FROM coverage",
        "week": "SELECT week, rowid FROM coverage",
        "topics": "SELECT topic, number FROM topics_articles",
        "regions": "SELECT region, number FROM regions_articles",
    },
    "near_misses": {
        "topic": "SELECT topic, rowid FROM near_misses",
        "lacking": "SELECT lacking, rowid FROM near_misses",
        "outlet": "SELECT outlet, rowid FROM near_misses",
        "language": "SELECT language, rowid FROM near_misses",
    },
    "skipped": {
        "outcome": "SELECT outcome, rowid FROM skipped",
        "outlet": "SELECT outlet, rowid FROM skipped",
    },
}
"""The facets of each table of the snapshot, with what gives values and row numbers. Every row has one value of the first."""

_TABLE = 'CREATE TABLE facets ("table" TEXT, facet TEXT, value TEXT, rows BLOB, PRIMARY KEY ("table", facet, value))'


def store(db: Connection) -> None:
    """Make the snapshot's table `facets`, once all others are there."""
    db.change(_TABLE)
    for table, facets in FACETS.items():
        for facet, sql in facets.items():
            rows = ((table, facet, value, found.serialize()) for value, found in sorted(_sets(db, sql).items()))
            db.change_many("INSERT INTO facets VALUES (?, ?, ?, ?)", rows)


def _sets(db: Connection, sql: str) -> dict[str, BitMap]:
    numbers: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for value, number in db.iterate(sql):
        numbers[value].append(number)
    sets = {value: BitMap(found) for value, found in numbers.items()}
    for found in sets.values():
        found.run_optimize()
    return sets
