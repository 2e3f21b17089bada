"""Parses the HTTP message in a WARC record: status, headers and payload as received. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from monitor.compression import State, decode_content

Headers = tuple[tuple[str, str], ...]

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
# RFC 9112, section 7.1: a chunk's length, what may be said of it, and a line end. Sixteen digits are more than any file has.
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")


class Message(NamedTuple):
    """An HTTP response."""

    status: int
    """0 where it does not begin with a status."""
    headers: Headers
    raw: bytes
    """What follows the headers, as it came."""

    @classmethod
    def of(cls, block: bytes, head_length: int) -> Message:
        """The message of a block whose headers, with the empty line behind them, are that long."""
        head = block[:head_length]
        status = _STATUS.match(head)
        return cls(int(status[1]) if status else 0, tuple(pairs(head.partition(b"\n")[2])), block[head_length:])

    def bodies(self, most: int) -> Iterator[bytes]:
        """What follows the headers in three forms, the last of which is what a reader wants: as it came; without the coding of
        its transfer; and without that of its content, unpacked to at most `most` bytes.

        Headers of archives are often of an answer that was unpacked since: what is not coded as they say is given as it is.
        """
        yield self.raw
        entity = self.raw
        if "chunked" in self._values("transfer-encoding").lower():
            entity = _without_chunks(self.raw)
        yield entity
        unpacked = decode_content(entity, [self._values("content-encoding")], most)
        yield unpacked.data if unpacked.data or unpacked.state is State.WHOLE else entity[:most]

    def _values(self, header: str) -> str:
        return ", ".join(value for name, value in self.headers if name.lower() == header)


def pairs(head: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of header lines; lines that are none are passed over."""
    for line in _FOLDED.sub(b" ", head).split(b"\n"):
        name, colon, value = _text(line).partition(":")
        if colon:
            yield name.strip(), value.strip()


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _without_chunks(raw: bytes) -> bytes:
    """The chunks joined; as it is, where it is not in chunks. What was cut in a chunk ends there."""
    parts, at, view = [], 0, memoryview(raw)
    while chunk := _CHUNK.match(raw, at):
        length, begin = int(chunk[1], 16), chunk.end()
        parts.append(view[begin : begin + length])
        at = begin + length
        if not length or at >= len(raw):
            return b"".join(parts)
        at += 2 if raw.startswith(b"\r\n", at) else 1 if raw.startswith(b"\n", at) else 0
    return raw
