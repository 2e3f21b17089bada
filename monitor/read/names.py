"""Parses bylines to people's names: splits them, strips other words, and leaves out publishers. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from monitor.lexicons import any_of, phrases, single_words
from monitor.read.characters import legible
from monitor.text import fold

_TAGS = re.compile(r"<[^>]{0,500}>")
_BEFORE_NAME = f"(?:{phrases('bylines', 'by')}|{phrases('bylines', 'author_before')})"
_BY = re.compile(
    rf"^(?:(?:{phrases('bylines', 'deed')})\s+)?{_BEFORE_NAME}(?::\s*|\s+)|^(?:{phrases('bylines', 'label')})\s*[:—–-]\s*",
    re.IGNORECASE,
)
_SIGNS = re.compile(rf"^(?:{phrases('bylines', 'signs')})\s*:?\s*", re.IGNORECASE)
# Whoever took the picture has not written the text.
_PICTURE = re.compile(
    rf"^(?:{phrases('bylines', 'picture')})\s*(?:[:/]|(?<=\s)(?-i:[^\W\d_a-zа-яёіїєґ])\w+\s(?-i:[^\W\d_a-zа-яёіїєґ]))",
    re.IGNORECASE,
)
_ALL_OF = re.compile(rf"^(?:{phrases('bylines', 'all_of')})\s+", re.IGNORECASE)
# A day beside the name, with what follows it.
_MONTHS = any_of(*(single_words("dates", str(number), "en") for number in range(1, 13)))
_WEEKDAYS = any_of(single_words("dates", "weekday", "en"), single_words("dates", "weekday_short", "en"))
_WHEN = re.compile(rf"(?<![\s,|])[\s,|]++(?:(?:{_WEEKDAYS})\.?,\s|(?:{_MONTHS})\.?\s+\d).*$", re.IGNORECASE | re.DOTALL)
# "Moor, Anna": two parts of one name.
_TURNED = re.compile(r"([^\W\d_][^\W\d_-]+(?:-[^\W\d_]+)?),\s([^\W\d_]+)")
_ADDRESS = re.compile(r"(?<!\S)\S*?(?:https?:|www\.|@|\.(?:com|ru|ua|org|net)\b)\S*", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)?|\[[^\]]*\]?")
# "A and B", "A, B", "A / B".
_BETWEEN = re.compile(
    rf"(?<!\s)(?:\s*+[;|/•·,]\s*+|[^\S\n]*+\n\s*+|\s++(?:{phrases('bylines', 'and')}|&)\s++(?=[^\W\d_]))", re.IGNORECASE
)
# What stands in quotation marks is one name, whatever is between its words.
_QUOTED = re.compile(r"«[^«»]{1,60}»|“[^“”]{1,60}”|„[^„“”]{1,60}[“”]")
# What follows a name: when, for whom, as what.
_RANK, _JOB = phrases("bylines", "rank"), phrases("bylines", "job")
# As what, before a whole name.
_RANKED = re.compile(rf"^(?i:(?:{_RANK}\s)?{_JOB})\s(?=[^\W\d_a-zа-яёіїєґ]\S*\s)")
# What somebody is, alone: no name begins with a small Cyrillic letter.
_SMALL = re.compile(r"[а-яёіїєґ]")
_TAIL = re.compile(
    r"(?<!\s)\s++(?:[-–—]\s.*|(?:twitter|facebook)\b.*|"
    rf"{phrases('bylines', 'tail')}[\s:].*|{phrases('bylines', 'dated')}.*|{phrases('bylines', 'reporter')}|"
    rf"{phrases('bylines', 'pictures')}(?::|\s{phrases('bylines', 'by')}\s).*|{_RANK}\s(?:\w+\s){{0,2}}{_JOB}.*|\S*\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DEGREE = re.compile(r"(?:jr|sr|ph\.? ?d|m\.?d|mba|rd|ms|msc|esq|cfa|rn|i{2,3})\.?", re.IGNORECASE)
# What stands where a name is looked for: buttons, accounts, desks, dates.
_NO_NAME = re.compile(
    rf"{phrases('bylines', 'no_name')}|{phrases('bylines', 'no_name_begins')}.*|{_RANK}\s{_JOB}|"
    rf"(?:(?:twitter|facebook|telegram|instagram|vk)\s?)+|{_WEEKDAYS}|{_MONTHS}",
    re.IGNORECASE,
)
# Initials that sign what an agency sent: "det/dpa" is one signature.
_INITIALS = re.compile(r"[a-z]{2,5}|[A-Z]{2,5}")
_LONGEST = 60
# So much of their words two writings of a headline share; of fewer words any text may have all.
_LIKE, _LIKE_WORDS = 0.7, 3
# "Polden Media, Novograd, Russia" is a publisher's address.
_TOWN_AND_COUNTRY = 2
_EDGES = " ,:;-–—|/\t\"'«»“”*•●"
_PAIRS = (("«", "»"), ("“", "”"))


def tidy(text: str) -> str:
    """One line of plain text: entities read (twice, for they come doubly escaped), tags dropped, white space one blank."""
    return " ".join(_TAGS.sub(" ", legible(html.unescape(html.unescape(legible(text[:5_000])[0])))[0]).split())


def key(name: str) -> str:
    """What two writings of one name or title have in common: its words, folded; what an apostrophe joins are two, for names are
    written without it, too."""
    return " ".join(re.findall(r"\w+", fold(name).text))


def is_like(heading: str, title: str) -> bool:
    """Whether a heading is a title in other words: all of its words, or most of both, are the same."""
    said, whole = set(key(heading).split()), set(key(title).split())
    return len(said) >= _LIKE_WORDS and (said <= whole or len(said & whole) >= _LIKE * len(said | whole))


def _is_name(name: str) -> bool:
    return (
        2 <= len(name) <= _LONGEST
        and len(name.split()) <= 6
        and name.lstrip("«“")[:1].isalpha()
        and not any(c.isdigit() or c in "{}<>=" for c in name)
        and not _SMALL.match(name)
        and not _NO_NAME.fullmatch(name)
        and not _DEGREE.fullmatch(name)
    )


def _split(line: str) -> Iterator[str]:
    """The names that a byline joins. What stands in quotation marks is one, and so are a word and what goes on in lower case
    («Право и слово» is an outlet, "Anna Moor and others" is not)."""
    quoted = [q.span() for q in _QUOTED.finditer(line)]
    start = 0
    for cut in _BETWEEN.finditer(line):
        before = line[start : cut.start()].strip(_EDGES)
        goes_on = cut[0].strip().isalpha() and line[cut.end()].islower() and before[:1].isupper()
        if goes_on and len(before.split()) == 1 and not _NO_NAME.fullmatch(before):
            continue
        if any(a < cut.start() < b for a, b in quoted):
            continue
        if cut[0] == "/" and all(
            map(_INITIALS.fullmatch, (before.rsplit("/", 1)[-1], re.split(r"\W", line[cut.end() :], maxsplit=1)[0]))
        ):
            continue
        yield line[start : cut.start()]
        start = cut.end()
    yield line[start:]


def _closed(name: str) -> str:
    """The name with the quotation mark that was stripped off one of its ends."""
    for opening, closing in _PAIRS:
        if name.count(opening) > name.count(closing):
            name += closing
        elif name.count(closing) > name.count(opening):
            name = opening + name
    return name


def _given_name_first(line: str) -> str:
    """A byline that is one name, its last part first, as it is spoken; any other as it is."""
    match = _TURNED.fullmatch(line)
    return f"{match[2]} {match[1]}" if match and match[1].istitle() and match[2].istitle() else line


def _without_publisher(name: str, houses: set[str]) -> str:
    """A name without the publisher's that stands behind it: "Anna Moor THE RIDGE"."""
    words = name.split()
    if _QUOTED.search(name):
        return name  # the publisher's name is a part of this one: «Общество „Полюс“»
    for count in range(2, len(words) - 1):
        if key(" ".join(words[count:])) in houses:
            return " ".join(words[:count])
    return name


