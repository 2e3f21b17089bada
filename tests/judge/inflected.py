"""Writes the column `forms` of data/regions.csv and data/towns.csv anew: every inflected form of every name in it.

    python tests/judge/inflected.py            after a change to a name
    python tests/judge/inflected.py --check    exits 1 where a file is not what this would write

The forms are data, not made at each start: a newsroom can see them, and mend what the dictionaries do not know. A name that
neither a dictionary nor a table of endings inflects has one form. A form too many finds nothing; one too few loses a report.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable
from functools import cache
from itertools import product
from pathlib import Path

import pymorphy3

DATA = Path(__file__).resolve().parents[2] / "data"
FILES = (DATA / "regions.csv", DATA / "towns.csv")
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
ADJECTIVAL = (("(?:[ыи]й|ой|ій)$", "masc"), ("(?:[ая]я|лова)$", "femn"), ("(?:[ое]е|н[ео]|[сц]ьке)$", "neut"))
CYRILLIC = re.compile("[А-Яа-яІЇЄҐіїєґ]")
OWNER = re.compile("(?:[её]в|єв|[иі]н)$")
UKRAINIAN = re.compile("[іїєґІЇЄҐ']|[сцз]ьк")
SUBJECT = re.compile("область|край|округ|республика|республіка", re.IGNORECASE)

# The endings of places' names that no dictionary has, or that it takes for a surname ("Губкіним") or an adjective ("Омськ").
# The pattern is of the last letters of the nominative, the group what endings replace; cases in the order of CASES.
TABLES = {
    "ru": (
        ("[сц]к()", (" ", "а", "у", " ", "ом", "е")),
        ("[еи]н(о)|[ео]в(о)", ("о", "а", "у", "о", "ом", "е")),
        ("л(ец)", ("ец", "ьца", "ьцу", "ец", "ьцом", "ьце")),
        ("(ец)", ("ец", "ца", "цу", "ец", "цом цем", "це")),
        ("[аеоу](й)", ("й", "я", "ю", "й", "ем", "е")),
        ("[жчшщ]()", (" ", "а", "у", " ", "ем ом", "е")),
        ("[бвгдзклмнпрстфх]()", (" ", "а", "у", " ", "ом", "е")),
        ("[гкхжчшщ](а)", ("а", "и", "е", "у", "ой ою ей ею", "е")),
        ("[бвдзлмнпрстф](а)", ("а", "ы", "е", "у", "ой ою", "е")),
        ("и(я)", ("я", "и", "и", "ю", "ей ею", "и")),
        ("[лнря](я)", ("я", "и", "е", "ю", "ей ею", "е")),
        ("пол(ь)", ("ь", "я", "ю", "ь", "ем", "е")),
        ("(ь)", ("ь", "и", "и", "ь", "ью", "и")),
        ("(ы)", ("ы", " ов", "ам", "ы", "ами", "ах")),
        ("[кш](и)", ("и", " ей", "ам", "и", "ами", "ах")),
        ("ь(е)", ("е", "я", "ю", "е", "ем", "е")),
    ),
    "uk": (
        ("[сцз]ьк()", (" ", "а", "у ові", " ", "ом", "у")),
        ("[єеоіи][вн](о)", ("о", "а", "у", "о", "ом им", "і ому")),
        ("[єео]в()|[іиї]н()", (" ", "а", "у ові", " ", "ом", "і")),
        ("[бвгдзклмнпрстфх]()", (" ", "а у", "у ові", " ", "ом", "і у")),
        ("л(ець)", ("ець", "ьця", "ьцю ьцеві", "ець", "ьцем", "ьці")),
        ("(ець)", ("ець", "ця", "цю цеві", "ець", "цем", "ці")),
        ("[аеоу](й)", ("й", "я", "ю єві", "й", "єм", "ї")),
        ("[жчшщ]()", (" ", "а", "у еві", " ", "ем", "і у")),
        ("[жчшщ](а)", ("а", "і", "і", "у", "ею", "і")),
        ("(ка)", ("ка", "ки", "ці", "ку", "кою", "ці")),
        ("(га)", ("га", "ги", "зі", "гу", "гою", "зі")),
        ("(ха)", ("ха", "хи", "сі", "ху", "хою", "сі")),
        ("(ий)", ("ий", "ого", "ому", "ий", "им", "ому ім")),
        ("(ське)", ("ське", "ського", "ському", "ське", "ським", "ському ськім")),
        ("[бвдзлмнпрстф](а)", ("а", "и", "і", "у", "ою", "і")),
        ("[іу](я)", ("я", "ї", "ї", "ю", "єю", "ї")),
        ("[знр](я)", ("я", "і", "і", "ю", "ею", "і")),
        ("пол(ь)", ("ь", "я", "ю еві", "ь", "ем", "і")),
        ("(ь)", ("ь", "і", "і", "ь", "ю", "і")),
        ("(и)", ("и", " ів", "ам", "и", "ами", "ах")),
        ("[шц](і)", ("і", "ів", "ам ям", "і", "ами ями", "ах ях")),
    ),
}  # fmt: skip


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang=language)


def has(parse, *grammemes: str) -> bool:
    """Whether the parse has all of these; asked of the tag's text, since the two dictionaries know different grammemes."""
    return set(grammemes) <= set(re.split("[ ,]", str(parse.tag)))


