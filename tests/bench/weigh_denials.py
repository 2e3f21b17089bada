"""Learns what each sign of a denial weighs, and writes monitor/trace/weights.py.

    python tests/bench/weigh_denials.py [--write] [--held]

A logistic regression tells the pairs of claim and denial that are labelled in tests/trace/denials_*.jsonl, in the press and in
../shared/bench/trace from all others that come into question there, in headlines and leads of other matters
(tests/judge/ordinary.jsonl) and in real texts of ../shared/bench, which are taken to say the contrary of nothing. Items that are
held back, or kept to check, are not learned from; the former are scored with --held alone. Without --write it prints what is
found of each hand by the weights in use, and by weights that were learned from the other hands; of real texts, every second is
counted by weights learned from the others. Every run goes on from the table in use: a weight moves as far as the pairs speak for
it, so that a few of them overturn nothing. The same table and rows give the same table.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weighing import enough, regression

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
BENCH = CHECKOUT.parent / "shared" / "bench"
WEIGHTS = CHECKOUT / "monitor" / "trace" / "weights.py"
STRENGTH = 0.3
"""What an error counts beside the squares of how far the weights go from those in use."""
LIKELIHOOD = 0.49
"""Of being a denial, from which a pair counts: from .18 to .38 what is found of the hands left out in turn is as good (F1 .78 to
.80); below .48 two pairs are found in the press's articles that no reader would name."""
LEAST = 0.05
REAL = "real"
LENGTH = 6_000
"""Letters of a real text that are read."""
ONE_IN = {"reading": 12, "rupairs_docs": 3, "ecb_docs": 20, "neardup_docs": 25}
"""Of so many real texts one is learned from: each has more pairs than an item."""
HEADER = '''"""How much each sign of `contradicting.py` adds, and what is enough. Written by tests/bench/weigh_denials.py."""

WEIGHTS = {
'''
UNLEARNED = {"held", "check", "unread"}

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
            for one in row["denials"]
        ]
        part = row.get("part", "")
        hand = part or (row["id"].split("-")[0] if path.parent == OWN else "bench")
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


def real() -> Iterator[Item]:
    """Real texts that nobody has labelled."""
    rows = json.loads((BENCH / "cyrillic" / "truth.json").read_text("utf-8"))
    rows += json.loads((BENCH / "reading" / "truth.json").read_text("utf-8"))[:: ONE_IN["reading"]]
    for name in ("rupairs_docs", "ecb_docs", "neardup_docs"):
        lines = gzip.decompress((BENCH / "matching" / f"{name}.jsonl.gz").read_bytes()).decode().splitlines()
        rows += map(json.loads, lines[:: ONE_IN[name]])
    for row in rows:
        text = f"{row.get('title') or ''}\n\n{row['text'] or ''}".strip()[:LENGTH]
        language = "uk" if re.search("[іїєґ]", text) else "ru" if re.search("[а-я]", text) else "en"
        yield Item(REAL, language, text, [])


def pairs_of(item: Item) -> Iterator[tuple[Signs, bool]]:
    """Each pair that comes into question, with its signs and whether it is one."""
    claims = Claims(item.text, item.language, item.said)
    for i, sentence in enumerate(claims.sentences):
        if not contradicting.may_contradict(sentence):
            continue
        whole = (sentence.start, sentence.end)
        if any(of[0] < whole[1] and whole[0] < of[1] and meets(denial, whole) for of, denial, _ in item.denials):
            continue  # what it denies it says itself, and no other claim is asked for
        denier = denier_of(claims, i)
        for k, claim in candidates(claims, denier):
            signs = {sign: float(much) for sign, much in signs_of(claims, claim, denier, k).items() if much}
            if not signs:
                continue
            met = [optional for of, denial, optional in item.denials if meets(of, claim.span) and meets(denial, whole)]
            if not any(met) and not (item.hand == REAL and denier.by_word):
                yield signs, bool(met)


Table = tuple[dict[str, float], float]
CONSTANT = ""
IN_USE: Table = (contradicting.WEIGHTS, contradicting.ENOUGH)


def learned(rows: Sequence[tuple[Signs, bool]]) -> Table:
    """The weights and what is enough, rounded as they stand in the table."""
    start = {**IN_USE[0], CONSTANT: enough(LIKELIHOOD, IN_USE[1])}
    found = regression(
        [{CONSTANT: 1.0, **signs} for signs, _ in rows], [label for _, label in rows], strength=STRENGTH, start=start
    )
    least = round(enough(LIKELIHOOD, found.pop(CONSTANT)), 2)
    return {sign: round(weight, 2) for sign, weight in found.items() if abs(weight) >= LEAST}, least


def use(table: Table) -> None:
    contradicting.WEIGHTS, contradicting.ENOUGH = table


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


def main(*, write: bool, held: bool) -> None:
    files = [*sorted(OWN.glob("denials_*.jsonl")), BENCH / "trace" / "denials.jsonl"]
    items = [item for path in files for item in labelled(path)]
    hands = list(dict.fromkeys(item.hand for item in items))
    texts = list(real())
    items += [*of_the_press(), *ordinary()]
    rows = [(item.hand, pair) for item in items if item.learned for pair in pairs_of(item)]
    other, counted = ([pair for item in some for pair in pairs_of(item)] for some in (texts[::2], texts[1::2]))
    for hand in [] if write else hands:
        of_hand = [item for item in items if item.hand == hand]
        if hand != "held" or held:
            use(IN_USE)
            print(f"{hand}: {figures(of_hand)}", flush=True)
        if any(item.learned for item in of_hand):
            use(learned([*(pair for of, pair in rows if of != hand), *other, *counted]))
            print(f"{hand}, by weights of the others: {figures(of_hand)}", flush=True)
    if not write:
        use(learned([*(pair for _, pair in rows), *other]))
        print(f"{REAL}, by weights of the others: {figures(texts[1::2])}")
        return
    weights, least = learned([*(pair for _, pair in rows), *other, *counted])
    lines = (f'    "{sign}": {weight},\n' for sign, weight in sorted(weights.items(), key=lambda one: (-one[1], one[0])))
    WEIGHTS.write_text(f"{HEADER}{''.join(lines)}}}\nENOUGH = {least}\n", "utf-8")


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:], held="--held" in sys.argv[1:])
