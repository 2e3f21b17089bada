"""Learns the words that are evidence together, and writes them at the end of data/topics/summons.toml.

    python tests/bench/weigh_words.py [--write]

A logistic regression tells the sentences of tests/judge/judging_*.jsonl that are of the beat, in whatever country, from those
that are not, from tests/judge/ordinary.jsonl, from the press's articles of other matters, and from real texts of other matters in
../shared/bench, which are only counted. What a rule judges there is left out. Sentences
that are held back are not looked at. Names of countries, places and leaders weigh nothing: all news of a country has them.
Without --write it prints what the topics say of each file with weights learned from the others: every file is of another writer.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from weighing import enough, regression

from monitor.judge.countries import cues_of, lexicon_nodes
from monitor.judge.document import Document, vocabulary
from monitor.judge.places import find_places
from monitor.judge.topics import LANGUAGES, Topic
from monitor.judge.verdict import judge
from monitor.judge.weighing import FEWEST as FEWEST_WORDS
from monitor.judge.weighing import MOST, Weights, beginnings
from monitor.newsroom.catalogue import load
from monitor.press.load import load_world
from monitor.press.truth import load_truth
from monitor.press.world import load as load_press

CHECKOUT = Path(__file__).resolve().parents[2]
BENCH = CHECKOUT.parent / "shared" / "bench"
CATALOGUE = load(CHECKOUT / "data")
GAZETTEER = CATALOGUE.gazetteer
CUES = {language: vocabulary(lexicon_nodes(language)) for language in LANGUAGES}
TOPIC = CHECKOUT / "data" / "topics" / "summons.toml"
COMPILED = CATALOGUE.topics
SETS = next(topic.sets for topic in COMPILED if topic.id == TOPIC.stem)
MARK = "\n# Words that are evidence together"
HEADER = """\
# Words that are evidence together, where no rule of any topic finds some: docs/judging.md says how. Written by
# tests/bench/weigh_words.py, not by hand. A line is a weight and what has it: the first four letters of a word, or the first six.
"""
STRENGTH = 1.0
"""What an error counts beside the squares of the weights: with half of it as much is found, at the same LIKELIHOOD."""
LIKELIHOOD = 0.75
"""Of being of the beat, from which words are evidence."""
ONE_IN = {"ru": 8, "uk": 1, "en": 4}
"""Of so many real texts one is learned from: some two thousand a language are enough, and of Ukrainian ones there are few."""
FEWEST = 2
"""Labelled sentences that have a word: one alone is its writer's."""
LEAST = 0.1
LEARNED_SINCE = {"judging_fresh"}
"""Files of which rules were learned from all, also from what had been held back."""
CHECKED = {"judging_outsiders"}
"""Files that nothing is learned from: with these words English texts of other matters are taken."""

Row = Mapping[str, Any]


def weights_of(rows: Sequence[Row]) -> dict[str, tuple[float, dict[str, float]]]:
    """By language: the sum that is enough, and what each beginning of a word weighs, and each set.

    One regression learns all: a beginning is a feature of its language alone, a set is the same in all three.
    """
    counts = Counter((row["language"], begin) for row in rows if row["writer"] for begin in row["begins"])
    everywhere = Counter((row["language"], begin) for row in rows for begin in row["begins"])
    as_names = Counter((row["language"], begin) for row in rows for begin in row["names"])
    known = {begin for begin, count in counts.items() if count >= FEWEST and 2 * as_names[begin] < everywhere[begin]}
    weights = regression([_features(row, known) for row in rows], [row["of_beat"] for row in rows], strength=STRENGTH)
    found = {}
    for language in LANGUAGES:
        own = {what.partition(" ")[2]: weight for what, weight in weights.items() if what.startswith((f"{language} ", "all "))}
        least = enough(LIKELIHOOD, own.pop("", 0))
        found[language] = round(least, 1), {what: round(w, 1) for what, w in own.items() if abs(w) >= LEAST}
    return found


def _features(row: Row, known: Collection[tuple[str, str]]) -> dict[str, int]:
    language = row["language"]
    begins = [f"{language} {begin}" for begin in row["begins"] if (language, begin) in known]
    return dict.fromkeys([f"{language} ", *begins, *(f"all {name}" for name in row["sets"])], 1)


