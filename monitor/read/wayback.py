"""Parses the answers of the Wayback Machine: captures of an address, and a capture made on request. Pure.

The interface is that of the Wayback Machine and its CDX server:
https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urljoin, urlsplit

from monitor.model import Outcome, OutsideCapture, Rejection

_FIELDS = ("timestamp", "original", "statuscode", "digest")
# The earliest, and some behind it: addresses that differ in a scheme or in www stand together there.
_ASKED_FOR = 5
_LONGEST = 1 << 20
_BEGINNING = datetime(1996, 1, 1, tzinfo=UTC)
_CAPTURE = re.compile(r"/web/(\d{14})(?:[a-z]{2}_)?/(https?://.+)", re.DOTALL)


def search_url(archive: str, url: str) -> str:
    """What asks an archive for its earliest captures of an address that succeeded."""
    fields = ",".join(_FIELDS)
    return f"{archive}/cdx/search/cdx?url={quote(url, safe='')}&output=json&fl={fields}&filter=statuscode:200&limit={_ASKED_FOR}"


def save_url(archive: str, url: str) -> str:
    """What asks an archive to capture an address."""
    return f"{archive}/save/{url}"


def read_search(body: bytes, archive: str, now: datetime) -> tuple[OutsideCapture, ...] | Rejection:
    """The captures that an answer to `search_url` lists, the earliest first. Never raises: what is none is Rejection."""
    if len(body) > _LONGEST:
        return Rejection(Outcome.TOO_LARGE, f"an answer of {len(body)} bytes to a search for {_ASKED_FOR} captures")
    try:
        rows = json.loads(body) if body.strip() else []
    except (ValueError, RecursionError):
        return Rejection(Outcome.WRONG_TYPE, "no answer of a CDX server: it is no JSON")
    if not isinstance(rows, list) or (rows and rows[0] != list(_FIELDS)):
        return Rejection(Outcome.WRONG_TYPE, "no answer of a CDX server: it does not name the fields that were asked for")
    found = [_capture(archive, row, now) for row in rows[1 : _ASKED_FOR + 1]]
    if None in found:
        return Rejection(Outcome.WRONG_TYPE, "no answer of a CDX server: a row has no time or no address")
    return tuple(sorted((capture for capture in found if capture), key=lambda capture: capture.captured))


def read_saved(location: str, archive: str, now: datetime) -> OutsideCapture | None:
    """The capture that an archive says, by the address to which it leads (Content-Location or Location), to have made."""
    try:
        parts = urlsplit(urljoin(archive + "/", location))
    except ValueError:
        return None
    match = _CAPTURE.fullmatch(parts._replace(scheme="", netloc="").geturl())
    if not match or parts.hostname != urlsplit(archive).hostname:
        return None
    return _capture(archive, [match[1], match[2], "", ""], now)


def _capture(archive: str, row: object, now: datetime) -> OutsideCapture | None:
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != len(_FIELDS):
        return None
    if not all(isinstance(value, str) for value in row):
        return None
    written, url, _, digest = row
    try:
        captured = datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        host = urlsplit(url).hostname
    except ValueError:
        return None
    if not host or not _BEGINNING <= captured <= now + timedelta(days=1):
        return None
    return OutsideCapture(captured, f"{archive}/web/{written}/{url}", url, digest)
