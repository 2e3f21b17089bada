"""A denial with the claim that it denies, and who denies and claims: how the rules of denials make their pairs."""

from __future__ import annotations

from monitor.model import Denial
from monitor.trace.claims import Claim, Claims
from monitor.trace.closed import closed
from monitor.trace.contradicting import denied_by
from monitor.trace.deniers import Deniers
from monitor.trace.passages import Span, Statement, known_by

STANDS_FOR = closed("stands_for")
SHORT_ANSWER = 3
"""A sentence of fewer words says no more than yes or no."""


class Pairs:
    """What a text's rules share: its claims, who denies in it, and how a claim and its denial become a pair."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.low, self.plain = claims.low, claims.plain
        self.sentences = claims.sentences
        self.deniers = Deniers(claims)
        self._found: dict[int, Claim | None] = {}

    def within(self, claim: Span | None, i: int, rule: str, at: int = -1) -> Denial | None:
        """A pair within one sentence: the denial is what is left of it, on the side of a place where that is given."""
        sentence = self.sentences[i]
        if claim is None:
            return None
        sides = [self.claims.trimmed(sentence.start, claim[0]), self.claims.trimmed(claim[1], sentence.end)]
        kept = [side for side in sides if side]
        if not kept:
            return None
        longest = max(kept, key=lambda side: side[1] - side[0])
        says = next((side for side in kept for a in sentence.said if side[0] <= a.start < side[1]), longest)
        denial = next((side for side in kept if side[0] <= at < side[1]), says)
        speaker = self.deniers.of(sentence, denial)
        text = self.claims.text
        if speaker and speaker in text[slice(*claim)] and speaker not in text[slice(*denial)]:
            speaker = self.deniers.subject(sentence)
        return Denial(*claim, *denial, speaker, self._claimant(claim, speaker), rule=rule)

    def _claimant(self, claim: Span, denier: str) -> str:
        """Who said before what a denial speaks of: "despite the authorities' assurances that …"."""
        stems = self.claims.stems(*claim)
        earlier = [c for k, s in enumerate(self.sentences) if s.end <= claim[0] for c in self.claims.claims(k) if c.speaker]
        alike = [(len(c.stems & stems), c.speaker) for c in earlier if known_by(c.speaker) != known_by(denier)]
        return max(alike, key=lambda found: found[0], default=(0, ""))[1] if any(n >= 2 for n, _ in alike) else ""

    def denied(self, i: int) -> Claim | None:
        """The claim elsewhere that a sentence denies: of one sentence several rules ask."""
        if i not in self._found:
            self._found[i] = denied_by(self.claims, i)
        return self._found[i]

    def elsewhere(self, i: int, sentence: Statement, rule: str) -> Denial | None:
        """A pair with a claim elsewhere, where enough says that it is one."""
        claim = self.denied(i)
        return self.with_claim(claim, sentence, rule) if claim else None

    def with_claim(self, claim: Claim, sentence: Statement, rule: str, kind: str = "denial") -> Denial | None:
        """A pair of a claim elsewhere and a sentence that denies it whole."""
        denial = self.claims.trimmed(sentence.start, sentence.end)
        if denial is None:
            return None
        return Denial(*claim.span, *denial, self.deniers.of(sentence, denial), claim.speaker, kind, rule)
