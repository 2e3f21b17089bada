"""Renders values as HTML: times, numbers, crawled addresses, cells of tables. Pure; the HTML runs nothing and loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from monitor.errors import Message
from monitor.export.addresses import link
from monitor.site import zones
from monitor.site.details import detail_in_words
from monitor.site.language import Names, _, number, translate
from monitor.vault.views import LISTS

ADDRESSES = frozenset({"url", "canonical", "location", "referrer", "home", "feed"})
"""Columns whose http(s) addresses become links; an address anywhere else stays text."""


IDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("article", "from_article", "alike_article", "first_article", "claim_article", "copy_of", "target"),
        ("coverage/", _("the article")),
    ),
    **dict.fromkeys(("story", "from_story", "to_story"), ("story?story=", _("the story"))),
    **dict.fromkeys(("speaker_id", "claimed_by_id"), ("source?speaker=", _("the source"))),
    "copy_group": ("who_carried?copy_group=", _("who published it")),
}
"""Columns of ids, which tell a reader nothing: the address below the database that each leads to, and what is called so."""


def by_id(column: str, id_: str, here: str, title: str = "") -> Markup:
    """A link to what an id of one of IDS names, with its title where that is known; the id itself is in its address."""
    path, name = IDS[column]
    shown = Markup("<bdi>{}</bdi>").format(title) if title else translate(name)
    return Markup('<a href="{}/{}{}" title="{}">{}</a>').format(here, path, quote(id_, safe=""), id_, shown)


def address(url: str) -> Markup:
    """A crawled address as a link that shows its host, where it is http(s); else as text.

    The link tells the outlet nothing of us and lends it nothing; the host comes first and alone, so that `https://known.example@other.example/`
    does not pass for the known one.
    """
    href = link(url)
    if not href:
        return Markup("<bdi>{}</bdi>").format(url)
    parts = urlsplit(href)
    # Percent-encoded: marks that turn the writing direction cannot make the path look like another.
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    shown = path if len(path) <= 60 else path[:59] + "…"
    return Markup('<a class="address" href="{}" rel="noopener noreferrer nofollow"><b>{}</b>{}</a>').format(
        href, parts.hostname, "" if shown == "/" else shown
    )


def moment(time: str | None) -> Markup:
    """A stored time as day and minute of the visitor's zone; a dash where there is none, and other text as it stands."""
    at = zones.local(time or "")
    if at is None:
        return escape(time or "—")
    return Markup('<time datetime="{}">{} {}</time>').format(time, f"{at:%Y-%m-%d %H:%M}", zones.name())


def passage(words: str, is_cut: object = True) -> str:
    """What stands around something in a text, without the parts of words at its ends; `is_cut`: it does not begin the text."""
    parts = words.split(" ")
    first = 1 if is_cut and len(parts) > 2 else 0
    last = len(parts) if len(parts) < 3 or words.rstrip()[-1:] in '.!?»”"' else len(parts) - 1
    return " ".join(parts[first:last])


def clock(time: str) -> Markup:
    """The hour and minute of a stored time, where its day stands beside it."""
    at = zones.local(time)
    return Markup('<time datetime="{}">{} {}</time>').format(time, f"{at:%H:%M}", zones.name()) if at else escape(time)


_BEGIN = re.compile(r"<t[hd][^<>]*+>")
_END = re.compile(r"</t[hd]>")
_TAG = re.compile(r"<[^<>]*+>")
_AROUND = " \n▲▼"
"""What is no part of a column's name in its head: the mark of an order."""
_CELL = re.compile(r"<(tr|td|th)\b")


