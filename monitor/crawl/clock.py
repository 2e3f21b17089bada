"""The clock of a run: the machine's, or one that was set (MONITOR_CLOCK) for a press whose days pass faster. Reads the clock.

Times that we witnessed are evidence. A run whose clock was set says so in its row of `runs`, and the address guard lets it
reach this machine alone: it can witness nothing of the real world.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.errors import UsageError

_ahead = [timedelta()]


def set_clock(value: str) -> datetime | None:
    """Begin to count from that time, ISO 8601 with its zone, and return it; from the machine's, and None, where `value` is empty.

    Raises UsageError where it is no such time.
    """
    try:
        begin = datetime.fromisoformat(value) if value else datetime.now(UTC)
    except ValueError:
        begin = None
    if begin is None or begin.tzinfo is None:
        raise UsageError(f"MONITOR_CLOCK: {value!r} is no time with a zone, such as 2026-05-18T12:00:00Z")
    _ahead[:] = [begin - datetime.now(UTC) if value else timedelta()]
    return begin if value else None


def now() -> datetime:
    """The time of the run, in UTC."""
    return datetime.now(UTC) + _ahead[0]
