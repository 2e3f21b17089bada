"""What a story that is handed over promises: others read it, every byte is proved, the same state gives the same file."""

import base64
import gzip
import hashlib
import io
import json
import shutil
import zipfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cdxj_indexer.main import CDXJIndexer
from hypothesis import given
from hypothesis import strategies as st
from surt import surt as theirs
from wacz.validate import Validation
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import calendars
from monitor.archive.log import read_log
from monitor.archive.signing import NAME as CHECKPOINTS
from monitor.archive.signing import Checkpoint, read_checkpoints
from monitor.errors import ArchiveError, UsageError
from monitor.export.wacz import export_story, surt
from monitor.press import MOMENTS
from monitor.vault import open_reader
from tests.press_days import PressDays, monitor


@pytest.fixture(scope="module")
def newsroom(press_days: PressDays, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with edits, an absence and unchanged looks, beside its archive; and what was handed over before there were any."""
    folder = Path(shutil.copytree(press_days.rechecked_again, tmp_path_factory.mktemp("press") / "data"))
    with open_reader(press_days.crawled / "monitor.db") as reader:
        (row,) = reader.query("SELECT story FROM articles WHERE story <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        (folder / "before.json").write_text(json.dumps([row["story"], reader.state()["as_of"]]))
    export_story(press_days.crawled / "monitor.db", press_days.crawled / "warc", row["story"], folder / "before.wacz")
    return folder


@pytest.fixture(scope="module")
def story(newsroom: Path) -> str:
    """The largest story with an edited article."""
    with open_reader(newsroom / "monitor.db") as reader:
        (row,) = reader.query(
            "SELECT story FROM edits JOIN (SELECT story, count(*) AS n FROM articles GROUP BY 1) USING (story)"
            " ORDER BY n DESC, story LIMIT 1"
        )
    return str(row["story"])


@pytest.fixture(scope="module")
def file(newsroom: Path, story: str) -> Path:
    out = newsroom / "story.wacz"
    assert f"captures of story {story}" in monitor(newsroom, "export", "story", story, "-o", str(out), moment=MOMENTS[2])
    return out


@pytest.fixture(scope="module")
def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_validator_of_the_format_finds_nothing_wrong(file: Path) -> None:
    said = io.StringIO()
    with redirect_stdout(said):
        checked = Validation(str(file))
        assert checked.version == "1.1.1"
        assert checked.check_required_contents() == 0
        for check in ("frictionless_validate", "check_file_paths", "check_compression", "check_file_hashes"):
            assert getattr(checked, check)(), (check, said.getvalue())
        assert checked.check_indexes()
        assert checked.check_data_package_hash_and_sig()


def test_as_of_another_time_it_is_the_file_that_was_handed_over_then(newsroom: Path, tmp_path: Path) -> None:
    story, time = json.loads((newsroom / "before.json").read_text())
    for name, *as_of in (("then.wacz", "--as-of", time), ("now.wacz",)):
        monitor(newsroom, "export", "story", story, "-o", str(tmp_path / name), *as_of, moment=MOMENTS[2])
    assert (tmp_path / "then.wacz").read_bytes() == (newsroom / "before.wacz").read_bytes()
    assert (tmp_path / "now.wacz").read_bytes() != (newsroom / "before.wacz").read_bytes()


def test_the_index_is_that_which_the_indexer_of_others_makes(parts: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "story.warc.gz").write_bytes(parts["archive/story.warc.gz"])
    made = io.StringIO()
    CDXJIndexer(made, [str(tmp_path / "story.warc.gz")], sort=True).process_all()
    wanted, ours = (
        [(key, time, json.loads(said)) for key, time, said in (line.split(" ", 2) for line in text.splitlines())]
        for text in (made.getvalue(), gzip.decompress(parts["indexes/index.cdx.gz"]).decode())
    )
    assert ours == wanted
    meta, block = parts["indexes/index.idx"].decode().splitlines()
    assert meta.startswith("!meta 0 ")
    place = json.loads(block.split(" ", 2)[2])
    assert (place["offset"], place["length"]) == (0, len(parts["indexes/index.cdx.gz"]))
    # ReplayWeb.page keeps the slash at a path's end, and looks for no address before the first of the blocks.
    first = block.split(" ")[0]
    assert all(_as_replayed(said["url"]) > first for _, _, said in ours)


def _as_replayed(url: str) -> str:
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    return f"{host}{f':{parts.port}' if parts.port else ''}){parts.path}?{'&'.join(sorted(parts.query.split('&')))}"


def test_each_version_is_a_page_that_the_index_finds_and_revisits_find_what_they_refer_to(
    newsroom: Path, story: str, parts: dict[str, bytes]
) -> None:
    head, *pages = [json.loads(line) for line in parts["pages/pages.jsonl"].splitlines()]
    assert head["format"] == "json-pages-1.0"
    with open_reader(newsroom / "monitor.db") as reader:
        versions = reader.query("SELECT text_digest FROM versions WHERE story = ? ORDER BY text_digest", (story,))
    assert sorted(page["id"] for page in pages) == [row["text_digest"][:16] for row in versions]
    records = list(ArchiveIterator(io.BytesIO(parts["archive/story.warc.gz"]), check_digests="raise"))
    headers = [record.rec_headers.get_header for record in records]
    dates = {(header("WARC-Target-URI"), header("WARC-Date")) for header in headers if header("WARC-Type") == "response"}
    assert {(page["url"], page["ts"]) for page in pages} <= dates
    ids = {header("WARC-Record-ID") for header in headers}
    revisits = [header for header in headers if header("WARC-Type") == "revisit"]
    assert revisits
    assert {header("WARC-Refers-To") for header in revisits} <= ids


def test_every_capture_is_proved_by_what_is_in_the_file(newsroom: Path, parts: dict[str, bytes], tmp_path: Path) -> None:
    lines = parts["proof/log.txt"].splitlines()
    entries = [json.loads(line) for line in lines]
    digests = {entry["n"]: hashlib.sha256(line).hexdigest() for entry, line in zip(entries, lines, strict=True)}
    for entry in entries:
        if entry["n"] - 1 in digests:
            assert entry["previous"] == digests[entry["n"] - 1]
    (tmp_path / "checkpoints").write_bytes(parts["proof/checkpoints.txt"])
    signed = list(read_checkpoints(tmp_path / "checkpoints"))
    assert signed
    ends = {}
    for checkpoint in signed:
        assert isinstance(checkpoint, Checkpoint)
        assert digests[checkpoint.head.entries] == checkpoint.head.digest
        ends[checkpoint.head.entries] = checkpoint
    captures = {entry["record"]: entry for entry in entries if entry["kind"] == "capture"}
    warc, place = parts["archive/story.warc.gz"], 0
    with_log = {entry.fields["record"]: entry for entry in read_log(newsroom / "warc" / "log.jsonl") if entry.kind == "capture"}
    order = [
        record.rec_headers.get_header("WARC-Record-ID")
        for record in ArchiveIterator(io.BytesIO(warc))
        if record.rec_type in {"response", "revisit"}
    ]
    for id_ in order:
        entry = captures[id_]
        assert hashlib.sha256(warc[place : place + entry["bytes"]]).hexdigest() == entry["sha256"]
        assert all(n in digests for n in range(entry["n"], min(end for end in ends if end >= entry["n"]) + 1))
        assert with_log[id_].number == entry["n"]
        place += entry["bytes"]
    assert place == len(warc)


def test_what_is_known_goes_with_it_as_exports_have_it(
    newsroom: Path, story: str, parts: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "coverage.csv"
    monitor(newsroom, "export", "coverage", "--story", story, "-o", str(out), moment=MOMENTS[2])
    assert parts["views/coverage.csv"] == out.read_bytes()
    for view in ("edits", "versions", "story_articles", "denials"):
        assert b"article" in parts[f"views/{view}.csv"].splitlines()[0]
    assert parts["views/edits.csv"].count(b"\n") > 1
    assert json.loads(parts["datapackage.json"])["title"].startswith("[Fiction")


def test_any_article_of_a_story_names_it(newsroom: Path, story: str, file: Path, tmp_path: Path) -> None:
    with open_reader(newsroom / "monitor.db") as reader:
        (row,) = reader.query("SELECT id FROM articles WHERE story = ? AND id <> story LIMIT 1", (story,))
    export_story(newsroom / "monitor.db", newsroom / "warc", row["id"], tmp_path / "story.wacz")
    assert (tmp_path / "story.wacz").read_bytes() == file.read_bytes()


def test_the_same_state_gives_the_same_bytes(newsroom: Path, story: str, file: Path, tmp_path: Path) -> None:
    export_story(newsroom / "monitor.db", newsroom / "warc", story, tmp_path / "again.wacz")
    assert (tmp_path / "again.wacz").read_bytes() == file.read_bytes()


def test_proofs_by_calendars_go_with_it_as_far_as_they_had_come(newsroom: Path, story: str, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(newsroom / "warc", tmp_path / "warc"))
    signed = [read for read in read_checkpoints(archive / CHECKPOINTS) if isinstance(read, Checkpoint)]
    for data in (b"promised", b"bound"):
        for checkpoint in signed:
            calendars.store(archive, calendars.CalendarProof(checkpoint.head, checkpoint.time, data))
    first = datetime(2026, 5, 20, tzinfo=UTC)
    rows = [json.loads(line) for line in (archive / calendars.NAME).read_text().splitlines()]
    times = [(first + timedelta(days=number // len(signed))).isoformat() for number in range(len(rows))]
    lines = [json.dumps(row | {"kept": time}) + "\n" for row, time in zip(rows, times, strict=True)]
    (archive / calendars.NAME).write_text("".join(lines))
    for as_of, said in ((None, b"bound"), (first + timedelta(days=1), b"bound"), (first, b"promised")):
        export_story(newsroom / "monitor.db", archive, story, tmp_path / "story.wacz", as_of)
        with zipfile.ZipFile(tmp_path / "story.wacz") as packed:
            kept = [json.loads(line) for line in packed.read("proof/calendars.txt").splitlines()]
            ends = [json.loads(line)["entries"] for line in packed.read("proof/checkpoints.txt").splitlines()]
        assert [proof["entries"] for proof in kept] == ends
        assert {base64.b64decode(proof["ots"]) for proof in kept} == {said}
    export_story(newsroom / "monitor.db", archive, story, tmp_path / "story.wacz", first - timedelta(days=1))
    with zipfile.ZipFile(tmp_path / "story.wacz") as packed:
        assert "proof/calendars.txt" not in packed.namelist()


def test_a_capture_that_has_changed_is_not_handed_over(newsroom: Path, story: str, tmp_path: Path) -> None:
    shutil.copytree(newsroom / "warc", tmp_path / "warc")
    for path in (tmp_path / "warc").glob("*.warc.gz"):
        data = bytearray(path.read_bytes())
        for at in range(500, len(data), 1000):
            data[at] ^= 1
        path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"\.warc\.gz: offset \d+"):
        export_story(newsroom / "monitor.db", tmp_path / "warc", story, tmp_path / "story.wacz")
    assert list(tmp_path.glob("*story.wacz*")) == []


def test_a_wrong_order_is_told(newsroom: Path, story: str, tmp_path: Path) -> None:
    for name, out, said in (
        ("nothing", "a.wacz", "no such story"),
        ("", "a.wacz", "no such story"),
        (story, "a.zip", "ends in .wacz"),
    ):
        with pytest.raises(UsageError, match=said):
            export_story(newsroom / "monitor.db", newsroom / "warc", name, tmp_path / out)
    monitor(newsroom, "publish", str(tmp_path / "site"), moment=MOMENTS[2])
    with pytest.raises(UsageError, match="is a snapshot"):
        export_story(tmp_path / "site" / "public.db", newsroom / "warc", story, tmp_path / "a.wacz")


names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@given(st.lists(names, min_size=2, max_size=3), st.lists(names, max_size=3), st.dictionaries(names, names, max_size=2))
def test_addresses_are_sorted_as_archives_sort_them(host: list[str], path: list[str], query: dict[str, str]) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    url = f"https://www.{'.'.join(host)}/{'/'.join(path)}{f'?{asked}' if asked else ''}"
    assert surt(url) == theirs(url)