def labelled(table: str) -> Markup:
    """A table of ours whose cells have the names of their columns with them, for screens on which each row is a list.

    The table is markup of a template, in which what was crawled stands escaped: a `<td` in it is a cell.
    """
    head, _, body = str(table).partition("</thead>")
    cells = (cell[begun.end() :] for cell in _END.split(head)[:-1] if (begun := _BEGIN.search(cell)))
    names = [_TAG.sub("", cell).strip(_AROUND).replace('"', "&quot;") for cell in cells]
    if not body or not names:
        return Markup(table)  # noqa: S704 - it is markup already
    at = -1

    def with_name(found: re.Match[str]) -> str:
        nonlocal at
        at = -1 if found[1] == "tr" else at + 1
        return f'{found[0]} data-label="{names[at]}"' if 0 <= at < len(names) and names[at] else found[0]

    labels = _CELL.sub(with_name, body)
    return Markup(f"{head.replace('<table', '<table data-rows', 1)}</thead>{labels}")  # noqa: S704 - as above


def minutes_after(later: str, earlier: str) -> int:
    """Whole minutes from one stored time to another."""
    return int((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() // 60)


def cell(row: Any, value: Any, column: str, here: str, names: Names) -> Markup | None:
    """A cell that is inert, with links below `here` where its row names an article or copies; None has Datasette escape it."""
    if not isinstance(value, str):
        return _no_text(value, column, here)
    if not value and column == "region":
        return Markup('<span class="soft">{}</span>').format(translate(_("not said where")))
    if value and column in IDS:
        return by_id(column, value, here)
    if column == "title" and "article" in row.keys():  # noqa: SIM118 - of a sqlite3.Row `in` asks the values
        return Markup('<a href="{}/coverage/{}"><bdi>{}</bdi></a>').format(
            here, _bare(row["article"]), value or translate(_("(no title)"))
        )
    if column in ADDRESSES:
        return address(value)
    if column in {*LISTS, "silent"} and (items := _items(value)) is not None:
        shown = (named(column, item, here, names) for item in items)
        return (
            Markup('<ul class="plain">{}</ul>').format(Markup().join(map(Markup("<li>{}").format, shown))) if items else Markup()
        )
    if zones.local(value):
        return moment(value)
    if names.has_names(column) and value:
        return named(column, value, here, names)
    return _other(row, value, column, names)


def _no_text(value: Any, column: str, here: str) -> Markup | None:
    """A cell that refers to another table, by its title and without the id that Datasette adds; a fraction as the language writes
    it; None of any other."""
    of = "article" if column in ("a", "b") else column  # of a pair of copies; elsewhere an `a` refers to nothing
    if isinstance(value, dict) and of in IDS and value["label"]:
        return by_id(of, str(value["value"]), here, str(value["label"]))
    return escape(number(value)) if isinstance(value, float) else None


def reason_in_words(parts: str | None, reason: str) -> str:
    """The reason of a first report or of an origin, in the visitor's language and zone; `reason` without its parts."""
    values = json.loads(parts or "{}")
    template = values.pop("template", "")
    return zones.localise_times(translate(Message(template, **values) if template else reason))


def _other(row: Any, value: str, column: str, names: Names) -> Markup | None:
    """A cell that is no link."""
    if column == "town" and _has(row, "region"):
        return escape(names.town(str(_bare(row["region"])), value))
    if column == "detail":
        return escape(detail_in_words(value))
    if column == "reason":
        return escape(reason_in_words(_bare(row["reason_parts"]) if _has(row, "reason_parts") else "", value))
    if value.startswith(("http://", "https://")):
        return escape(value)  # Datasette would make a link of it
    return None


def _has(row: Any, column: str) -> bool:
    return column in row.keys()  # noqa: SIM118 - of a sqlite3.Row `in` asks the values


def _bare(value: Any) -> Any:
    """A value without the label that Datasette may have put beside it."""
    return value["value"] if isinstance(value, dict) else value


def named(column: str, value: object, here: str, names: Names) -> Markup:
    """A value of ours by its name; regions, topics and outlets lead to their pages."""
    kind = names.kind(column, str(value))
    name = names.value(column, str(value))
    if kind in {"region", "topic", "outlet"}:
        return Markup('<a href="{}/{}?{}={}"><bdi>{}</bdi></a>').format(here, kind, kind, quote(str(value)), name)
    return escape(name)


def _items(cell: str) -> list[object] | None:
    """The items of a list in a cell; None where it is none, as a visitor's own SQL may call it."""
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return found if isinstance(found, list) else None
