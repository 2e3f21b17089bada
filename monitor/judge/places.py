"""Which federal subject a text names, and in what role: where it happened, dateline, whose official speaks, mere mention. Pure.

Names come from the newsroom's data with all their forms; this module knows only how names stand in sentences. A name that
could be somebody's or something else's counts only where the sentence says that it is a place; unknown is an answer.
docs/judging.md names each rule and why it is general.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import Place, Region, Town
from monitor.text import fold, sentences

_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for."""

    region: str
    town: str
    """In English; empty where the name is the subject's own."""
    is_adjective: bool
    also: str
    """name | surname | word: what else the name may be; empty where nothing."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of all places, by their folded words: see `compile_places`."""

    names: dict[tuple[str, ...], Name]
    longest: dict[str, int]
    """For a first word, how many words the longest name has that begins with it."""


def compile_places(regions: Iterable[Region], towns: Iterable[Town]) -> Gazetteer:
    """The gazetteer of these regions and towns. A subject's own name wins over a town of the same name."""
    names: dict[tuple[str, ...], Name] = {}
    for town in towns:
        _add(names, town.forms, town.iso, town.en, town.also)
    for region in regions:
        _add(names, region.forms, region.iso, "", "")
    longest: dict[str, int] = {}
    for key in names:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return Gazetteer(names, longest)


def _add(names: dict[tuple[str, ...], Name], forms: Iterable[str], region: str, town: str, also: str) -> None:
    for form in forms:
        key = tuple(_TOKEN.findall(fold(form).text))
        if key:
            names[key] = Name(region, town, form[:1].islower(), also)


