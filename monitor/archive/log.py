"""The log of the archive: what was captured, read, judged and published, entry by entry, each bound to the one before. Touches
the archive's folder alone.

A line is one entry, a JSON object; `previous` is the SHA-256 of the line before it: no entry can be changed, left out, put in or
moved without one behind it telling so. The digest of the last stands for all, and is signed now and then (see `signing`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from monitor.errors import ArchiveError
from monitor.model.times import iso_utc

NAME = "log.jsonl"
BEGINNING = "0" * 64
"""What the first entry is bound to."""

CAPTURE, PICTURE = "capture", "picture"
"""Entries of what stands in WARC files: an answer, and what a browser drew of one."""
SIGNATURE = "signature"
"""Entries that announce a signature, and name the one before."""

_TAIL = 1 << 16
_NEWEST = 1 << 22


class Entry(NamedTuple):
    """An entry as it stands in the log."""

    number: int
    """From 1 on."""
    kind: str
    time: str
    """When it was written, ISO 8601 in UTC."""
    fields: dict[str, Any]
    """What it says, by kind: see docs/evidence.md."""
    digest: str
    """SHA-256 of its line, in hexadecimal: it stands for the entry and all before it."""


class LogFault(NamedTuple):
    """A fault of the log at a line."""

    line: int
    what: str


class Head(NamedTuple):
    """The end of a log: the number of its entries, and the digest of the last."""

    entries: int
    digest: str


class EvidenceLog:
    """Appends to the log of a folder. Several may at once, also of several processes: each append locks the file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._known: tuple[int, Head] = (0, Head(0, BEGINNING))

    def append(self, kind: str, **fields: Any) -> Entry:
        """Write an entry and return it. It is passed to the operating system when this returns, and on the disk after `sync`.

        Raises ArchiveError where the disk refuses it, or the log's last line is none.
        """
        try:
            with _locked(self.path) as file:
                size, head = self._last(file)
                time = iso_utc(datetime.now(UTC), "milliseconds")
                entry = {"n": head.entries + 1, "time": time, "kind": kind, **fields, "previous": head.digest}
                line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
                try:
                    write_whole(file, line + b"\n")
                except OSError:
                    with suppress(OSError):  # a line that is cut is taken away by the next append
                        file.truncate(size)
                    raise
                digest = hashlib.sha256(line).hexdigest()
                self._known = size + len(line) + 1, Head(head.entries + 1, digest)
                return Entry(head.entries + 1, kind, time, fields, digest)
        except OSError as error:
            raise ArchiveError(f"{self.path}: {error.strerror}; make room or check the disk, then run again") from error

    def head(self) -> Head:
        """How far the log goes; zero where there is none."""
        if not self.path.exists():
            return Head(0, BEGINNING)
        with _locked(self.path) as file:
            return self._last(file)[1]

    def sync(self) -> None:
        """Flush the log to the disk."""
        with _locked(self.path) as file:
            os.fsync(file.fileno())

    def newest(self) -> Iterator[dict[str, Any]]:
        """The fields of the last entries, about ten thousand, in order; none where there is no log."""
        if not self.path.exists():
            return
        for line in read_newest(self.path, _NEWEST):
            with suppress(ValueError):  # `monitor verify` tells what is wrong
                yield json.loads(line)

    def _last(self, file: BinaryIO) -> tuple[int, Head]:
        """The log's size and head."""
        if file.seek(0, os.SEEK_END) == self._known[0]:
            return self._known
        size, line = _truncate_torn_line(file)
        if not line:
            return 0, Head(0, BEGINNING)
        try:
            number = json.loads(line)["n"]
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{self.path}: its last line is no entry; `monitor verify` tells what is wrong") from error
        return size, Head(number, hashlib.sha256(line).hexdigest())


def _locked(path: Path) -> BinaryIO:
    file = path.open("a+b", buffering=0)
    fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
    return file


