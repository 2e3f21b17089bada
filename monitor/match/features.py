"""An article's features for comparison with others: weighted words, names, numbers and places. Pure.

They are computed once for an article and stored: likeness compares features, not texts. All numbers are integers, so that sums do
not depend on the order of addition.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.lexicons import LANGUAGES
from monitor.match.vocabulary import Vocabulary, numerals, parts, stem, stems
from monitor.text import WRITTEN_WORD, fold, sentences
from monitor.text.letters import dictionary_language

HEAD = 800
"""Characters of a text whose words are weighed: news is told from the top, what is further down is background that other stories
share."""
NAMES_HEAD = 2_000
"""Characters in which names and numbers are looked for."""
# Stems that a third of all texts have, or more, say nothing of an event.
LEAST_WEIGHT = 100
# A vector's length. Squares of it add up to whole numbers that every machine adds alike.
UNIT = 10_000
# Years, and numbers of one, say nothing of an event; longer ones are telephones.
_YEARS = range(1990, 2036)
_LONGEST_NUMBER = 7
_LONG_WORD = 4
# A title in Title Case has no names that could be told from its words.
_TITLE_CASE, _TITLE_WORDS = 0.7, 3

_CAPITALISED = re.compile(r"(?<!\w)[A-ZА-ЯЁІЇЄҐ][\w'’ʼ-]*")
# A number in digits, with or without groups of three, or a word.
_NUMBER = re.compile(r"\d{1,3}(?:[ ,]\d{3})+(?!\d)|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class StoryItem:
    """What grouping into stories needs of an article."""

    id: str
    title: str
    text: str
    """Its first NAMES_HEAD characters are enough."""
    published: datetime | None
    """Declared, or what stands for it; None lets the article into any window."""
    cites: tuple[str, ...] = ()
    """Ids of the items that its text links to."""
    regions: tuple[str, ...] = ()
    """Where it happened, as far as is known."""
    towns: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Names of places as they stand in it, in whatever role."""


@dataclass(frozen=True, slots=True)
class Features:
    """An article as likeness sees it. Whatever is weighed is weighed by one vocabulary."""

    language: str
    vector: Mapping[str, int]
    """Weight of each stem of the title, twice, and the text's HEAD; of length UNIT."""
    title: Mapping[str, int]
    """Weight of each stem of the title."""
    title_names: frozenset[str]
    capitalised: frozenset[str]
    """Stems of all capitalised words."""
    people: Mapping[str, int]
    """Weight of each name that is no place's: of persons, offices, firms."""
    numbers: frozenset[int]
    regions: frozenset[str]
    towns: frozenset[str]
    held: Mapping[str, int]
    """By another language: the length of what of the vector a text in it could hold, squared."""

    title_weight: int = field(init=False, compare=False)
    """Of all of the title's stems."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title_weight", sum(self.title.values()))

    def pack(self) -> str:
        """The features as text, for `unpack`."""
        return json.dumps(
            [
                self.language, self.vector, self.title, sorted(self.title_names), sorted(self.capitalised), self.people,
                sorted(self.numbers), sorted(self.regions), sorted(self.towns), self.held,
            ],
            ensure_ascii=False, separators=(",", ":"), sort_keys=True,
        )  # fmt: skip


def unpack(packed: str) -> Features:
    """The features that `Features.pack` wrote."""
    language, vector, title, title_names, capitalised, people, numbers, regions, towns, held = json.loads(packed)
    return Features(
        language, vector, title, frozenset(title_names), frozenset(capitalised), people, frozenset(numbers), frozenset(regions),
        frozenset(towns), held,
    )  # fmt: skip


def features(item: StoryItem, vocabulary: Vocabulary) -> Features:
    """What an article is known by. Without a title its first sentence stands for one."""
    title = item.title.strip() or next((item.text[start:end] for start, end in sentences(item.text[:NAMES_HEAD])), "")
    # The title counts twice: it says what the event is.
    folded = fold(f"{title}\n{title}\n{item.text[:HEAD]}").text
    language = dictionary_language("", folded)
    listed = vocabulary.weights[language]
    names, capitalised = _names(item.text[:NAMES_HEAD], listed)
    title_names, title_capitals = _names(title, listed)
    if _is_title_case(title):
        title_names = set()
    places = {found for place in item.places for found in stems(place)}
    counts = Counter(map(stem, parts(folded)))
    weights = {of: vocabulary.weight(language, of) for of in counts}
    raw = {of: (1 + math.log(n)) * weights[of] for of, n in counts.items() if weights[of] >= LEAST_WEIGHT}
    length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
    vector = {of: round(UNIT * weight / length) for of, weight in raw.items()}
    return Features(
        language,
        vector,
        {of: vocabulary.weight(language, of) for of in stems(title)},
        frozenset(title_names),
        frozenset(capitalised | title_capitals),
        {of: vocabulary.weight(language, of) for of in (names | title_names) - places - vocabulary.common},
        frozenset(_numbers(f"{title}\n{item.text[:NAMES_HEAD]}")),
        frozenset(item.regions),
        frozenset(item.towns),
        {other: _held(vector, names | title_names, vocabulary.weights[other]) for other in LANGUAGES if other != language},
    )


def written(item: StoryItem) -> dict[str, str]:
    """The first word of the title or text, as it is written there, that each stem stands for."""
    found: dict[str, str] = {}
    for match in WRITTEN_WORD.finditer(f"{item.title}\n{item.text[:NAMES_HEAD]}"):
        for part in parts(fold(match[0]).text):
            found.setdefault(stem(part), match[0])
    return found


def _held(vector: Mapping[str, int], names: Collection[str], listed: Collection[str]) -> int:
    """How much of a vector a text in another language could hold: names, numbers, and words that the other language has too."""
    return sum(weight * weight for of, weight in vector.items() if of in names or of in listed or of.isdigit())


def _names(text: str, listed: Collection[str]) -> tuple[set[str], set[str]]:
    """Stems of the words that are capitalised as names are, and of all that are capitalised. At the beginning of a sentence a
    word is a name where the language does not list it.
    """
    names, capitalised = set(), set()
    for start, end in sentences(text):
        sentence = text[start:end]
        first = next((at for at, letter in enumerate(sentence) if letter.isalnum()), 0)
        for match in _CAPITALISED.finditer(sentence):
            found = stems(match[0])
            capitalised |= found
            names |= found if match.start() > first else {of for of in found if of not in listed}
    return names, capitalised


def _is_title_case(title: str) -> bool:
    long = [word for word in WRITTEN_WORD.findall(title) if len(word) >= _LONG_WORD and word[0].isalpha()]
    return len(long) >= _TITLE_WORDS and sum(word[0].isupper() for word in long) >= _TITLE_CASE * len(long)


def _numbers(text: str) -> Iterator[int]:
    """The numbers that a text says, in digits or in words; no years, no long ones, and none under two."""
    said = numerals()
    so_far = 0
    for match in _NUMBER.finditer(fold(text).text):
        if match[0][0].isdecimal():
            digits = "".join(filter(str.isdecimal, match[0]))
            number = int(digits) if len(digits) <= _LONGEST_NUMBER and int(digits) not in _YEARS else 0
        else:
            number = said.get(match[0], 0)
        if number >= 1_000 and so_far and not match[0][0].isdecimal():  # fifty thousand, 50 thousand
            so_far *= number
        elif 0 < number < 10 and so_far % 10 == 0 and so_far % 100 and not match[0][0].isdecimal():  # twenty six
            so_far += number
        else:
            if so_far > 1:
                yield so_far
            so_far = number
    if so_far > 1:
        yield so_far
