"""The records of a WARC file (ISO 28500:2017), each by itself: what is wrong with one loses no other. Reads the given file.

Records may lie in gzip members of their own, several in one, over several, or in a file that is not packed. Where one is not as
long as it says, the next is looked for: at the next member that begins with a record or, behind an empty line, in the same one. A
page may hold what looks like a record; so a record with a digest is taken to end where its digest says, and an HTTP answer with a
length not before that.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from monitor.archive.http import Message, pairs
from monitor.archive.stream import RECORD, Mark, Place, Stream, find_member
from monitor.errors import ArchiveError

OPEN = ".open"
"""What the name of a file ends in that is being written; it loses it when it is closed, as Heritrix does it."""

IDENTICAL_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""What a revisit says of the payload that it does not repeat: the same came again; the server says that it has not changed."""

CONVERSION = "conversion"
"""The type of a record that has another form of what another record has: here a picture, drawn of a captured page."""

LOGGED = frozenset({"response", "revisit", CONVERSION})
"""Types of records of which each has an entry of the archive's log."""

MAX_BROKEN = 10_000
"""Places of a file that are passed over; behind one more, its rest is."""

MAX_REREAD = 1 << 30
"""Bytes of a file that are read again to find where records begin behind such as are not as long as they say."""

_MOST_HEAD = 1 << 20
_CHUNK = 1 << 16
_BROKEN = (ArchiveError, EOFError, OSError, ValueError, zlib.error)
"""What is raised over bytes that are not what they should be."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n")
_NEXT = RECORD + b"1."
_LINES = b"\r\n\r\n"
"""What stands between two records."""
_HTTP_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#labelled-digest names no algorithms.
_ALGORITHMS = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
# Whose block is an HTTP message: headers, and a payload.
_MESSAGES = frozenset({"request", "response", "revisit"})


class BrokenRecord(NamedTuple):
    """What is wrong at a place of a file, and how much was passed over for it."""

    place: Place
    what: str
    passed: str
    """In words: "62 bytes passed over, to the next record"."""


@dataclass(slots=True)
class Record:
    """A record whose bytes are as its length and its digests say."""

    place: Place
    fields: dict[str, str]
    """Its named fields, by names in lower case."""
    length: int
    """Of its block, in bytes."""
    block: bytes
    """Its block; of a long one the beginning, as much as was asked for or a mebibyte."""
    head_length: int
    """Of the HTTP headers at the beginning of the block; 0 where there are none."""
    digests: dict[str, Any] = field(default_factory=dict)
    """Of its payload: hashes by algorithm, as far as the record or the caller names them."""

    @property
    def type(self) -> str:
        """The record's WARC-Type, in lower case."""
        return self.fields.get("warc-type", "").lower()

    @property
    def url(self) -> str:
        """The address that it was captured at; some write it in angle brackets, as the grammar of WARC 1.0 had it."""
        return self.fields.get("warc-target-uri", "").strip("<>")


def payload_digest(record: Record) -> str:
    """SHA-256 of what came as payload, of a record that was read with `extra_digest="sha256"`: of a revisit what it says of
    that.
    """
    if record.type == "revisit" and record.fields.get("warc-profile") == IDENTICAL_PROFILE:
        return record.fields.get("warc-payload-digest", "")
    return f"sha256:{record.digests['sha256'].hexdigest()}"


def read_records(file: BinaryIO, *, keep: int, extra_digest: str = "", start: int = 0) -> Iterator[Record | BrokenRecord]:
    """Every record of a file from `start` on, where one begins, with up to `keep` bytes of its block; and every place where there
    is none that can be read.

    Its payload's digest by the algorithm `extra_digest` is computed too.
    """
    if not file.seek(0, 2):
        yield BrokenRecord(Place(0), "the file is empty", "0 bytes passed over, to the end")
        return
    size = file.tell()
    stream, budget, broken = Stream(file, start), MAX_REREAD, 0
    while True:
        reading = _Reading(stream, keep, extra_digest)
        try:
            record = reading.record()
        except _BROKEN as error:
            broken += 1
            found, spent = _find_next(file, stream, reading, budget if broken <= MAX_BROKEN else 0)
            budget -= spent
            yield BrokenRecord(reading.place, error_line(error), _passed(reading.place, stream.place if found else None, size))
            if not found:
                return
            continue
        if record is None:
            return
        yield record


