"""All the forms of a word, in Russian, Ukrainian and English. Pure.

Loads the dictionaries of pymorphy3 and simplemma once a process, and so is not imported by `monitor.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from monitor.text.folding import fold
from monitor.text.letters import has_cyrillic
from monitor.text.morphology import analyzer, english, english_paradigms

_ABBREVIATION = 4
"""A word of so few letters that no dictionary has is an abbreviation (ТЦК, ВСУ, АГС), which has no forms."""


_source: list[Callable[[], Mapping[str, str]]] = []
_kept: dict[str, str] = {}
"""By a folded word: its forms, with spaces between them."""


def keep(source: Callable[[], Mapping[str, str]]) -> None:
    """Take the forms of words that `source` has from there: of folded words, in all languages, with spaces between them. It is
    asked when the first form is; what it does not have is looked up in the dictionaries.
    """
    if not _kept:
        _source[:] = [source]


@lru_cache(maxsize=20_000)
def forms(word: str, language: str = "") -> frozenset[str]:
    """Every inflected form of a word, folded, itself among them.

    In both Slavic languages for a word in Cyrillic, in English for any other; `language` (ru, uk, en) asks for one alone.
    A word that is the dictionary form of something means that: "призов", Ukrainian for conscription, is not also the Russian
    genitive of "приз", a prize. Any other means whatever it can be a form of.
    """
    word = fold(word).text
    if _source:
        _kept.update(_source.pop()())  # out of the list first: what makes them asks for forms itself
    if not language and (kept := _kept.get(word)):
        return frozenset(kept.split())
    if has_cyrillic(word):
        return _slavic(word, (language,) if language in {"ru", "uk"} else ("ru", "uk"))
    return _english(word) if language in {"", "en"} else frozenset({word})


def _slavic(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    # A guess is wanted only for a word that neither dictionary has: the Russian one guesses at most Ukrainian words, at length.
    known = [language for language in languages if analyzer(language).word_is_known(word)]
    if not known and len(word) <= _ABBREVIATION:
        return frozenset({word})
    parses = [(language, parse) for language in known or languages for parse in analyzer(language).parse(word)]
    parses = [(language, parse) for language, parse in parses if fold(parse.normal_form).text == word] or parses
    found = {word}
    paradigms = set()
    for language, parse in parses:
        # The analyzers put their number of the paradigm third; making one paradigm again for each of its cases takes time. The
        # two dictionaries number theirs alike.
        paradigm = (language, parse.normal_form, *(step[2:3] for step in parse.methods_stack))
        if paradigm not in paradigms:
            paradigms.add(paradigm)
            found.update(fold(" ".join(form.word for form in parse.lexeme)).text.split())
    return frozenset(found)


def _english(word: str) -> frozenset[str]:
    dictionary, paradigms = english(), english_paradigms()
    lemma = word if word in paradigms else dictionary.get(word, word)
    found = {word, lemma, *paradigms.get(lemma, ())}
    return regular(word) if len(found) == 1 else _possessed(found)


def regular(name: str) -> frozenset[str]:
    """An English name or new noun, folded: that, its plural, and the possessive of both. Needs no dictionary."""
    return _possessed({name, f"{name}s"} if name.isascii() and name.isalpha() else {name})


def _possessed(found: set[str]) -> frozenset[str]:
    # Any of them may be a noun in the possessive; the dictionary has few. A form that does not exist finds nothing.
    return frozenset(found | {f"{form}'s" for form in found if "'" not in form})
