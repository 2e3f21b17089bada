"""What is a copy of what, and what only looks like one."""

import gzip
import json
import random
import re
import subprocess
import sys
from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import compare, fingerprint, group_copies
from monitor.model import Copy

FOOTER = """\
Подписывайтесь на наш канал и рассказывайте о нём друзьям. Редакция не разделяет мнения авторов. Нашли ошибку, выделите
её и нажмите сочетание клавиш. Сообщить новость можно по телефону редакции или письмом, имя мы сохраним в тайне. Все
права защищены, при перепечатке ссылка обязательна."""


def sentences(text):
    return re.split(r"(?<=\.)\s+", text)


def kind(a, b, a_title="", b_title=""):
    copy = compare("a", a_title, a, "b", b_title, b)
    return copy and copy.kind


def share_a_band(a, b):
    return bool(set(fingerprint("", a).bands) & set(fingerprint("", b).bands))


def test_one_text_is_an_exact_copy_whatever_its_marks(articles):
    for text in articles:
        assert kind(text, text.upper().replace("\n", "  ").replace("ё", "е")) == "exact"
        assert fingerprint("", text).digest == fingerprint("", text.replace(". ", " —\n")).digest


def test_one_text_under_another_title_is_a_headline_copy(articles):
    assert kind(articles[0], articles[0], "Обход общежитий", "Студентам вручили повестки") == "headline"
    assert kind(articles[0], articles[0], "Обход общежитий", "обход  ОБЩЕЖИТИЙ") == "exact"
    assert kind(articles[0], articles[0], "Обход общежитий", "") == "exact"


def test_small_changes_leave_a_near_copy(articles):
    for text in articles:
        words = text.split()
        lossy = " ".join(w for i, w in enumerate(words) if i % 25)
        wrapped = f"ЗАРЕЧЬЕ, 18 мая — Полдень. {text} Об этом сообщает агентство «Полдень»."
        releaded = " ".join(["Утро в городе началось с тревоги, передаёт наш корреспондент.", *sentences(text)[1:]])
        for other in (lossy, wrapped, releaded):
            assert kind(text, other) == "near"
            assert share_a_band(text, other)


def test_a_text_that_lost_its_end_is_a_cut_copy(articles):
    for text in articles:
        said = sentences(text)
        half = " ".join(said[: len(said) * 6 // 10])
        assert kind(text, half) == "cut"
        assert share_a_band(text, half)


def test_other_articles_are_no_copies(articles):
    assert [kind(a, b) for a, b in combinations(articles, 2)] == [None] * 3
    assert not any(share_a_band(a, b) for a, b in combinations(articles, 2))


def test_a_shared_footer_makes_no_copy_however_short_the_article(articles):
    for keep in (2, 3, 4, 8):
        short = [" ".join([*sentences(a)[:keep], FOOTER]) for a in articles]
        assert [kind(a, b) for a, b in combinations(short, 2)] == [None] * 3


def test_a_shared_header_makes_no_copy(articles):
    short = [" ".join([FOOTER, *sentences(a)[:3]]) for a in articles]
    assert [kind(a, b) for a, b in combinations(short, 2)] == [None] * 3


def test_a_digest_of_three_articles_joins_none_of_them(articles):
    digest = "\n".join(articles)
    longest = max(articles, key=len)
    assert [kind(a, digest) for a in articles if a != longest] == [None, None]


@pytest.mark.parametrize("text", ["", "Читать далее", "ЗАРЕЧЬЕ, 18 мая — Полдень."])
def test_a_text_that_says_nothing_is_a_copy_only_under_one_title(text):
    assert kind(text, text, "Рейд в Заречье", "Суд в Белоозёрске") is None
    assert kind(text, text, "Рейд в Заречье", "Рейд в Заречье") == ("exact" if text else None)
    assert share_a_band(text, text)
    assert fingerprint("Рейд", text).bands != fingerprint("Суд", text).bands


def test_a_sketch_is_the_same_in_another_process(articles):
    code = "import sys; from monitor.match import fingerprint; print(fingerprint('', sys.argv[1]))"
    other = subprocess.run([sys.executable, "-c", code, articles[0]], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(fingerprint("", articles[0]))


def test_bands_fit_a_database_s_integer(articles):
    assert all(-(2**63) <= band < 2**63 for a in [*articles, "коротко"] for band in fingerprint("", a).bands)


WORDS = """повестка рейд военкомат студент суд жалоба город утро список комиссия врач адвокат часть завод письмо окно"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), max_size=60).map(" ".join)


@given(TEXTS, TEXTS, st.sampled_from(["", "а"]), st.sampled_from(["", "а", "б"]))
def test_comparing_is_symmetric(a, b, a_title, b_title):
    assert compare("x", a_title, a, "y", b_title, b) == compare("y", b_title, b, "x", a_title, a)


@given(st.integers(123, 200))  # words; what is shared is then longer than a footer
def test_a_copy_keeps_two_thirds_of_the_text(kept):
    said, own = ([f"{word}{i}" for i in range(200)] for word in ("слово", "иное"))
    is_copy = kind(" ".join(said), " ".join(said[:kept] + own[kept:])) is not None
    assert is_copy == ((kept - 2) / 198 >= 0.65)


@given(st.integers(0, 2**32))
def test_texts_that_share_four_fifths_always_meet_in_a_band(seed):
    rnd = random.Random(seed)
    said = [f"слово{rnd.randrange(10**6)}" for _ in range(rnd.randrange(60, 300))]
    assert share_a_band(" ".join(said), " ".join(said[: -len(said) // 10]))


EDGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda e: e[0] != e[1]), max_size=30)


@given(EDGES, st.randoms())
def test_groups_do_not_depend_on_order_and_are_named_by_their_least_member(edges, rnd):
    copies = [Copy(f"{min(e):02}", f"{max(e):02}", "near", 0.9) for e in edges]
    groups = group_copies(copies)
    rnd.shuffle(copies)
    assert group_copies(copies) == groups
    assert all(groups[c.a] == groups[c.b] for c in copies)
    for name in set(groups.values()):
        assert name == min(member for member, group in groups.items() if group == name)


def test_groups_join_copies_of_copies():
    chain = [Copy("b", "c", "near", 0.9), Copy("a", "b", "cut", 0.9), Copy("x", "y", "exact", 1.0)]
    for order in permutations(chain):
        assert group_copies(order) == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"}


def test_no_copies_no_groups():
    assert group_copies([]) == {}


@pytest.mark.shared
def test_real_texts_with_one_footer_are_hardly_ever_taken_for_copies(shared):
    with gzip.open(shared / "bench" / "matching" / "neardup_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    said = [row["text"].split() for row in rows if row["id"].endswith("#base")]
    rnd = random.Random(1)
    for length, footer in product((30, 50, 80, 130), (30, 60, 100)):
        taken = 0
        for _ in range(100):
            one, other, last = rnd.sample(said, 3)
            end = last[:footer]
            taken += kind(" ".join(one[:length] + end), " ".join(other[:length] + end)) is not None
        assert taken <= 10
