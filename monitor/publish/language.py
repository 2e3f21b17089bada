"""In which language a visitor reads the site's own words. Touches nothing: a request's headers in, words out.

What is crawled is never translated. A language is chosen by the link on every page (`?_lang=ru`), which a cookie of that one
word remembers, else by what the browser asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

LANGUAGES = {"en": "English", "ru": "Русский"}
PARAMETER = "_lang"

current: ContextVar[str] = ContextVar("language", default="en")
"""Of the request that is answered."""

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


def plural(count: int, forms: list[str]) -> str:
    """The form of a noun that goes with a number: one and other in English; one, few and many in Russian (CLDR's rules)."""
    if len(forms) == 2:
        return forms[count != 1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
        return forms[1]
    return forms[2]
