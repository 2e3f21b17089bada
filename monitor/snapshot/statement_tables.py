"""The public database's tables of speakers and of denials between articles, with their indexes. SQL only."""

from __future__ import annotations

# What a vault of an older version has not found yet comes with its next crawl.
TABLES = """
CREATE TABLE speakers (
    speaker_id TEXT PRIMARY KEY, name TEXT, kind TEXT, named TEXT, forms TEXT, quotes INTEGER, articles INTEGER,
    outlets INTEGER, outlet_names TEXT, denials INTEGER, earliest TEXT, newest TEXT
);
INSERT INTO speakers SELECT * FROM vault.speakers;
CREATE TABLE denied_elsewhere (
    story TEXT REFERENCES stories (story), claim_article TEXT REFERENCES coverage (article), claim_outlet TEXT,
    claim_published TEXT, claim_language TEXT, claimed_by TEXT, claimed_by_id TEXT, claim TEXT,
    claim_start INTEGER, claim_end INTEGER,
    article TEXT REFERENCES coverage (article), outlet TEXT, title TEXT, url TEXT, published TEXT, first_seen TEXT,
    language TEXT, speaker TEXT, speaker_id TEXT, denial TEXT,
    denial_start INTEGER, denial_end INTEGER
);
INSERT INTO denied_elsewhere SELECT * FROM vault.denied_elsewhere WHERE story IN (SELECT story FROM stories);
CREATE TABLE disputed_figures (
    story TEXT REFERENCES stories (story), number INTEGER, figure REAL, figure_words TEXT, passage TEXT, speaker TEXT,
    speaker_id TEXT, article TEXT REFERENCES coverage (article), outlet TEXT, title TEXT, url TEXT, published TEXT,
    first_seen TEXT, language TEXT
);
INSERT INTO disputed_figures SELECT * FROM vault.disputed_figures WHERE story IN (SELECT story FROM stories)
"""

INDEXED = {
    "speakers": ("articles DESC, speaker_id", "outlets DESC", "quotes DESC", "kind"),
    "denied_elsewhere": ("story", "article", "published DESC"),
    "disputed_figures": ("story, number", "article"),
}
