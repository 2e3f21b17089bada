"""Tables of runs, requests and what waits to be asked for."""

FIRST = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT,
    outcome TEXT NOT NULL DEFAULT 'running',
    fetches INTEGER NOT NULL DEFAULT 0,
    articles INTEGER NOT NULL DEFAULT 0,
    relevant INTEGER NOT NULL DEFAULT 0,
    copies INTEGER NOT NULL DEFAULT 0,
    silent TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT NOT NULL,
    status INTEGER,
    bytes INTEGER NOT NULL,
    location TEXT NOT NULL,
    referrer TEXT NOT NULL,
    depth INTEGER NOT NULL,
    article TEXT, -- what the fetch gave; NULL where it gave none
    warc_file TEXT,
    warc_offset INTEGER,
    warc_record TEXT,
    digest TEXT
) STRICT;
CREATE INDEX fetches_run ON fetches (run, source);
CREATE INDEX fetches_source ON fetches (source, kind, finished);
CREATE INDEX fetches_article ON fetches (article);
CREATE TABLE frontier (
    key TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    priority INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    referrer TEXT NOT NULL,
    due TEXT NOT NULL,
    leased_run INTEGER REFERENCES runs (id),
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'done'))
) STRICT, WITHOUT ROWID;
CREATE INDEX frontier_waiting ON frontier (host, priority DESC, due) WHERE state = 'waiting';
CREATE INDEX frontier_leased ON frontier (leased_run) WHERE state = 'leased'
"""
"""Of the first version."""

RUNS = """
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN clock TEXT;
ALTER TABLE runs ADD COLUMN arguments TEXT NOT NULL DEFAULT '{}';
UPDATE runs SET
    kind = trim(replace(iif(instr(command, ','), substr(command, 1, instr(command, ',') - 1), command), 'crawl', '')),
    clock = iif(instr(command, ', its clock set to '), strftime('%Y-%m-%dT%H:%M:%f000Z', substr(command,
        instr(command, ', its clock set to ') + length(', its clock set to '))), NULL);
ALTER TABLE runs DROP COLUMN command
"""

# "robots.txt answers 503: nothing is fetched from this host for now"; later with a comma after the name.
ROBOTS_UNREACHABLE = """
UPDATE hours SET blocked = blocked - o.polls, failed = failed + o.polls, refused = refused - o.pages
    FROM (
        SELECT source, strftime('%Y-%m-%dT%H:00:00.000000Z', finished) AS hour,
            sum(kind IN ('feed', 'sitemap', 'telegram', 'home')) AS polls, sum(kind = 'article') AS pages
        FROM fetches
        WHERE outcome = 'closed by robots.txt' AND detail LIKE 'robots.txt%: nothing is fetched from this host for now'
        GROUP BY 1, 2
    ) AS o
    WHERE hours.source = o.source AND hours.hour = o.hour;
UPDATE fetches SET outcome = 'robots.txt unreachable', detail = ltrim(substr(detail, 11), ', ')
    WHERE outcome = 'closed by robots.txt' AND detail LIKE 'robots.txt%: nothing is fetched from this host for now'
"""
