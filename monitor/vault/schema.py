"""The vault's tables: migrations, each in one transaction, in order. Changes nothing but the database it is given.

`PRAGMA user_version` says how many of them a vault has had. A migration that was released is never edited: a change of the tables
is a new one at the end.
Times are text, ISO 8601 in UTC, always `2023-04-21T10:00:00.000000Z`, so that they sort as they stand; lists are JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from monitor.errors import StoreError
from monitor.vault import history
from monitor.vault.connection import Connection, begun
from monitor.vault.statement_views import CALLED, HELPING_VIEWS
from monitor.vault.statement_views import TABLES as STATEMENT_TABLES
from monitor.vault.story_views import GROUPS as STORY_GROUPS
from monitor.vault.story_views import TABLES as STORY_TABLES
from monitor.vault.views import VIEWS

# "PVST": how a vault is told from somebody else's database before anything is written into it.
APPLICATION_ID = 0x50565354

# Up to version 0.1 a table of sqlite-utils counted the migrations.
_COUNTED_ELSEWHERE = "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"

Migration = Callable[[sqlite3.Connection], None]
migrations: list[Migration] = []


def migration(step: Migration) -> Migration:
    """The step is the next migration."""
    migrations.append(step)
    return step


def _execute(db: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        db.execute(statement)


@migration
def m0001_vault(db: sqlite3.Connection) -> None:
    _execute(db, _TABLES)


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
    _execute(db, _LEDGER)


@migration
def m0005_turns(db: sqlite3.Connection) -> None:
    """What waits at a host, in lanes of one priority and depth: the next that is due in each is one seek away."""
    db.execute("DROP INDEX frontier_waiting")
    db.execute("CREATE INDEX frontier_lanes ON frontier (host, priority, depth, due) WHERE state = 'waiting'")
    db.execute("CREATE TABLE hosts (host TEXT PRIMARY KEY, rests_until TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migration
def m0006_rhythm(db: sqlite3.Connection) -> None:
    """A source is polled by its own rhythm: what was learned of it, and when it is due."""
    db.execute("ALTER TABLE sources ADD COLUMN every INTEGER")
    for column in _RHYTHM:
        db.execute(f"ALTER TABLE feeds ADD COLUMN {column}")


_RHYTHM = (
    "due TEXT",  # not to be polled before; NULL: at once
    "why TEXT NOT NULL DEFAULT ''",  # why then, in words
    "polls INTEGER NOT NULL DEFAULT 0",  # answered or not
    "setbacks REAL NOT NULL DEFAULT 0",  # its failures in a row, those of the moment counted half
    "failing_since TEXT",
    "given_up TEXT",  # when it had done nothing but fail for so long that it is no longer polled
    "ttl INTEGER",  # minutes, as its document asks
    "rhythm TEXT NOT NULL DEFAULT ''",  # of monitor.expect.schedule, as JSON
    "moved_to TEXT NOT NULL DEFAULT ''",  # where a permanent redirect leads
    "moved INTEGER NOT NULL DEFAULT 0",  # polls in a row that were led there
)


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
    db.execute(_EXPECTATIONS)


@migration
def m0011_telegram(db: sqlite3.Connection) -> None:
    """What the previews of Telegram channels showed."""
    _execute(db, _TELEGRAM)


@migration
def m0012_unpolled(db: sqlite3.Connection) -> None:
    """Hours in which a source was due and nobody asked it. When it was due is not known of what came before: those hours are
    taken that lie beyond the longest that any rhythm waits.
    """
    _execute(db, _UNPOLLED)


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
    _execute(db, _NEAR_MISS_REASONS)


@migration
def m0015_wordings(db: sqlite3.Connection) -> None:
    """A text that many articles show is kept, and compared, once; what groups of copies follow from is known by itself."""
    _execute(db, _WORDINGS)


@migration
def m0016_runs(db: sqlite3.Connection) -> None:
    """What a run was is told by columns, and no more by the words of its command."""
    _execute(db, _RUNS)


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
    _execute(db, STORY_TABLES)
    db.execute("INSERT OR IGNORE INTO touched SELECT id FROM articles WHERE relevant = 1")
    db.execute("DELETE FROM told")


@migration
def m0019_tracing(db: sqlite3.Connection) -> None:
    """By which rule an attribution or a denial was found; whom a pronoun stands for; who made a claim, and who takes it back."""
    _execute(db, _TRACING)


@migration
def m0020_asked_by(db: sqlite3.Connection) -> None:
    """At which address a host last asked for time: a key of the frontier."""
    db.execute("ALTER TABLE hosts ADD COLUMN asked_by TEXT NOT NULL DEFAULT ''")


_RUNS = """
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN clock TEXT;
ALTER TABLE runs ADD COLUMN arguments TEXT NOT NULL DEFAULT '{}';
UPDATE runs SET
    kind = trim(replace(iif(instr(command, ','), substr(command, 1, instr(command, ',') - 1), command), 'crawl', '')),
    clock = iif(instr(command, ', its clock set to '), strftime('%Y-%m-%dT%H:%M:%f000Z', substr(command,
        instr(command, ', its clock set to ') + length(', its clock set to '))), NULL);
