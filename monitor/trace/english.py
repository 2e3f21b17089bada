"""English sentences: which word is a verb that reports, and which phrase is its subject, told by where it stands."""

from __future__ import annotations

from monitor.trace.closed import closed
from monitor.trace.english_phrases import (
    ADVERBS,
    AUXILIARIES,
    DAYS,
    DETERMINERS,
    OBJECTS,
    OURSELVES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTITIES,
    SUBORDINATORS,
    EnglishPhrases,
)  # fmt: skip
from monitor.trace.phrases import Phrase
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence, Token
from monitor.trace.words import VerbForm, rest_of

_MAY, _WILL, BE = closed("may", "en"), closed("will", "en"), closed("be", "en")
_DEGREES, _WHICH_TIME, TIMES = closed("degree", "en"), closed("which_time", "en"), closed("time", "en")
_PAPER_DONE = closed("paper_done", "en")
_SEEMS = closed("seems", "en")
_COLLECTIVE = closed("collective", "en")
_NAMING = closed("naming", "en")
_CAUSATIVES, _TALES, _TRANSITIVE = closed("causative", "en"), closed("tale", "en"), closed("transitive", "en")
_BARE, _BIDS = closed("bare", "en"), closed("bids", "en")
_NEGATIONS = closed("not_verb", "en") | {word for word in AUXILIARIES if word.endswith("n't")}
_SAY, _AWAY, _IS = closed("say", "en"), closed("away", "en"), closed("is_now", "en")
_BEGINS_OBJECT, _ENDS_OBJECT, _LISTENERS = closed("begins_object", "en"), closed("ends_object", "en"), closed("listener", "en")
_SUBJECTS, _NO_SUBJECT_BEHIND = closed("also_subject", "en"), closed("no_subject_behind", "en")
_RELATIVES, _BEHIND_SUBJECT = closed("relative", "en"), closed("behind_subject", "en")
_OPENS_ASIDE, _OPENS_ROLE = closed("opens_aside", "en"), closed("opens_role", "en")
_JOINS_VERBS, _OPENS_CLAUSE, _PARTS_CLAUSES = (closed(name, "en") for name in ("joins_verbs", "opens_clause", "parts_clauses"))
_RELATIVE = 9
"""Words of a relative clause between who speaks and the verb."""
# Verbs whose plain form and present are nouns as well, and more often.
_NOUNS_TOO = closed("noun_too", "en")


