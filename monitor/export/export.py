"""Every row of a view, as a file: whole or not there at all. Reads the vault or snapshot through the store; writes one file.

Datasette's own CSV stops at 100 or 1,000 rows, repeats rows while the crawler writes, and puts error text into a file that
looks complete; these exports are ours for that reason.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import secrets
import stat
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from monitor import __version__
from monitor.errors import Message, MonitorError, QueryError, UnknownIdError, UsageError
from monitor.export.formats import KINDS, About, Cell, writer
from monitor.export.words import NONE, Words
from monitor.program import code_digest, commit
from monitor.vault import open_reader
from monitor.vault.connection import stamp, stamp_or_none
from monitor.vault.reader import CLOCKS, Clock, Reader
from monitor.vault.views import LISTS, NUMBERS, OF_OUTLETS, TABLES, TIMES, VIEWS

if TYPE_CHECKING:
    from monitor.judge.query import Query


CONDITIONS = {
    "outlet": "outlet", "language": "language", "week": "week", "topic": "topics", "region": "regions", "story": "story",
    "copy_group": "copy_group",
}  # fmt: skip
"""The options that choose articles, and the column of the coverage that each compares."""
NOT_OF_ARTICLES = (*OF_OUTLETS, "speakers")
"""Views that a range of days or a query cannot narrow."""
_OF_NEAR_MISSES = ("outlet", "language", "topic", "region")


def conditions_of(view: str) -> tuple[str, ...]:
    """The names in CONDITIONS that can narrow a view."""
    if view in OF_OUTLETS:
        return ("outlet",)
    return _OF_NEAR_MISSES if view == "near_misses" else tuple(CONDITIONS) if view not in NOT_OF_ARTICLES else ()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """The options of one export.

    `since` and `until` are days in UTC, both included, of `clock` (one of CLOCKS); articles without that clock are left out where
    a day is given. `query` (topic language) and `only` (pairs of a name in CONDITIONS and a value, all of which must hold) choose
    articles; views about articles or stories keep the rows of these. `as_of` is written into the manifest: the time as of which
    the database was opened.
    """

    view: str
    kind: str = "csv"
    profile: str = "machine"
    locale: str = "en"
    clock: str = "first_seen"
    since: date | None = None
    until: date | None = None
    query: str | None = None
    only: tuple[tuple[str, str], ...] = ()
    as_of: datetime | None = None


def format_of(out: Path) -> str:
    """The format by a file's ending. Raises UsageError where the ending is none of KINDS."""
    ending = out.suffix.lower()
    if ending.removeprefix(".") not in KINDS:
        said = f"{ending} says" if ending else "its name says"
        raise UsageError(f"{out}: {said} no format; give --format csv, jsonl, parquet or xlsx")
    return ending.removeprefix(".")


def export(
    database: Path,
    request: ExportRequest,
    out: Path,
    *,
    timeout: float = math.inf,
    newsroom: Mapping[str, str] | None = None,
    words: Words | None = None,
) -> int:
    """Write all rows of a view of the vault or snapshot, of one state, to `out`; return the number of rows.

    The file appears only when complete and on the disk: an export that is killed or fails leaves what was there. Its manifest
    (`OUT.manifest.json`, see `manifest`) appears last and has the file's digest. `words` are the titles and descriptions for
    formats that include them.
    Raises UsageError for an unknown view, format, profile, locale, clock, story or group of copies, a query that cannot be read,
    or an `out` that is no file; SlowError where a row does not come within `timeout`, in seconds; MonitorError where the database
    or the file fails.
    """
    query = check(request)
    target = _target(out)
    manifest_path = target.with_name(f"{target.name}.manifest.json")
    with open_reader(database) as reader, reader.one_state():
        request = with_present_ids(reader, request)
        try:
            with atomic_file(manifest_path) as note, atomic_file(target) as file:
                manifest_fields = write_view(reader, request, query, file, timeout=timeout, newsroom=newsroom, words=words)
                note.write(json.dumps(manifest_fields, ensure_ascii=False, indent=1).encode() + b"\n")
                note.flush()  # where there is no room for both, there is neither
        except OSError as error:
            raise MonitorError(
                f"{out}: cannot be written: {error.strerror}; make room, or name a file where you may write"
            ) from error
    return int(manifest_fields["rows"])


