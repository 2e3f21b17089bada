"""The history of rows: triggers keep the former values of changed and deleted rows, and `restore` puts them back in a copy.

Each table whose rows readers are shown has a table `was_TABLE` beside it, with one row for each row that came, was changed or
went. `moments` has one for each transaction: when it was stored, and by what. So a row is valid from the moment at which it came,
or was changed, until the next at which it was changed or went. SQL within the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.vault.connection import moment, stamp, transaction_of

MADE, BEGUN = "made", "history begins"
"""By what the first moment of a vault is: nothing was in it before, or what was before is not known."""

WORKING_TABLES = frozenset({
    # what is still to be done
    "frontier", "hosts", "changed_articles", "changed_statements", "changed_speakers", "new_looks", "evidence_logged",
    "story_digest", "messages", "speaker_name_counts",
    # what copies and stories are found by
    "wordings", "wording_bands", "wording_pairs", "article_wordings", "story_items", "story_pairs", "meanings",
    "moments",
})  # fmt: skip
"""Tables that no reader is shown: what stood in them before is not kept. tests/vault/test_history.py holds it to that."""
WORKING_COLUMNS = {
    "feed_entries": {"last_seen", "updated", "text", "text_fetch"},
    "feeds": {"etag", "last_modified", "digest", "changed", "polls", "backoff", "why", "ttl", "publish_rate", "looked", "title"},
    "looks": {"host", "etag", "last_modified", "digest", "absent"},
    "revisions": {"compared", "links", "substance"},
    "version_edits": {"words"},
}
"""Columns of the others that no reader is shown either, and that change with each request."""

_WHOLE = -1
# Of the transaction that is going on: its row comes with its end. Not max(), for which a trigger goes through all rows.
_NOW = "(SELECT number + 1 FROM moments ORDER BY number DESC LIMIT 1)"
_PREFIX = "keep_"


class _Table(NamedTuple):
    name: str
    key: tuple[str, ...]
    """What tells its rows apart for good."""
    columns: tuple[str, ...]
    """The others, in order."""
    declared: dict[str, str]
    """By column its type and default."""

    @property
    def kept(self) -> list[tuple[int, str]]:
        """Columns whose former values are kept where they change, with their places."""
        working = WORKING_COLUMNS.get(self.name, ())
        return [(place, column) for place, column in enumerate(self.columns) if column not in working]


class Moments:
    """Gives each transaction of a writer its row. `clock` is one that was set; without it times are this machine's, and never
    go back."""

    def __init__(self, db: sqlite3.Connection, by: str, clock: Callable[[], datetime] | None = None) -> None:
        self._db = db
        self._by = by
        self._clock = clock

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is stored within is known from its end on; where nothing was, nothing is noted."""
        before = self._db.total_changes
        yield
        if self._db.total_changes != before:
            (last,) = self._db.execute("SELECT at FROM moments ORDER BY number DESC LIMIT 1").fetchone()
            self._db.execute("INSERT INTO moments (at, by) VALUES (?, ?)", (self._after(last), self._by))

    def _after(self, last: str) -> str:
        if self._clock:
            return stamp(self._clock())
        return max(stamp(datetime.now(UTC)), stamp(moment(last) + timedelta(microseconds=1)))


