"""Rules that keep lines of the text that the extractor left out. Pure.

Each has a name in `line_rules`; docs/reading.md lists them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lxml.html import HtmlElement

from monitor.read.blocks import Block, letters_and_digits
from monitor.read.dates import read_date
from monitor.read.elements import class_names
from monitor.read.line_kinds import (
    ASIDE_NAME,
    BOLD_WORDS,
    BOX_NAME,
    COUNTED,
    LABEL_WORDS,
    LEAD_NAME,
    LEAD_WORDS,
    NOTE_NAME,
    SIGNATURE_WORDS,
    TEAM,
    box_in,
    is_beside,
    is_caption,
    is_in_bold,
    paragraph_boxes,
)
from monitor.read.page_text import (
    CLOSE,
    EDGE,
    GOES_ON,
    HEADINGS,
    PARAGRAPH_LETTERS,
    SENTENCE_END,
    SENTENCE_WORDS,
    SOME_LINK,
    WORD_LETTERS,
    PageText,
    is_named,
    is_sentence,
    says_something,
)
from monitor.text import sentences

_NEXT_NAME = re.compile(EDGE + r"(?:next|more|related|another|other)" + CLOSE)
_LEAD_LETTERS, _LINE_LETTERS = 30, 20
# A quotation begins so.
_QUOTED = re.compile(r"[«“„\"—–-]")
_WHOLE_QUOTATION = re.compile(r"«[^«»]{20,}»|“[^“”]{20,}”|\"[^\"]{20,}\"")
# As networks call the posts that other pages show.
_EMBEDDED_NAME = re.compile(r"embed|xfbml|fb-post|twitter|instagram|tiktok")
_PULLED_NAME = re.compile(r"pull-?quote|quote-?pull")
_QUOTATION_NAME = re.compile(EDGE + r"(?:(?:block-?)?quot(?:e|es|ation)|cit(?:e|ation|ata)|zitat|speech|interview)" + CLOSE)
# So much of the text has one class; its second half stands in one of so many boxes around it.
_MOST_ALIKE, _NEAR = 0.7, 6
_A_CLOCK, _COUNTS = re.compile(r"\b\d{1,2}[:.]\d{2}\b"), re.compile(rf"(?:{COUNTED})\W{{0,3}}\d", re.IGNORECASE)


def lead(text: PageText) -> Iterable[Block]:
    """Sentences between the headline and the text: what the page gives as its summary, what is called a lead, reads as one, or is
    a second heading right under the first."""
    headline = text.headline()
    if headline is None:
        return
    said = "".join(line.key for line in text.kept)
    kept = [number for number, line in enumerate(text.lines) if line.kept]
    # A heading over the first paragraph may be the first of two standfirsts.
    first = next((number for number in kept if text.lines[number].kind not in HEADINGS), kept[0])
    for line in text.lines[headline + 1 : first]:
        if line.kept:
            continue
        is_called = text.is_called(line, LEAD_NAME) or text.is_called(line, NOTE_NAME)
        is_right_under = line is text.lines[headline + 1] and _is_under_headline(text, line)
        is_short = (is_right_under and line.kind not in HEADINGS) or (is_called and not text.is_called(line, ASIDE_NAME))
        least = LABEL_WORDS * WORD_LETTERS if is_short else _LEAD_LETTERS
        if line.rule or len(line.key) < least or line.linked > SOME_LINK or line.key in said or is_beside(text, line):
            continue
        if text.title and (text.title in line.key or line.key in text.title):
            continue
        is_summary = line.key[:_LEAD_LETTERS] == text.summary[:_LEAD_LETTERS] != ""
        if is_summary or is_right_under or is_called or is_sentence(line, LEAD_WORDS):
            yield line


def _is_under_headline(text: PageText, line: Block) -> bool:
    """Whether what stands right under the headline may be its standfirst: a second heading, or words that are no link, no day, no
    count and no author's."""
    if line.kind in ("h2", "h3"):
        return True
    words = len(line.text.split())
    if line.kind not in ("p", "box") or line.links or words <= SENTENCE_WORDS:
        return False
    if words < LEAD_WORDS and (line.kind == "box" or any(map(str.isdigit, line.text))):
        return False
    is_byline = any(author in line.key.casefold() for author in text.authors) or TEAM.match(line.text) is not None
    is_counted = _A_CLOCK.search(line.text) is not None or _COUNTS.search(line.text) is not None
    return not is_byline and not is_counted and read_date(line.text).day is None


