"""`monitor add`: an outlet's line for sources.csv, from what a look at the outlet found. Writes that file alone, by one line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from monitor.crawl.discovery import Candidate, DiscoveryResult, discover
from monitor.errors import DataError, MonitorError, UsageError
from monitor.lexicons import phrases
from monitor.match import url_identity
from monitor.newsroom import catalogue
from monitor.text.language import language

# Nothing new for so long: the feed was left behind when the site moved on.
_STALE = timedelta(days=30)
_COMMENTS = re.compile(phrases("related", "comments"), re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<!\s)\s++[|–—·•»:-]\s++")
_ENDING = re.compile(r"\.[a-z][a-z0-9-]*$")
_ENDINGS = {"uk": "GB", "su": "RU", "xn--p1ai": "RU"}
_NO_COUNTRY = frozenset(("ac", "ai", "cc", "co", "eu", "fm", "gg", "io", "im", "is", "ly", "me", "nu", "sh", "to", "tv", "ws"))
"""Endings of two letters that outlets take for their sound, wherever they are."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A line for sources.csv, and what it rests on."""

    found: DiscoveryResult
    chosen: tuple[Candidate, ...]
    cells: dict[str, str]
    missing: tuple[str, ...] = field(default=())
    """Columns that could not be told, and have to be given."""


def inspect_outlet(data: Path, db: Path, url: str, given: Mapping[str, str], *, now: datetime) -> NewSource:
    """Look at the outlet at `url`, and make its line; `given` are cells that are known.

    Raises UsageError where the outlet or the feed is listed already, MonitorError where nothing of it can be polled, and as
    `monitor.crawl.process.run_crawl` does.
    """
    listed = _listed(data)
    _refuse_listed(listed, data, url)
    found = discover(data, db, url)
    feed = best_feed(found, now)
    sitemap = next((c for c in found.candidates if c.via == "sitemap" and c.listed), None)
    if found.page is None and not feed:
        why = "; ".join(f"{address}: {reason}" for address, reason in found.failed.items())
        raise MonitorError(f"{url}: nothing there can be polled: {why or 'no answer'}")
    chosen = tuple(filter(None, (feed, sitemap)))
    cells = _cells(found, feed, sitemap, now)
    sister = next((row for _, row in listed if url_identity(row["home"]) == url_identity(found.home)), None)
    if sister and feed and feed.url == url:
        # Another feed of an outlet that is listed: who it is was said there.
        cells |= {name: sister[name] for name in ("outlet", "home", "language", "country", "kind", "aliases")} | {"sitemap": ""}
        chosen = (feed,)
    else:
        # The address that was given may lead to one that is listed.
        for address in (found.home, *(c.url for c in chosen)):
            _refuse_listed(listed, data, address)
    cells |= {name: value for name, value in given.items() if value}
    cells["id"] = given.get("id") or _unused_id(cells["id"], {row["id"] for _, row in listed})
    missing = tuple(name for name in ("outlet", "language", "country") if not cells[name])
    return NewSource(found, chosen, cells, missing)


def best_feed(found: DiscoveryResult, now: datetime) -> Candidate | None:
    """The feed to poll: the one that was given; else of its own site rather than of another, of articles rather than of comments,
    of what is alive, the one with the most entries, at the shortest address; a Telegram channel where there is no feed.
    """
    host = (urlsplit(found.home).hostname or "").removeprefix("www.")

    def rank(candidate: Candidate) -> tuple[bool, bool, bool, bool, bool, int, int, str]:
        own = (urlsplit(candidate.url).hostname or "").removeprefix("www.")
        is_own = own == host or own.endswith(f".{host}")
        is_comments = _COMMENTS.search(f"{urlsplit(candidate.url).path} {candidate.feed.title}") is not None
        return (
            candidate.url != found.given, candidate.via == "telegram", is_comments, not is_own, _is_stale(candidate, now),
            -candidate.listed, len(candidate.url), candidate.url,
        )  # fmt: skip

    feeds = [c for c in found.candidates if c.via in {"feed", "telegram"} and c.feed.entries]
    return min(feeds, key=rank, default=None)


