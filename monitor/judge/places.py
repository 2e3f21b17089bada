"""Which federal subject a text names, and in what role: where it happened, dateline, whose official speaks, mere mention. Pure.

Names come from the newsroom's data with all their forms; this module knows only how names stand in sentences. Three questions
are asked of each: is it a place here (`_is_place`), which of its bearers (`_bearer`), and what is said of it (`_tie`, `_role`).
A name that could be somebody's or something else's counts only where the sentence says that it is a place; unknown is an
answer. docs/places.md names each rule and why it is general.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.judge.words import forms
from monitor.lexicons import lexicon
from monitor.model import Place, Region, Town
from monitor.text import fold, sentences

_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_CLAUSE = re.compile("[,;:—–(]")
_LONG_CLAUSE = 40
"""Words of a clause before a name that are looked through; and adjectives that share one noun."""


def _words(*lists: str) -> Callable[[str], bool]:
    """Whether a word is one of these; `*` stands for any ending. Remembers its answers: texts have few different words."""
    alternatives = " ".join(lists).replace("*", r"\w*").split()
    pattern = re.compile(f"(?:{'|'.join(alternatives)})(?:'s)?")
    return lru_cache(maxsize=20_000)(lambda word: pattern.fullmatch(word) is not None)


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for."""

    region: str
    town: str
    """In English; empty where the name is the subject's own."""
    is_adjective: bool
    also: str
    """name | surname | word: what else the name may be; `demonym` of a people's name; empty where nothing."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of all places, by their folded words: see `compile_places`."""

    names: dict[tuple[str, ...], tuple[Name, ...]]
    """More than one where several places have the name."""
    longest: dict[str, int]
    """For a first word, how many words the longest name has that begins with it."""
    official: dict[str, str]
    """Region by the adjective of its official name: "саратовской", of "Саратовская область"."""


def compile_places(regions: Iterable[Region], towns: Iterable[Town]) -> Gazetteer:
    """The gazetteer of these regions and towns. A subject's own name wins over a town of the same name."""
    regions = tuple(regions)
    names: dict[tuple[str, ...], tuple[Name, ...]] = {}
    official: dict[str, str] = {}
    for region in regions:
        for key, is_adjective in _keys(region.forms):
            name = Name(region.iso, "", is_adjective, "")
            names[key] = (*(n for n in names.get(key, ()) if n != name), name)
            if len(key) > 1 and _SUBJECT(key[-1]):
                # "Altai Krai", "Altai Republic": an adjective of two leads to neither.
                official[key[0]] = region.iso if official.get(key[0], region.iso) == region.iso else ""
    subjects = {(key, name.is_adjective) for key, bearers in names.items() for name in bearers}
    for town in towns:
        for key, is_adjective in _keys(town.forms):
            # The Ukrainian "Омську" is in the town, "омську" of the region: both are kept, and told by the capital.
            if (key, is_adjective) not in subjects:
                name = Name(town.iso, town.en, is_adjective, "" if is_adjective else town.also)
                names[key] = (*(n for n in names.get(key, ()) if n != name), name)
    for key, name in _demonyms({region.iso for region in regions}):
        names.setdefault(key, (name,))
    for adjective in official:
        names.setdefault((adjective,), ())
    longest: dict[str, int] = {}
    for key in names:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return Gazetteer(names, longest, official)


def _demonyms(known: set[str]) -> Iterator[tuple[tuple[str, ...], Name]]:
    """What the people of these subjects are called, in all forms."""
    for by_region in lexicon("demonyms").values():
        for iso in sorted(by_region.keys() & known):
            for form in sorted({form for entry in by_region[iso] for form in forms(entry)}):
                yield (form,), Name(iso, "", is_adjective=True, also="demonym")


