"""Proofs of checkpoints by calendars (OpenTimestamps), of a calendar of the test's own that answers as the library serializes."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bitcoin.core import CBlockHeader, b2lx
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from monitor import settings
from monitor.archive import calendars, signing
from monitor.archive.signing import Checkpoint
from monitor.operate import stamping
from tests.operate.test_evidence import Evidence, evidence

__all__ = ["evidence"]
HEIGHT = 800_000


class Calendar:
    """A calendar on this machine: it promises, and tells of a block where it has one (`block`); `mood` is how it answers."""

    def __init__(self) -> None:
        self.mood, self.block, self.asked = "promising", None, []  # type: tuple[str, CBlockHeader | None, list[str]]
        self.dripped = False
        calendar = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                digest = self.rfile.read(int(self.headers["Content-Length"]))
                calendar.asked.append(digest.hex())
                answers = {"nonsense": b"<html>", "endless": b"x" * (1 << 17)}
                self.answer(answers.get(calendar.mood) or calendar.promise(digest))

            def do_GET(self) -> None:
                commitment = bytes.fromhex(self.path.rpartition("/")[2])
                calendar.asked.append(self.path)
                if calendar.mood == "promising":
                    self.send_error(404)
                elif calendar.mood == "redirecting" and self.path.startswith("/timestamp"):
                    self.send_response(302)
                    self.send_header("Location", f"/elsewhere/{commitment.hex()}")
                    self.end_headers()
                elif calendar.mood == "slow":
                    time.sleep(0.3)
                    self.send_error(404)
                elif calendar.mood == "dripping":
                    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 999:
                        time.sleep(0.05)
                        self.wfile.write(bytes([byte]))
                    calendar.dripped = True
                else:
                    self.answer(calendar.way(commitment))

            def answer(self, data: bytes) -> None:
                self.send_response(500 if calendar.mood == "failing" else 200)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def promise(self, digest: bytes) -> bytes:
        made = Timestamp(digest)
        for n in range(9 if self.mood == "promising much" else 0):
            made.ops.add(OpAppend(bytes([n]))).attestations.add(PendingAttestation(self.url))
        for n in range(3 if self.mood == "long" else 0):
            made.ops.add(OpAppend(bytes([n]) * 4000)).attestations.add(PendingAttestation(self.url))
        for n in range(2 if self.mood == "wordy" else 0):
            made.ops.add(OpAppend(bytes([n, len(self.asked)]) * 2000)).attestations.add(PendingAttestation(self.url))
        at = made.ops.add(OpPrepend(b"12345678")).ops.add(OpSHA256()).ops.add(OpAppend(b"87654321"))
        at.attestations.add(PendingAttestation(self.url))
        return serialized(made)

    def way(self, commitment: bytes) -> bytes:
        made = Timestamp(commitment)
        root = made.ops.add(OpSHA256())
        for _ in range(253 if self.mood == "keeping deep" else 0):  # what promised it stands three deep
            root = root.ops.add(OpSHA256())
        root.attestations.add(BitcoinBlockHeaderAttestation(HEIGHT))
        self.block = CBlockHeader(hashMerkleRoot=root.msg, nTime=1_780_000_000)
        return serialized(made)


def serialized(timestamp: Any) -> bytes:
    context = BytesSerializationContext()
    timestamp.serialize(context)
    return bytes(context.getbytes())


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calendar]:
    made = Calendar()
    monkeypatch.setattr(settings, "MONITOR_CALENDARS", f"{made.url}/ http://127.0.0.1:1")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def checkpoint(evidence: Evidence) -> Checkpoint:
    (read,) = signing.read_checkpoints(evidence.archive / signing.NAME)
    assert isinstance(read, Checkpoint)
    return read


def proof_page(evidence: Evidence, folder: Path) -> tuple[str, str]:
    """What `monitor verify ARTICLE` says of Bitcoin, and the page to hand over, whose files are put into the folder."""
    done = evidence.monitor("verify", evidence.articles[0], "-o", str(folder / "proof.html"))
    assert done.exit_code == 0, done.output
    page = (folder / "proof.html").read_text("utf-8")
    for name, data in re.findall(r'<a download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)">', page):
        (folder / name).write_bytes(base64.b64decode(data))
    return next(line for line in done.output.splitlines() if line.startswith("Bitcoin: ")), page


def proofs(evidence: Evidence) -> list[dict[str, Any]]:
    path = evidence.archive / calendars.NAME
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_none_is_asked_where_none_is_named(evidence: Evidence, checkpoint: Checkpoint) -> None:
    stamping.stamp(evidence.archive, checkpoint)
    assert proofs(evidence) == []


def test_a_promise_is_kept_told_as_pending_and_completed_by_a_later_run(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stamping.stamp(evidence.archive, checkpoint)
    stamped = checkpoint.message + checkpoint.signature.encode()
    assert calendar.asked == [hashlib.sha256(stamped).hexdigest()], "a hash, and nothing else"
    (row,) = proofs(evidence)
    file = DetachedTimestampFile.deserialize(BytesDeserializationContext(base64.b64decode(row["ots"])))
    assert file.file_digest == hashlib.sha256(stamped).digest(), "as an .ots file of it"
    done = evidence.monitor("verify")
    assert done.exit_code == 0
    assert "1 signature pending: calendars promised to bind them to a Bitcoin block. That proves nothing yet." in done.output
    line, page = proof_page(evidence, tmp_path)
    assert line.endswith(f"entries 1 to 8: promised by {calendar.url}, which proves nothing yet")
    assert "Nobody else stamped the time" in page

    monkeypatch.setattr(stamping, "_BOUND_AFTER", timedelta())
    stamping._complete(evidence.archive, [calendar.url])
    assert len(proofs(evidence)) == 1, "nothing came of it yet"
    calendar.mood = "keeping"
    stamping._complete(evidence.archive, ["http://127.0.0.1:1"])
    assert len(proofs(evidence)) == 1, "it is none that may be asked"
    stamping._complete(evidence.archive, [calendar.url])
    assert len(proofs(evidence)) == 2
    assert "1 signature bound to Bitcoin blocks, not checked" in evidence.monitor("verify").output
    assert f"by block {HEIGHT}, whose header is not here" in proof_page(evidence, tmp_path)[0]
    asked = len(calendar.asked)
    stamping._complete(evidence.archive, [calendar.url])
    assert len(calendar.asked) == asked, "what is complete is not asked for"

    assert calendar.block is not None
    (tmp_path / "headers").write_text(f"{CBlockHeader().serialize().hex()}\n{calendar.block.serialize().hex()}\n")
    monkeypatch.setattr(settings, "MONITOR_BITCOIN_HEADERS", str(tmp_path / "headers"))
    done = evidence.monitor("verify")
    assert done.exit_code == 0, done.output
    assert (
        f"Bitcoin: if block {HEIGHT} has the hash {b2lx(calendar.block.GetHash())}, entries 1 to 8 stood so when it was made,"
        " 2026-05-28 20:26:40 UTC give or take two hours; not who wrote them, nor that they are true." in done.output
    )
    said = json.loads(evidence.monitor("verify", "--json").output)
    assert [(anchor["entries"], anchor["height"]) for anchor in said["anchors"]] == [(8, HEIGHT)]
    assert (said["promised"], said["bound_unchecked"]) == (0, 0)
    line, page = proof_page(evidence, tmp_path)
    assert f"by block {HEIGHT} if its hash is {b2lx(calendar.block.GetHash())}" in line
    assert "Nobody else stamped the time" not in page
    assert (tmp_path / "bound").read_bytes() == stamped
    file = DetachedTimestampFile.deserialize(BytesDeserializationContext((tmp_path / "bound.ots").read_bytes()))
    assert file.file_digest == hashlib.sha256(stamped).digest()


@pytest.mark.parametrize("mood", ["nonsense", "endless", "failing", "promising much", "long"])
def test_what_is_no_proof_is_not_kept_and_stops_nothing(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    calendar.mood = mood
    with caplog.at_level(logging.WARNING):
        stamping.stamp(evidence.archive, checkpoint)
    assert proofs(evidence) == []
    assert [record.message.split(": ")[0] for record in caplog.records] == ["entry 8 is not promised"] * 2


def promised(evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, count: int) -> list[Checkpoint]:
    """Checkpoints of the last day with promises of the calendar, of which only the first is signed."""
    start = datetime.now(UTC) - timedelta(hours=24)
    made = [checkpoint._replace(time=(start + timedelta(minutes=15 * n)).isoformat()) for n in range(count)]
    for one in made:
        answer = calendar.promise(calendars.digest_of(one))
        calendars.store(evidence.archive, calendars.begin(one, {calendar.url: answer}))
    return made


def bound(evidence: Evidence) -> int:
    return sum(bool(calendars.inspect(proof).heights) for proof in calendars.newest(evidence.archive))


def test_a_calendar_that_binds_late_completes_every_proof(evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar) -> None:
    promised(evidence, checkpoint, calendar, 10)
    stamping._complete(evidence.archive, [calendar.url])
    assert (bound(evidence), len(calendar.asked)) == (0, stamping._ASKED_FOR)
    calendar.mood = "keeping"
    stamping._complete(evidence.archive, [calendar.url])
    assert bound(evidence) == stamping._ASKED_FOR
    stamping._complete(evidence.archive, [calendar.url])
    assert bound(evidence) == 10
    stamping._complete(evidence.archive, [calendar.url])
    assert len(calendar.asked) == stamping._ASKED_FOR + 10, "what is complete is not asked for"


def test_proofs_that_lead_to_no_block_come_before_those_of_which_one_promise_is_open(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar
) -> None:
    made = promised(evidence, checkpoint, calendar, 10)
    other = "http://127.0.0.1:2"
    for one in made[:9]:
        both = Timestamp(calendars.digest_of(one))
        both.ops.add(OpAppend(b"1")).attestations.add(PendingAttestation(other))
        both.ops.add(OpAppend(b"2")).attestations.add(BitcoinBlockHeaderAttestation(HEIGHT))
        calendars.store(evidence.archive, calendars.begin(one, {other: serialized(both)}))
    calendar.mood = "keeping"
    stamping._complete(evidence.archive, [calendar.url, other])
    assert bound(evidence) == 10


@pytest.mark.parametrize("mood", ["slow", "dripping"])
def test_all_asking_for_what_was_promised_has_one_deadline(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, mood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised(evidence, checkpoint, calendar, 10)
    calendar.mood = mood
    monkeypatch.setattr(stamping, "_COMPLETING", 0.5)
    stamping._complete(evidence.archive, [calendar.url])
    assert len(calendar.asked) <= 2, "six were promised, and take 0.3 s each"
    assert not calendar.dripped, "headers that drip for 50 s were waited for to their end"


def test_a_proof_with_many_promises_is_asked_for_some(evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar) -> None:
    answers = {}
    (one,) = promised(evidence, checkpoint, calendar, 1)
    for n in range(3):
        made = Timestamp(calendars.digest_of(one))
        for m in range(8):
            made.ops.add(OpAppend(bytes([n, m]))).attestations.add(PendingAttestation(calendar.url))
        answers[f"http://calendar/{n}"] = serialized(made)
    calendars.store(evidence.archive, calendars.begin(one, answers))
    stamping._complete(evidence.archive, [calendar.url])
    assert len(calendar.asked) == 8


def test_a_calendar_whose_answer_the_proof_has_no_room_for_is_left_out(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    calendar.mood = "wordy"
    monkeypatch.setattr(settings, "MONITOR_CALENDARS", " ".join(f"{calendar.url}/{n}" for n in range(10)))
    with caplog.at_level(logging.WARNING):
        stamping.stamp(evidence.archive, checkpoint)
    assert len(proofs(evidence)) == 1
    assert "has more than 65536 bytes" in caplog.text
    assert evidence.monitor("verify").exit_code == 0


def test_an_answer_that_makes_a_proof_too_deep_to_be_read_is_not_kept(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(stamping, "_BOUND_AFTER", timedelta())
    stamping.stamp(evidence.archive, checkpoint)
    calendar.mood = "keeping deep"
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        stamping._complete(evidence.archive, [calendar.url])
    assert "Reached timestamp recursion depth limit" in caplog.text
    assert evidence.monitor("verify").exit_code == 0
    calendar.mood = "keeping"
    stamping._complete(evidence.archive, [calendar.url])
    assert bound(evidence) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"signed": "2020-01-01T00:00:00"}, {"signed": "once"}, {"ots": "AAAA"}, {"ots": "?"}, {"entries": None},
    ],
)  # fmt: skip
def test_a_bad_proof_keeps_no_other_from_being_completed(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, change: dict[str, Any]
) -> None:
    promised(evidence, checkpoint, calendar, 3)
    rows = proofs(evidence)
    rows[1] |= change
    (evidence.archive / calendars.NAME).write_text("".join(json.dumps(row) + "\n" for row in rows))
    calendar.mood = "keeping"
    stamping._complete(evidence.archive, [calendar.url])
    assert len(proofs(evidence)) == 5


def test_a_redirect_is_not_followed(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    promised(evidence, checkpoint, calendar, 1)
    calendar.mood = "redirecting"
    with caplog.at_level(logging.WARNING):
        stamping._complete(evidence.archive, [calendar.url])
    assert (len(calendar.asked), len(proofs(evidence))) == (1, 1)
    assert "HTTP Error 302" in caplog.text


def test_of_many_proofs_the_newest_are_read(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = promised(evidence, checkpoint, calendar, 10)
    monkeypatch.setattr(calendars, "_NEWEST", (evidence.archive / calendars.NAME).stat().st_size // 2 - 1)
    assert [proof.signed for proof in calendars.newest(evidence.archive)] == [one.time for one in made[6:]]


def test_a_proof_that_is_changed_or_of_something_else_is_a_fault(
    evidence: Evidence, checkpoint: Checkpoint, calendar: Calendar
) -> None:
    stamping.stamp(evidence.archive, checkpoint)
    path = evidence.archive / calendars.NAME
    (row,) = proofs(evidence)
    data = base64.b64decode(row["ots"])
    at = data.index(hashlib.sha256(checkpoint.message + checkpoint.signature.encode()).digest())
    for change, said in (
        ({"ots": base64.b64encode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]).decode()}, "is a proof of something else"),
        ({"ots": base64.b64encode(data[:-3]).decode()}, "is no proof (OpenTimestamps)"),
        ({"ots": "?"}, "the calendars' proof cannot be read: it was changed"),
        ({"signed": "2020-01-01T00:00:00Z"}, "the checkpoint of 2020-01-01T00:00:00Z that it is of is missing"),
    ):
        path.write_text(json.dumps(row | change) + "\n")
        done = evidence.monitor("verify")
        assert (done.exit_code, said in done.output) == (1, True), done.output


@pytest.mark.parametrize(
    ("content", "said"), [("zz", "no header in hexadecimal"), ("00", "not of 80 bytes"), (None, "No such file")]
)
def test_headers_that_are_none_are_told(
    evidence: Evidence, content: str | None, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "MONITOR_BITCOIN_HEADERS", str(tmp_path / "headers"))
    if content is not None:
        (tmp_path / "headers").write_text(content)
    done = evidence.monitor("verify")
    assert (done.exit_code, said in done.output) == (1, True), done.output
