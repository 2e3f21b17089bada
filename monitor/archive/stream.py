"""Reads the unpacked bytes of a WARC file, plain or gzipped by member, forwards and with marks to return to.

A gzip member that begins with a record ends what comes before it: who reads knows that no record goes on into it.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, BinaryIO, NamedTuple

# Of the file at once: the rest of it is copied at the end of each member. Unpacked at once.
_PACKED, _UNPACKED = 1 << 13, 1 << 16
_CHUNK = 1 << 20
# How a gzip member begins (RFC 1952, section 2.3.1): its magic number, and the one method of packing that there is.
_GZIP, _MEMBER = b"\x1f\x8b", b"\x1f\x8b\x08"
# A member's own header may hold a name; this is enough to unpack the first line behind it.
_MEMBER_HEAD = 1 << 12
_GZIP_BITS = 31
RECORD = b"WARC/"
"""How a record begins."""


class Place(NamedTuple):
    """Where something lies in a WARC file."""

    offset: int
    """In bytes of the file; of what is packed, where its gzip member begins."""
    inner: int = 0
    """In bytes of what that member unpacks to."""

    def __str__(self) -> str:
        return f"offset {self.offset}" + (f", byte {self.inner} of what is unpacked there" if self.inner else "")


Mark = tuple[int, bytes, Any, bytes, int, int, int]
"""A state of a Stream, to come back to."""


class Stream:
    """From `start` on, where a record or a gzip member begins.

    It ends where a member does behind which another begins with a record: `next_member` goes on. Other members are read as one,
    for some archives are packed in blocks. Methods raise zlib.error where a member is damaged, EOFError where it is cut.
    """

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        self.restart(start)

    def restart(self, start: int) -> None:
        """Go on at another offset."""
        self._file.seek(start)
        self.is_packed = self._file.read(len(_GZIP)) == _GZIP
        self._file.seek(start)
        self._packed = b""
        self._unpacker: Any = None
        self._buffer, self._at = b"", 0
        self.start = start
        """Where what is read began, as a member or as a file that is not packed."""
        self._inner = 0
        if self.is_packed:
            self.next_member()

    @property
    def place(self) -> Place:
        """Where the next byte lies."""
        inner = self._inner + self._at
        return Place(self.start, inner) if self.is_packed else Place(self.start + inner)

    def mark(self) -> Mark:
        """To `rewind` to; what was read since is then read again."""
        unpacker = self._unpacker
        if unpacker is not None and not unpacker.eof:
            unpacker = unpacker.copy()
        return self._file.tell(), self._packed, unpacker, self._buffer, self._at, self.start, self._inner

    def rewind(self, mark: Mark) -> None:
        """Back to a mark; to each but once, since its unpacker is then used."""
        position, self._packed, self._unpacker, self._buffer, self._at, self.start, self._inner = mark
        self._file.seek(position)

    def peek(self, count: int, *, crosses: bool = True) -> bytes:
        """The next bytes, fewer at the end; unless it `crosses`, of the member that is read."""
        while len(self._buffer) - self._at < count and self._fill(crosses=crosses):
            pass
        return self._buffer[self._at : self._at + count]

    def read(self, most: int) -> bytes:
        """Some of the next bytes; none at the end."""
        if self._at == len(self._buffer) and not self._fill():
            return b""
        part = self._buffer[self._at : self._at + most]
        self._at += len(part)
        return part

    def head(self, most: int) -> bytes:
        """The lines up to an empty one, and that; raises EOFError where none comes within `most` bytes."""
        seen = 0
        while not (end := _EMPTY_LINE.search(self._buffer, self._at + seen)):
            waiting = len(self._buffer) - self._at
            if waiting > most:
                raise EOFError("the record's headers do not end")
            seen = max(0, waiting - 3)
            if not self._fill():
                raise EOFError("the record's headers are cut")
        head = self._buffer[self._at : end.end()]
        self._at = end.end()
        return head

    def take_until(self, needle: bytes) -> tuple[bytes, bool]:
        """Some of the bytes before the next `needle`, and whether it comes then; neither at the end."""
        found = self._buffer.find(needle, self._at)
        while found < 0 and len(self._buffer) - self._at < len(needle) and self._fill():
            found = self._buffer.find(needle, self._at)
        end = found
        if found < 0:
            is_last = len(self._buffer) - self._at < len(needle)
            end = len(self._buffer) if is_last else len(self._buffer) - len(needle) + 1
        part = self._buffer[self._at : end]
        self._at = end
        return part, found >= 0

    def skip_lines(self, *, crosses: bool = True) -> None:
        """Past line ends."""
        while (following := self.peek(1, crosses=crosses)) and following in b"\r\n":
            self._at += 1

    def next_member(self) -> bool:
        """Go on behind the member that was read to its end; False where the file ends there."""
        if not self.is_packed or not self._ahead(1):
            return False
        self.start = self._file.tell() - len(self._packed)
        self._unpacker = zlib.decompressobj(wbits=_GZIP_BITS)
        self._buffer, self._at, self._inner = b"", 0, 0
        return True

    def _fill(self, *, crosses: bool = True) -> bool:
        """More into the buffer; False at the end."""
        more = self._unpack(crosses=crosses) if self.is_packed else self._file.read(_CHUNK)
        if not more:
            return False
        self._inner += self._at
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return True

    def _unpack(self, *, crosses: bool) -> bytes:
        more = b""
        while not more:
            if self._unpacker.eof:
                if not crosses or not self._goes_on():
                    return b""
                self._unpacker = zlib.decompressobj(wbits=_GZIP_BITS)
            if not self._ahead(1):
                raise EOFError("the file ends within a record")
            more = self._unpacker.decompress(self._packed, _UNPACKED)
            self._packed = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
        return more

    def _goes_on(self) -> bool:
        """Whether the next member goes on with what is read: it is one, and does not begin a record."""
        return _begins_record(self._ahead(_MEMBER_HEAD)[:_MEMBER_HEAD]) is False

    def _ahead(self, least: int) -> bytes:
        """What is packed, so many bytes of it or more; fewer at the end of the file."""
        while len(self._packed) < least and (more := self._file.read(_PACKED)):
            self._packed += more
        return self._packed


_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


def find_member(file: BinaryIO, start: int) -> int | None:
    """Where, from `start` on, the next gzip member begins that unpacks to a record; None where none does."""
    file.seek(start)
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


def _begins_record(packed: bytes) -> bool | None:
    """Whether a gzip member begins with a record; None where it is none, or is cut before that can be told."""
    member = zlib.decompressobj(wbits=_GZIP_BITS)
    try:
        beginning = member.decompress(packed, len(RECORD))
    except zlib.error:
        return None
    return beginning == RECORD if member.eof or len(beginning) == len(RECORD) else None
