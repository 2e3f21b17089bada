"""Which rows of the snapshot have which value, as compressed bitmaps: facets and filters of a million rows in milliseconds.

A group-by over a million rows takes seconds, and there are too many combinations of facets to count them all beforehand; the
intersection of two bitmaps (https://roaringbitmap.org/) takes microseconds. SQL and the caller's connection, no more.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from pyroaring import BitMap

from monitor.vault.connection import Connection
from monitor.vault.reader import CLOCKS
from monitor.vault.views import ARTICLES

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
        "near_miss_reason": "SELECT near_miss_reason, rowid FROM near_misses",
        "outlet": "SELECT outlet, rowid FROM near_misses",
        "language": "SELECT language, rowid FROM near_misses",
    },
    "skipped": {
        "outcome": "SELECT outcome, rowid FROM skipped",
        "outlet": "SELECT outlet, rowid FROM skipped",
        "run": "SELECT cast(run AS TEXT), rowid FROM skipped",
    },
    "stories": {
        "first_basis": "SELECT first_basis, rowid FROM stories",
        "week": "SELECT week, rowid FROM stories",
        "size": "SELECT size, rowid FROM stories",
        "denied": "SELECT denied, rowid FROM stories",
        "regions": "SELECT r.value, s.rowid FROM stories s, json_each(s.regions) r",
        "topics": "SELECT t.value, s.rowid FROM stories s, json_each(s.topics) t",
        "outlet_names": "SELECT o.value, s.rowid FROM stories s, json_each(s.outlet_names) o",
    },
    "edits": {
        "outlet": "SELECT outlet, rowid FROM edits",
        "class": "SELECT class, rowid FROM edits",
        "disclosed": "SELECT cast(disclosed AS TEXT), rowid FROM edits",
        "language": "SELECT language, rowid FROM edits",
    },
    "absences": {
        "outlet": "SELECT outlet, rowid FROM absences",
        "kind": "SELECT kind, rowid FROM absences",
        "way": "SELECT way, rowid FROM absences",
        "state": "SELECT state, rowid FROM absences",
        "language": "SELECT language, rowid FROM absences",
    },
    "speakers": {
        "kind": "SELECT kind, rowid FROM speakers",
        "named": "SELECT named, rowid FROM speakers",
        "outlet_names": "SELECT o.value, s.rowid FROM speakers s, json_each(s.outlet_names) o",
    },
    "ledger": {
        "state": "SELECT state, rowid FROM ledger",
        "outlet": "SELECT outlet, rowid FROM ledger",
    },
}
"""The facets of each table of the snapshot, with what gives values and row numbers. Every row has one value of the first."""

KEYS = {
    "coverage": ("article",),
    "near_misses": ("article", "topic"),
    "skipped": ("fetch",),
    "stories": ("story",),
    "edits": ("article", "revision", "number"),
    "absences": ("article", "noticed"),
    "speakers": ("speaker_id",),
    "ledger": ("outlet", "hour"),
}
"""The primary key of each of them."""
ORDERS = {
    "coverage": "published", "near_misses": "published", "skipped": "fetch", "stories": "newest", "edits": "noticed",
    "absences": "noticed", "speakers": "articles", "ledger": "hour",
}  # fmt: skip
"""The column whose order, the last first, theirs is."""
NEWEST_FIRST = frozenset({"skipped"})
"""Those whose rows are shown from the last to the first."""
OTHERS = 20
"""Values of a column that a page names where no row of the whole table has the one that is asked for."""


_EVENING = "20"
"""The first hour of UTC at which a day of Moscow (UTC+4 until 2014) or Kyiv begins."""

_TABLE = 'CREATE TABLE facets ("table" TEXT, facet TEXT, value TEXT, rows BLOB, PRIMARY KEY ("table", facet, value))'


def values_sql(table: str, column: str, most: int) -> tuple[str, str]:
    """SQL that has a row where one of the table has the value `:value`, as text or number, and SQL that has the values that there
    are, so many at most. The names must be the snapshot's own.
    """
    names = ['"{}"'.format(name.replace('"', '""')) for name in (table, column)]
    there = f"SELECT 1 FROM {names[0]} WHERE {names[1]} = :value LIMIT 1"  # noqa: S608 - quoted
    return there, f"SELECT DISTINCT {names[1]} FROM {names[0]} WHERE {names[1]} <> '' LIMIT {most}"  # noqa: S608 - as above


def store(db: Connection) -> None:
    """Make the snapshot's table `facets`, once all others are there."""
    db.change(_TABLE)
    for table, facets in FACETS.items():
        for facet, sql in facets.items():
            numbers = _numbers()
            for value, number in db.iterate(sql):
                numbers[value].append(number)
            _keep(db, table, facet, numbers)
    # Days of the clocks, which are asked for as facets are: in one look at the rows, which are wide. The last hours of a day of
    # UTC stand by themselves: a day of zones to the east of it begins with one of them.
    for table in ARTICLES:
        clocks = [(clock, _numbers()) for clock in CLOCKS]
        days = ", ".join(f"substr({clock}, 1, iif(substr({clock}, 12, 2) >= '{_EVENING}', 13, 10))" for clock in CLOCKS)
        for number, *row in db.iterate(f"SELECT rowid, {days} FROM {table}"):  # noqa: S608 - names are ours
            for (_, numbers), day in zip(clocks, row, strict=True):
                if day:
                    numbers[day].append(number)
        for clock, numbers in clocks:
            _keep(db, table, clock, numbers)


