"""In which zone times are shown: the visitor's choice, a header of the request in, words out. Touches nothing.

Times are stored, searched and handed out in UTC; on pages each stands in the zone that a visitor chose by the links below every
page (`?_tz=msk`), which a cookie of that one word remembers, and has its name beside it. Days that a list is narrowed to are
those of the zone that its address names, UTC's where it names none: whoever opens it sees the same rows.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.site.language import _, translate

PARAMETER = "_tz"
ZONES = {"utc": ZoneInfo("UTC"), "msk": ZoneInfo("Europe/Moscow"), "kyiv": ZoneInfo("Europe/Kyiv")}
NAMES = {"utc": _("UTC"), "msk": _("Moscow"), "kyiv": _("Kyiv")}
"""What stands beside a time."""

current: ContextVar[str] = ContextVar("zone", default="utc")
"""Of the request that is answered."""

_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_MINUTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d\.\d{6}Z)?")
_UTC_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC")


def name(zone: str = "") -> str:
    """What a zone is called, the visitor's where none is given."""
    return translate(NAMES[zone or current.get()])


def local(stored: str) -> datetime | None:
    """A stored time in the visitor's zone; None where it is no such time."""
    if not _STORED.fullmatch(stored):
        return None
    try:
        return datetime.fromisoformat(stored).astimezone(ZONES[current.get()])
    except (ValueError, OverflowError):  # the first and the last day that there are
        return None


def day(stored: str | None) -> str:
    """The day of a stored time where the visitor is; other text as it stands."""
    at = local(stored or "")
    return f"{at:%Y-%m-%d}" if at else stored or ""


def plain(stored: str | None) -> str:
    """A stored time as text: day, minute and zone."""
    at = local(stored or "")
    return f"{at:%Y-%m-%d %H:%M} {name()}" if at else stored or "—"


def minute(stored: str) -> str:
    """A stored time, or what it has up to its minute, as `plain` shows it; other text as it stands."""
    found = _MINUTE.fullmatch(stored)
    return plain(f"{found[1]}:00.000000Z") if found else stored


def localise_times(text: str) -> str:
    """A sentence of ours with its times, which are in UTC, in the visitor's zone."""
    return _UTC_TIME.sub(lambda found: plain(f"{found[1]}T{found[2]}:00.000000Z"), text)


def midnight(stored: str | None, days: int) -> str:
    """The hour, as stored, at which the day began that was so many days before that of a stored time, where the visitor is."""
    at = local(stored or "")
    if at is None:
        return ""
    return begin(at.date() - timedelta(days=days), current.get())


def begin(day: date, zone: str) -> str:
    """The hour, as stored, at which a day begins in a zone; of the first day that there is, in UTC."""
    at = datetime.combine(day, time.min, ZONES[zone])
    try:
        return at.astimezone(UTC).isoformat()[:13]
    except OverflowError:
        return at.isoformat()[:13]


def days_back(stored: str | None, days: int) -> str:
    """The day that was so many days before that of a stored time, where the visitor is."""
    at = local(stored or "")
    return f"{at.date() - timedelta(days=days)}" if at else ""