ALTER TABLE runs DROP COLUMN command
"""

_TRACING = """
ALTER TABLE attributions ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE attributions ADD COLUMN resolved INTEGER NOT NULL DEFAULT 0;
UPDATE attributions SET kind = 'other' WHERE kind = 'named';
ALTER TABLE denials ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE denials ADD COLUMN kind TEXT NOT NULL DEFAULT 'denial';
ALTER TABLE denials ADD COLUMN rule TEXT NOT NULL DEFAULT ''
"""


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

    A request tells which version of an article it saw (`monitor.trace.substance`); of those before, that is not known.
    """
    _execute(db, _LOOKS)


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
    _execute(db, STATEMENT_TABLES)


@migration
def m0028_story_groups(db: sqlite3.Connection) -> None:
    """What stories are grouped by is kept, so that only what is new costs; what becomes of them is told from this time on."""
    _execute(db, STORY_GROUPS)
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
    """Which version of the gate an article was not extracted for (`monitor.judge.Gate`); empty where it was extracted."""
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
    _execute(db, _SECOND_LOOKS)


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
    _execute(db, _ROBOTS_UNREACHABLE)


# "robots.txt answers 503: nothing is fetched from this host for now"; later with a comma after the name.
_ROBOTS_UNREACHABLE = """
UPDATE hours SET blocked = blocked - o.polls, failed = failed + o.polls, refused = refused - o.pages
    FROM (
        SELECT source, strftime('%Y-%m-%dT%H:00:00.000000Z', finished) AS hour,
            sum(kind IN ('feed', 'sitemap', 'telegram', 'home')) AS polls, sum(kind = 'article') AS pages
        FROM fetches
        WHERE outcome = 'closed by robots.txt' AND detail LIKE 'robots.txt%: nothing is fetched from this host for now'
        GROUP BY 1, 2
    ) AS o
    WHERE hours.source = o.source AND hours.hour = o.hour;
UPDATE fetches SET outcome = 'robots.txt unreachable', detail = ltrim(substr(detail, 11), ', ')
    WHERE outcome = 'closed by robots.txt' AND detail LIKE 'robots.txt%: nothing is fetched from this host for now'
"""


@migration
def m0036_readings(db: sqlite3.Connection) -> None:
    """By which reader a version was read, and what another reader read otherwise of the same bytes. Of versions before it is not
    known: the next edit of each is found once its captures were read again by one reader.
    """
    _execute(db, _READINGS)


@migration
def m0037_newsroom(db: sqlite3.Connection) -> None:
    """By which lists and topics the vault stands, so that it is known by which it stood at another time; from now on."""
    db.execute("CREATE TABLE newsroom_digests (name TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT, WITHOUT ROWID")


