"""Writes the column `forms` of data/regions.csv and data/towns.csv anew: every inflected form of every name in it.

    python tests/judge/inflected.py            after a change to a name
    python tests/judge/inflected.py --check    exits 1 where a file is not what this would write

The forms are data, not made at each start: a newsroom can see them, and mend what the dictionaries do not know.
"""

import csv
import io
import re
import sys
from functools import cache
from pathlib import Path

import pymorphy3

DATA = Path(__file__).resolve().parents[2] / "data"
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
UKRAINIAN = re.compile("[іїєґІЇЄҐ']|ськ")


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang=language)


def inflected(name: str, language: str) -> list[str]:
    """The forms of a place's name: its last noun in every case, what agrees with it likewise; the name itself first."""
    words = name.split()
    nouns = [noun(word, language) for word in words]
    # "Республика Коми": the first noun inflects and the rest stands; "Нижний Новгород": the adjective follows its noun.
    head = next((i for i, parse in enumerate(nouns) if parse), None)
    found = [name]
    if head is None:
        return found
    parse = nouns[head]
    number = "plur" if has(parse, "plur") else "sing"
    for case in CASES:
        # All forms of the case, since some have two: "у Севастополі", "у Севастополю". A name of one number has no mark of it.
        forms = [f for f in parse.lexeme if has(f, case) and (has(f, number) or (not has(f, "sing") and not has(f, "plur")))]
        for form in forms:
            agreeing = [adjective(word, form, case, language) for word in words[:head]]
            found.append(" ".join([*agreeing, like(form.word, words[head]), *words[head + 1 :]]))
    return list(dict.fromkeys(found))


def has(parse, *grammemes: str) -> bool:
    """Whether the parse has all of these; asked of the tag's text, since the two dictionaries know different grammemes."""
    return set(grammemes) <= set(re.split("[ ,]", str(parse.tag)))


def noun(word: str, language: str):
    """The word as a noun in the nominative, a place's name before any other; None where it is no noun."""
    parses = [p for p in analyzer(language).parse(word.lower()) if has(p, "NOUN", "nomn")]
    parses = [p for p in parses if has(p, "Geox")] or parses
    if not parses or (adjectival(word, language) and not has(parses[0], "Geox")):
        return None
    return parses[0]


def adjectival(word: str, language: str) -> bool:
    return any(has(p, "ADJF", "nomn") for p in analyzer(language).parse(word.lower()))


def adjective(word: str, noun_form, case: str, language: str) -> str:
    """The adjective as it stands with the noun in this case; a place is no living thing: its accusative may be the nominative."""
    if case == "accs" and not has(noun_form, "femn"):
        case = "nomn"
    number = "plur" if has(noun_form, "plur") else noun_form.tag.gender
    for parse in analyzer(language).parse(word.lower()):
        if has(parse, "ADJF"):
            for form in parse.lexeme:
                if has(form, "ADJF", case, number):
                    return like(form.word, word)
    return word


def like(form: str, pattern: str) -> str:
    """The form in the capitals of the pattern: "Ростова-на-Дону", "ХМАО"."""
    if pattern.isupper():
        return form.upper()
    parts = [f.capitalize() if p[:1].isupper() else f for f, p in zip(form.split("-"), pattern.split("-"), strict=False)]
    return "-".join(parts)


def adjectives(words: str) -> list[str]:
    """All forms of the adjectives, in lower case: "волгоградского"."""
    found = []
    for word in filter(None, (w.strip() for w in words.split(";"))):
        language = "uk" if UKRAINIAN.search(word) else "ru"
        parses = [p for p in analyzer(language).parse(word) if has(p, "ADJF")]
        found += [word, *(form.word for form in parses[0].lexeme if has(form, "ADJF"))] if parses else [word]
    return found


def forms(row: dict[str, str]) -> str:
    named = [(row["ru"], "ru"), (row["uk"], "uk")]
    for name in filter(None, (n.strip() for n in row.get("names", "").split(";"))):
        if re.search("[А-Яа-яІЇЄҐієїґ]", name):
            # One word without a letter of only one alphabet is a name in both languages; several words are one language's.
            named += [(name, "uk")] if UKRAINIAN.search(name) else [(name, "ru")] if " " in name else [(name, "ru"), (name, "uk")]
        else:
            named.append((name, ""))
    found = [row["en"]]
    for name, language in named:
        found += inflected(name, language) if language else [name]
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
    for path in (DATA / "regions.csv", DATA / "towns.csv"):
        text = rewritten(path)
        if sys.argv[1:] == ["--check"]:
            stale += [path.name] if path.read_text("utf-8") != text else []
        else:
            path.write_text(text, "utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)}: forms are not those of the names; run `python tests/judge/inflected.py`")


if __name__ == "__main__":
    main()
