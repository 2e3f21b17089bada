"""What an export promises: all rows or no file; nothing that Excel would run; what a program gets is what is stored."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from monitor.errors import MonitorError, UsageError
from monitor.export import export as export_order
from monitor.export import formats
from monitor.export.addresses import link
from monitor.export.export import ExportRequest, format_of
from monitor.export.formats import EXCEL_CELL, excel_cell
from monitor.export.package import export_all
from monitor.model import Fetch, Outcome
from monitor.program import code_digest, commit
from monitor.snapshot import snapshot
from monitor.vault import Store, open_reader
from monitor.vault.views import LISTS, NUMBERS, TABLES, TIMES, VIEWS

TRIGGERS = "=+-@＝＋－＠"


def export(vault: Path, view: str, out: Path, *, kind: str | None = None, **options: Any) -> int:
    return export_order(vault, ExportRequest(view, kind or format_of(out), **options), out)


def read_csv(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def stored(vault: Path, view: str = "coverage") -> tuple[list[str], list[list[object]]]:
    with open_reader(vault) as reader:
        return list(reader.columns(view)), [list(row) for row in reader.view(view)]


def test_machine_csv_holds_every_row_and_column_of_the_view_untouched(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.csv"
    written = export(vault, "coverage", out)
    columns, rows = stored(vault)
    header, *cells = read_csv(out)
    assert header == columns
    assert written == len(cells) == len(rows) == 11
    expected = [
        [
            "; ".join(json.loads(str(value))) if column in LISTS else "" if value is None else str(value)
            for column, value in zip(columns, row, strict=True)
        ]
        for row in rows
    ]
    assert cells == expected


def test_json_lines_hold_the_same_rows_with_their_types(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.jsonl"
    export(vault, "coverage", out)
    columns, rows = stored(vault)
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [list(record) for record in records] == [columns] * len(rows)
    assert [[json.dumps(v, ensure_ascii=False) if c in LISTS else v for c, v in record.items()] for record in records] == [
        [json.dumps(json.loads(str(v)), ensure_ascii=False) if c in LISTS else v if v != "" else None
         for c, v in zip(columns, row, strict=True)]
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_has_its_header_even_when_there_is_no_row(view: str, tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db"):
        pass
    for profile in ("machine", "excel"):
        out = tmp_path / f"{profile}.csv"
        assert export(tmp_path / "empty.db", view, out, profile=profile) == 0
        assert read_csv(out, "utf-8-sig") == [stored(tmp_path / "empty.db", view)[0]]


def test_the_excel_profile_begins_with_a_byte_order_mark_and_the_machine_profile_does_not(vault: Path, tmp_path: Path) -> None:
    export(vault, "coverage", tmp_path / "excel.csv", profile="excel")
    export(vault, "coverage", tmp_path / "machine.csv")
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfarticle,")
    assert (tmp_path / "machine.csv").read_bytes().startswith(b"article,")


def test_both_profiles_hold_the_same_cells_once_the_escapes_are_taken_away(vault: Path, tmp_path: Path) -> None:
    export(vault, "coverage", tmp_path / "excel.csv", profile="excel")
    export(vault, "coverage", tmp_path / "machine.csv")
    excel = read_csv(tmp_path / "excel.csv", "utf-8-sig")
    assert [[unescaped(cell) for cell in row] for row in excel] == read_csv(tmp_path / "machine.csv")


@pytest.mark.parametrize(("since", "until", "expected"), [
    (date(2026, 5, 17), date(2026, 5, 17), {"2026-05-17"}),
    (date(2026, 5, 17), None, {"2026-05-17", "2026-05-18"}),
    (None, date(2026, 5, 16), {"2026-05-16"}),
])  # fmt: skip
def test_days_are_inclusive_on_the_clock_that_is_named_and_leave_out_what_it_does_not_date(
    vault: Path, tmp_path: Path, since: date | None, until: date | None, expected: set[str]
) -> None:
    out = tmp_path / "range.csv"
    export(vault, "coverage", out, clock="published", since=since, until=until)
    header, *rows = read_csv(out)
    days = [row[header.index("published")][:10] for row in rows]
    assert set(days) == expected
    assert len(days) == sum(str(row[header.index("published")])[:10] in expected for row in stored(vault)[1])


def test_a_day_ends_with_its_last_microsecond(vault: Path, tmp_path: Path) -> None:
    copy = tmp_path / "monitor.db"
    shutil.copy(vault, copy)
    edges = [
        "2026-05-16T23:59:59.999999Z",
        "2026-05-17T00:00:00.000000Z",
        "2026-05-17T23:59:59.999999Z",
        "2026-05-18T00:00:00.000000Z",
    ]
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("UPDATE articles SET published = NULL")
        articles = [row[0] for row in db.execute("SELECT article FROM coverage LIMIT 4")]
        db.executemany("UPDATE articles SET published = ? WHERE id = ?", list(zip(edges, articles, strict=True)))
    day = date(2026, 5, 17)
    export(copy, "coverage", tmp_path / "day.csv", clock="published", since=day, until=day)
    header, *rows = read_csv(tmp_path / "day.csv")
    assert [row[header.index("published")] for row in rows] == [edges[2], edges[1]]


@pytest.mark.parametrize(("query", "expected"), [
    ("студентами", {"Северный луч", "Сибирский вестник"}),
    ("повестка NOT студент outlet:полюс", {"Полюс"}),
    ("kind:independent lang:uk", {"Дзеркало степу"}),
    ("динозавр", set()),
])  # fmt: skip
def test_a_query_leaves_the_articles_that_it_holds_of(vault: Path, tmp_path: Path, query: str, expected: set[str]) -> None:
    out = tmp_path / "asked.jsonl"
    assert export(vault, "coverage", out, query=query) == len(expected)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["outlet"] for row in rows} == expected


def test_near_misses_are_exported_with_what_was_lacking_and_can_be_asked(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "missed.jsonl"
    day = datetime(2026, 5, 18, tzinfo=UTC).date()
    assert export(vault, "near_misses", out, query="lang:ru", since=day, until=day) == 1
    (row,) = map(json.loads, out.read_text("utf-8").splitlines())
    assert row["topic"] == "summons"
    assert row["near_miss_reason"] == "no word of the topic's context near it"
    assert all(word in row["passage"] for word in row["reasons"])
    assert row["reasons"]
    assert export(vault, "near_misses", out, query="lang:uk") == 0


@pytest.mark.parametrize(("options", "word"), [
    ({"view": "articles"}, "coverage"),
    ({"kind": "pdf"}, "jsonl"),
    ({"locale": "de"}, "uk"),
    ({"query": ""}, "write at least one word"),
    ({"profile": "word"}, "excel"),
    ({"clock": "noon"}, "published"),
    ({"kind": "jsonl", "profile": "excel"}, "--format csv"),
    ({"since": date(2026, 5, 2), "until": date(2026, 5, 1)}, "later"),
    ({"view": "gaps", "since": date(2026, 5, 2)}, "the rows of gaps are neither"),
    ({"view": "skipped", "query": "повестка"}, "the rows of skipped are neither"),
    ({"query": "повестка AND (студент"}, "--query: at character 22: the query ends too early"),
    ({"query": "title:a^2"}, "--query: at character 7: a weight"),
    ({"query": " "}, "write at least one word"),
])  # fmt: skip
def test_wrong_use_is_told_in_a_word_that_names_what_would_be_right_and_writes_nothing(
    vault: Path, tmp_path: Path, options: dict[str, object], word: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(word)):
        export(vault, **({"view": "coverage", "out": tmp_path / "x.csv"} | options))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told_in_one_line(vault: Path, tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="cannot be written") as caught:
        export(vault, "coverage", tmp_path / "none" / "x.csv")
    assert "\n" not in str(caught.value)


def test_a_link_stays_a_link_and_what_it_points_to_is_written(vault: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for before in (None, "older"):
        if before:
            (shared / "real.csv").write_text(before, encoding="utf-8")
        link = tmp_path / f"link-{before}.csv"
        link.symlink_to(Path("shared") / "real.csv")
        export(vault, "gaps", link)
        assert link.is_symlink()
        assert read_csv(shared / "real.csv")[0][0] == "run"
    assert sorted(path.name for path in shared.iterdir()) == ["real.csv", "real.csv.manifest.json"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path)])
def test_what_is_no_regular_file_is_refused_in_one_line_and_left(
    vault: Path, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    out = tmp_path / "out.csv"
    make(out)
    kind = out.lstat().st_mode
    with pytest.raises(UsageError, match=r"out\.csv: is there and is no regular file; [^\n]+$"):
        export(vault, "gaps", out)
    assert out.lstat().st_mode == kind
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_that_is_written_again_keeps_its_mode(vault: Path, tmp_path: Path, mode: int) -> None:
    out = tmp_path / "out.csv"
    out.touch()
    out.chmod(mode)
    export(vault, "gaps", out)
    assert stat.S_IMODE(out.stat().st_mode) == mode
    assert out.stat().st_size > 0


def test_an_export_that_fails_in_the_middle_leaves_the_older_file_and_nothing_else(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "coverage.csv"
    out.write_text("what was there")
    calls = 0

    def fail_late(cell: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 100:
            raise RuntimeError("disk on fire")
        return cell

    monkeypatch.setattr(formats, "_excel_row", lambda row: [fail_late(cell) for cell in row])
    with pytest.raises(RuntimeError):
        export(vault, "coverage", out, profile="excel")
    assert [path.name for path in tmp_path.iterdir()] == ["coverage.csv"]
    assert out.read_text() == "what was there"


def on_a_full_disk(database: Path, view: str, out: Path, kib: int) -> subprocess.CompletedProcess[str]:
    """The command line where no file may grow past so many KiB: what the kernel then says is what it says of a full disk.

    Python compiles nothing there: what it compiled would be cut as well, and stay for the other tests.
    """
    command = [sys.executable, "-m", "monitor.cli", "--db", str(database), "export", view, "-o", str(out)]
    return subprocess.run(
        ["bash", "-c", f'ulimit -f {kib}; exec "$@"', "bash", *command],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", formats.KINDS)
@pytest.mark.parametrize(("view", "kib"), [("coverage", 2), ("gaps", 0)])
def test_a_full_disk_is_one_clear_line_and_leaves_what_was_there(
    vault: Path, tmp_path: Path, kind: str, view: str, kib: int
) -> None:
    public, folder = tmp_path / "public.db", tmp_path / "exports"
    snapshot(vault, public)  # a vault has files of its own that grow
    folder.mkdir()
    out, beside = folder / f"{view}.{kind}", folder / f"{view}.{kind}.manifest.json"
    out.write_text("what was there")
    beside.write_text("and what is known of it")
    done = on_a_full_disk(public, view, out, kib)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"monitor: {out}: cannot be written: [^\n]+; make room[^\n]*\n", done.stderr)
    assert sorted(folder.iterdir()) == [out, beside]
    assert (out.read_text(), beside.read_text()) == ("what was there", "and what is known of it")


def test_where_there_is_no_room_for_the_manifest_there_is_no_export_either(vault: Path, tmp_path: Path) -> None:
    public, out = tmp_path / "public.db", tmp_path / "exports" / "gaps.csv"
    snapshot(vault, public)
    out.parent.mkdir()
    assert on_a_full_disk(public, "gaps", out, 1).returncode == 1
    assert not list(out.parent.iterdir())
    assert export(public, "gaps", out) > 0
    assert out.stat().st_size < 1024 < out.with_name("gaps.csv.manifest.json").stat().st_size, "else this shows nothing"


def test_more_rows_than_excel_keeps_is_an_error_not_a_cut_file(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "EXCEL_ROWS", 11)
    with pytest.raises(UsageError, match="--from"):
        export(vault, "coverage", tmp_path / "x.csv", profile="excel")
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(formats, "EXCEL_ROWS", 12)
    assert export(vault, "coverage", tmp_path / "x.csv", profile="excel") == 11


@pytest.mark.fault(56)
def test_an_export_beside_a_writer_is_of_one_state(tmp_path: Path) -> None:
    vault, out = tmp_path / "monitor.db", tmp_path / "skipped.csv"
    now = datetime(2026, 5, 18, tzinfo=UTC)
    fetch = Fetch("https://a.example/1", "", "article", Outcome.NOT_FOUND, "404", now, now + timedelta(seconds=1))
    with Store.open(vault) as store:
        run = store.begin_run("feeds", now)
        for _ in range(3):
            store.save_fetch(run, fetch)
        with open_reader(vault) as reader:
            rows = reader.view("skipped")
            next(rows)  # the export has begun
            store.save_fetch(run, fetch)
            assert len(list(rows)) == 2
        assert export(vault, "skipped", out) == 4


_SLOW = """
import sys, time
from pathlib import Path
from monitor.export import ExportRequest, export, formats
def slowly(row):
    print("writing", flush=True)
    time.sleep(0.5)
    return row