def write_view(
    reader: Reader,
    request: ExportRequest,
    query: Query | None,
    file: IO[bytes],
    *,
    timeout: float = math.inf,
    newsroom: Mapping[str, str] | None = None,
    words: Words | None = None,
) -> dict[str, Any]:
    """Write all rows of a request that `check` has passed into a file; return the manifest."""
    columns, content = reader.columns(request.view), hashlib.sha256()
    is_fictional = reader.is_fictional
    about = manifest(reader, request, newsroom=newsroom)
    write = writer(request.kind, profile=request.profile, locale=request.locale)
    # Closed before the reader is: an open cursor must not outlive its connection.
    with closing(_rows(reader, request, query, timeout)) as rows:
        passed = _digested_rows(rows, content, is_fictional=is_fictional)
        count = write(
            file,
            (*columns, "fictional") if is_fictional else columns,
            passed,
            About(request.view, (words or {}).get(request.view, NONE), _reproducible_part(about), request.locale != "en"),
        )
    file.flush()
    with Path(file.name).open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    return {
        **about,
        "as_of": stamp_or_none(request.as_of),
        "made": stamp(datetime.now(UTC)),
        "state": {**about["state"], "content": content.hexdigest()},
        "rows": count,
        "bytes": Path(file.name).stat().st_size,
        "sha256": digest,
    }


def _rows(reader: Reader, request: ExportRequest, query: Query | None, timeout: float) -> Generator[Sequence[Cell], None, None]:
    rows = reader.view(
        request.view,
        clock=cast(Clock, request.clock),
        since=request.since,
        until=request.until,
        query=query,
        only=[(CONDITIONS[name], value) for name, value in request.only],
        timeout=timeout,
    )
    return cast(Generator[Sequence[Cell], None, None], rows)


def _digested_rows(rows: Iterable[Sequence[Cell]], content: Any, *, is_fictional: bool) -> Iterator[Sequence[Cell]]:
    """The rows, each added to the digest `content`; of a fictional press with a last cell 1."""
    for row in rows:
        cells = (*row, 1) if is_fictional else tuple(row)
        content.update(repr(cells).encode())
        yield cells


def manifest(reader: Reader, request: ExportRequest, *, newsroom: Mapping[str, str] | None) -> dict[str, Any]:
    """What must be known of an export to cite it and to make it again: the request, the state, what is missing. It depends
    on the request and the state alone.

    `newsroom` has the digests of the newsroom's files: those of a snapshot stand in it.
    """
    about = {} if reader.is_vault else reader.description()
    columns = reader.columns(request.view)
    return {
        "view": request.view,
        "query": request.query,
        "only": [{name: value} for name, value in request.only],
        "clock": request.clock if request.since or request.until else None,
        "from": request.since.isoformat() if request.since else None,
        "to": request.until.isoformat() if request.until else None,
        "format": request.kind,
        "profile": request.profile,
        "locale": request.locale if request.profile == "excel" or request.kind == "xlsx" else None,
        "columns": {column: type_of(column) for column in columns} | ({"fictional": "int"} if reader.is_fictional else {}),
        "fictional": reader.is_fictional,
        "program": f"Povestka {__version__}",
        "commit": commit(),
        "code": code_digest(),
        "newsroom": json.loads(about["newsroom"]) if "newsroom" in about else dict(newsroom or {}),
        "state": {**reader.state(), "snapshot": about.get("snapshot")},
        "gaps": reader.gaps(request.since, request.until),
        "unseen_hours": reader.unseen(request.since, request.until),
    }


