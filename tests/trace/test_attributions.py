"""On whose word: what is found in sentences of three languages, and what is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Link
from monitor.trace import Outlets, find_attributions


def found(text, language, outlets, links=()):
    return [(a.kind, a.speaker, a.outlet) for a in find_attributions(text=text, language=language, links=links, outlets=outlets)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "Об этом сообщает «Берег».", ("outlet", "Берег", "Берег")),
        ("ru", "Как сообщает Берег, повестки разнесли за день.", ("outlet", "Берег", "Берег")),
        ("ru", "По данным «Северного вестника», вызвали студентов.", ("outlet", "Северного вестника", "Северный вестник")),
        ("ru", "«Берег» пишет, что списки готовы.", ("outlet", "Берег", "Берег")),
        ("ru", "Газета «Заречная правда» сообщила о рейде.", ("outlet", "Заречная правда", "Заречная правда")),
        ("ru", "По словам адвоката Ильи Зимина, решение незаконно.", ("lawyer", "Ильи Зимина", "")),
        ("ru", "«Мы обжалуем», — рассказала «Берегу» юрист Анна Лесная.", ("lawyer", "Анна Лесная", "")),
        ("ru", "Губернатор Заречной области Пётр Соснин во вторник заявил, что призыв окончен.", ("official", "Пётр Соснин", "")),
        ("ru", "Мэр Заречья Олег Дубов сообщил о призыве.", ("official", "Олег Дубов", "")),
        ("ru", "Повестки действительны, сообщили в военкомате.", ("official", "военкомате", "")),
        ("ru", "Минобороны опровергло это.", ("official", "Минобороны", "")),
        ("ru", "По сообщениям СМИ, в городе идут рейды.", ("anonymous", "СМИ", "")),
        ("ru", "Источник в администрации рассказал о списках.", ("anonymous", "Источник в администрации", "")),
        ("ru", "Согласно указу, призыв начнется в апреле.", ("document", "указу", "")),
        ("ru", "«Сына увезли ночью», — рассказала Мария Ивовая.", ("named", "Мария Ивовая", "")),
        ("uk", "За даними видання «Дзвін», повістки отримали всі.", ("outlet", "Дзвін", "Дзвін")),
        ("uk", "Як повідомляє «Дзвін», рейди тривають.", ("outlet", "Дзвін", "Дзвін")),
        ("uk", "Про це повідомив речник військкомату Петро Гай.", ("official", "Петро Гай", "")),
        ("uk", "За повідомленнями ЗМІ, чоловіків забирали.", ("anonymous", "ЗМІ", "")),
        ("uk", "За словами адвоката Івана Луга, це незаконно.", ("lawyer", "Івана Луга", "")),
        ("en", "Independent outlet 9x9 reported a second case.", ("outlet", "9x9", "9x9")),
        ("en", "The man left, according to the news site Far Field.", ("outlet", "Far Field", "Far Field")),
        ("en", "Notices were sent, according to media reports.", ("anonymous", "media reports", "")),
        ("en", "Sources close to the ministry said lists exist.", ("anonymous", "Sources close to the ministry", "")),
        ("en", "“It is in force,” Ivan Reed, a lawyer with Open Door, told reporters.", ("lawyer", "Ivan Reed", "")),
        ("en", "Kremlin spokesman Pyotr Lindov claimed Friday that he did not know.", ("official", "Pyotr Lindov", "")),
        ("en", "The head of State Duma's Labor Committee Oleg Brod said it was a test.", ("official", "Oleg Brod", "")),
        ("en", "The Defense Ministry said nothing.", ("official", "Defense Ministry", "")),
        ("en", "Officials in Zarechye and St. Olga admitted it.", ("official", "Officials in Zarechye and St. Olga", "")),
        ("en", "According to the decree, the draft begins in April.", ("document", "the decree", "")),
        ("en", "“We fled at night,” said Maria Willow.", ("named", "Maria Willow", "")),
    ],
)
def test_the_source_of_a_sentence_is_found(language, text, expected, outlets):
    assert found(text, language, outlets) == [expected]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Мобилизация показала слабость системы."),
        ("ru", "Повестки разнесли по плану, согласно графику."),
        ("ru", "По его словам, всё спокойно."),
        ("en", "He said it was over."),
        ("en", "In addition to media reports of raids, fears grew."),
        ("en", "Notices were reported in the town of Zarechye."),
        ("en", "The law is working."),
        ("uk", "Він сказав, що все спокійно."),
        ("en", ""),
    ],
)
def test_where_no_source_is_named_none_is_made_up(language, text, outlets):
    assert found(text, language, outlets) == []


def test_a_role_is_kept_where_only_the_surname_is_met_again(outlets):
    text = "Адвокат Илья Зимин подал жалобу, заявил адвокат Илья Зимин. Позже Зимин добавил, что ждёт суда."
    assert found(text, "ru", outlets)[-1] == ("lawyer", "Зимин", "")


def test_spans_cover_the_speaker_and_the_word_that_credits_it(outlets):
    text = "Вчера стало тихо. По данным «Берега», вызвали сто человек."
    (only,) = find_attributions(text=text, language="ru", links=(), outlets=outlets)
    assert text[only.start : only.end] == "По данным «Берега"


def test_a_link_to_an_outlet_beside_a_verb_of_saying_credits_it(outlets):
    text = "Notices were handed out at the hostel, the paper reported on Monday."
    start = text.index("reported")
    link = Link("https://www.bereg.example/news/1", "citation", "reported", start, start + len("reported"))
    (only,) = find_attributions(text=text, language="en", links=[link], outlets=outlets)
    assert (only.kind, only.outlet, only.url) == ("outlet", "Берег", link.url)


def test_a_link_gives_its_address_to_the_attribution_it_stands_in(outlets):
    text = "Official Oleg Brod said so. Outlet 9x9 reported a case."
    links = [Link("https://elsewhere.example/a", "citation", "said", text.index("said"), text.index("said") + 4)]
    urls = [a.url for a in find_attributions(text=text, language="en", links=links, outlets=outlets)]
    assert urls == ["https://elsewhere.example/a", ""]


def test_a_link_without_a_verb_of_saying_credits_nobody(outlets):
    text = "Read more about the register here."
    link = Link("https://bereg.example/x", "citation", "here", text.index("here"), text.index("here") + 4)
    assert find_attributions(text=text, language="en", links=[link], outlets=outlets) == ()


def test_outlets_are_known_in_every_case_of_their_names(outlets):
    assert {outlets.of_name(n) for n in ("Северный вестник", "Северного вестника", "«Северному вестнику»")} == {
        "Северный вестник"
    }
    assert outlets.of_name("Берега") == "Берег"
    assert [outlets.of_name(n) for n in ("Бережливость", "вестник", "", "…")] == ["", "", "", ""]


def test_of_two_names_that_are_written_alike_the_first_is_meant():
    names = {"заря": "Заря", "зари": "Зари", "зарево": "Зарево"}
    assert Outlets(names).of_name("Зарей") == "Заря"
    assert Outlets(dict(reversed(names.items()))).of_name("Зарей") == "Зари"


@given(
    st.sampled_from(["Берег", "Полдень", "Северный вестник", "Дзвін", "9x9"]),
    st.text("аеиоуыэюяйьіїємх", max_size=4),
    st.sampled_from(["", " вестника", ".", "-ТВ", "'s"]),
)
def test_a_name_that_is_found_begins_with_a_word_that_some_name_may_begin_with(name, ending, rest):
    first, *others = (name + ending).split()
    outlets = Outlets({"берег": "Берег", "полдень": "Полдень", "северный вестник": "Северный вестник", "9x9": "9x9"})
    written = " ".join([first, *others]) + rest
    assert not outlets.of_name(written) or outlets.begins_with(first)


def test_outlets_are_known_by_their_host_and_hosts_below_it(outlets):
    assert outlets.of_url("https://www.bereg.example/1") == outlets.of_url("http://m.bereg.example:80/") == "Берег"
    assert [outlets.of_url(u) for u in ("https://bereg.example.evil.example/", "https://notbereg.example/", "http://[", "x")] == [
        ""
    ] * 4


def test_outlets_are_known_by_their_channel_on_a_host_that_many_share(outlets):
    ours = ["https://t.me/bereg_live", "https://t.me/Bereg_Live/17?single", "http://t.me/s/bereg_live"]
    assert {outlets.of_url(url) for url in ours} == {"Берег"}
    others = ["https://t.me/zarya_news/1", "https://t.me/", "https://t.me/x/y/bereg_live", "https://t.me.example/bereg_live"]
    assert {outlets.of_url(url) for url in others} == {""}


CUES = [
    "according to",
    "по данным",
    "за даними",
    "сообщил",
    "said",
    "reports",
    "адвокат ",
    "lawyer ",
    "Иван ",
    "Petrov ",
    "Берег",
    "їх ",
]
MARKS = ["«", "»", "“", "”", "(", "[", "](", ", ", " — ", ". ", "\n", " в ", "St. ", "ё", "\u0301"]
PIECES = st.sampled_from(CUES + MARKS)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join), st.sampled_from(["ru", "uk", "en", "", "xx"]))
def test_spans_always_lie_in_the_text_and_in_order(text, language):
    outlets = Outlets({"берег": "Берег"}, {})
    result = find_attributions(text=text, language=language, links=[Link("http://b", "citation", "", 0, 10**6)], outlets=outlets)
    assert all(0 <= a.start < a.end <= len(text) and a.speaker in text for a in result)
    assert list(result) == sorted(result, key=lambda a: (a.start, a.end))


@pytest.mark.parametrize(
    "piece",
    [
        "according to ",
        "сообщил ",
        "Иван ",
        "«",
        "a, ",
        "said “",
        "(",
        "по словам адвоката ",
        "reported this ",
        "media ",
        "Речь о ",
        "Aa. ",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(piece, outlets):
    began = time.process_time()
    for language in ("ru", "en"):
        find_attributions(text=piece * (40_000 // len(piece)), language=language, links=(), outlets=outlets)
    assert time.process_time() - began < 5


@pytest.mark.shared
def test_the_first_article_names_its_sources(shared):
    text = next((shared / "seed").iterdir()).read_text(encoding="utf-8")
    said = set(found(text, "en", Outlets({"7x7": "7x7"}, {})))
    assert {("outlet", "7x7", "7x7"), ("lawyer", "Yevgeny Smirnov", ""), ("anonymous", "media reports", "")} <= said
    officials = {speaker.split()[-1] for kind, speaker, _ in said if kind == "official"}
    assert {"Kartapolov", "Kachkovsky", "Loktev", "Peskov"} <= officials
