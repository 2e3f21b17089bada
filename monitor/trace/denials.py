"""Who denies what? Finds a word of denial, the claim that follows it, and the speaker beside it."""

from __future__ import annotations

import re

from monitor.model import Attribution, Denial
from monitor.text import sentences
from monitor.trace.attributions import LONG, find_attributions, language_of
from monitor.trace.lexicon import LEXICONS, Lexicon, plain, small
from monitor.trace.outlets import Outlets

_CLAIM_END = re.compile(r"[,;]\s*[\"”»]|[\"”»]|\s[—–]\s|\.(?=\s|$)|\n")
_LEAD = re.compile(
    r"[\s,]*(?:(?:that|about|of|the claims?|что|о том,? что|том,? что|о|об|про те,? що|про|що)\s+)?", re.IGNORECASE
)
# A claim of fewer letters is a pronoun or an adverb, and points elsewhere.
_LEAST = 6
# "отрицают: «Решение каждый принимает сам»": what follows a colon is what the denier holds instead, the opposite of the claim.
_INSTEAD = re.compile(r"\s*:")
# "не опроверг", "did not deny", "was denied entry": no denial.
_NOT = re.compile(r"(?:\bне|\bnot|\bnever|\bwas|\bwere|\bbeen|\bbeing|n't)\s+$", re.IGNORECASE)


def find_denials(*, text: str, language: str) -> tuple[Denial, ...]:
    """Every plain denial, by offset. The claim is what the word of denial governs, or, where that only points back ("denied
    this"), the sentence before. The speaker is the one credited in the sentence; where only a pronoun is
    ("he added"), the last person credited before it; else empty."""
    written = plain(text)
    folded, words = small(written), LEXICONS[language_of(written, language)]
    if not words.deny_re.search(folded):
        return ()
    spans = [span for span in sentences(written) if span[1] - span[0] <= LONG]
    found = []
    for i, (start, end) in enumerate(spans):
        cue = words.deny_re.search(folded, start, end)
        if cue is None or _NOT.search(folded, max(start, cue.start() - 8), cue.start()):
            continue
        claim = _claim(written, cue, end, words) or (spans[i - 1] if i else None)
        if claim:
            found.append((claim, (start, end)))
    # Most texts deny nothing, and need not be asked who speaks in them: it cost more than all else here.
    said = find_attributions(text=text, language=language, links=(), outlets=Outlets()) if found else ()
    return tuple(
        Denial(*claim, *denial, _speaker(said, *denial, words.pronoun_re.search(written, *denial) is not None))
        for claim, denial in found
    )


def _claim(written: str, cue: re.Match[str], end: int, words: Lexicon) -> tuple[int, int] | None:
    if cue.groupdict().get("claim"):
        return cue.span("claim")
    if _INSTEAD.match(written, cue.end(), end):
        return None
    lead = _LEAD.match(written, cue.end(), end)
    start = lead.end() if lead else cue.end()
    stop = _CLAIM_END.search(written, start, end)
    until = stop.start() if stop else end
    while until > start and not written[until - 1].isalnum():
        until -= 1
    claim = written[start:until]
    if len(claim) < _LEAST or words.elsewhere_re.fullmatch(claim):
        return None
    return start, until


def _speaker(said: tuple[Attribution, ...], start: int, end: int, pronoun: bool) -> str:
    here = [a for a in said if start <= a.start < end]
    if here:
        return here[0].speaker
    people = [a for a in said if a.start < start and a.kind in {"official", "lawyer", "witness", "other"}]
    return people[-1].speaker if pronoun and people else ""
