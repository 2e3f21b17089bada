"""Pictures of pages as they were captured, drawn by a browser that reaches this process and nothing else, and kept as evidence.
Touches the browser, a port of this machine, a temporary folder, and the vault and its archive.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from monitor.archive import WarcWriter, read_capture
from monitor.archive.log import CAPTURE, PICTURE, Entry, EvidenceLog, LogFault, read_log
from monitor.archive.log import NAME as LOG
from monitor.compression import State, decode_content
from monitor.errors import ArchiveError, LockedError, MonitorError
from monitor.model import Capture, Original
from monitor.operate.evidence import archive_of, sign
from monitor.vault import NewPicture, Store, VersionPage, pictures

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A name that no network has (RFC 2606): what the page names by its own address is asked of us, and is not here.
_ADDRESS = "http://capture.invalid/"
_SECONDS = 60
# For which a picture that is drawn waits where another process writes the vault: a round of `watch` ends before.
_LOCK_TIMEOUT = 600
# Bytes of pictures that are kept together, in one file of the archive: some hundred of them.
_AT_ONCE = 20_000_000
# Of each process of the browser: seconds of a processor, and KiB of memory that it may write to. Chromium 156 draws 16,000
# pixels with 512 MiB, and does not start with 256; what it reserves without use, a TiB and more, is not counted.
_LIMITED = 'ulimit -c 0; ulimit -t 60; ulimit -d 2097152; exec "$@"'
_WIDTH = 1000
# Chromium draws no more than 16,384 pixels in a row; of a page that is longer its beginning is drawn.
_LEAST, _MOST = 600, 16_000
# No script runs, no form is sent, and nothing but what stands in the page itself is shown. That our own page may ask how high it
# is, it is of one origin with that.
_POLICY = "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
_MEASURE = f"{_ADDRESS}.height"
_MEASURING = f"""<!doctype html><body style="margin:0"><iframe src="{_ADDRESS}" sandbox="allow-same-origin" width={_WIDTH}
height={_LEAST} style="border:0" onload="document.title = this.contentDocument.documentElement.scrollHeight"></iframe>""".encode()
_HEIGHT = re.compile(rb"<title>(\d{1,9})</title>")
# Of 1,100 pages of outlets the largest has 850,000 bytes. Over one of 20 million Chromium sits until its time is over, each time.
_LARGEST = 5_000_000
_DRAWN = ("text/html", "application/xhtml+xml")
_SHOWN = frozenset(("content-type", "content-language"))
# What no header may have, as it is sent: bytes of Latin-1 without controls.
_UNSENDABLE = re.compile("[^ -~\xa0-\xff]")


class Browser:
    """The browser of this machine. Raises MonitorError where there is none."""

    def __init__(self) -> None:
        found = next(filter(None, map(shutil.which, _BROWSERS)), None)
        if found is None:
            raise MonitorError(f"a picture needs a browser: {', '.join(_BROWSERS)}; none of them is here")
        self._path = found
        self.version = self._run(["--version"]).stdout.decode("utf-8", "replace").strip()
        """Its name and version, as it says them."""

    def draw(self, payload: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
        """The picture (PNG) of a captured page: its own bytes, without scripts, and without what it would load from elsewhere.

        Raises MonitorError where the browser draws nothing.
        """
        body = decode_content(payload, [value for name, value in headers if name.lower() == "content-encoding"], _LARGEST)
        if body.state is not State.WHOLE:
            raise MonitorError(f"the page cannot be decoded: {body.detail}")
        if len(body.data) > _LARGEST:
            raise MonitorError(f"the page has {len(body.data)} bytes; of one with more than {_LARGEST} no picture is drawn")
        page = [(name, _UNSENDABLE.sub("?", value)) for name, value in headers if name.lower() in _SHOWN]
        ours = [("Content-Type", "text/html")]
        pages = {_ADDRESS: ([*page, ("Content-Security-Policy", _POLICY)], body.data), _MEASURE: (ours, _MEASURING)}
        with _served(pages) as port, tempfile.TemporaryDirectory(prefix="povestka-") as folder:
            out = Path(folder) / "page.png"
            options = [
                "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
                "--disable-sync", "--disable-background-networking", "--disable-component-update",
                f"--user-data-dir={folder}/profile",
                # All that it asks for is asked of us, also what lies on this machine.
                f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>",
            ]  # fmt: skip
            if os.geteuid() == 0:
                options.append("--no-sandbox")  # Chromium starts as root in no other way
            said = _HEIGHT.search(self._run([*options, "--dump-dom", _MEASURE]).stdout)
            height = min(max(int(said[1]) if said else 0, _LEAST), _MOST)
            ran = self._run([*options, f"--window-size={_WIDTH},{height}", f"--screenshot={out}", _ADDRESS])
            if not out.exists():
                lines = ran.stderr.decode("utf-8", "replace").strip().splitlines()
                what = lines[-1][:200] if lines else f"exit code {ran.returncode}"
                raise MonitorError(f"{self._path}: drew no picture: {what}")
            return out.read_bytes()

    def _run(self, options: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        command = ["/bin/sh", "-c", _LIMITED, "sh", self._path, *options]
        with subprocess.Popen(  # noqa: S603 - found on the path
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            try:
                said, complained = process.communicate(timeout=_SECONDS)
            except BaseException as error:
                # All its processes: none ends by itself with the first, and Ctrl-C does not reach a session of their own.
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise MonitorError(f"{self._path}: drew no picture within {_SECONDS} s") from error
                raise
        return subprocess.CompletedProcess(command, process.returncode, said, complained)


def draw_version(db: Path, page: VersionPage, browser: Browser, now: datetime) -> NewPicture:
    """Draw a version's page out of the archive. Raises ArchiveError where that cannot be had or is none, MonitorError."""
    _, headers, payload = read_capture(archive_of(db), page.fetch.capture)
    type_ = next((value for name, value in headers if name.lower() == "content-type"), "")
    if not type_.strip().lower().startswith(_DRAWN):
        raise ArchiveError(f"{page.fetch.url}: is {type_ or 'of no type'}, and no page (HTML) that could be drawn")
    return NewPicture(page, browser.draw(payload, headers), now, browser.version)


