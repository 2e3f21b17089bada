"""Counts over all articles, made once when the snapshot is built, so that no page counts a million rows. SQL only."""

from __future__ import annotations

from itertools import pairwise

from monitor.vault.views import SEEN

# A text is counted once however many carry it: by its copy group, else by itself. Region '' is of articles that do not say where.
_COUNTS = "count(*) AS articles, count(DISTINCT text) AS texts, count(DISTINCT outlet) AS outlets"
# The columns of such counts.
_COUNTED = "articles INTEGER, texts INTEGER, outlets INTEGER"
_WITH_COPIES = "articles INTEGER, texts INTEGER, copies INTEGER"
_SPANNED = "earliest TEXT, newest TEXT"
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
CREATE TABLE outlets (outlet TEXT PRIMARY KEY, kind TEXT, country TEXT, home TEXT, sources INTEGER, last_read TEXT,
    {_WITH_COPIES}, {_SPANNED});
INSERT INTO outlets SELECT o.outlet, coalesce(min(s.kind), '') AS kind, coalesce(min(s.country), '') AS country,
        coalesce(min(s.home), '') AS home, count(s.id) AS sources, max(s.last_read) AS last_read,
        coalesce(c.articles, 0) AS articles, coalesce(c.texts, 0) AS texts, coalesce(c.copies, 0) AS copies, c.earliest, c.newest
    FROM (SELECT outlet FROM facts UNION SELECT outlet FROM sources) o
    LEFT JOIN sources s ON s.outlet = o.outlet
    LEFT JOIN (SELECT outlet, {_COUNTS}, sum(is_copy) AS copies, {_SPAN} FROM facts GROUP BY outlet) c ON c.outlet = o.outlet
    GROUP BY o.outlet ORDER BY o.outlet;
CREATE TABLE topics (topic TEXT PRIMARY KEY, {_COUNTED}, {_SPANNED});
INSERT INTO topics SELECT topic, {_COUNTS}, {_SPAN}
    FROM topics_articles JOIN facts USING (number) GROUP BY topic ORDER BY topic;
CREATE TABLE regions (region TEXT PRIMARY KEY, {_COUNTED}, {_SPANNED});
INSERT INTO regions SELECT region, {_COUNTS}, {_SPAN}
    FROM regions_articles JOIN facts USING (number) GROUP BY region ORDER BY region;
CREATE TABLE languages (language TEXT PRIMARY KEY, {_COUNTED}, {_SPANNED});
INSERT INTO languages SELECT language, {_COUNTS}, {_SPAN} FROM facts GROUP BY language ORDER BY language;
CREATE TABLE weeks (week TEXT PRIMARY KEY, {_COUNTED}, copies INTEGER);
INSERT INTO weeks SELECT week, {_COUNTS}, sum(is_copy) AS copies FROM facts GROUP BY week ORDER BY week;
CREATE TABLE days (day TEXT PRIMARY KEY, {_COUNTED}, copies INTEGER);
INSERT INTO days SELECT day, {_COUNTS}, sum(is_copy) AS copies FROM facts GROUP BY day ORDER BY day;
CREATE TABLE hours (hour TEXT PRIMARY KEY, articles INTEGER);
INSERT INTO hours SELECT hour, count(*) AS articles FROM facts GROUP BY hour ORDER BY hour;
CREATE TABLE weeks_outlets (week TEXT, outlet TEXT, {_WITH_COPIES}, PRIMARY KEY (week, outlet));
INSERT INTO weeks_outlets SELECT week, outlet, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies
    FROM facts GROUP BY week, outlet ORDER BY week, outlet;
CREATE TABLE weeks_languages (week TEXT, language TEXT, {_COUNTED}, PRIMARY KEY (week, language));
INSERT INTO weeks_languages SELECT week, language, {_COUNTS} FROM facts GROUP BY week, language ORDER BY week, language;
CREATE TABLE weeks_topics (week TEXT, topic TEXT, {_COUNTED}, PRIMARY KEY (week, topic));
INSERT INTO weeks_topics SELECT week, topic, {_COUNTS}
    FROM topics_articles JOIN facts USING (number) GROUP BY week, topic ORDER BY week, topic;
CREATE TABLE weeks_regions (week TEXT, region TEXT, {_COUNTED}, PRIMARY KEY (week, region));
INSERT INTO weeks_regions SELECT week, region, {_COUNTS}
    FROM located JOIN facts USING (number) GROUP BY week, region ORDER BY week, region;
