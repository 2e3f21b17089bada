"""Files of the newsroom's folder: their text, their TOML, and the line of a field. What is wrong is noted as a fault."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from monitor.errors import Fault

_TOML_AT = re.compile(r" \(at line (\d+), column \d+\)$")


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """The text of a file in UTF-8, with or without a byte order mark; None, and a fault, where it cannot be read."""
    try:
        body = path.read_bytes()
        return body.decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(str(path), 1, "file", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        faults.append(Fault(str(path), line, "file", f"is not UTF-8 (byte {error.start}); save it as UTF-8"))
    return None


def read_toml(path: Path, text: str, faults: list[Fault]) -> dict[str, object] | None:
    """The content of a TOML file; None, and a fault, where its text is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _TOML_AT.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        faults.append(Fault(str(path), line, "file", f"is not TOML: {_TOML_AT.sub('', str(error))}"))
        return None


def line_of(field: str, text: str) -> int:
    """The line of a field as `topic_faults` names it: of `subtopic[2].query` the key's in the second `[[subtopic]]`."""
    start = 0
    table, dot, key = field.rpartition(".")
    if numbered := re.fullmatch(r"(\w+)\[(\d+)\]", table):
        headers = list(re.finditer(rf"^\s*\[\[\s*{numbered[1]}\s*\]\]", text, re.MULTILINE))
        if int(numbered[2]) <= len(headers):
            start = headers[int(numbered[2]) - 1].end()
    name = re.escape((key if dot and start else field).split("[")[0].split(".")[0])
    found = re.compile(rf"^\s*(?:{name}\s*=|\[+\s*{name}\b)|^(?=\s*\[\[)", re.MULTILINE).search(text, start)
    is_there = found is not None and found.end() > found.start()
    return text.count("\n", 0, found.end() if found and is_there else start) + 1
