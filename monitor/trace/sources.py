"""Classifies the source that a phrase names, and resolves surnames and pronouns to named persons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from monitor.lexicons import any_of
from monitor.text import words
from monitor.text.endings import surname_stem
from monitor.text.morphology import readings
from monitor.trace.closed import closed
from monitor.trace.phrases import Phrase
from monitor.trace.rules.context import Context, Finding
from monitor.trace.rules.phrases import is_unnamed
from monitor.trace.slavic import Slavic
from monitor.trace.slavic_words import POSSESSIVES, form
from monitor.trace.speakers import name_key
from monitor.trace.tokens import NAME, WORD, Sentence, Token, plain

_POSSESSIVE = re.compile(r"(?<=\w)['’]s$")
_PEOPLE = frozenset(["official", "lawyer", "witness", "other"])
_OF_SEVERAL = closed("their")
_WHOSE = POSSESSIVES | closed("possessive", "en") | frozenset(["its"])
_NEWSROOM, _OUR = closed("newsroom"), closed("our")
_DETERMINERS = closed("article", "en")
_PARTICLES = closed("particle", "en")
_EMPTY = _DETERMINERS | closed("himself")
_LAWS = closed("law")
_LAW = re.compile(rf"(?<!\w)(?:{'|'.join(sorted({law[:5] for law in _LAWS}))})\w*+")  # in all its forms, and other words
_CAPITALS = re.compile(r"(?<!\w)([А-ЯЁІЇЄҐ][\w’'-]*+) (?=([А-ЯЁІЇЄҐ][\w’'-]*+))")
_AUTHORS, _DRAFTS = closed("author"), closed("draft")
_TERRITORIES, _SPEAKS_FOR = closed("territory"), closed("speaks_for")
_MASTHEADS = closed("masthead_word")
_AGENCIES, _PRESS_SAYS = closed("press_agency", "en"), closed("press_says", "en")
_NEAR, _FAR = 3, 7
"""Sentences: nobody who was named before is meant by a pronoun."""
_PEOPLE_AT_ALL = closed("people_at_all")
_AGED = re.compile(rf"\d+-(?:{any_of(closed('aged', 'ru', 'uk'))}|(?:{any_of(closed('aged', 'en'))})$)")
# "One said so": of whom there are so many, and no name. Of the others nobody is meant at all.
_INDEFINITE = closed("alone")
_NOBODY = closed("determiner") | closed("points_back") | closed("adverb") | closed("preposition") | closed("possessive")


@dataclass(frozen=True, slots=True)
class Source:
    """Who is credited: fields of `monitor.model.Attribution`."""

    kind: str
    speaker: str
    outlet: str
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was named in the text: who may be meant by a surname or a pronoun later."""

    kind: str
    name: str
    """As the text writes it; empty for who has no name there."""
    number: str
    gender: str
    at: int
    """Where in the text."""
    is_person: bool
    is_named: bool


