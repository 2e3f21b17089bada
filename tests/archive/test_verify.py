"""An archive is verified by its log and the signatures of it alone: whatever was changed is found and named."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.archive import WarcWriter, inventory, log, pack, read_capture, records, signing
from monitor.archive.log import BEGINNING, Entry, EvidenceLog, LogFault, read_log
from monitor.archive.signing import seal
from monitor.archive.verify import VerificationResult, archived_files, verify_archive, verify_log
from monitor.errors import ArchiveError
from monitor.model import Capture, Original

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)


def write(writer: WarcWriter, number: int) -> Capture:
    body = hashlib.sha256(str(number).encode()).hexdigest().encode() * 9
    return writer.append(
        pack(f"https://bereg.example/{number}", [("User-Agent", "Povestka")], 200, "OK", [("A", "b")], body, NOW)
    )


class Archive:
    """Eight captures in three files, logged and signed; and what is found when it was changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with WarcWriter(folder, max_bytes=1_700) as writer:
            self.captures = [write(writer, n) for n in range(8)]
        seal(EvidenceLog(folder), folder.parent / "key")
        assert len({capture.file for capture in self.captures}) == 3
        self.bytes = {path: path.read_bytes() for path in folder.iterdir()}

    def path(self, number: int) -> Path:
        return self.folder / self.captures[number].file

    def end(self, number: int) -> int:
        following = [c.offset for c in self.captures[number + 1 :] if c.file == self.captures[number].file]
        return following[0] if following else len(self.bytes[self.path(number)])

    def piece(self, number: int) -> bytes:
        return self.bytes[self.path(number)][self.captures[number].offset : self.end(number)]

    def verify(self, changed: dict[Path, bytes | None]) -> VerificationResult:
        for path, content in changed.items():
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
        found = verify_archive(self.folder)
        for path in set(self.folder.iterdir()) - set(self.bytes):
            path.unlink()
        for path, whole in self.bytes.items():
            path.write_bytes(whole)
        return found

    def log_with(self, change: Callable[[list[bytes]], list[bytes]]) -> list[str]:
        path = self.folder / log.NAME
        return self.verify({path: b"".join(change(self.bytes[path].splitlines(keepends=True)))}).faults


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(tmp_path_factory.mktemp("verify") / "warc")


def test_a_whole_archive_is_found_to_be_whole(archive: Archive) -> None:
    found = archive.verify({})
    assert found.is_whole
    assert (found.files, found.captures, found.entries, len(found.checkpoints)) == (3, 8, 12, 1)
    assert found.bytes == sum(len(whole) for path, whole in archive.bytes.items() if path.suffix == ".gz")
    assert all(found.holds(capture) for capture in archive.captures)
    assert not found.holds(Capture(archive.captures[0].file, 0, archive.captures[0].record_id, "sha256:00"))


@pytest.mark.fault(55)
def test_each_flipped_bit_of_a_file_is_named_with_its_record(archive: Archive) -> None:
    for number in (0, 4, 7):
        path, capture = archive.path(number), archive.captures[number]
        for at in range(capture.offset, archive.end(number), 3):
            whole = archive.bytes[path]
            (fault,) = archive.verify({path: whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]}).faults
            assert fault.startswith(
                f"{path}: offset {capture.offset}: record {capture.record_id} (https://bereg.example/{number})"
            )
            assert fault.endswith(" has changed")


