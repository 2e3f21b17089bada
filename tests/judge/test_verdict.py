"""Each trap of the beat, and what it looks like when it is none. All sentences are of our own writing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.model import Verdict

RELEVANT = {
    "ru": [
        # summons
        "Повестки начали приходить даже тем, кого признали негодными.",
        "Студентам раздали повестки прямо на лекции.",
        "Курьер принёс повестку соседу, а тот не открыл.",
        "Жителей Кургана обзванивают и просят явиться по повестке до пятницы.",
        "Сайт реестра повесток не открывался весь день.",
        "Минцифры объяснило, как отключить уведомления о повестках на Госуслугах.",
        "Комиссар области пообещал бумажные извещения вместо электронных повесток.",
        # conscription
        "Весенний призыв продлится до середины июля.",
        "Этой осенью в армию призовут сто тридцать тысяч человек.",
        "Призывникам запретили менять место жительства без уведомления.",
        "Депутат предложил увеличить срок срочной службы до двух лет.",
        "Медкомиссия признала годным юношу с астмой, его отправят служить в армию.",
        "Госдума одобрила круглогодичный призыв.",
        "В Перми новобранцев провожали с оркестром.",
        "Недавно призванных россиян поселили в палатках.",
        "Сына забрали в армию за день до экзамена.",
        # registers
        "С января мужчин ставят на воинский учёт автоматически.",
        "Вузы обязали передавать сведения о военнообязанных в единый реестр.",
        "Военный билет заменят электронной карточкой.",
        # exit bans
        "Призывнику закрыли выезд за границу, хотя повестки он не видел.",
        "Тем, кто не явился по повестке, запретят выезд и водительские права.",
        # raids
        "Полиция провела рейд на рынке и отвезла натурализованных мигрантов в военкомат.",
        "В хостеле прошла облава на призывников.",
        "Силовики искали в мечети тех, кто не встал на воинский учёт.",
        # evasion and deferment
        "За уклонение от службы студент получил штраф.",
        "Число осуждённых уклонистов выросло вдвое.",
        "Программистам сохранят отсрочку от призыва.",
        "Врачу отказали в альтернативной гражданской службе.",
        "Завод просит бронь от мобилизации для слесарей.",
        # mobilization
        "В Кремле заявили, что новой волны мобилизации не будет.",
        "Жёны мобилизованных вышли с плакатами к администрации.",
        "Отца троих детей мобилизовали по ошибке.",
        "Резервистов вызовут на военные сборы в мае.",
        "Указ о частичной мобилизации до сих пор действует, напомнил юрист.",
        # contract
        "Срочников заставляют подписывать контракт с Минобороны.",
        "Задержанных мигрантов вынуждали подписать контракт.",
        "В части срочнику пригрозили и подсунули контракт о службе.",
        # desertion
        "Дезертира из Пензы задержали у родителей.",
        "Военный суд осудил солдата за самовольное оставление части.",
        "Мобилизованный отказался возвращаться на фронт и получил срок.",
        # what becomes of the offices
        "Неизвестный поджёг дверь военкомата в Подольске.",
        "Военкома уволили после жалоб матерей.",
    ],
    "uk": [
        "Окупанти роздають повістки мешканцям Севастополя.",
        "У Росії стартував осінній призов.",
        "Росіянам заборонять виїзд після електронної повістки.",
        "У Криму військкомати перевіряють студентів.",
        "Кремль готує приховану мобілізацію, вважають аналітики.",
        "На окупованій Луганщині чоловіків мобілізують просто з шахт.",
        "Російських строковиків змушують підписувати контракти.",
        "Путін підписав указ про призов на військову службу.",
        "У Бурятії мобілізували батька п’ятьох дітей.",
        "Російський суд покарав ухилянта виправними роботами.",
        "Росіяни тікають від мобілізації до Казахстану.",
        "Щойно призваних росіян тримають у наметах.",
        "Дружини російських чмобіків просять про ротацію.",
        "Московит заплатив військовому лікарю за діагноз, аби не йти до армії.",
    ],
    "en": [
        "Russia to send draft notices through a single online register.",
        "Moscow police detain men of conscription age in the metro.",
        "Russian lawmakers raise the upper age for the draft to 30.",
        "Putin signs decree on the spring call-up of 135,000 men.",
        "A draft dodger from Tula was fined 200,000 rubles.",
        "Students in Kazan were handed summonses during classes.",
        "Military commissariats in Siberia begin checking bachelors' documents.",
        "Russia bars men who ignore call-up papers from leaving the country.",
        "The Kremlin denies plans for a second wave of mobilization.",
        "Mobilized soldiers' wives rally in Novosibirsk.",
        "Conscripts near Belgorod say they were forced to sign contracts.",
        "Russian courts hear a record number of desertion cases.",
        "Two teenagers held over an arson attack on an enlistment office in Perm.",
        "New citizens rounded up in St. Petersburg and taken to military recruitment offices.",
        "Reservists in Russia will be called up to guard refineries.",
        "Lawyer explains how to apply for alternative civilian service in Russia.",
        "Russians rush to the border after the mobilization order.",
        "Russia's new conscripts will be registered without coming in person.",
    ],
}
TRAPS = {
    "ru": [
        ("agenda", "Повестка дня заседания изменилась в последний момент."),
        ("agenda", "Климатическая повестка уходит на второй план."),
        ("agenda", "Вопрос о тарифах внесли в повестку совета."),
        ("agenda", "Женская повестка стала темой выставки."),
        ("agenda", "Российская делегация обсудила двустороннюю повестку с соседями."),
        ("court summons", "Блогер получил судебную повестку по иску соседа."),
        ("court summons", "Следователь прислал свидетелю повестку на допрос."),
        ("appeal", "Мэр призвал горожан не кормить голубей."),
        ("appeal", "Экологи призывают запретить вырубку."),
        ("appeal", "Призыв к миру прозвучал с трибуны."),
        ("appeal", "Министр призвала страны к сдержанности."),
        ("appeal", "В ответ на призыв учёных фонд выделил грант."),
        ("appeal", "Военные эксперты призвали не верить слухам о ракетах."),
        ("intended", "Закон призван защитить вкладчиков."),
        ("intended", "Меры, призванные снизить инфляцию, не сработали."),
        ("economy", "Мобилизация ресурсов позволит достроить мост."),
        ("economy", "Правительство обсуждает мобилизационную экономику."),
        ("economy", "Партия мобилизовала сторонников перед выборами."),
        ("economy", "Школы мобилизовали волонтёров на уборку парка."),
        ("deferral", "Суд дал отсрочку исполнения приговора."),
        ("deferral", "Банк предложил отсрочку платежей по ипотеке."),
        ("sports", "Тренер призвал в сборную трёх новобранцев клуба."),
        ("sports", "На драфте НХЛ клуб выбрал вратаря из Уфы."),
        ("history", "В 1943 году прадеда призвали в Красную армию."),
        ("history", "Музей показал повестку 1915 года."),
        ("dues", "Уклонистов от выплаты алиментов лишили водительских прав."),
        ("body", "Врач рекомендует раннюю мобилизацию сустава."),
        ("substring", "Облавтодор отчитался о ремонте трассы."),
        ("substring", "Иммобилизация сустава длилась месяц."),
        ("substring", "Победители получили сорок призов."),
        ("substring", "Повесть о лесе вышла в журнале."),
        ("country", "В Казахстане начался весенний призыв в армию."),
        ("country", "Верховная Рада приняла закон о мобилизации."),
        ("country", "В Минске военкоматы вручают повестки резервистам."),
        ("country", "Сотрудники ТЦК остановили автобус с призывниками."),
        ("country", "Израильских ультраортодоксов начнут призывать в армию."),
        ("country", "Литва расширит призыв на военную службу."),
    ],
    "uk": [
        ("agenda", "До порядку денного додали питання про бюджет."),
        ("appeal", "Міністр закликав громадян економити світло."),
        ("economy", "Фонд мобілізував кошти на лікарню."),
        ("sports", "Тренер викликав до збірної двох новачків."),
        ("history", "У 1941 році діда мобілізували до армії."),
        ("substring", "Кіровоградський облавтодор оголосив тендер."),
        ("substring", "Іммобілізація руки триватиме місяць."),
        ("dues", "Ухилянтам від сплати аліментів обмежили виїзд."),
        ("body", "Мобілізація колінного суглоба починається за тиждень."),
        ("court summons", "Свідок отримав повістку до суду."),
        ("country", "ТЦК Києва оновив порядок вручення повісток."),
        ("country", "Кабмін подовжив бронювання, мобілізація триває."),
        ("country", "Військовозобов’язані мають оновити дані у застосунку Резерв+."),
    ],
    "en": [
        ("document", "The UN circulated a draft resolution on the ceasefire."),
        ("document", "Lawyers are drafting a letter to the ministry in Moscow."),
        ("document", "The draft budget foresees a deficit."),
        ("document", "Ministers discussed the first draft of the treaty with Russia."),
        ("sports", "The Bears hold the first overall pick in the NFL draft."),
        ("sports", "The striker was called up to the Russia squad for the friendly."),
        ("court summons", "The singer ignored a court summons over a parking fine."),
        ("court summons", "Russia summoned the British ambassador."),
        ("economy", "The mayor mobilized resources after the storm."),
        ("economy", "Activists mobilised supporters in five cities."),
        ("body", "Early mobilization of the knee joint shortens recovery."),
        ("beer", "The bar serves twelve draft beers from Bavaria."),
        ("ships", "Barges with a shallow draft can reach the port."),
        ("history", "In 1863 the Union began to conscript men."),
        ("history", "He was drafted during the Vietnam War."),
        ("phone", "She called up her mother from the station."),
        ("appeal", "The council called on residents to save water."),
        ("country", "Israel's top court ruled that seminary students must be drafted into the army."),
        ("country", "Ukraine lowers its mobilization age to 25."),
        ("country", "Myanmar's junta enforces its conscription law."),
        ("country", "South Korean conscripts get a pay rise."),
    ],
}


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in RELEVANT.items() for text in texts])
def test_what_a_reader_of_the_beat_wants_is_taken(relevant: Callable[..., bool], language: str, text: str) -> None:
    assert relevant(text, language=language)


@pytest.mark.parametrize(
    ("language", "trap", "text"), [(language, trap, text) for language, traps in TRAPS.items() for trap, text in traps]
)
def test_a_trap_is_not_taken(relevant: Callable[..., bool], language: str, trap: str, text: str) -> None:
    assert not relevant(text, language=language)


def test_another_country_is_a_label_not_a_loss(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    verdict = verdicts("В Казахстане начался весенний призыв в армию.")["summons"]
    assert (verdict.relevant, verdict.country, verdict.near_miss_reason) == (False, "KZ", "about another country")
    assert "conscription" in verdict.subtopics


def test_words_in_disguise_are_found_and_shown_as_they_stand(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    text = "Воен\u00adко\u00adматы разослали пове\u0301стки."
    verdict = verdicts(text)["summons"]
    assert verdict.relevant
    assert {text[reason.start : reason.end] for reason in verdict.reasons} >= {"Воен\u00adко\u00adматы", "пове\u0301стки"}


@pytest.mark.shared
def test_the_seed_is_relevant_and_says_why(shared: Path, verdicts: Callable[..., dict[str, Verdict]]) -> None:
    (path,) = (shared / "seed").iterdir()
    text = path.read_text("utf-8")
    verdict = verdicts(text, language="en")["summons"]
    assert verdict.relevant
    assert {"summons", "conscription", "registers", "exit-bans"} <= set(verdict.subtopics)
    matched = {text[reason.start : reason.end].lower() for reason in verdict.reasons}
    assert {"military summons", "digital summons", "call-up age", "gosuslugi"} <= matched


@pytest.mark.shared
def test_the_measured_sentences_are_judged_as_well_as_the_documentation_says(shared: Path, relevant: Callable[..., bool]) -> None:
    rows = [json.loads(line) for line in (shared / "bench/judging/dev.jsonl").open(encoding="utf-8")]
    for languages, least in (({"ru", "uk", "en"}, 0.95), ({"uk"}, 0.9), ({"en"}, 0.9)):
        chosen = [row for row in rows if row["lang"] in languages]
        said = [relevant(row["text"], language=row["lang"]) for row in chosen]
        true = [row["label"] == "relevant" for row in chosen]
        right = sum(a and b for a, b in zip(said, true, strict=True))
        assert right / sum(said) >= least
        assert right / sum(true) >= least


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_sentences_by_somebody_who_knew_no_rule_are_judged_no_worse_than_before(
    relevant: Callable[..., bool], language: str
) -> None:
    """tests/judge/judging_blind.jsonl: written without a look at topics or code. Precision and recall may not fall."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_blind.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["lang"] == language]
    true = {row["id"] for row in chosen if row["label"] == "relevant"}
    said = {row["id"] for row in chosen if relevant(row["text"], language=language)}
    assert len(true) > 50
    assert len(chosen) - len(true) > 45
    assert len(true & said) / len(true) >= 0.96, sorted(true - said)
    assert len(true & said) / len(said) >= 0.98, sorted(said - true)


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_sentences_in_the_manners_of_other_newsrooms_are_judged_no_worse_than_before(
    relevant: Callable[..., bool], language: str
) -> None:
    """tests/judge/judging_own.jsonl: wire, officialese, posts, courts, legal advice, obituaries; and what only looks like it."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_own.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["lang"] == language]
    true = {row["id"] for row in chosen if row["label"] == "relevant"}
    said = {row["id"] for row in chosen if relevant(row["text"], language=language)}
    assert len(true) > 140
    assert len(chosen) - len(true) > 45
    assert len(true & said) / len(true) >= 0.97, sorted(true - said)
    assert len(true & said) / len(said) >= 0.99, sorted(said - true)


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_sentences_that_were_written_before_their_rules_are_judged_no_worse_than_before(
    relevant: Callable[..., bool], language: str
) -> None:
    """tests/judge/judging_fresh.jsonl: news of the beat and what is near it; 80 (`oblique-`) hardly name it at all."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_fresh.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["lang"] == language]
    true = {row["id"] for row in chosen if row["label"] == "relevant"}
    said = {row["id"] for row in chosen if relevant(row["text"], language=language)}
    assert len(true) > 50
    assert len(chosen) - len(true) > 45
    assert len(true & said) / len(true) >= 0.96, sorted(true - said)
    assert len(true & said) / len(said) >= 0.99, sorted(said - true)


