"""Sources by a phrase or a noun: "according to", "citing", "in her view", "the claim that"; and what is told by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from monitor.trace.closed import closed
from monitor.trace.english import BE, English
from monitor.trace.phrases import SPEAKERS, Phrase
from monitor.trace.rules.context import CONTENT, CONTENT_THAT, Context, Finding, cues_of, place, span
from monitor.trace.slavic import NEGATIONS, Slavic
from monitor.trace.slavic_words import form
from monitor.trace.tokens import COLON, COMMA, NAME, WORD, Sentence, Token
from monitor.trace.words import Phrase as Cue

_POSSESSIVES = {
    word: agrees
    for section, agrees in (("his", ("sing", "masc")), ("her", ("sing", "femn")), ("their", ("plur", "")))
    for word in closed(section)
}
_OBJECTS = {"him": ("sing", "masc"), "her": ("sing", "femn"), "them": ("plur", "")}
_HIS = closed("possessive", "en") | frozenset(["its"])
_OURS = closed("ours", "ru", "uk")
_THEY_SAY = closed("they_say", "ru", "uk")
_FOUND_OUT = closed("found_out", "ru", "uk")
_ACCOUNTS = closed("account", "en")
_BEFORE_ACCOUNT = closed("account_in", "en")
_SAID_NOUNS, _WHOSE = closed("said_noun"), closed("of_whom", "en")
_MOST_ADJECTIVES = 2
_ABOUT_THAT = closed("of_that")
_THAT_THING = closed("that_thing")
_TIMETABLES = closed("timetable")
_FROM, _POINTS = closed("learned_from"), closed("like_that") | closed("points_back")
OURSELVES = closed("ourselves")


def according(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A phrase before the source: "по словам", "according to"; or around it: "in the mayor's telling"."""
    yield from _by_phrase(context, tokens, "according")
    if isinstance(context.grammar, English):
        yield from _by_account(context.grammar, tokens)


