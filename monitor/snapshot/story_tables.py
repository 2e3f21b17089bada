"""The public database's tables of stories, with their indexes. SQL only."""

from __future__ import annotations

TABLES = """
CREATE TABLE stories (
    story TEXT PRIMARY KEY, title TEXT, language TEXT, outlet TEXT, url TEXT, earliest TEXT, newest TEXT, first_seen TEXT,
    week TEXT, articles INTEGER, texts INTEGER, outlets INTEGER, size TEXT, outlet_names TEXT, languages TEXT, regions TEXT,
    topics TEXT, origins INTEGER, denials INTEGER, denied TEXT, first_article TEXT, first_outlet TEXT, first_basis TEXT,
    since TEXT, until TEXT, reason TEXT, reason_parts TEXT
);
INSERT INTO stories SELECT * FROM vault.stories;
CREATE TABLE story_articles (
    story TEXT REFERENCES stories (story), article TEXT PRIMARY KEY REFERENCES coverage (article), outlet TEXT, language TEXT,
    title TEXT, url TEXT, published TEXT, first_seen TEXT, copy_group TEXT, copy_of TEXT, first TEXT, alike_article TEXT,
    likeness REAL, evidence TEXT, rule TEXT, revisions INTEGER, denials INTEGER
);
-- A vault of an older version has stories whose facts the next crawl finds: until then they are no stories here.
INSERT INTO story_articles SELECT * FROM vault.story_articles WHERE story IN (SELECT story FROM stories);
CREATE TABLE who_first (
    story TEXT REFERENCES stories (story), article TEXT PRIMARY KEY REFERENCES coverage (article), outlet TEXT, published TEXT,
    absent TEXT, first_seen TEXT, first TEXT, first_basis TEXT, since TEXT, until TEXT, reason TEXT
);
INSERT INTO who_first SELECT * FROM vault.who_first WHERE story IN (SELECT story FROM stories);
CREATE TABLE origins (
    story TEXT REFERENCES stories (story), number INTEGER, article TEXT, outlet TEXT, title TEXT, rule TEXT, from_article TEXT,
    from_outlet TEXT, is_origin INTEGER, reason TEXT, reason_parts TEXT, PRIMARY KEY (story, number)
);
INSERT INTO origins SELECT * FROM vault.origins WHERE story IN (SELECT story FROM stories);
CREATE TABLE story_events (
    number INTEGER PRIMARY KEY, at TEXT, event TEXT, from_story TEXT, to_story TEXT, article TEXT, outlet TEXT, title TEXT,
    alike_article TEXT, alike_outlet TEXT, likeness REAL, evidence TEXT
);
INSERT INTO story_events SELECT * FROM vault.story_events;
CREATE TABLE former_ids (kind TEXT, id TEXT, now TEXT, at TEXT, PRIMARY KEY (kind, id));
INSERT INTO former_ids SELECT * FROM vault.former_ids ORDER BY kind, id
"""

INDEXED = {
    "stories": ("newest DESC, story", "week, newest DESC", "articles DESC, story", "first_basis"),
    "story_articles": ("story, published", "rule"),
    "who_first": ("story, first_seen", "first_basis"),
    "origins": ("article", "rule"),
    "story_events": ("to_story, number", "from_story, number", "article, number", "event"),
}
