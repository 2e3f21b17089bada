"""Tables of stories: who was first, where each article has it from, what they are grouped by, what became of them."""

TABLES = """
CREATE TABLE sightings ( -- what was witnessed of a relevant article's appearance
    article TEXT PRIMARY KEY REFERENCES articles (id),
    absent TEXT, -- last time before it was seen that the feed which first listed it was read, without it
    seen TEXT NOT NULL,
    declared TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE story_facts (
    story TEXT PRIMARY KEY,
    lead TEXT NOT NULL REFERENCES articles (id), -- what is shown for it: the first report, or its earliest article
    first_article TEXT NOT NULL,
    basis TEXT NOT NULL,
    since TEXT, -- the first report appeared after this
    until TEXT, -- and by this
    rival TEXT NOT NULL, -- the article of another outlet that comes nearest
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE story_steps ( -- from each article to an independent origin
    story TEXT NOT NULL,
    number INTEGER NOT NULL,
    article TEXT NOT NULL, -- empty for an outlet of which the story has no article
    rule TEXT NOT NULL,
    source TEXT NOT NULL, -- an article, or the name of an outlet
    reason TEXT NOT NULL,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE story_evidence ( -- why an article is in its story: what it is most alike to there
    article TEXT PRIMARY KEY REFERENCES articles (id),
    other TEXT NOT NULL,
    likeness REAL NOT NULL,
    evidence TEXT NOT NULL -- in words
) STRICT, WITHOUT ROWID;
CREATE TABLE story_events (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    story TEXT NOT NULL,
    event TEXT NOT NULL, -- begun | joined | left | merged | split
    article TEXT NOT NULL, -- that began, joined or left it; of a merge or split, the one of the pair that is in the story
    other_story TEXT NOT NULL, -- where it came from or went, what was merged into it or split from it
    alike_article TEXT NOT NULL, -- the other article of the pair that decided
    likeness REAL,
    evidence TEXT NOT NULL
) STRICT;
CREATE INDEX story_events_story ON story_events (story)
"""

GROUPS = """
CREATE TABLE story_items ( -- relevant articles as they are grouped
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE REFERENCES articles (id),
    at TEXT NOT NULL, -- when it was published, as far as is known
    text TEXT NOT NULL, -- its group of copies; its id where it has none
    cites TEXT NOT NULL, -- texts that it links to
    features TEXT NOT NULL, -- of monitor.match.features
    story TEXT NOT NULL
) STRICT;
CREATE INDEX story_items_at ON story_items (at);
CREATE INDEX story_items_text ON story_items (text);
CREATE INDEX story_items_story ON story_items (story) WHERE story <> '';
CREATE TABLE story_pairs ( -- of articles that are more than faintly alike, each in both orders
    a INTEGER NOT NULL, -- a number of story_items
    b INTEGER NOT NULL,
    likeness INTEGER NOT NULL, -- in millionths
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
DROP TABLE story_events;
CREATE TABLE story_moves ( -- what became of stories
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('begun', 'joined', 'moved', 'merged', 'split', 'left')),
    article TEXT NOT NULL,
    from_story TEXT NOT NULL,
    to_story TEXT NOT NULL,
    alike_article TEXT NOT NULL, -- the other article of the pair that decided
    likeness REAL,
    evidence TEXT NOT NULL -- in words
) STRICT;
CREATE INDEX story_moves_from ON story_moves (from_story) WHERE from_story <> '';
CREATE INDEX story_moves_to ON story_moves (to_story);
INSERT INTO story_moves (at, event, article, from_story, to_story, alike_article, likeness, evidence)
    SELECT first_seen, 'begun', id, '', story, '', NULL, '[]' FROM (
        SELECT id, story, first_seen, row_number() OVER (PARTITION BY story ORDER BY first_seen, id) AS place
        FROM articles WHERE story <> '')
    WHERE place = 1 ORDER BY first_seen, id
"""

MEANINGS = """
CREATE TABLE meanings ( -- what relevant articles mean, where MONITOR_MEANING asks for it
    article TEXT PRIMARY KEY REFERENCES articles (id),
    text TEXT NOT NULL, -- SHA-256 of what the model was asked about
    model TEXT NOT NULL, -- its name and version
    vector BLOB NOT NULL -- signed bytes
) STRICT, WITHOUT ROWID
"""
