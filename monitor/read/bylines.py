"""Reads a page's visible byline: from author links, class names, words such as "By", and the signature at the end. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.blocks import INLINE
from monitor.read.dates import is_date
from monitor.read.elements import Place, class_names
from monitor.read.names import key
from monitor.text.morphology import readings

_NOT_SHOWN = frozenset({"script", "style", "meta", "link", "body", "html", "head", "title", "noscript", "template"})
_EDGE, _CLOSE = r"(?:^|[\s-])", r"(?:$|[\s-])"
# What newsrooms call the element with the name,
_NAMED = re.compile(
    _EDGE + r"(?:by-?lines?|authors?(?:names?|box|info|text|title|link|meta)?|(?:article|post|text)-?auth(?:or)?s?|"
    r"autor(?:en|es)?(?:zeile|name)?|avtor[iy]?|writers?|contributors?|reporters?|journalists?|signature|submitted|post(?:ed)?-?by|user-?name)"
    + _CLOSE
)
# and what stands beside it and is none.
_BESIDE = re.compile(
    _EDGE + r"(?:bio\w*|about|desc\w*|avatar|images?|img|photos?|foto|pic\w*|icon|roles?|position|job|social|twitter|mail|email|"
    r"dates?|time|posts|more|follow|subscribe|share|comments?|tooltip|label|credits?)" + _CLOSE
)
# An element that is called by both has the day beside the name.
_NAME_AND_DATE = re.compile(r"(?:dates?|time)-?(?:authors?|by-?lines?)|(?:authors?|by-?lines?)-?(?:and-)?(?:dates?|time)")
# The address of a person's page, as outlets lay it out.
_PERSON_PAGE = re.compile(
    r"/(?:[\w-]+[-_])?(?:authors?|autor(?:en|es|in|innen)?|auteurs?|avtor[iy]?|staff|reporters?|journalists?|contributors?|"
    r"columnists?|creators?|newsteam|editors)/[^/?#]+|[-_]author\d+",
    re.IGNORECASE,
)
_SIGNS = re.compile(rf"[^\w«]{{0,5}}{phrases('bylines', 'signs')}\s*:?", re.IGNORECASE)
# A heading of the name, with no colon after it.
_LABEL = re.compile(rf"{phrases('bylines', 'label')}\s*:?", re.IGNORECASE)
_HOUSE = re.compile(phrases("bylines", "house"), re.IGNORECASE)
_BY = re.compile(rf"[^\w«]*{phrases('bylines', 'by')}", re.IGNORECASE)
_AND = re.compile(rf"[/,]|\s{phrases('bylines', 'and')}\s", re.IGNORECASE)
_OTHER_WORK = re.compile(rf"{phrases('bylines', 'other_work')}\s{{0,3}}(?:[:—–-]|by)?\s{{0,3}}$", re.IGNORECASE)
# What parts a line of such labels: "Begun: 7:12 · Updated: 19:40. Text: Anna Moor".
_BETWEEN_LABELS = re.compile(r"(?<=\s)[·•|](?=\s)|(?<=[\w»”])\.\s(?=[^\W\d_][^.:]{2,25}:\s)")
_CYRILLIC_NAME = re.compile(r"[А-ЯЁІЇЄҐ][а-яёіїєґ'’]{1,20}\s[А-ЯЁІЇЄҐ][а-яёіїєґ'’]{1,20}(?:-[А-ЯЁІЇЄҐ][а-яёіїєґ'’]{1,20})?")
TOWN = re.compile(rf"\S+(?:ый|ой|ая|ое|ые|ие|ські?|ский|цкий)\s|(?i:{phrases('bylines', 'town')})\s")
"""The beginning of a name of a town: «Нижний Новгород», «Біла Церква»; no given name is such an adjective."""
_LABELS = 12
_NAME_OF_PARTS = r"(?:[^\W\d_a-zа-яёіїєґ][\w'’.-]*\s){1,3}[^\W\d_a-zа-яёіїєґ][\w'’.-]*"
_FULL_NAME = re.compile(_NAME_OF_PARTS)
# What joins other names to one; a name stands in one label, what joins it perhaps in another.
_IN_LABEL = _NAME_OF_PARTS.replace(r"\s", " ")
_OTHERS = rf"((?:\s?,\s{_IN_LABEL})*),?\s(?i:{phrases('bylines', 'and')}|&)\s({_IN_LABEL})"
# «Анна Мурова (текст), Пётр Лагода (фото)»
_WROTE = re.compile(rf"(?<![\w'’.-])({_NAME_OF_PARTS})\s\((?i:{phrases('bylines', 'wrote')})\)")
_JOINED = re.compile(rf"[,&]|{phrases('bylines', 'and')}", re.IGNORECASE)
_DATED = re.compile(
    rf"\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}(?:,?\s+\d{{1,2}}:\d{{2}})?\s*"
    rf"(?:[-–—|,/·]|{phrases('bylines', 'by')}|{phrases('bylines', 'author_before')}:?)\s*(.+)",
    re.IGNORECASE,
)
# Longer than the names of many authors no byline is.
_LONGEST = 120
_SIGNATURE_TAGS = ("p", "div", "em", "i", "b", "strong", "span", "li", "address", "h6")
_LABEL_TAGS = ("b", "strong", "dt", "th", "h3", "h4", "h5", "h6", "span", "div", "p")
_OTHER_LETTERS = ("b", "strong", "em", "i")
_SIGNED, _PARTS_OF_LINE = 4, 8
# A byline stands among so many texts after the headline, a signature among so many at the end of the article.
_AFTER = 40
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)\s*+(?:\d{4}(?:\s*+[-–—]\s*+\d{4})?)[\s,.]*+([^\d.,|©\n]{3,40})|©\s*+([^\d.,|©\n]{3,40}),?+\s*+\d{4}",
    re.IGNORECASE,
)
_MOST_RIGHTS = 20
_WITH_RIGHTS = XPath("//text()[contains(., '©')]", smart_strings=False)
_ACCOUNT = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)+|[a-z]{6,}")
# Cyrillic initials as hosts write them in Latin.
_LATIN = str.maketrans("абвгдеёзиіклмнопрстуфхэ", "abvgdeeziiklmnoprstufhe")


def _words(element: HtmlElement) -> str:
    """An element's words, a comma between lines and between what its parts say."""
    parts = (" ".join(text.split()) for text in element.itertext())
    return " ".join(part for part in parts if part)[: _LONGEST + 1]


