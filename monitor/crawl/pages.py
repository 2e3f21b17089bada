"""The further pages of an article: fetched one by one behind its first, each a request and a capture of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from monitor.crawl import clock
from monitor.crawl.entries import frontier_entry
from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchResult
from monitor.crawl.parsing import read_further
from monitor.crawl.requests import request_of
from monitor.model import Article, Outcome, Rejection
from monitor.read.address import is_next_page

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from monitor.crawl.session import FetchSession

MOST = 10
"""Pages that are joined: an article of more is a book, or a list."""
_NOT_CAPTURED = "is not among the captures"
# Says that the article ends here, whatever its last page names.
_IS_THE_END = frozenset(
    (Outcome.NOT_FOUND, Outcome.GONE, Outcome.NOT_AN_ARTICLE, Outcome.ROBOTS, Outcome.REFUSED, Outcome.BAD_REDIRECT)
)


@dataclass(slots=True)
class FurtherPages:
    """What following an article's pages came to."""

    read: list[tuple[FetchAttempt, Article]] = field(default_factory=list)
    """Those that go on with it, in order. Their attempts are open: they end with the article's own."""
    ended: list[tuple[FetchAttempt, FetchResult]] = field(default_factory=list)
    """Those that do not, and why: their attempts are to be ended."""
    missing: Rejection | None = None
    """Why the next one could not be had, where it may be another time."""
    is_whole: bool = True


async def follow(
    crawler: Crawler,
    session: FetchSession,
    first: Article,
    attempt: FetchAttempt,
    *,
    content_type: Callable[[Response], str],
    context: Callable[[str], Mapping[str, Any] | None],
) -> FurtherPages:
    """The pages behind the first of an article, as far as each names its next.

    `context` is what goes with the request for an address; None where an archive does not hold it.
    """
    found, seen = FurtherPages(), {first.url, first.canonical}
    download = session.download or _engine(crawler).download_async
    url = first.next_page
    while url and url not in seen:
        pages = [first, *(page for _, page in found.read)]
        if len(pages) == MOST:
            found.is_whole = False
            break
        seen.add(url)
        try:
            entry = replace(frontier_entry(url, "page", source=attempt.source, depth=attempt.depth, referrer=attempt.url), key="")
            more = context(url)
            if more is None:
                session.fetch_log.note(FetchAttempt.of_entry(entry), FetchResult(Outcome.NOT_FOUND, _NOT_CAPTURED))
                found.missing = Rejection(Outcome.INCOMPLETE, _NOT_CAPTURED)
                break
            response = await download(request_of(entry, **more))
        except ValueError:
            break  # is no address
        except FetchAborted as ended:
            found.missing = _missing(*ended.result[:2])
            break
        further: FetchAttempt = response.meta["attempt"]
        read = await _read(session, pages, response, further, content_type(response))
        if isinstance(read, Rejection):
            found.ended.append((further, FetchResult(read.outcome, read.detail)))
            found.missing = _missing(read.outcome, read.detail)
            break
        found.read.append((further, read))
        url = read.next_page
    found.is_whole = found.is_whole and found.missing is None
    return found


def _engine(crawler: Crawler) -> ExecutionEngine:
    assert crawler.engine is not None
    return crawler.engine


async def _read(
    session: FetchSession, pages: list[Article], response: Response, attempt: FetchAttempt, content_type: str
) -> Article | Rejection:
    if attempt.flaw:
        return Rejection(attempt.flaw.outcome, attempt.flaw.detail)
    if response.url != attempt.url or not is_next_page(pages[0].url, response.url):
        return Rejection(Outcome.NOT_AN_ARTICLE, "led away from the article whose next page it should be")
    return await session.workers.run(read_further, pages, response.body, response.url, content_type, response.status, clock.now())


def _missing(outcome: Outcome, detail: str) -> Rejection | None:
    return None if outcome in _IS_THE_END else Rejection(outcome, detail)
