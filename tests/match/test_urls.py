"""Two addresses are one page, or they are not."""

import re
from itertools import permutations
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import article_id, url_identity

PLAIN = "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a"


@pytest.mark.parametrize(
    "same",
    [
        "http://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "HTTPS://WWW.Bereg.Example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "http://bereg.example:80/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example:443/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://m.bereg.example/news/2026/Povestka-1/?tag=a&ELEMENT_ID=7",
        "https://amp.bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://www.m.bereg.example./news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026/Povestka-1/amp/?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a&amp",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a&amp=1",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a#comments",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&amp;tag=a",
        "https://bereg.example/news/2026/Povestka-1?tag=a&amp;utm_source=tg&amp;ELEMENT_ID=7&amp;amp;from=rss&AMP;%61mp;ref=x&amp;",
        "https://bereg.example/news//2026/./x/../Povestka%2D1?ELEMENT_ID=7&&tag=%61",
        "https://bereg.example\\news\\2026\\Povestka-1?ELEMENT_ID=7&tag=a",
        "https://reader:secret@bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026/Povestka-1;jsessionid=9F2?ELEMENT_ID=7&tag=a",
        "  https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a\n",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&utm_source=tg&UTM_Medium=x&tag=a",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a&ysclid=z&yclid=1&fbclid=q&gclid=w&_openstat=e&from=main&ref=top",
    ],
)
def test_one_page_under_another_address_is_one(same):
    assert url_identity(same) == url_identity(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        "https://bereg.example/news/2026/povestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=8&tag=a",
        "https://bereg.example/news/2026/Povestka-1?tag=a",
        "https://bereg.example/news/2026/Povestka-1",
        "https://bereg.example:8443/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://sport.bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026%2FPovestka-1?ELEMENT_ID=7&tag=a",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7%26tag=a",
        "https://bereg.example/news/2026/Povestka-1?ELEMENT_ID=7&tag=a&amp=17",
        "https://bereg.example/news/2026/Povestka-1/amplifier?ELEMENT_ID=7&tag=a",
    ],
)
def test_another_page_stays_another(other):
    assert url_identity(other) != url_identity(PLAIN)


@pytest.mark.parametrize(
    "same",
    [
        "https://t.me/s/zarya_news/123",
        "http://telegram.me/Zarya_News/123",
        "https://www.t.me/zarya_news/123?single",
        "https://telegram.dog/s/ZARYA_NEWS/123/?single&utm_source=x",
    ],
)
def test_a_post_on_telegram_is_one_under_all_its_addresses(same):
    assert url_identity(same) == "https://t.me/zarya_news/123"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://t.me/zarya_news/123", "https://t.me/zarya_news/124"),
        ("https://t.me/s/zarya_news?before=9", "https://t.me/s/zarya_news?before=8"),
        ("https://t.me/joinchat/AbCd", "https://t.me/joinchat/abcd"),
        ("https://t.me/+AbCdEf", "https://t.me/+abcdef"),
        ("https://bereg.example/s/zarya_news", "https://bereg.example/zarya_news"),
        ("https://bereg.example/1?single", "https://bereg.example/1"),
    ],
)
def test_what_another_address_of_telegram_or_another_site_means_stays_apart(one, other):
    assert url_identity(one) != url_identity(other)


@pytest.mark.parametrize("name", ["id", "newsid", "ELEMENT_ID", "sid", "p", "num", "article", "n"])
def test_what_may_name_the_article_is_kept(name):
    assert url_identity(f"https://gorod.example/?{name}=1") != url_identity(f"https://gorod.example/?{name}=2")


def test_cyrillic_is_one_address_however_it_is_spelled():
    spelled = [
        "https://пример.рф/новости/Й?метка=ё",
        "http://ПРИМЕР.РФ/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%d0%99?%D0%BC%D0%B5%D1%82%D0%BA%D0%B0=%D1%91",
    ]
    spelled += ["https://xn--e1afmkfd.xn--p1ai/новости/И\u0306/?метка=е\u0308"]
    assert {url_identity(u) for u in spelled} == {
        "https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%99?%D0%BC%D0%B5%D1%82%D0%BA%D0%B0=%D1%91"
    }


