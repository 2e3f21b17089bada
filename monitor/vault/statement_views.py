"""The views of what is said in stories: who speaks, what one article says that another denies, figures that differ. SQL, no more.

docs/stories.md tells the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_SPEAKERS = """CREATE VIEW speakers AS
WITH
said AS MATERIALIZED (SELECT t.speaker_id, a.id AS article, a.outlet, a.published
    FROM attributions t JOIN articles a ON a.id = t.article WHERE t.speaker_id <> '' AND a.relevant = 1),
counted AS (SELECT speaker_id, count(*) AS quotes, count(DISTINCT article) AS articles, count(DISTINCT outlet) AS outlets,
        min(published) AS earliest, max(published) AS newest FROM said GROUP BY speaker_id),
quoting AS (SELECT speaker_id, json_group_array(outlet) AS outlet_names
    FROM (SELECT DISTINCT speaker_id, outlet FROM said ORDER BY 1, 2) GROUP BY speaker_id),
denying AS (SELECT d.speaker_id, count(*) AS denials FROM denials d JOIN articles a ON a.id = d.article
    WHERE d.speaker_id <> '' AND a.relevant = 1 GROUP BY d.speaker_id)
SELECT
    s.speaker_id, s.name, s.kind, iif(s.named, 'yes', 'no') AS named, s.forms,
    coalesce(c.quotes, 0) AS quotes, coalesce(c.articles, 0) AS articles,
    coalesce(c.outlets, 0) AS outlets, coalesce(q.outlet_names, '[]') AS outlet_names, coalesce(d.denials, 0) AS denials,
    c.earliest, c.newest
FROM speaker_names s LEFT JOIN counted c USING (speaker_id) LEFT JOIN quoting q USING (speaker_id)
LEFT JOIN denying d USING (speaker_id)
ORDER BY articles DESC, s.speaker_id"""

_DENIED_ELSEWHERE = """CREATE VIEW denied_elsewhere AS
SELECT
    d.story, d.claim_article, c.outlet AS claim_outlet, c.published AS claim_published, c.language AS claim_language,
    d.claimed_by, d.claimed_by_id, substr(c.text, d.claim_start + 1, d.claim_end - d.claim_start) AS claim,
    d.denial_article AS article, a.outlet, a.title, a.url, a.published, a.first_seen, a.language,
    d.speaker, d.speaker_id, substr(a.text, d.denial_start + 1, d.denial_end - d.denial_start) AS denial
FROM cross_denials d JOIN articles c ON c.id = d.claim_article JOIN articles a ON a.id = d.denial_article
ORDER BY d.story, d.denial_article, d.denial_start, d.claim_article, d.claim_start"""

_DISPUTED_FIGURES = """CREATE VIEW disputed_figures AS
SELECT
    f.story, f.number, f.figure, substr(a.text, f.start + 1, f."end" - f.start) AS figure_words,
    substr(a.text, max(1, f.start - 79), f."end" - max(0, f.start - 80) + 80) AS passage,
    f.speaker, f.speaker_id, f.article, a.outlet, a.title, a.url, a.published, a.first_seen, a.language
FROM story_figures f JOIN articles a ON a.id = f.article
ORDER BY f.story, f.number, f.position"""

_ARTICLE_LINKS = """CREATE VIEW article_links AS
SELECT l.article, l.url, l.kind, l.anchor, l.start, l."end",
    (SELECT min(u.article) FROM article_urls u CROSS JOIN articles c ON c.id = u.article
        WHERE u.key = l.key AND l.key <> '' AND c.relevant = 1) AS target
FROM links l JOIN articles a ON a.id = l.article WHERE a.relevant = 1
ORDER BY l.article, l.start, l.kind, l.url"""

HELPING_VIEWS = {"article_links": _ARTICLE_LINKS}
"""Views of the vault that are read under the name of the snapshot's table."""
STATEMENT_VIEWS = {"speakers": _SPEAKERS, "denied_elsewhere": _DENIED_ELSEWHERE, "disputed_figures": _DISPUTED_FIGURES}

TABLES = """
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


class _Call(NamedTuple):
    """Where a row calls a speaker something: a column with the id, and SQL for the words and for what the speaker is."""

    table: str
    id: str
    name: str
    kind: str

    def counting(self, row: str, times: int, source: str, language: str = "a.language") -> str:
        """Count the calls of `row`, found by FROM and WHERE of `source`."""
        name, kind = self.name.format(row=row), self.kind.format(row=row)
        return (
            f"INSERT INTO called SELECT {row}.{self.id}, {name}, {language}, {kind}, {times} {source} AND {row}.{self.id} <> ''"
            f" ON CONFLICT DO UPDATE SET times = times + {times}"
        )


_CALLS = (
    _Call("attributions", "speaker_id", "iif({row}.speaker <> '', {row}.speaker, {row}.outlet)", "{row}.kind"),
    _Call("denials", "speaker_id", "{row}.speaker", "'other'"),
    _Call("denials", "claimed_by_id", "{row}.claimed_by", "'other'"),
)


def _called() -> Iterator[str]:
    """A table with how often each speaker is called what, filled, and the triggers that keep it."""
    yield (
        "CREATE TABLE called (speaker_id TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL,"
        " times INTEGER NOT NULL, PRIMARY KEY (speaker_id, name, language, kind)) STRICT, WITHOUT ROWID"
    )
    for call in _CALLS:
        yield call.counting("t", 1, f"FROM {call.table} t JOIN articles a ON a.id = t.article WHERE true")
        came = call.counting("new", 1, "FROM articles a WHERE a.id = new.article")
        went = call.counting("old", -1, "FROM articles a WHERE a.id = old.article")
        for when, done in (("INSERT", came), ("DELETE", went), ("UPDATE", f"{went}; {came}")):
            yield f"CREATE TRIGGER {call.table}_{call.id}_{when.lower()} AFTER {when} ON {call.table} BEGIN {done}; END"
    moved = "; ".join(
        call.counting("t", times, f"FROM {call.table} t WHERE t.article = new.id", f"{row}.language")
        for row, times in (("old", -1), ("new", 1))
        for call in _CALLS
    )
    yield (
        "CREATE TRIGGER articles_language AFTER UPDATE OF language ON articles WHEN old.language <> new.language"
        f" BEGIN {moved}; END"
    )


CALLED = ";\n".join(_called())
