"""What stands where an article was is told from articles that have its words, whose pages declare nothing of themselves."""

from datetime import UTC, datetime

import pytest

from monitor.model import Article, Outcome, Rejection
from monitor.read.article import read_page
from monitor.read.stand_ins import find_stand_in, is_prose

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PARAGRAPHS = "".join(
    f"<p>The commissariat of ward {n} sent out its papers on Monday, its head told a meeting of the council in the evening.</p>"
    for n in range(3, 9)
)


def read(title: str, body: str, url: str = "https://bereg.example/news/2026/11/30/bumagi") -> Article | Rejection:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    return read_page(page.encode(), url, "text/html; charset=utf-8", now=NOW)


BRIEFS = [
    ("На сайте военкомата ведутся технические работы", "Сайт комиссариата в Заречье недоступен с утра, повестки не рассылаются."),
    ("Слишком много запросов на отсрочку", "Комиссариат Заречья не справляется: слишком много запросов на отсрочку."),
    ("Отсрочка больше недоступна", "Отсрочка по учёбе больше недоступна студентам колледжей, сказали в Заречье."),
    ("Портал недоступен в вашем регионе", "Жителям Заречья отвечают так: сервис недоступен в вашем регионе."),
    ("При обыске ничего не найдено", "Дом в Заречье осматривали три часа, и ничего не найдено, сказал хозяин."),
    ("Monument has been removed in Novograd", "A monument to conscripts has been removed from the square, the council said."),
    ("Two conscripts not found in Novograd", "Two conscripts were not found in their barracks on Monday, the council said."),
]


@pytest.mark.parametrize(("title", "sentence"), BRIEFS)
def test_words_of_an_outage_or_a_removal_are_about_the_page_itself(title: str, sentence: str) -> None:
    assert find_stand_in(title, f"{title} {sentence}", "") is None
    assert isinstance(read(title, f"<p>30 ноября 2026</p><p>{sentence} Так продлится до мая.</p>"), Article)


@pytest.mark.parametrize(
    ("title", "sentence", "outcome"),
    [
        ("Bereg", "The page you are looking for has been removed.", Outcome.NOT_FOUND),
        ("Bereg", "This story has been taken down.", Outcome.NOT_FOUND),
        ("Not Found | Bereg", "Go to the front page.", Outcome.NOT_FOUND),
        ("Ничего не найдено — Берег", "Вернитесь на главную.", Outcome.NOT_FOUND),
        ("Берег", "Материал снят с публикации.", Outcome.NOT_FOUND),
        ("Берег", "Эта страница больше недоступна.", Outcome.NOT_FOUND),
        ("Берег", "На сайте ведутся плановые технические работы.", Outcome.HTTP_ERROR),
        ("Берег", "Слишком много запросов с вашего адреса.", Outcome.HTTP_ERROR),
        ("Берег", "Материал недоступен в вашем регионе.", Outcome.BLOCKED),
    ],
)
def test_a_page_that_says_it_of_itself_is_none(title: str, sentence: str, outcome: Outcome) -> None:
    found = read(title, f"<p>{sentence}</p>")
    assert isinstance(found, Rejection)
    assert found.outcome is outcome


@pytest.mark.parametrize("said", ["The page has been removed", "The site is down for maintenance", "This site is blocked"])
def test_a_printed_day_or_the_prose_of_an_article_makes_it_one(said: str) -> None:
    sentence = f"<p>{said}, a reader from ward 3 was told when he asked for the list of papers that were sent.</p>"
    assert isinstance(read(said, sentence), Rejection)
    assert isinstance(read(said, f"<p>30 November 2026</p>{sentence}"), Article)
    assert isinstance(read(said, sentence + PARAGRAPHS), Article)


def test_paragraphs_in_a_row_are_prose_and_teasers_are_not() -> None:
    line = "The commissariat of the ward sent out its papers on Monday, its head told a meeting in the evening."
    assert is_prose([line] * 4)
    assert not is_prose([line] * 3)
    assert not is_prose([line, "Papers were sent out"] * 4)


def test_a_basket_beside_the_matter_or_an_article_sells_nothing() -> None:
    basket, undated = "<a href='/shop/book'>Add to cart</a>", "https://bereg.example/bumagi"
    short = "<p>The commissariat sent out its papers on Monday.</p>"
    found = read("Papers were sent out", short + basket, undated)
    assert isinstance(found, Rejection)
    assert found.detail == "the page sells: Add to cart"
    assert isinstance(read("Papers were sent out", PARAGRAPHS + basket, undated), Article)
    for tag in ("aside", "footer", "nav"):
        assert isinstance(read("Papers were sent out", f"{short}<{tag}>{basket}</{tag}>", undated), Article)
