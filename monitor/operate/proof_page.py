"""Shows the proof of one capture: as lines of text, and as an HTML page to hand over. Pure."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import islice

from monitor.archive.calendars import CalendarProof, ProofContents
from monitor.archive.log import NAME, PICTURE, Entry
from monitor.archive.signing import NAMESPACE
from monitor.errors import Message
from monitor.operate.evidence import Proof, ProvedPicture
from monitor.vault import StoredOutside

Translate = Callable[[str], str]
Row = tuple[str, str]
FICTION = Message("Fiction: an invented press. Nothing here happened.")
"""The mark of the site's pages, too."""

_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 Georgia, "Liberation Serif", serif; color: #111; background: #fff; max-width: 48rem; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid #bbb; }
th { white-space: nowrap; font-weight: 600; } .bad td, .bad th { font-weight: 700; }
code, pre { font: .85rem/1.45 "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; border: 1px solid #bbb; padding: .5rem; }
li { margin: .35rem 0; }
img { max-width: 100%; border: 1px solid #bbb; } .picture { break-before: page; }
@page { size: A4; margin: 18mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; } a { color: inherit; text-decoration: none; }
  tr, li, pre { break-inside: avoid; } h2 { break-after: avoid; } .files { display: none; } }
"""


def lines_of(proof: Proof, translate: Translate = str) -> Iterator[Row]:
    """What a proof says to a person, by label; `translate` gives the words of another language."""
    _ = translate
    time = f"{proof.received:%Y-%m-%d %H:%M:%S} UTC"
    copied = _(" by another archive, from which it was copied") if proof.is_copied else ""
    status = _(", status {status}").format(status=proof.status) if proof.status else ""
    coding = _(", packed with {coding}").format(coding=proof.coding) if proof.coding else ""
    if proof.is_fictional:
        yield _("Caution"), _(FICTION)
    yield _("Address"), proof.url
    if proof.entry and proof.entry.kind == PICTURE:
        said = _("{time} by {browser}, from the capture {record}")
        yield _("Drawn"), said.format(time=time, browser=proof.entry.fields["browser"], record=proof.entry.fields["of"])
    else:
        yield _("Received"), f"{time}{copied}{status}"
    yield "SHA-256", proof.capture.digest.removeprefix("sha256:")
    yield (
        _("Checked"),
        _("the archive holds {bytes} bytes with this digest, as they were received").format(bytes=len(proof.payload)) + coding,
    )
    yield (
        _("File"),
        _("{path}, offset {offset}, record {record}").format(
            path=proof.capture.file, offset=proof.capture.offset, record=proof.capture.record_id
        ),
    )
    yield from _of_log(proof, _)
    stamp = proof.stamp
    if stamp:
        said = _("{time} UTC, entries 1 to {entries}, by {authority}")
        yield (
            _("Stamped"),
            said.format(time=f"{stamp.time:%Y-%m-%d %H:%M:%S}", entries=stamp.head.entries, authority=stamp.authority),
        )
    if proof.calendars:
        yield "Bitcoin", _of_calendars(*proof.calendars, _)
    if proof.pictures:
        yield _("Picture"), _of_picture(proof.pictures[-1], len(proof.pictures), _)
    for fault in islice(proof.faults, 3):
        yield _("Not whole"), fault


def _of_log(proof: Proof, _: Translate) -> Iterator[Row]:
    entry, signed = proof.entry, proof.checkpoint
    if entry is None:
        yield _("Log"), _("no entry: the capture is older than the log")
    else:
        said = _("entry {number} of {entries}, written {time}, SHA-256 {digest}")
        written = said.format(number=entry.number, entries=proof.entries, time=_second(entry.time), digest=entry.digest)
        apart = _clocks(proof, entry, _)
        yield _("Log"), written + f"; {apart}" * bool(apart)
    if signed:
        said = _("{time}, entries 1 to {entries}, by the SSH key {key}")
        yield _("Signed"), said.format(time=_second(signed.time), entries=signed.head.entries, key=signed.fingerprint)
    elif entry:
        yield _("Signed"), _("not yet: the log is signed at the end of a run")


def _second(time: str) -> str:
    """An ISO 8601 time as every other of the page."""
    return f"{datetime.fromisoformat(time):%Y-%m-%d %H:%M:%S} UTC"


def _clocks(proof: Proof, entry: Entry, _: Translate) -> str:
    """What is to be said where the capture and its entry in the log are more than a day apart; empty where they are not."""
    apart = datetime.fromisoformat(entry.time) - proof.received
    if proof.is_clock_set:
        return _("the clock of the crawl was set: the capture has an invented time, the log that of the machine")
    if abs(apart) <= timedelta(days=1):
        return ""
    said = (
        _("the log was written {days} days after the capture") if apart.days > 0 else _("the log was written {days} days before")
    )
    return said.format(days=abs(apart).days)


def _of_calendars(proof: CalendarProof, contents: ProofContents, _: Translate) -> str:
    entries = proof.head.entries
    if anchor := min(contents.anchors, key=lambda one: one.time, default=None):
        words = _("{time} UTC give or take two hours, entries 1 to {entries}, by block {height} if its hash is {block}")
        return words.format(time=f"{anchor.time:%Y-%m-%d %H:%M:%S}", entries=entries, height=anchor.height, block=anchor.block)
    if contents.heights:
        words = _("entries 1 to {entries}, by block {height}, whose header is not here (MONITOR_BITCOIN_HEADERS): not checked")
        return words.format(entries=entries, height=min(contents.heights))
    words = _("entries 1 to {entries}: promised by {calendars}, which proves nothing yet")
    return words.format(entries=entries, calendars=", ".join(sorted({pending.calendar for pending in contents.pending})))


def _of_picture(picture: ProvedPicture, of: int, _: Translate) -> str:
    said = _(
        "of the page as it was received {received} UTC, drawn {drawn} UTC by {browser}, SHA-256 {digest}; {file}, offset"
        " {offset}, record {record}"
    ).format(
        received=f"{picture.received:%Y-%m-%d %H:%M:%S}", drawn=f"{picture.drawn:%Y-%m-%d %H:%M:%S}", browser=picture.browser,
        digest=picture.capture.digest.removeprefix("sha256:"), file=picture.capture.file, offset=picture.capture.offset,
        record=picture.capture.record_id,
    )  # fmt: skip
    entry = picture.entry
    logged = _(", entry {number} of the log").format(number=entry.number) if entry else _(", in no entry of the log")
    return said + logged + (_("; the newest of {count} pictures").format(count=of) if of > 1 else "")


def page_of(
    rows: Iterable[Row],
    proof: Proof,
    others: Iterable[StoredOutside] = (),
    *,
    language: str = "en",
    translate: Translate = str,
) -> str:
    """A proof as a page to hand over, HTML without anything that is loaded or run: what is proved, what is not, and how to verify
    it without this program. `rows` stand before what `lines_of` says of it, captures by `others` behind it; the newest picture
    of the page comes last.
    """
    _ = translate
    said = _("{time} UTC, by the clock of {archive}: {address}")
    elsewhere = [
        (_("Captured by others"), said.format(time=f"{o.captured:%Y-%m-%d %H:%M:%S}", archive=o.archive, address=o.address))
        for o in others
    ]
    lines = [*lines_of(proof, translate), *elsewhere]
    table = "\n".join(
        f"<tr{' class=bad' if label == _('Not whole') else ''}><th scope=row>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in (*rows, *lines)
    )
    title = escape(_("Proof of a capture"))
    proves, verify = escape(_("What this proves, and what it does not")), escape(_("To verify it"))
    mark = f"<p class=bad><strong>{escape(_(FICTION))}</strong></p>\n" if proof.is_fictional else ""
    intro = escape(_("What Povestka, a media monitor, received from this address, and how anybody can verify that."))
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{_STYLE}</style></head>
<body><h1>{title}</h1>
{mark}<p>{intro}</p>
<table>
{table}
</table>
<h2>{proves}</h2>
{_listed(_claims(proof, _))}
<h2>{verify}</h2>
{_steps(proof, _)}
{_drawn(proof.pictures, _)}</body></html>
"""


def _claims(proof: Proof, _: Translate) -> Iterator[str]:
    if proof.faults:
        yield _("The log is not whole, as named above: it proves nothing until that is explained.")
        return
    yield _("The archive holds these bytes: one that is changed gives another SHA-256.")
    if proof.entry:
        yield _("They stood in the log before it was signed: no entry can be changed, left out or put in without this showing.")
    if proof.checkpoint:
        yield _(
            "Who has the key signed the log, by the clock of their machine. Compare the key with one that you know to be theirs."
        )
    if proof.stamp:
        yield _(
            "An authority that is not the newsroom says that this signature was there at its time: the capture was made by then."
            " It does not say when the page was received before that."
        )
    if proof.calendars and proof.calendars[1].anchors:
        yield _(
            "If the Bitcoin chain has a block of that hash, this signature was there when the block was made: nobody can make"
            " a block of the past."
        )
    elif not proof.stamp:
        yield _("Nobody else stamped the time: that it is right rests on the newsroom's clock, and on its word.")
    yield _("It does not prove that the page was true, nor that others were shown the same.")


def _steps(proof: Proof, _: Translate) -> str:
    id_ = escape(proof.capture.record_id.strip("<>"))
    steps = [
        escape(_("The bytes, from the newsroom's archive; the second line must give the SHA-256 above:"))
        + f"<pre>monitor verify --capture {id_} -o page\nsha256sum page</pre>"
        + escape(_("Any program that reads WARC files finds the same record in the file at that offset.")),
        escape(
            _(
                "The log, {name}: the entry named above is a line of it. The SHA-256 of each line stands in the next one as"
                " `previous`, up to the line whose SHA-256 was signed."
            ).format(name=NAME)
        ),
    ]
    files: list[tuple[str, bytes]] = []
    if signed := proof.checkpoint:
        steps.append(
            escape(_("The signature, with OpenSSH. In the files: the message, its signature, and the key."))
            + f"<pre>ssh-keygen -Y verify -f allowed_signers -I newsroom -n {NAMESPACE} -s message.sig &lt; message</pre>"
            + f"<pre>{escape(signed.message.decode())}</pre><pre>{escape(signed.signature)}</pre>"
            + f"<pre>{escape(_allowed(signed.key))}</pre>"
        )
        files += [
            ("message", signed.message),
            ("message.sig", signed.signature.encode()),
            ("allowed_signers", _allowed(signed.key).encode()),
        ]
    if proof.stamp and proof.stamped:
        token = base64.b64encode(proof.stamp.response).decode()
        steps.append(
            escape(
                _(
                    "The time stamp (RFC 3161), with OpenSSL and the authority's certificate. It is of the message and the"
                    " signature of its checkpoint, one behind the other; base64:"
                )
            )
            + "<pre>openssl ts -verify -data stamped -in token.tsr -CAfile authority.pem</pre>"
            + f"<pre>{escape(proof.stamped.decode())}</pre><pre>{token}</pre>"
        )
        files += [("stamped", proof.stamped), ("token.tsr", proof.stamp.response)]
    if proof.calendars and proof.bound:
        steps.append(
            escape(
                _(
                    "The proof by calendars, with the program of OpenTimestamps. It is of the message and the signature of its"
                    " checkpoint, one behind the other:"
                )
            )
            + "<pre>ots --no-bitcoin verify bound.ots</pre>"
            + escape(_("It says which block has to have which Merkle root: any explorer of the chain shows a block's."))
            + f"<pre>{escape(proof.bound.decode())}</pre>"
        )
        files += [("bound", proof.bound), ("bound.ots", proof.calendars[0].data)]
    said = "\n".join(f"<li>{step}</li>" for step in steps)
    linked = ", ".join(_download(name, data) for name, data in files)
    label = escape(_("Files for that:"))
    return f"<ol>\n{said}\n</ol>" + (f"\n<p class=files>{label} {linked}</p>" if files else "")


def _drawn(pictures: Sequence[ProvedPicture], _: Translate) -> str:
    if not pictures:
        return ""
    picture = pictures[-1]
    heading = escape(_("The page as it was captured"))
    said = _(
        "As it was received {received} UTC. Drawn {drawn} UTC by {browser} from the archived bytes alone, without scripts and"
        " without a network: pictures and style sheets of the site are not in it. SHA-256 of the picture: {digest}"
    ).format(
        received=f"{picture.received:%Y-%m-%d %H:%M:%S}", drawn=f"{picture.drawn:%Y-%m-%d %H:%M:%S}", browser=picture.browser,
        digest=picture.capture.digest.removeprefix("sha256:"),
    )  # fmt: skip
    data = base64.b64encode(picture.png).decode()
    return (
        f"<section class=picture><h2>{heading}</h2>\n<p>{escape(said)}</p>\n"
        f'<img alt="" src="data:image/png;base64,{data}"></section>\n'
    )


def _allowed(key: str) -> str:
    """As OpenSSH's file of allowed signers has it."""
    return f'newsroom namespaces="{NAMESPACE}" {key}\n'


def _download(name: str, data: bytes) -> str:
    return f'<a download="{name}" href="data:application/octet-stream;base64,{base64.b64encode(data).decode()}">{name}</a>'


def _listed(items: Sequence[str] | Iterator[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{escape(item)}</li>" for item in items) + "\n</ul>"
