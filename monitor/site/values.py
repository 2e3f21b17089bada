"""What a value in an address may be: a number, a day, a week, one of some words, a name that there is.

Each wrong one is refused in a line that says what would be right. Asks the snapshot whether an article is there; touches nothing
else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from datasette.utils.asgi import BadRequest

from monitor.errors import Message
from monitor.site.known import COLUMNS, Known

NUMBER = re.compile("[0-9]{1,9}")
TIME = re.compile(r"\d{4}(-\d\d(-\d\d([T ].*)?)?)?")
"""The beginning of a stored time."""
NOT_FOUND = "not_found"
"""What metadata say of a query about one thing: what a reader is told where there is no such thing."""
TAKES = "takes"
"""What they say of its parameters, where their names do not: a list of words, `day`, `article`, a kind of name (`outlet`), `most`
of a number from 1 on, or `like`, the parameter that names the kind."""
_WEEK = re.compile(r"\d{4}-W\d\d")
_OF_SQL = re.compile(r":([a-zA-Z_]\w*)")


def of_sql(sql: str) -> list[str]:
    """The parameters of a query's SQL, each once."""
    return list(dict.fromkeys(_OF_SQL.findall(sql)))


async def check_query(pairs: Iterable[tuple[str, str]], query: Mapping[str, Any] | None, names: Known, database: Any) -> None:
    """Raises BadRequest for parameters that a query of the metadata does not take, and for values that it cannot.

    It would take no notice of the ones, and find nothing for the others. None is no query: nothing is checked.
    """
    if not query:
        return
    known, takes = of_sql(query["sql"]), query.get(TAKES, {})
    given = {name: value.strip() for name, value in pairs if not name.startswith("_")}
    for name, value in given.items():
        if name not in known:
            said = ", ".join(known)
            raise BadRequest(
                Message("{name}: there is no such parameter here, only {known}", name=name, known=said)
                if known
                else Message("{name}: there is no such parameter", name=name)
            )
        kind = takes.get(name) or (COLUMNS.get(name) if NOT_FOUND not in query else None)
        if isinstance(kind, dict) and "like" in kind:
            kind = given.get(kind["like"]) or takes[kind["like"]][0]
        if value and kind == "article":
            if not (await database.execute("select 1 from coverage where article = ?", [value])).rows:
                raise BadRequest(Message("{name}: there is no article {value} here", name=name, value=value))
        elif value:
            _check_kind(name, value, kind, names)


def _check_kind(name: str, value: str, kind: object, names: Known) -> None:
    if isinstance(kind, list):
        check_one_of(name, value, kind)
    elif isinstance(kind, dict):
        if not NUMBER.fullmatch(value) or not 1 <= int(value) <= kind["most"]:
            raise BadRequest(Message("{name}: write a number from 1 to {most}", name=name, most=kind["most"]))
    elif kind == "day":
        day(value)
    elif name == "week":
        check_week(name, value)
    elif kind in COLUMNS.values():
        check_known(name, str(kind), value, names)


def check_one_of(name: str, value: str, known: Collection[str]) -> None:
    """Raises BadRequest where the value is none of those."""
    if value not in known:
        raise BadRequest(Message("{name}: there is no {value}, only {known}", name=name, value=value, known=", ".join(known)))


def check_known(name: str, kind: str, value: str, names: Known) -> None:
    """Raises BadRequest where there is no outlet, region, topic or language of that name; all have the empty one."""
    if value and not names.has(kind, value):
        raise BadRequest(names.refusal(name, kind, value))


def check_week(name: str, value: str) -> None:
    """Raises BadRequest where the value is no ISO week."""
    if _WEEK.fullmatch(value):
        try:
            date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        except ValueError:
            pass
        else:
            return
    raise BadRequest(Message("{name}: {value} is no week; write it as 2026-W21", name=name, value=value))


def is_number(value: str) -> bool:
    """Whether the value is a number that a column may have."""
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def day(written: str) -> date:
    """A day. Raises BadRequest where it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadRequest(Message("{value} is no day; write it as 2026-05-18", value=written)) from error
