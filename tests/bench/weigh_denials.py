"""Learns what each sign of a denial weighs, and prints the table for monitor/trace/contradicting.py.

    python tests/bench/weigh_denials.py [--held] [FILE...]

A logistic regression tells the pairs of claim and denial that are labelled in tests/trace/denials_*.jsonl and in the press from
all others that come into question there. Items that are held back, or kept to check, are not learned from, and the former scored
with --held alone. Headlines and leads of other matters (tests/judge/ordinary.jsonl) have no denials. Each FILE has JSON Lines: in
the form of tests/trace, which are scored; or with `language` and `text` alone, real texts that are taken to say the contrary of
nothing, of which every second is counted by weights learned from the others. First it prints what is found of each hand by the
weights in use and by weights that were learned from the other hands. The same rows give the same table.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.model import Attribution
from monitor.press import load_denied
from monitor.press.world import load as load_press
from monitor.trace import contradicting
from monitor.trace.attributions import find_attributions
from monitor.trace.claims import Claims
from monitor.trace.contradicting import candidates, denier_of, signs_of
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets

CHECKOUT = Path(__file__).resolve().parents[2]
OWN = CHECKOUT / "tests" / "trace"
STRENGTH = 2.0
"""The penalty of a weight's square: with half or twice of it as much is found."""
LIKELIHOOD = 0.4
"""Of being a denial, from which a pair counts."""
ROUNDS = 15
REAL = "real"
UNLEARNED = {"held", "check"}

Span = tuple[int, int]
Signs = Mapping[str, float]


@dataclass
class Item:
    """A text with its denials: spans of claims and denials, and whether a reader could go either way."""

    hand: str
    language: str
    text: str
    denials: list[tuple[Span, Span, bool]]
    learned: bool = True
    said: Sequence[Attribution] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        self.said = find_attributions(text=self.text, language=self.language, links=(), outlets=Outlets())


def meets(one: Span, other: Span) -> bool:
    """Whether they share half of the shorter."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def labelled(path: Path) -> Iterator[Item]:
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        denials = [
            (_span(row["text"], one, "claim"), _span(row["text"], one, "denial"), bool(one.get("optional")))
            for one in row.get("denials", ())
        ]
        part = row.get("part", "")
        hand = REAL if "denials" not in row else part or (row["id"].split("-")[0] if path.parent == OWN else path.stem)
        yield Item(hand, row["language"], row["text"], denials, part not in UNLEARNED)


def _span(text: str, one: Mapping[str, Any], what: str) -> Span:
    start = one.get(f"{what}_start", -1)
    start = start if start >= 0 else text.index(one[what])
    return start, start + len(one[what])


def of_the_press() -> Iterator[Item]:
    world = load_press()
    rows = [row for some in load_denied(world) for row in some]
    for article, entry in world.entries.items():
        piece = entry.first
        denials = [
            (_span(piece.text, {"claim": row.claim}, "claim"), _span(piece.text, {"denial": row.denial}, "denial"), False)
            for row in rows
            if row.article == article
        ]
        yield Item("press", piece.outlet.language, piece.text, denials)


def ordinary() -> Iterator[Item]:
    for row in map(json.loads, (CHECKOUT / "tests" / "judge" / "ordinary.jsonl").read_text("utf-8").splitlines()):
        yield Item("ordinary", row["lang"], f"{row['title']}\n\n{row['text']}", [])


def pairs_of(item: Item) -> Iterator[tuple[Signs, bool]]:
    """Each pair that comes into question, with its signs and whether it is one."""
    claims = Claims(item.text, item.language, item.said)
    for i, sentence in enumerate(claims.sentences):
        if not contradicting._may_contradict(claims, sentence):
            continue
        denier = denier_of(claims, i)
        for k, claim in candidates(claims, denier):
            signs = {sign: float(much) for sign, much in signs_of(claims, claim, denier, k).items() if much}
            if not signs:
                continue
            whole = (sentence.start, sentence.end)
            met = [optional for of, denial, optional in item.denials if meets(of, claim.span) and meets(denial, whole)]
            if not any(met) and not (item.hand == REAL and denier.by_word):
                yield signs, bool(met)


def regression(rows: Sequence[tuple[Signs, bool]]) -> tuple[float, dict[str, float]]:
    """The constant and the weights, by Newton's method."""
    names = sorted({sign for signs, _ in rows for sign in signs})
    number = {name: n for n, name in enumerate(names, 1)}
    seen = [([(0, 1.0), *((number[sign], signs[sign]) for sign in sorted(signs))], label) for signs, label in rows]
    size = len(names) + 1
    found = [0.0] * size
    for _ in range(ROUNDS):
        slope = [-STRENGTH * weight if n else 0.0 for n, weight in enumerate(found)]
        curve = [[STRENGTH * (n == m and n > 0) for m in range(size)] for n in range(size)]
        for signs, label in seen:
            likely = 1 / (1 + math.exp(-sum(found[n] * much for n, much in signs)))
            for n, much in signs:
                slope[n] += (label - likely) * much
                for m, other in signs:
                    curve[n][m] += likely * (1 - likely) * much * other
        step = solved(curve, slope)
        found = [weight + by for weight, by in zip(found, step, strict=True)]
        if max(map(abs, step)) < 1e-4:
            break
    return found[0], dict(zip(names, found[1:], strict=True))


