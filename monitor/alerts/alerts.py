"""Sends what is new, each notification once, as data/alerts.toml says. Reads the vault; writes the outbox and feeds; sends.

What is found is put into the outbox first and sent from there. So a message that cannot be delivered waits, and is never lost;
and what was delivered is not sent again, but where the program dies in the instant between the delivery and its note.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.errors import MonitorError
from monitor.export.addresses import link
from monitor.export.atom import Entry, atom
from monitor.export.brief import brief, write
from monitor.export.export import atomic_file
from monitor.judge.query import compile_query
from monitor.model import Alert
from monitor.text.terminal import counted
from monitor.text.weeks import iso_week
from monitor.vault import Reader, open_reader
from monitor.vault.outbox import Notification, Outbox, outbox_of

FEEDS = "alerts"
"""The folder beside the vault in which feeds lie."""
LISTED = 20
"""Notifications that one message lists; the rest are counted. A phone shows no more, and services cut what is longer."""
LONGEST_LINE, LONGEST_ADDRESS = 200, 500
"""Characters of a title, an outlet's name or an address in a message."""
IN_FEED = 100
_DRY_RUN_DAYS = timedelta(days=7)
"""How far back a dry run of a new alert looks: one that finds nothing would teach nothing."""

_WEEK = timedelta(days=7)

Deliver = Callable[[str, str, str, Sequence[Path]], None]
"""Sends a title, a text and files to an Apprise address; raises MonitorError where it could not be delivered."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one round of alerts."""

    lines: tuple[str, ...]
    failed: bool
    """Something could not be delivered; it waits."""


def send_alerts(vault: Path, alerts: Sequence[Alert], *, now: datetime, regions: Mapping[str, str] | None = None) -> Report:
    """Find what is new for each alert, and send it to its targets. `now` is in UTC; `regions` are names by code, for briefs.

    An alert that is new begins now: what was there before is not sent. A brief is written among the feeds when it is first sent,
    and sent from there. Raises LockedError where another round runs, StoreError where the vault or the outbox fails.
    """
    with Outbox.open(outbox_of(vault)) as outbox:
        with open_reader(vault) as reader, reader.one_state():
            fictional = reader.is_fictional
            for alert in alerts:
                _queue_new(reader, outbox, alert, now, since=None)
        rounds = [_Round(outbox, vault, alert, to, now, fictional, regions or {}) for alert in alerts for to in alert.to]
        reports = [report for one in rounds if (report := one.deliver(send))]
    return Report(tuple(line for report in reports for line in report.lines), any(report.failed for report in reports))


def preview(vault: Path, alerts: Sequence[Alert], *, now: datetime) -> str:
    """The text of what `send_alerts` would send now, and to whom. Nothing is sent or stored. A new alert shows its last
    seven days.
    """
    said: list[str] = []
    with tempfile.TemporaryDirectory(prefix="povestka-") as folder:
        copy = Path(folder) / outbox_of(vault).name
        if (outbox_file := outbox_of(vault)).exists():
            Outbox.copy(outbox_file, copy)
        with Outbox.open(copy) as outbox, open_reader(vault) as reader, reader.one_state():
            for alert in alerts:
                _queue_new(reader, outbox, alert, now, since=now - _DRY_RUN_DAYS)
                for to in alert.to:
                    waiting = [notification for notification, _ in outbox.waiting(alert.id, to)]
                    title, text = message(alert, waiting) if waiting else (f"{alert.id}: nothing", "")
                    unset = "" if is_set(to) else f"({_UNSET.format(to[1:])})\n"
                    said.append(f"To {to}: {title}\n{unset}{text}".rstrip())
    return "\n\n".join(said)


def _queue_new(reader: Reader, outbox: Outbox, alert: Alert, now: datetime, *, since: datetime | None) -> None:
    """Put the alert's new notifications into the outbox; for a new alert those after `since`, none where that is None."""
    newest = reader.last_fetch()
    after = outbox.after(alert.id)
    if after is None:
        after = reader.last_fetch(until=since) if since else newest
    found = list(find_new(reader, alert, after, now))
    if alert.about == "gap":
        outbox.end_all_but(alert.id, [one.key for one in found])
    outbox.add(alert.id, newest, found, alert.to, now)


