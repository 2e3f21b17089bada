"""Reads archives: one capture by its offset, or all pages of any WARC file. Changes no file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from monitor.archive.http import Headers, Message
from monitor.archive.stream import Place
from monitor.archive.warc import (
    CONVERSION,
    IDENTICAL_PROFILE,
    OPEN,
    BrokenRecord,
    Record,
    payload_digest,
    read_record,
    read_records,
)
from monitor.errors import ArchiveError
from monitor.model import Capture

MAX_PAYLOAD = 20 * 1024 * 1024
"""What `records` gives of a payload is cut one byte past this, the crawl's own limit: enough to be seen to be too large."""

# As much of a block as a payload may have and its headers, a mebibyte, may take.
_KEEP = MAX_PAYLOAD + 1 + (1 << 20)
# How far into a member one goes to read a record again that a revisit refers to: it is unpacked from the member's beginning.
_MOST_BACK = 4 * _KEEP
REFERS = "x-povestka-refers-to"
"""Where the record lies that a revisit of ours refers to: file and offset. The standard names it by its id alone."""
NOT_MODIFIED = 304
"""The status of a revisit whose page lies elsewhere."""


class WarcRecord(NamedTuple):
    """A page that an archive holds."""

    url: str
    status: int
    headers: Headers
    payload: bytes
    captured: datetime | None
    """WARC-Date; None where there is none that can be read."""


def read_capture(folder: Path, capture: Capture) -> tuple[int, Headers, bytes]:
    """Status, headers and payload of a capture, the payload as it was received (its content encoding is not undone). Of a picture
    the payload is the picture, and the status 0.

    Raises ArchiveError, naming file and offset, where it is not there, is another record, or its bytes have changed.
    """
    path = folder / capture.file
    if not path.exists():
        path = path.with_name(path.name + OPEN)
    where = f"{path}: offset {capture.offset}"
    try:
        with path.open("rb") as file:
            record = read_record(file, Place(capture.offset), keep=sys.maxsize, extra_digest="sha256")
    except ArchiveError as error:
        raise ArchiveError(f"{where}: {error}") from error
    except OSError as error:
        raise ArchiveError(f"{where}: {error.strerror}; the record cannot be read") from error
    record_id = record.fields.get("warc-record-id", "")
    if record_id != capture.record_id:
        raise ArchiveError(f"{where}: is record {record_id}, not {capture.record_id}; the file is not the one that was written")
    if payload_digest(record) != capture.digest:
        raise ArchiveError(f"{where}: the payload's SHA-256 is not {capture.digest}; its bytes have changed")
    if record.type == CONVERSION:
        return 0, (("Content-Type", record.fields.get("content-type", "")),), record.block
    message = Message.of(record.block, record.head_length)
    if record.fields.get("warc-profile") == IDENTICAL_PROFILE:
        return message.status, message.headers, _original(folder, record, where)
    return message.status, message.headers, message.raw


def _original(folder: Path, revisit: Record, where: str) -> bytes:
    """The payload that a revisit of ours refers to."""
    file, _, offset = revisit.fields.get(REFERS, "").rpartition(" ")
    if not file or Path(file).name != file or not offset.isdecimal():
        raise ArchiveError(f"{where}: is a revisit, and does not say where the record lies that it refers to")
    referred = Capture(file, int(offset), revisit.fields.get("warc-refers-to", ""), revisit.fields.get("warc-payload-digest", ""))
    path = folder / file
    try:
        with (path if path.exists() else path.with_name(file + OPEN)).open("rb") as opened:
            is_page = read_record(opened, Place(referred.offset), keep=0).type == "response"
        if is_page:
            return read_capture(folder, referred)[2]
    except (ArchiveError, OSError) as error:
        raise ArchiveError(f"{where}: is a revisit of what cannot be read again: {error}") from error
    raise ArchiveError(f"{where}: is a revisit of what is no response")


