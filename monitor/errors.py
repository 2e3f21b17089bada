"""The errors that a person is shown. Each is one line: what is wrong, where, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """Base of every error that the command line prints as one line, without a traceback (exit code 1)."""


class UsageError(MonitorError):
    """The command was called wrongly: the command line exits with 2."""


class LockedError(MonitorError):
    """Another process writes this database; the message names it."""


class StoreError(MonitorError):
    """The database cannot be opened, is newer than the program, or refused a write; the message names the file."""


class SlowError(StoreError):
    """A query went on for longer than it may without giving a row; the message names the file."""


class ArchiveError(MonitorError):
    """A WARC file cannot be written or a capture cannot be read back; the message names file and offset."""


class QueryError(MonitorError):
    """A query in the topic language is wrong; `start` is the offset of the first wrong character in the query."""

    def __init__(self, message: str, start: int = 0) -> None:
        super().__init__(message)
        self.start = start


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in a file of the newsroom's: printed as `file:line: field: what, and what would be right`."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


class DataError(MonitorError):
    """The newsroom's folder has faults: all of every file, never only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
