"""Asks a time stamp authority (RFC 3161) for a time stamp of a signed checkpoint, and calendars (OpenTimestamps) to bind it to
the Bitcoin chain. Touches the network, for a few bounded requests, and the archive's folder.
"""

from __future__ import annotations

import http.client
import logging
import random
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from operator import itemgetter
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
# Calendars bind what they promised to a block some hours later, and are not asked before. All asking for that has one deadline,
# since the vault is locked meanwhile.
_BOUND_AFTER, _ASKED_FOR, _COMPLETING = timedelta(hours=2), 6, 30.0
_PROMISES = 8
"""Of a proof, at most so many are asked for."""
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
    """Get time stamps of a checkpoint from the authority and the calendars that the operator names, if any.

    A failure is logged and stops nothing: a later time stamp covers all earlier entries too.
    """
    _stamp(folder, checkpoint)
    if named := settings.MONITOR_CALENDARS.split():
        _complete(folder, named)
        _promise(folder, checkpoint, named)


def _promise(folder: Path, checkpoint: Checkpoint, named: Sequence[str]) -> None:
    """Have calendars promise to bind a checkpoint; one that does not leaves it to the others."""
    answers: dict[str, bytes] = {}
    proof = None
    for calendar in named:
        try:
            answer = _ask(f"{calendar.rstrip('/')}/digest", calendars.digest_of(checkpoint), _CALENDAR)
            proof = calendars.begin(checkpoint, {**answers, calendar: answer})
            answers[calendar] = answer
        except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
            logger.warning("entry %d is not promised: %s: %s", checkpoint.head.entries, calendar, _reason(error))
    if proof:
        _keep(folder, proof)


def _complete(folder: Path, named: Sequence[str]) -> None:
    """Ask for what came of promises: of proofs that lead to no block yet before the others, and by lot, so that promises of which
    nothing ever comes keep no others from their turn.
    """
    until = time.monotonic() + _COMPLETING
    try:
        due = _due(folder, named)
    except (ArchiveError, OSError) as error:
        logger.warning("the calendars' proofs are not completed: %s", _reason(error))
        return
    random.shuffle(due)
    for _, proof, promises in sorted(due, key=itemgetter(0))[:_ASKED_FOR]:
        more = proof
        for pending in random.sample(promises, min(len(promises), _PROMISES)):
            if (left := until - time.monotonic()) > 0:
                more = _with_outcome(more, pending, min(left, _SECONDS))
        if more.data != proof.data:
            _keep(folder, more)


def _due(folder: Path, named: Sequence[str]) -> list[tuple[bool, CalendarProof, list[Pending]]]:
    """Proofs that are old enough, with the promises that may be asked for, and whether they lead to a block already."""
    due = []
    for proof in calendars.newest(folder):
        try:
            if datetime.fromisoformat(proof.signed) > datetime.now(UTC) - _BOUND_AFTER:
                continue
            contents = calendars.inspect(proof)
        except (ArchiveError, ValueError, TypeError) as error:  # TypeError: a time without a zone
            logger.warning("the calendars' proof of entry %d is not completed: %s", proof.head.entries, error)
            continue
        if promises := [pending for pending in dict.fromkeys(contents.pending) if calendars.is_trusted(pending.calendar, named)]:
            due.append((bool(contents.heights), proof, promises))
    return due


def _keep(folder: Path, proof: CalendarProof) -> None:
    try:
        calendars.store(folder, proof)
    except ArchiveError as error:
        logger.warning("the calendars' proof of entry %d is not kept: %s", proof.head.entries, error)


def _with_outcome(proof: CalendarProof, pending: Pending, seconds: float) -> CalendarProof:
    """The proof with what a calendar says of its promise; as it was where nothing came of it yet, or its answer is none."""
    try:
        answer = _ask(f"{pending.calendar.rstrip('/')}/timestamp/{pending.commitment.hex()}", None, _CALENDAR, seconds)
        return calendars.complete(proof, pending, answer)
    except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
        if not (isinstance(error, HTTPError) and error.code == HTTPStatus.NOT_FOUND):
            logger.warning("what was promised is not told: %s: %s", pending.calendar, _reason(error))
        return proof


def _stamp(folder: Path, checkpoint: Checkpoint) -> None:
    authority = settings.MONITOR_TIMESTAMP_AUTHORITY
    if not authority:
        return
    try:
        stamp_query = timestamps.query(checkpoint)
        answer = _ask(authority, stamp_query.data, _AUTHORITY)
        timestamps.store(folder, checkpoint, stamp_query, authority, answer, roots())
    except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("no time stamp of entry %d: %s: %s", checkpoint.head.entries, authority, _reason(error))


def _reason(error: Exception) -> object:
    return error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error


def _opener() -> urllib.request.OpenerDirector:
    """As `urlopen` has, without what follows redirects: whether an address may be asked was looked at of the first alone."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler, urllib.request.HTTPErrorProcessor,
    ):  # fmt: skip
        made.add_handler(handler())
    return made


def _ask(address: str, query: bytes | None, headers: Mapping[str, str], seconds: float | None = None) -> bytes:
    """The answer of an authority (RFC 3161, section 3.4) or a calendar. Raises OSError, HTTPException or ValueError."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("is no http(s) address (MONITOR_TIMESTAMP_AUTHORITY, MONITOR_CALENDARS)")
    seconds = seconds or _SECONDS
    request = urllib.request.Request(address, query, {**headers, "User-Agent": settings.USER_AGENT})  # noqa: S310 - checked above
    answer: Future[bytes] = Future()

    def fetch() -> None:
        try:
            with _opener().open(request, timeout=seconds) as response:
                answer.set_result(response.read(_MOST + 1))
        except Exception as error:  # noqa: BLE001 - raised below
            answer.set_exception(error)

    # A socket's time limit is of each wait for some bytes, of whatever part of the answer, and of none for a name: one who sends
    # a byte now and then outlasts it. Who is late is left behind; the command that asks ends soon after.
    threading.Thread(target=fetch, daemon=True).start()
    try:
        got = answer.result(timeout=seconds)
    except TimeoutError as error:
        raise TimeoutError(f"did not answer within {seconds:.0f} s") from error
    if len(got) > _MOST:
        raise ValueError(f"its answer has more than {_MOST} bytes")
    return got
