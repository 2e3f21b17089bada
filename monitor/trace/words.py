"""The lexicons of tracing with all forms of their words: verbs that report, nouns for who speaks. Compiled once a process."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from monitor.lexicons import lexicon
from monitor.text.morphology import Reading, analyzer, reading
from monitor.trace.tokens import plain

if TYPE_CHECKING:
    from pymorphy3.analyzer import Parse

_T = TypeVar("_T")
Sections = Mapping[str, Mapping[str, str]]
Compounds = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

KINDS = (
    "anonymous", "lawyer", "telegram", "outlet", "document", "publication", "official", "expert", "witness", "other",
    "representative", "company", "masthead",
)  # fmt: skip
"""What a noun says of who speaks, the telling ones first. A representative speaks for what is named behind the word, an expert
for it where it is for rights or research, else for himself."""

VERBS = ("saying", "quoting", "thinking", "publishing", "showing", "asking")


class VerbForm(NamedTuple):
    """A form of a verb that reports; `lemma` is the first word of the lexicon's entry."""

    lemma: str
    sections: frozenset[str]
    tense: str
    """past | pres | futr | base | participle | gerund | impersonal."""
    number: str
    """sing | plur; empty where the form tells neither."""
    gender: str
    rests: tuple[tuple[str, ...], ...] = ((),)
    """What must follow, one of these: "point" reports with "out"."""


_NO_REST = ((),)


def rest_of(verb: VerbForm, following: Sequence[str]) -> int:
    """How many of the words behind the verb belong to it; -1 where what it needs does not follow."""
    if verb.rests == _NO_REST:
        return 0
    return next((len(rest) for rest in verb.rests if tuple(following[: len(rest)]) == rest), -1)


class Phrase(NamedTuple):
    """A cue of several words, such as "according to"."""

    words: tuple[str, ...]
    section: str


@dataclass(frozen=True)
class Words:
    """The lexicons of one language."""

    language: str
    verbs: Mapping[str, VerbForm]
    nouns: Mapping[str, tuple[tuple[str, Reading], ...]]
    """By form: the kind of speaker that the noun names, and what the form may be."""
    compounds: Compounds
    """Nouns of several words, by the first."""
    phrases: Mapping[str, tuple[Phrase, ...]]
    """Cues of several words, by the longest of them."""
    passives: Mapping[str, VerbForm]
    """Participles of what is said or published by somebody: "опубликован", "подтверждённый". Of Russian and Ukrainian."""
    cues: frozenset[str]
    """The verbs, and the words by which phrases are looked up."""
    venues: frozenset[str]
    """Nouns for an occasion on which somebody is asked: "интервью", in all forms."""


def looked_up(word: str) -> str:
    """A word in the letters in which the lexicons are looked up: small ones, ё as е, one apostrophe. Its length stays; that of a
    text which `monitor.text.fold` mends does not."""
    return plain(word).lower()


@cache
def words_of(language: str) -> Words:
    """The lexicons of `ru`, `uk` or `en`."""
    saying, speakers = lexicon("saying")[language], lexicon("speakers")[language]
    nouns, compounds = _nouns(speakers, language)
    phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
    for section in saying.keys() - VERBS:
        for entry in saying[section]:
            phrase = tuple(looked_up(entry).split())
            phrases[max(phrase, key=len)].append(Phrase(phrase, section))
    venues = {form for entry in speakers.get("occasion", ()) for form, _ in _noun_forms(looked_up(entry), language)}
    verbs = _verbs(saying, language)
    passives = {} if language == "en" else _passives(saying, language)
    cues = frozenset([*verbs, *passives, *phrases])
    return Words(language, verbs, nouns, compounds, frozen(phrases), passives, cues, frozenset(venues))


def _verbs(saying: Sections, language: str) -> dict[str, VerbForm]:
    verbs: dict[str, VerbForm] = {}
    for section in VERBS:
        for entry in saying[section]:
            first, *rest = looked_up(entry).split()
            for form, made in _english_verb(first, section) if language == "en" else _slavic_verb(first, section, language):
                known = verbs.get(form)
                if known and made.tense == "futr" and known.tense == "pres":
                    made = known  # a verb of both aspects: "інформує" is said of now as well
                rests = dict.fromkeys((*(known.rests if known else ()), tuple(rest)))
                sections = made.sections | (known.sections if known else frozenset())
                verbs[form] = made._replace(sections=sections, rests=tuple(sorted(rests, key=len, reverse=True)))
    return verbs


