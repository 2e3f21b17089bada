"""Runs one crawl in this process. Only one: Twisted's reactor cannot be started twice."""

from __future__ import annotations

import atexit
import signal
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

# Loaded first: as it is loaded, Scrapy searches all modules loaded before it, and reads the source of all that import it.
import scrapy.core.downloader.contextfactory  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from monitor.crawl import addon, clock, guard
from monitor.crawl.run import Report, RunExtension, SessionExtension
from monitor.errors import MonitorError, UsageError
from monitor.match import url_identity
from monitor.model import Source
from monitor.newsroom import catalogue
from monitor.operate import logs
from monitor.text.terminal import json_line, printable, printable_lines
from monitor.vault import FrontierEntry, PollTarget, feeds, open_reader

if TYPE_CHECKING:
    from monitor.crawl.spider import NewsSpider

_INTERRUPTED = "interrupted; what was on its way is fetched again by the next run"


def run_crawl(
    data: Path,
    db: Path,
    *,
    everything: bool = False,
    sources: Sequence[str] = (),
    urls: Sequence[str] = (),
    depth: int | None = None,
    replay: Path | None = None,
    dry_run: bool = False,
    as_json: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> int:
    """`monitor crawl`: feeds that are due (`everything`: all; `sources`: those), given `urls`, or captured pages (`replay`).

    Prints a summary, or with `dry_run` what would be fetched; returns the exit code: 0, 1 or 3. `settings` override
    monitor/settings.py. Raises DataError where the newsroom's folder has a fault, UsageError for an unknown source, an address
    that is none, a setting that cannot be read and a replay that is to be dry,
    LockedError where another process crawls, StoreError or ArchiveError where nothing can be stored.
    """
    merged = settings_of(data, db, settings)
    if depth is not None:
        merged.set("MONITOR_DEPTH", depth, priority="cmdline")
    listed = catalogue.load(data).sources if sources or dry_run else ()  # else the run reads them
    unknown = set(sources) - {source.id for source in listed}
    if unknown:
        raise UsageError(f"no source {', '.join(sorted(unknown))} in {data / 'sources.csv'}")
    for url in urls:
        try:
            url_identity(url)
        except ValueError as error:
            raise UsageError(f"--url {url!r} is no http(s) address") from error
    if dry_run:
        _check_dry(merged, replay)
        first = [(url, 0) for url in urls] or [
            (source.feed, 0) for source in _to_poll(db, listed, sources, everything=everything)
        ]
        to_request = _dry_run_addresses(db, first, {source.id for source in listed}, merged)
        for address in to_request:
            print(printable(address))
        if not to_request:
            print("Nothing is due; --all asks nevertheless.", file=sys.stderr)
        return 0
    arguments: dict[str, Any]
    if replay:
        spider, arguments = "replay", {"path": replay}
    elif urls:
        spider, arguments = "related", {"urls": urls}
    else:
        spider, arguments = "feeds", {"source": sources, "everything": everything}
    report = run_quietly(merged, spider, arguments)
    print(json_line(report_as_json(report)) if as_json else printable_lines(report.text))
    return report.exit_code


def run_recheck(data: Path, db: Path, *, everything: bool = False, as_json: bool = False) -> int:
    """`monitor recheck`: the articles that are due to be looked at again (`everything`: all that are relevant).

    Prints a summary; returns the exit code, and raises what `run_crawl` does.
    """
    report = run_quietly(settings_of(data, db), "recheck", {"everything": everything})
    print(json_line(report_as_json(report)) if as_json else printable_lines(report.text))
    return report.exit_code


def run_outside(data: Path, db: Path, *, save: bool = False, as_json: bool = False) -> int:
    """`monitor outside`: what another archive has of relevant articles, and, where it is to `save` them, what it captures.

    Prints a summary; returns the exit code, and raises what `run_crawl` does; UsageError where no archive is named.
    """
    report = run_quietly(settings_of(data, db), "outside", {"save": save})
    print(json_line(report_as_json(report)) if as_json else printable_lines(report.text))
    return report.exit_code


def run_worker(data: Path, redis: str) -> int:
    """`monitor crawl --redis`: fetch and read what the writer hands out, until stopped. Prints what it came to; returns the exit
    code. Raises DataError, or UsageError where `redis` is no address.
    """
    from monitor.crawl.fleet.queue import Queue  # an extra: others need not have it
    from monitor.crawl.fleet.worker import WorkerExtension, WorkerSpider

    merged = settings_of(data, data / "monitor.db", {"MONITOR_REDIS": redis})
    Queue(redis, lease=merged.getfloat("MONITOR_LEASE")).close()  # what is no address is refused before anything starts
    merged.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(merged)
    extension = _ended(process, process.create_crawler(WorkerSpider))
    assert isinstance(extension, WorkerExtension)
    print(printable_lines(extension.text))
    if extension.session.error:
        raise MonitorError(extension.session.error)
    return 0


def run_writer(
    data: Path, db: Path, redis: str, *, everything: bool = False, sources: Sequence[str] = (), as_json: bool = False
) -> int:
    """`monitor write`: what is due, as `run_crawl` has it, fetched by workers. Prints a summary; returns the exit code."""
    from monitor.crawl.fleet.writer import write  # as above

    merged = settings_of(data, db, {"MONITOR_REDIS": redis})
    addon.apply(merged)
    spider = SpiderLoader.from_settings(merged).load("feeds")(source=sources, everything=everything)
    report = write(merged, cast("NewsSpider", spider))
    if report.error:
        raise MonitorError(report.error)
    print(json_line(report_as_json(report)) if as_json else printable_lines(report.text))
    return report.exit_code


def run_crawler(process: AsyncCrawlerProcess, crawler: Crawler, **arguments: Any) -> Report:
    """Run a crawler to its end and return what it came to; raises what kept it from starting, or made it give up."""
    extension = _ended(process, crawler, **arguments)
    report = extension.report if isinstance(extension, RunExtension) else None
    if report is None:
        raise MonitorError(_INTERRUPTED)
    if report.error:
        raise MonitorError(report.error)
    return report


def _ended(process: AsyncCrawlerProcess, crawler: Crawler, **arguments: Any) -> SessionExtension | None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # While the interpreter ends, all is stored and told: a second Ctrl-C must not put a signal in place of the exit code.
        atexit.register(signal.signal, number, signal.SIG_IGN)
    task = process.crawl(crawler, **arguments)
    process.start()
    if not task.done():
        # The reactor was stopped under it: by a second Ctrl-C, or by one before the first request.
        raise MonitorError(_INTERRUPTED)
    if error := task.exception():
        raise error
    return crawler.get_extension(SessionExtension)


def settings_of(data: Path, db: Path, settings: Mapping[str, Any] | None = None) -> Settings:
    """Ours for that folder and vault, with these put over them."""
    merged = Settings()
    merged.setmodule("monitor.settings", priority="project")
    merged.setdict({"MONITOR_DATA": str(data), "MONITOR_DB": str(db)} | dict(settings or {}), priority="cmdline")
    # Where a person watches, the live line stands alone; warnings of ours break it, and should.
    logs.install(merged["MONITOR_LOG"], quiet=sys.stderr.isatty())
    return merged


def run_quietly(settings: Settings, spider: str, arguments: Mapping[str, Any]) -> Report:
    """`run_crawler` with one of our spiders, and without Scrapy's own words."""
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    return run_crawler(process, process.create_crawler(spider), **arguments)


def _check_dry(settings: Settings, replay: Path | None) -> None:
    """What a crawl would be refused for: it must not look as if it would run."""
    addon.apply(settings)
    if replay:
        raise UsageError("--dry-run tells what would be fetched, and --replay fetches nothing: give one of them")
    guard.parse_networks(settings["MONITOR_ALLOW_ADDRESSES"])
    clock.set_clock(settings["MONITOR_CLOCK"])


def _to_poll(db: Path, listed: Sequence[Source], chosen: Sequence[str], *, everything: bool) -> list[Source]:
    """The sources that a crawl would poll: those that are due, or all, or the chosen ones."""
    not_due_sources: dict[str, PollTarget] = {}
    if db.exists() and not (everything or chosen):
        with open_reader(db) as reader:
            not_due_sources = feeds.not_due_sources(reader.db, clock.now())
    return [s for s in listed if (not chosen or s.id in chosen) and not_due_sources.get(s.id) != PollTarget(s.feed, s.every)]


def _dry_run_addresses(db: Path, first: Sequence[tuple[str, int]], sources: Collection[str], settings: Settings) -> list[str]:
    """What a crawl would ask before it has any answer: the addresses (with their depths) that it begins with, and what earlier
    runs left, but nothing of hosts that asked for time, and of each host as much as its budgets hold.
    """
    now = clock.now()
    left: list[FrontierEntry] = []
    at_rest: set[str] = set()
    if db.exists():
        with open_reader(db) as reader, reader.one_state():
            left, at_rest = reader.due(now), {paused.host for paused in reader.paused_hosts(now)}
    waiting = [(row.url, row.depth) for row in left if row.kind == "article" or row.source in sources]
    most, most_linked = settings.getint("MONITOR_HOST_PAGES"), settings.getint("MONITOR_DEPTH_PAGES")
    pages: Counter[tuple[str, int | None]] = Counter()
    to_request: dict[str, None] = {}
    for url, depth in (*first, *waiting):
        host = urlsplit(url).hostname or ""
        is_full = pages[host, None] >= most or pages[host, depth] >= (most_linked if depth else most)
        if url in to_request or host in at_rest or is_full:
            continue
        to_request[url] = None
        pages.update([(host, None), (host, depth)])
    return list(to_request)


def report_as_json(report: Report) -> dict[str, Any]:
    """A report for programs."""
    run = asdict(report.run)
    return run | {name: run[name] and run[name].isoformat() for name in ("clock", "started", "finished")}
