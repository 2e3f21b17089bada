"""The views of the vault, which snapshots have too. SQL only; docs/coverage.md explains the columns."""

from __future__ import annotations

from datetime import timedelta

from monitor.expect.schedule import SLACK as _SLACK
from monitor.vault.recheck_views import RECHECK_VIEWS
from monitor.vault.statement_views import STATEMENT_VIEWS
from monitor.vault.story_views import STORY_VIEWS

# For SQLite's strftime: how late a poll may be, and the beginning of an hour as times are stored.
SLACK = f"+{_SLACK // timedelta(minutes=1)} minutes"
HOUR = "%Y-%m-%dT%H:00:00.000000Z"

SEEN = "('polled', 'unchanged', 'silent')"
"""States of the ledger in which an outlet was seen; hours of all others are unseen, wherever they are counted."""

# Stretches of hours in which a source was due and nobody asked it: those that a poll ended, and those that last. What is due now,
# and has been for longer than a poll may be late, is not polled until the newest fetch: what a view says depends on the vault
# alone.
_WAITS = f"""
    SELECT source, since, until FROM unpolled
    UNION ALL
    SELECT d.source, strftime('{HOUR}', d.due, '{SLACK}'), strftime('{HOUR}', f.finished)
        FROM feeds d JOIN fetches f ON f.id = (SELECT max(id) FROM fetches) WHERE d.due IS NOT NULL AND d.given_up IS NULL
        AND d.source IN (SELECT id FROM sources WHERE listed = 1)"""  # noqa: S608 - made of constants

# An article does not stand on the word of who denies what it says: names within a denial are left out of attributed_to.
# Lists are made by json_group_array over an ordered sub-select: SQLite keeps that order. Dates that are unknown are NULL.
# Groups are counted once, not again for each of their members: a group of 500 is one of 500 here, not one of 250,000.
_COVERAGE = """CREATE VIEW coverage AS
WITH carried AS MATERIALIZED (
    SELECT copy_group, count(*) AS members, g.original AS first
    FROM articles JOIN copy_groups g USING (copy_group) WHERE copy_group <> '' AND relevant = 1 GROUP BY copy_group)
SELECT
    a.id AS article, a.outlet, a.language, a.title, a.subtitle, a.url, a.authors,
    a.published, a.published_raw, a.modified, a.feed_date, a.first_seen, a.first_fetched, a.captured,
    (SELECT looked FROM looks WHERE article = a.id AND looks > 0) AS last_checked, a.week,
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
    a.published, a.modified, a.feed_date, a.first_seen, a.first_fetched, a.captured,
    v.score, v.near_miss_reason, v.near_miss_detail, v.country,
    (SELECT json_group_array(word) FROM (SELECT DISTINCT word FROM reasons
        WHERE article = a.id AND topic = v.topic ORDER BY word)) AS reasons,
    coalesce((SELECT substr(a.text, max(1, min(start) - 119), 300) FROM reasons
        WHERE article = a.id AND topic = v.topic AND field = 'text'), '') AS passage,
    (SELECT json_group_array(region)
        FROM (SELECT DISTINCT region FROM places WHERE article = a.id AND role = 'event' ORDER BY region)) AS regions,
    a.source, a.fetch, f.warc_file, f.warc_offset, f.digest
FROM articles a JOIN verdicts v ON v.article = a.id JOIN fetches f ON f.id = a.fetch
WHERE a.relevant = 0 AND v.near_miss_reason <> ''
ORDER BY a.published DESC, a.id, v.topic"""

