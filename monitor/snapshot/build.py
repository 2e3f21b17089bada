"""The public database, built from the vault: allow-listed columns, search, summaries. Reads the vault; writes one file."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shlex
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from monitor import __version__
from monitor.errors import StoreError
from monitor.program import code_digest, commit
from monitor.snapshot import estimates, facets, recheck_tables, redaction, statement_tables, story_tables
from monitor.snapshot.summaries import SUMMARIES
from monitor.vault.connection import Connection, read_only_uri, stamp
from monitor.vault.reader import FICTIONAL, open_reader
from monitor.vault.schema import APPLICATION_ID
from monitor.vault.views import VIEWS

TICK_NS = 10_000_000
CACHE_KIB, KEYS_KIB = 24 * 1024, 64 * 1024
"""Page cache of either database while a snapshot is built, and of each sort: all of it is to stay under 300 MB. While tables are
filled that of the new one is larger: articles come by date, so that each is put anywhere among the million keys of a table, and
keys that the cache does not hold are read and written for each."""
PAGE = 8192
"""Bytes of a page: half as many are read and written as with SQLite's own 4,096, and less of each is left empty. Of a million
articles that is a fifth of what the system does for a snapshot. https://www.sqlite.org/pragma.html#pragma_page_size"""

# The unary plus keeps SQLite from taking a list of articles for what to begin with: of two such lists it made all pairs.
# What is not named here stays in the vault: the frontier, keys and sketches, validators of feeds. Column by column, so that a new
# one in the vault is not published by itself.
_TABLES = """
CREATE TABLE coverage (
    article TEXT PRIMARY KEY, outlet TEXT, language TEXT, title TEXT, subtitle TEXT, url TEXT, authors TEXT, published TEXT,
    published_raw TEXT, modified TEXT, feed_date TEXT, first_seen TEXT, first_fetched TEXT, captured TEXT, last_checked TEXT,
    week TEXT, topics TEXT, score REAL, reasons TEXT, regions TEXT, copy_group TEXT, copies INTEGER, copy_of TEXT, story TEXT,
    first TEXT, first_basis TEXT, attributed_to TEXT, links INTEGER, revisions INTEGER, section TEXT, words INTEGER,
    paywalled INTEGER, source TEXT, fetch INTEGER, warc_file TEXT, warc_offset INTEGER, digest TEXT
);
INSERT INTO coverage SELECT * FROM vault.coverage;
CREATE TABLE texts (article TEXT PRIMARY KEY REFERENCES coverage (article), text TEXT);
-- Row by row as the coverage, without a look into the keys for each.
INSERT INTO texts SELECT id, text FROM vault.articles WHERE relevant = 1 ORDER BY published DESC, id;
CREATE TABLE verdicts (
    article TEXT REFERENCES coverage (article), topic TEXT, score REAL, subtopics TEXT, country TEXT, country_rule TEXT,
    PRIMARY KEY (article, topic)
);
INSERT INTO verdicts SELECT article, topic, score, subtopics, country, country_rule FROM vault.verdicts
    WHERE relevant = 1 AND +article IN (SELECT article FROM texts) ORDER BY article, topic;
CREATE TABLE reasons (
    article TEXT REFERENCES coverage (article), topic TEXT, field TEXT, start INTEGER, "end" INTEGER, label TEXT, word TEXT,
    rule TEXT -- where its query stands in the topic's file
);
INSERT INTO reasons SELECT r.* FROM vault.reasons r JOIN verdicts USING (article, topic)
    ORDER BY r.article, r.topic, r.field, r.start, r.label;
CREATE TABLE places (
    article TEXT REFERENCES coverage (article), region TEXT, town TEXT, role TEXT, field TEXT, start INTEGER, "end" INTEGER
);
INSERT INTO places SELECT * FROM vault.places
    WHERE +article IN (SELECT article FROM texts) ORDER BY article, field, start, region;
CREATE TABLE attributions (
    article TEXT REFERENCES coverage (article), kind TEXT, speaker TEXT, outlet TEXT, start INTEGER, "end" INTEGER, url TEXT,
    rule TEXT, resolved INTEGER, -- whether the text has a pronoun, which stands for the speaker
    speaker_id TEXT
);
INSERT INTO attributions SELECT * FROM vault.attributions
    WHERE +article IN (SELECT article FROM texts) ORDER BY article, start, kind, speaker;
CREATE TABLE denials (
    article TEXT REFERENCES coverage (article), claim_start INTEGER, claim_end INTEGER, denial_start INTEGER, denial_end INTEGER,
    speaker TEXT, claimed_by TEXT, kind TEXT, rule TEXT, speaker_id TEXT, claimed_by_id TEXT
);
INSERT INTO denials SELECT * FROM vault.denials
    WHERE +article IN (SELECT article FROM texts) ORDER BY article, denial_start, claim_start;
CREATE TABLE links (
    article TEXT REFERENCES coverage (article), url TEXT, kind TEXT, anchor TEXT, start INTEGER, "end" INTEGER,
    target TEXT REFERENCES coverage (article) -- the article that is linked to, where it is one of these
);
INSERT INTO links SELECT l.article, l.url, l.kind, l.anchor, l.start, l."end",
        (SELECT min(u.article) FROM vault.article_urls u CROSS JOIN coverage c ON c.article = u.article
            WHERE u.key = l.key AND l.key <> '')
    FROM vault.links l WHERE +l.article IN (SELECT article FROM texts) ORDER BY l.article, l.start, l.kind, l.url;
CREATE TABLE copies (
    a TEXT REFERENCES coverage (article), b TEXT REFERENCES coverage (article), kind TEXT, similarity REAL, PRIMARY KEY (a, b)
);
INSERT INTO copies SELECT * FROM vault.copies
    WHERE +a IN (SELECT article FROM texts) AND +b IN (SELECT article FROM texts) ORDER BY a, b;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, kind TEXT, clock TEXT, started TEXT, finished TEXT, outcome TEXT, fetches INTEGER, articles INTEGER,
    relevant INTEGER, copies INTEGER, silent TEXT
);
INSERT INTO runs SELECT id, kind, clock, started, finished, outcome, fetches, articles, relevant, copies, silent
    FROM vault.runs ORDER BY id;
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY, run INTEGER REFERENCES runs (id), url TEXT, source TEXT, kind TEXT, outcome TEXT, detail TEXT,
    started TEXT, finished TEXT, status INTEGER, bytes INTEGER, location TEXT, referrer TEXT, depth INTEGER, warc_file TEXT,
    warc_offset INTEGER, digest TEXT
);
INSERT INTO fetches SELECT id, run, url, source, kind, outcome, detail, started, finished, status, bytes, location, referrer,
    depth, warc_file, warc_offset, digest FROM vault.fetches ORDER BY id;
CREATE TABLE skipped (
    fetch INTEGER PRIMARY KEY REFERENCES fetches (id), run INTEGER REFERENCES runs (id), outlet TEXT, source TEXT, url TEXT,
    kind TEXT, outcome TEXT, detail TEXT, title TEXT, status INTEGER, started TEXT, finished TEXT, referrer TEXT, warc_file TEXT,
    warc_offset INTEGER, digest TEXT
);
INSERT INTO skipped SELECT * FROM vault.skipped;
CREATE TABLE near_misses (
    article TEXT, topic TEXT, outlet TEXT, language TEXT, title TEXT, url TEXT, published TEXT, modified TEXT, feed_date TEXT,
    first_seen TEXT, first_fetched TEXT, captured TEXT, score REAL, near_miss_reason TEXT,
    near_miss_detail TEXT, country TEXT, reasons TEXT, passage TEXT, regions TEXT,
    source TEXT, fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT,
    PRIMARY KEY (article, topic)
);
INSERT INTO near_misses SELECT * FROM vault.near_misses;
CREATE TABLE gaps (
    run INTEGER REFERENCES runs (id), outlet TEXT, source TEXT, feed TEXT, gap TEXT, outcome TEXT, detail TEXT, facts TEXT,
    asked TEXT, last_read TEXT, failures INTEGER, doubt TEXT, PRIMARY KEY (source, gap)
);
INSERT INTO gaps SELECT * FROM vault.gaps;
CREATE TABLE ledger (
    outlet TEXT, hour TEXT, hours INTEGER, state TEXT, read INTEGER, unchanged INTEGER, silent INTEGER, failed INTEGER,
    blocked INTEGER, overflows INTEGER, new INTEGER, lost INTEGER, articles INTEGER, refused INTEGER, PRIMARY KEY (outlet, hour)
);
INSERT INTO ledger SELECT * FROM vault.ledger ORDER BY hour DESC, outlet;
CREATE TABLE ways (article TEXT REFERENCES coverage (article), outlet TEXT, way TEXT, seen TEXT);
INSERT INTO ways SELECT * FROM vault.ways;
CREATE TABLE telegram_gaps (
    source TEXT, outlet TEXT, state TEXT, lowest INTEGER, highest INTEGER, numbers INTEGER, kind TEXT, article TEXT, url TEXT,
    title TEXT, relevant INTEGER, first_seen TEXT, last_seen TEXT, noticed TEXT, seen_fetch INTEGER REFERENCES fetches (id),
    fetch INTEGER REFERENCES fetches (id), PRIMARY KEY (source, lowest)
);
INSERT INTO telegram_gaps SELECT * FROM vault.telegram_gaps;
CREATE TABLE sources (
    id TEXT PRIMARY KEY, outlet TEXT, home TEXT, language TEXT, country TEXT, kind TEXT, via TEXT, feed TEXT, status TEXT,
    doubt TEXT, last_read TEXT, failures INTEGER
);
INSERT INTO sources SELECT s.id, s.outlet, s.home, s.language, s.country, s.kind, s.via, s.feed, s.status, s.doubt, f.polled,
    coalesce(f.failures, 0) FROM vault.sources s LEFT JOIN vault.feeds f ON f.source = s.id WHERE s.listed = 1 ORDER BY s.id;
CREATE TABLE regions_named (region TEXT PRIMARY KEY);
-- By any article that was read, on a topic or not.
INSERT INTO regions_named SELECT DISTINCT region FROM vault.places ORDER BY region;
CREATE TABLE weeks_read (
    week TEXT, outlet TEXT, language TEXT, articles INTEGER, relevant INTEGER, PRIMARY KEY (week, outlet, language)
);
-- Of all that was read, on a topic or not: what shares are of.
INSERT INTO weeks_read SELECT week, outlet, language, count(*), sum(relevant) FROM vault.articles GROUP BY 1, 2, 3;
CREATE TABLE families (id TEXT, kind TEXT, outlet TEXT, PRIMARY KEY (id, outlet));
INSERT INTO families SELECT id, kind, outlet FROM vault.families ORDER BY id, outlet
"""

