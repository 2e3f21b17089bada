"""What a run amounted to, from its fetches. SQL that reads."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from monitor.model import Run
from monitor.store.connection import Connection, moment, moment_or_none


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a row of `runs`."""

    fetches: int
    articles: int
    relevant: int
    copies: int
    silent: tuple[str, ...]


def summary(db: Connection, run: int) -> Summary:
    """Counts of distinct articles that the run fetched, and the outlets that were asked and gave nothing at all.

    An outlet whose feed was read but whose every article was refused gave nothing either. What the run itself left aside (its
    budget, its end) says nothing of the outlet.
    """
    counts = db.row(
        """
        WITH given AS (SELECT article FROM fetches WHERE run = ?1 AND article IS NOT NULL
            UNION SELECT p.article FROM posts p JOIN fetches f ON f.source = p.source AND f.id = p.fetch
                WHERE f.run = ?1 AND p.article IS NOT NULL)
        SELECT (SELECT count(*) FROM fetches WHERE run = ?1), count(*), coalesce(sum(a.relevant), 0),
            count(*) FILTER (WHERE a.relevant = 1 AND EXISTS (SELECT 1 FROM articles b WHERE a.copy_group <> ''
                AND b.copy_group = a.copy_group AND b.relevant = 1
                AND (b.published IS NULL, coalesce(b.published, ''), b.id)
                    < (a.published IS NULL, coalesce(a.published, ''), a.id)))
        FROM articles a JOIN given ON given.article = a.id""",
        (run,),
    )
    assert counts is not None
    silent = db.rows(
        """
        SELECT s.outlet FROM fetches f JOIN sources s ON s.id = f.source LEFT JOIN feeds d ON d.source = s.id
        WHERE f.run = ? AND f.kind <> 'robots' GROUP BY s.outlet
        HAVING max(f.article IS NOT NULL OR (f.outcome IN ('feed', 'unchanged') AND coalesce(d.entries, 0) > 0)) = 0
            OR (max(f.article IS NOT NULL OR (f.kind = 'article' AND f.outcome = 'unchanged')
                OR (d.format = 'telegram' AND d.entries > 0)) = 0
                AND max(f.kind = 'article' AND f.outcome NOT IN ('redirected', 'over budget', 'unanswered')) = 1)
        ORDER BY s.outlet""",
        (run,),
    )
    return Summary(counts[0], counts[1], counts[2], counts[3], tuple(row["outlet"] for row in silent))


def run_of(row: sqlite3.Row) -> Run:
    """The record of a row of `runs`."""
    return Run(
        row["id"], row["command"], moment(row["started"]), moment_or_none(row["finished"]), row["outcome"], row["fetches"],
        row["articles"], row["relevant"], row["copies"], tuple(json.loads(row["silent"])),
    )  # fmt: skip
