"""A page's title: what says it, by votes, and without its site's name. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from monitor.lexicons import phrases
from monitor.read import jsonld
from monitor.read.declarations import HEADLINE_WORDS, TITLE_PARTS, Declarations, content_of
from monitor.read.elements import is_of_other
from monitor.read.names import key, tidy

_TITLE = ("twitter:title", "title", "headline", "dc.title", "sailthru.title", "parsely-title")
# "Газета «Полюс»": by its form the name of who publishes, and no part of a headline.
_HOUSE = re.compile(rf"(?:{phrases('bylines', 'house')})\s+[«“\"„][^«»“”\"„]{{1,60}}[»”\"“]", re.IGNORECASE)
# What parts a title and its site's name by its form alone: these signs stand in hardly any headline, dashes and stops do.
_BAR = re.compile(r"\s?\|\s?|\s(?:::|[»«•])\s")
_SITE_WORDS = 3
TITLE_VOTES = {
    "headline": 10.0,
    "shown as the headline": 10.0,
    "one of the headlines": 4.0,
    "JSON-LD": 3.0,
    "og:title": 3.0,
    "title": 2.0,
    "meta": 1.5,
    "microdata": 1.5,
}
"""What says a page's title, and how far each is trusted: the headline that readers see above all, where there is one; what is
written for search engines is worded anew. Measured on the development half (docs/reading.md)."""


def _of_site(page: Declarations, sites: set[str]) -> Callable[[str], bool]:
    """Whether a part of a title is the site's. What links to the home page say is it only there: it may be a headline's word,
    as in "News: …"."""

    @cache
    def names() -> set[str]:
        return sites | {key(said).replace(" ", "") for said in page.home_links()} - {""}

    return lambda part: key(part).replace(" ", "") in names() or _HOUSE.fullmatch(part.strip()) is not None


def voted_title(page: Declarations, publishers: tuple[str, ...]) -> tuple[str, str]:
    """The title that has most votes once the site's name is off, and the names of those that voted for it."""
    sites = {key(p).replace(" ", "") for p in publishers if p}
    home = [h for h in page.elements["h1"] if page.names_site(h)]
    sites |= {key(t).replace(" ", "") for h in home if (t := content_of(h))}
    headings = [t for h in page.elements["h1"] if h not in home and (t := content_of(h)) and not is_of_other(h)]
    # The first of several may be the site's name over its page.
    headings = [t for t in headings if key(t).replace(" ", "") not in sites] or headings
    shown = None if headings else page.shown_title()
    headings += [] if shown is None else [content_of(shown)]
    is_headline = len(headings) == 1 and len(headings[0].split()) >= HEADLINE_WORDS
    vote = "one of the headlines" if not is_headline else "headline" if shown is None else "shown as the headline"
    said = [
        *(("JSON-LD", t) for t in jsonld.texts(page.article.get("headline"))[:1]),
        *(("og:title", t) for t in [*page.metas("og:title")][:1]),
        *((vote, t) for t in headings[:1]),
        *(("title", content_of(e)) for e in page.elements["title"][:1]),
        *(("meta", t) for t in [*page.metas(*_TITLE)][:2]),
        *(("microdata", t) for t in [*page.prop("headline")][:1]),
    ]
    texts = [(tidy(text), vote) for vote, text in said]
    whole = {key(text) for text, _ in texts}

    is_site = _of_site(page, sites)

    def bare(text: str) -> str:
        """Without what only the site adds: its name, or what stands beside words that are another declaration's whole title."""
        for cut in TITLE_PARTS.finditer(text):
            before, after = text[: cut.start()], text[cut.end() :]
            if cut[0][0] == ":":
                if key(before).replace(" ", "") in sites:
                    return bare(after)
            elif key(before) in whole or is_site(after):
                return before
            elif key(after) in whole or is_site(before):
                return bare(after)
        return text

    weight: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    voted: dict[str, list[str]] = defaultdict(list)
    for text, vote in texts:
        short = bare(text)
        if same := key(short):
            weight[same] += TITLE_VOTES[vote]
            first.setdefault(same, short)
            voted[same].append(vote)
    if not weight:
        return "", ""
    best = max(weight, key=lambda same: weight[same])
    title = _before_bar(first[best]) if voted[best] == ["title"] else first[best]
    return title, ", ".join(dict.fromkeys(voted[best]))


def _before_bar(title: str) -> str:
    """What only the window says, without the few words at its end that a bar parts from it: nothing else names the site."""
    while cut := next(reversed([*_BAR.finditer(title)]), None):
        before, after = title[: cut.start()].split(), title[cut.end() :].split()
        if not len(after) <= _SITE_WORDS < len(before):
            break
        title = title[: cut.start()]
    return title
