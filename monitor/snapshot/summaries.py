"""What is counted over all articles, once, when the snapshot is built: no page counts a million rows. SQL, no more."""

from __future__ import annotations

from itertools import pairwise

from monitor.vault.views import SEEN

# A text is counted once however many carry it: by its copy group, else by itself. Region '' is of articles that do not say where.
_COUNTS = "count(*) AS articles, count(DISTINCT text) AS texts, count(DISTINCT outlet) AS outlets"
_SPAN = "min(published) AS earliest, max(published) AS newest"

# The ISO week of a day, whose year is that of its Thursday: SQLite before 3.46 has no format for it.
_WEEK = "strftime('%Y', thursday) || '-W' || printf('%02d', (strftime('%j', thursday) - 1) / 7 + 1)"

_ENDS = (0, 5, 15, 60, 180, 720, 1440, 4320, None)
"""Minutes at which the parts of a distribution of delays begin and end: each some three times the one before, as delays lie."""
_BINS = " UNION ALL ".join(
    f"SELECT {least} AS at_least, {'NULL' if below is None else below} AS below" for least, below in pairwise(_ENDS)
)

# Narrow copies of the coverage, which is read some twenty times here; its rows are wide. A text has the number of the first that
# carries it: numbers are compared, and counted apart, in less time than names.
_FACTS = """
CREATE TEMP TABLE facts (
    number INTEGER PRIMARY KEY, outlet TEXT, language TEXT, week TEXT, published TEXT, day TEXT, hour TEXT, text INTEGER,
    is_copy INTEGER
);
INSERT INTO facts
    SELECT c.rowid, outlet, language, week, published, substr(first_seen, 1, 10), substr(first_seen, 1, 13),
        coalesce(g.number, c.rowid), copy_of <> ''
    FROM coverage c LEFT JOIN (SELECT copy_group, min(rowid) AS number FROM coverage WHERE copy_group <> '' GROUP BY copy_group) g
    ON g.copy_group = c.copy_group ORDER BY c.rowid;
CREATE TABLE topics_articles (topic TEXT, number INTEGER, PRIMARY KEY (topic, number)) WITHOUT ROWID;
INSERT INTO topics_articles SELECT v.topic, c.rowid FROM coverage c JOIN verdicts v USING (article) ORDER BY 1, 2;
CREATE TABLE regions_articles (region TEXT, number INTEGER, PRIMARY KEY (region, number)) WITHOUT ROWID;
INSERT INTO regions_articles SELECT r.value, c.rowid FROM coverage c, json_each(c.regions) r ORDER BY 1, 2;
CREATE TEMP TABLE located (number INTEGER, region TEXT, PRIMARY KEY (number, region)) WITHOUT ROWID;
INSERT INTO located
    SELECT number, region FROM regions_articles UNION ALL
    SELECT rowid, '' FROM coverage WHERE regions = '[]' ORDER BY 1, 2
"""

