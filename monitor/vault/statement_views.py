"""The views of what is said in stories: who speaks, what one article says that another denies, figures that differ. SQL, no more.

docs/stories.md tells the columns.
"""

from __future__ import annotations

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
    d.claim_start, d.claim_end, d.denial_article AS article, a.outlet, a.title, a.url, a.published, a.first_seen, a.language,
    d.speaker, d.speaker_id, substr(a.text, d.denial_start + 1, d.denial_end - d.denial_start) AS denial,
    d.denial_start, d.denial_end
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

_ARTICLE_REASONS = """CREATE VIEW article_reasons AS
SELECT r.article, r.topic, r.field, r.start, r."end", r.label, r.word, r.rule
FROM reasons r JOIN verdicts v USING (article, topic) JOIN articles a ON a.id = r.article
WHERE v.relevant = 1 AND a.relevant = 1"""

_ARTICLE_COPIES = """CREATE VIEW article_copies AS
SELECT c.a, c.b, c.kind, c.similarity
FROM copies c JOIN articles x ON x.id = c.a JOIN articles y ON y.id = c.b WHERE x.relevant = 1 AND y.relevant = 1"""

HELPING_VIEWS = {"article_links": _ARTICLE_LINKS, "article_reasons": _ARTICLE_REASONS, "article_copies": _ARTICLE_COPIES}
"""Views of the vault that are read under the name of the snapshot's table, which is behind `article_`."""
STATEMENT_VIEWS = {"speakers": _SPEAKERS, "denied_elsewhere": _DENIED_ELSEWHERE, "disputed_figures": _DISPUTED_FIGURES}
