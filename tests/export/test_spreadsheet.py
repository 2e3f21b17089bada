"""Exports opened for real, in LibreOffice: every cell is there as it was, and nothing in them is computed."""

import csv
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor.export import ExportRequest, export
from monitor.export.export import format_of
from monitor.vault.views import TIMES

pytestmark = pytest.mark.system

# Comma, quote, UTF-8, from the first line. https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false"
# As a reporter opens it: separator and language given, formulas evaluated.
_OPENED = "Text - txt - csv (StarCalc):{separator},34,76,1,,{language},false,true,false,false,false,-1,true"


def converted(file: Path, to: str, *, read_as: str = "") -> Path:
    """The file as LibreOffice saves it; in a folder and with a profile of its own."""
    folder = file.parent / f"{file.stem}-{to[:4].strip(':')}"
    subprocess.run(
        [
            "/usr/bin/soffice", f"-env:UserInstallation={(file.parent / 'profile').as_uri()}", "--headless",
            *([f"--infilter={read_as}"] if read_as else []), "--convert-to", to, "--outdir", str(folder), str(file),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (made,) = folder.iterdir()
    return made


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def test_a_workbook_opens_with_every_cell_as_it_was(vault: Path, tmp_path: Path) -> None:
    for name in ("rows.xlsx", "plain.csv"):
        export(vault, ExportRequest("coverage", format_of(Path(name))), tmp_path / name)
    opened = cells(converted(tmp_path / "rows.xlsx", _CSV))
    wanted = cells(tmp_path / "plain.csv")
    times = [at for at, column in enumerate(wanted[0]) if column in TIMES]
    for row in wanted[1:]:
        for at in times:
            row[at] = row[at].replace("T", " ").removesuffix(".000000Z")  # a date there, shown as people write one
    score = wanted[0].index("score")
    assert len(opened) == len(wanted) > 5
    for found, row in zip(opened[1:], wanted[1:], strict=True):
        assert float(found.pop(score)) == float(row.pop(score))
        assert found == row


@pytest.mark.parametrize(("locale", "separator", "language"), [("en", "44", "1033"), ("ru", "59", "1049")])
def test_what_excel_is_given_computes_nothing_and_loses_no_row(
    vault: Path, tmp_path: Path, locale: str, separator: str, language: str
) -> None:
    file = tmp_path / "excel.csv"
    count = export(vault, ExportRequest("coverage", profile="excel", locale=locale), file)
    opened = converted(file, "xlsx", read_as=_OPENED.format(separator=separator, language=language))
    (sheet,) = load_workbook(opened).worksheets
    assert sheet.max_row == count + 1
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type in "fe"] == []
    score = [cell.value for cell in sheet[1]].index("score")
    assert {type(row[score].value) for row in sheet.iter_rows(min_row=2)} <= {float, int}, "a score is a number, and no date"
