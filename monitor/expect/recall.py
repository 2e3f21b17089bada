"""What each way of discovery finds of what the others find, and what all of them miss at least. Pure.

Capture and recapture (Lincoln, Petersen), in Chapman's form: D. G. Chapman (1951), Some properties of the hypergeometric
distribution with applications to zoological sample censuses, Univ. Calif. Publ. Statist. 1:131-160. It assumes that being found
in one way tells nothing of being found in another. What an outlet shows on its home page it also puts into its feed: ways agree
more than by chance, the estimate is then too low, and so it is given as "at least".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

# D. S. Robson, H. A. Regier (1964), Sample size in Petersen mark-recapture experiments, Trans. Am. Fish. Soc. 93:215-226: from
# seven recaptures on the bias of the estimate is negligible.
_ENOUGH = 7
_95_PERCENT = 1.959964


@dataclass(frozen=True, slots=True)
class Recall:
    """One way of discovery against all others, over some articles."""

    way: str
    found: int
    """Articles that it found."""
    others: int
    """Articles that any other way found."""
    both: int
    low: float | None
    """Of its share of what the others found, the 95 % interval of Wilson; None where the others found nothing."""
    high: float | None
    total: int | None
    """Articles that there are, at least; None where too few were found both ways to say."""

    @property
    def share(self) -> float | None:
        """Of what the others found, what it found too."""
        return self.both / self.others if self.others else None

    @property
    def missed(self) -> int | None:
        """Articles that no way found, at least."""
        return None if self.total is None else self.total - (self.found + self.others - self.both)


def estimate_recall(articles: Iterable[Collection[str]], ways: Iterable[str]) -> list[Recall]:
    """Each of `ways` against all others; `articles` are the ways that found each one."""
    known = Counter(map(frozenset, articles))
    return [_against_others(way, known) for way in ways]


def _against_others(way: str, articles: Counter[frozenset[str]]) -> Recall:
    found = sum(count for ways, count in articles.items() if way in ways)
    others = sum(count for ways, count in articles.items() if ways - {way})
    both = sum(count for ways, count in articles.items() if way in ways and len(ways) > 1)
    low, high = wilson(both, others) if others else (None, None)
    total = (found + 1) * (others + 1) // (both + 1) - 1 if both >= _ENOUGH else None
    return Recall(way, found, others, both, low, high, total)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The 95 % interval of a share: E. B. Wilson (1927), Probable inference, J. Am. Statist. Assoc. 22:209-212. `tries` > 0."""
    z2 = _95_PERCENT**2
    share = hits / tries
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    half = _95_PERCENT / (1 + z2 / tries) * math.sqrt(share * (1 - share) / tries + z2 / (4 * tries**2))
    return max(0.0, middle - half), min(1.0, middle + half)
