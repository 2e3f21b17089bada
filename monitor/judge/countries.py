"""Which country a passage is about, by the names and institutions that stand nearest to it. Pure; general knowledge, no outlet.

A topic's scope is a country; that of another country is told as a label. The table holds the countries that the press of this
beat writes about; one that is not in it is not noticed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from monitor.judge.document import Document
from monitor.judge.nodes import Match, Node, Word
from monitor.judge.syntax import phrase
from monitor.judge.words import forms

# Name, adjective, people; then institutions, leaders and places that stand for the country; in ru, uk and en. For Russia the
# occupied territories count: there it is Russia that calls up.
_CUES = {
    "RU": """
        Россия, РФ, российский, российско, россиянин, россиянка, русский, Кремль, кремлёвский, Путин, Песков, Госдума,
        Госуслуги, Медведев, Шойгу, Белоусов, Картаполов, Росгвардия, ФСБ, СВО, ЧВК, Вагнер, Москва, московский,
        Петербург, Крым, Севастополь, ДНР, ЛНР, бурят, якут, чеченец, дагестанец, Бурятия, Якутия, Дагестан, Чечня,
        Тува, Осетия, Татарстан, Башкирия, Башкортостан, Новосибирск, Екатеринбург, Волгоград, Белгород, Курск,
        Воронеж, Казань, Челябинск, Омск, Томск, Саратов, Тверь, Тула, Псков, Брянск, Липецк, Уфа, Астрахань,
        Ставрополь, Иркутск, Самара, Ростов, Краснодар, Красноярск, Калининград, Мурманск, Архангельск, Владивосток,
        Хабаровск, Рязань, Сахалин, Камчатка, Ингушетия, Калмыкия, Чувашия, Якутск, Махачкала, Нижний
        Новгород, Подмосковье, Сибирь, Урал, Кубань, оккупационный, оккупированный, Росія, росіянин, росіянка,
        російський, кремлівський, Путін, Пєсков, Держдума, окупант, окупаційний, окупований, окупація, агресор,
        агресорка, рашист, псевдореспубліка, Крим, кримчанин, Бурятія, Якутія, Бєлгород, Бєлгородщина, Ростов,
        Воронеж, Курськ, Брянськ, Краснодар, Казань, Челябінськ, Єкатеринбург, Новосибірськ, Красноярськ, Іркутськ,
        Хабаровськ, Владивосток, Мурманськ, Архангельськ, Псков, Рязань, Липецьк, Саратов, Астрахань, Уфа, Омськ,
        Томськ, Якутськ, Махачкала, Калінінград, Сахалін, Камчатка, Підмосков'я, Осетія, Інгушетія, Калмикія, Чувашія,
        Сибір, Дагестан, Чечня, Петербург, Russia, Russian, Kremlin, Putin, Peskov, Gosuslugi, Duma, Kartapolov,
        Shoigu, Belousov, Medvedev, FSB, Rosgvardia, Wagner, Muscovite, occupied territory, Crimea, Sevastopol,
        Moscow, Petersburg, Buryatia, Yakutia, Dagestan, Chechnya, Tatarstan, Bashkortostan, Tuva, Novosibirsk,
        Yekaterinburg, Volgograd, Belgorod, Kursk, Irkutsk, Samara, Rostov, Krasnodar, Krasnoyarsk, Siberia, Urals,
        Kaliningrad, Murmansk, Arkhangelsk, Vladivostok, Khabarovsk, Ryazan, Sakhalin, Voronezh, Kazan, Chelyabinsk,
        Omsk, Tomsk, Saratov, Tver, Tula, Pskov, Bryansk, Lipetsk, Ufa, Astrakhan, Stavropol, Kamchatka, Ingushetia,
        Ossetia, Kalmykia, Chuvashia, Yakutsk, Makhachkala, Grozny, Nizhny Novgorod""",
    "UA": """
        Украина, украинский, украинец, украинка, Киев, киевский, Зеленский, Порошенко, Верховная Рада, ТЦК, ВСУ, Нацгвардия,
        Залужный, Сырский, Яценюк, Львов, Одесса, Резерв+, ВЛК, СЗЧ, тероборона, нардеп,
        Україна, український, українець, українка, Київ, київський, Зеленський, Верховна Рада, ЗСУ, ЗС України, Нацгвардія,
        територіальний центр комплектування, ВЛК, СЗЧ, тероборона, нардеп, Залужний, Сирський, Львів, Одеса,
        Ukraine, Ukrainian, Kyiv, Kiev, Zelensky, Zelenskyy, Zelenskiy, Verkhovna Rada, TCC, territorial recruitment, Lviv,
        Odesa""",
    "BY": """Беларусь, Белоруссия, белорусский, беларуский, белорус, Лукашенко, Минск, облисполком, Білорусь, білоруський,
        білорус, Мінськ, Belarus, Belarusian, Lukashenko, Minsk""",
    "KZ": """Казахстан, казахстанский, казахстанец, казахский, Токаев, Назарбаев, Астана, Алматы, акимат, мажилис,
        казахстанський, Kazakhstan, Kazakh, Kazakhstani, Tokayev, Astana, Almaty""",
    "UZ": "Узбекистан, узбекский, Ташкент, Мирзиёев, узбецький, Uzbekistan, Uzbek, Tashkent",
    "KG": "Кыргызстан, Киргизия, кыргызский, киргизский, Бишкек, Жапаров, Киргизстан, Kyrgyzstan, Kyrgyz, Bishkek",
    "TJ": "Таджикистан, таджикский, Душанбе, Рахмон, таджицький, Tajikistan, Tajik, Dushanbe",
    "TM": "Туркменистан, туркменский, Туркмения, Ашхабад, Turkmenistan, Turkmen, Ashgabat",
    "AM": "Армения, армянский, Ереван, Пашинян, Вірменія, вірменський, Armenia, Armenian, Yerevan, Pashinyan",
    "AZ": "Азербайджан, азербайджанский, Баку, Алиев, азербайджанський, Azerbaijan, Azerbaijani, Baku, Aliyev",
    "GE": "Грузия, грузинский, Тбилиси, Грузія, грузинський, Tbilisi, Georgian",
    "MD": "Молдова, Молдавия, молдавский, Кишинёв, молдовський, Moldova, Moldovan, Chisinau",
    "IL": """Израиль, израильский, израильтянин, Нетаньяху, ЦАХАЛ, кнессет, ультраортодокс, харедим, Ізраїль, ізраїльський,
        Israel, Israeli, Netanyahu, IDF, Knesset, Haredi, Haredim, ultra-orthodox""",
    "US": """США, американский, американец, Пентагон, Вашингтон, Белый дом, Вьетнам, американський, В'єтнам,
        United States, U.S, USA, American, Pentagon, White House, Vietnam, Selective Service""",
    "GB": "Британия, Великобритания, британский, Лондон, Британія, британський, Britain, British, UK, London",
    "DE": "Германия, немецкий, бундесвер, Берлин, Німеччина, німецький, Germany, German, Bundeswehr, Berlin",
    "FR": "Франция, французский, Макрон, Париж, Франція, французький, France, French, Macron, Paris",
    "PL": "Польша, польский, Варшава, Польща, польський, Poland, Polish, Warsaw",
    "LT": "Литва, литовский, Вильнюс, литовський, Lithuania, Lithuanian, Vilnius",
    "LV": "Латвия, латвийский, Рига, Латвія, латвійський, Latvia, Latvian, Riga",
    "EE": "Эстония, эстонский, Таллин, Естонія, естонський, Estonia, Estonian, Tallinn",
    "FI": "Финляндия, финский, Хельсинки, Фінляндія, фінський, Finland, Finnish, Helsinki",
    "SE": "Швеция, шведский, Стокгольм, Швеція, шведський, Sweden, Swedish, Stockholm",
    "NO": "Норвегия, норвежский, Норвегія, норвезький, Norway, Norwegian",
    "DK": "Дания, датский, Данія, датський, Denmark, Danish, Copenhagen",
    "TR": "Турция, турецкий, Анкара, Эрдоган, Туреччина, турецький, Turkish, Ankara, Erdogan",
    "KR": "Южная Корея, южнокорейский, Сеул, південнокорейський, South Korea, South Korean, Seoul",
    "KP": "Северная Корея, КНДР, северокорейский, Пхеньян, North Korea, North Korean, Pyongyang",
    "CN": "Китай, китайский, Пекин, китайський, China, Chinese, Beijing",
    "TW": "Тайвань, тайваньский, Taiwan, Taiwanese, Taipei",
    "MM": "Мьянма, мьянманский, Myanmar, Burmese, Naypyidaw",
    "IR": "Иран, иранский, Тегеран, Іран, іранський, Iran, Iranian, Tehran",
    "AF": "Афганистан, афганский, Талибан, Кабул, Afghanistan, Afghan, Taliban, Kabul",
    "IQ": "Ирак, иракский, Багдад, Исламское государство, ИГИЛ, ИГ, Iraq, Iraqi, Baghdad, Islamic State, ISIS",
    "PS": "Палестина, палестинский, ХАМАС, Газа, Palestine, Palestinian, Hamas, Gaza",
    "LB": "Ливан, ливанский, Хезболла, Lebanon, Lebanese, Hezbollah",
    "YE": "Йемен, йеменский, хусит, Yemen, Yemeni, Houthi",
    "LY": "Ливия, ливийский, Libya, Libyan",
    "SD": "Судан, суданский, Дарфур, Sudan, Sudanese, Darfur",
    "EG": "Египет, египетский, Каир, Egypt, Egyptian, Cairo",
    "GR": "Греция, греческий, Афины, Greece, Greek, Athens",
    "CH": "Швейцария, швейцарский, Switzerland, Swiss",
    "AT": "Австрия, австрийский, Austria, Austrian, Vienna",
    "TH": "Таиланд, тайский, Thailand, Thai, Bangkok",
    "SY": "Сирия, сирийский, Дамаск, Сирія, сирійський, Syria, Syrian, Damascus",
    "RS": "Сербия, сербский, Белград, Вучич, Сербія, сербський, Serbia, Serbian, Belgrade",
    "HR": "Хорватия, хорватский, Загреб, Хорватія, хорватський, Croatia, Croatian, Zagreb",
    "IN": "Индия, индийский, Індія, індійський, India, Indian, Delhi",
    "JP": "Япония, японский, Токио, Японія, японський, Japan, Japanese, Tokyo",
}
COUNTRIES = tuple(_CUES)
"""ISO 3166-1 codes of the countries that are told apart."""

_PRESUMED = {"ru": "RU", "uk": "UA"}
"""Of which country a text is that names none: a Russian's own, a Ukrainian's own."""

# "flee to Kazakhstan", "border with Georgia", "against Ukraine": a direction or an opponent, not where it happens.
_DIRECTIONS = frozenset({"to", "into", "against", "with", "versus", "против", "проти", "до", "с", "со", "из", "із", "зі"})
# "war in Ukraine", "Ukraine war": what the army is sent to.
_WAR = "война, вторжение, воевать, конфликт, війна, вторгнення, воювати, war, invasion, invade, fight, conflict, offensive"


# "the Georgian border": where those who leave stand in line.
_BORDER = "граница, кордон, border"


@cache
def _border() -> frozenset[str]:
    return frozenset[str]().union(*(forms(word) for word in _BORDER.split(", ")))


@cache
def _war() -> frozenset[str]:
    return frozenset[str]().union(*(forms(word) for word in _WAR.split(", ")))


@cache
def cues() -> tuple[tuple[str, Node], ...]:
    """Country and cue, compiled."""
    return tuple(
        (country, phrase(cue)) for country, cues in _CUES.items() for cue in dict.fromkeys(map(str.strip, cues.split(",")))
    )


@cache
def _by_anchor() -> dict[Word, list[tuple[str, Node]]]:
    found: dict[Word, list[tuple[str, Node]]] = {}
    for country, node in cues():
        for word in node.anchors or ():
            found.setdefault(word, []).append((country, node))
    return found


def country_cues(document: Document) -> list[tuple[str, Match]]:
    """The names and institutions of countries that a document has."""
    anchors = _by_anchor()
    return [
        (country, match)
        for word in anchors.keys() & document.found
        for country, node in anchors[word]
        for match in node.find(document) or ()
    ]


class Countries:
    """The countries that a document names, and of which one a passage is; `home` is the country that is asked about."""

    def __init__(self, document: Document, cues: Sequence[tuple[str, Match]], *, language: str, home: str) -> None:
        self._document = document
        self._home = home
        self._cues: dict[int, list[tuple[int, str]]] = {}
        """Position and country of the cues of each sentence, in order."""
        weights: dict[str, int] = {}
        _, lead_end = document.extent("lead")
        for country, match in sorted(cues, key=lambda cue: cue[1]):
            if country == home or not _in_passing(document, match):
                self._cues.setdefault(document.sentence_at(match[0]), []).append((match[0], country))
                # A name in title or lead says as much as three further down, where background stands.
                weights[country] = weights.get(country, 0) + (3 if match[0] < lead_end else 1)
        self._whole = max(
            weights, key=lambda country: (weights[country], country == home, country), default=_PRESUMED.get(language, "")
        )

    def of(self, match: Match) -> str:
        """The country whose cue stands nearest in the sentence of the match; where that names none, the one that the whole
        text names most; where that names none, the one presumed of its language. Empty where nothing says: an English text."""
        beside = self._cues.get(self._document.sentence_at(match[0]))
        if not beside:
            return self._whole
        near = set()
        for at in match:
            after = bisect_left(beside, at, key=_position)
            near.update(beside[max(after - 1, 0) : after + 1])
        return min(near, key=lambda cue: (min(abs(cue[0] - at) for at in match), cue[1] != self._home, cue[1]))[1]


def _position(cue: tuple[int, str]) -> int:
    return cue[0]


def _in_passing(document: Document, match: Match) -> bool:
    before = document.words_before(match[0], 3)
    return (
        (bool(before) and before[-1] in _DIRECTIONS)
        or not _war().isdisjoint(before)
        or document.word(match[-1] + 1) in _war() | _border()
    )
