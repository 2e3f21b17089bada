"""The rows of a page as an Atom feed, where they are articles. Touches nothing: rows in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from datasette.utils.asgi import BadRequest, Response

from monitor.publish.atom import Entry, atom

EPOCH = "1970-01-01T00:00:00+00:00"
"""The date of what has none, in formats that must have one."""


def has_articles(columns: Sequence[str]) -> bool:
    return {"article", "outlet", "title", "published"} <= set(columns)


def as_atom(request: Any, columns: Sequence[str], rows: Iterable[Any]) -> Any:
    """The rows of a page as a feed, in its order; 400 where they are no articles."""
    if not has_articles(columns):
        raise BadRequest("Atom is for pages of articles; this one has JSON and CSV")  # of an answer Datasette would make a 200
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    try:
        entries = [
            Entry(
                f"tag:povestka,2026:article/{row['article']}",
                str(row["title"] or "(no title)"),
                datetime.fromisoformat(row.get("first_seen") or row["published"] or EPOCH),
                f"{row['outlet']}. {row.get('subtitle') or ''}".strip(),
                row.get("url") or "",
                row["outlet"],
                datetime.fromisoformat(row["published"]) if row["published"] else None,
            )
            for row in found
        ]
    except (TypeError, ValueError) as error:  # a visitor's own SQL may call anything so
        raise BadRequest("These rows have the names of an article's columns, and are none") from error
    updated = max((entry.updated for entry in entries), default=datetime.fromisoformat(EPOCH))
    about = [value for key in request.args if key == "_q" or not key.startswith("_") for value in request.args.getlist(key)]
    title = ": ".join(filter(None, ["Povestka", ", ".join(about)]))
    name = f"tag:povestka,2026:{request.path}?{request.query_string}"
    body = atom(name, title, entries, updated=updated, link=request.url)
    return Response(body.decode(), content_type="application/atom+xml; charset=utf-8")
