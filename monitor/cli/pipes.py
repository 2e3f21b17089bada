"""The pure rooms as filters: JSON Lines in, JSON Lines out, in the same order. For pipes, tests and measurements.

The fields of each are the command-line contract (docs/commands.md). A line that is not what the filter takes stops it, with
the line's number: a filter that passed over lines would make figures that nobody could trust.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import MonitorError
from monitor.match import StoryItem, compare, fingerprint, group_copies, group_stories
from monitor.model import Article, Link, Reason, Rejection
from monitor.trace import find_attributions, find_denials

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue

Row = dict[str, Any]


def rows(lines: Iterable[str], *required: str) -> Iterator[Row]:
    """The objects of a JSON Lines stream, an `id` as text; raises MonitorError naming the line and the field that is wrong."""
    for number, line in enumerate(_decoded(lines), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise MonitorError(f"input:{number}: not a JSON object: {error}") from error
        if not isinstance(row, dict):
            raise MonitorError(f"input:{number}: not a JSON object but {type(row).__name__}")
        if isinstance(row.get("id"), int):
            row["id"] = str(row["id"])
        for field in required:
            if not isinstance(row.get(field), str):
                raise MonitorError(f"input:{number}: {field}: missing, or no text")
        if not _are_links(row.get("links") or []):
            raise MonitorError(f'input:{number}: links: not a list such as [{{"url": "https://…", "start": 0, "end": 4}}]')
        yield row


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise MonitorError(f"input: is not UTF-8: {error.reason} at byte {error.start}; save it as UTF-8") from error


def _are_links(links: object) -> bool:
    return isinstance(links, list) and all(
        isinstance(link, dict) and all(isinstance(link.get(at, 0), int) for at in ("start", "end")) for link in links
    )


def _text(row: Row, field: str) -> str:
    value = row.get(field)
    return value if isinstance(value, str) else ""


def judged(lines: Iterable[str], catalogue: Catalogue) -> Iterator[Row]:
    """`monitor judge`: relevance, the topics with their scores and reasons, and places, of each text."""
    from monitor.judge import find_places, judge  # its dictionaries take a second to load: not for `monitor match`

    for row in rows(lines, "id", "text"):
        title, text, language = _text(row, "title"), row["text"], _text(row, "language")
        verdicts = judge(catalogue.topics, title=title, text=text, language=language)
        places = find_places(catalogue.gazetteer, title=title, text=text, language=language)
        fields = {"title": title, "text": text}
        yield {
            "id": row["id"],
            "relevant": any(v.relevant for v in verdicts),
            "topics": [
                {
                    "topic": v.topic,
                    "relevant": v.relevant,
                    "score": v.score,
                    "subtopics": list(v.subtopics),
                    "reasons": [_reason(r, fields[r.field]) for r in v.reasons],
                    "lacking": v.lacking,
                    "country": v.country,
                }
                for v in verdicts
            ],
            "places": [
                {"region": p.region, "town": p.town, "role": p.role, "field": p.field, "start": p.start, "end": p.end}
                for p in places
            ],
        }


def _reason(reason: Reason, text: str) -> Row:
    words = text[reason.start : reason.end]
    return {"label": reason.label, "field": reason.field, "start": reason.start, "end": reason.end, "words": words}


def matched(lines: Iterable[str]) -> Iterator[Row]:
    """`monitor match`: the copy group and the story of each text, among all the texts given."""
    given = list(rows(lines, "id", "text"))
    titles, texts = {r["id"]: _text(r, "title") for r in given}, {r["id"]: r["text"] for r in given}
    if len(texts) < len(given):
        raise MonitorError("input: an id is given twice; copies are told apart by their ids")
    shared: defaultdict[int, list[str]] = defaultdict(list)
    for name, text in texts.items():
        for band in fingerprint(titles[name], text).bands:
            shared[band].append(name)
    candidates = {(a, b) for names in shared.values() for a in names for b in names if a < b}
    compared = (compare(a, titles[a], texts[a], b, titles[b], texts[b]) for a, b in sorted(candidates))
    copies = group_copies(found for found in compared if found is not None)
    stories = group_stories([StoryItem(r["id"], titles[r["id"]], r["text"], _time(r, "published")) for r in given], copies)
    for row in given:
        yield {"id": row["id"], "copy": copies.get(row["id"], row["id"]), "story": stories[row["id"]]}


def traced(lines: Iterable[str], catalogue: Catalogue) -> Iterator[Row]:
    """`monitor trace`: on whose word each text stands, and what it says is denied."""
    for row in rows(lines, "id", "text"):
        text, language = row["text"], _text(row, "language")
        links = tuple(
            Link(_text(n, "url"), _text(n, "kind") or "citation", _text(n, "anchor"), n.get("start", -1), n.get("end", -1))
            for n in row.get("links") or ()
        )
        yield {
            "id": row["id"],
            "attributions": [
                {"kind": a.kind, "speaker": a.speaker, "outlet": a.outlet, "start": a.start, "end": a.end, "url": a.url}
                for a in find_attributions(text=text, language=language, links=links, outlets=catalogue.outlets)
            ],
            "denials": [
                {
                    "claim": {"start": d.claim_start, "end": d.claim_end},
                    "denial": {"start": d.denial_start, "end": d.denial_end},
                    "speaker": d.speaker,
                }
                for d in find_denials(text=text, language=language)
            ],
        }


def _time(row: Row, field: str) -> datetime | None:
    """An ISO 8601 time, as UTC where it names no zone; None where absent."""
    if not (said := _text(row, field)):
        return None
    try:
        time = datetime.fromisoformat(said)
    except ValueError as error:
        raise MonitorError(f"input: {row['id']}: {field}: {said!r} is no ISO 8601 time, such as 2023-04-21T10:00:00Z") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def readings(lines: Iterable[str], root: Path) -> Iterator[Row]:
    """`monitor read`: what each captured page says of itself, or why it is no article; read in worker processes with limits."""
    from monitor.crawl.workers import Limits, Workers  # its pool and parsers: not for `monitor match`

    now = datetime.now(UTC)
    given = list(rows(lines, "id", "file", "url"))
    tasks = ((_bytes(root / row["file"]), row["url"], now) for row in given)
    with Workers(os.cpu_count() or 1, Limits()) as workers:
        for row, found in zip(given, workers.map(_read, tasks), strict=True):
            if isinstance(found, Rejection):
                yield {"id": row["id"], "outcome": found.outcome, "detail": found.detail}
            else:
                yield as_row(row["id"], found)


def _read(body: bytes, url: str, now: datetime) -> Article | Rejection:
    """In a worker process."""
    from monitor.read import read_page

    return read_page(body, url, now=now)


def _bytes(path: Path) -> bytes:
    try:
        body = path.read_bytes()
        return gzip.decompress(body) if path.suffix == ".gz" else body
    except (OSError, EOFError, zlib.error) as error:
        raise MonitorError(f"{path}: the captured page cannot be read: {error}") from error


def as_row(name: str, article: Article) -> Row:
    """What `monitor read` says of an article: `date_published` is the declared day."""
    from monitor.read import published_day

    return {
        "id": name,
        "title": article.title,
        "subtitle": article.subtitle,
        "authors": list(article.authors),
        "date_published": published_day(article),
        "date_modified": article.modified.isoformat() if article.modified else article.modified_raw,
        "language": article.language,
        "section": article.section,
        "canonical": article.canonical,
        "paywalled": article.paywalled,
        "live": article.live,
        "flags": list(article.flags),
        "text": article.text,
        "links": [{"url": n.url, "kind": n.kind, "anchor": n.anchor, "start": n.start, "end": n.end} for n in article.links],
    }
