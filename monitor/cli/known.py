"""Holds names that a person typed, of regions, topics, outlets and languages, against those that there are: one that is wrong
would give a confident zero.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from monitor.cli.options import Paths
from monitor.errors import QueryError, UsageError
from monitor.newsroom.names import key_of, names_of_regions, names_of_topics, near

if TYPE_CHECKING:
    from monitor.judge.query import Query
    from monitor.newsroom.catalogue import Catalogue

_SHOWN = 100


def known_names(paths: Paths, only: Iterable[tuple[str, str]], query: str | None = None) -> tuple[tuple[str, str], ...]:
    """The pairs of an option's name and its value, a region that is named by its name in any language by its code.

    Raises UsageError for an outlet, region, topic or language that neither the newsroom nor the vault knows, also within a query.
    """
    pairs, compiled = tuple(only), _compiled(query)
    asked = {*dict(pairs), *(compiled.asked_fields if compiled else ())} & _NAMES.keys()
    newsroom = paths.catalogue() if asked and (paths.data / "sources.csv").exists() else None
    known = {name: _NAMES[name].of_newsroom(newsroom) if newsroom else {} for name in asked}
    for name, names in known.items():
        values = [value for one, value in pairs if one == name]
        if not all(key_of(value, names) for value in values) or (compiled and compiled.unknown(name, names)):
            known[name] = names = _stored(paths, _NAMES[name]) | names  # articles may be older than the newsroom's lists
        for value in compiled.unknown(name, names) if compiled else ():
            raise _unknown(f"--query: {name}", value, names)
    return tuple((name, known_name(f"--{name}", value, known[name]) if name in known else value) for name, value in pairs)


def known_name(option: str, value: str, known: Mapping[str, Collection[str]]) -> str:
    """The key of `known` that the value is, or among whose names it is. Raises UsageError where it is neither."""
    if not value.strip():
        raise UsageError("{option}: is empty; write what it is, or leave it out", option=option)
    if key := key_of(value, known):
        return key
    raise _unknown(option, value, known)


class _Names(NamedTuple):
    of_newsroom: Callable[[Catalogue], dict[str, Collection[str]]]
    in_vault: str
    """SQL that gives those of stored articles."""
    in_snapshot: str


_NAMES: Mapping[str, _Names] = {
    "region": _Names(lambda newsroom: names_of_regions(newsroom.regions), *2 * ("SELECT DISTINCT region FROM places",)),
    "topic": _Names(
        lambda newsroom: names_of_topics(newsroom.topics), *2 * ("SELECT DISTINCT t.value FROM coverage, json_each(topics) t",)
    ),
    "outlet": _Names(
        lambda newsroom: {one.outlet: one.aliases for one in newsroom.sources},
        "SELECT DISTINCT outlet FROM articles", "SELECT DISTINCT outlet FROM coverage",
    ),
    "lang": _Names(
        lambda newsroom: {one.language: () for one in newsroom.sources},
        "SELECT DISTINCT language FROM articles", "SELECT DISTINCT language FROM coverage",
    ),
}  # fmt: skip


def _stored(paths: Paths, names: _Names) -> dict[str, Collection[str]]:
    with paths.reader() as reader:
        return {str(row[0]): () for row in reader.query(names.in_vault if reader.is_vault else names.in_snapshot) if row[0]}


def _compiled(query: str | None) -> Query | None:
    """None where there is none, or it has a fault: who carries it out says which."""
    if not query:
        return None
    from monitor.judge.query import compile_query

    with suppress(QueryError):
        return compile_query(query)
    return None


def _unknown(option: str, value: str, known: Mapping[str, Collection[str]]) -> UsageError:
    meant = near(value, known) or sorted(known)
    shown = [f"{key} ({names[0]})" if (names := [*known[key]]) else key for key in meant[:_SHOWN]]
    more = f" and {len(meant) - _SHOWN} more" if len(meant) > _SHOWN else ""
    said = ", ".join(shown) + more or "none yet"
    return UsageError("{option}: there is no {value}; there is {known}", option=option, value=value, known=said)
