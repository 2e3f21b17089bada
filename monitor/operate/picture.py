"""A picture of a page as it was captured, drawn by a browser that reaches this process and nothing else. Touches the browser, a
port of this machine, and a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from monitor.errors import MonitorError

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A name that no network has (RFC 2606): what the page names by its own address is asked of us, and is not here.
_ADDRESS = "http://capture.invalid/"
_SECONDS = 60
_SIZE = "1000,2400"
# No script runs, no form is sent, and nothing but what stands in the page itself is shown.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_SHOWN = frozenset(("content-type", "content-encoding", "content-language"))


def draw(payload: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """The picture (PNG) of a captured page: its own bytes, without scripts, and without what it would load from elsewhere.

    Raises MonitorError where there is no browser, or it draws nothing.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise MonitorError(f"a picture needs a browser: {', '.join(_BROWSERS)}; none of them is here")
    kept = [(name, value) for name, value in headers if name.lower() in _SHOWN]
    with _served(payload, kept) as port, tempfile.TemporaryDirectory(prefix="povestka-") as folder:
        out = Path(folder) / "page.png"
        command = [
            browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
            "--disable-sync", "--disable-background-networking", "--disable-component-update",
            f"--user-data-dir={folder}/profile", f"--window-size={_SIZE}",
            # All that it asks for is asked of us, also what lies on this machine.
            f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>", f"--screenshot={out}", _ADDRESS,
        ]  # fmt: skip
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium starts as root in no other way
        try:
            ran = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - found on the path
        except subprocess.TimeoutExpired as error:
            raise MonitorError(f"{browser}: drew no picture within {_SECONDS} s") from error
        if not out.exists():
            said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            raise MonitorError(f"{browser}: drew no picture: {said[-1][:200] if said else f'exit code {ran.returncode}'}")
        return out.read_bytes()


@contextmanager
def _served(payload: bytes, headers: Sequence[tuple[str, str]]) -> Iterator[int]:
    """A proxy, at a port of this machine, that has this page and answers 404 to all else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != _ADDRESS:
                self.send_error(404)
                return
            self.send_response(200)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Security-Policy", _POLICY)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
