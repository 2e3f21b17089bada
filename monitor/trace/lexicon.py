"""The words by which ru, uk and en say on whose word something stands. Data for the rules beside it; stems, not lemmas.

Each list is a regular expression without anchors: the rules add word boundaries. Texts are matched with ё as е and one
apostrophe (`plain`), so the lists are written so. What every text is searched for is written and matched in small letters
(`small`): to ignore case takes `re` two to three times as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# One character for one, so that every offset stays. Replaced one by one: str.translate looks every character up.
_PLAIN = tuple(zip("ёЁ’ʼ\u00a0\u202f", "еЕ''  ", strict=True))


def plain(text: str) -> str:
    """The text with ё and apostrophes as the lists have them; every offset stays."""
    for old, new in _PLAIN:
        if old in text:
            text = text.replace(old, new)
    return text


def small(text: str) -> str:
    """The text in small letters; every offset stays, for U+0130 alone would become two characters."""
    return text.replace("\u0130", "i").lower()


@dataclass(frozen=True)
class Lexicon:
    """One language. Every field but the compiled ones is a source of a regular expression."""

    say: str
    """Verbs that report speech."""
    outlet_says: str
    """The ones of them with which outlets report, and people hardly do."""
    according: str
    """What stands before the source: "according to"."""
    between: str
    """What may stand between the speaker and the verb."""
    official: str
    lawyer: str
    outlet: str
    """Nouns that introduce an outlet's name."""
    anonymous: str
    document: str
    organ: str
    """Capitalised words of the names of offices: a person's name begins after them, an office's ends with them."""
    not_name: str
    """Words that are capitalised for no other reason than that a sentence begins with them, and names of places."""
    deny: str
    """What makes a denial. What follows it is the claim, or what its group `claim` holds."""
    pronoun: str
    """What stands for the one who spoke before."""
    elsewhere: str
    """Claims that only point back, to the sentence before: "this", "the reports"."""

    @cached_property
    def say_re(self) -> re.Pattern[str]:
        return _whole(self.say, small=True)

    @cached_property
    def outlet_says_re(self) -> re.Pattern[str]:
        return _whole(self.outlet_says)

    @cached_property
    def according_re(self) -> re.Pattern[str]:
        return _whole(self.according, small=True)

    @cached_property
    def between_re(self) -> re.Pattern[str]:
        return re.compile(rf"(?:[\s\[(]+(?:{self.between}))*[\s\[(]*$", re.IGNORECASE)

    @cached_property
    def organ_re(self) -> re.Pattern[str]:
        return _whole(self.organ)

    @cached_property
    def not_name_re(self) -> re.Pattern[str]:
        return _whole(self.not_name)

    @cached_property
    def deny_re(self) -> re.Pattern[str]:
        return _whole(self.deny, small=True)

    @cached_property
    def pronoun_re(self) -> re.Pattern[str]:
        return _whole(self.pronoun)

    @cached_property
    def elsewhere_re(self) -> re.Pattern[str]:
        return re.compile(rf"\W*(?:{self.elsewhere})?\W*", re.IGNORECASE)

    @cached_property
    def roles(self) -> dict[str, re.Pattern[str]]:
        """Kinds by the nouns that name them, the first that is found wins: a lawyer who heads something is a lawyer."""
        nouns = {
            "lawyer": self.lawyer,
            "document": self.document,
            "outlet": self.outlet,
            "anonymous": self.anonymous,
            # Lower-case "state", "house" or "service" is nobody's office.
            "official": f"{self.official}|(?-i:{self.organ})",
        }
        return {kind: _whole(source) for kind, source in nouns.items()}

    @cached_property
    def announces_re(self) -> re.Pattern[str]:
        """A noun for an outlet, right before its name."""
        return re.compile(rf"{self.roles['outlet'].pattern}\s*[«\"“]?\s*$", re.IGNORECASE)


def _whole(source: str, *, small: bool = False) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{source})(?![\w-])", re.NOFLAG if small else re.IGNORECASE)


