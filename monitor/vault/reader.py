"""Reads a vault or a snapshot, read-only, also while another process writes it. Each answer is of one consistent state."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, get_args

from monitor.errors import StoreError
from monitor.expect.schedule import SLACK
from monitor.model import POLLED, Capture, Run
from monitor.vault import evidence, feeds, frontier
from monitor.vault.connection import Connection, Value, as_json, moment, moment_or_none, stamp
from monitor.vault.records import (
    FrontierEntry,
    PausedHost,
    Totals,
)
from monitor.vault.runs import run_of
from monitor.vault.schema import APPLICATION_ID, check_version, is_vault
from monitor.vault.statement_views import HELPING_VIEWS
from monitor.vault.views import ARTICLES, LISTS, OF_OUTLETS, SEEN, TABLES, VIEWS

if TYPE_CHECKING:
    from monitor.judge.query import Query

FICTIONAL = "SELECT 1 FROM runs WHERE clock IS NOT NULL UNION ALL SELECT 1 FROM sources WHERE home LIKE 'http://127.%' LIMIT 1"
"""A row where the news of a vault are invented: only a demonstration sets a clock, and a press is on the loopback network."""

Clock = Literal["published", "modified", "feed_date", "first_seen", "first_fetched", "captured"]
CLOCKS = get_args(Clock)
"""Clocks of the views of articles that a range of days can name; docs/exports.md says who vouches for each."""


_PAIR = ("a", "b")
"""The columns of `copies` that are articles."""
_FORMER_KINDS = {"story": "story", "copy_group": "copies"}
"""What `former_ids` calls the things that have an id of their own, by the column of the coverage."""
_CAME = {
    "story": "SELECT min(moment) FROM was_story_facts WHERE held IS NULL AND key_story = ?",
    "copy_group": "SELECT min(w.moment) FROM copy_groups g JOIN was_copy_groups w ON w.key_rowid = g.rowid "
    "WHERE w.held IS NULL AND g.copy_group = ?",
    "article": "SELECT min(w.moment) FROM articles a JOIN was_articles w ON w.key_rowid = a.rowid "
    "WHERE w.held IS NULL AND a.id = ?",
}  # fmt: skip
"""The number of the moment at which a thing of an id came, by the history."""
_BEGUN = 4
"""Characters of an id that is cut short: fewer begin too many."""


class Reader:
    """An open vault or snapshot that cannot be changed. Use as a context manager, or call `close`."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows of a query, by column name or position. Raises StoreError where SQLite refuses it."""
        return self.db.rows(sql, values)

    def columns(self, view: str) -> tuple[str, ...]:
        """The columns of a view, in order."""
        return tuple(row["name"] for row in self.db.rows("SELECT name FROM pragma_table_info(?)", (self._named(view),)))

    def _named(self, view: str) -> str:
        """What a view is called here: a vault's table may have no targets, or rows of what is not relevant."""
        return helping if (helping := f"article_{view}") in HELPING_VIEWS and self.is_vault else view

    def view(
        self,
        name: str,
        *,
        clock: Clock = "published",
        since: date | None = None,
        until: date | None = None,
        query: Query | None = None,
        only: Sequence[tuple[str, str]] = (),
        timeout: float = math.inf,
    ) -> Iterator[sqlite3.Row]:
        """The rows of a view in its order, one by one, all of one state of the database.

        `only` are columns of the coverage and the values that they have; a list has the value among others. `since` and `until`
        are days in UTC, both included, of the clock that is named; articles without that clock are left out where either is
        given. These, and a `query`, choose articles: of a view that is about articles or stories they leave the rows of these. A
        view of OF_OUTLETS knows `outlet` alone; a snapshot has the texts of `coverage` alone.
        Raises StoreError for a view that there is not, or for what it cannot be asked; SlowError where a row does not come within
        `timeout`, in seconds.
        """
        if name not in VIEWS and name not in TABLES:
            raise StoreError(f"{self.db.path}: no view {name!r}; there are {', '.join([*VIEWS, *TABLES])}")
        if clock not in CLOCKS:
            raise StoreError(f"{self.db.path}: no clock {clock!r}; there are {', '.join(CLOCKS)}")
        where, values = ["1"], dict[str, Value]()
        if name in TABLES and self._named(name) == name and self.is_vault:
            where.append("article IN (SELECT id FROM articles WHERE relevant = 1)")
        key = self.key(name)
        chosen = name if name in ARTICLES or key == "outlet" else "coverage"
        conditions = self._columns_are(chosen, only, values)
        for day, condition in ((since, ">= :since"), (until and _end_of(until), "< :until")):
            if day:
                conditions.append(f"{clock} {condition}")
                values[condition.partition(":")[2]] = str(day)
        if (since or until or query) and (key == "outlet" or not key):
            raise StoreError(f"{self.db.path}: {name} has no days and cannot be searched: its rows are of no articles")
        if query:
            conditions += self._found_by(query, chosen, values)
        if conditions and chosen != name:
            if not key:
                raise StoreError(f"{self.db.path}: the rows of {name} are of no articles")
            holds = f"IN (SELECT {key} FROM coverage WHERE {' AND '.join(conditions)})"  # noqa: S608 - made of ours
            conditions = [f"{column} {holds}" for column in (_PAIR if name == "copies" else (key,))]
        where += conditions
        # A view has its order in itself; the tables of a snapshot were filled in that order, but for one that pages show by hour.
        order = (
            f"ORDER BY {TABLES[name]}"
            if name in TABLES
            else ""
            if self.is_vault
            else "ORDER BY outlet, hour"
            if name == "ledger"
            else "ORDER BY rowid"
        )
        sql = f"SELECT * FROM {self._named(name)} WHERE {' AND '.join(where)} {order}"  # noqa: S608 - names are ours
        return self.db.iterate(sql, values, timeout=timeout)

    def key(self, view: str) -> str:
        """By what the rows of a view belong to what an order chooses: article, story or outlet; empty where by nothing."""
        if view in OF_OUTLETS:
            return "outlet"
        columns = self.columns(view)
        return "article" if view == "copies" else next((key for key in ("article", "story") if key in columns), "")

    def _columns_are(self, view: str, only: Sequence[tuple[str, str]], values: dict[str, Value]) -> list[str]:
        """The conditions that columns of a view have these values; their parameters go into `values`."""
        columns, conditions = self.columns(view), []
        for number, (asked, value) in enumerate(only):
            column = "topic" if (view, asked) == ("near_misses", "topics") else asked
            if column not in columns:
                raise StoreError(f"{self.db.path}: {view} has no column {column!r}")
            holds = f"IN (SELECT value FROM json_each({column}))" if column in LISTS else f"= {column}"  # noqa: S608 - a column of the view
            conditions.append(f":only{number} {holds}")
            values[f"only{number}"] = value
        return conditions

    def _found_by(self, query: Query, view: str, values: dict[str, Value]) -> list[str]:
        """The conditions that a query holds of a row of a view; their parameters go into `values`."""
        # The dictionaries of the language take their time to load: not for who asks nothing.
        from monitor.vault import search

        search.register(self.db.raw)
        values["q"] = query.text
        if self.is_vault:
            return [search.in_vault(view)]
        if view != "coverage":
            raise StoreError(f"{self.db.path}: a snapshot has no texts of {view}; ask the vault")
        if not query.fts():
            return [search.in_snapshot(view)]
        values["q_fts"] = query.fts()  # the index proposes, the query decides
        return [search.CANDIDATE_CONDITION, search.in_snapshot(view)]

    @property
    def is_vault(self) -> bool:
        """Whether this is a vault; else it is a snapshot of one."""
        return is_vault(self.db)

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """All that is read within is of one state of the database."""
        with self.db.reading():
            yield

    def state(self) -> dict[str, Value]:
        """What tells one state of the database from another: its schema, the last run and request in it, and when it was last
        changed (`as_of`).
        """
        schema = (
            "SELECT CAST(user_version AS TEXT) FROM pragma_user_version"
            if self.is_vault
            else "SELECT value FROM meta WHERE key = 'schema'"
        )
        as_of = (
            "SELECT at FROM moments ORDER BY number DESC LIMIT 1"
            if self.is_vault
            else "SELECT value FROM meta WHERE key = 'as_of'"
        )
        row = self.db.row(
            f"SELECT ({schema}) AS schema, ({as_of}) AS as_of,"  # noqa: S608 - ours
            " (SELECT max(id) FROM runs) AS run, (SELECT max(id) FROM fetches) AS fetch,"
            " (SELECT max(finished) FROM fetches) AS newest_fetch"
        )
        assert row is not None
        return {"database": "vault" if self.is_vault else "snapshot", **dict(row)}

    def copy_into(self, copy: sqlite3.Connection) -> None:
        """Copy the database as it stands."""
        with self.db.errors():
            self.db.raw.backup(copy)

    def newest_captures(self) -> dict[str, Capture]:
        """Of each file of the archive the last capture in it, by the file's name; of a snapshot none."""
        return evidence.newest_captures(self.db) if self.is_vault else {}

    def newsroom(self) -> dict[str, str]:
        """The digests of the lists and topics by which the vault stands; none where nobody noted them yet."""
        rows = self.db.rows("SELECT name, digest FROM newsroom_digests ORDER BY name")
        return {row["name"]: row["digest"] for row in rows}

    def text(self, article: str) -> str | None:
        """The text of an article; None where it is not here."""
        sql = "SELECT text FROM articles WHERE id = ?" if self.is_vault else "SELECT text FROM texts WHERE article = ?"
        row = self.db.row(sql, (article,))
        return str(row["text"]) if row else None

    def present_id(self, column: str, id_: str) -> str:
        """What a story or a group of copies (`column`: story or copy_group) is called now: its id, or that of the one which took
        its place. Empty where no relevant article is in either.
        """
        sql = "SELECT now FROM former_ids WHERE kind = ? AND id = ?"
        names = (id_, *(str(row["now"]) for row in self.query(sql, (_FORMER_KINDS[column], id_))))
        there = f"SELECT 1 FROM coverage WHERE {column} = ? LIMIT 1"  # noqa: S608 - a key of ours
        return next((name for name in names if name and self.query(there, (name,))), "")

    def near_ids(self, column: str, id_: str) -> list[str]:
        """Ids that may be meant by one that there is not: that of the story or group which an article of this id is in, or those
        that begin so, five at most."""
        of_article = f"SELECT {column} AS id FROM coverage WHERE article = ? AND {column} <> ''"  # noqa: S608 - as above
        begun = f"SELECT DISTINCT {column} AS id FROM coverage WHERE {column} BETWEEN ? AND ? ORDER BY 1 LIMIT 5"  # noqa: S608
        rows = self.query(of_article, (id_,)) or (self.query(begun, (id_, f"{id_}~")) if len(id_) >= _BEGUN else [])
        return [str(row["id"]) for row in rows]

    def came(self, kind: str, id_: str) -> str:
        """When a story, a group of copies or an article (`kind`: story, copy_group or article) of this id first came into the
        vault, in UTC as stored; empty where none did, or no history was kept then.
        """
        ((number,),) = self.query(_CAME[kind], (id_,))
        rows = self.query("SELECT at FROM moments WHERE number = ?", (number,))
        return str(rows[0]["at"]) if rows else ""

    def received(self, article: Mapping[str, Value]) -> str | None:
        """When the bytes of a row of the coverage were received: by the archive that they were copied from, where they were."""
        row = self.db.row("SELECT finished FROM fetches WHERE id = ?", (article["fetch"],))
        return str(article.get("captured") or row["finished"]) if row else None

    def newest_version(self, article: str) -> str | None:
        """The digest of title and text of the newest version of an article that is in the coverage."""
        row = self.db.row("SELECT text_digest FROM versions WHERE article = ? ORDER BY revision DESC LIMIT 1", (article,))
        return str(row["text_digest"]) if row else None

    @property
    def is_fictional(self) -> bool:
        """Whether its news are invented: its clock was set, or an outlet of it is on this machine, as those of a press are."""
        if not self.is_vault:
            return bool(self.db.row("SELECT 1 FROM meta WHERE key = 'fictional'"))
        return bool(self.db.row(FICTIONAL))

    def gaps(self, since: date | None = None, until: date | None = None) -> list[dict[str, Value]]:
        """The gaps that reach into the days, both included, UTC: each from when its source was last read until it was asked. What
        of the days lies before the first poll or behind the newest request is a gap of the monitor itself, `not watched`; so is
        all time where no feed was ever polled.
        """
        rows = self.db.rows(
            "SELECT * FROM gaps WHERE (?1 IS NULL OR asked >= ?1) AND (?2 IS NULL OR last_read IS NULL OR last_read < ?2)",
            (since.isoformat() if since else None, _end_of(until) if until else None),
        )
        return [*self._unwatched(since, until), *map(dict, rows)]

    def _unwatched(self, since: date | None, until: date | None) -> Iterator[dict[str, Value]]:
        polled = "SELECT started FROM fetches WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1"
        begun = self.db.row(polled, (json.dumps(POLLED),))
        newest = self.db.row("SELECT finished AS at FROM fetches ORDER BY id DESC LIMIT 1")
        blank: dict[str, Value] = {**dict.fromkeys(self.columns("gaps"), ""), "run": None, "failures": 0, "gap": "not watched"}
        if not begun or not newest:
            yield {**blank, "detail": "no feed was ever polled", "facts": "{}", "asked": None, "last_read": None}
            return
        if not (since or until):
            return
        first, last = str(begun["started"]), str(newest["at"])
        if str(since or until) < (first if since else first[:10]):
            detail, facts = f"not watched before {first[:10]} {first[11:16]} UTC", json.dumps({"since": first[:16]})
            yield {**blank, "detail": detail, "facts": facts, "asked": first, "last_read": None}
        if (_end_of(until) if until else str(since)) > last:
            detail, facts = f"not watched after {last[:10]} {last[11:16]} UTC", json.dumps({"until": last[:16]})
            yield {**blank, "detail": detail, "facts": facts, "asked": None, "last_read": last}

    def idle(self, now: datetime) -> list[dict[str, Value]]:
        """The gap that lasts: the hours until now in which sources were due and nobody asked anything; of a snapshot none."""
        row = self.db.row("SELECT finished FROM fetches ORDER BY id DESC LIMIT 1")
        due = (
            [(due.at, due.outlet) for due in feeds.schedule(self.db, now) if due.state == "overdue" and due.at]
            if self.is_vault
            else []
        )
        if row is None or not due:
            return []
        since = max(min(at for at, _ in due) + SLACK, moment(row["finished"]) + timedelta(hours=1))
        since, until = (time.replace(minute=0, second=0, microsecond=0) for time in (since, now))
        hours, outlets = (until - since) // timedelta(hours=1), len({outlet for _, outlet in due})
        if hours < 1:
            return []
        begin, end = (f"{time:%Y-%m-%dT%H:%M}" for time in (since, until))
        many = f"nobody was asked for {_many(hours, 'hour')} since {since:%Y-%m-%d %H:%M} UTC"
        gap = {
            "detail": f"{many}, while {_many(outlets, 'outlet')} would be due",
            "facts": json.dumps({"hours": hours, "since": begin, "until": end, "outlets": outlets}),
            "asked": stamp(until),
            "last_read": row["finished"],
        }
        blank: dict[str, Value] = {**dict.fromkeys(self.columns("gaps"), ""), "run": None, "failures": 0}
        return [{**blank, "gap": "not running", **gap}]

    def unseen(self, since: date | None = None, until: date | None = None) -> list[dict[str, Value]]:
        """By outlet, for how many hours of the days, both included, UTC, it could not be seen, and why, by the ledger."""
        rows = self.db.rows(
            f"SELECT outlet, state, sum(hours) AS hours FROM ledger WHERE state NOT IN {SEEN}"  # noqa: S608 - ours
            " AND (?1 IS NULL OR hour >= ?1) AND (?2 IS NULL OR hour < ?2) GROUP BY outlet, state ORDER BY outlet, state",
            (since.isoformat() if since else None, _end_of(until) if until else None),
        )
        return [dict(row) for row in rows]

    def last_fetch(self, until: datetime | None = None) -> int:
        """The number of the last request, or of the last one that ended until then; 0 where there is none."""
        row = self.db.row("SELECT max(id) FROM fetches WHERE ?1 IS NULL OR finished <= ?1", (stamp(until) if until else None,))
        return int(row[0] or 0) if row else 0

    def ended(self, fetch: int) -> datetime | None:
        """When a request ended, in UTC; None where there is no such request."""
        row = self.db.row("SELECT finished FROM fetches WHERE id = ?", (fetch,))
        return moment(row["finished"]) if row else None

    def new_articles(self, after: int, query: Query | None = None) -> list[sqlite3.Row]:
        """Articles that became relevant by a later request than `after`, as rows of `coverage`, oldest first: new ones, and those
        that an edit made relevant.

        What an archive gave is new to the vault and no news: it is not among them. Neither is what another topic made relevant.
        """
        fresh = "SELECT a.id FROM articles a JOIN fetches f ON f.id = a.relevant_since WHERE a.relevant_since > :after"
        return self._matching(f"{fresh} AND f.captured IS NULL", query, {"after": after})

    def new_edits(self, after: int, query: Query | None = None) -> list[sqlite3.Row]:
        """Edits that a later request than `after` showed, as rows of `edits`; of articles that fit the query, as they are now."""
        articles = [
            row["article"] for row in self._matching("SELECT article FROM edits WHERE fetch > :after", query, {"after": after})
        ]
        return self.db.rows(
            "SELECT * FROM edits WHERE fetch > ? AND article IN (SELECT value FROM json_each(?)) ORDER BY fetch, article",
            (after, as_json(articles)),
        )

    def new_removals(self, after: int, query: Query | None = None) -> list[sqlite3.Row]:
        """Articles that a later request than `after` showed to be removed, maybe or surely, as rows of `absences`."""
        absent = "SELECT article FROM absences WHERE fetch > :after AND kind = 'removed'"
        articles = [row["article"] for row in self._matching(absent, query, {"after": after})]
        return self.db.rows(
            "SELECT * FROM absences WHERE fetch > ? AND kind = 'removed' AND state <> 'returned'"
            " AND article IN (SELECT value FROM json_each(?)) ORDER BY fetch, article",
            (after, as_json(articles)),
        )

    def spreading(self, after: int, outlets: int, query: Query | None = None) -> list[list[sqlite3.Row]]:
        """Texts that so many outlets carry, one of which came later than `after`: their relevant articles, by declared date.

        Of a text at least one article fits the query.
        """
        groups = self.db.rows(
            """
            SELECT fresh.copy_group FROM (SELECT DISTINCT a.copy_group FROM revisions r JOIN articles a ON a.id = r.article
                WHERE r.fetch > ? AND a.copy_group <> '') fresh
            CROSS JOIN articles a ON a.copy_group = fresh.copy_group AND a.copy_group <> '' AND a.relevant = 1
            GROUP BY 1 HAVING count(DISTINCT a.outlet) >= ? ORDER BY 1""",
            (after, outlets),
        )
        found = []
        for (group,) in groups:
            if self._matching("SELECT id FROM articles WHERE copy_group = :group AND copy_group <> ''", query, {"group": group}):
                found.append(
                    self.db.rows(
                        "SELECT * FROM coverage WHERE copy_group = ? AND copy_group <> '' ORDER BY published IS NULL, published",
                        (group,),
                    )
                )
        return found

    def _matching(self, articles: str, query: Query | None, values: dict[str, Value]) -> list[sqlite3.Row]:
        where = [f"article IN ({articles})"]
        if query:
            from monitor.vault import search  # see view

            search.register(self.db.raw)
            where.append(search.in_vault("coverage"))
            values = {**values, "q": query.text}
        return list(self.db.iterate(f"SELECT * FROM coverage WHERE {' AND '.join(where)} ORDER BY fetch", values))  # noqa: S608 - ours

    def due(self, now: datetime) -> list[FrontierEntry]:
        """The addresses in the frontier that are due, those of a host in the order in which a crawl would take them on."""
        rows = self.db.rows(
            "SELECT * FROM frontier WHERE state <> 'done' AND due <= ?1"
            " AND host NOT IN (SELECT host FROM hosts WHERE paused_until > ?1) ORDER BY priority DESC, depth, due, key",
            (stamp(now),),
        )
        return [frontier.pending_of(row) for row in rows]

    def paused_hosts(self, now: datetime) -> list[PausedHost]:
        """Hosts that asked for time, in order: nothing of them is due."""
        rows = self.db.rows(
            "SELECT h.host, h.paused_until, coalesce(f.url, '') AS url FROM hosts h LEFT JOIN frontier f ON f.key = h.asked_by"
            " WHERE h.paused_until > ? ORDER BY h.host",
            (stamp(now),),
        )
        return [PausedHost(row["host"], moment(row["paused_until"]), row["url"]) for row in rows]

    def next_due(self, now: datetime) -> datetime | None:
        """When there is something to crawl: a source whose poll is due, or an address that waits for its time.

        `now` or earlier where something is due already, None where nothing ever will be. A line that was added to
        data/sources.csv, or changed, is not known here before the next crawl.
        """
        waiting = self.db.row(
            # Not "<> 'done'": each of these has an index of its own, and what is done with grows for ever.
            "SELECT min(max(due, coalesce(paused_until, ''))) FROM (SELECT host, due FROM frontier WHERE state = 'waiting'"
            " UNION ALL SELECT host, due FROM frontier WHERE state = 'leased') LEFT JOIN hosts USING (host)"
        )
        times = [feeds.next_due(self.db, now), moment_or_none(waiting[0]) if waiting else None]
        return min((time for time in times if time), default=None)

    def requests(self) -> list[tuple[str, str, int]]:
        """All requests that ended, as kind, outcome and how many."""
        return [
            (row["kind"], row["outcome"], row["n"])
            for row in self.db.rows("SELECT kind, outcome, count(*) AS n FROM fetches GROUP BY 1, 2 ORDER BY 1, 2")
        ]

    def wordings(self, head: int) -> Iterator[tuple[str, str]]:
        """Each text that articles show, once: the title of an article that shows it, and its first characters."""
        rows = self.db.iterate(
            "SELECT a.title, substr(a.text, 1, :head) FROM (SELECT min(article) AS id FROM article_wordings GROUP BY wording)"
            " JOIN articles a USING (id) ORDER BY a.id",
            {"head": head},
        )
        return ((title, text) for title, text in rows)

    def totals(self) -> Totals:
        """What the vault holds now."""
        counts = self.db.row(
            """
            SELECT count(*) AS articles, coalesce(sum(relevant), 0) AS relevant,
                coalesce(sum(relevant AND copy_group <> ''), 0) AS copied,
                count(DISTINCT iif(relevant, nullif(copy_group, ''), NULL)) AS texts,
                count(DISTINCT iif(relevant, nullif(story, ''), NULL)) AS stories,
                coalesce(sum(relevant AND id IN (SELECT article FROM looks WHERE looks > 0)), 0) AS rechecked,
                coalesce(sum(relevant AND id IN (SELECT article FROM version_edits WHERE site_wide = 0)), 0) AS edited,
                coalesce(sum(relevant AND id IN (
                    SELECT article FROM version_edits WHERE site_wide = 0 AND disclosed = 0)), 0) AS silent,
                coalesce(sum(relevant AND id IN (SELECT article FROM article_absences
                    WHERE kind = 'removed' AND state <> 'returned')), 0) AS removed
            FROM articles a"""
        )
        assert counts is not None
        skipped = self.db.rows("SELECT outcome, count(*) AS n FROM skipped GROUP BY outcome ORDER BY n DESC, outcome")
        return Totals(**dict(counts), skipped=tuple((row["outcome"], row["n"]) for row in skipped))

    def counts(self) -> dict[str, int]:
        """How many rows each table of a snapshot has, by its name."""
        return {row["table"]: row["rows"] for row in self.db.rows('SELECT "table", rows FROM counts ORDER BY 1')}

    def description(self) -> dict[str, str]:
        """What a snapshot says of itself: its table `meta`."""
        return {row["key"]: row["value"] for row in self.db.rows("SELECT key, value FROM meta ORDER BY key")}

    def runs(self) -> list[Run]:
        """All runs, the newest first. Of one that has not ended, the requests so far; its other counts are made at its end."""
        return [
            run_of(row)
            for row in self.db.rows(
                """
                SELECT id, kind, clock, started, finished, outcome,
                    iif(outcome = 'running', (SELECT count(*) FROM fetches WHERE run = runs.id), fetches) AS fetches,
                    articles, relevant, copies, silent
                FROM runs ORDER BY id DESC"""
            )
        ]


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _end_of(day: date) -> str:
    """After every time of that day, as text."""
    return f"{day.isoformat()}T24"


