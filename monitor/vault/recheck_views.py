"""The views of rechecks' results: versions, edits, absences, rereadings, and when each article is checked. SQL only."""

from __future__ import annotations

# What stood at an article from `noticed` to `last_seen`; `text_digest`, of title and text, names it whatever its number becomes.
_VERSIONS = """CREATE VIEW versions AS
SELECT
    r.article, a.outlet, a.language, r.title, a.url, r.number AS revision, r.fetched AS noticed, r.last_seen, r.authors,
    r.published, r.modified, r.digest AS text_digest, r.parser, a.story, r.fetch, f.warc_file, f.warc_offset, f.digest
FROM revisions r JOIN articles a ON a.id = r.article JOIN fetches f ON f.id = r.fetch
WHERE a.relevant = 1
ORDER BY r.article, r.number"""

# The earlier version was seen last at `last_seen`, the later one first at `noticed`: the edit was made between the two.
_EDITS = """CREATE VIEW edits AS
SELECT
    e.article, a.outlet, a.language, a.title, a.url, e.class, e.disclosed, e.before, e.after, e.revision, e.position AS number,
    b.last_seen, r.fetched AS noticed, r.modified, a.published, a.story, r.fetch, f.warc_file, f.warc_offset, f.digest
FROM version_edits e JOIN articles a ON a.id = e.article
JOIN revisions r ON r.article = e.article AND r.number = e.revision
JOIN revisions b ON b.article = e.article AND b.number = e.revision - 1
JOIN fetches f ON f.id = r.fetch
WHERE a.relevant = 1 AND e.site_wide = 0
ORDER BY r.fetched DESC, e.article, e.position"""

_ABSENCES = """CREATE VIEW absences AS
SELECT
    s.article, a.outlet, a.language, a.title, a.url, s.kind, s.way, s.state, s.there AS last_seen, s.since AS noticed,
    s.looked AS last_checked, s.looks, s.confirmed, s.confirmed_by, s.returned, a.published, a.story, s.fetch,
    f.warc_file, f.warc_offset, f.digest
FROM article_absences s JOIN articles a ON a.id = s.article JOIN fetches f ON f.id = s.fetch
WHERE a.relevant = 1
ORDER BY s.since DESC, s.article"""

# What was read once and not since has no state: that nothing was seen to change says nothing.
_RECHECKS = """CREATE VIEW rechecks AS
SELECT
    l.article, a.outlet, a.language, a.title, a.url,
    CASE WHEN l.looks = 0 THEN 'not checked again' WHEN l.outcome = '' THEN 'there' ELSE l.outcome END AS state,
    l.looks, l.looked AS last_checked, l.there AS last_seen, l.due, l.why, l.limited, a.published
FROM looks l JOIN articles a ON a.id = l.article
WHERE a.relevant = 1
ORDER BY l.looked DESC, l.article"""

# What another parser read otherwise of the same bytes: our doing, and no edit.
_REREADINGS = """CREATE VIEW rereadings AS
SELECT
    c.number, c.article, a.outlet, a.language, a.title, a.url, c.field, c.before, c.after, c.at, c.parser_before, c.parser,
    c.noticed, c.digest_before, a.story, c.fetch, f.warc_file, f.warc_offset, f.digest
FROM changed_readings c JOIN articles a ON a.id = c.article JOIN fetches f ON f.id = c.fetch
WHERE a.relevant = 1 OR EXISTS (SELECT 1 FROM changed_readings r WHERE r.article = c.article AND r.field = 'relevant')
ORDER BY c.number"""

RECHECK_VIEWS = {"versions": _VERSIONS, "edits": _EDITS, "absences": _ABSENCES, "rechecks": _RECHECKS, "rereadings": _REREADINGS}