@pytest.mark.parametrize(
    ("part", "language", "recall", "precision"),
    [
        ("seen", "ru", 0.99, 0.99), ("seen", "uk", 0.99, 0.99), ("seen", "en", 0.99, 0.99),
        ("held", "ru", 0.9, 0.99), ("held", "uk", 0.99, 0.99), ("held", "en", 0.95, 0.95),
    ],
)  # fmt: skip
def test_sentences_by_somebody_who_had_seen_no_rule_are_judged_no_worse_than_before(
    relevant: Callable[..., bool], part: str, language: str, recall: float, precision: float
) -> None:
    """tests/judge/judging_strangers.jsonl: of all sorts of newsrooms. Rules were learned from those seen alone."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_strangers.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["lang"] == language and row["part"] == part]
    true = {row["id"] for row in chosen if row["label"] == "relevant"}
    said = {row["id"] for row in chosen if relevant(row["text"], language=language)}
    assert len(true) >= 22
    assert len(true & said) / len(true) >= recall
    assert len(true & said) / len(said) >= precision


@pytest.mark.parametrize(
    ("name", "part", "language", "recall", "precision"),
    [
        ("unseen", "seen", "ru", 0.85, 0.94), ("unseen", "seen", "uk", 0.89, 0.99), ("unseen", "seen", "en", 0.92, 0.97),
        ("unseen", "held", "ru", 0.84, 0.99), ("unseen", "held", "uk", 0.85, 0.99), ("unseen", "held", "en", 0.85, 0.94),
        ("registers", "seen", "ru", 0.96, 0.93), ("registers", "seen", "uk", 0.96, 0.99), ("registers", "seen", "en", 0.84, 0.99),
        ("newsrooms", "seen", "ru", 0.81, 0.97), ("newsrooms", "seen", "uk", 0.84, 0.99), ("newsrooms", "seen", "en", 0.69, 0.97),
        ("newsrooms", "held", "ru", 0.8, 0.92), ("newsrooms", "held", "uk", 0.83, 0.99), ("newsrooms", "held", "en", 0.78, 0.92),
        ("pairs", "seen", "ru", 0.69, 0.95), ("pairs", "seen", "uk", 0.57, 0.97), ("pairs", "seen", "en", 0.53, 0.99),
        ("newcomers", "seen", "ru", 0.95, 0.97), ("newcomers", "seen", "uk", 0.95, 0.97), ("newcomers", "seen", "en", 0.9, 0.97),
        ("outsiders", "seen", "ru", 0.9, 0.9), ("outsiders", "seen", "uk", 0.9, 0.97), ("outsiders", "seen", "en", 0.9, 0.94),
        ("passersby", "seen", "ru", 0.93, 0.93), ("passersby", "seen", "uk", 0.99, 0.99), ("passersby", "seen", "en", 0.99, 0.99),
        ("kinds", "seen", "ru", 0.55, 0.97), ("kinds", "seen", "uk", 0.75, 0.97), ("kinds", "seen", "en", 0.7, 0.96),
    ],
)  # fmt: skip
def test_sentences_of_which_no_rule_was_learned_are_judged_no_worse_than_before(
    relevant: Callable[..., bool], name: str, part: str, language: str, recall: float, precision: float
) -> None:
    """tests/judge/judging_*.jsonl by two who had seen no rule: one seldom names the beat, one writes in newsrooms' registers; and
    two files of who had read docs/judging.md, and no rule and no sentence, in newsrooms' manners and in pairs that share words;
    three by newcomers who had seen no rule; and one of our own, by kinds of what it is that tells a reader.

    Of those seen, weights of words were learned.
    """
    rows = [json.loads(line) for line in (Path(__file__).parent / f"judging_{name}.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["lang"] == language and row["part"] == part]
    true = {row["id"] for row in chosen if row["label"] == "relevant"}
    said = {row["id"] for row in chosen if relevant(row["text"], language=language)}
    assert len(true) >= 15
    assert len(true & said) / len(true) >= recall
    assert len(true & said) / len(said) >= precision


@pytest.mark.parametrize(("part", "most"), [("seen", 0), ("held", 2)])
def test_everyday_news_of_men_armies_and_police_in_russia_is_not_of_the_beat(
    relevant: Callable[..., bool], part: str, most: int
) -> None:
    """tests/judge/judging_everyday.jsonl: titles full of the words of the beat. Weights were learned from those seen."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "judging_everyday.jsonl").open(encoding="utf-8")]
    chosen = [row for row in rows if row["part"] == part]
    assert len(chosen) == 60
    assert sum(relevant(row["text"], language=row["lang"]) for row in chosen) <= most


