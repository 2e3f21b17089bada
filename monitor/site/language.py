"""The site's own words in the language that a visitor reads: a request's headers in, words out. Reads the catalogues beside it.

English is what templates, metadata and messages say. The other languages are gettext catalogues, locale/LANGUAGE/LC_MESSAGES/
povestka.po, which Babel compiles when the site opens; docs/phrases.py keeps them complete. What is crawled is never translated.
A language is chosen by the link on every page (`?_lang=ru`), which a cookie of that one word remembers, else by what the browser
asks for.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from monitor.errors import Message
from monitor.text.terminal import printable

LANGUAGES = {"en": "English", "ru": "Русский"}
PARAMETER = "_lang"
LONGEST_VALUE = 100
"""Characters that are repeated of what a visitor wrote wrongly; of what is `known`, all that is listed."""
PLACES = 3
"""Digits of a fraction that a page shows; an export has all."""
CATALOGUES = Path(__file__).with_name("locale")

current: ContextVar[str] = ContextVar("language", default="en")
"""Of the request that is answered."""

TRANSLATED_COLUMNS = frozenset({
    "outcome", "kind", "state", "gap", "role", "way", "via", "first", "first_basis", "near_miss_reason", "field",
    "status", "label", "named", "denied", "class", "size", "rule", "event", "why", "country_rule",
})  # fmt: skip
"""Columns whose values are words of our own."""
FIELDS = ("title", "text", "lead", "subtitle")
"""Parts of an article that are called so; its other fields are called as their columns."""
NAMED_COLUMNS = frozenset({
    "region", "regions", "topic", "topics", "language", "country", "outlet", "first_outlet", "value", "claim_outlet",
    "claim_language", "alike_outlet",
})  # fmt: skip
"""Columns whose values have names of their own, or pages."""

_KINDS = {
    "regions": "region", "topics": "topic", "first_outlet": "outlet", "claim_outlet": "outlet", "alike_outlet": "outlet",
    "claim_language": "language",
}  # fmt: skip
"""Of columns that are not called so, of what their values are."""

_ACCEPTED = re.compile(r"([a-zA-Z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?")


def chosen_in_query(query: str, parameter: str = PARAMETER, known: Collection[str] = LANGUAGES.keys()) -> str:
    """The language, or another of what is known, that an address asks for; empty where it asks for none that there is."""
    named = parse_qs(query).get(parameter, [""])[-1]
    return named if named in known else ""


def chosen_in_cookie(headers: Mapping[bytes, bytes], parameter: str, known: Collection[str]) -> str:
    """What a cookie remembers; empty where that is nothing that is known."""
    try:
        cookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(parameter)
    except CookieError:
        return ""
    return cookie.value if cookie and cookie.value in known else ""


def negotiated(headers: Mapping[bytes, bytes]) -> str:
    """The language that a cookie remembers, else the first of ours that the browser accepts (RFC 9110, section 12.5.4)."""
    if remembered := chosen_in_cookie(headers, PARAMETER, LANGUAGES.keys()):
        return remembered
    accepted = []
    for place, part in enumerate(headers.get(b"accept-language", b"").decode("latin-1").split(",")[:20]):
        match = _ACCEPTED.fullmatch(part.strip())
        if match and match[1].lower() in LANGUAGES:
            accepted.append((-_quality(match[2]), place, match[1].lower()))
    return min(accepted)[2] if accepted and min(accepted)[0] < 0 else "en"


def _quality(weight: str | None) -> float:
    try:
        return min(float(weight), 1) if weight else 1
    except ValueError:
        return 0


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The words of a language; English, which the program says, has no catalogue."""
    file = CATALOGUES / language / "LC_MESSAGES" / "povestka.po"
    if not file.is_file():
        return gettext.NullTranslations()
    with file.open("rb") as source:
        read = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(phrase: str) -> str:
    """A phrase of ours in the visitor's language: a Message with its values in place; what has no translation as it stands."""
    if not isinstance(phrase, Message):
        return catalogue(current.get()).gettext(phrase) if phrase else ""
    values = {name: translate(value) if isinstance(value, Message) else value for name, value in phrase.values.items()}
    said = catalogue(current.get()).gettext(phrase.template)
    return said.format(**values) if values else said


