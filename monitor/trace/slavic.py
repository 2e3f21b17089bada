"""Russian and Ukrainian sentences: which word is a verb that reports, and which phrase is its subject.

Endings tell subject and object apart wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.lexicons import any_of
from monitor.text.morphology import Reading, readings
from monitor.trace.closed import closed
from monitor.trace.phrases import Phrase
from monitor.trace.slavic_phrases import OBLIQUE, QUANTITIES, TIMES, SlavicPhrases
from monitor.trace.slavic_words import ACRONYM, ADVERBS, COORDINATORS, OUT_OF, PREPOSITIONS, SUBORDINATORS
from monitor.trace.tokens import COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence, Token
from monitor.trace.words import VerbForm, rest_of

_GENDERS = {"he": "masc", "she": "femn", "it": "neut", "they": "plur"}
_PRONOUNS = {word: gender for section, gender in _GENDERS.items() for word in closed(section, "ru", "uk")}
_NAMES, _OPENED = closed("names_so", "ru", "uk"), re.compile('[«“„"]')
_CONTENT, _AND = closed("content", "ru", "uk"), closed("and", "uk")
NEGATIONS = closed("not", "ru", "uk") | closed("nor", "ru", "uk")
_WITHIN = closed("place_of_office", "ru", "uk")
_ABOUT, _ONTO = closed("about", "ru", "uk"), closed("onto")
_CALLS, _SO, _SURE = closed("calls", "ru", "uk"), closed("so", "ru", "uk"), closed("sure", "ru", "uk")
_IN = closed("in")
_BIDS = closed("bids", "ru", "uk")
# Nouns that are put together with what is of a state: "теризбиркоме", "облздраве", "Рослесхозе".
_OFFICE = re.compile(
    rf"(?:{any_of(closed('office_ends'))})(?:е|у|а|ом|і)?$|{any_of(closed('office_part'))}|^(?:{any_of(closed('office_begins'))})(?=\w{{4}})"
)
_HOW_MANY = closed("how_many")
_THIS, _WITH_THIS = closed("this_one"), closed("along_with")
_WHOM = closed("whom")
_THUS = closed("thus")
_DEED = re.compile("(?:ние|тие|ння|ття)$")
_AS, _AFTER_THAT = closed("how", "ru", "uk"), closed("after_that")
_THERE, _DRAFT = closed("there"), closed("draft")
_THEM = closed("them")
_OF_EITHER = frozenset(["official", "lawyer", "witness", "outlet", "representative", "expert", "other"])
"""Kinds whose nouns are of a woman as well."""


class Slavic(SlavicPhrases):
    """The grammar of Russian (`ru`) or Ukrainian (`uk`)."""

    def is_verb(self, tokens: Sentence, v: int, verb: VerbForm) -> bool:
        """Whether the form is the verb's here: endings tell, but for a few that are another word's as well."""
        if rest_of(verb, [token.low for token in tokens[v + 1 : v + 4]]) < 0:
            before = {token.low for token in tokens[max(0, v - 4) : v]}  # "к такому выводу пришла"
            if not any(rest and before.issuperset(rest) for rest in verb.rests):
                return False
        return not (tokens[v].is_capital and v > 0 and tokens[v - 1].kind == WORD)

    def has_content(self, tokens: Sentence, v: int) -> bool:
        """Whether what was said stands beside the verb: quoted, behind a colon, or as a clause."""
        end = next((i for i in range(v + 1, len(tokens)) if tokens[i].kind in {COMMA, COLON, SPEECH, END, DASH}), len(tokens))
        joined = next((i for i in range(v + 1, end) if tokens[i].low in COORDINATORS), end)
        if joined < end and any(self.finite(tokens, i) for i in range(joined + 1, end)) and self._is_opinion(tokens, v, joined):
            return True  # "назвала акцию постановкой и напомнила"
        if any(self.finite(tokens, i) for i in range(v + 1, end)):
            return False  # what follows is another verb's
        if v + 1 < end and self.clause_start(tokens, v) < v and tokens[self.clause_start(tokens, v)].low in _HOW_MANY:
            return False  # "на вопрос, сколько случаев ведомство считает единичными"
        if self._is_opinion(tokens, v, end) or self._is_bid(tokens, v):
            return True
        if tokens[v].low in _NAMES and _OPENED.search(tokens.plain, tokens[v].end, tokens[end - 1].end):
            return True  # "назвала условия «терпимыми»"
        if end < len(tokens) and (
            tokens[end].kind in {COLON, SPEECH} or (end + 1 < len(tokens) and tokens[end + 1].low in _CONTENT)
        ):
            return True
        start = next((i for i in range(v - 1, -1, -1) if tokens[i].kind in {COMMA, SPEECH, DASH, COLON}), -1)
        if (
            start > 1
            and start == v - 1
            and tokens[start].kind in {COMMA, DASH}
            and self.right(tokens, v, self.words.verbs[tokens[v].low])
        ):
            return True  # "Рынок закроют, полагают соседи, видевшие бумагу"
        return start >= 0 and (tokens[start].kind == SPEECH or tokens[start].kind == DASH or end >= len(tokens) - 1)

    def tells(self, tokens: Sentence, v: int, found: Phrase) -> bool:
        """Whether somebody hands on, writes or finds words, and no thing: with a clause, about something, to an outlet."""
        start, end = self.clause_start(tokens, v), self.clause_end(tokens, v + 1)
        whom = any(tokens[i].low in _WHOM for i in range(v + 1, found.first + self.is_thing(tokens[found.head])))
        if v < found.first and not whom and all(tokens[i].low in ADVERBS | _AS | _THUS for i in range(start, v)):
            return True  # "Причина, пишет министр, в том", "Как установил суд"
        about = any(tokens[i].low in _ABOUT for i in (start, v + 1) if i < end)
        told = any(tokens[i].kind == NAME and i != found.title for i in range(start, end))
        at = end if end < len(tokens) else v
        clause = tokens[at].kind in {COLON, SPEECH} or (
            tokens[at].kind == COMMA and tokens[at + 1 : at + 2] and tokens[at + 1].low in _CONTENT
        )
        return about or told or clause or any(token.kind == SPEECH for token in tokens[:v])

    def _is_opinion(self, tokens: Sentence, v: int, end: int) -> bool:
        """Whether it says what somebody takes a thing for, or is sure of: "считает набор законным", "думает иначе"."""
        around = tokens[self.clause_start(tokens, v) : end]
        if any(token.low in _THIS for token in around) and any(token.low in _WITH_THIS for token in around):
            return True  # "суд с этим согласился"
        if v + 1 < end and (tokens[v + 1].low in _SO or (tokens[v].low in _SURE and tokens[v + 1].low in _IN)):
            return True
        verb = self.words.verbs.get(tokens[v].low)
        if verb is None or verb.lemma not in _CALLS or (v and tokens[v - 1].low in NEGATIONS):
            return False
        clause = range(self.clause_start(tokens, v), end)
        return any(self._is_taken_for(tokens, i) for i in clause if i != v)

    def _is_bid(self, tokens: Sentence, v: int) -> bool:
        """Whether somebody bids or promises what an infinitive tells: "требует вернуть", "обещал не закрывать"."""
        verb = self.words.verbs.get(tokens[v].low)
        begins = self.clause_start(tokens, v)
        if verb is None or verb.lemma not in _BIDS or (begins < v and self.is_relative(tokens[begins])):
            return False
        return any(
            tokens[i].kind == WORD and self._is_infinitive(tokens[i]) for i in range(v + 1, self.clause_end(tokens, v + 1))
        )

    def _is_infinitive(self, token: Token) -> bool:
        return token.low.endswith(("ть", "ти", "чь", "ться", "тись", "тися", "чься")) and any(
            r.part == "INFN" or "infn" in r.marks for r in readings(token.low, self.language)[:1]
        )

    def _is_taken_for(self, tokens: Sentence, i: int) -> bool:
        """Whether the word may be what something is called: an instrumental without a preposition."""
        token = tokens[i]
        if token.kind != WORD or token.is_capital or (i and tokens[i - 1].low in PREPOSITIONS):
            return False
        made = self.form(token)
        return any(r.case == "ablt" for r in (*made.nouns[:1], *made.adjectives[:2]))

    def agrees(self, verb: VerbForm | Reading, found: Phrase) -> bool:
        """Whether the phrase may be what the verb is said of."""
        if found.pronoun and found.last > found.first:
            return True  # "один из них"
        if verb.number == "plur":
            return found.number != "sing"
        if found.number == "plur":
            return False
        return not (verb.gender and found.gender) or verb.gender == found.gender or self._of_either(verb.gender, found)

    def _of_either(self, gender: str, found: Phrase) -> bool:
        """A woman may be a "депутат" or a "врач", and a name in a lexicon may be a woman's too."""
        return (gender == "femn" and found.living) or found.kind in _OF_EITHER

    def phrases(self, tokens: Sentence, start: int, end: int) -> Iterator[Phrase]:
        """The phrases that may be a subject, and pronouns, in order; what depends on a preposition is passed over."""
        at = start
        while at < end:
            token = tokens[at]
            found: Phrase | None = None
            if token.kind == WORD and token.low not in PREPOSITIONS and token.low not in _PRONOUNS and self._names_nothing(token):
                at += 1
                continue
            if token.kind == WORD and token.low in PREPOSITIONS and not self._is_subject_word(token):
                if at + 1 < end and any(r.part == "NPRO" for r in self.form(tokens[at + 1]).nouns):
                    at += 2  # "сообщил о нём «Курьер»"
                    continue
                inner = self.phrase(tokens, at + 1, end, OBLIQUE) if at + 1 < end else None
                at = inner.last + 1 if inner else at + 1
                continue
            if token.kind == WORD and token.low in _PRONOUNS and not (self.language == "uk" and token.low in _AND):
                gender = _PRONOUNS[token.low]
                found = Phrase(at, at, at, pronoun=True, number="plur" if gender == "plur" else "sing", living=True)
                found.gender = "" if gender == "plur" else gender
            elif token.kind in {WORD, NAME}:
                found = self._one_of_them(tokens, at, end) or self._phrase(tokens, at, end, "nomn")
            if found:
                yield found
                at = found.last + 1
                continue
            passed = self.phrase(tokens, at, end, OBLIQUE) if token.kind in {WORD, NAME} else None
            at = passed.last + 1 if passed else at + 1

    def _one_of_them(self, tokens: Sentence, at: int, end: int) -> Phrase | None:
        """ "Один из них": of those who were named before."""
        if at + 2 >= end or tokens[at].low not in QUANTITIES or tokens[at + 1].low not in OUT_OF:
            return None
        return Phrase(at, at + 2, at + 2, pronoun=True, living=True, number="plur") if tokens[at + 2].low in _THEM else None

    def _is_subject_word(self, token: Token) -> bool:
        return token.is_capital and bool(ACRONYM.fullmatch(token.text))

    def left(self, tokens: Sentence, v: int, verb: VerbForm | Reading) -> Phrase | None:
        """The subject before the verb, over what stands between commas."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and (tokens[at].low in ADVERBS or tokens[at].low in NEGATIONS):
            at -= 1
        if at < 0:
            return None
        if tokens[at].kind in {COMMA, DASH} and at > 1:
            return self._over_parenthesis(tokens, at, verb)
        start = self.clause_start(tokens, v)
        found = None
        for candidate in self.phrases(tokens, start, v):
            if self.names_source(candidate) and self.agrees(verb, candidate):
                found = candidate
        if found and any(self.finite(tokens, i) for i in range(found.last + 1, v)):
            return None  # it is another verb's, and at most shared
        is_name = tokens[at].kind == NAME and self._name_fits(tokens[at], "nomn")
        if found is None and is_name and isinstance(verb, VerbForm) and (any(verb.rests) or self._stands_alone(tokens, at)):
            return Phrase(at, at, at, title=at, number="sing")  # "к такому выводу «Курьер» пришёл"
        return found

    def _stands_alone(self, tokens: Sentence, at: int) -> bool:
        """Whether a quoted name is nobody's behind a time: "в январе «Курьер» предупреждал", not "в газете «Курьер» сообщили"."""
        before = tokens[at - 1] if at else None
        return before is not None and before.kind == WORD and bool(self.lemmas(before) & TIMES)

    def clause_start(self, tokens: Sentence, v: int) -> int:
        """The first token of the clause that a token is in."""
        at = v
        while at > 0:
            token = tokens[at - 1]
            if token.kind in {COMMA, COLON, DASH, END, SPEECH, OPEN} or token.low in SUBORDINATORS:
                break
            at -= 1
        return at

    def _over_parenthesis(self, tokens: Sentence, close: int, verb: VerbForm | Reading) -> Phrase | None:
        opened = close - 1
        for _ in range(3):
            while opened > 0 and tokens[opened].kind not in {COMMA, DASH, SPEECH, COLON, END}:
                opened -= 1
            if opened <= 0 or tokens[opened].kind not in {COMMA, DASH}:
                return None
            start = self.clause_start(tokens, opened)
            for candidate in self.phrases(tokens, start, opened):
                if candidate.last == opened - 1 and self.names_source(candidate) and self.agrees(verb, candidate):
                    candidate, opened = self._named_before(tokens, candidate, opened, verb)
                    stop = next((i for i in range(opened + 1, close) if tokens[i].kind == COMMA), close)
                    self._appose(tokens, candidate, opened + 1, stop)
                    candidate.core, candidate.last = candidate.last, close
                    return candidate
            opened -= 1
        return None

    def _named_before(self, tokens: Sentence, found: Phrase, opened: int, verb: VerbForm | Reading) -> tuple[Phrase, int]:
        """The person whom it only describes, with the comma behind him: "Иван Зимин, глава совета, бывший мэр, сказал"."""
        if found.name or found.first < 2 or tokens[found.first - 1].kind != COMMA:
            return found, opened
        named = self.ending(tokens, found.first - 2)
        return (named, found.first - 1) if named and named.name and self.agrees(verb, named) else (found, opened)

    def right(self, tokens: Sentence, v: int, verb: VerbForm | Reading) -> Phrase | None:
        """The subject behind the verb: usual where the words that were said stand first."""
        end = self.clause_end(tokens, v + 1)
        if any(self._is_subject(tokens, i, verb) for i in range(self.clause_start(tokens, v), v)):
            return None  # "группа стран призвала правительство"
        for candidate in self.phrases(tokens, v + 1, end):
            if candidate.first - v > 14:
                return None
            if self.names_source(candidate) and self.agrees(verb, candidate):
                if any(self._is_infinitive(t) for t in tokens[v + 1 : candidate.first]) and self._may_be_whom(
                    tokens[candidate.head]
                ):
                    continue  # "там обещают прислать фельдшера"
                other = self._phrase(tokens, candidate.last + 1, end, "nomn") if candidate.last + 1 < end else None
                if other and self._is_object_before(tokens, candidate, other) and self.agrees(verb, other):
                    candidate = other
                if candidate.last + 1 < len(tokens) and tokens[candidate.last + 1].kind == COMMA:
                    self.append(tokens, candidate)
                return candidate
        return None

    def _may_be_whom(self, token: Token) -> bool:
        """Whether the word may as well be the one to whom something is done."""
        return token.kind == WORD and any(r.case == "accs" and "anim" in r.marks for r in self.form(token).nouns)

    def _is_subject(self, tokens: Sentence, i: int, verb: VerbForm | Reading) -> bool:
        """Whether a noun before the verb can be its subject and no object, whether it names somebody or not."""
        if tokens[i].kind != WORD or (tokens[i].is_capital and i > 0) or verb.gender != "femn":
            return False
        nouns = [r for r in self.form(tokens[i]).nouns if r.part == "NOUN" and r.number != "plur"]
        return bool(nouns) and all(r.case == "nomn" and r.gender == "femn" for r in nouns)

    def _is_object_before(self, tokens: Sentence, found: Phrase, other: Phrase) -> bool:
        """Whether one may be the object and the other can only be the subject: "убеждал суд подсудимый"."""
        if found.name or found.title is not None or not self.is_thing(tokens[found.head]):
            return False
        cases = {r.case for r in self.form(tokens[other.head]).nouns if "anim" in r.marks}
        return (bool(other.name) or bool(other.kind) or other.living) and "nomn" in cases and "accs" not in cases

    def dropped(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """Who goes on to speak, where a verb in the singular has no subject and quoted words follow or stand before."""
        if verb.number != "sing" or verb.gender == "neut" or any(t.kind == NAME for t in tokens[:v]):
            return None
        behind = next((i for i in range(v + 1, len(tokens)) if tokens[i].kind != WORD), len(tokens))
        if not (behind + 1 < len(tokens) and tokens[behind].kind == COLON and tokens[behind + 1].kind == SPEECH):
            return None
        if any(self.finite(tokens, k) or tokens[k].kind in {SPEECH, END, COLON} for k in range(v)):
            return None
        found = Phrase(v, v, v, pronoun=True, living=True, number="sing")
        found.gender = verb.gender
        return found

    def clause_end(self, tokens: Sentence, at: int) -> int:
        """Where the clause ends that goes on at a token."""
        while at < len(tokens):
            token = tokens[at]
            if token.kind in {COMMA, COLON, DASH, END, SPEECH} or token.low in SUBORDINATORS:
                break
            at += 1
        return at

    def office(self, tokens: Sentence, v: int) -> Phrase | None:
        """The office in which it was said: "в прокуратуре сообщили", "подчеркнули в штабе"."""
        start, end = self.clause_start(tokens, v), self.clause_end(tokens, v + 1)
        for low, high in ((start, v), (v + 1, end)):
            for at in range(low, high - 1):
                if tokens[at].kind == WORD and tokens[at].low in _WITHIN:
                    inner = self._phrase(tokens, at + 1, high, "loct")
                    told = inner and (inner.kind or inner.title is not None or inner.proper)
                    if inner and (told or (tokens[at].low in _IN and self._is_place_of_people(tokens, inner, v))):
                        inner.start, inner.first = at + 1, at
                        return inner
        return self._there(tokens, start, v, end)

    def _is_place_of_people(self, tokens: Sentence, found: Phrase, v: int) -> bool:
        """Whether people may be meant by where they are: "в толпе", "в диспетчерской"; not by a time or an occasion."""
        head = tokens[found.head]
        about = v + 1 < len(tokens) and tokens[v + 1].low in _ABOUT | _ONTO
        verb = self.words.verbs.get(tokens[v].low)
        if verb is None or verb.sections.isdisjoint({"saying", "thinking"}) or not (about or self.has_content(tokens, v)):
            return False
        if head.kind != WORD or head.low.isdigit() or head.low in self.words.venues:
            return False
        lemmas = {r.lemma for r in self.form(head).nouns}
        if not lemmas or lemmas & TIMES or all(_DEED.search(lemma) for lemma in lemmas):
            return False  # "признали виновным в оставлении части"
        begins = self.clause_start(tokens, v)
        if begins > 2 and tokens[begins - 1].low in _AS and tokens[begins - 3].low in _AFTER_THAT:
            return False  # "после того, как в городе объявили набор"
        found.kind = "official" if _OFFICE.search(head.low) else "witness"
        return True

    def _there(self, tokens: Sentence, start: int, v: int, end: int) -> Phrase | None:
        """ "Там ответили": in the office that was named before."""
        for at in (*range(start, v), *range(v + 1, end)):
            if tokens[at].kind == WORD and tokens[at].low in _THERE:
                return Phrase(at, at, at, pronoun=True, gender="place")
        return None

    def ending(self, tokens: Sentence, e: int) -> Phrase | None:
        """The longest nominative phrase that ends with a token."""
        for start in range(self.clause_start(tokens, e + 1), e + 1):
            found = self._phrase(tokens, start, e + 1, "nomn") if tokens[start].kind in {WORD, NAME} else None
            if found and found.last == e and self.names_source(found):
                return found
        return None

    def whole(self, tokens: Sentence, start: int, end: int) -> Phrase | None:
        """The nominative phrase that is all there is between two tokens."""
        found = self._phrase(tokens, start, end, "nomn") if start < end and tokens[start].kind in {WORD, NAME} else None
        if found is None or not self.names_source(found):
            return None
        at = found.last + 1
        while at < end and tokens[at].kind == WORD and tokens[at].low in PREPOSITIONS and at + 1 < end:
            inner = self.phrase(tokens, at + 1, end, OBLIQUE)
            at = inner.last + 1 if inner else end + 1
        return found if at == end else None

    def finite(self, tokens: Sentence, v: int) -> VerbForm | None:
        """The verb that the word is, of whatever meaning, in the third person or the past."""
        if tokens[v].kind != WORD or (tokens[v].is_capital and v > 0):
            return None
        made = self.form(tokens[v])
        if not made.finite or (made.nouns and tokens[v].low not in self.words.verbs and made.nouns[0].part == "NOUN"):
            return None
        found = made.finite[0]
        return VerbForm(found.lemma, frozenset(), "past" if "past" in found.marks else "pres", found.number, found.gender)

    def has_object(self, tokens: Sentence, v: int, end: int) -> bool:
        """Whether more than adverbs and somebody who is told stand behind a verb: what one does, and not what one says."""
        for i in range(v + 1, end):
            made = self.form(tokens[i]) if tokens[i].kind == WORD else None
            if tokens[end - 1].low in _SO:
                return False  # "прочли закон так: …"
            if made is None or tokens[i].low in PREPOSITIONS:
                return True
            if made.nouns and not any(r.part != "NOUN" or r.case == "datv" for r in made.nouns):
                return True
        return False

    def shared(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject that the verb shares with another: "призвал не спешить и рассказал", "приехал, сообщив, что…"."""
        if verb.tense == "gerund":
            return self._subject_of_gerund(tokens, v)
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and tokens[at].low in ADVERBS:
            at -= 1
        at = self._over_time(tokens, at)
        if at < 1 or verb.tense == "impersonal" or tokens[at].low not in COORDINATORS:
            return None
        if tokens[at].low in COORDINATORS and tokens[at - 1].kind == COMMA:
            at -= 1
        for k in range(at - 1, -1, -1):
            before = self.finite(tokens, k)
            if tokens[k].kind in {SPEECH, END} or tokens[k].low in _CONTENT:
                return None
            if before is not None:
                if before.number != verb.number or (before.gender and verb.gender and before.gender != verb.gender):
                    return None
                found = self.left(tokens, k, before) or self.right(tokens, k, before)
                if found is None and before.number == "plur" and tokens[k].low in self.words.verbs:
                    found = self.office(tokens, k)  # "в министерстве не комментируют, но заверяют"
                return found if found and found.kind != "document" else None
        return None

    def _over_time(self, tokens: Sentence, at: int) -> int:
        """The token before when it was: "молчал, а к вечеру признал"."""
        if (
            at > 1
            and tokens[at - 1].low in PREPOSITIONS
            and tokens[at - 2].low in COORDINATORS
            and self.lemmas(tokens[at]) & TIMES
        ):
            return at - 2
        return at

    def _subject_of_gerund(self, tokens: Sentence, v: int) -> Phrase | None:
        """Who does what the sentence's main verb says, and says something at the same time."""
        if not self.has_content(tokens, v):
            return None
        begins = self.clause_start(tokens, v)
        for k in (*range(begins - 1, -1, -1), *range(v + 1, len(tokens))):
            if tokens[k].kind in {END, COLON} or (k < v and tokens[k].low in _CONTENT):
                return None
            if (k < v or k > self.clause_end(tokens, v + 1)) and (verb := self.finite(tokens, k)):
                found = self.left(tokens, k, verb) or self.right(tokens, k, verb)
                if found:
                    return found if found.living or found.name or found.pronoun or found.kind not in {"", "document"} else None
        return None

    def origin(self, tokens: Sentence, v: int) -> Phrase | None:
        """The document in or from which something is said: "в письме говорится", "следует из ответа"."""
        end = self.clause_end(tokens, v + 1)
        after = self._origin_between(tokens, v + 1, end)
        if after:
            return after
        start = self.clause_start(tokens, v)
        before = self._origin_between(tokens, start, v)
        if before is None and v and tokens[v - 1].kind == COMMA:
            opened = next((i for i in range(v - 2, -1, -1) if tokens[i].kind == COMMA), 0)
            before = self._origin_between(tokens, self.clause_start(tokens, opened), opened) if opened else None
            if before:
                self._appose(tokens, before, opened + 1, v - 1)
                before.core, before.last = before.last, v - 1
        return before

    def _origin_between(self, tokens: Sentence, start: int, end: int) -> Phrase | None:
        for at in range(start, end - 1):
            if tokens[at].kind != WORD or tokens[at].low not in _WITHIN | OUT_OF | _ABOUT:
                continue
            case = "gent" if tokens[at].low in OUT_OF else "loct"
            inner = self._phrase(tokens, at + 1, end, case)
            if inner and inner.lemma in _DRAFT and inner.title is None:
                inner.kind = "document"  # "следует из проекта постановления"
            if inner and inner.kind in {"document", "publication", "outlet", "telegram", "representative", "official"}:
                inner.start, inner.first = at + 1, at
                return inner
        return None
