"""What the catalogue promises: every fault of every file at once, each with file, line, field and what would be right."""

import csv
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.errors import DataError
from monitor.model import Access
from monitor.newsroom.catalogue import Catalogue, digest, load
from monitor.text import fold
from monitor.text.morphology import readings

PROJECT = Path(__file__).parents[2] / "data"

SOURCES = """id,outlet,home,language,country,kind,feed,status,doubt,sitemap,aliases
bereg,Берег,https://bereg.test,ru,RU,independent,https://bereg.test/feed,listed,,,Bereg; The Shore
bereg-en,Bereg English,https://bereg.test/en,en,exile,independent,https://bereg.test/en/feed,doubtful,"moved, they say",,
polden,Полдень,https://www.polden.test,ru,RU,wire,,none,no feed is known,https://polden.test/sitemap.xml,
"""
FAMILIES = """id,kind,outlets
bereg,publisher,Берег; Bereg English
polden,wire,Полдень
"""
REGIONS = """iso,en,ru,uk,lat,lon,column,row,names,adjectives,forms
RU-VGG,Volgograd Oblast,Волгоградская область,Волгоградська область,48.7,44.5,7,7,,,Волгоградская область; Волгоградской области
UA-43,Crimea,Крым,Крим,-45.3,34.4,3,11,,,Крым; Крыма
"""
TOWNS = """iso,en,ru,uk,also,names,adjectives,forms
RU-VGG,Volgograd,Волгоград,Волгоград,,,,Волгоград; Волгограда
"""
TOPIC = """id = "letters"
title = { en = "Letters", ru = "Письма", uk = "Листи" }
query = "письмо"

[[subtopic]]
id = "open"
title = { en = "Open letters", ru = "Открытые письма", uk = "Відкриті листи" }
query = "открытое"

[[subtopic]]
id = "lost"
title = { en = "Lost letters", ru = "Потерянные письма", uk = "Загублені листи" }
query = "потерянное"
"""

