"""Removes the names in data/private.txt from texts and addresses, in every inflected form and spelling. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from monitor.lexicons import phrases
from monitor.text import fold, words
from monitor.text.endings import CASE_ENDINGS
from monitor.text.forms import forms

WITHHELD = "[name withheld]"

# Every way in which a Cyrillic letter is commonly written in Latin ones: ISO 9, GOST, BGN/PCGN, passports, outlets' addresses.
_LATIN = {
    "а": "a", "б": "b", "в": "v|w", "г": "g|h", "ґ": "g", "д": "d", "е": "e|ye|je|yo|jo|io|eo|i", "є": "ye|ie|je",
    "ж": "zh|j|z|ž", "з": "z|s", "и": "i|y", "і": "i|e|o|ye", "ї": "yi|i|ji", "й": "y|i|j|", "к": "k|c", "л": "l", "м": "m",
    "н": "n", "о": "o|i", "п": "p", "р": "r", "с": "s|ss", "т": "t", "у": "u|ou", "ф": "f|ph", "х": "kh|h|x|ch",
    "ц": "ts|c|tz", "ч": "ch|c|tch|tsch|č", "ш": "sh|s|sch|š", "щ": "shch|sch|sh|sc|šč|ŝ", "ъ": "|'|\"", "ы": "y|i",
    "ь": "|'|y|i|j", "э": "e|è", "ю": "yu|iu|ju|u|û", "я": "ya|ia|ja|a|â", "'": "|'",
}  # fmt: skip
# Dictionaries have few surnames, and guess at the others. Here a form too many costs nothing, and one too few shows a name: the
# endings are more than those by which a speaker is known, those of families included (Сосновых).
_ENDINGS = ("", *CASE_ENDINGS, "ов", "ев", "ых", "их")
# What stands for a Cyrillic letter: the sound in the other language's spelling (Глеб and Гліб, Фёдор and Федір), and letters of
# other scripts that look alike.
_ALIKE = {
    "а": "aα", "б": "6", "в": "b", "г": "ґ", "ґ": "г", "е": "єэeёі", "є": "еэe", "з": "3", "и": "іыїu", "і": "иїыiео", "ї": "іиi",
    "й": "иі", "к": "kκ", "м": "m", "н": "h", "о": "o0οі", "р": "pρ", "с": "c", "т": "t", "у": "yu", "х": "xχ", "ы": "иі",
    "э": "еє", "ё": "ео", "ь": "'", "ъ": "'ь", "'": "ьъ",
}  # fmt: skip
# What the nominative, in which names are listed, adds to the stem. Of a longer ending cut off, as `without_ending` does, "Лилия"
# would be "Лил", and half of all words its forms.
_STEM = re.compile("(?:[ыио]й|[аяоеєиіыїьй])?$")
_BETWEEN = r"(?:[^\w]{0,3}|_)"
# The same where a sentence has not ended.
_WITHIN = r"(?:[^\w.!?…]{0,3}|\.(?!\s)|_)"
_GIVEN = r"[^\W\d_]+"
# Between two words of a name there may be one more, a patronymic or its letters; an age; a call sign in quotation marks, in
# brackets or named as one; a relative, where both bear the name. After it one that ends as patronymics do.
_QUOTED = (
    rf"(?:[«“„\"'‘]\W*{_GIVEN}(?:\s{_GIVEN})?\W*[»”“\"'’]|\([^()\n]{{1,40}}\)"
    rf"|{phrases('names', 'call_sign')}\W{{1,3}}{_GIVEN}(?:\s{_GIVEN})?)"
)
_AGE = rf"\(?\d{{1,3}}(?:\s{phrases('names', 'age')})?\)?"
_MORE = (
    rf"(?:{_BETWEEN}(?:(?:[^\W\d_]\.?{_BETWEEN}){{1,2}}|{_GIVEN}{_WITHIN})?"
    rf"|\W{{1,3}}(?:{_AGE}|{_QUOTED})\W{{1,3}}|\s{phrases('names', 'together')}\s{_GIVEN}\s)"
)
_PATRONYMIC = r"(?:\s[^\W\d_]+(?:[оеє]в|ь?)(?:ич|н|ічн)(?:а|у|ем|ом|е|і|ы|и|ой|ою|ові)?(?![^\W_]))?"
_JOINED = re.compile(rf"[^\W_]+\s{phrases('names', 'together')}\s([^\W_]+)")
_ESCAPE = re.compile("%(?:u[0-9a-fA-F]{4}|[0-9a-fA-F]{2})")
_UNICODE_ESCAPE = re.compile("%u([0-9a-fA-F]{4})")
_PUNYCODE = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)


def withholder(names: Sequence[str]) -> Callable[[str], str]:
    """A function that gives a text without the names, which stand for all their forms in Cyrillic and Latin letters, in any order
    of two words, with a patronymic, initials, an age or a call sign between, and for a family of that name; in the other
    language's spelling and in letters that look alike.

    An address in which one stands is cut to its host; a text that hides one in percent-encoding is withheld as a whole.
    """
    patterns = [_pattern(name, number) for number, name in enumerate(names)]
    if not patterns:
        return lambda text: text
    # The last word of a name is in all that is taken for it, and is looked for fast.
    likely = re.compile("|".join(_word(words(fold(name).text)[-1]) for name in names))
    found = re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")

    def withhold(text: str) -> str:
        folded = fold(text)
        shown, end, at = "", 0, 0 if likely.search(folded.text) else len(folded.text)
        while match := found.search(folded.text, at):
            at = match.end()
            if _is_a_word(text, folded.span, match) or _are_other_words(text, folded.span, match):
                at = match.start() + 1  # a name may begin within
                continue
            start, stop = folded.span(*match.span())
            shown += text[end:start] + WITHHELD
            end = stop
        if end and text.startswith(("http://", "https://")) and " " not in text:
            return _without_path(text)
        shown += text[end:]
        return _without_path(text) if _is_encoded(shown) else shown

    def _is_encoded(text: str) -> bool:
        if not (_ESCAPE.search(text) or _PUNYCODE.search(text)):
            return False
        return any(found.search(fold(read).text) for read in _decoded(text))

    def _without_path(text: str) -> str:
        host = urlsplit(text).hostname or "" if text.startswith(("http://", "https://")) else ""
        names_nobody = host and not any(found.search(fold(read).text) for read in _decoded(host))
        return f"https://{host}/" if names_nobody else WITHHELD

    return withhold


def _is_a_word(text: str, span: Callable[[int, int], tuple[int, int]], match: re.Match[str]) -> bool:
    """Whether what was taken for an initial without its full stop is a word of one letter: an initial is a capital."""
    letter = next((name for name, found in match.groupdict().items() if found), None)
    if letter is None:
        return False
    start, _ = span(*match.span(letter))
    return not text[start].isupper()


def _are_other_words(text: str, span: Callable[[int, int], tuple[int, int]], match: re.Match[str]) -> bool:
    """Whether a given name is joined to a word that is no surname, as in "Глеб и чужаки" for Глеб Чужаков: who writes the one
    with a capital does not write the other without. Everything else that may be the name is taken for it.
    """
    joined = _JOINED.fullmatch(match[0])
    if not joined:
        return False
    first, last = (text[span(match.start() + at, match.start() + at + 1)[0]] for at in (0, joined.start(1)))
    return first.isupper() and last.islower()


def _decoded(text: str) -> Iterator[str]:
    """What percent-encoding and internationalized hosts may hide, in the encodings of the web's Cyrillic, also done twice."""
    read = _UNICODE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), _PUNYCODE.sub(_label, text))
    yield read
    for encoding in ("utf-8", "cp1251", "koi8-u"):  # which has all letters of KOI8-R
        once = unquote(read, encoding)
        yield once
        yield _UNICODE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), unquote(once, encoding))


