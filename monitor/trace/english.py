"""English noun phrases: who a phrase names, and which phrase is a verb's subject.

English marks no cases: a subject is told by where it stands. Closed classes of words bound it; all others may be part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.trace.phrases import Phrase
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence, Token, word_set
from monitor.trace.words import VerbForm, Words, rest_of, words_of

_PRONOUNS = {"he": "masc", "she": "femn", "they": "plur", "it": "neut"}
OURSELVES = frozenset(["we", "i"])
_DETERMINERS = word_set(
    "a an the this these those his her its their our my your some many several most all both no any another each every few",
    "other one two three four five six seven eight nine ten eleven twelve dozens hundreds thousands scores half what",
)
_QUANTITIES = word_set(
    "one two three four five six seven eight nine ten dozens hundreds thousands scores some many several most all both none",
    "half few number majority group handful part pair series couple each another any",
)
_PREPOSITIONS = word_set(
    "of in on at for to with from by about as into near under over after before during against between among through within",
    "without inside outside across behind around along toward towards since until upon per like despite amid unlike off",
    "than",
)
# Within a noun phrase: "officials at two ministries", "a spokesman for the campaign".
_INNER = word_set(
    "of in at for to with from on near inside outside within close by under behind between against about opposite",
)
_SUBORDINATORS = word_set(
    "that whether if because while although though when where why how unless until since once whereas so but or nor yet as",
    "than after before which who whom whose what",
)
_AUXILIARIES = word_set(
    "is are was were be been being am has have had having do does did will would can could may might must shall should",
    "ought isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't can't couldn't shouldn't",
    "he'd she'd they'd i'd we'd he's she's it's they've we've i've i'm they're we're you're",
)
_MAY = word_set("can could may might must shall should ought can't couldn't shouldn't")
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "isn't", "aren't", "wasn't", "weren't"])
_NEGATIONS = frozenset(["not", "never"]) | {word for word in _AUXILIARIES if word.endswith("n't")}
_OBJECTS = word_set(
    "him them me us you it herself himself themselves itself there here everyone anyone nobody someone",
)
_ADVERBS = word_set(
    "also then later now still once even just again already often long since soon first only though however meanwhile too",
    "ever always twice perhaps maybe both all simply further rather almost instead today yesterday tonight earlier",
)
_OF_PEOPLE = frozenset(["official", "lawyer", "witness", "outlet", "telegram", "anonymous", "representative"])
_DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september",
    "october november december today yesterday tonight",
)
# Verbs whose plain form and present are nouns as well, and more often.
_NOUNS_TOO = word_set(
    "claim state report comment note tweet protest call charge promise pledge vow demand estimate forecast detail remark",
    "answer reply caution stress counter object joke boast quip hint post document record find show list read hope fear",
    "doubt suspect worry blame praise rebuke blog echo recall dispute reject mention quote lament outline brief wonder",
    "venture point urge underscore counsel ridicule laud",
)
_MANS_TITLES = frozenset(["mr.", "mr", "sir", "lord", "king", "prince"])
_WOMANS_TITLES = frozenset(["mrs.", "ms.", "miss", "mrs", "ms", "lady", "queen", "princess", "mme"])
_TITLES = (
    _MANS_TITLES
    | _WOMANS_TITLES
    | word_set(
        "dr. gov. sen. rep. gen. col. lt. sgt. capt. adm. prof. rev. hon. atty. maj. pvt. cpl. supt. det. dr gov sen rep gen",
        "col lt prof former late",
    )
)
_PARTICLES = word_set(
    "de la van von der den al bin ben del da di du el st. o'",
)
_ACRONYM = re.compile(r"(?:[A-Z]{2,6}s?|(?:[A-Z]\.){2,})")
_WOMAN = re.compile(r"woman$|women$|mother|sister|daughter|wife|widow|girl|actress|aunt|queen")
_MAN = re.compile(r"(?<!wo)man$|father|brother|^son$|husband|uncle|boy|king$")


class English:
    """The grammar of English."""

    language = "en"

    def __init__(self) -> None:
        self.words: Words = words_of("en")
        self._closed = _PREPOSITIONS | _SUBORDINATORS | _AUXILIARIES | _OBJECTS | {"and"} | _PRONOUNS.keys() | OURSELVES

    def kind(self, token: Token) -> tuple[str, str]:
        """Kind of speaker that a word names, and the word's dictionary form; both empty where it names none."""
        if token.kind != WORD:
            return "", ""
        low = token.low.removesuffix("'s").removesuffix("'")
        named = self.words.nouns.get(low) or (self.words.nouns.get(low.rsplit("-", 1)[-1]) if "-" in low else None)
        return (named[0][0], named[0][1].lemma) if named else ("", "")

    # Noun phrases

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
        if token.low in _DETERMINERS and (i < e or token.low in _QUANTITIES):
            if i > 1 and tokens[i - 1].low in _INNER and self._is_nominal(tokens[i - 2]):
                return 2, True
            return int(i > 0 and (tokens[i - 1].low in _DETERMINERS or self._is_quantity(tokens[i - 1]))), True
        if i == e:
            return 1, True
        if i > 0 and (self._is_nominal(tokens[i - 1]) if token.low in _INNER else token.low == "and" and self._joins(tokens, i)):
            return 1, False
        closed = token.low in self._closed and not (i > 0 and self._is_named(token))
        ends = closed or token.low in _ADVERBS or self._is_finite(tokens, i)
        return int(not ends), not ends

    def _is_named(self, token: Token) -> bool:
        """Whether a small word of the language is part of a name: "Don Inside", "US"."""
        return token.is_capital and (token.low in _PREPOSITIONS or bool(_ACRONYM.fullmatch(token.text)))

    def _is_quantity(self, token: Token) -> bool:
        return token.kind == WORD and (token.low.isdigit() or token.low in _QUANTITIES)

    def _is_nominal(self, token: Token) -> bool:
        """Whether a noun phrase may end with the token."""
        if token.kind == NAME:
            return True
        return (
            token.kind == WORD
            and (
                token.low not in self._closed
                or (token.is_capital and token.start > 0 and token.low in _PREPOSITIONS | {"us", "who", "it"})
            )
            and (token.low not in _DETERMINERS or token.low in _QUANTITIES)
            and token.low not in _ADVERBS
        )

    def _joins(self, tokens: Sentence, i: int) -> bool:
        """Whether "and" joins two of a kind: two names, two nouns of speakers."""
        before, after = tokens[i - 1], tokens[i + 1]
        if after.low in _DETERMINERS and i + 2 < len(tokens):
            after = tokens[i + 2]
        if before.is_capital and after.is_capital:
            return True
        return bool(self.kind(before)[0] and self.kind(after)[0])

    def _is_finite(self, tokens: Sentence, i: int) -> bool:
        """Whether the word is a verb of a lexicon in use as a verb: not behind a determiner, adjective or preposition."""
        verb = self.words.verbs.get(tokens[i].low)
        if verb is None or verb.tense == "gerund" or tokens[i].is_capital:
            return False
        if verb.tense in {"base", "pres"}:
            before = tokens[i - 1] if i else None
            return before is not None and before.kind == WORD and (before.low in _PRONOUNS or before.low in OURSELVES)
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
        if token.kind != WORD or token.low in _DAYS:
            return 0
        if token.low in _DETERMINERS:
            return int(i == at)
        if i > at and i + 1 < end and token.low in _INNER and self._begins(tokens[i + 1]):
            if token.low in {"in", "on", "to", "by", "about", "against"} and not self._keeps(tokens, i):
                return 0
            return 1 + (tokens[i + 1].low in _DETERMINERS)
        if i > at and i + 1 < end and token.low == "and" and self._joins(tokens, i):
            return 1
        if token.low in self._closed and not (i > at and self._is_named(token)) and not _ACRONYM.fullmatch(token.text):
            return 0
        return int(i == at or not self._ends_before(tokens, i))

    def _ends_before(self, tokens: Sentence, i: int) -> bool:
        """Whether a word of the open classes begins something else: an adverb, or small letters behind a name."""
        token = tokens[i]
        if token.low in _ADVERBS or (token.low.endswith("ly") and not token.is_capital):
            return True
        return not token.is_capital and tokens[i - 1].is_capital and not self._goes_on(tokens, i)

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
        while first < end and tokens[first].low in _DETERMINERS and not (first + 1 <= end and tokens[first + 1].low == "of"):
            first += 1
        base = first
        # "One of the men", "a group of lawyers": who speaks is named behind "of".
        while base + 2 <= end and tokens[base + 1].low == "of" and self._is_quantity(tokens[base]):
            base += 2
            base += tokens[base].low in _DETERMINERS and base < end
        head = next((i - 1 for i in range(base + 1, end + 1) if tokens[i].kind == WORD and tokens[i].low in _INNER), end)
        found = Phrase(start, end, head)
        found.title = next((i for i in range(base, end + 1) if tokens[i].kind == NAME), None)
        if tokens[head].kind == NAME and head > base:
            head -= 1
        self._name(tokens, found, base, head)
        if not found.kind:
            self._kind(tokens, found, base, head)
        if not found.kind and found.name is None and found.proper is None and head < end:
            self._kind(tokens, found, head + 1, end)  # "the regional branch of the Committee"
        if found.name is None and head < end:
            self._name_behind(tokens, found, head + 1, end)
        token = tokens[head]
        plural = self.words.nouns.get(token.low, ((("", None),)))[0][1]
        if found.name is None and found.proper is None:
            found.number = plural.number if plural is not None else "plur" if re.search("[^s]s$", token.low) else ""
        if any(
            self._is_quantity(tokens[i]) and tokens[i].low not in {"one", "each", "another", "any"}
            for i in range(start, base + 1)
        ):
            found.number = "plur" if found.name is None else found.number
        text = " ".join(tokens[i].low for i in range(start, head + 1))
        found.gender = found.gender or ("femn" if _WOMAN.search(text) else "masc" if _MAN.search(text) else "")
        return found

    def _name(self, tokens: Sentence, found: Phrase, base: int, head: int) -> None:
        """The capitals with which the phrase's head ends: a person's name behind titles, or an institution's."""
        i = head
        while (
            i >= base
            and tokens[i].kind == WORD
            and (
                (tokens[i].text[0].isupper() or (tokens[i].text[0].isdigit() and i == base and i < head))
                or (tokens[i].low in _PARTICLES and i < head)
            )
        ):
            i -= 1
        first = i + 1
        if first > head or not (tokens[head].text[0].isupper() or tokens[head].low in {"jr.", "iii", "ii"}):
            # "The Polden news agency": a name before a noun that says what it is.
            return
        while first < head and tokens[first].low in _PARTICLES and tokens[first].text[0].islower():
            first += 1
        kinds = [(j, *self._kind_at(tokens, j, head)) for j in range(first, head + 1)]
        titled = [
            j
            for j, kind, _ in kinds
            if kind in _OF_PEOPLE or tokens[j].low in _TITLES or tokens[j].low.endswith("'s") or (kind and j == head)
        ]
        if tokens[head].low in _TITLES or (titled and titled[-1] == head) or self._is_institution(tokens, first, head):
            if first < head or not titled:
                found.proper = (first, head)
            self._kind(tokens, found, first, head)
            return
        begin = titled[-1] + 1 if titled else first
        if _ACRONYM.fullmatch(tokens[head].text) and begin == head:
            found.proper = (begin, head)
        else:
            found.name = (begin, head)
            found.number = "sing"
            before = {tokens[j].low for j in range(first, begin)}
            found.gender = "femn" if before & _WOMANS_TITLES else "masc" if before & _MANS_TITLES else ""
            if any(tokens[j].low == "and" for j in range(found.first, head)):
                found.number = "plur"
        self._kind(tokens, found, base, begin - 1)

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

    def is_person(self, tokens: Sentence, found: Phrase) -> bool:
        """Whether "he" or "she" may stand for it; English has no dictionary that tells people from offices."""
        return found.proper is None and tokens[found.head].kind == WORD

    def introductions(self, tokens: Sentence) -> Iterator[Phrase]:
        """Phrases that name a person or say who somebody is."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            found = None
            if token.kind == WORD and (token.low not in self._closed or token.low in _DETERMINERS):
                end = next(
                    (i for i in range(at, len(tokens)) if tokens[i].low in self.words.verbs and not tokens[i].is_capital),
                    len(tokens),
                )
                found = self.starting(tokens, at, end) if end > at else None
            if found is None:
                at += 1
                continue
            if found.last + 1 < len(tokens) and tokens[found.last + 1].kind == COMMA:
                self.append(tokens, found)
            if found.name or found.kind:
                yield found
            at = found.last + 1

    # Verbs

    def is_verb(self, tokens: Sentence, v: int, verb: VerbForm) -> bool:
        """Whether the word is a verb here, and not a noun ("claims", "the state", "media reports") or a name's part."""
        token = tokens[v]
        if token.is_capital and v > 0 and not token.text.isupper() and token.low not in {"says", "say", "said"}:
            return False
        if rest_of(verb, [token.low for token in tokens.tokens[v + 1 : v + 4]]) < 0:
            return False
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and tokens[at].low in _ADVERBS:
            at -= 1
        before = tokens[at] if at >= 0 else None
        if before is not None and before.kind == WORD:
            if before.low in _AUXILIARIES:
                return before.low not in _BE or verb.tense in {"gerund", "past"}
            if before.low in _PRONOUNS or before.low in OURSELVES or before.low in {"who", "which"}:
                return True
            if before.low in _DETERMINERS or before.low in _PREPOSITIONS or before.low.endswith(("'s", "'")):
                return False
        if verb.tense not in {"base", "pres"} or verb.lemma not in _NOUNS_TOO:
            return True
        return self._governs(tokens, v, before)

    def _governs(self, tokens: Sentence, v: int, before: Token | None) -> bool:
        """Whether what follows a word that may be a noun is what a verb governs."""
        following = tokens[v + 1] if v + 1 < len(tokens) else None
        if following is None or following.kind in {SPEECH, COLON, END, DASH}:
            return True
        named = before is not None and (before.is_capital or bool(self.kind(before)[0]))
        if following.kind == COMMA:
            return before is not None and (named or before.kind != WORD)
        if before is not None and before.low in {"aside", "off", "away", "down", "out", "up"}:
            return False  # "brushed aside claims that"
        if following.low in {"that", "it", "he", "she", "they", "there", "this", "if", "whether", "how", "why"}:
            return True
        return named and following.low in _DETERMINERS | {"him", "her", "them", "reporters"}

    def has_content(self, tokens: Sentence, v: int) -> bool:
        """Whether what was said stands beside the verb: quoted, behind a colon, or as a clause."""
        i = v - 1
        while i >= 0 and tokens[i].kind == WORD:
            i -= 1
        if i >= 0 and tokens[i].kind == SPEECH:
            return True
        following = tokens[v + 1] if v + 1 < len(tokens) else None
        if following is None or following.kind in {COMMA, END}:
            if i < 0:  # "…?” Reed asked.": the words stand in the sentence before
                return tokens.plain[: tokens.start].rstrip()[-1:] in {"”", '"', "»"}
            return tokens[i].kind in {COMMA, DASH}
        for j in range(v + 1, len(tokens)):
            token = tokens[j]
            if token.kind in {SPEECH, COLON} or token.low in {"that", "whether"}:
                return True
            if token.kind in {COMMA, END} or token.low in {"who", "which", "to", "as"}:
                return token.low == "as" and any(tokens[k].kind == SPEECH for k in range(j, min(len(tokens), j + 6)))
            if j > v + 1 and token.low in _AUXILIARIES and not tokens[v].low.startswith("call"):
                return True
        return False

    # Who is the subject

    def agrees(self, verb: VerbForm, found: Phrase) -> bool:
        """Whether the phrase may be what the verb is said of."""
        return not (verb.number and found.number) or verb.number == found.number

    def left(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject before the verb, over auxiliaries, adverbs and what stands between commas."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and self._is_passed(tokens[at]):
            at -= 1
        if at < 0:
            return None
        passed = [tokens[i].low for i in range(v - 1, at, -1)]
        auxiliary = next((word for word in passed if word in _AUXILIARIES), "")
        if auxiliary in _BE and verb.tense != "gerund":
            return self._told(tokens, at) if verb.lemma == "tell" else None
        if not _is_asserted(verb, auxiliary, passed):
            return None
        token = tokens[at]
        if verb.tense == "base" and not auxiliary and (token.kind != WORD or token.low == "to"):
            return None
        if token.kind in {COMMA, DASH, CLOSE}:
            return self._over_parenthesis(tokens, at)
        if token.kind == WORD and token.low in {"who", "which"}:
            return self.ending(tokens, at - 1 - (at > 0 and tokens[at - 1].kind == COMMA))
        found = self._pronoun(tokens, at) or self.ending(tokens, at)
        if found is None or found.pronoun or auxiliary:
            return found
        return found if self.agrees(verb, found) and (verb.tense != "base" or found.number == "plur") else None

    def _told(self, tokens: Sentence, at: int) -> Phrase | None:
        """An outlet that was told something, and says so."""
        told = self.ending(tokens, at)
        return told if told and told.kind in {"outlet", "masthead"} else None

    def _pronoun(self, tokens: Sentence, at: int) -> Phrase | None:
        token = tokens[at]
        if token.kind != WORD or (token.low not in _PRONOUNS and token.low not in OURSELVES):
            return None
        gender = _PRONOUNS.get(token.low, "plur")
        found = Phrase(at, at, at, pronoun=True, living=True, number="plur" if gender == "plur" else "sing")
        found.gender = "" if gender == "plur" else gender
        return found

    def _is_passed(self, token: Token) -> bool:
        return (
            token.low in _ADVERBS
            or token.low in _AUXILIARIES
            or token.low in _NEGATIONS
            or (token.low.endswith("ly") and not token.is_capital and token.low not in self.words.nouns)
        )

    def _over_parenthesis(self, tokens: Sentence, close: int) -> Phrase | None:
        if tokens[close].kind == CLOSE:
            opened = next((i for i in range(close - 1, -1, -1) if tokens[i].kind == OPEN), 0)
            found = self.ending(tokens, opened - 1) if opened else None
            if found:
                found.core, found.last = found.last, close
            return found
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
                found = self.ending(tokens, opened - 1)
                if found and self.names_source(found):
                    self._appose(tokens, found, opened + 1, close)
                    found.core, found.last = found.last, close
                    return found
            opened -= 1
        return None

    def _is_parenthesis(self, tokens: Sentence, start: int, end: int) -> bool:
        """Whether what stands between two commas tells of a noun before it."""
        if end <= start:
            return False
        first = tokens[start]
        if first.low in {"who", "which", "whose", "whom", "where"} or first.low in _PREPOSITIONS or first.low.isdigit():
            return True
        if start + 2 < end and tokens[start + 1].low == "of" and tokens[start + 2].low in {"whom", "which"}:
            return True
        if first.low.endswith(("ing", "ed")) or first.low in _DETERMINERS or first.low in _ADVERBS or first.low in _DAYS:
            return not any(self._is_finite(tokens, i) for i in range(start + 1, end)) or first.low in _QUANTITIES
        if first.is_capital or self.kind(first)[0] or first.low in {"himself", "herself", "now", "then", "former"}:
            return not any(tokens[i].low in _AUXILIARIES or self._is_finite(tokens, i) for i in range(start, end))
        return any(self.kind(tokens[i])[0] for i in range(start, end)) and not any(
            tokens[i].low in _AUXILIARIES or self._is_finite(tokens, i) for i in range(start, end)
        )

    def _appose(self, tokens: Sentence, found: Phrase, start: int, end: int) -> None:
        stop = next((i for i in range(start, end) if tokens[i].kind == COMMA), end)
        if tokens[start].low in {"who", "whose", "which", "whom"}:
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
        if not found.kind:
            found.kind, found.lemma = inner.kind, inner.lemma

    def right(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject behind the verb, where the words that were said stand first."""
        if verb.tense == "gerund" or v + 1 >= len(tokens):
            return None
        before = tokens[v - 1] if v else None
        if before is None:  # "Said Reed: “…”"
            found = self.starting(tokens, 1, len(tokens))
            stop = found.last + 1 if found else len(tokens)
            return found if found and found.name and stop < len(tokens) and tokens[stop].kind == COLON else None
        if before.kind not in {SPEECH, COMMA, DASH, END}:
            return None
        if tokens[v + 1].low in _OBJECTS | {"that", "to", "as", "reporters"}:
            return None
        found = self.starting(tokens, v + 1, len(tokens))
        if found is None or (not self.names_source(found) and before.kind != SPEECH):
            return None
        following = tokens[found.last + 1] if found.last + 1 < len(tokens) else None
        if (
            following is not None
            and following.kind == WORD
            and following.low not in _PREPOSITIONS | _DAYS | {"who", "whose", "when"}
        ):
            return None
        if following is not None and following.kind == COMMA:
            self.append(tokens, found)
        return found

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
        inner = self.starting(tokens, start, end)
        if (
            inner
            and (inner.kind or inner.name)
            and (tokens[start].low in _DETERMINERS or not tokens[start].is_capital or inner.last == end - 1)
        ):
            self._appose(tokens, found, start, end)
            found.core, found.last = found.last, inner.last

    def shared(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject that the verb shares with one before it: "the mayor came and said", "..., adding that"."""
        at = v - 1
        while at > 0 and self._is_passed(tokens[at]):
            at -= 1
        if at < 1 or not (
            tokens[at].low in {"and", "then", "or"}
            or (tokens[at].kind in {COMMA, DASH} and verb.tense == "gerund")
            or tokens[at].low == "by"
        ):
            return None
        start = self._shared_from(tokens, v, at)
        while start < v:
            token = tokens[start]
            if pronoun := self._pronoun(tokens, start):
                return pronoun
            skipped = token.kind not in {WORD, NAME}
            if not skipped and (
                token.low in _PREPOSITIONS
                or token.low in _SUBORDINATORS
                or token.low in _ADVERBS
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
            found_ = self.starting(tokens, start, v)
            return found_ if found_ and self.names_source(found_) else None
        return None

    def _shared_from(self, tokens: Sentence, v: int, at: int) -> int:
        """Where the clause begins in which a verb may share a subject with one before it."""
        for i in range(v - 1, -1, -1):
            if tokens[i].kind == SPEECH and i == at - 1:
                continue  # "exhorted them to “go on” and said"
            if tokens[i].kind in {SPEECH, COLON, END} or tokens[i].low in {"that", "because", "when", "while", "if", "but"}:
                return i + 1
        return 0

    def kinds(self, token: Token) -> tuple[str, ...]:
        """All kinds of speaker that a word may name."""
        named = self.words.nouns.get(token.low.removesuffix("'s"), ())
        return tuple(kind for kind, _ in named) if token.kind == WORD else ()

    def whole(self, tokens: Sentence, start: int, end: int) -> Phrase | None:
        """The phrase that is all there is between two tokens."""
        found = self.starting(tokens, start, end) if start < end else None
        return found if found and found.last == end - 1 and self.names_source(found) else None

    def finite(self, tokens: Sentence, v: int) -> VerbForm | None:
        """The verb that the word may be, of whatever meaning: only its ending tells."""
        token = tokens[v]
        if token.kind != WORD or token.is_capital or (token.low in self._closed and token.low not in _BE):
            return None
        known = self.words.verbs.get(token.low)
        if known:
            return known if known.tense in {"past", "pres"} else None
        if token.low.endswith("ed") or token.low in {"was", "were", "is", "are"}:
            return VerbForm(token.low, frozenset(), "past", "", "")
        return None

    def clause_start(self, tokens: Sentence, v: int) -> int:
        """Where the clause begins that the token ends."""
        at = v
        while at > 0 and tokens[at - 1].kind not in {COLON, END, SPEECH} and tokens[at - 1].low not in {"that", "but", "while"}:
            at -= 1
        return at

    def subject_of_passive(self, tokens: Sentence, v: int) -> Phrase | None:
        """The subject of "was quoted"; None where the participle stands alone."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and (tokens[at].low in _ADVERBS or tokens[at].low in _AUXILIARIES):
            at -= 1
        return self.ending(tokens, at) if at < v - 1 and at >= 0 and any(tokens[i].low in _BE for i in range(at + 1, v)) else None

    def names_source(self, found: Phrase) -> bool:
        """Whether somebody or something that can say anything is named."""
        return bool(found.kind or found.name or found.proper or found.pronoun or found.title is not None)


def _is_asserted(verb: VerbForm, auxiliary: str, passed: list[str]) -> bool:
    """Whether the verb with what stands before it says that something was said: not "may say", "did not say", "saying"."""
    if (verb.tense == "base" and auxiliary in _MAY) or (verb.tense == "gerund" and auxiliary not in _BE):
        return False
    if verb.tense == "participle" and not auxiliary:
        return False
    return "thinking" in verb.sections or not any(word in _NEGATIONS for word in passed)
