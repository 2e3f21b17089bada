"""A page to an Article, or to the reason why it is none. Pure: bytes and `now` in, records out.

What is done to a page stands in one table, PASSES, in its order: what each pass needs, and what it leaves to those after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from monitor.model import NOINDEX, NOT_EXTRACTED, Article, Outcome, Rejection
from monitor.read import stand_ins
from monitor.read.address import base_address, web_address
from monitor.read.around_text import date_under, headline_over, signature, standfirst
from monitor.read.blocks import INLINE, Block, Spans, blocks, joined, letters_and_digits, line_texts, mark_struck
from monitor.read.body import PARSER_ERRORS, choose, container, extracted
from monitor.read.boilerplate import boilerplate, other_articles
from monitor.read.characters import illegible
from monitor.read.dates import EARLIEST, instant, own_day, plausible, read_date
from monitor.read.declarations import Declarations
from monitor.read.decode import decode, sniff
from monitor.read.layout import (
    free_captions,
    free_main,
    join_cells,
    name_headings,
    open_folded,
    open_noscript,
    part_quotations,
    split_paragraphs,
    unlink_boxes,
    unwrap_tables,
)
from monitor.read.line_kinds import is_never_text
from monitor.read.line_rules import apply_rules
from monitor.read.markup import parse
from monitor.read.names import names
from monitor.read.page_links import canonical, citations, next_page
from monitor.read.page_text import PageText, says_something
from monitor.read.related import Related, linked_lines, related_blocks, related_lines, related_links
from monitor.read.robots import is_noindex
from monitor.read.structured import Declared, declared, signed
from monitor.read.teasers import teasers
from monitor.text.language import language

MAX_TEXT = 5_000_000
"""Characters of markup that are read of one page."""
MAX_LINKS = 50_000
"""Links that are read of one page."""
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_UNSEEN = ("style", "svg", "link", "meta")
# More than any page in an article's place has for a reader to see.
_SEEN = 20_000
_KINDS = {
    "empty": (Outcome.NOT_AN_ARTICLE, "the body is empty"),
    "feed": (Outcome.NOT_AN_ARTICLE, "the page is a feed"),
    "json": (Outcome.WRONG_TYPE, "the page is JSON"),
    "xml": (Outcome.WRONG_TYPE, "the page is XML"),
    "text": (Outcome.NOT_AN_ARTICLE, "the page has no markup"),
    "html": (Outcome.NOT_AN_ARTICLE, "the page has no markup"),
}
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")
# What a search's form asks for: its words in the query, at the home page's address or one that is called a search.
_SEARCH = re.compile(
    r"^/?\?(?:.*&)?s=|^[^?]*/(?:search|searchresults?|poisk|poshuk|suche|recherche|buscar)(?:/|/index\.\w+|\.\w+)?\?(?:.*&)?\w{1,12}=",
    re.IGNORECASE,
)
_LIVE = re.compile(r"/live(?:-?blog|-updates)?(?:/|$)", re.IGNORECASE)
# A line of so many letters says something: a page with none has no text.
_SAYING = 50
# Of a text with more letters in links than that, and so few beside them, the rest is signs of a menu.
_ALL_LINKS, _FEW_LETTERS = 0.75, 400
# So many lines that have a day within so many lines of them, and so much of all, are a list.
_LISTED, _BESIDE, _MOST_DATED, _DAY_LENGTH = 4, 2, 0.75, 30
# What has so many times the letters of the text in teasers of others is their list.
_TIMES_LISTED = 2
# Of these the title of the window is one, or what stands over each page of a site: neither need be the article's.
_WEAK_TITLES = {"title", "one of the headlines", "shown as the headline"}
_WEAK_DATES = {"", "in a line", "searched"}
# On a page without an article, a day that stands anywhere else may be that of another.
_OWN_DATES = {"declared", "labelled", "address"}
# A text of so many words is more than a wall shows; the words of one stand at most so many lines behind what it shows.
_WALL_WORDS, _WALL_LINES = 150, 12


@dataclass(slots=True)
class Page:
    """A page on its way through the passes. Each fills fields that it is said to leave."""

    body: bytes
    given: str
    """The address as it was given."""
    content_type: str
    status: int
    now: datetime
    gate: Callable[[str], bool] | None = None
    """Whether a page with these words is to be extracted; None where each is."""
    first: str = ""
    """The address of the first page of the article that it goes on with; empty where it is that."""
    url: str = ""
    """The address, if it is one of the web."""
    markup: str = ""
    flags: list[str] = field(default_factory=list)
    tree: HtmlElement | None = None
    base: str = ""
    """What its relative links are relative to."""
    next_page: str = ""
    """The address of the next page of the article; empty where there is none."""
    declarations: Declarations | None = None
    declaration: Declared | None = None
    unsigned: Declared | None = None
    """The declaration without its authors, as the first gate has it."""
    lines: list[Block] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    others: list[HtmlElement] = field(default_factory=list)
    """What stands in the page and is of other articles."""
    holder: HtmlElement | None = None
    """The innermost element that holds most of the text."""
    standfirst: str = ""
    """What stands between headline and text."""
    text: str = ""
    spans: Spans = field(default_factory=list)
    """Links in the text."""
    paywalled: bool = False
    seen: str = ""
    """All lines of the page, its title first; filled where the gate was asked."""
    is_closed: bool = False
    """The gate was closed: it is not extracted."""


Step = Callable[[Page], Rejection | None]


def _decode(page: Page) -> Rejection | None:
    page.url = web_address(page.given, page.given)
    decoded = decode(page.body, page.content_type)
    kind = sniff(page.body, decoded.text)
    page.markup, capped = _capped(decoded.text)
    page.flags += [*decoded.flags, *capped, *_mismatch(page.content_type)]
    if kind == "html":
        page.tree, broken = parse(page.markup)
        page.flags += illegible(broken)
    if page.tree is None:
        outcome, detail = _KINDS.get(kind, (Outcome.WRONG_TYPE, f"the page is {kind} data"))
        return stand_ins.by_status(page.status) or Rejection(outcome, detail)
    return None


def _declare(page: Page) -> Rejection | None:
    assert page.tree is not None
    name_headings(page.tree)
    free_main(page.tree)
    page.base = base_address(page.tree, page.url)
    page.declarations = Declarations(page.tree, page.url, page.now)
    page.flags += [NOINDEX] * any(
        is_noindex(declaration) for declaration in page.declarations.metas("robots", "googlebot", "yandex")
    )
    page.declaration = declared(page.declarations)
    page.next_page = next_page(page.tree, page.declaration, first=page.first or page.url, url=page.url, base=page.base)
    return None


def _pass_gate(page: Page) -> Rejection | None:
    """Only what declares itself an article is held back, with title and date: what is none has to be told by its text. Nor is one
    that goes on at another address."""
    assert page.tree is not None
    assert page.declaration is not None
    declaration = page.declaration
    is_whole = (
        bool(declaration.article and declaration.title)
        and plausible(read_date(declaration.published), page.now)
        and page.status < 400
    )
    if page.gate is None or not is_whole or page.next_page:
        return None
    body = page.tree.find("body")
    lines = line_texts(body) if body is not None else []
    if declaration.body or any(len(line) >= _SAYING for line in lines):
        # Cells may become lines of their own, and what is shown without scripts may be the page.
        cells = (
            e
            for e in page.tree.iter("td", "th", "noscript")
            if e.tag == "noscript" or all(d.tag in INLINE for d in e.iterdescendants())
        )
        lines += (" ".join("".join(cell.itertext()).split()) for cell in cells)
        page.seen = "\n".join((declaration.title, declaration.body, *lines))
        page.is_closed = not page.gate(page.seen)
    return None


def _pass_second_gate(page: Page) -> Rejection | None:
    """What stands around the article opens the gate on many pages: a neighbour's headline, an appeal. Lines that are told
    from the text by now stand in no text that is taken out of the page."""
    assert page.declaration is not None
    declaration = page.declaration
    if page.gate is None or not page.seen:
        return None
    lines = [line.text for line in page.lines if not line.rule and not is_never_text(line)]
    if declaration.body or any(len(line) >= _SAYING for line in lines):
        page.is_closed = not page.gate("\n".join((declaration.title, declaration.body, *lines)))
        # As if the first had been closed: what stands around an article may be other the next time that it is seen.
        page.declaration = page.unsigned if page.is_closed else declaration
    return None


def _sign(page: Page) -> Rejection | None:
    assert page.tree is not None
    assert page.declarations is not None
    assert page.declaration is not None
    page.unsigned = page.declaration
    page.declaration = signed(page.declarations, page.declaration)
    # On many pages these are a third of all elements, and each is a cost to all that follows.
    strip_elements(page.tree, *_UNSEEN, with_tail=False)
    return None


def _refuse(page: Page) -> Rejection | None:
    assert page.tree is not None
    assert page.declaration is not None
    declaration = page.declaration
    signed = declaration.article or bool(declaration.authors) or instant(declaration.published, page.now) is not None
    # 451 is the plainest word there is; the pages that come with it say "blocked" or "not in your country".
    refused = stand_ins.by_status(page.status) if page.status == 451 else None
    if not signed:
        assert page.declarations is not None
        # The headline of a challenge may be the host's name.
        titles = " | ".join(dict.fromkeys([declaration.title, *page.declarations.titles()]))
        lines = _visible(page.tree)
        is_prose, is_dated = stand_ins.is_prose(lines), plausible(read_date(declaration.published), page.now)
        # The address has its day whatever stands there, and a law's may be found in any text: both are in figures alone.
        is_printed = is_dated and not declaration.published.replace("-", "").isdecimal()
        refused = refused or stand_ins.find_stand_in(titles, " ".join(lines), page.markup[:100_000], is_prose or is_printed)
        refused = refused or stand_ins.missing(declaration.title)
        if not is_prose and not is_dated:
            refused = refused or stand_ins.shop(page.tree)
    refused = refused or stand_ins.by_status(page.status)
    if refused is None and not declaration.authors and page.declarations is not None and page.declarations.offers():
        return Rejection(Outcome.NOT_AN_ARTICLE, "its markup declares what it sells, and no article")
    if refused is None and declaration.other:
        return Rejection(Outcome.NOT_AN_ARTICLE, f"its markup declares {declaration.other} and no article")
    parts = urlsplit(page.url)
    if refused is None and not declaration.article and _SEARCH.search(f"{parts.path}?{parts.query}"):
        return Rejection(Outcome.NOT_AN_ARTICLE, "the address is a search's and its markup declares no article")
    if refused is None and page.url and not declaration.article and not parts.path.strip("/") and not parts.query:
        return Rejection(Outcome.NOT_AN_ARTICLE, "the address is a home page and its markup declares no article")
    return refused


def _lay_out(page: Page) -> Rejection | None:
    assert page.tree is not None
    assert page.declaration is not None
    open_noscript(page.tree)
    open_folded(page.tree)
    struck = dict.fromkeys(unwrap_tables(page.tree), "around the article")
    free_captions(page.tree)
    join_cells(page.tree)
    split_paragraphs(page.tree)
    part_quotations(page.tree)
    page.related = related_blocks(page.tree, page.base)
    page.others = [*(found.place for found in page.related), *other_articles(page.tree, page.declaration.title)]
    struck |= dict.fromkeys(page.others, "another article") | dict.fromkeys((found.place for found in page.related), "related")
    struck |= dict.fromkeys(boilerplate(page.tree, page.declaration.title), "boilerplate")
    body = page.tree.find("body")
    page.lines = blocks(body) if body is not None else []
    mark_struck(page.lines, struck)
    if labelled := related_lines(page.lines, page.base):
        places = {element: number for number, element in enumerate(page.tree.iter())}
        page.related = sorted([*page.related, *labelled], key=lambda found: places[found.place])
    for line in teasers(page.lines, page.base):
        line.rule = line.rule or "teaser"
    return None


def _extract(page: Page) -> Rejection | None:
    assert page.tree is not None
    unlink_boxes(page.tree)
    try:
        _choose(page.tree, page.lines, page.others)
    except PARSER_ERRORS as error:
        return Rejection(Outcome.PARSER_ERROR, f"the body could not be extracted: {type(error).__name__}: {error}"[:200])
    return None


def _choose(tree: HtmlElement, lines: list[Block], others: list[HtmlElement]) -> None:
    """Keeps the lines that the extractor chooses, but for those that a rule has struck. Raises PARSER_ERRORS."""

    def keep() -> bool:
        kept = struck = 0
        for line, is_chosen in zip(lines, choose(lines, extracted(tree)), strict=True):
            line.kept = is_chosen and not line.rule
            kept += len(line.key) * line.kept
            struck += len(line.key) * (is_chosen and not line.kept)
        return kept >= struck

    if not keep() and others:
        # They were taken for the body: without them the extractor has to look elsewhere.
        for other in others:
            if other.getparent() is not None:
                other.drop_tree()
        keep()


def _mend(page: Page) -> Rejection | None:
    assert page.declaration is not None
    declaration = page.declaration
    if {*declaration.title_rule.split(", ")} <= _WEAK_TITLES:
        text = PageText(page.lines, declaration.title, declaration.subtitle, declaration.authors)
        if headline := headline_over(text):
            page.declaration = declaration = replace(declaration, title=headline, title_rule="over the text")
    text = PageText(page.lines, declaration.title, declaration.subtitle, declaration.authors)
    apply_rules(text)
    if declaration.date_rule in _WEAK_DATES and (day := date_under(text)) and plausible(read_date(day), page.now):
        page.declaration = declaration = replace(declaration, published=day, date_rule="under the text")
    page.holder = container(page.lines)
    page.related += linked_lines(page.lines, page.base)
    page.standfirst = standfirst(text)
    if not declaration.authors and (signed := signature(text)):
        line, name = signed
        line.kept, line.rule = False, "signature"
        page.declaration = replace(declaration, authors=names([name]))
    return None


def _wall(page: Page) -> Rejection | None:
    assert page.declaration is not None
    kept = [number for number, line in enumerate(page.lines) if line.kept]
    after = page.lines[kept[0] : kept[-1] + 1 + _WALL_LINES] if kept else page.lines
    walls = [line for line in after if stand_ins.is_wall(line.text)]
    words = sum(len(line.text.split()) for line in page.lines if line.kept)
    page.paywalled = page.declaration.free is False or (page.declaration.free is None and bool(walls) and words < _WALL_WORDS)
    if page.paywalled:
        for line in walls:
            line.kept, line.rule = False, "wall"
    return None


def _assemble(page: Page) -> Rejection | None:
    assert page.declaration is not None
    declaration = page.declaration
    page.text, page.spans = joined(line for line in page.lines if line.kept)
    is_body_declared = len(declaration.body) > 2 * len(page.text)
    if is_body_declared:
        # What is declared is the text alone, without what stands over it.
        is_new = letters_and_digits(page.standfirst) not in letters_and_digits(declaration.body)
        page.text, page.spans = f"{page.standfirst}\n{declaration.body}" if is_new else declaration.body, []
    is_declared = is_body_declared or page.text == declaration.body != ""
    has_sentence = is_declared or any(says_something(line) for line in page.lines if line.kept)
    # A list of a site that sells its articles has no sentence either, and is none of them.
    is_beginning = page.text and (has_sentence or not declaration.article)
    if page.paywalled and not (is_beginning and declaration.title and read_date(declaration.published).day):
        return Rejection(Outcome.PAYWALL, "the page shows only the beginning of its article")
    if not page.text:
        return Rejection(Outcome.NOT_AN_ARTICLE, "no text was found in the page")
    kept = [] if is_declared else [line for line in page.lines if line.kept]
    letters = sum(len(line.key) for line in kept)
    linked = sum(line.linked * len(line.key) for line in kept)
    if linked > _ALL_LINKS * letters and letters - linked < _FEW_LETTERS:
        return Rejection(Outcome.NOT_AN_ARTICLE, "no text was found in the page but links")
    if not declaration.article and _is_dated_list(page.lines):
        return Rejection(Outcome.NOT_AN_ARTICLE, "its text is a list of others, each with its day")
    if not declaration.article and read_date(declaration.published).day is None and _is_beside_list(page.lines):
        return Rejection(Outcome.NOT_AN_ARTICLE, "it has few words beside a list of others")
    if not has_sentence:
        return Rejection(Outcome.NOT_AN_ARTICLE, "no sentence was found in the page")
    return None


def _is_dated_list(lines: list[Block]) -> bool:
    """Whether nearly each line of the text has a day of its own beside it."""
    days = {number for number, line in enumerate(lines) if _is_day(line)}
    kept = [number for number, line in enumerate(lines) if line.kept and number not in days]
    dated = [number for number in kept if not days.isdisjoint(range(number - _BESIDE, number + _BESIDE + 1))]
    return len(dated) >= _LISTED and len(dated) >= _MOST_DATED * len(kept)


def _is_beside_list(lines: list[Block]) -> bool:
    """Whether a page has a row of teasers, and by far fewer words of its own."""
    own = sum(len(line.key) for line in lines if line.kept)
    listed = sum(len(line.key) for line in lines if line.rule == "teaser")
    return own <= _FEW_LETTERS and listed >= _TIMES_LISTED * own


def _is_day(line: Block) -> bool:
    """Whether a line is a date and nothing else."""
    return len(line.text) <= _DAY_LENGTH and read_date(line.text).day is not None


@dataclass(frozen=True, slots=True)
class Pass:
    """One thing that is done to a page."""

    name: str
    step: Step
    needs: tuple[str, ...]
    """Fields of Page that passes before it have filled."""
    leaves: tuple[str, ...]
    """Fields that it fills or changes."""


PASSES = (
    Pass("decode", _decode, (), ("url", "markup", "flags", "tree")),
    Pass("declare", _declare, ("tree", "url"), ("tree", "base", "declarations", "declaration", "next_page")),
    Pass("gate", _pass_gate, ("tree", "declaration", "next_page", "gate"), ("seen", "is_closed")),
    Pass("sign", _sign, ("tree", "declarations", "declaration"), ("declaration", "unsigned", "tree")),
    Pass("refuse", _refuse, ("tree", "declarations", "declaration", "markup", "url"), ()),
    Pass("lay out", _lay_out, ("tree", "base", "declaration"), ("tree", "related", "others", "lines")),
    Pass("second gate", _pass_second_gate, ("lines", "declaration", "unsigned", "gate", "seen"), ("is_closed", "declaration")),
    Pass("extract", _extract, ("tree", "lines", "others"), ("tree", "lines")),
    Pass("mend", _mend, ("lines", "declaration"), ("lines", "holder", "standfirst", "declaration")),
    Pass("wall", _wall, ("lines", "declaration"), ("lines", "paywalled")),
    Pass("assemble", _assemble, ("lines", "declaration", "standfirst", "paywalled"), ("text", "spans")),
)
"""In the order in which they are done; a pass that refuses the page, or closes it, is the last."""
assert {name for p in PASSES for name in (*p.needs, *p.leaves)} <= {f.name for f in fields(Page)}


def read_page(
    body: bytes,
    url: str,
    content_type: str = "",
    *,
    status: int = 200,
    now: datetime,
    gate: Callable[[str], bool] | None = None,
    first: str = "",
) -> Article | Rejection:
    """Reads the page at `url`. `now` bounds what declared dates are plausible. Never raises: what cannot be read is Rejection.

    Of a page whose address is unknown (empty, or none of the web's) relative links are not read. A page that declares itself an
    article, and all of whose words the `gate` is closed to, has no text, no authors and no links: its flag is NOT_EXTRACTED.
    Where it is a further page of an article, `first` is the address of that article's first page. A page that is no article, or
    shows too little of one, is refused with the title and the day that it declares.
    """
    page = Page(body, url, content_type, status, now, gate, first)
    for each in PASSES:
        if refused := each.step(page):
            return _named(page, refused)
        if page.is_closed:
            break
    return _article(page)


def _named(page: Page, refused: Rejection) -> Rejection:
    """With the page's title and day: a report in pictures has both, and no text. A challenge that stands in its place has
    another title, and gives none."""
    declaration = page.declaration
    if declaration is None or refused.outcome not in (Outcome.NOT_AN_ARTICLE, Outcome.PAYWALL):
        return refused
    # On a list the day beside the headline is that of its first entry.
    is_alone = page.tree is not None and len([*islice(page.tree.iter("time"), 2)]) == 1
    is_own = declaration.date_rule in _OWN_DATES or (declaration.date_rule == "beside the headline" and is_alone)
    said = declaration.published if is_own else ""
    day = _published_day(page.given, said, instant(said, page.now), declaration.day_shown)
    return replace(refused, title=declaration.title, day=day)


def _article(page: Page) -> Article:
    assert page.declaration is not None
    declaration = page.declaration
    cited, flags = citations(page.spans, page.text, page.url, page.base)
    own, self_links = canonical(page.url, page.base, declaration)
    return Article(
        url=page.given,
        canonical=own or page.given,
        title=declaration.title,
        subtitle=page.standfirst or (declaration.subtitle if _shows(page, declaration.subtitle) else ""),
        authors=declaration.authors,
        published=instant(declaration.published, page.now),
        published_raw=declaration.published,
        day_shown=declaration.day_shown,
        modified=instant(declaration.modified, page.now),
        modified_raw=declaration.modified,
        language=language(declaration.language, page.text or page.seen[:_SEEN]),
        section=declaration.section,
        text=page.text,
        links=(*cited, *related_links(page.holder, page.related, page.url, _among(page.lines)), *self_links),
        paywalled=page.paywalled,
        live=declaration.live or bool(_LIVE.search(urlsplit(page.url).path)),
        flags=(*page.flags, *flags, *([NOT_EXTRACTED] if page.is_closed else [])),
        next_page=page.next_page,
        rules=(
            ("title", declaration.title_rule),
            ("text", ", ".join(dict.fromkeys(line.rule or "extractor" for line in page.lines if line.kept))),
        ),
    )


def _among(lines: list[Block]) -> set[HtmlElement]:
    """The elements of the lines between the first and the last of the text."""
    kept = [number for number, line in enumerate(lines) if line.kept]
    return {line.element for line in lines[kept[0] : kept[-1]]} if kept else set()


def _shows(page: Page, summary: str) -> bool:
    """Whether readers see a declared summary, and as more than how the text begins."""
    said, is_cut = letters_and_digits(summary), summary.endswith(("…", "..."))
    lines = (line.key for line in page.lines) if page.lines else map(letters_and_digits, page.seen.split("\n"))
    is_seen = bool(said) and any(line == said or (is_cut and line.startswith(said)) for line in lines)
    return is_seen and not letters_and_digits(page.text[: len(summary) * 2]).startswith(said)


def published_day(article: Article) -> str:
    """The day on which the page says that it was published, in its own time zone, ISO 8601; empty where it says none that can
    be read. Where its clock is declared in UTC, and the page or its address has a day beside it, that day is the outlet's own."""
    return _published_day(article.url, article.published_raw, article.published, article.day_shown)


def _published_day(url: str, declared: str, published: datetime | None, shown: date | None) -> str:
    when = read_date(declared)
    if when.day is None or when.day < EARLIEST or (when.instant and not published):
        # Nothing, a placeholder, or the far future: the page's instant was found not plausible.
        return ""
    if shown:
        return shown.isoformat()
    match = _ADDRESS_DAY.search(url)
    named = own_day(declared, "-".join(match.groups())) if match else None
    return (named or when.day).isoformat()


def _capped(text: str) -> tuple[str, list[str]]:
    flags = []
    if len(text) > MAX_TEXT:
        flags.append(f"cut at {MAX_TEXT:,} of {len(text):,} characters")
        text = text[:MAX_TEXT]
    if text.count("<a") + text.count("<A") <= MAX_LINKS:
        return text, flags
    for number, match in enumerate(_ANCHOR.finditer(text)):
        if number == MAX_LINKS:
            flags.append(f"cut at {MAX_LINKS:,} links")
            return text[: match.start()], flags
    return text, flags


def _visible(tree: HtmlElement) -> list[str]:
    """The lines that a reader sees, or the first of them."""
    body = tree.find("body")
    parts: list[str] = []
    length = 0
    for line in () if body is None else blocks(body):
        parts.append(line.text)
        length += len(line.text)
        if length > _SEEN:
            break
    return parts


def _mismatch(content_type: str) -> list[str]:
    """A flag for a page that was served under a type which is no page's."""
    stated = content_type.partition(";")[0].strip().lower()
    return [] if not stated or re.search(r"html|xml|text/plain", stated) else [f"served as {stated}, is html"]
