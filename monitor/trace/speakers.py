"""Identifies one speaker across inflections, spellings and scripts: Берег, Берегу and Bereg; Малышев and Евгений Малышев.
Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import count

from monitor.lexicons import lexicon
from monitor.model import Mention, Speaker
from monitor.text import WRITTEN_WORD
from monitor.text.endings import without_ending
from monitor.text.letters import has_cyrillic
from monitor.text.morphology import Reading, analyzer, english, readings
from monitor.trace.closed import closed, closed_phrases
from monitor.trace.tokens import plain

_NAMES = frozenset({"Surn", "Name", "Patr", "Geox", "Orgn", "Abbr"})
"""Marks of the dictionary on words that name somebody, or a place."""
_NAMES_OF_PEOPLE = frozenset({"Surn", "Name", "Patr"})
_UNCHANGED = frozenset({"PREP", "CONJ", "PRCL"})
UNNAMED = "some"
"""How the ids of descriptions that name nobody begin."""
_TITLES = closed("courtesy")
_LATIN = dict(zip("абвгґдезийклмнопрстуфыєіїё", "abvggdeziiklmnoprstufieiie", strict=True)) | {
    "ж": "z", "х": "g", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "э": "e", "ю": "u", "я": "a", "ъ": "", "ь": "", "'": "",
}  # fmt: skip
# One way to write what transliterations write in several.
_SPELLED = (
    *[(many, "s") for many in ("shch", "sch", "sh")],
    *[(many, "c") for many in ("tch", "ch", "ts", "tz")],
    *[("zh", "z"), ("kh", "g"), ("ks", "x")],
    *[(f"{soft}{vowel}", vowel) for vowel in "aue" for soft in "yij"],
    *[(f"{soft}o", "e") for soft in "yij"],
    *[("h", "g"), ("w", "v"), ("y", "i"), ("j", "i")],
)


# Ministries by the genitive of what they are for, which no case changes: "Минцифры".
_FROZEN = re.compile(r"М[иі]н[а-яіїє]+[ыи]")
# Of the oblique cases of a surname what it begins with, whatever the dictionary knows the word for: "Хромова".
_SURNAME = re.compile(r"(.+(?:[оеёє]в|[иыії]н))(?:а|у|ым|им|е|і|ой|ої|ою|ій|ові)")
_FEW = closed("two_to_four")
_ENDS_IN_ONE = re.compile("(?<!1)1$")


def find_speakers(mentions: Sequence[Mention]) -> tuple[tuple[Speaker, ...], tuple[str, ...]]:
    """Every speaker once, by id, and for each mention, in order, the id of its speaker; whatever the order of mentions.

    A surname alone is the one person of that surname who has a given name in the same article, else in the same story; where two
    fit, or none, it stays apart, for that story. Descriptions without a name ("officials", also at the beginning of a sentence)
    are nobody in particular: their id is empty. An office of one word that the dictionary knows for one is the same everywhere.
    """
    keys = [_key(mention) for mention in mentions]
    common = [mention.is_person and _is_common(_words(mention.name), mention.language) for mention in mentions]
    by_article: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    by_story: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for mention, key, is_common in zip(mentions, keys, common, strict=True):
        if len(key) > 1 and mention.is_person and not is_common and not _has_initials(key):
            by_article[mention.article, key[-1]].add(key)
            by_story[mention.story or mention.article, key[-1]].add(key)
    ids, named = [], defaultdict[str, Counter[tuple[str, str, str]]](Counter)
    for mention, key, is_common in zip(mentions, keys, common, strict=True):
        whole, within = key, ""
        if mention.is_person and (len(key) == 1 or _has_initials(key)):
            known = by_article[mention.article, key[-1]] or by_story[mention.story or mention.article, key[-1]]
            fitting = {full for full in known if len(key) == 1 or all(map(str.startswith, full, key))}
            if len(fitting) == 1:
                (whole,) = fitting
            elif is_common and not fitting:
                whole = ()
            elif not _is_office(mention):
                within = mention.story or mention.article
        elif is_common:
            whole = ()
        name = "-".join(whole) and "-".join([*whole, *([within] if within else [])])
        ids.append(name)
        if name:
            named[name][mention.name, mention.language, mention.kind] += 1
    found = [describe_speaker(id_, [(*mention, n) for mention, n in seen.items()]) for id_, seen in named.items()]
    return tuple(sorted(found, key=lambda speaker: speaker.id)), tuple(ids)


def _has_initials(key: tuple[str, ...]) -> bool:
    """Whether a name has initials alone before the surname: "И. П. Соснин"."""
    return len(key) > 1 and all(len(word) == 1 for word in key[:-1])


def describe_speaker(id_: str, mentions: Iterable[tuple[str, str, str, int]]) -> Speaker:
    """What a speaker is called and is, from all that is called so: names, their languages, kinds, and how often."""
    forms, kinds = Counter[tuple[str, str]](), Counter[str]()
    for name, language, kind, n in mentions:
        forms[name, language] += n
        kinds[kind] += n
    is_named = not id_.startswith(UNNAMED)
    name = _best(forms) if is_named else base_form(*max(forms, key=lambda form: (forms[form], form)), number="")
    return Speaker(id_, name, _kind(kinds), tuple(sorted({name for name, _ in forms})), is_named=is_named)


def unnamed_id(description: str, language: str) -> str:
    """The id of a description without a name ("officials"), the same for all its forms; empty where it has no word."""
    keys = [skeleton(_lemma(word.lower(), language)) for word in WRITTEN_WORD.findall(description)]
    return "-".join([UNNAMED, *filter(None, keys)]) if any(keys) else ""


def _key(mention: Mention) -> tuple[str, ...]:
    """What all forms of a name have in common; empty where there is no name."""
    words = _words(mention.name)
    if not words or not any(word[0].isupper() or word[0].isdigit() for word in words):
        return ()
    return name_key(mention.name)


def name_key(name: str) -> tuple[str, ...]:
    """What all forms of a name have in common, in all cases and scripts, word by word; of "Анны-Марии" part by part."""
    return tuple(key for word in _words(name) if (key := "".join(map(_name_of, word.split("-")))))


def _name_of(word: str) -> str:
    key = skeleton(word)
    return _same_names().get(key, key)


@lru_cache(maxsize=1)
def _same_names() -> dict[str, str]:
    """Of given names that Ukrainian has otherwise: what all forms have in common, to that of the Russian one."""
    pairs = (entry for entry in closed_phrases("same_name"))
    return {skeleton(own): skeleton(other) for own, other in pairs if skeleton(own) != skeleton(other)}


def _words(name: str) -> list[str]:
    return [word for word in WRITTEN_WORD.findall(name) if word.lower() not in _TITLES]


def _known(word: str, language: str) -> list[Reading]:
    return [r for r in readings(word.lower(), language) if r.known] if language in {"ru", "uk"} else []


def _is_common(words: Sequence[str], language: str) -> bool:
    """Whether words that name nobody are capital because a sentence begins with them."""
    if any(word[0].isupper() for word in words[1:]):
        return False
    if language in {"ru", "uk"}:
        return all(
            (known := _known(word, language)) and not any(r.marks & _NAMES for r in known) for word in words if word[0].isalpha()
        )
    return all(word.lower() in english() for word in words)


def _is_office(mention: Mention) -> bool:
    """Whether the one word of a mention is what an office is called."""
    return any("Orgn" in r.marks for word in _words(mention.name) for r in _known(word, mention.language))


def _lemma(word: str, language: str) -> str:
    """The dictionary's form of a word; the word where it has none."""
    if language in {"ru", "uk"}:
        return next((r.lemma for r in _known(word, language)), word)
    return english().get(word, word)


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """A word without its endings, in Latin letters, spelled one way: "Малышеву" and "Malyshev" give the same."""
    low = word.lower().replace("ё", "е").removesuffix("'s").removesuffix("’s")
    if has_cyrillic(low):
        low = "".join(_LATIN.get(letter, letter) for letter in without_ending(low)).replace("ks", "x")
    else:
        for written, plain in _SPELLED:
            low = low.replace(written, plain)
    low = re.sub(r"([^\W\d])\1+", r"\1", low)  # "Анна", "Ana"; but 112 is not 12
    low = low[:2] + low[2:].rstrip("aeiou")  # "Anna", "Анны"
    # "Павел", "Павла"; "Полдень", "Полдня"
    return re.sub(r"(?<=[^aeiou])[eo]([^aeiou])$", r"\1", low) if len(low) > 3 else low