class English(EnglishPhrases):
    """The grammar of English."""

    def is_verb(self, tokens: Sentence, v: int, verb: VerbForm) -> bool:
        """Whether the word is a verb here, and not a noun ("claims", "the state", "media reports") or a name's part."""
        token = tokens[v]
        if token.is_capital and v > 0 and not token.text.isupper() and token.low not in _SAY:
            return False
        if rest_of(verb, [token.low for token in tokens[v + 1 : v + 4]]) < 0:
            return False
        if verb.lemma == "tell" and v + 1 < len(tokens) and tokens[v + 1].low == "to" and verb.tense == "past":
            return False  # "Courts told to hurry"
        if verb.lemma == "tell" and any(token.low in _TALES for token in tokens[v + 1 : v + 5]):
            return False
        if verb.lemma == "put" and not any(
            rest for rest in verb.rests if rest == tuple(t.low for t in tokens[v + 1 : v + 1 + len(rest)])
        ):
            return any(token.low == "at" for token in tokens[v + 2 : v + 9])  # "puts the toll at nine"
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and tokens[at].low in ADVERBS:
            at -= 1
        before = tokens[at] if at >= 0 else None
        if before is not None and before.low == "to" and at > 0 and tokens[at - 1].low in _SEEMS:
            return True  # "the footage appears to show"
        is_verb = self._behind(before, verb) if before is not None and before.kind == WORD else None
        if is_verb is not None:
            return is_verb
        if verb.tense not in {"base", "pres"} or verb.lemma not in _NOUNS_TOO or () not in verb.rests:
            return True  # "points out": what must follow makes a verb of it
        return self._governs(tokens, v, before)

    def _behind(self, before: Token, verb: VerbForm) -> bool | None:
        """Whether the word is a verb, by the word before it; None where that does not tell."""
        if before.low in AUXILIARIES:
            return before.low not in BE or verb.tense in {"gerund", "past"}
        if before.low in PRONOUNS or before.low in OURSELVES or before.low == "who":
            return True
        if before.low == "which" and verb.tense != "base":
            return True
        if before.low in _DEGREES or before.low in DETERMINERS or before.low in PREPOSITIONS:
            return False  # "more detailed", "these claims"
        return False if before.low.endswith(("'s", "'")) else None

    def _governs(self, tokens: Sentence, v: int, before: Token | None) -> bool:
        """Whether what follows a word that may be a noun is what a verb governs."""
        following = tokens[v + 1] if v + 1 < len(tokens) else None
        if following is not None and following.kind in {SPEECH, COLON}:
            return True
        named = before is not None and (before.is_capital or bool(self.kind(before)[0]))
        if following is None or following.kind in {COMMA, END, DASH}:
            return before is not None and (named or before.kind != WORD)
        if before is not None and before.low in _AWAY:
            return False  # "brushed aside claims that"
        if following.low in _BEGINS_OBJECT:
            return True
        if following.low not in DETERMINERS | _LISTENERS:
            return False
        subject = self.ending(tokens, v - 1)  # "city hall disputes both"
        return named or bool(subject and subject.kind)

    def has_content(self, tokens: Sentence, v: int) -> bool:
        """Whether what was said stands beside the verb: quoted, behind a colon, or as a clause."""
        i = v - 1
        while i >= 0 and tokens[i].kind == WORD:
            i -= 1
        if i >= 0 and tokens[i].kind == SPEECH:
            return True
        following = tokens[v + 1] if v + 1 < len(tokens) else None
        if self._has_bare_clause(tokens, v):
            return True
        if following is None or following.kind in {COMMA, END}:
            if i < 0:  # "…?” Reed asked.": the words stand in the sentence before
                return tokens.plain[: tokens.start].rstrip()[-1:] in {"”", '"', "»"}
            return tokens[i].kind in {COMMA, DASH}
        return self._is_called(tokens, v) or self._opens_content(tokens, v)

    def _opens_content(self, tokens: Sentence, v: int) -> bool:
        """Whether quoted words or a clause stand behind the verb."""
        told = self._is_told(tokens, v)
        for j in range(v + 1 + told, len(tokens)):
            token = tokens[j]
            if token.kind in {SPEECH, COLON} or token.low in {"that", "whether"}:
                return True
            if told and token.kind == WORD:
                continue
            if token.kind in {COMMA, END} or token.low in _ENDS_OBJECT:
                return token.low == "as" and any(tokens[k].kind == SPEECH for k in range(j, min(len(tokens), j + 6)))
            if j > v + 1 and token.low in AUXILIARIES and not tokens[v].low.startswith("call"):
                return True
        return False

    def _is_told(self, tokens: Sentence, v: int) -> bool:
        """Whether "to" and a name stand behind the verb: "whispered to the Courier that …", not "agreed to leave"."""
        to = v + 2 < len(tokens) and tokens[v + 1].low == "to"
        name = v + 2 + (to and tokens[v + 2].low in DETERMINERS)
        return to and name < len(tokens) and (tokens[name].is_capital or tokens[name].low in _LISTENERS)

    def _is_called(self, tokens: Sentence, v: int) -> bool:
        """Whether it says what is to be done, or what something is called: "promised to leave", "calls the case a setup"."""
        verb = self.words.verbs.get(tokens[v].low)
        if verb is None or verb.lemma != "call":
            return verb is not None and verb.lemma in _BIDS and tokens[v + 1].low == "to"
        end = next((i for i in range(v + 1, len(tokens)) if tokens[i].kind != WORD), len(tokens))
        named = any(tokens[i].low in {"a", "an"} for i in range(v + 3, min(end, v + 7)))
        return named and tokens[v + 1].low in DETERMINERS

    def _has_bare_clause(self, tokens: Sentence, v: int) -> bool:
        """Whether a clause stands behind without "that", or before: "reckons this one ranks third", "…, remembers Katya"."""
        verb = self.words.verbs.get(tokens[v].low)
        following = tokens[v + 1] if v + 1 < len(tokens) else None
        if tokens[v].low.startswith("doubt") and following is not None and following.low in {"it", "this", "that"}:
            return True
        if v and tokens[v - 1].kind == COMMA and following is not None and following.kind == WORD and following.is_capital:
            return True
        if verb is None or verb.lemma not in _BARE or following is None or following.kind != WORD:
            return False
        return following.low in DETERMINERS or following.low in PRONOUNS or following.low in _SUBJECTS

    def agrees(self, verb: VerbForm, found: Phrase) -> bool:
        """Whether the phrase may be what the verb is said of."""
        return not (verb.number and found.number) or verb.number == found.number or self._is_collective(found)

    def _is_many(self, tokens: Sentence, found: Phrase) -> bool:
        return found.number == "plur" or tokens[found.head].low in _COLLECTIVE

    def _is_collective(self, found: Phrase) -> bool:
        """Whether one says of it "they do": "police insist"."""
        return found.lemma in _COLLECTIVE

    def left(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject before the verb, over auxiliaries, adverbs and what stands between commas."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and self._is_passed(tokens[at]):
            at -= 1
        if at < 0:
            return None
        at = self._before_time(tokens, at)
        passed = [tokens[i].low for i in range(v - 1, at, -1)]
        auxiliary = next((word for word in passed if word in AUXILIARIES), "")
        if auxiliary in BE and verb.tense != "gerund":
            return self._told(tokens, at) if verb.lemma == "tell" else None
        if not _is_asserted(verb, auxiliary, passed):
            return None
        token = tokens[at]
        if verb.tense == "base" and not auxiliary and (token.kind != WORD or token.low == "to"):
            return self._seeming(tokens, at, verb)
        if token.kind in {COMMA, DASH, CLOSE}:
            return self._over_parenthesis(tokens, at)
        if token.kind == WORD and token.low in {"who", "which"}:
            return self.ending(tokens, at - 1 - (at > 0 and tokens[at - 1].kind == COMMA))
        found = self._pronoun(tokens, at) or self._behind_relative(tokens, at) or self._paper_or_person(tokens, v, at)
        if found is None or self._is_no_subject(tokens, v, verb, found, auxiliary):
            return None
        if found.pronoun or auxiliary:
            return found
        return found if self.agrees(verb, found) and (verb.tense != "base" or self._is_many(tokens, found)) else None

    def _behind_relative(self, tokens: Sentence, at: int) -> Phrase | None:
        """Of whom a relative clause tells that ends before the verb: "nurses who worked that night say"."""
        for i in range(at - 1, max(0, at - _RELATIVE), -1):
            if tokens[i].kind not in {WORD, NAME} or tokens[i].low in self.words.verbs:
                return None
            if tokens[i].low == "who":
                found = self.ending(tokens, i - 1) if self.kind(tokens[i - 1])[0] else None
                if found:
                    found.core, found.last = found.last, at
                return found
        return None

    def _before_time(self, tokens: Sentence, at: int) -> int:
        """The token before a time between subject and verb: "the bank this month announced", "the Times on Monday wrote"."""
        if at > 1 and tokens[at].low in TIMES and tokens[at - 1].low in _WHICH_TIME:
            return at - 2
        if at > 1 and tokens[at].low in DAYS and tokens[at - 1].low == "on":
            return at - 2
        return at

    def _paper_or_person(self, tokens: Sentence, v: int, at: int) -> Phrase | None:
        found = self.ending(tokens, at)
        is_paper = found is not None and found.kind in {"document", "publication"}
        return found if is_paper else self._behind_participle(tokens, v) or found

    def _seeming(self, tokens: Sentence, to: int, verb: VerbForm) -> Phrase | None:
        """What seems to show something: "footage appears to show"."""
        seems = to > 1 and tokens[to].low == "to" and tokens[to - 1].low in _SEEMS and "showing" in verb.sections
        return self._paper_or_person(tokens, to - 1, to - 2) if seems else None

    def _behind_participle(self, tokens: Sentence, v: int) -> Phrase | None:
        """The paper of which a participle tells: "a decree published late on Friday", "records reviewed by the Monitor"."""
        for i in range(v - 1, max(0, v - 9), -1):
            if tokens[i].kind not in {WORD, NAME}:
                return None
            if tokens[i].low in _PAPER_DONE and tokens[i - 1].low not in AUXILIARIES:
                found = self.ending(tokens, i - 1)
                if found is None or found.kind not in {"document", "publication"}:
                    return None
                found.core, found.last = found.last, v - 1
                return found
        return None

    def _is_no_subject(self, tokens: Sentence, v: int, verb: VerbForm, found: Phrase, auxiliary: str) -> bool:
        """Whether it is not the verb's subject: "if the court finds", "let editors tell", "a paper published in May"."""
        before = tokens[found.first - 1].low if found.first else ""
        if (
            before in _NO_SUBJECT_BEHIND
            or tokens[found.first].low == "no"
            or (verb.lemma in _NAMING and "what" in {before, *(t.low for t in tokens[found.first : v])})
        ):
            return True
        if verb.tense == "base" and (before in _CAUSATIVES or any(t.low in _CAUSATIVES for t in tokens[found.first : v])):
            return True
        if verb.tense in {"base", "pres"} and verb.lemma in _NOUNS_TOO and before in PREPOSITIONS - SUBORDINATORS:
            return True  # "of Democratic claims"
        following = tokens[v + 1].low if v + 1 < len(tokens) else ""
        is_object = before in _RELATIVES and following == "as"  # "a raid that the mayor described as"
        return verb.tense == "past" and not (auxiliary or is_object) and verb.lemma in _TRANSITIVE and following in PREPOSITIONS

    def _told(self, tokens: Sentence, at: int) -> Phrase | None:
        """An outlet that was told something, and says so."""
        found = self.ending(tokens, at)
        return found if found and found.kind in {"outlet", "masthead"} else None

    def _pronoun(self, tokens: Sentence, at: int) -> Phrase | None:
        token = tokens[at]
        if token.low == "them" and at > 1 and tokens[at - 1].low == "of" and self._is_quantity(tokens[at - 2]):
            return Phrase(at - 2, at, at, pronoun=True, living=True, number="plur")
        if token.kind != WORD or (token.low not in PRONOUNS and token.low not in OURSELVES):
            return None
        gender = PRONOUNS.get(token.low, "plur")
        found = Phrase(at, at, at, pronoun=True, living=True, number="plur" if gender == "plur" else "sing")
        found.gender = "" if gender == "plur" else gender
        return found

    def _is_passed(self, token: Token) -> bool:
        return (
            token.low in ADVERBS
            or token.low in AUXILIARIES
            or token.low in _NEGATIONS
            or (token.low.endswith("ly") and not token.is_capital and token.low not in self.words.nouns)
        )

    def _over_parenthesis(self, tokens: Sentence, close: int) -> Phrase | None:
        if tokens[close].kind == CLOSE:
            return self._before_brackets(tokens, close)
        opened = close - 1
        for _ in range(4):
            while opened > 0 and (
                tokens[opened].kind not in {COMMA, DASH, SPEECH, COLON, END}
                or (tokens[opened].kind == END and tokens[opened + 1].kind == COMMA)  # "of Ashton, Md., said"
            ):
                opened -= 1
            if opened <= 0 or tokens[opened].kind not in {COMMA, DASH}:
                return None
            if self._is_parenthesis(tokens, opened + 1, close):
                found = self._before_brackets(tokens, opened - 1) or self.ending(tokens, opened - 1)
                if found and found.first > 1 and not found.name and tokens[found.first - 1].kind == COMMA:
                    named = self.ending(tokens, found.first - 2)  # "Reed, a former senator, speaking on Radio Polden, said"
                    found, opened = (named, found.first - 1) if named and named.name else (found, opened)
                found = self._before_who(tokens, opened) or found
                is_named = found is not None and self.names_source(found)
                if found and (is_named or tokens[found.first].low in DETERMINERS):  # "their coach, Ivan Reed, said"
                    self._appose(tokens, found, opened + 1, close)
                if found and (is_named or found.name):
                    found.core, found.last = found.last, close
                    return found
            opened -= 1
        return None

    def _before_who(self, tokens: Sentence, e: int) -> Phrase | None:
        """Of whom a relative clause tells that ends before a token: "two people who work on the portal, …"."""
        for i in range(e - 1, max(0, e - 12), -1):
            if tokens[i].kind not in {WORD, NAME}:
                return None
            if tokens[i].low == "who" and self.kind(tokens[i - 1])[0]:
                found = self.ending(tokens, i - 1)
                if found:
                    found.core = found.last
                return found
        return None

    def _before_brackets(self, tokens: Sentence, close: int) -> Phrase | None:
        """The phrase before brackets: "Rep. Ivan Reed (R-Ohio)"."""
        if tokens[close].kind != CLOSE:
            return None
        opened = next((i for i in range(close - 1, -1, -1) if tokens[i].kind == OPEN), 0)
        found = self.ending(tokens, opened - 1) if opened else None
        if found:
            found.core, found.last = found.last, close
        return found

    def _is_parenthesis(self, tokens: Sentence, start: int, end: int) -> bool:
        """Whether what stands between two commas tells of a noun before it."""
        if end <= start:
            return False
        start += tokens[start].low == "and" and start + 1 < end
        first = tokens[start]
        if first.low in _OPENS_ASIDE or first.low in PREPOSITIONS or first.low.isdigit():
            return True
        if start + 2 < end and tokens[start + 1].low == "of" and tokens[start + 2].low in {"whom", "which"}:
            return True
        if first.low.endswith(("ing", "ed")) or first.low in DETERMINERS or first.low in ADVERBS or first.low in DAYS:
            return not any(self._is_finite(tokens, i) for i in range(start + 1, end)) or first.low in QUANTITIES
        if first.is_capital or self.kind(first)[0] or first.low in _OPENS_ROLE:
            return not any(tokens[i].low in AUXILIARIES or self._is_finite(tokens, i) for i in range(start, end))
        return any(self.kind(tokens[i])[0] for i in range(start, end)) and not any(
            tokens[i].low in AUXILIARIES or self._is_finite(tokens, i) for i in range(start, end)
        )

    def right(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject behind the verb, where the words that were said stand first."""
        if verb.tense == "gerund" or v + 1 >= len(tokens):
            return None
        before = tokens[v - 1] if v else None
        if before is None:  # "Said Reed: “…”"
            found = self.starting(tokens, 1, len(tokens))
            stop = found.last + 1 if found else len(tokens)
            return found if found and found.name and stop < len(tokens) and tokens[stop].kind == COLON else None
        so = before.low in {"so", "thus"} and (v == 1 or tokens[v - 2].kind in {COMMA, DASH, SPEECH})  # "So held the court"
        if before.kind not in {SPEECH, COMMA, DASH, END} and not so:
            return None
        if tokens[v + 1].low in OBJECTS | {"that", "to", "as", "reporters"}:
            return None
        found = self.starting(tokens, v + 1, len(tokens))
        if found is None or (not self.names_source(found) and before.kind != SPEECH):
            return None
        following = tokens[found.last + 1] if found.last + 1 < len(tokens) else None
        if following is not None and following.kind == WORD and following.low not in PREPOSITIONS | DAYS | _BEHIND_SUBJECT:
            return None
        if following is not None and following.kind == COMMA:
            self.append(tokens, found)
        return found

    def shared(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject that the verb shares with one before it: "the mayor came and said", "..., adding that"."""
        at = v - 1
        while at > 0 and self._is_passed(tokens[at]):
            at -= 1
        if at < 1 or not (
            tokens[at].low in _JOINS_VERBS
            or (tokens[at].kind in {COMMA, DASH} and verb.tense == "gerund")
            or tokens[at].low == "by"
        ):
            return None
        start = self._shared_from(tokens, v, at)
        if not self._is_shared(tokens, v, verb, start, at):
            return None
        while start < v:
            token = tokens[start]
            if pronoun := self._pronoun(tokens, start):
                return pronoun
            skipped = token.kind not in {WORD, NAME}
            if not skipped and (
                token.low in PREPOSITIONS
                or token.low in SUBORDINATORS
                or token.low in ADVERBS
                or token.low.endswith(("ly", "ing"))
            ):
                comma = next((i for i in range(start, v) if tokens[i].kind == COMMA), 0)
                if not comma:
                    return None
                start = comma + 1
                continue
            if skipped or token.low == "and":
                start += 1
                continue
            found_ = self.starting(tokens, start, self._subject_ends(tokens, start, v))
            return found_ if found_ and self.names_source(found_) else None
        return None

    def _subject_ends(self, tokens: Sentence, start: int, v: int) -> int:
        """Where the verb stands that is said of the subject before it shares it: "the baker laughed and said"."""
        behind = range(start + 1, v - 1)
        return next(
            (
                i
                for i in behind
                if self._was_done(tokens[i]) and tokens[i + 1].low == "and" and tokens[i - 1].low not in DETERMINERS
            ),
            v,
        )

    def _was_done(self, token: Token) -> bool:
        verb = self.words.verbs.get(token.low)
        return token.kind == WORD and not token.is_capital and verb is not None and verb.tense == "past"

    def _is_shared(self, tokens: Sentence, v: int, verb: VerbForm, start: int, at: int) -> bool:
        """Whether the verb behind "and" or a comma is as finite as the one before it, and no participle or infinitive."""
        if verb.tense != "gerund" and any(tokens[i].low in BE for i in range(at + 1, v)):
            return False  # "and has been mentioned"
        if any(tokens[i].low in _NEGATIONS for i in range(at + 1, v)):
            return False  # "but did not recommend"
        if verb.tense == "base" and any(tokens[i].low in _MAY | _WILL | {"to"} for i in range(start, v)):
            return False  # "urged him to stop and apologize"
        return not (verb.tense == "gerund" and tokens[at].low == "and") or any(
            tokens[i].kind in {COMMA, DASH} and tokens[i + 1].low.endswith("ing") for i in range(start, at)
        )  # not "suggested looking and asking"

    def _shared_from(self, tokens: Sentence, v: int, at: int) -> int:
        """Where the clause begins in which a verb may share a subject with one before it."""
        for i in range(v - 1, -1, -1):
            if tokens[i].kind == SPEECH and i == at - 1:
                continue  # "exhorted them to “go on” and said"
            if i == at or (tokens[i].low == "that" and (tokens[at].kind == COMMA or tokens[at].low == "but")):
                continue  # "said that it was over, adding that"
            if tokens[i].kind in {SPEECH, COLON, END} or tokens[i].low in _OPENS_CLAUSE:
                return i + 1
        return 0

    def finite(self, tokens: Sentence, v: int) -> VerbForm | None:
        """The verb that the word may be, of whatever meaning: only its ending tells."""
        token = tokens[v]
        if token.kind != WORD or token.is_capital or (token.low in self._closed and token.low not in BE):
            return None
        known = self.words.verbs.get(token.low)
        if known:
            return known if known.tense in {"past", "pres"} else None
        if token.low.endswith("ed") or token.low in _IS:
            return VerbForm(token.low, frozenset(), "past", "", "")
        return None

    def clause_start(self, tokens: Sentence, v: int) -> int:
        """Where the clause begins that the token ends."""
        at = v
        while at > 0 and tokens[at - 1].kind not in {COLON, END, SPEECH} and tokens[at - 1].low not in _PARTS_CLAUSES:
            at -= 1
        return at

    def subject_of_passive(self, tokens: Sentence, v: int) -> Phrase | None:
        """The subject of "was quoted"; None where the participle stands alone."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and (tokens[at].low in ADVERBS or tokens[at].low in AUXILIARIES):
            at -= 1
        if at >= v - 1 or at < 0 or not any(tokens[i].low in BE for i in range(at + 1, v)):
            return None
        return self._pronoun(tokens, at) or self.ending(tokens, at)


def _is_asserted(verb: VerbForm, auxiliary: str, passed: list[str]) -> bool:
    """Whether the verb with what stands before it says that something was said: not "may say", "did not say", "saying"."""
    supposed = _MAY | (_WILL if verb.lemma != "say" else frozenset())  # "all he would say is"
    if (verb.tense == "base" and auxiliary in supposed) or (verb.tense == "gerund" and auxiliary not in BE):
        return False
    if verb.tense == "participle" and not auxiliary:
        return False
    return "thinking" in verb.sections or not any(word in _NEGATIONS for word in passed)
