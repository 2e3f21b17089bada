"""Permission checks, for Datasette's present version and for the next one."""

from __future__ import annotations

from typing import Any

from monitor.site.known import config_of
from monitor.site.parameters import DATABASE


async def check_access(datasette: Any, actor: Any, table: str = "") -> None:
    """Raises Datasette's Forbidden where a visitor may not see a table of the snapshot, or a query of the metadata; without
    one, where not the site."""
    is_query = table in config_of(datasette).get("queries", {})
    action = "view-query" if is_query else "view-table"
    if hasattr(datasette, "ensure_permissions"):
        of_table = [(action, (DATABASE, table)), ("view-database", DATABASE)] if table else []
        await datasette.ensure_permissions(actor, [*of_table, "view-instance"])
        return
    # Datasette 1.0: https://docs.datasette.io/en/latest/internals.html#await-ensure-permission-action-resource-none-actor-none
    from datasette.resources import QueryResource, TableResource  # not in 0.65

    if table:
        resource = (QueryResource if is_query else TableResource)(DATABASE, table)
        await datasette.ensure_permission(action=action, resource=resource, actor=actor)
    else:
        await datasette.ensure_permission(action="view-instance", actor=actor)


async def is_closed(datasette: Any) -> bool:
    """Whether nobody may see the site who is not logged in."""
    if hasattr(datasette, "ensure_permissions"):
        return not await datasette.permission_allowed(None, "view-instance", default=True)
    return not await datasette.allowed(action="view-instance", actor=None)
