"""Makes the public edition of the snapshot's tables: facts, links and excerpts, without private names. SQL over two open
databases.

It is copied row by row into a new file, never deleted from an old one: SQLite leaves deleted text in a file's free pages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from functools import lru_cache

from monitor.vault.connection import Connection, Value, as_json
from monitor.vault.views import LISTS

EXCERPT = 300
"""Characters of a text that may be shown: enough to know the article by, too little to take its place."""

_FACTS = """
    article topic language published modified feed_date first_seen first_fetched captured week topics score regions copy_group
    copies copy_of story first first_basis links revisions words paywalled source fetch fetches warc_file warc_offset
    digest id run kind status started finished bytes depth outcome region role field start end number fetched a b
    similarity subtopics country country_rule articles
    relevant failures asked last_read gap hour hours state read unchanged silent
    failed blocked overflows new lost refused via target near_miss_reason near_miss_detail way seen facts
    clock resolved story event from_story to_story alike_article likeness rule number is_origin from_article first_article
    since until absent at now earliest newest texts outlets languages origins denials
    lowest highest numbers last_seen noticed seen_fetch
    named quotes denied size
    digest_before parser parser_before
    drawn browser
    class disclosed revision text_digest looks last_checked confirmed confirmed_by returned due why limited
"""
FACTS = frozenset(_FACTS.split())
"""Columns that hold numbers, times, codes and our own words: no crawled text."""
_CRAWLED = """
    outlet title subtitle url authors published_raw reasons attributed_to section town speaker claimed_by anchor location referrer
    detail home feed doubt silent first_outlet from_outlet alike_outlet outlet_names evidence reason
    name forms
