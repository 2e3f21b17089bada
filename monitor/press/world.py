"""The fictional world: its outlets and articles, read from monitor/press/world and checked; how it stands at a given time.

Touches the files of its own folder alone. Two moments are named, because articles are edited and removed between them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from monitor.errors import DataError, Fault
from monitor.model.newsroom import SLUG

FOLDER = Path(__file__).parent / "world"
MOMENTS = {1: datetime(2026, 5, 18, 12, tzinfo=UTC), 2: datetime(2026, 5, 19, 12, tzinfo=UTC)}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""Nothing in this world is older; an earlier date is a slip of the pen."""

FORMATS = ("rss2.0", "rss2.0-full", "rss0.91", "rdf", "atom", "json")
STRUCTURED = ("graph", "article", "list", "semicolon", "publisher", "newlines", "none")


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """Where an outlet's feed lies, and its format: one of FORMATS."""

    path: str
    format: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet, and how it writes its pages and feeds; world/outlets.toml explains the fields."""

    id: str
    name: str
    language: str
    country: str
    kind: str
    address: str
    markup: str
    path: str
    feeds: tuple[FeedSpec, ...]
    ld: str = "none"
    encoding: str = "utf-8"
    aliases: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    guids: str = "stable"
    tagged: bool = False
    calendar: bool = False
    heavy: bool = False
    """Pages carry the scripts and menus of a real site: 60 to 100 KB. The load generator sets it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a paragraph; `target` is the article id or http address that they link to, empty for plain words."""

    text: str
    target: str = ""


Paragraph = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as it stands at some time. Times are declared ones, with the outlet's own offset from UTC."""

    id: str
    outlet: Outlet
    path: str
    """With its query, where the outlet's addresses have one."""
    section: str
    title: str
    subtitle: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    paragraphs: tuple[Paragraph, ...]
    related: tuple[str, ...]
    """Article ids."""
    listed: bool
    challenge: int
    """HTTP status of the page that is served in its place; 0 where the article itself is."""
    changed: datetime
    """When its page last changed in truth, whatever it declares."""

    @property
    def text(self) -> str:
        """The words of the body, a line a paragraph."""
        return "\n".join("".join(run.text for run in paragraph) for paragraph in self.paragraphs)


class World(Protocol):
    """What the server asks of a world: the written one, or the one that the load generator makes."""

    @property
    def outlets(self) -> Mapping[str, Outlet]:
        """By id."""

    def newest(self, outlet: str, now: datetime, limit: int) -> Sequence[Piece]:
        """What the outlet lists at that time, newest first."""

    def at(self, outlet: str, path: str, now: datetime) -> Piece | None:
        """The article at that path, None where there is none at that time."""

    def place(self, article: str) -> tuple[Outlet, str]:
        """Outlet and path of an article, whether it is there or not."""

    def title(self, article: str, now: datetime) -> str:
        """What links to an article call it at that time: its first title once it is gone, or before it appears."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article's whole life: as it appeared, as it was edited, when it went."""

    first: Piece
    edited: Piece | None
    edited_at: datetime | None
    removed_at: datetime | None
    original: str
    """Article id of the text that this one reprints; empty where it is the outlet's own."""

    def at(self, now: datetime) -> Piece | None:
        """How it stands at that time; None before it appears and after it went."""
        if now < self.first.published or (self.removed_at and now >= self.removed_at):
            return None
        return self.edited if self.edited_at and now >= self.edited_at else self.first


class WrittenWorld:
    """The world that is written in monitor/press/world."""

    def __init__(self, outlets: Mapping[str, Outlet], entries: Mapping[str, Entry]) -> None:
        self.outlets = outlets
        self.entries = entries
        """By article id."""
        self._by_path = {(e.first.outlet.id, e.first.path): e for e in entries.values()}

    def newest(self, outlet: str, now: datetime, limit: int) -> list[Piece]:
        """What the outlet lists at that time, newest first."""
        pieces = (e.at(now) for e in self.entries.values() if e.first.outlet.id == outlet and e.first.listed)
        return sorted((p for p in pieces if p), key=lambda p: (p.published, p.id), reverse=True)[:limit]

    def at(self, outlet: str, path: str, now: datetime) -> Piece | None:
        """The article at that path, None where there is none at that time."""
        entry = self._by_path.get((outlet, path))
        return entry.at(now) if entry else None

    def place(self, article: str) -> tuple[Outlet, str]:
        """Outlet and path of an article, whether it is there or not."""
        first = self.entries[article].first
        return first.outlet, first.path

    def title(self, article: str, now: datetime) -> str:
        """What links to an article call it at that time: its first title once it is gone, or before it appears."""
        entry = self.entries[article]
        return (entry.at(now) or entry.first).title


