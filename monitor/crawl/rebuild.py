"""`monitor rebuild`: makes a vault that is lost anew from its archive: captures and log. Fetches nothing.

The log says what came, in which order, and where each run ended. Each capture goes the way of a response in a crawl, at the time
at which it came: through the same callbacks and the same pipeline. What nobody answered is in no capture; the log has what
followed from that, an absence, or a text that only a feed had.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers
from scrapy.spiderloader import SpiderLoader
from scrapy.utils._download_handlers import make_response

from monitor.archive import NOT_MODIFIED, WarcWriter, read_capture
from monitor.archive.log import CAPTURE, NAME, PICTURE, Entry, LogFault, read_log
from monitor.crawl import addon, clock
from monitor.crawl.download.middlewares import ArchiveMiddleware, DecodeMiddleware, RedirectMiddleware
from monitor.crawl.entries import frontier_entry, poll_entry
from monitor.crawl.fetch_log import FetchAborted, FetchLog, FetchResult
from monitor.crawl.items import NoPage, ParsedFeed, ParsedResponse
from monitor.crawl.parsing import read_entry
from monitor.crawl.pipelines import Item, StorePipeline
from monitor.crawl.requests import request_of
from monitor.crawl.run import derive, load_newsroom, make_workers
from monitor.crawl.session import CrawlSession
from monitor.errors import ArchiveError, MonitorError, UsageError
from monitor.expect.absences import AbsenceSign
from monitor.match import article_id, url_identity
from monitor.model import Capture, Fetch, Outcome, ParsedArticle
from monitor.model.runs import OF_CAPTURES
from monitor.newsroom.digests import digests
from monitor.operate.evidence import archive_of, log_run
from monitor.operate.picture import restore_picture
from monitor.vault import FrontierEntry, Store, articles, entries, is_written, lists, revisions

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import Settings

    from monitor.archive.writer import PackedRecord
    from monitor.crawl.spider import NewsSpider
    from monitor.crawl.workers import Workers
    from monitor.newsroom.catalogue import Catalogue

# Whose callbacks take what comes of a feed, a list or a page; a look at an article again, or at a home page; another archive.
_SPIDERS = ("feeds", "recheck", "outside")
# Runs that read pages which no list and no link names.
_NAMED_BY_PERSONS = frozenset(("related", *OF_CAPTURES))
# How an article is absent where nobody answered, and the outcome of a request that says so.
_UNANSWERED = {
    AbsenceSign.DNS: Outcome.DNS, AbsenceSign.UNREACHABLE: Outcome.CONNECTION, AbsenceSign.ROBOTS: Outcome.ROBOTS,
}  # fmt: skip
# What is read of an entry, by its kind.
_CAPTURED = {"url": str, "date": datetime, "file": str, "offset": int, "record": str, "digest": str}
_FIELDS: Mapping[str, Mapping[str, type]] = {
    CAPTURE: _CAPTURED,
    PICTURE: {**_CAPTURED, "of": str, "browser": str},
    "text": {"article": str, "sha256": str, "fetched": datetime},
    "absence": {"article": str, "way": str, "looked": datetime},
    "run": {"kind_of_run": str, "outcome": str},
}  # fmt: skip
_BY_THE_LOG = "by the log of the archive, which has no answer to this"


@dataclass(slots=True)
class RebuildReport:
    """What came back."""

    runs: int = 0
    captures: int = 0
    articles: int = 0
    relevant: int = 0
    pictures: int = 0
    texts: int = 0
    """Texts of articles that the log has."""
    other_texts: int = 0
    """Of these, those that are read otherwise now."""
    left: list[str] = field(default_factory=list)
    """Addresses of captures of which nothing was made: they are no pages, and in no line of sources.csv."""
    faults: list[str] = field(default_factory=list)
    """Captures and entries of the log that could not be read."""


@dataclass(slots=True)
class _LoggedRun:
    """What the log has of one run."""

    kind: str = "feeds"
    outcome: str = "stopped"
    captures: list[Entry] = field(default_factory=list)
    texts: list[Entry] = field(default_factory=list)
    absences: list[Entry] = field(default_factory=list)


def rebuild(settings: Settings, data: Path, db: Path, *, progress: Callable[[int, int], None]) -> RebuildReport:
    """Make the vault `db` from the archive beside it. It appears only when complete. `progress` is called with how many captures
    were read, and how many there are.

    Raises UsageError where the vault is there, MonitorError where there is no log, DataError where the newsroom's folder has
    faults, StoreError or ArchiveError where nothing can be stored, LockedError where another process rebuilds it.
    """
    log, part = archive_of(db) / NAME, db.with_name(f"{db.name}.part")
    if db.exists():
        raise UsageError(f"{db} is there; a vault is rebuilt where none is: move it away first")
    if not log.exists():
        raise MonitorError(f"{log} is not there: put the archive into {log.parent}; `monitor backfill` imports WARC files alone")
    if not is_written(part):
        _remove(part)  # what a try left that was stopped
    addon.apply(settings)
    catalogue, report = load_newsroom(settings), RebuildReport()
    with (
        Store.open(part, command="rebuild") as store,
        WarcWriter(log.parent) as writer,
        make_workers(settings, catalogue, polls=True) as workers,
    ):
        store.sync_sources(catalogue.sources, catalogue.families)
        lists.note_digests(store.db, digests(data))
        try:
            asyncio.run(_Rebuilding(settings, catalogue, store, writer, workers, report, progress).follow_log(log))
        finally:
            clock.set_clock("")
        report.articles, report.relevant = articles.counts(store.db)
        now = datetime.now(UTC)
        log_run(store, writer.log, store.finish_run(store.begin_run("rebuild", now), "done", now), data / "topics")
    try:
        os.link(part, db)  # unlike a renaming it takes the place of nothing that came meanwhile
    except FileExistsError as error:
        raise UsageError(f"{db} came meanwhile, by another process; what was rebuilt is {part}") from error
    _remove(part)
    return report


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


class _Rebuilding:
    """Goes through the log, run by run, and stores what each left."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, store: Store, writer: WarcWriter, workers: Workers, report: RebuildReport,
        progress: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._catalogue = catalogue
        self._store = store
        self._writer = writer
        self._workers = workers
        self._report = report
        self._progress = progress
        self._asked: dict[str, FrontierEntry] = {entry.url: entry for entry in map(poll_entry, catalogue.sources)}
        """What is no article, by address: what is polled, sitemaps of an index, older pages of a channel, home pages."""
        self._loader = SpiderLoader.from_settings(settings)
        self._looked = set[str]()
        """Articles that were looked at in the run."""
        self._pictures: list[Entry] = []

    async def follow_log(self, log: Path) -> None:
        """All runs, then the pictures of what they captured."""
        self._total = sum(isinstance(read, Entry) and read.kind == CAPTURE for read in read_log(log))
        for run in self._runs(log):
            if run.captures or run.absences:
                await self._follow_run(run, log.parent)
        for picture in self._pictures:
            try:
                self._report.pictures += restore_picture(self._store, log.parent, picture)
            except ArchiveError as error:
                self._report.faults.append(str(error))

    def _runs(self, log: Path) -> Iterator[_LoggedRun]:
        run = _LoggedRun()
        for read in read_log(log):
            match read:
                case LogFault(line, what):
                    self._report.faults.append(f"{log}:{line}: {what}")
                case Entry(number=number) if damaged := _damaged(read):
                    self._report.faults.append(f"{log}: entry {number}, a {read.kind}: {damaged}; it is left out")
                case Entry(kind=kind) if kind == CAPTURE:
                    run.captures.append(read)
                case Entry(kind="text"):
                    run.texts.append(read)
                case Entry(kind="absence"):
                    run.absences.append(read)
                case Entry(kind=kind) if kind == PICTURE:
                    self._pictures.append(read)
                case Entry(kind="run", fields=fields):
                    yield replace(run, kind=str(fields["kind_of_run"]), outcome=str(fields["outcome"]))
                    run = _LoggedRun()
        yield run

    async def _follow_run(self, run: _LoggedRun, folder: Path) -> None:
        store, report = self._store, self._report
        answers = _Answers(folder, run)
        started, ended = answers.period
        clock.set_clock(started.isoformat())
        id_ = store.begin_run(run.kind, started)
        session = CrawlSession(
            id=id_, started=started, catalogue=self._catalogue, store=store, known=store, warc_writer=self._writer,
            archive=answers, workers=self._workers, fetch_log=FetchLog(store, id_), stop=lambda: None, download=answers.further,
        )  # fmt: skip
        spiders = {name: self._spider(name, session, is_live=run.kind not in OF_CAPTURES) for name in _SPIDERS}
        answers.begin(spiders["feeds"].crawler, session)
        self._looked.clear()
        captures = report.captures + len(run.captures)
        await self._follow_captures(answers, spiders, StorePipeline(session))
        report.captures = captures  # with further pages, which were read with their first
        report.faults += answers.faults
        clock.set_clock(ended.isoformat())
        await self._take_texts(run, session)
        self._note_unanswered(run, session)
        session.fetch_log.end_all(cut_short=True)
        derive(session)
        store.finish_run(id_, run.outcome, ended)
        store.update_expectations(id_)
        report.runs += 1

    def _spider(self, name: str, session: CrawlSession, *, is_live: bool) -> NewsSpider:
        crawler = Crawler(self._loader.load(name), self._settings)
        crawler.spider = spider = cast("NewsSpider", crawler.spidercls.from_crawler(crawler))
        spider.session = session
        spider.is_live = is_live
        return spider

    async def _follow_captures(self, answers: _Answers, spiders: Mapping[str, NewsSpider], pipeline: StorePipeline) -> None:
        """From responses to their rows, as in a crawl: articles some at once, and what names articles before them."""
        most = 4 * self._settings.getint("MONITOR_WORKERS")
        going: dict[str, asyncio.Task[None]] = {}
        for entry in answers.entries():
            url = entry.fields["url"]
            request = answers.redirected_request(url) or self._request(url, answers.kind)
            if len(going) >= most or not _is_independent(request, going):
                await asyncio.gather(*going.values())
                going.clear()
                if answers.is_taken(entry):  # as a further page of an article, meanwhile
                    continue
                request = answers.redirected_request(url) or self._request(url, answers.kind)
            clock.set_clock(answers.time_of(entry).isoformat())
            callback = self._follow_capture(entry, request, answers, spiders, pipeline)
            if request and _is_independent(request, going):
                going[_key(request)] = asyncio.create_task(callback)
                await asyncio.sleep(0)  # its answer is had before that of the next
            else:
                await callback
            self._report.captures += 1
            self._progress(self._report.captures, self._total)
        await asyncio.gather(*going.values())
        # Whose list cannot be read, or is in no line of sources.csv any more: a page is one all the same.
        for entry in list(answers.entries()):
            if answers.is_taken(entry):
                continue
            if answers.is_page(entry):
                request = request_of(frontier_entry(entry.fields["url"], "article"))
                clock.set_clock(answers.time_of(entry).isoformat())
                await self._follow_capture(entry, request, answers, spiders, pipeline)
            else:
                self._report.left.append(entry.fields["url"])

    async def _follow_capture(
        self, entry: Entry, request: Request | None, answers: _Answers, spiders: Mapping[str, NewsSpider], pipeline: StorePipeline
    ) -> None:
        if request is None:
            return
        answers.take(entry)
        spider = spiders[request.meta.get("spider", "feeds")]
        session = cast("CrawlSession", spider.session)
        attempt = session.fetch_log.begin(request)
        try:
            response = await answers.answer(request, entry)
        except FetchAborted:
            await pipeline.process_item(NoPage(attempt))
            return
        if isinstance(response, Request):
            answers.redirected[response.url].append(response)
        elif response is not None:
            callback: Callable[[Response], AsyncIterator[Item]] = getattr(spider, f"parse_{attempt.kind}")
            async for item in callback(response):
                if isinstance(item, ParsedResponse):
                    parts = item.parsed.parts if isinstance(item.parsed, ParsedFeed) else ()
                    self._asked |= {part.url: part for part in (*parts, *filter(None, [item.older]))}
                await pipeline.process_item(item)
        while session.direct_requests:
            asked = session.direct_requests.popleft().entry
            self._asked[asked.url] = asked
        if session.error:
            raise MonitorError(session.error)

    def _request(self, url: str, kind: str) -> Request | None:
        """The request that was answered from there in a run of that kind; None where none would be made now."""
        if urlsplit(url).path == "/robots.txt":
            return request_of(replace(frontier_entry(url, "robots"), key=""))
        if kind == "outside":
            return self._request_of_outside(url)
        if url in self._asked:
            return request_of(self._asked[url])
        key = url_identity(url)
        article, waiting = articles.at(self._store.db, key), self._store.frontier.find(key)
        if kind in _NAMED_BY_PERSONS:
            return request_of(replace(waiting.entry, url=url) if waiting else frontier_entry(url, "article"), attempts=1)
        # A feed that says that what was read before was changed has it read again: then it waits. Else it was looked at, in this
        # run or in one before it that was killed.
        if article and (kind == "recheck" or waiting is None or not waiting.is_waiting):
            self._looked.add(article.id)
            entry = frontier_entry(url, "recheck", source=article.source)
            return request_of(entry, article=article.id, spider="recheck")
        if waiting:
            return request_of(replace(waiting.entry, url=url), attempts=1)
        is_home = urlsplit(url).path in {"", "/"}
        return request_of(frontier_entry(url, "discovery"), spider="recheck") if is_home else None

    def _request_of_outside(self, url: str) -> Request | None:
        parts = urlsplit(url)
        is_search = parts.path.startswith("/cdx/")
        asked = parse_qs(parts.query).get("url", [""])[0] if is_search else url.partition("/save/")[2]
        article = articles.at(self._store.db, articles.key_of(asked))
        if article is None:
            return None
        about: dict[str, Any] = {
            "article": article.id, "asked": asked, "what": "search" if is_search else "save",
            "archive": f"{parts.scheme}://{parts.netloc}", "dont_redirect": True, "spider": "outside",
        }  # fmt: skip
        return request_of(frontier_entry(url, "outside"), **about)

    async def _take_texts(self, run: _LoggedRun, session: CrawlSession) -> None:
        """The texts of feeds whose pages nobody answered for."""
        db, keys = self._store.db, dict[str, str]()
        for fields in (entry.fields for entry in run.texts):
            article, digest = fields["article"], fields["sha256"]
            self._report.texts += 1
            if revisions.has_text(db, article, digest):
                continue
            keys = keys or {article_id(key): key for key in entries.keys_with_texts(db)}
            if text := entries.full_text(db, keys.get(article, "")):
                outlet, at = session.outlet_of(text.entry.url, text.source), datetime.fromisoformat(fields["fetched"])
                parsed = await self._workers.run(read_entry, text.entry, outlet)
                detail = f"the page: {_BY_THE_LOG}"
                fetch = Fetch(text.entry.url, text.source, "feed text", Outcome.ARTICLE, detail, at, at, capture=text.capture)
                if isinstance(parsed, ParsedArticle):
                    self._store.save_article(session.id, fetch, parsed)
            self._report.other_texts += not revisions.has_text(db, article, digest)

    def _note_unanswered(self, run: _LoggedRun, session: CrawlSession) -> None:
        """The looks at articles that nobody answered: an absence says that they were made."""
        for fields in (entry.fields for entry in run.absences):
            outcome, article = _UNANSWERED.get(fields["way"]), articles.by_id(self._store.db, fields["article"])
            if outcome and article and article.id not in self._looked:
                at = datetime.fromisoformat(fields["looked"])
                fetch = Fetch(article.url, article.source, "recheck", outcome, _BY_THE_LOG, at, at)
                self._store.save_fetch(session.id, fetch)


