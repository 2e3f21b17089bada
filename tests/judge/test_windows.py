"""The least windows in which words stand, against trying every choice of places."""

import re
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.judge.query import Record, compile_query
from monitor.judge.windows import least_windows

places = st.lists(st.lists(st.integers(0, 9), unique=True, max_size=5).map(sorted), min_size=1, max_size=4)


def every_window(of_words: list[list[int]], reach: int) -> list[tuple[int, int]]:
    """The first and last place of each least window, by trying all there is."""
    full = {
        (min(chosen), max(chosen))
        for chosen in product(*of_words)
        if len(set(chosen)) == len(chosen) and max(chosen) - min(chosen) < reach
    }
    return sorted(w for w in full if not any(o != w and w[0] <= o[0] and o[1] <= w[1] for o in full))


# One place serves two words, and each must have its own; the least window is not that of the first word's first place.
@example([[0, 3], [3], [0, 3, 4]], 5)
@example([[1, 4], [0, 3], [2, 5]], 4)
@given(places, st.integers(1, 10))
@settings(max_examples=1_000)
def test_the_least_windows_are_those_that_trying_everything_finds(of_words: list[list[int]], reach: int) -> None:
    found = least_windows(of_words, reach)
    assert [(taken[0], taken[-1]) for taken in found] == every_window(of_words, reach)
    choices = {tuple(sorted(chosen)) for chosen in product(*of_words)}
    assert all(taken in choices for taken in found)
    assert all(len(set(taken)) == len(of_words) for taken in found)


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ('"паводок река мост"~2', "реки и паводок и реки мосту", ["реки мосту"]),  # three words within a window
        ('"паводок река"~1', "река и и паводок река", ["паводок река"]),  # the nearest and not the first
        ('"паводок паводок"~3', "паводок и мост", None),  # one place is not two words
        ('"паводок паводок"~3', "паводок и паводок", ["паводок", "паводок"]),
        ('"паводок пав*"~3', "паводок и мост", None),
        ('"паводок пав*"~3', "паводка и паводок", ["паводка", "паводок"]),
    ],
)
def test_a_phrase_in_any_order_finds_its_least_window(query: str, text: str, words: list[str] | None) -> None:
    spans = compile_query(query).matches(Record(title="", text=text))
    found = None if spans is None else [text[span.start : span.end] for span in spans]
    assert found is None if words is None else found is not None and found[-len(words) :] == words


WORDS = ("дом", "сад", "лес")


def beside(sentences: list[list[str]], left: str, operator: str, right: str, between: int) -> set[int]:
    """The places of the words that belong to a match, by trying every pair."""
    placed = [(word, number) for number, words in enumerate(sentences) for word in words]
    found = set()
    for at, (word, number) in enumerate(placed):
        if word == left:
            others = [o for o, (other, _) in enumerate(placed) if other == right and o != at]
            if operator == "SENTENCE":
                found |= {(at, other) for other in [o for o in others if placed[o][1] == number][:1]}
            else:
                found |= {(at, other) for other in [o for o in others if at < o <= at + between + 1][:1]}
                before = [o for o in others if at - between - 1 <= o < at][-1:]
                found |= {(at, other) for other in before if operator == "NEAR"}
    return {at for pair in found for at in pair}


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=3),
    st.sampled_from(WORDS),
    st.sampled_from(("NEAR", "BEFORE", "SENTENCE")),
    st.sampled_from(WORDS),
    st.integers(0, 3),
)
@example([["сад", "дом", "лес", "сад"]], "дом", "SENTENCE", "сад", 0)  # the first, and not the nearest or the last
@example([["лес", "сад"], ["сад", "дом"]], "дом", "SENTENCE", "сад", 0)
@example([["дом", "дом", "дом"]], "дом", "SENTENCE", "дом", 0)
@example([["сад", "лес", "лес", "дом", "лес", "лес", "сад"]], "дом", "NEAR", "сад", 2)
@example([["сад", "сад", "дом", "сад", "сад"]], "дом", "NEAR", "сад", 3)
@settings(max_examples=300)
def test_neighbours_are_those_that_trying_every_pair_finds(
    sentences: list[list[str]], left: str, operator: str, right: str, between: int
) -> None:
    text = "\n".join(" ".join(words) for words in sentences)
    how = operator if operator == "SENTENCE" else f"{operator}/{between}"
    spans = compile_query(f"{left} {how} {right}").matches(Record(title="", text=text))
    in_text = [span for span in spans or [] if span.field == "text"]
    places = {at // 4 for span in in_text for at in range(span.start, span.end, 4)}
    assert places == beside(sentences, left, operator, right, between)


def over_ends(paragraphs: list[list[list[str]]], left: list[str], right: list[str], between: int) -> set[int]:
    """The places of the words that SENTENCE/n finds: of each sentence the first pair, by trying every one."""
    sentences = [(number, words) for number, paragraph in enumerate(paragraphs) for words in paragraph]
    placed = [(paragraph, number, word) for number, (paragraph, words) in enumerate(sentences) for word in words]
    found: set[int] = set()
    for sentence in range(len(sentences)):
        pairs = [
            (at, abs(number - sentence), other)
            for at, (paragraph, of, word) in enumerate(placed)
            for other, (beside, number, another) in enumerate(placed)
            if of == sentence and paragraph == beside and abs(number - of) <= between
            and word in left and another in right and at != other
        ]  # fmt: skip
        found |= {place for at, _, other in sorted(pairs)[:1] for place in (at, other)}
    return found


any_of = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True)


@given(
    st.lists(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=4), min_size=1, max_size=2),
    any_of,
    any_of,
    st.integers(1, 3),
)
@example([[["дом", "лес", "сад"]]], ["дом", "сад"], ["дом"], 1)  # the first on the left is the only one on the right
@example([[["дом"]], [["сад"]]], ["дом"], ["сад"], 1)
@example([[["сад"], ["лес"], ["дом"], ["сад"]]], ["дом"], ["сад"], 2)
@settings(max_examples=300)
def test_over_ends_of_sentences_those_are_found_that_trying_every_pair_finds(
    paragraphs: list[list[list[str]]], left: list[str], right: list[str], between: int
) -> None:
    text = "\n".join(" ".join(f"{' '.join(words).capitalize()}." for words in paragraph) for paragraph in paragraphs)
    query = f"({' OR '.join(left)}) SENTENCE/{between} ({' OR '.join(right)})"
    spans = compile_query(query).matches(Record(title="", text=text))
    in_text = [span for span in spans or [] if span.field == "text"]
    starts = [word.start() for word in re.finditer(r"\w+", text)]
    places = {place for place, start in enumerate(starts) if any(span.start <= start < span.end for span in in_text)}
    assert places == over_ends(paragraphs, left, right, between)
