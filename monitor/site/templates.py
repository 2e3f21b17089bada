"""The functions and filters that the templates of data/site call. Reads the snapshot."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from monitor import settings
from monitor.errors import QueryError
from monitor.export.citation import VERSION_DIGITS, citations
from monitor.model.articles import OTHER_COUNTRY
from monitor.site import language, marks, zones
from monitor.site.cells import IDS, address, by_id, cell, clock, labelled, minutes_after, moment, passage, reason_in_words
from monitor.site.cells import named as named_cell
from monitor.site.comparing import Comparison, compare
from monitor.site.details import detail_in_words
from monitor.site.glossary import prose, term_of, word_of
from monitor.site.highlight import in_sentences, marked, marked_line, matches, spans_of
from monitor.site.known import config_of
from monitor.site.map import radius, read_map
from monitor.site.own_address import is_for_all, own_address
from monitor.site.parameters import DATABASE, ORDERED, READ, SAVED, facet_name
from monitor.site.saved import named
from monitor.site.searching import WeeksFound, count_by_week, run_in_thread
from monitor.site.statements import asking
from monitor.site.strips import strips
from monitor.site.tiles import shade, shades
from monitor.site.timeline import citation_graph, timeline
from monitor.site.weeks import weeks
from monitor.snapshot.facets import OTHERS, values_sql
from monitor.vault.views import TABLES, VIEWS

LOOKED_FOR = 5
"""Conditions of a page without rows whose values are looked for in all rows."""
SHARED_COLUMNS = frozenset({
    "article", "outlet", "language", "title", "subtitle", "url", "published", "first_seen", "week", "topics", "regions", "region",
    "copy_group", "copy_of", "articles", "texts", "outlets", "earliest", "newest",
})  # fmt: skip
"""Columns that mean the same in every table and query."""

LIST_TEMPLATE_PREFIX = f"_table-table-{DATABASE}-"
"""The prefix of the names of templates that render one table as a list."""

_CYRILLIC = re.compile("[\u0400-\u04ff]")


def names_of(datasette: Any) -> language.Names:
    """The names of columns, regions, topics and values, in the visitor's language."""
    return language.Names(config_of(datasette))


def version_path(version: Mapping[str, Any]) -> str:
    """The permanent address of a version, by its text's digest: its number changes when an import brings an earlier version."""
    return f"/{DATABASE}/version?" + urlencode({"article": version["article"], "text": version["text_digest"][:VERSION_DIGITS]})


def version_number_path(row: Mapping[str, Any]) -> str:
    """The address of a version by its number, where its digest is not known."""
    return f"/{DATABASE}/version?" + urlencode({"article": row["article"], "revision": row["revision"]})


def name_in_script(name: str, forms: Iterable[str]) -> str:
    """A speaker's name as a text writes it in the script of the page's language; the name itself where none does.

    Of several forms that with the most words, then the shortest: surnames stand alone, and oblique cases are longer.
    """
    is_cyrillic = language.current.get() != "en"
    found = [form for form in (name, *forms) if bool(_CYRILLIC.search(form)) is is_cyrillic]
    return name if name in found else min(found, key=lambda form: (-len(form.split()), len(form), form), default=name)


