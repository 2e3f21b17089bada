"""One bad character costs a document nothing but itself, and the flag says that it was there."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Channel, Feed
from monitor.read.article import read_page
from monitor.read.characters import illegible, legible
from monitor.read.feed import read_feed
from monitor.read.home import read_home
from monitor.read.sitemap import read_sitemap

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
BAD = [
    "\x00",
    "\x02",
    "\x0b",
    "\x1f",
    "\x7f",
    "\ufffe",
    "&#0;",
    "&#2;",
    "&#x1F",
    "&#8",
    "&#xD83D;",
    "&#55357;",
    "&#x110000;",
    "&#99999999999;",
]
SENTENCES = (
    "Военкомат Заречного района начал рассылать уведомления, сообщили жители посёлка в понедельник утром.",
    "По словам главы администрации, бумаги получили сорок два человека из трёх сёл, и все служили по контракту.",
    "Юристы напоминают, что бумага считается вручённой через семь дней после её появления в реестре.",
)


@pytest.mark.parametrize(
    ("written", "meant", "count"),
    [
        ("пове\x02стка", "повестка", 1),
        ("одна\x0bдругая", "одна\nдругая", 1),
        ("&#xD83D;&#xDCE3; и &#55357;&#56547;", "\U0001f4e3 и \U0001f4e3", 2),
        ("&#xD83D; и &#55357;x", "\ufffd и \ufffdx", 2),
        ("&#150; &#x97;", "– —", 0),
        ("&#8", "", 1),
        ("&#x110000;&#0;", "\ufffd\ufffd", 2),
        ("&#1087;&#x43f;&#10;&#128227;", "&#1087;&#x43f;&#10;&#128227;", 0),
        ("&amp; &nbsp; &#; &#x;", "&amp; &nbsp; &#; &#x;", 0),
    ],
)
def test_what_no_text_has_is_left_out_and_counted(written: str, meant: str, count: int) -> None:
    assert legible(written) == (meant, count)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="&\ufffe\uffff")))
def test_a_sound_text_stays_as_it_is(text: str) -> None:
    assert legible(text) == (text, 0)


@pytest.mark.parametrize("bad", BAD)
def test_a_page_is_read_whatever_character_is_in_it(bad: str) -> None:
    said = f'"headline":"Повестки{bad}","author":"Анна\\u0002 Мурова","articleBody":"<p>Коротко\\u0008{bad}</p>"'
    data = f'{{"@type":"NewsArticle",{said}}}'
    paragraphs = "".join(f"<p>{s} <a href='/1{bad}'>подробности{bad}</a>{bad}</p>" for s in SENTENCES)
    page = f"""<html><head><title>{bad}Повестки</title><script type="application/ld+json">{data}</script></head><body>
        <h1>Повестки{bad}</h1><article>{paragraphs}<div>Читайте также: <a href="/2">Что делать с бумагой{bad} дальше</a></div>
        </article></body></html>"""
    article = read_page(page.encode("utf-8", "surrogatepass"), "https://zarya.example/1", now=NOW)
    assert isinstance(article, Article), article
    assert [s for s in SENTENCES if s not in article.text] == []
    assert any(flag.endswith("characters that no text has were left out") for flag in article.flags)


@pytest.mark.parametrize("bad", BAD)
def test_a_feed_is_read_whatever_character_is_in_it(bad: str) -> None:
    items = "".join(
        f"<item><title>Запись {n}{bad}</title><link>https://zarya.example/{n}</link><description><![CDATA[<p>{bad}Два</p>]]>"
        f"</description><author>Анна{bad} Мурова</author><pubDate>{bad}</pubDate></item>"
        for n in range(3)
    )
    feed = read_feed(f"<rss><channel><title>{bad}</title>{items}</channel></rss>".encode(), "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert [entry.url for entry in feed.entries] == [f"https://zarya.example/{n}" for n in range(3)]
    assert any(flag.endswith("characters that no text has were left out") for flag in feed.flags)


@pytest.mark.parametrize("bad", BAD)
def test_a_json_feed_is_read_whatever_character_is_in_it(bad: str) -> None:
    items = (
        f'{{"id":"1\\u0002","url":"https://zarya.example/1","title":"Раз\\ud83d{bad}","content_html":"<p>{bad}\\u0008Текст</p>"}}'
    )
    body = f'{{"version":"https://jsonfeed.org/version/1.1","title":"Заря\\u0000","items":[{items}]}}'
    feed = read_feed(body.encode(), "https://zarya.example/feed.json", now=NOW)
    assert isinstance(feed, Feed)
    assert feed.entries[0].text.endswith("Текст")
    assert legible("".join([feed.title, feed.entries[0].guid, feed.entries[0].title, feed.entries[0].text]))[1] == 0


@pytest.mark.parametrize("bad", BAD)
def test_a_sitemap_is_read_whatever_character_is_in_it(bad: str) -> None:
    urls = "".join(
        f"<url><loc>https://zarya.example/{n}</loc><news:news><news:title>{bad}</news:title></news:news></url>" for n in range(3)
    )
    sitemap = read_sitemap(f"<urlset>{urls}</urlset>".encode(), "https://zarya.example/s.xml", now=NOW, since=NOW)
    assert isinstance(sitemap, Feed)
    assert [entry.url for entry in sitemap.entries] == [f"https://zarya.example/{n}" for n in range(3)]


@pytest.mark.parametrize("bad", BAD)
def test_a_channel_and_a_home_page_are_read_whatever_character_is_in_them(bad: str) -> None:
    post = '<div class="tgme_widget_message" data-post="zarya/{}"><div class="tgme_widget_message_text">Пост{} <a href="https://zarya.example/1">ссылка{}</a></div></div>'
    page = f'<div class="tgme_channel_history">{post.format(1, bad, bad)}{post.format(2, "", "")}</div>'
    channel = read_feed(f"<html><body>{page}</body></html>".encode(), "https://t.me/s/zarya", now=NOW)
    assert isinstance(channel, Channel)
    assert len(channel.posts) == 2
    links = "".join(f'<a href="/news/{n}-bridge">В селе закрыли{bad} большой мост {n}</a>' for n in range(3))
    home = read_home(f"<html><body>{links}</body></html>".encode(), "https://zarya.example/", now=NOW)
    assert isinstance(home, Feed)
    assert len(home.entries) == 3


def test_nothing_is_said_of_a_document_without_such_characters() -> None:
    assert illegible(0) == []
