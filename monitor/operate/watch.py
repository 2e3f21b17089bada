"""Crawls on schedule until it is stopped. Touches child processes, and reads of the vault when something is due.

Each crawl is a process of its own, since a reactor cannot start twice in one; so one that fails, or is killed for its memory,
does not end the watch. Time between crawls is counted by the monotonic clock, and what is due is asked for again every minute:
a machine's clock that jumps makes neither a storm of crawls nor a stall.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor import settings
from monitor.errors import MonitorError
from monitor.operate import logs
from monitor.vault import open_reader, rechecks

logger = logging.getLogger(__name__)

WRONG_USE, NEEDS_A_PERSON = 2, 3
# Outlets that keep a run busy to its last minute keep nobody from alerts and the site for longer than a quarter
# of an hour: what is left is crawled by the next run, at once.
_SHORT_RUNS = {"MONITOR_RUN_MINUTES": "15"}
# Nothing is polled while articles are looked at again: five minutes where nothing waits for that, one where something is due.
_SHORT_LOOKS, _SHORTEST_LOOKS = {"MONITOR_RUN_MINUTES": "5"}, {"MONITOR_RUN_MINUTES": "1"}
_FAILED = "the crawl failed (exit code %d), %d in a row; the next begins in %d minutes"


@dataclass(frozen=True, slots=True)
class Pacing:
    """Seconds between the beginnings of two crawls."""

    least: float = 60
    """Starting a crawl costs 2 s of CPU: more often, the machine would be busy with starting."""
    most: float = 15 * 60
    """Due or not: as often as the line for cron, so that a new line in sources.csv is seen, and no clock can stall the watch."""
    failed: float = 60 * 60
    """The longest wait after failures, each of which doubles it from `least`."""
    look: float = 60
    """How often it is looked whether something is due."""
    grace: float = 60
    """How long a crawl may keep the site from being published when it is time for that: most are over before."""

    def after(self, failures: int) -> float:
        """How long to wait at the least after so many failures in a row."""
        return float(min(self.least * 2 ** min(failures, 20), max(self.failed, self.least)))


def watch(
    data: Path, db: Path, *, site: Path | None = None, profile: str = "internal", as_json: bool = False, redis: str | None = None
) -> int:
    """`monitor watch`: crawls the newsroom in `data` into the vault, tells its alerts where it has any, and publishes in the
    folder `site` the edition of that `profile`; by workers, where `redis` is the address of what is between. Returns the
    exit code.

    Raises UsageError where MONITOR_LOG names no kind of log.
    """
    logs.install(settings.MONITOR_LOG)
    verbs = [sys.executable, "-P", "-m", "monitor.cli", "--data", str(data), "--db", str(db)]

    def next_due() -> datetime | None:
        with open_reader(db) as reader:
            return reader.next_due(datetime.now(UTC))

    def recheck() -> Sequence[str]:
        with open_reader(db) as reader:
            due = rechecks.next_due(reader.db)
        return look_again if due and due <= datetime.now(UTC) else ()

    def alert() -> Sequence[str]:
        return [*verbs, "alert"] if (data / "alerts.toml").exists() else ()  # may be written while we watch

    crawl = [*verbs, "crawl"]
    if redis:
        crawl = [*verbs, "write", "--redis"]
        os.environ["MONITOR_REDIS"] = redis  # and in no list of processes: it may have a password
    if as_json:
        crawl.append("--json")
    look_again = [*verbs, "recheck", "--json"] if as_json else [*verbs, "recheck"]
    publish = [*verbs, "publish", str(site), "--profile", profile] if site else ()
    return asyncio.run(Watch(crawl, next_due, recheck=recheck, alert=alert, publish=publish).run())


class Watch:
    """`crawl` and `publish` are commands; `recheck` gives one where articles are due to be looked at again, and `alert` where
    there are alerts. `next_due` says when the next address is due, None where nothing waits.
    """

    def __init__(
        self,
        crawl: Sequence[str],
        next_due: Callable[[], datetime | None],
        *,
        recheck: Callable[[], Sequence[str]] = tuple,
        alert: Callable[[], Sequence[str]] = tuple,
        publish: Sequence[str] = (),
        pace: Pacing | None = None,
    ) -> None:
        self._crawl = crawl
        self._recheck = recheck
        self._alert = alert
        self._publish = publish
        self._next_due = next_due
        self._pace = pace or Pacing()
        self._stopped = asyncio.Event()
        self._children: set[asyncio.subprocess.Process] = set()
        self._signal = signal.SIGTERM
        self._published = float("-inf")

    async def run(self) -> int:
        """Crawl, tell and publish until SIGTERM or SIGINT; returns 0 then, or 2 at once where the crawl is used wrongly.

        A signal goes on to the crawl, which ends cleanly; a second one makes it end at once.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number)
        failures = 0
        while not self._stopped.is_set():
            began = loop.time()
            code = await self._run_crawl()
            if code == WRONG_USE:
                return WRONG_USE  # it will not be used otherwise the next time
            failures = 0 if code in {0, NEEDS_A_PERSON} else failures + 1
            if self._stopped.is_set():
                break
            if failures:
                logger.error(_FAILED, code, failures, self._pace.after(failures) // 60)
            else:
                await self._follow_up()
            await self._wait_for_next(began, failures)
        logger.info("stopped")
        return 0

    def _stop(self, number: int) -> None:
        self._stopped.set()
        self._signal = signal.Signals(number)
        self._pass_on()

    def _pass_on(self) -> None:
        for child in self._children:
            with suppress(ProcessLookupError):  # it has just ended
                child.send_signal(self._signal)

    async def _run_crawl(self) -> int:
        """The exit code of a crawl. While a long one runs, the site is published when it is time, and once more when it is over:
        outlets that keep a crawl busy keep no reader from what others wrote.
        """
        crawl = asyncio.create_task(self._run(self._crawl))
        await asyncio.wait({crawl}, timeout=self._pace.grace)
        published = self._published
        while not crawl.done():
            await self._publish_if_due()
            await asyncio.wait({crawl}, timeout=self._pace.look)
        if self._published > published:
            self._published = float("-inf")  # of half a crawl, without what is derived at its end
        return await crawl

    async def _run(self, command: Sequence[str], *, stdout: int | None = None, settings: Mapping[str, str] = _SHORT_RUNS) -> int:
        # In a session of its own: Ctrl-C in a terminal reaches a whole group, and would reach the crawl twice.
        child = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True, env={**settings, **os.environ}
        )
        self._children.add(child)
        try:
            if self._stopped.is_set():  # the signal came while the child was starting
                self._pass_on()
            return await child.wait()
        finally:
            self._children.remove(child)

    async def _follow_up(self) -> None:
        """Look again at what is due, and tell what was found, after each crawl; publish as often as one is made in any case."""
        await self._recheck_due()
        if self._stopped.is_set():
            return
        if command := self._alert():
            await self._try("alerting", command)
        await self._publish_if_due()

    async def _publish_if_due(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._publish and now - self._published >= self._pace.most and not self._stopped.is_set():
            self._published = now
            await self._try("publishing", self._publish)

    async def _recheck_due(self) -> None:
        try:
            command = self._recheck()
        except MonitorError as error:
            logger.warning("what is due to be looked at again cannot be seen: %s", error)
            return
        if not command:
            return
        code = await self._run(command, settings=_SHORT_LOOKS if self._until_due() > 0 else _SHORTEST_LOOKS)
        if code not in {0, NEEDS_A_PERSON} and not self._stopped.is_set():
            logger.error("looking again failed (exit code %d); it is tried again after a later crawl", code)

    async def _try(self, what: str, command: Sequence[str]) -> None:
        code = await self._run(command, stdout=subprocess.DEVNULL)
        if code and not self._stopped.is_set():
            logger.error("%s failed (exit code %d); it is tried again after a later crawl", what, code)

    async def _wait_for_next(self, began: float, failures: int) -> None:
        """Wait until the next crawl is to begin, or until we are stopped."""
        loop = asyncio.get_running_loop()
        least = self._pace.after(failures)
        most = max(least, self._pace.most)
        while not self._stopped.is_set():
            since = loop.time() - began
            wait = max(least - since, min(most - since, self._until_due()) if not failures else 0)
            if wait <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), min(wait, self._pace.look))

    def _until_due(self) -> float:
        """Seconds by the machine's clock; endless where nothing waits, or the vault cannot be read just now."""
        try:
            due = self._next_due()
        except MonitorError as error:
            logger.warning("what is due cannot be seen: %s", error)
            due = None
        return (due - datetime.now(UTC)).total_seconds() if due else float("inf")