def _by_account(grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "By the clinic's own count", "in her view"."""
    for i, token in enumerate(tokens):
        owner = _owner(tokens, i) if token.low in _ACCOUNTS else 0
        if owner < 1:
            continue
        if tokens[owner].low in _POSSESSIVES:
            number, gender = _POSSESSIVES[tokens[owner].low]
            phrase: Phrase | None = Phrase(owner, owner, owner, pronoun=True, living=True, number=number, gender=gender)
        else:
            phrase = _of_whom(grammar, tokens, owner)
        if phrase and not _stands_apart(tokens, phrase.first - 1, i):
            continue  # "it appeared in his account on the portal"
        if phrase and phrase.first and tokens[phrase.first - 1].low in _BEFORE_ACCOUNT and grammar.names_source(phrase):
            yield Finding(*span(tokens, phrase.first - 1, i), "according", tokens, phrase)


def _stands_apart(tokens: Sentence, first: int, last: int) -> bool:
    """Whether it begins the sentence or a part of it, or ends one: "…, by her own count"."""
    before = tokens[first - 1] if first > 0 else None
    behind = tokens[last + 1] if last + 1 < len(tokens) else None
    return before is None or before.kind != WORD or behind is None or behind.kind != WORD


def _of_whom(grammar: English, tokens: Sentence, owner: int) -> Phrase | None:
    phrase = grammar.ending(tokens, owner)
    if phrase and not grammar.names_source(phrase) and tokens[owner].is_capital:
        phrase.name, phrase.number = (owner, owner), "sing"
    return phrase


def _owner(tokens: Sentence, noun: int) -> int:
    """Whose the noun is: the token with the possessive, over adjectives; -1 for nobody's."""
    for i in range(noun - 1, max(-1, noun - 2 - _MOST_ADJECTIVES), -1):
        if tokens[i].kind != WORD:
            return -1
        if tokens[i].low in _POSSESSIVES or tokens[i].low.endswith(("'s", "s'")):
            return i
    return -1


def named(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A noun for what was said, with whose it is and a clause: "the mayor's claim that…", "заявление мэра о том, что…"."""
    grammar = context.grammar
    # What was said follows behind one of these: most sentences have none, and need not be looked at word by word.
    if not any(token.kind in {COLON, COMMA} or token.low == "that" for token in tokens):
        return
    for i, token in enumerate(tokens[: max(0, len(tokens) - 2)]):
        if token.kind != WORD:
            continue
        if isinstance(grammar, English):
            phrase = _whose_words(grammar, tokens, i) if token.low in _SAID_NOUNS else None
            if phrase and phrase.kind not in {"document", "publication"} and grammar.names_source(phrase):
                yield Finding(*span(tokens, min(i, phrase.first), max(i, phrase.last)), "named", tokens, phrase)
        elif _is_said_noun(token.low, grammar.language):
            phrase = grammar.phrase(tokens, i + 1, grammar.clause_end(tokens, i + 1), ("gent",))
            is_source = phrase and (phrase.living or phrase.name or phrase.kind not in {"", "document", "publication"})
            if phrase and is_source and _is_followed(tokens, i, phrase.last + 1):
                yield Finding(*span(tokens, i, phrase.last), "named", tokens, phrase)


def _is_followed(tokens: Sentence, noun: int, at: int) -> bool:
    """Whether what was said follows: "заявление мэра о том, что…", "Пост мэра: …"."""
    if noun < 2 and at + 1 < len(tokens) and tokens[at].kind == COLON:
        return tokens[at + 1].low not in CONTENT  # «Пост мэра: что известно» is about an office
    at += 2 * (at + 1 < len(tokens) and tokens[at].low in _ABOUT_THAT and tokens[at + 1].low in _THAT_THING)
    return at + 1 < len(tokens) and tokens[at].kind == COMMA and tokens[at + 1].low in CONTENT


def _whose_words(grammar: English, tokens: Sentence, noun: int) -> Phrase | None:
    """Whose words an English noun names, where they follow: "the mayor's claim that…", "The mayor's post: …"."""
    if tokens[noun + 1].kind == COLON or _heads_colon(tokens, noun):
        owner = _owner(tokens, noun)
        phrase = _of_whom(grammar, tokens, owner) if owner >= 0 else None
        return phrase if phrase and phrase.first == 0 and phrase.kind != "outlet" else None  # not "Editor's note: …"
    if tokens[noun + 1].low in _WHOSE and (behind := grammar.starting(tokens, noun + 2, len(tokens))):
        return behind if behind.last + 1 < len(tokens) and tokens[behind.last + 1].low == "that" else None
    owner = _owner(tokens, noun) if tokens[noun + 1].low == "that" else -1
    return _of_whom(grammar, tokens, owner) if owner >= 0 else None


def _heads_colon(tokens: Sentence, noun: int) -> bool:
    """Whether a place between the noun and a colon says where it was written: "the mayor's post on VK: …"."""
    return tokens[noun + 1].low == "on" and any(token.kind == COLON for token in tokens[noun + 3 : noun + 5])


@lru_cache(maxsize=100_000)
def _is_said_noun(low: str, language: str) -> bool:
    return any(r.part == "NOUN" and r.lemma in _SAID_NOUNS for r in form(low, language).nouns[:2])


def citing(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A source of the source: "со ссылкой на", "citing"."""
    yield from _by_phrase(context, tokens, "citing")


def _by_phrase(context: Context, tokens: Sentence, section: str) -> Iterator[Finding]:
    for i, cue in cues_of(context, tokens, section):
        found = place(tokens, i, cue.words)
        if found is None or not _is_reported(context, tokens, found[0], cue):
            continue
        first, after, between = found
        told = after < len(tokens) and tokens[after].low in _OBJECTS  # "according to her"
        whose = told and after + 1 < len(tokens) and tokens[after + 1].kind == WORD
        phrase = None if told and not whose else _source_after(context, tokens, after)
        if section == "according" and isinstance(context.grammar, Slavic) and _is_on_grounds(context, tokens, first):
            continue  # "нашли по заявлению соседки"
        owner = next((k for k in between if tokens[k].low in _POSSESSIVES), -1)
        if phrase is None and told:
            phrase = Phrase(after, after, after, pronoun=True, living=True)
            phrase.number, phrase.gender = _OBJECTS[tokens[after].low]
        if phrase is None and owner >= 0:
            phrase = Phrase(owner, owner, owner, pronoun=True, living=True)
            phrase.number, phrase.gender = _POSSESSIVES[tokens[owner].low]
        if phrase is None and (not between or section == "citing"):
            continue
        if phrase and isinstance(context.grammar, Slavic) and context.grammar.lemmas(tokens[phrase.head]) & _TIMETABLES:
            continue  # "согласно расписанию"
        if phrase and isinstance(context.grammar, English) and _is_bare_timetable(tokens, phrase):
            continue  # "according to the timetable"
        if isinstance(context.grammar, English) and not _is_cited(context.grammar, tokens, first, phrase, section):
            continue
        # "Has learned from two people": who has learned it is another.
        whole = section == "according" or (isinstance(context.grammar, English) and cue.words[-1] not in _FROM)
        start = first if whole else after - 1
        last = max(after - 1, phrase.last if phrase else 0)
        yield Finding(*span(tokens, start, last), section, tokens, phrase, publishes=True)


def _is_reported(context: Context, tokens: Sentence, first: int, cue: Cue) -> bool:
    """Whether somebody reports what he learned: not in "о розыске сын узнал от участкового"."""
    return cue.words[-1] not in _FROM or any(_is_press(context, token) for token in tokens[:first])


def _is_press(context: Context, token: Token) -> bool:
    """Whether the word may be an outlet's name, or the newsroom itself."""
    is_named = isinstance(context.grammar, English) and token.is_capital
    return token.kind == NAME or is_named or token.low in OURSELVES or context.grammar.kind(token)[0] in {"outlet", "masthead"}


def _is_bare_timetable(tokens: Sentence, phrase: Phrase) -> bool:
    """Whether it is a timetable or map, and nobody's by name."""
    is_nobodys = not phrase.kind and phrase.name is None and phrase.proper is None and phrase.title is None
    return is_nobodys and tokens[phrase.head].low.removesuffix("s") in _TIMETABLES


def _is_on_grounds(context: Context, tokens: Sentence, cue: int) -> bool:
    """Whether it tells why something was done that is no report: it stands right behind a verb, and no "пишет со слов"."""
    reports = cue and tokens[cue - 1].low in context.words.verbs
    return bool(cue) and isinstance(context.grammar, Slavic) and bool(context.grammar.finite(tokens, cue - 1)) and not reports


def _is_cited(grammar: English, tokens: Sentence, cue: int, phrase: Phrase | None, section: str) -> bool:
    """Whether a source is named, and no reason or measure: "citing a threat", "according to his weight"."""
    if phrase is None or phrase.pronoun:
        return True
    if tokens[cue].low in {"per", "as"}:
        return phrase.kind in SPEAKERS or phrase.name is not None
    if section == "citing":
        if cue and tokens[cue - 1].low in BE:
            return False  # "they were referring to studies"
        own = any(grammar.kind(tokens[i])[0] for i in range(phrase.first, phrase.head + 1))
        return own or phrase.name is not None or phrase.proper is not None or phrase.title is not None
    return grammar.names_source(phrase) or tokens[phrase.first].low not in _HIS


def _source_after(context: Context, tokens: Sentence, at: int) -> Phrase | None:
    grammar = context.grammar
    if at >= len(tokens):
        return None
    if isinstance(grammar, Slavic):
        phrase = grammar.phrase(tokens, at, len(tokens), ("gent", "accs", "datv", "ablt", "loct"))
    else:
        phrase = grammar.starting(tokens, at, len(tokens))
    if phrase is None or (isinstance(grammar, Slavic) and not grammar.names_source(phrase)):
        return None
    if phrase.last + 1 < len(tokens) and tokens[phrase.last + 1].kind == COMMA:
        grammar.append(tokens, phrase)
    return phrase


def hearsay(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """What is told, and by nobody: "говорят, что…", "it has emerged that…"."""
    for i, cue in cues_of(context, tokens, "hearsay"):
        found = place(tokens, i, cue.words)
        if found is None or found[2]:
            continue
        first, after, _ = found
        before = [t for t in tokens[:first] if t.kind != WORD or t.low in NEGATIONS]
        if cue.words[-1] in _THEY_SAY and _is_parenthesis(tokens, first, after) and _is_of_something(context, tokens, after):
            yield Finding(*span(tokens, first, after - 1), "hearsay", tokens, None, i)
            continue
        if isinstance(context.grammar, English):  # "it emerged on Monday that"
            gap = next((k for k in range(after, min(len(tokens), after + 5)) if tokens[k].low == "that"), after)
            after_gap = gap if all(tokens[k].kind == WORD for k in range(after, gap)) else after
        else:
            after_gap = after
        clause = after_gap + (after_gap < len(tokens) and tokens[after_gap].kind == COMMA)
        if clause >= len(tokens) or before:
            continue
        if tokens[after].kind == NAME and cue.words[-1] not in _THEY_SAY:  # "как стало известно «Курьеру»"
            phrase = Phrase(after, after, after, title=after, number="sing")
            yield Finding(*span(tokens, first, after), "hearsay", tokens, phrase, i, publishes=True)
        elif tokens[after].low in _OURS:
            last = after + (after + 1 < len(tokens) and context.grammar.kind(tokens[after + 1])[0] == "outlet")
            yield Finding(*span(tokens, first, last), "own", tokens, None, i, own=True)
        elif tokens[clause].low in CONTENT_THAT and cue.words[0] not in _FOUND_OUT:
            yield Finding(*span(tokens, first, after - 1), "hearsay", tokens, None, i)


def _is_parenthesis(tokens: Sentence, first: int, after: int) -> bool:
    """Whether it stands alone between commas, or before one: "Говорят, котёл лопнул", "котёл, говорят, лопнул"."""
    begins = first == 0 or tokens[first - 1].kind == COMMA
    return begins and after < len(tokens) and tokens[after].kind == COMMA


def _is_of_something(context: Context, tokens: Sentence, after: int) -> bool:
    """Whether what is told is of somebody or something: a proverb has no name, number or past, and points at nothing."""
    grammar = context.grammar
    end = next((i for i in range(after + 1, len(tokens)) if tokens[i].kind != WORD), len(tokens))
    return any(
        token.is_capital
        or token.low.isdigit()
        or token.low in _POINTS
        or (not isinstance(grammar, English) and (verb := grammar.finite(tokens, i)) is not None and verb.tense == "past")
        for i, token in enumerate(tokens[:end])
        if i > after
    )


def is_unnamed(context: Context, tokens: Sentence) -> bool:
    """Whether the sentence says that who speaks is not to be named."""
    return any(place(tokens, i, cue.words) is not None for i, cue in cues_of(context, tokens, "unnamed"))