def test_a_picture_is_held_against_the_log_as_captures_are(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    with WarcWriter(folder) as writer:
        page = write(writer, 1)
        picture = writer.write_picture(Original("https://bereg.example/1", NOW, page), b"\x89PNG drawn", NOW, "Browser 1")
    found = verify_archive(folder)
    assert (found.faults, found.captures, found.holds(picture)) == ([], 1, True)
    assert read_capture(folder, picture)[2] == b"\x89PNG drawn"
    assert [record.url for record in records(folder / picture.file)] == ["https://bereg.example/1"], "no page of its own"
    path = folder / picture.file
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    (fault,) = verify_archive(folder).faults
    assert fault == f"{path}: offset {picture.offset}: record {picture.record_id} (https://bereg.example/1) has changed"


def test_a_picture_that_a_kill_kept_out_of_the_log_is_logged_late(tmp_path: Path) -> None:
    folder = tmp_path / "warc"
    writer = WarcWriter(folder)
    page = write(writer, 1)
    entries = (folder / log.NAME).read_bytes()
    picture = writer.write_picture(Original("https://bereg.example/1", NOW, page), b"\x89PNG drawn", NOW, "Browser 1")
    (folder / log.NAME).write_bytes(entries)
    with WarcWriter(folder):
        pass
    late = next(read for read in read_log(folder / log.NAME) if isinstance(read, Entry) and read.kind == "picture")
    said = {name: late.fields[name] for name in ("record", "digest", "of", "browser", "late")}
    assert said == {
        "record": picture.record_id, "digest": picture.digest, "of": page.record_id, "browser": "Browser 1", "late": True,
    }  # fmt: skip
    assert verify_archive(folder).faults == []


@pytest.mark.fault(55)
def test_a_record_that_is_missing_put_in_or_moved_is_named(archive: Archive) -> None:
    path, begin, end = archive.path(1), archive.captures[1].offset, archive.end(1)
    whole = archive.bytes[path]
    named = [f"record {capture.record_id} (https://bereg.example/{n})" for n, capture in enumerate(archive.captures)]
    missing = archive.verify({path: whole[:begin] + whole[end:]}).faults
    assert [f"{named[1]} is missing" in missing[0], f"{named[2]} stands elsewhere" in missing[1], len(missing)] == [True, True, 2]
    put_in = archive.verify({path: whole[:begin] + archive.piece(7) + whole[begin:]}).faults
    assert f"{named[1]} stands elsewhere, and 1 behind it" in put_in[0]
    assert f"offset {begin}: {named[7]} is in no entry of the log" in put_in[1]
    swapped = archive.verify({path: whole[:begin] + whole[end:] + archive.piece(1)}).faults
    assert [f"{named[1]} stands elsewhere, and 1 behind it" in swapped[0], len(swapped)] == [True, 1]
    behind = archive.verify({path: whole + archive.piece(7)}).faults
    assert [f"offset {len(whole)}: {named[7]} is in no entry" in behind[0], "bytes are in no entry" in behind[1]] == [True, True]


@pytest.mark.fault(81)
@pytest.mark.fault(55)
def test_a_file_that_is_cut_gone_or_unknown_is_named(archive: Archive) -> None:
    path, whole = archive.path(0), archive.bytes[archive.path(0)]
    cut = archive.verify({path: whole[: archive.captures[1].offset + 9]}).faults
    assert [" is cut off" in fault for fault in cut] == [True, True]
    assert all(capture.record_id in fault for capture, fault in zip(archive.captures[1:], cut, strict=False))
    assert archive.verify({path: None}).faults == [f"{path}: is gone"]
    other = archive.folder / "povestka-20260101T000000Z-000009.warc.gz"
    assert archive.verify({other: archive.piece(3)}).faults == [f"{other}: is in no entry of the log"]


@pytest.mark.fault(55)
def test_each_flipped_bit_of_the_log_is_named_with_its_entry(archive: Archive) -> None:
    path = archive.folder / log.NAME
    whole = archive.bytes[path]
    for at in range(0, len(whole), 11):
        entry = whole[:at].count(b"\n") + 1
        faults = archive.verify({path: whole[:at] + bytes([whole[at] ^ 1 << at % 7]) + whole[at + 1 :]}).faults
        assert any(f"{path}:{line}: " in fault for line in (entry, entry + 1) for fault in faults) or (
            entry == 12 and "entries up to 12 are not those that were signed" in faults[0]
        ), (at, faults)


@pytest.mark.fault(55)
def test_an_entry_that_is_missing_put_in_or_moved_is_named(archive: Archive) -> None:
    where = f"{archive.folder / log.NAME}:"
    assert archive.log_with(lambda lines: lines[:4] + lines[5:])[0] == f"{where}5: entry 5 is missing"
    assert archive.log_with(lambda lines: lines[:4] + lines[6:])[0] == f"{where}5: entries 5 to 6 are missing"
    again = archive.log_with(lambda lines: [*lines[:4], lines[1], *lines[4:]])
    assert again[0] == f"{where}5: entry 2 stands behind entry 4: it was put in or moved"
    twice = archive.log_with(lambda lines: lines[:4] + lines[3:])
    assert twice[0] == f"{where}5: entry 4 stands behind entry 4: it was put in or moved"
    swapped = archive.log_with(lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]])
    assert swapped[:2] == [f"{where}5: entry 5 is missing", f"{where}6: entry 5 stands behind entry 6: it was put in or moved"]


