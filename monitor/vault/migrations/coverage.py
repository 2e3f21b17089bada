"""Tables of polls and hours: what was to be expected of a source, and what could not be seen."""

LEDGER = """
CREATE TABLE polls (
    fetch INTEGER PRIMARY KEY REFERENCES fetches (id),
    entries INTEGER NOT NULL,
    new INTEGER NOT NULL, -- addresses that were not known
    known INTEGER NOT NULL, -- entries that were: where there are none, the window is torn from what was seen before
    oldest TEXT, -- declared
    newest TEXT, -- declared
    torn_since TEXT, -- newest date declared by what was known, where the window is torn
    lost INTEGER -- entries that came and went unseen before this poll, at least; NULL where that cannot be told
) STRICT;
CREATE INDEX polls_lost ON polls (fetch) WHERE lost > 0;
CREATE TABLE hours (
    source TEXT NOT NULL,
    hour TEXT NOT NULL, -- its beginning
    read INTEGER NOT NULL DEFAULT 0, -- polls that gave a new document with entries
    unchanged INTEGER NOT NULL DEFAULT 0,
    silent INTEGER NOT NULL DEFAULT 0, -- polls that were answered without any entry
    failed INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0, -- polls that were refused
    overflows INTEGER NOT NULL DEFAULT 0, -- of the polls in `read`, those whose window was torn
    new INTEGER NOT NULL DEFAULT 0, -- entries, without those of the first document
    lost INTEGER NOT NULL DEFAULT 0, -- entries, at least
    articles INTEGER NOT NULL DEFAULT 0, -- pages that the source listed and that were read
    refused INTEGER NOT NULL DEFAULT 0, -- such pages that were refused
    PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX hours_new ON hours (source, hour) WHERE new > 0;
INSERT INTO hours (source, hour, read, unchanged, blocked, failed, articles)
    SELECT source, substr(finished, 1, 13) || ':00:00.000000Z' AS began,
        sum(kind <> 'article' AND outcome = 'feed'), sum(kind <> 'article' AND outcome = 'unchanged'),
        sum(kind <> 'article' AND outcome IN ('blocked', 'challenge page', 'closed by robots.txt', 'too many requests')),
        sum(kind <> 'article' AND outcome NOT IN ('feed', 'unchanged', 'blocked', 'challenge page', 'closed by robots.txt',
            'too many requests')), sum(outcome = 'article')
    FROM fetches WHERE source <> '' AND kind <> 'robots' AND outcome NOT IN ('redirected', 'unanswered', 'over budget')
    GROUP BY source, began;
INSERT INTO hours (source, hour, new)
    SELECT source, substr(first_seen, 1, 13) || ':00:00.000000Z' AS began, count(*)
    FROM feed_entries JOIN (SELECT source, min(first_seen) AS start FROM feed_entries GROUP BY source) USING (source)
    WHERE first_seen > start GROUP BY source, began ON CONFLICT DO UPDATE SET new = excluded.new
"""

EXPECTATIONS = """
CREATE TABLE expectations (
    source TEXT PRIMARY KEY,
    fetch INTEGER NOT NULL REFERENCES fetches (id), -- the poll up to which it was judged
    days INTEGER NOT NULL, -- of 24 hours each, up to that poll
    seen INTEGER NOT NULL, -- entries that came in them
    least INTEGER NOT NULL, -- to be expected; fewer are a drop
    usual REAL NOT NULL -- to be expected in the mean
) STRICT
"""

UNPOLLED = """
CREATE TABLE unpolled (
    source TEXT NOT NULL,
    since TEXT NOT NULL, -- beginning of the first hour
    until TEXT NOT NULL, -- of the hour after the last
    PRIMARY KEY (source, since)
) STRICT, WITHOUT ROWID;
INSERT INTO unpolled
    SELECT source, since, until FROM (
        SELECT source, strftime('%Y-%m-%dT%H:00:00.000000Z', hour, '+25 hours') AS since,
            lead(hour) OVER (PARTITION BY source ORDER BY hour) AS until
        FROM hours WHERE read + unchanged + silent + failed + blocked > 0)
    WHERE since < until
"""