# Contentless: it indexes words, which stand nowhere else, and only row numbers are asked of it. Datasette finds such a table only
# where its metadata names it (fts_table). The tokenizer parts at ASCII that is no letter, digit or apostrophe, so that with
# `search.indexed` the index knows the words that a query looks for. Its segments are merged once, at the end, and not again and
# again on the way there: https://www.sqlite.org/fts5.html#the_automerge_configuration_option
SEARCH = """
CREATE VIRTUAL TABLE coverage_fts USING fts5 (title, text, content='', tokenize="ascii tokenchars ''''");
INSERT INTO coverage_fts (coverage_fts, rank) VALUES ('hashsize', 33554432), ('automerge', 0), ('crisismerge', 2000);
INSERT INTO coverage_fts (rowid, title, text)
    SELECT c.rowid, indexed(c.title), indexed(t.text)
    FROM coverage c JOIN texts t ON t.rowid = c.rowid AND t.article = c.article ORDER BY c.rowid;
INSERT INTO coverage_fts (coverage_fts) VALUES ('optimize')
"""

_INDEXED = {
    # With what they are sorted by: of an outlet with 100,000 articles the newest are the first of its part of the index.
    "coverage": (
        *("published DESC, article", "outlet, published DESC, article", "language, published DESC, article"),
        *("week, published DESC, article", "source, published DESC, article", "first_seen DESC, article"),
        *("copy_group, published", "story", "url", "fetch"),
    ),
    "fetches": ("run", "outcome", "source", "url"),
    "near_misses": ("topic", "outlet", "language", "published DESC, article, topic", "first_seen", "fetch"),
    "skipped": ("outcome", "outlet", "run", "finished"),
    "verdicts": ("topic",),
    "reasons": ("article",),
    "places": ("article", "region"),
    "attributions": ("article", "speaker", "outlet", "speaker_id"),
    "denials": ("article", "speaker_id", "claimed_by_id"),
    "links": ("article", "target", "url"),
    "copies": ("b",),
    "sources": ("outlet",),
    "families": ("outlet",),
    "weeks_read": ("outlet, week",),
    "ledger": ("hour DESC, outlet", "state"),
    "telegram_gaps": ("outlet", "state"),
}

