"""The views of stories. SQL only; docs/stories.md explains the columns."""

from __future__ import annotations

from monitor.trace.origins import ORIGINS

_ORIGIN = ", ".join(f"'{rule}'" for rule in ORIGINS)

# Of the articles of a story, by an index that has those alone which are in one: without saying so, each story was looked for in
# all articles. Regions are in the order of how many of its articles name them, topics and languages too: the first is what it is
# about.
_STORIES = f"""CREATE VIEW stories AS
WITH
told AS MATERIALIZED (
    SELECT story, count(*) AS articles, count(DISTINCT iif(copy_group <> '', copy_group, id)) AS texts,
        count(DISTINCT outlet) AS outlets, min(published) AS earliest, max(published) AS newest, min(first_seen) AS first_seen
    FROM articles INDEXED BY articles_story WHERE story <> '' GROUP BY story),
counted AS MATERIALIZED (SELECT story, count(*) AS origins FROM story_steps WHERE rule IN ({_ORIGIN}) GROUP BY story),
denied AS MATERIALIZED (SELECT a.story, count(*) AS denials FROM denials d JOIN articles a ON a.id = d.article
    LEFT JOIN copy_groups g USING (copy_group) WHERE a.story <> '' AND (a.copy_group = '' OR g.original = a.id) GROUP BY a.story)
SELECT
    s.story, a.title, a.language, a.outlet, a.url, t.earliest, t.newest, t.first_seen, a.week,
    t.articles, t.texts, t.outlets,
    CASE WHEN t.outlets < 3 THEN cast(t.outlets AS TEXT) WHEN t.outlets < 6 THEN '3-5' WHEN t.outlets < 11 THEN '6-10'
        ELSE 'over 10' END AS size,
    (SELECT json_group_array(outlet) FROM (
        SELECT DISTINCT outlet FROM articles INDEXED BY articles_story
        WHERE story = s.story AND story <> '' ORDER BY 1)) AS outlet_names,
    (SELECT json_group_array(language) FROM (
        SELECT language FROM articles INDEXED BY articles_story
        WHERE story = s.story AND story <> '' GROUP BY 1 ORDER BY count(*) DESC, 1)) AS languages,
    (SELECT json_group_array(region) FROM (
        SELECT p.region FROM articles m INDEXED BY articles_story CROSS JOIN places p ON p.article = m.id
        WHERE m.story = s.story AND m.story <> '' AND p.role = 'event'
        GROUP BY 1 ORDER BY count(DISTINCT m.id) DESC, 1)) AS regions,
    (SELECT json_group_array(topic) FROM (
        SELECT v.topic FROM articles m INDEXED BY articles_story CROSS JOIN verdicts v ON v.article = m.id
        WHERE m.story = s.story AND m.story <> '' AND v.relevant = 1 GROUP BY 1 ORDER BY count(*) DESC, 1)) AS topics,
    coalesce(c.origins, 0) AS origins, coalesce(d.denials, 0) AS denials,
    iif(coalesce(d.denials, 0) > 0 OR s.story IN (SELECT story FROM cross_denials), 'yes', 'no') AS denied,
    s.first_article, coalesce(f.outlet, '') AS first_outlet, s.basis AS first_basis, s.since, s.until, s.reason, s.reason_parts
FROM story_facts s JOIN told t USING (story) JOIN articles a ON a.id = s.lead LEFT JOIN articles f ON f.id = s.first_article
LEFT JOIN counted c USING (story) LEFT JOIN denied d USING (story)
ORDER BY t.newest DESC, s.story"""  # noqa: S608 - made of constants

_STORY_ARTICLES = """CREATE VIEW story_articles AS
SELECT
    a.story, a.id AS article, a.outlet, a.language, a.title, a.url, a.published, a.first_seen, a.copy_group,
    iif(a.copy_group <> '', coalesce(nullif(g.original, a.id), ''), '') AS copy_of, a.first,
    coalesce(e.other, '') AS alike_article, e.likeness, coalesce(e.evidence, '[]') AS evidence,
    coalesce(s.rule, '') AS rule, (SELECT count(*) FROM revisions WHERE article = a.id) AS revisions,
    (SELECT count(*) FROM denials WHERE article = a.id) AS denials
FROM articles a INDEXED BY articles_story LEFT JOIN copy_groups g ON g.copy_group = a.copy_group AND a.copy_group <> ''
LEFT JOIN story_evidence e ON e.article = a.id LEFT JOIN story_steps s ON s.story = a.story AND s.article = a.id
WHERE a.story <> ''
ORDER BY a.story, a.published IS NULL, a.published, a.id"""

# Of each outlet its article that was seen first, and of those seen at once the one that it declares the earlier.
_WHO_FIRST = """CREATE VIEW who_first AS
SELECT story, article, outlet, published, absent, first_seen, first, first_basis, since, until, reason FROM (
    SELECT a.story, a.id AS article, a.outlet, s.declared AS published, s.absent, s.seen AS first_seen, a.first,
        f.basis AS first_basis, f.since, f.until, f.reason,
        row_number() OVER (
            PARTITION BY a.story, a.outlet ORDER BY a.first <> 'yes', s.seen, coalesce(s.declared, s.seen), a.id) AS place
    FROM articles a INDEXED BY articles_story JOIN sightings s ON s.article = a.id JOIN story_facts f ON f.story = a.story
    WHERE a.story <> '')
WHERE place = 1
ORDER BY story, first <> 'yes', first_seen, published, outlet"""

_ORIGINS = f"""CREATE VIEW origins AS
SELECT
    s.story, s.number, s.article, iif(s.article = '', s.source, a.outlet) AS outlet, coalesce(a.title, '') AS title, s.rule,
    iif(b.id IS NULL, '', s.source) AS from_article,
    iif(s.article = '', '', coalesce(b.outlet, s.source)) AS from_outlet, s.rule IN ({_ORIGIN}) AS is_origin,
    s.reason, s.reason_parts
FROM story_steps s LEFT JOIN articles a ON a.id = s.article LEFT JOIN articles b ON b.id = s.source
ORDER BY s.story, s.number"""  # noqa: S608 - made of constants

# Titles of articles that are no longer relevant are nobody's business.
_STORY_EVENTS = """CREATE VIEW story_events AS
SELECT
    m.number, m.at, m.event, m.from_story, m.to_story, m.article, coalesce(a.outlet, '') AS outlet,
    coalesce(a.title, '') AS title, m.alike_article, coalesce(b.outlet, '') AS alike_outlet, m.likeness, m.evidence
FROM story_moves m LEFT JOIN articles a ON a.id = m.article AND a.relevant = 1
LEFT JOIN articles b ON b.id = m.alike_article AND b.relevant = 1
ORDER BY m.number"""

STORY_VIEWS = {
    "stories": _STORIES, "story_articles": _STORY_ARTICLES, "who_first": _WHO_FIRST, "origins": _ORIGINS,
    "story_events": _STORY_EVENTS,
}  # fmt: skip
