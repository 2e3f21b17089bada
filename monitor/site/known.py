"""What there is of outlets, regions, topics and languages, and what is near to a name that there is not. Reads the snapshot.

A misspelt name would find nothing, as if somebody had looked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from babel import Locale

from monitor.errors import Message, QueryError
from monitor.judge.query import Query
from monitor.newsroom.catalogue import KINDS
from monitor.newsroom.names import near
from monitor.site.language import LANGUAGES, _, current

COLUMNS: Mapping[str, str] = {
    "outlet": "outlet", "outlets": "outlet", "outlet_names": "outlet", "first_outlet": "outlet", "claim_outlet": "outlet",
    "alike_outlet": "outlet", "language": "language", "claim_language": "language", "languages": "language",
    "region": "region", "regions": "region", "topic": "topic", "topics": "topic",
}  # fmt: skip
"""Columns and parameters whose values are names, and of what."""
_FIELDS = {"outlet": "outlet", "lang": "language", "region": "region", "kind": "kind"}
"""The same of a query in the topic language."""
_SHOWN = 12

_configs: WeakKeyDictionary[Any, Mapping[str, Any]] = WeakKeyDictionary()
_loaded: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()


def config_of(datasette: Any) -> Mapping[str, Any]:
    """This plugin's part of the metadata, cached: Datasette would parse it anew at each call."""
    if datasette not in _configs:
        _configs[datasette] = datasette.plugin_config("povestka") or {}
    return _configs[datasette]


class Known:
    """The names of one snapshot and of its newsroom's folder: of each kind, the keys with what else they are called."""

    def __init__(self, names: Mapping[str, Mapping[str, Collection[str]]]) -> None:
        self._names = names

    def has(self, kind: str, name: str) -> bool:
        """Whether there is an outlet, region, topic or language (`kind`) of this very name, or none is known."""
        return kind not in self._names or name in self._names[kind]

    def near(self, kind: str, name: str) -> str:
        """What may be meant by a name that there is not, in words; empty where nothing is near."""
        return self._listed(kind, near(name, self._names[kind])) if kind in self._names else ""

    def refusal(self, parameter: str, kind: str, name: str) -> Message:
        """What a visitor is told of a name that there is not."""
        nearest = self.near(kind, name) or self._listed(kind, sorted(self._names[kind])) or Message(_("none yet"))
        return Message(_("{name}: there is no {value}; there is {known}"), name=parameter, value=name, known=nearest)

    def check(self, query: Query) -> None:
        """Raises QueryError where a query names what there is not."""
        for field, kind in _FIELDS.items():
            if field in query.asked_fields and kind in self._names:
                for name in query.unknown(field, self._names[kind]):
                    raise QueryError(self.refusal(field, kind, name), max(query.text.casefold().find(name.casefold()), 0))

    def _listed(self, kind: str, keys: Collection[str]) -> str:
        names = self._names[kind]
        shown = [f"{key} ({called})" if (called := _called(names[key])) else key for key in [*keys][:_SHOWN]]
        return ", ".join([*shown, "…"] if len(keys) > _SHOWN else shown)


def _called(names: Collection[str]) -> str:
    """The name in the visitor's language, of several in the order of LANGUAGES."""
    ordered = [*names]
    place = [*LANGUAGES].index(current.get())
    return ordered[min(place, len(ordered) - 1)] if ordered else ""


async def known_names(database: Any, config: Mapping[str, Any]) -> Known:
    """The names of the snapshot and of the site's settings, loaded once for each snapshot.

    None are known, and so none refused, where a newsroom's own metadata have no query for them.
    """
    if database not in _loaded:
        if "names_known" not in config.get("queries", {}):
            _loaded[database] = Known({})
            return _loaded[database]
        rows = (await database.execute(config["queries"]["names_known"]["sql"])).rows
        stored: dict[str, set[str]] = {"outlet": set(), "region": set(), "topic": set(), "language": set()}
        for kind, name in rows:
            stored[kind].add(name)
        names: dict[str, dict[str, Collection[str]]] = {kind: dict.fromkeys(sorted(found), ()) for kind, found in stored.items()}
        for kind in ("region", "topic"):
            for key, called in config.get(f"{kind}s", {}).items():
                names[kind][key] = [called[one] for one in (*LANGUAGES, "uk") if called.get(one)]
        for code in names["language"]:
            names["language"][code] = [str(Locale(one).languages.get(code, code)) for one in LANGUAGES]
        _loaded[database] = Known({**names, "kind": dict.fromkeys(KINDS, ())})
    return _loaded[database]
