"""Archives as others make them, packed and coded in every way, damaged here and there: a wrong record loses no other."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from monitor.archive import NOT_MODIFIED, WarcRecord, records, warc
from monitor.archive.reader import MAX_PAYLOAD
from monitor.archive.stream import Stream
from monitor.archive.warc import BrokenRecord, read_records
from monitor.errors import ArchiveError

NOW = datetime(2026, 5, 1, 10, tzinfo=UTC)


def sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, "", ""]).encode() + body


def page(number: int) -> bytes:
    return f"<!doctype html><title>{number}</title>".encode() + b"<p>words " * (20 + number)


def url(number: int) -> str:
    return f"https://bereg.example/{number}"


@dataclass
class Record:
    """A record to be written, right unless it is told otherwise."""

    number: int = 0
    block: bytes | None = None
    fields: dict[str, str] = field(default_factory=dict)
    longer: int = 0
    """By how much its length is wrong."""
    digest: Callable[[bytes], str] | None = None
    """Of its block."""

    def __bytes__(self) -> bytes:
        block = http(page(self.number)) if self.block is None else self.block
        said = {
            "WARC-Type": "response",
            "WARC-Record-ID": f"<urn:uuid:{self.number}>",
            "WARC-Date": "2026-05-01T10:00:00Z",
            "WARC-Target-URI": url(self.number),
            "Content-Type": "application/http; msgtype=response",
            **({"WARC-Block-Digest": self.digest(block)} if self.digest else {}),
            **self.fields,
            "Content-Length": str(len(block) + self.longer),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def plain(*parts: bytes) -> bytes:
    return b"".join(parts)


def own_members(*parts: bytes) -> bytes:
    return b"".join(map(gzip.compress, parts))


def one_member(*parts: bytes) -> bytes:
    return gzip.compress(b"".join(parts))


def pairs(*parts: bytes) -> bytes:
    return own_members(*(b"".join(parts[n : n + 2]) for n in range(0, len(parts), 2)))


def blocks(*parts: bytes) -> bytes:
    """As bgzip packs a file: a member for each so many bytes, wherever records begin."""
    whole = b"".join(parts)
    return own_members(*(whole[n : n + 100] for n in range(0, len(whole), 100)))


LAYOUTS = [plain, own_members, one_member, pairs, blocks]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], tuple[list[WarcRecord], list[str]]]:
    """What is read of a file that holds these bytes, and what is said of it."""

    def read(content: bytes) -> tuple[list[WarcRecord], list[str]]:
        path, said = tmp_path / "a.warc.gz", []
        path.write_bytes(content)
        found = list(records(path, skip=lambda error: said.append(str(error).removeprefix(f"{path}: "))))
        return found, said

    return read


Read = Callable[[bytes], tuple[list[WarcRecord], list[str]]]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_however_records_are_packed_each_is_given_once_and_in_order(read: Read, layout: Callable[..., bytes]) -> None:
    found, said = read(layout(*(bytes(Record(n)) for n in range(7))))
    assert found == [WarcRecord(url(n), 200, (("Content-Type", "text/html"),), page(n), NOW) for n in range(7)]
    assert said == []


CODINGS = {"br": brotli.compress, "zstd": zstd.compress, "gzip": gzip.compress, "deflate": zlib.compress, "BR": brotli.compress}


@pytest.mark.parametrize("coding", CODINGS)
def test_codings_of_the_content_are_undone(read: Read, coding: str) -> None:
    block = http(CODINGS[coding](page(1)), f"Content-Encoding: {coding}")
    found, said = read(own_members(bytes(Record(0)), bytes(Record(1, block)), bytes(Record(2))))
    assert [(record.payload, said) for record in found] == [(page(n), []) for n in range(3)]


@pytest.mark.parametrize("header", ["Content-Encoding: br", "Content-Encoding: none", "Transfer-Encoding: chunked"])
def test_a_page_that_was_unpacked_since_its_headers_were_written_is_given_as_it_is(read: Read, header: str) -> None:
    found, said = read(own_members(bytes(Record(1, http(page(1), header)))))
    assert ([record.payload for record in found], said) == ([page(1)], [])


def test_what_unpacks_without_end_is_cut_just_past_the_limit(read: Read) -> None:
    bomb = http(brotli.compress(bytes(MAX_PAYLOAD + 10**6)), "Content-Encoding: br")
    (only,), _ = read(own_members(bytes(Record(1, bomb))))
    assert len(only.payload) == MAX_PAYLOAD + 1


CHUNKED = b"5;a=b\r\n<!doc\r\n" + b"%x\r\n" % (len(page(1)) - 5) + page(1)[5:] + b"\r\n0\r\n\r\n"
PACKED = gzip.compress(page(1), mtime=0)
PACKED_CHUNKED = b"%x\r\n" % len(PACKED) + PACKED + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers", "digest_of"),
    [
        (CHUNKED, ["Transfer-Encoding: chunked"], CHUNKED),
        (CHUNKED, ["Transfer-Encoding: chunked"], page(1)),  # the standard's
        (PACKED, ["Content-Encoding: gzip"], PACKED),
        (PACKED, ["Content-Encoding: gzip"], page(1)),
        (PACKED_CHUNKED, ["Transfer-Encoding: chunked", "Content-Encoding: gzip"], PACKED),
    ],
)
def test_the_digest_of_a_payload_is_of_what_came_or_of_the_entity(
    read: Read, body: bytes, headers: list[str], digest_of: bytes
) -> None:
    record = Record(1, http(body, *headers), {"WARC-Payload-Digest": sha1(digest_of)})
    found, said = read(own_members(bytes(record)))
    assert ([record.payload for record in found], said) == ([page(1)], [])
    assert "the payload's digest is not sha1:" in read(own_members(bytes(record)[:-9] + b"x" + bytes(record)[-8:]))[1][0]


@pytest.mark.parametrize(
    ("digest", "is_told"),
    [
        ("sha256:" + hashlib.sha256(page(1)).hexdigest(), False),
        ("SHA-256:" + hashlib.sha256(page(1)).hexdigest().upper(), False),
        ("sha256:" + base64.b64encode(hashlib.sha256(page(1)).digest()).decode(), False),
        ("sha512:" + base64.urlsafe_b64encode(hashlib.sha512(page(1)).digest()).decode().rstrip("="), False),
        ("md5:" + hashlib.md5(page(1)).hexdigest(), False),
        ("sha1:" + base64.b32encode(hashlib.sha1(page(1)).digest()).decode().lower(), False),
        ("sha1:" + hashlib.sha1(page(2)).hexdigest(), True),
        ("sha256:", True),
        ("xxh3:8f2c", False),
        ("shake_128:8f2c", False),
        ("none", False),
    ],
)
def test_digests_of_known_algorithms_are_checked_in_all_their_writings(read: Read, digest: str, is_told: bool) -> None:
    found, said = read(own_members(bytes(Record(1, fields={"WARC-Payload-Digest": digest})), bytes(Record(2))))
    assert ([r.url for r in found], bool(said)) == ([url(2)] if is_told else [url(1), url(2)], is_told)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_a_wrong_digest_loses_its_record_alone(read: Read, layout: Callable[..., bytes], wrong: int) -> None:
    parts = [bytes(Record(n, fields={"WARC-Payload-Digest": sha1(b"other" if n == wrong else page(n))})) for n in range(4)]
    found, said = read(layout(*parts))
    assert [record.url for record in found] == [url(n) for n in range(4) if n != wrong]
    assert len(said) == 1
    assert f"the payload's digest is not {sha1(b'other')}; " in said[0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("digest", [None, sha1, lambda _: "sha1:AAAA"], ids=["no digest", "right digest", "wrong digest"])
@pytest.mark.parametrize("longer", [-60, 5, 700, 10**12])
@pytest.mark.parametrize("wrong", [1, 3])
def test_a_wrong_length_loses_its_record_alone(
    read: Read, layout: Callable[..., bytes], digest: Callable[[bytes], str] | None, longer: int, wrong: int
) -> None:
    parts = [bytes(Record(n, digest=digest, longer=longer) if n == wrong else Record(n)) for n in range(4)]
    found, said = read(layout(*parts))
    assert [record.url for record in found] == [url(n) for n in range(4) if n != wrong]
    assert len(said) == 1


FORGED = bytes(Record(99, fields={"WARC-Target-URI": "https://victim.example/"}))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("longer", [-200, 5, 10**6])
@pytest.mark.parametrize("by", ["block digest", "payload digest", "length over HTTP"])
def test_a_page_in_a_record_of_wrong_length_does_not_pass_for_a_record(
    read: Read, layout: Callable[..., bytes], longer: int, by: str
) -> None:
    body = b"<p>This looks like one:\r\n\r\n" + FORGED + page(1)
    record = {
        "block digest": Record(1, http(body), longer=longer, digest=sha1),
        "payload digest": Record(1, http(body), {"WARC-Payload-Digest": sha1(body)}, longer=longer),
        "length over HTTP": Record(1, http(body, f"Content-Length: {len(body)}"), longer=longer),
    }[by]
    found, said = read(layout(bytes(Record(0)), bytes(record), bytes(Record(2))))
    assert [record.url for record in found] == [url(0), url(2)]
    assert len(said) == 1


def test_a_page_that_looks_like_a_record_is_a_page(read: Read) -> None:
    body = b"<p>This looks like one:\r\n\r\n" + FORGED
    for layout in LAYOUTS:
        found, said = read(layout(bytes(Record(1, http(body))), bytes(Record(2))))
        assert ([record.url for record in found], said) == ([url(1), url(2)], [])
        assert found[0].payload == body


@pytest.mark.parametrize("layout", [plain, one_member])
@given(data=st.data())
def test_a_flipped_bit_of_what_is_not_packed_loses_one_record_at_the_most(
    layout: Callable[..., bytes], data: st.DataObject
) -> None:
    parts = [bytes(Record(n, digest=sha1)) for n in range(4)]
    wrong = data.draw(st.integers(0, 3))
    at = data.draw(st.integers(0, len(parts[wrong]) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    parts[wrong] = parts[wrong][:at] + bytes([parts[wrong][at] ^ bit]) + parts[wrong][at + 1 :]
    found = read_records(io.BytesIO(layout(*parts)), keep=10**6)
    urls = {record.url for record in found if not isinstance(record, BrokenRecord)}
    assert urls >= {url(n) for n in range(4) if n != wrong}


@given(data=st.data(), layout=st.sampled_from(LAYOUTS))
def test_whatever_is_done_to_a_file_reading_ends_and_raises_nothing(data: st.DataObject, layout: Callable[..., bytes]) -> None:
    content = bytearray(layout(*(bytes(Record(n, digest=sha1)) for n in range(3))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(st.sampled_from([b"", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"\r\n\r\n", b"\0" * 50, bytes(content[:200])]))
        content[at : at + data.draw(st.integers(0, 60))] = piece
    assert len(list(read_records(io.BytesIO(bytes(content)), keep=10**6))) < 1_000


@pytest.mark.parametrize("layout", [plain, own_members, one_member], ids=lambda layout: layout.__name__)
def test_zeros_behind_the_last_record_lose_none(read: Read, layout: Callable[..., bytes]) -> None:
    found, _ = read(layout(bytes(Record(1)), bytes(Record(2))) + bytes(5000))
    assert [page.url for page in found] == [url(1), url(2)]
    found, said = read(plain(bytes(Record(1)), bytes(Record(2))) + bytes(5000) + bytes(Record(3)))
    assert [page.url for page in found] == [url(1), url(2), url(3)]
    assert len(said) == 1


def test_resources_are_pages_without_headers(read: Read) -> None:
    resource = {"WARC-Type": "resource", "Content-Type": "text/html"}
    notes = resource | {"WARC-Target-URI": "metadata://software.example/notes"}
    found, said = read(own_members(bytes(Record(1, page(1), resource)), bytes(Record(2, b"notes", notes))))
    assert found == [WarcRecord(url(1), 200, (("Content-Type", "text/html"),), page(1), NOW)]
    assert said == []


def test_an_address_in_angle_brackets_is_the_address(read: Read) -> None:
    found, _ = read(own_members(bytes(Record(1, fields={"WARC-Target-URI": f"<{url(1)}>"}))))
    assert found[0].url == url(1)


def test_other_records_are_passed_over(read: Read) -> None:
    others = [
        bytes(Record(1, b"software: tests\r\n", {"WARC-Type": "warcinfo", "Content-Type": "application/warc-fields"})),
        bytes(Record(1, b"GET / HTTP/1.1\r\n\r\n", {"WARC-Type": "request"})),
        bytes(Record(1, b"said\r\n", {"WARC-Type": "metadata", "Content-Type": "application/warc-fields"})),
        bytes(Record(1, b"127.0.0.1", {"WARC-Target-URI": "dns:bereg.example", "Content-Type": "text/dns"})),
        bytes(Record(1, page(1), {"WARC-Type": "conversion", "Content-Type": "text/plain"})),
    ]
    assert read(own_members(*others, bytes(Record(2)))) == read(own_members(bytes(Record(2))))


def test_a_part_of_a_record_and_an_answer_that_is_none_are_told(read: Read) -> None:
    found, said = read(own_members(bytes(Record(1, fields={"WARC-Segment-Number": "1"})), bytes(Record(2, b"SSH-2.0\r\n\r\n"))))
    assert found == []
    assert ["several parts" in said[0], "no answer over HTTP" in said[1], len(said)] == [True, True, 2]


def revisit(number: int, fields: dict[str, str], block: bytes = b"") -> bytes:
    about = {"WARC-Type": "revisit", "WARC-Record-ID": "<urn:uuid:r>", "WARC-Date": "2026-05-02T10:00:00Z"}
    return bytes(Record(number, block, about | fields))


SAME = {"WARC-Payload-Digest": sha1(page(1))}
REFERENCES = {
    "id": {"WARC-Refers-To": "<urn:uuid:1>"},
    "address and date": {"WARC-Refers-To-Target-URI": url(1), "WARC-Refers-To-Date": "2026-05-01T10:00:00Z"},
    "digest": SAME,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("by", REFERENCES)
@pytest.mark.parametrize("is_before", [False, True])
def test_a_revisit_has_the_page_that_it_refers_to(read: Read, layout: Callable[..., bytes], by: str, is_before: bool) -> None:
    original = bytes(Record(1, fields=SAME))
    again = revisit(5, REFERENCES[by], http(b"", status="304 Not Modified"))
    found, said = read(layout(*([again, original] if is_before else [original, again]), bytes(Record(3))))
    page_of = {record.url: record for record in found}
    assert page_of[url(5)] == page_of[url(1)]._replace(url=url(5), captured=NOW.replace(day=2))
    assert (len(found), said) == (3, [])


def test_a_revisit_of_a_revisit_has_the_page_too(read: Read) -> None:
    second = revisit(1, {"WARC-Refers-To": "<urn:uuid:r>", "WARC-Record-ID": "<urn:uuid:s>", "WARC-Date": "2026-05-03T10:00:00Z"})
    found, said = read(own_members(bytes(Record(1)), revisit(1, REFERENCES["id"]), second))
    assert [(record.payload, record.captured.day) for record in found if record.captured] == [(page(1), d) for d in (1, 2, 3)]
    assert said == []


def test_a_revisit_of_what_lies_elsewhere_says_that_nothing_had_changed(read: Read) -> None:
    found, said = read(own_members(revisit(5, SAME), bytes(Record(3))))
    assert [(record.url, record.status, record.payload) for record in found] == [
        (url(3), 200, page(3)),
        (url(5), NOT_MODIFIED, b""),
    ]
    assert said == []


def test_a_revisit_of_a_record_that_is_broken_is_one_of_what_lies_elsewhere(read: Read) -> None:
    wrong = bytes(Record(1, fields={"WARC-Payload-Digest": sha1(b"other")}))
    found, said = read(own_members(wrong, revisit(5, REFERENCES["id"])))
    assert ([record.status for record in found], len(said)) == ([NOT_MODIFIED], 1)


class Counted(io.BytesIO):
    """Counts what is read of it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        got = super().read(size)
        self.count += len(got)
        return got


