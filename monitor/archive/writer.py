"""Writing the archive: one record after another, on the disk before `append` returns. Touches the archive's folder alone.

WARC 1.1 (ISO 28500:2017), a gzip member a record, so that a record can be read from its offset alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self
from urllib.parse import quote, urlsplit

from isal import isal_zlib

from monitor.archive import inventory
from monitor.archive.log import CAPTURE, PICTURE, Entry, EvidenceLog, read_log, write_whole
from monitor.archive.reader import REFERS
from monitor.archive.warc import (
    CONVERSION,
    IDENTICAL_PROFILE,
    LOGGED,
    NOT_MODIFIED_PROFILE,
    OPEN,
    Record,
    payload_digest,
    read_records,
)
from monitor.errors import ArchiveError
from monitor.model import Capture, Original
from monitor.model.times import iso_utc

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

MAX_BYTES = 1_000_000_000
"""A file is closed once it is larger: the size that archives advise, so that one can be copied and checked by itself."""

COPIED = "X-Povestka-Copied"
"""When a record was copied from another archive, whose WARC-Date it keeps."""

PROXY = "X-Povestka-Proxy"
"""The proxy that a capture came through: a field of ours, since WARC has none for it and lets records have their own."""

DRAWN_BY = "X-Povestka-Drawn-By"
"""By which browser a picture was drawn."""

# Its own levels, 0 to 3. Of 91 real pages of general outlets, 205 KB in the mean, 3 took 0.6 ms each where zlib's 4 took 2.5, for
# files that are 5.7% larger; of 100 pages of the press, 70 KB each, 0.24 ms where that took 0.87, for 0.2%.
_LEVEL = 3

# Twisted hands over bodies with their chunks joined: a header that says otherwise would make readers look for chunks.
_RENAMED = {"transfer-encoding": "X-Crawler-Transfer-Encoding"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PackedRecord:
    """A response and its request, as they stand in a WARC file."""

    id: str
    """WARC-Record-ID of the response."""
    url: str
    fetched: datetime
    digest: str
    """As in `Capture`."""
    data: bytes
    """Two gzip members, one behind the other."""


class WarcWriter:
    """Appends captures to the newest file of a folder. Use as a context manager, or call `close`.

    Only the process that holds the vault's lock may have one: names are counted on from those in the folder.
    """

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        """Files that a killed process left open are closed: see `close_off`. Where there is no log yet, it begins with the files
        that are there. Raises ArchiveError: the folder cannot be used.
        """
        self._folder = folder
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self._path = folder
        self._hash = hashlib.sha256()
        self.log = EvidenceLog(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not self.log.path.exists():
                for older in sorted(folder.glob("*.warc.gz")):
                    _log_file(self.log, older, _sha256(older), older=True)
            for left in sorted(folder.glob(f"*.warc.gz{OPEN}")):
                close_off(left, self.log)
        except OSError as error:
            raise ArchiveError(f"{folder}: {error.strerror}; the archive needs a folder that it can write") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, log its digest and give it its final name. Raises ArchiveError where the disk refuses that."""
        if self._file:
            self._file.close()
            self._file = None
            _close(self._path, self.log, self._hash.hexdigest())

    def append(self, record: PackedRecord, copied: datetime | None = None) -> Capture:
        """Keep a response and its request, packed here or on another machine; they are on the disk when this returns. `copied` is
        when they were copied from an archive.

        Raises ArchiveError where the disk refuses; the file then ends with the record before.
        """
        return self._append(record, copied or record.fetched, CAPTURE)

    def write_picture(self, original: Original, png: bytes, drawn: datetime, browser: str) -> Capture:
        """Keep a picture of a captured page, as a conversion of its record; it is on the disk when this returns.

        Raises ArchiveError as `append` does.
        """
        from warcio.recordbuilder import RecordBuilder  # not above: it loads asyncio and fsspec, for who only reads as well

        digest = f"sha256:{hashlib.sha256(png).hexdigest()}"
        record = RecordBuilder(warc_version="1.1").create_warc_record(
            _one_line(original.url),
            CONVERSION,
            payload=BytesIO(png),
            length=len(png),
            warc_content_type="image/png",
            warc_headers_dict={
                "WARC-Date": iso_utc(drawn),
                "WARC-Refers-To": original.capture.record_id,
                "WARC-Payload-Digest": digest,
                DRAWN_BY: _one_line(browser),
            },
        )
        packed = PackedRecord(record.rec_headers.get_header("WARC-Record-ID"), original.url, drawn, digest, _member(record))
        return self._append(packed, drawn, PICTURE, of=original.capture.record_id, browser=_one_line(browser))

    def _append(self, record: PackedRecord, at: datetime, kind: str, **more: str) -> Capture:
        file = self._file_for(at)
        offset = file.tell()
        name = _closed_name(self._path).name
        try:
            write_whole(file, record.data)
            os.fsync(file.fileno())
            self.log.append(
                kind, file=name, offset=offset, bytes=len(record.data), sha256=hashlib.sha256(record.data).hexdigest(),
                record=record.id, url=_one_line(record.url), date=iso_utc(record.fetched), digest=record.digest, **more,
            )  # fmt: skip
        except OSError as error:
            self._cut_back(file, offset)
            raise ArchiveError(
                f"{self._path}: offset {offset}: {error.strerror}; make room or check the disk, then run again"
            ) from error
        except ArchiveError:
            self._cut_back(file, offset)
            raise
        self._hash.update(record.data)
        if offset + len(record.data) > self._max_bytes:
            self.close()
        return Capture(name, offset, record.id, record.digest)

    def newest(self) -> dict[str, Capture]:
        """The captures that were logged last, some ten thousand, by the ids of their records."""
        entries = (entry for entry in self.log.newest() if entry["kind"] == CAPTURE)
        return {entry["record"]: Capture(entry["file"], entry["offset"], entry["record"], entry["digest"]) for entry in entries}

    def _cut_back(self, file: BinaryIO, offset: int) -> None:
        """Take away what was written of a record. Where the disk refuses that too, the file is left as a killed process leaves
        it, to be closed off by the next writer: what is whole in it can be read, and nothing more is written behind it.
        """
        try:
            file.truncate(offset)
            file.seek(offset)
        except OSError:
            self._file = None
            with suppress(OSError):
                file.close()

    def _file_for(self, fetched: datetime) -> BinaryIO:
        if self._file is None:
            numbers = [int(path.name.split("-")[2].split(".")[0]) for path in self._folder.glob("povestka-*-*.warc.gz*")]
            name = f"povestka-{fetched.astimezone(UTC):%Y%m%dT%H%M%SZ}-{max(numbers, default=0) + 1:06d}.warc.gz{OPEN}"
            self._path = self._folder / name
            try:
                # Unbuffered: after an error nothing lingers that a later close would write. "x": no file is ever written over.
                self._file = self._path.open("xb", buffering=0)
                self._hash = hashlib.sha256()
                _sync_folder(self._folder)
            except OSError as error:
                raise ArchiveError(f"{self._path}: {error.strerror}; the archive needs a folder that it can write") from error
        return self._file


