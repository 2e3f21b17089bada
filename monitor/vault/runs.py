"""Rows of runs, and the summary of a run, computed from its fetches. SQL within a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Run
from monitor.vault.connection import Connection, as_json, moment, moment_or_none, stamp, stamp_or_none
from monitor.vault.records import RecheckSummary


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a row of `runs`."""

    fetches: int
    articles: int
    relevant: int
    copies: int
    silent: tuple[str, ...]


def begin(db: Connection, kind: str, started: datetime, *, clock: datetime | None, arguments: Mapping[str, object] | None) -> int:
    """The id of a new run; runs that never ended are marked as stopped."""
    arguments_json = json.dumps(arguments or {}, ensure_ascii=False, default=str)
    db.change("UPDATE runs SET outcome = 'stopped' WHERE outcome = 'running'")
    return db.insert(
        "INSERT INTO runs (kind, started, clock, arguments) VALUES (?, ?, ?, ?)",
        (kind, stamp(started), stamp_or_none(clock), arguments_json),
    )


def finish(db: Connection, run: int, outcome: str, finished: datetime) -> Run:
    """The run, its row closed with its counts and its silent outlets."""
    counts = summary(db, run)
    db.change(
        "UPDATE runs SET finished = ?, outcome = ?, fetches = ?, articles = ?, relevant = ?, copies = ?, silent = ? WHERE id = ?",
        (
            *(stamp(finished), outcome, counts.fetches, counts.articles, counts.relevant, counts.copies),
            *(as_json(counts.silent), run),
        ),
    )
    row = db.row("SELECT * FROM runs WHERE id = ?", (run,))
    assert row is not None
    return run_of(row)


def all_runs(db: Connection) -> list[Run]:
    """All runs so far, the first first."""
    return [run_of(row) for row in db.rows("SELECT * FROM runs ORDER BY id")]


def unseen(db: Connection, run: int) -> tuple[str, ...]:
    """One line for each source that answered and was not seen whole in this run, in order of outlet."""
    rows = db.rows(
        "SELECT outlet, gap, detail FROM gaps WHERE run = ? AND gap NOT IN ('failed', 'silent', 'not polled', 'not running')",
        (run,),
    )
    return tuple(f"{row['outlet']}, {row['gap']}, {row['detail']}" for row in rows)


def summary(db: Connection, run: int) -> Summary:
    """Counts of distinct articles that the run fetched, and the outlets that were asked and gave nothing at all.

    An outlet whose feed was read but whose every article was refused gave nothing either. What the run itself left aside (its
    budget, its end) says nothing of the outlet, and neither does an article that is asked again after a failure.
    """
    # A run's requests lie one after the other: read in that order, and not in the index's, by source.
    (first,) = db.rows("SELECT coalesce(min(id), 0) FROM fetches WHERE run = ?", (run,))[0]
    # Of what is not relevant no row of `articles` is read: texts fill the pages before the columns that are asked for.
    counts = db.row(
        """
        WITH given AS MATERIALIZED (SELECT article AS id FROM fetches WHERE id >= ?2 AND +run = ?1 AND article IS NOT NULL
            UNION SELECT p.article FROM posts p JOIN fetches f ON f.id = p.fetch
                WHERE p.article IS NOT NULL AND p.fetch >= ?2 AND +f.run = ?1),
        relevant AS MATERIALIZED (SELECT id, copy_group FROM articles WHERE id IN (
            SELECT article FROM verdicts WHERE relevant = 1 AND article IN (SELECT id FROM given))),
        originals AS (SELECT original AS id FROM copy_groups WHERE copy_group IN (SELECT copy_group FROM relevant))
        SELECT (SELECT count(*) FROM fetches WHERE run = ?1), (SELECT count(*) FROM given), count(*),
            count(*) FILTER (WHERE copy_group <> '' AND id NOT IN (SELECT id FROM originals))
        FROM relevant""",
        (run, first),
    )
    assert counts is not None
    silent = db.rows(
        """
        SELECT s.outlet FROM fetches f JOIN sources s ON s.id = f.source LEFT JOIN feeds d ON d.source = s.id
        WHERE f.id >= ?2 AND +f.run = ?1 AND f.kind NOT IN ('robots', 'recheck') AND NOT (f.kind = 'article' AND f.article IS NULL
            AND coalesce((SELECT attempts FROM frontier WHERE key = f.key), 1) > 1)
        GROUP BY s.outlet
        HAVING max(f.article IS NOT NULL OR (f.outcome IN ('feed', 'unchanged') AND coalesce(d.entries, 0) > 0)) = 0
            OR (max(f.article IS NOT NULL OR (f.kind = 'article' AND f.outcome = 'unchanged')
                OR (d.format = 'telegram' AND d.entries > 0)) = 0
                AND max(f.kind = 'article' AND f.outcome NOT IN ('redirected', 'over budget', 'interrupted', 'unanswered')) = 1)
        ORDER BY s.outlet""",
        (run, first),
    )
    return Summary(counts[0], counts[1], counts[2], counts[3], tuple(row["outlet"] for row in silent))


def looked(db: Connection, run: int) -> RecheckSummary:
    """What the run's looks at articles came to, as far as that was told."""
    row = db.row(
        """
        WITH mine AS MATERIALIZED (SELECT id, outcome FROM fetches WHERE run = ?1 AND kind = 'recheck'
            AND outcome NOT IN ('redirected', 'interrupted', 'unanswered')),
        changed AS (SELECT e.article, min(e.disclosed) AS disclosed FROM revisions r JOIN version_edits e
                ON e.article = r.article AND e.revision = r.number
            WHERE r.fetch IN (SELECT id FROM mine) AND e.site_wide = 0 GROUP BY e.article)
        SELECT (SELECT count(*) FROM mine) AS looks,
            (SELECT count(*) FROM mine WHERE outcome IN ('unchanged', 'article')) - (SELECT count(*) FROM changed) AS unchanged,
            (SELECT count(*) FROM changed) AS edited, (SELECT count(*) FROM changed WHERE disclosed = 0) AS silent,
            count(*) FILTER (WHERE kind = 'removed' AND state = 'suspected') AS suspected,
            count(*) FILTER (WHERE kind = 'removed' AND state = 'confirmed') AS confirmed,
            count(*) FILTER (WHERE kind = 'removed' AND state = 'returned') AS returned,
            count(*) FILTER (WHERE kind IN ('hidden', 'unreachable') AND state <> 'returned') AS hidden
        FROM article_absences WHERE fetch IN (SELECT id FROM mine)""",
        (run,),
    )
    assert row is not None
    return RecheckSummary(**dict(row))


def run_of(row: sqlite3.Row) -> Run:
    """The record of a row of `runs`."""
    return Run(
        row["id"], row["kind"], moment_or_none(row["clock"]), moment(row["started"]), moment_or_none(row["finished"]),
        row["outcome"], row["fetches"], row["articles"], row["relevant"], row["copies"], tuple(json.loads(row["silent"])),
    )  # fmt: skip