def inert(said: str) -> str:
    """What a visitor is told, in which nothing that they wrote turns the direction of writing or is longer
    than LONGEST_VALUE."""
    if not isinstance(said, Message):
        return printable(said)
    return Message(said.template, **{name: _inert_value(name, value) for name, value in said.values.items()})


def _inert_value(name: str, value: object) -> object:
    if isinstance(value, Message) or not isinstance(value, str):
        return inert(value) if isinstance(value, Message) else value
    return printable(value) if name == "known" else shortened(value)


def shortened(value: str) -> str:
    """What a visitor wrote, as a page repeats it: nothing in it turns the direction of writing, and no more of it than
    LONGEST_VALUE characters."""
    said = printable(value)
    return said if len(said) <= LONGEST_VALUE else f"{said[:LONGEST_VALUE]}…"


def counted(count: int, one: str, many: str, **values: object) -> str:
    """A phrase about a number, `{n}` in it: `one` is the English singular, `many` the plural."""
    return catalogue(current.get()).ngettext(one, many, count).format(n=number(count), **values)


def number(count: float) -> str:
    """A number with its thousands apart and three places at most behind its point, as the visitor's language writes it."""
    said = f"{round(count, PLACES):,}"
    return said.translate({ord(","): "\u00a0", ord("."): ","}) if current.get() == "ru" else said


def _(phrase: str) -> str:
    """Marks a phrase for the catalogues; it is translated where it is shown."""
    return phrase


def tile_code(code: str, english: str) -> str:
    """What stands on the tile of a region: what its ISO code has behind the country, where that is letters."""
    behind = code.partition("-")[2]
    return behind if behind.isalpha() else english[:3].upper()


_APART = " days apart"
_GAPS = {
    "silent": _("the feed has no entries"),
    "silent for long": _("nothing new since {since}"),
    "dead": _("nothing but failures since {since}, so it is not asked any more: change its line"),
    "moved": _("three polls in a row were led elsewhere by permanent redirects: change its line"),
    "not polled": _("due since {since}, and nobody asked"),
}


def gap_facts(gap: str, facts: Mapping[str, Any]) -> str:
    """What is to be said of a gap, from its numbers; empty where they say nothing."""
    if gap == "window overflow":
        lost = counted(facts["lost"], "at least {n} entry came and went unseen", "at least {n} entries came and went unseen")
        return lost + (translate(Message(_(", after {since}"), **facts)) if facts["since"] else "")
    if gap == "not running":
        counts = {
            "hours": counted(facts["hours"], "{n} hour", "{n} hours"),
            "outlets": counted(facts["outlets"], "{n} outlet", "{n} outlets"),
        }
        return translate(Message(_("{hours} between {since} and {until}; due then: {outlets}"), **{**facts, **counts}))
    if gap == "below expectation":
        days = {"days": counted(facts["days"], "{n} day", "{n} days")}
        return translate(Message(_("{seen} of at least {least} entries in {days}, where {usual} are usual"), **{**facts, **days}))
    if gap == "not watched":
        said = _("before {since}") if "since" in facts else _("after {until}") if facts else _("no feed was ever polled")
        return translate(Message(said, **facts))
    return translate(Message(_GAPS[gap], **facts)) if gap in _GAPS else ""


def _evidence(reason: str) -> str:
    """What two articles share, or what speaks against it, of which only the beginning or the end is ours."""
    if reason.endswith(_APART):
        return f"{reason.removesuffix(_APART)} {translate(_('days apart'))}"
    what, colon, words = reason.partition(": ")
    return f"{translate(what)}{colon}{words}"


_IN_PARTS: Mapping[str, Callable[[str], str]] = {
    "class": lambda value: translate(value.replace("_", " ")),
    "evidence": _evidence,
    "why": lambda value: "; ".join(translate(reason) for reason in value.split("; ")),
}
"""Columns whose values are made of words of ours."""