def _truncate_torn_line(file: BinaryIO, *, is_row: Callable[[bytes], bool] = lambda _torn: False) -> tuple[int, bytes]:
    """The size of a locked file of lines, and its last one. One that a kill or a power cut left unfinished was acknowledged to
    nobody: it goes, unless it is a whole row, as of a file that an editor saved.
    """
    size = file.seek(0, os.SEEK_END)
    tail = b""
    while b"\n" not in tail[:-1] and len(tail) < size:
        length = min(size, len(tail) + _TAIL)
        file.seek(size - length)
        tail = file.read(length)
    whole, _, torn = tail.rpartition(b"\n")
    if torn and is_row(torn):
        file.seek(0, os.SEEK_END)
        write_whole(file, b"\n")
        return size + 1, torn
    if torn:
        size -= len(torn)
        file.truncate(size)
    file.seek(0, os.SEEK_END)
    return size, whole.rpartition(b"\n")[2]


def write_whole(file: BinaryIO, data: bytes) -> None:
    """Write to an unbuffered file until all is out. On a disk that is nearly full the system takes a part of what it is given,
    and fails at the next call.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def append_row(path: Path, row: Mapping[str, object]) -> None:
    """Add a line to a file beside the log, and to the disk, while nobody else does. Raises ArchiveError."""
    try:
        with _locked(path) as file:
            _truncate_torn_line(file, is_row=_is_json)
            write_whole(file, json.dumps(row).encode() + b"\n")
            os.fsync(file.fileno())
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; make room or check the disk, then run again") from error


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a log, or of its checkpoints, as they were at the first call: what another process is writing is not among
    them. A last line that a kill left unfinished is, without its end. Raises OSError where it cannot be read.
    """
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        rest = os.fstat(file.fileno()).st_size
        fcntl.flock(file, fcntl.LOCK_UN)
        while rest and (line := file.readline(rest)):
            rest -= len(line)
            yield line


def read_newest(path: Path, most: int) -> list[bytes]:
    """The last whole lines of such a file, as many as its last `most` bytes have. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # until it is closed
        start = max(0, file.seek(0, os.SEEK_END) - most)
        file.seek(start)
        return file.read().split(b"\n")[bool(start) : -1]  # the first is cut, the last is empty or torn


def read_log(path: Path) -> Iterator[Entry | LogFault]:
    """Every entry of a log in order, and before an entry what is wrong there. Raises OSError where it cannot be read."""
    number, previous = 0, BEGINNING
    for position, raw in enumerate(read_lines(path), 1):
        line, digest = raw.removesuffix(b"\n"), hashlib.sha256(raw.removesuffix(b"\n")).hexdigest()
        if not raw.endswith(b"\n"):
            yield LogFault(position, "the log ends within an entry")
            return
        try:
            fields = json.loads(line)
            n, kind, time, bound = fields.pop("n"), fields.pop("kind"), fields.pop("time"), fields.pop("previous")
            entry = Entry(int(n), str(kind), str(time), fields, digest)
        except (ValueError, KeyError, TypeError, AttributeError):
            yield LogFault(position, f"entry {number + 1} cannot be read: it was changed")
            number, previous = number + 1, digest
            continue
        yield from _faults(position, number, entry, is_bound=bound == previous)
        yield entry
        number, previous = entry.number, digest


def _faults(position: int, number: int, entry: Entry, *, is_bound: bool) -> Iterator[LogFault]:
    """What the place of an entry behind the entry of that number tells."""
    if entry.number > number + 1:
        what = f"entry {number + 1} is" if entry.number == number + 2 else f"entries {number + 1} to {entry.number - 1} are"
        yield LogFault(position, f"{what} missing")
    elif entry.number <= number:
        yield LogFault(position, f"entry {entry.number} stands behind entry {number}: it was put in or moved")
    elif not is_bound:
        yield LogFault(position, f"entry {entry.number} is not bound to entry {number} as it stands: that was changed")
