"""Lists of feeds are read whatever program wrote them, do nothing, and come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.read.opml import Subscription, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Редакция</title></head><body>
<outline text="Регионы">
  <outline type="rss" text="Берег" xmlUrl="https://bereg.example/rss" htmlUrl="https://bereg.example/"/>
  <outline title="Полдень" XMLURL="https://polden.example/feed"/>
</outline>
<outline text="Берег ещё раз" xmlUrl="https://bereg.example/rss"/>
<outline text="папка без ленты"/>
</body></opml>"""


def test_feeds_are_read_out_of_folders_each_address_once() -> None:
    assert read_opml(LIST.encode()) == [
        Subscription("https://bereg.example/rss", "Берег", "https://bereg.example/"),
        Subscription("https://polden.example/feed", "Полдень", ""),
    ]


names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(st.lists(st.tuples(names, names), max_size=5, unique_by=lambda pair: pair[0]))
def test_what_is_written_is_read_back(pairs: list[tuple[str, str]]) -> None:
    feeds = [Subscription(f"https://{number}.example/?{feed}", name, "") for number, (feed, name) in enumerate(pairs)]
    assert read_opml(write_opml("Povestka", feeds)) == feeds


@pytest.mark.parametrize("content", [b"", b"<rss/>", b"not xml", b'<opml><outline xmlUrl="x"', b"\x00\xff"])
def test_what_is_no_list_is_told(content: bytes) -> None:
    with pytest.raises(UsageError, match="is no OPML"):
        read_opml(content)


def test_entities_load_nothing_and_do_not_grow() -> None:
    hostile = """<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbbbbbbbb">]>
<opml><body><outline text="x&b;" xmlUrl="https://a.example/feed"/>&a;</body></opml>"""
    try:
        (one,) = read_opml(hostile.encode())
    except UsageError:
        return  # a list that is refused loads nothing either
    assert one.feed == "https://a.example/feed"
    assert "root:" not in one.name