class Names:
    """What columns, regions, topics and the values of our own columns are called, in the language of the visitor."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """`config`: the site's settings in Datasette's metadata, as `application.read_metadata` makes them."""
        self._labels: Mapping[str, str] = config.get("columns", {})
        self._towns: Mapping[str, Mapping[str, str]] = config.get("towns", {})
        self._names: dict[str, Mapping[str, Mapping[str, str]]] = {kind: config.get(kind, {}) for kind in ("regions", "topics")}

    def column(self, name: str, table: str = "") -> str:
        """What a column is called on a page of that table or query; its own name where it has no other."""
        label = self._labels.get(f"{table}.{name}") or self._labels.get(name)
        return catalogue(current.get()).pgettext("column", label) if label else name

    def region(self, code: str) -> str:
        """The name of a region by its ISO 3166-2 code, in the visitor's language; the code where it has none."""
        return self._name("regions", code)

    def tile(self, code: str) -> str:
        """What the tile of a region is called on the map, in two or three letters."""
        return catalogue(current.get()).pgettext("tile", tile_code(code, self._names["regions"].get(code, {}).get("en", "")))

    def topic(self, id_: str) -> str:
        """The name that a topic, or a subtopic, gives itself in its file; its id where it gives none."""
        return self._name("topics", id_)

    def town(self, region: str, name: str) -> str:
        """What a town of that region is called, by its English name, under which it is stored."""
        return self._towns.get(current.get(), {}).get(f"{region} {name}", name)

    @staticmethod
    def language(code: str) -> str:
        """What CLDR calls a language, by ISO 639-1."""
        return str(Locale(current.get()).languages.get(code, code)) if code else translate(_("language unknown"))

    @staticmethod
    def country(code: str) -> str:
        """What CLDR calls a country, by ISO 3166-1; `exile` is a word of ours."""
        return str(Locale(current.get()).territories.get(code) or translate(code))

    @staticmethod
    def duration(minutes: int) -> str:
        """Minutes as days, hours and minutes, the two largest that there are."""
        days, rest = divmod(minutes, 1440)
        parts = [(days, _("d")), (rest // 60, _("h")), (rest % 60, _("min"))]
        return " ".join(f"{count} {translate(unit)}" for count, unit in [part for part in parts if part[0]][:2]) or "0"

    def value(self, column: str, value: str) -> str:
        """A value of a column by its name, where it is a code, an id or a word of ours."""
        kind = self.kind(column, value)
        if kind == "region":
            return self.region(value)
        if kind == "topic":
            return self.topic(value)
        if kind == "language":
            return self.language(value)
        if kind == "country":
            return self.country(value)
        if column == "label" and self.knows("topics", value):
            return self.topic(value)
        if column == "field" and value not in FIELDS:
            return self.column(value)
        if column == "disclosed":
            return translate({"0": _("silently"), "1": _("openly")}.get(value, value))
        if column == "country_rule":
            rule, colon, named = value.partition(": ")
            return f"{translate(rule)}{colon}{self.region(named)}"
        if column in _IN_PARTS:
            return _IN_PARTS[column](value)
        return translate(value) if column in TRANSLATED_COLUMNS else value

    def kind(self, column: str, value: str) -> str:
        """Of what a value is: what its column says, also of several or the first; of the mixed `value`, what knows it."""
        if column == "value":
            return next((kind.removesuffix("s") for kind in ("regions", "topics") if self.knows(kind, value)), "language")
        return _KINDS.get(column, column)

    @staticmethod
    def has_names(column: str) -> bool:
        """Whether values of that column have names."""
        return column in TRANSLATED_COLUMNS or column in NAMED_COLUMNS

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is such a region or topic: `kind` is regions or topics."""
        return name in self._names.get(kind, {})

    def _name(self, kind: str, name: str) -> str:
        return self._names[kind].get(name, {}).get(current.get()) or name
