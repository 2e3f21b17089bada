"""What a compiled query is made of: words and operators that find themselves in an article. Pure.

`find(article)` gives a node's matches, each a sorted tuple of word positions, or None where the node does not hold; a node that
holds by something else than words (NOT, lang:) gives an empty list. Each takes time in proportion to the matches of its parts,
and keeps MAX_MATCHES of its own, so that what a query takes is bounded by its size and the article's.

Most rules whose words an article has do not hold, since the words stand apart. `where(article)` tells that without a match:
positions are the bits of one number, and what stands beside what is asked of all of them at once, by shifts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import ClassVar, Protocol

from monitor.judge.windows import least_windows

MAX_BETWEEN = 100
"""Largest n of NEAR/n and "..."~n."""

MAX_MATCHES = 10_000
"""Matches that NEAR, BEFORE and SENTENCE keep, the first of the article: each may double those of its left side."""

_TRIED = 50
"""Matches of a sentence that SENTENCE holds against one, and SENTENCE/n tries to pair: all but the first few share a word with it
only in a made-up text."""

_SHORT = 3
"""Letters of the longest preposition, article or pronoun that stands in nearly every article."""

Match = tuple[int, ...]
"""Positions of the words that matched, in order."""

Positions = int
"""A set of positions: the bit of each is set."""

EVERYWHERE: Positions = -1
"""Where what holds by no word holds."""


class Article(Protocol):
    """What a node asks of the article that it is looked for in."""

    @property
    def found(self) -> frozenset[Word]:
        """The words that occur, of those that the article was made ready for."""

    @property
    def day(self) -> date | None:
        """When it was published."""

    def word_matches(self, word: Word) -> list[Match] | None:
        """Where a word stands, None where nowhere."""

    def pattern_matches(self, pattern: Pattern | Patterns) -> list[Match] | None:
        """Where a word with wildcards stands, or any of some, None where nowhere."""

    def positions(self, leaf: Word | Pattern | Patterns) -> Positions:
        """Where a word stands, with wildcards or without, or any of some with."""

    def ends(self, positions: Positions) -> Positions:
        """The last positions of the sentences in which some positions are."""

    def find(self, node: Node) -> list[Match] | None:
        """What `node.find` gives, looked for once however many ask."""

    def where(self, node: WordSet) -> Positions:
        """What `node.anywhere` gives, asked once however many rules have the set."""

    def by_sentence(self, node: Node) -> Mapping[int, Sequence[Match]]:
        """The matches of a node by the number of the sentence in which each begins, asked once."""

    def extent(self, field: str) -> tuple[int, int]:
        """First position of title, lead or text, and the one after its last."""

    def sentence(self, match: Match) -> int | None:
        """A number for the sentence in which a match stands; None where it reaches over an end."""

    def sentence_at(self, at: int) -> int:
        """A number for the sentence of a position; they are in order."""

    def paragraph_at(self, at: int) -> int:
        """A number for the paragraph of a position."""

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of lang, outlet, kind or region."""


class Node(Protocol):
    """A part of a query."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes that it is made of."""

    @property
    def needed(self) -> Sequence[frozenset[Word]]:
        """Sets of words, the rarest first: wherever the node holds, the article has a word of each."""

    def where(self, article: Article) -> Positions:
        """Positions among which are those of every match; 0 only where the node does not hold, EVERYWHERE where it holds by no
        word."""

    def find(self, article: Article) -> list[Match] | None:
        """The matches, in order and each once, None where the node does not hold; the list may be the article's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word in any of its forms, or all words of a set. Two nodes for one word are one object, so that an article is looked
    through once for it."""

    text: str
    forms: frozenset[str]
    parts: ClassVar[tuple[Node, ...]] = ()

    @property
    def is_set(self) -> bool:
        """Whether it stands for the words of a set, <men>."""
        return self.text.startswith("<")

    @property
    def needed(self) -> Sequence[frozenset[Word]]:
        return (frozenset({self}),)

    def where(self, article: Article) -> Positions:
        return article.positions(self)

    def find(self, article: Article) -> list[Match] | None:
        return article.word_matches(self)


