"""Which texts are one text, printed again? MinHash finds candidates, a comparison of the texts decides. Pure.

A candidate is no more than a hint: a copy is only what `compare` has verified over the words themselves, so groups do not
depend on the order in which texts came. docs/matching.md has the measurements behind the numbers here, and how to repeat them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from functools import lru_cache

from rensa import RMinHash

from monitor.model import Copy, Fingerprint
from monitor.text import fold, words

# Bands of three rows find 84 in 100 of the pairs at Jaccard .35, all but 1 in 200 at .5, and of unrelated ones (.01) 1 in
# 24,000: 1 - (1 - s^rows)^bands (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4). Where one pair is missed its
# group mostly has another: of the groups that comparing all with all finds (F1 .996), .993 remain.
BANDS, ROWS = 42, 3
# Any constant: signatures that are compared must have been made with the same one.
SEED = 20260518
# Under so many words there is nothing to tell a text from boilerplate: "Read on", a dateline, a byline.
SHORT = 20
# A copy keeps at least so much of the shorter text's shingles in the longer. At .60 texts that share but an agency's footer
# begin to merge, at .70 copies with words lost begin to be missed.
CONTAINED = 0.65
# ... and so much of all shingles of both. Under a third, a digest of three articles would make copies of all of them.
JACCARD = 0.35
# Two texts that each begin (or end) in their own way, for a quarter of their length, or for a fifth that is longer than a
# sentence, and share less than a longish paragraph, share boilerplate. Of texts of 30 words with one footer of 60 to 100 words
# nine in ten were copies without this, and one in forty with it.
OWN_SHARE, OWN_LONG_SHARE, OWN_WORDS, FOOTER_SHINGLES = 0.25, 0.2, 20, 120
# A copy that has at most so much of the other's length, and hardly anything that is not there, was cut.
CUT_LENGTH, CUT_CONTAINED = 0.8, 0.8

Words = tuple[str, ...]
Shingle = tuple[str, str, str]


# A new text is compared with each of its candidates in turn.
@lru_cache(maxsize=256)
def _words(text: str) -> Words:
    return tuple(words(fold(text).text))


def _shingles(text: Words) -> set[Shingle]:
    return set(zip(text, text[1:], text[2:], strict=False))


def fingerprint(title: str, text: str) -> Fingerprint:
    """What finds the copies of a text without reading it again: digest, MinHash signature (little-endian 32-bit), bands.

    Two texts that share a band (`Fingerprint.bands`, signed 64-bit) are worth a `compare`; no others are. Texts under SHORT words
    are alike only where they and their titles are equal, so their one band is their digest. The same on every machine.
    """
    said = _words(text)
    short = len(said) < SHORT
    digest = hashlib.sha256(" ".join((*_words(title), "\n", *said) if short else said).encode()).hexdigest()
    if short:
        return Fingerprint(digest, b"", (_band(digest.encode()),), len(said))
    minhash = RMinHash(BANDS * ROWS, SEED)
    minhash.update([" ".join(shingle) for shingle in _shingles(said)])
    signature = struct.pack(f"<{BANDS * ROWS}I", *minhash.digest())
    size = len(signature) // BANDS
    bands = tuple(_band(bytes([i]) + signature[i * size : (i + 1) * size]) for i in range(BANDS))
    return Fingerprint(digest, signature, bands, len(said))


def _band(material: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest(), "little", signed=True)


def compare(a_id: str, a_title: str, a_text: str, b_id: str, b_title: str, b_text: str) -> Copy | None:
    """The copy that two articles are, or None. Symmetric: whichever comes first, the same Copy with `a` < `b`.

    *exact*: the same words under the same title, or one has none. *headline*: the same words, another title. *cut*: one is the
    other with something left out. *near*: the same but for small changes, an own lead, an agency's header and footer.
    """
    first, second = min(a_id, b_id), max(a_id, b_id)
    a, b = _words(a_text), _words(b_text)
    if a == b:
        title, other = _words(a_title), _words(b_title)
        if len(a) < SHORT and (not a or title != other):
            return None
        return Copy(first, second, "exact" if title == other or not (title and other) else "headline", 1.0)
    if min(len(a), len(b)) < SHORT:
        return None
    ours, theirs = _shingles(a), _shingles(b)
    shared = ours & theirs
    fewer, more = sorted((len(ours), len(theirs)))
    jaccard = len(shared) / (fewer + more - len(shared))
    contained = len(shared) / fewer
    if contained < CONTAINED or jaccard < JACCARD or _only_boilerplate(a, b, shared):
        return None
    if fewer <= CUT_LENGTH * more and contained >= CUT_CONTAINED:
        return Copy(first, second, "cut", contained)
    return Copy(first, second, "near", jaccard)


def _only_boilerplate(a: Words, b: Words, shared: set[Shingle]) -> bool:
    """Whether both texts have an own beginning, or an own end, that is too long for what they share beside it."""
    if len(shared) > FOOTER_SHINGLES:
        return False
    edges = zip(_own_edges(a, shared), _own_edges(b, shared), strict=True)
    return any(_is_own(of_a, len(a)) and _is_own(of_b, len(b)) for of_a, of_b in edges)


def _is_own(edge: int, length: int) -> bool:
    return edge >= OWN_SHARE * length or edge >= max(OWN_WORDS, OWN_LONG_SHARE * length)


def _own_edges(text: Words, shared: set[Shingle]) -> tuple[int, int]:
    """How many words stand before the first shared shingle, and after the last."""
    at = [i for i, shingle in enumerate(zip(text, text[1:], text[2:], strict=False)) if shingle in shared]
    return at[0], len(text) - (at[-1] + 3)


def group_copies(copies: Iterable[Copy]) -> dict[str, str]:
    """The group of each article that has a copy: the least id among all that are joined to it by copies of copies."""
    parent: dict[str, str] = {}

    def root(article: str) -> str:
        while (above := parent.setdefault(article, article)) != article:
            # Halving the path keeps this near linear (Tarjan and van Leeuwen, 1984).
            parent[article] = article = parent[above]
        return article

    for copy in copies:
        low, high = sorted((root(copy.a), root(copy.b)))
        parent[high] = low
    return {article: root(article) for article in parent}
