"""Reading archives: one capture by its place, or all responses of any WARC file. Opens files, changes none."""

from __future__ import annotations

import hashlib
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from monitor.archive.writer import OPEN, members
from monitor.errors import ArchiveError
from monitor.model import Capture

MAX_PAYLOAD = 20 * 1024 * 1024
"""What `records` gives of a payload is cut one byte past this, the crawl's own limit: enough to be seen to be too large."""

_GZIP = b"\x1f\x8b"
# How a gzip member begins (RFC 1952, section 2.3.1), and what a record unpacks to.
_MEMBER, _WARC = b"\x1f\x8b\x08", b"WARC/"
# A member's own header may hold a name; the rest is enough to unpack a line.
_CHUNK, _MEMBER_HEAD = 1 << 20, 1 << 12
_BROKEN = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)
"""What warcio and zlib raise over bytes that are not what they should be."""


class Readable(Protocol):
    """A stream of warcio's."""

    def read(self, length: int, /) -> bytes: ...


class WarcRecord(NamedTuple):
    """A response that an archive holds."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    captured: datetime | None
    """WARC-Date; None where there is none that can be read."""


def read_capture(folder: Path, capture: Capture) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and payload of a capture, the payload as it was received (its content encoding is not undone).

    Raises ArchiveError, naming file and offset, where it is not there, is another record, or its bytes have changed.
    """
    path = folder / capture.file
    if not path.exists():
        path = path.with_name(path.name + OPEN)
    where = f"{path}: offset {capture.offset}"
    try:
        with path.open("rb") as file:
            file.seek(capture.offset)
            record = _next(ArchiveIterator(file))
            if record is None:
                raise ArchiveError(f"{where}: nothing is there; the file was cut")
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            payload = _read(record.raw_stream, sys.maxsize)
    except _BROKEN as error:
        raise ArchiveError(f"{where}: {_said(error)}; the record cannot be read") from error
    if record_id != capture.record_id:
        raise ArchiveError(f"{where}: is record {record_id}, not {capture.record_id}; the file is not the one that was written")
    if f"sha256:{hashlib.sha256(payload).hexdigest()}" != capture.digest:
        raise ArchiveError(f"{where}: the payload's SHA-256 is not {capture.digest}; its bytes have changed")
    return _status(record), tuple(record.http_headers.headers), payload


def records(path: Path, *, skip: Callable[[ArchiveError], None] | None = None) -> Iterator[WarcRecord]:
    """The responses of a WARC file, gzip or plain, with their content encoding undone; other records are passed over.

    Each is read to its end and its digests checked before it is given. A payload is cut one byte past MAX_PAYLOAD.
    At a broken record `skip` is called with what is wrong, naming file, offset and how much is passed over, and reading goes on
    with the next gzip member that begins a record; of a file that is not packed, the rest is passed over, since a page in it may
    look like a record. Without `skip`, ArchiveError is raised there. Raises ArchiveError too where the file cannot be read.
    """
    start: int | None = 0
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            while start is not None:
                try:
                    yield from _records(file, start)
                    start = None
                except _BrokenError as broken:
                    where = f"{path}: offset {broken.offset}: {_said(broken)}"
                    if skip is None:
                        raise ArchiveError(f"{where}; the record cannot be read") from broken
                    start = _next_member(file, broken.offset)
                    passed = (size if start is None else start) - broken.offset
                    skip(
                        ArchiveError(
                            f"{where}; {passed} bytes passed over, {'to the end' if start is None else 'to the next record'}"
                        )
                    )
    except OSError as error:
        raise ArchiveError(f"{path}: {_said(error)}; the file cannot be read") from error


class _BrokenError(Exception):
    """What is wrong with the record that begins at the offset."""

    def __init__(self, offset: int, error: Exception) -> None:
        super().__init__(_said(error))
        self.offset = offset


def _records(file: BinaryIO, start: int) -> Iterator[WarcRecord]:
    """The responses from that offset on, at which a record begins. Raises _BrokenError at the first that is broken."""
    offset, size = start, file.seek(0, 2)
    try:
        file.seek(start)
        if not size:
            raise EOFError("the file is empty")
        archive = ArchiveIterator(file, check_digests="raise")
        while record := _next(archive):
            if record.format != "warc":  # warcio takes most lines of text for a record of WARC's forerunner
                raise ArchiveLoadFailed("no WARC record")
            is_response = record.rec_type == "response" and record.http_headers is not None
            payload = _read(record.content_stream(), MAX_PAYLOAD + 1) if is_response else b""
            archive.read_to_end()
            # A stream without a limit: the headers were cut before Content-Length.
            if getattr(record.raw_stream, "limit", 1) or archive.err_count:
                raise EOFError("the record is not as long as it says")
            if is_response:
                url = record.rec_headers.get_header("WARC-Target-URI")
                captured = _date(record.rec_headers.get_header("WARC-Date") or "")
                yield WarcRecord(url, _status(record), tuple(record.http_headers.headers), payload, captured)
            offset = archive.offset
        if offset == start:
            raise EOFError("no record begins here")
        file.seek(start)
        if file.read(2) == _GZIP and max(members(file, start), default=start) < size:
            raise EOFError("the file ends within a record")
    except _BROKEN as error:
        raise _BrokenError(offset, error) from error


def _next_member(file: BinaryIO, broken: int) -> int | None:
    """Where the next gzip member begins that unpacks to a record, behind a broken record; None where there is none."""
    # What is whole as a member is looked behind and not into: a page may hold what looks like a record.
    file.seek(next(members(file, broken), broken + 1))
    before = b""
    while chunk := file.read(_CHUNK):
        window, at = before + chunk, file.tell() - len(before) - len(chunk)
        for found in re.finditer(re.escape(_MEMBER), window):
            file.seek(at + found.start())
            if _begins_record(file.read(_MEMBER_HEAD)):
                return at + found.start()
        file.seek(at + len(window))
        before = window[1 - len(_MEMBER) :]
    return None


def _begins_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, len(_WARC)) == _WARC
    except zlib.error:
        return False


def _next(archive: ArchiveIterator) -> ArcWarcRecord | None:
    try:
        return next(archive, None)
    except AttributeError as error:
        # warcio 1.8.1 over a file that is cut within a record's headers: a header that is not there is asked for its text.
        raise EOFError("the record's headers are cut") from error


def _read(stream: Readable, count: int) -> bytes:
    """Up to `count` bytes: warcio's streams give what they have buffered, however much is asked for."""
    parts = []
    while count and (part := stream.read(min(count, 1 << 16))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _date(written: str) -> datetime | None:
    """WARC 1.1, section 5.4: ISO 8601 in UTC, to a second or less."""
    try:
        date = datetime.fromisoformat(written)
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else None


def _status(record: ArcWarcRecord) -> int:
    return int(record.http_headers.get_statuscode())


def _said(error: Exception) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return "".join(c if c.isprintable() else "." for c in line)[:100]
