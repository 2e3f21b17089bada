"""Tables of on whose word articles stand, and who denies it, in one article and across those of a story."""

FIRST = """
CREATE TABLE attributions (
    article TEXT NOT NULL REFERENCES articles (id),
    kind TEXT NOT NULL,
    speaker TEXT NOT NULL,
    outlet TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    url TEXT NOT NULL
) STRICT;
CREATE INDEX attributions_article ON attributions (article);
CREATE TABLE denials (
    article TEXT NOT NULL REFERENCES articles (id),
    claim_start INTEGER NOT NULL,
    claim_end INTEGER NOT NULL,
    denial_start INTEGER NOT NULL,
    denial_end INTEGER NOT NULL,
    speaker TEXT NOT NULL
) STRICT;
CREATE INDEX denials_article ON denials (article)
"""
"""Of the first version."""

TRACING = """
ALTER TABLE attributions ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE attributions ADD COLUMN resolved INTEGER NOT NULL DEFAULT 0;
UPDATE attributions SET kind = 'other' WHERE kind = 'named';
ALTER TABLE denials ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE denials ADD COLUMN kind TEXT NOT NULL DEFAULT 'denial';
ALTER TABLE denials ADD COLUMN rule TEXT NOT NULL DEFAULT ''
"""

STATEMENTS = """
ALTER TABLE attributions ADD COLUMN speaker_id TEXT NOT NULL DEFAULT '';
ALTER TABLE denials ADD COLUMN speaker_id TEXT NOT NULL DEFAULT '';
ALTER TABLE denials ADD COLUMN claimed_by_id TEXT NOT NULL DEFAULT '';
CREATE INDEX attributions_speaker_id ON attributions (speaker_id) WHERE speaker_id <> '';
CREATE INDEX denials_speaker_id ON denials (speaker_id) WHERE speaker_id <> '';
CREATE INDEX denials_claimed_by_id ON denials (claimed_by_id) WHERE claimed_by_id <> '';
CREATE TABLE speaker_names (
    speaker_id TEXT PRIMARY KEY,
    name TEXT NOT NULL, -- in its base form
    kind TEXT NOT NULL,
    named INTEGER NOT NULL, -- 0 where it is a description of nobody in particular
    forms TEXT NOT NULL -- as texts write it
) STRICT, WITHOUT ROWID;
CREATE TABLE cross_denials ( -- what one article of a story says and another says is denied
    story TEXT NOT NULL,
    claim_article TEXT NOT NULL REFERENCES articles (id),
    claim_start INTEGER NOT NULL,
    claim_end INTEGER NOT NULL,
    claimed_by TEXT NOT NULL,
    claimed_by_id TEXT NOT NULL,
    denial_article TEXT NOT NULL REFERENCES articles (id),
    denial_start INTEGER NOT NULL,
    denial_end INTEGER NOT NULL,
    speaker TEXT NOT NULL,
    speaker_id TEXT NOT NULL
) STRICT;
CREATE INDEX cross_denials_story ON cross_denials (story);
CREATE TABLE story_figures ( -- that count one thing and differ
    story TEXT NOT NULL,
    number INTEGER NOT NULL, -- of the thing
    position INTEGER NOT NULL,
    article TEXT NOT NULL REFERENCES articles (id),
    figure REAL NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    speaker TEXT NOT NULL,
    speaker_id TEXT NOT NULL,
    PRIMARY KEY (story, number, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE restated ( -- stories and articles in which who speaks, and what is denied, is to be found again
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE unsaid ( -- speakers of whom a word is no longer there
    speaker_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER story_restates AFTER UPDATE OF story ON articles WHEN new.story <> old.story BEGIN
    INSERT OR IGNORE INTO restated VALUES (new.id), (old.story), (new.story); END;
CREATE TRIGGER attributions_unsay AFTER DELETE ON attributions WHEN old.speaker_id <> '' BEGIN
    INSERT OR IGNORE INTO unsaid VALUES (old.speaker_id); END;
CREATE TRIGGER denials_unsay AFTER DELETE ON denials WHEN old.speaker_id <> '' OR old.claimed_by_id <> '' BEGIN
    INSERT OR IGNORE INTO unsaid VALUES (old.speaker_id), (old.claimed_by_id); END;
INSERT INTO restated SELECT id FROM articles WHERE relevant = 1
"""

