"""On whose word does a text stand? Finds the speaker beside a verb of saying, after "according to", and behind a link.

Rules over sentences, not a parser: what they do not see they leave out. docs/tracing.md says what that is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.model import Attribution, Link
from monitor.text import sentences
from monitor.trace.lexicon import ENGLISH, lexicon, plain, small
from monitor.trace.outlets import Outlets

# Longer than any sentence that people write: a table or a list without points, which says nothing of who spoke.
LONG = 3000
# How far a speaker may stand from the verb, in characters.
REACH = 160

_CAPITAL = "A-ZА-ЯЁІЇЄҐ"
_RUN = re.compile(rf"(?<![\w«\"“-])[{_CAPITAL}][\w.'-]*(?: (?:(?:de|van|von|der|al|bin|of) )?[{_CAPITAL}][\w.'-]*){{0,5}}")
_QUOTED = re.compile(rf"[«\"“](?P<inner>[{_CAPITAL}0-9][^«»\"“”\n]{{0,60}}?)[»\"”]")
_BOUNDARY = re.compile(
    r"[,;:()\"“”\n—–]|(?<=\s)-(?=\s)|(?<=\s)(?:but|while|that|what|although|а|но|что|однако|хотя|але|що|проте)(?=\s)",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[,;:()\n—–\]]|\.(?=\s|$)|(?<=\s)(?:that|who|which|when|что|который|которая|которые|що|який|яка|які)(?=\s)", re.IGNORECASE
)
# After a preposition, and after "Moscow and" after one, a capital is a place's or an object's and not the speaker's.
_BEFORE_PLACE = re.compile(
    r"(?:^|\s)(?i:in|of|from|at|near|to|for|with|в|во|на|из|по|под|при|для|у|з|із|біля)"
    rf"(?: [{_CAPITAL}][\w.-]*)*(?:,? (?:and|и|та|й|і))?$"
)
_PATRONYMIC = re.compile(r"(?:вич|ич|вн)(?:а|у|ем|ой|ы|е|і|ою)?$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|to|not|who)$", re.IGNORECASE)
_MARKDOWN = re.compile(r"^\]\([^)\s]{0,500}\)")
_REPORTS_NOUN = re.compile(r"^reports?$")
_SURNAME = re.compile(r"(?:ов|ев|ин|ын|ий|ой|ко|ук|юк|ян|ова|ева|ина|ая|ман|берг|дзе|швили)$")


@dataclass(frozen=True, slots=True)
class _Source:
    kind: str
    speaker: str
    outlet: str
    start: int
    end: int


def find_attributions(*, text: str, language: str, links: Sequence[Link], outlets: Outlets) -> tuple[Attribution, ...]:
    """Every attribution that the text makes plainly, by offset; spans cover the speaker and the word that credits it.

    A person who was once introduced with a role ("lawyer", "губернатор") keeps it where the surname alone is met later.
    `links` whose span lies in the text give the attribution its `url`, and make one where the host is an outlet's.
    """
    return _Reader(text, language, links, outlets).read()


class _Matches:
    """Where a text has what was looked for, in order."""

    def __init__(self, matches: Iterable[re.Match[str]]) -> None:
        self._matches = [*matches]
        self._starts = [match.start() for match in self._matches]

    def within(self, start: int, end: int) -> list[re.Match[str]]:
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end, first)
        return [match for match in self._matches[first:last] if match.end() <= end]


class _Reader:
    def __init__(self, text: str, language: str, links: Sequence[Link], outlets: Outlets) -> None:
        self.text = text
        self.plain = plain(text)
        self.small = small(self.plain)
        self.lexicon = lexicon(self.plain, language)
        self.english = self.lexicon is ENGLISH
        # Looked for in the whole text at once: most sentences have neither, and need not be looked at.
        self.verbs = _Matches(self.lexicon.say_re.finditer(self.small))
        self.cues = _Matches(self.lexicon.according_re.finditer(self.small))
        self.links = [link for link in links if 0 <= link.start < link.end <= len(text)]
        self.outlets = outlets
        self.roles: dict[str, str] = {}
        """Kind of each person who was introduced, by surname."""

    def read(self) -> tuple[Attribution, ...]:
        found: list[Attribution] = []
        for start, end in sentences(self.plain) if self._reports(0, len(self.plain)) else ():
            if end - start <= LONG and self._reports(start, end):
                found += self._sentence(start, end)
        return tuple(sorted(found, key=lambda a: (a.start, a.end)))

    def _reports(self, start: int, end: int) -> bool:
        return bool(self.verbs.within(start, end) or self.cues.within(start, end))

    def _sentence(self, start: int, end: int) -> list[Attribution]:
        found: list[Attribution] = []
        for source in [*self._after_according(start, end), *self._beside_verbs(start, end)]:
            if not any(source.start < a.end and a.start < source.end for a in found):
                found.append(Attribution(source.kind, source.speaker, source.outlet, source.start, source.end))
        return self._with_links(found, start, end)

    # According to

    def _after_according(self, start: int, end: int) -> Iterator[_Source]:
        for cue in self.cues.within(start, end):
            stop = _STOP.search(self.plain, cue.end(), min(end, cue.end() + REACH))
            until = stop.start() if stop else min(end, cue.end() + REACH)
            source = self._named_source(cue.end(), until) or self._unnamed(cue.end(), until)
            if source:
                if source.kind == "named" and self.plain[until : until + 1] == ",":
                    source = replace(source, kind=self._person(source.speaker, self._apposition_after(until, end)))
                yield replace(source, start=cue.start(), end=max(source.end, cue.end()))

    def _apposition_after(self, comma: int, end: int) -> str:
        return _STOP.split(self.plain[comma + 1 : min(end, comma + REACH)], maxsplit=1)[0]

    # The speaker beside a verb

    def _beside_verbs(self, start: int, end: int) -> Iterator[_Source]:
        for verb in self.verbs.within(start, end):
            follows = self.plain[verb.end() : verb.end() + 8].lstrip("] ")
            if _REPORTS_NOUN.match(verb[0]) and re.match(r"(?:of|about|on|said|say|suggest|$|[.,;])", follows):
                continue
            source = self._left(start, verb.start()) or self._right(verb, start, end)
            if source:
                yield replace(source, start=min(source.start, verb.start()), end=max(source.end, verb.end()))

    def _left(self, start: int, verb: int) -> _Source | None:
        near = max(start, verb - REACH)
        gap = self.lexicon.between_re.search(self.plain[max(near, verb - 60) : verb])
        until = verb - len(gap[0]) if gap else verb
        if _PASSIVE.search(self.plain[near:until]):
            return None
        apposition = ""
        if self.plain[until - 1 : until] == "," and until - 1 > near:
            comma = max(self.plain.rfind(",", near, until - 1), near)
            if self.plain[comma] != ",":
                return None
            apposition, until = self.plain[comma + 1 : until - 1], comma
        return self._subject(near, until, apposition, at_start=start)

    def _subject(self, near: int, until: int, apposition: str, *, at_start: int) -> _Source | None:
        outlet = self._outlet_at_end(near, until)
        if outlet:
            return outlet
        clause = max([near, *(m.end() for m in _BOUNDARY.finditer(self.plain, near, until))])
        run = next((m for m in _RUN.finditer(self.plain, clause, until) if m.end() == until), None)
        source = self._run(run.start(), run.end(), self.plain[clause : run.start()], apposition, at_start) if run else None
        if source:
            return source
        return self._unnamed(clause, until, at_end=True)

    def _right(self, verb: re.Match[str], start: int, end: int) -> _Source | None:
        """What follows the verb: usual in Russian and Ukrainian, in English only after the words that were said."""
        if self.english and not re.search(r"[,!?][\"”»]\s*\[?$", self.plain[max(start, verb.start() - 6) : verb.start()]):
            return None
        after = verb.end() + len((_MARKDOWN.match(self.plain[verb.end() : min(end, verb.end() + 510)]) or [""])[0])
        stop = _STOP.search(self.plain, after, min(end, after + REACH))
        until = stop.start() if stop else min(end, after + REACH)
        return self._named_source(after, until, verb=verb[0]) or self._unnamed(after, until) or self._quoted_name(after, until)

    # What a phrase names

    def _named_source(self, start: int, until: int, verb: str = "") -> _Source | None:
        """The outlet, person or office that the phrase names; an outlet first in it may be but the one that was spoken to."""
        outlet = self._outlet_at_start(start, until, verb)
        if outlet and (self.english or outlet.end >= until - 2):
            return outlet
        begin = outlet.end if outlet else start
        cues = self.cues.within(begin, until)
        until = cues[0].start() if cues else until
        for run in reversed([*_RUN.finditer(self.plain, begin, until)]):
            source = self._run(run.start(), run.end(), self.plain[begin : run.start()], "", -1)
            if source:
                return source
        return (self._unnamed(begin, until) if outlet else None) or outlet

    def _run(self, start: int, end: int, before: str, apposition: str, at_start: int) -> _Source | None:
        """A person, or an office, in a run of capitalised words: offices and titles come before the person's name."""
        tokens = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", self.plain[start:end])]
        while tokens and self.lexicon.not_name_re.fullmatch(self.plain[slice(*tokens[0])]):
            tokens.pop(0)
        if not tokens:
            return None
        first, last = tokens[0][0], self.plain[slice(*tokens[-1])]
        if self.lexicon.roles["anonymous"].fullmatch(last):
            return None
        titles = [i for i, token in enumerate(tokens) if self._is_title(self.plain[slice(*token)])]
        person = tokens[titles[-1] + 1 :] if titles else tokens
        if not person:
            return _Source("official", self.text[first:end], "", first, end)
        if not titles and _BEFORE_PLACE.search(before.rstrip()) and len(person) < 3:
            return None
        if self._begins_with_place(person, before, titled=bool(titles)):
            person = person[-2:]
        if len(person) == 1 and person[0][0] == at_start and not self._is_surname(self.plain[slice(*person[0])]):
            return None
        speaker = self.text[person[0][0] : end]
        kind = self._person(speaker, f"{before} {self.plain[first : person[0][0]]}", apposition)
        return _Source(kind, speaker, "", person[0][0], end)

    def _begins_with_place(self, person: list[tuple[int, int]], before: str, *, titled: bool) -> bool:
        """Whether the run begins with a place: "of Nizhny Ivan Petrov", "мэр Нижнего Иван Петров"."""
        if len(person) < 3:
            return False
        if _BEFORE_PLACE.search(before.rstrip()):
            return not titled
        role = titled or any(self.lexicon.roles[kind].search(before) for kind in ("lawyer", "official"))
        return not self.english and role and not any(_PATRONYMIC.search(self.plain[slice(*token)]) for token in person[-2:])

    def _is_title(self, word: str) -> bool:
        word = word.removesuffix("'s")
        return bool(self.lexicon.organ_re.fullmatch(word) or self.lexicon.roles["official"].fullmatch(word))

    def _is_surname(self, word: str) -> bool:
        """Whether a capital at the beginning of a sentence is a name's: it is known, looks like one, or stands elsewhere too."""
        elsewhere = rf"[\w,»”] {re.escape(word)}(?!\w)"
        return _surname(word) in self.roles or bool(_SURNAME.search(word)) or bool(re.search(elsewhere, self.plain))

    def _person(self, speaker: str, *said: str) -> str:
        surname = _surname(speaker)
        for kind in ("lawyer", "official"):
            if any(self.lexicon.roles[kind].search(phrase) for phrase in said):
                self.roles[surname] = kind
        return self.roles.get(surname, "named")

    def _unnamed(self, start: int, until: int, *, at_end: bool = False) -> _Source | None:
        """A source that is named by its kind alone: "officials", "источник", "документ"."""
        for kind, nouns in self.lexicon.roles.items():
            if kind == "outlet":
                continue
            matches = [m for m in nouns.finditer(self.plain, start, until) if not at_end or until - m.end() <= 40]
            if matches:
                match = matches[-1] if at_end else matches[0]
                rest = self.plain[match.end() : until].split()
                if at_end and rest and kind != "anonymous" and not (_BEFORE_PLACE.search(rest[0]) or rest[0][0].isupper()):
                    continue
                end = until if at_end else match.end()
                return _Source(kind, self.text[match.start() : end], "", match.start(), end)
        return None

    def _quoted_name(self, start: int, until: int) -> _Source | None:
        """An organisation in quotation marks: "сообщили в проекте «Имя»"."""
        quoted = _QUOTED.search(self.plain, start, until)
        return _Source("named", self.text[slice(*quoted.span("inner"))], "", *quoted.span("inner")) if quoted else None

    # Outlets

    def _outlet_at_end(self, near: int, until: int) -> _Source | None:
        quoted = next((m for m in _QUOTED.finditer(self.plain, near, until) if m.end() == until), None)
        if quoted and quoted["inner"][-1] not in ",.!?":
            return self._outlet(quoted.start("inner"), quoted.end("inner"), self.plain[near : quoted.start()][-40:])
        words = [m.start() for m in re.finditer(r"(?<![\w-])[\w'-]+", self.plain[near:until])][-4:]
        for first in words:
            source = self._outlet(near + first, until, self.plain[near : near + first][-40:])
            if source:
                return source
        return None

    def _outlet_at_start(self, start: int, until: int, verb: str = "") -> _Source | None:
        lead = self.plain[start:until]
        nouns = self.lexicon.roles["outlet"].search(lead)
        begin = start + (nouns.end() if nouns and nouns.start() < 40 else 0)
        begin += len(self.plain[begin:until]) - len(self.plain[begin:until].lstrip())
        introduced = self.plain[start:begin] if begin - start > 1 else ""
        quoted = _QUOTED.match(self.plain, begin, until)
        if quoted:
            reports = verb if self.lexicon.outlet_says_re.fullmatch(verb) else ""
            return self._outlet(quoted.start("inner"), quoted.end("inner"), introduced, reports=bool(reports) or not verb)
        ends = [begin + m.end() for m in re.finditer(r"[\w'-]+(?:\.\w+)*", self.plain[begin:until])][:4]
        if not introduced and ends and not self.outlets.begins_with(self.text[begin : ends[0]]):
            return None
        return next((s for end in reversed(ends) if (s := self._outlet(begin, end, introduced))), None)

    def _outlet(self, start: int, end: int, introduced: str, *, reports: bool = False) -> _Source | None:
        """The outlet that goes by these words: a known one, or any that the text introduces as an outlet."""
        name = self.text[start:end]
        capital = name[:1].isupper() or name[:1].isdigit()
        if not capital and not reports:
            return None
        known = self.outlets.of_name(name)
        announced = capital and (known or self.lexicon.announces_re.search(introduced))
        if not announced and not reports:
            return None
        return _Source("outlet", name, known or name, start, end)

    # Links

    def _with_links(self, found: list[Attribution], start: int, end: int) -> list[Attribution]:
        for link in self.links:
            if not start <= link.start < end:
                continue
            outlet = self.outlets.of_url(link.url)
            touched = next((i for i, a in enumerate(found) if link.start <= a.end and a.start <= link.end), None)
            credited = next((i for i, a in enumerate(found) if outlet and a.outlet == outlet), None)
            at = credited if credited is not None else touched
            if at is not None and not found[at].url:
                found[at] = replace(found[at], url=link.url)
            near = max(start, link.start - REACH), min(end, link.end + REACH)
            if outlet and credited is None and self._reports(*near):
                found.append(Attribution("outlet", outlet, outlet, link.start, link.end, link.url))
        return found


def _surname(name: str) -> str:
    """What a name is known by: its last word, without the ending that Russian and Ukrainian inflect."""
    last = name.rsplit(maxsplit=1)[-1].lower()
    return (
        re.sub(r"(?:ого|ому|ым|им|ой|ою|ий|ый|ая|ую|ом|ем|ем|а|у|е|ы|и|і|ю)$", "", last)
        if re.search("[а-яіїєґ]", last)
        else last.removesuffix("'s")
    )
