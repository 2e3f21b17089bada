"""Which texts are one text, printed again? MinHash finds candidates, a comparison of the texts decides. Pure.

A candidate is no more than a hint: a copy is only what `compare` has verified over the words themselves, so the groups do
not depend on the order in which texts came, nor on the luck of a hash.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from functools import lru_cache

from rensa import RMinHash

from monitor.model import Copy, Sketch
from monitor.text import fold, words

SHINGLE = 3
BANDS, ROWS = 42, 3
SEED = 20260518
SHORT = 20
NEAR = 0.5
CUT = 0.7
CUT_SHARE = 0.35


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(fold(text).text))


def _shingles(text: tuple[str, ...]) -> set[tuple[str, ...]]:
    return set(zip(text, text[1:], text[2:], strict=False))


def sketch(title: str, text: str) -> Sketch:
    """What finds the copies of a text without reading it again: digest, MinHash signature (little-endian 32-bit), bands.

    Two texts that share a band (`Sketch.bands`, signed 64-bit) are worth a `compare`.
    """
    said = _words(text)
    short = len(said) < SHORT
    digest = hashlib.sha256(" ".join(said if not short else (*_words(title), "\n", *said)).encode()).hexdigest()
    if short:
        return Sketch(digest, b"", (_band(digest.encode()),))
    minhash = RMinHash(BANDS * ROWS, SEED)
    minhash.update({" ".join(s) for s in _shingles(said)})
    values = minhash.digest()
    bands = tuple(_band(bytes([i]) + array("I", values[i * ROWS : (i + 1) * ROWS]).tobytes()) for i in range(BANDS))
    return Sketch(digest, array("I", values).tobytes(), bands)


def _band(material: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest(), "little", signed=True)


def compare(  # noqa: PLR0917 - two articles of three fields each, told apart by their place
    a_id: str, a_title: str, a_text: str, b_id: str, b_title: str, b_text: str
) -> Copy | None:
    """The copy that two articles are, or None. Symmetric: whichever comes first, the same Copy with `a` < `b`."""
    first, second = sorted((a_id, b_id))
    a, b = _words(a_text), _words(b_text)
    same_title = _words(a_title) == _words(b_title)
    if a == b:
        if len(a) < SHORT and not (a and same_title):
            return None
        return Copy(first, second, "exact" if same_title or not (a_title and b_title) else "headline", 1.0)
    if min(len(a), len(b)) < SHORT:
        return None
    ours, theirs = _shingles(a), _shingles(b)
    shared = len(ours & theirs)
    jaccard = shared / (len(ours) + len(theirs) - shared)
    fewer, more = sorted((len(ours), len(theirs)))
    if jaccard >= NEAR:
        return Copy(first, second, "near", jaccard)
    if shared / fewer >= CUT and fewer / more >= CUT_SHARE:
        return Copy(first, second, "cut", shared / fewer)
    return None


def group_copies(copies: Iterable[Copy]) -> dict[str, str]:
    """The group of each article that has a copy: the least id among all that are joined to it by copies of copies."""
    parent: dict[str, str] = {}

    def root(article: str) -> str:
        while (above := parent.setdefault(article, article)) != article:
            parent[article] = article = parent[above]
        return article

    for copy in copies:
        low, high = sorted((root(copy.a), root(copy.b)))
        parent[high] = low
    return {article: root(article) for article in parent}
