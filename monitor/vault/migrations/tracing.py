"""Tables of on whose word articles stand, and who denies it; those across articles are in statement_views.py."""

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
