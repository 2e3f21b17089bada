"""Signed checkpoints of the log: a key says how far it went at a time, and what stood in it. Touches the folder and the key.

An SSH key (Ed25519) by the library cryptography, in the format of `ssh-keygen -Y sign`, so that anybody can verify a checkpoint
without this program: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from monitor.archive.log import SIGNATURE, EvidenceLog, Head, LogFault, append_row, read_lines, write_whole
from monitor.errors import ArchiveError
from monitor.model.times import iso_utc

NAME = "checkpoints.jsonl"
NAMESPACE = "povestka-log"
"""What the signatures are of, so that none of them passes for a signature of something else."""

_MAGIC, _HASH = b"SSHSIG", "sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


class Checkpoint(NamedTuple):
    """What was signed of a log."""

    head: Head
    time: str
    """When it was signed, by the clock of who signed; ISO 8601 in UTC."""
    key: str
    """The public key, as OpenSSH writes it."""
    signature: str

    @property
    def message(self) -> bytes:
        """What the signature is of."""
        return f"povestka log\nentries {self.head.entries}\ndigest {self.head.digest}\ntime {self.time}\n".encode()

    @property
    def fingerprint(self) -> str:
        """Of the key, as `ssh-keygen -l` shows it."""
        digest = hashlib.sha256(base64.b64decode(self.key.split()[1])).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def load_key(path: Path) -> Ed25519PrivateKey:
    """The private key at `path`, made there if it is not, readable by its owner alone. Raises ArchiveError."""
    try:
        if not path.exists():
            _make_key(path)
        key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}; the log is signed with this key (MONITOR_SIGNING_KEY)") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ArchiveError(f"{path}: is no SSH key without a passphrase; make one with `ssh-keygen -t ed25519 -N ''`") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ArchiveError(f"{path}: is no Ed25519 key; make one with `ssh-keygen -t ed25519 -N ''`")
    return key


def _make_key(path: Path) -> None:
    private = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        write_whole(file, private)
        os.fsync(file.fileno())


def sign(folder: Path, head: Head, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign how far the log of a folder goes, and add that to its checkpoints: on the disk when this returns.

    Raises ArchiveError where the disk refuses it.
    """
    time = iso_utc(datetime.now(UTC), "seconds")
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    unsigned = Checkpoint(head, time, public, "")
    signature = _string(b"ssh-ed25519") + _string(key.sign(_signed(unsigned.message)))
    blob = _MAGIC + (1).to_bytes(4, "big") + b"".join(
        map(_string, (base64.b64decode(public.split()[1]), NAMESPACE.encode(), b"", _HASH.encode(), signature))
    )  # fmt: skip
    encoded = base64.b64encode(blob).decode()
    armored = "\n".join([_BEGIN, *(encoded[n : n + 70] for n in range(0, len(encoded), 70)), _END, ""])
    checkpoint = unsigned._replace(signature=armored)
    row = {"entries": head.entries, "digest": head.digest, "time": time, "key": public, "signature": armored}
    append_row(folder / NAME, row)
    return checkpoint


def seal(log: EvidenceLog, key: Path) -> Checkpoint | None:
    """Sign how far a log goes with the key at that path, made where there is none; None where nothing is in the log.

    An entry announces the signature first, so that the log itself tells of one that is taken away. Raises ArchiveError.
    """
    if not log.head().entries:
        return None
    signing_key, made = load_key(key), made_signatures(log.path.parent)
    log.append(SIGNATURE, number=len(made) + 1, last=made[-1] if made else "")
    log.sync()
    return sign(log.path.parent, log.head(), signing_key)


def announced(log: EvidenceLog) -> int:
    """The number of the last signature that a log announces; 0 where it announces none among its last entries."""
    numbers = [entry["number"] for entry in log.newest() if entry.get("kind") == SIGNATURE]
    return int(numbers[-1]) if numbers else 0


def made_signatures(folder: Path) -> list[str]:
    """The SHA-256 of each line of a folder's checkpoints, in order. Raises ArchiveError."""
    path = folder / NAME
    try:
        return [hashlib.sha256(raw.removesuffix(b"\n")).hexdigest() for raw in read_lines(path)] if path.exists() else []
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}") from error


def read_checkpoints(path: Path) -> Iterator[Checkpoint | LogFault]:
    """The checkpoints of a folder whose signatures are right, in order, and those that are not. Raises OSError."""
    for line, raw in enumerate(read_lines(path), 1):
        try:
            row = json.loads(raw)
            head = Head(int(row["entries"]), str(row["digest"]))
            checkpoint = Checkpoint(head, str(row["time"]), str(row["key"]), str(row["signature"]))
            _verify(checkpoint)
        except (ValueError, KeyError, TypeError, IndexError, InvalidSignature, UnsupportedAlgorithm):
            yield LogFault(line, "its signature is not right, or it cannot be read: the checkpoint was changed")
            continue
        yield checkpoint


def find_checkpoint(checkpoints: Iterable[Checkpoint], head: Head, time: str) -> Checkpoint | None:
    """The checkpoint of this head that was signed at that time; None where it is not among them."""
    return next((checkpoint for checkpoint in checkpoints if (checkpoint.head, checkpoint.time) == (head, time)), None)


def _verify(checkpoint: Checkpoint) -> None:
    """Raises InvalidSignature, or what a reader raises over what is no such signature."""
    lines = checkpoint.signature.split("\n")
    if lines[0] != _BEGIN or lines[-2:] != [_END, ""]:
        raise ValueError("no SSH signature")
    blob = base64.b64decode("".join(lines[1:-2]), validate=True)
    public = base64.b64decode(checkpoint.key.split()[1], validate=True)
    expected = _MAGIC + (1).to_bytes(4, "big") + b"".join(map(_string, (public, NAMESPACE.encode(), b"", _HASH.encode())))
    if not blob.startswith(expected):
        raise ValueError("of something else, or with another key")
    key = serialization.load_ssh_public_key(checkpoint.key.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("no Ed25519 key")
    signature = blob[len(expected) + 4 :]
    prefix = _string(b"ssh-ed25519") + (64).to_bytes(4, "big")
    if not signature.startswith(prefix):
        raise ValueError("no Ed25519 signature")
    key.verify(signature[len(prefix) :], _signed(checkpoint.message))


def _signed(message: bytes) -> bytes:
    """What SSH signs of a message."""
    parts = (NAMESPACE.encode(), b"", _HASH.encode(), hashlib.sha512(message).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _string(value: bytes) -> bytes:
    """As SSH writes one (RFC 4251, section 5)."""
    return len(value).to_bytes(4, "big") + value