def load(folder: Path = FOLDER) -> WrittenWorld:
    """The world of that folder. Raises DataError with every fault of every file."""
    reader = _Reader(folder)
    world = reader.read()
    if reader.faults:
        raise DataError(tuple(sorted(reader.faults)))
    return world


def paragraphs_of(body: str) -> tuple[Paragraph, ...]:
    """Paragraphs are separated by a blank line; [anchor](article:ID) and [anchor](http://...) are links."""
    return tuple(tuple(_runs(" ".join(block.split()))) for block in re.split(r"\n\s*\n", body.strip()) if block.strip())


_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")


def _runs(text: str) -> Iterator[Run]:
    end = 0
    for link in _LINK.finditer(text):
        if link.start() > end:
            yield Run(text[end : link.start()])
        yield Run(link[1], link[2].removeprefix("article:"))
        end = link.end()
    if end < len(text):
        yield Run(text[end:])


def path_of(outlet: Outlet, *, section: str, slug: str, number: int, published: datetime) -> str:
    """Where an outlet puts an article that it dates so, in its own time zone."""
    year, month, day = f"{published:%Y %m %d}".split()
    return outlet.path.format(section=section, slug=slug, number=number, year=year, month=month, day=day)


_ID = re.compile(r"([a-z]+)-(\d{3})")
_COMMON: dict[str, type] = {
    "id": str,
    "slug": str,
    "section": str,
    "title": str,
    "subtitle": str,
    "authors": list,
    "published": str,
}
_COMMON |= {"modified": str, "related": list, "listed": bool, "removed": int, "edit": dict}
_FIELDS: dict[str, dict[str, type]] = {
    "article": _COMMON | {"body": str},
    "copy": _COMMON | {"of": str, "keep": int, "changes": list, "lead": str},
}
_NEEDED = {"article": ("slug", "section", "title", "published", "body"), "copy": ("slug", "section", "of", "published")}
_EDIT: dict[str, type] = {"moment": int, "title": str, "subtitle": str, "body": str, "modified": str}