# What stands before a place where something happens.
_IN = re.compile(
    r"(?:в|во|на|под|около|близ|возле|у|из|in|at|near|outside|from|around|across|throughout|inside|біля|під|з|із|зі|до)$"
)
# Between the preposition and the name: "in the southern city of Volgograd", "в городе Шахты".
_KIND = re.compile(
    r"(?:г|гор|город\w*|местечк\w*|пос\w*|сел\w*|столиц\w*|регион\w*|област\w*|республик\w*|край|краю|кра[яе]|міст\w*|місті|селищ\w*|"
    r"the|city|town|capital|region|province|republic|village|port|of|southern|northern|western|eastern|central|siberian|russian|russia's|"
    r"южн\w+|северн\w+|западн\w+|восточн\w+|сибирск\w+|уральск\w+|российск\w+|окупован\w+|оккупирован\w+|occupied|annexed|downtown)$"
)
# People and things that are of the place where it happens.
_RESIDENT = re.compile(
    r"(?:жител\w*|уроженц\w*|студент\w*|призывник\w*|резервист\w*|мужчин\w*|парн\w*|юнош\w*|прописк\w*|мешкан\w*|чолов\w*|призовник\w*|"
    r"resident\w*|native\w*|student\w*|man|men|conscript\w*|reservist\w*|father|worker\w*|employee\w*|women|woman|streets?|suburbs?|outskirts)$"
)
# Offices that speak.
_OFFICIAL = re.compile(
    r"(?:военком\w{0,3}|военкомат\w*|комиссар\w{0,3}|комиссариат\w*|губернатор\w*|вице-губернатор\w*|мэр\w{0,3}|мэри\w+|глав[аыеу]|главой|"
    r"депутат\w*|чиновник\w*|прокурор\w*|прокуратур\w*|администраци\w+|правительств\w+|власт\w+|пресс-служб\w+|омбудсмен\w*|уполномоченн\w+|"
    r"министр\w*|сенатор\w*|представител\w+|управлени\w+|ведомств\w+|воєнком\w{0,3}|військкомат\w*|комісар\w*|голов[аиіу]|чиновник\w*|влад[аиіу]|"
    r"прокурор\w*|посадов\w+|адміністраці\w+|уряд\w*|речни\w+|"
    r"officials?|commissioners?|commissars?|commissariat|governors?|mayors?|authorit\w+|prosecutors?|spokes\w+|administration|heads?|chief|"
    r"deputies|deputy|lawmakers?|senators?|ombuds\w+|counterparts?|ministers?|ministry|officers?|office|department)$"
)
_SAYS = re.compile(
    r"(?:сообщи\w+|сообща\w+|заяви\w+|заявля\w+|рассказа\w+|сказа\w+|говор\w+|признал\w*|признав\w+|опроверг\w*|отрица\w+|подтверди\w+|объяви\w+|"
    r"пообеща\w+|поясни\w+|объясни\w+|отмети\w+|утвержда\w+|уточни\w+|предупреди\w+|добави\w+|ответи\w+|назва\w+|"
    r"повідоми\w+|повідомля\w+|сказа\w+|каже|кажуть|розпов\w+|визна\w+|спростува\w+|запереч\w+|підтверди\w+|оголоси\w+|пообіця\w+|поясни\w+|"
    r"стверджу\w+|зазначи\w+|додав\w*|"
    r"said|says?|told|admit\w*|acknowledg\w*|den(?:y|ies|ied)|confirm\w*|announc\w*|claim\w*|stated|states|insist\w*|warn\w*|promis\w*|"
    r"explain\w*|backtrack\w*|declar\w*|added|wrote|call(?:ed)? (?:it|the))$"
)
_AND = frozenset({"и", "та", "і", "й", "and", "а", "также", "&"})
# Capitals that stand for governments: with another of them, or as one that speaks, "Moscow" is the Kremlin.
_CAPITALS = re.compile(
    r"(?:киев\w{0,2}|ки[їє]в\w{0,2}|вашингтон\w{0,2}|минск\w{0,2}|брюссел\w{1,2}|пекин\w{0,2}|запад\w{0,2}|анкар\w|"
    r"kyiv|kiev|washington|brussels|beijing|minsk|ankara|london|berlin|west|nato)$"
)
_GOVERNS = re.compile(
    r"(?:считает|требует|обвин\w+|намерен\w*|готов\w*|отверг\w+|настаива\w+|отказал\w+|надеется|исключает|рассчитыва\w+|наращив\w+|"
    r"вважає|вимага\w+|звинувати\w+|відмови\w+|has|had|will|would|wants?|needs?|is|was|may|might|could|should|must|accus\w+|reject\w+|"
    r"seeks?|sought|launch\w+|invad\w+|annex\w+|rel(?:y|ies|ied)|struggl\w+|continues?|plans?|hopes?|refus\w+|demand\w+|blam\w+|intends?)$"
)
_AGAINST = re.compile(r"(?:с|со|против|для|между|with|against|by|between|for|on|із|проти|між)$")
_METONYMS = frozenset({"RU-MOW"})
# What follows a name that belongs to something else: "Moscow Times", "Кировский район Петербурга", "Московский военный округ".
_OF_A_NAME = re.compile(
    r"(?:times|news|post|state|university|institute|agency|time|metro|tribune|bank|exchange|район\w*|улиц\w*|проспект\w*|шоссе|вокзал\w*|площад\w*|"
    r"бульвар\w*|набережн\w*|завод\w*|военн\w+|військов\w+|комсомол\w+|times'|станци\w+|метро)$"
)
# A sentence in which something of the beat happens: a place in it is where.
_HAPPENS = re.compile(
    r"(?:повест\w+|повіст\w+|призыв\w*|призва\w+|призов\w+|мобилиз\w+|мобіліз\w+|военкомат\w*|військкомат\w*|вручи\w+|вруча\w+|разда\w+|рейд\w*|"
    r"облав\w*|задержа\w+|затрима\w+|суд\w{0,2}|полиц\w+|поліц\w+|обыск\w*|арест\w*|арешт\w*|пригов\w+|вирок\w*|отправ\w+|поджог\w*|подожг\w*|"
    r"получ\w+|отрима\w+|явил\w+|приш\w+|забра\w+|увез\w+|протест\w*|митинг\w*|погиб\w*|"
    r"summons\w*|draft\w*|conscript\w*|mobili\w+|enlist\w+|recruit\w+|detain\w*|arrest\w*|raid\w*|police|court|sentenc\w+|receiv\w+|handed|served|"
    r"taken|took|protest\w*|fire|arson|killed|died|sent|reported|opened|charged|fined)$"
)
# The dateline is the place with which a text begins: "ВОЛГОГРАД, 20 мая —", "MOSCOW (Polden) —", "Омск. /Полдень/".
_AFTER_DATELINE = re.compile(r"[ ]?(?:,[^—–\n.!?]{1,40})?[ ]*(?:\([^)\n]{1,40}\)[ ]*)?(?:[—–]|-[ ]|/|\.[ ]*/)")


