"""Finds the first report of a story by witnessed clocks; the outlets' declared dates count only where those decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from monitor.errors import Message
from monitor.model import FirstReport, Sighting


def first_report(sightings: Sequence[Sighting]) -> FirstReport:
    """The article that was published first, how that is known, and when the first report appeared; whatever the order.

    An outlet published between the last reading of its feed without the article (`absent`) and the first with it (`seen`).
    *witnessed*: one was seen no later than every other outlet's was still absent. *alone*: all are one outlet's; its
    earliest. *declared*: nothing was witnessed, all declare a time and one outlet's is the earliest. Otherwise *undetermined*.
    A declared time that what was witnessed contradicts (later than `seen`, or before `absent`) decides nothing.
    """
    if not sightings:
        return FirstReport("", "undetermined")
    since, until = _interval(sightings), min(s.seen for s in sightings)
    if len({s.outlet for s in sightings}) == 1:
        return FirstReport(_earliest(sightings).article, "alone", since, until, reason=Message("no other outlet tells it"))
    if witnessed := [s for s in sightings if _seen_before_others(s, sightings)]:
        first = _earliest(witnessed)
        rival = min(_others(first, sightings), key=lambda s: (s.absent or s.seen, s.article))
        reason = Message(
            "seen by {seen}; every other outlet's feed was read without it then or later, {rival}'s at {absent}",
            seen=_said(first.seen), rival=rival.outlet, absent=_said(rival.absent),
        )  # fmt: skip
        return FirstReport(first.article, "witnessed", first.absent, first.seen, rival.article, reason)
    if doubtful := [s for s in sightings if not _credible(s)]:
        return FirstReport("", "undetermined", since, until, reason=_doubt(min(doubtful, key=lambda s: (s.seen, s.article))))
    first, *_ = declared = sorted(sightings, key=lambda s: (credible_time(s), s.article))
    rival = next(s for s in declared if s.outlet != first.outlet)
    if credible_time(first) == credible_time(rival):
        reason = Message(
            "{outlet} and {rival} declare the same time, {declared}, and neither was witnessed",
            outlet=first.outlet, rival=rival.outlet, declared=_said(first.declared),
        )  # fmt: skip
        return FirstReport("", "undetermined", since, until, reason=reason)
    reason = Message(
        "by the outlets' own timestamps: {outlet} {declared}, {rival} {later}",
        outlet=first.outlet, declared=_said(first.declared), rival=rival.outlet, later=_said(rival.declared),
    )  # fmt: skip
    return FirstReport(first.article, "declared", since, until, rival.article, reason)


def original(sightings: Sequence[Sighting]) -> FirstReport:
    """Whose text some articles carry: the first report among them; where that is undetermined, the one that is earliest by what
    its outlet declares, and by when it was seen where what was witnessed contradicts that. Empty where there are none.
    """
    first = first_report(sightings)
    if first.article or not sightings:
        return first
    return FirstReport(min(sightings, key=lambda s: (credible_time(s), s.article)).article, "undetermined")


def credible_time(sighting: Sighting) -> datetime:
    """When an article was published: as its outlet declares; where what was witnessed contradicts that, as first seen."""
    return sighting.declared if sighting.declared is not None and _credible(sighting) else sighting.seen


def _interval(sightings: Sequence[Sighting]) -> datetime | None:
    """After when the first of some articles appeared; None where one may have been there before anybody looked."""
    absent = [s.absent for s in sightings if s.absent is not None]
    return min(absent) if len(absent) == len(sightings) else None


def _earliest(sightings: Sequence[Sighting]) -> Sighting:
    """Seen first; of those seen at once the outlet's own word decides, which is at least one clock."""
    return min(sightings, key=lambda s: (s.seen, s.declared or s.seen, s.article))


def _others(sighting: Sighting, sightings: Sequence[Sighting]) -> list[Sighting]:
    return [s for s in sightings if s.outlet != sighting.outlet]


def _seen_before_others(sighting: Sighting, sightings: Sequence[Sighting]) -> bool:
    return all(s.absent is not None and sighting.seen <= s.absent for s in _others(sighting, sightings))


def _credible(sighting: Sighting) -> bool:
    declared, absent = sighting.declared, sighting.absent
    return declared is not None and declared <= sighting.seen and (absent is None or declared > absent)


def _doubt(sighting: Sighting) -> Message:
    """Why the time of an article decides nothing."""
    outlet, declared = sighting.outlet, _said(sighting.declared)
    if sighting.declared is None:
        return Message("{outlet} declares no time, and it was not witnessed which outlet was first", outlet=outlet)
    if sighting.declared > sighting.seen:
        return Message(
            "{outlet} declares {declared}, and it was seen before that, at {seen}",
            outlet=outlet, declared=declared, seen=_said(sighting.seen),
        )  # fmt: skip
    return Message(
        "{outlet} declares {declared}, and was read without it after that, at {absent}",
        outlet=outlet, declared=declared, absent=_said(sighting.absent),
    )  # fmt: skip


def _said(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else "an unknown time"
