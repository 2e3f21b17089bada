"""What a line of a page is by its words and marks, and in which box it stands. Pure."""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.blocks import Block, letters_and_digits
from monitor.read.elements import class_names
from monitor.read.page_text import CLOSE, EDGE, HEADINGS, SENTENCE_END, PageText, is_named

TITLES = frozenset({"figcaption", "caption"})
PICTURES = ("img", "picture", "figure", "video", "iframe", "amp-img")
_PICTURE_LINES = 2
# What newsrooms call the sentences that stand over a text.
LEAD_NAME = re.compile(
    EDGE + r"(?:leads?|lede|stand(?:-?first)?|dek|deck|intro(?:duction)?|summary|sub-?(?:title|head(?:line)?|heading)|abstract|"
    r"excerpt|descr|chapeau|chapo|vorspann|anons|anonce|announce|description|preamble|ingress|bajada|entradilla|sommario|preview-text)"
    + CLOSE
)
# Over a text newsrooms say of it, too, whence it comes: no summary.
NOTE_NAME = re.compile(EDGE + r"editors?-?note" + CLOSE)
# What is called so is beside a text, wherever it stands.
ASIDE_NAME = re.compile(
    EDGE + r"(?:captions?|credits?|copyright|by-?line|authors?|bio|sponsor\w*|"
    r"dates?|time|share|sharing|social|tags?|breadcrumbs?|related|promo|"
    r"ads?|adv|advert\w*|newsletters?|subscri\w+|nav|navigation|menu|comments?|rating|player|video|image|photo|figure|gallery|"
    r"cookies?|consent|modal|pop-?up|overlay|dialog|push-?\w*|side-?bar|recommend\w*|popular|toolbar|footer|img|pic|legend|toc|paywall|form|button|meta)"
    + CLOSE
)
# Boxes in a text that are none of it.
BOX_NAME = re.compile(
    EDGE + r"(?:key-?(?:points?|takeaways?)|highlights|"
    r"facts?|fact-?box|info-?box|donat\w*|support|info-?kasten|newsletters?|subscri\w+|paywall|print-?(?:only|notice)|"
    r"author-?(?:bio|box|info|card|description)|multiple-authors|saboxplugin|molongui|m-a-box|about-?author|copyright|credits?|disclaimer|polls?|survey|quiz|cta|"
    r"call-?to-?action|promo|ads?|advert\w*|banners?|captions?|photo-?credit|social|share|sharing|sign-?up|sign-?off|"
    r"popular|most-?read|comments?|rating|author-?signature|(?<!drop-)caps?|"
    r"(?:image|img|photo|foto|picture|pic|bild)-?(?:captions?|descriptions?|desc|unterschrift|inline)|img-?inline)" + CLOSE
)
LABEL_WORDS, BOLD_WORDS, LEAD_WORDS = 2, 6, 8
# So few words name who said it.
SIGNATURE_WORDS = 12
# What is added to an article when it is out already, also where its box is marked as one beside it.
_ADDED_NAME = re.compile(EDGE + r"(?:upd(?:ate[ds]?)?|corrections?|clarifications?|addend(?:um|a)|errat(?:um|a))" + CLOSE)
CAPTION_LETTERS, _ASKING = 200, 350
# Lines from either end among which signatures, dates and farewells stand.
FIRST_LINES, LINES_OVER, LAST_LINES = 4, 8, 5
# "Anna Moor, reporter", "Anna Moor, Novograd"
WHO_AND_WHAT, AROUND_NAME = re.compile(r"[,—–]"), " .()©"
_PARENT_SHARE = 0.2


def _starts(section: str) -> re.Pattern[str]:
    return re.compile(rf"[^\w«©]*(?:{phrases('signoffs', section)})", re.IGNORECASE)


_CHANNELS, _ASKS, _CONSENT, _MISTAKES, RIGHTS, _CAPTIONS, TEAM = map(
    _starts, ("channels", "asks", "consent", "mistakes", "rights", "captions", "team")
)
# Who took a picture, behind what is seen in it: "The depot in May. © Anna Moor / Pole".
_CREDIT_BEHIND = re.compile(
    rf".{{3,}}?(?:©|\({phrases('signoffs', 'picture_of')}\s*:|[.|/]\s*{phrases('signoffs', 'credit')}\s*:?)"
    r"\s*(?:[^\s©]+\s*){1,8}",
    re.IGNORECASE,
)
# "Figure 2:", «Рис. 3.»
_FIGURE = re.compile(rf"{phrases('signoffs', 'figure')}\s*+\d{{1,3}}\s*+[:.—–-]", re.IGNORECASE)
# «Просмотров: 2 841», "811 views"
COUNTED = phrases("signoffs", "counters")
COPYRIGHT = re.compile(r"\s*(?:©|\(c\)\s)", re.IGNORECASE)


