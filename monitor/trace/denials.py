"""Who denies what? Finds what somebody denies, the claim that is denied, wherever it stands, and both speakers.

Cues first: words of denying, of falsehood, of ignorance, of answering against another; or a denial without such a word, where a
statement with a negation has words in common with what another said before. docs/tracing.md names each rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from monitor.model import Attribution, Denial
from monitor.text import sentences
from monitor.text.morphology import readings
from monitor.trace.attributions import LONG, language_of
from monitor.trace.denying import Cue, denying_of
from monitor.trace.outlets import Outlets
from monitor.trace.rules import Context, Finding, context_of
from monitor.trace.sources import Namer
from monitor.trace.tokens import Quotes, Sentence, plain, word_set
from monitor.trace.words import VerbForm, words_of

Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NEGATIONS = word_set(
    "не ни нет никто никого никому никем никогда нигде никуда никаких никакого никакой никакие ничего ничем нельзя",
    "ні немає нема ніхто нікого нікому ніколи ніде нікуди жоден жодна жодне жодного жодної жодних жодному ніяких ніякого ніякої",
    "нічого not no never none nobody nothing neither nor cannot",
)
_ABSOLUTE = word_set(
    "никто никого никому никогда нигде никуда ніхто нікого нікому ніколи ніде нікуди жоден жодна жодне жодного жодної",
    "nobody never",
)
_NOT_ONE = tuple(
    phrase.split() for phrase in ("ни один", "ни одна", "ни одного", "ни одной", "ни одну", "no one", "not one", "not a")
)
_STANDS_FOR = word_set("it they he she there он она оно они там здание він вона воно вони будівля building")
# Whoever adds to what was said goes on; and what is so too contradicts nothing.
_ADDS = word_set("добавил добавила добавили добавляет додав додала додали додає added adds")
_TOO = word_set("тоже также теж також too also either likewise")
_AT_FIRST = word_set("сперва сначала спочатку спершу initially first")
# What is refused and no claim; and what is refuted in science.
_REFUSED = word_set(
    "bail entry boarding permission access visa request application appeal petition offer bid plea treatment motion deferment",
    "exemption payout compensation passage asylum theory hypothesis theorem tender service parole amendment",
    "ходатайство просьбу просьбы предложение предложения заявку иск жалобу кандидатуру теорию гипотезу",
    "теорему поправку приглашение",
    "помощь клопотання прохання пропозицію заявку позов скаргу кандидатуру теорію гіпотезу теорему поправку запрошення допомогу",
)
_CONDITIONS = word_set("если якщо if suppose допустим припустимо допустимо imagine")
_POINTS_BACK = word_set(
    "это этого этому этим эту эта эти этих этой этот такое такого такие такая его ее их все данную данные "
    "це цього цьому цим цю ця ці цих цієї цей таке такого такі така його її їх усе все "
    "this that these those it them his her their such him"
)
# Words that any two sentences may have in common.
_EMPTY = (
    _NEGATIONS
    | _POINTS_BACK
    | word_set(
        "который которая которое которые которых которого которой которому также более было были была будет будут может могут",
        "когда чтобы после если того тоже очень только сейчас сегодня вчера года году лет человек людей время раньше позже тогда",
        "який яка яке які яких якого якої також більше було були була буде будуть може можуть коли щоб після якщо того теж дуже",
        "тільки зараз сьогодні вчора року років людей людина раніше пізніше тоді",
        "would could should there their about which what when where while with without from into over under then than have been",
        "were will being other after before also only more most some such very just said says told that this these those they",
        "them your because around year years people time made make many much even still does doing want know think",
    )
)
_ANSWERS = re.compile(
    r"\b(?:в ответ|на это|на слухи|на рассказы|на сообщения|на слова|у відповідь|на це|на чутки|in response|asked about that)\b"
)
_DOUBTED = re.compile(
    r"\b(?:будто|якобы|слух|хваст|похвал|обвин|обещ|ніби|нібито|чутк|хвали|похвали|звинува|обіця|claim|boast|alleg"
    r"|viral|rumou?r|accus"
    r"|promis|фейк|fake|fact.check)"
)
# How a claim goes round that nobody is credited with.
_GOES_ROUND = re.compile(
    r"\b(?:видел[аи]?, как|бачил[аи]?, як|появил\w+|з'явил\w+|в интернете|в інтернеті|lit up|saw how|распростран"
    r"|разош[ле]|гуля[ею]т|гласил|паник|листовк|в сети|соцсет|в чатах|паблик|заголов|приписа|шири|поширю|розійш|листівк"
    r"|у мережі|соцмереж|пабліки|приписа|spread|circulat|went around|going around|social media|leaflet|viral|headline"
    r"|posts? viewed)"
)
# That a claim was made before what stands in front of it; or that it is known as one.
_BEFORE = re.compile(
    r"\b(?:ранее|раньше|накануне|до этого|сообщал[аи]?|утверждал[аи]?|по версии|по данным|следстви\w+|обвинени\w+"
    r"|раніше|напередодні"
    r"|до цього|за версією|за даними|слідство|обвинувачення|earlier|previously|had \w+|in a report|prosecutors|according to)\b"
)
# What was said earlier is no answer to what stands before it.
_EARLIER = re.compile(
    r"\bhad (?:written|said|reported|told|claimed|posted|promised|announced|alleged|complained|warned)\b"
    r"|\b(?:(?<!и )ранее|накануне|до этого|(?<!і )раніше|напередодні|до цього|в прошлом номере|earlier)\b"
)
_SUCH = re.compile(r"\b(?:так(?:ого|их|ой|ие|ое|им)|таких|такого|такої|такі|такий|подібн\w+|подобн\w+|such)\b")
# A question whether something is so, and the answer that it is not.
_WHETHER = re.compile(
    r"\b(?:(?:правда|верно|действительно) ли|правда ли это|(?:чи )?(?:це )?правда|is it true|asked (?:whether|if)|fact.check)\b"
    r"[,:]?\s*(?:(?:что|що|that|did|has|have|is|are|was|were|will|do|does)\b\s*)?"
)
_NO = re.compile(
    r"[\s«“\"—–-]*(?:нет|ні|no|nope|never|absolutely not|certainly not|of course not|not at all|никак нет"
    r"|ничего подобного)\b(?=\s*[,.!;:»”\"—–-])"
)
_FAKE = re.compile(r"[^\w«“\"]*(?:фейк|неправда|миф|міф|вкид|вброс|fake|myth|false)(?: (?:дня|тижня|недели))?\s*[:.]\s*")
_AFTER = re.compile(
    r"\b(?:(?:a|one|two|three) (?:day|week|month|hour)s? |hours |days )?after\b|\b(?:после того,? как|після того,? як)\b"
)
_ANSWERED = re.compile(
    r"[«“\"]\s*+(?:нет|ні|no|never|absolutely not|certainly not|of course not|not at all)\s*+[.,!]?+\s*+[»”\"]"
)
# How much each sign weighs that one sentence denies what another claims; together they must reach ENOUGH.
_WEIGHTS = {
    "denying": 4.0, "false": 3.0, "countering": 3.0, "never": 1.0, "insisting": 1.0, "answers": 1.5, "negated": 2.0,
    "unchanged": 1.6, "replies": 1.5, "absolute": 1.2, "negation": 0.5, "figures": 0.7, "shared": 0.5, "alike": 0.7,
    "bare": 1.0, "linked": 0.5, "opposite": 2.1, "affirmed": 2.0, "such": 2.2, "really": 1.4, "answered": 2.5,
    "claimed": 1.0, "doubted": 0.35, "credited": 1.0, "far": 0.4, "behind": 1.0,
}  # fmt: skip
ENOUGH = 4.0
# The same where no word says that anything is denied. Rounded from a logistic regression over pairs of short texts of our own
# (tests/trace/denials_own.jsonl) and of the sentences of 1,800 articles and posts, where next to none contradicts the one before.
# No command repeats that fit. Long sentences have something in common with all about them, and say something against each.
_CONTRARY = {
    "negated": 1.3, "opposite": 1.1, "insisting": 1.0, "absolute": 0.9, "unchanged": 0.8, "never": 0.7,
    "such": 0.7, "affirmed": 0.9,
    "really": 0.9, "answers": 0.7, "answered": 1.0, "replies": 0.3, "doubted": 0.3, "negation": 0.2,
    "figures": 0.6, "hearsay": 1.1,
    "own": 0.6,
}  # fmt: skip
_ENOUGH_CONTRARY = 0.4
_MANY_WORDS, _MORE_WORDS = (8, 12), 0.34
"""So many words of a claim and of what contradicts it cost nothing, and each more so much."""
_AWAY, _BEHIND = 1.7, 2.0
"""What it costs not to stand in the very next sentence, and to stand before the claim."""
_HEARSAY = frozenset(["witness", "telegram", "outlet", "anonymous", "document"])
_CONTRADICTS = (
    "denying", "false", "countering", "never", "insisting", "answers", "negated", "unchanged", "replies", "absolute", "opposite",
    "affirmed", "such", "really", "answered",
)  # fmt: skip
"""Without one of these two sentences are only about one thing."""
_FIGURE = re.compile(r"\d+(?:[ .,]\d+)*")
_THAT = re.compile(r"(?:,\s*)?\b(?:что|будто|якобы|що|ніби|нібито|that)\b\s*")
_LEAD = re.compile(
    r"[\s,.:;!?—–«»“”\"'()-]*(?:(?:о том|про те|том|те),?\s+)?"
    r"(?:(?:что|будто|якобы|как|що|ніби|нібито|як|that|how)\s+|(?:о|об|про|about|of)\s+)?"
)
_CLAUSE_END = re.compile(r"[;.!?\n]|,(?=\s)|\s[—–-]\s|[»”\"]")
_OF_WHAT = re.compile(
    r"(?:\]\([^)\s]*+\))?+\s*+,?+\s*+(?:о|об|обо|в|во|на|про|у|щодо|что|будто|якобы|що|ніби|нібито|of|that|about|from|over)\b"
)
_CLAUSE = re.compile(r"\s+(?:it|he|she|they|we|there)\b")
# "Фейком назвали объявление о выселении": what is called so, with what it is of.
_CALLED = re.compile(r"\b(?:наз[ыв]\w+|призна\w+|визна\w+|called|dismissed)\b[^.;:«“\"]{0,40}?\b(\w{4,} (?:о|об|про|of|that)\b)")
_CALLING = re.compile(
    r"\b(?:назвал[аи]?|называ[ею]т|признал[аи]?|считает|объявил[аи]?|назва[влио]\w*|назива[єю]\w*|визна[влио]\w*"
    r"|вважає|оголоси\w+|called"
    r"|calls|dismissed|dismisses|branded|denounced|described|describes|labeled|labelled)\b"
)
_BE_OR_CALLED = re.compile(
    r"\b(?:назва\w+|назыв\w+|назив\w+|призна\w+|визна\w+|счита\w+|вважа\w+|объяви\w+|оголоси\w+|оказа\w+|вияви\w+"
    r"|явля\w+|це|это|был[аои]?"
    r"|була|було|були|call\w*|dismiss\w*|brand\w*|denounc\w+|describ\w+|label\w*|reject\w*|as|is|are|was|were|be|been"
    r"|being|'s|it|out to be)\b"
    r"(?:\s+(?:a|an|the|all|simply|just|totally|entirely|completely|pure|полн\w+|просто|чист\w+|очередн\w+|всего|лишь"
    r"|суцільн\w+|звичайн\w+|“|\"|«))*"
    r"\s*(?:[\w-]+\s+){0,2}[«“\"]?$"
)
_MISREPORTED = word_set("misquoted misrepresented misstated distorted mistaken")
_MADE_UP = ("придум", "выдум", "вигад")
"""A good idea is made up as well: these need more beside them."""
_THIS = word_set("это этого этому все всё оно то такое це цього усе все воно таке it this that these those they all")
_NEAR_CLAIM = 6
"""Words within which a noun for a claim says what is called false."""
_WITHDRAWN = word_set("отозвал* отзывает отзывают удалил* відкликал* видалил* retracted withdrew retracts withdrawn")
_IT = [["it"], ["ее"], ["его"], ["її"], ["його"]]
_DENYING_VERBS = frozenset(["denying", "countering"])
_CALLS = re.compile(
    r"\b(?:наз[ыв]\w+|призна\w+|счита\w+|объявил\w*|назва\w+|назив\w+|визна\w+|вважа\w+|оголоси\w+|call\w*|dismiss\w*"
    r"|brand\w*|denounc\w+"
    r"|describ\w+|label\w*|reject\w*)\b[^.;:«»“”\"]*$"
)
_CLOSED = word_set("и в на с о об что как й і у з про що як та во со для по от до из за від із за по")
_ABOUT = re.compile(r"\b(?:about|of|о|об|про)\b")
_BE = re.compile(
    r"(?<![\s,—–-])[\s,—–-]*+(?:\b(?:are|is|was|were|as|been|being|be|have|has|had|это|є|це|было|были)\b[\s,—–-]*+){0,6}+$"
)
_PASSIVE = word_set("was were been being be is are to")
_NEEDS_CLAIM = word_set(
    "отвергнуть отвергать оспорить оспаривать развеять развенчать відкинути відкидати оскаржити оспорити розвіяти "
    "reject dismiss dispute rebut repudiate debunk disavow"
) | {
    "brush aside", "brush off", "wave away", "shoot down", "pour cold water on", "lay to rest", "knock down",
    "laugh off", "scotch",
}  # fmt: skip
_QUALIFY = word_set(
    "false fake wrong incorrect unfounded baseless groundless inaccurate absurd ridiculous bogus exaggerated mistaken fabricated",
    "untrue",
)
_AFTER_PREDICATE = word_set("and or but to as in on by the a that because he she they it since when while who which for")
# Of what he himself had said.
_HIMSELF = (
    "слова исказили", "слова переврали", "вырвали из контекста", "неправильно поняли", "слова перекрутили",
    "слова спотворили", "неправильно зрозуміли", "вирвали з контексту", "was misquoted", "been misquoted", "was misunderstood",
    "been misunderstood", "признал, что", "признала, что", "визнав, що", "визнала, що", "admitted that",
    "backtracked", "меня неверно поняли",
)  # fmt: skip
_MISSTATED = re.compile(
    r"\b(?:misstated|misidentified|misspelled|misreported|(?:incorrectly|wrongly|mistakenly|erroneously) \w+"
    r"|(?:ошибочно|неверно|помилково|хибно) \w+)\s+(?:that |что |що )?"
)
_LEAST = 6
"""A claim of fewer letters is a pronoun or an adverb, and points elsewhere."""
_BARE = 4
"""A sentence of so few words that calls something false can only mean what stands beside it."""
_ALONE = 12
"""A sentence of so few words can answer what stands before it without a word that points there."""
_SHORT = 3
"""A sentence of fewer words says no more than yes or no."""
_BACK = 4
"""How many sentences back a claim is looked for."""


class Claim(NamedTuple):
    """What somebody said, without the cue that says who."""

    span: Span
    speaker: str
    kind: str
    """Of the speaker; empty where nobody is credited."""
    stems: frozenset[str]
    sides: frozenset[tuple[int, int]]
    """Of which pairs of opposites it has which side; the other one where the word is negated: not given is deprived."""
    negated: frozenset[str]
    """Stems of the words beside its negations."""
    is_negative: bool
    figures: frozenset[str]


@dataclass(slots=True)
class Statement:
    start: int
    end: int
    words: list[str]
    starts: list[int]
    cues: list[Cue]
    """Without those that are negated or say something else."""
    said: list[Attribution]
    negated: list[int]
    """Numbers of the words that negate."""
    is_name: list[bool]
    """Of each word, whether it is written as one."""
    signs: dict[str, bool]
    """What of the sentence alone looks like a denial."""
    sides: frozenset[tuple[int, int, int]]
    """Of which pairs of opposites it has which side, and where."""
    admits: bool = False
    """Whether somebody does not deny something in it."""

    def place(self, cue: Cue) -> Span:
        """Where the cue stands."""
        return self.starts[cue.first], self.starts[cue.last] + len(self.words[cue.last])


def find_denials(*, text: str, language: str, attributions: Sequence[Attribution]) -> tuple[Denial, ...]:
    """Every plain denial with its claim, by offset. `attributions` are the text's: they tell who claims and who denies.

    The claim is what the word of denial governs, or, where that only points back, what another said before, in a headline or
    behind. `speaker` is who is credited in the sentence that denies; `claimed_by` who is credited with the claim.
    """
    return tuple(Reader(text, language, attributions).read())


class Reader:
    """One text's sentences with what denies in them, and what is claimed in each."""

    def __init__(self, text: str, language: str, attributions: Sequence[Attribution]) -> None:
        self.text = text
        self.plain = plain(text)
        self.low = self.plain.replace("\u0130", "i").lower()
        self.language = language_of(self.plain, language)
        self.attributions = attributions
        self._cues: list[Cue] = []
        """Of the sentence that is read, void or not."""
        self.denying = denying_of(self.language)
        self.verbs = words_of(self.language).verbs
        self._claims: dict[int, list[Claim]] = {}
        self.sentences = [self._sentence(start, end) for start, end in sentences(self.plain)]

    def _sentence(self, start: int, end: int) -> Statement:
        matches = list(_WORD.finditer(self.low, start, min(end, start + LONG)))
        words = [m[0] for m in matches]
        negated = [i for i, word in enumerate(words) if word in _NEGATIONS or word.endswith("n't")]
        is_name = [i > 0 and self.plain[m.start()].isupper() for i, m in enumerate(matches)]
        said = [a for a in self.attributions if start <= a.start < end]
        sentence = Statement(start, end, words, [m.start() for m in matches], [], said, negated, is_name, {}, frozenset())
        sentence.sides = frozenset(side for side in self.denying.sides(words) if not _near(side[2], negated))
        self._cues = cues = list(self.denying.cues(words))
        sentence.cues = [cue for cue in cues if not self._is_void(sentence, cue)]
        sentence.admits = any(cue.section == "denying" and self._is_negated(sentence, cue) for cue in cues)
        sentence.signs = {
            **dict.fromkeys({cue.section for cue in sentence.cues} & _WEIGHTS.keys() - {"denying", "unchanged"}, True),
            "answers": bool(_ANSWERS.search(self.low, start, end)),
            "such": bool(negated) and bool(_SUCH.search(self.low, start, end)),
            "answered": bool(_NO.match(self.low, start, end)),
            "absolute": any(word in _ABSOLUTE or words[i : i + 2] in _NOT_ONE for i, word in enumerate(words)),
            "credited": bool(said) or any(self._says(word) for word in words),
            "bare": len(words) <= _BARE and any(cue.section == "false" for cue in sentence.cues),
        }
        return sentence

    def _says(self, word: str) -> bool:
        """Whether it is a verb of saying, in a form by which somebody has said something."""
        verb = self.verbs.get(word)
        return verb is not None and verb.tense in {"past", "pres"} and not verb.sections.isdisjoint({"saying", "thinking"})

    def read(self) -> Iterator[Denial]:
        for i, sentence in enumerate(self.sentences):
            if not sentence.words or sentence.words[0] in _CONDITIONS:
                continue
            found = (
                self._correcting(i, sentence)
                or self._exposed(i, sentence)
                or self._answered(i, sentence)
                or self._prompted(sentence)
                or self._denying(i, sentence)
                or self._against(sentence)
                or self._false(i, sentence)
                or self._ignorance(sentence)
                or self._contrary(i, sentence)
                or self._never(i, sentence)
            )
            if found:
                yield found

    # The rules: each sees one sentence

    def _denying(self, i: int, sentence: Statement) -> Denial | None:
        """A verb of denial: "опровергла слухи о…", "denied that…", "this she denies"."""
        cue = self._cue(sentence, "denying")
        if cue is None:
            return None
        local = self._governed(sentence, cue)
        if local is not None:
            return self._made(local, sentence, "denying", at=sentence.place(cue)[0])
        if not self._points_back(sentence, cue) and cue.entry in _NEEDS_CLAIM:
            return None
        return self._paired(i, sentence, "denying")

    def _exposed(self, i: int, sentence: Statement) -> Denial | None:
        """ "Fake: «…»", and behind it what is so."""
        before = self.sentences[i - 1] if i else sentence
        headed = _FAKE.match(self.low, before.start, before.end) if i else None
        if not headed and i > 1 and len(self.sentences[i - 2].words) < _SHORT and self.plain[before.start] in '«“"':
            headed = _FAKE.match(self.low, self.sentences[i - 2].start, self.sentences[i - 2].end)
        corrects = sentence.said or sentence.negated or any(cue.section in {"really", "unchanged"} for cue in sentence.cues)
        claim = self._trimmed(max(before.start, headed.end()), before.end) if headed and corrects else None
        return self._with(self._claim(claim, "", ""), sentence, "exposed") if claim else None

    def _prompted(self, sentence: Statement) -> Denial | None:
        """A denial "after" another said so, in one sentence: "There was no list, he said, after the paper wrote of one"."""
        if len(sentence.said) < 2:
            return None
        denies, claims = sentence.said[0], sentence.said[-1]
        after = _AFTER.search(self.low, denies.end, claims.start)
        claim = self._content_of(claims.end, sentence.end) if after else None
        denial = self._trimmed(sentence.start, after.start()) if after else None
        contradicts = any(cue.section in {"never", "false"} and sentence.place(cue)[0] < denies.start for cue in sentence.cues)
        if claim is None or denial is None or not contradicts:
            return None
        return Denial(*claim, *denial, self._speaker(sentence, denial), claims.speaker or claims.outlet, rule="prompted")

    def _answered(self, i: int, sentence: Statement) -> Denial | None:
        """Asked whether it is so, somebody says no: in the sentence itself, or in the one behind the question."""
        asked = _WHETHER.search(self.low, sentence.start, sentence.end)
        answer = _ANSWERED.search(self.low, asked.end(), sentence.end) if asked else None
        if asked and answer:
            said = [a.start for a in sentence.said if asked.end() < a.start < answer.start()]
            comma = self.plain.find(",", asked.end(), min([answer.start(), *said]))
            claim = self._trimmed(asked.end(), min([answer.start(), *said, comma if comma > 0 else answer.start()]))
            return self._made(claim, sentence, "answered", at=answer.start())
        if not sentence.signs["answered"]:
            return None
        noun = self._claim_noun(sentence, sentence.start, sentence.end)
        if noun and self._says_what(noun):
            return self._made(self._to_end(noun[0], sentence), sentence, "answered", at=sentence.start)
        if not i:
            return None
        question = self.sentences[i - 1]
        asked = _WHETHER.search(self.low, question.start, question.end)
        claim = self._trimmed(asked.end(), question.end) if asked and self.plain[question.end - 1] == "?" else None
        if claim is None:
            return None
        end = sentence.end
        if len(sentence.words) < _SHORT and i + 1 < len(self.sentences):  # "No. The bill has not passed."
            end = self.sentences[i + 1].end
        denial = self._trimmed(sentence.start, end)
        return Denial(*claim, *denial, self._speaker(sentence, denial), rule="answered") if denial else None

    def _against(self, sentence: Statement) -> Denial | None:
        """ "Contrary to reports that …, the embassy said …"."""
        cue = self._cue(sentence, "against")
        noun = self._claim_noun(sentence, sentence.place(cue)[1], sentence.end) if cue else None
        if cue is None or noun is None or noun[0] - sentence.place(cue)[1] > 20 or not self._says_what(noun):
            return None
        stop = re.compile(r",\s(?!(?:что|будто|якобы|що|ніби|нібито)\b)").search(self.low, noun[1], sentence.end)
        claim = self._trimmed(noun[0], stop.start() if stop else sentence.end)
        return self._made(claim, sentence, "against") if claim else None

    def _false(self, i: int, sentence: Statement) -> Denial | None:
        """What says that something is untrue: "это фейк", "reports that … are false"."""
        cue = self._cue(sentence, "false")
        if cue is None or (_FAKE.match(self.low, sentence.start, sentence.end) and i + 1 < len(self.sentences)):
            return None
        at = sentence.place(cue)
        that = _THAT.match(self.low, at[1], sentence.end) or _THAT.match(self.low, at[1] + 1, sentence.end)
        that = that or (_THAT.match(self.low, at[1] + 2, sentence.end) if self.plain[at[1] : at[1] + 1] in '”"»' else None)
        local = self._to_end(that.end(), sentence) if that else self._named_claim(sentence, at)
        return self._made(local, sentence, "false", at=at[0]) if local else self._paired(i, sentence, "false")

    def _ignorance(self, sentence: Statement) -> Denial | None:
        """ "He had no knowledge of …": what is not known of is denied."""
        cue = self._cue(sentence, "ignorance")
        if cue is None or not sentence.said:
            return None
        span = self._clause(sentence.place(cue)[1], sentence)
        return self._made(span, sentence, "ignorance") if span else None

    def _contrary(self, i: int, sentence: Statement) -> Denial | None:
        """An answer against another ("возразил"), or the contrary of what he said: "никто не уезжал, сказали в части"."""
        cue = self._cue(sentence, "countering")
        if cue and (local := self._named_claim(sentence, sentence.place(cue))):
            return self._made(local, sentence, "countering", at=sentence.place(cue)[0])
        return self._paired(i, sentence, "countering" if cue else "contrary")

    def _never(self, i: int, sentence: Statement) -> Denial | None:
        """ "Никакой мобилизации не планируется", "there is no talk of …", where nobody is seen to claim it."""
        cues = [cue for cue in sentence.cues if cue.section == "never" and not cue.entry.startswith("there ")]
        if not cues or not any(a.kind == "official" for a in sentence.said):
            return None
        told = [claim for claim in self.claims(i - 1) if claim.kind in _HEARSAY] if i else []
        if told and not any(_known(a.speaker) == _known(told[-1].speaker) for a in sentence.said):
            return self._with(told[-1], sentence, "never")
        cue = cues[0]
        start, end = sentence.place(cue)
        about = _ABOUT.search(self.low, end, sentence.end)
        span = self._clause(about.start() if about else end, sentence) or self._clause_before(start, sentence)
        return self._made(span, sentence, "never", at=start) if span else None

    def _correcting(self, i: int, sentence: Statement) -> Denial | None:
        """Whoever made a claim takes it back: "мы ошиблись", "Correction: …"."""
        cue = self._cue(sentence, "correcting")
        if cue is None:
            return None
        noun = self._claim_noun(sentence, sentence.place(cue)[1], sentence.end) if cue.entry in _WITHDRAWN else None
        if noun and self._says_what(noun) and (made := self._made(self._to_end(noun[0], sentence), sentence, "correcting")):
            return replace(made, kind="correction")
        himself = cue.entry in _HIMSELF
        by_outlet = not himself and not cue.entry.endswith(":")
        deniers = {_known(a.speaker or a.outlet) for a in sentence.said}
        stems = self.stems(sentence.start, sentence.end)
        for k in (*range(i - 1, max(-1, i - 1 - _BACK), -1), i + 1):
            for claim in self.claims(k) if 0 <= k < len(self.sentences) else ():
                own = claim.speaker and _known(claim.speaker) in deniers
                if own if himself else claim.stems & stems or (by_outlet and claim.kind == "outlet"):
                    return self._with(claim, sentence, "correcting", kind="correction")
        if misstated := _MISSTATED.search(self.low, sentence.place(cue)[1], sentence.end):
            made = self._made(self._to_end(misstated.end(), sentence), sentence, "correcting")
            return replace(made, kind="correction") if made else None
        if cue.entry == "backtracked":  # from what his side had said
            return next(
                (
                    self._with(claim, sentence, "correcting", kind="correction")
                    for k in range(i - 1, max(-1, i - 1 - _BACK), -1)
                    for claim in self.claims(k)
                    if claim.kind == "official"
                ),
                None,
            )
        return None

    # What a cue stands in

    def _cue(self, sentence: Statement, section: str) -> Cue | None:
        """The first cue of a section."""
        return next((cue for cue in sentence.cues if cue.section == section), None)

    def _is_void(self, sentence: Statement, cue: Cue) -> bool:
        if cue.entry.endswith(":") and self.plain[sentence.place(cue)[1] :][:1] != ":":
            return True
        if cue.section in {"denying", "false", "insisting"} and self._is_negated(sentence, cue):
            return True
        if cue.section in {"denying", "countering"} and not _AT_FIRST.isdisjoint(
            sentence.words[max(0, cue.first - 2) : cue.first]
        ):
            return True
        if cue.section == "denying" and not _REFUSED.isdisjoint(sentence.words[cue.last + 1 : cue.last + 4]):
            return True
        if cue.section == "denying" and sentence.words[cue.last + 1 : cue.last + 2] in (["против"], ["проти"], ["against"]):
            return True
        if cue.section in {"countering", "insisting"}:
            # Only as what somebody does: "no doubt", "the challenge" are no answers.
            start, end = sentence.place(cue)
            return cue.first == cue.last and not any(a.start < end and start < a.end for a in sentence.said)
        if cue.section == "correcting" and cue.entry in _WITHDRAWN:
            near = range(cue.last + 1, cue.last + 5)
            what = (
                any(c.section == "claim" and c.first in near for c in self._cues)
                or sentence.words[cue.last + 1 : cue.last + 2] in _IT
            )
            return not what
        return cue.section == "false" and (self._is_attribute(sentence, cue) or not self._is_predicate(sentence, cue))

    def _is_negated(self, sentence: Statement, cue: Cue) -> bool:
        """ "Не отрицает", "did not deny", "was denied entry", "neither confirmed nor denied"."""
        before = sentence.words[max(0, cue.first - 3) : cue.first]
        if any(word in _NEGATIONS or word.endswith("n't") for word in before[-2:]) or "nor" in before or "ни" in before:
            return True
        if cue.section == "denying" and self.language == "en":
            return bool(before) and before[-1] in _PASSIVE
        return False

    def _is_attribute(self, sentence: Statement, cue: Cue) -> bool:
        """Whether the word only qualifies another: "the false ceiling", "ложная тревога"."""
        if self.plain[sentence.place(cue)[1] :][:1] != " " or cue.last + 1 >= len(sentence.words):
            return False
        word, following = sentence.words[cue.last], sentence.words[cue.last + 1]
        if self.language == "en":
            return cue.entry in _QUALIFY and following not in _AFTER_PREDICATE
        if any(r.part == "ADVB" for r in readings(word, self.language)[:1]):  # "неверно указано"
            return any(r.part in {"PRTS", "PRTF", "VERB"} for r in readings(following, self.language)[:1])
        return cue.entry.endswith("*") and _agree(word, following, self.language)

    def _is_predicate(self, sentence: Statement, cue: Cue) -> bool:
        """Whether something is said to be false, and falsehood is not only spoken of: "a case about fakes", "tales of the north".

        So it is of a phrase that says so by itself, beside a pronoun, a noun for a claim or a verb of calling,
        behind a dash, in a
        sentence of few words, or where quoted words or the sentence begin with it.
        """
        if " " in cue.entry and not cue.entry.startswith(("a ", "is ")):
            return True
        start, end = sentence.place(cue)
        if self.language != "en" and self._is_oblique(sentence.words[cue.last]):
            return False
        if len(sentence.words) <= _BARE or re.search(r"[«“\"—–:]\s*$", self.plain[max(sentence.start, start - 2) : start]):
            return True
        if cue.first == 0 or (
            re.match(r"\s*[!.»”\"]", self.plain[end : end + 2]) and cue.first > 0 and self._opens(start, sentence)
        ):
            return True
        near = sentence.words[max(0, cue.first - 3) : cue.first] + sentence.words[cue.last + 1 : cue.last + 3]
        if any(word in _THIS for word in near):
            return True
        claims = [i for c in self._cues if c.section == "claim" for i in range(c.first, c.last + 1)]
        if any(abs(i - cue.first) <= _NEAR_CLAIM and i not in range(cue.first, cue.last + 1) for i in claims):
            return True
        if _BE_OR_CALLED.search(self.low[max(sentence.start, start - 60) : start]):
            return True
        if _CALLING.match(self.low, end + 1):
            return True
        if self.language == "en":
            return cue.entry in _MISREPORTED
        found = readings(sentence.words[cue.last], self.language)
        finite = any(r.part == "VERB" and ("past" in r.marks or "3per" in r.marks) for r in found)
        return any(r.part in {"ADJS", "PRTS"} for r in found) or (finite and not cue.entry.startswith(_MADE_UP))

    def _is_oblique(self, word: str) -> bool:
        """Whether a noun or adjective is neither subject nor what something is called: "о фейках"."""
        found = readings(word, self.language)
        cases = {r.case for r in found if r.part in {"NOUN", "ADJF", "PRTF"}}
        return bool(cases) and not cases & {"nomn", "ablt"} and not any(r.part in {"VERB", "ADJS", "PRTS", "ADVB"} for r in found)

    def _opens(self, at: int, sentence: Statement) -> bool:
        """Whether quoted words or the sentence begin not far before a place."""
        return bool(re.search(r"(?:^|[«“\"])[^«“\"»”.,;:]{0,25}$", self.plain[max(sentence.start, at - 30) : at]))

    def _points_back(self, sentence: Statement, cue: Cue) -> bool:
        """Whether a pronoun or a noun for a claim stands beside the verb, and says no more: "опроверг эту информацию"."""
        near = sentence.words[max(0, cue.first - 3) : cue.last + 4]
        nouns = {i for c in sentence.cues if c.section == "claim" for i in range(c.first, c.last + 1)}
        return any(word in _POINTS_BACK for word in near) or any(abs(i - cue.first) <= 3 for i in nouns)

    def _governed(self, sentence: Statement, cue: Cue) -> Span | None:
        """What the verb denies, where it stands behind it."""
        start, end = sentence.place(cue)
        if re.search(r"[,—–]\s*$", self.plain[max(sentence.start, start - 3) : start]) and not _OF_WHAT.match(self.low, end):
            return None  # "The call-up goes on, lawyers object": who denies stands behind
        if re.match(r"\s*+[:,—–]?+\s*+[«“\"]|\s*+:", self.plain[end : end + 4]):
            return None
        that = _THAT.search(self.low, end, min(sentence.end, end + 60))
        if (
            that
            and self.plain[that.end() : that.end() + 1].isalnum()
            and not re.search(r"[,;:«“\"]\s*\w", self.plain[end : that.start()])
            and not self._claim_noun(sentence, end, that.start())
        ):
            return self._to_end(that.end(), sentence)
        noun = self._claim_noun(sentence, end, sentence.end)
        if noun and noun[0] - end < 45:
            return self._to_end(noun[0], sentence) if self._says_what(noun) else None
        if cue.entry in _NEEDS_CLAIM:
            return None
        following = next((i for i, start in enumerate(sentence.starts) if start >= end), -1)
        if (
            following < 0
            or sentence.words[following] in _POINTS_BACK
            or sentence.words[following] in {"и", "та", "and", "против", "проти"}
        ):
            return None
        return self._clause(end, sentence)

    def _says_what(self, noun: Span) -> bool:
        """Whether what is claimed stands behind the noun: "слухи о…", "reports that…", "факт передачи"."""
        if _OF_WHAT.match(self.low, noun[1]) or _CLAUSE.match(self.low, noun[1]):
            return True
        following = _WORD.match(self.low, noun[1] + 1)
        if self.language == "en" or following is None or following[0] in _POINTS_BACK:
            return False
        return any(r.case == "gent" for r in readings(following[0], self.language)) and len(following[0]) > 3

    def _claim_noun(self, sentence: Statement, start: int, end: int) -> Span | None:
        """The first noun for a claim between two places."""
        for cue in sentence.cues:
            span = sentence.place(cue)
            if cue.section == "claim" and start <= span[0] < end:
                return span
        return None

    def _named_claim(self, sentence: Statement, cue: Span) -> Span | None:
        """A noun for a claim with what it is of, before or behind the words that say it is false."""
        before = self._claim_noun(sentence, sentence.start, cue[0])
        if before and self._says_what(before):
            be = _BE.search(self.low, before[1], cue[0])
            end = be.start() if be else cue[0]
            said = [a.start for a in sentence.said if before[1] < a.start < end]
            return self._trimmed(before[0], min([end, *said]))
        behind = self._claim_noun(sentence, cue[1], sentence.end)
        if behind:
            return self._to_end(behind[0], sentence) if self._says_what(behind) else None
        called = _CALLED.search(self.low, cue[1], sentence.end)
        if called:
            return self._to_end(called.start(1), sentence)
        return self._called(sentence, cue)

    def _called(self, sentence: Statement, cue: Span) -> Span | None:
        """What somebody calls false, where it stands behind: "назвал уткой законопроект о…", "dismissed as fake a video…"."""
        if not _CALLS.search(self.low[max(sentence.start, cue[0] - 40) : cue[0]]):
            return None
        following = _WORD.match(self.low, cue[1] + 1) if self.plain[cue[1] : cue[1] + 1] == " " else None
        if following is None or following[0] in _POINTS_BACK | _AFTER_PREDICATE - {"a", "the", "that"} or following[0] in _CLOSED:
            return None
        return self._to_end(following.start(), sentence)

    def _clause(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of its clause, or to who says so."""
        lead = _LEAD.match(self.low, start, sentence.end)
        start = lead.end() if lead else start
        stop = _CLAUSE_END.search(self.plain, start, sentence.end)
        said = [a.start for a in sentence.said if a.start >= start]
        return self._trimmed(start, min([stop.start() if stop else sentence.end, *said]))

    def _clause_before(self, end: int, sentence: Statement) -> Span | None:
        start = max([sentence.start, *(m.end() for m in _CLAUSE_END.finditer(self.plain, sentence.start, end))])
        return self._trimmed(start, end)

    def _to_end(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of the sentence, or to who says so."""
        said = [a.start for a in sentence.said if a.start > start]
        return self._trimmed(start, min([sentence.end, *said]))

    def _trimmed(self, start: int, end: int) -> Span | None:
        while start < end and not self.plain[start].isalnum() and self.plain[start] not in '«“"':
            start += 1
        while end > start and not self.plain[end - 1].isalnum() and self.plain[end - 1] not in '»”"':
            end -= 1
        return (start, end) if sum(map(str.isalnum, self.plain[start:end])) >= _LEAST else None

    # What was claimed

    def claims(self, k: int) -> list[Claim]:
        """What is said in a sentence: of each who is credited there, or all of it where nobody is."""
        if k not in self._claims:
            sentence = self.sentences[k]
            if sentence.words and sentence.words[0] in _POINTS_BACK and self._claim_noun(sentence, sentence.start, sentence.end):
                self._claims[k] = []  # "Such a message reached hundreds": what it says stands before
                return []
            found = [claim for a in sentence.said if (claim := self._content(sentence, a))]
            if not sentence.said and (span := self._told(sentence)):
                found = [self._claim(span, "", "")]
            self._claims[k] = found
        return self._claims[k]

    def _told(self, sentence: Statement) -> Span | None:
        """What a sentence tells in which nobody is credited: what goes round behind "that", else all of it."""
        round_ = _GOES_ROUND.search(self.low, sentence.start, sentence.end)
        that = _THAT.search(self.low, round_.end(), sentence.end) if round_ else None
        end = sentence.end
        if round_ and not that:  # "… — under that headline came out the Waves"
            cut = max(self.plain.rfind(mark, sentence.start, round_.start()) for mark in (", ", " — ", " – "))
            end = cut if cut - sentence.start > end - cut else end
        return self._trimmed(that.end() if that else sentence.start, end)

    def _content(self, sentence: Statement, said: Attribution) -> Claim | None:
        """What is said beside the cue: behind it where a clause or colon begins, else the longer side."""
        before = max([sentence.start, *(a.end for a in sentence.said if a.end <= said.start)])
        behind = min([sentence.end, *(a.start for a in sentence.said if a.start >= said.end)])
        left, right = self._content_of(before, said.start), self._content_of(said.end, behind)
        opens = re.match(r"\s*+(?::|,?+\s*+(?:что|будто|якобы|як|що|ніби|нібито|that)\b)", self.low[said.end : behind])
        span = right if right and (opens or not left or right[1] - right[0] > 2 * (left[1] - left[0])) else left
        return self._claim(span, said.speaker or said.outlet, said.kind) if span else None

    def _claim(self, span: Span, speaker: str, kind: str) -> Claim:
        words = _WORD.findall(self.low, *span)
        negations = [i for i, word in enumerate(words) if word in _NEGATIONS or word.endswith("n't")]
        sides = frozenset((number, 1 - side if _near(at, negations) else side) for number, side, at in self.denying.sides(words))
        negated = frozenset(word[:5] for i, word in enumerate(words) if len(word) > 3 and _near(i, negations))
        figures = frozenset(_FIGURE.findall(self.low, *span))
        return Claim(span, speaker, kind, self.stems(*span), sides, negated, bool(negations), figures)

    def _content_of(self, start: int, end: int) -> Span | None:
        lead = _LEAD.match(self.low, start, end)
        span = self._trimmed(lead.end() if lead else start, end)
        if span and self.plain[span[0]] in '«“"' and self.plain[span[1] - 1] in '»”"':
            return span[0] + 1, span[1] - 1
        if span and self.plain[span[1] - 1] in '»”"' and not re.search('[«“"]', self.plain[span[0] : span[1] - 1]):
            return self._trimmed(span[0], span[1] - 1)  # of a quotation that opens before
        return span

    def _search(self, i: int, sentence: Statement, rule: str) -> tuple[Claim | None, float]:
        """The claim that the sentence most likely denies, and how much says so: what another said near it."""
        deniers = {_known(a.speaker or a.outlet) for a in sentence.said}
        if i and not _ADDS.isdisjoint(sentence.words):
            deniers |= {_known(a.speaker or a.outlet) for a in self.sentences[i - 1].said}
        best, most = None, 0.0
        headline = (0,) if i > _BACK and rule != "contrary" else ()
        for k in (*range(i - 1, max(-1, i - 1 - _BACK), -1), *headline, i + 1, i + 2):
            if not 0 <= k < len(self.sentences):
                continue
            for claim in () if self.sentences[k].admits else self.claims(k):
                if k > i and not claim.kind and not _GOES_ROUND.search(self.low, *self._extent(k)):
                    continue
                if claim.kind and _known(claim.speaker) in deniers:
                    continue
                worth = self.evidence(claim, sentence, self.sentences[k], rule)
                if rule == "contrary":
                    worth -= _AWAY * (abs(i - k) > 1) + _BEHIND * (k > i)
                else:
                    worth -= _WEIGHTS["far"] * (abs(i - k) - 1) + (_WEIGHTS["behind"] if k > i else 0.0)
                if k > i and rule == "contrary" and not _BEFORE.search(self.low, *self._extent(k)):
                    continue
                if worth > most:
                    best, most = claim, worth
        return best, most

    def _extent(self, k: int) -> Span:
        return self.sentences[k].start, self.sentences[k].end

    def evidence(self, claim: Claim, sentence: Statement, other: Statement, rule: str) -> float:
        """How much says that the sentence denies the claim."""
        alike = {i: word[:5] for i, word in enumerate(sentence.words) if word[:5] in claim.stems and not sentence.is_name[i]}
        is_next = other.end <= sentence.start and not self.low[other.end : sentence.start].strip()
        common = [*alike, *(i for i, word in enumerate(sentence.words) if word in _STANDS_FOR)]
        unchanged = [i for cue in sentence.cues if cue.section == "unchanged" for i in range(cue.first, cue.last + 1)]
        figures = set(_FIGURE.findall(self.low, sentence.start, sentence.end)) if claim.figures else set()
        turned = bool(sentence.negated) != claim.is_negative
        signs = {
            **sentence.signs,
            "denying": rule == "denying",
            "absolute": sentence.signs["absolute"] and not claim.is_negative,
            "negated": not claim.is_negative and any(-1 <= b - a <= 2 for a in sentence.negated for b in alike),
            "opposite": any((number, 1 - side) in claim.sides for number, side, _ in sentence.sides)
            and (bool(common) or is_next or any(word[:5] in claim.stems for word in sentence.words)),
            "affirmed": any(sentence.words[i][:5] in claim.negated and not _near(i, sentence.negated) for i in alike),
            "unchanged": any(abs(b - a) <= 3 for a in unchanged for b in common),
            "negation": turned,
            "replies": turned and any(_known(a.speaker) in claim.stems for a in sentence.said if a.speaker),
            "shared": bool(common),
            "alike": len(set(alike.values())) * 2 >= max(3, len(claim.stems)),
            "claimed": bool(claim.kind) or other.signs["credited"] or bool(_GOES_ROUND.search(self.low, other.start, other.end)),
            "figures": bool(figures and not figures & claim.figures),
        }
        contradicting = [sign for sign in _CONTRADICTS if signs.get(sign)]
        contradicts = bool(contradicting) or (signs["figures"] and signs["alike"])
        of_whom = any(word[:5] in claim.stems for word, named in zip(sentence.words, sentence.is_name, strict=True) if named) or (
            bool(sentence.words) and sentence.words[0][:5] in claim.stems
        )
        several = len(contradicting) > 1 or (signs["negated"] and signs["alike"]) or (signs["opposite"] and of_whom)
        is_told = signs["claimed"] and (
            signs["credited"] or (several and bool(claim.kind or _GOES_ROUND.search(self.low, *claim.span)))
        )
        if not contradicts or (rule == "contrary" and not is_told):
            return 0.0
        signs["doubted"] = bool(_DOUBTED.search(self.low, other.start, other.end))
        words = (len(_WORD.findall(self.low, *claim.span)), len(sentence.words))
        long = sum(max(0, n - most) for n, most in zip(words, _MANY_WORDS, strict=True))
        if rule == "contrary":
            signs["hearsay"], signs["own"] = claim.kind in _HEARSAY, not claim.kind
            return sum(worth for sign, worth in _CONTRARY.items() if signs.get(sign)) - _MORE_WORDS * long
        signs["linked"] = self._is_linked(sentence, rule)
        if rule in {"false", "countering"} and not (common or signs["linked"] or len(sentence.words) <= _ALONE):
            return 0.0
        return sum(_WEIGHTS[sign] for sign, is_there in signs.items() if is_there) - _MORE_WORDS / 2 * long

    def _is_linked(self, sentence: Statement, rule: str) -> bool:
        """Whether what is called false stands elsewhere, as a pronoun or a noun for a claim beside it says."""
        near = {i for c in sentence.cues if c.section == rule for i in range(c.first - _NEAR_CLAIM, c.last + _NEAR_CLAIM + 1)}
        nouns = {i for c in sentence.cues if c.section == "claim" for i in range(c.first, c.last + 1)}
        return bool(near & nouns) or any(
            word in _THIS or word in _POINTS_BACK for i, word in enumerate(sentence.words) if i in near
        )

    def stems(self, start: int, end: int) -> frozenset[str]:
        """What its longer words keep in all forms, roughly."""
        return frozenset(word[:5] for word in _WORD.findall(self.low, start, end) if len(word) > 3 and word not in _EMPTY)

    # The pair

    def _made(self, claim: Span | None, sentence: Statement, rule: str, at: int = -1) -> Denial | None:
        """A pair within one sentence: the denial is what is left of it."""
        if claim is None:
            return None
        sides = [self._trimmed(sentence.start, claim[0]), self._trimmed(claim[1], sentence.end)]
        kept = [side for side in sides if side]
        if not kept:
            return None
        longest = max(kept, key=lambda side: side[1] - side[0])
        says = next((side for side in kept for a in sentence.said if side[0] <= a.start < side[1]), longest)
        denial = next((side for side in kept if side[0] <= at < side[1]), says)
        speaker = self._speaker(sentence, denial)
        if speaker and speaker in self.text[slice(*claim)] and speaker not in self.text[slice(*denial)]:
            speaker = self._subject(sentence)
        return Denial(*claim, *denial, speaker, self._claimant(claim, speaker), rule=rule)

    def _claimant(self, claim: Span, denier: str) -> str:
        """Who said before what a denial speaks of: "despite the authorities' assurances that …"."""
        stems = self.stems(*claim)
        earlier = [c for k, s in enumerate(self.sentences) if s.end <= claim[0] for c in self.claims(k) if c.speaker]
        alike = [(len(c.stems & stems), c.speaker) for c in earlier if _known(c.speaker) != _known(denier)]
        return max(alike, key=lambda found: found[0], default=(0, ""))[1] if any(n >= 2 for n, _ in alike) else ""

    def _paired(self, i: int, sentence: Statement, rule: str) -> Denial | None:
        """A pair with a claim elsewhere, where enough says that it is one."""
        if rule == "contrary" and not self._may_deny(sentence):
            return None
        if rule == "contrary" and _EARLIER.search(self.low, sentence.start, sentence.end):
            return None
        if rule == "contrary" and not _TOO.isdisjoint(sentence.words):
            return None
        claim, worth = self._search(i, sentence, rule)
        enough = _ENOUGH_CONTRARY if rule == "contrary" else ENOUGH
        return self._with(claim, sentence, rule) if claim and worth >= enough else None

    def _may_deny(self, sentence: Statement) -> bool:
        """Whether anything in the sentence might contradict: most need not be compared with others."""
        return (
            bool(sentence.negated or any(sentence.signs.get(sign) for sign in _CONTRADICTS))
            or bool(sentence.sides)
            or any(cue.section == "unchanged" for cue in sentence.cues)
        )

    def _with(self, claim: Claim, sentence: Statement, rule: str, kind: str = "denial") -> Denial | None:
        denial = self._trimmed(sentence.start, sentence.end)
        if denial is None:
            return None
        return Denial(*claim.span, *denial, self._speaker(sentence, denial), claim.speaker, kind, rule)

    def _speaker(self, sentence: Statement, denial: Span) -> str:
        inside = [a for a in sentence.said if denial[0] <= a.start < denial[1]] or sentence.said
        said = next((a for a in inside if a.kind not in {"document", "outlet"}), inside[0] if inside else None)
        return (said.speaker or said.outlet) if said else self._subject(sentence)

    def _subject(self, sentence: Statement) -> str:
        """Of whom the verb that denies, or calls something false, is said, where that is no verb of saying."""
        tokens = Sentence(self.plain, sentence.start, sentence.end, self._quotes, doubts=self.language != "en")
        cues = [cue for cue in sentence.cues if cue.section in _DENYING_VERBS]
        verbs = {sentence.starts[i] for cue in cues for i in range(cue.first, cue.last + 1)}
        if any(cue.section == "false" for cue in sentence.cues):
            verbs |= {m.start() for m in _CALLING.finditer(self.low, sentence.start, sentence.end)}
        for v, token in enumerate(tokens.tokens):
            if token.start not in verbs:
                continue
            for verb in self._finite(token.low):
                phrase = self._context.grammar.left(tokens, v, verb) or self._context.grammar.right(tokens, v, verb)
                source = self._namer.source(Finding(token.start, token.end, "denier", tokens, phrase, v)) if phrase else None
                if source and (source.speaker or source.outlet):
                    return source.speaker or source.outlet
        return ""

    def _finite(self, word: str) -> list[VerbForm]:
        """What the word is as a verb with a subject."""
        if self.language == "en":
            known = self.verbs.get(word)
            third = word.endswith("s") and not word.endswith("ss")
            return [known or VerbForm(word, frozenset(), "pres" if third else "past", "sing" if third else "", "")]
        found = [r for r in readings(word, self.language) if r.part == "VERB" and ("past" in r.marks or "3per" in r.marks)]
        return [VerbForm(r.lemma, frozenset(), "past" if "past" in r.marks else "pres", r.number, r.gender) for r in found[:1]]

    @cached_property
    def _context(self) -> Context:
        return context_of(self.language, Outlets())

    @cached_property
    def _quotes(self) -> Quotes:
        return Quotes(self.plain)

    @cached_property
    def _namer(self) -> Namer:
        return Namer(self.text, self._context, self._sentence_before)

    def _sentence_before(self, offset: int, n: int) -> Sentence | None:
        at = max((i for i, s in enumerate(self.sentences) if s.start <= offset), default=-1) - n
        if at < 0:
            return None
        one = self.sentences[at]
        return Sentence(self.plain, one.start, one.end, self._quotes, doubts=self.language != "en")


def _near(at: int, negated: Iterable[int]) -> bool:
    """Whether a negation stands just before a word, or a word between."""
    return any(0 < at - i <= 2 for i in negated)


def _known(name: str) -> str:
    """By what a speaker is told from another: the last word's beginning."""
    last = name.lower().replace("ё", "е").split()[-1:] or [""]
    return last[0][:5]


def _agree(word: str, following: str, language: str) -> bool:
    """Whether an adjective qualifies the noun behind it."""
    nouns = {(r.case, r.number, r.gender) for r in readings(following, language) if r.part == "NOUN"}
    return any(
        (r.case, r.number, r.gender) in nouns or (r.number == "plur" and any(n[:2] == (r.case, "plur") for n in nouns))
        for r in readings(word, language)
        if r.part in {"ADJF", "PRTF"}
    )