def damaged(kind: str, records_: int) -> bytes:
    if kind == "too long":
        return plain(*(bytes(Record(n % 7, longer=10**9)) for n in range(records_)))
    if kind == "too short":
        return plain(*(bytes(Record(n % 7, longer=-9)) for n in range(records_)))
    if kind == "empty members":
        return own_members(*[b""] * 9 * records_, bytes(Record(1)))
    if kind == "members that begin and break":
        return (gzip.compress(bytes(Record(1)))[:60]) * records_
    return b"\x1f\x8b\x08" * 20 * records_


@pytest.mark.parametrize("kind", ["too long", "too short", "empty members", "members that begin and break", "magic numbers"])
def test_what_is_read_grows_with_the_file_whatever_is_wrong_with_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_REREAD", 10**6)
    counts = []
    for size in (400, 1_600):
        file = Counted(damaged(kind, size))
        list(read_records(file, keep=10**6))
        counts.append(file.count)
    assert counts[1] < 6 * counts[0] + 2 * 10**6


def test_behind_ten_thousand_broken_places_the_rest_is_passed_over(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_BROKEN", 3)
    found, said = read(own_members(*(b"WARC/1.0\r\n\r\n" for _ in range(9)), bytes(Record(1))))
    assert (found, len(said)) == ([], 4)
    assert said[-1].endswith("bytes passed over, to the end")


def test_a_way_back_gives_the_same_bytes_again() -> None:
    content = bytes(range(256)) * 2_000
    for file in (gzip.compress(content), content):
        stream = Stream(io.BytesIO(file))
        before = stream.read(1_000)
        mark, rest = stream.mark(), b""
        while part := stream.read(777):
            rest += part
        stream.rewind(mark)
        again = b""
        while part := stream.read(9_999):
            again += part
        assert (before + rest, again) == (content, rest)


def test_without_skip_the_first_broken_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(plain(bytes(Record(1)), bytes(Record(2, fields={"WARC-Payload-Digest": sha1(b"other")}))))
    reading = records(tmp_path / "a.warc")
    assert next(reading).url == url(1)
    with pytest.raises(ArchiveError, match=r"a\.warc: offset \d+: the payload's digest is not"):
        next(reading)
    with pytest.raises(ArchiveError, match=r"none\.warc: No such file or directory; the file cannot be read"):
        list(records(tmp_path / "none.warc"))