@pytest.mark.fault(55)
def test_a_log_that_is_cut_or_made_anew_is_told_by_what_was_signed(archive: Archive) -> None:
    path = archive.folder / log.NAME
    cut = archive.log_with(lambda lines: lines[:-2])
    assert any(fault.startswith(f"{path}: the log ends before entry 12, which was signed 20") for fault in cut)
    torn = archive.log_with(lambda lines: [*lines[:-1], lines[-1][:-9]])
    assert f"{path}:12: the log ends within an entry" in torn

    def anew(lines: list[bytes]) -> list[bytes]:
        entries, previous, made = [json.loads(line) for line in lines], BEGINNING, []
        entries[3]["url"] = "https://elsewhere.example/"
        for entry in entries:
            made.append(json.dumps(entry | {"previous": previous}).encode())
            previous = hashlib.sha256(made[-1]).hexdigest()
        return [line + b"\n" for line in made]

    (fault,) = archive.log_with(anew)
    assert fault.startswith(f"{path}: the entries up to 12 are not those that were signed 20")
    gone = archive.verify({path: None}).faults
    assert gone[0].startswith(f"{path}: there is no log")
    assert "the log ends before entry 12" in gone[1]


@pytest.mark.fault(55)
def test_each_flipped_bit_of_a_checkpoint_is_named(archive: Archive) -> None:
    path = archive.folder / signing.NAME
    whole = archive.bytes[path]
    for at in range(0, len(whole) - 1, 5):
        faults = archive.verify({path: whole[:at] + bytes([whole[at] ^ 1 << at % 7]) + whole[at + 1 :]}).faults
        assert faults[0] == f"{path}:1: its signature is not right, or it cannot be read: the checkpoint was changed", at


@pytest.mark.fault(55)
def test_each_signature_that_is_taken_away_is_named(archive: Archive) -> None:
    path, log_path = archive.folder / signing.NAME, archive.folder / log.NAME
    whole = {file: file.read_bytes() for file in (path, log_path)}
    key = archive.folder.parent / "another_key"
    for _ in range(3):
        seal(EvidenceLog(archive.folder), key)
    lines = path.read_bytes().splitlines(keepends=True)
    entries = [json.loads(line)["entries"] for line in lines]

    def faults(kept: Sequence[bytes]) -> list[str]:
        path.write_bytes(b"".join(kept))
        return verify_archive(archive.folder).faults

    try:
        assert faults(lines) == []
        for n in range(3):
            assert faults(lines[:n] + lines[n + 1 :]) == [
                f"{path}: signature {n + 1}, which entry {entries[n + 1]} names, is missing or changed"
            ]
        last = f"{path}: signature 4, which entry {entries[3]} announces, is missing: it was taken away, or a kill or a"
        (said,) = faults(lines[:3])
        assert said.startswith(last)
        assert [said.partition(", which")[0] for said in faults(lines[:1])] == [f"{path}: signature {n}" for n in (2, 3, 4)]
    finally:
        for file, content in whole.items():
            file.write_bytes(content)
        key.unlink()


def test_a_signature_that_a_kill_kept_from_being_made_is_made_by_the_next_run(tmp_path: Path) -> None:
    written = EvidenceLog(tmp_path)
    written.append("run", id=1)
    seal(written, tmp_path / "key")
    written.append(log.SIGNATURE, number=2, last=signing.made_signatures(tmp_path)[0])
    (said,) = verify_log(tmp_path).faults
    assert "a kill or a full disk kept it from being made; the next run signs" in said
    seal(written, tmp_path / "key")
    assert verify_log(tmp_path).is_whole


def test_anybody_can_verify_a_checkpoint_with_ssh(archive: Archive, tmp_path: Path) -> None:
    if not (keygen := shutil.which("ssh-keygen")):
        pytest.skip("OpenSSH is not here")
    (checkpoint,) = archive.verify({}).checkpoints
    (tmp_path / "signature").write_text(checkpoint.signature)
    (tmp_path / "signers").write_text(f"newsroom {checkpoint.key}\n")
    command = [keygen, "-Y", "verify", "-f", tmp_path / "signers", "-I", "newsroom", "-n", signing.NAMESPACE]
    for message, is_right in ((checkpoint.message, True), (checkpoint.message + b" ", False)):
        done = subprocess.run([*command, "-s", tmp_path / "signature"], input=message, capture_output=True, check=False)
        assert (done.returncode == 0) is is_right, done.stderr
    assert checkpoint.fingerprint.encode() in subprocess.run(
        [keygen, "-l", "-f", archive.folder.parent / "key"], capture_output=True, check=True
    ).stdout  # fmt: skip