MANY = [f"Rupor{number}" for number in range(9)]
Change = Callable[[str, str, str], list[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "topics").mkdir(parents=True)
    files = {
        "sources.csv": SOURCES,
        "families.csv": FAMILIES,
        "regions.csv": REGIONS,
        "towns.csv": TOWNS,
        "topics/letters.toml": TOPIC,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def changed(data: Path) -> Change:
    """Replaces some text of a file and tells the faults that this makes, without the folder's name."""

    def change(name: str, old: str, new: str) -> list[str]:
        path = data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return faults(data)

    return change


def faults(data: Path) -> list[str]:
    with pytest.raises(DataError) as found:
        load(data)
    assert str(found.value).splitlines() == [str(fault) for fault in found.value.faults]
    return [str(fault).removeprefix(f"{data}/") for fault in found.value.faults]


def test_a_folder_without_a_fault_becomes_records(data: Path) -> None:
    found = load(data)
    assert [source.id for source in found.sources] == ["bereg", "bereg-en", "polden"]
    assert found.sources[0].aliases == ("Bereg", "The Shore")
    assert found.sources[1].doubt == "moved, they say"
    assert found.families[0].outlets == ("Берег", "Bereg English")
    assert (found.regions[1].iso, found.regions[1].lat, found.regions[1].forms) == ("UA-43", -45.3, ("Крым", "Крыма"))
    assert found.towns[0].iso == "RU-VGG"
    assert [topic.id for topic in found.topics] == ["letters"]


def test_a_name_of_two_outlets_is_a_fault(changed: Change) -> None:
    assert changed("sources.csv", "sitemap.xml,", "sitemap.xml,Noon; the shore") == [
        "sources.csv:4: aliases: 'the shore' is a name of 'Берег' too, in line 2; a name is one outlet's"
    ]


@pytest.mark.fault(58)
def test_a_byte_order_mark_and_crlf_are_taken_as_they_come(data: Path) -> None:
    before = load(data)
    for path in (*data.glob("*.csv"), data / "topics" / "letters.toml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = load(data)
    assert (after.sources, after.families, after.regions, after.towns) == (
        before.sources, before.families, before.regions, before.towns
    )  # fmt: skip


def test_of_outlets_that_may_be_meant_the_same_is_named_each_time(changed: Change, data: Path) -> None:
    more = "".join(f"{name.lower()},{name},https://{name.lower()}.test,ru,RU,wire,,none,no feed is known,,\n" for name in MANY)
    (data / "sources.csv").write_text(SOURCES + more, encoding="utf-8")
    (found,) = changed("families.csv", "Берег; Bereg English", "Rupor")
    assert found.endswith("'Rupor' is no outlet of sources.csv; meant 'Rupor0'?")


def test_no_outlet_of_the_beat_is_called_as_a_region_or_by_somebodys_name_alone(checkout: Path) -> None:
    """What they say would be credited to their channel, and a region named in a text would be its source."""
    found = load(checkout / "data")
    places = {fold(name).text for region in found.regions for name in region.forms}
    assert places.isdisjoint(found.outlets.names)
    assert [name for name in found.outlets.names if is_person(name)] == []
    assert is_person("иван петров")


def test_no_outlet_of_the_beat_is_listed_under_two_names(checkout: Path) -> None:
    """What is on its channel would be another outlet's than what is on its site, and each would copy the other."""
    named: dict[str, set[str]] = {}
    for source in load(checkout / "data").sources:
        for name in (source.outlet, *source.aliases):
            named.setdefault(name.casefold(), set()).add(source.outlet)
    assert {name: outlets for name, outlets in named.items() if len(outlets) > 1} == {}


def test_the_readme_says_how_many_outlets_of_the_beat_there_are(checkout: Path) -> None:
    sources = load(checkout / "data").sources
    feeds, outlets = sum(source.via == "feed" for source in sources), len({source.outlet for source in sources})
    readme = (checkout / "README.md").read_text("utf-8")
    assert f"of {outlets} real outlets" in readme
    assert f"no faults: {feeds} feeds of {outlets} outlets" in readme


def is_person(name: str) -> bool:
    """Whether it is a given name and a surname and nothing else."""
    marks = [frozenset().union(*(reading.marks for reading in readings(word, "ru"))) for word in name.split()]
    return len(marks) == 2 and "Name" in marks[0] and "Surn" in marks[1]


def test_empty_lines_and_spaces_around_cells_are_nothing(data: Path) -> None:
    before = load(data).sources
    (data / "sources.csv").write_text(SOURCES.replace("bereg,Берег,", "\n bereg , Берег ,"), encoding="utf-8")
    assert load(data).sources == before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("sources.csv", "outlet,home", "outlets,home", "sources.csv:1: outlets: is no column of this file; meant outlet?"),
        ("sources.csv", "outlet,home", "OUTLET,home", "sources.csv:1: OUTLET: is no column of this file; meant outlet?"),
        ("sources.csv", ",aliases", "", "sources.csv:1: aliases: is missing; the columns are id,outlet,"),
        ("sources.csv", "outlet,home", "outlet,home,home", "sources.csv:1: home: is there more than once; keep one"),
        ("sources.csv", ",,,Bereg;", ",,Bereg;", "sources.csv:2: line: has 10 cells where the header has 11; a cell"),
        ("sources.csv", "bereg-en,", "bereg,", "sources.csv:3: id: 'bereg' is also on line 2; each may be there once"),
        ("sources.csv", "bereg-en,", "Берег,", "sources.csv:3: id: 'Берег' is no id; use lower-case letters"),
        ("sources.csv", "Bereg English,", ",", "sources.csv:3: outlet: is empty; name the outlet"),
        ("sources.csv", "https://bereg.test,", "bereg.test,", "sources.csv:2: home: 'bereg.test' is no address; write it whole"),
        ("sources.csv", "https://bereg.test/feed", "javascript:alert(1)", "sources.csv:2: feed: 'javascript:alert(1)' is no"),
        ("sources.csv", "https://bereg.test/feed", "https://be reg.test/", "sources.csv:2: feed: 'https://be reg.test/' is"),
        ("sources.csv", "https://bereg.test/en/feed", "https://bereg.test/feed", "sources.csv:3: feed: 'https://bereg.test/fe"),
        ("sources.csv", ",ru,RU,ind", ",rus,RU,ind", "sources.csv:2: language: 'rus' is no ISO 639-1 code; such as ru"),
        ("sources.csv", ",exile,", ",Exile,", "sources.csv:3: country: 'Exile' is no country; ISO 3166-1"),
        ("sources.csv", ",wire,", ",agency,", "sources.csv:4: kind: 'agency' is no kind; one of analysis,"),
        ("sources.csv", ",doubtful,", ",maybe,", "sources.csv:3: status: 'maybe' is no status; one of listed, doubtful, none"),
        ("sources.csv", ",listed,", ",none,", "sources.csv:2: status: 'none' though there is a feed; use listed or doubtful"),
        ("sources.csv", ",none,", ",listed,", "sources.csv:4: status: 'listed' though there is no feed; use none"),
        ("sources.csv", "no feed is", "=HYPERLINK(1)", "sources.csv:4: doubt: begins with '=', which a spreadsheet would run"),
        ("sources.csv", "no feed is", "no\x1bfeed", "sources.csv:4: doubt: has the control character '\\x1b'; remove it"),
        ("sources.csv", "no feed is", '"no\nfeed"x', "sources.csv:5: line: is not CSV:"),
        ("sources.csv", "no feed is", "x" * 200_000, "sources.csv:4: line: is not CSV: field larger than field limit"),
        ("families.csv", ",wire,", ",agency,", "families.csv:3: kind: 'agency' is no kind; one of publisher, wire"),
        ("families.csv", "Берег;", "Бeрег;", "families.csv:2: outlets: 'Бeрег' is no outlet of sources.csv; meant 'Берег'?"),
        ("families.csv", ",Полдень", ",", "families.csv:3: outlets: is empty; name outlets of sources.csv"),
        ("regions.csv", "RU-VGG", "VGG", "regions.csv:2: iso: 'VGG' is no ISO 3166-2 code; such as RU-VGG"),
        ("regions.csv", "48.7", "148.7", "regions.csv:2: lat: '148.7' is not a number from -90 to 90"),
        ("regions.csv", "48.7", "48°", "regions.csv:2: lat: '48°' is not a number from -90 to 90"),
        ("regions.csv", "48.7", "nan", "regions.csv:2: lat: 'nan' is not a number from -90 to 90"),
        ("regions.csv", ",7,7,", ",7.5,7,", "regions.csv:2: column: '7.5' is not a whole number from 0 to 99"),
        ("regions.csv", ",7,7,", ",3,11,", "regions.csv:3: row: '11' is also on line 2; each may be there once"),
        ("regions.csv", "Крым,", ",", "regions.csv:3: ru: is empty; name the place"),
        ("towns.csv", "RU-VGG,", "RU-VLG,", "towns.csv:2: iso: 'RU-VLG' is no region of regions.csv; write its code as there"),
        ("towns.csv", ",,,,Волго", ",river,,,Волго", "towns.csv:2: also: 'river' is not known; one of name, surname,"),
        ("topics/letters.toml", '"Письма"', '"Письма', "topics/letters.toml:2: file: is not TOML: "),
        ("topics/letters.toml", 'query = "письмо"', 'querry = "письмо"', "topics/letters.toml:3: querry: there is no such field"),
        ("topics/letters.toml", '"потерянное"', '"(потерянное"', "topics/letters.toml:13: subtopic[2].query: at "),
    ],
)  # fmt: skip
@pytest.mark.fault(58)
def test_a_fault_is_told_with_file_line_field_and_what_would_be_right(
    changed: Change, name: str, old: str, new: str, said: str
) -> None:
    found = changed(name, old, new)
    assert any(fault.startswith(said) for fault in found), found
    assert not [fault for fault in found if "\n" in fault]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("sources.csv", ",ru,RU,ind", ",ru,QQ,ind", ["sources.csv:2: country: 'QQ' is no country; ISO 3166-1 as RU, or exile"]),
        ("sources.csv", "https://bereg.test,", "https://desk:secret@bereg.test,", [
            "sources.csv:2: home: 'https://…@bereg.test' is no address; write it whole, as https://example.org/"
        ]),
        ("regions.csv", "RU-VGG", "VGG", ["regions.csv:2: iso: 'VGG' is no ISO 3166-2 code; such as RU-VGG or UA-43"]),
        ("regions.csv", "RU-VGG", "UA-43", ["regions.csv:3: iso: 'UA-43' is also on line 2; each may be there once"]),
        ("sources.csv", ",,,Bereg;", ",,Bereg;", [
            "sources.csv:2: line: has 10 cells where the header has 11; a cell with a comma needs quotes"
        ]),
    ],
)  # fmt: skip
def test_a_fault_is_told_once_and_without_a_password(changed: Change, name: str, old: str, new: str, said: list[str]) -> None:
    assert changed(name, old, new) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("Берег,https://bereg.test,ru,RU,wire", "kind: 'wire' but line 2 says 'independent' of Берег"),
        ("Берег,https://bereg.test,ru,exile,independent", "country: 'exile' but line 2 says 'RU' of this home"),
        ("Берег,https://x.test,ru,RU,independent", "home: 'https://x.test' but line 2 says 'bereg.test' of Берег"),
        ("Икс,http://www.bereg.test/,ru,RU,wire", "outlet: 'Икс' but line 2 says 'Берег' of this home; there is one"),
    ],
)
def test_lines_that_contradict_each_other_are_faults(data: Path, facts: str, said: str) -> None:
    (data / "sources.csv").write_text(f"{SOURCES}x,{facts},https://x.test/f,listed,,,\n", encoding="utf-8")
    (fault,) = faults(data)
    assert fault.startswith(f"sources.csv:5: {said}")


