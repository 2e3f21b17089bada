"""The steps by which the vault's tables came, each a migration, in order. Changes nothing but the database it is given.

A migration that was released is never edited: a change of the tables is a new one at the end.
Times are text, ISO 8601 in UTC, always `2023-04-21T10:00:00.000000Z`, so that they sort as they stand; lists are JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from monitor.vault.migrations import articles, copies, coverage, rechecks, requests, sources, stories, tracing

Migration = Callable[[sqlite3.Connection], None]
migrations: list[Migration] = []


def migration(step: Migration) -> Migration:
    """The step is the next migration."""
    migrations.append(step)
    return step


def _execute(db: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        db.execute(statement.strip())


@migration
def m0001_vault(db: sqlite3.Connection) -> None:
    for tables in (requests, sources, articles, copies, tracing):
        _execute(db, tables.FIRST)


@migration
def m0002_via(db: sqlite3.Connection) -> None:
    """A source is one address that is polled; what stands there takes the place of the sitemap that its line also named."""
    db.execute("ALTER TABLE sources RENAME COLUMN sitemap TO via")
    db.execute("UPDATE sources SET via = 'feed'")


@migration
def m0003_proxy(db: sqlite3.Connection) -> None:
    """Through which proxy a request went; until now none did."""
    db.execute("ALTER TABLE fetches ADD COLUMN proxy TEXT NOT NULL DEFAULT ''")


@migration
def m0004_ledger(db: sqlite3.Connection) -> None:
    """Polls and hours. Of what was fetched before, the hours are known as far as outcomes tell them; windows are not."""
    _execute(db, coverage.LEDGER)


@migration
def m0005_turns(db: sqlite3.Connection) -> None:
    """What waits at a host, in queues of one priority and depth: the next that is due in each is one seek away."""
    db.execute("DROP INDEX frontier_waiting")
    db.execute("CREATE INDEX frontier_lanes ON frontier (host, priority, depth, due) WHERE state = 'waiting'")
    db.execute("CREATE TABLE hosts (host TEXT PRIMARY KEY, rests_until TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migration
def m0006_rhythm(db: sqlite3.Connection) -> None:
    """A source is polled by its own publish rate: what was learned of it, and when it is due."""
    db.execute("ALTER TABLE sources ADD COLUMN every INTEGER")
    for column in sources.RHYTHM:
        db.execute(f"ALTER TABLE feeds ADD COLUMN {column}")


@migration
def m0007_revisions_fetch(db: sqlite3.Connection) -> None:
    """What came after a request is asked for by every alert."""
    db.execute("CREATE INDEX revisions_fetch ON revisions (fetch)")


@migration
def m0008_captured(db: sqlite3.Connection) -> None:
    """When a page was captured by somebody else, on a clock of its own; until now every page of a vault was fetched by us."""
    db.execute("ALTER TABLE fetches ADD COLUMN captured TEXT")
    db.execute("CREATE INDEX fetches_captured ON fetches (captured, url) WHERE captured IS NOT NULL")
    db.execute("ALTER TABLE articles ADD COLUMN captured TEXT")


@migration
def m0009_looked(db: sqlite3.Connection) -> None:
    """Of a feed that is gone: which other one its outlet's home page announces, and when it was looked at."""
    db.execute("ALTER TABLE feeds ADD COLUMN looked TEXT")
    db.execute("ALTER TABLE feeds ADD COLUMN announced TEXT NOT NULL DEFAULT ''")


@migration
def m0010_expectations(db: sqlite3.Connection) -> None:
    """The least that is to be expected of each source; learned by the next run that reads it."""
    db.execute(coverage.EXPECTATIONS)


@migration
def m0011_telegram(db: sqlite3.Connection) -> None:
    """What the previews of Telegram channels showed."""
    _execute(db, sources.TELEGRAM)


@migration
def m0012_unpolled(db: sqlite3.Connection) -> None:
    """Hours in which a source was due and nobody asked it. When it was due is not known of what came before: those hours are
    taken that lie beyond the longest interval of any source.
    """
    _execute(db, coverage.UNPOLLED)


@migration
def m0013_told(db: sqlite3.Connection) -> None:
    """What the stories that are stored follow from, so that they are told anew only where that has changed."""
    db.execute("CREATE TABLE told (digest TEXT NOT NULL) STRICT")
    db.execute("CREATE INDEX articles_story ON articles (story) WHERE story <> ''")


@migration
def m0014_names(db: sqlite3.Connection) -> None:
    """Columns by the field's names; why a near miss is none is one of a few words, and what that is about stands beside it."""
    db.execute("ALTER TABLE hosts RENAME COLUMN rests_until TO paused_until")
    db.execute("ALTER TABLE polls RENAME COLUMN torn_since TO gap_since")
    db.execute("ALTER TABLE verdicts RENAME COLUMN lacking TO near_miss_reason")
    db.execute("ALTER TABLE verdicts ADD COLUMN near_miss_detail TEXT NOT NULL DEFAULT ''")
    _execute(db, articles.NEAR_MISS_REASONS)