def _passives(saying: Sections, language: str) -> dict[str, VerbForm]:
    passives: dict[str, VerbForm] = {}
    done_to = {word for entry in lexicon("grammar")[language]["done_to"] for word in looked_up(entry).split()}
    for section in ("saying", "publishing"):
        for entry in (looked_up(entry) for entry in saying[section]):
            if " " in entry or entry in done_to:
                continue
            for form in (form for parse in _infinitives(entry, language) for form in parse.lexeme):
                made = reading(entry, str(form.tag))
                if made.part == "PRTS" or (made.part == "PRTF" and "pssv" in str(form.tag)):
                    passives[looked_up(form.word)] = VerbForm(entry, frozenset([section]), "passive", made.number, made.gender)
    return passives


def _nouns(speakers: Sections, language: str) -> tuple[Mapping[str, tuple[tuple[str, Reading], ...]], Compounds]:
    nouns: defaultdict[str, list[tuple[str, Reading]]] = defaultdict(list)
    compounds: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for kind in KINDS:
        for entry in speakers.get(kind, ()):
            *first, last = looked_up(entry).split()
            for form, made in _noun_forms(last, language):
                if first:
                    compounds[first[0]].append(((*first, form), kind))
                else:
                    nouns[form].append((kind, made))
    return frozen(nouns), frozen(compounds)


def _noun_forms(entry: str, language: str) -> Iterator[tuple[str, Reading]]:
    return _english_noun(entry) if language == "en" else _slavic_noun(entry, language)


def frozen(lists: Mapping[str, list[_T]]) -> dict[str, tuple[_T, ...]]:
    """The lists as tuples."""
    return {key: tuple(value) for key, value in lists.items()}


# Russian and Ukrainian: the dictionaries' paradigms


def _slavic_verb(entry: str, section: str, language: str) -> Iterator[tuple[str, VerbForm]]:
    parses = _infinitives(entry, language)
    if not parses:
        yield from _predicative(entry, section, language)
        return
    for parse in parses:
        for form in parse.lexeme:
            made = reading(entry, str(form.tag))
            tense = _tense(made)
            if tense:
                word = looked_up(form.word)
                found = VerbForm(entry, frozenset([section]), tense, made.number, made.gender)
                yield word, found
                if language == "uk" and word.startswith("й"):
                    yield f"і{word[1:]}", found


def _infinitives(entry: str, language: str) -> list[Parse]:
    parses = analyzer(language).parse(entry)
    named = [parse for parse in parses if "infn" in str(parse.tag).lower()]
    return named or [parse for parse in parses if str(parse.tag).startswith("VERB")]


def _predicative(entry: str, section: str, language: str) -> Iterator[tuple[str, VerbForm]]:
    """An adjective that says what a verb might: "убеждён", "переконаний"; else what is said of nobody: "видно", "ясно"."""
    parse = analyzer(language).parse(entry)[0]
    made = reading(entry, str(parse.tag))
    if made.part in {"PRTS", "ADJS"} and made.gender != "neut":
        yield entry, VerbForm(entry, frozenset([section]), "pres", made.number, made.gender)
    elif made.part in {"ADJF", "PRTF"}:
        for form in parse.lexeme:
            found = reading(entry, str(form.tag))
            if found.case == "nomn":
                yield looked_up(form.word), VerbForm(entry, frozenset([section]), "pres", found.number, found.gender)
    else:
        yield entry, VerbForm(entry, frozenset([section]), "impersonal", "sing", "neut")


def _tense(made: Reading) -> str:
    if made.part == "GRND":
        return "gerund"
    if "Impe" in made.marks or (made.part == "PRTS" and made.gender == "neut"):
        return "impersonal"
    if made.part == "VERB" and "past" in made.marks:
        return "past"
    if made.part == "VERB" and "3per" in made.marks:
        return "futr" if "futr" in made.marks else "pres"
    return ""


def _slavic_noun(entry: str, language: str) -> Iterator[tuple[str, Reading]]:
    parses = [parse for parse in analyzer(language).parse(entry) if parse.tag.POS in {"NOUN", "ADJF", "PRTF"}]
    named = [parse for parse in parses if looked_up(parse.word) == entry and reading(entry, str(parse.tag)).case == "nomn"]
    if not any(parse.is_known for parse in parses) and all("plur" in str(parse.tag) for parse in named):
        parses = named = []  # "Минцифры", "СПЧ": an abbreviation, which has no forms
    for parse in _likely(named or parses):
        for form in parse.lexeme:
            made = reading(entry, str(form.tag))
            if made.part in {"NOUN", "ADJF", "PRTF"} and made.case:
                yield looked_up(form.word), made._replace(part="NOUN")
    if not parses:
        for case in ("nomn", "gent", "datv", "accs", "ablt", "loct"):
            yield entry, Reading(entry, "NOUN", case, "", "", frozenset(["Abbr"]))


