"""Words by language as data: one TOML file a subject, read and checked once, at import of whoever uses it.

A file has a table a language, in it a table a section, in it an entry a line: the word or phrase, and a sentence in which
it does its work. A person who knows the language and no Python can correct it; `monitor check` names every fault.

    [ru.saying]
    "сообщить" = "Об этом сообщил районный суд."
"""

from monitor.lexicons.loading import LANGUAGES, NAMES, Lexicon, all_faults, lexicon, lexicon_faults
from monitor.lexicons.phrases import any_of, beginnings, phrases, single_words
from monitor.lexicons.shares import format_shares, parse_weights, word_weights

__all__ = [
    "LANGUAGES",
    "NAMES",
    "Lexicon",
    "all_faults",
    "any_of",
    "beginnings",
    "format_shares",
    "lexicon",
    "lexicon_faults",
    "parse_weights",
    "phrases",
    "single_words",
    "word_weights",
]
