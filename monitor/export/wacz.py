"""A story as one file to hand over: its captures, what is known of it, and the proof. Reads vault and archive; writes one file.

WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/), the format of ReplayWeb.page, a viewer in the browser.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from monitor import __version__
from monitor.archive import read_capture
from monitor.archive.calendars import NAME as CALENDARS
from monitor.archive.calendars import CalendarProof, read_proofs
from monitor.archive.http import Message
from monitor.archive.log import CAPTURE, PICTURE, Entry, LogFault, read_log
from monitor.archive.log import NAME as LOG
from monitor.archive.signing import NAME as CHECKPOINTS
from monitor.archive.signing import Checkpoint, read_checkpoints
from monitor.archive.stream import Place
from monitor.archive.timestamps import NAME as TIMESTAMPS
from monitor.archive.timestamps import Stamp, read_stamps
from monitor.archive.warc import OPEN, Record, payload_digest, read_record
from monitor.archive.writer import members
from monitor.errors import ArchiveError, MonitorError, UnknownIdError, UsageError
from monitor.export.atom import FICTION
from monitor.export.export import atomic_file
from monitor.export.formats import About, writer
from monitor.model import Capture
from monitor.vault import CapturedFetch, Reader, evidence, open_reader
from monitor.vault import pictures as stored

OF_STORY = ("stories", "coverage", "story_articles", "who_first", "origins", "versions", "edits", "absences", "rereadings")
OF_ARTICLES = ("attributions", "denials", "places", "rechecks")
"""Views that are handed over: the rows of the story, and those of its articles."""
_WARC, _INDEX = "archive/story.warc.gz", "indexes/index.cdx.gz"
# Lines of a block of the index, which is unpacked as a whole: as the ZipNum format of the Wayback Machine has it.
_BLOCK = 1024
_WWW = re.compile(r"^www\d*\.")
_README = """What this is: captures of a story, as Povestka received them, what is known of it, and the proof.

archive/   the answers as they came, WARC 1.1: open this file at https://replayweb.page, which sends it nowhere
pages/     the versions of the articles, the first place to look
pictures/  where there are any: what a browser drew of captured pages; their records are in archive/, too (`conversion`)
views/     what is known of the story and its articles, as CSV; docs/coverage.md and docs/edits.md of Povestka explain the columns
proof/     log.txt: the lines of the archive's log from each capture to the signature behind it. `sha256` of a line is that of
           the gzip members of the capture in archive/, response and request; `previous` is the SHA-256 of the line before it,
           without its line end, so that none can be changed but by changing all behind it.
           checkpoints.txt: what was signed, with an SSH key (Ed25519), namespace povestka-log: the SHA-256 of the line of that
           number. Ask the newsroom for the fingerprint of its key by another way.
           timestamps.txt, where there is one: answers of time stamp authorities (RFC 3161) in base64, each of the message and
           the signature of a checkpoint, one behind the other.
           calendars.txt, where there is one: proofs by calendars of OpenTimestamps of the same, each an .ots file in base64, for
           `ots verify`. One that is pending proves nothing yet.
