"""Which texts are one text, printed again? MinHash finds candidates, a comparison of the texts decides. Pure.

A wording is a text without its marks and capitals: articles that show one wording are copies without being compared. Wordings
that differ a little are compared, each with few others: `find_copies` says with which. docs/matching.md has the measurements
behind the numbers here, and how to repeat them.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import eq
from typing import NamedTuple

from rensa import RMinHash

from monitor.model import Fingerprint
from monitor.text import compounds, fold, sentences

# Bands of three rows find 84 in 100 of the pairs at Jaccard .35, all but 1 in 200 at .5, and of unrelated ones (.01) 1 in
# 24,000: 1 - (1 - s^rows)^bands (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4). Where one pair is missed its
# group mostly has another: of the groups that comparing all with all finds (F1 .996), .993 remain.
BANDS, ROWS = 42, 3
# Any constant: signatures that are compared must have been made with the same one.
SEED = 20260518
# Under so many words there is nothing to tell a text from boilerplate: "Read on", a dateline, a byline.
SHORT = 20
# Characters of a text that are compared, some 5,500 words: what a comparison costs is bounded, and of two texts that have so
# much in common nobody asks for more.
COMPARED_LENGTH = 40_000
# A copy keeps at least so much of the shorter text's shingles in the longer. At .60 texts that share but an agency's footer
# begin to merge, at .70 copies with words lost begin to be missed.
CONTAINED = 0.65
# ... and so much of all shingles of both. Under a third, a digest of three articles would make copies of all of them.
JACCARD = 1 / 3
# Of two signatures of 126 rows that agree in fewer, one pair in 6,000 has a Jaccard of .35: 3.6 standard deviations.
FAINT = 0.2
# Two texts that each begin (or end) in their own way, for a quarter of their length, or for a fifth that is longer than a
# sentence, and share less than a longish paragraph, share boilerplate. Of texts of 30 words with one footer of 60 to 100 words
# nine in ten were copies without this, and one in forty with it.
OWN_SHARE, OWN_LONG_SHARE, OWN_WORDS, FOOTER_SHINGLES = 0.25, 0.2, 20, 120
# ... unless what each begins with is one sentence, a lead of its own (behind a dateline, which has few words), and what they
# share is longer than any notice that channels put under their posts: of 11,113 posts the longest had 17 shingles, and a
# foreign agent's notice has some 30.
DATELINE_WORDS, NOTICE_SHINGLES = 7, 40
# A copy that has at most so much of the other's length, and hardly anything that is not there, was cut.
CUT_LENGTH, CUT_CONTAINED = 0.8, 0.8
# A new wording meets the newest of each band, and is compared with those that its signature is most like: so many at most. One
# that has been found alike so often is asked last, so that little hangs on it when its article is edited.
PER_BAND, COMPARISONS, LINKS = 32, 32, 32
# Words that are compared for a new wording, its own counted each time: with 32 texts if all have 1,250 words, with 7 if they have
# 5,500. Who writes 40,000 characters in words of one letter costs no more: in all some 50 ms, and seconds without this.
COMPARED_WORDS = 80_000

Words = tuple[str, ...]
Shingle = tuple[str, str, str]


class Resemblance(NamedTuple):
    """What two texts that are one text have in common."""

    kind: str
    """exact: the same words. cut: one is the other with something left out. near: the same but for small changes, an own lead,
    an agency's header and footer."""
    similarity: float
    """Jaccard of word shingles, 0 to 1; containment of the shorter for `cut`."""


# A new text is compared with each of its candidates in turn.
@lru_cache(maxsize=256)
def _words(text: str) -> Words:
    return tuple(compounds(fold(text).text))


def _shingles(text: Words) -> set[Shingle]:
    return set(zip(text, text[1:], text[2:], strict=False))


