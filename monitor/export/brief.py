"""What is new in some days, for people who read no tables: verbatim, each line with its sources. Reads a vault or snapshot.

A brief says no sentence of its own about the world. What stands in quotation marks is an outlet's; all else is a label, a name, a
time or a number, each of them a row of a view.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import groupby
from typing import Any

from monitor.errors import MonitorError
from monitor.export.addresses import link
from monitor.export.atom import FICTION
from monitor.export.citation import MARKS, citations, marks, quoted
from monitor.match.urls import without_trackers
from monitor.text.segmentation import whole_sentences
from monitor.vault.reader import Reader

KINDS = ("html", "md", "docx")
Translate = Callable[[str], str]
GapWords = Callable[[str, Mapping[str, Any], str], str]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of an outlet, as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """The number of a source."""

    number: int


Part = str | Quoted | Cited
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands under it, and what is said where nothing does."""

    title: str
    lines: tuple[Line, ...]
    is_part: bool = False
    """Whether it belongs to the section before it."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article that is cited: how to cite it as it was received, with its address and digest; the address as it stands in the
    citation, and as a link, empty where it may not be one."""

    citation: str
    address: str
    link: str

    @property
    def parts(self) -> tuple[str, str]:
        """What stands before the address, and after it."""
        before, _, after = self.citation.partition(self.address)
        return before, after


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief, whatever it is written as."""

    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    sources_title: str
    sources: tuple[Source, ...]
    language: str


@dataclass(slots=True)
class _Sources:
    """Articles, numbered in the order in which they are cited."""

    language: str
    fictional: bool
    reader: Reader
    translate: Translate
    numbers: dict[str, int] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)

    def cite(self, row: Mapping[str, Any]) -> Cited:
        number = self.numbers.setdefault(row["article"], len(self.sources) + 1)
        if number > len(self.sources):
            version = {**row, "text_digest": self.reader.newest_version(row["article"])}
            found = citations(
                version, self.reader.received(row), self.language, fictional=self.fictional, translate=self.translate
            )
            address = without_trackers(row["url"])
            self.sources.append(Source(found["Text"], " ".join(address.split()), link(address)))
        return Cited(number)


def brief(
    reader: Reader,
    since: date,
    until: date,
    *,
    only: Sequence[tuple[str, str]] = (),
    regions: Mapping[str, str] | None = None,
    scope: Sequence[str] = (),
    language: str = "en",
    translate: Translate = str,
    gap_words: GapWords | None = None,
) -> Brief:
    """What is new in the days, both included, UTC, by when we first saw it, or noticed it.

    `only` are columns of the coverage and values that its articles have, `scope` the same in words; `regions` names regions by
    their codes; `translate` gives the brief's own words in its `language`, `gap_words` what is to be said of a gap
    by its kind, facts and detail; else the view's English is said.
    """
    _ = translate
    with reader.one_state():
        fictional = reader.is_fictional
        sources = _Sources(language, fictional, reader, translate)
        articles = [dict(row) for row in reader.view("coverage", clock="first_seen", since=since, until=until, only=only)]
        every = {row["article"]: dict(row) for row in reader.view("coverage", only=only)}
        within = _within(since, until)
        sections = [
            *_new_by_region(articles, sources, regions or {}, _),
            Section(_("First reports"), tuple(_first_reports(reader, articles, sources, only, _))),
            Section(_("Denials"), tuple(_denials(reader, articles, sources, only, _))),
            Section(_("Edits"), tuple(_edits(reader, every, sources, only, within, _))),
            Section(_("Removals"), tuple(_removals(reader, every, sources, only, within, _))),
            Section(_("What could not be seen"), tuple(_gaps(reader, since, until, gap_words, _))),
        ]
        state = reader.state()
    about = [
        f"{_('New, by when we first saw it')}: {since.isoformat()} – {until.isoformat()}, UTC",
        *scope,
        f"{_('State')}: {_minute(str(state['newest_fetch'] or '')) or '—'}, {_('run')} {state['run'] or 0!s}",
        f"{_('Articles')}: {len(articles)}",
    ]
    if fictional:
        about.insert(0, _(FICTION))
    title = f"{_('Brief')}, {since.isoformat()} – {until.isoformat()}"
    return Brief(title, tuple(about), tuple(sections), _("Sources"), tuple(sources.sources), language)


def _new_by_region(
    articles: list[dict[str, Any]], sources: _Sources, regions: Mapping[str, str], _: Translate
) -> Iterator[Section]:
    """A section a region, the one with most articles first; an article of two stands in both. One text is one line."""
    of_region: dict[str, list[dict[str, Any]]] = {}
    for row in articles:
        for code in json.loads(row["regions"]) or [""]:
            of_region.setdefault(code, []).append(row)
    yield Section(_("New by region"), ())
    for code in sorted(of_region, key=lambda code: (not code, -len(of_region[code]), code)):
        name = regions.get(code, code) if code else _("Region not said")
        yield Section(name, tuple(_texts(of_region[code], sources, _)), is_part=True)


def _texts(rows: list[dict[str, Any]], sources: _Sources, _: Translate) -> Iterator[Line]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["copy_group"] or row["article"], []).append(row)
    for group in groups.values():
        first = next((row for row in group if not row["copy_of"]), group[0])
        yield (*_article(first, sources, _), *_same_text([row for row in group if row is not first], sources, _))


def _same_text(others: list[dict[str, Any]], sources: _Sources, _: Translate) -> Iterator[Part]:
    """Who else carries it, of which nothing is said where nobody does."""
    for at, row in enumerate(others):
        yield ", " if at else f" {_('The same text')}: "
        yield f"{row['outlet']} "
        yield sources.cite(row)
    if others:
        yield "."


def _article(row: Mapping[str, Any], sources: _Sources, _: Translate) -> Line:
    when = _minute(row["published"]) or _("undated")
    return (f"{row['outlet']}, {when}: ", Quoted(row["title"]), " ", sources.cite(row), ".")


def _first_reports(
    reader: Reader, articles: list[dict[str, Any]], sources: _Sources, only: Sequence[tuple[str, str]], _: Translate
) -> Iterator[Line]:
    new = {row["article"]: row for row in articles}
    known_by = {
        "witnessed": _("seen by us"),
        "declared": _("by the outlets' own timestamps"),
        "alone": _("the only outlet so far"),
    }
    for story in reader.view("stories", only=only):
        if row := new.get(story["first_article"]):
            basis = story["first_basis"]
            if basis not in known_by:
                yield (
                    f"{_('undetermined')}: ",
                    Quoted(row["title"]),
                    " ",
                    sources.cite(row),
                    f" {story['articles']} ",
                    _("articles"),
                    ".",
                )
                continue
            when = row["first_seen"] if basis == "witnessed" else row["published"]
            yield (
                f"{row['outlet']}, {_minute(when) or _('undated')} ({known_by[basis]}): ", Quoted(row["title"]), " ",
                sources.cite(row), f" {_('Outlets')}: {story['outlets']}, {_('Origins')}: {story['origins']}.",
            )  # fmt: skip


def _denials(
    reader: Reader, articles: list[dict[str, Any]], sources: _Sources, only: Sequence[tuple[str, str]], _: Translate
) -> Iterator[Line]:
    """A line a text: what its copies have from it stands once."""
    new = {row["article"]: row for row in articles}
    groups: dict[tuple[str, str, str], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for row in reader.view("denials", only=only):
        article = new.get(row["article"])
        text = reader.text(row["article"]) if article else None
        if not article or text is None:
            continue
        spans = [whole_sentences(text, row[f"{part}_start"], row[f"{part}_end"]) for part in ("claim", "denial")]
        if spans[0] == spans[1]:
            spans[0] = (0, 0)  # both are in one sentence, which stands once
        words = text[row["claim_start"] : row["claim_end"]], text[row["denial_start"] : row["denial_end"]]
        stated = {**dict(row), "claim": text[slice(*spans[0])], "denial": text[slice(*spans[1])]}
        groups.setdefault((article["copy_group"] or article["article"], *words), []).append((stated, article))
    for carried in groups.values():
        stated, first = next((one for one in carried if not one[1]["copy_of"]), carried[0])
        # Where no word denies anything it is the program that holds the two to contradict each other.
        denied = _("contradicted, as we read it") if stated["rule"] == "contrary" else _("denied")
        # The outlet reports what another claimed, and that it is denied: the claim is not its own.
        claimed = (
            f": {stated['claimed_by']}" * bool(stated["claimed_by"]),
            *((": ", Quoted(stated["claim"])) if stated["claim"] else ()),
        )
        yield (
            f"{_('Reported by')} {first['outlet']}", *claimed, f" — {denied}",
            f", {stated['speaker']}" * bool(stated["speaker"]), ": ", Quoted(stated["denial"]), " ", sources.cite(first), ".",
            *_same_text([article for _stated, article in carried if article is not first], sources, _),
        )  # fmt: skip


def _edits(
    reader: Reader,
    articles: Mapping[str, Mapping[str, Any]],
    sources: _Sources,
    only: Sequence[tuple[str, str]],
    within: Callable[[str], bool],
    _: Translate,
) -> Iterator[Line]:
    for row in reader.view("edits", only=only):
        if within(row["noticed"]):
            how = _("said openly") if row["disclosed"] else _("silently")
            times = f"{_minute(row['last_seen'])} – {_minute(row['noticed'])}"
            yield (
                f"{row['outlet']}, {times}, {how}, {_(row['class'].replace('_', ' '))}: ",
                *((Quoted(row["before"]), " → ") if row["before"] else ("∅ → ",)),
                Quoted(row["after"]) if row["after"] else "∅",
                " ",
                sources.cite(articles[row["article"]]),
                ".",
            )


def _removals(
    reader: Reader,
    articles: Mapping[str, Mapping[str, Any]],
    sources: _Sources,
    only: Sequence[tuple[str, str]],
    within: Callable[[str], bool],
    _: Translate,
) -> Iterator[Line]:
    for row in reader.view("absences", only=only):
        if row["kind"] == "removed" and within(row["noticed"]):
            yield (
                f"{row['outlet']}, {_minute(row['last_seen'])} – {_minute(row['noticed'])}, {_(row['state'])}, {_(row['way'])}: ",
                Quoted(row["title"]), " ", sources.cite(articles[row["article"]]), ".",
            )  # fmt: skip


def _gaps(reader: Reader, since: date, until: date, gap_words: GapWords | None, _: Translate) -> Iterator[Line]:
    for gap in reader.gaps(since, until):
        whose = f"{gap['outlet']!s} ({gap['feed']!s})" if gap["source"] else _("This monitor")
        detail = str(gap["detail"] or "")
        if gap_words:
            facts = json.loads(str(gap["facts"] or "{}"))
            facts |= {name: _minute(facts[name]) for name in ("since", "until") if facts.get(name)}
            detail = gap_words(str(gap["gap"]), facts, detail)
        said = _(str(gap["outcome"])) if gap["gap"] == "failed" and gap["outcome"] else _(str(gap["gap"]))
        yield (f"{whose}: {said}" + f", {detail}" * bool(detail) + ".",)
    for outlet, rows in groupby(reader.unseen(since, until), lambda row: str(row["outlet"])):
        hours = ", ".join(f"{row['hours']!s} ({_(str(row['state']))})" for row in rows)
        yield (f"{outlet}: {_('hours not seen')}: {hours}.",)


def _within(since: date, until: date) -> Callable[[str], bool]:
    return lambda time: since.isoformat() <= time[:10] <= until.isoformat()


def _minute(time: str | None) -> str:
    """As people write it; a day stays a day."""
    return f"{time[:10]} {time[11:16]} UTC" if time and time[11:] else time or ""


def write(found: Brief, kind: str) -> bytes:
    """The brief as a file of that kind, one of KINDS. Raises MonitorError where what writes it is not installed."""
    return {"html": _html, "md": _markdown, "docx": _docx}[kind](found)


_NOTHING = "—"


def _html(found: Brief) -> bytes:
    usual, others = MARKS.get(found.language, MARKS["en"])

    def shown(part: Part) -> str:
        if isinstance(part, Cited):
            return f'<a href="#s{part.number}">[{part.number}]</a>'
        if isinstance(part, Quoted):
            other = " class=other" * (marks(part.text, found.language) != usual)
            return f"<q{other}>{escape(' '.join(part.text.split()))}</q>"
        return escape(part)

    def section(one: Section) -> Iterator[str]:
        yield f"<h{2 + one.is_part}>{escape(one.title)}</h{2 + one.is_part}>"
        if one.lines:
            yield "<ul>" + "".join(f"<li>{''.join(map(shown, line))}</li>\n" for line in one.lines) + "</ul>"
        elif not _heads_others(found.sections, one):
            yield f"<p>{_NOTHING}</p>"

    def source(number: int, one: Source) -> str:
        before, after = map(escape, one.parts)
        address = escape(one.address)
        shown = f'<a href="{escape(one.link)}" rel="noreferrer">{address}</a>' if one.link else address
        return f'<li id="s{number}">{before}{shown}{after}</li>\n'

    style = (
        f"body{{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif}}"
        f"q{{quotes:'{usual[0]}' '{usual[1]}'}}"
        f"q.other{{quotes:'{others[0]}' '{others[1]}'}}"
        "li,a{overflow-wrap:anywhere}"
    )
    parts = [
        f'<!doctype html>\n<html lang="{found.language}"><head><meta charset="utf-8">'
        f"<title>{escape(found.title)}</title><style>{style}</style></head><body><main>\n<h1>{escape(found.title)}</h1>",
        *(f"<p>{escape(line)}</p>" for line in found.about),
        *(line for one in found.sections for line in section(one)),
        f"<h2>{escape(found.sources_title)}</h2>",
        "<ol>" + "".join(source(number, one) for number, one in enumerate(found.sources, start=1)) + "</ol>",
        "</main></body></html>",
    ]
    return ("\n".join(parts) + "\n").encode()


# What Markdown could take for more than itself within a line (CommonMark, section 6), and at the beginning of one (section 5).
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])|^([+-])|^(\d+)([.)])")


def _markdown(found: Brief) -> bytes:
    def plain(text: str) -> str:
        return _MARKDOWN.sub(lambda m: f"{m[3] or ''}\\{m[1] or m[2] or m[4]}", " ".join(text.split()))

    def shown(part: Part) -> str:
        if isinstance(part, Cited):
            return f"[\\[{part.number}\\]](#s{part.number})"
        if isinstance(part, Quoted):
            return plain(quoted(part.text, found.language))
        lead, trail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
        return f"{lead}{plain(part.strip())}{trail if part.strip() else ''}"

    lines = [f"# {plain(found.title)}", "", *(f"{plain(line)}  " for line in found.about)]
    for one in found.sections:
        lines += ["", f"{'###' if one.is_part else '##'} {plain(one.title)}", ""]
        lines += [f"- {''.join(map(shown, line))}" for line in one.lines]
        if not one.lines and not _heads_others(found.sections, one):
            lines.append(_NOTHING)
    lines += ["", f"## {plain(found.sources_title)}", ""]
    for number, source in enumerate(found.sources, start=1):
        before, after = source.parts
        address = f"<{source.link}>" if source.link else plain(source.address)
        lines.append(f'{number}. <a id="s{number}"></a>{plain(before)} {address}{plain(after)}')
    return ("\n".join(lines) + "\n").encode()


def _docx(found: Brief) -> bytes:
    try:
        from docx import Document  # an extra that few need
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
    except ImportError as error:
        raise MonitorError("docx needs python-docx: pip install 'povestka[docx]', or write .html or .md") from error

    def clean(text: str) -> str:
        return _CONTROL.sub(" ", text)

    def linked(paragraph: Any, url: str, shown: str) -> None:
        element = OxmlElement("w:hyperlink")
        element.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        run = paragraph.add_run(clean(shown))
        element.append(run._r)
        paragraph._p.append(element)

    document = Document()
    # The same brief is the same file: the library writes the time at which its template was made.
    document.core_properties.title = found.title
    document.core_properties.author = ""
    document.add_heading(clean(found.title), 0)
    for said in found.about:
        document.add_paragraph(clean(said))
    for one in found.sections:
        document.add_heading(clean(one.title), 2 + one.is_part - 1)
        for line in one.lines:
            words = (
                f"[{part.number}]"
                if isinstance(part, Cited)
                else quoted(part.text, found.language)
                if isinstance(part, Quoted)
                else part
                for part in line
            )
            document.add_paragraph(clean("".join(words)), style="List Bullet")
        if not one.lines and not _heads_others(found.sections, one):
            document.add_paragraph(_NOTHING)
    document.add_heading(clean(found.sources_title), 1)
    for number, source in enumerate(found.sources, start=1):
        before, after = source.parts
        paragraph = document.add_paragraph(f"{number}. {clean(before)}")
        if source.link:
            linked(paragraph, source.link, source.address)
        else:
            paragraph.add_run(clean(source.address))
        paragraph.add_run(clean(after))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
"""What XML cannot hold."""


def _heads_others(sections: Iterable[Section], one: Section) -> bool:
    """Whether parts follow a section."""
    following = list(sections)
    at = following.index(one)
    return at + 1 < len(following) and following[at + 1].is_part and not one.is_part
