"""Writes an export's rows as CSV, JSON Lines, Parquet or an Excel workbook, into an open file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import IO, Any, NamedTuple
from urllib.parse import unquote

from monitor.errors import Message, MonitorError, UsageError
from monitor.export.addresses import link
from monitor.export.words import NONE, ViewWords
from monitor.vault.views import LISTS, NUMBERS, TIMES

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]


class About(NamedTuple):
    """What a file says of itself, where its format has a place for that: the view in words, and the manifest but for what is
    known only when the file is whole."""

    view: str = ""
    words: ViewWords = NONE
    manifest: Mapping[str, Any] = MappingProxyType({})
    has_heads: bool = False
    """Whether the heads of a workbook are the words for the columns, and not their names."""


Writer = Callable[[IO[bytes], Sequence[str], Rows, About], int]
"""Writes a header and rows into a file, and gives how many rows there were."""

KINDS = ("csv", "jsonl", "parquet", "xlsx")
PROFILES = ("machine", "excel")
SEPARATORS = {"en": ",", "ru": ";", "uk": ";"}
"""What Excel expects between the cells of a CSV file, by the language that it is set to."""

EXCEL_ROWS = 1_048_576
"""Rows of an Excel sheet, its header included; Excel drops the others when it opens a file."""
EXCEL_CELL = 32_767
"""What Excel keeps of a cell, in UTF-16 units."""

# What starts a formula, after what Excel skips. An Excel whose list separator is ";", as in Russian, finds cells of its own
# inside ours: so a formula is looked for after ";" and after a line's end too. https://owasp.org/www-community/attacks/CSV_Injection
_SKIPPED = r"[\x00-\x09\x0b\x0c\x0e-\x20\x85\xa0\u200b-\u200f\u2028\u2029\u2060\ufeff]*"
_FORMULA = re.compile(rf"^(?='*[\t\r\n])|(?:^|(?<=[;\r\n]))(?='*{_SKIPPED}[=+\-@＝＋－＠])")
_SPLITS = re.compile("[;\r\n]")
# Of a whole row at once, each of its cells after a "\n": most rows have nothing in them that Excel could take for a formula.
_NUMBER = r"[+-]?\d[\d.,:/ -]*(?:[eE][+-]?\d+)?"
"""What Excel makes a number or a date of when it opens CSV, or when somebody edits the cell: an id of digits, or with one "e"."""
_NUMBER_ALONE = re.compile(rf"'*(?:{_NUMBER})")
_DIGITS = "'+-0123456789"
_SUSPECT = re.compile(rf"[;\r\n]'*(?:[\t\r\n]|{_SKIPPED}[=+\-@＝＋－＠])|\n'*{_NUMBER}(?:\n|$)")

# Rows of a row group, or of the memory that a format needs: a thousand articles' rows are about a megabyte.
_BATCH = 2_000


def writer(kind: str, *, profile: str = "machine", locale: str = "en") -> Writer:
    """What writes that format. Raises UsageError where there is no such format, profile or locale, or they do not fit."""
    for what, value, known in (
        (Message("format"), kind, KINDS),
        (Message("profile"), profile, PROFILES),
        (Message("locale"), locale, SEPARATORS),
    ):
        if value not in known:
            raise UsageError("no {what} {value!r}; there is {known}", what=what, value=value, known=", ".join(known))
    if profile == "excel" and kind not in ("csv", "xlsx"):
        raise UsageError("--for excel is a way to write CSV: say --format csv or xlsx, or leave --for out")
    if locale != "en" and kind != "xlsx" and (kind, profile) != ("csv", "excel"):
        raise UsageError("--locale is for what Excel opens: give --format xlsx, or csv --for excel, with it, or leave it out")
    if kind == "csv":
        return partial(_write_excel_csv, locale=locale) if profile == "excel" else _write_csv
    return {"jsonl": _write_jsonl, "parquet": _write_parquet, "xlsx": _write_xlsx}[kind]


def _write_csv(file: IO[bytes], columns: Sequence[str], rows: Rows, _: About) -> int:
    return _write_cells(file, columns, _Counted(_joined(columns, rows)))


def _write_excel_csv(file: IO[bytes], columns: Sequence[str], rows: Rows, _: About, *, locale: str) -> int:
    file.write(b"\xef\xbb\xbf")  # without it Excel reads UTF-8 as the machine's old code page
    separator = SEPARATORS[locale]
    limited = _limited(_joined(columns, rows))
    # Where cells are separated by ";" a number has a decimal comma; 1.5 would be opened as the first of May.
    escaped = map(_excel_row, limited)
    return _write_cells(file, columns, _Counted(escaped if separator == "," else map(_with_commas, escaped)), separator)


class _Counted:
    """The rows, counted as they pass: csv.writer takes them in C, one by one."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self._rows:
            self.count += 1
            yield row


def _write_cells(file: IO[bytes], columns: Sequence[str], rows: _Counted, separator: str = ",") -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    table = csv.writer(text, delimiter=separator)
    table.writerow(columns)
    table.writerows(rows)
    text.detach()
    return rows.count