def fingerprint(title: str, text: str) -> Fingerprint:
    """What finds the copies of a text without reading it again: digest, MinHash signature (little-endian 32-bit), bands.

    Texts of one digest have the same words. Two that share a band (`Fingerprint.bands`, signed 64-bit) are worth a `compare`; no
    others are. Texts under SHORT words are alike only where they and their titles are equal: their digest is of both, and they
    have no bands. A text without words has no digest: it is nobody's copy. The same on every machine.
    """
    said = compounds(fold(text).text)
    short = len(said) < SHORT
    material = " ".join((*compounds(fold(title).text), "\n", *said) if short else said)
    digest = hashlib.sha256(material.encode()).hexdigest() if said else ""
    if short:
        return Fingerprint(digest, b"", (), len(said))
    compared = said if len(text) <= COMPARED_LENGTH else _words(text[:COMPARED_LENGTH])
    minhash = RMinHash(BANDS * ROWS, SEED)
    minhash.update([" ".join(shingle) for shingle in _shingles(tuple(compared))])
    signature = struct.pack(f"<{BANDS * ROWS}I", *minhash.digest())
    return Fingerprint(digest, signature, bands(signature), len(said))


def bands(signature: bytes) -> tuple[int, ...]:
    """The bands of a signature; none where it is empty."""
    size = len(signature) // BANDS
    return tuple(_band(bytes([i]) + signature[i * size : (i + 1) * size]) for i in range(BANDS)) if size else ()


def _band(material: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest(), "little", signed=True)


def kind_of_same(title: str, other: str) -> str:
    """What two articles of one wording are: *exact* under one title, or where one has none; *headline* under two."""
    a, b = _words(title), _words(other)
    return "exact" if a == b or not (a and b) else "headline"


def compare(text: str, other: str) -> Resemblance | None:
    """How two texts are one, or None. Symmetric. Of longer texts the first COMPARED_LENGTH characters are compared."""
    is_whole = max(len(text), len(other)) <= COMPARED_LENGTH
    text, other = text[:COMPARED_LENGTH], other[:COMPARED_LENGTH]
    a, b = _words(text), _words(other)
    if min(len(a), len(b)) < SHORT:
        return None
    if a == b:
        return Resemblance("exact" if is_whole else "near", 1.0)
    ours, theirs = _shingles(a), _shingles(b)
    shared = ours & theirs
    fewer, more = sorted((len(ours), len(theirs)))
    jaccard = len(shared) / (fewer + more - len(shared))
    contained = len(shared) / fewer
    if contained < CONTAINED or jaccard < JACCARD or _share_boilerplate(text, other, shared):
        return None
    if fewer <= CUT_LENGTH * more and contained >= CUT_CONTAINED:
        return Resemblance("cut", contained)
    return Resemblance("near", jaccard)


def _share_boilerplate(text: str, other: str, shared: set[Shingle]) -> bool:
    """Whether both texts have an own beginning, or an own end, that is too long for what they share beside it."""
    if len(shared) > FOOTER_SHINGLES:
        return False
    a, b = _words(text), _words(other)
    (a_head, a_tail), (b_head, b_tail) = _own_edges(a, shared), _own_edges(b, shared)
    if _is_own(a_tail, len(a)) and _is_own(b_tail, len(b)):
        return True
    if not (_is_own(a_head, len(a)) and _is_own(b_head, len(b))):
        return False
    are_leads = a_head <= _lead(text) and b_head <= _lead(other)
    return len(shared) < NOTICE_SHINGLES or not are_leads


def _is_own(edge: int, length: int) -> bool:
    return edge >= OWN_SHARE * length or edge >= max(OWN_WORDS, OWN_LONG_SHARE * length)


def _own_edges(text: Words, shared: set[Shingle]) -> tuple[int, int]:
    """How many words stand before the first shared shingle, and after the last."""
    at = [i for i, shingle in enumerate(zip(text, text[1:], text[2:], strict=False)) if shingle in shared]
    return at[0], len(text) - (at[-1] + 3)


