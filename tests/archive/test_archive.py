"""What the archive promises: what was received is there, byte for byte, whatever happened meanwhile; what is broken is named."""

import gzip
import io
import os
import re
import signal
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import WarcWriter, pack, read_capture, records
from monitor.archive.reader import MAX_PAYLOAD
from monitor.archive.signing import NAME as CHECKPOINTS
from monitor.archive.signing import seal
from monitor.archive.verify import verify_archive
from monitor.archive.warc import OPEN
from monitor.errors import ArchiveError
from monitor.model import Capture, Original

NOW = datetime(2026, 5, 18, 12, 0, 0, 250, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]
AGENT = [("User-Agent", "Povestka")]


def keep(writer: WarcWriter, body: bytes, url: str = "http://127.0.0.11/a?b=1", headers: list[tuple[str, str]] = HTML) -> Capture:
    return writer.append(pack(url, AGENT, 200, "OK", headers, body, NOW, "127.0.0.11"))


def test_a_capture_is_read_back_byte_for_byte_while_its_file_is_open_and_after(tmp_path: Path) -> None:
    bodies = [b"<p>one</p>", b"", b"\x00\xff" * 1000, os.urandom(300_000)]
    with WarcWriter(tmp_path) as writer:
        captures = [keep(writer, body) for body in bodies]
        assert [read_capture(tmp_path, capture) for capture in captures] == [(200, tuple(HTML), body) for body in bodies]
    assert [read_capture(tmp_path, capture)[2] for capture in captures] == bodies


@given(
    body=st.binary(max_size=200), name=st.text(min_size=1, max_size=20), value=st.text(max_size=40), reason=st.text(max_size=20)
)
@settings(max_examples=60)
def test_whatever_a_server_says_becomes_one_record_that_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, name: str, value: str, reason: str
) -> None:
    folder = tmp_path_factory.mktemp("warc")
    with WarcWriter(folder) as writer:
        captures = [
            writer.append(pack("http://127.0.0.11/дом", AGENT, 200, reason, [(name, value)], body, NOW)),
            keep(writer, b"next"),
        ]
    assert [read_capture(folder, capture)[2] for capture in captures] == [body, b"next"]
    assert len(list(records(folder / captures[0].file))) == 2


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """How much of each file was there when it was last asked to be on the disk, by inode; what came later a power cut takes."""
    sizes: dict[int, int] = {}
    fsync = os.fsync

    def synced(handle: int) -> None:
        fsync(handle)
        sizes[os.fstat(handle).st_ino] = os.fstat(handle).st_size

    monkeypatch.setattr(os, "fsync", synced)
    return sizes


def test_a_power_cut_takes_nothing_that_was_acknowledged(tmp_path: Path, on_disk: dict[int, int]) -> None:
    def is_whole(path: Path) -> bool:
        return on_disk.get(path.stat().st_ino) == path.stat().st_size

    with WarcWriter(tmp_path) as writer:
        for body in (b"one", b"two"):
            capture = keep(writer, body)
            assert is_whole(tmp_path / f"{capture.file}{OPEN}")
        assert tmp_path.stat().st_ino in on_disk, "the file's name too"
        on_disk.clear()
    assert is_whole(writer.log.path), "the digest of a closed file"
    assert tmp_path.stat().st_ino in on_disk, "and its new name"
    writer.log.append("run", run=1)
    seal(writer.log, tmp_path / "key")
    assert is_whole(writer.log.path), "before it is signed how far it goes"
    assert is_whole(tmp_path / CHECKPOINTS)


