"""Verifying an archive without its database: the log by its chain and its signatures, the files by the log. Reads the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from cryptography.x509 import Certificate

from monitor.archive import calendars, log, signing, timestamps
from monitor.archive.calendars import Anchor, CalendarProof, ProofContents
from monitor.archive.log import BEGINNING, CAPTURE, PICTURE, SIGNATURE, Entry, LogFault
from monitor.archive.signing import Checkpoint
from monitor.archive.timestamps import Stamp
from monitor.archive.warc import LOGGED, OPEN, BrokenRecord, Record, read_records
from monitor.errors import ArchiveError
from monitor.model import Capture

_CHUNK = 1 << 20
Show = Callable[[int, int], None]
"""Is told how many bytes of how many are done."""


@dataclass(slots=True)
class VerificationResult:
    """What a verification checked and found."""

    faults: list[str] = field(default_factory=list)
    """Each in a line that names the file and what of it."""
    files: int = 0
    bytes: int = 0
    entries: int = 0
    captures: int = 0
    checkpoints: list[Checkpoint] = field(default_factory=list)
    """Those that are right, and hold of the log as it stands."""
    stamps: list[Stamp] = field(default_factory=list)
    """Time stamps of these, checked with the certificates that were named."""
    unchecked: int = 0
    """How many time stamps could not be checked."""
    unchecked_why: str = ""
    proofs: list[tuple[CalendarProof, ProofContents]] = field(default_factory=list)
    """Calendars' proofs of these, and what each says by the headers that were named."""
    anchors: list[Anchor] = field(default_factory=list)
    """Blocks that checkpoints are bound to, by headers that were named."""
    promised: int = 0
    """Checkpoints of which calendars promised to bind them to a block, and did not yet, as far as their proofs say."""
    bound: int = 0
    """Checkpoints whose proofs lead to blocks, of none of which a header was named."""
    calendars_unchecked: int = 0
    """Proofs that could not be looked at, since the library is not there."""
    older: set[str] = field(default_factory=set)
    """Files that were there before the log: it has them as a whole."""
    texts: range = range(0)
    """The requests, by their numbers, whose texts the log has."""
    unlogged: list[str] = field(default_factory=list)
    """What the vault says is newer than the log, the first of it, each in a line that names it."""
    unlogged_count: int = 0
    """How much of that there is."""
    looks: range = range(0)
    """The requests, by their numbers, of whose looks the log has what they say of absences."""
    signatures: int = 0
    """Lines of the checkpoints, also of those that are not right."""
    _held: set[int] = field(default_factory=set)
    _announced: list[_Announced] = field(default_factory=list)
    _closed: dict[str, _Closed] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether no fault was found."""
        return not self.faults

    def holds(self, capture: Capture) -> bool:
        """Whether the log has this capture, or its whole file where that is older than the log."""
        return hash(capture) in self._held or capture.file in self.older

    def holds_text(self, article: str, digest: str) -> bool:
        """Whether the log has a text of an article."""
        return hash((article, digest)) in self._held

    def holds_absence(self, article: str, since: str, state: str, fetch: int) -> bool:
        """Whether the log has an absence of an article in that state, since that look."""
        return hash((article, since, state, fetch)) in self._held


def verify_log(folder: Path, roots: Sequence[Certificate] = (), headers: Sequence[bytes] = ()) -> VerificationResult:
    """Verify the log of a folder, its checkpoints and, with the certificates of their authorities (`roots`), their time stamps;
    with `headers` of blocks what calendars bound to these.

    Raises OSError where they cannot be read.
    """
    found = VerificationResult()
    signed = _checkpoints(folder, found)
    _log(folder, found, signed)
    _signatures(folder, found)
    _stamps(folder, found, signed, roots)
    _calendars(folder, found, signed, headers)
    return found


def verify_archive(
    folder: Path,
    show: Show = lambda _done, _all: None,
    *,
    roots: Sequence[Certificate] = (),
    headers: Sequence[bytes] = (),
) -> VerificationResult:
    """As `verify_log`, and the WARC files. Raises OSError where the folder cannot be read."""
    found = verify_log(folder, roots, headers)
    _files(folder, found, show)
    return found


def archived_files(folder: Path) -> list[Path]:
    """The WARC files of a folder, also the one that is being written."""
    # First those being written: one that is closed meanwhile, and has another name then, is among the others.
    being_written = [*folder.glob(f"*.warc.gz{OPEN}")]
    closed = {*folder.glob("*.warc.gz")}
    return sorted(closed.union(path for path in being_written if path.with_suffix("") not in closed or path.exists()))


def _checkpoints(folder: Path, found: VerificationResult) -> list[Checkpoint]:
    path = folder / signing.NAME
    signed = []
    for read in signing.read_checkpoints(path) if path.exists() else ():
        if isinstance(read, LogFault):
            found.faults.append(f"{path}:{read.line}: {read.what}")
        else:
            signed.append(read)
    return signed


def _signatures(folder: Path, found: VerificationResult) -> None:
    """Which signatures are not there that the log announces or names."""
    path, made = folder / signing.NAME, signing.made_signatures(folder)
    found.signatures = len(made)
    lost = {announced.last: announced for announced in found._announced if announced.last and announced.last not in made}
    for announced in lost.values():
        found.faults.append(
            f"{path}: signature {announced.number - 1}, which entry {announced.entry} names, is missing or changed"
        )
    if found._announced and len(made) + len(lost) < (last := found._announced[-1]).number:
        found.faults.append(
            f"{path}: signature {last.number}, which entry {last.entry} announces, is missing: it was taken away, or a kill or a"
            " full disk kept it from being made; the next run signs"
        )


def _stamps(folder: Path, found: VerificationResult, signed: Sequence[Checkpoint], roots: Sequence[Certificate]) -> None:
    path = folder / timestamps.NAME
    for line, read in enumerate(timestamps.read_stamps(path) if path.exists() else (), 1):
        if isinstance(read, LogFault):
            found.faults.append(f"{path}:{read.line}: {read.what}")
            continue
        checkpoint = signing.find_checkpoint(signed, read.head, read.signed)
        if checkpoint is None:
            found.faults.append(f"{path}:{line}: the checkpoint of {read.signed} that it is of is missing")
        elif not roots:
            found.unchecked += 1
            found.unchecked_why = "MONITOR_TIMESTAMP_CERTIFICATE names no certificate of their authority"
        else:
            try:
                fault = timestamps.fault_of(read, checkpoint, roots)
            except ArchiveError as error:  # the library is not there
                found.unchecked += 1
                found.unchecked_why = str(error)
                continue
            if fault:
                found.faults.append(f"{path}:{line}: the time stamp of entry {read.head.entries} {fault}")
            elif checkpoint in found.checkpoints:
                found.stamps.append(read)


def _calendars(folder: Path, found: VerificationResult, signed: Sequence[Checkpoint], headers: Sequence[bytes]) -> None:
    path = folder / calendars.NAME
    last: dict[tuple[log.Head, str], tuple[int, CalendarProof]] = {}
    for line, read in enumerate(calendars.read_proofs(path) if path.exists() else (), 1):
        if isinstance(read, LogFault):
            found.faults.append(f"{path}:{read.line}: {read.what}")
        else:
            last[read.head, read.signed] = line, read
    if last and not calendars.is_installed():
        found.calendars_unchecked = len(last)
        return
    for line, proof in last.values():
        checkpoint = signing.find_checkpoint(signed, proof.head, proof.signed)
        if checkpoint is None:
            found.faults.append(f"{path}:{line}: the checkpoint of {proof.signed} that it is of is missing")
            continue
        try:
            contents = calendars.check(proof, checkpoint, headers)
        except ArchiveError as error:
            found.faults.append(f"{path}:{line}: the calendars' proof of entry {proof.head.entries} {error}")
            continue
        if checkpoint in found.checkpoints:
            found.proofs.append((proof, contents))
            found.anchors.extend(contents.anchors)
            found.bound += bool(contents.heights and not contents.anchors)
            found.promised += bool(contents.pending and not (contents.heights or contents.anchors))


def _log(folder: Path, found: VerificationResult, signed: Iterable[Checkpoint]) -> None:
    path = folder / log.NAME
    if not path.exists():
        found.faults.append(f"{path}: there is no log; the files are only held against their own digests")
        found.faults.extend(f"{path}: the log ends before entry {c.head.entries}, which was signed {c.time}" for c in signed)
        return
    expected: dict[int, list[Checkpoint]] = {}
    for checkpoint in signed:
        expected.setdefault(checkpoint.head.entries, []).append(checkpoint)
    for read in log.read_log(path):
        if isinstance(read, LogFault):
            found.faults.append(f"{path}:{read.line}: {read.what}")
            continue
        found.entries = read.number
        _take(read, found)
        for checkpoint in expected.pop(read.number, ()):
            if checkpoint.head.digest == read.digest:
                found.checkpoints.append(checkpoint)
            else:
                found.faults.append(
                    f"{path}: the entries up to {read.number} are not those that were signed {checkpoint.time}: one was changed"
                )
    for checkpoint in (c for number in sorted(expected) for c in expected[number] if c.head.digest != BEGINNING):
        found.faults.append(f"{path}: the log ends before entry {checkpoint.head.entries}, which was signed {checkpoint.time}")


def _take(entry: Entry, found: VerificationResult) -> None:
    capture, closed, announced = _capture(entry), _closed(entry), _announcement(entry)
    if announced:
        found._announced.append(announced)
    elif capture:
        found.captures += entry.kind == CAPTURE
        found._held.add(hash(Capture(capture.file, capture.offset, capture.record, capture.digest)))
    elif closed:
        found._closed[closed.file] = closed
        if entry.fields.get("older"):
            found.older.add(closed.file)
    elif entry.kind == "text" and isinstance(fetch := entry.fields.get("fetch"), int):
        found._held.add(hash((str(entry.fields.get("article")), str(entry.fields.get("sha256")))))
        found.texts = _with(found.texts, fetch)
    elif entry.kind == "absence" and isinstance(fetch := entry.fields.get("fetch"), int):
        found._held.add(hash((*(str(entry.fields.get(name)) for name in ("article", "since", "state")), fetch)))
        found.looks = _with(found.looks, fetch)


def _with(known: range, number: int) -> range:
    """The least range that has a number, too."""
    return range(min(known.start, number), max(known.stop, number + 1)) if known else range(number, number + 1)


class _Captured(NamedTuple):
    """What an entry says of a capture, or of a picture of one."""

    file: str
    offset: int
    bytes: int
    sha256: str
    record: str
    url: str
    digest: str

    def __str__(self) -> str:
        return f"offset {self.offset}: record {self.record} ({self.url[:200]})"


class _Closed(NamedTuple):
    """What an entry says of a file that was closed."""

    file: str
    bytes: int
    sha256: str


class _Announced(NamedTuple):
    """What an entry says of a signature that is about to be made."""

    entry: int
    number: int
    """Among the signatures."""
    last: str
    """The digest of the one before; empty where there was none."""


def _announcement(entry: Entry) -> _Announced | None:
    number, last = entry.fields.get("number"), entry.fields.get("last")
    is_right = entry.kind == SIGNATURE and isinstance(number, int) and isinstance(last, str)
    return _Announced(entry.number, cast("int", number), cast("str", last)) if is_right else None


def _capture(entry: Entry) -> _Captured | None:
    """None where it is of something else, or was changed so that it says nothing: its digest tells that."""
    values = [entry.fields.get(name) for name in _Captured._fields]
    is_right = all(isinstance(v, int if n in {1, 2} else str) for n, v in enumerate(values))
    return _Captured(*cast("Any", values)) if entry.kind in {CAPTURE, PICTURE} and is_right else None


def _closed(entry: Entry) -> _Closed | None:
    values = [entry.fields.get(name) for name in _Closed._fields]
    is_right = all(isinstance(v, int if n == 1 else str) for n, v in enumerate(values))
    return _Closed(*cast("Any", values)) if entry.kind == "file" and is_right else None


def _files(folder: Path, found: VerificationResult, show: Show) -> None:
    paths = {path.name.removesuffix(OPEN): path for path in archived_files(folder)}
    size, suspect = sum(path.stat().st_size for path in paths.values()), set()
    for name, path in paths.items():
        found.files += 1
        closed = found._closed.get(name)
        if closed is None:
            suspect.add(name)
        done, hash_ = 0, hashlib.sha256()
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                hash_.update(part)
                done += len(part)
                show(found.bytes + done, size)
        found.bytes += done
        if closed and (closed.bytes, closed.sha256) != (done, hash_.hexdigest()):
            suspect.add(name)
    captures: dict[str, list[_Captured]] = {name: [] for name in suspect}
    known = set(found._closed)
    for entry in _entries(folder):
        if capture := _capture(entry):
            known.add(capture.file)
            if capture.file in suspect:
                captures[capture.file].append(capture)
    found.faults.extend(f"{folder / name}: is gone" for name in sorted(known - set(paths)))
    for name in sorted(suspect):
        found.faults.extend(f"{paths[name]}: {what}" for what in _faults_of(paths[name], captures[name], found._closed.get(name)))


def _entries(folder: Path) -> Iterator[Entry]:
    path = folder / log.NAME
    return (read for read in log.read_log(path) if isinstance(read, Entry)) if path.exists() else iter(())


def _faults_of(path: Path, captures: Sequence[_Captured], closed: _Closed | None) -> list[str]:
    """What is wrong with a file that is still open, unknown to the log or not as it was logged: record by record."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        changed = [capture for capture in captures if not _is_as_logged(file, capture)]
        if not closed and captures and not changed:
            return []  # what stands behind them is just being written, or was acknowledged to nobody
        reads = list(_without_blocks(file))
    records = {read.fields.get("warc-record-id", ""): read for read in reads if isinstance(read, Record)}
    if not captures:
        what = "its bytes are not those that were logged" if closed else "is in no entry of the log"
        return [what, *(f"{read.place}: {read.what}; {read.passed}" for read in reads if isinstance(read, BrokenRecord))]
    faults = list(_changes(changed, records, size))
    logged = {capture.record for capture in captures}
    faults += [
        f"{record.place}: record {id_} ({record.url[:200]}) is in no entry of the log"
        for id_, record in records.items()
        if record.type in LOGGED and id_ not in logged
    ]
    end = max(capture.offset + capture.bytes for capture in captures)
    if size > end and not changed:
        faults.append(f"offset {end}: {size - end} bytes are in no entry of the log")
    return faults or ["its bytes are not those that were logged"]


def _without_blocks(file: BinaryIO) -> Iterator[Record | BrokenRecord]:
    for read in read_records(file, keep=0):
        if isinstance(read, Record):
            read.block = b""  # a gigabyte of them would be held
        yield read


def _changes(changed: Iterable[_Captured], records: Mapping[str, Record], size: int) -> Iterator[str]:
    at = {record.place.offset: id_ for id_, record in records.items()}
    moved = []
    for capture in changed:
        found = records.get(capture.record)
        if found and found.place.offset != capture.offset:
            moved.append(capture)
        elif at.get(capture.offset, capture.record) != capture.record:
            yield f"{capture} is missing"
        elif capture.offset + capture.bytes > size:
            yield f"{capture} is cut off"
        else:
            yield f"{capture} has changed"
    if moved:
        yield f"{moved[0]} stands elsewhere{f', and {len(moved) - 1} behind it' if len(moved) > 1 else ''}"


def _is_as_logged(file: BinaryIO, capture: _Captured) -> bool:
    file.seek(capture.offset)
    return hashlib.sha256(file.read(capture.bytes)).hexdigest() == capture.sha256
