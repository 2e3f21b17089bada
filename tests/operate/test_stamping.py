"""Time stamps of checkpoints, by an authority of the test's own, without a network but this machine's."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitor import settings
from monitor.archive import signing, timestamps
from monitor.operate import stamping
from tests.operate.test_evidence import Evidence
from tests.records import Maker

OPENSSL = """[tsa]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
default_policy = 1.2.3.4
signer_digest = sha256
digests = sha512
[refusing]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
default_policy = 1.2.3.4
signer_digest = sha256
digests = sha256
"""


def certificate(folder: Path, name: str, issuer: str = "") -> None:
    """Makes NAME.pem and NAME.key: an authority's root, or a time stamp signer that it signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer or name)]))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(ca=not issuer, path_length=None), critical=True)
    signer = key
    if issuer:
        usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
        signer = serialization.load_pem_private_key((folder / f"{issuer}.key").read_bytes(), None)
    made = builder.sign(signer, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )


class Authority:
    """A time stamp authority on this machine; `mood` is how it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mood, self.asked = folder, "granting", []
        for name, issuer in (("root", ""), ("other", ""), ("tsa", "root")):
            certificate(folder, name, issuer)
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(OPENSSL.format(folder=folder))
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                authority.asked.append((self.headers["Content-Type"], self.headers["User-Agent"]))
                answer = authority.answer(query)
                self.send_response(500 if authority.mood == "failing" else 200)
                self.end_headers()
                for n in range(len(answer)) if authority.mood == "slow" else ():
                    self.wfile.write(answer[n : n + 1])
                    time.sleep(0.05)
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def reply(self, query: bytes, section: str = "tsa") -> bytes:
        (self.folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-section", section, "-queryfile", "query"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, check=True).stdout

    def answer(self, query: bytes) -> bytes:
        match self.mood:
            case "refusing":
                return self.reply(query, "refusing")
            case "nonsense":
                return b"<html>Welcome</html>"
            case "endless":
                return b"x" * (1 << 17)
            case "of something else":
                made = subprocess.run(
                    ["openssl", "ts", "-query", "-data", "root.pem", "-sha512", "-cert"],
                    cwd=self.folder, capture_output=True, check=True,
                )  # fmt: skip
                return self.reply(made.stdout)
        return self.reply(query)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("authority"))
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def authority(tsa: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    tsa.mood = "granting"
    tsa.asked.clear()
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_AUTHORITY", tsa.url)
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_CERTIFICATE", str(tsa.folder / "root.pem"))
    return tsa


def checkpoint_of(evidence: Evidence) -> signing.Checkpoint:
    (read,) = signing.read_checkpoints(evidence.archive / signing.NAME)
    assert isinstance(read, signing.Checkpoint)
    return read


def test_none_is_asked_unless_the_operator_names_one(tmp_path: Path, make: Maker) -> None:
    evidence = Evidence(tmp_path, make)
    assert not (evidence.archive / timestamps.NAME).exists()
    assert "tamp" not in evidence.monitor("verify").output


def test_a_checkpoint_is_stamped_and_checked_without_a_network(
    tmp_path: Path, make: Maker, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = Evidence(tmp_path, make)
    assert authority.asked == [("application/timestamp-query", settings.USER_AGENT)]
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_AUTHORITY", "http://127.0.0.1:1/")
    done = evidence.monitor("verify")
    assert done.exit_code == 0, done.output
    (line,) = [line for line in done.output.splitlines() if line.startswith("Time stamp")]
    assert line.startswith(f"Time stamp: {authority.url} says that entries 1 to 8 stood so at {datetime.now(UTC):%Y-%m-%d} ")
    assert line.endswith(" UTC; not who wrote them, nor that they are true.")
    said = json.loads(evidence.monitor("verify", "--json").output)
    assert (said["stamps"], said["stamped_entries"], said["stamps_unchecked"]) == (1, 8, 0)
    assert f"by {authority.url}" in evidence.monitor("verify", evidence.articles[0]).output
    assert len(authority.asked) == 1


def test_anybody_can_verify_a_time_stamp_with_openssl(tmp_path: Path, make: Maker, authority: Authority) -> None:
    evidence = Evidence(tmp_path, make)
    row = json.loads((evidence.archive / timestamps.NAME).read_text())
    (tmp_path / "data").write_bytes(timestamps.stamped_message(checkpoint_of(evidence)))
    (tmp_path / "token").write_bytes(base64.b64decode(row["response"]))
    command = ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-CAfile", str(authority.folder / "root.pem")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


@pytest.mark.parametrize(("locale", "heading"), [("en", "Proof of a capture"), ("ru", "Подтверждение снимка страницы")])
def test_the_page_to_hand_over_brings_all_that_verifies_it_without_this_program(
    locale: str, heading: str, tmp_path: Path, make: Maker, authority: Authority
) -> None:
    evidence = Evidence(tmp_path, make)
    out = tmp_path / "proof.html"
    done = evidence.monitor("verify", evidence.articles[0], "-o", str(out), "--locale", locale)
    assert (done.exit_code, len(done.output.splitlines())) == (0, 10), done.output
    page = out.read_text("utf-8")
    assert f'<html lang="{locale}">' in page
    assert f"<h1>{heading}</h1>" in page
    words = re.sub(
        r"<pre>.*?</pre>|<style>.*?</style>|<[^>]*>|https?://\S+|[\w.-]*\.\w+|urn:\S+|SHA256:\S+", " ", page, flags=re.DOTALL
    )
    assert locale == "en" or not re.search(r"\b(?:the|what|verify|proves)\b", words, re.IGNORECASE)
    for name, data in re.findall(r'<a download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)">', page):
        (tmp_path / name).write_bytes(base64.b64decode(data))
    (tmp_path / "authority.pem").write_bytes((authority.folder / "root.pem").read_bytes())
    commands = [html.unescape(said) for said in re.findall(r"<pre>((?:ssh-keygen|openssl)[^<]+)</pre>", page)]
    assert [command.split()[0] for command in commands] == ["ssh-keygen", "openssl"]
    for command in commands:
        ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
    assert evidence.captures[0].digest.removeprefix("sha256:") in page


def test_without_a_certificate_time_stamps_are_kept_and_not_checked(
    tmp_path: Path, make: Maker, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_CERTIFICATE", "")
    evidence = Evidence(tmp_path, make)
    done = evidence.monitor("verify")
    assert done.exit_code == 0, done.output
    assert "1 time stamp not checked: MONITOR_TIMESTAMP_CERTIFICATE names no certificate of their authority." in done.output
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_CERTIFICATE", str(authority.folder / "root.pem"))
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert "not checked: time stamps need a library: pip install" in evidence.monitor("verify").output


def test_a_time_stamp_that_does_not_fit_is_named(
    tmp_path: Path, make: Maker, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = Evidence(tmp_path, make)
    path = evidence.archive / timestamps.NAME
    row = json.loads(path.read_text())
    response = bytearray(base64.b64decode(row["response"]))
    response[-5] ^= 1  # in its signature
    for change, said in (
        ({"response": base64.b64encode(bytes(response)).decode()}, "is not signed by the authority whose certificate is named"),
        ({"response": "AAAA"}, "is no time stamp (RFC 3161)"),
        ({"response": "no base64"}, "the time stamp cannot be read: it was changed"),
        ({"time": "2020-01-01T00:00:00+00:00"}, "names another time than the row that keeps it"),
        ({"digest": "0" * 64}, "that it is of is missing"),
    ):
        path.write_text(json.dumps(row | change) + "\n")
        done = evidence.monitor("verify")
        faults = [line for line in done.output.splitlines() if line.startswith("Not as it was: ")]
        assert (done.exit_code, len(faults), said in faults[0]) == (1, 1, True), done.output
    path.write_text(json.dumps(row) + "\n")
    for named, said in (("other.pem", "is not signed by the authority"), ("tsa.key", "has no certificate"), ("no", "No such")):
        monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_CERTIFICATE", str(authority.folder / named))
        done = evidence.monitor("verify")
        assert (done.exit_code, said in done.output) == (1, True), done.output


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("failing", "HTTP Error 500"),
        ("refusing", "refuses: "),
        ("nonsense", "is no time stamp (RFC 3161)"),
        ("endless", "has more than 65536 bytes"),
        ("of something else", "is a time stamp of something else"),
        ("slow", "did not answer within"),
    ],
)
def test_an_authority_that_gives_no_time_stamp_costs_a_line_and_nothing_else(
    mood: str, said: str, tmp_path: Path, make: Maker, authority: Authority, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(stamping, "_SECONDS", 0.2 if mood == "slow" else 10)
    authority.mood = mood
    with caplog.at_level(logging.WARNING, stamping.__name__):
        evidence = Evidence(tmp_path, make)
    (line,) = [record.getMessage() for record in caplog.records if record.name == stamping.__name__]
    assert line.startswith(f"no time stamp of entry 8: {authority.url}: ")
    assert said in line
    assert not (evidence.archive / timestamps.NAME).exists()
    assert "signed up to entry 8" in evidence.monitor("verify").output


def test_an_answer_to_another_question_is_not_taken(tmp_path: Path, make: Maker, authority: Authority) -> None:
    evidence = Evidence(tmp_path, make)
    checkpoint = checkpoint_of(evidence)
    first, second = timestamps.query(checkpoint), timestamps.query(checkpoint)
    answer = authority.reply(first.data)
    with pytest.raises(timestamps.ArchiveError, match="another question"):
        timestamps.store(evidence.archive, checkpoint, second, authority.url, answer, ())


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "file:///etc/hostname", "nonsense"])
def test_an_address_at_which_nobody_answers_costs_a_line(
    address: str, tmp_path: Path, make: Maker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "MONITOR_TIMESTAMP_AUTHORITY", address)
    with caplog.at_level(logging.WARNING, stamping.__name__):
        Evidence(tmp_path, make)
    (line,) = [record.getMessage() for record in caplog.records if record.name == stamping.__name__]
    assert line.startswith(f"no time stamp of entry 8: {address}: ")