def rights_holders(tree: HtmlElement) -> frozenset[str]:
    """Who the page says has the rights in it: "© 2026 Polden Media". A picture's credit has no year."""
    found: set[str] = set()
    for text in _WITH_RIGHTS(tree)[:_MOST_RIGHTS]:
        for match in _RIGHTS.finditer(text[:1_000]):
            found.add(key(match[1] or match[2]))
    return frozenset(found - {""})


@lru_cache(maxsize=4096)
def is_person(name: str, holders: frozenset[str], hosts: tuple[str, ...], publishers: tuple[str, ...] = ()) -> bool:
    """Whether a name may be a person's by its form: no account, no desk, no part of the publisher, not who has the rights or
    what the host abbreviates."""
    same = key(name)
    is_holder = same in holders or any(holder.startswith(f"{same} ") for holder in holders)
    if "/" not in name and any(same.startswith(f"{house} ") for publisher in publishers if (house := key(publisher))):
        return False
    if _ACCOUNT.fullmatch(name) or _HOUSE.search(name) or is_holder:
        return False
    words = same.split()
    return "".join(words) not in hosts and (len(words) < 2 or "".join(w[0] for w in words).translate(_LATIN) not in hosts)


def bylines(tree: HtmlElement, headings: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """What the page shows as its byline, one place after the other, the likeliest first."""
    place = Place(tree, headings)
    shown = [e for e in tree.iter("*") if e.tag not in _NOT_SHOWN and (e.tag == "a" or _is_named(class_names(e)))]
    links = [e for e in shown if e.tag == "a" and _leads_to_person(e) and place.is_own(e) and not _is_of_other_work(e)]
    linked = [e for e in links if "author" in (e.get("rel") or "").lower().split()]
    named = [e for e in shown if _is_named(class_names(e)) and not _stands_beside(e) and place.is_own(e)][:50]
    outer = {parent for e in named for parent in e.iterancestors()}
    inner = [e for e in named if e not in outer]
    nearest = sorted({place.distance(e) for e in (*links, *named)})
    for distance in nearest:
        for group in (linked, inner, links, named):
            yield from _alike([e for e in group if place.distance(e) == distance])
    yield from _by_role(headings)
    yield from _worded(headings)
    yield from _beside_the_date(headings)
    yield from _signatures(tree, place)


@lru_cache(maxsize=8192)
def _is_named(names: str) -> bool:
    return _NAMED.search(names) is not None


@lru_cache(maxsize=8192)
def _is_beside(names: str) -> bool:
    return _BESIDE.search(names) is not None


def _stands_beside(element: HtmlElement) -> bool:
    """Whether what an element is called says that it is beside the name; where it has the day too, it begins with the name."""
    names = class_names(element)
    return _is_beside(names) and not (_NAME_AND_DATE.search(names) and _FULL_NAME.match(_words(element)))


def _leads_to_person(link: HtmlElement) -> bool:
    return "author" in (link.get("rel") or "").lower().split() or _PERSON_PAGE.search((link.get("href") or "")[:500]) is not None


def _is_of_other_work(link: HtmlElement) -> bool:
    """Whether the words before a person's link say that they did something else than write: "editor — Anna Moor"."""
    previous, parent = link.getprevious(), link.getparent()
    before = (parent.text if previous is None and parent is not None else "" if previous is None else previous.tail) or ""
    return _OTHER_WORK.search(before[-_LONGEST:]) is not None


def _alike(elements: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """The words of each element, with those of its like beside it."""
    for element in elements:
        around = set(_near(element))
        alike = [
            e
            for e in elements
            if e.tag == element.tag and e.get("class") == element.get("class") and not around.isdisjoint(_near(e))
        ]
        if said := [name for e in alike for name in _parts(e)]:
            yield said


def _parts(element: HtmlElement) -> list[str]:
    """The words of an element, or of its parts where each reads as a name; none where they are too many."""
    inner = [words for child in element if isinstance(child.tag, str) and (words := _words(child))]
    if len(inner) > 1 and not (element.text or "").strip() and all(_FULL_NAME.fullmatch(words) for words in inner):
        return inner
    words = _words(element)
    return [words] if 0 < len(words) < _LONGEST else []


def _near(element: HtmlElement) -> Iterator[HtmlElement]:
    """The two elements around an element."""
    return islice(element.iterancestors(), 2)


def _worded(headings: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """Short texts after the headline that begin as bylines do."""
    for heading in headings[:1]:
        texts = [part for text in _after(heading) for part in map(str.strip, _BETWEEN_LABELS.split(text)) if part]
        for number, text in enumerate(texts):
            if _BY.fullmatch(text) and number + 1 < len(texts):
                yield [texts[number + 1]]
            elif (match := _DATED.fullmatch(text)) and _FULL_NAME.fullmatch(match[1]):
                yield [match[1]]
            elif match := _SIGNS.match(text):
                rest = text[match.end() :].strip() or (texts[number + 1] if number + 1 < len(texts) else "")
                if _may_be_names(match[0], rest):
                    yield [rest]


def _beside_the_date(headings: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """A whole name in Cyrillic letters that stands, no link, among the labels right under the headline, one of which is a date;
    where it is the only one, or joined to the others, and has a given name: so have «Новости спорта» and towns none."""
    for heading in headings[:1]:
        labels = [*takewhile(lambda text: len(text) <= _LONGEST, islice(_after(heading, linked=False), _LABELS))]
        parts = [part for text in labels for part in map(str.strip, _BETWEEN_LABELS.split(text)) if part]
        places = [number for number, part in enumerate(parts) if _is_cyrillic_person(part)]
        if places and any(map(is_date, parts)):
            between = [part for n, part in enumerate(parts[places[0] : places[-1]], places[0]) if n not in places]
            if len(between) == len(places) - 1 and all(map(_JOINED.fullmatch, between)):
                yield [parts[number] for number in places]


def joined_to(name: str, headings: Sequence[HtmlElement]) -> list[str]:
    """The names that labels under the headline join to one with "and": as often as not only the first author is declared."""
    for heading in headings[:1]:
        labels = "\n".join(text for text in islice(_after(heading), _LABELS) if len(text) <= _LONGEST)
        if match := re.search(re.escape(name) + _OTHERS, labels):
            return [*match[1].split(","), match[2]]
    return []


def _by_role(headings: Sequence[HtmlElement]) -> Iterator[list[str]]:
    """Names under the headline that have in brackets behind them what their bearers made: those of whom it is the text."""
    for heading in headings[:1]:
        labels = takewhile(lambda text: len(text) <= _LONGEST, islice(_after(heading), _LABELS))
        if found := _WROTE.findall(" ".join(labels)):
            yield found


def _is_cyrillic_person(words: str) -> bool:
    return _CYRILLIC_NAME.fullmatch(words) is not None and not TOWN.match(words) and _has_given_name(words)


def _has_given_name(name: str) -> bool:
    """Whether the dictionary of Russian or Ukrainian has a given name in the nominative among these words."""
    return any(
        {"Name", "nomn"} <= known.marks and known.known
        for word in name.split()
        for language in ("ru", "uk")
        for known in readings(word, language)
    )


def _may_be_names(sign: str, rest: str) -> bool:
    """Whether what stands behind a sign may be names. A sentence may begin with a preposition too: then only a whole name is."""
    is_sentence = _BY.fullmatch(sign.strip()) and not _FULL_NAME.match(rest)
    return rest[:1].isupper() and len(rest) < _LONGEST and not is_sentence


def _after(heading: HtmlElement, *, linked: bool = True) -> Iterator[str]:
    node: HtmlElement | None = heading
    left = _AFTER
    while node is not None and node.tag != "body":
        for sibling in node.itersiblings():
            if not isinstance(sibling.tag, str) or sibling.tag in (*_NOT_SHOWN, "nav", "aside", "footer"):
                continue
            for raw in sibling.itertext() if linked else _unlinked(sibling):
                if text := " ".join(raw.split()):
                    yield text
                    left -= 1
                    if not left:
                        return
        node = node.getparent()


def _unlinked(element: HtmlElement) -> Iterator[str]:
    """An element's texts without those of links, and what stands right behind it."""
    for inner in element.iter():
        is_linked = inner.tag == "a" or next(inner.iterancestors("a"), None) is not None
        if inner.text and not is_linked and inner.tag not in _NOT_SHOWN:
            yield inner.text
        if inner.tail and (inner.tag == "a" or not is_linked):
            yield inner.tail


def _beside(label: HtmlElement) -> str:
    """What stands behind a label in other letters, to the end of its line: «<b>Автор:</b> Анна Мурова<br>»."""
    parts = [label.tail or ""]
    for sibling in islice(label.itersiblings(), _PARTS_OF_LINE):
        if sibling.tag not in INLINE or sibling.tag in _OTHER_LETTERS:
            break
        parts += [_words(sibling), sibling.tail or ""]
    return " ".join(" ".join(parts).split())[: _LONGEST + 1]


def _labelled(place: Place, tree: HtmlElement) -> Iterator[list[str]]:
    """Whole names that stand right behind a heading which says that the author follows."""
    for element in (tree if place.article is None else place.article).iter(*_LABEL_TAGS):
        if len(element) or not _LABEL.fullmatch((element.text or "").strip()) or not place.is_own(element):
            continue
        following = element.getnext()
        if following is not None and following.tag == "br" and not (following.tail or "").strip():
            following = following.getnext()
        said = (element.tail or "").strip() or ("" if following is None else _words(following))
        if _FULL_NAME.match(said) and len(said) < _LONGEST:
            yield [said]


def _signatures(tree: HtmlElement, place: Place) -> Iterator[list[str]]:
    """Lines that say nothing but who wrote the text; the last of them first, for a text is signed at its end. Then lines of
    names in other letters, the last ones or the first."""
    lines = [e for e in (tree if place.article is None else place.article).iter(*_SIGNATURE_TAGS) if place.is_own(e)]
    yield from _labelled(place, tree)
    for element in reversed(lines):
        begins = (element.text or "").strip() or next((t for t in element.itertext() if t.strip()), "")
        if not _SIGNS.match(begins[:_LONGEST]):
            continue
        said = f"{_words(element)} {_beside(element)}" if element.tag in _OTHER_LETTERS else _words(element)
        match = _SIGNS.match(said)
        if match and _may_be_names(match[0], said[match.end() :].strip()):
            yield [said[match.end() :].strip()]
    signed = [e for e in lines if e.tag == "p" and _words(e)]
    before = dict(zip(signed[1:], map(_words, signed), strict=False))
    for paragraph in (*signed[:-_SIGNED:-1], *signed[:1]):
        # Such names are announced, or stand in a row: they are the text's.
        if before.get(paragraph, "").endswith(":") and not _SIGNS.match(before[paragraph]):
            continue
        if _FULL_NAME.fullmatch(before.get(paragraph, "")):
            continue
        if len(paragraph) == 1 and paragraph[0].tag in _OTHER_LETTERS and not (paragraph.text or "").strip():
            said = _words(paragraph)
            if all(_FULL_NAME.fullmatch(name.strip()) for name in _AND.split(said)):
                yield [said]