@pytest.mark.parametrize(
    "facts", ["https://bereg.test.exile,ru,exile", "https://bereg.test/uk,uk,RU", "https://bereg.test,uk,RU"]
)
def test_an_outlet_may_have_a_home_for_each_country_and_language(data: Path, facts: str) -> None:
    line = f"x,Берег,{facts},independent,https://x.test/f,listed,,,"
    (data / "sources.csv").write_text(f"{SOURCES}{line}\n", encoding="utf-8")
    assert load(data).sources[-1].outlet == "Берег"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOURCES.replace(",", ";"), "its cells are separated by ';'; save it with commas"),
        (SOURCES.replace(",", "\t"), "its cells are separated by '\\t'; save it with commas"),
        (
            "\n",
            f"is empty; its first line names the columns: {SOURCES.splitlines()[0]}",
        ),
    ],
)
def test_a_file_without_columns_is_one_fault(data: Path, text: str, said: str) -> None:
    (data / "sources.csv").write_text(text, encoding="utf-8")
    assert faults(data) == [f"sources.csv:1: file: {said}"]


def test_a_newsroom_without_outlets_is_told(data: Path) -> None:
    (data / "sources.csv").write_text(SOURCES.splitlines()[0], encoding="utf-8")
    (data / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["--data", str(data), "check"])
    assert (result.exit_code, "sources.csv:1: file: has no outlet" in result.output) == (1, True)


