"""Whether an article was taken down: what a sequence of looks at it says. Pure: times are given.

One look proves nothing: servers slip, sites fall over, doors are closed to us alone. An absence is suspected by the first look
that finds no article, and confirmed by time and by a second way of looking: the same again after hours, while other articles of
the host are there and no list of the outlet names it any more. A page that blocks us, or a host that does not answer, never
makes an article removed. What most of a host's articles show at once is the host's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Way(StrEnum):
    """In what way an article is not there. The value is what the database and the site show."""

    NOT_FOUND = "not found"
    GONE = "gone"
    LEGAL = "unavailable for legal reasons"
    SOFT_404 = "page says not found"
    HOME = "led to the home page"
    SECTION = "led to a section"
    OTHER = "led to another article"
    NO_ARTICLE = "no article there"
    CHALLENGE = "challenge page"
    PAYWALL = "paywall"
    BLOCKED = "blocked"
    ROBOTS = "closed by robots.txt"
    DNS = "name not found"
    UNREACHABLE = "no answer"
    UNLISTED = "dropped from feed"
    NOINDEX = "noindex"


REMOVED = frozenset((Way.NOT_FOUND, Way.GONE, Way.LEGAL, Way.SOFT_404, Way.HOME, Way.SECTION, Way.OTHER, Way.NO_ARTICLE))
HIDDEN = frozenset((Way.CHALLENGE, Way.PAYWALL, Way.BLOCKED, Way.ROBOTS))
"""We cannot see it; others may."""
UNREACHABLE = frozenset((Way.DNS, Way.UNREACHABLE))
DELISTED = frozenset((Way.UNLISTED, Way.NOINDEX))
"""It is there, and is hidden from those who look for it."""

KINDS = {
    way: kind
    for kind, ways in (("removed", REMOVED), ("hidden", HIDDEN), ("unreachable", UNREACHABLE), ("delisted", DELISTED))
    for way in ways
}
"""Of each way."""

# A slip of an editor or of a server is mended within hours; who closes the door, or is down, may be so for a day.
_CONFIRM_AFTER = {
    "removed": timedelta(hours=6), "hidden": timedelta(days=1), "unreachable": timedelta(days=1), "delisted": timedelta(days=1),
}  # fmt: skip
# So many articles of a host, and more than were there, are a matter of the host.
_SITE_WIDE = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at an article found. All times in UTC."""

    at: datetime
    way: Way | None
    """None where the article was there."""
    others_there: datetime | None = None
    """When another article of its host was last found to be there."""
    is_site_wide: bool = False
    """Whether most looks at its host found no article, as `is_site_wide` has it."""
    is_listed: bool | None = None
    """Whether a list of its outlet named it, read since the absence began; None where none was read, or none ever named it."""


@dataclass(frozen=True, slots=True)
class Absence:
    """An article that was there and is not, or was not for a time."""

    way: Way
    state: str
    """suspected | confirmed | returned."""
    since: datetime
    """The first look that did not find it."""
    there: datetime | None
    """The last look before that did."""
    looked: datetime
    """The newest look."""
    looks: int
    """How many did not find it."""
    confirmed: datetime | None = None
    confirmed_by: str = ""
    """Why it is held to be confirmed, in words."""
    returned: datetime | None = None

    @property
    def kind(self) -> str:
        """removed | hidden | unreachable | delisted."""
        return KINDS[self.way]


def is_site_wide(absent: int, there: int) -> bool:
    """Whether so many articles of one host that were not found, and so many that were, say something of the host."""
    return absent >= _SITE_WIDE and absent > there


def follow(absence: Absence | None, look: Look, there: datetime | None = None) -> Absence | None:
    """The absence as it stands after a look; None where there is none. `there` is the last look that found the article.

    One that returned is over: a look that finds no article again begins another.
    """
    current = absence if absence and absence.state != "returned" else None
    if look.way is None:
        return replace(current, state="returned", looked=look.at, returned=look.at) if current else absence
    if look.is_site_wide:
        return absence
    if current is None:
        return Absence(look.way, "suspected", look.at, there, look.at, 1)
    if current.kind == "removed" and KINDS[look.way] != "removed":
        return current  # a door that is closed since says nothing of what is behind it
    if current.kind != "removed" and KINDS[look.way] == "removed":
        return Absence(look.way, "suspected", look.at, current.there, look.at, 1)
    return _confirmed(replace(current, way=look.way, looked=look.at, looks=current.looks + 1), look)


def _confirmed(absence: Absence, look: Look) -> Absence:
    waited = look.at - absence.since
    others = absence.kind == "delisted" or (look.others_there is not None and look.others_there > absence.since)
    if absence.confirmed or waited < _CONFIRM_AFTER[absence.kind] or not others or look.is_listed:
        return absence
    ways = [f"not there at {absence.looks} looks in {_hours(waited)}"]
    ways += ["other articles of its host are"] * (absence.kind != "delisted")
    ways += ["no list of its outlet names it"] * (look.is_listed is False)
    return replace(absence, state="confirmed", confirmed=look.at, confirmed_by="; ".join(ways))


def _hours(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
