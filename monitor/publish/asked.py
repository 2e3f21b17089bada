"""What the address of a page asks for: days of a clock, and the export that has the same rows. Touches nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest

from monitor.store.reader import CLOCKS


def between(clock: str, since: str, until: str) -> tuple[list[str], dict[str, str], list[str]]:
    """Conditions, their parameters and their words for days of UTC, both included, of a clock; nothing where no day is named.

    Raises BadRequest for what is no day, or no clock.
    """
    if not (since or until):
        return [], {}, []
    clock = clock or "published"
    if clock not in CLOCKS:
        raise BadRequest(f"_clock: {clock!r} is none of {', '.join(CLOCKS)}")
    try:
        days = [date.fromisoformat(day) if day else None for day in (since, until)]
    except ValueError as error:
        raise BadRequest("_from, _to: write a day as 2026-05-18") from error
    wheres = [f"{clock} >= :first_day"] * bool(days[0]) + [f"{clock} < :last_day"] * bool(days[1])
    said = f"{clock} from {days[0] or 'the beginning'} to {days[1] or 'now'}, both included"
    return wheres, {"first_day": str(days[0]), "last_day": f"{days[1]}T24"}, [said]


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
    if terms:
        order["query"] = " ".join(terms)
    return urlencode({name: value for name, value in order.items() if value})
