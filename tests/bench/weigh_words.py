"""Learns the words that are evidence together, and writes them at the end of data/topics/summons.toml.

    pip install --target FOLDER scikit-learn==1.9.1; PYTHONPATH=FOLDER python tests/bench/weigh_words.py BACKGROUND...

A logistic regression tells the sentences of tests/judge/judging_*.jsonl that are of the beat, in whatever country, from those
that are not, from tests/judge/ordinary.jsonl, from the press's articles of other matters, and from
BACKGROUND: files of JSON Lines with `language` and `text`, of other matters too. What a rule judges there is left out. Sentences
that are held back are not looked at. Names of countries, places and leaders weigh nothing: all news of a country has them.
First it prints what the topics say of each file with weights that were learned from the others: every file is of another writer.
"""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.judge import compile_topic, find_places, judge
from monitor.judge.countries import cues_of, lexicon_nodes
from monitor.judge.document import Document, vocabulary
from monitor.judge.topics import LANGUAGES, Topic
from monitor.judge.weighing import Weights, beginnings
from monitor.newsroom.catalogue import load
from monitor.press.load import load_world
from monitor.press.truth import load_truth
from monitor.press.world import load as load_press

CHECKOUT = Path(__file__).resolve().parents[2]
GAZETTEER = load(CHECKOUT / "data").gazetteer
CUES = {language: vocabulary(lexicon_nodes(language)) for language in LANGUAGES}
TOPIC = CHECKOUT / "data" / "topics" / "summons.toml"
COMPILED = [compile_topic(tomllib.loads(path.read_text("utf-8"))) for path in sorted(TOPIC.parent.glob("*.toml"))]
SETS = next(topic.sets for topic in COMPILED if topic.id == TOPIC.stem)
MARK = "\n# Words that are evidence together"
HEADER = """\
# Words that are evidence together, where no rule of any topic finds some: docs/judging.md says how. Written by
# tests/bench/weigh_words.py, not by hand. A line is a weight and what has it: the first four letters of a word, or the first six.
"""
STRENGTH = 1.0
"""The regression's C: with a third of it as much is found, at a lower LIKELIHOOD."""
LIKELIHOOD = 0.75
"""Of being of the beat, from which words are evidence."""
NEAR = 2
"""As many times as background counts what is near the beat, and is not of it."""
FEWEST = 2
"""Labelled sentences that have a word: one alone is its writer's."""
LEAST = 0.1
LEARNED_SINCE = {"judging_fresh"}
"""Files of which rules were learned from all, also from what had been held back."""

Row = Mapping[str, Any]


def weights_of(rows: Sequence[Row]) -> dict[str, tuple[float, dict[str, float]]]:
    """By language: the sum that is enough, and what each beginning of a word weighs, and each set.

    One regression learns all: a beginning is a feature of its language alone, a set is the same in all three.
    """
    counts = Counter((row["language"], begin) for row in rows if row["writer"] for begin in row["begins"])
    everywhere = Counter((row["language"], begin) for row in rows for begin in row["begins"])
    as_names = Counter((row["language"], begin) for row in rows for begin in row["names"])
    known = {begin for begin, count in counts.items() if count >= FEWEST and 2 * as_names[begin] < everywhere[begin]}
    vectors = DictVectorizer()
    seen = vectors.fit_transform([_features(row, known) for row in rows])
    seen.indices, seen.indptr = seen.indices.astype("int32"), seen.indptr.astype("int32")  # the solver's
    important = [NEAR if row["near"] and not row["of_beat"] else 1 for row in rows]
    model = LogisticRegression(C=STRENGTH, solver="liblinear").fit(seen, [row["of_beat"] for row in rows], important)
    weights = dict(zip(vectors.get_feature_names_out(), model.coef_[0], strict=True))
    found = {}
    for language in LANGUAGES:
        own = {what.partition(" ")[2]: weight for what, weight in weights.items() if what.startswith((f"{language} ", "all "))}
        enough = math.log(LIKELIHOOD / (1 - LIKELIHOOD)) - model.intercept_[0] - own.pop("", 0)
        found[language] = round(enough, 1), {what: round(w, 1) for what, w in own.items() if abs(w) >= LEAST}
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
                row |= {"writer": path.stem, "language": row["lang"], "of_beat": of_beat, "near": True}
                rows.append(row | begins(row["text"], row["lang"]))
    return rows


def ordinary() -> Iterator[Row]:
    """Titles and leads of ordinary news of the army, borders, crime and the like."""
    for line in (CHECKOUT / "tests" / "judge" / "ordinary.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for field in ("title", "text"):
            yield {"language": row["lang"], "text": row[field], "near": True}


def of_the_press() -> Iterator[Row]:
    """The title and the first paragraphs of each article that is not of the beat."""
    written = load_press()
    pieces = [written.entries[truth.article].first for truth in load_truth(written) if not truth.relevant]
    made = load_world(20, 20)
    pieces += [made.piece(outlet, number) for outlet in range(20) for number in range(20) if not made.is_relevant(outlet, number)]
    for piece in pieces:
        for stretch in (piece.title, *piece.text.split("\n")[:3]):
            yield {"language": piece.outlet.language, "text": stretch}


def begins(text: str, language: str) -> dict[str, set[str]]:
    """The beginnings of a text's words, and of those among them that are names and other cues of a country."""
    document = Document(CUES[language], title=text, text="")
    at = {
        at
        for cue in cues_of(document, find_places(GAZETTEER, title=text, text="", language=language), language)
        for at in cue.match
    }
    _, all_words = next(document.head())
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


def main(paths: Sequence[Path]) -> None:
    def is_relevant(topics: Sequence[Topic], row: Row) -> bool:
        places = find_places(GAZETTEER, title="", text=row["text"], language=row["language"])
        said = judge(topics, title="", text=row["text"], language=row["language"], places=places)
        return any(verdict.relevant for verdict in said)

    by_rules = with_weights(COMPILED, {})
    rows = labelled()
    background = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    background += [*of_the_press(), *ordinary()]
    background = [
        {"near": False} | row | {"writer": "", "of_beat": False} | begins(row["text"], row["language"])
        for row in background
        if not judge(by_rules, title="", text=row["text"], language=row["language"])
    ]
    for writer in dict.fromkeys(row["writer"] for row in rows):
        learned = weights_of([row for row in rows if row["writer"] != writer] + background[::2])
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
    text = TOPIC.read_text("utf-8").partition(MARK)[0].rstrip("\n") + "\n\n" + HEADER
    for language, (least, weights) in weights_of(rows + background).items():
        lines: defaultdict[float, list[str]] = defaultdict(list)
        for begin, weight in weights.items():
            lines[weight].append(begin)
        of_all = "".join(f"{weight} {' '.join(sorted(lines[weight]))}\n" for weight in sorted(lines, reverse=True))
        text += f"[weighed.{language}]\nleast = {least}\nwords = '''\n{of_all}'''\n\n"
    TOPIC.write_text(text.rstrip("\n") + "\n", "utf-8")


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]])