ENGLISH = Lexicon(
    say=(
        r"said|says|told|tells|claim(?:s|ed)|admit(?:s|ted)|add(?:s|ed)|announce[sd]|report(?:s|ed)|wr(?:ites|ote)"
        r"|confirm(?:s|ed)"
        r"|den(?:y|ies|ied)|backtrack(?:s|ed)|insist(?:s|ed)|explain(?:s|ed)|note[sd]|warn(?:s|ed)|stress(?:es|ed)|stated"
        r"|declare[sd]"
        r"|acknowledge[sd]|argue[sd]|assure[sd]|promise[sd]|reiterate[sd]|reject(?:s|ed)|refute[sd]|dismiss(?:es|ed)"
        r"|suggest(?:s|ed)"
        r"|reveal(?:s|ed)|testif(?:ies|ied)|recall(?:s|ed)|comment(?:s|ed)|respond(?:s|ed)|publish(?:es|ed)"
    ),
    outlet_says=r"report(?:s|ed)|wr(?:ites|ote)|publish(?:es|ed)|said|says|reveal(?:s|ed)|found|learned|confirm(?:s|ed)|note[sd]",
    according=(
        r"according to|as (?:\[)?reported(?:\]\(\S{0,300}\))? by|as told to|citing|cites|cited by|quoting|quoted by"
        r"|in the words of"
        r"|(?:was |were |been |first )*reported(?: (?:this|last|on|earlier|the) ?\w*){0,2} by"
    ),
    between=(
        r"later|also|earlier|previously|then|has|had|have|again|first|once|now|never|already|on|in|last|this|week|month|year"
        r"|\w+ly|\w+day|\w+day's|yesterday|today|reportedly"
    ),
    official=(
        r"spokes(?:man|woman|person|people)|minist(?:er|ers|ry)|governors?|commissioners?|commissars?|officials?|head"
        r"|chief|deput(?:y|ies)|chair(?:man|woman|person)?"
        r"|senators?|lawmakers?|mayors?|presidents?|prosecutors?|authorities|ombuds(?:man|woman)|secretary|director"
        r"|commander|general|colonel|major"
        r"|counterpart|ambassador|police|investigators?|enlistment offices?|military commissariat|government"
        r"|administration|press service"
    ),
    lawyer=r"lawyers?|attorneys?|solicitors?|barristers?|legal (?:expert|adviser|aid)\w*|jurists?",
    outlet=(
        r"(?:news )?outlets?|newspapers?|dail(?:y|ies)|magazines?|(?:news )?(?:web)?sites?|broadcasters?"
        r"|(?:news )?agenc(?:y|ies)|(?:television |telegram )?channels?"
        r"|publications?|newswire|news service"
    ),
    anonymous=(
        r"(?:media |news |press |local |unconfirmed |multiple |several )*reports|(?:local |independent |state |russian "
        r"|several |\w+ )?media(?: (?:reports|outlets))?"
        r"|(?:an? |the |unnamed |anonymous )?sources?|eyewitness(?:es)?|witness(?:es)?|residents?|people familiar"
        r"|independent (?:news |media )?outlets|the press|locals"
        r"|users?|relatives|(?:an?|the) (?:man|woman|student|conscript|resident)"
    ),
    document=(
        r"(?:the |a )?(?:draft )?(?:bill|decree|law|document|ruling|verdict|order|resolution|amendments?|memo|letter"
        r"|statement|transcript|leaflet|data|records?|text"
        r"|legislation|court filings?|indictment)"
    ),
    organ=(
        r"Committee|Duma|Ministry|Department|Service|Party|Council|Kremlin|Defen[cs]e|State|Office|Agency|Court|Parliament"
        r"|Assembly|Federation|Administration"
        r"|Government|Commission|Commissariat|Directorate|Police|Senate|Bureau|Guard|Embassy|House|General|Staff"
    ),
    not_name=(
        r"The|A|An|He|She|They|It|We|I|You|In|On|At|But|And|While|When|As|This|That|These|Those|According|His|Her|Their"
        r"|Its|Who|What|If|After|Before|One|Some|Many"
        r"|Several|Another|Other|Both|All|No|Not|There|Here|So|Later|Earlier|However|Meanwhile|Related|Russia|Ukraine"
        r"|Moscow|Kyiv|For|From|By|With|Of"
        r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    ),
    deny=(
        r"den(?:y|ies|ied)(?: (?:that|having|any))?|(?:reject|dismiss|refut)(?:s|es|ed) (?:the |these |such |all )?"
        r"(?:claims?|reports?|allegations?|rumou?rs?|suggestions?)(?: (?:that|of|about))?"
        r"|(?:has|had|have) no knowledge(?: (?:about|of|that))?"
        r"|(?:there )?(?:is|was) no talk(?: [^.,;]{0,60}?)?(?: (?:about|of))|(?:is|are|was|were) not true(?: that)?|(?:did"
        r"|do|does) not know (?:about|of|anything about)"
        r"|(?:reports|claims|rumou?rs|information) (?:that|of|about) (?P<claim>[^.,;\"”\n]{3,120}?) (?:is|are|was|were)"
        r" (?:fake|false|untrue|not true|incorrect)"
        r"|(?:is|are|was|were) (?:fake|false|untrue)"
    ),
    pronoun=r"he|she|they",
    elsewhere=(
        r"it|this|that|them|the (?:reports?|claims?|allegations?|information|accusations?|rumou?rs?)|these (?:reports"
        r"|claims)|such (?:reports|claims)|journalists|reporters"
    ),
)

