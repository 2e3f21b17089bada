"""Whether an article was taken down, decided from a sequence of observations of it. Pure: times are arguments.

One observation proves nothing: servers fail, sites go down, and some block only us. The first observation without the article
makes an absence *suspected*. It is *confirmed* when the article is missing again hours later while the host answers for other
articles, and no other way of looking finds it: no list of the outlet that named it, not the home page, none of its other
addresses. A page that blocks us or a host that does not answer never makes an article *removed*. What most of a host's articles
show at once counts as the host's outage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class AbsenceSign(StrEnum):
    """How an article was seen to be missing. The value is what the database and the site show."""

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


REMOVED = frozenset(
    (
        AbsenceSign.NOT_FOUND,
        AbsenceSign.GONE,
        AbsenceSign.LEGAL,
        AbsenceSign.SOFT_404,
        AbsenceSign.HOME,
        AbsenceSign.SECTION,
        AbsenceSign.OTHER,
        AbsenceSign.NO_ARTICLE,
    )
)
HIDDEN = frozenset((AbsenceSign.CHALLENGE, AbsenceSign.PAYWALL, AbsenceSign.BLOCKED, AbsenceSign.ROBOTS))
"""The article is closed to us; others may see it."""
UNREACHABLE = frozenset((AbsenceSign.DNS, AbsenceSign.UNREACHABLE))
DELISTED = frozenset((AbsenceSign.UNLISTED, AbsenceSign.NOINDEX))
"""The article is there, but lists or search engines no longer lead to it."""

KINDS = {
    way: kind
    for kind, ways in (("removed", REMOVED), ("hidden", HIDDEN), ("unreachable", UNREACHABLE), ("delisted", DELISTED))
    for way in ways
}
"""The kind of absence of each sign."""

# An editor's or server's mistake is corrected within hours; a block or an outage may last a day.
_CONFIRM_AFTER = {
    "removed": timedelta(hours=6), "hidden": timedelta(days=1), "unreachable": timedelta(days=1), "delisted": timedelta(days=1),
}  # fmt: skip
# So many articles of a host, and more than were there, are a matter of the host.
_SITE_WIDE = 3
# So many older entries have to stay in a feed before one that left it did not fall off its end: one or two may be pinned.
_OLDER_STAY = 3


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What other ways of looking for an article found since its absence began; None where a way was not tried."""

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
        """Whether any of them found the article: then it is not removed, whatever its own address shows."""
        return bool(self.is_listed or self.is_on_home_page or self.is_elsewhere)

    @property
    def reasons(self) -> tuple[str, ...]:
        """One phrase for each way that was tried and did not find it."""
        ways = (
            (self.is_listed, "no list of its outlet names it"),
            (self.is_on_home_page, "the home page does not link to it"),
            (self.is_elsewhere, "it is at none of its other addresses"),
        )
        return tuple(words for found, words in ways if found is False)


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation of an article: a visit to its page, or a poll of a list that may name it. All times in UTC."""

    at: datetime
    way: AbsenceSign | None
    """None where the article was there."""
    others_there: datetime | None = None
    """When another article of its host was last found to be there."""
    is_site_wide: bool = False
    """Whether most observations of its host found no article: see `is_site_wide`."""
    second: CrossCheck = CrossCheck()
    is_list: bool = False
    """Whether a list of its outlet was read and not its page: being listed there says nothing about the page."""


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

    way: AbsenceSign
    state: str
    """suspected | confirmed | returned."""
    since: datetime
    """The first observation without it."""
    there: datetime | None
    """The last observation of it before that."""
    looked: datetime
    """The newest observation."""
    looks: int
    """How many observations did not find it."""
    confirmed: datetime | None = None
    confirmed_by: str = ""
    """Why it is confirmed, in words."""
    returned: datetime | None = None

    @property
    def kind(self) -> str:
        """removed | hidden | unreachable | delisted."""
        return KINDS[self.way]


def is_site_wide(absent: int, there: int) -> bool:
    """Whether these numbers of missing and of found articles of one host point to an outage or block of the whole host."""
    return absent >= _SITE_WIDE and absent > there


def dropped(before: Sequence[ListEntry], now: Sequence[ListEntry]) -> tuple[str, ...]:
    """The keys of entries that a feed listed `before` and lists no more `now`, though newer entries are there and older ones
    stay.

    Empty unless all entries have dates and the newest comes first: otherwise an entry may have fallen off the end. Empty where
    nothing newer is listed: the server may have sent an older copy. An entry whose guid is still listed has only moved. Where
    more entries went than stayed, it counts as another feed.
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


def next_absence(absence: Absence | None, observation: Observation, there: datetime | None = None) -> Absence | None:
    """The absence after one more observation; None where there is none. `there` is when the article was last found.

    An absence that returned is over: the next observation without the article begins another one.
    """
    current = absence if absence and absence.state != "returned" else None
    if current and _says_nothing_of(current, observation):
        return current
    if observation.way is None:
        return replace(current, state="returned", looked=observation.at, returned=observation.at) if current else absence
    if observation.is_site_wide:
        return absence
    if current is None:
        return Absence(observation.way, "suspected", observation.at, there, observation.at, 1)
    if current.kind != "delisted" and observation.way in DELISTED:
        return replace(current, state="returned", looked=observation.at, returned=observation.at)  # its page is there
    if current.kind != "removed" and observation.way in REMOVED:
        return Absence(observation.way, "suspected", observation.at, current.there, observation.at, 1)
    return _confirmed(replace(current, way=observation.way, looked=observation.at, looks=current.looks + 1), observation)


def _says_nothing_of(absence: Absence, observation: Observation) -> bool:
    if observation.is_list or absence.way is AbsenceSign.UNLISTED:
        # Lists and the page are followed separately, except that a removed page ends an absence from a list.
        return observation.is_list != (absence.way is AbsenceSign.UNLISTED) and observation.way not in REMOVED
    # A page that is blocked, or a host that is down, since then says nothing of whether the article is still there.
    return absence.kind in {"removed", "delisted"} and observation.way is not None and observation.way in HIDDEN | UNREACHABLE


def _confirmed(absence: Absence, observation: Observation) -> Absence:
    waited = observation.at - absence.since
    if absence.confirmed or waited < _CONFIRM_AFTER[absence.kind]:
        return absence
    reasons = [f"not there at {absence.looks} looks in {_hours(waited)}"]
    if absence.kind != "delisted":
        others = observation.others_there is not None and observation.others_there > absence.since
        home = observation.second.home_page is not None and observation.second.home_page > absence.since
        if not (others or home) or observation.second.finds_it:
            return absence
        if absence.kind == "removed" and not observation.second.reasons:
            return absence  # time alone is no second way of looking
        reasons += ["other articles of its host are"] * others + ["the home page of its host is"] * (home and not others)
        reasons += observation.second.reasons
    return replace(absence, state="confirmed", confirmed=observation.at, confirmed_by="; ".join(reasons))


def _hours(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
