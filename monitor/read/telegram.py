"""Public previews of Telegram channels (https://t.me/s/NAME) to posts. Pure.

The service documents no format: what is relied on is the names of its classes, and what lacks them is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from lxml.etree import ParserError, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.model import Article, Channel, Feed, FeedEntry, Link, MessageNumber, Outcome, Rejection
from monitor.read.address import web_address
from monitor.read.blocks import blocks, joined
from monitor.read.characters import illegible, legible
from monitor.read.dates import instant
from monitor.read.decode import Decoded
from monitor.read.names import names
from monitor.text.language import language

MAX_MARKUP = 5_000_000
"""Characters of markup that are read of one preview."""
MAX_POSTS = 200
"""Posts that are read of one preview: the service shows 20 messages."""
MAX_NUMBERS = 2_000
"""Numbers that are taken from one preview."""
_TITLE = 120
"""Characters of a post's first line that stand for a title, which posts do not have."""

_LONGEST = 500
"""Characters of a name, or of a title that is no article's."""

_MARKUP = re.compile(r"\btgme_(?:page|channel_info|channel_history|widget_message)")
_POST = re.compile(r"([A-Za-z]\w{3,31})/(\d{1,10})", re.ASCII)
_PART = re.compile(r"/(\w+)/(\d{1,10})\?single\b", re.ASCII)
_BEFORE = re.compile(r"(?:^|&)before=(\d{1,10})(?:&|$)", re.ASCII)
_WITHHELD = re.compile(r"can.?t be displayed|is unavailable", re.IGNORECASE)
_EDITED = re.compile(r"\bedited\b", re.IGNORECASE)
_NOT_SHOWN = "media that the preview does not show"
# What a post can hold beside its text, by the class of it.
_MEDIA = {
    "photo": "tgme_widget_message_photo_wrap",
    "video": "tgme_widget_message_video_player",
    "round video": "tgme_widget_message_roundvideo_player",
    "voice message": "tgme_widget_message_voice_player",
    "document": "tgme_widget_message_document_wrap",
    "sticker": "tgme_widget_message_sticker_wrap",
    "poll": "tgme_widget_message_poll",
    "location": "tgme_widget_message_location_wrap",
    _NOT_SHOWN: "message_media_not_supported",
}
_of_class = XPath(".//*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]")


def is_preview(text: str) -> bool:
    """Whether a page is one of Telegram's: a channel's preview, or what stands in its place."""
    return _MARKUP.search(text[:MAX_MARKUP]) is not None


def read(decoded: Decoded, url: str, now: datetime) -> Channel | Rejection:
    """Reads the preview at `url`, whose path ends in the channel's name: no page speaks for another channel. `now` bounds what
    declared dates are plausible. Never raises: what shows no channel is Rejection.

    A post's address is that of its channel on t.me, wherever the page was fetched. Its title is the beginning of its text, for
    posts have none. Views and reactions are left out: they are other numbers at each look.
    """
    text, count = legible(decoded.text)
    flags = [*decoded.flags, *illegible(count)]
    if len(text) > MAX_MARKUP:
        flags.append(f"cut at {MAX_MARKUP:,} of {len(text):,} characters")
    tree = _tree(text[:MAX_MARKUP])
    found = [] if tree is None else [element for element in tree.iter("div") if _post(element)]
    if tree is None or not (found or _of_class(tree, name="tgme_channel_history")):
        return _no_preview(tree)
    url = web_address(url, url)
    name = urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
    for element in reversed(found):
        # Where markup is broken one message may lie within another: the inner one first, so that none has another's words.
        element.drop_tree()
    messages = [element for element in found if _is_of(element, name)]
    if len(messages) < len(found):
        flags.append(f"left out, of another channel than {name}: {len(found) - len(messages)}")
    if len(messages) > MAX_POSTS:
        flags.append(f"cut at {MAX_POSTS} of {len(messages):,} posts")
    if not messages:
        flags.append("the preview has no posts")
    read_ = [_Message(message, url, now) for message in messages[-MAX_POSTS:]]
    posts = [message for message in read_ if not message.is_service]
    numbers = {row.number: row for message in read_ for row in message.numbers()}
    # An album's parts never have a row of their own beside it; where markup says so, the message itself is believed.
    numbers |= {message.number: message.own() for message in read_}
    kept = sorted(numbers.values(), key=lambda row: row.number)[-MAX_NUMBERS:]
    if withheld := sum(message.is_withheld for message in posts):
        flags.append(f"posts withheld by the service from its preview: {withheld}")
    feed = Feed(
        url=url,
        format="telegram",
        title=_words_of(tree, "tgme_channel_info_header_title"),
        language="",
        entries=tuple(message.entry() for message in posts),
        flags=tuple(flags),
    )
    before = _BEFORE.search(urlsplit(url).query)
    articles = tuple(message.article() for message in posts if message.text)
    return Channel(feed, articles, tuple(kept), _older(tree, url, kept), int(before[1]) if before else None)


