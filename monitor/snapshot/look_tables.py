"""The tables of edits and absences in the public database, and what is indexed in them. SQL, no more."""

from __future__ import annotations

TABLES = """
CREATE TABLE edits (
    article TEXT REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, class TEXT, disclosed INTEGER,
    before TEXT, after TEXT, revision INTEGER, last_seen TEXT, noticed TEXT, modified TEXT, published TEXT, story TEXT,
    fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT
);
INSERT INTO edits SELECT * FROM vault.edits;
CREATE TABLE absences (
    article TEXT REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, kind TEXT, way TEXT, state TEXT,
    last_seen TEXT, noticed TEXT, last_checked TEXT, looks INTEGER, confirmed TEXT, confirmed_by TEXT, returned TEXT,
    published TEXT, story TEXT, fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT
);
INSERT INTO absences SELECT * FROM vault.absences;
CREATE TABLE rechecks (
    article TEXT PRIMARY KEY REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, state TEXT,
    looks INTEGER, last_checked TEXT, last_seen TEXT, due TEXT, why TEXT, limited TEXT, published TEXT
);
INSERT INTO rechecks SELECT * FROM vault.rechecks
"""

INDEXED = {
    "edits": ("article", "outlet", "class", "noticed DESC"),
    "absences": ("article", "outlet", "state", "noticed DESC"),
    "rechecks": ("state", "outlet"),
}