class Namer:
    """Names the sources of one text, in its order, and remembers them."""

    def __init__(self, text: str, context: Context, sentence_before: Callable[[int, int], Sentence | None]) -> None:
        """`sentence_before(offset, n)`: the n-th sentence before the one with the offset (0: that one); None beyond the first."""
        self.text = text
        self._low = text.lower()
        self._sentence_before = sentence_before
        self._introduced: dict[int, list[tuple[Phrase, Known]]] = {}
        self.context = context
        self.known: list[Known] = []
        self.kinds: dict[str, str] = {}
        """Kind of each person who was introduced, by the surname's stem."""
        self.outlet = ""
        """Last that was named."""
        self._surnamed: frozenset[tuple[str, ...]] | None = None
        self._outlets: dict[tuple[str, ...], str] = {}
        """All that were, by what the forms of a name have in common."""

    def source(self, finding: Finding) -> Source | None:
        """Who is credited; None where only a pronoun does it that stands for nobody named before."""
        phrase, tokens = finding.phrase, finding.tokens
        if finding.own:
            return Source("own", "", "")
        if phrase is None:
            return Source("anonymous", "", finding.outlet)
        if phrase.pronoun:
            known = self._meant(phrase, tokens[phrase.first].start)
            return Source(known.kind, known.name, finding.outlet, True) if known else None
        source = self._named(finding, phrase, tokens)
        words = set(re.findall(r"[\w'-]+", plain(source.speaker or source.outlet).lower()))
        if words and words <= _INDEFINITE | _NOBODY:
            if not words & _INDEFINITE:
                return None
            source = Source("witness" if phrase.living else "other", "", finding.outlet)
        if source.kind in {"official", "lawyer", "other"} and not phrase.name and is_unnamed(self.context, tokens):
            source = Source("anonymous", source.speaker, source.outlet)
        if source.kind not in {"document", "own"}:
            self.known.append(self._as_known(source.kind, source.speaker, phrase, tokens))
            if phrase.name and source.kind != "other":
                self.kinds[surname_stem(source.speaker)] = self.kinds.get(surname_stem(source.speaker)) or source.kind
        if source.kind in {"outlet", "telegram"} and source.outlet:
            self.outlet = source.outlet
            self._outlets.setdefault(name_key(source.outlet), source.outlet)
        return source

    def _meant(self, phrase: Phrase, before: int) -> Known | None:
        """Who a pronoun stands for: the last who spoke in this sentence or the two before it and fits, else the last who is named
        there, else the last who spoke."""
        said = [known for known in reversed(self.known) if known.at < before and _fits(known, phrase)]
        near = self._sentence_before(before, 2) or self._sentence_before(before, 1) or self._sentence_before(before, 0)
        since = near.start if near else 0
        if said and said[0].at >= since:
            return self._subject_since(said[0], before, phrase) or said[0]
        near_by = self._named_before(before, phrase, _NEAR)
        subject = next((known for i, known in near_by if known.at >= since and self._may_act(i, known)), None)
        if subject or said:
            return subject or said[0]
        far = next((known for _, known in self._named_before(before, phrase, _FAR)), None)
        return far or self._loosely_meant(phrase, before)

    def _subject_since(self, said: Known, before: int, phrase: Phrase) -> Known | None:
        """The person with whom a sentence begins behind the last who spoke: "The mayor said no. Ann laughed: so, she said"."""
        for n in (0, 1):
            sentence = self._sentence_before(before, n)
            if sentence is None or not sentence or sentence[0].start <= said.at:
                return None
            if sentence.plain[sentence.start] in '«“"':
                continue
            for introduced, known in self._introductions(sentence)[:1]:
                behind = introduced.last + 1
                acts = behind < len(sentence) and sentence[behind].kind == WORD and sentence[behind].start < before
                # Any word is written with a capital where a sentence begins.
                whose = any(token.low.endswith("'s") for token in sentence[introduced.first : behind])
                told = (
                    (introduced.kind and not whose)
                    or " " in known.name
                    or any(known.name in one.name.split() for one in self.known)
                )
                if acts and told and known.name and known.is_person and introduced.first <= 1 and _fits(known, phrase):
                    return known if self._may_act(introduced, known) else None
        return None

    def _loosely_meant(self, phrase: Phrase, before: int) -> Known | None:
        """Whom a pronoun may stand for by the gender of a noun alone: "по её данным" of an office, "она" of a lawyer."""
        if phrase.gender not in {"masc", "femn"} or not isinstance(self.context.grammar, Slavic):
            return None
        near = self._sentence_before(before, 1) or self._sentence_before(before, 0)
        since = near.start if near else 0
        said = [known for known in reversed(self.known) if known.at < before]
        named = [
            known for n in (0, 1) if (tokens := self._sentence_before(before, n)) for _, known in self._introductions(tokens)
        ]
        return next(
            (known for known in (*said, *named) if since <= known.at < before and known.name and _fits_loosely(known, phrase)),
            None,
        )

    def _named_before(self, before: int, phrase: Phrase, sentences: int) -> Iterator[tuple[Phrase, Known]]:
        """Who is named in so many sentences and fits a pronoun, the last first. Few are looked at: it is the dearest question."""
        for n in range(sentences):
            sentence = self._sentence_before(before, n)
            for introduced, known in reversed(self._introductions(sentence) if sentence else []):
                behind = introduced.last + 2
                if sentence and behind < len(sentence) and sentence[behind].start == before:
                    continue  # "His employer, he says, has been told"
                if known.at < before and _fits(known, phrase) and (phrase.gender != "place" or " " in known.name):
                    yield introduced, known

    def _may_act(self, introduced: Phrase, known: Known) -> bool:
        """Whether it is a person by name, or whoever may do something where he is named: no "покупательницу", no "мужчин"."""
        grammar = self.context.grammar
        if introduced.name or not isinstance(grammar, Slavic):
            return True
        tokens = self._sentence_before(known.at, 0)
        head = tokens[introduced.head] if tokens else None
        return head is None or any(r.case == "nomn" for r in (*grammar.form(head).nouns, *grammar.form(head).adjectives))

    def _introductions(self, tokens: Sentence) -> list[tuple[Phrase, Known]]:
        """Who is named in a sentence, whether he speaks or not."""
        found = self._introduced.get(tokens.start)
        if found is None:
            found = self._introduced[tokens.start] = []
            for phrase in self.context.grammar.introductions(tokens):
                kind = self._kind(phrase, tokens)
                name = self._words(tokens, *phrase.name) if phrase.name else ""
                if not name and self.context.grammar.lemmas(tokens[phrase.head]) & _PEOPLE_AT_ALL:
                    continue  # "человек двадцать", "340 people"
                private = self._is_private(phrase, tokens) or (phrase.living and not name)
                kind = kind or self.kinds.get(surname_stem(name), "") or ("witness" if private else "other")
                if kind in _PEOPLE:
                    found.append((phrase, self._as_known(kind, name or self._core(phrase, tokens), phrase, tokens)))
        return found

    def _as_known(self, kind: str, name: str, phrase: Phrase, tokens: Sentence) -> Known:
        is_person = self.context.grammar.is_person(tokens, phrase)
        # Of "чоловіків" the Ukrainian dictionary tells neither number nor gender: only one man's noun has both.
        grammar = self.context.grammar
        number = phrase.number
        if isinstance(grammar, Slavic) and not (number or phrase.gender or phrase.name) and grammar.lemmas(tokens[phrase.head]):
            number = "plur"
        return Known(kind, name, number, phrase.gender, tokens[phrase.first].start, is_person, phrase.name is not None)

    def _kind_of(self, name: str, before: int) -> str:
        """What a person was introduced as, here or earlier; empty where nothing says so."""
        key = surname_stem(name)
        if key not in self.kinds and len(key) > 2:
            self.kinds[key] = ""
            for at in _beginnings(key, self.text[:before].lower().replace("ё", "е")):
                sentence = self._sentence_before(at, 0)
                for phrase, known in self._introductions(sentence) if sentence else []:
                    if phrase.name and surname_stem(known.name) == key and known.kind != "other":
                        self.kinds[key] = known.kind
                        return known.kind
        return self.kinds.get(key, "")

    def _named(self, finding: Finding, phrase: Phrase, tokens: Sentence) -> Source:
        name = self._words(tokens, *phrase.name) if phrase.name else ""
        title = self._words(tokens, phrase.title, phrase.title) if phrase.title is not None else ""
        proper = self._words(tokens, *phrase.proper) if phrase.proper else ""
        is_draft = phrase.lemma in _DRAFTS and finding.rule == "according" and phrase.title is None  # "согласно проекту"
        kind = "document" if is_draft else self._kind(phrase, tokens)
        core = self._core(phrase, tokens)
        known = next((k for n in (title, proper, name, core) if n and (k := self.context.outlets.of_name(n))), "")
        known = known or (name if finding.rule == "quoted" and finding.publishes and not kind else "")  # "quoted by Interfact"
        if not known and kind in {"", "other"} and finding.publishes and (bare := self._bare_outlet(finding, phrase, name)):
            return Source("outlet", "", bare)
        if known and kind in {"", "outlet", "masthead"}:
            return Source("outlet", "" if known == name or self.context.outlets.of_name(name) else name, known)
        if kind in {"outlet", "publication", "telegram", "masthead"}:
            return self._outlet(finding, phrase, tokens, kind, name, title or proper)
        if kind == "anonymous":
            return Source("anonymous", core, known or title or finding.outlet)
        if not kind and not name and (title or proper):
            return self._titled(finding, title or proper, proper)
        if name:
            private = self._is_private(phrase, tokens)
            kind = kind or self._kind_of(name, tokens[phrase.first].start) or ("witness" if private else "other")
            return Source(kind, name, finding.outlet)
        if title and (kind in {"lawyer", "other"} or (kind == "witness" and phrase.kind != "witness")):
            return Source(kind, title, finding.outlet)
        return Source(kind or ("witness" if phrase.living else "other"), proper or core, finding.outlet)

    def _bare_outlet(self, finding: Finding, phrase: Phrase, name: str) -> str:
        """The outlet that publishes under a name alone: of the catalogue, called one before, or an agency that reports."""
        bare = self._capitals(finding.tokens, phrase.first, phrase.core if phrase.core >= 0 else phrase.last)
        known = (self.context.outlets.of_name(bare) if bare else "") or self._outlets.get(name_key(name or bare), "")
        verb = self.context.words.verbs.get(finding.tokens[finding.verb].low) if finding.verb >= 0 else None
        reports = phrase.lemma in _AGENCIES and verb is not None and verb.lemma in _PRESS_SAYS
        return known or (bare if reports else "")

    def _titled(self, finding: Finding, title: str, proper: str) -> Source:
        """The source that a name alone names: what the name's own words say, else an outlet where it publishes."""
        kind = self._said_by_title(title) or ("outlet" if finding.publishes and not proper.isupper() else "other")
        return Source("outlet", "", title) if kind == "outlet" else Source(kind, title, finding.outlet)

    def _is_private(self, phrase: Phrase, tokens: Sentence) -> bool:
        """Whether a named person is told of as nobody with an office is: by an occupation, an age, or the given name alone."""
        if phrase.name is None:
            return False
        if phrase.living and phrase.head < phrase.name[0]:
            return True
        if any(_AGED.match(tokens[i].low) for i in range(phrase.first, phrase.name[0])):
            return True
        grammar = self.context.grammar
        first, last = phrase.name
        if not isinstance(grammar, Slavic) or first < last or not grammar.is_given_name(tokens[first]):
            return False
        return name_key(tokens[first].text) not in self._behind_surnames(grammar)

    def _kind(self, phrase: Phrase, tokens: Sentence) -> str:
        is_word = bool(phrase.kind) and " " not in phrase.lemma  # a "general manager" manages for nobody else
        kinds = self.context.grammar.kinds(tokens[phrase.head]) if is_word else ()
        if phrase.kind == "expert":
            bodies = range(phrase.first, phrase.last + 1)
            return "lawyer" if any(self.context.grammar.kind(tokens[i])[0] == "lawyer" for i in bodies) else "other"
        if phrase.kind in {"outlet", "publication"} and phrase.title is None and self._is_of_office(phrase, tokens):
            return "official"  # "the ministry's website", "сайт мэрии"
        if phrase.kind == "representative" or "representative" in kinds:
            represented = self._represented(phrase, tokens)
            if represented:
                return represented
            if self._is_somebodys(phrase, tokens) and phrase.lemma not in _AUTHORS:
                return self._kind_of_whose(phrase, tokens)
            if phrase.kind == "representative" and phrase.lemma in _AUTHORS and self._laws_before(tokens.start):
                return "official"
        if phrase.kind == "representative":
            grammar = self.context.grammar
            return "document" if isinstance(grammar, Slavic) and grammar.is_thing(tokens[phrase.head]) else "other"
        return "other" if phrase.kind == "company" else phrase.kind

    def _said_by_title(self, title: str) -> str:
        """What a quoted name says by its own words: «Сибирский вестник» is an outlet, «Правозащитный дом» for rights."""
        grammar = self.context.grammar
        if not isinstance(grammar, Slavic):
            return ""
        made = [form(word, grammar.language) for word in words(plain(title).lower())]
        if any(kind == "lawyer" for one in made for kind, _ in one.kinds):
            return "lawyer"
        return "outlet" if any(r.lemma in _MASTHEADS for one in made for r in one.nouns) else ""

    def _is_of_office(self, phrase: Phrase, tokens: Sentence) -> bool:
        """Whether what is published is an office's own."""
        grammar = self.context.grammar
        if isinstance(grammar, Slavic):
            behind = tokens[phrase.head + 1 : phrase.last + 1]
            return len(behind) > 0 and grammar.is_thing(behind[0]) and grammar.kind(behind[0])[0] == "official"
        before = tokens[phrase.first : phrase.head]
        return any(t.low.endswith(("'s", "s'")) and grammar.kind(t)[0] == "official" for t in before)

    def _represented(self, phrase: Phrase, tokens: Sentence) -> str:
        """The kind of what is named behind the word."""
        last = phrase.core if phrase.core >= 0 and phrase.role < 0 else phrase.last
        head = phrase.role if phrase.role >= 0 else phrase.head
        before = () if isinstance(self.context.grammar, Slavic) else range(phrase.start or phrase.first, phrase.head)
        for i in (*range(head + 1, last + 1), *before):
            kind = self.context.grammar.kind(tokens[i])[0]
            if kind in {"lawyer", "outlet", "telegram", "masthead"}:
                return "outlet" if kind == "masthead" else kind
            if kind in {"official", "company"}:
                return "official" if kind == "official" else "other"
            if self._is_law(tokens[i]) or self._is_territory(tokens[i]):
                return "official"
        is_spokesman = phrase.lemma in _SPEAKS_FOR and phrase.role < 0
        return "other" if is_spokesman and self._speaks_for_nobody_known(phrase, tokens, last) else ""

    def _is_territory(self, token: Token) -> bool:
        return token.low.removesuffix("'s") in _TERRITORIES or bool(self.context.grammar.lemmas(token) & _TERRITORIES)

    def _speaks_for_nobody_known(self, phrase: Phrase, tokens: Sentence, last: int) -> bool:
        """Whether the spokesman is of a body that is no office: "for Orel Airways", "представитель завода"."""
        grammar = self.context.grammar
        if isinstance(grammar, Slavic):
            if phrase.head + 1 > last:
                return False
            token = tokens[phrase.head + 1]
            return token.kind == NAME or (token.kind == WORD and not token.is_capital and bool(grammar.form(token).nouns))
        behind = [tokens[i] for i in range(phrase.head + 2, last + 1) if tokens[i].low not in _DETERMINERS]
        before = [tokens[i] for i in range(phrase.first, phrase.head) if i > 0 and tokens[i].is_capital]
        return (bool(behind) and all(t.is_capital and not t.text.isupper() for t in behind)) or len(before) > 1

    def _is_somebodys(self, phrase: Phrase, tokens: Sentence) -> bool:
        own = self.context.grammar.kind(tokens[phrase.head])[1] == phrase.lemma
        return own and any(tokens[i].low in _WHOSE for i in range(phrase.first, phrase.head))

    def _kind_of_whose(self, phrase: Phrase, tokens: Sentence) -> str:
        """What the one is for whom "its head", "её основательница" speaks: the last office, body or person that was named."""
        before = tokens[phrase.first].start
        whose = {tokens[i].low for i in range(phrase.first, phrase.head)}
        number = "sing" if whose & _OF_SEVERAL else "plur"
        named = list(self.known)
        for n in range(_NEAR):
            sentence = self._sentence_before(before, n)
            introduced = self._introductions(sentence) if sentence else []
            named += [known for of, known in introduced if sentence and sentence[of.last].end < before]
        near = sorted((k for k in named if k.at < before), key=lambda k: -k.at)
        fits = (k for k in near if not (k.is_person and k.number == number))
        kind = next((k.kind for k in fits if not (k.is_person and "its" in whose)), "")
        return kind if kind in {"official", "lawyer"} else "other"

    def _laws_before(self, before: int) -> bool:
        """Whether the text spoke of a law: of what "its author" is the author."""
        return self._first_law < before

    @cached_property
    def _first_law(self) -> int:
        """Where the text first names a law; its end where it names none."""
        found = (Token(WORD, word.start(), word.end(), word[0], word[0]) for word in _LAW.finditer(self._low))
        return next((token.start for token in found if self._is_law(token)), len(self._low))

    def _behind_surnames(self, grammar: Slavic) -> frozenset[tuple[str, ...]]:
        """What all forms of the names have in common that the text has behind a surname: "Ковалёва Анна"."""
        if self._surnamed is None:
            pairs = ((readings(pair[1].lower(), grammar.language), pair[2]) for pair in _CAPITALS.finditer(self.text))
            self._surnamed = frozenset(
                name_key(name) for before, name in pairs if any("Surn" in r.marks or not r.known for r in before)
            )
        return self._surnamed

    def _is_law(self, token: Token) -> bool:
        """Whether the word is for what only those in office write."""
        grammar = self.context.grammar
        if isinstance(grammar, Slavic):
            return token.kind == WORD and any(r.lemma in _LAWS for r in grammar.form(token).nouns)
        return token.low in _LAWS or token.low.removesuffix("s") in _LAWS

    def _outlet(self, finding: Finding, phrase: Phrase, tokens: Sentence, kind: str, name: str, written: str) -> Source:
        if kind == "publication" and not written:
            return Source("document", self._core(phrase, tokens), finding.outlet)
        last = phrase.core if phrase.core >= 0 else phrase.last
        grammar = self.context.grammar
        if phrase.name and kind == "outlet" and isinstance(grammar, Slavic) and not grammar.is_thing(tokens[phrase.head]):
            last = phrase.name[0] - 1  # a journalist's name is no outlet's
        outlet = written or self._capitals(tokens, phrase.first, last)
        outlet = (self.context.outlets.of_name(outlet) or outlet) if outlet else ""
        if not outlet and kind != "telegram":
            if phrase.lemma in _NEWSROOM or any(tokens[i].low in _OUR for i in range(phrase.first, last + 1)):
                return Source("own", "", "")
            if phrase.number == "plur" and not name:
                return Source("anonymous", self._core(phrase, tokens), "")  # "several independent outlets"
            return Source("outlet", name or self._core(phrase, tokens), self.outlet)
        speaker = name if name != outlet else ""
        return Source(
            "telegram" if kind == "telegram" else "outlet", speaker or ("" if outlet else self._core(phrase, tokens)), outlet
        )

    def _capitals(self, tokens: Sentence, first: int, last: int) -> str:
        """The last capitals beside a noun for an outlet: "the Polden news agency", "news site Far Field"."""
        runs: list[tuple[int, int]] = []
        for i in range(first, last + 1):
            token = tokens[i]
            if (
                token.kind == WORD
                and (token.text[0].isupper() or (token.text[0].isdigit() and not token.text.isdigit()))
                and token.low not in _DETERMINERS
                and token.low not in _OUR
                and (i > 0 or not (self.context.grammar.kind(token)[0] or self._qualifies(token)))
            ):
                joined = runs and all(tokens[k].low in _PARTICLES for k in range(runs[-1][1] + 1, i))  # "Gorod na Reke"
                runs[-1:] = [(runs[-1][0], i)] if joined else [*runs[-1:], (i, i)]
        return self._words(tokens, *runs[-1]) if runs else ""

    def _qualifies(self, token: Token) -> bool:
        """Whether the word is an adjective, which begins a sentence as a name does."""
        grammar = self.context.grammar
        return isinstance(grammar, Slavic) and grammar.form(token).plain

    def _core(self, phrase: Phrase, tokens: Sentence) -> str:
        """The phrase in the text's words, without article and what was taken in behind."""
        first, last = phrase.first, phrase.core if phrase.core >= 0 else phrase.last
        while first < last and (tokens[first].low in _EMPTY or first < phrase.start):
            first += 1
        return self._words(tokens, first, last)

    def _words(self, tokens: Sentence, first: int, last: int) -> str:
        return _POSSESSIVE.sub("", self.text[tokens[first].start : tokens[last].end])


