"""The views that everybody reads, in the vault and in the snapshot alike: SQL, no more. docs/coverage.md tells the columns."""

from __future__ import annotations

# An article does not stand on the word of who denies what it says: names within a denial are left out of attributed_to.
# Lists are made by json_group_array over an ordered sub-select: SQLite keeps that order. Dates that are unknown are NULL.
# Groups are counted once, not again for each of their members: a group of 500 is one of 500 here, not one of 250,000.
_COVERAGE = """CREATE VIEW coverage AS
WITH carried AS MATERIALIZED (
    SELECT copy_group, count(*) AS members, id AS first, min(coalesce(published, 'undated') || id)
    FROM articles WHERE copy_group <> '' AND relevant = 1 GROUP BY copy_group)
SELECT
    a.id AS article, a.outlet, a.language, a.title, a.subtitle, a.url, a.authors,
    a.published, a.published_raw, a.modified, a.feed_date, a.first_seen, a.first_fetched, a.week,
    (SELECT json_group_array(topic)
        FROM (SELECT topic FROM verdicts WHERE article = a.id AND relevant = 1 ORDER BY topic)) AS topics,
    (SELECT max(score) FROM verdicts WHERE article = a.id AND relevant = 1) AS score,
    (SELECT json_group_array(word) FROM (SELECT DISTINCT r.word FROM reasons r JOIN verdicts v USING (article, topic)
        WHERE r.article = a.id AND v.relevant = 1 ORDER BY r.word)) AS reasons,
    (SELECT json_group_array(region)
        FROM (SELECT DISTINCT region FROM places WHERE article = a.id AND role = 'event' ORDER BY region)) AS regions,
    a.copy_group,
    coalesce(g.members - 1, 0) AS copies, coalesce(nullif(g.first, a.id), '') AS copy_of,
    a.story, a.first, a.first_basis,
    (SELECT json_group_array(name) FROM (SELECT DISTINCT iif(outlet <> '', outlet, speaker) AS name
        FROM attributions t WHERE article = a.id AND name <> '' AND NOT EXISTS (SELECT 1 FROM denials d
            WHERE d.article = a.id AND t.start >= d.denial_start AND t."end" <= d.denial_end)
        ORDER BY name)) AS attributed_to,
    (SELECT count(*) FROM links WHERE article = a.id) AS links,
    (SELECT count(*) FROM revisions WHERE article = a.id) AS revisions,
    a.section, a.words, a.paywalled, a.source, a.fetch, f.warc_file, f.warc_offset, f.digest
FROM articles a JOIN fetches f ON f.id = a.fetch LEFT JOIN carried g ON g.copy_group = a.copy_group
WHERE a.relevant = 1
ORDER BY a.published DESC, a.id"""

# One row for each topic that nearly held the article relevant, where no topic did. What stands around the first word that was
# found in the text is enough to see whether the topic should have.
_NEAR_MISSES = """CREATE VIEW near_misses AS
SELECT
    a.id AS article, v.topic, a.outlet, a.language, a.title, a.url,
    a.published, a.modified, a.feed_date, a.first_seen, a.first_fetched,
    v.score, v.lacking, v.country,
    (SELECT json_group_array(word) FROM (SELECT DISTINCT word FROM reasons
        WHERE article = a.id AND topic = v.topic ORDER BY word)) AS reasons,
    coalesce((SELECT substr(a.text, max(1, min(start) - 119), 300) FROM reasons
        WHERE article = a.id AND topic = v.topic AND field = 'text'), '') AS passage,
    (SELECT json_group_array(region)
        FROM (SELECT DISTINCT region FROM places WHERE article = a.id AND role = 'event' ORDER BY region)) AS regions,
    a.source, a.fetch, f.warc_file, f.warc_offset, f.digest
FROM articles a JOIN verdicts v ON v.article = a.id JOIN fetches f ON f.id = a.fetch
WHERE a.relevant = 0 AND v.lacking <> ''
ORDER BY a.published DESC, a.id, v.topic"""

# Every request that a reporter may miss something by: not those that did what they were for (a feed that was read, a redirect
# that was followed, robots.txt, a relevant article).
_SKIPPED = """CREATE VIEW skipped AS
SELECT
    f.id AS fetch, f.run, coalesce(a.outlet, s.outlet, '') AS outlet, f.source, f.url, f.kind,
    iif(f.article IS NULL, f.outcome, 'not relevant') AS outcome,
    iif(f.article IS NULL, f.detail, coalesce((SELECT group_concat(topic || ': ' || lacking, '; ')
        FROM (SELECT topic, lacking FROM verdicts WHERE article = f.article AND lacking <> '' ORDER BY topic)), '')) AS detail,
    coalesce(a.title, '') AS title, f.status, f.started, f.finished, f.referrer, f.warc_file, f.warc_offset, f.digest
FROM fetches f LEFT JOIN articles a ON a.id = f.article LEFT JOIN sources s ON s.id = f.source
WHERE f.kind <> 'robots' AND f.outcome NOT IN ('feed', 'unchanged', 'redirected', 'read') AND coalesce(a.relevant, 0) = 0
ORDER BY f.id"""

# A source is judged by its own newest answer, not by the newest run: a run asks only what is due.
_GAPS = """CREATE VIEW gaps AS
SELECT
    f.run, s.outlet, s.id AS source, s.feed,
    iif(f.outcome IN ('feed', 'unchanged'), 'silent', 'failed') AS gap,
    f.outcome, iif(f.outcome IN ('feed', 'unchanged'), 'the feed has no entries', f.detail) AS detail,
    f.finished AS asked, d.polled AS last_read, coalesce(d.failures, 0) AS failures, s.doubt
FROM sources s
JOIN fetches f ON f.id = (SELECT max(id) FROM fetches
    WHERE source = s.id AND kind = s.via AND outcome <> 'redirected')
LEFT JOIN feeds d ON d.source = s.id
WHERE s.listed = 1 AND (f.outcome NOT IN ('feed', 'unchanged') OR coalesce(d.entries, 0) = 0)
ORDER BY s.outlet, s.id"""

VIEWS = {"coverage": _COVERAGE, "near_misses": _NEAR_MISSES, "skipped": _SKIPPED, "gaps": _GAPS}
ARTICLES = ("coverage", "near_misses")
"""Those whose rows are articles: they have the clocks, and what a query can ask."""
