"""Proofs by OpenTimestamps of signed checkpoints: calendars promise to bind them to the Bitcoin chain, and show the way there
later. Touches the archive's folder alone: who asks a calendar stands elsewhere.

A proof is of what a time stamp is of, a checkpoint's message with its signature behind it, in the format of `.ots` files, so that
the programs of OpenTimestamps can check it without this one. The library is an extra (`povestka[timestamps]`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from monitor.archive.log import Head, LogFault, append_row, read_lines, read_newest
from monitor.archive.signing import Checkpoint
from monitor.archive.timestamps import stamped_message
from monitor.errors import ArchiveError

NAME = "calendars.jsonl"
_HEADER = 80
"""Bytes of a block's header."""
# An answer has some hundred bytes and a promise or two, and the library's own client takes as many bytes. A proof has room for
# answers of several calendars, so that one that says much leaves some to the others.
_ANSWER, _PROMISES, _PROOF = 10_000, 8, 1 << 16
_NEWEST = 1 << 20


class CalendarProof(NamedTuple):
    """A proof of a checkpoint, complete or still pending at its calendars."""

    head: Head
    """How far the log went."""
    signed: str
    """When the checkpoint was signed, by the clock of who signed."""
    data: bytes
    """As an `.ots` file has it."""
    kept: datetime | None = None
    """When it was, by our clock; None where that is not known."""


class Pending(NamedTuple):
    """A calendar's promise."""

    calendar: str
    """Its address, as it gave it."""
    commitment: bytes
    """By which it is asked for what came of it."""


class Anchor(NamedTuple):
    """A block of the Bitcoin chain that a checkpoint is bound to, by a header that the operator vouches for."""

    head: Head
    height: int
    """As the proof says."""
    block: str
    """The header's hash, as explorers of the chain show it."""
    time: datetime
    """The header's, which may be two hours off."""


class ProofContents(NamedTuple):
    """The contents of a proof: pending promises, block heights, and anchors checked by headers."""

    pending: Sequence[Pending]
    heights: Sequence[int]
    """Of blocks whose headers are not here."""
    anchors: Sequence[Anchor]


def digest_of(checkpoint: Checkpoint) -> bytes:
    """The digest that calendars are sent."""
    return hashlib.sha256(stamped_message(checkpoint)).digest()


def begin(checkpoint: Checkpoint, answers: Mapping[str, bytes]) -> CalendarProof:
    """The proof of a checkpoint that calendars, by their addresses, answered with. Raises ArchiveError, naming one whose answer
    is no proof of it.
    """
    ots = _library()
    made = ots.Timestamp(digest_of(checkpoint))
    for calendar, answer in answers.items():
        _merge(ots, made, calendar, answer)
    return _proof(ots, checkpoint.head, checkpoint.time, made)


def complete(proof: CalendarProof, pending: Pending, answer: bytes) -> CalendarProof:
    """The proof with what a calendar answered of its promise. Raises ArchiveError."""
    ots = _library()
    file = _read(ots, proof)
    for found, node in list(_pending(ots, file.timestamp)):
        if found == pending:
            _merge(ots, node, pending.calendar, answer)
    return _proof(ots, proof.head, proof.signed, file.timestamp)


def store(folder: Path, proof: CalendarProof) -> None:
    """Add a proof to those of a folder; the last of a checkpoint is the one that holds. Raises ArchiveError."""
    row = {
        "entries": proof.head.entries, "digest": proof.head.digest, "signed": proof.signed,
        "kept": datetime.now(UTC).isoformat(timespec="seconds"), "ots": base64.b64encode(proof.data).decode(),
    }  # fmt: skip
    append_row(folder / NAME, row)


def read_proofs(path: Path) -> Iterator[CalendarProof | LogFault]:
    """The proofs of a folder, none of them checked, and what cannot be read. Raises OSError."""
    for line, raw in enumerate(read_lines(path), 1):
        yield _parsed(raw) or LogFault(line, "the calendars' proof cannot be read: it was changed")


def newest(folder: Path) -> list[CalendarProof]:
    """The proofs of a folder's last checkpoints, of some days, as they hold; none of them is checked. Raises OSError."""
    path = folder / NAME
    read = [_parsed(raw) for raw in read_newest(path, _NEWEST)] if path.exists() else []
    return list({(proof.head, proof.signed): proof for proof in read if proof}.values())


def check(proof: CalendarProof, checkpoint: Checkpoint, headers: Sequence[bytes]) -> ProofContents:
    """What a proof says of its checkpoint, by these headers of blocks. Raises ArchiveError where it is no proof of that, or the
    library is not installed (`is_installed`).
    """
    ots = _library()
    file = _read(ots, proof)
    if file.file_digest != digest_of(checkpoint):
        raise ArchiveError("is a proof of something else")
    return _checked(ots, proof.head, file.timestamp, headers)


def inspect(proof: CalendarProof) -> ProofContents:
    """A proof's contents, without checking what it is of. Raises ArchiveError where it is no proof."""
    ots = _library()
    return _checked(ots, proof.head, _read(ots, proof).timestamp, ())


