"""Reads and checks the TOML files of this package."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.errors import DataError, Fault

LANGUAGES = ("ru", "uk", "en")
"""Each lexicon has a table for each."""
OTHER_LANGUAGES = ("ar", "be", "cs", "de", "es", "fr", "it", "ja", "kk", "ko", "nl", "no", "pl", "pt", "sv", "tr", "zh")
"""Of other outlets whose pages are read: a lexicon may have a table for each."""

Lexicon = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By language and section: each entry, and the sentence that shows it at work."""

NAMES = tuple(sorted(file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml")))
"""Of the lexicons."""


@cache
def lexicon(name: str) -> Lexicon:
    """The lexicon of that name. Raises DataError with every fault of its file."""
    content, faults = _read(name, (files(__package__) / f"{name}.toml").read_text("utf-8"))
    if faults:
        raise DataError(tuple(faults))
    return content


def all_faults() -> list[Fault]:
    """Every fault of every lexicon's file, for `monitor check`."""
    return [fault for name in NAMES for fault in lexicon_faults(name, (files(__package__) / f"{name}.toml").read_text("utf-8"))]


def lexicon_faults(name: str, text: str) -> list[Fault]:
    """Every fault of a lexicon's file: what is no TOML, no language, no section, an entry without an example, entered twice."""
    return _read(name, text)[1]


def _read(name: str, text: str) -> tuple[dict[str, Any], list[Fault]]:
    """What a lexicon's file holds, and its faults. Parsed once for both: that takes longer than all else."""
    file = f"lexicons/{name}.toml"
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        return {}, [Fault(file, int(line[1]) if line else text.count("\n") + 1, "TOML", str(error))]
    faults = [
        Fault(file, _line(text, language), language, f"is no language; one of {', '.join((*LANGUAGES, *OTHER_LANGUAGES))}")
        for language in content
        if language not in (*LANGUAGES, *OTHER_LANGUAGES)
    ]
    faults += [
        Fault(file, 1, language, "has no table in this file; each language needs one")
        for language in LANGUAGES
        if language not in content
    ]
    for language, sections in content.items():
        if not isinstance(sections, dict):
            faults.append(Fault(file, _line(text, language), language, "is a value; a table of sections is expected"))
            continue
        for section, entries in sections.items():
            if not isinstance(entries, dict):
                faults.append(
                    Fault(
                        file,
                        _line(text, language, section),
                        f"{language}.{section}",
                        "is a value; a table of entries is expected",
                    )
                )
                continue
            for entry, example in entries.items():
                if not (entry.strip() and isinstance(example, str) and example.strip()):
                    faults.append(
                        Fault(
                            file,
                            _line(text, language, section, entry),
                            f"{language}.{section}.{entry}",
                            "has no example: a sentence in which the entry does its work",
                        )
                    )
    return content, faults


def _line(text: str, language: str, section: str = "", entry: str = "") -> int:
    """Where a table of a lexicon's file, or an entry in it, is written; 1 where that cannot be found."""
    table, wanted = "", ".".join(filter(None, (language, section)))
    for number, line in enumerate(text.splitlines(), 1):
        name = line.split("=")[0].strip().strip("[]\"' ")
        if line.strip().startswith("["):
            table = name
            if not entry and f"{table}.".startswith(f"{wanted}."):
                return number
        elif (table == wanted and name == entry) or ".".join(filter(None, (table, name))) == wanted:
            return number
    return 1