def test_a_file_that_is_missing_or_in_another_encoding_is_a_fault(data: Path) -> None:
    (data / "towns.csv").unlink()
    (data / "sources.csv").write_bytes(SOURCES.encode("cp1251"))
    (data / "topics" / "letters.toml").unlink()
    assert faults(data) == [
        "sources.csv:2: file: is not UTF-8 (byte 77); save it as UTF-8",
        "topics:1: topics: there is no topic here; a topic is a file NAME.toml",
        "towns.csv:1: file: cannot be read: No such file or directory",
    ]


def test_words_of_a_language_that_is_not_weighed_are_a_fault(data: Path) -> None:
    (data / "words").mkdir()
    (data / "words" / "latin.txt").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"latin\.txt:1: name: no language .*; there are .*en"):
        load(data)


def test_two_topics_of_one_id_are_a_fault(data: Path) -> None:
    shutil.copy(data / "topics" / "letters.toml", data / "topics" / "post.toml")
    assert faults(data) == ["topics/post.toml:1: id: 'letters' is another file's id too; each topic has its own"]


SHARED = """[words.paper]
ru = 'бумага OR конверт'
uk = 'папір OR конверт'

[[exclusion]]
id = "of-the-alphabet"
why = "A letter is also one of an alphabet."
query = "буква"
"""
SHARING = TOPIC.replace(
    'query = "письмо"',
    """query.ru = '<paper> NEAR/3 письмо'
shared = ["post"]""",
)