def names(raw: Iterable[str], publishers: Iterable[str] = ()) -> tuple[str, ...]:
    """The people named in byline strings, each once, in order; names of `publishers` are no people."""
    banned = {key(p) for p in publishers if p}
    found: dict[str, str] = {}
    for line in raw:
        tidied = tidy(line)
        first, *rest = tidied.split(", ")
        if _PICTURE.match(tidied) or (len(rest) == _TOWN_AND_COUNTRY and key(first) in banned):
            continue
        text = _SIGNS.sub("", _BY.sub("", _ASIDE.sub(" ", _ADDRESS.sub(" ", tidied)).strip(_EDGES)))
        text = _ALL_OF.sub("", text)
        text = _given_name_first(_WHEN.sub("", text))
        for part in islice(_split(_closed(text)), 40):
            house, dash, person = part.strip(_EDGES).partition(" - ")
            name = person if dash and key(house) in banned else part
            name = _closed(_TAIL.sub("", _BY.sub("", name.strip(_EDGES))).strip(_EDGES))
            name = _without_publisher(_RANKED.sub("", name), banned)
            if _is_name(name) and (same := key(name)) and same not in banned:
                found.setdefault(same, name)
    # The fullest form of a name stands for the shorter ones.
    return tuple(name for k, name in found.items() if not any(k != other and f" {k} " in f" {other} " for other in found))