def beside_paragraphs(text: PageText) -> Iterable[Block]:
    """A sentence that stands alone in a box, or bare, beside the text's paragraphs: an extractor takes it for none. Alone are
    quotations, too, with who said them."""
    parents = paragraph_boxes(text)
    said = "".join(line.key for line in text.kept)
    boxes = {line: box for line in text.lines if (box := box_in(line, parents)) is not None}
    last = max(number for number, line in enumerate(text.lines) if line.kept)
    # "Was this article of use?"
    asked = {line for line in text.lines[last + 1 :] if line.text.endswith("?")}
    # A sign alone, as an emoji before a note, is no line beside it.
    lines_of = Counter(box for line, box in boxes.items() if line.key)
    plain = Counter(box for line, box in boxes.items() if not (_is_signature(line) or _is_quotation(text, line)))
    for line, box in boxes.items():
        if line.kept or line.rule or len(line.key) < _LINE_LETTERS or line.key in said or line in asked:
            continue
        is_quotation = _is_quotation(text, line)
        if is_quotation and (text.is_called(line, _PULLED_NAME) or _is_said(line, said)):
            continue
        is_alone = box in parents or lines_of[box] == 1 or (is_quotation and not plain[box])
        if (
            is_alone
            and (is_sentence(line) or (is_quotation and _WHOLE_QUOTATION.fullmatch(line.text)))
            and not is_beside(text, line)
        ):
            yield line


def quotations(text: PageText) -> Iterable[Block]:
    """A quotation between lines of the text, in a block of its own as builders of pages have for it: the extractor takes lines of
    blocks that are called otherwise for none of it."""
    said = "".join(line.key for line in text.kept)
    numbers = [number for number, line in enumerate(text.lines) if line.kept]
    for line in text.lines[numbers[0] : numbers[-1]]:
        if line.kept or line.rule or len(line.key) < _LINE_LETTERS or line.key in said:
            continue
        around = [*text.path(line)]
        is_quoted = any(element.tag == "blockquote" for element in around)
        is_embedded = any(_EMBEDDED_NAME.search(class_names(element)) for element in around)
        if not is_quoted or is_embedded or text.is_called(line, _PULLED_NAME) or _is_said(line, said):
            continue
        if (is_sentence(line) or _WHOLE_QUOTATION.fullmatch(line.text)) and not is_beside(text, line):
            yield line


def _is_said(line: Block, said: str) -> bool:
    """Whether each sentence of a quotation stands in the text, too, perhaps with who said it between them: it was pulled out."""
    return all(key in said for start, end in sentences(line.text) if (key := letters_and_digits(line.text[start:end])))


def _is_quotation(text: PageText, line: Block) -> bool:
    """Whether a line has the mark of what somebody says, or stands in a box of quotations."""
    return _QUOTED.match(line.text) is not None or text.is_called(line, _QUOTATION_NAME)


def _is_signature(line: Block) -> bool:
    """Whether a line may be who said what stands over it: a few words that are no sentence, and no link."""
    return len(line.text.split()) <= SIGNATURE_WORDS and not line.linked and not SENTENCE_END.search(line.text)


def among_paragraphs(text: PageText) -> Iterable[Block]:
    """Items of a list, and headings, that stand among paragraphs and are no links: an extractor takes some for a menu. So is a
    list right behind a paragraph."""
    parents = paragraph_boxes(text)
    paragraphs = {line.element for line in text.kept}
    numbers = [number for number, line in enumerate(text.lines) if line.kept]
    for line in text.lines[numbers[0] : numbers[-1]]:
        if line.kept or line.rule or line.linked > SOME_LINK or line.kind not in (*HEADINGS, "li") or line.key == text.title:
            continue
        outer = line.element.getparent()
        is_behind = False
        if line.kind == "li" and outer is not None:
            is_behind = outer.getprevious() in paragraphs
            outer = outer.getparent()
        if (outer in parents or is_behind) and not is_beside(text, line):
            yield line


def headings_alike(text: PageText) -> Iterable[Block]:
    """Headings right over a paragraph of the text that are marked as others that were kept, and lines in bold letters over the
    paragraphs of their box."""
    alike = {(line.kind, line.element.get("class")) for line in text.kept if line.kind in HEADINGS}
    headline = text.headline()
    for number in range(0 if headline is None else headline + 1, len(text.lines) - 1):
        line, following = text.lines[number], text.lines[number + 1]
        if line.kept or line.rule or line.links or not following.kept or line.key == text.title:
            continue
        is_alike = (line.kind, line.element.get("class")) in alike
        is_bold = following.element.getparent() is line.element and len(line.text.split()) <= BOLD_WORDS
        if (is_alike or (is_bold and is_in_bold(line))) and says_something(following) and not is_beside(text, line):
            yield line