def _likely(parses: list[Parse]) -> list[Parse]:
    """The first, and whatever else has the same dictionary form: a paradigm for the living and one for things."""
    return [parse for parse in parses if parse.normal_form == parses[0].normal_form][:2]


# English: regular endings, and what has others

_IRREGULAR: dict[str, tuple[str, ...]] = {
    "say": ("says", "said", "saying"),
    "tell": ("tells", "told", "telling"),
    "write": ("writes", "wrote", "writing", "written"),
    "see": ("sees", "saw", "seeing", "seen"),
    "hear": ("hears", "heard", "hearing"),
    "swear": ("swears", "swore", "swearing", "sworn"),
    "think": ("thinks", "thought", "thinking"),
    "feel": ("feels", "felt", "feeling"),
    "find": ("finds", "found", "finding"),
    "show": ("shows", "showed", "showing", "shown"),
    "read": ("reads", "read", "reading"),
    "put": ("puts", "put", "putting"),
    "make": ("makes", "made", "making"),
    "take": ("takes", "took", "taking", "taken"),
    "shoot": ("shoots", "shot", "shooting"),
    "hit": ("hits", "hit", "hitting"),
    "weep": ("weeps", "wept", "weeping"),
    "give": ("gives", "gave", "giving", "given"),
    "lay": ("lays", "laid", "laying"),
    "set": ("sets", "set", "setting"),
    "speak": ("speaks", "spoke", "speaking", "spoken"),
    "have": ("has", "had", "having"),
    "hold": ("holds", "held", "holding"),
    "let": ("lets", "let", "letting"),
    "come": ("comes", "came", "coming", "come"),
    "run": ("runs", "ran", "running", "run"),
    "go": ("goes", "went", "going", "gone"),
    "bet": ("bets", "bet", "betting"),
    "forget": ("forgets", "forgot", "forgetting", "forgotten"),
    "understand": ("understands", "understood", "understanding"),
    "spell": ("spells", "spelled", "spelling"),
    "sing": ("sings", "sang", "singing", "sung"),
    "foresee": ("foresees", "foresaw", "foreseeing", "foreseen"),
    "break": ("breaks", "broke", "breaking", "broken"),
    "draw": ("draws", "drew", "drawing", "drawn"),
    "blow": ("blows", "blew", "blowing", "blown"),
    "forecast": ("forecasts", "forecast", "forecasting"),
}
_INFINITIVES = {form: verb for verb, forms in _IRREGULAR.items() for form in forms}
_PLURALS = {"passer-by": "passers-by", "man": "men", "wife": "wives", "person": "people", "passerby": "passersby"}
_DOUBLED = re.compile(r"[^aeiou]*(?:[aeiou]|qui)[bdglmnprt]|\w*(?:mit|cur|fer|but)")


def _english_verb(entry: str, section: str) -> Iterator[tuple[str, VerbForm]]:
    third, past, ongoing, *participle = _IRREGULAR.get(entry) or _conjugated(entry)
    forms = {entry: ("base", "plur"), third: ("pres", "sing"), past: ("past", ""), ongoing: ("gerund", "")}
    forms |= dict.fromkeys(participle, ("participle", ""))
    for form, (tense, number) in forms.items():
        yield form, VerbForm(entry, frozenset([section]), tense, number, "")


def _conjugated(verb: str) -> tuple[str, str, str]:
    stem = verb + verb[-1] if _DOUBLED.fullmatch(verb) else verb
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if re.search("[^aeiou]y$", verb):
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    return f"{verb}es" if re.search("(?:s|x|sh|ch)$", verb) else f"{verb}s", f"{stem}ed", f"{stem}ing"


def _english_noun(entry: str) -> Iterator[tuple[str, Reading]]:
    plural = next((entry.removesuffix(one) + many for one, many in _PLURALS.items() if entry.endswith(one)), "") or (
        f"{entry[:-1]}ies"
        if re.search("[^aeiou]y$", entry)
        else f"{entry}es"
        if re.search("(?:s|x|sh|ch)$", entry)
        else f"{entry}s"
    )
    for form, number in ((entry, "sing"), (plural, "plur")):
        yield form, Reading(entry, "NOUN", "nomn", number, "", frozenset())


def stem_of(word: str) -> str:
    """What a word in small letters keeps in all forms, roughly: five letters, of an irregular English verb those of its
    infinitive."""
    return _INFINITIVES.get(word, word)[:5]


def english_forms(word: str) -> set[str]:
    """The forms of an English verb or noun: regular ones, and those of the table above."""
    return {word, *(form for form, _ in _english_verb(word, "")), *(form for form, _ in _english_noun(word))}
