"""Permission checks, for Datasette's present version and for the next one."""

from __future__ import annotations

from typing import Any

from monitor.site.parameters import DATABASE


async def check_access(datasette: Any, actor: Any, table: str = "") -> None:
    """Raises Datasette's Forbidden where a visitor may not see a table of the snapshot; without one, where not the site."""
    if hasattr(datasette, "ensure_permissions"):
        of_table = [("view-table", (DATABASE, table)), ("view-database", DATABASE)] if table else []
        await datasette.ensure_permissions(actor, [*of_table, "view-instance"])
        return
    # Datasette 1.0: https://docs.datasette.io/en/latest/internals.html#await-ensure-permission-action-resource-none-actor-none
    from datasette.resources import TableResource  # not in 0.65

    if table:
        await datasette.ensure_permission(action="view-table", resource=TableResource(DATABASE, table), actor=actor)
    else:
        await datasette.ensure_permission(action="view-instance", actor=actor)


async def is_closed(datasette: Any) -> bool:
    """Whether nobody may see the site who is not logged in."""
    if hasattr(datasette, "ensure_permissions"):
        return not await datasette.permission_allowed(None, "view-instance", default=True)
    return not await datasette.allowed(action="view-instance", actor=None)
