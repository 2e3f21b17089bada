"""Finds attributions: which statements of a text are ascribed to whom.

It applies rules to sentences and is no full parser: what no rule matches is left out. docs/tracing.md names each rule.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from monitor.model import Attribution, Link
from monitor.text import WRITTEN_WORD, sentences
from monitor.text.letters import dictionary_language
from monitor.trace.closed import closed
from monitor.trace.outlets import Outlets
from monitor.trace.rules import RULES
from monitor.trace.rules.context import Finding, context_of, verbs_of
from monitor.trace.rules.venues import tell_to
from monitor.trace.sources import Namer, Source
from monitor.trace.tokens import Quotes, Sentence, plain

# Longer than any sentence that people write: a table or a list without points, which says nothing of who spoke.
LONG = 3000
_HEADING = 80
"""Characters of what stands before a headline's colon, at most."""
_REPORTS = frozenset(["saying", "quoting", "publishing"])

# What stands beside quoted words. A pattern that begins with a set of characters is looked for fast.
_MARKED = re.compile(r"[—–(»”\"':-](?:(?<=[—–(])|(?<=-)\s|(?<=:)\s?[«“\"']|(?<=[,!?.].)(?<!:)\s)")
_SENTENCE_COLON = re.compile(r"[A-ZА-ЯЁІЇЄҐ«](?<=[.!?] .)[^\n.:!?]{2,60}:\s")
# "…, что", "… that …", "…, a guard volunteered.": a clause may be what somebody says, by whatever verb.
_OPENS_CLAUSE = closed("clause_of_content")
_ENDS_IN_VERB = re.compile(r"ed\.$", re.MULTILINE)


def find_attributions(*, text: str, language: str, links: Sequence[Link], outlets: Outlets) -> tuple[Attribution, ...]:
    """Every attribution that the text makes plainly, by offset, in order; spans cover the source and the cue, and do not overlap.

    A person who was once introduced with a role ("lawyer", "губернатор") keeps it where the surname alone is met later.
    `links` whose span lies in the text give the attribution its `url`, and make one where the host is an outlet's.
    """
    return _Reader(text, language, links, outlets).read()


def _headings(text: str) -> Iterator[int]:
    """Where lines begin that have a colon early on: a headline's source may stand before it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        colon = text.find(":", start, min(end, start + _HEADING + 1))
        if colon >= start + 2 and text[colon + 1 : colon + 2].isspace():
            yield start
        start = end + 1


class _Reader:
    def __init__(self, text: str, language: str, links: Sequence[Link], outlets: Outlets) -> None:
        self.plain = plain(text)
        self.language = dictionary_language(language, self.plain)
        self.context = context_of(self.language, outlets)
        self.namer = Namer(text, self.context, self._sentence_before)
        self._read: dict[int, Sentence] = {}
        self.links = [link for link in links if 0 <= link.start < link.end <= len(text)]

    @cached_property
    def quotes(self) -> Quotes:
        """Where the text quotes somebody."""
        return Quotes(self.plain)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where its sentences stand."""
        return sentences(self.plain)

    def _tokens(self, start: int, end: int) -> Sentence:
        if start not in self._read:
            self._read[start] = Sentence(self.plain, start, end, self.quotes, doubts=self.language != "en")
        return self._read[start]

    def _sentence_before(self, offset: int, n: int) -> Sentence | None:
        at = bisect_right(self.spans, offset, key=lambda span: span[0]) - 1
        while n and at >= 0:
            at -= 1
            n -= not self.quotes.covers(*self.spans[at])  # what one person is quoted with may be many sentences
        if at < 0 or self.spans[at][1] - self.spans[at][0] > LONG:
            return None
        return self._tokens(*self.spans[at])

    def read(self) -> tuple[Attribution, ...]:
        """Every attribution, in order."""
        if not self.marks:
            return ()
        found: list[Attribution] = []
        for start, end in self.spans:
            if end - start > LONG or not self._reports(start, end) or self.quotes.covers(start, end):
                continue
            tokens = self._tokens(start, end)
            found += self._with_links(self._sentence(tokens), tokens)
        return tuple(found)

    @cached_property
    def marks(self) -> list[int]:
        """Where something stands that a rule begins with: most sentences have nothing of the kind, and need not be looked at."""
        low = self.plain.replace("\u0130", "i").lower()
        cues = self.context.words.cues
        marks = [m.start() for m in WRITTEN_WORD.finditer(low) if (word := m[0]) in cues or word in _OPENS_CLAUSE]
        for pattern in (_MARKED, _SENTENCE_COLON, _ENDS_IN_VERB)[: 3 if self.language == "en" else 2]:
            marks += [m.start() for m in pattern.finditer(self.plain)]
        marks += _headings(self.plain)
        return sorted(marks)

    def _reports(self, start: int, end: int) -> bool:
        at = bisect_left(self.marks, start)
        return at < len(self.marks) and self.marks[at] < end

    def _sentence(self, tokens: Sentence) -> list[Attribution]:
        findings: list[Finding] = []
        for rule in RULES:
            for finding in rule(self.context, tokens):
                if apart := _apart(finding, findings, self.plain):
                    findings.append(apart)
        found = []
        for finding in findings:
            if finding.rule in {"verb", "spoken", "claused", "shown", "according"}:
                own = finding.start, finding.end
                tell_to(self.context, finding)
                if any(f is not finding and f.start < finding.end and finding.start < f.end for f in findings):
                    finding.start, finding.end = own  # "told the outlet 9x9, which first described it": it speaks, too
        for finding in sorted(findings, key=lambda f: f.start):
            source = self.namer.source(finding)
            if source is not None:
                found.append(_attribution(finding, source))
        return found

    def _with_links(self, found: list[Attribution], tokens: Sentence) -> list[Attribution]:
        for link in self.links:
            if not tokens.start <= link.start < tokens.end:
                continue
            outlet = self.context.outlets.of_url(link.url)
            touched = next((i for i, a in enumerate(found) if link.start <= a.end and a.start <= link.end), None)
            credited = next((i for i, a in enumerate(found) if outlet and a.outlet == outlet), None)
            at = credited if credited is not None else touched
            if at is not None and not found[at].url:
                found[at] = replace(found[at], url=link.url)
            if outlet and at is not None and found[at].kind == "outlet" and found[at].speaker:
                found[at] = replace(found[at], speaker="", outlet=outlet)  # "the paper reported", and the link says which
            if outlet and at is None and any(verb.sections & _REPORTS for _, verb in verbs_of(self.context, tokens)):
                found.append(Attribution("outlet", "", outlet, link.start, link.end, link.url, "link"))
        return sorted(found, key=lambda a: (a.start, a.end))


def _attribution(finding: Finding, source: Source) -> Attribution:
    where = finding.start, finding.end
    return Attribution(source.kind, source.speaker, source.outlet, *where, rule=finding.rule, resolved=source.resolved)


def _apart(finding: Finding, others: list[Finding], text: str) -> Finding | None:
    """The finding without what an earlier rule took; None where nothing is left of it."""
    for other in others:
        if finding.start >= other.end or other.start >= finding.end:
            continue
        phrase = finding.phrase
        named_before = phrase is not None and finding.tokens[phrase.core if phrase.core >= 0 else phrase.last].end <= other.start
        if not (other.rule in {"citing", "quoted"} and named_before and finding.start < other.start):
            return None
        finding.end = other.start
        while not (text[finding.end - 1].isalnum() or text[finding.end - 1] in "»”"):
            finding.end -= 1
    return finding
