"""Reading archives: one capture by its place, or all responses of any WARC file. Opens files, changes none."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from monitor.errors import KeepError
from monitor.keep.writing import OPEN, whole_bytes
from monitor.model import Capture

MAX_PAYLOAD = 20 * 1024 * 1024
"""What `records` gives of a payload is cut one byte past this, the crawl's own limit: enough to be seen to be too large."""

_GZIP = b"\x1f\x8b"
_BROKEN = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)
"""What warcio and zlib raise over bytes that are not what they should be."""


class Readable(Protocol):
    """A stream of warcio's."""

    def read(self, length: int, /) -> bytes: ...


class Recorded(NamedTuple):
    """A response that an archive holds."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    captured: datetime | None
    """WARC-Date; None where there is none that can be read."""


def read_capture(folder: Path, capture: Capture) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and payload of a capture, the payload as it was received (its content encoding is not undone).

    Raises KeepError, naming file and offset, where it is not there, is another record, or its bytes have changed.
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
                raise KeepError(f"{where}: nothing is there; the file was cut")
            record_id = record.rec_headers.get_header("WARC-Record-ID")
            payload = _read(record.raw_stream, sys.maxsize)
    except _BROKEN as error:
        raise KeepError(f"{where}: {_said(error)}; the record cannot be read") from error
    if record_id != capture.record_id:
        raise KeepError(f"{where}: is record {record_id}, not {capture.record_id}; the file is not the one that was written")
    if f"sha256:{hashlib.sha256(payload).hexdigest()}" != capture.digest:
        raise KeepError(f"{where}: the payload's SHA-256 is not {capture.digest}; its bytes have changed")
    return _status(record), tuple(record.http_headers.headers), payload


def records(path: Path) -> Iterator[Recorded]:
    """The responses of a WARC file, gzip or plain, with their content encoding undone; other records are passed over.

    Each is read to its end and its digests checked before it is given. A payload is cut one byte past MAX_PAYLOAD.
    Raises KeepError, naming file and offset, at the first broken record; those before it were given.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            archive = ArchiveIterator(file, check_digests="raise")
            while record := _next(archive):
                is_response = record.rec_type == "response" and record.http_headers is not None
                payload = _read(record.content_stream(), MAX_PAYLOAD + 1) if is_response else b""
                archive.read_to_end()
                # A stream without a limit: the headers were cut before Content-Length.
                if getattr(record.raw_stream, "limit", 1) or archive.err_count:
                    raise EOFError("the record is not as long as it says")
                if is_response:
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    captured = _date(record.rec_headers.get_header("WARC-Date") or "")
                    yield Recorded(url, _status(record), tuple(record.http_headers.headers), payload, captured)
                offset = archive.offset
            if file.seek(0) == 0 and file.read(2) == _GZIP and whole_bytes(path) < path.stat().st_size:
                raise EOFError("the file ends within a record")
    except _BROKEN as error:
        raise KeepError(f"{path}: offset {offset}: {_said(error)}; the record cannot be read") from error


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
