"""The rules that find a cue and the phrase that names its source, in the order in which they are asked.

A rule sees one sentence. What an earlier rule took, a later one leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from monitor.trace.closed import closed
from monitor.trace.english import BE, English
from monitor.trace.english_phrases import ADVERBS, AUXILIARIES, DETERMINERS, PREPOSITIONS, PRONOUNS
from monitor.trace.outlets import Outlets
from monitor.trace.phrases import Phrase
from monitor.trace.slavic import Slavic
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, WORD, Sentence
from monitor.trace.words import VerbForm, Words, rest_of, words_of

Grammar = Slavic | English


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules ask about a language and of the catalogue."""

    grammar: Grammar
    words: Words
    outlets: Outlets
    verbs: dict[int, tuple[Sentence, list[tuple[int, VerbForm]]]] = field(default_factory=dict)
    """Verbs that may report, of the sentence that was asked last."""


@dataclass(slots=True)
class Finding:
    """A cue with the phrase that names its source; offsets into the text."""

    start: int
    end: int
    rule: str
    tokens: Sentence
    phrase: Phrase | None
    verb: int = -1
    """Token of the verb."""
    publishes: bool = False
    """Whether the cue is one by which outlets speak."""
    outlet: str = ""
    """To whom it was said, or by whom quoted."""
    own: bool = False
    """Whether the newsroom speaks of what it saw or asked itself."""


OURSELVES = closed("ourselves")
_SPEAKERS = frozenset(["official", "lawyer", "witness", "outlet", "telegram", "anonymous", "representative"])
_LEADS, _CONDITIONS = closed("leads"), closed("supposed")
_NEGATIONS = frozenset(["не", "ни", "ні"])
_CITES, _OUTLETS_SAY, _NOT_SAID = closed("cites"), closed("outlets_say"), closed("not_said")
_POSSESSIVES = {
    word: agrees
    for section, agrees in (("his", ("sing", "masc")), ("her", ("sing", "femn")), ("their", ("plur", "")))
    for word in closed(section)
}
_OBJECTS = {"him": ("sing", "masc"), "her": ("sing", "femn"), "them": ("plur", "")}
_CONTENT = closed("clause_of_content", "ru", "uk")
_WITH, _CONTENT_BEGINS = closed("with"), closed("content_begins")
_HAS_READ = closed("has_read", "ru", "uk")
_HIS = closed("possessive", "en") | frozenset(["its"])
_OURS, _THEY_SAY, _FOUND_OUT = closed("ours", "ru", "uk"), closed("they_say", "ru", "uk"), closed("found_out", "ru", "uk")
_ACCOUNTS, _BEFORE_ACCOUNT = closed("account", "en"), closed("account_in", "en")
_SAID_NOUNS, _SURE, _NOT_SAID_EN = closed("said_noun"), closed("sure", "en"), closed("not_said", "en")
_DONE_TO, _GOES_ON = closed("done_to", "en"), closed("goes_on", "en")
_MOST_ADJECTIVES = 2
_REFERS = frozenset(["ссылаться", "сослаться", "посилатися", "послатися", "опираться", "спиратися"])
_NOT = frozenset(["not", "never", "nor", "declined", "refused", "failed"])
_LEADING = closed("subordinator", "en") | closed("preposition", "en") | {"having"}
_ABOUT_THAT, _THAT_THING = frozenset(["о", "про", "в"]), frozenset(["том", "те", "тім"])
_FINDS, _CONTENT_THAT = closed("finds", "en"), closed("clause_of_content")
_EMERGES = closed("emerges", "en")


def span(tokens: Sentence, first: int, last: int) -> tuple[int, int]:
    """Offsets from the beginning of one token to the end of another."""
    return tokens[first].start, tokens[last].end


def verbs_of(context: Context, tokens: Sentence) -> list[tuple[int, VerbForm]]:
    """Verbs of the lexicons that may report here: not negated, not yet to come, not supposed. Looked for once a sentence."""
    if context.verbs.get(tokens.start, (None,))[0] is not tokens:
        context.verbs.clear()
        context.verbs[tokens.start] = tokens, list(_verbs(context, tokens))
    return context.verbs[tokens.start][1]


def _verbs(context: Context, tokens: Sentence) -> Iterator[tuple[int, VerbForm]]:
    supposed = len(tokens) > 0 and tokens[0].low in _CONDITIONS
    for v, token in enumerate(tokens.tokens):
        verb = context.words.verbs.get(token.low) if token.kind == WORD else None
        if verb is None or verb.tense == "futr" or (v and tokens[v - 1].low in _NEGATIONS and "thinking" not in verb.sections):
            continue
        if supposed and not any(tokens[i].kind in {COMMA, SPEECH} for i in range(v)):
            continue
        if context.grammar.is_verb(tokens, v, verb):
            yield v, verb


# The rules


