"""The stored features of relevant articles and their pairwise similarities, from which stories are grouped. SQL within the
caller's transaction.

Costs follow the windows that are asked for and not the vault: articles lie in an index by time, pairs by either article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.match import NAMES_HEAD, Embedding, Known, Member, StoryEvent, StoryItem
from monitor.match.features import unpack
from monitor.match.history import MERGED
from monitor.match.likeness import LINK, SCALE
from monitor.vault import copies
from monitor.vault.connection import Connection, as_json, moment, stamp
from monitor.vault.stories import item_of

Span = tuple[datetime, datetime]

# A date that lies after the article was seen is none. Where there is none, the feed's stands for it, and then when it was seen.
_ITEMS = """
SELECT a.id, a.title, substr(a.text, 1, ?2) AS text, iif(a.copy_group <> '', a.copy_group, a.id) AS wording,
    iif(a.published <= a.first_seen, a.published, min(coalesce(a.feed_date, a.first_seen), a.first_seen)) AS published,
    (SELECT json_group_array(id) FROM (SELECT DISTINCT iif(b.relevant = 1 AND b.copy_group <> '', b.copy_group, b.id) AS id
        FROM links l JOIN articles b ON b.key = l.key
        WHERE l.article = a.id AND l.kind = 'citation' AND b.id <> a.id ORDER BY 1)) AS cites,
    (SELECT json_group_array(json_array(region, town, role,
        substr(iif(field = 'title', a.title, a.text), start + 1, "end" - start))) FROM places WHERE article = a.id) AS places
