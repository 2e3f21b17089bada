"""Positions as the bits of a number: what tells of most rules that they do not hold must hold wherever they do."""

import random
from collections.abc import Iterator

import pytest

from monitor.judge.document import TITLE, Document, vocabulary
from monitor.judge.nodes import EVERYWHERE, Node
from monitor.judge.syntax import parse

_WORDS = ("дом", "сад", "лес", "река", "дома", "садов", "рубить", "строить", "1942", "и", "не")

_QUERIES = (
    "дом", "=дом", "*ить", "19?? OR *ить OR до*", '"дом сад"', '"в дом *ить"', '"дом сад лес"~3', "дом NEAR/2 сад",
    "дом BEFORE/0 сад", "(дом OR сад) BEFORE/3 (*ить OR лес)", "(дом NEAR/1 сад) NEAR/4 (лес OR река)", "дом SENTENCE лес",
    "сад SENTENCE сад",
    "дом SENTENCE/1 лес", "дом SENTENCE/1 сад SENTENCE/1 лес", "сад SENTENCE/2 сад",
    '("дом сад" OR лес) SENTENCE (река OR "и не")', "дом AND NOT лес", "title:дом", "lead:(дом OR *ить)",
    "text:(дом NEAR/2 сад)", "lang:ru", "lang:uk OR дом", "date:>=2026-01-01 OR дом", "дом OR NOT сад", "lang:ru AND дом",
    "NOT (дом SENTENCE сад)",
)  # fmt: skip


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from nodes(part)


def articles(count: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(5)
    for _ in range(count):
        written = [chance.choice(_WORDS) + chance.choice(["", "", "", ".", "?\n"]) for _ in range(chance.randrange(1, 40))]
        yield " ".join(written[:3]), " ".join(written[3:]).replace(". ", ". И ")


@pytest.mark.parametrize("query", _QUERIES)
def test_every_match_lies_where_its_node_may_hold(query: str) -> None:
    whole = parse(query)
    held = 0
    for title, text in articles(60):
        document = Document(vocabulary([whole]), title=title, text=text, attributes={"lang": ("ru",)})
        for masked in (), range(2, 130, 5):
            document.mask(masked)
            for node in nodes(whole):
                where = node.where(document)
                found = node.find(document)
                assert found is None or where
                assert all(where >> at & 1 for match in found or () for at in match)
                held += found is not None
    assert held


@pytest.mark.parametrize("times", [1, 400])
def test_a_word_stands_at_the_same_positions_in_a_short_text_and_in_a_long_one(times: int) -> None:
    node = parse("дом")
    document = Document(vocabulary([node]), title="", text="Дом и сад. Не дома. " * times)
    found = [match[0] for match in node.find(document) or ()]
    assert len(found) == 2 * times
    assert node.where(document) == sum(1 << at for at in set(found))


def test_sentences_end_at_their_last_word() -> None:
    document = Document({}, title="Дом и сад", text="Дом и сад. Лес не дом!\nРека")
    start = document.extent("text")[0]
    for number, end in (TITLE, start - 1), (1, start + 2), (2, start + 5), (3, start + 6):
        for at in document.sentence_positions(number):
            assert document.ends(1 << at) == 1 << end
    assert document.ends(1 << start | 1 << start + 1 | 1 << start + 6) == 1 << start + 2 | 1 << start + 6
    assert document.ends(0) == 0


def test_what_holds_by_no_word_holds_everywhere() -> None:
    document = Document({}, title="", text="дом", attributes={"lang": ("ru",)})
    assert parse("lang:ru").where(document) == EVERYWHERE
    assert parse("lang:uk").where(document) == 0