_PARTS = (story_tables, statement_tables, recheck_tables)


def snapshot(
    vault: Path,
    target: Path,
    *,
    withhold: Callable[[str], str] | None = None,
    newsroom: Mapping[str, str] | None = None,
    named: Path | None = None,
) -> bool:
    """Build the public database from one state of the vault, while it may be written, and give it its name only when whole.

    False where there is one already that this program made of the vault as it is: that is found out without reading either.
    Its content depends on the vault alone, but for what the table `meta` says of its making: when, of which file, by which
    program and newsroom (`newsroom`, digests of its files). It holds whole texts and is for the newsroom; with `withhold`, which
    takes private names out of a text, it is the public edition (monitor.snapshot.redaction), which is always made anew: what is
    to be withheld may have changed. `named` is the vault that it names, where `vault` is a copy of it.
    Raises StoreError where the vault is not there or cannot be read, or the disk refuses; an older file then stays as it was.
    """
    with open_reader(vault) as reader:
        if not reader.columns("frontier"):
            raise StoreError(f"{vault}: is a snapshot; name the vault, which `monitor crawl` makes")
    state = "" if withhold else _state(vault)
    if state and state == _source_state(target):
        return False
    part = target.with_name(f".{target.name}.{_mark(target)}{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive_build(target.parent):
            killed = target.parent.glob(f".{target.name}.*.part")
            for left in (*killed, *vault.parent.glob(f".{target.name}.{_mark(target)}*.base")):
                left.unlink(missing_ok=True)
            _build(vault, part, target, state, withhold, newsroom or {}, named or vault)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be written: {error.strerror}; make room, or name a folder where you may write"
        ) from error
    finally:
        part.unlink(missing_ok=True)
        if (base := _base(vault, part)).exists():  # asked to remove nothing, a disk that cannot be written refuses
            base.unlink()
    return True


