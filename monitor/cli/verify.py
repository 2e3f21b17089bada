"""`monitor verify`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.errors import MonitorError, UsageError
from monitor.text.terminal import counted, json_line, printable
from monitor.vault import evidence as captures
from monitor.vault import outside
from monitor.vault import pictures as stored

if TYPE_CHECKING:
    from monitor.archive.verify import VerificationResult
    from monitor.operate.evidence import Proof
    from monitor.vault import CapturedFetch, Reader, StoredOutside

# Of faults: more is for programs.
_SHOWN = 20


@click.command("verify", epilog=example("monitor verify --capture 123 -o page"))
@click.argument("article", metavar="[ARTICLE]", required=False)
@click.option(
    "--capture", metavar="ID",
    help="Prove this capture alone: the number of its request, as the article's page shows it, or the id of its record.",
)  # fmt: skip
@click.option(
    "-o", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="With --capture, the file gets the bytes as they were received. With ARTICLE, it gets the proof as a page (HTML).",
)  # fmt: skip
@click.option("--locale", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="The language of that page.")
@as_json
@pass_paths
def command(
    paths: Paths,
    article: str | None,
    capture: str | None,
    out: Path | None,
    locale: str,
    as_json: bool,
) -> None:
    """Verify the archive: every WARC file, the log and its signatures, without trusting the database.

    Names each flipped byte, each record or entry that is cut, missing, moved or inserted, and each missing file. With ARTICLE,
    or with --capture: shows what was received, when and from where, and checks its bytes against their digest. Needs no network.
    Exits 1 where anything has changed.
    """
    from monitor.operate import evidence
    from monitor.operate.proof_page import lines_of

    if article and capture:
        raise UsageError("name an ARTICLE or a --capture, not both")
    if out and not (article or capture):
        raise UsageError("-o writes one capture or article: name it")
    archive = evidence.archive_of(paths.db)
    try:
        if not (article or capture):
            with _reader(paths) as reader, progress_line("Verified bytes") as show:
                is_expected = reader is not None and any(captures.captured_fetches(reader.db))
                if not is_expected and not evidence.is_archive(archive):
                    raise MonitorError(f"{archive}: there is no archive here; `monitor crawl` makes one")
                found = evidence.verify_all(archive, reader, show)
            _print_result(found, archive, as_json=as_json)
            sys.exit(0 if found.is_whole else 1)
        with _reader(paths) as reader:
            others = list(outside.captures(reader.db, article)) if reader and article else []
            title, fetch = _article(reader, article) if article else ("", _capture(archive, reader, capture or ""))
            pictures = list(stored.pictures(reader.db, article)) if reader and article else []
            is_fictional = reader is not None and reader.is_fictional
            is_clock_set = reader is not None and captures.is_clock_set(reader.db, fetch.id)
        proof = replace(
            evidence.prove(archive, fetch), pictures=evidence.prove_pictures(archive, pictures), is_fictional=is_fictional,
            is_clock_set=is_clock_set,
        )  # fmt: skip
    except OSError as error:
        raise MonitorError(f"{error.filename or archive}: {error.strerror or error}") from error
    rows = [("Title", title)] * bool(title) + list(lines_of(proof))
    if out:
        out.write_bytes(_page(title, proof, others, locale) if article else proof.payload)
        rows.append(("Written", str(out)))
    if as_json:
        click.echo(json_line({label.lower(): value for label, value in rows}))
    else:
        for label, value in rows:
            click.echo(f"{label + ':':<11}{printable(value)}")
    sys.exit(1 if proof.faults else 0)


def _page(title: str, proof: Proof, others: Sequence[StoredOutside], locale: str) -> bytes:
    from monitor.operate.proof_page import page_of
    from monitor.site.language import catalogue

    translate = catalogue(locale).gettext
    rows = [(translate("Title"), title)]
    return page_of(rows, proof, others, language=locale, translate=translate).encode()


@contextmanager
def _reader(paths: Paths) -> Iterator[Reader | None]:
    """The vault; None where there is none beside the archive."""
    if not paths.db.exists():
        yield None
        return
    with paths.reader() as reader:
        yield reader


def _capture(archive: Path, reader: Reader | None, named: str) -> CapturedFetch:
    from monitor.operate import evidence

    if named.isdecimal():
        if reader is None:
            raise MonitorError(f"{named}: is the number of a request, and there is no vault; name the id of the record")
        found = next(captures.captured_fetches(reader.db, id_=int(named[:18])), None)
        if found is None:
            raise MonitorError(f"{named}: no request of this number has a capture")
        return found
    entry = evidence.find_entry(archive, named if named.startswith("<") else f"<urn:uuid:{named.removeprefix('urn:uuid:')}>")
    if entry is None:
        raise MonitorError(f"{printable(named)}: no capture of this id is in the log of {archive}")
    return evidence.fetch_of_entry(entry)


def _article(reader: Reader | None, article: str) -> tuple[str, CapturedFetch]:
    from monitor.operate import evidence

    for row in reader.query("SELECT title, outlet FROM articles WHERE id = ?", (article,)) if reader else ():
        found = evidence.newest(captures.captured_fetches(reader.db, article=article)) if reader else None
        if found:
            return f"{row['title']} ({row['outlet']})", found
    raise MonitorError(f"{printable(article)}: no article of this id has a capture here")


def _print_result(found: VerificationResult, archive: Path, *, as_json: bool) -> None:
    stamp = min(found.stamps, key=lambda s: (-s.head.entries, s.time), default=None)
    keys = sorted({checkpoint.fingerprint for checkpoint in found.checkpoints})
    last = max(found.checkpoints, key=lambda c: c.head.entries, default=None)
    if as_json:
        fields = {
            "archive": str(archive), "files": found.files, "bytes": found.bytes, "captures": found.captures,
            "entries": found.entries, "signed_entries": last.head.entries if last else 0, "keys": keys, "faults": found.faults,
            "stamped_entries": stamp.head.entries if stamp else 0, "stamps": len(found.stamps),
            "anchors": [
                {"entries": a.head.entries, "height": a.height, "block": a.block, "time": a.time.isoformat()}
                for a in found.anchors
            ],
            "promised": found.promised, "bound_unchecked": found.bound, "proofs_unchecked": found.calendars_unchecked,
            "stamps_unchecked": found.unchecked, "not_logged_yet": found.unlogged_count, "not_logged_yet_first": found.unlogged,
        }  # fmt: skip
        click.echo(json_line(fields))
        return
    signed = f"signed up to entry {last.head.entries} ({last.time}) by {', '.join(keys)}" if last else "not signed"
    click.echo(f"{archive}: {counted(found.files, 'file')}, {found.bytes} bytes, {counted(found.captures, 'capture')}.")
    click.echo(f"Log: {found.entries} entries, {signed}.")
    if stamp:
        click.echo(
            f"Time stamp: {printable(stamp.authority)} says that entries 1 to {stamp.head.entries} stood so at"
            f" {stamp.time:%Y-%m-%d %H:%M:%S} UTC; not who wrote them, nor that they are true."
        )
    if found.unchecked:
        click.echo(f"{counted(found.unchecked, 'time stamp')} not checked: {printable(found.unchecked_why)}.")
    _print_calendars(found)
    for fault in found.faults[:_SHOWN]:
        click.echo(f"Not as it was: {printable(fault)}")
    if len(found.faults) > _SHOWN:
        click.echo(f"Not as it was: {len(found.faults) - _SHOWN} things more; --json names each.")
    for what in found.unlogged:
        click.echo(f"Not logged yet: {printable(what)}")
    if found.unlogged_count > len(found.unlogged):
        click.echo(f"Not logged yet: {found.unlogged_count - len(found.unlogged)} things more.")
    if found.unlogged:
        click.echo(
            "What is not logged yet is newer than the log, says the vault: the log does not prove it. The next run logs it."
        )
    if found.is_whole:
        click.echo("All else is as it was logged." if found.unlogged else "All is as it was logged.")


def _print_calendars(found: VerificationResult) -> None:
    if anchor := min(found.anchors, key=lambda a: (-a.head.entries, a.time), default=None):
        click.echo(
            f"Bitcoin: if block {anchor.height} has the hash {anchor.block}, entries 1 to {anchor.head.entries} stood so when it"
            f" was made, {anchor.time:%Y-%m-%d %H:%M:%S} UTC give or take two hours; not who wrote them, nor that they are true."
        )
    if found.bound:
        click.echo(
            f"{counted(found.bound, 'signature')} bound to Bitcoin blocks, not checked: MONITOR_BITCOIN_HEADERS names no header"
            " of them."
        )
    if found.promised:
        click.echo(
            f"{counted(found.promised, 'signature')} pending: calendars promised to bind them to a Bitcoin block. That proves"
            " nothing yet."
        )
    if found.calendars_unchecked:
        click.echo(f"{counted(found.calendars_unchecked, 'proof')} by calendars not checked: pip install 'povestka[timestamps]'.")