def test_a_key_of_ones_own_is_made_by_ssh_and_no_other_kind_is_taken(tmp_path: Path) -> None:
    if not (keygen := shutil.which("ssh-keygen")):
        pytest.skip("OpenSSH is not here")
    for kind, passphrase, said in (
        ("ed25519", "", ""),
        ("rsa", "", "no Ed25519 key"),
        ("ed25519", "secret", "no SSH key without"),
    ):
        key = tmp_path / f"{kind}{len(passphrase)}"
        subprocess.run([keygen, "-q", "-t", kind, "-N", passphrase, "-f", key], check=True)
        if said:
            with pytest.raises(ArchiveError, match=said):
                signing.load_key(key)
        else:
            signing.load_key(key)


def test_a_key_is_made_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    signing.load_key(tmp_path / "key")
    made = (tmp_path / "key").read_bytes()
    signing.load_key(tmp_path / "key")
    assert ((tmp_path / "key").read_bytes(), (tmp_path / "key").stat().st_mode & 0o777) == (made, 0o600)


def test_files_that_are_older_than_the_log_stand_in_it_as_they_were(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        older = write(writer, 0)
    (tmp_path / log.NAME).unlink()
    with WarcWriter(tmp_path) as writer:
        newer = write(writer, 1)
    found = verify_archive(tmp_path)
    assert (found.faults, found.captures, found.holds(older), found.holds(newer)) == ([], 1, True, True)
    path = tmp_path / older.file
    whole = path.read_bytes()
    path.write_bytes(whole[:30] + bytes([whole[30] ^ 1]) + whole[31:])
    faults = verify_archive(tmp_path).faults
    assert faults[0] == f"{path}: its bytes are not those that were logged"
    assert "offset 0: " in faults[1]


def test_the_file_that_is_being_written_is_verified_as_far_as_it_is_logged(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path)
    captures = [write(writer, n) for n in range(3)]
    path = tmp_path / f"{captures[0].file}.open"
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08 on its way")
    assert verify_archive(tmp_path).faults == []
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    assert verify_archive(tmp_path).faults == [
        f"{path}: offset 0: record {captures[0].record_id} (https://bereg.example/0) has changed"
    ]


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import WarcWriter, pack
from monitor.archive.log import EvidenceLog
append = EvidenceLog.append
def killing(self, kind, **fields):
    if fields.get("offset", 0) > 2000:
        os._exit(9)
    return append(self, kind, **fields)
EvidenceLog.append = killing
writer = WarcWriter(Path(sys.argv[1]))
while True:
    writer.append(pack("http://127.0.0.11/", [], 200, "OK", [], os.urandom(500), datetime.now(UTC)))
"""


@pytest.mark.fault(47)
def test_a_capture_that_a_kill_kept_out_of_the_log_is_logged_when_its_file_is_closed_off(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False).returncode == 9
    logged = [entry for entry in read_log(tmp_path / log.NAME) if isinstance(entry, Entry)]
    with WarcWriter(tmp_path):
        pass
    entries = [entry for entry in read_log(tmp_path / log.NAME) if isinstance(entry, Entry)]
    (path,) = tmp_path.glob("*.warc.gz")
    assert [entry.kind for entry in entries] == ["capture"] * (len(logged) + 1) + ["file"]
    assert entries[-2].fields["late"] is True
    assert len(list(records(path))) == len(logged) + 1
    assert verify_archive(tmp_path).faults == []


def test_a_line_that_a_kill_left_unfinished_is_taken_away(tmp_path: Path) -> None:
    evidence = EvidenceLog(tmp_path)
    evidence.append("run", id=1)
    with evidence.path.open("ab") as file:
        file.write(b'{"n": 2, "time"')
    EvidenceLog(tmp_path).append("run", id=2)
    assert [(entry.number, entry.fields) for entry in read_log(evidence.path) if isinstance(entry, Entry)] == [
        (1, {"id": 1}),
        (2, {"id": 2}),
    ]


def _append(folder: Path, number: int) -> None:
    evidence = EvidenceLog(folder)
    for n in range(50):
        evidence.append("run", id=1000 * number + n, note="x" * (n * 97))


@pytest.mark.fault(47)
@pytest.mark.parametrize("bytes_", [1, 17, 83])
def test_a_row_that_a_kill_left_unfinished_beside_the_log_swallows_no_other(tmp_path: Path, bytes_: int) -> None:
    path, rows = tmp_path / "rows.jsonl", [{"digest": str(number) * 70} for number in range(3)]
    log.append_row(path, rows[0])
    whole = path.read_bytes()
    if not (child := os.fork()):  # the system kills it within the second write
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + bytes_, len(whole) + bytes_))
        log.append_row(path, rows[1])
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGXFSZ
    assert len(path.read_bytes()) == len(whole) + bytes_ > len(whole)
    log.append_row(path, rows[2])
    assert [json.loads(line) for line in path.read_bytes().splitlines()] == [rows[0], rows[2]]


def test_a_whole_last_row_without_its_end_stays(tmp_path: Path) -> None:
    """As of an editor that ends no line."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"row": 1}\n{"row": 2}')
    log.append_row(path, {"row": 3})
    assert [json.loads(line)["row"] for line in path.read_bytes().splitlines()] == [1, 2, 3]


def test_several_processes_append_to_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_append, args=(tmp_path, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = list(read_log(tmp_path / log.NAME))
    assert not [fault for fault in found if isinstance(fault, LogFault)]
    assert len(found) == 200


def test_nothing_is_appended_behind_a_last_line_that_is_no_entry(tmp_path: Path) -> None:
    (tmp_path / log.NAME).write_bytes(b"notes\n")
    with pytest.raises(ArchiveError, match=r"log\.jsonl: its last line is no entry; `monitor verify` tells what is wrong"):
        EvidenceLog(tmp_path).append("run")


@pytest.mark.fault(49)
def test_a_log_on_a_full_disk_refuses_its_capture_and_both_go_on_with_room(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "warc")], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert "log.jsonl: File too large; make room or check the disk, then run again" in done.stderr
    assert done.returncode == 0
    found = verify_archive(tmp_path / "warc")
    assert (found.faults, found.captures) == ([], int(done.stdout))


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import WarcWriter, pack
from monitor.errors import ArchiveError
done, writer = 0, WarcWriter(Path(sys.argv[1]))
def write():
    writer.append(pack("http://127.0.0.11/" + "long" * 900, [], 200, "OK", [], b"short", datetime.now(UTC)))
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    while True:
        write()
        done += 1
except ArchiveError as error:
    print(error, file=sys.stderr)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write()
writer.close()
print(done + 1)
"""


def test_a_look_at_the_files_tells_what_is_gone_cut_or_written_to(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, max_bytes=100) as writer:
        captures = [write(writer, n) for n in range(3)]
    newest = {capture.file: capture for capture in captures}
    paths = [tmp_path / capture.file for capture in captures]
    inventory.record(tmp_path, *paths)
    assert list(inventory.changes(tmp_path, newest)) == []
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    os.utime(paths[2], (0, 0))
    gone, cut, written = inventory.changes(tmp_path, newest)
    assert gone == f"{paths[0]}: is gone"
    assert cut.startswith(f"{paths[1]}: has ")
    said = f"{paths[2]}: has the date 1970-01-01 00:00 UTC, another than when it was closed: perhaps it was copied, or written to"
    assert written == said
    shutil.rmtree(tmp_path)
    assert len(list(inventory.changes(tmp_path, newest))) == 3


def test_without_a_note_the_last_record_of_each_file_is_read(tmp_path: Path) -> None:
    with WarcWriter(tmp_path) as writer:
        captures = [write(writer, n) for n in range(3)]
    path = tmp_path / captures[0].file
    path.write_bytes(path.read_bytes()[: captures[2].offset + 9])
    (tmp_path / inventory.NAME).unlink()
    (fault,) = inventory.changes(tmp_path, {captures[2].file: captures[2]})
    assert fault.startswith(f"{path}: offset {captures[2].offset}: ")


def test_a_file_that_is_closed_while_they_are_listed_is_listed_once(tmp_path: Path) -> None:
    begun: list[str] = []

    def write() -> None:
        for number in range(200):
            being_written = tmp_path / f"{number}.warc.gz.open"
            being_written.touch()
            begun.append(f"{number}.warc.gz")
            being_written.rename(tmp_path / f"{number}.warc.gz")

    writing = threading.Thread(target=write)
    writing.start()
    while writing.is_alive():
        expected = set(begun)
        found = [path.name.removesuffix(".open") for path in archived_files(tmp_path)]
        assert expected <= set(found)
        assert len(found) == len(set(found))