@dataclass(frozen=True, eq=False)
class Pattern:
    """A word with wildcards: `prefix` is what stands before the first of them. One object for one such word, as with Word."""

    text: str
    prefix: str
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    @cached_property
    def suffix(self) -> str:
        """What stands after the last wildcard."""
        return re.split("[*?]", self.text)[-1]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile("".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in self.text))

    @cached_property
    def sought(self) -> Patterns:
        """How it is looked for."""
        return Patterns((self,))

    def where(self, article: Article) -> Positions:
        return article.positions(self)

    def find(self, article: Article) -> list[Match] | None:
        return article.pattern_matches(self)


class Patterns:
    """Some words with wildcards, any of which is enough: looked for together."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        # A language has many words, and few that begin or end alike: others are not held against a pattern.
        self.initials = "".join(sorted({one.prefix[0] for one in patterns if one.prefix}))
        """First letters of those that begin with one."""
        self.finals = "".join(sorted({one.suffix[-1] for one in patterns if one.suffix and not one.prefix}))
        """Last letters of the others, where they end with one."""
        self.begin_or_end = all(one.prefix or one.suffix for one in patterns)
        endings = [one for one in patterns if one.text == f"*{one.suffix}"]
        self._endings = tuple(one.suffix for one in endings)
        self._regex = re.compile("|".join(one.regex.pattern for one in patterns if one not in endings) or r"(?!)")

    def hold(self, word: str) -> bool:
        """Whether a word is of one of them."""
        return word.endswith(self._endings) or self._regex.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Attribute:
    """`lang:`, `outlet:`, `kind:`, `region:`: equal, ignoring case; `*` and `?` as in words."""

    field: str
    text: str
    """Its value as it was written, folded."""
    regex: re.Pattern[str]
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        return [] if any(map(self.regex.fullmatch, article.attribute(self.field))) else None


@dataclass(frozen=True, slots=True)
class Dates:
    """`date:`: from `first` until `last`, both within; None where open. An article without a date is in no range."""

    first: date | None
    last: date | None
    field: ClassVar[str] = "date"
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        day = article.day
        held = day is not None and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return [] if held else None


def _commonness(words: frozenset[Word]) -> int:
    """How often an article has one of the words, roughly: nearly every one has a preposition."""
    return sum(1 if len(word.text) > _SHORT else 50 for word in words)


@dataclass(frozen=True)
class _Compound:
    parts: tuple[Node, ...]

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        """The rarest words of each part: where an article has none of one, no part need be looked for."""
        return sorted({words for part in self.parts for words in part.needed}, key=_commonness)


def _positions(found: Positions) -> list[int]:
    """The positions of a set, in order; in time that grows with its last."""
    bits = bin(found)[:1:-1]
    positions = []
    at = bits.find("1")
    while at >= 0:
        positions.append(at)
        at = bits.find("1", at + 1)
    return positions


def _spread(found: Positions, reach: int) -> Positions:
    """The positions that lie one to `reach` behind one of a set."""
    spread, width = found << 1, 1
    while width < reach:
        further = min(width, reach - width)
        spread |= spread << further
        width += further
    return spread


@dataclass(frozen=True)
class Phrase(_Compound):
    """Words one after another; or, with a slop, in any order with at most so many other words among them."""

    parts: tuple[Word | Pattern, ...]
    slop: int | None = None

    def where(self, article: Article) -> Positions:
        found = 0
        if self.slop is None:
            starts = self._starts(article)
            for at in range(len(self.parts) if starts else 0):
                found |= starts << at
            return found
        for _, word in self._by_cost:
            positions = article.positions(word)
            if not positions:
                return 0
            found |= positions
        return found

    def find(self, article: Article) -> list[Match] | None:
        if self.slop is None:
            length = len(self.parts)
            return [tuple(range(start, start + length)) for start in _positions(self._starts(article))] or None
        return (self._near(article, self.slop) if self.where(article) else None) or None

    def _starts(self, article: Article) -> Positions:
        """Where the first word stands, the others behind it in order."""
        # The words with forms first: a pattern looks at every word of the article, and often need not.
        found = EVERYWHERE
        for at, word in self._by_cost:
            found &= article.positions(word) >> at
            if not found:
                break
        return found

    def _near(self, article: Article, slop: int) -> list[Match]:
        places = []
        for word in self.parts:
            matches = word.find(article)
            if not matches:
                return []
            places.append([match[0] for match in matches])
        return least_windows(places, len(self.parts) + slop)

    @cached_property
    def _by_cost(self) -> list[tuple[int, Word | Pattern]]:
        return sorted(enumerate(self.parts), key=lambda pair: isinstance(pair[1], Pattern))


@dataclass(frozen=True)
class Near(_Compound):
    """`a NEAR/n b`: with at most n words between them, in either order; `a BEFORE/n b`: `a` first. Each `a` takes the nearest
    `b` on either side."""

    parts: tuple[Node, Node]
    between: int
    ordered: bool

    def where(self, article: Article) -> Positions:
        left = self.parts[0].where(article)
        right = self.parts[1].where(article) if left else 0
        reach = self.between + 1
        meet = right and (_spread(left, reach) & right or (not self.ordered and _spread(right, reach) & left))
        return left | right if meet else 0

    def find(self, article: Article) -> list[Match] | None:
        if not self.where(article):
            return None
        left = self.parts[0].find(article)
        right = self.parts[1].find(article)
        if not left or not right:
            return None
        first = [match[0] for match in right]
        ends = [] if self.ordered else sorted(right, key=lambda match: match[-1])
        last = [match[-1] for match in ends]
        found = set()
        for match in left:
            after = bisect_left(first, match[-1] + 1)
            if after < len(right) and first[after] - match[-1] - 1 <= self.between:
                found.add(match + right[after])
            before = bisect_left(last, match[0]) - 1
            if before >= 0 and match[0] - last[before] - 1 <= self.between:
                found.add(ends[before] + match)
            if len(found) >= MAX_MATCHES:
                break
        return sorted(found) or None


@dataclass(frozen=True)
class Sentence(_Compound):
    """`a SENTENCE b`: in one sentence, in either order. Each `a` takes the first other `b` of its sentence.

    `a SENTENCE/n b`: within `n` + 1 sentences of one paragraph; of each sentence the first `a` that another `b` is near, with the
    nearest.
    """

    parts: tuple[Node, Node]
    between: int = 0
    """Ends of sentences that may lie between."""

    def where(self, article: Article) -> Positions:
        left = self.parts[0].where(article)
        right = self.parts[1].where(article) if left else 0
        if not right:
            return 0
        ends, others = article.ends(left), article.ends(right)
        if not self.between or ends & others:
            return left | right if ends & others else 0
        return left | right if self._further(article, ends) & others or self._further(article, others) & ends else 0

    def _further(self, article: Article, ends: Positions) -> Positions:
        """The ends of the sentences behind some."""
        for _ in range(self.between):
            ends |= article.ends(ends << 1)
        return ends

    def find(self, article: Article) -> list[Match] | None:
        if not self.where(article):
            return None
        if self.between:
            return self._over_ends(article)
        left = self.parts[0].find(article)
        right = self.parts[1].find(article)
        if not left or not right:
            return None
        inside: dict[int | None, list[Match]] = {}
        for match in right:
            inside.setdefault(article.sentence(match), []).append(match)
        inside.pop(None, None)
        found = set()
        for match in islice(left, MAX_MATCHES):
            # A word cannot stand beside itself: "a SENTENCE a" asks for two.
            others = islice(inside.get(article.sentence(match), ()), _TRIED)
            other = next((other for other in others if set(other).isdisjoint(match)), None)
            if other is not None:
                found.add(tuple(sorted(match + other)))
        return sorted(found) or None

    def _over_ends(self, article: Article) -> list[Match] | None:
        others = article.by_sentence(self.parts[1])
        found = set()
        for number, matches in article.by_sentence(self.parts[0]).items():
            beside = (self._nearest(article, match, number, others) for match in islice(matches, _TRIED))
            found.add(next(filter(None, beside), ()))
        return sorted(found - {()}) or None

    def _nearest(self, article: Article, match: Match, first: int, others: Mapping[int, Sequence[Match]]) -> Match:
        """A match together with the nearest that stands beside it; empty where none does."""
        last, paragraph = article.sentence_at(match[-1]), article.paragraph_at(match[0])
        reach = [
            number
            for number in range(last - self.between, first + self.between + 1)
            if number in others and article.paragraph_at(others[number][0][0]) == paragraph
        ]
        for number in sorted(reach, key=lambda number: abs(number - first)):
            for other in islice(others[number], _TRIED):
                both = tuple(sorted(match + other))
                if len(set(both)) == len(both) and self._is_near(article, both[0], both[-1]):
                    return both
        return ()

    def _is_near(self, article: Article, begin: int, end: int) -> bool:
        is_one = article.paragraph_at(begin) == article.paragraph_at(end)
        return is_one and article.sentence_at(end) - article.sentence_at(begin) <= self.between


class Lookup:
    """Many nodes, of which an article has the words of a few: only those are asked."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._always = [number for number, node in enumerate(nodes) if not node.needed]
        self._by_word: dict[Word, list[int]] = {}
        """The nodes by the words of which each needs one, of all that it needs those that the fewest nodes ask for: what many
        rules of a topic ask for stands in every article of it."""
        self._also: list[tuple[frozenset[Word], ...]] = []
        """What each node needs besides."""
        asked = Counter(word for node in nodes for words in node.needed for word in words)
        for number, node in enumerate(nodes):
            rarest, *also = sorted(node.needed, key=lambda words: sum(asked[word] for word in words)) or [frozenset[Word]()]
            self._also.append(tuple(also))
            for word in rarest:
                self._by_word.setdefault(word, []).append(number)
        self._words = frozenset(self._by_word)

    def find(self, article: Article) -> list[tuple[int, list[Match]]]:
        """The numbers of the nodes that hold, in order, with their matches."""
        found = []
        for number in self._candidates(article):
            matches = article.find(self._nodes[number])
            if matches is not None:
                found.append((number, matches))
        return found

    def asked(self, article: Article) -> Iterator[Node]:
        """The nodes of whose words the article has what they need, in order."""
        return map(self._nodes.__getitem__, self._candidates(article))

    def _candidates(self, article: Article) -> list[int]:
        numbers = set(self._always)
        words = article.found
        for word in self._words & words:
            numbers.update(self._by_word[word])
        found = []
        for number in sorted(numbers):
            for needed in self._also[number]:
                if needed.isdisjoint(words):
                    break
            else:
                found.append(number)
        return found


