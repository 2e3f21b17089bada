"""The gate: it never closes on a page for which judging gives a verdict or a near miss, and it closes on most others."""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.gate import Gate
from monitor.judge.topics import Topic, compile_topic
from monitor.judge.verdict import judge
from monitor.model import NOT_EXTRACTED, Article
from monitor.press.world import load
from monitor.read.article import read_page

NOW = datetime(2026, 5, 20, tzinfo=UTC)
PAGES = Path(__file__).parents[1] / "pages"
_TAGS = ("b", "em", "span", "a", "mark", "i")
_MARKS = ("\u0301", "\u00ad", "\u200b", "")
_AROUND = {
    "nav": "<nav>TEXT</nav>",
    "aside": "<aside>TEXT</aside>",
    "related": '<div class="related-articles">TEXT</div>',
    "linked": '<div class="related"><a href="/n/2">TEXT</a></div>',
    "box": '<div class="newsletter">TEXT</div>',
    "caption": "<figure><img src='1.png'><figcaption>TEXT</figcaption></figure>",
    "another": "<article><h1>Совсем другая новость из соседнего города</h1>TEXT TEXT</article>",
    "table": "<table><tr><td>TEXT</td><td>TEXT</td></tr></table>",
    "footer": "<footer>TEXT</footer>",
    "lead": '<p class="lead">TEXT</p>',
}
"""What stands beside an article, of which reading takes some for its text."""


@pytest.fixture(scope="module")
def gate(topics: Sequence[Topic]) -> Gate:
    return Gate(topics)


def is_judged(topics: Sequence[Topic], article: object) -> bool:
    return isinstance(article, Article) and bool(judge(topics, title=article.title, text=article.text, language=article.language))


def is_closed(article: object) -> bool:
    return isinstance(article, Article) and NOT_EXTRACTED in article.flags


def check(topics: Sequence[Topic], gate: Gate, body: bytes, url: str) -> bool:
    """Whether the gate is closed to a page; never where the page is judged."""
    closed = is_closed(read_page(body, url, "text/html", now=NOW, gate=gate.opens))
    if closed:
        assert not is_judged(topics, read_page(body, url, "text/html", now=NOW)), url
    return closed


def test_no_page_of_the_page_tests_is_lost(topics: Sequence[Topic], gate: Gate) -> None:
    bodies = [(folder / "page.html", json.loads((folder / "source.json").read_text("utf-8"))) for folder in PAGES.iterdir()]
    closed = [check(topics, gate, page.read_bytes(), source["url"]) for page, source in bodies]
    assert sum(closed) > 10


@pytest.mark.parametrize("folder", ["cyrillic", "reading"])
def test_no_page_of_real_outlets_is_lost(topics: Sequence[Topic], gate: Gate, folder: str) -> None:
    bench = Path(__file__).parents[3] / "shared" / "bench" / folder
    if not bench.is_dir():
        pytest.skip("the measured pages are not beside the checkout")
    rows = json.loads((bench / "truth.json").read_text("utf-8"))
    for row in rows[:: 1 if folder == "cyrillic" else 25]:
        check(topics, gate, gzip.decompress((bench / row["file"]).read_bytes()), row["url"])


def test_no_article_of_the_press_is_lost(topics: Sequence[Topic], gate: Gate) -> None:
    for entry in load().entries.values():
        piece = entry.first
        if judge(topics, title=piece.title, text=piece.text, language=piece.outlet.language):
            assert gate.opens(f"{piece.title}\n{piece.text}"), piece.title


def test_each_example_of_a_topic_opens_it(topics: Sequence[Topic], gate: Gate) -> None:
    judged = [
        example.text
        for topic in topics
        for example in topic.examples
        if judge([topic], title="", text=example.text, language=example.language)
    ]
    assert len(judged) > 50
    assert [text for text in judged if not gate.opens(text)] == []