def test_ordinary_news_of_armies_crime_and_borders_is_not_of_the_beat(relevant: Callable[..., bool]) -> None:
    """tests/judge/ordinary.jsonl: titles and leads. One is taken: by a rule, not by what its words weigh."""
    rows = [json.loads(line) for line in (Path(__file__).parent / "ordinary.jsonl").open(encoding="utf-8")]
    taken = [row["id"] for row in rows if relevant(row["text"], title=row["title"], language=row["lang"])]
    assert len(rows) == 30
    assert len(taken) <= 1, taken


def test_words_that_no_rule_knows_say_it_together(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    """The example of docs/judging.md."""
    told = "Russian students are told to sign the papers or leave, and their mothers write to the Kremlin."
    verdict = verdicts(told, language="en")["summons"]
    assert verdict.relevant
    assert {reason.rule for reason in verdict.reasons} == {"summons.weighed.en"}
    assert "Russian" not in {told[reason.start : reason.end] for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Russian men drink less than they did ten years ago, the statistics office says"),
        ("en", "Men of Russian village build a bridge over the river with their own hands"),
        ("en", "Russia women and men both won medals at the junior boxing finals in Moscow"),
        ("en", "Russian army chief says front has not moved for three weeks near Kursk"),
        ("en", "Putin says men of the Russian army will get more pay this year"),
        ("en", "Five men jailed in Pskov, Russia, after a bar fight"),
        ("ru", "Водитель вахтового автобуса забыл паспорт на границе"),
        ("ru", "Студенты военной академии сдали паспорта коллекции минералов"),
    ],
)
def test_names_of_a_country_and_general_words_are_no_evidence(relevant: Callable[..., bool], language: str, title: str) -> None:
    assert not relevant("", title=title, language=language)