_TABLES = f"""
CREATE TABLE outlets AS
    SELECT o.outlet, coalesce(min(s.kind), '') AS kind, coalesce(min(s.country), '') AS country,
        coalesce(min(s.home), '') AS home, count(s.id) AS sources, max(s.last_read) AS last_read,
        coalesce(c.articles, 0) AS articles, coalesce(c.texts, 0) AS texts, coalesce(c.copies, 0) AS copies, c.earliest, c.newest
    FROM (SELECT outlet FROM facts UNION SELECT outlet FROM sources) o
    LEFT JOIN sources s ON s.outlet = o.outlet
    LEFT JOIN (SELECT outlet, {_COUNTS}, sum(is_copy) AS copies, {_SPAN} FROM facts GROUP BY outlet) c ON c.outlet = o.outlet
    GROUP BY o.outlet ORDER BY o.outlet;
CREATE TABLE topics AS SELECT topic, {_COUNTS}, {_SPAN}
    FROM topics_articles JOIN facts USING (number) GROUP BY topic ORDER BY topic;
CREATE TABLE regions AS SELECT region, {_COUNTS}, {_SPAN}
    FROM regions_articles JOIN facts USING (number) GROUP BY region ORDER BY region;
CREATE TABLE languages AS SELECT language, {_COUNTS}, {_SPAN} FROM facts GROUP BY language ORDER BY language;
CREATE TABLE weeks AS SELECT week, {_COUNTS}, sum(is_copy) AS copies FROM facts GROUP BY week ORDER BY week;
CREATE TABLE days AS SELECT day, {_COUNTS}, sum(is_copy) AS copies FROM facts GROUP BY day ORDER BY day;
CREATE TABLE hours AS SELECT hour, count(*) AS articles FROM facts GROUP BY hour ORDER BY hour;
CREATE TABLE weeks_outlets AS
    SELECT week, outlet, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies
    FROM facts GROUP BY week, outlet ORDER BY week, outlet;
CREATE TABLE weeks_languages AS SELECT week, language, {_COUNTS} FROM facts GROUP BY week, language ORDER BY week, language;
CREATE TABLE weeks_topics AS SELECT week, topic, {_COUNTS}
    FROM topics_articles JOIN facts USING (number) GROUP BY week, topic ORDER BY week, topic;
CREATE TABLE weeks_regions AS SELECT week, region, {_COUNTS}
    FROM located JOIN facts USING (number) GROUP BY week, region ORDER BY week, region;
CREATE TABLE weeks_regions_topics AS SELECT week, region, topic, {_COUNTS}
    FROM topics_articles JOIN located USING (number) JOIN facts USING (number)
    GROUP BY week, region, topic ORDER BY week, region, topic;
CREATE TABLE regions_topics AS SELECT region, topic, {_COUNTS}
    FROM topics_articles JOIN located USING (number) JOIN facts USING (number)
    GROUP BY region, topic ORDER BY region, topic;
CREATE TABLE outlets_topics AS
    SELECT outlet, topic, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies, {_SPAN}
    FROM topics_articles JOIN facts USING (number) GROUP BY outlet, topic ORDER BY outlet, topic;
CREATE TABLE outlets_regions AS
    SELECT outlet, region, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies, {_SPAN}
    FROM located JOIN facts USING (number) GROUP BY outlet, region ORDER BY outlet, region;
CREATE TABLE copy_groups (
    copy_group TEXT PRIMARY KEY, articles INTEGER, outlets INTEGER, article TEXT, outlet TEXT, language TEXT, title TEXT,
    published TEXT, newest TEXT
);
INSERT INTO copy_groups
    SELECT g.copy_group, g.articles, g.outlets, c.article, c.outlet, c.language, c.title, c.published, g.newest
    FROM (SELECT copy_group, count(*) AS articles, count(DISTINCT outlet) AS outlets, max(published) AS newest
        FROM coverage WHERE copy_group <> '' GROUP BY copy_group) g
    CROSS JOIN coverage c ON c.copy_group = g.copy_group AND c.copy_of = '' ORDER BY g.copy_group;
CREATE TEMP TABLE behind AS SELECT c.outlet, (julianday(c.published) - julianday(g.published)) * 1440 AS minutes
    FROM coverage c JOIN copy_groups g USING (copy_group)
    WHERE c.copy_of <> '' AND c.published IS NOT NULL AND g.published IS NOT NULL;
CREATE TABLE delays AS WITH
    ranked AS (SELECT outlet, minutes, row_number() OVER w AS place, count(*) OVER (PARTITION BY outlet) AS copies
        FROM behind WINDOW w AS (PARTITION BY outlet ORDER BY minutes))
    SELECT outlet, copies, cast(round(avg(iif(place IN ((copies + 1) / 2, (copies + 2) / 2), minutes, NULL))) AS INTEGER)
        AS median_minutes, cast(round(min(minutes)) AS INTEGER) AS least_minutes, cast(round(max(minutes)) AS INTEGER)
        AS most_minutes FROM ranked GROUP BY outlet ORDER BY outlet;
CREATE TABLE delay_distribution (
    outlet TEXT, at_least INTEGER, below INTEGER, copies INTEGER, PRIMARY KEY (outlet, at_least)
) WITHOUT ROWID;
INSERT INTO delay_distribution SELECT outlet, b.at_least, b.below, count(*) FROM ({_BINS}) b
    JOIN behind ON round(minutes) >= b.at_least AND (b.below IS NULL OR round(minutes) < b.below)
    GROUP BY 1, 2, 3 ORDER BY 1, 2;
CREATE TABLE rising AS WITH
    clock AS (SELECT max(finished) AS now FROM fetches),
    aged AS (SELECT number, julianday(now) - julianday(published) AS age FROM facts, clock
        WHERE published IS NOT NULL AND published > strftime('%Y-%m-%dT%H:%M:%f', now, '-35 days') AND published <= now),
    named AS (SELECT 'topic' AS kind, topic AS value, number FROM topics_articles UNION ALL
        SELECT 'region', region, number FROM regions_articles)
    SELECT kind, value, sum(age < 7) AS recent, round(sum(age >= 7) / 4.0, 2) AS usual
    FROM named JOIN aged USING (number) GROUP BY kind, value ORDER BY kind, value;
CREATE TABLE outlets_days (
    outlet TEXT, day TEXT, seen INTEGER, overflowed INTEGER, lost INTEGER, unseen INTEGER, not_polled INTEGER,
    not_running INTEGER, first TEXT, latest TEXT, PRIMARY KEY (outlet, day)
) WITHOUT ROWID;
INSERT INTO outlets_days SELECT outlet, substr(hour, 1, 10), sum(iif(state IN {SEEN}, hours, 0)),
    sum(iif(state = 'window overflow', hours, 0)), sum(lost), sum(iif(state IN ('failed', 'blocked'), hours, 0)),
    sum(iif(state = 'not polled', hours, 0)), sum(iif(state = 'not running', hours, 0)), min(hour), max(hour)
    FROM ledger GROUP BY 1, 2 ORDER BY 1, 2;
CREATE TABLE weeks_watched (week TEXT, outlet TEXT, seen INTEGER, missed INTEGER, PRIMARY KEY (week, outlet)) WITHOUT ROWID;
INSERT INTO weeks_watched SELECT {_WEEK}, outlet, sum(seen), sum(overflowed + unseen + not_polled + not_running)
    FROM (SELECT *, date(day, '-3 days', 'weekday 4') AS thursday FROM outlets_days) GROUP BY 1, 2 ORDER BY 1, 2;
CREATE TABLE skipped_outcomes AS SELECT outcome, outlet, count(*) AS requests, max(finished) AS latest
    FROM skipped GROUP BY outcome, outlet ORDER BY outcome, outlet
"""  # noqa: S608 - made of constants