def is_farewell(line: Block) -> bool:
    """Whether a line speaks to the reader, of the outlet or of its rights, and not of the matter."""
    text = line.text
    if len(text) > _ASKING:
        return False
    if _CHANNELS.match(text) or _CONSENT.match(text) or _MISTAKES.match(text):
        return True
    return bool(_ASKS.match(text)) and (bool(line.links) or not SENTENCE_END.search(text))


def is_caption(line: Block) -> bool:
    """Whether a line says what a picture or a table shows, or who took it."""
    if _FIGURE.match(line.text) or (len(line.text) <= CAPTION_LETTERS and _CREDIT_BEHIND.fullmatch(line.text)):
        return True
    match = _CAPTIONS.match(line.text)
    if not match or len(line.text) > CAPTION_LETTERS:
        return False
    return match[0].endswith((":", "©")) or not SENTENCE_END.search(line.text)


def is_never_text(line: Block) -> bool:
    """Whether the rules drop a line from any text, by what it says alone: no rule behind theirs keeps one."""
    return is_farewell(line) or is_caption(line) or line.kind in TITLES


def is_in_picture(text: PageText, line: Block) -> bool:
    """Whether a line that is no sentence has a box with a picture, and at most one line more."""
    if line.kind in HEADINGS or len(line.text) > CAPTION_LETTERS or SENTENCE_END.search(line.text):
        return False
    for element in text.path(line):
        if text.lines_in(element) > _PICTURE_LINES:
            return False
        is_of_quotation = element.tag == "figure" and next(element.iter("blockquote"), None) is not None
        pictures = (e for e in element.iter(*PICTURES) if not (is_of_quotation and e is element))
        if not (element is line.element and element.tag == "p") and next(pictures, None) is not None:
            return True
    return False


def is_beside(text: PageText, line: Block) -> bool:
    """Whether a line that the extractor left out is no sentence of the text, whatever it says."""
    return (
        line.kind in (*TITLES, "tr", "dt")
        or is_farewell(line)
        or is_caption(line)
        or is_in_picture(text, line)
        or bool(RIGHTS.match(line.text) or COPYRIGHT.match(line.text) or TEAM.match(line.text))
        or (text.is_called(line, ASIDE_NAME) and not text.is_called(line, LEAD_NAME))
        or any(
            element.tag in ("footer", "nav", "form")
            or (element.tag == "aside" and not is_named(_ADDED_NAME, class_names(element)))
            for element in text.path(line)
        )
    )


def is_in_bold(line: Block) -> bool:
    """Whether all words of a line are in bold."""
    return any(letters_and_digits(" ".join(inner.itertext())) == line.key for inner in line.element.iter("b", "strong"))


def paragraph_boxes(text: PageText) -> set[HtmlElement]:
    """The elements whose own paragraphs are much of the text."""
    most = _PARENT_SHARE * text.weight
    return {parent for parent, weight in letters_by_box(text).items() if weight >= most}


def letters_by_box(text: PageText) -> Counter[HtmlElement]:
    """How many letters of the text stand in paragraphs of each element."""
    weights: Counter[HtmlElement] = Counter()
    for line in text.kept:
        parent = line.element.getparent() if line.element.tag == "p" else line.element
        if parent is not None:
            weights[parent] += len(line.key)
    return weights


def box_in(line: Block, parents: set[HtmlElement]) -> HtmlElement | None:
    """The child of one of these elements in which a line stands, or that element where it stands bare in it."""
    inner = line.element
    for element in (line.element, *line.element.iterancestors()):
        if element in parents:
            return inner
        inner = element
    return None


def is_in_other_letters(line: Block) -> bool:
    """Whether all words of a line are in bold or italics."""
    return any(
        letters_and_digits(" ".join(inner.itertext())) == line.key for inner in line.element.iter("b", "strong", "i", "em")
    )