def labelled() -> list[Row]:
    rows = []
    for path in sorted((CHECKOUT / "tests" / "judge").glob("judging_*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            if row.get("part") != "held" or path.stem in LEARNED_SINCE:
                of_beat = row["label"] != "irrelevant"
                row |= {"writer": path.stem, "language": row["lang"], "of_beat": of_beat}
                rows.append(row | begins(row["text"], row["lang"]))
    return rows


def ordinary() -> Iterator[Row]:
    """Titles and leads of ordinary news of the army, borders, crime and the like."""
    for line in (CHECKOUT / "tests" / "judge" / "ordinary.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for field in ("title", "text"):
            yield {"language": row["lang"], "text": row[field]}


def of_the_press() -> Iterator[Row]:
    """The title and the first paragraphs of each article that is not of the beat."""
    written = load_press()
    pieces = [written.entries[truth.article].first for truth in load_truth(written) if not truth.relevant]
    made = load_world(20, 20)
    pieces += [made.piece(outlet, number) for outlet in range(20) for number in range(20) if not made.is_relevant(outlet, number)]
    for piece in pieces:
        for stretch in (piece.title, *piece.text.split("\n")[:3]):
            yield {"language": piece.outlet.language, "text": stretch}


def real() -> Iterator[Row]:
    """The title and the first paragraphs of real texts of all matters, which nobody has labelled; once where they are in many."""
    texts = []
    for path in sorted((BENCH / "matching").glob("*.jsonl.gz")):
        if path.name.endswith(("_docs.jsonl.gz", "posts_ru.jsonl.gz")) and path.name != "crosslang_docs.jsonl.gz":  # of the beat
            texts += [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().split("\n") if line]
    texts += [row for name in ("reading", "cyrillic") for row in json.loads((BENCH / name / "truth.json").read_text("utf-8"))]
    texts += [json.loads(line) for line in (BENCH / "attribution" / "polnear.jsonl").read_text("utf-8").splitlines()]
    stretches = chain.from_iterable((row.get("title") or "", *(row["text"] or "").split("\n")[:3]) for row in texts)
    for text in dict.fromkeys(" ".join(stretch.split()[:MOST]) for stretch in stretches):
        language = "uk" if re.search("[іїєґ]", text) else "ru" if re.search("[а-я]", text) else "en"
        if text.count(" ") >= FEWEST_WORDS - 1 and zlib.crc32(text.encode()) % ONE_IN[language] == 0:
            yield {"language": language, "text": text}


def begins(text: str, language: str) -> dict[str, set[str]]:
    """The beginnings of a text's words, and of those among them that are names and other cues of a country."""
    document = Document(CUES[language], title=text, text="")
    at = {
        at
        for cue in cues_of(document, find_places(GAZETTEER, title=text, text="", language=language), language)
        for at in cue.match
    }
    _, all_words = next(document.head())
    all_words = all_words[:MOST]
    names = [word for number, word in enumerate(all_words) if number in at]
    found = {
        kind: {begin for begin in beginnings(some) if not any(map(str.isdigit, begin))}
        for kind, some in (("begins", all_words), ("names", names))
    }
    return found | {"sets": {name for name, forms in SETS[language].items() if not forms.isdisjoint(all_words)}}


def with_weights(topics: Sequence[Topic], learned: Mapping[str, tuple[float, Mapping[str, float]]]) -> list[Topic]:
    """The topics, of which the one that is written has these weights."""
    weighed = {language: Weights.of(weights, least, SETS[language]) for language, (least, weights) in learned.items()}
    return [replace(topic, weighed=weighed if topic.id == TOPIC.stem else {}) for topic in topics]


def main(*, write: bool) -> None:
    def is_relevant(topics: Sequence[Topic], row: Row) -> bool:
        places = find_places(GAZETTEER, title="", text=row["text"], language=row["language"])
        said = judge(topics, title="", text=row["text"], language=row["language"], places=places)
        return any(verdict.relevant for verdict in said)

    by_rules = with_weights(COMPILED, {})
    rows = labelled()
    learned_from = [row for row in rows if row["writer"] not in CHECKED]
    background: list[Row] = [
        {**row, "writer": "", "of_beat": False} | begins(row["text"], row["language"])
        for row in (*real(), *of_the_press(), *ordinary())
        if not judge(by_rules, title="", text=row["text"], language=row["language"])
    ]
    for writer in () if write else dict.fromkeys(row["writer"] for row in rows):
        learned = weights_of([row for row in learned_from if row["writer"] != writer] + background[::2])
        asked = with_weights(COMPILED, learned)
        counts: defaultdict[tuple[bool, bool], int] = defaultdict(int)
        for row in rows:
            if row["writer"] == writer:
                counts[row["label"] == "relevant", is_relevant(asked, row)] += 1
        right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
        taken = sum(is_relevant(asked, row) for row in background[1::2])
        print(
            f"{writer}: {right} of {right + missed} found, {wrong} taken wrongly;"
            f" {taken} of {len(background[1::2])} others taken",
            flush=True,
        )
    if not write:
        return
    text = TOPIC.read_text("utf-8").partition(MARK)[0].rstrip("\n") + "\n\n" + HEADER
    for language, (least, weights) in weights_of(learned_from + background).items():
        lines: defaultdict[float, list[str]] = defaultdict(list)
        for begin, weight in weights.items():
            lines[weight].append(begin)
        of_all = "".join(f"{weight} {' '.join(sorted(lines[weight]))}\n" for weight in sorted(lines, reverse=True))
        text += f"[weighed.{language}]\nleast = {least}\nwords = '''\n{of_all}'''\n\n"
    TOPIC.write_text(text.rstrip("\n") + "\n", "utf-8")


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:])
