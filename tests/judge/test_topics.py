import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.judge.topics import Topic, compile_topic, topic_faults
from monitor.judge.verdict import judge
from monitor.model import Verdict

Judged = Callable[..., tuple[Verdict, ...]]
CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = {
    "id": "floods",
    "title": {"en": "Floods", "ru": "Паводки", "uk": "Паводки"},
    "query": "паводок OR flood",
    "weak": ["вода", "water"],
    "context": "река OR river",
    "exclusion": [{"id": "speech", "why": "A flood of words.", "query": "паводок NEAR/1 слово"}],
    "subtopic": [{"id": "dams", "title": {"en": "Dams", "ru": "Плотины", "uk": "Греблі"}, "query": "дамба OR плотина"}],
    "example": [{"text": "Паводок снёс мост.", "language": "ru", "relevant": True}],
}


def ask(text: str, *, title: str = "", language: str = "ru", **changes: object) -> Verdict | None:
    """What the topic of floods says, with some of its fields changed."""
    return next(iter(judge([compile_topic(GOOD | changes)], title=title, text=text, language=language)), None)


def test_every_shipped_topic_judges_its_own_examples_rightly(topics: tuple[Topic, ...], judged: Judged) -> None:
    wrong = [
        (topic.id, example.text)
        for topic in topics
        for example in topic.examples
        if example.relevant != any(v.relevant for v in judged([topic], example.text, language=example.language))
    ]
    assert wrong == []
    assert {topic.id for topic in topics} >= {"summons", "mobilization"}
    assert all({e.language for e in topic.examples if e.relevant} == {"en", "ru", "uk"} for topic in topics)


def test_a_topic_of_another_beat_is_a_file_and_no_code(judged: Judged) -> None:
    topic = compile_topic(tomllib.loads((CHECKOUT / "docs/examples/internet-shutdowns.toml").read_text("utf-8")))
    for example in topic.examples:
        found = judged([topic], example.text, language=example.language)
        assert any(verdict.relevant for verdict in found) == example.relevant, example.text


def test_what_topics_share_stands_once_and_sets_of_words_are_in_three_languages() -> None:
    words, exclusions = [], []
    for path in (CHECKOUT / "data/topics").rglob("*.toml"):
        content = tomllib.loads(path.read_text("utf-8"))
        for name, table in content["words"].items():
            assert set(table) == {"ru", "uk", "en"}, name
            words.append(name)
        exclusions += [str({key: value for key, value in exclusion.items() if key != "id"}) for exclusion in content["exclusion"]]
    assert [name for name, count in Counter(words).items() if count > 1] == []
    assert [said for said, count in Counter(exclusions).items() if count > 1] == []
    assert len(words) > 30