# Every request that a reporter may miss something by: not those that did what they were for (a feed that was read, a redirect
# that was followed, robots.txt, a look for feeds, a relevant article, a further page of any), nor what a stopped run left to the
# next.
_SKIPPED = """CREATE VIEW skipped AS
SELECT
    f.id AS fetch, f.run, coalesce(a.outlet, s.outlet, '') AS outlet, f.source, f.url, f.kind,
    iif(f.article IS NULL, f.outcome, 'not relevant') AS outcome,
    iif(f.article IS NULL, f.detail, iif(a.gate <> '', 'no word of a topic on the page: not extracted', coalesce((
        SELECT group_concat(topic || ': ' || reason, '; ')
        FROM (SELECT topic, near_miss_reason || iif(near_miss_detail <> '', ' (' || near_miss_detail || ')', '') AS reason
            FROM verdicts WHERE article = f.article AND near_miss_reason <> '' ORDER BY topic)), ''))) AS detail,
    coalesce(
        a.title, (SELECT title FROM feed_entries WHERE key = f.key AND f.key <> '' AND title <> '' LIMIT 1), f.title) AS title,
    f.status, f.started, f.finished, f.referrer, f.warc_file, f.warc_offset, f.digest
FROM fetches f LEFT JOIN articles a ON a.id = f.article LEFT JOIN sources s ON s.id = f.source
WHERE f.kind NOT IN ('robots', 'discovery', 'recheck', 'outside')
    AND f.outcome NOT IN ('feed', 'unchanged', 'redirected', 'interrupted')
    AND coalesce(a.relevant, 0) = 0 AND NOT (f.kind = 'page' AND f.article IS NOT NULL)
ORDER BY f.id"""

