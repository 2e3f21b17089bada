"""Which articles tell one event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import StoryItem, group_stories, stories
from monitor.match.embedding import Embedding
from monitor.match.features import features
from monitor.match.likeness import FAINT, LINK, SCALE
from monitor.match.stories import Known, average_link, connected, group_part, likeness_of, pairs_of
from monitor.match.vocabulary import shipped

DAY = datetime(2026, 5, 18, tzinfo=UTC)

HOSTEL = [
    (
        "a",
        "В Заречье военкомат пришёл в общежитие",
        "В Заречье военкомат обошёл общежитие политеха и вручил повестки 42 студентам.",
    ),
    (
        "b",
        "42 студента политеха получили повестки",
        "Повестки вручили 42 студентам политеха в Заречье: военкомат обошёл их общежитие.",
    ),
    (
        "c",
        "Студентам в Зарічному вручили повістки",
        "У Зарєчьї військкомат обійшов гуртожиток політеху: повістки вручили 42 студентам.",
    ),
    (
        "d",
        "Zarechye polytechnic students get notices",
        "Enlistment officers in Zarechye handed summonses to 42 students of the polytechnic.",
    ),
]
COURT = [
    ("p", "Суд отпустил слесаря", "Гарнизонный суд Белоозёрска освободил слесаря Ермолаева: врачи не осматривали его."),
    ("q", "Слесарь Ермолаев вышел на свободу", "Слесаря Ермолаева отпустил из части гарнизонный суд Белоозёрска."),
]
ALONE = [
    ("x", "Банк Приморья поднял ставку", "Банк снова поднял ставку по вкладам до 19 процентов, вкладчики довольны."),
    ("y", "Команда «Вихрь» выиграла кубок", "Хоккеисты «Вихря» в овертайме обыграли соперника и забрали кубок."),
    ("z", "Новый мост открыли раньше срока", "Мост через реку открыли для машин, пробка ушла с набережной."),
]


def items(rows, published=DAY):
    return [StoryItem(id_, title, text, published) for id_, title, text in rows]


EVERYTHING = items(HOSTEL + COURT + ALONE)


def test_one_event_is_one_story_and_others_stay_alone():
    stories = group_stories(EVERYTHING)
    assert stories["a"] == stories["b"] == "a"
    assert stories["p"] == stories["q"] == "p"
    assert [stories[i] for i in "xyz"] == ["x", "y", "z"]


def test_one_event_is_one_story_in_three_languages():
    stories = group_stories(EVERYTHING)
    assert {stories[i] for i in "abcd"} == {"a"}


@given(st.permutations(EVERYTHING))
def test_the_order_of_articles_says_nothing(shuffled):
    assert group_stories(shuffled) == group_stories(EVERYTHING)


def test_the_same_words_a_month_later_are_another_story():
    later = [StoryItem("l", EVERYTHING[0].title, EVERYTHING[0].text, DAY + timedelta(days=30))]
    stories = group_stories([*EVERYTHING, *later])
    assert stories["l"] == "l"
    assert stories["b"] == "a"


def test_an_article_without_a_date_may_join_any_time():
    undated = StoryItem("u", EVERYTHING[0].title, EVERYTHING[0].text, None)
    assert group_stories([*EVERYTHING, undated])["u"] == "a"


@given(st.dictionaries(st.sampled_from([item.id for item in EVERYTHING]), st.sampled_from("ab")))
def test_copies_are_always_in_one_story(copies):
    stories = group_stories(EVERYTHING, copies)
    for group in set(copies.values()):
        assert len({stories[i] for i, g in copies.items() if g == group}) == 1


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60), st.none() | st.datetimes(timezones=st.just(UTC))), max_size=8)
)
def test_every_article_has_a_story_that_bears_its_least_member(rows):
    stories = group_stories([StoryItem(f"{i}", title, text, published) for i, (title, text, published) in enumerate(rows)])
    assert stories.keys() == {str(i) for i in range(len(rows))}
    for name in set(stories.values()):
        assert name == min(member for member, story in stories.items() if story == name)


def test_of_no_articles_there_are_no_stories():
    assert group_stories([]) == {}


def report(name: str, title: str, text: str, **known: tuple[str, ...]) -> StoryItem:
    return StoryItem(name, title, text, DAY, **known)


PAGE = (
    "Страница с повестками не открывалась",
    "Страница с повестками утром не открывалась три часа, жалуются жители Зареченска.",
)
ITS_REPORT = (
    "Summons page goes dark",
    "A page that lists summonses was out of reach for three hours this morning, residents say.",
)


def test_a_report_in_another_language_joins_the_one_that_it_links_to() -> None:
    assert group_stories([report("a", *PAGE), report("b", *ITS_REPORT)])["b"] == "b"
    assert group_stories([report("a", *PAGE), report("b", *ITS_REPORT, cites=("a",))])["b"] == "a"


def test_linking_to_one_copy_is_linking_to_the_text() -> None:
    items = [report("a", *PAGE), report("c", *PAGE), report("b", *ITS_REPORT, cites=("c",))]
    assert group_stories(items, {"a": "a", "c": "a"})["b"] == "a"


def test_what_happened_in_two_regions_is_two_stories() -> None:
    words = ("Военкомат обошёл общежитие", "Ночью военкомат обошёл общежитие и забрал студентов, проверив списки на вахте.")
    again = ("Военкомат пришёл к студентам", "Вечером офицеры пришли в общежитие и увезли трёх человек, сверив документы.")
    one, two = report("a", *words, regions=("RU-OMS",)), report("b", *again, regions=("RU-OMS",))
    far = report("b", *again, regions=("RU-TVE",))
    assert group_stories([one, two])["b"] == "a"
    assert group_stories([one, far])["b"] == "b"


def test_a_story_does_not_depend_on_what_else_there_is() -> None:
    """Its own words are no commoner for being told by many: twenty reports of one event, and the two alone."""
    two = items(HOSTEL[:2])
    many = [StoryItem(f"m{n:02}", *HOSTEL[n % 2][1:], DAY + timedelta(hours=n)) for n in range(20)]
    assert group_stories(two)["b"] == group_stories(two + many)["b"] == "a"
    assert set(group_stories(two + many).values()) == {"a"}


# Groups


def by_brute_force(start: dict[int, int], pairs: dict[tuple[int, int], int], fixed: set[int]) -> set[frozenset[int]]:
    """Average link, every mean computed anew from the pairs at every step."""
    groups = [frozenset(n for n in start if start[n] == leader) for leader in set(start.values())]
    while True:
        means = []
        for a, b in combinations(sorted(groups, key=min), 2):
            total = sum(pairs.get((min(i, j), max(i, j)), 0) for i in a for j in b)
            if total >= LINK * len(a) * len(b) and not (a & fixed and b & fixed):
                means.append((-Fraction(total, len(a) * len(b)), min(a), min(b), a, b))
        if not means:
            return set(groups)
        *_, a, b = min(means)
        groups = [group for group in groups if group not in (a, b)] + [a | b]


PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(1, 10).map(lambda tenths: tenths * SCALE // 10) | st.integers(FAINT, SCALE),
)
STARTS = st.lists(st.integers(0, 7), min_size=8, max_size=8).map(
    lambda leaders: {n: min(m for m in range(8) if leaders[m] == leaders[n]) for n in range(8)}
)


def partition(leaders: dict[int, int]) -> set[frozenset[int]]:
    return {frozenset(n for n in leaders if leaders[n] == leader) for leader in leaders.values()}


@given(st.just({n: n for n in range(8)}) | STARTS, PAIRS, st.sets(st.integers(0, 7), max_size=3))
def test_average_link_is_what_brute_force_finds(start, pairs, fixed):
    found = average_link(start, pairs, fixed)
    assert partition(found) == by_brute_force(start, pairs, fixed)
    assert all(leader == min(n for n in found if found[n] == leader) for leader in found.values())


def test_what_is_alike_to_one_of_a_group_and_not_to_the_group_stays_out():
    """.9 joins a and b; c is .5 alike to b and not at all to a: .25 on average."""
    pairs = {(0, 1): 9 * SCALE // 10, (1, 2): SCALE // 2}
    assert average_link({0: 0, 1: 1, 2: 2}, pairs) == {0: 0, 1: 0, 2: 2}
    assert average_link({0: 0, 1: 1, 2: 2}, pairs | {(0, 2): SCALE // 10}) == {0: 0, 1: 0, 2: 0}


@given(PAIRS, st.integers(0, 7))
def test_every_story_lies_within_one_part_of_the_pairs_that_are_alike_enough(pairs, seed):
    """So that grouping the part anew that an article is in gives what grouping all anew gives."""
    near = {n: [sum(pair) - n for pair, score in pairs.items() if n in pair and score >= LINK] for n in range(8)}
    (part,) = connected([seed], near.__getitem__)
    of_part = average_link({n: n for n in sorted(part)}, {pair: s for pair, s in pairs.items() if part.issuperset(pair)})
    of_all = average_link({n: n for n in range(8)}, pairs)
    assert of_part == {n: of_all[n] for n in part}


# Cosines of each two: .96, .96 and .86.
MEANINGS = [
    None,
    Embedding("m-1", bytes([7, 1])),
    Embedding("m-1", bytes([7, 3])),
    Embedding("m-1", bytes([7, 255])),
    Embedding("m-2", bytes([7, 1])),
]
ROWS = st.lists(
    st.tuples(st.sampled_from(HOSTEL + COURT + ALONE), st.integers(0, 9 * 24), st.sampled_from(MEANINGS)), max_size=12
)


def known_as(rows):
    return [
        Known(number, features(StoryItem(f"{number:02}", title, text, DAY + timedelta(hours=hours)), shipped()),
              DAY + timedelta(hours=hours), f"{number:02}", frozenset({f"{number - 2:02}"} if number % 2 else ()), meaning)
        for number, ((_, title, text), hours, meaning) in enumerate(rows)
    ]  # fmt: skip


@given(ROWS)
def test_a_window_finds_what_holding_each_against_each_finds(rows):
    known = known_as(rows)
    scores = {(a.number, b.number): likeness_of(a, b) for a, b in combinations(known, 2)}
    assert pairs_of(known) == {pair: score for pair, score in scores.items() if score >= FAINT}


@given(ROWS)
def test_what_is_meant_counts_only_where_it_is_known_of_both_by_one_model(rows):
    for a, b in combinations(known_as(rows), 2):
        plain = likeness_of(replace(a, meaning=None), replace(b, meaning=None))
        if a.meaning is None or b.meaning is None or a.meaning.model != b.meaning.model:
            assert likeness_of(a, b) == plain
        else:
            assert likeness_of(a, b) == likeness_of(b, a)


def test_a_report_in_another_language_that_shares_no_word_is_found_by_what_it_means():
    russian = StoryItem("ru", "Завод остановили", "Цех закрыт из-за нехватки людей.", DAY)
    english = StoryItem("en", "Factory halted", "The shop floor stands still, workers are missing.", DAY)
    assert len(set(group_stories([russian, english]).values())) == 2
    same = {"ru": Embedding("m-1", bytes([7, 1])), "en": Embedding("m-1", bytes([7, 1]))}
    assert len(set(group_stories([russian, english], meanings=same).values())) == 1
    other = same | {"en": Embedding("m-2", bytes([7, 1]))}
    assert len(set(group_stories([russian, english], meanings=other).values())) == 2


def test_what_a_new_article_costs_does_not_grow_with_what_lies_outside_its_window(monkeypatch):
    """A hundred days of news, and a thousand: as many articles are held against a new one."""
    held = []
    monkeypatch.setattr(stories, "likeness_of", lambda a, b, *known: held.append(1) or likeness_of(a, b, *known))

    def cost(days):
        held.clear()
        known = [
            Known(n, features(StoryItem(f"{n}", *HOSTEL[n % 4][1:], None), shipped()), DAY + timedelta(days=n / 4), f"{n}")
            for n in range(4 * days)
        ]
        pairs_of(known)
        return len(held) / len(known)

    assert cost(100) == pytest.approx(cost(20), rel=0.2)


def test_what_new_ones_cost_does_not_grow_with_those_before_the_window_though_one_has_no_date(monkeypatch):
    held = []
    monkeypatch.setattr(stories, "likeness_of", lambda a, b, *known: held.append(1) or likeness_of(a, b, *known))

    def cost(days):
        held.clear()
        undated = Known(0, features(StoryItem("0", *ALONE[0][1:], None), shipped()), None, "0")
        dated = [
            Known(n, features(StoryItem(f"{n}", *HOSTEL[n % 4][1:], None), shipped()), DAY + timedelta(days=n / 4), f"{n}")
            for n in range(1, 4 * days)
        ]
        assert list(stories.new_pairs([undated, *dated], {n for n in range(4 * days) if n % 2}))
        return len(held) / len(dated)

    assert cost(100) == pytest.approx(cost(20), rel=0.25)


def test_groups_are_joined_at_the_least_mean_and_not_below_it():
    assert average_link({0: 0, 1: 1}, {(0, 1): LINK}) == {0: 0, 1: 0}
    assert average_link({0: 0, 1: 1}, {(0, 1): LINK - 1}) == {0: 0, 1: 1}


@pytest.mark.parametrize(("score", "is_found"), [(FAINT, True), (FAINT - 1, False)])
def test_at_the_least_likeness_two_are_alike_and_below_it_not(monkeypatch, score, is_found):
    monkeypatch.setattr(stories, "likeness_of", lambda *_: score)
    window, (one, other) = stories.Window(), HOSTEL[:2]
    window.add(Known(0, features(StoryItem("a", *one[1:], DAY), shipped()), DAY, "a"))
    found = window.alike(Known(1, features(StoryItem("b", *other[1:], DAY), shipped()), DAY, "b"))
    assert found == ({0: score} if is_found else {})


def test_what_is_fixed_stays_with_its_story_and_joins_no_other_that_is_fixed():
    def member(number, story, *, is_fixed=True):
        return stories.Member(number, f"{number}", f"{number}", story, is_fixed)

    alike = {(0, 1): SCALE}
    assert group_part([member(0, "a"), member(1, "b"), member(2, "b")], alike) == [["0"], ["1", "2"]]
    assert group_part([member(0, "a"), member(1, "b", is_fixed=False)], alike) == [["0", "1"]]
