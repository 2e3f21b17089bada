"""The summary of a run, as text for people. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from monitor.model import Outcome, Run
from monitor.text.terminal import counted
from monitor.vault import RecheckSummary

_DID_THEIR_WORK = frozenset((Outcome.ARTICLE, Outcome.FEED, Outcome.UNCHANGED, Outcome.REDIRECTED))


def summarise(
    run: Run,
    outlets: int,
    tally: Counter[Outcome],
    not_due: int,
    unseen: Sequence[str] = (),
    vanished: int = 0,
    waiting: Mapping[str, datetime] | None = None,
    robots: Mapping[Outcome, int] | None = None,
) -> str:
    """Some lines: what was requested and found, what was left out and why, which outlets were silent or not seen whole.

    `tally` counts outcomes of requests for pages and feeds, `robots` those for robots.txt: together, all requests of the run.
    `unseen` are lines about sources whose answers were not complete, `waiting` the addresses that a person gave and that wait.
    """
    assert run.finished is not None
    seconds = (run.finished - run.started).total_seconds()
    asked = counted(run.fetches, "capture" if run.is_of_captures else "request")
    if outlets:  # none was asked for its news where a person gave the addresses
        asked = f"{counted(outlets, 'outlet')} and {asked}"
    lines = [
        f"Run {run.id}, {seconds:.1f} s: {asked} gave "
        f"{counted(run.articles, 'article')}, of which {run.relevant} relevant, {run.copies} of them copies of others."
    ]
    if _found_no_name(tally, robots or {}):
        # Nothing of the outlets is told by this: one line, and not one for each.
        return "\n".join([*lines, _all_requests(tally, robots or {}), _NO_NAME])
    return "\n".join([*lines, *_missing(run, tally, not_due, unseen, vanished, waiting or {}, robots or {})])


_NO_NAME = (
    "No name of any host could be looked up: the fault is on this machine or in its network, and says nothing of the outlets;"
    " see docs/trouble.md."
)


def _missing(
    run: Run,
    tally: Counter[Outcome],
    not_due: int,
    unseen: Sequence[str],
    vanished: int,
    waiting: Mapping[str, datetime],
    robots: Mapping[Outcome, int],
) -> Iterator[str]:
    """One line for each kind of thing that the run did not get, with the reason."""
    left_out = [(count, outcome) for outcome, count in tally.items() if outcome not in {*_DID_THEIR_WORK, Outcome.INTERRUPTED}]
    if left_out:
        reasons = ", ".join(f"{count} {outcome}" for count, outcome in sorted(left_out, key=lambda pair: (-pair[0], pair[1])))
        yield f"Left out: {reasons}. `monitor export skipped -o skipped.csv` lists each."
    if run.outcome == "gaps" and (tally or robots):
        yield _all_requests(tally, robots)
    for url, until in waiting.items():
        yield f"Not asked: {url} waits until {until:%Y-%m-%d %H:%M} UTC, since it failed or its host asked for time."
    if not_due:
        yield f"Left alone: {counted(not_due, 'source')} not due yet; --all asks nevertheless."
    if run.silent:
        yield f"Silent, gave nothing at all: {', '.join(run.silent)}."
    if unseen:
        yield f"Not seen whole: {'; '.join(unseen)}."
    if vanished:
        yield (
            f"Vanished: no part of the crawl said what became of {counted(vanished, 'request')}, although the run went to its "
            "end. They are listed as unanswered, and asked again by the next run."
        )
    if run.outcome == "gaps" and not (run.silent or unseen or vanished):
        yield "Nothing was collected."
    if run.outcome == "stopped":
        yield _stopped(tally)


def _all_requests(tally: Mapping[Outcome, int], robots: Mapping[Outcome, int]) -> str:
    """A line that counts all requests by outcome, so that the counts add up."""
    counts = [(count, str(outcome)) for outcome, count in tally.items()]
    counts += [(count, f"of robots.txt: {outcome}") for outcome, count in robots.items()]
    outcome_counts = ", ".join(f"{count} {what}" for count, what in sorted(counts, key=lambda pair: (-pair[0], pair[1])))
    total = sum(tally.values()) + sum(robots.values())
    return f"All {counted(total, 'request')}: {outcome_counts or 'none'}."


def _found_no_name(tally: Mapping[Outcome, int], robots: Mapping[Outcome, int]) -> bool:
    """Whether every request failed at name look-up, and there were several: then the fault is on this side."""
    request_counts = Counter(tally) + Counter(robots)
    for outcome in (Outcome.INTERRUPTED, Outcome.OVER_BUDGET):
        del request_counts[outcome]
    return request_counts.total() > 1 and set(request_counts) == {Outcome.DNS}


def _stopped(tally: Counter[Outcome]) -> str:
    interrupted = tally[Outcome.INTERRUPTED]
    what = f", {counted(interrupted, 'request')} on the way" if interrupted else ""
    return f"Stopped before its end{what}; the next run goes on from here."


def summarise_rechecks(run: Run, looked: RecheckSummary, tally: Counter[Outcome], robots: Counter[Outcome]) -> str:
    """A line or two: the results of `monitor recheck`."""
    assert run.finished is not None
    seconds = (run.finished - run.started).total_seconds()
    found = [
        f"{looked.unchanged} unchanged",
        f"{looked.edited} edited, {looked.silent} of them silently",
        f"{looked.suspected} not there, which may be removed" * bool(looked.suspected),
        f"{looked.confirmed} removed" * bool(looked.confirmed),
        f"{looked.returned} there again" * bool(looked.returned),
        f"{looked.hidden} not to be seen" * bool(looked.hidden),
        f"{looked.inconclusive} without an answer that says anything of an article" * bool(looked.inconclusive),
    ]
    lines = [
        f"Run {run.id}, {seconds:.1f} s: looked again at {counted(looked.looks, 'article')}"
        + (f": {'; '.join(filter(None, found))}." if looked.looks else ": none is due.")
    ]
    if run.outcome == "gaps":
        lines.append(_all_requests(tally, robots))
    return "\n".join([*lines, *([_stopped(tally)] if run.outcome == "stopped" else [])])


def summarise_outside(run: Run, tally: Counter[Outcome]) -> str:
    """A line or two: the results of `monitor outside`."""
    assert run.finished is not None
    answered, asked = tally[Outcome.ARCHIVE_READ], tally.total()
    lines = [
        f"Run {run.id}, {(run.finished - run.started).total_seconds():.1f} s: {counted(asked, 'request')}, {answered} answered."
    ]
    others = [f"{count} {outcome}" for outcome, count in tally.most_common() if outcome is not Outcome.ARCHIVE_READ]
    if others:
        lines.append(f"Not answered: {', '.join(others)}.")
    return "\n".join([*lines, "`monitor outside --list` lists the captures that are known."])
