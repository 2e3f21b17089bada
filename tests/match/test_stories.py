"""Which articles tell one event."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.match import StoryItem, group_stories

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
    return [StoryItem(*row, published) for row in rows]


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


PAGE = ("Страница с повестками не открывалась", "Страница с повестками утром не открывалась, сообщили в Зареченске и Томске.")
ITS_REPORT = ("Summons page goes dark", "A page on which Zarechensk, Perm and Ufa show summonses was out of reach this morning.")
OTHERS = [report(str(i), f"Новость {i}", f"Другая новость номер {i} о погоде в Перми и дорогах Уфы.") for i in range(5)]


def test_a_report_in_another_language_joins_the_one_that_it_links_to() -> None:
    assert group_stories([report("a", *PAGE), report("b", *ITS_REPORT), *OTHERS])["b"] == "b"
    assert group_stories([report("a", *PAGE), report("b", *ITS_REPORT, cites=("a",)), *OTHERS])["b"] == "a"


def test_linking_to_one_copy_is_linking_to_the_text() -> None:
    items = [report("a", *PAGE), report("c", *PAGE), report("b", *ITS_REPORT, cites=("c",)), *OTHERS]
    assert group_stories(items, {"a": "a", "c": "a"})["b"] == "a"


def test_what_happened_in_two_regions_is_two_stories() -> None:
    words = ("Военкомат обошёл общежитие", "Ночью военкомат обошёл общежитие и забрал студентов, проверив списки на вахте.")
    again = ("Военкомат пришёл в общежитие", "Вечером военкомат пришёл в общежитие и увёз трёх человек, сверив списки на вахте.")
    one, two = report("a", *words, regions=("RU-OMS",)), report("b", *again, regions=("RU-OMS",))
    far = report("b", *again, regions=("RU-TVE",))
    assert group_stories([one, two, *OTHERS])["b"] == "a"
    assert group_stories([one, far, *OTHERS])["b"] == "b"
