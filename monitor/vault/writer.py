"""The one writer of a vault: all that is stored goes through here, each call a transaction. Touches the database and its lock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from monitor.expect.absences import Absence, ListEntry, SecondLook
from monitor.model import (
    PAGES_MISSING,
    POLLED,
    Attribution,
    Copy,
    CrossDenial,
    Denial,
    Edit,
    Family,
    Feed,
    FeedEntry,
    Fetch,
    Figure,
    FirstReport,
    Link,
    Outcome,
    OutsideCapture,
    ParsedArticle,
    ParsedChannel,
    Place,
    Reduction,
    Run,
    Sighting,
    Source,
    Speaker,
    Telling,
    Traced,
    Verdict,
)
from monitor.vault import (
    articles,
    channels,
    copies,
    coverage,
    edits,
    entries,
    evidence,
    feeds,
    history,
    lists,
    looks,
    outside,
    pruning,
    readings,
    requests,
    runs,
    statements,
    stories,
)
from monitor.vault.connection import Connection, as_json, stamp
from monitor.vault.frontier import Frontier
from monitor.vault.grouping import Grouping
from monitor.vault.lock import written
from monitor.vault.records import (
    CapturedArticle,
    CapturedReading,
    CapturedVersion,
    ChangedReading,
    Changes,
    DueLook,
    FeedItem,
    FeedState,
    FeedText,
    FrontierEntry,
    GroupMember,
    LoggedAbsence,
    LoggedText,
    Looked,
    LookState,
    NamedSpeaker,
    NewLook,
    PollHints,
    PollTarget,
    Retraced,
    Saved,
    StoredMention,
    StoredText,
    UnreadPage,
    VersionPair,
    WordingPair,
)
from monitor.vault.schema import migrate

_NOTHING = PollHints()


class Store:
    """An open vault, and the only process that writes it. Use as a context manager, or call `close`."""

    def __init__(self, db: Connection, frontier: Frontier, closing: ExitStack) -> None:
        self._db = db
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
                history.keep(db.raw, clock() if clock else datetime.now(UTC))
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
        with self._db.transaction():
            return runs.begin(self._db, kind, started, clock=clock, arguments=arguments)

    def runs(self) -> list[Run]:
        """All runs so far, the first first."""
        return runs.all_runs(self._db)

    def finish_run(self, run: int, outcome: str, finished: datetime) -> Run:
        """Close the run's row with its counts and its silent outlets, and return it."""
        with self._db.transaction():
            return runs.finish(self._db, run, outcome, finished)

    def judge(self, run: int) -> None:
        """Learn anew the least that is to be expected of each source that the run read, and note what it gave."""
        with self._db.transaction():
            coverage.judge(self._db, run)

    def looked(self, run: int) -> Looked:
        """What the run's looks at articles that were read before came to."""
        return runs.looked(self._db, run)

    def unseen(self, run: int) -> tuple[str, ...]:
        """What the run's own answers show to be missing of sources that did answer: in words, in order of outlet."""
        return runs.unseen(self._db, run)

    def sync_sources(self, sources: Sequence[Source], families: Sequence[Family]) -> None:
        """Make the vault's lists those of the newsroom. A source that has left its list is marked so; what it gave stays."""
        with self._db.transaction():
            lists.sync(self._db, sources, families)

    def note_newsroom(self, digests: Mapping[str, str]) -> None:
        """Note by which lists and topics the vault stands from now on: SHA-256 in hex, by name."""
        with self._db.transaction():
            lists.note_digests(self._db, digests)

    # Messages of workers on other machines

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is stored within, or nothing."""
        with self._db.transaction():
            yield

    @contextmanager
    def part(self) -> Iterator[None]:
        """All that is stored within, or nothing, of a transaction that goes on in either case."""
        with self._db.part():
            yield

    def note_message(self, id_: str, at: datetime) -> bool:
        """Note that a message is stored, in the transaction in which it is; False where it was before."""
        return self._db.change("INSERT OR IGNORE INTO messages (id, stored) VALUES (?, ?)", (id_, stamp(at))) == 1

    def forget_messages(self, before: datetime) -> None:
        """Forget messages that were stored before then: none of them comes again."""
        self._db.change("DELETE FROM messages WHERE stored < ?", (stamp(before),))

    def prune(self, before: datetime) -> dict[str, int]:
        """Delete what is no evidence and was not used since then; how many rows there were, by what they were, in words."""
        with self._db.transaction():
            return pruning.prune(self._db, before)

    # What came

    def feed_state(self, source: str, part: str = "") -> FeedState:
        """What a conditional request for what the source polls, or for a part of it, needs; empty where it was never read."""
        return feeds.state(self._db, source, part)

    def note_look(self, source: str, at: datetime, announced: str = "") -> None:
        """The outlet of a feed that is gone was looked at, and announces this one instead; empty where it announces no other."""
        with self._db.transaction():
            feeds.note_look(self._db, source, at, announced)

    def resting(self, now: datetime) -> dict[str, PollTarget]:
        """The sources that are not due, by id, and as what they were polled: not yet, or no more."""
        return feeds.resting(self._db, now)

    def save_fetch(
        self,
        run: int,
        fetch: Fetch,
        *,
        key: str = "",
        retry_at: datetime | None = None,
        hints: PollHints = _NOTHING,
        pending: Iterable[FrontierEntry] = (),
    ) -> int:
        """Store what became of a request that gave no article and no new feed; the id of its row.

        `key` is the address's in the frontier: acknowledged, or put back not before `retry_at`. `pending` is what the answer asks
        for: where a redirect leads. After a poll its source's next one is due by its rhythm, and not before `retry_at`.
        """
        with self._db.transaction():
            fetch_id = requests.insert(self._db, run, fetch, key)
            if fetch.kind in POLLED and fetch.outcome is not Outcome.REDIRECTED:
                coverage.note_wait(self._db, fetch)
                feeds.note_answer(self._db, fetch, hints, retry_at)
            if fetch.kind == "recheck" and fetch.outcome is not Outcome.REDIRECTED:
                looks.note_look(self._db, fetch, fetch_id)
            coverage.note_request(self._db, fetch)
            self.frontier.push(pending)
            # Where the host asked for time before it was this one's turn, nothing was sent.
            self._settle(key, retry_at, unsent=fetch.outcome is Outcome.TOO_MANY and fetch.status is None)
        return fetch_id

    def save_feed(
        self,
        run: int,
        fetch: Fetch,
        feed: Feed,
        items: Sequence[FeedItem],
        *,
        key: str = "",
        retry_at: datetime | None = None,
        hints: PollHints = _NOTHING,
        parts: Sequence[FrontierEntry] = (),
    ) -> int:
        """Store a feed that was read: fetch row, validators, entries, when it is due; how many of the entries are new.

        New entries put their requests into the frontier; so does one whose declared `updated` has grown, and so do the sitemaps
        of an index (`parts`) each time. The feed's own address (`key`) is acknowledged, or put back not before `retry_at`.
        """
        with self._db.transaction():
            fetch_id = requests.insert(self._db, run, fetch, key)
            window = coverage.look(self._db, fetch, feed, items)
            listed = [ListEntry(item.key, item.entry.guid, item.entry.published) for item in items]
            looks.note_list(self._db, fetch, fetch_id, listed)
            new = self._save_entries(fetch, fetch_id, items)
            coverage.note_wait(self._db, fetch)
            feeds.note_document(self._db, fetch, feed, new, hints, retry_at)
            coverage.note_document(self._db, fetch, fetch_id, window, len(new))
            self.frontier.ask_again(parts)
            self._settle(key, retry_at)
        return len(new)

    def unread_pages(self, gate: str, *, rejected: bool = False) -> list[UnreadPage]:
        """Pages that no reading of ours has come to the end of (`rejected`: and those that were read as no article), each as it
        was fetched last, in order; then `closed_pages`.
        """
        return requests.unread(self._db, gate, rejected=rejected)

    def closed_pages(self, gate: str) -> list[UnreadPage]:
        """Pages that were not extracted by another version of the gate than this one."""
        return requests.closed(self._db, gate)

    def mixed_readings(self) -> list[str]:
        """Articles with a version that another reader read than the one before it, so that they cannot be compared."""
        return readings.mixed(self._db)

    def readable_articles(self) -> list[str]:
        """The articles that can be read again out of the archive."""
        return readings.readable(self._db)

    def captured_articles(self, named: Sequence[str]) -> list[CapturedArticle]:
        """Those of these articles that can be read again out of the archive, with their captures."""
        return readings.captured(self._db, named)

    def save_readings(self, again: CapturedReading, at: datetime) -> tuple[ChangedReading, ...]:
        """Store what all captures of an article are read as now, in place of what they were; what is otherwise than before.

        Its versions follow from them anew, and are compared anew. What was read before is kept beside it, and as former rows.
        """
        with self._db.transaction():
            return readings.save(self._db, again, at)

    def note_unreadable(
        self, article: str, failed: Sequence[tuple[CapturedVersion, str]], reader: str, at: datetime
    ) -> tuple[ChangedReading, ...]:
        """Note that this reader takes captures of an article for something else, each with what; the article stays as it is."""
        with self._db.transaction():
            return readings.note_unreadable(self._db, article, failed, reader, at)

    def is_article(self, key: str) -> bool:
        """Whether an article is stored under the identity of an address."""
        return self._db.row("SELECT 1 FROM article_urls WHERE key = ?", (key,)) is not None

    def is_captured(self, url: str, captured: datetime) -> bool:
        """Whether this capture of the address was taken from an archive before. What a run was stopped at was not."""
        return requests.is_captured(self._db, url, captured)

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
        with self._db.transaction():
            parts = [requests.insert(self._db, run, page, "") for page in pages]
            fetch_id = requests.insert(self._db, run, fetch, key)
            asked = looks.asked(self._db, fetch) if fetch.kind == "recheck" else None
            change = self._save_parsed(fetch, fetch_id, parsed, hints)
            if asked and asked != change.article:
                looks.note_led_elsewhere(self._db, asked, change.article, fetch, fetch_id)
            coverage.note_request(self._db, fetch)
            self._db.change(
                "UPDATE fetches SET article = ?, version = ? WHERE id = ?", (change.article, parsed.substance, fetch_id)
            )
            self._db.change_many("UPDATE fetches SET article = ? WHERE id = ?", [(change.article, part) for part in parts])
            self.frontier.push(pending)
            self._settle(key, None)
            return Saved(change.article, change.is_new, change.is_edited, parsed.is_relevant)

    def has_whole_article(self, url: str) -> bool:
        """Whether an article was read at this address, with all of its pages."""
        rows = self._db.rows("SELECT flags FROM articles WHERE id IN (SELECT article FROM article_urls WHERE url = ?)", (url,))
        return any(PAGES_MISSING not in json.loads(row["flags"]) for row in rows)

    def full_text(self, key: str) -> FeedText | None:
        """What a feed gives for an address; None where it gives no text, or the page itself gave an article."""
        return entries.full_text(self._db, key)

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
        with self._db.transaction():
            fetch_id = requests.insert(self._db, run, fetch, key)
            items = [FeedItem(entry, articles.key_of(entry.url), None) for entry in channel.feed.entries]
            window = coverage.look(self._db, fetch, channel.feed, items)
            new = self._save_entries(fetch, fetch_id, items)
            if fetch.kind in POLLED:
                coverage.note_wait(self._db, fetch)
                feeds.note_document(self._db, fetch, channel.feed, new, hints, None)
            saved = {
                int(post.article.url.rpartition("/")[2]): self._save_parsed(fetch, fetch_id, post).article
                for post in parsed.posts
            }
            is_torn = channels.note(self._db, fetch, fetch_id, channel, saved)
            self.frontier.push([*([older] if is_torn and older else []), *pending])
            # What an older page shows is news too. Numbers that no page is read of were given to one message at least.
            window = replace(window, is_news=window.is_news or bool(channel.before), lost=int(is_torn and not older))
            coverage.note_document(self._db, fetch, fetch_id, window, len(new))
            self._settle(key, None)

    # Looking again

    def look_state(self, article: str) -> LookState:
        """What a conditional request for an article needs; empty where it was never read."""
        return looks.state(self._db, article)

    def due_looks(self, now: datetime, *, per_host: int, everything: bool = False) -> list[DueLook]:
        """The relevant articles that are due to be looked at again (`everything`: all), hosts in turn, of each host so many."""
        return looks.due(self._db, now, per_host=per_host, everything=everything)

    def plan_stories(self, since: datetime, *, most: int) -> None:
        """Bring the looks at articles forward whose story has a report that was first seen since then; of each story so many."""
        with self._db.transaction():
            looks.plan_stories(self._db, since, most)

    def new_looks(self) -> list[NewLook]:
        """The looks that were not held against the articles' absences yet, in order of time."""
        return looks.new_looks(self._db)

    def forget_new_looks(self, found: Sequence[NewLook]) -> None:
        """They were held against the articles' absences."""
        looks.forget_new_looks(self._db, found)

    def others_there(self, article: str, host: str) -> datetime | None:
        """When another article of a host was last found to be there."""
        return looks.others_there(self._db, article, host)

    def second_look(self, article: str, since: datetime) -> SecondLook:
        """What other ways of looking for an article that were gone since then say."""
        return looks.second_look(self._db, article, since)

    def save_home(self, run: int, fetch: Fetch, keys: Iterable[str]) -> None:
        """Store that the home page of a host was read, and links to the addresses that have these keys."""
        with self._db.transaction():
            fetch_id = requests.insert(self._db, run, fetch, "")
            coverage.note_request(self._db, fetch)
            looks.note_home(self._db, fetch, fetch_id, keys)

    def due_outside(self, what: str, now: datetime, *, host: str, most: int) -> list[DueLook]:
        """The relevant articles of which another archive's captures are to be looked for (`search`), or asked for (`save`)."""
        return outside.due(self._db, what, now, host=host, most=most)

    def save_outside(self, run: int, fetch: Fetch, article: str, what: str, captures: Sequence[OutsideCapture]) -> None:
        """Store what another archive answered about an article."""
        with self._db.transaction():
            outside.save(self._db, article, what, captures, requests.insert(self._db, run, fetch, ""), fetch.finished)

    def there_before(self, article: str, at: datetime, *, by_lists: bool = False) -> datetime | None:
        """The last time before then that the article was found to be there, or that a list named it."""
        return looks.there_before(self._db, article, at, by_lists=by_lists)

    def absence(self, article: str) -> Absence | None:
        """The article's newest absence; None where it never had one."""
        return looks.absence(self._db, article)

    def save_absence(self, article: str, before: Absence | None, now: Absence, fetch: int) -> None:
        """Store an absence in place of what it was before; `fetch` is the look that says so."""
        looks.save_absence(self._db, article, before, now, fetch)

    def not_compared(self, most: int) -> list[VersionPair]:
        """Versions that were not compared with the one before them yet, so many."""
        return edits.not_compared(self._db, most)

    def save_edits(self, pair: VersionPair, found: Sequence[Edit], words: Sequence[str]) -> None:
        """Store what changed between two versions; `words` has a digest of what went and came for each edit."""
        with self._db.transaction():
            edits.save(self._db, pair, found, words)

    def mark_site_wide(self, words: Iterable[str]) -> None:
        """Mark what many articles of one outlet changed alike at about the same time: it is the site's."""
        with self._db.transaction():
            edits.mark_site_wide(self._db, words)

    # What is known once all is stored

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """What is stored within is stored together or not at all, and seen by no reader before."""
        with self._db.transaction():
            yield

    def texts(self) -> Iterator[StoredText]:
        """Every stored article in order of id, a few in memory at a time; it may be changed meanwhile."""
        return articles.stored(self._db)

    def rejudge(self, article: StoredText, verdicts: Sequence[Verdict], places: Sequence[Place]) -> Changes:
        """Store other verdicts and places of an article in place of its own; for which topics it changed sides."""
        with self._db.transaction():
            return articles.rejudge(self._db, article, verdicts, places)

    def links_of(self, article: str) -> tuple[Link, ...]:
        """The links of an article, in order."""
        return articles.links_of(self._db, article)

    def retrace(self, article: StoredText, attributions: Sequence[Attribution], denials: Sequence[Denial]) -> Retraced | None:
        """Store other attributions and denials of an article in place of its own; None where they are as they were."""
        with self._db.transaction():
            return articles.retrace(self._db, article, attributions, denials)

    def touched(self) -> tuple[str, ...]:
        """Articles of which something changed that copies or stories follow from, since `untouch` was told so; in order."""
        return tuple(row["article"] for row in self._db.rows("SELECT article FROM touched ORDER BY article"))

    def untouch(self, articles: Sequence[str]) -> None:
        """What follows from these articles is stored."""
        self._db.change("DELETE FROM touched WHERE article IN (SELECT value FROM json_each(?))", (as_json(articles),))

    def group_members(self, touched: Sequence[str]) -> list[GroupMember]:
        """Every article whose group of copies a change of these articles may change, in order of id."""
        return copies.members(self._db, touched)

    def wording_pairs(self, parts: Iterable[int]) -> list[WordingPair]:
        """What was compared in these parts and found to be one text: enough pairs to join each part."""
        return copies.pairs(self._db, parts)

    def copy_group_ages(self, groups: Iterable[str]) -> dict[str, int]:
        """In which order these groups of copies were first called so."""
        return copies.ages(self._db, groups)

    def is_copy_group(self, name: str) -> bool:
        """Whether a group of copies is called so, or was before it was joined to another."""
        return copies.is_name(self._db, name)

    def save_copy_groups(
        self,
        groups: Mapping[str, str],
        found: Iterable[Copy],
        originals: Mapping[str, FirstReport],
        merged: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Store the group of each of these articles (empty: it has no copy), all copies among them, each group's original, and
        the names that led to another group from this time on.
        """
        with self._db.transaction():
            copies.save_groups(self._db, groups, found, originals)
            copies.save_merged(self._db, "copies", merged, stamp(at))

    def witness(self, touched: Sequence[str]) -> None:
        """Store what was witnessed of the appearance of these articles, of which something has changed.

        `absent` is the last time before it was first seen that the feed which first listed it was read, without it: an article
        that no feed listed has none, since a feed that never lists it is no witness.
        """
        with self._db.transaction():
            stories.save_sightings(self._db, touched)

    def sightings(self, articles: Iterable[str]) -> dict[str, Sighting]:
        """What was witnessed of those of these articles that are relevant, by id."""
        return stories.sightings(self._db, articles)

    def tellings(self, articles: Mapping[str, Sighting]) -> list[Telling]:
        """What is known of where the articles of one story have it from."""
        return stories.tellings(self._db, articles)

    def save_story_facts(self, story: str, lead: str, first: FirstReport, steps: Sequence[Reduction]) -> None:
        """Store who was first in a story, which of its articles is shown for it (`lead`), and the steps to its origins."""
        with self._db.transaction():
            stories.save_facts(self._db, story, lead, first, steps)

    def restated(self) -> tuple[str, ...]:
        """Stories and articles in which who speaks, and what is denied, is to be found again."""
        return statements.restated(self._db)

    def restate_all(self) -> None:
        """Note that who speaks, and what is denied, is to be found again in all that is stored."""
        with self._db.transaction():
            statements.restate_all(self._db)

    def story_members(self, named: Sequence[str]) -> dict[str, str]:
        """The relevant articles among those named, in their stories and in the stories named, and the story of each."""
        return statements.members(self._db, named)

    def mentions(self, articles: Iterable[str]) -> list[StoredMention]:
        """Every speaker whom these articles name."""
        return statements.mentions(self._db, articles)

    def save_speaker_ids(self, ids: Mapping[tuple[str, str, int], str]) -> None:
        """Store by which speaker the words of each place are."""
        with self._db.transaction():
            statements.save_ids(self._db, ids)

    def forget_speakers(self, named: Sequence[str]) -> None:
        """Of those of these articles that are relevant no more nobody speaks."""
        with self._db.transaction():
            statements.forget_ids(self._db, named)

    def named_speakers(self, ids: Iterable[str]) -> list[NamedSpeaker]:
        """What each of these speakers, and of those of whom a word went, is called; none of whom no word is left."""
        return statements.named(self._db, ids)

    def save_speakers(self, asked: Iterable[str], speakers: Iterable[Speaker]) -> None:
        """Store these speakers in place of those asked for, and of those of whom a word went."""
        with self._db.transaction():
            statements.save_speakers(self._db, asked, speakers)

    def traced(self, articles: Iterable[str]) -> list[Traced]:
        """Those of these articles that carry no other's text, the earliest first, with what was traced in them."""
        return statements.traced(self._db, articles)

    def save_against(
        self,
        story: str,
        denied: Iterable[CrossDenial],
        figures: Iterable[Sequence[Figure]],
        ids: Mapping[tuple[str, str], str],
    ) -> None:
        """Store what the articles of a story say against each other; `ids` are the speakers by article and name."""
        with self._db.transaction():
            statements.save_against(self._db, story, denied, figures, ids)

    def forget_against(self, stories: Iterable[str]) -> None:
        """Forget what the articles of these stories say against each other."""
        with self._db.transaction():
            statements.forget_against(self._db, stories)

    def settle_statements(self) -> None:
        """All that was noted to be found again is stored."""
        with self._db.transaction():
            statements.settle(self._db)

    def save_stories(self, members: Mapping[str, str], firsts: Mapping[str, FirstReport]) -> None:
        """Store the story of each of these articles and, by story, who was first."""
        with self._db.transaction():
            stories.save(self._db, members, firsts)

    def forget_stories(self, stories: Iterable[str]) -> None:
        """Forget who was first in stories that have no article any more."""
        for table in ("story_facts", "story_steps"):
            self._db.change(f"DELETE FROM {table} WHERE story IN (SELECT value FROM json_each(?))", (as_json(stories),))  # noqa: S608 - ours

    def grouped_by(self) -> str:
        """By which words and rules the stories that are stored were grouped; empty where there are none yet."""
        row = self._db.row("SELECT digest FROM told")
        return row["digest"] if row else ""

    def note_grouped_by(self, digest: str) -> None:
        """All stories that are stored were grouped by these words and rules."""
        self._db.change("DELETE FROM told")
        self._db.change("INSERT INTO told VALUES (?)", (digest,))

    # What the archive's log has

    def unlogged_absences(self) -> list[LoggedAbsence]:
        """The absences that began, changed or ended since `note_logged`."""
        return list(evidence.absences(self._db, int(evidence.logged(self._db, "absence") or 0)))

    def unlogged_texts(self) -> list[LoggedText]:
        """The texts of articles that came, or were read otherwise, since they were last noted as logged, in order."""
        return evidence.unlogged_texts(self._db)

    def logged(self, what: str) -> str:
        """What was noted last of what stands in the log; empty where nothing was."""
        return evidence.logged(self._db, what)

    def note_texts_logged(self, found: Sequence[LoggedText]) -> None:
        """All texts that are stored are logged, these the last."""
        with self._db.transaction():
            evidence.note_texts_logged(self._db, found)

    def note_logged(self, what: str, value: str) -> None:
        """Note that the log has what the vault has, as far as `value` tells."""
        with self._db.transaction():
            evidence.note_logged(self._db, what, value)

    # Parts of the transactions above

    def _save_parsed(self, fetch: Fetch, fetch_id: int, parsed: ParsedArticle, hints: PollHints = _NOTHING) -> articles.Change:
        change = articles.save(self._db, fetch, fetch_id, parsed, hints)
        if change.is_shown_anew:
            copies.note(self._db, change.article, parsed.fingerprint)
        return change

    def _settle(self, key: str, retry_at: datetime | None, *, unsent: bool = False) -> None:
        if retry_at is None:
            self.frontier.done(key)
        else:
            self.frontier.requeue(key, retry_at, unsent=unsent)

    def _save_entries(self, fetch: Fetch, fetch_id: int, items: Sequence[FeedItem]) -> list[FeedEntry]:
        """Store a document's entries, and give those that are new."""
        new, taken = [], set[entries.Row]()
        for item in items:
            listed = entries.save(self._db, fetch, fetch_id, item, taken)
            taken.add(listed.row)
            if item.pending and (listed.is_changed or listed.is_new):
                self.frontier.push([item.pending])
                if listed.is_changed:
                    self.frontier.reopen(item.key, item.pending.due)
            if item.key:
                for row in self._db.rows("SELECT DISTINCT article FROM article_urls WHERE key = ?", (item.key,)):
                    articles.witness(self._db, row["article"])
                    if listed.is_new:
                        articles.touch(self._db, row["article"])
            if listed.is_new:
                new.append(item.entry)
        return new