def _keys(forms: Iterable[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for form in forms:
        if key := tuple(_TOKEN.findall(fold(form).text)):
            yield key, form[:1].islower()


# The words that the rules ask for. They are those of the language and of all beats, and not of any text.
# What a federal subject is. Not an okrug: cities have districts of that name too ("Кировский округ" of Omsk).
_SUBJECT = _words("област* обл кра[йяюїє] краем крае краєм краєві республик* республік* oblast krai region")
# Of several: "Самарской и Саратовской областях", "Алтайского и Красноярского края".
_SUBJECTS = _words("област[ием]* областя* областей кра[яеї] края[хм]* краев республик* республік* regions oblasts krais")
_IN = _words(
    "в во на под около близ возле у через in at near outside around across throughout inside through via",
    "біля під поблизу неподалік",
)
_FROM = _words("из с со из-под з із зі from")
_TO = _words("в во на до к у to into toward towards for")
_NEAR = _words("под близ около под під біля поблизу near outside around")
# Between the preposition and the name: "in the southern city of Volgograd", "в городе Шахты".
_KIND = _words(
    "г гор город* пос поселк* сел[аеоу] селом деревн* столиц* регион* област* республик* край краю крае края станиц* полигон*",
    "пункт* пропуска",
    "міст[аоуі] місті селищ* столиц* регіон* област* полігон*",
    "the city town capital region province republic village port settlement of southern northern western eastern central",
    "siberian russian russia russia's southernmost neighboring neighbouring nearby remote occupied annexed downtown",
    "южн* северн* западн* восточн* сибирск* уральск* российск* соседн* окупован* оккупирован* аннексирован* російськ* сусідн*",
)
# Who is of the place where it happens to them.
_PEOPLE = _words(
    "жител* студент* студентк* школьник* призывник* резервист* мобилизованн* мужчин* парн* юнош* прописк* семь[яиею] рабоч*",
    "горожан* мигрант* учител* врач* мешкан* жител* студент* призовник* чолов* юнак* мобілізован*",
    "resident* student* man men conscript* reservist* father* mother* worker* employee* women woman famil* teenager*",
)
# What stands somewhere: what is done in or by it is done there.
_SPOT = _words(
    "военкомат* суд* суде вуз* колледж* университет* школ* завод* порт* аэропорт* вокзал* рынк* рынок общежит* гарнизон* полиц*",
    "росгварди* прокуратур* комендатур* улиц* площад* район* окраин* пригород* центр* полигон* част[ьию] больниц* метро войск*",
    "управлени* гарнизон* тюрьм* колони* сизо въезд* комиссариат* горсуд* райсуд* облсуд* комисси* штаб* кпп округ*",
    "військкомат* суд* коледж* університет* шкіл* школ* завод* порт* аеропорт* вокзал* ринк* ринок гуртожит* поліц* вулиц* площ*",
    "район* околиц* передміст* центр* полігон* лікарн* метро комісі* штаб* округ*",
    "street* suburb* suburbs outskirts downtown metro subway station* court* university college dormitory police airport port",
    "garrison barracks market district draft enlistment recruitment conscription military",
)
# Offices that speak.
_OFFICIAL = _words(
    "военком военкома военкому военкомом военкоме военкомы военкомат* комиссар* комиссариат* губернатор* вице-губернатор* мэр*",
    "глав[аыеу] главой депутат* чиновник* прокурор* прокуратур* администраци* правительств* власт* пресс-служб* омбудсмен*",
    "руководител* начальник* уполномоченн* экс-* минобороны міноборони министр* сенатор* представител* управлени* ведомств*",
    "очільни* керівни*",
    "воєнком* військкомат* комісар* голов[аиіу] чиновник* влад[аиіу] прокурор* посадов* адміністраці* уряд* речни* губернатор*",
    "мер мера меру мером омбудсмен* представник* депутат*",
    "official* commissioner* commissar* commissariat governor* mayor* authorit* prosecutor* spokes* administration head heads",
    "hall chief deputies deputy lawmaker* senator* ombuds* counterpart* minister* ministry officer* office department",
)
_SAYS = _words(
    "сообщ* заяви* заявля* рассказ* сказа* говор* признал* признав* опроверг* отрица* подтверди* объяви* пообеща* обеща* поясни*",
    "объясни* отмети* утвержда* уточни* предупреди* добави* ответи* назва* доложи* словам слов отказал*",
    "комментир* сетова* настаива* уверя* завер* предлож* предлага* попроси* совет*",
    "запропон* запевня* рад[ия]* advis* propos* asked",
    "повідом* заяви* каже кажуть розпов* визна* спростува* запереч* підтверди* оголоси* пообіця* поясни* стверджу* зазначи*",
    "слів додав* запевни* словами попереди* відмови*",
    "said say says tell* told admit* acknowledg* deny denies denied confirm* announc* claim* stated states insist* warn* promis*",
    "призвал призвала призвали criticis* criticiz* упрек* упрекн*",
    "explain* backtrack* declar* added wrote dismiss* declin* according",
)
# Those who comment from a place, and are no office of it.
_COMMENTATOR = _words(
    "юрист* адвокат* эксперт* аналитик* правозащитни* политолог* историк* социолог* экономист* психолог* журналист* блогер*",
    "експерт* аналітик* правозахисни* політолог* історик* соціолог* економіст* lawyer* attorney* analyst* expert* activist*",
    "observer* historian* sociologist* economist* journalist* blogger*",
)


@cache
def _lexicon_forms(name: str, *sections: str) -> frozenset[str]:
    """Every form of the single words of some sections of a lexicon."""
    entries = (entry for of in lexicon(name).values() for section in sections for entry in of.get(section, ()))
    return frozenset().union(*(forms(entry) for entry in entries if " " not in entry))


@cache
def _mastheads() -> frozenset[str]:
    """What an English newspaper's name ends in."""
    return frozenset(entry.lower() for entry in lexicon("speakers")["en"].get("masthead", ()))


def _is_said(word: str) -> bool:
    """A verb of saying, urging, accusing or advising."""
    return _SAYS(word) or word in _lexicon_forms("saying", "saying", "asking")


def _is_office(word: str) -> bool:
    """An official, or an office that speaks."""
    return _OFFICIAL(word) or (word in _lexicon_forms("speakers", "official") and not _SPOT(word))


# "On", "to" and "with" somebody are no less common than with a place; "in" somebody is rare.
_STRICTLY_IN = _words("в во in near outside под під из біля")
_BASE = _words("air airbase airfield base garrison district region prison training")
_RANGE_FROM, _RANGE_TO = frozenset({"from", "от", "від", "з", "із", "с"}), frozenset({"to", "до"})
_AND = frozenset({"и", "та", "і", "й", "and", "а", "также", "&", "або", "или", "or"})
# Verbs that take somebody or something to a place.
_MOVES = _words(
    "ехал* їха* іха* отправ* увез* вывез* перевез* повез* привез* достав* переброс* перевел* уеха* поеха* приех*",
    "прибы* сбеж* переех* вернул*",
    "направ* этапир* відправ* звез* вивез* перевез* повез* привез* достав* перекин* поїха* приїха* прибу* втік* утекл* повернув*",
    "sent send taken took transferred moved deployed bused flown shipped travelled traveled drove returned fled arrived",
)
# A life before, or another time: what is told of it is not the news. Asked of the clause up to the name.
_BEFORE_NOW = re.compile(
    r"\b(?:родил\w*|уроженц\w*|уроженка|бывш\w+|раньше|прежде|в прошлом году|годом ранее|служил\w* (?:в|на)|вырос\w*|"
    r"народи\w+|уродженц\w+|уродженець|колишн\w+|раніше|торік|минулого року|виріс|"
    r"annexed|born|native|natives|former|formerly|previously|grew up|raised|last year|a year earlier|"
    r"before the (?:war|call-up|draft|invasion))\b"
)
_ROUTE = re.compile(r"^[A-ZА-ЯЁІЇЄҐ]?\w* ?[—–] |[^\W\d_] [—–] [A-ZА-ЯЁІЇЄҐ]")
# Another time than the news: asked of the sentence.
_EARLIER = re.compile(
    r"\b(?:(?:полгода|год|года|лет|месяц\w*) назад|(?:годом|месяцем) ранее|^ранее|^раньше|^прежде|в прошлом (?:году|месяце)|"
    r"прошл(?:ой|ым|ого) (?:зимой|осенью|весной|летом|года)|(?:пів року|півроку|рік|роки|років|місяц\w+) тому|^раніше|торік|"
    r"минул(?:ого року|ого місяця|ого літа|ої зими|ої осені|ої весни)|(?:a|one|two|three|six) (?:year|"
    r"month|years|months) (?:ago|earlier|before)|"
    r"last (?:year|winter|summer|spring|autumn|fall)|previously|^once)\b"
)
_LONG_SENTENCE = 60
"""Words of a sentence that are looked through for another time."""
_COMPARED = re.compile(
    r"(?:\b(?:чем|нежели|как|как и|ніж|як|як і|than|as|like|unlike)(?: (?:в|во|на|у|in))?|отличие от|"
    r"сравнению с|уступает (?:лишь|только)|уступает|"
    r"вслед за|примеру|відміну від|порівняно з|поступається(?: лише| тільки)?|слідом за|прикладом|"
    r"compared (?:with|to)|behind(?: only)?|"
    r"second only to)(?: \w+)?$"
)
_CALLS = _words("считает считают називає вважає вважають calls called finds thinks believes")
# What has its seat somewhere, and those who worked there.
_SEATED = _words(
    "зарегистрирован* зарегистрирована редакци* штаб-квартир* основан* корреспондент* репортер* зареєстрован* редакці* заснован*",
    "кореспондент* репортер* contributed registered headquartered headquarters newsroom correspondent reporter*",
)
_LEFT = _words("left leaves leaving quit покинул* покинула залишив* покинув*")
# Capitals that stand for governments: with another of them, or as one that acts, "Moscow" is the Kremlin.
_CAPITALS = _words(
    "киев* киє* київ* києв* вашингтон* минск* мінськ* брюссел* пекин* пекін* запад* захід* анкар* тбилиси тбілісі ереван* астан*",
    "kyiv kiev washington brussels beijing minsk ankara london berlin paris tbilisi west nato tehran pyongyang",
)
_GOVERNMENTS = frozenset({"RU-MOW"})
_GOVERNS = _words(
    "has had will would wants? needs? is was may might could should must accus* reject* seeks? sought launch* invad* annex*",
    "relies rely relied struggl* continue* plan plans planned hope* refus* demand* blam* intend* offer* sign* agree*",
    "backed warned vowed threatened",
)
# Between governments: "talks with Moscow", "sanctions on Moscow", "pressure from Moscow".
_AGAINST = _words("на с со против для между от with against by between for on із проти між від щодо")
# What only a government has: "война Москвы", "переговорщики Москвы".
_OF_GOVERNMENT = _words(
    "войн* війн* переговорщик* переговорник* политик* політик* агресси* агресі* дипломат* вторжени* вторгненн*"
)
# What a name belongs to, where it is no place: "Moscow Times", "Кировский район Петербурга", "Московский военный округ".
_TITLE = _words(
    "street avenue road conservatory times news post tribune state university institute agency time bank exchange",
    "military dynamo fc",
    "район* улиц* проспект* шоссе вокзал* площад* бульвар* набережн* военн* військов* комсомол* патриарх* патріарх* мост* міст",
    "станци* завод* вулиц* правд* известия",
)
# Where towns are called as ours are: "Moscow, Idaho".
_ABROAD = frozenset(
    [
        "idaho",
        "florida",
        "texas",
        "pennsylvania",
        "ohio",
        "maine",
        "kansas",
        "tennessee",
        "ontario",
        "kazakhstan",
        "poland",
        "missouri",
    ]
)
# Of a people and its past, of a paper, of troops, who serve elsewhere: nothing happens there.
_ELSEWHERE = _words(
    "пряник* самовар* язык* мов[аиоуі] войн* війн* кампани* татар* народ* культур* кухн* издани* газет* журнал* канал* видан*",
    "силовик* батальон* бойц* бійц* полк* бригад* дивизи* дивізі* спецназ*",
    "fighters troops regiment brigade battalion language war wars campaign cuisine",
)
# A sentence about a match: whom it names by a place is a team.
_MATCH = _words(
    "striker* goalkeeper* midfielder* нападающ* вратар* обыгра* матч* счетом забил* гол голов чемпионат* турнир*",
    "плей-офф матч* рахунком beat defeated goals match league playoff*",
)
# A sentence in which something of the beat happens: a place in it is where.
_HAPPENS = _words(
    "повест* повіст* призыв* призва* призов* мобилиз* мобіліз* военкомат* військкомат* вручи* вруча* разда* рейд* облав* задерж*",
    "затрима* суд* полиц* поліц* обыск* арест* арешт* пригов* вирок* отправ* поджог* подожг* получ* отрима* явил* приш* забра*",
    "увез* протест* митинг* погиб* вызва* вызыва* виклика* сборы сборах збори штраф* контракт*",
    "summons* draft* conscript* mobili* enlist* recruit* detain* arrest* raid* police court sentenc* receiv* handed served taken",
    "took protest* fire arson killed died sent reported opened charged fined called",
)
# Around two cities lies another subject, which has no other name for what is near them: "под Москвой" is Moscow Oblast.
_SURROUNDS = {"RU-MOW": "RU-MOS", "RU-SPE": "RU-LEN", "UA-40": "UA-43"}

_DATE = r"(?:\d{1,2} \w{3,9}|[A-Z]\w{2,8}\.? \d{1,2})(?: \d{4})?(?: г\.)?"
_AGENCY = r"(?:\([^)\n]{1,40}\)|/[^/\n]{1,40}/|[A-ZА-ЯІЇЄҐ]{3,30}+)"
_BEGINS = r"(?=[«\"“(]?[A-ZА-ЯЁІЇЄҐ\d])"
# What follows the place with which a text begins: "ОМСК, 20 мая —", "MOSCOW (Polden) —"; "Омск. /Полдень/"; "Томск. Студентам".
# Behind it a sentence begins: "Омск — не Томск" is one itself.
_DATELINE = re.compile(
    rf"(?:, [^\W\d_][\w .-]{{1,30}}?)?(?:[,.] ?{_DATE})?[,.]?(?: ?{_AGENCY})?[,.]? ?(?:[—–]|- ) ?{_BEGINS}"
    rf"|(?:[,.] ?{_DATE})?[,.]? ?/[^/\n]{{1,40}}/"
    rf"|(?:[,.] ?{_DATE})?\. {_BEGINS}"
    rf"|[,.] ?{_DATE}[,.]? ?[—–]"
)


class _Tie(IntEnum):
    """How closely a sentence ties what happens to a place; the closest ones are where it happened."""

    NONE = 0
    ASIDE = 1
    """A sentence in which nothing happens names it: where it happened only if nothing else says where."""
    GOAL = 2
    """Somebody is taken there: where it happened only if no other place is named for it."""
    ORIGIN = 3
    """Somebody is from there: likewise, but what happens to him happens at home sooner than at the goal."""
    PEOPLE = 4
    """It happens to people of the place: there, unless the same sentence says where."""
    PLACE = 5
    """It happens in the place, at a spot in it, or to the place itself."""


@dataclass(slots=True)
class _Found:
    """A name that is a place, and what its sentence says of it."""

    name: Name
    first: int
    """Of its words in the sentence."""
    last: int
    role: str = "mention"
    tie: _Tie = _Tie.NONE
    rule: str = ""
    """Name of the rule that tied it."""


class _Sentence:
    """One sentence's words: folded, as written, and where they stand in the original."""

    def __init__(self, original: str, number: int, language: str) -> None:
        self._has: dict[Callable[[str], bool], bool] = {}
        self.original = original
        self.number = number
        self.language = language
        self.words: list[str] = []
        self.spans: list[tuple[int, int]] = []

    def word(self, at: int) -> str:
        """The folded word, or nothing beyond the sentence's ends."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def is_capital(self, at: int) -> bool:
        """Whether the word is written with a capital."""
        return 0 <= at < len(self.words) and self.original[self.spans[at][0]].isupper()

    def before(self, found: _Found) -> str:
        """What stands directly before the name, as written."""
        start = self.spans[found.first][0]
        return self.original[max(0, start - 1) : start]

    def after(self, found: _Found) -> str:
        """What stands directly behind the name, as written."""
        end = self.spans[found.last][1]
        return self.original[end : end + 1]

    def clause_before(self, found: _Found) -> str:
        """The folded words from the comma before the name up to it, or the last forty of them."""
        at = found.first
        least = max(found.first - _LONG_CLAUSE, 0)
        while at > least and not _CLAUSE.search(self.original[self.spans[at - 1][1] : self.spans[at][0]]):
            at -= 1
        return " ".join(self.words[at : found.first])

    def has(self, rule: Callable[[str], bool]) -> bool:
        """Whether any word is one of the rule's; asked once for all the names of the sentence."""
        if rule not in self._has:
            self._has[rule] = any(map(rule, self.words))
        return self._has[rule]


def find_places(gazetteer: Gazetteer, *, title: str, text: str, language: str) -> tuple[Place, ...]:
    """Every place that the title and text name, in order, with its role and its span in the original.

    `language` (ISO 639-1, or empty) tells the Ukrainian "у" (in) from the Russian one (at somebody's).
    """
    in_text = _read(gazetteer, text, language)
    read = [("title", *named) for named in _read(gazetteer, title, language)] + [("text", *named) for named in in_text]
    for field, sentence, names in read:
        for found in names:
            _tie_to(found, sentence, is_lead=field == "title" or sentence.number < 2)
        _join(names, sentence)
    _mark_dateline(text, in_text)
    _choose_events([names for _, _, names in read])
    return tuple(
        Place(found.name.region, found.name.town, found.role, field, s.spans[found.first][0], s.spans[found.last][1], found.rule)
        for field, s, names in read
        for found in names
    )


def _read(gazetteer: Gazetteer, original: str, language: str) -> list[tuple[_Sentence, list[_Found]]]:
    """The sentences that name a place, with those names. Only they are looked at word by word: most name none."""
    folded = fold(original)
    hits = [m.start() for m in _TOKEN.finditer(folded.text) if m[0].removesuffix("'s") in gazetteer.longest]
    if not hits:
        return []
    spans = sentences(original)
    starts = [start for start, _ in spans]
    read = []
    for number in sorted({bisect_right(starts, folded.span(at, at + 1)[0]) - 1 for at in hits}):
        sentence = _Sentence(original, number, language)
        start, end = spans[number] if folded.offsets is None else (bisect_left(folded.offsets, i) for i in spans[number])
        for token in _TOKEN.finditer(folded.text, start, end):
            sentence.words.append(token[0])
            sentence.spans.append(folded.span(*token.span()))
        if found := _names(gazetteer, sentence):
            read.append((sentence, found))
    return read


def _names(gazetteer: Gazetteer, sentence: _Sentence) -> list[_Found]:
    """The names in a sentence that are places there, each as the one of its bearers that is meant."""
    candidates = list(_candidates(gazetteer, sentence))
    named = {names[0].region for names, _, _ in candidates if len({n.region for n in names}) == 1}
    starts = {first for _, first, _ in candidates}
    kept = []
    for names, first, last in candidates:
        if subject := _subject_at(gazetteer, sentence, first):
            kept.append(subject)
            continue
        name = _bearer(names, named)
        if name is None:
            continue
        found = _Found(name, first, last)
        context = _Context(kept[-1] if kept else None, last + 1 in starts)
        if _is_place(found, sentence, context):
            if _NEAR(sentence.word(_governor(found, sentence))) and not name.town:
                found.name = replace(name, region=_SURROUNDS.get(name.region, name.region))
            kept.append(found)
    return kept


def _candidates(gazetteer: Gazetteer, sentence: _Sentence) -> Iterator[tuple[tuple[Name, ...], int, int]]:
    """The longest names of the gazetteer, left to right: what they may stand for, their first and last words."""
    at = 0
    while at < len(sentence.words):
        length = gazetteer.longest.get(sentence.words[at].removesuffix("'s"), 0)
        for size in range(length, 0, -1):
            words = [word.removesuffix("'s") for word in sentence.words[at : at + size]]
            names = gazetteer.names.get(tuple(words))
            if names is not None:
                # "Новосибирском" is the town, "новосибирском" what is of it; at the head of a sentence it is the town.
                fitting = tuple(name for name in names if name.is_adjective != sentence.is_capital(at))
                yield fitting or names, at, at + len(words) - 1
                at += len(words) - 1
                break
        at += 1


def _bearer(names: tuple[Name, ...], named: set[str]) -> Name | None:
    """Of several places with one name, the one whose subject the sentence names; none where it does not say."""
    if len(names) > 1:
        names = tuple(name for name in names if name.region in named)
    return names[0] if len(names) == 1 else None


def _subject_at(gazetteer: Gazetteer, sentence: _Sentence, at: int) -> _Found | None:
    """The subject whose adjective shares its noun with others, or has it shortened: "Самарской и Саратовской областях"."""
    region = gazetteer.official.get(sentence.word(at), "")
    end = at + 1
    while end < at + _LONG_CLAUSE and (sentence.word(end) in _AND or sentence.word(end) in gazetteer.official):
        end += 1
    if not region or not (_SUBJECTS(sentence.word(end)) or (end == at + 1 and _SUBJECT(sentence.word(end)))):
        return None
    return _Found(Name(region, "", is_adjective=False, also=""), at, end if end == at + 1 else at)


# Is it a place here?


class _Context(NamedTuple):
    """What the gazetteer knows of the words about a name."""

    previous: _Found | None
    """The last place before it in the sentence."""
    is_before_name: bool
    """Whether the next word begins a name too: "Мирного Архангельской области"."""


def _is_place(found: _Found, sentence: _Sentence, context: _Context) -> bool:
    after = sentence.word(found.last + 1)
    if found.name.also == "demonym":
        return True
    if found.name.is_adjective:
        # With a capital in mid-sentence it is part of a name: a district, a street, a newspaper.
        is_proper = sentence.is_capital(found.first) and (found.first > 0 or _TITLE(after))
        return not is_proper
    if not sentence.is_capital(found.first):
        return False
    # A club, a paper, a train: «Ростов», «Москва — Владивосток».
    if (sentence.before(found) in {"«", "„"} or sentence.after(found) == "»") and not _KIND(sentence.word(found.first - 1)):
        return False
    if sentence.is_capital(found.last + 1) and _is_latin(found, sentence) and (_TITLE(after) or after in _mastheads()):
        return False
    if sentence.after(found) == "," and after in _ABROAD:
        return False
    if found.name.also and not (
        _follows_place(found, sentence, context.previous) or _said_to_be_a_place(found, sentence, context)
    ):
        return False
    return not (found.name.region in _GOVERNMENTS and not found.name.town and _is_government(found, sentence))


def _follows_place(found: _Found, sentence: _Sentence, previous: _Found | None) -> bool:
    """In "подмосковном Королёве", or "Казань и Владимир"."""
    if previous is None:
        return False
    between = sentence.words[previous.last + 1 : found.first]
    is_surname = sentence.is_capital(found.last + 1) and sentence.after(found) == " "
    return (len(between) == 1 and between[0] in _AND and not is_surname) or (not between and previous.name.is_adjective)


def _said_to_be_a_place(found: _Found, sentence: _Sentence, context: _Context) -> bool:
    """A name that is also a person's or a thing's: behind "in", "city of", with no surname or patronymic behind it."""
    if sentence.is_capital(found.last + 1) and sentence.after(found) == " " and not context.is_before_name:
        return False
    before = sentence.word(found.first - 1)
    if before == "of":
        before = sentence.word(found.first - 2)
    if before == "the":
        # "At the Engels air base": what stands there is called by the place.
        return _IN(sentence.word(found.first - 2)) and _BASE(sentence.word(found.last + 1))
    if before == "у":
        return sentence.language == "uk"
    return _STRICTLY_IN(before) or (before == "from" and found.name.also == "word") or _KIND(before) or _PEOPLE(before)


def _is_government(found: _Found, sentence: _Sentence) -> bool:
    """Whether a capital stands for those who govern from it."""
    before, after = sentence.word(found.first - 1), sentence.word(found.last + 1)
    if sentence.words[found.last].endswith("'s"):
        return not (_OFFICIAL(after) or _PEOPLE(after) or _SPOT(after))
    if _IN(before) and _SAYS(after) and not _is_latin(found, sentence):
        return True  # "В Москве опровергли"
    if _OF_GOVERNMENT(before) or (before == "з" and sentence.words[found.last] == "москвою"):
        return True
    if (_IN(before) and before != "на") or _KIND(before) or before in {"из", "з"}:
        return False
    if _AGAINST(before):
        return True
    if _CAPITALS(sentence.word(found.first - 2) if before in _AND else sentence.word(found.last + 2) if after in _AND else ""):
        return True
    if after in {"which", "которая", "яка"}:
        return True
    if sentence.words[found.last] == "москва":
        # The nominative acts: "Москва требует"; in a dateline or a list a mark stands behind it.
        return sentence.after(found) == " " and sentence.original[sentence.spans[found.last][1] + 1 :][:1].islower()
    return not (_OFFICIAL(before) or _PEOPLE(before)) and (_SAYS(after) or _GOVERNS(after))


# What is said of it?


def _is_latin(found: _Found, sentence: _Sentence) -> bool:
    """An English name, which stands before what is of the place as an adjective would: "Moscow students"."""
    return sentence.words[found.last].isascii()


def _governor(found: _Found, sentence: _Sentence) -> int:
    """Where the word stands that governs the name: before it, past "the southern city of"; -1 where there is none."""
    at = found.first - 1
    while at >= 0 and _KIND(sentence.word(at)):
        at -= 1
    return at


def _tie_to(found: _Found, sentence: _Sentence, *, is_lead: bool) -> None:
    """Give a name its tie or role by the first of the rules that holds."""
    counts = is_lead or sentence.has(_HAPPENS)
    for name, tie, holds in RULES:
        if (counts or tie in {None, _Tie.NONE, _Tie.ASIDE}) and holds(found, sentence, is_lead):
            found.rule = name
            if tie is None:
                found.role = "speaker"
            else:
                found.tie = tie
            return


def _begins_the_news(found: _Found, sentence: _Sentence) -> bool:
    """A place is the subject of the first sentence or the title: "Челябинская область стала первой", "Феодосия: штрафы"."""
    is_first = found.first == 0 and sentence.number == 0
    return is_first and not found.name.is_adjective and sentence.after(found) in {" ", "'", "’", ",", ":"}


def _is_whose_official_speaks(found: _Found, sentence: _Sentence) -> bool:
    if not sentence.has(_is_said) or sentence.word(_governor(found, sentence)) in {"от", "від", "for", "из", "з", "із", "from"}:
        return False
    before, after = sentence.clause_before(found).split()[-5:], sentence.words[found.last + 1 : found.last + 4]
    for word in reversed(before):
        if _is_office(word) or _is_said(word):
            return _is_office(word)
    return (found.name.is_adjective or _is_latin(found, sentence)) and any(map(_is_office, after))


def _is_of_before(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """A life before: "born in", "родом из"."""
    return _BEFORE_NOW.search(sentence.clause_before(found)) is not None


def _is_earlier_case(_: _Found, sentence: _Sentence, __: bool) -> bool:
    """Another time: "полгода назад такую же дверь ломали в"."""
    return _EARLIER.search(" ".join(sentence.words[:_LONG_SENTENCE])) is not None


def _is_compared(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """ "Than in", "в отличие от"."""
    return _COMPARED.search(" ".join(sentence.words[max(found.first - 5, 0) : found.first])) is not None


def _is_of_commentator(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """A lawyer in or from there comments, or somebody who lives there."""
    governor = _governor(found, sentence)
    if not (_IN(sentence.word(governor)) or _FROM(sentence.word(governor))):
        return False
    before = sentence.words[max(governor - 4, 0) : governor]
    return any(map(_COMMENTATOR, before)) and (sentence.has(_is_said) or sentence.has(_CALLS))


def _is_of_office_abroad(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """Where an agency is registered or a reporter worked."""
    before = sentence.words[max(found.first - 6, 0) : found.first]
    return any(map(_SEATED, before)) or before[-2:] == ["reported", "from"]


def _speaks(found: _Found, sentence: _Sentence, _: bool) -> bool:
    return _is_whose_official_speaks(found, sentence)


def _is_thing(found: _Found, sentence: _Sentence, _: bool) -> bool:
    return found.name.is_adjective and _ELSEWHERE(sentence.word(found.last + 1))


def _is_adjective_of_people(found: _Found, sentence: _Sentence, _: bool) -> bool:
    return found.name.also == "demonym" or (found.name.is_adjective and _PEOPLE(sentence.word(found.last + 1)))


def _is_adjective(found: _Found, _: _Sentence, __: bool) -> bool:
    return found.name.is_adjective


def _is_goal(found: _Found, sentence: _Sentence, _: bool) -> bool:
    governor = sentence.word(_governor(found, sentence))
    if not (_IN(governor) or _TO(governor)):
        return False
    before = sentence.clause_before(found).split()[-6:]
    return any(map(_MOVES, before)) or (not _IN(governor) and sentence.has(_MOVES))


def _is_inside(found: _Found, sentence: _Sentence, _: bool) -> bool:
    return _IN(sentence.word(_governor(found, sentence)))


def _is_match(found: _Found, sentence: _Sentence, _: bool) -> bool:
    return _FROM(sentence.word(_governor(found, sentence))) and sentence.has(_MATCH)


def _is_origin(found: _Found, sentence: _Sentence, _: bool) -> bool:
    governor = sentence.word(_governor(found, sentence))
    return _FROM(governor) or _LEFT(governor)


def _is_of_whom_speaks(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """ "Said a resident of Omsk": what he speaks of may be anywhere."""
    at = _governor(found, sentence)
    return _PEOPLE(sentence.word(at)) and _is_said(sentence.word(at - 1))


def _is_of_people(found: _Found, sentence: _Sentence, _: bool) -> bool:
    after = sentence.word(found.last + 1)
    return _PEOPLE(sentence.word(_governor(found, sentence))) or (_is_latin(found, sentence) and _PEOPLE(after))


def _is_of_spot(found: _Found, sentence: _Sentence, is_lead: bool) -> bool:
    # Whose office it is is news in the lead; later it is told of papers and people from elsewhere too.
    governor, after = sentence.word(_governor(found, sentence)), sentence.word(found.last + 1)
    is_attributive = _is_latin(found, sentence) and (
        _is_office(after) or _SPOT(after) or sentence.word(found.first - 1) in {"a", "an"}
    )
    return is_lead and (_is_office(governor) or _SPOT(governor) or is_attributive)


def _is_listed(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """The first of a list behind a colon: "рейды прошли в трёх городах: Томск, Абакан"."""
    start = sentence.spans[found.first][0]
    return sentence.original[:start].rstrip(' «"“—–-').endswith(":") and found.first > 2


def _is_subject(found: _Found, sentence: _Sentence, is_lead: bool) -> bool:
    return is_lead and _begins_the_news(found, sentence)


def _is_on_behalf(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """Whom a deputy sits for; one end of a route: "рейс Сочи — Стамбул"."""
    start, end = sentence.spans[found.first][0], sentence.spans[found.last][1]
    is_route = found.first > 0 and _ROUTE.search(sentence.original[max(start - 3, 0) : end + 4]) is not None
    at = _governor(found, sentence)
    is_deputy = sentence.word(at) in {"от", "від", "for"} or (_FROM(sentence.word(at)) and _is_office(sentence.word(at - 1)))
    return is_deputy or is_route


def _is_told_of(_: _Found, sentence: _Sentence, is_lead: bool) -> bool:
    """In the lead: the subject or object of what happens, or what a thing is of."""
    return is_lead and not sentence.has(_MATCH)


def _is_range(found: _Found, sentence: _Sentence, _: bool) -> bool:
    """One end of "from Kaliningrad to Vladivostok", which is everywhere; not of a way that somebody goes."""
    if any(map(_MOVES, sentence.clause_before(found).split()[-6:])):
        return False
    before, after = sentence.word(found.first - 1), sentence.word(found.last + 1)
    if before in _RANGE_TO:
        return any(sentence.word(found.first - back) in _RANGE_FROM for back in (3, 4))
    return before in _RANGE_FROM and after in _RANGE_TO


RULES: tuple[tuple[str, _Tie | None, Callable[[_Found, _Sentence, bool], bool]], ...] = (
    ("commentator", _Tie.NONE, _is_of_commentator),
    ("speaker", None, _speaks),
    ("life before", _Tie.NONE, _is_of_before),
    ("earlier case", _Tie.NONE, _is_earlier_case),
    ("comparison", _Tie.NONE, _is_compared),
    ("range", _Tie.NONE, _is_range),
    ("seat", _Tie.NONE, _is_of_office_abroad),
    ("thing", _Tie.NONE, _is_thing),
    ("people", _Tie.PEOPLE, _is_adjective_of_people),
    ("adjective", _Tie.PLACE, _is_adjective),
    ("goal", _Tie.GOAL, _is_goal),
    ("inside", _Tie.PLACE, _is_inside),
    ("aside", _Tie.ASIDE, _is_inside),
    ("match", _Tie.NONE, _is_match),
    ("on behalf", _Tie.NONE, _is_on_behalf),
    ("origin", _Tie.ORIGIN, _is_origin),
    ("who speaks", _Tie.NONE, _is_of_whom_speaks),
    ("people", _Tie.PEOPLE, _is_of_people),
    ("spot", _Tie.PLACE, _is_of_spot),
    ("list", _Tie.PLACE, _is_listed),
    ("subject", _Tie.PLACE, _is_subject),
    ("told of", _Tie.PLACE, _is_told_of),
)
"""What is said of a place, by the first that holds: its name, its tie (None: an official of it speaks), and what it asks."""


_LOOSE = frozenset({"told of"})
"""Rules that give way to what joins a name to the one before it."""


def _join(names: list[_Found], sentence: _Sentence) -> None:
    """ "In Moscow and St. Petersburg": where only "and" or a comma stands between two places, both are what the first is."""
    for previous, found in pairwise(names):
        between = sentence.words[previous.last + 1 : found.first]
        if found.role == "mention" and (not found.tie or found.rule in _LOOSE) and all(word in _AND for word in between):
            found.role, found.tie, found.rule = previous.role, previous.tie, "joined"


def _mark_dateline(original: str, read: list[tuple[_Sentence, list[_Found]]]) -> None:
    """Give its role to the place with which the text begins, and to others in the same line: "Симферополь, Крым —".

    The text may begin below a photograph's caption or two.
    """
    for sentence, names in read:
        start = sentence.spans[names[0].first][0]
        if (
            sentence.number > 2
            or names[0].first > 0
            or names[0].name.is_adjective
            or original[start - 1 : start] not in {"", "\n"}
        ):
            continue
        if match := _DATELINE.match(original, sentence.spans[names[0].last][1]):
            for other, others in read:
                for found in others:
                    if start <= other.spans[found.first][0] < match.end():
                        found.role, found.tie, found.rule = "dateline", _Tie.NONE, "dateline"
            return


def _choose_events(read: list[list[_Found]]) -> None:
    """Where it happened: the places with the closest ties, in the sentence for people, in the whole article for others."""
    closest = max((found.tie for names in read for found in names), default=_Tie.NONE)
    speaking = {found.name.region for names in read for found in names if found.role == "speaker"}
    for names in read:
        in_sentence = max(found.tie for found in names)
        for found in names:
            if found.tie is _Tie.ASIDE and found.name.region in speaking:
                continue
            rival = in_sentence if found.tie >= _Tie.PEOPLE else closest
            if found.tie and found.tie in {rival, _Tie.PLACE}:
                found.role = "event"