def find_new(reader: Reader, alert: Alert, after: int, now: datetime) -> Iterator[Notification]:
    """What the alert has to say of all that was stored behind the fetch `after` (its id); of gaps, what is open; of
    briefs, the weeks that are over at `now` (UTC).
    """
    query = compile_query(alert.query) if alert.query else None
    if alert.about == "gap":
        yield from _gaps(reader)
    elif alert.about == "edit":
        changed = [dict(row) for row in reader.new_edits(after, query)]
        for (article, revision), edits in groupby(changed, lambda row: (row["article"], row["revision"])):
            yield Notification(f"edit:{article}:{revision}", _content_of_edits([*edits]))
    elif alert.about == "removal":
        for row in reader.new_removals(after, query):
            when = f"{row['state']}: {row['way']}; last found {_minute(row['last_seen'])}"
            content = {"outlet": row["outlet"], "title": row["title"], "when": when, "url": row["url"]}
            yield Notification(f"removal:{row['article']}:{row['noticed']}:{row['state']}", content)
    elif alert.about == "brief":
        yield from _weeks_over(reader, alert, after, now)
    elif alert.about == "article":
        for row in reader.new_articles(after, query):
            when = f"{_minute(row['published']) or 'undated'}, by its own word"
            content = {"outlet": row["outlet"], "title": row["title"], "when": when, "url": row["url"]}
            yield Notification(f"article:{row['article']}", content)
    else:
        for members in reader.spreading(after, alert.outlets, query):
            first = members[0]
            outlets = sorted({row["outlet"] for row in members})
            content = {
                "outlet": f"{len(outlets)} outlets ({', '.join(outlets)})",
                "title": first["title"],
                "when": f"earliest by its own word: {first['outlet']}, {_minute(first['published']) or 'undated'}",
                "url": first["url"],
            }
            names = [f"text:{row['article']}" for row in members]
            yield Notification(names[0], content, tuple(names[1:]))


def _gaps(reader: Reader) -> Iterator[Notification]:
    """What cannot be seen now."""
    for gap in reader.view("gaps"):
        content = {
            "outlet": gap["outlet"] or "Povestka",
            "title": f"{gap['gap']}: {gap['outcome']}" if gap["gap"] == "failed" else gap["gap"],
            "when": (gap["detail"] or gap["outcome"])
            + f"; last read {_minute(gap['last_read']) or 'never'}" * bool(gap["source"]),
            "url": gap["feed"],
        }
        yield Notification(f"gap:{gap['source']}:{gap['gap']}", content)


def _weeks_over(reader: Reader, alert: Alert, after: int, now: datetime) -> Iterator[Notification]:
    """A brief of each week, Monday to Sunday in UTC, that ended since the request `after`, the earliest first."""
    began = reader.ended(after)
    if began is None:
        return
    monday = began.date() - timedelta(days=began.weekday())
    scope = f", {alert.scope}" if alert.scope else ""
    while monday + _WEEK <= now.date():
        sunday, week = monday + _WEEK - timedelta(days=1), iso_week(monday)
        file = f"{alert.id}-{week}.html"
        seen = sum(1 for _ in reader.view("coverage", clock="first_seen", since=monday, until=sunday, only=_only(alert)))
        content = {
            "outlet": "Povestka",
            "title": f"what is new in {week}, {monday} to {sunday}{scope}",
            "when": f"{counted(seen, 'new article')}; {FEEDS}/{file}",
            "url": "",
            "file": file,
            "since": monday.isoformat(),
            "until": sunday.isoformat(),
        }
        yield Notification(f"brief:{week}", content)
        monday += _WEEK