def _label(found: re.Match[str]) -> str:
    """A label of a host as its owner writes it (RFC 3492); as it stands where it is none."""
    try:
        return found[0][4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return found[0]


def _pattern(name: str, number: int) -> str:
    parts = [_word(word) for word in words(fold(name).text)]
    if len(parts) < 2:
        return "".join(parts)
    given = rf"(?:{parts[0]}|{_initial(name)})"
    bare = _letters(name)
    surname = parts[-1]
    # An initial without its full stop, right beside the surname.
    alone = rf"(?P<before{number}>{bare})(?:\s[^\W\d_])?\s{surname}|{surname}\s(?P<after{number}>{bare})(?:\s[^\W\d_])?(?![^\W_])"
    return f"(?:{_MORE.join([given, *parts[1:]])}|{_MORE.join([*parts[1:], given])}{_PATRONYMIC}|{alone})"


def _initial(name: str) -> str:
    """The first letter of a name, as an initial: with its full stop, else it would be any word of one letter."""
    return rf"{_letters(name)}\.(?:{_BETWEEN}[^\W\d_]\.)?"


def _letters(name: str) -> str:
    letter = fold(name).text.lstrip()[:1]
    return rf"(?:{'|'.join(filter(None, {re.escape(letter), *_ALIKE.get(letter, ''), *_LATIN.get(letter, '').split('|')}))})"


def _word(word: str) -> str:
    alternatives: set[str] = set()
    named = {_STEM.sub("", word, count=1) + ending for ending in _ENDINGS} if set(word) & _LATIN.keys() - {"'"} else set()
    for form in forms(word) | named:
        alternatives.add(
            "".join(f"[{re.escape(letter)}{_ALIKE[letter]}]" if letter in _ALIKE else re.escape(letter) for letter in form)
        )
        if any(letter in _LATIN for letter in form):
            alternatives.add("".join(f"(?:{_LATIN[letter]})" if letter in _LATIN else re.escape(letter) for letter in form))
    return f"(?:{'|'.join(sorted(alternatives, key=len, reverse=True))})"