def _joined(columns: Sequence[str], rows: Rows) -> Iterator[list[Cell]]:
    """The rows with their lists as `a; b`."""
    lists = [i for i, column in enumerate(columns) if column in LISTS]
    for row in rows:
        cells = list(row)
        for i in lists:
            cells[i] = _list_in_words(cells[i])
        yield cells


def _list_in_words(cell: Cell) -> str:
    if cell == "[]" or cell is None:
        return ""
    said = str(cell)
    # Without a backslash no item has a quote in it, and the list need not be parsed: nearly all are so.
    if "\\" not in said and said.startswith('["') and said.endswith('"]'):
        return said[2:-2].replace('", "', "; ").replace('","', "; ")
    return "; ".join(json.loads(said))


def _limited(rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows, start=2):
        if number > EXCEL_ROWS:
            raise UsageError(
                "more rows than the {rows:,} that Excel keeps: narrow it with --from and --to, or use --for machine",
                rows=EXCEL_ROWS,
            )
        yield row


def _with_commas(row: list[Cell]) -> list[Cell]:
    return [str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row]


def _excel_row(row: list[Cell]) -> list[Cell]:
    joined = "\n".join(["", *[cell for cell in row if cell and cell.__class__ is str]])
    if len(joined) * 2 <= EXCEL_CELL and not _SUSPECT.search(joined):
        return row
    return [excel_cell(cell) for cell in row]


def excel_cell(value: Cell) -> Cell:
    """The cell as Excel may open it: no text starts a formula, none is cut without saying so; numbers stay numbers.

    A formula's start gets an apostrophe before it, and so does an apostrophe that stands there: without one it is the text again.
    So does a text that Excel would make a number or a date of: an id of digits stays an id.
    """
    if not isinstance(value, str):
        return value
    if value[:1] in _DIGITS and value and _NUMBER_ALONE.fullmatch(value):
        return cut(f"'{value}", len(value))
    if value[:1].isalnum() and not _SPLITS.search(value):  # nearly all: no formula can start in it
        return cut(value)
    return cut(_FORMULA.sub("'", value), len(value))


def cut(text: str, length: int | None = None) -> str:
    """A text as long as Excel keeps it, with a word at its end where it was longer: `length` characters in all."""
    if len(text) * 2 <= EXCEL_CELL or len(text.encode("utf-16-le")) // 2 <= EXCEL_CELL:
        return text
    flag = f" […cut: {length or len(text):,} characters in all]"
    return text.encode("utf-16-le")[: 2 * (EXCEL_CELL - len(flag))].decode("utf-16-le", errors="ignore") + flag


def _write_jsonl(file: IO[bytes], columns: Sequence[str], rows: Rows, _: About) -> int:
    lists = [column for column in columns if column in LISTS]
    encode = json.JSONEncoder(ensure_ascii=False).encode
    count = 0
    for row in rows:
        record: dict[str, Any] = dict(zip(columns, map(_or_null, row), strict=True))
        for column in lists:
            record[column] = items(record[column])
        file.write(encode(record).encode() + b"\n")
        count += 1
    return count


def _or_null(cell: Cell) -> Cell:
    """None for an empty text: what is not known, or is not there, as CSV has it."""
    return None if cell == "" else cell


def items(cell: Cell) -> list[str]:
    """The items of a cell that holds a list."""
    found: list[str] = json.loads(str(cell)) if cell and cell != "[]" else []
    return found


def _write_parquet(file: IO[bytes], columns: Sequence[str], rows: Rows, about: About) -> int:
    try:
        import pyarrow as pa  # 80 MB of memory, which no other format needs
        from pyarrow import parquet
    except ImportError as error:
        wanted = "pip install 'povestka[parquet]', or use --format csv"
        raise MonitorError(f"Parquet needs pyarrow, which is not installed: {wanted}") from error
    time = pa.timestamp("us", tz="UTC")
    types = {int: pa.int64(), float: pa.float64()}
    kinds = [
        time
        if column in TIMES
        else pa.list_(pa.string())
        if column in LISTS
        else types[NUMBERS[column]]
        if column in NUMBERS
        else pa.string()
        for column in columns
    ]
    schema = pa.schema(
        (
            pa.field(column, kind, metadata={"title": about.words.heads.get(column, column), "description": said})
            for column, kind, said in zip(columns, kinds, _described(columns, about), strict=True)
        ),
        metadata={
            "title": about.words.title,
            "description": about.words.description,
            "povestka.manifest": json.dumps(about.manifest, ensure_ascii=False),
            # For readers that show the metadata of a file and not those of its columns, as DuckDB's parquet_kv_metadata.
            "povestka.columns": json.dumps(dict(zip(columns, _described(columns, about), strict=True)), ensure_ascii=False),
        },
    )
    readers = [_moment if column in TIMES else items if column in LISTS else _or_null for column in columns]
    count = 0
    iterator = iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as table:
        while batch := list(islice(iterator, _BATCH)):
            arrays = [
                pa.array(map(read, cells), kind)
                for cells, kind, read in zip(zip(*batch, strict=True), schema.types, readers, strict=True)
            ]
            table.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(batch)
    return count