_READINGS = """
ALTER TABLE revisions ADD COLUMN reader TEXT NOT NULL DEFAULT '';
CREATE TABLE changed_readings ( -- of captures that were read before
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL REFERENCES articles (id),
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the request that brought the capture
    field TEXT NOT NULL, -- a column of the article or its versions; relevant; outcome: no article is read there any more
    after TEXT NOT NULL,
    reader TEXT NOT NULL,
    noticed TEXT NOT NULL, -- when the page stood so
    at TEXT NOT NULL, -- when it was read again
    before TEXT NOT NULL,
    reader_before TEXT NOT NULL,
    digest_before TEXT NOT NULL -- of title and text as read before, by which a version is cited
) STRICT;
CREATE INDEX changed_readings_article ON changed_readings (article)
"""


@migration
def m0037_called(db: sqlite3.Connection) -> None:
    """How often each speaker is called what, counted as words come and go: who is quoted in every second article was counted
    through all of them by each crawl that brought one more.
    """
    _execute(db, CALLED)


_SECOND_LOOKS = """
-- whether its page asks search engines to leave it out, and did so when it was first read
ALTER TABLE looks ADD COLUMN noindex INTEGER;
CREATE TABLE second_looks ( -- for articles that are suspected to be removed
    article TEXT NOT NULL REFERENCES articles (id),
    fetch INTEGER NOT NULL REFERENCES fetches (id),
    at TEXT NOT NULL,
    by TEXT NOT NULL, -- home page | another address
    found INTEGER NOT NULL,
    PRIMARY KEY (article, fetch)
) STRICT, WITHOUT ROWID;
CREATE TABLE outside_captures ( -- of articles, by other archives
    article TEXT NOT NULL REFERENCES articles (id),
    capture TEXT NOT NULL, -- its address in that archive
    captured TEXT NOT NULL, -- by the clock of that archive
    archive TEXT NOT NULL, -- its host
    url TEXT NOT NULL, -- what it captured
    digest TEXT NOT NULL, -- as that archive gives it
    how TEXT NOT NULL CHECK (how IN ('found', 'asked for')),
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the answer that says so
    PRIMARY KEY (article, capture)
) STRICT, WITHOUT ROWID;
CREATE TABLE outside_looks ( -- when captures of an article were looked for, and asked for, and what the archive said
    article TEXT NOT NULL REFERENCES articles (id),
    what TEXT NOT NULL CHECK (what IN ('search', 'save')),
    at TEXT NOT NULL,
    said TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id),
    PRIMARY KEY (article, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_entries_last_seen ON feed_entries (source, last_seen)
"""