@dataclass(frozen=True, slots=True)
class _Found:
    name: Name
    first: int
    """Of its words in the sentence."""
    last: int


class _Sentence:
    """One sentence's words: folded, as written, and where they stand in the original."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.spans: list[tuple[int, int]] = []

    def word(self, at: int) -> str:
        """The folded word, or nothing beyond the sentence's ends."""
        return self.words[at] if 0 <= at < len(self.words) else ""


def _sentences(original: str) -> list[_Sentence]:
    starts = [start for start, _ in sentences(original)]
    found = [_Sentence() for _ in starts]
    folded = fold(original)
    for match in _TOKEN.finditer(folded.text):
        span = folded.span(*match.span())
        sentence = found[max(0, bisect_right(starts, span[0]) - 1)]
        sentence.words.append(match[0])
        sentence.spans.append(span)
    return found


def find_places(gazetteer: Gazetteer, *, title: str, text: str, language: str) -> tuple[Place, ...]:
    """Every place that the title and text name, in order, with its role and its span in the original."""
    del language  # the forms of three languages do not clash: one table finds them all
    return (*_in_field(gazetteer, "title", title), *_in_field(gazetteer, "text", text))


def _in_field(gazetteer: Gazetteer, field: str, original: str) -> list[Place]:
    places: list[Place] = []
    for number, sentence in enumerate(_sentences(original)):
        previous: tuple[_Found, str] | None = None
        for found in _names(gazetteer, sentence, original):
            role = _role(found, sentence, is_lead=field == "title" or number < 2)
            if previous and role in {"mention", "event"} and _joined(previous[0], found, sentence):
                role = previous[1]
            if field == "text" and number == 0 and found.first == 0 and _is_dateline(found, sentence, original):
                role = "dateline"
            previous = found, role
            where = sentence.spans[found.first][0], sentence.spans[found.last][1]
            places.append(Place(found.name.region, found.name.town, role, field, *where))
    return places


def _names(gazetteer: Gazetteer, sentence: _Sentence, original: str) -> Iterable[_Found]:
    at = 0
    while at < len(sentence.words):
        found = _name_at(gazetteer, sentence, at)
        if found is None:
            at += 1
            continue
        if _is_place(found, sentence, original):
            yield found
        at = found.last + 1


def _name_at(gazetteer: Gazetteer, sentence: _Sentence, at: int) -> _Found | None:
    first = sentence.words[at].removesuffix("'s")
    for length in range(gazetteer.longest.get(first, 0), 0, -1):
        words = [word.removesuffix("'s") for word in sentence.words[at : at + length]]
        if name := gazetteer.names.get(tuple(words)):
            return _Found(name, at, at + len(words) - 1)
    return None


def _written(sentence: _Sentence, original: str, at: int) -> str:
    return original[slice(*sentence.spans[at])] if 0 <= at < len(sentence.words) else ""


