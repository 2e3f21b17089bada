"""Citations of an article as it was received: text, BibTeX, CSL-JSON, RIS. Pure: a row in, text out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from monitor.export.atom import FICTION
from monitor.match.urls import without_trackers

# What TeX takes for more than itself. Braces and backslashes first of all: the others are written with them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_NAMED = re.compile(r"[A-ZА-ЯЁІЇЄҐ](?:\.|[a-zа-яёіїєґ'’]+)(?:-[A-ZА-ЯЁІЇЄҐ][a-zа-яёіїєґ'’]+)?")
_LANGUAGES = {"ru": "russian", "uk": "ukrainian", "en": "english"}
MARKS = {"ru": (("«", "»"), ("„", "“")), "en": (("“", "”"), ("‘", "’"))}
"""Quotation marks by language: those of a text, and those of one that has such marks itself, which stays as it is."""
_ALPHABET = "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя"
_PLACES = {ord(letter): 0xE000 + place for place, letter in enumerate(_ALPHABET)}  # behind all Latin letters, and no letters
VERSION_DIGITS = 16
"""Of the digest of a version's text, in its address: 64 bits tell the versions of one article apart for ever."""


class _Author(NamedTuple):
    name: str
    family: str = ""
    """Empty where it is no person's, or its order is not known."""
    given: str = ""


def citations(
    article: Mapping[str, Any],
    received: str | None,
    language: str = "en",
    *,
    fictional: bool = False,
    translate: Callable[[str], str] = str,
) -> dict[str, str]:
    """A citation by the name of its form; its own words are English or, by `translate`, of another `language`.

    `article` is a row of the coverage or of `versions`. Its `permalink`, where it has one, leads to that version here, which
    `text_digest` names. The date is the one that the outlet declares; when the bytes with that digest were `received`, which of a
    page that was read more than once is not when we first read it, and the digest say which text is meant, whatever becomes of
    the page. The address is without what says only how a reader came there. Authors are in the order of their surnames where
    these are known.
    """
    article = {**article, "url": without_trackers(article["url"] or "")}
    if fictional:
        article["digest"] = f"{translate(FICTION)} {article['digest'] or ''}".strip()
    note = _note(article, received, translate)
    return {
        "Text": _text(article, received, language, translate), "BibTeX": _bibtex(article, received, note),
        "CSL-JSON": _csl(article, received, note), "RIS": _ris(article, received, note),
    }  # fmt: skip


def _text(a: Mapping[str, Any], received: str | None, language: str, _: Callable[[str], str]) -> str:
    authors = ", ".join(author.name for author in _authors(a))
    parts = [authors, quoted(_line(a["title"]) or "…", language), _line(a["outlet"]), _day(a["published"]) or _("undated")]
    return ". ".join(filter(None, [*parts, _line(a["url"]), _note(a, received, _)])) + "."


def quoted(text: str, language: str) -> str:
    """A text in the quotation marks of a language, as one line."""
    left, right = marks(text, language)
    return f"{left}{' '.join(text.split())}{right}"


def marks(text: str, language: str) -> tuple[str, str]:
    """The quotation marks that a text is put into: others than those that it has itself."""
    usual, others = MARKS.get(language, MARKS["en"])
    return others if set(usual) & set(text) else usual


