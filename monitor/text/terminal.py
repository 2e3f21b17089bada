"""What was crawled, as a terminal may show it: nothing in it moves the cursor or turns the direction of writing. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

# Control (Cc), format (Cf: marks of direction, of no width), surrogates, private and unassigned ones, line and paragraph ends.
_SUSPECT = re.compile(r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u061b\u0620-\u070e]")


def printable(text: str) -> str:
    """The text, with U+FFFD for each character that has no form of its own."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def printable_lines(text: str) -> str:
    """The same of several lines."""
    return "\n".join(map(printable, text.splitlines()))


def counted(number: int, noun: str) -> str:
    """A number with its English noun, in the plural unless it is 1."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def json_line(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """A value as JSON on one line: letters as they are, all that has no form of its own escaped."""
    written = json.dumps(value, ensure_ascii=False, default=default)
    return _SUSPECT.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], written)
