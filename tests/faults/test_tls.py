"""A certificate that nobody vouches for is refused, and says so."""

from __future__ import annotations

import asyncio
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@pytest.fixture
def self_signed(tmp_path):
    """An https address whose certificate is its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "outlet.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def answer(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(answer, "127.0.7.1", 0, ssl=context), loop).result()
    yield f"https://127.0.7.1:{server.sockets[0].getsockname()[1]}/story"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(newsroom, self_signed):
    done = newsroom.crawl("related", f"urls={self_signed}", RETRY_TIMES=0)
    assert done.returncode == 3
    assert newsroom.query("SELECT kind, outcome, detail <> '' FROM fetches ORDER BY id") == [
        ("robots", "certificate refused", 1),
        ("article", "certificate refused", 1),
    ]
