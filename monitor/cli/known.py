"""Holds names that a person typed, of regions, topics, outlets and languages, against those that there are: one that is wrong
would give a confident zero.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from monitor.cli.options import Paths
from monitor.errors import QueryError, UsageError

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue

_SHOWN = 100


def known_names(paths: Paths, only: Iterable[tuple[str, str]], query: str | None = None) -> tuple[tuple[str, str], ...]:
    """The pairs of an option's name and its value, a region that is named by its name in any language by its code.

    Raises UsageError for an outlet, region or topic that neither the newsroom nor the vault knows, also one within a query, and
    for a language of which there is no article.
    """
    pairs = tuple(only)
    asked = {name for name, _ in pairs} | _asked_of(query)
    if not asked & {"outlet", "region", "topic", "lang"}:
        return pairs
    newsroom = paths.catalogue() if (paths.data / "sources.csv").exists() else None
    known = {name: _KNOWN[name](paths, newsroom) for name in asked if name in _KNOWN}
    found = tuple((name, known_name(f"--{name}", value, known[name]) if name in known else value) for name, value in pairs)
    if query and asked & known.keys():
        from monitor.judge import compile_query

        compiled = compile_query(query)
        for name, names in known.items():
            for value in compiled.unknown(name, names):
                raise _unknown(f"--query: {name}:", value, names, _by_another_name(value, names))
    return found


def known_name(option: str, value: str, known: Mapping[str, Collection[str]]) -> str:
    """The key of `known` that the value is, or among whose names it is. Raises UsageError where it is neither."""
    if value in known:
        return value
    if named := _by_another_name(value, known):
        return named
    raise _unknown(option, value, known)


def _by_another_name(value: str, known: Mapping[str, Collection[str]]) -> str:
    written = value.casefold()
    return next((key for key, names in known.items() if written in {name.casefold() for name in (key, *names)}), "")


def _unknown(option: str, value: str, known: Collection[str], meant: str = "") -> UsageError:
    shown = sorted(known)
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    said = meant or (", ".join(shown[:_SHOWN]) + more) or "none yet"
    return UsageError("{option} there is no {value}; there is {known}", option=_led(option), value=value, known=said)


def _led(option: str) -> str:
    return option if option.endswith(":") else f"{option}:"


def _asked_of(query: str | None) -> frozenset[str]:
    if not query or ":" not in query:
        return frozenset()
    from monitor.judge import compile_query

    with suppress(QueryError):  # who carries it out says what is wrong with it
        return compile_query(query).asked_fields
    return frozenset()


def regions_of(newsroom: Catalogue | None) -> dict[str, Collection[str]]:
    """The names of each region in all languages, with their forms, by its code."""
    return {one.iso: (one.en, one.ru, one.uk, *one.forms) for one in newsroom.regions} if newsroom else {}


def topics_of(newsroom: Catalogue | None) -> dict[str, Collection[str]]:
    """The titles of each topic, by its id."""
    return {one.id: tuple(one.titles.values()) for one in newsroom.topics} if newsroom else {}


def _regions(paths: Paths, newsroom: Catalogue | None) -> dict[str, Collection[str]]:
    return _stored(paths, "SELECT DISTINCT region FROM places") | regions_of(newsroom)


def _topics(paths: Paths, newsroom: Catalogue | None) -> dict[str, Collection[str]]:
    return _stored(paths, "SELECT DISTINCT t.value FROM coverage, json_each(topics) t") | topics_of(newsroom)


def _outlets(paths: Paths, newsroom: Catalogue | None) -> dict[str, Collection[str]]:
    stored = _stored(paths, "SELECT outlet FROM sources UNION SELECT DISTINCT outlet FROM articles", snapshot="coverage")
    return stored | {one.outlet: one.aliases for one in newsroom.sources if newsroom} if newsroom else stored


def _languages(paths: Paths, _: Catalogue | None) -> dict[str, Collection[str]]:
    return _stored(paths, "SELECT DISTINCT language FROM articles", snapshot="coverage")


def _stored(paths: Paths, sql: str, snapshot: str = "") -> dict[str, Collection[str]]:
    if not sql:
        return {}
    with paths.reader() as reader:
        written = sql if reader.is_vault or not snapshot else sql.replace("articles", snapshot)
        return {str(row[0]): () for row in reader.query(written) if row[0]}


_KNOWN: Mapping[str, Callable[[Paths, Catalogue | None], dict[str, Collection[str]]]] = {
    "region": _regions, "topic": _topics, "outlet": _outlets, "lang": _languages,
}  # fmt: skip
