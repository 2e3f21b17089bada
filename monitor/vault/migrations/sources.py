"""Tables of sources, their feeds and channels, and the entries that stood there."""

FIRST = """
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
CREATE INDEX feed_entries_key ON feed_entries (key)
"""
"""Of the first version."""

RHYTHM = (
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

TELEGRAM = """
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