@migration
def m0015_wordings(db: sqlite3.Connection) -> None:
    """A text that many articles show is kept, and compared, once; what groups of copies follow from is known by itself."""
    _execute(db, copies.WORDINGS)


@migration
def m0016_runs(db: sqlite3.Connection) -> None:
    """What a run was is told by columns, and no more by the words of its command."""
    _execute(db, requests.RUNS)


@migration
def m0017_what_was_read(db: sqlite3.Connection) -> None:
    """The outcome `read` says what was read."""
    db.execute(
        "UPDATE fetches SET outcome = iif(kind = 'robots' OR url LIKE '%/robots.txt', 'robots.txt read', 'home page read')"
        " WHERE outcome = 'read'"
    )


@migration
def m0018_stories(db: sqlite3.Connection) -> None:
    """Who was first in each story and why, where each article has it from, and what became of stories. What follows from the
    articles that are there is found again with the next run.
    """
    _execute(db, stories.TABLES)
    db.execute("INSERT OR IGNORE INTO touched SELECT id FROM articles WHERE relevant = 1")
    db.execute("DELETE FROM told")


@migration
def m0019_tracing(db: sqlite3.Connection) -> None:
    """By which rule an attribution or a denial was found; whom a pronoun stands for; who made a claim, and who takes it back."""
    _execute(db, tracing.TRACING)


@migration
def m0020_asked_by(db: sqlite3.Connection) -> None:
    """At which address a host last asked for time: a key of the frontier."""
    db.execute("ALTER TABLE hosts ADD COLUMN asked_by TEXT NOT NULL DEFAULT ''")


