"""Stories as articles come: an address that stays, what became of each, and the same stories as of grouping all at once."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.cli.main import main
from monitor.derive import stories as deriving
from monitor.derive.stories import rematch, update_stories
from monitor.errors import StoreError
from monitor.match import StoryEvent, article_id, group_stories, url_identity
from monitor.match import stories as matching
from monitor.model import Link, Place
from monitor.vault import Store, open_reader
from tests.records import empty_vault

DAY = 24 * 60
OUTLETS = ("agency", "bereg", "krug", "polden", "rupor", "vesna")

HOSTEL = (
    ("В Заречье военкомат пришёл в общежитие", "В Заречье военкомат обошёл общежитие политеха и вручил повестки 42 студентам."),
    ("42 студента политеха получили повестки", "Повестки вручили 42 студентам политеха в Заречье: обошли их общежитие."),
    ("Студентам в Зарічному вручили повістки", "У Зарєчьї військкомат обійшов гуртожиток: повістки вручили 42 студентам."),
    ("Zarechye polytechnic students get notices",
     "Enlistment officers in Zarechye handed summonses to 42 students of the polytechnic."),
)  # fmt: skip
COURT = (
    ("Суд отпустил слесаря", "Гарнизонный суд Белоозёрска освободил слесаря Ермолаева: врачи не осматривали его."),
    ("Слесарь Ермолаев вышел на свободу", "Слесаря Ермолаева отпустил из части гарнизонный суд Белоозёрска."),
)
# Half of each: what both of the others are alike to.
BOTH = (
    "Студенты политеха и слесарь Ермолаев: повестки и суд",
    "В Заречье военкомат обошёл общежитие политеха и вручил повестки 42 студентам. Гарнизонный суд Белоозёрска освободил слесаря"
    " Ермолаева: врачи не осматривали его.",
)
ALONE = ("Банк Приморья поднял ставку", "Банк снова поднял ставку по вкладам до 19 процентов, вкладчики довольны.")
REPORT = (
    "Военкомат обошёл общежитие",
    "Ночью военкомат обошёл общежитие и забрал студентов, проверив списки на вахте.",
)
AGAIN = ("Военкомат пришёл к студентам", "Вечером офицеры пришли в общежитие и увезли трёх человек, сверив документы.")
IN_TVER, IN_OMSK = ((Place(region, "", "event", "text", 0, 3),) for region in ("RU-TVE", "RU-OMS"))
TEXTS = (*HOSTEL, *COURT, BOTH, ALONE)


def url(name: str) -> str:
    return f"http://{name}.test/x"


def id_of(name: str) -> str:
    return article_id(url_identity(url(name)))


NAMES = {id_of(name): name for name in OUTLETS} | {"": ""}


class Newsroom:
    """Saves articles, and finds what follows from them when it is told to."""

    def __init__(self, store: Store, run: int, make: Any) -> None:
        self.store, self._run, self.make = store, run, make
        self.minute = 0

    def save(self, name: str, words: tuple[str, str], *, published: float = 0, relevant: bool = True, **found: Any) -> None:
        self.minute += 1
        page = self.make.parsed(url(name), words[1], title=words[0], relevant=relevant, published=published)
        links = tuple(Link(url(cited), "citation", "там", 0, 3) for cited in found.pop("cites", ()))
        page = replace(page, article=replace(page.article, links=links), **{"places": ()} | found)
        # Long after all of it was published: what is dated later than it was seen has no date.
        self.store.save_article(self._run, self.make.fetch(url(name), at=100 * DAY + self.minute), page)

    def update(self) -> None:
        update_stories(self.store, self.make.at(self.minute))

    def tell(self, name: str, words: tuple[str, str], **said: Any) -> None:
        self.save(name, words, **said)
        self.update()


@pytest.fixture
def newsroom(store: Store, run: int, make: Any) -> Newsroom:
    return Newsroom(store, run, make)


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def stories(vault: Path) -> dict[str, set[str]]:
    """The outlets that tell each story, by the name of the outlet whose article it is called by."""
    found: dict[str, set[str]] = {}
    for article, story in rows(vault, "SELECT id, story FROM articles WHERE story <> ''"):
        found.setdefault(NAMES.get(story, story), set()).add(NAMES[article])
    return found


def events(vault: Path) -> list[tuple[str, str, str, str, str]]:
    said = rows(vault, "SELECT event, article, from_story, to_story, alike_article FROM story_events")
    return [(event, *(NAMES.get(id_, id_) for id_ in ids)) for event, *ids in said]


# The address


def test_a_story_keeps_its_address_when_an_earlier_article_joins_it(newsroom: Newsroom, vault: Path) -> None:
    newsroom.tell("vesna", HOSTEL[0])
    newsroom.tell("bereg", HOSTEL[1], published=-90)
    newsroom.tell("agency", HOSTEL[0], published=-DAY)
    assert stories(vault) == {"vesna": {"vesna", "bereg", "agency"}}
    begun, joined, last = events(vault)
    assert begun == ("begun", "vesna", "", "vesna", "")
    assert joined == ("joined", "bereg", "", "vesna", "vesna")
    assert last[:4] == ("joined", "agency", "", "vesna")
    assert last[4] in {"vesna", "bereg"}


def test_of_articles_that_come_together_the_earliest_begins_the_story(newsroom: Newsroom, vault: Path) -> None:
    for name, hours in (("agency", 3), ("vesna", 5), ("bereg", 1)):
        newsroom.save(name, HOSTEL[0], published=-60 * hours)
    newsroom.update()
    assert stories(vault) == {"vesna": {"vesna", "bereg", "agency"}}


def test_why_an_article_is_in_its_story_is_told_in_words(newsroom: Newsroom, vault: Path) -> None:
    newsroom.tell("bereg", HOSTEL[0])
    newsroom.tell("rupor", HOSTEL[1], published=12 * 60)
    newsroom.tell("krug", ALONE)
    with open_reader(vault) as reader:
        found = {NAMES[row["article"]]: dict(row) for row in reader.view("story_articles")}
    assert (NAMES[found["rupor"]["alike_article"]], NAMES[found["bereg"]["alike_article"]]) == ("bereg", "rupor")
    assert 0.5 < found["rupor"]["likeness"] <= 1
    why = json.loads(found["rupor"]["evidence"])
    assert "numbers: 42" in why
    assert "0.5 days apart" in why
    assert any(reason.startswith("words: ") and "общежитие" in reason for reason in why)
    assert (found["krug"]["alike_article"], found["krug"]["likeness"], found["krug"]["evidence"]) == ("", None, "[]")
    (joined,) = rows(vault, "SELECT likeness, evidence FROM story_events WHERE event = 'joined'")
    assert joined == (found["rupor"]["likeness"], found["rupor"]["evidence"])


def test_stories_that_one_article_joins_are_one_and_the_younger_leads_to_the_older(newsroom: Newsroom, vault: Path) -> None:
    """A day later an outlet corrects the region."""
    newsroom.tell("rupor", REPORT, places=IN_TVER)
    newsroom.tell("agency", AGAIN, published=-DAY, places=IN_OMSK)
    assert stories(vault) == {"rupor": {"rupor"}, "agency": {"agency"}}
    newsroom.tell("rupor", REPORT, places=IN_OMSK)
    assert stories(vault) == {"rupor": {"rupor", "agency"}}
    assert rows(vault, "SELECT kind, id, now FROM former_ids") == [("story", id_of("agency"), id_of("rupor"))]
    assert events(vault)[-1] == ("merged", "agency", "agency", "rupor", "rupor")
    newsroom.tell("rupor", REPORT, places=IN_TVER)
    assert sorted(map(sorted, stories(vault).values())) == [["agency"], ["rupor"]]
    (split,) = [event for event in events(vault) if event[0] == "split"]
    assert {split[1], split[4]} == {"agency", "rupor"}
    (why,) = rows(vault, "SELECT evidence FROM story_events WHERE event = 'split'")
    assert "but different regions" in json.loads(why[0])


def test_a_part_that_goes_has_a_name_of_its_own_and_the_pair_that_was_not_enough(newsroom: Newsroom, vault: Path) -> None:
    for name, text in (("agency", HOSTEL[0]), ("bereg", HOSTEL[1]), ("krug", HOSTEL[0])):
        newsroom.save(name, text)
    newsroom.update()
    for name in ("bereg", "krug"):
        newsroom.save(name, COURT[0] if name == "bereg" else COURT[1])
    newsroom.update()
    first, second = sorted(stories(vault).items(), key=lambda story: len(story[1]))
    assert (first[1], second[1]) == ({"agency"}, {"bereg", "krug"})
    assert {event for event, *_ in events(vault)} == {"begun", "joined", "split"}


def test_what_is_no_longer_relevant_leaves_and_gets_its_name_back(newsroom: Newsroom, vault: Path) -> None:
    newsroom.tell("bereg", HOSTEL[0])
    newsroom.tell("bereg", HOSTEL[0], relevant=False)
    assert stories(vault) == {}
    assert rows(vault, "SELECT 1 FROM story_facts UNION ALL SELECT 1 FROM story_evidence") == []
    newsroom.tell("bereg", HOSTEL[0])
    assert stories(vault) == {"bereg": {"bereg"}}
    assert [event for event, *_ in events(vault)] == ["begun", "left", "begun"]


def test_what_lies_more_than_ten_days_back_stays_unless_all_is_grouped_anew(newsroom: Newsroom, vault: Path) -> None:
    """As if what was alike then had come in another order."""
    newsroom.tell("agency", HOSTEL[0], published=-30 * DAY)
    newsroom.tell("bereg", HOSTEL[1], published=-30 * DAY)
    parted = StoryEvent("split", id_of("bereg"), id_of("agency"), id_of("bereg"))
    newsroom.store.grouping.place({id_of("bereg"): id_of("bereg")})
    newsroom.store.grouping.save_events([parted], newsroom.make.at())
    newsroom.tell("rupor", ALONE)
    assert stories(vault) == {"agency": {"agency"}, "bereg": {"bereg"}, "rupor": {"rupor"}}
    moved = rematch(newsroom.store, newsroom.make.at())
    assert stories(vault) == {"agency": {"agency", "bereg"}, "rupor": {"rupor"}}
    assert [(event.event, NAMES[event.from_story], NAMES[event.to_story]) for event in moved] == [("merged", "bereg", "agency")]
    assert rematch(newsroom.store, newsroom.make.at()) == []


# The same as of all at once


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(OUTLETS),
        st.sampled_from(TEXTS),
        st.integers(-9 * 24, 0),
        st.booleans() | st.just(True),
        st.frozensets(st.sampled_from(OUTLETS), max_size=1),
        st.sampled_from(("", "RU-TVE", "RU-OMS")),
        st.booleans(),
    ),
    min_size=1,
    max_size=10,
)


def parts(of: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(article for article in of if of[article] == story) for story in of.values()}


@pytest.fixture(scope="module")
def fresh(make: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Newsroom]:
    opened: list[Store] = []

    def one() -> Newsroom:
        while opened:
            opened.pop().close()
        store = Store.open(empty_vault(tmp_path_factory, tmp_path_factory.mktemp("vault") / "monitor.db"))
        store.db.pragma("synchronous = OFF")  # for speed: no power is cut here
        opened.append(store)
        return Newsroom(store, store.begin_run("feeds", make.at()), make)

    return one


@given(CHANGES)
@settings(max_examples=40)
def test_article_by_article_the_stories_are_those_of_grouping_all_at_once(
    fresh: Callable[[], Newsroom], changes: list[Any]
) -> None:
    """Texts, dates, links, places and relevance change, copies are found and parted: within one window, in any order."""
    newsroom = fresh()
    for name, text, hours, relevant, cites, region, is_end_of_run in changes:
        places = (Place(region, "", "event", "text", 0, 3),) if region else ()
        newsroom.save(name, text, published=60 * hours, relevant=relevant, cites=cites - {name}, places=places)
        if is_end_of_run:
            newsroom.update()
    newsroom.update()
    grouping = newsroom.store.grouping
    found = grouping.items(grouping.relevant())
    now = group_stories([item for item, _ in found.values()], {id_: text for id_, (_, text) in found.items()})
    assert parts(grouping.stories_of(found)) == parts(now)
    stored = newsroom.store.db.rows("SELECT id, story FROM articles WHERE story <> ''")
    assert dict(map(tuple, stored)) == grouping.stories_of(found)
    told = newsroom.store.db.rows("SELECT story FROM story_facts")
    assert {row["story"] for row in told} == set(grouping.stories_of(found).values())
    # Whoever follows the events knows where each article is, and former addresses lead to stories that are there.
    place: dict[str, str] = {}
    for row in newsroom.store.db.rows("SELECT event, article, from_story, to_story FROM story_events"):
        if row["event"] == "merged":
            place |= {a: row["to_story"] for a, story in place.items() if story == row["from_story"] and a in found}
        elif row["event"] != "split":
            place[row["article"]] = row["to_story"]
    for row in newsroom.store.db.rows("SELECT now FROM former_ids WHERE kind = 'story'"):
        assert newsroom.store.db.row("SELECT 1 FROM story_events WHERE to_story = ?", (row["now"],))


# What it costs


def month_of_news(store: Store, run: int, make: Any, days: int, seed: int = 0) -> datetime:
    """Six articles a day, of invented events; the time of the last."""
    rnd = random.Random(seed)
    syllables = [c + v for c in "бвгдзклмнпрст" for v in "аеиоу"]
    vocabulary = ["".join(rnd.choices(syllables, k=4)) for _ in range(3_000)]
    for number in range(6 * days):
        words = rnd.choices(vocabulary, k=40)
        address = f"http://bereg.test/{number}"
        page = make.parsed(address, " ".join(words), title=" ".join(words[:5]), published=number * DAY / 6)
        store.save_article(run, make.fetch(address, at=number * DAY / 6 + 5), page)
    at: datetime = make.at(days * DAY)
    return at


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[[Store, Callable[[], object]], tuple[int, int]]:
    """Articles that a piece of work holds against each other, and steps of SQLite's machine, in hundreds."""
    held = [0, 0]
    likeness_of = matching.likeness_of

    def counting(*pair: Any) -> int:
        held[0] += 1
        return likeness_of(*pair)

    def step() -> None:
        held[1] += 1

    monkeypatch.setattr(matching, "likeness_of", counting)

    def count(store: Store, work: Callable[[], object]) -> tuple[int, int]:
        held[:] = 0, 0
        store.db.raw.set_progress_handler(step, 100)
        work()
        store.db.raw.set_progress_handler(None, 0)
        return held[0], held[1]

    return count


