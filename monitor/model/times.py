"""How times are written. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_utc(time: datetime, timespec: str = "microseconds") -> str:
    """A time with its zone as ISO 8601 in UTC, ending in Z: with microseconds always 27 characters, which sort as they follow."""
    return time.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
