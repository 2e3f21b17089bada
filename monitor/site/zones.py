"""Shows times in the time zone that the visitor chose. Pure.

Times are stored, searched and exported in UTC. Pages show them in the zone that the visitor chose by a link below every page
(`?_tz=msk`); a cookie keeps the choice, and the zone's name stands beside each time. Days in a list's address are days of the
zone that the address names, else of UTC, so that everybody who opens it sees the same rows.
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
"""The name of each zone, shown beside a time."""

current: ContextVar[str] = ContextVar("zone", default="utc")
"""The zone of the current request."""

_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_MINUTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d\.\d{6}Z)?")
_UTC_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC")


def name(zone: str = "") -> str:
    """The translated name of a zone, by default the visitor's."""
    return translate(NAMES[zone or current.get()])


def local(stored: str) -> datetime | None:
    """A stored time (UTC) as a datetime in the visitor's zone; None where the text is no stored time."""
    if not _STORED.fullmatch(stored):
        return None
    try:
        return datetime.fromisoformat(stored).astimezone(ZONES[current.get()])
    except (ValueError, OverflowError):  # the first and the last day that there are
        return None


def day(stored: str | None) -> str:
    """The day of a stored time in the visitor's zone, as 2026-05-18; other text unchanged."""
    at = local(stored or "")
    return f"{at:%Y-%m-%d}" if at else stored or ""


def plain(stored: str | None) -> str:
    """A stored time as text: day, minute and zone."""
    at = local(stored or "")
    return f"{at:%Y-%m-%d %H:%M} {name()}" if at else stored or "—"


def minute(stored: str) -> str:
    """A stored time, also one without seconds, as `plain` shows it; other text unchanged."""
    found = _MINUTE.fullmatch(stored)
    return plain(f"{found[1]}:00.000000Z") if found else stored


def localise_times(text: str) -> str:
    """A text with each `2026-05-18 21:30 UTC` in it converted to the visitor's zone."""
    return _UTC_TIME.sub(lambda found: plain(f"{found[1]}T{found[2]}:00.000000Z"), text)


def midnight(stored: str | None, days: int) -> str:
    """The UTC hour (2026-05-18T21) at which the visitor's day began, `days` days before the day of a stored time."""
    at = local(stored or "")
    if at is None:
        return ""
    return begin(at.date() - timedelta(days=days), current.get())


def begin(day: date, zone: str) -> str:
    """The UTC hour (2026-05-18T21) at which a day begins in a zone."""
    at = datetime.combine(day, time.min, ZONES[zone])
    try:
        return at.astimezone(UTC).isoformat()[:13]
    except OverflowError:
        return at.isoformat()[:13]


def days_back(stored: str | None, days: int) -> str:
    """The visitor's day, `days` days before the day of a stored time, as 2026-05-18."""
    at = local(stored or "")
    return f"{at.date() - timedelta(days=days)}" if at else ""
