"""Judges an article by the topics: score, subtopics, reasons as spans, and why a near miss is not relevant. Pure.

docs/judging.md explains each step to the people who must trust it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from monitor.judge.countries import Countries, Cue, cues_of, lexicon_nodes
from monitor.judge.document import TITLE, Document, Vocabulary, vocabulary
from monitor.judge.logic import AnyOf
from monitor.judge.nodes import Match, Pattern, Word
from monitor.judge.topics import Exclusion, Rule, Topic
from monitor.lexicons import LANGUAGES
from monitor.model import Place, Reason, Verdict
from monitor.model.articles import IN_PASSING, NO_CONTEXT, NO_COUNTRY, OTHER_COUNTRY, OTHER_SENSE
from monitor.text.letters import dictionary_language

_PROMINENT, _PASSING = 1.0, 0.5
"""What a sentence with evidence weighs in title or lead, and elsewhere: news says there what it is about. With a threshold of 1
an article needs one sentence in its title or lead, or two further down; one passing mention is a near miss."""

_MAX_REASONS = 200
"""Matches of one verdict that are kept as reasons: more is a page that repeats one word to be found."""

_NEIGHBOURS = (0, -1, 1, -2, 2)
"""Sentences in which a weak word's context may stand, counted from its own."""

_SCOPE = Rule("scope.country", AnyOf(()))
"""Stands for a name of the topic's country, which is context in some languages."""


class _Evidence(NamedTuple):
    rule: Rule
    match: Match
    context: tuple[tuple[Rule, Match], ...] = ()
    """What a weak word stands beside; empty for a strong one."""


class _Excluded(NamedTuple):
    by: Exclusion
    rule: Rule
    """The first of its queries that held."""
    positions: frozenset[int]


def judge(topics: Sequence[Topic], *, title: str, text: str, language: str, places: Sequence[Place] = ()) -> tuple[Verdict, ...]:
    """A verdict for each topic that is relevant or a near miss, in the order of the topics.

    `language` is ISO 639-1, and is told from the letters where it is empty. `places` are what `find_places` found: each says that
    what stands beside it is about Russia. Spans are offsets into `title` and `text`.
    """
    language = language or dictionary_language("", title + text)
    document = Document(_vocabulary(tuple(topics), language if language in LANGUAGES else ""), title=title, text=text)
    countries = cache(lambda home: Countries(document, cues() if home else (), language=language, home=home))
    cues = cache(lambda: cues_of(document, places, language))
    verdicts = [_verdict(topic, document, cues, countries, language) for topic in topics]
    # Where a rule has found something, it knows better what it is: another country's, a match, mentioned in passing.
    if all(verdict is None or verdict.near_miss_reason == NO_CONTEXT for verdict in verdicts):
        for number, topic in enumerate(topics):
            weighed = _weighed(topic, document, cues, countries, language)
            if weighed and (weighed.relevant or not verdicts[number]):
                verdicts[number] = weighed
    return tuple(verdict for verdict in verdicts if verdict)


@lru_cache(maxsize=32)
def _vocabulary(topics: tuple[Topic, ...], language: str) -> Vocabulary:
    return vocabulary([*(node for topic in topics for node in topic.nodes(language)), *lexicon_nodes(language)])


def _verdict(
    topic: Topic, document: Document, cues: Callable[[], list[Cue]], countries_for: Callable[[str], Countries], language: str
) -> Verdict | None:
    document.mask(())
    evidence, bare = _evidence(topic, document, cues, language)
    if not evidence and not bare:
        return None
    seen = (*evidence, *bare)
    excluded = _excluded(topic, document, language)
    taken = frozenset().union(*(one.positions for one in excluded))
    if any(not taken.isdisjoint(at) for one in seen for at in (one.match, *(match for _, match in one.context))):
        document.mask(taken)
        evidence, bare = _evidence(topic, document, cues, language)
        document.mask(())

    countries = countries_for(topic.country)
    if found := _of_evidence(topic, document, evidence, countries):
        return found
    if bare:
        return _verdict_of(topic, document, bare, countries, score=0.0, reason=NO_CONTEXT)
    spans = [(one.match, by.by.id, by.rule.path) for by in excluded for one in seen if not by.positions.isdisjoint(one.match)]
    detail = ", ".join(sorted({name for _, name, _ in spans}))
    decision = countries.of(min(one.match for one in seen), is_strong=True)
    return Verdict(topic.id, False, 0.0, (), _reasons(document, spans), OTHER_SENSE, decision.country, detail, decision.rule)


def _weighed(
    topic: Topic, document: Document, cues: Callable[[], list[Cue]], countries_for: Callable[[str], Countries], language: str
) -> Verdict | None:
    """What words say that are evidence together alone."""
    weights = topic.weighed.get(language)
    if weights is None:
        return None
    found = [{at + number for number in weights.heaviest(words)} for at, words in document.head()]
    if not any(found):
        return None
    # A name that is weighed says still whose call-up it is: a rule that asks for a name says who is taken.
    names = {at for cue in cues() for at in cue.match}
    rule = Rule(f"weighed.{language}", AnyOf(()), topic.id, is_weak=True)
    evidence = [_Evidence(rule, tuple(sorted(match - names))) for match in found if match - names]
    return _of_evidence(topic, document, evidence, countries_for(topic.country))