@dataclass(frozen=True)
class AnyOf(_Compound):
    """OR."""

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        needed = [part.needed for part in self.parts]
        return (frozenset().union(*(words[0] for words in needed)),) if all(needed) else ()

    @cached_property
    def _words(self) -> frozenset[Word]:
        return frozenset(part for part in self.parts if isinstance(part, Word))

    @cached_property
    def _patterns(self) -> Patterns | None:
        patterns = [part for part in self.parts if isinstance(part, Pattern)]
        return Patterns(patterns) if patterns else None

    @cached_property
    def _others(self) -> Lookup | None:
        others = [part for part in self.parts if not isinstance(part, Word | Pattern)]
        return Lookup(others) if others else None

    def where(self, article: Article) -> Positions:
        found = 0
        for word in self._words & article.found:
            found |= article.positions(word)
        if self._patterns:
            found |= article.positions(self._patterns)
        if self._others:
            for part in self._others.asked(article):
                found |= part.where(article)
        return found

    def find(self, article: Article) -> list[Match] | None:
        found = [matches for word in self._words & article.found if (matches := article.word_matches(word)) is not None]
        if self._patterns and (matches := article.pattern_matches(self._patterns)) is not None:
            found.append(matches)
        if self._others:
            found += [matches for _, matches in self._others.find(article)]
        if len(found) < 2:
            return found[0] if found else None
        return sorted(set().union(*found))


