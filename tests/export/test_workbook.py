"""A workbook is for people: dates are dates, addresses links, and it explains itself; no id becomes a number in it."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from pyarrow import parquet

from monitor.errors import UsageError
from monitor.export import ExportRequest, export
from monitor.export.export import type_of
from monitor.export.formats import About, excel_cell, writer
from monitor.site.words import view_words
from monitor.vault import open_reader
from monitor.vault.views import NUMBERS, TIMES

# Ids of 16 hex digits that Excel takes for numbers: digits alone, and with one "e"; a date; what is none of these.
LIKE_NUMBERS = ["0012345678901234", "123456789012e345", "2026-05-18", "'0012345678901234", "-5"]
UNLIKE = ["00123456789abcde", "2026-W21", "sha256:12", "12 повесток", "1e5e5"]


@pytest.fixture(scope="module")
def book(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book") / "coverage.xlsx"
    export(vault, ExportRequest("coverage", "xlsx", locale="ru"), out, words=view_words("ru"))
    return out


def columns(vault: Path, view: str = "coverage") -> tuple[str, ...]:
    with open_reader(vault) as reader:
        return reader.columns(view)


def test_times_are_dates_and_addresses_are_links(book: Path, vault: Path) -> None:
    header, *rows = load_workbook(book)["rows"].iter_rows()
    names = columns(vault)
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            if name in TIMES and cell.value is not None:
                assert isinstance(cell.value, datetime), name
                assert cell.is_date
            if name == "url" and str(cell.value).startswith("https://") and cell.hyperlink:
                assert cell.hyperlink.target == cell.value
    links = [row[names.index("url")].hyperlink for row in rows]
    assert len([link for link in links if link]) > 5
    assert len(header) == len(names)


def test_its_heads_are_russian_and_a_sheet_explains_each_column_and_one_has_the_manifest(book: Path, vault: Path) -> None:
    words, names = view_words("ru")["coverage"], columns(vault)
    sheets = load_workbook(book)
    assert sheets.sheetnames == ["rows", "columns", "manifest"]
    assert [cell.value for cell in sheets["rows"][1]] == [words.heads[name] for name in names]
    explained = [[cell.value for cell in row] for row in sheets["columns"].iter_rows(min_row=2)]
    assert explained == [[name, words.heads[name], type_of(name), words.columns[name]] for name in names]
    facts = {row[0].value: row[1].value for row in sheets["manifest"].iter_rows()}
    written = json.loads(book.with_name("coverage.xlsx.manifest.json").read_text("utf-8"))
    assert facts["view"] == "coverage"
    assert facts["code"] == written["code"]
    assert json.loads(facts["state"])["fetch"] == written["state"]["fetch"]


def test_columns_are_as_wide_as_what_they_hold(book: Path, vault: Path) -> None:
    sheet = load_workbook(book)["rows"]
    width = {
        name: sheet.column_dimensions[sheet.cell(1, at).column_letter].width for at, name in enumerate(columns(vault), start=1)
    }
    assert width["title"] > width["published"] > width["copies"]


@pytest.mark.parametrize("text", LIKE_NUMBERS)
def test_a_text_like_a_number_stays_a_text_when_it_is_opened_or_edited(text: str, tmp_path: Path) -> None:
    with (tmp_path / "x.xlsx").open("wb") as file:
        writer("xlsx")(file, ["article"], [[text]], About())
    cell = load_workbook(tmp_path / "x.xlsx")["rows"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert excel_cell(text) == f"'{text}"


# What XML has marks for, what xlsxwriter took for marked-up already, and what Excel reads as a character.
MARKED = [
    "<r>&</r>",
    "<r><t>повестка</t></r>",
    "a & b < c > d",
    "_x000D_ is a return",
    "bell \x07",
    " between \t blanks ",
    "line\r\nline",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_text_is_in_the_workbook_as_it_stands_whatever_marks_it_has(text: str, tmp_path: Path) -> None:
    with (tmp_path / "x.xlsx").open("wb") as file:
        assert writer("xlsx")(file, ["title", "outlet"], [[text, "Берег"], ["Повестки", text]], About()) == 2
    sheet = load_workbook(tmp_path / "x.xlsx")["rows"]
    assert [unescape(sheet[cell].value) for cell in ("A2", "B2", "A3", "B3")] == [text, "Берег", "Повестки", text]
    assert sheet.dimensions == sheet.auto_filter.ref == "A1:B3"


def test_of_a_row_with_a_mark_dates_numbers_and_links_are_what_they_are_in_others(tmp_path: Path) -> None:
    with (tmp_path / "x.xlsx").open("wb") as file:
        cells = ["2026-05-18T12:34:56.700000Z", 1.5, "https://bereg.example/x?a=1&b=2"]
        rows = [[*cells, "Повестки"], [*cells, "a & b"], [None, 0, "", "=1+1"]]
        writer("xlsx")(file, ["published", "score", "url", "title"], rows, About())
    _, plain, marked, empty = load_workbook(tmp_path / "x.xlsx")["rows"].iter_rows()
    for row in (plain, marked):
        assert (row[0].value, row[1].value, row[2].hyperlink.target) == (
            datetime.fromisoformat("2026-05-18T12:34:56"),
            *cells[1:],
        )
    assert [cell.value for cell in empty] == [None, 0, None, "=1+1"]
    assert (empty[3].data_type, empty[3].quotePrefix) == ("s", True)


@pytest.mark.parametrize("text", UNLIKE)
def test_a_text_that_excel_leaves_alone_is_left_alone(text: str) -> None:
    assert excel_cell(text) == text


@pytest.mark.parametrize("text", LIKE_NUMBERS)
def test_ids_in_csv_for_excel_are_escaped_where_a_whole_row_is_looked_at(text: str) -> None:
    file = io.BytesIO()
    writer("csv", profile="excel")(file, ["outlet", "article", "words"], [["Берег", text, 5]], About())
    (_, row) = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")))
    assert row == ["Берег", f"'{text}", "5"]


def test_a_locale_is_refused_where_nothing_is_for_excel(vault: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--format xlsx"):
        export(vault, ExportRequest("coverage", "parquet", locale="ru"), tmp_path / "x.parquet")


def test_parquet_says_what_its_columns_hold_and_of_which_state_it_is(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.parquet"
    export(vault, ExportRequest("coverage", "parquet"), out, words=view_words())
    schema = parquet.read_schema(out)
    words = view_words()["coverage"]
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == {
        name: words.columns[name] for name in columns(vault)
    }
    written = json.loads(out.with_name("coverage.parquet.manifest.json").read_text("utf-8"))
    held = json.loads(schema.metadata[b"povestka.manifest"])
    assert {name: held[name] for name in ("view", "code", "gaps", "columns")} == {
        name: written[name] for name in ("view", "code", "gaps", "columns")
    }
    rows = duckdb.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(out)]).fetchall()
    kept = {bytes(key).decode(): bytes(value).decode() for key, value in rows}
    assert json.loads(kept["povestka.columns"])["published"] == words.columns["published"]


def test_pandas_has_each_column_of_csv_in_its_type_by_what_the_manifest_says(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.csv"
    export(vault, ExportRequest("coverage"), out)
    types = json.loads(out.with_name("coverage.csv.manifest.json").read_text("utf-8"))["columns"]
    pandas_types = {"text": "string", "list": "string", "time": "string", "int": "Int64", "float": "Float64"}
    table = pd.read_csv(
        out, dtype={name: pandas_types[kind] for name, kind in types.items()}, keep_default_na=False, na_values=[""],
        parse_dates=[name for name, kind in types.items() if kind == "time"],
    )  # fmt: skip
    with open_reader(vault) as reader:
        rows = list(reader.view("coverage"))
    assert list(table["article"]) == [row["article"] for row in rows]
    assert list(table["first"]) == [row["first"] for row in rows]
    for name in types:
        if name in NUMBERS:
            assert [None if pd.isna(cell) else cell for cell in table[name]] == [row[name] for row in rows], name
    assert str(table["first_seen"].dtype).startswith("datetime64") or "UTC" in str(table["first_seen"].dtype)


@pytest.mark.parametrize(("address", "is_link"), [
    ("https://bereg.example/2026/05/повестка", True),
    ("https://bereg.example/%D0%BF%D0%BE", True),
    ("https://bereg.example/%00", False),
    ("https://bereg.example/%ED%A0%80", False),
    ("https://bereg.example/a%E2%80%AEb", False),
    ("javascript:alert(1)", False),
])  # fmt: skip
def test_an_address_is_a_link_where_every_spreadsheet_can_show_it(address: str, is_link: bool, tmp_path: Path) -> None:
    with (tmp_path / "x.xlsx").open("wb") as file:
        writer("xlsx")(file, ["url"], [[address]], About())
    cell = load_workbook(tmp_path / "x.xlsx")["rows"]["A2"]
    assert cell.value == address
    assert bool(cell.hyperlink) == is_link