def _is_place(found: _Found, sentence: _Sentence, original: str) -> bool:
    written = _written(sentence, original, found.first)
    before, after = sentence.word(found.first - 1), sentence.word(found.last + 1)
    next_written = _written(sentence, original, found.last + 1)
    if found.name.is_adjective:
        # With a capital in mid-sentence it is part of a name: a district, a street, a newspaper.
        is_proper = written[:1].isupper() and found.first > 0
        return not (is_proper or found.name.also or _OF_A_NAME.match(after))
    if not written[:1].isupper():
        return False
    if found.first == found.last and next_written[:1].isupper() and _OF_A_NAME.match(after):
        return False
    if found.name.also and not _said_to_be_a_place(found, sentence, original):
        return False
    return not (found.name.region in _METONYMS and _is_government(found, before, after, sentence))


def _said_to_be_a_place(found: _Found, sentence: _Sentence, original: str) -> bool:
    """A name that is also a person's or a thing's: after "in", "city of", and with no surname or patronymic behind it."""
    if _written(sentence, original, found.last + 1)[:1].isupper() and not _adjoins_comma(found, sentence, original):
        return False
    before = sentence.word(found.first - 1)
    return bool(_IN.match(before) or (_KIND.match(before) and before != "the") or _RESIDENT.match(before))


def _adjoins_comma(found: _Found, sentence: _Sentence, original: str) -> bool:
    end = sentence.spans[found.last][1]
    return original[end : end + 1] in {",", ".", ";", ":", ")", "»", "”"}


def _is_government(found: _Found, before: str, after: str, sentence: _Sentence) -> bool:
    if sentence.words[found.last].endswith("'s"):
        return not (_OFFICIAL.match(after) or _RESIDENT.match(after))
    if _AGAINST.match(before):
        return True
    pair = sentence.word(found.first - 2) if before in _AND else sentence.word(found.last + 2) if after in _AND else ""
    if _CAPITALS.match(pair):
        return True
    is_subject = not any(rule.match(before) for rule in (_IN, _KIND, _OFFICIAL, _RESIDENT))
    return is_subject and bool(_SAYS.match(after) or _GOVERNS.match(after))


def _role(found: _Found, sentence: _Sentence, *, is_lead: bool) -> str:
    if _is_whose_official_speaks(found, sentence):
        return "speaker"
    before = _before(found, sentence)
    is_located = bool(_IN.match(before) or _RESIDENT.match(before))
    if found.name.is_adjective:
        is_located = True
    if is_located and (is_lead or any(map(_HAPPENS.match, sentence.words))):
        return "event"
    return "mention"


def _before(found: _Found, sentence: _Sentence) -> str:
    """The word that governs the name: before it, past "the southern city of"."""
    at = found.first - 1
    while (
        at >= 0 and _KIND.match(sentence.word(at)) and not (sentence.word(at) == "of" and _RESIDENT.match(sentence.word(at - 1)))
    ):
        at -= 1
    if sentence.word(at) == "of":
        at -= 1
    return sentence.word(at)


def _is_whose_official_speaks(found: _Found, sentence: _Sentence) -> bool:
    words = sentence.words
    if not any(map(_SAYS.match, words)):
        return False
    before, after = words[max(0, found.first - 3) : found.first], words[found.last + 1 : found.last + 4]
    governs = any(map(_OFFICIAL.match, before)) and not any(map(_SAYS.match, before))
    qualifies = (found.name.is_adjective or _is_latin(words[found.first])) and any(map(_OFFICIAL.match, after[:3]))
    return governs or qualifies


def _is_latin(word: str) -> bool:
    return word.isascii()


def _joined(previous: _Found, found: _Found, sentence: _Sentence) -> bool:
    """Whether only "and" or a comma stands between two places: "in Moscow and St. Petersburg"."""
    between: Sequence[str] = sentence.words[previous.last + 1 : found.first]
    return len(between) <= 1 and all(word in _AND or _IN.match(word) for word in between)


def _is_dateline(found: _Found, sentence: _Sentence, original: str) -> bool:
    return bool(_AFTER_DATELINE.match(original, sentence.spans[found.last][1]))