def _only(alert: Alert) -> list[tuple[str, str]]:
    """Columns of the coverage and values that the articles of a brief have."""
    return [(column, value) for column, value in (("regions", alert.region), ("topics", alert.topic)) if value]


def _content_of_edits(edits: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What a message says of the edits of one version, which are all disclosed or all silent."""
    first = edits[0]
    how = "said openly" if first["disclosed"] else "silently"
    classes = ", ".join(dict.fromkeys(row["class"].replace("_", " ") for row in edits))
    when = f"{how}: {classes}; between {_minute(first['last_seen'])} and {_minute(first['noticed'])}"
    return {"outlet": first["outlet"], "title": first["title"], "when": when, "url": first["url"]}


def _minute(time: str | None) -> str:
    """A stored time as people read it; empty where there is none."""
    return f"{time[:10]} {time[11:16]} UTC" if time else ""


@dataclass(frozen=True, slots=True)
class _Round:
    """One alert, one target."""

    outbox: Outbox
    vault: Path
    alert: Alert
    to: str
    now: datetime
    fictional: bool
    regions: Mapping[str, str]

    def deliver(self, send_to: Deliver) -> Report | None:
        """None where nothing is due."""
        due = due_before(self.alert, self.now)
        waiting = [one for one, found_at in self.outbox.waiting(self.alert.id, self.to) if due and found_at <= due]
        if not waiting:
            return (
                None if is_set(self.to) else Report((f"{self.alert.id} to {self.to}: {_UNSET.format(self.to[1:])}",), failed=True)
            )
        what = f"{self.alert.id} to {self.to}: {_counted(self.alert, len(waiting))}"
        try:
            files = self._files(waiting)
            if self.to.startswith("atom:"):
                self._write_feed()
            else:
                send_to(_address(self.to), *message(self.alert, waiting), files)
        except MonitorError as error:
            return Report((f"{what} wait: {error}",), failed=True)
        self.outbox.deliver(self.alert.id, self.to, waiting, self.now)
        return Report((f"{what} sent",), failed=False)

    @property
    def _feeds(self) -> Path:
        return self.vault.parent / FEEDS

    def _files(self, notifications: Sequence[Notification]) -> list[Path]:
        """The files that are sent along: briefs, each written where it is not there yet. Raises MonitorError where that fails."""
        files = []
        for content in (one.content for one in notifications if "file" in one.content):
            files.append(file := self._feeds / content["file"])
            if not file.exists():
                with open_reader(self.vault) as reader:
                    days = date.fromisoformat(content["since"]), date.fromisoformat(content["until"])
                    scope = [self.alert.scope] if self.alert.scope else []
                    of_week = brief(reader, *days, only=_only(self.alert), regions=self.regions, scope=scope)
                    found = write(of_week, "html")
                self._write(file, found)
        return files

    def _write(self, file: Path, content: bytes) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(file) as out:
                out.write(content)
        except OSError as error:
            raise MonitorError(f"{file}: cannot be written: {error.strerror}") from error

    def _write_feed(self) -> None:
        newest = self.outbox.newest(self.alert.id, self.to, IN_FEED)
        entries = [
            Entry(
                f"tag:povestka,2026:{self.alert.id}/{one.key}", one.content["title"] or "(no title)", found_at,
                f"{one.content['outlet']}, {one.content['when']}", one.content["url"], one.content["outlet"],
            )
            for one, found_at in newest
        ]  # fmt: skip
        title = f"Povestka: {self.alert.title or self.alert.id}"
        feed = atom(f"tag:povestka,2026:{self.alert.id}", title, entries, updated=self.now, fictional=self.fictional)
        self._write(self._feeds / self.to.removeprefix("atom:"), feed)


def due_before(alert: Alert, now: datetime) -> datetime | None:
    """The time (UTC) up to which notifications may be sent now; None in quiet hours."""
    local = now.astimezone(ZoneInfo(alert.zone))
    if alert.quiet:
        start, end = alert.quiet
        clock = local.time()
        if (start <= clock < end) if start <= end else (clock >= start or clock < end):
            return None
    if not alert.digest:
        return now
    today = local.replace(hour=alert.digest.hour, minute=alert.digest.minute, second=0, microsecond=0)
    # Yesterday's by the calendar, not 24 hours before: a day in which clocks change is longer or shorter.
    return today if today <= local else today - timedelta(days=1)


def message(alert: Alert, notifications: Sequence[Notification]) -> tuple[str, str]:
    """Title and text of a message about what was found."""
    lines = [_lines(one.content) for one in notifications]
    if len(lines) > LISTED:
        lines[LISTED:] = [f"and {len(lines) - LISTED} more"]
    return f"{_counted(alert, len(notifications))}: {alert.title or alert.id}", "\n\n".join(lines)


def _lines(content: Mapping[str, str]) -> str:
    """Three lines, two of what has no address; a service refuses a message that is too long as a whole, so that one endless title
    would hold up all."""
    outlet, title, when = (_cut(inert(content[name])) for name in ("outlet", "title", "when"))
    said = f"{outlet}: {title or '(no title)'}\n{when}"
    if not content["url"]:
        return said
    # An address is what a person will touch; and some services find a mention in it, too.
    url = link(content["url"]).replace("@", "%40") or "(no http(s) address)"
    shown = url if len(url) <= LONGEST_ADDRESS else f"(an address of {len(url)} characters)"
    return f"{said}\n{shown}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


_COUNTED = {
    "article": ("new article", "new articles"), "spread": ("text spreads", "texts spread"), "gap": ("gap", "gaps"),
    "edit": ("article edited", "articles edited"), "removal": ("article gone", "articles gone"), "brief": ("brief", "briefs"),
}  # fmt: skip


def _counted(alert: Alert, number: int) -> str:
    return f"{number} {_COUNTED[alert.about][number != 1]}"


_BREAKS = {"@": "@\u200b", "<": "‹", ">": "›", "](": "]\u200b("}
"""What chat services take for a mention, a tag or a link with another text, and what stands in its place."""


def inert(text: str) -> str:
    """Crawled text as one line in which no chat service finds a mention, a tag or a hidden link."""
    # What has no form of its own (Cf) turns the direction of writing, or hides between two signs that mean something together.
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    shown = " ".join("".join(c if c.isprintable() else " " for c in seen).split())
    for sign, instead in _BREAKS.items():
        shown = shown.replace(sign, instead)
    return shown


_UNSET = "{} is not set in the environment; set it to an Apprise address, such as tgram://TOKEN/CHAT"


def is_set(to: str) -> bool:
    """Whether a target can be sent to, as far as is known: its environment variable is set."""
    return not to.startswith("$") or bool(os.environ.get(to[1:]))


def _address(to: str) -> str:
    name = to.removeprefix("$")
    address = os.environ.get(name, "")
    if not address:
        raise MonitorError(_UNSET.format(name))
    return address


def send(address: str, title: str, text: str, files: Sequence[Path] = ()) -> None:
    """Deliver a message through Apprise, with files where the service takes any. Raises MonitorError where that fails; its text
    leaves out the address, which has secrets.
    """
    try:
        from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode  # half a second, which only a message need wait for
    except ImportError as error:
        raise MonitorError("alerts to chats and mailboxes need Apprise: pip install 'povestka[alerts]'") from error

    service = Apprise(asset=AppriseAsset(app_id="Povestka", app_desc="media monitor", async_mode=False))
    if not service.add(address):
        raise MonitorError("its address is none that Apprise knows; see docs/alerts.md")
    for server in service:
        if server.overflow_mode == OverflowMode.UPSTREAM:  # what nobody has chosen: to be refused where it is too long
            server.overflow_mode = OverflowMode.SPLIT
    if not service.notify(body=text, title=title, body_format=NotifyFormat.TEXT, attach=[str(file) for file in files] or None):
        raise MonitorError("the service did not take it; it is tried again next time")
