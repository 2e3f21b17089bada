"""A CSV file of the newsroom's folder, row by row, with every fault of its columns and cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from monitor.errors import Fault
from monitor.newsroom.files import read_text
from monitor.newsroom.names import near

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Spreadsheets run a cell that begins so; numbers are read as numbers elsewhere and may begin with a minus.
_FORMULA = ("=", "+", "@", "-")
_FORMULAS = re.compile(r"(?:^|\x00)[=+@-]")
_NUMBERS = frozenset({"lat", "lon", "column", "row", "every"})


_SEPARATORS = (";", "\t")
"""What spreadsheets write in place of commas, by the country that they are set to."""
_USER = re.compile(r"(?<=://)[^/\s]*@")


def without_password(text: str) -> str:
    """The text, as a message may repeat it: an address in it without user and password."""
    return _USER.sub("…@", text)


class Row(NamedTuple):
    """A line of the file, counted from 1, and its cells by column."""

    line: int
    cells: dict[str, str]


class Table:
    """A CSV file and the faults found in it. A byte order mark and CRLF are taken as they come: spreadsheets write them."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self._path = path
        self._faults = faults
        self._faulty: set[str] = set()

    def fault(self, line: int, field: str, what: str) -> None:
        """Note what is wrong there, and what would be right."""
        self._faulty.add(field)
        self._faults.append(Fault(str(self._path), line, field, what))

    def is_whole(self, field: str) -> bool:
        """Whether no row was lost and no cell of that column is wrong: other files may be held against it."""
        return self._faulty.isdisjoint({field, "line"})

    def rows(self, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[Row]:
        """The rows that have a cell for each column; what is wrong with the others, or within cells, is noted.

        An `optional` column that the file has not is empty in every row.
        """
        text = read_text(self._path, self._faults)
        if text is None:
            return
        first = text.lstrip().partition("\n")[0]
        if not first:
            self.fault(1, "file", f"is empty; its first line names the columns: {','.join(columns)}")
            return
        if "," not in first and (sign := next((sign for sign in _SEPARATORS if sign in first), "")):
            self.fault(1, "file", f"its cells are separated by {sign!r}; save it with commas")
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            if not self._is_header(header, columns, optional):
                return
            absent = dict.fromkeys((name for name in optional if name not in header), "")
            line = reader.line_num + 1
            for cells in reader:
                if cells:
                    if len(cells) == len(header):
                        yield self._checked(line, dict(zip(header, map(str.strip, cells), strict=True)) | absent)
                    else:
                        what = f"has {len(cells)} cells where the header has {len(header)}; a cell with a comma needs quotes"
                        self.fault(line, "line", what)
                line = reader.line_num + 1
        except csv.Error as error:
            self.fault(reader.line_num, "line", f"is not CSV: {error}; a quote within a cell is written twice")

    def _is_header(self, header: list[str], columns: tuple[str, ...], optional: tuple[str, ...]) -> bool:
        missing = [name for name in columns if name not in header]
        known = {*columns, *optional}
        for name in header:
            if name not in known:
                meant = near(name, dict.fromkeys([*missing, *optional], ())) if name else []
                self.fault(1, name or "(empty)", f"is no column of this file; {f'meant {meant[0]}?' if meant else 'remove it'}")
            elif header.count(name) > 1:
                self.fault(1, name, "is there more than once; keep one")
        for name in missing:
            self.fault(1, name, f"is missing; the columns are {','.join(columns)}")
        return not missing and known.issuperset(header) and len(set(header)) == len(header)

    def _checked(self, line: int, cells: dict[str, str]) -> Row:
        # The whole line first: of a hundred thousand hardly one has either.
        if _CONTROL.search("".join(cells.values())) or _FORMULAS.search("\x00".join(cells.values())):
            for name, cell in cells.items():
                if cell.startswith(_FORMULA) and name not in _NUMBERS:
                    self.fault(
                        line, name, f"begins with {cell[0]!r}, which a spreadsheet would run; begin with a letter or digit"
                    )
                if control := _CONTROL.search(cell):
                    self.fault(line, name, f"has the control character {control[0]!r}; remove it")
        return Row(line, cells)

    def check(self, row: Row, field: str, *, fits: bool, what: str) -> None:
        """Note a fault unless the cell fits."""
        if not fits:
            shown = without_password(row.cells[field])
            shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
            self.fault(row.line, field, f"{shown!r} {what}" if shown else what)

    def named(self, row: Row, *fields: str) -> None:
        """Note a fault for each of the cells that is empty."""
        for field in fields:
            self.check(row, field, fits=bool(row.cells[field]), what="is empty; name the place")

    def unique(self, row: Row, field: str, value: str, seen: dict[str, int]) -> None:
        """Note a fault where an earlier line has the same value."""
        first = seen.setdefault(value, row.line)
        self.check(row, field, fits=first == row.line, what=f"is also on line {first}; each may be there once")

    def number(self, row: Row, field: str, kind: Callable[[str], float], low: float, high: float) -> float:
        """The number in a cell; a fault, and `low`, where it is none or out of range."""
        try:
            value = kind(row.cells[field])
        except ValueError:
            value = float("nan")
        fits = low <= value <= high
        self.check(row, field, fits=fits, what=f"is not a {'whole ' if kind is int else ''}number from {low} to {high}")
        return value if fits else low
