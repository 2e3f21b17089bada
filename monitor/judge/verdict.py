"""What topics say of an article: score, subtopics, reasons as spans, and why a near miss is none. Pure.

docs/judging.md explains each step to the people who must trust it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from monitor.judge.countries import Countries, country_cues, cues
from monitor.judge.document import TITLE, Document, Vocabulary, vocabulary
from monitor.judge.nodes import Match
from monitor.judge.topics import Rule, Topic
from monitor.model import Reason, Verdict
from monitor.model.articles import IN_PASSING, NO_CONTEXT, NO_COUNTRY, OTHER_COUNTRY, OTHER_SENSE

_PROMINENT, _PASSING = 1.0, 0.5
"""What a sentence with evidence weighs in title or lead, and elsewhere: news says there what it is about. With a threshold of 1
an article needs one sentence in its title or lead, or two further down; one passing mention is a near miss."""

_MAX_REASONS = 200
"""Matches of one verdict that are kept as reasons: more is a page that repeats one word to be found."""

_UKRAINIAN, _CYRILLIC = re.compile("[іїєґ]", re.IGNORECASE), re.compile("[а-я]", re.IGNORECASE)


class _Evidence(NamedTuple):
    rule: Rule
    match: Match
    context: tuple[Match, ...]
    """What a weak word stands beside; empty for a strong one."""


def judge(topics: Sequence[Topic], *, title: str, text: str, language: str) -> tuple[Verdict, ...]:
    """A verdict for each topic that is relevant or a near miss, in the order of the topics.

    `language` is ISO 639-1, and is told from the letters where it is empty. Spans are offsets into `title` and `text`.
    """
    document = Document(_vocabulary(tuple(topics)), title=title, text=text)
    language = language or _language(title + text)
    named = country_cues(document)
    verdicts = (_verdict(topic, document, named, language) for topic in topics)
    return tuple(verdict for verdict in verdicts if verdict)


@lru_cache(maxsize=8)
def _vocabulary(topics: tuple[Topic, ...]) -> Vocabulary:
    return vocabulary([*(node for topic in topics for node in topic.nodes()), *(node for _, node in cues())])


def _language(text: str) -> str:
    if _UKRAINIAN.search(text):
        return "uk"
    return "ru" if _CYRILLIC.search(text) else "en"


def _verdict(topic: Topic, document: Document, named: Sequence[tuple[str, Match]], language: str) -> Verdict | None:
    document.mask(())
    evidence, bare = _evidence(topic, document)
    if not evidence and not bare:
        return None
    seen = (*evidence, *bare)
    excluded = _excluded(topic, document)
    if excluded:
        document.mask(at for positions in excluded.values() for at in positions)
        evidence, bare = _evidence(topic, document)
        document.mask(())

    countries = Countries(document, named, language=language, home=topic.country)
    by_country: dict[str, list[_Evidence]] = {}
    for one in evidence:
        country = countries.of(one.match) if topic.country else ""
        if not country and not one.context:
            # "Conscript Numbers Dwindle": the headlines of those who write on the beat in English leave the country out. A weak
            # word in a text that names no country says too little.
            country = topic.country
        by_country.setdefault(country, []).append(one)
    home = by_country.get(topic.country, [])
    score = _score(home, document)
    if score >= topic.threshold:
        return _verdict_of(topic, document, home, score=score, country=topic.country)
    if home:
        reason, detail = IN_PASSING, f"{score:g} / {topic.threshold:g}"
        return _verdict_of(topic, document, home, score=score, country=topic.country, reason=reason, detail=detail)
    if by_country:
        country = max(by_country, key=lambda code: (_score(by_country[code], document), code))
        evidence, reason = by_country[country], OTHER_COUNTRY if country else NO_COUNTRY
        return _verdict_of(topic, document, evidence, score=_score(evidence, document), country=country, reason=reason)
    if bare:
        return _verdict_of(topic, document, bare, score=0.0, country=countries.of(bare[0].match), reason=NO_CONTEXT)
    spans = [(one.match, name) for name, positions in excluded.items() for one in seen if not positions.isdisjoint(one.match)]
    country, detail = countries.of(min(one.match for one in seen)), ", ".join(sorted({name for _, name in spans}))
    return Verdict(topic.id, False, 0.0, (), _reasons(document, spans), OTHER_SENSE, country, detail)


def _excluded(topic: Topic, document: Document) -> dict[str, frozenset[int]]:
    """Positions that each exclusion takes away."""
    found = {}
    for exclusion in topic.exclusions:
        matches = exclusion.query.find(document)
        if not matches:
            continue
        saved = set()
        if exclusion.unless is not None:
            saved = {document.sentence_at(match[0]) for match in exclusion.unless.find(document) or ()}
            matches = [match for match in matches if document.sentence_at(match[0]) not in saved]
        if exclusion.sentence:
            numbers = {document.sentence_at(match[0]) for match in matches}
            positions = {at for number in numbers for at in document.sentence_positions(number)}
            if TITLE in numbers:
                # The title says what the text is about: an exhibition of letters of 1942, a match.
                positions.update(at for at in document.all_positions() if document.sentence_at(at) not in saved)
        else:
            positions = {at for match in matches for at in match}
        if positions:
            alike = _alike_in_text(topic, document, positions)
            found[exclusion.id] = frozenset(positions | {at for at in alike if document.sentence_at(at) not in saved})
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
    for word in topic.words:
        matches = word.find(document)
        if matches and matches[0][0] < title_end:
            at = {match[0] for match in matches}
            if positions.issuperset(position for position in at if position < title_end):
                alike.update(at)
    return alike


def _evidence(topic: Topic, document: Document) -> tuple[list[_Evidence], list[_Evidence]]:
    """What counts, and the weak words that stand without their context."""
    found: list[_Evidence] = []
    bare: list[_Evidence] = []
    context = (topic.context.find(document) or []) if topic.context else []
    _, lead_end = document.extent("lead")
    beside: dict[int, list[Match]] = {}
    for match in context:
        beside.setdefault(document.sentence_at(match[0]), []).append(match)
    prominent = [match for match in context if match[0] < lead_end]
    for rule in topic.rules:
        if rule.query is not None:
            found += [_Evidence(rule, match, ()) for match in rule.query.find(document) or ()]
        for match in (rule.weak.find(document) or ()) if rule.weak is not None else ():
            # A word is no context of itself.
            near = chain(beside.get(document.sentence_at(match[0]), ()), prominent)
            other = next((other for other in near if set(other).isdisjoint(match)), None)
            if other is not None:
                found.append(_Evidence(rule, match, (other,)))
            else:
                bare.append(_Evidence(rule, match, ()))
    return found, bare


def _score(evidence: Sequence[_Evidence], document: Document) -> float:
    _, lead_end = document.extent("lead")
    sentences: dict[int, float] = {}
    for one in evidence:
        sentence = document.sentence_at(one.match[0])
        weight = _PROMINENT if one.match[0] < lead_end else _PASSING
        sentences[sentence] = max(sentences.get(sentence, 0.0), weight)
    return sum(sentences.values())


def _verdict_of(
    topic: Topic,
    document: Document,
    evidence: Sequence[_Evidence],
    *,
    score: float,
    country: str,
    reason: str = "",
    detail: str = "",
) -> Verdict:
    spans = [(one.match, one.rule.id) for one in evidence]
    spans += [(match, "context") for one in evidence for match in one.context]
    named = {one.rule.id for one in evidence}
    subtopics = tuple(name for name in topic.subtopics if name in named)
    return Verdict(topic.id, not reason, score, subtopics, _reasons(document, spans), reason, country, detail)


def _reasons(document: Document, spans: Iterable[tuple[Match, str]]) -> tuple[Reason, ...]:
    return document.reasons(sorted(set(spans))[:_MAX_REASONS])