def pack(
    url: str,
    request_headers: Headers,
    status: int,
    reason: str,
    response_headers: Headers,
    body: bytes,
    fetched: datetime,
    ip: str = "",
    proxy: str = "",
    copied: datetime | None = None,
    original: Original | None = None,
) -> PackedRecord:
    """A response and its request as they are kept. Of what was `copied` from an archive, then, `fetched` is when it was captured
    there, and no request is kept, for we made none.

    `body` is as it was received, before any content decoding: its SHA-256 is the capture's digest. Where it is that of the
    `original`, or the server says that nothing has changed since (304), a revisit of that is kept in place of the same bytes.
    """
    from warcio.recordbuilder import RecordBuilder  # not above, as in `write_picture`
    from warcio.statusandheaders import StatusAndHeaders

    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    revisit = _revisit(original, status, digest) if original else {}
    builder = RecordBuilder(warc_version="1.1")
    about = {"WARC-Date": iso_utc(fetched)}
    if copied:
        about[COPIED] = iso_utc(copied)
    if ip:
        about["WARC-IP-Address"] = ip
    if proxy:
        about[PROXY] = _one_line(proxy)
    target = _one_line(url)
    response = builder.create_warc_record(
        target,
        "revisit" if revisit else "response",
        payload=BytesIO(b"" if revisit else body),
        length=0 if revisit else len(body),
        warc_headers_dict={**about, "WARC-Payload-Digest": digest, **revisit},
        http_headers=StatusAndHeaders(_one_line(f"{status} {reason}"), _clean(response_headers), protocol="HTTP/1.1"),
    )
    record_id: str = response.rec_headers.get_header("WARC-Record-ID")
    if copied:
        return PackedRecord(record_id, url, fetched, digest, _member(response))
    parts = urlsplit(target)
    line = f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1"
    request = builder.create_warc_record(
        target,
        "request",
        warc_headers_dict={**about, "WARC-Concurrent-To": record_id},
        http_headers=StatusAndHeaders(line, _clean(request_headers), is_http_request=True),
    )
    return PackedRecord(record_id, url, fetched, digest, _member(response) + _member(request))


