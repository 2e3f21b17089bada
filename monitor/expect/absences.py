"""Whether an article was taken down: what a sequence of looks at it says. Pure: times are given.

One look proves nothing: servers slip, sites fall over, doors are closed to us alone. An absence is suspected by the first look
that finds no article, and confirmed by time and by a second way of looking: the same again after hours, while the host answers
otherwise, and neither a list of the outlet that named it, nor the home page, nor another of its addresses has it any more. A page
that blocks us, or a host that does not answer, never makes an article removed. What most of a host's articles show at once is
the host's.
"""

from __future__ import annotations

from collections.abc import Sequence
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
# So many older entries have to stay in a feed before one that left it did not fall off its end: one or two may be pinned.
_OLDER_STAY = 3


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What other ways of looking for an article say since its absence began; None where that way was not gone."""

    is_listed: bool | None = None
    """Whether a list of its outlet names it, of those that named it before."""
    is_on_home_page: bool | None = None
    """Whether the home page of its host links to it."""
    is_elsewhere: bool | None = None
    """Whether it stands at another of its addresses."""
    home_page: datetime | None = None
    """When the home page of its host was read."""

    @property
    def finds_it(self) -> bool:
        """Whether any of them has the article: then it is not removed, whatever its own address says."""
        return bool(self.is_listed or self.is_on_home_page or self.is_elsewhere)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The ways that were gone and do not have it, in words."""
        ways = (
            (self.is_listed, "no list of its outlet names it"),
            (self.is_on_home_page, "the home page does not link to it"),
            (self.is_elsewhere, "it is at none of its other addresses"),
        )
        return tuple(words for found, words in ways if found is False)


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
    second: SecondLook = SecondLook()
    is_list: bool = False
    """Whether a list of its outlet was looked at, and not its page: that it is named there says nothing of the page."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What a feed lists."""

    key: str
    """Of its address."""
    guid: str
    published: datetime | None


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


def dropped(before: Sequence[ListEntry], now: Sequence[ListEntry]) -> tuple[str, ...]:
    """The keys of what a feed listed `before` and lists no more `now`, although newer entries are there and older ones stay.

    Only of a feed that goes by time, the newest first: of others, and of entries without a date, it cannot be told from what
    falls off the end. Where nothing newer is there, an older copy of the feed may have been served. An entry that has its guid
    still has only moved. Where more went than stayed, that is another feed.
    """
    dates = [entry.published for entry in now if entry.published]
    if not dates or len(dates) < len(now) or dates != sorted(dates, reverse=True):
        return ()
    keys, guids = {entry.key for entry in now}, {entry.guid for entry in now}
    stayed = [entry.published for entry in before if entry.published and entry.key in keys]
    gone = [
        entry.key
        for entry in before
        if entry.published and entry.key and entry.key not in keys and entry.guid not in guids and entry.published < dates[0]
        and sum(date < entry.published for date in stayed) >= _OLDER_STAY
    ]  # fmt: skip
    return () if is_site_wide(len(gone), len(stayed)) else tuple(gone)


def follow(absence: Absence | None, look: Look, there: datetime | None = None) -> Absence | None:
    """The absence as it stands after a look; None where there is none. `there` is the last look that found the article.

    One that returned is over: a look that finds no article again begins another.
    """
    current = absence if absence and absence.state != "returned" else None
    if current and _says_nothing_of(current, look):
        return current
    if look.way is None:
        return replace(current, state="returned", looked=look.at, returned=look.at) if current else absence
    if look.is_site_wide:
        return absence
    if current is None:
        return Absence(look.way, "suspected", look.at, there, look.at, 1)
    if current.kind != "delisted" and look.way in DELISTED:
        return replace(current, state="returned", looked=look.at, returned=look.at)  # its page is there
    if current.kind != "removed" and look.way in REMOVED:
        return Absence(look.way, "suspected", look.at, current.there, look.at, 1)
    return _confirmed(replace(current, way=look.way, looked=look.at, looks=current.looks + 1), look)


def _says_nothing_of(absence: Absence, look: Look) -> bool:
    if look.is_list or absence.way is Way.UNLISTED:
        # What lists say and what the page says are told apart; but one that is taken down is that above all.
        return look.is_list != (absence.way is Way.UNLISTED) and look.way not in REMOVED
    # A door that is closed since says nothing of what is behind it.
    return absence.kind in {"removed", "delisted"} and look.way is not None and look.way in HIDDEN | UNREACHABLE


def _confirmed(absence: Absence, look: Look) -> Absence:
    waited = look.at - absence.since
    if absence.confirmed or waited < _CONFIRM_AFTER[absence.kind]:
        return absence
    reasons = [f"not there at {absence.looks} looks in {_hours(waited)}"]
    if absence.kind != "delisted":
        others = look.others_there is not None and look.others_there > absence.since
        home = look.second.home_page is not None and look.second.home_page > absence.since
        if not (others or home) or look.second.finds_it:
            return absence
        if absence.kind == "removed" and not look.second.reasons:
            return absence  # time alone is no second way of looking
        reasons += ["other articles of its host are"] * others + ["the home page of its host is"] * (home and not others)
        reasons += look.second.reasons
    return replace(absence, state="confirmed", confirmed=look.at, confirmed_by="; ".join(reasons))


def _hours(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
