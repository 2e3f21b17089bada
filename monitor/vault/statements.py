"""Speakers in stored articles, denials between the articles of a story, and figures that differ. SQL within the caller's
transaction.

What is to be found again is noted: in `changed_statements` articles that came or changed and, by a trigger, stories that gained
or lost one; in `changed_speakers`, by triggers, speakers of whom a word went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.model import Attribution, CrossDenial, Denial, Figure, Mention, Speaker, Traced
from monitor.vault.connection import Connection, as_json, in_transaction
from monitor.vault.records import NamedSpeaker, StoredMention

# A denial says who denies in the words of an attribution, where it has one.
_KIND = "coalesce((SELECT kind FROM attributions WHERE article = d.article AND {who} IN (speaker, outlet) LIMIT 1), 'other')"
_DENIALS = """
    UNION ALL
    SELECT 'denials', '{column}', d.rowid, d.article, a.story, {kind}, d.{who}, a.language, d.{column}
    FROM denials d JOIN articles a ON a.id = d.article
    WHERE d.article IN (SELECT value FROM json_each(?1)) AND d.{who} <> ''"""
_MENTIONS = "".join([
    """
    SELECT 'attributions' AS place, 'speaker_id' AS "column", t.rowid AS number, t.article, a.story, t.kind,
        iif(t.speaker <> '', t.speaker, t.outlet) AS name, a.language, t.speaker_id AS was
    FROM attributions t JOIN articles a ON a.id = t.article
    WHERE t.article IN (SELECT value FROM json_each(?1)) AND (t.speaker <> '' OR t.outlet <> '')""",
    *(
        _DENIALS.format(column=column, who=who, kind=_KIND.format(who=f"d.{who}"))
        for who, column in (("speaker", "speaker_id"), ("claimed_by", "claimed_by_id"))
    ),
    " ORDER BY 4, 1, 2, 3",
])  # fmt: skip

_IRRELEVANT = "SELECT a.id FROM json_each(?) n JOIN articles a ON a.id = n.value WHERE a.relevant = 0"


def changed_statements(db: Connection) -> tuple[str, ...]:
    """Stories and articles in which who speaks is to be found again, in order."""
    return tuple(row["id"] for row in db.rows("SELECT id FROM changed_statements WHERE id <> '' ORDER BY id"))


@in_transaction
def mark_all_changed(db: Connection) -> None:
    """Note every story and article in which somebody speaks."""
    db.change(
        "INSERT OR IGNORE INTO changed_statements SELECT story FROM articles WHERE story <> ''"
        " UNION SELECT article FROM attributions UNION SELECT article FROM denials"
    )


@in_transaction
def clear_changed(db: Connection) -> None:
    """All that was noted is found again."""
    db.change("DELETE FROM changed_statements")
    db.change("DELETE FROM changed_speakers")


def members(db: Connection, named: Sequence[str]) -> dict[str, str]:
    """The relevant articles among those named, in their stories and in the stories named, and the story of each; in order."""
    rows = db.rows(
        """
        WITH named AS (SELECT value AS id FROM json_each(?)),
        stories AS (SELECT id FROM named UNION SELECT a.story FROM named n JOIN articles a ON a.id = n.id WHERE a.story <> '')
        SELECT id, story FROM articles WHERE story <> '' AND story IN (SELECT id FROM stories) UNION
        SELECT a.id, a.story FROM named n JOIN articles a ON a.id = n.id WHERE a.relevant = 1 ORDER BY 1""",
        (as_json(named),),
    )
    return {row["id"]: row["story"] for row in rows}


def mentions(db: Connection, articles: Iterable[str]) -> list[StoredMention]:
    """Every speaker whom these articles name."""
    return [
        StoredMention(
            (row["place"], row["column"], row["number"]),
            Mention(row["article"], row["story"], row["kind"], row["name"], row["language"]),
            row["was"],
        )
        for row in db.rows(_MENTIONS, (as_json(articles),))
    ]


@in_transaction
def save_ids(db: Connection, ids: Mapping[tuple[str, str, int], str]) -> None:
    """Store by which speaker each of these words is."""
    by_column: defaultdict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for (table, column, number), id_ in ids.items():
        by_column[table, column].append((id_, number))
    for (table, column), rows in by_column.items():
        db.change_many(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", rows)  # noqa: S608 - names are ours


@in_transaction
def forget_ids(db: Connection, named: Sequence[str]) -> None:
    """Of those of these articles that are relevant no more nobody speaks."""
    ids = as_json(named)
    for table, column in (("attributions", "speaker_id"), ("denials", "speaker_id"), ("denials", "claimed_by_id")):
        where = f"WHERE {column} <> '' AND article IN ({_IRRELEVANT})"
        db.change(f"INSERT OR IGNORE INTO changed_speakers SELECT {column} FROM {table} {where}", (ids,))  # noqa: S608 - names are ours
        db.change(f"UPDATE {table} SET {column} = '' {where}", (ids,))  # noqa: S608 - names are ours


def named(db: Connection, ids: Iterable[str]) -> list[NamedSpeaker]:
    """How often each of these speakers is called what, in which language and as what, with those of whom a word went; none of
    whom no word is there any more."""
    rows = db.rows(
        """
        WITH asked AS (SELECT value AS id FROM json_each(?) UNION SELECT speaker_id FROM changed_speakers)
        SELECT c.speaker_id, c.name, c.language, c.kind, c.times FROM asked q JOIN speaker_name_counts c ON c.speaker_id = q.id
        WHERE c.times > 0 ORDER BY 1, 2, 3, 4""",
        (as_json(ids),),
    )
    found: defaultdict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    for id_, *called in rows:
        found[id_].append((called[0], called[1], called[2], called[3]))
    return [NamedSpeaker(id_, tuple(called)) for id_, called in found.items()]


@in_transaction
def save_speakers(db: Connection, asked: Iterable[str], speakers: Iterable[Speaker]) -> None:
    """Store these speakers in place of those that were asked for and of those of whom a word went."""
    now = {s.id: (s.id, s.name, s.kind, s.is_named, as_json(s.forms)) for s in speakers}
    rows = db.rows("SELECT value AS id FROM json_each(?) UNION SELECT speaker_id FROM changed_speakers", (as_json(asked),))
    for id_ in sorted({*now, *(row["id"] for row in rows)}):
        columns = ("speaker_id", "name", "kind", "named", "forms")
        db.put("speaker_names", columns, ("speaker_id", id_), [now[id_]] if id_ in now else [])


def traced(db: Connection, articles: Iterable[str]) -> list[Traced]:
    """Those of these articles that carry no other's text, the earliest first, with what was traced in them."""
    ids = as_json(articles)
    rows = db.rows(
        """
        SELECT a.id, a.language, a.text FROM json_each(?) n JOIN articles a ON a.id = n.value
        LEFT JOIN copy_groups g ON g.copy_group = a.copy_group AND a.copy_group <> ''
        WHERE coalesce(nullif(g.original, ''), a.id) = a.id ORDER BY coalesce(a.published, a.first_seen), a.id""",
        (ids,),
    )
    of = "article IN (SELECT value FROM json_each(?)) ORDER BY article, rowid"
    said: defaultdict[str, list[Attribution]] = defaultdict(list)
    for r in db.rows(f"SELECT * FROM attributions WHERE {of}", (ids,)):  # noqa: S608 - a constant
        said[r["article"]].append(
            Attribution(r["kind"], r["speaker"], r["outlet"], r["start"], r["end"], r["url"], r["rule"], bool(r["resolved"]))
        )
    denied: defaultdict[str, list[Denial]] = defaultdict(list)
    for r in db.rows(f"SELECT * FROM denials WHERE {of}", (ids,)):  # noqa: S608 - a constant
        denied[r["article"]].append(
            Denial(
                r["claim_start"],
                r["claim_end"],
                r["denial_start"],
                r["denial_end"],
                r["speaker"],
                r["claimed_by"],
                r["kind"],
                r["rule"],
            )
        )
    return [Traced(r["id"], r["language"], r["text"], tuple(said[r["id"]]), tuple(denied[r["id"]])) for r in rows]