def close_off(path: Path, log: EvidenceLog) -> int:
    """Close a file that a killed process left open: how many torn bytes it ended with.

    A torn record was never acknowledged, so nothing refers to it; its bytes are moved beside the file all the same, and the
    file is whole again. What is whole in it and not yet in the log is logged.
    """
    with path.open("rb") as file:
        whole = max(members(file), default=0)
    torn = path.stat().st_size - whole
    final = _closed_name(path)
    if torn:
        with path.open("r+b") as file:
            file.seek(whole)
            final.with_name(f"{final.name}.torn").write_bytes(file.read())
            file.truncate(whole)
            os.fsync(file.fileno())
    _log_late(path, log)
    _close(path, log, _sha256(path))
    return torn


def _close(path: Path, log: EvidenceLog, sha256: str) -> None:
    # The log first: a file that is still open is closed off by the next writer, and logged again.
    _log_file(log, path, sha256)
    log.sync()
    try:
        final = _closed_name(path)
        path.rename(final)
        _sync_folder(path.parent)
        inventory.record(path.parent, final)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; the archive needs a folder that it can write") from error


def _log_file(log: EvidenceLog, path: Path, sha256: str, **more: bool) -> None:
    log.append("file", file=_closed_name(path).name, bytes=path.stat().st_size, sha256=sha256, **more)


def _log_late(path: Path, log: EvidenceLog) -> None:
    """Log the captures and pictures of a file that stand behind the last that is logged: a kill came between the two."""
    name = _closed_name(path).name
    entries = (found for found in read_log(log.path) if isinstance(found, Entry)) if log.path.exists() else ()
    logged = (entry.fields for entry in entries if entry.kind in {CAPTURE, PICTURE} and entry.fields.get("file") == name)
    end = max((fields["offset"] + fields["bytes"] for fields in logged), default=0)
    with path.open("rb") as file:
        found = [record for record in read_records(file, keep=0, extra_digest="sha256", start=end) if isinstance(record, Record)]
        whole = [record for record in found if record.type in LOGGED]
        begins = [record.place.offset for record in whole]
        for record, (begin, end) in zip(whole, pairwise([*begins, path.stat().st_size]), strict=True):
            file.seek(begin)
            written = file.read(end - begin)
            is_picture = record.type == CONVERSION
            digest_fields = (
                {"of": record.fields.get("warc-refers-to"), "browser": record.fields.get(DRAWN_BY.lower())} if is_picture else {}
            )
            log.append(
                PICTURE if is_picture else CAPTURE,
                file=name, offset=begin, bytes=len(written), sha256=hashlib.sha256(written).hexdigest(),
                record=record.fields.get("warc-record-id"), url=record.url, date=record.fields.get("warc-date"),
                digest=payload_digest(record), **digest_fields, late=True,
            )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def members(file: BinaryIO, start: int = 0) -> Iterator[int]:
    """Where each gzip member ends, of those that begin at `start` and behind it, up to the first that is broken or cut."""
    position = file.seek(start)
    member = zlib.decompressobj(wbits=31)
    while chunk := file.read(1 << 16):
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return
            used = len(chunk) - len(member.unused_data)
            position += used
            chunk = chunk[used:]
            if member.eof:
                yield position
                member = zlib.decompressobj(wbits=31)


def _revisit(original: Original, status: int, digest: str) -> dict[str, str]:
    """The fields of a revisit, WARC 1.1, section 6.7; none where the answer is another."""
    if status == HTTPStatus.NOT_MODIFIED:
        profile = NOT_MODIFIED_PROFILE
    elif digest == original.capture.digest:
        profile = IDENTICAL_PROFILE
    else:
        return {}
    return {
        "WARC-Profile": profile,
        "WARC-Refers-To": original.capture.record_id,
        "WARC-Refers-To-Target-URI": _one_line(original.url),
        "WARC-Refers-To-Date": iso_utc(original.date),
        "WARC-Payload-Digest": original.capture.digest,
        REFERS: f"{original.capture.file} {original.capture.offset}",
    }


def _member(record: ArcWarcRecord) -> bytes:
    from warcio.warcwriter import WARCWriter  # not above, as in `write_picture`

    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return isal_zlib.compress(plain.getvalue(), _LEVEL, wbits=31)


def _clean(headers: Headers) -> list[tuple[str, str]]:
    return [(_RENAMED.get(name.lower(), _one_line(name)), _one_line(value)) for name, value in headers]


def _one_line(value: str) -> str:
    # A line break from outside would forge a header, or a record; what is not ASCII is percent-encoded, as warcio does it.
    return _NOT_ASCII.sub(lambda found: quote(found[0], errors="replace"), _CONTROL.sub(" ", value).strip())


def _closed_name(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(OPEN))


def _sync_folder(folder: Path) -> None:
    """Make names in the folder durable: fsync of a file alone does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