# A source is judged by its own newest answer, not by the newest run: a run asks only what is due. "Now" is the newest fetch, so
# that what a view says depends on the vault alone. A torn window stays a gap for a day; the ledger has all of them. A
# permanent redirect may be a slip of a day; after three polls in a row that were led to one place it is a move. Nothing new
# in 30 days is less than any outlet on a list of news publishes; shorter silences are judged by each source's own history. Hours
# in which the monitor itself was off, while something was due, stay a gap for a day after they ended: one row, of no source.
_GAPS = f"""CREATE VIEW gaps AS
WITH RECURSIVE
now(at) AS (SELECT finished FROM fetches ORDER BY id DESC LIMIT 1),
newest AS (
    SELECT s.id AS source, f.id AS fetch, f.outcome, f.detail, f.finished, f.outcome IN ('feed', 'unchanged') AS is_read,
        coalesce(d.entries, 0) AS entries, d.due, d.given_up, d.failing_since, d.moved, d.moved_to,
        coalesce('the home page announces another: ' || nullif(d.announced, ''), '') AS hint
    FROM sources s LEFT JOIN feeds d ON d.source = s.id JOIN fetches f ON f.id = (SELECT max(id) FROM fetches
        WHERE source = s.id AND kind = s.via AND outcome NOT IN ('redirected', 'interrupted'))
    WHERE s.listed = 1),
found(source, gap, fetch, detail, facts) AS (
    SELECT source, 'failed', fetch, detail || iif(detail <> '' AND hint <> '', '; ', '') || hint, '{{}}'
        FROM newest WHERE NOT is_read AND given_up IS NULL
    UNION ALL
    SELECT source, 'dead', fetch, iif(detail <> '', detail || '; ', '') || 'nothing but failures since '
            || substr(failing_since, 1, 10) || ', so it is not asked any more: change its line'
            || iif(hint <> '', '; ', '') || hint, json_object('since', substr(failing_since, 1, 10))
        FROM newest WHERE given_up IS NOT NULL
    UNION ALL
    SELECT source, 'moved', fetch, 'has moved for ever to ' || moved_to || ': change its line', '{{}}'
        FROM newest WHERE moved >= 3
    UNION ALL
    SELECT source, 'silent', fetch, 'the feed has no entries', '{{}}' FROM newest WHERE is_read AND entries = 0
    UNION ALL
    SELECT source, 'silent for long', fetch, 'nothing new since ' || substr(since, 1, 10),
            json_object('since', substr(since, 1, 10)) FROM (
        SELECT source, fetch, finished, coalesce((SELECT max(hour) FROM hours WHERE source = newest.source AND new > 0),
            (SELECT min(hour) FROM hours WHERE source = newest.source)) AS since
        FROM newest WHERE is_read AND entries > 0)
        WHERE since < strftime('%Y-%m-%dT%H', finished, '-30 days')
    UNION ALL
    SELECT n.source, 'window overflow', max(f.id), 'at least ' || sum(p.lost) || iif(sum(p.lost) = 1, ' entry', ' entries')
            || ' came and went unseen' || coalesce(' after ' || min(p.gap_since), ''),
            json_object('lost', sum(p.lost), 'since', min(p.gap_since))
        FROM polls p JOIN fetches f ON f.id = p.fetch JOIN newest n ON n.source = f.source
        WHERE p.lost > 0 AND f.finished > (SELECT strftime('%Y-%m-%dT%H:%M', at, '-1 day') FROM now) GROUP BY n.source
    UNION ALL
    SELECT e.source, 'below expectation', e.fetch, e.seen || ' of at least ' || e.least || ' entries in '
            || iif(e.days = 1, '24 hours', e.days || ' days') || ', where ' || round(e.usual, 1) || ' are usual',
            json_object('seen', e.seen, 'least', e.least, 'days', e.days, 'usual', round(e.usual, 1))
        FROM expectations e JOIN newest USING (source) WHERE e.seen < e.least
    UNION ALL
    SELECT source, 'not polled', fetch, 'due since ' || strftime('%Y-%m-%d %H:%M UTC', due) || ', and nobody asked',
            json_object('since', substr(due, 1, 16)) FROM newest
        WHERE given_up IS NULL AND max(strftime('%Y-%m-%dT%H', due, '{SLACK}'), strftime('%Y-%m-%dT%H', finished, '+1 hour'))
            < (SELECT substr(at, 1, 13) FROM now)),
waits(source, since, until) AS (
    SELECT source, since, until FROM ({_WAITS})
        WHERE since < until AND until > (SELECT strftime('{HOUR}', at, '-1 day') FROM now)),
waited(hour, until) AS (
    SELECT since, until FROM waits
    UNION
    SELECT strftime('{HOUR}', hour, '+1 hour'), until FROM waited WHERE strftime('{HOUR}', hour, '+1 hour') < until),
idle AS (
    SELECT hour, strftime('%s', hour) / 3600 - row_number() OVER (ORDER BY hour) AS stretch
        FROM (SELECT DISTINCT hour FROM waited w
            WHERE NOT EXISTS (SELECT 1 FROM sources s CROSS JOIN hours h ON h.source = s.id AND h.hour = w.hour))),
stretches AS (
    SELECT min(hour) AS since, strftime('{HOUR}', max(hour), '+1 hour') AS until, count(*) AS hours FROM idle GROUP BY stretch
    HAVING until > (SELECT strftime('{HOUR}', at, '-1 day') FROM now)),
off AS (
    SELECT min(since) AS since, max(until) AS until, sum(hours) AS hours, (SELECT count(DISTINCT s.outlet)
        FROM waits w JOIN sources s ON s.id = w.source JOIN stretches o ON w.since < o.until AND w.until > o.since) AS outlets
    FROM stretches)
SELECT f.run, s.outlet, s.id AS source, s.feed, g.gap, f.outcome, g.detail, g.facts, f.finished AS asked, d.polled AS last_read,
    coalesce(d.failures, 0) AS failures, s.doubt
FROM found g JOIN sources s ON s.id = g.source JOIN fetches f ON f.id = g.fetch LEFT JOIN feeds d ON d.source = s.id
UNION ALL
SELECT (SELECT min(id) FROM runs WHERE started >= since), '', '', '', 'not running', '',
    'nobody was asked for ' || iif(hours = 1, '1 hour', hours || ' hours') || ' between '
        || strftime('%Y-%m-%d %H:%M UTC', since) || ' and ' || strftime('%Y-%m-%d %H:%M UTC', until)
        || ', while ' || iif(outlets = 1, '1 outlet was', outlets || ' outlets were') || ' due',
    json_object('hours', hours, 'since', substr(since, 1, 16), 'until', substr(until, 1, 16), 'outlets', outlets),
    until, NULL, 0, ''
FROM off WHERE hours > 0
ORDER BY 2, 3, 5"""  # noqa: S608 - made of constants

