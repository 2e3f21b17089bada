"""How many articles a second judging reads, beside a plain scan for substrings. `python tests/bench/judge_speed.py [ARTICLES]`.

The articles are those of the press's load generator, the same on every machine, filled up and cut to 3,000 characters; about
one in seven is on the beat. CPU time of one core.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.judge import compile_topic, judge
from monitor.press.load import load_world

TOPICS = Path(__file__).resolve().parents[2] / "data" / "topics"
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


def articles(count: int) -> list[tuple[str, str, str]]:
    """Title, text and language."""
    world = load_world(20, count // 20 + 1)
    made = []
    for number in range(count):
        piece = world.piece(number % 20, number // 20)
        text = piece.text
        while len(text) < LENGTH:
            text += "\n" + piece.text
        made.append((piece.title, text[:LENGTH], piece.outlet.language))
    return made


def rate(name: str, texts: Sequence[tuple[str, str, str]], work: Callable[[str, str, str], object]) -> None:
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
    topics = [compile_topic(tomllib.loads(path.read_text("utf-8"))) for path in sorted(TOPICS.glob("*.toml"))]
    judge(topics, title="", text="призыв", language="ru")
    print(f"loading dictionaries and {len(topics)} topics: {time.process_time() - began:.2f} s")

    def ask(title: str, text: str, language: str) -> bool:
        return any(verdict.relevant for verdict in judge(topics, title=title, text=text, language=language))

    texts = articles(count)
    relevant = [one for one in texts if ask(*one)]
    others = [one for one in texts if not scan(*one)]
    rate(f"judge, all ({len(relevant) / len(texts):.0%} relevant)", texts, ask)
    rate("judge, the relevant alone", relevant, ask)
    rate("judge, those without any of the substrings", others, ask)
    rate(f"scan for {len(SUBSTRINGS)} substrings, no forms, no reasons", texts, scan)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
