"""Evidence: writes and signs the archive's log, verifies archive and vault against it, and proves single captures.

`monitor.archive` knows no database and `monitor.vault` no archive; this module uses both.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from monitor import settings
from monitor.archive import inventory, read_capture
from monitor.archive.calendars import CalendarProof, ProofContents
from monitor.archive.log import CAPTURE, NAME, PICTURE, Entry, EvidenceLog, read_log
from monitor.archive.signing import Checkpoint, find_checkpoint, made_signatures, seal
from monitor.archive.timestamps import Stamp, stamped_message
from monitor.archive.verify import Show, VerificationResult, archived_files, verify_archive, verify_log
from monitor.errors import ArchiveError
from monitor.model import Capture, Run
from monitor.newsroom.digests import topic_files
from monitor.operate import stamping
from monitor.vault import CapturedFetch, Reader, Store, StoredPicture, evidence
from monitor.vault import pictures as stored

_NAMED = 20
"""Things that are not logged yet, of which each is named: a crawl that goes on has thousands."""


def archive_of(db: Path) -> Path:
    """The folder of a vault's WARC files."""
    return db.parent / "warc"


def is_archive(folder: Path) -> bool:
    """Whether anything was ever archived in a folder."""
    return folder.is_dir() and ((folder / NAME).exists() or any(True for _ in archived_files(folder)))


def signing_key(db: Path) -> Path:
    """Where the key lies that the log of a vault's archive is signed with."""
    return Path(settings.MONITOR_SIGNING_KEY) if settings.MONITOR_SIGNING_KEY else db.parent / "signing_key"


def log_run(store: Store, log: EvidenceLog, run: Run, topics: Path) -> None:
    """Log a run's results (new texts, absences, changed topics, the run itself) and sign the log.

    Raises ArchiveError or StoreError. What a kill kept out of the log is logged after the next run.
    """
    texts = evidence.unlogged_texts(store.db)
    for text in texts:
        log.append("text", article=text.article, fetch=text.fetch, fetched=text.fetched, sha256=text.digest)
    if texts:
        evidence.note_texts_logged(store.db, texts)
    absences = evidence.unlogged_absences(store.db)
    for absence in absences:
        log.append(
            "absence", article=absence.article, since=absence.since, absence=absence.kind, way=absence.way, state=absence.state,
            looked=absence.looked, fetch=absence.fetch,
        )  # fmt: skip
    if absences:
        evidence.note_logged(store.db, "absence", str(absences[-1].fetch))
    _log_topics(store, log, topics)
    log.append(
        "run", id=run.id, kind_of_run=run.kind, outcome=run.outcome, requests=run.fetches, articles=run.articles,
        relevant=run.relevant,
    )  # fmt: skip
    sign(log, store.path)
    evidence.note_logged(store.db, "signature", str(len(made_signatures(log.path.parent))))


def log_reread(store: Store, run: Run, topics: Path) -> None:
    """Log what a run left that read captures again; as `log_run`."""
    if log := _log_of(store.path):
        log_run(store, log, run, topics)


def sign(log: EvidenceLog, db: Path) -> None:
    """Sign how far a log goes, and have that stamped where an authority is named. Raises ArchiveError."""
    checkpoint = seal(log, signing_key(db))
    if checkpoint:
        stamping.stamp(log.path.parent, checkpoint)


def log_rejudged(db: Path, topics: Path) -> None:
    """Log the topics by which a vault was judged anew, and sign. Raises ArchiveError, LockedError or StoreError."""
    if log := _log_of(db):
        with Store.open(db, command="rejudge") as store:
            _log_topics(store, log, topics)
        sign(log, db)


def _log_topics(store: Store, log: EvidenceLog, topics: Path) -> None:
    """The topics in a folder, by their digests, where they are not as they were."""
    digests = {path.relative_to(topics).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in topic_files(topics)}
    as_text = " ".join(f"{name} {digest}" for name, digest in digests.items())
    if evidence.logged(store.db, "topics") != as_text:
        log.append("topics", sha256=digests)
        evidence.note_logged(store.db, "topics", as_text)


def log_publication(db: Path, snapshot: Path, profile: str) -> None:
    """Log that a snapshot was published, and sign. Raises ArchiveError."""
    if log := _log_of(db):
        with snapshot.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        log.append("publication", file=snapshot.name, profile=profile, sha256=digest)
        sign(log, db)


def _log_of(db: Path) -> EvidenceLog | None:
    """None where nothing was captured yet."""
    return EvidenceLog(archive_of(db)) if (archive_of(db) / NAME).exists() else None


