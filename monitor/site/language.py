"""In which language a visitor reads the site's own words, and those words. Touches nothing: a request's headers in, words out.

What is crawled is never translated. A language is chosen by the link on every page (`?_lang=ru`), which a cookie of that one
word remembers, else by what the browser asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

LANGUAGES = {"en": "English", "ru": "Русский"}
PARAMETER = "_lang"

current: ContextVar[str] = ContextVar("language", default="en")
"""Of the request that is answered."""
OF_TEXTS = {"ru": "Russian", "uk": "Ukrainian", "en": "English"}
"""The languages of what is crawled."""

OF_OURS = frozenset({
    "outcome", "kind", "state", "gap", "role", "way", "via", "first", "first_basis", "near_miss_reason", "field",
    "status", "country", "label",
})  # fmt: skip
"""Columns with words of our own."""
OF_OTHERS = frozenset({"region", "regions", "topic", "topics", "language", "detail", "outlet", "first_outlet", "value"})
"""Columns whose values have names of their own, or pages."""

_ACCEPTED = re.compile(r"([a-zA-Z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?")


def asked(query: str) -> str:
    """The language that an address asks for; empty where it asks for none that there is."""
    said = parse_qs(query).get(PARAMETER, [""])[-1]
    return said if said in LANGUAGES else ""


def preferred(headers: Mapping[bytes, bytes]) -> str:
    """The language that a cookie remembers, else the first of ours that the browser accepts (RFC 9110, section 12.5.4)."""
    try:
        cookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(PARAMETER)
    except CookieError:
        cookie = None
    if cookie and cookie.value in LANGUAGES:
        return cookie.value
    accepted = []
    for place, part in enumerate(headers.get(b"accept-language", b"").decode("latin-1").split(",")[:20]):
        match = _ACCEPTED.fullmatch(part.strip())
        if match and match[1].lower() in LANGUAGES:
            accepted.append((-_quality(match[2]), place, match[1].lower()))
    return min(accepted)[2] if accepted and min(accepted)[0] < 0 else "en"


def _quality(said: str | None) -> float:
    try:
        return min(float(said), 1) if said else 1
    except ValueError:
        return 0


def plural(count: int, forms: Sequence[str]) -> str:
    """The form of a noun that goes with a number: one and other in English; one, few and many in Russian (CLDR's rules)."""
    if len(forms) == 2:
        return forms[count != 1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
        return forms[1]
    return forms[2]


class Words:
    """What the site says itself, in the language of the request that is answered. English is what the templates say."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """`config`: the site's settings in Datasette's metadata, as `application.read_metadata` makes them."""
        self._russian: Mapping[str, Any] = config.get("ru", {})
        self._names: Mapping[str, Mapping[str, Mapping[str, str]]] = {
            kind: config.get(kind, {}) for kind in ("columns", "regions", "topics")
        }
        self._messages = [
            (re.compile(re.escape(said).replace(r"\{\}", "(.*?)"), re.DOTALL), str(words))
            for said, words in self._russian.items()
            if "{}" in said
        ]

    def __call__(self, said: str) -> str:
        """A phrase of ours, or a message of another room, where {} stands for what it names. What has no Russian stays."""
        if current.get() != "ru":
            return said
        words = self._russian.get(said)
        if isinstance(words, str):
            return words
        for pattern, words in self._messages:
            if found := pattern.fullmatch(said):
                return words.format(*(_Named(self, part) for part in found.groups()))
        return said

    def counted(self, count: int, one: str, many: str) -> str:
        """A number with its noun: `one` is the English singular, `many` the plural."""
        forms = self._russian["plurals"][one] if current.get() == "ru" and "plurals" in self._russian else [one, many]
        return f"{number(count)} {plural(count, forms)}"

    def duration(self, minutes: int) -> str:
        """Minutes as days, hours and minutes, the two largest that there are."""
        days, rest = divmod(minutes, 1440)
        parts = [(days, "d"), (rest // 60, "h"), (rest % 60, "min")]
        return " ".join(f"{count} {self(unit)}" for count, unit in [part for part in parts if part[0]][:2]) or f"0 {self('min')}"

    def column(self, name: str, table: str = "") -> str:
        """What a column is called on a page of that table or question; its own name where it has no other."""
        labels = self._names["columns"]
        return self._name(labels.get(f"{table}.{name}") or labels.get(name), name)

    def region(self, code: str) -> str:
        return self._name(self._names["regions"].get(code), code)

    def topic(self, id_: str) -> str:
        """The name that a topic, or a subtopic, gives itself in its file; its id where it gives none."""
        return self._name(self._names["topics"].get(id_), id_)

    def language(self, code: str) -> str:
        return self(OF_TEXTS.get(code, code or "language unknown"))

    def value(self, column: str, value: str) -> str:
        """A value of a column by its name, where it is a code, an id or a word of ours."""
        kind = self.kind(column, value)
        if kind == "region":
            return self.region(value)
        if kind == "topic":
            return self.topic(value)
        if kind == "language":
            return self.language(value)
        if kind == "detail":  # of a page that is not relevant: each topic, and why
            return "; ".join(self._reason(part) for part in value.split("; "))
        return self(value) if column in OF_OURS else value

    def kind(self, column: str, value: str) -> str:
        """Of what a value is: what its column says, also of several or the first; of the mixed `value`, what knows it."""
        if column == "value":
            return next((kind.removesuffix("s") for kind in ("regions", "topics") if self.knows(kind, value)), "language")
        return {"regions": "region", "topics": "topic", "first_outlet": "outlet"}.get(column, column)

    @staticmethod
    def names(column: str) -> bool:
        """Whether values of that column have names."""
        return column in OF_OURS or column in OF_OTHERS

    def _reason(self, said: str) -> str:
        topic, colon, lacking = said.partition(": ")
        return f"{self.topic(topic)}: {self(lacking)}" if colon and self.knows("topics", topic) else self(said)

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is such a region or topic: `kind` is regions or topics."""
        return name in self._names.get(kind, {})

    @staticmethod
    def _name(names: Mapping[str, str] | None, otherwise: str) -> str:
        return (names or {}).get(current.get()) or otherwise


class _Named:
    """A part of a message: as it stands, or `w`, said in words of ours."""

    def __init__(self, words: Words, part: str) -> None:
        self._words, self._part = words, part

    def __format__(self, how: str) -> str:
        if how != "w":
            return self._part
        said = self._words(self._part)
        return said if said != self._part else ", ".join(self._words(one) for one in self._part.split(", "))


def number(count: float) -> str:
    """A number with its thousands apart, as the visitor's language writes it."""
    return f"{count:,}".replace(",", "\u00a0" if current.get() == "ru" else ",")