def _lead(text: str) -> int:
    """How many words stand before the end of the first sentence that is more than a dateline."""
    lead = 0
    for start, end in sentences(text):
        length = len(_words(text[start:end]))
        lead += length
        if length > DATELINE_WORDS:
            break
    return lead


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wording that shares a band with a new one."""

    wording: int
    signature: bytes
    part: int
    """Wordings of one part are copies of copies of each other."""
    links: int
    """With how many it was found alike so far."""


@dataclass(slots=True)
class Budget:
    """What comparing may cost: so many comparisons, of texts that have so many words together; the last may go beyond."""

    comparisons: int = COMPARISONS
    words: int = COMPARED_WORDS

    def is_spent(self) -> bool:
        return self.comparisons <= 0 or self.words <= 0

    def spend(self, *texts: str) -> None:
        """Take off what one comparison of these texts costs."""
        self.comparisons -= 1
        self.words -= sum(len(_words(text[:COMPARED_LENGTH])) for text in texts)


def find_copies(
    text: str, signature: bytes, candidates: Iterable[Candidate], text_of: Callable[[int], str], budget: Budget
) -> list[tuple[int, Resemblance]]:
    """The wordings of which a text is a copy, one in each part: whoever is alike to one of a part is in it.

    Texts are read (`text_of` gives them by wording) and compared until the budget is spent, the most likely first.
    """
    ranked = [
        (c.links >= LINKS, -likeness, c.wording, c) for c in candidates if (likeness := _agree(signature, c.signature)) >= FAINT
    ]
    found: list[tuple[int, Resemblance]] = []
    joined: set[int] = set()
    for *_, candidate in sorted(ranked, key=lambda row: row[:3]):
        if candidate.part in joined:
            continue
        if budget.is_spent():
            break
        other = text_of(candidate.wording)
        budget.spend(text, other)
        if resemblance := compare(text, other):
            found.append((candidate.wording, resemblance))
            joined.add(candidate.part)
    return found


def _agree(signature: bytes, other: bytes) -> float:
    """The share of rows in which two signatures agree: an estimate of the Jaccard of their texts' shingles."""
    layout = f"<{BANDS * ROWS}I"
    equal: int = sum(map(eq, struct.unpack(layout, signature), struct.unpack(layout, other)))
    return equal / (BANDS * ROWS)


class Parts:
    """Numbers that are joined, and by them all that are joined to those: union-find."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, member: int) -> int:
        """The least of a number's part; itself where it was never joined."""
        while (above := self._above.get(member, member)) != member:
            # Halving the path keeps this near linear (Tarjan and van Leeuwen, 1984).
            self._above[member] = member = self._above.get(above, above)
        return member

    def join(self, a: int, b: int) -> None:
        """Join the parts of two wordings."""
        low, high = sorted((self.root(a), self.root(b)))
        self._above[high] = low


def group_copies(articles: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """The least id among the copies of each article that has any, of articles as id, title and text.

    As the vault finds them when they come in order of id: the same candidates, compared in the same order.
    """
    given = sorted(articles)
    texts = [text for _, _, text in given]
    prints = [fingerprint(title, text) for _, title, text in given]
    parts = Parts()
    first: dict[str, int] = {}
    links: Counter[int] = Counter()
    newest: defaultdict[int, deque[int]] = defaultdict(lambda: deque(maxlen=PER_BAND))
    for number, mine in enumerate(prints):
        if not mine.digest:
            continue
        if (same := first.setdefault(mine.digest, number)) != number:
            parts.join(same, number)
            continue
        met = {other for band in mine.bands for other in newest[band]}
        candidates = (Candidate(other, prints[other].signature, parts.root(other), links[other]) for other in met)
        for other, _ in find_copies(texts[number], mine.signature, candidates, texts.__getitem__, Budget()):
            parts.join(other, number)
            links.update((other, number))
        for band in mine.bands:
            newest[band].append(number)
    roots = [parts.root(number) for number in range(len(given))]
    sizes = Counter(roots)
    return {name: given[root][0] for (name, _, _), root in zip(given, roots, strict=True) if sizes[root] > 1}