datapackage.json has the SHA-256 of every file; datapackage-digest.json that of datapackage.json.
"""


class _Kept(NamedTuple):
    """A capture as it lies in the file that is handed over."""

    fetch: CapturedFetch
    record: Record
    message: Message
    offset: int
    length: int
    """Of its response alone."""

    @property
    def date(self) -> str:
        """As WARC-Date has it."""
        return self.record.fields.get("warc-date", "")


def export_story(database: Path, archive: Path, named: str, out: Path, as_of: datetime | None = None) -> int:
    """Write the captures of a story's articles and all that goes with them to `out`; how many captures there are. The id of an
    article names its story, too. Where the database stands as of a time, the proofs by calendars are those kept by then.

    Every capture is held against its digest first. The same state of vault and archive gives the same bytes.
    Raises UsageError where there is no such story, ArchiveError where a capture is not what was logged, MonitorError.
    """
    if out.suffix != ".wacz":
        raise UsageError("{out}: a story is handed over as a file that ends in .wacz", out=str(out))
    with open_reader(database) as reader, reader.one_state():
        if not reader.is_vault:
            raise UsageError("{path}: is a snapshot, which has no captures; name the vault", path=str(database))
        former = [row["now"] for row in reader.query("SELECT now FROM former_ids WHERE kind = 'story' AND id = ?", (named,))]
        story = former[0] if former else named
        articles = _articles(reader, story)
        if not articles:  # an article of it was named
            of = next((row["story"] for row in reader.query("SELECT story FROM articles WHERE id = ?", (story,))), "")
            story, articles = of or story, _articles(reader, of)
        if not articles:
            raise UnknownIdError("{value}: there is no such story here", kind="story", value=named)
        try:
            with atomic_file(out) as file:
                return _write(file, reader, archive, story, articles, as_of)
        except OSError as error:
            raise MonitorError(f"{error.filename or out}: {error.strerror}") from error


def _articles(reader: Reader, story: str) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.view("coverage", only=[("story", story)])] if story else []


def _write(
    file: IO[bytes],
    reader: Reader,
    archive: Path,
    story: str,
    articles: Sequence[Mapping[str, Any]],
    as_of: datetime | None,
) -> int:
    found: dict[str, CapturedFetch] = {}
    for fetch in evidence.captures_about(reader.db, (article["article"] for article in articles)):
        found.setdefault(fetch.capture.record_id, fetch)
    pictures = [picture for article in articles for picture in stored.pictures(reader.db, article["article"])]
    proof = _proof(archive, [*found, *(picture.capture.record_id for picture in pictures)], as_of)
    warc = io.BytesIO()
    kept = [_keep(archive, fetch, proof.sizes.get(fetch.capture.record_id), warc) for fetch in found.values()]
    newest = max(kept, key=lambda one: one.date).date
    title = next((row["title"] for row in reader.view("stories", only=[("story", story)])), "") or articles[-1]["title"]
    with zipfile.ZipFile(file, "w") as packed:
        parts = _Parts(packed, datetime.fromisoformat(newest))
        for picture in pictures:
            # To be looked at without a program for WARC files: viewers show what a server answered, and this none did.
            record, _ = _copy(archive, picture.capture, proof.sizes.get(picture.capture.record_id), warc)
            digest = picture.capture.digest.removeprefix("sha256:")
            parts.put(f"pictures/{picture.article}-{picture.received:%Y%m%dT%H%M%SZ}-{digest[:8]}.png", record.block)
        parts.put(_WARC, warc.getvalue())
        for path, data in _index(kept).items():
            parts.put(path, data)
        pages, main = _pages(reader, articles, kept)
        parts.put("pages/pages.jsonl", pages)
        for view in OF_STORY:
            parts.put(f"views/{view}.csv", _csv(reader, view, reader.view(view, only=[("story", story)])))
        for view in OF_ARTICLES:
            of_each = (reader.view(view, only=[("article", article["article"])]) for article in articles)
            parts.put(f"views/{view}.csv", _csv(reader, view, chain.from_iterable(of_each)))
        parts.put("proof/log.txt", b"".join(proof.lines))
        parts.put("proof/checkpoints.txt", b"".join(proof.checkpoints))
        if proof.stamps:
            parts.put("proof/timestamps.txt", b"".join(proof.stamps))
        if proof.calendars:
            parts.put("proof/calendars.txt", b"".join(proof.calendars))
        parts.put("proof/readme.txt", _README.encode())
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": f"{FICTION} {title}" if reader.is_fictional else title,
            "description": f"Story {story}: {len(articles)} articles, {len(kept)} captures, as they were known {newest}",
            "created": newest,
            "software": f"Povestka {__version__}",
            **main,
            "resources": tuple(parts.resources),
        }
        described = _json(package, indent=1)
        parts.put("datapackage.json", described)
        signed = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
        parts.put("datapackage-digest.json", _json(signed))
    return len(kept)


class _Parts:
    """The parts of a WACZ file, each of which is written as it comes, and what its description says of them."""

    def __init__(self, packed: zipfile.ZipFile, dated: datetime) -> None:
        self._packed = packed
        self._dated = (max(dated.year, 1980), *dated.timetuple()[1:6])
        self.resources: list[Mapping[str, object]] = []

    def put(self, path: str, data: bytes) -> None:
        # Not packed again: a reader takes records and blocks of the index from the middle of the file.
        self._packed.writestr(zipfile.ZipInfo(path, self._dated), data)
        self.resources.append({
            "name": path.replace("/", "-").lower(), "path": path, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
        })  # fmt: skip


def _json(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace") + b"\n"


class _Proof(NamedTuple):
    sizes: Mapping[str, int]
    """Of each capture that the log has, response and request, in bytes."""
    lines: Sequence[bytes]
    checkpoints: Sequence[bytes]
    stamps: Sequence[bytes] = ()
    calendars: Sequence[bytes] = ()


def _proof(archive: Path, records: Iterable[str], as_of: datetime | None) -> _Proof:
    """The entries of captures, with those behind each up to the next signature, and these signatures."""
    log, wanted = archive / LOG, frozenset(records)
    if not log.exists():
        return _Proof({}, (), ())
    path = archive / CHECKPOINTS
    signed = [read for read in read_checkpoints(path) if isinstance(read, Checkpoint)] if path.exists() else []
    ends = sorted({checkpoint.head.entries for checkpoint in signed})
    sizes: dict[str, int] = {}
    ranges: list[range] = []
    for read in read_log(log):
        if isinstance(read, LogFault):
            raise ArchiveError(f"{log}:{read.line}: {read.what}; what is not whole proves nothing")
        if isinstance(read, Entry) and read.kind in {CAPTURE, PICTURE} and read.fields.get("record") in wanted:
            sizes[read.fields["record"]] = read.fields["bytes"]
            end = next((end for end in ends if end >= read.number), read.number)
            ranges.append(range(read.number, end + 1))
    numbers = {number for one in ranges for number in one}
    with log.open("rb") as file:
        lines = [line for number, line in enumerate(file, 1) if number in numbers]
    kept = {one.stop - 1 for one in ranges}
    said = [
        {"entries": c.head.entries, "digest": c.head.digest, "time": c.time, "key": c.key, "signature": c.signature}
        for c in signed
        if c.head.entries in kept
    ]
    path = archive / TIMESTAMPS
    stamps = [
        {"entries": s.head.entries, "time": s.time.isoformat(), "authority": s.authority,
         "response": base64.b64encode(s.response).decode()}
        for s in (read_stamps(path) if path.exists() else ())
        if isinstance(s, Stamp) and s.head.entries in kept
    ]  # fmt: skip
    path = archive / CALENDARS
    last = {
        (p.head.entries, p.signed): {"entries": p.head.entries, "signed": p.signed, "ots": base64.b64encode(p.data).decode()}
        for p in (read_proofs(path) if path.exists() else ())
        if isinstance(p, CalendarProof) and p.head.entries in kept and not (as_of and p.kept and p.kept > as_of)
    }
    return _Proof(
        sizes, lines, [_json(one) for one in said], [_json(one) for one in stamps], [_json(one) for one in last.values()]
    )


def _keep(archive: Path, fetch: CapturedFetch, size: int | None, warc: IO[bytes]) -> _Kept:
    """Copy a capture's bytes as they lie in the archive, after they were held against their digest."""
    offset = warc.tell()
    record, length = _copy(archive, fetch.capture, size, warc)
    message = Message.of(record.block, record.head_length)
    record.block = b""
    return _Kept(fetch, record, message, offset, length)