# Hours in which no poll was due have no row; those in which one was and nobody asked the outlet anything are one row a day where
# they follow each other, with how many they are. In an hour without any answer to anybody the monitor did not run.
_LEDGER = f"""CREATE VIEW ledger AS
WITH RECURSIVE
polled AS (
    SELECT s.outlet, h.hour, sum(h.read) AS read, sum(h.unchanged) AS unchanged, sum(h.silent) AS silent, sum(h.failed) AS failed,
        sum(h.blocked) AS blocked, sum(h.overflows) AS overflows, sum(h.new) AS new, sum(h.lost) AS lost,
        sum(h.articles) AS articles, sum(h.refused) AS refused
    FROM hours h JOIN sources s ON s.id = h.source GROUP BY s.outlet, h.hour),
waits(source, since, until) AS ({_WAITS}),
waited(outlet, hour, until) AS (
    SELECT s.outlet, w.since, w.until FROM waits w JOIN sources s ON s.id = w.source WHERE w.since < w.until
    UNION
    SELECT outlet, strftime('{HOUR}', hour, '+1 hour'), until FROM waited WHERE strftime('{HOUR}', hour, '+1 hour') < until),
unasked AS (
    SELECT outlet, hour, state,
        strftime('%s', hour) / 3600 - row_number() OVER (PARTITION BY outlet, state ORDER BY hour) AS stretch
    FROM (SELECT outlet, hour, iif(hour IN (SELECT hour FROM polled), 'not polled', 'not running') AS state
        FROM (SELECT outlet, hour FROM waited EXCEPT SELECT outlet, hour FROM polled)))
SELECT outlet, hour, 1 AS hours, CASE
    WHEN overflows > 0 THEN 'window overflow' WHEN refused > 0 AND articles = 0 THEN 'blocked'
    WHEN read > 0 OR articles > 0 THEN 'polled' WHEN unchanged > 0 THEN 'unchanged' WHEN silent > 0 THEN 'silent'
    WHEN blocked > 0 THEN 'blocked' ELSE 'failed' END AS state,
    read, unchanged, silent, failed, blocked, overflows, new, lost, articles, refused
FROM polled
UNION ALL
SELECT outlet, min(hour), count(*), state, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM unasked GROUP BY outlet, state, stretch, substr(hour, 1, 10)
ORDER BY 1, 2"""  # noqa: S608 - made of constants

# By which ways an address was met, whether or not it was then asked for: only so can one way be held against the others. Links
# count where they are followed from: in relevant articles.
_WAYS = """CREATE VIEW ways AS
WITH met(article, way, seen) AS (
    SELECT u.article, s.via, e.first_seen
        FROM article_urls u JOIN feed_entries e ON e.key = u.key JOIN sources s ON s.id = e.source WHERE u.key <> ''
    UNION ALL
    SELECT u.article, l.kind, b.first_fetched
        FROM article_urls u JOIN links l ON l.key = u.key JOIN articles b ON b.id = l.article
        WHERE u.key <> '' AND l.kind IN ('related', 'citation') AND b.relevant = 1 AND b.id <> u.article
    UNION ALL
    SELECT f.article, iif(r.kind = 'related', 'person', 'archive'), f.finished
        FROM fetches f JOIN runs r ON r.id = f.run
        WHERE f.article IS NOT NULL AND f.source = '' AND f.referrer = '' AND f.kind = 'article')
SELECT a.id AS article, a.outlet, m.way, min(m.seen) AS seen FROM articles a JOIN met m ON m.article = a.id
WHERE a.relevant = 1 GROUP BY a.id, m.way ORDER BY a.id, min(m.seen), m.way"""

