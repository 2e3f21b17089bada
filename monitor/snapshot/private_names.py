"""Takes names that the newsroom marks as private out of texts and addresses, in every form and spelling. Touches nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from monitor.judge.words import forms, words
from monitor.text import fold

WITHHELD = "[name withheld]"

# Every way in which a Cyrillic letter is commonly written in Latin ones: ISO 9, GOST, BGN/PCGN, passports, outlets' addresses.
_LATIN = {
    "а": "a", "б": "b", "в": "v|w", "г": "g|h", "ґ": "g", "д": "d", "е": "e|ye|je", "є": "ye|ie|je", "ж": "zh|j|z", "з": "z|s",
    "и": "i|y", "і": "i", "ї": "yi|i|ji", "й": "y|i|j|", "к": "k|c", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s|ss", "т": "t", "у": "u|ou", "ф": "f|ph", "х": "kh|h|x|ch", "ц": "ts|c|tz", "ч": "ch|c|tch|tsch", "ш": "sh|s|sch",
    "щ": "shch|sch|sh|sc", "ъ": "|'|\"", "ы": "y|i", "ь": "|'|y|i|j", "э": "e", "ю": "yu|iu|ju|u", "я": "ya|ia|ja|a", "'": "|'",
}  # fmt: skip
# Endings of names in both languages' cases, numbers and genders. Dictionaries have few surnames, and guess at the others.
_ENDINGS = (
    "", *"аяуюеиіыїьй", "ой", "ою", "ей", "єю", "ею", "ом", "ем", "им", "ім", "ым", "їм", "ий", "ый", "ого", "его", "ому", "ему",
    "ая", "яя", "ую", "юю", "ов", "ев", "ів", "ам", "ям", "ами", "ями", "ах", "ях", "ых", "их", "ыми", "ими", "ові", "еві", "єві",
)  # fmt: skip
_STEM = re.compile("(?:[ыио]й|[аяоеєиіыїьй])?$")
_BETWEEN = r"(?:[^\w]{0,3}|_)"
# Between two words of a name there may be one more, a patronymic or its letter; after it one that ends as patronymics do.
_MORE = rf"{_BETWEEN}(?:(?:[^\W\d_]\.?{_BETWEEN}){{1,2}}|[^\W\d_]+{_BETWEEN})?"
_PATRONYMIC = r"(?:\s[^\W\d_]+(?:[оеє]в|ь?)(?:ич|н|ічн)(?:а|у|ем|ом|е|і|ы|и|ой|ою|ові)?(?![^\W_]))?"
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")


def withholder(names: Sequence[str]) -> Callable[[str], str]:
    """A function that gives a text without the names, which stand for all their forms in Cyrillic and Latin letters, in any order
    of two words, with a patronymic or initials.

    An address in which one stands is cut to its host; a text that hides one in percent-encoding is withheld as a whole.
    """
    patterns = [_pattern(name) for name in names]
    if not patterns:
        return lambda text: text
    # The last word of a name is in all that is taken for it, and is looked for fast.
    likely = re.compile("|".join(_word(words(fold(name).text)[-1]) for name in names))
    found = re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")

    def withhold(text: str) -> str:
        folded = fold(text)
        shown, end = "", 0
        for match in found.finditer(folded.text) if likely.search(folded.text) else ():
            start, stop = folded.span(*match.span())
            shown += text[end:start] + WITHHELD
            end = stop
        if end and text.startswith(("http://", "https://")) and " " not in text:
            return _without_path(text)
        shown += text[end:]
        return _without_path(text) if _is_encoded(shown) else shown

    def _is_encoded(text: str) -> bool:
        return bool(_ESCAPE.search(text)) and any(found.search(fold(read).text) for read in _decoded(text))

    def _without_path(text: str) -> str:
        host = urlsplit(text).hostname or "" if text.startswith(("http://", "https://")) else ""
        return f"https://{host}/" if host and not found.search(fold(host).text) else WITHHELD

    return withhold


def _decoded(text: str) -> Iterator[str]:
    """What percent-encoding may hide, in the encodings of the web's Cyrillic addresses, also when it was done twice."""
    for encoding in ("utf-8", "cp1251"):
        once = unquote(text, encoding)
        yield once
        yield unquote(once, encoding)


def _pattern(name: str) -> str:
    parts = [_word(word) for word in words(fold(name).text)]
    if len(parts) < 2:
        return "".join(parts)
    given = rf"(?:{parts[0]}|{_initial(name)})"
    return f"(?:{_MORE.join([given, *parts[1:]])}|{_MORE.join([*parts[1:], given])}{_PATRONYMIC})"


def _initial(name: str) -> str:
    """The first letter of a name, as an initial: with its full stop, else it would be any word of one letter."""
    letter = fold(name).text.lstrip()[:1]
    return rf"(?:{'|'.join(filter(None, {re.escape(letter), *_LATIN.get(letter, '').split('|')}))})\.(?:{_BETWEEN}[^\W\d_]\.)?"


def _word(word: str) -> str:
    alternatives: set[str] = set()
    named = {_STEM.sub("", word, count=1) + ending for ending in _ENDINGS} if set(word) & _LATIN.keys() - {"'"} else set()
    for form in forms(word) | named:
        alternatives.add(re.escape(form))
        if any(letter in _LATIN for letter in form):
            alternatives.add("".join(f"(?:{_LATIN[letter]})" if letter in _LATIN else re.escape(letter) for letter in form))
    return f"(?:{'|'.join(sorted(alternatives, key=len, reverse=True))})"
