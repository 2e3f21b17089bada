"""What holds for every page and feed, hostile ones included: nothing is raised, and what is given keeps its promises."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Article, Feed, Rejection
from monitor.read.article import published_day, read_page
from monitor.read.feed import read_feed

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
# Two of the words are the marks that the reader itself puts around links.
WORDS = st.one_of(
    st.sampled_from(["повестка", "военкомат", "реестр", "суд", "район", "summons", "office", "&amp;", "&nbsp;", "<", '"']),
    st.sampled_from(
        ["Читайте также:", "Read more", "Related", "12 мая 2026, 10:00 МСК", "By Anna Moor", "\U00017000", "\U00017001"]
    ),
)
TAGS = st.one_of(
    st.sampled_from(
        ["html", "head", "body", "article", "main", "div", "p", "h1", "h2", "ul", "li", "a", "a", "span", "time", "aside"]
    ),
    st.sampled_from(["a", "table", "tr", "td", "script", "style", "title", "blockquote", "br", "form", "svg"]),
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        'class="related"',
        'class="byline author"',
        'href="https://zarya.example/1"',
        'href="javascript:x()"',
        'href="//[bad"',
        'href="http://h:99999999/"',
        'datetime="2026-02-30"',
        'itemprop="author headline"',
        'type="application/ld+json"',
        'rel="author"',
        'content="x" property="article:published_time"',
    ]
)


@st.composite
def soup(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 60))):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            parts.append(f"<{draw(TAGS)} {draw(ATTRIBUTES)}>")
        elif kind == 1:
            parts.append(f"</{draw(TAGS)}>")
        else:
            parts.append(" ".join(draw(st.lists(WORDS, min_size=1, max_size=25))))
    return "".join(parts)


def check(article: Article | Rejection) -> None:
    if isinstance(article, Rejection):
        assert article.detail
        return
    assert article.text
    assert not any(not line or line != line.strip() for line in article.text.split("\n"))
    for when in (article.published, article.modified):
        assert when is None or (
            when.utcoffset() == timedelta(0) and datetime(1989, 12, 31, tzinfo=UTC) < when < NOW + timedelta(days=4)
        )
    assert article.language == "" or (len(article.language) == 2 and article.language.islower())
    published_day(article)
    for link in article.links:
        assert urlsplit(link.url).scheme in ("http", "https")
        if link.kind == "citation":
            assert article.text[link.start : link.end] == link.anchor
            assert link.anchor == link.anchor.strip() != ""


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(soup())
def test_any_markup_is_read_or_refused(markup: str) -> None:
    check(read_page(markup.encode(), "https://zarya.example/n/1", "text/html", now=NOW))


def test_a_date_search_that_gives_up_on_a_page_does_not_give_up_the_page() -> None:
    check(read_page(b"<svg ><html >", "https://zarya.example/n/1", now=NOW))


@settings(max_examples=100)
@given(st.binary(max_size=2_000), st.sampled_from(["https://zarya.example/n/1", "not an address", "http://[bad", ""]))
def test_any_bytes_are_read_or_refused(body: bytes, url: str) -> None:
    check(read_page(body, url, now=NOW))
    check(read_page(b"<html><body><p>" + body + b"</p></body></html>", url, now=NOW))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=1_500), soup().map(str.encode)), st.sampled_from(["rss", "rdf:RDF", "feed", "none", "json"]))
def test_any_feed_is_read_or_refused(body: bytes, root: str) -> None:
    if root == "json":
        body = b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + body
    elif root != "none":
        body = f"<{root}><channel><item>".encode() + body + f"</item></channel></{root}>".encode()
    feed = read_feed(body, "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed | Rejection)
    for entry in feed.entries if isinstance(feed, Feed) else ():
        assert entry.url == "" or urlsplit(entry.url).scheme in ("http", "https")


LINK_WORDS = st.text(alphabet="абвгдеёжз ABC«»-", min_size=1, max_size=30).filter(lambda words: words.strip() != "")


@settings(max_examples=60)
@given(st.lists(LINK_WORDS, min_size=1, max_size=6))
def test_every_link_in_a_paragraph_is_found_where_it_stands(anchors: list[str]) -> None:
    sentence = "Районный военкомат признал, что часть уведомлений была отправлена людям, которые не подлежат призыву"
    paragraphs = "".join(
        f'<p>{sentence} {n}, сообщает <a href="https://paper{n}.example/x">{words}</a>, и обещал всё проверить.</p>'
        for n, words in enumerate(anchors)
    )
    page = f"<html><head><title>Т</title></head><body><article><h1>Т</h1>{paragraphs}</article></body></html>"
    article = read_page(page.encode(), "https://zarya.example/n/1", now=NOW)
    assert isinstance(article, Article)
    found = [(link.url, link.anchor) for link in article.links]
    assert found == [(f"https://paper{n}.example/x", " ".join(words.split())) for n, words in enumerate(anchors)]
    check(article)


def test_a_page_past_the_size_limit_is_cut_and_says_so() -> None:
    body = (
        b"<html><body><article><h1>Long</h1>"
        + b"<p>Words of a long page, and more of them.</p>\n" * 120
        + b"<!--"
        + b"x" * 5_000_000
    )
    article = read_page(body, "https://zarya.example/n/1", now=NOW)
    assert isinstance(article, Article)
    assert any(flag.startswith("cut at 5,000,000 of") for flag in article.flags)


@pytest.mark.parametrize("status", [404, 410, 429, 451, 500])
def test_an_error_status_is_never_an_article(status: int) -> None:
    page = "<html><body><article>" + "<p>Enough words to be the text of an article, were it not for its status.</p>" * 20
    assert isinstance(read_page(page.encode(), "https://zarya.example/n/1", status=status, now=NOW), Rejection)