def _copy(archive: Path, capture: Capture, size: int | None, warc: IO[bytes]) -> tuple[Record, int]:
    """Copy the bytes at a capture's place; its record, and how long that is by itself."""
    read_capture(archive, capture)
    path = archive / capture.file
    with (path if path.exists() else path.with_name(path.name + OPEN)).open("rb") as file:
        end = next(members(file, capture.offset))
        record = read_record(file, Place(capture.offset), keep=sys.maxsize, extra_digest="sha256")
        file.seek(capture.offset)
        warc.write(file.read(size or end - capture.offset))
    return record, end - capture.offset


def _index(kept: Iterable[_Kept]) -> dict[str, bytes]:
    """A line of CDXJ for each capture, in the order of addresses and times, in packed blocks; and a line for each block."""
    lines = []
    for one in kept:
        mime = next((value for name, value in one.message.headers if name.lower() == "content-type"), "")
        said = {
            "url": one.record.url,
            "mime": "warc/revisit" if one.record.type == "revisit" else mime.partition(";")[0].strip() or "unk",
            "status": str(one.message.status),
            "digest": payload_digest(one.record),
            "length": str(one.length),
            "offset": str(one.offset),
            "filename": _WARC.rpartition("/")[2],
        }
        lines.append(f"{surt(one.record.url)} {_digits(one.date)} {json.dumps(said)}\n")
    blocks, packed = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'], b""
    for block in _blocks(sorted(lines)):
        data = gzip.compress("".join(block).encode(), mtime=0)
        key, time, _ = block[0].split(" ", 2)
        if not packed:
            # ReplayWeb.page sorts "/a/?b" before our "/a?b", and finds nothing that comes before the first block.
            key, time = key.partition(")")[0] + ")", "0"
        place = {
            "offset": len(packed), "length": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "filename": _INDEX.rpartition("/")[2],
        }  # fmt: skip
        blocks.append(f"{key} {time} {json.dumps(place)}\n")
        packed += data
    return {_INDEX: packed, "indexes/index.idx": "".join(blocks).encode()}


