"""The errors that a person is shown. Each is one line: what is wrong, where, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class Message(str):
    """A sentence in English with its values in place, which keeps both, so that the site can say it in another language."""

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        """`template` as `str.format` takes it; a value may be a Message of its own."""
        self = super().__new__(cls, template.format(**values) if values else template)
        self.template, self.values = template, values
        return self


class MonitorError(Exception):
    """Base of every error that the command line prints as one line, without a traceback (exit code 1)."""

    def __init__(self, template: str, **values: object) -> None:
        """What is wrong; with values, `template` is filled in as that of a Message."""
        self.message = Message(template, **values) if values or not isinstance(template, Message) else template
        super().__init__(self.message)


class UsageError(MonitorError):
    """The command was called wrongly: the command line exits with 2."""


class UnknownIdError(UsageError):
    """No story, group of copies or article (`kind`) of this id is in the database; it may have come later."""

    def __init__(self, template: str, *, kind: str, value: str, **values: object) -> None:
        super().__init__(template, kind=kind, value=value, **values)
        self.kind, self.value = kind, value


class LockedError(MonitorError):
    """Another process writes this database; the message names it."""


class StoreError(MonitorError):
    """The database cannot be opened, is newer than the program, or refused a write; the message names the file."""


class OlderError(StoreError):
    """The database has not this program's tables and views yet; the message names the file, and what brings it to them."""


class SlowError(StoreError):
    """A query went on for longer than it may without giving a row; the message names the file."""


class ArchiveError(MonitorError):
    """A WARC file cannot be written or a capture cannot be read back; the message names file and offset."""


class QueryError(MonitorError):
    """A query in the topic language is wrong; `start` is the offset of the first wrong character in the query."""

    def __init__(self, template: str, start: int = 0, **values: object) -> None:
        super().__init__(template, **values)
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