def verify_all(folder: Path, reader: Reader | None, show: Show) -> VerificationResult:
    """Verify an archive by its log, and what its vault says of it, where there is one.

    Raises ArchiveError, StoreError or OSError.
    """
    found = verify_archive(folder, show, roots=stamping.roots(), headers=stamping.headers())
    if reader is not None:
        found.faults.extend(_faults_of_vault(folder, reader, found))
    if found.is_whole and os.access(folder, os.W_OK):  # a copy on a disk that is read-only is as whole
        inventory.record(folder, *(path for path in archived_files(folder) if path.suffix == ".gz"))
    return found


def _faults_of_vault(folder: Path, reader: Reader, found: VerificationResult) -> Iterator[str]:
    signed = int(evidence.logged(reader.db, "signature") or 0)
    if signed > found.signatures:
        yield f"{folder}: has {found.signatures} signatures of the {signed} that the vault saw made: the last are missing"
    for fetch in evidence.captured_fetches(reader.db):
        if not found.holds(fetch.capture):
            yield f"request {fetch.id} ({fetch.url[:200]}): its capture {fetch.capture.record_id} is in no entry of the log"
        elif fetch.capture.file in found.older:  # the log has its file, and does not know where in it the capture is to lie
            try:
                read_capture(folder, fetch.capture)
            except ArchiveError as error:
                yield f"request {fetch.id} ({fetch.url[:200]}): {error}"
    with reader.one_state():
        for picture in stored.pictures(reader.db):
            if not found.holds(picture.capture):
                yield f"article {picture.article}: its picture {picture.capture.record_id} is in no entry of the log"
            elif f"sha256:{hashlib.sha256(stored.png(reader.db, picture)).hexdigest()}" != picture.capture.digest:
                yield f"article {picture.article}: its picture of {picture.drawn:%Y-%m-%d %H:%M:%S} has changed in the database"
    yield from _faults_of_texts(reader, found)
    yield from _faults_of_absences(reader, found)


def _faults_of_absences(reader: Reader, found: VerificationResult) -> Iterator[str]:
    logged = int(evidence.logged(reader.db, "absence") or 0)
    for absence in evidence.absences(reader.db):
        if found.holds_absence(absence.article, absence.since, absence.state, absence.fetch):
            continue
        what = f"article {absence.article}: that it is {absence.state} absent since {absence.since}"
        if absence.fetch > logged and absence.fetch not in found.looks:
            _note_unlogged(found, what)
        else:
            yield f"{what} is in no entry of the log"


def _faults_of_texts(reader: Reader, found: VerificationResult) -> Iterator[str]:
    for text in evidence.changed_texts(reader.db):
        yield f"article {text.article}: its text of {text.fetched} has changed in the database; its digest is another"
    waiting, logged = evidence.read_since(reader.db), int(evidence.logged(reader.db, "text") or 0)
    for text in evidence.texts(reader.db):
        if found.holds_text(text.article, text.digest):
            continue
        what = f"article {text.article}: its text of {text.fetched}"
        # Of a request that is within what the log has, also where the vault says that nothing of it was logged.
        if text.article in waiting or (text.fetch > logged and text.fetch not in found.texts):
            _note_unlogged(found, what)
        else:
            yield f"{what} is in no entry of the log"


def _note_unlogged(found: VerificationResult, what: str) -> None:
    found.unlogged_count += 1
    if len(found.unlogged) < _NAMED:
        found.unlogged.append(what)


class ProvedPicture(NamedTuple):
    """A picture of a captured page, as the archive has it."""

    received: datetime
    """When the page was."""
    drawn: datetime
    browser: str
    png: bytes
    capture: Capture
    entry: Entry | None
    """Of the log."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one capture, after its bytes were held against their digest, and the log was verified."""

    url: str
    status: int | None
    received: datetime
    """When it came, by our clock or, of what was copied, by that of the archive that it was copied from."""
    is_copied: bool
    capture: Capture
    path: Path
    payload: bytes
    """As it was received."""
    headers: tuple[tuple[str, str], ...]
    """That came with it."""
    entry: Entry | None
    """Of the log; None where the capture is older than that."""
    entries: int
    """In the log."""
    checkpoint: Checkpoint | None
    """The first that was signed behind the entry."""
    stamp: Stamp | None
    """The first that an authority stamped behind the entry, by the authority's clock, and that was checked."""
    stamped: bytes
    """What that is a time stamp of."""
    calendars: tuple[CalendarProof, ProofContents] | None
    """The proof by calendars of a checkpoint behind the entry that leads farthest, and what it says."""
    bound: bytes
    """What that is a proof of."""
    faults: tuple[str, ...]
    """Of the log: what is not whole proves nothing."""
    is_fictional: bool = False
    """It is of an invented press."""
    is_clock_set: bool = False
    """The clock of its run was set, to a time that was not."""
    pictures: tuple[ProvedPicture, ...] = ()
    """Of the article's versions, by when their pages were received."""

    @property
    def coding(self) -> str:
        """Its Content-Encoding; empty where it has none."""
        return ", ".join(value for name, value in self.headers if name.lower() == "content-encoding")


