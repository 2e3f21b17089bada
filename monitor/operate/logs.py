"""Configures logging to stderr: plain lines for people, or JSON Lines for programs (MONITOR_LOG=json).

What was crawled stands in log lines too, and must not be able to forge one or to move a terminal's cursor: in a plain line what
is not printable is escaped, and every line after a record's first is indented; JSON is written in ASCII.
https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#event-collection
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.errors import UsageError

FIELDS = ("source", "url", "kind", "outcome", "detail", "status", "bytes", "seconds")
"""What a record may say beside its message, given as logging's `extra`; a field that is empty or unknown is left out."""


_LINES = 10_000
"""That wait to be written. One has some hundred bytes, and a pipe holds 64 KB besides."""
_TIMEOUT = 2.0


@dataclass(slots=True)
class _Run:
    """The run of this process (there is one at most), for log lines."""

    number: int | None = None
    outlet_of: Callable[[str], str] = str


_run = _Run()


def set_run(number: int, outlet_of: Callable[[str], str]) -> None:
    """From now on JSON lines name this run, and the outlet of each address that they are about."""
    _run.number, _run.outlet_of = number, outlet_of


def check(kind: str) -> str:
    """The kind of lines; raises UsageError where there is none of that name."""
    if kind not in {"plain", "json"}:
        raise UsageError(f"MONITOR_LOG: {kind!r} is no kind of log; there are plain and json")
    return kind


def install(kind: str, *, quiet: bool = False) -> None:
    """Write the program's records to stderr; of its libraries' only errors, whose other notes a newsroom need not read.

    `json` has a line for every request too. `quiet` leaves out what is no warning: for a terminal with a live line.
    """
    handler = _NonBlockingHandler()
    is_json = check(kind) == "json"
    in_utc = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S UTC")
    in_utc.converter = time.gmtime
    handler.setFormatter(Json() if is_json else Plain(in_utc))
    handler.setLevel(logging.DEBUG if is_json else logging.WARNING if quiet else logging.INFO)
    handler.addFilter(lambda record: record.levelno >= logging.ERROR or record.name.startswith("monitor"))
    logging.root.addHandler(handler)
    logging.root.setLevel(handler.level)


def fail(error: Exception) -> None:
    """Tell why the program ends: one line, or as many as the error has faults to tell; in JSON where the log is JSON."""
    for handler in logging.root.handlers:
        handler.flush()
    if any(isinstance(handler.formatter, Json) for handler in logging.root.handlers):
        logging.getLogger("monitor").critical("%s", error)
    else:
        print("\n".join(map(_printable, f"monitor: {error}".splitlines())), file=sys.stderr)


class _NonBlockingHandler(logging.Handler):
    """Writes lines to stderr in a thread of its own: a pipe that nobody reads holds up no crawl. What does not fit into the queue
    meanwhile is counted, and told with the next line that does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()
        self._queue: queue.Queue[str] = queue.Queue(_LINES)
        self._left_out = 0
        threading.Thread(target=self._write, name="log", daemon=True).start()
        atexit.register(self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if os.getpid() != self._process:  # a thread does not follow into a forked worker
            _write_line(line)
            return
        if self._left_out and self._queue.empty():
            line = f"{line} ({self._left_out} lines before it were left out: nobody read them)"
            self._left_out = 0
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def flush(self) -> None:
        """Wait until all is written, two seconds at the most."""
        until = time.monotonic() + _TIMEOUT
        while self._queue.unfinished_tasks and time.monotonic() < until and os.getpid() == self._process:
            time.sleep(0.005)

    def _write(self) -> None:
        while True:
            line = self._queue.get()
            with suppress(OSError):  # nobody is there to be told
                _write_line(line)
            self._queue.task_done()


def _write_line(line: str) -> None:
    # Past Python's own buffer, whose lock a thread that is held up would keep beyond the program's end.
    rest = memoryview(f"{line}\n".encode("utf-8", "backslashreplace"))
    while rest:
        rest = rest[os.write(2, rest) :]


class Plain(logging.Formatter):
    """Another formatter's lines, made safe."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(_printable(line) for line in self._inner.format(record).splitlines())


class Json(logging.Formatter):
    """A record as a line: time, level, logger, message, and where there is one the run, the outlet, and FIELDS."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name in FIELDS if (value := getattr(record, name, None)) not in {None, ""}}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "run": _run.number,
            "outlet": _run.outlet_of(fields["url"]) if "url" in fields else None,
            **fields,
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in line.items() if value is not None})


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
