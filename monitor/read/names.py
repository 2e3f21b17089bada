"""Bylines to people's names: splits, strips what is no name, and leaves publishers out. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from monitor.text import fold

_TAGS = re.compile(r"<[^>]{0,500}>")
_BY = re.compile(
    r"^(?:(?:written|story|text|words|reported|posted|published|created|article|report|erstellt|artikel|veröffentlicht|geschrieben)\s+)?"
    r"(?:by|von|par|por|door|автор(?:ы|и|ка)?|текст)(?::\s*|\s+)|^(?:authors?|autor(?:en|a|es)?|auteurs?)\s*[:—–-]\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S*(?:https?:|www\.|@|\.(?:com|ru|ua|org|net)\b)\S*", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
# "A and B", "A, B", "A / B".
_BETWEEN = re.compile(r"\s*[;|/•·\n]\s*|\s*,\s*|\s+(?:and|und|et|и|та|й|&|y|og|och|with)\s+(?=[^\W\d_])", re.IGNORECASE)
# What follows a name: when, for whom, as what.
_TAIL = re.compile(
    r"\s+(?:[-–—]\s.*|(?:updated|published|posted|on|at|in|for|via|from|am|um|vom|to|обновлено|опубликовано|оновлено)\s.*|\S*\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DEGREE = re.compile(r"(?:jr|sr|ph\.? ?d|m\.?d|mba|rd|ms|msc|esq|cfa|rn|i{2,3})\.?", re.IGNORECASE)
# What stands where a name is looked for: buttons, accounts, desks, dates.
_NO_NAME = re.compile(
    "|".join(
        (
            r"read more|view all|see all|more|see more|full bio|bio|follow|share|subscribe|contact|by|no author",
            r"contributors?|authors?|(?:wordpress)?admin(?:istrator)?|editor(?:s|ial)?(?: team)?|guest|staff|user|root",
            r"unknown|none|null|undefined|anonymous|source",
            r"редакция|редактор|администратор|админ|автор(?:ы)?|подробнее|читать далее|все материалы|источник",
            r"редакція|докладніше|адміністратор|автори|джерело",
            r"(?:read more|view all|all (?:posts|stories|articles)|more (?:from|by)|see all|follow)\b.*",
            r"(?:updated|published|posted|quelle|source|foto|photo|фото)\b.*",
            r"(?:mon|tues|wednes|thurs|fri|satur|sun)day",
            r"january|february|march|april|may|june|july|august|september|october|november|december",
        )
    ),
    re.IGNORECASE,
)
_LONGEST = 60
_EDGES = " ,:;-–—|/\t\"'«»“”*•●"


def tidy(text: str) -> str:
    """One line of plain text: entities read (twice, for they come doubly escaped), tags dropped, white space one blank."""
    return " ".join(_TAGS.sub(" ", html.unescape(html.unescape(text[:5_000]))).split())


def _key(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name).text))


def _is_name(name: str) -> bool:
    return (
        2 <= len(name) <= _LONGEST
        and len(name.split()) <= 6
        and name[0].isalpha()
        and not any(c.isdigit() or c in "{}<>=" for c in name)
        and not _NO_NAME.fullmatch(name)
        and not _DEGREE.fullmatch(name)
    )


def names(raw: Iterable[str], publishers: Iterable[str] = ()) -> tuple[str, ...]:
    """The people named in byline strings, each once, in order; names of `publishers` are no people."""
    banned = {_key(p) for p in publishers if p}
    found: dict[str, str] = {}
    for line in raw:
        text = _BY.sub("", _ASIDE.sub(" ", _ADDRESS.sub(" ", tidy(line))).strip(_EDGES))
        for part in _BETWEEN.split(text)[:40]:
            name = _TAIL.sub("", _BY.sub("", part.strip(_EDGES))).strip(_EDGES)
            if _is_name(name) and (key := _key(name)) and key not in banned:
                found.setdefault(key, name)
    # The fullest form of a name stands for the shorter ones.
    return tuple(name for key, name in found.items() if not any(key != other and f" {key} " in f" {other} " for other in found))