CREATE TABLE weeks_towns (week TEXT, region TEXT, town TEXT, articles INTEGER, PRIMARY KEY (week, region, town)) WITHOUT ROWID;
INSERT INTO weeks_towns SELECT week, region, town, count(DISTINCT number)
    FROM (SELECT c.rowid AS number, p.region, p.town FROM places p JOIN coverage c USING (article)
        WHERE p.role = 'event' AND p.town <> '') JOIN facts USING (number)
    GROUP BY week, region, town ORDER BY week, region, town;
CREATE TABLE weeks_regions_topics (week TEXT, region TEXT, topic TEXT, {_COUNTED}, PRIMARY KEY (week, region, topic));
INSERT INTO weeks_regions_topics SELECT week, region, topic, {_COUNTS}
    FROM topics_articles JOIN located USING (number) JOIN facts USING (number)
    GROUP BY week, region, topic ORDER BY week, region, topic;
CREATE TABLE regions_topics (region TEXT, topic TEXT, {_COUNTED}, PRIMARY KEY (region, topic));
INSERT INTO regions_topics SELECT region, topic, {_COUNTS}
    FROM topics_articles JOIN located USING (number) JOIN facts USING (number)
    GROUP BY region, topic ORDER BY region, topic;
CREATE TABLE outlets_topics (outlet TEXT, topic TEXT, {_WITH_COPIES}, {_SPANNED},
    PRIMARY KEY (outlet, topic));
INSERT INTO outlets_topics SELECT outlet, topic, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies,
    {_SPAN}
    FROM topics_articles JOIN facts USING (number) GROUP BY outlet, topic ORDER BY outlet, topic;
CREATE TABLE outlets_regions (outlet TEXT, region TEXT, {_WITH_COPIES}, {_SPANNED},
    PRIMARY KEY (outlet, region));
INSERT INTO outlets_regions SELECT outlet, region, count(*) AS articles, count(DISTINCT text) AS texts, sum(is_copy) AS copies,
    {_SPAN}
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
CREATE TABLE delays (
    outlet TEXT PRIMARY KEY, copies INTEGER, median_minutes INTEGER, least_minutes INTEGER, most_minutes INTEGER
);
INSERT INTO delays WITH
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
CREATE TABLE rising (kind TEXT, value TEXT, recent INTEGER, usual REAL, PRIMARY KEY (kind, value));
INSERT INTO rising WITH
    clock AS (SELECT max(finished) AS now FROM fetches),
    aged AS (SELECT number, julianday(now) - julianday(published) AS age FROM facts, clock
        WHERE published IS NOT NULL AND published > strftime('%Y-%m-%dT%H:%M:%f', now, '-35 days') AND published <= now),
    named AS (SELECT 'topic' AS kind, topic AS value, number FROM topics_articles UNION ALL
        SELECT 'region', region, number FROM regions_articles)
    SELECT kind, value, sum(age < 7) AS recent, iif((SELECT min(started) FROM runs)
        <= (SELECT strftime('%Y-%m-%dT%H:%M:%f', now, '-35 days') FROM clock), round(sum(age >= 7) / 4.0, 2), NULL) AS usual
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
CREATE TABLE skipped_outcomes (outcome TEXT, outlet TEXT, requests INTEGER, latest TEXT, PRIMARY KEY (outcome, outlet));
INSERT INTO skipped_outcomes SELECT outcome, outlet, count(*) AS requests, max(finished) AS latest
    FROM skipped GROUP BY outcome, outlet ORDER BY outcome, outlet
"""  # noqa: S608 - made of constants

_INDEXES = """
CREATE INDEX weeks_outlets_outlet ON weeks_outlets (outlet);
CREATE INDEX weeks_topics_topic ON weeks_topics (topic);
CREATE INDEX weeks_regions_region ON weeks_regions (region);
CREATE INDEX weeks_regions_topics_region ON weeks_regions_topics (region, topic);
CREATE INDEX weeks_regions_topics_topic ON weeks_regions_topics (topic);
CREATE INDEX regions_topics_topic ON regions_topics (topic);
CREATE INDEX outlets_topics_topic ON outlets_topics (topic, articles DESC);
CREATE INDEX outlets_regions_region ON outlets_regions (region, articles DESC);
CREATE INDEX copy_groups_outlets ON copy_groups (outlets DESC, articles DESC, copy_group)
"""

SUMMARIES = (*_FACTS.split(";\n"), *_TABLES.split(";\n"), *_INDEXES.split(";\n"))
"""Statements, in order, over the snapshot's coverage, verdicts, sources, fetches and skipped."""