def prove(folder: Path, fetch: CapturedFetch) -> Proof:
    """Raises ArchiveError where the bytes are not there or have changed."""
    _, headers, payload = read_capture(folder, fetch.capture)
    found = verify_log(folder, stamping.roots(), stamping.headers())
    entry = find_entry(folder, fetch.capture.record_id)
    entry_fields = entry.fields if entry else {}
    faults = found.faults
    if entry and (entry_fields.get("file"), entry_fields.get("offset"), entry_fields.get("digest")) != (
        fetch.capture.file, fetch.capture.offset, fetch.capture.digest,
    ):  # fmt: skip
        faults = [*faults, f"{folder / NAME}: entry {entry.number} has another place or digest of this capture"]
    signed = (c for c in found.checkpoints if entry and c.head.entries >= entry.number)
    stamps = (s for s in found.stamps if entry and s.head.entries >= entry.number)
    stamp = min(stamps, key=lambda s: s.time, default=None)
    proofs = (proof for proof in found.proofs if entry and proof[0].head.entries >= entry.number)
    proof = min(proofs, key=lambda one: (not one[1].anchors, not one[1].heights, one[0].head.entries), default=None)

    def stamped_of(one: Stamp | CalendarProof | None) -> bytes:
        checkpoint = find_checkpoint(found.checkpoints, one.head, one.signed) if one else None
        return stamped_message(checkpoint) if checkpoint else b""

    # The row of a request says when it was done with, which is later by what its reading took.
    received = fetch.captured or fetch.finished
    with suppress(KeyError, TypeError, ValueError):  # an entry that was changed is told above
        received = datetime.fromisoformat(entry_fields["date"])
    return Proof(
        fetch.url, fetch.status, received, fetch.captured is not None, fetch.capture,
        folder / fetch.capture.file, payload,
        tuple(headers),
        entry, found.entries, min(signed, key=lambda c: c.head.entries, default=None),
        stamp, stamped_of(stamp), proof, stamped_of(proof[0] if proof else None), tuple(faults),
    )  # fmt: skip


def prove_pictures(folder: Path, pictures: Iterable[StoredPicture]) -> tuple[ProvedPicture, ...]:
    """Raises ArchiveError where the bytes of a picture are not there or have changed."""
    return tuple(_prove_picture(folder, one) for one in pictures)


def _prove_picture(folder: Path, picture: StoredPicture) -> ProvedPicture:
    _, _, png = read_capture(folder, picture.capture)
    entry = find_entry(folder, picture.capture.record_id)
    page = find_entry(folder, str(entry.fields.get("of"))) if entry else None
    received = picture.received
    if page:  # the row of its request says when it was done with
        with suppress(KeyError, TypeError, ValueError):
            received = datetime.fromisoformat(page.fields["date"])
    return ProvedPicture(received, picture.drawn, picture.browser, png, picture.capture, entry)


def find_entry(folder: Path, record_id: str) -> Entry | None:
    """The entry of a capture, or of a picture of one, by the id of its record."""
    path = folder / NAME
    if not path.exists():
        return None
    captures = (read for read in read_log(path) if isinstance(read, Entry) and read.kind in {CAPTURE, PICTURE})
    return next((entry for entry in captures if entry.fields.get("record") == record_id), None)


def fetch_of_entry(entry: Entry) -> CapturedFetch:
    """What the log alone says of a capture: no database is needed to prove it."""
    entry_fields = entry.fields
    capture = Capture(entry_fields["file"], entry_fields["offset"], entry_fields["record"], entry_fields["digest"])
    return CapturedFetch(0, entry_fields["url"], "", None, datetime.fromisoformat(entry_fields["date"]), None, None, capture)


def newest(fetches: Iterable[CapturedFetch]) -> CapturedFetch | None:
    """The last of the requests that gave an article, by the time at which the page stood so."""
    return max(fetches, key=lambda fetch: fetch.captured or fetch.finished, default=None)
