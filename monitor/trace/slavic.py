"""Russian and Ukrainian noun phrases: who a phrase names, in which case, and which phrase is a verb's subject.

Words are looked at by their endings (pymorphy3), so that subject and object are told apart wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.text.morphology import Reading, readings
from monitor.trace.phrases import Phrase
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence, Token, word_set
from monitor.trace.words import KINDS, VerbForm, Words, rest_of, words_of

OBLIQUE = ("gent", "datv", "accs", "ablt", "loct")

# Surnames that the dictionaries lack are told by their endings; each may be the nominative of a man's or a woman's.
_MANS = re.compile(
    r"\w+(?:[ое]в|[иы]н|[сц]?к[иі]й|[иоы]й|ко|[ую]к|[ая]к|ян|дзе|швили|швілі|[ие]ч|ец|ер|ман|ло|[ую]н|ид|зе|аль|ій)"
)
_WOMANS = re.compile(r"\w+(?:[ое]ва|[иы]на|[сц]ька|[сц]?кая|ая|ко|[ую]к|ян|дзе|швили|швілі|[ие]ч|а|я|[ії]на)")
_ACRONYM = re.compile(r"[A-ZА-ЯІЇЄҐ]{2,6}")
_INITIAL = re.compile(r"[A-ZА-ЯІЇЄҐ]\.")

# Of several, or of a part of them: who speaks is named behind the word.
_QUANTITIES = word_set(
    "один одна одне одни два две двое трое четверо пятеро шестеро семеро несколько десяток десятки десятков сотня сотни",
    "большинство многие некоторые часть ряд группа пара тысячи десятеро много немало половина треть кто-то каждый иные дві",
    "двоє троє п'ятеро кілька декілька більшість багато деякі частина низка хтось кожен дехто решта остальные другие інші",
    "чимало все усі всі другой другая інший інша",
)
_ALONE = word_set(
    "все многие некоторые один одна двое трое другие остальные кто-то другой другая усі всі багато деякі двоє троє інші",
    "хтось інший інша решта",
)
_SINGLE = frozenset(["один", "одна", "кто-то", "хтось", "другой", "другая", "інший", "інша"])
_PRONOUNS = {
    "он": "masc", "она": "femn", "оно": "neut", "они": "plur", "він": "masc", "вона": "femn", "воно": "neut", "вони": "plur",
    "тот": "masc", "та": "femn", "те": "plur", "той": "masc", "ті": "plur",
}  # fmt: skip
OURSELVES = frozenset(["мы", "ми", "я"])
_POSSESSIVES = word_set(
    "его ее их його її їх їхній їхня мой моя мои наш наша наши мій мої наші свой своя",
)
_PREPOSITIONS = word_set(
    "в во на о об обо про с со из от по при для до за под над к ко у через без между перед после среди из-за из-под около",
    "возле против ради вместо кроме вокруг согласно вопреки благодаря несмотря з із зі від під між після біля проти серед",
    "щодо попри крім заради навколо з-за з-під відповідно ввиду насчет касательно",
)
_SUBORDINATORS = word_set(
    "что чтобы если когда хотя пока будто якобы поскольку потому словно ли або бо що щоб якщо коли хоча поки ніби нібито",
    "оскільки тому адже мов начебто мовляв дескать мол зато однако проте однак",
)
_CONTENT = word_set(
    "что будто якобы как мол дескать що ніби нібито начебто мовляв зачем почему чому навіщо сколько скільки",
)
_COORDINATORS = frozenset(["и", "а", "но", "да", "или", "либо", "і", "й", "та", "а", "але", "або", "проте"])
_RELATIVES = re.compile(
    r"(?:котор|чьи?$|чья$|чей$|чье$|кто$|где$|куда$|откуда$|який|яка$|яке$|які$|яку$|якого|якої|яким|якій|якому|яких|чий|чия|чиї|де$|звідки)"
)
_NEGATIONS = frozenset(["не", "ни", "ні"])
_ADVERBS = word_set(
    "также тоже уже еще потом затем позже позднее ранее раньше теперь сейчас сегодня вчера накануне вечером утром днем",
    "ночью тогда там тут здесь однажды снова опять лишь только даже все же ж бы так как коротко иначе сам сама сами само",
    "лично також теж вже ще потім згодом пізніше раніше тепер зараз сьогодні вчора напередодні увечері ввечері вранці вдень",
    "уночі тоді знову лише тільки навіть усе б як інакше самі особисто ему ей им нам мне йому їй їм мені себе собі якось",
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a word may be in a sentence."""

    nouns: tuple[Reading, ...]
    adjectives: tuple[Reading, ...]
    finite: tuple[Reading, ...]
    kinds: tuple[tuple[str, str], ...]
    """Kind of speaker and dictionary form, the most telling first."""
    nominal: bool
    """Whether it may be a noun, an adjective or a name at all."""
    known: bool
    """Whether a lexicon or dictionary has it as a common noun."""
    marks: frozenset[str]


