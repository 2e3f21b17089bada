"""Each rule by which a verdict is made, on a topic of its own: of floods and dams, with what the rule needs and no more."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.judge.topics import compile_topic
from monitor.judge.verdict import judge
from monitor.model import Place, Verdict
from monitor.model.articles import IN_PASSING, NO_CONTEXT, NO_COUNTRY, OTHER_COUNTRY, OTHER_SENSE

FLOODS: dict[str, Any] = {"id": "floods", "title": {"en": "Floods", "ru": "Паводки", "uk": "Паводки"}}
FILLER = "Дальше ни о чём. " * 40


def ask(text: str, *, title: str = "", language: str = "ru", places: tuple[Place, ...] = (), **fields: Any) -> Verdict | None:
    """What the topic of floods with these fields says."""
    said = judge([compile_topic(FLOODS | fields)], title=title, text=text, language=language, places=places)
    return next(iter(said), None)


def is_relevant(text: str, **more: Any) -> bool:
    verdict = ask(text, **more)
    return verdict is not None and verdict.relevant


def near_miss(text: str, **more: Any) -> str:
    verdict = ask(text, **more)
    assert verdict is not None
    return verdict.near_miss_reason


# Evidence


def test_a_weak_word_is_no_context_of_itself() -> None:
    rules = {"weak": "вода", "context": "вода OR река"}
    assert near_miss("Вода пришла.", **rules) == NO_CONTEXT
    assert is_relevant("Вода пришла, вода ушла.", **rules)
    # Nor is a word that the weak query itself found.
    pair = {"weak": "вода NEAR/2 река", "context": "река"}
    assert near_miss("Вода в реке.", **pair) == NO_CONTEXT
    assert is_relevant("Вода в реке. Река.", **pair)


@pytest.mark.parametrize(("away", "counts"), [(1, True), (2, True), (3, False)])
def test_the_context_of_a_weak_word_may_stand_two_sentences_on_or_back(away: int, counts: bool) -> None:
    rules: dict[str, Any] = {"weak": "вода", "context": "река", "threshold": 0.5}
    between = "Тихо. " * (away - 1)
    assert is_relevant(f"{FILLER}Вода пришла. {between}Река.", **rules) == counts
    assert is_relevant(f"{FILLER}Река. {between}Вода пришла.", **rules) == counts


def test_of_more_reasons_than_are_kept_the_first_of_the_text_are() -> None:
    rules: dict[str, Any] = {"query": ["паводок", "плотина", "дамба"]}
    verdict = ask("Паводок. Плотина. Дамба. " * 100, **rules)
    assert verdict is not None
    starts = [reason.start for reason in verdict.reasons]
    assert len(starts) == len(set(starts)) == 200
    assert max(starts) < len("Паводок. Плотина. Дамба. ") * 67


def test_the_context_of_a_weak_word_may_stand_in_the_lead_however_far() -> None:
    rules: dict[str, Any] = {"weak": "вода", "context": "река", "threshold": 0.5}
    assert is_relevant(f"Река. {FILLER}Вода пришла.", **rules)
    assert near_miss(f"{FILLER}Река. {FILLER}Вода пришла.", **rules) == NO_CONTEXT


@pytest.mark.parametrize(("before", "is_lead"), [(59, True), (60, False)])
def test_the_lead_is_sixty_words(before: int, is_lead: bool) -> None:
    weak: dict[str, Any] = {"weak": "вода", "context": "река", "threshold": 0.5}
    assert is_relevant(f"{'слово ' * before}река. {FILLER}Вода пришла.", **weak) == is_lead
    assert is_relevant(f"{'слово ' * before}паводок.", query="паводок") == is_lead


def test_before_asks_for_the_order_and_near_does_not() -> None:
    assert is_relevant("Река и паводок.", query="река BEFORE/1 паводок")
    assert ask("Паводок и река.", query="река BEFORE/1 паводок") is None
    assert is_relevant("Паводок и река.", query="река NEAR/1 паводок")


def test_a_weak_word_may_ask_for_one_of_the_contexts() -> None:
    rules = {
        "weak": {"any": "вода", "strict": {"ru": "поток", "beside": ["river"]}},
        "context": {"river": {"ru": "река"}, "rain": {"ru": "дождь"}},
    }
    assert is_relevant("Вода и дождь.", **rules)
    assert near_miss("Поток и дождь.", **rules) == NO_CONTEXT
    assert is_relevant("Поток и река.", **rules)


def test_a_rule_of_one_language_is_not_asked_of_another() -> None:
    rules = {"query": {"prizes": {"uk": "призов"}}}
    assert is_relevant("Осінній призов.", language="uk", **rules)
    assert ask("Шесть призов.", language="ru", **rules) is None
    assert is_relevant("Шесть призов.", language="kk", **rules)  # of which no rule is: all are asked


def test_a_name_of_the_country_is_context_where_the_scope_says_so() -> None:
    rules = {"weak": "flood", "context": "river", "scope": {"country": "RU", "context": ["en"]}}
    assert is_relevant("A flood in Russia.", language="en", **rules)
    assert near_miss("A flood in Kazakhstan.", language="en", **rules) == NO_CONTEXT
    without = rules | {"scope": {"country": "RU"}}
    assert near_miss("A flood in Russia.", language="en", **without) == NO_CONTEXT


def test_each_reason_says_where_its_rule_stands_in_the_file() -> None:
    verdict = ask(
        "Вода в реке прорвала плотину.",
        query={"rise": {"ru": "паводок"}},
        weak=["половодье", "вода"],
        context={"place": {"ru": ["озеро", "река"]}},
        subtopic=[
            {"id": "dams", "title": {"en": "d", "ru": "п", "uk": "г"}, "query": {"broken": {"ru": "прорвать NEAR/1 плотина"}}}
        ],
    )
    assert verdict is not None
    assert [(reason.label, reason.rule) for reason in verdict.reasons] == [
        ("floods", "floods.weak[2]"),
        ("context", "context.place.ru[2]"),
        ("dams", "dams.query.broken.ru"),
    ]


# Score


def test_a_sentence_counts_once_and_by_its_weightiest_match() -> None:
    rules = {"query": "паводок"}
    assert ask(FILLER + "Паводок, паводок, паводок.", **rules).score == 0.5
    assert ask("Паводок и паводок.", **rules).score == 1.0
    assert near_miss(FILLER + "Паводок прошёл.", **rules) == IN_PASSING
    assert is_relevant(FILLER + "Паводок прошёл. Паводок.", **rules)


# Exclusions

SPEECH = {"id": "speech", "why": "A flood of words.", "query": "паводок NEAR/1 слово"}


def test_an_exclusion_takes_its_own_words_and_no_others() -> None:
    verdict = ask("На форуме был паводок слов.", query="паводок", exclusion=[SPEECH])
    assert verdict is not None
    assert (verdict.near_miss_reason, verdict.near_miss_detail) == (OTHER_SENSE, "speech")
    assert [(reason.label, reason.rule) for reason in verdict.reasons] == [("speech", "speech.query")]
    assert is_relevant("Паводок слов на форуме. А на реке паводок.", query="паводок", exclusion=[SPEECH])


def test_what_an_exclusion_takes_is_no_context_either() -> None:
    rules = {"weak": "вода", "context": "паводок", "exclusion": [SPEECH]}
    assert is_relevant("Вода и паводок.", **rules)
    assert near_miss("Вода и паводок слов.", **rules) == NO_CONTEXT


def test_unless_spares_the_sentence_that_it_stands_in() -> None:
    rules = {"query": "паводок", "exclusion": [SPEECH | {"unless": "река"}]}
    assert is_relevant("Паводок слов о реке.", **rules)
    assert near_miss("Паводок слов. Река.", **rules) == OTHER_SENSE


def test_a_title_that_is_excluded_as_a_sentence_speaks_for_all_but_those_that_unless_names() -> None:
    past = {"id": "past", "why": "Old floods.", "query": '"в 18??"', "unless": "нынешний", "sentence": True}
    rules = {"query": "паводок", "exclusion": [past]}
    assert near_miss("Паводок вошёл в песни.", title="Письма в 1824 год", **rules) == OTHER_SENSE
    assert is_relevant("Нынешний паводок больше.", title="Письма в 1824 год", **rules)


def test_a_sentence_that_is_excluded_in_the_text_speaks_for_itself_alone() -> None:
    past = {"id": "past", "why": "Old floods.", "query": '"в 18??"', "sentence": True}
    assert is_relevant("Карта издана в 1824 году. Паводок смыл музей.", query="паводок", exclusion=[past])
    assert near_miss("Паводок в 1824 году.", query="паводок", exclusion=[past]) == OTHER_SENSE


def test_what_a_word_is_in_the_title_it_is_in_the_text_save_where_unless_says_otherwise() -> None:
    rules = {"query": "паводок", "exclusion": [SPEECH | {"unless": "река"}]}
    assert near_miss("Паводок длился до вечера.", title="Паводок слов", **rules) == OTHER_SENSE
    assert is_relevant("Паводок на реке длился до вечера.", title="Паводок слов", **rules)


def test_a_word_has_the_excluded_sense_only_where_every_mention_in_the_title_has() -> None:
    rules = {"query": "паводок", "exclusion": [SPEECH]}
    assert near_miss("Паводок длился.", title="Паводок слов и ещё один паводок слов", **rules) == OTHER_SENSE
    assert is_relevant(FILLER + "Паводок. Паводок.", title="Паводок слов, а на реке настоящий паводок", **rules)


def test_a_word_that_the_title_has_not_keeps_its_sense_whatever_the_title_excludes() -> None:
    rules: dict[str, Any] = {"query": ["паводок", "плотина"], "exclusion": [SPEECH], "threshold": 0.5}
    assert near_miss("Паводок длился.", title="Паводок слов", **rules) == OTHER_SENSE
    assert is_relevant("Паводок длился. Плотина стоит.", title="Паводок слов", **rules)


# Country

SCOPE: dict[str, Any] = {"query": "паводок OR flood", "scope": {"country": "RU"}}


@pytest.mark.parametrize(
    ("text", "language", "country", "rule"),
    [
        ("Паводок в Казахстане. Россия молчит.", "ru", "KZ", "beside: Казахстан"),
        ("В Казахстане сухо. Казахстан ждёт. Пришёл паводок.", "ru", "KZ", "most named: Казахстан"),
        ("Пришёл паводок.", "ru", "RU", "language"),
        ("Прийшов паводок.", "uk", "UA", "language"),
        ("A flood came.", "en", "RU", "strong words"),
    ],
    ids=["beside", "most named", "language ru", "language uk", "strong words"],
)
def test_the_country_is_told_by_the_first_rule_that_tells_one(text: str, language: str, country: str, rule: str) -> None:
    verdict = ask(text, language=language, **SCOPE)
    assert verdict is not None
    assert (verdict.country, verdict.country_rule) == (country, rule)


def test_a_weak_word_whose_country_nothing_tells_is_of_a_country_that_is_not_named() -> None:
    rules: dict[str, Any] = {"weak": "flood", "context": "river", "scope": {"country": "RU"}}
    verdict = ask("A flood came down the river.", language="en", **rules)
    assert verdict is not None
    assert (verdict.near_miss_reason, verdict.country, verdict.country_rule) == (NO_COUNTRY, "", "")
    assert near_miss("A flood came down the river in Kazakhstan.", language="en", **rules) == OTHER_COUNTRY


def test_of_several_foreign_countries_the_one_with_most_evidence_is_told() -> None:
    # By its code alone Tajikistan would come last.
    verdict = ask("Паводок в Таджикистане. Паводок в Казахстане. В Казахстане опять паводок.", **SCOPE)
    assert verdict is not None
    assert (verdict.near_miss_reason, verdict.country) == (OTHER_COUNTRY, "KZ")


def test_a_name_of_the_country_is_context_in_no_other_language_than_the_scope_says() -> None:
    rules = {"weak": "flood", "context": "river", "scope": {"country": "RU", "context": ["uk"]}}
    assert near_miss("A flood in Russia.", language="en", **rules) == NO_CONTEXT


def test_what_is_of_the_topics_own_country_is_relevant_however_much_is_of_others() -> None:
    assert is_relevant("Паводок в Казахстане. Опять паводок в Казахстане. Паводок в России.", **SCOPE)


def test_what_an_exclusion_takes_away_still_names_its_country() -> None:
    past = {"id": "past", "why": "Old floods.", "query": '"в 18??"', "sentence": True}
    verdict = ask("В Казахстане паводок был и в 1824 году. Паводок смыл мост.", exclusion=[past], **SCOPE)
    assert verdict is not None
    assert (verdict.near_miss_reason, verdict.country_rule) == (OTHER_COUNTRY, "most named: Казахстан")


def test_of_two_names_as_near_the_topics_own_country_is_taken() -> None:
    assert ask("Казахстан, паводок, Россия.", **SCOPE).country == "RU"


def test_a_place_of_the_gazetteer_is_a_name_of_russia() -> None:
    text = "Паводок в Перми, а в Казахстане сухо."
    place = Place("RU-PER", "Perm", "event", "text", text.index("Перми"), text.index("Перми") + 5)
    verdict = ask(text, places=(place,), **SCOPE)
    assert verdict is not None
    assert (verdict.country, verdict.country_rule) == ("RU", "beside: RU-PER")


def test_a_sign_that_belongs_to_a_name_is_asked_for() -> None:
    assert ask("Паводок: Резерв+ не работает.", **SCOPE).country == "UA"
    assert ask("Паводок и людской резерв.", **SCOPE).country == "RU"


def test_a_fixed_phrase_names_no_country() -> None:
    assert ask("Паводок залил зал со шведской стенкой.", **SCOPE).country == "RU"
    assert ask("Паводок залил шведский зал.", **SCOPE).country == "SE"


@pytest.mark.parametrize("text", [
    "После паводка жители бежали к родне против Украины.", "Паводок: все уехали в Казахстан.",
    "Паводок начался, пока шла война в Украине.",
    "Паводок на казахстанской границе.",
])  # fmt: skip
def test_a_direction_a_war_and_a_border_name_no_seat(text: str) -> None:
    assert ask(text, **SCOPE).country == "RU"


def test_a_topic_without_a_scope_tells_no_country() -> None:
    verdict = ask("Паводок в Казахстане.", query="паводок")
    assert verdict is not None
    assert (verdict.relevant, verdict.country, verdict.country_rule) == (True, "", "")


def test_the_languages_of_the_scope_are_checked() -> None:
    with pytest.raises(ValueError, match=r"^scope\.context\[1\]: one of en, ru, uk"):
        compile_topic(FLOODS | {"query": "паводок", "scope": {"country": "RU", "context": ["de"]}})


def test_a_context_that_there_is_not_is_a_fault() -> None:
    with pytest.raises(ValueError, match=r"^floods\.weak\.water\.ru\.beside: 'rivers' is no context; there are river$"):
        compile_topic(FLOODS | {"weak": {"water": {"ru": "вода", "beside": ["rivers"]}}, "context": {"river": "река"}})


# Words


def test_a_word_that_two_dictionaries_number_alike_has_the_forms_of_both(judged: Callable[..., tuple[Verdict, ...]]) -> None:
    topic = compile_topic(FLOODS | {"query": "рука"})
    assert [bool(judged([topic], text, language="uk")) for text in ("У руці.", "У руке.", "У ріці.")] == [True, True, False]