def load_headers(path: Path) -> list[bytes]:
    """Headers of blocks of the Bitcoin chain, one a line, in hexadecimal, as `bitcoin-cli getblockheader HASH false` prints them.

    Raises ArchiveError.
    """
    try:
        found = [bytes.fromhex(line) for line in path.read_text("ascii").split()]
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; MONITOR_BITCOIN_HEADERS names it") from error
    except ValueError as error:
        raise ArchiveError(f"{path}: has a line that is no header in hexadecimal") from error
    if any(len(header) != _HEADER for header in found):
        raise ArchiveError(f"{path}: has a header that is not of {_HEADER} bytes")
    return found


def is_trusted(calendar: str, named: Sequence[str]) -> bool:
    """Whether a calendar that an answer names may be asked: one of those that were, or that the library's makers know, since one
    that is asked may hand over to others.
    """
    return calendar.rstrip("/") in {address.rstrip("/") for address in named} or calendar in _library().DEFAULT_CALENDAR_WHITELIST


def is_installed() -> bool:
    """Whether the library opentimestamps is installed."""
    try:
        _library()
    except ArchiveError:
        return False
    return True


def _parsed(raw: bytes) -> CalendarProof | None:
    try:
        row = json.loads(raw)
        head = Head(int(row["entries"]), str(row["digest"]))
        kept = datetime.fromisoformat(row["kept"]).astimezone(UTC) if "kept" in row else None
        return CalendarProof(head, str(row["signed"]), base64.b64decode(row["ots"], validate=True), kept)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _checked(ots: Any, head: Head, timestamp: Any, headers: Sequence[bytes]) -> ProofContents:
    blocks = [ots.CBlockHeader.deserialize(header) for header in headers]
    heights, anchors = [], []
    for commitment, attestation in timestamp.all_attestations():
        if not isinstance(attestation, ots.BitcoinBlockHeaderAttestation):
            continue
        block = next((block for block in blocks if block.hashMerkleRoot == commitment), None)
        if block is None:
            heights.append(attestation.height)
            continue
        time = datetime.fromtimestamp(attestation.verify_against_blockheader(commitment, block), UTC)
        anchors.append(Anchor(head, attestation.height, ots.b2lx(block.GetHash()), time))
    return ProofContents([pending for pending, _ in _pending(ots, timestamp)], heights, anchors)


def _merge(ots: Any, node: Any, calendar: str, answer: bytes) -> None:
    """Put a calendar's answer behind a place of a proof."""
    if len(answer) > _ANSWER:
        raise ArchiveError(f"{calendar}: its answer has more than {_ANSWER} bytes")
    try:
        upgraded = ots.Timestamp.deserialize(ots.BytesDeserializationContext(answer), node.msg)
        if sum(1 for _ in _pending(ots, upgraded)) > _PROMISES:
            raise ArchiveError(f"{calendar}: its answer has more than {_PROMISES} promises")
        node.merge(upgraded)
    except _errors(ots) as error:
        raise ArchiveError(f"{calendar}: its answer is no proof (OpenTimestamps): {_error_line(error)}") from error


def _pending(ots: Any, timestamp: Any) -> Iterator[tuple[Pending, Any]]:
    """Promises of which nothing came yet, each with its place in the proof."""
    for attestation in timestamp.attestations:
        if isinstance(attestation, ots.PendingAttestation):
            if any(isinstance(behind, ots.BitcoinBlockHeaderAttestation) for _, behind in timestamp.all_attestations()):
                return  # it was kept
            yield Pending(attestation.uri, timestamp.msg), timestamp
    for following in timestamp.ops.values():
        yield from _pending(ots, following)


def _proof(ots: Any, head: Head, signed: str, timestamp: Any) -> CalendarProof:
    """A proof that can be read back: the library writes deeper ones than it reads. Raises ArchiveError."""
    context = ots.BytesSerializationContext()
    try:
        ots.DetachedTimestampFile(ots.OpSHA256(), timestamp).serialize(context)
    except _errors(ots) as error:
        raise ArchiveError(f"cannot be written (OpenTimestamps): {_error_line(error)}") from error
    made = CalendarProof(head, signed, context.getbytes())
    if len(made.data) > _PROOF:
        raise ArchiveError(f"has more than {_PROOF} bytes")
    _read(ots, made)
    return made


def _read(ots: Any, proof: CalendarProof) -> Any:
    try:
        return ots.DetachedTimestampFile.deserialize(ots.BytesDeserializationContext(proof.data))
    except _errors(ots) as error:
        raise ArchiveError(f"is no proof (OpenTimestamps): {_error_line(error)}") from error


def _errors(ots: Any) -> tuple[type[Exception], ...]:
    return ots.DeserializationError, ValueError, RecursionError


def _error_line(error: Exception) -> str:
    return str(error)[:100] or type(error).__name__


def _library() -> Any:
    try:
        from monitor.archive import _opentimestamps
    except ImportError as error:
        raise ArchiveError("proofs by calendars need a library: pip install 'povestka[timestamps]'") from error
    return _opentimestamps
