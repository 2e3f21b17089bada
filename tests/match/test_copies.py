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

from monitor.match import compare, copies, fingerprint, group_copies, kind_of_same

FOOTER = """\
Подписывайтесь на наш канал и рассказывайте о нём друзьям. Редакция не разделяет мнения авторов. Нашли ошибку, выделите
её и нажмите сочетание клавиш. Сообщить новость можно по телефону редакции или письмом, имя мы сохраним в тайне. Все
права защищены, при перепечатке ссылка обязательна."""


def sentences(text):
    return re.split(r"(?<=\.)\s+", text)


def kind(a, b, a_title="", b_title=""):
    if fingerprint(a_title, a).digest == fingerprint(b_title, b).digest:
        return kind_of_same(a_title, b_title) if fingerprint(a_title, a).digest else None
    copy = compare(a, b)
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
    assert not fingerprint("Рейд", text).bands


def test_a_sketch_is_the_same_in_another_process(articles):
    code = "import sys; from monitor.match import fingerprint; print(fingerprint('', sys.argv[1]))"
    other = subprocess.run([sys.executable, "-c", code, articles[0]], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(fingerprint("", articles[0]))


def test_bands_fit_a_database_s_integer(articles):
    assert all(-(2**63) <= band < 2**63 for a in [*articles, "коротко"] for band in fingerprint("", a).bands)


WORDS = """повестка рейд военкомат студент суд жалоба город утро список комиссия врач адвокат часть завод письмо окно"""
TEXTS = st.lists(st.sampled_from(WORDS.split()), max_size=60).map(" ".join)


@given(TEXTS, TEXTS)
def test_comparing_is_symmetric(a, b):
    assert compare(a, b) == compare(b, a)


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


# What release of rensa it was does not matter, as long as it hashes so: signatures are stored, and meet those of later years.
STORED = (
    "96685dcb1a50bb07928c56bfc6263a59aa302c397ad87c1b4b8ed729dab18262",
    "e0d43984696defc08a8395a62049df311d52a1261f8d9ea649497c0c45e85402",
    (6516024097968907641, -289015635542784791, 3956714437540360135),
)


def test_a_signature_is_what_it_was_when_it_was_stored(articles):
    found = fingerprint("", articles[0])
    assert (found.digest, found.signature[:32].hex(), found.bands[:3]) == STORED
    assert len(found.signature) == 126 * 4


def test_an_own_lead_of_one_sentence_leaves_a_copy_and_a_notice_under_two_posts_does_not(articles):
    notice = " ".join(FOOTER.split()[:30])
    raid, court = (sentences(article.replace("\n", " ")) for article in (articles[0], articles[2]))
    body = " ".join([*raid[1:4], raid[6]])  # 45 words, more than any notice has
    assert kind(f"{raid[4]} {body}", f"{court[0]} {body}") == "near"
    assert kind(f"ЗАРЕЧЬЕ, 18 мая. {raid[4]} {body}", f"{court[0]} {body}") == "near"  # behind a dateline
    assert kind(f"{raid[5]} {raid[7]} {body}", f"{court[2]} {court[5]} {body}") is None  # two sentences are a report
    for ours, theirs in ((raid[7], court[5]), (raid[5], court[3])):  # posts of one sentence with one notice
        assert kind(f"{ours} {notice}", f"{theirs} {notice}") is None


@pytest.mark.fault(74)
def test_of_long_texts_the_beginning_is_compared():
    long = " ".join(f"слово{n}" for n in range(20_000))
    assert compare(long, f"{long} и ещё") == ("near", 1.0)
    assert fingerprint("", long).digest != fingerprint("", f"{long} и ещё").digest
    assert fingerprint("", long).bands == fingerprint("", f"{long} и ещё").bands


def test_groups_join_copies_of_copies_and_are_named_by_their_least_member(articles):
    raid, register, _ = articles
    said = sentences(raid)
    chain = [
        ("c", "", raid),
        ("a", "", " ".join(said[:6])),
        ("b", "", " ".join(said[:3])),
        ("z", "", register),
        ("d", "Суд", raid),
    ]
    for order in permutations(chain):
        assert group_copies(order) == dict.fromkeys("abcd", "a")


def test_no_copies_no_groups(articles):
    assert group_copies([]) == {}
    assert group_copies([(f"{number}", "", text) for number, text in enumerate([*articles, "", ""])]) == {}


@st.composite
def variants(draw):
    """Texts that differ from one of three in some words: fewer than a band is asked for, so that all are compared."""
    base = draw(st.integers(0, 2))
    said = [f"слово{base}а{n}" for n in range(60)]
    for at in draw(st.lists(st.integers(0, 59), max_size=12)):
        said[at] = f"иное{at}"
    return " ".join(said[draw(st.integers(0, 15)) :])


@given(st.lists(variants(), max_size=12), st.randoms())
def test_what_is_one_group_does_not_depend_on_the_order_in_which_texts_come(texts, rnd):
    named = [(f"{number:02}", "", text) for number, text in enumerate(texts)]
    numbers = [name for name, *_ in named]
    rnd.shuffle(numbers)
    again = {new: name for new, (name, *_) in zip(numbers, named, strict=True)}
    groups = group_copies(named)
    other = group_copies([(new, "", texts[int(name)]) for new, name in again.items()])
    assert partition(groups) == {frozenset(again[member] for member in group) for group in partition(other)}


def partition(groups):
    return {frozenset(member for member in groups if groups[member] == name) for name in groups.values()}


def test_a_new_text_is_compared_with_few_however_many_are_like_it(monkeypatch):
    """Ten times as many posts cost ten times as many comparisons, and equal ones none."""
    compared = []
    monkeypatch.setattr(copies, "compare", lambda a, b: compared.append(1) or compare(a, b))

    def cost(count, differ):
        compared.clear()
        said = [f"слово{n}" for n in range(60)]
        posts = [(f"{n:05}", "", " ".join([*said, f"отличие{n * differ}"])) for n in range(count)]
        assert set(group_copies(posts).values()) == {"00000"}
        return len(compared)

    assert cost(400, differ=0) == 0
    assert cost(400, differ=1) <= 10.5 * cost(40, differ=1) <= 10.5 * 40


@pytest.mark.fault(74)
def test_unlike_texts_of_one_band_are_compared_with_a_bounded_number(monkeypatch):
    """Two hundred texts that share half of their words each: all are candidates and none is a copy."""
    compared = []
    monkeypatch.setattr(copies, "compare", lambda a, b: compared.append(1) or compare(a, b))
    shared = [f"общее{n}" for n in range(60)]
    posts = [(f"{n:03}", "", " ".join([*shared, *(f"своё{n}а{m}" for m in range(60))])) for n in range(200)]
    assert group_copies(posts) == {}
    assert len(compared) <= 200 * copies.COMPARISONS


def spoken(count, word="слово"):
    return [f"{word}{n}" for n in range(count)]


def test_a_text_of_twenty_words_can_be_a_near_copy_and_one_of_nineteen_cannot():
    for count, bands in ((19, 0), (20, copies.BANDS)):
        text = " ".join(spoken(count))
        assert len(fingerprint("", text).bands) == bands
        assert (compare(text, text) is not None) == bool(bands)


@pytest.mark.parametrize(("kept", "own", "expected"), [
    (319, 0, "cut"),  # under four fifths of the length, nothing that is not there
    (325, 0, "near"),
    (245, 55, "cut"),  # 300 of 400 words; of its shingles 243 in 298 are there, a little more than four fifths
    (236, 64, "near"),
])  # fmt: skip
def test_a_cut_copy_has_four_fifths_of_the_length_at_most_and_four_fifths_of_its_own_in_the_longer(kept, own, expected):
    assert kind(" ".join(spoken(400)), " ".join(spoken(kept) + spoken(own, "иное"))) == expected


def test_an_own_end_is_longer_than_a_sentence_where_it_is_a_fifth_and_counts_under_what_a_footer_has_alone():
    def pair(shared, own):
        return (" ".join([*spoken(shared), *spoken(own, word)]) for word in ("своё", "чужое"))

    assert kind(*pair(47, 13)) == "near"  # more than a fifth, and no longer than a sentence
    assert kind(*pair(60, 25)) is None
    assert kind(*pair(200, 68)) == "near"  # more is shared than any footer has


def candidate(number, text, *, part=None, links=0):
    return copies.Candidate(number, fingerprint("", text).signature, number if part is None else part, links)


def test_candidates_are_asked_the_likeliest_first_one_of_a_part_and_who_has_many_links_last():
    said = spoken(60)
    texts = [" ".join(said[:keep] + spoken(60 - keep, f"иное{keep}а")) for keep in (56, 58, 57, 59, 30, 3)]
    asked: list[int] = []

    def find(*candidates):
        asked.clear()
        found = copies.find_copies(
            " ".join(said),
            fingerprint("", " ".join(said)).signature,
            candidates,
            lambda n: asked.append(n) or texts[n],
            copies.Budget(),
        )
        return [number for number, _ in found]

    likely = sorted(
        range(4), key=lambda n: (-copies._agree(candidate(n, texts[n]).signature, fingerprint("", " ".join(said)).signature), n)
    )
    assert find(*(candidate(n, texts[n]) for n in range(4))) == likely == asked
    assert find(*(candidate(n, texts[n], part=7) for n in range(4))) == likely[:1] == asked
    busy = likely[0]
    last = [candidate(n, texts[n], links=copies.LINKS if n == busy else copies.LINKS - 1) for n in range(4)]
    assert find(*last) == [*likely[1:], busy] == asked
    assert find(candidate(5, texts[5])) == [] == asked, "what is hardly alike by its signature is not read"


def test_who_was_found_alike_is_counted(monkeypatch):
    """A wording with as many links as may be is asked after one that is less like the new one and has none."""
    monkeypatch.setattr(copies, "LINKS", 1)
    asked: list[str] = []
    monkeypatch.setattr(copies, "compare", lambda text, other: asked.append(other) or compare(text, other))
    said = spoken(80)
    known, alike = (" ".join([*said[:79], end]) for end in ("раз", "два"))
    half = " ".join(said[:50] + spoken(50, "иное"))
    group_copies([("a", "", known), ("b", "", alike), ("c", "", half), ("d", "", " ".join(said))])
    assert asked[-2:][0] == half


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


def test_what_a_text_is_compared_with_is_bounded_by_the_words_of_all_of_them():
    """A short text beside long ones of the same signature: the words of those count, and one is compared in any case."""
    said = " ".join(spoken(60))
    texts = [said, *(f"{said} {' '.join(spoken(2_000, f'иное{n}'))}" for n in range(6))]
    signature = fingerprint("", said).signature
    asked: list[int] = []
    candidates = [copies.Candidate(n, signature, n, 0) for n in range(1, 7)]
    for words, compared in ((10, 1), (5_000, 3), (80_000, 6)):
        asked.clear()
        copies.find_copies(said, signature, candidates, lambda n: asked.append(n) or texts[n], copies.Budget(words=words))
        assert len(asked) == compared
