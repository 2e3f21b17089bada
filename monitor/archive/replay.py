"""Serves captured pages in place of the network, from saved files and WARC files. Reads the given path; makes one temporary
file.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from monitor.archive.http import Headers
from monitor.archive.reader import MAX_PAYLOAD, NOT_MODIFIED, records
from monitor.compression import State, gunzip
from monitor.errors import ArchiveError, Fault, MonitorError

Response = tuple[int, Headers, bytes, datetime | None]
_WARC = (".warc", ".warc.gz")
_APART = timedelta(days=1)
# A saved page has no headers of its own. HTML without a charset leaves the encoding to the bytes.
_SAVED: Headers = (("Content-Type", "text/html"),)


@dataclass(frozen=True, slots=True)
class _File:
    """A saved page."""

    path: Path

    def read(self) -> Response:
        return 200, _SAVED, read_saved(self.path), None


@dataclass(frozen=True, slots=True)
class SpooledResponse:
    """A response: its payload lies in the spool."""

    status: int
    headers: Headers
    offset: int
    length: int
    captured: datetime | None


def nearest(captures: Iterable[SpooledResponse], at: datetime) -> SpooledResponse | None:
    """The capture nearest in time to `at`; None where none is within a day, since the article may have changed."""
    near = [(abs(one.captured - at), n, one) for n, one in enumerate(captures) if one.captured]
    apart, _, one = min(near, default=(_APART, 0, None))
    return one if apart < _APART else None


class Spool:
    """A temporary file of payloads, which are read more than once and in any order; a compressed archive can only be read from
    its start.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="replay-")  # noqa: SIM115 - closed in close()

    def add(self, status: int, headers: Headers, payload: bytes, captured: datetime | None) -> SpooledResponse:
        """Where a response lies from now on."""
        offset = self._file.seek(0, 2)
        self._file.write(payload)
        return SpooledResponse(status, headers, offset, len(payload), captured)

    def read(self, one: SpooledResponse) -> Response:
        """The response that lies there."""
        self._file.seek(one.offset)
        return one.status, one.headers, self._file.read(one.length), one.captured

    def close(self) -> None:
        """Gives the temporary file back."""
        self._file.close()


class Replay:
    """The captures under a path: a folder with index.jsonl and WARC files, or one WARC file. A context manager.

    `unusable` tells what cannot be asked for, as file:line: field: what. Raises MonitorError where there is nothing to replay.
    """

    def __init__(self, path: Path) -> None:
        self.unusable: list[Fault] = []
        self._order: list[str] = []
        self._captures: defaultdict[str, deque[_File | SpooledResponse]] = defaultdict(deque)
        self._spool = Spool()
        self._read(path)
        if not self._order and not self.unusable:
            raise MonitorError(f"{path}: nothing to replay: no index.jsonl and no .warc or .warc.gz with responses")

    def __enter__(self) -> Replay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the temporary file back."""
        self._spool.close()

    def pages(self) -> Iterator[str]:
        """The address of every capture, in order; an address that was captured twice comes twice."""
        return iter(self._order)

    def page(self, url: str, captured: datetime | None) -> Response | None:
        """The capture of an article's further page that belongs to its first, captured then; None where there is none.

        Where captures have no date, the next one.
        """
        dated = [capture for capture in self._captures.get(url, ()) if isinstance(capture, SpooledResponse) and capture.captured]
        if captured is None or not dated:
            return self.response(url)
        found = nearest(dated, captured)
        return self._spool.read(found) if found else None

    def response(self, url: str) -> Response | None:
        """Status, headers, body and date of an address's next capture; after the last, that one again. None if never captured.

        Raises MonitorError where the saved file cannot be read.
        """
        captures = self._captures.get(url)
        if not captures:
            return None
        capture = captures.popleft() if len(captures) > 1 else captures[0]
        return capture.read() if isinstance(capture, _File) else self._spool.read(capture)

    def _read(self, path: Path) -> None:
        if path.is_dir():
            index = path / "index.jsonl"
            if index.exists():
                self._read_index(index)
            for archive in sorted(file for file in path.iterdir() if file.name.endswith(_WARC)):
                self._read_warc(archive)
        elif path.name.endswith(_WARC) and path.exists():
            self._read_warc(path)

    def _read_index(self, index: Path) -> None:
        with index.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                    file, url = index.parent / row["file"], str(row["url"])
                except (ValueError, TypeError, KeyError) as error:
                    self.unusable.append(Fault(index.name, number, "line", f'is not {{"id", "file", "url"}}: {error}'))
                    continue
                if not file.resolve().is_relative_to(index.parent.resolve()):
                    self.unusable.append(Fault(index.name, number, "file", f"{row['file']!r} is outside the folder"))
                elif not file.is_file():
                    self.unusable.append(Fault(index.name, number, "file", f"{row['file']!r} is missing"))
                else:
                    self._add(url, _File(file), Fault(index.name, number, "url", f"{url!r} is no http address"))

    def _read_warc(self, archive: Path) -> None:
        def tell(error: ArchiveError) -> None:
            self.unusable.append(Fault(archive.name, 0, "record", str(error)))

        for number, (url, status, headers, payload, captured) in enumerate(records(archive, skip=tell), 1):
            if status == NOT_MODIFIED:
                continue  # what it was is another capture
            capture = self._spool.add(status, tuple(headers), payload, captured)
            self._add(url, capture, Fault(archive.name, number, "WARC-Target-URI", f"{url!r} is no http address"))

    def _add(self, url: str, capture: _File | SpooledResponse, otherwise: Fault) -> None:
        if not _askable(url):
            self.unusable.append(otherwise)
            return
        self._order.append(url)
        self._captures[url].append(capture)


def read_saved(path: Path) -> bytes:
    """The bytes of a saved page, unpacked where its name ends in .gz. Raises MonitorError where it cannot be read whole."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise MonitorError(f"{path}: the captured page cannot be read: {error.strerror}") from error
    if path.suffix != ".gz":
        return body
    unpacked = gunzip(body, MAX_PAYLOAD)
    if unpacked.state is not State.WHOLE:
        raise MonitorError(f"{path}: the captured page cannot be read: it {unpacked.detail}")
    return unpacked.data


def _askable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
