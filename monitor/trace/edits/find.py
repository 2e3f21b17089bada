"""Finds the edits between two versions of an article, by class, and whether each was disclosed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Edit, Version
from monitor.text import fold
from monitor.text.letters import dictionary_language
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.denying import denying_of
from monitor.trace.edits.changes import Context, changes
from monitor.trace.edits.notes import boilerplate, labelled, note
from monitor.trace.edits.versions import Pair, Sentence, Text, Token, compare, hunks
from monitor.trace.edits.words import dictionary_of
from monitor.trace.outlets import Outlets
from monitor.trace.words import looked_up

# What makes another title: neither quotation marks nor dashes nor spaces.
_TITLE = re.compile(r"[\w?!.,:;%№]")
# Of what is found to be a denial, so much has to be new, and of a link's words so much be there still.
_NEW = 0.6
_STAYED = 0.5
# Sections of the lexicon of denying whose words make a denial of a sentence that was none.
_DENYING = frozenset(["denying", "dismissing", "countering", "false"])

UrlKey = Callable[[str], str]
"""Gives the same for two addresses of one page."""

_Span = tuple[int, int]
_NOWHERE = (-1, -1)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    before: _Span
    after: _Span


def find_edits(before: Version, after: Version, *, language: str, outlets: Outlets, url_key: UrlKey = str) -> tuple[Edit, ...]:
    """Every change of substance between two versions: the title's first, then in the order of the text.

    An edit is disclosed where the later version carries a new note of a change, or declares a later time of its last change: all
    edits of a pair are, or none is. Nothing is given for what readers do not see as a change, nor for what was only added, but a
    denial or a correction. The same change in several places is given once.
    """
    found = _Reader(before, after, language, outlets, url_key)
    edits = sorted(found.text(), key=lambda f: (max(f.before[0], f.after[0]), f.kind))
    disclosed = found.has_note or _moved(before, after)
    title = [_Found("headline", (0, len(before.title)), (0, len(after.title)))] if _title(before) != _title(after) else []
    return tuple(
        [_edit(f, disclosed, before.title, after.title) for f in title]
        + [_edit(f, disclosed, before.text, after.text) for f in edits]
    )


def substance(version: Version, *, authors: Sequence[str], published: str, language: str, url_key: UrlKey = str) -> str:
    """A digest of all that makes a version of an article: title, byline, date, the words of its text and the links in it.

    It is the same where nothing changed but markup, white space, kinds of quotation marks, or what is no part of the article; and
    whatever time of its last change the page declares.
    """
    words = dictionary_of(dictionary_language(language, version.text))
    found = Text(version.text).said
    left_out = boilerplate(found, words)
    said = [" ".join(sentence.forms) for number, sentence in enumerate(found) if number not in left_out]
    links = sorted({url_key(link.url) for link in version.links if link.start >= 0})
    parts = (_title(version), *authors, published, *said, *links)
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()


def _edit(found: _Found, disclosed: bool, before: str, after: str) -> Edit:
    return Edit(
        found.kind,
        disclosed,
        before[slice(*found.before)] if found.before != _NOWHERE else "",
        after[slice(*found.after)] if found.after != _NOWHERE else "",
        *found.before,
        *found.after,
    )


def _title(version: Version) -> str:
    return "".join(_TITLE.findall(fold(Text(version.title).text).text))


def _moved(before: Version, after: Version) -> bool:
    """Whether the later version declares a later time of its last change."""
    return after.modified is not None and (before.modified is None or after.modified > before.modified)


def _overlaps(tokens: Sequence[Token], span: _Span) -> bool:
    return tokens[0].start < span[1] and span[0] < tokens[-1].end


def _span(tokens: Sequence[Token]) -> _Span:
    return (tokens[0].start, tokens[-1].end) if tokens else _NOWHERE


class _Reader:
    def __init__(self, before: Version, after: Version, language: str, outlets: Outlets, url_key: UrlKey) -> None:
        self.before, self.after, self.url_key, self.outlets = before, after, url_key, outlets
        self.language = dictionary_language(language, before.text + after.text)
        self.words = dictionary_of(self.language)
        self.old, self.new = Text(before.text), Text(after.text)
        self.comparison = compare(self.old.sentences, self.new.sentences, self.words.stem)
        self.no_article = boilerplate(self.old.said, self.words), boilerplate(self.new.said, self.words)
        self.paragraphs = Counter(s.paragraph for s in self.new.sentences)
        titles = (Text(version.title).sentences for version in (before, after))
        was, now = (any(labelled(sentence, self.words) for sentence in title) for title in titles)
        self.has_note = now and not was

    def text(self) -> list[_Found]:
        """What changed in the text; known after it: whether a note came in."""
        pairs = [pair for pair in self.comparison.pairs if not self._is_note(pair)]
        return [*self._removed(), *self._added(pairs), *self._changed(pairs), *self._links()]

    def _is_note(self, pair: Pair) -> bool:
        """Whether a pair is a note of a change that was written anew, or no part of the article."""
        if all(s.number in self.no_article[1] for s in pair.sentences_after):
            return True
        is_note = any(self._label(sentence) for sentence in pair.sentences_after)
        self.has_note = self.has_note or is_note
        return is_note

    def _label(self, sentence: Sentence) -> str:
        return labelled(sentence, self.words, alone=self._is_alone(sentence))

    def _is_alone(self, sentence: Sentence) -> bool:
        return self.paragraphs[sentence.paragraph] == 1

    def _removed(self) -> Iterator[_Found]:
        for run in self.comparison.removed:
            article = [s for s in run if s.number not in self.no_article[0]]
            if article:
                yield _Found("passage_removed", (article[0].tokens[0].start, article[-1].tokens[-1].end), _NOWHERE)

    def _added(self, pairs: Sequence[Pair]) -> Iterator[_Found]:
        denials = self._new_denials(pairs)
        last: Sentence | None = None
        corrects = False
        for sentence in self.comparison.added:
            start, end = _span(sentence.tokens)
            label = self._label(sentence)
            denial = next((d for d in denials if d[0] < end and start < d[1]), None)
            continues = last is not None and last.paragraph == sentence.paragraph
            if denial and label != "correction":
                denials.remove(denial)
                self.has_note = self.has_note or bool(label)
                yield _Found("denial_added", _NOWHERE, (start, end))
                continue
            kind = note(sentence, self.words, alone=self._is_alone(sentence))
            if not kind and not continues:
                continue
            if kind == "correction" and not (continues and corrects):
                corrects = True
                yield _Found("correction", _NOWHERE, (start, end))
            elif not continues:
                corrects = False
            self.has_note, last = True, sentence
        for start, end in denials:
            yield _Found("denial_added", _NOWHERE, (start, end))

    def _new_denials(self, pairs: Sequence[Pair]) -> list[_Span]:
        """Where the later version denies what the earlier one did not."""
        new = {t.start for s in self.comparison.added for t in s.tokens}
        new |= {t.start for pair in pairs for hunk in hunks(pair) for t in pair.after[slice(*hunk.after)]}
        if not new:
            return []
        tokens = [t.start for s in self.new.sentences for t in s.tokens]
        denied = self._denials(self.before) if pairs else []
        found = []
        for start, end in self._denials(self.after):
            inside = [at for at in tokens if start <= at < end]
            if not inside or not new.intersection(inside):
                continue
            pair = next((p for p in pairs if p.after[0].start <= inside[0] <= p.after[-1].start), None)
            turned = pair and self._denies_now(pair, new) and not any(_overlaps(pair.before, span) for span in denied)
            if turned or sum(at in new for at in inside) >= _NEW * len(inside):
                found.append((start, end))
        return found

    def _denies_now(self, pair: Pair, new: set[int]) -> bool:
        """Whether a word by which is denied came into a sentence."""
        cues = denying_of(self.language).cues([looked_up(token.written) for token in pair.after])
        return any(
            cue.section in _DENYING and any(token.start in new for token in pair.after[cue.first : cue.last + 1]) for cue in cues
        )

    def _denials(self, version: Version) -> list[_Span]:
        """Where a version's text denies something, its headline too; a correction is told by its note."""
        headline = f"{version.title}\n\n"
        text, at = headline + version.text, len(headline)
        said = find_attributions(text=text, language=self.language, links=(), outlets=self.outlets)
        denials = find_denials(text=text, language=self.language, attributions=said)
        return [(d.denial_start - at, d.denial_end - at) for d in denials if d.kind == "denial" and d.denial_start >= at]

    def _changed(self, pairs: Sequence[Pair]) -> Iterator[_Found]:
        if not pairs:
            return
        said_before, said_after = (
            find_attributions(text=version.text, language=self.language, links=(), outlets=self.outlets)
            for version in (self.before, self.after)
        )
        said = (t.form for s in (*Text(self.after.title).sentences, *self.new.sentences) for t in s.tokens)
        context = Context(self.words, said_before, said_after, Counter(map(self.words.stem, said)))
        seen = set()
        for pair in pairs:
            for change in changes(pair, context):
                words = (tuple(t.form for t in change.before), tuple(t.form for t in change.after))
                if (change.kind, words) not in seen:
                    seen.add((change.kind, words))
                    yield _Found(change.kind, _span(change.before), _span(change.after))

    # Links

    def _links(self) -> Iterator[_Found]:
        left = {self.url_key(link.url) for link in self.after.links}
        stayed = self._stayed()
        for link in self.before.links:
            words = [t for s in self.old.sentences for t in s.tokens if link.start <= t.start < link.end]
            if self.url_key(link.url) in left or not words:
                continue
            if sum(t.start in stayed for t in words) >= _STAYED * len(words):
                yield _Found("link_removed", (link.start, link.end), _NOWHERE)

    def _stayed(self) -> set[int]:
        """Where the earlier version's words begin that the later one has too."""
        gone = {t.start for run in self.comparison.removed for s in run for t in s.tokens}
        gone |= {t.start for pair in self.comparison.pairs for hunk in hunks(pair) for t in pair.before[slice(*hunk.before)]}
        return {t.start for s in self.old.sentences for t in s.tokens} - gone