@in_transaction
def save_against(
    db: Connection,
    story: str,
    denied: Iterable[CrossDenial],
    figures: Iterable[Sequence[Figure]],
    ids: Mapping[tuple[str, str], str],
) -> None:
    """Store what the articles of a story deny of each other, and their figures that differ, in place of what was stored.

    `ids` are the speakers by article and name.
    """
    of = ("story", story)
    db.put(
        "cross_denials",
        (
            *("story", "claim_article", "claim_start", "claim_end", "claimed_by", "claimed_by_id"),
            *("denial_article", "denial_start", "denial_end", "speaker", "speaker_id"),
        ),
        of,
        (
            (
                *(story, d.claim_article, d.claim_start, d.claim_end),
                *(d.claimed_by, ids.get((d.claim_article, d.claimed_by), "")),
                *(d.denial_article, d.denial_start, d.denial_end),
                *(d.speaker, ids.get((d.denial_article, d.speaker), "")),
            )
            for d in denied
        ),
    )
    db.put(
        "story_figures",
        ("story", "number", "position", "article", "figure", "start", "end", "speaker", "speaker_id"),
        of,
        (
            (story, number, position, f.article, f.value, f.start, f.end, f.speaker, ids.get((f.article, f.speaker), ""))
            for number, group in enumerate(figures, 1)
            for position, f in enumerate(group, 1)
        ),
    )


@in_transaction
def forget_against(db: Connection, stories: Iterable[str]) -> None:
    """Forget what the articles of these stories say against each other."""
    for table in ("cross_denials", "story_figures"):
        db.change(f"DELETE FROM {table} WHERE story IN (SELECT value FROM json_each(?))", (as_json(stories),))  # noqa: S608 - names are ours