@cache
def parses(word: str, language: str) -> list:
    return analyzer(language).parse(word.lower())


def cases(name: str, language: str) -> dict[str, list[str]]:
    """The name in each case: its noun and what agrees with it; each case has all its forms ("у Севастополі", "Севастополю")."""
    words = name.split()
    # "Республика Коми", "Славянск-на-Кубани": the first noun inflects and what follows stands. "Нижний Новгород": an adjective
    # agrees with the noun behind it. A subject's kind is the noun, whatever else its adjective can be ("Тверская", a street).
    kinds = [i for i, word in enumerate(words) if SUBJECT.fullmatch(word)]
    nouns = [i for i, word in enumerate(words) if is_noun(word, language) and not (i + 1 < len(words) and OWNER.search(word))]
    head = next(iter(kinds or nouns), len(words) - 1)
    stem, joint, rest = re.fullmatch("(.+?)((?:-на-)?)((?<=-на-).*|)", words[head]).groups()
    forms, gender = noun_cases(stem, language)
    found = {}
    for case in CASES:
        before = [
            owners(word, case, language) if OWNER.search(word) else agreeing(word, case, gender, language)
            for word in words[:head]
        ]
        # "Ростов Великий"; but "Республика Северная Осетия" stands.
        after = [agreeing(word, case, gender, language) for word in words[head + 1 :]] if len(words) == head + 2 else []
        heads = [like(form, stem) + joint + rest for form in forms[case]]
        found[case] = [" ".join(parts) for parts in product(*before, heads, *(after or [[word] for word in words[head + 1 :]]))]
    return found


def owners(word: str, case: str, language: str) -> list[str]:
    """The first word of "Сергиев Посад", "Капустин Яр", which inflects as the noun does."""
    found = endings_of(word, language)[CASES.index(case)]
    return [*found, word + {"ru": "ом", "uk": "ому"}[language]] if case == "loct" else found


def is_noun(word: str, language: str) -> bool:
    known = [p for p in parses(word, language) if has(p, "nomn")]
    return bool(known) and not any(has(p, "ADJF") and p.is_known for p in known)


def noun_cases(word: str, language: str) -> tuple[dict[str, list[str]], str]:
    """The cases of a noun, or of an adjective that is a town's name, by both dictionary and table; and its gender or number."""
    found = {case: [word] if case == "nomn" else [] for case in CASES}
    gender = "masc"
    of_adjective = next((g for ending, g in ADJECTIVAL if re.search(ending, word)), "")
    known = [p for p in parses(word, language) if p.is_known and has(p, "nomn") and has(p, "NOUN") and not has(p, "Fixd")]
    known = [p for p in known if has(p, "Geox")] or [p for p in known if not has(p, "Surn")]
    adjective = of_adjective and any(has(p, "ADJF", "nomn", of_adjective) for p in parses(word, language)) and not known
    # A table goes before the dictionary for the towns in -sk, which the Ukrainian one has for adjectives.
    endings = endings_of(word, language)
    if adjective:
        gender = of_adjective
        found = {case: agreeing(word, case, gender, language) for case in CASES}
    elif known:
        parse = known[0]
        number = "plur" if has(parse, "plur") else "sing"
        gender = number if number == "plur" else next((g for g in ("femn", "neut", "masc") if has(parse, g)), "masc")
        for case in CASES:
            # The Ukrainian dictionary does not mark the singular.
            of_case = "nomn" if case == "accs" and gender != "femn" else case  # a place is no living thing
            forms = [f for f in parse.lexeme if has(f, of_case) and has(f, "plur") == (number == "plur")]
            found[case] += [f.word for f in forms if f.word not in found[case]]
    if endings and not adjective and (not known or re.search("[сц]ьк$|[ео]в$|[іиї]н$|(?:[ео]в|[иіеї]н)о$", word)):
        gender = gender if known else {"а": "femn", "я": "femn", "о": "neut", "ы": "plur", "и": "plur"}.get(word[-1], "masc")
        for case, of_case in zip(CASES, endings, strict=True):
            found[case] += [form for form in of_case if form not in found[case]]
    return {case: forms or [word] for case, forms in found.items()}, gender


def endings_of(word: str, language: str) -> list[list[str]]:
    for pattern, endings in TABLES[language]:
        if match := re.search(f"(?:{pattern})$", word):
            start = next(match.start(i) for i in range(1, len(match.groups()) + 1) if match[i] is not None)
            return [
                [word[:start] + ending for ending in re.split(" ", of_case)] if of_case != " " else [word] for of_case in endings
            ]
    return []


