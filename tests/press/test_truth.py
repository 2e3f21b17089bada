"""The truth: it agrees with the articles, and where it would not, that is told."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.errors import DataError
from monitor.press import Truth, load_statements, load_truth
from monitor.press.world import FOLDER, WrittenWorld, load

HEADER = "id,outlet,relevant,topics,copy_group,story,first,regions,outcome,trap\n"
FIRST = "vesna-001,vesna,yes,summons,vesna-001,zametka,yes,RU-TVE,article,\n"
SECOND = "vesna-002,vesna,yes,summons,vesna-001,zametka,no,RU-TVE;UA-43,article,\n"


@pytest.fixture(scope="module")
def truth(world: WrittenWorld) -> tuple[Truth, ...]:
    return load_truth(world)


@pytest.fixture
def told(written: Callable[..., Path], sound: tuple[str, str]) -> Callable[..., tuple[Truth, ...]]:
    """The truth of the small world, from rows that the test gives."""

    def tell(rows: str, articles: str = sound[0]) -> tuple[Truth, ...]:
        folder = written(articles)
        (folder / "vesna.csv").write_text(rows, encoding="utf-8")
        return load_truth(load(folder), folder)

    return tell


def test_every_article_of_the_written_world_has_its_row(world: WrittenWorld, truth: tuple[Truth, ...]) -> None:
    assert [row.article for row in truth] == sorted(world.entries)


def test_the_world_holds_what_the_job_must_tell_apart(truth: tuple[Truth, ...]) -> None:
    traps = Counter(row.trap for row in truth if not row.relevant)
    wanted = ("agenda", "appeal", "sports draft", "court summons", "document draft", "other country")
    assert all(traps[trap] >= 2 for trap in wanted), traps
    assert {row.outcome for row in truth} == {"article", "removed", "robots", "challenge"}
    assert sum(row.relevant for row in truth) >= 60
    assert len({region for row in truth for region in row.regions}) >= 10
    assert max(Counter(row.copy_group for row in truth if row.copy_group).values()) >= 3


def test_a_sound_truth_is_read_whole(told: Callable[..., tuple[Truth, ...]]) -> None:
    first, second = told(HEADER + FIRST + SECOND)
    assert first == Truth("vesna-001", "vesna", True, ("summons",), "vesna-001", "zametka", True, ("RU-TVE",), "article", "")
    assert (second.first, second.regions) == (False, ("RU-TVE", "UA-43"))


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (FIRST, "vesna.csv:1: id: vesna-002 has no row"),
        (FIRST + SECOND + SECOND, "vesna.csv:4: id: vesna-002: is there twice"),
        (FIRST + SECOND + SECOND.replace("002", "003"), "vesna.csv:4: id: vesna-003: is no article"),
        (FIRST + SECOND.replace(",vesna,", ",osen,"), "outlet: vesna-002: is 'osen'"),
        (FIRST + SECOND.replace("yes", ""), "relevant: vesna-002: is ''"),
        (FIRST + SECOND.replace("summons", "weather"), "topics: vesna-002: 'weather' is none of"),
        (FIRST + SECOND.replace("summons", ""), "topics: vesna-002: are there where the article is relevant"),
        (FIRST + SECOND.replace(",vesna-001,", ",,"), "copy_group: vesna-002: is '', the articles say 'vesna-001'"),
        (FIRST + SECOND.replace("zametka,no", ","), "story: vesna-002: is there where the article is relevant"),
        (FIRST + SECOND.replace("zametka,no", "zametka,yes"), "first: vesna-002: is yes, the earliest in 'zametka' is vesna-001"),
        (FIRST.replace(",yes,RU", ",no,RU") + SECOND, "first: vesna-001: is no, the earliest in 'zametka' is vesna-001"),
        (FIRST + SECOND.replace("zametka,no", "zametka,"), "first: vesna-002: is ''"),
        (FIRST + SECOND.replace("RU-TVE", "Tver"), "regions: vesna-002: 'Tver' is no ISO"),
        (FIRST + SECOND.replace(",article,", ",lost,"), "outcome: vesna-002: is 'lost'"),
        (FIRST + SECOND.replace(",article,", ",removed,"), "outcome: vesna-002: is 'removed', the world gives 'article'"),
        (FIRST + "vesna-002,vesna\n", "vesna.csv:3: columns: are not the 10"),
    ],
)
def test_a_row_that_contradicts_the_articles_is_told(told: Callable[..., tuple[Truth, ...]], rows: str, what: str) -> None:
    with pytest.raises(DataError) as error:
        told(HEADER + rows)
    assert what in str(error.value)


def test_a_wrong_header_is_told(told: Callable[..., tuple[Truth, ...]]) -> None:
    with pytest.raises(DataError, match=r"vesna\.csv:1: header"):
        told(FIRST + SECOND)


def test_two_articles_of_one_instant_cannot_both_be_first(told: Callable[..., tuple[Truth, ...]], sound: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="nobody is first in 'zametka'"):
        told(HEADER + FIRST + SECOND, sound[0].replace("12:00:00", "10:00:00"))


def test_what_no_crawl_can_fetch_is_not_first(
    told: Callable[..., tuple[Truth, ...]], sound: tuple[str, str], written: Callable[..., Path]
) -> None:
    folder = written(sound[0], sound[1].replace('markup = "plain"', 'markup = "plain"\nchallenge = { vesna-001 = 403 }'))
    rows = FIRST.replace(",yes,RU", ",no,RU").replace(",article,", ",challenge,") + SECOND.replace(",no,RU", ",yes,RU")
    (folder / "vesna.csv").write_text(HEADER + rows, encoding="utf-8")
    assert [row.first for row in load_truth(load(folder), folder)] == [False, True]


def test_what_stories_say_against_themselves_is_in_their_articles(world: WrittenWorld, truth: tuple[Truth, ...]) -> None:
    denied, disputed = load_statements(world, truth)
    assert denied
    assert all(row.claim.article != row.denial.article for row in denied)
    assert all(len({figure.words for figure in group.figures}) > 1 for group in disputed)


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ('article = "bereg-008"', 'article = "bereg-001"', "2: article: bereg-001 is no article of 'mulino-contracts'"),
        ('words = "214 вызовов"', 'words = "215 вызовов"', "5: words: polden-003 does not say '215 вызовов'"),
    ],
)
def test_a_statement_that_no_article_makes_is_told(
    world: WrittenWorld, truth: tuple[Truth, ...], tmp_path: Path, was: str, becomes: str, what: str
) -> None:
    wrong = tmp_path / "statements.toml"
    sound = (FOLDER / "truth" / "statements.toml").read_text(encoding="utf-8")
    wrong.write_text(sound.replace(was, becomes), encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_statements(world, truth, wrong)
    assert what in str(error.value)