def _blocks(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(lines), _BLOCK):
        yield lines[begin : begin + _BLOCK]


def surt(url: str) -> str:
    """An address as archives sort it: the labels of its host turned round, then path and query, in small letters."""
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").lower())
    port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in {("http", 80), ("https", 443)} else ""
    labels = ",".join(reversed(host.split(".")))
    query = f"?{'&'.join(sorted(parts.query.lower().split('&')))}" if parts.query else ""
    path = parts.path.lower().rstrip("/") or "/"
    return f"{labels}{port}){path}{query}".replace(" ", "%20")


def _digits(date: str) -> str:
    return re.sub(r"\D", "", date)[:14]


def _pages(reader: Reader, articles: Iterable[Mapping[str, Any]], kept: Iterable[_Kept]) -> tuple[bytes, dict[str, str]]:
    """A page for each version of each article; and which is to be opened first: the last of the earliest article."""
    by_fetch = {one.fetch.id: one for one in kept}
    lines, main = [_json({"format": "json-pages-1.0", "id": "pages", "title": "Versions of the articles"})], {}
    for article in articles:
        for row in reader.view("versions", only=[("article", article["article"])]):
            one = by_fetch.get(row["fetch"])
            if one is None:
                continue
            title = f"{row['outlet']}: {row['title']}"
            lines.append(_json({"id": row["text_digest"][:16], "url": one.record.url, "ts": one.date, "title": title}))
            main = {"mainPageUrl": one.record.url, "mainPageDate": one.date}
    return b"".join(lines), main


def _csv(reader: Reader, view: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """As `monitor export` writes it for programs."""
    file = io.BytesIO()
    columns, also = reader.columns(view), (1,) if reader.is_fictional else ()
    writer("csv")(file, (*columns, "fictional") if also else columns, ((*row, *also) for row in rows), About(view))
    return file.getvalue()