def agreeing(word: str, case: str, gender: str, language: str) -> list[str]:
    """The adjective as it stands with a noun of this gender, or in the plural; a place is no living thing, so its accusative
    is the nominative except in the feminine. What is no adjective stands as it is."""
    if case == "accs" and gender != "femn":
        case = "nomn"
    found = []
    for parse in parses(word, language):
        if has(parse, "ADJF", "nomn"):
            found = [f.word for f in parse.lexeme if has(f, "ADJF", case, gender) and not has(f, "Supr")]
            # "у Нижньому Новгороді" and "у Нижнім Новгороді": the dictionary has only the second.
            if language == "uk" and case == "loct" and gender in {"masc", "neut"}:
                found += [f.word for f in parse.lexeme if has(f, "ADJF", "datv", gender)]
            break
    # "Івановська": the dictionary has the surname alone.
    if not found and (model := modelled(word, language)):
        return [like(form, word) for form in unmodelled(agreeing(model, case, gender, language), word)]
    return [like(form, word) for form in dict.fromkeys(found)] or [word]


MODEL = "київськ"


def modelled(word: str, language: str) -> str:
    """The known adjective that inflects as this one of a place in -ський, -цький or -зький does; empty for another word."""
    match = re.search("(?<=[сцз]ьк)(?:ий|а|е|і)$", word) if language == "uk" else None
    return MODEL + match[0] if match else ""


def unmodelled(forms: Iterable[str], word: str) -> list[str]:
    """The forms of the model as those of the word."""
    stem = re.sub("(?<=ьк)[а-яіїє]+$", "", word)
    return [form.replace(MODEL, stem) for form in forms]


def like(form: str, pattern: str) -> str:
    """The form in the capitals of the pattern: "Ростова-на-Дону", "ХМАО"."""
    if len(pattern) > 1 and pattern.isupper():
        return form.upper()
    parts = [f.capitalize() if p[:1].isupper() else f for f, p in zip(form.split("-"), pattern.split("-"), strict=False)]
    return "-".join(parts)


def adjectives(words: str) -> list[str]:
    """All forms of the adjectives, in lower case: "волгоградского"."""
    found = []
    for word in filter(None, (w.strip() for w in words.split(";"))):
        language = "uk" if UKRAINIAN.search(word) else "ru"
        known = [p for p in parses(word, language) if has(p, "ADJF")]
        if not known and (model := modelled(word, language)):
            found += unmodelled(adjectives(model), word)
            continue
        found += [word, *(form.word for form in known[0].lexeme if has(form, "ADJF"))] if known else [word]
        # The Ukrainian locative again: "московськім" is in the dictionary, "московському" as the dative alone.
    return found


def names(row: dict[str, str]) -> list[tuple[str, str]]:
    """Every name of a place with its language, empty for one in Latin letters, which does not inflect."""
    named = [(row["en"], ""), (row["ru"], "ru"), (row["uk"], "uk")]
    for name in filter(None, (n.strip() for n in row["names"].split(";"))):
        if not CYRILLIC.search(name):
            named.append((name, ""))
        elif UKRAINIAN.search(name):
            named.append((name, "uk"))
        else:
            # Without a letter of one alphabet alone it is a name in both languages; several words are Russian.
            named += [(name, "ru")] if " " in name else [(name, "ru"), (name, "uk")]
    return named


# Other systems of transliteration than the name's own: Grozny is Groznyi and Grozniy, Chelyabinsk Cheliabinsk.
SPELLINGS = (
    *((r"(?<=[knh])y\b", other) for other in ("iy", "yi", "ii")),
    *(("iy", "ii"), (r"(?<=[^aeiouy ])ya", "ia"), (r"\bYa", "Ia"), (r"\bYu", "Iu"), (r"(?<=[^aeiouy ])yu", "iu"), (r"\bYe", "E")),
    *(("lsk", "l'sk"), ("lya", "l'ya"), ("lya", "l'ia")),
)


def spellings(name: str) -> list[str]:
    """A name in Latin letters and its other transliterations."""
    return list(dict.fromkeys([name, *(re.sub(pattern, other, name) for pattern, other in SPELLINGS)]))


def inflected(name: str, language: str) -> list[str]:
    """All forms of a name, the nominative first."""
    if name.isupper():
        return [name]
    if not language:
        return spellings(name) if re.search("[a-z]", name) and " of " not in name else [name]
    return list(dict.fromkeys([name, *(form for forms in cases(name, language).values() for form in forms)]))


def forms(row: dict[str, str]) -> str:
    found = [form for name, language in names(row) for form in inflected(name, language)]
    return "; ".join(dict.fromkeys([*found, *adjectives(row["adjectives"])]))


def rewritten(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "forms": forms(row)} for row in rows)
    return out.getvalue()


def main() -> None:
    stale = []
    for path in FILES:
        text = rewritten(path)
        if sys.argv[1:] == ["--check"]:
            stale += [path.name] if path.read_text("utf-8") != text else []
        else:
            path.write_text(text, "utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)}: forms are not those of the names; run `python tests/judge/inflected.py`")


if __name__ == "__main__":
    main()
