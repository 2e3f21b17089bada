"""How to cite an article as it was received: text, BibTeX, CSL-JSON. Touches nothing: a row of the coverage in, text out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from monitor.export.atom import FICTION

# What TeX takes for more than itself. Braces and backslashes first of all: the others are written with them.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def citations(
    article: Mapping[str, Any], received: str | None, language: str = "en", *, fictional: bool = False
) -> dict[str, str]:
    """A citation by the name of its form; the words of the text are English or Russian (`language`).

    The date is the one that the outlet declares; when the bytes with that digest were `received`, which of a page that was read
    more than once is not when we first read it, and the digest say which text is meant, whatever becomes of the page.
    """
    article = {**article, "digest": f"{FICTION} {article['digest'] or ''}".strip()} if fictional else article
    return {"Text": _text(article, received, language), "BibTeX": _bibtex(article, received), "CSL-JSON": _csl(article, received)}


def _text(a: Mapping[str, Any], received: str | None, language: str) -> str:
    authors = ", ".join(_authors(a))
    title, no_date, read = ("«{}»", "без даты", "дата обращения") if language == "ru" else ("“{}”", "undated", "read")
    parts = [authors, title.format(_line(a["title"]) or "…"), _line(a["outlet"]), _day(a["published"]) or no_date]
    read = f"{read} {_day(received)}" if received else ""
    return ". ".join(filter(None, [*parts, _line(a["url"]), read, a["digest"] or ""])) + "."


def _bibtex(a: Mapping[str, Any], received: str | None) -> str:
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in _authors(a)),
        "title": f"{{{_tex(a['title'])}}}",
        "organization": f"{{{_tex(a['outlet'])}}}",
        "date": _day(a["published"]),
        "url": _tex(a["url"]),
        "urldate": _day(received),
        "langid": {"ru": "russian", "uk": "ukrainian", "en": "english"}.get(a["language"], ""),
        "note": _tex(a["digest"] or ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{povestka-{a['article']},", *lines, "}"])


def _csl(a: Mapping[str, Any], received: str | None) -> str:
    item = {
        "id": f"povestka-{a['article']}",
        "type": "article-newspaper",
        "title": _line(a["title"]),
        "author": [{"literal": name} for name in _authors(a)],
        "container-title": _line(a["outlet"]),
        "issued": _parts(a["published"]),
        "accessed": _parts(received),
        "URL": _line(a["url"]),
        "language": a["language"],
        "note": a["digest"],
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


def _authors(a: Mapping[str, Any]) -> list[str]:
    return [line for name in json.loads(a["authors"] or "[]") if (line := _line(name))]


def _line(text: str | None) -> str:
    return " ".join(_CONTROL.sub(" ", text or "").split())


def _tex(text: str | None) -> str:
    return _TEX_SIGN.sub(lambda match: _TEX[match[0]], _line(text))


def _day(time: str | None) -> str:
    return (time or "")[:10]


def _parts(time: str | None) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in time[:10].split("-")]]} if time else {}