def read_record(file: BinaryIO, place: Place, *, keep: int, extra_digest: str = "") -> Record:
    """The record at a place. Raises ArchiveError where none can be read there."""
    try:
        stream = Stream(file, place.offset)
        left = place.inner if stream.is_packed else 0
        while left:
            part = stream.read(min(left, _CHUNK))
            if not part:
                raise EOFError("nothing is there; the file was cut")
            left -= len(part)
        record = _Reading(stream, keep, extra_digest).record()
    except _BROKEN as error:
        raise ArchiveError(f"{error_line(error)}; the record cannot be read") from error
    if record is None:
        raise ArchiveError("nothing is there; the file was cut")
    return record


def error_line(error: Exception) -> str:
    """What an error says, as a line of up to 100 characters."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return "".join(c if c.isprintable() else "." for c in line)[:100]


class _Block:
    """The bytes of a record's block, as they are read."""

    def __init__(self, fields: dict[str, str], keep: int, extra_digest: str) -> None:
        type_ = fields.get("warc-type", "").lower()
        self.is_message = type_ in _MESSAGES and fields.get("content-type", "application/http").lower().startswith(
            "application/http"
        )
        self.length = 0
        self.kept = bytearray()
        self.head_length = 0
        self._keep = max(keep, _MOST_HEAD)
        self._in_head = self.is_message
        self._whole = _Digest.of(fields.get("warc-block-digest", ""))
        # Of a revisit it is the digest of the payload that is not repeated, of what was truncated that of the whole.
        is_of_this = type_ != "revisit" and "warc-truncated" not in fields
        self._payload = _Digest.of(fields.get("warc-payload-digest", "")) if is_of_this else None
        names = {extra_digest, self._payload.algorithm if self._payload else ""} - {""}
        self.digests = {name: hashlib.new(name, usedforsecurity=False) for name in names}

    def feed(self, part: bytes) -> None:
        self.length += len(part)
        if self._whole:
            self._whole.hash.update(part)
        room = self._keep - len(self.kept)
        if room > 0:
            self.kept += part[:room]
        if self._in_head:
            end = _HEAD_END.search(self.kept, max(0, len(self.kept) - len(part) - 3))
            if end is None:
                return
            self._in_head = False
            self.head_length = end.end()
            part = bytes(self.kept[end.end() :]) + part[max(room, 0) :]
        for hash_ in self.digests.values():
            hash_.update(part)

    @property
    def has_digest(self) -> bool:
        return bool(self._whole or self._payload)

    @property
    def has_right_digest(self) -> bool:
        """Whether a digest is that of what was read up to here."""
        whole, payload = self._whole, self._payload
        return bool((whole and whole.is_right(whole.hash)) or (payload and payload.is_right(self.digests[payload.algorithm])))

    def fault(self) -> str:
        """What its digests say of it; empty where they are right, or there is none that can be computed."""
        whole, payload = self._whole, self._payload
        if whole and not whole.is_right(whole.hash):
            return f"the block's digest is not {whole.written[:60]}"
        if payload and not payload.is_right(self.digests[payload.algorithm]) and not self._is_right_entity(payload):
            return f"the payload's digest is not {payload.written[:60]}"
        return ""

    @property
    def least(self) -> int:
        """How long the block is at the least, as the HTTP answer in it says; 0 where it does not."""
        length_field = _HTTP_LENGTH.search(self.kept, 0, self.head_length)
        return self.head_length + int(length_field[1]) if length_field else 0

    def _is_right_entity(self, digest: _Digest) -> bool:
        """The standard's payload of an HTTP answer is its entity, without the coding of its transfer; some take it unpacked."""
        if self.length > len(self.kept):
            return False  # it is not all here
        bodies = Message.of(bytes(self.kept), self.head_length).bodies(self._keep)
        return any(digest.is_right(hashlib.new(digest.algorithm, body, usedforsecurity=False)) for body in bodies)