def _mark(target: Path) -> str:
    """Tells the parts of this target from those of others of the same name, which may lie beside the same vault."""
    return hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:8]


@contextmanager
def _exclusive_build(folder: Path) -> Iterator[None]:
    """Nobody else builds a snapshot in that folder meanwhile: the parts that lie there are of builds that were killed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _state(vault: Path) -> str:
    """What changes with every change of the vault and of what this program makes of it; "" while the vault is being written.

    No content is read: SQLite writes the file or its log for whatever it stores, and the file system keeps the time of that. Its
    clock ticks every 10 ms or faster: of a younger file it cannot be said that it did not change since.
    """
    files = _files(vault)
    if time.time_ns() - max(changed for _, _, changed in files) < 2 * TICK_NS:
        time.sleep(2 * TICK_NS / 1e9)
        if _files(vault) != files:
            return ""
    tables = (_TABLES, *(part.TABLES for part in _PARTS), SUMMARIES, SEARCH, _INDEXED)
    made_by = (code_digest(), tables, facets.FACETS, VIEWS)
    return hashlib.sha256(repr((files, made_by)).encode()).hexdigest()


def _files(vault: Path) -> list[tuple[int, int, int]]:
    """The vault's file and its log, if that holds anything: number, size and time of the last write, in ns."""
    stats = [path.stat() for path in (vault, vault.with_name(f"{vault.name}-wal")) if path.exists()]
    return [(stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in stats if stat.st_size]


def _source_state(target: Path) -> str | None:
    """The state of the vault that a snapshot was made of; None where there is no whole one."""
    if not target.exists():
        return None
    try:
        with open_reader(target) as reader:
            return reader.description().get("vault")
    except StoreError:
        return None  # of an older program, or no snapshot: it is made anew


def _build(
    vault: Path,
    part: Path,
    target: Path,
    state: str,
    withhold: Callable[[str], str] | None,
    newsroom: Mapping[str, str],
    named: Path,
) -> None:
    # The dictionaries of the language take their time to load: not for who builds nothing.
    from monitor.vault.search import indexed

    base = _base(vault, part)
    if withhold:
        with _new(base, target) as db:
            _attach(db, vault, "vault")
            with db.transaction():
                _fill(db)
    with _new(part, target) as db:
        db.raw.create_function("indexed", 1, indexed, deterministic=True)
        _attach(db, vault, "vault")
        if withhold:
            _attach(db, base, "base")
        with db.transaction():
            if withhold:
                redaction.copy(db, withhold)
            else:
                _fill(db)
            for table, indexes in chain(_INDEXED.items(), *(part.INDEXED.items() for part in _PARTS)):
                for columns in indexes:
                    db.change(f"CREATE INDEX {table}_{columns.replace(',', ' ').split()[0]} ON {table} ({columns})")
            for statement in (*SUMMARIES, *SEARCH.split(";\n")):
                db.change(statement)
            estimates.store(db)
            facets.store(db)
            _describe(db, state, "public" if withhold else "internal", newsroom)
            if not withhold:  # how its pages name the vault, to those who have it
                db.change("INSERT INTO meta VALUES ('vault_path', ?)", (shlex.quote(str(named)),))
            _count(db)
        for attached in ("vault", *(["base"] if withhold else [])):
            db.change(f"DETACH {attached}")
        db.pragma("analysis_limit = 1000")
        db.change("ANALYZE")
        # Not integrity_check: what that compares beyond this was written a moment ago, and a million articles take half a minute.
        if (found := db.rows("PRAGMA quick_check")[0][0]) != "ok":
            raise StoreError(f"{target}: the snapshot is damaged ({found}); check the disk")


def _base(vault: Path, part: Path) -> Path:
    """Where the whole tables lie while a public edition is made of them: not in its folder, where a kill would leave them."""
    folder = vault.parent if os.access(vault.parent, os.W_OK) else Path(tempfile.gettempdir())
    return folder / f"{part.name}.base"


@contextmanager
def _new(path: Path, named: Path) -> Iterator[Connection]:
    """A database that nobody sees before it is whole, so that it needs no journal. Written once and in order it has no holes that
    a VACUUM would close; and a VACUUM may renumber the rows of `coverage`, which the search index counts on.
    """
    db = Connection(path, writes=True, named=named)
    try:
        db.pragma("journal_mode = OFF")
        db.pragma("synchronous = OFF")
        db.pragma(f"page_size = {PAGE}")
        db.change("VACUUM")  # what a page size needs to be taken; there is nothing in it yet
        db.pragma(f"application_id = {APPLICATION_ID}")
        yield db
    finally:
        db.close()


def _attach(db: Connection, path: Path, name: str) -> None:
    db.change(f"ATTACH ? AS {name}", (read_only_uri(path),))
    # Each article's verdicts, reasons and places lie elsewhere: with SQLite's own 2 MB nearly each is read from the disk.
    for schema in ("main", name):
        db.pragma(f"{schema}.cache_size = -{CACHE_KIB}")


def _fill(db: Connection) -> None:
    db.pragma(f"main.cache_size = -{KEYS_KIB}")
    for tables in (_TABLES, *(part.TABLES for part in _PARTS)):
        for statement in tables.split(";\n"):
            db.change(statement)
    db.pragma(f"main.cache_size = -{CACHE_KIB}")


def _describe(db: Connection, state: str, profile: str, newsroom: Mapping[str, str]) -> None:
    db.change("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    db.change(
        """
        INSERT INTO meta
        SELECT 'articles', (SELECT count(*) FROM coverage) UNION ALL
        SELECT 'outlets', (SELECT count(DISTINCT outlet) FROM coverage) UNION ALL
        SELECT 'gaps', (SELECT count(*) FROM gaps) UNION ALL
        SELECT 'denials', (SELECT coalesce(sum(denials), 0) FROM stories) UNION ALL
        SELECT 'newest_fetch', (SELECT max(finished) FROM fetches) UNION ALL
        SELECT 'newest_article', (SELECT max(published) FROM coverage) UNION ALL
        SELECT 'as_of', (SELECT at FROM vault.moments ORDER BY number DESC LIMIT 1)"""
    )
    db.change("INSERT INTO meta VALUES ('schema', ?)", (db.rows("PRAGMA vault.user_version")[0][0],))
    # Only a demonstration sets the clock of a crawl: its news are invented, and whoever shows them must say so.
    db.change(
        """
        INSERT INTO meta WITH demo AS (SELECT clock FROM runs WHERE clock IS NOT NULL ORDER BY id DESC LIMIT 1)
        SELECT 'clock', clock FROM demo"""
    )
    if db.row(FICTIONAL):
        db.change("INSERT INTO meta VALUES ('fictional', 1)")
    made = stamp(datetime.now(UTC))
    identity = hashlib.sha256(f"{made} {state} {profile} {secrets.token_hex(8)}".encode()).hexdigest()[:16]
    db.change_many(
        "INSERT INTO meta VALUES (?, ?)",
        [
            ("made_at", made), ("vault", state), ("profile", profile), ("snapshot", identity),
            ("program", f"Povestka {__version__}"), ("commit", commit()), ("code", code_digest()),
            ("newsroom", json.dumps(dict(newsroom), sort_keys=True)),
        ],
    )  # fmt: skip


def _count(db: Connection) -> None:
    """The table `counts`: how many rows each table has, so that nobody who serves the file need read it to know."""
    tables = db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'coverage_fts%' ORDER BY name")
    db.change('CREATE TABLE counts ("table" TEXT PRIMARY KEY, rows INTEGER)')
    for (table,) in tables:
        db.change(f'INSERT INTO counts SELECT ?, count(*) FROM "{table}"', (table,))  # noqa: S608 - names are ours
