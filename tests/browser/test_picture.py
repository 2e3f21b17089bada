"""A picture of a captured page: drawn from its bytes alone, and nothing is asked of anybody."""

import gzip
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from monitor.errors import MonitorError
from monitor.operate import picture

pytestmark = pytest.mark.system


@pytest.fixture
def watched() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_page_is_drawn_without_scripts_and_without_a_network(watched: tuple[str, list[str]]) -> None:
    address, asked = watched
    page = f"""<html><head><link rel=stylesheet href="{address}/style.css"><script src="{address}/a.js"></script></head>
        <body style="background:#123456"><img src="{address}/a.png"><iframe src="{address}/frame"></iframe>
        <script>document.body.style.background = "red"; fetch("{address}/fetched")</script></body></html>"""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b")]
    drawn = picture.draw(gzip.compress(page.encode()), headers)
    shown = Image.open(io.BytesIO(drawn)).convert("RGB")
    assert (shown.size, shown.getpixel((900, 2000))) == ((1000, 2400), (0x12, 0x34, 0x56))
    assert asked == []


def test_without_a_browser_it_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "_BROWSERS", ("no-such-browser",))
    with pytest.raises(MonitorError, match="a picture needs a browser: no-such-browser; none of them is here"):
        picture.draw(b"", [])
