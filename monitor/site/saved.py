"""Saved searches under /search/NAME: rewrites such a request to the request for the coverage that it stands for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlencode

from monitor.errors import Message
from monitor.site.parameters import DATABASE, SAVED
from monitor.site.subjects import NoSuchThing

_PATH = re.compile(r"/search/([a-z0-9-]+)(\.json|\.atom|\.csv)?")


def saved_search(scope: MutableMapping[str, Any], searches: Mapping[str, Mapping[str, Any]]) -> MutableMapping[str, Any]:
    """The request for the coverage that a request for a saved search means; any other as it is. Raises NoSuchThing."""
    found = _PATH.fullmatch(scope["path"])
    if not found:
        return scope
    if found[1] not in searches:
        raise NoSuchThing(Message("There is no saved search {name} here", name=found[1]))
    query = urlencode({"_q": searches[found[1]]["query"], SAVED: found[1]}).encode()
    given = scope.get("query_string", b"")
    path = f"/{DATABASE}/coverage{found[2] or ''}"
    return {**scope, "path": path, "raw_path": path.encode(), "query_string": b"&".join(filter(None, (query, given)))}


def named(searches: Mapping[str, Mapping[str, Any]], name: str | None, query: str | None) -> Mapping[str, Any] | None:
    """The saved search that an address names, with its `id`; None where it asks for something else by now."""
    search = searches.get(name or "")
    return {**search, "id": name} if search and search["query"] == query else None