def _tree(markup: str) -> HtmlElement | None:
    """None where there is nothing but comments and white space."""
    try:
        return document_fromstring(markup.encode(), parser=HTMLParser(encoding="utf-8"))
    except ParserError:
        return None


def _post(element: HtmlElement) -> re.Match[str] | None:
    """The channel and number of an element that is a message."""
    if "tgme_widget_message" not in (element.get("class") or "").split():
        return None
    return _POST.fullmatch(element.get("data-post") or "")


def _is_of(element: HtmlElement, channel: str) -> bool:
    post = _post(element)
    return post is not None and post[1].lower() == channel


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())[:_LONGEST]


def _words_of(element: HtmlElement, name: str) -> str:
    """Of the first element in it that has the class."""
    return next(map(_words, _of_class(element, name=name)), "")


def _no_preview(tree: HtmlElement | None) -> Rejection:
    said = "" if tree is None else _words_of(tree, "tgme_page_description") or _words_of(tree, "tgme_widget_message_error")
    if _WITHHELD.search(said):
        return Rejection(Outcome.BLOCKED, f"the page says: {said[:200]}")
    return Rejection(Outcome.NOT_A_FEED, "the page shows no posts: no channel of this name has a public preview")


def _older(tree: HtmlElement, url: str, numbers: list[MessageNumber]) -> str:
    """Made here of the page's own address: where a page would rather send us is its own affair."""
    has_older = any(link.get("rel") == "prev" for link in tree.iter("link")) or any(
        element.get("data-before") for element in _of_class(tree, name="tme_messages_more")
    )
    if not numbers or not has_older:
        return ""
    return urlunsplit(urlsplit(url)._replace(query=f"before={numbers[0].number}", fragment=""))