def solved(rows: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """What the rows of a system of equations give."""
    system = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for n, _ in enumerate(system):
        best = max(range(n, len(system)), key=lambda row: abs(system[row][n]))
        system[n], system[best] = system[best], system[n]
        for row in system[n + 1 :]:
            share = row[n] / system[n][n]
            for m in range(n, len(row)) if share else ():
                row[m] -= share * system[n][m]
    found = [0.0] * len(system)
    for n in reversed(range(len(system))):
        rest = sum(system[n][m] * found[m] for m in range(n + 1, len(system)))
        found[n] = (system[n][-1] - rest) / system[n][n]
    return found


Table = tuple[dict[str, float], float]


def learned(rows: Sequence[tuple[Signs, bool]]) -> Table:
    """The weights and what is enough, rounded as they stand in the table."""
    constant, found = regression(rows)
    enough = round(math.log(LIKELIHOOD / (1 - LIKELIHOOD)) - constant, 2)
    return {sign: round(weight, 1) for sign, weight in found.items() if abs(weight) >= 0.05}, enough


def use(table: Table) -> None:
    contradicting._WEIGHTS, contradicting._ENOUGH = table


def figures(items: Sequence[Item]) -> str:
    right = wrong = wanted = 0
    for item in items:
        gold = list(item.denials)
        wanted += sum(not optional for *_, optional in gold)
        for d in find_denials(text=item.text, language=item.language, attributions=item.said):
            found = (d.claim_start, d.claim_end), (d.denial_start, d.denial_end)
            met = next((one for one in gold if meets(one[0], found[0]) and meets(one[1], found[1])), None)
            if met:
                gold.remove(met)
                right += not met[2]
            else:
                wrong += 1
    precision, recall = right / max(1, right + wrong), right / max(1, wanted)
    score = 2 * right / max(1, right + wrong + wanted)
    counts = f"{wanted} wanted, {right + wrong} found, {len(items)} texts"
    return f"precision {precision:.3f} recall {recall:.3f} F1 {score:.3f} ({counts})"


def main(paths: Sequence[Path]) -> None:
    items = [item for path in sorted(OWN.glob("denials_*.jsonl")) for item in labelled(path)]
    hands = list(dict.fromkeys(item.hand for item in items))
    items += [*of_the_press(), *ordinary()]
    others = {path: list(labelled(path)) for path in paths}
    real = [item for some in others.values() for item in some if item.hand == REAL]
    rows = [(item.hand, pair) for item in [*items, *real[::2]] if item.learned for pair in pairs_of(item)]
    in_use = contradicting._WEIGHTS, contradicting._ENOUGH
    for hand in hands:
        of_hand = [item for item in items if item.hand == hand]
        if hand != "held" or "--held" in sys.argv:
            use(in_use)
            print(f"{hand}: {figures(of_hand)}", flush=True)
        if any(item.learned for item in of_hand):
            use(learned([pair for of, pair in rows if of != hand]))
            print(f"{hand}, by weights of the others: {figures(of_hand)}", flush=True)
    table = learned([pair for _, pair in rows])
    use(table)
    print(f"{REAL}, by weights of the others: {figures(real[1::2])}")
    for path, some in others.items():
        print(f"{path.name}, by the table below: {figures(some)}")
    print(*(f"{weight} {sign}" for sign, weight in sorted(table[0].items(), key=lambda one: (-one[1], one[0]))), sep="\n")
    print(f"enough: {table[1]}")


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:] if path != "--held"])