def records(path: Path, *, name: str = "", skip: Callable[[ArchiveError], None] | None = None) -> Iterator[WarcRecord]:
    """The pages of a WARC file, gzip or plain, with their codings undone; records of other things are passed over.

    They are its responses over HTTP, its resources with a web address, and its revisits: with the payload that they refer to
    where the file itself holds it, else with status 304 and none. Each is read to its end before it is given, and its digests
    checked, as far as their algorithms are known here. A payload is cut one byte past MAX_PAYLOAD.
    At a record that cannot be read `skip` is called with what is wrong, naming file, place and how much is passed over; reading
    goes on behind it. Without `skip`, ArchiveError is raised there. Raises ArchiveError too where the file cannot be read. What
    is wrong is told of `name`, where the file is a copy of what is called so.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file, path.open("rb") as again:
            pages = _Pages(again)
            for found in chain(read_records(file, keep=_KEEP), pages.waiting()):
                try:
                    page = pages.read(found)
                except _UnusableError as error:
                    fault = ArchiveError(f"{name}: {error}")
                    if skip is None:
                        raise fault from error
                    skip(fault)
                    continue
                if page:
                    yield page
    except OSError as error:
        raise ArchiveError(f"{name}: {error.strerror or error}; the file cannot be read") from error


class _UnusableError(Exception):
    """What is wrong with a record, and where it is."""


class _Pages:
    """What records say of pages; remembers where each lies that a revisit may refer to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[tuple[str, ...], Place] = {}
        self._waiting: list[Record] = []
        self._is_all_read = False

    def waiting(self) -> Iterator[Record]:
        """The revisits of what had not come when they did, to be read again when all has been."""
        self._is_all_read = True
        yield from self._waiting

    def read(self, found: Record | BrokenRecord) -> WarcRecord | None:
        """The page of a record; None where it is of none, or of one that may come later. Raises _UnusableError."""
        if isinstance(found, BrokenRecord):
            raise _UnusableError(f"{found.place}: {found.what}; {found.passed}")
        if found.type not in {"response", "resource", "revisit"} or not found.url.lower().startswith(("http://", "https://")):
            return None
        if "warc-segment-number" in found.fields:
            raise _UnusableError(f"{found.place}: is one of several parts of a record, which are not joined; it was passed over")
        if found.type == "revisit":
            return self._revisit(found)
        page = self._page(found)
        for key in _names(found.fields):
            self._places.setdefault(key, found.place)
        return page

    def _page(self, record: Record) -> WarcRecord:
        if not record.head_length:
            type_ = record.fields.get("content-type", "")
            headers = (("Content-Type", type_),) if type_ else ()
            return WarcRecord(record.url, 200, headers, record.block[: MAX_PAYLOAD + 1], _date(record))
        message = Message.of(record.block, record.head_length)
        if not message.status:
            raise _UnusableError(f"{record.place}: is no answer over HTTP; it was passed over")
        *_, payload = message.bodies(MAX_PAYLOAD + 1)
        return WarcRecord(record.url, message.status, message.headers, payload[: MAX_PAYLOAD + 1], _date(record))

    def _revisit(self, record: Record) -> WarcRecord | None:
        place = self._place(record)
        if place is None and self._is_all_read:
            return WarcRecord(record.url, NOT_MODIFIED, (), b"", _date(record))
        if place is None:
            record.block = b""  # only what it refers to is wanted
            self._waiting.append(record)
            return None
        for key in _names(record.fields):
            self._places.setdefault(key, place)
        return self._again(record, place)

    def _place(self, record: Record) -> Place | None:
        """Of the record that a revisit refers to, by its id, by address and date, or by its digest."""
        fields = record.fields
        keys = (
            (fields.get("warc-refers-to", ""),),
            (fields.get("warc-refers-to-target-uri", "").strip("<>"), fields.get("warc-refers-to-date", "")),
            ("", fields.get("warc-payload-digest", "").lower()),
        )
        return next((self._places[key] for key in keys if key[-1] and key in self._places), None)

    def _again(self, revisit: Record, place: Place) -> WarcRecord:
        """The page that a revisit found to be as it was, at the time of the revisit."""
        if place.inner > _MOST_BACK:
            raise _UnusableError(
                f"{revisit.place}: is a revisit of what lies {place.inner} bytes into a packed member, which is too far to go"
                " back; it was passed over"
            )
        try:
            page = self._page(read_record(self._file, place, keep=_KEEP))
        except ArchiveError as error:
            raise _UnusableError(f"{revisit.place}: is a revisit of what cannot be read again: {error}") from error
        return page._replace(url=revisit.url, captured=_date(revisit))


def _names(fields: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """By what a revisit may refer to a record."""
    url, digest = fields.get("warc-target-uri", "").strip("<>"), fields.get("warc-payload-digest", "").lower()
    yield (fields.get("warc-record-id", ""),)
    yield (url, fields.get("warc-date", ""))
    if digest:
        yield ("", digest)


def _date(record: Record) -> datetime | None:
    """WARC 1.1, section 5.4: ISO 8601 in UTC, to a second or less."""
    try:
        date = datetime.fromisoformat(record.fields.get("warc-date", ""))
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else None