def _of_evidence(topic: Topic, document: Document, evidence: Sequence[_Evidence], countries: Countries) -> Verdict | None:
    """What evidence says, by its country; None where there is none."""
    by_country: dict[str, list[_Evidence]] = {}
    for one in evidence:
        by_country.setdefault(countries.of(one.match, is_strong=not one.rule.is_weak).country, []).append(one)
    if home := by_country.get(topic.country):
        score = _score(home, document)
        reason, detail = ("", "") if score >= topic.threshold else (IN_PASSING, f"{score:g} / {topic.threshold:g}")
        return _verdict_of(topic, document, home, countries, score=score, reason=reason, detail=detail)
    if by_country:
        country = max(by_country, key=lambda code: (_score(by_country[code], document), code))
        abroad, reason = by_country[country], OTHER_COUNTRY if country else NO_COUNTRY
        return _verdict_of(topic, document, abroad, countries, score=_score(abroad, document), reason=reason)
    return None


def _excluded(topic: Topic, document: Document, language: str) -> list[_Excluded]:
    """What each exclusion takes away."""
    by_exclusion: dict[str, list[tuple[Rule, Match]]] = {}
    for rule, match in topic.excluding.find(document, language):
        by_exclusion.setdefault(rule.topic, []).append((rule, match))
    found = []
    for exclusion in topic.exclusions if by_exclusion else ():
        matches = by_exclusion.get(exclusion.id)
        if not matches:
            continue
        saved = {document.sentence_at(match[0]) for _, match in exclusion.unless.find(document, language)}
        matches = [(rule, match) for rule, match in matches if document.sentence_at(match[0]) not in saved]
        if not matches:
            continue
        if exclusion.sentence:
            numbers = {document.sentence_at(match[0]) for _, match in matches}
            positions = {at for number in numbers for at in document.sentence_positions(number)}
            if TITLE in numbers:
                # The title says what the text is about: an exhibition of letters of 1942, a match.
                positions.update(at for at in document.all_positions() if document.sentence_at(at) not in saved)
        else:
            positions = {at for _, match in matches for at in match}
        positions.update(at for at in _alike_in_text(topic, document, positions) if document.sentence_at(at) not in saved)
        found.append(_Excluded(exclusion, matches[0][0], frozenset(positions)))
    return found


def _alike_in_text(topic: Topic, document: Document, positions: set[int]) -> set[int]:
    """Where the text has the topic's words that an exclusion takes away in the title.

    A word has one sense in one text (Gale, Church and Yarowsky, "One Sense Per Discourse", 1992): where the title mobilizes
    volunteers, the text does not mobilize soldiers.
    """
    _, title_end = document.extent("title")
    alike: set[int] = set()
    if not any(at < title_end for at in positions):
        return alike
    words: Iterable[Word | Pattern] = (*(topic.words & document.found), *topic.patterns)
    for word in words:
        matches = word.find(document)
        if matches and matches[0][0] < title_end:
            at = {match[0] for match in matches}
            if positions.issuperset(position for position in at if position < title_end):
                alike.update(at)
    return alike


def _evidence(
    topic: Topic, document: Document, cues: Callable[[], list[Cue]], language: str
) -> tuple[list[_Evidence], list[_Evidence]]:
    """What counts, and the weak words that stand without their context."""
    found: list[_Evidence] = []
    bare: list[_Evidence] = []
    matches = topic.rules.find(document, language)
    if not any(rule.is_weak for rule, _ in matches):
        return [_Evidence(rule, match) for rule, match in matches], bare
    _, lead_end = document.extent("lead")
    beside: dict[int, list[tuple[Rule, Match]]] = {}
    prominent = []
    context = topic.context.find(document, language)
    if language in topic.named_in:
        context += [(_SCOPE, cue.match) for cue in cues() if cue.country == topic.country]
    for rule, match in context:
        beside.setdefault(document.sentence_at(match[0]), []).append((rule, match))
        if match[0] < lead_end:
            prominent.append((rule, match))
    for rule, match in matches:
        if not rule.is_weak:
            found.append(_Evidence(rule, match))
            continue
        sentence = document.sentence_at(match[0])
        near = chain(*(beside.get(sentence + away, ()) for away in _NEIGHBOURS), prominent)
        # A word is no context of itself.
        other = next((o for o in near if _is_context(o[0], rule) and set(o[1]).isdisjoint(match)), None)
        if other is not None:
            found.append(_Evidence(rule, match, (other,)))
        else:
            bare.append(_Evidence(rule, match))
    return found, bare


def _is_context(context: Rule, rule: Rule) -> bool:
    return not rule.beside or context.name.split(".")[1:2] in [[name] for name in rule.beside]


def _score(evidence: Sequence[_Evidence], document: Document) -> float:
    _, lead_end = document.extent("lead")
    sentences: dict[int, float] = {}
    for one in evidence:
        sentence = document.sentence_at(one.match[0])
        weight = _PROMINENT if max(one.match) < lead_end else _PASSING
        sentences[sentence] = max(sentences.get(sentence, 0.0), weight)
    return sum(sentences.values())


def _verdict_of(
    topic: Topic,
    document: Document,
    evidence: Sequence[_Evidence],
    countries: Countries,
    *,
    score: float,
    reason: str,
    detail: str = "",
) -> Verdict:
    spans = [(one.match, one.rule.topic, one.rule.path) for one in evidence]
    spans += [(match, "context", rule.path) for one in evidence for rule, match in one.context]
    named = {one.rule.topic for one in evidence}
    subtopics = tuple(name for name in topic.subtopics if name in named)
    reasons = _reasons(document, spans)
    decision = countries.of(evidence[0].match, is_strong=not evidence[0].rule.is_weak)
    return Verdict(topic.id, not reason, score, subtopics, reasons, reason, decision.country, detail, decision.rule)


def _reasons(document: Document, spans: Iterable[tuple[Match, str, str]]) -> tuple[Reason, ...]:
    return document.reasons(sorted(set(spans))[:_MAX_REASONS])
