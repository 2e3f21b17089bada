"""What the words of the site mean: data/site/glossary.toml, of which docs/glossary.md is made too. Pure but for the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from datasette.utils.asgi import Response
from markupsafe import Markup, escape

from monitor.site import language
from monitor.site.access import check_access

GLOSSARY = "/-/glossary"
"""The address of the page."""
CONTEXT = "glossary"
"""Of its words in the catalogues: one stands for what it means here."""
_DOCUMENT = re.compile(r" \(\[[^\[\]]*+\]\([^()]*+\)\)")
_MARKED = re.compile(r"`([^`]+)`|\*([^*]+)\*")


async def glossary(request: Any, datasette: Any) -> Response:
    """The page of all words that readers of the site meet."""
    await check_access(datasette, request.actor)
    return Response.html(await datasette.render_template("glossary.html", {}, request=request, view_name="glossary"))


def word_of(term: Mapping[str, Any]) -> str:
    """The word in the visitor's language."""
    return language.catalogue(language.current.get()).pgettext(CONTEXT, term["word"])


def prose(text: str) -> Markup:
    """A meaning as HTML: `code` and *words*; links to other documents, which the site has not, are left out."""
    plain, *marked = _MARKED.split(_DOCUMENT.sub("", text))
    shown = escape(plain)
    for code, emphasis, behind in zip(*(marked[part::3] for part in range(3)), strict=True):
        element = Markup("<code>{}</code>") if code else Markup("<em>{}</em>")
        shown += element.format(code or emphasis) + escape(behind)
    return shown


def term_of(glossary: Mapping[str, Any], column: str) -> Mapping[str, Any] | None:
    """The word that explains what a column holds; None where there is none."""
    return next((term for term in glossary.get("term", ()) if column in term.get("columns", ()) and term.get("part")), None)
