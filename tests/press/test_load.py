"""The load generator: any size, the same every time, and like real pages where that matters."""

import re
from itertools import combinations
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.press import MOMENTS, Press, load_world, run
from monitor.press.load import LoadWorld
from monitor.press.pages import View, article_page

NOW = MOMENTS[1]


@pytest.fixture(scope="module")
def made() -> LoadWorld:
    return load_world(12, 60)


def pages(world: LoadWorld, count: int) -> list[str]:
    outlets = len(world.outlets)
    return [article_page(View(world, NOW, 80), world.piece(n % outlets, n // outlets)) for n in range(count)]


def test_the_same_seed_makes_the_same_pages(made: LoadWorld) -> None:
    assert pages(made, 30) == pages(load_world(12, 60), 30)


def test_another_seed_makes_other_pages(made: LoadWorld) -> None:
    assert not set(pages(made, 30)) & set(pages(load_world(12, 60, seed=1), 30))


@given(outlet=st.integers(0, 11), number=st.integers(0, 59))
def test_an_article_is_found_at_its_address_and_is_the_same_in_lists(made: LoadWorld, outlet: int, number: int) -> None:
    piece = made.piece(outlet, number)
    assert made.at(piece.outlet.id, piece.path, NOW) == piece
    assert made.place(piece.id) == (piece.outlet, piece.path)
    listed = made.newest(piece.outlet.id, NOW, 60)[number]
    assert (listed.id, listed.title, listed.path, listed.published) == (piece.id, piece.title, piece.path, piece.published)
    assert piece.text.startswith(listed.text)


@pytest.mark.parametrize("path", ["/news/2026/05/01/news-ru-3", "/news/news-ru-60", "/", "/-", "/x-00000000000000000001"])
def test_other_addresses_hold_nothing(made: LoadWorld, path: str) -> None:
    piece = made.at("load0", path, NOW)
    assert piece is None or piece.path == path


def test_the_newest_come_first_and_all_are_there_at_the_first_moment(made: LoadWorld) -> None:
    for outlet in made.outlets:
        times = [piece.published for piece in made.newest(outlet, NOW, 1000)]
        assert len(times) == 60
        assert times == sorted(times, reverse=True)
        assert times[0] < NOW


def test_pages_are_as_large_and_as_long_as_real_ones(made: LoadWorld) -> None:
    sizes = [len(page.encode()) for page in pages(made, 60)]
    lengths = [len(made.piece(n % 12, n // 12).text.split()) for n in range(1, 60)]
    assert min(sizes) >= 60_000
    assert max(sizes) <= 100_000
    assert min(lengths) >= 200, "a cut copy of a short article"
    assert 400 <= mean(lengths) <= 800


def test_some_articles_are_copies_and_the_others_are_not_alike(made: LoadWorld) -> None:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return set(zip(words, words[1:], words[2:], strict=False))

    texts = [shingles(made.piece(outlet, number).text) for outlet in (0, 1, 2, 5) for number in range(60)]
    likeness = [len(a & b) / min(len(a), len(b)) for a, b in combinations(texts, 2)]
    copies = sum(value > 0.8 for value in likeness)
    assert copies >= 5
    assert not [value for value in likeness if 0.5 < value < 0.8]


def test_some_articles_are_on_the_beat_in_every_language(made: LoadWorld) -> None:
    beat = re.compile(
        "военкомат|призывник|повест|військкомат|призовник|повіст|enlistment|conscript|draft notice|draft summons", re.IGNORECASE
    )
    on = {piece.outlet.language for o in range(12) for n in range(60) if beat.search((piece := made.piece(o, n)).title)}
    off = [piece for o in range(12) for n in range(60) if not beat.search((piece := made.piece(o, n)).title + piece.text)]
    assert on == {"ru", "uk", "en"}
    assert 0.9 < len(off) / (12 * 60) < 0.98


def test_few_pages_have_a_word_of_the_beat_around_an_article_that_is_not_on_it(made: LoadWorld) -> None:
    beat = {piece.title for o in range(12) for n in range(60) if made.is_relevant(o, n) for piece in [made.piece(o, n)]}
    pages = [
        (made.piece(o, n), made.newest(f"load{o}", NOW, 6)) for o in range(12) for n in range(60) if not made.is_relevant(o, n)
    ]
    framed = [
        piece
        for piece, newest in pages
        if beat & {*(made.title(other, NOW) for other in piece.related), *(p.title for p in newest)}
    ]
    assert 0.1 < len(framed) / len(pages) < 0.2


def test_all_articles_may_be_on_the_beat() -> None:
    made = load_world(5, 20, relevant=1)
    assert all(made.is_relevant(outlet, number) for outlet in range(5) for number in range(20))
    with pytest.raises(ValueError, match="from 0 to 1"):
        load_world(5, 20, relevant=2)


def test_every_page_of_a_made_press_is_served(made: LoadWorld, get) -> None:
    with Press(world=made) as press:
        for outlet in made.outlets.values():
            assert get(press.url(outlet.id)).status == 200
            assert get(press.url(outlet.id, outlet.feeds[0].path)).status == 200
            for piece in made.newest(outlet.id, NOW, 5):
                assert get(press.article_url(piece.id)).status == 200


def test_a_large_press_costs_nothing_before_it_is_asked() -> None:
    large = load_world(3000, 100_000)
    piece = large.piece(2999, 99_999)
    assert piece.outlet.address == "127.1.11.250"
    assert large.at(piece.outlet.id, piece.path, NOW) == piece


@pytest.mark.parametrize(("outlets", "articles"), [(0, 1), (1, 0), (70_000, 1), (1, 10_000_000)])
def test_sizes_out_of_range_are_refused(outlets: int, articles: int) -> None:
    with pytest.raises(ValueError, match="can be made"):
        load_world(outlets, articles)


@pytest.mark.parametrize("size", ["50", "x", "50x", "0x5", "50x40x3", "-1x5"])
def test_the_command_refuses_what_is_no_size(size: str) -> None:
    with pytest.raises(UsageError, match=f"--load {size}"):
        run(0, load=size)
