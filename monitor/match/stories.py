"""Which articles tell one event? Average-link clustering of TF-IDF vectors within a time window. Pure, order-independent.

Average link takes two groups for one story only where their members are alike on the whole, so that a chain of pairwise
resemblances does not run events together. docs/matching.md has the measurements behind the numbers here.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.text import fold, words

# Mean likeness at which two groups are one story.
LINK = 0.2
# Less than this is no likeness: four in five of all pairs, which would only cost time.
FAINT = 0.03
# Reports of one event come within days; what is alike and further apart is the next event of its kind.
WINDOW = timedelta(days=5)
# Russian and Ukrainian inflect at the end: five letters of the transliterated word tell words apart about as well as lemmas.
STEM = 5
# The heaviest terms of a text: more of them change no measure and cost time.
TERMS = 150
# English shares with Russian and Ukrainian little more than names, numbers and international words.
ACROSS_SCRIPTS = 1.7
# Likeness of a report in another language to the one that it links to, beyond that of their words: such links are to what is
# retold. Within a language words say it better, and links lead to the background as often.
RETOLD = 0.11
# One event does not happen in two federal subjects; a report may name another than the next one does, so this is no proof.
ELSEWHERE = 0.5
# With fewer words in common two texts in different languages merely name the same town.
NAMES = 2
HEAD = 1000
"""Characters of a text that are read: news is told from the top, what is further down is background that other stories share."""

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StoryItem:
    """What grouping into stories needs of an article."""

    id: str
    title: str
    text: str
    published: datetime | None
    """Declared, or what stands for it; None lets the article into any window."""
    cites: tuple[str, ...] = ()
    """Ids of the items that its text links to."""
    regions: tuple[str, ...] = ()
    """Where it happened, as far as is known."""


Pair = tuple[int, int]


def group_stories(items: Sequence[StoryItem], copies: Mapping[str, str] | None = None) -> dict[str, str]:
    """The story of every item, by id: the least id among its members, the item's own where it is alone.

    `copies` is what `group_copies` gave: one group's articles are always in one story.
    """
    ordered = sorted(items, key=lambda item: item.id)
    groups = copies or {}
    first_of: dict[str, int] = {}
    start = [first_of.setdefault(groups.get(item.id, item.id), i) for i, item in enumerate(ordered)]
    leaders = _average_link(start, _likeness(ordered, groups))
    return {item.id: ordered[leader].id for item, leader in zip(ordered, leaders, strict=True)}


# Vectors


@dataclass(frozen=True, slots=True)
class _Vector:
    language: str
    weights: dict[str, float]
    norms: dict[str, float]
    """By the language of the other text: of all terms, and of those that its language has too, the geometric mean. A text in
    another language cannot hold the rest, and by the whole norm all of them would look alike little."""


_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщыэюя"
_LATIN = "a b v g g d e e zh z i i i i k l m n o p r s t u f h ts ch sh sch i e u a"
_TRANSLITERATED = str.maketrans(dict(zip(_CYRILLIC, _LATIN.split(), strict=True)) | dict.fromkeys("ьъ'"))
# Spellings of one sound in the transliterations that newsrooms use: Yekaterinburg, Ekaterinburg; Kharkov, Harkov.
_SPELLINGS = (("y", "i"), ("kh", "h"), ("w", "v"), ("x", "ks"), ("ie", "e"), ("iu", "u"), ("ia", "a"))
_DOUBLE = re.compile(r"(.)\1")


def _term(word: str) -> str:
    term = word.translate(_TRANSLITERATED)
    for spelling, plain in _SPELLINGS:
        term = term.replace(spelling, plain)
    return _DOUBLE.sub(r"\1", term)[:STEM]


def _language(text: str) -> str:
    if re.search("[іїєґ]", text):
        return "uk"
    return "ru" if re.search("[а-я]", text) else "latin"


def _vectors(items: Sequence[StoryItem]) -> list[_Vector]:
    # The title counts twice: it says what the event is.
    texts = [fold(f"{item.title}\n{item.title}\n{item.text[:HEAD]}").text for item in items]
    languages = [_language(text) for text in texts]
    terms = {word: _term(word) for text in texts for word in set(_parts(text))}
    counts = [Counter(terms[word] for word in _parts(text)) for text in texts]
    total = Counter(languages)
    # A word is common or rare within its language: the few English texts of a mostly Russian day share all the beat's words.
    known: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for language, count in zip(languages, counts, strict=True):
        known[language].update(count.keys())
    return [_vector(language, count, total[language], known) for language, count in zip(languages, counts, strict=True)]


def _parts(text: str) -> list[str]:
    return [part for word in words(text) for part in word.split("-") if len(part) > 2 or part.isdigit()]


def _vector(language: str, count: Counter[str], total: int, known: Mapping[str, Counter[str]]) -> _Vector:
    spread = known[language]
    weighed = {term: (1 + math.log(n)) * math.log((1 + total) / spread[term]) for term, n in count.items()}
    heaviest = dict(sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS])
    whole = _norm(heaviest)
    norms = {other: math.sqrt(whole * _norm({t: w for t, w in heaviest.items() if t in terms})) for other, terms in known.items()}
    return _Vector(language, heaviest, norms | {language: whole})


def _norm(weights: dict[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


# Likeness


def _likeness(items: Sequence[StoryItem], groups: Mapping[str, str]) -> dict[Pair, float]:
    """How alike each pair of texts within the window is, by their places in `items`; pairs that share no term are not there."""
    vectors = _vectors(items)
    # Whoever links to one copy of a text links to the text.
    texts = [groups.get(item.id, item.id) for item in items]
    cited = [{groups.get(name, name) for name in item.cites} for item in items]
    dated: defaultdict[str, list[int]] = defaultdict(list)
    undated: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[Pair, float] = {}
    for i in sorted(range(len(items)), key=lambda i: (items[i].published or _BEFORE_ALL, i)):
        published, vector = items[i].published, vectors[i]
        products: defaultdict[int, float] = defaultdict(float)
        shared: Counter[int] = Counter()
        for term, weight in vector.weights.items():
            for j in undated[term]:
                products[j] += weight * vectors[j].weights[term]
                shared[j] += 1
            for j in reversed(dated[term]):
                if published and published - (items[j].published or published) > WINDOW:
                    break
                products[j] += weight * vectors[j].weights[term]
                shared[j] += 1
            (dated if published else undated)[term].append(i)
        for j, product in products.items():
            is_translated = vector.language != vectors[j].language
            is_retold = is_translated and (texts[i] in cited[j] or texts[j] in cited[i])
            if is_translated and not is_retold and shared[j] < NAMES:
                continue
            if (cosine := _cosine(product, vector, vectors[j])) >= FAINT:
                found[min(i, j), max(i, j)] = _with_evidence(cosine, items[i], items[j], is_retold=is_retold)
    return found


def _with_evidence(cosine: float, a: StoryItem, b: StoryItem, *, is_retold: bool) -> float:
    """Likeness by words, corrected by what else is known of the two."""
    if is_retold:
        cosine += RETOLD
    if a.regions and b.regions and not set(a.regions) & set(b.regions):
        cosine *= ELSEWHERE
    return cosine


def _cosine(product: float, a: _Vector, b: _Vector) -> float:
    if not product:
        return 0.0
    scale = ACROSS_SCRIPTS if (a.language == "latin") != (b.language == "latin") else 1.0
    return scale * product / (a.norms[b.language] * b.norms[a.language])


# Groups


def _average_link(start: list[int], likeness: dict[Pair, float]) -> list[int]:
    """The leader of each item, its group's least place. Joins the two groups that are most alike on average until none reach
    LINK; ties go to the least places. `start` gives the leader of each item before the first step."""
    groups = _Groups(start, likeness)
    heap = [entry for a in groups.members for entry in groups.links(a) if entry[1] == a]
    heapq.heapify(heap)
    while heap:
        negative, a, b = heapq.heappop(heap)
        # Of groups that were joined or have grown since, the heap holds a newer mean.
        if a in groups.members and b in groups.members and -negative == groups.mean(a, b):
            groups.join(a, b)
            for entry in groups.links(a):
                heapq.heappush(heap, entry)
    return [leader for _, leader in sorted((i, leader) for leader, group in groups.members.items() for i in group)]


class _Groups:
    """Groups by their leader, and between any two the sum of their members' likeness."""

    def __init__(self, start: list[int], likeness: dict[Pair, float]) -> None:
        self.members: defaultdict[int, list[int]] = defaultdict(list)
        for i, leader in enumerate(start):
            self.members[leader].append(i)
        self.total: dict[int, dict[int, float]] = {leader: {} for leader in self.members}
        for (i, j), value in sorted(likeness.items()):
            a, b = start[i], start[j]
            if a != b:
                self.total[a][b] = self.total[b][a] = self.total[a].get(b, 0.0) + value

    def mean(self, a: int, b: int) -> float:
        return self.total[a][b] / (len(self.members[a]) * len(self.members[b]))

    def links(self, a: int) -> Iterator[tuple[float, int, int]]:
        """The groups that are alike enough to `a` to be joined with it: mean (negative, for the heap) and both leaders."""
        return ((-value, min(a, b), max(a, b)) for b in self.total[a] if (value := self.mean(a, b)) >= LINK)

    def join(self, a: int, b: int) -> None:
        self.members[a] += self.members.pop(b)
        for other, value in self.total.pop(b).items():
            del self.total[other][b]
            if other != a:
                self.total[a][other] = self.total[other][a] = self.total[a].get(other, 0.0) + value