def start_history(db: sqlite3.Connection, at: datetime) -> None:
    """Start keeping former rows of all tables; history tables get the columns that their tables have got since.

    A migration that renames a column, or makes a table anew, does so with `was_TABLE` too.
    """
    stored = {row[0]: row[1] for row in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")}
    tables = _tables(db)
    wanted = {name: sql for table in tables for name, sql in _triggers(table)}
    if {name: sql for name, sql in stored.items() if name.startswith(_PREFIX)} == wanted:
        return
    with transaction_of(db):
        if not db.execute("SELECT 1 FROM moments").fetchone():
            by = BEGUN if db.execute("SELECT 1 FROM runs UNION ALL SELECT 1 FROM sources").fetchone() else MADE
            db.execute("INSERT INTO moments (at, by) VALUES (?, ?)", (stamp(at), by))
        for table in tables:
            _make(db, table)
        for name in stored:
            if name.startswith(_PREFIX):
                db.execute(f"DROP TRIGGER {name}")
        for statement in wanted.values():
            db.execute(statement)


def stop_history(db: sqlite3.Connection) -> None:
    """Keep no former rows until `start_history`: a migration changes how things are said, and not what was known."""
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if name.startswith(_PREFIX):
            db.execute(f"DROP TRIGGER {name}")


def restore(db: sqlite3.Connection, number: int) -> None:
    """Make a copy of a vault what it was at the end of that moment: what came since goes, what was changed or went is as it was.

    What was done last is undone first, so each step leads to a state in which the vault was. The copy keeps nothing from then on.
    """
    triggers = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    tables = _tables(db)
    with transaction_of(db):
        for name in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for table in tables:
            _put_back(db, table, number)
        db.execute("DELETE FROM moments WHERE number > ?", (number,))


def _put_back(db: sqlite3.Connection, table: _Table, number: int) -> None:
    where = " AND ".join(f"{name} = ?" for name in table.key)
    names = (*table.key, *table.columns)
    delete = f"DELETE FROM {table.name} WHERE {where}"  # noqa: S608 - names are ours
    insert = f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names are ours
    read = _listed([*(f"key_{name}" for name in table.key), *table.columns])
    for row in db.execute(f"SELECT moment, held, {read} FROM was_{table.name} ORDER BY rowid DESC"):  # noqa: S608 - names are ours
        at, held, values = row[0], row[1], tuple(row)[2:]
        if at <= number:
            return
        key, former = values[: len(table.key)], values[len(table.key) :]
        if held is None:
            db.execute(delete, key)
        elif held == _WHOLE:
            db.execute(insert, values)
        else:
            changed = [place for place in range(len(former)) if held >> place & 1]
            assigned = ", ".join(f'"{table.columns[place]}" = ?' for place in changed)
            db.execute(f"UPDATE {table.name} SET {assigned} WHERE {where}", (*(former[place] for place in changed), *key))  # noqa: S608 - names are ours


def _tables(db: sqlite3.Connection) -> list[_Table]:
    found = []
    for name, without_rowid in db.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    ).fetchall():
        if name in WORKING_TABLES or name.startswith(("was_", "sqlite_")):
            continue
        columns = db.execute("SELECT name, type, dflt_value, pk FROM pragma_table_info(?)", (name,)).fetchall()
        keys = [column for column, *_ in sorted((row for row in columns if row[3]), key=lambda row: row[3])]
        # An INTEGER PRIMARY KEY is the row's number itself.
        number = [column for column, type_, *_ in columns if keys == [column] and type_ == "INTEGER"]
        key = tuple(keys) if without_rowid else ("rowid",)
        declared = {column: type_ if default is None else f"{type_} DEFAULT {default}" for column, type_, default, _ in columns}
        declared["rowid"] = "INTEGER"
        others = tuple(column for column, *_ in columns if column not in (*key, *number))
        found.append(_Table(name, key, others, declared))
    return found


def _make(db: sqlite3.Connection, table: _Table) -> None:
    """The table of former rows, with a column for each of the table's."""
    known = {column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (f"was_{table.name}",))}
    if not known:
        keys = ", ".join(f"key_{name} {table.declared[name].partition(' ')[0]} NOT NULL" for name in table.key)
        columns = "".join(f', "{name}" {table.declared[name]}' for name in table.columns)
        db.execute(f"CREATE TABLE was_{table.name} (moment INTEGER NOT NULL, held INTEGER, {keys}{columns}) STRICT")
        return
    for name in table.columns:
        if name not in known:  # of rows that went before it was there, what a row has that says nothing of it
            db.execute(f'ALTER TABLE was_{table.name} ADD COLUMN "{name}" {table.declared[name]}')


def _triggers(table: _Table) -> Iterator[tuple[str, str]]:
    """`held` is empty for a row that came, `_WHOLE` for one that went; else it has a bit for each column that was changed."""
    was = f"was_{table.name}"
    keys, new_key, old_key = (_listed(f"{prefix}{one}" for one in table.key) for prefix in ("key_", "new.", "old."))
    columns = "".join(f', "{column}"' for column in table.columns)
    whole = "".join(f', old."{column}"' for column in table.columns)
    came = f"INSERT INTO {was} (moment, {keys}) VALUES ({_NOW}, {new_key});"  # noqa: S608 - names are ours
    gone = f"INSERT INTO {was} (moment, held, {keys}{columns}) VALUES ({_NOW}, {_WHOLE}, {old_key}{whole});"  # noqa: S608 - names are ours
    yield _trigger(table, "came", "INSERT", "", came)
    yield _trigger(table, "gone", "DELETE", "", gone)
    differs = {column: f'old."{column}" IS NOT new."{column}"' for _, column in table.kept}
    is_moved = " OR ".join(f"old.{one} IS NOT new.{one}" for one in table.key)
    if table.key != ("rowid",):
        yield _trigger(table, "moved", f"UPDATE OF {_listed(table.key)}", is_moved, f"{gone} {came}")
    if table.kept:
        held = " | ".join(f"(({differs[column]}) << {place})" for place, column in table.kept)
        former = "".join(f', iif({differs[column]}, old."{column}", NULL)' for _, column in table.kept)
        changed = "".join(f', "{column}"' for _, column in table.kept)
        insert = f"INSERT INTO {was} (moment, held, {keys}{changed}) VALUES ({_NOW}, {held}, {new_key}{former});"  # noqa: S608 - names are ours
        named = ", ".join(f'"{column}"' for _, column in table.kept)
        when = f"NOT ({is_moved}) AND ({' OR '.join(differs.values())})"
        yield _trigger(table, "was", f"UPDATE OF {named}", when, insert)


def _trigger(table: _Table, what: str, event: str, when: str, body: str) -> tuple[str, str]:
    name = f"{_PREFIX}{table.name}_{what}"
    condition = f" WHEN {when}" if when else ""
    return name, f"CREATE TRIGGER {name} AFTER {event} ON {table.name}{condition} BEGIN {body} END"


def _listed(names: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' if name.isidentifier() and "." not in name else name for name in names)