class KeptPicture(NamedTuple):
    """A picture that is kept, without its bytes."""

    of: VersionPage
    browser: str
    size: int
    """Bytes of the PNG."""
    capture: Capture
    """Where it lies in the archive, and its digest."""


def draw_missing(
    db: Path, articles: Iterable[str], now: Callable[[], datetime], progress: Callable[[int, int], None]
) -> tuple[Sequence[KeptPicture], Sequence[str]]:
    """Draw the versions of articles that have no picture yet; the pictures, and what is wrong with pages that cannot be drawn.

    They are kept in the archive, its log and the vault some at once, and signed at the end, also of a run that is stopped. Others
    may write the vault while the browser draws, and what is drawn waits for them. Raises ArchiveError, LockedError
    where another writes it at the beginning or for longer than _LOCK_TIMEOUT, StoreError, or MonitorError where there is no
    browser.
    """
    kept: list[KeptPicture] = []
    drawn: list[NewPicture] = []
    faults: list[str] = []
    with Store.open(db, command="picture") as store:
        pages = [page for article in dict.fromkeys(articles) for page in pictures.not_drawn(store.db, article)]
    if not pages:
        return kept, faults
    browser = Browser()
    try:
        for number, page in enumerate(pages, 1):
            try:
                drawn.append(draw_version(db, page, browser, now()))
            except MonitorError as error:
                faults.append(f"{page.article}, version {page.revision}: {error}")
            if sum(len(one.png) for one in drawn) > _AT_ONCE:
                _keep_all(db, drawn, kept)
            progress(number, len(pages))
    finally:
        try:
            _keep_all(db, drawn, kept)
        finally:
            if kept:
                sign(EvidenceLog(archive_of(db)), db)
    return kept, faults


def _keep_all(db: Path, drawn: list[NewPicture], kept: list[KeptPicture]) -> None:
    """Move what was drawn into one file of the archive."""
    if not drawn:
        return
    with _opened(db) as store, WarcWriter(archive_of(db)) as writer:
        while drawn:
            picture = drawn.pop(0)
            if not pictures.is_drawn(store.db, picture.of):
                kept.append(_keep(store, writer, picture))