class TemplateFunctions:
    """The functions of one site that templates call."""

    def __init__(self, datasette: Any) -> None:
        config = config_of(datasette)
        self._datasette = datasette
        self._database = datasette.get_database(DATABASE) if DATABASE in datasette.databases else None
        self._tables, self._queries, self._names = config.get("tables", {}), config.get("queries", {}), names_of(datasette)

    async def ask(self, name: str, /, **parameters: object) -> list[dict[str, object]]:
        """The rows of a named query of the metadata, as dicts. Raises LookupError where there is no such query."""
        if name not in self._queries or self._database is None:
            raise LookupError(f"a page asks {name!r}, and metadata.yaml has no such query")
        # As on the query's own page, a parameter that is not given is empty.
        with asking(()):
            rows = await self._database.execute(self._queries[name]["sql"], defaultdict(str, parameters))
        return [dict(row) for row in rows]

    def about_column(self, name: str, table: str = "") -> str:
        """The description of a column in its table's metadata, or, of SHARED_COLUMNS, in another's. Empty where there is none."""
        others = (self._tables.get(one, {}) for one in ("coverage", "regions") if name in SHARED_COLUMNS)
        of_both = (self._tables.get(table, {}), *others)
        return next((meaning for one in of_both if (meaning := (one.get("columns") or {}).get(name))), "")

    def table_title(self, name: str) -> str:
        """The title of a table; its name where it has none."""
        return str(self._tables.get(name, {}).get("title", name))

    async def in_no_row(self, table: str, conditions: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, list[str]]]:
        """Of the conditions (column, test, value) of a page without rows, those whose value no row of the whole table has, with
        the values that rows have where these are few: what would take longer than a query may is left out, and what is behind the
        first conditions, since each may read the whole table twice."""
        from datasette.database import QueryInterrupted  # not above: Datasette loads its plugins in the middle of loading itself

        found = []
        exact = [(column, value) for column, test, value in conditions if test == "exact" and self._database]
        for column, value in exact[:LOOKED_FOR]:
            there, others = values_sql(table, column, OTHERS + 1)
            with suppress(QueryInterrupted), asking(()):
                if not (await self._datasette.get_database(DATABASE).execute(there, {"value": value})).rows:
                    named = [str(row[0]) for row in await self._datasette.get_database(DATABASE).execute(others)]
                    found.append((column, value, sorted(named) if len(named) <= OTHERS else []))
        return found

    async def matched(self, row: Mapping[str, Any], query: str) -> dict[str, Any]:
        """The spans of an article's title and of a passage of its text that a search matches."""
        (text,) = [found["text"] for found in await self.ask("article_text", article=row["article"])] or [""]
        return await run_in_thread(matches, row, str(text), query)

    async def by_article(self, articles: Iterable[str]) -> dict[object, dict[str, object]]:
        """Title, outlet and date of some articles."""
        found = list(articles)
        return {row["article"]: row for row in await self.ask("articles_by_id", articles=json.dumps(found))} if found else {}

    async def sources_by_id(self, ids: Iterable[str]) -> dict[object, object]:
        """What some speakers are called in the script of the page, by id: a text may have any case and script of a name."""
        found = sorted({id_ for id_ in ids if id_})
        rows = await self.ask("speakers_by_id", ids=json.dumps(found)) if found else []
        return {row["speaker_id"]: name_in_script(str(row["name"]), json.loads(str(row["forms"]))) for row in rows}

    async def in_sentences(
        self, rows: Iterable[Mapping[str, Any]], into: str, *, article: str = "article", start: str = "start", end: str = "end"
    ) -> list[dict[str, Any]]:
        """The rows with a column `into` more: the sentences of a text that some words of it stand in, with these marked; empty
        where the text is not there. The columns named hold the article, the first character and the one behind the last.
        """
        found = [{**row, into: Markup()} for row in rows]
        spans = [[row[article], row[start], row[end]] for row in found]
        for row in await self.ask("around", spans=json.dumps(spans)) if spans else ():
            found[int(str(row["number"]))][into] = in_sentences(row)
        return found

    async def near_misses_of(self, fetches: Iterable[int]) -> dict[object, list[dict[str, object]]]:
        """Near misses by the request (`fetches.id`) that gave them."""
        found: defaultdict[object, list[dict[str, object]]] = defaultdict(list)
        for row in await self.ask("near_misses_of_requests", fetches=json.dumps(list(fetches))):
            found[row["fetch"]].append(row)
        return found

    async def differences(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> Comparison:
        """What differs between the texts of two articles, or of two versions of one."""
        return await run_in_thread(compare, await self.text_of(one), await self.text_of(other))

    @staticmethod
    async def compared(one: str, other: str) -> Comparison:
        """What differs between two texts."""
        return await run_in_thread(compare, one, other)

    async def marks_of(self, actor: Any, article: str) -> marks.Marking | None:
        """The readers' marks of an article; None where marks are not offered."""
        return await marks.marking(self._datasette, actor, article)

    async def why_no_marks(self, actor: Any) -> str:
        """Why this visitor is offered no marks, in words; empty where they are offered."""
        return language.translate(await marks.unavailable_reason(self._datasette, actor)) if self._database else ""

    async def found_by_week(self, query: str) -> WeeksFound | str:
        """How many articles a search finds by week, or the error of a query that is not valid."""
        try:
            return await count_by_week(self._datasette, query)
        except QueryError as error:
            return language.translate(language.inert(error.message))

    async def text_of(self, row: Mapping[str, Any]) -> str:
        """The text of an article or, where the row names one by its `revision`, of that version."""
        found = await self.ask("version_text", article=row["article"], revision=row.get("revision", 0))
        return str((found or await self.ask("article_text", article=row["article"]))[0]["text"])

    def why_not(self, row: Mapping[str, Any]) -> str:
        """Why a near miss is not relevant, in words."""
        reason, detail = language.translate(row["near_miss_reason"]), row["near_miss_detail"]
        shown = ", ".join(language.translate(self._names.topic(part)) for part in detail.split(", "))
        if row["near_miss_reason"] == OTHER_COUNTRY:
            shown = self._names.value("country", row["country"])
        return f"{reason} ({shown})" if shown else reason

    @staticmethod
    def reason(row: Mapping[str, Any]) -> str:
        """The reason of a first report or of an origin, in the visitor's language and zone."""
        return reason_in_words(row["reason_parts"], str(row["reason"]))

    @staticmethod
    def gap_words(row: Mapping[str, Any]) -> Markup:
        """A gap's numbers in words and, where a request failed, the error message as it is."""
        facts = json.loads(row["facts"] or "{}")
        facts |= {name: zones.minute(facts[name]) for name in ("since", "until") if facts.get(name)}
        numbers = language.gap_facts(row["gap"], facts)
        parts = [Markup(", {}").format(numbers)] if numbers else []
        if row["gap"] in {"failed", "dead", "moved"} and row["detail"]:
            parts.append(detail_of(row["detail"], ", "))
        return Markup().join(parts)


def detail_of(detail: str, before: str = "") -> Markup:
    """What is to be said of a request or a gap, in the visitor's language; what is not ours in English, as it is."""
    said = detail_in_words(detail)
    shown = Markup("<bdi>{}</bdi>") if said != detail else Markup('<bdi lang="en">{}</bdi>')
    return Markup("{}{}").format(before, shown.format(said)) if detail else Markup()


def _cell_of(datasette: Any, row: Any, column: str) -> Markup:
    """A value of a table's row as Datasette's own tables show it."""
    value = row[column]
    shown = cell(row, value, column, datasette.urls.database(DATABASE), names_of(datasette))
    return shown if shown is not None else escape("" if value is None else value)


def _key_of(datasette: Any, shown: Mapping[str, Any]) -> Markup | None:
    """The key of a row by its name, where it is a region, a topic, an outlet or a language: Datasette shows keys as they are."""
    names, column = names_of(datasette), shown["column"]
    if column == "key":  # of the table `meta`, a column in all but name
        return escape(names.column(str(shown["raw"]), "meta"))
    if shown.get("value_type") == "pk" and column in IDS and shown["raw"]:
        return by_id(column, str(shown["raw"]), datasette.urls.database(DATABASE))
    if shown.get("value_type") != "pk" or not names.has_names(column):
        return None
    return named_cell(column, str(shown["raw"]), datasette.urls.database(DATABASE), names)


def add_template_globals(env: Any, datasette: Any) -> None:
    """Add the globals and filters to the Jinja environment. Globals, because Datasette's error pages get no other variables."""
    calls, names = TemplateFunctions(datasette), names_of(datasette)
    env.globals |= {
        "ask": calls.ask,
        "about_column": calls.about_column,
        "table_title": calls.table_title,
        "values_in_no_row": calls.in_no_row,
        "matched": calls.matched,
        "by_article": calls.by_article,
        "sources_by_id": calls.sources_by_id,
        "in_sentences": calls.in_sentences,
        "near_misses_of": calls.near_misses_of,
        "why_not": calls.why_not,
        "gap_words": calls.gap_words,
        "detail_of": detail_of,
        "reason": calls.reason,
        "differences": calls.differences,
        "compared": calls.compared,
        "marks_of": calls.marks_of,
        "why_no_marks": calls.why_no_marks,
        "text_of": calls.text_of,
        "permalink": lambda request, version: own_address(datasette, request, datasette.urls.path(version_path(version))),
        "canonical": lambda request, path: own_address(datasette, request, path) if settings.MONITOR_SITE else "",
        "numbered_path": lambda row: datasette.urls.path(version_number_path(row)),
        "picture_path": lambda row: datasette.urls.path(f"/-/picture/{row['digest'].removeprefix('sha256:')}.png"),
        "version_path": lambda version: datasette.urls.path(version_path(version)),
        "strips": strips,
        "weeks": weeks,
        "shade": shade,
        "shades": shades,
        "outlines": read_map,
        "dot_radius": radius,
        "tile": names.tile,
        "found_by_week": calls.found_by_week,
        "timeline": timeline,
        "citation_graph": citation_graph,
        "as_export": lambda request: request.scope[READ].of_export() if READ in request.scope else None,
        "exported": frozenset({*VIEWS, *TABLES}),
        "_": language.translate,
        "counted": language.counted,
        "own_lists": frozenset(
            name.removeprefix(LIST_TEMPLATE_PREFIX).removesuffix(".html")
            for name in env.list_templates()
            if name.startswith(LIST_TEMPLATE_PREFIX)
        ),
        "trusted_scripts": config_of(datasette).get("scripts", ()),
        "ordered_by": ORDERED,
        "facet_parameter": facet_name,
        "glossary": config_of(datasette).get("glossary", {"parts": {}, "term": []}),
        "term_of": partial(term_of, config_of(datasette).get("glossary", {})),
        "word_of": word_of,
        "prose": prose,
        "key_of": lambda shown: _key_of(datasette, shown),
        "cell_of": lambda row, column: _cell_of(datasette, row, column),
        "saved_searches": config_of(datasette).get("searches", {}),
        "saved_search": lambda request: named(
            config_of(datasette).get("searches", {}), request.args.get(SAVED), request.args.get("_q")
        ),
        "has_login": bool(datasette.plugin_config("datasette-auth-passwords")),
        "lang": language.current.get,
        "zone": zones.current.get,
        "zone_name": zones.name,
        "zone_names": zones.NAMES,
        "midnight": zones.midnight,
        "days_back": zones.days_back,
        "town": names.town,
        "languages": language.LANGUAGES,
        "tiles": config_of(datasette).get("regions", {}),
        "column": names.column,
        "value_of": names.value,
        "citations": lambda article, received, fictional, permalink: citations(
            {**article, "permalink": permalink if is_for_all(permalink) else ""},
            received,
            language.current.get(),
            fictional=fictional,
            translate=language.translate,
        ),
    }
    env.filters |= {
        "moment": moment,
        "clock": clock,
        "day": zones.day,
        "labelled": labelled,
        "plain_time": zones.plain,
        "passage": passage,
        "shortened": language.shortened,
        "address": address,
        "marked": marked,
        "marked_line": marked_line,
        "spans_of": spans_of,
        "from_json": json.loads,
        "region": names.region,
        "topic": names.topic,
        "language": names.language,
        "number": language.number,
        "minutes_after": minutes_after,
        "duration": names.duration,
    }