def test_every_rule_of_parts_is_reached_by_a_sentence(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    """By one of the labelled ones beside this file, or by one of these."""
    labelled = [
        json.loads(line)
        for name in ("judging_*.jsonl", "plain.jsonl")
        for path in Path(__file__).parent.glob(name)
        for line in path.read_text("utf-8").splitlines()
    ]
    sentences = [(row["lang"], row["text"]) for row in labelled if row["label"] == "relevant"] + OF_PARTS
    reached = {
        reason.rule
        for lang, text in sentences
        for verdict in verdicts(text, language=lang).values()
        for reason in verdict.reasons
    }
    asked = {
        f"{subtopic['id']}.query.{name}.{language}"
        for path in (CHECKOUT / "data/topics").glob("*.toml")
        for subtopic in tomllib.loads(path.read_text("utf-8"))["subtopic"]
        for name, table in subtopic.get("query", {}).items()
        for language in ("ru", "uk", "en")
        if "<" in table.get(language, "")
    }
    assert sorted(asked - reached) == []
    assert len(asked) > 100


OF_PARTS = [
    ("ru", "Депутат предложил отправлять студентов служить после второго курса."),
    ("uk", "Контракт у Росії безстроковий: солдата не відпускають."),
    ("uk", "У Росії село спорожніло: забрали останнього тракториста."),
    ("uk", "Комендантка гуртожитку в Омську записала прізвища всіх студентів."),
    ("ru", "В Туле токарей забрали прямо из цеха: ждал микроавтобус с людьми в форме."),
    ("en", "Welders in Omsk were taken off their shift by men in uniform and are in a trench now."),
    ("en", "After a check at a hostel in Moscow soldiers led away every man under thirty."),
    ("ru", "Офицер раздал автоматы: резервистов из Твери учат стрелять."),
    ("uk", "Офіцер роздав запасникам автомати: їх забрали просто з Омська."),
    ("ru", "Главы районов отчитались, сколько человек уехали на фронт."),
    ("uk", "Пораненого росіянина з милицею забрали зі шпиталю й повернули на фронт."),
]


def test_a_set_of_words_stands_in_a_query_by_its_name() -> None:
    words = {"water": {"ru": 'вода OR "талые воды"'}, "rises": {"ru": "<water> OR подняться OR прибыть"}}
    query = {"flood": {"ru": "<water> SENTENCE/1 <rises> SENTENCE/1 паводок", "en": "flood"}}
    asked = {"words": words, "query": query}
    assert ask("Вода прибыла. Это паводок.", **asked).relevant
    assert ask("Талые воды поднялись: паводок.", **asked).relevant
    assert not ask("Вода ушла. Это паводок.", **asked).relevant
    text = "Вода прибыла. Это паводок."
    assert [text[r.start : r.end] for r in ask(text, **asked).reasons] == ["Вода прибыла", "паводок"]
    # A word of a set is no word of the topic by itself: the title's sense of it is not the text's.
    assert {"подняться", "прибыть"}.isdisjoint(word.text for word in compile_topic(GOOD | asked).words)


@pytest.mark.parametrize("name", ["men2", "2-men", "new-men-2"])
def test_a_set_is_asked_for_by_any_name_that_it_may_have(name: str) -> None:
    said = ask("Вода прибыла.", words={name: {"ru": "вода"}}, query={"flood": {"ru": f"<{name}> прибыть", "en": "flood"}})
    assert said.relevant


def rules_of(topic: Any, at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table of languages in a topic file, by its place."""
    for key in ("query", "weak", "context", "unless"):
        for name, table in topic.get(key, {}).items():
            yield f"{at}{key}.{name}", table
    for kind in ("subtopic", "exclusion"):
        for table in topic.get(kind, []):
            yield from rules_of(table, f"{at}{table['id']}.")


def test_the_three_languages_of_each_topic_are_equals() -> None:
    """What one has and another lacks is named here, unless the file itself says why it lacks it."""
    unequal = {}
    count = 0
    for path in (CHECKOUT / "data/topics").rglob("*.toml"):
        for at, table in rules_of(tomllib.loads(path.read_text("utf-8"))):
            count += 1
            missing = {"ru", "uk", "en"} - set(table)
            if missing and not table.get("lacks"):
                unequal[f"{path.stem}: {at}"] = missing
            assert set(table) <= {"ru", "uk", "en", "lacks", "beside"}, at
    assert unequal == {}
    assert count > 100


def test_every_exclusion_of_the_shipped_topics_is_documented(topics: tuple[Topic, ...]) -> None:
    page = (CHECKOUT / "docs/judging.md").read_text("utf-8")
    assert [e.id for topic in topics for e in topic.exclusions if f"| `{e.id}` |" not in page] == []


def test_a_good_topic_has_no_faults() -> None:
    assert topic_faults(GOOD) == []
    assert compile_topic(GOOD).titles["ru"] == "Паводки"


@pytest.mark.parametrize(
    ("change", "field", "right"),
    [
        ({"id": None}, "id", "a short name"),
        ({"id": "Big Floods"}, "id", "small Latin letters"),
        ({"title": {"en": "Floods", "ru": "Паводки"}}, "title.uk", "a name is needed"),
        ({"title": "Floods"}, "title", "en, ru and uk"),
        ({"query": "паводок AND"}, "query", "at 11: the query ends too early"),
        ({"query": ["паводок", "паводок~"]}, "query[2]", "at 0: a fuzzy word"),
        ({"query": ["паводок", 7]}, "query[2]", "a query is needed"),
        ({"query": 7}, "query", "a list of queries"),
        ({"query": "паводок AND outlet:Берег"}, "query", "words alone: take outlet: out, and ask it in a search"),
        ({"context": "река NOT date:2023"}, "context", "take date: out"),
        ({"weak": ["вода", "паводок OR NOT вода"]}, "weak[2]", "with none of its words"),
        ({"query": None, "weak": None, "subtopic": []}, "query", "a query is needed"),
        ({"context": None}, "context", "floods has weak words"),
        ({"exclusion": [{"id": "speech", "query": "слово"}]}, "exclusion[1].why", "say it in a few words"),
        ({"exclusion": [{"id": "speech", "why": "…"}]}, "exclusion[1].query", "missing"),
        ({"exclusion": ["speech"]}, "exclusion[1]", "[[exclusion]]"),
        ({"subtopic": [{"id": "dams", "title": {"en": "a", "ru": "b", "uk": "c"}}]}, "subtopic[1].query", "or weak"),
        ({"subtopic": GOOD["subtopic"] * 2}, "subtopic[2].id", "there twice"),
        ({"words": {"Big": {"ru": "вода"}}}, "words.Big", "small Latin letters"),
        ({"words": {"water": {"de": "Wasser"}}}, "words.water.de", "one of en, ru, uk"),
        ({"words": {"water": "вода"}}, "words.water", "a table of languages"),
        ({"words": {"water": {"ru": "вода"}}, "query": {"all": {"ru": "<wind>"}}}, "query.all.ru", "there are <water>"),
        ({"weighed": {"de": {"least": 1, "words": "1.0 Wass"}}}, "weighed.de", "one of en, ru, uk"),
        ({"weighed": {"ru": {"least": 0, "words": "1.0 вода"}}}, "weighed.ru.least", "above 0"),
        ({"weighed": {"ru": {"least": 1}}}, "weighed.ru.words", "lines of a weight and words"),
        ({"weighed": {"ru": {"least": 1, "words": "вода 1.0"}}}, "weighed.ru.words", "a number is expected"),
        ({"weighed": {"ru": {"least": 1, "words": "1.0 вода", "most": 2}}}, "weighed.ru.most", "there is no such field"),
        ({"scope": {"country": "XX"}}, "scope.country", "is not a country"),
        ({"scope": {"land": "RU"}}, "scope.land", "there is no such field"),
        ({"threshold": 0}, "threshold", "above 0"),
        ({"threshold": True}, "threshold", "a number"),
        ({"colour": "blue"}, "colour", "there is no such field"),
        ({"example": [{"text": "x", "language": "de", "relevant": True}]}, "example[1].language", "one of en, ru, uk"),
        ({"example": [{"text": "x", "language": "en", "relevant": "yes"}]}, "example[1].relevant", "true or false"),
    ],
)
def test_a_fault_names_its_field_and_what_would_be_right(change: dict[str, object], field: str, right: str) -> None:
    spec = {key: value for key, value in (GOOD | change).items() if value is not None}
    faults = topic_faults(spec)
    assert [name for name, _ in faults] == [field]
    assert right in faults[0][1]
    with pytest.raises(ValueError, match="^" + field.replace("[", r"\[").replace("]", r"\]") + ": "):
        compile_topic(spec)


def test_all_faults_are_told_at_once() -> None:
    names = [name for name, _ in topic_faults({"query": "a AND", "threshold": -1, "colour": "blue"})]
    assert names == ["colour", "id", "query", "threshold", "title"]


def test_a_mention_in_title_or_lead_is_enough_and_one_in_passing_is_not() -> None:
    filler = "Дальше ни о чём. " * 40
    assert ask("Ничего.", title="Паводок").relevant
    assert ask("Паводок пришёл. " + filler).relevant
    passing = ask(filler + "Паводок прошёл.")
    assert passing is not None
    assert (passing.relevant, passing.near_miss_reason, passing.near_miss_detail) == (False, "mentioned in passing", "0.5 / 1")
    assert ask(filler + "Паводок прошёл. Был паводок.").score == 1.0


def test_the_threshold_is_the_topics_own() -> None:
    assert not ask("Паводок.", threshold=1.5).relevant
    assert ask("Паводок. И паводок.", threshold=1.5).relevant


def test_weak_words_need_their_context_in_the_sentence_the_title_or_the_lead() -> None:
    filler = "Дальше ни о чём. " * 40
    assert ask("Вода у реки поднялась.").relevant
    assert ask("Вода поднялась.", title="Река").relevant
    alone = ask("Вода поднялась.")
    assert alone is not None
    assert (alone.relevant, alone.near_miss_reason) == (False, "no word of the topic's context near it")
    assert not ask(filler + "Вода поднялась. Вода ушла. Ни. О. Чём. Река.").relevant


def test_reasons_are_spans_labelled_by_their_rule() -> None:
    text = "Вода в ре\u0301ке прорвала плотину."
    verdict = ask(text)
    assert verdict is not None
    assert [(text[r.start : r.end], r.label) for r in verdict.reasons] == [
        ("Вода", "floods"),
        ("ре\u0301ке", "context"),
        ("плотину", "dams"),
    ]
    assert verdict.subtopics == ("dams",)


def test_excluded_words_are_a_near_miss_that_says_as_what() -> None:
    verdict = ask("На форуме был паводок слов.")
    assert verdict is not None
    assert (verdict.near_miss_reason, verdict.near_miss_detail) == ("in another sense", "speech")
    assert (verdict.relevant, [r.label for r in verdict.reasons]) == (False, ["speech"])


def test_what_a_word_is_in_the_title_it_is_in_the_text() -> None:
    assert not ask("Паводок продолжался до вечера. Паводок утих.", title="Паводок слов на форуме").relevant
    assert ask("Паводок слов на форуме. А на реке настоящий паводок.").relevant


def test_an_exclusion_of_sentences_spares_the_others_and_what_it_names() -> None:
    exclusion = [{"id": "past", "why": "Old floods.", "query": '"в 18??"', "unless": "нынешний", "sentence": True}]
    assert not ask("Паводок в 1824 году.", exclusion=exclusion).relevant
    assert ask("Паводок в 1824 году был меньше, чем нынешний.", exclusion=exclusion).relevant
    assert ask("Карта издана в 1824 году. Паводок смыл музей.", exclusion=exclusion).relevant
    assert not ask("Паводок вошёл в песни.", title="Письма в 1824 год", exclusion=exclusion).relevant


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Паводок пришёл.", "ru", "RU"),
        ("Паводок пришёл в Минск.", "ru", "BY"),
        ("Паводок в Томске, а не в Минске.", "ru", "RU"),
        ("В Минске сухо. В Минске паводок, в Москве сухо.", "ru", "BY"),
        ("Паводок.", "uk", "UA"),
        ("У Воронежі паводок.", "uk", "RU"),
        ("Flood.", "en", "RU"),
        ("A flood in Kazakhstan.", "en", "KZ"),
        ("Residents fled to Kazakhstan after the flood.", "en", "RU"),
        ("Flood at the Georgian border.", "en", "RU"),
        ("Flood during the war in Ukraine.", "en", "RU"),
    ],
)
def test_the_country_is_the_one_named_nearest(judged: Judged, text: str, language: str, country: str) -> None:
    (verdict,) = judged([compile_topic(GOOD | {"scope": {"country": "RU"}})], text, language=language)
    assert (verdict.country, verdict.relevant) == (country, country == "RU")
    assert verdict.near_miss_reason == ("" if country == "RU" else "about another country")


def test_weak_words_in_an_english_text_that_names_no_country_say_too_little(judged: Judged) -> None:
    topic = compile_topic(GOOD | {"scope": {"country": "RU"}})
    assert [v.relevant for v in judged([topic], "The water of the river rose.", language="en")] == [False]
    assert [v.relevant for v in judged([topic], "The water of the river rose in Omsk.", language="en")] == [True]


def test_a_topic_without_a_scope_takes_every_country() -> None:
    assert ask("Паводок пришёл в Минск.").relevant


def test_a_text_without_a_word_of_the_topic_has_no_verdict() -> None:
    assert ask("В Томске сухо.") is None
    assert judge([], title="Паводок", text="Паводок", language="ru") == ()


def test_a_topic_of_wildcards_alone_is_judged_by_them() -> None:
    only = {"query": "павод*", "weak": None, "context": None, "subtopic": [], "exclusion": []}
    spec = {key: value for key, value in (GOOD | only).items() if value is not None}
    (verdict,) = judge([compile_topic(spec)], title="", text="Сошёл паводок.", language="ru")
    assert (verdict.relevant, [(r.start, r.end) for r in verdict.reasons]) == (True, [(6, 13)])


def test_an_excluded_title_speaks_for_words_found_by_wildcards_too() -> None:
    said = {"query": "павод*", "exclusion": [{"id": "speech", "why": "A flood of words.", "query": "павод* NEAR/1 слово"}]}
    assert not ask("Паводок продолжался до вечера.", title="Паводок слов на форуме", **said).relevant
    past = [{"id": "past", "why": "Old floods.", "query": '"в 18??"', "sentence": True}]
    assert not ask("Паводок вошёл в песни.", title="Письма в 1824 год", query="павод*", exclusion=past).relevant


def test_the_language_is_told_from_the_letters_where_it_is_not_given(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    assert verdicts("Вручають повістки від військкомату.", language="")["summons"].country == "UA"
    assert verdicts("Вручают повестки из военкомата.", language="")["summons"].country == "RU"


def test_a_page_that_repeats_one_word_is_judged_and_its_reasons_are_few(topics: tuple[Topic, ...]) -> None:
    page = "Призвать повестка армия суд военкомат Россия Украина мобилизация ресурс 1941 года " * 3_000
    for verdict in judge(topics, title="", text=page, language="ru"):
        assert 0 < len(verdict.reasons) <= 1_000