def test_each_sentence_that_words_alone_tell_opens_it(topics: Sequence[Topic], gate: Gate) -> None:
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_unseen.jsonl").open(encoding="utf-8")]
    weighed = [
        row["text"]
        for row in rows
        for verdict in judge(topics, title="", text=row["text"], language=row["lang"])
        if ".weighed." in verdict.reasons[0].rule
    ]
    assert len(weighed) > 5
    assert [text for text in weighed if not gate.opens(text)] == []


def _pieces(words: Sequence[str], chance: random.Random) -> Iterator[str]:
    """The words with tags, marks and entities inside, as copy-protection and editors leave them."""
    for word in words:
        cut = chance.randint(0, len(word))
        head, tail = word[:cut], word[cut:]
        match chance.randrange(7):
            case 0:
                tag = chance.choice(_TAGS)
                yield f"<{tag}>{head}</{tag}>{tail}"
            case 1:
                yield head + chance.choice(_MARKS) + tail
            case 2:
                yield "".join(f"&#{ord(letter)};" for letter in word)
            case 3:
                yield chance.choice((f"{word}</p><p>", f"{head}-</p><p>{tail}", f"{head}&shy;<wbr>{tail}"))
            case 4:
                yield f"{word.upper()}<br>"
            case 5:
                yield "".join(chance.choice((letter, f"<b>{letter}</b>", f"{letter}<!-- - -->")) for letter in word)
            case _:
                yield word


@given(seed=st.integers(0, 2**32))
def test_no_generated_page_is_lost(topics: Sequence[Topic], gate: Gate, seed: int) -> None:
    chance = random.Random(seed)
    examples = [example.text for topic in topics for example in topic.examples]
    sentences = [" ".join(_pieces(chance.choice(examples).split(), chance)) for _ in range(chance.randint(1, 4))]
    filling = "<p>Город готовится к паводку, и берег укрепляют мешками с песком уже третий день подряд.</p>"
    place = chance.choice(("text", "json", "noscript", *_AROUND))
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    node: dict[str, object] = {"@type": "NewsArticle", "headline": "Вода поднимается", "datePublished": "2026-05-18T10:00:00Z"}
    if place == "json":
        node["articleBody"] = text * 3
    head = f'<title>Вода поднимается</title><script type="application/ld+json">{json.dumps(node)}</script>'
    shown = {"text": f"<div>{text}</div>", "json": "", "noscript": f"<noscript>{text * 8}</noscript>"}.get(place, "")
    around = _AROUND.get(place, "").replace("TEXT", text)
    page = (
        f"<html><head>{head}</head><body><article><h1>Вода поднимается</h1>{filling}{shown}"
        f"{chance.choice((around, ''))}</article>{around}</body></html>"
    )
    check(topics, gate, page.encode(), "https://zarya.example/n/1")


_PAGE = (
    '<html lang="ru"><title>Мост починили</title><meta property="og:type" content="article"><meta name="author" content="Анна'
    ' Мурова"><meta property="article:published_time" content="2026-05-18T10:00:00+03:00"><body><article><h1>Мост починили</h1>'
    "<p>Мост через реку открыли утром, и автобусы снова ходят по старому пути.</p></article>{around}</body></html>"
)


@pytest.mark.parametrize(
    "around",
    [
        '<div class="related-articles"><a href="/n/2">Военкомат вручил повестки сорока жителям</a></div>',
        '<p>Читайте также: <a href="/n/2">Военкомат вручил повестки сорока жителям</a></p>',
        '<div class="newsletter">Военкомат вручил повестки сорока жителям: подпишитесь на рассылку.</div>',
        "<figure><img src='1.png'><figcaption>Военкомат вручил повестки сорока жителям</figcaption></figure>",
        "<p>Подписывайтесь на наш канал: <a href='https://t.me/zarya'>военкомат вручил повестки сорока жителям</a></p>",
    ],
)
def test_what_stands_around_an_article_does_not_open_it(topics: Sequence[Topic], gate: Gate, around: str) -> None:
    asked: list[str] = []

    def opens(text: str) -> bool:
        asked.append(text)
        return gate.opens(text)

    url = "https://zarya.example/n/1"
    body = _PAGE.format(around=around).encode()
    assert read_page(body, url, now=NOW, gate=opens) == read_page(_PAGE.format(around="").encode(), url, now=NOW, gate=gate.opens)
    assert len(asked) == 2, "the first gate was open"
    check(topics, gate, body, url)


