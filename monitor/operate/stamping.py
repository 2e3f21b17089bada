"""Asks a time stamp authority (RFC 3161) for a time stamp of a signed checkpoint. Touches the network, for one bounded request,
and the archive's folder.
"""

from __future__ import annotations

import http.client
import logging
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from cryptography.x509 import Certificate

from monitor import settings
from monitor.archive import timestamps
from monitor.archive.signing import Checkpoint
from monitor.errors import ArchiveError

logger = logging.getLogger(__name__)

# A run ends with it: an authority that does not answer must not keep it. Answers have some five thousand bytes.
_SECONDS, _MOST = 10.0, 1 << 16


def roots() -> Sequence[Certificate]:
    """The certificates that time stamps are checked with; none where the operator names none. Raises ArchiveError."""
    named = settings.MONITOR_TIMESTAMP_CERTIFICATE
    return timestamps.load_roots(Path(named)) if named else ()


def stamp(folder: Path, checkpoint: Checkpoint) -> None:
    """Have a checkpoint of a folder stamped, where the operator names an authority.

    What comes of it stops nothing: a later time stamp says the same of all that stands before it. It is logged in a line.
    """
    authority = settings.MONITOR_TIMESTAMP_AUTHORITY
    if not authority:
        return
    try:
        asked = timestamps.query(checkpoint)
        answer = _ask(authority, asked.data)
        timestamps.keep(folder, checkpoint, asked, authority, answer, roots())
    except (ArchiveError, OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
        logger.warning("no time stamp of entry %d: %s: %s", checkpoint.head.entries, authority, reason)


def _ask(authority: str, query: bytes) -> bytes:
    """The answer to a query (RFC 3161, section 3.4). Raises OSError, HTTPException or ValueError."""
    if urlsplit(authority).scheme not in {"http", "https"}:
        raise ValueError("is no http(s) address (MONITOR_TIMESTAMP_AUTHORITY)")
    headers = {
        "Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply",
        "User-Agent": settings.USER_AGENT,
    }  # fmt: skip
    request = urllib.request.Request(authority, query, headers)  # noqa: S310 - checked above
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