def test_what_a_crawl_costs_follows_the_window_and_not_the_vault(
    fresh: Callable[[], Newsroom], make: Any, steps: Callable[[Store, Callable[[], object]], tuple[int, int]]
) -> None:
    """A month that was stored before, and four: as many articles are held against each other, and as many rows are read."""

    def cost(days: int) -> tuple[int, int]:
        newsroom = fresh()
        run = newsroom.store.begin_run("feeds", make.at())
        end = month_of_news(newsroom.store, run, make, days)
        update_stories(newsroom.store, end)
        minute = days * DAY
        for number in range(6):
            address = f"http://krug.test/{number}"
            page = make.parsed(address, HOSTEL[number % 4][1], title=HOSTEL[number % 4][0], published=minute)
            newsroom.store.save_article(run, make.fetch(address, at=minute + 9), page)
        return steps(newsroom.store, lambda: update_stories(newsroom.store, end))

    few, many = cost(30), cost(120)
    assert few[0] > 0
    assert few[1] > 0
    assert many[0] < 1.3 * few[0]
    assert many[1] < 1.3 * few[1]


def test_a_part_that_nothing_touches_is_not_looked_at(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("agency", HOSTEL[0]), ("bereg", HOSTEL[1]), ("krug", COURT[0]), ("polden", COURT[1])):
        newsroom.save(name, text)
    newsroom.update()
    looked_at: list[set[str]] = []
    group_part = deriving.group_part

    def watched(members: Any, pairs: Any) -> list[list[str]]:
        looked_at.append({NAMES[member.id] for member in members})
        return group_part(members, pairs)

    monkeypatch.setattr(deriving, "group_part", watched)
    newsroom.tell("rupor", HOSTEL[2])
    assert looked_at == [{"agency", "bereg", "rupor"}]
    newsroom.tell("rupor", HOSTEL[2])
    assert len(looked_at) == 1, "a page that reads as before changes nothing"