@pytest.fixture
def sharing(data: Path) -> Path:
    (data / "topics" / "shared").mkdir()
    (data / "topics" / "shared" / "post.toml").write_text(SHARED, encoding="utf-8")
    (data / "topics" / "letters.toml").write_text(SHARING, encoding="utf-8")
    return data


def test_topics_take_words_and_exclusions_from_a_shared_file(sharing: Path) -> None:
    (topic,) = load(sharing).topics
    assert [exclusion.id for exclusion in topic.exclusions] == ["of-the-alphabet"]
    assert topic.sets["ru"].keys() == {"<paper>"}
    before = digest(sharing)
    (sharing / "topics" / "shared" / "post.toml").write_text(SHARED.replace("конверт", "открытка"), encoding="utf-8")
    assert digest(sharing) != before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("shared/post.toml", "конверт'\nuk", "(конверт'\nuk", "shared/post.toml:1: words.paper.ru: at "),
        ("shared/post.toml", '"буква"', '"(буква"', "shared/post.toml:8: exclusion[1].query: at "),
        ("shared/post.toml", "[words.paper]", "[wordz.paper]", "shared/post.toml:1: wordz: is not shared"),
        ("letters.toml", '["post"]', '["past"]', "letters.toml:4: shared: there is no file topics/shared/past.toml"),
        ("letters.toml", '["post"]', '"post"', "letters.toml:4: shared: a list of names of files in topics/shared/"),
        ("letters.toml", "\n[[sub", "\n[words.paper]\nru = 'лист'\n\n[[sub", "letters.toml:6: words.paper: is in "),
    ],
)  # fmt: skip
def test_a_fault_of_what_is_shared_is_told_once_where_it_is_written(
    sharing: Path, name: str, old: str, new: str, said: str
) -> None:
    shutil.copy(sharing / "topics" / "letters.toml", sharing / "topics" / "post.toml")
    (sharing / "topics" / "post.toml").write_text(SHARING.replace('"letters"', '"post"'), encoding="utf-8")
    path = sharing / "topics" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = faults(sharing)
    assert [fault.startswith(f"topics/{said}") for fault in found].count(True) == 1, found


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("letters.toml", '["post"]', '["past"]\nthreshold = 0', ["letters.toml:4: shared", "letters.toml:5: threshold"]),
        ("shared/post.toml", "[words.paper]", "[words.paper", ["shared/post.toml:1: file"]),
        ("letters.toml", '["post"]', '["post"]\ntreshold = 2', ["letters.toml:5: treshold"]),
    ],
)
def test_a_fault_of_what_is_shared_hides_no_other_and_leads_to_none(
    sharing: Path, name: str, old: str, new: str, told: list[str]
) -> None:
    path = sharing / "topics" / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    found = faults(sharing)
    assert [":".join(fault.split(":")[:3]) for fault in found] == [f"topics/{one}" for one in told]
    assert all("shared, subtopic" in fault for fault in found if "treshold" in fault)


@pytest.mark.fault(58)
def test_all_faults_of_all_files_are_told_at_once_in_order(data: Path, changed: Change) -> None:
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics/letters.toml"):
        path = data / name
        path.write_text(path.read_text(encoding="utf-8").replace("wire", "wyre").replace("RU-VGG", "XX"), encoding="utf-8")
    found = changed("topics/letters.toml", 'id = "letters"', 'id = "Письма"')
    assert [":".join(fault.split(":")[:3]) for fault in found] == [
        "families.csv:3: kind",
        "regions.csv:2: iso",
        "sources.csv:4: kind",
        "topics/letters.toml:1: id",
    ]


