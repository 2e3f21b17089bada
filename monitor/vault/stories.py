"""Stored stories: first reports, origins of their articles, and events. SQL within the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.errors import Message
from monitor.match import StoryItem
from monitor.model import FirstReport, Reduction, Sighting, Telling
from monitor.trace.first import credible_time
from monitor.trace.origins import SECONDHAND
from monitor.vault.connection import Connection, as_json, in_transaction, moment, moment_or_none, stamp, stamp_or_none

# Of the entries that list the article, the one seen first; of the reads of that document before it, the last. Of what one run
# saw, the feed has the word. What a feed lists is new; so is what a news sitemap gives with its time of publication, and it was
# asked for those of two days. What is in a plain sitemap's window, or on a home page, may have been published long before.
_SIGHTINGS = """
SELECT a.id, a.outlet, a.first_seen, a.published, (
    SELECT max(f.finished) FROM fetches l JOIN fetches f ON f.source = l.source AND f.kind = l.kind AND f.url = l.url
    WHERE l.id = e.fetch AND (l.kind IN ('feed', 'telegram')
            OR (l.kind = 'sitemap' AND julianday(f.finished) - julianday(e.published) < 2))
        AND f.outcome IN ('feed', 'unchanged') AND f.finished < a.first_seen
) AS absent
FROM json_each(?) named JOIN articles a ON a.id = named.value LEFT JOIN feed_entries e ON (e.source, e.guid, e.url) = (
    SELECT c.source, c.guid, c.url FROM feed_entries c JOIN fetches f ON f.id = c.fetch
    WHERE c.key IN (SELECT key FROM article_urls WHERE article = a.id AND key <> '')
    ORDER BY f.run, f.kind NOT IN ('feed', 'telegram'), c.first_seen, c.source, c.guid, c.url LIMIT 1)
WHERE a.relevant = 1 ORDER BY a.id"""


def item_of(row: sqlite3.Row) -> StoryItem:
    """An article as grouping into stories takes it."""
    places = [(region, town, role == "event", word) for region, town, role, word in json.loads(row["places"])]
    return StoryItem(
        row["id"],
        row["title"],
        row["text"],
        moment(row["published"]),
        tuple(json.loads(row["cites"])),
        regions=tuple(sorted({region for region, _, is_event, _ in places if is_event})),
        towns=tuple(sorted({town for _, town, is_event, _ in places if is_event and town})),
        places=tuple(sorted({word for *_, word in places})),
    )


def find_sightings(db: Connection, articles: Iterable[str]) -> dict[str, Sighting]:
    """When those of these articles that are relevant appeared, by the feeds that were read, by article id."""
    return {
        row["id"]: Sighting(
            row["id"], row["outlet"], moment_or_none(row["absent"]), moment(row["first_seen"]), moment_or_none(row["published"])
        )
        for row in db.rows(_SIGHTINGS, (as_json(articles),))
    }


@in_transaction
def save_sightings(db: Connection, changed: Sequence[str]) -> None:
    """Store what was witnessed of these articles, of which something has changed."""
    found = find_sightings(db, changed)
    for article in changed:
        seen = [found[article]] if article in found else []
        rows = ((s.article, stamp_or_none(s.absent), stamp(s.seen), stamp_or_none(s.declared)) for s in seen)
        db.put("sightings", ("article", "absent", "seen", "declared"), ("article", article), rows)


def sightings(db: Connection, articles: Iterable[str]) -> dict[str, Sighting]:
    """What was stored of these articles' appearance, by id."""
    rows = db.rows(
        "SELECT s.*, a.outlet FROM sightings s JOIN articles a ON a.id = s.article"
        " WHERE s.article IN (SELECT value FROM json_each(?))",
        (as_json(articles),),
    )
    return {
        row["article"]: Sighting(
            row["article"], row["outlet"], moment_or_none(row["absent"]), moment(row["seen"]), moment_or_none(row["declared"])
        )
        for row in rows
    }