CALLED = (
    "CREATE TABLE called (speaker_id TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL,"
    " times INTEGER NOT NULL, PRIMARY KEY (speaker_id, name, language, kind)) STRICT, WITHOUT ROWID;\n"
    "INSERT INTO called SELECT t.speaker_id, iif(t.speaker <> '', t.speaker, t.outlet), a.language, t.kind, 1 FROM "
    "attributions t JOIN articles a ON a.id = t.article WHERE true AND t.speaker_id <> '' ON CONFLICT DO UPDATE SET"
    " times = times + 1;\n"
    "CREATE TRIGGER attributions_speaker_id_insert AFTER INSERT ON attributions BEGIN INSERT INTO called SELECT "
    "new.speaker_id, iif(new.speaker <> '', new.speaker, new.outlet), a.language, new.kind, 1 FROM articles a WHERE"
    " a.id = new.article AND new.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "CREATE TRIGGER attributions_speaker_id_delete AFTER DELETE ON attributions BEGIN INSERT INTO called SELECT "
    "old.speaker_id, iif(old.speaker <> '', old.speaker, old.outlet), a.language, old.kind, -1 FROM articles a "
    "WHERE a.id = old.article AND old.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; END;\n"
    "CREATE TRIGGER attributions_speaker_id_update AFTER UPDATE ON attributions BEGIN INSERT INTO called SELECT "
    "old.speaker_id, iif(old.speaker <> '', old.speaker, old.outlet), a.language, old.kind, -1 FROM articles a "
    "WHERE a.id = old.article AND old.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; INSERT INTO "
    "called SELECT new.speaker_id, iif(new.speaker <> '', new.speaker, new.outlet), a.language, new.kind, 1 FROM "
    "articles a WHERE a.id = new.article AND new.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "INSERT INTO called SELECT t.speaker_id, t.speaker, a.language, 'other', 1 FROM denials t JOIN articles a ON "
    "a.id = t.article WHERE true AND t.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + 1;\n"
    "CREATE TRIGGER denials_speaker_id_insert AFTER INSERT ON denials BEGIN INSERT INTO called SELECT "
    "new.speaker_id, new.speaker, a.language, 'other', 1 FROM articles a WHERE a.id = new.article AND "
    "new.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "CREATE TRIGGER denials_speaker_id_delete AFTER DELETE ON denials BEGIN INSERT INTO called SELECT "
    "old.speaker_id, old.speaker, a.language, 'other', -1 FROM articles a WHERE a.id = old.article AND "
    "old.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; END;\n"
    "CREATE TRIGGER denials_speaker_id_update AFTER UPDATE ON denials BEGIN INSERT INTO called SELECT "
    "old.speaker_id, old.speaker, a.language, 'other', -1 FROM articles a WHERE a.id = old.article AND "
    "old.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; INSERT INTO called SELECT new.speaker_id, "
    "new.speaker, a.language, 'other', 1 FROM articles a WHERE a.id = new.article AND new.speaker_id <> '' ON "
    "CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "INSERT INTO called SELECT t.claimed_by_id, t.claimed_by, a.language, 'other', 1 FROM denials t JOIN articles a"
    " ON a.id = t.article WHERE true AND t.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + 1;\n"
    "CREATE TRIGGER denials_claimed_by_id_insert AFTER INSERT ON denials BEGIN INSERT INTO called SELECT "
    "new.claimed_by_id, new.claimed_by, a.language, 'other', 1 FROM articles a WHERE a.id = new.article AND "
    "new.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "CREATE TRIGGER denials_claimed_by_id_delete AFTER DELETE ON denials BEGIN INSERT INTO called SELECT "
    "old.claimed_by_id, old.claimed_by, a.language, 'other', -1 FROM articles a WHERE a.id = old.article AND "
    "old.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; END;\n"
    "CREATE TRIGGER denials_claimed_by_id_update AFTER UPDATE ON denials BEGIN INSERT INTO called SELECT "
    "old.claimed_by_id, old.claimed_by, a.language, 'other', -1 FROM articles a WHERE a.id = old.article AND "
    "old.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; INSERT INTO called SELECT "
    "new.claimed_by_id, new.claimed_by, a.language, 'other', 1 FROM articles a WHERE a.id = new.article AND "
    "new.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; END;\n"
    "CREATE TRIGGER articles_language AFTER UPDATE OF language ON articles WHEN old.language <> new.language BEGIN "
    "INSERT INTO called SELECT t.speaker_id, iif(t.speaker <> '', t.speaker, t.outlet), old.language, t.kind, -1 "
    "FROM attributions t WHERE t.article = new.id AND t.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + "
    "-1; INSERT INTO called SELECT t.speaker_id, t.speaker, old.language, 'other', -1 FROM denials t WHERE "
    "t.article = new.id AND t.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; INSERT INTO called "
    "SELECT t.claimed_by_id, t.claimed_by, old.language, 'other', -1 FROM denials t WHERE t.article = new.id AND "
    "t.claimed_by_id <> '' ON CONFLICT DO UPDATE SET times = times + -1; INSERT INTO called SELECT t.speaker_id, "
    "iif(t.speaker <> '', t.speaker, t.outlet), new.language, t.kind, 1 FROM attributions t WHERE t.article = "
    "new.id AND t.speaker_id <> '' ON CONFLICT DO UPDATE SET times = times + 1; INSERT INTO called SELECT "
    "t.speaker_id, t.speaker, new.language, 'other', 1 FROM denials t WHERE t.article = new.id AND t.speaker_id <> "
    "'' ON CONFLICT DO UPDATE SET times = times + 1; INSERT INTO called SELECT t.claimed_by_id, t.claimed_by, "
    "new.language, 'other', 1 FROM denials t WHERE t.article = new.id AND t.claimed_by_id <> '' ON CONFLICT DO "
    "UPDATE SET times = times + 1; END"
)
"""How often each speaker is called what, filled, and the triggers that keep it."""