@dataclass(frozen=True)
class WordSet(AnyOf):
    """Words and phrases that several rules ask for by one name."""

    def where(self, article: Article) -> Positions:
        return article.where(self)

    def anywhere(self, article: Article) -> Positions:
        """Where any of them stands."""
        return super().where(article)


@dataclass(frozen=True)
class AllOf(_Compound):
    """AND."""

    def where(self, article: Article) -> Positions:
        found = 0
        for part in self.parts:
            positions = part.where(article)
            if not positions:
                return 0
            found |= positions
        return found

    def find(self, article: Article) -> list[Match] | None:
        found: set[Match] = set()
        for part in self.parts:
            matches = part.find(article)
            if matches is None:
                return None
            found.update(matches)
        return sorted(found)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """NOT."""

    parts: tuple[Node]
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        return [] if self.parts[0].find(article) is None else None


@dataclass(frozen=True)
class Within(_Compound):
    """`title:`, `lead:` or `text:`: only what stands there."""

    parts: tuple[Node]
    field: str

    def where(self, article: Article) -> Positions:
        start, end = article.extent(self.field)
        return self.parts[0].where(article) & ((1 << end) - (1 << start))

    def find(self, article: Article) -> list[Match] | None:
        start, end = article.extent(self.field)
        return [match for match in self.parts[0].find(article) or () if start <= match[0] and match[-1] < end] or None