def tellings(db: Connection, articles: Mapping[str, Sighting]) -> list[Telling]:
    """For each article of one story: its publisher, credits and citations, from which its origin is found."""
    ids = as_json(articles)
    credited: defaultdict[str, list[str]] = defaultdict(list)
    firsthand: set[str] = set()
    # Who denies what an article says is not on whose word it stands.
    for row in db.rows(
        """
        SELECT article, kind, outlet FROM attributions t WHERE article IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM denials d
                WHERE d.article = t.article AND t.start >= d.denial_start AND t."end" <= d.denial_end)
        ORDER BY article, start, rowid""",
        (ids,),
    ):
        if row["outlet"]:
            credited[row["article"]].append(row["outlet"])
        elif row["kind"] not in SECONDHAND:
            firsthand.add(row["article"])
    cites: defaultdict[str, list[str]] = defaultdict(list)
    for row in db.rows(
        """
        SELECT l.article, u.article AS cited FROM links l JOIN article_urls u ON u.key = l.key
        WHERE l.kind = 'citation' AND l.key <> '' AND l.article IN (SELECT value FROM json_each(?1))
            AND u.article IN (SELECT value FROM json_each(?1)) AND u.article <> l.article
        GROUP BY l.article, u.article ORDER BY l.article, min(l.start), u.article""",
        (ids,),
    ):
        cites[row["article"]].append(row["cited"])
    rows = db.rows(
        """
        SELECT a.id, a.outlet, coalesce(nullif(g.original, ''), a.id) AS original,
            (SELECT min(id) FROM families f WHERE f.outlet = a.outlet AND f.kind = 'publisher') AS publisher,
            EXISTS (SELECT 1 FROM families f WHERE f.outlet = a.outlet AND f.kind = 'wire') AS is_wire
        FROM articles a LEFT JOIN copy_groups g ON g.copy_group = a.copy_group AND a.copy_group <> ''
        WHERE a.id IN (SELECT value FROM json_each(?))""",
        (ids,),
    )
    return [
        Telling(
            row["id"],
            row["outlet"],
            row["publisher"] or row["outlet"],
            bool(row["is_wire"]),
            credible_time(articles[row["id"]]),
            row["original"],
            row["id"] in firsthand,
            tuple(dict.fromkeys(credited[row["id"]])),
            tuple(cites[row["id"]]),
        )
        for row in rows
    ]


@in_transaction
def save_facts(db: Connection, story: str, lead: str, first: FirstReport, steps: Sequence[Reduction]) -> None:
    """Store who was first in a story, which of its articles is shown for it, and the steps that lead to its origins."""
    of = ("story", story)
    fact = (
        story, lead, first.article, first.basis, stamp_or_none(first.since), stamp_or_none(first.until), first.rival,
        first.reason, _parts(first.reason),
    )  # fmt: skip
    names = ("story", "lead", "first_article", "basis", "since", "until", "rival", "reason", "reason_parts")
    db.put("story_facts", names, of, [fact])
    db.put(
        "story_steps",
        ("story", "number", "article", "rule", "source", "reason", "reason_parts"),
        of,
        ((story, number, s.article, s.rule, s.source, s.reason, _parts(s.reason)) for number, s in enumerate(steps, 1)),
    )


def _parts(reason: str) -> str:
    """A reason as the site says it in other languages: its sentence, and the values in it."""
    return json.dumps({"template": reason.template, **reason.values}, ensure_ascii=False) if isinstance(reason, Message) else "{}"


@in_transaction
def save(db: Connection, members: Mapping[str, str], firsts: Mapping[str, FirstReport]) -> None:
    """Store the story of each of these articles and, by story, who was first."""
    now = {article: (story, _is_first(article, firsts[story]), firsts[story].basis) for article, story in members.items()}
    rows = db.rows(
        "SELECT a.id, a.story, a.first, a.first_basis FROM json_each(?) JOIN articles a ON a.id = value",
        (as_json(members),),
    )
    # Most are as they were, and rows of articles are wide.
    before = {article: tuple(row) for article, *row in rows}
    db.change_many(
        "UPDATE articles SET story = ?, first = ?, first_basis = ? WHERE id = ?",
        ((*row, article) for article, row in now.items() if before.get(article) != row),
    )


def _is_first(article: str, first: FirstReport) -> str:
    if not first.article:
        return "undetermined"
    return "yes" if article == first.article else "no"


@in_transaction
def forget(db: Connection, stories: Iterable[str]) -> None:
    """Forget who was first in stories that have no article any more."""
    for table in ("story_facts", "story_steps"):
        db.change(f"DELETE FROM {table} WHERE story IN (SELECT value FROM json_each(?))", (as_json(stories),))  # noqa: S608 - ours


def grouped_by(db: Connection) -> str:
    """By which words and rules the stories that are stored were grouped; empty where there are none yet."""
    row = db.row("SELECT digest FROM story_digest")
    return row["digest"] if row else ""


@in_transaction
def note_grouped_by(db: Connection, digest: str) -> None:
    """All stories that are stored were grouped by these words and rules."""
    db.change("DELETE FROM story_digest")
    db.change("INSERT INTO story_digest VALUES (?)", (digest,))