def like_the_text(text: PageText) -> Iterable[Block]:
    """Sentences in paragraphs that are marked as most of the text's are, by their class or that of their box, near it: an
    extractor takes a second half for another article's. What stands outside of the text's <article>, behind a headline or in a
    box of what is next is another's; so is, without a class, what has a name or a link over it, as comments and teasers have."""
    classes: Counter[tuple[str, ...]] = Counter()
    for line in text.kept:
        if marks := _marks(line.element):
            classes[marks] += len(line.key)
    own, weight = next(iter(classes.most_common(1)), (None, 0))
    if weight < _MOST_ALIKE * text.weight or text.holder is None:
        return
    around = [e for e in (text.holder, *text.holder.iterancestors()) if e.tag not in ("body", "html")]
    whole = next((number for number, element in enumerate(around, 1) if element.tag == "article"), _NEAR)
    near = {*around[: min(whole, _NEAR)]}
    said = "".join(line.key for line in text.kept)
    first = next(number for number, line in enumerate(text.lines) if line.kept)
    own_boxes = {box for line in text.kept if _marks(line.element) == own and (box := line.element.getparent()) is not None}
    is_behind_another, is_going_on = False, True
    for line in text.lines[first:]:
        element, is_behind_text = line.element, is_going_on
        is_alike = _marks(element) == own
        is_going_on = line.kept or (is_behind_text and ((is_alike and bool(SENTENCE_END.search(line.text))) or is_caption(line)))
        if line.kept or (line.kind in HEADINGS and line.key != text.title and len(line.text.split()) > LABEL_WORDS):
            is_behind_another = not line.kept
        if is_behind_another or line.kept or line.rule or not is_alike or near.isdisjoint(element.iterancestors()):
            continue
        if len(line.key) < PARAGRAPH_LETTERS or line.key in said or text.is_called(line, _NEXT_NAME):
            continue
        if not element.get("class") and not (is_behind_text and _is_box_of_its_own(text, element, own_boxes)):
            continue
        if says_something(line) and not is_beside(text, line):
            yield line


def _is_box_of_its_own(text: PageText, element: HtmlElement, own: set[HtmlElement]) -> bool:
    """Whether a paragraph's box stands beside one of the text's, or has the box around it to itself."""
    box = element.getparent()
    outer = None if box is None else box.getparent()
    if box is None or outer is None:
        return False
    return any(outer is other.getparent() for other in own) or text.lines_in(outer) == text.lines_in(box)


def _marks(element: HtmlElement) -> tuple[str, ...]:
    """By what paragraphs are told to be alike: their tag and class, or of one without a class its box's; empty where neither has
    any."""
    if name := element.get("class"):
        return str(element.tag), name
    box = element.getparent()
    name = None if box is None or element.tag != "p" else box.get("class")
    return ("p", str(box.tag), name) if box is not None and name else ()


def goes_on(text: PageText) -> Iterable[Block]:
    """The text in a second box: one right behind that of the text, which has nothing but paragraphs of sentences; or, in an
    <article> that has both, no more than a last sentence."""
    box = text.holder
    following = None if box is None else box.getnext()
    if box is None or following is None or following.tag not in ("div", "section"):
        return
    if any(box not in (line.element, *line.element.iterancestors()) for line in text.kept):
        return
    lines = [line for line in text.lines if following in (line.element, *line.element.iterancestors())]
    is_last = len(lines) == 1 and box.tag != "article" and _is_last(text, lines[0])
    if not is_last and (len(lines) < GOES_ON or any(line.rule or len(line.key) < PARAGRAPH_LETTERS for line in lines)):
        return
    least = SENTENCE_WORDS if is_last else LEAD_WORDS
    if all(is_sentence(line, least) and not is_beside(text, line) for line in lines) and not any(
        is_named(BOX_NAME, class_names(element)) for line in lines for element in text.path(line)
    ):
        yield from lines


def _is_last(text: PageText, line: Block) -> bool:
    """Whether a line that is a box of its own behind that of the text is its last sentence: no question, without a link, and
    the <article> around has nothing more to say."""
    outer = next(line.element.iterancestors("article"), None)
    if outer is None or text.holder is None or outer not in text.holder.iterancestors():
        return False
    if line.rule or line.links or line.text.endswith("?"):
        return False
    behind = text.lines[text.lines.index(line) + 1 :]
    return not any(outer in other.element.iterancestors() and is_sentence(other) for other in behind)
