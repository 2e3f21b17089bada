"""Documents that were broken at random, thousands of them: none makes a reader raise, and what is given keeps its promises.

The mutations are seeded: a case that fails is made again by its number.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from monitor.model import Article, Channel, Feed, Rejection
from monitor.read.article import read_page
from monitor.read.discover import Announced, announced
from monitor.read.feed import read_feed
from monitor.read.home import read_home
from monitor.read.sitemap import read_sitemap

TESTS = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
CASES = 1000
"""Of each kind of document; half as many of pages, which take longer."""
URL = "https://zarya.example/n/1"

# What breaks readers: markup that ends nothing and begins nothing, elements that parsers move about, references to no character,
# numbers and times that there are not, codings that are none, addresses that are none, letters that change their length in lower
# case, and data of every type where another is expected.
HOSTILE = r"""
< > " ' & </ /> <!-- --> <![CDATA[ ]]> <?xml ?> <1> </p> </br> <a> <a:b:c> <:> <table> </table> <tr> <td> <caption> <col> <svg>
<math> <template> <select> <frameset> <form> <plaintext> <noscript> <textarea> <title> </title> <script> </script> <style> <html>
<body> </html> xmlns:a='' xmlns=' itemprop=author rel=next itemscope &# &#x &#xD800; &#x110000; &#0; &amp
&nosuch; http://[::1 http://h:999999/ javascript:x data:,x // ?# %ff% http://İ/ http://xn--a/ İ ß ﬃ ٣ ² ① { } [ ] null true 1e999
-1 "@type": "@graph":[ [[[[[[[[ {"@id":"#a"} \ud800 \u0000 2026-02-30T25:61:61+99:99 0001-01-01 9999-12-31T23:59:59-14:00
2026-05-18T12:00:00+24:00 encoding='utf-32' encoding='hex' encoding='rot13' encoding='idna'
""".split()  # noqa: SIM905 - a table, to read
SPACED = [
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", "<p a=1 a=2>", "<p \0=>", "<base href='//['>", "<base href='data:,x'>", "<a href=//[>",
    "<link rel=canonical href='http://[x'>", "<meta charset=utf-16>", "<meta charset=utf-7>", "itemscope itemref='a' id=a ",
    "31 февраля 2026", "9" * 5000, "\0", "\x0b", "\x1f", "\ufffe", "\u2028", "\u202e", "\U0010ffff", "\u00a0", "\u00ad",
]  # fmt: skip
RAW = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", b"\x00\x00\xfe\xff", b"\x1b$B"]
FRAGMENTS = [*(text.encode() for text in (*HOSTILE, *SPACED)), *RAW]
TYPES = [
    "",
    "text/html",
    "text/html; charset=utf-16",
    "application/json; charset=hex",
    "text/xml; charset=\u0130",
    ";;;=",
    "image/png",
]
ADDRESSES = [URL, "https://t.me/s/zarya", "http://[bad", "not an address", ""]

JSON_LD = """<html><head><title>Повестки в районе</title><script type="application/ld+json">{"@context":"https://schema.org",
"@graph":[{"@type":["NewsArticle","Thing"],"@id":"#a","headline":"Повестки в районе","datePublished":"2026-05-18T09:00:00+03:00",
"dateModified":null,"author":[{"@type":"Person","name":"Анна Мурова","url":"/a"},"Пётр",{"@id":"#p"}],"publisher":{"name":"Заря"},
"articleBody":"Военкомат разослал повестки, и их получили сорок человек.","isAccessibleForFree":"False","image":[1,2]},
{"@type":"BreadcrumbList","itemListElement":[{"position":1,"name":"Новости"}]},{"@type":"Person","@id":"#p","name":"Олег"}]}
</script><meta property="article:published_time" content="2026-05-18T09:00:00+03:00"><link rel="canonical" href="/n/1"></head>
<body><article><h1>Повестки в районе</h1><p>Военкомат Заречного района начал рассылать уведомления, сообщили
<a href="/2">жители</a> посёлка.</p>
<p>По словам главы администрации, бумаги получили сорок два человека из трёх сёл, и все служили по контракту.</p>
<div class="related">Читайте также: <a href="/3">Что делать с повесткой</a></div></article></body></html>"""
MAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://zarya.example/1</loc><lastmod>2026-05-18</lastmod><news:news><news:publication_date>2026-05-18T09:00:00Z
</news:publication_date><news:title>Повестки &amp; реестр</news:title></news:news></url><url><loc>https://zarya.example/2</loc></url>
</urlset><sitemapindex><sitemap><loc>https://zarya.example/s2.xml</loc><lastmod>2026-05-17</lastmod></sitemap></sitemapindex>"""
HOME = "<html><body>" + "".join(
    f'<p><a href="/news/2026/05/1{n}/bridge-{n}">В селе закрыли большой мост {n}</a><time datetime="2026-05-1{n}"></time></p>'
    for n in range(5)
) + '<link rel="alternate" type="application/rss+xml" href="/rss"></body></html>'  # fmt: skip


def small(folder: str, name: str) -> list[bytes]:
    """The documents of these tests, as they are, that are read within milliseconds."""
    found = (path.read_bytes() for path in sorted((TESTS / folder).glob(f"*/{name}")))
    return [body for body in found if 0 < len(body) < 20_000]


def mutated(chance: random.Random, documents: list[bytes]) -> bytes:
    """One of the documents, broken in some places: cut, doubled, overwritten, mixed with another."""
    body = bytearray(chance.choice(documents))
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + chance.choice((0, 1, 2, 10, 100, 2000)))
        match chance.randrange(7):
            case 0:
                body[at:end] = chance.choice(FRAGMENTS)
            case 1:
                body[at:at] = body[at:end] * chance.choice((1, 2, 20))
            case 2:
                body[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                other = chance.choice(documents)
                start = chance.randrange(len(other) + 1)
                body[at:at] = other[start : start + chance.choice((10, 200, 2000))]
            case 4:  # in the place of what an attribute or a name of JSON says
                first = body.find(b'"', at)
                last = body.find(b'"', first + 1)
                if 0 <= first < last:
                    body[first + 1 : last] = chance.choice(FRAGMENTS)
            case 5:  # within a tag
                close = body.find(b">", at)
                body[close:close] = b" " + chance.choice(FRAGMENTS)
            case _:
                del body[at : chance.choice((end, end, len(body)))]
    return bytes(body[:60_000])


def check(found: object) -> None:
    """What is promised of whatever was read."""
    match found:
        case Article():
            assert found.text.strip() == found.text != ""
            for when in (found.published, found.modified):
                assert when is None or datetime(1989, 12, 31, tzinfo=UTC) < when < NOW + timedelta(days=4)
            for link in found.links:
                assert urlsplit(link.url).scheme in ("http", "https")
                assert link.start < 0 or found.text[link.start : link.end] == link.anchor
        case Feed():
            assert all(entry.url == "" or urlsplit(entry.url).scheme in ("http", "https") for entry in found.entries)
        case Channel():
            assert all(post.text for post in found.posts)
        case Announced():
            assert all(urlsplit(url).scheme in ("http", "https") for url in (*found.feeds, *found.channels))
        case Rejection():
            assert found.detail
        case _:
            pytest.fail(f"{found!r} is nothing that a reader gives")


def read_announced(body: bytes, url: str, content_type: str, *, now: datetime) -> Any:
    assert now
    return announced(body, url, content_type)


@pytest.mark.parametrize(
    ("kind", "read", "documents"),
    [
        ("page", read_page, small("pages", "page.html")),
        ("json-ld", read_page, [JSON_LD.encode()]),
        ("feed", read_feed, small("feeds", "feed")),
        ("channel", read_feed, [body for body in small("feeds", "feed") if b"tgme_" in body]),
        ("sitemap", partial(read_sitemap, since=NOW - timedelta(days=2)), [MAP.encode()]),
        ("home", read_home, [HOME.encode(), *small("pages", "page.html")[:9]]),
        ("announced", read_announced, [HOME.encode(), JSON_LD.encode()]),
    ],
)
def test_nothing_that_is_broken_at_random_makes_a_reader_raise(
    kind: str, read: Callable[..., Any], documents: list[bytes]
) -> None:
    for number in range(CASES // 2 if read is read_page else CASES):
        chance = random.Random(f"{kind} {number}")
        body, url, type_ = mutated(chance, documents), chance.choice(ADDRESSES), chance.choice(TYPES)
        try:
            found = read(body, url, type_, now=NOW)
        except Exception as error:
            error.add_note(f"{kind} {number}, at {url!r} as {type_!r}: {body[:2000]!r}")
            raise
        check(found)


@pytest.mark.parametrize(
    ("read", "url", "body"),
    [
        # Found by case 8 of feeds: what is relative is so to where the document came from, which was no address.
        (read_feed, "http://[bad", '<rss version="2.0"><channel><item><link>https://zarya.example/1</link></item></channel></rss>'),
        (read_feed, URL, '<rss><channel><link>http://[zarya/</link><item><link>http://[::1</link></item></channel></rss>'),
        (read_page, URL, JSON_LD.replace('"@id":"#a"', '"url":"http://[::1"')),
        (read_page, URL, JSON_LD.replace('"@id":"#a"', '"mainEntityOfPage":{"@id":"//]#a"}')),
    ],
)  # fmt: skip
def test_an_address_that_is_none_makes_no_reader_raise(read: Callable[..., Any], url: str, body: str) -> None:
    found = read(body.encode(), url, "text/html; charset=utf-8" if read is read_page else "text/xml", now=NOW)
    check(found)
    assert isinstance(found, Article | Feed), found