def _best(seen: Counter[tuple[str, str]]) -> str:
    """The fullest name in its base form: one that was seen as a subject has it; else it is made."""
    fullest = max(len(WRITTEN_WORD.findall(name)) for name, _ in seen)
    full = [(n, name, language) for (name, language), n in seen.items() if len(WRITTEN_WORD.findall(name)) == fullest]
    plain = [form for form in full if _is_plain(form[1], form[2])]
    _, name, language = max(plain or full)
    return name if plain else base_form(name, language)


def _is_plain(name: str, language: str) -> bool:
    if language not in {"ru", "uk"} or not has_cyrillic(name):
        return True
    words = WRITTEN_WORD.findall(name)
    # One person's: "Виталий" is also of several women.
    given = [[r.case for r in _known(word, language) if "Name" in r.marks and r.number != "plur"] for word in words]
    if any(cases and set(cases) == {"nomn"} for cases in given):  # whatever the dictionary makes of a surname beside it
        return True
    is_name = _is_person(words, language)
    return all(_is_nominative(word, language, is_name=is_name) for word in words[: _inflected(words, language)])


def _is_nominative(word: str, language: str, gender: str = "", *, is_name: bool) -> bool:
    """Whether a word is in the nominative, where a gender is given in that one."""
    if _FROZEN.fullmatch(word):
        return True
    found = _of_names(word, language) if is_name else _meant(word, language)
    known = [r for r in found if r.known]
    if any(r.case == "nomn" and r.number != "plur" and r.gender in {"", gender or r.gender} for r in known or found):
        return True
    return not known and bool(re.search("(?:[оеє]в|[иіі]н)$", word.lower()))


