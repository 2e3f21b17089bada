"""How many texts a second matching fingerprints, compares and groups. Run by hand: `python tests/bench/match_speed.py [TEXTS]`.

The texts are made of random words with the lengths of news articles, every fifth one an edited copy of the one before; the same
texts on every machine. CPU time of one core.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from monitor.match import StoryItem, compare, fingerprint, group_stories

DAY = datetime(2026, 5, 18, tzinfo=UTC)


def texts(count: int) -> list[str]:
    rnd = random.Random(0)
    syllables = [c + v for c in "бвгдзклмнпрст" for v in "аеиоу"]
    vocabulary = ["".join(rnd.choices(syllables, k=rnd.randrange(1, 6))) for _ in range(20_000)]
    made: list[list[str]] = []
    for i in range(count):
        if i % 5 == 4:
            made.append([word for word in made[-1] if rnd.random() > 0.04])
        else:
            # Frequent words are frequent, as in a language: the square crowds the draw towards the beginning.
            made.append([vocabulary[int(len(vocabulary) * rnd.random() ** 3)] for _ in range(rnd.randrange(80, 500))])
    return [" ".join(words) for words in made]


def rate(name: str, count: int, work: Callable[[], object]) -> None:
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    print(f"{name}: {count / seconds:,.0f} a second ({count:,} in {seconds:.2f} s)")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    made = texts(count)
    items = [StoryItem(f"{i:06}", "", text, DAY + timedelta(hours=i % 240)) for i, text in enumerate(made)]
    # Not the pairs side by side alone: most candidates of a real text are no copies of it.
    pairs = [(made[i], made[i - i % 2 - 1]) for i in range(1, count)]
    rate("fingerprint, texts", count, lambda: [fingerprint("", text) for text in made])
    rate("compare, pairs", len(pairs), lambda: [compare(a, b) for a, b in pairs])
    rate("stories, texts within ten days", count, lambda: group_stories(items))


if __name__ == "__main__":
    main()