_INDEXES = """
CREATE UNIQUE INDEX outlets_outlet ON outlets (outlet);
CREATE UNIQUE INDEX topics_topic ON topics (topic);
CREATE UNIQUE INDEX regions_region ON regions (region);
CREATE UNIQUE INDEX weeks_outlets_week ON weeks_outlets (week, outlet);
CREATE INDEX weeks_outlets_outlet ON weeks_outlets (outlet);
CREATE UNIQUE INDEX weeks_topics_week ON weeks_topics (week, topic);
CREATE INDEX weeks_topics_topic ON weeks_topics (topic);
CREATE UNIQUE INDEX weeks_regions_week ON weeks_regions (week, region);
CREATE INDEX weeks_regions_region ON weeks_regions (region);
CREATE UNIQUE INDEX weeks_regions_topics_week ON weeks_regions_topics (week, region, topic);
CREATE INDEX weeks_regions_topics_region ON weeks_regions_topics (region, topic);
CREATE INDEX weeks_regions_topics_topic ON weeks_regions_topics (topic);
CREATE INDEX regions_topics_topic ON regions_topics (topic);
CREATE INDEX outlets_topics_topic ON outlets_topics (topic, articles DESC);
CREATE INDEX outlets_regions_region ON outlets_regions (region, articles DESC);
CREATE INDEX copy_groups_outlets ON copy_groups (outlets DESC, articles DESC, copy_group)
"""

SUMMARIES = (*_FACTS.split(";\n"), *_TABLES.split(";\n"), *_INDEXES.split(";\n"))
"""Statements, in order, over the snapshot's coverage, verdicts, sources, fetches and skipped."""