# Three things that look alike in a row of numbers: one that was seen and is not shown any more between others that are; one that
# no page showed, though the pages around it were read; and one whose page was not read.
_TELEGRAM_GAPS = """CREATE VIEW telegram_gaps AS
SELECT
    p.source, coalesce(s.outlet, '') AS outlet, iif(p.last_seen > p.missed, 'returned', 'suspected') AS state,
    p.number AS lowest, p.number AS highest, 1 AS numbers, p.kind, coalesce(a.id, '') AS article, coalesce(a.url, '') AS url,
    coalesce(a.title, '') AS title, coalesce(a.relevant, 0) AS relevant, p.first_seen, p.last_seen, p.missed AS noticed,
    p.fetch AS seen_fetch, p.missed_fetch AS fetch
FROM posts p LEFT JOIN sources s ON s.id = p.source
LEFT JOIN posts o ON o.source = p.source AND o.number = p.post LEFT JOIN articles a ON a.id = o.article
WHERE p.missed IS NOT NULL
UNION ALL
SELECT
    u.source, coalesce(s.outlet, ''), 'not read', u.first, u.last, u.last - u.first + 1, '', '', '', '', 0, NULL, NULL, u.noticed,
    NULL, u.fetch
FROM unread u LEFT JOIN sources s ON s.id = u.source
UNION ALL
SELECT
    n.source, coalesce(s.outlet, ''), 'not seen', n.before + 1, n.number - 1, n.number - n.before - 1, '', '', '', '', 0, NULL,
    NULL, n.first_seen, NULL, n.fetch
FROM (SELECT source, number, first_seen, fetch, lag(number) OVER (PARTITION BY source ORDER BY number) AS before FROM posts) n
LEFT JOIN sources s ON s.id = n.source
WHERE n.number > n.before + 1 AND NOT EXISTS (SELECT 1 FROM unread u WHERE u.source = n.source AND u.first = n.before + 1)
ORDER BY 1, 4"""

_TEXTS = """CREATE VIEW texts AS
SELECT id AS article, text FROM articles WHERE relevant = 1 ORDER BY published DESC, id"""

VIEWS = {
    "coverage": _COVERAGE, "near_misses": _NEAR_MISSES, "skipped": _SKIPPED, "gaps": _GAPS, "ledger": _LEDGER, "ways": _WAYS,
    "telegram_gaps": _TELEGRAM_GAPS, **STORY_VIEWS, **STATEMENT_VIEWS, **RECHECK_VIEWS, "texts": _TEXTS,
}  # fmt: skip
TABLES = {
    "attributions": "article, start, kind, speaker",
    "denials": "article, denial_start, claim_start",
    "places": "article, field, start, region",
    "links": "article, start, kind, url",
    "reasons": 'article, topic, field, start, "end", label, word, rule',
    "copies": "a, b",
}
"""Tables of the relevant articles that are read as views are, and their order: the same rows in the vault and in the snapshot."""
ARTICLES = ("coverage", "near_misses")
"""Those whose rows are articles: they have the clocks, and what a query can ask."""
OF_OUTLETS = ("skipped", "gaps", "ledger", "telegram_gaps")
"""Those about outlets and requests: they know `outlet`, and nothing else of an article."""

# What the columns of all views hold, where it is not plain text: a name means the same wherever it stands.
LISTS = frozenset({"authors", "topics", "reasons", "regions", "attributed_to", "outlet_names", "languages", "evidence", "forms"})
"""Columns that hold a JSON array of texts."""
TIMES = frozenset({
    "published", "modified", "feed_date", "first_seen", "first_fetched", "captured", "started", "finished", "asked", "last_read",
    "last_seen", "noticed", "earliest", "newest", "absent", "since", "until", "at", "confirmed", "returned",
    "last_checked", "due", "removed", "drawn", "claim_published", "hour", "seen",
})  # fmt: skip
"""Columns that hold a time in UTC, as text; or NULL."""
NUMBERS: dict[str, type] = {
    "score": float, "copies": int, "links": int, "revisions": int, "words": int, "paywalled": int, "fetch": int, "run": int,
    "warc_offset": int, "status": int, "failures": int, "hours": int, "read": int, "unchanged": int, "silent": int, "failed": int,
    "blocked": int, "overflows": int, "new": int, "lost": int, "articles": int, "refused": int,
    "start": int, "end": int, "claim_start": int, "claim_end": int, "denial_start": int, "denial_end": int, "resolved": int,
    "fictional": int, "lowest": int, "highest": int, "numbers": int, "relevant": int, "seen_fetch": int,
    "texts": int, "outlets": int, "origins": int, "denials": int, "likeness": float, "number": int, "is_origin": int,
    "disclosed": int, "revision": int, "looks": int, "quotes": int, "figure": float, "similarity": float,
}  # fmt: skip
"""Columns that hold numbers, and of which type; or NULL."""
