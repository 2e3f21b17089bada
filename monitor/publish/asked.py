"""What the address of a page asks for: days of a clock, and the export that has the same rows. Touches nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest

from monitor.store.reader import CLOCKS

DEFAULT_CLOCK = "published"
"""Of days that name none: the tables are in the order of this one."""


class Days(NamedTuple):
    """Days of UTC, both included, of a clock; an end that is None is open."""

    clock: str
    since: date | None
    until: date | None


def days_of(arguments: Any) -> Days | None:
    """The days that an address names; None where it names none. Raises BadRequest for what is no day, or no clock."""
    since, until, clock = (arguments.get(name) or "" for name in ("_from", "_to", "_clock"))
    if not (since or until):
        return None
    clock = clock or DEFAULT_CLOCK
    if clock not in CLOCKS:
        raise BadRequest(f"_clock: {clock!r} is none of {', '.join(CLOCKS)}")
    try:
        return Days(clock, *(date.fromisoformat(day) if day else None for day in (since, until)))
    except ValueError as error:
        raise BadRequest("_from, _to: write a day as 2026-05-18") from error


def in_words(days: Days) -> str:
    return f"{days.clock} from {days.since or 'the beginning'} to {days.until or 'now'}, both included"


def conditions(days: Days) -> tuple[list[str], dict[str, str]]:
    """The same as SQL, with its parameters."""
    wheres = [f"{days.clock} >= :first_day"] * bool(days.since) + [f"{days.clock} < :last_day"] * bool(days.until)
    return wheres, {"first_day": str(days.since), "last_day": f"{days.until}T24"}


def first_page(url: str) -> str:
    """The address without its place among the pages: an export begins at the beginning."""
    return re.sub(r"(?<=[?&])_next=[^&]*&?", "", url)


_CONDITIONS = {"outlet": 'outlet:"{}"', "language": "lang:{}", "regions__arraycontains": "region:{}"}


def as_order(arguments: Any) -> str | None:
    """The parameters of an export of what a page of the coverage shows; None where an export cannot ask for the same."""
    terms, order = [], {}
    for name in arguments:
        for value in arguments.getlist(name):
            if name == "_q" and value.strip():
                terms.append(f"({value.strip()})")
            elif name in _CONDITIONS and value and '"' not in value:
                terms.append(_CONDITIONS[name].format(value))
            elif name == "week" and value:
                monday = date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
                terms.append(f"date:[{monday} TO {monday + timedelta(days=6)}]")
            elif name in {"_from", "_to", "_clock"}:
                order[name[1:]] = value
            elif name not in {"_q", "_next", "_lang", "_sort", "_sort_desc", "_size", "_facet_size"}:
                return None
    if order:
        order["clock"] = order.get("clock") or DEFAULT_CLOCK  # an export's own is another
    if terms:
        order["query"] = " ".join(terms)
    return urlencode({name: value for name, value in order.items() if value})
