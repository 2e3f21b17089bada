"""What a worker process does with the bytes of a page: all that the pure rooms say of it. Touches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.judge import Gazetteer, Topic, find_places, judge
from monitor.match import fingerprint
from monitor.model import Article, Attribution, Channel, Denial, Feed, Fingerprint, Outcome, Place, Rejection, Verdict
from monitor.read import read_feed, read_home, read_page, read_sitemap
from monitor.read.discover import Announced, announced
from monitor.trace import Outlets, find_attributions, find_denials

__all__ = [
    "ChannelReading", "Reading", "WorkerContext", "announced", "init_worker", "read_article", "read_candidate", "read_home",
    "read_polled", "read_sitemap",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """An article, and what the pure rooms say of it."""

    article: Article
    verdicts: tuple[Verdict, ...]
    places: tuple[Place, ...]
    fingerprint: Fingerprint
    attributions: tuple[Attribution, ...]
    denials: tuple[Denial, ...]

    @property
    def is_relevant(self) -> bool:
        return any(verdict.relevant for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class ChannelReading:
    """A page of a Telegram channel, and what the pure rooms say of each of its posts."""

    channel: Channel
    posts: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What reading needs to know of the newsroom's folder; compiled once, and sent to each worker as it starts."""

    topics: Sequence[Topic]
    gazetteer: Gazetteer
    outlets: Outlets


_tools: list[WorkerContext] = []


def init_worker(tools: WorkerContext) -> None:
    """Give this worker process its tools; once, as it starts."""
    _tools[:] = [tools]


def read_article(body: bytes, url: str, content_type: str, status: int, now: datetime) -> Reading | Rejection:
    """An article with its verdicts, places, fingerprint and sources; Rejection with the reason where the page is none."""
    article = read_page(body, url, content_type, status=status, now=now)
    return article if isinstance(article, Rejection) else _judged(article)


def read_polled(body: bytes, url: str, content_type: str, now: datetime) -> Feed | ChannelReading | Rejection:
    """A feed; or a page of a channel, whose posts are articles without a page of their own."""
    found = read_feed(body, url, content_type, now=now)
    return ChannelReading(found, tuple(map(_judged, found.posts))) if isinstance(found, Channel) else found


def _judged(article: Article) -> Reading:
    (tools,) = _tools
    title, text, language = article.title, article.text, article.language
    return Reading(
        article,
        judge(tools.topics, title=title, text=text, language=language),
        find_places(tools.gazetteer, title=title, text=text, language=language),
        fingerprint(title, text),
        find_attributions(text=text, language=language, links=article.links, outlets=tools.outlets),
        find_denials(text=text, language=language),
    )


def read_candidate(body: bytes, url: str, content_type: str, what: str, now: datetime) -> Announced | Feed | Rejection:
    """What stands at an address that was asked for as a page, a feed or a sitemap (`what`): of a page, what it announces."""
    if what == "sitemap":
        return read_sitemap(body, url, content_type, now=now, since=now - timedelta(days=2))
    feed = read_feed(body, url, content_type, now=now)
    if isinstance(feed, Channel):
        return feed.feed
    if what == "page" and isinstance(feed, Rejection) and feed.outcome is Outcome.NOT_A_FEED:
        return announced(body, url, content_type)
    return feed