def test_the_window_is_ten_days_to_either_side_of_what_has_changed(make: Any) -> None:
    times = [make.at(), make.at(3 * DAY), make.at(60 * DAY)]
    reach = timedelta(days=10)
    assert deriving._spans(times, reach) == [(times[0] - reach, times[1] + reach), (times[2] - reach, times[2] + reach)]


def test_a_crawl_moves_articles_of_ten_days_to_either_side_of_what_has_changed(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    within = type(newsroom.store.grouping).within
    monkeypatch.setattr(type(newsroom.store.grouping), "within", lambda self, spans: asked.append(spans) or within(self, spans))
    newsroom.tell("agency", HOSTEL[0])  # all is grouped the first time
    newsroom.tell("bereg", HOSTEL[1])
    (((since, until),),) = asked
    assert until - since == timedelta(days=20)


# All anew


def test_grouping_anew_that_fails_midway_leaves_all_as_it_was(
    newsroom: Newsroom, vault: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("agency", HOSTEL[0]), ("bereg", HOSTEL[1]), ("krug", COURT[0])):
        newsroom.save(name, text)
    newsroom.update()
    newsroom.store.grouping.place({id_of("agency"): id_of("krug")})
    newsroom.store.close()

    def stories() -> list[tuple[str, str]]:
        with open_reader(vault) as reader:
            return [tuple(row) for row in reader.query("SELECT id, story FROM articles ORDER BY id")]

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    before = stories()
    monkeypatch.setattr("monitor.derive.rematch.update_statements", fail)
    result = CliRunner().invoke(main, ["--data", str(checkout / "data"), "--db", str(vault), "rematch"])
    assert (result.exit_code, stories()) == (1, before)


def test_rematch_says_what_moved_and_then_that_nothing_does(newsroom: Newsroom, vault: Path, checkout: Path) -> None:
    for name, text in (("agency", HOSTEL[0]), ("bereg", HOSTEL[1]), ("krug", COURT[0])):
        newsroom.save(name, text)
    newsroom.update()
    newsroom.store.close()
    asked = ["--data", str(checkout / "data"), "--db", str(vault), "rematch"]
    # Another vocabulary than that of the tests: all words weigh otherwise, and the stories are the same.
    said = CliRunner().invoke(main, asked)
    assert (said.output, said.exit_code) == ("Grouped anew: 3 articles in 2 stories: nothing moved.\n", 0)
    with Store.open(vault) as store:
        store.grouping.place({id_of("agency"): id_of("krug"), id_of("bereg"): id_of("bereg")})
    found = json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)
    assert (found["articles"], found["stories"]) == (3, 2)
    assert sum(found["counts"].values()) == len(found["events"])
    moved = next(event for event in found["events"] if event["event"] == "moved")
    assert (moved["from_story"], moved["to_story"]) == (id_of("krug"), id_of("bereg"))
    assert "numbers: 42" in moved["evidence"]
    assert "nothing moved" in CliRunner().invoke(main, asked).output
