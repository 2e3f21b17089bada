"""Leases the next addresses from the vault's frontier: hosts in turn, within the budgets of hosts, depths and groups.

The requests are sent by this process (`monitor.crawl.frontier`) or by workers on other machines (`monitor.crawl.fleet`).
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.crawl import clock
from monitor.crawl.entries import group_of
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.model import POLLED, Outcome
from monitor.vault import FrontierEntry, LeasedEntry

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from monitor.crawl.session import CrawlSession

# Addresses taken on at once, as many as Scrapy keeps on their way: a commit costs more than all else of a lease.
_BATCH = 32
# Requests of one host that are on their way, at most: else one host with much to give would take all places.
_PER_HOST = 4
# Seconds that one host may cost a run, about what all of its pages come to at one a second: a host that wants a minute
# between two requests would otherwise keep a run from its end for hours.
_LONGEST_WAIT = 600
# Requests on their way for what one source lists, or one host links to: hosts that hang would else take all places.
_PER_GROUP = 12
# Seconds that such requests may wait in all in a run for answers that do not come: that is twenty times out. A feed that lists
# hosts that hang would otherwise keep a run busy to its last minute.
_LONGEST_SILENCE = 600
# Until when what is over a source's budget waits: for the next run.
_NEXT_RUN = timedelta(hours=1)
# Seconds between two looks at which sources have become due in a long run; and between two polls of one in it.
_POLL_CHECK, _POLL_AGAIN = 60, 300


class Dispatcher:
    """Leases what is due to this run. Leases are durable: see `monitor.vault.frontier`."""

    def __init__(self, session: CrawlSession, settings: BaseSettings, due: Callable[[], Sequence[FrontierEntry]]) -> None:
        """`due` are the sources that are to be polled now."""
        self._session = session
        self._due = due
        self._most_pages = settings.getint("MONITOR_HOST_PAGES")
        self._most_linked = settings.getint("MONITOR_DEPTH_PAGES")
        self._most_of_group = settings.getint("MONITOR_SOURCE_PAGES")
        self._until = time.monotonic() + 60 * settings.getfloat("MONITOR_RUN_MINUTES")
        self._looked = time.monotonic()
        self._held: deque[LeasedEntry] = deque()
        """Leased, and waiting for others of its group."""
        self._taken: Counter[str] = Counter()
        """Articles by group."""
        self._over: dict[str, tuple[int, FrontierEntry]] = {}
        """By group: how many wait for the next run, and one of them."""
        self._asked: dict[str, float] = {}
        """When a source that became due was asked again, by the monotonic clock."""
        self._pages: Counter[tuple[str, int | None]] = Counter()
        """By host, and by host and depth."""

    def take(self, hosts: Mapping[str, int], groups: Mapping[str, int]) -> list[LeasedEntry]:
        """The addresses to request now; empty where there are none. `hosts` and `groups` count the requests already under way."""
        if self._is_time_up:
            self._put_back_held()
            return []
        busy = Counter(groups)
        taken = self._take_held(busy)
        if not taken:
            self._poll_what_became_due()
            while not taken:
                batch = self._lease(hosts)
                if not batch:
                    break
                taken = [leased for leased in batch if self._is_sent_now(leased, busy)]
        return taken

    def report_budgets(self) -> None:
        """Record one `fetches` row (`over budget`) for each host, depth and group that has more pages than this run may take."""
        now = clock.now()
        for group, (count, one) in sorted(self._over.items()):
            if self._is_silent(group):
                cost = f"requests for pages of {group} waited {self._session.fetch_log.waited[group]:.0f} s without an answer"
            else:
                cost = f"{self._taken[group]} pages of {group} were fetched"
            detail = f"{cost} in this run; {count} more wait for the next"
            self._session.fetch_log.note(FetchAttempt.of_entry(one), FetchResult(Outcome.OVER_BUDGET, detail, now + _NEXT_RUN))
        if self._is_time_up:
            count, first = self._session.store.frontier.left_over(now)
            if first:
                detail = f"the run took as long as it may; {count} addresses more wait for the next"
                self._session.fetch_log.note(FetchAttempt.of_entry(first), FetchResult(Outcome.OVER_BUDGET, detail, first.due))
        spent = {budget for budget, pages in self._pages.items() if pages >= self._page_limit(*budget)}
        for host, depth in sorted(spent, key=str):
            if depth is not None and (host, None) in spent:
                continue
            count, row = self._session.store.frontier.left(host, depth, now)
            if row:
                pages = self._pages[host, depth]
                of_host = f"{pages} pages of this host were fetched"
                cost = f"{pages} pages at depth {depth} of this host were fetched" if depth else of_host
                detail = f"{cost} in this run; {count} more wait for the next"
                self._session.fetch_log.note(FetchAttempt.of_entry(row), FetchResult(Outcome.OVER_BUDGET, detail, row.due))

    @property
    def _is_time_up(self) -> bool:
        return time.monotonic() > self._until

    def _is_silent(self, group: str) -> bool:
        return self._session.fetch_log.waited[group] > _LONGEST_SILENCE

    def _take_held(self, busy: Counter[str]) -> list[LeasedEntry]:
        """The held addresses whose groups are below their limit of requests under way."""
        self._defer_silent()
        taken: list[LeasedEntry] = []
        for _ in range(len(self._held)):
            leased = self._held.popleft()
            group = group_of(leased.pending)
            if busy[group] < _PER_GROUP:
                busy[group] += 1
                taken.append(leased)
            else:
                self._held.append(leased)
        return taken

    def _defer_silent(self) -> None:
        """Defer what is held of groups that have waited too long for answers: in one transaction, of a thousand addresses."""
        silent = [leased for leased in self._held if self._is_silent(group_of(leased.pending))]
        if not silent:
            return
        self._held = deque(leased for leased in self._held if not self._is_silent(group_of(leased.pending)))
        with self._session.store.db.transaction():
            for leased in silent:
                self._defer_to_next_run(group_of(leased.pending), leased.pending)

    def _put_back_held(self) -> None:
        if not self._held:
            return
        with self._session.store.db.transaction():
            for leased in self._held:
                self._session.store.frontier.requeue(leased.pending.key, clock.now(), unsent=True)
        self._held.clear()

    def _poll_what_became_due(self) -> None:
        """Queue the sources that have become due since the run began, at most once a minute."""
        now = time.monotonic()
        if now - self._looked < _POLL_CHECK:
            return
        self._looked = now
        due = [entry for entry in self._due() if now - self._asked.get(entry.source, -math.inf) > _POLL_AGAIN]
        self._asked |= {entry.source: now for entry in due}
        self._session.store.frontier.ask_again(due)

    def _lease(self, hosts: Mapping[str, int]) -> list[LeasedEntry]:
        return self._session.store.frontier.lease(
            self._session.id, _BATCH, now=clock.now(), room=partial(self._lease_limit, hosts)
        )

    def _is_sent_now(self, leased: LeasedEntry, busy: Counter[str]) -> bool:
        """Whether to send it now. One over its group's limit is held back, one over its budget deferred to the next run."""
        frontier = self._session.store.frontier
        row, group = leased.pending, group_of(leased.pending)
        if row.kind in {*POLLED, "older"} and row.source not in self._session.sources:
            frontier.done(row.key)  # its line has left the list
            return False
        if group and (self._taken[group] >= self._most_of_group or self._is_silent(group)):
            self._defer_to_next_run(group, row)
            return False
        self._taken[group] += 1
        for budget in ((row.host, None), (row.host, row.depth)):
            self._pages[budget] += 1
            if self._pages[budget] == self._page_limit(*budget):
                frontier.set_aside(*budget)
        if group and busy[group] >= _PER_GROUP:
            self._held.append(leased)
            return False
        busy[group] += 1
        return True

    def _defer_to_next_run(self, group: str, row: FrontierEntry) -> None:
        """Defer an address, and the rest of what its source lists, to the next run: the group's budget is spent."""
        frontier, until = self._session.store.frontier, clock.now() + _NEXT_RUN
        frontier.requeue(row.key, until, unsent=True)
        count, one = self._over.get(group, (0, row))
        more = 0 if count or not row.source else frontier.defer_source(row.source, until)
        self._over[group] = (count + 1 + more, one)

    def _lease_limit(self, hosts: Mapping[str, int], host: str, depth: int) -> int:
        """How many more addresses at this depth of a host may be leased now."""
        budgets = ((host, None), (host, depth))
        return min(_PER_HOST - hosts.get(host, 0), *(self._page_limit(*budget) - self._pages[budget] for budget in budgets))

    def _page_limit(self, host: str, depth: int | None) -> int:
        """The limit of pages of a host in one run, of all depths (None) or of one; lower where its delay between requests is
        long.
        """
        most = self._most_linked if depth else self._most_pages
        delay = self._session.delays.get(host, 0)
        return min(most, max(1, int(_LONGEST_WAIT / delay))) if delay else most