@pytest.mark.fault(58)
def test_a_long_list_is_checked_in_time_that_grows_as_its_lines_do(data: Path) -> None:
    (data / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    seconds = []
    for lines in (10_000, 40_000):
        with (data / "sources.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(SOURCES.splitlines()[0].split(","))
            for number in range(lines):
                home = f"https://outlet{number}.test"
                writer.writerow(
                    (f"s{number}", f"Outlet {number}", home, "ru", "RU", "regional", f"{home}/feed", "sure", "", "", "")
                )
        begun = time.process_time()
        found = faults(data)
        seconds.append(time.process_time() - begun)
        assert len(found) == lines
        assert found[-1].startswith(f"sources.csv:{lines + 1}: status: 'sure' is no status")
    assert seconds[1] < 8 * seconds[0], "four times the lines: the square would be 16 times the time"


@pytest.fixture
def catalogue(data: Path) -> Catalogue:
    return load(data)


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://bereg.test/news/1", "Берег"),
        ("http://www.bereg.test/", "Берег"),
        ("https://m.bereg.test/news/1?utm_source=x", "Берег"),
        ("https://bereg.test/en", "Bereg English"),
        ("https://bereg.test/en/news/1", "Bereg English"),
        ("https://bereg.test/enter", "Берег"),
        ("https://volga.polden.test/1", "Полдень"),
        ("https://polden.test:8080/1", "polden.test:8080"),
        ("https://www.unknown.test/1", "unknown.test"),
        ("mailto:a@bereg.test", ""),
    ],
)
def test_an_address_belongs_to_the_outlet_whose_home_it_lies_under(catalogue: Catalogue, url: str, outlet: str) -> None:
    assert catalogue.outlet_of(url) == outlet


def test_an_outlet_is_traced_by_its_name_its_aliases_and_its_host(catalogue: Catalogue) -> None:
    outlets = catalogue.outlets
    assert outlets.of_name("БЕРЕГ") == outlets.of_name("The Shore") == outlets.of_name("BEREG") == "Берег"
    assert outlets.of_name("берег") == "", "a word without a capital is no name"
    assert outlets.of_url("https://www.polden.test/1") == "Полдень"