def _fits(known: Known, phrase: Phrase) -> bool:
    """Whether a pronoun may stand for somebody, by number and gender where both are known."""
    if known.number and phrase.number and known.number != phrase.number:
        return False
    if phrase.gender == "place":  # "там сообщили": in an office
        return not known.is_person and known.kind in {"official", "other", "lawyer"}
    if phrase.gender in {"masc", "femn"} and not known.is_person:
        return False
    if phrase.gender == "neut" and known.is_person and known.kind in {"lawyer", "witness", "official"}:
        return False
    if known.gender and phrase.gender and known.gender != phrase.gender:
        return False
    return known.kind in _PEOPLE or (known.kind in {"anonymous", "outlet"} and bool(known.name))


def _fits_loosely(known: Known, phrase: Phrase) -> bool:
    """Whether a noun has the gender of a pronoun, whatever it is for; or may be a woman's, as "юрист" and "врач" may."""
    if known.number == "plur" or known.kind not in {"official", "lawyer", "witness", "anonymous"}:
        return False
    if phrase.gender == "masc":
        return known.gender == "masc" and known.kind == "anonymous"
    return known.gender == "femn" or (known.is_person and not known.is_named)


def _beginnings(stem: str, text: str) -> Iterator[int]:
    """The places at which a word of the text begins with the stem."""
    at = text.find(stem)
    while at >= 0:
        begins = not at or not (text[at - 1].isalnum() or text[at - 1] == "_")
        if begins:
            yield at
        at = text.find(stem, at + (len(stem) if begins else 1))