def _opened(db: Path) -> Store:
    """The vault, once nobody else writes it: what a browser drew in seconds is worth the wait."""
    until = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            return Store.open(db, command="picture")
        except LockedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _keep(store: Store, writer: WarcWriter, picture: NewPicture) -> KeptPicture:
    page = picture.of
    original = Original(page.fetch.url, page.fetch.captured or page.fetch.finished, page.fetch.capture)
    capture = writer.write_picture(original, picture.png, picture.drawn, picture.browser)
    pictures.save(store.db, picture, capture)
    return KeptPicture(page, picture.browser, len(picture.png), capture)


def import_pictures(db: Path, archives: Iterable[Path], note: Callable[[ArchiveError], None]) -> int:
    """Take the pictures that lie in WARC files, by the log beside them, where the vault has the pages from these; how many.

    `note` is told what cannot be read. They are kept and signed as those that are drawn. Raises as `draw_missing` does.
    """
    taken = 0
    names = {path.name for path in archives}
    for folder in sorted({path.parent for path in archives if (path.parent / LOG).exists()}):
        drawn = [entry for entry in _logged(folder, PICTURE, note) if entry.fields.get("file") in names]
        wanted = {entry.fields.get("of") for entry in drawn}
        captures = _logged(folder, CAPTURE, lambda _told: None) if drawn else ()
        pages = {entry.fields["record"]: entry for entry in captures if entry.fields.get("record") in wanted}
        if not pages:
            continue
        with Store.open(db, command="backfill") as store, WarcWriter(archive_of(db)) as writer:
            for entry in drawn:
                try:
                    found = list(_logged_pictures(store, folder, entry, pages))
                except (ArchiveError, KeyError, TypeError, ValueError) as error:
                    what = error if isinstance(error, ArchiveError) else "does not say what a picture's says"
                    note(ArchiveError(f"{folder / LOG}: entry {entry.number}: {what}"))
                    continue
                for picture in found:
                    _keep(store, writer, picture)
                taken += len(found)
    if taken:
        sign(EvidenceLog(archive_of(db)), db)
    return taken


def restore_picture(store: Store, folder: Path, entry: Entry) -> int:
    """Store a picture that lies in the archive of the vault itself, by its entry of the log, for each version of an article that
    was captured in the record that it is of; how many. Raises ArchiveError where it cannot be read.
    """
    said = entry.fields
    capture = Capture(said["file"], said["offset"], said["record"], said["digest"])
    versions = list(pictures.not_drawn_of_record(store.db, said["of"]))
    if versions:
        _, _, png = read_capture(folder, capture)
        with store.db.transaction():
            for of in versions:
                pictures.save(store.db, NewPicture(of, png, datetime.fromisoformat(said["date"]), said["browser"]), capture)
    return len(versions)


def _logged_pictures(store: Store, folder: Path, entry: Entry, pages: Mapping[str, Entry]) -> Iterator[NewPicture]:
    """One for each version of an article that the vault has from its page and has no picture of."""
    said = entry.fields
    if said["of"] not in pages:
        return
    page = pages[said["of"]].fields
    versions = list(pictures.not_drawn_of(store.db, page["url"], datetime.fromisoformat(page["date"])))
    if versions:
        _, _, png = read_capture(folder, Capture(said["file"], said["offset"], said["record"], said["digest"]))
        for of in versions:
            yield NewPicture(of, png, datetime.fromisoformat(said["date"]), said["browser"])


def _logged(folder: Path, kind: str, note: Callable[[ArchiveError], None]) -> Iterator[Entry]:
    for read in read_log(folder / LOG):
        if isinstance(read, LogFault):
            note(ArchiveError(f"{folder / LOG}:{read.line}: {read.what}"))
        elif read.kind == kind:
            yield read


@contextmanager
def _served(pages: Mapping[str, tuple[Sequence[tuple[str, str]], bytes]]) -> Iterator[int]:
    """A proxy, at a port of this machine, that has these pages and answers 404 to all else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in pages:
                self.send_error(404)
                return
            headers, payload = pages[self.path]
            self.send_response(200)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing: a browser that goes in the middle of an answer is no fault."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
