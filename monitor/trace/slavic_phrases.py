"""Russian and Ukrainian noun phrases: who a phrase names, in which case, and what belongs to it.

Words are looked at by their endings, so that a phrase is told from the next wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.text import words
from monitor.trace.closed import closed
from monitor.trace.phrases import Phrase
from monitor.trace.slavic_words import (
    ACRONYM,
    ADVERBS,
    COORDINATORS,
    OUT_OF,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    Form,
    SlavicWords,
    form,
    one,
)  # fmt: skip
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence, Token

_OWNS_NOBODY = closed("owns_nobody", "ru", "uk") | closed("guilt", "ru", "uk")
OBLIQUE = ("gent", "datv", "accs", "ablt", "loct")
# Surnames that the dictionaries lack are told by their endings; each may be the nominative of a man's or a woman's.
_MANS = re.compile(
    r"\w+(?:[ое]в|[иы]н|[сц]?к[иі]й|[иоы]й|ко|[ую]к|[ая]к|ян|дзе|швили|швілі|[ие]ч|ец|ер|ман|ло|[ую]н|ид|зе|аль|ій)"
)
_WOMANS = re.compile(r"\w+(?:[ое]ва|[иы]на|[сц]ька|[сц]?кая|ая|ко|[ую]к|ян|дзе|швили|швілі|[ие]ч|а|я|[ії]на)")
_OF_TOWN = re.compile("[сц]ька$")
_INITIAL = re.compile(r"[A-ZА-ЯІЇЄҐ]\.")
# Of several, or of a part of them: who speaks is named behind the word.
QUANTITIES, _ALONE, _SINGLE = (closed(section, "ru", "uk") for section in ("quantity", "alone", "single"))
_HIMSELF = closed("himself", "ru", "uk")
_LEADS = QUANTITIES | _HIMSELF | OUT_OF | POSSESSIVES
_AT = closed("belongs_to")
TIMES = closed("time", "ru", "uk")
_STAFFED = closed("staffed", "ru", "uk")
_HELP, _ALONG_WITH = closed("help"), closed("along_with")


class SlavicPhrases(SlavicWords):
    """The noun phrases of Russian or Ukrainian."""

    def phrase(self, tokens: Sentence, at: int, end: int, cases: tuple[str, ...]) -> Phrase | None:
        """The noun phrase that begins with a token, in the case in which most of it names somebody, else the first that fits."""
        if at >= end or self._names_nothing(tokens[at]):
            return None
        fits = [found for case in cases if (found := self._phrase(tokens, at, end, case))]
        named = [found for found in fits if self.names_source(found)]
        return max(named, key=lambda found: found.last) if named else next(iter(fits), None)

    def _names_nothing(self, token: Token) -> bool:
        """Whether no phrase begins with the word in any case: a verb, an adverb."""
        made = self.form(token)
        return token.kind == WORD and not (
            made.nouns or made.adjectives or token.low in _LEADS or token.is_capital or token.low.isdigit()
        )

    def _phrase(self, tokens: Sentence, at: int, end: int, case: str, depth: int = 0) -> Phrase | None:
        token = tokens[at]
        if at == 0 and token.low in ADVERBS:
            return None  # "Тепер": a capital of the sentence, and no name
        begins = token.kind != WORD or token.is_capital or token.low in _LEADS or token.low.isdigit()
        # Most words are in no more than two cases, and all six are asked for.
        return self._read(tokens, at, end, case, depth) if begins or case in self.form(token).cases else None

    def _read(self, tokens: Sentence, at: int, end: int, case: str, depth: int) -> Phrase | None:
        j = at
        while j < end:
            token = tokens[j]
            if token.kind == NAME:
                if not self._name_fits(token, case):
                    return None
                return self._extended(tokens, Phrase(at, j, j, title=j, number="" if j == at else "sing"), end, case)
            if token.kind != WORD or token.low in COORDINATORS or token.low in PREPOSITIONS - POSSESSIVES:
                return None
            made = self.form(token)
            is_named = j + 1 < end and tokens[j + 1].kind == NAME  # "группа «Аист»" is no number of people
            if (token.low in QUANTITIES and not is_named) or token.low.isdigit() or (j > at and token.low in OUT_OF):
                counted = self._counted(tokens, at, j, end, depth)
                if counted:
                    return counted
            if token.low in POSSESSIVES or token.low.isdigit():
                j += 1
                continue
            if self._is_modifier(token, made, case) and j + 1 < end:
                rest = self._after_modifier(tokens, j, end, case)
                if rest > j:
                    j = rest
                    continue
            return self._headed(tokens, at, j, end, case)
        return None

    def _name_fits(self, token: Token, case: str) -> bool:
        """Whether a quoted name may be in that case: «Берегу» is no nominative, «Как есть» is any case."""
        first = next(
            (made for word in words(token.low)[:3] if (made := form(word, self.language)).nouns or made.adjectives), None
        )
        if first is None or not (first.known or first.adjectives):
            return True
        return any(r.case == case or r.part == "UNKN" for r in (*first.nouns, *first.adjectives)) or (
            case != "nomn" and any(r.case == "nomn" for r in (*first.nouns, *first.adjectives))
        )

    def _counted(self, tokens: Sentence, at: int, j: int, end: int, depth: int) -> Phrase | None:
        """ "Трое офицеров", "один из сторожей": of whom there are so many."""
        if depth > 1:
            return None
        of = j + 1 if tokens[j].low not in OUT_OF else j
        of += of < end and tokens[of].low in OUT_OF
        inner = self._phrase(tokens, of, end, "gent", depth + 1) if of < end else None
        if inner is None and tokens[of - 1].low in OUT_OF and of < end and self._are_people(tokens[of]):
            return Phrase(at, of, of, living=True)  # "один из вернувшихся"
        if inner is None:
            if tokens[j].low in _ALONE and j == at:
                return Phrase(at, j, j, number="" if tokens[j].low in _SINGLE else "plur", living=True)
            return None
        inner.first, inner.number = at, "" if tokens[of - 1].low in OUT_OF else "plur"
        inner.gender = ""
        return inner

    def _are_people(self, token: Token) -> bool:
        """Whether a participle stands for people of whom there is one or more."""
        return any(r.part == "PRTF" and r.case == "gent" and r.number == "plur" for r in self.form(token).adjectives)

    def _is_modifier(self, token: Token, made: Form, case: str) -> bool:
        return any(r.case == case or (case == "accs" and r.case == "nomn") for r in made.adjectives) or token.low in _HIMSELF

    def _after_modifier(self, tokens: Sentence, j: int, end: int, case: str) -> int:
        """Where the phrase goes on behind an adjective; the adjective itself where it is all that names anybody."""
        following = tokens[j + 1]
        if following.low in COORDINATORS:
            return j
        if following.kind == NAME or (following.kind == WORD and self._may_head(following, case)):
            return j + 1
        if following.kind == WORD and (self._is_modifier(following, self.form(following), case) or following.low in POSSESSIVES):
            return j + 1
        # "Опубликованный на сайте облдумы законопроект": what the participle needs stands between.
        if any(r.part == "PRTF" or "Adjp" in r.marks for r in self.form(tokens[j]).adjectives) and following.low in PREPOSITIONS:
            for k in range(j + 2, min(end, j + 7)):
                if tokens[k].kind not in {WORD, NAME}:
                    break
                if tokens[k].kind == WORD and self.kind(tokens[k])[0] and self._agree(tokens[j], tokens[k], case):
                    return k
        return j

    def _agree(self, modifier: Token, head: Token, case: str) -> bool:
        ways = {(r.number, r.gender if r.number == "sing" else "") for r in self.form(head).nouns if r.case == case}
        return any(
            (r.number, r.gender if r.number == "sing" else "") in ways for r in self.form(modifier).adjectives if r.case == case
        )

    def _may_head(self, token: Token, case: str) -> bool:
        made = self.form(token)
        if any(r.case == case for r in made.nouns):
            return not any(r.part == "PREP" for r in made.nouns)
        return token.is_capital and self._may_be_name(token, made, case)

    def _may_be_name(self, token: Token, made: Form, case: str) -> bool:
        """Whether a capitalised word may be a name in that case. A surname's ending tells where no dictionary does."""
        if any(r.case == case for r in (*made.nouns, *made.adjectives)):
            return True
        if ACRONYM.fullmatch(token.text) or _INITIAL.fullmatch(token.text) or token.text.isascii():
            return True
        # "Первой о рейде сообщила", "одной из": ordinals and pronouns are closed classes, and no surnames in another case.
        if not made.nominal or any(r.marks & {"Anum", "Apro"} for r in made.adjectives):
            return False
        if case != "nomn" or not (made.known or made.marks & {"Name", "Surn", "Patr", "Geox"} or made.adjectives):
            return not made.known and not made.marks & {"Name", "Surn"}
        return "Geox" not in made.marks and bool(_MANS.fullmatch(token.low) or _WOMANS.fullmatch(token.low))

    def _headed(self, tokens: Sentence, at: int, j: int, end: int, case: str) -> Phrase | None:
        token = tokens[j]
        made = self.form(token)
        readings_ = [r for r in made.nouns if r.case == case]
        is_capital = token.is_capital and token.low not in _HIMSELF
        is_capital = is_capital and not (j == 0 and made.plain and not _is_name_elsewhere(tokens.plain, token.low))
        if not readings_ and not (is_capital and self._may_be_name(token, made, case)):
            # "Мобилизованные рассказали": an adjective that stands for people.
            readings_ = [r for r in made.adjectives if r.case == case] if self.kind(token)[0] else []
            if not readings_:
                return None
        kind, lemma = self.kind(token)
        found = Phrase(at, j, j, kind=kind, lemma=lemma)
        if not kind and at < j:  # "осужденный Марат Ахметзянов": the adjective says who he is
            found.kind, found.lemma = next((k for i in range(at, j) if (k := self.kind(tokens[i]))[0]), ("", ""))
        found.number = one({r.number for r in readings_}) if all(r.number for r in readings_) else ""
        found.gender = one({r.gender for r in readings_ if r.number != "plur"})
        found.living = bool(readings_) and "anim" in readings_[0].marks and not kind
        if is_capital and not kind and (j > 0 or not made.known or made.marks & {"Name", "Surn", "Patr"}):
            if self._is_person(tokens, j, made):
                self._name(tokens, found, j, end, case)
            elif not made.known or j > 0:
                last = j
                while token.text.isascii() and last + 1 < end and _is_latin_name(tokens[last + 1]):
                    last += 1  # "Financial Mirror"
                found.proper, found.last = (j, last), last
        found = self._extended(tokens, found, end, case)
        if not found.kind and found.name is None and found.title is None:
            # "Отдел полиции", "сайт облдумы": who speaks is named by what depends on the word; not in "встречи с комбригом".
            stop = next((i for i in range(j + 1, found.last + 1) if self._is_with(tokens, i)), found.last + 1)
            of = next((k for i in range(j + 1, stop) if (k := self.kind(tokens[i]))[0]), ("", ""))
            if not found.living or of[1] in _STAFFED:  # "кардиолог призывной комиссии"
                found.kind, found.lemma = of
        return found

    def _is_with(self, tokens: Sentence, i: int) -> bool:
        """Whether the word means "together with", and not "out of" as in "витяг із реєстру"."""
        cases = self.form(tokens[i + 1]).cases if i + 1 < len(tokens) and tokens[i].low in _ALONG_WITH else frozenset()
        return "ablt" in cases and "gent" not in cases

    def _is_person(self, tokens: Sentence, j: int, made: Form) -> bool:
        token = tokens[j]
        if made.marks & {"Name", "Surn", "Patr"}:
            return True
        if ACRONYM.fullmatch(token.text) or made.marks & {"Geox", "Orgn", "Trad"} or token.text.isascii():
            return False
        following = tokens[j + 1] if j + 1 < len(tokens) else None
        if following is not None and following.kind == WORD and following.is_capital and not self.kind(following)[0]:
            return "Geox" not in self.form(following).marks
        # "Мэр Заречья", "мэр Журба": of the two the second alone looks like a nominative.
        return bool(_MANS.fullmatch(token.low)) or any(
            r.case == "nomn" and r.number == "sing" for r in (*made.nouns, *made.adjectives)
        )

    def _name(self, tokens: Sentence, found: Phrase, j: int, end: int, case: str) -> None:
        """Takes in the name that begins here: given name, patronymic, surname, initials."""
        k = j
        while k + 1 < end and tokens[k + 1].kind == WORD and tokens[k + 1].is_capital:
            following = self.form(tokens[k + 1])
            given = "Name" in self.form(tokens[k]).marks and not ("Geox" in following.marks and following.known)
            if self.kind(tokens[k + 1])[0] == "official" or not (given or self._may_be_name(tokens[k + 1], following, case)):
                break
            k += 1
            if k - j >= 3:
                break
        found.name = (j, k)
        found.last = max(found.last, k)
        genders = [
            {r.gender for r in self.form(tokens[i]).nouns if r.case == case and r.marks & {"Name", "Surn", "Patr"} and r.gender}
            for i in range(j, k + 1)
        ]
        found.gender = next((g for given in genders if (g := one(given))), "") or _gender_of_surname(tokens[k].low, case)
        found.number = "sing"

    def _extended(self, tokens: Sentence, found: Phrase, end: int, case: str) -> Phrase:
        """Takes in what stands behind the head: whose it is, its name, where it is, who it is with."""
        k = found.last + 1
        while k < end:
            token = tokens[k]
            if token.kind == NAME and not (case == "loct" and self.is_told(token)):
                found.title = k if found.title is None else found.title
                k += 1
            elif token.kind == OPEN:
                close = next((i for i in range(k + 1, min(end, k + 14)) if tokens[i].kind == CLOSE), 0)
                if not close:
                    break
                k = close + 1
                continue  # what follows the brackets may not belong here
            elif token.kind != WORD or token.low in SUBORDINATORS:
                break
            elif found.name is None and self._names_person(tokens, k, case, found):
                self._name(tokens, found, k, end, case)
                k = found.last + 1
                continue
            elif token.low in COORDINATORS and k + 1 < end and (other := self._coordinated(tokens, found, k + 1, end, case)):
                k = other
            elif self._is_dependent(tokens, k, found):
                k += 1
            elif token.low in PREPOSITIONS and (beyond := self._prepositional(tokens, k, end, case, found)):
                k = beyond
            else:
                break
            found.last = k - 1
        return found

    def is_told(self, token: Token) -> bool:
        """Whether a quoted name can only be to whom something is said: "в Минобороны «Полдню» заявили"."""
        return self._name_fits(token, "datv") and not self._name_fits(token, "gent") and not self._name_fits(token, "nomn")

    def _names_person(self, tokens: Sentence, k: int, case: str, found: Phrase) -> bool:
        token = tokens[k]
        if not token.is_capital or self.kind(token)[0] in {"official", "outlet"}:
            return False
        following = tokens[k + 1] if k + 1 < len(tokens) else token
        if following.is_capital and "Name" in self.form(following).marks and not self.form(token).marks & {"Name", "Patr"}:
            return False  # "мэр Нижнего Иван Петров": the name begins behind the place
        made = self.form(token)
        is_alone = following is token or not following.is_capital
        if found.gender == "masc" and is_alone and _OF_TOWN.search(token.low) and not made.marks & {"Name", "Surn"}:
            return False  # "гауляйтер Бердянська": a town's genitive
        fits = self._may_be_name(token, made, case)
        if not fits or (made.marks & {"Geox", "Orgn"} and not made.marks & {"Name", "Surn"}):
            return False
        if ACRONYM.fullmatch(token.text) or (
            made.adjectives
            and not made.marks & {"Name", "Surn"}
            and k + 1 < len(tokens)
            and self._is_dependent(tokens, k + 1, found)
            and not tokens[k + 1].is_capital
        ):
            return False
        # In any other case "суда Томска" has the same case as a name would; a thing has no surname.
        return self._is_person(tokens, k, made) and (found.living or (bool(found.kind) and not self.is_thing(tokens[found.head])))

    def _coordinated(self, tokens: Sentence, found: Phrase, k: int, end: int, case: str) -> int:
        """Where another of the same ends: "агентство «А» и газета «Б»"; 0 where none follows."""
        other = self._phrase(tokens, k, end, case, depth=1)
        if other is None:
            return 0
        alike = (
            (found.title is not None and other.title is not None) or (found.name and other.name) or (found.kind and other.kind)
        )
        if not alike:
            return 0
        found.joined, found.number, found.gender = other, "plur", ""
        return other.last + 1

    def _is_dependent(self, tokens: Sentence, k: int, found: Phrase) -> bool:
        """Whether the word says whose: a genitive, or an adjective before one."""
        token = tokens[k]
        if token.low in ADVERBS or token.low in PREPOSITIONS - POSSESSIVES or token.low in COORDINATORS:
            return False
        if token.low in _OWNS_NOBODY:
            return False  # "подсудимый вины не признал"
        if token.low in self.words.verbs and not token.is_capital:
            return False
        if token.low in POSSESSIVES:
            return k + 1 < len(tokens) and self._is_dependent(tokens, k + 1, found)
        made = self.form(token)
        agreed = not token.is_capital and tokens[k - 1].kind == WORD and self._agree(tokens[k - 1], token, "gent")
        if any(r.case == "nomn" and "anim" in r.marks for r in made.nouns) and not agreed:
            return False  # "на вопрос «Курьера» сторож ответил": somebody of his own
        if any(r.case == "gent" for r in (*made.nouns, *made.adjectives)):
            return True
        if any(r.case == "datv" for r in made.nouns) and self.lemmas(tokens[k - 1]) & _HELP:
            return True  # "организация помощи беженцам"
        is_time = bool(self.lemmas(tokens[found.head]) & TIMES)  # "тем временем Reuters"
        return token.is_capital and not is_time and bool(ACRONYM.fullmatch(token.text) or token.text.isascii())

    def _prepositional(self, tokens: Sentence, k: int, end: int, case: str, found: Phrase) -> int:
        """Where "из медкомиссии", "в отставке" ends, if it belongs to the phrase and not to the verb; 0 where it does not."""
        inner = self.phrase(tokens, k + 1, end, OBLIQUE) if k + 1 < end else None
        if inner is None:
            return 0
        then = inner.last + 1
        if tokens[k].low in OUT_OF or tokens[k].low in _AT or found.kind == "anonymous":
            return then
        if found.name is None and then < end and tokens[then].kind == WORD and self._names_person(tokens, then, case, found):
            return then
        return 0

    def append(self, tokens: Sentence, found: Phrase) -> None:
        """Takes in the apposition behind a comma: "сообщил Иван Зимин, адвокат задержанных"."""
        start = found.last + 2
        end = next((i for i in range(start, len(tokens)) if tokens[i].kind in {COMMA, END, COLON, DASH, SPEECH}), len(tokens))
        inner = self._phrase(tokens, start, end, "nomn") if start < end else None
        if inner and inner.last == end - 1 and (inner.kind or inner.name or inner.living) and self._closes(tokens, end):
            self._appose(tokens, found, start, end)
            found.core, found.last = found.last, inner.last

    def _appose(self, tokens: Sentence, found: Phrase, start: int, end: int) -> None:
        """Takes in what an apposition says: "его мать, Светлана Брагина,", "Журба, автор канала «Призыв»,"."""
        inner = self._phrase(tokens, start, end, "nomn") if start < end else None
        if inner is None or (inner.last < end - 1 and not inner.name):
            return
        found.name = found.name or inner.name
        found.title = found.title if found.title is not None else inner.title
        if not found.kind or (found.kind == "representative" and inner.kind):
            found.kind, found.lemma = inner.kind or ("witness" if inner.living else ""), inner.lemma
            found.role = inner.head

    def _closes(self, tokens: Sentence, end: int) -> bool:
        return end >= len(tokens) or tokens[end].kind in {END, COMMA, DASH}

    def introductions(self, tokens: Sentence) -> Iterator[Phrase]:
        """Phrases that name a person or say who somebody is, in whatever case."""
        at = 0
        while at < len(tokens):
            found = None
            if tokens[at].kind == WORD and tokens[at].low not in PREPOSITIONS and tokens[at].low not in ADVERBS:
                found = self.phrase(tokens, at, len(tokens), ("nomn", *OBLIQUE))
            if found is None:
                at += 1
                continue
            if found.name or found.kind or found.living:
                if found.name is None and found.last + 2 < len(tokens) and tokens[found.last + 1].kind == COMMA:
                    self.append(tokens, found)
                if found.joined:
                    yield found.joined
                    found.number = "sing"
                yield found
            at = found.last + 1

    def is_person(self, tokens: Sentence, found: Phrase) -> bool:
        """Whether "he" or "she" may stand for it."""
        return bool(found.name) or found.living or not self.is_thing(tokens[found.head])


def _is_latin_name(token: Token) -> bool:
    return token.kind == WORD and token.is_capital and token.text.isascii()


@lru_cache(maxsize=16)  # of the text that is read: the same word begins many of its sentences
def _is_name_elsewhere(text: str, low: str) -> bool:
    """Whether an adjective with which a sentence begins is a capital within another: "Подгорный" is somebody there."""
    stem = re.escape(low[:-2].capitalize())
    return re.search(rf"[\w,] {stem}(?:[иыоіа]й|ого|ому|[иыі]м|ая|ую|ої|у|а)\b", text) is not None


def _gender_of_surname(low: str, case: str) -> str:
    if case == "nomn" and re.search(r"(?:[ое]ва|[иы]на|[сц]ька|ая)$", low):
        return "femn"
    return "masc" if case == "nomn" and re.search(r"(?:[ое]в|[иы]н|[иі]й)$", low) else ""
