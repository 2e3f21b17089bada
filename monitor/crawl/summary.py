"""What a run came to, in words for people. Touches nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import Outcome, Run

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
        interrupted = tally[Outcome.INTERRUPTED]
        what = f", {_count(interrupted, 'request')} on the way" if interrupted else ""
        lines.append(f"Stopped before its end{what}; the next run goes on from here.")
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
