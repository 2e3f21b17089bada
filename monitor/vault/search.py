"""Searches stored articles by the topic language. The same matcher is called from SQL in the vault and in snapshots."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from time import monotonic
from typing import NamedTuple

from pyroaring import BitMap

from monitor.judge.query import Query, Record, compile_query
from monitor.text import fold, parted

CANDIDATE_CONDITION = "rowid in (select rowid from coverage_fts where coverage_fts match :q_fts)"
"""Condition on the snapshot's `coverage`: the rows that its index proposes for `:q_fts`, a `Query.fts()`."""


CANDIDATES_EXAMINED = 100_000
"""Rows of the index that one look goes through: some 25 ms."""
TIMEOUT = 2.0
"""Seconds that one look may take: a reader waits for it, and so do others who share the processor."""
TEXTS_EXAMINED = 250
"""Articles that one look has the matcher read: some 100 ms, where their texts are of a usual length."""
_PROPOSED_AT_ONCE, _MATCHED_AT_ONCE = 5_000, 50


class SearchPage(NamedTuple):
    """One page of a search."""

    rows: BitMap
    """Row numbers of articles that match, the first of the coverage first."""
    until: int | None
    """The row that was looked at last; None where there are no more."""


def search_page(connection: sqlite3.Connection, query: Query, within: BitMap, *, after: int, wanted: int) -> SearchPage:
    """The articles of a snapshot that match, among the rows of `within` that come after one, in the order of the coverage.

    It ends when it has found as many as are wanted, or has looked at PROPOSALS or MATCHED, or for TIMEOUT: by a common word or
    without any, a search goes through a million articles page by page, and each page is there at once.
    """
    found, proposed, matched, end = BitMap(), 0, 0, monotonic() + TIMEOUT
    for numbers in _candidates(connection, query, within, after):
        candidates = numbers & within
        if query.is_exact:
            found |= candidates
        else:
            matched += len(candidates)
            some, last = matching(connection, query, candidates, end=end)
            found |= some
            if last is not None:
                return SearchPage(found, last)
        proposed += len(numbers)
        if (
            len(found) >= wanted
            or proposed >= CANDIDATES_EXAMINED
            or (matched >= TEXTS_EXAMINED and not query.is_exact)
            or monotonic() > end
        ):
            return SearchPage(found, numbers.max())
    return SearchPage(found, None)


def all_rows(connection: sqlite3.Connection, query: Query, most: int) -> BitMap | None:
    """The rows of the coverage that match; None where they are more than `most`, or are not known within TIMEOUT."""
    within = BitMap(range(1, connection.execute("SELECT coalesce(max(rowid), 0) FROM coverage").fetchone()[0] + 1))
    found, after, end = BitMap(), 0, monotonic() + TIMEOUT
    while monotonic() < end and len(found) <= most:
        looked = search_page(connection, query, within, after=after, wanted=most + 1)
        found |= looked.rows
        if looked.until is None:
            return found if len(found) <= most else None
        after = looked.until
    return None


def _candidates(connection: sqlite3.Connection, query: Query, within: BitMap, after: int) -> Iterator[BitMap]:
    """The rows that the index returns for the query, or all where it cannot narrow it, in batches."""
    at_once = _PROPOSED_AT_ONCE if query.is_exact else _MATCHED_AT_ONCE
    if not query.fts():
        for start in range(within.rank(after), len(within), at_once):
            yield within[start : start + at_once]
        return
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute("SELECT rowid FROM coverage_fts WHERE coverage_fts MATCH ? AND rowid > ? ORDER BY rowid", (query.fts(), after))
    while numbers := cursor.fetchmany(at_once):
        yield BitMap([number for (number,) in numbers])
    cursor.close()


def matching(
    connection: sqlite3.Connection, query: Query, candidates: BitMap, *, end: float = math.inf
) -> tuple[BitMap, int | None]:
    """Which of these rows of the coverage the query itself holds of: each costs the reading of its text.

    Where `end`, of the monotonic clock, comes before all are read, the last that was is told; else None.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(_RECORDS, (json.dumps(list(candidates)),))
    found = BitMap()
    for number, *columns in cursor:
        if query.matches(record(*columns)) is not None:
            found.add(number)
        if monotonic() > end and number != candidates.max():
            cursor.close()
            return found, number
    return found, None


def indexed(text: str) -> str:
    """A text as it is indexed: in the folded form that queries use."""
    return parted(fold(text).text)


def register(connection: sqlite3.Connection) -> None:
    """Give SQL `query_matches(query, title, text, ...)`: 1 where a query holds of an article, else 0.

    What follows the query are the arguments of `record`. A query that cannot be read is an error of SQL: compile it before.
    """
    connection.create_function("query_matches", 8, _query_matches, deterministic=True)


def in_vault(view: str) -> str:
    """The condition that a query, the parameter `:q`, holds of a row of a view of the vault."""
    return _condition(
        view,
        query=":q",
        text="SELECT text FROM articles WHERE id = {view}.article",
        # A line that has left the newsroom's list is in no snapshot: what is asked there must be so here.
        kind="SELECT min(kind) FROM sources WHERE listed = 1 AND outlet = {view}.outlet",
    )


def in_snapshot(view: str) -> str:
    """The same of a table of the snapshot, of articles whose text is in it."""
    return _condition(
        view,
        query=":q",
        text="SELECT text FROM texts WHERE article = {view}.article",
        kind="SELECT min(kind) FROM sources WHERE outlet = {view}.outlet",
    )


def record(title: str, text: str, language: str, outlet: str, kind: str | None, regions: str, published: str | None) -> Record:
    """What a query may ask of a stored article, from its columns.

    `kind` is that of its outlet's sources, None where none is listed; `regions` a JSON array; `published` a stored time.
    """
    day = date.fromisoformat(published[:10]) if published else None
    return Record(title, text, language, outlet, kind or "", tuple(json.loads(regions)), day)


_RECORDS = """
SELECT c.rowid, c.title, t.text, c.language, c.outlet, (SELECT min(kind) FROM sources WHERE outlet = c.outlet), c.regions,
    c.published
FROM coverage c JOIN texts t ON t.article = c.article WHERE c.rowid IN (SELECT value FROM json_each(?)) ORDER BY c.rowid
"""
"""What `record` takes of rows of a snapshot's coverage."""


def _condition(view: str, *, query: str, text: str, kind: str) -> str:
    columns = ("title", f"({text})", "language", "outlet", f"({kind})", "regions", "published")
    return f"query_matches({query}, {', '.join(columns)})".format(view=view)


@lru_cache(maxsize=64)
def compile_cached(query: str) -> Query:
    """The query; a page asks one several times. Raises QueryError where it cannot be read."""
    return compile_query(query)


def _query_matches(query: str, *columns: str) -> int:
    return int(compile_cached(query).matches(record(*columns)) is not None)
