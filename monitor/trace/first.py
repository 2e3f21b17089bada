"""Who was first? Answered on clocks that were witnessed; what outlets declare counts only where nothing witnessed speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import FirstReport, Sighting


def first_report(sightings: Sequence[Sighting]) -> FirstReport:
    """The article that was published first, and how that is known; whatever the order of `sightings`.

    An outlet published between the last reading of its feed without the article (`absent`) and the first with it (`seen`).
    *witnessed*: one was seen no later than every other outlet's was still absent. *alone*: all are one outlet's; its
    earliest. *declared*: nothing was witnessed, all declare a time and one is earliest alone. Otherwise *undetermined*.
    A declared time that what was witnessed contradicts (later than `seen`, or before `absent`) decides nothing.
    """
    if not sightings:
        return FirstReport("", "undetermined")
    if len({s.outlet for s in sightings}) == 1:
        return FirstReport(_earliest(sightings), "alone")
    witnessed = [s for s in sightings if _seen_before_others(s, sightings)]
    if witnessed:
        return FirstReport(_earliest(witnessed), "witnessed")
    declared = sorted((s.declared, s.article) for s in sightings if s.declared is not None and _credible(s))
    if len(declared) == len(sightings) and declared[0][0] < declared[1][0]:
        return FirstReport(declared[0][1], "declared")
    return FirstReport("", "undetermined")


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


def _earliest(of_one_outlet: Sequence[Sighting]) -> str:
    """Seen first; of those seen at once the outlet's own word decides, which is at least one clock."""
    return min(of_one_outlet, key=lambda s: (s.seen, s.declared or s.seen, s.article)).article


def _seen_before_others(sighting: Sighting, sightings: Sequence[Sighting]) -> bool:
    others = [s.absent for s in sightings if s.outlet != sighting.outlet]
    return all(absent is not None and sighting.seen <= absent for absent in others)


def _credible(sighting: Sighting) -> bool:
    declared, absent = sighting.declared, sighting.absent
    return declared is not None and declared <= sighting.seen and (absent is None or declared > absent)