def test_a_word_that_is_broken_at_the_end_of_a_line_opens_it() -> None:
    asked = Gate([topic("паводок")])
    assert asked.opens("Ждут павод-\nСоседняя статья\nка на реке")
    assert not asked.opens("Ждут погоды -\nСоседняя статья")


def test_a_closed_page_has_its_title_and_date_and_nothing_else(gate: Gate) -> None:
    page = (
        '<title>Мост починили</title><meta property="og:type" content="article"><meta name="author" content="Анна Мурова">'
        '<meta property="article:published_time" content="2026-05-18T10:00:00+03:00">'
        "<h1>Мост починили</h1><p>Мост через реку открыли утром, и автобусы снова ходят по старому пути.</p>"
    )
    article = read_page(page.encode(), "https://zarya.example/n/1", now=NOW, gate=gate.opens)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.links, article.authors) == ("Мост починили", "", (), ())
    assert article.published == datetime(2026, 5, 18, 7, tzinfo=UTC)
    assert article.flags == (NOT_EXTRACTED,)
    assert article.language == "ru"


@pytest.mark.parametrize("lacks", ["og:type", "article:published_time", "<title>"])
def test_what_does_not_declare_itself_an_article_is_read(gate: Gate, lacks: str) -> None:
    page = (
        '<title>Мост починили</title><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-05-18T10:00:00+03:00">'
        "<p>Мост через реку открыли утром, и автобусы снова ходят по старому пути.</p>"
    )
    assert not is_closed(read_page(page.replace(lacks, "other").encode(), "https://zarya.example/n/1", now=NOW, gate=gate.opens))


def topic(query: str) -> Topic:
    return compile_topic({"id": "floods", "title": {"en": "Floods", "ru": "Паводки", "uk": "Повені"}, "query": query})


@pytest.mark.parametrize(
    ("query", "text", "is_open"),
    [
        ("паводок", "О паводках", True),
        ("паводок", "О дорогах", False),
        ('"большая вода"', "Пришла большая вода", True),
        ('"большая вода"', "Вода стала большой", False),
        ('"большая вода"', "Совсем большая\nСоседняя статья\nВода стоит", True),
        ('"большая вода"', "Совсем большая\nСтоит вода", False),
        ("вода SENTENCE берег", "Вода\nБерег", False),
        ("вода SENTENCE берег", "Берег и вода", True),
        ('"большая вода"', "Вода", False),
        ("вода AND берег", "Вода у берега", True),
        ("вода AND берег", "Берег", False),
        ("вода NOT берег", "Вода у берега", True),
        ("павод*", "Предпаводковый", False),
        ("павод*", "Паводковый", True),
        ("вода NEAR/3 (берег OR мост)", "Мост\nЗа ним далеко внизу\nВода", True),
        ("вода NEAR/3 (берег OR мост)", "Мост, а за ним далеко внизу вода", False),
        ("вода NEAR/3 (берег OR мост)", "Мост стоит\nГде текла вода", True),
        ("вода NEAR/3 (берег OR мост)", "Мост стоит там\nГде текла вода", False),
        ('"вода берег"~2', "Вода\nБерег", True),
        ("(вода NEAR/2 мост) SENTENCE река", "Вода у моста через реку", True),
        ("(вода NEAR/2 мост) SENTENCE река", "Вода у моста\nРека", False),
        ("вода NEAR/3 (берег OR мост)", "Вода", False),
    ],
)
def test_the_gate_asks_what_the_rules_need(query: str, text: str, *, is_open: bool) -> None:
    assert Gate([topic(query)]).opens(text) == is_open


def test_the_version_is_of_the_rules_alone() -> None:
    one, same, other = (Gate([topic(query)]).version for query in ("паводок OR вода", "паводок OR вода", "паводок"))
    assert one == same
    assert one != other