FROM json_each(?1) named JOIN articles a ON a.id = named.value WHERE a.relevant = 1 ORDER BY a.id"""


@dataclass(frozen=True, slots=True)
class GroupedItem:
    """What is stored of an article that is grouped; `number`, `story` and `meaning` are not what
    it follows from."""

    id: str
    at: datetime
    text: str
    cites: tuple[str, ...]
    features: str
    """Packed."""
    number: int = 0
    story: str = ""
    meaning: Embedding | None = None

    def is_as(self, other: GroupedItem) -> bool:
        """Whether it would be grouped as the other one is."""
        return (self.at, self.text, self.cites, self.features) == (other.at, other.text, other.cites, other.features)


class Grouping:
    """The tables `story_items`, `story_pairs` and `story_evidence`."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # Articles

    def relevant(self) -> list[str]:
        """All articles that are to be in a story, in order."""
        return [
            row["id"]
            for row in self._db.rows("SELECT id FROM articles INDEXED BY articles_relevant WHERE relevant = 1 ORDER BY id")
        ]

    def citing(self, articles: Iterable[str]) -> set[str]:
        """The relevant articles whose texts link to one of these."""
        rows = self._db.rows(
            "SELECT DISTINCT l.article FROM json_each(?) n JOIN articles a ON a.id = n.value JOIN links l ON l.key = a.key"
            " JOIN articles b ON b.id = l.article WHERE l.kind = 'citation' AND b.relevant = 1",
            (as_json(articles),),
        )
        return {row["article"] for row in rows}

    def items(self, articles: Iterable[str]) -> dict[str, tuple[StoryItem, str]]:
        """Those of these articles that are relevant, as grouping takes them; of each its text: its id, or its group's name."""
        rows = self._db.rows(_ITEMS, (as_json(articles), NAMES_HEAD))
        return {row["id"]: (item_of(row), row["wording"]) for row in rows}

    def stored(self, articles: Iterable[str]) -> dict[str, GroupedItem]:
        """What is stored of these articles, by id."""
        rows = self._db.rows(
            "SELECT i.*, m.model, m.vector FROM json_each(?) named JOIN story_items i ON i.article = named.value"
            " LEFT JOIN meanings m USING (article)",
            (as_json(articles),),
        )
        return {
            row["article"]: GroupedItem(
                row["article"], moment(row["at"]), row["text"], tuple(json.loads(row["cites"])), row["features"], row["number"],
                row["story"], _meaning(row),
            )
            for row in rows
        }  # fmt: skip

    def save(self, items: Iterable[GroupedItem]) -> None:
        """Store articles as they are now, each in the story that it was in."""
        self._db.change_many(
            "INSERT INTO story_items (article, at, text, cites, features, story)"
            " VALUES (?1, ?2, ?3, ?4, ?5, (SELECT story FROM articles WHERE id = ?1))"
            " ON CONFLICT (article) DO UPDATE SET at = ?2, text = ?3, cites = ?4, features = ?5",
            ((item.id, stamp(item.at), item.text, as_json(item.cites), item.features) for item in items),
        )

    def remove(self, numbers: Iterable[int]) -> None:
        """Articles that are in no story any more."""
        self._db.change("DELETE FROM story_items WHERE number IN (SELECT value FROM json_each(?))", (_json(numbers),))

    def known(self, spans: Iterable[Span]) -> Iterator[Known]:
        """The articles of these spans of time, of which none overlaps another, in order of time."""
        for since, until in spans:
            for row in self._db.raw.execute(
                "SELECT i.*, m.model, m.vector FROM story_items i LEFT JOIN meanings m USING (article)"
                " WHERE at BETWEEN ? AND ? ORDER BY at, number",
                (stamp(since), stamp(until)),
            ):
                yield Known(
                    row["number"],
                    unpack(row["features"]),
                    moment(row["at"]),
                    row["text"],
                    frozenset(json.loads(row["cites"])),
                    _meaning(row),
                )

    def within(self, spans: Iterable[Span]) -> set[int]:
        """The articles of these spans of time."""
        found = set[int]()
        for since, until in spans:
            rows = self._db.rows("SELECT number FROM story_items WHERE at BETWEEN ? AND ?", (stamp(since), stamp(until)))
            found.update(row["number"] for row in rows)
        return found

    def members(self, numbers: Iterable[int], movable: Container[int] | None) -> list[Member]:
        """Articles as they are grouped: those that are in a story and not `movable` are fixed there; None: none is."""
        return [
            Member(
                row["number"], row["article"], row["text"], row["story"],
                is_fixed=movable is not None and row["number"] not in movable and bool(row["story"]),
            )
            for row in self._db.rows(
                "SELECT number, article, text, story FROM json_each(?) JOIN story_items ON number = value", (_json(numbers),)
            )
        ]  # fmt: skip

    def times(self, articles: Iterable[str]) -> dict[str, datetime]:
        """The time of each of these articles."""
        rows = self._db.rows("SELECT article, at FROM json_each(?) JOIN story_items ON article = value", (as_json(articles),))
        return {row["article"]: moment(row["at"]) for row in rows}

    # Pairs

    def forget_pairs(self, numbers: Iterable[int]) -> set[int]:
        """Forget how alike these articles are to others; the articles that one of them could be joined to."""
        ids = _json(numbers)
        rows = self._db.rows("SELECT a, b, likeness FROM json_each(?) JOIN story_pairs ON a = value", (ids,))
        self._db.change("DELETE FROM story_pairs WHERE a IN (SELECT value FROM json_each(?))", (ids,))
        self._db.change_many("DELETE FROM story_pairs WHERE a = ? AND b = ?", ((row["b"], row["a"]) for row in rows))
        return {row["b"] for row in rows if row["likeness"] >= LINK}

    def forget_all(self) -> None:
        """Forget all that was found of how alike articles are."""
        for table in ("story_items", "story_pairs"):
            self._db.change(f"DELETE FROM {table}")  # noqa: S608 - ours

    def save_pairs(self, pairs: Iterable[tuple[int, int, int]]) -> None:
        """Store how alike articles are."""
        self._db.change_many(
            "INSERT INTO story_pairs VALUES (?, ?, ?)",
            (row for a, b, likeness in pairs for row in ((a, b, likeness), (b, a, likeness))),
        )

    def pairs(self, numbers: Collection[int]) -> dict[tuple[int, int], int]:
        """How alike each two of these articles are, the less number first."""
        rows = self._db.rows("SELECT a, b, likeness FROM json_each(?) JOIN story_pairs ON a = value AND b > a", (_json(numbers),))
        return {(row["a"], row["b"]): row["likeness"] for row in rows if row["b"] in numbers}

    def near(self, number: int, movable: Container[int] | None) -> list[int]:
        """The articles that may be grouped with one: those of its story and of its text, and those that it could be joined to.

        Two of which neither is `movable` (None: all are) stay as they are.
        """
        rows = self._db.rows(
            """
            SELECT b AS number, 0 AS stays FROM story_pairs WHERE a = ?1 AND likeness >= ?2
            UNION ALL SELECT o.number, 1 FROM story_items i JOIN story_items o ON o.story = i.story
                WHERE i.number = ?1 AND i.story <> '' AND o.story <> ''
            UNION ALL SELECT o.number, 1 FROM story_items i JOIN story_items o ON o.text = i.text WHERE i.number = ?1""",
            (number, LINK),
        )
        is_movable = movable is None or number in movable
        return [row["number"] for row in rows if row["stays"] or is_movable or (movable and row["number"] in movable)]

    def of_stories(self, stories: Iterable[str]) -> dict[str, list[str]]:
        """The articles of each of these stories, in order; a story that is no more has none."""
        found: dict[str, list[str]] = {story: [] for story in stories}
        for row in self._db.rows(
            "SELECT story, article FROM json_each(?) JOIN story_items ON story = value WHERE story <> '' ORDER BY article",
            (as_json(found),),
        ):
            found[row["story"]].append(row["article"])
        return found

    def stories_of(self, articles: Iterable[str]) -> dict[str, str]:
        """The story of each of these articles that is in one."""
        return {article: item.story for article, item in self.stored(articles).items() if item.story}

    def left(self) -> dict[str, str]:
        """The stories of articles that are in one, and are not relevant any more."""
        return {
            row["id"]: row["story"] for row in self._db.rows("SELECT id, story FROM articles WHERE story <> '' AND relevant = 0")
        }

    # Names, and what became of them

    def ages(self, stories: Iterable[str]) -> dict[str, int]:
        """In which order these stories began."""
        rows = self._db.rows(
            "SELECT to_story, min(number) AS number FROM json_each(?) JOIN story_moves ON to_story = value"
            " WHERE event IN ('begun', 'split') GROUP BY to_story",
            (as_json(stories),),
        )
        return {row["to_story"]: row["number"] for row in rows}

    def is_taken(self, name: str) -> bool:
        """Whether a story is called so, or was before it was merged into another."""
        return bool(
            self._db.row("SELECT 1 FROM story_items WHERE story = ? AND story <> ''", (name,))
            or self._db.row("SELECT 1 FROM former_ids WHERE kind = 'story' AND id = ?", (name,))
        )

    def place(self, stories: Mapping[str, str]) -> None:
        """Store the story of each of these articles; empty: it is in none any more."""
        for statement in (
            "UPDATE story_items SET story = ? WHERE article = ?",
            "UPDATE articles SET story = ? WHERE id = ?",
            "UPDATE articles SET first = '', first_basis = '' WHERE ? = '' AND id = ?",
        ):
            self._db.change_many(statement, ((story, article) for article, story in stories.items()))

    def evidence_of(self, articles: Iterable[str]) -> dict[str, tuple[str, float]]:
        """What each of these articles is said to be most alike to in its story, and how much."""
        rows = self._db.rows(
            "SELECT article, other, likeness FROM json_each(?) JOIN story_evidence ON article = value", (as_json(articles),)
        )
        return {row["article"]: (row["other"], row["likeness"]) for row in rows}

    def save_evidence(self, found: Mapping[str, tuple[str, float, Sequence[str]]], alone: Iterable[str]) -> None:
        """Store what articles are most alike to in their stories, how much, and why; those that are alone there have nothing."""
        self._db.change("DELETE FROM story_evidence WHERE article IN (SELECT value FROM json_each(?))", (as_json(alone),))
        columns = ("article", "other", "likeness", "evidence")
        for article, (other, likeness, why) in found.items():
            self._db.put("story_evidence", columns, ("article", article), [(article, other, likeness, as_json(why))])

    def save_events(self, events: Iterable[StoryEvent], at: datetime) -> None:
        """Store what became of stories; what was called by the name of one that was merged leads to the other."""
        for e in events:
            self._db.insert(
                "INSERT INTO story_moves (at, event, article, from_story, to_story, alike_article, likeness, evidence)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (stamp(at), e.event, e.article, e.from_story, e.to_story, e.alike_article, e.likeness, as_json(e.evidence)),
            )
            if e.event == MERGED:
                copies.save_merged(self._db, "story", {e.from_story: e.to_story}, stamp(at))


def share(likeness: int) -> float:
    """A likeness in millionths as readers are shown it, 0 to 1."""
    return round(likeness / SCALE, 3)


def _meaning(row: sqlite3.Row) -> Embedding | None:
    return Embedding(row["model"], row["vector"]) if row["model"] else None


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(sorted(numbers))
