"""Tables of articles, their versions, addresses and links, and what topics say of them."""

FIRST = """
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
CREATE INDEX places_article ON places (article)
"""
"""Of the first version."""

# Until then it was one text: "mentioned in passing: 0.5 of 1", "about KZ, not RU", "only as agenda".
NEAR_MISS_REASONS = """
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

READINGS = """
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