def base_form(name: str, language: str, *, number: str = "sing") -> str:
    """The name in the nominative, and in that number where one is given; as it is where no dictionary tells how."""
    if language not in {"ru", "uk"}:
        return name.removesuffix("'s").removesuffix("’s")
    words = WRITTEN_WORD.findall(name)
    inflected = _inflected(words, language)
    is_name = _is_person(words, language)
    # Of "областном управлении" the first word has the gender of the second, of "Анны Лесной" the surname that of the given name.
    heads = words if is_name else words[inflected - 1 : inflected]
    found = [
        r
        for word in heads
        for r in (readings(word.lower(), language) if is_name else _meant(word, language))
        if r.part == "NOUN" and (not is_name or "Name" in r.marks)
    ]
    if inflected > 1 and not is_name:  # "летнего мужчины" is one man
        before = {(r.case, r.number) for r in readings(words[inflected - 2].lower(), language)}
        found = [r for r in found if (r.case, r.number) in before] or found
    gender, number = (found[0].gender, number or found[0].number) if found else ("", number)
    places = count()

    def nominative(match: re.Match[str]) -> str:
        place = next(places)
        if place >= inflected:
            return match[0]
        return _nominative(match[0], language, number, gender, is_name=is_name, is_head=is_name or place == inflected - 1)

    return WRITTEN_WORD.sub(nominative, name)


