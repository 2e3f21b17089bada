"""The one writer of a vault. Each method stores rows of several entities, and the frontier's, in one transaction.

Functions for one entity are in that entity's module and take `Store.db`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from monitor.errors import OlderError
from monitor.expect.absences import ListEntry
from monitor.model import (
    POLLED,
    Family,
    Feed,
    FeedEntry,
    Fetch,
    Outcome,
    OutsideCapture,
    ParsedArticle,
    ParsedChannel,
    Run,
    Source,
)
from monitor.vault import (
    articles,
    channels,
    copies,
    coverage,
    entries,
    feeds,
    history,
    lists,
    outside,
    rechecks,
    requests,
    runs,
)
from monitor.vault.connection import Connection
from monitor.vault.frontier import Frontier
from monitor.vault.grouping import Grouping
from monitor.vault.lock import written
from monitor.vault.reader import open_reader
from monitor.vault.records import (
    FeedItem,
    FeedState,
    FrontierEntry,
    PollHints,
    PollTarget,
    RecheckState,
    Saved,
)
from monitor.vault.schema import migrate

_NOTHING = PollHints()


def migrate_vault(path: Path, *, command: str) -> bool:
    """Bring a vault to this program's tables and views, where it has not them yet; return whether it had not. A copy is kept.

    `command` is as in `Store.open`. Raises StoreError where there is no vault or it is newer, LockedError where another process
    writes it.
    """
    try:
        open_reader(path).close()
    except OlderError:
        Store.open(path, command=command).close()
        return True
    return False


class Store:
    """An open vault, and the only process that writes it. Use as a context manager, or call `close`."""

    def __init__(self, db: Connection, frontier: Frontier, closing: ExitStack) -> None:
        self.db = db
        """For the functions of the entities' modules; each of those that store is a transaction, or a part of the caller's."""
        self._closing = closing
        self.path = db.path
        self.frontier = frontier
        self.grouping = Grouping(db)

    @classmethod
    def open(cls, path: Path, *, command: str = "monitor", clock: Callable[[], datetime] | None = None) -> Store:
        """Open the vault, made if it is not there, brought to this program's tables if it is older (a copy is kept beside it).

        `command` is what another process is told that finds it locked, and by what a transaction is noted to be. `clock` is that
        of a run whose clock was set. Leases of earlier runs come back to the frontier.
        Raises LockedError where another process writes it; StoreError where it is no vault, is newer, or cannot be opened.
        """
        with ExitStack() as opened:
            db = opened.enter_context(written(path, command))
            with db.errors():
                migrate(db.raw, path)
                history.start_history(db.raw, clock() if clock else datetime.now(UTC))
            db.noting = history.Moments(db.raw, command, clock).transaction
            return cls(db, Frontier(db), opened.pop_all())

    def close(self) -> None:
        """Close the database, then let another process write."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Runs and the newsroom's lists

    def begin_run(
        self, kind: str, started: datetime, *, clock: datetime | None = None, arguments: Mapping[str, object] | None = None
    ) -> int:
        """The id of a new run: which spider, with which `arguments`, and to which time its `clock` was set, where it was.

        Runs that never ended are marked as stopped: the lock says that they are dead.
        """
        with self.db.transaction():
            return runs.begin(self.db, kind, started, clock=clock, arguments=arguments)

    def runs(self) -> list[Run]:
        """All runs so far, the first first."""
        return runs.all_runs(self.db)

    def finish_run(self, run: int, outcome: str, finished: datetime) -> Run:
        """Close the run's row with its counts and its silent outlets, and return it."""
        with self.db.transaction():
            return runs.finish(self.db, run, outcome, finished)

    def update_expectations(self, run: int) -> None:
        """Recompute the least to be expected of each source that the run read, and store it beside what the source gave."""
        with self.db.transaction():
            coverage.update_expectations(self.db, run)

    def sync_sources(self, sources: Sequence[Source], families: Sequence[Family]) -> None:
        """Make the vault's lists those of the newsroom. A source that has left its list is marked so; what it gave stays."""
        with self.db.transaction():
            lists.sync(self.db, sources, families)

    def is_article(self, key: str) -> bool:
        """Whether an article is stored under the identity of an address."""
        return articles.is_article(self.db, key)

    # What came

    def feed_state(self, source: str, part: str = "") -> FeedState:
        """What a conditional request for what the source polls, or for a part of it, needs; empty where it was never read."""
        return feeds.state(self.db, source, part)

    def note_look(self, source: str, at: datetime, announced: str = "") -> None:
        """The outlet of a feed that is gone was looked at, and announces this one instead; empty where it announces no other."""
        with self.db.transaction():
            feeds.note_look(self.db, source, at, announced)

    def not_due_sources(self, now: datetime) -> dict[str, PollTarget]:
        """The sources that are not due (not yet, or given up), by id, with the settings that they were last polled with."""
        return feeds.not_due_sources(self.db, now)

    def save_fetch(
        self,
        run: int,
        fetch: Fetch,
        *,
        key: str = "",
        retry_at: datetime | None = None,
        hints: PollHints = _NOTHING,
    ) -> int:
        """Store what became of a request that gave no article and no new feed; the id of its row.

        `key` is the address's in the frontier: acknowledged, or put back not before `retry_at`. After a poll its source's next
        one is due by its schedule, and not before `retry_at`.
        """
        with self.db.transaction():
            fetch_id = requests.insert(self.db, run, fetch, key)
            if fetch.kind in POLLED and fetch.outcome is not Outcome.REDIRECTED:
                coverage.note_wait(self.db, fetch)
                feeds.note_answer(self.db, fetch, hints, retry_at)
            if fetch.kind == "recheck" and fetch.outcome is not Outcome.REDIRECTED:
                rechecks.note_failed_look(self.db, fetch, fetch_id)
            coverage.note_request(self.db, fetch)
            # Where the host asked for time before it was this one's turn, nothing was sent.
            if retry_at:
                self.frontier.requeue(key, retry_at, unsent=fetch.outcome is Outcome.TOO_MANY and fetch.status is None)
            else:
                self.frontier.done(key)
        return fetch_id

    def save_feed(
        self,
        run: int,
        fetch: Fetch,
        feed: Feed,
        items: Sequence[FeedItem],
        *,
        key: str = "",
        hints: PollHints = _NOTHING,
        parts: Sequence[FrontierEntry] = (),
    ) -> int:
        """Store a feed that was read: fetch row, validators, entries, when it is due; how many of the entries are new.

        New entries put their requests into the frontier; so does one whose declared `updated` has grown, and so do the sitemaps
        of an index (`parts`) each time. The feed's own address (`key`) is acknowledged.
        """
        with self.db.transaction():
            fetch_id = requests.insert(self.db, run, fetch, key)
            window = coverage.compare_window(self.db, fetch, feed, items)
            listed = [ListEntry(item.key, item.entry.guid, item.entry.published) for item in items]
            rechecks.note_list(self.db, fetch, fetch_id, listed)
            new = self._save_entries(fetch, fetch_id, items)
            coverage.note_wait(self.db, fetch)
            feeds.note_document(self.db, fetch, feed, new, hints)
            coverage.note_document(self.db, fetch, fetch_id, window, len(new))
            self.frontier.ask_again(parts)
            self.frontier.done(key)
        return len(new)

    def save_article(
        self,
        run: int,
        fetch: Fetch,
        parsed: ParsedArticle,
        *,
        key: str = "",
        hints: PollHints = _NOTHING,
        pending: Iterable[FrontierEntry] = (),
        pages: Iterable[Fetch] = (),
    ) -> Saved:
        """Store an article with all that was found in it, acknowledge its address, add the requests that its links earned.

        The same identity again updates the article; what is another version than at the look before is a new revision. `hints`
        are what its server said beside the page; `pages` the requests for its further pages, whose texts are in it: rows of their
        own, before its own. Copies are looked up among all stored articles and verified. One transaction:
        all of it or nothing.
        """
        with self.db.transaction():
            parts = [requests.insert(self.db, run, page, "") for page in pages]
            fetch_id = requests.insert(self.db, run, fetch, key)
            asked = rechecks.looked_at_article(self.db, fetch) if fetch.kind == "recheck" else None
            change = self._save_parsed(fetch, fetch_id, parsed, hints)
            if asked and asked != change.article:
                rechecks.note_led_elsewhere(self.db, asked, change.article, fetch, fetch_id)
            coverage.note_request(self.db, fetch)
            self.db.change(
                "UPDATE fetches SET article = ?, version = ? WHERE id = ?", (change.article, parsed.substance, fetch_id)
            )
            self.db.change_many("UPDATE fetches SET article = ? WHERE id = ?", [(change.article, part) for part in parts])
            self.frontier.push(pending)
            self.frontier.done(key)
            return Saved(change.article, change.is_new, change.is_edited, parsed.is_relevant)

    def save_channel(
        self,
        run: int,
        fetch: Fetch,
        parsed: ParsedChannel,
        *,
        key: str = "",
        hints: PollHints = _NOTHING,
        older: FrontierEntry | None = None,
        pending: Iterable[FrontierEntry] = (),
    ) -> None:
        """Store a page of a Telegram channel: its entries, its numbers, and its posts as articles, all of one fetch.

        `older`, the page before it, goes into the frontier where posts may lie between this one and what was known; `pending`,
        what the posts' links earned, in any case. One transaction: all of it or nothing.
        """
        channel = parsed.channel
        with self.db.transaction():
            fetch_id = requests.insert(self.db, run, fetch, key)
            items = [FeedItem(entry, articles.key_of(entry.url), None) for entry in channel.feed.entries]
            window = coverage.compare_window(self.db, fetch, channel.feed, items)
            new = self._save_entries(fetch, fetch_id, items)
            if fetch.kind in POLLED:
                coverage.note_wait(self.db, fetch)
                feeds.note_document(self.db, fetch, channel.feed, new, hints)
            saved = {
                int(post.article.url.rpartition("/")[2]): self._save_parsed(fetch, fetch_id, post).article
                for post in parsed.posts
            }
            is_torn = channels.note(self.db, fetch, fetch_id, channel, saved)
            self.frontier.push([*([older] if is_torn and older else []), *pending])
            # What an older page shows is news too. Numbers that no page is read of were given to one message at least.
            window = replace(window, is_news=window.is_news or bool(channel.before), lost=int(is_torn and not older))
            coverage.note_document(self.db, fetch, fetch_id, window, len(new))
            self.frontier.done(key)

    # Looking again

    def recheck_state(self, article: str) -> RecheckState:
        """What a conditional request for an article needs; empty where it was never read."""
        return rechecks.state(self.db, article)

    def save_home(self, run: int, fetch: Fetch, keys: Iterable[str]) -> None:
        """Store that the home page of a host was read, and links to the addresses that have these keys."""
        with self.db.transaction():
            fetch_id = requests.insert(self.db, run, fetch, "")
            coverage.note_request(self.db, fetch)
            rechecks.note_home(self.db, fetch, fetch_id, keys)

    def save_outside(self, run: int, fetch: Fetch, article: str, what: str, captures: Sequence[OutsideCapture]) -> None:
        """Store what another archive answered about an article."""
        with self.db.transaction():
            outside.save(self.db, article, what, captures, requests.insert(self.db, run, fetch, ""), fetch.finished)

    # Parts of the transactions above

    def _save_parsed(self, fetch: Fetch, fetch_id: int, parsed: ParsedArticle, hints: PollHints = _NOTHING) -> articles.Change:
        change = articles.save(self.db, fetch, fetch_id, parsed, hints)
        if change.is_shown_anew:
            copies.note(self.db, change.article, parsed.fingerprint)
        return change

    def _save_entries(self, fetch: Fetch, fetch_id: int, items: Sequence[FeedItem]) -> list[FeedEntry]:
        """Store a document's entries, and give those that are new."""
        new, taken = [], set[entries.Row]()
        for item in items:
            listed = entries.save(self.db, fetch, fetch_id, item, taken)
            taken.add(listed.row)
            if item.pending and (listed.is_changed or listed.is_new):
                self.frontier.push([item.pending])
                if listed.is_changed:
                    self.frontier.reopen(item.key, item.pending.due)
            if item.key:
                for row in self.db.rows("SELECT DISTINCT article FROM article_urls WHERE key = ?", (item.key,)):
                    articles.update_first_seen(self.db, row["article"])
                    if listed.is_new:
                        articles.mark_changed(self.db, row["article"])
            if listed.is_new:
                new.append(item.entry)
        return new
