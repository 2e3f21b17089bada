"""Unpacking what came from outside: gzip, deflate, Brotli, Zstandard. Pure.

The steps are bounded by what is given and by what may come out. Unpacking stops at the limit, and a stream is fed in pieces:
the rest of a piece is copied at the end of each gzip member in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

import brotli
from backports import zstd

MAX_CODINGS = 5
"""Layers of coding that are undone; curl's own limit (its MAX_ENCODE_STACK). Each may unpack to as much as is allowed."""

MAX_MEMBERS = 10_000
"""Members of a gzip stream, frames of a Zstandard stream: opening one costs microseconds, and an empty one has 20 bytes or less.
bgzip, which makes the most, makes one for each 64 KB: this many hold 640 MB."""

# A piece that is fed at once. At the end of a member the rest of its piece is copied.
_PIECE = 4096
# RFC 9659: a coding of HTTP may ask for a window of 8 MB at most.
_WINDOW_LOG = 23
_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
# RFC 1952, section 2.3.1.
_GZIP = b"\x1f\x8b"


class State(StrEnum):
    """How unpacking ended."""

    WHOLE = "whole"
    CUT = "cut"
    """The stream ends too soon."""
    TOO_LARGE = "too large"
    """It would unpack to more than is allowed, or has too many members."""
    BROKEN = "broken"
    """It is no such stream, or is damaged."""
    UNKNOWN = "unknown"
    """The coding is none that can be undone."""


class Unpacked(NamedTuple):
    """What a stream holds."""

    data: bytes
    """All of it or, where it did not end WHOLE, what came before; never more than was allowed."""
    state: State
    detail: str = ""
    """What is wrong, in words; empty where nothing is."""


def decode_content(body: bytes, codings: Iterable[str], most: int) -> Unpacked:
    """A body without its content codings (RFC 9110, section 8.4), unpacked to at most `most` bytes.

    `codings` are the values of its Content-Encoding headers, in order. Never raises.
    """
    names = [name.strip().lower() for value in codings for name in value.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    if len(names) > MAX_CODINGS:
        return Unpacked(body, State.UNKNOWN, f"Content-Encoding names {len(names)} codings; {MAX_CODINGS} are undone")
    for name in reversed(names):
        if not body:
            break
        unpacked = unpack(body, name, most)
        if unpacked.state is not State.WHOLE:
            return unpacked._replace(detail=f"Content-Encoding {name[:50]!r}: {unpacked.detail}")
        body = unpacked.data
    return Unpacked(body, State.WHOLE)


def unpack(packed: bytes, coding: str, most: int) -> Unpacked:
    """What one coding (gzip, x-gzip, deflate, br, zstd) holds, up to `most` bytes. Never raises."""
    pieces = _UNPACKERS.get(coding)
    if pieces is None:
        return Unpacked(b"", State.UNKNOWN, "is no coding that can be undone")
    out = bytearray()
    try:
        for piece in pieces(packed, most + 1):
            out += piece
            if len(out) > most:
                return Unpacked(bytes(out[:most]), State.TOO_LARGE, f"unpacks to more than {most} bytes")
    except _TooManyError:
        return Unpacked(bytes(out), State.TOO_LARGE, f"has more than {MAX_MEMBERS} members")
    except EOFError:
        return Unpacked(bytes(out), State.CUT, f"ends too soon, after {len(out)} bytes")
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        return Unpacked(bytes(out), State.BROKEN, str(error))
    return Unpacked(bytes(out), State.WHOLE)


def gunzip(packed: bytes, most: int) -> Unpacked:
    """What a gzip file holds, all its members, up to `most` bytes; padding behind them is passed over. Never raises."""
    return unpack(packed, "gzip", most)


class _TooManyError(Exception):
    """More members than are opened."""


def _inflate(packed: bytes, most: int, wbits: int) -> Iterator[bytes]:
    """A member of a gzip stream after the other, or one deflate stream. No piece is longer than `most`."""
    view, at = memoryview(packed), 0
    for _ in range(MAX_MEMBERS):
        stream = zlib.decompressobj(wbits)
        while not stream.eof:
            if at >= len(view):
                raise EOFError
            piece = view[at : at + _PIECE]
            while len(out := stream.decompress(piece, most)) == most:
                yield out
                piece = memoryview(stream.unconsumed_tail)
            yield out
            at += _PIECE
        at = min(at, len(view)) - len(stream.unused_data)
        # One byte of a member may be one that was cut; anything else is padding.
        if wbits != _GZIP_BITS or not (rest := bytes(view[at : at + 2])) or not _GZIP.startswith(rest):
            return
    raise _TooManyError


_GZIP_BITS, _ZLIB_BITS, _BARE_BITS = 31, 15, -15


def _gzip(packed: bytes, most: int) -> Iterator[bytes]:
    return _inflate(packed, most, _GZIP_BITS)


def _deflate(packed: bytes, most: int) -> Iterator[bytes]:
    # RFC 9110, section 8.4.1.2: zlib's format; some servers send bare deflate, whose first byte is no zlib header.
    is_zlib = packed[:1] and packed[0] & 0x0F == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
    return _inflate(packed, most, _ZLIB_BITS if is_zlib else _BARE_BITS)


def _brotli(packed: bytes, most: int) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    yield stream.process(packed, output_buffer_limit=most)
    while not stream.can_accept_more_data():
        yield stream.process(b"", output_buffer_limit=most)
    if not stream.is_finished():
        raise EOFError


def _zstd(packed: bytes, most: int) -> Iterator[bytes]:
    view, at = memoryview(packed), 0
    for _ in range(MAX_MEMBERS):
        stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
        while not stream.eof:
            if stream.needs_input and at >= len(view):
                raise EOFError
            piece = view[at : at + _PIECE] if stream.needs_input else b""
            at += len(piece)
            yield stream.decompress(piece, most)
        at -= len(stream.unused_data)
        if at >= len(view):
            return
    raise _TooManyError


_UNPACKERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