_LOOKS = """
ALTER TABLE fetches ADD COLUMN version TEXT;
ALTER TABLE feed_entries ADD COLUMN last_seen TEXT NOT NULL DEFAULT '';
UPDATE feed_entries SET last_seen = first_seen;
ALTER TABLE revisions ADD COLUMN authors TEXT;
ALTER TABLE revisions ADD COLUMN published TEXT;
ALTER TABLE revisions ADD COLUMN modified TEXT;
ALTER TABLE revisions ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
ALTER TABLE revisions ADD COLUMN substance TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN last_seen TEXT NOT NULL DEFAULT '';
ALTER TABLE revisions ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
UPDATE revisions SET last_seen = fetched;
CREATE INDEX revisions_compared ON revisions (article, number) WHERE compared = 0 AND number > 1;
CREATE TABLE looks ( -- at articles that were read before
    article TEXT PRIMARY KEY REFERENCES articles (id),
    host TEXT NOT NULL,
    looked TEXT NOT NULL, -- the newest look, the first reading included
    there TEXT NOT NULL, -- the newest that found it
    looks INTEGER NOT NULL DEFAULT 0, -- after the first reading
    absent INTEGER NOT NULL DEFAULT 0, -- in a row that did not find it
    outcome TEXT NOT NULL DEFAULT '', -- in what way it was not there at the newest; empty where it was
    due TEXT, -- NULL: it is not looked at again
    why TEXT NOT NULL DEFAULT '', -- why then, in words
    limited TEXT NOT NULL DEFAULT '', -- why not every version of it is kept
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX looks_due ON looks (due) WHERE due IS NOT NULL;
CREATE INDEX looks_host ON looks (host, there);
INSERT INTO looks (article, host, looked, there, due, digest)
    SELECT a.id, substr(rest, 1, instr(rest || '/', '/') - 1), last_fetched, last_fetched,
        iif(relevant AND rest NOT LIKE 't.me/%', last_fetched, NULL), coalesce(f.digest, '')
    FROM (SELECT *, lower(substr(url, instr(url, '://') + 3)) AS rest FROM articles) a JOIN fetches f ON f.id = a.fetch;
CREATE TABLE new_looks ( -- that were not held against absences yet
    article TEXT NOT NULL REFERENCES articles (id),
    fetch INTEGER NOT NULL REFERENCES fetches (id),
    at TEXT NOT NULL,
    way TEXT NOT NULL, -- in what way it was not there; empty where it was
    PRIMARY KEY (fetch, article)
) STRICT, WITHOUT ROWID;
CREATE TABLE absences (
    article TEXT NOT NULL REFERENCES articles (id),
    since TEXT NOT NULL, -- the first look that did not find it
    kind TEXT NOT NULL, -- removed | hidden | unreachable | delisted
    way TEXT NOT NULL, -- of monitor.expect.absences
    state TEXT NOT NULL CHECK (state IN ('suspected', 'confirmed', 'returned')),
    there TEXT, -- the last look before that did
    looked TEXT NOT NULL,
    looks INTEGER NOT NULL,
    confirmed TEXT,
    confirmed_by TEXT NOT NULL,
    returned TEXT,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the newest look that says so
    PRIMARY KEY (article, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE edits (
    article TEXT NOT NULL REFERENCES articles (id),
    revision INTEGER NOT NULL, -- the later one of the two that were compared
    position INTEGER NOT NULL,
    class TEXT NOT NULL,
    disclosed INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    before_start INTEGER NOT NULL,
    before_end INTEGER NOT NULL,
    after_start INTEGER NOT NULL,
    after_end INTEGER NOT NULL,
    words TEXT NOT NULL, -- digest of what went and came, to find what a site changed on many pages
    site_wide INTEGER NOT NULL DEFAULT 0, -- it is the site's, and no edit of the article
    PRIMARY KEY (article, revision, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX edits_words ON edits (words)
"""


_TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    outcome TEXT NOT NULL DEFAULT 'running',
    fetches INTEGER NOT NULL DEFAULT 0,
    articles INTEGER NOT NULL DEFAULT 0,
    relevant INTEGER NOT NULL DEFAULT 0,
    copies INTEGER NOT NULL DEFAULT 0,
    silent TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    home TEXT NOT NULL,
    language TEXT NOT NULL,
    country TEXT NOT NULL,
    kind TEXT NOT NULL,
    feed TEXT NOT NULL,
    status TEXT NOT NULL,
    doubt TEXT NOT NULL,
    sitemap TEXT NOT NULL,
    aliases TEXT NOT NULL,
    listed INTEGER NOT NULL -- 0 once the line has left data/sources.csv: what it gave stays
) STRICT;
CREATE TABLE families (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    outlet TEXT NOT NULL,
    PRIMARY KEY (id, outlet)
) STRICT, WITHOUT ROWID;
CREATE TABLE feeds (
    source TEXT PRIMARY KEY,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',
    polled TEXT, -- last time that it was read, or found unchanged
    changed TEXT, -- last time that its bytes were new
    failures INTEGER NOT NULL DEFAULT 0, -- in a row
    entries INTEGER NOT NULL DEFAULT 0, -- in the last document that was read
    format TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT NOT NULL,
    status INTEGER,
    bytes INTEGER NOT NULL,
    location TEXT NOT NULL,
    referrer TEXT NOT NULL,
    depth INTEGER NOT NULL,
    article TEXT, -- what the fetch gave; NULL where it gave none
    warc_file TEXT,
    warc_offset INTEGER,
    warc_record TEXT,
    digest TEXT
) STRICT;
CREATE INDEX fetches_run ON fetches (run, source);
CREATE INDEX fetches_source ON fetches (source, kind, finished);
CREATE INDEX fetches_article ON fetches (article);
CREATE TABLE feed_entries (
    source TEXT NOT NULL,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    published TEXT,
    published_raw TEXT NOT NULL,
    updated TEXT,
    first_seen TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id),
    PRIMARY KEY (source, guid, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_entries_key ON feed_entries (key);
CREATE TABLE frontier (
    key TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    priority INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    referrer TEXT NOT NULL,
    due TEXT NOT NULL,
    leased_run INTEGER REFERENCES runs (id),
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'done'))
) STRICT, WITHOUT ROWID;
CREATE INDEX frontier_waiting ON frontier (host, priority DESC, due) WHERE state = 'waiting';
CREATE INDEX frontier_leased ON frontier (leased_run) WHERE state = 'leased';
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    canonical TEXT NOT NULL,
    outlet TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    authors TEXT NOT NULL,
    published TEXT,
    published_raw TEXT NOT NULL,
    modified TEXT,
    modified_raw TEXT NOT NULL,
    feed_date TEXT, -- earliest publication date that a feed gives for it
    week TEXT NOT NULL, -- of `published`; SQLite before 3.46 cannot make ISO weeks
    language TEXT NOT NULL,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    words INTEGER NOT NULL,
    paywalled INTEGER NOT NULL,
    live INTEGER NOT NULL,
    flags TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    first_fetched TEXT NOT NULL,
    last_fetched TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the newest that gave the article as it stands here
    relevant INTEGER NOT NULL DEFAULT 0, -- of its verdicts, at least one
    copy_group TEXT NOT NULL DEFAULT '',
    story TEXT NOT NULL DEFAULT '',
    first TEXT NOT NULL DEFAULT '',
    first_basis TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX articles_relevant ON articles (published DESC, id) WHERE relevant = 1;
