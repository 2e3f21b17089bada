"""What the templates of data/site call: questions of the metadata, words of both languages, filters. Reads the snapshot."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from monitor.export.citation import citations
from monitor.site import language
from monitor.site.cells import address, minutes_after, moment
from monitor.site.highlight import marked, marked_line, matches, spans_of
from monitor.site.parameters import DATABASE, as_order, first_page

SAME = frozenset({
    "article", "outlet", "language", "title", "subtitle", "url", "published", "first_seen", "week", "topics", "regions", "region",
    "copy_group", "copy_of", "articles", "texts", "outlets", "earliest", "newest",
})  # fmt: skip
"""Columns that mean the same in whatever table or question they stand."""

_words: WeakKeyDictionary[Any, language.Words] = WeakKeyDictionary()


def words_of(datasette: Any) -> language.Words:
    """What the site over a snapshot says itself. Datasette reads its settings anew each time that it is asked for them."""
    if datasette not in _words:
        _words[datasette] = language.Words(datasette.plugin_config("povestka") or {})
    return _words[datasette]


def equip(env: Any, datasette: Any) -> None:
    """Give Jinja what the templates call. Globals, because Datasette gives its error pages no other variables."""

    async def ask(name: str, **parameters: object) -> list[dict[str, object]]:
        query = await datasette.get_canned_query(DATABASE, name, None)
        if query is None:
            raise LookupError(f"a page asks {name!r}, and metadata.yaml has no such query")
        # As on the query's own page, a parameter that is not given is empty.
        rows = await datasette.get_database(DATABASE).execute(query["sql"], defaultdict(str, parameters))
        return [dict(row) for row in rows]

    words = words_of(datasette)
    tiles: Mapping[str, Mapping[str, str]] = (datasette.plugin_config("povestka") or {}).get("regions", {})

    tables = datasette.metadata("tables", database=DATABASE) or {}

    def about_column(name: str, table: str = "") -> str:
        """What a column means, as the metadata of its table say; of those in SAME, as others do. Empty where none says it."""
        others = (tables.get(one, {}) for one in ("coverage", "regions") if name in SAME)
        return next((said for one in (tables.get(table, {}), *others) if (said := (one.get("columns") or {}).get(name))), "")

    async def matched(row: Mapping[str, Any], query: str) -> dict[str, Any]:
        """Where a search finds what it looks for in an article: spans of the title, and of a passage of the text."""
        (text,) = [found["text"] for found in await ask("article_text", article=row["article"])] or [""]
        return matches(row, str(text), query)

    env.globals |= {
        "ask": ask,
        "matched": matched,
        "as_order": as_order,
        "_": words,
        "counted": words.counted,
        "has_login": bool(datasette.plugin_config("datasette-auth-passwords")),
        "lang": language.current.get,
        "languages": language.LANGUAGES,
        "tiles": tiles,
        "column": words.column,
        "about_column": about_column,
        "table_title": lambda name: (datasette.table_metadata(DATABASE, name) or {}).get("title", name),
        "value_of": words.value,
        "citations": lambda article, received: citations(article, received, language.current.get()),
    }
    env.filters |= {
        "moment": moment,
        "address": address,
        "marked": marked,
        "marked_line": marked_line,
        "spans_of": spans_of,
        "from_json": json.loads,
        "region": words.region,
        "topic": words.topic,
        "language": words.language,
        "number": language.number,
        "minutes_after": minutes_after,
        "duration": words.duration,
        "first_page": first_page,
    }