def test_the_file_is_warc_1_1_with_the_request_beside_its_response(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        capture = keep(writer, b"body")
    text = gzip.decompress((tmp_path / capture.file).read_bytes()).decode()
    response, request = text.split("WARC/1.1\r\n")[1:]
    assert "WARC-Date: 2026-05-18T12:00:00.000250Z" in response
    assert f"WARC-Payload-Digest: {capture.digest}" in response
    assert f"WARC-Record-ID: {capture.record_id}" in response
    assert f"WARC-Concurrent-To: {capture.record_id}" in request
    assert "GET /a?b=1 HTTP/1.1\r\nUser-Agent: Povestka" in request


def test_all_responses_of_a_file_are_given_with_their_encoding_undone(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>" + b"x" * 200_000)
    with WarcWriter(tmp_path) as writer:
        keep(writer, packed, headers=[*HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")])
        capture = keep(writer, b"plain", "http://127.0.0.12/b")
    first, second = records(tmp_path / capture.file)
    assert first.payload == b"<p>" + b"x" * 200_000
    assert (second.url, second.status, second.payload) == ("http://127.0.0.12/b", 200, b"plain")
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress((tmp_path / capture.file).read_bytes()))
    assert [record.payload for record in records(plain)] == [first.payload, second.payload]


def test_a_payload_that_unpacks_without_end_is_cut_just_past_the_limit(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        capture = keep(writer, gzip.compress(b"\0" * (MAX_PAYLOAD + 1_000_000)), headers=[*HTML, ("Content-Encoding", "gzip")])
    (only,) = records(tmp_path / capture.file)
    assert len(only.payload) == MAX_PAYLOAD + 1


def test_a_flipped_byte_is_named_with_file_and_offset(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        keep(writer, b"first")
        capture = keep(writer, b"second" * 50)
    path = tmp_path / capture.file
    whole = path.read_bytes()
    for position in range(capture.offset + 20, capture.offset + 200, 9):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(ArchiveError, match=rf"{capture.file}: offset {capture.offset}: "):
            read_capture(tmp_path, capture)
        with pytest.raises(ArchiveError, match=rf"{capture.file}: offset \d+: "):
            list(records(path))


def test_a_file_cut_anywhere_gives_its_whole_records_and_then_the_fault(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        capture = keep(writer, b"first")
        second = keep(writer, b"second")
    path = tmp_path / capture.file
    whole = path.read_bytes()
    # Cut exactly between two records a file is whole as far as it goes: the fsync and the row of the fetch stand for the rest.
    between, rest = set(), whole
    while rest:
        member = zlib.decompressobj(wbits=31)  # each record is a gzip member of its own
        member.decompress(rest)
        rest = member.unused_data
        between.add(len(whole) - len(rest))
    for end in set(range(second.offset + 1, len(whole), 7)) - between:
        path.write_bytes(whole[:end])
        given: list[bytes] = []
        with pytest.raises(ArchiveError, match=rf"^.*{capture.file}: offset \d+: [^\n]*$"):
            given.extend(record.payload for record in records(path))
        assert given in ([b"first"], [b"first", b"second"])


@dataclass
class Damaged:
    """A file of three captures, to be damaged; each record is a gzip member."""

    path: Path
    whole: bytes
    second: slice
    """Where the response of the second lies."""

    def read(self, damaged: bytes) -> tuple[list[bytes], list[str]]:
        """What is read of the file when it holds these bytes: the payloads, and what is said of what was passed over."""
        self.path.write_bytes(damaged)
        said: list[ArchiveError] = []
        payloads = [record.payload for record in records(self.path, skip=said.append)]
        return payloads, [str(error).removeprefix(f"{self.path}: ") for error in said]


BODIES = [b"first" * 99, b"second" * 99, b"third" * 99]


@pytest.fixture
def three(tmp_path: Path) -> Damaged:
    with WarcWriter(tmp_path) as writer:
        captures = [keep(writer, body) for body in BODIES]
    path, begin = tmp_path / captures[0].file, captures[1].offset
    whole = path.read_bytes()
    member = zlib.decompressobj(wbits=31)
    member.decompress(whole[begin:])
    return Damaged(path, whole, slice(begin, len(whole) - len(member.unused_data)))


def test_wherever_a_record_is_broken_it_alone_is_passed_over(three: Damaged) -> None:
    begin, end = three.second.start, three.second.stop
    for at in range(begin, end, 23):
        payloads, said = three.read(three.whole[:at] + bytes([three.whole[at] ^ 0x55]) + three.whole[at + 1 :])
        assert (payloads, len(said)) == ([BODIES[0], BODIES[2]], 1), f"byte {at - begin} of {end - begin}"
        assert said[0].startswith(f"offset {begin}: ")
        assert said[0].endswith(f"; {end - begin} bytes passed over, to the next record")


@pytest.mark.parametrize("garbage", [b"x", b"not a record\n" * 99, b"\x1f\x8b\x08 like a member", b"\0" * 70_000])
def test_garbage_between_two_records_is_passed_over_and_none_of_them(three: Damaged, garbage: bytes) -> None:
    begin = three.second.start
    payloads, (said,) = three.read(three.whole[:begin] + garbage + three.whole[begin:])
    assert payloads == BODIES
    assert said.endswith(f"; {len(garbage)} bytes passed over, to the next record")


@pytest.mark.parametrize(
    ("damaged", "payloads", "said"),
    [
        (lambda whole, second: whole[: second.start + 40], BODIES[:1], "; 40 bytes passed over, to the end"),
        (lambda _whole, _second: b"", [], "offset 0: the file is empty; 0 bytes passed over, to the end"),
        (lambda _whole, _second: b"Notes.\n" * 9, [], "; 63 bytes passed over, to the end"),
        (
            lambda _whole, _second: b"These are notes, and no archive.\n",
            [],
            "offset 0: no WARC record; 33 bytes passed over, to the end",
        ),
    ],
)
def test_what_is_cut_empty_or_no_archive_is_said_to_be(three: Damaged, damaged: Any, payloads: list[bytes], said: str) -> None:
    given, (only,) = three.read(damaged(three.whole, three.second))
    assert given == payloads
    assert only.endswith(said)


def test_a_page_in_a_broken_record_does_not_pass_for_a_record(three: Damaged, tmp_path: Path) -> None:
    forged = three.whole[three.second]
    with WarcWriter(tmp_path / "other") as writer:
        capture = keep(writer, forged, headers=[("Content-Type", "application/gzip")])
    member = zlib.decompressobj(wbits=31)
    record = member.decompress((tmp_path / "other" / capture.file).read_bytes()[capture.offset :])
    assert record.count(b"WARC-Payload-Digest: ") == 1
    wrong = gzip.compress(record.replace(b"WARC-Payload-Digest: sha256:", b"WARC-Payload-Digest: sha256:0"), compresslevel=0)
    assert forged in wrong
    begin = three.second.start
    payloads, (said,) = three.read(three.whole[:begin] + wrong + three.whole[three.second.stop :])
    assert payloads == [BODIES[0], BODIES[2]]
    assert said.startswith(f"offset {begin}: ")


def test_a_capture_of_another_file_is_not_taken_for_it(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        a, b = keep(writer, b"same"), keep(writer, b"same")
    with pytest.raises(ArchiveError, match=r"is record .* not"):
        read_capture(tmp_path, Capture(a.file, a.offset, b.record_id, a.digest))
    with pytest.raises(ArchiveError, match=r"the payload's SHA-256 is not sha256:00; its bytes have changed"):
        read_capture(tmp_path, Capture(a.file, a.offset, a.record_id, "sha256:00"))
    with pytest.raises(ArchiveError, match="No such file"):
        read_capture(tmp_path, Capture("none.warc.gz", 0, a.record_id, a.digest))
    with pytest.raises(ArchiveError, match="file was cut"):
        read_capture(tmp_path, Capture(a.file, 10**6, a.record_id, a.digest))


def test_a_new_file_is_begun_once_one_is_large_and_by_every_keeper(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, max_bytes=2000) as writer:
        captures = [keep(writer, os.urandom(900)) for _ in range(5)]
    with WarcWriter(tmp_path) as writer:
        captures.append(keep(writer, b"later"))
    files = sorted({capture.file for capture in captures})
    assert [file.split("-")[2] for file in files] == ["000001.warc.gz", "000002.warc.gz", "000003.warc.gz", "000004.warc.gz"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files.json", "log.jsonl", *files]
    assert len([read_capture(tmp_path, capture) for capture in captures]) == 6


def test_a_new_file_is_numbered_after_the_newest_also_where_older_ones_were_taken_elsewhere(tmp_path: Path) -> None:
    files = []
    for body in (b"one", b"two", b"three"):
        with WarcWriter(tmp_path) as writer:
            files.append(keep(writer, body).file)
        if len(files) == 2:
            (tmp_path / files[0]).unlink()
    assert [file.split("-")[2] for file in files] == ["000001.warc.gz", "000002.warc.gz", "000003.warc.gz"]


def test_a_keeper_that_writes_nothing_leaves_no_file(tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc"):
        pass
    assert list((tmp_path / "warc").iterdir()) == []


def test_a_torn_record_is_set_aside_and_the_file_closed_off_never_written_over(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path)
    first = keep(writer, b"first")
    keep(writer, b"torn" * 99)
    left = tmp_path / f"{first.file}.open"
    whole = left.read_bytes()
    left.write_bytes(whole[:-30])
    with WarcWriter(tmp_path) as again:
        later = keep(again, b"later")
    assert later.file != first.file
    assert read_capture(tmp_path, first)[2] == b"first"
    assert (tmp_path / first.file).read_bytes() + (tmp_path / f"{first.file}.torn").read_bytes() == whole[:-30]
    assert [record.payload for record in records(tmp_path / first.file)] == [b"first", b"torn" * 99]  # its request was torn


def test_after_kill_9_every_acknowledged_capture_is_there(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import os, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from monitor.archive import WarcWriter, pack
        writer = WarcWriter(Path({str(tmp_path)!r}))
        while True:
            body = os.urandom(5000)
            c = writer.append(pack("http://127.0.0.11/", [], 200, "OK", [], body, datetime.now(UTC)))
            print(c.file, c.offset, c.record_id, c.digest, flush=True)
    """)
    acknowledged = []
    for lines in (3, 1, 7):
        writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        acknowledged += [writer.stdout.readline() for _ in range(lines)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line for line in writer.stdout if line.endswith("\n")]
        writer.wait()
    WarcWriter(tmp_path).close()
    for line in acknowledged:
        file, offset, record_id, digest = line.split()
        read_capture(tmp_path, Capture(file, int(offset), record_id, digest))
    assert sum(len(list(records(path))) for path in tmp_path.glob("*.warc.gz")) >= len(acknowledged)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 128 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr!r}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.fault(49)
def test_on_a_full_disk_a_capture_is_whole_or_refused_and_with_room_the_next_is_whole(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(60_000))
    bodies = [os.urandom(5_000) for _ in range(30)]
    captures: list[Capture] = []
    with WarcWriter(small_disk / "warc") as writer:
        with pytest.raises(ArchiveError, match=r"warc\.gz\.open: offset \d+: No space left on device; make room"):
            captures.extend(keep(writer, body) for body in bodies)
        acknowledged = len(captures)
        assert 0 < acknowledged < 20
        ballast.unlink()
        captures.append(keep(writer, b"after"))
    stored = [*bodies[:acknowledged], b"after"]
    assert [read_capture(small_disk / "warc", capture)[2] for capture in captures] == stored
    assert [record.payload for record in records(small_disk / "warc" / captures[0].file)] == stored


FULL = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import WarcWriter, pack
from monitor.errors import ArchiveError
writer = WarcWriter(Path(sys.argv[1]))
def write(body):
    c = writer.append(pack("http://127.0.0.11/", [], 200, "OK", [], body, datetime.now(UTC)))
    print(c.file, c.offset, c.record_id, c.digest)
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    while True:
        write(os.urandom(5000))
except ArchiveError as error:
    print(error, file=sys.stderr)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write(b"after")
writer.close()
"""


@pytest.mark.fault(49)
@pytest.mark.parametrize("most", [14_000, 15_001, 16_384])
def test_where_the_system_takes_a_part_of_a_record_it_is_taken_back(tmp_path: Path, most: int) -> None:
    """A limit on the size of files makes the kernel take what fits, as a full disk does, and needs no rights."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path), str(most)], check=False, capture_output=True, text=True)
    assert re.fullmatch(r".*\.warc\.gz\.open: offset \d+: File too large; make room [^\n]+\n", done.stderr)
    captures = []
    for line in done.stdout.splitlines():
        file, offset, record, digest = line.split()
        captures.append(Capture(file, int(offset), record, digest))
    payloads = [read_capture(tmp_path, capture)[2] for capture in captures]
    assert [record.payload for record in records(tmp_path / captures[0].file)] == payloads
    assert payloads[-1] == b"after"
    assert len(payloads) > 2


class NoWayBack(io.FileIO):
    """A file on a disk that refuses to be cut, too."""

    def truncate(self, size: int | None = None, /) -> int:
        raise OSError(5, "Input/output error")


def test_behind_a_record_that_cannot_be_taken_back_nothing_more_is_written(small_disk: Path) -> None:
    writer = WarcWriter(small_disk)
    first = keep(writer, b"first")
    assert writer._file
    writer._file = NoWayBack(writer._file.name, "r+b")
    writer._file.seek(0, 2)
    with pytest.raises(ArchiveError, match="No space left on device"):
        keep(writer, os.urandom(200_000))
    (small_disk / f"{first.file}.open").write_bytes((small_disk / f"{first.file}.open").read_bytes()[:5_000])  # makes room
    second = keep(writer, b"second")
    writer.close()
    assert second.file.split("-")[2] != first.file.split("-")[2]
    with WarcWriter(small_disk) as again:
        keep(again, b"third")
    assert [read_capture(small_disk, capture)[2] for capture in (first, second)] == [b"first", b"second"]
    assert [record.payload for record in records(small_disk / first.file)] == [b"first"]


def revisited(folder: Path, *, status: int = 200, body: bytes = b"<p>page</p>" * 300) -> tuple[Capture, Capture]:
    """A page, and an answer to a later request for it."""
    with WarcWriter(folder) as writer:
        first = keep(writer, b"<p>page</p>" * 300)
        original = Original("http://127.0.0.11/a?b=1", NOW, first)
        later = NOW + timedelta(hours=1)
        answer = b"" if status == 304 else body
        return first, writer.append(pack(original.url, AGENT, status, "", [("ETag", "1")], answer, later, original=original))


def test_the_same_bytes_again_are_a_revisit_that_standard_tools_read_and_we_give_them_back(tmp_path: Path) -> None:
    first, again = revisited(tmp_path)
    assert again.digest == first.digest
    assert read_capture(tmp_path, again) == (200, (("ETag", "1"),), b"<p>page</p>" * 300)
    with (tmp_path / again.file).open("rb") as file:
        found = [record for record in ArchiveIterator(file) if record.rec_type == "revisit"]
        said = dict(found[0].rec_headers.headers)
    assert len(found) == 1
    assert said["WARC-Profile"].endswith("/revisit/identical-payload-digest")
    assert (said["WARC-Refers-To"], said["WARC-Payload-Digest"]) == (first.record_id, first.digest)
    assert (said["WARC-Refers-To-Target-URI"], said["WARC-Refers-To-Date"]) == (
        "http://127.0.0.11/a?b=1",
        "2026-05-18T12:00:00.000250Z",
    )
    assert [(page.status, page.payload) for page in records(tmp_path / again.file)] == [(200, b"<p>page</p>" * 300)] * 2


def test_an_answer_that_nothing_has_changed_is_a_revisit_with_the_bytes_that_came_none(tmp_path: Path) -> None:
    first, again = revisited(tmp_path, status=304)
    assert read_capture(tmp_path, again) == (304, (("ETag", "1"),), b"")
    with (tmp_path / again.file).open("rb") as file:
        (said,) = [dict(record.rec_headers.headers) for record in ArchiveIterator(file) if record.rec_type == "revisit"]
    assert said["WARC-Profile"].endswith("/revisit/server-not-modified")
    assert (said["WARC-Refers-To"], said["WARC-Payload-Digest"]) == (first.record_id, first.digest)


def test_other_bytes_are_a_response_of_their_own(tmp_path: Path) -> None:
    _, other = revisited(tmp_path, body=b"<p>another</p>")
    assert read_capture(tmp_path, other)[2] == b"<p>another</p>"
    assert b"revisit" not in gzip.decompress((tmp_path / other.file).read_bytes())


def test_a_revisit_costs_little_is_verified_and_is_logged_after_a_kill(tmp_path: Path) -> None:
    body = os.urandom(100_000)
    with WarcWriter(tmp_path) as writer:
        original = Original("http://127.0.0.11/a?b=1", NOW, keep(writer, body))
        size = (tmp_path / f"{original.capture.file}{OPEN}").stat().st_size
        again = writer.append(pack(original.url, AGENT, 200, "", HTML, body, NOW, original=original))
        assert (tmp_path / f"{again.file}{OPEN}").stat().st_size - size < 1500
        assert read_capture(tmp_path, again)[2] == body  # while the file is open, too
    assert verify_archive(tmp_path).faults == []
    # The log ends before the revisit, and the file is open, as a kill leaves both.
    log = tmp_path / "log.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:1]))
    (tmp_path / again.file).rename(tmp_path / f"{again.file}{OPEN}")
    WarcWriter(tmp_path).close()
    found = verify_archive(tmp_path)
    assert found.faults == []
    assert found.holds(again)
    # One flipped byte of it is named.
    path = tmp_path / again.file
    damaged = bytearray(path.read_bytes())
    damaged[again.offset + 200] ^= 1
    path.write_bytes(damaged)
    assert any(f"record {again.record_id}" in fault for fault in verify_archive(tmp_path).faults)


@pytest.mark.parametrize("refers", ["", "../x 5", "x.warc.gz 5", "x y", "FILE 999999", "FILE SELF"])
def test_a_revisit_that_leads_nowhere_is_told(tmp_path: Path, refers: str) -> None:
    _, again = revisited(tmp_path)
    path = tmp_path / again.file
    data = path.read_bytes()
    plain = gzip.decompress(data[again.offset :])
    named = refers.replace("FILE", again.file).replace("SELF", str(again.offset)).encode()
    plain = re.sub(rb"(?i)(x-povestka-refers-to: )[^\r]*", rb"\1" + named, plain)
    path.write_bytes(data[: again.offset] + gzip.compress(plain))
    with pytest.raises(ArchiveError, match=r"revisit"):
        read_capture(tmp_path, again)