class _Reading:
    """A record that is being read at a place of a stream."""

    def __init__(self, stream: Stream, keep: int, extra_digest: str) -> None:
        self._stream, self._keep, self._also = stream, keep, extra_digest
        self.place = stream.place
        self.fields: dict[str, str] = {}
        self.block_at: Mark | None = None
        self.is_bounded = False
        """Whether it ends where it says: then the next record follows."""

    def new_block(self) -> _Block:
        return _Block(self.fields, self._keep, self._also)

    def record(self) -> Record | None:
        """The record; None at the end of the file. Raises one of _BROKEN."""
        stream = self._stream
        stream.skip_lines(crosses=False)
        while not stream.peek(1, crosses=False):
            if not stream.next_member():
                return None
            self.place = stream.place
            stream.skip_lines(crosses=False)
        self.place = stream.place
        if not _VERSION.match(stream.peek(20)):
            raise ArchiveError("no WARC record")
        self.fields = {name.lower(): value for name, value in pairs(stream.head(_MOST_HEAD))}
        self.block_at = stream.mark()
        length = self.fields.get("content-length", "")
        if not (length.isascii() and length.isdecimal()):
            raise ArchiveError("the record does not say how long it is")
        block = self.new_block()
        self._read_block(block, int(length[:19]))
        is_followed = self._is_followed()  # at a member's end its checksum is looked at, too
        fault = block.fault()
        if not is_followed and (fault or not block.has_digest):
            raise ArchiveError("the record is longer than it says")
        self.is_bounded = True
        if fault:
            raise ArchiveError(fault)
        return Record(self.place, self.fields, block.length, bytes(block.kept), block.head_length, block.digests)

    def _read_block(self, block: _Block, length: int) -> None:
        stream = self._stream
        while block.length < length:
            part = stream.read(min(length - block.length, _CHUNK))
            block.feed(part)
            if not part:
                raise EOFError("the record is not as long as it says")

    def _is_followed(self) -> bool:
        """Whether another record follows, or the end of the member or file; or the zeros that a crash leaves behind what was
        written, which are told as a place of their own."""
        self._stream.skip_lines(crosses=False)
        following = self._stream.peek(len(RECORD), crosses=False)
        return RECORD.startswith(following) or not following.strip(b"\0")


def _find_next(file: BinaryIO, stream: Stream, reading: _Reading, budget: int) -> tuple[bool, int]:
    """Bring the stream to the next record behind a broken one; whether there is one, and how many bytes were read for that."""
    if reading.is_bounded:
        return True, 0
    search = _Search(stream, reading, budget)
    try:
        if search.run():
            return True, search.spent
    except _BROKEN:
        pass  # the member itself is damaged, or is none
    # A page in a file that is not packed may hold what looks like a packed record.
    is_plain = not stream.is_packed and (reading.fields or reading.place.offset)
    following = None if is_plain or budget <= 0 else find_member(file, max(stream.start, reading.place.offset) + 1)
    if following is not None:
        stream.restart(following)
    return following is not None, search.spent


class _Search:
    """For the end of a record that is not as long as it says, within what can be unpacked."""

    def __init__(self, stream: Stream, reading: _Reading, budget: int) -> None:
        self._stream, self._reading, self._budget = stream, reading, budget
        self.spent = 0

    def run(self) -> bool:
        """Bring the stream to the next record; False where none is found. Raises one of _BROKEN."""
        stream, block, first, lines = self._stream, self._reading.new_block(), None, b""
        if self._reading.block_at is not None:
            stream.rewind(self._reading.block_at)
            lines = _LINES
        else:
            stream.read(1)  # what is broken may be the lines themselves
        while self.spent < self._budget:
            part, is_candidate = stream.take_until(lines + _NEXT)
            block.feed(part)
            self.spent += len(part) + 1
            if is_candidate:
                if _ends_here(block):
                    stream.skip_lines()
                    return True
                first = first or stream.mark()
                block.feed(stream.read(1))
            elif not part:
                if stream.next_member():
                    return True
                break
        if first:
            stream.rewind(first)
            stream.skip_lines()
        return bool(first)


def _ends_here(block: _Block) -> bool:
    return block.has_right_digest if block.has_digest else block.length >= block.least


def _passed(begin: Place, end: Place | None, size: int) -> str:
    if end is None:
        return f"{size - begin.offset} bytes passed over, to the end"
    if end.offset == begin.offset:
        return f"{end.inner - begin.inner} bytes passed over, to the next record"
    return f"{end.offset - begin.offset} bytes passed over, to the next record"


@dataclass(slots=True)
class _Digest:
    """A digest that is written in a record, and the hash that is to be it."""

    algorithm: str
    value: str
    written: str
    hash: Any

    @classmethod
    def of(cls, written: str) -> _Digest | None:
        """None where there is none, or its algorithm is none of those that are computed here."""
        name, _, value = written.partition(":")
        algorithm = name.strip().lower().replace("-", "")
        if algorithm not in _ALGORITHMS:
            return None
        return cls(algorithm, value.strip(), written, hashlib.new(algorithm, usedforsecurity=False))

    def is_right(self, hash_: Any) -> bool:
        """Whether that is what is written, in hexadecimal, Base32 or Base64."""
        digest, value = hash_.digest(), self.value.rstrip("=")
        return (
            value.lower() == digest.hex()
            or value.upper() == base64.b32encode(digest).decode().rstrip("=")
            or value.translate(_URL_SAFE) == base64.b64encode(digest).decode().rstrip("=")
        )


_URL_SAFE = str.maketrans("-_", "+/")
