"""Time stamps (RFC 3161) of signed checkpoints: an authority says that what was signed was there at a time of its own clock.
Touches the archive's folder alone: who asks an authority stands elsewhere.

A token is of the checkpoint's message with its signature behind it, so that `openssl ts -verify` can check it without this
program. The library is an extra (`povestka[timestamps]`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.archive.log import Head, LogFault, append_row, read_lines
from monitor.archive.signing import Checkpoint
from monitor.errors import ArchiveError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

NAME = "timestamps.jsonl"
_SHA512 = "2.16.840.1.101.3.4.2.3"


class Stamp(NamedTuple):
    """An authority's token, of a checkpoint."""

    head: Head
    """How far the log went."""
    signed: str
    """When the checkpoint was signed, by the clock of who signed."""
    time: datetime
    """The authority's."""
    authority: str
    """Its address."""
    response: bytes
    """As it was received (TimeStampResp, DER)."""


class Query(NamedTuple):
    """What an authority is asked."""

    data: bytes
    """As it is sent (TimeStampReq, DER)."""
    nonce: int
    """What the answer has to name."""


def stamped_message(checkpoint: Checkpoint) -> bytes:
    """What a time stamp of a checkpoint is of."""
    return checkpoint.message + checkpoint.signature.encode()


def query(checkpoint: Checkpoint) -> Query:
    """Raises ArchiveError where the library is not installed."""
    made = _library().TimestampRequestBuilder().data(stamped_message(checkpoint)).build()
    return Query(made.as_bytes(), made.nonce)


def store(
    folder: Path, checkpoint: Checkpoint, sent: Query, authority: str, response: bytes, roots: Sequence[Certificate]
) -> Stamp:
    """Keep an authority's answer beside the checkpoints of a folder, where it fits what was asked, and `roots`, if any is named.

    Raises ArchiveError, saying why it does not fit, or what the disk refuses.
    """
    time, nonce = _read(response, checkpoint)
    if nonce != sent.nonce:
        raise ArchiveError("answers another question than ours (its nonce)")
    stamp = Stamp(checkpoint.head, checkpoint.time, time, authority, response)
    if roots and (fault := fault_of(stamp, checkpoint, roots)):
        raise ArchiveError(fault)
    row = {
        "entries": stamp.head.entries, "digest": stamp.head.digest, "signed": stamp.signed, "time": time.isoformat(),
        "authority": authority, "response": base64.b64encode(response).decode(),
    }  # fmt: skip
    append_row(folder / NAME, row)
    return stamp


def read_stamps(path: Path) -> Iterator[Stamp | LogFault]:
    """The time stamps of a folder, none of them checked, and what cannot be read. Raises OSError."""
    for line, raw in enumerate(read_lines(path), 1):
        try:
            row = json.loads(raw)
            yield Stamp(
                Head(int(row["entries"]), str(row["digest"])), str(row["signed"]), datetime.fromisoformat(row["time"]),
                str(row["authority"]), base64.b64decode(row["response"], validate=True),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            yield LogFault(line, "the time stamp cannot be read: it was changed")


def fault_of(stamp: Stamp, checkpoint: Checkpoint, roots: Iterable[Certificate]) -> str:
    """Why a time stamp does not prove that a checkpoint was there at its time, by these certificates; empty where it does.

    Raises ArchiveError where the library is not installed.
    """
    library = _library()
    try:
        time, _ = _read(stamp.response, checkpoint)
        answer = library.decode_timestamp_response(stamp.response)
        builder = library.VerifierBuilder(roots=list(roots))
        builder.build().verify(answer, hashlib.sha512(stamped_message(checkpoint)).digest())
    except ArchiveError as error:
        return str(error)
    except (library.VerificationError, ValueError) as error:
        return f"is not signed by the authority whose certificate is named: {str(error)[:200]}"
    return "" if time == stamp.time else "names another time than the row that keeps it"


def load_roots(path: Path) -> list[Certificate]:
    """The certificates (PEM) that authorities are trusted by. Raises ArchiveError."""
    try:
        from cryptography.x509 import load_pem_x509_certificates  # not above: who only reads the log needs no certificate

        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; MONITOR_TIMESTAMP_CERTIFICATE names it") from error
    except ValueError as error:
        raise ArchiveError(f"{path}: has no certificate (PEM) of a time stamp authority") from error


def _read(response: bytes, checkpoint: Checkpoint) -> tuple[datetime, int | None]:
    """Time and nonce of an answer that grants a time stamp of a checkpoint. Raises ArchiveError where it is none."""
    library = _library()
    try:
        answer = library.decode_timestamp_response(response)
        if library.PKIStatus(answer.status) is not library.PKIStatus.GRANTED:
            raise ArchiveError(
                f"refuses: {', '.join(answer.status_string) or library.PKIStatus(answer.status).name.lower()}"[:200]
            )
        info = answer.tst_info
        imprint = info.message_imprint
        is_ours = (imprint.hash_algorithm.dotted_string, imprint.message) == (
            _SHA512, hashlib.sha512(stamped_message(checkpoint)).digest(),
        )  # fmt: skip
        time, nonce = info.gen_time, info.nonce
    except ValueError as error:
        raise ArchiveError("is no time stamp (RFC 3161)") from error
    if not is_ours:
        raise ArchiveError("is a time stamp of something else")
    return time, nonce


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise ArchiveError("time stamps need a library: pip install 'povestka[timestamps]'") from error
    return rfc3161_client