"""
CRAWLED = frozenset(_CRAWLED.split())
"""Columns that hold crawled text, or what may have some in it: private names in them are withheld."""
QUOTED = ("before", "after")
"""Columns that quote a text: of each as much may be shown as of the text itself."""
OUTLETS = ("outlet", "first_outlet", "from_outlet", "alike_outlet")
"""Columns that hold the name of an outlet, and nothing else."""
FUNCTIONS = {"reason_parts": "withheld_parts", "speaker_id": "withheld_speaker"}
"""Columns that have a function of their own."""
EMPTY = {
    ("near_misses", "passage"): "''", ("reasons", None): "", ("denials", None): "", ("denied_elsewhere", None): "",
    ("disputed_figures", None): "", ("picture_files", None): "",
    ("story_articles", "evidence"): "'[]'", ("story_events", "evidence"): "'[]'",
}  # fmt: skip
"""Withheld as a whole: what quotes or shows the text, or counts on having all of it."""


_SHORT = 200
"""Characters of a text that is worth keeping for the next time."""


def copy(db: Connection, withhold: Callable[[str], str]) -> None:
    """Make in `main` every table of the attached `base`, as the public may read it. `withhold` takes private names out of a text.

    Raises KeyError for a column that is in none of the lists above: whether the public may read it is for people to say.
    """
    once = lru_cache(maxsize=50_000)(withhold)  # outlets, sections and authors come again and again; texts do not

    def withheld(text: Value) -> Value:
        if not isinstance(text, str):
            return text
        return once(text) if len(text) < _SHORT else withhold(text)

    outlets = _outlets(db, withhold)
    db.raw.create_function("withheld", 1, withheld, deterministic=True)
    db.raw.create_function("withheld_outlet", 1, lambda name: outlets.get(name) or withheld(name), deterministic=True)
    db.raw.create_function(
        "withheld_outlets",
        1,
        lambda cell: cell and as_json(outlets.get(n) or once(n) for n in json.loads(cell)),
        deterministic=True,
    )
    db.raw.create_function("withheld_list", 1, lambda cell: cell and _in_list(withhold, cell), deterministic=True)
    db.raw.create_function("withheld_parts", 1, lambda cell: cell and _in_parts(once, cell), deterministic=True)
    private = {row["speaker_id"] for row in db.rows("SELECT * FROM base.speakers") if _is_private(withhold, row)}
    db.raw.create_function("withheld_speaker", 1, lambda id_: "" if id_ in private else id_, deterministic=True)
    db.raw.create_function("excerpt", 1, _excerpt, deterministic=True)
    for name, schema in db.rows("SELECT name, sql FROM base.sqlite_master WHERE type = 'table' ORDER BY rowid"):
        db.change(schema)
        if (name, None) in EMPTY:
            continue
        columns = [row["name"] for row in db.rows("SELECT name FROM pragma_table_info(?, 'base')", (name,))]
        shown = ", ".join(_shown(name, column) for column in columns)
        db.change(f"INSERT INTO main.{name} SELECT {shown} FROM base.{name} AS t {_WHERE.get(name, '')} ORDER BY rowid")  # noqa: S608 - ours


def _outlets(db: Connection, withhold: Callable[[str], str]) -> dict[str, str]:
    """What each outlet is called. Those whose names are one without what is withheld are numbered, in the order in which they
    came into the vault: the number stays with its outlet, and says nothing of its name."""
    shown: dict[str, str] = {}
    for (name,) in db.rows(
        """SELECT outlet FROM (SELECT outlet, 1 AS place, rowid AS number FROM vault.sources UNION ALL
            SELECT outlet, 2, min(rowid) FROM vault.articles GROUP BY outlet)
        GROUP BY outlet ORDER BY min(place), min(number)"""
    ):
        called, number = withhold(name), 1
        taken = set(shown.values())
        while called in taken:
            number += 1
            called = f"{withhold(name)} ({number})"
        shown[name] = called
    return shown


def _in_parts(withhold: Callable[[str], str], cell: str) -> str:
    """A reason in parts, of each its value without the names."""
    return json.dumps({name: withhold(value) for name, value in json.loads(cell).items()}, ensure_ascii=False)


def _is_private(withhold: Callable[[str], str], speaker: sqlite3.Row) -> bool:
    """Whether a speaker is withheld under any form of the name; then nothing is counted by it, since an id is made of a name."""
    return any(withhold(name) != name for name in (speaker["name"], *json.loads(speaker["forms"])))


# The public edition has no spans of denials to leave them out by.
_WHERE = {
    "speakers": "WHERE withheld_speaker(speaker_id) <> ''",
    "attributions": """WHERE NOT EXISTS (SELECT 1 FROM base.denials d
        WHERE d.article = t.article AND t.start >= d.denial_start AND t."end" <= d.denial_end)""",
}


def _shown(table: str, column: str) -> str:
    if (table, column) in EMPTY:
        return EMPTY[(table, column)]
    if column == "text":
        # In this order: a name that the end of the excerpt cuts is a name. What is behind the first part does not come into it.
        return f"excerpt(withheld(substr(text, 1, {6 * EXCERPT})))"
    if column in FUNCTIONS:
        return f"{FUNCTIONS[column]}({column})"
    if column in QUOTED:
        is_list = "field IN ('authors', 'links', 'flags')" if table == "rereadings" else "false"
        return f"""excerpt(iif({is_list}, withheld_list("{column}"), withheld("{column}")))"""
    if column in LISTS and column in CRAWLED:
        return f'withheld_list("{column}")'
    if column in OUTLETS:
        return f'withheld_outlet("{column}")'
    if column == "outlet_names":
        return 'withheld_outlets("outlet_names")'
    if column in CRAWLED:
        return f'withheld("{column}")'
    if column not in FACTS:
        raise KeyError(f"{table}.{column}: say in monitor/snapshot/redaction.py whether the public may read it")
    return f'"{column}"'


def _in_list(withhold: Callable[[str], str], cell: str) -> str:
    """A JSON array of texts without the names: of each by itself, because JSON's escapes would hide one; and all as one text
    where a name is parted over several."""
    items = [withhold(item) for item in json.loads(cell)]
    joined = " ".join(items)
    return as_json(items if withhold(joined) == joined else [withhold(joined)])


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    cut = text[:EXCERPT]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"
