"""The pages of reader's marks: what takes the forms of an article's page, and the list. Writes `notes.db` through the vault.

Forms are sent as Datasette protects them, each with a token that a page of another site cannot know; no script.
"""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.utils.asgi import BadRequest, Forbidden, NotFound, Response

from monitor.errors import LockedError, Message, StoreError, UsageError
from monitor.export.formats import SEPARATORS, About, writer
from monitor.export.marks import MARKS, rows
from monitor.site import language
from monitor.site.access import check_access
from monitor.site.limiter import Busy
from monitor.site.marks import notes_of, unavailable_reason
from monitor.site.parameters import DATABASE
from monitor.site.subjects import NoSuchThing
from monitor.vault.marks import COLUMNS, Notes, newest, tags

logger = logging.getLogger(__name__)

SHOWN = 200
"""Marks of the list."""
_one_writer = asyncio.Lock()


async def mark(request: Any, datasette: Any) -> Response:
    """Add a mark of the form, or take one back; then to the article, where it is seen."""
    path = await _path(datasette, request)
    if request.method != "POST":
        raise NotFound("a mark is sent by the form of an article's page")
    form = await request.post_vars()
    # Datasette asks for no token where there is no cookie; a browser sends a password of HTTP Basic with any site's form.
    if not secrets.compare_digest(str(form.get("csrftoken") or "").encode(), request.scope["csrftoken"]().encode()):
        raise Forbidden("The form has no token of this site")
    article, kind, number = (str(form.get(name) or "") for name in ("article", "kind", "remove"))
    found = await datasette.get_database(DATABASE).execute("SELECT 1 FROM coverage WHERE article = ?", [article])
    if not found.rows:
        raise NotFound("no such article")
    by, now = str(request.actor["id"]), datetime.now(UTC)

    def write() -> None:
        with Notes.open(path) as notes:
            if number.isdecimal() and len(number) < 16:
                notes.remove(article, int(number), by, now)
            else:
                notes.add(article, kind, str(form.get("text") or ""), by, now)

    try:
        async with _one_writer:
            await asyncio.to_thread(write)
    except UsageError as error:
        raise BadRequest(Message("The mark was not made: {why}", why=error.message)) from error
    except LockedError as error:
        raise Busy("Somebody else is marking just now; send it again in a moment.") from error
    except StoreError as error:
        logger.exception("a mark could not be stored")  # its words name files of this machine
        raise Busy("The mark could not be stored; the server's log says why.") from error
    return Response.redirect(f"{datasette.urls.path(f'/{DATABASE}/coverage/{quote(article)}')}#marks")


async def marked(request: Any, datasette: Any) -> Response:
    """The list of marks, the newest first, as a page or as CSV."""
    path = await _path(datasette, request)
    try:
        return await _listed(request, datasette, path)
    except StoreError as error:
        logger.exception("the marks cannot be read")
        raise Busy("The marks cannot be read; the server's log says why.") from error


async def _listed(request: Any, datasette: Any, path: Path) -> Response:
    if request.url_vars["csv"]:
        file = io.BytesIO()
        locale = language.current.get()
        write = writer("csv", profile="excel", locale=locale if locale in SEPARATORS else "en")
        await asyncio.to_thread(lambda: write(file, COLUMNS, rows(path), About(MARKS)))
        headers = {"content-disposition": 'attachment; filename="marks.csv"'}
        return Response(file.getvalue().decode("utf-8"), content_type="text/csv; charset=utf-8", headers=headers)
    tag = request.args.get("tag") or ""
    found = await asyncio.to_thread(lambda: newest(path, tag=tag, most=SHOWN))
    context = {"marks": found, "tag": tag, "tags": await asyncio.to_thread(tags, path), "most": SHOWN}
    return Response.html(await datasette.render_template("marks.html", context, request=request, view_name="marks"))


async def _path(datasette: Any, request: Any) -> Path:
    await check_access(datasette, request.actor)
    path = await notes_of(datasette, request.actor)
    if path is None:
        raise NoSuchThing(await unavailable_reason(datasette, request.actor))
    return path
