"""Bylines to people's names: splits, strips what is no name, and leaves publishers out. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from monitor.text import fold

_TAGS = re.compile(r"<[^>]{0,500}>")
_BY = re.compile(
    r"^(?:(?:written|story|text|words|reported|posted|published|article|report)?\s*(?:by|автор(?:ы|и|ка)?|von|par|por|door|текст)\b[:\s]+"
    r"|(?:авторы?|автор[иа]|текст|authors?|autor(?:en|a|es)?|auteurs?)\s*[:—–-]\s*)",
    re.IGNORECASE,
)
# "A and B", "A, B", "A / B"; a comma before a suffix or a title does not part two people.
_BETWEEN = re.compile(
    r"\s*[;|/•·\n]\s*|\s*,\s*(?!(?:jr|sr|ph\.?d|m\.?d|esq|i{2,3})\b)|\s+(?:and|und|et|и|та|&|y|e|en)\s+(?=[^\W\d_a-zа-яіїєґ])",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\([^)]*\)|\[[^\]]*\]|<[^>]*>|@\w+|\b[\w.+-]+@[\w-]+\.[\w.]+|\s+[-–—]\s.*|,?\s*\b(?:updated|published|posted|on|at|in|for|via)\b\s.*|\s\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NO_NAME = re.compile(
    r"https?:|www\.|\.(?:com|ru|ua|org|net)\b|[{}<>=]|^\W*$|^(?:read more|view all|see all|more|see more|full bio|bio|follow|share|subscribe|contact|"
    r"contributors?|authors?|admin(?:istrator)?|editor(?:s|ial)?|guest|staff|user|root|unknown|none|null|undefined|anonymous|"
    r"редакция|редактор|администратор|админ|автор(?:ы)?|подробнее|читать далее|все материалы|редакція|докладніше|адміністратор|автори)$"
    r"|^(?:read more|view all|all (?:posts|stories|articles)|more (?:from|by)|see all|follow )",
    re.IGNORECASE,
)
_LONGEST = 60


def tidy(text: str) -> str:
    """One line of plain text: entities read (twice, for they come doubly escaped), tags dropped, white space one blank."""
    return " ".join(_TAGS.sub(" ", html.unescape(html.unescape(text[:5_000]))).split())


def _key(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name).text))


def _is_name(name: str) -> bool:
    return 2 <= len(name) <= _LONGEST and len(name.split()) <= 6 and not _NO_NAME.search(name) and any(c.isalpha() for c in name)


def names(raw: Iterable[str], publishers: Iterable[str] = ()) -> tuple[str, ...]:
    """The people named in byline strings, each once, in order; names of `publishers` are no people."""
    banned = {_key(p) for p in publishers if p}
    found: dict[str, str] = {}
    for line in raw:
        text = _BY.sub("", tidy(line))
        for part in _BETWEEN.split(text)[:20]:
            name = _BY.sub("", part.strip(" ,.:;-–—|\t\"'«»“”"))
            name = _TAIL.sub("", name).strip(" ,.:;-–—|\"'«»“”")
            key = _key(name)
            if _is_name(name) and key not in banned and not any(key and key in other.split("\0") for other in found):
                found.setdefault(key, name)
    # The fullest form of a name stands for the shorter ones.
    return tuple(name for key, name in found.items() if not any(key != other and key in other for other in found))
