"""How many articles a second tracing reads, by language. `python tests/bench/trace_speed.py`.

The articles are those of the press, filled up and cut to 3,000 characters as in `judge_speed.py`: nearly every sentence of theirs
says on whose word it stands, so that a newspaper's are read faster. CPU time of one core, the best of three rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from judge_speed import Text, filled

from monitor.model import Attribution
from monitor.newsroom.catalogue import load as load_catalogue
from monitor.press.world import load
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials

ROUNDS = 3


def rate(texts: Sequence[Text], work: Callable[[Text], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in texts:
            work(one)
        rounds.append(time.process_time() - began)
    return len(texts) / min(rounds)


def main() -> None:
    outlets = load_catalogue(Path(__file__).resolve().parents[2] / "data").outlets
    texts = [filled(entry.first) for entry in load().entries.values()]

    def attributed(text: Text) -> tuple[Attribution, ...]:
        return find_attributions(text=text[1], language=text[2], links=(), outlets=outlets)

    for language in "ru", "uk", "en":
        some = [text for text in texts if text[2] == language]
        found = {text: attributed(text) for text in some}
        on_word = rate(some, attributed)
        denied = rate(some, lambda text, found=found: find_denials(text=text[1], language=text[2], attributions=found[text]))
        both = 1 / (1 / on_word + 1 / denied)
        print(f"{language}: attributions {on_word:,.0f} articles a second, denials {denied:,.0f}, both {both:,.0f} ({len(some)})")


if __name__ == "__main__":
    main()
