"""A page's lines, and what rules ask of a line. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lxml.html import HtmlElement

from monitor.read.blocks import Block, letters_and_digits
from monitor.read.body import container
from monitor.read.elements import class_names
from monitor.read.names import key

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A line of the text ends so: as a sentence does (`monitor.text.ends_sentence`), or in a colon, before what it announces.
SENTENCE_END = re.compile(r"[.!?…։।。！？:;][»”\"’')\]」』]*$")
# "Home → News → Bridge closed…"
_TRAIL = re.compile(r"\s[→›»>]\s.*\s[→›»>]\s")
EDGE, CLOSE = r"(?:^|[\s-])", r"(?:$|[\s-])"
# So much of a line that is a link is at most a reference in a sentence.
SOME_LINK = 0.3
SENTENCE_WORDS, WORD_LETTERS, SAYING_LETTERS = 4, 8, 50
# So many paragraphs of so many letters, and no other line, in a box behind the text's.
GOES_ON, PARAGRAPH_LETTERS = 2, 80
NAME_WORD = r"[^\W\d_a-zа-яёіїєґ](?:\.|[\w'’.-]{0,30})"


class PageText:
    """A page's lines, and what the rules ask of them together."""

    def __init__(self, lines: Sequence[Block], title: str, summary: str, authors: Sequence[str]) -> None:
        self.lines, self.title = lines, letters_and_digits(title)
        # A text may be signed in capitals.
        self.authors = {letters_and_digits(author).casefold() for author in authors}
        self.title_words = set(key(title).split())
        self.summary = letters_and_digits(summary)
        self.holder = container(lines)
        self._counts: Counter[HtmlElement] = Counter()
        self._around = {self.holder, *self.holder.iterancestors()} if self.holder is not None else set()

    @property
    def kept(self) -> list[Block]:
        """The lines that are kept so far, in order."""
        return [line for line in self.lines if line.kept]

    @property
    def weight(self) -> int:
        """Letters of the kept lines."""
        return sum(len(line.key) for line in self.lines if line.kept)

    def path(self, line: Block) -> Iterator[HtmlElement]:
        """The elements around a line, the innermost first, inside the one that holds the text."""
        for element in (line.element, *line.element.iterancestors()):
            if element in self._around:
                return
            yield element

    def lines_in(self, element: HtmlElement) -> int:
        """How many lines stand in an element."""
        if not self._counts:
            for line in self.lines:
                self._counts.update((line.element, *line.element.iterancestors()))
        return self._counts[element]

    def is_called(self, line: Block, names: re.Pattern[str]) -> bool:
        """Whether an element around a line, inside the text's container, has a class name that matches."""
        return any(is_named(names, class_names(element)) for element in self.path(line))

    def headline(self) -> int | None:
        """The number of the line over the text that is its headline."""
        first = next((number for number, line in enumerate(self.lines) if line.kept and says_something(line)), 0)
        over = [number for number, line in enumerate(self.lines[:first]) if line.kind == "h1" or line.key == self.title]
        titles = [number for number in over if self.lines[number].key == self.title]
        # A table of contents may have the title too.
        headings = [number for number in titles if self.lines[number].kind in HEADINGS]
        return next((numbers[-1] for numbers in (headings, titles, over) if numbers), None)


@lru_cache(maxsize=8192)
def is_named(names: re.Pattern[str], said: str) -> bool:
    """Whether class names have one that matches."""
    return names.search(said) is not None


def is_sentence(line: Block, words: int = SENTENCE_WORDS) -> bool:
    """Whether a line says something in words of its own: no label, no list of links."""
    # Where words are not parted, as in Japanese, letters are counted.
    is_long = len(line.text.split()) >= words or len(line.key) >= words * WORD_LETTERS
    is_ended = SENTENCE_END.search(line.text) is not None and not _TRAIL.search(line.text)
    return is_long and line.linked <= SOME_LINK and is_ended


def says_something(line: Block) -> bool:
    """Whether a line is a sentence, or as long as one: what has none such is no text."""
    return is_sentence(line) or (len(line.key) >= SAYING_LETTERS and line.linked <= SOME_LINK)
