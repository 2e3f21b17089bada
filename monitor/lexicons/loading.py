"""Reads the TOML files of this package. Touches those files alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from monitor.errors import DataError, Fault

LANGUAGES = ("ru", "uk", "en")
"""Each lexicon has a table for each."""

Lexicon = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By language and section: each entry, and the sentence that shows it at work."""

NAMES = tuple(sorted(file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml")))
"""Of the lexicons."""


@cache
def lexicon(name: str) -> Lexicon:
    """The lexicon of that name. Raises DataError with every fault of its file."""
    text = (files(__package__) / f"{name}.toml").read_text("utf-8")
    faults = lexicon_faults(name, text)
    if faults:
        raise DataError(tuple(faults))
    return tomllib.loads(text)


def lexicon_faults(name: str, text: str) -> list[Fault]:
    """Every fault of a lexicon's file: what is no TOML, no language, no section, an entry without an example, entered twice."""
    file = f"lexicons/{name}.toml"
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Fault(file, 0, "", str(error))]
    faults = [
        Fault(file, 0, language, f"is no language; one of {', '.join(LANGUAGES)}")
        for language in content
        if language not in LANGUAGES
    ]
    faults += [
        Fault(file, 0, language, "has no table in this file; each language needs one")
        for language in LANGUAGES
        if language not in content
    ]
    for language, sections in content.items():
        if not isinstance(sections, dict):
            faults.append(Fault(file, 0, language, "is a value; a table of sections is expected"))
            continue
        for section, entries in sections.items():
            if not isinstance(entries, dict):
                faults.append(Fault(file, 0, f"{language}.{section}", "is a value; a table of entries is expected"))
                continue
            for entry, example in entries.items():
                if not (entry.strip() and isinstance(example, str) and example.strip()):
                    faults.append(
                        Fault(
                            file,
                            0,
                            f"{language}.{section}.{entry}",
                            "has no example: a sentence in which the entry does its work",
                        )
                    )
    return faults
