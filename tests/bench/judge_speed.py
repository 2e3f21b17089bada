"""How many articles a second judging reads, beside a plain scan for substrings. `python tests/bench/judge_speed.py [ARTICLES]`.

The articles are those of the press, most of them on the beat, and of its load generator, of which one in seven is; the same on
every machine, filled up and cut to 3,000 characters. CPU time of one core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.judge.verdict import judge
from monitor.newsroom.catalogue import load as load_newsroom
from monitor.press.load import load_world
from monitor.press.world import Piece, load

NEWSROOM = Path(__file__).resolve().parents[2] / "data"
LENGTH = 3_000
# What people list by hand where nothing knows the forms.
SUBSTRINGS = (
    *("повестк", "призыв", "мобилиз", "военком", "воинск", "резервист", "уклонист", "отсрочк", "дезертир", "срочник", "госуслуг"),
    *("повістк", "призов", "мобіліз", "військком", "воєнком", "ухилянт", "відстрочк", "військовозоб", "окупац", "строковик"),
    *(
        "summons",
        "conscript",
        "draft",
        "mobiliz",
        "mobilis",
        "enlist",
        "call-up",
        "called up",
        "reservist",
        "desert",
        "gosuslugi",
    ),
)


Text = tuple[str, str, str]
"""Title, text and language."""


def articles(count: int) -> list[Text]:
    """Of the load generator."""
    world = load_world(20, count // 20 + 1)
    return [filled(world.piece(number % 20, number // 20)) for number in range(count)]


def press() -> list[Text]:
    """Of the press, each three times."""
    return [filled(entry.first) for entry in load().entries.values()] * 3


def filled(piece: Piece) -> Text:
    times = LENGTH // (len(piece.text) + 1) + 1
    return piece.title, "\n".join([piece.text] * times)[:LENGTH], piece.outlet.language


def rate(name: str, texts: Sequence[Text], work: Callable[[str, str, str], object]) -> None:
    began = time.process_time()
    for one in texts:
        work(*one)
    seconds = time.process_time() - began
    print(f"{name}: {len(texts) / seconds:,.0f} articles a second ({len(texts):,} in {seconds:.2f} s)")


def scan(title: str, text: str, _: str) -> bool:
    whole = f"{title}\n{text}".lower()
    return any(part in whole for part in SUBSTRINGS)


def main(count: int) -> None:
    began = time.process_time()
    topics = load_newsroom(NEWSROOM).topics
    judge(topics, title="", text="призыв", language="ru")
    print(f"loading the newsroom with {len(topics)} topics: {time.process_time() - began:.2f} s")

    def ask(title: str, text: str, language: str) -> bool:
        return any(verdict.relevant for verdict in judge(topics, title=title, text=text, language=language))

    texts = articles(count)
    for name, some in ("press", press()), ("load", texts):
        relevant = [one for one in some if ask(*one)]
        rate(f"judge, the {name}'s ({len(relevant) / len(some):.0%} relevant)", some, ask)
        rate(f"judge, the {name}'s, the relevant alone", relevant, ask)
    others = [one for one in texts if not scan(*one)]
    rate("judge, those without any of the substrings", others, ask)
    rate(f"scan for {len(SUBSTRINGS)} substrings, no forms, no reasons", texts, scan)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