def _capture_of(entry: Entry) -> Capture:
    fields = entry.fields
    return Capture(fields["file"], fields["offset"], fields["record"], fields["digest"])


def _damaged(entry: Entry) -> str:
    """What is wrong with the fields of an entry that are read; empty where nothing is."""
    for name, kind in _FIELDS.get(entry.kind, {}).items():
        value = entry.fields.get(name)
        if kind is not datetime and not isinstance(value, kind):
            return f"{name} is {value!r}, and no {kind.__name__}"
        if kind is datetime and not _is_time(value):
            return f"{name} is {value!r}, and no time with its zone"
    return ""


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _key(request: Request) -> str:
    entry: FrontierEntry = request.meta["entry"]
    return entry.key


def _is_independent(request: Request | None, going: Mapping[str, object]) -> bool:
    """Whether what comes of a request depends on none of those that are on their way: it is for another article than theirs."""
    return request is not None and request.meta["entry"].kind in {"article", "recheck"} and _key(request) not in going


class _Answers:
    """The captures of a run in the place of a network, and of the archive that they would be kept in: there they are."""

    def __init__(self, folder: Path, run: _LoggedRun) -> None:
        self.kind = run.kind
        self.faults: list[str] = []
        self.redirected: defaultdict[str, deque[Request]] = defaultdict(deque)
        """What redirects led to, by address."""
        self._folder = folder
        self._run = run
        self._by_url: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in run.captures:
            self._by_url[entry.fields["url"]].append(entry)
        self._taken = set[int]()
        self._capture: Capture | None = None

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From the first capture to the last; of a run without any, from the first look to the last."""
        looks = [datetime.fromisoformat(entry.fields["looked"]) for entry in self._run.absences]
        times = [self.time_of(entry) for entry in self._run.captures] or looks
        return min(times), max(times)

    def begin(self, crawler: Crawler, session: CrawlSession) -> None:
        """What a response passes on its way to the spider."""
        self._session = session
        self._archive, self._decode = ArchiveMiddleware(session), DecodeMiddleware.from_crawler(crawler)
        self._redirect = RedirectMiddleware.from_crawler(crawler)

    def time_of(self, entry: Entry) -> datetime:
        """When we got a capture: what came from another archive was dated by that."""
        return datetime.fromisoformat(entry.time if self.kind == "backfill" else entry.fields["date"])

    def entries(self) -> Iterator[Entry]:
        """The captures in order, without those that were taken meanwhile."""
        return (entry for entry in self._run.captures if not self.is_taken(entry))

    def is_taken(self, entry: Entry) -> bool:
        """Whether a capture was the answer to a request."""
        return entry.number in self._taken

    def is_page(self, entry: Entry) -> bool:
        """Whether a capture is a page (HTML) that was there."""
        try:
            status, headers, _ = read_capture(self._folder, _capture_of(entry))
        except ArchiveError as error:
            self.faults.append(str(error))
            return False
        return status == 200 and any("html" in value for name, value in headers if name.lower() == "content-type")

    def take(self, entry: Entry) -> None:
        """A capture is the answer to a request, and to no other one."""
        self._taken.add(entry.number)
        if waiting := self.redirected[entry.fields["url"]]:
            waiting.popleft()

    def redirected_request(self, url: str) -> Request | None:
        """The request that a redirect made of another one, and that was not answered yet."""
        return next(iter(self.redirected[url]), None)

    async def further(self, request: Request) -> Response:
        """An article's further page. Raises FetchAborted where it is not among the captures, or is cut or broken."""
        entry = next((entry for entry in self._by_url[request.url] if not self.is_taken(entry)), None)
        if entry is None:
            raise FetchAborted(Outcome.INCOMPLETE, "is not in the archive")
        self._taken.add(entry.number)
        self._session.fetch_log.begin(request)
        answer = await self.answer(request, entry)
        if isinstance(answer, Request):
            return await self.further(answer)
        assert answer is not None, "only that to a request for robots.txt goes no further"
        return answer

    async def answer(self, request: Request, entry: Entry) -> Response | Request | None:
        """The response to a request, whose attempt has begun, or the request that it redirects to; None where nothing else is to
        be made of it.

        Raises FetchAborted, with the attempt ended, where it can be no response.
        """
        attempt, log, fields = request.meta["attempt"], self._session.fetch_log, entry.fields
        attempt.started = attempt.finished = self.time_of(entry)
        attempt.captured = datetime.fromisoformat(fields["date"]) if self.kind in OF_CAPTURES else None
        self._capture = _capture_of(entry)
        try:
            answer = self._archive.process_response(request, self._response(request, self._capture))
            redirected = self._redirect.process_response(request, answer)
            if isinstance(redirected, Request):
                log.end(attempt, FetchResult(Outcome.REDIRECTED), goes_on=True)
                return redirected
            response = await self._decode.process_response(request, redirected)
        except FetchAborted as error:
            log.end(attempt, error.result)
            raise
        if attempt.kind == "robots":
            log.end(attempt, attempt.flaw or FetchResult(Outcome.ROBOTS_READ))
            return None
        return response

    def _response(self, request: Request, capture: Capture) -> Response:
        try:
            status, pairs, payload = read_capture(self._folder, capture)
        except ArchiveError as error:
            self.faults.append(str(error))
            raise FetchAborted(Outcome.INCOMPLETE, "its capture cannot be read") from error
        headers = Headers(pairs)
        length = headers.get("Content-Length") or b""
        is_cut = status != NOT_MODIFIED and length.isdigit() and int(length) != len(payload)
        response = make_response(request.url, status, headers, payload, flags=["dataloss"] if is_cut else None)
        response.request = request
        return response

    def append(self, record: PackedRecord, copied: datetime | None = None) -> Capture:  # noqa: ARG002 - as WarcWriter has it
        """Where it lies: it is there."""
        assert self._capture is not None
        return self._capture