RUSSIAN = Lexicon(
    say=(
        r"сообщ(?:ил[аи]?|ило|ает|ают)|пиш(?:ет|ут)|написал[аи]?|заяв(?:ил[аи]?|ило)|заявля(?:ет|ют)|рассказ(?:ал[аи]?|ало"
        r"|ывает|ывают)"
        r"|сказал[аи]?|говор(?:ит|ят|ил[аи]?)|отме(?:тил[аи]?|тило|чает|чают)|подтверд(?:ил[аи]?|ило)|подтвержда(?:ет|ют)"
        r"|уточн(?:ил[аи]?|ило|яет|яют)"
        r"|поясн(?:ил[аи]?|ило|яет|яют)|объясн(?:ил[аи]?|ило|яет|яют)|добав(?:ил[аи]?|ило|ляет)|подчеркн(?:ул[аи]?|уло)"
        r"|переда(?:ет|ют|л[аи]?)"
        r"|утвержда(?:ет|ют|л[аи]?)|призна(?:л[аи]?|ло|ет|ют)|предупред(?:ил[аи]?|ило)|объяв(?:ил[аи]?|ило)"
        r"|опроверг(?:л[аио])?|опроверга(?:ет|ют)"
        r"|счита(?:ет|ют)|выяснил[аио]?|узнал[аио]?|обнаружил[аио]?|напомнил[аи]?|заверил[аи]?|отрица(?:ет|ют|л[аи]?)"
        r"|прокомментировал[аи]?|указ(?:ал[аи]?|ывает|ывают)"
        r"|назвал[аио]?|отверг(?:л[аио])?"
    ),
    outlet_says=(
        r"сообщ(?:ил[аи]?|ило|ает|ают)|пиш(?:ет|ут)|написал[аи]?|рассказ(?:ал[аи]?|ало|ывает|ывают)|переда(?:ет|ют|л[аи]?)"
        r"|выяснил[аио]?|узнал[аио]?|обнаружил[аио]?"
        r"|отме(?:чает|чают)|уточн(?:яет|яют)|опубликовал[аи]?|утвержда(?:ет|ют)|указывает|подтвердил[аи]?"
    ),
    according=(
        r"по (?:данным|словам|информации|сообщени(?:ю|ям)|сведениям|версии|мнению|оценк(?:е|ам)|утверждени(?:ю|ям))"
        r"|согласно|со ссылкой на|ссылаясь на|как следует из"
    ),
    between=(
        r"также|ранее|уже|позже|накануне|сегодня|вчера|затем|тогда|потом|впервые|ему|ей|им|нам|журналистам|в|во|на"
        r"|понедельник|вторник|сред[уы]|четверг|пятницу|субботу"
        r"|воскресенье|\d{1,2} \w+|эфире|интервью|разговоре|с|не|официально|публично|прямо"
    ),
    official=(
        r"губернатор\w*|депутат\w*|министр\w*|замминистр\w*|вице-\w+|пресс-секретар\w+|пресс-служб\w+|воен(?:ный|ного|ному"
        r"|ным|ном) комиссар\w*|военком(?:а|у|ом|е|ы|ов)?"
        r"|военкомат\w*|сенатор\w*|мэр\w*|глав[аеуы]|главой|чиновни\w+|председател\w+|спикер\w*|уполномоченн\w+"
        r"|омбудсмен\w*|президент\w*|премьер\w*|начальник\w*|прокур\w+"
        r"|полици\w+|власт(?:и|ей|ям|ями|ях)|правительств\w+|администраци\w+|ведомств\w*|минист(?:ерств\w*)|секретар\w+"
        r"|полпред\w*|представител\w+ (?:кремля|мид\w*|минобороны"
        r"|президента|губернатора|военкомата|власт\w+|правительства|администрации|ведомства|генштаба)|следовател\w+"
        r"|судь[яиею]\w*|генерал\w*|командовани\w+|полковник\w*|посол\w*"
    ),
    lawyer=r"адвокат\w*|юрист\w*|правозащитни\w+|защитни(?:к|ка|ку|ком|ца|цы|це)",
    outlet=(
        r"издани[еяюи]\w*|газет[аыеу]\w*|телеканал\w*|канал\w*|агентств\w+|портал\w*|журнал(?:а|у|ом|е)?|сайт\w*|радио\w*"
        r"|медиа|проект(?:а|у|ом|е)? «\S+»"
    ),
    anonymous=(
        r"сми|средств\w* массовой информации|источни\w+|собеседни\w+|очевид\w+|жител\w+|пользовател\w+|родственни\w+"
        r"|свидетел\w+|телеграм-канал\w+|telegram-канал\w+|медиа"
        r"|женщин[аы]|мужчин[аы]|студент(?:ы|ка|ов)?|читател\w+|знаком\w+|мать|жена"
    ),
    document=(
        r"указ(?:а|у|ом|е)?|закон(?:а|у|ом|е)?|законопроект\w*|документ\w*|постановлени\w+|распоряжени\w+|приказ\w*"
        r"|решени\w+ суда|приговор\w*|поправк\w+|письм\w+"
        r"|пояснительн\w+ записк\w+|реестр\w*|текст(?:а|у|ом|е)?|опрос\w*|статистик\w+|материал\w+ дела"
    ),
    organ=(
        r"Госдум\w+|Дум[аыеуой]+|Кремл\w+|Минобороны|Минюст\w*|Минцифр\w*|МВД|МИД\w*|ФСБ|СК|Следственн\w+|Комитет\w*"
        r"|Совет\w*|Роскомнадзор\w*|Генпрокуратур\w+|Генштаб\w*|Росгварди\w+"
        r"|Конституционн\w+|Верховн\w+|РФ|России|Федерации|ЦИК|Рособрнадзор\w*|ВСУ"
    ),
    not_name=(
        r"Он|Она|Они|Это|Этот|Эти|В|Во|На|По|Об|О|Как|Так|Но|А|И|Что|При|После|До|Если|Когда|Там|Тут|Ранее|Позже|Также"
        r"|Впрочем|Однако|Сам|Сама|Его|Ее|Их|Мы|Я|Вы|Все|Кто"
        r"|Россия|Украина|Москва|Киев|США|Один|Одна|Другой|Некоторые|Многие|Напомним|Накануне|Сегодня|Вчера|За|Из|У|К|С|От"
        r"|Согласно"
    ),
    deny=(
        r"опроверг(?:л[аио])?|опроверга(?:ет|ют)|отрица(?:ет|ют|л[аи]?)|отверг(?:л[аио])?|назвал[аи]? (?:это "
        r"|эту информацию )?(?:фейк\w*|слух\w*|ложью|вбросом)"
        r"|не соответству(?:ет|ют) действительности|не (?:знает|знают|знал[аи]?|слышал[аи]?|известно) (?:о|об|ничего о)(?= )"
        r"|(?:реч[иь]|разговор\w*|сообщени\w+|информаци\w+|слух\w+) (?:о|об|про) (?P<claim>[^.,;»\n]{3,120}?)"
        r" (?:не (?:идет|шла|шло|ведется|ведутся|соответству(?:ет|ют) действительности)|фейк)"
        r"|реч[иь] (?:\w+ ){0,3}?не (?:идет|шла)|не (?:идет|шла|ведется) (?:и )?реч[иь]"
        r"|нет (?:никак\w+ )?(?:речи|разговоров|планов)"
    ),
    pronoun=r"он|она|они",
    elsewhere=(
        r"это|эту информацию|эти (?:сообщения|данные|слухи|сведения)|такие (?:сообщения|слухи)|(?:данную )?информацию"
        r"|сообщения(?: сми)?|слухи|обвинения|их|его|журналистам"
        r"|об этом|этом"
    ),
)

