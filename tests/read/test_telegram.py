"""What holds for every page in a Telegram preview's place, hostile ones included. Pages with their results are in tests/feeds."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Channel, Rejection
from monitor.read.feed import read_feed
from monitor.read.telegram import MAX_NUMBERS, MAX_POSTS

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
URL = "https://t.me/s/zarya_news"
PAGE = (Path(__file__).resolve().parent.parent / "feeds" / "telegram-channel" / "feed").read_text("utf-8")
PIECES = re.findall(r"<[^>]*>|[^<]+", PAGE)
CUTS = st.integers(0, len(PIECES))


def message(number: int, inner: str = '<div class="tgme_widget_message_text">Слова</div>') -> str:
    return f'<div class="tgme_widget_message" data-post="zarya_news/{number}">{inner}</div>'


def read(page: str, url: str = URL) -> Channel | Rejection:
    found = read_feed(page.encode(), url, "text/html; charset=utf-8", now=NOW)
    assert isinstance(found, Channel | Rejection)
    return found


def channel(page: str) -> Channel:
    found = read(page)
    assert isinstance(found, Channel), found
    return found


def check(found: Channel | Rejection) -> None:
    if isinstance(found, Rejection):
        assert found.detail
        return
    assert found.feed.format == "telegram"
    numbers = [row.number for row in found.numbers]
    assert numbers == sorted(set(numbers))
    for url in (*(entry.url for entry in found.feed.entries), *(post.url for post in found.posts)):
        assert re.fullmatch(r"https://t\.me/zarya_news/\d+", url)
    for post in found.posts:
        assert post.text
        assert all(line and line == line.strip() for line in post.text.split("\n"))
        assert post.text.startswith(post.title.removesuffix("…"))
        for link in post.links:
            assert urlsplit(link.url).scheme in ("http", "https")
            assert link.start == -1 or post.text[link.start : link.end] == link.anchor != ""


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(CUTS, CUTS, CUTS)
def test_a_page_with_its_pieces_lost_doubled_or_moved_is_read_or_refused(a: int, b: int, c: int) -> None:
    a, b, c = sorted((a, b, c))
    for pieces in (PIECES[:a] + PIECES[b:], PIECES[:b] + PIECES[a:], PIECES[:a] + PIECES[b:c] + PIECES[a:b] + PIECES[c:]):
        check(read("".join(pieces)))


@settings(max_examples=100)
@given(st.text(max_size=300), st.sampled_from(["text", "poll_question", "reply", "meta", "link_preview", "forwarded_from_name"]))
def test_any_words_in_a_messages_place_are_read_or_refused(words: str, part: str) -> None:
    check(read(message(5) + message(6, f'<a class="tgme_widget_message_{part}" href="{words}">{words}</a>{words}')))


@settings(max_examples=100)
@given(st.binary(max_size=1_000))
def test_any_bytes_beside_a_message_are_read_or_refused(body: bytes) -> None:
    found = read_feed(message(5).encode() + body + b"<br", URL, now=NOW)
    assert isinstance(found, Channel | Rejection)
    check(found)


def test_a_page_speaks_for_the_channel_that_its_address_names_and_for_no_other() -> None:
    other = read(message(5), "https://t.me/s/bereg_live")
    assert isinstance(other, Channel)
    assert (other.posts, other.feed.entries, other.numbers) == ((), (), ())
    assert other.feed.flags[0] == "left out, of another channel than bereg_live: 1"


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Коротко", "Коротко"),
        ("слово " * 40, "слово " * 19 + "слово…"),
        ("ш" * 300, "ш" * 120 + "…"),
        ("⚡️⚡️", "⚡️⚡️"),
    ],
)
def test_the_beginning_of_a_post_is_its_title(first: str, title: str) -> None:
    (post,) = channel(message(5, f'<div class="tgme_widget_message_text">{first}<br>Дальше.</div>')).posts
    assert post.title == title
    assert post.text == f"{first.strip()}\nДальше."


def test_older_posts_are_asked_of_the_same_host_whatever_the_page_says() -> None:
    more = '<a class="tme_messages_more" data-before="1" href="https://elsewhere.example/?before=1">'
    assert channel(message(7) + message(9) + more).older == "https://t.me/s/zarya_news?before=7"
    assert channel(message(7) + message(9)).older == ""


def test_a_page_of_endless_posts_and_parts_is_cut_and_says_so() -> None:
    found = channel("".join(map(message, range(1, 2 * MAX_POSTS + 1))))
    assert [entry.guid for entry in found.feed.entries] == [f"zarya_news/{n}" for n in range(MAX_POSTS + 1, 2 * MAX_POSTS + 1)]
    assert found.feed.flags == (f"cut at {MAX_POSTS} of {2 * MAX_POSTS} posts",)
    parts = "".join(f'<a href="https://t.me/zarya_news/{n}?single"></a>' for n in range(2 * MAX_NUMBERS))
    assert len(channel(message(5, parts)).numbers) == MAX_NUMBERS


def test_parts_of_other_channels_albums_have_no_number_here() -> None:
    found = channel(message(5, '<a href="https://t.me/bereg_live/6?single"></a><a href="https://t.me/zarya_news/7?single"></a>'))
    assert [row.number for row in found.numbers] == [5, 7]


@pytest.mark.parametrize(
    ("around", "edited"),
    [
        ("edited &nbsp;<a>09:00</a>", True),
        ("<a>09:00</a> edited", True),
        ("<a>edited</a>", False),
        ("unedited", False),
        ("", False),
    ],
)
def test_a_post_is_edited_where_the_service_says_so_and_not_where_its_author_is_called_so(around: str, edited: bool) -> None:
    words = '<div class="tgme_widget_message_text">Мы всё edited</div>'
    (post,) = channel(message(5, f'{words}<span class="tgme_widget_message_meta">{around}</span>')).posts
    assert ("edited" in post.flags) is edited


def test_a_message_that_is_not_closed_does_not_take_the_words_of_the_next() -> None:
    opened = message(5, '<div class="tgme_widget_message_text">Первый <a href="https://bereg.example/1">тут</a>').removesuffix(
        "</div>"
    )
    found = channel(
        opened + message(6, '<div class="tgme_widget_message_text">Второй <a href="https://bereg.example/2">там</a></div>')
    )
    assert [(post.text, [link.url for link in post.links]) for post in found.posts] == [
        ("Первый тут", ["https://bereg.example/1"]),
        ("Второй там", ["https://bereg.example/2"]),
    ]


def test_a_picture_among_letters_and_what_is_covered_part_no_line() -> None:
    emoji = '<tg-emoji emoji-id="1"><i class="emoji"><b>🔥</b></i></tg-emoji>'
    text = f"Бумаги {emoji} вручили <tg-spoiler>сорока</tg-spoiler> жителям."
    found = read(message(5, f'<div class="tgme_widget_message_text">{text}</div>'))
    assert isinstance(found, Channel)
    assert found.posts[0].text == "Бумаги 🔥 вручили сорока жителям."
