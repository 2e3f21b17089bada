"""What the templates of data/site call: questions of the metadata, words of both languages, filters. Reads the snapshot."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from monitor.publish import language
from monitor.publish.application import DATABASE
from monitor.publish.asked import as_order, first_page
from monitor.publish.citation import citations
from monitor.publish.marked import marked, marked_line, matches, spans_of
from monitor.publish.shown import address, duration, minutes_after, moment, number

LANGUAGES = {"ru": "Russian", "uk": "Ukrainian", "en": "English"}


def equip(env: Any, datasette: Any) -> None:
    """Give Jinja what the templates call. Globals, because Datasette gives its error pages no other variables."""

    async def ask(name: str, **parameters: object) -> list[dict[str, object]]:
        query = await datasette.get_canned_query(DATABASE, name, None)
        if query is None:
            raise LookupError(f"a page asks {name!r}, and metadata.yaml has no such query")
        # As on the query's own page, a parameter that is not given is empty.
        rows = await datasette.get_database(DATABASE).execute(query["sql"], defaultdict(str, parameters))
        return [dict(row) for row in rows]

    config = datasette.plugin_config("povestka") or {}
    regions: Mapping[str, Mapping[str, str]] = config.get("regions", {})
    russian: Mapping[str, Any] = config.get("ru", {})

    def translated(text: str) -> str:
        """The site's own words in the visitor's language."""
        return str(russian.get(text, text)) if language.current.get() == "ru" else text

    def counted(count: int, one: str, many: str) -> str:
        """A number with its noun: `one` is the English singular, `many` the plural."""
        forms = russian["plurals"][one] if language.current.get() == "ru" and "plurals" in russian else [one, many]
        return f"{number(count)} {language.plural(count, forms)}"

    async def matched(row: Mapping[str, Any], query: str) -> dict[str, Any]:
        """Where a search finds what it looks for in an article: spans of the title, and of a passage of the text."""
        (text,) = [found["text"] for found in await ask("article_text", article=row["article"])] or [""]
        return matches(row, str(text), query)

    env.globals |= {
        "ask": ask,
        "matched": matched,
        "as_order": as_order,
        "_": translated,
        "counted": counted,
        "lang": language.current.get,
        "languages": language.LANGUAGES,
        "tiles": regions,
        "citations": lambda article, received: citations(article, received, language.current.get()),
    }
    env.filters |= {
        "moment": moment,
        "address": address,
        "marked": marked,
        "marked_line": marked_line,
        "spans_of": spans_of,
        "from_json": json.loads,
        "region": lambda code: regions[code][language.current.get()] if code in regions else code,
        "language": lambda code: translated(LANGUAGES.get(code, code or "language unknown")),
        "number": number,
        "minutes_after": minutes_after,
        "duration": duration,
        "first_page": first_page,
    }
