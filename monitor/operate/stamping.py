"""Asks a time stamp authority (RFC 3161) for a time stamp of a signed checkpoint, and calendars (OpenTimestamps) to bind it to
the Bitcoin chain. Touches the network, for a few bounded requests, and the archive's folder.
"""

from __future__ import annotations

import http.client
import logging
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from cryptography.x509 import Certificate

from monitor import settings
from monitor.archive import calendars, timestamps
from monitor.archive.calendars import CalendarProof, Pending
from monitor.archive.signing import Checkpoint
from monitor.errors import ArchiveError

logger = logging.getLogger(__name__)

# A run ends with it: an authority that does not answer must not keep it. Answers have some five thousand bytes.
_SECONDS, _MOST = 10.0, 1 << 16
# Calendars bind what they promised to a block some hours later. One that is asked too early is asked with the next run; a later
# checkpoint stands for all before it, so that of many only the newest of that age are asked for.
_BOUND_AFTER, _ASKED_FOR = timedelta(hours=2), 3
_AUTHORITY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
_CALENDAR = {"Accept": "application/vnd.opentimestamps.v1"}


def roots() -> Sequence[Certificate]:
    """The certificates that time stamps are checked with; none where the operator names none. Raises ArchiveError."""
    named = settings.MONITOR_TIMESTAMP_CERTIFICATE
    return timestamps.load_roots(Path(named)) if named else ()


def headers() -> Sequence[bytes]:
    """The headers of blocks that calendars' proofs are checked by; none where the operator names none. Raises ArchiveError."""
    named = settings.MONITOR_BITCOIN_HEADERS
    return calendars.load_headers(Path(named)) if named else ()


def stamp(folder: Path, checkpoint: Checkpoint) -> None:
    """Have a checkpoint of a folder stamped, where the operator names an authority, or calendars.

    What comes of it stops nothing: a later time stamp says the same of all that stands before it. It is logged in a line.
    """
    _stamp(folder, checkpoint)
    if named := settings.MONITOR_CALENDARS.split():
        _complete(folder, named)
        _promise(folder, checkpoint, named)


def _promise(folder: Path, checkpoint: Checkpoint, named: Sequence[str]) -> None:
    """Have calendars promise to bind a checkpoint; one that does not leaves it to the others."""
    answers: dict[str, bytes] = {}
    for calendar in named:
        try:
            answer = _ask(f"{calendar.rstrip('/')}/digest", calendars.digest_of(checkpoint), _CALENDAR)
            calendars.begin(checkpoint, {calendar: answer})
            answers[calendar] = answer
        except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
            logger.warning("entry %d is not promised: %s: %s", checkpoint.head.entries, calendar, _reason(error))
    if answers:
        try:
            calendars.keep(folder, calendars.begin(checkpoint, answers))
        except ArchiveError as error:
            logger.warning("the calendars' proof of entry %d is not kept: %s", checkpoint.head.entries, error)


def _complete(folder: Path, named: Sequence[str]) -> None:
    """Ask for what came of promises: of the newest that are old enough."""
    path = folder / calendars.NAME
    try:
        read = list(calendars.read_proofs(path)) if path.exists() else []
        last = {(proof.head, proof.signed): proof for proof in read if isinstance(proof, CalendarProof)}
        due = [proof for proof in last.values() if datetime.fromisoformat(proof.signed) <= datetime.now(UTC) - _BOUND_AFTER]
        for proof in due[-_ASKED_FOR:]:
            more = calendars.complete(proof, lambda pending: _outcome(pending, named))
            if more.data != proof.data:
                calendars.keep(folder, more)
    except (ArchiveError, OSError, ValueError) as error:
        logger.warning("the calendars' proofs are not completed: %s", _reason(error))


def _outcome(pending: Pending, named: Sequence[str]) -> bytes:
    """What a calendar says of what it promised; empty where nothing came of it yet, or it is none that may be asked."""
    if not calendars.is_trusted(pending.calendar, named):
        return b""
    try:
        return _ask(f"{pending.calendar.rstrip('/')}/timestamp/{pending.commitment.hex()}", None, _CALENDAR)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not (isinstance(error, HTTPError) and error.code == HTTPStatus.NOT_FOUND):
            logger.warning("what was promised is not told: %s: %s", pending.calendar, _reason(error))
        return b""


def _stamp(folder: Path, checkpoint: Checkpoint) -> None:
    authority = settings.MONITOR_TIMESTAMP_AUTHORITY
    if not authority:
        return
    try:
        asked = timestamps.query(checkpoint)
        answer = _ask(authority, asked.data, _AUTHORITY)
        timestamps.keep(folder, checkpoint, asked, authority, answer, roots())
    except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("no time stamp of entry %d: %s: %s", checkpoint.head.entries, authority, _reason(error))


def _reason(error: Exception) -> object:
    return error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error


def _ask(address: str, query: bytes | None, headers: Mapping[str, str]) -> bytes:
    """The answer of an authority (RFC 3161, section 3.4) or a calendar. Raises OSError, HTTPException or ValueError."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("is no http(s) address (MONITOR_TIMESTAMP_AUTHORITY, MONITOR_CALENDARS)")
    request = urllib.request.Request(address, query, {**headers, "User-Agent": settings.USER_AGENT})  # noqa: S310 - checked above
    until = time.monotonic() + _SECONDS
    with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
        answer = b""
        while part := response.read1(_MOST):
            answer += part
            if len(answer) > _MOST:
                raise ValueError(f"its answer has more than {_MOST} bytes")
            if time.monotonic() > until:
                raise TimeoutError(f"did not answer within {_SECONDS:.0f} s")
    return answer
