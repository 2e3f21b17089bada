"""What is packed is unpacked whole or said to be otherwise, in steps that grow with what is given and what comes out."""

import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from monitor import compression
from monitor.compression import MAX_CODINGS, MAX_MEMBERS, State, decode_content, gunzip, unpack


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@given(st.binary(), st.sampled_from(sorted(PACKERS)), st.integers(0, 50))
def test_what_was_packed_comes_back_as_far_as_is_allowed(body: bytes, coding: str, most: int) -> None:
    unpacked = unpack(PACKERS[coding](body), coding, most)
    assert unpacked.data == body[:most]
    assert unpacked.state is (State.WHOLE if len(body) <= most else State.TOO_LARGE)


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_what_unpacks_a_thousandfold_is_stopped_exactly_at_the_limit(coding: str) -> None:
    packed = PACKERS[coding](bytes(3_000_000))
    assert [len(unpack(packed, coding, most).data) for most in (4_096, 1_000_000, 2_999_999)] == [4_096, 1_000_000, 2_999_999]
    assert unpack(packed, coding, 3_000_000) == (bytes(3_000_000), State.WHOLE, "")


@given(st.binary(min_size=1))
def test_deflate_without_its_header_comes_back(body: bytes) -> None:
    packed = bare_deflate(body)
    if packed[0] & 0x0F != 8 or int.from_bytes(packed[:2], "big") % 31:
        assert unpack(packed, "deflate", 10_000) == (body, State.WHOLE, "")


@given(st.binary(min_size=20, max_size=2000), st.sampled_from(sorted(PACKERS)), st.data())
def test_a_cut_stream_is_never_taken_for_a_whole_one(body: bytes, coding: str, data: st.DataObject) -> None:
    packed = PACKERS[coding](body)
    unpacked = unpack(packed[: data.draw(st.integers(1, len(packed) - 1))], coding, 10_000)
    assert unpacked.state is State.CUT
    assert body.startswith(unpacked.data)


@given(st.binary(), st.sampled_from([*sorted(PACKERS), "snappy", ""]))
def test_any_bytes_are_unpacked_or_said_to_be_none(body: bytes, coding: str) -> None:
    unpacked = unpack(body, coding, 1_000)
    assert len(unpacked.data) <= 1_000
    assert bool(unpacked.detail) is (unpacked.state is not State.WHOLE)


@pytest.mark.parametrize("padding", [b"", bytes(8), b"\r\n", bytes(10_000)])
def test_members_of_a_gzip_file_come_as_one_and_padding_is_none_of_them(padding: bytes) -> None:
    assert gunzip(gzip.compress(b"one ") + gzip.compress(b"two") + padding, 100) == (b"one two", State.WHOLE, "")


@pytest.mark.parametrize(("rest", "state"), [(b"\x1f", State.CUT), (b"\x1f\x8b\x08", State.CUT), (b"\x1f\x8bxxx", State.BROKEN)])
def test_a_last_member_that_is_cut_or_damaged_is_no_padding(rest: bytes, state: State) -> None:
    unpacked = gunzip(gzip.compress(b"one") + rest, 100)
    assert (unpacked.data, unpacked.state) == (b"one", state)


def test_frames_of_zstandard_come_as_one() -> None:
    assert unpack(zstd.compress(b"one ") + zstd.compress(b"two"), "zstd", 100).data == b"one two"


def test_a_window_larger_than_https_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.checksum_flag: 1}
    packer = zstd.ZstdCompressor(options=options)
    packed = packer.compress(bytes(100)) + packer.flush()  # of no length that is said, so that the window counts
    assert unpack(packed, "zstd", 1_000).state is State.BROKEN


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    body = zstd.compress(brotli.compress(gzip.compress(b"body")))
    assert decode_content(body, ["GZIP , br", "identity", "zstd"], 100) == (b"body", State.WHOLE, "")
    assert decode_content(b"body", [], 100) == (b"body", State.WHOLE, "")
    assert decode_content(b"", ["gzip"], 100) == (b"", State.WHOLE, "")


def test_more_codings_than_anybody_sends_are_not_undone() -> None:
    body = b"body"
    for layers in range(1, MAX_CODINGS + 2):
        body = gzip.compress(body)
        assert (decode_content(body, ["gzip"] * layers, 1_000).data == b"body") is (layers <= MAX_CODINGS)
    assert decode_content(body, ["gzip"] * 5_000, 1_000).state is State.UNKNOWN


@pytest.mark.fault(73)
@pytest.mark.parametrize("packer", ["gzip", "zstd"])
def test_members_without_end_are_stopped(packer: str) -> None:
    empty = PACKERS[packer](b"")
    assert unpack(empty * MAX_MEMBERS, packer, 100).state is State.WHOLE
    assert unpack(empty * (MAX_MEMBERS + 1), packer, 100).state is State.TOO_LARGE


@pytest.mark.fault(73)
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_what_is_copied_grows_with_the_stream_and_not_with_its_square(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a piece is copied at the end of each member; before, the rest of the stream was: 34 s at 4 MB."""
    fed: list[int] = []

    class Counting:
        def __init__(self, *args: object, **options: object) -> None:
            self.stream = inner(*args, **options)

        def decompress(self, piece: bytes, most: int) -> bytes:
            fed.append(len(piece))
            return bytes(self.stream.decompress(piece, most))

        def __getattr__(self, name: str) -> object:
            return getattr(self.stream, name)

    where, name = (zlib, "decompressobj") if coding == "gzip" else (zstd, "ZstdDecompressor")
    inner = getattr(where, name)
    monkeypatch.setattr(getattr(compression, where.__name__.rpartition(".")[2]), name, Counting)
    sums = []
    for members in (1_000, 4_000):
        fed.clear()
        assert unpack(PACKERS[coding](b"member") * members, coding, 10**6).state is State.WHOLE
        sums.append(sum(fed))
    assert sums[1] < 5 * sums[0]