CREATE INDEX articles_copy_group ON articles (copy_group) WHERE copy_group <> '';
CREATE INDEX articles_outlet ON articles (outlet);
CREATE TABLE revisions (
    article TEXT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    fetched TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (article, number)
) STRICT;
CREATE TABLE article_urls (
    url TEXT NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id),
    key TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    PRIMARY KEY (url, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_urls_article ON article_urls (article);
CREATE INDEX article_urls_key ON article_urls (key);
CREATE TABLE links (
    article TEXT NOT NULL REFERENCES articles (id),
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    anchor TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
) STRICT;
CREATE INDEX links_article ON links (article);
CREATE INDEX links_key ON links (key);
CREATE TABLE verdicts (
    article TEXT NOT NULL REFERENCES articles (id),
    topic TEXT NOT NULL,
    relevant INTEGER NOT NULL,
    score REAL NOT NULL,
    subtopics TEXT NOT NULL,
    lacking TEXT NOT NULL,
    country TEXT NOT NULL,
    PRIMARY KEY (article, topic)
) STRICT, WITHOUT ROWID;
CREATE TABLE reasons (
    article TEXT NOT NULL REFERENCES articles (id),
    topic TEXT NOT NULL,
    field TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    label TEXT NOT NULL,
    word TEXT NOT NULL -- what stands at the span
) STRICT;
CREATE INDEX reasons_article ON reasons (article);
CREATE TABLE places (
    article TEXT NOT NULL REFERENCES articles (id),
    region TEXT NOT NULL,
    town TEXT NOT NULL,
    role TEXT NOT NULL,
    field TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
) STRICT;
CREATE INDEX places_article ON places (article);
CREATE TABLE sketches (
    article TEXT PRIMARY KEY REFERENCES articles (id),
    digest TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sketches_digest ON sketches (digest);
CREATE TABLE bands (
    band INTEGER NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id),
    PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX bands_article ON bands (article);
CREATE TABLE copies (
    a TEXT NOT NULL REFERENCES articles (id),
    b TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,
    similarity REAL NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_b ON copies (b);
CREATE TABLE attributions (
    article TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,
    speaker TEXT NOT NULL,
    outlet TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    url TEXT NOT NULL
) STRICT;
CREATE INDEX attributions_article ON attributions (article);
CREATE TABLE denials (
    article TEXT NOT NULL REFERENCES articles (id),
    claim_start INTEGER NOT NULL,
    claim_end INTEGER NOT NULL,
    denial_start INTEGER NOT NULL,
    denial_end INTEGER NOT NULL,
    speaker TEXT NOT NULL
) STRICT;
CREATE INDEX denials_article ON denials (article)
"""

_LEDGER = """
CREATE TABLE polls (
    fetch INTEGER PRIMARY KEY REFERENCES fetches (id),
    entries INTEGER NOT NULL,
    new INTEGER NOT NULL, -- addresses that were not known
    known INTEGER NOT NULL, -- entries that were: where there are none, the window is torn from what was seen before
    oldest TEXT, -- declared
    newest TEXT, -- declared
    torn_since TEXT, -- newest date declared by what was known, where the window is torn
    lost INTEGER -- entries that came and went unseen before this poll, at least; NULL where that cannot be told
) STRICT;
CREATE INDEX polls_lost ON polls (fetch) WHERE lost > 0;
CREATE TABLE hours (
    source TEXT NOT NULL,
    hour TEXT NOT NULL, -- its beginning
    read INTEGER NOT NULL DEFAULT 0, -- polls that gave a new document with entries
    unchanged INTEGER NOT NULL DEFAULT 0,
    silent INTEGER NOT NULL DEFAULT 0, -- polls that were answered without any entry
    failed INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0, -- polls that were refused
    overflows INTEGER NOT NULL DEFAULT 0, -- of the polls in `read`, those whose window was torn
    new INTEGER NOT NULL DEFAULT 0, -- entries, without those of the first document
    lost INTEGER NOT NULL DEFAULT 0, -- entries, at least
    articles INTEGER NOT NULL DEFAULT 0, -- pages that the source listed and that were read
    refused INTEGER NOT NULL DEFAULT 0, -- such pages that were refused
    PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX hours_new ON hours (source, hour) WHERE new > 0;
INSERT INTO hours (source, hour, read, unchanged, blocked, failed, articles)
    SELECT source, substr(finished, 1, 13) || ':00:00.000000Z' AS began,
        sum(kind <> 'article' AND outcome = 'feed'), sum(kind <> 'article' AND outcome = 'unchanged'),
        sum(kind <> 'article' AND outcome IN ('blocked', 'challenge page', 'closed by robots.txt', 'too many requests')),
        sum(kind <> 'article' AND outcome NOT IN ('feed', 'unchanged', 'blocked', 'challenge page', 'closed by robots.txt',
            'too many requests')), sum(outcome = 'article')
    FROM fetches WHERE source <> '' AND kind <> 'robots' AND outcome NOT IN ('redirected', 'unanswered', 'over budget')
    GROUP BY source, began;
INSERT INTO hours (source, hour, new)
    SELECT source, substr(first_seen, 1, 13) || ':00:00.000000Z' AS began, count(*)
    FROM feed_entries JOIN (SELECT source, min(first_seen) AS start FROM feed_entries GROUP BY source) USING (source)
    WHERE first_seen > start GROUP BY source, began ON CONFLICT DO UPDATE SET new = excluded.new
"""

_EXPECTATIONS = """
CREATE TABLE expectations (
    source TEXT PRIMARY KEY,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the poll up to which it was judged
    days INTEGER NOT NULL, -- of 24 hours each, up to that poll
    seen INTEGER NOT NULL, -- entries that came in them
    least INTEGER NOT NULL, -- to be expected; fewer are a drop
    usual REAL NOT NULL -- to be expected in the mean
) STRICT
"""

_TELEGRAM = """
CREATE TABLE posts (
    source TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL, -- text, media, part of an album, service
    post INTEGER NOT NULL, -- the number of the post that it is, or is a part of
    article TEXT REFERENCES articles (id), -- NULL where it is no post with a text
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the newest that showed it
    missed TEXT, -- the first time after it was seen that others around it were shown, and it was not
    missed_fetch INTEGER REFERENCES fetches (id),
    PRIMARY KEY (source, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX posts_article ON posts (article) WHERE article IS NOT NULL;
CREATE TABLE unread ( -- numbers of a channel that came between two polls, and that no page was read of
    source TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    noticed TEXT NOT NULL,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the last page that was read, above them
    PRIMARY KEY (source, first)
) STRICT, WITHOUT ROWID
"""

_UNPOLLED = """
CREATE TABLE unpolled (
    source TEXT NOT NULL,
    since TEXT NOT NULL, -- beginning of the first hour
    until TEXT NOT NULL, -- of the hour after the last
    PRIMARY KEY (source, since)
) STRICT, WITHOUT ROWID;
INSERT INTO unpolled
    SELECT source, since, until FROM (
        SELECT source, strftime('%Y-%m-%dT%H:00:00.000000Z', hour, '+25 hours') AS since,
            lead(hour) OVER (PARTITION BY source ORDER BY hour) AS until
        FROM hours WHERE read + unchanged + silent + failed + blocked > 0)
    WHERE since < until
"""

_WORDINGS = """
CREATE TABLE wordings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: parts are called by it
    digest TEXT NOT NULL UNIQUE, -- of the folded words
    signature BLOB NOT NULL, -- MinHash; empty where there are too few words
    part INTEGER NOT NULL -- what is joined by copies of copies has one number
) STRICT;
CREATE INDEX wordings_part ON wordings (part);
CREATE TABLE wording_bands (
    band INTEGER NOT NULL,
    wording INTEGER NOT NULL REFERENCES wordings (id),
    PRIMARY KEY (band, wording)
) STRICT, WITHOUT ROWID;
CREATE TABLE wording_pairs ( -- that were compared and found to be one text: enough of them to join each part
    a INTEGER NOT NULL REFERENCES wordings (id),
    b INTEGER NOT NULL REFERENCES wordings (id),
    kind TEXT NOT NULL,
    similarity REAL NOT NULL,
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX wording_pairs_b ON wording_pairs (b);
CREATE TABLE article_wordings (
    article TEXT PRIMARY KEY REFERENCES articles (id),
    wording INTEGER NOT NULL REFERENCES wordings (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_wordings_wording ON article_wordings (wording);
INSERT INTO wordings (digest, signature, part)
    SELECT s.digest, s.signature, 0 FROM sketches s JOIN articles a ON a.id = s.article WHERE a.words > 0 GROUP BY s.digest;
INSERT INTO article_wordings
    SELECT s.article, w.id FROM sketches s JOIN articles a ON a.id = s.article JOIN wordings w USING (digest) WHERE a.words > 0;
INSERT OR IGNORE INTO wording_bands
    SELECT b.band, s.wording FROM article_wordings s JOIN wordings w ON w.id = s.wording JOIN bands b USING (article)
    WHERE w.signature <> x'';
INSERT OR IGNORE INTO wording_pairs
    SELECT min(a.wording, b.wording), max(a.wording, b.wording), c.kind, c.similarity
    FROM copies c JOIN article_wordings a ON a.article = c.a JOIN article_wordings b ON b.article = c.b
    WHERE a.wording <> b.wording;
UPDATE wordings SET part = coalesce((SELECT min(o.wording)
    FROM article_wordings s JOIN articles a ON a.id = s.article JOIN articles c ON c.copy_group = a.copy_group
    JOIN article_wordings o ON o.article = c.id WHERE s.wording = wordings.id AND a.copy_group <> ''), id);
DROP TABLE bands;
DROP TABLE sketches;
CREATE TABLE copy_groups (
    number INTEGER PRIMARY KEY, -- in the order in which they were first called so
    copy_group TEXT NOT NULL UNIQUE,
    original TEXT NOT NULL, -- whose text it is, of the relevant articles; empty where none of them is left
    basis TEXT NOT NULL -- as of first reports
) STRICT;
INSERT INTO copy_groups (copy_group, original, basis)
    SELECT copy_group, coalesce(first, ''), 'declared' FROM (
        SELECT copy_group, iif(relevant, id, NULL) AS first, min(iif(relevant, coalesce(published, 'undated'), 'z') || id)
        FROM articles WHERE copy_group <> '' GROUP BY copy_group);
CREATE TABLE former_ids (
    kind TEXT NOT NULL, -- copies | story
    id TEXT NOT NULL, -- what the group was called
    now TEXT NOT NULL, -- the group that most of its members are in
    at TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE touched ( -- what follows from these articles is to be found again
    article TEXT PRIMARY KEY REFERENCES articles (id)
) STRICT, WITHOUT ROWID
"""


# Until then it was one text: "mentioned in passing: 0.5 of 1", "about KZ, not RU", "only as agenda".
_NEAR_MISS_REASONS = """
UPDATE verdicts SET near_miss_reason = 'mentioned in passing',
    near_miss_detail = replace(substr(near_miss_reason, 23), ' of ', ' / ')
    WHERE near_miss_reason LIKE 'mentioned in passing: %';
UPDATE verdicts SET near_miss_reason = 'about a country that is not named'
    WHERE near_miss_reason LIKE 'about a country that is not named, %';
UPDATE verdicts SET near_miss_reason = 'about another country' WHERE near_miss_reason LIKE 'about __, not __';
UPDATE verdicts SET near_miss_reason = 'no word of the topic''s context near it'
    WHERE near_miss_reason LIKE 'no word of the topic''s context in %';
UPDATE verdicts SET near_miss_reason = 'in another sense', near_miss_detail = substr(near_miss_reason, 9)
    WHERE near_miss_reason LIKE 'only as %'
"""


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the vault to this program's tables and views; a copy of an older one is kept beside it first.

    Raises StoreError where the file is another program's, was written by a newer version of this one, or would be left with a row
    that refers to nothing.
    """
    is_empty = db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if not is_empty and db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program; name a file that `monitor` made, or a new one")
    done = _applied(db)
    _refuse_newer(done, path)
    if done < len(migrations) and not is_empty:
        _keep_copy(db, path.with_name(f"{path.name}.before-{migrations[done].__name__}"))
    if db.execute(_COUNTED_ELSEWHERE).fetchone():
        with begun(db):
            db.execute("DROP TABLE _sqlite_migrations")
            db.execute(f"PRAGMA user_version = {done}")
    # A table that is made anew and takes the old one's name is no loss to those that refer to it.
    db.execute("PRAGMA foreign_keys = OFF")
    for number, step in enumerate(migrations[done:], done + 1):
        with begun(db):
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            history.pause(db)
            step(db)
            if lost := db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(
                    f"{path}: {step.__name__}: a row of {lost[0]} refers to nothing in {lost[2]}; nothing was changed"
                )
            db.execute(f"PRAGMA user_version = {number}")
    db.execute("PRAGMA foreign_keys = ON")
    _renew_views(db)


def check_version(db: Connection) -> None:
    """Raises StoreError where a vault has had more migrations than this program knows, or fewer, since only who writes it may
    change its tables. A snapshot has none.
    """
    if not is_vault(db):
        return
    with db.errors():
        done = _applied(db.raw)
    _refuse_newer(done, db.path)
    if done < len(migrations):
        raise StoreError(f"{db.path}: was made by an older version of Povestka; `monitor crawl` brings it to this one's tables")


def _applied(db: sqlite3.Connection) -> int:
    """How many migrations a vault has had."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if db.execute(_COUNTED_ELSEWHERE).fetchone():
        (version,) = db.execute("SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'povestka'").fetchone()
    return version


def _refuse_newer(done: int, path: Path) -> None:
    if done > len(migrations):
        raise StoreError(
            f"{path}: was written by a newer version of Povestka (its tables are of version {done}, this one knows"
            f" {len(migrations)}); update this one"
        )


def is_vault(db: Connection) -> bool:
    """Whether a database is a vault; else it is a snapshot of one, which has no migrations."""
    return db.row("SELECT 1 FROM sqlite_master WHERE name = 'frontier'") is not None


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    # VACUUM INTO refuses an existing file; a copy that was cut short by a crash must not stand in the way, nor pass for whole.
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(partial),))
    partial.replace(target)


def _renew_views(db: sqlite3.Connection) -> None:
    # Views hold no data: they follow the program without a migration.
    stored = {row["name"]: row["sql"] for row in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'")}
    views = VIEWS | HELPING_VIEWS
    if stored == views:
        return
    with begun(db):
        for name in stored:
            db.execute(f"DROP VIEW [{name}]")
        for statement in views.values():
            db.execute(statement)
