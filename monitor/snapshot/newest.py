"""The articles of a snapshot that were first seen last, for feeds: a declared date may be older than a feed's last poll.
SQL only.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import islice
from time import monotonic

from pyroaring import BitMap

from monitor.judge.query import Query
from monitor.snapshot.facets import Facets
from monitor.vault.search import TEXTS_EXAMINED, TIMEOUT, matching

SORTED = 50_000
"""Rows that are sorted one by one, in some 45 ms; of more, the index of the order has the first after a few steps."""
RECENT = 500
"""Rows that the index is asked for one by one, in some 20 ms. A word that is in fewer than a tenth of them is in some 100,000 of
a million, which the index gives in 50 ms."""


def newest(connection: sqlite3.Connection, facets: Facets, table: str, within: BitMap, wanted: int) -> list[int]:
    """The rows of `within` that we first saw last, so many, the last first."""
    candidates = facets.newest(table, "first_seen", within, wanted)
    if len(candidates) <= SORTED:
        sql = (
            f"SELECT rowid FROM {table} WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY first_seen DESC, article LIMIT ?"  # noqa: S608 - names are ours
        )
        return [number for (number,) in connection.execute(sql, (json.dumps(list(candidates)), wanted))]
    found: list[int] = []
    for (number,) in connection.execute(f"SELECT rowid FROM {table} ORDER BY first_seen DESC, article"):  # noqa: S608 - names are ours
        if number in candidates:
            found.append(number)
            if len(found) == wanted:
                break
    return found


def newest_others(connection: sqlite3.Connection, table: str, clock: str, within: BitMap, wanted: int) -> list[int]:
    """The rows of `within` of another table that are the last by a clock, so many, the last first."""
    sql = f"SELECT rowid FROM {table} WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY {clock} DESC, rowid LIMIT ?"  # noqa: S608 - names are ours
    return [number for (number,) in connection.execute(sql, (json.dumps(list(within)), wanted))]


def ordered(
    connection: sqlite3.Connection, column: str, within: BitMap, *, first: int, wanted: int, last_first: bool
) -> list[int]:
    """The rows of the coverage among `within` in the order of a column that has an index, so many from the `first` on."""
    order = f"{column} {'DESC' if last_first else 'ASC'}"
    if len(within) <= SORTED:
        sql = f"""SELECT rowid FROM coverage WHERE rowid IN (SELECT value FROM json_each(?))
            ORDER BY {order}, rowid LIMIT ? OFFSET ?"""  # noqa: S608 - names are ours
        return [number for (number,) in connection.execute(sql, (json.dumps(list(within)), wanted, first))]
    rows = (number for (number,) in connection.execute(f"SELECT rowid FROM coverage ORDER BY {order}") if number in within)  # noqa: S608 - as above
    return list(islice(rows, first, first + wanted))


def newest_found(connection: sqlite3.Connection, facets: Facets, query: Query, within: BitMap, wanted: int) -> list[int]:
    """The same of what a search finds in the coverage.

    What the index cannot decide is decided for the MATCHED that we saw last: who asks before so many more came misses nothing.
    """
    wanted_candidates = wanted if query.is_exact else TEXTS_EXAMINED
    candidates = _candidates(connection, facets, query, within, wanted_candidates)
    if query.is_exact:
        return candidates
    found, _ = matching(connection, query, BitMap(candidates), end=monotonic() + TIMEOUT)
    return [number for number in candidates if number in found][:wanted]


def _candidates(connection: sqlite3.Connection, facets: Facets, query: Query, within: BitMap, wanted: int) -> list[int]:
    """Of the rows that the index proposes those that we saw last.

    The index is asked for a common word row by row, for it would give half a million; for a rare one at once.
    """
    if not query.fts():
        return newest(connection, facets, "coverage", within, wanted)
    recent = newest(connection, facets, "coverage", within, RECENT)
    sql = "SELECT rowid FROM coverage_fts WHERE coverage_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?))"
    found = {number for (number,) in connection.execute(sql, (query.fts(), json.dumps(recent)))}
    if len(found) >= wanted or len(recent) < RECENT:
        return [number for number in recent if number in found][:wanted]
    proposed = connection.execute("SELECT rowid FROM coverage_fts WHERE coverage_fts MATCH ?", (query.fts(),))
    return newest(connection, facets, "coverage", within & BitMap([number for (number,) in proposed]), wanted)