def test_bytes_of_an_old_encoding_stay_as_they_are():
    assert url_identity("http://stary.example/%ed%ee%e2") == "https://stary.example/%ED%EE%E2"


def test_values_under_one_name_keep_their_order():
    assert url_identity("https://a.example/?t=2&t=1&b=0") == "https://a.example/?b=0&t=2&t=1"


def test_the_order_of_names_says_nothing():
    assert len({url_identity("https://a.example/?" + "&".join(p)) for p in permutations(["id=1", "b", "c=%20", "d=+"])}) == 1


def test_a_short_name_is_not_taken_for_a_variant_host():
    assert url_identity("http://m.ru/") == "https://m.ru/"
    assert url_identity("http://www.ru/x") == "https://www.ru/x"


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "news",
        "//bereg.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "ftp://a.example/",
        "http://",
        "http:///x",
        "https://?id=1",
        "http://a b.example/",
        "http://a.example:99999/",
        "http://a.example:x/",
        "http://[::zz]/",
        "http://[",
        "http://-a-.example/",
        "http://a..example/",
        "http://\ud800.example/",
        "http://a.example/\ud800",
        "http://" + "a" * 70 + ".example/",
        "http://℀.example/",
        "http://<script>/",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(garbage):
    with pytest.raises(ValueError, match=r"^not an http\(s\) address: [^\n]+$"):
        url_identity(garbage)


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda s: not s.startswith("xn--"))
PIECE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ANYTHING = st.text(
    st.sampled_from(":/?#[]@!$&'()*+,;=%.~-_ \\abAB09яЙ\u0306ß\u2100\uff10\ud800\x00\n") | st.characters(), max_size=40
)


@given(
    ANYTHING
    | ANYTHING.map("http://".__add__)
    | ANYTHING.map("https://a.example/".__add__)
    | ANYTHING.map("https://a.example/?".__add__)
    | st.lists(st.sampled_from(["amp;", "&", "AMP", "%61mp;", "x=1", "="])).map(
        lambda parts: "https://a.example/?" + "".join(parts)
    )
    | ANYTHING.map("https://t.me/s/".__add__)
    | ANYTHING.map("https://telegram.me/abcd".__add__)
)
def test_an_identity_is_its_own_identity_or_the_address_is_refused(url):
    try:
        identity = url_identity(url)
    except ValueError:
        return
    assert url_identity(identity) == identity
    assert re.fullmatch(r"https://[!-~]+", identity)


@st.composite
def addresses(draw):
    path = "".join("/" + quote(draw(PIECE), safe="") for _ in range(draw(st.integers(0, 3))))
    query = "&".join(f"x{quote(draw(PIECE), safe='')}={quote(draw(PIECE), safe='')}" for _ in range(draw(st.integers(0, 3))))
    return f"https://{draw(LABEL)}.{draw(LABEL)}.example{path}?{query}"


TRACKER = st.sampled_from(
    ["utm_source", "utm_anything", "YSCLID", "yclid", "fbclid", "gclid", "_openstat", "from", "ref", "mc_eid", "pk_kwd"]
)


@given(addresses(), TRACKER, LABEL)
def test_a_tracker_changes_nothing(url, tracker, value):
    assert url_identity(f"{url}&{tracker}={value}") == url_identity(url)
    assert url_identity(url.replace("?", f"?{tracker}={value}&")) == url_identity(url)


@given(addresses(), LABEL, LABEL)
def test_an_unknown_parameter_is_another_page(url, name, value):
    assert url_identity(f"{url}&z{name}={value}") != url_identity(url)


@given(st.text(max_size=50).map(lambda s: s.encode("utf8", "ignore").decode()))
def test_an_article_id_is_16_hex_digits_and_always_the_same(identity):
    assert re.fullmatch("[0-9a-f]{16}", article_id(identity))
    assert article_id(identity) == article_id(identity)


def test_article_ids_do_not_change_between_versions():
    assert article_id("https://bereg.example/1") == "e96c763ed4f6dcde"