formats._excel_row = slowly
export(Path(sys.argv[1]), ExportRequest("coverage", profile="excel"), Path(sys.argv[2]))
"""


@pytest.mark.fault(56)
def test_a_kill_in_the_middle_leaves_nothing_under_the_final_name(vault: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.csv"
    process = subprocess.Popen([sys.executable, "-c", _SLOW, str(vault), str(out)], stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    assert not out.exists()
    assert export(vault, "coverage", out) == 11, "and the next export is not in its way"


def unescaped(cell: str) -> str:
    """The inverse of `excel_cell` for text that was not cut, written by itself: one apostrophe goes where one was put."""
    skipped = r"[\x00-\x09\x0b\x0c\x0e-\x20\x85\xa0\u200b-\u200f\u2028\u2029\u2060\ufeff]*"
    if re.fullmatch(r"''*[+-]?\d[\d.,:/ -]*([eE][+-]?\d+)?", cell):
        return cell[1:]
    return re.sub(rf"^'(?='*[\t\r\n])|(?:^|(?<=[;\r\n]))'(?='*{skipped}[{re.escape(TRIGGERS)}])", "", cell)


hostile = st.text(st.sampled_from("=+-@＝＋－＠'\t\r\n; ,\"a1я\ufeff\u200b\xa0"), max_size=12)


@given(st.one_of(hostile, st.text()))
@example("=1+1")
@example("'=1")
@example("\t=1")
@example("ok;=cmd|' /C calc'!A0")
@example("two\r\n@SUM(1)")
@example("0012345678901234")
@example("'5")
def test_no_cell_starts_a_formula_however_excel_splits_it(text: str) -> None:
    cell = excel_cell(text)
    assert isinstance(cell, str)
    assert not cell.startswith(("\t", "\r", "\n"))
    for piece in re.split(r"[;\r\n]", cell):
        assert not piece.lstrip(" \t\x0b\x0c\x00\xa0\ufeff\u200b").startswith(tuple(TRIGGERS))


@given(st.one_of(hostile, st.text()))
def test_taking_the_apostrophes_away_gives_the_text_back(text: str) -> None:
    assert unescaped(str(excel_cell(text))) == text


@given(st.lists(st.one_of(hostile, st.text(st.characters(exclude_categories=["Cs"])), st.integers()), min_size=1, max_size=6))
def test_cells_survive_the_way_through_csv(values: list[str | int]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([excel_cell(value) for value in values])
    (row,) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert [unescaped(cell) for cell in row] == [str(value) for value in values]


@given(st.one_of(st.integers(), st.floats(), st.none()))
def test_numbers_stay_numbers(value: float | None) -> None:
    assert excel_cell(value) is value


@given(st.text(st.sampled_from("aя😀"), min_size=1, max_size=9).map(lambda text: text * (40_000 // len(text))))
@example("я" * EXCEL_CELL)
@example("😀" * (EXCEL_CELL // 2 + 1))
def test_a_long_cell_is_cut_to_what_excel_keeps_and_says_so(text: str) -> None:
    cell = str(excel_cell(text))
    units = len(cell.encode("utf-16-le")) // 2
    assert units <= EXCEL_CELL
    if len(text.encode("utf-16-le")) // 2 > EXCEL_CELL:
        assert cell.endswith(f"[…cut: {len(text):,} characters in all]")
        assert text.startswith(cell.split(" […cut", maxsplit=1)[0])
    else:
        assert cell == text


def test_an_export_reads_rows_one_by_one(vault: Path, tmp_path: Path) -> None:
    class Counting:
        """Rows that know how many of them are alive at once."""

        alive = most = 0

        def __init__(self, text: str) -> None:
            self.text = text
            Counting.alive += 1
            Counting.most = max(Counting.most, Counting.alive)

        def __del__(self) -> None:
            Counting.alive -= 1

        def __iter__(self):
            yield self.text

    with (tmp_path / "x.csv").open("wb") as file:
        assert formats.writer("csv")(file, ["a"], (Counting(str(i)) for i in range(1000)), formats.About()) == 1000
    assert Counting.most <= 3


def as_read(kind: str, out: Path) -> list[dict[str, Any]]:
    """The rows of a file, read with another library than the one that wrote it where there is one; '' is None, as in CSV."""
    if kind == "jsonl":
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    if kind == "parquet":
        return [dict(row) for row in parquet.read_table(out).to_pylist()]
    cells: list[list[Any]]
    if kind == "csv":
        cells = [list(row) for row in read_csv(out)]
    else:
        cells = [list(row) for row in load_workbook(out, read_only=True)["rows"].iter_rows(values_only=True)]
    header, *rows = cells
    return [dict(zip(header, row, strict=True)) for row in rows]


def plain(row: dict[str, Any]) -> dict[str, str]:
    """A row as the text that every format can hold."""
    found = {}
    for column, cell in row.items():
        if column in LISTS:
            found[column] = "; ".join(cell) if isinstance(cell, list) else cell or ""
        elif isinstance(cell, datetime):
            found[column] = cell.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif column in NUMBERS and cell not in (None, ""):
            found[column] = str(NUMBERS[column](cell))
        else:
            found[column] = "" if cell is None else str(cell)
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_all_formats_hold_the_same_rows(view: str, vault: Path, tmp_path: Path) -> None:
    found = {}
    for kind in formats.KINDS:
        out = tmp_path / f"rows.{kind}"
        assert export(vault, view, out) == len(stored(vault, view)[1]) > 0
        found[kind] = [plain(row) for row in as_read(kind, out)]
    assert found["jsonl"] == found["csv"] == found["parquet"]
    # A date of a workbook is shown in whole seconds, and is one.
    assert found["xlsx"] == [
        {name: f"{cell[:19]}.000000Z" if name in TIMES and cell else cell for name, cell in row.items()} for row in found["csv"]
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_each_column_holds_what_its_name_says(view: str, vault: Path) -> None:
    columns, rows = stored(vault, view)
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        types = {type(cell) for cell in cells if cell is not None}
        assert types <= {NUMBERS.get(column, str)}, column
        if column in TIMES:
            assert all(cell is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", str(cell)) for cell in cells), (
                column
            )
        assert (column in LISTS) == all(str(cell).startswith("[") for cell in cells) or not cells, column


def test_a_table_for_programs_has_types_even_over_no_row(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db"):
        pass
    export(tmp_path / "empty.db", "coverage", tmp_path / "x.parquet")
    schema = parquet.read_schema(tmp_path / "x.parquet")
    assert schema.field("published").type == pa.timestamp("us", tz="UTC")
    assert schema.field("regions").type == pa.list_(pa.field("element", pa.string()))
    assert schema.field("score").type == pa.float64()
    export(tmp_path / "empty.db", "coverage", tmp_path / "x.xlsx")
    assert as_read("xlsx", tmp_path / "x.xlsx") == []


def test_a_workbook_holds_no_formula_and_no_link_but_an_address_that_leads_where_it_seems_to(
    vault: Path, tmp_path: Path, payloads: tuple[str, ...]
) -> None:
    export(vault, "coverage", tmp_path / "x.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "x.xlsx")["rows"].iter_rows() for cell in row]
    assert any("=HYPERLINK" in str(cell.value) for cell in cells), "the hostile text is there, as it was"
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} <= {"s", "inlineStr"}
    linked = [cell for cell in cells if cell.hyperlink]
    assert linked
    assert {cell.column for cell in linked} == {stored(vault)[0].index("url") + 1}
    assert [cell.value for cell in linked if link(str(cell.value)) != cell.hyperlink.target] == []


@pytest.mark.parametrize(("locale", "separator"), [("en", ","), ("ru", ";"), ("uk", ";")])
def test_the_excel_profile_separates_cells_as_the_language_of_that_excel_does(
    vault: Path, tmp_path: Path, locale: str, separator: str
) -> None:
    out = tmp_path / "x.csv"
    export(vault, "coverage", out, profile="excel", locale=locale)
    with out.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, delimiter=separator)
    assert header == stored(vault)[0]
    scores = [row[header.index("score")] for row in rows]
    assert all(("," in score) == (locale != "en") for score in scores), scores
    assert {"." in score for score in scores} == {locale == "en"}


def test_the_manifest_says_what_was_asked_of_which_state_what_came_and_what_could_not_be_seen(
    vault: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.csv"
    day = date(2026, 5, 18)
    count = export(vault, "coverage", out, clock="first_seen", since=day, until=day, query="повестка")
    said = json.loads((tmp_path / "x.csv.manifest.json").read_text("utf-8"))
    assert (said["view"], said["query"], said["clock"], said["from"], said["to"]) == (
        "coverage", "повестка", "first_seen", "2026-05-18", "2026-05-18",
    )  # fmt: skip
    assert (said["rows"], said["sha256"]) == (count, hashlib.sha256(out.read_bytes()).hexdigest())
    assert list(said["columns"]) == stored(vault)[0]
    assert said["state"]["database"] == "vault"
    assert said["state"]["fetch"] > 0
    assert [gap["outcome"] for gap in said["gaps"] if gap["gap"] != "not watched"] == ["timeout"]
    assert [hour["state"] for hour in said["unseen_hours"]] == ["failed"]
    export(vault, "coverage", out, clock="first_seen", since=date(2026, 5, 20))
    later = json.loads((tmp_path / "x.csv.manifest.json").read_text("utf-8"))
    assert [gap["gap"] for gap in later["gaps"]] == ["not watched"], "a gap that was over before the period began is none of it"
    assert later["unseen_hours"] == [], "nor are its hours"
    assert later["rows"] == 0


@pytest.mark.parametrize(("name", "profile", "locale", "told"), [
    ("x.csv", "machine", "en", None), ("x.csv", "excel", "en", "en"), ("x.csv", "excel", "ru", "ru"),
    ("x.xlsx", "machine", "uk", "uk"), ("x.jsonl", "machine", "en", None),
])  # fmt: skip
def test_the_manifest_tells_a_locale_only_where_the_file_depends_on_it(
    vault: Path, tmp_path: Path, name: str, profile: str, locale: str, told: str | None
) -> None:
    export(vault, "gaps", tmp_path / name, profile=profile, locale=locale)
    said = json.loads((tmp_path / f"{name}.manifest.json").read_text("utf-8"))
    assert (said["profile"], said["locale"]) == (profile, told)
    assert said["bytes"] == (tmp_path / name).stat().st_size


def test_the_manifest_tells_what_was_chosen_and_by_which_program(vault: Path, tmp_path: Path) -> None:
    said = []
    for name, outlet in (("a", "Полюс"), ("b", "Северный луч")):
        export(vault, "coverage", tmp_path / f"{name}.csv", only=(("outlet", outlet),))
        said.append(json.loads((tmp_path / f"{name}.csv.manifest.json").read_text("utf-8")))
        assert said[-1]["only"] == [{"outlet": outlet}]
        assert said[-1]["clock"] is None, "no range of days was asked for"
        assert (said[-1]["commit"], said[-1]["code"]) == (commit(), code_digest())
        assert said[-1]["made"] > said[-1]["state"]["newest_fetch"]
    assert said[0]["state"]["content"] != said[1]["state"]["content"]


def test_a_story_and_a_copied_text_have_an_id_that_is_there_or_was(vault: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied.db"
    shutil.copy(vault, copied)
    with open_reader(vault) as reader:
        row = next(row for row in reader.view("coverage") if row["copy_group"] and row["article"] != row["story"])
    with closing(sqlite3.connect(copied)) as db, db:
        for kind, now in (("story", row["story"]), ("copies", row["copy_group"])):
            db.execute("INSERT INTO former_ids VALUES (?, 'feedfeedfeedfeed', ?, '2026-05-18T12:00:00.000000Z')", (kind, now))
    snapshot(copied, tmp_path / "public.db")
    for database in (copied, tmp_path / "public.db"):
        for name in ("story", "copy_group"):
            counts = [export(database, "coverage", tmp_path / "x.csv", only=((name, id_),)) for id_ in (row[name], "feed" * 4)]
            assert counts[0] == counts[1] > 0
            assert json.loads((tmp_path / "x.csv.manifest.json").read_text("utf-8"))["only"] == [{name: row[name]}]
            near = f"--{name}: there is no .*; there is {row[name]}"
            for wrong in (row["article"], row[name][:8]) if name == "story" else (row[name][:8],):
                with pytest.raises(UsageError, match=near):
                    export(database, "coverage", tmp_path / "y.csv", only=((name, wrong),))
            for view in ("coverage", "stories"):
                with pytest.raises(UsageError, match="there is no nothing; the id stands in the address of its page"):
                    export(database, view, tmp_path / "y.csv", only=((name, "nothing"),))
        with pytest.raises(UsageError, match="there is no nothing"):
            export_all(database, ExportRequest("all", only=(("story", "nothing"),)), tmp_path / "all")
    assert not list(tmp_path.glob("y*"))
    assert not (tmp_path / "all").exists()


@pytest.mark.parametrize("end", ["since", "until"])
def test_a_manifest_names_the_clock_of_a_range_that_is_open_at_one_end(vault: Path, tmp_path: Path, end: str) -> None:
    export(vault, "coverage", tmp_path / "x.csv", clock="published", **{end: date(2026, 5, 18)})
    said = json.loads((tmp_path / "x.csv.manifest.json").read_text("utf-8"))
    name = {"since": "from", "until": "to"}
    assert said["clock"] == "published"
    assert {said[name[one]] for one in name if one != end} == {None}
    assert said[name[end]] == "2026-05-18"


def test_the_file_is_on_the_disk_before_it_has_its_name_and_its_manifest_is_named_after_it(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    replace, fsync = Path.replace, os.fsync

    def named(self: Path, target: Path) -> Path:
        done.append(target.name)
        return replace(self, target)

    def synced(handle: int) -> None:
        done.append("on the disk" if stat.S_ISREG(os.fstat(handle).st_mode) else "its name too")
        fsync(handle)

    monkeypatch.setattr(Path, "replace", named)
    monkeypatch.setattr(os, "fsync", synced)
    export(vault, "gaps", tmp_path / "x.csv")
    of_one = ["on the disk", "x.csv", "its name too"]
    assert done == [*of_one, *(step.replace("x.csv", "x.csv.manifest.json") for step in of_one)]


@pytest.mark.parametrize("kind", formats.KINDS)
def test_the_same_export_of_the_same_state_is_the_same_file(kind: str, vault: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(vault, "coverage", tmp_path / f"{name}.{kind}")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_snapshot_gives_the_rows_of_its_vault_whatever_is_asked(vault: Path, tmp_path: Path) -> None:
    snapshot(vault, tmp_path / "public.db")
    for view in (*VIEWS, *TABLES):
        export(vault, view, tmp_path / "a.csv")
        export(tmp_path / "public.db", view, tmp_path / "b.csv")
        assert read_csv(tmp_path / "a.csv") == read_csv(tmp_path / "b.csv")
    for query in ("студентами", "повестка NOT студент", "lang:uk", "NOT повестка"):
        export(vault, "coverage", tmp_path / "a.csv", query=query)
        export(tmp_path / "public.db", "coverage", tmp_path / "b.csv", query=query)
        assert read_csv(tmp_path / "a.csv") == read_csv(tmp_path / "b.csv")


@given(st.lists(st.one_of(hostile, st.text(), st.none(), st.integers()), max_size=8))
def test_a_row_is_escaped_as_its_cells_are(row: list[Any]) -> None:
    assert formats._excel_row(row) == [excel_cell(cell) for cell in row]


@pytest.mark.parametrize(("since", "until", "said"), [
    (date(2026, 5, 1), date(2026, 5, 10), "not watched before 2026-05-18 "),
    (None, date(2026, 5, 10), "not watched before 2026-05-18 "),
    (date(2030, 1, 1), None, "not watched after 2026-05-"),
    (date(2030, 1, 1), date(2030, 1, 2), "not watched after 2026-05-"),
])  # fmt: skip
def test_days_that_nobody_watched_are_a_gap(
    vault: Path, tmp_path: Path, since: date | None, until: date | None, said: str
) -> None:
    assert export(vault, "coverage", tmp_path / "x.csv", since=since, until=until) == 0
    gap, *others = json.loads((tmp_path / "x.csv.manifest.json").read_text("utf-8"))["gaps"]
    assert all(one["last_read"] is None for one in others), "what was never read was not read then either"
    assert (gap["gap"], gap["outlet"]) == ("not watched", "")
    assert gap["detail"].startswith(said)
    assert gap["detail"].endswith(" UTC")
