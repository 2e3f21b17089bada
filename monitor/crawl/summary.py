"""What a run came to, in words for people. Touches nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import Outcome, Run
from monitor.vault import Looked

_DID_THEIR_WORK = frozenset((Outcome.ARTICLE, Outcome.FEED, Outcome.UNCHANGED, Outcome.REDIRECTED))


def summarise(
    run: Run,
    outlets: int,
    tally: Counter[Outcome],
    not_due: int,
    unseen: Sequence[str] = (),
    vanished: int = 0,
    waiting: Mapping[str, datetime] | None = None,
) -> str:
    """Some lines: what was asked and found, what was left out and why, who was silent, what of others was not seen whole."""
    assert run.finished is not None
    seconds = (run.finished - run.started).total_seconds()
    asked = _count(run.fetches, "capture" if run.is_of_captures else "request")
    if outlets:  # none was asked for its news where a person gave the addresses
        asked = f"{_count(outlets, 'outlet')} and {asked}"
    lines = [
        f"Run {run.id}, {seconds:.1f} s: {asked} gave "
        f"{_count(run.articles, 'article')}, of which {run.relevant} relevant, {run.copies} of them copies of others."
    ]
    left_out = [(count, outcome) for outcome, count in tally.items() if outcome not in {*_DID_THEIR_WORK, Outcome.INTERRUPTED}]
    if left_out:
        reasons = ", ".join(f"{count} {outcome}" for count, outcome in sorted(left_out, key=lambda pair: (-pair[0], pair[1])))
        lines.append(f"Left out: {reasons}. `monitor export skipped -o skipped.csv` lists each.")
    for url, until in (waiting or {}).items():
        lines.append(f"Not asked: {url} waits until {until:%Y-%m-%d %H:%M} UTC, since it failed or its host asked for time.")
    if not_due:
        lines.append(f"Left alone: {_count(not_due, 'source')} not due yet; --all asks nevertheless.")
    if run.silent:
        lines.append(f"Silent, gave nothing at all: {', '.join(run.silent)}.")
    if unseen:
        lines.append(f"Not seen whole: {'; '.join(unseen)}.")
    if vanished:
        lines.append(
            f"Vanished: no part of the crawl said what became of {_count(vanished, 'request')}, although the run went to its end."
            " They are listed as unanswered, and asked again by the next run."
        )
    if run.outcome == "gaps" and not (run.silent or unseen or vanished):
        lines.append("Nothing was collected.")
    if run.outcome == "stopped":
        lines.append(_stopped(tally))
    return "\n".join(lines)


def _stopped(tally: Counter[Outcome]) -> str:
    interrupted = tally[Outcome.INTERRUPTED]
    what = f", {_count(interrupted, 'request')} on the way" if interrupted else ""
    return f"Stopped before its end{what}; the next run goes on from here."


def summarise_looks(run: Run, looked: Looked, tally: Counter[Outcome]) -> str:
    """A line or two: what the looks of a run at articles that were read before came to."""
    assert run.finished is not None
    seconds = (run.finished - run.started).total_seconds()
    found = [
        f"{looked.unchanged} unchanged",
        f"{looked.edited} edited, {looked.silent} of them silently",
        f"{looked.suspected} not there, which may be removed" * bool(looked.suspected),
        f"{looked.confirmed} removed" * bool(looked.confirmed),
        f"{looked.returned} there again" * bool(looked.returned),
        f"{looked.hidden} not to be seen" * bool(looked.hidden),
    ]
    lines = [
        f"Run {run.id}, {seconds:.1f} s: looked again at {_count(looked.looks, 'article')}"
        + (f": {'; '.join(filter(None, found))}." if looked.looks else ": none is due.")
    ]
    return "\n".join([*lines, *([_stopped(tally)] if run.outcome == "stopped" else [])])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
