"""Tables of texts that many articles show, and of what follows from them."""

FIRST = """
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
CREATE INDEX copies_b ON copies (b)
"""
"""Of the first version."""

WORDINGS = """
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
