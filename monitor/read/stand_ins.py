"""Recognizes pages in place of an article: challenges, blocks, soft 404s, shops; and the words of paywalls. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.model import Outcome, Rejection
from monitor.read.elements import words
from monitor.text import ends_sentence

# Such pages say little else. An article about captchas or blocked sites is longer, and its markup declares an article.
_SHORT = 2_000
_BARE = 500
# So many paragraphs of so many letters in a row are the prose of an article.
_ROW, _PARAGRAPH = 4, 80
# Letters on a button.
_BUTTON = 40


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CHALLENGE_MARKUP = _any(
    r"cf-challenge|challenge-platform|__cf_chl|cf-browser-verification|cf-turnstile|/cdn-cgi/l/chk|jschl",
    r"ddos-guard\.net|/\.well-known/ddos-guard|__ddg\d|qrator|servicepipe|variti|__js_p_",
    r"_Incapsula_Resource|px-captcha|captcha-delivery\.com|datadome|awswaf|aws-waf-token",
    r"smartcaptcha|showcaptcha|checkcaptcha|g-recaptcha|h-captcha|hcaptcha\.com",
)


def _words(section: str) -> re.Pattern[str]:
    return re.compile(phrases("standins", section), re.IGNORECASE)


_CHALLENGE, _BLOCKED, _MISSING, _OUTAGE, _WALL, _SHOP = map(_words, ("challenge", "blocked", "missing", "outage", "wall", "shop"))
_MISSING_ALONE = re.compile(rf"\W{{0,9}}(?:{phrases('standins', 'missing')})\W{{0,9}}", re.IGNORECASE)
# Of providers' pages in Russia, whatever they say.
_REGISTRY = re.compile(r"eais\.rkn\.gov\.ru", re.IGNORECASE)
# The number alone, what it means alone, or both; in a sentence it is a count, or a decree's.
_NUMBER = re.compile(
    rf"\W*{phrases('standins', 'nothing')}\W*|"
    rf"\W*(?:{phrases('standins', 'before_number')}\W+){{0,2}}404(?:\W+{phrases('standins', 'behind_number')}.*)?\W*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s[|–—·•»:-]+\s")
_LONGEST_PART = 50
_PART_WORDS = 5


def by_status(status: int) -> Rejection | None:
    """What an HTTP status alone says; None where the page may be read."""
    if status < 400:
        return None
    outcome = {
        404: Outcome.NOT_FOUND,
        410: Outcome.GONE,
        451: Outcome.LEGAL,
        429: Outcome.TOO_MANY,
    }.get(status, Outcome.HTTP_ERROR)
    return Rejection(outcome, f"HTTP {status}")


def is_prose(lines: Iterable[str]) -> bool:
    """Whether so many paragraphs stand in a row, as they do in an article: headlines and days part those of teasers."""
    row = 0
    for line in lines:
        row = row + 1 if len(line) >= _PARAGRAPH and ends_sentence(line) else 0
        if row == _ROW:
            return True
    return False


def find_stand_in(title: str, visible: str, markup: str, is_article: bool = False) -> Rejection | None:
    """A challenge, block, not-found page or outage in place of what was asked for; None where it is none.

    `visible` is the page's text as a reader sees it, `markup` its source. Not to be asked of a page that declares itself an
    article, which such pages do not: a brief on a blocked site has their words and their length. What `is_article` by its day or
    its prose may be a challenge, or name the register of blocked pages, and nothing else.
    """
    if len(visible) > _SHORT:
        return None
    page_text = f"{title}\n{visible}"
    if words := _CHALLENGE.search(page_text):
        return Rejection(Outcome.CHALLENGE, f"the page says: {' '.join(words[0].split())}")
    if len(visible) < _BARE and _CHALLENGE_MARKUP.search(markup):
        return Rejection(Outcome.CHALLENGE, "the page is a challenge for browsers")
    if len(visible) < _BARE * 2 and (blocked := (not is_article and _BLOCKED.search(page_text)) or _REGISTRY.search(page_text)):
        return Rejection(Outcome.BLOCKED, f"the page says: {' '.join(blocked[0].split())[:100]}")
    if is_article:
        return None
    parts = [part for part in _PARTS.split(title[:1_000]) if len(part) < _LONGEST_PART]
    if missing := next((m for part in parts if (m := _MISSING.search(part) or _is_number(part))), None) or _MISSING.search(
        visible[:200]
    ):
        return Rejection(Outcome.NOT_FOUND, f"the page says: {' '.join(missing[0].split())}")
    if len(visible) < _BARE and (outage := _OUTAGE.search(page_text)):
        return Rejection(Outcome.HTTP_ERROR, f"the page says: {' '.join(outage[0].split())}")
    return None


def missing(headline: str) -> Rejection | None:
    """A page whose headline says that there is none, and nothing else, whatever stands under it; None where it says more."""
    said = _MISSING_ALONE.fullmatch(headline[:_LONGEST_PART])
    return Rejection(Outcome.NOT_FOUND, f"its headline says: {headline}") if said else None


def _is_number(part: str) -> re.Match[str] | None:
    return _NUMBER.fullmatch(part) if len(part.split()) <= _PART_WORDS else None


def shop(tree: HtmlElement) -> Rejection | None:
    """A page that sells: a button of it, or a link that stands as one, puts something into a basket. None where there is none.
    Not to be asked of a page that is an article, as `find_stand_in`; what stands beside the matter may sell on any page."""
    for element in tree.iter("button", "a", "input"):
        labels = words(element, _BUTTON) or (element.get("value") or "")
        if _SHOP.fullmatch(labels.strip(" !+")) and next(element.iterancestors("aside", "footer", "nav"), None) is None:
            return Rejection(Outcome.NOT_AN_ARTICLE, f"the page sells: {labels}")
    return None


def is_wall(words: str) -> bool:
    """Whether words ask their reader to subscribe or sign in before reading on."""
    return _WALL.search(words) is not None