@migration
def m0021_logged(db: sqlite3.Connection) -> None:
    """How far the log of the archive has what the vault has."""
    db.execute("CREATE TABLE logged (what TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migration
def m0022_full_texts(db: sqlite3.Connection) -> None:
    """The full text that a feed gives for an entry, and by which poll; what a poll looks for lies in an index."""
    db.execute("ALTER TABLE feed_entries ADD COLUMN text TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE feed_entries ADD COLUMN text_fetch INTEGER REFERENCES fetches (id)")
    db.execute("CREATE INDEX feed_entries_published ON feed_entries (source, published)")
    db.execute("CREATE INDEX feed_entries_fetch ON feed_entries (source, fetch)")


@migration
def m0023_families(db: sqlite3.Connection) -> None:
    """The columns of the key first: of a table without row ids whose key is none of its first columns, SQLite 3.40's
    integrity_check says that it holds NULL where it does not.
    """
    rows = db.execute("SELECT id, outlet, kind FROM families").fetchall()
    db.execute("DROP TABLE families")
    db.execute(
        "CREATE TABLE families (id TEXT NOT NULL, outlet TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (id, outlet))"
        " STRICT, WITHOUT ROWID"
    )
    db.executemany("INSERT INTO families (id, outlet, kind) VALUES (?, ?, ?)", rows)


@migration
def m0024_looks(db: sqlite3.Connection) -> None:
    """Articles are looked at again, what changed in them is compared, and what is gone is noted. Relevant ones are due at once.

    A request tells which version of an article it saw (`monitor.trace.edits.find.substance`); of those before, that is not known.
    """
    _execute(db, rechecks.LOOKS)


@migration
def m0025_look_views(db: sqlite3.Connection) -> None:
    """What readers are shown has the short names."""
    db.execute("ALTER TABLE edits RENAME TO version_edits")
    db.execute("ALTER TABLE absences RENAME TO article_absences")


@migration
def m0026_relevant_since(db: sqlite3.Connection) -> None:
    """By which request an article became relevant; of those that are, by that of their first text as far as is known."""
    db.execute("ALTER TABLE articles ADD COLUMN relevant_since INTEGER REFERENCES fetches (id)")
    db.execute("UPDATE articles SET relevant_since = (SELECT min(fetch) FROM revisions WHERE article = id) WHERE relevant = 1")
    db.execute("CREATE INDEX articles_relevant_since ON articles (relevant_since) WHERE relevant_since IS NOT NULL")


@migration
def m0027_statements(db: sqlite3.Connection) -> None:
    """Who speaks under all forms of a name, what articles of a story deny of each other, figures that differ; found with the next
    run for what is there.
    """
    _execute(db, tracing.STATEMENTS)


@migration
def m0028_story_groups(db: sqlite3.Connection) -> None:
    """What stories are grouped by is kept, so that only what is new costs; what becomes of them is told from this time on."""
    _execute(db, stories.GROUPS)
    db.execute("DELETE FROM told")


@migration
def m0029_reasons(db: sqlite3.Connection) -> None:
    """Why who was first is known, and where articles have it from, in parts of which another language's sentence is made; found
    again with the next run.
    """
    for table in ("story_facts", "story_steps"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN reason_parts TEXT NOT NULL DEFAULT '{{}}'")
    db.execute("DELETE FROM told")


@migration
def m0030_gate(db: sqlite3.Connection) -> None:
    """Which version of the gate an article was not extracted for (`monitor.judge.gate.Gate`); empty where it was extracted."""
    db.execute("ALTER TABLE articles ADD COLUMN gate TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX articles_gate ON articles (gate) WHERE gate <> ''")


@migration
def m0031_rules(db: sqlite3.Connection) -> None:
    """By which rule of a topic's file each reason was found, and what told the country; empty of what was judged before."""
    db.execute("ALTER TABLE reasons ADD COLUMN rule TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE verdicts ADD COLUMN country_rule TEXT NOT NULL DEFAULT ''")


@migration
def m0032_second_looks(db: sqlite3.Connection) -> None:
    """Before a removal is confirmed it is looked for in another way; a page that says `noindex` since, and one that its feed
    dropped, is suspected to be hidden. What pages said before of search engines is not known. What others captured of an article
    has a table of its own, since its times are of their clocks.
    """
    _execute(db, rechecks.SECOND_LOOKS)


@migration
def m0033_moments(db: sqlite3.Connection) -> None:
    """When each transaction was stored, and by what: what was known at another time is told from here on (history.py)."""
    db.execute("CREATE TABLE moments (number INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL) STRICT")


@migration
def m0034_messages(db: sqlite3.Connection) -> None:
    """Which messages of workers on other machines are stored, so that one that comes again is not stored again."""
    db.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, stored TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migration
def m0035_robots_unreachable(db: sqlite3.Connection) -> None:
    """An outage of a robots.txt was `closed by robots.txt` too, with a `detail` that only outages have; the hours counted it as a
    refusal.
    """
    _execute(db, requests.ROBOTS_UNREACHABLE)


@migration
def m0036_readings(db: sqlite3.Connection) -> None:
    """By which reader a version was read, and what another reader read otherwise of the same bytes. Of versions before it is not
    known: the next edit of each is found once its captures were read again by one reader.
    """
    _execute(db, articles.READINGS)


@migration
def m0037_newsroom(db: sqlite3.Connection) -> None:
    """By which lists and topics the vault stands, so that it is known by which it stood at another time; from now on."""
    db.execute("CREATE TABLE newsroom_digests (name TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migration
def m0038_called(db: sqlite3.Connection) -> None:
    """How often each speaker is called what, counted as words come and go: who is quoted in every second article was counted
    through all of them by each crawl that brought one more.
    """
    _execute(db, tracing.CALLED)


@migration
def m0039_pictures(db: sqlite3.Connection) -> None:
    """What a browser drew of a version's captured page, without a network, where somebody asked for that."""
    _execute(db, rechecks.PICTURES)


@migration
def m0040_parsers(db: sqlite3.Connection) -> None:
    """What reads pages is called parser: readers are those who read a vault, or the news."""
    for table, column in (
        ("revisions", "reader"),
        ("changed_readings", "reader"),
        ("changed_readings", "reader_before"),
    ):
        for name in (table, f"was_{table}"):
            if db.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (name, column)).fetchone():
                db.execute(f"ALTER TABLE {name} RENAME COLUMN {column} TO {column.replace('reader', 'parser')}")


@migration
def m0041_meanings(db: sqlite3.Connection) -> None:
    """What articles mean, as a model of many languages puts it; where it is not asked, nothing is there."""
    _execute(db, stories.MEANINGS)


@migration
def m0042_publish_rate(db: sqlite3.Connection) -> None:
    """What was learned of a source's publishing, and what its failures add to the wait, by their names."""
    for column, name in (("rhythm", "publish_rate"), ("setbacks", "backoff")):
        for table in ("feeds", "was_feeds"):
            if db.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column)).fetchone():
                db.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO {name}")


@migration
def m0043_work_tables(db: sqlite3.Connection) -> None:
    """Tables of what is still to be done, and of what that rests on, by names that say it."""
    for table, name in (
        ("touched", "changed_articles"),
        ("restated", "changed_statements"),
        ("unsaid", "changed_speakers"),
        ("told", "story_digest"),
        ("called", "speaker_name_counts"),
        ("logged", "evidence_logged"),
    ):
        if db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone():
            db.execute(f"ALTER TABLE {table} RENAME TO {name}")
    for trigger, name in (
        ("story_restates", "story_changes_statements"),
        ("attributions_unsay", "attributions_change_speakers"),
        ("denials_unsay", "denials_change_speakers"),
    ):
        for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (trigger,)).fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
            db.execute(sql.replace(trigger, name, 1))


@migration
def m0044_titles_of_pages(db: sqlite3.Connection) -> None:
    """What a page that was read as no article calls itself."""
    db.execute("ALTER TABLE fetches ADD COLUMN title TEXT NOT NULL DEFAULT ''")
