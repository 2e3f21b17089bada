"""How long `find_places` takes over an article of 3,000 characters: it runs on every one, relevant or not.

python tests/bench/places_speed.py
"""

import time
from pathlib import Path

from monitor.judge.places import find_places
from monitor.newsroom.catalogue import load
from monitor.press.world import load as load_world

LENGTH = 3000
ROUNDS = 20


def main() -> None:
    gazetteer = load(Path(__file__).resolve().parents[2] / "data").gazetteer
    pieces = [entry.first for entry in load_world().entries.values()]
    # The press's articles are short: three times over, they name three times as many places as real ones do.
    texts = [(piece.title, (f"{piece.text}\n" * 3)[:LENGTH], piece.outlet.language) for piece in pieces]
    texts = [text for text in texts if len(text[1]) == LENGTH]
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for title, text, language in texts:
            find_places(gazetteer, title=title, text=text, language=language)
        rounds.append((time.perf_counter() - began) / len(texts))
    print(f"places: {1000 * min(rounds):.2f} ms an article of {LENGTH} characters (best of {ROUNDS} rounds over {len(texts)})")


if __name__ == "__main__":
    main()