def quoted(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whom an outlet quotes: "…, слова которого приводит «Курьер»", "quoted by the Courier"."""
    grammar = context.grammar
    for v, token in enumerate(tokens.tokens):
        verb = context.words.verbs.get(token.low) if token.kind == WORD else None
        if verb is None or verb.lemma not in _CITES:
            continue
        if isinstance(grammar, English):
            yield from _quoted_by(grammar, tokens, v)
            continue
        opened = next((i for i in range(v - 1, -1, -1) if tokens[i].kind in {COMMA, DASH}), -1)
        if tokens.spoken and (two := _quotes_whom(grammar, tokens, v, verb)):
            yield from two
            continue
        if opened < 1 or not any(grammar.is_relative(tokens[i]) for i in range(opened + 1, min(v, opened + 4))):
            continue
        outlet = grammar.right(tokens, v, verb) or grammar.left(tokens, v, verb)
        person = grammar.ending(tokens, opened - 1)
        if outlet and person:
            yield Finding(
                *span(tokens, min(opened + 1, outlet.first), max(v, outlet.last)), "quoted", tokens, outlet, v, publishes=True
            )
            yield Finding(*span(tokens, person.first, person.last), "quoted", tokens, person)


def _quotes_whom(grammar: Slavic, tokens: Sentence, v: int, verb: VerbForm) -> list[Finding]:
    """An outlet and whom it quotes: "«…», — цитирует «Курьер» бабушку мальчика"."""
    outlet = grammar.right(tokens, v, verb)
    if outlet is None or (outlet.title is None and outlet.kind not in {"outlet", "telegram"}):
        return []
    at, end = outlet.last + 1, grammar.clause_end(tokens, v + 1)
    person = grammar.phrase(tokens, at, end, ("accs",)) if at < end else None
    if person is None or not (person.living or person.name or person.kind):
        return []
    return [
        Finding(*span(tokens, v, outlet.last), "quoted", tokens, outlet, v, publishes=True),
        Finding(*span(tokens, person.first, person.last), "quoted", tokens, person),
    ]


def _quoted_by(grammar: English, tokens: Sentence, v: int) -> Iterator[Finding]:
    by = next((i for i in range(v + 1, min(len(tokens), v + 4)) if tokens[i].low == "by"), 0)
    outlet = grammar.starting(tokens, by + 1, len(tokens)) if by else None
    if tokens[v].low not in {"quoted", "cited"} or (outlet is None and v + 1 < len(tokens) and tokens[v + 1].low != "as"):
        return
    passive = grammar.subject_of_passive(tokens, v)
    person = passive or (grammar.ending(tokens, v - 2) if v > 1 and tokens[v - 1].kind == COMMA else None)
    if person is None:
        return
    if outlet:
        yield Finding(*span(tokens, v if passive is None else by, outlet.last), "quoted", tokens, outlet, v, publishes=True)
    yield Finding(*span(tokens, person.first, person.last if passive is None else v), "quoted", tokens, person)


def according(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A phrase before the source: "по словам", "according to"; or around it: "in the mayor's telling"."""
    yield from _by_phrase(context, tokens, "according")
    if isinstance(context.grammar, English):
        yield from _by_account(context.grammar, tokens)


def _by_account(grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "By the clinic's own count", "in her view"."""
    for i, token in enumerate(tokens.tokens):
        owner = _owner(tokens, i) if token.low in _ACCOUNTS else 0
        if owner < 1:
            continue
        if tokens[owner].low in _POSSESSIVES:
            number, gender = _POSSESSIVES[tokens[owner].low]
            phrase: Phrase | None = Phrase(owner, owner, owner, pronoun=True, living=True, number=number, gender=gender)
        else:
            phrase = _of_whom(grammar, tokens, owner)
        if phrase and phrase.first and tokens[phrase.first - 1].low in _BEFORE_ACCOUNT and grammar.names_source(phrase):
            yield Finding(*span(tokens, phrase.first - 1, i), "according", tokens, phrase)


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
    for i, token in enumerate(tokens.tokens):
        if token.kind != WORD or i + 2 >= len(tokens):
            continue
        if isinstance(grammar, English):
            if token.low not in _SAID_NOUNS:
                continue
            if tokens[i + 1].low in {"by", "from", "of"} and (phrase := grammar.starting(tokens, i + 2, len(tokens))):
                follows = phrase.last + 1 < len(tokens) and tokens[phrase.last + 1].low == "that"
            else:
                owner = _owner(tokens, i) if tokens[i + 1].low == "that" else -1
                phrase, follows = (_of_whom(grammar, tokens, owner) if owner >= 0 else None), True
            if phrase and follows and phrase.kind not in {"document", "publication"} and grammar.names_source(phrase):
                yield Finding(*span(tokens, min(i, phrase.first), max(i, phrase.last)), "named", tokens, phrase)
        elif any(r.part == "NOUN" and r.lemma in _SAID_NOUNS for r in grammar.form(token).nouns[:2]):
            phrase = grammar.phrase(tokens, i + 1, grammar.clause_end(tokens, i + 1), ("gent",))
            if phrase and (phrase.living or phrase.name or phrase.kind not in {"", "document", "publication"}):
                at = phrase.last + 1
                at += 2 * (at + 1 < len(tokens) and tokens[at].low in _ABOUT_THAT and tokens[at + 1].low in _THAT_THING)
                if at + 1 < len(tokens) and tokens[at].kind == COMMA and tokens[at + 1].low in _CONTENT:
                    yield Finding(*span(tokens, i, phrase.last), "named", tokens, phrase)


def citing(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A source of the source: "со ссылкой на", "citing"."""
    yield from _by_phrase(context, tokens, "citing")


def _by_phrase(context: Context, tokens: Sentence, section: str) -> Iterator[Finding]:
    for i, token in enumerate(tokens.tokens):
        for cue in context.words.phrases.get(token.low, ()) if token.kind == WORD else ():
            place = _place(tokens, i, cue.words) if cue.section == section else None
            if place is None:
                continue
            first, after, between = place
            phrase = _source_after(context, tokens, after)
            owner = next((k for k in between if tokens[k].low in _POSSESSIVES), -1)
            if phrase is None and after < len(tokens) and tokens[after].low in _OBJECTS:
                phrase = Phrase(after, after, after, pronoun=True, living=True)  # "according to her"
                phrase.number, phrase.gender = _OBJECTS[tokens[after].low]
            if phrase is None and owner >= 0:
                phrase = Phrase(owner, owner, owner, pronoun=True, living=True)
                phrase.number, phrase.gender = _POSSESSIVES[tokens[owner].low]
            if phrase is None and (not between or section == "citing"):
                continue
            if isinstance(context.grammar, English) and not _is_cited(context.grammar, tokens, first, phrase, section):
                continue
            start = first if section == "according" or isinstance(context.grammar, English) else after - 1
            last = max(after - 1, phrase.last if phrase else 0)
            yield Finding(*span(tokens, start, last), section, tokens, phrase, publishes=True)


def _is_cited(grammar: English, tokens: Sentence, cue: int, phrase: Phrase | None, section: str) -> bool:
    """Whether a source is named, and no reason or measure: "citing a threat", "according to his weight"."""
    if phrase is None or phrase.pronoun:
        return True
    if tokens[cue].low in {"per", "as"}:
        return phrase.kind in _SPEAKERS or phrase.name is not None
    if section == "citing":
        if cue and tokens[cue - 1].low in BE:
            return False  # "they were referring to studies"
        own = any(grammar.kind(tokens[i])[0] for i in range(phrase.first, phrase.head + 1))
        return own or phrase.name is not None or phrase.proper is not None or phrase.title is not None
    return grammar.names_source(phrase) or tokens[phrase.first].low not in _HIS


def _place(tokens: Sentence, i: int, cue: tuple[str, ...]) -> tuple[int, int, list[int]] | None:
    """Where the cue begins and what follows it begins, if its longest word stands at i; and what stands between its words."""
    key = cue.index(max(cue, key=len))
    between: list[int] = []
    first = i
    for word in reversed(cue[:key]):
        first -= 1
        while first >= 0 and tokens[first].low != word and len(between) < 3 and tokens[first].kind == WORD:
            between.insert(0, first)
            first -= 1
        if first < 0 or tokens[first].low != word:
            return None
    after = i + 1
    for word in cue[key + 1 :]:
        if after >= len(tokens) or tokens[after].low != word:
            return None
        after += 1
    return first, after, between


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


def by_verb(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A verb of saying with its subject: "губернатор заявил", "said the mayor"."""
    grammar = context.grammar
    last: Finding | None = None
    for v, verb in verbs_of(context, tokens):
        if verb.sections <= {"asking"} or (isinstance(grammar, Slavic) and verb.tense in {"gerund", "impersonal"}):
            continue
        if verb.sections <= {"quoting", "thinking"} and not grammar.has_content(tokens, v):
            continue
        if verb.sections == {"thinking"} and last is not None and not _apart(tokens, last.verb, v):
            continue
        phrase = _subject(context, tokens, v, verb)
        if phrase is None or (phrase.pronoun and tokens[phrase.first].low in OURSELVES):
            continue
        if not _may_say(context, tokens, v, verb, phrase) or _is_his_own(context, tokens, phrase):
            continue
        start, end = span(tokens, min(phrase.first, v), max(phrase.last, v + _rest(tokens, v, verb)))
        publishes = "publishing" in verb.sections or verb.lemma in _OUTLETS_SAY
        last = Finding(start, end, "verb", tokens, phrase, v, publishes)
        yield last


def _may_say(context: Context, tokens: Sentence, v: int, verb: VerbForm, phrase: Phrase) -> bool:
    """Whether what the phrase names can do what the verb says: papers show, outlets publish and find out, people say."""
    grammar = context.grammar
    is_paper = phrase.kind in {"document", "publication"}
    if not grammar.names_source(phrase) and verb.sections.isdisjoint({"saying", "publishing", "quoting"}):
        return False
    if verb.sections <= {"showing", "publishing"} and ("showing" if is_paper else "publishing") not in verb.sections:
        return False
    if not isinstance(grammar, English) or is_paper or phrase.kind in {"outlet", "masthead", "telegram", "lawyer"}:
        return True
    # Whoever is not known to speak must be seen to say something, and who finds something may have looked for it.
    unsure = not grammar.names_source(phrase) or verb.lemma in _FINDS
    return not unsure or grammar.has_content(tokens, v)


def _is_his_own(context: Context, tokens: Sentence, phrase: Phrase) -> bool:
    """Whether a pronoun stands right behind a verb of saying: "said he thinks" is said once, by one."""
    if not phrase.pronoun:
        return False
    at = phrase.first - 1
    while at > 0 and (tokens[at].low in _CONTENT_THAT or tokens[at].kind == COMMA):
        at -= 1
    verb = context.words.verbs.get(tokens[at].low) if at > 0 and tokens[at].kind == WORD else None
    return verb is not None and "saying" in verb.sections and not (verb.gender and phrase.gender and verb.gender != phrase.gender)


def _subject(context: Context, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
    grammar = context.grammar
    if isinstance(grammar, English):
        sides = (grammar.right, grammar.left) if v == 0 or tokens[v - 1].kind == SPEECH else (grammar.left, grammar.right)
        return next((p for side in sides if (p := side(tokens, v, verb)) is not None), None)
    i = v - 1
    while i >= 0 and tokens[i].kind == WORD and tokens[i].low in _LEADS:
        i -= 1
    behind = i < 0 or tokens[i].kind in {SPEECH, COMMA, DASH, END, COLON}
    sides_ = (grammar.right, grammar.left) if behind else (grammar.left, grammar.right)
    phrase = next((p for side in sides_ if (p := side(tokens, v, verb)) is not None), None)
    if phrase is None and verb.number == "plur":
        phrase = grammar.office(tokens, v)
        if phrase and not phrase.kind and verb.sections <= {"publishing", "showing"}:
            return None  # "в Туле печатали бюллетени"
    return phrase or (grammar.dropped(tokens, v, verb) if "saying" in verb.sections else None)


def _rest(tokens: Sentence, v: int, verb: VerbForm) -> int:
    return max(0, rest_of(verb, [token.low for token in tokens.tokens[v + 1 : v + 4]]))


def _apart(tokens: Sentence, before: int, v: int) -> bool:
    """Whether the second verb is not within what the first says."""
    return any(
        tokens[i].kind in {SPEECH, COLON, END} or tokens[i].low in {"and", "и", "а", "но", "і", "й", "та", "але"}
        for i in range(before, v)
    )


def shared(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A verb whose subject is that of a verb before it: "the mayor came and said", "…, adding that", "призвал и рассказал"."""
    grammar = context.grammar
    for v, verb in verbs_of(context, tokens):
        if (
            verb.sections <= {"asking", "showing"}
            or verb.tense == "impersonal"
            or (verb.tense == "gerund" and verb.lemma in _CITES | _REFERS)
        ):
            continue
        if verb.sections <= {"quoting", "thinking"} and not grammar.has_content(tokens, v):
            continue
        phrase = grammar.shared(tokens, v, verb)
        if phrase is not None and not (phrase.pronoun and tokens[phrase.first].low in OURSELVES):
            yield Finding(*span(tokens, v, v + _rest(tokens, v, verb)), "shared", tokens, phrase, v)


def by_agent(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Who it was reported by: "were reported this week by independent media outlets", "shared by the channel"."""
    grammar = context.grammar
    if not isinstance(grammar, English):
        yield from _instrumental(context, grammar, tokens)
        return
    for v, token in enumerate(tokens.tokens):
        verb = context.words.verbs.get(token.low) if token.kind == WORD else None
        if verb is None or verb.tense not in {"past", "participle"} or not verb.sections & {"saying", "publishing", "quoting"}:
            continue
        by = next((i for i in range(v + 1, min(len(tokens), v + 5)) if tokens[i].low == "by"), 0)
        if rest_of(verb, [t.low for t in tokens.tokens[v + 1 : v + 4]]) < 0:
            continue
        if not by or any(tokens[i].kind != WORD for i in range(v, by)):
            continue
        phrase = grammar.starting(tokens, by + 1, len(tokens))
        publishes = phrase and (
            phrase.kind in {"outlet", "telegram", "masthead", "anonymous"} or _is_known(context, tokens, phrase)
        )
        if phrase and (publishes or _is_said_by(tokens, v, verb, phrase)):
            yield Finding(*span(tokens, v, phrase.last), "agent", tokens, phrase, v, publishes=True)


def _is_said_by(tokens: Sentence, v: int, verb: VerbForm, phrase: Phrase) -> bool:
    """Whether somebody speaks, where the verb is passive: "was described by the mayor as", "as was noted by the court"."""
    if verb.lemma in _DONE_TO or not (phrase.name or phrase.kind in _SPEAKERS) or not verb.sections & {"saying", "quoting"}:
        return False
    before = v - 1
    while before >= 0 and tokens[before].low in ADVERBS:
        before -= 1
    return before >= 0 and (tokens[before].low in BE or tokens[before].low == "as")


def _instrumental(context: Context, grammar: Slavic, tokens: Sentence) -> Iterator[Finding]:
    """By whom it is said, where the verb is passive: "управлением сообщается о…", "повідомлено прокуратурою"."""
    for v, token in enumerate(tokens.tokens):
        if token.kind != WORD:
            continue
        verb = context.words.verbs.get(token.low)
        passive = context.words.passives.get(token.low)
        if passive is not None:
            verb = passive
        elif token.low.endswith(("ся", "сь")) and verb is None:
            verb = context.words.verbs.get(token.low[:-2])
        elif verb is not None and verb.tense != "impersonal" and "showing" not in verb.sections:
            continue
        if verb is None or verb.sections.isdisjoint({"saying", "publishing", "showing"}):
            continue
        for low, high in ((v + 1, grammar.clause_end(tokens, v + 1)), (grammar.clause_start(tokens, v), v)):
            phrase = grammar.phrase(tokens, low, high, ("ablt",)) if low < high else None
            titled = phrase is not None and phrase.title is not None and phrase.first == phrase.title
            named = phrase is not None and passive is not None and (phrase.name is not None or titled)
            if phrase and (named or phrase.kind in {"official", "outlet", "lawyer", "telegram", "witness", "anonymous"}):
                yield Finding(
                    *span(tokens, min(phrase.first, v), max(phrase.last, v)), "agent", tokens, phrase, v, publishes=True
                )
                break


def shown(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A document that says so: "следует из карточки дела", "в письме говорится"."""
    grammar = context.grammar
    if isinstance(grammar, English):
        yield from _follows_from(grammar, tokens)
        return
    for v, verb in verbs_of(context, tokens):
        if "showing" not in verb.sections and verb.tense != "impersonal":
            continue
        if verb.tense not in {"impersonal", "pres", "past"} or (verb.number == "plur" and "showing" not in verb.sections):
            continue
        phrase = grammar.origin(tokens, v)
        if phrase:
            yield Finding(*span(tokens, min(phrase.first, v), max(phrase.last, v)), "shown", tokens, phrase, v)


def _follows_from(grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "This follows from an order", "it says in the decree", "as stated in the letter"."""
    for v, token in enumerate(tokens.tokens):
        if token.low not in _EMERGES:
            continue
        if v + 2 < len(tokens) and tokens[v + 1].low in {"from", "in"}:
            phrase = grammar.starting(tokens, v + 2, len(tokens))
            if phrase and phrase.kind in {"document", "publication"}:
                first = v - (v > 0 and tokens[v - 1].low in {"it", "this", "that", "as"})
                yield Finding(*span(tokens, first, phrase.last), "shown", tokens, phrase, v)


def own(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """What the newsroom did itself: "мы обзвонили", "I counted"."""
    for v, verb in verbs_of(context, tokens):
        if not verb.sections & {"asking", "publishing"} or verb.tense not in {"past", "pres", "base"}:
            continue
        at = next((i for i in range(max(0, v - 3), v) if tokens[i].low in OURSELVES), -1)
        if at >= 0 and all(tokens[i].kind == WORD for i in range(at, v)):
            yield Finding(*span(tokens, at, v), "own", tokens, None, v, own=True)


def spoken(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whatever verb stands beside quoted words: "— усмехнулся сторож", "his neighbor corrected"."""
    grammar = context.grammar
    for i, token in enumerate(tokens.tokens):
        if token.kind != SPEECH:
            continue
        at = i + 1
        while at < len(tokens) and tokens[at].kind in {COMMA, DASH, END}:
            at += 1
        if at > i + 1 or isinstance(grammar, English):
            yield from _beside(grammar, tokens, at, i)
        if i > 1 and tokens[i - 1].kind == COLON:
            yield from _before_colon(grammar, tokens, i - 1)


def _beside(grammar: Grammar, tokens: Sentence, at: int, quote: int) -> Iterator[Finding]:
    end = next((k for k in range(at, len(tokens)) if tokens[k].kind in {SPEECH, DASH, END, COLON}), len(tokens))
    for v in range(at, min(end, at + 9)):
        verb = grammar.finite(tokens, v)
        if verb is None:
            continue
        if isinstance(grammar, English):
            if tokens[quote].text[-2:-1] not in ",?!" or (quote and tokens[quote - 1].low in PREPOSITIONS):
                return  # "On “The Apprentice,” Reed shouted"
            phrase = grammar.right(tokens, v, verb) if v == at else grammar.left(tokens, v, verb)
        else:
            phrase = grammar.right(tokens, v, verb) or grammar.left(tokens, v, verb)
        if (
            phrase
            and phrase.first >= at
            and phrase.last < end
            and (isinstance(grammar, Slavic) or min(v, phrase.first) == at)
            and (phrase.living or phrase.name or phrase.kind not in {"", "document", "publication"})
        ):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "spoken", tokens, phrase, v)
        return


def _before_colon(grammar: Grammar, tokens: Sentence, colon: int) -> Iterator[Finding]:
    start = grammar.clause_start(tokens, colon)
    for v in range(start, colon):
        verb = grammar.finite(tokens, v)
        if verb is None:
            continue
        phrase = grammar.left(tokens, v, verb) or grammar.right(tokens, v, verb)
        if phrase and (phrase.living or phrase.name or phrase.pronoun or phrase.kind not in {"", "document", "publication"}):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "spoken", tokens, phrase, v)
        return


_SOURCE_IS = frozenset(["source", "sources", "источник", "джерело"])


def _labelled(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """ "(source: Ministry of Land)"."""
    for i in range(1, len(tokens) - 2):
        if tokens[i].low in _SOURCE_IS and tokens[i + 1].kind == COLON and tokens[i - 1].kind in {OPEN, END, DASH, SPEECH}:
            end = next((k for k in range(i + 2, len(tokens)) if tokens[k].kind in {CLOSE, END, COMMA}), len(tokens))
            phrase = context.grammar.whole(tokens, i + 2, end)
            if phrase:
                yield Finding(*span(tokens, i, end - 1), "headed", tokens, phrase, publishes=True)


def headed(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A headline's source: "Минтранс: …", "… – Courier", "(«Курьер»)", "Военком — о слухах"."""
    grammar, count = context.grammar, len(tokens)
    yield from _labelled(context, tokens)
    colon = next((i for i in range(min(count, 14)) if tokens[i].kind == COLON), 0)
    if colon and colon + 1 < count and (phrase := grammar.whole(tokens, 0, colon)) and _may_head(context, tokens, phrase):
        yield Finding(*span(tokens, 0, colon - 1), "headed", tokens, phrase, publishes=True)
    dash = next((i for i in range(min(count, 14)) if tokens[i].kind == DASH), 0)
    if dash and dash + 1 < count and tokens[dash + 1].low in {"о", "об", "про", "обо", "on"}:
        phrase = grammar.whole(tokens, 0, dash)
        if phrase and phrase.kind not in {"", "document"}:
            yield Finding(*span(tokens, 0, dash - 1), "headed", tokens, phrase, publishes=True)
    dash = next((i for i in range(count - 1, 0, -1) if tokens[i].kind == DASH), 0)
    if dash and tokens[-1 + count].kind != END and dash + 6 > count:
        phrase = grammar.whole(tokens, dash + 1, count)
        if phrase is None and dash + 2 == count and tokens[dash + 1].kind == NAME:
            start = next((i + 1 for i in range(dash - 1, -1, -1) if tokens[i].kind in {END, SPEECH, COLON}), 0)
            teller = grammar.whole(tokens, start, dash)  # "Бывший охранник — «Вторнику»"
            if teller and (teller.living or teller.name or teller.kind == "official"):
                outlet = tokens[dash + 1].text
                yield Finding(*span(tokens, start, dash + 1), "headed", tokens, teller, outlet=outlet)
        if phrase and _may_head(context, tokens, phrase):
            yield Finding(*span(tokens, dash + 1, count - 1), "headed", tokens, phrase, publishes=True)
    last = count - 1 - (tokens[count - 1].kind == END) if count else 0
    if last > 2 and tokens[last].kind == CLOSE:
        opened = next((i for i in range(last - 1, max(0, last - 6), -1) if tokens[i].kind == OPEN), 0)
        phrase = grammar.whole(tokens, opened + 1, last) if opened else None
        if phrase and (phrase.title is not None or phrase.kind == "masthead" or _is_known(context, tokens, phrase)):
            yield Finding(*span(tokens, phrase.first, phrase.last), "headed", tokens, phrase, publishes=True)


def _may_head(context: Context, tokens: Sentence, phrase: Phrase) -> bool:
    if phrase.kind in {"official", "lawyer", "witness", "outlet", "telegram", "anonymous", "masthead"} or _is_known(
        context, tokens, phrase
    ):
        return True
    if phrase.title is not None and phrase.first == phrase.last:
        return True
    if isinstance(context.grammar, English):
        return phrase.kind == "document" and phrase.first == phrase.last == 0  # "Report: …"
    return phrase.living or (phrase.proper is not None and not context.grammar.is_place(tokens[phrase.head]))


def _is_known(context: Context, tokens: Sentence, phrase: Phrase) -> bool:
    return bool(context.outlets.of_name(tokens.plain[tokens[phrase.first].start : tokens[phrase.last].end]))


def claused(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whatever verb of a person's has a clause for its object: "обмолвился, что…", "мэр рассудил: …"."""
    grammar = context.grammar
    if isinstance(grammar, English):
        yield from _english_clauses(context, grammar, tokens)
        return
    for i in range(1, len(tokens) - 1):
        if not (tokens[i].kind == COMMA and tokens[i + 1].low in _CONTENT) and tokens[i].kind != COLON:
            continue
        v = next(
            (k for k in range(i - 1, max(-1, i - 8), -1) if tokens[k].kind not in {WORD, NAME} or grammar.finite(tokens, k)), -1
        )
        verb = grammar.finite(tokens, v) if v >= 0 else None
        if verb is None or verb.lemma in _NOT_SAID or (v and tokens[v - 1].low in _NEGATIONS) or tokens[0].low in _CONDITIONS:
            continue
        if tokens[i].kind == COLON and grammar.acts_on_somebody(tokens, v, i):
            continue  # "Суд отпустил сторожа домой: …"
        phrase = grammar.left(tokens, v, verb) or grammar.right(tokens, v, verb)
        if phrase and (phrase.name or phrase.kind in {"official", "lawyer", "witness", "outlet", "telegram"} or phrase.pronoun):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "claused", tokens, phrase, v)


def _english_clauses(context: Context, grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "The mayor volunteered that…", "she is adamant that…", "he went on to say that…"."""
    supposed = len(tokens) > 0 and tokens[0].low in _CONDITIONS
    for i in range(2, len(tokens) - 2):
        token = tokens[i]
        if token.low == "to" and (verb := context.words.verbs.get(tokens[i + 1].low)) and verb.tense == "base" and not supposed:
            v = next((k for k in range(i - 1, max(0, i - 6), -1) if tokens[k].low in _GOES_ON), -1)
            is_said = "saying" in verb.sections or verb.lemma == "announce"
        elif token.low == "that" and not supposed and _opens_clause(tokens, i):
            v, is_said = _verb_before(grammar, tokens, i), True
        else:
            continue
        if v < 1 or not is_said or any(tokens[k].low in _NOT for k in range(max(0, v - 3), i)):
            continue
        past = VerbForm("", frozenset(), "past", "", "")
        phrase = grammar.left(tokens, v, past) if tokens[v].low not in _SURE else _subject_of_being(grammar, tokens, v - 1, past)
        is_it = phrase is not None and phrase.pronoun and phrase.gender == "neut"
        if phrase and not is_it and (phrase.pronoun or phrase.name or phrase.living or phrase.kind in _SPEAKERS):
            last = i + 1 if token.low == "to" else v
            yield Finding(*span(tokens, phrase.first, max(last, phrase.last)), "claused", tokens, phrase, v)


def _subject_of_being(grammar: English, tokens: Sentence, at: int, verb: VerbForm) -> Phrase | None:
    """Whose opinion an adjective tells: "the mayor is still adamant"."""
    while at > 0 and (tokens[at].low in ADVERBS or tokens[at].low.endswith("ly")):
        at -= 1
    return grammar.left(tokens, at, verb) if at > 0 and tokens[at].low in BE else None


def _opens_clause(tokens: Sentence, that: int) -> bool:
    """Whether "that" begins a clause, and is no determiner: "volunteered that the market", not "mailed that day"."""
    following = tokens[that + 1]
    if following.kind != WORD:
        return following.kind == NAME
    if following.low in DETERMINERS or following.low in PRONOUNS or following.low == "there" or following.is_capital:
        return True
    return any(t.low in AUXILIARIES or t.low.endswith("ed") for t in tokens.tokens[that + 2 : that + 5])


def _verb_before(grammar: English, tokens: Sentence, that: int) -> int:
    """The verb that governs a clause, over the one to whom it is said; -1 where none does."""
    for v in range(that - 1, max(0, that - 4), -1):
        low = tokens[v].low
        if tokens[v].kind != WORD or low in _NOT_SAID_EN:
            return -1
        if low in _SURE or (low.endswith("ed") and not tokens[v].is_capital and low not in ADVERBS):
            return v if low not in _SURE or v == that - 1 else -1
        if not (tokens[v].is_capital or low in DETERMINERS or low in grammar.objects or grammar.kind(tokens[v])[0]):
            return -1
    return -1


def hearsay(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """What is told, and by nobody: "говорят, что…", "it has emerged that…"."""
    for i, token in enumerate(tokens.tokens):
        for cue in context.words.phrases.get(token.low, ()) if token.kind == WORD else ():
            place = _place(tokens, i, cue.words) if cue.section == "hearsay" else None
            if place is None or place[2]:
                continue
            first, after, _ = place
            before = [t for t in tokens.tokens[:first] if t.kind != WORD or t.low in _NEGATIONS]
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
            elif tokens[clause].low in _CONTENT_THAT and cue.words[0] not in _FOUND_OUT:
                yield Finding(*span(tokens, first, after - 1), "hearsay", tokens, None, i)


RULES: tuple[Callable[[Context, Sentence], Iterator[Finding]], ...] = (
    quoted, according, citing, by_verb, by_agent, shown, own, spoken, headed, claused, shared, named, hearsay,
)  # fmt: skip
"""In order: what one took, the next leaves."""


def context_of(language: str, outlets: Outlets) -> Context:
    """The grammar and lexicons of `ru`, `uk` or `en`."""
    if language not in _GRAMMARS:
        _GRAMMARS[language] = English() if language == "en" else Slavic(language)
    return Context(_GRAMMARS[language], words_of(language), outlets)


_GRAMMARS: dict[str, Grammar] = {}


# To whom it was said


def tell_to(context: Context, finding: Finding) -> None:
    """Names the outlet to which it was said ("told the Courier", "в интервью «Курьеру»") and takes it into the finding's span."""
    tokens, phrase = finding.tokens, finding.phrase
    if phrase is None or finding.verb < 0 or phrase.kind in {"outlet", "telegram", "masthead", "publication"}:
        return
    first, last = min(phrase.first, finding.verb), max(phrase.last, finding.verb)
    venue = (
        _english_venue(context, finding, last)
        if isinstance(context.grammar, English)
        else _slavic_venue(context, finding, first, last)
    )
    if venue is None:
        return
    a, b, name = venue
    finding.outlet = name
    # What stands between belongs to it, but for another clause.
    if b > last and all(tokens[i].kind in {WORD, NAME} for i in range(last + 1, b + 1)):
        finding.end = max(finding.end, tokens[b].end)
    if a < first and all(tokens[i].kind in {WORD, NAME} for i in range(a, first)):
        finding.start = min(finding.start, tokens[a].start)


def _slavic_venue(context: Context, finding: Finding, first: int, last: int) -> tuple[int, int, str] | None:
    grammar, tokens, phrase = context.grammar, finding.tokens, finding.phrase
    if not isinstance(grammar, Slavic) or phrase is None:
        return None
    if phrase.kind == "document":
        return _owner_of_paper(context, finding, last)
    start, end = grammar.clause_start(tokens, first), grammar.clause_end(tokens, last + 1)
    core = phrase.core if phrase.core >= 0 else phrase.last
    for i in range(start, end):
        if phrase.first <= i <= core or tokens[i].kind not in {NAME, WORD}:
            continue
        before = tokens[i - 1] if i > start else None
        kind = grammar.kind(before)[0] if before is not None else ""
        if tokens[i].kind == NAME:
            is_told = kind in {"outlet", "telegram"} or kind == "publication" or i - 1 == finding.verb
            is_told = is_told or (
                before is not None and (before.kind != WORD or before.low in _WITH or before.low in context.words.venues)
            )
            if is_told and i != phrase.title:
                opened = i
                while opened > start and tokens[opened - 1].kind == WORD and opened - 1 not in {finding.verb, core}:
                    opened -= 1
                return opened, i, tokens.plain[tokens[i].start : tokens[i].end]
        elif tokens[i].is_capital and i > 0 and i != finding.verb and (known := context.outlets.of_name(tokens[i].text)):
            return i, i, known
    return None


def _owner_of_paper(context: Context, finding: Finding, last: int) -> tuple[int, int, str] | None:
    """The outlet that has read a document: "из накладных, которые изучила редакция «Тупика»"."""
    grammar, tokens = context.grammar, finding.tokens
    if not isinstance(grammar, Slavic) or last + 2 >= len(tokens) or tokens[last + 1].kind != COMMA:
        return None
    end = grammar.clause_end(tokens, last + 2)
    if not any(grammar.is_relative(tokens[i]) for i in range(last + 2, min(end, last + 5))):
        return None
    name = next((i for i in range(last + 2, end) if tokens[i].kind == NAME), 0)
    read = any(tokens[i].low in _HAS_READ for i in range(last + 2, end))
    if not (name and read):
        return None
    finding.end = max(finding.end, tokens[name].end)
    return last + 2, name, tokens.plain[tokens[name].start : tokens[name].end]


def _english_venue(context: Context, finding: Finding, last: int) -> tuple[int, int, str] | None:
    grammar, tokens = context.grammar, finding.tokens
    if not isinstance(grammar, English):
        return None
    for i in range(last + 1, min(len(tokens), last + 14)):
        token = tokens[i]
        if token.kind in {COMMA, END, SPEECH, COLON, DASH} or token.low in _CONTENT_BEGINS:
            return None
        if i == finding.verb + 1 or tokens[i - 1].low in {"to", "with", "for", "on", "of", "by"}:
            phrase = grammar.starting(tokens, i, len(tokens))
            if phrase and (name := outlet_name(context, tokens, phrase)):
                return i, phrase.last, name
    return None


def outlet_name(context: Context, tokens: Sentence, phrase: Phrase) -> str:
    """The name of the outlet that the English phrase is; empty where it is none."""
    run = phrase.proper or phrase.name
    if run is None:
        capitals = [i for i in range(phrase.first, phrase.last + 1) if tokens[i].kind == WORD and tokens[i].text[0].isupper()]
        run = (capitals[0], capitals[-1]) if capitals else None
    if run is None:
        return ""
    name = tokens.plain[tokens[run[0]].start : tokens[run[1]].end]
    if known := context.outlets.of_name(name) or context.outlets.of_name(f"the {name}"):
        return known
    return name.removesuffix("'s") if phrase.kind in {"outlet", "masthead", "telegram"} else ""


def is_unnamed(context: Context, tokens: Sentence) -> bool:
    """Whether the sentence says that who speaks is not to be named."""
    return any(
        cue.section == "unnamed" and _place(tokens, i, cue.words) is not None
        for i, token in enumerate(tokens.tokens)
        for cue in context.words.phrases.get(token.low, ())
    )