@pytest.mark.parametrize(
    ("language", "text", "is_relevant"),
    [
        # A firm hires, a family mourns, a fire is fought.
        ("ru", "Кофейня объявила набор: новобранцам шьют спецодежду.", False),
        ("ru", "Штурмовой отряд объявил набор: новобранцам сулят миллион.", True),
        ("en", "Volunteers were sent to fight forest fires near Tomsk.", False),
        # Who calls up whom is told by the country's money and by what it occupies.
        ("uk", "За неявку по повістці візьмуть тридцять тисяч рублів.", True),
        ("uk", "За неявку по повістці візьмуть тридцять тисяч гривень.", False),
        ("uk", "У Скадовську хлопців викликають на медкомісію.", True),
        ("ru", "Киевлянин уклонялся от мобилизации и переплыл реку.", False),
        # Two sentences of one paragraph are one scene, two paragraphs are not.
        ("ru", "Следователь в Пензе был вежлив. Или срок, сказал он, или окоп.", True),
        ("ru", "Следователь в Пензе был вежлив.\nИли дождь, или снег. В окоп упала ветка.", False),
        # Where an occupier is named, those of the occupied country are taken, or tell of it.
        ("en", "The occupation authorities in Melitopol hand out mobilization summonses, Ukraine's army says.", True),
        ("uk", "Україна засудила призов українців з окупованих міст.", True),
        ("ru", "Украина осудила осенний призыв украинцев на оккупированных территориях.", True),
        ("ru", "Украина объявила осенний призыв.", False),
        ("en", "Reservists patrol the occupied West Bank after an Israeli call-up.", False),
        # A hospital, a bank and rescuers mobilize no soldiers.
        ("ru", "Больница в Туле мобилизовала резервные койки.", False),
        ("uk", "Лікарня в Тулі мобілізувала резервні ліжка.", False),
        ("en", "A hospital in Tula mobilized reserve beds.", False),
        ("ru", "Армия в Туле мобилизовала резервистов.", True),
        ("uk", "Путін оголосив призов до казарм.", True),
        ("en", "The Kremlin drafts a new long-term plan for Tula.", False),
        ("en", "A Russian general was jailed over body-armour contracts.", False),
        # Who is taken says nothing of who takes.
        ("ru", "Кубинцев заманили работой и отправили в окопы.", True),
        ("en", "A Somali says that he was forced to sign with Russia's Defense Ministry.", True),
        ("ru", "Литва призовёт в армию тысячу мужчин.", False),
        # Where those who leave find refuge is not where they served.
        ("ru", "Дезертиры ищут убежища во Франции.", True),
        ("uk", "Російські дезертири просять притулку у Франції.", True),
        # What is sent to the front is no man.
        ("ru", "Школьники отправили на фронт письма и носки.", False),
        ("ru", "Школьников отправили на фронт.", True),
        ("ru", "На пункт отбора проб воды приехала комиссия.", False),
        ("ru", "На пункт отбора приехала комиссия.", True),
        ("ru", "Комиссия признала дом негодным для проживания.", False),
        ("en", "Russia published a draft of the trade agreement.", False),
        # Other times, other fights, other hirings, other boards.
        ("en", "Napoleon’s conscripts froze near Smolensk.", False),
        ("uk", "Наполеон оголосив мобілізацію.", False),
        ("ru", "Наполеон объявил мобилизацию.", False),
        ("en", "Inmates in Omsk volunteer to fight wildfires.", False),
        ("en", "Inmates in Omsk volunteer to fight.", True),
        ("en", "Omsk holds a job fair for welders with signing bonuses.", False),
        ("en", "Russian savers mobilised cash.", False),
        ("ru", "Вкладчики мобилизовали наличные.", False),
        ("ru", "Вкладчики мобилизовали водителей.", True),
        ("en", "The medical board found the pilot unfit to fly.", False),
        ("en", "The medical board found the man unfit.", True),
        ("ru", "Дезертиром назвал лидер фракции однопартийца.", False),
        ("uk", "Дезертиром назвав лідер фракції однопартійця.", False),
    ],
)
def test_a_widened_rule_keeps_its_bounds(relevant: Callable[..., bool], language: str, text: str, is_relevant: bool) -> None:
    assert relevant(text, language=language) == is_relevant


@pytest.mark.parametrize(
    ("text", "language", "is_relevant"),
    [
        ("Мобилизация ударит по экономике России, предупреждает экономист.", "ru", True),
        ("Правительство России объявило мобилизацию экономики.", "ru", False),
        ("Мобилизация не коснется российских волонтеров, заявил Песков.", "ru", True),
        ("Мобилизация ресурсов бюджета России продолжится.", "ru", False),
        ("Друга мобілізація вдарить по економіці Росії.", "uk", True),
        ("Росія мобілізує ресурси та економіку.", "uk", False),
        ("Mobilization hit the Russian economy, the central bank says.", "en", True),
        ("The Russian government plans mobilization of the economy.", "en", False),
        ("Russia's mobilization drained savings and labour.", "en", True),
        ("Russia mobilizes voters and activists before the polls.", "en", False),
    ],
)
def test_what_mobilization_does_to_things_is_told_from_things_that_are_mobilized(
    verdicts: Callable[..., dict[str, Verdict]], text: str, language: str, is_relevant: bool
) -> None:
    assert any(verdict.relevant for verdict in verdicts(text, language=language).values()) is is_relevant
