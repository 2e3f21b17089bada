"""Keeps the site's catalogues complete: `python docs/phrases.py` adds what is new and drops what nobody says any more.

With --check it changes nothing, and ends with 1 where a catalogue lacks a phrase, has one too many, or one without a translation.
Phrases stand in the templates and the metadata of data/site, in the code of the site and in messages that the site passes on.
"""

import ast
import csv
import io
import sys
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from monitor.expect.absences import AbsenceSign
from monitor.model import Outcome, articles
from monitor.newsroom.catalogue import FAMILY_KINDS, KINDS, STATUSES
from monitor.site.glossary import CONTEXT
from monitor.site.language import CATALOGUES, LANGUAGES, tile_code

PROJECT = Path(__file__).resolve().parents[1]
SITE = PROJECT / "data" / "site"
CODE = ("site", "judge", "export", "trace", "operate", "vault")
"""Packages whose messages are said in the reader's language."""
ERRORS = (
    "QueryError",
    "UsageError",
    "UnknownIdError",
    "BadRequest",
    "NoSuchThing",
    "Busy",
    "Base400",
    "_NotAllowed",
    "_NotOffered",
    "_refuse",
)
KEYWORDS = {"_": None, "counted": (2, 3), "Message": (1,), **dict.fromkeys(ERRORS, (1,))}

HEADERS = tuple(f'"{name}' for name in ("Report-", "POT-", "PO-", "Last-", "Language-Team", "Generated-", "Project-"))
"""Lines of a catalogue that say nothing of its words."""

VALUES = {
    "gap": ("failed", "dead", "moved", "silent", "silent for long", "window overflow", "below expectation", "not polled",
            "not running", "not watched"),
    "state of an hour": ("polled", "unchanged", "blocked"),
    "state of a number": ("returned", "suspected", "not read", "not seen"),
    "kind of a number": ("media",),
    "kind of a request": ("article", "feed", "home", "telegram", "sitemap", "robots", "discovery", "older", "page", "outside",
                          "recheck", "feeds", "replay"),
    "class of an edit": (
        "headline", "number", "name", "quote", "attribution", "denial added", "passage removed", "link removed", "correction",
        "typo", "date",
    ),
    "way of an absence": tuple(AbsenceSign),
    "kind of an absence": ("removed", "hidden", "unreachable", "delisted"),
    "state of an absence": ("confirmed", "there", "not checked again"),
    "way": ("related", "citation", "person", "archive"),
    "role of a place": ("event", "dateline", "speaker", "mention"),
    "kind of a link": ("canonical", "syndication"),
    "kind of a source": ("outlet", "telegram", "official", "lawyer", "witness", "document", "own", "anonymous", "other"),
    "rule of an attribution": (
        "quoted", "according", "citing", "verb", "agent", "shown", "spoken", "headed", "claused", "shared", "hearsay", "link",
    ),
    "rule of a denial": (
        "correcting", "exposed", "answered", "prompted", "nominal", "commented", "denying", "against", "false", "ignorance",
        "countering", "contrary", "never",
    ),
    "kind of a denial": ("denial",),
    "kind of a copy": ("exact", "headline", "cut", "near"),
    "kind of what rises": ("topic", "region"),
    "why a recheck is due": (
        "its age", "the time since its last edit", "its story moves", "a claim of its story is denied",
    ),
    "step to an origin": ("copy", "credits", "links", "publisher", "firsthand", "wire", "credited", "unknown"),
    "event of a story": ("begun", "joined", "moved", "merged", "split", "left"),
    "likeness": (
        "names", "numbers", "town", "words", "the same text", "one links to the other", "but different regions",
        "but titles name others", "but no name in common",
    ),
    "first report": ("yes", "no", "undetermined", "witnessed", "declared", "alone"),
    "field": ("title", "text", "lead", "subtitle"),
    "state of a week": ("unfinished", "not watched"),
    "size of a story": ("over 10",),
    "reason": ("context",),
    "what told a country": ("beside", "most named", "language", "strong words"),
    "detail of a request": ("no word of a topic on the page: not extracted",),
    "outcome of a request": ("not relevant",),
    "outcome of a run": ("running", "done", "gaps", "stopped"),
    "login": ("Log in", "Log out", "Invalid username or password", "This instance does not have any configured accounts"),
    "near miss": (
        articles.IN_PASSING, articles.OTHER_COUNTRY, articles.NO_COUNTRY, articles.NO_CONTEXT, articles.OTHER_SENSE,
    ),
}  # fmt: skip
"""Words of ours that stand in cells of the snapshot, or that other programs say on our pages."""