def _numbers() -> defaultdict[str, array[int]]:
    return defaultdict(lambda: array("I"))


def _keep(db: Connection, table: str, facet: str, numbers: Mapping[str, array[int]]) -> None:
    for value in sorted(numbers):
        rows = BitMap(numbers[value])
        rows.run_optimize()
        db.change("INSERT INTO facets VALUES (?, ?, ?, ?)", (table, facet, value, rows.serialize()))


class Facets:
    """The bitmaps of one snapshot, in memory: some 40 MB for a million articles."""

    def __init__(self, sets: Mapping[str, Mapping[str, Mapping[str, BitMap]]]) -> None:
        self._sets = sets
        self._all = {table: BitMap.union(BitMap(), *next(iter(facets.values())).values()) for table, facets in sets.items()}

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> Self:
        """Read them from a snapshot."""
        sets: dict[str, dict[str, dict[str, BitMap]]] = {
            table: {facet: {} for facet in (*facets, *(CLOCKS if table in ARTICLES else ()))} for table, facets in FACETS.items()
        }
        for table, facet, value, rows in connection.execute('SELECT "table", facet, value, rows FROM facets'):
            sets[table][facet][value] = BitMap.deserialize(rows)
        return cls(sets)

    def matching(self, table: str, conditions: Iterable[tuple[str, str]]) -> BitMap:
        """The rows that have all of these values, each of its facet. Not to be changed."""
        found = self._all[table]
        for facet, value in conditions:
            found = found & self._sets[table][facet].get(value, BitMap())
        return found

    def during(self, table: str, clock: str, since: str, until: str) -> BitMap:
        """The rows that a clock dates from one hour, as stored, until before another; an empty one is open.

        Days of UTC are whole but for the hours since _EVENING: an hour is midnight in UTC or one of those.
        """
        first, last = since.removesuffix("T00"), until.removesuffix("T00")
        days = self._sets[table][clock]
        return BitMap.union(BitMap(), *(rows for day, rows in days.items() if first <= day and (not last or day < last)))

    def newest(self, table: str, clock: str, rows: BitMap, wanted: int) -> BitMap:
        """Those of the rows that are of the newest days of a clock: of so many days as it takes to have as many as are wanted."""
        found = BitMap()
        for day in sorted(self._sets[table][clock], reverse=True):
            found |= rows & self._sets[table][clock][day]
            if len(found) >= wanted:
                break
        return found

    @staticmethod
    def number(connection: sqlite3.Connection, table: str, keys: Sequence[str]) -> int | None:
        """The number of the row with these keys, in their order; None where there is none."""
        where = " AND ".join(f"{key} = ?" for key in KEYS[table])
        row = connection.execute(f"SELECT rowid FROM {table} WHERE {where}", keys).fetchone()  # noqa: S608 - names are ours
        return row and int(row[0])

    @staticmethod
    def place(connection: sqlite3.Connection, table: str, number: int) -> tuple[str | int | None, ...]:
        """By what Datasette finds its way from a row to the next: what the order is of, and the keys."""
        columns = ", ".join((ORDERS[table], *KEYS[table]))
        row = connection.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (number,)).fetchone()  # noqa: S608 - names are ours
        return tuple(row)

    @staticmethod
    def rows(connection: sqlite3.Connection, table: str, numbers: Sequence[int]) -> tuple[tuple[str, ...], list[list[object]]]:
        """The columns of the table, and the rows of these numbers in their order."""
        cursor = connection.execute(
            f"SELECT rowid, * FROM {table} WHERE rowid IN (SELECT value FROM json_each(?))",  # noqa: S608 - names are ours
            (json.dumps(list(numbers)),),
        )
        found = {row[0]: list(row[1:]) for row in cursor}
        return tuple(column[0] for column in cursor.description[1:]), [found[number] for number in numbers]

    def counts(self, table: str, facet: str, rows: BitMap) -> list[tuple[str, int]]:
        """How many of the rows have each value of a facet: the most first, then by value; none that none has."""
        sets = self._sets[table][facet]
        whole = rows is self._all[table]
        counted = ((value, len(found) if whole else found.intersection_cardinality(rows)) for value, found in sets.items())
        return sorted(((value, count) for value, count in counted if count), key=lambda pair: (-pair[1], pair[0]))