def leaves(node: Node, *, forbidden: bool = True) -> Iterator[Word | Pattern]:
    """The words of a node; without those under NOT where `forbidden` is false."""
    if isinstance(node, Word | Pattern):
        yield node
    elif forbidden or not isinstance(node, NoneOf):
        for part in node.parts:
            yield from leaves(part, forbidden=forbidden)


def finds_words(node: Node) -> bool:
    """Whether wherever the node holds, words of its stand; not so of `NOT a`, of `lang:ru`, nor of `a OR NOT b`."""
    if isinstance(node, AnyOf):
        return all(map(finds_words, node.parts))
    if isinstance(node, AllOf):
        return any(map(finds_words, node.parts))
    return not isinstance(node, NoneOf | Attribute | Dates)


def asked_fields(node: Node) -> Iterator[str]:
    """The fields of a node that ask for something else than words: lang, outlet, kind, region, date."""
    if isinstance(node, Attribute | Dates):
        yield node.field
    for part in node.parts:
        yield from asked_fields(part)


def attributes(node: Node) -> Iterator[Attribute]:
    """The attributes that a node asks for, those too that it forbids."""
    if isinstance(node, Attribute):
        yield node
    for part in node.parts:
        yield from attributes(part)


def alternatives_of(node: Node) -> tuple[Node, ...]:
    """What OR joins; the node itself where it is no OR, or a set of words."""
    return node.parts if type(node) is AnyOf else (node,)


def sought_apart(node: Node) -> Iterator[Node]:
    """What OR joins, each to be looked for by itself; but words with wildcards together."""
    parts = alternatives_of(node)
    patterns = [part for part in parts if isinstance(part, Pattern)]
    yield from (part for part in parts if not isinstance(part, Pattern))
    if patterns:
        yield any_of(patterns)


def any_of(parts: Iterable[Node]) -> Node:
    """OR of some nodes; a single one stays itself, and OR within OR is one."""
    flat = [node for part in parts for node in alternatives_of(part)]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))