def test_a_telegram_channel_is_its_lines_outlets(data: Path) -> None:
    sources = data / "sources.csv"
    lines = [
        "zarya,Заря,https://zarya.test,ru,RU,regional,https://t.me/s/Zarya_News,listed,,,",
        "rupor,Рупор,https://t.me/rupor_live,ru,RU,regional,,none,,,",
    ]
    sources.write_text(SOURCES + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    found = load(data)
    assert [source.via for source in found.sources[-2:]] == ["telegram", "home"]
    for of in (found.outlet_of, found.outlets.of_url):
        assert of("https://t.me/zarya_news/5") == of("https://t.me/s/zarya_news") == of("https://zarya.test/1") == "Заря"
        assert of("https://t.me/rupor_live/5") == "Рупор"
    assert found.outlet_of("https://t.me/bereg_live/5") == "t.me"
    assert found.outlets.of_url("https://t.me/bereg_live/5") == ""


def test_the_projects_own_folder_has_no_fault_and_its_outlets() -> None:
    found = load(PROJECT)
    feeds = [source for source in found.sources if source.via == "feed"]
    assert len(feeds) >= 120
    assert {source.status for source in found.sources if source.via == "home"} == {"none"}
    assert all(source.doubt for source in found.sources if source.status != "listed")
    assert found.outlet_of("https://meduza.io/en/news/2026/05/18/x") == "Meduza English"
    assert found.outlet_of("https://www.bbc.com/russian/articles/x") == "BBC Russian"
    assert len(found.regions) == 85
    for source in found.sources:
        assert found.outlet_of(source.home) == source.outlet


def with_ways(*ways: str) -> str:
    """The list of sources with what each of its lines says of proxy and certificate."""
    header, *lines = SOURCES.splitlines()
    return "\n".join([f"{header},proxy,tls", *(f"{line},{way}" for line, way in zip(lines, ways, strict=True)), ""])


def test_a_host_is_reached_as_the_lines_say_that_are_at_home_there(data: Path) -> None:
    tor, excuse = "socks5h://127.0.0.1:9050", "expired in May, its editor knows"
    (data / "sources.csv").write_text(with_ways(f'{tor},"{excuse}"', ",", "http://[::1]:8080,"), encoding="utf-8")
    found = load(data)
    for host in ("bereg.test", "www.bereg.test", "news.bereg.test", "Bereg.test"):
        assert found.access(host) == Access(tor, excuse)
    assert found.access("polden.test") == Access("http://[::1]:8080")
    for host in ("other.test", "notbereg.test", "test", "", "127.0.0.1"):
        assert found.access(host) == Access()


def test_without_the_columns_every_host_is_reached_directly(data: Path) -> None:
    assert load(data).access("bereg.test") == Access()


@pytest.mark.parametrize(
    ("ways", "fault"),
    [
        (("socks5://127.0.0.1:9050,", ",", ","), "sources.csv:2: proxy: 'socks5://127.0.0.1:9050' is no proxy; write http"),
        (("http://me:secret@proxy.test:80,", ",", ","), "sources.csv:2: proxy: 'http://…@proxy.test:80' is no proxy"),
        (("http://proxy.test:99999,", ",", ","), "sources.csv:2: proxy: 'http://proxy.test:99999' is no proxy"),
        (("http://proxy.test:0,", ",", ","), "sources.csv:2: proxy: 'http://proxy.test:0' is no proxy"),
        (("http://proxy.test,", ",", ","), "sources.csv:2: proxy: 'http://proxy.test' is no proxy"),
        (("https://proxy.test:443,", ",", ","), "sources.csv:2: proxy: 'https://proxy.test:443' is no proxy"),
        ((",yes", ",", ","), "sources.csv:2: tls: 'yes' is no reason; say what is wrong with the certificate"),
        ((",it has expired", ",its issuer is unknown", ","), "sources.csv:3: tls: 'its issuer is unknown' but line 2 says "),
        (("http://a.test:1,", "http://b.test:1,", ","), "sources.csv:3: proxy: 'http://b.test:1' but line 2 says "),
    ],
)  # fmt: skip
def test_a_way_that_is_none_or_two_ways_to_one_host_are_faults(data: Path, ways: tuple[str, ...], fault: str) -> None:
    (data / "sources.csv").write_text(with_ways(*ways), encoding="utf-8")
    (said,) = faults(data)
    assert said.startswith(fault)


def with_every(every: str) -> str:
    header, first, *lines = SOURCES.splitlines()
    return "\n".join([f"{header},every", f"{first},{every}", *(f"{line}," for line in lines), ""])


@pytest.mark.parametrize(("every", "minutes"), [("", None), ("5", 5), ("1440", 1440)])
def test_a_line_may_say_how_often_it_is_polled(data: Path, every: str, minutes: int | None) -> None:
    (data / "sources.csv").write_text(with_every(every), encoding="utf-8")
    assert [source.every for source in load(data).sources] == [minutes, None, None]


@pytest.mark.parametrize("every", ["0", "4", "1441", "-60", "5.5", "15 min", "hourly", "1e3", "nan", "60;"])
def test_what_is_no_interval_is_a_fault(data: Path, every: str) -> None:
    (data / "sources.csv").write_text(with_every(every), encoding="utf-8")
    assert faults(data) == [f"sources.csv:2: every: {every!r} is not a whole number from 5 to 1440"]


@pytest.mark.parametrize("field", ["home", "feed", "sitemap"])
def test_an_address_with_a_port_that_there_is_not_is_a_fault(changed: Change, field: str) -> None:
    old = {"home": "https://bereg.test,", "feed": "https://bereg.test/feed,", "sitemap": "https://polden.test/sitemap.xml,"}[
        field
    ]
    (said,) = changed("sources.csv", old, old.replace(".test", ".test:99999"))
    assert f": {field}: 'https://" in said
    assert "is no address" in said
