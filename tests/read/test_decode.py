"""Decoding: what the bytes are in is found whatever is declared, and what was wrongly declared is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.read.decode import decode, sniff

RUSSIAN = (
    "В Заречном районе четверо жителей получили электронные повестки. «Это ошибка», — сказал юрист Ладожский. ВОЕНКОМАТ МОЛЧИТ."
)
UKRAINIAN = "У селищі Берегове мешканці розповіли, що представники комісаріату ходять по домівках. Їх п’ятеро, ґвалту не чинять."
POLISH = "Zażółć gęślą jaźń: mieszkańcy otrzymali wezwania przez pomyłkę, twierdzi urząd, który nie prosił o komentarz."


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "iso8859-5", "utf-8", "utf-16"])
@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1251", "iso-8859-1", "no-such-thing"])
def test_russian_is_read_rightly_whatever_is_declared(encoding: str, declared: str) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{meta}</head><body><p>{RUSSIAN}</p></body></html>"
    if encoding == "iso8859-5":
        page = page.replace("«", '"').replace("»", '"').replace("—", "-")
    if encoding in ("koi8-r", "cp866"):
        page = page.replace("«", '"').replace("»", '"').replace("—", "-")
    assert decode(page.encode(encoding)).text == page


@pytest.mark.parametrize("encoding", ["cp855", "mac_cyrillic", "cp866", "iso8859-5", "koi8-r", "cp1251"])
@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN])
def test_what_no_browser_writes_is_read_undeclared_and_declared_wrongly(encoding: str, text: str) -> None:
    written = text.encode(encoding, "ignore")
    for declared in ("", "utf-8", encoding):
        decoded = decode(written, f"text/html; charset={declared}")
        assert decoded.text == written.decode(encoding), decoded.encoding


@pytest.mark.parametrize("declared", ["", "utf-16", "utf-8"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_without_a_mark_is_known_by_its_tags(order: str, declared: str) -> None:
    feed = f"<rss><channel><item><title>{RUSSIAN}</title></item></channel></rss>"
    decoded = decode(feed.encode(f"utf-16-{order}"), f"application/rss+xml; charset={declared}")
    assert decoded.text == feed


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-u", "utf-8"])
def test_ukrainian_is_read_rightly(encoding: str) -> None:
    text = UKRAINIAN.replace("’", "'")
    assert decode(text.encode(encoding), "text/html; charset=utf-8").text == text


@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2", "utf-8"])
def test_polish_is_not_taken_for_cyrillic(encoding: str) -> None:
    assert decode(POLISH.encode(encoding), f"text/html; charset={encoding}").text == POLISH


def test_what_is_wrongly_declared_is_told() -> None:
    assert decode(RUSSIAN.encode("cp1251"), "text/html; charset=utf-8").flags == ("declared utf-8, is windows-1251",)
    assert decode(RUSSIAN.encode(), "text/html; charset=windows-1251").flags == ("declared windows-1251, is utf-8",)


def test_what_is_rightly_declared_is_not_flagged() -> None:
    assert decode(RUSSIAN.encode("cp1251"), "text/html; charset=CP1251").flags == ()
    assert decode(RUSSIAN.encode("utf-8"), "").flags == ()


def test_a_mark_outweighs_a_declaration_and_is_no_text() -> None:
    assert decode(b"\xef\xbb\xbf" + RUSSIAN.encode(), "text/html; charset=koi8-r").text == RUSSIAN


def test_utf_8_with_a_broken_byte_stays_utf_8_and_says_so() -> None:
    decoded = decode(RUSSIAN.encode() + b"\xd0 " + RUSSIAN.encode())
    assert decoded.encoding == "utf-8"
    assert decoded.flags == ("1 bytes could not be read as utf-8",)


def test_utf_8_that_was_cut_inside_a_letter_is_utf_8() -> None:
    assert decode(RUSSIAN.encode()[:-2] + "й".encode()[:1]).encoding == "utf-8"


@pytest.mark.parametrize("broken", ["й".encode()[:1], b"\xed\xa0\xbd\xed\xb3\xa3"], ids=["a cut letter", "an emoji as halves"])
def test_a_few_words_of_utf_8_with_a_broken_letter_stay_utf_8(broken: bytes) -> None:
    words = "Повестки вручили".encode()
    decoded = decode(b"<p>" + words + b" " + broken + b" " + words + b"</p>")
    assert decoded.encoding == "utf-8"
    assert decoded.text.count("Повестки вручили") == 2
    assert "could not be read as utf-8" in decoded.flags[0]


@given(st.binary(max_size=3_000), st.text(max_size=60))
def test_any_bytes_under_any_type_are_decoded(body: bytes, content_type: str) -> None:
    decoded = decode(body, content_type)
    sniff(body, decoded.text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=500))
def test_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"  \n", "empty"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "feed"),
        (b'<?xml version="1.0"?><!-- c --><rdf:RDF xmlns:rdf="r"/>', "feed"),
        (b'<!DOCTYPE rss [<!ENTITY lead "<p>"><!ENTITY nbsp "&#160;">]><rss version="2.0"/>', "feed"),
        (b"<!DOCTYPE html><html><body><p>x</p></body></html>", "html"),
        (b"<html><body><pre>&lt;rss&gt;</pre></body></html>", "html"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "json"),
        (b'<?xml version="1.0"?><urlset/>', "xml"),
        (b"plain words", "text"),
    ],
)
def test_a_document_is_what_it_contains(body: bytes, kind: str) -> None:
    assert sniff(body, decode(body).text) == kind