def _bibtex(a: Mapping[str, Any], received: str | None, note: str) -> str:
    fields = {
        "author": " and ".join(
            f"{{{_tex(one.family)}}}, {{{_tex(one.given)}}}" if one.family else f"{{{_tex(one.name)}}}" for one in _authors(a)
        ),
        "title": f"{{{_tex(a['title'])}}}",
        "organization": f"{{{_tex(a['outlet'])}}}",
        "date": _day(a["published"]),
        "url": _tex(a["url"]),
        "urldate": _day(received),
        "langid": _LANGUAGES.get(a["language"], ""),
        "note": _tex(note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{povestka-{a['article']},", *lines, "}"])


def _csl(a: Mapping[str, Any], received: str | None, note: str) -> str:
    item = {
        "id": f"povestka-{a['article']}",
        "type": "article-newspaper",
        "title": _line(a["title"]),
        "author": [{"family": one.family, "given": one.given} if one.family else {"literal": one.name} for one in _authors(a)],
        "container-title": _line(a["outlet"]),
        "issued": _parts(a["published"]),
        "accessed": _parts(received),
        "URL": _line(a["url"]),
        "archive": "Povestka" if a.get("permalink") else "",
        "archive_location": _line(a.get("permalink")),
        "language": a["language"],
        "note": note,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


def _ris(a: Mapping[str, Any], received: str | None, note: str) -> str:
    """https://en.wikipedia.org/wiki/RIS_(file_format): a tag, two blanks, a hyphen, a blank."""
    tags = [
        ("TY", "NEWS"),
        *(("AU", f"{one.family}, {one.given}" if one.family else one.name) for one in _authors(a)),
        ("TI", _line(a["title"])),
        ("T2", _line(a["outlet"])),
        ("PY", _day(a["published"])[:4]),
        ("DA", _day(a["published"]).replace("-", "/")),
        ("UR", _line(a["url"])),
        ("Y2", _day(received).replace("-", "/")),
        ("L2", _line(a.get("permalink"))),
        ("LA", a["language"]),
        ("ID", f"povestka-{a['article']}"),
        ("N1", note),
    ]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in tags if value), "ER  - "])


def _note(a: Mapping[str, Any], received: str | None, _: Callable[[str], str]) -> str:
    """Which capture is meant, and where it is kept."""
    version = a.get("text_digest")
    named = f"{_('version')} {version[:VERSION_DIGITS]}" if version else ""
    at = f"{_('received')} {_minute(received)}" if received else ""
    return ". ".join(filter(None, [at, a["digest"] or "", named, _line(a.get("permalink"))]))


def _authors(a: Mapping[str, Any]) -> list[_Author]:
    """In the order of surnames; of what is no person's name, of the name."""
    lines = [line for name in json.loads(a["authors"] or "[]") if (line := _line(name))]
    found = [_person(line, a["language"]) if line != _line(a["outlet"]) else _Author(line) for line in lines]
    return sorted(found, key=lambda one: (_order(one.family or one.name), _order(one.given)))


def _order(name: str) -> str:
    """What sorts a name as readers look for it: by the Cyrillic alphabets, and not by the numbers of their letters, in which є
    and ё come after я; a Latin letter with a mark as that letter."""
    placed = name.casefold().translate(_PLACES)
    return "".join(sign for sign in unicodedata.normalize("NFD", placed) if not unicodedata.combining(sign))


def _person(name: str, language: str) -> _Author:
    """Two or three words, of which the dictionary of names says which is given; in Latin letters the last is the surname."""
    words = name.split()
    if not 2 <= len(words) <= 3 or not all(_NAMED.fullmatch(word) for word in words):
        return _Author(name)
    if words[-1].endswith("."):  # "Иволгин П. С."
        at = 0
    elif words[0].endswith(".") or name.isascii():
        at = len(words) - 1
    else:
        first, last = _marks(words[0], language), _marks(words[-1], language)
        given = ({"Name", "Patr"} & first, {"Name", "Patr"} & last)
        if bool(given[0]) != bool(given[1]):
            at = 0 if given[1] else len(words) - 1
        elif ("Surn" in first) != ("Surn" in last):
            at = 0 if "Surn" in first else len(words) - 1
        else:
            return _Author(name)
    return _Author(name, words[at], " ".join(words[:at] + words[at + 1 :]))


def _marks(word: str, language: str) -> frozenset[str]:
    from monitor.text.morphology import readings  # not above: the dictionary takes its time to load

    found = [one for one in readings(word.casefold(), "uk" if language == "uk" else "ru") if one.known and one.case == "nomn"]
    return frozenset().union(*(one.marks for one in found))


def _line(text: str | None) -> str:
    return " ".join(_CONTROL.sub(" ", text or "").split())


def _tex(text: str | None) -> str:
    return _TEX_SIGN.sub(lambda match: _TEX[match[0]], _line(text))


def _day(time: str | None) -> str:
    return (time or "")[:10]


def _minute(time: str | None) -> str:
    return f"{(time or '')[:16].replace('T', ' ')} UTC"


def _parts(time: str | None) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in time[:10].split("-")]]} if time else {}
