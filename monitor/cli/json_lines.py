"""JSON Lines in, JSON Lines out, in the same order: what the filters share.

The fields of each are the command-line contract (docs/commands.md). A line that is not what the filter takes stops it, with
the line's number: a filter that passed over lines would make figures that nobody could trust.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.errors import MonitorError
from monitor.model import Link
from monitor.text.terminal import json_line

Row = dict[str, Any]


def rows(lines: Iterable[str], *required: str) -> Iterator[Row]:
    """The objects of a JSON Lines stream, an `id` as text; raises MonitorError naming the line and the field that is wrong."""
    for number, line in enumerate(_decoded(lines), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise MonitorError(f"input:{number}: not a JSON object: {error}") from error
        if not isinstance(row, dict):
            raise MonitorError(f"input:{number}: not a JSON object but {type(row).__name__}")
        if isinstance(row.get("id"), int):
            row["id"] = str(row["id"])
        for field in required:
            if not isinstance(row.get(field), str):
                raise MonitorError(f"input:{number}: {field}: missing, or no text")
        if not _are_links(row.get("links") or []):
            raise MonitorError(f'input:{number}: links: not a list such as [{{"url": "https://…", "start": 0, "end": 4}}]')
        yield row


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise MonitorError(f"input: is not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8") from error


def _are_links(links: object) -> bool:
    return isinstance(links, list) and all(
        isinstance(link, dict) and all(isinstance(link.get(at, 0), int) for at in ("start", "end")) for link in links
    )


def text_of(row: Row, field: str) -> str:
    """The text in a field of a row; empty where it is absent or no text."""
    value = row.get(field)
    return value if isinstance(value, str) else ""


def time_of(row: Row, field: str) -> datetime | None:
    """An ISO 8601 time, as UTC where it names no zone; None where absent."""
    if not (said := text_of(row, field)):
        return None
    try:
        time = datetime.fromisoformat(said)
    except ValueError as error:
        raise MonitorError(f"input: {row['id']}: {field}: {said!r} is no ISO 8601 time, such as 2023-04-21T10:00:00Z") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def links_of(row: Row) -> tuple[Link, ...]:
    """The `links` of a row that `rows` let pass, or of a part of one; raises MonitorError where they are no links."""
    given = row.get("links") or []
    if not _are_links(given):
        raise MonitorError(f'input: {row["id"]}: links: not a list such as [{{"url": "https://…", "start": 0, "end": 4}}]')
    return tuple(
        Link(text_of(n, "url"), text_of(n, "kind") or "citation", text_of(n, "anchor"), n.get("start", -1), n.get("end", -1))
        for n in given
    )


def write(found: Iterable[dict[str, Any]]) -> None:
    """JSON Lines, each as soon as it is known."""
    for row in found:
        print(json_line(row), flush=True)