class _Reader:
    """One reading of a world folder; gathers faults instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self._rows: dict[str, _Row] = {}
        self._challenges: dict[str, int] = {}

    def read(self) -> WrittenWorld:
        outlets = self._outlets()
        for path in sorted((self.folder / "articles").glob("*.toml")):
            self._articles(path, outlets)
        entries = {row.id: entry for row in self._rows.values() if (entry := self._entry(row, outlets))}
        for id_, entry in entries.items():
            self._check_links(self._rows[id_], entry)
            if entry.original in entries and entry.first.published < entries[entry.original].first.published:
                self._fault(self._rows[id_], "published", f"is before that of its original {entry.original}")
        self._check_paths(entries)
        return WrittenWorld(outlets, entries)

    def _toml(self, path: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.faults.append(Fault(path.name, 1, "file", f"cannot be read as TOML: {error}"))
            return {}

    def _outlets(self) -> dict[str, Outlet]:
        path = self.folder / "outlets.toml"
        found: dict[str, Outlet] = {}
        tables = self._toml(path).get("outlet", [])
        for table, line in zip(tables, _lines(path, "outlet", len(tables)), strict=True):
            self._challenges |= table.pop("challenge", {})
            feeds = tuple(FeedSpec(**feed) for feed in table.pop("feeds", []))
            lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
            try:
                outlet = Outlet(**table | lists, feeds=feeds)
            except TypeError as error:
                self.faults.append(Fault(path.name, line, "outlet", str(error).removeprefix("Outlet.__init__() ")))
                continue
            self._check_outlet(outlet, found, path.name, line)
            found[outlet.id] = outlet
        return found

    def _check_outlet(self, outlet: Outlet, known: Mapping[str, Outlet], file: str, line: int) -> None:
        wrong = [
            ("id", f"{outlet.id!r} is there twice") if outlet.id in known else None,
            ("address", f"{outlet.address} is another's") if outlet.address in {o.address for o in known.values()} else None,
            ("address", f"{outlet.address} is no loopback address (127.x.y.z)")
            if not outlet.address.startswith("127.")
            else None,
            ("ld", f"{outlet.ld!r} is none of {', '.join(STRUCTURED)}") if outlet.ld not in STRUCTURED else None,
            *(("feeds", f"{f.format!r} is none of {', '.join(FORMATS)}") for f in outlet.feeds if f.format not in FORMATS),
        ]
        self.faults += [Fault(file, line, *fault) for fault in wrong if fault]

    def _articles(self, path: Path, outlets: Mapping[str, Outlet]) -> None:
        data = self._toml(path)
        for key in data.keys() - _FIELDS.keys():
            self.faults.append(Fault(path.name, 1, key, "is unknown: [[article]] and [[copy]] are what a file holds"))
        for kind in _FIELDS:
            tables = data.get(kind, [])
            for table, line in zip(tables, _lines(path, kind, len(tables)), strict=True):
                row = _Row(path.name, line, kind, table)
                if self._shaped(row, outlets):
                    self._rows[row.id] = row

    def _fault(self, row: _Row, field: str, what: str) -> None:
        self.faults.append(Fault(row.file, row.line, field, f"{row.id}: {what}"))

    def _shaped(self, row: _Row, outlets: Mapping[str, Outlet]) -> bool:
        """Whether the row has the fields that it needs, in their types, under an id of its own; faults are noted."""
        before = len(self.faults)
        number = _ID.fullmatch(row.id)
        if not number or number[1] not in outlets or number[1] != row.file.removesuffix(".toml"):
            self._fault(row, "id", "is not the file's outlet and three digits, as bereg-001")
        elif row.id in self._rows:
            self._fault(row, "id", "is there twice")
        for field in _NEEDED[row.kind]:
            if not row.table.get(field):
                self._fault(row, field, "is missing")
        fields = _FIELDS[row.kind]
        self._typed(row, row.table, fields)
        if isinstance(edit := row.table.get("edit"), dict):
            self._typed(row, edit, _EDIT)
        if isinstance(row.table.get("slug"), str) and not SLUG.fullmatch(row.table["slug"]):
            self._fault(row, "slug", "is not lower-case Latin words joined by hyphens")
        return len(self.faults) == before

    def _typed(self, row: _Row, table: Mapping[str, Any], fields: Mapping[str, type]) -> None:
        for field, value in table.items():
            if field not in fields:
                self._fault(row, field, f"is unknown: the fields are {', '.join(fields)}")
            elif type(value) is not fields[field]:
                self._fault(row, field, f"is {type(value).__name__}, not {fields[field].__name__}")

    def _time(self, row: _Row, field: str, raw: str) -> datetime:
        try:
            time = datetime.fromisoformat(raw)
        except ValueError:
            self._fault(row, field, f"{raw!r} is not an ISO time such as 2026-05-12T09:30:00+03:00")
            return MOMENTS[1]
        if time.tzinfo is None:
            self._fault(row, field, f"{raw} has no time zone")
            return MOMENTS[1]
        if not BEGINNING <= time <= MOMENTS[2]:
            self._fault(
                row, field, f"{raw} is not between {BEGINNING:%Y-%m-%d} and the second moment, {MOMENTS[2]:%Y-%m-%dT%H:%MZ}"
            )
        return time

    def _moment(self, row: _Row, field: str, number: int, published: datetime) -> datetime:
        if number not in MOMENTS:
            self._fault(row, field, f"moment {number} is unknown: there are 1 and 2")
            return MOMENTS[1]
        if MOMENTS[number] <= published:
            self._fault(row, field, f"moment {number} is before the article is published")
        return MOMENTS[number]

    def _body(self, row: _Row) -> str | None:
        """The text of an article, or of a copy made from its original; None where there is none to make it from."""
        if row.kind == "article":
            return str(row.table["body"])
        original = self._rows.get(row.table["of"])
        if original is None or original.kind != "article":
            self._fault(row, "of", f"{row.table['of']!r} is no [[article]]")
            return None
        blocks = re.split(r"\n\s*\n", original.table["body"].strip())
        body = "\n\n".join(blocks[: row.table.get("keep", len(blocks))])
        for change in row.table.get("changes", []):
            if not (isinstance(change, list) and len(change) == 2 and all(isinstance(words, str) for words in change)):
                self._fault(row, "changes", f"{change!r} is not a pair of old and new words")
            elif change[0] not in body:
                self._fault(row, "changes", f"{change[0]!r} is not in the text that is kept of {original.id}")
            else:
                body = body.replace(change[0], change[1])
        return "\n\n".join(filter(None, (row.table.get("lead", ""), body)))

    def _entry(self, row: _Row, outlets: Mapping[str, Outlet]) -> Entry | None:
        body = self._body(row)
        if body is None:
            return None
        table = row.table
        outlet = outlets[row.id.partition("-")[0]]
        published = self._time(row, "published", table["published"])
        original = self._rows[table["of"]] if row.kind == "copy" else None
        modified = self._time(row, "modified", table["modified"]) if "modified" in table else None
        if modified and modified < published:
            self._fault(row, "modified", "is before published")
        number = 80_000 + int(row.id[-3:])
        first = Piece(
            id=row.id,
            outlet=outlet,
            path=path_of(outlet, section=table["section"], slug=table["slug"], number=number, published=published),
            section=table["section"],
            title=table.get("title") or (original.table["title"] if original else ""),
            subtitle=table.get("subtitle", ""),
            authors=tuple(table.get("authors", ())),
            published=published,
            modified=modified,
            paragraphs=paragraphs_of(body),
            related=tuple(table.get("related", ())),
            listed=table.get("listed", True),
            challenge=self._challenges.get(row.id, 0),
            changed=modified or published,
        )
        edited, edited_at = self._edited(row, first)
        removed_at = self._moment(row, "removed", table["removed"], published) if "removed" in table else None
        return Entry(first, edited, edited_at, removed_at, original.id if original else "")

    def _edited(self, row: _Row, first: Piece) -> tuple[Piece | None, datetime | None]:
        edit = row.table.get("edit")
        if not edit:
            return None, None
        at = self._moment(row, "edit.moment", edit.get("moment", 0), first.published)
        if not edit.keys() & {"title", "subtitle", "body"}:
            self._fault(row, "edit", "changes nothing: title, subtitle or body is what it may say anew")
        return (
            replace(
                first,
                title=edit.get("title", first.title),
                subtitle=edit.get("subtitle", first.subtitle),
                paragraphs=paragraphs_of(edit["body"]) if "body" in edit else first.paragraphs,
                modified=self._time(row, "edit.modified", edit["modified"]) if "modified" in edit else first.modified,
                changed=at,
            ),
            at,
        )

    def _check_links(self, row: _Row, entry: Entry) -> None:
        pieces = filter(None, (entry.first, entry.edited))
        targets = {run.target for piece in pieces for paragraph in piece.paragraphs for run in paragraph if run.target}
        for target in sorted(targets):
            if target not in self._rows and urlsplit(target).scheme not in ("http", "https"):
                self._fault(row, "body", f"links to {target!r}, which is neither an article nor an http address")
        for related in entry.first.related:
            if related not in self._rows:
                self._fault(row, "related", f"{related!r} is no article")

    def _check_paths(self, entries: Mapping[str, Entry]) -> None:
        taken: dict[tuple[str, str], str] = {}
        for id_ in entries:
            row = self._rows[id_]
            other = taken.setdefault((row.file, row.table["slug"]), id_)
            if other != id_:
                self._fault(row, "slug", f"{row.table['slug']!r} is that of {other} too")
        for id_ in self._challenges.keys() - entries.keys():
            self.faults.append(Fault("outlets.toml", 1, "challenge", f"{id_!r} is nowhere"))


@dataclass(frozen=True, slots=True)
class _Row:
    """A table of an article file, as written."""

    file: str
    line: int
    kind: str
    table: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.table.get("id", "?"))


def _lines(path: Path, kind: str, count: int) -> list[int]:
    """The line of each [[kind]] header: tomllib keeps none. As many as there are tables, whatever the file looks like."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{kind}]]"]
    return (lines + [1] * count)[:count]
