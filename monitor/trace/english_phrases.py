"""English noun phrases: who a phrase names.

English marks no cases: closed classes of words bound a phrase, and all others may be part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.lexicons import any_of
from monitor.trace.closed import closed
from monitor.trace.phrases import SPEAKERS, Phrase
from monitor.trace.tokens import COLON, COMMA, DASH, END, NAME, SPEECH, WORD, Sentence, Token
from monitor.trace.words import Words, rest_of, words_of

_GENDERS = {"he": "masc", "she": "femn", "they": "plur", "it": "neut"}
PRONOUNS = {word: gender for section, gender in _GENDERS.items() for word in closed(section, "en")}
OURSELVES = closed("ourselves", "en")
DETERMINERS, QUANTITIES = closed("determiner", "en"), closed("quantity", "en")
PREPOSITIONS, SUBORDINATORS = closed("preposition", "en"), closed("subordinator", "en")
AUXILIARIES, OBJECTS = closed("auxiliary", "en"), closed("object", "en")
ADVERBS, DAYS = closed("adverb", "en"), closed("day", "en")
# Within a noun phrase: "officials at two ministries", "a spokesman for the campaign".
_INNER = closed("within", "en")
_ALSO_NAMES, _OF_VERB, _OF_ONE = closed("also_name", "en"), closed("of_verb", "en"), closed("of_one", "en")
_BEHIND_NAME, _OPENS_RELATIVE = closed("behind_name", "en"), closed("opens_relative", "en")
_MANS_TITLES, _WOMANS_TITLES = closed("mans_title", "en"), closed("womans_title", "en")
_TITLES = _MANS_TITLES | _WOMANS_TITLES | closed("title", "en")
_PASTS = closed("past", "en")
_BODIES = closed("body", "en")
_PARTICLES = closed("particle", "en")
_NAMED_THINGS = closed("named_thing", "en")
_PLACING = closed("placing", "en")
_SEATS = closed("seat_of_government", "en")
_ACRONYM = re.compile(r"(?:[A-Z]{2,6}s?|(?:[A-Z]\.){2,})")
_WOMAN = re.compile(rf"wom[ae]n$|{any_of(closed('woman', 'en'))}")
# Who does something for a living or at the time: "welder", "nominee", "electrician".
_DOER = re.compile(r"(?:\w{3}(?:er|or|ist|ian|eer|ee)|man|woman)s?$|men$")
_MAN = re.compile(rf"(?<!wo)man$|{any_of(closed('man', 'en'))}|\b(?:{any_of(closed('man_alone', 'en'))})$")


class EnglishPhrases:
    """The noun phrases of English."""

    language = "en"
    objects = OBJECTS

    def __init__(self) -> None:
        self.words: Words = words_of("en")
        self._closed = PREPOSITIONS | SUBORDINATORS | AUXILIARIES | OBJECTS | {"and"} | PRONOUNS.keys() | OURSELVES

    def kind(self, token: Token) -> tuple[str, str]:
        """Kind of speaker that a word names, and the word's dictionary form; both empty where it names none."""
        if token.kind != WORD:
            return "", ""
        low = token.low.removesuffix("'s").removesuffix("'")
        named = self.words.nouns.get(low) or (self.words.nouns.get(low.rsplit("-", 1)[-1]) if "-" in low else None)
        return (named[0][0], named[0][1].lemma) if named else ("", "")

    def lemmas(self, token: Token) -> frozenset[str]:
        """The word itself: English has no dictionary here."""
        return frozenset([token.low])

    def kinds(self, token: Token) -> tuple[str, ...]:
        """All kinds of speaker that a word may name."""
        named = self.words.nouns.get(token.low.removesuffix("'s"), ())
        return tuple(kind for kind, _ in named) if token.kind == WORD else ()

    def ending(self, tokens: Sentence, e: int) -> Phrase | None:
        """The noun phrase that ends with a token."""
        if e < 0 or not self._is_nominal(tokens[e]):
            return None
        start = i = e
        while i >= 0:
            step, begins = self._back(tokens, i, e)
            start = i if begins else start
            if not step:
                break
            i -= step
        return self._made(tokens, start, e)

    def _back(self, tokens: Sentence, i: int, e: int) -> tuple[int, bool]:
        """How many tokens before the next that a phrase may have, 0 where it begins; and whether it may begin with this one."""
        token = tokens[i]
        if token.kind == NAME:
            return 1, True
        if token.kind != WORD:
            return 0, False
        if token.low in DETERMINERS and (i < e or token.low in QUANTITIES):
            if i > 1 and tokens[i - 1].low in _INNER and self._is_nominal(tokens[i - 2]):
                return 2, True
            counted = i > 0 and (tokens[i - 1].low in DETERMINERS or tokens[i - 1].low in QUANTITIES)  # "all the men"
            return int(counted), True
        if i == e:
            return 1, True
        if i > 0 and (self._is_nominal(tokens[i - 1]) if token.low in _INNER else token.low == "and" and self._joins(tokens, i)):
            return 1, False
        if self._is_past(tokens, i):
            return 1, False
        closed = (token.low in self._closed and not (i > 0 and self._is_named(token))) or token.low in _PASTS
        ends = closed or token.low in ADVERBS or self._is_finite(tokens, i)
        return int(not ends), not ends

    def _is_past(self, tokens: Sentence, i: int) -> bool:
        """Whether a verb in -ed governs what follows: "turned to the police", "Reed defended people", "has included members"."""
        if not tokens[i].low.endswith("ed") or tokens[i].is_capital:
            return False
        before = tokens[i - 1] if i else None
        return (
            tokens[i + 1].low in PREPOSITIONS
            or tokens[i + 1].low in DETERMINERS
            or (before is not None and (before.low in AUXILIARIES or before.low in PRONOUNS or before.low in ADVERBS))
        )

    def _is_named(self, token: Token) -> bool:
        """Whether a small word of the language is part of a name: "Don Inside", "US", "Pravo i Slovo"."""
        if token.low in _PARTICLES and token.text.islower():
            return True
        return token.is_capital and (token.low in PREPOSITIONS or bool(_ACRONYM.fullmatch(token.text)))

    def _is_quantity(self, token: Token) -> bool:
        return token.kind == WORD and (token.low.isdigit() or token.low in QUANTITIES)

    def _is_nominal(self, token: Token) -> bool:
        """Whether a noun phrase may end with the token."""
        if token.kind == NAME:
            return True
        return (
            token.kind == WORD
            and (
                token.low not in self._closed
                or (token.is_capital and token.start > 0 and token.low in PREPOSITIONS | _ALSO_NAMES)
            )
            and (token.low not in DETERMINERS or token.low in QUANTITIES)
            and token.low not in ADVERBS
        )

    def _joins(self, tokens: Sentence, i: int) -> bool:
        """Whether "and" joins two of a kind: two names, two nouns of speakers."""
        before, after = tokens[i - 1], tokens[i + 1]
        if after.low in DETERMINERS and i + 2 < len(tokens):
            after = tokens[i + 2]
        if before.is_capital and after.is_capital:
            return True
        return bool(self.kind(before)[0] and self.kind(after)[0])

    def _is_finite(self, tokens: Sentence, i: int) -> bool:
        """Whether the word is a verb of a lexicon in use as a verb: not behind a determiner, adjective or preposition."""
        verb = self.words.verbs.get(tokens[i].low)
        if verb is None or tokens[i].is_capital or rest_of(verb, [token.low for token in tokens[i + 1 : i + 4]]) < 0:
            return False
        if verb.tense in {"base", "pres"}:
            before = tokens[i - 1] if i else None
            return before is not None and before.kind == WORD and (before.low in PRONOUNS or before.low in OURSELVES)
        return True

    def starting(self, tokens: Sentence, at: int, end: int) -> Phrase | None:
        """The noun phrase that begins with a token."""
        i = at
        while i < end and (step := self._step(tokens, i, at, end)):
            i += step
        while i > at and tokens[i - 1].kind == WORD and tokens[i - 1].low in self._closed and not self._is_named(tokens[i - 1]):
            i -= 1
        return self._made(tokens, at, i - 1) if i > at else None

    def _step(self, tokens: Sentence, i: int, at: int, end: int) -> int:
        """How many tokens from here still belong to a phrase that began before; 0 where it ends."""
        token = tokens[i]
        if token.kind == NAME:
            return 1
        if token.kind != WORD or token.low in DAYS:
            return 0
        if token.low in DETERMINERS:
            return int(i == at)
        if i > at and i + 1 < end and token.low in _INNER and self._begins(tokens[i + 1]):
            if token.low in _OF_VERB and not self._keeps(tokens, i):
                return 0
            return 1 + (tokens[i + 1].low in DETERMINERS)
        if i > at and i + 1 < end and token.low == "and" and self._joins(tokens, i):
            return 1
        if token.low in self._closed and not (i > at and self._is_named(token)) and not _ACRONYM.fullmatch(token.text):
            return 0
        return int(i == at or not self._ends_before(tokens, i))

    def _ends_before(self, tokens: Sentence, i: int) -> bool:
        """Whether a word of the open classes begins something else: an adverb, or small letters behind a name."""
        token = tokens[i]
        is_adverb = token.low.endswith("ly") and not token.is_capital and token.low not in self.words.nouns
        if token.low in ADVERBS or token.low in _PASTS or is_adverb:
            return True
        before = tokens[i - 1]
        return not token.is_capital and before.is_capital and before.low not in DETERMINERS and not self._goes_on(tokens, i)

    def _begins(self, token: Token) -> bool:
        return token.kind == NAME or (token.kind == WORD and (token.low not in self._closed or token.is_capital))

    def _keeps(self, tokens: Sentence, i: int) -> bool:
        """Whether the phrase so far is of people, whom "in Moscow" tells more of; a name alone needs no more."""
        return not tokens[i - 1].is_capital and bool(self.kind(tokens[i - 1])[0])

    def _goes_on(self, tokens: Sentence, i: int) -> bool:
        """Whether a small word behind capitals is still of the phrase: "the Polden news agency", "radio host Ivan Reed"."""
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if self.kind(tokens[i])[0]:
            return True
        if following is None or following.kind != WORD or tokens[i].low in self.words.verbs:
            return False
        return bool(self.kind(following)[0]) or (following.is_capital and not tokens[i].low.endswith(("ed", "s", "ing")))

    def _made(self, tokens: Sentence, start: int, end: int) -> Phrase | None:
        first = start
        while first < end and tokens[first].low in DETERMINERS and not (first + 1 <= end and tokens[first + 1].low == "of"):
            first += 1
        base = first
        # "One of the men", "a group of lawyers": who speaks is named behind "of".
        while base + 2 <= end and tokens[base + 1].low == "of" and self._is_quantity(tokens[base]):
            base += 2
            base += tokens[base].low in DETERMINERS and base < end
        head = next((i - 1 for i in range(base + 1, end + 1) if tokens[i].kind == WORD and tokens[i].low in _INNER), end)
        found = Phrase(start, end, head)
        found.title = next((i for i in range(base, end + 1) if tokens[i].kind == NAME), None)
        if tokens[head].kind == NAME and head > base:
            head -= 1
        self._name(tokens, found, base, head)
        if not found.kind:
            self._kind(tokens, found, base, found.name[0] - 1 if found.name else head)  # a name says of nobody what he is
        if not found.kind and found.name is None and found.proper is None and head < end:
            self._kind(tokens, found, head + 1, end)  # "the regional branch of the Committee"
        if found.name is None and head < end:
            self._name_behind(tokens, found, head + 1, end)
        token = tokens[head]
        plural = self.words.nouns.get(token.low, ((("", None),)))[0][1]
        if found.name is None and found.proper is None:
            found.number = plural.number if plural is not None else "plur" if re.search("[^s]s$", token.low) else ""
        if any(
            self._is_quantity(tokens[i]) and tokens[i].low not in _OF_ONE and (i < head or plural is None)  # "the group says"
            for i in range(start, base + 1)
        ):
            found.number = "plur" if found.name is None else found.number
        text = " ".join(tokens[i].low for i in range(start, head + 1))
        found.living = found.name is None and found.proper is None and bool(_DOER.search(token.low))
        if found.living and not found.kind and self._works_for_office(tokens, first, head):
            found.kind, found.lemma = "official", token.low
        found.gender = found.gender or ("femn" if _WOMAN.search(text) else "masc" if _MAN.search(text) else "")
        return found

    def _works_for_office(self, tokens: Sentence, first: int, head: int) -> bool:
        """Whether an office stands before as the one whose he is: "the draft board's cardiologist"."""
        for j in range(first, head):
            if tokens[j].low.endswith("'s"):
                words = (tokens[j - 1].low if j > first else "", tokens[j].low[:-2])
                if words[1] in _BODIES or (words, "official") in self.words.compounds.get(words[0], ()):
                    return True
        return False

    def _name(self, tokens: Sentence, found: Phrase, base: int, head: int) -> None:
        """The capitals with which the phrase's head ends: a person's name behind titles, or an institution's."""
        i = head
        while (
            i >= base
            and tokens[i].kind == WORD
            and (
                (tokens[i].text[0].isupper() or (tokens[i].text[0].isdigit() and i == base and i < head))
                or (i < head and (tokens[i].low in _PARTICLES or (i > base and tokens.plain[tokens[i].start] == "&")))
            )
        ):
            i -= 1
        first = i + 1
        if first > head or not (tokens[head].text[0].isupper() or tokens[head].low in _BEHIND_NAME):
            # "The Polden news agency": a name before a noun that says what it is.
            return
        while first < head and tokens[first].low in _PARTICLES and tokens[first].text[0].islower():
            first += 1
        said = self._said_before(tokens, base, first)
        if said:
            found.proper, (found.kind, found.lemma) = (first, head), said
            return
        kinds = [(j, *self._kind_at(tokens, j, head)) for j in range(first, head + 1)]
        if tokens[head].low in _SEATS and first < head and not any(kind for _, kind, _ in kinds[:-1]):
            kinds.pop()  # a government is its city alone: "Ivan Berlin" is somebody
        titled = [
            j
            for j, kind, _ in kinds
            if kind in SPEAKERS or tokens[j].low in _TITLES or tokens[j].low.endswith("'s") or (kind and j == head)
        ]
        if (
            (first < head and tokens[head].low in _BODIES)
            or tokens[head].low in _TITLES
            or (titled and titled[-1] == head)
            or self._is_institution(tokens, first, head)
        ):
            if first < head or not titled:
                found.proper = (first, head)
            self._kind(tokens, found, first, head)
            return
        begin = titled[-1] + 1 if titled else first
        with_the = (
            begin == base and base > found.first and tokens[base - 1].low == "the"
        )  # "the Azov Argument": no person has an article
        if with_the or self._is_body(tokens, begin, head):
            found.proper = (begin, head)
        else:
            found.name = (begin, head)
            found.number = "sing"
            before = {tokens[j].low for j in range(first, begin)}
            found.gender = "femn" if before & _WOMANS_TITLES else "masc" if before & _MANS_TITLES else ""
            if any(tokens[j].low == "and" for j in range(found.first, head)):
                found.number = "plur"
        self._kind(tokens, found, base, begin - 1)

    def _is_body(self, tokens: Sentence, begin: int, head: int) -> bool:
        """Whether the capitals are no person's: one acronym, or two joined, as in "Harbor & Steppe"."""
        if begin == head:
            return bool(_ACRONYM.fullmatch(tokens[head].text))
        return any(tokens.plain[tokens[j].start] == "&" for j in range(begin, head))

    def _said_before(self, tokens: Sentence, base: int, first: int) -> tuple[str, str] | None:
        """What the noun for a thing says that stands before a name in small letters: "the channel Deck Log" is no log."""
        if first <= base or tokens[first - 1].is_capital or tokens[first - 1].low not in _NAMED_THINGS:
            return None
        compound = next((c for k in range(max(base, first - 3), first - 1) if (c := self._compound(tokens, k, first - 1))), None)
        kind = compound or self.kind(tokens[first - 1])
        return kind if kind[0] else None

    def _name_behind(self, tokens: Sentence, found: Phrase, start: int, end: int) -> None:
        """ "The head of the Duma's Labor Committee Oleg Brod": the name stands behind the office, in one run of capitals."""
        i = end
        while i > start and tokens[i].kind == WORD and tokens[i].text[0].isupper() and not self.kind(tokens[i])[0]:
            i -= 1
        if end - i >= 2 and tokens[i].is_capital and self.kind(tokens[i])[0]:
            found.name, found.number = (i + 1, end), "sing"

    def _is_institution(self, tokens: Sentence, first: int, head: int) -> bool:
        """Whether the capitals end in a noun for what is no person: "General Staff", "Harbor Times"."""
        if any(tokens[j].low in {"of", "the"} for j in range(first + 1, head)):
            return True
        return any(self._compound(tokens, j, head) for j in range(max(first, head - 2), head))

    def _compound(self, tokens: Sentence, j: int, last: int) -> tuple[str, str] | None:
        """Kind and noun of the compound that stands exactly here."""
        here = tuple(tokens[k].low for k in range(j, last + 1))
        return next(
            ((kind, " ".join(words)) for words, kind in self.words.compounds.get(tokens[j].low, ()) if words == here), None
        )

    def _kind_at(self, tokens: Sentence, j: int, last: int) -> tuple[str, str]:
        """Kind and noun of the compound or word that begins or stands here."""
        for n in (3, 2):
            if j + n - 1 <= last and (found := self._compound(tokens, j, j + n - 1)):
                return found
        return self.kind(tokens[j])

    def _kind(self, tokens: Sentence, found: Phrase, base: int, head: int) -> None:
        """What the nouns up to the head say, the last first: a "police chief" is a chief, a "bus company's driver" a driver."""
        for j in range(head, base - 1, -1):
            compound = next((c for k in range(max(base, j - 2), j) if (c := self._compound(tokens, k, j))), None)
            if compound:
                found.kind, found.lemma = compound
                return
            kind, lemma = self.kind(tokens[j])
            if kind and not (tokens[j].low.endswith("'s") and j < head):
                found.kind, found.lemma = kind, lemma
                return

    def whole(self, tokens: Sentence, start: int, end: int) -> Phrase | None:
        """The phrase that is all there is between two tokens."""
        found = self.starting(tokens, start, end) if start < end else None
        return found if found and found.last == end - 1 and self.names_source(found) else None

    def append(self, tokens: Sentence, found: Phrase) -> None:
        """Takes in the apposition or relative clause behind a comma."""
        start = found.last + 2
        end = next((i for i in range(start, len(tokens)) if tokens[i].kind in {COMMA, END, COLON, DASH, SPEECH}), len(tokens))
        if start >= end:
            return
        if tokens[start].low in {"who", "whose"}:
            self._appose(tokens, found, start, end)
            if end >= len(tokens) or tokens[end].kind == END:
                found.core, found.last = found.last, end - 1
            return
        if end == start + 1 and tokens[start].low.isdigit():
            self._appose(tokens, found, start, end)  # "laughs Ivan Reed, 71"
            return
        inner = self.starting(tokens, start, end)
        if (
            inner
            and (inner.kind or inner.name or (inner.living and found.name))
            and (tokens[start].low in DETERMINERS or not tokens[start].is_capital or inner.last == end - 1)
            # One person is not several: in "according to Ilya Breeze, nine people lost their jobs" they are who it is told of.
            and not (found.name and found.number != "plur" and inner.number == "plur")
        ):
            self._appose(tokens, found, start, end)
            found.core, found.last = found.last, inner.last

    def _appose(self, tokens: Sentence, found: Phrase, start: int, end: int) -> None:
        stop = next((i for i in range(start, end) if tokens[i].kind == COMMA), end)
        if stop == start + 1 and tokens[start].low.isdigit() and len(tokens[start].low) == 2 and found.name and not found.kind:
            found.kind = "witness"  # whose age is told has no office
            return
        if tokens[start].low in _OPENS_RELATIVE:
            relative = next(
                (self.kind(tokens[i]) for i in range(start + 1, min(stop, start + 5)) if self.kind(tokens[i])[0]), ("", "")
            )
            if tokens[start].low == "whose" and not found.kind:
                found.kind, found.lemma = relative
            return
        inner = self.starting(tokens, start, stop)
        if inner is None:
            return
        if found.name is None and inner.name is not None and inner.last == stop - 1:
            found.name, found.gender = inner.name, found.gender or inner.gender
            found.number = "sing"
        if not found.kind or (found.kind == "representative" and inner.kind):
            found.kind, found.lemma = inner.kind or ("witness" if inner.living else ""), inner.lemma
            found.role = inner.head

    def introductions(self, tokens: Sentence) -> Iterator[Phrase]:
        """Phrases that name a person or say who somebody is."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            found = None
            if token.kind == WORD and (token.low not in self._closed or token.low in DETERMINERS):
                end = next(
                    (i for i in range(at, len(tokens)) if tokens[i].low in self.words.verbs and not tokens[i].is_capital),
                    len(tokens),
                )
                found = self.starting(tokens, at, end) if end > at else None
            if found is None:
                at += 1
                continue
            after = found.last + 1
            is_place = at > 0 and tokens[at - 1].low in _PLACING  # "In St. Olga, commissioner Oleg Brod went on"
            if after < len(tokens) and tokens[after].kind == COMMA and not is_place:
                self.append(tokens, found)
            at = found.last + 1
            if found.name is None:
                self._bare(tokens, found)
            if found.kind or (found.name and not is_place):
                yield found

    def _bare(self, tokens: Sentence, found: Phrase) -> None:
        """Leaves out of a description what a verb before it made part of it: "checked 340 people", "matches people"."""
        counts = [i for i in range(found.first, found.head) if tokens[i].low in DETERMINERS or tokens[i].low.isdigit()]
        if counts:
            found.first = counts[-1]
        elif found.first < found.head and tokens[found.first].low.endswith(("s", "ed")) and not tokens[found.first].is_capital:
            found.first = found.head

    def is_person(self, tokens: Sentence, found: Phrase) -> bool:
        """Whether "he" or "she" may stand for it; English has no dictionary that tells people from offices."""
        if found.name is not None:
            return True
        return found.proper is None and tokens[found.head].kind == WORD and tokens[found.head].low not in _BODIES

    def names_source(self, found: Phrase) -> bool:
        """Whether somebody or something that can say anything is named."""
        return bool(found.kind or found.name or found.proper or found.pronoun or found.title is not None)