UKRAINIAN = Lexicon(
    say=(
        r"повідом(?:ив|ила|или|ило|ляє|ляють)|пиш(?:е|уть)|написа(?:в|ла|ли|ло)|заяв(?:ив|ила|или|ило|ляє|ляють)"
        r"|розпові(?:в|ла|ли|ло|дає|дають)|сказа(?:в|ла|ли)"
        r"|каж(?:е|уть)|говор(?:ить|ять)|зазнач(?:ив|ила|или|ило|ає|ають)|підтверд(?:ив|ила|или|ило)|підтверджу(?:є|ють)"
        r"|уточн(?:ив|ила|или|ює|юють)|поясн(?:ив|ила|или|ює|юють)"
        r"|дода(?:в|ла|ли|є|ють)|підкресл(?:ив|ила|или|ює)|переда(?:є|ють|в|ла|ли)|стверджу(?:є|ють|вав|вала|вали)"
        r"|визна(?:в|ла|ли|ло|є|ють)|попере(?:див|дила|дили|джає)"
        r"|оголос(?:ив|ила|или|ило)|спросту(?:вав|вала|вали|є|ють)|вважа(?:є|ють)|з'ясу(?:вав|вала|вали|вало)|дізна(?:вся"
        r"|лася|лися|лось)|запереч(?:ив|ила|или|ує|ують)|нагада(?:в|ла|ли)"
        r"|назва(?:в|ла|ли)|відкину(?:в|ла|ли)"
    ),
    outlet_says=(
        r"повідом(?:ив|ила|или|ило|ляє|ляють)|пиш(?:е|уть)|написа(?:в|ла|ли|ло)|розпові(?:в|ла|ли|ло|дає|дають)|переда(?:є"
        r"|ють|в|ла|ли)|з'ясу(?:вав|вала|вали|вало)"
        r"|дізна(?:вся|лася|лися|лось)|зазнача(?:є|ють)|уточню(?:є|ють)|опублікува(?:в|ла|ли|ло)|стверджу(?:є|ють)"
    ),
    according=(
        r"за (?:даними|словами|інформацією|повідомлення(?:м|ми)|відомостями|версією|оцінк(?:ою|ами)|твердження(?:м|ми))"
        r"|на думку|згідно (?:з|із)|відповідно до"
        r"|з посиланням на|посилаючись на|як випливає з"
    ),
    between=(
        r"також|раніше|вже|пізніше|напередодні|сьогодні|вчора|потім|тоді|уперше|вперше|йому|їй|нам|журналістам|у|в|на"
        r"|понеділок|вівторок|середу|четвер|п'ятницю|суботу"
        r"|неділю|\d{1,2} \w+|ефірі|інтерв'ю|розмові|з|не|офіційно"
    ),
    official=(
        r"губернатор\w*|депутат\w*|міністр\w*|заступни\w+|віце-\w+|прес-?секретар\w*|речни\w+|прес-?служб\w+|військком\w*"
        r"|воєнком\w*|військкомат\w*|сенатор\w*|мер(?:а|у|ом|і)?"
        r"|голов[аиоую]+|очільни\w+|чиновни\w+|спікер\w*|уповноважен\w+|омбудсм\w+|президент\w*|прем'єр\w*|начальник\w*"
        r"|прокур\w+|поліці\w+|влад[аиуою]+|уряд\w*"
        r"|адміністраці\w+|відомств\w*|міністерств\w*|гауляйтер\w*|слідч\w+|судд[яіюею]+|генерал\w*|командовани\w+|полковник\w*"
    ),
    lawyer=r"адвокат\w*|юрист\w*|правозахисни\w+|захисни(?:к|ка|ку|ком|ця|ці)",
    outlet=(
        r"видання\w*|газет[аиіу]\w*|телеканал\w*|канал\w*|агентств\w+|агенці\w+|портал\w*|журнал(?:у|ом|і)?|сайт\w*"
        r"|радіо\w*|медіа"
    ),
    anonymous=(
        r"змі|засоб\w* масової інформації|джерел\w+|співрозмовни\w+|очевид\w+|мешкан\w+|жител\w+|користувач\w*|родич\w*"
        r"|свід\w+|телеграм-канал\w+|медіа|жінк[аи]|чоловік[и]?"
    ),
    document=(
        r"указ(?:у|ом|і)?|закон(?:у|ом|і)?|законопро[єе]кт\w*|документ\w*|постанов\w+|розпорядження\w*|наказ\w*"
        r"|рішення\w* суду|вирок\w*|поправ\w+|лист(?:а|у|ом|і)"
    ),
    organ=(
        r"Держдум\w+|Дум[аиіуою]+|Кремл\w+|Міноборони|МВС|МЗС|ФСБ|Генштаб\w*|Комітет\w*|Рад[аиіуою]+|Верховн\w+|РФ|Росії"
        r"|ГУР|СБУ|ЗСУ|Генпрокуратур\w+"
    ),
    not_name=(
        r"Він|Вона|Вони|Це|Цей|Ці|У|В|На|За|Про|Як|Так|Але|А|І|Та|Що|При|Після|До|Якщо|Коли|Там|Тут|Раніше|Пізніше|Також"
        r"|Однак|Його|Її|Їх|Ми|Я|Ви|Усі|Всі|Хто"
        r"|Росія|Україна|Москва|Київ|США|Один|Одна|Деякі|Нагадаємо|Напередодні|Сьогодні|Вчора|З|Із|Від|Згідно|Відповідно"
    ),
    deny=(
        r"спросту(?:вав|вала|вали|є|ють)|запереч(?:ив|ила|или|ує|ують)|відкину(?:в|ла|ли)|не відповіда(?:є|ють) дійсності"
        r"|назва(?:в|ла|ли) (?:це )?(?:фейк\w*|чутк\w*|брехнею)"
        r"|не (?:знає|знають|знав|знала|чув|чула|відомо) (?:про|нічого про)(?= )"
        r"|(?:мов[аи]|повідомлення|інформаці\w+|чутк\w+) про (?P<claim>[^.,;»\n]{3,120}?)"
        r" (?:не (?:йде|йшла|йдеться|відповіда(?:є|ють) дійсності)|фейк)"
        r"|(?:мови|мова) (?:\w+ ){0,3}?не (?:йде|йшла)|не йде(?:ться)? (?:\w+ ){0,2}?про(?= )|немає (?:жодн\w+ )?(?:мови|планів)"
    ),
    pronoun=r"він|вона|вони",
    elsewhere=(
        r"це|цю інформацію|ці (?:повідомлення|дані|чутки)|інформацію|повідомлення(?: змі)?|чутки|звинувачення|їх|його"
        r"|про це|цього"
    ),
)

LEXICONS = {"en": ENGLISH, "ru": RUSSIAN, "uk": UKRAINIAN}


def lexicon(text: str, language: str) -> Lexicon:
    """The lexicon of a language; of an unknown one, the one whose letters the text is written in."""
    if language in LEXICONS:
        return LEXICONS[language]
    if re.search("[іїєґ]", text):
        return UKRAINIAN
    return RUSSIAN if re.search("[а-я]", text) else ENGLISH