def _is_person(words: Sequence[str], language: str) -> bool:
    """Whether words are somebody's name: capital, and the first no common noun ("Мэрия Ступина")."""
    first = _known(words[0], language) if words else []
    return all(word[0].isupper() for word in words) and (not first or any(r.marks & _NAMES_OF_PEOPLE for r in first))


def _inflected(words: Sequence[str], language: str) -> int:
    """How many words have the case of the whole: all of a name; of a description those up to its first noun."""
    if _is_person(words, language):
        return len(words)
    for place, word in enumerate(words):
        own = readings(word.lower(), language)
        if (word.isdigit() and not _ENDS_IN_ONE.search(word)) or any(r.lemma in _FEW for r in own):
            return place  # "27 источников" is the nominative, and what "двух" counts would have another case there
        if own[0].part in _UNCHANGED:
            return place
        after = readings(words[place + 1].lower(), language) if place + 1 < len(words) else ()
        cases = {r.case for r in own if r.part in {"ADJF", "PRTF"}} & {
            r.case for r in after if r.part in {"NOUN", "ADJF", "PRTF"}
        }
        if not cases and any(r.part in {"NOUN", "NUMR", "NPRO"} or "Subx" in r.marks for r in own):
            return place + 1
    return len(words)


def _of_names(word: str, language: str) -> tuple[Reading, ...]:
    """What a word may be in the name of one person: no short adjective, and not "хромов", many pieces of leather ("Хромов")."""
    return tuple(r for r in readings(word.lower(), language) if r.part != "ADJS" and r.number != "plur")


@cache
def _who_speak(language: str) -> frozenset[str]:
    """The nouns by which speakers are known: "главк", "источник"."""
    return frozenset(plain(entry).lower() for entries in lexicon("speakers")[language].values() for entry in entries)


def _meant(word: str, language: str) -> tuple[Reading, ...]:
    """What a word may be where it says who speaks: of a form that several words share ("главке"), what it is of one by which
    speakers are known, where there is one.
    """
    found = readings(word.lower(), language)
    return tuple(r for r in found if plain(r.lemma) in _who_speak(language)) or found


def _nominative(word: str, language: str, number: str, gender: str, *, is_name: bool, is_head: bool) -> str:
    agrees = gender if is_name or not is_head else ""
    is_plain = _is_nominative(word, language, agrees, is_name=is_name) or readings(word.lower(), language)[0].part in _UNCHANGED
    if not has_cyrillic(word) or is_plain:
        return word
    is_surname = is_name and gender and not any("Surn" in r.marks for r in _known(word, language))
    if is_surname and (surname := _SURNAME.fullmatch(word)):
        return surname[1] + "а" * (gender == "femn")
    wanted = {"nomn"} | ({number} if number and language == "ru" else set())
    # In a description "базі" is no surname, and "одного из" a man.
    parses = sorted(
        analyzer(language).parse(word.lower()),
        key=lambda parse: (
            "Surn" in parse.tag and not is_name,
            not is_name and plain(parse.normal_form) not in _who_speak(language),
            "neut" in parse.tag and "NOUN" not in parse.tag,
        ),
    )
    for parse in parses:
        is_adjective = "ADJF" in parse.tag or "PRTF" in parse.tag
        if not is_head and not is_adjective:
            continue
        made = (
            parse.inflect(wanted | {gender}) if gender and is_adjective and "plur" not in parse.tag else None
        ) or parse.inflect(wanted)
        if made is not None:
            base = str(made.word)
            return base.title() if word[0].isupper() and not word.isupper() else base
    return word


def _kind(kinds: Counter[str]) -> str:
    """The kind by which a speaker is introduced most; "other" only where nothing else is said of him."""
    known = Counter({kind: n for kind, n in kinds.items() if kind != "other"}) or kinds
    return max(known, key=lambda kind: (known[kind], kind))
