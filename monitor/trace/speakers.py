"""Who is one speaker under all inflections, spellings and scripts: Берег, Берегу and Bereg; Малышев and Евгений Малышев. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from monitor.model import Mention, Speaker
from monitor.text.morphology import analyzer, readings
from monitor.trace.tokens import word_set

UNNAMED = "some"
"""How the ids of descriptions that name nobody begin."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
_CYRILLIC = re.compile("[а-яіїєґё]")
_TITLES = word_set(
    "mr mrs ms dr gov sen rep gen col lt sgt capt adm prof the of and jr sr de la van von пан пані господин госпожа"
)
# Endings of all cases, the longest first. What is left need be no word: only the same for all forms.
_ENDING = re.compile(
    r"(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ові|еві|ієм|ией|иям|иях|ою|ею|єю|ой|ей|ій|ий|ый|ая|яя|ую|юю|ым|им|ом|ем|єм|ам|ям|ах|ях"
    r"|ия|ию|ии|ие|ія|ію|ії|ів|ої|їй|а|я|у|ю|е|є|о|ы|и|і|ї|ь|й)$"
)
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


def find_speakers(mentions: Sequence[Mention]) -> tuple[tuple[Speaker, ...], tuple[str, ...]]:
    """Every speaker once, by id, and for each mention, in order, the id of its speaker; whatever the order of mentions.

    A surname alone is the one person of that surname who has a given name in the same article, else in the same story; where two
    fit, or none, it stays apart, for that story. Descriptions without a name ("officials") are nobody in particular: their id is
    empty.
    """
    keys = [_key(mention) for mention in mentions]
    by_article: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    by_story: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for mention, key in zip(mentions, keys, strict=True):
        if len(key) > 1 and mention.is_person:
            by_article[mention.article, key[-1]].add(key)
            by_story[mention.story or mention.article, key[-1]].add(key)
    ids, told = [], defaultdict[str, Counter[tuple[str, str, str]]](Counter)
    for mention, key in zip(mentions, keys, strict=True):
        whole, within = key, ""
        if len(key) == 1 and mention.is_person:
            fitting = by_article[mention.article, key[0]] or by_story[mention.story or mention.article, key[0]]
            if len(fitting) == 1:
                (whole,) = fitting
            else:
                within = mention.story or mention.article
        name = "-".join(whole) and "-".join([*whole, *([within] if within else [])])
        ids.append(name)
        if name:
            told[name][mention.name, mention.language, mention.kind] += 1
    found = [describe_speaker(id_, [(*mention, n) for mention, n in seen.items()]) for id_, seen in told.items()]
    return tuple(sorted(found, key=lambda speaker: speaker.id)), tuple(ids)


def describe_speaker(id_: str, mentions: Iterable[tuple[str, str, str, int]]) -> Speaker:
    """What a speaker is called and is, from all that is called so: names, their languages, kinds, and how often."""
    forms, kinds = Counter[tuple[str, str]](), Counter[str]()
    for name, language, kind, n in mentions:
        forms[name, language] += n
        kinds[kind] += n
    is_named = not id_.startswith(UNNAMED)
    name = _best(forms) if is_named else max(forms, key=lambda form: (forms[form], form))[0]
    return Speaker(id_, name, _kind(kinds), tuple(sorted({name for name, _ in forms})), is_named=is_named)


def unnamed_id(description: str) -> str:
    """The id of a description without a name ("officials"), the same for all its forms; empty where it has no word."""
    keys = [skeleton(word) for word in _WORD.findall(description)]
    return "-".join([UNNAMED, *filter(None, keys)]) if any(keys) else ""


def _key(mention: Mention) -> tuple[str, ...]:
    """What all forms of a name have in common; empty where there is no name."""
    words = [word for word in _WORD.findall(mention.name) if word.lower() not in _TITLES]
    if not words or not any(word[0].isupper() or word[0].isdigit() for word in words):
        return ()
    return tuple(key for word in words if (key := skeleton(word)))


def skeleton(word: str) -> str:
    """A word without its endings, in Latin letters, spelled one way: "Малышеву" and "Malyshev" give the same."""
    low = word.lower().replace("ё", "е").removesuffix("'s").removesuffix("’s")
    if _CYRILLIC.search(low):
        stem = _ENDING.sub("", low) if len(low) > 3 else low
        low = "".join(_LATIN.get(letter, letter) for letter in stem)
    else:
        for written, plain in _SPELLED:
            low = low.replace(written, plain)
    low = re.sub(r"(.)\1+", r"\1", low)
    low = re.sub(r"[aeiou]+$", "", low) if len(low) > 3 else low
    # "Павел", "Павла"; "Полдень", "Полдня"
    return re.sub(r"(?<=[^aeiou])[eo]([^aeiou])$", r"\1", low) if len(low) > 3 else low


def _best(seen: Counter[tuple[str, str]]) -> str:
    """The fullest name in its base form: one that was seen as a subject has it; else it is made."""
    fullest = max(len(_WORD.findall(name)) for name, _ in seen)
    full = [(n, name, language) for (name, language), n in seen.items() if len(_WORD.findall(name)) == fullest]
    plain = [form for form in full if _is_plain(form[1], form[2])]
    _, name, language = max(plain or full)
    return name if plain else base_form(name, language)


def _is_plain(name: str, language: str) -> bool:
    if language not in {"ru", "uk"} or not _CYRILLIC.search(name.lower()):
        return True
    return all(_is_nominative(word, language) for word in _WORD.findall(name))


def _is_nominative(word: str, language: str) -> bool:
    found = readings(word.lower(), language)
    known = [r for r in found if r.known] or list(found)
    return any(r.case == "nomn" and r.number != "plur" for r in known) or bool(re.search("(?:[оеє]в|[иіі]н)$", word.lower()))


def base_form(name: str, language: str) -> str:
    """The name in the nominative; as it is where no dictionary tells how."""
    if language not in {"ru", "uk"}:
        return name.removesuffix("'s").removesuffix("’s")
    return _WORD.sub(lambda match: _nominative(match[0], language), name)


def _nominative(word: str, language: str) -> str:
    if not _CYRILLIC.search(word.lower()) or _is_nominative(word, language):
        return word
    for parse in analyzer(language).parse(word.lower()):
        made = parse.inflect({"nomn", "sing"} if language == "ru" else {"nomn"})
        if made is not None:
            plain = str(made.word)
            return plain.title() if word[0].isupper() and not word.isupper() else plain
    return word


def _kind(kinds: Counter[str]) -> str:
    """The kind by which a speaker is introduced most; "other" only where nothing else is said of him."""
    told = Counter({kind: n for kind, n in kinds.items() if kind != "other"}) or kinds
    return max(told, key=lambda kind: (told[kind], kind))
