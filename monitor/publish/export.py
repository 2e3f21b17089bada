"""Every row of a view, as a file: whole or not there at all. Reads the vault or snapshot through the store; writes one file.

Datasette's own CSV stops at 100 or 1,000 rows, repeats rows while the crawler writes, and puts error text into a file that
looks complete; these exports are ours for that reason.
"""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast, get_args

from monitor.errors import MonitorError, QueryError, UsageError
from monitor.store import open_reader
from monitor.store.reader import Clock
from monitor.store.views import ARTICLES, VIEWS

if TYPE_CHECKING:
    from monitor.judge import Query

KINDS = ("csv", "jsonl")
PROFILES = ("machine", "excel")
CLOCKS = get_args(Clock)
"""Clocks of the views of articles that a range of days can name; docs/exports.md says who vouches for each."""
ARRAYS = frozenset({"authors", "topics", "reasons", "regions", "attributed_to"})
"""Columns that hold a JSON array: `a; b` in CSV, an array in JSON Lines."""

EXCEL_ROWS = 1_048_576
"""Rows of an Excel sheet, its header included; Excel drops the others when it opens a file."""
EXCEL_CELL = 32_767
"""What Excel keeps of a cell, in UTF-16 units."""

# What starts a formula, after what Excel skips. An Excel whose list separator is ";", as in Russian, finds cells of its own
# inside ours: so a formula is looked for after ";" and after a line's end too. https://owasp.org/www-community/attacks/CSV_Injection
_SKIPPED = r"[\x00-\x09\x0b\x0c\x0e-\x20\x85\xa0\u200b-\u200f\u2028\u2029\u2060\ufeff]*"
_FORMULA = re.compile(rf"^(?='*[\t\r\n])|(?:^|(?<=[;\r\n]))(?='*{_SKIPPED}[=+\-@＝＋－＠])")
_SPLITS = re.compile("[;\r\n]")

Cell = str | int | float | None


def export(
    vault: Path,
    view: str,
    out: Path,
    *,
    kind: str | None = None,
    profile: str = "machine",
    clock: str = "first_seen",
    since: date | None = None,
    until: date | None = None,
    query: str | None = None,
) -> int:
    """Writes all rows of `view`, as they stood at one moment, to `out`; the number of rows is returned.

    `kind` is one of KINDS; None goes by the file's ending. `profile` is one of PROFILES. `out` appears under its name only when
    it is whole and on the disk: an export that is killed or fails leaves what was there. `since` and `until` are days of UTC,
    both included, of `clock`, one of CLOCKS; a row that this clock does not date is in no range. `query`, of the topic language,
    leaves the articles that it holds of.
    Raises UsageError for an unknown view, kind, profile or clock, a query that cannot be read, or an `out` that is no file;
    MonitorError where the vault or the file fails.
    """
    if kind is None:
        kind = "jsonl" if out.suffix.lower() == ".jsonl" else "csv"
    _one_of("view", view, VIEWS)
    _one_of("format", kind, KINDS)
    _one_of("profile", profile, PROFILES)
    _one_of("clock", clock, CLOCKS)
    if profile == "excel" and kind != "csv":
        raise UsageError("--for excel is a way to write CSV: say --format csv, or leave --for out")
    if since and until and since > until:
        raise UsageError(f"--from {since} is later than --to {until}")
    if (since or until or query) and view not in ARTICLES:
        raise UsageError(
            f"--from, --to and --query are for the views {' and '.join(ARTICLES)}: the rows of {view} are no articles"
        )
    target = _target(out)
    asked = _compiled(query) if query else None
    write = _write_jsonl if kind == "jsonl" else _write_excel if profile == "excel" else _write_csv
    with open_reader(vault) as reader:
        found = reader.view(view, clock=cast(Clock, clock), since=since, until=until, query=asked)
        try:
            # Closed before the reader is: an open cursor must not outlive its connection.
            with closing(cast(Generator[Sequence[Cell], None, None], found)) as rows, _whole_or_not(target) as file:
                return write(file, reader.columns(view), rows)
        except OSError as error:
            raise MonitorError(f"{out}: cannot be written: {error.strerror}; name a file where you may write") from error


def _compiled(query: str) -> Query:
    # The dictionaries of the language take their time to load: not for an export of everything.
    from monitor.judge import compile_query

    try:
        return compile_query(query)
    except QueryError as error:
        raise UsageError(f"--query: at character {error.start + 1}: {error}") from error


def _one_of(what: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise UsageError(f"no {what} {value!r}; there is {', '.join(known)}")


def _target(out: Path) -> Path:
    """The file that `out` leads to: a link stays a link, what it points to is written."""
    target = Path(os.path.realpath(out))
    if os.path.lexists(target) and not target.is_file():  # a folder, a device, a pipe, a link in a circle: not ours to replace
        raise UsageError(f"{out}: is there and is no regular file; name a file for the export")
    return target


@contextmanager
def _whole_or_not(out: Path) -> Iterator[TextIO]:
    """A file beside `out` that takes its name when everything in it is on the disk, and goes when anything fails.

    It has the mode of the file whose place it takes, so that a private one stays private.
    """
    # The same folder, so that the rename is within one file system and therefore atomic (rename(2)).
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
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


def _write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    return _write_cells(file, columns, rows, lambda cell: cell)


def _write_excel(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    file.write("\ufeff")  # without it Excel reads UTF-8 as the machine's old code page
    return _write_cells(file, columns, _limited(rows), excel_cell)


def _limited(rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows, start=2):
        if number > EXCEL_ROWS:
            raise UsageError(
                f"more rows than the {EXCEL_ROWS:,} that Excel keeps: narrow it with --from and --to, or use --for machine"
            )
        yield row


def _write_cells(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]], cell: Callable[[Cell], Cell]) -> int:
    writer = csv.writer(file)
    writer.writerow(columns)
    arrays = [i for i, column in enumerate(columns) if column in ARRAYS]
    count = 0
    for row in rows:
        cells = list(row)
        for i in arrays:
            cells[i] = "; ".join(_items(cells[i]))
        writer.writerow(map(cell, cells))
        count += 1
    return count


def _write_jsonl(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    count = 0
    for row in rows:
        record = {column: _items(cell) if column in ARRAYS else cell for column, cell in zip(columns, row, strict=True)}
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        count += 1
    return count


def _items(cell: Cell) -> list[str]:
    if not cell or cell == "[]":  # most are, and need no parser
        return []
    items: list[str] = json.loads(str(cell))
    return items


def excel_cell(value: Cell) -> Cell:
    """The cell as Excel may open it: no text starts a formula, none is cut without saying so; numbers stay numbers.

    A formula's start gets an apostrophe before it, and so does an apostrophe that stands there: without one it is the text again.
    """
    if not isinstance(value, str):
        return value
    if value[:1].isalnum() and not _SPLITS.search(value):  # nearly all: no formula can start in it
        text = value
    else:
        text = _FORMULA.sub("'", value)
    if len(text) * 2 <= EXCEL_CELL or _units(text) <= EXCEL_CELL:
        return text
    flag = f" […cut: {len(value):,} characters in all]"
    cut = text.encode("utf-16-le")[: 2 * (EXCEL_CELL - len(flag))].decode("utf-16-le", errors="ignore")
    return cut + flag


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
