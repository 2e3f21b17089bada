"""Questions about one thing, an outlet or a topic: what is not there is told so, with status 404. Knows Datasette."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response
from datasette.views.table import TableView

from monitor.site.parameters import NOT_FOUND, NoSuchThing
from monitor.site.templates import words_of


class Question(TableView):
    """Datasette's view of a question that has NOT_FOUND."""

    async def data(self, request: Any, *arguments: Any, **named: Any) -> Any:
        """As Datasette's. Raises NoSuchThing where a thing is named, no row is of it, and nobody else knows it."""
        answer = await super().data(request, *arguments, **named)
        if isinstance(answer, Response) or answer[0]["rows"] or not answer[0]["ok"]:
            return answer
        name = request.url_vars["table"]
        query = await self.ds.get_canned_query(request.url_vars["database"], name, request.actor)
        named_as = [value for key in request.args if not key.startswith("_") and (value := request.args[key].strip())]
        # A region or a topic that we know is there, though no article is about it yet.
        if named_as and not any(words_of(self.ds).knows(f"{name}s", value) for value in named_as):
            raise NoSuchThing(query[NOT_FOUND])
        return answer
