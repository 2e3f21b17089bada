"""Who denies what: pairs that differ in one thing."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lexicons import LANGUAGES, lexicon
from monitor.trace import contradicting
from monitor.trace.attributions import find_attributions
from monitor.trace.claims import Claims
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets
from monitor.trace.passages import Passage
from monitor.trace.weights import WEIGHTS

NO_OUTLETS = Outlets()


def denials(text, language):
    said = find_attributions(text=text, language=language, links=(), outlets=NO_OUTLETS)
    return find_denials(text=text, language=language, attributions=said)


def pairs(text, language):
    return [(text[d.claim_start : d.claim_end], d.speaker, d.claimed_by) for d in denials(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "claim", "speaker"),
    [
        # The claim in the same sentence
        ("en", "The Kremlin denied that a new wave was planned.", "a new wave was planned", "Kremlin"),
        ("en", "The navy brushed aside claims that a crew had mutinied.", "claims that a crew had mutinied", "navy"),
        (
            "en",
            "Reports that teachers will patrol stations are untrue, the Education Ministry said.",
            "Reports that teachers will patrol stations",
            "Education Ministry",
        ),
        (
            "en",
            "Contrary to reports that the border is closed, the embassy said it is open.",
            "reports that the border is closed",
            "embassy",
        ),
        (
            "en",
            "Spokesman Pyotr Lindov said he had no knowledge about students being served.",
            "students being served",
            "Pyotr Lindov",
        ),
        # The denial is a noun
        (
            "en",
            "The mayor, Oleg Brod, has issued his third denial in a week of plans to scrap the trams.",
            "plans to scrap the trams",
            "Oleg Brod",
        ),
        ("en", "The allegation of theft drew a flat denial from Mayor Oleg Brod.", "The allegation of theft", "Oleg Brod"),
        ("ru", "Мэрия Заречья выступила с опровержением слухов о закрытии рынка.", "слухов о закрытии рынка", "Мэрия Заречья"),
        (
            "uk",
            "Мерія Зарічного виступила зі спростуванням чуток про закриття ринку.",
            "чуток про закриття ринку",
            "Мерія Зарічного",
        ),
        # Passive: what is denied is the subject, who denies the agent
        (
            "en",
            "Reports that teachers will be drafted were denied by the Education Ministry.",
            "Reports that teachers will be drafted",
            "Education Ministry",
        ),
        ("ru", "Слухи о закрытии рынка опровергнуты мэром Олегом Дубовым.", "Слухи о закрытии рынка", "Олегом Дубовым"),
        ("uk", "Звинувачення в крадіжці відкинуто мером Олегом Дубовичем.", "Звинувачення в крадіжці", "Олегом Дубовичем"),
        # What a video shows somebody as saying
        (
            "ru",
            "«Это дипфейк», — ответила певица Анна Лесная на запись, где она якобы призывает сдаться.",
            "призывает сдаться",
            "Анна Лесная",
        ),
        ("ru", "Пресс-секретарь Пётр Линдов опроверг подготовку новой волны.", "подготовку новой волны", "Пётр Линдов"),
        (
            "ru",
            "Пограничники опровергают слухи, будто холостяков не выпускают.",
            "слухи, будто холостяков не выпускают",
            "Пограничники",
        ),
        ("ru", "«Речи о новой мобилизации не идёт», — сказал министр Олег Брод.", "новой мобилизации", "Олег Брод"),
        ("ru", "Никакой мобилизации не планируется, заявил министр Олег Брод.", "мобилизации", "Олег Брод"),
        (
            "ru",
            "Сообщения о закрытии границы не соответствуют действительности, заявил министр Олег Брод.",
            "Сообщения о закрытии границы",
            "Олег Брод",
        ),
        (
            "ru",
            "Не соответствуют действительности, сообщил штаб, сведения о переброске полка.",
            "сведения о переброске полка",
            "штаб",
        ),
        (
            "ru",
            "Утверждение о том, что границу закрыли, — ложь, предупредило МВД.",
            "Утверждение о том, что границу закрыли",
            "МВД",
        ),
        ("ru", "Слухи о рейде, по словам мэра, ложь.", "Слухи о рейде", "мэра"),
        ("uk", "Речник Петро Гай спростував підготовку до мобілізації.", "підготовку до мобілізації", "Петро Гай"),
        ("uk", "Мін'юст не визнає факту передання списків.", "факту передання списків", "Мін'юст"),
        # In the sentence before
        (
            "en",
            "Notices were handed out at night. Officials denied the reports.",
            "Notices were handed out at night",
            "Officials",
        ),
        (
            "en",
            '"The students were dragged out in a raid," a mother said. The army denied that.',
            "The students were dragged out in a raid",
            "army",
        ),
        ("en", "The roof fell in, residents posted. It is intact, the garrison replied.", "The roof fell in", "garrison"),
        ("ru", "В городе прошёл рейд. Минобороны опровергло эту информацию.", "В городе прошёл рейд", "Минобороны"),
        (
            "ru",
            "Рабочих заставили подписать контракты. В главке это отрицают: «Решение каждый принимает сам».",
            "Рабочих заставили подписать контракты",
            "главке",
        ),
        (
            "ru",
            "В городе прошёл рейд, утверждали паблики. «Ложь», — отрезал военком Пётр Соснин.",
            "В городе прошёл рейд",
            "Пётр Соснин",
        ),
        (
            "ru",
            "Списки готовы, писал «Берег». «Никаких списков нет», — возразил военком Пётр Соснин.",
            "Списки готовы",
            "Пётр Соснин",
        ),
        ("uk", "Повістку можна не брати, писали блогери. Юристи це заперечують.", "Повістку можна не брати", "Юристи"),
        (
            "uk",
            "Міст замінували, писали блогери. Міст досі працює, запевняє комендант Петро Гай.",
            "Міст замінували",
            "Петро Гай",
        ),
        # Two sentences before, and in a headline
        ("ru", "Мост закрыт, сообщил канал «Волна». Машин у въезда много. Мост открыт, заявила мэрия.", "Мост закрыт", "мэрия"),
        (
            "ru",
            "СМИ: матросов перевели в пехоту\n\nЭкипаж на борту. Матросов никто не переводил, заявил штаб флота.",
            "матросов перевели в пехоту",
            "штаб флота",
        ),
        # Behind
        (
            "en",
            "That is false, Mayor Oleg Brod said. The Zarechye Times had written that the bridge was closed.",
            "the bridge was closed",
            "Oleg Brod",
        ),
    ],
)
def test_the_claim_and_who_denies_it_are_found(language, text, claim, speaker):
    [(found, denier, _)] = pairs(text, language)
    assert (found, denier) == (claim, speaker)


def test_who_claims_is_named_beside_who_denies():
    [(_, speaker, claimed_by)] = pairs("Списки готовы, писал «Берег». Это фейк, заявил военком Пётр Соснин.", "ru")
    assert (speaker, claimed_by) == ("Пётр Соснин", "Берег")


def test_a_denial_by_a_pronoun_is_of_the_last_who_fits():
    text = "Сенатор Пётр Линдов успокоил людей. Закон внесли, писал «Берег». По его словам, никакого закона нет."
    assert pairs(text, "ru") == [("Закон внесли", "Пётр Линдов", "Берег")]


def test_a_denial_is_not_put_in_the_mouth_of_somebody_named_later():
    text = "В городе прошёл рейд. Это фейк. Позже мэр Олег Дубов открыл мост."
    assert [speaker for _, speaker, _ in pairs(text, "ru")] in ([], [""])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The law is in force."),
        ("en", "Denied."),
        ("en", ""),
        ("en", "Doctors at the hostel rejected the men years ago."),
        ("en", "The ministry rejected a tender for coats. A new one is planned."),
        ("en", "The mayor did not deny that lists existed."),
        ("en", "The mayor neither confirmed nor denied that lists existed."),
        ("en", "A widow was denied her husband's payout. She is suing."),
        ("en", "The false ceiling of the hall fell in. No conscript was hurt."),
        ("en", "It was a denial-of-service attack, engineers found."),
        ("en", "Suppose the ministry calls this a lie as well. What then?"),
        ("en", "A shop burned down, neighbors said. The mayor said the school would get a new roof."),
        # Nobody denies what is not disputed; and what goes on to deny is no denial of the denial
        ("en", "The guard was at home, neighbors wrote. No one disputes that he was jailed, Doctor Oleg Brod said."),
        ("ru", "Начальник штаба своих слов о списках не опроверг и трубку не берёт."),
        ("ru", "Опровергать или подтверждать гибель взвода в округе не захотели."),
        ("ru", "Температура в палатках была отрицательной. Печки привезли позже."),
        ("ru", "Ложную тревогу объявили по ошибке. Курсанты стояли на плацу час."),
        ("ru", "Допустим, министр завтра объявит: «Слухи лживы». Кто станет проверять?"),
        ("uk", "Слідчий заперечив проти застави. Суддя погодився з ним."),
        ("uk", "Командир не спростував, що набої видали простріляні."),
        # What may be denied, and what is denied to somebody
        ("en", "The bridge was closed, Kray wrote. The ministry could dismiss that report tomorrow."),
        ("en", "The bridge was closed, Kray wrote. The council denied us a hall, Mayor Oleg Brod said."),
        # The contrary of what shares nothing with it, and of a single word
        ("ru", "Выплаты задержали, писали соседи. Никто никого не гонит в армию, сказал мэр Олег Дубов."),
        ("ru", "Деньги, говорили соседи. Никто денег не видел, сказал мэр Олег Дубов."),
    ],
)
def test_what_denies_nothing_is_left_alone(language, text):
    assert pairs(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "В военкомате не стали ни подтверждать, ни отрицать новость. Комиссар Лапин уехал."),
        ("uk", "В управі не підтвердили й не спростували новину про списки."),
        ("ru", "Ветеринары опровергли теорию о том, что бешенство разносят голуби."),
        ("en", "The theory that pigeons carry rabies was refuted by doctors long ago."),
        ("en", "A court denied bail to the conscript Gleb Narin. He is a Baptist, his lawyer said."),
        ("en", "The board rejected his request for a deferment. He is a Baptist."),
        ("ru", "Суд отверг просьбу защиты о переносе. Срок истёк."),
        ("ru", "Призыв начнётся в октябре, сообщил генштаб. Отправок до ноября не планируется, добавили там же."),
        ("en", "Wages were late, said private Losev. They were not paid last year either, his brother said."),
        ("ru", "Врача обвинили в распространении «фейков». Суд назначен на май, сказал адвокат Иван Брод."),
        ("ru", "Учёные придумали вязаные шапочки для кошек. Кошки не сопротивлялись, сообщил институт."),
        ("uk", "Дезертир Кривий не заперечує, що пішов із частини. «Пішов до матері», — сказав він."),
        (
            "en",
            "The plan of the council, which took three years and two budgets to draw up, is to build a new market by the river,"
            " the mayor said. Traders who have sold their goods in the old hall since their childhood have not yet been told"
            " where they are to stand in the two years in between, the head of their union said.",
        ),
    ],
)
def test_what_only_looks_like_a_denial_is_none(language, text):
    assert pairs(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "claim", "rule"),
    [
        # Words that contradict one another
        ("ru", "Сторож погиб, писали соседи. Сторож жив, сказал врач Олег Дубов.", "Сторож погиб", "contrary"),
        ("uk", "Сторожа вивезли, писали сусіди. Сторож удома, сказав лікар Олег Дубов.", "Сторожа вивезли", "contrary"),
        (
            "en",
            "The guard was jailed, neighbors wrote. The guard is at home, Doctor Oleg Brod said.",
            "The guard was jailed",
            "contrary",
        ),
        # What was not done was done after all
        (
            "en",
            "They gave us no coats, soldiers wrote. All coats were given out, Colonel Oleg Brod said.",
            "They gave us no coats",
            "contrary",
        ),
        # Such a thing as was told there was not
        (
            "ru",
            "Вузам велели сдать списки, писали паблики. Таких указаний не было, сказал ректор Олег Дубов.",
            "Вузам велели сдать списки",
            "contrary",
        ),
        # Asked and answered
        ("uk", "Чи правда, що ринок закриють? Ні, він діятиме, каже Олег Дубов.", "ринок закриють", "answered"),
        ("en", "Asked whether the market would close, the mayor replied, “No.”", "the market would close", "answered"),
        # Exposed
        ("ru", "Фейк: «Рынок закроют». На деле рынок моют, сказал Олег Дубов.", "«Рынок закроют»", "exposed"),
        # After another said so, in one sentence
        (
            "en",
            "There is no list of debtors, the mayor said, a day after the newspaper wrote about a list of 300 debtors.",
            "a list of 300 debtors",
            "prompted",
        ),
        # Called false, whatever it is
        ("ru", "Депутат назвал уткой законопроект о закрытии рынков.", "законопроект о закрытии рынков", "false"),
        ("en", "The ministry dismissed as fake a video of an empty market.", "video of an empty market", "denying"),
        ("ru", "Неправда, что рынок закроют, сказал директор Олег Дубов.", "рынок закроют", "false"),
        # A message of which the next sentence speaks is no claim by itself
        (
            "ru",
            "Рынок закроют. Такое сообщение получили сотни людей. Мэрия это сообщение опровергла.",
            "Рынок закроют",
            "denying",
        ),
    ],
)
def test_each_kind_of_denial_is_named_by_its_rule(language, text, claim, rule):
    [found] = denials(text, language)
    assert (text[found.claim_start : found.claim_end], found.rule) == (claim, rule)


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("ru", "Рынок закроют, писали соседи. Директор Фаина Лебедь назвала это выдумкой.", "Фаина Лебедь"),
        ("uk", "Центр «Факт» називає неправдою допис про закриття ринку.", "Факт"),
        ("en", "Neighbors wrote that the market would close. Moscow has called the account a fabrication.", "Moscow"),
    ],
)
def test_who_denies_is_the_subject_of_the_verb(language, text, speaker):
    assert [denier for _, denier, _ in pairs(text, language)] == [speaker]


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("ru", "Рынок закроют, сказал мэр Олег Дубов. Позже Дубов пояснил, что его слова переврали.", "Рынок закроют"),
        ("uk", "Газета «Заріччя» відкликала статтю про закриття ринку.", "статтю про закриття ринку"),
        ("en", "Correction: An earlier version misstated the number of stalls as 400.", "the number of stalls as 400"),
    ],
)
def test_a_retraction_closes_the_claim(language, text, claim):
    [found] = denials(text, language)
    assert (text[found.claim_start : found.claim_end], found.kind) == (claim, "correction")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Рынок закроют, писали соседи. «Это ложь», — заявил мэр Олег Дубов. Слухи о закрытии Дубов назвал выдумкой."),
        ("ru", "Правда ли, что рынок закроют? Нет. Никто рынок не закрывает, сказал мэр Олег Дубов."),
        ("en", "The market will close, Kray wrote. “That is a lie,” Mayor Oleg Brod said. “The report is false,” Brod added."),
    ],
)
def test_a_denial_that_goes_on_stands_once(language, text):
    found = denials(text, language)
    assert len({(d.claim_start, d.speaker[-5:]) for d in found}) == len(found)
    assert all(a.denial_end <= b.denial_start for a, b in pairwise(found))


OWN, NEWCOMERS, CHECK, VISITORS, ARRIVALS, PAPERS, PLAIN = (
    [json.loads(line) for line in (Path(__file__).parent / f"denials_{name}.jsonl").read_text("utf-8").splitlines()]
    for name in ("own", "newcomers", "check", "visitors", "arrivals", "papers", "plain")
)


def meets(text, words, start, end):
    """Whether what was found shares half of the shorter with the words as the text has them."""
    at = text.index(words)
    return 2 * (min(at + len(words), end) - max(at, start)) >= min(len(words), end - start)


def counted(items):
    """How many denials of the items are found, how many others, and how many there are."""
    right = wrong = wanted = 0
    for item in items:
        text, gold = item["text"], list(item["denials"])
        wanted += sum(not one.get("optional") for one in gold)
        for d in denials(text, item["language"]):
            met = next(
                (
                    one
                    for one in gold
                    if meets(text, one["claim"], d.claim_start, d.claim_end)
                    and meets(text, one["denial"], d.denial_start, d.denial_end)
                ),
                None,
            )
            if met is None:
                wrong += 1
                continue
            gold.remove(met)
            right += not met.get("optional")
    return right, wrong, wanted


@pytest.mark.parametrize(
    ("language", "hand", "least"),
    [
        ("ru", "own", 0.8), ("uk", "own", 0.8), ("en", "own", 0.78),
        ("ru", "strangers", 0.6), ("uk", "strangers", 0.6), ("en", "strangers", 0.87),
        ("ru", "others", 0.37), ("uk", "others", 0.48), ("en", "others", 0.46),
        ("ru", "authors", 0.57), ("uk", "authors", 0.38), ("en", "authors", 0.5),
        ("ru", "longer", 0.5), ("uk", "longer", 0.2), ("en", "longer", 0.33),
    ],
)  # fmt: skip
def test_most_denials_of_own_items_are_found_and_little_else(language, hand, least):
    """Wire, officialese, posts, fact checks, courts, and what only looks like it. Labelled before any rule saw them.

    The strangers', the others' and the authors' were written by people who had not seen the rules either; the others' have few
    words of denial, the longer are of four sentences and more.
    """
    special = {"strangers", "others", "authors", "longer"}
    items = [item for item in OWN if item["language"] == language]
    by = [(by if (by := item["id"].split("-")[0]) in special else "own", item) for item in items]
    right, wrong, wanted = counted([item for its_hand, item in by if its_hand == hand])
    assert right / (right + wrong) >= {"authors": 0.76, "longer": 0.5}.get(hand, 0.87)
    assert right / wanted >= least


@pytest.mark.parametrize(
    ("items", "precision", "recall"),
    [
        ([item for item in NEWCOMERS if "part" not in item], 0.8, 0.52),
        ([item for item in NEWCOMERS if "part" in item], 0.45, 0.25),
        (CHECK, 0.82, 0.54),
        (VISITORS, 0.87, 0.57),
        ([item for item in ARRIVALS if "part" not in item], 0.79, 0.6),
        ([item for item in ARRIVALS if "part" in item], 0.8, 0.6),
        ([item for item in PAPERS if "part" not in item], 0.8, 0.5),
        ([item for item in PAPERS if "part" in item], 0.7, 0.25),
        (PLAIN, 0.9, 0.66),
    ],
    ids=["newcomers", "held", "check", "visitors", "arrivals", "unread", "papers", "unread papers", "plain"],
)
def test_denials_of_a_newcomer_are_found_and_little_else(items, precision, recall):
    """Items of one who saw neither rules nor bench, of which those held taught no rule; and own ones, written to check before the
    newcomer's errors were read; a visitor's, of which the weights were learned and no error was read; and those of four
    who came last, of which those unread were only counted; and plain ones, one in each ordinary form."""
    right, wrong, wanted = counted(items)
    assert right / (right + wrong) >= precision
    assert right / wanted >= recall


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        # What was published is answered in other words
        ("ru", "Рынок отдадут под склад, писал «Берег». Мэр Олег Дубов ответил: прилавки никому не отдают.",
         "Рынок отдадут под склад"),
        # An official's denial opens the text, and what he answers stands behind
        ("ru", "Мэр Олег Дубов заявил, что ни одного прилавка рынка не снесли. Торговцы рассказывали, что рынок закрыли ночью.",
         "рынок закрыли ночью"),
        ("en", "Not one stall has been closed, according to Mayor Oleg Brod. The Courier had reported that the market was shut.",
         "the market was shut"),
        # Who says so stands within what is claimed
        ("en", "Neighbors ask whether, as one blog says, the market will close. The market will not close, Mayor Oleg Brod said.",
         "the market will close"),
        # A myth that is numbered, and quoted words that head a text and are no outlet
        ("ru", "Миф третий: рынок закроют. Не закроют: он открыт всю зиму, напоминает мэр Олег Дубов.", "рынок закроют"),
        # Who wrote it stands in the denial, and what he wrote behind
        ("ru", "Вопреки тому, что написал «Берег», рынок работал. Издание утверждало, будто его закрыли.", "его закрыли"),
        # The denial, and behind "after" what it answers
        ("en", "“We closed no market,” Mayor Oleg Brod told reporters, hours after the Courier wrote that a stall burned.",
         "a stall burned"),
        # Nothing shared with the claim: who was spoken of answers for himself, and an official of everybody
        ("en", "Troops have no bread, the Courier wrote. “We bake more than we eat,” Captain Oleg Brod said.",
         "Troops have no bread"),
        ("ru", "Сироп кончился, писал «Берег». Каждому больному хватает лекарств, заявил врач Олег Дубов.", "Сироп кончился"),
        ("uk", "Сироп скінчився, писав «Дзвін». Кожному хворому вистачає ліків, заявив лікар Олег Дуб.", "Сироп скінчився"),
        # Who answers where a text begins answers what stands behind
        ("ru", "Не было никакого побега, отрезал мэр Олег Дубов. Два канала описывали, как трое ушли через подкоп.",
         "трое ушли через подкоп"),
    ],
)  # fmt: skip
def test_who_answers_in_other_words_denies(language, text, claim):
    assert [found for found, *_ in pairs(text, language)] == [claim]


def test_what_denies_is_no_claim_that_the_next_sentence_denies():
    """ "That is a lie, the mayor said": who speaks next goes on, or answers the same claim."""
    text = "The market will close, Kray wrote. “That is a lie,” Mayor Oleg Brod said. No stall is sold, the clerk Ida Dub said."
    claims = {claim for claim, *_ in pairs(text, "en")}
    assert claims <= {"The market will close"}


def test_each_weight_is_of_a_sign():
    text = "The market will close, Kray wrote. The market will not close, Mayor Oleg Brod said. That is a lie, the clerk said."
    said = find_attributions(text=text, language="en", links=(), outlets=NO_OUTLETS)
    claims = Claims(text, "en", said)
    deniers = (contradicting.denier_of(claims, i) for i in (1, 2))
    asked = [(denier, k, claim) for denier in deniers for k, claim in contradicting.candidates(claims, denier)]
    named = {sign for denier, k, claim in asked for sign in contradicting.signs_of(claims, claim, denier, k)}
    assert set(WEIGHTS) <= named | set(contradicting.SIGNS_ALONE)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # A correction says what stood there, and the next sentence what is so
        (
            "en",
            "Correction: An earlier version of this article said Captain Reed had been convicted. He was acquitted.",
            ("Captain Reed had been convicted", "He was acquitted", "correction"),
        ),
        # "Not one but the other"
        (
            "ru",
            "Мэрия сообщила, что на рынке сорок мест. «Не сорок мест, а четыреста», — сказал директор Олег Дубов.",
            ("на рынке сорок мест", "«Не сорок мест, а четыреста», — сказал директор Олег Дубов", "denial"),
        ),
        # A headline of which the text says that it went round
        (
            "ru",
            "В Заречье закрывают роддом\n\nПаника началась после поста. Роддом работает, успокоил директор Олег Дубов.",
            ("В Заречье закрывают роддом", "Роддом работает, успокоил директор Олег Дубов", "denial"),
        ),
        # A fake that nobody explains
        (
            "ru",
            "Фейк: в Заречье закрывают рынок. Так мэрия пометила запись в чате.",
            ("в Заречье закрывают рынок", "Фейк", "denial"),
        ),
    ],
)
def test_a_denial_stands_in_other_words(language, text, expected):
    (only,) = denials(text, language)
    assert (text[only.claim_start : only.claim_end], text[only.denial_start : only.denial_end], only.kind) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The soldier was denied leave by the commander."),
        ("en", "The mayor's forecast was widely ridiculed for its gloom."),
        ("en", "Few would contest that the wards are full. Nurses work double shifts."),
        ("en", "The street is mostly made up of shops, residents said. It is quiet."),
        ("en", "A guard had a gun, police said. He was hit in the back."),
        ("en", "Well, that was quick, neighbors said. This one, not so much."),
        ("en", "The market will close, Mayor Oleg Brod said. Brod also admitted that he was tired."),
        ("ru", "Рынок закрывают, писали соседи. Директор нашёл у рынка признаки несостоятельности."),
    ],
)
def test_what_only_sounds_like_a_denial_is_none(language, text):
    assert denials(text, language) == ()


def test_a_correction_closes_the_claim_of_whoever_made_it():
    text = "Рынок закроют, говорил мэр Олег Дубов. Позже Дубов признал, что рынок не закроют."
    (only,) = denials(text, "ru")
    assert (only.kind, text[only.claim_start : only.claim_end], only.claimed_by) == ("correction", "Рынок закроют", "Олег Дубов")


OTHER = {
    "ru": "Утром шёл снег. Площадь чистили. К полудню открылась ярмарка. Играл оркестр. Вечером потеплело. Пошли домой. ",
    "uk": "Зранку йшов сніг. Площу чистили. До полудня відкрився ярмарок. Грав оркестр. Увечері потеплішало. Пішли додому. ",
    "en": "It snowed at dawn. The square was swept. The fair opened at noon. A band played. It thawed at dusk. All left. ",
}


@pytest.mark.parametrize(
    ("language", "claim", "answer", "no_answer"),
    [
        ("ru", "Жильцов вывезли ночью, рассказал сосед Пётр Лой.", "Никого не вывезли, заявил комендант Олег Дубов.",
         "Он никому не заплатил, заявил комендант Олег Дубов."),
        ("uk", "Мешканців вивезли вночі, розповів сусід Петро Лой.", "Нікого не вивезли, заявив комендант Олег Дуб.",
         "Він нікому не заплатив, заявив комендант Олег Дуб."),
        ("en", "Tenants were driven away at night, neighbor Peter Loy said.", "Nobody was driven away, commandant Oleg Dub said.",
         "They paid nobody, commandant Oleg Dub said."),
    ],
)  # fmt: skip
def test_in_a_long_text_what_shares_no_word_with_a_claim_is_of_another_matter(language, claim, answer, no_answer):
    assert [d.rule for d in denials(f"{OTHER[language]}{claim} {answer} {OTHER[language]}", language)] == ["contrary"]
    between = OTHER[language].partition(". ")[0]
    assert denials(f"{OTHER[language]}{claim} {between}. {no_answer} {OTHER[language]}", language) == ()


def test_what_follows_a_claim_may_deny_it_in_other_words_however_long_the_text_is():
    taken = "Recruiters took 20 students from the dormitory on Friday, the channel Veter reported."
    text = f"{taken} Regional commissar Ivan Petrov said nobody was taken from there. {OTHER['en']}{OTHER['en']}"
    assert [(d.rule, d.speaker) for d in denials(text, "en")] == [("contrary", "Ivan Petrov")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Отец рассказал, что сын написал заявление. Таких заявлений не меньше пятнадцати, полагают оперативники."),
        ("uk", "Батько розповів, що син написав заяву. Таких заяв не менше п'ятнадцяти, вважають оперативники."),
        ("en", "The father said that his son had signed a statement. He signed no fewer than ten statements, police said."),
    ],
)
def test_an_amount_that_is_bounded_denies_nothing(language, text):
    assert denials(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text", "claim", "speaker"),
    [
        # What the claim came after, and what the next clause begins with, are none of it
        (
            "en",
            "The mayor has denied that he sold the market, a day after the Courier reported that he had.",
            "he sold the market",
            "mayor",
        ),
        (
            "uk",
            "«Кур'єр» оприлюднив відомості про закриття ринку, а мер Олег Дуб їх спростував.",
            "відомості про закриття ринку",
            "Олег Дуб",
        ),
        # An object before its verb; guilt is of what somebody is accused of before
        ("ru", "Избиение следователь Олег Дубов отрицает.", "Избиение", "Олег Дубов"),
        ("ru", "Принуждение в штабе отрицают: все пришли сами.", "Принуждение", "штабе"),
        # By whom reports are spread is not who denies them
        ("ru", "Сообщения о закрытии рынка, распространяемые каналами, опровергнуты.", "Сообщения о закрытии рынка", ""),
        # What was said before stands first in the sentence
        (
            "ru",
            "Спустя день после того, как сосед Пётр Лой заявил, что рынок закрыли, мэр Олег Дубов сказал, что он открыт.",
            "рынок закрыли",
            "Олег Дубов",
        ),
    ],
)  # fmt: skip
def test_a_claim_and_who_denies_it_end_where_they_end(language, text, claim, speaker):
    assert [(found, denier) for found, denier, _ in pairs(text, language)] == [(claim, speaker)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Traders said that the market would close. The mayor, Oleg Brod, confirmed that it would not open."),
        ("en", "Traders said that the market would close. Mayor Oleg Brod declined to say when the market would close."),
        ("en", "His manager served him with a mock summons, he said."),
        ("ru", "Соседи сказали, что рынок закроют. Мэр Олег Дубов подтвердил, что рынок не откроют."),
    ],
)
def test_who_says_the_same_or_nothing_denies_nothing(language, text):
    assert pairs(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("ru", "«Никакой облавы не было, людям всё объяснили», — заявил представитель ведомства Олег Дубов.", "облавы"),
        ("ru", "Министерство повторило, что ни частичная, ни иная мобилизация не планируется.", "иная мобилизация"),
        ("uk", "У міністерстві повторили, що нової хвилі мобілізації не планують.", "нової хвилі мобілізації"),
        ("ru", "Врачи ждали льготы. В военкомате ответили, что для медиков она не предусмотрена и не планируется.", None),
        ("ru", "Школы готовят спортзалы к осени. В министерстве сказали, что нового набора не планируют.",
         "нового набора"),
    ],
)  # fmt: skip
def test_what_is_said_never_to_be_is_named_without_the_word_that_denies_it(language, text, claim):
    assert [text[d.claim_start : d.claim_end] for d in denials(text, language)] == ([claim] if claim else [])


@pytest.mark.parametrize(
    ("language", "text", "claim", "denial", "rule"),
    [
        # What a newsroom reported before, headed as a correction or said to be wrong
        ("en", "Correction, 4 May: This newsletter reported that Captain Reed was jailed. It was another man, Captain Reade.",
         "Captain Reed was jailed", "It was another man, Captain Reade", "correcting"),
        ("ru", "Уточнение. В заметке от 4 мая мы сообщили, что рынок закрыт. Его красят. Приносим извинения директору.",
         "рынок закрыт", "Его красят", "correcting"),
        ("ru", "Мы написали, что рынок закрыт. Ошиблись: его красят.", "рынок закрыт", "Ошиблись: его красят", "correcting"),
        ("uk", "Ми писали, що ринок закрито. Його фарбують. Просимо вибачення.",
         "ринок закрито", "Його фарбують. Просимо вибачення", "correcting"),
        # An interviewer puts to somebody what others say of him
        ("en", "Q: Your critics say you sold the market.\nA: Not a stall of it. Ask the clerk.",
         "you sold the market", "A: Not a stall of it. Ask the clerk", "answered"),
        ("ru", "— Вам вменяют, что вы продали рынок. Это так?\n— Я лежал в больнице. Кому я мог его продать?",
         "вы продали рынок", "Я лежал в больнице. Кому я мог его продать", "answered"),
        ("uk", "— Кажуть, ви продали ринок.\n— Продав? Я його фарбую.", "ви продали ринок", "Продав? Я його фарбую", "answered"),
        # What a check of facts found
        ("ru", "Фактчек: правда ли, что рынок закроют\n\nМы спросили торговцев. Вердикт: неправда.",
         "правда ли, что рынок закроют", "Вердикт: неправда", "false"),
        ("uk", "Чи правда, що ринок закриють? Допис побачили тисячі людей. Отже, маніпуляція.",
         "ринок закриють", "Отже, маніпуляція", "false"),
        # A denial that comments on a claim, beside it or before
        ("uk", "Ніхто ринок не закриє, наголосила директорка Віра Дуб, коментуючи допис про закриття ринку.",
         "допис про закриття ринку", "Ніхто ринок не закриє, наголосила директорка Віра Дуб, коментуючи", "commented"),
        ("uk", "Я не йду і заяви не писав. Так прокоментував мер Олег Дуб новину про свою відставку.",
         "новину про свою відставку", "Я не йду і заяви не писав", "commented"),
        # Contrary to what somebody said
        ("ru", "Вопреки тому, что утверждали в мэрии, будто рынок никто не закрывал, на записи видно, как его запирают.",
         "рынок никто не закрывал", "на записи видно, как его запирают", "against"),
        # Denied by an adverb's width, and whose claim it is
        ("en", "Claims that the market would close were flatly contradicted on Friday by traders.",
         "Claims that the market would close", "were flatly contradicted on Friday by traders", "denying"),
        ("en", "The mayor dismissed as “scaremongering” a forecast by the trader Oleg Brod that the market would close.",
         "forecast by the trader Oleg Brod that the market would close", "The mayor dismissed as “scaremongering” a", "denying"),
    ],
)  # fmt: skip
def test_answers_corrections_and_comments_deny(language, text, claim, denial, rule):
    [found] = denials(text, language)
    said = (text[found.claim_start : found.claim_end], text[found.denial_start : found.denial_end], found.rule)
    assert said == (claim, denial, rule)
    assert found.kind == ("correction" if rule == "correcting" else "denial")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "— Вам вменяют, что вы продали рынок.\n— Да, продал. За копейки."),
        ("uk", "— Кажуть, ви продали ринок.\n— Правда. За копійки."),
        ("en", "Q: Your critics say you sold the market.\nA: Yes, and I would again."),
        ("en", "Q: Your critics say you sold the market.\nA: The clerk declined to say who sold the market."),
        # Nobody denies what he does not comment on, or what cannot be ruled out
        ("uk", "У мерії не коментують інформацію про закриття ринку."),
        ("ru", "Рынок закроют, пишет «Берег». Исключать такой исход, по словам собеседника в мэрии, нельзя."),
        # What is called groundless is a refusal; what is rejected is counted; what somebody is punished for
        ("uk", "Сержантці відмовили у відпустці. Омбудсманка Ірина Дуб вважає відмову необґрунтованою."),
        ("en", "Passengers will get nothing, they were told. The airline rejected 1,140 claims in a day."),
        ("en", "Guards cited a quarantine. Lunin is serving seven years for discrediting the army."),
        # What stands behind a denial and goes on with it
        ("ru", "Слухи о плате ложны, сказал мэр Олег Дубов. «Менять этот порядок мы не намерены», — добавил он."),
    ],
)  # fmt: skip
def test_who_agrees_or_says_nothing_denies_nothing(language, text):
    assert [d.rule for d in denials(text, language)] in ([], ["false"])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # What is put to somebody is not denied by whatever he answers
        ("ru", "— Вас обвиняют в краже.\n— Следствие идёт, я ничего не скажу."),
        ("ru", "— Говорят, вы переезжаете в Омск.\n— Мы с женой собираем вещи уже неделю."),
        ("ru", "— Ходят слухи, что вы женитесь.\n— Свадьба будет в июне."),
        ("ru", "— Пишут, вы выиграли конкурс.\n— Я очень рад…"),
        ("uk", "— Вас звинувачують у крадіжці.\n— Слідство триває, я нічого не скажу."),
        ("uk", "— Кажуть, ви переїжджаєте до Львова.\n— Ми з дружиною пакуємо речі вже тиждень."),
        ("uk", "— Ходять чутки, що ви одружуєтеся.\n— Весілля буде в червні."),
        ("en", "Q: You are accused of theft.\nA: The case is open, and I won't say a word."),
        ("en", "Q: They say you are moving to Leeds.\nA: My wife and I have been packing for a week."),
        # Who does not say when says nothing of whether
        ("ru", "Комментируя слухи о свадьбе, певица не стала называть дату."),
        ("ru", "Комментируя слухи о свадьбе, певица не стала отвечать на вопросы."),
        ("uk", "Коментуючи чутки про весілля, співачка не стала називати дату."),
        ("en", "Commenting on rumors of a wedding, the singer would not name a date."),
        # A mistake of another kind, and a correction that only adds
        ("ru", "Мы сообщали, что рынок закрыт на ремонт. Автор ошибся дверью и не попал внутрь."),
        ("uk", "Ми повідомляли, що ринок закритий на ремонт. Автор помилився дверима і не потрапив усередину."),
        ("ru", "Уточнение. Мы сообщили, что рынок открыт с восьми. Вход со двора."),
        ("uk", "Уточнення. Ми повідомили, що ринок відкрито з восьмої. Вхід із двору."),
        ("en", "Clarification. We reported that the market opens at eight. The entrance is in the yard."),
        # Each of its own time
        ("ru", "В январе в Орске вручили триста повесток, рассказал военком Дубов. В феврале их было восемьсот, писал «Берег»."),
        ("uk", "У січні ринок закрили, писав «Дзвін». У лютому він був відкритий, сказав мер Олег Дуб."),
        ("en", "In January the market closed, the Courier wrote. In May it was open, Mayor Oleg Brod said."),
        # "Or otherwise" answers nobody
        ("en", "Mayor Oleg Brod spoke of the market. By car or otherwise, traders said, they get there."),
        # Tales that nobody is said to believe
        ("en", "Old wives' tales about the weather are charming, the mayor said."),
    ],
)  # fmt: skip
def test_who_answers_adds_or_errs_in_something_else_denies_nothing(language, text):
    assert denials(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        ("en", "Correction: We reported that the market opens at eight. It opens at nine.", "the market opens at eight"),
        ("ru", "Уточнение. Мы сообщили, что ярмарка пройдёт в Острове. Она пройдёт в Липске.", "ярмарка пройдёт в Острове"),
        ("ru", "Мы сообщали, что рынок закрыт. Редакция ошиблась в дате.", "рынок закрыт"),
        ("uk", "Ми повідомляли, що ринок закрито. Редакція помилилася в даті.", "ринок закрито"),
        ("ru", "— Говорят, вы продали рынок.\n— Я его не продавал.", "вы продали рынок"),
    ],
)  # fmt: skip
def test_what_says_otherwise_denies(language, text, claim):
    assert [text[d.claim_start : d.claim_end] for d in denials(text, language)] == [claim]


SECTIONS = [(language, section) for language in LANGUAGES for section in lexicon("denying")[language]]


@pytest.mark.parametrize(("language", "section"), SECTIONS)
def test_each_word_of_denying_makes_a_denial_of_its_example(language, section):
    for entry, example in lexicon("denying")[language][section].items():
        found = denials(example, language)
        assert found, entry
        assert section != "correcting" or found[0].kind == "correction", entry


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "section",
    ["answers", "before", "commented", "doubted", "earlier", "erred", "goes_round", "own_report", "put", "such", "whether"],
)
def test_a_phrase_is_sought_wherever_a_word_begins_like_it(language, section):
    for example in lexicon("claiming")[language].get(section, {}).values():
        assert Passage(example, language).search(section, 0, len(example)), example


PIECES = st.sampled_from(
    [
        "опроверг ",
        "denied ",
        "это. ",
        "that ",
        ", ",
        "«",
        "»",
        "\n",
        "Иван ",
        ". ",
        "не ",
        "сообщил ",
        "ложь",
        "слухи о ",
        "not true",
        "said ",
        "никто ",
        "Correction: ",
        "вопреки слухам о ",
    ]
)


@given(st.text(max_size=80) | st.lists(PIECES).map("".join))
def test_spans_lie_in_the_text_and_apart(text):
    for language in ("ru", "uk", "en"):
        for d in denials(text, language):
            assert 0 <= d.claim_start < d.claim_end <= len(text)
            assert 0 <= d.denial_start < d.denial_end <= len(text)
            assert d.claim_end <= d.denial_start or d.denial_end <= d.claim_start


@given(st.lists(PIECES).map("".join))
def test_both_are_said_word_for_word(text):
    for d in denials(text, "ru"):
        assert re.search(r"\w", text[d.claim_start : d.claim_end])
        assert re.search(r"\w", text[d.denial_start : d.denial_end])


@pytest.mark.parametrize(
    ("language", "denies", "does_not"),
    [
        # How far before a verb of denial a word may stand that undoes it
        ("en", "The mayor publicly denied that lists existed.", "The mayor did not publicly deny that lists existed."),
        ("en", "The mayor flatly denied that lists existed.", "The mayor at first flatly denied that lists existed."),
        (
            "en",
            "The ministry dismissed reports that lists existed.",
            "The ministry could simply dismiss reports that lists existed.",
        ),
        ("ru", "Мэр резко отрицал, что рынок закроют.", "Мэр сначала резко отрицал, что рынок закроют."),
        (
            "ru",
            "Рынок закроют, писали соседи. Мэр это отрицает, сказав, что рынок откроют.",
            "Рынок закроют, писали соседи. Мэр ни разу прямо не отрицал, что рынок закроют.",
        ),
        # How far behind it what is refused may stand
        ("en", "A court denied that the man had fled.", "A court denied the old man bail."),
        ("en", "The paper retracted its full report that lists existed.", "The paper retracted its full page of sport."),
    ],
)
def test_how_far_a_word_reaches(language, denies, does_not):
    assert pairs(denies, language)
    assert pairs(does_not, language) == []


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("ru", "Списки есть, писал «Берег». Он это отрицает, хотя Олега Дубова в городе знают.", ""),
        ("ru", "В город приехал мэр Олег Дубов. Списки есть, писал «Берег». Он это отрицает.", "Олег Дубов"),
        ("en", "Lists exist, Kray wrote. He denied that, though everyone knows Mayor Oleg Brod.", ""),
    ],
)
def test_he_who_denies_was_named_before(language, text, speaker):
    assert {denier for _, denier, _ in pairs(text, language)} <= {speaker, ""}


@pytest.mark.parametrize(
    ("text", "claimed_by"),
    [
        ("Школьников мобилизуют, сказал сосед Пётр Лой. Слухи о мобилизации школьников мэр опроверг.", "Пётр Лой"),
        ("Школьники отдыхают, сказал сосед Пётр Лой. Слухи о мобилизации школьников мэр опроверг.", ""),
    ],
)
def test_who_claims_said_something_of_the_kind_before(text, claimed_by):
    assert [found for _, _, found in pairs(text, "ru")] == [claimed_by]


def test_stems_of_a_claim_are_long_enough_to_tell_words_apart():
    """Words that begin alike are not the same: закон and заказ, market and mayor."""
    assert pairs("Закон приняли, писали соседи. Заказ никто не принимал к сроку, сказал мэр Олег Дубов.", "ru") == []
    assert pairs("Malls shut, neighbors wrote. The mayor has not married, Doctor Oleg Brod said.", "en") == []


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Слухи о закрытии рынка мэр опроверг.", "Слухи о закрытии рынка"),
        ("Дождь пройдёт, писали соседи. Информацию о закрытии рынка в мэрии опровергли.", "Информацию о закрытии рынка"),
    ],
)
def test_what_is_denied_may_stand_before_the_verb(text, claim):
    assert [found for found, *_ in pairs(text, "ru")] == [claim]


MARKET, RYNOK = "The market will close, traders said. ", "Рынок закроют, писали соседи. "


@pytest.mark.parametrize(
    ("language", "denies", "does_not"),
    [
        # What heads a correction has a colon
        ("en", MARKET + "Correction: the market is open.", MARKET + "A correction of the roof of the market took a year."),
        # What is made up of parts is not made up
        ("en", MARKET + "The story of the market is made up.", MARKET + "The market is made up of forty stalls."),
        # A participle between an article and a noun
        (
            "en",
            "The mayor disputed the claim that the market will close.",
            "The disputed claim that the market will close was printed again.",
        ),
        # An answer is what somebody does
        ("en", MARKET + "But it is open, Mayor Oleg Brod countered.", MARKET + "There is no doubt that the market is old."),
        ("en", MARKET + "It is open, Mayor Oleg Brod insisted.", MARKET + "The challenge of the market is its roof."),
        # What is withdrawn is a claim
        ("en", MARKET + "The mayor withdrew his claim about the market.", MARKET + "The mayor withdrew his bid for the market."),
        # An adjective says of its noun alone that it is false
        ("ru", RYNOK + "Это ложно, сказал мэр Олег Дубов.", RYNOK + "Ложная стена рынка упала."),
        ("ru", RYNOK + "Это ложно, сказал мэр Олег Дубов.", RYNOK + "Ложная тревога на рынке длилась час."),
        ("ru", RYNOK + "Это ложно, сказал мэр Олег Дубов.", RYNOK + "Ложные тревоги на рынке длились час."),
        (
            "en",
            "Reports that the market will close are false as traders know.",
            "Reports of the false ceiling of the market came late.",
        ),
        # In four words what is called false can only be what stands before, in five no more
        ("ru", RYNOK + "Обычная ложь про рынок.", RYNOK + "На рынке любят ложь соседей."),
        ("en", MARKET + "What nonsense about markets.", MARKET + "Traders like nonsense about markets."),
        # A pronoun beside it, before or behind
        ("ru", RYNOK + "Мэр Олег Дубов: какая ложь всё это!", RYNOK + "Мэр Олег Дубов сказал, какая бывает ложь о рынке."),
        # What is refused comes before any claim
        ("en", "The court rejected claims that bail was refused.", "The court rejected bail for the man who had fled."),
        # A colon says of what it is said
        ("ru", RYNOK + "Мэр Олег Дубов ответил коротко: ложь.", RYNOK + "Мэр Олег Дубов ответил коротко о лжи."),
        # How a verb is negated
        ("en", "He denied that they existed.", "He neither confirmed the lists nor did he deny that they existed."),
        # What is denied to somebody, with an adverb between, and what is denied by somebody
        (
            "en",
            "The mayor repeatedly denied that pensions were cut.",
            "The widow was repeatedly denied that pension which neighbors get.",
        ),
        ("en", MARKET + "That was denied by the mayor.", MARKET + "The woman was denied a stall on the market."),
        (
            "en",
            "Reports that the old market by the river would close were denied on Monday.",
            "Traders of the old market by the river were denied stalls on Monday.",
        ),
        # Who denies does so beside something else, and not in general
        ("en", "The mayor left, denying that lists existed.", "Denying that lists exist is a crime."),
    ],
)
def test_what_stands_around_a_word_of_denying_decides(language, denies, does_not):
    assert pairs(denies, language)
    assert pairs(does_not, language) == []


@pytest.mark.parametrize(
    ("language", "claimed", "denied", "claim"),
    [
        ("en", "The firm said all workers were paid.", "Workers said they had not been paid since May.", "all workers were paid"),
        (
            "ru", "В компании сказали, что зарплату получили все рабочие.", "Рабочие говорят, что им не платили с мая.",
            "зарплату получили все рабочие",
        ),
        (
            "uk", "У компанії сказали, що зарплату отримали всі робітники.", "Робітники кажуть, що їм не платили з травня.",
            "зарплату отримали всі робітники",
        ),
    ],
)  # fmt: skip
def test_a_statement_that_negates_answers_the_one_before_and_is_not_answered_by_it(language, claimed, denied, claim):
    text = f"{claimed} {denied}"
    said = find_attributions(text=text, language=language, links=(), outlets=Outlets())
    (found,) = find_denials(text=text, language=language, attributions=said)
    assert text[found.claim_start : found.claim_end] == claim
    assert text[found.denial_start : found.denial_end] in denied


@pytest.mark.parametrize(
    ("language", "text", "claim"),
    [
        # Who says so stands between the word and what is denied
        ("en", "It is a lie, Mayor Oleg Brod said, that the market will close.", "the market will close"),
        # Of several nouns for a claim the one that says what
        ("ru", "«Это ложь от первого до последнего слова», — ответил мэр Олег Дубов на рассказ о закрытии рынка.",
         "рассказ о закрытии рынка"),
        ("uk", "«Це брехня від першого до останнього слова», — відповів мер Олег Дубов на розповідь про закриття ринку.",
         "розповідь про закриття ринку"),
        # What is negated is the other side
        ("ru", "Завод сократил каждого пятого, писали соседи. Директор Олег Дубов сказал, что завод не уволил никого.",
         "Завод сократил каждого пятого"),
    ],
)  # fmt: skip
def test_what_is_denied_is_what_was_said(language, text, claim):
    assert claim in [found for found, *_ in pairs(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Жители говорят, что рынок закроют. Будет суд, сообщил адвокат."),
        ("uk", "Мешканці кажуть, що ринок зачинять. Буде суд, повідомив адвокат."),
        ("en", "Neighbors say that the market will close. Rain was heavy, the mayor said."),
    ],
)
def test_a_short_clause_that_says_something_else_is_no_bare_answer(language, text):
    assert pairs(text, language) == []