class _Message:
    """One message of a preview."""

    def __init__(self, element: HtmlElement, base: str, now: datetime) -> None:
        post = _post(element)
        assert post is not None
        self.name, self.number = post[1], int(post[2])
        self.url = f"https://t.me/{self.name}/{self.number}"
        self.is_service = "service_message" in (element.get("class") or "").split()
        self._element = element
        self._base = base
        self._now = now
        self._date = next((t.get("datetime") for d in self._of("tgme_widget_message_date") for t in d.iter("time")), "") or ""
        self.text, self._links = self._read_text()

    def _of(self, name: str) -> list[HtmlElement]:
        found: list[HtmlElement] = _of_class(self._element, name=name)
        return found

    @property
    def is_withheld(self) -> bool:
        """Whether the service shows nothing of it."""
        return not self.text and bool(self._of(_MEDIA[_NOT_SHOWN]))

    def own(self) -> MessageNumber:
        kind = "service" if self.is_service else "text" if self.text else "media"
        return MessageNumber(self.number, kind, self.number)

    def numbers(self) -> Iterator[MessageNumber]:
        """Of the parts of its album: each has a number, and links to itself by it."""
        if not self.is_service:
            parts = (_PART.search(a.get("href") or "") for a in self._element.iter("a"))
            yield from (MessageNumber(int(part[2]), "part", self.number) for part in parts if part and part[1] == self.name)

    def entry(self) -> FeedEntry:
        summary = "" if self.text else ", ".join(self._media())
        published = instant(self._date, self._now)
        return FeedEntry(f"{self.name}/{self.number}", self.url, self._title(), summary, published, self._date, None)

    def article(self) -> Article:
        forwarded = self._forwarded()
        return Article(
            url=self.url,
            canonical=self.url,
            title=self._title(),
            subtitle="",
            authors=names(map(_words, self._of("tgme_widget_message_from_author"))),
            published=instant(self._date, self._now),
            published_raw=self._date,
            modified=None,
            modified_raw="",
            language=language("", self.text),
            section="",
            text=self.text,
            links=(*self._links, *self._other_links(forwarded)),
            flags=tuple(self._flags(forwarded)),
        )

    def _title(self) -> str:
        line = self.text.partition("\n")[0]
        if len(line) <= _TITLE:
            return line
        return line[:_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:—–-") + "…"

    def _media(self) -> list[str]:
        return [kind for kind, name in _MEDIA.items() if self._of(name)]

    def _forwarded(self) -> HtmlElement | None:
        return next(iter(self._of("tgme_widget_message_forwarded_from_name")), None)

    def _flags(self, forwarded: HtmlElement | None) -> Iterator[str]:
        # The word stands beside the date and the author's name, in the element around both.
        around = (part for meta in self._of("tgme_widget_message_meta") for part in (meta.text, *(e.tail for e in meta)))
        if any(_EDITED.search(part or "") for part in around):
            yield "edited"
        if forwarded is not None:
            yield f"forwarded from {_words(forwarded) or 'somebody who is not named'}"
        parts = len({row.number for row in self.numbers()})
        if parts > 1:
            yield f"album of {parts}"
        yield from (f"with {kind}" for kind in self._media())

    def _texts(self) -> list[HtmlElement]:
        """What holds the message's own words: not those of the post that it answers. Albums have one such element in another."""
        aside = {*self._of("tgme_widget_message_reply"), *self._of("tgme_widget_message_link_preview")}
        taken: set[HtmlElement] = set()
        for name in ("tgme_widget_message_text", "tgme_widget_message_poll_question", "tgme_widget_message_poll_option_text"):
            taken.update(self._of(name))
        inside = [e for e in self._element.iter() if e in taken]
        return [e for e in inside if not any(parent in aside or parent in taken for parent in e.iterancestors())]

    def _read_text(self) -> tuple[str, tuple[Link, ...]]:
        text, spans = joined(line for element in self._texts() for line in blocks(element))
        links = []
        for anchor, start, end in spans:
            if address := self._address(anchor):
                links.append(Link(address, "citation", text[start:end], start, end))
        return text, tuple(links)

    def _address(self, element: HtmlElement) -> str:
        """Where an element leads; empty where nowhere, or to the channel itself: a hashtag is a search in it."""
        href = element.get("href") or ""
        # Links that ask their reader before they open are escaped twice.
        address = "" if not href or href.startswith("?") else web_address(self._base, href.replace("&amp;", "&"))
        return "" if urlsplit(address).path.strip("/").lower() == self.name.lower() else address

    def _other_links(self, forwarded: HtmlElement | None) -> Iterator[Link]:
        """To what it answers, to what is shown under it, and to whence it came; none twice."""
        known = {link.url for link in self._links}
        shown: Iterable[tuple[str, HtmlElement, str]] = (
            *(("citation", e, "") for e in self._of("tgme_widget_message_reply")),
            *(("citation", e, _words_of(e, "link_preview_title")) for e in self._of("tgme_widget_message_link_preview")),
            *(("syndication", e, _words(e)) for e in [forwarded] if e is not None),
        )
        for kind, element, anchor in shown:
            address = self._address(element)
            if address and address not in known:
                known.add(address)
                yield Link(address, kind, anchor)
