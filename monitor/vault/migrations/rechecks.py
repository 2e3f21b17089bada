"""Tables of second looks at articles, edits, absences, what others captured, and pictures."""

LOOKS = """
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

SECOND_LOOKS = """
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

PICTURES = """
CREATE TABLE pictures ( -- of captured pages, drawn by a browser
    article TEXT NOT NULL REFERENCES articles (id),
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- that brought the page, and with it a version of the article
    drawn TEXT NOT NULL,
    browser TEXT NOT NULL, -- name and version
    png BLOB NOT NULL,
    warc_file TEXT NOT NULL, -- where the picture itself lies in the archive
    warc_offset INTEGER NOT NULL,
    warc_record TEXT NOT NULL,
    digest TEXT NOT NULL -- of the picture
) STRICT;
CREATE UNIQUE INDEX pictures_article ON pictures (article, fetch)
"""
