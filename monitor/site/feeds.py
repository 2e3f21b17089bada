"""The rows of a page as an Atom feed, where they are articles. Reads the snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest, Response

from monitor.export.atom import Entry, atom
from monitor.site import language
from monitor.site.known import config_of
from monitor.site.own_address import own_address
from monitor.site.parameters import DATABASE, READ, SAVED
from monitor.site.saved import named
from monitor.site.templates import names_of, version_number_path

EVENTS = frozenset({"edits", "absences"})
"""Tables whose rows are what befell an article: their feeds have an entry for each row, not for the article."""
EPOCH = "1970-01-01T00:00:00+00:00"
"""The date of what has none, in formats that must have one."""


SPEAKER = frozenset({"speaker_id", "name", "kind", "quotes", "articles", "outlets", "earliest"})
STORY = frozenset({"story", "title", "first_outlet", "first_seen", "articles", "outlets"})


def has_feed(columns: Sequence[str]) -> bool:
    """Whether rows of these columns are articles, stories or sources."""
    return {"article", "outlet", "title", "published"} <= set(columns) or any(set(columns) >= own for own in (STORY, SPEAKER))


async def as_atom(datasette: Any, request: Any, columns: Sequence[str], rows: Iterable[Any]) -> Response:
    """The rows of a page as a feed, what we saw last first: an outlet's own date may lie before what a subscriber has had.

    `published` is the date that the outlet declares, `updated` when we saw the article or, where it changed since, its newest
    text. Raises BadRequest where the rows are no articles.
    """
    if not has_feed(columns):
        raise BadRequest("Atom is for pages of articles; this one has JSON and CSV")  # of an answer Datasette would make a 200
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    try:
        entries = await _entries(datasette, request, set(columns), found)
    except (TypeError, ValueError) as error:  # a visitor's own SQL may call anything so
        raise BadRequest("These rows have the names of an article's columns, and are none") from error
    return _feed(datasette, request, entries, await _is_fictional(datasette))


async def _entries(datasette: Any, request: Any, columns: set[str], rows: list[dict[str, Any]]) -> list[Entry]:
    own = _story if columns >= STORY else _speaker if columns >= SPEAKER else None
    if own is None and request.scope[READ].table in EVENTS:
        own = _event
    if own is not None:
        return [own(datasette, request, row) for row in rows]
    found = sorted({str(row["article"]): row for row in rows}.values(), key=lambda row: str(row["article"]))  # an entry each
    found.sort(key=lambda row: str(row.get("first_seen") or ""), reverse=True)
    revised = await _revised(datasette, [str(row["article"]) for row in found])
    return [_entry(datasette, request, row, revised.get(str(row["article"]), "")) for row in found]


async def _is_fictional(datasette: Any) -> bool:
    return bool((await datasette.get_database(DATABASE).execute("select 1 from meta where key = 'fictional'")).rows)


def _feed(datasette: Any, request: Any, entries: Sequence[Entry], fictional: bool) -> Response:
    updated = max((entry.updated for entry in entries), default=datetime.fromisoformat(EPOCH))
    about = [value for key in request.args if key == "_q" or not key.startswith("_") for value in request.args.getlist(key)]
    title = ": ".join(filter(None, ["Povestka", ", ".join(about)]))
    name = f"tag:povestka,2026:{request.path}?{request.query_string}"
    address = own_address(datasette, request, request.full_path)
    searches = config_of(datasette).get("searches", {})
    if search := named(searches, request.args.get(SAVED), request.args.get("_q")):
        # Its own name and address stay when its query is changed.
        title = f"Povestka: {search['title'][language.current.get()]}"
        path = f"/search/{search['id']}.atom"
        name, address = f"tag:povestka,2026:{path}", own_address(datasette, request, datasette.urls.path(path))
    body = atom(name, title, entries, updated=updated, link=address, fictional=fictional)
    return Response(body.decode(), content_type="application/atom+xml; charset=utf-8")


async def _revised(datasette: Any, articles: list[str]) -> dict[str, str]:
    """When the newest text was read of those articles whose text changed."""
    query = config_of(datasette).get("queries", {}).get("revised")
    if query is None:  # a site of a newsroom's own need not have it
        return {}
    rows = await datasette.get_database(DATABASE).execute(query["sql"], {"articles": json.dumps(articles)})
    return {row["article"]: row["fetched"] for row in rows}


def _event(datasette: Any, request: Any, row: Mapping[str, Any]) -> Entry:
    """An edit, by its article, version and number; or an absence, which is updated when it is confirmed or over."""
    title = str(row["title"] or "(no title)")
    if "class" in row:
        path, name = version_number_path(row), f"{row['revision']}/{row['number']}"
        said = "openly" if row["disclosed"] else "silently"
        what = f"{row['class'].replace('_', ' ')}, {said}: {row['before'] or '—'} → {row['after'] or '—'}"
        updated = row["noticed"]
    else:
        path, name = f"/{DATABASE}/coverage/{row['article']}", f"absent/{row['noticed']}"
        what = f"{row['kind']}, {row['state']}: {row['way']}; last found {row['last_seen'] or 'never'}"
        updated = max(row["noticed"], row["confirmed"] or "", row["returned"] or "")
    return Entry(
        f"tag:povestka,2026:article/{row['article']}/{name}", title, datetime.fromisoformat(updated), f"{row['outlet']}. {what}",
        own_address(datasette, request, datasette.urls.path(path)), row["outlet"], None, row.get("url") or "",
        _categories(datasette, row),
    )  # fmt: skip


def _story(datasette: Any, request: Any, row: Mapping[str, Any]) -> Entry:
    """A story, by its address here; it is updated when its first article was seen, and not as it grows."""
    first = f"first to report: {row['first_outlet']}" if row["first_outlet"] else "first to report: undetermined"
    address = own_address(datasette, request, datasette.urls.path(f"/{DATABASE}/story?story={row['story']}"))
    return Entry(
        f"tag:povestka,2026:story/{row['story']}", str(row["title"] or "(no title)"),
        datetime.fromisoformat(row["first_seen"] or EPOCH), f"Articles: {row['articles']}, outlets: {row['outlets']}; {first}",
        address, str(row["first_outlet"] or row.get("outlet") or ""), categories=_categories(datasette, row),
    )  # fmt: skip


def _speaker(datasette: Any, request: Any, row: Mapping[str, Any]) -> Entry:
    """A source, by its address here; it is updated when it was first cited, and not each time that it is."""
    path = f"/{DATABASE}/source?{urlencode({'speaker': row['speaker_id']})}"
    return Entry(
        f"tag:povestka,2026:source/{row['speaker_id']}",
        str(row["name"]),
        datetime.fromisoformat(row["earliest"] or EPOCH),
        f"{row['kind']}. Times cited: {row['quotes']}, articles: {row['articles']}, outlets: {row['outlets']}",
        own_address(datasette, request, datasette.urls.path(path)),
        categories=(("tag:povestka,2026:kind", str(row["kind"]), language.translate(str(row["kind"]))),),
    )


def _categories(datasette: Any, row: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Topics, regions and the language of an article or a story, by their ids and by their names."""
    names = names_of(datasette)
    found = [(kind, str(value)) for kind in ("topic", "region") for value in json.loads(row.get(f"{kind}s") or "[]")]
    found += [("language", str(code)) for code in [row.get("language")] if code]
    return tuple((f"tag:povestka,2026:{kind}", value, names.value(kind, value)) for kind, value in found)


def _entry(datasette: Any, request: Any, row: Mapping[str, Any], revised: str) -> Entry:
    """An article: it leads to what is known of it here, and from there, as its source, to the outlet."""
    return Entry(
        f"tag:povestka,2026:article/{row['article']}",
        str(row["title"] or "(no title)"),
        datetime.fromisoformat(max(row.get("first_seen") or row["published"] or EPOCH, revised)),
        f"{row['outlet']}. {row.get('subtitle') or ''}".strip(),
        own_address(datasette, request, datasette.urls.path(f"/{DATABASE}/coverage/{row['article']}")),
        row["outlet"],
        datetime.fromisoformat(row["published"]) if row["published"] else None,
        via=row.get("url") or "",
        categories=_categories(datasette, row),
    )