def _reproducible_part(about: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a manifest that is the same for a vault and a snapshot of it: files hold it, and are one file from both."""
    state = {name: about["state"][name] for name in ("run", "fetch", "newest_fetch")}
    return {**{name: value for name, value in about.items() if name != "newsroom"}, "state": state}


def type_of(column: str) -> str:
    """What a column holds: text, time, list, int or float."""
    if column in NUMBERS:
        return NUMBERS[column].__name__
    return "time" if column in TIMES else "list" if column in LISTS else "text"


def check(request: ExportRequest) -> Query | None:
    """The request's query, made ready. Raises UsageError where the request cannot be carried out."""
    writer(request.kind, profile=request.profile, locale=request.locale)
    for what, value, known in ((Message("view"), request.view, (*VIEWS, *TABLES)), (Message("clock"), request.clock, CLOCKS)):
        if value not in known:
            raise UsageError("no {what} {value!r}; there is {known}", what=what, value=value, known=", ".join(known))
    if request.since and request.until and request.since > request.until:
        raise UsageError("--from {since} is later than --to {until}", since=request.since, until=request.until)
    if (request.since or request.until or request.query) and request.view in NOT_OF_ARTICLES:
        raise UsageError(
            "--from, --to and --query are for views of articles and stories: the rows of {view} are neither", view=request.view
        )
    _check_conditions(request)
    if not request.query:
        if request.query is not None:
            raise UsageError("--query: is empty; write at least one word, or leave it out")
        return None
    # The dictionaries of the language take their time to load: not for an export of everything.
    from monitor.judge.query import compile_query

    try:
        return compile_query(request.query)
    except QueryError as error:
        raise UsageError("--query: at character {at}: {what}", at=error.start + 1, what=error.message) from error


def _check_conditions(request: ExportRequest) -> None:
    for name, value in request.only:
        if not value.strip():
            raise UsageError("--{name}: is empty; write what it is, or leave it out", name=name)
    unfit = [name for name, _ in request.only if name not in conditions_of(request.view)]
    if unfit:
        raise UsageError(
            "{names} say nothing of the view {view}; there is {known}",
            names=", ".join(f"--{name}" for name in unfit),
            view=request.view,
            known=", ".join(f"--{name}" for name in conditions_of(request.view)) or Message("none"),
        )


def with_present_ids(reader: Reader, request: ExportRequest) -> ExportRequest:
    """The request with the ids that its story and its group of copies have now. Raises UsageError for an id that was never one:
    no row would look as if nothing had been published.
    """
    only = []
    for name, value in request.only:
        present = reader.present_id(name, value) if name in ("story", "copy_group") else value
        if not present:
            near = ", ".join(reader.near_ids(name, value))
            if near:
                raise UnknownIdError("--{kind}: there is no {value}; there is {known}", kind=name, value=value, known=near)
            raise UnknownIdError(
                "--{kind}: there is no {value}; the id stands in the address of its page", kind=name, value=value
            )
        only.append((name, present))
    return replace(request, only=tuple(only))


def _target(out: Path) -> Path:
    """The file that `out` leads to: a link stays a link, what it points to is written."""
    target = Path(os.path.realpath(out))
    if os.path.lexists(target) and not target.is_file():  # a folder, a device, a pipe, a link in a circle: not ours to replace
        raise UsageError(f"{out}: is there and is no regular file; name a file for the export")
    return target


@contextmanager
def atomic_file(out: Path) -> Iterator[IO[bytes]]:
    """A file beside `out` that takes its name when everything in it is on the disk, and goes when anything fails.

    It has the mode of the file whose place it takes, so that a private one stays private.
    """
    if not out.parent.is_dir():
        raise MonitorError("{out}: cannot be written: the folder {folder} does not exist", out=str(out), folder=str(out.parent))
    # The same folder, so that the rename is within one file system and therefore atomic (rename(2)).
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            if out.exists():
                part.chmod(stat.S_IMODE(out.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name, too, outlives a power cut
    finally:
        os.close(folder)