def copy_vault(path: Path, target: Path) -> None:
    """Copy a vault as it stands at one moment, by SQLite's online backup, also while it is written; the copy takes its name when
    it is whole. Raises StoreError.
    """
    partial = target.with_name(f".{target.name}.part")
    partial.unlink(missing_ok=True)
    with open_reader(path) as reader:
        copy = Connection(partial, writes=True)
        try:
            with copy.errors():
                reader.copy_into(copy.raw)
                copy.pragma("journal_mode = DELETE")  # one file, whole in itself
        finally:
            copy.close()
    partial.replace(target)
    for kind in ("wal", "shm"):
        target.with_name(f"{target.name}-{kind}").unlink(missing_ok=True)  # of the copy that was there before


def open_reader(path: Path) -> Reader:
    """Open a vault or a snapshot to read. Raises StoreError where there is none, the file is another program's, or the vault is
    of a newer version, or an older one: only who writes it may change its tables.
    """
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: no database here: there is no folder {path.parent}; name the newsroom's by --data or MONITOR_DATA"
        )
    if not path.is_file():
        raise StoreError(f"{path}: no database here; `monitor crawl` makes one")
    with ExitStack() as stack:
        db = Connection(path, writes=False)
        stack.callback(db.close)
        if db.rows("PRAGMA application_id")[0][0] != APPLICATION_ID:
            raise StoreError(f"{path}: is no database of Povestka; name one that `monitor crawl` or `monitor publish` made")
        check_version(db)
        stack.pop_all()  # it is the reader's to close
    return Reader(db)