def line_of(data: Path, addition: NewSource) -> str:
    """The line as it would stand in sources.csv, in the order of its columns."""
    columns = next(csv.reader(io.StringIO(_text(data / "sources.csv"), newline="")))
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([addition.cells.get(name.strip(), "") for name in columns])
    return line.getvalue()


def write(data: Path, addition: NewSource) -> int:
    """Append the line to sources.csv, whose other bytes stay as they are; its number. Raises DataError where the catalogue finds
    fault with it: then it is taken out again.
    """
    path = data / "sources.csv"
    line = line_of(data, addition)
    before = path.read_bytes()
    end = b"\r\n" if b"\r\n" in before else b"\n"
    try:
        with path.open("ab") as file:
            file.write((b"" if before.endswith(b"\n") else end) + line.encode() + end)
        catalogue.load(data)
    except DataError:
        with path.open("r+b") as file:
            file.truncate(len(before))
        raise
    except OSError as error:
        raise MonitorError(f"{path}: {error.strerror}; the line was: {line}") from error
    return (before if before.endswith(b"\n") else before + end).count(b"\n") + 1


def _listed(data: Path) -> list[tuple[int, dict[str, str]]]:
    """Each line of sources.csv with its number. Raises DataError for whatever is wrong in the folder."""
    catalogue.load(data)
    reader = csv.reader(io.StringIO(_text(data / "sources.csv"), newline=""))
    header = [name.strip() for name in next(reader)]
    found, line = [], reader.line_num + 1
    for cells in reader:
        if cells:
            found.append((line, dict(zip(header, map(str.strip, cells), strict=True))))
        line = reader.line_num + 1
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _refuse_listed(listed: Sequence[tuple[int, Mapping[str, str]]], data: Path, url: str) -> None:
    try:
        same = url_identity(url)
    except ValueError as error:
        raise UsageError(f"{url!r} is no http(s) address, such as https://outlet.example/") from error
    for number, row in listed:
        for name in ("feed", "sitemap", "home"):
            if row[name] and url_identity(row[name]) == same:
                raise UsageError(f"{url} is already listed: {data / 'sources.csv'}:{number}: {name} of {row['id']}")


def _cells(found: DiscoveryResult, feed: Candidate | None, sitemap: Candidate | None, now: datetime) -> dict[str, str]:
    page, home = found.page, urljoin(found.home, "/") if found.page is None else found.home
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    name = (page.name if page else "") or (feed.feed.title if feed else "") or host
    doubt = ""
    if feed and _is_stale(feed, now) and feed.newest:
        doubt = f"its newest entry is of {feed.newest:%Y-%m-%d}"
    return {
        "id": re.sub(r"[^a-z0-9]+", "-", _ENDING.sub("", host)).strip("-") or "outlet",
        "outlet": _plain(_SEPARATOR.split(name)[0]),
        "home": home,
        "language": _language(found, feed),
        "country": _country(host),
        "kind": "independent",
        "feed": feed.url if feed else "",
        "status": ("doubtful" if doubt else "listed") if feed else "none",
        "doubt": doubt,
        "sitemap": sitemap.url if sitemap else "",
    }


def _is_stale(candidate: Candidate, now: datetime) -> bool:
    return candidate.newest is not None and now - candidate.newest > _STALE


def _language(found: DiscoveryResult, feed: Candidate | None) -> str:
    """Of the feed's titles, which are what will be read; the page's own word where there is no feed."""
    if feed:
        return language(feed.feed.language, " ".join(entry.title for entry in feed.feed.entries))
    return found.page.language if found.page else ""


def _country(host: str) -> str:
    """By the ending of its name; empty where that does not say."""
    ending = host.rpartition(".")[2]
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    return ending.upper() if re.fullmatch(r"[a-z]{2}", ending) and ending not in _NO_COUNTRY else ""


def _plain(name: str) -> str:
    """A name as a cell may have it: what a spreadsheet would run, and what no printer prints, is left out."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split()).lstrip("=+-@ ")[:100]


def _unused_id(id_: str, taken: set[str]) -> str:
    number = 2
    free = id_
    while free in taken:
        free, number = f"{id_}-{number}", number + 1
    return free