def phrases() -> Catalog:
    """All that the site says in English."""
    found = Catalog(project="Povestka", header_comment="# The site's own words. What is crawled is not translated.")
    for package in CODE:
        for name in sorted((PROJECT / "monitor" / package).rglob("*.py")):
            for line, said, _, _ in extract_from_file(_of_code, str(name), keywords=KEYWORDS):
                found.add(said, locations=[(str(name.relative_to(PROJECT)), line)])
    for template in sorted((SITE / "templates").glob("*.html")):
        for line, said, _, _ in extract_from_file(babel_extract, str(template), keywords=KEYWORDS):
            found.add(said, locations=[(f"data/site/templates/{template.name}", line)])
    for text in sorted(set(_of_metadata())):
        found.add(text, locations=[("data/site/metadata.yaml", 1)])
    for label in sorted(set(tomllib.loads((SITE / "columns.toml").read_text("utf-8")).values())):
        found.add(label, context="column", locations=[("data/site/columns.toml", 1)])
    for text, context in (*_of_glossary(), *((label, "tile") for label in sorted(set(_of_tiles())))):
        found.add(text, context=context, locations=[("data", 1)])
    for text in (*(word for words in VALUES.values() for word in words), *Outcome, *_of_newsroom()):
        found.add(str(text), locations=[("docs/phrases.py", 1)])
    return found


def _of_code(
    file: IO[bytes],
    keywords: Collection[str],
    _tags: object,
    options: object,  # noqa: ARG001 - Babel's signature
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """What a module says, also within an f-string, which is one token to Babel before Python 3.12."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in keywords:
            said = tuple(arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in node.args)
            yield node.lineno, name, said or (None,), []


def _of_metadata() -> Iterator[str]:
    metadata = yaml.safe_load((SITE / "metadata.yaml").read_text("utf-8"))
    public = metadata["databases"]["public"]
    shown = [query for query in public["queries"].values() if not query.get("hide")]
    for one in (metadata, *public["tables"].values(), *shown):
        yield from (one[name] for name in ("title", "description", "not_found") if name in one)
        yield from (one.get("columns") or {}).values()


def _of_glossary() -> Iterator[tuple[str, str | None]]:
    """The words that the site explains, each with its context, and what they mean."""
    glossary = tomllib.loads((SITE / "glossary.toml").read_text("utf-8"))
    yield from ((heading, None) for heading in glossary["parts"].values())
    for term in (one for one in glossary["term"] if one.get("part")):
        yield from ((term["word"], CONTEXT), (term["means"], None))


def _of_tiles() -> Iterator[str]:
    """What stands on the tiles of the map."""
    with (PROJECT / "data" / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from (tile_code(row["iso"], row["en"]) for row in csv.DictReader(file))


def _of_newsroom() -> Iterator[str]:
    """Kinds of outlets and of families, and names of exclusions, as the shipped topics have them."""
    yield from (*KINDS, *FAMILY_KINDS, *STATUSES, "exile")
    for file in sorted((PROJECT / "data" / "topics").rglob("*.toml")):
        yield from (one["id"] for one in tomllib.loads(file.read_text("utf-8")).get("exclusion", ()))


def _faults(language: str, known: Catalog, wanted: Catalog) -> Iterator[str]:
    key = {(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in wanted if message.id}
    have = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context): message
        for message in known
        if message.id
    }
    for phrase in sorted(key - have.keys(), key=str):
        yield f"{language}: missing: {phrase[0]!r}"
    for phrase in sorted(have.keys() - key, key=str):
        yield f"{language}: left over: {phrase[0]!r}"
    for phrase, message in have.items():
        if phrase in key and not _is_translated(message):
            yield f"{language}: without a translation: {phrase[0]!r}"


def _is_translated(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms) and "fuzzy" not in message.flags


def _write(path: Path, catalogue: Catalog) -> None:
    """The catalogue as text, in the order of its phrases, and without what changes each time that it is written."""
    catalogue.fuzzy, written = False, io.BytesIO()
    write_po(written, catalogue, width=120, sort_output=True, no_location=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(HEADERS)), encoding="utf-8")


def main() -> int:
    wanted, faults = phrases(), []
    for language in LANGUAGES.keys() - {"en"}:
        path = CATALOGUES / language / "LC_MESSAGES" / "povestka.po"
        with path.open("rb") as file:
            known = read_po(file, locale=language, domain="povestka")
        if "--check" not in sys.argv:
            known.update(wanted, no_fuzzy_matching=True, update_header_comment=True)
            known.obsolete.clear()
            _write(path, known)
        faults += _faults(language, known, wanted)
    print(*faults or ["phrases: every language has all of them"], sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