def _described(columns: Sequence[str], about: About) -> list[str]:
    return [about.words.columns.get(column, "") for column in columns]


def _moment(cell: Cell) -> datetime | None:
    return datetime.fromisoformat(str(cell)) if cell else None


def _write_xlsx(file: IO[bytes], columns: Sequence[str], rows: Rows, about: About) -> int:
    """Three sheets: the rows, what their columns hold, and the manifest."""
    from xlsxwriter import Workbook  # not for the other formats

    # constant_memory: a row is on the disk before the next one is read. Strings are written as strings: a cell of a workbook has
    # a type, and what looks like a formula or a number is neither.
    book = Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    # The file depends on its rows alone: the same export has the same digest.
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the library's own zone, and nobody's time
    heading = book.add_format({"bold": True})
    # Excel keeps such a cell a text when somebody edits it, as with an apostrophe before it.
    literal, linked = book.add_format({"quote_prefix": True}), book.add_format({"font_color": "blue", "underline": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet("rows")
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        head = about.words.heads.get(column, column) if about.has_heads else column
        sheet.set_column(at, at, _width(column))
        sheet.write_string(0, at, head, heading)
    times = frozenset(at for at, column in enumerate(columns) if column in TIMES)
    links = frozenset(at for at, column in enumerate(columns) if column in _LINKS)
    count, linkable = 0, _MOST_LINKS
    for count, row in enumerate(_limited(_joined(columns, rows)), start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                if not cell:
                    continue
                if at in times and (date := _excel_time(cell)):
                    sheet.write_datetime(count, at, date, moment)
                elif at in links and linkable and (address := _excel_link(cell)):
                    linkable -= 1
                    sheet.write_url(count, at, address, linked, cut(cell))
                else:
                    _write_text(sheet, count, at, cell, literal if _corrupted(cell) else None)
            elif cell is not None:
                sheet.write_number(count, at, cell)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    _write_columns(book.add_worksheet("columns"), columns, about, heading)
    _write_manifest(book.add_worksheet("manifest"), about.manifest, heading)
    book.close()
    return count


def _write_text(sheet: Any, row: int, at: int, text: str, style: Any = None) -> None:
    """Write a text as it stands: what begins with "<r>" and ends with "</r>" the library takes for marked up already, unless it
    is given it in parts.
    """
    if text.startswith("<r>") and len(text) > 3:
        sheet.write_rich_string(row, at, *text[:2], cut(text)[2:])
    else:
        sheet.write_string(row, at, cut(text), style)


_LINKS = ("url", "feed", "referrer")
_MOST_LINKS = 65_530
"""Links that Excel keeps in a sheet; further addresses are text."""
_LONGEST_LINK = 2_079
_LONG = frozenset({"title", "subtitle", "passage", "text", "before", "after", "detail", "reason", "claim", "denial", "anchor"})


def _corrupted(text: str) -> bool:
    """Whether Excel takes a text for a formula, a number or a date, as soon as somebody touches it."""
    return bool(_FORMULA.search(text)) or (text[:1] in _DIGITS and bool(_NUMBER_ALONE.fullmatch(text)))


def _width(column: str) -> int:
    """Characters that a column is wide."""
    if column in NUMBERS:
        return 10
    return 60 if column in _LONG else 40 if column in _LINKS else 20


def _excel_time(cell: str) -> datetime | None:
    """The time as Excel keeps it, without a zone; None for one before 1901: Excel's 1900 has a 29th of February."""
    try:
        return found if (found := datetime.fromisoformat(cell).replace(tzinfo=None, microsecond=0)).year > 1900 else None
    except ValueError:
        return None


def _excel_link(cell: str) -> str:
    """The address as a link; empty where it is none, or says in percent signs what cannot be shown: LibreOffice decodes it, and
    wrote a workbook without any sheet.
    """
    address = link(cell)
    try:
        is_shown = unquote(address, errors="strict").isprintable()
    except UnicodeDecodeError:
        return ""
    return address if is_shown and len(address) <= _LONGEST_LINK else ""


def _write_columns(sheet: Any, columns: Sequence[str], about: About, heading: Any) -> None:
    sheet.set_column(0, 2, 24)
    sheet.set_column(3, 3, 100)
    for at, head in enumerate(("column", "title", "type", "description")):
        sheet.write_string(0, at, head, heading)
    types = about.manifest.get("columns", {})
    for at, column in enumerate(columns, start=1):
        said = (column, about.words.heads.get(column, column), types.get(column, ""), about.words.columns.get(column, ""))
        for place, text in enumerate(said):
            sheet.write_string(at, place, text)


def _write_manifest(sheet: Any, manifest: Mapping[str, Any], heading: Any) -> None:
    """A line a fact; of a list a line for each of its items."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 120)
    at = 0
    for name, value in manifest.items():
        for item in (value if isinstance(value, list) and value else [value]) if name != "columns" else []:
            sheet.write_string(at, 0, name, heading)
            _write_text(sheet, at, 1, item if isinstance(item, str) else json.dumps(item, ensure_ascii=False))
            at += 1