@lru_cache(maxsize=100_000)
def form(low: str, language: str) -> Form:
    """What a word in small letters may be."""
    named = words_of(language).nouns.get(low, ())
    found = readings(low, language)
    known = [r for r in found if r.known]
    nominal = bool(named) or not known or any(r.part in {"NOUN", "ADJF", "PRTF", "NUMR", "NPRO"} for r in known)
    nouns = tuple(made for _, made in named) + tuple(r for r in found if nominal and r.part in {"NOUN", "UNKN", "NPRO"})
    kinds = tuple(dict.fromkeys(sorted(((kind, made.lemma) for kind, made in named), key=lambda k: KINDS.index(k[0]))))
    marks = frozenset(mark for made in nouns for mark in made.marks)
    proper = {"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"}
    return Form(
        nouns,
        tuple(r for r in found if r.part in {"ADJF", "PRTF", "NUMR"}),
        tuple(r for r in found if r.part == "VERB" and ("past" in r.marks or "3per" in r.marks)),
        kinds,
        nominal,
        bool(named) or any(r.part == "NOUN" and not r.marks & proper for r in known),
        marks,
    )


class Slavic:
    """The grammar of Russian (`ru`) or Ukrainian (`uk`)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: Words = words_of(language)

    def form(self, token: Token) -> Form:
        """What the token's word may be."""
        return form(token.low, self.language)

    def kind(self, token: Token) -> tuple[str, str]:
        """Kind of speaker that a word names, and the word's dictionary form; both empty where it names none."""
        if token.kind != WORD:
            return "", ""
        kinds = self.form(token).kinds
        if not kinds and "-" in token.low:  # "мер-вигнанець", "журналист-расследователь"
            kinds = next((k for part in token.low.split("-") if (k := form(part, self.language).kinds)), ())
        return kinds[0] if kinds else ("", "")

    # Noun phrases

    def phrase(self, tokens: Sentence, at: int, end: int, cases: tuple[str, ...]) -> Phrase | None:
        """The noun phrase that begins with a token, in the case in which most of it names somebody, else the first that fits."""
        fits = [found for case in cases if (found := self._phrase(tokens, at, end, case))]
        named = [found for found in fits if self.names_source(found)]
        return max(named, key=lambda found: found.last) if named else next(iter(fits), None)

    def _phrase(self, tokens: Sentence, at: int, end: int, case: str, depth: int = 0) -> Phrase | None:
        j = at
        while j < end:
            token = tokens[j]
            if token.kind == NAME:
                if not self._name_fits(token, case):
                    return None
                return self._extended(tokens, Phrase(at, j, j, title=j, number="sing"), end, case)
            if token.kind != WORD or token.low in _COORDINATORS or token.low in _PREPOSITIONS - _POSSESSIVES:
                return None
            made = self.form(token)
            if token.low in _QUANTITIES or token.low.isdigit() or (j > at and token.low in {"из", "з", "із", "зі"}):
                counted = self._counted(tokens, at, j, end, depth)
                if counted:
                    return counted
            if token.low in _POSSESSIVES or token.low.isdigit():
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
        words = re.findall(r"\w+", token.low)
        first = next((made for word in words[:3] if (made := form(word, self.language)).nouns or made.adjectives), None)
        if first is None or not (first.known or first.adjectives):
            return True
        return any(r.case == case or r.part == "UNKN" for r in (*first.nouns, *first.adjectives)) or (
            case != "nomn" and any(r.case == "nomn" for r in (*first.nouns, *first.adjectives))
        )

    def _counted(self, tokens: Sentence, at: int, j: int, end: int, depth: int) -> Phrase | None:
        """ "Трое офицеров", "один из сторожей": of whom there are so many."""
        if depth > 1 or j + 1 >= end:
            return None
        of = j + 1 if tokens[j].low not in {"из", "з", "із", "зі"} else j
        of += tokens[of].low in {"из", "з", "із", "зі"}
        inner = self._phrase(tokens, of, end, "gent", depth + 1) if of < end else None
        if inner is None:
            if tokens[j].low in _ALONE and j == at:
                return Phrase(at, j, j, number="" if tokens[j].low in _SINGLE else "plur", living=True)
            return None
        inner.first, inner.number = at, "" if tokens[of - 1].low in {"из", "з", "із", "зі"} else "plur"
        inner.gender = ""
        return inner

    def _is_modifier(self, token: Token, made: Form, case: str) -> bool:
        return any(r.case == case or (case == "accs" and r.case == "nomn") for r in made.adjectives) or token.low in _ADVERBS & {
            "сам", "сама", "само", "сами", "самі",
        }  # fmt: skip

    def _after_modifier(self, tokens: Sentence, j: int, end: int, case: str) -> int:
        """Where the phrase goes on behind an adjective; the adjective itself where it is all that names anybody."""
        following = tokens[j + 1]
        if following.kind == NAME or (following.kind == WORD and self._may_head(following, case)):
            return j + 1
        if following.kind == WORD and (self._is_modifier(following, self.form(following), case) or following.low in _POSSESSIVES):
            return j + 1
        # "Опубликованный на сайте облдумы законопроект": what the participle needs stands between.
        if any(r.part == "PRTF" or "Adjp" in r.marks for r in self.form(tokens[j]).adjectives) and following.low in _PREPOSITIONS:
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

    def _may_head(self, token: Token, case: str, *, strictly: bool = False) -> bool:
        made = self.form(token)
        if any(r.case == case for r in made.nouns):
            return not any(r.part == "PREP" for r in made.nouns)
        return not strictly and token.is_capital and self._may_be_name(token, made, case)

    def _may_be_name(self, token: Token, made: Form, case: str) -> bool:
        """Whether a capitalised word may be a name in that case. A surname's ending tells where no dictionary does."""
        if any(r.case == case for r in (*made.nouns, *made.adjectives)):
            return True
        if _ACRONYM.fullmatch(token.text) or _INITIAL.fullmatch(token.text) or token.text.isascii():
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
        if not readings_ and not (token.is_capital and self._may_be_name(token, made, case)):
            # "Мобилизованные рассказали": an adjective that stands for people.
            readings_ = [r for r in made.adjectives if r.case == case] if self.kind(token)[0] else []
            if not readings_:
                return None
        kind, lemma = self.kind(token)
        found = Phrase(at, j, j, kind=kind, lemma=lemma)
        if not kind and at < j:  # "осужденный Марат Ахметзянов": the adjective says who he is
            found.kind, found.lemma = next((k for i in range(at, j) if (k := self.kind(tokens[i]))[0]), ("", ""))
        found.number = _one({r.number for r in readings_}) if all(r.number for r in readings_) else ""
        found.gender = _one({r.gender for r in readings_ if r.number != "plur"})
        found.living = bool(readings_) and "anim" in readings_[0].marks and not kind
        if token.is_capital and not kind and (j > 0 or not made.known or made.marks & {"Name", "Surn", "Patr"}):
            if self._is_person(tokens, j, made):
                self._name(tokens, found, j, end, case)
            elif not made.known or j > 0:
                found.proper = (j, j)
        found = self._extended(tokens, found, end, case)
        if not found.kind and not found.living and found.name is None and found.title is None:
            # "Отдел полиции", "сайт облдумы": who speaks is named by what depends on the word.
            found.kind, found.lemma = next((k for i in range(j + 1, found.last + 1) if (k := self.kind(tokens[i]))[0]), ("", ""))
        return found

    def _is_person(self, tokens: Sentence, j: int, made: Form) -> bool:
        token = tokens[j]
        if made.marks & {"Name", "Surn", "Patr"}:
            return True
        if _ACRONYM.fullmatch(token.text) or made.marks & {"Geox", "Orgn", "Trad"} or token.text.isascii():
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
        found.gender = next((g for given in genders if (g := _one(given))), "") or _gender_of_surname(tokens[k].low, case)
        found.number = "sing"

    def _extended(self, tokens: Sentence, found: Phrase, end: int, case: str) -> Phrase:
        """Takes in what stands behind the head: whose it is, its name, where it is, who it is with."""
        k = found.last + 1
        while k < end:
            token = tokens[k]
            if token.kind == NAME:
                found.title = k if found.title is None else found.title
                k += 1
            elif token.kind == OPEN:
                close = next((i for i in range(k + 1, min(end, k + 14)) if tokens[i].kind == CLOSE), 0)
                if not close:
                    break
                k = close + 1
                continue  # what follows the brackets may not belong here
            elif token.kind != WORD or token.low in _SUBORDINATORS:
                break
            elif found.name is None and self._names_person(tokens, k, case, found):
                self._name(tokens, found, k, end, case)
                k = found.last + 1
                continue
            elif token.low in _COORDINATORS and k + 1 < end and (other := self._coordinated(tokens, found, k + 1, end, case)):
                k = other
            elif self._is_dependent(tokens, k, found):
                k += 1
            elif token.low in _PREPOSITIONS and (beyond := self._prepositional(tokens, k, end, case, found)):
                k = beyond
            else:
                break
            found.last = k - 1
        return found

    def _names_person(self, tokens: Sentence, k: int, case: str, found: Phrase) -> bool:
        token = tokens[k]
        if not token.is_capital or self.kind(token)[0] in {"official", "outlet"}:
            return False
        following = tokens[k + 1] if k + 1 < len(tokens) else token
        if following.is_capital and "Name" in self.form(following).marks and not self.form(token).marks & {"Name", "Patr"}:
            return False  # "мэр Нижнего Иван Петров": the name begins behind the place
        made = self.form(token)
        fits = self._may_be_name(token, made, case)
        if not fits or (made.marks & {"Geox", "Orgn"} and not made.marks & {"Name", "Surn"}):
            return False
        if _ACRONYM.fullmatch(token.text) or (
            made.adjectives
            and not made.marks & {"Name", "Surn"}
            and k + 1 < len(tokens)
            and self._is_dependent(tokens, k + 1, found)
            and not tokens[k + 1].is_capital
        ):
            return False
        # In any other case "суда Томска" has the same case as a name would; a thing has no surname.
        return self._is_person(tokens, k, made) and (found.living or (bool(found.kind) and not self.is_thing(tokens[found.head])))

    def is_thing(self, token: Token) -> bool:
        made = self.form(token)
        return token.kind == NAME or not any("anim" in r.marks or r.part != "NOUN" for r in made.nouns)

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
        if token.low in _ADVERBS or token.low in _PREPOSITIONS - _POSSESSIVES or token.low in _COORDINATORS:
            return False
        if token.low in self.words.verbs and not token.is_capital:
            return False
        if token.low in _POSSESSIVES:
            return k + 1 < len(tokens) and self._is_dependent(tokens, k + 1, found)
        made = self.form(token)
        if any(r.case == "nomn" and "anim" in r.marks for r in made.nouns):
            return False  # "на вопрос «Курьера» сторож ответил": somebody of his own
        if any(r.case == "gent" for r in (*made.nouns, *made.adjectives)):
            return True
        return bool(token.is_capital and (_ACRONYM.fullmatch(token.text) or token.text.isascii()))

    def _prepositional(self, tokens: Sentence, k: int, end: int, case: str, found: Phrase) -> int:
        """Where "из медкомиссии", "в отставке" ends, if it belongs to the phrase and not to the verb; 0 where it does not."""
        inner = self.phrase(tokens, k + 1, end, OBLIQUE) if k + 1 < end else None
        if inner is None:
            return 0
        then = inner.last + 1
        if tokens[k].low in {"из", "з", "із", "при", "по"} or found.kind == "anonymous":
            return then
        if found.name is None and then < end and tokens[then].kind == WORD and self._names_person(tokens, then, case, found):
            return then
        return 0

    # Verbs

    def is_verb(self, tokens: Sentence, v: int, verb: VerbForm) -> bool:
        """Whether the form is the verb's here: endings tell, but for a few that are another word's as well."""
        if rest_of(verb, [token.low for token in tokens.tokens[v + 1 : v + 4]]) < 0:
            return False
        return not (tokens[v].is_capital and v > 0 and tokens[v - 1].kind == WORD)

    def has_content(self, tokens: Sentence, v: int) -> bool:
        """Whether what was said stands beside the verb: quoted, behind a colon, or as a clause."""
        end = next((i for i in range(v + 1, len(tokens)) if tokens[i].kind in {COMMA, COLON, SPEECH, END, DASH}), len(tokens))
        if any(self.finite(tokens, i) for i in range(v + 1, end)):
            return False  # what follows is another verb's
        if end < len(tokens) and (
            tokens[end].kind in {COLON, SPEECH} or (end + 1 < len(tokens) and tokens[end + 1].low in _CONTENT)
        ):
            return True
        start = next((i for i in range(v - 1, -1, -1) if tokens[i].kind in {COMMA, SPEECH, DASH, COLON}), -1)
        return start >= 0 and (tokens[start].kind == SPEECH or tokens[start].kind == DASH or end >= len(tokens) - 1)

    def is_person(self, tokens: Sentence, found: Phrase) -> bool:
        """Whether "he" or "she" may stand for it."""
        return bool(found.name) or found.living or not self.is_thing(tokens[found.head])

    def introductions(self, tokens: Sentence) -> Iterator[Phrase]:
        """Phrases that name a person or say who somebody is, in whatever case."""
        at = 0
        while at < len(tokens):
            found = None
            if tokens[at].kind == WORD and tokens[at].low not in _PREPOSITIONS:
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

    # Who is the subject

    def agrees(self, verb: VerbForm | Reading, found: Phrase) -> bool:
        """Whether the phrase may be what the verb is said of."""
        if verb.number == "plur":
            return found.number != "sing"
        if found.number == "plur":
            return False
        return not (verb.gender and found.gender) or verb.gender == found.gender or self._of_either(verb.gender, found)

    def _of_either(self, gender: str, found: Phrase) -> bool:
        """A woman may be a "депутат" or a "врач", and a name in a lexicon may be a woman's too."""
        return (gender == "femn" and found.living) or found.kind in {"official", "lawyer", "witness", "outlet", "representative"}

    def phrases(self, tokens: Sentence, start: int, end: int) -> Iterator[Phrase]:
        """The phrases that may be a subject, and pronouns, in order; what depends on a preposition is passed over."""
        at = start
        while at < end:
            token = tokens[at]
            found: Phrase | None = None
            if token.kind == WORD and token.low in _PREPOSITIONS and not self._is_subject_word(token):
                inner = self.phrase(tokens, at + 1, end, OBLIQUE) if at + 1 < end else None
                at = inner.last + 1 if inner else at + 1
                continue
            if token.kind == WORD and token.low in _PRONOUNS and not (self.language == "uk" and token.low == "та"):
                gender = _PRONOUNS[token.low]
                found = Phrase(at, at, at, pronoun=True, number="plur" if gender == "plur" else "sing", living=True)
                found.gender = "" if gender == "plur" else gender
            elif token.kind in {WORD, NAME}:
                found = self._phrase(tokens, at, end, "nomn")
            if found:
                yield found
                at = found.last + 1
                continue
            passed = self.phrase(tokens, at, end, OBLIQUE) if token.kind in {WORD, NAME} else None
            at = passed.last + 1 if passed else at + 1

    def _is_subject_word(self, token: Token) -> bool:
        return token.is_capital and bool(_ACRONYM.fullmatch(token.text))

    def left(self, tokens: Sentence, v: int, verb: VerbForm | Reading) -> Phrase | None:
        """The subject before the verb, over what stands between commas."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and (tokens[at].low in _ADVERBS or tokens[at].low in _NEGATIONS):
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
        return found

    def clause_start(self, tokens: Sentence, v: int) -> int:
        at = v
        while at > 0:
            token = tokens[at - 1]
            if token.kind in {COMMA, COLON, DASH, END, SPEECH, OPEN} or token.low in _SUBORDINATORS:
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
                    self._appose(tokens, candidate, opened + 1, close)
                    candidate.core, candidate.last = candidate.last, close
                    return candidate
            opened -= 1
        return None

    def _appose(self, tokens: Sentence, found: Phrase, start: int, end: int) -> None:
        """Takes in what an apposition says: "его мать, Светлана Брагина,", "Журба, автор канала «Призыв»,"."""
        inner = self._phrase(tokens, start, end, "nomn") if start < end else None
        if inner is None or (inner.last < end - 1 and not inner.name):
            return
        found.name = found.name or inner.name
        found.title = found.title if found.title is not None else inner.title
        if not found.kind:
            found.kind, found.lemma = inner.kind, inner.lemma

    def right(self, tokens: Sentence, v: int, verb: VerbForm | Reading) -> Phrase | None:
        """The subject behind the verb: usual where the words that were said stand first."""
        end = self.clause_end(tokens, v + 1)
        for candidate in self.phrases(tokens, v + 1, end):
            if candidate.first - v > 14:
                return None
            if self.names_source(candidate) and self.agrees(verb, candidate):
                if candidate.last + 1 < len(tokens) and tokens[candidate.last + 1].kind == COMMA:
                    self.append(tokens, candidate)
                return candidate
        return None

    def append(self, tokens: Sentence, found: Phrase) -> None:
        """Takes in the apposition behind a comma: "сообщил Иван Зимин, адвокат задержанных"."""
        start = found.last + 2
        end = next((i for i in range(start, len(tokens)) if tokens[i].kind in {COMMA, END, COLON, DASH, SPEECH}), len(tokens))
        inner = self._phrase(tokens, start, end, "nomn") if start < end else None
        if inner and inner.last == end - 1 and (inner.kind or inner.name) and self._closes(tokens, end):
            self._appose(tokens, found, start, end)
            found.core, found.last = found.last, inner.last

    def _closes(self, tokens: Sentence, end: int) -> bool:
        return end >= len(tokens) or tokens[end].kind in {END, COMMA, DASH}

    def clause_end(self, tokens: Sentence, at: int) -> int:
        """Where the clause ends that goes on at a token."""
        while at < len(tokens):
            token = tokens[at]
            if token.kind in {COMMA, COLON, DASH, END, SPEECH} or token.low in _SUBORDINATORS:
                break
            at += 1
        return at

    def office(
        self, tokens: Sentence, v: int, case: str = "loct", prepositions: frozenset[str] = frozenset(["в", "во", "у", "на"])
    ) -> Phrase | None:
        """The office in which it was said: "в прокуратуре сообщили", "подчеркнули в штабе"."""
        start, end = self.clause_start(tokens, v), self.clause_end(tokens, v + 1)
        for low, high in ((start, v), (v + 1, end)):
            for at in range(low, high - 1):
                if tokens[at].kind == WORD and tokens[at].low in prepositions:
                    inner = self._phrase(tokens, at + 1, high, case)
                    if inner and (inner.kind or inner.title is not None or inner.proper):
                        inner.start, inner.first = at + 1, at
                        return inner
        return None

    def kinds(self, token: Token) -> tuple[str, ...]:
        """All kinds of speaker that a word may name."""
        return tuple(kind for kind, _ in self.form(token).kinds) if token.kind == WORD else ()

    def is_relative(self, token: Token) -> bool:
        """Whether the word leads into a relative clause."""
        return token.kind == WORD and bool(_RELATIVES.match(token.low))

    def is_place(self, token: Token) -> bool:
        """Whether the word is a place's name and nothing else."""
        return token.kind == WORD and "Geox" in self.form(token).marks

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
        while at < end and tokens[at].kind == WORD and tokens[at].low in _PREPOSITIONS and at + 1 < end:
            inner = self.phrase(tokens, at + 1, end, OBLIQUE)
            at = inner.last + 1 if inner else end + 1
        return found if at == end else None

    def finite(self, tokens: Sentence, v: int) -> VerbForm | None:
        """The verb that the word is, of whatever meaning, in the third person or the past."""
        if tokens[v].kind != WORD or (tokens[v].is_capital and v > 0):
            return None
        made = self.form(tokens[v])
        if not made.finite or (
            made.nouns and not any(tokens[v].low in self.words.verbs for _ in [0]) and made.nouns[0].part == "NOUN"
        ):
            return None
        found = made.finite[0]
        return VerbForm(found.lemma, frozenset(), "past" if "past" in found.marks else "pres", found.number, found.gender)

    def shared(self, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
        """The subject that the verb shares with one before it: "призвал не спешить и рассказал"."""
        at = v - 1
        while at >= 0 and tokens[at].kind == WORD and tokens[at].low in _ADVERBS:
            at -= 1
        if at < 1 or verb.tense in {"gerund", "impersonal"} or tokens[at].low not in _COORDINATORS:
            return None
        if tokens[at].low in _COORDINATORS and tokens[at - 1].kind == COMMA:
            at -= 1
        for k in range(at - 1, -1, -1):
            before = self.finite(tokens, k)
            if tokens[k].kind in {SPEECH, END} or tokens[k].low in _CONTENT:
                return None
            if before is not None:
                if before.number != verb.number or (before.gender and verb.gender and before.gender != verb.gender):
                    return None
                found = self.left(tokens, k, before) or self.right(tokens, k, before)
                return found if found and found.kind != "document" else None
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
            if tokens[at].kind != WORD or tokens[at].low not in {"в", "во", "у", "на", "из", "з", "із", "об", "о", "про"}:
                continue
            case = "gent" if tokens[at].low in {"из", "з", "із"} else "loct"
            inner = self._phrase(tokens, at + 1, end, case)
            if inner and inner.kind in {"document", "publication", "outlet", "telegram", "representative", "official"}:
                inner.start, inner.first = at + 1, at
                return inner
        return None

    def names_source(self, found: Phrase) -> bool:
        """Whether somebody or something that can say anything is named."""
        return bool(found.kind or found.name or found.pronoun or found.living or found.proper or found.title is not None)


def _one(values: set[str]) -> str:
    """The only value, or nothing."""
    values.discard("")
    return next(iter(values)) if len(values) == 1 else ""


def _gender_of_surname(low: str, case: str) -> str:
    if case == "nomn" and re.search(r"(?:[ое]ва|[иы]на|[сц]ька|ая)$", low):
        return "femn"
    return "masc" if case == "nomn" and re.search(r"(?:[ое]в|[иы]н|[иі]й)$", low) else ""
