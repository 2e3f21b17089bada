"""The public database's tables of versions, edits, absences and pictures, with their indexes. SQL only."""

from __future__ import annotations

# Of an article that has one version the text stands in `texts`; only of others the snapshot has it twice.
TABLES = """
CREATE TABLE versions (
    article TEXT REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, revision INTEGER, noticed TEXT,
    last_seen TEXT, authors TEXT, published TEXT, modified TEXT, text_digest TEXT, parser TEXT,
    story TEXT, fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT,
    PRIMARY KEY (article, revision)
);
INSERT INTO versions SELECT * FROM vault.versions;
CREATE TABLE version_texts (
    article TEXT REFERENCES coverage (article), revision INTEGER, text TEXT, PRIMARY KEY (article, revision)
);
INSERT INTO version_texts SELECT r.article, r.number, r.text FROM vault.revisions r
    WHERE r.article IN (SELECT article FROM versions WHERE revision = 2) ORDER BY r.article, r.number;
CREATE TABLE edits (
    article TEXT REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, class TEXT, disclosed INTEGER,
    before TEXT, after TEXT, revision INTEGER, number INTEGER, last_seen TEXT, noticed TEXT, modified TEXT, published TEXT,
    story TEXT, fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT,
    PRIMARY KEY (article, revision, number)
);
INSERT INTO edits SELECT * FROM vault.edits;
CREATE TABLE absences (
    article TEXT REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, kind TEXT, way TEXT, state TEXT,
    last_seen TEXT, noticed TEXT, last_checked TEXT, looks INTEGER, confirmed TEXT, confirmed_by TEXT, returned TEXT,
    published TEXT, story TEXT, fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT,
    PRIMARY KEY (article, noticed)
);
INSERT INTO absences SELECT * FROM vault.absences;
CREATE TABLE rechecks (
    article TEXT PRIMARY KEY REFERENCES coverage (article), outlet TEXT, language TEXT, title TEXT, url TEXT, state TEXT,
    looks INTEGER, last_checked TEXT, last_seen TEXT, due TEXT, why TEXT, limited TEXT, published TEXT
);
INSERT INTO rechecks SELECT * FROM vault.rechecks;
CREATE TABLE rereadings (
    number INTEGER PRIMARY KEY, article TEXT, outlet TEXT, language TEXT, title TEXT, url TEXT,
    field TEXT, before TEXT, after TEXT, at TEXT, parser_before TEXT, parser TEXT, noticed TEXT, digest_before TEXT, story TEXT,
    fetch INTEGER REFERENCES fetches (id), warc_file TEXT, warc_offset INTEGER, digest TEXT
);
INSERT INTO rereadings SELECT * FROM vault.rereadings;
CREATE TABLE pictures (
    article TEXT REFERENCES coverage (article), fetch INTEGER REFERENCES fetches (id), drawn TEXT, browser TEXT, warc_file TEXT,
    warc_offset INTEGER, digest TEXT, PRIMARY KEY (article, fetch)
);
INSERT INTO pictures SELECT article, fetch, drawn, browser, warc_file, warc_offset, digest FROM vault.pictures
    WHERE article IN (SELECT article FROM coverage) ORDER BY article, fetch;
CREATE TABLE picture_files (digest TEXT PRIMARY KEY, png BLOB);
INSERT INTO picture_files SELECT digest, png FROM vault.pictures WHERE article IN (SELECT article FROM coverage)
    GROUP BY digest ORDER BY digest
"""

INDEXED = {
    "edits": ("outlet", "class", "noticed DESC"),
    "absences": ("outlet", "state", "noticed DESC"),
    "rechecks": ("state", "outlet"),
    "rereadings": ("article",),
}
